//! The only place of this crate that opens files.

use std::fs::File;
use std::io;
use std::path::Path;

use overt_core::{Budget, Problem, ProblemKind};

use crate::{Inspection, ReadAt};

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
