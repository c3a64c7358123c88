//! `OV004`, `OV016`: the license of what the release was built from.

use overt_core::{ComponentKind, Condition, Contradiction, LicenseClaim, Relation};
use overt_license::{ClauseKind, Compatibility, CompatibilityVerdict, How, compat};

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
        // Every license that the release claims for its weights; each must be possible.
        let license = &weights.license;
        let disputing = license.others.iter().filter(|_| license.disputed);
        let forbidden: Vec<(&LicenseClaim, Compatibility)> = license
            .decided_by
            .iter()
            .chain(disputing)
            .filter_map(|claim| {
                let own = claim.expression.as_ref()?;
                let answer = compat(std::slice::from_ref(base), own, how(edge.relation));
                (answer.verdict == CompatibilityVerdict::Incompatible).then_some((claim, answer))
            })
            .collect();
        let Some((_, answer)) = forbidden.first() else {
            continue;
        };
        let mut titles: Vec<String> = Vec::new();
        for own in forbidden
            .iter()
            .filter_map(|(claim, _)| claim.expression.as_ref())
        {
            if !titles.contains(&title(own)) {
                titles.push(title(own));
            }
        }
        // That the terms must go along says more than any single restriction.
        let passed_on = answer.conflicts.iter().find(|conflict| {
            conflict.clause.as_ref().is_some_and(|clause| {
                clause.kind == ClauseKind::Condition(Condition::PassOnRestrictions)
            })
        });
        let reason = passed_on.or(answer.conflicts.first()).map(|conflict| {
            let clause = conflict.plain.trim_end_matches('.');
            match conflict.place.as_str() {
                "" => format!(": {clause}"),
                place => format!(": {clause} (section {place})"),
            }
        });
        let message = format!(
            "the release says {}, but its base model {} is under {}{}",
            titles.join(" and "),
            edge.target,
            title(base),
            reason.unwrap_or_default()
        );
        let claims = forbidden.iter().map(|(claim, _)| claim.evidence.clone());
        let evidence = claims.chain(edge.evidence.iter().cloned()).collect();
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
