//! The fingerprint of a model's values survives other names, another order and any sharding, and
//! changes with every value.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::path::Path;

use overt_artifact::model::examine_model;
use overt_artifact::open::{compare_models, hash_path};
use proptest::prelude::*;

/// One tensor: its values of one byte each.
type Values = Vec<u8>;

fn safetensors(tensors: &[(String, &Values)]) -> Vec<u8> {
    let mut members = serde_json::Map::new();
    let mut values: Vec<u8> = Vec::new();
    for (name, data) in tensors {
        let start = values.len();
        values.extend(data.iter());
        let tensor = serde_json::json!({
            "dtype": "I8", "shape": [data.len()], "data_offsets": [start, values.len()],
        });
        members.insert(name.clone(), tensor);
    }
    let text = serde_json::to_vec(&members).unwrap();
    let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
    bytes.extend(text);
    bytes.extend(values);
    bytes
}

/// Writes a model in so many shards under names with a prefix.
fn write(folder: &Path, model: &[Values], prefix: &str, shards: usize, is_reversed: bool) {
    let mut named: Vec<(String, &Values)> = model
        .iter()
        .enumerate()
        .map(|(index, values)| (format!("{prefix}.{index}"), values))
        .collect();
    if is_reversed {
        named.reverse();
    }
    let shards = shards.min(named.len());
    for shard in 0..shards {
        let part: Vec<(String, &Values)> =
            named.iter().skip(shard).step_by(shards).cloned().collect();
        let name = if shards == 1 {
            "model.safetensors".to_owned()
        } else {
            format!("model-{:05}-of-{shards:05}.safetensors", shard + 1)
        };
        std::fs::write(folder.join(name), safetensors(&part)).unwrap();
    }
}

fn content(folder: &Path) -> String {
    let found = examine_model(folder, true);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].examined.problems, []);
    found[0].examined.fingerprint.clone().unwrap().content
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn names_order_and_shards_do_not_matter_but_every_value_does(
        model in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..40), 1..9),
        shards in 1_usize..5,
        changed in any::<prop::sample::Index>(),
    ) {
        let [whole, split, other] = [(); 3].map(|()| tempfile::tempdir().unwrap());
        write(whole.path(), &model, "a", 1, false);
        write(split.path(), &model, "renamed", shards, true);
        prop_assert_eq!(content(whole.path()), content(split.path()));
        let found = compare_models(&hash_path(whole.path()), &hash_path(split.path()));
        prop_assert!(found.is_same());
        let mut near = model.clone();
        let tensor = changed.index(near.len());
        near[tensor][0] ^= 1;
        write(other.path(), &near, "a", 1, false);
        prop_assert_ne!(content(whole.path()), content(other.path()));
        let found = compare_models(&hash_path(whole.path()), &hash_path(other.path()));
        prop_assert!(!found.is_same());
    }
}
