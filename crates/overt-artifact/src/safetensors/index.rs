//! The index of a sharded model: which tensor is in which file.

use std::collections::BTreeSet;

use overt_core::{Budget, Problem, ProblemKind};

use crate::bytes::{read_whole, text};
use crate::document::json::Reader;
use crate::document::{DocumentError, Lines, line_span, shorten};
use crate::{Field, FieldName, Format, Inspection, ReadAt};

/// What an index says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// The tensors with the file each is in, in the index's order.
    pub tensors: Vec<(String, String)>,
    /// The files, in name order.
    pub files: BTreeSet<String>,
    /// The bytes that all tensors take together, as declared.
    pub total_bytes: Option<u64>,
    /// Further metadata.
    pub fields: Vec<Field>,
}

/// Reads an index (`*.safetensors.index.json`, `*.bin.index.json`).
pub fn read(bytes: &[u8], budget: Budget) -> (Index, Vec<Problem>) {
    let (text, mut problems) = text(bytes);
    let lines = Lines::of(&text);
    let mut index = Index::default();
    let mut reader = Reader::new(text.as_bytes(), budget);
    if let Err(error) = read_into(&mut reader, &mut index, &lines) {
        problems.push(error.problem("the index", &lines));
    } else if index.files.is_empty() {
        problems.push(Problem::new(
            ProblemKind::Malformed,
            "the index names no files",
        ));
    }
    for file in &index.files {
        if file.contains(['/', '\\']) || file.as_str() == ".." {
            problems.push(Problem::new(
                ProblemKind::UnsafeLink,
                format!(
                    "the index names the file `{}` in another folder",
                    shorten(file, 80)
                ),
            ));
        }
    }
    (index, problems)
}

fn read_into(
    reader: &mut Reader<'_>,
    index: &mut Index,
    lines: &Lines,
) -> Result<(), DocumentError> {
    reader.object(&mut |reader, key| match key.text.as_str() {
        "metadata" => reader.object(&mut |reader, key| {
            let start = reader.position();
            let node = reader.node(&mut Vec::new())?;
            if key.text == "total_size" {
                // Some writers give a float.
                index.total_bytes = node.count().or_else(|| {
                    let text = node.scalar()?;
                    text.strip_suffix(".0")?.parse().ok()
                });
            }
            if let Some(value) = node.scalar() {
                let span = line_span(lines, &(start..node.bytes.end));
                let field = Field::new(FieldName::Other, key.text, shorten(value, 4096), span);
                index.fields.push(field);
            }
            Ok(())
        }),
        "weight_map" => reader.object(&mut |reader, key| {
            let (file, _) = reader.string()?;
            index.files.insert(file.clone());
            index.tensors.push((key.text, file));
            Ok(())
        }),
        _ => reader.skip(),
    })
}

/// The index as an [`Inspection`] of its fields and declared files.
pub(crate) fn inspect(
    source: &dyn ReadAt,
    format: Format,
    budget: &Budget,
) -> (Option<Inspection>, Vec<Problem>) {
    let bytes = match read_whole(source, budget) {
        Ok(bytes) => bytes,
        Err(problem) => return (None, vec![problem]),
    };
    let (index, problems) = read(&bytes, budget.clone());
    let mut inspection = index.inspection(format, source.size());
    inspection.intact = problems.is_empty();
    (Some(inspection), problems)
}

impl Index {
    /// The index as an [`Inspection`] of its fields and declared files; `bytes` is its size.
    pub fn inspection(&self, format: Format, bytes: u64) -> Inspection {
        let mut inspection = Inspection::of(format, bytes);
        inspection.header_bytes_read = bytes;
        inspection.fields.clone_from(&self.fields);
        inspection.declared_files = self.files.iter().cloned().collect();
        inspection
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_sizes_are_read() {
        let text = r#"{"metadata":{"total_size":16060522496.0},
            "weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}"#;
        let (index, problems) = read(text.as_bytes(), Budget::TEXT);
        assert_eq!(problems, []);
        assert_eq!(index.total_bytes, Some(16_060_522_496));
        assert_eq!(index.files.len(), 2);
        assert_eq!(index.tensors[1].0, "b");
    }

    #[test]
    fn files_outside_the_folder_are_reported() {
        let text = r#"{"weight_map":{"a":"../../etc/passwd"}}"#;
        let (_, problems) = read(text.as_bytes(), Budget::TEXT);
        assert_eq!(problems[0].kind, ProblemKind::UnsafeLink);
        let (_, problems) = read(b"{}", Budget::TEXT);
        assert_eq!(problems[0].kind, ProblemKind::Malformed);
    }
}
