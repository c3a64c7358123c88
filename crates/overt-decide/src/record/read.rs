//! Tells records apart by what stands in them.

use overt_core::Release;
use serde_json::Value;

use super::{RecordError, facts, mot, osai};
use crate::yaml;

/// Whose record it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordKind {
    /// Of the Model Openness Tool.
    Mot,
    /// Of the European Open Source AI Index, or of its predecessor.
    Osai,
    /// Facts that somebody recorded, in the words of `overt.toml`.
    Facts,
}

/// The longest record that is read, in bytes; the longest that is known has 30 kB.
const LONGEST: usize = 1 << 20;

/// The release that a file records: a YAML or JSON file of the Model Openness Tool or of the European
/// Open Source AI Index, or recorded facts in TOML. `None` if the file is none of these.
pub fn read(text: &str, origin: &str) -> Option<Result<(RecordKind, Release), RecordError>> {
    if text.len() > LONGEST {
        return None;
    }
    if has_extension(origin, &["toml"]) {
        let tables: toml::Table = toml::from_str(text).ok()?;
        tables.get("components")?.as_table()?;
        return Some(facts(text, origin).map(|release| (RecordKind::Facts, release)));
    }
    if !has_extension(origin, &["yml", "yaml", "json"]) {
        return None;
    }
    let mut value: Value = if has_extension(origin, &["json"]) {
        serde_json::from_str(text).ok()?
    } else {
        yaml::parse(text)?
    };
    let kind = kind(&value)?;
    if let Some(record) = value.as_object_mut() {
        record.entry("file").or_insert_with(|| origin.into());
    }
    let release = match kind {
        RecordKind::Mot => mot(&value),
        _ => osai(&value),
    };
    Some(release.map(|release| (kind, release)))
}

fn kind(value: &Value) -> Option<RecordKind> {
    let has = |path: &str| value.pointer(path).is_some();
    let source = value.get("source").and_then(Value::as_str);
    if has("/framework") && has("/release/components") || source == Some("mot") {
        Some(RecordKind::Mot)
    } else if has("/system") && has("/weights_endmodel/class")
        || has("/project") && has("/llmweights/class")
        || matches!(source, Some("osai" | "opening-up-chatgpt"))
    {
        Some(RecordKind::Osai)
    } else {
        None
    }
}

fn has_extension(path: &str, wanted: &[&str]) -> bool {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|own| wanted.iter().any(|one| one.eq_ignore_ascii_case(own)))
}

#[cfg(test)]
mod tests {
    use super::{RecordKind, read};

    #[test]
    fn records_are_told_by_what_stands_in_them() {
        let kind = |text: &str, origin: &str| match read(text, origin) {
            Some(Ok((kind, _))) => Some(kind),
            Some(Err(error)) => panic!("{origin}: {error}"),
            None => None,
        };
        let mot = "framework: {name: x}\nrelease:\n  name: 360\n  components: [{name: Datasets}]\n";
        assert_eq!(kind(mot, "models/x.yml"), Some(RecordKind::Mot));
        let osai = "system: {name: x}\nweights_endmodel: {class: open}\n";
        assert_eq!(kind(osai, "x.yaml"), Some(RecordKind::Osai));
        let before = "project: {name: x}\nopencode: {class: open}\nllmweights: {class: closed}\n";
        assert_eq!(kind(before, "x.yaml"), Some(RecordKind::Osai));
        let facts = "[components.datasets]\nstatus = \"released\"\n";
        assert_eq!(kind(facts, "case.toml"), Some(RecordKind::Facts));
        assert_eq!(kind("a: [b", "x.yml"), None);
        assert_eq!(kind("model: x\n", "config.yaml"), None);
        assert_eq!(kind("[package]\nname = \"x\"\n", "Cargo.toml"), None);
        assert_eq!(kind(mot, "README.md"), None);
    }
}
