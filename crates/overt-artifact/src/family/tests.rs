use super::*;

fn license(id: &str) -> Option<String> {
    family_of_id(id)?.license.map(|license| license.to_string())
}

#[test]
fn every_file_is_read_and_named_by_its_id() {
    let entries = overt_knowledge::under("families/");
    for entry in entries {
        let facts: FamilyFacts =
            serde_json::from_str(entry.text).unwrap_or_else(|e| panic!("{}: {e}", entry.path));
        assert_eq!(entry.path, format!("families/{}.toml", facts.id));
    }
    assert_eq!(all().len(), entries.len());
}

#[test]
fn no_id_pattern_stands_in_two_families() {
    let mut seen = std::collections::BTreeMap::new();
    for family in all() {
        for pattern in &family.hub {
            let before = seen.insert(pattern.to_lowercase(), &family.id);
            assert_eq!(before, None, "{pattern}");
        }
    }
}

#[test]
fn licenses_are_claimed_only_inside_the_family() {
    for family in all() {
        for weights in &family.weights {
            for pattern in &weights.hub {
                let example = pattern.replace('*', "x");
                let found = family_of_id(&example).unwrap_or_else(|| panic!("{pattern}"));
                assert_eq!(found.id, family.id, "{pattern}");
            }
        }
    }
}

#[test]
fn every_license_of_weights_is_a_known_one() {
    for family in all() {
        for weights in &family.weights {
            for license in weights.license.licenses() {
                let path = format!("licenses/{}.toml", license.id);
                assert!(
                    overt_knowledge::entry(&path).is_some(),
                    "{}: {path}",
                    family.id
                );
            }
        }
    }
}

#[test]
fn ids_and_addresses_lead_to_the_family_and_its_license() {
    for (id, family, expected) in [
        (
            "meta-llama/Llama-3.1-8B",
            "llama-3.1",
            Some("LicenseRef-llama3.1-community"),
        ),
        (
            "meta-llama/Meta-Llama-3-8B-Instruct",
            "llama-3",
            Some("LicenseRef-llama3-community"),
        ),
        (
            "https://huggingface.co/meta-llama/Llama-2-7b-hf/tree/main",
            "llama-2",
            Some("LicenseRef-llama2-community"),
        ),
        ("mistralai/Mistral-7B-v0.1", "mistral", Some("Apache-2.0")),
        ("mistralai/Mistral-Large-Instruct-2407", "mistral", None),
        ("Qwen/Qwen2.5-7B", "qwen2.5", Some("Apache-2.0")),
        ("microsoft/phi-2", "phi-2", Some("MIT")),
    ] {
        assert_eq!(family_of_id(id).map(|f| f.id), Some(family), "{id}");
        if let Some(expected) = expected {
            assert_eq!(license(id).as_deref(), Some(expected), "{id}");
        }
    }
    assert_ne!(
        license("mistralai/Mistral-Large-Instruct-2407").as_deref(),
        Some("Apache-2.0")
    );
    assert_ne!(license("Qwen/Qwen2.5-3B").as_deref(), Some("Apache-2.0"));
    assert_ne!(
        license("Qwen/Qwen2.5-72B-Instruct").as_deref(),
        Some("Apache-2.0")
    );
    assert_eq!(family_of_id("someone/something"), None);
    assert_eq!(family_of_id(""), None);
}
