//! Verdicts with their proofs.

mod asked;
mod grade;
mod leaf;
mod licenses;
mod prove;
mod reasons;
mod truth;

use overt_core::{NodeRule, Proof, Release, Remedy, Truth, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use grade::{GradeProgress, GradeReached, ScoreRange};
pub use licenses::{EmbeddedLicenses, LicenseKnowledge};
pub use reasons::Reason;

use crate::definition::{Confidence, Definition, DefinitionStatus};
use crate::policy::{self, Tolerable};
use crate::remedy;
pub(crate) use asked::{Asked, asked};
pub(crate) use leaf::{Leaf, passes};
use truth::substance;
pub(crate) use truth::{Case, Outcome, agreement, verdict_of};

/// A definition, evaluated on a release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evaluation {
    /// The definition's id.
    pub definition: String,
    /// What it is called.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Whether it is in force.
    pub status: DefinitionStatus,
    /// How sure we are of its rules.
    pub confidence: Confidence,
    /// Whether the release meets it.
    pub verdict: Verdict,
    /// Whether the definition applies to the release; a verdict on one to which it does not is
    /// worth nothing.
    pub applies: Truth,
    /// For definitions that do not apply to every release: why this one does or does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applicability: Option<Proof>,
    /// For graded definitions: how far the release gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<GradeReached>,
    /// For scored definitions: the score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<ScoreRange>,
    /// The leaves that decide the verdict, the most telling first.
    pub reasons: Vec<Reason>,
    /// What is open beside that: leaves that are not decided, each with the evidence that would
    /// decide it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undecided: Vec<Reason>,
    /// Remarks that decide nothing: of the definition, and on exceptions that are unused or over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// For a policy: what an exception from each requirement that is not satisfied would have to name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tolerable: Vec<Tolerable>,
    /// The smallest sets of changes that would make it meet, the least effort first.
    pub remedies: Vec<Remedy>,
    /// From the definition down to the evidence.
    pub proof: Proof,
    /// The proofs of what only other grades than the deciding one require.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_grades: Vec<Proof>,
}

/// Whether the release meets the definition, without the proof. [`crate::Plan`] is faster for many
/// releases.
pub fn verdict(
    release: &Release,
    definition: &Definition,
    licenses: &dyn LicenseKnowledge,
) -> Verdict {
    let case = Case::new(release, licenses, None);
    Verdict::from(verdict_of(definition, &outcomes(case, definition)))
}

pub(crate) fn outcomes(case: Case<'_>, definition: &Definition) -> Vec<(String, Outcome)> {
    asked(definition)
        .iter()
        .map(|asked| {
            (
                asked.requirement.id.clone(),
                case.outcome(definition, asked),
            )
        })
        .collect()
}

/// Evaluates a definition on a release, with proof, reasons and remedies. Exceptions that end are not
/// in force, since no day is given: see [`evaluate_on`].
pub fn evaluate(
    release: &Release,
    definition: &Definition,
    licenses: &dyn LicenseKnowledge,
) -> Evaluation {
    evaluate_on(release, definition, licenses, None)
}

/// The same on a given day, `2026-11-23`, which decides whether a policy's exceptions are over.
pub fn evaluate_on(
    release: &Release,
    definition: &Definition,
    licenses: &dyn LicenseKnowledge,
    today: Option<&str>,
) -> Evaluation {
    let case = Case::new(release, licenses, today);
    let asked = asked(definition);
    let outcomes = outcomes(case, definition);
    let held = verdict_of(definition, &outcomes);
    let grade = grade::reached(definition, &outcomes);
    let children: Vec<Proof> = asked
        .iter()
        .map(|asked| case.prove_requirement(definition, asked))
        .collect();
    // Of a graded definition only the grade at which it is met decides.
    let deciding = definition
        .grades
        .iter()
        .find(|grade| definition.meets_at.as_ref() == Some(&grade.id));
    let decides =
        |id: &str| deciding.is_none_or(|grade| grade.requires.iter().any(|known| known == id));
    let (mut children, beyond): (Vec<_>, Vec<_>) = children
        .into_iter()
        .partition(|child| decides(child.id.rsplit('/').next().unwrap_or_default()));
    let deciding_outcomes = || {
        outcomes
            .iter()
            .filter(|(id, _)| decides(id))
            .map(|(_, outcome)| *outcome)
    };
    if substance(deciding_outcomes()) == Truth::Unknown {
        children.push(prove::without_substance());
    }
    let root = |truth, children| Proof {
        id: definition.id.clone(),
        requirement: definition.name.clone(),
        ..prove::compound(NodeRule::All, truth, children)
    };
    let proof = root(held, children);
    let mut undecided = if held == Truth::Unknown {
        Vec::new()
    } else {
        reasons::undecided(&proof)
    };
    undecided.extend(reasons::undecided(&root(Truth::Unknown, beyond.clone())));
    let mut reasons = reasons::of(&proof);
    let applicability = definition.applies.as_ref().map(|node| Proof {
        id: format!("{}/applies", definition.id),
        requirement: "the definition applies to the release".to_owned(),
        ..case.prove(definition, node)
    });
    let applies = definition
        .applies
        .as_ref()
        .map_or(Truth::True, |node| case.truth(definition, node))
        .and(Truth::any(
            deciding_outcomes().map(|outcome| outcome.applies),
        ));
    // Why it may not apply is told first, and alone if it does not.
    if let Some(proof) = &applicability
        && applies != Truth::True
    {
        let mut first = reasons::of(proof);
        if applies == Truth::Unknown {
            reasons.retain(|reason| !first.iter().any(|told| told.because == reason.because));
            first.append(&mut reasons);
        }
        reasons = first;
    }
    let mut warnings: Vec<String> = definition
        .warnings
        .iter()
        .filter(|warning| case.truth(definition, &warning.when) == Truth::True)
        .map(|warning| warning.plain.clone())
        .collect();
    warnings.extend(policy::warnings(case, definition, &asked));
    Evaluation {
        definition: definition.id.clone(),
        name: definition.name.clone(),
        version: definition.version.clone(),
        status: definition.status,
        confidence: definition.confidence,
        verdict: Verdict::from(held),
        applies,
        applicability,
        tolerable: policy::tolerable(case, definition, &asked),
        score: grade::score(case, definition, &asked, &outcomes),
        grade,
        reasons,
        undecided,
        warnings,
        remedies: if held == Truth::True || applies == Truth::False {
            Vec::new()
        } else {
            remedy::remedies_on(release, definition, licenses, today)
                .into_iter()
                .map(|planned| planned.remedy)
                .collect()
        },
        proof,
        other_grades: beyond,
    }
}

/// The part of the proof that speaks of a requirement, by its id with or without the definition's.
pub fn explain_requirement<'e>(evaluation: &'e Evaluation, id: &str) -> Option<&'e Proof> {
    fn find<'p>(proof: &'p Proof, id: &str) -> Option<&'p Proof> {
        let own = proof.id == id
            || proof
                .id
                .rsplit_once('/')
                .is_some_and(|(_, last)| last == id);
        if own && !proof.id.is_empty() {
            return Some(proof);
        }
        proof.children.iter().find_map(|child| find(child, id))
    }
    std::iter::once(&evaluation.proof)
        .chain(&evaluation.applicability)
        .chain(&evaluation.other_grades)
        .find_map(|proof| find(proof, id))
}
