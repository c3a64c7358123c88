//! One model of several files: the shards of an index, a series of shards, or a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use overt_core::{Budget, Problem, ProblemKind};
use rayon::prelude::*;

use crate::bytes::read_whole;
use crate::family::{Recognition, recognize};
use crate::fingerprint::combine;
use crate::open::{OpenFile, examine_path, hash_files, inspect_path, open_problem};
use crate::safetensors::index;
use crate::shards::{ShardName, check_gguf_split, check_index, missing_by_name};
use crate::{Examined, Format, Inspection, TensorSummary};

/// A file, or the first file of a sharded model, with what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExaminedPath {
    /// The file; of a sharded model its index, or else its first shard.
    pub path: PathBuf,
    /// What it says; of a sharded model, what all its files say together.
    pub examined: Examined,
}

/// What a path says about itself. The files of a sharded model are read as one, from its index or
/// from the first of them; a folder is read file by file (its subfolders are not), without those
/// that are in no format this crate reads. With `hash`, each model's fingerprint is taken as well.
pub fn examine_model(path: &Path, hash: bool) -> Vec<ExaminedPath> {
    if !path.is_dir() {
        return vec![examine_one(path, hash)];
    }
    if let Some(model) = core_ml_model(path) {
        return vec![examine_one(&model, hash)];
    }
    let names = match file_names(path) {
        Ok(names) => names,
        Err(error) => return vec![failed(path, open_problem(&error))],
    };
    // The files that are told together with another one.
    let mut told: BTreeSet<String> = BTreeSet::new();
    let mut found: BTreeMap<String, ExaminedPath> = BTreeMap::new();
    for name in names.iter().filter(|name| is_index(name)) {
        let file = path.join(name);
        told.extend(read_index(&file).files);
        found.insert(name.clone(), examine_one(&file, hash));
    }
    for name in &names {
        if told.contains(name) || found.contains_key(name) {
            continue;
        }
        let series = series_of(name, &names);
        let file = path.join(name);
        let examined = if series.is_empty() {
            examine_one(&file, hash)
        } else {
            let shards: Vec<PathBuf> = series.iter().map(|name| path.join(name)).collect();
            told.extend(series);
            ExaminedPath {
                path: file,
                examined: examine_shards(None, &shards, hash),
            }
        };
        if says_something(&examined.examined) {
            found.insert(name.clone(), examined);
        }
    }
    if found.is_empty() {
        let what = "the folder holds no file in a format that overt reads";
        return vec![failed(path, Problem::new(ProblemKind::Unsupported, what))];
    }
    found.into_values().collect()
}

/// One file; of an index, its shards too.
fn examine_one(path: &Path, hash: bool) -> ExaminedPath {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let examined = if is_index(&name) {
        let folder = path.parent().unwrap_or(Path::new(""));
        let index = read_index(path);
        // A name that leads elsewhere was reported when the index was read.
        let inside = |name: &&String| !name.contains(['/', '\\']) && name.as_str() != "..";
        let shards: Vec<PathBuf> = index
            .files
            .iter()
            .filter(inside)
            .map(|name| folder.join(name))
            .filter(|file| file.is_file())
            .collect();
        examine_shards(Some(path), &shards, hash)
    } else {
        examine_path(path, hash)
    };
    ExaminedPath {
        path: path.to_owned(),
        examined,
    }
}

/// The shards of one model, and its index if it has one.
fn examine_shards(index: Option<&Path>, shards: &[PathBuf], hash: bool) -> Examined {
    let mut examined = index
        .map(|path| examine_path(path, false))
        .unwrap_or_default();
    let inspected: Vec<(Option<Inspection>, Vec<Problem>)> = shards
        .par_iter()
        .map(|shard| {
            let (inspection, problems) = inspect_path(shard);
            let name = file_name(shard);
            let within = problems.into_iter().map(|one| one.within("", &name));
            (inspection, within.collect())
        })
        .collect();
    let names: Vec<String> = shards.iter().map(|shard| file_name(shard)).collect();
    let headers: BTreeMap<&str, Option<&Inspection>> = names
        .iter()
        .zip(&inspected)
        .map(|(name, (inspection, _))| (name.as_str(), inspection.as_ref()))
        .collect();
    let parts: Vec<&Inspection> = headers.values().copied().flatten().collect();
    let mut problems = if let Some(path) = index {
        check_index(&read_index(path), &headers)
    } else {
        let missing = missing_by_name(headers.keys().copied());
        let missing = missing.into_iter().map(|series| series.problem);
        missing.chain(check_gguf_split(&parts)).collect()
    };
    let mut merged = merge(examined.inspection.take(), &parts);
    problems.extend(
        inspected
            .iter()
            .flat_map(|(_, found)| found.iter().cloned()),
    );
    if let Some(merged) = &mut merged {
        merged.intact &= !problems.iter().any(|problem| problem.loses_facts);
        merged.declared_files = names;
        let found = recognize(Some(merged), None);
        examined.recognition = (found != Recognition::default()).then_some(found);
    }
    if hash && !shards.is_empty() {
        let hashed = hash_files(shards);
        examined.fingerprint = Some(combine(&hashed.tensors, hashed.bytes));
        let unread = hashed.problems.into_iter();
        problems.extend(
            unread.filter(|problem| !inspected.iter().any(|(_, told)| told.contains(problem))),
        );
    }
    examined.inspection = merged;
    examined.problems.extend(problems);
    examined
}

/// What the headers of a model's files say together, as if they were one: the tensors of all, the
/// fields of the index and of the first file that has any.
fn merge(index: Option<Inspection>, parts: &[&Inspection]) -> Option<Inspection> {
    let Some(first) = parts.first() else {
        return index;
    };
    let mut merged = index.unwrap_or_else(|| Inspection::of(first.format, 0));
    let tensors = crate::shards::all_tensors(parts.iter().copied());
    merged.tensors = Some(TensorSummary::of(&tensors));
    merged.tensor_list = tensors;
    for part in parts {
        merged.intact &= part.intact;
        merged.header_bytes_read = merged
            .header_bytes_read
            .saturating_add(part.header_bytes_read);
        merged.file_bytes = merged.file_bytes.saturating_add(part.file_bytes);
        merged.imports.extend(part.imports.iter().cloned());
    }
    merged.imports.sort();
    merged.imports.dedup();
    if let Some(part) = parts.iter().find(|part| !part.fields.is_empty()) {
        merged.fields.extend(part.fields.iter().cloned());
    }
    merged.format_version = merged
        .format_version
        .or_else(|| first.format_version.clone());
    merged.architecture = merged.architecture.or_else(|| first.architecture.clone());
    merged.quantization = merged.quantization.or_else(|| {
        let told = parts.iter().find_map(|part| part.quantization.clone());
        told.or_else(|| crate::family::quantization_method(&merged.tensor_list).map(str::to_owned))
    });
    Some(merged)
}

/// The index at this path; empty if it cannot be read.
fn read_index(path: &Path) -> index::Index {
    OpenFile::open(path)
        .ok()
        .and_then(|file| read_whole(&file, &Budget::HEADER).ok())
        .map(|bytes| index::read(&bytes, Budget::HEADER).0)
        .unwrap_or_default()
}

fn is_index(name: &str) -> bool {
    matches!(
        Format::detect(name, b"{"),
        Some(Format::SafetensorsIndex | Format::PytorchIndex)
    )
}

/// The files of the series that this one belongs to by its name, in order; none if its name is not
/// that of a shard.
fn series_of(name: &str, names: &[String]) -> Vec<String> {
    let Some(shard) = ShardName::parse(name) else {
        return Vec::new();
    };
    let same = |other: &&String| {
        ShardName::parse(other).is_some_and(|other| {
            (&other.stem, other.count, &other.extension)
                == (&shard.stem, shard.count, &shard.extension)
        })
    };
    names.iter().filter(same).cloned().collect()
}

/// Whether a file of a folder is worth telling: not one that is no weight file at all.
fn says_something(examined: &Examined) -> bool {
    let read =
        examined.inspection.is_some() || examined.card.is_some() || !examined.fields.is_empty();
    let mut problems = examined.problems.iter();
    read || problems
        .any(|problem| !matches!(problem.kind, ProblemKind::Unsupported | ProblemKind::Empty))
}

/// The model in a Core ML package, which is a folder that people see as one file.
fn core_ml_model(path: &Path) -> Option<PathBuf> {
    if path.extension()? != "mlpackage" {
        return None;
    }
    let inside = path.join("Data/com.apple.CoreML");
    let names = file_names(&inside).ok()?;
    let name = names.iter().find(|name| name.ends_with(".mlmodel"))?;
    Some(inside.join(name))
}

fn file_names(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        // A link is followed: hub caches are made of links.
        if entry.path().is_file()
            && let Ok(name) = entry.file_name().into_string()
        {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn failed(path: &Path, problem: Problem) -> ExaminedPath {
    ExaminedPath {
        path: path.to_owned(),
        examined: Examined {
            problems: vec![problem],
            ..Examined::default()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn safetensors(name: &str) -> Vec<u8> {
        let header =
            format!(r#"{{"{name}":{{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}}}"#);
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.extend(name.bytes().cycle().take(16));
        bytes
    }

    /// A folder with two shards, and what else is asked for.
    fn sharded(others: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (number, name) in [(1, "a"), (2, "b")] {
            let file = format!("model-0000{number}-of-00002.safetensors");
            std::fs::write(folder.path().join(file), safetensors(name)).unwrap();
        }
        for (name, text) in others {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    const INDEX: (&str, &str) = (
        "model.safetensors.index.json",
        r#"{"metadata":{"total_size":32},"weight_map":{
            "a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}"#,
    );

    #[test]
    fn shards_are_one_model_with_and_without_an_index() {
        let bare = sharded(&[]);
        let indexed = sharded(&[INDEX]);
        let index_file = indexed.path().join(INDEX.0);
        for path in [bare.path(), indexed.path(), &index_file] {
            let found = examine_model(path, true);
            let [one] = found.as_slice() else {
                panic!("{found:?}")
            };
            let inspection = one.examined.inspection.as_ref().unwrap();
            let tensors = inspection.tensors.as_ref().unwrap();
            assert_eq!((tensors.count, tensors.parameters), (2, 8));
            assert!(inspection.intact, "{:?}", one.examined.problems);
            assert_eq!(inspection.declared_files.len(), 2);
        }
    }

    #[test]
    fn the_fingerprint_does_not_depend_on_the_sharding() {
        let whole = tempfile::tempdir().unwrap();
        let header = r#"{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"F32","shape":[2,2],"data_offsets":[16,32]}}"#;
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.extend([b'a'; 16]);
        bytes.extend([b'b'; 16]);
        std::fs::write(whole.path().join("model.safetensors"), bytes).unwrap();
        let split = sharded(&[INDEX]);
        let content = |path: &Path| {
            let found = examine_model(path, true);
            found[0].examined.fingerprint.clone().unwrap()
        };
        assert_eq!(content(whole.path()), content(split.path()));
    }

    #[test]
    fn a_missing_shard_is_said() {
        for others in [&[INDEX][..], &[]] {
            let folder = sharded(others);
            std::fs::remove_file(folder.path().join("model-00002-of-00002.safetensors")).unwrap();
            let found = examine_model(folder.path(), false);
            let examined = &found[0].examined;
            assert!(!examined.inspection.as_ref().unwrap().intact);
            assert_eq!(examined.problems[0].kind, ProblemKind::Missing);
        }
    }

    #[test]
    fn a_core_ml_package_is_one_model() {
        use crate::protobuf::write::{bytes, number};
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("net.mlpackage");
        let inside = package.join("Data/com.apple.CoreML");
        std::fs::create_dir_all(inside.join("weights")).unwrap();
        let side = |side: u64| bytes(3, &bytes(1, &number(1, side)));
        let kind = bytes(1, &[number(1, 11), number(2, 2), side(3), side(5)].concat());
        let place = [bytes(1, b"@model_path/weights/weight.bin"), number(2, 64)].concat();
        let value = [bytes(2, &kind), bytes(5, &place)].concat();
        let constant = [
            bytes(1, b"const"),
            bytes(3, &[bytes(1, b"w"), bytes(2, &kind)].concat()),
            bytes(5, &[bytes(1, b"val"), bytes(2, &value)].concat()),
        ]
        .concat();
        let block = bytes(
            3,
            &[bytes(1, b"CoreML7"), bytes(2, &bytes(3, &constant))].concat(),
        );
        let program = bytes(2, &[bytes(1, b"main"), bytes(2, &block)].concat());
        let model = [number(1, 8), bytes(502, &program)].concat();
        std::fs::write(inside.join("model.mlmodel"), model).unwrap();
        // The entry's head, its place and 15 numbers of four bytes.
        for (size, is_intact) in [(188, true), (187, false)] {
            std::fs::write(inside.join("weights/weight.bin"), vec![0; size]).unwrap();
            let found = examine_model(&package, false);
            let inspection = found[0].examined.inspection.as_ref().unwrap();
            assert_eq!(inspection.tensor_list[0].name, "w");
            assert_eq!(inspection.tensors.as_ref().unwrap().parameters, 15);
            assert_eq!(inspection.intact, is_intact);
        }
    }

    #[test]
    fn a_folder_is_told_file_by_file_without_what_is_no_artifact() {
        let folder = sharded(&[
            ("README.md", "# A model\n"),
            ("config.json", r#"{"model_type":"llama"}"#),
            ("train.py", "import torch\n"),
        ]);
        let found = examine_model(folder.path(), false);
        let names: Vec<String> = found.iter().map(|one| file_name(&one.path)).collect();
        assert_eq!(
            names,
            [
                "README.md",
                "config.json",
                "model-00001-of-00002.safetensors"
            ]
        );
        let empty = tempfile::tempdir().unwrap();
        let found = examine_model(empty.path(), false);
        assert_eq!(found[0].examined.problems[0].kind, ProblemKind::Unsupported);
    }
}
