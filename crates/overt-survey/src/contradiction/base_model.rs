//! `OV004`, `OV016`: the license of what the release was built from.

use overt_core::{ComponentKind, Contradiction, LicenseState, Relation};
use overt_license::{CompatibilityVerdict, How, compat};

use super::{Ground, finding_of, title};

pub(super) fn check(ground: &Ground<'_>, found: &mut Vec<Contradiction>) {
    let Some(weights) = ground
        .components
        .iter()
        .find(|component| component.kind == ComponentKind::FinalParameters)
    else {
        return;
    };
    let kinds = vec![ComponentKind::FinalParameters];
    for edge in ground.lineage {
        if edge.relation == Relation::TrainedOn {
            continue;
        }
        let Some(base) = &edge.license else {
            let message = format!(
                "the license of its base model {} is not known here: what it passes on is open",
                edge.target
            );
            found.push(finding_of(
                "OV016",
                message,
                kinds.clone(),
                edge.evidence.clone(),
            ));
            continue;
        };
        let (Some(own), LicenseState::Licensed) =
            (&weights.license.expression, weights.license.state)
        else {
            continue;
        };
        let answer = compat(std::slice::from_ref(base), own, how(edge.relation));
        if answer.verdict != CompatibilityVerdict::Incompatible {
            continue;
        }
        let reason = answer.conflicts.first().map(|conflict| {
            let clause = conflict.plain.trim_end_matches('.');
            match conflict.place.as_str() {
                "" => format!(": {clause}"),
                place => format!(": {clause} (section {place})"),
            }
        });
        let message = format!(
            "the release says {}, but its base model {} is under {}{}",
            title(own),
            edge.target,
            title(base),
            reason.unwrap_or_default()
        );
        let decided = weights
            .license
            .decided_by
            .iter()
            .map(|claim| claim.evidence.clone());
        let evidence = decided.chain(edge.evidence.iter().cloned()).collect();
        found.push(finding_of("OV004", message, kinds.clone(), evidence));
    }
}

/// The way of building that a relation is. What is not said is taken for a fine-tune, as the hub does.
fn how(relation: Relation) -> How {
    match relation {
        Relation::Adapter => How::Adapter,
        Relation::Quantized => How::Quantize,
        Relation::Merge => How::Merge,
        Relation::Distilled => How::Distill,
        Relation::TrainedOn => How::TrainOnData,
        Relation::Finetune | Relation::Unspecified => How::Finetune,
    }
}
