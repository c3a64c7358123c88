//! The assembled inventory of a release.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Component, ComponentKind, Contradiction, Evidence, Expression, LineageEdge, Problem, Statement,
};

/// What sort of place a source is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// A plain directory.
    Directory,
    /// A Hugging Face snapshot folder or a repository of the local hub cache.
    HubSnapshot,
    /// A git checkout.
    GitCheckout,
    /// One file.
    File,
    /// A recorded inventory, such as a Model Openness Tool file.
    Record,
}

/// Where evidence comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// The label that evidence names it by; unique in a release.
    pub label: String,
    /// What sort of place it is.
    pub kind: SourceKind,
    /// The path or id as the user gave it.
    pub given: String,
    /// The commit or revision, where the source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// How many files were seen.
    pub files: u64,
    /// Whether part of it could not be read.
    pub incomplete: bool,
}

/// Whether a component that is not listed may still exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Inventory {
    /// What was not found may exist elsewhere: its absence is unknown.
    #[default]
    Open,
    /// Somebody recorded everything that was released: what is not listed was not.
    Complete,
}

/// What is known of a license.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum LicenseState {
    /// An expression was concluded.
    Licensed,
    /// Somebody says that there is no license.
    Unlicensed,
    /// There are terms, but they are none that overt knows.
    Unrecognized,
    /// Nothing was found that licenses it.
    Unknown,
}

/// Which rule chose the deciding claim. Earlier variants outrank later ones.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum AttributionRule {
    /// The file's own header or embedded metadata.
    OwnHeader,
    /// A license file in the folder of the component's files, nearer than the root.
    OwnFolder,
    /// A license file whose name or words single out this component (`LICENSE-CODE`, `MODEL_LICENSE`).
    NamedFile,
    /// The card that describes the component.
    Card,

    /// The license file at the root.
    RootFile,
    /// Package metadata.
    PackageMetadata,
    /// Prose in a README or card.
    Prose,
    /// An assertion in `overt.toml` or a record.
    Asserted,
    /// The license of the base model it was built from; it adds to the own license, never decides it.
    BaseModel,
    /// Nothing was found.
    None,
}

/// One statement of a license for something: what was said, where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LicenseClaim {
    /// The expression, where the claim names a known license.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<Expression>,
    /// What was claimed, as written (`other`, `llama3.1`, `GPL`).
    pub written: String,
    /// By which rule it would govern.
    pub rule: AttributionRule,
    /// Where it was seen.
    pub evidence: Evidence,
}

/// Which license governs a component, which claim decided it, and which others were outranked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LicenseConclusion {
    /// What is known.
    pub state: LicenseState,
    /// The expression, if one was concluded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<Expression>,
    /// The claim that decided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<LicenseClaim>,
    /// The other claims, strongest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<LicenseClaim>,
    /// The licenses of the base models it was built from, whose terms travel with it, whatever its
    /// own license says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inherited: Vec<LicenseClaim>,
    /// Whether a claim of equal standing, or an observed one, disagrees: no verdict that needs this
    /// license may be more than undetermined, unless every candidate gives the same answer.
    pub disputed: bool,
}

impl LicenseConclusion {
    /// Nothing is known.
    pub fn unknown() -> Self {
        Self {
            state: LicenseState::Unknown,
            expression: None,
            decided_by: None,
            others: Vec::new(),
            inherited: Vec::new(),
            disputed: false,
        }
    }

    /// Every expression that may govern: the concluded one, and the disputing ones, each together
    /// (`AND`) with what is inherited. Empty if the component's own terms are not known.
    pub fn candidates(&self) -> Vec<Expression> {
        let others = self.others.iter().filter(|_| self.disputed);
        let own = self
            .expression
            .iter()
            .chain(others.filter_map(|claim| claim.expression.as_ref()));
        let inherited = self.inherited_terms();
        let mut candidates: Vec<Expression> = Vec::new();
        for expression in own {
            let together = [Some(expression.clone()), inherited.clone()];
            let candidate = Expression::all_of(together.into_iter().flatten());
            candidates.extend(candidate.filter(|candidate| !candidates.contains(candidate)));
        }
        candidates
    }

    /// What the base models' licenses add, whatever the component's own license is.
    pub fn inherited_terms(&self) -> Option<Expression> {
        Expression::all_of(
            self.inherited
                .iter()
                .filter_map(|claim| claim.expression.clone()),
        )
    }
}

/// One AI release, assembled from its sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Release {
    /// A name for people: the card's, the repository's or the folder's.
    pub name: String,
    /// Where the evidence comes from.
    pub sources: Vec<Source>,
    /// Whether what is not listed may still exist.
    #[serde(default)]
    pub inventory: Inventory,
    /// Every component kind, in the order of [`ComponentKind::ALL`].
    pub components: Vec<Component>,
    /// What it was built from.
    #[serde(default)]
    pub lineage: Vec<LineageEdge>,
    /// What its publisher says of components.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<Statement>,
    /// Every claim of a license, wherever it applies, in path order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub license_claims: Vec<LicenseClaim>,
    /// What does not fit together.
    #[serde(default)]
    pub contradictions: Vec<Contradiction>,
    /// What could not be read.
    #[serde(default)]
    pub problems: Vec<Problem>,
    /// Further scalar facts that definitions may ask for, by kebab-case name, for example
    /// `training-compute-flop` or `monetized`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<ScalarFact>,
}

/// A named value with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScalarFact {
    /// The kebab-case name.
    pub name: String,
    /// The value as text; numbers in decimal or scientific notation, booleans as `true` or `false`.
    pub value: String,
    /// Where it was seen.
    pub evidence: Evidence,
}

impl Release {
    /// The component of this kind.
    pub fn component(&self, kind: ComponentKind) -> Option<&Component> {
        self.components
            .iter()
            .find(|component| component.kind == kind)
    }
}
