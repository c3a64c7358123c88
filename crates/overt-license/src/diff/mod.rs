//! What differs between two texts, word by word, as the SPDX matching guidelines compare them: case,
//! punctuation, white space, markup, list numbers, copyright notices and spelling do not count.

mod canonical;
mod compared;

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use canonical::canonical_text;

use crate::identify::{Passage, Word};
use compared::{compared, is_copyright_notice};

/// What differs between two texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TextDifference {
    /// Words that both have, in the same order.
    pub same_words: u32,
    /// Words that only the first has.
    pub removed_words: u32,
    /// Words that only the second has.
    pub added_words: u32,
    /// Twice the shared words over all words, from 0 to 1; 1 if neither has any.
    pub similarity: f32,
    /// The places, in order. `lines` and `here` are the second text's, `canonical` the first's.
    pub passages: Vec<Passage>,
}

/// Words shown of one passage.
const SHOWN: usize = 60;
/// The largest table that two stretches between anchors are compared in.
const LARGEST_TABLE: usize = 4_000_000;

/// Compares two texts word by word. What the SPDX matching guidelines pass over is no difference:
/// white space, case, punctuation, markup, numbers of list items, copyright notices, spelling.
pub fn diff(old: &str, new: &str) -> TextDifference {
    let (before, after) = compared(old, new);
    let pairs = common(&before, &after);
    let same = pairs.len();
    let (mut removed_words, mut added_words) = (0, 0);
    let mut passages = Vec::new();
    let (mut i, mut j) = (0, 0);
    for (next_i, next_j) in pairs.into_iter().chain([(before.len(), after.len())]) {
        if next_i > i || next_j > j {
            let removed = before.get(i..next_i).unwrap_or_default();
            let added = after.get(j..next_j).unwrap_or_default();
            if is_replaceable(old, removed) && is_replaceable(new, added) {
                (i, j) = (next_i + 1, next_j + 1);
                continue;
            }
            removed_words += removed.len();
            added_words += added.len();
            let line = added.first().or_else(|| after.get(j.saturating_sub(1)));
            let first = line.map_or(1, |word| word.line);
            passages.push(Passage {
                lines: (first, added.last().map_or(first, |word| word.line)),
                here: spelled(new, added),
                here_words: count(added.len()),
                canonical: spelled(old, removed),
                canonical_words: count(removed.len()),
            });
        }
        (i, j) = (next_i + 1, next_j + 1);
    }
    let all = 2 * same + removed_words + added_words;
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a share needs few digits"
    )]
    let similarity = if all == 0 {
        1.0
    } else {
        (2.0 * same as f64 / all as f64) as f32
    };
    TextDifference {
        same_words: count(same),
        removed_words: count(removed_words),
        added_words: count(added_words),
        similarity,
        passages,
    }
}

/// The longest copyright notice within running text, in words.
const LONGEST_NOTICE: usize = 16;

/// Whether words that only one text has are none, or a copyright notice within running text.
fn is_replaceable(text: &str, words: &[Word]) -> bool {
    match (words.first(), words.last()) {
        (Some(first), Some(last)) => {
            words.len() <= LONGEST_NOTICE
                && text
                    .get(first.start..last.end)
                    .is_some_and(is_copyright_notice)
        }
        _ => true,
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn spelled(text: &str, words: &[Word]) -> String {
    words
        .iter()
        .take(SHOWN)
        .filter_map(|word| text.get(word.start..word.end))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Pairs of places of equal words, rising in both: runs of three words that are unique in both
/// texts anchor the comparison, and what lies between anchors is compared in full while it is small.
fn common(before: &[Word], after: &[Word]) -> Vec<(usize, usize)> {
    let anchors = anchors(before, after);
    let mut pairs = Vec::new();
    let (mut i, mut j) = (0, 0);
    for (next_i, next_j) in anchors.into_iter().chain([(before.len(), after.len())]) {
        if next_i < i || next_j < j {
            continue;
        }
        between(before, after, (i, next_i), (j, next_j), &mut pairs);
        if next_i < before.len() && next_j < after.len() {
            pairs.push((next_i, next_j));
        }
        (i, j) = (next_i + 1, next_j + 1);
    }
    pairs
}

/// Places where a run of three words begins that stands once in each text, the longest rising
/// sequence of them.
fn anchors(before: &[Word], after: &[Word]) -> Vec<(usize, usize)> {
    type Run = (u64, u64, u64);
    let runs = |words: &[Word]| {
        let mut places: HashMap<Run, Option<usize>> = HashMap::new();
        for (at, window) in words.windows(3).enumerate() {
            if let [a, b, c] = window {
                places
                    .entry((a.hash, b.hash, c.hash))
                    .and_modify(|place| *place = None)
                    .or_insert(Some(at));
            }
        }
        places
    };
    let (old, new) = (runs(before), runs(after));
    let mut shared: Vec<(usize, usize)> = Vec::new();
    for (at, window) in before.windows(3).enumerate() {
        if let [a, b, c] = window {
            let run = (a.hash, b.hash, c.hash);
            if let (Some(Some(_)), Some(Some(place))) = (old.get(&run), new.get(&run)) {
                shared.push((at, *place));
            }
        }
    }
    // The longest rising sequence, by patience sorting.
    let mut tops: Vec<usize> = Vec::new();
    let mut previous: Vec<Option<usize>> = Vec::with_capacity(shared.len());
    for (at, (_, place)) in shared.iter().enumerate() {
        let pile =
            tops.partition_point(|top| shared.get(*top).is_some_and(|other| other.1 < *place));
        previous.push(
            pile.checked_sub(1)
                .and_then(|below| tops.get(below).copied()),
        );
        if let Some(top) = tops.get_mut(pile) {
            *top = at;
        } else {
            tops.push(at);
        }
    }
    let mut rising = Vec::with_capacity(tops.len());
    let mut next = tops.last().copied();
    while let Some(at) = next {
        rising.extend(shared.get(at).copied());
        next = previous.get(at).copied().flatten();
    }
    rising.reverse();
    rising
}

fn between(
    before: &[Word],
    after: &[Word],
    (mut i, i_end): (usize, usize),
    (mut j, j_end): (usize, usize),
    pairs: &mut Vec<(usize, usize)>,
) {
    let same = |i: usize, j: usize| match (before.get(i), after.get(j)) {
        (Some(a), Some(b)) => a.hash == b.hash,
        _ => false,
    };
    while i < i_end && j < j_end && same(i, j) {
        pairs.push((i, j));
        i += 1;
        j += 1;
    }
    let (rows, columns) = (i_end.saturating_sub(i), j_end.saturating_sub(j));
    if rows == 0 || columns == 0 || rows.saturating_mul(columns) > LARGEST_TABLE {
        return;
    }
    let width = columns + 1;
    let mut table = vec![0_u32; (rows + 1) * width];
    let value = |table: &[u32], r: usize, c: usize| table.get(r * width + c).copied().unwrap_or(0);
    for r in (0..rows).rev() {
        for c in (0..columns).rev() {
            let best = if same(i + r, j + c) {
                value(&table, r + 1, c + 1) + 1
            } else {
                value(&table, r + 1, c).max(value(&table, r, c + 1))
            };
            if let Some(cell) = table.get_mut(r * width + c) {
                *cell = best;
            }
        }
    }
    let (mut r, mut c) = (0, 0);
    while r < rows && c < columns {
        if same(i + r, j + c) {
            pairs.push((i + r, j + c));
            r += 1;
            c += 1;
        } else if value(&table, r + 1, c) >= value(&table, r, c + 1) {
            r += 1;
        } else {
            c += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_count() {
        let same = diff(
            "You may use, copy\nand share it.",
            "/* YOU may use; copy and\n * share it */",
        );
        assert_eq!((same.added_words, same.removed_words), (0, 0));
        assert!(same.passages.is_empty());
    }

    #[test]
    fn added_and_removed_words_are_shown_where_they_stand() {
        let changed = diff("one two three four five", "one two not three\nfive");
        assert_eq!(changed.same_words, 4);
        let passages: Vec<(&str, &str)> = changed
            .passages
            .iter()
            .map(|passage| (passage.here.as_str(), passage.canonical.as_str()))
            .collect();
        assert_eq!(passages, [("not", ""), ("", "four")]);
        assert_eq!(changed.passages[1].lines, (1, 1));
    }

    #[test]
    fn what_the_guidelines_pass_over_is_no_difference() {
        let plain = "Some License\n\nCopyright (c) <year> <holder>\n\nYou may use, copy and share \
             the work under this license:\n1. keep the notice;\n2. give no warranty.";
        for dressed in [
            "Some License\n\nCopyright 2024 Jane Doe\n\nYou may use, copy and share the work under \
             this licence:\n(a) keep the notice;\n(b) give no war-\nranty.",
            "<h1>Some License</h1><p class=\"x\">\n(c) 1999 Doe &amp; Co.</p>\n<p>You may \u{201c}use\u{201d}, \
             copy and share the work under this license:</p><ul>\n<li>keep the notice;\n<li>give no warranty.",
            "dnl Some License\ndnl\ndnl You may use, copy and share the work under this license:\n\
             dnl 1) keep the notice;\ndnl 2) give no warranty.",
            "Some License Copyright (c) 2020 Jane Doe You may use, copy and share the work under this \
             license: keep the notice; give no warranty.",
        ] {
            assert_eq!(diff(plain, dressed).passages, [], "{dressed}");
            assert_eq!(diff(dressed, plain).passages, [], "{dressed}");
        }
    }

    #[test]
    fn a_restriction_in_a_copyright_line_is_a_difference() {
        let plain = "Copyright 2024 Jane Doe\nYou may use the work.";
        for changed in [
            "Copyright 2024 Jane Doe. For non-commercial use only.\nYou may use the work.",
            "Copyright 2024 Jane Doe\nYou may not use the work.",
            "Copyright 2024 Jane Doe\nYou may use the work.\n(c) tell us of it.",
        ] {
            assert_ne!(diff(plain, changed).passages, [], "{changed}");
        }
    }

    #[test]
    fn long_texts_are_compared_in_little_time() {
        let word = |number: usize| format!("w{number} ");
        let old: String = (0..50_000).map(word).collect();
        let new: String = (0..50_000)
            .filter(|number| number % 100 != 7)
            .map(word)
            .collect();
        assert_eq!(diff(&old, &new).removed_words, 500);
        assert_eq!(
            diff(&"a ".repeat(100_000), &"b ".repeat(100_000)).same_words,
            0
        );
    }
}
