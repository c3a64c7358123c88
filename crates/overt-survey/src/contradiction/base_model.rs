//! `OV004`, `OV016`: the license of what the release was built from.

use overt_core::{ComponentKind, Contradiction, Expression, LicenseState, Relation};

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
        if let Some(reason) = forbids(base, own) {
            let message = format!(
                "the release says {}, but its base model {} is under {}: {reason}",
                title(own),
                edge.target,
                title(base)
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
}

/// Why a base model's license does not let the derived model carry this one.
fn forbids(base: &Expression, own: &Expression) -> Option<String> {
    let covered = base
        .licenses()
        .iter()
        .all(|license| own.licenses().iter().any(|known| known.id == license.id));
    if covered {
        return None;
    }
    crate::assemble::lineage::travels(base)
}
