//! The schema of a definition file.

use std::collections::BTreeMap;

use overt_core::{Effort, Mender};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Exception, Node, Rules};

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
    #[serde(default, rename = "requirement", skip_serializing_if = "Vec::is_empty")]
    pub requirements: Vec<Requirement>,
    /// Lists of license names that its requirements refer to.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lists: BTreeMap<String, Vec<String>>,
    /// The steps in which it may be met, the lowest first; each contains those before it.
    #[serde(default, rename = "grade", skip_serializing_if = "Vec::is_empty")]
    pub grades: Vec<Grade>,
    /// The grade that counts as meeting the definition; without it, all requirements together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meets_at: Option<String>,
    /// Whether it is also expressed as a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
    /// What is remarked without deciding anything.
    #[serde(default, rename = "warning", skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// A policy's rules about licenses, for all components it names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licenses: Option<Rules>,
    /// What is excepted from the requirements.
    #[serde(default, rename = "exception", skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<Exception>,
}

impl Definition {
    /// Writes the license rules out as requirements, once.
    pub(super) fn expand(&mut self) {
        let rules = self
            .licenses
            .as_ref()
            .map(Rules::requirements)
            .unwrap_or_default();
        for rule in rules {
            if !self.requirements.iter().any(|known| known.id == rule.id) {
                self.requirements.push(rule);
            }
        }
    }
}

/// A step of a graded definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Grade {
    /// The stable id, for example `III`.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The ids of the requirements that it consists of, those of lower grades included.
    pub requires: Vec<String>,
}

/// How a definition is expressed as a number from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Score {
    /// The mean over all requirements: 1 if it holds, a half if it partly does, else 0.
    Mean,
    /// The same, summed up.
    Sum,
}

/// A remark that decides nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Warning {
    /// The stable kebab-case id.
    pub id: String,
    /// What is remarked.
    pub plain: String,
    /// When.
    pub when: Node,
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
    /// Another version or definition by the same steward has taken its place.
    Superseded,
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
            Self::Superseded => "superseded",
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
    /// Who alone can mend it, where that is not the publisher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mender: Option<Mender>,
    /// What decides whether it is asked of a release at all; where that is false, it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applies: Option<Node>,
    /// The condition.
    pub require: Node,
    /// When it holds in part, for a score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partly: Option<Node>,
}

fn one() -> Effort {
    1
}
