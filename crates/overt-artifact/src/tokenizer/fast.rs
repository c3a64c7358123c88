//! `tokenizer.json` of Hugging Face tokenizers.

use overt_core::{Budget, Problem};

use crate::bytes::{read_whole, text};
use crate::document::json::Reader;
use crate::document::{DocumentError, Lines, line_span};
use crate::{Field, FieldName, Format, Inspection, ReadAt};

/// Reads the model's type and the sizes of its tables. The tables are walked, not kept.
pub fn read(source: &dyn ReadAt, budget: &Budget) -> (Option<Inspection>, Vec<Problem>) {
    let bytes = match read_whole(source, budget) {
        Ok(bytes) => bytes,
        Err(problem) => return (None, vec![problem]),
    };
    let (text, mut problems) = text(&bytes);
    let mut inspection = Inspection::of(Format::TokenizerJson, source.size());
    let mut reader = Reader::new(text.as_bytes(), budget.clone());
    let mut counts = Counts::default();
    if let Err(error) = counts.read(&mut reader) {
        problems.push(error.problem("the tokenizer", &Lines::of(&text)));
    }
    let lines = Lines::of(&text);
    if let Some((kind, at)) = counts.kind {
        let span = line_span(&lines, &at);
        let name = FieldName::Architecture;
        inspection
            .fields
            .push(Field::new(name, "model.type", kind.clone(), span));
        inspection.architecture = Some(kind);
    }
    inspection.format_version = counts.version;
    for (key, count) in [
        ("vocab-size", counts.vocab),
        ("merges", counts.merges),
        ("added-tokens", counts.added),
    ] {
        if let Some(count) = count {
            let field = Field::new(FieldName::Other, key, count.to_string(), None);
            inspection.fields.push(field);
        }
    }
    inspection.header_bytes_read = source.size();
    inspection.intact = problems.is_empty();
    (Some(inspection), problems)
}

#[derive(Default)]
struct Counts {
    version: Option<String>,
    kind: Option<(String, std::ops::Range<usize>)>,
    vocab: Option<u64>,
    merges: Option<u64>,
    added: Option<u64>,
}

impl Counts {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), DocumentError> {
        reader.object(&mut |reader, key| match key.text.as_str() {
            "version" => {
                self.version = reader.node(&mut Vec::new())?.scalar().map(str::to_owned);
                Ok(())
            }
            "added_tokens" => {
                self.added = Some(count(reader)?);
                Ok(())
            }
            "model" if reader.peek() == Some(b'{') => reader.object(&mut |reader, key| {
                match key.text.as_str() {
                    "type" if reader.peek() == Some(b'"') => self.kind = Some(reader.string()?),
                    "vocab" => self.vocab = Some(count(reader)?),
                    "merges" => self.merges = Some(count(reader)?),
                    _ => reader.skip()?,
                }
                Ok(())
            }),
            _ => reader.skip(),
        })
    }
}

/// How many entries or elements the next value has.
fn count(reader: &mut Reader<'_>) -> Result<u64, DocumentError> {
    let mut count = 0_u64;
    match reader.peek() {
        Some(b'{') => reader.object(&mut |reader, _| {
            count = count.saturating_add(1);
            reader.skip()
        })?,
        Some(b'[') => reader.array(&mut |reader, _| {
            count = count.saturating_add(1);
            reader.skip()
        })?,
        _ => reader.skip()?,
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_type_are_read() {
        let json = br#"{"version":"1.0","added_tokens":[{"id":0}],"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":["a b"]}}"#;
        let (inspection, problems) = read(&json.to_vec(), &Budget::HEADER);
        assert_eq!(problems, []);
        let inspection = inspection.unwrap();
        assert_eq!(inspection.architecture.as_deref(), Some("BPE"));
        let sizes: Vec<_> = inspection.fields[1..]
            .iter()
            .map(|f| f.value.as_str())
            .collect();
        assert_eq!(sizes, ["2", "1", "1"]);
    }
}
