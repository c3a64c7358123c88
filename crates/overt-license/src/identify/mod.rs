//! Which license a text is, exactly or nearly, where, and what was changed in it.

mod candidates;
mod clauses;
mod decode;
mod engine;
mod exact;
mod found;
mod judge;
mod leftover;
mod partial;
mod prefilter;
mod query;
mod ranges;
mod refine;
mod residue;
mod result;
mod tags;
mod title;
mod words;

use std::borrow::Cow;

use crate::index::{Index, embedded};

pub(crate) use decode::decode_for_index;
pub use result::{
    ClauseHit, Identification, LicenseMatch, MODIFIED_PREFIX, MatchKind, Modification, Passage,
    TextNature, UNKNOWN_LICENSE, UnknownText,
};
pub(crate) use words::{Reader, Word, hash_word};

/// The text of a file, whatever its encoding: UTF-8, UTF-16, Windows-1252, a notebook, a PDF.
pub fn text_of(file_name: &str, bytes: &[u8]) -> String {
    decode::decode(file_name, bytes).text.into_owned()
}

/// Identifies the licenses in any file: license text, notice, README, source, metadata, notebook.
pub fn identify(bytes: &[u8]) -> Identification {
    identify_named("", bytes)
}

/// The same, with the file's name, which may guide decoding but never the verdict.
pub fn identify_named(file_name: &str, bytes: &[u8]) -> Identification {
    match embedded() {
        Ok(index) => identify_with(index, file_name, bytes),
        Err(error) => Identification {
            problems: vec![overt_core::Problem::new(
                overt_core::ProblemKind::Malformed,
                error.to_string(),
            )],
            ..Identification::nothing()
        },
    }
}

/// The same against another index than the embedded one.
pub fn identify_with(index: &Index<'_>, file_name: &str, bytes: &[u8]) -> Identification {
    // Most files say nothing about licenses; these need no decoding.
    let plain = (!decode::is_transformed(bytes)).then(|| prefilter::stretches(bytes));
    if plain.as_ref().is_some_and(Vec::is_empty) {
        return Identification::nothing();
    }
    let decoded = decode::decode(file_name, bytes);
    let text: &str = &decoded.text;
    let stretches = match (plain, &decoded.text) {
        (Some(plain), Cow::Borrowed(text)) if text.len() == bytes.len() => plain,
        _ => prefilter::stretches(text.as_bytes()),
    };
    let mut result = if stretches.is_empty() {
        Identification::nothing()
    } else {
        let mut query = query::Query::new(index, text, &stretches, decoded.from_binary);
        let tags = tags::tags(&query);
        let found = engine::search(&mut query, &tags);
        judge::judge(&query, found, &tags, &stretches)
    };
    result.problems.extend(decoded.problems);
    result
}
