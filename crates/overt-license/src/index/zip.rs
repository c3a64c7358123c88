//! The members of a ZIP archive, for the builder only.

use super::build::BuildError;

/// The largest member that is unpacked.
const LARGEST: usize = 64 << 20;

/// Calls `take` with the name and content of every member that `wanted` names.
pub(super) fn members(
    archive: &[u8],
    wanted: impl Fn(&str) -> bool,
    mut take: impl FnMut(&str, Vec<u8>),
) -> Result<(), BuildError> {
    let damaged = || BuildError::Archive("it is no readable ZIP archive".to_owned());
    let end = memchr::memmem::rfind(archive, b"PK\x05\x06").ok_or_else(damaged)?;
    let count = u16_at(archive, end + 10).ok_or_else(damaged)?;
    let mut at = u32_at(archive, end + 16).ok_or_else(damaged)? as usize;
    let mut remaining = usize::from(count);
    // An archive with more than 65535 members counts them elsewhere; its directory still ends at
    // the end record, so it is read to there.
    if count == u16::MAX {
        remaining = usize::MAX;
    }
    while remaining > 0 && archive.get(at..at + 4) == Some(b"PK\x01\x02") {
        remaining -= 1;
        let method = u16_at(archive, at + 10).ok_or_else(damaged)?;
        let packed = u32_at(archive, at + 20).ok_or_else(damaged)? as usize;
        let name_length = usize::from(u16_at(archive, at + 28).ok_or_else(damaged)?);
        let extra = usize::from(u16_at(archive, at + 30).ok_or_else(damaged)?);
        let comment = usize::from(u16_at(archive, at + 32).ok_or_else(damaged)?);
        let local = u32_at(archive, at + 42).ok_or_else(damaged)? as usize;
        let name = archive
            .get(at + 46..at + 46 + name_length)
            .ok_or_else(damaged)?;
        let name = String::from_utf8_lossy(name);
        at += 46 + name_length + extra + comment;
        if !wanted(&name) {
            continue;
        }
        let skip = usize::from(u16_at(archive, local + 26).ok_or_else(damaged)?)
            + usize::from(u16_at(archive, local + 28).ok_or_else(damaged)?);
        let start = local + 30 + skip;
        let content = archive.get(start..start + packed).ok_or_else(damaged)?;
        let content = match method {
            0 => content.to_vec(),
            8 => miniz_oxide::inflate::decompress_to_vec_with_limit(content, LARGEST)
                .map_err(|error| BuildError::Archive(format!("`{name}`: {error}")))?,
            _ => {
                return Err(BuildError::Archive(format!(
                    "`{name}` is packed by method {method}"
                )));
            }
        };
        take(&name, content);
    }
    Ok(())
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes
        .get(at..at + 2)?
        .try_into()
        .ok()
        .map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..at + 4)?
        .try_into()
        .ok()
        .map(u32::from_le_bytes)
}
