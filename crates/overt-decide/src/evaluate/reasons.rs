//! The leaves that decide a verdict.

use overt_core::{Evidence, NodeRule, Proof, Truth};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One leaf that decides a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// The requirement it belongs to, `definition/requirement`.
    pub requirement: String,
    /// Whether it holds.
    pub truth: Truth,
    /// What was found, in one sentence.
    pub because: String,
    /// For an undetermined leaf: what would decide it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub needs: String,
    /// Where it was found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
}

/// The leaves that make the proof what it is, those with observed evidence first.
pub(super) fn of(proof: &Proof) -> Vec<Reason> {
    let mut found = Vec::new();
    collect(proof, proof.truth, "", &mut found);
    ordered(found)
}

/// The leaves that are open in requirements that are open.
pub(super) fn undecided(proof: &Proof) -> Vec<Reason> {
    let mut found = Vec::new();
    for child in proof
        .children
        .iter()
        .filter(|child| child.truth == Truth::Unknown)
    {
        collect(child, Truth::Unknown, "", &mut found);
    }
    ordered(found)
}

fn ordered(mut found: Vec<Reason>) -> Vec<Reason> {
    // Stable: equal ones stay in the definition's order.
    found.sort_by_key(|reason: &Reason| {
        let strongest = reason
            .evidence
            .iter()
            .map(|evidence| evidence.strength)
            .max();
        std::cmp::Reverse(strongest)
    });
    let mut reasons: Vec<Reason> = Vec::new();
    for reason in found {
        if !reasons.iter().any(|known| known.because == reason.because) {
            reasons.push(reason);
        }
    }
    reasons
}

/// Follows the parts that have the truth in question.
fn collect(proof: &Proof, wanted: Truth, requirement: &str, found: &mut Vec<Reason>) {
    let requirement = if proof.id.contains('/') {
        &proof.id
    } else {
        requirement
    };
    match proof.rule {
        NodeRule::Leaf => {
            if proof.truth == wanted {
                found.push(Reason {
                    requirement: requirement.to_owned(),
                    truth: proof.truth,
                    because: proof.because.clone(),
                    needs: proof.needs.clone(),
                    evidence: proof.evidence.clone(),
                });
            }
        }
        NodeRule::Not => {
            for child in &proof.children {
                collect(child, !wanted, requirement, found);
            }
        }
        NodeRule::Agree if wanted == Truth::Unknown && !proof.because.is_empty() => {
            let sides = proof.children.iter().flat_map(|child| &child.evidence);
            found.push(Reason {
                requirement: requirement.to_owned(),
                truth: proof.truth,
                because: proof.because.clone(),
                needs: proof.needs.clone(),
                evidence: sides.cloned().collect(),
            });
        }
        NodeRule::All | NodeRule::Any | NodeRule::Agree | NodeRule::AtLeast(_) => {
            for child in proof.children.iter().filter(|child| child.truth == wanted) {
                collect(child, wanted, requirement, found);
            }
        }
    }
}
