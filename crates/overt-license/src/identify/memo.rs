//! Answers given before: in a tree of source files the same header stands in thousands.
//!
//! An answer is used again only for the very same bytes at the same line, so that it is what the
//! search would have said.

use std::cell::RefCell;
use std::collections::HashMap;

use super::nature::Shares;
use super::result::Identification;

/// Longer stretches are not remembered.
const LONGEST: usize = 16 << 10;
/// So many bytes of text are remembered by a thread, and so many answers.
const MOST_BYTES: usize = 4 << 20;
const MOST: usize = 8192;

/// What an answer of the embedded index depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key<'t> {
    /// The stretch that is read, with what around it the search may look at.
    pub(super) text: &'t str,
    /// Where in `text` the stretch begins and ends.
    pub(super) stretch: (usize, usize),
    /// The line of its begin, or the last that is told apart.
    pub(super) line: u32,
    pub(super) from_binary: bool,
    pub(super) length: Length,
}

/// What an answer depends on of the length of the whole text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    /// Nothing.
    Any,
    /// That the stretch is a small part of it.
    Longer,
    Of(usize),
}

/// The first byte of a stretch and its line.
pub(super) type Place = (usize, u32);

struct Remembered {
    text: Box<str>,
    stretch: (usize, usize),
    line: u32,
    from_binary: bool,
    length: Length,
    /// Bytes and lines count from the begin of the stretch.
    answer: Identification,
    shares: Shares,
}

impl Remembered {
    fn key(&self) -> Key<'_> {
        Key {
            text: &self.text,
            stretch: self.stretch,
            line: self.line,
            from_binary: self.from_binary,
            length: self.length,
        }
    }
}

#[derive(Default)]
struct Memo {
    answers: HashMap<u64, Remembered>,
    bytes: usize,
}

thread_local! {
    static MEMO: RefCell<Memo> = RefCell::new(Memo::default());
}

impl Key<'_> {
    fn hash(&self) -> u64 {
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        /// So many numbers are hashed beside each other.
        const LANES: usize = 4;
        let step = |hash: u64, value: u64| (hash.rotate_left(27) ^ value).wrapping_mul(FACTOR);
        let (eights, rest) = self.text.as_bytes().as_chunks::<8>();
        let (rows, more) = eights.as_chunks::<LANES>();
        let lanes = rows.iter().fold([0; LANES], |lanes, row| {
            let mut next = lanes;
            for (lane, eight) in next.iter_mut().zip(row) {
                *lane = step(*lane, u64::from_le_bytes(*eight));
            }
            next
        });
        let hash = lanes.into_iter().fold(self.text.len() as u64, step);
        let hash = more
            .iter()
            .fold(hash, |hash, eight| step(hash, u64::from_le_bytes(*eight)));
        let hash = rest
            .iter()
            .fold(hash, |hash, byte| step(hash, u64::from(*byte)));
        let length = match self.length {
            Length::Any => 0,
            Length::Longer => 1,
            Length::Of(length) => 2 + length as u64,
        };
        let hash = step(step(hash, length), u64::from(self.line));
        hash ^ hash >> 32
    }

    fn is_short(&self) -> bool {
        self.text.len() <= LONGEST
    }

    /// The answer for a stretch that begins at this place, if it was given before.
    pub(super) fn recall(&self, place: Place) -> Option<(Identification, Shares)> {
        if !self.is_short() {
            return None;
        }
        MEMO.with_borrow(|memo| {
            let found = memo.answers.get(&self.hash())?;
            (found.key() == *self).then(|| (moved(&found.answer, place, (0, 0)), found.shares))
        })
    }

    /// Remembers the answer for a stretch that begins at this place.
    pub(super) fn remember(&self, place: Place, answer: &Identification, shares: Shares) {
        // What is said of unknown terms depends on how much of the text they are.
        if !self.is_short() || !answer.unknown.is_empty() {
            return;
        }
        MEMO.with_borrow_mut(|memo| {
            if memo.answers.len() >= MOST || memo.bytes + self.text.len() > MOST_BYTES {
                *memo = Memo::default();
            }
            memo.bytes += self.text.len();
            let remembered = Remembered {
                text: self.text.into(),
                stretch: self.stretch,
                line: self.line,
                from_binary: self.from_binary,
                length: self.length,
                answer: moved(answer, (0, 0), place),
                shares,
            };
            // Of texts with the same hash the last is remembered.
            if let Some(other) = memo.answers.insert(self.hash(), remembered) {
                memo.bytes -= other.text.len();
            }
        });
    }
}

/// The answer for the same words so many bytes and lines farther on, or back.
fn moved(answer: &Identification, on: Place, back: Place) -> Identification {
    let mut answer = answer.clone();
    let bytes = |(start, end): (u64, u64)| {
        let (on, back) = (on.0 as u64, back.0 as u64);
        (start + on - back, end + on - back)
    };
    let lines = |(first, last): (u32, u32)| (first + on.1 - back.1, last + on.1 - back.1);
    for one in &mut answer.matches {
        one.bytes = bytes(one.bytes);
        one.lines = lines(one.lines);
        let passages = one.modified.as_mut().map(|changed| &mut changed.passages);
        for passage in passages.into_iter().flatten() {
            passage.lines = lines(passage.lines);
        }
    }
    answer
}
