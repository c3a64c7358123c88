//! `OV002`: the card names a license, the header of a weight file another.

use overt_core::{ComponentKind, Contradiction};

use super::{Ground, finding_of, named};
use crate::claim::{ClaimKind, Meaning};

pub(super) fn check(ground: &Ground<'_>, found: &mut Vec<Contradiction>) {
    for card in ground.of_kind(ClaimKind::CardLicense) {
        // Many shards say the same: the first that differs stands for all that say so.
        let mut said = Vec::new();
        for header in ground.of_kind(ClaimKind::WeightHeader) {
            if header.source != card.source
                || !header.folder().starts_with(card.folder())
                || said.contains(&&header.meaning)
            {
                continue;
            }
            let differs = match (&card.meaning, &header.meaning) {
                (Meaning::Known(_) | Meaning::OneOf(_), Meaning::Known(expression)) => {
                    !card.meaning.allows(expression)
                }
                (Meaning::Known(_), Meaning::Unlicensed) => true,
                _ => false,
            };
            if differs {
                said.push(&header.meaning);
                let message = format!(
                    "the card says {}, but the header of {} says {}",
                    named(card),
                    header.evidence.path,
                    named(header)
                );
                let evidence = vec![card.evidence.clone(), header.evidence.clone()];
                let touched = vec![ComponentKind::FinalParameters];
                found.push(finding_of("OV002", message, touched, evidence));
            }
        }
    }
}
