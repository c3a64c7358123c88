//! `OV011`, `OV014`: a released component without any license, a license without the policy that it
//! makes part of itself.

use overt_core::{ComponentKind, ComponentType, Contradiction, LicenseState, Status};

use super::{Ground, finding_of, title_of};
use crate::claim::ClaimKind;

pub(super) fn check(ground: &Ground<'_>, found: &mut Vec<Contradiction>) {
    unlicensed_components(ground, found);
    missing_policies(ground, found);
}

fn unlicensed_components(ground: &Ground<'_>, found: &mut Vec<Contradiction>) {
    let bare: Vec<_> = ground
        .components
        .iter()
        .filter(|component| {
            component.status == Status::Released
                && component.license.state == LicenseState::Unknown
                && component.kind.component_type() != ComponentType::Document
        })
        .collect();
    let kinds: Vec<ComponentKind> = bare.iter().map(|component| component.kind).collect();
    if kinds.is_empty() {
        return;
    }
    let evidence = bare
        .iter()
        .filter_map(|component| component.artifacts.first())
        .map(|artifact| artifact.evidence.clone())
        .collect();
    let names: Vec<_> = kinds
        .iter()
        .map(|kind| kind.name().to_lowercase())
        .collect();
    let message = format!("no license was found for {}", names.join(", "));
    found.push(finding_of("OV011", message, kinds, evidence));
}

fn missing_policies(ground: &Ground<'_>, found: &mut Vec<Contradiction>) {
    let seen = |id: &str| {
        let mut texts = ground
            .files
            .iter()
            .filter_map(|file| file.license_file.as_ref());
        texts.any(|text| text.ids.iter().any(|known| known == id))
    };
    for text in ground.of_kind(ClaimKind::Text) {
        let Some(expression) = text.meaning.expression() else {
            continue;
        };
        for license in expression.licenses() {
            let Some(facts) = overt_license::facts(&license.id) else {
                continue;
            };
            for policy in &facts.incorporates {
                if seen(policy.as_str()) {
                    continue;
                }
                let message = format!(
                    "{} makes the {} part of itself, which is not in the release",
                    title_of(&license.id),
                    title_of(policy)
                );
                let evidence = vec![text.evidence.clone()];
                let touched = ground.touched_by(&[text]);
                found.push(finding_of("OV014", message, touched, evidence));
            }
        }
    }
}
