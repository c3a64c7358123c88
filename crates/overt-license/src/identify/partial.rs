//! Rules that stand in a text in part: first which rules may, by the words that they share, then
//! where, by alignment.

use super::found::{Found, Way, ratio};
use super::query::Query;
use super::ranges::Ranges;
use crate::index::{flag, gram};

/// So many rules are aligned with the whole text if they resemble it closely.
const NEAR_TEXTS: usize = 10;
/// So many rules are aligned with each run.
const CANDIDATES: usize = 70;

/// A rule that may stand in a text, best last in order.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
struct Candidate {
    rounded: Score,
    exact: Score,
    rule: u16,
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
        shared: round(ratio(shared, 20)),
    };
    let exact = Score {
        resembles: resemblance >= RESEMBLES,
        containment,
        resemblance: resemblance * resemblance,
        shared: ratio(shared, 1),
    };
    (rounded, exact)
}

/// Memory that is used again for every run.
pub(super) struct Scratch {
    /// For each word, how often it stands in the run.
    counts: Vec<u32>,
    /// For each rule that may match in part, how many words and legal words it shares.
    shared: Vec<(u16, u16)>,
    /// For each word, where it stands first in the rule; then a chain.
    heads: Vec<u32>,
    chain: Vec<u32>,
    /// For each place of the rule, the row that wrote it and the length found.
    rows: Vec<(u32, u32)>,
}

const NONE: u32 = u32::MAX;

impl Scratch {
    pub(super) fn new(query: &Query<'_>) -> Self {
        let words = usize::from(u16::MAX) + 1;
        Self {
            counts: vec![0; words],
            shared: vec![(0, 0); query.index.partial_rules.len()],
            heads: vec![NONE; words],
            chain: Vec::new(),
            rows: Vec::new(),
        }
    }
}

/// The rules that may stand in the run, best first.
fn candidates(
    query: &Query<'_>,
    run: (u32, u32),
    near_only: bool,
    most: usize,
    scratch: &mut Scratch,
    work: &mut u64,
) -> Vec<Candidate> {
    let index = query.index;
    let mut distinct: Vec<u16> = Vec::new();
    let mut total = 0_u32;
    for place in run.0..run.1 {
        if query.is_open(place) {
            let id = query.id(place);
            if let Some(count) = scratch.counts.get_mut(usize::from(id)) {
                if *count == 0 {
                    distinct.push(id);
                }
                *count += 1;
                total += 1;
            }
        }
    }
    for word in &distinct {
        let legal = u16::from(index.is_legal(*word));
        let rules = index.rules_with_word(*word);
        *work = work.saturating_sub(rules.len() as u64);
        for place in rules {
            if let Some(shared) = scratch.shared.get_mut(usize::from(*place)) {
                shared.0 = shared.0.saturating_add(1);
                shared.1 += legal;
            }
        }
    }
    let text = u32::try_from(distinct.len()).unwrap_or(u32::MAX);
    let mut ranked: Vec<Candidate> = Vec::new();
    for (shared, rule) in scratch.shared.iter_mut().zip(index.partial_rules) {
        let (words, legal) = std::mem::take(shared);
        if legal == 0 {
            continue;
        }
        if index.is(*rule, flag::HIDDEN) {
            continue;
        }
        let needs = index.thresholds(*rule);
        if legal < needs.minimum_legal_unique || words < needs.minimum_unique {
            continue;
        }
        let (rounded, exact) = scores(u32::from(words), u32::from(needs.unique), text);
        if exact.containment * 100.0 < f32::from(needs.minimum_coverage) {
            continue;
        }
        if !near_only || rounded.resembles && exact.resembles {
            ranked.push(Candidate {
                rounded,
                exact,
                rule: *rule,
            });
        }
    }
    let order =
        |a: &Candidate, b: &Candidate| b.partial_cmp(a).unwrap_or(std::cmp::Ordering::Equal);
    if ranked.len() > most * 10 {
        ranked.select_nth_unstable_by(most * 10, order);
        ranked.truncate(most * 10);
    }

    // Again with repeated words counted.
    let mut again: Vec<Candidate> = Vec::new();
    for candidate in ranked {
        let words = index.words(candidate.rule);
        *work = work.saturating_sub(words.len() as u64);
        let (mut shared, mut legal) = (0_u32, 0_u32);
        for word in words {
            if let Some(count) = scratch.counts.get_mut(usize::from(*word))
                && *count > 0
            {
                *count -= 1;
                shared += 1;
                legal += u32::from(index.is_legal(*word));
                if let Some(head) = scratch.heads.get_mut(usize::from(*word)) {
                    *head = head.wrapping_add(1);
                }
            }
        }
        for word in words {
            if let (Some(count), Some(head)) = (
                scratch.counts.get_mut(usize::from(*word)),
                scratch.heads.get_mut(usize::from(*word)),
            ) && *head != NONE
            {
                *count += *head + 1;
                *head = NONE;
            }
        }
        let needs = index.thresholds(candidate.rule);
        let length = u32::try_from(words.len()).unwrap_or(u32::MAX);
        if legal == 0
            || legal < u32::from(needs.minimum_legal)
            || shared < u32::from(needs.minimum_length)
        {
            continue;
        }
        let (rounded, exact) = scores(shared, length, total);
        if exact.containment * 100.0 < f32::from(needs.minimum_coverage) {
            continue;
        }
        if !near_only || rounded.resembles && exact.resembles {
            again.push(Candidate {
                rounded,
                exact,
                rule: candidate.rule,
            });
        }
    }
    for word in distinct {
        if let Some(count) = scratch.counts.get_mut(usize::from(word)) {
            *count = 0;
        }
    }
    again.sort_by(order);
    // Of rules that say the same and score the same, one is enough.
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in again {
        let same = |other: &Candidate| {
            other.rounded == candidate.rounded
                && index.expression_number(other.rule) == index.expression_number(candidate.rule)
                && index.words(other.rule).len() == index.words(candidate.rule).len()
        };
        let near = kept
            .iter()
            .rev()
            .take_while(|other| other.rounded == candidate.rounded);
        if !near.into_iter().any(same) {
            kept.push(candidate);
            if kept.len() == most {
                break;
            }
        }
    }
    kept
}

/// Rules that stand in part in the text; places in `taken` are already explained word for word.
pub(super) fn partial(query: &mut Query<'_>, taken: &mut [bool], work: &mut u64) -> Vec<Found> {
    // The strings of a large binary are no document.
    const LARGE: usize = 256 << 10;
    let mut found = Vec::new();
    let whole = (0, query.length());
    if query.from_binary && query.text.len() > LARGE || !unexplained(query, whole, taken) {
        return found;
    }
    let mut scratch = Scratch::new(query);
    {
        let near = candidates(query, whole, true, NEAR_TEXTS, &mut scratch, work);
        let near = aligned(query, whole, &near, &mut scratch, work);
        for part in &near {
            for place in part.here.places() {
                if let Some(open) = query.open.get_mut(place as usize) {
                    *open = false;
                }
                if let Some(taken) = taken.get_mut(place as usize) {
                    *taken = true;
                }
            }
        }
        found.extend(near);
    }
    for run in query.runs.clone() {
        if *work == 0 {
            break;
        }
        if unexplained(query, run, taken) {
            let likely = candidates(query, run, false, CANDIDATES, &mut scratch, work);
            found.extend(aligned(query, run, &likely, &mut scratch, work));
        }
    }
    found
}

/// Whether so much is left that nothing explains, and that some rule words alike, that a rule may
/// stand there in part. Counted are runs of four words that rules hold.
fn unexplained(query: &Query<'_>, run: (u32, u32), taken: &[bool]) -> bool {
    const ENOUGH: u32 = 1;
    let is_free = |place: u32| {
        query.is_open(place) && !taken.get(place as usize).copied().unwrap_or_default()
    };
    // A long text without structure, such as a table of names, must show more.
    let enough = ENOUGH + u32::from(run.1 - run.0 > 120) + (run.1 - run.0) / 2000;
    let mut free = 0_u32;
    let mut alike = 0;
    let mut words = [0_u16; 4];
    let mut streak = 0;
    let mut since_legal = u32::MAX;
    for place in run.0..run.1 {
        let id = query.id(place);
        words.rotate_left(1);
        if let Some(last) = words.last_mut() {
            *last = id;
        }
        streak += 1;
        since_legal = if query.index.is_legal(id) {
            0
        } else {
            since_legal.saturating_add(1)
        };
        free = free << 1 | u32::from(is_free(place));
        if streak >= 4 && free & 0xf != 0 && since_legal < 4 && query.index.has_gram(gram(words)) {
            alike += 1;
            if alike >= enough {
                return true;
            }
        }
    }
    false
}

fn aligned(
    query: &Query<'_>,
    run: (u32, u32),
    candidates: &[Candidate],
    scratch: &mut Scratch,
    work: &mut u64,
) -> Vec<Found> {
    let mut found = Vec::new();
    for candidate in candidates {
        if *work == 0 {
            break;
        }
        align(query, run, candidate.rule, scratch, work, &mut found);
    }
    super::refine::merge(query, found)
}

/// Aligns a rule with the run, again behind each alignment, so that repetitions are found.
fn align(
    query: &Query<'_>,
    run: (u32, u32),
    rule: u16,
    scratch: &mut Scratch,
    work: &mut u64,
    found: &mut Vec<Found>,
) {
    let words = query.index.words(rule);
    let length = u32::try_from(words.len()).unwrap_or(u32::MAX);
    scratch.chain.clear();
    scratch.chain.resize(words.len(), NONE);
    scratch.rows.clear();
    scratch.rows.resize(words.len() + 1, (NONE, 0));
    // Chains lead from a word's last place back to its first.
    for (place, word) in (0_u32..).zip(words) {
        if query.index.is_legal(*word)
            && let (Some(head), Some(next)) = (
                scratch.heads.get_mut(usize::from(*word)),
                scratch.chain.get_mut(place as usize),
            )
        {
            *next = *head;
            *head = place;
        }
    }
    let mut start = run.0;
    while start < run.1 && *work > 0 {
        let blocks = blocks(query, words, (start, run.1), length, scratch, work);
        if blocks.is_empty() {
            break;
        }
        for (here, there, size) in blocks {
            if size > 1 || query.index.is_legal(query.id(here)) {
                found.push(Found::new(
                    query,
                    rule,
                    Ranges::one(here, here + size),
                    Ranges::one(there, there + size),
                    Way::Partial,
                ));
            }
            start = start.max(here + size);
        }
    }
    for word in words {
        if let Some(head) = scratch.heads.get_mut(usize::from(*word)) {
            *head = NONE;
        }
    }
}

/// Blocks of equal words in the same order in both, the longest first, then those beside it.
fn blocks(
    query: &Query<'_>,
    words: &[u16],
    run: (u32, u32),
    length: u32,
    scratch: &mut Scratch,
    work: &mut u64,
) -> Vec<(u32, u32, u32)> {
    let mut waiting = vec![(run.0, run.1, 0, length)];
    let mut blocks: Vec<(u32, u32, u32)> = Vec::new();
    while let Some(area) = waiting.pop() {
        let (from, to, low, high) = area;
        let (here, there, size) = longest(query, words, area, scratch, work);
        if size == 0 {
            continue;
        }
        blocks.push((here, there, size));
        if from < here && low < there {
            waiting.push((from, here, low, there));
        }
        if here + size < to && there + size < high {
            waiting.push((here + size, to, there + size, high));
        }
    }
    blocks.sort_unstable();
    let mut joined: Vec<(u32, u32, u32)> = Vec::with_capacity(blocks.len());
    for block in blocks {
        match joined.last_mut() {
            Some(last) if last.0 + last.2 == block.0 && last.1 + last.2 == block.1 => {
                last.2 += block.2;
            }
            _ => joined.push(block),
        }
    }
    joined
}

/// The longest run of equal legal words, then with its equal neighbors: where in the text, where in
/// the rule, how long.
fn longest(
    query: &Query<'_>,
    words: &[u16],
    (from, to, low, high): (u32, u32, u32, u32),
    scratch: &mut Scratch,
    work: &mut u64,
) -> (u32, u32, u32) {
    let (mut best, mut best_there, mut size) = (from, low, 0);
    scratch.rows.fill((NONE, 0));
    *work = work.saturating_sub(words.len() as u64 / 8 + 1);
    for place in from..to {
        let id = query.id(place);
        if !query.index.is_legal(id) || !query.is_open(place) {
            continue;
        }
        let mut there = scratch.heads.get(usize::from(id)).copied().unwrap_or(NONE);
        while there != NONE {
            if *work == 0 {
                return (from, low, 0);
            }
            *work -= 1;
            if there < low {
                break;
            }
            if there < high {
                let before = there
                    .checked_sub(1)
                    .and_then(|before| scratch.rows.get(before as usize))
                    .filter(|row| place > from && row.0 == place - 1)
                    .map_or(0, |row| row.1);
                let run = before + 1;
                if let Some(row) = scratch.rows.get_mut(there as usize) {
                    *row = (place, run);
                }
                let start = (place + 1 - run, there + 1 - run);
                if run > size || run == size && start.0 == best && start.1 < best_there {
                    (best, best_there, size) = (start.0, start.1, run);
                }
            }
            there = scratch.chain.get(there as usize).copied().unwrap_or(NONE);
        }
    }
    if size == 0 {
        return (from, low, 0);
    }
    let same = |here: u32, there: u32| {
        query.is_open(here) && words.get(there as usize) == Some(&query.id(here))
    };
    while best > from && best_there > low && same(best - 1, best_there - 1) {
        best -= 1;
        best_there -= 1;
        size += 1;
    }
    while best + size < to && best_there + size < high && same(best + size, best_there + size) {
        size += 1;
    }
    (best, best_there, size)
}
