//! The steps of a search.

use super::as_one::{are_parts, as_one, may_be_parts};
use super::candidates::Runs;
use super::exact::exact;
use super::found::{Found, Way, ratio};
use super::partial::partial;
use super::query::Query;
use super::refine::{merge, refine};
use super::residue::is_copyright_line;
use super::tags::Tag;
use super::words::hash_word;
use crate::index::{KnownWord, flag};

/// How many steps any text may cost, and how many more for each of its words: the search ends there
/// with what it has, so that its cost is linear in the length of the text.
///
/// A step is one look at a word of a rule. A license of 10,000 words costs a few million.
const WORK: u64 = 20_000_000;
const WORK_PER_WORD: u64 = 1_000;

/// The steps that a text may still cost.
#[derive(Debug)]
pub(super) struct Work(u64);

impl Work {
    /// Those that any text may cost.
    pub(super) fn new() -> Self {
        Self(WORK)
    }

    /// Whether a search ended before its text did.
    pub(super) fn is_used_up(&self) -> bool {
        self.0 == 0
    }
}

/// Everything that stands in the text, in the order of places.
pub(super) fn search(query: &mut Query<'_>, tags: &[Tag], work: &mut Work) -> Vec<Found> {
    work.0 = work
        .0
        .saturating_add(WORK_PER_WORD * query.tokens.len() as u64);
    let work = &mut work.0;
    let all = exact(query, work);
    if let Some(whole) = all
        .iter()
        .find(|found| found.way == Way::Whole && !found.is_false_positive(query))
    {
        return vec![whole.clone()];
    }
    // What a tag says is not read again as words. Tags stand in order and apart.
    let all: Vec<Found> = all
        .into_iter()
        .filter(|found| {
            let at = tags.partition_point(|tag| tag.places.1 <= found.here.start());
            tags.get(at)
                .is_none_or(|tag| found.here.end() <= tag.places.0)
        })
        .collect();
    let mut found = merge(query, refine(query, all, false, false));
    if may_be_parts(query, &found) {
        let texts = as_one(query, &found, work);
        found.extend(texts);
    }
    close(query, &found, tags);
    let mut taken = places(query, &found, tags);
    if !found.is_empty() && found.iter().all(|one| is_notice(query, one)) {
        take_copyright_lines(query, &mut taken);
    }
    let exact = ByStart::new(&found);
    let mut parts = Vec::new();
    // Where no rule with a word that is not yet explained remains, no other would: asked first where
    // most words are explained.
    let explained = taken.iter().filter(|taken| **taken).count();
    if are_parts(query, &found, &taken) {
        taken.fill(false);
    }
    let steps: &[Runs] = if explained * 2 >= taken.len() {
        &[Runs::Free, Runs::All]
    } else {
        &[Runs::All]
    };
    for runs in steps.iter().copied() {
        let some = partial(query, runs, (&found, &taken), work);
        parts = merge(query, some);
        parts.retain(|part| stands_without(query, part, &exact) && !repeats(query, part, &exact));
        if parts.is_empty() {
            break;
        }
    }
    let named: Vec<Found> = found
        .iter()
        .filter(|one| !parts.is_empty() && is_named_notice(query, one))
        .take(super::limit::MOST)
        .cloned()
        .collect();
    found.extend(parts);
    let found = refine(query, found, true, false);
    let mut found = refine(query, found, true, true);
    found.sort_by_key(|one| (one.here.start(), one.here.end()));
    query.swallowed = named;
    query.swallowed.retain(|one| {
        let (start, first) = (one.here.start(), |told: &Found| told.here.start());
        let at = found.partition_point(|told| first(told) < start);
        let here = found
            .iter()
            .skip(at)
            .take_while(|told| first(told) == start);
        let is_told = |told: &Found| told.rule == one.rule && told.here == one.here;
        !here.into_iter().any(is_told)
    });
    if is_heading(query, &found) {
        found.remove(0);
    }
    found
}

/// The places of matches and tags.
fn places(query: &Query<'_>, found: &[Found], tags: &[Tag]) -> Vec<bool> {
    let mut taken = vec![false; query.tokens.len()];
    let of_tags = tags.iter().flat_map(|tag| tag.places.0..tag.places.1);
    let of_found = found.iter().flat_map(|one| one.here.places());
    for place in of_tags.chain(of_found) {
        if let Some(taken) = taken.get_mut(place as usize) {
            *taken = true;
        }
    }
    taken
}

/// Whether a match word for word is a notice or text that names a license.
fn is_named_notice(query: &Query<'_>, one: &Found) -> bool {
    one.way == Way::Exact
        && one.is(query, flag::NOTICE | flag::TEXT)
        && !one.is(query, flag::UNNAMED)
}

/// What tags and licenses' texts say says nothing else.
fn close(query: &mut Query<'_>, found: &[Found], tags: &[Tag]) {
    const LONG: u32 = 120;
    let index = query.index;
    let texts = found
        .iter()
        .filter(|one| index.is(one.rule, flag::TEXT) && one.len() > LONG)
        .flat_map(|one| one.here.places());
    let of_tags = tags.iter().flat_map(|tag| tag.places.0..tag.places.1);
    for place in texts.chain(of_tags) {
        if let Some(open) = query.open.get_mut(place as usize) {
            *open = false;
        }
    }
}

/// Whether a match says under which license something stands.
fn is_notice(query: &Query<'_>, one: &Found) -> bool {
    const SHORTEST: u32 = 16;
    one.len() >= SHORTEST && one.is(query, flag::NOTICE | flag::TEXT)
}

/// Beside a notice the line that names the holder of the copyright needs no other explanation.
fn take_copyright_lines(query: &Query<'_>, taken: &mut [bool]) {
    let vocabulary = query.index.vocabulary;
    let [copyright, reserved] =
        ["copyright", "reserved"].map(|word| vocabulary.get(hash_word(word)).map(KnownWord::id));
    let mut start = 0;
    for line in query.tokens.chunk_by(|a, b| a.line == b.line) {
        let places = start..start + line.len();
        start = places.end;
        let is_one = line
            .iter()
            .find(|token| [copyright, reserved].contains(&Some(token.id)))
            .is_some_and(|token| is_copyright_line(query.text, token.start as usize));
        if let (true, Some(places)) = (is_one, taken.get_mut(places)) {
            places.fill(true);
        }
    }
}

/// What the rules call words that speak of a license and say not which.
const SOME_LICENSE: &str = "LicenseRef-scancode-unknown-license-reference";

/// Whether the first match only announces the second: a heading such as "license agreement".
fn is_heading(query: &Query<'_>, found: &[Found]) -> bool {
    const FARTHEST: u32 = 7;
    let [first, second, ..] = found else {
        return false;
    };
    let unnamed = query.index.expression(first.rule) == SOME_LICENSE
        && !first.is(query, flag::TEXT | flag::NOTICE | flag::TAG)
        && !first.is_false_positive(query);
    unnamed
        && second.is(query, flag::TEXT | flag::NOTICE)
        && !second.is_false_positive(query)
        && second.lines(query).0.saturating_sub(first.lines(query).1) <= FARTHEST
}

/// Of a notice or reference at least this share must stand in a text; of a license's text any part
/// may, which is judged later.
const LEAST_OF_A_NOTICE: f32 = 0.5;

/// Matches word for word in the order of their places, so that those at a place are found at once.
struct ByStart<'f> {
    found: Vec<&'f Found>,
    /// The place after the last of all matches up to this one.
    reached: Vec<u32>,
}

impl<'f> ByStart<'f> {
    fn new(found: &'f [Found]) -> Self {
        let mut found: Vec<&Found> = found.iter().filter(|one| one.way == Way::Exact).collect();
        found.sort_by_key(|one| one.here.start());
        let reached = found
            .iter()
            .scan(0, |reached, one| {
                *reached = one.here.end().max(*reached);
                Some(*reached)
            })
            .collect();
        Self { found, reached }
    }

    /// Those that may share places with a stretch.
    fn at(&self, start: u32, end: u32) -> &[&'f Found] {
        let until = self.found.partition_point(|one| one.here.start() < end);
        let from = self.reached.partition_point(|reached| *reached <= start);
        self.found.get(from..until).unwrap_or_default()
    }
}

/// Of a rule less than this share says less than a whole rule in its place.
const SMALL_PART: f32 = 0.6;
/// So much of the words of such a part must stand in that rule.
const SAME_WORDS: f32 = 0.8;

/// Whether a match of a small part of a rule has hardly a word that one rule does not have word for
/// word in its place.
fn repeats(query: &Query<'_>, part: &Found, exact: &ByStart<'_>) -> bool {
    part.coverage(query) < SMALL_PART
        && exact
            .at(part.here.start(), part.here.end())
            .iter()
            .any(|one| ratio(one.here.overlap(&part.here), part.len()) >= SAME_WORDS)
}

/// Whether a match in part is still one without the words of rules that stand beside it word for
/// word and reach beyond it: their words are theirs.
fn stands_without(query: &Query<'_>, part: &Found, exact: &ByStart<'_>) -> bool {
    let borrowed: u32 = exact
        .at(part.here.start(), part.here.end())
        .iter()
        .filter(|one| one.here.overlap(&part.here) > 0 && !part.surrounds(one))
        .map(|one| one.here.overlap(&part.here))
        .sum();
    let least = if part.is(query, flag::TEXT) {
        0.0
    } else {
        LEAST_OF_A_NOTICE
    };
    let own = part.len().saturating_sub(borrowed);
    let needs = query.index.thresholds(part.rule);
    let share = ratio(own, part.rule_length(query));
    own >= u32::from(needs.minimum_length)
        && share * 100.0 >= f32::from(needs.minimum_coverage)
        && share >= least
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tags::tags;
    use super::*;
    use crate::index::embedded;

    /// The steps that a search of the text takes.
    fn steps(text: &str) -> u64 {
        let stretches = [(0, text.len(), 1)];
        let mut query = Query::new(embedded().unwrap(), text, &stretches, false);
        let tags = tags(&query, &stretches);
        let mut work = Work::new();
        search(&mut query, &tags, &mut work);
        WORK + WORK_PER_WORD * query.tokens.len() as u64 - work.0
    }

    /// So many words of a license's text from one of its words on, and a word that is in none.
    fn piece() -> impl Strategy<Value = String> {
        let ids = [
            "MIT",
            "Apache-2.0",
            "GPL-2.0-only",
            "BSD-3-Clause",
            "CC-BY-NC-4.0",
            "MPL-2.0",
        ];
        let words = |id: &str| -> Vec<&'static str> {
            let license = spdx::license_id(id).unwrap();
            license.text().split_whitespace().collect()
        };
        (
            proptest::sample::select(ids.map(words).to_vec()),
            0_usize..3000,
            4_usize..200,
        )
            .prop_map(|(words, from, count)| {
                let from = from % words.len();
                let to = (from + count).min(words.len());
                format!("{} zyxwvut\n", words[from..to].join(" "))
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5))]

        #[test]
        fn four_times_the_text_takes_about_four_times_the_steps(
            pieces in proptest::collection::vec(piece(), 1..4)
        ) {
            /// A longer text may call up rules that a shorter one does not.
            const MORE_RULES: u64 = 3_000_000;
            /// Twice what is aligned at once: within that a text of repetitions costs the square of
            /// its length.
            const WORDS: usize = 8_000;
            let text = pieces.concat();
            let times = WORDS.div_ceil(text.split_whitespace().count());
            let (short, long) = (steps(&text.repeat(times)), steps(&text.repeat(4 * times)));
            // Were it the square of the length, it would be sixteen times.
            prop_assert!(long <= short * 6 + MORE_RULES, "{short} steps, then {long}");
        }
    }
}
