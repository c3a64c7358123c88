//! One alternative of an inbound expression against every alternative of the outbound one.

use std::cmp::Reverse;

use overt_core::{
    Condition, Expression, FactDepth, Grant, LicenseId, Restriction, Scope, SimpleLicense, Truth,
};

use super::how::{BecomesOf, HowRule, rule};
use super::software::{self, Admission};
use super::{Compatibility, Conflict, How};
use crate::explain::{Bite, bite, of_restriction, unknown};
use crate::{
    ClauseKind, FreedomKind, LicenseChoice, PageClause, Purpose, UseCase, facts, has_restriction,
    terms,
};

/// What the duties of data mean for a model that learned from them.
const DUTIES_OF_TRAINED: &str = "these duties hold for what of the work is passed on; whether a model \
                                 that learned from it contains any of it is not settled";

/// What was found of one inbound alternative.
#[derive(Default)]
pub(super) struct Found {
    under: Vec<LicenseId>,
    conflicts: Vec<Conflict>,
    conditions: Vec<PageClause>,
    notices: Vec<PageClause>,
    undecided: Vec<String>,
    remarks: Vec<String>,
}

impl Found {
    /// Better ones are greater: fewest conflicts, then least undecided, then fewest conditions.
    pub(super) fn rank(&self) -> Reverse<(usize, usize, usize, usize)> {
        let lengths = (self.conflicts.len(), self.undecided.len());
        Reverse((
            lengths.0,
            lengths.1,
            self.conditions.len(),
            self.notices.len(),
        ))
    }

    pub(super) fn add_to(self, whole: &mut Compatibility) {
        add_new(&mut whole.under, self.under);
        add_new(&mut whole.conflicts, self.conflicts);
        add_new(&mut whole.conditions, self.conditions);
        add_new(&mut whole.notices, self.notices);
        add_new(&mut whole.undecided, self.undecided);
        add_new(&mut whole.remarks, self.remarks);
    }
}

fn add_new<T: PartialEq>(all: &mut Vec<T>, more: Vec<T>) {
    for item in more {
        if !all.contains(&item) {
            all.push(item);
        }
    }
}

pub(super) fn every_outbound(
    inbound: &[&SimpleLicense],
    outbound: &[Vec<LicenseChoice>],
    how: How,
) -> Found {
    let mut found = Found {
        under: inbound.iter().map(|license| license.id.clone()).collect(),
        ..Found::default()
    };
    let Some(rule) = rule(how) else {
        found
            .undecided
            .push(format!("nothing is known of `{}`", how.id()));
        return found;
    };
    for license in inbound {
        for chosen in outbound {
            Pair {
                license,
                inbound: LicenseChoice::from(*license),
                outbound: chosen,
                rule,
            }
            .check(&mut found);
        }
    }
    for chosen in outbound {
        together(chosen, rule, &mut found);
    }
    dedup(&mut found.conditions);
    dedup(&mut found.notices);
    dedup(&mut found.conflicts);
    dedup(&mut found.undecided);
    dedup(&mut found.remarks);
    found
}

/// Outbound licenses that apply together must bear each other: one that refuses further conditions
/// refuses those of its companions too.
fn together(outbound: &[LicenseChoice], rule: &HowRule, found: &mut Found) {
    for (index, companion) in outbound.iter().enumerate() {
        let license = SimpleLicense {
            id: companion.id.clone(),
            or_later: companion.or_later,
            exception: companion.exception.clone(),
        };
        let others: Vec<LicenseChoice> = outbound
            .iter()
            .enumerate()
            .filter(|(other, choice)| *other != index && choice.id != companion.id)
            .map(|(_, choice)| choice.clone())
            .collect();
        Pair {
            license: &license,
            inbound: companion.clone(),
            outbound: &others,
            rule,
        }
        .further_conditions(found);
    }
}

fn dedup<T: PartialEq>(items: &mut Vec<T>) {
    let mut kept: Vec<T> = Vec::with_capacity(items.len());
    add_new(&mut kept, std::mem::take(items));
    *items = kept;
}

/// One inbound license and the outbound licenses that apply together.
struct Pair<'a> {
    license: &'a SimpleLicense,
    inbound: LicenseChoice,
    outbound: &'a [LicenseChoice],
    rule: &'a HowRule,
}

impl Pair<'_> {
    fn check(&self, found: &mut Found) {
        if self.rule.result == BecomesOf::Nothing {
            self.acts(found, true);
            return;
        }
        let same = self.outbound.iter().any(|outbound| {
            outbound.id == self.inbound.id && outbound.exception == self.inbound.exception
        });
        self.acts(found, same);
        self.copyleft(found);
        if !same {
            self.further_conditions(found);
        }
    }

    /// Restrictions and conditions of the inbound license, as far as they bite.
    fn acts(&self, found: &mut Found, same: bool) {
        let expression = Expression::License(self.license.clone());
        let case = UseCase {
            id: String::new(),
            title: String::new(),
            question: String::new(),
            order: None,
            purpose: Purpose::Unsaid,
            acts: self.rule.acts.clone(),
            touches: self.rule.touches.clone(),
            of_outputs: false,
        };
        for alternative in terms(&expression).alternatives {
            let bites = bite(&case, &alternative);
            for (clause, how_hard) in bites.restrictions {
                self.restriction(found, clause, how_hard, same);
            }
            for kind in bites.withheld {
                if self.rule.result == BecomesOf::Trained && kind != FreedomKind::Use {
                    found.undecided.push(format!(
                        "{} does not let one {} it; whether a model that learned from it contains \
                         it is not settled",
                        self.inbound.id,
                        kind.verb()
                    ));
                    continue;
                }
                found.conflicts.push(Conflict {
                    license: self.inbound.id.clone(),
                    inbound: self.inbound.id.clone(),
                    place: "the whole text".to_owned(),
                    plain: format!("It does not let one {} it.", kind.verb()),
                    clause: None,
                });
            }
            for clause in bites.duties {
                match clause.kind {
                    ClauseKind::Condition(kind) if is_copyleft(kind) => {}
                    _ if self.results_are_free() => {}
                    ClauseKind::Condition(_) if self.rule.result == BecomesOf::Trained => {
                        found.remarks.push(DUTIES_OF_TRAINED.to_owned());
                        found.conditions.push(clause);
                    }
                    ClauseKind::Condition(kind) if is_notice(kind) => found.notices.push(clause),
                    _ => found.conditions.push(clause),
                }
            }
            let read = software::is_read(&self.inbound.id);
            for id in alternative.unknown {
                if !(read && id == self.inbound.id) {
                    found.undecided.push(unknown(&id));
                }
            }
            if !(read || bites.undecided.is_empty()) {
                found.undecided.extend(bites.undecided);
            }
        }
    }

    fn restriction(&self, found: &mut Found, clause: PageClause, bite: Bite, same: bool) {
        let ClauseKind::Restriction(kind) = clause.kind else {
            return;
        };
        match bite {
            Bite::Forbids | Bite::Limits if self.results_are_free() => {
                found.conditions.push(clause);
            }
            Bite::Forbids if self.rule.result == BecomesOf::Trained => {
                Self::unsettled(found, &clause);
            }
            Bite::Forbids if self.is_own_family(&clause) => found.conditions.push(clause),
            Bite::Forbids => found.conflicts.push(self.conflict(clause)),
            Bite::Minor => found.notices.push(clause),
            Bite::Limits if same || self.rule.result == BecomesOf::Nothing => {
                found.conditions.push(clause);
            }
            // A ban on training some models binds who trains, not who gets another model.
            Bite::Limits if self.rule.result == BecomesOf::Product && bans_training(kind) => {
                found.conditions.push(clause);
            }
            Bite::Limits => self.travels(found, clause, kind),
        }
    }

    /// Whether the license itself leaves models that learned from the work free of its terms.
    fn results_are_free(&self) -> bool {
        self.rule.result == BecomesOf::Trained && results_are_free(&self.inbound.id)
    }

    /// Whether the clause spares works of the license's own family and the outbound license is one.
    fn is_own_family(&self, clause: &PageClause) -> bool {
        let spared =
            clause.parameters.get("except-own-family") == Some(&serde_json::Value::Bool(true));
        spared
            && self
                .outbound
                .iter()
                .any(|outbound| outbound.id == clause.license)
    }

    /// A limit on use goes on to recipients: the outbound license must carry it.
    fn travels(&self, found: &mut Found, clause: PageClause, kind: Restriction) {
        let carried = match self.rule.result {
            // Beside or linked, the part stays under its own license.
            BecomesOf::Collection | BecomesOf::Combined | BecomesOf::Nothing => Truth::True,
            // What a model produced is bound only by clauses that say so; the rest binds its maker.
            BecomesOf::Product => {
                let reaches = clause.scope.contains(&Scope::Outputs)
                    || is_true(&clause, "trained-on-outputs-is-derivative")
                    || (self.rule.imitates && is_true(&clause, "distillation-is-derivative"));
                if reaches {
                    self.carried(kind)
                } else {
                    Truth::True
                }
            }
            BecomesOf::Trained => {
                if self.carried(kind) != Truth::True {
                    Self::unsettled(found, &clause);
                }
                Truth::True
            }
            BecomesOf::Derivative => self.carried(kind),
        };
        match carried {
            Truth::True => found.conditions.push(clause),
            Truth::Unknown => found.undecided.push(format!(
                "whether {} carries what {} {} restricts is not known",
                self.outbound_name(),
                self.inbound.id,
                clause.place
            )),
            Truth::False if clause.parameters.contains_key("applies-to") => {
                found.undecided.push(format!(
                    "{} {} concerns only some of the works: {}",
                    clause.license, clause.place, clause.plain
                ));
            }
            Truth::False => found.conflicts.push(self.conflict(clause)),
        }
    }

    /// Whether some outbound license has a restriction of this kind too. Where such clauses seldom
    /// restrict the same things, only one of the same family is known to.
    fn carried(&self, kind: Restriction) -> Truth {
        let differs = of_restriction(kind).is_some_and(|effect| effect.differs);
        Truth::any(self.outbound.iter().map(|outbound| {
            let has = has_restriction(&Expression::license(outbound.id.as_str()), kind);
            if differs && !same_family(&self.inbound.id, &outbound.id) {
                has.and(Truth::Unknown)
            } else {
                has
            }
        }))
    }

    fn unsettled(found: &mut Found, clause: &PageClause) {
        found.undecided.push(format!(
            "whether {} {} reaches a model that learned from the work is not settled: {}",
            clause.license, clause.place, clause.plain
        ));
    }

    fn conflict(&self, clause: PageClause) -> Conflict {
        Conflict {
            license: clause.license.clone(),
            inbound: self.inbound.id.clone(),
            place: clause.place.clone(),
            plain: clause.plain.clone(),
            clause: Some(clause),
        }
    }

    /// Copyleft that reaches the result needs an outbound license that it admits.
    fn copyleft(&self, found: &mut Found) {
        let expression = Expression::License(self.license.clone());
        let reaching = terms(&expression)
            .alternatives
            .into_iter()
            .flat_map(|alternative| {
                alternative.conditions.into_iter().filter(|clause| {
                    self.rule.copyleft.contains(&clause.clause.kind)
                        && (clause.clause.scope.is_empty()
                            || clause
                                .clause
                                .scope
                                .iter()
                                .any(|scope| self.rule.touches.contains(scope)))
                })
            });
        let Some(clause) = reaching.into_iter().next() else {
            return;
        };
        if self.results_are_free() {
            found.remarks.push(format!(
                "{} leaves results, models that learned from the data included, free of its terms",
                self.inbound.id
            ));
            return;
        }
        let page = PageClause::new(&clause.license, &clause.clause, ClauseKind::Condition);
        let mut if_named = None;
        for outbound in self.outbound {
            match software::admits(&self.inbound, outbound) {
                Admission::Admitted(ground) => {
                    found.remarks.extend(ground.map(|ground| {
                        format!("{} {}: {}", self.inbound.id, ground.place, ground.plain)
                    }));
                    return;
                }
                Admission::IfNamed(ground) => if_named = Some(ground),
                Admission::Refused => {}
            }
        }
        if let Some(ground) = if_named {
            found.undecided.push(format!(
                "{} {}: {}",
                self.inbound.id, ground.place, ground.plain
            ));
        } else if let Some(why) = &self.rule.unsettled_copyleft {
            found
                .undecided
                .push(format!("{} {}: {why}", page.license, page.place));
        } else {
            found.conflicts.push(self.conflict(page));
        }
    }

    /// Some outbound licenses refuse whatever goes beyond their own conditions.
    fn further_conditions(&self, found: &mut Found) {
        if !matches!(
            self.rule.result,
            BecomesOf::Derivative | BecomesOf::Combined
        ) {
            return;
        }
        for outbound in self.outbound {
            let Some(ground) = software::refuses_further(&outbound.id) else {
                continue;
            };
            if !matches!(
                software::admits(&self.inbound, outbound),
                Admission::Refused
            ) {
                continue;
            }
            let refused = |plain: String, clause: Option<PageClause>| Conflict {
                license: outbound.id.clone(),
                inbound: self.inbound.id.clone(),
                place: ground.place.clone(),
                plain,
                clause,
            };
            if let Some(plain) = software::clash(&self.inbound.id, &outbound.id) {
                found.conflicts.push(refused(plain, None));
            } else if !software::is_read(&self.inbound.id) {
                self.derived_clash(found, outbound, &refused);
            }
        }
    }

    /// For licenses that no table speaks of: what in their terms goes beyond notices.
    fn derived_clash(
        &self,
        found: &mut Found,
        outbound: &LicenseChoice,
        refused: &dyn Fn(String, Option<PageClause>) -> Conflict,
    ) {
        let Some(license) = facts(&self.inbound.id) else {
            return;
        };
        for clause in &license.restrictions {
            if clause.kind != Restriction::NameOrTrademark {
                let page = PageClause::new(&license.id, clause, ClauseKind::Restriction);
                found
                    .conflicts
                    .push(refused(clause.plain.clone(), Some(page)));
            }
        }
        for clause in &license.conditions {
            if !(is_copyleft(clause.kind) || is_notice(clause.kind)) {
                let page = PageClause::new(&license.id, clause, ClauseKind::Condition);
                found
                    .conflicts
                    .push(refused(clause.plain.clone(), Some(page)));
            }
        }
        // Version 3 of the GNU licenses ends patent licenses itself; the earlier ones do not.
        let retaliation = license
            .grants
            .iter()
            .find(|clause| clause.kind == Grant::PatentRetaliation);
        if let Some(clause) = retaliation
            && software::clash(&LicenseId::new("Apache-2.0"), &outbound.id).is_some()
        {
            let page = PageClause::new(&license.id, clause, ClauseKind::Grant);
            found
                .conflicts
                .push(refused(clause.plain.clone(), Some(page)));
        }
        if license.depth == FactDepth::Summary {
            found.undecided.push(format!(
                "{} was not read clause by clause, and {} admits no further conditions",
                license.id, outbound.id
            ));
        }
    }

    fn outbound_name(&self) -> String {
        let ids: Vec<&str> = self
            .outbound
            .iter()
            .map(|outbound| outbound.id.as_str())
            .collect();
        ids.join(" AND ")
    }
}

fn is_true(clause: &PageClause, parameter: &str) -> bool {
    clause.parameters.get(parameter) == Some(&serde_json::Value::Bool(true))
}

fn bans_training(kind: Restriction) -> bool {
    matches!(
        kind,
        Restriction::OutputTraining | Restriction::CompetingUse
    )
}

/// Whether the license says that results of analysis, models included, are free of its terms.
fn results_are_free(id: &LicenseId) -> bool {
    facts(id).is_some_and(|license| {
        license.grants.iter().any(|clause| {
            clause.parameters.get("results-free") == Some(&serde_json::Value::Bool(true))
        })
    })
}

/// A ban on improving other models with the materials themselves, where works of several families
/// are merged: whether that improves another model is open.
pub(super) fn improves_another(from: &[Expression]) -> Vec<String> {
    let ids: Vec<&LicenseId> = from
        .iter()
        .flat_map(Expression::licenses)
        .map(|license| &license.id)
        .collect();
    let mut open = Vec::new();
    for id in &ids {
        if ids.iter().all(|other| same_family(id, other)) {
            continue;
        }
        let bans = facts(id)
            .into_iter()
            .flat_map(|license| &license.restrictions);
        for clause in bans.filter(|clause| clause.kind == Restriction::OutputTraining) {
            let materials = clause.scope.is_empty() || clause.scope.contains(&Scope::Parameters);
            if materials {
                open.push(format!(
                    "whether merging it with a model of another family improves that one is not \
                     settled: {id} {}: {}",
                    clause.place, clause.plain
                ));
            }
        }
    }
    dedup(&mut open);
    open
}

fn same_family(one: &LicenseId, other: &LicenseId) -> bool {
    one == other
        || match (facts(one), facts(other)) {
            (Some(one), Some(other)) => !one.family.is_empty() && one.family == other.family,
            _ => false,
        }
}

fn is_copyleft(kind: Condition) -> bool {
    matches!(
        kind,
        Condition::SameLicenseWeak | Condition::SameLicenseStrong | Condition::SameLicenseNetwork
    )
}

fn is_notice(kind: Condition) -> bool {
    matches!(
        kind,
        Condition::IncludeLicense
            | Condition::IncludeNotice
            | Condition::Attribution
            | Condition::StateChanges
    )
}
