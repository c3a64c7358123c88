//! Names compared by their telling words only.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::{Resolution, one_of, tables};

/// Words that tell no license from another.
const FILLER: [&str; 8] = [
    "the", "license", "licence", "licenses", "version", "ver", "v", "only",
];

/// The license whose name has the same telling words.
pub(super) fn resolve(name: &str) -> Option<Resolution> {
    let key = key(name);
    if key.is_empty() {
        return None;
    }
    names().get(&key).cloned()
}

fn names() -> &'static BTreeMap<String, Resolution> {
    static NAMES: OnceLock<BTreeMap<String, Resolution>> = OnceLock::new();
    NAMES.get_or_init(|| {
        // What a registry's table says comes first, then ids, then titles, each filling only what
        // the former left open.
        let mut names: BTreeMap<String, Resolution> = BTreeMap::new();
        for (name, meaning) in tables::names() {
            names.entry(key(name)).or_insert_with(|| meaning.clone());
        }
        let current = || {
            spdx::identifiers::LICENSES
                .iter()
                .filter(|license| license.flags & spdx::flags::IS_DEPRECATED == 0)
        };
        fill(
            &mut names,
            current().map(|license| (license.name, license.name)),
        );
        let listed = || {
            overt_knowledge::license_names()
                .iter()
                .filter(|alias| alias.kind != overt_knowledge::AliasKind::Url)
                .map(|alias| (alias.key, alias.license))
        };
        fill(&mut names, listed());
        fill(
            &mut names,
            current().map(|license| (license.full_name, license.name)),
        );
        names
    })
}

fn fill<'a>(
    names: &mut BTreeMap<String, Resolution>,
    more: impl Iterator<Item = (&'a str, &'a str)>,
) {
    let mut meanings: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, id) in more {
        let ids = meanings.entry(key(name)).or_default();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    for (key, ids) in meanings {
        if !key.is_empty()
            && !names.contains_key(&key)
            && let Some(meaning) = one_of(&ids)
        {
            names.insert(key, meaning);
        }
    }
}

/// The telling words: `Apache License, Version 2.0` and `apache2` are both `apache 2`.
fn key(name: &str) -> String {
    let words: Vec<String> = words(name)
        .into_iter()
        .filter(|word| !FILLER.contains(&word.as_str()))
        .collect();
    let mut key = String::with_capacity(name.len());
    let mut rest = words.as_slice();
    while let Some((first, after)) = rest.split_first() {
        let abbreviation = tables::abbreviations(first)
            .iter()
            .find(|abbreviation| starts_with(after, &abbreviation.more));
        let (word, length) = match abbreviation {
            Some(abbreviation) => (abbreviation.to.as_str(), abbreviation.more.len()),
            None => (first.as_str(), 0),
        };
        rest = after.get(length..).unwrap_or_default();
        if !word.is_empty() {
            if !key.is_empty() {
                key.push(' ');
            }
            key.push_str(word);
        }
    }
    key
}

fn starts_with(words: &[String], beginning: &[String]) -> bool {
    words
        .get(..beginning.len())
        .is_some_and(|words| words == beginning)
}

/// Words in lower case, letters apart from numbers, numbers without trailing `.0`, `+` in words.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut numeric = false;
    let mut finish = |word: &mut String, numeric: bool, before_number: bool| {
        let mut done = std::mem::take(word);
        if numeric {
            while let Some(shorter) = done.strip_suffix(".0").or_else(|| done.strip_suffix('.')) {
                done.truncate(shorter.len());
            }
        } else if before_number && done.len() > 1 && done.ends_with('v') {
            done.pop();
        }
        if !done.is_empty() {
            words.push(done);
        }
    };
    for character in name.to_lowercase().chars() {
        let digit = character.is_ascii_digit() || (character == '.' && numeric && !word.is_empty());
        if character == '+' {
            finish(&mut word, numeric, false);
            for spelled in ["or", "later"] {
                word.push_str(spelled);
                finish(&mut word, false, false);
            }
        } else if digit || character.is_alphabetic() {
            if digit != numeric && !word.is_empty() {
                finish(&mut word, numeric, digit);
            }
            numeric = digit;
            word.push(character);
        } else {
            finish(&mut word, numeric, false);
        }
    }
    finish(&mut word, numeric, false);
    words
}
