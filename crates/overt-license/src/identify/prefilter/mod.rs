//! Where in a text it is worth reading: around the words without which nothing is said about
//! licenses.

mod comment;
mod triggers;

use std::sync::OnceLock;

use comment::Comments;
use triggers::{Block, Triggers, Words};

/// Bytes read before a trigger, where a title or comment may stand.
const BEFORE: usize = 1024;
/// Bytes read behind a trigger: long enough to reach the next trigger of any license's text.
const AFTER: usize = 2048;
/// The same around a trigger that stands alone: a name, a notice, hardly a text.
const BEFORE_ONE: usize = 512;
const AFTER_ONE: usize = 1024;
/// A file of no more bytes is read whole: it may be a bare id.
const SMALL: usize = 128;
/// A file of no more bytes is read whole if it has a copyright line: it may be a notice.
const NOTICE: usize = 1024;
/// A file of no more bytes may be one document.
const DOCUMENT: usize = 256 << 10;
/// So many bytes apart two stretches have nothing to do with each other.
const FAR: usize = 1024;
/// So many bytes of a file tell whether it is source code.
const FRONT: usize = 64 << 10;
/// How far from there the line's end may be.
const LINE: usize = 400;

/// So many bytes before the end of a stretch a trigger may stand that makes it longer.
const OVERLAP: usize = BEFORE + LINE;

/// A stretch of a text: its first byte, the byte after its last, and the line of the first.
pub(super) type Stretch = (usize, usize, u32);

fn triggers() -> Option<&'static Triggers> {
    static TRIGGERS: OnceLock<Option<Triggers>> = OnceLock::new();
    TRIGGERS
        .get_or_init(|| {
            let entry = overt_knowledge::entry("clauses/triggers.toml")?;
            let words: Words = serde_json::from_str(entry.text).ok()?;
            Some(Triggers::new(&words))
        })
        .as_ref()
}

/// Whether a trigger stands in the bytes.
pub(super) fn has_trigger(bytes: &[u8]) -> bool {
    !around_triggers(bytes).is_empty()
}

/// The stretches around triggers, in order, without overlap; those together that have to be read
/// together.
pub(super) fn stretches(bytes: &[u8]) -> Vec<Vec<Stretch>> {
    let whole = vec![vec![(0, bytes.len(), 1)]];
    if bytes.len() <= SMALL || bytes.len() <= NOTICE && says_copyright(bytes) {
        return whole;
    }
    let found = around_triggers(bytes);
    let read: usize = found.iter().map(|one| one.end - one.start).sum();
    let source = !found.is_empty() && (is_source(bytes) || is_code_around(bytes, &found));
    // What is read for the most part is read whole, so that no text is cut.
    if !source && bytes.len() <= DOCUMENT && read * 10 >= bytes.len() * 4 {
        return whole;
    }
    // In source code a comment says by itself what it says.
    let apart = |one: &Around| source && one.is_comment;
    found
        .chunk_by(|one, next| {
            !apart(one) && !apart(next) && next.start.saturating_sub(one.end) <= FAR
        })
        .map(|near| {
            near.iter()
                .map(|one| (one.start, one.end, one.line))
                .collect()
        })
        .collect()
}

/// Whether the text is source code: by the share of signs of which code has many.
pub(super) fn is_source(bytes: &[u8]) -> bool {
    const SHARE: usize = 60;
    /// Code shows it long before the end.
    const PART: usize = 4 << 10;
    let front = bytes.get(..FRONT).unwrap_or(bytes);
    let mut signs = 0;
    (0..front.len()).step_by(PART).any(|start| {
        let end = front.len().min(start + PART + 1);
        signs += count_pairs(front.get(start..end).unwrap_or_default(), is_sign);
        signs * SHARE > front.len()
    })
}

/// Whether what stands beside comments is code: small files and scripts have more comment than code,
/// and code without braces.
fn is_code_around(bytes: &[u8], found: &[Around]) -> bool {
    const SHARE: usize = 40;
    /// More bytes than the longest comment leaves are looked at as they are.
    const MORE: usize = 4 << 10;
    if !found.iter().any(|one| one.is_comment) {
        return false;
    }
    let end = bytes.len().min(FRONT);
    let (mut signs, mut read, mut at) = (0, 0, 0);
    let last = Around {
        start: end,
        end,
        line: 0,
        is_comment: true,
    };
    for comment in found.iter().chain([&last]).filter(|one| one.is_comment) {
        let between = bytes.get(at..comment.start.min(end)).unwrap_or_default();
        if between.len() > MORE {
            signs += signs_of_code(between);
            read += between.len();
        } else {
            // A line of a comment that is longer than any that is looked for is no code.
            let code = between
                .split(|byte| *byte == b'\n')
                .filter(|line| !comment::is_comment_line(line));
            for line in code {
                signs += signs_of_code(line);
                read += line.len();
            }
        }
        at = comment.end;
    }
    signs > 0 && signs * SHARE >= read
}

/// How many bytes are signs of code, of names with parts, or of calls.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "without branches many bytes are looked at at once"
)]
fn signs_of_code(bytes: &[u8]) -> usize {
    count_pairs(bytes, |byte, next| {
        let joins = (byte == b'_') & is_alphanumeric(next);
        let opens = is_alphanumeric(byte) & ((next == b'(') | (next == b'_'));
        // Signs of markup that is typed: TeX, troff.
        let marks = byte == b'\\';
        is_sign(byte, next) | joins | opens | marks
    })
}

/// Without branches, as all that is asked of many bytes at once.
fn is_alphanumeric(byte: u8) -> bool {
    ((byte | 0x20).wrapping_sub(b'a') < 26) | (byte.wrapping_sub(b'0') < 10)
}

/// How many bytes with their next are so; counted in bytes, of which many are added at once.
fn count_pairs(bytes: &[u8], is_so: impl Fn(u8, u8) -> bool) -> usize {
    /// No more than a byte counts to, and nothing left over whatever number is added at once.
    const PART: usize = 192;
    let next = bytes.get(1..).unwrap_or_default();
    bytes
        .chunks(PART)
        .zip(next.chunks(PART))
        .map(|(bytes, next)| {
            let count: u8 = bytes
                .iter()
                .zip(next)
                .map(|(byte, next)| u8::from(is_so(*byte, *next)))
                .sum();
            usize::from(count)
        })
        .sum()
}

/// Whether the byte is such a sign; a line of `=` is none.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "without branches many bytes are looked at at once"
)]
fn is_sign(byte: u8, next: u8) -> bool {
    const SIGNS: [u8; 7] = *b"{};<>[]";
    let sign = SIGNS
        .iter()
        .fold(false, |found, sign| found | (byte == *sign));
    sign | ((byte == b'=') & (next != b'='))
}

fn says_copyright(bytes: &[u8]) -> bool {
    const WORD: &[u8] = b"opyright";
    memchr::memmem::find(bytes, WORD).is_some()
        || memchr::memmem::find(bytes, b"OPYRIGHT").is_some()
}

/// A stretch as it is found.
struct Around {
    start: usize,
    end: usize,
    line: u32,
    /// Whether it is comments and nothing else.
    is_comment: bool,
}

fn around_triggers(bytes: &[u8]) -> Vec<Around> {
    let mut stretches: Vec<Around> = Vec::new();
    let Some(triggers) = triggers() else {
        return stretches;
    };
    // The next trigger is looked for from `at` on, the begin of its comment from `floor` on.
    let (mut at, mut floor) = (0, 0);
    // Up to where line ends are counted.
    let (mut counted, mut line) = (0, 1_u32);
    let mut block = Block::new();
    while let Some((first, after)) = triggers.find(&mut block, bytes, at) {
        let (before, behind) = (first.saturating_sub(BEFORE), after.saturating_add(AFTER));
        let comments = Comments::new(bytes, floor);
        let comment = comments.around(&(first..after));
        let is_comment = comment.is_some();
        let (start, end) = if let Some(comment) = comment {
            floor = comment.end.max(after);
            let all = comments.with_neighbors(comment, before, behind);
            at = floor.max(all.end.saturating_sub(OVERLAP));
            (all.start, all.end)
        } else {
            let near = bytes.get(..behind).unwrap_or(bytes);
            let is_alone = stretches.last().is_none_or(|last| last.end <= before)
                && triggers.find(&mut block, near, after).is_none();
            let (before, behind) = if is_alone {
                (
                    first.saturating_sub(BEFORE_ONE),
                    after.saturating_add(AFTER_ONE),
                )
            } else {
                (before, behind)
            };
            let end = line_end(bytes, behind.min(bytes.len()));
            // What lies in the stretch need not be searched again, but may reach further.
            at = after.max(end.saturating_sub(OVERLAP));
            floor = after;
            (line_start(bytes, before), end)
        };
        let (mut start, end) = (boundary(bytes, start), boundary(bytes, end));
        if let Some(last) = stretches.last_mut() {
            if last.is_comment == is_comment && is_between_words(bytes, last.end, start) {
                last.end = last.end.max(end);
                continue;
            }
            // Code ends where a comment begins, and begins where it ends.
            if is_comment && start > last.start {
                last.end = last.end.min(start);
            } else {
                start = start.max(last.end);
            }
        }
        if start < end {
            let skipped = bytes.get(counted..start).unwrap_or_default();
            let breaks = memchr::memchr_iter(b'\n', skipped).count();
            line = line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
            counted = start;
            stretches.push(Around {
                start,
                end,
                line,
                is_comment,
            });
        }
    }
    stretches
}

/// Whether nothing but a few spaces and line ends parts two stretches.
fn is_between_words(bytes: &[u8], end: usize, start: usize) -> bool {
    const FEW: usize = 16;
    start <= end
        || start - end <= FEW
            && bytes
                .get(end..start)
                .is_some_and(|between| between.trim_ascii().is_empty())
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
        let found = stretches(text.as_bytes()).concat();
        assert_eq!(found.len(), 1);
        let (start, end, line) = found[0];
        assert!(text[start..end].contains("Under the MIT terms"));
        assert_eq!(line as usize, text[..start].lines().count() + 1);
        assert!(end - start < 4000);
    }

    #[test]
    fn of_a_comment_nothing_but_it_is_read() {
        let code = "let word = 1;\n".repeat(300);
        let comment = "/* Under the MIT\n * terms\n */";
        let text = format!("{code}{comment}\n\n// also GPL\n{code}");
        let found = stretches(text.as_bytes()).concat();
        assert_eq!(found.len(), 1);
        let (start, end, line) = found[0];
        assert_eq!(&text[start..end], format!("{comment}\n\n// also GPL"));
        assert_eq!(line, 301);
    }

    #[test]
    fn code_and_comments_are_read_apart() {
        let code = "let word = 1;\n".repeat(30);
        let text = format!("/* GPL */\n{code}let license = 2;\n{code}/* MIT */\n{code}");
        let found = stretches(text.as_bytes());
        let read: Vec<&str> = found
            .iter()
            .map(|near| &text[near[0].0..near[0].1])
            .collect();
        let between = format!("\n{code}let license = 2;\n{code}");
        assert_eq!(read, ["/* GPL */", between.as_str(), "/* MIT */"]);
        let lines: Vec<u32> = found.iter().map(|near| near[0].2).collect();
        assert_eq!(lines, [1, 1, 63]);
    }
}
