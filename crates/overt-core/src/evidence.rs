//! Where a fact was seen, and how we know.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How strongly a fact is supported. Later variants outrank earlier ones.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// A person's manifest (`overt.toml`, a recorded questionnaire) says so.
    Asserted,
    /// The publisher's card or configuration says so.
    Declared,
    /// It was seen in the files themselves.
    Observed,
}

impl Strength {
    /// The word that reports print.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asserted => "asserted",
            Self::Declared => "declared",
            Self::Observed => "observed",
        }
    }
}

/// A place inside a file.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Span {
    /// Lines, from 1, both ends included: `[first, last]`.
    Lines(u32, u32),
    /// Bytes, from 0, the end excluded: `[start, end]`.
    Bytes(u64, u64),
}

impl std::fmt::Display for Span {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Lines(first, last) if first == last => write!(formatter, "{first}"),
            Self::Lines(first, last) => write!(formatter, "{first}-{last}"),
            Self::Bytes(start, end) => write!(formatter, "bytes {start}..{end}"),
        }
    }
}

/// How a fact was obtained: a stable kebab-case word, for example `card-front-matter`,
/// `license-text`, `safetensors-metadata`, `gguf-metadata`, `file-name`, `spdx-tag`.
pub type Method = Cow<'static, str>;

/// Where a fact was seen, and how we know it.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Evidence {
    /// The label of the [`crate::Source`] it was seen in.
    pub source: String,
    /// The path inside the source, `/`-separated; empty for the source itself.
    pub path: String,
    /// The lines or bytes, where the fact has a place inside the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
    /// How strongly it supports the fact.
    pub strength: Strength,
    /// How it was obtained.
    pub method: Method,
    /// What stands there, shortened: a field and its value, a file name, a link.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub says: String,
}

impl Evidence {
    /// Evidence at a whole file.
    pub fn file(source: &str, path: &str, strength: Strength, method: &'static str) -> Self {
        Self {
            source: source.to_owned(),
            path: path.to_owned(),
            span: None,
            strength,
            method: Cow::Borrowed(method),
            says: String::new(),
        }
    }

    /// The same at a place inside the file.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// The same with what stands there, cut to 160 characters.
    #[must_use]
    pub fn saying(mut self, says: impl AsRef<str>) -> Self {
        const LONGEST: usize = 160;
        let text = says
            .as_ref()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        self.says = if text.chars().count() > LONGEST {
            text.chars().take(LONGEST - 1).chain(['…']).collect()
        } else {
            text
        };
        self
    }

    /// `path:line`, as compilers print places.
    pub fn place(&self) -> String {
        let path = if self.path.is_empty() {
            &self.source
        } else {
            &self.path
        };
        match self.span {
            Some(span @ Span::Lines(..)) => format!("{path}:{span}"),
            Some(span @ Span::Bytes(..)) => format!("{path} ({span})"),
            None => path.clone(),
        }
    }
}
