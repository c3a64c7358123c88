//! The folder whose files are edited: reads what edits need, writes what they say.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use overt_decide::{Edit, Folder};

use crate::message::Failure;

/// The largest card or manifest that is edited, in bytes.
const LARGEST: u64 = 16 << 20;

/// A folder that may be written to.
pub(super) struct Target {
    root: PathBuf,
}

impl Target {
    /// The first of the paths, which must be a folder of the publisher's own.
    pub(super) fn open(paths: &[String]) -> Result<Self, Failure> {
        let given = paths.first().map(String::as_str).unwrap_or_default();
        let root = PathBuf::from(given);
        let is_folder = fs::metadata(&root)
            .map_err(|error| Failure::new(format!("{given}: {error}")))?
            .is_dir();
        if !is_folder {
            return Err(Failure::new(format!("{given}: not a folder"))
                .hint("give the folder of the release first, then its other sources"));
        }
        Ok(Self { root })
    }

    pub(super) fn shown(&self) -> String {
        self.root.display().to_string()
    }

    /// What the edits start from.
    pub(super) fn read(&self) -> Result<Folder, Failure> {
        let mut folder = Folder {
            card: self.text("README.md")?,
            manifest: self.text("overt.toml")?,
            ..Folder::default()
        };
        let entries = fs::read_dir(&self.root).map_err(|error| failure(&self.root, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| failure(&self.root, &error))?;
            folder
                .names
                .insert(entry.file_name().to_string_lossy().into_owned());
        }
        Ok(folder)
    }

    /// The text of a file of the folder itself; `None` if there is none.
    fn text(&self, name: &str) -> Result<Option<String>, Failure> {
        let path = self.root.join(name);
        let kind = match fs::symlink_metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failure(&path, &error)),
        };
        if !kind.is_file() {
            return Err(
                Failure::new(format!("{}: not a plain file", path.display()))
                    .hint("the files of a hub cache are links; mend the repository they come from"),
            );
        }
        if kind.len() > LARGEST {
            return Err(Failure::new(format!(
                "{}: {} bytes is more than is edited ({LARGEST})",
                path.display(),
                kind.len()
            )));
        }
        let bytes = fs::read(&path).map_err(|error| failure(&path, &error))?;
        String::from_utf8(bytes).map(Some).map_err(|error| {
            Failure::new(format!("{}: {error}", path.display())).hint("only UTF-8 files are edited")
        })
    }

    /// Writes every edit, each file whole or not at all. A file that changed meanwhile, or that is
    /// there although it should be new, is left as it is and stops the rest.
    pub(super) fn write(&self, edits: &[Edit]) -> Result<(), Failure> {
        for edit in edits {
            let path = self.root.join(&edit.path);
            match &edit.before {
                None => create(&path, &edit.after)?,
                Some(before) => {
                    let now = self.text(&edit.path)?;
                    if now.as_ref() != Some(before) {
                        return Err(Failure::new(format!(
                            "{}: changed while it was being mended",
                            path.display()
                        ))
                        .hint("run the command again"));
                    }
                    replace(&path, &edit.after)?;
                }
            }
        }
        Ok(())
    }
}

fn create(path: &Path, text: &str) -> Result<(), Failure> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| failure(path, &error))
}

/// Writes beside the file, then takes its place.
fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".overt-{}", std::process::id()));
    let beside = path.with_file_name(name);
    create(&beside, text)?;
    let kept = fs::metadata(path)
        .and_then(|metadata| fs::set_permissions(&beside, metadata.permissions()));
    if let Err(error) = kept.and_then(|()| fs::rename(&beside, path)) {
        // The file itself is untouched; a copy that stays behind is the lesser evil.
        let _ = fs::remove_file(&beside);
        return Err(failure(path, &error));
    }
    Ok(())
}

fn failure(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{}: {error}", path.display()))
}
