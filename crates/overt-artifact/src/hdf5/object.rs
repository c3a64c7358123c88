//! Object headers and what their messages say.

use crate::bytes::{Cursor, ReadError};
use crate::document::shorten;

/// An address that leads nowhere.
const UNDEFINED: u64 = u64::MAX;
/// What a table's entry of a soft link says instead of a kind of object.
const SOFT_LINK: u32 = 2;
/// The most messages of one object.
const MOST_MESSAGES: u32 = 65_536;

/// How wide addresses and lengths are in this file, and what addresses count from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    /// Bytes of an address.
    pub offset: u8,
    /// Bytes of a length.
    pub length: u8,
    /// Added to every address.
    pub base: u64,
}

impl Sizes {
    /// Takes the widths in.
    pub(super) fn set(
        &mut self,
        offset: u8,
        length: u8,
        cursor: &Cursor<'_>,
    ) -> Result<(), ReadError> {
        let known = |width: u8| matches!(width, 2 | 4 | 8);
        if !known(offset) || !known(length) {
            return Err(cursor.malformed("addresses of this width are not used"));
        }
        self.offset = offset;
        self.length = length;
        Ok(())
    }

    /// An address.
    pub(super) fn offset(
        &self,
        cursor: &mut Cursor<'_>,
        what: &'static str,
    ) -> Result<u64, ReadError> {
        let address = number(cursor, self.offset, what)?;
        let undefined = match self.offset {
            2 => u64::from(u16::MAX),
            4 => u64::from(u32::MAX),
            _ => UNDEFINED,
        };
        Ok(if address == undefined {
            UNDEFINED
        } else {
            address.saturating_add(self.base)
        })
    }

    /// A length.
    pub(super) fn length(
        &self,
        cursor: &mut Cursor<'_>,
        what: &'static str,
    ) -> Result<u64, ReadError> {
        number(cursor, self.length, what)
    }
}

/// A whole number of so many bytes, little end first.
fn number(cursor: &mut Cursor<'_>, width: u8, what: &'static str) -> Result<u64, ReadError> {
    let bytes = cursor.take(width.into(), what)?;
    let mut wide = [0; 8];
    for (to, from) in wide.iter_mut().zip(bytes) {
        *to = *from;
    }
    Ok(u64::from_le_bytes(wide))
}

/// What an object's header says.
#[derive(Debug, Default)]
pub(super) struct Object {
    /// The objects inside it, if it is a group.
    pub links: Vec<(String, u64)>,
    /// Its shape and type, if it is a dataset.
    pub dataset: Option<Dataset>,
    /// Texts among its attributes.
    pub attributes: Vec<(String, String)>,
    /// Whether it has links in a fractal heap.
    pub has_dense_links: bool,
}

/// A dataset's shape, type and place.
#[derive(Debug, Default)]
pub(super) struct Dataset {
    /// The type's name as safetensors spells it.
    pub dtype: String,
    /// Bytes per element.
    pub width: Option<u64>,
    /// Its dimensions.
    pub shape: Vec<u64>,
    /// Where its values begin, if they lie in one piece.
    pub start: Option<u64>,
}

/// One message: its type and where its body is.
struct Message {
    kind: u16,
    start: u64,
    length: u64,
}

/// Reads the object whose header is at `address`.
pub(super) fn read(
    cursor: &mut Cursor<'_>,
    sizes: &Sizes,
    address: u64,
) -> Result<Object, ReadError> {
    let mut object = Object::default();
    let (mut shape, mut kind, mut start) = (None, None, None);
    for message in messages(cursor, sizes, address)? {
        cursor.seek(message.start, "a message")?;
        match message.kind {
            0x0001 => shape = Some(dataspace(cursor, sizes)?),
            0x0002 => object.has_dense_links |= has_dense_links(cursor, sizes)?,
            0x0003 => kind = Some(datatype(cursor)?),
            0x0006 => object.links.extend(link(cursor, sizes)?),
            0x0008 => start = layout(cursor, sizes)?,
            0x000C => object
                .attributes
                .extend(attribute(cursor, sizes, &message)?),
            0x0011 => {
                let tree = sizes.offset(cursor, "a symbol table")?;
                let heap = sizes.offset(cursor, "a symbol table")?;
                symbols(cursor, sizes, tree, heap, &mut object.links)?;
            }
            _ => {}
        }
    }
    if let (Some(shape), Some(kind)) = (shape, kind) {
        object.dataset = Some(Dataset {
            dtype: kind.name,
            width: Some(kind.size),
            shape,
            start,
        });
    }
    Ok(object)
}

/// All messages of a header and its continuations.
fn messages(
    cursor: &mut Cursor<'_>,
    sizes: &Sizes,
    address: u64,
) -> Result<Vec<Message>, ReadError> {
    let what = "an object's header";
    cursor.seek(address, what)?;
    let mut found: Vec<Message> = Vec::new();
    let mut blocks: Vec<(u64, u64)> = Vec::new();
    let first: [u8; 4] = cursor.array(what)?;
    // Whether messages have small heads, and with a creation order.
    let (is_new, has_order) = if &first == b"OHDR" {
        let [_version, flags] = cursor.array(what)?;
        if flags & 0x20 != 0 {
            cursor.skip(16, what)?;
        }
        if flags & 0x10 != 0 {
            cursor.skip(4, what)?;
        }
        let width = 1_u8.checked_shl(u32::from(flags & 3)).unwrap_or(8);
        let length = number(cursor, width, what)?;
        blocks.push((cursor.position(), length));
        (true, flags & 0x04 != 0)
    } else {
        if first.first() != Some(&1) {
            return Err(cursor.malformed("an object's header is not where it should be"));
        }
        cursor.skip(4, what)?;
        let length = u32::from_le_bytes(cursor.array(what)?);
        cursor.skip(4, what)?;
        blocks.push((cursor.position(), length.into()));
        (false, false)
    };
    let mut count = 0_u32;
    while let Some((start, length)) = blocks.pop() {
        let end = start.saturating_add(length);
        cursor.seek(end, what)?;
        cursor.seek(start, what)?;
        let head: u64 = match (is_new, has_order) {
            (false, _) => 8,
            (true, false) => 4,
            (true, true) => 6,
        };
        while cursor.position().saturating_add(head) <= end {
            count = count.saturating_add(1);
            if count > MOST_MESSAGES {
                return Err(cursor.malformed("an object has too many messages"));
            }
            cursor.item(what)?;
            let (kind, length) = if is_new {
                let [kind, l0, l1, _flags] = cursor.array(what)?;
                if has_order {
                    cursor.skip(2, what)?;
                }
                (u16::from(kind), u16::from_le_bytes([l0, l1]))
            } else {
                let [k0, k1, l0, l1, _, _, _, _] = cursor.array(what)?;
                (u16::from_le_bytes([k0, k1]), u16::from_le_bytes([l0, l1]))
            };
            let start = cursor.position();
            let length = u64::from(length);
            if kind == 0x0010 {
                let at = sizes.offset(cursor, what)?;
                let size = sizes.length(cursor, what)?;
                // A new-style block has its own signature and checksum.
                let (at, size) = if is_new {
                    (at.saturating_add(4), size.saturating_sub(8))
                } else {
                    (at, size)
                };
                blocks.push((at, size));
            } else {
                found.push(Message {
                    kind,
                    start,
                    length,
                });
            }
            cursor.seek(start.saturating_add(length), what)?;
        }
    }
    Ok(found)
}

fn dataspace(cursor: &mut Cursor<'_>, sizes: &Sizes) -> Result<Vec<u64>, ReadError> {
    const MOST_DIMENSIONS: u8 = 32;
    let what = "a dataset's shape";
    let [version, rank, _flags, _] = cursor.array(what)?;
    if version == 1 {
        cursor.skip(4, what)?;
    }
    if rank > MOST_DIMENSIONS {
        return Err(cursor.malformed(format!("a dataset has {rank} dimensions")));
    }
    (0..rank).map(|_| sizes.length(cursor, what)).collect()
}

/// A type, as far as it matters here.
struct Kind {
    name: String,
    size: u64,
    /// Whether it is a text: of fixed length, or in the global heap.
    text: Option<TextKind>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum TextKind {
    Fixed,
    Heap,
}

fn datatype(cursor: &mut Cursor<'_>) -> Result<Kind, ReadError> {
    let what = "a type";
    let [class, bits, _, _] = cursor.array(what)?;
    let size = u64::from(u32::from_le_bytes(cursor.array(what)?));
    // Bit 0 is the byte order; bit 3 of whole numbers says that they are signed.
    let big_endian = bits & 1 != 0;
    let mut text = None;
    let name = match class & 0x0F {
        0 => {
            let sign = if bits & 8 != 0 { "I" } else { "U" };
            format!("{sign}{}", size.saturating_mul(8))
        }
        1 => format!("F{}", size.saturating_mul(8)),
        3 => {
            text = Some(TextKind::Fixed);
            "STRING".to_owned()
        }
        8 => "BOOL".to_owned(),
        9 => {
            // Bits 0 to 3 are 1 for texts.
            if bits & 0x0F == 1 {
                text = Some(TextKind::Heap);
            }
            "STRING".to_owned()
        }
        6 => "record".to_owned(),
        7 => "REFERENCE".to_owned(),
        10 => "ARRAY".to_owned(),
        other => format!("class-{other}"),
    };
    let name = if big_endian && matches!(class & 0x0F, 0 | 1) {
        format!("{name}-big-endian")
    } else {
        name
    };
    Ok(Kind { name, size, text })
}

/// Where the values begin, if they lie in one piece.
fn layout(cursor: &mut Cursor<'_>, sizes: &Sizes) -> Result<Option<u64>, ReadError> {
    let what = "a dataset's layout";
    let [version, class] = cursor.array(what)?;
    let address = match (version, class) {
        (3 | 4, 1) => sizes.offset(cursor, what)?,
        // Compact: the values are in the message, after their length.
        (3 | 4, 0) => cursor.position().saturating_add(2),
        _ => UNDEFINED,
    };
    Ok((address != UNDEFINED).then_some(address))
}

/// Whether a group keeps links in a fractal heap.
fn has_dense_links(cursor: &mut Cursor<'_>, sizes: &Sizes) -> Result<bool, ReadError> {
    let what = "a group's links";
    let [_version, flags] = cursor.array(what)?;
    if flags & 1 != 0 {
        cursor.skip(8, what)?;
    }
    Ok(sizes.offset(cursor, what)? != UNDEFINED)
}

/// A link of a new-style group, if it leads into this file.
fn link(cursor: &mut Cursor<'_>, sizes: &Sizes) -> Result<Option<(String, u64)>, ReadError> {
    let what = "a link";
    let [_version, flags] = cursor.array(what)?;
    let kind = if flags & 8 != 0 {
        let [kind] = cursor.array(what)?;
        kind
    } else {
        0
    };
    if flags & 4 != 0 {
        cursor.skip(8, what)?;
    }
    if flags & 16 != 0 {
        cursor.skip(1, what)?;
    }
    let width = 1_u8.checked_shl(u32::from(flags & 3)).unwrap_or(8);
    let length = number(cursor, width, what)?;
    let name = name(cursor, length, what)?;
    if kind != 0 {
        return Ok(None);
    }
    let address = sizes.offset(cursor, what)?;
    Ok((address != UNDEFINED).then_some((name, address)))
}

fn name(cursor: &mut Cursor<'_>, length: u64, what: &'static str) -> Result<String, ReadError> {
    const LONGEST: u64 = 4096;
    if length > LONGEST {
        return Err(cursor.malformed("a name is too long"));
    }
    let bytes = cursor.take(length, what)?;
    let bytes = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

/// The entries of an old-style group: a tree of tables, with the names in a heap.
fn symbols(
    cursor: &mut Cursor<'_>,
    sizes: &Sizes,
    tree: u64,
    heap: u64,
    links: &mut Vec<(String, u64)>,
) -> Result<(), ReadError> {
    const DEEPEST: u32 = 16;
    let what = "a group's table";
    cursor.seek(heap, what)?;
    if &cursor.array::<4>(what)? != b"HEAP" {
        return Err(cursor.malformed("a group's names are not where they should be"));
    }
    cursor.skip(4, what)?;
    sizes.length(cursor, what)?;
    sizes.length(cursor, what)?;
    let names = sizes.offset(cursor, what)?;
    let mut open: Vec<(u64, u32)> = vec![(tree, 0)];
    while let Some((address, depth)) = open.pop() {
        cursor.item(what)?;
        cursor.seek(address, what)?;
        let signature: [u8; 4] = cursor.array(what)?;
        if &signature == b"TREE" {
            let [_kind, _level, n0, n1] = cursor.array(what)?;
            let used = u16::from_le_bytes([n0, n1]);
            if depth >= DEEPEST {
                return Err(cursor.malformed("a group's table is too deep"));
            }
            sizes.offset(cursor, what)?;
            sizes.offset(cursor, what)?;
            let mut children = Vec::new();
            for _ in 0..used {
                cursor.item(what)?;
                sizes.length(cursor, what)?;
                children.push((sizes.offset(cursor, what)?, depth.saturating_add(1)));
            }
            open.extend(children.into_iter().rev());
        } else if &signature == b"SNOD" {
            let [_version, _, n0, n1] = cursor.array(what)?;
            let mut entries = Vec::new();
            for _ in 0..u16::from_le_bytes([n0, n1]) {
                cursor.item(what)?;
                let offset = number(cursor, sizes.offset, what)?;
                let address = sizes.offset(cursor, what)?;
                let kind = u32::from_le_bytes(cursor.array(what)?);
                cursor.skip(20, what)?;
                // A soft link leads to a path, which is listed where it stands.
                if kind != SOFT_LINK && address != UNDEFINED {
                    entries.push((offset, address));
                }
            }
            for (offset, address) in entries {
                cursor.seek(names.saturating_add(offset), what)?;
                links.push((zero_ended(cursor)?, address));
            }
        } else {
            return Err(cursor.malformed("a group's table is not where it should be"));
        }
    }
    Ok(())
}

fn zero_ended(cursor: &mut Cursor<'_>) -> Result<String, ReadError> {
    const LONGEST: u64 = 4096;
    let start = cursor.position();
    let mut length = 32_u64;
    loop {
        let wanted = length.min(cursor.size().saturating_sub(start));
        cursor.seek(start, "a name")?;
        let bytes = cursor.take(wanted, "a name")?;
        if let Some(end) = bytes.iter().position(|byte| *byte == 0) {
            let name = bytes.get(..end).unwrap_or_default();
            return Ok(String::from_utf8_lossy(name).into_owned());
        }
        if wanted < length || length >= LONGEST {
            return Err(cursor.malformed("a name does not end"));
        }
        length = length.saturating_mul(4);
    }
}

/// An attribute that is a text, or a list of texts joined by commas.
fn attribute(
    cursor: &mut Cursor<'_>,
    sizes: &Sizes,
    message: &Message,
) -> Result<Option<(String, String)>, ReadError> {
    const LONGEST: u64 = 1 << 20;
    const MOST_TEXTS: u64 = 64;
    let what = "an attribute";
    let end = message.start.saturating_add(message.length);
    let [version, _flags, n0, n1, t0, t1, s0, s1] = cursor.array(what)?;
    if version >= 3 {
        cursor.skip(1, what)?;
    }
    let length = |a, b| u64::from(u16::from_le_bytes([a, b]));
    let padded = |length: u64| match version {
        1 => length.checked_next_multiple_of(8).unwrap_or(length),
        _ => length,
    };
    let start = cursor.position();
    let name = name(cursor, length(n0, n1), what)?;
    let type_at = start.saturating_add(padded(length(n0, n1)));
    let space_at = type_at.saturating_add(padded(length(t0, t1)));
    let data_at = space_at.saturating_add(padded(length(s0, s1)));
    cursor.seek(type_at, what)?;
    let kind = datatype(cursor)?;
    let Some(text) = kind.text else {
        return Ok(None);
    };
    cursor.seek(space_at, what)?;
    let shape = dataspace(cursor, sizes)?;
    let count = shape
        .iter()
        .fold(1_u64, |count, side| count.saturating_mul(*side));
    let mut texts: Vec<String> = Vec::new();
    let mut at = data_at;
    for _ in 0..count.min(MOST_TEXTS) {
        if at >= end {
            break;
        }
        cursor.seek(at, what)?;
        match text {
            TextKind::Fixed => {
                let bytes = cursor.take(kind.size.min(LONGEST), what)?;
                let bytes = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
                texts.push(String::from_utf8_lossy(bytes).into_owned());
                at = at.saturating_add(kind.size.max(1));
            }
            TextKind::Heap => {
                let length = u64::from(u32::from_le_bytes(cursor.array(what)?));
                let heap = sizes.offset(cursor, what)?;
                let index = u32::from_le_bytes(cursor.array(what)?);
                at = cursor.position();
                if heap != UNDEFINED && length > 0 {
                    texts.push(from_heap(cursor, sizes, heap, index, length.min(LONGEST))?);
                }
            }
        }
    }
    Ok(Some((shorten(&name, 256), texts.join(", "))))
}

/// A text of the global heap.
fn from_heap(
    cursor: &mut Cursor<'_>,
    sizes: &Sizes,
    heap: u64,
    wanted: u32,
    length: u64,
) -> Result<String, ReadError> {
    let what = "the global heap";
    cursor.seek(heap, what)?;
    if &cursor.array::<4>(what)? != b"GCOL" {
        return Err(cursor.malformed("the global heap is not where it should be"));
    }
    cursor.skip(4, what)?;
    let size = sizes.length(cursor, what)?;
    let end = heap.saturating_add(size);
    while cursor.position().saturating_add(8) < end {
        cursor.item(what)?;
        let [i0, i1, _, _, _, _, _, _] = cursor.array(what)?;
        let index = u32::from(u16::from_le_bytes([i0, i1]));
        let size = sizes.length(cursor, what)?;
        if index == 0 {
            break;
        }
        if index == wanted {
            let bytes = cursor.take(length.min(size), what)?;
            return Ok(String::from_utf8_lossy(bytes)
                .trim_end_matches('\0')
                .to_owned());
        }
        let padded = size.checked_next_multiple_of(8).unwrap_or(u64::MAX);
        cursor.skip(padded, what)?;
    }
    Err(cursor.malformed("a text is not in the global heap"))
}
