//! What the codes of a font stand for, and how wide they are.

use std::collections::BTreeMap;

use super::object::{Objects, number_after, references};

/// A font as far as reading needs it.
#[derive(Debug, Default)]
pub(super) struct Font {
    /// Characters by code; without an entry a code of one byte is its own character.
    characters: BTreeMap<u32, String>,
    /// Widths by code, in thousandths of the size.
    widths: BTreeMap<u32, f32>,
    usual_width: f32,
    /// Whether its codes have two bytes.
    pub(super) wide: bool,
}

impl Font {
    /// Reads a font's dictionary; `None` if it is none.
    pub(super) fn read(objects: &Objects<'_>, dictionary: &[u8]) -> Option<Self> {
        memchr::memmem::find(dictionary, b"/Font")?;
        memchr::memmem::find(dictionary, b"/Subtype")?;
        let mut font = Self {
            wide: memchr::memmem::find(dictionary, b"/Type0").is_some(),
            usual_width: 500.0,
            ..Self::default()
        };
        for number in references(dictionary, b"/ToUnicode", objects) {
            if let Some(map) = objects.stream(number) {
                font.wide |= read_map(objects, &map, &mut font.characters);
            }
        }
        if font.wide {
            font.usual_width = 1000.0;
            for number in references(dictionary, b"/DescendantFonts", objects) {
                let Some(descendant) = objects.dictionary(number) else {
                    continue;
                };
                if let Some(width) = number_after(descendant, b"/DW") {
                    #[expect(clippy::cast_precision_loss, reason = "widths are small")]
                    {
                        font.usual_width = width.min(10_000) as f32;
                    }
                }
                if let Some(array) = array(descendant, b"/W", objects) {
                    read_wide_widths(objects, array, &mut font.widths);
                }
            }
        } else if let Some(array) = array(dictionary, b"/Widths", objects) {
            let first = number_after(dictionary, b"/FirstChar").unwrap_or_default();
            let first = u32::try_from(first).unwrap_or_default();
            let widths = numbers(array).into_iter().take(256);
            font.widths = (first..).zip(widths).collect();
        }
        Some(font)
    }

    /// The width of a code in thousandths of the size.
    pub(super) fn width(&self, code: u32) -> f32 {
        self.widths.get(&code).copied().unwrap_or(self.usual_width)
    }

    /// Appends what a code shows.
    pub(super) fn show(&self, code: u32, text: &mut String) {
        match self.characters.get(&code) {
            Some(characters) => text.push_str(characters),
            None if self.wide => text.push(' '),
            None => text.extend(char::from_u32(code)),
        }
    }
}

/// The array behind a key, itself or as an object.
fn array<'o>(dictionary: &'o [u8], key: &[u8], objects: &'o Objects<'_>) -> Option<&'o [u8]> {
    // `/W` begins other keys as well.
    let at = memchr::memmem::find_iter(dictionary, key).find(|at| {
        dictionary
            .get(at + key.len())
            .is_some_and(|byte| !byte.is_ascii_alphabetic())
    })?;
    let rest = dictionary.get(at + key.len()..)?.trim_ascii_start();
    if rest.starts_with(b"[") {
        return Some(rest);
    }
    let (number, _) = super::object::reference(rest)?;
    let array = objects.dictionary(number)?.trim_ascii_start();
    array.starts_with(b"[").then_some(array)
}

/// The numbers of an array without arrays in it.
fn numbers(array: &[u8]) -> Vec<f32> {
    let end = memchr::memchr(b']', array).unwrap_or(array.len());
    let inside = array.get(1..end).unwrap_or_default();
    inside
        .split(u8::is_ascii_whitespace)
        .filter_map(|word| std::str::from_utf8(word).ok()?.parse().ok())
        .collect()
}

/// Reads `[code [width …] first last width …]`.
fn read_wide_widths(objects: &Objects<'_>, array: &[u8], widths: &mut BTreeMap<u32, f32>) {
    let mut waiting: Vec<f32> = Vec::new();
    let mut inside: Option<u32> = None;
    let mut word = Vec::new();
    for byte in array.iter().skip(1).chain(b"]") {
        if byte.is_ascii_digit() || matches!(byte, b'.' | b'-') {
            word.push(*byte);
            continue;
        }
        let number: Option<f32> = std::str::from_utf8(&word).ok().and_then(|w| w.parse().ok());
        word.clear();
        if let Some(number) = number {
            match &mut inside {
                Some(code) => {
                    if !objects.take_entry() {
                        return;
                    }
                    widths.insert(*code, number);
                    *code = code.saturating_add(1);
                }
                None => waiting.push(number),
            }
            if let [first, last, width] = *waiting.as_slice() {
                for code in code_of(first)..=code_of(last) {
                    if !objects.take_entry() {
                        return;
                    }
                    widths.insert(code, width);
                }
                waiting.clear();
            }
        }
        match byte {
            b'[' => inside = waiting.pop().map(code_of),
            b']' if inside.take().is_some() => waiting.clear(),
            b']' => return,
            _ => {}
        }
    }
}

fn code_of(number: f32) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "codes are small numbers"
    )]
    {
        number.clamp(0.0, 65_535.0) as u32
    }
}

/// Reads the pairs of a character map; says whether its codes have two bytes.
fn read_map(objects: &Objects<'_>, content: &[u8], map: &mut BTreeMap<u32, String>) -> bool {
    let content = String::from_utf8_lossy(content);
    let mut wide = false;
    for (open, close, range) in [
        ("beginbfchar", "endbfchar", false),
        ("beginbfrange", "endbfrange", true),
    ] {
        for part in content.split(open).skip(1) {
            let part = part.split(close).next().unwrap_or_default();
            if range {
                read_ranges(objects, part, map, &mut wide);
                continue;
            }
            let codes: Vec<&str> = codes(part).collect();
            for [from, shown] in codes.as_chunks::<2>().0 {
                wide |= from.trim().len() == 4;
                if let Some(code) = number(from)
                    && objects.take_entry()
                {
                    map.insert(code, units(shown, 0));
                }
            }
        }
    }
    wide
}

/// Reads `<first> <last> <to>` and `<first> <last> [<to> …]`.
fn read_ranges(
    objects: &Objects<'_>,
    part: &str,
    map: &mut BTreeMap<u32, String>,
    wide: &mut bool,
) {
    let mut rest = part;
    while let Some((first, after)) = code(rest) {
        let Some((last, targets)) = code(after) else {
            return;
        };
        *wide |= first.trim().len() == 4;
        let (Some(from), Some(until)) = (number(first), number(last)) else {
            return;
        };
        let until = until.min(from.saturating_add(0xffff));
        let targets = targets.trim_start();
        if let Some(open) = targets.strip_prefix('[') {
            let (listed, after) = open.split_once(']').unwrap_or((open, ""));
            for (number, shown) in (from..=until).zip(codes(listed)) {
                if !objects.take_entry() {
                    return;
                }
                map.insert(number, units(shown, 0));
            }
            rest = after;
        } else {
            let Some((shown, after)) = code(targets) else {
                return;
            };
            for number in from..=until {
                if !objects.take_entry() {
                    return;
                }
                map.insert(number, units(shown, number - from));
            }
            rest = after;
        }
    }
}

/// The next `<…>`, and what follows.
fn code(text: &str) -> Option<(&str, &str)> {
    let (_, rest) = text.split_once('<')?;
    rest.split_once('>')
}

fn codes(text: &str) -> impl Iterator<Item = &str> {
    text.split('<')
        .skip(1)
        .filter_map(|code| code.split('>').next())
}

fn number(code: &str) -> Option<u32> {
    u32::from_str_radix(code.trim(), 16).ok()
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
