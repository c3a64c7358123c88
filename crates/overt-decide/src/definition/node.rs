//! The closed language of conditions. Everything is evaluated in three values.

use overt_core::{ComponentKind, Condition, RecognitionList, Restriction, StatementKind, Strength};
use overt_license::FreedomKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Node {
    /// All must hold: `{ all = [ … ] }`.
    All(AllOf),
    /// One must hold: `{ any = [ … ] }`.
    Any(AnyOf),
    /// So many must hold: `{ at-least = 2, of = [ … ] }`.
    AtLeast(AtLeastOf),
    /// It must not hold: `{ not = … }`.
    Not(NotOf),
    /// If the one holds, so must the other: `{ when = …, then = … }`.
    When(WhenThen),
    /// A component was released: `{ released = "training-code" }`.
    Released(ReleasedTest),
    /// A component's license passes tests: `{ license-of = "training-code", recognized = [ … ] }`.
    License(Box<LicenseTest>),
    /// A fact has a value: `{ fact = "training-compute-flop", below = 1e25 }`.
    Fact(FactTest),
    /// The publisher says something of a component: `{ says = "gates", of = "final-parameters" }`.
    Says(SaysTest),
}

/// `{ all = [ … ] }`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllOf {
    /// What must hold.
    pub all: Vec<Node>,
}

/// `{ any = [ … ] }`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnyOf {
    /// Of what one must hold.
    pub any: Vec<Node>,
}

/// `{ at-least = 2, of = [ … ] }`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AtLeastOf {
    /// How many must hold.
    pub at_least: u32,
    /// Of these.
    pub of: Vec<Node>,
}

/// `{ not = … }`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotOf {
    /// What must not hold.
    pub not: Box<Node>,
}

/// `{ when = …, then = … }`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WhenThen {
    /// If this holds,
    pub when: Box<Node>,
    /// this must hold too.
    pub then: Box<Node>,
}

/// Whether a component was released.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReleasedTest {
    /// The component.
    pub released: ComponentKind,
    /// The weakest evidence that suffices.
    #[serde(default = "asserted")]
    pub evidence: Strength,
    /// Whether a part of it suffices.
    #[serde(default)]
    pub partly: bool,
    /// Whether a link to it suffices.
    #[serde(default)]
    pub referenced: bool,
}

/// Tests of the license that governs a component; all that are given must pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LicenseTest {
    /// The component.
    pub license_of: ComponentKind,
    /// One of these lists recognizes it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recognized: Vec<RecognitionList>,
    /// Where none of the lists above recognizes it but one of these does, the answer is open: the
    /// definition's steward keeps no list for such works, and a person must judge.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguable: Vec<RecognitionList>,
    /// It is one of these ids (globs with `*`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<String>,
    /// It is none of these ids (globs with `*`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_ids: Vec<String>,
    /// It grants these freedoms for any purpose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<FreedomKind>,
    /// It has none of these restrictions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<Restriction>,
    /// It has none of these restrictions, where having one leaves the answer open instead of
    /// deciding it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguably_without: Vec<Restriction>,
    /// It has none of these conditions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without_conditions: Vec<Condition>,
    /// The weakest evidence that suffices.
    #[serde(default = "asserted")]
    pub evidence: Strength,
}

/// Whether a scalar fact has a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FactTest {
    /// The fact's name.
    pub fact: String,
    /// It is this text or truth value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is: Option<String>,
    /// It is at least this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<f64>,
    /// It is less than this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<f64>,
}

/// Whether the publisher says something of a component.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SaysTest {
    /// What is said.
    pub says: StatementKind,
    /// Of which component.
    pub of: ComponentKind,
}

fn asserted() -> Strength {
    Strength::Asserted
}

impl Node {
    /// The parts of a compound condition; none for a leaf.
    pub fn parts(&self) -> Vec<&Node> {
        match self {
            Self::All(node) => node.all.iter().collect(),
            Self::Any(node) => node.any.iter().collect(),
            Self::AtLeast(node) => node.of.iter().collect(),
            Self::Not(node) => vec![&node.not],
            Self::When(node) => vec![&node.when, &node.then],
            Self::Released(_) | Self::License(_) | Self::Fact(_) | Self::Says(_) => Vec::new(),
        }
    }
}
