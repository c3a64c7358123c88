//! What the engine knows of license texts: word numbers, no words.
//!
//! An index holds, for every text, notice, reference and tag that it was [built](build) from, the
//! sequence of its words as numbers that only a keyed hash leads to, and what it stands for. It
//! holds no word and no text. It is read where it lies: opening it costs microseconds.

mod build;
mod layout;
mod source;
mod zip;

use std::sync::OnceLock;

pub use build::{BuildError, Built, Contents, SourceFile, build};
pub use layout::IndexError;
pub use source::{Keys, unpack_wheel};

use layout::{Section, Sections};

/// Properties of a rule.
pub(crate) mod flag {
    /// A license's text.
    pub(crate) const TEXT: u32 = 1;
    /// A notice that puts something under a license.
    pub(crate) const NOTICE: u32 = 1 << 1;
    /// A name or link.
    pub(crate) const REFERENCE: u32 = 1 << 2;
    /// A field of metadata.
    pub(crate) const TAG: u32 = 1 << 3;
    /// Words that introduce a license.
    pub(crate) const INTRO: u32 = 1 << 4;
    /// A weak hint.
    pub(crate) const CLUE: u32 = 1 << 5;
    /// Must stand unbroken.
    pub(crate) const CONTINUOUS: u32 = 1 << 6;
    /// Looks like a license and is none.
    pub(crate) const FALSE_POSITIVE: u32 = 1 << 7;
    /// Ends with a word for license.
    pub(crate) const ENDS_WITH_LICENSE: u32 = 1 << 8;
    /// Begins with a word for license.
    pub(crate) const STARTS_WITH_LICENSE: u32 = 1 << 9;
    /// May match in part.
    pub(crate) const PARTIAL: u32 = 1 << 10;
    /// Stands for terms that nobody named.
    pub(crate) const UNNAMED: u32 = 1 << 11;
    /// Has near relatives with other terms: only its very words may be called by its name.
    pub(crate) const STRICT: u32 = 1 << 12;
    /// A policy of acceptable use.
    pub(crate) const POLICY: u32 = 1 << 13;
    /// The license's own text, not a variant.
    pub(crate) const CANONICAL: u32 = 1 << 14;
    /// Shorter than 15 words.
    pub(crate) const SMALL: u32 = 1 << 15;
    /// Is under no open license.
    pub(crate) const RESERVED: u32 = 1 << 17;
    /// Is left out of every search.
    pub(crate) const HIDDEN: u32 = 1 << 16;
}

/// A word that the index knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KnownWord(u32);

impl KnownWord {
    const MARKUP: u32 = 1 << 16;

    pub(crate) fn new(id: u16, markup: bool) -> Self {
        Self(u32::from(id) | if markup { Self::MARKUP } else { 0 })
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "the low half is the number"
    )]
    pub(crate) fn id(self) -> u16 {
        self.0 as u16
    }

    /// Whether it is passed over as markup.
    pub(crate) fn is_markup(self) -> bool {
        self.0 & Self::MARKUP != 0
    }
}

/// The words that the index knows, by hash.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Vocabulary<'a> {
    /// The upper half of the hash in the upper half, the word in the lower; 0 is empty.
    slots: &'a [u64],
}

impl Vocabulary<'_> {
    /// The word of this hash.
    pub(crate) fn get(&self, hash: u64) -> Option<KnownWord> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = usize::try_from(hash & 0xffff_ffff).ok()? & mask;
        for _ in 0..self.slots.len() {
            let slot = *self.slots.get(at)?;
            if slot == 0 {
                return None;
            }
            if slot >> 32 == hash >> 32 {
                #[expect(clippy::cast_possible_truncation, reason = "the low half is the word")]
                return Some(KnownWord((slot as u32).wrapping_sub(1)));
            }
            at = (at + 1) & mask;
        }
        None
    }
}

/// What a rule demands of a match.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Thresholds {
    pub(crate) minimum_coverage: u16,
    pub(crate) minimum_length: u16,
    pub(crate) minimum_legal: u16,
    pub(crate) minimum_unique: u16,
    pub(crate) minimum_legal_unique: u16,
    pub(crate) unique: u16,
}

/// An opened index.
#[derive(Clone, Copy, Debug)]
pub struct Index<'a> {
    sections: Sections<'a>,
    pub(crate) vocabulary: Vocabulary<'a>,
    pub(crate) legal_words: u16,
    rule_words: &'a [u32],
    words: &'a [u16],
    flags: &'a [u32],
    rule_expression: &'a [u16],
    thresholds: &'a [u16],
    rule_phrases: &'a [u32],
    phrases: &'a [u16],
    rule_markup: &'a [u32],
    markup: &'a [u16],
    expressions: &'a [u32],
    expression_text: &'a [u8],
    prefix_slots: &'a [u32],
    prefix_rules: &'a [u16],
    prefix_bits: &'a [u64],
    pub(crate) partial_rules: &'a [u16],
    /// How many runs of three words lead to each of them.
    pub(crate) partial_grams: &'a [u16],
    gram_buckets: &'a [u32],
    gram_tags: &'a [u16],
    gram_starts: &'a [u32],
    gram_rules: &'a [u16],
}

/// How many first words of a rule its prefix may hash; a rule goes by the longest that it has.
pub(crate) const PREFIX_LENGTHS: [usize; 7] = [1, 2, 3, 4, 6, 10, 16];

/// Stands for the length of a prefix of two words that a longer rule begins with.
pub(crate) const LONGER: usize = 255;

/// The hash of no words.
pub(crate) const PREFIX_SEED: u64 = 0x51_7c_c1_b7_27_22_0a_95;

/// The hash of one more word.
pub(crate) fn prefix_step(hash: u64, word: u16) -> u64 {
    (hash.rotate_left(5) ^ (u64::from(word) + 1)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The hash of a prefix of this length.
pub(crate) fn prefix_finish(hash: u64, length: usize) -> u64 {
    let hash = (hash ^ length as u64).wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 32)
}

impl<'a> Index<'a> {
    /// Opens an index in place.
    pub fn open(bytes: &'a [u8]) -> Result<Self, IndexError> {
        if cfg!(target_endian = "big") {
            return Err(IndexError::Damaged);
        }
        let sections = Sections::open(bytes)?;
        let numbers: &[u32] = sections.column(Section::Numbers)?;
        let index = Self {
            sections,
            vocabulary: Vocabulary {
                slots: sections.column(Section::Vocabulary)?,
            },
            legal_words: numbers
                .first()
                .and_then(|count| u16::try_from(*count).ok())
                .ok_or(IndexError::Damaged)?,
            rule_words: sections.column(Section::RuleWords)?,
            words: sections.column(Section::Words)?,
            flags: sections.column(Section::RuleFlags)?,
            rule_expression: sections.column(Section::RuleExpression)?,
            thresholds: sections.column(Section::RuleThresholds)?,
            rule_phrases: sections.column(Section::RulePhrases)?,
            phrases: sections.column(Section::Phrases)?,
            rule_markup: sections.column(Section::RuleMarkup)?,
            markup: sections.column(Section::Markup)?,
            expressions: sections.column(Section::Expressions)?,
            expression_text: sections.bytes(Section::ExpressionText),
            prefix_slots: sections.column(Section::PrefixSlots)?,
            prefix_rules: sections.column(Section::PrefixRules)?,
            prefix_bits: sections.column(Section::PrefixBits)?,
            partial_rules: sections.column(Section::PartialRules)?,
            partial_grams: sections.column(Section::PartialGrams)?,
            gram_buckets: sections.column(Section::GramBuckets)?,
            gram_tags: sections.column(Section::GramTags)?,
            gram_starts: sections.column(Section::GramStarts)?,
            gram_rules: sections.column(Section::GramRules)?,
        };
        let powers = [index.vocabulary.slots.len(), index.prefix_slots.len() / 3];
        if powers.iter().any(|length| !length.is_power_of_two())
            || !index.prefix_bits.len().is_power_of_two()
            || index.gram_buckets.len() != GRAM_BUCKETS + 1
        {
            return Err(IndexError::Damaged);
        }
        Ok(index)
    }

    /// Compares the checksum, which reads the whole index.
    pub fn verify(&self) -> Result<(), IndexError> {
        self.sections.verify()
    }

    /// Whether it is the index that comes with this crate.
    pub(crate) fn is_embedded(&self) -> bool {
        embedded().is_ok_and(|index| std::ptr::eq(index.flags, self.flags))
    }

    /// How many texts, notices, references and tags the index holds.
    pub fn rule_count(&self) -> usize {
        self.flags.len()
    }

    pub(crate) fn flags(&self, rule: u16) -> u32 {
        self.flags
            .get(usize::from(rule))
            .copied()
            .unwrap_or_default()
    }

    pub(crate) fn is(&self, rule: u16, flags: u32) -> bool {
        self.flags(rule) & flags != 0
    }

    pub(crate) fn words(&self, rule: u16) -> &'a [u16] {
        range(self.rule_words, usize::from(rule), self.words)
    }

    pub(crate) fn expression_number(&self, rule: u16) -> u16 {
        self.rule_expression
            .get(usize::from(rule))
            .copied()
            .unwrap_or_default()
    }

    pub(crate) fn expression(&self, rule: u16) -> &'a str {
        let number = usize::from(self.expression_number(rule));
        std::str::from_utf8(range(self.expressions, number, self.expression_text))
            .unwrap_or_default()
    }

    pub(crate) fn thresholds(&self, rule: u16) -> Thresholds {
        let start = usize::from(rule) * 6;
        let at = |offset: usize| {
            self.thresholds
                .get(start + offset)
                .copied()
                .unwrap_or_default()
        };
        Thresholds {
            minimum_coverage: at(0),
            minimum_length: at(1),
            minimum_legal: at(2),
            minimum_unique: at(3),
            minimum_legal_unique: at(4),
            unique: at(5),
        }
    }

    /// The first and last word of each phrase without which the rule does not match.
    pub(crate) fn phrases(&self, rule: u16) -> &'a [u16] {
        range(self.rule_phrases, usize::from(rule), self.phrases)
    }

    /// The places of a rule whose words markup follows, with how many words of it.
    pub(crate) fn markup(&self, rule: u16) -> &'a [[u16; 2]] {
        range(self.rule_markup, usize::from(rule), self.markup)
            .as_chunks()
            .0
    }

    /// Whether a rule may have this hash: of its longest prefix, or with [`LONGER`] of its first two
    /// words.
    pub(crate) fn may_begin(&self, hash: u64) -> bool {
        let bits = self.prefix_bits.len() as u64 * 64;
        let bit = (hash >> 20) & (bits - 1);
        usize::try_from(bit / 64)
            .ok()
            .and_then(|word| self.prefix_bits.get(word))
            .is_some_and(|word| word >> (bit % 64) & 1 == 1)
    }

    /// The rules whose longest prefix has this hash.
    pub(crate) fn rules_with_prefix(&self, hash: u64) -> &'a [u16] {
        if !self.may_begin(hash) {
            return &[];
        }
        let mask = self.prefix_slots.len() / 3 - 1;
        #[expect(clippy::cast_possible_truncation, reason = "the key is the low half")]
        let key = (hash as u32).max(1);
        let mut at = key as usize & mask;
        for _ in 0..=mask {
            match self.prefix_slots.get(at * 3..at * 3 + 3) {
                Some([found, first, count]) if *found == key => {
                    let first = *first as usize;
                    return self
                        .prefix_rules
                        .get(first..first + *count as usize)
                        .unwrap_or_default();
                }
                Some([0, ..]) | None => return &[],
                Some(_) => at = (at + 1) & mask,
            }
        }
        &[]
    }

    /// The number of a run of three words by which rules that may match in part are found.
    pub(crate) fn gram(&self, words: [u16; 3]) -> Option<u32> {
        let (bucket, tag) = gram_key(words);
        let start = *self.gram_buckets.get(bucket)? as usize;
        let end = *self.gram_buckets.get(bucket + 1)? as usize;
        let tags = self.gram_tags.get(start..end)?;
        let at = tags.iter().position(|found| *found == tag)?;
        u32::try_from(start + at).ok()
    }

    /// Places in [`Index::partial_rules`] of the rules that hold this run of words.
    pub(crate) fn rules_with_gram(&self, gram: u32) -> &'a [u16] {
        range(self.gram_starts, gram as usize, self.gram_rules)
    }

    /// Whether the word is one of legal texts.
    pub(crate) fn is_legal(&self, word: u16) -> bool {
        word < self.legal_words
    }
}

/// How many buckets the runs of three words are sorted into.
pub(crate) const GRAM_BUCKETS: usize = 1 << 18;

/// The bucket of a run of three words and what tells it from others there.
pub(crate) fn gram_key(words: [u16; 3]) -> (usize, u16) {
    let hash = words
        .iter()
        .fold(PREFIX_SEED, |hash, word| prefix_step(hash, *word));
    let hash = prefix_finish(hash, words.len());
    #[expect(
        clippy::cast_possible_truncation,
        reason = "only some of the bits are used"
    )]
    ((hash >> 46) as usize, (hash >> 24) as u16)
}

fn range<'a, T>(starts: &[u32], at: usize, values: &'a [T]) -> &'a [T] {
    match starts.get(at..at + 2) {
        Some([start, end]) => values
            .get(*start as usize..*end as usize)
            .unwrap_or_default(),
        _ => &[],
    }
}

/// An index outside the program, for example one that was just built.
#[derive(Clone, Debug)]
pub struct IndexBuffer {
    /// Kept in wide numbers so that every column lies where its numbers may.
    words: Vec<u128>,
    length: usize,
}

impl IndexBuffer {
    /// Takes the bytes of an index.
    pub fn new(bytes: &[u8]) -> Self {
        let mut words = vec![0_u128; bytes.len().div_ceil(16)];
        if let Some(target) =
            bytemuck::cast_slice_mut::<u128, u8>(&mut words).get_mut(..bytes.len())
        {
            target.copy_from_slice(bytes);
        }
        Self {
            words,
            length: bytes.len(),
        }
    }

    /// Leaves every text of these licenses out of searches, to measure what the engine says of a
    /// license that it does not know.
    pub fn leave_out(&mut self, ids: &[&str]) -> Result<(), IndexError> {
        let index = self.open()?;
        let hidden: Vec<usize> = (0..index.rule_count())
            .filter(|rule| {
                let number = u16::try_from(*rule).unwrap_or(u16::MAX);
                index
                    .expression(number)
                    .split([' ', '(', ')'])
                    .any(|word| ids.contains(&word))
            })
            .collect();
        let start = index.sections.start(Section::RuleFlags);
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut self.words);
        for rule in hidden {
            // The third byte holds the flag.
            if let Some(byte) = bytes.get_mut(start + rule * 4 + 2) {
                *byte |= flag::HIDDEN.to_le_bytes()[2];
            }
        }
        Ok(())
    }

    /// Opens it.
    pub fn open(&self) -> Result<Index<'_>, IndexError> {
        let bytes: &[u8] = bytemuck::cast_slice(&self.words);
        Index::open(bytes.get(..self.length).unwrap_or_default())
    }
}

#[repr(C, align(16))]
struct Aligned<T: ?Sized>(T);

static EMBEDDED: &Aligned<[u8]> = &Aligned(*include_bytes!("../../index/licenses.idx"));

/// The index that comes with this crate.
///
/// A damaged file, which the tests of this crate exclude, gives an error here.
pub fn embedded() -> Result<&'static Index<'static>, IndexError> {
    static INDEX: OnceLock<Result<Index<'static>, IndexError>> = OnceLock::new();
    INDEX
        .get_or_init(|| Index::open(&EMBEDDED.0))
        .as_ref()
        .map_err(Clone::clone)
}
