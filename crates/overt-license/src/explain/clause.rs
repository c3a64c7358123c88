//! Clauses of every sort in one form.

use std::collections::BTreeMap;

use overt_core::{
    Clause, Condition, Grant, LicenseFacts, LicenseId, Restriction, Risk, Scope, Span, Trigger,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What sort of clause it is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(tag = "group", content = "kind", rename_all = "kebab-case")]
pub enum ClauseKind {
    /// Something that is not allowed.
    Restriction(Restriction),
    /// Something required in return.
    Condition(Condition),
    /// Something given besides copyright.
    Grant(Grant),
    /// Something that can happen to the licensee.
    Risk(Risk),
}

impl ClauseKind {
    /// The kebab-case word of the kind, as in `knowledge/licenses/`.
    pub fn id(self) -> String {
        let word = match self {
            Self::Restriction(kind) => serde_json::to_value(kind),
            Self::Condition(kind) => serde_json::to_value(kind),
            Self::Grant(kind) => serde_json::to_value(kind),
            Self::Risk(kind) => serde_json::to_value(kind),
        };
        word.ok()
            .and_then(|word| word.as_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

/// A clause of a license, with its place in the canonical text and, where a file was given, the lines
/// where it stands there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PageClause {
    /// What sort of clause it is.
    #[serde(flatten)]
    pub kind: ClauseKind,
    /// The license or policy it stands in.
    pub license: LicenseId,
    /// What it covers; empty means everything that the license covers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scope: Vec<Scope>,
    /// When it bites; empty means always.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trigger: Vec<Trigger>,
    /// Where it stands in the canonical text.
    pub place: String,
    /// What it says, in our own words.
    pub plain: String,
    /// Numbers, phrases and places that belong to it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, serde_json::Value>,
    /// The lines in the user's own file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<Span>,
    /// The user's own file, where several were looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

impl PageClause {
    pub(crate) fn new<K: Copy>(
        license: &LicenseId,
        clause: &Clause<K>,
        kind: impl Fn(K) -> ClauseKind,
    ) -> Self {
        Self {
            kind: kind(clause.kind),
            license: license.clone(),
            scope: clause.scope.clone(),
            trigger: clause.trigger.clone(),
            place: clause.place.clone(),
            plain: clause.plain.clone(),
            parameters: clause.parameters.clone(),
            lines: None,
            file: None,
        }
    }
}

impl PageClause {
    /// Where it stands: the place in the canonical text and, where it was found, in the user's file.
    pub fn whereabouts(&self) -> String {
        match (&self.file, self.lines) {
            (Some(file), Some(lines)) => format!("{}, {file}:{lines}", self.place),
            (None, Some(Span::Lines(first, last))) if first == last => {
                format!("{}, line {first}", self.place)
            }
            (None, Some(lines)) => format!("{}, lines {lines}", self.place),
            _ => self.place.clone(),
        }
    }

    /// What it says, with the words to be shown and the places that belong to it.
    pub fn said(&self) -> String {
        let text = |key: &str| self.parameters.get(key).and_then(serde_json::Value::as_str);
        let words = [text("phrase"), text("alternative"), text("prefix")];
        let words: Vec<String> = words
            .into_iter()
            .flatten()
            .filter(|words| !self.plain.contains(words))
            .map(|words| format!("“{words}”"))
            .collect();
        let places = |key: &str| {
            let listed = self.parameters.get(key)?.as_array()?;
            let places: Vec<&str> = listed
                .iter()
                .filter_map(serde_json::Value::as_str)
                .collect();
            (!places.is_empty()).then(|| places.join(", "))
        };
        let mut said = self.plain.clone();
        if !words.is_empty() {
            said = format!("{said} {}", words.join(" or "));
        }
        if let Some(excluded) = places("regions") {
            said = format!("{said} (not in: {excluded})");
        }
        if let Some(allowed) = places("allowed-regions") {
            said = format!("{said} (only in: {allowed})");
        }
        said
    }
}

/// Every clause of the license in the order restrictions, conditions, grants, risks, each with the
/// phrases that let it be found.
pub(crate) fn clauses(facts: &LicenseFacts) -> Vec<(PageClause, &[String])> {
    fn each<'a, K: Copy>(
        facts: &'a LicenseFacts,
        clauses: &'a [Clause<K>],
        kind: fn(K) -> ClauseKind,
    ) -> impl Iterator<Item = (PageClause, &'a [String])> {
        clauses.iter().map(move |clause| {
            (
                PageClause::new(&facts.id, clause, kind),
                clause.find.as_slice(),
            )
        })
    }
    each(facts, &facts.restrictions, ClauseKind::Restriction)
        .chain(each(facts, &facts.conditions, ClauseKind::Condition))
        .chain(each(facts, &facts.grants, ClauseKind::Grant))
        .chain(each(facts, &facts.risks, ClauseKind::Risk))
        .collect()
}
