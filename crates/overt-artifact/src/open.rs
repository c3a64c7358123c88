//! The only place of this crate that opens files.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use overt_core::{Budget, Problem, ProblemKind};

use crate::conversion::Float;
use crate::fingerprint::{Fingerprint, HashedTensor, combine, hash_converted, hash_tensors};
use crate::same::{Comparison, Floats, compare, conversions};
use crate::{Examined, Format, Inspection, ReadAt, Tensor, examine_bytes};

/// A file whose ranges are read without moving a shared position.
#[derive(Debug)]
pub struct OpenFile {
    file: File,
    size: u64,
}

impl OpenFile {
    /// Opens a regular file.
    pub fn open(path: &Path) -> io::Result<Self> {
        // A pipe would block on opening, so its kind is asked first.
        if !std::fs::metadata(path)?.is_file() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "not a regular file",
            ));
        }
        let file = File::open(path)?;
        Ok(Self {
            size: file.metadata()?.len(),
            file,
        })
    }
}

impl ReadAt for OpenFile {
    fn size(&self) -> u64 {
        self.size
    }

    #[cfg(unix)]
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.file, buffer, offset)
    }

    #[cfg(windows)]
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(&self.file, buffer, offset)
    }
}

/// What the file at this path says about itself. Only its header is read.
pub fn inspect_path(path: &Path) -> (Option<Inspection>, Vec<Problem>) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match OpenFile::open(path) {
        Ok(file) => crate::inspect(&file, &name, Budget::HEADER),
        Err(error) => (None, vec![open_problem(&error)]),
    }
}

/// The diagnostic for a file that cannot be opened.
pub fn open_problem(error: &io::Error) -> Problem {
    let kind = match error.kind() {
        io::ErrorKind::NotFound => ProblemKind::Missing,
        _ => ProblemKind::Unreadable,
    };
    Problem::new(kind, format!("cannot be opened: {error}"))
}

/// Everything that the file at this path says about itself; with `hash`, its fingerprint too.
pub fn examine_path(path: &Path, hash: bool) -> Examined {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let file = match OpenFile::open(path) {
        Ok(file) => file,
        Err(error) => {
            return Examined {
                problems: vec![open_problem(&error)],
                ..Examined::default()
            };
        }
    };
    let mut examined = examine_bytes(&file, &name);
    if let Some(inspection) = &mut examined.inspection {
        let problems = check_siblings(path, inspection);
        inspection.intact &= !problems.iter().any(|problem| problem.loses_facts);
        examined.problems.extend(problems);
    }
    if hash && let Some(inspection) = &examined.inspection {
        if inspection.format == Format::TokenizerJson {
            let bytes = crate::bytes::read_whole(&file, &Budget::HEADER).unwrap_or_default();
            examined.fingerprint =
                crate::fingerprint::tokenizer(&bytes).map(|content| Fingerprint {
                    content,
                    shape: String::new(),
                    tensors: 0,
                    bytes: bytes.len() as u64,
                });
        } else {
            let (tensors, problems) = hash_tensors(&file, inspection);
            let bytes = inspection
                .tensors
                .as_ref()
                .and_then(|tensors| tensors.bytes);
            examined.fingerprint = Some(combine(&tensors, bytes.unwrap_or(0)));
            examined.problems.extend(problems);
        }
    }
    examined
}

/// Whether the files beside this one that hold its values have the bytes that they must have. Only
/// their sizes are asked for; names that lead elsewhere are not followed.
fn check_siblings(path: &Path, inspection: &Inspection) -> Vec<Problem> {
    let folder = path.parent().unwrap_or(Path::new(""));
    crate::shards::check_payloads(&inspection.payloads, &|file| {
        let leads_out = file.starts_with('/') || file.split(['/', '\\']).any(|part| part == "..");
        let metadata = std::fs::metadata(folder.join(file)).ok()?;
        (!leads_out && metadata.is_file()).then_some(metadata.len())
    })
}

/// The weight files that a path stands for, in name order: a weight file itself, the shards beside
/// an index, or every weight file of a folder.
pub fn weight_files(path: &Path) -> (Vec<PathBuf>, Vec<Problem>) {
    let folder = path.parent().unwrap_or(Path::new(""));
    if path.is_dir() {
        let entries = match std::fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => return (Vec::new(), vec![open_problem(&error)]),
        };
        let mut files: Vec<PathBuf> = entries
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .filter(|file| is_weight_file(file))
            .collect();
        files.sort();
        return (files, Vec::new());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if !name.ends_with(".index.json") {
        return (vec![path.to_owned()], Vec::new());
    }
    let (inspection, mut problems) = inspect_path(path);
    let mut files = Vec::new();
    for shard in inspection
        .map(|index| index.declared_files)
        .unwrap_or_default()
    {
        // A name that leads elsewhere was reported when the index was read.
        if shard.contains(['/', '\\']) || shard == ".." {
            continue;
        }
        let file = folder.join(&shard);
        if file.is_file() {
            files.push(file);
        } else {
            let what = format!("the shard `{shard}` is missing");
            problems.push(Problem::new(ProblemKind::Missing, what));
        }
    }
    (files, problems)
}

fn is_weight_file(path: &Path) -> bool {
    const EXTENSIONS: [&str; 12] = [
        "safetensors",
        "gguf",
        "pt",
        "pth",
        "bin",
        "ckpt",
        "onnx",
        "npz",
        "npy",
        "tflite",
        "msgpack",
        "h5",
    ];
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    path.is_file() && EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str())
}

/// A model whose tensors were hashed, and which can be read again.
#[derive(Debug, Default)]
pub struct HashedModel {
    /// The hashed tensors of all its files, in file and header order.
    pub tensors: Vec<HashedTensor>,
    /// How many bytes were hashed.
    pub bytes: u64,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Its files, with the tensors of each.
    parts: Vec<(OpenFile, Vec<Tensor>)>,
}

/// Hashes the tensors of all weight files that a path stands for.
pub fn hash_path(path: &Path) -> HashedModel {
    let (files, mut problems) = weight_files(path);
    let mut model = hash_files(&files);
    problems.append(&mut model.problems);
    model.problems = problems;
    model
}

/// Hashes the tensors of these weight files.
pub(crate) fn hash_files(files: &[PathBuf]) -> HashedModel {
    let mut model = HashedModel::default();
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let within = |problem: Problem| problem.within("", &name);
        let file = match OpenFile::open(path) {
            Ok(file) => file,
            Err(error) => {
                model.problems.push(within(open_problem(&error)));
                continue;
            }
        };
        let (inspection, found) = crate::inspect(&file, &name, Budget::HEADER);
        model.problems.extend(found.into_iter().map(within));
        let Some(inspection) = inspection else {
            continue;
        };
        let (hashed, found) = hash_tensors(&file, &inspection);
        model.problems.extend(found.into_iter().map(within));
        model.tensors.extend(hashed);
        let sizes = inspection
            .tensor_list
            .iter()
            .filter_map(|tensor| tensor.bytes);
        let bytes = sizes.map(|(start, end)| end.saturating_sub(start));
        model.bytes = bytes.fold(model.bytes, u64::saturating_add);
        model.parts.push((file, inspection.tensor_list));
    }
    model
}

/// Compares two models: first by their hashes, then, where a floating type differs, by converting
/// the values of one to the type of the other.
pub fn compare_models(first: &HashedModel, second: &HashedModel) -> Comparison {
    let mut comparison = compare(&first.tensors, &second.tensors);
    let (a, b) = (Convertible::of(first), Convertible::of(second));
    conversions(&mut comparison, &a, &b);
    comparison
}

/// The floating tensors of a model, by name.
struct Convertible<'m> {
    tensors: BTreeMap<&'m str, (Float, &'m Tensor, &'m OpenFile)>,
    hashes: BTreeMap<&'m str, &'m str>,
}

impl<'m> Convertible<'m> {
    fn of(model: &'m HashedModel) -> Self {
        let tensors = model.parts.iter().flat_map(|(file, tensors)| {
            tensors.iter().filter_map(move |tensor| {
                let float = Float::parse(&tensor.dtype)?;
                Some((tensor.name.as_str(), (float, tensor, file)))
            })
        });
        let hashes = model.tensors.iter();
        Self {
            tensors: tensors.collect(),
            hashes: hashes
                .map(|tensor| (tensor.name.as_str(), tensor.hash.as_str()))
                .collect(),
        }
    }
}

impl Floats for Convertible<'_> {
    fn float(&self, name: &str) -> Option<(Float, &[u64])> {
        let (float, tensor, _) = self.tensors.get(name)?;
        Some((*float, &tensor.shape))
    }

    fn hash(&self, name: &str) -> Option<&str> {
        self.hashes.get(name).copied()
    }

    fn converted(&self, name: &str, to: Float) -> Option<String> {
        let (float, tensor, file) = self.tensors.get(name)?;
        hash_converted(*file, tensor, *float, to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALVES: [u16; 4] = [0x3C01, 0xC000, 0x0001, 0x7BFF];

    fn halves() -> Vec<u8> {
        HALVES.iter().flat_map(|half| half.to_le_bytes()).collect()
    }

    fn converted(to: Float) -> Vec<u8> {
        let mut bytes = Vec::new();
        crate::conversion::convert(&halves(), Float::Half, to, &mut bytes);
        bytes
    }

    fn safetensors(name: &str, dtype: &str, values: &[u8]) -> Vec<u8> {
        let header = format!(
            r#"{{"{name}":{{"dtype":"{dtype}","shape":[2,2],"data_offsets":[0,{}]}}}}"#,
            values.len()
        );
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.extend(values);
        bytes
    }

    fn gguf(name: &str, kind: u32, values: &[u8]) -> Vec<u8> {
        let mut writer = crate::gguf::tests::Writer::new(3, false, 1, 0);
        let mut bytes = writer.tensor(name, &[2, 2], kind, 0).data(values.len());
        let start = bytes.len() - values.len();
        bytes[start..].copy_from_slice(values);
        bytes
    }

    fn comparison(first: (&str, &[u8]), second: (&str, &[u8])) -> Comparison {
        let folder = tempfile::tempdir().unwrap();
        let hashed = |side: &str, (name, bytes): (&str, &[u8])| {
            let path = folder.path().join(side);
            std::fs::create_dir(&path).unwrap();
            std::fs::write(path.join(name), bytes).unwrap();
            let model = hash_path(&path);
            assert_eq!(model.problems, [], "{name}");
            model
        };
        compare_models(&hashed("a", first), &hashed("b", second))
    }

    #[test]
    fn a_model_is_the_same_in_every_format() {
        let original = safetensors("w", "F16", &halves());
        let original = ("m.safetensors", original.as_slice());
        for (name, bytes) in [
            (
                "legacy.bin",
                crate::pickle::tests::legacy("w", 2, 2, &halves()),
            ),
            ("zip.pt", crate::pickle::tests::zipped("w", 2, 2, &halves())),
            ("half.gguf", gguf("blk.0.w", 1, &halves())),
            ("single.gguf", gguf("blk.0.w", 0, &converted(Float::Single))),
            (
                "w.safetensors",
                safetensors("w", "F32", &converted(Float::Single)),
            ),
        ] {
            for found in [
                comparison(original, (name, &bytes)),
                comparison((name, &bytes), original),
            ] {
                assert!(found.is_same(), "{name}: {found:?}");
            }
        }
    }

    #[test]
    fn rounding_is_told_and_other_values_are_no_conversion() {
        let original = safetensors("w", "F16", &halves());
        let original = ("m.safetensors", original.as_slice());
        for name in ["w", "renamed"] {
            let rounded = safetensors(name, "BF16", &converted(Float::Brain));
            for found in [
                comparison(original, ("m.safetensors", &rounded)),
                comparison(("m.safetensors", &rounded), original),
            ] {
                assert!(found.is_conversion() && !found.is_same(), "{found:?}");
                assert!(!found.converted[0].exact);
            }
        }
        let mut changed = converted(Float::Single);
        changed[0] ^= 1;
        let other = safetensors("w", "F32", &changed);
        let found = comparison(original, ("m.safetensors", &other));
        // A single-precision number beside a half one rounds to it.
        assert!(found.is_conversion() && !found.is_same(), "{found:?}");
        changed[3] ^= 0x40;
        let other = safetensors("w", "F32", &changed);
        let found = comparison(original, ("m.safetensors", &other));
        assert!(
            !found.is_conversion() && found.has_same_shapes(),
            "{found:?}"
        );
    }
}
