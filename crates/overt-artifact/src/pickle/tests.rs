use overt_core::{Budget, ProblemKind};

use super::*;
use crate::bytes::Cursor;
use crate::zip::tests::archive;

fn end(bytes: &[u8]) -> Result<(Machine, ObjectId), String> {
    let mut machine = Machine::default();
    let bytes = bytes.to_vec();
    let mut cursor = Cursor::new(&bytes, Budget::HEADER);
    match run(&mut machine, &mut cursor) {
        Ok(id) => Ok((machine, id)),
        Err(error) => Err(error.to_string()),
    }
}

/// The opcodes of `{name: tensor}` as `torch.save` writes them, protocol 2.
fn checkpoint(name: &str, key: &str, rows: u8, columns: u8) -> Vec<u8> {
    let mut bytes = b"\x80\x02}q\0X".to_vec();
    bytes.extend((name.len() as u32).to_le_bytes());
    bytes.extend(name.as_bytes());
    bytes.extend(b"q\x01ctorch._utils\n_rebuild_tensor_v2\nq\x02((X\x07\0\0\0storageq\x03ctorch\nHalfStorage\nq\x04X");
    bytes.extend((key.len() as u32).to_le_bytes());
    bytes.extend(key.as_bytes());
    bytes.extend(b"q\x05X\x03\0\0\0cpuq\x06K");
    bytes.push(rows * columns);
    bytes.extend(b"tq\x07QK\0K");
    bytes.push(rows);
    bytes.push(b'K');
    bytes.push(columns);
    bytes.extend(b"\x86q\x08K");
    bytes.push(columns);
    bytes.extend(b"K\x01\x86q\x09\x89ccollections\nOrderedDict\nq\x0a)Rq\x0btq\x0cRq\x0ds.");
    bytes
}

#[test]
fn a_zip_checkpoint_gives_its_tensors_and_their_places() {
    let pickle = checkpoint("model.layer.weight", "0", 3, 5);
    let storage = [9_u8; 30];
    for deflated in [false, true] {
        let bytes = archive(&[
            ("x/data.pkl", &pickle, deflated),
            ("x/data/0", &storage, false),
            ("x/version", b"3\n", false),
        ]);
        let (inspection, problems) = read_zip(&bytes, &Budget::HEADER);
        assert_eq!(problems, []);
        let inspection = inspection.unwrap();
        assert_eq!(inspection.format_version.as_deref(), Some("3"));
        let tensor = &inspection.tensor_list[0];
        assert_eq!(
            (tensor.name.as_str(), tensor.dtype.as_str()),
            ("model.layer.weight", "F16")
        );
        assert_eq!(tensor.shape, [3, 5]);
        let (start, end) = tensor.bytes.unwrap();
        assert_eq!(&bytes[start as usize..end as usize], storage);
        assert!(
            inspection
                .imports
                .iter()
                .all(|i| i.safety == ImportSafety::Expected)
        );
    }
}

#[test]
fn a_storage_that_is_missing_or_small_is_named() {
    let pickle = checkpoint("w", "0", 3, 5);
    let bytes = archive(&[("x/data.pkl", &pickle, false)]);
    let (_, problems) = read_zip(&bytes, &Budget::HEADER);
    assert_eq!(problems[0].kind, ProblemKind::Missing);
    let bytes = archive(&[
        ("x/data.pkl", &pickle, false),
        ("x/data/0", &[0; 29], false),
    ]);
    let (_, problems) = read_zip(&bytes, &Budget::HEADER);
    assert_eq!(problems[0].kind, ProblemKind::Inconsistent);
}

/// A legacy checkpoint of one tensor of half-precision numbers.
pub(crate) fn legacy(name: &str, rows: u8, columns: u8, values: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.".to_vec();
    bytes.extend(b"\x80\x02M\xe9\x03.");
    bytes.extend(b"\x80\x02}q\0.");
    bytes.extend(checkpoint(name, "94", rows, columns));
    bytes.extend(b"\x80\x02]q\0X\x02\0\0\094q\x01a.");
    bytes.extend((u64::from(rows) * u64::from(columns)).to_le_bytes());
    bytes.extend(values);
    bytes
}

/// A zip checkpoint of one tensor of half-precision numbers.
pub(crate) fn zipped(name: &str, rows: u8, columns: u8, values: &[u8]) -> Vec<u8> {
    let pickle = checkpoint(name, "0", rows, columns);
    archive(&[("x/data.pkl", &pickle, true), ("x/data/0", values, false)])
}

#[test]
fn a_legacy_checkpoint_is_five_pickles_and_the_storages() {
    let bytes = legacy("w", 2, 2, &7_u64.to_le_bytes());
    let whole = bytes.len() - 8;
    let (inspection, problems) = read_legacy(&bytes, Budget::HEADER);
    assert_eq!(problems, []);
    let inspection = inspection.unwrap();
    let tensors = inspection.tensors.unwrap();
    assert_eq!((tensors.count, tensors.parameters), (1, 4));
    let end = bytes.len() as u64;
    assert_eq!(inspection.tensor_list[0].bytes, Some((end - 8, end)));
    // The tensors are known without the storages, and that these are cut off is told.
    for cut in [whole - 24, whole - 1, whole, bytes.len() - 1] {
        let (inspection, problems) = read_legacy(&bytes[..cut].to_vec(), Budget::HEADER);
        assert_eq!(inspection.unwrap().tensors.unwrap().count, 1);
        assert_eq!(problems[0].kind, ProblemKind::Truncated);
    }
}

#[test]
fn calls_are_noted_and_never_made() {
    let (machine, _) = end(b"cposix\nsystem\n(S'touch /tmp/overt-was-here'\ntR.").unwrap();
    assert_eq!(machine.calls, 1);
    assert!(machine.imports.contains("posix.system"));
    let (inspection, problems) = read_legacy(
        &b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x02ls\x85R.".to_vec(),
        Budget::HEADER,
    );
    assert_eq!(inspection.unwrap().imports[0].safety, ImportSafety::Unsafe);
    assert!(problems[0].message.contains("os.system"));
}

/// The package `lpips` ships weights that Python 2 wrote so.
#[test]
fn a_dictionary_called_with_its_pairs_is_a_dictionary() {
    let dict = checkpoint("w", "0", 2, 4);
    // The value of the one item, between its key and the opcode that sets it.
    let value = &dict[dict.len() - 2 - (dict.len() - 12)..dict.len() - 2];
    let mut bytes = b"\x80\x02ccollections\nOrderedDict\n(](](U\x01w".to_vec();
    bytes.extend(&value[value.iter().position(|byte| *byte == b'c').unwrap()..]);
    bytes.extend(b"eetR.");
    let (inspection, problems) = read_legacy(&bytes, Budget::HEADER);
    assert_eq!(problems, []);
    let inspection = inspection.unwrap();
    assert_eq!(inspection.tensors.unwrap().parameters, 8);
    assert_eq!(inspection.tensor_list[0].name, "w");
}

#[test]
fn arrays_of_numpy_are_tensors() {
    let bytes = b"\x80\x02}U\x01acnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R(K\x01K\x02K\x03\x86cnumpy\ndtype\nU\x02f4K\x00K\x01\x87R\x89U\x01xtbs.";
    let (inspection, problems) = read_legacy(&bytes.to_vec(), Budget::HEADER);
    assert_eq!(problems, []);
    let tensors = inspection.unwrap().tensor_list;
    assert_eq!(
        (
            tensors[0].name.as_str(),
            tensors[0].dtype.as_str(),
            &tensors[0].shape[..]
        ),
        ("a", "F32", &[2, 3][..])
    );
}

#[test]
fn a_million_nested_tuples_are_no_trouble() {
    let mut bytes = b"\x80\x02)".to_vec();
    bytes.extend(std::iter::repeat_n(0x85, 1_000_000));
    bytes.push(b'.');
    end(&bytes).unwrap();
    read_legacy(&bytes, Budget::HEADER).0.unwrap();
    // A list that holds itself.
    let bytes = b"\x80\x02]q\0h\0a.".to_vec();
    end(&bytes).unwrap();
    read_legacy(&bytes, Budget::HEADER).0.unwrap();
}

#[test]
fn broken_pickles_are_refused() {
    for bytes in [
        &b""[..],
        b".",
        b"\x80\x09.",
        b"t.",
        b"\xff.",
        b"h\x07.",
        b"]K\x01s.",
        b"X\xff\xff\xff\xffabc.",
        b"\x8b\xff\xff\xff\x7f.",
        b"(K\x01",
        b"(0o.",
    ] {
        assert!(end(bytes).is_err(), "{bytes:?}");
    }
}

#[test]
fn memory_is_bounded_by_the_items() {
    // Every round doubles nothing: duplicates are places, not copies.
    let mut bytes = b"\x80\x02)".to_vec();
    for _ in 0..100_000 {
        bytes.extend(b"2\x86");
    }
    bytes.push(b'.');
    let (machine, _) = end(&bytes).unwrap();
    assert!(machine.calls == 0);
    let budget = Budget {
        items: 1000,
        ..Budget::HEADER
    };
    let mut cursor = Cursor::new(&bytes, budget);
    assert!(run(&mut Machine::default(), &mut cursor).is_err());
}
