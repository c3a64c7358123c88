use overt_core::Budget;

use super::*;

/// Writes an archive of members, stored or deflated.
pub(crate) fn archive(members: &[(&str, &[u8], bool)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for (name, content, deflated) in members {
        let packed = if *deflated {
            miniz_oxide::deflate::compress_to_vec(content, 6)
        } else {
            content.to_vec()
        };
        let method: u16 = if *deflated { 8 } else { 0 };
        let header = bytes.len() as u32;
        let mut common = Vec::new();
        common.extend([20, 0, 0, 0]);
        common.extend(method.to_le_bytes());
        common.extend([0; 8]);
        common.extend((packed.len() as u32).to_le_bytes());
        common.extend((content.len() as u32).to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0; 2]);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(name.as_bytes());
        bytes.extend(&packed);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(header.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let start = bytes.len() as u32;
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    for _ in 0..2 {
        bytes.extend((members.len() as u16).to_le_bytes());
    }
    bytes.extend((directory.len() as u32).to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

#[test]
fn stored_and_deflated_members_are_read() {
    let long = vec![7; 100_000];
    let bytes = archive(&[("a", b"hello", false), ("d/b", &long, true)]);
    let mut cursor = Cursor::new(&bytes, Budget::HEADER);
    let archive = Archive::read(&mut cursor).unwrap();
    assert_eq!(archive.members.len(), 2);
    let a = archive.member("a").unwrap();
    assert_eq!(a.whole(&mut cursor, 100).unwrap(), b"hello");
    assert!(a.whole(&mut cursor, 4).is_err());
    let b = archive.member("d/b").unwrap();
    assert_eq!(b.whole(&mut cursor, 1 << 20).unwrap(), long);
    assert_eq!(b.beginning(&mut cursor, 10).unwrap(), long[..10]);
}

#[test]
fn a_bomb_is_cut_at_the_budget() {
    let bomb = vec![0; 50 << 20];
    let bytes = archive(&[("bomb", &bomb, true)]);
    assert!(bytes.len() < 100_000);
    let budget = Budget {
        bytes: 1 << 20,
        ..Budget::HEADER
    };
    let mut cursor = Cursor::new(&bytes, budget);
    let archive = Archive::read(&mut cursor).unwrap();
    let error = archive.members[0].whole(&mut cursor, u64::MAX).unwrap_err();
    assert!(matches!(error, ReadError::Budget { .. }));
}

#[test]
fn no_cut_or_flipped_byte_makes_it_panic() {
    let bytes = archive(&[("a", b"hello", false), ("b", &[1; 300], true)]);
    for at in 0..bytes.len() {
        for bad in [bytes[..at].to_vec(), {
            let mut flipped = bytes.clone();
            flipped[at] ^= 0xFF;
            flipped
        }] {
            let mut cursor = Cursor::new(&bad, Budget::HEADER);
            if let Ok(archive) = Archive::read(&mut cursor) {
                for member in &archive.members {
                    let _ = member.whole(&mut cursor, 1 << 16);
                }
            }
        }
    }
}
