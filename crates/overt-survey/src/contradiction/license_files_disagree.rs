//! `OV007`: several license files of one folder name different licenses for the same things.

use std::collections::BTreeMap;

use overt_core::Contradiction;

use super::{Ground, finding_of, named};
use crate::claim::{Claim, ClaimKind, Subject};
use crate::wording::LicenseFileNames;

pub(super) fn check(ground: &Ground<'_>, found: &mut Vec<Contradiction>) {
    let mut folders: BTreeMap<(usize, &str), Vec<&Claim>> = BTreeMap::new();
    for text in ground.of_kind(ClaimKind::Text) {
        if LicenseFileNames::embedded().is_collection(text.folder()) {
            continue;
        }
        folders
            .entry((text.source, text.folder()))
            .or_default()
            .push(text);
    }
    for texts in folders.into_values() {
        for (index, first) in texts.iter().enumerate() {
            let Some(expression) = first.meaning.expression() else {
                continue;
            };
            let other = texts.iter().skip(index + 1).find(|other| {
                same_subject(first, other)
                    && !(is_qualified(first) && is_qualified(other))
                    && other
                        .meaning
                        .expression()
                        .is_some_and(|e| !e.is_equivalent(expression))
            });
            if let Some(other) = other {
                let message = format!(
                    "{} is {}, {} is {}, and nothing says which is for what",
                    first.evidence.path,
                    named(first),
                    other.evidence.path,
                    named(other)
                );
                let evidence = vec![first.evidence.clone(), other.evidence.clone()];
                let touched = ground.touched_by(&[first, other]);
                found.push(finding_of("OV007", message, touched, evidence));
                break;
            }
        }
    }
}

/// Whether a license file's name says more than that it is one: `LICENSE-SDXL`, not `LICENSE.txt`.
fn is_qualified(claim: &Claim) -> bool {
    let name = claim
        .evidence
        .path
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let stem = name.split('.').next().unwrap_or(&name);
    stem.split(['-', '_', ' ']).count() > 1
}

fn same_subject(first: &Claim, other: &Claim) -> bool {
    match (&first.subject, &other.subject) {
        (Subject::Components(a), Subject::Components(b)) => a.iter().any(|kind| b.contains(kind)),
        (a, b) => a == b,
    }
}
