//! Whether something may be done: yes, yes if, no because, or not decided.

use overt_core::{
    Clause, Condition, Expression, Freedom, LicenseFacts, LicenseId, Restriction, Scope, Trigger,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::clause::{ClauseKind, PageClause};
use super::effect::{self, Act, Measure, Purpose, RestrictionEffect};
use super::locate::locate;
use super::use_case::UseCase;
use crate::terms::{bare_exclusion, terms};
use crate::{AlternativeTerms, FreedomKind, LicensedClause};

/// What is known of who asks. What is not given is not assumed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct Circumstances {
    /// Users per month over all products and affiliates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monthly_active_users: Option<u64>,
    /// Revenue per year in US dollars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revenue_usd: Option<u64>,
    /// Where it is used: ISO 3166 codes of countries, or `EU`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// The purpose, where it differs from the use case's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
}

/// An answer; later variants are better for who asks.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// A clause rules it out.
    No,
    /// What is known of the license does not decide it.
    Undetermined,
    /// It may be done within limits or in return for something.
    YesIf,
    /// It may be done.
    Yes,
}

impl Answer {
    /// The words that reports print.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Undetermined => "undetermined",
            Self::YesIf => "yes, if",
            Self::Yes => "yes",
        }
    }
}

/// The answer for one use case, with the clauses it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct UseAnswer {
    /// The use case's id.
    pub use_case: String,
    /// A few words.
    pub title: String,
    /// The question in one sentence.
    pub question: String,
    /// The answer.
    pub answer: Answer,
    /// The licenses that apply, chosen where the expression leaves a choice.
    pub under: Vec<LicenseId>,
    /// The clauses that rule it out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forbidden_by: Vec<PageClause>,
    /// Freedoms that it needs and the license withholds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<FreedomKind>,
    /// The limits within which it must stay.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limited_by: Vec<PageClause>,
    /// What must be done in return.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub duties: Vec<PageClause>,
    /// What could not be decided, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undecided: Vec<String>,
}

impl UseAnswer {
    /// Points at the clauses of `license` in `text`, the file at `file`; how many were found.
    pub fn locate(&mut self, license: &LicenseFacts, file: &str, text: &str) -> usize {
        let placed = locate(license, text);
        let mut found = 0;
        let shown = [
            &mut self.forbidden_by,
            &mut self.limited_by,
            &mut self.duties,
        ];
        for clause in shown.into_iter().flatten() {
            let same = placed.iter().find(|other| {
                other.kind == clause.kind
                    && other.license == clause.license
                    && other.place == clause.place
                    && other.plain == clause.plain
            });
            if let Some(lines) = same.and_then(|other| other.lines) {
                clause.lines = Some(lines);
                clause.file = Some(file.to_owned());
                found += 1;
            }
        }
        found
    }
}

/// Whether `case` may be done under `expression`; where it leaves a choice, under its best alternative.
pub fn ask(expression: &Expression, case: &UseCase, circumstances: &Circumstances) -> UseAnswer {
    let terms = terms(expression);
    let mut answers = terms.alternatives.iter().map(|alternative| {
        Question {
            case,
            circumstances,
            alternative,
        }
        .answer()
    });
    let mut best = answers.next().unwrap_or_else(|| UseAnswer {
        undecided: vec!["no license applies".to_owned()],
        ..empty(case)
    });
    for answer in answers {
        if rank(&answer) > rank(&best) {
            best = answer;
        }
    }
    best
}

/// Better answers first; among equals the one with fewer strings.
fn rank(answer: &UseAnswer) -> (Answer, std::cmp::Reverse<(usize, usize)>) {
    let strings = (answer.limited_by.len(), answer.duties.len());
    (answer.answer, std::cmp::Reverse(strings))
}

fn empty(case: &UseCase) -> UseAnswer {
    UseAnswer {
        use_case: case.id.clone(),
        title: case.title.clone(),
        question: case.question.clone(),
        answer: Answer::Undetermined,
        under: Vec::new(),
        forbidden_by: Vec::new(),
        withheld: Vec::new(),
        limited_by: Vec::new(),
        duties: Vec::new(),
        undecided: Vec::new(),
    }
}

/// How hard a restriction bites.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bite {
    /// It rules the acts out.
    Forbids,
    /// It limits them.
    Limits,
    /// It adds a duty.
    Minor,
}

/// The clauses that bear on acts.
pub(crate) struct Bites {
    pub(crate) restrictions: Vec<(PageClause, Bite)>,
    pub(crate) withheld: Vec<FreedomKind>,
    pub(crate) duties: Vec<PageClause>,
    pub(crate) undecided: Vec<String>,
}

/// The clauses of one alternative that bear on what `case` does.
pub(crate) fn bite(case: &UseCase, alternative: &AlternativeTerms) -> Bites {
    let circumstances = Circumstances::default();
    let answer = Question {
        case,
        circumstances: &circumstances,
        alternative,
    }
    .answer();
    let (minor, duties) = answer
        .duties
        .into_iter()
        .partition::<Vec<_>, _>(|clause| matches!(clause.kind, ClauseKind::Restriction(_)));
    let with =
        |clauses: Vec<PageClause>, bite| clauses.into_iter().map(move |clause| (clause, bite));
    Bites {
        restrictions: with(answer.forbidden_by, Bite::Forbids)
            .chain(with(answer.limited_by, Bite::Limits))
            .chain(with(minor, Bite::Minor))
            .collect(),
        withheld: answer.withheld,
        duties,
        undecided: answer
            .undecided
            .into_iter()
            .filter(|note| !alternative.unknown.iter().any(|id| *note == unknown(id)))
            .collect(),
    }
}

/// The note on a license of which nothing is known.
pub(crate) fn unknown(id: &LicenseId) -> String {
    format!("nothing is known of {id}")
}

struct Question<'a> {
    case: &'a UseCase,
    circumstances: &'a Circumstances,
    alternative: &'a AlternativeTerms,
}

/// Whether something must be done: a name that may not be used asks for nothing.
fn is_duty(clause: &PageClause) -> bool {
    matches!(clause.kind, ClauseKind::Condition(_))
}

/// What a restriction means for a use.
enum Bearing {
    Forbids,
    Limits,
    None,
}

impl Question<'_> {
    fn answer(&self) -> UseAnswer {
        let mut answer = empty(self.case);
        answer.under = self
            .alternative
            .licenses
            .iter()
            .map(|license| license.id.clone())
            .collect();
        self.freedoms(&mut answer);
        for clause in &self.alternative.restrictions {
            let page = PageClause::new(&clause.license, &clause.clause, ClauseKind::Restriction);
            match self.bearing(clause) {
                Bearing::Forbids => answer.forbidden_by.push(page),
                Bearing::Limits => match effect::of_restriction(clause.clause.kind) {
                    Some(effect) if effect.minor => answer.duties.push(page),
                    _ => answer.limited_by.push(page),
                },
                Bearing::None => {}
            }
        }
        for clause in &self.alternative.conditions {
            if self.calls_for(clause) {
                let page = PageClause::new(&clause.license, &clause.clause, ClauseKind::Condition);
                answer.duties.push(page);
            }
        }
        self.unread(&mut answer);
        answer.answer = if !(answer.forbidden_by.is_empty() && answer.withheld.is_empty()) {
            Answer::No
        } else if !answer.undecided.is_empty() {
            Answer::Undetermined
        } else if answer.limited_by.is_empty() && !answer.duties.iter().any(is_duty) {
            Answer::Yes
        } else {
            Answer::YesIf
        };
        answer
    }

    fn freedoms(&self, answer: &mut UseAnswer) {
        let freedoms = self.alternative.freedoms;
        let mut needed: Vec<FreedomKind> = self
            .case
            .acts
            .iter()
            .filter_map(|&act| effect::freedom_of(act))
            .collect();
        needed.sort();
        needed.dedup();
        for kind in needed {
            match kind.of(freedoms) {
                Freedom::Denied => answer.withheld.push(kind),
                Freedom::Unstated if self.alternative.unknown.is_empty() => {
                    answer
                        .undecided
                        .push(format!("whether one may {} is not stated", kind.verb()));
                }
                Freedom::Unstated | Freedom::Restricted | Freedom::Granted => {}
            }
        }
    }

    /// Licenses of which nothing or only a summary is known leave open what their lists do not rule out.
    fn unread(&self, answer: &mut UseAnswer) {
        for id in &self.alternative.unknown {
            answer.undecided.push(unknown(id));
        }
        for id in &self.alternative.summary_only {
            if !bare_exclusion(id) {
                answer
                    .undecided
                    .push(format!("{id} was not read clause by clause"));
            }
        }
    }

    fn bearing(&self, clause: &LicensedClause<Restriction>) -> Bearing {
        let Some(effect) = effect::of_restriction(clause.clause.kind) else {
            return Bearing::Limits;
        };
        let acts_match = effect.acts.is_empty() || self.does_one_of(&effect.acts);
        if !(acts_match && self.touches(&clause.clause.scope) && self.triggers(clause)) {
            return Bearing::None;
        }
        let forbidden = forbidden_acts(clause);
        if self.does_one_of(&effect.forbids_with) || self.does_one_of(&forbidden) {
            return self.unless_qualified(clause, Bearing::Forbids);
        }
        match effect.compares {
            Some(Measure::Scale) => self.scale(clause),
            Some(Measure::Region) => self.region(clause),
            None => self.purpose(clause, effect),
        }
    }

    fn purpose(&self, clause: &LicensedClause<Restriction>, effect: &RestrictionEffect) -> Bearing {
        let purpose = self.circumstances.purpose.unwrap_or(self.case.purpose);
        if effect.free_for.contains(&purpose) {
            Bearing::None
        } else if effect.forbids_for.contains(&purpose) {
            if self.case.of_outputs && self.outputs_are_free() {
                return Bearing::Limits;
            }
            self.unless_qualified(clause, Bearing::Forbids)
        } else {
            Bearing::Limits
        }
    }

    /// Whether the license says that its outputs may be used commercially.
    fn outputs_are_free(&self) -> bool {
        self.alternative.grants.iter().any(|clause| {
            clause.clause.parameters.get("commercial") == Some(&serde_json::Value::Bool(true))
        })
    }

    /// A clause that applies only to part of the works or with exceptions limits instead of forbidding.
    #[expect(clippy::unused_self, reason = "reads as a question about the use")]
    fn unless_qualified(&self, clause: &LicensedClause<Restriction>, bearing: Bearing) -> Bearing {
        let qualified = ["except", "only", "applies-to"]
            .iter()
            .any(|key| clause.clause.parameters.contains_key(*key));
        if qualified { Bearing::Limits } else { bearing }
    }

    fn scale(&self, clause: &LicensedClause<Restriction>) -> Bearing {
        match self.is_beyond(&clause.clause) {
            Some(true) => self.unless_qualified(clause, Bearing::Forbids),
            Some(false) => Bearing::None,
            None => Bearing::Limits,
        }
    }

    /// Whether who asks is known to be above a threshold of the clause, or below all of them.
    fn is_beyond<K>(&self, clause: &Clause<K>) -> Option<bool> {
        let threshold = |key: &str| clause.parameters.get(key)?.as_f64();
        let given = [
            (
                threshold("monthly-active-users"),
                self.circumstances.monthly_active_users,
            ),
            (threshold("revenue-usd"), self.circumstances.revenue_usd),
        ];
        // A number that is measured against something else leaves the question open.
        let others = clause.parameters.iter().any(|(key, value)| {
            value.is_number() && !["monthly-active-users", "revenue-usd"].contains(&key.as_str())
        });
        let mut open = others || given.iter().all(|(threshold, _)| threshold.is_none());
        for (threshold, actual) in given {
            match (threshold, actual) {
                (Some(threshold), Some(actual)) =>
                {
                    #[expect(clippy::cast_precision_loss, reason = "thresholds are round numbers")]
                    if actual as f64 > threshold {
                        return Some(true);
                    }
                }
                (Some(_), None) => open = true,
                (None, _) => {}
            }
        }
        (!open).then_some(false)
    }

    fn region(&self, clause: &LicensedClause<Restriction>) -> Bearing {
        let list = |key: &str| -> Option<Vec<&str>> {
            let listed = clause.clause.parameters.get(key)?.as_array()?;
            Some(
                listed
                    .iter()
                    .filter_map(serde_json::Value::as_str)
                    .collect(),
            )
        };
        let inside =
            |area: &[&str], region: &String| area.iter().any(|area| effect::lies_in(region, area));
        if self.circumstances.regions.is_empty() {
            return Bearing::Limits;
        }
        let regions = &self.circumstances.regions;
        if let Some(allowed) = list("allowed-regions") {
            let all_inside = regions.iter().all(|region| inside(&allowed, region));
            return if all_inside {
                Bearing::None
            } else {
                self.unless_qualified(clause, Bearing::Forbids)
            };
        }
        match list("regions") {
            Some(excluded) if regions.iter().any(|region| inside(&excluded, region)) => {
                self.unless_qualified(clause, Bearing::Forbids)
            }
            Some(_) => Bearing::None,
            None => Bearing::Limits,
        }
    }

    fn calls_for(&self, clause: &LicensedClause<Condition>) -> bool {
        let Some(effect) = effect::of_condition(clause.clause.kind) else {
            return true;
        };
        // What is offered as a service may be a changed version.
        if clause.clause.kind == Condition::SameLicenseNetwork && self.does_one_of(&[Act::Serve]) {
            return true;
        }
        if !self.touches(&clause.clause.scope) || self.is_spared(&clause.clause) {
            return false;
        }
        let inherent = self.does_one_of(&effect.acts);
        if clause.clause.trigger.is_empty() {
            return inherent && (effect.needs.is_empty() || self.does_one_of(&effect.needs));
        }
        // The clause says itself when it bites; what is about changed works or their distribution by
        // its nature needs these acts all the same.
        let by_nature = effect.needs.is_empty() || (inherent && self.does_one_of(&effect.needs));
        by_nature && self.triggers_on(&clause.clause.trigger)
    }

    /// Whether a duty of large commercial products only is none for this use.
    fn is_spared(&self, clause: &Clause<Condition>) -> bool {
        let purpose = self.circumstances.purpose.unwrap_or(self.case.purpose);
        clause.trigger == [Trigger::Scale]
            && (matches!(purpose, Purpose::Research | Purpose::Personal)
                || self.is_beyond(clause) == Some(false))
    }

    fn touches(&self, scope: &[Scope]) -> bool {
        scope.is_empty() || scope.iter().any(|scope| self.case.touches.contains(scope))
    }

    fn triggers(&self, clause: &LicensedClause<Restriction>) -> bool {
        clause.clause.trigger.is_empty() || self.triggers_on(&clause.clause.trigger)
    }

    fn triggers_on(&self, triggers: &[Trigger]) -> bool {
        self.does_one_of(&effect::acts_of(triggers))
    }

    fn does_one_of(&self, acts: &[Act]) -> bool {
        acts.iter().any(|act| self.case.acts.contains(act))
    }
}

/// Acts that the clause itself says it rules out, whatever the purpose.
fn forbidden_acts(clause: &LicensedClause<Restriction>) -> Vec<Act> {
    clause
        .clause
        .parameters
        .get("forbids")
        .and_then(|acts| serde_json::from_value(acts.clone()).ok())
        .unwrap_or_default()
}
