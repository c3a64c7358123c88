//! JSON, YAML and TOML as one tree in which every value knows its place.

pub mod json;
mod lines;
mod toml;
mod yaml;

use std::ops::Range;

use overt_core::{BudgetExceeded, Problem, ProblemKind, Span};

pub use json::parse as parse_json;
pub use lines::Lines;
pub use toml::parse as parse_toml;
pub use yaml::parse as parse_yaml;

/// A value. Scalars other than text keep their spelling, so that a version `1.0` or a language `no`
/// stays what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A number, a truth value or a date, as written.
    Scalar(String),
    /// A text.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping in file order; repeated keys are kept.
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub text: String,
    /// Its bytes in the text.
    pub bytes: Range<usize>,
}

/// A value and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Its bytes in the text.
    pub bytes: Range<usize>,
}

impl Node {
    /// The first value of this key, if it is a mapping.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries()
            .iter()
            .find(|(found, _)| found.text == key)
            .map(|(_, node)| node)
    }

    /// The value at the end of these keys.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The entries of a mapping; none of anything else.
    pub fn entries(&self) -> &[(Key, Self)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The elements of a list; none of anything else.
    pub fn elements(&self) -> &[Self] {
        match &self.value {
            Value::List(elements) => elements,
            _ => &[],
        }
    }

    /// The text of a text or other scalar.
    pub fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a text.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value as a count.
    pub fn count(&self) -> Option<u64> {
        self.scalar()?.parse().ok()
    }

    /// The scalar itself, or those of a list.
    pub fn scalars(&self) -> Vec<(&str, Range<usize>)> {
        match &self.value {
            Value::List(elements) => elements
                .iter()
                .filter_map(|node| Some((node.scalar()?, node.bytes.clone())))
                .collect(),
            _ => self
                .scalar()
                .map(|text| (text, self.bytes.clone()))
                .into_iter()
                .collect(),
        }
    }
}

/// Why a text is not a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// It breaks the grammar.
    #[error("{what}")]
    Syntax {
        /// What is wrong.
        what: String,
        /// The byte where it was noticed.
        at: usize,
    },
    /// It is too large, too long or too deep.
    #[error("{source}")]
    Budget {
        /// Which bound.
        source: BudgetExceeded,
        /// The byte where it was noticed.
        at: usize,
    },
}

impl DocumentError {
    /// The byte where it was noticed.
    pub fn at(&self) -> usize {
        match self {
            Self::Syntax { at, .. } | Self::Budget { at, .. } => *at,
        }
    }

    /// The error as a diagnostic, with its line.
    pub fn problem(&self, what: &str, lines: &Lines) -> Problem {
        let kind = match self {
            Self::Syntax { .. } => ProblemKind::Malformed,
            Self::Budget { .. } => ProblemKind::LimitExceeded,
        };
        let at = self.at();
        Problem::new(kind, format!("{what} cannot be read: {self}")).at(lines.span(&(at..at)))
    }
}

/// A parsed text and what was odd in it.
#[derive(Clone, Debug)]
pub struct Document {
    /// The root value.
    pub root: Node,
    /// The keys that are given twice: where the second one stands.
    pub duplicates: Vec<Key>,
}

impl Document {
    /// The repeated keys as diagnostics.
    pub fn duplicate_problems(&self, lines: &Lines) -> Vec<Problem> {
        /// More of them say nothing more.
        const MOST: usize = 16;
        self.duplicates
            .iter()
            .take(MOST)
            .map(|key| {
                Problem::new(
                    ProblemKind::DuplicateKey,
                    format!("the key `{}` is given twice", shorten(&key.text, 80)),
                )
                .at(lines.span(&key.bytes))
            })
            .collect()
    }
}

/// Notes the keys of one mapping that stand in it twice.
fn note_duplicates(entries: &[(Key, Node)], duplicates: &mut Vec<Key>) {
    let mut seen = std::collections::BTreeSet::new();
    for (key, _) in entries {
        // Keys that are no scalars have no text to compare.
        if !key.text.is_empty() && !seen.insert(key.text.as_str()) {
            duplicates.push(key.clone());
        }
    }
}

/// The text, cut to `longest` characters.
pub(crate) fn shorten(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A byte range as lines.
#[expect(clippy::unnecessary_wraps, reason = "fields take an optional place")]
pub(crate) fn line_span(lines: &Lines, bytes: &Range<usize>) -> Option<Span> {
    Some(lines.span(bytes))
}
