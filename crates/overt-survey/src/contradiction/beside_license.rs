//! `OV019`: a license file has sentences beside the license's text that no license explains.

use overt_core::{Contradiction, Evidence};

use super::{Ground, finding_of};
use crate::claim::{ClaimKind, Meaning};

pub(super) fn check(ground: &Ground<'_>, found: &mut Vec<Contradiction>) {
    for file in ground.files {
        let Some(license) = &file.license_file else {
            continue;
        };
        let Some((_, first)) = license.beside.first() else {
            continue;
        };
        // Of terms that are no known license another finding tells.
        let Some(claim) = ground
            .of_kind(ClaimKind::Text)
            .find(|claim| claim.source == file.source && claim.evidence.path == file.path)
            .filter(|claim| matches!(claim.meaning, Meaning::Known(_)))
        else {
            continue;
        };
        let message = format!(
            "{} says more than its license: {}",
            file.path,
            quoted(first, license.beside.len() - 1)
        );
        let evidence: Vec<Evidence> = license
            .beside
            .iter()
            .map(|(span, _)| license.evidence.clone().at(*span))
            .collect();
        found.push(finding_of(
            "OV019",
            message,
            ground.touched_by(&[claim]),
            evidence,
        ));
    }
}

/// The first words of a sentence, and how many more sentences there are.
fn quoted(sentence: &str, more: usize) -> String {
    /// So many words are shown.
    const SHOWN: usize = 12;
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let shown = words.get(..SHOWN).unwrap_or(&words).join(" ");
    let cut = if words.len() > SHOWN { "…" } else { "" };
    let more = match more {
        0 => String::new(),
        1 => " and one more sentence".to_owned(),
        more => format!(" and {more} more sentences"),
    };
    format!("\u{201c}{shown}{cut}\u{201d}{more}")
}
