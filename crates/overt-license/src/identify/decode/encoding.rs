//! Texts that are not UTF-8.

/// What Windows-1252 has at 0x80 to 0x9f.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The text of UTF-16, by its mark or because every other byte of its beginning is zero.
pub(super) fn utf16(bytes: &[u8], most: usize) -> Option<String> {
    const PROBE: usize = 200;
    let probe = bytes.get(..bytes.len().min(PROBE)).unwrap_or_default();
    let zeros = |odd: usize| {
        let (zero, all) = probe
            .iter()
            .skip(odd)
            .step_by(2)
            .fold((0, 0), |(zero, all), byte| {
                (zero + usize::from(*byte == 0), all + 1)
            });
        all >= 8 && zero * 10 >= all * 9
    };
    // Programs begin with many zeros, too, but not beside letters.
    let letters = |odd: usize| {
        let others = probe.iter().skip(odd).step_by(2);
        let readable = |byte: &&u8| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r');
        others.clone().filter(readable).count() * 10 >= others.count() * 8
    };
    let (little, skip) = match probe {
        [0xff, 0xfe, ..] => (true, 2),
        [0xfe, 0xff, ..] => (false, 2),
        _ if zeros(1) && letters(0) => (true, 0),
        _ if zeros(0) && letters(1) => (false, 0),
        _ => return None,
    };
    let units = bytes
        .get(skip..bytes.len().min(most))?
        .as_chunks::<2>()
        .0
        .iter()
        .map(|pair| {
            if little {
                u16::from_le_bytes(*pair)
            } else {
                u16::from_be_bytes(*pair)
            }
        });
    Some(
        char::decode_utf16(units)
            .map(|unit| unit.unwrap_or('\u{fffd}'))
            .collect(),
    )
}

/// Windows-1252, or the readable strings of bytes that are no text; says which.
pub(super) fn single_bytes(bytes: &[u8]) -> (String, bool) {
    if memchr::memchr(0, bytes).is_some() {
        return (strings(bytes), true);
    }
    let text = bytes
        .iter()
        .map(|byte| match byte {
            0x80..=0x9f => WINDOWS
                .get(usize::from(byte - 0x80))
                .copied()
                .unwrap_or(' '),
            byte => char::from(*byte),
        })
        .collect();
    (text, false)
}

/// Runs of at least four printable characters, each on a line.
fn strings(bytes: &[u8]) -> String {
    const SHORTEST: usize = 4;
    let mut text = String::new();
    for run in bytes.split(|byte| !matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r')) {
        if run.len() >= SHORTEST {
            text.push_str(&String::from_utf8_lossy(run));
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_is_read_with_and_without_mark() {
        let text = "Licensed under the MIT License";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(utf16(&little, 1000).as_deref(), Some(text));
        assert_eq!(
            utf16(&[&[0xfe, 0xff], big.as_slice()].concat(), 1000).as_deref(),
            Some(text)
        );
        assert_eq!(utf16(text.as_bytes(), 1000), None);
    }

    #[test]
    fn windows_quotes_and_binary_strings_are_read() {
        assert_eq!(
            single_bytes(b"\x93Software\x94 \xe9"),
            ("“Software” é".to_owned(), false)
        );
        assert_eq!(
            single_bytes(b"\0\x01MIT License\0ab\0"),
            ("MIT License\n".to_owned(), true)
        );
    }
}
