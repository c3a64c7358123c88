//! `OV015`, `OV017`: what a license requires to be shown or named, and is not.

use overt_core::{
    ComponentKind, Condition, Contradiction, Evidence, Expression, LicenseFacts, LicenseState,
};

use super::{Ground, finding_of, title_of};

pub(super) fn check(ground: &Ground<'_>, found: &mut Vec<Contradiction>) {
    for (license, evidence) in inherited(ground) {
        for simple in license.licenses() {
            if let Some(facts) = overt_license::facts(&simple.id) {
                display(ground, facts, &evidence, found);
                naming(ground, facts, &evidence, found);
            }
        }
    }
}

/// The licenses whose duties fall on this release because it was built from something else.
fn inherited(ground: &Ground<'_>) -> Vec<(Expression, Vec<Evidence>)> {
    let weights = ground
        .components
        .iter()
        .find(|c| c.kind == ComponentKind::FinalParameters);
    let Some(weights) = weights else {
        return Vec::new();
    };
    if weights.license.state == LicenseState::Unknown && weights.artifacts.is_empty() {
        return Vec::new();
    }
    let mut licenses: Vec<(Expression, Vec<Evidence>)> = Vec::new();
    for edge in ground.lineage {
        if let Some(license) = &edge.license
            && !licenses.iter().any(|(known, _)| known == license)
        {
            licenses.push((license.clone(), edge.evidence.clone()));
        }
    }
    licenses
}

fn display(
    ground: &Ground<'_>,
    facts: &LicenseFacts,
    evidence: &[Evidence],
    found: &mut Vec<Contradiction>,
) {
    let Some(clause) = facts.condition(Condition::Display) else {
        return;
    };
    let Some(phrase) = clause
        .parameters
        .get("phrase")
        .and_then(serde_json::Value::as_str)
    else {
        return;
    };
    let wanted = phrase.to_lowercase();
    let mut prose = ground
        .files
        .iter()
        .filter_map(|file| file.prose.as_deref())
        .peekable();
    if prose.peek().is_none() || prose.any(|text| text.to_lowercase().contains(&wanted)) {
        return;
    }
    let message = format!(
        "{} (section {}) requires \u{201c}{phrase}\u{201d} to be shown, and no card or notice has it",
        title_of(&facts.id),
        clause.place
    );
    found.push(finding_of(
        "OV015",
        message,
        vec![ComponentKind::FinalParameters],
        evidence.to_vec(),
    ));
}

fn naming(
    ground: &Ground<'_>,
    facts: &LicenseFacts,
    evidence: &[Evidence],
    found: &mut Vec<Contradiction>,
) {
    let Some(clause) = facts.condition(Condition::Naming) else {
        return;
    };
    let Some(prefix) = clause
        .parameters
        .get("prefix")
        .and_then(serde_json::Value::as_str)
    else {
        return;
    };
    let name = ground.name.rsplit('/').next().unwrap_or(ground.name);
    if name.is_empty() || name.to_lowercase().starts_with(&prefix.to_lowercase()) {
        return;
    }
    let message = format!(
        "{} (section {}) requires the name to begin with `{prefix}`; it is `{name}`",
        title_of(&facts.id),
        clause.place
    );
    found.push(finding_of(
        "OV017",
        message,
        vec![ComponentKind::FinalParameters],
        evidence.to_vec(),
    ));
}
