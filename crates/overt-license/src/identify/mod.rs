//! Which license a text is, exactly or nearly, where, and what was changed in it.

mod decode;
mod engine;
mod exact;
mod found;
mod partial;
mod query;
mod ranges;
mod refine;
mod result;
mod words;

use overt_core::Expression;

use crate::index::{Index, embedded, flag};

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
    let mut result = Identification::nothing();
    let mut query = query::Query::new(index, &text, &[(0, text.len(), 1)], false);
    let found = engine::search(&mut query, Vec::new());
    for one in &found {
        let Ok(license) = Expression::parse(index.expression(one.rule)) else {
            continue;
        };
        let coverage = one.coverage(&query);
        let how = if one.is(&query, flag::TEXT) {
            match one.way {
                found::Way::Whole => MatchKind::Exact,
                found::Way::Partial => MatchKind::Near { coverage },
                _ => MatchKind::Normalized,
            }
        } else if one.is(&query, flag::NOTICE) {
            MatchKind::Header
        } else if one.is(&query, flag::TAG) {
            MatchKind::Tag
        } else {
            MatchKind::Mention
        };
        let byte = |place: u32, end: bool| {
            query.token(place).map_or(0, |token| {
                u64::from(if end { token.end } else { token.start })
            })
        };
        result.matches.push(LicenseMatch {
            license,
            how,
            confidence: coverage,
            lines: one.lines(&query),
            bytes: (
                byte(one.here.start(), false),
                byte(one.here.end() - 1, true),
            ),
            coverage,
            modified: None,
        });
    }
    result.expression =
        Expression::all_of(result.matches.iter().map(|found| found.license.clone()));
    if !found.is_empty() {
        result.nature = TextNature::LicenseText;
    }
    result
}
