//! Two pieces of evidence that cannot both be right, or a declaration that says nothing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ComponentKind, Evidence};

/// How much a contradiction matters to somebody about to use the release.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Something is unclear that should not be.
    Warning,
    /// Relying on the declared license may break the real one.
    Error,
}

/// A finding of `knowledge/findings/`, made on this release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Contradiction {
    /// The short code, for example `OV001`; never reused.
    pub code: String,
    /// The stable kebab-case id, for example `card-license-contradicts-text`.
    pub id: String,
    /// How much it matters.
    pub severity: Severity,
    /// One sentence that names both sides.
    pub message: String,
    /// The components whose license it puts in doubt.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<ComponentKind>,
    /// The places that contradict each other, the weaker first.
    pub evidence: Vec<Evidence>,
}
