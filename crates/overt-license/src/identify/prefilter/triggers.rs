//! Finds the words without which nothing is said about licenses, at a few instructions a byte.
//!
//! The text is folded block by block, so that only letters count. Then four bytes at every second
//! place are looked at together: a bit tells whether they may belong to a trigger, and only if they
//! may are triggers compared. So each trigger goes by four bytes at an even distance from its begin
//! and by four at an odd one; a word too short for both borrows the byte before or behind it.

use serde::Deserialize;

/// How many bytes are looked at together.
const GRAM: usize = 4;
/// Bits of a gram's place in the table.
const PLACE_BITS: u32 = 17;
/// How many numbers hold a bit for each place.
const TABLE: usize = 1 << (PLACE_BITS - 6);
/// How many places clues are looked up in.
const FIRST_CLUES: usize = 1 << 12;
/// So many bytes are read at once, and so many of them are then done with.
const READ: usize = 8;
const STEP: usize = 6;
/// So many bytes are done with before anything found in them is looked at.
const STRIDE: usize = 4 * STEP;
/// The first block that is folded, and the others, in bytes.
const FIRST_BLOCK: usize = 10 * STRIDE + GRAM;
const BLOCK: usize = 160 * STRIDE + GRAM;

/// `knowledge/clauses/triggers.toml`.
#[derive(Deserialize)]
pub(super) struct Words {
    /// May stand inside words.
    pub(super) parts: Vec<String>,
    /// Must stand alone.
    pub(super) whole: Vec<String>,
    /// What may hold triggers and says nothing about licenses.
    pub(super) never: Vec<String>,
    /// Four letters by which words are not noticed, if they have others.
    pub(super) common: Vec<String>,
    /// Must stand alone beside certain words.
    pub(super) beside: Vec<Beside>,
}

/// A word that counts only beside others.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Beside {
    pub(super) word: String,
    /// The word before it is one of these.
    #[serde(default)]
    pub(super) before: Vec<String>,
    /// What follows it begins with one of these.
    #[serde(default)]
    pub(super) behind: Vec<String>,
}

impl Beside {
    /// Whether such words stand beside the word at `start..end`.
    fn is_met(&self, bytes: &[u8], start: usize, end: usize) -> bool {
        /// So many bytes may part words: signs of comments, indentation, the end of a line.
        const APART: usize = 16;
        /// No word before is longer.
        const LONGEST: usize = 16;
        let is_of_word = |byte: &u8| byte.is_ascii_alphanumeric();
        let behind = bytes.get(end..).unwrap_or_default();
        let next = behind.iter().take(APART).position(is_of_word);
        let follows = |text: &String| {
            next.and_then(|next| behind.get(next..next + text.len()))
                .is_some_and(|part| part.eq_ignore_ascii_case(text.as_bytes()))
        };
        if self.behind.iter().any(follows) {
            return true;
        }
        let before = bytes.get(..start).unwrap_or_default();
        let signs = before.iter().rev().take(APART).position(is_of_word);
        let word = signs.and_then(|signs| {
            let word = before.get(..before.len() - signs)?;
            let length = word
                .iter()
                .rev()
                .take(LONGEST)
                .take_while(|byte| is_of_word(byte))
                .count();
            word.get(word.len() - length..)
        });
        word.is_some_and(|word| {
            self.before
                .iter()
                .any(|text| word.eq_ignore_ascii_case(text.as_bytes()))
        })
    }
}

/// What may stand around a trigger so that it is none: how many bytes before it, and the whole.
struct Never {
    offset: usize,
    text: Vec<u8>,
}

/// Four bytes by which a trigger is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Clue {
    /// The bytes, folded.
    gram: u32,
    /// Which trigger.
    word: usize,
    /// How many bytes behind the trigger's begin they begin; -1 if the first is borrowed.
    distance: isize,
}

/// Triggers in a form in which they are found fast.
pub(super) struct Triggers {
    /// In lower case.
    words: Vec<Vec<u8>>,
    /// Words from this number on must stand alone.
    first_whole: usize,
    /// Words from this number on must stand beside others.
    first_beside: usize,
    beside: Vec<Beside>,
    /// For each word.
    never: Vec<Vec<Never>>,
    /// Sorted.
    clues: Vec<Clue>,
    /// For some bits of a gram's hash, the first clue of the first gram that has them.
    first_clues: Vec<u16>,
    bits: Box<[u64; TABLE]>,
}

/// Letters in lower case, one digit for all, few signs for characters beyond ASCII, and a space for
/// everything else.
fn fold(byte: u8) -> u8 {
    let lower = byte | 0x20;
    if lower.wrapping_sub(b'a') < 26 {
        lower
    } else if byte >= 0x80 {
        byte & 0x87
    } else if byte.wrapping_sub(b'0') < 10 {
        b'0'
    } else {
        b' '
    }
}

fn gram(bytes: [u8; GRAM]) -> u32 {
    u32::from_le_bytes(bytes.map(fold))
}

/// Which bit of which number stands for a gram.
fn place(gram: u32) -> (usize, u32) {
    /// Of some 400,000 factors the one by which the fewest grams of sources and headers that are no
    /// clue (of five ecosystems, each as often as it stands there) share a bit with one.
    const FACTOR: u32 = 0x1998_bc87;
    let hash = gram.wrapping_mul(FACTOR) >> (32 - PLACE_BITS);
    ((hash >> 6) as usize, hash & 63)
}

/// Where the clues of a gram are looked up.
fn first_clue(gram: u32) -> usize {
    (gram.wrapping_mul(0x9e37_79b1) >> (32 - FIRST_CLUES.trailing_zeros())) as usize
}

/// The first four of eight bytes.
#[expect(clippy::cast_possible_truncation, reason = "the low half is meant")]
fn low(bytes: u64) -> u32 {
    bytes as u32
}

/// How often a byte stands in English text, roughly, in a thousand.
fn frequency(byte: u8) -> u32 {
    const LETTERS: [u32; 26] = [
        82, 15, 28, 43, 127, 22, 20, 61, 70, 2, 8, 40, 24, 67, 75, 19, 1, 60, 63, 91, 28, 10, 24,
        2, 20, 1,
    ];
    const SPACE: u32 = 180;
    if byte == b' ' {
        return SPACE;
    }
    byte.checked_sub(b'a')
        .and_then(|letter| LETTERS.get(usize::from(letter)))
        .copied()
        .unwrap_or(20)
}

/// Room for folded text.
pub(super) struct Block([u8; BLOCK + STRIDE + READ]);

impl Block {
    pub(super) fn new() -> Self {
        Self([b' '; BLOCK + STRIDE + READ])
    }
}

impl Triggers {
    pub(super) fn new(words: &Words) -> Self {
        let all: Vec<Vec<u8>> = words
            .parts
            .iter()
            .chain(&words.whole)
            .chain(words.beside.iter().map(|beside| &beside.word))
            .map(|word| word.to_ascii_lowercase().into_bytes())
            .collect();
        let never = all.iter().map(|word| nevers(word, &words.never)).collect();
        let mut triggers = Self {
            words: all,
            first_whole: words.parts.len(),
            first_beside: words.parts.len() + words.whole.len(),
            beside: words.beside.clone(),
            never,
            clues: Vec::new(),
            first_clues: vec![u16::MAX; FIRST_CLUES],
            bits: Box::new([0; TABLE]),
        };
        for word in 0..triggers.words.len() {
            for parity in [0, 1] {
                triggers.add_clue(word, parity, &words.common);
            }
        }
        // In the order of places in the table of first clues.
        triggers
            .clues
            .sort_unstable_by_key(|clue| (first_clue(clue.gram), *clue));
        triggers.clues.dedup();
        for (clue, number) in triggers.clues.iter().zip(0..) {
            if let Some(first) = triggers.first_clues.get_mut(first_clue(clue.gram)) {
                *first = number.min(*first);
            }
        }
        triggers
    }

    /// Adds the rarest bytes of the word at a distance of this parity.
    fn add_clue(&mut self, word: usize, parity: isize, common: &[String]) {
        let bytes = self.words.get(word).cloned().unwrap_or_default();
        let alone = word >= self.first_whole;
        let rarest = bytes
            .array_windows()
            .zip(0..)
            .filter(|(_, distance)| distance % 2 == parity)
            .min_by_key(|(gram, _)| {
                let is_common = common.iter().any(|one| one.as_bytes() == *gram);
                let share: u32 = gram.iter().map(|byte| frequency(*byte)).product();
                (is_common, share)
            });
        if let Some((rarest, distance)) = rarest {
            self.add(gram(*rarest), word, distance);
            return;
        }
        match bytes.as_slice() {
            [a, b, c] if parity == 0 => {
                for d in (0..=u8::MAX).filter(|d| !alone || may_follow(Some(d))) {
                    self.add(gram([*a, *b, *c, d]), word, 0);
                }
            }
            [b, c, d, ..] => {
                for a in (0..=u8::MAX).filter(|a| !alone || may_precede(Some(a))) {
                    self.add(gram([a, *b, *c, *d]), word, -1);
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, gram: u32, word: usize, distance: isize) {
        let (number, bit) = place(gram);
        if let Some(bits) = self.bits.get_mut(number) {
            *bits |= 1 << bit;
        }
        self.clues.push(Clue {
            gram,
            word,
            distance,
        });
    }

    /// 1 if the gram may belong to a trigger.
    fn bit(&self, gram: u32) -> u64 {
        let (number, bit) = place(gram);
        self.bits.get(number).map_or(0, |bits| bits >> bit) & 1
    }

    /// The next trigger at or after `at`: its first byte and the byte after its last. Of triggers
    /// that overlap or touch any may be the next.
    pub(super) fn find(
        &self,
        Block(block): &mut Block,
        bytes: &[u8],
        at: usize,
    ) -> Option<(usize, usize)> {
        let (mut here, mut size) = (at, FIRST_BLOCK);
        loop {
            let rest = bytes.get(here..).filter(|rest| !rest.is_empty())?;
            let text = rest.get(..size).unwrap_or(rest);
            for (folded, byte) in block.iter_mut().zip(text) {
                *folded = fold(*byte);
            }
            let end = if text.len() < rest.len() {
                text.len() - GRAM
            } else {
                // Behind the text there is as good as a byte that ends words.
                let behind = text.len()..text.len() + STRIDE + READ;
                block.get_mut(behind)?.fill(b' ');
                text.len()
            };
            for place in (0..end).step_by(STRIDE) {
                let folded = block.get(place..)?.first_chunk()?;
                if self.may_hold(folded)
                    && let Some(found) = self.find_here(bytes, at, here + place, folded)
                {
                    return Some(found);
                }
            }
            here += end;
            size = BLOCK;
        }
    }

    /// Whether any gram at an even place may belong to a trigger.
    fn may_hold(&self, folded: &[u8; STRIDE - STEP + READ]) -> bool {
        let bits = [0, STEP, 2 * STEP, 3 * STEP].map(|place| {
            let read = folded
                .get(place..)
                .and_then(<[u8]>::first_chunk::<READ>)
                .map_or(0, |read| u64::from_le_bytes(*read));
            self.bit(low(read)) | self.bit(low(read >> 16)) | self.bit(low(read >> 32))
        });
        bits.iter().any(|bit| *bit != 0)
    }

    /// The first trigger whose clue stands at an even place of these bytes, which begin at `here`.
    #[cold]
    fn find_here(
        &self,
        bytes: &[u8],
        at: usize,
        here: usize,
        folded: &[u8; STRIDE - STEP + READ],
    ) -> Option<(usize, usize)> {
        (0..STRIDE).step_by(2).find_map(|place| {
            let gram = u32::from_le_bytes(*folded.get(place..)?.first_chunk()?);
            (self.bit(gram) == 1)
                .then(|| self.trigger(bytes, at, here + place, gram))
                .flatten()
        })
    }

    /// The trigger to which the gram at `here` belongs, if it does and does not begin before `at`.
    fn trigger(&self, bytes: &[u8], at: usize, here: usize, gram: u32) -> Option<(usize, usize)> {
        let place = first_clue(gram);
        let first = self.first_clues.get(place).copied()?;
        let clues = self.clues.get(usize::from(first)..)?.iter();
        let same_place = clues.take_while(|clue| first_clue(clue.gram) == place);
        same_place
            .filter(|clue| clue.gram == gram)
            .find_map(|clue| {
                let word = self.words.get(clue.word)?;
                let start = here.checked_add_signed(-clue.distance)?;
                let end = start + word.len();
                let alone = clue.word < self.first_whole
                    || may_precede(start.checked_sub(1).and_then(|before| bytes.get(before)))
                        && may_follow(bytes.get(end));
                let found = start >= at
                    && alone
                    && bytes.get(start..end)?.eq_ignore_ascii_case(word)
                    && self.counts(bytes, start, end, clue.word);
                found.then_some((start, end))
            })
    }

    /// Whether a word counts where it stands.
    fn counts(&self, bytes: &[u8], start: usize, end: usize, word: usize) -> bool {
        let is_none = |never: &Never| {
            start
                .checked_sub(never.offset)
                .and_then(|from| bytes.get(from..from + never.text.len()))
                .is_some_and(|around| around.eq_ignore_ascii_case(&never.text))
        };
        let beside = word
            .checked_sub(self.first_beside)
            .and_then(|at| self.beside.get(at));
        beside.is_none_or(|beside| beside.is_met(bytes, start, end))
            && !self
                .never
                .get(word)
                .is_some_and(|all| all.iter().any(is_none))
    }
}

/// Of these texts those that hold the word.
fn nevers(word: &[u8], texts: &[String]) -> Vec<Never> {
    let texts = texts
        .iter()
        .map(|text| text.to_ascii_lowercase().into_bytes());
    texts
        .flat_map(|text| {
            let places: Vec<usize> = memchr::memmem::find_iter(&text, word).collect();
            places.into_iter().map(move |offset| Never {
                offset,
                text: text.clone(),
            })
        })
        .collect()
}

/// Whether a word that stands alone may follow the byte.
fn may_precede(byte: Option<&u8>) -> bool {
    byte.is_none_or(|byte| !byte.is_ascii_alphanumeric())
}

/// Whether the byte may follow a word that stands alone: a version may.
fn may_follow(byte: Option<&u8>) -> bool {
    byte.is_none_or(|byte| !byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::super::triggers;
    use super::*;

    fn find(triggers: &Triggers, bytes: &[u8], at: usize) -> Option<(usize, usize)> {
        triggers.find(&mut Block::new(), bytes, at)
    }

    fn words() -> Words {
        let entry = overt_knowledge::entry("clauses/triggers.toml").unwrap();
        serde_json::from_str(entry.text).unwrap()
    }

    #[test]
    fn triggers_are_long_enough() {
        let words = words();
        assert!(words.parts.iter().all(|part| part.len() >= GRAM));
        assert!(words.whole.iter().all(|word| word.len() >= GRAM - 1));
    }

    #[test]
    fn every_trigger_is_found_wherever_it_stands() {
        let words = words();
        let triggers = triggers().unwrap();
        for word in words.parts.iter().chain(&words.whole) {
            for before in [
                "", " ", "x ", "\n// ", "é", "1234 (", "@", "[", "`", "{", "\0",
            ] {
                for after in ["", " ", "3", ")", "[", "\u{e9}", "@"] {
                    for pad in 0..40 {
                        let text = format!(
                            "{}{before}{}{after}{}",
                            ". ".repeat(pad),
                            if pad % 2 == 0 {
                                word.to_uppercase()
                            } else {
                                word.clone()
                            },
                            ";".repeat(pad % 30),
                        );
                        let begin = ". ".len() * pad + before.len();
                        let (first, end) = find(triggers, text.as_bytes(), 0).expect(&text);
                        assert!(first >= begin && end <= begin + word.len(), "{text}");
                        assert_eq!(find(triggers, text.as_bytes(), end), None, "{text}");
                    }
                }
            }
        }
        for text in [
            "commit",
            "xmit",
            "mitx",
            "gnus",
            "",
            "4gpl",
            "slice",
            "import org.apache.commons;",
            "org/apache/x.java",
        ] {
            assert_eq!(find(triggers, text.as_bytes(), 0), None, "{text}");
        }
    }

    #[test]
    fn triggers_are_found_at_the_borders_of_blocks() {
        let triggers = triggers().unwrap();
        for word in ["GPL", "Licensed", "\u{8bb8}\u{53ef}", "eula", "MIT"] {
            for border in [FIRST_BLOCK, FIRST_BLOCK + BLOCK - GRAM] {
                for start in border - 20..border + 20 {
                    let text = format!("{}{word}; {}", ";".repeat(start), "x".repeat(5000));
                    let found = find(triggers, text.as_bytes(), 0).map(|found| found.0);
                    assert_eq!(found, Some(start), "{word}");
                }
            }
        }
    }

    #[test]
    fn words_that_count_beside_others_do_so_and_only_there() {
        let triggers = triggers().unwrap();
        for beside in words().beside {
            let word = &beside.word;
            for behind in &beside.behind {
                for text in [
                    format!("x {word} {behind}x"),
                    format!("{word}\n *    {behind}"),
                ] {
                    assert!(find(triggers, text.as_bytes(), 0).is_some(), "{text}");
                }
            }
            for before in &beside.before {
                for text in [format!("{before} {word}"), format!("x {before}\n# {word}.")] {
                    assert!(find(triggers, text.as_bytes(), 0).is_some(), "{text}");
                }
            }
            for text in [
                word.clone(),
                format!("zyx {word} zyx"),
                format!("{word}\n{}", "*".repeat(99)),
            ] {
                assert_eq!(find(triggers, text.as_bytes(), 0), None, "{text}");
            }
        }
    }

    #[test]
    fn in_what_says_nothing_no_word_counts() {
        let triggers = triggers().unwrap();
        for text in words().never {
            let text = format!("x {text} x");
            assert_eq!(find(triggers, text.as_bytes(), 0), None, "{text}");
            let more = format!("{text} license");
            let found = find(triggers, more.as_bytes(), 0).map(|found| found.0);
            assert_eq!(found, Some(text.len() + 1), "{more}");
        }
        let text = "as told in Terms of Use";
        assert_eq!(find(triggers, text.as_bytes(), 0), Some((11, 19)), "{text}");
    }

    #[test]
    fn a_trigger_before_the_begin_is_not_found() {
        let triggers = triggers().unwrap();
        for at in 1..8 {
            assert_eq!(find(triggers, b"license and more of it", at), None);
        }
    }
}
