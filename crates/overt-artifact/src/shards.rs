//! Whether the files of a sharded model are all there and hold what they should.

use std::collections::{BTreeMap, BTreeSet};

use overt_core::{Problem, ProblemKind};

use crate::document::shorten;
use crate::safetensors::index::Index;
use crate::{Format, Inspection, Payload, Tensor};

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

/// A series of shards of which some are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncompleteSeries {
    /// The first file of the series that is there.
    pub first_present: String,
    /// How many are missing, and the first of them.
    pub problem: Problem,
}

/// The numbers that are missing among files of one folder that name themselves shards. Numbering
/// begins at 0 or 1, as the lowest number shows.
pub fn missing_by_name<'n>(file_names: impl IntoIterator<Item = &'n str>) -> Vec<IncompleteSeries> {
    let mut series: BTreeMap<(String, String, u32), BTreeMap<u32, &'n str>> = BTreeMap::new();
    for file in file_names {
        if let Some(name) = ShardName::parse(file) {
            let key = (name.stem, name.extension, name.count);
            series.entry(key).or_default().insert(name.number, file);
        }
    }
    let mut problems = Vec::new();
    for ((stem, extension, count), numbers) in series {
        /// No model has more; larger numbers come from odd names.
        const MOST_SHARDS: u32 = 100_000;
        if count > MOST_SHARDS {
            continue;
        }
        let first = u32::from(!numbers.contains_key(&0));
        let expected = first..first.saturating_add(count);
        let missing: Vec<u32> = expected
            .filter(|number| !numbers.contains_key(number))
            .collect();
        if let (Some(example), Some(present)) = (missing.first(), numbers.values().next()) {
            let stem = shorten(&stem, 80);
            let problem = Problem::new(
                ProblemKind::Missing,
                format!(
                    "{} of the {count} shards `{stem}-*{extension}` are missing, the first is \
                     number {example}",
                    missing.len()
                ),
            );
            problems.push(IncompleteSeries {
                first_present: (*present).to_owned(),
                problem,
            });
        }
    }
    problems
}

/// What an index says against what its shards hold: files and tensors that are missing, sizes that
/// differ. `shards` are the files that are there, by file name, with their headers where those
/// could be read.
pub fn check_index(index: &Index, shards: &BTreeMap<&str, Option<&Inspection>>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let missing: Vec<&String> = index
        .files
        .iter()
        .filter(|file| !shards.contains_key(file.as_str()))
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
        .filter_map(|(file, shard)| {
            let names = shard
                .filter(|shard| shard.intact)?
                .tensor_list
                .iter()
                .map(|tensor| tensor.name.as_str());
            Some((*file, names.collect()))
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
    // Pickles share storages between tensors, so their sums say nothing.
    let sizes: Option<Vec<u64>> = index
        .files
        .iter()
        .map(|file| {
            let shard = (*shards.get(file.as_str())?)?;
            (shard.format == Format::Safetensors).then_some(shard.tensors.as_ref()?.bytes?)
        })
        .collect();
    if let (Some(sizes), Some(declared)) = (sizes, index.total_bytes) {
        let actual = sizes.into_iter().fold(0, u64::saturating_add);
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

/// Whether files that hold values have the bytes that they must have. `size_of` gives the size of a
/// file by its path from the declaring file's folder; `None` if it is not there.
pub fn check_payloads(payloads: &[Payload], size_of: &dyn Fn(&str) -> Option<u64>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for payload in payloads {
        let absent: Vec<&String> = payload
            .files
            .iter()
            .filter(|file| size_of(file).is_none())
            .collect();
        if problems.len() >= MOST {
            break;
        }
        let first = payload.files.first().map_or("", String::as_str);
        let first = shorten(first, 120);
        if let Some(missing) = absent.first() {
            problems.push(Problem::new(
                ProblemKind::Missing,
                format!(
                    "{} of the {} files that hold its values are missing, the first is `{}`",
                    absent.len(),
                    payload.files.len(),
                    shorten(missing, 120)
                ),
            ));
            continue;
        }
        let actual = payload
            .files
            .iter()
            .filter_map(|file| size_of(file))
            .fold(0, u64::saturating_add);
        let declared = payload.bytes;
        if actual < declared {
            problems.push(Problem::new(
                ProblemKind::Truncated,
                format!("its values need {declared} bytes in `{first}`, which has {actual}"),
            ));
        } else if actual > declared && declared > 0 {
            problems.push(Problem::remark(
                ProblemKind::Inconsistent,
                format!("its values need {declared} bytes in `{first}`, which has {actual}"),
            ));
        }
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
    use crate::{Field, FieldName};

    fn part(tensors: &[&str], fields: &[(&str, u64)]) -> Inspection {
        let mut inspection = Inspection::of(Format::Safetensors, 0);
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
        assert!(
            problems[0].problem.message.contains("number 3"),
            "{problems:?}"
        );
        assert_eq!(problems[0].first_present, all[0]);
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
        let parts = [&["a"][..], &["c"], &["b"], &["b", "x"]].map(|names| part(names, &[]));
        let mut shards = BTreeMap::from([("1.st", Some(&parts[0]))]);
        let problems = check_index(&index, &shards);
        assert_eq!(problems[0].kind, ProblemKind::Missing);
        // A file that is there and could not be read is not missing.
        shards.insert("2.st", None);
        assert_eq!(check_index(&index, &shards), []);
        shards.insert("2.st", Some(&parts[1]));
        let problems = check_index(&index, &shards);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].kind, ProblemKind::Inconsistent);
        shards.insert("2.st", Some(&parts[2]));
        assert_eq!(check_index(&index, &shards), []);
        shards.insert("2.st", Some(&parts[3]));
        assert!(!check_index(&index, &shards)[0].loses_facts);
    }

    #[test]
    fn values_must_have_their_bytes() {
        let payloads = [Payload {
            files: vec!["a.bin".to_owned(), "b.bin".to_owned()],
            bytes: 10,
        }];
        let found = |b: Option<u64>| {
            let sizes = BTreeMap::from([("a.bin", Some(6)), ("b.bin", b)]);
            let problems = check_payloads(&payloads, &|file| sizes.get(file).copied().flatten());
            problems
                .first()
                .map(|problem| (problem.kind, problem.loses_facts))
        };
        assert_eq!(found(Some(4)), None);
        assert_eq!(found(None), Some((ProblemKind::Missing, true)));
        assert_eq!(found(Some(3)), Some((ProblemKind::Truncated, true)));
        assert_eq!(found(Some(5)), Some((ProblemKind::Inconsistent, false)));
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
