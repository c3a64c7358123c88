//! What a license expression says as a whole.

mod conclude;
mod exceptions;
mod query;

use overt_core::{
    Clause, Condition, Expression, Freedom, Freedoms, Grant, LicenseId, Restriction, Risk,
    SimpleLicense,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use exceptions::weakened;
pub use exceptions::{ExceptionEffect, exception_effect};
pub(crate) use query::bare_exclusion;
pub use query::{
    FreedomKind, freedom, has_condition, has_restriction, is_known, osi_approved, recognized,
};

/// A clause and the license it stands in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LicensedClause<K> {
    /// The license.
    pub license: LicenseId,
    /// What it says.
    pub clause: Clause<K>,
}

/// What applies together when one alternative of an expression is chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct AlternativeTerms {
    /// The licenses that apply together, in the order of the expression.
    pub licenses: Vec<LicenseChoice>,
    /// The least that all of them grant.
    pub freedoms: Freedoms,
    /// Every restriction of any of them, policies they incorporate included.
    pub restrictions: Vec<LicensedClause<Restriction>>,
    /// Every condition of any of them.
    pub conditions: Vec<LicensedClause<Condition>>,
    /// What each of them gives besides copyright; another license's grant covers only its own part.
    pub grants: Vec<LicensedClause<Grant>>,
    /// What can happen under any of them.
    pub risks: Vec<LicensedClause<Risk>>,
    /// Licenses of which nothing is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<LicenseId>,
    /// Licenses that were not read clause by clause: an absent clause says nothing of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub summary_only: Vec<LicenseId>,
}

/// One license of an alternative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LicenseChoice {
    /// The license.
    pub id: LicenseId,
    /// Whether any later version may be taken instead.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub or_later: bool,
    /// The exception that was added to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<String>,
}

impl From<&SimpleLicense> for LicenseChoice {
    fn from(license: &SimpleLicense) -> Self {
        Self {
            id: license.id.clone(),
            or_later: license.or_later || license.id.as_str().ends_with("-or-later"),
            exception: license.exception.clone(),
        }
    }
}

/// What an expression says: the licensee may choose any one alternative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Terms {
    /// The alternatives, in the order of the expression; one if there is no `OR`.
    pub alternatives: Vec<AlternativeTerms>,
    /// Whether the expression has more alternatives than [`MOST_ALTERNATIVES`], which were left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
}

/// How many alternatives of an expression are looked at.
pub const MOST_ALTERNATIVES: usize = 64;

/// What `expression` says, alternative by alternative.
pub fn terms(expression: &Expression) -> Terms {
    let (alternatives, truncated) = alternatives(expression);
    Terms {
        alternatives: alternatives
            .iter()
            .map(|licenses| conclude::together(licenses))
            .collect(),
        truncated,
    }
}

/// The expression's alternatives as lists of licenses that apply together (disjunctive normal form),
/// at most [`MOST_ALTERNATIVES`], and whether some were left out.
pub fn alternatives(expression: &Expression) -> (Vec<Vec<&SimpleLicense>>, bool) {
    match expression {
        Expression::License(license) => (vec![vec![license]], false),
        Expression::Or(parts) => {
            let (mut all, mut truncated) = (Vec::new(), false);
            for part in parts {
                let (more, cut) = alternatives(part);
                truncated |= cut;
                all.extend(more);
            }
            truncated |= all.len() > MOST_ALTERNATIVES;
            all.truncate(MOST_ALTERNATIVES);
            (all, truncated)
        }
        Expression::And(parts) => {
            let (mut all, mut truncated) = (vec![Vec::new()], false);
            for part in parts {
                let (more, cut) = alternatives(part);
                truncated |= cut || all.len() * more.len() > MOST_ALTERNATIVES;
                all = all
                    .iter()
                    .flat_map(|left| more.iter().map(move |right| join(left, right)))
                    .take(MOST_ALTERNATIVES)
                    .collect();
            }
            (all, truncated)
        }
    }
}

fn join<'a>(left: &[&'a SimpleLicense], right: &[&'a SimpleLicense]) -> Vec<&'a SimpleLicense> {
    let mut joined = left.to_vec();
    for &license in right {
        if !joined.contains(&license) {
            joined.push(license);
        }
    }
    joined
}

/// The lesser of two freedoms: a denial outweighs silence, silence outweighs a grant.
fn lesser(left: Freedoms, right: Freedoms) -> Freedoms {
    let lesser = |a: Freedom, b: Freedom| a.min(b);
    Freedoms {
        use_: lesser(left.use_, right.use_),
        study: lesser(left.study, right.study),
        modify: lesser(left.modify, right.modify),
        share: lesser(left.share, right.share),
    }
}
