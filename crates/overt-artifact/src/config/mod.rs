//! `config.json` and its siblings: what a model's configuration says.

use overt_core::{Budget, Problem};

use crate::bytes::text;
use crate::document::{Lines, Node, Value, line_span, parse_json, shorten};
use crate::{Field, FieldName};

/// What a configuration says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// What it says, in file order; nested keys are joined by dots.
    pub fields: Vec<Field>,
    /// The classes it names under `architectures`.
    pub architectures: Vec<String>,
    /// The `model_type`.
    pub model_type: Option<String>,
    /// The quantization method and bits it declares.
    pub quantization: Option<String>,
}

impl Config {
    /// The first value of this key, as written.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|field| field.key == key)
            .map(|field| field.value.as_str())
    }

    /// The first value of this key, as a count.
    pub fn count(&self, key: &str) -> Option<u64> {
        self.get(key)?.parse().ok()
    }
}

/// How deeply nested keys become fields (`text_config.rope_scaling.type`).
const DEEPEST: usize = 4;
/// The most fields of one configuration; `id2label` tables can have thousands.
const MOST_FIELDS: usize = 4096;

/// Whether a file of this name is a configuration that [`read`] understands.
pub fn is_config(file_name: &str) -> bool {
    matches!(
        file_name.to_ascii_lowercase().as_str(),
        "config.json"
            | "adapter_config.json"
            | "generation_config.json"
            | "model_index.json"
            | "params.json"
            | "tokenizer_config.json"
            | "special_tokens_map.json"
            | "preprocessor_config.json"
            | "processor_config.json"
            | "quantize_config.json"
            | "quantization_config.json"
            | "hf_quant_config.json"
            | "config_sentence_transformers.json"
            | "modules.json"
            | "open_clip_config.json"
            | "mergekit_config.json"
            | "scheduler_config.json"
            | "training_args.json"
            | "trainer_state.json"
    )
}

/// Reads a JSON configuration.
pub fn read(bytes: &[u8]) -> (Config, Vec<Problem>) {
    let (text, mut problems) = text(bytes);
    let lines = Lines::of(&text);
    let mut config = Config::default();
    match parse_json(&text, Budget::TEXT) {
        Ok(document) => {
            problems.extend(document.duplicate_problems(&lines));
            let mut collect = Collect {
                lines: &lines,
                fields: &mut config.fields,
            };
            collect.entries(&document.root, "", 0);
            summarize(&document.root, &mut config);
        }
        Err(error) => problems.push(error.problem("the configuration", &lines)),
    }
    (config, problems)
}

struct Collect<'c> {
    lines: &'c Lines,
    fields: &'c mut Vec<Field>,
}

impl Collect<'_> {
    fn entries(&mut self, node: &Node, prefix: &str, depth: usize) {
        for (key, value) in node.entries() {
            // Label tables say nothing of the model's making.
            if matches!(
                key.text.as_str(),
                "id2label" | "label2id" | "vocab" | "merges" | "auto_map"
            ) {
                continue;
            }
            let path = if prefix.is_empty() {
                key.text.clone()
            } else {
                format!("{prefix}.{}", key.text)
            };
            if matches!(value.value, Value::Map(_)) {
                if depth < DEEPEST {
                    self.entries(value, &path, depth.saturating_add(1));
                }
                continue;
            }
            for (text, bytes) in value.scalars() {
                if self.fields.len() >= MOST_FIELDS {
                    return;
                }
                let bytes = key.bytes.start.min(bytes.start)..bytes.end;
                // A list's later elements have lines of their own.
                let bytes = if matches!(value.value, Value::List(_)) {
                    bytes.end.saturating_sub(1)..bytes.end
                } else {
                    bytes
                };
                let span = line_span(self.lines, &bytes);
                let name = meaning(&path);
                self.fields
                    .push(Field::new(name, path.clone(), shorten(text, 2048), span));
            }
        }
    }
}

/// What a configuration's key means.
fn meaning(path: &str) -> FieldName {
    let last = path.rsplit('.').next().unwrap_or(path);
    match (path, last) {
        ("architectures" | "model_type" | "_class_name", _) => FieldName::Architecture,
        ("_name_or_path" | "base_model_name_or_path", _) => FieldName::BaseModel,
        ("license" | "general.license", _) => FieldName::License,
        ("license_name", _) => FieldName::LicenseName,
        ("license_link", _) => FieldName::LicenseLink,
        ("_diffusers_version" | "transformers_version" | "__version__", _) => FieldName::Version,
        ("library_name", _) => FieldName::LibraryName,
        (_, "quant_method" | "quant_algo" | "load_in_4bit" | "load_in_8bit" | "quant_type") => {
            FieldName::Quantization
        }
        (path, "bits" | "w_bit" | "group_size" | "kv_cache_quant_algo" | "fmt")
            if path.starts_with("quantization") || !path.contains('.') =>
        {
            FieldName::Quantization
        }
        (_, "base_model" | "base_model_name") => FieldName::BaseModel,
        _ => FieldName::Other,
    }
}

fn summarize(root: &Node, config: &mut Config) {
    let owned = |node: Option<&Node>| node.and_then(Node::scalar).map(|text| shorten(text, 256));
    config.architectures = root
        .get("architectures")
        .map(|list| {
            list.scalars()
                .iter()
                .map(|(text, _)| shorten(text, 256))
                .collect()
        })
        .unwrap_or_default();
    config.model_type = owned(root.get("model_type"));
    let quantization = root
        .get("quantization_config")
        .or_else(|| root.get("quantization"));
    config.quantization = quantization.and_then(|node| {
        let method = node
            .get("quant_method")
            .or_else(|| node.get("quant_algo"))
            .and_then(Node::scalar)
            .or_else(|| {
                let four = node.get("load_in_4bit").and_then(Node::scalar) == Some("true");
                let eight = node.get("load_in_8bit").and_then(Node::scalar) == Some("true");
                (four || eight).then_some("bitsandbytes")
            });
        let bits = node
            .get("bits")
            .or_else(|| node.get("w_bit"))
            .and_then(Node::scalar);
        match (method, bits) {
            (Some(method), Some(bits)) => Some(format!("{method} {bits}-bit")),
            (Some(method), None) => Some(method.to_owned()),
            // The form that MLX writes.
            (None, Some(bits)) => Some(format!("{bits}-bit")),
            (None, None) => None,
        }
    });
}

#[cfg(test)]
mod tests {
    use overt_core::{ProblemKind, Span};

    use super::*;

    #[test]
    fn fields_know_their_meaning_and_lines() {
        let text = "{\n  \"architectures\": [\n    \"LlamaForCausalLM\"\n  ],\n  \"_name_or_path\": \"meta-llama/Llama-3.1-8B\",\n  \"hidden_size\": 4096,\n  \"quantization_config\": {\n    \"quant_method\": \"gptq\",\n    \"bits\": 4\n  }\n}";
        let (config, problems) = read(text.as_bytes());
        assert_eq!(problems, []);
        assert_eq!(config.architectures, ["LlamaForCausalLM"]);
        assert_eq!(config.count("hidden_size"), Some(4096));
        assert_eq!(config.quantization.as_deref(), Some("gptq 4-bit"));
        let places: Vec<_> = config.fields.iter().map(|f| (f.name, f.span)).collect();
        assert!(places.contains(&(FieldName::Architecture, Some(Span::Lines(3, 3)))));
        assert!(places.contains(&(FieldName::BaseModel, Some(Span::Lines(5, 5)))));
        assert!(places.contains(&(FieldName::Quantization, Some(Span::Lines(8, 8)))));
    }

    #[test]
    fn broken_and_doubled_configurations_are_reported() {
        let (_, problems) = read(b"{\"a\": ");
        assert_eq!(problems[0].kind, ProblemKind::Malformed);
        let (config, problems) = read(b"\xEF\xBB\xBF{\"license\":\"mit\",\"license\":\"x\"}");
        assert_eq!(problems[0].kind, ProblemKind::DuplicateKey);
        assert_eq!(config.get("license"), Some("mit"));
    }
}
