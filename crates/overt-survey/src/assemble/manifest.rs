//! What `overt.toml` asserts, under what was observed and declared.

use overt_core::{Component, ComponentKind, Evidence, ScalarFact, Source, Status, Strength};

use crate::claim::{Claim, ClaimKind, Meaning, Subject};
use crate::facts::FileFacts;
use crate::manifest::{ComponentAssertion, Manifest};

/// The licenses that manifests assert, as claims.
pub(crate) fn claims(sources: &[Source], files: &[FileFacts]) -> Vec<Claim> {
    assertions(sources, files)
        .filter_map(|(file, kind, assertion, evidence)| {
            let written = assertion.license.clone()?;
            let meaning = match written.to_lowercase().as_str() {
                "none" | "unlicensed" => Meaning::Unlicensed,
                _ => crate::gather::meaning_of(&written),
            };
            Some(Claim {
                kind: ClaimKind::Assertion,
                meaning,
                subject: Subject::Components(vec![kind]),
                is_policy: false,
                source: file.source,
                evidence: evidence.saying(format!("license = {written}")),
                written,
            })
        })
        .collect()
}

/// Fills in the statuses that nothing else shows, and returns the asserted facts.
pub(crate) fn apply(
    sources: &[Source],
    files: &[FileFacts],
    components: &mut [Component],
) -> Vec<ScalarFact> {
    for (_, kind, assertion, evidence) in assertions(sources, files) {
        let Some(status) = assertion.status else {
            continue;
        };
        let Some(component) = components
            .iter_mut()
            .find(|component| component.kind == kind)
        else {
            continue;
        };
        let link = assertion.link.as_deref().unwrap_or("no link given");
        let evidence = evidence.saying(format!("status = {} ({link})", status.as_str()));
        // Observation and declaration outrank assertion.
        if matches!(
            component.status,
            Status::NotFound | Status::Unknown | Status::Referenced
        ) {
            component.status = status;
        }
        component.evidence.push(evidence);
    }
    let mut facts = Vec::new();
    for file in files {
        let Some((manifest, evidence)) = manifest_of(sources, file) else {
            continue;
        };
        for (name, fact) in &manifest.facts {
            let value = match &fact.value {
                toml::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let link = fact.link.as_deref().unwrap_or("no link given");
            let evidence = evidence
                .clone()
                .saying(format!("{name} = {value} ({link})"));
            facts.push(ScalarFact {
                name: name.clone(),
                value,
                evidence,
            });
        }
    }
    facts
}

fn assertions<'a>(
    sources: &'a [Source],
    files: &'a [FileFacts],
) -> impl Iterator<
    Item = (
        &'a FileFacts,
        ComponentKind,
        &'a ComponentAssertion,
        Evidence,
    ),
> {
    files.iter().flat_map(move |file| {
        let found = manifest_of(sources, file);
        found.into_iter().flat_map(move |(manifest, evidence)| {
            manifest
                .components
                .iter()
                .filter_map(move |(id, assertion)| {
                    let kind = ComponentKind::parse(id)?;
                    let line = file.manifest_lines.iter().find(|(known, _)| known == id);
                    let evidence = match line {
                        Some((_, line)) => {
                            evidence.clone().at(overt_core::Span::Lines(*line, *line))
                        }
                        None => evidence.clone(),
                    };
                    Some((file, kind, assertion, evidence))
                })
        })
    })
}

fn manifest_of<'a>(sources: &'a [Source], file: &'a FileFacts) -> Option<(&'a Manifest, Evidence)> {
    let manifest = file.manifest.as_ref()?;
    let source = sources.get(file.source)?;
    let evidence = Evidence::file(&source.label, &file.path, Strength::Asserted, "overt-toml");
    Some((manifest, evidence))
}
