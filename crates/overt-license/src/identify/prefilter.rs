//! Where in a text it is worth reading: around the words without which nothing is said about
//! licenses.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, Input, MatchKind, StartKind};
use serde::Deserialize;

/// Bytes read before a trigger, where a title or comment may stand.
const BEFORE: usize = 1024;
/// Bytes read behind a trigger: long enough to reach the next trigger of any license's text.
const AFTER: usize = 2048;
/// A file of no more bytes is read whole: it may be a bare id.
const SMALL: usize = 128;
/// A file of no more bytes is read whole if it has a copyright line: it may be a notice.
const NOTICE: usize = 1024;
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
    /// A bit for each run of four classes of bytes with which a trigger may begin.
    begins: Box<[u64]>,
}

/// Bits of a class of bytes.
const CLASS_BITS: u32 = 5;
/// How many bytes are looked at together.
const WINDOW: usize = 4;
/// All bits of a run of classes.
const RUN: u32 = {
    let mut run = 0;
    let mut byte = 0;
    while byte < WINDOW {
        run = run << CLASS_BITS | ((1 << CLASS_BITS) - 1);
        byte += 1;
    }
    run
};
/// How many numbers hold a bit for each run of classes.
const BEGINS: usize = (RUN as usize + 1) / 64;

/// The class of each byte: 0 for what ends words, one for each letter whatever its case, one for
/// all digits, four for bytes of characters beyond ASCII.
const CLASS: [u8; 256] = {
    let mut class = [0_u8; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "the loop ends at 255")]
        let value = byte as u8;
        class[byte] = if value.is_ascii_alphabetic() {
            value.to_ascii_lowercase() - b'a' + 1
        } else if value.is_ascii_digit() {
            27
        } else if value >= 0x80 {
            28 + (value & 3)
        } else {
            0
        };
        byte += 1;
    }
    class
};

fn next_run(run: u32, byte: u8) -> u32 {
    (run << CLASS_BITS | u32::from(CLASS[usize::from(byte)])) & RUN
}

impl Prefilter {
    fn new(triggers: &Triggers) -> Option<Self> {
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .start_kind(StartKind::Anchored)
            .kind(Some(AhoCorasickKind::DFA))
            .build(triggers.parts.iter().chain(&triggers.whole))
            .ok()?;
        let mut begins = vec![0_u64; BEGINS].into_boxed_slice();
        let mut add = |bytes: &mut dyn Iterator<Item = u8>| {
            let run = bytes.take(WINDOW).fold(0, next_run) as usize;
            if let Some(bits) = begins.get_mut(run / 64) {
                *bits |= 1 << (run % 64);
            }
        };
        for part in &triggers.parts {
            add(&mut part.bytes());
        }
        for word in &triggers.whole {
            // Before a word that stands alone something ends words, or a byte beyond ASCII stands.
            for before in [b' ', 0x80, 0x81, 0x82, 0x83] {
                add(&mut std::iter::once(before).chain(word.bytes()));
            }
        }
        Some(Self {
            automaton,
            first_whole: triggers.parts.len(),
            begins,
        })
    }

    /// The next trigger at or after `at`: its first byte and the byte after its last.
    ///
    /// Most bytes cost one look at a small table; where the first bytes of a trigger may stand the
    /// automaton looks.
    fn find(&self, bytes: &[u8], at: usize) -> Option<(usize, usize)> {
        let from = at.saturating_sub(WINDOW - 1);
        // A run of nothing but zeros is a text's begin.
        let mut run = 0;
        for (offset, byte) in bytes.get(from..)?.iter().enumerate() {
            run = next_run(run, *byte);
            let begins = self
                .begins
                .get(run as usize / 64)
                .is_some_and(|bits| bits >> (run % 64) & 1 == 1);
            if begins && let Some(found) = self.trigger_before(bytes, from + offset + 1, at) {
                return Some(found);
            }
        }
        None
    }

    /// A trigger that begins where the run of bytes that ends at `end` begins, or one byte later.
    #[cold]
    fn trigger_before(&self, bytes: &[u8], end: usize, at: usize) -> Option<(usize, usize)> {
        let starts = [end.checked_sub(WINDOW), end.checked_sub(WINDOW - 1)];
        starts.into_iter().flatten().find_map(|start| {
            if start < at {
                return None;
            }
            let input = Input::new(bytes)
                .span(start..bytes.len())
                .anchored(Anchored::Yes);
            let found = self.automaton.find(input)?;
            let alone = found.pattern().as_usize() < self.first_whole
                || stands_alone(bytes, found.start(), found.end());
            alone.then_some((found.start(), found.end()))
        })
    }
}

fn prefilter() -> Option<&'static Prefilter> {
    static PREFILTER: OnceLock<Option<Prefilter>> = OnceLock::new();
    PREFILTER
        .get_or_init(|| {
            let entry = overt_knowledge::entry("clauses/triggers.toml")?;
            let triggers: Triggers = serde_json::from_str(entry.text).ok()?;
            Prefilter::new(&triggers)
        })
        .as_ref()
}

/// The stretches around triggers, in order, without overlap.
pub(super) fn stretches(bytes: &[u8]) -> Vec<Stretch> {
    let whole = vec![(0, bytes.len(), 1)];
    if bytes.len() <= SMALL || bytes.len() <= NOTICE && says_copyright(bytes) {
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

fn says_copyright(bytes: &[u8]) -> bool {
    const WORD: &[u8] = b"opyright";
    memchr::memmem::find(bytes, WORD).is_some()
        || memchr::memmem::find(bytes, b"OPYRIGHT").is_some()
}

fn around_triggers(bytes: &[u8]) -> Vec<Stretch> {
    let Some(prefilter) = prefilter() else {
        return vec![(0, bytes.len(), 1)];
    };
    let mut stretches: Vec<Stretch> = Vec::new();
    let (mut counted, mut line) = (0, 1_u32);
    let mut at = 0;
    while let Some((first, after)) = prefilter.find(bytes, at) {
        at = after;
        let start = line_start(bytes, first.saturating_sub(BEFORE));
        let end = line_end(bytes, after.saturating_add(AFTER).min(bytes.len()));
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

    fn triggers() -> Triggers {
        let entry = overt_knowledge::entry("clauses/triggers.toml").unwrap();
        serde_json::from_str(entry.text).unwrap()
    }

    #[test]
    fn triggers_are_as_long_as_what_is_looked_at() {
        let triggers = triggers();
        assert!(triggers.parts.iter().all(|part| part.len() >= WINDOW));
        assert!(triggers.whole.iter().all(|word| word.len() >= WINDOW - 1));
    }

    #[test]
    fn every_trigger_is_found_wherever_it_stands() {
        let triggers = triggers();
        let prefilter = prefilter().unwrap();
        for word in triggers.parts.iter().chain(&triggers.whole) {
            for before in ["", " ", "x ", "\n// ", "é", "1234 ("] {
                for after in ["", " ", "3", ")"] {
                    let text = format!("{before}{}{after}", word.to_uppercase());
                    let (first, end) = prefilter.find(text.as_bytes(), 0).expect(&text);
                    assert!(
                        first >= before.len() && end <= before.len() + word.len(),
                        "{text}"
                    );
                }
            }
        }
        for text in ["commit", "xmit", "mitx", "gnus", ""] {
            assert_eq!(prefilter.find(text.as_bytes(), 0), None, "{text}");
        }
    }

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
