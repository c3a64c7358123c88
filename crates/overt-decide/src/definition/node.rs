//! The closed language of conditions. Everything is evaluated in three values.

use overt_core::{
    ComponentKind, Condition, RecognitionList, Relation, Restriction, Severity, StatementKind,
    Strength,
};
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
    /// A component is there in what was given: `{ there = "datasets" }`.
    There(ThereTest),
    /// A component's license passes tests: `{ license-of = "training-code", recognized = [ … ] }`.
    License(Box<LicenseTest>),
    /// A fact has a value: `{ fact = "training-compute-flop", below = 1e25 }`.
    Fact(FactTest),
    /// The publisher says something of a component: `{ says = "gates", of = "final-parameters" }`.
    Says(SaysTest),
    /// Two ways of seeing the same thing, which decide it unless they disagree:
    /// `{ agree = [ … ] }`.
    Agree(AgreeOf),
    /// All requirements of another definition: `{ meets = "mof-3" }`.
    Meets(MeetsOf),
    /// It was built from something: `{ built-from = ["meta-llama/*"] }`.
    BuiltFrom(BuiltFromTest),
    /// No more contradictions than this: `{ contradictions = "error", at-most = 0 }`.
    Contradictions(ContradictionTest),
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

/// `{ agree = [ … ] }`: true if one part is and none is false, false if one is and none is true;
/// unknown if nothing is known or the parts disagree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreeOf {
    /// What must not disagree.
    pub agree: Vec<Node>,
}

/// `{ meets = "mof-3" }`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeetsOf {
    /// The id of a shipped definition.
    pub meets: String,
}

/// Whether the release was built from something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BuiltFromTest {
    /// Names of what it was built from, or of its family (globs with `*`).
    pub built_from: Vec<String>,
    /// In one of these ways; empty means in any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relation: Vec<Relation>,
}

/// Whether the release contradicts itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ContradictionTest {
    /// Those of this severity or a higher one are counted.
    pub contradictions: Severity,
    /// So many are tolerated.
    #[serde(default)]
    pub at_most: u32,
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

/// Whether a component is there in what was given. Unlike `released`, what was not found is not
/// there: a rule about what is used asks nothing of the rest of the world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ThereTest {
    /// The component.
    pub there: ComponentKind,
    /// Whether a part of it does not count: a configuration is a part of an architecture, but no
    /// code.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
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
    /// It is one of the names in this list of the definition's, letter for letter: one id, no
    /// expression, no other spelling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_in: Option<String>,
    /// Claims obtained by this method (see `Evidence::method`) are compared as they are written
    /// instead of by their SPDX id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verbatim: Option<String>,
    /// Whether a license that nobody recorded stays unknown although the inventory is complete, as
    /// for documents, whose licenses are seldom recorded.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unrecorded_is_open: bool,
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

impl LicenseTest {
    /// A test of this component that passes everything, to add conditions to.
    pub fn of(license_of: ComponentKind) -> Self {
        Self {
            license_of,
            recognized: Vec::new(),
            arguable: Vec::new(),
            ids: Vec::new(),
            not_ids: Vec::new(),
            written_in: None,
            verbatim: None,
            unrecorded_is_open: false,
            grants: Vec::new(),
            without: Vec::new(),
            arguably_without: Vec::new(),
            without_conditions: Vec::new(),
            evidence: Strength::Asserted,
        }
    }

    /// Whether it asks for anything.
    pub fn asks(&self) -> bool {
        !(self.recognized.is_empty()
            && self.ids.is_empty()
            && self.not_ids.is_empty()
            && self.written_in.is_none()
            && self.grants.is_empty()
            && self.without.is_empty()
            && self.arguably_without.is_empty()
            && self.without_conditions.is_empty())
    }
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
            Self::Agree(node) => node.agree.iter().collect(),
            Self::Released(_)
            | Self::There(_)
            | Self::License(_)
            | Self::Fact(_)
            | Self::Says(_)
            | Self::Meets(_)
            | Self::BuiltFrom(_)
            | Self::Contradictions(_) => Vec::new(),
        }
    }
}
