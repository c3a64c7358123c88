//! Sets of fixes and how they combine.

use std::collections::BTreeMap;

use overt_core::{ComponentKind, Effort, Expression, Mender, StepKind};

use super::change::Change;

/// What a fix is about; a release needs at most one fix of each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Status(ComponentKind),
    License(ComponentKind),
    Fact(String),
    Contradictions,
}

/// How a target is mended.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum How {
    /// Released.
    Released,
    /// Put under one of these, the first being the usual choice.
    License(Vec<Expression>),
    /// Is this text.
    Is(String),
    /// Is at least the first number and below the second.
    Between(f64, f64),
    /// Resolved.
    Resolved,
}

/// One fix.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fix {
    pub(super) how: How,
    pub(super) by: Mender,
    pub(super) effort: Effort,
    /// Whether evidence is missing or something must change.
    pub(super) kind: StepKind,
    /// Whether it licenses something that is not there: nothing is done by it alone.
    pub(super) idle: bool,
    /// The requirement that asked for it first.
    pub(super) requirement: String,
    /// What to do, with `{license}` for the license that is chosen in the end.
    pub(super) action: String,
}

/// Fixes that are made together.
pub(super) type Set = BTreeMap<Target, Fix>;

/// Alternatives; none at all means that nothing helps.
pub(super) type Sets = Vec<Set>;

/// How many alternatives are kept while they are combined.
const KEPT: usize = 16;

/// Every way of making both: targets in common must be mended in a way that serves both.
pub(super) fn both(left: Sets, right: &Sets) -> Sets {
    if let [only] = right.as_slice()
        && only.is_empty()
    {
        return left;
    }
    let mut sets = Vec::new();
    for a in &left {
        for b in right {
            sets.extend(joined(a, b));
        }
    }
    smallest(sets)
}

fn joined(a: &Set, b: &Set) -> Option<Set> {
    let mut set = a.clone();
    for (target, fix) in b {
        match set.get_mut(target) {
            None => {
                set.insert(target.clone(), fix.clone());
            }
            Some(known) => {
                known.how = common(&known.how, &fix.how)?;
                known.by = known.by.max(fix.by);
                known.effort = known.effort.max(fix.effort);
                known.kind = known.kind.max(fix.kind);
            }
        }
    }
    Some(set)
}

/// What serves both, if anything does.
fn common(a: &How, b: &How) -> Option<How> {
    match (a, b) {
        (How::License(a), How::License(b)) => {
            let both: Vec<_> = a
                .iter()
                .filter(|license| b.contains(license))
                .cloned()
                .collect();
            (!both.is_empty()).then_some(How::License(both))
        }
        (How::Between(a, b), How::Between(c, d)) => {
            let (from, to) = (a.max(*c), b.min(*d));
            (from < to).then_some(How::Between(from, to))
        }
        (a, b) => (a == b).then(|| a.clone()),
    }
}

/// Every way of making `k` of the parts.
pub(super) fn choose(parts: &[Sets], k: usize) -> Sets {
    // ways[n]: the ways of making n of the parts seen so far.
    let mut ways: Vec<Sets> = vec![Vec::new(); k + 1];
    if let Some(none) = ways.first_mut() {
        none.push(Set::new());
    }
    for part in parts {
        for count in (1..=k).rev() {
            let Some(before) = ways.get(count - 1).cloned() else {
                continue;
            };
            let with = both(before, part);
            if let Some(here) = ways.get_mut(count) {
                here.extend(with);
                *here = smallest(std::mem::take(here));
            }
        }
    }
    ways.pop().unwrap_or_default()
}

/// Drops sets that contain another one; keeps the least effort.
pub(super) fn smallest(mut sets: Sets) -> Sets {
    sets.sort_by(|a, b| {
        key(a)
            .partial_cmp(&key(b))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut kept: Sets = Vec::new();
    for set in sets {
        let contains = |known: &Set| {
            known
                .iter()
                .all(|(target, fix)| set.get(target).is_some_and(|own| own.how == fix.how))
        };
        if kept.len() < KEPT && !kept.iter().any(contains) {
            kept.push(set);
        }
    }
    kept
}

/// First what the publisher can do, then what is whole, the least effort, the fewest steps.
fn key(set: &Set) -> (Mender, usize, Effort, usize, Vec<&Target>) {
    let by = set
        .values()
        .map(|fix| fix.by)
        .max()
        .unwrap_or(Mender::Publisher);
    (by, idle(set), effort(set), set.len(), set.keys().collect())
}

/// How many licenses it gives to what is neither there nor released along with it.
pub(super) fn idle(set: &Set) -> usize {
    let alone = |(target, fix): &(&Target, &Fix)| match target {
        Target::License(kind) => fix.idle && !set.contains_key(&Target::Status(*kind)),
        _ => false,
    };
    set.iter().filter(alone).count()
}

pub(super) fn effort(set: &Set) -> Effort {
    set.values()
        .fold(0, |sum: Effort, fix| sum.saturating_add(fix.effort))
}

/// The component that a target is about.
pub(super) fn component(target: &Target) -> Option<ComponentKind> {
    match target {
        Target::Status(kind) | Target::License(kind) => Some(*kind),
        Target::Fact(_) | Target::Contradictions => None,
    }
}

/// The changes that a fix of a target makes.
pub(super) fn change(target: &Target, how: &How) -> Option<Change> {
    match (target, how) {
        (Target::Status(kind), _) => Some(Change::Release(*kind)),
        (Target::License(kind), How::License(choices)) => choices
            .first()
            .map(|license| Change::License(*kind, license.clone())),
        (Target::Fact(name), How::Is(value)) => Some(Change::Fact(name.clone(), value.clone())),
        (Target::Fact(name), How::Between(from, to)) => {
            let value = if from.is_finite() {
                *from
            } else if *to > 0.0 {
                0.0
            } else {
                *to - 1.0
            };
            Some(Change::Fact(name.clone(), format!("{value:e}")))
        }
        (Target::Contradictions, _) => Some(Change::Resolve),
        _ => None,
    }
}
