//! The text that a PDF shows, as far as its fonts name their characters by their usual codes.
//!
//! Streams are inflated within limits and searched for the operators that show text. Fonts with
//! codes of their own are read through their `ToUnicode` maps where one is at hand.

use std::collections::BTreeMap;

/// The largest stream that is inflated.
const LARGEST_STREAM: usize = 8 << 20;
/// The most text that is kept.
const MOST_TEXT: usize = 4 << 20;

/// The text of a PDF, in the order of its streams.
pub(super) fn text(bytes: &[u8]) -> String {
    let mut contents: Vec<Vec<u8>> = Vec::new();
    let mut map: BTreeMap<u32, String> = BTreeMap::new();
    let mut wide = false;
    let mut total = 0;
    let mut at = 0;
    while let Some(found) = bytes
        .get(at..)
        .and_then(|rest| memchr::memmem::find(rest, b"stream"))
    {
        let mut start = at + found + b"stream".len();
        if bytes.get(start) == Some(&b'\r') {
            start += 1;
        }
        if bytes.get(start) == Some(&b'\n') {
            start += 1;
        }
        let rest = bytes.get(start..).unwrap_or_default();
        let length = memchr::memmem::find(rest, b"endstream").unwrap_or(rest.len());
        let stream = rest.get(..length).unwrap_or_default();
        let packed = stream.first().is_some_and(|byte| byte & 0x0f == 8);
        let content = if packed {
            match miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(stream, LARGEST_STREAM) {
                Ok(content) => content,
                Err(error) => error.output,
            }
        } else {
            stream
                .get(..length.min(LARGEST_STREAM))
                .unwrap_or_default()
                .to_vec()
        };
        if memchr::memmem::find(&content, b"begincmap").is_some() {
            wide |= read_map(&content, &mut map);
        } else if has_text(&content) {
            total += content.len();
            contents.push(content);
        }
        at = start + length + b"endstream".len();
        if total > LARGEST_STREAM * 4 {
            break;
        }
    }
    let mut text = String::new();
    for content in contents {
        if text.len() > MOST_TEXT {
            break;
        }
        show(&content, &map, wide, &mut text);
        text.push('\n');
    }
    text
}

fn has_text(content: &[u8]) -> bool {
    memchr::memmem::find(content, b"BT").is_some()
        && (memchr::memmem::find(content, b"Tj").is_some()
            || memchr::memmem::find(content, b"TJ").is_some())
}

/// Reads the pairs of a character map; says whether its codes have two bytes.
fn read_map(content: &[u8], map: &mut BTreeMap<u32, String>) -> bool {
    let text = String::from_utf8_lossy(content);
    let mut wide = false;
    for (open, close, range) in [
        ("beginbfchar", "endbfchar", false),
        ("beginbfrange", "endbfrange", true),
    ] {
        for part in text.split(open).skip(1) {
            let part = part.split(close).next().unwrap_or_default();
            let codes: Vec<&str> = part
                .split('<')
                .skip(1)
                .filter_map(|code| code.split('>').next())
                .collect();
            let number = |code: &str| u32::from_str_radix(code.trim(), 16).ok();
            for group in codes.chunks(if range { 3 } else { 2 }) {
                match group {
                    [code, to] => {
                        wide |= code.trim().len() == 4;
                        if let Some(code) = number(code) {
                            map.insert(code, units(to, 0));
                        }
                    }
                    [first, last, to] => {
                        wide |= first.trim().len() == 4;
                        if let (Some(first), Some(last)) = (number(first), number(last)) {
                            for code in first..=last.min(first.saturating_add(0xffff)) {
                                map.insert(code, units(to, code - first));
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
    }
    wide
}

/// UTF-16 in hexadecimal, its last unit raised by `offset`.
fn units(hexadecimal: &str, offset: u32) -> String {
    let digits: Vec<u16> = hexadecimal
        .trim()
        .as_bytes()
        .chunks(4)
        .filter_map(|unit| std::str::from_utf8(unit).ok())
        .filter_map(|unit| u16::from_str_radix(unit, 16).ok())
        .collect();
    let last = digits.len().saturating_sub(1);
    let raised = digits.iter().enumerate().map(|(at, unit)| {
        if at == last {
            unit.wrapping_add(u16::try_from(offset).unwrap_or(0))
        } else {
            *unit
        }
    });
    char::decode_utf16(raised)
        .map(|unit| unit.unwrap_or(' '))
        .collect()
}

/// Appends what the stream's operators show.
fn show(content: &[u8], map: &BTreeMap<u32, String>, wide: bool, text: &mut String) {
    let mut at = 0;
    let mut strings: Vec<(Vec<u8>, bool)> = Vec::new();
    let mut number: Option<f32> = None;
    let mut word = Vec::new();
    while let Some(byte) = content.get(at).copied() {
        match byte {
            b'(' => {
                let (string, next) = literal(content, at + 1);
                strings.push((string, false));
                at = next;
                continue;
            }
            b'<' if content.get(at + 1) != Some(&b'<') => {
                let rest = content.get(at + 1..).unwrap_or_default();
                let length = memchr::memchr(b'>', rest).unwrap_or(rest.len());
                strings.push((hexadecimal(rest.get(..length).unwrap_or_default()), true));
                at += length + 2;
                continue;
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'\'' | b'"' | b'*' => word.push(byte),
            b'0'..=b'9' | b'-' | b'.' if word.is_empty() => {
                let rest = content.get(at..).unwrap_or_default();
                let length = rest
                    .iter()
                    .position(|byte| !matches!(byte, b'0'..=b'9' | b'-' | b'.'))
                    .unwrap_or(rest.len());
                number = rest
                    .get(..length)
                    .and_then(|digits| std::str::from_utf8(digits).ok())
                    .and_then(|digits| digits.parse().ok());
                // A wide step back between strings of one array is a space.
                if number.is_some_and(|step| step < -180.0) && !strings.is_empty() {
                    strings.push((b" ".to_vec(), false));
                }
                at += length.max(1);
                continue;
            }
            _ => {
                operator(&word, &mut strings, number, map, wide, text);
                word.clear();
            }
        }
        at += 1;
    }
    operator(&word, &mut strings, number, map, wide, text);
}

fn operator(
    word: &[u8],
    strings: &mut Vec<(Vec<u8>, bool)>,
    number: Option<f32>,
    map: &BTreeMap<u32, String>,
    wide: bool,
    text: &mut String,
) {
    match word {
        b"" => {}
        b"Tj" | b"TJ" | b"'" | b"\"" => {
            for (string, hexadecimal) in strings.drain(..) {
                decode(
                    &string,
                    map,
                    wide && (hexadecimal || string.len() % 2 == 0),
                    text,
                );
            }
            if word == b"'" || word == b"\"" {
                text.push('\n');
            }
        }
        b"Td" | b"TD" => {
            text.push(if number.is_some_and(|down| down.abs() < 0.01) {
                ' '
            } else {
                '\n'
            });
            strings.clear();
        }
        b"T*" | b"Tm" | b"ET" => {
            text.push('\n');
            strings.clear();
        }
        _ => strings.clear(),
    }
}

fn decode(string: &[u8], map: &BTreeMap<u32, String>, wide: bool, text: &mut String) {
    if string == b" " {
        text.push(' ');
    } else if wide {
        for pair in string.as_chunks::<2>().0 {
            match map.get(&u32::from(u16::from_be_bytes(*pair))) {
                Some(characters) => text.push_str(characters),
                None => text.push(' '),
            }
        }
    } else {
        for byte in string {
            match map.get(&u32::from(*byte)) {
                Some(characters) if !wide && !byte.is_ascii_graphic() => text.push_str(characters),
                _ => text.push(char::from(*byte)),
            }
        }
    }
}

/// A string in parentheses, from after the first; returns where it ends.
fn literal(content: &[u8], mut at: usize) -> (Vec<u8>, usize) {
    let mut string = Vec::new();
    let mut depth = 1;
    while let Some(byte) = content.get(at).copied() {
        at += 1;
        match byte {
            b'\\' => {
                let escaped = content.get(at).copied().unwrap_or_default();
                at += 1;
                match escaped {
                    b'n' | b'r' => string.push(b'\n'),
                    b't' => string.push(b'\t'),
                    b'0'..=b'7' => {
                        let mut value = u32::from(escaped - b'0');
                        for _ in 0..2 {
                            if let Some(digit @ b'0'..=b'7') = content.get(at).copied() {
                                value = value * 8 + u32::from(digit - b'0');
                                at += 1;
                            }
                        }
                        string.push(u8::try_from(value & 0xff).unwrap_or_default());
                    }
                    b'\n' | b'\r' => {}
                    other => string.push(other),
                }
            }
            b'(' => {
                depth += 1;
                string.push(byte);
            }
            b')' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
                string.push(byte);
            }
            other => string.push(other),
        }
    }
    (string, at)
}

fn hexadecimal(digits: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = digits
        .iter()
        .filter_map(|digit| char::from(*digit).to_digit(16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => high << 4 | low,
            [high] => high << 4,
            _ => 0,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_operators_are_shown() {
        let pdf = b"%PDF-1.4\n1 0 obj\nstream\nBT (Permission is \\(hereby\\)) Tj 0 -12 Td \
            [(gr) 20 (anted) -300 (free)] TJ ET\nendstream";
        let text = super::text(pdf);
        let words: Vec<&str> = text.split_whitespace().collect();
        assert_eq!(words, ["Permission", "is", "(hereby)", "granted", "free"]);
    }
}
