//! Questions about an expression, answered in three values.
//!
//! Where licenses apply together (`AND`) each must satisfy the question; where one may be chosen
//! (`OR`) the licensee takes the better one. What was not read is unknown, never false.

use std::sync::OnceLock;

use overt_core::{
    Condition, Expression, FactDepth, Freedom, Freedoms, LicenseFacts, LicenseId, RecognitionList,
    Recognized, Restriction, SimpleLicense, Truth,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::facts;

/// One of the four freedoms.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum FreedomKind {
    /// To use for any purpose.
    Use,
    /// To study.
    Study,
    /// To modify.
    Modify,
    /// To share.
    Share,
}

impl FreedomKind {
    /// How far this freedom goes.
    pub fn of(self, freedoms: Freedoms) -> Freedom {
        match self {
            Self::Use => freedoms.use_,
            Self::Study => freedoms.study,
            Self::Modify => freedoms.modify,
            Self::Share => freedoms.share,
        }
    }

    /// The word for sentences: one may `use` it.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Use => "use",
            Self::Study => "study",
            Self::Modify => "modify",
            Self::Share => "share",
        }
    }
}

/// Whether every license of some alternative is approved by the Open Source Initiative.
pub fn osi_approved(expression: &Expression) -> Truth {
    recognized(expression, RecognitionList::OsiApproved)
}

/// Whether the list recognizes the expression: all licenses of some alternative.
pub fn recognized(expression: &Expression, list: RecognitionList) -> Truth {
    better(expression, &|license| license_recognized(license, list))
}

/// Whether the restriction cannot be avoided by choosing an alternative.
pub fn has_restriction(expression: &Expression, restriction: Restriction) -> Truth {
    !better(expression, &|license| {
        !license_restricted(&license.id, restriction)
    })
}

/// Whether the condition cannot be avoided by choosing an alternative.
pub fn has_condition(expression: &Expression, condition: Condition) -> Truth {
    !better(expression, &|license| {
        !license_conditioned(license, condition)
    })
}

/// Whether some alternative grants the freedom for any purpose.
pub fn freedom(expression: &Expression, kind: FreedomKind) -> Truth {
    better(expression, &|license| license_grants(&license.id, kind))
}

/// Whether something is known of every license in the expression.
pub fn is_known(expression: &Expression) -> bool {
    expression
        .licenses()
        .iter()
        .all(|license| facts(&license.id).is_some() || spdx_license(&license.id).is_some())
}

fn better(expression: &Expression, question: &dyn Fn(&SimpleLicense) -> Truth) -> Truth {
    match expression {
        Expression::License(license) => question(license),
        Expression::And(parts) => Truth::all(parts.iter().map(|part| better(part, question))),
        Expression::Or(parts) => Truth::any(parts.iter().map(|part| better(part, question))),
    }
}

fn spdx_license(id: &LicenseId) -> Option<spdx::LicenseId> {
    spdx::license_id(id.as_str()).filter(|found| found.name == id.as_str())
}

fn license_recognized(license: &SimpleLicense, list: RecognitionList) -> Truth {
    // An exception from SPDX's list adds permissions to a license and takes none; of another's
    // addition nothing is known.
    let bare = bare_recognized(&license.id, list);
    match &license.exception {
        Some(exception) if spdx::exception_id(exception).is_none() => bare.and(Truth::Unknown),
        _ => bare,
    }
}

fn bare_recognized(id: &LicenseId, list: RecognitionList) -> Truth {
    let found = facts(id);
    if let Some(says) = found.and_then(|found| found.recognized_by(list)) {
        return Truth::from(says == Recognized::Yes);
    }
    let listed = spdx_license(id);
    if found.is_none() && listed.is_none() {
        return Truth::Unknown;
    }
    // The Open Source Initiative and the Free Software Foundation (as SPDX records them) publish
    // whole lists: a license that we know and they do not name is not on it. The Model Openness Tool
    // compares SPDX ids only, so that none of the ids that SPDX lacks is on its list. The other lists
    // are open at the edges.
    match list {
        RecognitionList::OsiApproved => {
            Truth::from(listed.is_some_and(spdx::LicenseId::is_osi_approved))
        }
        RecognitionList::FsfFree => {
            Truth::from(listed.is_some_and(spdx::LicenseId::is_fsf_free_libre))
        }
        RecognitionList::MotOpen
        | RecognitionList::MotCode
        | RecognitionList::MotData
        | RecognitionList::MotDocument
            if id.is_reference() || found.is_some_and(rated_by_mot) =>
        {
            Truth::False
        }
        RecognitionList::MotOpen
        | RecognitionList::MotCode
        | RecognitionList::MotData
        | RecognitionList::MotDocument
        | RecognitionList::OpenDefinition
        | RecognitionList::DebianMain
        | RecognitionList::BlueOak => Truth::Unknown,
    }
}

/// Whether the file records what the Model Openness Tool says; the types it does not name then do not
/// hold.
fn rated_by_mot(found: &LicenseFacts) -> bool {
    found.recognized_by(RecognitionList::MotOpen).is_some()
}

fn license_restricted(id: &LicenseId, restriction: Restriction) -> Truth {
    let found = facts(id);
    if let Some(found) = found {
        let own = has_clause(found, |license| license.restriction(restriction).is_some());
        let policies = found.incorporates.iter().map(|policy| {
            facts(policy).map_or(Truth::Unknown, |policy| {
                has_clause(policy, |license| license.restriction(restriction).is_some())
            })
        });
        let said = Truth::any(policies).or(own);
        if said.is_known() {
            return said;
        }
    }
    if criteria().iter().any(|criterion| {
        criterion.excludes.contains(&restriction)
            && bare_recognized(id, criterion.list) == Truth::True
    }) {
        return Truth::False;
    }
    Truth::Unknown
}

/// Whether a list that recognizes the license rules out every restriction that limits its use.
pub(crate) fn bare_exclusion(id: &LicenseId) -> bool {
    criteria()
        .iter()
        .any(|criterion| bare_recognized(id, criterion.list) == Truth::True)
}

fn license_conditioned(license: &SimpleLicense, condition: Condition) -> Truth {
    let Some(found) = facts(&license.id) else {
        return Truth::Unknown;
    };
    has_clause(found, |found| {
        found
            .conditions
            .iter()
            .any(|clause| super::weakened(clause, license.exception.as_deref()).kind == condition)
    })
}

fn has_clause(license: &LicenseFacts, has: impl Fn(&LicenseFacts) -> bool) -> Truth {
    match (has(license), license.depth) {
        (true, _) => Truth::True,
        (false, FactDepth::Full) => Truth::False,
        (false, FactDepth::Summary) => Truth::Unknown,
    }
}

fn license_grants(id: &LicenseId, kind: FreedomKind) -> Truth {
    if let Some(found) = facts(id) {
        match kind.of(found.freedoms) {
            Freedom::Granted => return Truth::True,
            Freedom::Restricted | Freedom::Denied => return Truth::False,
            Freedom::Unstated => {}
        }
    }
    let granted = criteria().iter().any(|criterion| {
        criterion.freedoms.contains(&kind) && bare_recognized(id, criterion.list) == Truth::True
    });
    if granted { Truth::True } else { Truth::Unknown }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "checked")]
    _checked: String,
    recognition: Vec<Criterion>,
}

/// What being on a list implies.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Criterion {
    list: RecognitionList,
    excludes: Vec<Restriction>,
    freedoms: Vec<FreedomKind>,
}

fn criteria() -> &'static [Criterion] {
    static CRITERIA: OnceLock<Vec<Criterion>> = OnceLock::new();
    CRITERIA.get_or_init(|| {
        overt_knowledge::entry("compat/recognitions.toml")
            .and_then(|entry| serde_json::from_str::<File>(entry.text).ok())
            .map(|file| file.recognition)
            .unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_criteria_are_read() {
        assert!(!criteria().is_empty());
    }
}
