//! What the keys of GGUF metadata mean.

use crate::{Field, FieldName};

/// The meaning of a key, from the specification's list of `general.*` keys.
pub(super) fn meaning(key: &str) -> FieldName {
    let Some(general) = key.strip_prefix("general.") else {
        return if key == "tokenizer.ggml.model" || !key.ends_with(".license") {
            FieldName::Other
        } else {
            FieldName::License
        };
    };
    if let Some((_, part)) = numbered(general, "base_model.") {
        return match part {
            "repo_url" | "name" | "url" => FieldName::BaseModel,
            "doi" => FieldName::Doi,
            _ => FieldName::Other,
        };
    }
    if let Some((_, part)) = numbered(general, "dataset.") {
        return match part {
            "repo_url" | "name" | "url" => FieldName::Dataset,
            "doi" => FieldName::Doi,
            _ => FieldName::Other,
        };
    }
    match general {
        "architecture" => FieldName::Architecture,
        "license" => FieldName::License,
        "license.name" => FieldName::LicenseName,
        "license.link" => FieldName::LicenseLink,
        "name" => FieldName::ModelName,
        "author" => FieldName::Author,
        "organization" => FieldName::Organization,
        "version" => FieldName::Version,
        "languages" => FieldName::Language,
        "datasets" => FieldName::Dataset,
        "tags" => FieldName::Tag,
        "doi" | "source.doi" => FieldName::Doi,
        "url" | "repo_url" | "source.url" | "source.repo_url" | "source.huggingface.repository" => {
            FieldName::Url
        }
        "file_type" => FieldName::Quantization,
        "date" => FieldName::Date,
        _ => FieldName::Other,
    }
}

/// The number and the rest of `base_model.0.name`.
fn numbered<'k>(key: &'k str, prefix: &str) -> Option<(&'k str, &'k str)> {
    let (number, part) = key.strip_prefix(prefix)?.split_once('.')?;
    number
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some((number, part))
}

/// Where a base model or dataset has an address, its name and other addresses do not name it again.
pub(super) fn keep_best_names(fields: &mut [Field]) {
    for kind in ["general.base_model.", "general.dataset."] {
        for part in [".repo_url", ".url"] {
            let named: Vec<String> = fields
                .iter()
                .filter(|field| field.key.starts_with(kind) && field.key.ends_with(part))
                .filter_map(|field| field.key.strip_suffix(part).map(str::to_owned))
                .collect();
            for field in fields.iter_mut() {
                let weaker = field.key.rsplit_once('.').is_some_and(|(stem, end)| {
                    let outranked = end == "name" || (part == ".repo_url" && end == "url");
                    outranked && named.iter().any(|name| name == stem)
                });
                if weaker {
                    field.name = FieldName::Other;
                }
            }
        }
    }
}
