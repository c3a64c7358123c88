//! From bytes to text: encodings, notebooks, JSON, HTML and PDF.

mod encoding;
mod markup;
mod notebook;
mod pdf;

use std::borrow::Cow;

use overt_core::{Problem, ProblemKind};

pub(super) use markup::{is_marked_up, without_form};

/// A file's text.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    pub(super) text: Cow<'a, str>,
    /// Whether the bytes are no text.
    pub(super) from_binary: bool,
    pub(super) problems: Vec<Problem>,
}

/// The largest file that is decoded from another form than UTF-8.
const LARGEST: usize = 32 << 20;

/// The largest JSON that is read as a document; beyond, its strings are read where they stand.
const LARGEST_DOCUMENT: usize = 1 << 20;

/// The text of a file as the index builder sees it.
pub(crate) fn decode_for_index(bytes: &[u8]) -> String {
    decode("", bytes).text.into_owned()
}

/// Whether the bytes hide their words: PDF, and what may be UTF-16.
pub(super) fn is_transformed(bytes: &[u8]) -> bool {
    const PROBE: usize = 200;
    let probe = bytes.get(..bytes.len().min(PROBE)).unwrap_or_default();
    bytes.starts_with(b"%PDF-") || encoding::utf16(probe, PROBE).is_some()
}

/// A file's text. The name may guide the choice of a form, never its content.
pub(super) fn decode<'a>(file_name: &str, bytes: &'a [u8]) -> Decoded<'a> {
    let plain = |text: Cow<'a, str>, from_binary| Decoded {
        text,
        from_binary,
        problems: Vec::new(),
    };
    if bytes.starts_with(b"%PDF-") {
        let text = pdf::text(bytes.get(..LARGEST).unwrap_or(bytes));
        let mut decoded = plain(Cow::Owned(text), false);
        if decoded.text.trim().is_empty() {
            decoded.problems.push(Problem::new(
                ProblemKind::Unsupported,
                "the PDF holds no text that can be read",
            ));
        }
        return decoded;
    }
    if let Some(text) = encoding::utf16(bytes, LARGEST) {
        return plain(Cow::Owned(text), false);
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        let (text, from_binary) = encoding::single_bytes(bytes.get(..LARGEST).unwrap_or(bytes));
        let mut decoded = plain(Cow::Owned(text), from_binary);
        if bytes.len() > LARGEST {
            decoded.problems.push(Problem::new(
                ProblemKind::TooLarge,
                format!("only the first {LARGEST} bytes of a file that is no UTF-8 are read"),
            ));
        } else if !from_binary {
            decoded.problems.push(Problem::remark(
                ProblemKind::Encoding,
                "the text is not valid UTF-8; it was read as Windows-1252",
            ));
        }
        return decoded;
    };
    let json = extension_is(file_name, "ipynb") || extension_is(file_name, "json");
    if text.len() <= LARGEST_DOCUMENT
        && text.trim_start().starts_with('{')
        && (json || text.contains("\"nbformat\""))
        && let Some(strings) = notebook::text(text)
    {
        return plain(Cow::Owned(strings), false);
    }
    plain(Cow::Borrowed(text), memchr::memchr(0, bytes).is_some())
}

fn extension_is(name: &str, extension: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, found)| found.eq_ignore_ascii_case(extension))
}
