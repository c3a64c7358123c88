//! Which rules may stand in a text in part, by the words that they share with it.

use super::found::{Found, ratio};
use super::query::Query;
use crate::index::{Index, flag};

/// A rule that may stand in a text, best last in order.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(super) struct Candidate {
    rounded: Score,
    exact: Score,
    pub(super) rule: u16,
}

/// How well a rule and a text agree in their words, whatever the order.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
struct Score {
    resembles: bool,
    /// The share of the rule's words that the text has.
    containment: f32,
    /// The square of the share of words that both have.
    resemblance: f32,
    /// How many words both have.
    shared: f32,
}

/// The number of shared words is rounded to a tenth of so many.
const SHARED: u32 = 20;
/// A share of words from which a rule is taken to resemble a text.
const RESEMBLES: f32 = 0.8;

fn scores(shared: u32, rule: u32, text: u32) -> (Score, Score) {
    let union = text + rule - shared.min(rule).min(text);
    let resemblance = ratio(shared, union);
    let containment = ratio(shared, rule);
    let round = |value: f32| (value * 10.0).round() / 10.0;
    let rounded = Score {
        resembles: round(resemblance) >= RESEMBLES,
        containment: round(containment),
        resemblance: round(resemblance * resemblance),
        shared: round(ratio(shared, SHARED)),
    };
    let exact = Score {
        resembles: resemblance >= RESEMBLES,
        containment,
        resemblance: resemblance * resemblance,
        shared: ratio(shared, 1),
    };
    (rounded, exact)
}

/// How often a word stands in the run, the last rule scored that has it, and how often the word
/// stands in the run beyond what that rule has of it. Small, as all words have their place in memory.
#[derive(Clone, Copy, Debug, Default)]
struct WordTally {
    /// No more than this number holds are counted; no rule has so many words.
    count: u16,
    left: u16,
    rule: u16,
}

/// Memory that is used again for every run.
#[derive(Debug)]
pub(super) struct Tally {
    words: Vec<WordTally>,
    /// The number of the rule that is being scored: of one run no more than some hundred are.
    rule: u16,
    /// For each rule that may match in part, how many runs of three words it shares.
    shared: Vec<u16>,
    /// The rules that share any.
    touched: Vec<u16>,
    /// How many words the run has, and how many of its places begin a run of three words.
    total: u32,
    places: u32,
    /// The words of the run that no rule explains yet.
    unexplained: Vec<u16>,
    /// The runs of three words of the text that rules hold.
    grams: Vec<u32>,
    /// Those with a word that is not explained yet.
    free: Vec<u32>,
    /// All runs of three words that are explained.
    explained: Vec<[u16; 3]>,
    /// The words of a rule that the run has, in the first `count` places.
    used: Vec<u16>,
    count: usize,
    /// The words of the run, each once.
    distinct: Vec<u16>,
    /// A bit for each word of the run.
    present: Box<[u64; PRESENT]>,
}

/// How many numbers hold a bit for each word.
const PRESENT: usize = (u16::MAX as usize + 1) / 64;

impl Tally {
    pub(super) fn new() -> Self {
        Self {
            words: vec![WordTally::default(); usize::from(u16::MAX) + 1],
            rule: 0,
            shared: Vec::new(),
            touched: Vec::new(),
            total: 0,
            places: 0,
            unexplained: Vec::new(),
            grams: Vec::new(),
            free: Vec::new(),
            explained: Vec::new(),
            used: Vec::new(),
            count: 0,
            distinct: Vec::new(),
            present: Box::new([0; PRESENT]),
        }
    }

    /// Notes that the run has the word.
    fn add(&mut self, id: u16) {
        let place = usize::from(id);
        let Some(word) = self.words.get_mut(place) else {
            return;
        };
        if word.count == 0 {
            self.distinct.push(id);
            if let Some(bits) = self.present.get_mut(place / 64) {
                *bits |= 1 << (place % 64);
            }
        }
        word.count = word.count.saturating_add(1);
    }

    /// How many of the words that no rule explains yet the rule that is being scored has.
    fn unexplained_of(&self) -> u32 {
        let has = |id: &&u16| {
            self.words
                .get(usize::from(**id))
                .is_some_and(|word| word.rule == self.rule)
        };
        u32::try_from(self.unexplained.iter().filter(has).count()).unwrap_or(u32::MAX)
    }

    /// Forgets the run.
    fn clear(&mut self) {
        for place in self.touched.drain(..) {
            if let Some(shared) = self.shared.get_mut(usize::from(place)) {
                *shared = 0;
            }
        }
        self.unexplained.clear();
        self.total = 0;
        self.rule = 0;
        for id in self.distinct.drain(..) {
            let place = usize::from(id);
            if let (Some(word), Some(bits)) =
                (self.words.get_mut(place), self.present.get_mut(place / 64))
            {
                *word = WordTally::default();
                *bits = 0;
            }
        }
    }

    /// How many of the words [collected](Self::collect) the run has as often.
    fn shared_words(&mut self, index: &Index<'_>) -> Shared {
        let mut shared = Shared::default();
        self.rule = self.rule.wrapping_add(1);
        let used = self.used.get(..self.count).unwrap_or_default();
        for word in used {
            let Some(tally) = self.words.get_mut(usize::from(*word)) else {
                continue;
            };
            let is_first = tally.rule != self.rule;
            let left = if is_first { tally.count } else { tally.left };
            let (legal, first) = (u32::from(index.is_legal(*word)), u32::from(is_first));
            shared.distinct += first;
            shared.legal_distinct += first & legal;
            let counts = u16::from(left > 0);
            shared.words += u32::from(counts);
            shared.legal += u32::from(counts) & legal;
            tally.left = left - counts;
            tally.rule = self.rule;
        }
        shared
    }

    /// Collects those of a rule's words that the run has, each as often as it stands in the rule: no
    /// fewer than both share. False as soon as they are sure to be fewer than `least`.
    fn collect(&mut self, least: u32, words: &[u16]) -> bool {
        /// So many are looked at before the count is.
        const CHUNK: usize = 32;
        self.used.resize(words.len().max(self.used.len()), 0);
        let (mut count, mut left) = (0, words.len());
        for chunk in words.chunks(CHUNK) {
            if count + left < least as usize {
                return false;
            }
            left -= chunk.len();
            // Without branches: which words the run has cannot be foretold.
            for id in chunk {
                if let Some(room) = self.used.get_mut(count) {
                    *room = *id;
                }
                let place = usize::from(*id);
                let bits = self.present.get(place / 64).copied().unwrap_or_default();
                count += usize::from(bits >> (place % 64) & 1 == 1);
            }
        }
        self.count = count;
        count >= least as usize
    }
}

/// What a search for rules goes by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given<'g> {
    /// The places of the text.
    pub(super) run: (u32, u32),
    /// Which runs of three words call up rules.
    pub(super) runs: Runs,
    /// Places that are explained word for word.
    pub(super) taken: &'g [bool],
    /// What explains them.
    pub(super) exact: &'g [Found],
}

/// Which runs of three words call up rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runs {
    /// Those with a word that is not explained.
    Free,
    All,
}

/// Which of these rules are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Those that resemble the whole run, so many at most.
    Near(usize),
    /// Any, so many at most.
    Any(usize),
}

/// Counts which rules share how many runs of three words with the run. Where all of its words are
/// explained there are none.
pub(super) fn count(
    query: &Query<'_>,
    given: Given<'_>,
    tally: &mut Tally,
    work: &mut u64,
) -> bool {
    tally.clear();
    tally.places = shared_runs(query, given.run, given.taken, tally);
    if tally.free.is_empty() {
        return false;
    }
    for place in given.run.0..given.run.1 {
        if query.is_open(place) {
            let id = query.id(place);
            tally.add(id);
            tally.total += 1;
            if !given.taken.get(place as usize).copied().unwrap_or_default() {
                tally.unexplained.push(id);
            }
        }
    }
    let index = query.index;
    tally.shared.resize(index.partial_rules.len(), 0);
    let calling = [(&tally.free, true), (&tally.grams, given.runs == Runs::All)];
    for (grams, calls) in calling {
        for gram in grams {
            let rules = index.rules_with_gram(*gram);
            *work = work.saturating_sub(rules.len() as u64 / 4);
            for place in rules {
                if let Some(shared) = tally.shared.get_mut(usize::from(*place)) {
                    let is_first = *shared == 0;
                    *shared = shared.saturating_add(u16::from(calls || !is_first));
                    if is_first && calls {
                        tally.touched.push(*place);
                    }
                }
            }
        }
    }
    true
}

/// The rules that may stand in the run that was [counted](count), best first.
pub(super) fn candidates(
    query: &Query<'_>,
    given: Given<'_>,
    wanted: Wanted,
    tally: &mut Tally,
    work: &mut u64,
) -> Vec<Candidate> {
    let longest = longest_exact(given);
    let (Wanted::Near(most) | Wanted::Any(most)) = wanted;
    // The more a rule shares, the sooner it shows which others rank too low to be looked at.
    let mut likely = likely(query, given.run, wanted, tally);
    likely.sort_unstable_by(|a, b| b.cmp(a));
    let mut best = Best::new(most);
    let mut ranked: Vec<Candidate> = Vec::new();
    for (.., rule) in likely {
        if let Some(candidate) = scored(query, rule, wanted, longest, &best, tally, work) {
            best.add(query, &candidate);
            ranked.push(candidate);
        }
    }
    ranked.sort_by(|a, b| {
        b.partial_cmp(a)
            .unwrap_or(std::cmp::Ordering::Equal)
            .then(a.rule.cmp(&b.rule))
    });
    distinct(query, &ranked, most)
}

/// How many words the longest rule has that stands in the run word for word.
fn longest_exact(given: Given<'_>) -> u32 {
    let (start, end) = given.run;
    let inside = |one: &&Found| start <= one.here.start() && one.here.end() <= end;
    let lengths = given.exact.iter().filter(inside).map(Found::len);
    lengths.max().unwrap_or(0)
}

/// Collects the runs of three words that rules hold, and says how many places begin a run. Where
/// rules hold none that is not yet explained there are none; a long text without structure, such as
/// a table of names, must show more of them.
fn shared_runs(query: &Query<'_>, run: (u32, u32), taken: &[bool], tally: &mut Tally) -> u32 {
    /// A bit for each of three words.
    const RUN: u32 = 0b111;
    let (grams, free_grams) = (&mut tally.grams, &mut tally.free);
    let explained = &mut tally.explained;
    grams.clear();
    free_grams.clear();
    explained.clear();
    let enough = 1 + usize::from(run.1 - run.0 > 120) + (run.1 - run.0) as usize / 2000;
    let mut words = [0_u16; 3];
    let (mut open, mut free, mut legal) = (0_u32, 0_u32, 0_u32);
    let mut places = 0;
    for place in run.0..run.1 {
        let id = query.id(place);
        words = [words[1], words[2], id];
        let is_open = query.is_open(place);
        let is_free = is_open && !taken.get(place as usize).copied().unwrap_or_default();
        open = (open << 1 | u32::from(is_open)) & RUN;
        free = (free << 1 | u32::from(is_free)) & RUN;
        legal = (legal << 1 | u32::from(query.index.is_legal(id))) & RUN;
        if open != RUN || legal == 0 {
            continue;
        }
        places += 1;
        if free == 0 {
            explained.push(words);
        } else {
            free_grams.extend(query.index.gram(words));
        }
    }
    if free_grams.len() < enough {
        free_grams.clear();
        return places;
    }
    free_grams.sort_unstable();
    free_grams.dedup();
    let known = explained
        .iter()
        .filter_map(|words| query.index.gram(*words));
    grams.extend(known);
    grams.sort_unstable();
    grams.dedup();
    grams.retain(|gram| free_grams.binary_search(gram).is_err());
    places
}

/// How many runs of three words a run of words must share with a rule: of what stands in a text in
/// part, measured on some thousand files, no less than twice that part is shared.
fn needed(query: &Query<'_>, rule: u16, grams: u16, near_only: bool) -> u32 {
    let grams = u32::from(grams);
    let part = if near_only {
        // Of each change of a word three runs are others.
        grams * 2 / 5
    } else if query.index.is(rule, flag::TEXT) {
        grams / 10
    } else {
        grams / 5
    };
    // Wording that every license has does not call up a long one.
    let length = query.index.words(rule).len();
    let least = if length < 200 { 1 } else { 3 };
    part.max(least)
}

/// How many runs of three words a rule shares, in a thousandth of its words; how many; which it is.
type Likely = (u32, u16, u16);

/// The rules that share the most runs of three words.
fn likely(query: &Query<'_>, run: (u32, u32), wanted: Wanted, tally: &Tally) -> Vec<Likely> {
    /// So many are scored at most by each of two orders.
    const MOST: usize = 150;
    /// A rule that resembles the whole shares at least this part of its runs of words, even if all
    /// but the rarest are left out of account because very many rules hold them.
    const NEAR: u32 = 20;
    /// No rule [needs](needed) less than this part of its runs of words.
    const LEAST: u16 = 10;
    let index = query.index;
    let words = run.1 - run.0;
    let near_only = matches!(wanted, Wanted::Near(_));
    let mut likely: Vec<Likely> = Vec::new();
    for place in &tally.touched {
        let at = usize::from(*place);
        let shared = tally.shared.get(at).copied().unwrap_or_default();
        // Most share next to nothing; of these nothing else is looked up.
        let Some(grams) = index.partial_grams.get(at).copied() else {
            continue;
        };
        if shared < grams / LEAST {
            continue;
        }
        let Some(rule) = index.partial_rules.get(at).copied() else {
            continue;
        };
        let length = u32::try_from(index.words(rule).len()).unwrap_or(u32::MAX);
        // Only texts of about the same length can resemble each other.
        let may_resemble = || {
            length * 4 >= words * 3
                && length * 3 <= words * 4
                && u32::from(shared) >= tally.places / NEAR
        };
        if u32::from(shared) >= needed(query, rule, grams, near_only)
            && (!near_only || may_resemble())
        {
            likely.push((u32::from(shared) * 1000 / length.max(1), shared, rule));
        }
    }
    if likely.len() > 2 * MOST {
        likely.select_nth_unstable_by(MOST, |a, b| b.cmp(a));
        if let Some(rest) = likely.get_mut(MOST..) {
            rest.select_nth_unstable_by_key(MOST, |(_, shared, rule)| {
                (std::cmp::Reverse(*shared), *rule)
            });
        }
        likely.truncate(2 * MOST);
    }
    likely
}

/// How well the rule's words agree with those of the run, if so well as its thresholds ask.
fn scored(
    query: &Query<'_>,
    rule: u16,
    wanted: Wanted,
    longest: u32,
    best: &Best,
    tally: &mut Tally,
    work: &mut u64,
) -> Option<Candidate> {
    let index = query.index;
    let near_only = matches!(wanted, Wanted::Near(_));
    let total = tally.total;
    if index.is(rule, flag::HIDDEN) {
        return None;
    }
    let words = index.words(rule);
    *work = work.saturating_sub(words.len() as u64);
    let needs = index.thresholds(rule);
    let length = u32::try_from(words.len()).unwrap_or(u32::MAX);
    // Most rules are ruled out at a glance.
    let least = least_shared(query, rule, length, near_only, total).max(best.least(length, total));
    if !tally.collect(least, words) {
        return None;
    }
    let shared = tally.shared_words(index);
    if shared.legal == 0
        || shared.legal < u32::from(needs.minimum_legal)
        || shared.words < u32::from(needs.minimum_length)
        || shared.legal_distinct < u32::from(needs.minimum_legal_unique)
        || shared.distinct < u32::from(needs.minimum_unique)
    {
        return None;
    }
    // What a rule that stands word for word leaves unexplained is too little for a part of this one.
    if longest > 0 && shared.words * 5 < length * 3 && tally.unexplained_of() * 4 < longest {
        return None;
    }
    let distinct = u32::try_from(tally.distinct.len()).unwrap_or(u32::MAX);
    // Each word once, then as often as it stands.
    let (rounded_once, once) = scores(shared.distinct, u32::from(needs.unique), distinct);
    let (rounded, exact) = scores(shared.words, length, total);
    let least = f32::from(needs.minimum_coverage);
    let covers = once.containment * 100.0 >= least && exact.containment * 100.0 >= least;
    let resembles = [rounded_once, once, rounded, exact]
        .iter()
        .all(|score| score.resembles);
    (covers && (resembles || !near_only)).then_some(Candidate {
        rounded,
        exact,
        rule,
    })
}

/// The ranks of the best rules of those scored so far, of those that [say and score the
/// same](distinct) one.
struct Best {
    most: usize,
    /// Best first.
    ranks: Vec<Rank>,
}

/// How well a rule scores, what it says, and how many words it has.
type Rank = (Score, u16, usize);

impl Best {
    fn new(most: usize) -> Self {
        Self {
            most,
            ranks: Vec::with_capacity(most + 1),
        }
    }

    fn add(&mut self, query: &Query<'_>, candidate: &Candidate) {
        let index = query.index;
        let rank = (
            candidate.rounded,
            index.expression_number(candidate.rule),
            index.words(candidate.rule).len(),
        );
        let at = self
            .ranks
            .partition_point(|other| other.0 >= candidate.rounded);
        let before = self.ranks.get(..at).unwrap_or_default();
        let mut same = before.iter().rev().take_while(|other| other.0 == rank.0);
        if !same.any(|other| *other == rank) {
            self.ranks.insert(at, rank);
            self.ranks.truncate(self.most);
        }
    }

    /// How many words a rule of this length must share with a run of so many to be among them.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "shares of lengths, rounded down"
    )]
    fn least(&self, length: u32, total: u32) -> u32 {
        const TENTH: f32 = 0.1;
        /// What rounds to a tenth is at most so far from it, and a little more for the calculation.
        const HALF: f32 = 0.0501;
        let Some((worst, ..)) = self.most.checked_sub(1).and_then(|at| self.ranks.get(at)) else {
            return 0;
        };
        let part = |share: f32, words: u32| ((share - HALF).max(0.0) * words as f32) as u32;
        // Both have `shared` of `length + total - shared` words.
        let resembling = |square: f32| {
            let share = (square - HALF).max(0.0).sqrt();
            (share / (1.0 + share) * (length + total) as f32) as u32
        };
        // Either it has more of its words than the last of them, or as many and resembles the text
        // more, or as many, resembles it as much, and shares as many words.
        let more = part(worst.containment + TENTH, length);
        let as_many = part(worst.containment, length);
        let nearer = resembling(worst.resemblance + TENTH).max(as_many);
        let as_near = resembling(worst.resemblance)
            .max(as_many)
            .max(part(worst.shared, SHARED));
        let ranks = more.min(nearer).min(as_near);
        let resembles = part(RESEMBLES, length.max(total));
        if worst.resembles {
            ranks.max(resembles)
        } else {
            ranks.min(resembles)
        }
    }
}

/// How many words a run must share with a rule of this length.
fn least_shared(query: &Query<'_>, rule: u16, length: u32, near_only: bool, total: u32) -> u32 {
    let index = query.index;
    let needs = index.thresholds(rule);
    let part = if near_only {
        // What rounds to the share from which a rule resembles a text.
        length.max(total) * 3 / 4
    } else if !index.is(rule, flag::TEXT) {
        // Of what is no license's text less than half is no match in the end.
        length.div_ceil(2)
    } else if index.is(rule, flag::STRICT) {
        (length / 2).min(150)
    } else {
        length * 35 / 100
    };
    part.max(u32::from(needs.minimum_length))
        .max(length * u32::from(needs.minimum_coverage) / 100)
        .max(1)
}

/// How many words a rule shares with a run.
#[derive(Debug, Default)]
struct Shared {
    words: u32,
    legal: u32,
    distinct: u32,
    legal_distinct: u32,
}

/// Of rules that say the same and score the same, one is enough.
fn distinct(query: &Query<'_>, ranked: &[Candidate], most: usize) -> Vec<Candidate> {
    let index = query.index;
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in ranked {
        let same = kept
            .iter()
            .rev()
            .take_while(|other| other.rounded == candidate.rounded)
            .any(|other| {
                index.expression_number(other.rule) == index.expression_number(candidate.rule)
                    && index.words(other.rule).len() == index.words(candidate.rule).len()
            });
        if !same {
            kept.push(*candidate);
            if kept.len() == most {
                break;
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::index::embedded;

    /// Words of some licenses in turns, and words that no license has.
    fn text() -> impl Strategy<Value = String> {
        let ids = [
            "MIT",
            "Apache-2.0",
            "LGPL-2.1-or-later",
            "BSD-3-Clause",
            "ISC",
        ];
        let words = |id: &str| -> Vec<&'static str> {
            let license = spdx::license_id(id).unwrap();
            license.text().split_whitespace().collect()
        };
        let piece = (
            proptest::sample::select(ids.map(words).to_vec()),
            0_usize..400,
            5_usize..200,
        )
            .prop_map(|(words, from, count)| {
                let from = from % words.len();
                words[from..(from + count).min(words.len())].join(" ")
            });
        proptest::collection::vec(piece, 1..4).prop_map(|pieces| pieces.join(" zyx the of wvu "))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn rules_that_are_passed_over_would_not_have_been_among_the_best(
            text in text(), most in 1_usize..30, near in any::<bool>()
        ) {
            let stretches = [(0, text.len(), 1)];
            let query = Query::new(embedded().unwrap(), &text, &stretches, false);
            let given = Given {
                run: (0, query.length()),
                runs: Runs::All,
                taken: &vec![false; query.tokens.len()],
                exact: &[],
            };
            let wanted = if near { Wanted::Near(most) } else { Wanted::Any(most) };
            let (mut tally, mut work) = (Tally::new(), u64::MAX);
            count(&query, given, &mut tally, &mut work);
            let found = candidates(&query, given, wanted, &mut tally, &mut work);
            let unbounded = Best::new(0);
            let mut all: Vec<Candidate> = likely(&query, given.run, wanted, &tally)
                .into_iter()
                .filter_map(|(.., rule)| {
                    scored(&query, rule, wanted, 0, &unbounded, &mut tally, &mut work)
                })
                .collect();
            all.sort_by(|a, b| b.partial_cmp(a).unwrap().then(a.rule.cmp(&b.rule)));
            prop_assert_eq!(found, distinct(&query, &all, most));
        }
    }
}
