//! The wordings of `knowledge/wordings/`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use overt_core::{ComponentKind, StatementKind};
use serde::Deserialize;

use super::link::LinkKind;
use super::section::SectionKind;

/// All wordings.
#[derive(Debug, Default)]
pub(super) struct Wordings {
    /// Headings.
    pub sections: Vec<SectionRule>,
    /// Links, in the order in which they are tried.
    pub links: Vec<LinkRule>,
    /// Statements.
    pub statements: StatementRules,
}

/// How the heading of a section of some kind reads.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SectionRule {
    /// The kind.
    pub kind: SectionKind,
    /// Whole headings.
    #[serde(default)]
    pub exact: Vec<String>,
    /// Parts of headings; in scripts with spaces, whole words.
    #[serde(default)]
    pub phrases: Vec<String>,
    /// Parts that say otherwise.
    #[serde(default)]
    pub except: Vec<String>,
}

impl SectionRule {
    /// Whether a title (lower case, single spaces) is of this kind; `has_phrase` says whether one of
    /// the phrases stands in it.
    fn matches(&self, title: &str, has_phrase: bool) -> bool {
        let fits = has_phrase || self.exact.iter().any(|exact| exact == title);
        fits && !self.except.iter().any(|phrase| says(title, phrase))
    }
}

/// How a link of some kind looks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkRule {
    /// The kind.
    pub kind: LinkKind,
    /// Parts of the address, in lower case.
    #[serde(default)]
    pub urls: Vec<String>,
    /// Parts of the link's words, in lower case.
    #[serde(default)]
    pub words: Vec<String>,
}

/// How statements read.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StatementRules {
    /// What a statement can be about.
    #[serde(default)]
    pub subject: Vec<Subject>,
    /// What can be said of it.
    #[serde(default)]
    pub saying: Vec<Saying>,
}

/// The words for a component.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Subject {
    /// The component.
    pub component: ComponentKind,
    /// Its words.
    pub phrases: Vec<String>,
}

/// The words for something said.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Saying {
    /// What is said.
    pub kind: StatementKind,
    /// The component it is said of, whatever subjects stand in the sentence.
    pub component: Option<ComponentKind>,
    /// The words; `…` stands for up to 60 characters.
    pub phrases: Vec<String>,
    /// Words in the same sentence that say otherwise.
    #[serde(default)]
    pub except: Vec<String>,
    /// Subjects of which these words say nothing.
    #[serde(default)]
    pub not_of: Vec<ComponentKind>,
    /// Whether a subject must stand in the same sentence.
    #[serde(default)]
    pub needs_subject: bool,
}

/// Finds the beginning of any phrase of any saying: text without one says nothing.
static SAYINGS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let sayings = &WORDINGS.statements.saying;
    let beginnings = sayings
        .iter()
        .flat_map(|saying| &saying.phrases)
        .filter_map(|phrase| phrase.split('…').next())
        .map(str::trim);
    AhoCorasick::new(beginnings).ok()
});

/// Whether a text in lower case may say any of the sayings.
pub(super) fn may_say(text: &str) -> bool {
    SAYINGS
        .as_ref()
        .is_none_or(|sayings| sayings.is_match(text))
}

/// Many parts of texts, each belonging to a rule, looked for in one pass.
struct Parts {
    automaton: Option<AhoCorasick>,
    /// The rule of each part.
    rules: Vec<usize>,
}

impl Parts {
    fn of<R>(rules: &[R], parts: fn(&R) -> &[String]) -> Self {
        let all = rules
            .iter()
            .enumerate()
            .flat_map(|(index, rule)| parts(rule).iter().map(move |part| (index, part)));
        let (rules, parts): (Vec<usize>, Vec<&String>) = all.unzip();
        Self {
            automaton: AhoCorasick::new(parts).ok(),
            rules,
        }
    }

    /// The first rule of which a part stands in the text.
    fn first_rule(&self, text: &str) -> Option<usize> {
        let automaton = self.automaton.as_ref()?;
        automaton
            .find_overlapping_iter(text)
            .filter_map(|found| self.rules.get(found.pattern().as_usize()).copied())
            .min()
    }

    /// The rules of which a part stands in the text as whole words.
    fn rules_by_words(&self, text: &str) -> BTreeSet<usize> {
        let Some(automaton) = &self.automaton else {
            return BTreeSet::new();
        };
        automaton
            .find_overlapping_iter(text)
            .filter(|found| is_whole(text, found.start(), found.end()))
            .filter_map(|found| self.rules.get(found.pattern().as_usize()).copied())
            .collect()
    }
}

static URLS: LazyLock<Parts> = LazyLock::new(|| Parts::of(&WORDINGS.links, |rule| &rule.urls));
static WORDS: LazyLock<Parts> = LazyLock::new(|| Parts::of(&WORDINGS.links, |rule| &rule.words));
static HEADINGS: LazyLock<Parts> =
    LazyLock::new(|| Parts::of(&WORDINGS.sections, |rule| &rule.phrases));

/// The kind of a link with this address, in lower case.
pub(super) fn link_by_url(url: &str) -> Option<LinkKind> {
    WORDINGS
        .links
        .get(URLS.first_rule(url)?)
        .map(|rule| rule.kind)
}

/// The kind of a link with these words, in lower case.
pub(super) fn link_by_words(words: &str) -> Option<LinkKind> {
    WORDINGS
        .links
        .get(WORDS.first_rule(words)?)
        .map(|rule| rule.kind)
}

/// The kinds that a title (lower case, single spaces) is of.
pub(super) fn section_kinds(title: &str) -> Vec<SectionKind> {
    let with_phrase = HEADINGS.rules_by_words(title);
    let rules = WORDINGS.sections.iter().enumerate();
    rules
        .filter(|(index, rule)| rule.matches(title, with_phrase.contains(index)))
        .map(|(_, rule)| rule.kind)
        .collect()
}

static WORDINGS: LazyLock<Wordings> = LazyLock::new(|| Wordings {
    sections: list("wordings/sections.toml", "section"),
    links: list("wordings/links.toml", "link"),
    statements: overt_knowledge::entry("wordings/statements.toml")
        .and_then(|entry| serde_json::from_str(entry.text).ok())
        .unwrap_or_default(),
});

/// The wordings, read once.
pub(super) fn get() -> &'static Wordings {
    &WORDINGS
}

fn list<T: serde::de::DeserializeOwned>(path: &str, key: &str) -> Vec<T> {
    overt_knowledge::entry(path)
        .and_then(|entry| serde_json::from_str::<serde_json::Value>(entry.text).ok())
        .and_then(|mut value| serde_json::from_value(value.get_mut(key)?.take()).ok())
        .unwrap_or_default()
}

/// Whether a text contains a phrase: as whole words where the phrase begins or ends with an ASCII
/// letter, anywhere otherwise. Both are in lower case.
pub(super) fn says(text: &str, phrase: &str) -> bool {
    find(text, phrase).is_some()
}

/// Where a text contains a phrase. `…` in a phrase stands for up to 60 characters.
pub(super) fn find(text: &str, phrase: &str) -> Option<usize> {
    let mut parts = phrase.split('…').map(str::trim);
    let first = parts.next()?;
    let rest: Vec<&str> = parts.collect();
    let mut from = 0_usize;
    while let Some(at) = find_words(text.get(from..)?, first) {
        let start = from.saturating_add(at);
        let mut end = start.saturating_add(first.len());
        let all = rest.iter().all(|part| {
            const GAP: usize = 60;
            let Some(window) = text.get(end..) else {
                return false;
            };
            // No farther than the gap is looked, and one character more, which ends a word.
            let gap = window
                .char_indices()
                .nth(GAP)
                .map_or(window.len(), |(at, _)| at);
            let mut reach = gap
                .saturating_add(part.len())
                .saturating_add(4)
                .min(window.len());
            while !window.is_char_boundary(reach) {
                reach = reach.saturating_sub(1);
            }
            match find_words(window.get(..reach).unwrap_or_default(), part) {
                Some(at) if at <= gap => {
                    end = end.saturating_add(at).saturating_add(part.len());
                    true
                }
                _ => false,
            }
        });
        if all {
            return Some(start);
        }
        from = start.saturating_add(first.len().max(1));
        while !text.is_char_boundary(from) {
            from = from.saturating_add(1);
        }
    }
    None
}

fn find_words(text: &str, phrase: &str) -> Option<usize> {
    if phrase.is_empty() {
        return Some(0);
    }
    text.match_indices(phrase)
        .map(|(at, _)| at)
        .find(|at| is_whole(text, *at, at.saturating_add(phrase.len())))
}

/// Whether a part of a text is not cut out of a word.
fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let bytes = text.as_bytes();
    let is_word = |at: Option<usize>| {
        let byte = at.and_then(|at| bytes.get(at));
        byte.is_some_and(u8::is_ascii_alphanumeric)
    };
    let (before, last) = (start.checked_sub(1), end.checked_sub(1));
    !(is_word(Some(start)) && is_word(before) || is_word(last) && is_word(Some(end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wording_file_is_read() {
        let wordings = get();
        assert!(wordings.sections.len() > 5);
        assert!(wordings.links.len() > 5);
        assert!(!wordings.statements.subject.is_empty());
        assert!(!wordings.statements.saying.is_empty());
        let entry = overt_knowledge::entry("wordings/statements.toml").unwrap();
        serde_json::from_str::<StatementRules>(entry.text).unwrap();
        let lower = |phrase: &String| assert_eq!(*phrase, phrase.to_lowercase());
        wordings
            .sections
            .iter()
            .flat_map(|rule| &rule.phrases)
            .for_each(lower);
        wordings
            .links
            .iter()
            .flat_map(|rule| &rule.words)
            .for_each(lower);
        wordings
            .statements
            .saying
            .iter()
            .flat_map(|rule| &rule.phrases)
            .for_each(lower);
    }

    #[test]
    fn phrases_are_whole_words_where_there_are_words() {
        assert!(says("training data and more", "training data"));
        assert!(!says("pretraining data", "training data"));
        assert!(says("本模型的训练数据", "训练数据"));
        assert!(says("we do not plan to release the data", "not … release"));
        assert!(!says(
            &format!("not {} release", "x ".repeat(60)),
            "not … release"
        ));
        assert!(says(
            &format!("not {}release.", "中".repeat(58)),
            "not … release"
        ));
        assert!(!says("not now released", "not … release"));
        assert!(says("not a, but not at all to release", "not at … release"));
    }
}
