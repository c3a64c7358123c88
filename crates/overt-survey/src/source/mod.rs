//! What the user gave, turned into sources: directories, hub snapshots, git checkouts, files.

mod hub_cache;
mod walk;

use std::path::{Path, PathBuf};

use overt_core::{Problem, ProblemKind, SourceKind};

pub use hub_cache::{HubCache, RepositoryKind, Snapshot};
pub(crate) use walk::{ListedFile, list};

/// Where sources are looked for. [`Options::from_env`] reads the environment; tests set the fields.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The roots of Hugging Face hub caches, first match wins.
    pub hub_caches: Vec<PathBuf>,
}

impl Options {
    /// The places that the Hugging Face tools use: `HF_HUB_CACHE`, then `HF_HOME/hub`, then
    /// `XDG_CACHE_HOME/huggingface/hub`, then `~/.cache/huggingface/hub`.
    pub fn from_env() -> Self {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let mut hub_caches = Vec::new();
        if let Some(cache) = variable("HF_HUB_CACHE").or_else(|| variable("HUGGINGFACE_HUB_CACHE"))
        {
            hub_caches.push(PathBuf::from(cache));
        }
        if let Some(home) = variable("HF_HOME") {
            hub_caches.push(Path::new(&home).join("hub"));
        }
        if let Some(cache) = variable("XDG_CACHE_HOME") {
            hub_caches.push(Path::new(&cache).join("huggingface/hub"));
        }
        if let Some(home) = variable("HOME").or_else(|| variable("USERPROFILE")) {
            hub_caches.push(Path::new(&home).join(".cache/huggingface/hub"));
        }
        Self { hub_caches }
    }
}

/// A source that was found on disk.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    /// What sort of place it is.
    pub(crate) kind: SourceKind,
    /// What the user gave.
    pub(crate) given: String,
    /// The folder, or the file itself for [`SourceKind::File`].
    pub(crate) root: PathBuf,
    /// Nothing outside this folder is opened, wherever links lead.
    pub(crate) fence: PathBuf,
    /// The commit or revision.
    pub(crate) revision: Option<String>,
    /// The hub id, `organization/name`, where the source is a hub repository.
    pub(crate) hub_id: Option<String>,
    /// Whether the hub repository is a dataset.
    pub(crate) is_dataset: bool,
}

/// Finds what the user gave: a path, or a hub id in a local cache.
pub(crate) fn open(given: &str, options: &Options) -> Result<Opened, Problem> {
    let path = Path::new(given);
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => open_directory(given, path),
        Ok(metadata) if metadata.is_file() => {
            let fence = path
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty());
            Ok(Opened {
                kind: SourceKind::File,
                given: given.to_owned(),
                root: path.to_owned(),
                fence: fence.unwrap_or(Path::new(".")).to_owned(),
                revision: None,
                hub_id: None,
                is_dataset: false,
            })
        }
        Ok(_) => Err(problem(
            given,
            ProblemKind::Unsupported,
            "neither a file nor a directory",
        )),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => open_cached(given, options),
        Err(error) => Err(problem(given, ProblemKind::Unreadable, &describe(&error))),
    }
}

fn open_cached(given: &str, options: &Options) -> Result<Opened, Problem> {
    let Some((kind, id, revision)) = hub_cache::parse_id(given) else {
        return Err(problem(
            given,
            ProblemKind::Missing,
            "no such file or directory",
        ));
    };
    for root in &options.hub_caches {
        if let Some(snapshot) = HubCache::new(root).snapshot(kind, id, revision) {
            return Ok(Opened {
                kind: SourceKind::HubSnapshot,
                given: given.to_owned(),
                root: snapshot.folder,
                fence: snapshot.repository,
                revision: Some(snapshot.revision),
                hub_id: Some(id.to_owned()),
                is_dataset: kind == RepositoryKind::Dataset,
            });
        }
    }
    let message = "no such file or directory, and no repository of this id in the local hub cache";
    Err(problem(given, ProblemKind::Missing, message))
}

fn open_directory(given: &str, path: &Path) -> Result<Opened, Problem> {
    let root = path
        .canonicalize()
        .map_err(|error| problem(given, ProblemKind::Unreadable, &describe(&error)))?;
    let mut opened = Opened {
        kind: SourceKind::Directory,
        given: given.to_owned(),
        fence: root.clone(),
        revision: None,
        hub_id: None,
        is_dataset: false,
        root,
    };
    if let Some(snapshot) = hub_cache::enclosing_snapshot(&opened.root) {
        opened.kind = SourceKind::HubSnapshot;
        opened.fence = snapshot.repository;
        opened.root = snapshot.folder;
        opened.revision = Some(snapshot.revision);
        opened.hub_id = snapshot.id;
        opened.is_dataset = snapshot.kind == RepositoryKind::Dataset;
    } else if opened.root.join(".git").exists() {
        opened.kind = SourceKind::GitCheckout;
        opened.revision = git_head(&opened.root);
    }
    Ok(opened)
}

/// The commit that `.git/HEAD` points at, read without running git.
fn git_head(root: &Path) -> Option<String> {
    let mut git = root.join(".git");
    if git.is_file() {
        let text = std::fs::read_to_string(&git).ok()?;
        git = root.join(text.strip_prefix("gitdir:")?.trim());
    }
    let head = std::fs::read_to_string(git.join("HEAD")).ok()?;
    let Some(reference) = head.strip_prefix("ref:").map(str::trim) else {
        return commit(&head);
    };
    // INVARIANT: a reference's name never leads out of the git directory.
    if reference
        .split('/')
        .any(|part| part == ".." || part.is_empty())
    {
        return None;
    }
    if let Ok(text) = std::fs::read_to_string(git.join(reference)) {
        return commit(&text);
    }
    let packed = std::fs::read_to_string(git.join("packed-refs")).ok()?;
    packed.lines().find_map(|line| {
        let (hash, name) = line.split_once(' ')?;
        if name == reference {
            commit(hash)
        } else {
            None
        }
    })
}

fn commit(text: &str) -> Option<String> {
    let hash = text.trim();
    (hash.len() >= 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| hash.to_owned())
}

fn problem(given: &str, kind: ProblemKind, message: &str) -> Problem {
    Problem::new(kind, message).within(given, "")
}

/// An I/O error in the words of a message, without the error number.
pub(crate) fn describe(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => {
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or(&text);
            text.chars()
                .take(1)
                .flat_map(char::to_lowercase)
                .chain(text.chars().skip(1))
                .collect()
        }
    }
}
