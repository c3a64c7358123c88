//! Every file below some paths, each read where it is found.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder, WalkState};
use overt_license::Identification;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 256 << 20;
/// Room for larger files is given back.
const KEPT: usize = 1 << 20;

/// A file, and what was found in it or why it could not be read.
pub(super) struct LookedAt {
    /// Empty if a folder could not be listed.
    pub(super) path: PathBuf,
    pub(super) result: Result<Identification, String>,
}

/// Looks at every file below these paths, in no order. Version control's own files are left out.
pub(super) fn look_at(paths: &[PathBuf]) -> Vec<LookedAt> {
    let Some((first, rest)) = paths.split_first() else {
        return Vec::new();
    };
    let mut walk = WalkBuilder::new(first);
    for path in rest {
        walk.add(path);
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let all = Mutex::new(Vec::new());
    walk.standard_filters(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .threads(threads)
        .build_parallel()
        .run(|| {
            let mut reader = Reader::new(&all);
            Box::new(move |entry| {
                reader.take(entry);
                WalkState::Continue
            })
        });
    all.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// What one thread found; it is handed over when the thread ends.
struct Reader<'a> {
    all: &'a Mutex<Vec<LookedAt>>,
    found: Vec<LookedAt>,
    /// The last file's bytes: room for the next.
    bytes: Vec<u8>,
}

impl<'a> Reader<'a> {
    fn new(all: &'a Mutex<Vec<LookedAt>>) -> Self {
        Self {
            all,
            found: Vec::new(),
            bytes: Vec::new(),
        }
    }

    fn take(&mut self, entry: Result<DirEntry, ignore::Error>) {
        let looked_at = match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                let path = entry.into_path();
                let result = self.identify(&path);
                LookedAt { path, result }
            }
            Ok(_) => return,
            Err(error) => LookedAt {
                path: PathBuf::new(),
                result: Err(error.to_string()),
            },
        };
        self.found.push(looked_at);
    }

    fn identify(&mut self, path: &Path) -> Result<Identification, String> {
        self.read(path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let found = overt_license::identify_named(&name, &self.bytes);
        if self.bytes.capacity() > KEPT {
            self.bytes = Vec::new();
        }
        Ok(found)
    }

    fn read(&mut self, path: &Path) -> io::Result<()> {
        self.bytes.clear();
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        if size > LARGEST {
            return Err(io::Error::other(format!(
                "{size} bytes is more than is read ({LARGEST})"
            )));
        }
        self.bytes
            .reserve(usize::try_from(size).unwrap_or_default().saturating_add(1));
        // A file may grow while it is read.
        file.take(LARGEST).read_to_end(&mut self.bytes)?;
        Ok(())
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.append(&mut self.found);
    }
}
