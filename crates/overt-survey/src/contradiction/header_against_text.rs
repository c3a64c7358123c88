//! `OV013`: most source files that carry a license tag name another license than the license file.
//!
//! A few files with their own license are third-party code; that is usual and no contradiction.

use std::collections::BTreeMap;

use overt_core::{ComponentType, Contradiction};

use super::{Ground, finding_of, named};
use crate::claim::{Claim, ClaimKind};

/// How many tagged files it takes to speak of "most".
const FEWEST: usize = 3;

pub(super) fn check(ground: &Ground<'_>, found: &mut Vec<Contradiction>) {
    let mut by_license: BTreeMap<(usize, String), Vec<&Claim>> = BTreeMap::new();
    let mut tagged: BTreeMap<usize, usize> = BTreeMap::new();
    for header in ground.of_kind(ClaimKind::FileHeader) {
        if let Some(expression) = header.meaning.expression() {
            by_license
                .entry((header.source, expression.to_string()))
                .or_default()
                .push(header);
            *tagged.entry(header.source).or_default() += 1;
        }
    }
    for ((source, _), headers) in by_license {
        let all = tagged.get(&source).copied().unwrap_or_default();
        let Some(header) = headers.first() else {
            continue;
        };
        if headers.len() < FEWEST || headers.len() * 2 <= all {
            continue;
        }
        let roots: Vec<_> = ground
            .of_kind(ClaimKind::Text)
            .filter(|text| text.source == source && text.folder().is_empty())
            .collect();
        let agrees = |text: &&Claim| {
            text.meaning.expression().is_none_or(|expression| {
                let named = expression.licenses();
                header
                    .meaning
                    .expression()
                    .is_some_and(|own| own.licenses().iter().any(|license| named.contains(license)))
            })
        };
        if roots.is_empty() || roots.iter().copied().any(|text| agrees(&text)) {
            continue;
        }
        if let Some(text) = roots.first() {
            let message = format!(
                "{} of {all} tagged source files say {}, but {} is {}",
                headers.len(),
                named(header),
                text.evidence.place(),
                named(text)
            );
            let touched = ground
                .touched_by(&[header, text])
                .into_iter()
                .filter(|kind| kind.component_type() == ComponentType::Code)
                .collect();
            let evidence = vec![header.evidence.clone(), text.evidence.clone()];
            found.push(finding_of("OV013", message, touched, evidence));
        }
    }
}
