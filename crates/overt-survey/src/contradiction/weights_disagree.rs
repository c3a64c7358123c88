//! `OV012`: the headers of weight files in one folder name different licenses.

use std::collections::BTreeMap;

use overt_core::{ComponentKind, Contradiction};

use super::{Ground, finding_of, named};
use crate::claim::{Claim, ClaimKind};

pub(super) fn check(ground: &Ground<'_>, found: &mut Vec<Contradiction>) {
    let mut folders: BTreeMap<(usize, &str), Vec<&Claim>> = BTreeMap::new();
    for header in ground.of_kind(ClaimKind::WeightHeader) {
        folders
            .entry((header.source, header.folder()))
            .or_default()
            .push(header);
    }
    for headers in folders.into_values() {
        let Some(first) = headers.first() else {
            continue;
        };
        let Some(expression) = first.meaning.expression() else {
            continue;
        };
        let other = headers.iter().find(|header| {
            header
                .meaning
                .expression()
                .is_some_and(|found| !found.is_equivalent(expression))
        });
        if let Some(other) = other {
            let message = format!(
                "{} says {}, {} says {}",
                first.evidence.path,
                named(first),
                other.evidence.path,
                named(other)
            );
            let evidence = vec![first.evidence.clone(), other.evidence.clone()];
            let touched = vec![ComponentKind::FinalParameters];
            found.push(finding_of("OV012", message, touched, evidence));
        }
    }
}
