//! The layout of a Hugging Face hub cache:
//! `models--ORG--NAME/{refs/REVISION, snapshots/COMMIT/…, blobs/HASH}`.

use std::path::{Path, PathBuf};

/// What a hub repository holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepositoryKind {
    /// A model.
    Model,
    /// A dataset.
    Dataset,
}

impl RepositoryKind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Model => "models--",
            Self::Dataset => "datasets--",
        }
    }
}

/// One cache on disk.
#[derive(Clone, Debug)]
pub struct HubCache {
    root: PathBuf,
}

/// One revision of a repository in a cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The folder of the repository; nothing outside it belongs to the snapshot.
    pub repository: PathBuf,
    /// The folder of the snapshot.
    pub folder: PathBuf,
    /// The commit.
    pub revision: String,
    /// The hub id, where the folder's name tells it.
    pub id: Option<String>,
    /// What the repository holds.
    pub kind: RepositoryKind,
}

impl HubCache {
    /// The cache at this folder.
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    /// The snapshot of a repository at a revision (a branch, tag or commit; `main` if none is
    /// given, or the only snapshot there is).
    pub fn snapshot(
        &self,
        kind: RepositoryKind,
        id: &str,
        revision: Option<&str>,
    ) -> Option<Snapshot> {
        let repository = self
            .root
            .join(format!("{}{}", kind.prefix(), id.replace('/', "--")));
        snapshot_of(&repository, revision)
    }
}

/// A hub id: `name`, `organization/name`, either with `@revision`, either below `datasets/`.
pub(crate) fn parse_id(given: &str) -> Option<(RepositoryKind, &str, Option<&str>)> {
    let (kind, rest) = match given.strip_prefix("datasets/") {
        Some(rest) => (RepositoryKind::Dataset, rest),
        None => (
            RepositoryKind::Model,
            given.strip_prefix("models/").unwrap_or(given),
        ),
    };
    let (id, revision) = match rest.split_once('@') {
        Some((id, revision)) => (id, Some(revision)),
        None => (rest, None),
    };
    let part = |text: &str| {
        !text.is_empty()
            && !text.starts_with('.')
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    let parts = id.split('/').count();
    let valid = parts <= 2 && id.split('/').all(part) && revision.is_none_or(is_reference);
    valid.then_some((kind, id, revision))
}

/// Whether a revision's name stays inside `refs/`.
fn is_reference(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('/')
        && !name.contains('\\')
        && name
            .split('/')
            .all(|part| !part.is_empty() && part != ".." && part != ".")
}

/// The snapshot that a folder is, or whose repository it is.
pub(crate) fn enclosing_snapshot(folder: &Path) -> Option<Snapshot> {
    if let Some(snapshot) = snapshot_of(folder, None) {
        return Some(snapshot);
    }
    let snapshots = folder.parent()?;
    if snapshots.file_name()? != "snapshots" {
        return None;
    }
    let repository = snapshots.parent()?;
    let (kind, id) = repository_id(repository)?;
    Some(Snapshot {
        repository: repository.to_owned(),
        folder: folder.to_owned(),
        revision: folder.file_name()?.to_string_lossy().into_owned(),
        id: Some(id),
        kind,
    })
}

fn repository_id(repository: &Path) -> Option<(RepositoryKind, String)> {
    let name = repository.file_name()?.to_str()?;
    for kind in [RepositoryKind::Model, RepositoryKind::Dataset] {
        if let Some(id) = name.strip_prefix(kind.prefix()) {
            return Some((kind, id.replacen("--", "/", 1)));
        }
    }
    None
}

fn snapshot_of(repository: &Path, revision: Option<&str>) -> Option<Snapshot> {
    let (kind, id) = repository_id(repository)?;
    let repository = repository.canonicalize().ok()?;
    let snapshots = repository.join("snapshots");
    let wanted = revision.unwrap_or("main");
    let pointed = std::fs::read_to_string(repository.join("refs").join(wanted)).ok();
    let named = pointed
        .map(|text| text.trim().to_owned())
        .filter(|name| is_commit(name));
    let commit = named.or_else(|| {
        revision
            .filter(|name| is_commit(name))
            .map(str::to_owned)
            .or_else(|| {
                if revision.is_some() {
                    return None;
                }
                let mut found: Vec<String> = std::fs::read_dir(&snapshots)
                    .ok()?
                    .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
                    .collect();
                found.sort();
                if found.len() == 1 { found.pop() } else { None }
            })
    })?;
    let folder = snapshots.join(&commit);
    folder.is_dir().then_some(Snapshot {
        repository,
        folder,
        revision: commit,
        id: Some(id),
        kind,
    })
}

fn is_commit(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_paths() {
        assert_eq!(
            parse_id("allenai/OLMo-7B@main"),
            Some((RepositoryKind::Model, "allenai/OLMo-7B", Some("main")))
        );
        assert_eq!(
            parse_id("datasets/allenai/dolma"),
            Some((RepositoryKind::Dataset, "allenai/dolma", None))
        );
        for path in [
            "../x",
            "/etc/passwd",
            "a/b/c",
            "a/..",
            "x@../../y",
            "./model",
        ] {
            assert_eq!(parse_id(path), None, "{path}");
        }
    }
}
