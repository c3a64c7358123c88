//! Sections, found by their headings.

use overt_core::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wording;

/// What a section is about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum SectionKind {
    /// What the model is: developer, type, architecture.
    ModelDetails,
    /// What it was trained on.
    TrainingData,
    /// How it was trained.
    TrainingProcedure,
    /// How it was evaluated, with which results.
    Evaluation,
    /// What it cannot do, biases, risks.
    Limitations,
    /// What it is for, and not for.
    IntendedUse,
    /// How to run it.
    Usage,
    /// The license.
    License,
    /// How to cite it.
    Citation,
    /// Hardware, energy, emissions.
    Compute,
    /// How a dataset is built: fields, splits, instances.
    DatasetStructure,
    /// How a dataset was made: sources, collection, annotation, curation.
    DatasetCreation,
}

/// A heading and what stands below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Section {
    /// The heading's words.
    pub title: String,
    /// Its level, from 1.
    pub level: u32,
    /// From the heading to the line before the next heading of the same or a higher level.
    pub span: Span,
    /// The line of the first and last text that stands directly below the heading, before any
    /// further heading; `None` for a heading without text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_span: Option<Span>,
    /// How many words (in scripts without spaces, characters) stand in `span` besides headings.
    pub words: u64,
    /// What it is about.
    pub kinds: Vec<SectionKind>,
}

/// What a section of this title is about. The wordings are data
/// (`knowledge/wordings/sections.toml`).
pub(super) fn kinds_of(title: &str) -> Vec<SectionKind> {
    let title = normalized(title);
    let mut kinds = wording::section_kinds(&title);
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// Lower case, words separated by single spaces, without numbering, emoji and punctuation.
pub(super) fn normalized(title: &str) -> String {
    let spaced: String = title
        .to_lowercase()
        .replace('&', " and ")
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || c == '\'' {
                c
            } else {
                ' '
            }
        })
        .collect();
    let words = spaced
        .split_whitespace()
        .skip_while(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    words.collect::<Vec<_>>().join(" ")
}
