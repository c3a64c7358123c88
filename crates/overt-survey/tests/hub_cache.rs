//! A repository of the local hub cache is found by its id, its links into `blobs/` are followed, and
//! nothing leads out of it.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use overt_core::{ProblemKind, SourceKind};
use overt_survey::{Options, survey};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// A cache with one model whose card is a link into `blobs/` and whose license leads out.
fn cache(root: &Path) -> Options {
    let repository = root.join("models--acme--Herbal-8B");
    let snapshot = repository.join("snapshots").join(COMMIT);
    for folder in [
        repository.join("refs"),
        repository.join("blobs"),
        snapshot.clone(),
    ] {
        fs::create_dir_all(folder).expect("a folder");
    }
    fs::write(repository.join("refs/main"), COMMIT).expect("written");
    fs::write(
        repository.join("blobs/aa"),
        "---\nlicense: mit\n---\n# Herbal\n",
    )
    .expect("written");
    symlink("../../blobs/aa", snapshot.join("README.md")).expect("linked");
    fs::write(root.join("secret"), "not of the cache entry").expect("written");
    symlink("../../../secret", snapshot.join("LICENSE")).expect("linked");
    Options {
        hub_caches: vec![root.to_owned()],
    }
}

#[test]
fn an_id_is_found_and_nothing_leads_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = cache(folder.path());
    for id in ["acme/Herbal-8B", "acme/Herbal-8B@main"] {
        let release = survey(&[id.to_owned()], &options).expect("found").release;
        let source = release.sources.first().expect("one source");
        assert_eq!(source.kind, SourceKind::HubSnapshot);
        assert_eq!(source.revision.as_deref(), Some(COMMIT));
        assert_eq!(release.name, "acme/Herbal-8B");
        let claim = release
            .license_claims
            .first()
            .expect("the card was read through its link");
        assert_eq!(claim.evidence.place(), "README.md:2");
        let problems: Vec<_> = release
            .problems
            .iter()
            .map(|p| (p.path.as_str(), p.kind))
            .collect();
        assert_eq!(problems, [("LICENSE", ProblemKind::UnsafeLink)]);
    }
}

#[test]
fn the_folders_of_a_cache_entry_are_recognized() {
    let folder = tempfile::tempdir().expect("a folder");
    cache(folder.path());
    let repository = folder.path().join("models--acme--Herbal-8B");
    for path in [
        repository.clone(),
        repository.join("snapshots").join(COMMIT),
    ] {
        let given = path.to_string_lossy().into_owned();
        let release = survey(&[given], &Options::default())
            .expect("found")
            .release;
        assert_eq!(release.name, "acme/Herbal-8B");
        assert_eq!(release.license_claims.len(), 1);
    }
}

#[test]
fn an_id_that_is_not_cached_is_an_error_with_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = cache(folder.path());
    let error = survey(&["acme/Other".to_owned()], &options).expect_err("not there");
    assert!(format!("{error:?}").contains("acme/Other"));
}
