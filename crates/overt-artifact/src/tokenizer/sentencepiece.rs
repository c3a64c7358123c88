//! `SentencePiece` models.
//!
//! Field numbers: `sentencepiece_model.proto` of google/sentencepiece.

use std::ops::Range;

use overt_core::{Budget, Problem, ProblemKind, Span};

use crate::bytes::{Cursor, ReadError};
use crate::document::shorten;
use crate::protobuf::{message, text};
use crate::{Field, FieldName, Format, Inspection, ReadAt};

/// Reads the number of pieces and how they were trained.
pub fn read(source: &dyn ReadAt, budget: Budget) -> (Option<Inspection>, Vec<Problem>) {
    let mut inspection = Inspection::of(Format::Sentencepiece, source.size());
    let mut cursor = Cursor::new(source, budget);
    let mut pieces = 0_u64;
    let mut problems = Vec::new();
    let result = message(&mut cursor, 0..source.size(), &mut |cursor, part| {
        match (part.number, part.range()) {
            (1, Some(_)) => pieces = pieces.saturating_add(1),
            (2, Some(range)) => trainer(cursor, range, &mut inspection)?,
            _ => {}
        }
        Ok(())
    });
    if let Err(error) = result {
        problems.push(error.problem());
    }
    if pieces == 0 {
        problems.push(Problem::new(
            ProblemKind::Malformed,
            "the file holds no pieces: it is no SentencePiece model",
        ));
        return (None, problems);
    }
    let count = Field::new(FieldName::Other, "vocab-size", pieces.to_string(), None);
    inspection.fields.push(count);
    inspection.header_bytes_read = cursor.fetched();
    inspection.intact = problems.is_empty();
    (Some(inspection), problems)
}

fn trainer(
    cursor: &mut Cursor<'_>,
    range: Range<u64>,
    into: &mut Inspection,
) -> Result<(), ReadError> {
    message(cursor, range, &mut |cursor, part| {
        if let (3, Some(kind)) = (part.number, part.number_value()) {
            let kind = match kind {
                1 => "unigram",
                2 => "bpe",
                3 => "word",
                4 => "char",
                _ => "unknown",
            };
            into.architecture = Some(kind.to_owned());
            return Ok(());
        }
        // The files that it was trained on say something of the data.
        let (key, name) = match part.number {
            1 => ("trainer_spec.input", FieldName::Dataset),
            2 => ("trainer_spec.model_prefix", FieldName::ModelName),
            5 => ("trainer_spec.accept_language", FieldName::Language),
            _ => return Ok(()),
        };
        if let Some(range) = part.range().filter(|_| into.fields.len() < 256) {
            let value = text(cursor, &range, 4096)?;
            let span = Some(Span::Bytes(range.start, range.end));
            into.fields
                .push(Field::new(name, key, shorten(&value, 1024), span));
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protobuf::write::{bytes, number};

    #[test]
    fn pieces_and_training_are_read() {
        let spec = [bytes(1, b"/data/corpus.txt"), number(3, 2)].concat();
        let file = [
            bytes(1, &bytes(1, b"a")),
            bytes(1, &bytes(1, b"b")),
            bytes(2, &spec),
        ]
        .concat();
        let (inspection, problems) = read(&file, Budget::HEADER);
        assert_eq!(problems, []);
        let inspection = inspection.unwrap();
        assert_eq!(inspection.architecture.as_deref(), Some("bpe"));
        assert_eq!(inspection.fields[0].value, "/data/corpus.txt");
        assert_eq!(inspection.fields[1].value, "2");
        assert!(read(&b"\n".to_vec(), Budget::HEADER).0.is_none());
    }
}
