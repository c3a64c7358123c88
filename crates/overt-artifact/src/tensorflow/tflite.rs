//! `TFLite` models and the metadata packed into them.
//!
//! Layouts: `schema.fbs` of tensorflow/tensorflow and `metadata_schema.fbs` of
//! tensorflow/tflite-support.

use overt_core::{Budget, Problem, Span};

use crate::bytes::{Cursor, Paged, ReadError};
use crate::document::shorten;
use crate::{Field, FieldName, Format, Inspection, ReadAt, Tensor};

/// The most elements of one vector that are followed.
const MOST: u32 = 1 << 20;

/// Reads the tensors that hold weights, and the metadata.
pub fn read(source: &dyn ReadAt, budget: Budget) -> (Option<Inspection>, Vec<Problem>) {
    let mut inspection = Inspection::of(Format::Tflite, source.size());
    let pages = Paged::new(source);
    let mut cursor = Cursor::new(&pages, budget);
    let mut problems = Vec::new();
    let mut tensors = Vec::new();
    if let Err(error) = model(&mut cursor, &mut inspection, &mut tensors) {
        problems.push(error.problem());
        if inspection.format_version.is_none() {
            return (None, problems);
        }
    }
    inspection.header_bytes_read = pages.fetched();
    inspection.intact = problems.is_empty();
    inspection.set_tensors(tensors);
    (Some(inspection), problems)
}

fn model(
    cursor: &mut Cursor<'_>,
    inspection: &mut Inspection,
    tensors: &mut Vec<Tensor>,
) -> Result<(), ReadError> {
    let root = Table::root(cursor, 0)?;
    let version = root.number(cursor, 0)?.unwrap_or(0);
    inspection.format_version = Some(version.to_string());
    if let Some((text, span)) = root.text(cursor, 3)? {
        let name = FieldName::Other;
        inspection
            .fields
            .push(Field::new(name, "description", text, Some(span)));
    }
    let buffers = root.tables(cursor, 4)?;
    let mut sizes = Vec::new();
    for buffer in &buffers {
        sizes.push(buffer.bytes(cursor, 0)?);
    }
    for subgraph in root.tables(cursor, 2)? {
        for tensor in subgraph.tables(cursor, 0)? {
            let index = usize::try_from(tensor.number(cursor, 2)?.unwrap_or(0)).unwrap_or(0);
            // Buffer 0 is the empty one: an activation, not a weight.
            let Some((start, length)) = sizes.get(index).copied().flatten().filter(|b| b.1 > 0)
            else {
                continue;
            };
            let dtype = data_type(tensor.byte(cursor, 1)?.unwrap_or(0));
            tensors.push(Tensor {
                name: tensor
                    .text(cursor, 3)?
                    .map(|found| found.0)
                    .unwrap_or_default(),
                dtype: dtype.to_owned(),
                shape: tensor.numbers(cursor, 0)?,
                bytes: Some((start, start.saturating_add(length))),
            });
        }
    }
    for entry in root.tables(cursor, 6)? {
        let is_metadata = entry
            .text(cursor, 0)?
            .is_some_and(|(name, _)| name == "TFLITE_METADATA");
        let index = usize::try_from(entry.number(cursor, 1)?.unwrap_or(0)).unwrap_or(0);
        if let Some((start, _)) = sizes.get(index).copied().flatten().filter(|_| is_metadata) {
            metadata(cursor, start, inspection)?;
        }
    }
    Ok(())
}

/// The table `ModelMetadata` in a buffer.
fn metadata(
    cursor: &mut Cursor<'_>,
    start: u64,
    inspection: &mut Inspection,
) -> Result<(), ReadError> {
    let table = Table::root(cursor, start)?;
    for (slot, key, name) in [
        (0, "name", FieldName::ModelName),
        (1, "description", FieldName::Other),
        (2, "version", FieldName::Version),
        (4, "author", FieldName::Author),
        (5, "license", FieldName::License),
    ] {
        if let Some((text, span)) = table.text(cursor, slot)? {
            let key = format!("metadata.{key}");
            inspection
                .fields
                .push(Field::new(name, key, text, Some(span)));
        }
    }
    Ok(())
}

/// A flat buffer's table: where it and its list of slots are.
struct Table {
    at: u64,
    slots: u64,
    slots_length: u16,
}

fn u32_at(cursor: &mut Cursor<'_>, at: u64) -> Result<u32, ReadError> {
    cursor.seek(at, "the flat buffer")?;
    Ok(u32::from_le_bytes(cursor.array("the flat buffer")?))
}

impl Table {
    /// The root table of the buffer that begins at `start`.
    fn root(cursor: &mut Cursor<'_>, start: u64) -> Result<Self, ReadError> {
        let offset = u32_at(cursor, start)?;
        Self::at(cursor, start.saturating_add(offset.into()))
    }

    fn at(cursor: &mut Cursor<'_>, at: u64) -> Result<Self, ReadError> {
        cursor.item("the flat buffer")?;
        cursor.seek(at, "a table of the flat buffer")?;
        let back = i32::from_le_bytes(cursor.array("a table of the flat buffer")?);
        let slots = at
            .checked_add_signed(i64::from(back).saturating_neg())
            .ok_or_else(|| cursor.malformed("a table's slots lie before the file"))?;
        cursor.seek(slots, "a table's slots")?;
        let slots_length = u16::from_le_bytes(cursor.array("a table's slots")?);
        Ok(Self {
            at,
            slots,
            slots_length,
        })
    }

    /// Where the value of a slot is, if the table has one.
    fn slot(&self, cursor: &mut Cursor<'_>, slot: u16) -> Result<Option<u64>, ReadError> {
        let place = slot.saturating_mul(2).saturating_add(4);
        if place.saturating_add(2) > self.slots_length {
            return Ok(None);
        }
        cursor.seek(self.slots.saturating_add(place.into()), "a table's slot")?;
        let offset = u16::from_le_bytes(cursor.array("a table's slot")?);
        Ok((offset != 0).then(|| self.at.saturating_add(offset.into())))
    }

    fn number(&self, cursor: &mut Cursor<'_>, slot: u16) -> Result<Option<u32>, ReadError> {
        match self.slot(cursor, slot)? {
            Some(at) => u32_at(cursor, at).map(Some),
            None => Ok(None),
        }
    }

    fn byte(&self, cursor: &mut Cursor<'_>, slot: u16) -> Result<Option<u8>, ReadError> {
        let Some(at) = self.slot(cursor, slot)? else {
            return Ok(None);
        };
        cursor.seek(at, "the flat buffer")?;
        let [byte] = cursor.array("the flat buffer")?;
        Ok(Some(byte))
    }

    /// Where a vector's elements begin, and how many there are.
    fn vector(&self, cursor: &mut Cursor<'_>, slot: u16) -> Result<Option<(u64, u32)>, ReadError> {
        let Some(at) = self.slot(cursor, slot)? else {
            return Ok(None);
        };
        let start = at.saturating_add(u32_at(cursor, at)?.into());
        let length = u32_at(cursor, start)?;
        Ok(Some((start.saturating_add(4), length)))
    }

    fn text(
        &self,
        cursor: &mut Cursor<'_>,
        slot: u16,
    ) -> Result<Option<(String, Span)>, ReadError> {
        const LONGEST: u64 = 1 << 16;
        let Some((start, length)) = self.vector(cursor, slot)? else {
            return Ok(None);
        };
        let length = u64::from(length);
        cursor.seek(start, "a text of the flat buffer")?;
        let bytes = cursor.take(length.min(LONGEST), "a text of the flat buffer")?;
        let text = shorten(&String::from_utf8_lossy(bytes), 8192);
        Ok(Some((
            text,
            Span::Bytes(start, start.saturating_add(length)),
        )))
    }

    /// The place and length of a vector of bytes.
    fn bytes(&self, cursor: &mut Cursor<'_>, slot: u16) -> Result<Option<(u64, u64)>, ReadError> {
        let Some((start, length)) = self.vector(cursor, slot)? else {
            return Ok(None);
        };
        let end = start.saturating_add(length.into());
        if end > cursor.size() {
            return Err(ReadError::Truncated {
                what: "a buffer of weights",
                end,
                size: cursor.size(),
            });
        }
        Ok(Some((start, length.into())))
    }

    fn numbers(&self, cursor: &mut Cursor<'_>, slot: u16) -> Result<Vec<u64>, ReadError> {
        const MOST_DIMENSIONS: u32 = 64;
        let Some((start, length)) = self.vector(cursor, slot)? else {
            return Ok(Vec::new());
        };
        if length > MOST_DIMENSIONS {
            return Err(cursor.malformed(format!("a tensor has {length} dimensions")));
        }
        cursor.seek(start, "a tensor's shape")?;
        let mut numbers = Vec::new();
        for _ in 0..length {
            let number = i32::from_le_bytes(cursor.array("a tensor's shape")?);
            numbers.push(u64::try_from(number).unwrap_or(0));
        }
        Ok(numbers)
    }

    fn tables(&self, cursor: &mut Cursor<'_>, slot: u16) -> Result<Vec<Self>, ReadError> {
        let Some((start, length)) = self.vector(cursor, slot)? else {
            return Ok(Vec::new());
        };
        if length > MOST || u64::from(length) > cursor.size() / 4 {
            return Err(cursor.malformed(format!("a vector declares {length} elements")));
        }
        let mut tables = Vec::new();
        let mut at = start;
        for _ in 0..length {
            let offset = u32_at(cursor, at)?;
            tables.push(Self::at(cursor, at.saturating_add(offset.into()))?);
            at = at.saturating_add(4);
        }
        Ok(tables)
    }
}

/// `TensorType` of the schema, as safetensors spells it.
fn data_type(number: u8) -> &'static str {
    match number {
        0 => "F32",
        1 => "F16",
        2 => "I32",
        3 => "U8",
        4 => "I64",
        5 => "STRING",
        6 => "BOOL",
        7 => "I16",
        8 => "C64",
        9 => "I8",
        10 => "F64",
        11 => "C128",
        12 => "U64",
        15 => "U32",
        16 => "U16",
        17 => "I4",
        18 => "BF16",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_bytes_lead_out_of_the_file() {
        // A root far away, a table whose slots lie before the file, a vector that is too long.
        for bytes in [
            b"\xff\xff\xff\xffTFL3".to_vec(),
            b"\x08\0\0\0TFL3\xff\xff\xff\x7f\0\0\0\0".to_vec(),
            b"\x10\0\0\0TFL3\x06\0\x08\0\x04\0\0\0\x08\0\0\0\x03\0\0\0".to_vec(),
            vec![],
        ] {
            let (_, problems) = read(&bytes, Budget::HEADER);
            assert!(bytes.len() > 20 || !problems.is_empty(), "{bytes:?}");
        }
    }

    #[test]
    fn version_and_description_of_a_small_model_are_read() {
        // Root at 16: slots at 8 (length 14 to cover slot 3), version 3, description "hi".
        let mut bytes = b"\x18\0\0\0TFL3".to_vec();
        bytes.extend([12, 0, 12, 0, 4, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0]);
        bytes.extend(16_i32.to_le_bytes());
        bytes.extend(3_u32.to_le_bytes());
        bytes.extend(4_u32.to_le_bytes());
        bytes.extend(2_u32.to_le_bytes());
        bytes.extend(b"hi\0\0");
        let (inspection, problems) = read(&bytes, Budget::HEADER);
        assert_eq!(problems, []);
        let inspection = inspection.unwrap();
        assert_eq!(inspection.format_version.as_deref(), Some("3"));
        assert_eq!(inspection.fields[0].value, "hi");
    }
}
