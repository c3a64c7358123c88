//! `CTranslate2` models: `model.bin`.
//!
//! Layout: `python/ctranslate2/specs/model_spec.py` of OpenNMT/CTranslate2.

use overt_core::{Budget, Problem};

use crate::bytes::{Cursor, ReadError};
use crate::document::shorten;
use crate::{Field, FieldName, Format, Inspection, ReadAt, Tensor};

/// Reads the specification's name and the variables.
pub fn read(source: &dyn ReadAt, budget: Budget) -> (Option<Inspection>, Vec<Problem>) {
    let mut inspection = Inspection::of(Format::Ctranslate2, source.size());
    let mut cursor = Cursor::new(source, budget);
    let mut tensors = Vec::new();
    let mut problems = Vec::new();
    if let Err(error) = model(&mut cursor, &mut inspection, &mut tensors) {
        problems.push(error.problem());
        if inspection.architecture.is_none() {
            return (None, problems);
        }
    }
    inspection.header_bytes_read = cursor.fetched();
    inspection.intact = problems.is_empty();
    inspection.set_tensors(tensors);
    (Some(inspection), problems)
}

fn u32(cursor: &mut Cursor<'_>, what: &'static str) -> Result<u32, ReadError> {
    cursor.array(what).map(u32::from_le_bytes)
}

/// A text with its length before it and a zero after it.
fn text(cursor: &mut Cursor<'_>, what: &'static str) -> Result<String, ReadError> {
    let length = u16::from_le_bytes(cursor.array(what)?);
    let bytes = cursor.take(length.into(), what)?;
    let text = String::from_utf8_lossy(bytes);
    Ok(text.trim_end_matches('\0').to_owned())
}

fn model(
    cursor: &mut Cursor<'_>,
    inspection: &mut Inspection,
    tensors: &mut Vec<Tensor>,
) -> Result<(), ReadError> {
    let version = u32(cursor, "the version")?;
    inspection.format_version = Some(version.to_string());
    let name = text(cursor, "the specification's name")?;
    let revision = u32(cursor, "the specification's revision")?;
    inspection.architecture = Some(shorten(&name, 200));
    inspection.fields.push(Field::new(
        FieldName::Architecture,
        "spec",
        format!("{name} revision {revision}"),
        None,
    ));
    let count = u32(cursor, "the number of variables")?;
    for _ in 0..count {
        cursor.item("the variables")?;
        let name = text(cursor, "a variable's name")?;
        let [rank] = cursor.array("a variable's shape")?;
        let mut shape = Vec::new();
        for _ in 0..rank {
            shape.push(u64::from(u32(cursor, "a variable's shape")?));
        }
        let [kind] = cursor.array("a variable's type")?;
        let length = u64::from(u32(cursor, "a variable's size")?);
        let start = cursor.position();
        cursor.skip(length, "a variable's values")?;
        let dtype = match kind {
            0 => "F32",
            1 => "I8",
            2 => "I16",
            3 => "I32",
            4 => "F16",
            5 => "BF16",
            _ => "unknown",
        };
        tensors.push(Tensor {
            name,
            dtype: dtype.to_owned(),
            shape,
            bytes: Some((start, start.saturating_add(length))),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_listed() {
        let mut bytes = 6_u32.to_le_bytes().to_vec();
        bytes.extend(b"\x0c\0WhisperSpec\0");
        bytes.extend(3_u32.to_le_bytes());
        bytes.extend(1_u32.to_le_bytes());
        bytes.extend(b"\x02\0w\0\x02\x02\0\0\0\x03\0\0\0\x04");
        bytes.extend(12_u32.to_le_bytes());
        bytes.extend([0; 12]);
        assert_eq!(
            Format::detect("model.bin", &bytes),
            Some(Format::Ctranslate2)
        );
        let (inspection, problems) = read(&bytes, Budget::HEADER);
        assert_eq!(problems, []);
        let inspection = inspection.unwrap();
        assert_eq!(inspection.architecture.as_deref(), Some("WhisperSpec"));
        assert_eq!(inspection.tensors.unwrap().parameters, 6);
        for end in 0..bytes.len() {
            let (_, problems) = read(&bytes[..end].to_vec(), Budget::HEADER);
            assert!(!problems.is_empty(), "cut at {end}");
        }
    }
}
