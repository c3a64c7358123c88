//! Which architecture and which known family and size a model is, how sure, and why.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::architecture::{self, ArchitectureFacts, Measures};
use super::{FAMILIES, FamilyFacts, family_of_id, quantized};
use crate::config::Config;
use crate::{FieldName, Format, Inspection, Tensor};

/// How sure a recognition is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Sureness {
    /// It fits, and so may others.
    Possible,
    /// It fits better than anything else that is known.
    Likely,
    /// The file names it, and nothing speaks against it.
    Named,
}

/// A recognized architecture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ArchitectureMatch {
    /// Its id in `knowledge/architectures/`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How sure.
    pub sureness: Sureness,
    /// Why.
    pub because: String,
}

/// A recognized family and size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FamilyMatch {
    /// Its id in `knowledge/families/`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The size.
    pub size: String,
    /// How sure.
    pub sureness: Sureness,
    /// Why.
    pub because: String,
}

/// What was recognized.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recognition {
    /// Architectures, surest first.
    pub architectures: Vec<ArchitectureMatch>,
    /// The measures that were seen.
    pub measures: Measures,
    /// Families and sizes, surest first. The shapes of a fine-tuned model are those of its base:
    /// this is what it is built like, not who trained it.
    pub families: Vec<FamilyMatch>,
}

/// Recognizes a model from its weights' header, its configuration, or both.
pub fn recognize(inspection: Option<&Inspection>, config: Option<&Config>) -> Recognition {
    recognize_all_or_part(inspection, config, false)
}

/// Recognizes a model from one shard of several. How many layers there are is not known then.
pub fn recognize_shard(inspection: &Inspection) -> Recognition {
    recognize_all_or_part(Some(inspection), None, true)
}

fn recognize_all_or_part(
    inspection: Option<&Inspection>,
    config: Option<&Config>,
    is_shard: bool,
) -> Recognition {
    let mut recognition = Recognition::default();
    let mut candidates: Vec<&'static ArchitectureFacts> = Vec::new();
    if let Some((facts, because)) = named_architecture(inspection, config) {
        candidates.push(facts);
        recognition.architectures.push(ArchitectureMatch {
            id: facts.id.clone(),
            name: facts.name.clone(),
            sureness: Sureness::Named,
            because,
        });
    } else if let Some(facts) = config.and_then(by_config_keys) {
        candidates.push(facts);
        recognition.architectures.push(ArchitectureMatch {
            id: facts.id.clone(),
            name: facts.name.clone(),
            sureness: Sureness::Likely,
            because: "the configuration's keys".to_owned(),
        });
    }
    let tensors = inspection
        .map(|i| i.tensor_list.as_slice())
        .unwrap_or_default();
    let mut measures = config.map(config_measures).unwrap_or_default();
    if let Some(inspection) = inspection {
        measures = measures.or(gguf_measures(inspection));
    }
    // GGUF gives many architectures the same tensor names; its header tells which it is.
    let is_told =
        inspection.is_some_and(|found| found.format == Format::Gguf) && !candidates.is_empty();
    for (facts, mut seen) in architecture::of_tensors(tensors) {
        if is_shard {
            seen.layers = None;
        }
        measures = measures.or(seen);
        let known = candidates
            .iter()
            .any(|named| named.id == facts.id || named.layout == facts.id);
        if !known && !is_told {
            candidates.push(facts);
            recognition.architectures.push(ArchitectureMatch {
                id: facts.id.clone(),
                name: facts.name.clone(),
                sureness: Sureness::Likely,
                because: why(facts, tensors, is_shard),
            });
        }
    }
    let hint = inspection
        .and_then(name_hint)
        .or_else(|| config.and_then(base_of_config));
    let context = config.and_then(|config| config.count("max_position_embeddings"));
    let is_adapter = candidates.iter().any(|facts| facts.id == ADAPTER);
    if is_adapter {
        // What an adapter is added to shows in its sides only.
        let bases = architecture::of_adapter(tensors);
        for (_, seen) in &bases {
            measures = measures.or(*seen);
        }
        candidates.extend(bases.iter().map(|(facts, _)| *facts));
    }
    // What stands inside another one says less than the whole, if the whole is known.
    let parts: Vec<&String> = candidates.iter().flat_map(|facts| &facts.parts).collect();
    let wholes: Vec<&ArchitectureFacts> = candidates
        .iter()
        .copied()
        .filter(|facts| is_adapter || !parts.contains(&&facts.id))
        .collect();
    recognition.families = families(&wholes, &measures, context, hint.as_deref());
    if recognition.families.is_empty() {
        recognition.families = families(&candidates, &measures, context, hint.as_deref());
    }
    if let (true, Some(base)) = (
        recognition.families.is_empty(),
        config.and_then(base_of_config),
    ) {
        recognition.families.extend(named_family(&base));
    }
    name_by_family(&mut recognition);
    demote_parts(&mut recognition.architectures);
    recognition.measures = measures;
    recognition
}

/// The architecture of low-rank adapters.
const ADAPTER: &str = "lora";

/// What a configuration says that its model is built from, if that is the id of a known family.
fn base_of_config(config: &Config) -> Option<String> {
    let named = ["_name_or_path", "base_model_name_or_path"]
        .iter()
        .find_map(|key| config.get(key))?;
    family_of_id(named).map(|_| named.to_owned())
}

/// The family of a model that is named as what this one is built from.
fn named_family(base: &str) -> Option<FamilyMatch> {
    let family = family_of_id(base)?;
    Some(FamilyMatch {
        id: family.id.to_owned(),
        name: family.name.to_owned(),
        size: String::new(),
        sureness: Sureness::Named,
        because: format!("it names `{base}`"),
    })
}

/// Architectures that share their tensor names are told apart by measures: where these are those of
/// one architecture's families only, it is the likelier one.
fn name_by_family(recognition: &mut Recognition) {
    let own: BTreeSet<&str> = recognition
        .families
        .iter()
        .filter_map(|found| {
            let family = super::facts(&found.id)?;
            let size = family.sizes.iter().find(|size| size.name == found.size)?;
            Some(family.architecture_of(size))
        })
        .collect();
    let mut own = own.into_iter();
    let (Some(one), None) = (own.next(), own.next()) else {
        return;
    };
    let surest = recognition
        .families
        .iter()
        .map(|found| found.sureness)
        .max();
    let Some(facts) = architecture::by_id(one).filter(|facts| !facts.layout.is_empty()) else {
        return;
    };
    let mut found = recognition.architectures.iter_mut();
    let Some(layout) = found.find(|seen| seen.id == facts.layout) else {
        return;
    };
    if surest < Some(Sureness::Likely) || layout.sureness > Sureness::Likely {
        return;
    }
    layout.sureness = Sureness::Possible;
    let because = format!(
        "{}, which {} shares, with its measures",
        layout.because, facts.name
    );
    recognition.architectures.insert(
        0,
        ArchitectureMatch {
            id: facts.id.clone(),
            name: facts.name.clone(),
            sureness: Sureness::Likely,
            because,
        },
    );
}

/// Why tensor names are those of an architecture, with what else they tell.
fn why(facts: &ArchitectureFacts, tensors: &[Tensor], is_shard: bool) -> String {
    let mut why = "tensor names".to_owned();
    if is_shard {
        why.push_str(" of one shard");
    }
    if let Some(method) = quantized::method(tensors) {
        why.push_str(&format!(", quantized ({method})"));
    }
    if facts.id == "lora" {
        let down = |tensor: &&Tensor| {
            tensor.name.contains("lora_A") || tensor.name.contains("down.weight")
        };
        // The inner side of an adapter's first matrix is its rank.
        let ranks: BTreeSet<u64> = tensors
            .iter()
            .filter(down)
            .filter_map(|tensor| tensor.shape.first().copied())
            .collect();
        if let (Some(least), Some(most)) = (ranks.first(), ranks.last()) {
            why.push_str(&if least == most {
                format!(", rank {least}")
            } else {
                format!(", ranks {least} to {most}")
            });
        }
    }
    why
}

/// What stands inside another architecture that was recognized is no second answer.
fn demote_parts(found: &mut [ArchitectureMatch]) {
    let wholes: Vec<&'static ArchitectureFacts> = found
        .iter()
        .filter_map(|one| architecture::by_id(&one.id))
        .filter(|facts| !facts.parts.is_empty())
        .collect();
    for one in found
        .iter_mut()
        .filter(|one| one.sureness < Sureness::Named)
    {
        if let Some(whole) = wholes.iter().find(|whole| whole.parts.contains(&one.id)) {
            one.sureness = Sureness::Possible;
            one.because = format!("tensor names of a part of {}", whole.name);
        }
    }
    found.sort_by_key(|one| std::cmp::Reverse(one.sureness));
}

/// The architecture that the configuration or the header names.
fn named_architecture(
    inspection: Option<&Inspection>,
    config: Option<&Config>,
) -> Option<(&'static ArchitectureFacts, String)> {
    if let Some(config) = config {
        for (key, value) in config
            .model_type
            .iter()
            .map(|value| ("model_type", value))
            .chain(
                config
                    .architectures
                    .iter()
                    .map(|value| ("architectures", value)),
            )
        {
            if let Some(facts) = architecture::named(value) {
                return Some((facts, format!("the configuration's `{key}` is `{value}`")));
            }
        }
        let class = config.get("_class_name").and_then(architecture::named);
        if let Some(facts) = class {
            return Some((facts, "the configuration's `_class_name`".to_owned()));
        }
    }
    let name = inspection?.architecture.as_deref()?;
    let facts = architecture::named(name)?;
    Some((facts, format!("the header names the architecture `{name}`")))
}

/// The architecture that the keys of a configuration without a model type show.
fn by_config_keys(config: &Config) -> Option<&'static ArchitectureFacts> {
    let is_silent = config.model_type.is_none() && config.architectures.is_empty();
    is_silent
        .then(|| architecture::of_config_keys(&|key| config.get(key).is_some()))
        .flatten()
}

/// Measures under the keys that configurations use.
fn config_measures(config: &Config) -> Measures {
    let first = |keys: &[&str]| {
        keys.iter().find_map(|key| {
            config
                .count(key)
                .or_else(|| config.count(&format!("text_config.{key}")))
        })
    };
    let hidden = first(&["hidden_size", "n_embd", "d_model", "dim"]);
    let heads = first(&["num_attention_heads", "n_head", "n_heads"]);
    let key_heads = first(&["num_key_value_heads", "n_kv_heads", "multi_query_group_num"]);
    let head = first(&["head_dim"]).or_else(|| hidden?.checked_div(heads?));
    Measures {
        hidden,
        layers: first(&[
            "num_hidden_layers",
            "n_layer",
            "n_layers",
            "num_layers",
            "encoder_layers",
        ]),
        feed_forward: first(&[
            "intermediate_size",
            "n_inner",
            "ffn_dim",
            "d_ff",
            "ffn_hidden_size",
            "hidden_dim",
        ]),
        key_width: key_heads
            .or(heads)
            .and_then(|heads| heads.checked_mul(head?)),
        vocabulary: first(&["vocab_size", "padded_vocab_size"]),
        cross: first(&["cross_attention_dim"]),
        experts: first(&[
            "num_local_experts",
            "num_experts",
            "n_routed_experts",
            "moe_num_experts",
            "ffn_config.moe_num_experts",
        ])
        .filter(|experts| *experts > 1),
    }
}

/// Measures in GGUF metadata, and of its token embedding.
fn gguf_measures(inspection: &Inspection) -> Measures {
    let Some(name) = inspection.architecture.as_deref() else {
        return Measures::default();
    };
    let number = |key: &str| {
        let key = format!("{name}.{key}");
        let field = inspection.fields.iter().find(|field| field.key == key)?;
        field.value.parse::<u64>().ok()
    };
    let embedding = inspection
        .tensor_list
        .iter()
        .find(|tensor| tensor.name == "token_embd.weight");
    let hidden = number("embedding_length");
    let heads = number("attention.head_count");
    let key_heads = number("attention.head_count_kv").or(heads);
    let head = number("attention.key_length").or_else(|| hidden?.checked_div(heads?));
    Measures {
        hidden,
        layers: number("block_count"),
        feed_forward: number("feed_forward_length"),
        key_width: key_heads.and_then(|heads| heads.checked_mul(head?)),
        vocabulary: embedding
            .and_then(|tensor| tensor.shape.first().copied())
            .or_else(|| number("vocab_size")),
        cross: None,
        experts: number("expert_count").filter(|experts| *experts > 1),
    }
}

/// What a file says it is called, or is built from.
fn name_hint(inspection: &Inspection) -> Option<String> {
    let named = |name: FieldName| {
        let field = inspection.fields.iter().find(|field| field.name == name)?;
        Some(field.value.clone())
    };
    named(FieldName::BaseModel).or_else(|| named(FieldName::ModelName))
}

/// The families and sizes whose measures are these.
fn families(
    candidates: &[&ArchitectureFacts],
    measures: &Measures,
    context: Option<u64>,
    hint: Option<&str>,
) -> Vec<FamilyMatch> {
    /// A vocabulary that is about as near may have been extended as well as the nearest.
    const ABOUT: u64 = 256;
    let exact = sizes_that_fit(candidates, measures, context);
    if !exact.is_empty() {
        return ranked(exact, hint, "");
    }
    if let Some(tokens) = measures.vocabulary {
        // Whoever adds tokens to a vocabulary changes nothing else.
        let resized = Measures {
            vocabulary: None,
            ..*measures
        };
        let mut found = sizes_that_fit(candidates, &resized, context);
        found.retain(|(agreed, ..)| *agreed >= 4);
        let distance = |(_, family, size): &Fitting| {
            let size = family.sizes.iter().find(|known| known.name == *size);
            let known = size.and_then(|size| size.measures.vocabulary);
            known.map_or(u64::MAX, |known| known.abs_diff(tokens))
        };
        let least = found.iter().map(distance).min();
        let farthest = least.unwrap_or(0).saturating_add(ABOUT);
        found.retain(|fitting| distance(fitting) <= farthest);
        if !found.is_empty() {
            let with = format!("with another vocabulary of {tokens} tokens");
            return ranked(found, hint, &with);
        }
    }
    let Some(experts) = measures.experts else {
        return Vec::new();
    };
    // Whoever prunes or merges experts changes nothing else.
    let pruned = Measures {
        experts: None,
        ..*measures
    };
    let mut found = sizes_that_fit(candidates, &pruned, context);
    found.retain(|(agreed, ..)| *agreed >= 3);
    ranked(
        found,
        hint,
        &format!("with {experts} experts in each layer"),
    )
}

/// A size of a family, and how many measures agree.
type Fitting = (usize, &'static FamilyFacts, &'static str);

fn sizes_that_fit(
    candidates: &[&ArchitectureFacts],
    measures: &Measures,
    context: Option<u64>,
) -> Vec<Fitting> {
    let mut found: Vec<Fitting> = Vec::new();
    for family in FAMILIES.iter() {
        let excluded = context.is_some_and(|context| {
            !family.contexts.is_empty() && !family.contexts.contains(&context)
        });
        if excluded {
            continue;
        }
        for size in &family.sizes {
            if !fits_architecture(family.architecture_of(size), candidates) {
                continue;
            }
            let given = size.measures.given();
            let least = given.min(3);
            if let Some(agreed) = size.measures.agreement(measures).filter(|n| *n >= least) {
                found.push((agreed, family, size.name.as_str()));
            }
        }
    }
    let best = found.iter().map(|(agreed, ..)| *agreed).max().unwrap_or(0);
    found.retain(|(agreed, ..)| *agreed == best);
    found
}

/// The matches with how sure and why. `though` says what is not the family's.
fn ranked(found: Vec<Fitting>, hint: Option<&str>, though: &str) -> Vec<FamilyMatch> {
    let hinted = hint.and_then(|hint| {
        let by_id = family_of_id(hint).map(|family| family.id.to_owned());
        by_id.or_else(|| {
            let plain = plain(hint);
            let mut fitting: Vec<&&FamilyFacts> = Vec::new();
            for (_, family, _) in &found {
                if plain.contains(&super::recognize::plain(&family.name)) {
                    fitting.push(family);
                }
            }
            // `Llama 3` is part of `Llama 3.1`: the longer name counts.
            fitting
                .into_iter()
                .max_by_key(|family| family.name.len())
                .map(|family| family.id.clone())
        })
    });
    let alone = found.len() == 1;
    let mut matches: Vec<FamilyMatch> = found
        .into_iter()
        .map(|(agreed, family, size)| {
            let is_hinted = hinted.as_deref() == Some(family.id.as_str());
            let sureness = if is_hinted || (alone && agreed >= 3 && though.is_empty()) {
                Sureness::Likely
            } else {
                Sureness::Possible
            };
            let because = if is_hinted {
                format!("{agreed} measures agree, and the file names it")
            } else if agreed == 1 {
                "1 measure agrees".to_owned()
            } else {
                format!("{agreed} measures agree")
            };
            let because = if though.is_empty() {
                because
            } else {
                format!("{because}, {though}")
            };
            FamilyMatch {
                id: family.id.clone(),
                name: family.name.clone(),
                size: size.to_owned(),
                sureness,
                because,
            }
        })
        .collect();
    matches.sort_by(|a, b| {
        let surer = b.sureness.cmp(&a.sureness);
        surer.then_with(|| (&a.id, &a.size).cmp(&(&b.id, &b.size)))
    });
    matches
}

/// Whether an architecture is a candidate, or has the same tensor names as one that was recognized
/// by names only.
fn fits_architecture(id: &str, candidates: &[&ArchitectureFacts]) -> bool {
    let Some(own) = architecture::by_id(id) else {
        return false;
    };
    candidates
        .iter()
        .any(|candidate| candidate.id == own.id || candidate.id == own.layout)
}

/// Letters and digits in lower case.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric() || *c == '.')
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tensors of one Llama-like layer each.
    fn llama(hidden: u64, layers: u64, inside: u64, key: u64, vocabulary: u64) -> Inspection {
        let tensor = |name: String, shape: Vec<u64>| Tensor {
            name,
            dtype: "BF16".to_owned(),
            shape,
            bytes: None,
        };
        let mut tensors = vec![tensor(
            "model.embed_tokens.weight".to_owned(),
            vec![vocabulary, hidden],
        )];
        for layer in 0..layers {
            let name = |part: &str| format!("model.layers.{layer}.{part}.weight");
            tensors.push(tensor(name("self_attn.q_proj"), vec![hidden, hidden]));
            tensors.push(tensor(name("self_attn.k_proj"), vec![key, hidden]));
            tensors.push(tensor(name("mlp.gate_proj"), vec![inside, hidden]));
            tensors.push(tensor(name("input_layernorm"), vec![hidden]));
            tensors.push(tensor(name("post_attention_layernorm"), vec![hidden]));
        }
        let mut inspection = Inspection::of(Format::Safetensors, 0);
        inspection.set_tensors(tensors);
        inspection
    }

    #[test]
    fn tensors_alone_give_architecture_family_and_size() {
        let weights = llama(4096, 32, 14336, 1024, 32000);
        let found = recognize(Some(&weights), None);
        // Llama's names with Mistral's measures.
        let ids = found.architectures.iter();
        let ids: Vec<_> = ids.map(|one| (one.id.as_str(), one.sureness)).collect();
        assert_eq!(
            ids,
            [("mistral", Sureness::Likely), ("llama", Sureness::Possible)]
        );
        assert_eq!(
            (found.families[0].id.as_str(), found.families.len()),
            ("mistral", 1)
        );
        assert_eq!(found.families[0].sureness, Sureness::Likely);
        let weights = llama(8192, 80, 28672, 1024, 128_256);
        let found = recognize(Some(&weights), None);
        let ids: Vec<_> = found.families.iter().map(|f| f.id.as_str()).collect();
        assert_eq!(ids, ["llama-3", "llama-3.1", "llama-3.3"]);
        assert!(
            found
                .families
                .iter()
                .all(|f| f.sureness == Sureness::Possible)
        );
        let weights = llama(1234, 5, 67, 8, 9);
        assert_eq!(recognize(Some(&weights), None).families, []);
    }

    #[test]
    fn a_configuration_decides_between_equal_shapes() {
        let json = br#"{"model_type":"llama","hidden_size":8192,"num_hidden_layers":80,"intermediate_size":28672,"num_attention_heads":64,"num_key_value_heads":8,"vocab_size":128256,"max_position_embeddings":8192}"#;
        let (config, _) = crate::config::read(json);
        let found = recognize(None, Some(&config));
        assert_eq!(found.architectures[0].sureness, Sureness::Named);
        assert_eq!(found.families.len(), 1);
        assert_eq!(found.families[0].id, "llama-3");
    }

    #[test]
    fn an_adapter_is_of_the_family_that_it_names() {
        let json = br#"{"peft_type":"LORA","base_model_name_or_path":"meta-llama/Llama-2-7b-hf"}"#;
        let (config, _) = crate::config::read(json);
        let found = recognize(None, Some(&config)).families;
        assert_eq!(
            (found[0].id.as_str(), found[0].sureness),
            ("llama-2", Sureness::Named)
        );
        let (config, _) = crate::config::read(br#"{"base_model_name_or_path":"./mine"}"#);
        assert_eq!(recognize(None, Some(&config)).families, []);
    }

    #[test]
    fn configurations_without_a_model_type_are_known_by_their_keys() {
        let json = br#"{"dim":5120,"n_layers":40,"head_dim":128,"hidden_dim":14336,"n_heads":32,"n_kv_heads":8,"norm_eps":1e-05,"vocab_size":131072}"#;
        let (config, _) = crate::config::read(json);
        let found = recognize(None, Some(&config));
        assert_eq!(found.architectures[0].id, "mistral");
        assert_eq!(found.families[0].size, "Nemo 12B");
    }

    #[test]
    fn every_family_is_recognized_from_its_own_measures() {
        for family in FAMILIES
            .iter()
            .filter(|family| !family.architecture.is_empty())
        {
            for size in &family.sizes {
                let id = family.architecture_of(size);
                let facts = architecture::by_id(id);
                let facts = facts.unwrap_or_else(|| panic!("{}: {id}", family.id));
                let found = families(&[facts], &size.measures, None, None);
                assert!(
                    found
                        .iter()
                        .any(|f| f.id == family.id && f.size == size.name),
                    "{} {}",
                    family.id,
                    size.name
                );
            }
        }
    }
}
