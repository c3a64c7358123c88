//! Verdicts with their proofs.

mod leaf;
mod licenses;
mod reasons;

use overt_core::{NodeRule, Proof, Release, Remedy, Truth, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use licenses::{EmbeddedLicenses, LicenseKnowledge};
pub use reasons::Reason;

use crate::definition::{Confidence, Definition, DefinitionStatus, Node, definition};
use crate::remedy;
pub(crate) use leaf::Leaf;

/// A definition, evaluated on a release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evaluation {
    /// The definition's id.
    pub definition: String,
    /// What it is called.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Whether it is in force.
    pub status: DefinitionStatus,
    /// How sure we are of its rules.
    pub confidence: Confidence,
    /// Whether the release meets it.
    pub verdict: Verdict,
    /// Whether the definition applies to the release; a verdict on one to which it does not is
    /// worth nothing.
    pub applies: Truth,
    /// The leaves that decide the verdict, the most telling first.
    pub reasons: Vec<Reason>,
    /// The smallest sets of changes that would make it meet, the least effort first.
    pub remedies: Vec<Remedy>,
    /// From the definition down to the evidence.
    pub proof: Proof,
}

/// Whether the release meets the definition, without the proof: the fast way for many releases.
pub fn verdict(
    release: &Release,
    definition: &Definition,
    licenses: &dyn LicenseKnowledge,
) -> Verdict {
    let leaf = Leaf { release, licenses };
    let own = definition
        .requirements
        .iter()
        .map(|requirement| truth(&leaf, &requirement.require));
    let base = extended(definition).into_iter().flat_map(|base| {
        base.requirements
            .iter()
            .map(|requirement| truth(&leaf, &requirement.require))
    });
    Verdict::from(Truth::all(own.chain(base)))
}

/// The definitions that this one contains, the nearest first.
fn extended(definition_: &Definition) -> Vec<&'static Definition> {
    /// More would be a circle.
    const MOST: usize = 8;
    let mut found: Vec<&Definition> = Vec::new();
    let mut next = definition_.extends.as_deref();
    while let Some(base) = next.and_then(definition) {
        if found.len() == MOST {
            break;
        }
        found.push(base);
        next = base.extends.as_deref();
    }
    found
}

fn truth(leaf: &Leaf<'_>, node: &Node) -> Truth {
    match node {
        Node::All(node) => Truth::all(node.all.iter().map(|part| truth(leaf, part))),
        Node::Any(node) => Truth::any(node.any.iter().map(|part| truth(leaf, part))),
        Node::AtLeast(node) => Truth::at_least(
            node.at_least as usize,
            node.of.iter().map(|part| truth(leaf, part)),
        ),
        Node::Not(node) => !truth(leaf, &node.not),
        Node::When(node) => (!truth(leaf, &node.when)).or(truth(leaf, &node.then)),
        leaf_node => leaf.truth(leaf_node),
    }
}

/// Evaluates a definition on a release, with proof, reasons and remedies.
pub fn evaluate(
    release: &Release,
    definition: &Definition,
    licenses: &dyn LicenseKnowledge,
) -> Evaluation {
    let leaf = Leaf { release, licenses };
    let bases = extended(definition);
    let requirements = bases
        .iter()
        .rev()
        .flat_map(|base| {
            base.requirements
                .iter()
                .map(|requirement| (base.id.as_str(), requirement))
        })
        .chain(
            definition
                .requirements
                .iter()
                .map(|r| (definition.id.as_str(), r)),
        );
    let mut children = Vec::new();
    let mut fixes = Vec::new();
    for (id, requirement) in requirements {
        let mut proof = prove(&leaf, &requirement.require);
        fixes.push(remedy::of(&leaf, &requirement.require, requirement));
        // A bare leaf is the requirement itself; a compound one carries its words.
        proof.id = format!("{id}/{}", requirement.id);
        proof.requirement.clone_from(&requirement.plain);
        children.push(proof);
    }
    let held = Truth::all(children.iter().map(|child| child.truth));
    let proof = Proof {
        id: definition.id.clone(),
        requirement: definition.name.clone(),
        truth: held,
        rule: NodeRule::All,
        because: String::new(),
        needs: String::new(),
        evidence: Vec::new(),
        children,
    };
    let applies = definition
        .applies
        .as_ref()
        .map_or(Truth::True, |node| truth(&leaf, node));
    Evaluation {
        definition: definition.id.clone(),
        name: definition.name.clone(),
        version: definition.version.clone(),
        status: definition.status,
        confidence: definition.confidence,
        verdict: Verdict::from(held),
        applies,
        reasons: reasons::of(&proof),
        remedies: if held == Truth::True {
            Vec::new()
        } else {
            remedy::smallest(fixes)
        },
        proof,
    }
}

fn prove(leaf: &Leaf<'_>, node: &Node) -> Proof {
    let (rule, truth) = match node {
        Node::All(_) => (NodeRule::All, truth(leaf, node)),
        Node::Any(_) => (NodeRule::Any, truth(leaf, node)),
        Node::AtLeast(inner) => (NodeRule::AtLeast(inner.at_least), truth(leaf, node)),
        Node::Not(_) => (NodeRule::Not, truth(leaf, node)),
        // `when A then B` is `not A or B`.
        Node::When(inner) => {
            let premise = prove(leaf, &inner.when);
            let not_premise = Proof {
                id: String::new(),
                requirement: format!("it does not apply: {}", premise.requirement),
                truth: !premise.truth,
                rule: NodeRule::Not,
                because: String::new(),
                needs: String::new(),
                evidence: Vec::new(),
                children: vec![premise],
            };
            let children = vec![not_premise, prove(leaf, &inner.then)];
            return compound(NodeRule::Any, truth(leaf, node), children);
        }
        _ => return leaf.prove(node),
    };
    compound(
        rule,
        truth,
        node.parts()
            .into_iter()
            .map(|part| prove(leaf, part))
            .collect(),
    )
}

fn compound(rule: NodeRule, truth: Truth, children: Vec<Proof>) -> Proof {
    let requirement = match rule {
        NodeRule::All => "all of these".to_owned(),
        NodeRule::Any => "one of these".to_owned(),
        NodeRule::AtLeast(count) => format!("at least {count} of these"),
        NodeRule::Not => "not this".to_owned(),
        NodeRule::Leaf => String::new(),
    };
    Proof {
        id: String::new(),
        requirement,
        truth,
        rule,
        because: String::new(),
        needs: String::new(),
        evidence: Vec::new(),
        children,
    }
}
