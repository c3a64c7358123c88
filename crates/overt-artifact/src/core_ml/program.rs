//! The constants of an ML program.
//!
//! Field numbers: `MIL.proto` of apple/coremltools. Large values are in a file of the package; its
//! entries have a head of 64 bytes each (`mlmodel/src/MILBlob/Blob/StorageFormat.hpp`).

use std::ops::Range;

use super::Weights;
use crate::Tensor;
use crate::bytes::{Cursor, ReadError};
use crate::protobuf::{message, text};

/// The longest name that is kept, in bytes.
const LONGEST: u64 = 4096;
/// What stands before an entry's values in a file of values.
const HEAD: u64 = 64;

/// Reads a `Program`.
pub(super) fn read(
    cursor: &mut Cursor<'_>,
    range: Range<u64>,
    weights: &mut Weights,
) -> Result<(), ReadError> {
    weights.is_listed = true;
    // Functions and their blocks are maps: the value of an entry is its field 2.
    message(
        cursor,
        range,
        &mut |cursor, part| match (part.number, part.range()) {
            (2, Some(range)) => entry(cursor, range, &mut |cursor, function| {
                message(
                    cursor,
                    function,
                    &mut |cursor, part| match (part.number, part.range()) {
                        (3, Some(range)) => entry(cursor, range, &mut |cursor, range| {
                            block(cursor, range, weights)
                        }),
                        _ => Ok(()),
                    },
                )
            }),
            _ => Ok(()),
        },
    )
}

/// What reads a part of the program.
type Reader<'r> = dyn FnMut(&mut Cursor<'_>, Range<u64>) -> Result<(), ReadError> + 'r;

/// The value of a map's entry.
fn entry(
    cursor: &mut Cursor<'_>,
    range: Range<u64>,
    then: &mut Reader<'_>,
) -> Result<(), ReadError> {
    message(
        cursor,
        range,
        &mut |cursor, part| match (part.number, part.range()) {
            (2, Some(range)) => then(cursor, range),
            _ => Ok(()),
        },
    )
}

/// The operations of a `Block`, and of the blocks inside them.
fn block(
    cursor: &mut Cursor<'_>,
    range: Range<u64>,
    weights: &mut Weights,
) -> Result<(), ReadError> {
    message(
        cursor,
        range,
        &mut |cursor, part| match (part.number, part.range()) {
            (3, Some(range)) => operation(cursor, range, weights),
            _ => Ok(()),
        },
    )
}

/// What is known of a value.
#[derive(Default)]
struct Value {
    dtype: u64,
    shape: Vec<u64>,
    /// Whether its shape is known.
    is_tensor: bool,
    /// Its file and place there, if it is in a file.
    file: Option<(String, u64)>,
}

/// An `Operation`: constants are weights, and so is what is decompressed from constants.
fn operation(
    cursor: &mut Cursor<'_>,
    range: Range<u64>,
    weights: &mut Weights,
) -> Result<(), ReadError> {
    let mut kind = String::new();
    let mut output = (String::new(), Value::default());
    let mut values: Vec<Value> = Vec::new();
    message(cursor, range, &mut |cursor, part| {
        let Some(range) = part.range() else {
            return Ok(());
        };
        match part.number {
            1 => kind = text(cursor, &range, 128)?,
            3 => output = named(cursor, range)?,
            4 => block(cursor, range, weights)?,
            5 => entry(cursor, range, &mut |cursor, range| {
                values.push(value(cursor, range)?);
                Ok(())
            })?,
            _ => {}
        }
        Ok(())
    })?;
    for value in &values {
        if let Some((file, offset)) = &value.file {
            // The sizes of packed values are in the file itself.
            let bytes = elements(&value.shape)
                .zip(data_type(value.dtype).1)
                .and_then(|(count, width)| count.checked_mul(width))
                .unwrap_or(0);
            let end = offset.saturating_add(HEAD).saturating_add(bytes);
            let most = weights.files.entry(file.clone()).or_default();
            *most = end.max(*most);
        }
    }
    let holds_file = values.iter().any(|value| value.file.is_some());
    let (name, shown) = output;
    if kind.starts_with("constexpr_") && holds_file {
        weights.quantization.get_or_insert(kind);
    } else if kind == "const" {
        let is_weight = values.iter().any(|value| {
            let is_float = data_type(value.dtype).0.contains('F');
            value.file.is_some() || value.is_tensor && !value.shape.is_empty() && is_float
        });
        if !is_weight {
            return Ok(());
        }
    } else {
        return Ok(());
    }
    weights.tensors.push(Tensor {
        name,
        dtype: data_type(shown.dtype).0.to_owned(),
        shape: shown.shape,
        bytes: None,
    });
    Ok(())
}

/// A `NamedValueType`.
fn named(cursor: &mut Cursor<'_>, range: Range<u64>) -> Result<(String, Value), ReadError> {
    let (mut name, mut found) = (String::new(), Value::default());
    message(cursor, range, &mut |cursor, part| {
        match (part.number, part.range()) {
            (1, Some(range)) => name = text(cursor, &range, LONGEST)?,
            (2, Some(range)) => value_type(cursor, range, &mut found)?,
            _ => {}
        }
        Ok(())
    })?;
    Ok((name, found))
}

/// A `Value`; what it holds immediately is passed over.
fn value(cursor: &mut Cursor<'_>, range: Range<u64>) -> Result<Value, ReadError> {
    let mut found = Value::default();
    message(cursor, range, &mut |cursor, part| {
        match (part.number, part.range()) {
            (2, Some(range)) => value_type(cursor, range, &mut found)?,
            (5, Some(range)) => found.file = Some(blob(cursor, range)?),
            _ => {}
        }
        Ok(())
    })?;
    Ok(found)
}

/// A `BlobFileValue`: the file by its path from the model's folder, and the place of its entry.
fn blob(cursor: &mut Cursor<'_>, range: Range<u64>) -> Result<(String, u64), ReadError> {
    let (mut file, mut offset) = (String::new(), 0);
    message(cursor, range, &mut |cursor, part| {
        match (part.number, part.range()) {
            (1, Some(range)) => file = text(cursor, &range, LONGEST)?,
            (2, None) => offset = part.number_value().unwrap_or(0),
            _ => {}
        }
        Ok(())
    })?;
    let inside = file.strip_prefix("@model_path/").unwrap_or(&file);
    Ok((inside.to_owned(), offset))
}

/// The tensor that a `ValueType` describes.
fn value_type(
    cursor: &mut Cursor<'_>,
    range: Range<u64>,
    into: &mut Value,
) -> Result<(), ReadError> {
    const MOST_DIMENSIONS: usize = 64;
    message(cursor, range, &mut |cursor, part| {
        let (1, Some(range)) = (part.number, part.range()) else {
            return Ok(());
        };
        into.is_tensor = true;
        message(cursor, range, &mut |cursor, part| {
            match (part.number, part.range()) {
                (1, None) => into.dtype = part.number_value().unwrap_or(0),
                (3, Some(range)) if into.shape.len() < MOST_DIMENSIONS => {
                    let mut side = 0;
                    message(
                        cursor,
                        range,
                        &mut |cursor, part| match (part.number, part.range()) {
                            (1, Some(range)) => message(cursor, range, &mut |_, part| {
                                if part.number == 1 {
                                    side = part.number_value().unwrap_or(0);
                                }
                                Ok(())
                            }),
                            _ => Ok(()),
                        },
                    )?;
                    into.shape.push(side);
                }
                _ => {}
            }
            Ok(())
        })
    })
}

fn elements(shape: &[u64]) -> Option<u64> {
    shape
        .iter()
        .try_fold(1_u64, |count, side| count.checked_mul(*side))
}

/// `DataType`: the name as safetensors spells it, and whole bytes per element.
fn data_type(number: u64) -> (&'static str, Option<u64>) {
    match number {
        1 => ("BOOL", Some(1)),
        2 => ("STRING", None),
        10 => ("F16", Some(2)),
        11 => ("F32", Some(4)),
        12 => ("F64", Some(8)),
        13 => ("BF16", Some(2)),
        21 => ("I8", Some(1)),
        22 => ("I16", Some(2)),
        23 => ("I32", Some(4)),
        24 => ("I64", Some(8)),
        25 => ("I4", None),
        31 => ("U8", Some(1)),
        32 => ("U16", Some(2)),
        33 => ("U32", Some(4)),
        34 => ("U64", Some(8)),
        35 => ("U4", None),
        36 => ("U2", None),
        37 => ("U1", None),
        38 => ("U6", None),
        39 => ("U3", None),
        _ => ("unknown", None),
    }
}
