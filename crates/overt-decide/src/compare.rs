//! Releases side by side, and the definition that a release comes nearest to.

use overt_core::{
    ComponentKind, Effort, Expression, LicenseState, Mender, Release, Status, Verdict,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::definition::Definition;
use crate::evaluate::{Evaluation, LicenseKnowledge, evaluate_on};
use crate::freedoms::{FreedomAnswer, release_freedoms};
use crate::remedy::{PlannedRemedy, remedies};

/// Releases side by side; every list has one entry per release, in their order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// The releases' names.
    pub releases: Vec<String>,
    /// Every component that at least one of them has or withholds.
    pub components: Vec<ComparedComponent>,
    /// Every definition that was asked for.
    pub definitions: Vec<ComparedDefinition>,
    /// The freedoms of each release as a whole.
    pub freedoms: Vec<Vec<FreedomAnswer>>,
}

/// One component of every release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ComparedComponent {
    /// The component.
    pub component: ComponentKind,
    /// Whether the releases differ in it.
    pub differs: bool,
    /// Its state in each release.
    pub states: Vec<ComponentState>,
}

/// A component in one release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ComponentState {
    /// Whether it was released.
    pub status: Status,
    /// What is known of its license.
    pub license_state: LicenseState,
    /// Its license, where one was concluded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<Expression>,
    /// Whether the release contradicts itself about it.
    pub disputed: bool,
}

/// One definition on every release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ComparedDefinition {
    /// Its id.
    pub definition: String,
    /// What it is called.
    pub name: String,
    /// Whether the releases differ in it.
    pub differs: bool,
    /// Each release's evaluation.
    pub evaluations: Vec<Evaluation>,
}

/// Compares releases, component by component and definition by definition.
pub fn compare(
    releases: &[&Release],
    definitions: &[&Definition],
    licenses: &dyn LicenseKnowledge,
) -> Comparison {
    compare_on(releases, definitions, licenses, None)
}

/// The same on a given day, `2026-11-23`, which decides whether a policy's exceptions are over.
pub fn compare_on(
    releases: &[&Release],
    definitions: &[&Definition],
    licenses: &dyn LicenseKnowledge,
    today: Option<&str>,
) -> Comparison {
    let state = |release: &Release, kind| {
        release.component(kind).map_or(
            ComponentState {
                status: Status::NotFound,
                license_state: LicenseState::Unknown,
                license: None,
                disputed: false,
            },
            |component| ComponentState {
                status: component.status,
                license_state: component.license.state,
                license: component.license.expression.clone(),
                disputed: component.license.disputed,
            },
        )
    };
    let components = ComponentKind::ALL
        .into_iter()
        .map(|component| {
            let states: Vec<_> = releases
                .iter()
                .map(|release| state(release, component))
                .collect();
            ComparedComponent {
                component,
                differs: states.windows(2).any(|pair| pair.first() != pair.last()),
                states,
            }
        })
        .filter(|row| {
            row.states
                .iter()
                .any(|state| !matches!(state.status, Status::NotFound | Status::Unknown))
        })
        .collect();
    let definitions = definitions
        .iter()
        .map(|definition| {
            let evaluations: Vec<_> = releases
                .iter()
                .map(|release| evaluate_on(release, definition, licenses, today))
                .collect();
            let answer = |one: &Evaluation| (one.applies, one.verdict, one.grade.clone());
            let differs = evaluations
                .windows(2)
                .any(|pair| pair.first().map(answer) != pair.last().map(answer));
            ComparedDefinition {
                definition: definition.id.clone(),
                name: definition.name.clone(),
                differs,
                evaluations,
            }
        })
        .collect();
    Comparison {
        releases: releases
            .iter()
            .map(|release| release.name.clone())
            .collect(),
        components,
        definitions,
        freedoms: releases
            .iter()
            .map(|release| release_freedoms(release, licenses))
            .collect(),
    }
}

/// How far a release is from a definition that it does not meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Nearest {
    /// The definition's id.
    pub definition: String,
    /// What it is called.
    pub name: String,
    /// The verdict now.
    pub verdict: Verdict,
    /// Who is needed for the least remedy.
    pub by: Mender,
    /// How much work the least remedy is.
    pub effort: Effort,
    /// The least remedy.
    pub remedy: PlannedRemedy,
}

/// The definitions that the release does not meet but could, the nearest first: those that the
/// publisher alone can reach, by effort. Definitions that do not apply are left out.
pub fn nearest<'d>(
    release: &Release,
    definitions: impl IntoIterator<Item = &'d Definition>,
    licenses: &dyn LicenseKnowledge,
) -> Vec<Nearest> {
    let mut found: Vec<Nearest> = definitions
        .into_iter()
        .filter(|definition| {
            let case = crate::evaluate::Case::new(release, licenses, None);
            let applies = definition
                .applies
                .as_ref()
                .map(|node| case.truth(definition, node));
            applies != Some(overt_core::Truth::False)
        })
        .filter_map(|definition| {
            let remedy = remedies(release, definition, licenses).into_iter().next()?;
            let by = remedy.remedy.steps.iter().map(|step| step.by).max()?;
            Some(Nearest {
                definition: definition.id.clone(),
                name: definition.name.clone(),
                verdict: crate::evaluate::verdict(release, definition, licenses),
                by,
                effort: remedy.remedy.effort,
                remedy,
            })
        })
        .collect();
    found.sort_by(|a, b| (a.by, a.effort, &a.definition).cmp(&(b.by, b.effort, &b.definition)));
    found
}
