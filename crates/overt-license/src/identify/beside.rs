//! Sentences right before and behind a license's text that no license explains.

use super::clauses::{is_comment, is_ideograph, is_sentence};
use super::found::Found;
use super::judge::{Judged, Worth, bytes, explains, has_instructions};
use super::leftover::Leftover;
use super::prefilter::{Stretch, is_source};
use super::query::Query;
use super::residue::is_copyright_line;
use super::result::Passage;
use super::words::{Reader, Word};
use crate::index::flag;

/// The most sentences that are told.
const MOST: usize = 8;
/// Sentences farther from the license, in lines, are about something else.
const NEAR: u32 = 6;
/// So many words of a sentence are shown.
const SHOWN: usize = 60;
/// A sentence in a script without spaces has so many characters.
const UNSPACED: usize = 6;

/// The license whose text most of the text is, if it was read whole and is no source code.
///
/// A sentence beside it may be a term, whatever its words; most are none, so that the license keeps its
/// name and they are only told.
pub(super) fn most_of<'j>(
    query: &Query<'_>,
    judged: &'j [Judged],
    stretches: &[Stretch],
) -> Option<&'j Found> {
    let length = query.text.len();
    if stretches != [(0, length, 1)] || query.from_binary {
        return None;
    }
    let is_most = |found: &Found| {
        let (start, end) = bytes(query, found);
        (end - start) * 2 >= length
    };
    judged
        .iter()
        .filter(|(found, _, worth)| *worth == Worth::Same && found.is(query, flag::TEXT))
        .map(|(found, _, _)| found)
        .find(|found| is_most(found) && explains(query, found))
        .filter(|_| !is_source(query.text.as_bytes()))
}

/// The sentences of what stands right before or behind a license's text.
pub(super) fn sentences(query: &Query<'_>, found: &Found, leftover: &Leftover) -> Vec<Passage> {
    let text = query.text;
    let (start, end) = bytes(query, found);
    let behind = leftover.start >= end;
    let between = if behind {
        text.get(end..leftover.start)
    } else {
        text.get(leftover.end..start)
    };
    // Another license, or a notice, stands between.
    if between.is_none_or(|between| between.contains(char::is_alphanumeric))
        || behind && has_instructions(text, end, leftover)
    {
        return Vec::new();
    }
    let lines = found.lines(query);
    let is_near = |first: &Word, last: &Word| {
        first.line <= lines.1.saturating_add(NEAR) && lines.0 <= last.line.saturating_add(NEAR)
    };
    let words: Vec<Word> =
        Reader::new(text, leftover.start, leftover.end, leftover.lines.0).collect();
    let parts = words.chunk_by(|a, b| !ends(text.get(a.end..b.start).unwrap_or_default()));
    parts
        .filter(|words| {
            let ends = words.first().zip(words.last());
            ends.is_some_and(|(first, last)| is_near(first, last)) && is_told(text, words)
        })
        .filter_map(|words| passage(text, words))
        .collect()
}

/// The first of them all, in order.
pub(super) fn first(mut passages: Vec<Passage>) -> Vec<Passage> {
    passages.truncate(MOST);
    passages
}

/// Whether a sentence, or a paragraph, ends between two words.
fn ends(between: &str) -> bool {
    // A sign within an address or the number of a version ends nothing.
    let mut signs = between.split(['.', ';', '!', '?']).skip(1);
    signs.any(|rest| rest.contains(char::is_whitespace))
        || between.contains(['。', '！', '？'])
        || between.matches('\n').count() > 1
}

/// Whether the words are a sentence that is no form: no copyright line, no comment.
fn is_told(text: &str, words: &[Word]) -> bool {
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return false;
    };
    let part = text.get(first.start..last.end).unwrap_or_default();
    let unspaced = part.chars().filter(|c| is_ideograph(*c)).count() >= UNSPACED;
    (unspaced || is_sentence(text, words))
        && !is_copyright_line(text, first.start)
        && !is_comment(text, first)
}

fn passage(text: &str, words: &[Word]) -> Option<Passage> {
    let (first, last) = (words.first()?, words.last()?);
    let shown: Vec<&str> = words
        .iter()
        .take(SHOWN)
        .filter_map(|word| text.get(word.start..word.end))
        .collect();
    Some(Passage {
        lines: (first.line, last.line),
        here: shown.join(" "),
        here_words: u32::try_from(words.len()).unwrap_or(u32::MAX),
        canonical: String::new(),
        canonical_words: 0,
    })
}
