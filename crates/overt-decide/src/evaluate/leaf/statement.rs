//! What the publisher says, what the release was built from, and whether it contradicts itself.

use overt_core::{Evidence, Inventory, Proof, Truth};

use super::{Leaf, MOST_EVIDENCE, kebab, leaf, lower};
use crate::definition::{BuiltFromTest, ContradictionTest, SaysTest};
use crate::pattern::glob;

impl Leaf<'_> {
    /// A statement that is not found may stand in what was not read: its absence is unknown, unless
    /// the inventory is complete.
    pub(super) fn says(&self, test: &SaysTest) -> Truth {
        let said = self
            .release
            .statements
            .iter()
            .any(|said| said.kind == test.says && said.component == test.of);
        match (said, self.release.inventory) {
            (true, _) => Truth::True,
            (false, Inventory::Complete) => Truth::False,
            (false, Inventory::Open) => Truth::Unknown,
        }
    }

    pub(super) fn prove_says(&self, test: &SaysTest) -> Proof {
        let truth = self.says(test);
        let name = lower(test.of.name());
        let word = kebab(&test.says);
        let evidence: Vec<Evidence> = self
            .release
            .statements
            .iter()
            .filter(|said| said.kind == test.says && said.component == test.of)
            .map(|said| said.evidence.clone())
            .take(MOST_EVIDENCE)
            .collect();
        let because = match truth {
            Truth::True => format!("the publisher {word} the {name}"),
            _ => format!("nothing was found in which the publisher {word} the {name}"),
        };
        let needs = if truth == Truth::Unknown {
            format!("give overt the card or page that speaks of the {name}")
        } else {
            String::new()
        };
        leaf(
            format!("the publisher {word} the {name}"),
            truth,
            because,
            needs,
            evidence,
        )
    }

    /// The edges of the lineage that fit.
    fn bases(&self, test: &BuiltFromTest) -> impl Iterator<Item = &overt_core::LineageEdge> {
        self.release.lineage.iter().filter(|edge| {
            let named = |pattern: &String| {
                glob(pattern, &edge.target)
                    || edge
                        .family
                        .as_ref()
                        .is_some_and(|family| glob(pattern, family))
            };
            (test.relation.is_empty() || test.relation.contains(&edge.relation))
                && test.built_from.iter().any(named)
        })
    }

    /// A base that is not named may still be there, unless the inventory is complete.
    pub(super) fn built_from(&self, test: &BuiltFromTest) -> Truth {
        match (self.bases(test).next(), self.release.inventory) {
            (Some(_), _) => Truth::True,
            (None, Inventory::Complete) => Truth::False,
            (None, Inventory::Open) => Truth::Unknown,
        }
    }

    pub(super) fn prove_built_from(&self, test: &BuiltFromTest) -> Proof {
        let truth = self.built_from(test);
        let wanted = test.built_from.join(" or ");
        let first = self.bases(test).next();
        let because = match first {
            Some(edge) => format!(
                "it was built from {} ({})",
                edge.target,
                kebab(&edge.relation)
            ),
            None => format!("nothing says that it was built from {wanted}"),
        };
        let needs = if truth == Truth::Unknown {
            "give overt the card or configuration that says what it was built from".to_owned()
        } else {
            String::new()
        };
        let evidence = first
            .map(|edge| edge.evidence.iter().take(MOST_EVIDENCE).cloned().collect())
            .unwrap_or_default();
        leaf(
            format!("it was built from {wanted}"),
            truth,
            because,
            needs,
            evidence,
        )
    }

    /// What was found is counted; files that could not be read leave the answer open.
    pub(super) fn contradictions(&self, test: &ContradictionTest) -> Truth {
        let found = self.counted(test).count();
        if found > test.at_most as usize {
            Truth::False
        } else if self
            .release
            .problems
            .iter()
            .any(|problem| problem.loses_facts)
        {
            Truth::Unknown
        } else {
            Truth::True
        }
    }

    fn counted(
        &self,
        test: &ContradictionTest,
    ) -> impl Iterator<Item = &overt_core::Contradiction> {
        self.release
            .contradictions
            .iter()
            .filter(|found| found.severity >= test.contradictions)
    }

    pub(super) fn prove_contradictions(&self, test: &ContradictionTest) -> Proof {
        let truth = self.contradictions(test);
        let severity = kebab(&test.contradictions);
        let first = self.counted(test).next();
        let because = match first {
            Some(first) => format!("{}: {}", first.code, first.message),
            None => format!("no contradiction of the severity {severity} was found"),
        };
        let needs = if truth == Truth::Unknown {
            "mend the files that could not be read".to_owned()
        } else {
            String::new()
        };
        let evidence = first
            .map(|found| found.evidence.iter().take(MOST_EVIDENCE).cloned().collect())
            .unwrap_or_default();
        leaf(
            format!(
                "at most {} contradictions of the severity {severity} or above",
                test.at_most
            ),
            truth,
            because,
            needs,
            evidence,
        )
    }
}
