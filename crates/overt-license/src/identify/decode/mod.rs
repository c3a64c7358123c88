//! From bytes to text.

use std::borrow::Cow;

/// The text of a file as the index builder sees it.
pub(crate) fn decode_for_index(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A file's text.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
