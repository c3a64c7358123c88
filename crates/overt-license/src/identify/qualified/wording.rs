//! How mentions are qualified, from `knowledge/clauses/qualified.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::Deserialize;

use super::super::clauses::matches;
use super::super::words::{Word, hash_word};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    before: Vec<String>,
    variants: Vec<String>,
    origins: Vec<String>,
    joined: Vec<String>,
    behind: Vec<String>,
    nouns: Vec<String>,
    articles: Vec<String>,
    known_as: Vec<KnownAs>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownAs {
    id: String,
    words: String,
}

/// The wordings. See the file for what stands where.
#[derive(Debug)]
pub(super) struct Wording {
    pub(super) before: Phrases,
    pub(super) variants: Phrases,
    pub(super) origins: Phrases,
    pub(super) joined: Phrases,
    pub(super) behind: Phrases,
    nouns: BTreeSet<u64>,
    articles: BTreeSet<u64>,
    /// Part of an id and a word that belongs to its name.
    known_as: Vec<(String, u64)>,
}

/// The wordings, read once.
pub(super) fn wording() -> Option<&'static Wording> {
    static WORDING: OnceLock<Option<Wording>> = OnceLock::new();
    WORDING
        .get_or_init(|| {
            let entry = overt_knowledge::entry("clauses/qualified.toml")?;
            serde_json::from_str(entry.text).ok().map(Wording::new)
        })
        .as_ref()
}

impl Wording {
    fn new(file: File) -> Self {
        let hashes = |words: &[String]| words.iter().map(|word| hash_word(word)).collect();
        let known = file.known_as.into_iter();
        Self {
            before: Phrases::new(&file.before),
            variants: Phrases::new(&file.variants),
            origins: Phrases::new(&file.origins),
            joined: Phrases::new(&file.joined),
            behind: Phrases::new(&file.behind),
            nouns: hashes(&file.nouns),
            articles: hashes(&file.articles),
            known_as: known
                .map(|known| (known.id, hash_word(&known.words)))
                .collect(),
        }
    }

    /// Whether the word is one for a license.
    pub(super) fn is_noun(&self, hash: u64) -> bool {
        self.nouns.contains(&hash)
    }

    /// Whether the word may stand between a name and what qualifies it.
    pub(super) fn is_article(&self, hash: u64) -> bool {
        self.articles.contains(&hash)
    }

    /// Whether the license is well known by a name with the first of these words.
    pub(super) fn is_known_as(&self, id: &str, words: &[Word]) -> bool {
        let first = words.first().map(|word| word.hash);
        self.known_as
            .iter()
            .any(|(part, word)| id.contains(part.as_str()) && first == Some(*word))
    }
}

/// Phrases by the first of their words.
#[derive(Debug, Default)]
pub(super) struct Phrases(BTreeMap<u64, Vec<Vec<Option<u64>>>>);

impl Phrases {
    fn new(phrases: &[String]) -> Self {
        let mut by_first = Self::default();
        for phrase in phrases {
            for words in spelled_out(phrase) {
                if let Some((Some(first), rest)) = words.split_first() {
                    by_first.0.entry(*first).or_default().push(rest.to_vec());
                }
            }
        }
        by_first
    }

    /// How many words the longest phrase has that these words begin with.
    pub(super) fn longest(&self, words: &[Word]) -> Option<usize> {
        let (first, rest) = words.split_first()?;
        let phrases = self.0.get(&first.hash)?;
        let lengths = phrases.iter().filter_map(|phrase| matches(rest, phrase));
        lengths.max().map(|length| length + 1)
    }
}

/// The phrases that a phrase with words to choose from stands for.
fn spelled_out(phrase: &str) -> Vec<Vec<Option<u64>>> {
    let mut all: Vec<Vec<Option<u64>>> = vec![Vec::new()];
    for words in phrase.split_whitespace() {
        let longer = |before: &Vec<Option<u64>>| -> Vec<Vec<Option<u64>>> {
            let choices = words.split('|');
            choices
                .map(|word| {
                    let word = (word != "*").then(|| hash_word(word));
                    before.iter().copied().chain([word]).collect()
                })
                .collect()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::super::words::Reader;
    use super::*;

    #[test]
    fn the_file_is_read() {
        assert!(wording().is_some());
    }

    #[test]
    fn words_may_be_chosen_and_left_open() {
        let phrases = Phrases::new(&["with|plus * clause|clauses".to_owned()]);
        let longest = |text: &str| {
            let words: Vec<Word> = Reader::new(text, 0, text.len(), 1).collect();
            phrases.longest(&words)
        };
        assert_eq!(longest("with a commercial clause behind"), Some(4));
        assert_eq!(longest("plus clauses"), Some(2));
        assert_eq!(longest("with a very long list of clauses"), None);
        assert_eq!(longest("without clauses"), None);
    }
}
