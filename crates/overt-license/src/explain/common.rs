//! What the licenses that a name may mean have in common.

use std::collections::BTreeSet;

use overt_core::{Expression, Freedom, LicenseId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::clause::{ClauseKind, clauses};
use super::text::{word, wrap};
use crate::{FreedomKind, facts};

/// How far a freedom goes at least and at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct FreedomRange {
    /// Which freedom.
    pub freedom: FreedomKind,
    /// Under the license that grants least.
    pub least: Freedom,
    /// Under the license that grants most.
    pub most: Freedom,
}

/// A name that means one of several licenses, and what holds whichever it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct CommonTerms {
    /// The name.
    pub name: String,
    /// Why it does not say which license is meant.
    pub why: String,
    /// What it may mean.
    pub candidates: Vec<LicenseId>,
    /// How far each freedom goes.
    pub freedoms: Vec<FreedomRange>,
    /// Kinds of clauses that all of them have.
    pub in_all: Vec<ClauseKind>,
    /// Kinds of clauses that only some of them have.
    pub in_some: Vec<ClauseKind>,
    /// Candidates of which nothing is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<LicenseId>,
}

/// What the licenses of `candidates` have in common, policies that they incorporate included.
pub fn common_terms(name: &str, why: &str, candidates: &[Expression]) -> CommonTerms {
    let mut ids: Vec<LicenseId> = Vec::new();
    for license in candidates.iter().flat_map(Expression::licenses) {
        if !ids.contains(&license.id) {
            ids.push(license.id.clone());
        }
    }
    let known: Vec<_> = ids.iter().filter_map(facts).collect();
    let kinds: Vec<BTreeSet<ClauseKind>> = known
        .iter()
        .map(|license| {
            std::iter::once(*license)
                .chain(license.incorporates.iter().filter_map(facts))
                .flat_map(clauses)
                .map(|(clause, _)| clause.kind)
                .collect()
        })
        .collect();
    let union: BTreeSet<ClauseKind> = kinds.iter().flatten().copied().collect();
    let (in_all, in_some) = union
        .into_iter()
        .partition(|kind| kinds.iter().all(|kinds| kinds.contains(kind)));
    let freedoms = [
        FreedomKind::Use,
        FreedomKind::Study,
        FreedomKind::Modify,
        FreedomKind::Share,
    ]
    .into_iter()
    .filter_map(|freedom| {
        let each = known.iter().map(|license| freedom.of(license.freedoms));
        Some(FreedomRange {
            freedom,
            least: each.clone().min()?,
            most: each.max()?,
        })
    })
    .collect();
    CommonTerms {
        name: name.to_owned(),
        why: why.to_owned(),
        freedoms,
        in_all,
        in_some,
        unknown: ids
            .iter()
            .filter(|id| facts(id).is_none())
            .cloned()
            .collect(),
        candidates: ids,
    }
}

impl CommonTerms {
    /// As plain text: 80 columns, no colors, ends with a line break.
    pub fn to_text(&self) -> String {
        let mut text = wrap(
            &format!("`{}` is ambiguous: {}.", self.name, self.why),
            "",
            "",
        );
        let list = |title: &str, items: Vec<String>, text: &mut String| {
            if !items.is_empty() {
                text.push_str(&format!("\n{title}\n"));
                text.push_str(&wrap(&items.join(", "), "  ", "  "));
            }
        };
        let ids = |ids: &[LicenseId]| ids.iter().map(ToString::to_string).collect();
        list("It may mean", ids(&self.candidates), &mut text);
        text.push_str("\nYou may, whichever it is\n");
        for range in &self.freedoms {
            let least = word(&range.least);
            let how_far = if range.least == range.most {
                least
            } else {
                format!("{least} to {}, by license", word(&range.most))
            };
            text.push_str(&format!("  {:<7} {how_far}\n", range.freedom.verb()));
        }
        let kinds = |kinds: &[ClauseKind]| kinds.iter().map(|kind| kind.id()).collect();
        list("All of them have", kinds(&self.in_all), &mut text);
        list("Only some of them have", kinds(&self.in_some), &mut text);
        list("Nothing is known of", ids(&self.unknown), &mut text);
        text
    }
}
