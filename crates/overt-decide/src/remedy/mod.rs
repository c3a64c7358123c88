//! What would make a release meet a definition: minimal sets of changes, the least effort first.
//!
//! A condition is turned into the sets of changes that make it hold: those of all parts together for
//! `all`, those of one part for `any`, of `k` parts for `at-least`. Sets that contain a smaller one
//! are dropped, so every set that is left is minimal.

use overt_core::{Effort, Mender, Remedy, RemedyStep, Truth};

use crate::definition::{LicenseTest, Node, Requirement};
use crate::evaluate::Leaf;

/// How many sets are kept while they are combined.
const KEPT: usize = 24;
/// How many remedies are shown.
const SHOWN: usize = 3;

/// Sets of steps; no sets at all means that nothing helps.
pub(crate) type Fixes = Vec<Vec<RemedyStep>>;

/// The sets of changes that make a requirement hold.
pub(crate) fn of(leaf: &Leaf<'_>, node: &Node, requirement: &Requirement) -> Fixes {
    match node {
        Node::All(node) => node
            .all
            .iter()
            .map(|part| of(leaf, part, requirement))
            .fold(vec![Vec::new()], both),
        Node::Any(node) => smaller(
            node.any
                .iter()
                .flat_map(|part| of(leaf, part, requirement))
                .collect(),
        ),
        Node::AtLeast(node) => {
            let parts: Vec<Fixes> = node
                .of
                .iter()
                .map(|part| of(leaf, part, requirement))
                .collect();
            choose(&parts, node.at_least as usize)
        }
        Node::Not(node) => denials(leaf, &node.not, requirement),
        Node::When(node) => {
            let mut sets = denials(leaf, &node.when, requirement);
            sets.extend(of(leaf, &node.then, requirement));
            smaller(sets)
        }
        _ if leaf.truth(node) == Truth::True => vec![Vec::new()],
        _ => step(leaf, node, requirement).map_or_else(Vec::new, |step| vec![vec![step]]),
    }
}

/// Nothing is changed to make something *not* hold but what already does not.
fn denials(leaf: &Leaf<'_>, node: &Node, requirement: &Requirement) -> Fixes {
    match node {
        Node::Not(inner) => of(leaf, &inner.not, requirement),
        Node::All(inner) => smaller(
            inner
                .all
                .iter()
                .flat_map(|part| denials(leaf, part, requirement))
                .collect(),
        ),
        Node::Any(inner) => inner
            .any
            .iter()
            .map(|part| denials(leaf, part, requirement))
            .fold(vec![Vec::new()], both),
        Node::AtLeast(_) | Node::When(_) => Vec::new(),
        Node::Fact(test) if leaf.truth(node) == Truth::Unknown => vec![vec![RemedyStep {
            requirement: requirement.id.clone(),
            action: format!(
                "show that the {} does not matter here",
                test.fact.replace('-', " ")
            ),
            by: Mender::Publisher,
            effort: 1,
        }]],
        _ if leaf.truth(node) == Truth::False => vec![Vec::new()],
        _ => Vec::new(),
    }
}

/// The change that makes a leaf hold.
fn step(leaf: &Leaf<'_>, node: &Node, requirement: &Requirement) -> Option<RemedyStep> {
    let (action, by, effort) = match node {
        Node::Released(test) => {
            let name = test.released.name().to_lowercase();
            let component = leaf.release.component(test.released);
            let status = component.map(|component| component.status);
            match status {
                Some(overt_core::Status::PartlyReleased) => (
                    format!("complete the {name}, or show that it is complete"),
                    Mender::Publisher,
                    requirement.effort.div_ceil(2),
                ),
                Some(overt_core::Status::Referenced) => (
                    format!("show the {name} that is said to be elsewhere"),
                    Mender::Publisher,
                    1,
                ),
                _ => (
                    format!("release the {name}"),
                    Mender::Publisher,
                    requirement.effort,
                ),
            }
        }
        Node::License(test) => {
            let name = test.license_of.name().to_lowercase();
            if leaf.base_fails(test) {
                let action = format!(
                    "have the base model's terms changed, or build on another base model: they \
                     govern the {name}"
                );
                (
                    action,
                    Mender::BaseLicensor,
                    requirement.effort.saturating_mul(10).max(50),
                )
            } else {
                (license_action(leaf, test, &name), Mender::Publisher, 1)
            }
        }
        Node::Fact(test) => (
            format!(
                "say what the {} is, with a source",
                test.fact.replace('-', " ")
            ),
            Mender::Publisher,
            1,
        ),
        Node::Says(_) => return None,
        _ => return None,
    };
    Some(RemedyStep {
        requirement: requirement.id.clone(),
        action,
        by,
        effort,
    })
}

fn license_action(leaf: &Leaf<'_>, test: &LicenseTest, name: &str) -> String {
    let license = leaf
        .release
        .component(test.license_of)
        .map(|component| &component.license);
    if license.is_some_and(|license| license.disputed) {
        return format!("say once and everywhere which license holds for the {name}");
    }
    use overt_core::RecognitionList as List;
    let which = if test.recognized.contains(&List::OsiApproved) {
        "an OSI-approved license"
    } else if !test.recognized.is_empty() {
        "a license that the definition recognizes"
    } else if !test.ids.is_empty() {
        "a license of the definition's list"
    } else {
        "a license without the restrictions named"
    };
    format!("put the {name} under {which}")
}

/// Every way of fixing both.
fn both(left: Fixes, right: Fixes) -> Fixes {
    let mut sets = Vec::new();
    for a in &left {
        for b in &right {
            let mut set = a.clone();
            for step in b {
                if !set.iter().any(|known| known.action == step.action) {
                    set.push(step.clone());
                }
            }
            set.sort_by(|x, y| (x.by, x.effort, &x.action).cmp(&(y.by, y.effort, &y.action)));
            sets.push(set);
        }
    }
    smaller(sets)
}

/// Every way of fixing `k` of the parts.
fn choose(parts: &[Fixes], k: usize) -> Fixes {
    // sets[n]: the ways of fixing n of the parts seen so far.
    let mut sets: Vec<Fixes> = vec![Vec::new(); k + 1];
    if let Some(none) = sets.first_mut() {
        none.push(Vec::new());
    }
    for part in parts {
        for count in (1..=k).rev() {
            let Some(before) = sets.get(count - 1).cloned() else {
                continue;
            };
            let with = both(before, part.clone());
            if let Some(here) = sets.get_mut(count) {
                here.extend(with);
                *here = smaller(std::mem::take(here));
            }
        }
    }
    sets.pop().unwrap_or_default()
}

/// Drops sets that contain another one; keeps the least effort.
fn smaller(mut sets: Fixes) -> Fixes {
    sets.sort_by(|a, b| key(a).cmp(&key(b)));
    let mut kept: Fixes = Vec::new();
    for set in sets {
        let contains = |known: &Vec<RemedyStep>| {
            known
                .iter()
                .all(|step| set.iter().any(|own| own.action == step.action))
        };
        if kept.len() < KEPT && !kept.iter().any(contains) {
            kept.push(set);
        }
    }
    kept
}

/// First what the publisher can do, then the least effort, then the fewest steps.
fn key(set: &[RemedyStep]) -> (Mender, Effort, usize, Vec<&str>) {
    let by = set
        .iter()
        .map(|step| step.by)
        .max()
        .unwrap_or(Mender::Publisher);
    (
        by,
        effort(set),
        set.len(),
        set.iter().map(|step| step.action.as_str()).collect(),
    )
}

fn effort(set: &[RemedyStep]) -> Effort {
    set.iter()
        .fold(0, |sum: Effort, step| sum.saturating_add(step.effort))
}

/// The smallest remedies for all requirements together.
pub(crate) fn smallest(requirements: Vec<Fixes>) -> Vec<Remedy> {
    let sets = requirements.into_iter().fold(vec![Vec::new()], both);
    sets.into_iter()
        .filter(|steps| !steps.is_empty())
        .take(SHOWN)
        .map(|steps| Remedy {
            effort: effort(&steps),
            steps,
        })
        .collect()
}
