//! The members of a ZIP archive, from its central directory.
//!
//! Format: APPNOTE 6.3.10. Stored members are windows of the archive; deflated ones are inflated up
//! to a limit. Encrypted and other members are listed but cannot be opened.

use std::io;

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};
use overt_core::BudgetExceeded;

use crate::ReadAt;
use crate::bytes::{Cursor, ReadError};

/// One member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// The compression method: 0 stored, 8 deflated.
    pub method: u16,
    /// Its bytes in the archive.
    pub compressed: u64,
    /// Its bytes when opened.
    pub size: u64,
    /// Where its local header is.
    header: u64,
    /// Whether it is encrypted.
    pub encrypted: bool,
}

/// The members of an archive, in the order of the central directory.
#[derive(Clone, Debug, Default)]
pub struct Archive {
    /// The members.
    pub members: Vec<Member>,
}

/// A part of a source.
pub struct Window<'a> {
    source: &'a dyn ReadAt,
    /// Where it begins in the source.
    pub start: u64,
    length: u64,
}

impl<'a> Window<'a> {
    /// The part of `length` bytes from `start` on.
    pub fn new(source: &'a dyn ReadAt, start: u64, length: u64) -> Self {
        Self {
            source,
            start,
            length,
        }
    }
}

impl ReadAt for Window<'_> {
    fn size(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let length = buffer.len().min(room);
        match buffer.get_mut(..length) {
            Some(part) => self.source.read_at(self.start.saturating_add(offset), part),
            None => Ok(0),
        }
    }
}

/// The end record is within this many bytes of the end.
const TAIL: u64 = 22 + 65_535;

impl Archive {
    /// Reads the central directory.
    pub fn read(cursor: &mut Cursor<'_>) -> Result<Self, ReadError> {
        let directory = find_directory(cursor)?;
        let least = directory.entries.saturating_mul(46);
        if least > directory.size || directory.size > cursor.size() {
            return Err(cursor.malformed(format!(
                "the archive's directory declares {} members in {} bytes",
                directory.entries, directory.size
            )));
        }
        cursor.seek(directory.start, "the archive's directory")?;
        let mut members = Vec::new();
        for _ in 0..directory.entries {
            cursor.item("the archive's directory")?;
            members.push(read_member(cursor)?);
        }
        Ok(Self { members })
    }

    /// The member of this name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }
}

impl Member {
    /// Where the member's bytes are: start and length in the archive.
    pub fn place(&self, cursor: &mut Cursor<'_>) -> Result<(u64, u64), ReadError> {
        cursor.seek(self.header, "a member's header")?;
        let header: [u8; 30] = cursor.array("a member's header")?;
        let [b'P', b'K', 3, 4, .., n0, n1, e0, e1] = header else {
            return Err(cursor.malformed("a member's header is not where the directory says"));
        };
        let start = self
            .header
            .saturating_add(30)
            .saturating_add(u64::from(u16::from_le_bytes([n0, n1])))
            .saturating_add(u64::from(u16::from_le_bytes([e0, e1])));
        let end = start.saturating_add(self.compressed);
        if end > cursor.size() {
            return Err(ReadError::Truncated {
                what: "a member of the archive",
                end,
                size: cursor.size(),
            });
        }
        Ok((start, self.compressed))
    }

    /// The member's first bytes, at most `most` of them, inflated.
    pub fn beginning(&self, cursor: &mut Cursor<'_>, most: u64) -> Result<Vec<u8>, ReadError> {
        let (start, length) = self.place(cursor)?;
        if self.encrypted {
            return Err(cursor.malformed(format!("the member `{}` is encrypted", self.name)));
        }
        let wanted = self.size.min(most);
        match self.method {
            0 => {
                cursor.seek(start, "a member of the archive")?;
                let bytes = cursor.take(wanted.min(length), "a member of the archive")?;
                Ok(bytes.to_vec())
            }
            8 => {
                // Deflate expands at most 1032 times and shrinks little: of the compressed bytes no
                // more are needed than what is wanted, plus the overhead of stored blocks.
                let needed = wanted.saturating_add(wanted / 1024).saturating_add(1024);
                cursor.seek(start, "a member of the archive")?;
                let compressed = cursor
                    .take(length.min(needed), "a member of the archive")?
                    .to_vec();
                cursor
                    .budget
                    .charge_bytes(wanted)
                    .map_err(|source| ReadError::Budget {
                        what: "an inflated member",
                        source,
                    })?;
                inflate(&compressed, wanted, cursor)
            }
            method => Err(cursor.malformed(format!(
                "the member `{}` is compressed by method {method}, which is not read",
                self.name
            ))),
        }
    }

    /// The whole member, inflated; more than `most` bytes are an error.
    pub fn whole(&self, cursor: &mut Cursor<'_>, most: u64) -> Result<Vec<u8>, ReadError> {
        if self.size > most {
            return Err(ReadError::Budget {
                what: "a member of the archive",
                source: BudgetExceeded::Bytes,
            });
        }
        self.beginning(cursor, most)
    }
}

/// Inflates up to `wanted` bytes; the buffer grows with what comes out, not with what is declared.
fn inflate(compressed: &[u8], wanted: u64, cursor: &Cursor<'_>) -> Result<Vec<u8>, ReadError> {
    let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
    let mut state = Box::<DecompressorOxide>::default();
    let mut output = vec![0; wanted.min(1 << 16)];
    let (mut used, mut made) = (0_usize, 0_usize);
    loop {
        let input = compressed.get(used..).unwrap_or_default();
        let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let (status, read, written) = decompress(&mut state, input, &mut output, made, flags);
        used = used.saturating_add(read);
        made = made.saturating_add(written);
        match status {
            TINFLStatus::HasMoreOutput if output.len() < wanted => {
                let larger = output.len().saturating_mul(2).min(wanted);
                output.resize(larger, 0);
            }
            TINFLStatus::Done
            | TINFLStatus::HasMoreOutput
            | TINFLStatus::FailedCannotMakeProgress
            | TINFLStatus::NeedsMoreInput => break,
            _ => return Err(cursor.malformed("a member's compressed bytes are broken")),
        }
    }
    output.truncate(made);
    Ok(output)
}

struct Directory {
    entries: u64,
    size: u64,
    start: u64,
}

fn find_directory(cursor: &mut Cursor<'_>) -> Result<Directory, ReadError> {
    let length = cursor.size().min(TAIL);
    let tail_start = cursor.size().saturating_sub(length);
    cursor.seek(tail_start, "the archive's end")?;
    let tail = cursor.take(length, "the archive's end")?.to_vec();
    let found = tail
        .windows(22)
        .enumerate()
        .rev()
        .find(|(_, window)| window.starts_with(b"PK\x05\x06"));
    let Some((index, end)) = found else {
        return Err(cursor.malformed("the archive's end record is missing"));
    };
    let at = tail_start.saturating_add(index as u64);
    let directory = Directory {
        entries: u64::from(u16_at(end, 10)),
        size: u64::from(u32_at(end, 12)),
        start: u64::from(u32_at(end, 16)),
    };
    let is_64 = directory.entries == 0xFFFF
        || directory.size == 0xFFFF_FFFF
        || directory.start == 0xFFFF_FFFF;
    let locator_at = at.saturating_sub(20);
    if !is_64 && at < 20 {
        return Ok(directory);
    }
    cursor.seek(locator_at, "the archive's 64-bit locator")?;
    let locator: [u8; 20] = match cursor.array("the archive's 64-bit locator") {
        Ok(locator) if locator.starts_with(b"PK\x06\x07") => locator,
        Err(error) if is_64 => return Err(error),
        _ if is_64 => return Err(cursor.malformed("the archive's 64-bit locator is missing")),
        _ => return Ok(directory),
    };
    cursor.seek(u64_at(&locator, 8), "the archive's 64-bit end record")?;
    let record: [u8; 56] = cursor.array("the archive's 64-bit end record")?;
    if !record.starts_with(b"PK\x06\x06") {
        return Err(cursor.malformed("the archive's 64-bit end record is missing"));
    }
    Ok(Directory {
        entries: u64_at(&record, 32),
        size: u64_at(&record, 40),
        start: u64_at(&record, 48),
    })
}

fn read_member(cursor: &mut Cursor<'_>) -> Result<Member, ReadError> {
    let what = "the archive's directory";
    let fixed: [u8; 46] = cursor.array(what)?;
    if !fixed.starts_with(b"PK\x01\x02") {
        return Err(cursor.malformed("an entry of the archive's directory is broken"));
    }
    let name_length = u64::from(u16_at(&fixed, 28));
    let extra_length = u64::from(u16_at(&fixed, 30));
    let comment_length = u64::from(u16_at(&fixed, 32));
    let name = String::from_utf8_lossy(cursor.take(name_length, what)?).into_owned();
    let extra = cursor.take(extra_length, what)?.to_vec();
    cursor.skip(comment_length, what)?;
    let mut member = Member {
        name,
        method: u16_at(&fixed, 10),
        compressed: u64::from(u32_at(&fixed, 20)),
        size: u64::from(u32_at(&fixed, 24)),
        header: u64::from(u32_at(&fixed, 42)),
        encrypted: u16_at(&fixed, 8) & 1 != 0,
    };
    widen(&mut member, &extra);
    Ok(member)
}

/// Takes 64-bit sizes from the extra field 1.
fn widen(member: &mut Member, extra: &[u8]) {
    let mut rest = extra;
    while let Some((head, body)) = rest.split_at_checked(4) {
        let length = usize::from(u16_at(head, 2));
        let Some((field, next)) = body.split_at_checked(length) else {
            return;
        };
        if u16_at(head, 0) == 1 {
            let mut wide = field.chunks_exact(8).map(|bytes| u64_at(bytes, 0));
            for value in [&mut member.size, &mut member.compressed, &mut member.header] {
                if *value == 0xFFFF_FFFF
                    && let Some(wide) = wide.next()
                {
                    *value = wide;
                }
            }
            return;
        }
        rest = next;
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    array_at(bytes, at).map_or(0, u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    array_at(bytes, at).map_or(0, u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    array_at(bytes, at).map_or(0, u64::from_le_bytes)
}

fn array_at<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

#[cfg(test)]
pub(crate) mod tests;
