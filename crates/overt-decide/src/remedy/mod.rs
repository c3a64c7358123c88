//! What would make a release meet a definition: minimal sets of changes, the least effort first.
//!
//! A condition is turned into the sets of fixes that make it hold: those of all parts together for
//! `all`, those of one part for `any`, of `k` parts for `at-least`; for `not`, those that make its part
//! fail. Every set is then tried: it is kept only if the definition is met after it, and only what of
//! it is needed.

mod change;
mod fix;
mod licenses;

use overt_core::{
    Component, ComponentKind, Effort, Inventory, LicenseState, Mender, Release, Remedy, RemedyStep,
    Status, StepKind, Truth,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use change::{Change, apply};

use crate::definition::{Definition, FactTest, LicenseTest, Node, ReleasedTest, definition};
use crate::evaluate::{Asked, Case, LicenseKnowledge, asked, outcomes, passes, verdict_of};
use fix::{Fix, How, Set, Sets, Target, both, choose, smallest};

/// How many remedies are shown.
const SHOWN: usize = 3;
/// How deeply definitions may ask for each other.
const DEEPEST_REFERENCE: u8 = 8;
/// What it weighs to have a base model's terms changed, or to build on another one.
const ANOTHER_BASE: Effort = 50;

/// A remedy with its changes in a form that can be applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedRemedy {
    /// The steps in words.
    pub remedy: Remedy,
    /// The same as changes, in the order of the steps, of which each makes one or two.
    pub changes: Vec<Change>,
}

/// The few least-effort sets of changes after which the release meets the definition; none if it
/// does already, or if nothing helps.
pub fn remedies(
    release: &Release,
    definition: &Definition,
    licenses: &dyn LicenseKnowledge,
) -> Vec<PlannedRemedy> {
    remedies_on(release, definition, licenses, None)
}

pub(crate) fn remedies_on(
    release: &Release,
    definition: &Definition,
    licenses: &dyn LicenseKnowledge,
    today: Option<&str>,
) -> Vec<PlannedRemedy> {
    let case = Case::new(release, licenses, today);
    let found = Search { case, depth: 0 }.definition(definition);
    let meets = |set: &Set| {
        let changed = apply(release, &changes(set));
        let case = Case::new(&changed, licenses, today);
        verdict_of(definition, &outcomes(case, definition)) == Truth::True
    };
    let mut planned: Vec<PlannedRemedy> = Vec::new();
    let mut least_idle = None;
    for set in found {
        if planned.len() == SHOWN {
            break;
        }
        if set.is_empty() || !meets(&set) {
            continue;
        }
        let set = needed(set, &meets);
        // To license what is not there helps nobody: only where there is no other way.
        let idle = fix::idle(&set);
        if idle > *least_idle.get_or_insert(idle) {
            continue;
        }
        let remedy = in_words(&set);
        if !planned.contains(&remedy) {
            planned.push(remedy);
        }
    }
    planned
}

/// Leaves out what is not needed, the most laborious first.
fn needed(mut set: Set, meets: &dyn Fn(&Set) -> bool) -> Set {
    let mut targets: Vec<(Effort, Target)> = set
        .iter()
        .map(|(target, fix)| (fix.effort, target.clone()))
        .collect();
    targets.sort_by(|a, b| b.cmp(a));
    for (_, target) in targets {
        let Some(fix) = set.remove(&target) else {
            continue;
        };
        if set.is_empty() || !meets(&set) {
            set.insert(target, fix);
        }
    }
    set
}

fn changes(set: &Set) -> Vec<Change> {
    set.iter()
        .filter_map(|(target, fix)| fix::change(target, &fix.how))
        .collect()
}

fn in_words(set: &Set) -> PlannedRemedy {
    let mut steps: Vec<(RemedyStep, Vec<Change>)> = Vec::new();
    for (target, fix) in set {
        // A component that is released and put under a license: told with its release.
        if let Target::License(kind) = target
            && let Some(release) = set.get(&Target::Status(*kind))
            && release.by == fix.by
        {
            continue;
        }
        let mut step = RemedyStep {
            requirement: fix.requirement.clone(),
            component: fix::component(target),
            kind: fix.kind,
            action: action(fix),
            by: fix.by,
            effort: fix.effort,
        };
        let mut changes: Vec<Change> = fix::change(target, &fix.how).into_iter().collect();
        if let Target::Status(kind) = target
            && let Some((target, license)) = set.get_key_value(&Target::License(*kind))
            && license.by == fix.by
        {
            step.action = together(fix, license, &lower(*kind));
            step.effort = step.effort.saturating_add(license.effort);
            step.kind = step.kind.max(license.kind);
            changes.extend(fix::change(target, &license.how));
        }
        steps.push((step, changes));
    }
    steps.sort_by(|(a, _), (b, _)| (a.by, a.effort, &a.action).cmp(&(b.by, b.effort, &b.action)));
    let (steps, changes): (Vec<_>, Vec<_>) = steps.into_iter().unzip();
    PlannedRemedy {
        remedy: Remedy {
            steps,
            effort: fix::effort(set),
        },
        changes: changes.into_iter().flatten().collect(),
    }
}

/// What a fix does, with the license that was chosen.
fn action(fix: &Fix) -> String {
    fix.action.replace("{license}", &chosen(fix))
}

fn chosen(fix: &Fix) -> String {
    match &fix.how {
        How::License(choices) => choices.first().map(ToString::to_string),
        _ => None,
    }
    .unwrap_or_default()
}

/// Releasing a component and licensing it, in one sentence.
fn together(release: &Fix, license: &Fix, name: &str) -> String {
    let simple = [released(name), shown(name), elsewhere(name)];
    let chosen = chosen(license);
    if license.kind == StepKind::Change && release.kind == StepKind::Show {
        // What must change is said first, and not as if it were only to be shown.
        return format!("{}; {}", action(license), release.action);
    }
    if simple.contains(&release.action) {
        let comma = if release.action == elsewhere(name) {
            ","
        } else {
            ""
        };
        format!(
            "{}{comma} under {chosen} or a license that passes alike",
            release.action
        )
    } else {
        format!(
            "{}; license: {chosen} or one that passes alike",
            release.action
        )
    }
}

fn released(name: &str) -> String {
    format!("release the {name}")
}

/// For what may well be released where nobody looked.
fn shown(name: &str) -> String {
    format!("show or release the {name}")
}

fn elsewhere(name: &str) -> String {
    format!("show the {name}, said to be elsewhere")
}

fn lower(kind: ComponentKind) -> String {
    kind.name().to_lowercase()
}

/// The search for sets of fixes.
#[derive(Clone, Copy)]
struct Search<'a> {
    case: Case<'a>,
    depth: u8,
}

impl<'a> Search<'a> {
    /// What makes all requirements hold, or those of the grade that decides.
    fn definition(self, whole: &'a Definition) -> Sets {
        let grade = whole
            .grades
            .iter()
            .find(|grade| whole.meets_at.as_ref() == Some(&grade.id));
        let mut sets: Sets = vec![Set::new()];
        for asked in asked(whole) {
            if grade.is_some_and(|grade| !grade.requires.contains(&asked.requirement.id)) {
                continue;
            }
            sets = both(sets, &self.requirement(whole, &asked));
        }
        sets
    }

    fn requirement(self, whole: &'a Definition, asked: &Asked<'a>) -> Sets {
        if self.case.outcome(whole, asked).truth() == Truth::True {
            return vec![Set::new()];
        }
        let mut sets = self.fixes(asked, &asked.requirement.require, true);
        if let Some(applies) = &asked.requirement.applies {
            sets.extend(self.fixes(asked, applies, false));
            sets = smallest(sets);
        }
        sets
    }

    /// The sets that make a condition hold, or fail.
    fn fixes(self, asked: &Asked<'a>, node: &Node, wanted: bool) -> Sets {
        let now = self.case.truth(asked.definition, node);
        if now == Truth::from(wanted) {
            return vec![Set::new()];
        }
        let all = |parts: &[Node]| {
            parts.iter().fold(vec![Set::new()], |sets, part| {
                both(sets, &self.fixes(asked, part, wanted))
            })
        };
        let any = |parts: &[Node]| {
            smallest(
                parts
                    .iter()
                    .flat_map(|part| self.fixes(asked, part, wanted))
                    .collect(),
            )
        };
        match node {
            Node::All(node) if wanted => all(&node.all),
            Node::All(node) => any(&node.all),
            Node::Any(node) if wanted => any(&node.any),
            Node::Any(node) => all(&node.any),
            Node::AtLeast(node) => {
                let parts: Vec<Sets> = node
                    .of
                    .iter()
                    .map(|part| self.fixes(asked, part, wanted))
                    .collect();
                let most = node.at_least as usize;
                choose(
                    &parts,
                    if wanted {
                        most
                    } else {
                        (parts.len() + 1).saturating_sub(most)
                    },
                )
            }
            Node::Not(node) => self.fixes(asked, &node.not, !wanted),
            Node::When(node) if wanted => {
                let mut sets = self.fixes(asked, &node.when, false);
                sets.extend(self.fixes(asked, &node.then, true));
                smallest(sets)
            }
            Node::When(node) => both(
                self.fixes(asked, &node.when, true),
                &self.fixes(asked, &node.then, false),
            ),
            // One part must hold, and none that now speaks against it may stay.
            Node::Agree(node) => {
                let against: Sets = node
                    .agree
                    .iter()
                    .filter(|part| self.case.truth(asked.definition, part) == Truth::from(!wanted))
                    .fold(vec![Set::new()], |sets, part| {
                        both(sets, &self.fixes(asked, part, wanted))
                    });
                both(any(&node.agree), &against)
            }
            Node::Meets(node) if wanted && self.depth < DEEPEST_REFERENCE => {
                let deeper = Search {
                    depth: self.depth + 1,
                    ..self
                };
                definition(&node.meets).map_or_else(Vec::new, |other| deeper.definition(other))
            }
            leaf => self
                .leaf(asked, leaf, wanted)
                .map_or_else(Vec::new, |(target, fix)| vec![Set::from([(target, fix)])]),
        }
    }

    /// The fix that makes a leaf hold, or fail. Nobody is advised to withdraw or to forbid anything.
    fn leaf(self, asked: &Asked<'a>, node: &Node, wanted: bool) -> Option<(Target, Fix)> {
        match node {
            Node::Released(test) if wanted => Some(self.release(asked, test)),
            Node::License(test) if wanted => self.license(asked, test),
            Node::Fact(test) => fact(self.case.release, asked, test, wanted),
            Node::Contradictions(_) if wanted => {
                let action = "resolve what contradicts itself, and mend files that cannot be read";
                Some((
                    Target::Contradictions,
                    mend(asked, How::Resolved, 1, action.to_owned()),
                ))
            }
            _ => None,
        }
    }

    fn release(self, asked: &Asked<'a>, test: &ReleasedTest) -> (Target, Fix) {
        let name = lower(test.released);
        let effort = asked.requirement.effort;
        let release = self.case.release;
        let status = release
            .component(test.released)
            .map_or(Status::NotFound, |component| component.status);
        let (kind, effort, action) = match status {
            Status::PartlyReleased => (
                StepKind::Show,
                effort.div_ceil(2),
                format!("complete the {name}, or show that nothing is missing"),
            ),
            Status::Referenced => (StepKind::Show, 1, elsewhere(&name)),
            Status::Released => (
                StepKind::Show,
                1,
                format!("show the {name} in the files: so far it is only said to be there"),
            ),
            Status::Withheld => (StepKind::Change, effort, released(&name)),
            Status::NotFound if release.inventory == Inventory::Complete => {
                (StepKind::Change, effort, released(&name))
            }
            // Perhaps it only has to be shown, perhaps it has to be released first.
            Status::NotFound | Status::Unknown => {
                (StepKind::Show, effort.div_ceil(2), shown(&name))
            }
        };
        let fix = Fix {
            kind,
            ..mend(asked, How::Released, effort, action)
        };
        (Target::Status(test.released), fix)
    }

    fn license(self, asked: &Asked<'a>, test: &LicenseTest) -> Option<(Target, Fix)> {
        let kind = test.license_of;
        let leaf = self.case.leaf(asked.definition);
        let listed = |license: &str| {
            test.written_in.as_ref().is_none_or(|list| {
                leaf.lists
                    .get(list)
                    .is_some_and(|list| list.iter().any(|id| id == license))
            })
        };
        let mut choices: Vec<_> = licenses::proposed(kind.component_type())
            .iter()
            .filter(|license| {
                listed(&license.to_string())
                    && passes(test, license, self.case.licenses) == Truth::True
            })
            .cloned()
            .collect();
        let own = leaf.component(kind).map(|component| &component.license);
        // Where one of several disputed licenses would do, settling on it is the least change.
        if let Some(own) = own.filter(|own| own.disputed && own.inherited.is_empty()) {
            let settled = own.candidates().into_iter().filter(|license| {
                listed(&license.to_string())
                    && passes(test, license, self.case.licenses) == Truth::True
            });
            let mut settled: Vec<_> = settled.collect();
            settled.extend(
                choices
                    .into_iter()
                    .filter(|choice| !own.candidates().contains(choice)),
            );
            choices = settled;
        }
        if choices.is_empty() {
            return None;
        }
        let name = lower(kind);
        let how = How::License(choices);
        if leaf.base_fails(test) {
            let action = format!(
                "have the base model's terms, which govern the {name}, changed to {{license}} or \
                 the like, or build on another base model"
            );
            let effort = asked
                .requirement
                .effort
                .saturating_mul(10)
                .max(ANOTHER_BASE);
            let fix = Fix {
                by: Mender::BaseLicensor,
                ..mend(asked, how, effort, action)
            };
            return Some((Target::License(kind), fix));
        }
        let passing = "{license} or a license that passes alike";
        let known = leaf.truth(&Node::License(Box::new(test.clone())));
        let (step, idle, action) = match leaf.component(kind) {
            Some(component) if component.license.disputed => (
                StepKind::Change,
                false,
                format!("say everywhere alike that {{license}} governs the {name}"),
            ),
            component if !is_there(component) => (
                StepKind::Show,
                true,
                format!("show any {name} under {passing}"),
            ),
            Some(_) if known == Truth::False => (
                StepKind::Change,
                false,
                format!("put the {name} under {passing}"),
            ),
            Some(component) if unread(component) => (
                StepKind::Show,
                false,
                format!(
                    "have a person judge the terms of the {name}, or replace them by {passing}"
                ),
            ),
            _ => (
                StepKind::Show,
                false,
                format!("state {passing} for the {name}"),
            ),
        };
        let fix = Fix {
            kind: step,
            idle,
            ..mend(asked, how, 1, action)
        };
        Some((Target::License(kind), fix))
    }
}

/// Whether there is something to license, as far as is known.
fn is_there(component: Option<&Component>) -> bool {
    component.is_some_and(|component| {
        !matches!(
            component.status,
            Status::NotFound | Status::Unknown | Status::Withheld
        )
    })
}

/// Whether something was written down of its license that a person must read.
fn unread(component: &Component) -> bool {
    let license = &component.license;
    license.state != LicenseState::Unknown || license.decided_by.is_some()
}

fn mend(asked: &Asked<'_>, how: How, effort: Effort, action: String) -> Fix {
    Fix {
        how,
        by: asked.requirement.mender.unwrap_or(Mender::Publisher),
        effort,
        kind: StepKind::Change,
        idle: false,
        requirement: asked.requirement.id.clone(),
        action,
    }
}

/// What a fact would have to be. A fact that is known and wrong is changed by nobody, unless the
/// definition says who can.
fn fact(
    release: &Release,
    asked: &Asked<'_>,
    test: &FactTest,
    wanted: bool,
) -> Option<(Target, Fix)> {
    let how = match (&test.is, test.above, test.below, wanted) {
        (Some(value), None, None, true) => How::Is(value.clone()),
        (Some(value), None, None, false) if value == "true" => How::Is("false".to_owned()),
        (Some(value), None, None, false) if value == "false" => How::Is("true".to_owned()),
        (None, above, below, true) => How::Between(
            above.unwrap_or(f64::NEG_INFINITY),
            below.unwrap_or(f64::INFINITY),
        ),
        (None, Some(above), None, false) => How::Between(f64::NEG_INFINITY, above),
        (None, None, Some(below), false) => How::Between(below, f64::INFINITY),
        _ => return None,
    };
    let name = &test.fact;
    let known = release.facts.iter().any(|fact| fact.name == test.fact);
    let must = match &how {
        How::Is(value) => format!("is {value}"),
        How::Between(from, to) if to.is_infinite() => format!("is at least {from:e}"),
        How::Between(from, to) if from.is_infinite() => format!("is below {to:e}"),
        How::Between(from, to) => format!("is from {from:e} to below {to:e}"),
        _ => return None,
    };
    let (by, effort, action) = if known {
        (
            asked.requirement.mender.unwrap_or(Mender::Publisher),
            asked.requirement.effort,
            format!("change it so that `{name}` {must}"),
        )
    } else {
        (
            Mender::Publisher,
            // Perhaps it only has to be shown, perhaps it has to be made true first.
            asked.requirement.effort.div_ceil(2),
            format!("show in overt.toml, with a source, that `{name}` {must}"),
        )
    };
    let kind = if known {
        StepKind::Change
    } else {
        StepKind::Show
    };
    let fix = Fix {
        by,
        kind,
        ..mend(asked, how, effort, action)
    };
    Some((Target::Fact(test.fact.clone()), fix))
}
