//! `OV005`, `OV009`, `OV010`: a card's license field that names no license.

use overt_core::Contradiction;

use super::{Ground, finding_of, title};
use crate::claim::{Claim, ClaimKind, Meaning};

pub(super) fn check(ground: &Ground<'_>, found: &mut Vec<Contradiction>) {
    for card in ground.of_kind(ClaimKind::CardLicense) {
        let beside = |kind| {
            ground.of_kind(kind).any(|claim| {
                claim.source == card.source && claim.evidence.path == card.evidence.path
            })
        };
        let linked = ground.files.iter().any(|file| {
            file.source == card.source
                && file.path == card.evidence.path
                && file.linked_path.is_some()
        });
        let named =
            beside(ClaimKind::CardLicenseName) || beside(ClaimKind::CardLicenseLink) || linked;
        let (code, message) = match &card.meaning {
            Meaning::Nothing if !named => (
                "OV005",
                format!(
                    "the card says `license: {}` and gives neither license_name nor license_link",
                    card.written
                ),
            ),
            Meaning::OneOf(candidates) if !is_settled(ground, card, candidates) => {
                let shown: Vec<_> = candidates.iter().take(4).map(title).collect();
                let more = if candidates.len() > shown.len() {
                    ", …"
                } else {
                    ""
                };
                (
                    "OV009",
                    format!(
                        "`license: {}` may mean {}{more}",
                        card.written,
                        shown.join(", ")
                    ),
                )
            }
            Meaning::Unrecognized { .. } => (
                "OV010",
                format!("`license: {}` is no license that overt knows", card.written),
            ),
            _ => continue,
        };
        let touched = ground.touched_by(&[card]);
        found.push(finding_of(
            code,
            message,
            touched,
            vec![card.evidence.clone()],
        ));
    }
}

/// Whether a license text beside the card says which one is meant.
fn is_settled(ground: &Ground<'_>, card: &Claim, candidates: &[overt_core::Expression]) -> bool {
    ground.texts_beside(card).iter().any(|text| {
        text.meaning.expression().is_some_and(|found| {
            candidates
                .iter()
                .any(|candidate| candidate.is_equivalent(found))
        })
    })
}
