//! What changed between two licenses, in terms and not in words.

use std::collections::BTreeMap;

use overt_core::{Freedom, LicenseFacts, LicenseId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::clause::{ClauseKind, PageClause, clauses};
use crate::{FreedomKind, facts};

/// A freedom that goes farther or less far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct FreedomChange {
    /// Which freedom.
    pub freedom: FreedomKind,
    /// How far it went.
    pub old: Freedom,
    /// How far it goes.
    pub new: Freedom,
}

/// A clause that both have, with another reach or other numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ClauseChange {
    /// The clause as it was.
    pub old: PageClause,
    /// The clause as it is.
    pub new: PageClause,
}

/// What changed from one license to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TermsDifference {
    /// The license compared from.
    pub old: LicenseId,
    /// The license compared to.
    pub new: LicenseId,
    /// Freedoms that changed.
    pub freedoms: Vec<FreedomChange>,
    /// Clauses that only the new one has.
    pub added: Vec<PageClause>,
    /// Clauses that only the old one has.
    pub removed: Vec<PageClause>,
    /// Clauses whose scope, trigger or parameters changed.
    pub changed: Vec<ClauseChange>,
    /// Whether either was not read clause by clause, so that more may differ.
    pub incomplete: bool,
}

/// What changed in terms from `old` to `new`, policies included; `None` if nothing is known of one.
///
/// Clauses are compared by kind, scope, trigger and parameters; where they stand and how they are
/// worded does not count.
pub fn difference(old: &LicenseId, new: &LicenseId) -> Option<TermsDifference> {
    let (old_facts, new_facts) = (facts(old)?, facts(new)?);
    let mut difference = TermsDifference {
        old: old.clone(),
        new: new.clone(),
        freedoms: freedoms(old_facts, new_facts),
        added: Vec::new(),
        removed: Vec::new(),
        changed: Vec::new(),
        incomplete: [old_facts, new_facts]
            .iter()
            .any(|facts| facts.depth == overt_core::FactDepth::Summary),
    };
    let (mut before, mut after) = (by_kind(old_facts), by_kind(new_facts));
    let kinds: std::collections::BTreeSet<ClauseKind> =
        before.keys().chain(after.keys()).copied().collect();
    for kind in kinds {
        let mut before = before.remove(&kind).unwrap_or_default();
        let mut after = after.remove(&kind).unwrap_or_default();
        // Clauses that say the same are the same before clauses that only have the same reach are.
        for equal in [alike as fn(&PageClause, &PageClause) -> bool, same] {
            before.retain(
                |clause| match after.iter().position(|other| equal(clause, other)) {
                    Some(index) => {
                        after.remove(index);
                        false
                    }
                    None => true,
                },
            );
        }
        // What is left of one kind changed, as far as it pairs up.
        let pairs = before.len().min(after.len());
        let (more_before, more_after) = (before.split_off(pairs), after.split_off(pairs));
        difference.changed.extend(
            before
                .into_iter()
                .zip(after)
                .map(|(old, new)| ClauseChange { old, new }),
        );
        difference.removed.extend(more_before);
        difference.added.extend(more_after);
    }
    Some(difference)
}

fn freedoms(old: &LicenseFacts, new: &LicenseFacts) -> Vec<FreedomChange> {
    [
        FreedomKind::Use,
        FreedomKind::Study,
        FreedomKind::Modify,
        FreedomKind::Share,
    ]
    .into_iter()
    .map(|freedom| FreedomChange {
        freedom,
        old: freedom.of(old.freedoms),
        new: freedom.of(new.freedoms),
    })
    .filter(|change| change.old != change.new)
    .collect()
}

fn by_kind(license: &LicenseFacts) -> BTreeMap<ClauseKind, Vec<PageClause>> {
    let mut by_kind: BTreeMap<ClauseKind, Vec<PageClause>> = BTreeMap::new();
    let policies = license.incorporates.iter().filter_map(|id| facts(id));
    let parts: Vec<&LicenseFacts> = std::iter::once(license).chain(policies).collect();
    for part in parts {
        for (clause, _) in clauses(part) {
            by_kind.entry(clause.kind).or_default().push(clause);
        }
    }
    by_kind
}

fn alike(old: &PageClause, new: &PageClause) -> bool {
    old.plain == new.plain && same(old, new)
}

fn same(old: &PageClause, new: &PageClause) -> bool {
    old.scope == new.scope && old.trigger == new.trigger && old.parameters == new.parameters
}
