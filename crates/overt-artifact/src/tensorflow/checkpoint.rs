//! `variables.index`, `model.ckpt-*.index`: the index of a `TensorFlow` checkpoint, a sorted table of
//! tensor names. The values are in `*.data-*-of-*` files beside it.
//!
//! The table is that of `tensorflow/core/lib/io/format.h` (`LevelDB`'s); its values are the messages
//! of `tensorflow/core/protobuf/tensor_bundle.proto`.

use std::collections::BTreeMap;
use std::ops::Range;

use overt_core::{Budget, Problem, ProblemKind};

use crate::bytes::{Cursor, ReadError};
use crate::document::shorten;
use crate::inspection::Payload;
use crate::protobuf::{Part, message, varint};
use crate::{Field, FieldName, Format, Inspection, ReadAt, Tensor};

/// The last eight bytes of every table.
const MAGIC: u64 = 0xdb47_7524_8b80_fb57;
/// Two handles, padded, and the magic number.
const FOOTER: u64 = 48;
/// The longest key; names of variables are paths of a few hundred bytes.
const LONGEST_KEY: usize = 1 << 14;
/// No checkpoint is written in more files.
const MOST_SHARDS: u64 = 100_000;
/// More problems of one sort say nothing more.
const MOST_PROBLEMS: usize = 8;

/// Whether a file begins as the table of a checkpoint: an empty key, whose value is the header.
pub(crate) fn begins(first: &[u8]) -> bool {
    matches!(first, [0, 0, length, 0x08 | 0x10 | 0x1A, ..] if (2..64).contains(length))
}

/// Reads names, types, shapes, and how long the files of values must be.
pub fn read(
    source: &dyn ReadAt,
    file_name: &str,
    budget: Budget,
) -> (Option<Inspection>, Vec<Problem>) {
    let mut cursor = Cursor::new(source, budget);
    let mut bundle = Bundle::default();
    let mut problems = Vec::new();
    if let Err(error) = table(&mut cursor, &mut bundle) {
        problems.push(error.problem());
        if bundle.shards.is_none() {
            return (None, problems);
        }
    }
    problems.append(&mut bundle.problems);
    let mut inspection = Inspection::of(Format::TensorflowCheckpoint, source.size());
    if bundle.state_tensors > 0 {
        inspection.fields.push(Field::new(
            FieldName::Other,
            "optimizer-state-tensors",
            bundle.state_tensors.to_string(),
            None,
        ));
    }
    let prefix = file_name.strip_suffix(".index").unwrap_or(file_name);
    let shards = bundle.shards.unwrap_or(0);
    // A file without any value is listed all the same: the reader of the checkpoint opens it.
    for shard in 0..shards.min(MOST_SHARDS) {
        let file = format!("{prefix}.data-{shard:05}-of-{shards:05}");
        inspection.declared_files.push(file.clone());
        inspection.payloads.push(Payload {
            files: vec![file],
            bytes: bundle.ends.get(&shard).copied().unwrap_or(0),
        });
    }
    inspection.format_version = bundle.version.map(|version| version.to_string());
    inspection.header_bytes_read = cursor.fetched();
    inspection.intact = problems.is_empty();
    inspection.set_tensors(bundle.tensors);
    (Some(inspection), problems)
}

/// What the table says.
#[derive(Default)]
struct Bundle {
    shards: Option<u64>,
    version: Option<u64>,
    tensors: Vec<Tensor>,
    state_tensors: u64,
    /// Where the last value of each file of values ends.
    ends: BTreeMap<u64, u64>,
    problems: Vec<Problem>,
}

/// Reads the footer, the index of blocks, and each block of it.
fn table(cursor: &mut Cursor<'_>, bundle: &mut Bundle) -> Result<(), ReadError> {
    let footer = cursor
        .size()
        .checked_sub(FOOTER)
        .ok_or(ReadError::Truncated {
            what: "the table's footer",
            end: FOOTER,
            size: cursor.size(),
        })?;
    cursor.seek(cursor.size().saturating_sub(8), "the table's footer")?;
    if u64::from_le_bytes(cursor.array("the table's footer")?) != MAGIC {
        return Err(cursor.malformed("the file does not end as the table of a checkpoint"));
    }
    cursor.seek(footer, "the table's footer")?;
    let _meta = handle(cursor, footer)?;
    let index = handle(cursor, footer)?;
    let mut blocks: Vec<Range<u64>> = Vec::new();
    block(cursor, index, &mut |cursor, _, value| {
        cursor.seek(value.start, "a block's place")?;
        blocks.push(handle(cursor, footer)?);
        Ok(())
    })?;
    let mut before = 0;
    for range in blocks {
        // Blocks follow each other; a table that names one block again and again would be read
        // again and again.
        if range.start < before {
            return Err(cursor.malformed("the table's blocks overlap"));
        }
        before = range.end;
        block(cursor, range, &mut |cursor, key, value| {
            entry(cursor, key, value, bundle)
        })?;
    }
    if bundle.shards.is_none() {
        return Err(cursor.malformed("the table has no header"));
    }
    Ok(())
}

/// A block's place: its offset and its length without its trailer.
fn handle(cursor: &mut Cursor<'_>, limit: u64) -> Result<Range<u64>, ReadError> {
    let start = varint(cursor)?;
    let end = start.saturating_add(varint(cursor)?);
    if end.saturating_add(5) > limit {
        return Err(cursor.malformed("a block of the table lies outside the file"));
    }
    Ok(start..end)
}

/// What a block's entries are given to: the key, and where the value is.
type Each<'f> = &'f mut dyn FnMut(&mut Cursor<'_>, &[u8], Range<u64>) -> Result<(), ReadError>;

/// Reads the entries of a block. Each key says how much it shares with the one before.
fn block(cursor: &mut Cursor<'_>, range: Range<u64>, each: Each<'_>) -> Result<(), ReadError> {
    const WHAT: &str = "a block of the table";
    cursor.seek(range.end, WHAT)?;
    let [compression] = cursor.array(WHAT)?;
    if compression != 0 {
        return Err(cursor.malformed(format!(
            "a block of the table is compressed by method {compression}, which is not read"
        )));
    }
    let last = range
        .end
        .checked_sub(4)
        .filter(|last| *last >= range.start)
        .ok_or_else(|| cursor.malformed("a block of the table is too short"))?;
    cursor.seek(last, WHAT)?;
    let restarts = u64::from(u32::from_le_bytes(cursor.array(WHAT)?));
    let end = last
        .checked_sub(restarts.saturating_mul(4))
        .filter(|end| *end >= range.start)
        .ok_or_else(|| cursor.malformed("a block of the table has too many restarts"))?;
    cursor.seek(range.start, WHAT)?;
    let mut key: Vec<u8> = Vec::new();
    while cursor.position() < end {
        cursor.item(WHAT)?;
        let shared = usize::try_from(varint(cursor)?).unwrap_or(usize::MAX);
        let own = varint(cursor)?;
        let length = varint(cursor)?;
        let whole = u64::try_from(shared)
            .unwrap_or(u64::MAX)
            .saturating_add(own);
        if shared > key.len() || whole > LONGEST_KEY as u64 {
            return Err(cursor.malformed("a key of the table is malformed or too long"));
        }
        key.truncate(shared);
        key.extend_from_slice(cursor.take(own, WHAT)?);
        let start = cursor.position();
        let value = start..start.saturating_add(length);
        if value.end > end {
            return Err(cursor.malformed("a value of the table goes past its block's end"));
        }
        each(cursor, &key, value.clone())?;
        cursor.seek(value.end, WHAT)?;
    }
    Ok(())
}

/// Takes one entry in: the header under the empty key, or a tensor under its name.
fn entry(
    cursor: &mut Cursor<'_>,
    key: &[u8],
    value: Range<u64>,
    bundle: &mut Bundle,
) -> Result<(), ReadError> {
    if key.is_empty() {
        let (mut shards, mut version, mut big_endian) = (0, None, false);
        message(cursor, value, &mut |cursor, part| {
            match (part.number, part.number_value(), part.range()) {
                (1, Some(count), _) => shards = count,
                (2, Some(order), _) => big_endian = order == 1,
                (3, _, Some(range)) => message(cursor, range, &mut |_, part| {
                    if part.number == 1 {
                        version = part.number_value();
                    }
                    Ok(())
                })?,
                _ => {}
            }
            Ok(())
        })?;
        if shards > MOST_SHARDS {
            return Err(cursor.malformed(format!("the table declares {shards} files of values")));
        }
        if big_endian {
            bundle.problems.push(Problem::remark(
                ProblemKind::Unsupported,
                "the checkpoint's values are big-endian",
            ));
        }
        bundle.shards = Some(shards);
        bundle.version = version;
        return Ok(());
    }
    let found = tensor(cursor, value)?;
    if !found.is_sliced {
        let end = found.offset.saturating_add(found.size);
        let last = bundle.ends.entry(found.shard).or_default();
        *last = (*last).max(end);
    }
    // A key that begins with a zero names one slice of a tensor that has its own entry.
    if key.first() == Some(&0) || found.dtype == "string" {
        return Ok(());
    }
    let name = shorten(&String::from_utf8_lossy(key), 512);
    if is_state(&name) {
        bundle.state_tensors = bundle.state_tensors.saturating_add(1);
        return Ok(());
    }
    let tensor = Tensor {
        name,
        dtype: found.dtype.to_owned(),
        shape: found.shape,
        bytes: None,
    };
    let expected = width(found.dtype)
        .zip(tensor.elements())
        .and_then(|(width, elements)| elements.checked_mul(width));
    let beyond = bundle.shards.is_some_and(|count| found.shard >= count);
    if bundle.problems.len() < MOST_PROBLEMS {
        let name = shorten(&tensor.name, 80);
        if !found.is_sliced && expected.is_some_and(|expected| expected != found.size) {
            bundle.problems.push(Problem::new(
                ProblemKind::Inconsistent,
                format!(
                    "the variable `{name}` has {} bytes, which do not fit its type and shape",
                    found.size
                ),
            ));
        }
        if beyond {
            bundle.problems.push(Problem::new(
                ProblemKind::Inconsistent,
                format!(
                    "the variable `{name}` is in file number {}, which the table does not have",
                    found.shard
                ),
            ));
        }
    }
    bundle.tensors.push(tensor);
    Ok(())
}

/// One tensor's entry.
#[derive(Default)]
struct Entry {
    dtype: &'static str,
    shape: Vec<u64>,
    shard: u64,
    offset: u64,
    size: u64,
    is_sliced: bool,
}

fn tensor(cursor: &mut Cursor<'_>, range: Range<u64>) -> Result<Entry, ReadError> {
    /// No tensor has more dimensions (`TensorShape::MaxDimensions` is 254).
    const MOST_DIMENSIONS: usize = 254;
    let mut entry = Entry {
        dtype: "unknown",
        ..Entry::default()
    };
    message(cursor, range, &mut |cursor, part: Part| {
        match (part.number, part.number_value(), part.range()) {
            (1, Some(number), _) => entry.dtype = data_type(number),
            (2, _, Some(range)) => message(cursor, range, &mut |cursor, part| {
                let (2, Some(range)) = (part.number, part.range()) else {
                    return Ok(());
                };
                // Proto 3 leaves a side of 0 out.
                let mut side = 0;
                message(cursor, range, &mut |_, part| {
                    if part.number == 1 {
                        side = part.number_value().unwrap_or(0);
                    }
                    Ok(())
                })?;
                if entry.shape.len() >= MOST_DIMENSIONS {
                    return Err(cursor.malformed("a variable has too many dimensions"));
                }
                entry.shape.push(side);
                Ok(())
            })?,
            (3, Some(number), _) => entry.shard = number,
            (4, Some(number), _) => entry.offset = number,
            (5, Some(number), _) => entry.size = number,
            (7, _, Some(_)) => entry.is_sliced = true,
            _ => {}
        }
        Ok(())
    })?;
    Ok(entry)
}

/// Whether a variable belongs to the state of training: the slots of optimizers.
fn is_state(name: &str) -> bool {
    const SLOTS: [&str; 9] = [
        "Adam",
        "Adam_1",
        "Momentum",
        "RMSProp",
        "RMSProp_1",
        "adam_m",
        "adam_v",
        "Adagrad",
        "ExponentialMovingAverage",
    ];
    name.contains("/.OPTIMIZER_SLOT/")
        || name.starts_with("optimizer/")
        || name.starts_with("_optimizer/")
        || name
            .rsplit('/')
            .next()
            .is_some_and(|last| SLOTS.contains(&last))
}

/// `DataType` of `tensorflow/core/framework/types.proto`, as safetensors spells it.
fn data_type(number: u64) -> &'static str {
    match number {
        1 => "F32",
        2 => "F64",
        3 | 13 => "I32",
        4 | 12 => "U8",
        5 | 15 => "I16",
        6 | 11 => "I8",
        7 => "string",
        8 => "C64",
        9 => "I64",
        10 => "BOOL",
        14 => "BF16",
        16 | 17 => "U16",
        18 => "C128",
        19 => "F16",
        22 => "U32",
        23 => "U64",
        24 => "F8_E5M2",
        25 => "F8_E4M3",
        _ => "unknown",
    }
}

fn width(dtype: &str) -> Option<u64> {
    Some(match dtype {
        "BOOL" | "U8" | "I8" | "F8_E5M2" | "F8_E4M3" => 1,
        "F16" | "BF16" | "I16" | "U16" => 2,
        "F32" | "I32" | "U32" => 4,
        "F64" | "I64" | "U64" | "C64" => 8,
        "C128" => 16,
        _ => return None,
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::protobuf::write::{bytes, number, varint as wire};

    /// A block of entries, without shared beginnings, and its trailer.
    fn block_of(entries: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
        let mut block = Vec::new();
        for (key, value) in entries {
            block.extend([wire(0), wire(key.len() as u64), wire(value.len() as u64)].concat());
            block.extend(key);
            block.extend(value);
        }
        block.extend(0_u32.to_le_bytes());
        block.extend(1_u32.to_le_bytes());
        block
    }

    fn table_of(entries: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
        let mut file = block_of(entries);
        let data = [wire(0), wire(file.len() as u64)].concat();
        file.extend([0; 5]);
        let index = block_of(&[(b"\xff".to_vec(), data)]);
        let place = [wire(file.len() as u64), wire(index.len() as u64)].concat();
        file.extend(&index);
        file.extend([0; 5]);
        let mut footer = [place.clone(), place].concat();
        footer.resize(40, 0);
        file.extend(footer);
        file.extend(MAGIC.to_le_bytes());
        file
    }

    fn variable(dtype: u64, shape: &[u64], shard: u64, offset: u64, size: u64) -> Vec<u8> {
        let sides: Vec<u8> = shape
            .iter()
            .flat_map(|side| bytes(2, &number(1, *side)))
            .collect();
        [
            number(1, dtype),
            bytes(2, &sides),
            number(3, shard),
            number(4, offset),
            number(5, size),
        ]
        .concat()
    }

    /// Two files of values, two variables, a slot of an optimizer, the graph of objects.
    pub(crate) fn small() -> Vec<u8> {
        let header = [number(1, 2), bytes(3, &number(1, 1))].concat();
        table_of(&[
            (vec![], header),
            (
                b"_CHECKPOINTABLE_OBJECT_GRAPH".to_vec(),
                variable(7, &[], 0, 64, 10),
            ),
            (b"dense/bias".to_vec(), variable(19, &[4], 1, 0, 8)),
            (b"dense/kernel".to_vec(), variable(1, &[4, 4], 0, 0, 64)),
            (
                b"dense/kernel/.OPTIMIZER_SLOT/opt/m".to_vec(),
                variable(1, &[4, 4], 1, 8, 64),
            ),
        ])
    }

    #[test]
    fn names_types_shapes_and_sizes_are_read() {
        let file = small();
        assert!(begins(&file));
        let (inspection, problems) = crate::inspect(&file, "variables.index", Budget::HEADER);
        assert_eq!(problems, []);
        let inspection = inspection.unwrap();
        assert_eq!(inspection.format, Format::TensorflowCheckpoint);
        let list: Vec<_> = inspection
            .tensor_list
            .iter()
            .map(|tensor| {
                (
                    tensor.name.as_str(),
                    tensor.dtype.as_str(),
                    tensor.shape.clone(),
                )
            })
            .collect();
        assert_eq!(
            list,
            [
                ("dense/bias", "F16", vec![4]),
                ("dense/kernel", "F32", vec![4, 4])
            ]
        );
        let sizes: Vec<_> = inspection
            .payloads
            .iter()
            .map(|payload| (payload.files[0].as_str(), payload.bytes))
            .collect();
        assert_eq!(
            sizes,
            [
                ("variables.data-00000-of-00002", 74),
                ("variables.data-00001-of-00002", 72)
            ]
        );
        assert_eq!(inspection.fields[0].value, "1");
    }

    #[test]
    fn sizes_that_do_not_fit_and_foreign_bytes_are_reported() {
        let header = number(1, 1);
        let file = table_of(&[
            (vec![], header),
            (b"w".to_vec(), variable(1, &[4], 3, 0, 15)),
        ]);
        let (inspection, problems) = read(&file, "a.index", Budget::HEADER);
        assert!(!inspection.unwrap().intact);
        assert_eq!(problems.len(), 2, "{problems:?}");
        for end in 0..file.len() {
            let (inspection, problems) = read(&file[..end].to_vec(), "a.index", Budget::HEADER);
            assert!(inspection.is_none() && !problems.is_empty());
        }
        let mut compressed = small();
        let at = compressed
            .windows(5)
            .position(|five| five == [0; 5])
            .unwrap();
        compressed[at] = 1;
        assert!(!read(&compressed, "a.index", Budget::HEADER).1.is_empty());
    }

    #[test]
    fn a_block_that_is_named_again_and_again_is_read_once() {
        let mut file = block_of(&[(vec![], number(1, 1))]);
        let data = [wire(0), wire(file.len() as u64)].concat();
        file.extend([0; 5]);
        let index = block_of(&[(b"a".to_vec(), data.clone()), (b"b".to_vec(), data)]);
        let place = [wire(file.len() as u64), wire(index.len() as u64)].concat();
        file.extend(&index);
        file.extend([0; 5]);
        let mut footer = [place.clone(), place].concat();
        footer.resize(40, 0);
        file.extend(footer);
        file.extend(MAGIC.to_le_bytes());
        let (_, problems) = read(&file, "a.index", Budget::HEADER);
        assert!(problems[0].message.contains("overlap"), "{problems:?}");
    }
}
