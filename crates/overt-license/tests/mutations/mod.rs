//! Changes to license texts: those that change the license, and those that leave it what it is.
//!
//! Everything here is chosen by the text and a counter, so that every run makes the same texts.

pub(crate) mod harmful;
pub(crate) mod harmless;

/// One changed text and the kind of its change.
pub(crate) struct Changed {
    pub(crate) kind: &'static str,
    pub(crate) file_name: &'static str,
    pub(crate) bytes: Vec<u8>,
}

impl Changed {
    pub(crate) fn text(kind: &'static str, text: String) -> Self {
        Self {
            kind,
            file_name: "LICENSE",
            bytes: text.into_bytes(),
        }
    }
}

/// A number below `most` that depends on the words given alone.
pub(crate) fn choose(words: &[&str], most: usize) -> usize {
    let hash = words
        .iter()
        .flat_map(|word| word.bytes().chain([0]))
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    usize::try_from((hash >> 16) % most.max(1) as u64).unwrap_or(0)
}
