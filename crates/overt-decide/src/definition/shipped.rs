//! The definitions under `knowledge/definitions/`.

use std::sync::OnceLock;

use super::Definition;

/// Every shipped definition, by id; of several versions of one id the newest is last.
pub fn definitions() -> &'static [Definition] {
    static DEFINITIONS: OnceLock<Vec<Definition>> = OnceLock::new();
    DEFINITIONS.get_or_init(|| {
        let entries = overt_knowledge::under("definitions/").iter();
        let mut definitions: Vec<Definition> = entries
            .filter(|entry| entry.path.ends_with("/definition.toml"))
            .filter_map(|entry| serde_json::from_str(entry.text).ok())
            .collect();
        definitions.iter_mut().for_each(Definition::expand);
        definitions.sort_by(|a, b| (&a.id, &a.version).cmp(&(&b.id, &b.version)));
        definitions
    })
}

/// The newest version of a definition, or the one after an `@`: `mof-3`, `mof-3@1.0`.
pub fn definition(id: &str) -> Option<&'static Definition> {
    let (id, version) = match id.split_once('@') {
        Some((id, version)) => (id, Some(version)),
        None => (id, None),
    };
    definitions().iter().rev().find(|definition| {
        definition.id == id && version.is_none_or(|version| definition.version == version)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_definition_is_valid_and_stands_in_its_folder() {
        let mut count = 0;
        for entry in overt_knowledge::under("definitions/") {
            if !entry.path.ends_with("/definition.toml") {
                continue;
            }
            count += 1;
            let mut definition: Definition = serde_json::from_str(entry.text)
                .unwrap_or_else(|error| panic!("{}: {error}", entry.path));
            definition.expand();
            let folder = format!("definitions/{}/{}/", definition.id, definition.version);
            assert!(entry.path.starts_with(&folder), "{}", entry.path);
            super::super::parse::check(&definition)
                .unwrap_or_else(|error| panic!("{}: {error}", entry.path));
            if let Some(base) = &definition.extends {
                assert!(super::definition(base).is_some(), "{}: {base}", entry.path);
            }
        }
        assert_eq!(count, definitions().len());
        assert!(count >= 4, "the definitions are embedded");
    }
}
