//! What a publisher's own files can be made to say: edits as a plan, which touches no file.
//!
//! An edit states only what evidence shows or what the publisher said; where somebody must decide or
//! write something, it is named as left to do. No license is written that the license of a base model
//! forbids.

mod card;
mod front_matter;
mod manifest;
mod texts;

use std::collections::BTreeSet;

use overt_core::{ComponentKind, Expression, LicenseState, Relation, Release, Status};
use overt_license::{Compatibility, CompatibilityVerdict, How};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Change;

/// What the publisher says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The license that the release shall carry.
    pub license: Option<Expression>,
    /// What it was built from: ids of models.
    pub base_models: Vec<String>,
    /// What it was trained on: ids of datasets.
    pub datasets: Vec<String>,
    /// The year and holder of the copyright, for example `2026 Example Lab`.
    pub copyright: Option<String>,
    /// Components that can be had elsewhere.
    pub declared: Vec<Declared>,
}

/// A component that can be had elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// Which.
    pub kind: ComponentKind,
    /// Where.
    pub link: String,
    /// Its license, where it is said.
    pub license: Option<Expression>,
}

/// What stands in the folder that is edited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folder {
    /// The text of `README.md`.
    pub card: Option<String>,
    /// The text of `overt.toml`.
    pub manifest: Option<String>,
    /// The names of the files at its top.
    pub names: BTreeSet<String>,
}

impl Folder {
    /// Whether a file at the top is called so, whatever its extension and case.
    fn has(&self, stems: &[&str]) -> bool {
        self.names.iter().any(|name| {
            let name = name.to_ascii_uppercase();
            stems.iter().any(|stem| {
                name.strip_prefix(stem)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
            })
        })
    }
}

/// One file as it is and as it would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Edit {
    /// The path in the folder, `/`-separated.
    pub path: String,
    /// Its text; absent if there is no such file yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The text after the edit.
    pub after: String,
    /// What changes and on what it rests.
    pub why: Vec<String>,
}

/// A license that is not written, because what the release was built from forbids it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Refusal {
    /// What it was built from.
    pub base: String,
    /// Why not, clause by clause.
    pub compatibility: Compatibility,
}

/// Edits, and what no edit can do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Repair {
    /// The edits, in path order.
    pub edits: Vec<Edit>,
    /// Licenses that are not written.
    pub refused: Vec<Refusal>,
    /// Where one was refused: the freest licenses that everything it was built from admits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub may_carry: Vec<Expression>,
    /// What somebody must decide or write.
    pub left: Vec<String>,
    /// What the edits change of the release, to foresee verdicts.
    #[serde(skip)]
    pub changes: Vec<Change>,
}

/// The edits that the evidence and the publisher's words allow.
pub fn repair(release: &Release, folder: &Folder, wanted: &Wanted) -> Repair {
    let mut repair = Repair::default();
    let license = wanted.license.clone().or_else(|| known_license(release));
    if let Some(license) = &license {
        repair.refused = refusals(release, license);
        if !repair.refused.is_empty() {
            repair.may_carry = may_carry(release);
        }
    } else {
        repair.left.push(
            "which license the release carries: say it with --license, for example --license Apache-2.0"
                .to_owned(),
        );
    }
    let allowed = license.filter(|_| repair.refused.is_empty());
    card::edit(release, folder, wanted, allowed.as_ref(), &mut repair);
    if let Some(license) = &allowed {
        texts::license(release, folder, wanted, license, &mut repair);
        foresee(release, license, wanted.license.is_some(), &mut repair);
    }
    texts::notice(release, folder, wanted, &mut repair);
    manifest::edit(folder, wanted, &mut repair);
    repair.edits.sort_by(|a, b| a.path.cmp(&b.path));
    repair
}

/// The license that the files themselves agree on.
fn known_license(release: &Release) -> Option<Expression> {
    let of = |kind| {
        let conclusion = &release.component(kind)?.license;
        let certain = conclusion.state == LicenseState::Licensed && !conclusion.disputed;
        conclusion.expression.clone().filter(|_| certain)
    };
    of(ComponentKind::FinalParameters)
        .or_else(|| of(ComponentKind::ModelArchitecture))
        .or_else(|| of(ComponentKind::InferenceCode))
        .or_else(|| of(ComponentKind::TrainingCode))
}

/// The base models whose license forbids this one.
fn refusals(release: &Release, license: &Expression) -> Vec<Refusal> {
    release
        .lineage
        .iter()
        .filter_map(|edge| {
            let inbound = edge.license.clone()?;
            let by = How::of_relation(edge.relation).unwrap_or(How::Finetune);
            let compatibility = overt_license::compat(&[inbound], license, by);
            (compatibility.verdict == CompatibilityVerdict::Incompatible).then(|| Refusal {
                base: edge.target.clone(),
                compatibility,
            })
        })
        .collect()
}

/// The freest licenses that everything it was built from admits.
fn may_carry(release: &Release) -> Vec<Expression> {
    const SHOWN: usize = 3;
    let inbound: Vec<(Expression, How)> = release
        .lineage
        .iter()
        .filter_map(|edge| {
            let by = How::of_relation(edge.relation).unwrap_or(How::Finetune);
            Some((edge.license.clone()?, by))
        })
        .collect();
    let Some((_, by)) = inbound.first() else {
        return Vec::new();
    };
    let all: Vec<Expression> = inbound.iter().map(|(license, _)| license.clone()).collect();
    let admits = |license: &Expression| {
        inbound.iter().all(|(base, by)| {
            overt_license::compat(std::slice::from_ref(base), license, *by).verdict
                >= CompatibilityVerdict::CompatibleWithConditions
        })
    };
    overt_license::suggest(&all, *by)
        .into_iter()
        .map(|suggestion| suggestion.license)
        .filter(admits)
        .take(SHOWN)
        .collect()
}

/// What a card and a license file put under the license.
fn foresee(release: &Release, license: &Expression, said: bool, repair: &mut Repair) {
    if repair.edits.is_empty() {
        return;
    }
    for component in &release.components {
        let there = matches!(component.status, Status::Released | Status::PartlyReleased);
        let open = component.license.state == LicenseState::Unknown || said;
        if there && open {
            repair
                .changes
                .push(Change::License(component.kind, license.clone()));
        }
    }
}

/// Models it was built from and datasets it was trained on, as evidence outside of the card shows
/// and as the publisher says.
fn targets(release: &Release, said: &[String], trained_on: bool) -> Vec<(String, String)> {
    let mut targets: Vec<(String, String)> = said
        .iter()
        .map(|name| (name.clone(), "as you said".to_owned()))
        .collect();
    for edge in &release.lineage {
        if (edge.relation == Relation::TrainedOn) != trained_on {
            continue;
        }
        let shown = edge
            .evidence
            .iter()
            .find(|evidence| !evidence.path.eq_ignore_ascii_case("README.md"));
        if let Some(evidence) = shown
            && !targets.iter().any(|(name, _)| *name == edge.target)
        {
            targets.push((edge.target.clone(), evidence.place()));
        }
    }
    targets
}
