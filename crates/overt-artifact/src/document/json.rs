//! JSON with places, read forward without building a tree unless one is asked for.
//!
//! Besides RFC 8259 it takes what Python writes: `NaN`, `Infinity`, `-Infinity`.

use std::ops::Range;

use overt_core::Budget;

use super::{Document, DocumentError, Key, Node, Value, note_duplicates};

/// A forward reader of one JSON text.
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    budget: Budget,
}

type Result<T> = std::result::Result<T, DocumentError>;

/// What an object's or array's callback is given to read each value with.
pub type Each<'f, 'a, K> = &'f mut dyn FnMut(&mut Reader<'a>, K) -> Result<()>;

impl<'a> Reader<'a> {
    /// A reader at the beginning of `bytes`. Items and depth are charged.
    pub fn new(bytes: &'a [u8], budget: Budget) -> Self {
        Self {
            bytes,
            at: 0,
            budget,
        }
    }

    /// The place of the next byte.
    pub fn position(&self) -> usize {
        self.at
    }

    fn error<T>(&self, what: impl Into<String>) -> Result<T> {
        Err(DocumentError::Syntax {
            what: what.into(),
            at: self.at,
        })
    }

    fn item(&mut self) -> Result<()> {
        let at = self.at;
        self.budget
            .charge_items(1)
            .map_err(|source| DocumentError::Budget { source, at })
    }

    fn enter(&mut self) -> Result<()> {
        let at = self.at;
        self.budget
            .enter()
            .map_err(|source| DocumentError::Budget { source, at })
    }

    /// The next byte that is no white space, without passing it.
    pub fn peek(&mut self) -> Option<u8> {
        let rest = self.bytes.get(self.at..)?;
        let blank = rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
            .count();
        self.at = self.at.saturating_add(blank);
        self.bytes.get(self.at).copied()
    }

    fn accept(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.at = self.at.saturating_add(1);
        }
        found
    }

    fn expect(&mut self, byte: u8) -> Result<()> {
        if self.accept(byte) {
            Ok(())
        } else {
            self.error(format!("`{}` is missing", char::from(byte)))
        }
    }

    /// Whether only white space is left.
    pub fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// Reads an object; `each` must read (or skip) the value of the key it is given.
    pub fn object(&mut self, each: Each<'_, 'a, Key>) -> Result<()> {
        self.expect(b'{')?;
        self.enter()?;
        if !self.accept(b'}') {
            loop {
                self.item()?;
                if self.peek() != Some(b'"') {
                    return self.error("a key is missing");
                }
                let (text, bytes) = self.string()?;
                self.expect(b':')?;
                each(self, Key { text, bytes })?;
                if self.accept(b',') {
                    continue;
                }
                self.expect(b'}')?;
                break;
            }
        }
        self.budget.leave();
        Ok(())
    }

    /// Reads an array; `each` must read (or skip) the element of the index it is given.
    pub fn array(&mut self, each: Each<'_, 'a, usize>) -> Result<()> {
        self.expect(b'[')?;
        self.enter()?;
        if !self.accept(b']') {
            let mut index = 0_usize;
            loop {
                self.item()?;
                each(self, index)?;
                index = index.saturating_add(1);
                if self.accept(b',') {
                    continue;
                }
                self.expect(b']')?;
                break;
            }
        }
        self.budget.leave();
        Ok(())
    }

    /// Reads a string: its text, and the bytes between its quotes.
    pub fn string(&mut self) -> Result<(String, Range<usize>)> {
        let raw = self.raw_string()?;
        let inside = self.bytes.get(raw.clone()).unwrap_or_default();
        let text = if inside.contains(&b'\\') {
            unescape(inside).map_err(|offset| DocumentError::Syntax {
                what: "a broken escape in a string".to_owned(),
                at: raw.start.saturating_add(offset),
            })?
        } else {
            String::from_utf8_lossy(inside).into_owned()
        };
        Ok((text, raw))
    }

    /// Passes a string; gives the bytes between its quotes.
    fn raw_string(&mut self) -> Result<Range<usize>> {
        self.expect(b'"')?;
        let start = self.at;
        let mut at = start;
        loop {
            match self.bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => at = at.saturating_add(2),
                Some(_) => at = at.saturating_add(1),
                None => return self.error("a string does not end"),
            }
        }
        self.at = at.saturating_add(1);
        Ok(start..at)
    }

    /// Reads a number, `true`, `false`, `null` or one of Python's words, as written.
    pub fn word(&mut self) -> Result<(&'a str, Range<usize>)> {
        self.peek();
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let length = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
            .count();
        let end = start.saturating_add(length);
        let word = self
            .bytes
            .get(start..end)
            .and_then(|word| std::str::from_utf8(word).ok())
            .unwrap_or_default();
        let known = matches!(
            word,
            "true" | "false" | "null" | "NaN" | "Infinity" | "-Infinity"
        );
        if !known && word.parse::<f64>().is_err() {
            return self.error("a value is missing");
        }
        self.at = end;
        Ok((word, start..end))
    }

    /// Reads a number that is a count.
    pub fn count(&mut self) -> Result<u64> {
        let at = self.at;
        let (word, _) = self.word()?;
        word.parse().map_err(|_| DocumentError::Syntax {
            what: "a count is not a whole number of 64 bits".to_owned(),
            at,
        })
    }

    /// Passes a value of any kind.
    pub fn skip(&mut self) -> Result<()> {
        match self.peek() {
            Some(b'{') => self.object(&mut |reader, _| reader.skip()),
            Some(b'[') => self.array(&mut |reader, _| reader.skip()),
            Some(b'"') => self.raw_string().map(drop),
            _ => self.word().map(drop),
        }
    }

    /// Reads a value of any kind as a tree.
    pub fn node(&mut self, duplicates: &mut Vec<Key>) -> Result<Node> {
        let first = self.peek();
        let start = self.at;
        let value = match first {
            Some(b'{') => {
                let mut entries = Vec::new();
                self.object(&mut |reader, key| {
                    let node = reader.node(duplicates)?;
                    entries.push((key, node));
                    Ok(())
                })?;
                note_duplicates(&entries, duplicates);
                Value::Map(entries)
            }
            Some(b'[') => {
                let mut elements = Vec::new();
                self.array(&mut |reader, _| {
                    elements.push(reader.node(duplicates)?);
                    Ok(())
                })?;
                Value::List(elements)
            }
            Some(b'"') => Value::Text(self.string()?.0),
            _ => match self.word()?.0 {
                "null" => Value::Null,
                word => Value::Scalar(word.to_owned()),
            },
        };
        Ok(Node {
            value,
            bytes: start..self.at,
        })
    }
}

/// Resolves the escapes of a string's inside; the error is the offset of a broken one.
fn unescape(inside: &[u8]) -> std::result::Result<String, usize> {
    let mut text: Vec<u8> = Vec::with_capacity(inside.len());
    let mut at = 0_usize;
    while let Some(byte) = inside.get(at) {
        if *byte != b'\\' {
            text.push(*byte);
            at = at.saturating_add(1);
            continue;
        }
        let mut used = 2_usize;
        let resolved = match inside.get(at.saturating_add(1)) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                used = 6;
                let high = unit(inside, at).ok_or(at)?;
                match high {
                    0xD800..=0xDBFF => match unit(inside, at.saturating_add(6)) {
                        Some(low @ 0xDC00..=0xDFFF) => {
                            used = 12;
                            char::decode_utf16([high, low])
                                .next()
                                .and_then(std::result::Result::ok)
                                .unwrap_or(char::REPLACEMENT_CHARACTER)
                        }
                        _ => char::REPLACEMENT_CHARACTER,
                    },
                    _ => char::from_u32(u32::from(high)).unwrap_or(char::REPLACEMENT_CHARACTER),
                }
            }
            _ => return Err(at),
        };
        text.extend_from_slice(resolved.encode_utf8(&mut [0; 4]).as_bytes());
        at = at.saturating_add(used);
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// The UTF-16 unit of the escape at `at`.
fn unit(inside: &[u8], at: usize) -> Option<u16> {
    let escape = inside.get(at..at.checked_add(6)?)?;
    let digits = escape.strip_prefix(b"\\u")?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Parses a whole JSON text into a tree.
pub fn parse(text: &str, budget: Budget) -> Result<Document> {
    let mut reader = Reader::new(text.as_bytes(), budget);
    let mut duplicates = Vec::new();
    let root = reader.node(&mut duplicates)?;
    if !reader.is_at_end() {
        return reader.error("something follows the end of the document");
    }
    Ok(Document { root, duplicates })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn strings_and_places_are_as_written() {
        let text = "{\"a\": [\"x\\u00e9\\ud83d\\ude00\\n\", 1.50, NaN, null, true]}";
        let document = parse(text, Budget::TEXT).unwrap();
        let list = document.root.get("a").unwrap().elements();
        assert_eq!(list[0].text(), Some("xé😀\n"));
        assert_eq!(list[1].scalar(), Some("1.50"));
        assert_eq!(&text[list[1].bytes.clone()], "1.50");
        assert_eq!(list[2].scalar(), Some("NaN"));
        assert_eq!(list[3].value, Value::Null);
        assert_eq!(list[4].scalar(), Some("true"));
    }

    #[test]
    fn broken_texts_are_refused_at_their_place() {
        for (text, at) in [
            ("", 0),
            ("{\"a\":}", 5),
            ("{\"a\" 1}", 5),
            ("[1,]", 3),
            ("\"abc", 1),
            ("\"a\\x\"", 2),
            ("{} {}", 3),
            ("[1 2]", 3),
        ] {
            let error = parse(text, Budget::TEXT).unwrap_err();
            assert_eq!(error.at(), at, "{text}: {error}");
        }
    }

    #[test]
    fn depth_and_items_are_bounded() {
        let deep = "[".repeat(1_000_000);
        assert!(matches!(
            parse(&deep, Budget::TEXT),
            Err(DocumentError::Budget { .. })
        ));
        let budget = Budget {
            items: 10,
            ..Budget::TEXT
        };
        assert!(parse("[1,2,3,4,5,6,7,8,9,10]", budget.clone()).is_ok());
        assert!(parse("[1,2,3,4,5,6,7,8,9,10,11]", budget).is_err());
    }

    #[test]
    fn repeated_keys_are_kept_and_noted() {
        let document = parse(r#"{"a":1,"b":{"c":1,"c":2},"a":3}"#, Budget::TEXT).unwrap();
        let keys: Vec<_> = document.duplicates.iter().map(|key| &key.text).collect();
        assert_eq!(keys, ["c", "a"]);
        assert_eq!(document.root.get("a").unwrap().count(), Some(1));
    }

    proptest! {
        #[test]
        fn whatever_serde_json_writes_is_read_alike(text in ".*", numbers in proptest::collection::vec(any::<i64>(), 0..8)) {
            let written = serde_json::to_string(&serde_json::json!([&text, numbers])).unwrap();
            let document = parse(&written, Budget::TEXT).unwrap();
            let [first, second] = document.root.elements() else { panic!("two elements") };
            prop_assert_eq!(first.text(), Some(text.as_str()));
            let back: Vec<i64> = second.scalars().iter().map(|(word, _)| word.parse().unwrap()).collect();
            prop_assert_eq!(back, numbers);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let mut reader = Reader::new(&bytes, Budget::TEXT);
            let _ = reader.node(&mut Vec::new());
        }
    }
}
