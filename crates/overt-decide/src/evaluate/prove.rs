//! Proof trees.

use overt_core::{NodeRule, Proof, Truth};

use super::asked::{Asked, asked};
use super::truth::Case;
use crate::definition::{Definition, Exception, Node, definition};
use crate::policy;

impl<'a> Case<'a> {
    /// The proof of a requirement that `whole`, or a definition it extends, asks.
    pub(super) fn prove_requirement(self, whole: &Definition, asked: &Asked<'a>) -> Proof {
        let requirement = &asked.requirement;
        let mut proof = match policy::excepted(self.release, whole, &requirement.id, self.today) {
            Some(exception) => excepted(exception),
            None => self.prove(asked.definition, &requirement.require),
        };
        if let Some(applies) = &requirement.applies
            && self.truth(asked.definition, applies) != Truth::True
        {
            let premise = self.prove(asked.definition, applies);
            proof = compound(
                NodeRule::Any,
                (!premise.truth).or(proof.truth),
                vec![negated(premise), proof],
            );
        }
        // A bare leaf is the requirement itself; a compound one carries its words.
        proof.id = format!("{}/{}", asked.definition.id, requirement.id);
        proof.requirement.clone_from(&requirement.plain);
        proof
    }

    /// The proof of a condition.
    pub(super) fn prove(self, within: &'a Definition, node: &Node) -> Proof {
        let rule = match node {
            Node::All(_) => NodeRule::All,
            Node::Any(_) => NodeRule::Any,
            Node::Agree(_) => NodeRule::Agree,
            Node::AtLeast(inner) => NodeRule::AtLeast(inner.at_least),
            Node::Not(_) => NodeRule::Not,
            // `when A then B` is `not A or B`.
            Node::When(inner) => {
                let premise = negated(self.prove(within, &inner.when));
                let children = vec![premise, self.prove(within, &inner.then)];
                return compound(NodeRule::Any, self.truth(within, node), children);
            }
            Node::Meets(inner) => return self.prove_meets(within, node, &inner.meets),
            leaf => return self.leaf(within).prove(leaf),
        };
        let children = node
            .parts()
            .into_iter()
            .map(|part| self.prove(within, part))
            .collect();
        let mut proof = compound(rule, self.truth(within, node), children);
        let disagree = |truth| proof.children.iter().any(|child| child.truth == truth);
        if rule == NodeRule::Agree && disagree(Truth::True) && disagree(Truth::False) {
            "what is recorded and what was seen disagree".clone_into(&mut proof.because);
            "a person must judge which of both holds".clone_into(&mut proof.needs);
        }
        proof
    }

    fn prove_meets(self, within: &'a Definition, node: &Node, id: &str) -> Proof {
        let truth = self.truth(within, node);
        let other = definition(id);
        let children = other
            .into_iter()
            .flat_map(|other| asked(other).into_iter().map(move |asked| (other, asked)))
            .filter(|(_, asked)| !asks_for_another(&asked.requirement.require))
            .map(|(other, asked)| self.prove_requirement(other, &asked))
            .collect();
        let mut proof = compound(NodeRule::All, truth, children);
        proof.requirement = other.map_or_else(
            || format!("the definition {id} is met"),
            |other| format!("{} is met", other.name),
        );
        proof
    }
}

/// Whether a condition asks for a third definition; its own proof is to be asked for by itself.
fn asks_for_another(node: &Node) -> bool {
    matches!(node, Node::Meets(_)) || node.parts().into_iter().any(asks_for_another)
}

fn negated(premise: Proof) -> Proof {
    Proof {
        requirement: format!("it does not apply: {}", premise.requirement),
        ..compound(NodeRule::Not, !premise.truth, vec![premise])
    }
}

/// Why a verdict is open although nothing speaks against it.
pub(super) fn without_substance() -> Proof {
    Proof {
        requirement: "something is there that the definition speaks of".to_owned(),
        because: "nothing was found that the definition speaks of".to_owned(),
        needs: "give overt the folders that hold the rest of the release".to_owned(),
        ..compound(NodeRule::Leaf, Truth::Unknown, Vec::new())
    }
}

fn excepted(exception: &Exception) -> Proof {
    Proof {
        because: format!("excepted by the policy: {}", exception.reason),
        ..compound(NodeRule::Leaf, Truth::True, Vec::new())
    }
}

pub(super) fn compound(rule: NodeRule, truth: Truth, children: Vec<Proof>) -> Proof {
    let requirement = match rule {
        NodeRule::All => "all of these".to_owned(),
        NodeRule::Any => "one of these".to_owned(),
        NodeRule::AtLeast(count) => format!("at least {count} of these"),
        NodeRule::Not => "not this".to_owned(),
        NodeRule::Agree => "one of these, and none against it".to_owned(),
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
