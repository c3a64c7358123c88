//! Which architecture a network has: from configuration fields, or from tensor names alone.
//!
//! The signatures are the files of `knowledge/architectures/`. In tensor names every run of digits
//! is read as `*`, so that `layers.0.mlp.fc1.weight` is `layers.*.mlp.fc*.weight`; a signature's
//! name may stand at the end of a longer one, after a dot.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::spelling::Spelling;
use super::{adapter, quantized};
use crate::Tensor;

/// An architecture's signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ArchitectureFacts {
    /// The id; the file is named by it.
    pub id: String,
    /// The name.
    pub name: String,
    /// Values of `model_type` in configurations.
    #[serde(default)]
    pub model_types: Vec<String>,
    /// Class names under `architectures` or `_class_name`.
    #[serde(default)]
    pub classes: Vec<String>,
    /// Values of `general.architecture` in GGUF files.
    #[serde(default)]
    pub gguf: Vec<String>,
    /// The architecture whose tensor names it shares, where it has none of its own.
    #[serde(default)]
    pub layout: String,
    /// Architectures that stand inside this one: the language model and the vision encoder of a
    /// model of both.
    #[serde(default)]
    pub parts: Vec<String>,
    /// Keys of a configuration that names no model type: all of them together are this
    /// architecture's.
    #[serde(default)]
    pub config_keys: Vec<String>,
    /// Its tensor names, in each spelling that is in use.
    #[serde(default)]
    pub tensors: Vec<TensorNames>,
    /// Where the facts come from.
    pub source: String,
}

/// One spelling of an architecture's tensor names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TensorNames {
    /// All of these are there.
    pub all: Vec<String>,
    /// None of these is there.
    #[serde(default)]
    pub none: Vec<String>,
    /// The token embedding: vocabulary by hidden size.
    #[serde(default)]
    pub embedding: String,
    /// What precedes a layer's number, with the star: `layers.*.`.
    #[serde(default)]
    pub layer: String,
    /// The feed-forward network's first weight (or bias): its longer side is the size.
    #[serde(default)]
    pub feed_forward: String,
    /// Where gate and up projection are one: its first side is twice the feed-forward size.
    #[serde(default)]
    pub gate_up: String,
    /// A norm, whose only side is the hidden size; asked where no embedding tells it.
    #[serde(default)]
    pub hidden: String,
    /// What precedes an expert's number, with its star: `layers.*.mlp.experts.*.`; or the router,
    /// whose first side is how many experts there are.
    #[serde(default)]
    pub experts: String,
    /// The attention's key projection: its first side is the width of all key heads.
    #[serde(default)]
    pub key: String,
    /// The cross attention's key projection: its second side is the width of the condition.
    #[serde(default)]
    pub cross: String,
}

/// The measures of a network, as far as they are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Measures {
    /// The width of the residual stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<u64>,
    /// How many layers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layers: Option<u64>,
    /// The width inside the feed-forward network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed_forward: Option<u64>,
    /// The width of all key heads together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_width: Option<u64>,
    /// How many tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vocabulary: Option<u64>,
    /// The width of the condition that a diffusion model attends to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cross: Option<u64>,
    /// How many experts each layer chooses from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experts: Option<u64>,
}

impl Measures {
    /// How many measures both give, if they agree on all of them; `None` if any differs.
    pub fn agreement(&self, other: &Self) -> Option<usize> {
        let pairs = [
            (self.hidden, other.hidden),
            (self.layers, other.layers),
            (self.feed_forward, other.feed_forward),
            (self.key_width, other.key_width),
            (self.vocabulary, other.vocabulary),
            (self.cross, other.cross),
            (self.experts, other.experts),
        ];
        let mut agreed = 0_usize;
        for (a, b) in pairs {
            match (a, b) {
                (Some(a), Some(b)) if a != b => return None,
                (Some(_), Some(_)) => agreed = agreed.saturating_add(1),
                _ => {}
            }
        }
        Some(agreed)
    }

    /// These, completed by others where they say nothing.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            hidden: self.hidden.or(other.hidden),
            layers: self.layers.or(other.layers),
            feed_forward: self.feed_forward.or(other.feed_forward),
            key_width: self.key_width.or(other.key_width),
            vocabulary: self.vocabulary.or(other.vocabulary),
            cross: self.cross.or(other.cross),
            experts: self.experts.or(other.experts),
        }
    }

    /// How many measures are given.
    pub fn given(&self) -> usize {
        [
            self.hidden,
            self.layers,
            self.feed_forward,
            self.key_width,
            self.vocabulary,
            self.cross,
            self.experts,
        ]
        .iter()
        .flatten()
        .count()
    }
}

static ARCHITECTURES: LazyLock<Vec<ArchitectureFacts>> = LazyLock::new(|| {
    overt_knowledge::under("architectures/")
        .iter()
        .filter_map(|entry| serde_json::from_str(entry.text).ok())
        .collect()
});

/// Every architecture, in the order of their ids.
pub fn all() -> &'static [ArchitectureFacts] {
    &ARCHITECTURES
}

/// The architecture of this id.
pub fn by_id(id: &str) -> Option<&'static ArchitectureFacts> {
    ARCHITECTURES.iter().find(|facts| facts.id == id)
}

/// The architecture that a `model_type`, a class or a GGUF architecture names.
pub fn named(name: &str) -> Option<&'static ArchitectureFacts> {
    let listed = |list: &[String]| list.iter().any(|entry| entry == name);
    ARCHITECTURES
        .iter()
        .find(|facts| listed(&facts.model_types))
        .or_else(|| ARCHITECTURES.iter().find(|facts| listed(&facts.classes)))
        .or_else(|| ARCHITECTURES.iter().find(|facts| listed(&facts.gguf)))
}

/// The architectures whose tensor names these are, each with the measures the shapes give.
pub fn of_tensors(tensors: &[Tensor]) -> Vec<(&'static ArchitectureFacts, Measures)> {
    let names = Names::of(tensors);
    ARCHITECTURES
        .iter()
        .filter_map(|facts| {
            let spelling = facts.tensors.iter().find(|spelling| {
                spelling.all.iter().all(|name| names.has(name))
                    && !spelling.none.iter().any(|name| names.has(name))
            })?;
            Some((facts, names.measures(spelling)))
        })
        .collect()
}

/// The architecture whose configurations have these keys, of those without a model type.
pub fn of_config_keys(has: &dyn Fn(&str) -> bool) -> Option<&'static ArchitectureFacts> {
    ARCHITECTURES
        .iter()
        .find(|facts| !facts.config_keys.is_empty() && facts.config_keys.iter().all(|key| has(key)))
}

/// The architectures that an adapter's weights would fit to, each with the measures they give.
pub fn of_adapter(tensors: &[Tensor]) -> Vec<(&'static ArchitectureFacts, Measures)> {
    let adapted = adapter::adapted_weights(tensors);
    if adapted.is_empty() {
        return Vec::new();
    }
    let names = Names::of(&adapted);
    ARCHITECTURES
        .iter()
        .filter_map(|facts| {
            let mut spellings = facts.tensors.iter();
            spellings.find_map(|spelling| {
                let measures = names.adapted_measures(spelling)?;
                Some((facts, measures))
            })
        })
        .collect()
}

/// Tensor names with their digits as stars, and the shape of one tensor of each.
struct Names<'t> {
    by_template: BTreeMap<String, Vec<u64>>,
    /// The elements of weights whose sides are not known.
    packed: BTreeMap<String, u64>,
    /// Every ending after a dot, for looking signatures up.
    endings: BTreeSet<String>,
    /// Every tensor's name in the common spelling.
    plain: Vec<Cow<'t, str>>,
    tensors: &'t [Tensor],
}

impl<'t> Names<'t> {
    fn of(tensors: &'t [Tensor]) -> Self {
        /// Distinct names of one network are few; more come from hostile files.
        const MOST: usize = 65_536;
        let spelling = Spelling::of(tensors);
        let mut by_template: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        let mut plain = Vec::with_capacity(tensors.len());
        for tensor in tensors {
            let (common, is_turned) = spelling.plain(&tensor.name);
            if by_template.len() < MOST {
                let name = template(&common);
                // A packed weight stands for the weight; its shape is that of the packing.
                if let Some(plain) = quantized::weight_name(&name) {
                    by_template.entry(plain).or_default();
                }
                by_template.entry(name).or_insert_with(|| {
                    let mut shape = tensor.shape.clone();
                    if is_turned && shape.len() == 2 {
                        shape.reverse();
                    }
                    shape
                });
            }
            plain.push(common);
        }
        let packed = quantized::restore_shapes(&mut by_template);
        let mut endings = BTreeSet::new();
        for name in by_template.keys() {
            let after_dots = name.match_indices('.').map(|(at, _)| at.saturating_add(1));
            for at in std::iter::once(0).chain(after_dots) {
                if endings.len() < MOST.saturating_mul(8) {
                    endings.extend(name.get(at..).map(str::to_owned));
                }
            }
        }
        Self {
            by_template,
            packed,
            endings,
            plain,
            tensors,
        }
    }

    fn has(&self, signature: &str) -> bool {
        self.endings.contains(signature)
    }

    /// The tensors that end in a signature's name.
    fn matching<'s>(&'s self, signature: &'s str) -> impl Iterator<Item = &'s [u64]> + 's {
        self.by_template
            .iter()
            .filter(move |(name, _)| !signature.is_empty() && ends_in(name, signature))
            .map(|(_, shape)| shape.as_slice())
    }

    fn measures(&self, spelling: &TensorNames) -> Measures {
        let side = |signature: &str, index: usize| {
            self.matching(signature)
                .find_map(|shape| shape.get(index).copied())
        };
        let longest = |signature: &str| {
            self.matching(signature)
                .find_map(|shape| shape.iter().copied().max())
        };
        // Without the embedding, in a later shard, the projections tell the width; where those are
        // packed, a norm does.
        let hidden = side(&spelling.embedding, 1)
            .or_else(|| side(&spelling.key, 1))
            .or_else(|| side(&spelling.hidden, 0));
        let unpacked = |signature: &str| {
            let found = self
                .packed
                .iter()
                .find(|(name, _)| !signature.is_empty() && ends_in(name, signature));
            found.and_then(|(_, elements)| elements.checked_div(hidden?))
        };
        Measures {
            hidden,
            layers: self.layers(&spelling.layer),
            feed_forward: longest(&spelling.feed_forward)
                .or_else(|| unpacked(&spelling.feed_forward))
                .or_else(|| side(&spelling.gate_up, 0)?.checked_div(2)),
            key_width: side(&spelling.key, 0).or_else(|| unpacked(&spelling.key)),
            vocabulary: side(&spelling.embedding, 0),
            // Self attention has the width of the stream, cross attention that of the condition:
            // of all key projections the condition's width occurs in every block.
            cross: self.cross(&spelling.cross),
            experts: if spelling.experts.ends_with('.') {
                self.experts(&spelling.experts)
            } else {
                side(&spelling.experts, 0)
            },
        }
    }

    /// The measures that adapted weights give, if they are those of this spelling: two of its names
    /// at least, and none that it excludes.
    fn adapted_measures(&self, spelling: &TensorNames) -> Option<Measures> {
        if spelling.none.iter().any(|name| self.has(name)) || spelling.embedding.is_empty() {
            return None;
        }
        // Keys are seldom adapted without values, whose heads are as wide.
        let value = spelling.key.replace("k_proj", "v_proj");
        let named = spelling.all.iter().filter(|name| self.has(name));
        let inputs = named.clone().find_map(|name| {
            let mut shapes = self.matching(name);
            shapes.find_map(|shape| shape.get(1).copied())
        });
        let attended = [&spelling.key, &value];
        let seen = named.count().saturating_add(
            attended
                .iter()
                .filter(|name| !name.is_empty() && self.has(name))
                .count(),
        );
        let side = |name: &str, index: usize| {
            self.matching(name)
                .find_map(|shape| shape.get(index).copied())
        };
        (seen >= 2).then(|| Measures {
            hidden: side(&spelling.key, 1).or(inputs),
            layers: self.layers(&spelling.layer),
            feed_forward: side(&spelling.feed_forward, 0),
            key_width: side(&spelling.key, 0).or_else(|| side(&value, 0)),
            ..Measures::default()
        })
    }

    /// One more than the highest number that stands where the star is.
    fn layers(&self, signature: &str) -> Option<u64> {
        let (before, _) = signature.split_once('*')?;
        let numbers = self.plain.iter().filter_map(|name| {
            name.match_indices(before).find_map(|(at, _)| {
                let starts = at == 0 || name.as_bytes().get(at.saturating_sub(1)) == Some(&b'.');
                let rest = name.get(at.saturating_add(before.len())..)?;
                let digits = rest.split('.').next().filter(|_| starts)?;
                number(digits)
            })
        });
        numbers.max().map(|highest| highest.saturating_add(1))
    }

    /// One more than the highest number of an expert.
    fn experts(&self, signature: &str) -> Option<u64> {
        let inside = signature.trim_end_matches("*.").rsplit('*').next()?;
        let numbers = self.plain.iter().filter_map(|name| {
            let (_, rest) = name.split_once(inside)?;
            number(rest.split('.').next()?)
        });
        numbers.max().map(|highest| highest.saturating_add(1))
    }

    fn cross(&self, signature: &str) -> Option<u64> {
        if signature.is_empty() {
            return None;
        }
        let widths: BTreeSet<u64> = self
            .tensors
            .iter()
            .filter(|tensor| tensor.name.contains("attn2.") && tensor.name.ends_with("to_k.weight"))
            .filter_map(|tensor| tensor.shape.get(1).copied())
            .collect();
        // One width for all cross attentions: the condition's.
        match widths.len() {
            1 => widths.first().copied(),
            _ => None,
        }
    }
}

/// A layer's or an expert's number; larger ones are no such numbers.
fn number(digits: &str) -> Option<u64> {
    digits
        .parse::<u64>()
        .ok()
        .filter(|number| *number < 100_000)
}

/// The name with every run of digits as a star.
fn template(name: &str) -> String {
    let mut made = String::with_capacity(name.len());
    let mut in_digits = false;
    for character in name.chars() {
        if character.is_ascii_digit() {
            if !in_digits {
                made.push('*');
            }
            in_digits = true;
        } else {
            made.push(character);
            in_digits = false;
        }
    }
    made
}

/// Whether a name is a signature's name, or ends in it after a dot.
fn ends_in(name: &str, signature: &str) -> bool {
    name.strip_suffix(signature)
        .is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read_and_named_by_its_id() {
        let entries = overt_knowledge::under("architectures/");
        assert_eq!(all().len(), entries.len());
        for entry in entries {
            let facts: ArchitectureFacts = serde_json::from_str(entry.text)
                .unwrap_or_else(|error| panic!("{}: {error}", entry.path));
            assert_eq!(entry.path, format!("architectures/{}.toml", facts.id));
            if !facts.layout.is_empty() {
                let layout = all().iter().find(|other| other.id == facts.layout).unwrap();
                assert!(!layout.tensors.is_empty(), "{}", facts.id);
            }
            for spelling in &facts.tensors {
                for name in spelling.all.iter().chain(&spelling.none) {
                    assert_eq!(*name, template(name), "{}: digits are stars", facts.id);
                }
            }
        }
    }

    #[test]
    fn a_name_leads_to_one_architecture() {
        let mut seen = BTreeMap::new();
        for facts in all() {
            for name in facts.model_types.iter().chain(&facts.classes) {
                assert_eq!(seen.insert(name, &facts.id), None, "{name}");
            }
        }
        assert_eq!(named("LlamaForCausalLM").unwrap().id, "llama");
        assert_eq!(named("qwen2moe").unwrap().id, "qwen2-moe");
        assert_eq!(named("nothing"), None);
    }

    #[test]
    fn no_signature_fits_the_names_of_another() {
        // Each spelling's own names, as tensors, are recognized as that architecture and no other.
        for facts in all() {
            for spelling in &facts.tensors {
                let tensors: Vec<Tensor> = spelling
                    .all
                    .iter()
                    .map(|name| Tensor {
                        name: name.replace('*', "0"),
                        dtype: "F32".to_owned(),
                        shape: vec![2, 2],
                        bytes: None,
                    })
                    .collect();
                let found: Vec<_> = of_tensors(&tensors)
                    .iter()
                    .map(|(f, _)| f.id.as_str())
                    .collect();
                assert!(
                    found.contains(&facts.id.as_str()),
                    "{}: {found:?}",
                    facts.id
                );
            }
        }
    }
}
