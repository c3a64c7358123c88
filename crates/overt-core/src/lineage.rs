//! What a release was built from, as it declares or shows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Evidence, Expression};

/// How a release was built from another (the Hugging Face field `base_model_relation`, extended).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// Further trained from the base's weights.
    Finetune,
    /// An adapter for the base's weights.
    Adapter,
    /// The base's weights in lower precision.
    Quantized,
    /// Merged from several bases' weights.
    Merge,
    /// Trained on the base's outputs or logits.
    Distilled,
    /// Trained on this dataset.
    TrainedOn,
    /// Built from the base in a way that is not said.
    Unspecified,
}

/// One edge of the lineage: this release was built from that one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LineageEdge {
    /// What it was built from: a hub id (`meta-llama/Llama-3.1-8B`), a dataset id, a name.
    pub target: String,
    /// How.
    pub relation: Relation,
    /// The model family the target belongs to (`knowledge/families/`), where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// The license of the target, where its family or a source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<Expression>,
    /// Where it was seen.
    pub evidence: Vec<Evidence>,
}
