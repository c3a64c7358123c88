//! Reads one file within bounds.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use overt_artifact::open::OpenFile;
use overt_core::{Problem, ProblemKind};

use crate::source::{ListedFile, describe};

/// The largest text that is read whole, in bytes.
const LARGEST_TEXT: u64 = 32 << 20;
/// The largest Git LFS pointer (git-lfs `docs/spec.md`: less than 1024 bytes).
const LARGEST_POINTER: u64 = 1024;

/// One open file.
pub(crate) struct Reader {
    file: File,
    bytes: u64,
    read: u64,
    problems: Vec<Problem>,
    on_disk: std::path::PathBuf,
}

impl Reader {
    /// Opens a listed file.
    pub(crate) fn open(file: &ListedFile) -> Result<Self, Problem> {
        let opened = File::open(&file.on_disk).map_err(|error| {
            let kind = match error.kind() {
                std::io::ErrorKind::NotFound => ProblemKind::Missing,
                _ => ProblemKind::Unreadable,
            };
            Problem::new(kind, describe(&error))
        })?;
        Ok(Self {
            file: opened,
            bytes: file.bytes,
            read: 0,
            problems: Vec::new(),
            on_disk: file.on_disk.clone(),
        })
    }

    /// The size in bytes.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How much was read.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.read
    }

    /// Counts what another reader read.
    pub(crate) fn count(&mut self, bytes: u64) {
        self.read = self.read.saturating_add(bytes);
    }

    /// What went wrong.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// The first `most` bytes, or all there are.
    pub(crate) fn head(&mut self, most: usize) -> Vec<u8> {
        self.take(most as u64)
    }

    /// The whole file; a problem and nothing if it is too large for a text.
    pub(crate) fn whole(&mut self) -> Option<Vec<u8>> {
        if self.bytes > LARGEST_TEXT {
            let message = format!(
                "{} bytes is more than a text is read ({LARGEST_TEXT})",
                self.bytes
            );
            self.problems
                .push(Problem::new(ProblemKind::TooLarge, message));
            return None;
        }
        Some(self.take(LARGEST_TEXT))
    }

    /// The file for reading at any place.
    pub(crate) fn ranges(&mut self) -> Option<OpenFile> {
        match OpenFile::open(&self.on_disk) {
            Ok(file) => Some(file),
            Err(error) => {
                self.problems
                    .push(Problem::new(ProblemKind::Unreadable, describe(&error)));
                None
            }
        }
    }

    /// The size of what a Git LFS pointer points at, if the file is one.
    pub(crate) fn lfs_pointer(&mut self) -> Option<u64> {
        if self.bytes > LARGEST_POINTER || self.bytes == 0 {
            return None;
        }
        let text = String::from_utf8(self.take(LARGEST_POINTER)).ok()?;
        let rest = text.strip_prefix("version https://git-lfs.github.com/spec/")?;
        let size = rest.lines().find_map(|line| line.strip_prefix("size "))?;
        size.trim().parse().ok()
    }

    fn take(&mut self, most: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        let result = self
            .file
            .seek(SeekFrom::Start(0))
            .and_then(|_| (&self.file).take(most).read_to_end(&mut bytes));
        if let Err(error) = result {
            self.problems
                .push(Problem::new(ProblemKind::Unreadable, describe(&error)));
        }
        self.read = self.read.saturating_add(bytes.len() as u64);
        bytes
    }
}
