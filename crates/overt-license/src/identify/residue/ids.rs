//! The numbers of words that matter for the meaning of a text.

use super::super::clauses::Wordings;
use super::super::query::Query;
use super::super::words::hash_word;
use super::lists::lists;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The numbers of words that matter for the meaning, sorted.
pub(super) struct OperativeIds {
    operative: Vec<u16>,
    neutral: Vec<u16>,
    negations: Vec<u16>,
    deeds: Vec<u16>,
    /// What an open license lets everybody do.
    rights: Vec<u16>,
    /// Numbers and months.
    pub(super) numbers: Vec<u16>,
    pub(super) years: Vec<u16>,
    /// Numbers that days, months and shares are given by.
    amounts: Vec<u16>,
    /// How operative words and deeds are spelled.
    spelled: Vec<(u16, &'static str)>,
    /// Words by which what is no term begins behind the terms.
    appendices: Vec<Vec<u16>>,
}

impl OperativeIds {
    pub(super) fn new(query: &Query<'_>, wordings: &Wordings) -> Self {
        let numbers = |hashes: &mut dyn Iterator<Item = u64>| {
            let mut ids: Vec<u16> = hashes
                .filter_map(|hash| query.index.vocabulary.get(hash))
                .map(crate::index::KnownWord::id)
                .collect();
            ids.sort_unstable();
            ids
        };
        let number = |hash: u64| Some(query.index.vocabulary.get(hash)?.id());
        let lists = lists();
        Self {
            spelled: lists
                .spelled()
                .filter_map(|(hash, word)| Some((number(hash)?, word)))
                .collect(),
            appendices: lists
                .appendices()
                .iter()
                .map(|phrase| {
                    let known = phrase
                        .iter()
                        .filter_map(|hash| query.index.vocabulary.get(*hash));
                    // Rules do not have the words of markup, of which `a` is one.
                    known
                        .filter(|word| !word.is_markup())
                        .map(crate::index::KnownWord::id)
                        .collect()
                })
                .filter(|phrase: &Vec<u16>| !phrase.is_empty())
                .collect(),
            amounts: numbers(&mut (1..1000).map(|number: u32| hash_word(&number.to_string()))),
            operative: numbers(&mut wordings.operative_hashes()),
            neutral: numbers(&mut wordings.neutral_hashes()),
            negations: numbers(&mut wordings.negation_hashes()),
            deeds: numbers(&mut wordings.deed_hashes()),
            rights: numbers(&mut lists.rights()),
            years: numbers(&mut (1980..2040).map(|year: u32| hash_word(&year.to_string()))),
            numbers: numbers(
                &mut MONTHS
                    .iter()
                    .map(|month| hash_word(month))
                    .chain(
                        (0..32)
                            .chain(2000..2040)
                            .map(|number: u32| hash_word(&number.to_string())),
                    )
                    .chain((1..10).map(|number: u32| hash_word(&format!("v{number}")))),
            ),
        }
    }

    pub(super) fn contains(&self, word: u16) -> bool {
        self.operative.binary_search(&word).is_ok()
    }

    pub(super) fn is_right(&self, word: u16) -> bool {
        self.rights.binary_search(&word).is_ok()
    }

    pub(super) fn is_deed(&self, word: u16) -> bool {
        self.deeds.binary_search(&word).is_ok()
    }

    pub(super) fn is_negation(&self, word: u16) -> bool {
        self.negations.binary_search(&word).is_ok()
    }

    pub(super) fn is_neutral(&self, word: u16) -> bool {
        self.neutral.binary_search(&word).is_ok()
    }

    /// Whether days, months and shares may be given by it.
    pub(super) fn is_amount(&self, word: u16) -> bool {
        self.amounts.binary_search(&word).is_ok()
    }

    /// How many of the words carry the meaning of a sentence.
    pub(super) fn terms(&self, words: &[u16]) -> u32 {
        let count = words
            .iter()
            .filter(|word| self.contains(**word) || self.is_deed(**word))
            .count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Where of these words of a license its terms end and instructions for its use begin.
    pub(super) fn end_of_terms(&self, words: &[u16]) -> usize {
        // Terms refer to what stands behind them.
        (words.len() * 4 / 5..words.len())
            .find(|at| {
                let rest = words.get(*at..).unwrap_or_default();
                self.appendices
                    .iter()
                    .any(|phrase| rest.starts_with(phrase))
            })
            .unwrap_or(words.len())
    }

    /// Whether the spelled word is the other one with a letter or two that are wrong.
    pub(super) fn is_mistyped(&self, spelled: &str, word: u16) -> bool {
        self.spelled
            .iter()
            .any(|(number, right)| *number == word && is_misspelled(spelled, right))
    }
}

/// Whether one word is the other with a letter or, of long words, two put in place of others, left
/// out or added, the first letter being right.
fn is_misspelled(wrong: &str, right: &str) -> bool {
    const LONG: usize = 8;
    let most = if right.len() >= LONG { 2 } else { 1 };
    wrong.as_bytes().first() == right.as_bytes().first()
        && wrong.len().abs_diff(right.len()) <= most
        && distance(wrong.as_bytes(), right.as_bytes()) <= most
}

/// The edit distance.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, right) in b.iter().enumerate() {
            let cost = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
            let replaced = cost(&row, j) + usize::from(left != right);
            let best = replaced.min(cost(&row, j + 1) + 1).min(cost(&next, j) + 1);
            next.push(best);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
