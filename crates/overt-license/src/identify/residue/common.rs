//! What two stretches of words have in common.

use super::super::words::Word;

/// The largest table that two stretches are compared in.
const LARGEST: usize = 40_000;

/// Places of equal words in the same order in both, as many as there can be; none of long stretches.
pub(super) fn pairs(
    here: &[Word],
    there: &[u16],
    number: impl Fn(&Word) -> Option<u16>,
) -> Vec<(usize, usize)> {
    if here.is_empty() || there.is_empty() || here.len() * there.len() > LARGEST {
        return Vec::new();
    }
    let numbers: Vec<Option<u16>> = here.iter().map(number).collect();
    let same = |i: usize, j: usize| {
        let word = numbers.get(i).copied().flatten();
        word.is_some() && word == there.get(j).copied()
    };
    let width = there.len() + 1;
    let mut table = vec![0_u16; (here.len() + 1) * width];
    let at = |table: &[u16], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for i in (0..here.len()).rev() {
        for j in (0..there.len()).rev() {
            let value = if same(i, j) {
                at(&table, i + 1, j + 1) + 1
            } else {
                at(&table, i + 1, j).max(at(&table, i, j + 1))
            };
            if let Some(cell) = table.get_mut(i * width + j) {
                *cell = value;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < here.len() && j < there.len() {
        if same(i, j) {
            pairs.push((i, j));
            i += 1;
            j += 1;
        } else if at(&table, i + 1, j) >= at(&table, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

/// The words of both sides that no common subsequence holds. Long gaps are taken as they are.
pub(super) fn unmatched(
    here: &[Word],
    there: &[u16],
    number: impl Fn(&Word) -> Option<u16>,
) -> (Vec<Word>, Vec<u16>) {
    let (mut i, mut j) = (0, 0);
    let (mut added, mut missing) = (Vec::new(), Vec::new());
    for (next_i, next_j) in pairs(here, there, number) {
        added.extend_from_slice(here.get(i..next_i).unwrap_or_default());
        missing.extend_from_slice(there.get(j..next_j).unwrap_or_default());
        (i, j) = (next_i + 1, next_j + 1);
    }
    added.extend_from_slice(here.get(i..).unwrap_or_default());
    missing.extend_from_slice(there.get(j..).unwrap_or_default());
    (added, missing)
}
