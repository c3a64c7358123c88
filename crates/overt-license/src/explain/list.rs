//! Licenses by what they are.

use overt_core::{
    Expression, FactDepth, LicenseCategory, LicenseFacts, LicenseId, RecognitionList, Restriction,
    Truth,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{all, has_restriction, recognized};

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
    /// Of this family.
    pub family: Option<String>,
    /// Read clause by clause.
    pub full_only: bool,
    /// With these letters in the id or the name, in any case.
    pub named: Option<String>,
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
        (self.categories.is_empty() || self.categories.contains(&license.category))
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
                .family
                .as_ref()
                .is_none_or(|family| *family == license.family)
            && (!self.full_only || license.depth == FactDepth::Full)
            && self.named.as_ref().is_none_or(named)
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
        depth: license.depth,
    }
}
