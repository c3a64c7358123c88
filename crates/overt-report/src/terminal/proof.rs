//! A proof as an indented tree, for `--explain`.

use overt_core::{NodeRule, Proof, Release};

use super::layout::paragraph;
use super::{paint, truth_mark};

/// How deeply a proof is drawn.
const DEEPEST: usize = 12;

/// The proof of one requirement (or of a whole definition) as text with ANSI styles.
pub fn requirement(proof: &Proof, release: &Release) -> String {
    let mut out = String::new();
    node(&mut out, proof, release, 0);
    out
}

fn node(out: &mut String, proof: &Proof, release: &Release, depth: usize) {
    let indent = depth.min(DEEPEST) * 2;
    let (mark, style) = truth_mark(proof.truth);
    let first = format!("{}{} ", " ".repeat(indent), paint(style, mark));
    let id = if proof.id.is_empty() {
        String::new()
    } else {
        format!("{}: ", proof.id)
    };
    let text = format!("{id}{}", proof.requirement);
    out.push_str(&paragraph(&first, indent + 2, indent + 4, &text));
    let spaces = " ".repeat(indent + 4);
    if proof.rule == NodeRule::Leaf {
        out.push_str(&paragraph(&spaces, indent + 4, indent + 4, &proof.because));
        for evidence in &proof.evidence {
            let label = if release.sources.len() > 1 {
                &evidence.source
            } else {
                ""
            };
            let slash = if label.is_empty() { "" } else { "/" };
            let says = if evidence.says.is_empty() {
                String::new()
            } else {
                format!(": {}", evidence.says)
            };
            let line = format!(
                "at {label}{slash}{} ({}, {}){says}",
                evidence.place(),
                evidence.strength.as_str(),
                evidence.method
            );
            out.push_str(&paragraph(&spaces, indent + 4, indent + 6, &line));
        }
        if !proof.needs.is_empty() {
            let line = format!("to decide it: {}", proof.needs);
            out.push_str(&paragraph(&spaces, indent + 4, indent + 6, &line));
        }
    }
    for child in &proof.children {
        node(out, child, release, depth + 1);
    }
}
