//! Which license a text is, exactly or nearly, where, and what was changed in it.

mod clauses;
mod decode;
mod engine;
mod exact;
mod found;
mod judge;
mod partial;
mod query;
mod ranges;
mod refine;
mod residue;
mod result;
mod tags;
mod words;

use crate::index::{Index, embedded};

pub(crate) use decode::decode_for_index;
pub use result::{
    ClauseHit, Identification, LicenseMatch, MODIFIED_PREFIX, MatchKind, Modification, Passage,
    TextNature, UNKNOWN_LICENSE, UnknownText,
};
pub(crate) use words::{Reader, hash_word};

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
pub fn identify_with(index: &Index<'_>, _file_name: &str, bytes: &[u8]) -> Identification {
    let text = decode::decode(bytes);
    let stretches = [(0, text.len(), 1)];
    let mut query = query::Query::new(index, &text, &stretches, false);
    let tags = tags::tags(&query);
    let found = engine::search(&mut query, &tags);
    judge::judge(&query, found, &tags, &stretches)
}
