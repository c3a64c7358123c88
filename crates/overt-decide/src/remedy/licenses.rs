//! The licenses that remedies propose, from `knowledge/definitions/proposed-licenses.toml`.

use std::sync::OnceLock;

use overt_core::{ComponentType, Expression};
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "source")]
    _source: String,
    code: Vec<Expression>,
    data: Vec<Expression>,
    document: Vec<Expression>,
}

/// The licenses to propose for works of this type, the most usual first.
pub(super) fn proposed(component_type: ComponentType) -> &'static [Expression] {
    static FILE: OnceLock<File> = OnceLock::new();
    let file = FILE.get_or_init(|| {
        overt_knowledge::entry("definitions/proposed-licenses.toml")
            .and_then(|entry| serde_json::from_str(entry.text).ok())
            .unwrap_or_default()
    });
    match component_type {
        ComponentType::Code => &file.code,
        ComponentType::Data => &file.data,
        ComponentType::Document => &file.document,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_work_has_proposals() {
        for component_type in [
            ComponentType::Code,
            ComponentType::Data,
            ComponentType::Document,
        ] {
            assert!(!proposed(component_type).is_empty());
        }
    }
}
