//! Which license governs a component, and why.
//!
//! The order: the file's own header, then claims of the nearest folder on; within one folder a
//! license file (or, at the root, a file named for the component, then the card, then a sentence
//! about the component, then the license file), package metadata, prose. A claim that says nothing
//! lets the next one decide; a claim of terms that overt does not know does not.

use std::collections::BTreeMap;

use overt_core::{
    AttributionRule, ComponentKind, ComponentType, LicenseConclusion, LicenseState, Scope,
};

use crate::claim::{Claim, ClaimKind, Meaning, Subject};

/// The claims of all sources, found by file and by folder.
pub(crate) struct Claims<'a> {
    all: &'a [Claim],
    of_files: BTreeMap<(usize, &'a str), Vec<usize>>,
    of_folders: BTreeMap<(usize, &'a str), Vec<usize>>,
}

/// A claim that applies, with its standing.
#[derive(Clone, Copy, Debug)]
struct Applicable<'a> {
    claim: &'a Claim,
    rule: AttributionRule,
    depth: usize,
    order: (u8, std::cmp::Reverse<usize>, u8),
}

impl<'a> Claims<'a> {
    /// Sorts the claims by what they are about.
    pub(crate) fn new(all: &'a [Claim]) -> Self {
        let mut claims = Self {
            all,
            of_files: BTreeMap::new(),
            of_folders: BTreeMap::new(),
        };
        for (index, claim) in all.iter().enumerate() {
            if claim.is_policy {
                continue;
            }
            match &claim.subject {
                Subject::ItsFile => claims
                    .of_files
                    .entry((claim.source, claim.evidence.path.as_str()))
                    .or_default()
                    .push(index),
                Subject::Components(_) | Subject::Anything => {
                    claims
                        .of_folders
                        .entry((claim.source, claim.folder()))
                        .or_default()
                        .push(index);
                }
            }
        }
        claims
    }

    /// The license of a component's file.
    pub(crate) fn of_file(
        &self,
        kind: ComponentKind,
        source: usize,
        path: &str,
    ) -> LicenseConclusion {
        let mut applicable = Vec::new();
        for &index in self.of_files.get(&(source, path)).into_iter().flatten() {
            self.push(&mut applicable, index, kind, Some(path));
        }
        for folder in folders_of(path) {
            for &index in self.of_folders.get(&(source, folder)).into_iter().flatten() {
                self.push(&mut applicable, index, kind, Some(path));
            }
        }
        conclude(applicable)
    }

    /// The license of a component of which no file was found: claims that are about it, made at the
    /// root of a source, and license texts at the root that are meant for such works.
    pub(crate) fn of_absent(&self, kind: ComponentKind) -> LicenseConclusion {
        let mut applicable = Vec::new();
        for (index, claim) in self.all.iter().enumerate() {
            if claim.is_policy || !claim.folder().is_empty() {
                continue;
            }
            let about_it = matches!(claim.subject, Subject::Components(_))
                || (claim.kind == ClaimKind::Text && is_meant_for(claim, kind));
            if about_it {
                self.push(&mut applicable, index, kind, None);
            }
        }
        conclude(applicable)
    }

    fn push(
        &self,
        applicable: &mut Vec<Applicable<'a>>,
        index: usize,
        kind: ComponentKind,
        path: Option<&str>,
    ) {
        let Some(claim) = self.all.get(index) else {
            return;
        };
        let Some(rule) = rule(claim, kind, path) else {
            return;
        };
        let depth = claim.folder().matches('/').count();
        let explicit = matches!(claim.subject, Subject::Components(_));
        let place = match rule {
            AttributionRule::OwnHeader => 0,
            AttributionRule::OwnFolder | AttributionRule::NamedFile => 1,
            AttributionRule::Card => 2,
            AttributionRule::Prose if explicit => 3,
            AttributionRule::RootFile => 4,
            AttributionRule::PackageMetadata => 5,
            AttributionRule::Prose => 6,
            AttributionRule::Asserted | AttributionRule::BaseModel | AttributionRule::None => 7,
        };
        let class = match rule {
            AttributionRule::OwnHeader => 0,
            AttributionRule::Asserted => 2,
            _ => 1,
        };
        applicable.push(Applicable {
            claim,
            rule,
            depth,
            order: (class, std::cmp::Reverse(depth), place),
        });
    }
}

/// Whether a license is by its own words for models, and the component is one.
fn is_meant_for(claim: &Claim, kind: ComponentKind) -> bool {
    let weights = [
        ComponentKind::FinalParameters,
        ComponentKind::IntermediateParameters,
    ];
    weights.contains(&kind)
        && claim.meaning.expression().is_some_and(|expression| {
            expression.licenses().iter().all(|license| {
                overt_license::facts(&license.id)
                    .is_some_and(|facts| facts.covers.contains(&Scope::Parameters))
            })
        })
}

/// By which rule a claim governs a component's file (or the component, where it has none).
fn rule(claim: &Claim, kind: ComponentKind, path: Option<&str>) -> Option<AttributionRule> {
    let explicit = match &claim.subject {
        Subject::ItsFile => return path.map(|_| AttributionRule::OwnHeader),
        Subject::Components(kinds) => {
            if !kinds.contains(&kind) {
                return None;
            }
            true
        }
        Subject::Anything => false,
    };
    match claim.kind {
        ClaimKind::Text if explicit => Some(AttributionRule::NamedFile),
        ClaimKind::Text if claim.folder().is_empty() => Some(AttributionRule::RootFile),
        ClaimKind::Text => Some(AttributionRule::OwnFolder),
        ClaimKind::CardLicense | ClaimKind::CardLicenseName | ClaimKind::CardLicenseLink => {
            Some(AttributionRule::Card)
        }
        ClaimKind::Package => (kind.component_type() == ComponentType::Code)
            .then_some(AttributionRule::PackageMetadata),
        ClaimKind::Mention => Some(AttributionRule::Prose),
        ClaimKind::Assertion => Some(AttributionRule::Asserted),
        ClaimKind::WeightHeader | ClaimKind::FileHeader => None,
    }
}

fn conclude(mut applicable: Vec<Applicable<'_>>) -> LicenseConclusion {
    applicable.sort_by(|a, b| {
        a.order
            .cmp(&b.order)
            .then_with(|| a.claim.evidence.cmp(&b.claim.evidence))
    });
    let says_something =
        |one: &&Applicable<'_>| !matches!(one.claim.meaning, Meaning::Nothing | Meaning::OneOf(_));
    let hint = applicable.iter().find_map(|one| match &one.claim.meaning {
        Meaning::OneOf(candidates) => Some((*one, candidates)),
        _ => None,
    });
    let deciding = applicable.iter().find(says_something).copied();
    // Where prose and a license text say the same, the text is the better witness.
    let deciding = deciding.map(|chosen| {
        let text = applicable.iter().find(|other| {
            chosen.rule == AttributionRule::Prose
                && other.claim.kind == ClaimKind::Text
                && other.depth == chosen.depth
                && matches!(&other.claim.meaning, Meaning::Known(found) if chosen.claim.meaning.allows(found))
        });
        text.copied().unwrap_or(chosen)
    });
    // An ambiguous claim that outranks the deciding one, and does not allow it, is not overruled.
    let ambiguous = hint.filter(|(one, candidates)| {
        deciding.is_none_or(|decided| {
            one.order < decided.order
                && decided
                    .claim
                    .meaning
                    .expression()
                    .is_none_or(|found| !candidates.iter().any(|c| c.is_equivalent(found)))
        })
    });
    if let Some((one, candidates)) = ambiguous {
        return undecided(one, candidates, &applicable);
    }
    let Some(deciding) = deciding else {
        let mut conclusion = LicenseConclusion::unknown();
        conclusion.others = applicable
            .iter()
            .map(|one| one.claim.shown(one.rule))
            .collect();
        return conclusion;
    };
    let expression = deciding.claim.meaning.expression().cloned();
    let state = match deciding.claim.meaning {
        Meaning::Known(_) => LicenseState::Licensed,
        Meaning::Unlicensed => LicenseState::Unlicensed,
        _ => LicenseState::Unrecognized,
    };
    let disputed = applicable.iter().any(|other| disputes(other, &deciding));
    LicenseConclusion {
        state,
        expression,
        decided_by: Some(deciding.claim.shown(deciding.rule)),
        others: applicable
            .iter()
            .filter(|other| !std::ptr::eq(other.claim, deciding.claim))
            .map(|other| other.claim.shown(other.rule))
            .collect(),
        inherited: Vec::new(),
        disputed,
    }
}

/// An ambiguous name: every license that it may mean is a candidate.
fn undecided(
    one: Applicable<'_>,
    candidates: &[overt_core::Expression],
    applicable: &[Applicable<'_>],
) -> LicenseConclusion {
    let mut others: Vec<_> = candidates
        .iter()
        .map(|candidate| {
            let mut shown = one.claim.shown(one.rule);
            shown.expression = Some(candidate.clone());
            shown
        })
        .collect();
    others.extend(
        applicable
            .iter()
            .filter(|other| !std::ptr::eq(other.claim, one.claim))
            .map(|other| other.claim.shown(other.rule)),
    );
    LicenseConclusion {
        state: LicenseState::Licensed,
        expression: None,
        decided_by: Some(one.claim.shown(one.rule)),
        others,
        inherited: Vec::new(),
        disputed: true,
    }
}

/// Whether a claim contradicts the deciding one at eye level: about the same thing, at the same
/// depth, or from outside a weight file against its own header.
fn disputes(other: &Applicable<'_>, deciding: &Applicable<'_>) -> bool {
    if std::ptr::eq(other.claim, deciding.claim) {
        return false;
    }
    let contradicts = match (&other.claim.meaning, &deciding.claim.meaning) {
        (Meaning::Known(a), Meaning::Known(b)) => !a.is_equivalent(b),
        (Meaning::OneOf(candidates), Meaning::Known(b)) => {
            !candidates.iter().any(|c| c.is_equivalent(b))
        }
        (Meaning::Unrecognized { .. }, Meaning::Known(_))
        | (Meaning::Known(_), Meaning::Unrecognized { .. } | Meaning::Unlicensed) => true,
        _ => false,
    };
    if !contradicts {
        return false;
    }
    let explicit = |one: &Applicable<'_>| matches!(one.claim.subject, Subject::Components(_));
    match (deciding.rule, other.rule) {
        // The header of a weight file speaks for the model: nothing outside may differ from it. A
        // source file's header speaks for that file alone.
        (AttributionRule::OwnHeader, AttributionRule::OwnHeader) => true,
        (AttributionRule::OwnHeader, _) => {
            deciding.claim.kind == ClaimKind::WeightHeader
                && !matches!(other.rule, AttributionRule::PackageMetadata)
        }
        (_, AttributionRule::Asserted) => false,
        _ => other.depth == deciding.depth && (explicit(other) || !explicit(deciding)),
    }
}

/// The folders that enclose a path, nearest first; the root is the empty one.
fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    let mut end = Some(path.rfind('/'));
    std::iter::from_fn(move || match end.take()? {
        Some(slash) => {
            let folder = path.get(..=slash)?;
            end = Some(path.get(..slash)?.rfind('/'));
            Some(folder)
        }
        None => Some(""),
    })
}

#[cfg(test)]
mod tests {
    use overt_core::{Evidence, Expression, Strength};

    use super::*;

    fn claim(kind: ClaimKind, path: &str, license: &str, subject: Subject) -> Claim {
        let meaning = match license {
            "other" => Meaning::Nothing,
            "custom" => Meaning::Unrecognized { nearest: None },
            "gpl" => Meaning::OneOf(vec![
                Expression::license("GPL-2.0-only"),
                Expression::license("GPL-3.0-only"),
            ]),
            id => Meaning::Known(Expression::license(id)),
        };
        Claim {
            kind,
            written: license.to_owned(),
            meaning,
            subject,
            is_policy: false,
            source: 0,
            evidence: Evidence::file("release", path, Strength::Declared, "test"),
        }
    }

    fn card(license: &str) -> Claim {
        claim(
            ClaimKind::CardLicense,
            "README.md",
            license,
            Subject::Anything,
        )
    }

    fn text(path: &str, license: &str) -> Claim {
        claim(ClaimKind::Text, path, license, Subject::Anything)
    }

    fn decide(claims: &[Claim], path: &str) -> (Option<String>, bool) {
        let found = Claims::new(claims).of_file(ComponentKind::FinalParameters, 0, path);
        (found.expression.map(|e| e.to_string()), found.disputed)
    }

    #[test]
    fn the_own_header_decides_and_a_card_that_differs_disputes_it() {
        let header = claim(
            ClaimKind::WeightHeader,
            "m.safetensors",
            "CC-BY-NC-4.0",
            Subject::ItsFile,
        );
        let found = decide(&[card("Apache-2.0"), header], "m.safetensors");
        assert_eq!(found, (Some("CC-BY-NC-4.0".into()), true));
    }

    #[test]
    fn the_nearest_license_file_decides_and_the_root_does_not_dispute_it() {
        let claims = [text("LICENSE", "MIT"), text("vendor/x/LICENSE", "Zlib")];
        assert_eq!(
            decide(&claims, "vendor/x/w.bin"),
            (Some("Zlib".into()), false)
        );
        assert_eq!(decide(&claims, "w.bin"), (Some("MIT".into()), false));
    }

    #[test]
    fn a_card_at_the_root_outranks_the_license_file_but_is_disputed_by_it() {
        let claims = [text("LICENSE", "MIT"), card("Apache-2.0")];
        assert_eq!(decide(&claims, "w.bin"), (Some("Apache-2.0".into()), true));
    }

    #[test]
    fn a_card_that_says_nothing_lets_the_text_decide() {
        let claims = [text("LICENSE", "MIT"), card("other")];
        assert_eq!(decide(&claims, "w.bin"), (Some("MIT".into()), false));
    }

    #[test]
    fn an_ambiguous_tag_is_settled_by_a_text_that_it_allows() {
        let claims = [text("LICENSE", "GPL-3.0-only"), card("gpl")];
        assert_eq!(
            decide(&claims, "w.bin"),
            (Some("GPL-3.0-only".into()), false)
        );
        let alone = [card("gpl")];
        let found = Claims::new(&alone).of_file(ComponentKind::FinalParameters, 0, "w.bin");
        assert_eq!(found.candidates().len(), 2);
    }

    #[test]
    fn unknown_terms_are_not_passed_over() {
        let named = claim(
            ClaimKind::Text,
            "MODEL_LICENSE",
            "custom",
            Subject::Components(vec![ComponentKind::FinalParameters]),
        );
        let claims = [text("LICENSE", "Apache-2.0"), named];
        let found = Claims::new(&claims).of_file(ComponentKind::FinalParameters, 0, "w.bin");
        assert_eq!(
            (found.state, found.disputed),
            (LicenseState::Unrecognized, false)
        );
    }
}
