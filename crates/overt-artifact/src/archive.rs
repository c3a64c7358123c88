//! ZIP archives that are told apart by their members: Keras 3, `PyTorch` under another name,
//! `NumPy` under another name.

use overt_core::{Budget, Problem, ProblemKind};

use crate::bytes::Cursor;
use crate::document::{Lines, Node, parse_json, shorten};
use crate::zip::{Archive, Window};
use crate::{Field, FieldName, Format, Inspection, ReadAt, Tensor, hdf5, numpy, pickle};

/// Reads an archive by what is in it.
pub fn read(source: &dyn ReadAt, budget: &Budget) -> (Option<Inspection>, Vec<Problem>) {
    let mut cursor = Cursor::new(source, budget.clone());
    let archive = match Archive::read(&mut cursor) {
        Ok(archive) => archive,
        Err(error) => return (None, vec![error.problem()]),
    };
    let has = |name: &str| archive.member(name).is_some();
    if has("config.json") && (has("model.weights.h5") || has("metadata.json")) {
        return keras(source, &archive, cursor);
    }
    let is_checkpoint = archive
        .members
        .iter()
        .any(|member| member.name == "data.pkl" || member.name.ends_with("/data.pkl"));
    if is_checkpoint {
        return pickle::read_zip(source, budget);
    }
    let holds_arrays = archive
        .members
        .iter()
        .any(|member| member.name.strip_suffix(".npy").is_some());
    if holds_arrays {
        return numpy::read_archive(source, budget);
    }
    let mut inspection = Inspection::of(Format::Zip, source.size());
    inspection.header_bytes_read = cursor.fetched();
    let problem = Problem::remark(
        ProblemKind::Unsupported,
        "the archive is in no weight format that overt reads",
    );
    (Some(inspection), vec![problem])
}

/// A Keras 3 archive: its versions and the model's class.
fn keras(
    source: &dyn ReadAt,
    archive: &Archive,
    mut cursor: Cursor<'_>,
) -> (Option<Inspection>, Vec<Problem>) {
    const LARGEST: u64 = 16 << 20;
    let mut inspection = Inspection::of(Format::Keras, source.size());
    let mut problems = Vec::new();
    for (name, keys) in [
        (
            "metadata.json",
            &[
                ("keras_version", FieldName::LibraryName),
                ("date_saved", FieldName::Date),
            ][..],
        ),
        (
            "config.json",
            &[
                ("class_name", FieldName::Architecture),
                ("config.name", FieldName::ModelName),
                ("registered_name", FieldName::Other),
            ][..],
        ),
    ] {
        let Some(member) = archive.member(name) else {
            continue;
        };
        let bytes = match member.whole(&mut cursor, LARGEST) {
            Ok(bytes) => bytes,
            Err(error) => {
                problems.push(error.problem());
                continue;
            }
        };
        let text = String::from_utf8_lossy(&bytes);
        let lines = Lines::of(&text);
        match parse_json(&text, Budget::TEXT) {
            Ok(document) => {
                for (key, meaning) in keys {
                    let path: Vec<&str> = key.split('.').collect();
                    let value = document.root.at(&path);
                    if let Some(value) = value.and_then(Node::scalar) {
                        let key = format!("{name}:{key}");
                        inspection.fields.push(Field::new(
                            *meaning,
                            key,
                            shorten(value, 1024),
                            None,
                        ));
                        if *meaning == FieldName::Architecture {
                            inspection.architecture = Some(shorten(value, 256));
                        }
                    }
                }
            }
            Err(error) => {
                let mut problem = error.problem(&format!("the member `{name}`"), &lines);
                // Its lines are those of the member, not of the file.
                problem.span = None;
                problems.push(problem);
            }
        }
    }
    let mut read = cursor.fetched();
    match archive.member("model.weights.h5") {
        Some(weights) if weights.method == 0 => match weights.place(&mut cursor) {
            Ok((start, length)) => {
                let window = Window::new(source, start, length);
                let (weights, found) = hdf5::read(&window, cursor.budget.clone());
                problems.extend(found);
                if let Some(weights) = weights {
                    read = read.saturating_add(weights.header_bytes_read);
                    inspection.set_tensors(moved(weights.tensor_list, start));
                }
            }
            Err(error) => problems.push(error.problem()),
        },
        Some(_) => problems.push(Problem::remark(
            ProblemKind::Unsupported,
            "the member `model.weights.h5` is compressed; its tensors are not listed",
        )),
        None => problems.push(Problem::new(
            ProblemKind::Missing,
            "the archive has no `model.weights.h5`",
        )),
    }
    inspection.header_bytes_read = read;
    inspection.intact = problems.is_empty();
    (Some(inspection), problems)
}

/// Tensors of a member, placed in its archive.
fn moved(mut tensors: Vec<Tensor>, start: u64) -> Vec<Tensor> {
    for tensor in &mut tensors {
        tensor.bytes = tensor
            .bytes
            .map(|(from, to)| (from.saturating_add(start), to.saturating_add(start)));
    }
    tensors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zip::tests::archive;

    #[test]
    fn a_keras_archive_gives_version_and_class() {
        let bytes = archive(&[
            (
                "metadata.json",
                br#"{"keras_version":"3.4.1","date_saved":"2024-07-01"}"#,
                false,
            ),
            (
                "config.json",
                br#"{"class_name":"Functional","config":{"name":"net"}}"#,
                true,
            ),
            ("model.weights.h5", &crate::hdf5::tests::small(), false),
        ]);
        let (inspection, problems) = crate::inspect(&bytes, "m.keras", Budget::HEADER);
        assert_eq!(problems, []);
        let inspection = inspection.unwrap();
        assert_eq!(inspection.format, Format::Keras);
        assert_eq!(inspection.tensors.unwrap().parameters, 12);
        let values: Vec<_> = inspection.fields.iter().map(|f| f.value.as_str()).collect();
        assert_eq!(values, ["3.4.1", "2024-07-01", "Functional", "net"]);
    }

    #[test]
    fn other_archives_are_told_apart_by_their_members() {
        let bytes = archive(&[("notes.txt", b"x", false)]);
        let (inspection, problems) = crate::inspect(&bytes, "a.zip", Budget::HEADER);
        assert_eq!(inspection.unwrap().format, Format::Zip);
        assert!(!problems[0].loses_facts);
    }
}
