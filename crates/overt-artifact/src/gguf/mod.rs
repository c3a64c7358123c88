//! GGUF, versions 1 to 3, in either byte order.
//!
//! Format: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>. Arrays of numbers are passed
//! over without reading; arrays of texts (a tokenizer's vocabulary) are walked and counted.

mod keys;
mod types;

use overt_core::{Budget, Problem, ProblemKind, Span};

use crate::bytes::{Cursor, ReadError};
use crate::document::shorten;
use crate::{Field, FieldName, Format, Inspection, ReadAt, Tensor};

pub use types::{file_type_name, tensor_type};

/// The longest key or tensor name, in bytes (the format allows keys of 65535 bytes).
const LONGEST_NAME: u64 = 65_535;
/// The longest text that is read; of a longer one only the beginning is.
const LONGEST_TEXT: u64 = 1 << 16;
/// The longest value that is kept, in characters.
const LONGEST_VALUE: usize = 4096;
/// The most texts of an array that become fields.
const MOST_ELEMENTS: u64 = 256;
/// The most dimensions of a tensor; the format says 4.
const MOST_DIMENSIONS: u32 = 8;

/// Reads the header: all metadata and the list of tensors.
pub fn read(source: &dyn ReadAt, budget: Budget) -> (Option<Inspection>, Vec<Problem>) {
    let cursor = Cursor::new(source, budget);
    let mut header = Header {
        cursor,
        big_endian: false,
        version: 0,
        inspection: Inspection::of(Format::Gguf, source.size()),
        tensors: Vec::new(),
        keys: std::collections::HashSet::new(),
        problems: Vec::new(),
        alignment: 32,
        declared_tensors: 0,
    };
    let result = header.read();
    if let Err(error) = result {
        header.problems.push(error.problem());
        if header.version == 0 {
            return (None, header.problems);
        }
    }
    header.finish()
}

struct Header<'a> {
    cursor: Cursor<'a>,
    big_endian: bool,
    version: u32,
    inspection: Inspection,
    tensors: Vec<Tensor>,
    keys: std::collections::HashSet<String>,
    problems: Vec<Problem>,
    alignment: u64,
    declared_tensors: u64,
}

/// A metadata value, as far as it is kept.
enum Kept {
    /// A number or truth value.
    Scalar(String),
    /// A text.
    Text(String),
    /// The first texts of an array, each with its place, and how many there are.
    Texts(Vec<(String, Span)>, u64),
    /// An array of something else: its type's name and length.
    Array(&'static str, u64),
}

impl Header<'_> {
    fn read(&mut self) -> Result<(), ReadError> {
        if &self.cursor.array::<4>("the magic number")? != b"GGUF" {
            return Err(ReadError::Malformed {
                what: "the magic number is not `GGUF`".to_owned(),
                at: 0,
            });
        }
        let version: [u8; 4] = self.cursor.array("the version")?;
        let little = u32::from_le_bytes(version);
        // A version is small; in the other byte order it looks huge.
        self.big_endian = little.trailing_zeros() >= 16 && little != 0;
        let version = if self.big_endian {
            u32::from_be_bytes(version)
        } else {
            little
        };
        if !(1..=3).contains(&version) {
            self.problems.push(
                Problem::new(
                    ProblemKind::Unsupported,
                    format!("version {version} of GGUF is unknown"),
                )
                .at(Span::Bytes(4, 8)),
            );
            self.inspection.intact = false;
            self.version = u32::MAX;
            return Ok(());
        }
        self.version = version;
        self.inspection.format_version = Some(version.to_string());
        self.declared_tensors = self.count("the number of tensors")?;
        let pairs = self.count("the number of metadata values")?;
        self.plausible(pairs, 12, "metadata values")?;
        self.plausible(self.declared_tensors, 24, "tensors")?;
        for _ in 0..pairs {
            self.pair()?;
        }
        for _ in 0..self.declared_tensors {
            self.tensor()?;
        }
        Ok(())
    }

    /// A file cannot hold more things than its size allows.
    fn plausible(&self, count: u64, least: u64, what: &str) -> Result<(), ReadError> {
        if count.saturating_mul(least) > self.cursor.remaining() {
            return Err(self.cursor.malformed(format!(
                "the header declares {count} {what}, more than the file can hold"
            )));
        }
        Ok(())
    }

    fn u32(&mut self, what: &'static str) -> Result<u32, ReadError> {
        let bytes = self.cursor.array(what)?;
        Ok(if self.big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        })
    }

    fn u64(&mut self, what: &'static str) -> Result<u64, ReadError> {
        let bytes = self.cursor.array(what)?;
        Ok(if self.big_endian {
            u64::from_be_bytes(bytes)
        } else {
            u64::from_le_bytes(bytes)
        })
    }

    /// A count or length: 32 bits in version 1, 64 bits since.
    fn count(&mut self, what: &'static str) -> Result<u64, ReadError> {
        if self.version == 1 {
            Ok(u64::from(self.u32(what)?))
        } else {
            self.u64(what)
        }
    }

    /// A text of which at most [`LONGEST_TEXT`] bytes are read, and its place.
    fn text(&mut self, what: &'static str) -> Result<(String, Span), ReadError> {
        let length = self.count(what)?;
        let start = self.cursor.position();
        let end = start.saturating_add(length);
        if length > self.cursor.remaining() {
            return Err(ReadError::Truncated {
                what,
                end,
                size: self.cursor.size(),
            });
        }
        let kept = length.min(LONGEST_TEXT);
        let bytes = self.cursor.take(kept, what)?;
        let text = String::from_utf8_lossy(bytes).into_owned();
        self.cursor.skip(length.saturating_sub(kept), what)?;
        Ok((text, Span::Bytes(start, end)))
    }

    fn name(&mut self, what: &'static str) -> Result<(String, Span), ReadError> {
        let (name, span) = self.text(what)?;
        if let Span::Bytes(start, end) = span
            && end.saturating_sub(start) > LONGEST_NAME
        {
            return Err(self
                .cursor
                .malformed(format!("{what} is longer than the format allows")));
        }
        Ok((name, span))
    }

    fn pair(&mut self) -> Result<(), ReadError> {
        self.cursor.item("the metadata")?;
        let (key, key_span) = self.name("a metadata key")?;
        let kind = self.u32("a metadata type")?;
        let start = self.cursor.position();
        let value = self.value(kind)?;
        let span = Span::Bytes(start, self.cursor.position());
        if !self.keys.insert(key.clone()) {
            self.problems.push(
                Problem::new(
                    ProblemKind::DuplicateKey,
                    format!("the metadata `{}` is given twice", shorten(&key, 80)),
                )
                .at(key_span),
            );
        }
        self.keep(key, value, span);
        Ok(())
    }

    fn value(&mut self, kind: u32) -> Result<Kept, ReadError> {
        /// Types by the size of their values, for passing over arrays.
        const TEXT: u32 = 8;
        const ARRAY: u32 = 9;
        if kind == TEXT {
            let (text, _) = self.text("a metadata text")?;
            return Ok(Kept::Text(text));
        }
        if kind != ARRAY {
            return self.scalar(kind).map(Kept::Scalar);
        }
        let element = self.u32("an array's type")?;
        let length = self.count("an array's length")?;
        match element {
            TEXT => {
                self.plausible(length, 4, "texts in an array")?;
                let mut texts = Vec::new();
                for index in 0..length {
                    self.cursor.item("an array of texts")?;
                    if index < MOST_ELEMENTS {
                        texts.push(self.text("a text of an array")?);
                    } else {
                        let bytes = self.count("a text of an array")?;
                        self.cursor.skip(bytes, "a text of an array")?;
                    }
                }
                Ok(Kept::Texts(texts, length))
            }
            ARRAY => {
                self.cursor
                    .budget
                    .enter()
                    .map_err(|source| ReadError::Budget {
                        what: "nested arrays",
                        source,
                    })?;
                self.plausible(length, 12, "arrays in an array")?;
                for _ in 0..length {
                    self.cursor.item("nested arrays")?;
                    self.value(ARRAY)?;
                }
                self.cursor.budget.leave();
                Ok(Kept::Array("array", length))
            }
            _ => {
                let (name, size) = types::metadata_type(element).ok_or_else(|| {
                    self.cursor
                        .malformed(format!("the metadata type {element} is unknown"))
                })?;
                self.cursor
                    .skip(length.saturating_mul(size), "an array of numbers")?;
                Ok(Kept::Array(name, length))
            }
        }
    }

    fn scalar(&mut self, kind: u32) -> Result<String, ReadError> {
        let what = "a metadata number";
        let big = self.big_endian;
        macro_rules! number {
            ($type:ty) => {{
                let bytes = self.cursor.array(what)?;
                let value = if big {
                    <$type>::from_be_bytes(bytes)
                } else {
                    <$type>::from_le_bytes(bytes)
                };
                value.to_string()
            }};
        }
        Ok(match kind {
            0 => number!(u8),
            1 => number!(i8),
            2 => number!(u16),
            3 => number!(i16),
            4 => number!(u32),
            5 => number!(i32),
            6 => number!(f32),
            7 => {
                let [byte] = self.cursor.array(what)?;
                (byte != 0).to_string()
            }
            10 => number!(u64),
            11 => number!(i64),
            12 => number!(f64),
            _ => {
                return Err(self
                    .cursor
                    .malformed(format!("the metadata type {kind} is unknown")));
            }
        })
    }

    fn keep(&mut self, key: String, value: Kept, span: Span) {
        let name = keys::meaning(&key);
        match value {
            Kept::Scalar(value) => {
                if key == "general.alignment"
                    && let Ok(alignment) = value.parse::<u64>()
                {
                    self.set_alignment(alignment, span);
                }
                if key == "general.file_type" {
                    let value = file_type_name(&value).unwrap_or(value);
                    self.inspection.quantization = Some(value.clone());
                    self.field(FieldName::Quantization, key, &value, span);
                } else {
                    self.field(name, key, &value, span);
                }
            }
            Kept::Text(value) => {
                if key == "general.architecture" {
                    self.inspection.architecture = Some(shorten(&value, 256));
                }
                // The place of a text is that of its bytes, without its length.
                let length_bytes = if self.version == 1 { 4 } else { 8 };
                let span = match span {
                    Span::Bytes(start, end) => Span::Bytes(start.saturating_add(length_bytes), end),
                    lines @ Span::Lines(..) => lines,
                };
                self.field(name, key, &value, span);
            }
            Kept::Texts(texts, count) if name != FieldName::Other => {
                let kept = texts.len() as u64;
                for (text, span) in texts {
                    self.field(name, key.clone(), &text, span);
                }
                if count > kept {
                    self.problems.push(Problem::new(
                        ProblemKind::LimitExceeded,
                        format!("of the {count} values of `{key}`, {kept} were kept"),
                    ));
                }
            }
            Kept::Texts(_, count) => {
                self.field(FieldName::Other, key, &format!("[{count} × text]"), span);
            }
            Kept::Array(element, count) => {
                self.field(
                    FieldName::Other,
                    key,
                    &format!("[{count} × {element}]"),
                    span,
                );
            }
        }
    }

    fn set_alignment(&mut self, alignment: u64, span: Span) {
        if alignment > 0 && alignment.is_power_of_two() {
            self.alignment = alignment;
        } else {
            self.problems.push(
                Problem::new(
                    ProblemKind::Malformed,
                    format!("the alignment {alignment} is no power of two"),
                )
                .at(span),
            );
        }
    }

    fn field(&mut self, name: FieldName, key: String, value: &str, span: Span) {
        let value = shorten(value, LONGEST_VALUE);
        let field = Field::new(name, key, value, Some(span));
        self.inspection.fields.push(field);
    }

    fn tensor(&mut self) -> Result<(), ReadError> {
        self.cursor.item("the tensors")?;
        let (name, _) = self.name("a tensor's name")?;
        let dimensions = self.u32("a tensor's dimensions")?;
        if dimensions > MOST_DIMENSIONS {
            return Err(self.cursor.malformed(format!(
                "the tensor `{}` has {dimensions} dimensions",
                shorten(&name, 80)
            )));
        }
        let mut shape = Vec::new();
        for _ in 0..dimensions {
            shape.push(self.count("a tensor's shape")?);
        }
        // The file gives the innermost dimension first.
        shape.reverse();
        let kind = self.u32("a tensor's type")?;
        let offset = self.u64("a tensor's place")?;
        let known = tensor_type(kind);
        let dtype = known.map_or_else(|| format!("type-{kind}"), |known| known.name.to_owned());
        let mut tensor = Tensor {
            name,
            dtype,
            shape,
            bytes: None,
        };
        // The place is relative to the data, whose start is not known yet.
        tensor.bytes = known.and_then(|known| {
            let size = known.bytes(tensor.elements()?)?;
            Some((offset, offset.checked_add(size)?))
        });
        if known.is_none() {
            self.problems.push(Problem::remark(
                ProblemKind::Unsupported,
                format!("the tensor type {kind} is unknown"),
            ));
        } else if tensor.bytes.is_none() {
            self.problems.push(Problem::new(
                ProblemKind::Inconsistent,
                format!(
                    "the tensor `{}` is larger than any file",
                    shorten(&tensor.name, 80)
                ),
            ));
        }
        self.tensors.push(tensor);
        Ok(())
    }

    fn finish(mut self) -> (Option<Inspection>, Vec<Problem>) {
        /// More of them say nothing more.
        const MOST: usize = 16;
        keys::keep_best_names(&mut self.inspection.fields);
        let data_start = self
            .cursor
            .position()
            .checked_next_multiple_of(self.alignment)
            .unwrap_or(u64::MAX);
        let complete = self.tensors.len() as u64 == self.declared_tensors;
        for tensor in &mut self.tensors {
            tensor.bytes = tensor.bytes.map(|(start, end)| {
                (
                    data_start.saturating_add(start),
                    data_start.saturating_add(end),
                )
            });
        }
        if complete {
            self.check_places();
        }
        if self.problems.len() > MOST {
            let more = self.problems.len().saturating_sub(MOST);
            self.problems.truncate(MOST);
            self.problems.push(Problem::new(
                ProblemKind::Inconsistent,
                format!("and {more} more of the same kind"),
            ));
        }
        self.inspection.intact = self.problems.is_empty();
        self.inspection.header_bytes_read = self.cursor.fetched();
        self.inspection.set_tensors(self.tensors);
        (Some(self.inspection), self.problems)
    }

    /// Whether the tensors lie within the file and beside each other.
    fn check_places(&mut self) {
        let size = self.cursor.size();
        let mut places: Vec<(u64, u64, &str)> = self
            .tensors
            .iter()
            .filter_map(|tensor| {
                let (start, end) = tensor.bytes?;
                Some((start, end, tensor.name.as_str()))
            })
            .collect();
        places.sort_unstable();
        let mut found = Vec::new();
        let mut before = 0_u64;
        for (start, end, name) in places {
            if start < before {
                found.push(
                    Problem::new(
                        ProblemKind::Inconsistent,
                        format!(
                            "the tensor `{}` overlaps the one before it",
                            shorten(name, 80)
                        ),
                    )
                    .at(Span::Bytes(start, end)),
                );
            }
            before = before.max(end);
        }
        if before > size {
            found.push(
                Problem::new(
                    ProblemKind::Truncated,
                    format!("the tensors end at byte {before}, but the file has {size} bytes"),
                )
                .at(Span::Bytes(size.saturating_sub(1), size)),
            );
        }
        self.problems.extend(found);
    }
}

#[cfg(test)]
pub(crate) mod tests;
