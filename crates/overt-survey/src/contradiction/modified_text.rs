//! `OV008`: a license file is a known license with something added, removed or changed.

use overt_core::Contradiction;

use super::{Ground, finding_of, title};
use crate::claim::{ClaimKind, Meaning};

pub(super) fn check(ground: &Ground<'_>, found: &mut Vec<Contradiction>) {
    for file in ground.files {
        let Some(license) = &file.license_file else {
            continue;
        };
        let Some(modified) = &license.modified else {
            continue;
        };
        let claim = ground
            .of_kind(ClaimKind::Text)
            .find(|claim| claim.source == file.source && claim.evidence.path == file.path);
        let nearest = match claim.map(|claim| &claim.meaning) {
            Some(Meaning::Unrecognized {
                nearest: Some(nearest),
            }) => title(nearest),
            _ => modified.nearest.clone(),
        };
        let message = format!(
            "{} looks like {nearest}, but is changed: {}",
            file.path, modified.differs
        );
        let touched = claim
            .map(|claim| ground.touched_by(&[claim]))
            .unwrap_or_default();
        found.push(finding_of(
            "OV008",
            message,
            touched,
            vec![license.evidence.clone()],
        ));
    }
}
