//! Ways to build one work from another, from `knowledge/compat/how.toml`.

use std::sync::OnceLock;

use overt_core::{Condition, Relation, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Act;

/// How one work is built from another.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// Trained further from its weights.
    Finetune,
    /// An adapter for its weights.
    Adapter,
    /// Merged from several; for software, code taken into one work.
    Merge,
    /// Converted to lower precision or another format.
    Quantize,
    /// Trained on its logits or outputs to imitate it.
    Distill,
    /// Trained on it as data.
    TrainOnData,
    /// Trained on what it produced.
    TrainOnOutputs,
    /// Passed on beside it, unchanged.
    Bundle,
    /// Linked with it into one program.
    Link,
    /// Uses it without passing it on.
    Use,
}

impl How {
    /// Every way, in the order of the help.
    pub const ALL: [Self; 10] = [
        Self::Finetune,
        Self::Adapter,
        Self::Merge,
        Self::Quantize,
        Self::Distill,
        Self::TrainOnData,
        Self::TrainOnOutputs,
        Self::Bundle,
        Self::Link,
        Self::Use,
    ];

    /// The stable word, as on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::Finetune => "finetune",
            Self::Adapter => "adapter",
            Self::Merge => "merge",
            Self::Quantize => "quantize",
            Self::Distill => "distill",
            Self::TrainOnData => "train-on-data",
            Self::TrainOnOutputs => "train-on-outputs",
            Self::Bundle => "bundle",
            Self::Link => "link",
            Self::Use => "use",
        }
    }

    /// The way with this [`How::id`].
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|how| how.id() == id)
    }

    /// The way that a lineage relation stands for; `None` where the relation does not say.
    pub fn of_relation(relation: Relation) -> Option<Self> {
        match relation {
            Relation::Finetune => Some(Self::Finetune),
            Relation::Adapter => Some(Self::Adapter),
            Relation::Quantized => Some(Self::Quantize),
            Relation::Merge => Some(Self::Merge),
            Relation::Distilled => Some(Self::Distill),
            Relation::TrainedOn => Some(Self::TrainOnData),
            Relation::Unspecified => None,
        }
    }
}

/// What becomes of the inbound work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum BecomesOf {
    /// It is inside, changed.
    Derivative,
    /// It is inside, unchanged, and the whole is one program.
    Combined,
    /// It stands beside.
    Collection,
    /// Only what it produced is inside.
    Product,
    /// A model learned from it.
    Trained,
    /// It is not passed on.
    Nothing,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct HowRule {
    id: How,
    pub(crate) acts: Vec<Act>,
    pub(crate) touches: Vec<Scope>,
    pub(crate) result: BecomesOf,
    /// The sorts of copyleft that reach the result.
    #[serde(default)]
    pub(crate) copyleft: Vec<Condition>,
    /// Whether the result is made to behave like the inbound work.
    #[serde(default)]
    pub(crate) imitates: bool,
    /// Why it is open whether copyleft and restrictions reach the result.
    pub(crate) unsettled_copyleft: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "checked")]
    _checked: String,
    how: Vec<HowRule>,
}

fn read() -> Result<Vec<HowRule>, String> {
    let entry = overt_knowledge::entry("compat/how.toml").ok_or("the file is missing")?;
    let file: File = serde_json::from_str(entry.text).map_err(|error| error.to_string())?;
    Ok(file.how)
}

/// What is known of this way.
pub(crate) fn rule(how: How) -> Option<&'static HowRule> {
    static RULES: OnceLock<Vec<HowRule>> = OnceLock::new();
    RULES
        .get_or_init(|| read().unwrap_or_default())
        .iter()
        .find(|rule| rule.id == how)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_has_its_rule() {
        assert_eq!(read().expect("the file is valid").len(), How::ALL.len());
        for how in How::ALL {
            assert!(rule(how).is_some(), "{}", how.id());
            assert_eq!(How::parse(how.id()), Some(how));
        }
    }
}
