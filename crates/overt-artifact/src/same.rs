//! Which tensors of two models are the same.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::conversion::Float;
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

/// A tensor of one model that is a tensor of the other, converted to another floating type.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Conversion {
    /// The name in the first model.
    pub first: String,
    /// The name in the second model.
    pub second: String,
    /// The type in the first model.
    pub from: String,
    /// The type in the second model.
    pub to: String,
    /// Whether no value was changed by it; otherwise the values are those of the other, rounded.
    pub exact: bool,
}

/// Two models, tensor by tensor. Every list is in name order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// Same name, same values.
    pub identical: Vec<String>,
    /// Same values under another name: first model's name, second model's.
    pub renamed: Vec<(String, String)>,
    /// Same values in another floating type, exactly or rounded, in the order of the first names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub converted: Vec<Conversion>,
    /// Same name, different tensors, and why.
    pub differ: Vec<(String, Difference)>,
    /// Only in the first model.
    pub only_first: Vec<String>,
    /// Only in the second model.
    pub only_second: Vec<String>,
}

impl Comparison {
    /// Whether both hold the same values, under whatever names and in whatever types.
    pub fn is_same(&self) -> bool {
        self.is_conversion() && self.converted.iter().all(|tensor| tensor.exact)
    }

    /// Whether each holds the values of the other, but for rounding to another type.
    pub fn is_conversion(&self) -> bool {
        self.differ.is_empty() && self.only_first.is_empty() && self.only_second.is_empty()
    }

    /// Whether both hold tensors of the same names and shapes, whatever their values.
    pub fn has_same_shapes(&self) -> bool {
        let shapes_fit = |(_, why): &(String, Difference)| *why != Difference::Shape;
        self.only_first.is_empty()
            && self.only_second.is_empty()
            && self.differ.iter().all(shapes_fit)
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

/// The floating tensors of a model, which can be converted and hashed again.
pub(crate) trait Floats: Sync {
    /// The type and shape of a tensor, if it is of a floating type.
    fn float(&self, name: &str) -> Option<(Float, &[u64])>;
    /// The hash of a tensor as it is.
    fn hash(&self, name: &str) -> Option<&str>;
    /// The hash that it would have in another type.
    fn converted(&self, name: &str, to: Float) -> Option<String>;
}

/// Finds, among the tensors that differ or are left over, those that are the other model's in
/// another floating type.
pub(crate) fn conversions(comparison: &mut Comparison, first: &dyn Floats, second: &dyn Floats) {
    let by_name: Vec<Conversion> = comparison
        .differ
        .par_iter()
        .filter(|(_, why)| *why == Difference::Type)
        .filter_map(|(name, _)| {
            let (from, to) = (first.float(name)?.0, second.float(name)?.0);
            let is_second = |hash: Option<String>| hash.as_deref() == second.hash(name);
            let is_first = |hash: Option<String>| hash.as_deref() == first.hash(name);
            let forth = || is_second(first.converted(name, to));
            let back = || is_first(second.converted(name, from));
            let exact = if from.fits_into(to) {
                forth()
            } else {
                to.fits_into(from) && back()
            };
            // What was rounded is found by rounding again, whichever came first.
            let found =
                exact || (!from.fits_into(to) && forth()) || (!to.fits_into(from) && back());
            found.then(|| Conversion::of(name, name, from, to, exact))
        })
        .collect();
    let same: BTreeSet<&str> = by_name.iter().map(|found| found.first.as_str()).collect();
    comparison
        .differ
        .retain(|(name, _)| !same.contains(name.as_str()));
    let mut converted = by_name;
    converted.extend(renamed_conversions(comparison, first, second));
    converted.sort();
    comparison.converted = converted;
}

/// Among the tensors that are left over on both sides: those of one shape and two types of which
/// one gives the other.
fn renamed_conversions(
    comparison: &mut Comparison,
    first: &dyn Floats,
    second: &dyn Floats,
) -> Vec<Conversion> {
    let mut found: Vec<Conversion> = Vec::new();
    // Exact conversions decide before rounded ones: rounding makes different tensors the same.
    for exact in [true, false] {
        for forth in [true, false] {
            let (from, to) = if forth {
                (first, second)
            } else {
                (second, first)
            };
            let (ours, theirs) = if forth {
                (&comparison.only_first, &comparison.only_second)
            } else {
                (&comparison.only_second, &comparison.only_first)
            };
            let pairs = converted_pairs(ours, theirs, from, to, exact);
            for (one, other) in pairs {
                let (a, b) = if forth { (one, other) } else { (other, one) };
                if let (Some((from, _)), Some((to, _))) = (first.float(&a), second.float(&b)) {
                    found.push(Conversion::of(&a, &b, from, to, exact));
                }
            }
            let firsts: BTreeSet<&String> = found.iter().map(|one| &one.first).collect();
            let seconds: BTreeSet<&String> = found.iter().map(|one| &one.second).collect();
            comparison.only_first.retain(|name| !firsts.contains(name));
            comparison
                .only_second
                .retain(|name| !seconds.contains(name));
        }
    }
    found
}

/// Pairs of names of which the first's tensor, converted, is the second's.
fn converted_pairs(
    ours: &[String],
    theirs: &[String],
    from: &dyn Floats,
    to: &dyn Floats,
    exact: bool,
) -> Vec<(String, String)> {
    let mut by_hash: BTreeMap<&str, BTreeSet<&String>> = BTreeMap::new();
    let mut types: BTreeMap<&[u64], BTreeSet<Float>> = BTreeMap::new();
    for name in theirs {
        if let (Some((float, shape)), Some(hash)) = (to.float(name), to.hash(name)) {
            by_hash.entry(hash).or_default().insert(name);
            types.entry(shape).or_default().insert(float);
        }
    }
    let hashes: Vec<(&String, String)> = ours
        .par_iter()
        .flat_map_iter(|name| {
            let (float, shape) = from.float(name).unzip();
            let wanted = shape
                .and_then(|shape| types.get(shape))
                .into_iter()
                .flatten();
            let wanted = wanted
                .filter(|to| {
                    float.is_some_and(|float| float != **to && float.fits_into(**to) == exact)
                })
                .copied()
                .collect::<Vec<Float>>();
            wanted
                .into_iter()
                .filter_map(move |to| Some((name, from.converted(name, to)?)))
        })
        .collect();
    let mut pairs = Vec::new();
    let mut used = BTreeSet::new();
    for (name, hash) in hashes {
        if used.contains(name) {
            continue;
        }
        if let Some(twin) = by_hash.get_mut(hash.as_str()).and_then(BTreeSet::pop_first) {
            used.insert(name);
            pairs.push((name.clone(), twin.clone()));
        }
    }
    pairs
}

impl Conversion {
    fn of(first: &str, second: &str, from: Float, to: Float, exact: bool) -> Self {
        Self {
            first: first.to_owned(),
            second: second.to_owned(),
            from: from.name().to_owned(),
            to: to.name().to_owned(),
            exact,
        }
    }
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
