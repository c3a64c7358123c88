//! Verdicts that carry their reasons: a tree from requirement to evidence, and what would change it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ComponentKind, Evidence, Truth};

/// How a proof node follows from its children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NodeRule {
    /// All children must hold.
    All,
    /// One child must hold.
    Any,
    /// So many children must hold.
    AtLeast(u32),
    /// The one child must not hold.
    Not,
    /// Known children decide it, as long as they do not disagree.
    Agree,
    /// Looked at directly, in the evidence.
    Leaf,
}

/// Why a requirement holds, fails or is open.
///
/// INVARIANT: a leaf that is not [`Truth::Unknown`] carries evidence, or says in `because` that the
/// inventory is complete and what it lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Proof {
    /// The stable id of the requirement, `definition/requirement`; empty for anonymous nodes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// What is required, in plain words.
    pub requirement: String,
    /// Whether it holds.
    pub truth: Truth,
    /// How it follows from the children.
    pub rule: NodeRule,
    /// For a leaf: what was found, in one sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub because: String,
    /// For an undetermined leaf: which evidence would decide it, and how to supply it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub needs: String,
    /// For a leaf: where it was found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// The parts it follows from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Proof>,
}

/// Who can make a change.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Mender {
    /// The publisher of this release, now.
    Publisher,
    /// Only the licensor of what it was built from.
    BaseLicensor,
    /// Nobody downstream.
    Nobody,
}

/// How much work a change is: a weight from the definition, for ordering remedies. From 0.
pub type Effort = u32;

/// Whether something is only to be shown, or must become different.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// Evidence is missing: what is asked for may well be so already.
    Show,
    /// What is known speaks against it: it must become different.
    Change,
}

/// One change to a release, or to what is known of it.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct RemedyStep {
    /// The requirement it satisfies.
    pub requirement: String,
    /// The component that it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<ComponentKind>,
    /// Whether evidence is missing or something must change.
    pub kind: StepKind,
    /// What to do, in the imperative.
    pub action: String,
    /// Who can do it.
    pub by: Mender,
    /// How much work it is.
    pub effort: Effort,
}

/// A minimal set of changes after which the verdict is *meets*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Remedy {
    /// The changes, least effort first.
    pub steps: Vec<RemedyStep>,
    /// The steps' effort, added up.
    pub effort: Effort,
}
