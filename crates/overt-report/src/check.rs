//! What `overt check` answers.

use overt_core::{ComponentKind, Expression, Mender, Release, Remedy, Truth, Verdict};
use overt_decide::{ComponentFreedoms, Evaluation, FreedomAnswer};
use overt_license::{Answer as UseVerdict, UseAnswer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of the JSON that `overt check --format json` prints. The number changes when a field
/// is removed or changes its meaning, not when one is added.
pub const CHECK_SCHEMA: &str = "overt/check/1";

/// The exit codes of every command.
pub mod exit {
    /// What was asked is met, or nothing was asked.
    pub const MET: u8 = 0;
    /// What was asked is not met.
    pub const NOT_MET: u8 = 1;
    /// The command could not run.
    pub const COULD_NOT_RUN: u8 = 2;
    /// What was asked is undetermined, and `--strict` was given.
    pub const UNDETERMINED: u8 = 3;
}

/// The answer of `overt check`: the release and the verdicts on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckReport {
    /// [`CHECK_SCHEMA`].
    pub schema: String,
    /// The version of `overt` that made the report.
    pub overt_version: String,
    /// What was asked.
    pub asked: Asked,
    /// The answer to it.
    pub answer: Answer,
    /// The verdicts, those that were asked for first.
    pub evaluations: Vec<Evaluation>,
    /// The definitions that are not met but could be, the nearest first; only if that was asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nearest: Vec<Near>,
    /// What may be done with each component that is there.
    pub freedoms: Vec<ComponentFreedoms>,
    /// What may be done with the release as a whole: with all of it that is there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub freedoms_of_all: Vec<FreedomAnswer>,
    /// The answers to `--use`, by component.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<ComponentUse>,
    /// What was assembled from the sources.
    pub release: Release,
    /// How many bytes were read of how many files.
    pub read: Reading,
}

/// A definition that is not met, and the least that it takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Near {
    /// The definition's id.
    pub definition: String,
    /// Its version.
    pub version: String,
    /// The verdict now.
    pub verdict: Verdict,
    /// Who is needed.
    pub by: Mender,
    /// The least-effort set of changes.
    pub remedy: Remedy,
}

/// Whether a component may be used in a certain way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ComponentUse {
    /// The component.
    pub component: ComponentKind,
    /// The license that the answer is about, with what is inherited.
    pub license: Expression,
    /// The answer.
    pub answer: UseAnswer,
}

/// How much was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reading {
    /// The files that were listed.
    pub files: u64,
    /// The bytes that were read of them.
    pub bytes: u64,
}

/// What the user asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Asked {
    /// The definitions that must be met, by id.
    pub require: Vec<String>,
    /// Whether an undetermined verdict is an error.
    pub strict: bool,
}

/// The answer in one word and one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// All required definitions together; absent if none was required.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// The exit code of the command.
    pub exit_code: u8,
}

impl CheckReport {
    /// Assembles the report and answers what was asked. A definition that does not apply decides
    /// nothing.
    pub fn new(
        release: Release,
        evaluations: Vec<Evaluation>,
        freedoms: Vec<ComponentFreedoms>,
        asked: Asked,
        read: Reading,
    ) -> Self {
        let answer = answer(&asked, &evaluations, &[]);
        Self {
            schema: CHECK_SCHEMA.to_owned(),
            overt_version: env!("CARGO_PKG_VERSION").to_owned(),
            asked,
            answer,
            evaluations,
            nearest: Vec::new(),
            freedoms,
            freedoms_of_all: Vec::new(),
            uses: Vec::new(),
            release,
            read,
        }
    }
}

impl CheckReport {
    /// The same with the evaluated definitions ranked by what they take: those first that the
    /// publisher alone can reach, the least effort first.
    #[must_use]
    pub fn with_nearest(mut self) -> Self {
        self.nearest = self
            .evaluations
            .iter()
            .filter(|one| one.verdict != Verdict::Meets && one.applies != Truth::False)
            .filter_map(|one| {
                let remedy = one.remedies.first()?.clone();
                let by = remedy.steps.iter().map(|step| step.by).max()?;
                Some(Near {
                    definition: one.definition.clone(),
                    version: one.version.clone(),
                    verdict: one.verdict,
                    by,
                    remedy,
                })
            })
            .collect();
        self.nearest.sort_by(|a, b| {
            let key = |one: &Near| (one.by, one.remedy.effort, one.remedy.steps.clone());
            (key(a), &a.definition).cmp(&(key(b), &b.definition))
        });
        self
    }

    /// The same with what may be done with the release as a whole.
    #[must_use]
    pub fn with_freedoms_of_all(mut self, answers: Vec<FreedomAnswer>) -> Self {
        self.freedoms_of_all = answers;
        self
    }

    /// The same with the answers to `--use`, which decide the exit code with the rest.
    #[must_use]
    pub fn with_uses(mut self, uses: Vec<ComponentUse>) -> Self {
        self.answer = answer(&self.asked, &self.evaluations, &uses);
        self.uses = uses;
        self
    }
}

fn answer(asked: &Asked, evaluations: &[Evaluation], uses: &[ComponentUse]) -> Answer {
    let allowed = uses.iter().map(|one| match one.answer.answer {
        UseVerdict::No => Verdict::Fails,
        UseVerdict::Undetermined => Verdict::Undetermined,
        UseVerdict::Yes | UseVerdict::YesIf => Verdict::Meets,
    });
    let verdict = asked
        .require
        .iter()
        .map(|id| {
            let found = evaluations
                .iter()
                .find(|evaluation| evaluation.definition == *id);
            match found {
                Some(evaluation) if evaluation.applies != Truth::True => Verdict::Undetermined,
                Some(evaluation) => evaluation.verdict,
                None => Verdict::Undetermined,
            }
        })
        .chain(allowed)
        .min();
    let exit_code = match verdict {
        None | Some(Verdict::Meets) => exit::MET,
        Some(Verdict::Fails) => exit::NOT_MET,
        Some(Verdict::Undetermined) if asked.strict => exit::UNDETERMINED,
        Some(Verdict::Undetermined) => exit::MET,
    };
    Answer { verdict, exit_code }
}
