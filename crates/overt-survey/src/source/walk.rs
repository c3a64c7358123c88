//! Lists the files of a source without leaving it.

use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};
use overt_core::{Problem, ProblemKind, SourceKind};

use super::{Opened, describe};

/// The most files of one source that are looked at.
const MOST_FILES: usize = 2_000_000;
/// How deeply folders may nest.
const DEEPEST: usize = 128;
/// Folders that hold no part of a release: version control, environments, caches of tools.
const SKIPPED_FOLDERS: [&str; 12] = [
    ".git",
    ".hg",
    ".svn",
    ".tox",
    ".venv",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".ipynb_checkpoints",
    "__pycache__",
    "node_modules",
    ".cache",
];

/// One file of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListedFile {
    /// The path inside the source, `/`-separated. Bytes that are no UTF-8 are replaced.
    pub(crate) path: String,
    /// Where to open it: links are already followed, and stay inside the source's fence.
    pub(crate) on_disk: PathBuf,
    /// The size in bytes.
    pub(crate) bytes: u64,
}

/// Every file of a source in path order, and what could not be listed.
pub(crate) fn list(source: &Opened) -> (Vec<ListedFile>, Vec<Problem>) {
    if source.kind == SourceKind::File {
        return single(source);
    }
    let mut files = Vec::new();
    let mut problems = Vec::new();
    let fence = source
        .fence
        .canonicalize()
        .unwrap_or_else(|_| source.fence.clone());
    let walker = WalkBuilder::new(&source.root)
        .standard_filters(false)
        .follow_links(false)
        .max_depth(Some(DEEPEST))
        .filter_entry(|entry| !is_skipped(entry))
        .build();
    for entry in walker {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                problems.push(walk_problem(&source.root, &error));
                continue;
            }
        };
        let Some(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() {
            if entry.depth() == DEEPEST {
                let path = inside(&source.root, entry.path());
                let message = format!("folders nest more than {DEEPEST} levels deep");
                problems.push(Problem::new(ProblemKind::LimitExceeded, message).within("", &path));
            }
            continue;
        }
        if files.len() == MOST_FILES {
            let message = format!("more than {MOST_FILES} files; the rest was not looked at");
            problems.push(Problem::new(ProblemKind::LimitExceeded, message));
            break;
        }
        let path = inside(&source.root, entry.path());
        match resolve(entry.path(), kind.is_symlink(), &fence) {
            Ok(Some((on_disk, bytes))) => files.push(ListedFile {
                path,
                on_disk,
                bytes,
            }),
            Ok(None) => {}
            Err(problem) => problems.push(problem.within("", &path)),
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    problems.sort();
    (files, problems)
}

fn single(source: &Opened) -> (Vec<ListedFile>, Vec<Problem>) {
    let name = source
        .root
        .file_name()
        .unwrap_or(source.root.as_os_str())
        .to_string_lossy();
    match std::fs::metadata(&source.root) {
        Ok(metadata) => {
            let file = ListedFile {
                path: name.into_owned(),
                on_disk: source.root.clone(),
                bytes: metadata.len(),
            };
            (vec![file], Vec::new())
        }
        Err(error) => {
            let problem = Problem::new(ProblemKind::Unreadable, describe(&error));
            (Vec::new(), vec![problem.within("", &name)])
        }
    }
}

fn is_skipped(entry: &DirEntry) -> bool {
    entry.depth() > 0
        && entry.file_type().is_some_and(|kind| kind.is_dir())
        && entry
            .file_name()
            .to_str()
            .is_some_and(|name| SKIPPED_FOLDERS.contains(&name))
}

/// Where a file is really, if that is inside the fence. Links to folders are not followed: what they
/// lead to is listed where it stands.
fn resolve(path: &Path, is_link: bool, fence: &Path) -> Result<Option<(PathBuf, u64)>, Problem> {
    let unreadable =
        |error: &std::io::Error| Problem::new(ProblemKind::Unreadable, describe(error));
    if !is_link {
        let metadata = std::fs::symlink_metadata(path).map_err(|error| unreadable(&error))?;
        if !metadata.is_file() {
            return Err(special());
        }
        return Ok(Some((path.to_owned(), metadata.len())));
    }
    let target = path.canonicalize().map_err(|error| {
        let reason = match error.kind() {
            std::io::ErrorKind::NotFound => "the link leads nowhere".to_owned(),
            _ => format!("the link cannot be followed: {}", describe(&error)),
        };
        Problem::new(ProblemKind::UnsafeLink, reason)
    })?;
    if !target.starts_with(fence) {
        let message = "the link leads out of the source and was not followed";
        return Err(Problem::new(ProblemKind::UnsafeLink, message));
    }
    let metadata = std::fs::metadata(&target).map_err(|error| unreadable(&error))?;
    if metadata.is_file() {
        return Ok(Some((target, metadata.len())));
    }
    if path.starts_with(&target) {
        let message = "the link leads in a circle and was not followed";
        return Err(Problem::remark(ProblemKind::UnsafeLink, message));
    }
    if !metadata.is_dir() {
        return Err(special());
    }
    Ok(None)
}

/// A pipe, socket or device: opening it could wait forever, and no release can contain it.
fn special() -> Problem {
    let message = "neither a file nor a directory; it was not opened";
    Problem::remark(ProblemKind::Unsupported, message)
}

fn walk_problem(root: &Path, error: &ignore::Error) -> Problem {
    let mut place = String::new();
    let mut innermost = error;
    loop {
        match innermost {
            ignore::Error::WithPath { path, err } => {
                place = inside(root, path);
                innermost = err;
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                innermost = err;
            }
            ignore::Error::Io(io) => {
                // The walker wraps the path into the message; the kind alone is wanted here.
                let message = match io.kind() {
                    std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
                    _ => describe(io),
                };
                return Problem::new(ProblemKind::Unreadable, message).within("", &place);
            }
            other => {
                let message = format!("cannot be listed: {other}");
                return Problem::new(ProblemKind::Unreadable, message).within("", &place);
            }
        }
    }
}

/// The path inside a source, `/`-separated.
fn inside(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}
