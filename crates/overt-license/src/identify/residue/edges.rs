//! The beginning and the end of a license's text, where a change keeps the words beside it from being
//! matched.

use super::super::found::Found;
use super::super::query::Query;
use super::super::words::{Reader, Word};
use super::common::pairs;
use super::gap::{Gap, Place, number};

/// So many words more than are missing are looked at.
const MORE: u32 = 8;
/// Fewer common words say nothing.
const FEWEST: usize = 3;

/// What stands in place of the missing beginning, if most of that stands there, and how many words
/// are missing before it.
pub(super) fn head<'r>(
    query: &Query<'_>,
    found: &Found,
    rule: &'r [u16],
    explained: &[(usize, usize)],
) -> Option<(Gap<'r>, u32)> {
    let missing = rule.get(..found.there.start() as usize)?;
    let length = found.there.start();
    let first = found.here.start();
    let from = query.token(first.saturating_sub(length + length / 2 + MORE))?;
    let end = query.token(first)?.start as usize;
    let own = |word: &Word| !within(word, explained);
    let here = Reader::new(query.text, from.start as usize, end, from.line);
    let here: Vec<_> = here.filter(own).collect();
    let common = pairs(&here, missing, |word| number(query, word));
    let total = common.len();
    common.iter().enumerate().find_map(|(at, (i, j))| {
        let (words, rule) = (here.get(*i..)?, missing.get(*j..)?);
        is_same_place(total - at, words.len(), rule.len()).then(|| {
            let left = u32::try_from(*j).unwrap_or(u32::MAX);
            let start = words.first().map_or(end, |word| word.start);
            let line = words.first().map_or(from.line, |word| word.line);
            (Gap::new(words.to_vec(), rule, (start, end), line), left)
        })
    })
}

/// The same of the end.
pub(super) fn tail<'r>(
    query: &Query<'_>,
    found: &Found,
    rule: &'r [u16],
    explained: &[(usize, usize)],
) -> Option<(Gap<'r>, u32)> {
    let missing = rule.get(found.there.end() as usize..)?;
    let length = u32::try_from(missing.len()).ok()?;
    let last = query.token(found.here.end().checked_sub(1)?)?;
    let reach = found.here.end() + length + length / 2 + MORE;
    let until = query.token(reach).or_else(|| query.tokens.last())?;
    let start = last.end as usize;
    let own = |word: &Word| !within(word, explained);
    let here = Reader::new(query.text, start, until.end as usize, last.line);
    let here: Vec<_> = here.filter(own).collect();
    let common = pairs(&here, missing, |word| number(query, word));
    common.iter().enumerate().rev().find_map(|(at, (i, j))| {
        let (words, rule) = (here.get(..=*i)?, missing.get(..=*j)?);
        is_same_place(at + 1, words.len(), rule.len()).then(|| {
            let left = u32::try_from(missing.len() - rule.len()).unwrap_or(u32::MAX);
            let end = words.last().map_or(start, |word| word.end);
            let gap = Gap::new(words.to_vec(), rule, (start, end), last.line);
            (gap.at(Place::End), left)
        })
    })
}

/// Whether stretches that share so many words are the same place of a text.
fn is_same_place(common: usize, here: usize, there: usize) -> bool {
    common >= FEWEST && common * 10 >= there * 6 && common * 2 >= here
}

/// Whether another match says the word.
fn within(word: &Word, explained: &[(usize, usize)]) -> bool {
    explained
        .iter()
        .any(|(start, end)| *start <= word.start && word.end <= *end)
}
