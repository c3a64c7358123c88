//! `cargo xtask texts DIR`: fetches the license texts that `crates/overt-license/index/sources.toml`
//! names, as the builder of the index reads them.
//!
//! Each is written as `DIR/<license id>@<owner>__<name>__<path>.txt`, if it is the very text that the
//! list means. Repositories are fetched with `git`, one commit of each; where
//! `$OVERT_MIRROR/<owner>+<name>/repo` exists it is read instead.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

#[derive(Deserialize)]
struct Sources {
    text: Vec<Source>,
}

/// Where one text comes from.
#[derive(Deserialize)]
struct Source {
    id: String,
    repository: String,
    path: String,
    commit: String,
    blake3: String,
}

pub(crate) fn run(folder: &str) -> Result<()> {
    let list = crate::root().join("crates/overt-license/index/sources.toml");
    let list = std::fs::read_to_string(&list).with_context(|| list.display().to_string())?;
    let sources: Sources = toml::from_str(&list)?;
    let folder = Path::new(folder);
    std::fs::create_dir_all(folder)?;
    for source in &sources.text {
        let bytes = source
            .read()
            .with_context(|| format!("{}:{}", source.repository, source.path))?;
        let hash = blake3::hash(&bytes).to_hex();
        ensure!(
            hash.as_str() == source.blake3,
            "{}:{} is another text than the list means",
            source.repository,
            source.path
        );
        std::fs::write(folder.join(source.file_name()), bytes)?;
    }
    println!("{} texts", sources.text.len());
    Ok(())
}

impl Source {
    fn file_name(&self) -> String {
        let from = format!("{}/{}", self.repository, self.path);
        format!("{}@{}.txt", self.id, from.replace('/', "__"))
    }

    /// The bytes at the commit.
    fn read(&self) -> Result<Vec<u8>> {
        let name = self.repository.replace('/', "+");
        let mirror = std::env::var_os("OVERT_MIRROR")
            .map(|mirror| PathBuf::from(mirror).join(&name).join("repo"))
            .filter(|mirror| mirror.is_dir());
        let repository = match mirror {
            Some(mirror) => mirror,
            None => self.fetch(&crate::root().join("target/license-texts").join(name))?,
        };
        let file = format!("{}:{}", self.commit, self.path);
        git(&repository, &["cat-file", "blob", &file])
    }

    fn fetch(&self, repository: &Path) -> Result<PathBuf> {
        std::fs::create_dir_all(repository)?;
        git(repository, &["init", "--quiet", "--bare"])?;
        let address = format!("https://github.com/{}", self.repository);
        git(
            repository,
            &["fetch", "--quiet", "--depth=1", &address, &self.commit],
        )?;
        Ok(repository.to_path_buf())
    }
}

fn git(repository: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    let output = Command::new("git")
        .arg("-C")
        .arg(repository)
        .args(arguments)
        .output()
        .context("git cannot be run")?;
    if !output.status.success() {
        bail!("git: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output.stdout)
}
