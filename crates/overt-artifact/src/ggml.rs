//! The formats of before GGUF: GGML (unversioned), GGMF and GGJT.
//!
//! Their hyper-parameters have no names and no fixed number: only magic number, version and, for
//! the layout that llama.cpp used, the sizes are read.

use overt_core::{Budget, Problem};

use crate::bytes::{Cursor, ReadError};
use crate::{Field, FieldName, Format, Inspection, ReadAt};

/// Reads magic number, version and sizes.
pub fn read(source: &dyn ReadAt, budget: Budget) -> (Option<Inspection>, Vec<Problem>) {
    let mut inspection = Inspection::of(Format::Ggml, source.size());
    let mut cursor = Cursor::new(source, budget);
    let mut problems = Vec::new();
    if let Err(error) = header(&mut cursor, &mut inspection) {
        problems.push(error.problem());
    }
    inspection.header_bytes_read = cursor.fetched();
    inspection.intact = problems.is_empty();
    (Some(inspection), problems)
}

fn header(cursor: &mut Cursor<'_>, inspection: &mut Inspection) -> Result<(), ReadError> {
    let magic: [u8; 4] = cursor.array("the magic number")?;
    let name = match &magic {
        b"lmgg" => "ggml",
        b"fmgg" => "ggmf",
        b"algg" => "ggla",
        _ => "ggjt",
    };
    if name == "ggml" {
        inspection.format_version = Some(name.to_owned());
        return Ok(());
    }
    let version = u32::from_le_bytes(cursor.array("the version")?);
    inspection.format_version = Some(format!("{name} {version}"));
    if name == "ggla" {
        // An adapter: its rank and scale follow.
        let rank = u32::from_le_bytes(cursor.array("the adapter's rank")?);
        let field = Field::new(FieldName::Other, "lora-rank", rank.to_string(), None);
        inspection.fields.push(field);
        return Ok(());
    }
    // Only llama.cpp wrote these two.
    inspection.architecture = Some("llama".to_owned());
    for key in [
        "llama.vocab_size",
        "llama.embedding_length",
        "llama.feed_forward_multiple",
        "llama.attention.head_count",
        "llama.block_count",
        "llama.rope.dimension_count",
        "general.file_type",
    ] {
        let number = u32::from_le_bytes(cursor.array("the sizes")?).to_string();
        let (name, value) = if key == "general.file_type" {
            // Versions of the quantization are added in thousands.
            let plain = number.parse::<u32>().unwrap_or(0) % 1000;
            let named = crate::gguf::file_type_name(&plain.to_string()).unwrap_or(number);
            inspection.quantization = Some(named.clone());
            (FieldName::Quantization, named)
        } else {
            (FieldName::Other, number)
        };
        inspection.fields.push(Field::new(name, key, value, None));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_quantization_are_read() {
        let mut bytes = b"tjgg".to_vec();
        for number in [3_u32, 32_000, 4096, 256, 32, 32, 128, 2002] {
            bytes.extend(number.to_le_bytes());
        }
        let (inspection, problems) = crate::inspect(&bytes, "ggml-model-q4_0.bin", Budget::HEADER);
        assert_eq!(problems, []);
        let inspection = inspection.unwrap();
        assert_eq!(inspection.format_version.as_deref(), Some("ggjt 3"));
        assert_eq!(inspection.quantization.as_deref(), Some("Q4_0"));
        let (_, problems) = crate::inspect(&bytes[..20].to_vec(), "m.bin", Budget::HEADER);
        assert_eq!(problems.len(), 1);
    }
}
