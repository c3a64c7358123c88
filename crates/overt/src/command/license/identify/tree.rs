//! Every file below some paths, each read where it is found.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder, WalkState};
use overt_license::Identification;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 256 << 20;
/// Room for files of up to so many bytes is kept; for larger ones it is given back.
const KEPT: usize = 256 << 10;

/// A file, and what is told of it or why it could not be read.
pub(super) struct LookedAt<T> {
    /// Empty if a folder could not be listed.
    pub(super) path: PathBuf,
    pub(super) result: Result<T, String>,
}

impl<T> LookedAt<T> {
    /// By what files are sorted.
    fn bytes(&self) -> &[u8] {
        self.path.as_os_str().as_encoded_bytes()
    }
}

/// Looks at every file below these paths, and tells of each what was found in it, in the order of
/// their paths. Version control's own files are left out.
pub(super) fn look_at<T: Send>(
    paths: &[PathBuf],
    tell: impl Fn(&Path, Identification) -> Result<T, String> + Sync,
) -> Vec<LookedAt<T>> {
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
            let mut reader = Reader::new(&all, &tell);
            Box::new(move |entry| {
                reader.take(entry);
                WalkState::Continue
            })
        });
    let mut all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    // What each thread hands over is sorted already, which this sort makes use of.
    all.sort_by(|a, b| a.bytes().cmp(b.bytes()));
    all.dedup_by(|b, a| a.path == b.path && a.result.is_ok() && b.result.is_ok());
    all
}

/// What one thread found; it is handed over when the thread ends.
struct Reader<'a, T, Tell> {
    all: &'a Mutex<Vec<LookedAt<T>>>,
    tell: &'a Tell,
    found: Vec<LookedAt<T>>,
    /// Room for the bytes of a file.
    room: Vec<u8>,
}

impl<'a, T, Tell: Fn(&Path, Identification) -> Result<T, String>> Reader<'a, T, Tell> {
    fn new(all: &'a Mutex<Vec<LookedAt<T>>>, tell: &'a Tell) -> Self {
        Self {
            all,
            tell,
            found: Vec::new(),
            room: vec![0; KEPT],
        }
    }

    fn take(&mut self, entry: Result<DirEntry, ignore::Error>) {
        let looked_at = match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                let path = entry.into_path();
                let found = self.identify(&path);
                let result = found.and_then(|found| (self.tell)(&path, found));
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
        let explain = |error: io::Error| format!("{}: {error}", path.display());
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mut file = File::open(path).map_err(explain)?;
        let length = fill(&mut file, &mut self.room).map_err(explain)?;
        if length < KEPT {
            let bytes = self.room.get(..length).unwrap_or_default();
            return Ok(overt_license::identify_named(&name, bytes));
        }
        let bytes = rest_of(&mut file, &self.room).map_err(explain)?;
        Ok(overt_license::identify_named(&name, &bytes))
    }
}

/// Reads from a file until the room is full or the file ends.
fn fill(file: &mut File, room: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while let Some(rest) = room.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

/// All bytes of a file of which these are the first.
fn rest_of(file: &mut File, first: &[u8]) -> io::Result<Vec<u8>> {
    let size = file.metadata()?.len();
    if size > LARGEST {
        return Err(io::Error::other(format!(
            "{size} bytes is more than is read ({LARGEST})"
        )));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default().saturating_add(1));
    bytes.extend_from_slice(first);
    // A file may grow while it is read.
    let left = LARGEST.saturating_sub(first.len() as u64);
    file.take(left).read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl<T, Tell> Drop for Reader<'_, T, Tell> {
    fn drop(&mut self) {
        self.found.sort_unstable_by(|a, b| a.bytes().cmp(b.bytes()));
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.append(&mut self.found);
    }
}
