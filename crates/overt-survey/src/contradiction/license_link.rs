//! `OV006`, `OV018`: a card's license link that names another license than its name or text, or that
//! leads nowhere.

use overt_core::Contradiction;

use super::{Ground, finding_of, named};
use crate::claim::{ClaimKind, folder_of, join};

pub(super) fn check(ground: &Ground<'_>, found: &mut Vec<Contradiction>) {
    links_against_names(ground, found);
    linked_files(ground, found);
}

/// An address that stands for one license, beside a name or tag that stands for another.
fn links_against_names(ground: &Ground<'_>, found: &mut Vec<Contradiction>) {
    for link in ground.of_kind(ClaimKind::CardLicenseLink) {
        let Some(linked) = link.meaning.expression() else {
            continue;
        };
        let names = ground
            .of_kind(ClaimKind::CardLicenseName)
            .chain(ground.of_kind(ClaimKind::CardLicense))
            .filter(|name| name.source == link.source && name.evidence.path == link.evidence.path);
        for name in names {
            if name.meaning.expression().is_some() && !name.meaning.allows(linked) {
                let message = format!(
                    "the card says {}, but its license link leads to {}",
                    named(name),
                    named(link)
                );
                let touched = ground.touched_by(&[name, link]);
                let evidence = vec![name.evidence.clone(), link.evidence.clone()];
                found.push(finding_of("OV006", message, touched, evidence));
                break;
            }
        }
    }
}

/// A path in the release: the file must be there, and be what the card says.
fn linked_files(ground: &Ground<'_>, found: &mut Vec<Contradiction>) {
    for file in ground.files {
        let Some((target, evidence)) = &file.linked_path else {
            continue;
        };
        let path = join(folder_of(&file.path), target);
        let exists = ground
            .files
            .iter()
            .any(|other| other.source == file.source && other.path == path);
        let siblings = ground
            .files
            .iter()
            .filter(|other| other.source == file.source)
            .count();
        if !exists {
            // A lone card was given without the files beside it: nothing can be said.
            if siblings > 1 {
                let message =
                    format!("the card's license link leads to `{target}`, which is not there");
                found.push(finding_of(
                    "OV018",
                    message,
                    Vec::new(),
                    vec![evidence.clone()],
                ));
            }
            continue;
        }
        let text = ground
            .of_kind(ClaimKind::Text)
            .find(|claim| claim.source == file.source && claim.evidence.path == path);
        let name = ground
            .of_kind(ClaimKind::CardLicenseName)
            .find(|claim| claim.source == file.source && claim.evidence.path == file.path);
        if let (Some(text), Some(name)) = (text, name)
            && let Some(linked) = text.meaning.expression()
            && name.meaning.expression().is_some()
            && !name.meaning.allows(linked)
        {
            let message = format!(
                "the card names {}, but links to {}, which is {}",
                named(name),
                path,
                named(text)
            );
            let touched = ground.touched_by(&[name, text]);
            let evidence = vec![
                evidence.clone(),
                name.evidence.clone(),
                text.evidence.clone(),
            ];
            found.push(finding_of("OV006", message, touched, evidence));
        }
    }
}
