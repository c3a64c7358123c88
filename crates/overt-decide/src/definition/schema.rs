//! The schema of a definition file.

use overt_core::Effort;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Node;

/// A definition of openness: requirements over components, licenses, statements and facts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Definition {
    /// The stable id, as on the command line.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Its own version.
    pub version: String,
    /// Who keeps it.
    pub steward: String,
    /// Whether it is in force.
    pub status: DefinitionStatus,
    /// How sure we are that the requirements below are the definition's own.
    pub confidence: Confidence,
    /// Where it can be read.
    pub source: String,
    /// What it is, in a few sentences of our own.
    pub about: String,
    /// The definition that this one contains: all of its requirements are required here too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// What decides whether the definition applies to a release at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applies: Option<Node>,
    /// What must hold; all of these.
    #[serde(rename = "requirement")]
    pub requirements: Vec<Requirement>,
}

/// Whether a definition is in force.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum DefinitionStatus {
    /// Published and in force.
    Official,
    /// A draft.
    Draft,
    /// Proposed and withdrawn.
    Withdrawn,
    /// A reading of another definition that is not its steward's.
    Reading,
    /// A set of rules that we offer for convenience.
    Preset,
    /// A user's own.
    Policy,
}

impl DefinitionStatus {
    /// The word that reports print.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Draft => "draft",
            Self::Withdrawn => "withdrawn",
            Self::Reading => "reading",
            Self::Preset => "preset",
            Self::Policy => "policy",
        }
    }
}

/// How sure we are of a definition's rules.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// From memory or secondary texts.
    Low,
    /// Read in a mirror or a secondary text.
    Medium,
    /// Read in the source itself.
    High,
}

/// One requirement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Requirement {
    /// The stable kebab-case id, unique in its definition.
    pub id: String,
    /// What is required, in plain words.
    pub plain: String,
    /// Where the definition says so: document and section.
    pub source: String,
    /// How much work it is to satisfy it from nothing, for ordering remedies: 1 a line of metadata,
    /// 2 a file, 5 a document, 10 code that exists, 20 data that exists, 50 work of months.
    #[serde(default = "one")]
    pub effort: Effort,
    /// The condition.
    pub require: Node,
}

fn one() -> Effort {
    1
}
