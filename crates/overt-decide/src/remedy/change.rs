//! Changes to a release, and a release after them.

use overt_core::{
    Artifact, AttributionRule, Component, ComponentKind, Evidence, Expression, Inventory,
    LicenseClaim, LicenseConclusion, LicenseState, Release, ScalarFact, Status, Strength,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One change to a release.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// The component is released, whole.
    Release(ComponentKind),
    /// The component is put under this license, here and, if need be, in what it was built from.
    License(ComponentKind, Expression),
    /// The fact is known and has this value.
    Fact(String, String),
    /// Every contradiction is resolved.
    Resolve,
}

const METHOD: &str = "remedy";

/// The release as it would be after these changes.
pub fn apply(release: &Release, changes: &[Change]) -> Release {
    let mut after = release.clone();
    for change in changes {
        match change {
            Change::Release(kind) => {
                let component = component(&mut after, *kind);
                component.status = Status::Released;
                component.artifacts.push(Artifact {
                    role: "released by a remedy".to_owned(),
                    evidence: evidence(),
                    files: 1,
                    bytes: 0,
                });
            }
            Change::License(kind, expression) => {
                component(&mut after, *kind).license = LicenseConclusion {
                    state: LicenseState::Licensed,
                    expression: Some(expression.clone()),
                    decided_by: Some(LicenseClaim {
                        expression: Some(expression.clone()),
                        written: expression.to_string(),
                        rule: AttributionRule::OwnFolder,
                        evidence: evidence(),
                    }),
                    ..LicenseConclusion::unknown()
                };
            }
            Change::Fact(name, value) => {
                after.facts.retain(|fact| fact.name != *name);
                after.facts.push(ScalarFact {
                    name: name.clone(),
                    value: value.clone(),
                    evidence: evidence(),
                });
            }
            Change::Resolve => {
                after.contradictions.clear();
                after.problems.retain(|problem| !problem.loses_facts);
            }
        }
    }
    after
}

fn evidence() -> Evidence {
    Evidence::file("remedy", "", Strength::Observed, METHOD)
}

fn component(release: &mut Release, kind: ComponentKind) -> &mut Component {
    let index = release
        .components
        .iter()
        .position(|component| component.kind == kind)
        .unwrap_or_else(|| {
            let unknown = release.inventory == Inventory::Open;
            release.components.push(Component {
                kind,
                status: if unknown {
                    Status::Unknown
                } else {
                    Status::NotFound
                },
                artifacts: Vec::new(),
                evidence: Vec::new(),
                license: LicenseConclusion::unknown(),
            });
            release.components.len() - 1
        });
    &mut release.components[index]
}
