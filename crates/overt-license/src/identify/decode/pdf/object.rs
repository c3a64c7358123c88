//! The objects of a PDF: dictionaries and streams by their numbers.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;

/// The largest stream that is inflated, and how much all together may become.
const LARGEST_STREAM: usize = 8 << 20;
const MOST_INFLATED: usize = 32 << 20;
/// The most objects that are looked at.
const MOST_OBJECTS: usize = 200_000;
/// The most entries of the tables of all fonts.
const MOST_ENTRIES: usize = 1 << 20;

struct Object<'a> {
    dictionary: Cow<'a, [u8]>,
    stream: Option<&'a [u8]>,
}

/// The objects of a file.
pub(super) struct Objects<'a> {
    by_number: BTreeMap<u32, Object<'a>>,
    /// The pages in order.
    pages: Vec<u32>,
    /// How many bytes may still be read from streams, and entries from tables of fonts: the same
    /// stream may be referred to again and again.
    bytes_left: Cell<usize>,
    entries_left: Cell<usize>,
}

impl<'a> Objects<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Self {
        let mut objects = BTreeMap::new();
        let mut order = Vec::new();
        let mut packed = Vec::new();
        let mut at = 0;
        while let Some(found) = bytes
            .get(at..)
            .and_then(|rest| memchr::memmem::find(rest, b"obj"))
        {
            let start = at + found;
            at = start + 3;
            let Some(number) = number_before(bytes, start) else {
                continue;
            };
            let body = bytes.get(at..).unwrap_or_default();
            let end = memchr::memmem::find(body, b"endobj").unwrap_or(body.len());
            let before_end = body.get(..end).unwrap_or_default();
            let stream_at = memchr::memmem::find(before_end, b"stream");
            let mut next = end;
            let (dictionary, stream) = match stream_at {
                Some(place) => {
                    let dictionary = body.get(..place).unwrap_or_default();
                    let mut from = place + b"stream".len();
                    if body.get(from) == Some(&b'\r') {
                        from += 1;
                    }
                    if body.get(from) == Some(&b'\n') {
                        from += 1;
                    }
                    let data = body.get(from..).unwrap_or_default();
                    let length = memchr::memmem::find(data, b"endstream").unwrap_or(data.len());
                    next = from + length;
                    (dictionary, data.get(..length))
                }
                None => (before_end, None),
            };
            at += next;
            if memchr::memmem::find(dictionary, b"/ObjStm").is_some() {
                packed.extend(stream.map(|stream| (dictionary, stream)));
            }
            order.push(number);
            objects.insert(
                number,
                Object {
                    dictionary: Cow::Borrowed(dictionary),
                    stream,
                },
            );
            if objects.len() > MOST_OBJECTS {
                break;
            }
        }
        let mut inflated = 0;
        for (dictionary, stream) in packed {
            let content = inflate(stream);
            inflated += content.len();
            if inflated > MOST_INFLATED {
                break;
            }
            for (number, body) in members(dictionary, &content) {
                order.push(number);
                objects.entry(number).or_insert(Object {
                    dictionary: Cow::Owned(body),
                    stream: None,
                });
            }
        }
        let mut found = Self {
            by_number: objects,
            pages: Vec::new(),
            bytes_left: Cell::new(MOST_INFLATED),
            entries_left: Cell::new(MOST_ENTRIES),
        };
        let mut pages = found.kids();
        for number in order {
            if found.dictionary(number).is_some_and(is_page) && !pages.contains(&number) {
                pages.push(number);
            }
        }
        found.pages = pages;
        found
    }

    /// The pages in the order of the page tree, as far as it can be followed.
    fn kids(&self) -> Vec<u32> {
        const MOST: usize = 20_000;
        let root = self.by_number.iter().find(|(_, object)| {
            let dictionary = &object.dictionary;
            memchr::memmem::find(dictionary, b"/Kids").is_some()
                && memchr::memmem::find(dictionary, b"/Parent").is_none()
        });
        let mut waiting: Vec<u32> = root.map(|(number, _)| *number).into_iter().collect();
        let mut seen = std::collections::BTreeSet::new();
        let mut pages = Vec::new();
        while let Some(number) = waiting.pop() {
            if !seen.insert(number) || seen.len() > MOST {
                continue;
            }
            let Some(dictionary) = self.dictionary(number) else {
                continue;
            };
            if is_page(dictionary) {
                pages.push(number);
            } else {
                waiting.extend(references(dictionary, b"/Kids", self).into_iter().rev());
            }
        }
        pages
    }

    pub(super) fn dictionaries(&self) -> impl Iterator<Item = (u32, &[u8])> {
        self.by_number
            .iter()
            .map(|(number, object)| (*number, object.dictionary.as_ref()))
    }

    pub(super) fn dictionary(&self, number: u32) -> Option<&[u8]> {
        self.by_number
            .get(&number)
            .map(|object| object.dictionary.as_ref())
    }

    /// Objects that have a stream, with their dictionaries.
    pub(super) fn streams(&self) -> impl Iterator<Item = (u32, &[u8])> {
        self.by_number
            .iter()
            .filter(|(_, object)| object.stream.is_some())
            .map(|(number, object)| (*number, object.dictionary.as_ref()))
    }

    /// An object's stream, inflated.
    pub(super) fn stream(&self, number: u32) -> Option<Vec<u8>> {
        let packed = self.by_number.get(&number)?.stream?;
        let left = self.bytes_left.get().checked_sub(packed.len())?;
        let content = inflate(packed);
        self.bytes_left.set(left.saturating_sub(content.len()));
        Some(content)
    }

    /// Whether one more entry of a table may be kept.
    pub(super) fn take_entry(&self) -> bool {
        let left = self.entries_left.get();
        self.entries_left.set(left.saturating_sub(1));
        left > 0
    }

    /// Whether so many bytes may still be looked at.
    pub(super) fn take_bytes(&self, count: usize) -> bool {
        let left = self.bytes_left.get();
        self.bytes_left.set(left.saturating_sub(count));
        left >= count
    }

    /// The dictionaries of the pages, in order.
    pub(super) fn pages(&self) -> impl Iterator<Item = &[u8]> {
        self.pages
            .iter()
            .filter_map(|number| self.dictionary(*number))
    }
}

fn is_page(dictionary: &[u8]) -> bool {
    memchr::memmem::find_iter(dictionary, b"/Page").any(|at| {
        dictionary
            .get(at + 5)
            .is_none_or(|byte| !byte.is_ascii_alphanumeric())
    })
}

/// The number of the object whose `obj` stands here: two numbers before it.
fn number_before(bytes: &[u8], at: usize) -> Option<u32> {
    const LONGEST: usize = 24;
    let before = bytes.get(at.saturating_sub(LONGEST)..at)?.trim_ascii_end();
    let generation = before
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let before = before.get(..before.len() - generation)?;
    let number = before.trim_ascii_end();
    if generation == 0 || number.len() == before.len() {
        return None;
    }
    let digits = number
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    std::str::from_utf8(number.get(number.len() - digits..)?)
        .ok()?
        .parse()
        .ok()
}

/// The content of a stream, inflated if it is packed.
fn inflate(stream: &[u8]) -> Vec<u8> {
    if stream.first().is_some_and(|byte| byte & 0x0f == 8) {
        match miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(stream, LARGEST_STREAM) {
            Ok(content) => content,
            Err(error) => error.output,
        }
    } else {
        stream
            .get(..stream.len().min(LARGEST_STREAM))
            .unwrap_or_default()
            .to_vec()
    }
}

/// The objects inside an object stream.
fn members(dictionary: &[u8], content: &[u8]) -> Vec<(u32, Vec<u8>)> {
    const MOST: usize = 50_000;
    let first = number_after(dictionary, b"/First").unwrap_or_default();
    let Some(head) = content.get(..first) else {
        return Vec::new();
    };
    let numbers: Vec<usize> = head
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
        .take(2 * MOST)
        .map_while(|word| std::str::from_utf8(word).ok()?.parse().ok())
        .collect();
    let pairs = numbers.as_chunks::<2>().0;
    let mut left = content.len();
    pairs
        .iter()
        .enumerate()
        .filter_map(|(at, [number, offset])| {
            let end = pairs
                .get(at + 1)
                .map_or(content.len(), |next| first.saturating_add(next[1]));
            let body = content.get(first.checked_add(*offset)?..end)?;
            // Members do not overlap.
            left = left.checked_sub(body.len())?;
            Some((u32::try_from(*number).ok()?, body.to_vec()))
        })
        .collect()
}

/// The number behind a key.
pub(super) fn number_after(dictionary: &[u8], key: &[u8]) -> Option<usize> {
    let rest = dictionary.get(memchr::memmem::find(dictionary, key)? + key.len()..)?;
    let rest = rest.trim_ascii_start();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(rest.get(..digits)?).ok()?.parse().ok()
}

/// A reference `N G R` at the front: the number, and the bytes that it takes.
pub(super) fn reference(bytes: &[u8]) -> Option<(u32, usize)> {
    let mut at = 0;
    let mut numbers = [0_u32; 2];
    for number in &mut numbers {
        let rest = bytes.get(at..)?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        *number = std::str::from_utf8(rest.get(..digits)?)
            .ok()?
            .parse()
            .ok()?;
        at += digits;
        let rest = bytes.get(at..)?;
        let spaces = rest
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        if spaces == 0 {
            return None;
        }
        at += spaces;
    }
    (bytes.get(at) == Some(&b'R')).then_some((numbers[0], at + 1))
}

/// What a key refers to: one object, or those of an array, itself perhaps an object.
pub(super) fn references(dictionary: &[u8], key: &[u8], objects: &Objects<'_>) -> Vec<u32> {
    let Some(at) = memchr::memmem::find(dictionary, key) else {
        return Vec::new();
    };
    let rest = dictionary
        .get(at + key.len()..)
        .unwrap_or_default()
        .trim_ascii_start();
    if let Some((number, _)) = reference(rest) {
        return match objects.dictionary(number).map(<[u8]>::trim_ascii_start) {
            Some(array) if array.starts_with(b"[") => array_of(array),
            _ => vec![number],
        };
    }
    array_of(rest)
}

fn array_of(bytes: &[u8]) -> Vec<u32> {
    let mut found = Vec::new();
    let Some(mut rest) = bytes.strip_prefix(b"[") else {
        return found;
    };
    while let Some((number, length)) = reference(rest.trim_ascii_start()) {
        found.push(number);
        rest = rest.trim_ascii_start().get(length..).unwrap_or_default();
    }
    found
}
