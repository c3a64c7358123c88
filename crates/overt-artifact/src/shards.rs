//! Whether the files of a sharded model are all there and hold what they should.

use std::collections::{BTreeMap, BTreeSet};

use overt_core::{Problem, ProblemKind};

use crate::document::shorten;
use crate::safetensors::index::Index;
use crate::{Inspection, Tensor};

/// More problems of one sort say nothing more.
const MOST: usize = 8;

/// A file name that says which shard of how many it is: `model-00002-of-00005.safetensors`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShardName {
    /// What stands before the numbers.
    pub stem: String,
    /// Which shard, as numbered.
    pub number: u32,
    /// Of how many.
    pub count: u32,
    /// The extension, with its dot.
    pub extension: String,
}

impl ShardName {
    /// The parts of a file name that has them.
    pub fn parse(file_name: &str) -> Option<Self> {
        let (before, after) = file_name.rsplit_once("-of-")?;
        let (stem, number) = before.rsplit_once('-')?;
        let end = after.find(|c: char| !c.is_ascii_digit())?;
        let (count, extension) = after.split_at_checked(end)?;
        let plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        if !extension.starts_with('.') || !plain(number) {
            return None;
        }
        Some(Self {
            stem: stem.to_owned(),
            number: number.parse().ok()?,
            count: count.parse().ok()?,
            extension: extension.to_owned(),
        })
    }
}

/// The numbers that are missing among files of one folder that name themselves shards. Numbering
/// begins at 0 or 1, as the lowest number shows.
pub fn missing_by_name<'n>(file_names: impl IntoIterator<Item = &'n str>) -> Vec<Problem> {
    let mut series: BTreeMap<(String, String, u32), BTreeSet<u32>> = BTreeMap::new();
    for name in file_names.into_iter().filter_map(ShardName::parse) {
        let key = (name.stem, name.extension, name.count);
        series.entry(key).or_default().insert(name.number);
    }
    let mut problems = Vec::new();
    for ((stem, extension, count), numbers) in series {
        /// No model has more; larger numbers come from odd names.
        const MOST_SHARDS: u32 = 100_000;
        if count > MOST_SHARDS {
            continue;
        }
        let first = u32::from(!numbers.contains(&0));
        let expected = first..first.saturating_add(count);
        let missing: Vec<u32> = expected
            .filter(|number| !numbers.contains(number))
            .collect();
        if let Some(example) = missing.first() {
            let stem = shorten(&stem, 80);
            problems.push(Problem::new(
                ProblemKind::Missing,
                format!(
                    "{} of the {count} shards `{stem}-*{extension}` are missing, the first is \
                     number {example}",
                    missing.len()
                ),
            ));
        }
    }
    problems
}

/// What an index says against what its shards hold: files and tensors that are missing, sizes that
/// differ. `shards` are the headers of the files that are there, by file name.
pub fn check_index(index: &Index, shards: &BTreeMap<String, Inspection>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let missing: Vec<&String> = index
        .files
        .iter()
        .filter(|file| !shards.contains_key(*file))
        .collect();
    if let Some(first) = missing.first() {
        problems.push(Problem::new(
            ProblemKind::Missing,
            format!(
                "{} of the {} files that the index names are missing, the first is `{}`",
                missing.len(),
                index.files.len(),
                shorten(first, 120)
            ),
        ));
    }
    let held: BTreeMap<&str, BTreeSet<&str>> = shards
        .iter()
        .map(|(file, shard)| {
            let names = shard.tensor_list.iter().map(|tensor| tensor.name.as_str());
            (file.as_str(), names.collect())
        })
        .collect();
    let absent: Vec<&(String, String)> = index
        .tensors
        .iter()
        .filter(|(tensor, file)| {
            held.get(file.as_str())
                .is_some_and(|names| !names.contains(tensor.as_str()))
        })
        .collect();
    for (tensor, file) in absent.iter().take(MOST) {
        problems.push(Problem::new(
            ProblemKind::Inconsistent,
            format!(
                "the tensor `{}` is not in `{}`, where the index says it is",
                shorten(tensor, 80),
                shorten(file, 80)
            ),
        ));
    }
    if missing.is_empty()
        && let Some(declared) = index.total_bytes
    {
        let actual: u64 = index
            .files
            .iter()
            .filter_map(|file| shards.get(file)?.tensors.as_ref()?.bytes)
            .fold(0, u64::saturating_add);
        if actual != declared {
            problems.push(Problem::remark(
                ProblemKind::Inconsistent,
                format!("the index declares {declared} bytes of tensors, the files hold {actual}"),
            ));
        }
    }
    problems
}

/// What a split GGUF declares of itself: `(number, of how many, tensors in all)`.
pub fn gguf_split(inspection: &Inspection) -> Option<(u64, u64, u64)> {
    let number = |key: &str| {
        let field = inspection.fields.iter().find(|field| field.key == key)?;
        field.value.parse::<u64>().ok()
    };
    Some((
        number("split.no")?,
        number("split.count")?,
        number("split.tensors.count")?,
    ))
}

/// Whether the parts of a split GGUF are complete.
pub fn check_gguf_split(parts: &[&Inspection]) -> Vec<Problem> {
    let splits: Vec<(u64, u64, u64)> = parts.iter().filter_map(|part| gguf_split(part)).collect();
    let Some((_, count, tensors)) = splits.first().copied() else {
        return Vec::new();
    };
    let numbers: BTreeSet<u64> = splits.iter().map(|split| split.0).collect();
    let mut problems = Vec::new();
    if (numbers.len() as u64) < count {
        problems.push(Problem::new(
            ProblemKind::Missing,
            format!(
                "{} of {count} parts of the split file are there",
                numbers.len()
            ),
        ));
        return problems;
    }
    let held: u64 = parts
        .iter()
        .map(|part| part.tensor_list.len() as u64)
        .fold(0, u64::saturating_add);
    if held != tensors {
        problems.push(Problem::new(
            ProblemKind::Inconsistent,
            format!("the split file declares {tensors} tensors, its parts hold {held}"),
        ));
    }
    problems
}

/// The tensors of several files as one list, in file and header order.
pub fn all_tensors<'i>(parts: impl IntoIterator<Item = &'i Inspection>) -> Vec<Tensor> {
    parts
        .into_iter()
        .flat_map(|part| part.tensor_list.iter().cloned())
        .collect()
}

#[cfg(test)]
mod tests {
    use overt_core::Budget;

    use super::*;
    use crate::{Field, FieldName, Format};

    fn part(tensors: &[&str], fields: &[(&str, u64)]) -> Inspection {
        let mut inspection = Inspection::of(Format::Gguf, 0);
        inspection.set_tensors(
            tensors
                .iter()
                .map(|name| Tensor {
                    name: (*name).to_owned(),
                    dtype: "F32".to_owned(),
                    shape: vec![2],
                    bytes: Some((0, 8)),
                })
                .collect(),
        );
        for (key, value) in fields {
            let field = Field::new(FieldName::Other, *key, value.to_string(), None);
            inspection.fields.push(field);
        }
        inspection
    }

    #[test]
    fn names_tell_what_is_missing() {
        let all = [
            "m-00001-of-00003.safetensors",
            "m-00002-of-00003.safetensors",
        ];
        let problems = missing_by_name(all);
        assert!(problems[0].message.contains("number 3"), "{problems:?}");
        assert_eq!(
            missing_by_name([all[0], all[1], "m-00003-of-00003.safetensors"]),
            []
        );
        assert_eq!(missing_by_name(["m-0-of-2.bin", "m-1-of-2.bin"]), []);
        assert_eq!(
            missing_by_name(["state-of-the-art.md", "a-of-b.bin", "x.bin"]),
            []
        );
        assert_eq!(missing_by_name(["m-1-of-4294967295.bin"]), []);
    }

    #[test]
    fn an_index_is_held_against_its_shards() {
        let json = br#"{"metadata":{"total_size":16},"weight_map":{"a":"1.st","b":"2.st"}}"#;
        let (index, _) = crate::safetensors::index::read(json, Budget::TEXT);
        let mut shards = BTreeMap::from([("1.st".to_owned(), part(&["a"], &[]))]);
        let problems = check_index(&index, &shards);
        assert_eq!(problems[0].kind, ProblemKind::Missing);
        shards.insert("2.st".to_owned(), part(&["c"], &[]));
        let problems = check_index(&index, &shards);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].kind, ProblemKind::Inconsistent);
        shards.insert("2.st".to_owned(), part(&["b"], &[]));
        assert_eq!(check_index(&index, &shards), []);
        shards.insert("2.st".to_owned(), part(&["b", "x"], &[]));
        assert!(!check_index(&index, &shards)[0].loses_facts);
    }

    #[test]
    fn a_split_file_is_complete_or_not() {
        let fields = |number| {
            [
                ("split.no", number),
                ("split.count", 2),
                ("split.tensors.count", 3),
            ]
        };
        let (first, second) = (part(&["a"], &fields(0)), part(&["b", "c"], &fields(1)));
        assert_eq!(check_gguf_split(&[&first, &second]), []);
        assert_eq!(check_gguf_split(&[&first])[0].kind, ProblemKind::Missing);
        let short = part(&["b"], &fields(1));
        assert_eq!(
            check_gguf_split(&[&first, &short])[0].kind,
            ProblemKind::Inconsistent
        );
        assert_eq!(check_gguf_split(&[&part(&["a"], &[])]), []);
    }
}
