//! How components show in files: `knowledge/components/<id>.toml`, compiled for matching.

mod compiled;
mod file;

pub(crate) use compiled::{Candidate, FileMatch, SEARCHED_BYTES, Signatures, glob};
pub use file::{ComponentFile, Elsewhere, OnlyIn, Signature};
