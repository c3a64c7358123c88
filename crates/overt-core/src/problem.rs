//! What could not be read, and why.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Span;

/// What sort of trouble an input gave.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// The path does not exist.
    Missing,
    /// The operating system refused: permissions, an I/O error.
    Unreadable,
    /// The file is empty where content was expected.
    Empty,
    /// The file ends before its own lengths say that it does.
    Truncated,
    /// The file is larger than a file of its kind is read.
    TooLarge,
    /// Nested, or expanded, beyond the limits.
    LimitExceeded,
    /// The bytes are not what the file's name or magic promises.
    Malformed,
    /// The text is not valid UTF-8 (it was read with replacements).
    Encoding,
    /// A key is given twice.
    DuplicateKey,
    /// A link leads out of the source, nowhere, or in a circle.
    UnsafeLink,
    /// A format or version that overt cannot read.
    Unsupported,
    /// Declared and actual sizes or counts disagree.
    Inconsistent,
}

/// One diagnostic: an input, or part of it, that could not be read as it should be.
///
/// The rest of the run goes on; what depended on it is unknown.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Problem {
    /// The label of the source; empty inside parsers, filled in by the survey.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// The path inside the source; empty inside parsers, filled in by the survey.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// Where in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
    /// What sort of trouble it is.
    pub kind: ProblemKind,
    /// What is wrong: lower case, no full stop, user text in backticks.
    pub message: String,
    /// Whether facts of this file may be missing because of it, so that verdicts resting on their
    /// absence are undetermined.
    pub loses_facts: bool,
}

impl Problem {
    /// A problem that loses facts, without a place yet.
    pub fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self {
            source: String::new(),
            path: String::new(),
            span: None,
            kind,
            message: message.into(),
            loses_facts: true,
        }
    }

    /// A remark: something is odd, but nothing was lost.
    pub fn remark(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self {
            loses_facts: false,
            ..Self::new(kind, message)
        }
    }

    /// The same at a place inside the file.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// The same in a file of a source.
    #[must_use]
    pub fn within(mut self, source: &str, path: &str) -> Self {
        source.clone_into(&mut self.source);
        path.clone_into(&mut self.path);
        self
    }
}
