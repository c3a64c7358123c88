//! The wire format of protocol buffers, walked without a schema's code.
//!
//! Messages are ranges of the file; fields are read in order, and what is not wanted is passed over
//! without reading it. Format: <https://protobuf.dev/programming-guides/encoding/>.

use std::ops::Range;

use crate::bytes::{Cursor, ReadError};

/// One field of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The field's number.
    pub number: u64,
    /// Its value.
    pub value: Wire,
}

/// A value on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    /// A variable-length whole number.
    Varint(u64),
    /// Eight bytes.
    Fixed64(u64),
    /// Four bytes.
    Fixed32(u32),
    /// A text, bytes, packed numbers or a message: its place in the file.
    Bytes(Range<u64>),
}

impl Part {
    /// The number, if it is one.
    pub(crate) fn number_value(&self) -> Option<u64> {
        match self.value {
            Wire::Varint(value) | Wire::Fixed64(value) => Some(value),
            Wire::Fixed32(value) => Some(value.into()),
            Wire::Bytes(_) => None,
        }
    }

    /// The place, if it has a length.
    pub(crate) fn range(&self) -> Option<Range<u64>> {
        match &self.value {
            Wire::Bytes(range) => Some(range.clone()),
            _ => None,
        }
    }
}

/// The next field of the message that ends at `end`; `None` at its end.
pub(crate) fn next(cursor: &mut Cursor<'_>, end: u64) -> Result<Option<Part>, ReadError> {
    if cursor.position() >= end {
        return Ok(None);
    }
    cursor.item("the message")?;
    let tag = varint(cursor)?;
    let number = tag >> 3;
    if number == 0 {
        return Err(cursor.malformed("a field of the message has the number 0"));
    }
    let value = match tag & 7 {
        0 => Wire::Varint(varint(cursor)?),
        1 => Wire::Fixed64(u64::from_le_bytes(cursor.array("the message")?)),
        5 => Wire::Fixed32(u32::from_le_bytes(cursor.array("the message")?)),
        2 => {
            let length = varint(cursor)?;
            let start = cursor.position();
            let field_end = start.saturating_add(length);
            if field_end > end {
                return Err(ReadError::Truncated {
                    what: "a field of the message",
                    end: field_end,
                    size: end,
                });
            }
            cursor.seek(field_end, "a field of the message")?;
            Wire::Bytes(start..field_end)
        }
        other => {
            return Err(cursor.malformed(format!("the message's wire type {other} is not used")));
        }
    };
    if cursor.position() > end {
        return Err(cursor.malformed("a field goes past its message's end"));
    }
    Ok(Some(Part { number, value }))
}

/// Calls `each` for every field of a message; the cursor is left at the message's end.
pub(crate) fn message(
    cursor: &mut Cursor<'_>,
    range: Range<u64>,
    each: &mut dyn FnMut(&mut Cursor<'_>, Part) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    cursor.budget.enter().map_err(|source| ReadError::Budget {
        what: "nested messages",
        source,
    })?;
    cursor.seek(range.start, "a message")?;
    while let Some(part) = next(cursor, range.end)? {
        let after = cursor.position();
        each(cursor, part)?;
        cursor.seek(after, "a message")?;
    }
    cursor.budget.leave();
    Ok(())
}

/// The text at a place, at most `longest` bytes of it.
pub(crate) fn text(
    cursor: &mut Cursor<'_>,
    range: &Range<u64>,
    longest: u64,
) -> Result<String, ReadError> {
    let length = range.end.saturating_sub(range.start).min(longest);
    cursor.seek(range.start, "a text of the message")?;
    let bytes = cursor.take(length, "a text of the message")?;
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

/// The packed variable-length numbers at a place, at most `most` of them.
pub(crate) fn packed(
    cursor: &mut Cursor<'_>,
    range: &Range<u64>,
    most: usize,
) -> Result<Vec<u64>, ReadError> {
    cursor.seek(range.start, "numbers of the message")?;
    let mut numbers = Vec::new();
    while cursor.position() < range.end {
        if numbers.len() >= most {
            return Err(cursor.malformed("a list of numbers is too long"));
        }
        numbers.push(varint(cursor)?);
    }
    Ok(numbers)
}

/// `(key, value)` of a map entry or string pair: fields 1 and 2.
pub(crate) fn pair(
    cursor: &mut Cursor<'_>,
    range: Range<u64>,
) -> Result<(String, String, Range<u64>), ReadError> {
    const LONGEST: u64 = 1 << 16;
    let (mut key, mut value, mut place) = (String::new(), String::new(), range.clone());
    message(cursor, range, &mut |cursor, part| {
        if let Some(range) = part.range() {
            match part.number {
                1 => key = text(cursor, &range, LONGEST)?,
                2 => {
                    value = text(cursor, &range, LONGEST)?;
                    place = range;
                }
                _ => {}
            }
        }
        Ok(())
    })?;
    Ok((key, value, place))
}

/// A variable-length number.
pub(crate) fn varint(cursor: &mut Cursor<'_>) -> Result<u64, ReadError> {
    let mut value = 0_u64;
    for shift in (0..70_u32).step_by(7) {
        let [byte] = cursor.array("a number of the message")?;
        let bits = u64::from(byte & 0x7F);
        value |= bits.checked_shl(shift).unwrap_or(0);
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(cursor.malformed("a number of the message is too long"))
}

/// Writes messages for tests.
#[cfg(test)]
pub(crate) mod write {
    pub(crate) fn varint(mut value: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        while value >= 0x80 {
            bytes.push((value & 0x7F) as u8 | 0x80);
            value >>= 7;
        }
        bytes.push(value as u8);
        bytes
    }

    pub(crate) fn number(field: u64, value: u64) -> Vec<u8> {
        [varint(field << 3), varint(value)].concat()
    }

    pub(crate) fn bytes(field: u64, value: &[u8]) -> Vec<u8> {
        [
            varint(field << 3 | 2),
            varint(value.len() as u64),
            value.to_vec(),
        ]
        .concat()
    }
}
