//! A company's policy at work: exceptions and the text to begin one with.

use overt_core::{Component, ComponentKind, Release, Truth};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::definition::{Definition, DefinitionStatus, Exception, Node};
use crate::evaluate::{Asked, Case};

/// The exception that is in force for a requirement of this release.
pub(crate) fn excepted<'d>(
    release: &Release,
    definition: &'d Definition,
    requirement: &str,
    today: Option<&str>,
) -> Option<&'d Exception> {
    definition.exceptions.iter().find(|exception| {
        exception.requirement == requirement
            && exception.in_time(today)
            && pin(release, exception.component).as_deref() == Some(exception.pin.as_str())
    })
}

/// Remarks on exceptions: those that are not needed, are over, or were made for something else.
pub(crate) fn warnings(
    case: Case<'_>,
    definition: &Definition,
    asked: &[Asked<'_>],
) -> Vec<String> {
    definition
        .exceptions
        .iter()
        .filter_map(|exception| {
            let id = &exception.requirement;
            let asked = asked.iter().find(|asked| asked.requirement.id == *id)?;
            let applies = asked
                .requirement
                .applies
                .as_ref()
                .map_or(Truth::True, |node| case.truth(asked.definition, node));
            let needed = applies != Truth::False
                && case.truth(asked.definition, &asked.requirement.require) != Truth::True;
            let now = pin(case.release, exception.component);
            if !needed {
                Some(format!(
                    "the exception from `{id}` is not needed: the requirement holds without it"
                ))
            } else if now.as_deref() != Some(exception.pin.as_str()) {
                Some(format!(
                    "the exception from `{id}` was made for another state of the {}, which is now {}",
                    exception.component.name().to_lowercase(),
                    now.unwrap_or_else(|| "not there".to_owned()),
                ))
            } else if !exception.in_time(case.today) {
                let last = exception.expires.as_deref().unwrap_or_default();
                Some(format!("the exception from `{id}` ended on {last}"))
            } else {
                None
            }
        })
        .collect()
}

/// What an exception from an unsatisfied requirement has to name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Tolerable {
    /// The id of the requirement.
    pub requirement: String,
    /// The component that it is about.
    pub component: ComponentKind,
    /// What the component is now, as [`pin`] gives it.
    pub pin: String,
}

/// What a policy could tolerate: each requirement that is not satisfied, with the component it is about.
pub(crate) fn tolerable(
    case: Case<'_>,
    definition: &Definition,
    asked: &[Asked<'_>],
) -> Vec<Tolerable> {
    if definition.status != DefinitionStatus::Policy {
        return Vec::new();
    }
    let mut found: Vec<Tolerable> = Vec::new();
    for asked in asked {
        let requirement = &asked.requirement;
        if case.outcome(definition, asked).truth() == Truth::True
            || found
                .iter()
                .any(|known| known.requirement == requirement.id)
        {
            continue;
        }
        if let Some(component) = subject(&requirement.require)
            && let Some(pin) = pin(case.release, component)
        {
            found.push(Tolerable {
                requirement: requirement.id.clone(),
                component,
                pin,
            });
        }
    }
    found
}

/// The component that a condition names first.
fn subject(node: &Node) -> Option<ComponentKind> {
    match node {
        Node::License(test) => Some(test.license_of),
        Node::Released(test) => Some(test.released),
        Node::There(test) => Some(test.there),
        Node::Says(test) => Some(test.of),
        other => other.parts().into_iter().find_map(subject),
    }
}

/// What a component is, in one hash: its files with their sizes, its status, and every claim of a
/// license for it. It changes as soon as anything of that does. `None` if the component is unknown.
pub fn pin(release: &Release, kind: ComponentKind) -> Option<String> {
    let component = release.component(kind)?;
    let hash = blake3::hash(canonical(component).as_bytes());
    Some(format!("blake3:{}", hash.to_hex()))
}

/// Lines whose order and wording do not depend on the version of overt.
fn canonical(component: &Component) -> String {
    use std::fmt::Write as _;
    let mut text = format!("{}\n{}\n", component.kind.id(), component.status.as_str());
    let license = &component.license;
    if let Some(expression) = &license.expression {
        let _ = writeln!(text, "license {expression}");
    }
    let mut lines: Vec<String> = component
        .artifacts
        .iter()
        .map(|artifact| {
            let (path, files, bytes) = (&artifact.evidence.path, artifact.files, artifact.bytes);
            format!("file {path:?} {files} {bytes}")
        })
        .collect();
    let claims = license
        .decided_by
        .iter()
        .chain(&license.others)
        .chain(&license.inherited);
    lines.extend(claims.map(|claim| {
        let (path, written) = (&claim.evidence.path, &claim.written);
        format!("claim {path:?} {written:?}")
    }));
    lines.sort();
    for line in lines {
        let _ = writeln!(text, "{line}");
    }
    text
}

/// A commented policy to begin with.
pub fn init_policy() -> &'static str {
    include_str!("policy-template.toml")
}
