//! Licenses by what they are.

use overt_core::{
    Condition, Expression, FactDepth, Grant, LicenseCategory, LicenseFacts, LicenseId,
    RecognitionList, Restriction, Risk, Truth,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{FreedomKind, all, facts, freedom, has_condition, has_restriction, recognized};

/// Which licenses to list; what is not set does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LicenseFilter {
    /// Of one of these sorts.
    pub categories: Vec<LicenseCategory>,
    /// Recognized by all of these lists.
    pub recognized_by: Vec<RecognitionList>,
    /// Known to have all of these restrictions.
    pub with: Vec<Restriction>,
    /// Known to have none of these restrictions.
    pub without: Vec<Restriction>,
    /// Known to grant all of these freedoms for any purpose.
    pub freedoms: Vec<FreedomKind>,
    /// Known to have all of these conditions.
    pub requires: Vec<Condition>,
    /// Known to have none of these conditions.
    pub not_requires: Vec<Condition>,
    /// Giving all of these besides copyright.
    pub gives: Vec<Grant>,
    /// With all of these risks.
    pub risks: Vec<Risk>,
    /// Of this strength of copyleft.
    pub copyleft: Option<Copyleft>,
    /// Of a steward with these letters in the name, in any case.
    pub steward: Option<String>,
    /// Of this family.
    pub family: Option<String>,
    /// Read clause by clause.
    pub full_only: bool,
    /// With these letters in the id or the name, in any case.
    pub named: Option<String>,
}

/// How far a license binds what is built from it to itself.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Copyleft {
    /// Not at all.
    None,
    /// Changed files.
    Weak,
    /// The whole derived work.
    Strong,
    /// Also when it is only offered over a network.
    Network,
}

impl Copyleft {
    /// The strongest sort that the license has; `None` of the option where that is not known.
    pub fn of(license: &LicenseId) -> Option<Self> {
        let expression = Expression::license(license.as_str());
        let sorts = [
            (Condition::SameLicenseNetwork, Self::Network),
            (Condition::SameLicenseStrong, Self::Strong),
            (Condition::SameLicenseWeak, Self::Weak),
        ];
        let mut known = true;
        for (condition, sort) in sorts {
            match has_condition(&expression, condition) {
                Truth::True => return Some(sort),
                Truth::Unknown => known = false,
                Truth::False => {}
            }
        }
        if known {
            return Some(Self::None);
        }
        // Summaries say it in their category.
        match facts(license)?.category {
            LicenseCategory::PublicDomain | LicenseCategory::Permissive => Some(Self::None),
            LicenseCategory::WeakCopyleft => Some(Self::Weak),
            LicenseCategory::StrongCopyleft | LicenseCategory::ShareAlike => Some(Self::Strong),
            LicenseCategory::NetworkCopyleft => Some(Self::Network),
            _ => None,
        }
    }
}

/// One line of a list of licenses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LicenseSummary {
    /// The id.
    pub id: LicenseId,
    /// The title.
    pub name: String,
    /// The sort of license.
    pub category: LicenseCategory,
    /// The lists that recognize it.
    pub recognized_by: Vec<RecognitionList>,
    /// Its restrictions, each kind once.
    pub restrictions: Vec<Restriction>,
    /// How far it binds what is built from it to itself, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copyleft: Option<Copyleft>,
    /// Whether its clauses were read.
    pub depth: FactDepth,
}

/// The licenses that the filter lets through, by id.
pub fn list(filter: &LicenseFilter) -> Vec<LicenseSummary> {
    let mut listed: Vec<LicenseSummary> = all()
        .filter(|license| filter.lets_through(license))
        .map(summary)
        .collect();
    listed.sort_by(|a, b| a.id.cmp(&b.id));
    listed
}

impl LicenseFilter {
    fn lets_through(&self, license: &LicenseFacts) -> bool {
        let expression = Expression::license(license.id.as_str());
        let restricted = |kind: &Restriction| has_restriction(&expression, *kind);
        let named = |part: &String| {
            let part = part.to_lowercase();
            license.id.as_str().to_lowercase().contains(&part)
                || license.name.to_lowercase().contains(&part)
        };
        let lower = |text: &str| text.to_lowercase();
        self.clauses_let_through(license, &expression)
            && (self.categories.is_empty() || self.categories.contains(&license.category))
            && self
                .recognized_by
                .iter()
                .all(|list| recognized(&expression, *list) == Truth::True)
            && self.with.iter().all(|kind| restricted(kind) == Truth::True)
            && self
                .without
                .iter()
                .all(|kind| restricted(kind) == Truth::False)
            && self
                .steward
                .as_ref()
                .is_none_or(|part| lower(&license.steward).contains(&lower(part)))
            && self
                .family
                .as_ref()
                .is_none_or(|family| *family == license.family)
            && (!self.full_only || license.depth == FactDepth::Full)
            && self.named.as_ref().is_none_or(named)
    }
}

impl LicenseFilter {
    fn clauses_let_through(&self, license: &LicenseFacts, expression: &Expression) -> bool {
        let conditioned = |kind: &Condition| has_condition(expression, *kind);
        self.freedoms
            .iter()
            .all(|kind| freedom(expression, *kind) == Truth::True)
            && self
                .requires
                .iter()
                .all(|kind| conditioned(kind) == Truth::True)
            && self
                .not_requires
                .iter()
                .all(|kind| conditioned(kind) == Truth::False)
            && self
                .gives
                .iter()
                .all(|kind| license.grants.iter().any(|clause| clause.kind == *kind))
            && self
                .risks
                .iter()
                .all(|kind| license.risks.iter().any(|clause| clause.kind == *kind))
            && (self.copyleft.is_none() || self.copyleft == Copyleft::of(&license.id))
    }
}

fn summary(license: &LicenseFacts) -> LicenseSummary {
    let expression = Expression::license(license.id.as_str());
    let lists = [
        RecognitionList::OsiApproved,
        RecognitionList::FsfFree,
        RecognitionList::OpenDefinition,
        RecognitionList::DebianMain,
        RecognitionList::BlueOak,
        RecognitionList::MotOpen,
    ];
    let mut restrictions: Vec<Restriction> = license
        .restrictions
        .iter()
        .map(|clause| clause.kind)
        .collect();
    restrictions.sort();
    restrictions.dedup();
    LicenseSummary {
        id: license.id.clone(),
        name: license.name.clone(),
        category: license.category,
        recognized_by: lists
            .into_iter()
            .filter(|list| recognized(&expression, *list) == Truth::True)
            .collect(),
        restrictions,
        copyleft: Copyleft::of(&license.id),
        depth: license.depth,
    }
}
