//! Flax parameters in `MessagePack`.
//!
//! Maps of names; an array is an extension of type 1 that holds another `MessagePack`: shape, type
//! and bytes (`flax/serialization.py`). The bytes are passed over without reading them.

use overt_core::{Budget, Problem, ProblemKind};

use crate::bytes::{Cursor, ReadError};
use crate::document::shorten;
use crate::{Field, FieldName, Format, Inspection, ReadAt, Tensor};

/// Reads the names, shapes and types of all arrays.
pub fn read(source: &dyn ReadAt, budget: Budget) -> (Option<Inspection>, Vec<Problem>) {
    let mut inspection = Inspection::of(Format::FlaxMsgpack, source.size());
    let mut cursor = Cursor::new(source, budget);
    let mut problems = Vec::new();
    let mut tensors = Vec::new();
    if let Err(error) = walk(&mut cursor, &mut tensors, &mut problems) {
        problems.push(error.problem());
        if tensors.is_empty() {
            return (None, problems);
        }
    }
    inspection.header_bytes_read = cursor.fetched();
    inspection.intact = problems.is_empty();
    // A whole training state holds the optimizer's moments beside the parameters.
    let all = tensors.len();
    tensors.retain(|tensor| !tensor.name.starts_with("opt_state."));
    let states = all.saturating_sub(tensors.len());
    if states > 0 {
        let key = "optimizer-state-tensors";
        let field = Field::new(FieldName::Other, key, states.to_string(), None);
        inspection.fields.push(field);
    }
    inspection.set_tensors(tensors);
    (Some(inspection), problems)
}

/// A map or list that is being read.
struct Open {
    left: u64,
    is_map: bool,
    path_length: usize,
}

/// What one value is.
enum Value {
    Map(u64),
    List(u64),
    Text(String),
    Array { start: u64, length: u64 },
    Other,
}

fn walk(
    cursor: &mut Cursor<'_>,
    tensors: &mut Vec<Tensor>,
    problems: &mut Vec<Problem>,
) -> Result<(), ReadError> {
    /// How deeply maps nest in real parameters is below ten.
    const DEEPEST: usize = 64;
    let mut open: Vec<Open> = Vec::new();
    let mut path = String::new();
    loop {
        // Close what is finished.
        while open.last().is_some_and(|innermost| innermost.left == 0) {
            open.pop();
            let length = open.last().map_or(0, |outer| outer.path_length);
            path.truncate(length);
        }
        if let Some(innermost) = open.last_mut() {
            innermost.left = innermost.left.saturating_sub(1);
            path.truncate(innermost.path_length);
            if innermost.is_map {
                let Value::Text(key) = value(cursor)? else {
                    return Err(cursor.malformed("a key of the map is no text"));
                };
                if path.len() < 4096 {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(&key);
                }
            }
        }
        let at_root = open.is_empty();
        match value(cursor)? {
            Value::Map(left) => open.push(Open {
                left,
                is_map: true,
                path_length: path.len(),
            }),
            Value::List(left) => open.push(Open {
                left,
                is_map: false,
                path_length: path.len(),
            }),
            Value::Array { start, length } => {
                let after = cursor.position();
                array(cursor, start, length, &path, tensors, problems)?;
                cursor.seek(after, "the parameters")?;
            }
            Value::Text(_) | Value::Other => {
                if at_root {
                    return Err(cursor.malformed("the file does not begin with a map"));
                }
            }
        }
        if open.len() > DEEPEST {
            return Err(cursor.malformed("the maps nest too deeply"));
        }
        if open.iter().all(|level| level.left == 0) {
            return Ok(());
        }
    }
}

/// One value; of maps and lists only the length, of binaries nothing.
fn value(cursor: &mut Cursor<'_>) -> Result<Value, ReadError> {
    let what = "the parameters";
    cursor.item(what)?;
    let [tag] = cursor.array(what)?;
    let one = |cursor: &mut Cursor<'_>| cursor.array::<1>(what).map(|[n]| u64::from(n));
    let two = |cursor: &mut Cursor<'_>| {
        cursor
            .array(what)
            .map(|bytes| u64::from(u16::from_be_bytes(bytes)))
    };
    let four = |cursor: &mut Cursor<'_>| {
        cursor
            .array(what)
            .map(|bytes| u64::from(u32::from_be_bytes(bytes)))
    };
    Ok(match tag {
        0x00..=0x7F | 0xE0..=0xFF | 0xC0 | 0xC2 | 0xC3 => Value::Other,
        0x80..=0x8F => Value::Map(u64::from(tag & 0x0F)),
        0x90..=0x9F => Value::List(u64::from(tag & 0x0F)),
        0xA0..=0xBF => text(cursor, u64::from(tag & 0x1F))?,
        0xC4 => skip(cursor, one)?,
        0xC5 => skip(cursor, two)?,
        0xC6 => skip(cursor, four)?,
        0xC7 => extension(cursor, one)?,
        0xC8 => extension(cursor, two)?,
        0xC9 => extension(cursor, four)?,
        0xCC | 0xD0 => skip(cursor, |_| Ok(1))?,
        0xCD | 0xD1 => skip(cursor, |_| Ok(2))?,
        0xCA | 0xCE | 0xD2 => skip(cursor, |_| Ok(4))?,
        0xCB | 0xCF | 0xD3 => skip(cursor, |_| Ok(8))?,
        0xD4 => extension(cursor, |_| Ok(1))?,
        0xD5 => extension(cursor, |_| Ok(2))?,
        0xD6 => extension(cursor, |_| Ok(4))?,
        0xD7 => extension(cursor, |_| Ok(8))?,
        0xD8 => extension(cursor, |_| Ok(16))?,
        0xD9 => {
            let length = one(cursor)?;
            text(cursor, length)?
        }
        0xDA => {
            let length = two(cursor)?;
            text(cursor, length)?
        }
        0xDB => {
            let length = four(cursor)?;
            text(cursor, length)?
        }
        0xDC => Value::List(two(cursor)?),
        0xDD => Value::List(four(cursor)?),
        0xDE => Value::Map(two(cursor)?),
        0xDF => Value::Map(four(cursor)?),
        0xC1 => return Err(cursor.malformed("a byte that MessagePack does not use")),
    })
}

fn skip(
    cursor: &mut Cursor<'_>,
    length: impl FnOnce(&mut Cursor<'_>) -> Result<u64, ReadError>,
) -> Result<Value, ReadError> {
    let length = length(cursor)?;
    cursor.skip(length, "a value of the parameters")?;
    Ok(Value::Other)
}

fn text(cursor: &mut Cursor<'_>, length: u64) -> Result<Value, ReadError> {
    const LONGEST: u64 = 4096;
    let kept = length.min(LONGEST);
    let bytes = cursor.take(kept, "a name of the parameters")?;
    let text = String::from_utf8_lossy(bytes).into_owned();
    cursor.skip(length.saturating_sub(kept), "a name of the parameters")?;
    Ok(Value::Text(text))
}

fn extension(
    cursor: &mut Cursor<'_>,
    length: impl FnOnce(&mut Cursor<'_>) -> Result<u64, ReadError>,
) -> Result<Value, ReadError> {
    const ARRAY: u8 = 1;
    let length = length(cursor)?;
    let [kind] = cursor.array("an extension of the parameters")?;
    let start = cursor.position();
    cursor.skip(length, "an array of the parameters")?;
    Ok(if kind == ARRAY {
        Value::Array { start, length }
    } else {
        Value::Other
    })
}

/// The inside of an array: `[shape, type, bytes]`.
fn array(
    cursor: &mut Cursor<'_>,
    start: u64,
    length: u64,
    path: &str,
    tensors: &mut Vec<Tensor>,
    problems: &mut Vec<Problem>,
) -> Result<(), ReadError> {
    const MOST_DIMENSIONS: u64 = 64;
    let end = start.saturating_add(length);
    cursor.seek(start, "an array of the parameters")?;
    let Value::List(3) = value(cursor)? else {
        return Err(cursor.malformed("an array is not made of shape, type and bytes"));
    };
    let Value::List(dimensions) = value(cursor)? else {
        return Err(cursor.malformed("an array's shape is no list"));
    };
    if dimensions > MOST_DIMENSIONS {
        return Err(cursor.malformed(format!("an array has {dimensions} dimensions")));
    }
    let mut shape = Vec::new();
    for _ in 0..dimensions {
        shape.push(number(cursor)?);
    }
    let Value::Text(dtype) = value(cursor)? else {
        return Err(cursor.malformed("an array's type is no text"));
    };
    let (dtype, width) = data_type(&dtype);
    // The bytes end the array: their length is what is left after their own head.
    let head = cursor.position();
    value(cursor)?;
    let tensor_end = cursor.position();
    let mut tensor = Tensor {
        name: path.to_owned(),
        dtype,
        shape,
        bytes: None,
    };
    let size = tensor
        .elements()
        .zip(width)
        .and_then(|(count, width)| count.checked_mul(width));
    let fits = size.is_some_and(|size| {
        tensor_end == end && tensor_end.saturating_sub(size) > head && size <= length
    });
    if fits {
        let from = tensor_end.saturating_sub(size.unwrap_or(0));
        tensor.bytes = Some((from, tensor_end));
    } else if width.is_some() && problems.len() < 8 {
        problems.push(Problem::new(
            ProblemKind::Inconsistent,
            format!(
                "the array `{}` is not as large as its shape",
                shorten(path, 80)
            ),
        ));
    }
    tensors.push(tensor);
    Ok(())
}

fn number(cursor: &mut Cursor<'_>) -> Result<u64, ReadError> {
    let what = "an array's shape";
    let [tag] = cursor.array(what)?;
    Ok(match tag {
        0x00..=0x7F => u64::from(tag),
        0xCC => u64::from(u8::from_be_bytes(cursor.array(what)?)),
        0xCD => u64::from(u16::from_be_bytes(cursor.array(what)?)),
        0xCE => u64::from(u32::from_be_bytes(cursor.array(what)?)),
        0xCF => u64::from_be_bytes(cursor.array(what)?),
        _ => return Err(cursor.malformed("a side of an array is no count")),
    })
}

/// The type's name as safetensors spells it, and its bytes.
fn data_type(name: &str) -> (String, Option<u64>) {
    let (name, width) = match name {
        "float32" => ("F32", Some(4)),
        "float16" => ("F16", Some(2)),
        "bfloat16" => ("BF16", Some(2)),
        "float64" => ("F64", Some(8)),
        "int8" => ("I8", Some(1)),
        "int16" => ("I16", Some(2)),
        "int32" => ("I32", Some(4)),
        "int64" => ("I64", Some(8)),
        "uint8" => ("U8", Some(1)),
        "uint32" => ("U32", Some(4)),
        "bool" => ("BOOL", Some(1)),
        other => (other, None),
    };
    (shorten(name, 40), width)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array_bytes(shape: &[u8], data: usize) -> Vec<u8> {
        let mut inside = vec![0x93, 0x90 | shape.len() as u8];
        inside.extend(shape);
        inside.extend(b"\xa7float32\xc4");
        inside.push(data as u8);
        inside.resize(inside.len() + data, 7);
        let mut bytes = vec![0xC7, inside.len() as u8, 1];
        bytes.extend(inside);
        bytes
    }

    #[test]
    fn nested_names_and_shapes_are_read() {
        let mut bytes = b"\x82\xa1a\x82\xa1k".to_vec();
        bytes.extend(array_bytes(&[2, 3], 24));
        bytes.extend(b"\xa1b");
        bytes.extend(array_bytes(&[3], 12));
        bytes.extend(b"\xa1z\x01");
        let (inspection, problems) = read(&bytes, Budget::HEADER);
        assert_eq!(problems, []);
        let tensors = inspection.unwrap().tensor_list;
        let found: Vec<_> = tensors
            .iter()
            .map(|t| (t.name.as_str(), t.shape.as_slice()))
            .collect();
        assert_eq!(found, [("a.k", &[2, 3][..]), ("a.b", &[3][..])]);
        let (start, end) = tensors[0].bytes.unwrap();
        assert!(
            bytes[start as usize..end as usize]
                .iter()
                .all(|byte| *byte == 7)
        );
    }

    #[test]
    fn broken_deep_and_short_files_are_refused() {
        assert!(read(&b"\x01".to_vec(), Budget::HEADER).0.is_none());
        assert!(read(&b"\xc1".to_vec(), Budget::HEADER).0.is_none());
        let deep: Vec<u8> = b"\x81\xa1a".repeat(1000);
        assert!(read(&deep, Budget::HEADER).0.is_none());
        let mut wrong = b"\x81\xa1a".to_vec();
        wrong.extend(array_bytes(&[9], 12));
        let (_, problems) = read(&wrong, Budget::HEADER);
        assert_eq!(problems[0].kind, ProblemKind::Inconsistent);
        for end in 0..wrong.len() {
            let _ = read(&wrong[..end].to_vec(), Budget::HEADER);
        }
    }
}
