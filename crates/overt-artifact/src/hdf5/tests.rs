use super::*;

/// A file with the new superblock: a root group of one dataset, and a text attribute.
pub(crate) fn small() -> Vec<u8> {
    let message = |kind: u8, body: &[u8]| {
        let mut made = vec![kind];
        made.extend((body.len() as u16).to_le_bytes());
        made.push(0);
        made.extend(body);
        made
    };
    let header = |messages: &[Vec<u8>]| {
        let body = messages.concat();
        let mut made = b"OHDR\x02\x01".to_vec();
        made.extend((body.len() as u16).to_le_bytes());
        made.extend(body);
        made.extend([0; 4]);
        made
    };
    let mut file = b"\x89HDF\r\n\x1a\n\x02\x08\x08\0".to_vec();
    for address in [0_u64, u64::MAX, 0, 64] {
        file.extend(address.to_le_bytes());
    }
    file.resize(64, 0);
    let mut link = b"\x01\0\x06kernel".to_vec();
    link.extend(256_u64.to_le_bytes());
    let mut attribute = b"\x03\0\x0e\0\x08\0\x04\0\0keras_version\0".to_vec();
    attribute.extend(b"\x13\0\0\0\x06\0\0\0");
    attribute.extend(b"\x02\0\0\0");
    attribute.extend(b"2.15.0");
    file.extend(header(&[message(6, &link), message(12, &attribute)]));
    file.resize(256, 0);
    let mut space = b"\x02\x02\0\x01".to_vec();
    for side in [3_u64, 4] {
        space.extend(side.to_le_bytes());
    }
    let kind = b"\x11\x20\x1f\0\x04\0\0\0";
    let mut layout = b"\x03\x01".to_vec();
    layout.extend(512_u64.to_le_bytes());
    layout.extend(48_u64.to_le_bytes());
    file.extend(header(&[
        message(1, &space),
        message(3, kind),
        message(8, &layout),
    ]));
    file.resize(512 + 48, 0);
    file
}

#[test]
fn groups_datasets_and_attributes_are_read() {
    let file = small();
    let (inspection, problems) = crate::inspect(&file, "model.h5", Budget::HEADER);
    assert_eq!(problems, []);
    let inspection = inspection.unwrap();
    let tensor = &inspection.tensor_list[0];
    assert_eq!(
        (tensor.name.as_str(), tensor.dtype.as_str()),
        ("kernel", "F32")
    );
    assert_eq!(
        (tensor.shape.as_slice(), tensor.bytes),
        (&[3, 4][..], Some((512, 560)))
    );
    assert_eq!(inspection.fields[0].value, "2.15.0");
}

#[test]
fn no_cut_or_flipped_byte_makes_it_panic() {
    let file = small();
    for at in 0..file.len() {
        let _ = read(&file[..at].to_vec(), Budget::HEADER);
        let mut flipped = file.clone();
        flipped[at] ^= 0xFF;
        let _ = read(&flipped, Budget::HEADER);
    }
    let (_, problems) = read(&file[..540].to_vec(), Budget::HEADER);
    assert_eq!(problems[0].kind, ProblemKind::Truncated);
}

#[test]
fn a_group_that_holds_itself_ends() {
    let mut file = small();
    let at = file
        .windows(6)
        .position(|window| window == b"kernel")
        .unwrap()
        + 6;
    file[at..at + 8].copy_from_slice(&64_u64.to_le_bytes());
    let (inspection, _) = read(&file, Budget::HEADER);
    assert_eq!(inspection.unwrap().tensor_list, []);
}
