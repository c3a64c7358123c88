//! Records of the European Open Source AI Index and of its predecessor (`opening-up-chatgpt`): their YAML
//! files as JSON, or the same with the dimensions under `dims`.

use overt_core::{Inventory, Release, ScalarFact};
use serde_json::Value;

use super::{RecordError, asserted, empty, scalar};
use crate::definition::{Definition, Node, definition};

/// How evidence from such a record was obtained.
const METHOD: &str = "osai-record";

/// The definition of the index, whose requirements are its dimensions.
const INDEX: &str = "eosai";
/// The same of its predecessor, which was frozen.
const PREDECESSOR: &str = "eosai@2023";
/// A dimension that only the predecessor had.
const ONLY_BEFORE: &str = "opencode";

/// The definition that records like this one are scored by: the index, or its predecessor.
pub fn osai_definition(record: &Value) -> Option<&'static Definition> {
    let before = dimensions(record).get(ONLY_BEFORE).is_some();
    definition(if before { PREDECESSOR } else { INDEX })
}

/// The release that a record describes: one fact `eosai-<dimension>` for each dimension, which is
/// `open`, `partial` or `closed`. A dimension that is absent or empty counts as closed, as the index
/// counts it. Nothing else is concluded from it: that data is *open* in the index does not mean that
/// it is licensed.
pub fn osai(record: &Value) -> Result<Release, RecordError> {
    let name = [
        record.get("model"),
        record.pointer("/system/name"),
        record.pointer("/project/name"),
    ]
    .into_iter()
    .flatten()
    .find_map(scalar)
    .ok_or(RecordError::Lacks("system.name"))?;
    let path = record
        .get("file")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let index = osai_definition(record).ok_or(RecordError::Lacks("dims"))?;
    let mut release = empty(&name, "osai", Inventory::Open);
    let mut rated = false;
    for fact in facts(index) {
        let dimension = fact.trim_start_matches("eosai-").replace('-', "_");
        let cell = dimensions(record).get(&dimension);
        let class = cell
            .and_then(|cell| cell.get("cls").or_else(|| cell.get("class")))
            .and_then(Value::as_str)
            .map(|class| class.trim().to_lowercase())
            .filter(|class| !class.is_empty());
        rated |= class.is_some();
        let says = match &class {
            Some(class) => format!("{dimension} = {class} {}", links(cell)),
            None => format!("{dimension} is not rated, which counts as closed"),
        };
        release.facts.push(ScalarFact {
            name: fact,
            value: class.unwrap_or_else(|| "closed".to_owned()),
            evidence: asserted("osai", path, METHOD).saying(says),
        });
    }
    release.facts.sort_by(|a, b| a.name.cmp(&b.name));
    if rated {
        Ok(release)
    } else {
        Err(RecordError::Lacks("dims"))
    }
}

/// Where the dimensions stand.
fn dimensions(record: &Value) -> &Value {
    record.get("dims").unwrap_or(record)
}

/// The facts that the definition asks for, one for each dimension.
fn facts(index: &Definition) -> Vec<String> {
    let partly = |node: &Node| match node {
        Node::Fact(test) => Some(test.fact.clone()),
        _ => None,
    };
    index
        .requirements
        .iter()
        .filter_map(|requirement| requirement.partly.as_ref().and_then(partly))
        .collect()
}

/// The links of a dimension, if any.
fn links(cell: Option<&Value>) -> String {
    let links = cell.and_then(|cell| cell.get("links").or_else(|| cell.get("link")));
    match links {
        Some(Value::String(link)) => link.clone(),
        Some(Value::Array(links)) => links
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(" "),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{osai, osai_definition};

    #[test]
    fn what_is_not_rated_is_closed() {
        let record = json!({
            "system": {"name": "Example", "type": "text"},
            "weights_endmodel": {"class": "open", "link": "https://example.org"},
            "paper": {"class": null, "link": null},
            "preprint": {"class": "Partial "},
        });
        let release = osai(&record).expect("a record");
        let value = |name: &str| {
            let fact = release.facts.iter().find(|fact| fact.name == name);
            fact.map(|fact| fact.value.as_str())
        };
        assert_eq!(release.facts.len(), 12);
        assert_eq!(value("eosai-weights-endmodel"), Some("open"));
        assert_eq!(value("eosai-preprint"), Some("partial"));
        assert_eq!(value("eosai-paper"), Some("closed"));
        assert_eq!(value("eosai-licenses"), Some("closed"));
        assert!(osai(&json!({"system": {"name": "Example"}})).is_err());
    }

    #[test]
    fn the_predecessor_is_told_by_its_dimensions() {
        let version = |record: &serde_json::Value| {
            osai_definition(record).map(|definition| definition.version.as_str())
        };
        let before = json!({"project": {"name": "x"}, "opencode": {"class": "open"}});
        assert_eq!(version(&before), Some("2023"));
        assert_eq!(osai(&before).map(|release| release.facts.len()), Ok(14));
        assert_ne!(version(&json!({"dims": {"code": {}}})), Some("2023"));
    }
}
