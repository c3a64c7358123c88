//! The page of one license.

use overt_core::{
    Expression, FactDepth, Freedoms, LicenseCategory, LicenseFacts, LicenseId, Recognition,
    RecognitionList, Recognized, Truth,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ask::{Circumstances, UseAnswer, ask};
use super::clause::{ClauseKind, PageClause, clauses};
use super::locate::locate;
use super::use_case::use_cases;
use crate::{Identification, Passage, facts, recognized};

/// Everything that a reader should know of one license, in reading order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LicensePage {
    /// The id.
    pub id: LicenseId,
    /// The title.
    pub name: String,
    /// The sort of license.
    pub category: LicenseCategory,
    /// Who keeps it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub steward: String,
    /// The version as its text gives it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// The date of the text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub date: String,
    /// Whether its clauses were read or only a summary is known.
    pub depth: FactDepth,
    /// The policies that are part of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incorporates: Vec<LicenseId>,
    /// Where the user's own file differs from the license's text. The page tells what that text says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differs: Vec<Passage>,
    /// What it lets one do.
    pub freedoms: Freedoms,
    /// Which lists recognize it.
    pub recognitions: Vec<Recognition>,
    /// May I …? One answer per use case, in the order of `knowledge/use-cases/`.
    pub uses: Vec<UseAnswer>,
    /// What one must not do, policies included.
    pub must_not: Vec<PageClause>,
    /// What one must do.
    pub must: Vec<PageClause>,
    /// What one gets besides copyright.
    pub gets: Vec<PageClause>,
    /// What can happen.
    pub can_happen: Vec<PageClause>,
    /// Where the facts come from.
    pub source: String,
    /// When they were last checked.
    pub checked: String,
}

/// The page of the license with this id; `None` if nothing is known of it.
pub fn page(id: &LicenseId) -> Option<LicensePage> {
    build(id, None)
}

/// The page with every clause pointed at in `text`, a user's own file under this license.
pub fn page_of_file(id: &LicenseId, text: &str) -> Option<LicensePage> {
    build(id, Some(text))
}

/// The pages of the licenses that were found in a user's own file, every clause pointed at.
///
/// Of a changed text the page is that of the license it comes from, with the places that differ.
pub fn pages_of_file(found: &Identification, text: &str) -> Vec<LicensePage> {
    let mut pages: Vec<LicensePage> = Vec::new();
    let mut add = |id: &LicenseId, differs: &[Passage]| {
        if pages.iter().any(|page| page.id == *id) {
            return;
        }
        pages.extend(page_of_file(id, text).map(|page| LicensePage {
            differs: differs.to_vec(),
            ..page
        }));
    };
    for one in &found.matches {
        if let Some(modified) = &one.modified {
            add(&modified.of, &modified.passages);
        }
    }
    for license in found.expression.iter().flat_map(Expression::licenses) {
        add(&license.id, &[]);
    }
    for unknown in &found.unknown {
        if let Some(nearest) = &unknown.nearest
            && unknown.similarity >= NEAR_ENOUGH
        {
            add(nearest, &unknown.differs);
        }
    }
    pages
}

/// How much unknown terms must share with a license to be explained by it.
const NEAR_ENOUGH: f32 = 0.6;

fn build(id: &LicenseId, text: Option<&str>) -> Option<LicensePage> {
    let license = facts(id)?;
    let expression = Expression::license(id.as_str());
    let all: Vec<PageClause> = std::iter::once(license)
        .chain(license.incorporates.iter().filter_map(facts))
        .flat_map(|license| placed(license, text))
        .collect();
    let mut uses: Vec<UseAnswer> = use_cases()
        .iter()
        .filter(|case| case.order.is_some())
        .map(|case| ask(&expression, case, &Circumstances::default()))
        .collect();
    if text.is_some() {
        for answer in &mut uses {
            let shown = [
                &mut answer.forbidden_by,
                &mut answer.limited_by,
                &mut answer.duties,
            ];
            for clause in shown.into_iter().flatten() {
                place(clause, &all);
            }
        }
    }
    let of = |wanted: fn(&ClauseKind) -> bool| -> Vec<PageClause> {
        all.iter()
            .filter(|clause| wanted(&clause.kind))
            .cloned()
            .collect()
    };
    Some(LicensePage {
        id: license.id.clone(),
        name: license.name.clone(),
        category: license.category,
        steward: license.steward.clone(),
        version: license.version.clone(),
        date: license.date.clone(),
        depth: license.depth,
        incorporates: license.incorporates.clone(),
        differs: Vec::new(),
        freedoms: license.freedoms,
        recognitions: recognitions(license),
        uses,
        must_not: of(|kind| matches!(kind, ClauseKind::Restriction(_))),
        must: of(|kind| matches!(kind, ClauseKind::Condition(_))),
        gets: of(|kind| matches!(kind, ClauseKind::Grant(_))),
        can_happen: of(|kind| matches!(kind, ClauseKind::Risk(_))),
        source: license.source.clone(),
        checked: license.checked.clone(),
    })
}

/// What the file says, and what the lists of the Open Source Initiative and the Free Software
/// Foundation say of every license that SPDX records.
fn recognitions(license: &LicenseFacts) -> Vec<Recognition> {
    let mut recognitions = license.recognitions.clone();
    if license.category == LicenseCategory::UsePolicy {
        return recognitions;
    }
    for list in [RecognitionList::OsiApproved, RecognitionList::FsfFree] {
        let said = license.recognized_by(list).is_some();
        let expression = Expression::license(license.id.as_str());
        let recognized = match recognized(&expression, list) {
            Truth::True => Recognized::Yes,
            Truth::False => Recognized::No,
            Truth::Unknown => continue,
        };
        if !said {
            recognitions.push(Recognition {
                list,
                recognized,
                version: format!("SPDX license list {}", spdx::license_version()),
                rating: None,
            });
        }
    }
    recognitions.sort_by_key(|recognition| recognition.list);
    recognitions
}

fn placed(license: &LicenseFacts, text: Option<&str>) -> Vec<PageClause> {
    match text {
        Some(text) => locate(license, text),
        None => clauses(license)
            .into_iter()
            .map(|(clause, _)| clause)
            .collect(),
    }
}

/// Copies the lines of the same clause among `placed`.
fn place(clause: &mut PageClause, placed: &[PageClause]) {
    let same = |other: &&PageClause| {
        PageClause {
            lines: None,
            ..(*other).clone()
        } == *clause
    };
    clause.lines = placed.iter().find(same).and_then(|other| other.lines);
}
