//! Lists of words from `knowledge/clauses/` by which differences are weighed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::Deserialize;

use super::super::words::{Reader, Word, hash_word};

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    deeds: Vec<String>,
    #[serde(default)]
    subjects: Vec<String>,
    #[serde(default)]
    disclaimers: Vec<String>,
    #[serde(default)]
    appendices: Vec<String>,
    #[serde(default)]
    units: Vec<String>,
    #[serde(default)]
    rights: Vec<String>,
}

/// Lists of words.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// Operative words and deeds, by hash.
    spelled: BTreeMap<u64, String>,
    subjects: BTreeSet<u64>,
    disclaimers: BTreeSet<u64>,
    /// Words by which what is no term of a license begins behind its terms.
    appendices: Vec<Vec<u64>>,
    /// What is counted in licenses.
    units: BTreeSet<u64>,
    /// What an open license lets everybody do.
    rights: BTreeSet<u64>,
}

/// The lists, read once.
pub(super) fn lists() -> &'static Lists {
    static LISTS: OnceLock<Lists> = OnceLock::new();
    LISTS.get_or_init(|| {
        let mut lists = Lists::default();
        for entry in overt_knowledge::under("clauses/") {
            // A test of this crate reads every file, so none is passed over silently.
            if let Ok(file) = serde_json::from_str::<File>(entry.text) {
                lists.add(file);
            }
        }
        lists
    })
}

impl Lists {
    fn add(&mut self, file: File) {
        let spelled = file.words.into_iter().chain(file.deeds);
        self.spelled
            .extend(spelled.map(|word| (hash_word(&word), word)));
        self.subjects
            .extend(file.subjects.iter().map(|word| hash_word(word)));
        self.disclaimers
            .extend(file.disclaimers.iter().map(|word| hash_word(word)));
        self.units
            .extend(file.units.iter().map(|word| hash_word(word)));
        self.rights
            .extend(file.rights.iter().map(|word| hash_word(word)));
        self.appendices.extend(
            file.appendices
                .iter()
                .map(|phrase| phrase.split_whitespace().map(hash_word).collect()),
        );
    }

    /// Operative words and deeds with their hashes.
    pub(super) fn spelled(&self) -> impl Iterator<Item = (u64, &str)> {
        self.spelled
            .iter()
            .map(|(hash, word)| (*hash, word.as_str()))
    }

    /// Whether licenses are about it.
    pub(super) fn is_subject(&self, word: &Word) -> bool {
        self.subjects.contains(&word.hash)
    }

    /// Whether its sentence only declines responsibility.
    pub(super) fn is_disclaimer(&self, word: &Word) -> bool {
        self.disclaimers.contains(&word.hash)
    }

    /// Whether licenses count it.
    pub(super) fn is_unit(&self, word: &Word) -> bool {
        self.units.contains(&word.hash)
    }

    /// The hashes of the words for what an open license lets everybody do.
    pub(super) fn rights(&self) -> impl Iterator<Item = u64> + '_ {
        self.rights.iter().copied()
    }

    /// The hashes of the words by which what is no term begins.
    pub(super) fn appendices(&self) -> &[Vec<u64>] {
        &self.appendices
    }
}

/// Whether behind the terms of a license instructions for its use or notes of its publisher begin here.
pub(in super::super) fn has_appendix(text: &str, start: usize, end: usize) -> bool {
    let words: Vec<u64> = Reader::new(text, start, end, 1)
        .map(|word| word.hash)
        .collect();
    let appendices = lists().appendices();
    appendices.iter().any(|appendix| {
        words
            .windows(appendix.len().max(1))
            .any(|part| part == appendix)
    })
}
