//! The outputs of `overt inspect` and `overt same` for programs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Examined;
use crate::same::Comparison;

/// The name and version of [`InspectReport`]'s form: `schema/inspect-1.schema.json`.
pub const INSPECT_SCHEMA: &str = "overt/inspect/1";
/// The name and version of [`SameReport`]'s form: `schema/same-1.schema.json`.
pub const SAME_SCHEMA: &str = "overt/same/1";

/// The answer of `overt inspect`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InspectReport {
    /// [`INSPECT_SCHEMA`].
    pub schema: String,
    /// The version of `overt` that made the report.
    pub overt_version: String,
    /// The files, in the order in which they were given.
    pub files: Vec<InspectedFile>,
}

/// One file and what it says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InspectedFile {
    /// The path as it was given.
    pub path: String,
    /// What the file says.
    #[serde(flatten)]
    pub examined: Examined,
}

/// The answer of `overt same`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SameReport {
    /// [`SAME_SCHEMA`].
    pub schema: String,
    /// The version of `overt` that made the report.
    pub overt_version: String,
    /// The first path as it was given.
    pub first: String,
    /// The second path as it was given.
    pub second: String,
    /// Whether both hold the same values, under whatever names and in whatever types. False as well
    /// if a part could not be read.
    pub same: bool,
    /// Tensor by tensor.
    pub comparison: Comparison,
}
