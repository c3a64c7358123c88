//! Known models in the spellings and layouts that their weights come in: architecture and family are
//! right, or said to be unknown, and never wrong.
//!
//! The models are `tests/models/models.toml`, the layouts `tests/models/layouts.toml`.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::BTreeMap;

use overt_artifact::family::{Sureness, recognize};
use overt_artifact::{Format, Inspection, Tensor, TensorSummary};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Models {
    model: Vec<Model>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Model {
    /// The name, for the test's messages.
    label: String,
    /// The family that must be among the answers; none where there must be none.
    #[serde(default)]
    family: String,
    /// The architecture that must be the first answer, or share its names with it.
    architecture: String,
    /// The layouts in which the model is made up.
    layouts: Vec<String>,
    hidden: u64,
    layers: u64,
    #[serde(default)]
    ff: u64,
    #[serde(default)]
    key: u64,
    #[serde(default)]
    query: u64,
    #[serde(default)]
    vocabulary: u64,
    #[serde(default)]
    experts: u64,
}

impl Model {
    /// A side of a shape: a number, or a term such as `query+2*key` or `hidden/8`.
    fn side(&self, side: &toml::Value) -> u64 {
        let Some(term) = side.as_str() else {
            return u64::try_from(side.as_integer().unwrap()).unwrap();
        };
        let value = |word: &str| match word {
            "hidden" => self.hidden,
            "ff" => self.ff,
            "key" => self.key,
            "query" => self.query,
            "vocabulary" => self.vocabulary,
            "experts" => self.experts,
            number => number.parse().unwrap(),
        };
        let product = |product: &str| {
            product.split('*').fold(1, |whole: u64, factor| {
                let mut parts = factor.split('/');
                let first = value(parts.next().unwrap());
                parts.fold(whole * first, |made, divisor| made / value(divisor))
            })
        };
        term.split('+').map(product).sum()
    }

    fn tensors(&self, layout: &BTreeMap<String, Vec<toml::Value>>) -> Vec<Tensor> {
        let mut tensors = Vec::new();
        for (name, shape) in layout {
            let shape: Vec<u64> = shape.iter().map(|side| self.side(side)).collect();
            let layers = if name.contains("{layer}") {
                self.layers
            } else {
                1
            };
            let experts = if name.contains("{expert}") {
                self.experts
            } else {
                1
            };
            for layer in 0..layers {
                for expert in 0..experts {
                    let name = name.replace("{layer}", &layer.to_string());
                    tensors.push(Tensor {
                        name: name.replace("{expert}", &expert.to_string()),
                        dtype: "BF16".to_owned(),
                        shape: shape.clone(),
                        bytes: None,
                    });
                }
            }
        }
        tensors
    }
}

#[test]
fn known_models_are_recognized_in_every_layout() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let layouts: BTreeMap<String, BTreeMap<String, Vec<toml::Value>>> =
        toml::from_str(&read("layouts.toml")).unwrap();
    let models: Models = toml::from_str(&read("models.toml")).unwrap();
    let mut failures = Vec::new();
    let mut listings = 0;
    for model in &models.model {
        for name in &model.layouts {
            let tensors = model.tensors(&layouts[name]);
            let mut inspection = Inspection::of(Format::Safetensors, 0);
            inspection.tensors = Some(TensorSummary::of(&tensors));
            inspection.tensor_list = tensors;
            let found = recognize(Some(&inspection), None);
            let families: Vec<String> = found
                .families
                .iter()
                .map(|family| format!("{} {}", family.id, family.size))
                .collect();
            let has_family = if model.family.is_empty() {
                families.is_empty()
            } else {
                found
                    .families
                    .iter()
                    .any(|family| family.id == model.family)
            };
            // One answer alone may be called likely; it must be the right one then.
            let overclaims = found
                .families
                .iter()
                .any(|family| family.sureness == Sureness::Likely && family.id != model.family);
            let first = found.architectures.first().map(|one| one.id.as_str());
            let is_adapter = name.ends_with("-peft");
            let layout = overt_artifact::family::architecture::by_id(&model.architecture)
                .map(|facts| facts.layout.as_str());
            let ambiguous = found.families.len() > 1 && first == layout;
            let named = if is_adapter {
                first == Some("lora")
            } else {
                first == Some(&*model.architecture) || ambiguous
            };
            if !has_family || overclaims || !named {
                failures.push(format!(
                    "{} as {name}: {first:?} {families:?} {:?}",
                    model.label, found.measures
                ));
            }
            listings += 1;
        }
    }
    assert!(listings > 100, "{listings}");
    assert_eq!(failures, Vec::<String>::new(), "{failures:#?}");
}
