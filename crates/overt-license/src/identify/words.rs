//! Words of a text as the index knows them.
//!
//! A word is a run of letters and digits with at most one `+` after its first part; case does not
//! matter. Words that are markup (`div`, `quot`) are passed over, as are escapes of line ends in
//! string literals. What is written between words (punctuation, comment signs, bullets, quotes,
//! line ends) leaves no trace, so that the same license in a comment, in Markdown or re-flowed
//! gives the same words.

use crate::index::{KnownWord, Vocabulary};

/// One word that the index knows, at its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    /// The word's number in the index.
    pub(crate) id: u16,
    /// How many unknown words follow before the next known word.
    pub(crate) unknown_after: u16,
    /// How many words of markup follow before the next known word.
    pub(crate) markup_after: u16,
    /// The line, from 1.
    pub(crate) line: u32,
    /// The first byte.
    pub(crate) start: u32,
    /// The byte after the last.
    pub(crate) end: u32,
}

/// A word of a text: its hash and its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    pub(crate) hash: u64,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The line, counted from the line that the reader was given.
    pub(crate) line: u32,
}

/// The hash of a word that is already in lower case.
pub(crate) fn hash_word(word: &str) -> u64 {
    finish(word.bytes().fold(SEED, step))
}

const SEED: u64 = 0x6f76_6572_745f_7731;

fn step(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte))
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .rotate_left(23)
}

fn finish(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 29)
}

/// For each byte: 0 if it ends a word, else the byte in lower case; 1 for bytes of characters
/// beyond ASCII.
const CLASS: [u8; 256] = {
    let mut class = [0_u8; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "the loop ends at 255")]
        let value = byte as u8;
        class[byte] = if value.is_ascii_alphanumeric() {
            value.to_ascii_lowercase()
        } else if value >= 0x80 {
            1
        } else {
            0
        };
        byte += 1;
    }
    class
};

/// Reads the words of a text one by one.
pub(crate) struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    end: usize,
    line: u32,
}

impl<'t> Reader<'t> {
    /// A reader of `text[start..end]`, whose first line has the number `line`. Both ends must be
    /// character boundaries.
    pub(crate) fn new(text: &'t str, start: usize, end: usize, line: u32) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: start,
            end: end.min(text.len()),
            line,
        }
    }

    /// The character at `at` and its length.
    fn character(&self, at: usize) -> (char, usize) {
        self.text
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .map_or((' ', 1), |c| (c, c.len_utf8()))
    }

    fn class(&self, at: usize) -> u8 {
        self.bytes
            .get(at)
            .map_or(0, |byte| CLASS[usize::from(*byte)])
    }

    /// Reads letters and digits from `at`; returns where they end and whether all are digits.
    fn run(&self, mut at: usize, hash: &mut u64, digits: &mut bool) -> usize {
        while at < self.end {
            match self.class(at) {
                0 => break,
                1 => {
                    let (character, length) = self.character(at);
                    if !character.is_alphanumeric() {
                        break;
                    }
                    *digits &= character.is_numeric();
                    for lower in character.to_lowercase() {
                        let mut buffer = [0; 4];
                        for byte in lower.encode_utf8(&mut buffer).bytes() {
                            *hash = step(*hash, byte);
                        }
                    }
                    at += length;
                }
                byte => {
                    *digits &= byte.is_ascii_digit();
                    *hash = step(*hash, byte);
                    at += 1;
                }
            }
        }
        at
    }
}

impl Iterator for Reader<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        loop {
            if self.at >= self.end {
                return None;
            }
            let byte = *self.bytes.get(self.at)?;
            match CLASS[usize::from(byte)] {
                0 => {
                    if byte == b'\n'
                        || (byte == b'\r' && self.bytes.get(self.at + 1) != Some(&b'\n'))
                    {
                        self.line += 1;
                    } else if byte == b'\\'
                        && matches!(self.bytes.get(self.at + 1), Some(b'n' | b'r' | b't'))
                    {
                        self.at += 1;
                    }
                    self.at += 1;
                    continue;
                }
                1 => {
                    let (character, length) = self.character(self.at);
                    if !character.is_alphanumeric() {
                        self.at += length;
                        continue;
                    }
                }
                _ => {}
            }
            let start = self.at;
            let (mut hash, mut digits) = (SEED, true);
            let mut at = self.run(start, &mut hash, &mut digits);
            if self.bytes.get(at) == Some(&b'+') && at < self.end {
                hash = step(hash, b'+');
                digits = false;
                at = self.run(at + 1, &mut hash, &mut digits);
            }
            self.at = at;
            return Some(Word {
                hash: finish(hash),
                start,
                end: at,
                line: self.line,
            });
        }
    }
}

/// Appends the known words of `text[start..end]` to `tokens`. Of every word `note` is told, with what
/// the index knows of it.
pub(crate) fn tokenize(
    text: &str,
    range: (usize, usize),
    line: u32,
    vocabulary: Vocabulary<'_>,
    tokens: &mut Vec<Token>,
    mut note: impl FnMut(&Word, Option<KnownWord>),
) {
    let first = tokens.len();
    let mut reader = Reader::new(text, range.0, range.1, line);
    while let Some(word) = reader.next() {
        let mut known = vocabulary.get(word.hash);
        let mut end = word.end;
        note(&word, known);
        if text.as_bytes().get(word.end) == Some(&b'-')
            && matches!(text.as_bytes().get(word.end + 1), Some(b'\n' | b'\r'))
            && let Some(joined) = joined(text, &word, range.1, vocabulary)
            && (known.is_none() || joined.second_known.is_none())
        {
            known = Some(joined.known);
            end = joined.second.end;
            note(&joined.second, joined.second_known);
            reader.at = joined.second.end;
            reader.line += joined.second.line;
        }
        match known {
            Some(found) if !found.is_markup() => tokens.push(Token {
                id: found.id(),
                unknown_after: 0,
                markup_after: 0,
                line: word.line,
                start: u32::try_from(word.start).unwrap_or(u32::MAX),
                end: u32::try_from(end).unwrap_or(u32::MAX),
            }),
            other => {
                if let Some(last) = tokens.get_mut(first..).and_then(<[Token]>::last_mut) {
                    if other.is_some() {
                        last.markup_after = last.markup_after.saturating_add(1);
                    } else {
                        last.unknown_after = last.unknown_after.saturating_add(1);
                    }
                }
            }
        }
    }
}

/// A word that goes on after a hyphen at a line's end.
struct Joined {
    /// The whole word.
    known: KnownWord,
    /// Its second part, with the lines between it and the first.
    second: Word,
    second_known: Option<KnownWord>,
}

/// A word that goes on after a hyphen at a line's end, if the index knows the joined word.
fn joined(text: &str, word: &Word, end: usize, vocabulary: Vocabulary<'_>) -> Option<Joined> {
    const LONGEST_PREFIX: usize = 24;
    let second = Reader::new(text, word.end + 1, end, 0).next()?;
    if second.start > word.end + LONGEST_PREFIX || second.line > 2 {
        return None;
    }
    let first_part = text.get(word.start..word.end)?;
    let second_part = text.get(second.start..second.end)?;
    if !second_part.starts_with(|c: char| c.is_lowercase()) {
        return None;
    }
    let whole = format!("{first_part}{second_part}").to_lowercase();
    Some(Joined {
        known: vocabulary.get(hash_word(&whole))?,
        second,
        second_known: vocabulary.get(second.hash),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(&str, u32)> {
        Reader::new(text, 0, text.len(), 1)
            .map(|word| (&text[word.start..word.end], word.line))
            .collect()
    }

    #[test]
    fn words_are_letters_and_digits_with_one_plus() {
        assert_eq!(
            read("GPL-2.0+ a_b\r\nZürich\\nnext \u{201c}it\u{2019}s\u{201d}"),
            [
                ("GPL", 1),
                ("2", 1),
                ("0+", 1),
                ("a", 1),
                ("b", 1),
                ("Zürich", 2),
                ("next", 2),
                ("it", 2),
                ("s", 2),
            ]
        );
    }

    #[test]
    fn case_does_not_change_the_hash() {
        let hashes: Vec<u64> = Reader::new("ÄPFEL äpfel", 0, 14, 1)
            .map(|word| word.hash)
            .collect();
        assert_eq!(hashes[0], hashes[1]);
        assert_eq!(hashes[0], hash_word("äpfel"));
    }
}
