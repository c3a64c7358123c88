//! Truth values of conditions and requirements.

use overt_core::{Release, Truth};

use super::asked::{Asked, asked};
use super::{Leaf, LicenseKnowledge};
use crate::definition::{Definition, Node, definition};
use crate::policy;

/// How deeply definitions may ask for each other; more would be a circle.
const DEEPEST_REFERENCE: u8 = 8;

/// What requirements are asked of.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    /// The release.
    pub(crate) release: &'a Release,
    /// What is known of licenses.
    pub(crate) licenses: &'a dyn LicenseKnowledge,
    /// The day, `2026-11-23`, for exceptions that end.
    pub(crate) today: Option<&'a str>,
    /// How many definitions have asked for another.
    depth: u8,
}

/// What became of one requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Whether it is asked of the release at all.
    pub(crate) applies: Truth,
    /// Whether the condition holds or is excepted, taken by itself.
    pub(crate) holds: Truth,
}

impl Outcome {
    /// Whether the requirement is satisfied: it holds, or is not asked.
    pub(crate) fn truth(self) -> Truth {
        (!self.applies).or(self.holds)
    }
}

impl<'a> Case<'a> {
    pub(crate) fn new(
        release: &'a Release,
        licenses: &'a dyn LicenseKnowledge,
        today: Option<&'a str>,
    ) -> Self {
        Self {
            release,
            licenses,
            today,
            depth: 0,
        }
    }

    /// Leaves that refer to the lists of this definition.
    pub(crate) fn leaf(self, definition: &'a Definition) -> Leaf<'a> {
        Leaf {
            release: self.release,
            licenses: self.licenses,
            lists: &definition.lists,
        }
    }

    /// Whether a condition of this definition holds.
    pub(crate) fn truth(self, definition: &'a Definition, node: &Node) -> Truth {
        let part = |part: &Node| self.truth(definition, part);
        match node {
            Node::All(node) => Truth::all(node.all.iter().map(part)),
            Node::Any(node) => Truth::any(node.any.iter().map(part)),
            Node::AtLeast(node) => {
                Truth::at_least(node.at_least as usize, node.of.iter().map(part))
            }
            Node::Not(node) => !part(&node.not),
            Node::When(node) => (!part(&node.when)).or(part(&node.then)),
            Node::Agree(node) => agreement(node.agree.iter().map(part)),
            Node::Meets(node) => self.meets(&node.meets),
            leaf => self.leaf(definition).truth(leaf),
        }
    }

    /// Whether the release meets another definition.
    fn meets(self, id: &str) -> Truth {
        let Some(other) = definition(id).filter(|_| self.depth < DEEPEST_REFERENCE) else {
            return Truth::Unknown;
        };
        let deeper = Case {
            depth: self.depth + 1,
            ..self
        };
        let outcomes: Vec<_> = asked(other)
            .iter()
            .map(|asked| (asked.requirement.id.clone(), deeper.outcome(other, asked)))
            .collect();
        verdict_of(other, &outcomes)
    }

    /// What becomes of a requirement that `whole`, or a definition it extends, asks.
    pub(crate) fn outcome(self, whole: &Definition, asked: &Asked<'a>) -> Outcome {
        let requirement = &asked.requirement;
        let applies = requirement
            .applies
            .as_ref()
            .map_or(Truth::True, |node| self.truth(asked.definition, node));
        let holds = if policy::excepted(self.release, whole, &requirement.id, self.today).is_some()
        {
            Truth::True
        } else {
            self.truth(asked.definition, &requirement.require)
        };
        Outcome { applies, holds }
    }
}

/// Known if at least one part is and none disagrees.
pub(crate) fn agreement(parts: impl IntoIterator<Item = Truth>) -> Truth {
    let (mut holds, mut fails) = (false, false);
    for part in parts {
        holds |= part == Truth::True;
        fails |= part == Truth::False;
    }
    match (holds, fails) {
        (true, false) => Truth::True,
        (false, true) => Truth::False,
        _ => Truth::Unknown,
    }
}

/// The verdict that requirements give together: all of them, or those of the grade at which the
/// definition is met.
pub(crate) fn verdict_of(definition: &Definition, outcomes: &[(String, Outcome)]) -> Truth {
    let grade = definition
        .meets_at
        .as_ref()
        .and_then(|meets| definition.grades.iter().find(|grade| grade.id == *meets));
    let deciding = || {
        outcomes
            .iter()
            .filter(|(id, _)| grade.is_none_or(|grade| grade.requires.contains(id)))
            .map(|(_, outcome)| *outcome)
    };
    Truth::all(deciding().map(Outcome::truth)).and(substance(deciding()))
}

/// At most open if none of the requirements is known to be asked: whoever has nothing breaks no rule,
/// but meets none either.
pub(super) fn substance(outcomes: impl Iterator<Item = Outcome>) -> Truth {
    Truth::any(outcomes.map(|outcome| outcome.applies)).or(Truth::Unknown)
}
