//! Where in a text it is worth reading: around the words without which nothing is said about
//! licenses.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use serde::Deserialize;

/// Bytes read before a trigger, where a title or comment may stand.
const BEFORE: usize = 1024;
/// Bytes read behind a trigger: long enough to reach the next trigger of any license's text.
const AFTER: usize = 2048;
/// A file of no more bytes is read whole: it may be a bare id.
const SMALL: usize = 1024;
/// A file of no more bytes may be one document.
const DOCUMENT: usize = 256 << 10;
/// How far from there the line's end may be.
const LINE: usize = 400;

/// A stretch of a text: its first byte, the byte after its last, and the line of the first.
pub(super) type Stretch = (usize, usize, u32);

#[derive(Deserialize)]
struct Triggers {
    parts: Vec<String>,
    whole: Vec<String>,
}

struct Prefilter {
    automaton: AhoCorasick,
    /// Patterns from this number on must stand alone.
    first_whole: usize,
}

fn prefilter() -> Option<&'static Prefilter> {
    static PREFILTER: OnceLock<Option<Prefilter>> = OnceLock::new();
    PREFILTER
        .get_or_init(|| {
            let entry = overt_knowledge::entry("clauses/triggers.toml")?;
            let triggers: Triggers = serde_json::from_str(entry.text).ok()?;
            let automaton = AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::Standard)
                .kind(Some(AhoCorasickKind::DFA))
                .build(triggers.parts.iter().chain(&triggers.whole))
                .ok()?;
            Some(Prefilter {
                automaton,
                first_whole: triggers.parts.len(),
            })
        })
        .as_ref()
}

/// The stretches around triggers, in order, without overlap.
pub(super) fn stretches(bytes: &[u8]) -> Vec<Stretch> {
    let whole = vec![(0, bytes.len(), 1)];
    if bytes.len() <= SMALL {
        return whole;
    }
    let found = around_triggers(bytes);
    let read: usize = found.iter().map(|(start, end, _)| end - start).sum();
    // What is read for the most part is read whole, so that no text is cut.
    if read * 10 >= bytes.len() * 4 && bytes.len() <= DOCUMENT {
        whole
    } else {
        found
    }
}

fn around_triggers(bytes: &[u8]) -> Vec<Stretch> {
    let Some(prefilter) = prefilter() else {
        return vec![(0, bytes.len(), 1)];
    };
    let mut stretches: Vec<Stretch> = Vec::new();
    let (mut counted, mut line) = (0, 1_u32);
    let mut at = 0;
    while let Some(found) = prefilter
        .automaton
        .find(aho_corasick::Input::new(bytes).span(at..bytes.len()))
    {
        at = found.end();
        if found.pattern().as_usize() >= prefilter.first_whole
            && !stands_alone(bytes, found.start(), found.end())
        {
            continue;
        }
        let start = line_start(bytes, found.start().saturating_sub(BEFORE));
        let end = line_end(bytes, found.end().saturating_add(AFTER).min(bytes.len()));
        match stretches.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => {
                let skipped = bytes.get(counted..start).unwrap_or_default();
                let breaks = memchr::memchr_iter(b'\n', skipped).count();
                line = line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
                counted = start;
                stretches.push((start, end, line));
            }
        }
        // What lies in the stretch need not be searched again, but may reach further.
        at = at.max(end.saturating_sub(BEFORE + LINE));
    }
    stretches
}

fn stands_alone(bytes: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).and_then(|at| bytes.get(at));
    let after = bytes.get(end);
    before.is_none_or(|byte| !byte.is_ascii_alphanumeric())
        && after.is_none_or(|byte| !byte.is_ascii_alphabetic())
}

/// The begin of the line of `at`, or a place between words near it.
fn line_start(bytes: &[u8], at: usize) -> usize {
    let from = at.saturating_sub(LINE);
    let before = bytes.get(from..at).unwrap_or_default();
    match memchr::memrchr(b'\n', before) {
        Some(found) => from + found + 1,
        None if from == 0 => 0,
        None => memchr::memrchr(b' ', before)
            .map_or_else(|| boundary(bytes, from), |found| from + found + 1),
    }
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    let to = at.saturating_add(LINE).min(bytes.len());
    let after = bytes.get(at..to).unwrap_or_default();
    match memchr::memchr2(b'\n', b' ', after) {
        Some(found) => at + found,
        None => boundary(bytes, to),
    }
}

/// The next place that is not inside a character.
fn boundary(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|byte| byte & 0xc0 == 0x80) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_around_triggers_is_read() {
        assert!(stretches(&b"commit, permit and limit\n".repeat(1000)).is_empty());
        let mut text = "word\n".repeat(2000);
        text.push_str("Under the MIT terms\n");
        text.push_str(&"word\n".repeat(2000));
        let found = stretches(text.as_bytes());
        assert_eq!(found.len(), 1);
        let (start, end, line) = found[0];
        assert!(text[start..end].contains("Under the MIT terms"));
        assert_eq!(line as usize, text[..start].lines().count() + 1);
        assert!(end - start < 4000);
    }
}
