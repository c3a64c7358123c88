//! The only place of this crate that opens files.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use overt_core::{Budget, Problem, ProblemKind};

use crate::fingerprint::{Fingerprint, HashedTensor, combine, hash_tensors};
use crate::{Examined, Format, Inspection, ReadAt, examine_bytes};

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

/// The hashed tensors of all weight files that a path stands for, and how many bytes were hashed.
pub fn hash_path(path: &Path) -> (Vec<HashedTensor>, u64, Vec<Problem>) {
    let (files, mut problems) = weight_files(path);
    let mut tensors = Vec::new();
    let mut bytes = 0_u64;
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let within = |problem: Problem| problem.within("", &name);
        let file = match OpenFile::open(&path) {
            Ok(file) => file,
            Err(error) => {
                problems.push(within(open_problem(&error)));
                continue;
            }
        };
        let (inspection, found) = crate::inspect(&file, &name, Budget::HEADER);
        problems.extend(found.into_iter().map(within));
        if let Some(inspection) = inspection {
            let (hashed, found) = hash_tensors(&file, &inspection);
            problems.extend(found.into_iter().map(within));
            let counted = inspection
                .tensors
                .as_ref()
                .and_then(|tensors| tensors.bytes);
            bytes = bytes.saturating_add(counted.unwrap_or(0));
            tensors.extend(hashed);
        }
    }
    (tensors, bytes, problems)
}
