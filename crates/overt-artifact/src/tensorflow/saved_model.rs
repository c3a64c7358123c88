//! `saved_model.pb`: versions and tags of each graph. The weights are in `variables/`.
//!
//! Field numbers: `saved_model.proto` and `meta_graph.proto` of tensorflow/tensorflow.

use std::ops::Range;

use overt_core::{Budget, Problem, ProblemKind, Span};

use crate::bytes::{Cursor, ReadError};
use crate::protobuf::{message, text};
use crate::{Field, FieldName, Format, Inspection, ReadAt};

/// Reads the versions and tags.
pub fn read(source: &dyn ReadAt, budget: Budget) -> (Option<Inspection>, Vec<Problem>) {
    let mut inspection = Inspection::of(Format::TensorflowSavedModel, source.size());
    let mut cursor = Cursor::new(source, budget);
    let mut problems = Vec::new();
    let mut graphs = 0_u64;
    let result = message(&mut cursor, 0..source.size(), &mut |cursor, part| {
        match (part.number, part.range()) {
            (1, None) => {
                inspection.format_version = part.number_value().map(|number| number.to_string());
            }
            (2, Some(range)) => {
                graphs = graphs.saturating_add(1);
                meta_graph(cursor, range, &mut inspection)?;
            }
            _ => {}
        }
        Ok(())
    });
    if let Err(error) = result {
        problems.push(error.problem());
    }
    if graphs == 0 {
        let what = "the file holds no graph";
        problems.push(Problem::new(ProblemKind::Malformed, what));
        return (None, problems);
    }
    inspection.declared_files = vec!["variables/variables.index".to_owned()];
    inspection.header_bytes_read = cursor.fetched();
    inspection.intact = problems.is_empty();
    (Some(inspection), problems)
}

fn meta_graph(
    cursor: &mut Cursor<'_>,
    range: Range<u64>,
    into: &mut Inspection,
) -> Result<(), ReadError> {
    message(cursor, range, &mut |cursor, part| {
        let (1, Some(range)) = (part.number, part.range()) else {
            return Ok(());
        };
        message(cursor, range, &mut |cursor, part| {
            let (key, name) = match part.number {
                1 => ("meta_graph_version", FieldName::Version),
                4 => ("tags", FieldName::Tag),
                5 => ("tensorflow_version", FieldName::LibraryName),
                _ => return Ok(()),
            };
            if let Some(range) = part.range() {
                let value = text(cursor, &range, 1024)?;
                let span = Some(Span::Bytes(range.start, range.end));
                into.fields.push(Field::new(name, key, value, span));
            }
            Ok(())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protobuf::write::{bytes, number};

    #[test]
    fn versions_and_tags_are_read() {
        let info = [bytes(4, b"serve"), bytes(5, b"2.15.0")].concat();
        let file = [number(1, 1), bytes(2, &bytes(1, &info))].concat();
        let (inspection, problems) = read(&file, Budget::HEADER);
        assert_eq!(problems, []);
        let fields = inspection.unwrap().fields;
        assert_eq!(fields[0].value, "serve");
        assert_eq!(fields[1].value, "2.15.0");
        assert!(read(&number(1, 1), Budget::HEADER).0.is_none());
    }
}
