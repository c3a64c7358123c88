//! Rules that stand in a text in part: [which rules may](super::candidates), and where, by alignment.

use std::cell::RefCell;

use super::candidates::{Candidate, Given, Runs, Tally, Wanted, candidates, count};
use super::found::{Found, Way};
use super::query::Query;
use super::ranges::Ranges;
use super::refine::may_stand;

/// So many rules are aligned with the whole text if they resemble it closely.
const NEAR_TEXTS: usize = 10;
/// So many rules are aligned with each run.
const CANDIDATES: usize = 25;

/// So many parts of rules are found in a run at most, so that memory has a bound (some 250 bytes
/// each): only in repetitions without end are there more.
const MOST: usize = 150_000;
/// So many words at least are looked at together, and more for long rules; what repeats itself
/// farther on is found there. Were it all of a run, a text of repetitions would cost the square of
/// its length.
const WINDOW: u32 = 4000;

/// Memory that is used again for every run.
struct Scratch {
    tally: Tally,
    /// For each word, where it stands first in the rule; then a chain.
    heads: Vec<u32>,
    chain: Vec<u32>,
    /// For each place of the rule, the row that wrote it and the length found.
    rows: Vec<(u32, u32)>,
}

const NONE: u32 = u32::MAX;

impl Scratch {
    fn new() -> Self {
        Self {
            tally: Tally::new(),
            heads: vec![NONE; usize::from(u16::MAX) + 1],
            chain: Vec::new(),
            rows: Vec::new(),
        }
    }
}

thread_local! {
    /// Every search leaves it as it found it.
    static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch::new());
}

/// Rules that stand in part in the text; places in `taken` are already explained word for word, by
/// the rules `exact`.
pub(super) fn partial(
    query: &mut Query<'_>,
    runs: Runs,
    (exact, taken): (&[Found], &[bool]),
    work: &mut u64,
) -> Vec<Found> {
    // The strings of a large binary are no document.
    const LARGE: usize = 256 << 10;
    if query.from_binary && query.text.len() > LARGE {
        return Vec::new();
    }
    SCRATCH.with(|scratch| match scratch.try_borrow_mut() {
        Ok(mut scratch) => search(query, runs, (exact, taken), &mut scratch, work),
        Err(_) => search(query, runs, (exact, taken), &mut Scratch::new(), work),
    })
}

/// Rules that resemble the whole text, whatever explains its words.
pub(super) fn nearly_whole(query: &Query<'_>, exact: &[Found], work: &mut u64) -> Vec<Found> {
    let taken = vec![false; query.tokens.len()];
    let whole = Given {
        run: (0, query.length()),
        runs: Runs::All,
        taken: &taken,
        exact,
    };
    let near = |scratch: &mut Scratch, work: &mut u64| {
        if !count(query, whole, &mut scratch.tally, work) {
            return Vec::new();
        }
        let wanted = Wanted::Near(NEAR_TEXTS);
        let near = candidates(query, whole, wanted, &mut scratch.tally, work);
        let mut found = aligned(query, whole.run, &near, scratch, work);
        found.retain(|part| may_stand(query, part));
        found
    };
    SCRATCH.with(|scratch| match scratch.try_borrow_mut() {
        Ok(mut scratch) => near(&mut scratch, work),
        Err(_) => near(&mut Scratch::new(), work),
    })
}

fn search(
    query: &mut Query<'_>,
    runs: Runs,
    (exact, taken): (&[Found], &[bool]),
    scratch: &mut Scratch,
    work: &mut u64,
) -> Vec<Found> {
    let whole = Given {
        run: (0, query.length()),
        runs,
        taken,
        exact,
    };
    let mut found = Vec::new();
    let is_counted = count(query, whole, &mut scratch.tally, work);
    if is_counted {
        let near = candidates(
            query,
            whole,
            Wanted::Near(NEAR_TEXTS),
            &mut scratch.tally,
            work,
        );
        found = aligned(query, whole.run, &near, scratch, work);
        // What cannot stand must not stand in the way of others.
        found.retain(|part| may_stand(query, part));
    }
    if found.is_empty() {
        in_runs(query, whole, is_counted, &mut found, scratch, work);
        return found;
    }
    // What resembles the whole leaves its words to nothing else.
    let open = query.open.clone();
    let mut taken = taken.to_vec();
    for place in found.iter().flat_map(|part| part.here.places()) {
        if let Some(open) = query.open.get_mut(place as usize) {
            *open = false;
        }
        if let Some(taken) = taken.get_mut(place as usize) {
            *taken = true;
        }
    }
    let rest = Given {
        taken: &taken,
        ..whole
    };
    in_runs(query, rest, false, &mut found, scratch, work);
    query.open = open;
    found
}

/// Looks for rules in each run of the text; the whole may be counted already.
fn in_runs(
    query: &Query<'_>,
    whole: Given<'_>,
    is_counted: bool,
    found: &mut Vec<Found>,
    scratch: &mut Scratch,
    work: &mut u64,
) {
    for run in query.runs.iter().copied() {
        if *work == 0 {
            break;
        }
        let given = Given { run, ..whole };
        if run == whole.run && is_counted || count(query, given, &mut scratch.tally, work) {
            let wanted = Wanted::Any(CANDIDATES);
            let likely = candidates(query, given, wanted, &mut scratch.tally, work);
            found.extend(aligned(query, run, &likely, scratch, work));
        }
    }
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
        if found.len() >= MOST {
            *work = 0;
        }
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
    let window = length.saturating_mul(4).max(WINDOW);
    let mut start = run.0;
    while start < run.1 && *work > 0 && found.len() < MOST {
        let end = start.saturating_add(window).min(run.1);
        let blocks = blocks(query, words, (start, end), length, scratch, work);
        if blocks.is_empty() {
            if end == run.1 {
                break;
            }
            start = end - length;
            continue;
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
