//! Form among the words of a text: tags of HTML with attributes, the targets of links, characters
//! that HTML spells out.

use super::super::prefilter;
use crate::html::shapes_text;

/// The longest tag or target that is looked at.
const LONGEST: usize = 2_000;
/// The largest text that is read without its form.
const LARGEST: usize = 1 << 20;

/// The text with blanks for its form, so that every word keeps its place; nothing if it has none.
/// What may name a license, such as an address of one, stays.
pub(in super::super) fn without_form(text: &str) -> Option<String> {
    if text.len() > LARGEST {
        return None;
    }
    let parts = form(text.as_bytes());
    let mut bytes = (!parts.is_empty()).then(|| text.as_bytes().to_vec())?;
    for (start, end) in parts {
        for byte in bytes.get_mut(start..end).unwrap_or_default() {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }
    // Every part begins and ends with ASCII, so that no character was cut.
    String::from_utf8(bytes).ok()
}

/// Whether elements close all over the text, as in HTML and hardly in code.
pub(in super::super) fn is_marked_up(text: &str) -> bool {
    /// There is one in so many bytes.
    const EVERY: usize = 200;
    memchr::memmem::find_iter(text.as_bytes(), b"</").count() * EVERY >= text.len()
}

/// Where form stands, in order.
fn form(bytes: &[u8]) -> Vec<(usize, usize)> {
    memchr::memchr3_iter(b'<', b'&', b'(', bytes)
        .filter_map(|at| {
            let rest = bytes.get(at..bytes.len().min(at + LONGEST))?;
            let length = match rest.first()? {
                b'<' => tag(rest),
                b'&' => entity(rest),
                _ => target(bytes.get(..at)?, rest),
            }?;
            Some((at, at + length))
        })
        .collect()
}

/// The length of a tag whose attributes name no license.
fn tag(rest: &[u8]) -> Option<usize> {
    let inner = rest.strip_prefix(b"<")?;
    let closes = usize::from(inner.first() == Some(&b'/'));
    let inner = inner.get(closes..)?;
    let length = inner.iter().position(|b| !b.is_ascii_alphanumeric())?;
    let name = inner.get(..length)?;
    let attributes = inner.get(length..)?;
    let end = memchr::memchr2(b'<', b'>', attributes)?;
    (shapes_text(name)
        && attributes.get(end) == Some(&b'>')
        && says_nothing(attributes.get(..end)?))
    .then_some(1 + closes + length + end + 1)
}

/// The length of a number that stands for a character.
fn entity(rest: &[u8]) -> Option<usize> {
    const LONGEST: usize = 9;
    let digits = rest.strip_prefix(b"&#")?;
    let end = memchr::memchr(b';', digits.get(..digits.len().min(LONGEST))?)?;
    let number = digits.get(..end)?;
    (!number.is_empty() && number.iter().all(u8::is_ascii_alphanumeric)).then_some(end + 3)
}

/// The length of the target of a Markdown link that names no license.
fn target(before: &[u8], rest: &[u8]) -> Option<usize> {
    let inside = memchr::memchr2(b')', b'\n', rest)?;
    let address = rest.get(1..inside)?;
    (before.last() == Some(&b']')
        && rest.get(inside) == Some(&b')')
        && memchr::memmem::find(address, b"://").is_some()
        && says_nothing(address))
    .then_some(inside + 1)
}

/// Whether nothing in the bytes speaks of licenses.
fn says_nothing(bytes: &[u8]) -> bool {
    !prefilter::has_trigger(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_is_blanked_and_words_keep_their_places() {
        for (text, expected) in [
            ("<p class=\"x\">May</p>", "             May    "),
            ("a <FONT\nSIZE=2>b", "a      \n       b"),
            (
                "[it](https://example.org/a) is",
                "[it]                        is",
            ),
            ("&#8220;Work&#x201d;", "       Work        "),
        ] {
            assert_eq!(without_form(text).as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_may_name_a_license_or_is_no_form_stays() {
        for text in [
            "<a href=\"https://creativecommons.org/licenses/by/4.0/\">these terms",
            "[terms](https://www.apache.org/licenses/LICENSE-2.0)",
            "<name value=\"x\">y</name>",
            "if a <b && c == d",
            "AT&T; f(a)[b](c)",
        ] {
            assert_eq!(without_form(text), None, "{text}");
        }
    }
}
