//! `OV001`: the card names a license, the license file beside it is another.

use overt_core::Contradiction;

use super::{Ground, contradict, finding_of, named};
use crate::claim::{ClaimKind, Subject};

pub(super) fn check(ground: &Ground<'_>, found: &mut Vec<Contradiction>) {
    let cards = ground
        .of_kind(ClaimKind::CardLicense)
        .chain(ground.of_kind(ClaimKind::CardLicenseName));
    for card in cards {
        let texts = ground.texts_beside(card);
        // One of several files that says what the card says is enough: the others are for other
        // parts, or disagree with it, which is a finding of its own.
        let general: Vec<_> = texts
            .iter()
            .copied()
            .filter(|text| text.subject == Subject::Anything)
            .collect();
        let texts = if general.is_empty() { texts } else { general };
        if texts.is_empty() || !texts.iter().all(|text| contradict(card, text)) {
            continue;
        }
        if let Some(text) = texts.first() {
            let message = format!(
                "the card says {}, but {} is {}",
                named(card),
                text.evidence.place(),
                named(text)
            );
            let evidence = vec![card.evidence.clone(), text.evidence.clone()];
            let touched = ground.touched_by(&[card, text]);
            found.push(finding_of("OV001", message, touched, evidence));
        }
    }
}
