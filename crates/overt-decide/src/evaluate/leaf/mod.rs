//! Leaves: what is looked at in the release itself.

mod atom;
mod component;
mod fact;
mod license;
mod statement;

use std::collections::BTreeMap;

use overt_core::{Component, ComponentKind, Evidence, NodeRule, Proof, Release, Truth};

use super::LicenseKnowledge;
use crate::definition::Node;
pub(crate) use license::passes;

/// What leaves are evaluated on.
#[derive(Clone, Copy)]
pub(crate) struct Leaf<'a> {
    /// The release.
    pub(crate) release: &'a Release,
    /// What is known of licenses.
    pub(crate) licenses: &'a dyn LicenseKnowledge,
    /// The lists of the definition that the leaves stand in.
    pub(crate) lists: &'a BTreeMap<String, Vec<String>>,
}

/// How many places one leaf shows.
const MOST_EVIDENCE: usize = 4;

impl Leaf<'_> {
    /// Whether a leaf holds. Compound conditions are not asked here and are unknown.
    pub(crate) fn truth(&self, node: &Node) -> Truth {
        match node {
            Node::Released(test) => self.released(test),
            Node::There(test) => self.there(test),
            Node::License(test) => self.license(test),
            Node::Fact(test) => self.fact(test).0,
            Node::Says(test) => self.says(test),
            Node::BuiltFrom(test) => self.built_from(test),
            Node::Contradictions(test) => self.contradictions(test),
            _ => Truth::Unknown,
        }
    }

    /// The same with its reasons.
    pub(crate) fn prove(&self, node: &Node) -> Proof {
        match node {
            Node::Released(test) => self.prove_released(test),
            Node::There(test) => self.prove_there(test),
            Node::License(test) => self.prove_license(test),
            Node::Fact(test) => self.prove_fact(test),
            Node::Says(test) => self.prove_says(test),
            Node::BuiltFrom(test) => self.prove_built_from(test),
            Node::Contradictions(test) => self.prove_contradictions(test),
            _ => leaf(
                String::new(),
                Truth::Unknown,
                String::new(),
                String::new(),
                Vec::new(),
            ),
        }
    }

    pub(crate) fn component(&self, kind: ComponentKind) -> Option<&Component> {
        // The list is in the order of `ALL`; releases made by hand may not be.
        self.release.component(kind)
    }
}

fn leaf(
    requirement: String,
    truth: Truth,
    because: String,
    needs: String,
    evidence: Vec<Evidence>,
) -> Proof {
    Proof {
        id: String::new(),
        requirement,
        truth,
        rule: NodeRule::Leaf,
        because,
        needs,
        evidence,
        children: Vec::new(),
    }
}

/// The stable id of a word of the vocabulary.
fn kebab(word: &impl serde::Serialize) -> String {
    serde_json::to_value(word)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn lower(name: &str) -> String {
    name.to_lowercase()
}
