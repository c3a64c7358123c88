//! How far a release gets in a graded or scored definition.

use overt_core::Truth;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::truth::{Case, Outcome};
use crate::definition::{Definition, Score};
use crate::evaluate::asked::Asked;

/// How far a release gets in a graded definition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GradeReached {
    /// The highest grade that the evidence shows, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached: Option<String>,
    /// The highest grade that the evidence does not rule out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub possible: Option<String>,
    /// Every grade, the lowest first.
    pub progress: Vec<GradeProgress>,
}

/// How much of one grade is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GradeProgress {
    /// The grade's id.
    pub grade: String,
    /// What it is called.
    pub name: String,
    /// How many of its requirements hold, in percent; 0 while a lower grade is not complete.
    pub percent: f64,
    /// The same if everything that is not decided holds.
    pub at_most_percent: f64,
}

/// A score between two bounds, which are the same if everything is decided.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScoreRange {
    /// If nothing that is not decided holds.
    pub at_least: f64,
    /// If everything that is not decided holds.
    pub at_most: f64,
}

/// The grades, if the definition has any.
pub(super) fn reached(
    definition: &Definition,
    outcomes: &[(String, Outcome)],
) -> Option<GradeReached> {
    if definition.grades.is_empty() {
        return None;
    }
    let (mut reached, mut possible) = (None, None);
    let (mut so_far, mut progress) = (Truth::True, Vec::new());
    for grade in &definition.grades {
        let counted: Vec<Outcome> = outcomes
            .iter()
            .filter(|(id, outcome)| grade.requires.contains(id) && outcome.applies != Truth::False)
            .map(|(_, outcome)| *outcome)
            .collect();
        let holding = counted.iter().filter(|o| o.truth() == Truth::True).count();
        let failing = counted.iter().filter(|o| o.truth() == Truth::False).count();
        progress.push(GradeProgress {
            grade: grade.id.clone(),
            name: grade.name.clone(),
            percent: percent(holding, counted.len(), so_far == Truth::True),
            at_most_percent: percent(
                counted.len() - failing,
                counted.len(),
                so_far != Truth::False,
            ),
        });
        so_far = so_far.and(Truth::all(counted.iter().map(|outcome| outcome.truth())));
        if so_far == Truth::True {
            reached = Some(grade.id.clone());
        }
        if so_far != Truth::False {
            possible = Some(grade.id.clone());
        }
    }
    Some(GradeReached {
        reached,
        possible,
        progress,
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a definition has at most a few hundred requirements"
)]
fn percent(part: usize, whole: usize, counts: bool) -> f64 {
    if counts && whole > 0 {
        part as f64 / whole as f64 * 100.0
    } else {
        0.0
    }
}

/// The score, if the definition has one.
pub(super) fn score(
    case: Case<'_>,
    definition: &Definition,
    asked: &[Asked<'_>],
    outcomes: &[(String, Outcome)],
) -> Option<ScoreRange> {
    let kind = definition.score?;
    let (mut low, mut high, mut count) = (0.0, 0.0, 0.0);
    for (asked, (_, outcome)) in asked.iter().zip(outcomes) {
        if outcome.applies == Truth::False {
            continue;
        }
        let partly = asked
            .requirement
            .partly
            .as_ref()
            .map_or(Truth::False, |node| case.truth(asked.definition, node));
        let points = |truth: Truth, optimistic: bool| {
            truth == Truth::True || (optimistic && truth == Truth::Unknown)
        };
        let value = |optimistic| {
            if points(outcome.holds, optimistic) {
                1.0
            } else if points(partly, optimistic) {
                0.5
            } else {
                0.0
            }
        };
        low += value(false);
        high += value(true);
        count += 1.0;
    }
    let divisor: f64 = match kind {
        Score::Mean if count > 0.0 => count,
        _ => 1.0,
    };
    Some(ScoreRange {
        at_least: low / divisor,
        at_most: high / divisor,
    })
}
