//! The Model Openness Tool's own algorithm, on what it recorded.
//!
//! The tool counts what is listed and how it is licensed; it does not look at files. Its rules differ
//! from the Model Openness Framework's text, so they stand apart from the `mof-*` definitions. Facts:
//! `knowledge/definitions/mot/<version>/algorithm.toml`.

use std::sync::OnceLock;

use overt_core::ComponentType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The schema of `algorithm.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Algorithm {
    /// The date of the tool's commit.
    pub version: String,
    /// The commit.
    pub source: String,
    /// The license names that count, letter for letter.
    pub open_licenses: Vec<String>,
    /// The components.
    #[serde(rename = "component")]
    pub components: Vec<RankedComponent>,
    /// Which licenses suit which type.
    pub suited: Suited,
}

/// A component and the class that asks for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RankedComponent {
    /// The tool's name for it.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub component_type: ComponentType,
    /// The class: 3, 2 or 1.
    pub class: u8,
    /// Whether the class needs it.
    pub required: bool,
}

/// Licenses by the type of component that they suit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Suited {
    /// For software.
    pub code: Vec<String>,
    /// For data.
    pub data: Vec<String>,
    /// For documents.
    pub document: Vec<String>,
}

/// A model as the tool recorded it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Record {
    /// The model's name.
    #[serde(default)]
    pub model: String,
    /// What is listed is what was released.
    pub components: Vec<RecordedComponent>,
}

/// A component as the tool recorded it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RecordedComponent {
    /// The tool's name for it.
    pub name: String,
    /// The license in force after the tool's fallbacks; none if it is missing, empty or
    /// `unlicensed`.
    #[serde(default)]
    pub license: Option<String>,
}

/// How the tool counts a listed component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
    /// Under an open license.
    Included,
    /// Under a license that is not on the list.
    Invalid,
    /// Without a license.
    Unlicensed,
    /// Not listed.
    Missing,
}

/// The tool's result.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Classification {
    /// 3, 2 or 1; 0 if unclassified.
    pub class: u8,
    /// How much of classes III, II and I is there, in percent.
    pub progress: [f64; 3],
    /// The included components whose license does not suit their type.
    pub not_type_appropriate: Vec<String>,
}

/// The embedded algorithm.
pub fn algorithm() -> &'static Algorithm {
    static ALGORITHM: OnceLock<Algorithm> = OnceLock::new();
    ALGORITHM.get_or_init(|| {
        let newest = overt_knowledge::under("definitions/mot/")
            .iter()
            .rfind(|entry| entry.path.ends_with("/algorithm.toml"));
        newest
            .and_then(|entry| serde_json::from_str(entry.text).ok())
            .unwrap_or_default()
    })
}

/// Classifies a record as the tool does.
pub fn classify(record: &Record) -> Classification {
    let algorithm = algorithm();
    let counted = |name: &str| counted(algorithm, record, name);
    let report_and_paper = ("Technical report", "Research paper");
    let paper = counted(report_and_paper.1);
    // A paper, under whatever license, takes the place of a report that does not count.
    let paper_instead =
        counted(report_and_paper.0) != Counted::Included && paper != Counted::Missing;
    let mut progress = [0.0; 3];
    let mut class = 0;
    let mut complete_so_far = true;
    for (slot, wanted) in progress.iter_mut().zip([3_u8, 2, 1]) {
        let required = algorithm
            .components
            .iter()
            .filter(|component| component.required && component.class >= wanted);
        let (mut total, mut included) = (0_u32, 0_u32);
        for component in required {
            let status = if component.name == report_and_paper.0 && paper_instead {
                // In class I the paper is asked for in its own right: it is counted once.
                if wanted == 1 {
                    continue;
                }
                paper
            } else {
                counted(&component.name)
            };
            total += 1;
            included += u32::from(status == Counted::Included);
        }
        if complete_so_far && total > 0 {
            *slot = f64::from(included) / f64::from(total) * 100.0;
        }
        if complete_so_far && included == total {
            class = wanted;
        } else {
            complete_so_far = false;
        }
    }
    let not_type_appropriate = record
        .components
        .iter()
        .filter(|component| {
            counted(&component.name) == Counted::Included && !suits(algorithm, component)
        })
        .map(|component| component.name.clone())
        .collect();
    Classification {
        class,
        progress,
        not_type_appropriate,
    }
}

fn counted(algorithm: &Algorithm, record: &Record, name: &str) -> Counted {
    let Some(listed) = record
        .components
        .iter()
        .find(|component| component.name == name)
    else {
        return Counted::Missing;
    };
    match listed.license.as_deref() {
        None | Some("" | "unlicensed") => Counted::Unlicensed,
        Some(license) if algorithm.open_licenses.iter().any(|open| open == license) => {
            Counted::Included
        }
        Some(_) => Counted::Invalid,
    }
}

fn suits(algorithm: &Algorithm, component: &RecordedComponent) -> bool {
    let Some(license) = &component.license else {
        return false;
    };
    let known = algorithm
        .components
        .iter()
        .find(|known| known.name == component.name);
    let list = match known.map(|known| known.component_type) {
        Some(ComponentType::Code) => &algorithm.suited.code,
        Some(ComponentType::Data) => &algorithm.suited.data,
        Some(ComponentType::Document) => &algorithm.suited.document,
        None => return false,
    };
    list.contains(license)
}
