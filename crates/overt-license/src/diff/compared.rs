//! The words of a text that count when two texts are compared.
//!
//! The rules are those of the [SPDX matching guidelines]: white space, case, punctuation, markup and
//! signs of comments, bullets and numbers of list items, copyright notices, and words that are only
//! spelled in another way do not count.
//!
//! [SPDX matching guidelines]: https://spdx.github.io/spdx-spec/v3.0.1/annexes/license-matching-guidelines-and-templates/

use std::collections::HashSet;

use crate::html::shapes_page;
use crate::identify::{Reader, Word, hash_word};

/// The words of both texts that count.
pub(super) fn compared(old: &str, new: &str) -> (Vec<Word>, Vec<Word>) {
    let (before, after) = (read(old), read(new));
    let known = |words: &[Word]| -> HashSet<u64> { words.iter().map(|word| word.hash).collect() };
    let (in_before, in_after) = (known(&before), known(&after));
    (
        joined(old, before, &in_after),
        joined(new, after, &in_before),
    )
}

/// The words of a text without those that never count.
fn read(text: &str) -> Vec<Word> {
    let mut hidden = ignored_lines(text);
    hidden.extend(markup(text));
    hidden.sort_unstable();
    let mut hidden = hidden.into_iter().peekable();
    let mut words = Vec::new();
    let mut covered = 0;
    for mut word in Reader::new(text, 0, text.len(), 1) {
        while let Some((_, end)) = hidden.next_if(|(start, _)| *start <= word.start) {
            covered = covered.max(end);
        }
        if word.start < covered {
            continue;
        }
        if let Some(spelling) = text.get(word.start..word.end).and_then(other_spelling) {
            word.hash = hash_word(spelling);
        }
        words.push(word);
    }
    words
}

/// The bytes of copyright notices, and of what only begins a line: numbers of list items, words that
/// begin a comment.
fn ignored_lines(text: &str) -> Vec<(usize, usize)> {
    let mut ignored = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if is_copyright_notice(line) {
            ignored.push((start, start + line.len()));
        } else {
            let label = label(line);
            if label > 0 {
                ignored.push((start, start + label));
            }
        }
        start += line.len();
    }
    ignored
}

/// The longest line that may be a copyright notice, in bytes.
const LONGEST_NOTICE: usize = 300;

/// Words that a line has only if it says more than who holds the copyright.
const MORE_THAN_A_NOTICE: [&str; 18] = [
    "licen",
    "permission",
    "permit",
    "must",
    "shall",
    "retain",
    "provided",
    " not ",
    "only",
    "commercial",
    "prohibit",
    "forbid",
    "restrict",
    " use",
    "sell",
    "research",
    "distribut",
    "copies",
];

/// Whether words say who holds the copyright, and nothing else.
pub(super) fn is_copyright_notice(line: &str) -> bool {
    if line.len() > LONGEST_NOTICE {
        return false;
    }
    let lower = line.to_lowercase();
    let words = lower.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '(' && c != '©');
    let words = words.strip_prefix("portions ").unwrap_or(words);
    let sign = words
        .strip_prefix("(c)")
        .or_else(|| words.strip_prefix('©'));
    // Without the word, the sign may as well be the letter of a clause: a year tells.
    let begins = words.starts_with("copyright")
        || words.starts_with("all rights reserved")
        || sign.is_some_and(|rest| {
            let rest = rest.trim_start();
            rest.starts_with("copyright") || rest.starts_with("19") || rest.starts_with("20")
        });
    begins && !MORE_THAN_A_NOTICE.iter().any(|word| lower.contains(word))
}

/// How many bytes of a line are the number or letter of a list item or a word of comments.
fn label(line: &str) -> usize {
    let words = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let begin = line.len() - words.len();
    let first: &str = words
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or("");
    if matches!(first, "dnl" | "REM" | "rem") {
        let begin = begin + first.len();
        return begin + line.get(begin..).map_or(0, number);
    }
    number(line)
}

/// How many bytes of a line are the number or letter of a list item.
fn number(line: &str) -> usize {
    let words = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let begin = line.len() - words.len();
    let mut last = 0;
    for part in words.split_inclusive(['.', ')', ':']) {
        let number = part.trim_end_matches(['.', ')', ':']);
        let closed = number.len() < part.len();
        let is_number = match number.len() {
            1 => number.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            2..=4 => {
                (number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit()))
                    || number
                        .bytes()
                        .all(|byte| matches!(byte.to_ascii_lowercase(), b'i' | b'v' | b'x'))
            }
            _ => false,
        };
        if !(is_number && closed) {
            break;
        }
        last += part.len();
    }
    if last > 0 { begin + last } else { 0 }
}

/// The longest tag or entity, in bytes.
const LONGEST_TAG: usize = 300;

/// Names of characters that HTML writes between `&` and `;` and that are no letters.
const ENTITIES: [&str; 14] = [
    "amp", "apos", "bull", "copy", "gt", "ldquo", "lsquo", "lt", "mdash", "nbsp", "ndash", "quot",
    "rdquo", "rsquo",
];

/// The bytes of tags and entities of HTML.
fn markup(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for at in memchr::memchr2_iter(b'<', b'&', text.as_bytes()) {
        let Some(rest) = text.get(at + 1..) else {
            continue;
        };
        let window = rest.as_bytes();
        let window = window
            .get(..window.len().min(LONGEST_TAG))
            .unwrap_or_default();
        let is_tag = text.as_bytes().get(at) == Some(&b'<');
        let Some(end) = memchr::memchr(if is_tag { b'>' } else { b';' }, window) else {
            continue;
        };
        let inside = rest.get(..end).unwrap_or_default();
        let known = if is_tag {
            let name = inside.trim_start_matches('/');
            let length = name
                .find(|c: char| !c.is_ascii_alphanumeric())
                .unwrap_or(name.len());
            shapes_page(name.get(..length).unwrap_or_default().as_bytes())
        } else {
            ENTITIES.binary_search(&inside).is_ok()
                || inside
                    .strip_prefix('#')
                    .is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        };
        if known {
            found.push((at, at + end + 2));
        }
    }
    found
}

/// Puts the parts of a word that a hyphen breaks at a line's end together, where the other text has
/// the whole word.
fn joined(text: &str, words: Vec<Word>, other: &HashSet<u64>) -> Vec<Word> {
    let mut result: Vec<Word> = Vec::with_capacity(words.len());
    for word in words {
        if let Some(last) = result.last_mut()
            && last.line + 1 == word.line
            && let Some(gap) = text.get(last.end..word.start)
            && gap
                .strip_prefix('-')
                .is_some_and(|gap| gap.starts_with(['\n', '\r']))
            && let (Some(first), Some(second)) = (
                text.get(last.start..last.end),
                text.get(word.start..word.end),
            )
        {
            let whole = hash_word(&format!("{first}{second}").to_lowercase());
            if other.contains(&whole) {
                last.hash = whole;
                last.end = word.end;
                continue;
            }
        }
        result.push(word);
    }
    result
}

/// Words that count as the same, the second being the one that stands for both, from the list of
/// equivalent words that SPDX keeps with its guidelines (those that are one word on both sides).
const SPELLINGS: [(&str, &str); 40] = [
    ("acknowledgement", "acknowledgment"),
    ("analogue", "analog"),
    ("analyse", "analyze"),
    ("artefact", "artifact"),
    ("authorisation", "authorization"),
    ("authorised", "authorized"),
    ("calibre", "caliber"),
    ("cancelled", "canceled"),
    ("catalogue", "catalog"),
    ("categorise", "categorize"),
    ("centre", "center"),
    ("emphasised", "emphasized"),
    ("favour", "favor"),
    ("favourite", "favorite"),
    ("fulfil", "fulfill"),
    ("fulfilment", "fulfillment"),
    ("https", "http"),
    ("initialise", "initialize"),
    ("judgement", "judgment"),
    ("labelling", "labeling"),
    ("labour", "labor"),
    ("licence", "license"),
    ("maximise", "maximize"),
    ("modelled", "modeled"),
    ("modelling", "modeling"),
    ("offence", "offense"),
    ("optimise", "optimize"),
    ("organisation", "organization"),
    ("organise", "organize"),
    ("practise", "practice"),
    ("programme", "program"),
    ("realise", "realize"),
    ("recognise", "recognize"),
    ("signalling", "signaling"),
    ("sublicence", "sublicense"),
    ("utilisation", "utilization"),
    ("whilst", "while"),
    ("wilful", "willful"),
    ("licences", "licenses"),
    ("licenced", "licensed"),
];

/// How SPDX spells a word that is spelled in two ways.
fn other_spelling(word: &str) -> Option<&'static str> {
    SPELLINGS
        .iter()
        .find(|(other, _)| word.eq_ignore_ascii_case(other))
        .map(|(_, spelling)| *spelling)
}
