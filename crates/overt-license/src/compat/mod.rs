//! May a work under one license be built from works under others?

mod how;
mod pair;
mod software;
mod suggest;
mod text;

use overt_core::{Expression, LicenseId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use how::How;
pub use suggest::{Suggestion, suggest};

use crate::{LicenseChoice, MOST_ALTERNATIVES, PageClause, alternatives};

/// Whether one license may sit on works under others; later variants are better.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum CompatibilityVerdict {
    /// A clause forbids it.
    Incompatible,
    /// What is known does not decide it.
    Undetermined,
    /// It may, with more than notices to observe.
    CompatibleWithConditions,
    /// It may; notices are kept.
    Compatible,
}

impl CompatibilityVerdict {
    /// The words that reports print.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Incompatible => "incompatible",
            Self::Undetermined => "undetermined",
            Self::CompatibleWithConditions => "compatible with conditions",
            Self::Compatible => "compatible",
        }
    }
}

/// A clause that forbids the outbound license, or one that the outbound license forbids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Conflict {
    /// The license that forbids.
    pub license: LicenseId,
    /// The inbound license that is concerned.
    pub inbound: LicenseId,
    /// Where it says so.
    pub place: String,
    /// What forbids it, in our own words.
    pub plain: String,
    /// The clause itself, where it is one of the license's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<PageClause>,
}

/// Whether `to` may sit on works under `from`, and on which clauses that rests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Compatibility {
    /// The answer.
    pub verdict: CompatibilityVerdict,
    /// The inbound expressions.
    pub from: Vec<Expression>,
    /// The outbound expression.
    pub to: Expression,
    /// How the one is built from the others.
    pub by: How,
    /// The inbound licenses taken, where an expression leaves a choice.
    pub under: Vec<LicenseId>,
    /// What forbids it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
    /// What must be observed besides notices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<PageClause>,
    /// Notices, texts and names to keep.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<PageClause>,
    /// What is not decided, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undecided: Vec<String>,
    /// Remarks on how it is permitted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

/// Whether a work under `to` may be built by `by` from works under all of `from`.
///
/// Where an inbound expression leaves a choice the best alternative is taken. Where the outbound
/// expression leaves one, every alternative must be permitted, since recipients may take any. Where
/// outbound licenses apply together (`AND`), each inbound license needs one that admits it.
pub fn compat(from: &[Expression], to: &Expression, by: How) -> Compatibility {
    let (outbound, truncated) = alternatives(to);
    let outbound: Vec<Vec<LicenseChoice>> = outbound
        .iter()
        .map(|licenses| {
            licenses
                .iter()
                .map(|&license| LicenseChoice::from(license))
                .collect()
        })
        .collect();
    let mut whole = Compatibility {
        verdict: CompatibilityVerdict::Compatible,
        from: from.to_vec(),
        to: to.clone(),
        by,
        under: Vec::new(),
        conflicts: Vec::new(),
        conditions: Vec::new(),
        notices: Vec::new(),
        undecided: Vec::new(),
        remarks: Vec::new(),
    };
    if truncated {
        whole.undecided.push(format!(
            "only {MOST_ALTERNATIVES} alternatives of {to} were compared"
        ));
    }
    for expression in from {
        let best = alternatives(expression)
            .0
            .iter()
            .map(|inbound| pair::every_outbound(inbound, &outbound, by))
            .reduce(|best, other| {
                if other.rank() > best.rank() {
                    other
                } else {
                    best
                }
            });
        if let Some(best) = best {
            best.add_to(&mut whole);
        }
    }
    if by == How::Merge {
        whole.undecided.extend(pair::improves_another(from));
    }
    whole.verdict = if !whole.conflicts.is_empty() {
        CompatibilityVerdict::Incompatible
    } else if !whole.undecided.is_empty() {
        CompatibilityVerdict::Undetermined
    } else if whole.conditions.is_empty() {
        CompatibilityVerdict::Compatible
    } else {
        CompatibilityVerdict::CompatibleWithConditions
    };
    whole
}

/// How many readings of ambiguous names are compared.
const MOST_READINGS: usize = 64;

/// The same where names may mean several licenses each: the common answer where all readings have the
/// same verdict, otherwise undetermined with each reading's own.
pub fn compat_any(from: &[Vec<Expression>], to: &[Expression], by: How) -> Option<Compatibility> {
    let mut readings: Vec<Vec<Expression>> = vec![Vec::new()];
    for candidates in from {
        readings = readings
            .iter()
            .flat_map(|reading| {
                candidates.iter().map(move |candidate| {
                    [reading.as_slice(), std::slice::from_ref(candidate)].concat()
                })
            })
            .take(MOST_READINGS)
            .collect();
    }
    let mut answers: Vec<Compatibility> = readings
        .iter()
        .flat_map(|reading| to.iter().map(move |to| compat(reading, to, by)))
        .take(MOST_READINGS)
        .collect();
    if answers.len() < 2 {
        return answers.pop();
    }
    answers.sort_by_key(|answer| answer.verdict);
    let verdicts = answers.iter().map(|answer| answer.verdict);
    let agree = verdicts.clone().min() == verdicts.max();
    let readings: Vec<String> = answers.iter().map(reading).collect();
    let mut answer = answers.into_iter().next()?;
    if agree {
        answer.remarks.push(format!(
            "whichever license is meant; shown for {}",
            named(&answer)
        ));
    } else {
        answer.verdict = CompatibilityVerdict::Undetermined;
        answer.undecided = readings;
        answer.conflicts.clear();
        answer.conditions.clear();
        answer.notices.clear();
        answer.remarks.clear();
    }
    Some(answer)
}

fn reading(answer: &Compatibility) -> String {
    format!("for {}: {}", named(answer), answer.verdict.as_str())
}

fn named(answer: &Compatibility) -> String {
    let from: Vec<String> = answer.from.iter().map(ToString::to_string).collect();
    format!("{} → {}", from.join(", "), answer.to)
}
