//! The steps of a search.

use super::exact::exact;
use super::found::{Found, Way, ratio};
use super::partial::partial;
use super::query::Query;
use super::refine::{merge, refine};
use super::tags::Tag;
use crate::index::flag;

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
    let mut taken = vec![false; query.tokens.len()];
    for tag in tags {
        for place in tag.places.0..tag.places.1 {
            if let (Some(taken), Some(open)) = (
                taken.get_mut(place as usize),
                query.open.get_mut(place as usize),
            ) {
                *taken = true;
                *open = false;
            }
        }
    }
    for one in &found {
        let is_text = one.is(query, flag::TEXT) && one.len() > 120;
        for place in one.here.places() {
            if let Some(taken) = taken.get_mut(place as usize) {
                *taken = true;
            }
            if is_text && let Some(open) = query.open.get_mut(place as usize) {
                *open = false;
            }
        }
    }
    let parts = partial(query, &mut taken, work);
    let mut parts = merge(query, parts);
    let exact = ByStart::new(&found);
    parts.retain(|part| stands_without(query, part, &exact) && !repeats(query, part, &exact));
    found.extend(parts);
    let found = refine(query, found, true, false);
    let mut found = refine(query, found, true, true);
    found.sort_by_key(|one| (one.here.start(), one.here.end()));
    if is_heading(query, &found) {
        found.remove(0);
    }
    found
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

/// Of a rule less than this share says less than a whole rule of the same license in its place.
const SMALL_PART: f32 = 0.6;
/// So much of the words of such a part must stand in that rule.
const SAME_WORDS: f32 = 0.8;

/// Whether a match of a small part of a rule has hardly a word that one rule of the same license
/// does not have word for word in its place.
fn repeats(query: &Query<'_>, part: &Found, exact: &ByStart<'_>) -> bool {
    let license = query.index.expression_number(part.rule);
    part.coverage(query) < SMALL_PART
        && exact
            .at(part.here.start(), part.here.end())
            .iter()
            .filter(|one| query.index.expression_number(one.rule) == license)
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
