//! Facts that a person recorded of a system, in the words of `overt.toml`, each with a link.

use std::collections::BTreeMap;

use overt_core::{
    ComponentKind, Evidence, Inventory, LineageEdge, Relation, Release, ScalarFact, Span, Status,
    Verdict,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{RecordError, asserted, empty, license, unlicensed};

/// What a person recorded of a system. The tables are those of `overt.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct RecordedFacts {
    /// The system's name.
    pub name: Option<String>,
    /// Whether everything that was released is recorded, so that what is not was not released.
    pub complete: bool,
    /// Remarks on how the facts were found.
    pub about: String,
    /// What stewards of definitions said of it, in their words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub said: Vec<StewardsWord>,
    /// The components, by id.
    pub components: BTreeMap<String, RecordedComponent>,
    /// Further facts, by name.
    pub facts: BTreeMap<String, RecordedFact>,
    /// What it was built from: names, or hub ids.
    pub base_models: Vec<String>,
    /// The verdicts that follow from what stewards said, or else from the facts, by definition.
    pub expect: BTreeMap<String, Verdict>,
    /// The components that, by a steward's word, would have to change for it to be met.
    pub remedy: BTreeMap<String, Vec<ComponentKind>>,
}

/// What the steward of a definition said of a system.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct StewardsWord {
    /// Who said it.
    pub by: String,
    /// When, as far as that is known: `2024-10`.
    pub date: String,
    /// What was said, in short.
    pub wording: String,
    /// What was opened for it.
    pub seen: Vec<String>,
}

/// What is recorded of one component.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct RecordedComponent {
    /// Whether it was released.
    pub status: Option<Status>,
    /// Its license: an SPDX expression, a name or a tag; `none` if it has none.
    pub license: Option<String>,
    /// Where this can be checked.
    pub link: Option<String>,
    /// What was opened for it, and what was seen there: a repository with commit and path, or the
    /// address of a page.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<String>,
    /// What could not be opened.
    pub unseen: Option<String>,
    /// A remark.
    pub note: Option<String>,
}

/// A fact with the link that supports it, or the bare value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RecordedFact {
    /// With a link.
    Linked(FactRecord),
    /// A text.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(f64),
}

/// A value and where it can be checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FactRecord {
    /// The value: text, number or boolean.
    #[schemars(with = "serde_json::Value")]
    pub value: toml::Value,
    /// Where this can be checked.
    #[serde(default)]
    pub link: Option<String>,
}

impl RecordedFact {
    fn parts(&self) -> (String, Option<&str>) {
        match self {
            Self::Linked(record) => {
                let value = match &record.value {
                    toml::Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                (value, record.link.as_deref())
            }
            Self::Text(text) => (text.clone(), None),
            Self::Flag(flag) => (flag.to_string(), None),
            Self::Number(number) => (format!("{number:e}"), None),
        }
    }
}

/// The release that recorded facts describe; `origin` names the file.
pub fn facts(text: &str, origin: &str) -> Result<Release, RecordError> {
    let recorded_facts: RecordedFacts =
        toml::from_str(text).map_err(|error| RecordError::Malformed {
            origin: origin.to_owned(),
            line: error.span().map_or(1, |span| line_at(text, span.start)),
            message: error.message().to_owned(),
        })?;
    recorded(&recorded_facts, text, origin)
}

/// The same from facts that were read; `text` is what they were read from, for the lines.
pub fn recorded(
    recorded: &RecordedFacts,
    text: &str,
    origin: &str,
) -> Result<Release, RecordError> {
    let inventory = if recorded.complete {
        Inventory::Complete
    } else {
        Inventory::Open
    };
    let name = recorded.name.as_deref().unwrap_or(origin);
    let mut release = empty(name, origin, inventory);
    for (id, known) in &recorded.components {
        let kind = ComponentKind::parse(id).ok_or_else(|| RecordError::Component(id.clone()))?;
        let Some(component) = release
            .components
            .iter_mut()
            .find(|found| found.kind == kind)
        else {
            continue;
        };
        let place = place(text, origin, &format!("[components.{id}]"));
        let link = known.link.as_deref().unwrap_or("no link given");
        if let Some(status) = known.status {
            component.status = status;
            let says = said(status, link, known);
            component.evidence.push(place.clone().saying(says));
        }
        if let Some(written) = &known.license {
            let evidence = place.saying(format!("license = {written} ({link})"));
            component.license = match written.to_lowercase().as_str() {
                "none" | "unlicensed" => unlicensed(evidence),
                _ => license(written, &evidence),
            };
        }
    }
    for (name, fact) in &recorded.facts {
        let (value, link) = fact.parts();
        let says = format!("{name} = {value} ({})", link.unwrap_or("no link given"));
        release.facts.push(ScalarFact {
            name: name.clone(),
            value,
            evidence: place(text, origin, name).saying(says),
        });
    }
    for base in &recorded.base_models {
        release.lineage.push(LineageEdge {
            target: base.clone(),
            relation: Relation::Unspecified,
            family: None,
            license: None,
            evidence: vec![place(text, origin, "base-models")],
        });
    }
    Ok(release)
}

/// A status with what supports it.
fn said(status: Status, link: &str, known: &RecordedComponent) -> String {
    let mut says = format!("{} ({link})", status.as_str());
    for seen in &known.seen {
        says.push_str("; seen: ");
        says.push_str(seen);
    }
    if let Some(unseen) = &known.unseen {
        says.push_str("; not opened: ");
        says.push_str(unseen);
    }
    if let Some(note) = &known.note {
        says.push_str("; ");
        says.push_str(note);
    }
    says
}

/// The first line that begins with this.
fn place(text: &str, origin: &str, begins: &str) -> Evidence {
    let evidence = asserted(origin, origin, "overt-toml");
    let line = text
        .lines()
        .position(|line| line.trim_start().starts_with(begins));
    match line.and_then(|line| u32::try_from(line + 1).ok()) {
        Some(line) => evidence.at(Span::Lines(line, line)),
        None => evidence,
    }
}

fn line_at(text: &str, byte: usize) -> usize {
    text.get(..byte).unwrap_or_default().matches('\n').count() + 1
}
