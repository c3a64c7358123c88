//! Releases from what others recorded of them, without their files.
//!
//! Everything in a record is asserted: it says what its keeper saw, not what we did.

mod facts;
mod mot;
mod osai;
mod read;

use overt_core::{
    AttributionRule, Component, ComponentKind, Evidence, Inventory, LicenseClaim,
    LicenseConclusion, LicenseState, Release, Source, SourceKind, Status, Strength,
};
use overt_license::Resolution;
use thiserror::Error;

pub use facts::{
    FactRecord, RecordedComponent, RecordedFact, RecordedFacts, StewardsWord, facts, recorded,
};
pub use mot::{METHOD as MOT_METHOD, mot};
pub use osai::{osai, osai_definition};
pub use read::{RecordKind, read};

/// Why a record is not one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecordError {
    /// The file is not of the schema.
    #[error("{origin}:{line}: {message}")]
    Malformed {
        /// The file.
        origin: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// Something that a record needs is missing or of the wrong sort.
    #[error("the record has no `{0}` of the right sort")]
    Lacks(&'static str),
    /// A component is named that there is none of.
    #[error("`{0}` is no component")]
    Component(String),
}

/// A release of which nothing is recorded yet.
fn empty(name: &str, label: &str, inventory: Inventory) -> Release {
    Release {
        name: name.to_owned(),
        sources: vec![Source {
            label: label.to_owned(),
            kind: SourceKind::Record,
            given: label.to_owned(),
            revision: None,
            files: 1,
            incomplete: false,
        }],
        inventory,
        components: ComponentKind::ALL
            .into_iter()
            .map(|kind| Component {
                kind,
                status: Status::NotFound,
                artifacts: Vec::new(),
                evidence: Vec::new(),
                license: LicenseConclusion::unknown(),
            })
            .collect(),
        lineage: Vec::new(),
        statements: Vec::new(),
        license_claims: Vec::new(),
        contradictions: Vec::new(),
        problems: Vec::new(),
        facts: Vec::new(),
    }
}

/// A text, or a number or truth value as a text: YAML takes `360` for a number.
fn scalar(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn asserted(label: &str, path: &str, method: &'static str) -> Evidence {
    Evidence::file(label, path, Strength::Asserted, method)
}

/// What a recorded license name means. The name stays with the claim as it was written.
fn license(written: &str, evidence: &Evidence) -> LicenseConclusion {
    let resolution = overt_license::resolve(written);
    let expression = resolution.expression().cloned();
    let others = match resolution {
        Resolution::Ambiguous { candidates, .. } => candidates,
        _ => Vec::new(),
    };
    let claim = |expression| LicenseClaim {
        expression,
        written: written.to_owned(),
        rule: AttributionRule::Asserted,
        evidence: evidence.clone(),
    };
    LicenseConclusion {
        state: if expression.is_some() {
            LicenseState::Licensed
        } else {
            LicenseState::Unrecognized
        },
        decided_by: Some(claim(expression.clone())),
        expression,
        // An ambiguous name stands for any of its meanings.
        disputed: !others.is_empty(),
        others: others
            .into_iter()
            .map(|candidate| claim(Some(candidate)))
            .collect(),
        inherited: Vec::new(),
    }
}

/// What is written down says nothing of the license.
fn undecided(written: &str, evidence: Evidence) -> LicenseConclusion {
    LicenseConclusion {
        decided_by: Some(LicenseClaim {
            expression: None,
            written: written.to_owned(),
            rule: AttributionRule::Asserted,
            evidence,
        }),
        ..LicenseConclusion::unknown()
    }
}

/// Somebody recorded that there is no license.
fn unlicensed(evidence: Evidence) -> LicenseConclusion {
    LicenseConclusion {
        state: LicenseState::Unlicensed,
        decided_by: Some(LicenseClaim {
            expression: None,
            written: "unlicensed".to_owned(),
            rule: AttributionRule::Asserted,
            evidence,
        }),
        ..LicenseConclusion::unknown()
    }
}
