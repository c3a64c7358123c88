//! `OV003`: package metadata names a license, the license file of the code is another.

use overt_core::{ComponentKind, ComponentType, Contradiction};

use super::{Ground, contradict, finding_of, named};
use crate::claim::{ClaimKind, Meaning, Subject};

pub(super) fn check(ground: &Ground<'_>, found: &mut Vec<Contradiction>) {
    for package in ground.of_kind(ClaimKind::Package) {
        let texts: Vec<_> = ground
            .texts_beside(package)
            .into_iter()
            .filter(|text| match &text.subject {
                Subject::Components(kinds) => kinds
                    .iter()
                    .any(|kind| kind.component_type() == ComponentType::Code),
                _ => true,
            })
            .collect();
        // `MIT OR Apache-2.0` stands beside one file for each.
        let is_part_of = |expression: &overt_core::Expression| match &package.meaning {
            Meaning::Known(whole) => {
                let parts = whole.licenses();
                expression
                    .licenses()
                    .iter()
                    .all(|license| parts.contains(license))
            }
            _ => false,
        };
        let fits = texts.iter().any(|text| {
            !contradict(package, text) || text.meaning.expression().is_some_and(is_part_of)
        });
        if texts.is_empty() || fits {
            continue;
        }
        if let Some(text) = texts.first() {
            let message = format!(
                "{} says {}, but {} is {}",
                package.evidence.place(),
                named(package),
                text.evidence.place(),
                named(text)
            );
            let touched: Vec<ComponentKind> = ground
                .touched_by(&[package, text])
                .into_iter()
                .filter(|kind| kind.component_type() == ComponentType::Code)
                .collect();
            let evidence = vec![package.evidence.clone(), text.evidence.clone()];
            found.push(finding_of("OV003", message, touched, evidence));
        }
    }
}
