//! `OV020`: the card's front matter names a license, and its text puts the release under another.

use overt_core::{ComponentKind, Contradiction};

use super::{Ground, contradict, finding_of, named};
use crate::claim::{Claim, ClaimKind, Meaning, Subject};

pub(super) fn check(ground: &Ground<'_>, found: &mut Vec<Contradiction>) {
    let cards = ground
        .of_kind(ClaimKind::CardLicense)
        .chain(ground.of_kind(ClaimKind::CardLicenseName));
    for card in cards {
        // What is said of another part than what the card is for is no license of the whole.
        let main = if ground
            .touched_by(&[card])
            .contains(&ComponentKind::DataCard)
        {
            ComponentKind::Datasets
        } else {
            ComponentKind::FinalParameters
        };
        let is_of_main = |subject: &Subject| match subject {
            Subject::Anything => true,
            Subject::ItsFile => false,
            Subject::Components(parts) => parts.contains(&main),
        };
        let said: Vec<&Claim> = ground
            .of_kind(ClaimKind::Mention)
            .filter(|said| said.source == card.source && said.evidence.path == card.evidence.path)
            .filter(|said| is_of_main(&said.subject))
            .collect();
        // A name that is qualified is not outweighed by the same name alone; of several other licenses
        // one may be that of something else.
        let is_changed = |said: &&&Claim| matches!(said.meaning, Meaning::Unrecognized { .. });
        let changed = said.iter().find(is_changed);
        let other = if said.iter().all(|said| contradict(card, said)) {
            said.first()
        } else {
            changed
        };
        let Some(other) = other.filter(|other| contradict(card, other)) else {
            continue;
        };
        let message = format!(
            "the card's front matter says {}, but its text speaks of {}",
            named(card),
            named(other)
        );
        let evidence = vec![card.evidence.clone(), other.evidence.clone()];
        let touched = ground.touched_by(&[card, other]);
        found.push(finding_of("OV020", message, touched, evidence));
    }
}
