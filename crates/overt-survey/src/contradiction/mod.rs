//! What does not fit together: one file per finding, one function each, one page each in
//! `knowledge/findings/`.

mod base_model;
mod beside_license;
mod card_against_itself;
mod card_against_text;
mod card_against_weights;
mod declared_badly;
mod header_against_text;
mod license_files_disagree;
mod license_link;
mod missing;
mod modified_text;
mod package_against_text;
mod page;
mod shown_to_users;
mod weights_disagree;

use overt_core::{
    Component, ComponentKind, Contradiction, Evidence, Expression, LicenseId, LineageEdge, Severity,
};

pub use page::{FindingPage, finding, findings};

use crate::claim::{Claim, ClaimKind, Meaning};
use crate::facts::FileFacts;

/// Everything that a check may look at.
pub(crate) struct Ground<'a> {
    /// The release's name, as people and licenses see it.
    pub(crate) name: &'a str,
    /// The facts of every file, in order.
    pub(crate) files: &'a [FileFacts],
    /// Every claim of a license, in order.
    pub(crate) claims: &'a [Claim],
    /// The components as assembled.
    pub(crate) components: &'a [Component],
    /// What the release was built from.
    pub(crate) lineage: &'a [LineageEdge],
}

/// Runs every check; the gravest first, then by place.
pub(crate) fn find(ground: &Ground<'_>) -> Vec<Contradiction> {
    let mut found = Vec::new();
    for check in [
        card_against_text::check,
        card_against_itself::check,
        card_against_weights::check,
        package_against_text::check,
        base_model::check,
        declared_badly::check,
        license_link::check,
        license_files_disagree::check,
        modified_text::check,
        beside_license::check,
        missing::check,
        weights_disagree::check,
        header_against_text::check,
        shown_to_users::check,
    ] {
        check(ground, &mut found);
    }
    found.sort_by(|a, b| {
        b.severity
            .cmp(&a.severity)
            .then_with(|| a.code.cmp(&b.code))
            .then_with(|| a.evidence.cmp(&b.evidence))
            .then_with(|| a.message.cmp(&b.message))
    });
    found.dedup();
    found
}

/// A finding with the id and severity of its page.
///
/// INVARIANT: every code used in this room has a page; a test holds it.
pub(crate) fn finding_of(
    code: &str,
    message: String,
    components: Vec<ComponentKind>,
    evidence: Vec<Evidence>,
) -> Contradiction {
    let page = finding(code);
    Contradiction {
        code: code.to_owned(),
        id: page
            .as_ref()
            .map(|page| page.id.clone())
            .unwrap_or_default(),
        severity: page.map_or(Severity::Warning, |page| page.severity),
        message,
        components,
        evidence,
    }
}

impl<'a> Ground<'a> {
    /// The claims of one kind.
    fn of_kind(&self, kind: ClaimKind) -> impl Iterator<Item = &'a Claim> {
        self.claims
            .iter()
            .filter(move |claim| claim.kind == kind && !claim.is_policy)
    }

    /// The license texts that govern the folder a claim stands in: those of the nearest folder that
    /// has any.
    fn texts_beside(&self, claim: &Claim) -> Vec<&'a Claim> {
        let mut nearest: Vec<&Claim> = Vec::new();
        for text in self.of_kind(ClaimKind::Text) {
            if text.source != claim.source || !claim.folder().starts_with(text.folder()) {
                continue;
            }
            match nearest.first() {
                Some(best) if best.folder().len() > text.folder().len() => {}
                Some(best) if best.folder().len() == text.folder().len() => nearest.push(text),
                _ => nearest = vec![text],
            }
        }
        nearest
    }

    /// The components whose license one of these claims decides or disputes.
    fn touched_by(&self, claims: &[&Claim]) -> Vec<ComponentKind> {
        let touches = |component: &&Component| {
            let license = &component.license;
            let shown = license.decided_by.iter().chain(&license.others);
            shown
                .into_iter()
                .any(|seen| claims.iter().any(|claim| claim.evidence == seen.evidence))
        };
        self.components
            .iter()
            .filter(touches)
            .map(|component| component.kind)
            .collect()
    }
}

/// Whether a claim and a text contradict each other: both say something, and not the same.
fn contradict(claim: &Claim, text: &Claim) -> bool {
    match (&claim.meaning, &text.meaning) {
        (Meaning::Known(_) | Meaning::OneOf(_), Meaning::Known(found)) => {
            !claim.meaning.allows(found)
        }
        // A changed MIT is no MIT.
        (Meaning::Known(_), Meaning::Unrecognized { .. }) => true,
        (Meaning::Unlicensed, Meaning::Known(_)) => true,
        _ => false,
    }
}

/// A claim in the words of a message: the license it names, or what is written.
fn named(claim: &Claim) -> String {
    match &claim.meaning {
        Meaning::Known(expression) => title(expression),
        Meaning::Unrecognized {
            nearest: Some(nearest),
        } => {
            format!(
                "terms that are not {} but come nearest to it",
                title(nearest)
            )
        }
        Meaning::Unrecognized { nearest: None } => "terms that are no known license".to_owned(),
        _ => format!("`{}`", claim.written),
    }
}

/// An expression for people: titles instead of our own reference ids.
fn title(expression: &Expression) -> String {
    let mut text = expression.to_string();
    for license in expression.licenses() {
        if license.id.is_reference() {
            text = text.replace(license.id.as_str(), &title_of(&license.id));
        }
    }
    text
}

/// A license for people: its id, or its title if the id is one of our own.
fn title_of(id: &LicenseId) -> String {
    match overt_license::facts(id) {
        Some(facts) if id.is_reference() => facts.name.clone(),
        _ => id.to_string(),
    }
}
