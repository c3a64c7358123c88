//! The tables of `knowledge/tags/`: names that registries use beyond the names of single licenses.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use overt_core::Expression;
use serde::Deserialize;

use super::Resolution;

/// One file of `knowledge/tags/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[expect(dead_code, reason = "source and date are for the reader of the file")]
pub(super) struct Table {
    registry: String,
    source: String,
    checked: String,
    /// Every tag, where the registry has a closed list.
    #[serde(default)]
    tags: Vec<String>,
    says_nothing: Vec<String>,
    #[serde(default)]
    means: Vec<Means>,
    #[serde(default)]
    ambiguous: Vec<Ambiguous>,
    #[serde(default)]
    word: Vec<Word>,
    #[serde(default)]
    address: Vec<Address>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Means {
    names: Vec<String>,
    expression: Expression,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ambiguous {
    names: Vec<String>,
    candidates: Vec<Expression>,
    why: String,
}

/// Words of names and what stands for them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Word {
    /// The words in lower case.
    from: String,
    /// What stands for them; may be empty.
    to: String,
}

/// What stands for some words that follow a first one.
#[derive(Clone, Debug)]
pub(super) struct Abbreviation {
    /// The words that follow the first.
    pub(super) more: Vec<String>,
    /// What stands for all of them; may be empty.
    pub(super) to: String,
}

/// Addresses whose path spells an id.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Address {
    /// What the address begins with, without scheme and `www.`.
    pub prefix: String,
    /// The id, with `{1}`, `{2}` for the path's parts after the prefix.
    pub spells: String,
}

/// Reads every table; a test makes sure that none is refused.
pub(super) fn read() -> Result<Vec<Table>, serde_json::Error> {
    overt_knowledge::under("tags/")
        .iter()
        .map(|entry| serde_json::from_str(entry.text))
        .collect()
}

#[derive(Default)]
struct Index {
    names: BTreeMap<String, Option<Resolution>>,
    /// By the first word, longest phrases first.
    abbreviations: BTreeMap<String, Vec<Abbreviation>>,
    addresses: Vec<Address>,
}

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut index = Index::default();
        for table in read().unwrap_or_default() {
            for name in table.says_nothing {
                index.names.insert(key(&name), None);
            }
            for means in table.means {
                let known = Resolution::known(means.expression);
                for name in means.names {
                    index.names.insert(key(&name), Some(known.clone()));
                }
            }
            for ambiguous in table.ambiguous {
                let resolution = Resolution::Ambiguous {
                    candidates: ambiguous.candidates,
                    why: ambiguous.why,
                };
                for name in ambiguous.names {
                    index.names.insert(key(&name), Some(resolution.clone()));
                }
            }
            for word in table.word {
                let mut words = word.from.split(' ').map(str::to_owned);
                if let Some(first) = words.next() {
                    let more = words.collect();
                    let abbreviation = Abbreviation { more, to: word.to };
                    index
                        .abbreviations
                        .entry(first)
                        .or_default()
                        .push(abbreviation);
                }
            }
            index.addresses.extend(table.address);
        }
        for abbreviations in index.abbreviations.values_mut() {
            abbreviations.sort_by_key(|abbreviation| std::cmp::Reverse(abbreviation.more.len()));
        }
        index
    })
}

fn key(name: &str) -> String {
    name.to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether the name is a word that names no license.
pub(super) fn says_nothing(name: &str) -> bool {
    matches!(index().names.get(&key(name)), Some(None))
}

/// What a table says the name means.
pub(super) fn lookup(name: &str) -> Option<Resolution> {
    index().names.get(&key(name)).cloned().flatten()
}

/// Every name that means something, with what it means.
pub(super) fn names() -> impl Iterator<Item = (&'static str, &'static Resolution)> {
    index()
        .names
        .iter()
        .filter_map(|(name, meaning)| Some((name.as_str(), meaning.as_ref()?)))
}

/// The abbreviations of phrases that begin with `first`, longest phrases first.
pub(super) fn abbreviations(first: &str) -> &'static [Abbreviation] {
    index().abbreviations.get(first).map_or(&[], Vec::as_slice)
}

/// The addresses whose path spells an id.
pub(super) fn addresses() -> &'static [Address] {
    &index().addresses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_read() {
        let tables = read().expect("every table of knowledge/tags is valid");
        assert!(tables.len() >= 3);
    }

    #[test]
    fn every_tag_of_a_closed_list_means_something_or_says_nothing() {
        let unknown: Vec<String> = read()
            .expect("valid")
            .into_iter()
            .flat_map(|table| table.tags)
            .filter(|tag| matches!(crate::resolve(tag), Resolution::Unrecognized { .. }))
            .collect();
        assert!(
            unknown.is_empty(),
            "of these tags nothing is known: {unknown:?}"
        );
    }

    #[test]
    fn no_name_stands_in_two_tables() {
        let mut seen = BTreeMap::new();
        for table in read().expect("valid") {
            let names = table
                .means
                .iter()
                .flat_map(|means| &means.names)
                .chain(
                    table
                        .ambiguous
                        .iter()
                        .flat_map(|ambiguous| &ambiguous.names),
                )
                .chain(&table.says_nothing);
            for name in names {
                let other = seen.insert(key(name), table.registry.clone());
                assert_eq!(other, None, "`{name}` stands in {} too", table.registry);
            }
        }
    }
}
