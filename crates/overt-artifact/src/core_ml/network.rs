//! The weights of a neural network's layers.
//!
//! Field numbers: `NeuralNetwork.proto` of apple/coremltools. Weights stand in the file itself,
//! without their shapes: each is listed with its number of elements.

use std::ops::Range;

use super::Weights;
use crate::Tensor;
use crate::bytes::{Cursor, ReadError};
use crate::protobuf::{message, text};

/// Layers with weights: the field of the layer, and those of its weights with their names.
const LAYERS: [(u64, &[(u64, &str)]); 8] = [
    (100, &[(90, "weights"), (91, "bias")]),
    (140, &[(20, "weights"), (21, "bias")]),
    (150, &[(20, "weights"), (21, "bias")]),
    (151, &[(20, "weights"), (21, "bias")]),
    (
        160,
        &[(15, "gamma"), (16, "beta"), (17, "mean"), (18, "variance")],
    ),
    (245, &[(2, "scale"), (3, "bias")]),
    (290, &[(2, "data")]),
    (1045, &[(8, "weights"), (9, "bias")]),
];

/// Reads a `NeuralNetwork`, or one that classifies.
pub(super) fn read(
    cursor: &mut Cursor<'_>,
    range: Range<u64>,
    weights: &mut Weights,
) -> Result<(), ReadError> {
    weights.is_listed = true;
    message(
        cursor,
        range,
        &mut |cursor, part| match (part.number, part.range()) {
            (1, Some(range)) => layer(cursor, range, weights),
            _ => Ok(()),
        },
    )
}

fn layer(
    cursor: &mut Cursor<'_>,
    range: Range<u64>,
    weights: &mut Weights,
) -> Result<(), ReadError> {
    let mut name = String::new();
    message(cursor, range, &mut |cursor, part| {
        let Some(range) = part.range() else {
            return Ok(());
        };
        if part.number == 1 {
            name = text(cursor, &range, 4096)?;
        }
        let Some((_, fields)) = LAYERS.iter().find(|(layer, _)| *layer == part.number) else {
            return Ok(());
        };
        message(cursor, range, &mut |cursor, part| {
            let field = fields.iter().find(|(field, _)| *field == part.number);
            let (Some((_, field)), Some(range)) = (field, part.range()) else {
                return Ok(());
            };
            let name = format!("{name}.{field}");
            weights.tensors.extend(params(cursor, range, name)?);
            Ok(())
        })
    })
}

/// `WeightParams`: values of 4 or 2 bytes, or of so many bits each.
fn params(
    cursor: &mut Cursor<'_>,
    range: Range<u64>,
    name: String,
) -> Result<Option<Tensor>, ReadError> {
    let mut found = None;
    let (mut raw, mut bits) = (None, None);
    message(cursor, range, &mut |cursor, part| {
        let Some(range) = part.range() else {
            return Ok(());
        };
        let length = range.end.saturating_sub(range.start);
        match part.number {
            1 => found = Some(("F32", length / 4, range)),
            2 => found = Some(("F16", length / 2, range)),
            30 => raw = Some(range),
            31 => found = Some(("I8", length, range)),
            40 => message(cursor, range, &mut |_, part| {
                if part.number == 1 {
                    bits = part.number_value();
                }
                Ok(())
            })?,
            _ => {}
        }
        Ok(())
    })?;
    if let (None, Some(range)) = (&found, raw) {
        let length = range.end.saturating_sub(range.start);
        let bits = bits.filter(|bits| (1..=8).contains(bits)).unwrap_or(8);
        let elements = length.saturating_mul(8).checked_div(bits).unwrap_or(0);
        found = Some(("quantized", elements, range));
    }
    Ok(found
        .filter(|(_, elements, _)| *elements > 0)
        .map(|(dtype, elements, range)| Tensor {
            name,
            dtype: dtype.to_owned(),
            shape: vec![elements],
            bytes: Some((range.start, range.end)),
        }))
}
