//! `NumPy` arrays: `.npy`, and `.npz` archives of them.
//!
//! Format: NEP 1. The header is a Python literal; only its three keys are looked for.

use overt_core::{Budget, Problem, ProblemKind};

use crate::bytes::{Cursor, ReadError};
use crate::document::shorten;
use crate::zip::Archive;
use crate::{Format, Inspection, ReadAt, Tensor};

/// The longest header; version 1 allows 64 KiB.
const LONGEST_HEADER: u64 = 1 << 16;

/// What the header of one array says.
struct Header {
    version: String,
    dtype: String,
    /// Bytes per element, where the type says so.
    width: Option<u64>,
    shape: Vec<u64>,
    /// Bytes before the data.
    length: u64,
    /// Whether elements are pickled objects.
    objects: bool,
}

/// Reads one array's header.
pub fn read(source: &dyn ReadAt, budget: Budget) -> (Option<Inspection>, Vec<Problem>) {
    let mut inspection = Inspection::of(Format::Npy, source.size());
    let mut cursor = Cursor::new(source, budget);
    let header = match read_header(&mut cursor) {
        Ok(header) => header,
        Err(error) => return (None, vec![error.problem()]),
    };
    inspection.header_bytes_read = cursor.fetched();
    inspection.format_version = Some(header.version.clone());
    let mut problems = Vec::new();
    let tensor = tensor("", &header, Some((0, source.size())), &mut problems);
    inspection.intact = !problems.iter().any(|problem| problem.loses_facts);
    inspection.set_tensors(vec![tensor]);
    (Some(inspection), problems)
}

/// Reads the headers of all arrays in an archive.
pub fn read_archive(source: &dyn ReadAt, budget: &Budget) -> (Option<Inspection>, Vec<Problem>) {
    let mut inspection = Inspection::of(Format::Npz, source.size());
    let mut cursor = Cursor::new(source, budget.clone());
    let archive = match Archive::read(&mut cursor) {
        Ok(archive) => archive,
        Err(error) => return (None, vec![error.problem()]),
    };
    let mut problems = Vec::new();
    let mut tensors = Vec::new();
    for member in &archive.members {
        let Some(name) = member.name.strip_suffix(".npy") else {
            continue;
        };
        let beginning = match member.beginning(&mut cursor, LONGEST_HEADER.saturating_add(16)) {
            Ok(beginning) => beginning,
            Err(error) => {
                problems.push(error.problem());
                continue;
            }
        };
        let mut inside = Cursor::new(&beginning, budget.clone());
        match read_header(&mut inside) {
            Ok(header) => {
                let place = match member.method {
                    0 => member.place(&mut cursor).ok(),
                    _ => None,
                };
                let place = place.map(|(start, length)| (start, start.saturating_add(length)));
                let mut tensor = tensor(name, &header, place, &mut problems);
                let declared = tensor
                    .elements()
                    .zip(header.width)
                    .and_then(|(count, width)| count.checked_mul(width))
                    .and_then(|bytes| bytes.checked_add(header.length));
                if !header.objects && declared.is_some_and(|declared| declared != member.size) {
                    tensor.bytes = None;
                    problems.push(Problem::new(
                        ProblemKind::Inconsistent,
                        format!(
                            "the array `{}` is not as large as its shape",
                            shorten(name, 80)
                        ),
                    ));
                }
                tensors.push(tensor);
            }
            Err(error) => problems.push(error.problem()),
        }
    }
    inspection.header_bytes_read = cursor.fetched();
    inspection.intact = !problems.iter().any(|problem| problem.loses_facts);
    inspection.set_tensors(tensors);
    (Some(inspection), problems)
}

fn tensor(
    name: &str,
    header: &Header,
    place: Option<(u64, u64)>,
    problems: &mut Vec<Problem>,
) -> Tensor {
    let mut tensor = Tensor {
        name: name.to_owned(),
        dtype: header.dtype.clone(),
        shape: header.shape.clone(),
        bytes: None,
    };
    if header.objects {
        problems.push(Problem::remark(
            ProblemKind::Unsupported,
            format!("the array `{}` holds pickled objects", shorten(name, 80)),
        ));
        return tensor;
    }
    let size = tensor
        .elements()
        .zip(header.width)
        .and_then(|(count, width)| count.checked_mul(width));
    if let (Some((start, end)), Some(size)) = (place, size) {
        let from = start.saturating_add(header.length);
        let to = from.saturating_add(size);
        if to > end {
            problems.push(Problem::new(
                ProblemKind::Truncated,
                format!("the array `{}` is longer than its file", shorten(name, 80)),
            ));
        } else {
            tensor.bytes = Some((from, to));
        }
    }
    tensor
}

fn read_header(cursor: &mut Cursor<'_>) -> Result<Header, ReadError> {
    let what = "the array's header";
    let magic: [u8; 8] = cursor.array(what)?;
    let [0x93, b'N', b'U', b'M', b'P', b'Y', major, minor] = magic else {
        return Err(cursor.malformed("the magic number is not NumPy's"));
    };
    let length = match major {
        1 => u64::from(u16::from_le_bytes(cursor.array(what)?)),
        2 | 3 => u64::from(u32::from_le_bytes(cursor.array(what)?)),
        _ => return Err(cursor.malformed(format!("version {major} of the format is unknown"))),
    };
    if length > LONGEST_HEADER {
        return Err(cursor.malformed("the array's header is too long"));
    }
    let text = String::from_utf8_lossy(cursor.take(length, what)?).into_owned();
    let wrong = |cursor: &Cursor<'_>, key| {
        cursor.malformed(format!(
            "the array's header has no `{key}` that can be read"
        ))
    };
    let shape = value_after(&text, "shape")
        .and_then(shape)
        .ok_or_else(|| wrong(cursor, "shape"))?;
    let written = value_after(&text, "descr").ok_or_else(|| wrong(cursor, "descr"))?;
    let (dtype, width, objects) = dtype(written);
    Ok(Header {
        version: format!("{major}.{minor}"),
        dtype,
        width,
        shape,
        length: cursor.position(),
        objects,
    })
}

/// What follows `'key':`.
fn value_after<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    ['\'', '"'].iter().find_map(|quote| {
        let (_, rest) = text.split_once(&format!("{quote}{key}{quote}"))?;
        Some(rest.trim_start().strip_prefix(':')?.trim_start())
    })
}

/// The numbers of a tuple: `(3, 4)`, `(3,)`, `()`; Python 2 wrote `3L`.
fn shape(text: &str) -> Option<Vec<u64>> {
    /// `NumPy` allows 64.
    const MOST: usize = 64;
    let inside = text.strip_prefix('(')?.split_once(')')?.0;
    let sides: Option<Vec<u64>> = inside
        .split(',')
        .map(str::trim)
        .filter(|side| !side.is_empty())
        .map(|side| side.trim_end_matches('L').parse().ok())
        .collect();
    sides.filter(|sides| sides.len() <= MOST)
}

/// The name of a type (`f4`, `<i8`) as safetensors spells it, or as it is written.
pub(crate) fn type_name(written: &str) -> String {
    dtype(&format!("'{written}'")).0
}

/// The type's name as safetensors spells it, its bytes, and whether it holds objects.
fn dtype(written: &str) -> (String, Option<u64>, bool) {
    let Some(quoted) = written
        .strip_prefix(['\'', '"'])
        .and_then(|rest| rest.split(['\'', '"']).next())
    else {
        // A record type: its width is not worked out.
        return ("record".to_owned(), None, written.contains("|O"));
    };
    let bare = quoted.trim_start_matches(['<', '>', '=', '|']);
    let name = match bare {
        "f2" => "F16",
        "f4" => "F32",
        "f8" => "F64",
        "i1" => "I8",
        "i2" => "I16",
        "i4" => "I32",
        "i8" => "I64",
        "u1" => "U8",
        "u2" => "U16",
        "u4" => "U32",
        "u8" => "U64",
        "b1" => "BOOL",
        "c8" => "C64",
        "c16" => "C128",
        _ => bare,
    };
    // Another byte order is another type: its bytes mean other numbers.
    let name = if quoted.starts_with('>') {
        quoted
    } else {
        name
    };
    let width = match bare.split_at_checked(1) {
        // Unicode characters take four bytes each.
        Some(("U", count)) => count.parse::<u64>().ok().and_then(|n| n.checked_mul(4)),
        Some(("f" | "i" | "u" | "b" | "c" | "S" | "V" | "a", count)) => count.parse().ok(),
        _ => None,
    };
    (shorten(name, 40), width, bare.starts_with('O'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zip::tests::archive;

    fn array(header: &str, data: usize) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\0".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.resize(bytes.len() + data, 0);
        bytes
    }

    const HEADER: &str = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n";

    #[test]
    fn an_array_gives_type_shape_and_place() {
        let bytes = array(HEADER, 24);
        let (inspection, problems) = read(&bytes, Budget::HEADER);
        assert_eq!(problems, []);
        let tensor = &inspection.unwrap().tensor_list[0];
        assert_eq!(
            (tensor.dtype.as_str(), tensor.shape.as_slice()),
            ("F32", &[2, 3][..])
        );
        assert_eq!(
            tensor.bytes,
            Some((bytes.len() as u64 - 24, bytes.len() as u64))
        );
        let (_, problems) = read(&array(HEADER, 23), Budget::HEADER);
        assert_eq!(problems[0].kind, ProblemKind::Truncated);
    }

    #[test]
    fn an_archive_gives_all_its_arrays() {
        let one = array(HEADER, 24);
        let bytes = archive(&[
            ("a.npy", &one, false),
            ("b.npy", &one, true),
            ("c.txt", b"x", false),
        ]);
        let (inspection, problems) = read_archive(&bytes, &Budget::HEADER);
        assert_eq!(problems, []);
        let inspection = inspection.unwrap();
        assert_eq!(inspection.tensors.unwrap().parameters, 12);
        assert!(inspection.tensor_list[0].bytes.is_some());
        assert_eq!(inspection.tensor_list[1].name, "b");
    }

    #[test]
    fn objects_and_broken_headers_are_reported() {
        let header = HEADER.replace("<f4", "|O");
        let (_, problems) = read(&array(&header, 24), Budget::HEADER);
        assert_eq!(problems[0].kind, ProblemKind::Unsupported);
        for header in [
            "",
            "{}",
            "{'shape': (1, -2), 'descr': '<f4'}",
            "{'descr': '<f4', 'shape': (1",
        ] {
            let (inspection, problems) = read(&array(header, 0), Budget::HEADER);
            assert!(
                inspection.is_none() && problems[0].kind == ProblemKind::Malformed,
                "{header}"
            );
        }
        let header = HEADER.replace("(2, 3)", "(18446744073709551615, 9)");
        let (inspection, _) = read(&array(&header, 0), Budget::HEADER);
        assert_eq!(inspection.unwrap().tensor_list[0].bytes, None);
    }
}
