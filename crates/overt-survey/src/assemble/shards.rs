//! Whether the files that hold a release's weights are all there: shards of an index, shards by
//! their names, parts of a split GGUF, files of values beside a header.

use std::collections::BTreeMap;

use overt_artifact::shards::{
    ShardName, check_gguf_split, check_index, check_payloads, gguf_split, missing_by_name,
};
use overt_artifact::{Format, Inspection};
use overt_core::{ComponentKind, Problem, ProblemKind};

use crate::claim::folder_of;
use crate::facts::FileFacts;

/// What was found in one folder, to be written into the facts of its files.
#[derive(Default)]
struct Found {
    /// Each problem, with the place of its file in the list.
    problems: Vec<(usize, Problem)>,
    /// The files of which a header says what they hold.
    explained: Vec<usize>,
    /// Whether weights of the folder are missing.
    lacks_shards: bool,
}

/// Notes what is missing, and marks the weight files of which parts are missing. `files` are sorted
/// by source and path.
pub(super) fn check(files: &mut [FileFacts]) {
    let mut folders: BTreeMap<(usize, String), Vec<usize>> = BTreeMap::new();
    for (place, file) in files.iter().enumerate() {
        let folder = (file.source, folder_of(&file.path).to_owned());
        folders.entry(folder).or_default().push(place);
    }
    for ((source, folder), places) in folders {
        let found = in_folder(files, source, &folder, &places);
        for (place, problem) in found.problems {
            if let Some(file) = files.get_mut(place) {
                let (label, path) = (file.label.clone(), file.path.clone());
                file.problems.push(problem.within(&label, &path));
            }
        }
        for place in found.explained {
            if let Some(file) = files.get_mut(place) {
                // That it has no format of its own was to be expected.
                file.problems
                    .retain(|problem| problem.kind != ProblemKind::Unsupported);
            }
        }
        for place in places.into_iter().filter(|_| found.lacks_shards) {
            if let Some(file) = files.get_mut(place) {
                file.lacks_shards |= is_weights(file);
            }
        }
    }
}

fn in_folder(files: &[FileFacts], source: usize, folder: &str, places: &[usize]) -> Found {
    let mut found = Found::default();
    let here: BTreeMap<&str, (usize, &FileFacts)> = places
        .iter()
        .filter_map(|place| Some((*place, files.get(*place)?)))
        .map(|(place, file)| {
            (
                file.path.get(folder.len()..).unwrap_or_default(),
                (place, file),
            )
        })
        .collect();
    let size_of = |name: &str| -> Option<u64> {
        if let Some((_, file)) = here.get(name) {
            return Some(file.bytes);
        }
        let path = format!("{folder}{name}");
        let place = files.binary_search_by(|other| {
            (other.source, other.path.as_str()).cmp(&(source, path.as_str()))
        });
        files.get(place.ok()?).map(|file| file.bytes)
    };
    let mut told: Vec<ShardName> = Vec::new();
    for (place, file) in here.values() {
        let mut problems = Vec::new();
        if let Some(index) = &file.index {
            let shards = here
                .iter()
                .map(|(name, (_, file))| (*name, file.weights.as_deref()))
                .collect();
            problems.extend(check_index(index, &shards));
            told.extend(index.files.iter().filter_map(|name| ShardName::parse(name)));
        } else if let Some(weights) = &file.weights {
            problems.extend(check_payloads(&weights.payloads, &size_of));
            problems.extend(external_data(weights, &size_of));
            let held = weights.payloads.iter().flat_map(|payload| &payload.files);
            found
                .explained
                .extend(held.filter_map(|name| Some(here.get(name.as_str())?.0)));
        }
        found.lacks_shards |= problems.iter().any(|problem| problem.loses_facts);
        found
            .problems
            .extend(problems.into_iter().map(|problem| (*place, problem)));
    }
    // What an index misses is told once.
    let unindexed = here.keys().copied().filter(|name| {
        ShardName::parse(name).is_some_and(|shard| {
            is_data(&shard.extension) && !told.iter().any(|known| same_series(known, &shard))
        })
    });
    for series in missing_by_name(unindexed) {
        if let Some((place, file)) = here.get(series.first_present.as_str()) {
            found.lacks_shards |= is_weights(file);
            told.extend(ShardName::parse(&series.first_present));
            found.problems.push((*place, series.problem));
        }
    }
    split_ggufs(&here, &told, &mut found);
    found
}

/// Whether a split GGUF holds the tensors that it declares; its parts are of one series by name.
fn split_ggufs(here: &BTreeMap<&str, (usize, &FileFacts)>, told: &[ShardName], found: &mut Found) {
    let mut series: BTreeMap<String, (usize, Vec<&Inspection>)> = BTreeMap::new();
    for (name, (place, file)) in here {
        let Some(weights) = file.weights.as_deref() else {
            continue;
        };
        if gguf_split(weights).is_none_or(|(_, count, _)| count < 2) {
            continue;
        }
        let shard = ShardName::parse(name);
        if shard
            .as_ref()
            .is_some_and(|shard| told.iter().any(|known| same_series(known, shard)))
        {
            continue;
        }
        let stem = shard.map_or_else(|| (*name).to_owned(), |shard| shard.stem);
        series
            .entry(stem)
            .or_insert_with(|| (*place, Vec::new()))
            .1
            .push(weights);
    }
    for (place, parts) in series.into_values() {
        // A part whose header could not be read, or whose content is elsewhere, is not missing.
        let all_read = here
            .values()
            .all(|(_, file)| !file.is_pointer && file.weights.as_ref().is_none_or(|w| w.intact));
        if !all_read {
            continue;
        }
        let problems = check_gguf_split(&parts);
        found.lacks_shards |= problems.iter().any(|problem| problem.loses_facts);
        found
            .problems
            .extend(problems.into_iter().map(|problem| (place, problem)));
    }
}

/// Files outside an ONNX graph that hold its values, and are not there.
fn external_data(weights: &Inspection, size_of: &dyn Fn(&str) -> Option<u64>) -> Option<Problem> {
    if weights.format != Format::Onnx {
        return None;
    }
    let is_absent = |file: &&String| size_of(file.strip_prefix("./").unwrap_or(file)).is_none();
    let missing: Vec<&String> = weights.declared_files.iter().filter(is_absent).collect();
    let first = missing.first()?;
    let message = format!(
        "{} of the {} files that hold its values are missing, the first is `{first}`",
        missing.len(),
        weights.declared_files.len()
    );
    Some(Problem::new(ProblemKind::Missing, message))
}

fn same_series(a: &ShardName, b: &ShardName) -> bool {
    a.stem == b.stem && a.count == b.count && a.extension == b.extension
}

/// Whether files of this extension come in series of which none may be missing.
fn is_data(extension: &str) -> bool {
    const EXTENSIONS: [&str; 22] = [
        ".safetensors",
        ".gguf",
        ".bin",
        ".pt",
        ".pth",
        ".ckpt",
        ".npz",
        ".npy",
        ".h5",
        ".msgpack",
        ".tar",
        ".tar.gz",
        ".parquet",
        ".arrow",
        ".jsonl",
        ".jsonl.gz",
        ".jsonl.zst",
        ".json.gz",
        ".csv",
        ".tfrecord",
        ".zip",
        ".index",
    ];
    EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str())
}

fn is_weights(file: &FileFacts) -> bool {
    file.matches
        .iter()
        .any(|found| found.kind == ComponentKind::FinalParameters && !found.supporting)
}
