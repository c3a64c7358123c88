//! What a publisher says in prose: descriptions, withholdings, references.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ComponentKind, Evidence};

/// What sort of thing is said.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum StatementKind {
    /// A section or passage describes the component's subject.
    Describes,
    /// The publisher says that the component is not released.
    Withholds,
    /// A link says where the component is.
    References,
    /// Access needs acceptance, registration or a request.
    Gates,
}

/// A passage of a card, a README or a paper that says something of a component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Statement {
    /// What sort of thing is said.
    pub kind: StatementKind,
    /// Of which component.
    pub component: ComponentKind,
    /// The link, for references.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Where it is said.
    pub evidence: Evidence,
}
