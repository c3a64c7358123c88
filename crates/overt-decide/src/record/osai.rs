//! Records of the European Open Source AI Index: its YAML files as JSON, or the same with the
//! dimensions under `dims`.

use overt_core::{Inventory, Release, ScalarFact};
use serde_json::Value;

use super::{RecordError, asserted, empty};

/// The release that a record describes: one fact `eosai-<dimension>` for each dimension, which is
/// `open`, `partial` or `closed`. Nothing else is concluded from it: that data is *open* in the index
/// does not mean that it is licensed.
pub fn osai(record: &Value) -> Result<Release, RecordError> {
    let name = [record.get("model"), record.pointer("/system/name")]
        .into_iter()
        .flatten()
        .find_map(Value::as_str)
        .ok_or(RecordError::Lacks("model"))?;
    let path = record
        .get("file")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let dimensions = record
        .get("dims")
        .unwrap_or(record)
        .as_object()
        .ok_or(RecordError::Lacks("dims"))?;
    let mut release = empty(name, "osai", Inventory::Open);
    for (dimension, cell) in dimensions {
        let class = cell
            .get("cls")
            .or_else(|| cell.get("class"))
            .and_then(Value::as_str);
        let Some(class) = class else {
            continue;
        };
        let links = match cell.get("links").or_else(|| cell.get("link")) {
            Some(Value::String(link)) => link.clone(),
            Some(Value::Array(links)) => links
                .iter()
                .filter_map(Value::as_str)
                .collect::<Vec<_>>()
                .join(" "),
            _ => String::new(),
        };
        let says = format!("{dimension} = {class} {links}");
        release.facts.push(ScalarFact {
            name: format!("eosai-{}", dimension.replace('_', "-")),
            value: class.to_owned(),
            evidence: asserted("osai", path, "osai-record").saying(says),
        });
    }
    release.facts.sort_by(|a, b| a.name.cmp(&b.name));
    if release.facts.is_empty() {
        return Err(RecordError::Lacks("dims"));
    }
    Ok(release)
}
