//! Which tensors of two models are the same.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fingerprint::HashedTensor;

/// Why two tensors of one name differ.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Difference {
    /// Same type and shape, other values.
    Values,
    /// Another type: converted or quantized.
    Type,
    /// Another shape.
    Shape,
}

/// Two models, tensor by tensor. Every list is in name order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// Same name, same values.
    pub identical: Vec<String>,
    /// Same values under another name: first model's name, second model's.
    pub renamed: Vec<(String, String)>,
    /// Same name, different tensors, and why.
    pub differ: Vec<(String, Difference)>,
    /// Only in the first model.
    pub only_first: Vec<String>,
    /// Only in the second model.
    pub only_second: Vec<String>,
}

impl Comparison {
    /// Whether both hold the same values, under whatever names.
    pub fn is_same(&self) -> bool {
        self.differ.is_empty() && self.only_first.is_empty() && self.only_second.is_empty()
    }
}

/// Compares two models. Tensors are matched by name; those left over by value.
pub fn compare(first: &[HashedTensor], second: &[HashedTensor]) -> Comparison {
    let names = |tensors: &'_ [HashedTensor]| -> BTreeMap<String, usize> {
        tensors
            .iter()
            .enumerate()
            .map(|(index, tensor)| (tensor.name.clone(), index))
            .collect()
    };
    let (first_names, second_names) = (names(first), names(second));
    let mut comparison = Comparison::default();
    let mut left: Vec<&HashedTensor> = Vec::new();
    for (name, index) in &first_names {
        let Some(a) = first.get(*index) else { continue };
        let Some(b) = second_names.get(name).and_then(|index| second.get(*index)) else {
            left.push(a);
            continue;
        };
        if a.hash == b.hash {
            comparison.identical.push(name.clone());
        } else {
            let why = if a.shape != b.shape {
                Difference::Shape
            } else if a.dtype != b.dtype {
                Difference::Type
            } else {
                Difference::Values
            };
            comparison.differ.push((name.clone(), why));
        }
    }
    let mut by_hash: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, index) in &second_names {
        if !first_names.contains_key(name)
            && let Some(tensor) = second.get(*index)
        {
            by_hash.entry(&tensor.hash).or_default().insert(name);
        }
    }
    for tensor in left {
        let twin = by_hash
            .get_mut(tensor.hash.as_str())
            .and_then(BTreeSet::pop_first);
        match twin {
            Some(twin) => {
                let pair = (tensor.name.clone(), twin.to_owned());
                comparison.renamed.push(pair);
            }
            None => comparison.only_first.push(tensor.name.clone()),
        }
    }
    let rest: BTreeSet<&str> = by_hash.into_values().flatten().collect();
    comparison.only_second = rest.into_iter().map(str::to_owned).collect();
    comparison
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(name: &str, dtype: &str, side: u64, hash: &str) -> HashedTensor {
        HashedTensor {
            name: name.to_owned(),
            dtype: dtype.to_owned(),
            shape: vec![side],
            hash: hash.to_owned(),
        }
    }

    #[test]
    fn a_fine_tune_with_frozen_embeddings_shows_as_such() {
        let base = [
            tensor("embed", "F16", 2, "e"),
            tensor("layer", "F16", 2, "l"),
            tensor("gone", "F16", 2, "g"),
            tensor("old", "F16", 2, "o"),
            tensor("q", "F16", 2, "q"),
        ];
        let tuned = [
            tensor("layer", "F16", 2, "l2"),
            tensor("embed", "F16", 2, "e"),
            tensor("new", "F16", 2, "o"),
            tensor("added", "F16", 3, "a"),
            tensor("q", "I8", 2, "q8"),
        ];
        let found = compare(&base, &tuned);
        assert_eq!(found.identical, ["embed"]);
        assert_eq!(found.renamed, [("old".to_owned(), "new".to_owned())]);
        assert_eq!(
            found.differ,
            [
                ("layer".to_owned(), Difference::Values),
                ("q".to_owned(), Difference::Type)
            ]
        );
        assert_eq!(found.only_first, ["gone"]);
        assert_eq!(found.only_second, ["added"]);
        assert!(!found.is_same());
        assert!(compare(&base, &base).is_same());
    }
}
