//! What a file of `knowledge/families/` holds.

use overt_core::Expression;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::architecture::Measures;

/// A model family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FamilyFacts {
    /// The id; the file is named by it.
    pub id: String,
    /// The name.
    pub name: String,
    /// Who made it.
    pub developer: String,
    /// Its architecture: an id of `knowledge/architectures/`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub architecture: String,
    /// Hub ids of its models: globs with `*`, any case. Official ones, and plain copies that keep
    /// the weights under another organization.
    #[serde(default)]
    pub hub: Vec<String>,
    /// The lengths of context that its configurations give, where they tell it from its siblings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contexts: Vec<u64>,
    /// The sizes it comes in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sizes: Vec<Size>,
    /// The licenses of its weights.
    #[serde(default)]
    pub weights: Vec<WeightLicense>,
    /// Where the facts come from.
    pub source: String,
    /// The date of the last check.
    pub checked: String,
}

/// One size of a family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Size {
    /// What the publisher calls it.
    pub name: String,
    /// Its architecture, where it is not the family's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub architecture: String,
    /// Its measures.
    #[serde(flatten)]
    pub measures: Measures,
}

/// The license of some of a family's weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WeightLicense {
    /// The hub ids it holds for: every model that matches has it.
    pub hub: Vec<String>,
    /// Those among them for which it does not hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
    /// The license.
    pub license: Expression,
    /// Its version as its text gives it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// Where it is stated.
    pub source: String,
}

impl FamilyFacts {
    /// The architecture of one of its sizes.
    pub fn architecture_of<'f>(&'f self, size: &'f Size) -> &'f str {
        if size.architecture.is_empty() {
            &self.architecture
        } else {
            &size.architecture
        }
    }
}
