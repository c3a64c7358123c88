//! Safetensors: an 8-byte length, a JSON header, then the tensors' bytes.
//!
//! Format: <https://github.com/huggingface/safetensors>, README, "Format". A header of more than
//! 100 MB is refused there and here.

pub mod index;

use std::collections::HashSet;

use overt_core::{Budget, Problem, ProblemKind, Span};

use crate::bytes::{Cursor, ReadError};
use crate::document::json::Reader;
use crate::document::{DocumentError, shorten};
use crate::{Field, FieldName, Format, Inspection, ReadAt, Tensor};

/// The largest header, as in the reference implementation.
const LARGEST_HEADER: u64 = 100_000_000;
/// The most dimensions of one tensor.
const MOST_DIMENSIONS: usize = 32;
/// The longest value of `__metadata__` that is kept, in characters.
const LONGEST_VALUE: usize = 4096;

/// Reads the header; the tensors' bytes are left alone.
pub fn read(source: &dyn ReadAt, budget: Budget) -> (Option<Inspection>, Vec<Problem>) {
    let mut inspection = Inspection::of(Format::Safetensors, source.size());
    let mut cursor = Cursor::new(source, budget);
    match read_header(&mut cursor, &mut inspection) {
        Ok(mut problems) => {
            problems.extend(check_offsets(&inspection));
            inspection.intact = problems.is_empty();
            inspection.header_bytes_read = cursor.fetched();
            (Some(inspection), problems)
        }
        Err(error) => (None, vec![error.problem()]),
    }
}

fn read_header(
    cursor: &mut Cursor<'_>,
    inspection: &mut Inspection,
) -> Result<Vec<Problem>, ReadError> {
    let length = u64::from_le_bytes(cursor.array("the header's length")?);
    if length > LARGEST_HEADER {
        return Err(ReadError::Malformed {
            what: format!(
                "the header's length of {length} is more than the format's limit of \
                 {LARGEST_HEADER}"
            ),
            at: 0,
        });
    }
    let budget = cursor.budget.clone();
    let header = cursor.take(length, "the header")?;
    let mut parse = Header {
        inspection,
        tensors: Vec::new(),
        problems: Vec::new(),
        data_start: length.saturating_add(8),
    };
    let mut reader = Reader::new(header, budget);
    let result = parse.read(&mut reader);
    let Header {
        tensors,
        mut problems,
        ..
    } = parse;
    inspection.set_tensors(tensors);
    if let Err(error) = result {
        let kind = match error {
            DocumentError::Syntax { .. } => ProblemKind::Malformed,
            DocumentError::Budget { .. } => ProblemKind::LimitExceeded,
        };
        let at = (error.at() as u64).saturating_add(8);
        problems.push(
            Problem::new(
                kind,
                format!("the header cannot be read to its end: {error}"),
            )
            .at(Span::Bytes(at, at.saturating_add(1))),
        );
    }
    Ok(problems)
}

struct Header<'i> {
    inspection: &'i mut Inspection,
    tensors: Vec<Tensor>,
    problems: Vec<Problem>,
    data_start: u64,
}

impl Header<'_> {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), DocumentError> {
        let mut names = HashSet::new();
        reader.object(&mut |reader, key| {
            if !names.insert(key.text.clone()) && self.problems.len() < 16 {
                let at = Span::Bytes(offset(key.bytes.start), offset(key.bytes.end));
                let name = shorten(&key.text, 80);
                self.problems.push(
                    Problem::new(
                        ProblemKind::DuplicateKey,
                        format!("the tensor `{name}` is given twice"),
                    )
                    .at(at),
                );
            }
            if key.text == "__metadata__" {
                self.metadata(reader)
            } else {
                self.tensor(reader, key.text)
            }
        })?;
        if !reader.is_at_end() {
            return Err(DocumentError::Syntax {
                what: "something follows the header's end".to_owned(),
                at: reader.position(),
            });
        }
        Ok(())
    }

    fn metadata(&mut self, reader: &mut Reader<'_>) -> Result<(), DocumentError> {
        if reader.peek() != Some(b'{') {
            return reader.skip();
        }
        let mut keys = HashSet::new();
        reader.object(&mut |reader, key| {
            if reader.peek() != Some(b'"') {
                // The format wants texts only; some writers put numbers or objects here.
                let start = reader.position();
                reader.skip()?;
                self.problems.push(
                    Problem::remark(
                        ProblemKind::Malformed,
                        format!("the metadata `{}` is not a text", shorten(&key.text, 80)),
                    )
                    .at(Span::Bytes(offset(start), offset(reader.position()))),
                );
                return Ok(());
            }
            let (value, bytes) = reader.string()?;
            let span = Span::Bytes(offset(bytes.start), offset(bytes.end));
            if !keys.insert(key.text.clone()) {
                self.problems.push(
                    Problem::new(
                        ProblemKind::DuplicateKey,
                        format!("the metadata `{}` is given twice", shorten(&key.text, 80)),
                    )
                    .at(span),
                );
            }
            let name = metadata_field(&key.text);
            let value = shorten(&value, LONGEST_VALUE);
            match name {
                FieldName::Architecture => self.inspection.architecture = Some(value.clone()),
                FieldName::Quantization => self.inspection.quantization = Some(value.clone()),
                _ => {}
            }
            self.inspection
                .fields
                .push(Field::new(name, key.text, value, Some(span)));
            Ok(())
        })
    }

    fn tensor(&mut self, reader: &mut Reader<'_>, name: String) -> Result<(), DocumentError> {
        let mut dtype = None;
        let mut shape = None;
        let mut bytes = None;
        reader.object(&mut |reader, key| {
            match key.text.as_str() {
                "dtype" => dtype = Some(reader.string()?.0),
                "shape" => shape = Some(counts(reader)?),
                "data_offsets" => bytes = Some(counts(reader)?),
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        let (Some(dtype), Some(shape), Some(offsets)) = (dtype, shape, bytes) else {
            self.problems.push(Problem::new(
                ProblemKind::Malformed,
                format!(
                    "the tensor `{}` lacks its type, shape or place",
                    shorten(&name, 80)
                ),
            ));
            return Ok(());
        };
        let bytes = match offsets.as_slice() {
            [start, end] => Some((
                self.data_start.saturating_add(*start),
                self.data_start.saturating_add(*end),
            )),
            _ => None,
        };
        self.tensors.push(Tensor {
            name,
            dtype,
            shape,
            bytes,
        });
        Ok(())
    }
}

/// From a place in the header to a place in the file.
fn offset(at: usize) -> u64 {
    (at as u64).saturating_add(8)
}

fn counts(reader: &mut Reader<'_>) -> Result<Vec<u64>, DocumentError> {
    let mut counts = Vec::new();
    reader.array(&mut |reader, index| {
        let count = reader.count()?;
        if index >= MOST_DIMENSIONS {
            return Err(DocumentError::Syntax {
                what: format!("a tensor has more than {MOST_DIMENSIONS} dimensions"),
                at: reader.position(),
            });
        }
        counts.push(count);
        Ok(())
    })?;
    Ok(counts)
}

/// What a key of `__metadata__` means. The `modelspec.` keys are those of the Stability AI model
/// metadata standard, the `ss_` keys those of kohya-ss trainers.
pub(crate) fn metadata_field(key: &str) -> FieldName {
    let bare = key.strip_prefix("modelspec.").unwrap_or(key);
    match bare.to_ascii_lowercase().as_str() {
        "license" | "licence" | "general.license" | "license_type" | "license_id" => {
            FieldName::License
        }
        "license_name" => FieldName::LicenseName,
        "license_link" | "license_url" => FieldName::LicenseLink,
        "author" | "authors" | "creator" | "general.author" => FieldName::Author,
        "organization" => FieldName::Organization,
        "title" | "name" | "model_name" | "ss_output_name" => FieldName::ModelName,
        "architecture" | "arch" | "model_type" => FieldName::Architecture,
        "base_model"
        | "base_model_name"
        | "base_model_name_or_path"
        | "ss_base_model_version"
        | "ss_sd_model_name"
        | "merged_from" => FieldName::BaseModel,
        "dataset" | "datasets" | "ss_dataset_dirs" => FieldName::Dataset,
        "date" | "created" | "created_at" => FieldName::Date,
        "version" | "model_version" => FieldName::Version,
        "tags" => FieldName::Tag,
        "language" | "languages" => FieldName::Language,
        "doi" => FieldName::Doi,
        "url" | "source" | "homepage" | "repository" => FieldName::Url,
        "format" | "library_name" => FieldName::LibraryName,
        "quantization" | "quantization_type" | "quantization_config" => FieldName::Quantization,
        _ => FieldName::Other,
    }
}

/// Bits per element of a type.
fn bits(dtype: &str) -> Option<u64> {
    Some(match dtype {
        "BOOL" | "U8" | "I8" | "F8_E4M3" | "F8_E5M2" | "F8_E8M0" | "F8_E4M3FNUZ"
        | "F8_E5M2FNUZ" => 8,
        "U16" | "I16" | "F16" | "BF16" => 16,
        "U32" | "I32" | "F32" => 32,
        "U64" | "I64" | "F64" | "C64" => 64,
        "C128" => 128,
        "F4" => 4,
        "F6_E2M3" | "F6_E3M2" => 6,
        _ => return None,
    })
}

/// Whether the tensors lie side by side, without gaps, within the file, each as large as its shape.
fn check_offsets(inspection: &Inspection) -> Vec<Problem> {
    /// More of them say nothing more.
    const MOST: usize = 8;
    let mut problems = Vec::new();
    let mut places: Vec<(u64, u64, &str)> = Vec::new();
    let mut names = HashSet::new();
    // A name that is given twice was reported when it was read; its places say nothing more.
    let repeated: HashSet<&str> = inspection
        .tensor_list
        .iter()
        .map(|tensor| tensor.name.as_str())
        .filter(|name| !names.insert(*name))
        .collect();
    for tensor in &inspection.tensor_list {
        let name = shorten(&tensor.name, 80);
        let Some((start, end)) = tensor.bytes.filter(|(start, end)| start <= end) else {
            problems.push(Problem::new(
                ProblemKind::Malformed,
                format!("the place of the tensor `{name}` is no range"),
            ));
            continue;
        };
        let declared = end.saturating_sub(start);
        let needed = bits(&tensor.dtype).map(|bits| {
            tensor
                .elements()
                .and_then(|count| count.checked_mul(bits))
                .map(|bits| bits.div_ceil(8))
        });
        match needed {
            Some(needed) if needed != Some(declared) => problems.push(Problem::new(
                ProblemKind::Inconsistent,
                format!(
                    "the tensor `{name}` takes {declared} bytes, but its type and shape need {}",
                    needed.map_or_else(|| "more than 64 bits count".to_owned(), |n| n.to_string())
                ),
            )),
            None => problems.push(Problem::remark(
                ProblemKind::Unsupported,
                format!(
                    "the type `{}` of the tensor `{name}` is unknown",
                    shorten(&tensor.dtype, 40)
                ),
            )),
            _ => {}
        }
        places.push((start, end, &tensor.name));
    }
    places.sort_unstable();
    let first = places.first().map(|place| place.0);
    let mut expected = first;
    for (start, end, name) in &places {
        if let Some(before) = expected
            && *start != before
            && !repeated.contains(name)
        {
            let what = if *start < before {
                "overlaps"
            } else {
                "leaves a gap after"
            };
            problems.push(
                Problem::new(
                    ProblemKind::Inconsistent,
                    format!(
                        "the tensor `{}` {what} the one before it",
                        shorten(name, 80)
                    ),
                )
                .at(Span::Bytes(*start, *end)),
            );
        }
        expected = expected.max(Some(*end));
    }
    let end = expected.unwrap_or(inspection.file_bytes);
    if end > inspection.file_bytes {
        problems.push(
            Problem::new(
                ProblemKind::Truncated,
                format!(
                    "the tensors end at byte {end}, but the file has {} bytes",
                    inspection.file_bytes
                ),
            )
            .at(Span::Bytes(
                inspection.file_bytes.saturating_sub(1),
                inspection.file_bytes,
            )),
        );
    } else if end < inspection.file_bytes {
        problems.push(Problem::remark(
            ProblemKind::Inconsistent,
            format!(
                "{} bytes follow the last tensor",
                inspection.file_bytes.saturating_sub(end)
            ),
        ));
    }
    let more = problems.len().saturating_sub(MOST);
    if more > 0 {
        problems.truncate(MOST);
        problems.push(Problem::new(
            ProblemKind::Inconsistent,
            format!("and {more} more of the same kind"),
        ));
    }
    problems
}

#[cfg(test)]
mod tests;
