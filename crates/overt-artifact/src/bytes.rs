//! Reading parts of a file at their places, never more than asked.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, PoisonError};

use overt_core::{Budget, BudgetExceeded, Problem, ProblemKind, Span};

/// A file, a slice or a remote object of which ranges can be read.
///
/// Reading takes `&self`, so that ranges can be read from several threads at once.
pub trait ReadAt: Sync {
    /// How many bytes there are.
    fn size(&self) -> u64;

    /// Fills `buffer` from `offset` on; fewer bytes than asked mean the end.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;
}

impl ReadAt for [u8] {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|start| self.get(start..))
            .unwrap_or_default();
        let length = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..length), rest.get(..length)) {
            to.copy_from_slice(from);
        }
        Ok(length)
    }
}

impl ReadAt for Vec<u8> {
    fn size(&self) -> u64 {
        self.as_slice().size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.as_slice().read_at(offset, buffer)
    }
}

/// A source of which pages that were read are kept, for formats that are read by jumping about.
pub struct Paged<'a> {
    source: &'a dyn ReadAt,
    state: Mutex<Pages>,
}

#[derive(Default)]
struct Pages {
    kept: BTreeMap<u64, Vec<u8>>,
    fetched: u64,
}

impl<'a> Paged<'a> {
    /// The bytes of one page.
    const PAGE: u64 = 1 << 14;
    /// The most pages that are kept: 32 MiB.
    const MOST: usize = 2048;

    /// Pages over a source.
    pub fn new(source: &'a dyn ReadAt) -> Self {
        Self {
            source,
            state: Mutex::default(),
        }
    }

    /// How many bytes were fetched from the source.
    pub fn fetched(&self) -> u64 {
        self.lock().fetched
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Pages> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ReadAt for Paged<'_> {
    fn size(&self) -> u64 {
        self.source.size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut pages = self.lock();
        let start = offset.saturating_sub(offset.checked_rem(Self::PAGE).unwrap_or(0));
        if !pages.kept.contains_key(&start) {
            if pages.kept.len() >= Self::MOST {
                pages.kept.clear();
            }
            let length = self.size().saturating_sub(start).min(Self::PAGE);
            let mut page = vec![0; usize::try_from(length).unwrap_or(0)];
            let mut filled = 0_usize;
            while let Some(rest) = page.get_mut(filled..).filter(|rest| !rest.is_empty()) {
                match self
                    .source
                    .read_at(start.saturating_add(filled as u64), rest)?
                {
                    0 => break,
                    count => filled = filled.saturating_add(count),
                }
            }
            page.truncate(filled);
            pages.fetched = pages.fetched.saturating_add(filled as u64);
            pages.kept.insert(start, page);
        }
        let page = pages
            .kept
            .get(&start)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let from = usize::try_from(offset.saturating_sub(start)).unwrap_or(usize::MAX);
        let rest = page.get(from..).unwrap_or_default();
        let length = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..length), rest.get(..length)) {
            to.copy_from_slice(from);
        }
        Ok(length)
    }
}

/// Why bytes could not be had.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file ends too early.
    #[error("the file ends at byte {size}, but {what} needs {end}")]
    Truncated {
        /// What was being read.
        what: &'static str,
        /// Where it would end.
        end: u64,
        /// The file's size.
        size: u64,
    },
    /// The budget is spent.
    #[error("{what}: {source}")]
    Budget {
        /// What was being read.
        what: &'static str,
        /// Which bound.
        source: BudgetExceeded,
    },
    /// The operating system refused.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The bytes are not what they should be.
    #[error("{what} at byte {at}")]
    Malformed {
        /// What is wrong.
        what: String,
        /// Where.
        at: u64,
    },
}

impl ReadError {
    /// The error as a diagnostic.
    pub fn problem(&self) -> Problem {
        let kind = match self {
            Self::Truncated { .. } => ProblemKind::Truncated,
            Self::Budget { .. } => ProblemKind::LimitExceeded,
            Self::Io(_) => ProblemKind::Unreadable,
            Self::Malformed { .. } => ProblemKind::Malformed,
        };
        let problem = Problem::new(kind, self.to_string());
        match self {
            Self::Malformed { at, .. } => problem.at(Span::Bytes(*at, at.saturating_add(1))),
            // The last byte that is there.
            Self::Truncated { size, .. } if *size > 0 => {
                problem.at(Span::Bytes(size.saturating_sub(1), *size))
            }
            _ => problem,
        }
    }
}

/// How many bytes are fetched at once when reading on.
const CHUNK: usize = 1 << 16;
/// How many are fetched after a jump, where little may be wanted.
const CHUNK_AFTER_JUMP: usize = 1 << 12;

/// A forward reader over a [`ReadAt`] that fetches in pieces and charges a budget for each byte.
pub struct Cursor<'a> {
    source: &'a dyn ReadAt,
    size: u64,
    position: u64,
    buffer: Vec<u8>,
    buffer_start: u64,
    fetched: u64,
    /// What may still be spent.
    pub budget: Budget,
}

impl<'a> Cursor<'a> {
    /// A reader at the beginning.
    pub fn new(source: &'a dyn ReadAt, budget: Budget) -> Self {
        Self {
            size: source.size(),
            source,
            position: 0,
            buffer: Vec::new(),
            buffer_start: 0,
            fetched: 0,
            budget,
        }
    }

    /// The file's size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The place of the next byte.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// How many bytes were fetched from the file.
    pub fn fetched(&self) -> u64 {
        self.fetched
    }

    /// How many bytes are left.
    pub fn remaining(&self) -> u64 {
        self.size.saturating_sub(self.position)
    }

    /// Goes to `position`; beyond the end is an error.
    pub fn seek(&mut self, position: u64, what: &'static str) -> Result<(), ReadError> {
        if position > self.size {
            return Err(ReadError::Truncated {
                what,
                end: position,
                size: self.size,
            });
        }
        self.position = position;
        Ok(())
    }

    /// Passes over `length` bytes without reading them.
    pub fn skip(&mut self, length: u64, what: &'static str) -> Result<(), ReadError> {
        self.seek(self.position.saturating_add(length), what)
    }

    /// The next `length` bytes.
    pub fn take(&mut self, length: u64, what: &'static str) -> Result<&[u8], ReadError> {
        let end = self.position.saturating_add(length);
        if end > self.size {
            return Err(ReadError::Truncated {
                what,
                end,
                size: self.size,
            });
        }
        self.budget
            .charge_bytes(length)
            .map_err(|source| ReadError::Budget { what, source })?;
        let wanted = usize::try_from(length).map_err(|_| ReadError::Budget {
            what,
            source: BudgetExceeded::Bytes,
        })?;
        let buffered_end = self.buffer_start.saturating_add(self.buffer.len() as u64);
        if self.position < self.buffer_start || end > buffered_end {
            self.fill(wanted)?;
        }
        let start =
            usize::try_from(self.position.saturating_sub(self.buffer_start)).unwrap_or(usize::MAX);
        self.position = end;
        self.buffer
            .get(start..start.saturating_add(wanted))
            .ok_or(ReadError::Truncated {
                what,
                end,
                size: self.size,
            })
    }

    /// Fetches at least `wanted` bytes from the position on.
    fn fill(&mut self, wanted: usize) -> Result<(), ReadError> {
        let room = usize::try_from(self.size.saturating_sub(self.position)).unwrap_or(usize::MAX);
        let buffered_end = self.buffer_start.saturating_add(self.buffer.len() as u64);
        let reads_on = self.position >= self.buffer_start
            && self.position <= buffered_end.saturating_add(CHUNK_AFTER_JUMP as u64);
        let chunk = if reads_on { CHUNK } else { CHUNK_AFTER_JUMP };
        let length = wanted.max(chunk).min(room);
        self.buffer.clear();
        self.buffer.resize(length, 0);
        self.buffer_start = self.position;
        let mut filled = 0_usize;
        while let Some(rest) = self
            .buffer
            .get_mut(filled..)
            .filter(|rest| !rest.is_empty())
        {
            let offset = self.buffer_start.saturating_add(filled as u64);
            match self.source.read_at(offset, rest) {
                Ok(0) => break,
                Ok(count) => filled = filled.saturating_add(count),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.buffer.truncate(filled);
        self.fetched = self.fetched.saturating_add(filled as u64);
        Ok(())
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], ReadError> {
        let bytes = self.take(N as u64, what)?;
        let mut array = [0; N];
        for (to, from) in array.iter_mut().zip(bytes) {
            *to = *from;
        }
        Ok(array)
    }

    /// Charges one item.
    pub fn item(&mut self, what: &'static str) -> Result<(), ReadError> {
        self.budget
            .charge_items(1)
            .map_err(|source| ReadError::Budget { what, source })
    }

    /// An error at the current place.
    pub fn malformed(&self, what: impl Into<String>) -> ReadError {
        ReadError::Malformed {
            what: what.into(),
            at: self.position,
        }
    }
}

/// The whole of a source that must not be larger than the budget's bytes.
pub fn read_whole(source: &dyn ReadAt, budget: &Budget) -> Result<Vec<u8>, Problem> {
    let size = source.size();
    if size > budget.bytes {
        return Err(Problem::new(
            ProblemKind::TooLarge,
            format!(
                "the file has {size} bytes; files of its kind are read up to {}",
                budget.bytes
            ),
        ));
    }
    let mut cursor = Cursor::new(source, budget.clone());
    cursor
        .take(size, "the file")
        .map(<[u8]>::to_vec)
        .map_err(|error| error.problem())
}

/// Text from bytes that should be UTF-8: without its byte order mark, with replacements (and a
/// problem) where it is not. UTF-16 with a byte order mark is converted.
pub fn text(bytes: &[u8]) -> (std::borrow::Cow<'_, str>, Vec<Problem>) {
    if let Some(rest) = bytes.strip_prefix(&[0xFF, 0xFE]) {
        return (utf16(rest, u16::from_le_bytes).into(), vec![utf16_remark()]);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xFE, 0xFF]) {
        return (utf16(rest, u16::from_be_bytes).into(), vec![utf16_remark()]);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.into(), Vec::new()),
        Err(error) => {
            let at = error.valid_up_to();
            let line = line_of(bytes, at);
            let problem = Problem::new(
                ProblemKind::Encoding,
                format!("the text is not valid UTF-8 from byte {at} on; read with replacements"),
            )
            .at(Span::Lines(line, line));
            (String::from_utf8_lossy(bytes), vec![problem])
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes
        .chunks_exact(2)
        .filter_map(|pair| pair.try_into().ok().map(unit));
    char::decode_utf16(units)
        .map(|decoded| decoded.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

fn utf16_remark() -> Problem {
    Problem::remark(ProblemKind::Encoding, "the text is UTF-16, not UTF-8")
}

/// The line, from 1, of the byte at `at`.
fn line_of(bytes: &[u8], at: usize) -> u32 {
    let before = bytes.get(..at).unwrap_or(bytes);
    let lines = before.split(|byte| *byte == b'\n').count();
    u32::try_from(lines).unwrap_or(u32::MAX)
}
