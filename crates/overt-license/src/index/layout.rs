//! The index as bytes: a header, a table of sections, and the sections, each a column of numbers.
//!
//! Everything is little-endian and read where it lies; opening checks the header and the table
//! only. See [`super::build`] for what the columns mean.

use thiserror::Error;

/// The first bytes of an index.
const MAGIC: [u8; 8] = *b"overtidx";
/// The version of this layout; another version is refused.
pub(crate) const VERSION: u32 = 3;
/// Bytes before the table of sections: magic, version, number of sections, checksum.
const HEADER: usize = 24;
/// Every section begins at a multiple of this.
const ALIGNMENT: usize = 16;

/// The columns of the index, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Section {
    /// `[u64; 65536 * k]`: vocabulary slots.
    Vocabulary,
    /// `[u32]`: number of legal words, then counts.
    Numbers,
    /// `[u32; n + 1]`: where each rule's words begin in `Words`.
    RuleWords,
    /// `[u16]`: the words of all rules.
    Words,
    /// `[u32; n]`: flags.
    RuleFlags,
    /// `[u16; n]`: the license expression.
    RuleExpression,
    /// `[u16; n * 6]`: thresholds.
    RuleThresholds,
    /// `[u32; n + 1]`: where each rule's required phrases begin in `Phrases`.
    RulePhrases,
    /// `[u16]`: first and last word of required phrases.
    Phrases,
    /// `[u32; n + 1]`: where each rule's markup counts begin in `Markup`.
    RuleMarkup,
    /// `[u16]`: pairs of a place and the number of words of markup after it.
    Markup,
    /// `[u32; e + 1]`: where each expression begins in `ExpressionText`.
    Expressions,
    /// UTF-8.
    ExpressionText,
    /// `[u32; 3 * slots]`: hash, first entry and number of entries in `PrefixRules`.
    PrefixSlots,
    /// `[u16]`: rules by their first words.
    PrefixRules,
    /// `[u64]`: a bit for each prefix hash.
    PrefixBits,
    /// `[u16]`: rules that may match in part.
    PartialRules,
    /// `[u16]`: how many runs of three words lead to each of them.
    PartialGrams,
    /// `[u32; buckets + 1]`: where the runs of three words begin in `GramTags` whose hash begins with
    /// the bucket's number.
    GramBuckets,
    /// `[u16]`: the next bits of each run's hash.
    GramTags,
    /// `[u32; runs + 1]`: where the rules of each run begin in `GramRules`.
    GramStarts,
    /// `[u16]`: places in `PartialRules`.
    GramRules,
}

/// How many sections there are.
pub(crate) const SECTIONS: usize = Section::GramRules as usize + 1;

/// Why bytes are not an index.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum IndexError {
    /// They do not begin as an index does.
    #[error("this is no license index")]
    NotAnIndex,
    /// They were built by another version of `overt`.
    #[error("the license index has version {found}, but this program reads version {VERSION}")]
    Version {
        /// The version in the header.
        found: u32,
    },
    /// They end too early or contradict themselves.
    #[error("the license index is damaged")]
    Damaged,
}

/// Joins sections into one index.
pub(crate) fn join(sections: &[Vec<u8>; SECTIONS]) -> Vec<u8> {
    let mut at = align(HEADER + SECTIONS * 8);
    let mut table = Vec::with_capacity(SECTIONS * 8);
    let mut body = Vec::new();
    for section in sections {
        table.extend(u32::try_from(at).unwrap_or(u32::MAX).to_le_bytes());
        table.extend(
            u32::try_from(section.len())
                .unwrap_or(u32::MAX)
                .to_le_bytes(),
        );
        body.extend_from_slice(section);
        body.resize(align(body.len()), 0);
        at = align(at + section.len());
    }
    let mut bytes = Vec::with_capacity(at);
    bytes.extend(MAGIC);
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend(u32::try_from(SECTIONS).unwrap_or(0).to_le_bytes());
    bytes.extend([0; 8]);
    bytes.extend(table);
    bytes.resize(align(HEADER + SECTIONS * 8), 0);
    bytes.extend(body);
    let checksum = checksum(&bytes);
    if let Some(field) = bytes.get_mut(16..24) {
        field.copy_from_slice(&checksum.to_le_bytes());
    }
    bytes
}

fn align(at: usize) -> usize {
    at.next_multiple_of(ALIGNMENT)
}

/// The checksum over everything but its own field.
fn checksum(bytes: &[u8]) -> u64 {
    let rest = bytes.get(HEADER..).unwrap_or_default();
    let (words, tail) = rest.as_chunks::<8>();
    let mut sum = 0xcbf2_9ce4_8422_2325_u64 ^ rest.len() as u64;
    for word in words {
        sum = (sum ^ u64::from_le_bytes(*word))
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(27);
    }
    for byte in tail {
        sum = (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    sum ^ (sum >> 31)
}

/// The sections of an index in place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sections<'a> {
    bytes: &'a [u8],
    table: [(u32, u32); SECTIONS],
}

impl<'a> Sections<'a> {
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, IndexError> {
        if bytes.get(..8) != Some(&MAGIC) {
            return Err(IndexError::NotAnIndex);
        }
        let number = |at: usize| -> Result<u32, IndexError> {
            let field = bytes
                .get(at..at + 4)
                .and_then(|field| field.try_into().ok());
            field.map(u32::from_le_bytes).ok_or(IndexError::Damaged)
        };
        let found = number(8)?;
        if found != VERSION {
            return Err(IndexError::Version { found });
        }
        if number(12)? as usize != SECTIONS {
            return Err(IndexError::Damaged);
        }
        let mut table = [(0, 0); SECTIONS];
        for (index, entry) in table.iter_mut().enumerate() {
            *entry = (number(HEADER + index * 8)?, number(HEADER + index * 8 + 4)?);
            let end = (entry.0 as usize).checked_add(entry.1 as usize);
            if end.is_none_or(|end| end > bytes.len()) {
                return Err(IndexError::Damaged);
            }
        }
        Ok(Self { bytes, table })
    }

    pub(crate) fn verify(&self) -> Result<(), IndexError> {
        let stored = self
            .bytes
            .get(16..24)
            .and_then(|field| field.try_into().ok());
        if stored.map(u64::from_le_bytes) == Some(checksum(self.bytes)) {
            Ok(())
        } else {
            Err(IndexError::Damaged)
        }
    }

    /// Where a section begins.
    pub(crate) fn start(&self, section: Section) -> usize {
        self.table[section as usize].0 as usize
    }

    pub(crate) fn bytes(&self, section: Section) -> &'a [u8] {
        let (start, length) = self.table[section as usize];
        self.bytes
            .get(start as usize..start as usize + length as usize)
            .unwrap_or_default()
    }

    /// A section as numbers.
    pub(crate) fn column<T: bytemuck::AnyBitPattern>(
        &self,
        section: Section,
    ) -> Result<&'a [T], IndexError> {
        bytemuck::try_cast_slice(self.bytes(section)).map_err(|_| IndexError::Damaged)
    }
}
