//! Many definitions on many releases, without proofs: each distinct leaf is looked at once per release,
//! and what a license says is asked once per expression.

use std::collections::HashMap;

use overt_core::{Expression, Release, Truth, Verdict};

use crate::definition::{Definition, Node, definition};
use crate::evaluate::{Case, LicenseKnowledge, Outcome, agreement, outcomes, passes, verdict_of};

/// How many expressions are remembered; hubs have thousands of spellings, not millions.
const MOST_REMEMBERED: usize = 65_536;

/// Definitions compiled for many releases. Each thread has its own.
pub struct Plan<'d> {
    licenses: &'d dyn LicenseKnowledge,
    leaves: Vec<PlannedLeaf<'d>>,
    definitions: Vec<Planned<'d>>,
    /// What each leaf's license test says of an expression.
    remembered: HashMap<Expression, Vec<Option<Truth>>>,
    /// The leaves of the release at hand.
    known: Vec<Option<Truth>>,
}

struct PlannedLeaf<'d> {
    node: &'d Node,
    within: &'d Definition,
}

struct Planned<'d> {
    definition: &'d Definition,
    /// None for policies with exceptions, which are looked at one by one.
    requirements: Option<Vec<PlannedRequirement>>,
}

struct PlannedRequirement {
    applies: Option<Step>,
    require: Step,
}

enum Step {
    All(Vec<Step>),
    Any(Vec<Step>),
    AtLeast(usize, Vec<Step>),
    Not(Box<Step>),
    Agree(Vec<Step>),
    Leaf(usize),
    /// Open in any case, as a reference that leads nowhere.
    Unknown,
}

impl<'d> Plan<'d> {
    /// Compiles definitions.
    pub fn new(
        definitions: impl IntoIterator<Item = &'d Definition>,
        licenses: &'d dyn LicenseKnowledge,
    ) -> Self {
        let mut plan = Self {
            licenses,
            leaves: Vec::new(),
            definitions: Vec::new(),
            remembered: HashMap::new(),
            known: Vec::new(),
        };
        for definition in definitions {
            let requirements = plan.requirements(definition, 0);
            plan.definitions.push(Planned {
                definition,
                requirements,
            });
        }
        plan
    }

    /// The requirements that decide; `None` if the definition must be looked at as a whole.
    fn requirements(
        &mut self,
        definition: &'d Definition,
        depth: u8,
    ) -> Option<Vec<PlannedRequirement>> {
        let mut within = Some(definition);
        let mut planned = Vec::new();
        // When each requirement is asked; `None` as soon as one always is.
        let mut conditions = Some(Vec::new());
        let mut length = 0;
        while let Some(part) = within {
            if !part.exceptions.is_empty() || length > 8 {
                return None;
            }
            length += 1;
            let grade = definition
                .grades
                .iter()
                .find(|grade| definition.meets_at.as_ref() == Some(&grade.id));
            for requirement in &part.requirements {
                if grade.is_some_and(|grade| !grade.requires.contains(&requirement.id)) {
                    continue;
                }
                let applies = requirement
                    .applies
                    .as_ref()
                    .map(|node| self.step(node, part, depth));
                match (&mut conditions, &requirement.applies) {
                    (Some(conditions), Some(node)) => {
                        conditions.push(self.step(node, part, depth));
                    }
                    _ => conditions = None,
                }
                let require = self.step(&requirement.require, part, depth);
                planned.push(PlannedRequirement { applies, require });
            }
            within = part
                .extends
                .as_deref()
                .and_then(crate::definition::definition);
        }
        // See `evaluate::substance`: one requirement must be known to be asked.
        if let Some(mut conditions) = conditions {
            conditions.push(Step::Unknown);
            planned.push(PlannedRequirement {
                applies: None,
                require: Step::Any(conditions),
            });
        }
        Some(planned)
    }

    fn step(&mut self, node: &'d Node, within: &'d Definition, depth: u8) -> Step {
        let mut parts = |parts: &'d [Node]| -> Vec<Step> {
            parts
                .iter()
                .map(|part| self.step(part, within, depth))
                .collect()
        };
        match node {
            Node::All(node) => Step::All(parts(&node.all)),
            Node::Any(node) => Step::Any(parts(&node.any)),
            Node::AtLeast(node) => Step::AtLeast(node.at_least as usize, parts(&node.of)),
            Node::Agree(node) => Step::Agree(parts(&node.agree)),
            Node::Not(node) => Step::Not(Box::new(self.step(&node.not, within, depth))),
            Node::When(node) => {
                let when = Step::Not(Box::new(self.step(&node.when, within, depth)));
                Step::Any(vec![when, self.step(&node.then, within, depth)])
            }
            Node::Meets(node) => definition(&node.meets)
                .filter(|_| depth < 8)
                .and_then(|other| self.requirements(other, depth + 1))
                .map_or(Step::Unknown, |requirements| {
                    Step::All(
                        requirements
                            .into_iter()
                            .map(PlannedRequirement::step)
                            .collect(),
                    )
                }),
            leaf => Step::Leaf(self.leaf(leaf, within)),
        }
    }

    /// The place of a leaf; equal ones share it unless they refer to different lists.
    fn leaf(&mut self, node: &'d Node, within: &'d Definition) -> usize {
        let lists = matches!(node, Node::License(test) if test.written_in.is_some());
        let same = self
            .leaves
            .iter()
            .position(|known| known.node == node && (!lists || std::ptr::eq(known.within, within)));
        same.unwrap_or_else(|| {
            self.leaves.push(PlannedLeaf { node, within });
            self.leaves.len() - 1
        })
    }

    /// How many distinct leaves there are.
    pub fn leaves(&self) -> usize {
        self.leaves.len()
    }

    /// The verdicts on a release, in the order of the definitions.
    pub fn verdicts(&mut self, release: &Release) -> Vec<Verdict> {
        self.known.clear();
        self.known.resize(self.leaves.len(), None);
        let definitions = std::mem::take(&mut self.definitions);
        let verdicts = definitions
            .iter()
            .map(|planned| {
                if let Some(requirements) = &planned.requirements {
                    self.all(release, requirements)
                } else {
                    let case = Case::new(release, self.licenses, None);
                    verdict_of(planned.definition, &outcomes(case, planned.definition))
                }
            })
            .map(Verdict::from)
            .collect();
        self.definitions = definitions;
        verdicts
    }

    fn all(&mut self, release: &Release, requirements: &[PlannedRequirement]) -> Truth {
        let mut truth = Truth::True;
        for requirement in requirements {
            let applies = requirement
                .applies
                .as_ref()
                .map_or(Truth::True, |step| self.truth(release, step));
            let holds = self.truth(release, &requirement.require);
            truth = truth.and(Outcome { applies, holds }.truth());
            if truth == Truth::False {
                break;
            }
        }
        truth
    }

    fn truth(&mut self, release: &Release, step: &Step) -> Truth {
        match step {
            Step::All(parts) => {
                let mut truth = Truth::True;
                for part in parts {
                    truth = truth.and(self.truth(release, part));
                    if truth == Truth::False {
                        break;
                    }
                }
                truth
            }
            Step::Any(parts) => {
                let mut truth = Truth::False;
                for part in parts {
                    truth = truth.or(self.truth(release, part));
                    if truth == Truth::True {
                        break;
                    }
                }
                truth
            }
            Step::AtLeast(count, parts) => {
                Truth::at_least(*count, parts.iter().map(|part| self.truth(release, part)))
            }
            Step::Not(part) => !self.truth(release, part),
            Step::Agree(parts) => agreement(parts.iter().map(|part| self.truth(release, part))),
            Step::Leaf(index) => self.leaf_truth(release, *index),
            Step::Unknown => Truth::Unknown,
        }
    }

    fn leaf_truth(&mut self, release: &Release, index: usize) -> Truth {
        if let Some(truth) = self.known.get(index).copied().flatten() {
            return truth;
        }
        let Some(leaf) = self.leaves.get(index) else {
            return Truth::Unknown;
        };
        let looked = Case::new(release, self.licenses, None).leaf(leaf.within);
        let truth = match leaf.node {
            Node::License(test) => {
                let (licenses, remembered) = (self.licenses, &mut self.remembered);
                let count = self.leaves.len();
                looked.license_truth(test, &mut |expression| {
                    if let Some(Some(Some(truth))) = remembered
                        .get(expression)
                        .map(|answers| answers.get(index).copied())
                    {
                        return truth;
                    }
                    let truth = passes(test, expression, licenses);
                    if remembered.len() >= MOST_REMEMBERED {
                        remembered.clear();
                    }
                    let answers = remembered
                        .entry(expression.clone())
                        .or_insert_with(|| vec![None; count]);
                    if let Some(slot) = answers.get_mut(index) {
                        *slot = Some(truth);
                    }
                    truth
                })
            }
            node => looked.truth(node),
        };
        if let Some(slot) = self.known.get_mut(index) {
            *slot = Some(truth);
        }
        truth
    }
}

impl PlannedRequirement {
    fn step(self) -> Step {
        match self.applies {
            Some(applies) => Step::Any(vec![Step::Not(Box::new(applies)), self.require]),
            None => self.require,
        }
    }
}
