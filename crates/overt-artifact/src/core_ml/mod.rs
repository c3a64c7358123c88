//! Core ML model specifications (`.mlmodel`), alone or in a package (`.mlpackage`).
//!
//! Field numbers: `Model.proto` of apple/coremltools.

mod network;
mod program;

use std::collections::BTreeMap;
use std::ops::Range;

use overt_core::{Budget, Problem, Span};

use crate::bytes::{Cursor, Paged, ReadError};
use crate::document::shorten;
use crate::protobuf::{Part, message, pair, text};
use crate::{Field, FieldName, Format, Inspection, Payload, ReadAt, Tensor};

/// The longest text that is kept, in bytes.
const LONGEST: u64 = 1 << 16;

/// Reads a model's description.
pub fn read(source: &dyn ReadAt, budget: Budget) -> (Option<Inspection>, Vec<Problem>) {
    let mut inspection = Inspection::of(Format::CoreMl, source.size());
    let pages = Paged::new(source);
    let mut cursor = Cursor::new(&pages, budget);
    let mut problems = Vec::new();
    let mut weights = Weights::default();
    let result = message(&mut cursor, 0..source.size(), &mut |cursor, part| {
        top(cursor, &part, &mut inspection, &mut weights)
    });
    if let Err(error) = result {
        problems.push(error.problem());
        if inspection.format_version.is_none() {
            return (None, problems);
        }
    }
    inspection.header_bytes_read = pages.fetched();
    inspection.intact = problems.is_empty();
    inspection.declared_files = weights.files.keys().cloned().collect();
    inspection.payloads = weights
        .files
        .into_iter()
        .map(|(file, bytes)| Payload {
            files: vec![file],
            bytes,
        })
        .collect();
    if weights.is_listed {
        inspection.quantization = weights.quantization;
        inspection.set_tensors(weights.tensors);
    }
    (Some(inspection), problems)
}

/// The weights of a model.
#[derive(Default)]
struct Weights {
    /// Whether the model is of a kind whose weights are listed.
    is_listed: bool,
    tensors: Vec<Tensor>,
    /// How weights are compressed, if they are.
    quantization: Option<String>,
    /// The files beside the model that hold values, each with the bytes it must have at least.
    files: BTreeMap<String, u64>,
}

/// A field of `Model`.
fn top(
    cursor: &mut Cursor<'_>,
    part: &Part,
    into: &mut Inspection,
    weights: &mut Weights,
) -> Result<(), ReadError> {
    match (part.number, part.range()) {
        (1, None) => into.format_version = part.number_value().map(|number| number.to_string()),
        (2, Some(range)) => message(cursor, range, &mut |cursor, part| match (
            part.number,
            part.range(),
        ) {
            (100, Some(range)) => metadata(cursor, range, into),
            _ => Ok(()),
        })?,
        (number, Some(range)) if into.architecture.is_none() => {
            into.architecture = kind(number).map(str::to_owned);
            match number {
                303 | 403 | 500 => network::read(cursor, range, weights)?,
                502 => program::read(cursor, range, weights)?,
                _ => {}
            }
        }
        _ => {}
    }
    Ok(())
}

/// The type of model that a field of `Model` holds.
fn kind(number: u64) -> Option<&'static str> {
    Some(match number {
        200 => "pipeline-classifier",
        201 => "pipeline-regressor",
        202 => "pipeline",
        303 | 403 | 500 => "neural-network",
        300..=302 | 304 | 400..=402 | 404 | 405 => "classical",
        502 => "ml-program",
        _ => return None,
    })
}

fn metadata(
    cursor: &mut Cursor<'_>,
    range: Range<u64>,
    into: &mut Inspection,
) -> Result<(), ReadError> {
    message(cursor, range, &mut |cursor, part| {
        let Some(range) = part.range() else {
            return Ok(());
        };
        let (name, key, value, place) = match part.number {
            1 => (FieldName::Other, "shortDescription".to_owned(), None, range),
            2 => (FieldName::Version, "versionString".to_owned(), None, range),
            3 => (FieldName::Author, "author".to_owned(), None, range),
            4 => (FieldName::License, "license".to_owned(), None, range),
            100 => {
                let (key, value, place) = pair(cursor, range)?;
                let name = crate::safetensors::metadata_field(&key);
                (name, key, Some(value), place)
            }
            _ => return Ok(()),
        };
        let value = match value {
            Some(value) => value,
            None => text(cursor, &place, LONGEST)?,
        };
        if !value.is_empty() {
            let span = Some(Span::Bytes(place.start, place.end));
            into.fields
                .push(Field::new(name, key, shorten(&value, 8192), span));
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protobuf::write::{bytes, number};

    #[test]
    fn license_and_author_are_read_with_their_bytes() {
        let metadata = [
            bytes(3, b"Somebody"),
            bytes(4, b"CC-BY-NC-4.0"),
            bytes(100, &[bytes(1, b"base_model"), bytes(2, b"a/b")].concat()),
        ]
        .concat();
        let file = [
            number(1, 7),
            bytes(2, &bytes(100, &metadata)),
            bytes(502, b""),
        ]
        .concat();
        let (inspection, problems) = read(&file, Budget::HEADER);
        assert_eq!(problems, []);
        let inspection = inspection.unwrap();
        assert_eq!(inspection.architecture.as_deref(), Some("ml-program"));
        let found: Vec<_> = inspection
            .fields
            .iter()
            .map(|f| (f.name, f.value.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                (FieldName::Author, "Somebody"),
                (FieldName::License, "CC-BY-NC-4.0"),
                (FieldName::BaseModel, "a/b")
            ]
        );
        let Some(Span::Bytes(start, end)) = inspection.fields[1].span else {
            panic!("a span")
        };
        assert_eq!(&file[start as usize..end as usize], b"CC-BY-NC-4.0");
    }
}
