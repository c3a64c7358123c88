//! ONNX models: a protocol buffer of a graph with its weights.
//!
//! Field numbers: `onnx.proto` of onnx/onnx. Raw data is passed over without reading it; weights of
//! subgraphs (`If`, `Loop`) count.

use std::collections::BTreeMap;
use std::ops::Range;

use overt_core::{Budget, Problem, ProblemKind, Span};

use crate::bytes::{Cursor, Paged, ReadError};
use crate::document::shorten;
use crate::protobuf::{Part, message, packed, pair, text};
use crate::{Field, FieldName, Format, Inspection, Payload, ReadAt, Tensor};

/// The longest text that is kept, in bytes.
const LONGEST: u64 = 4096;

/// Reads a model.
pub fn read(source: &dyn ReadAt, budget: Budget) -> (Option<Inspection>, Vec<Problem>) {
    let pages = Paged::new(source);
    let mut cursor = Cursor::new(&pages, budget);
    let mut model = Model {
        inspection: Inspection::of(Format::Onnx, source.size()),
        tensors: Vec::new(),
        external: BTreeMap::new(),
        graphs: 0,
        problems: Vec::new(),
    };
    let whole = 0..source.size();
    let result = message(&mut cursor, whole, &mut |cursor, part| {
        model.part(cursor, &part)
    });
    if let Err(error) = result {
        model.problems.push(error.problem());
    }
    if model.graphs == 0 {
        model.problems.push(Problem::new(
            ProblemKind::Malformed,
            "the file holds no ONNX graph",
        ));
        if model.inspection.fields.is_empty() {
            return (None, model.problems);
        }
    }
    let mut inspection = model.inspection;
    inspection.payloads = model
        .external
        .iter()
        .map(|(file, bytes)| Payload {
            files: vec![file.clone()],
            bytes: *bytes,
        })
        .collect();
    inspection.declared_files = model.external.into_keys().collect();
    for file in &inspection.declared_files {
        if file.starts_with('/') || file.split(['/', '\\']).any(|part| part == "..") {
            model.problems.push(Problem::new(
                ProblemKind::UnsafeLink,
                format!(
                    "external data lies outside the folder: `{}`",
                    shorten(file, 80)
                ),
            ));
        }
    }
    inspection.intact = model.problems.is_empty();
    inspection.header_bytes_read = pages.fetched();
    inspection.set_tensors(model.tensors);
    (Some(inspection), model.problems)
}

struct Model {
    inspection: Inspection,
    tensors: Vec<Tensor>,
    /// The files that hold external data, each with the bytes it must have.
    external: BTreeMap<String, u64>,
    graphs: u64,
    problems: Vec<Problem>,
}

impl Model {
    fn field(&mut self, name: FieldName, key: &str, value: &str, range: &Range<u64>) {
        let span = Some(Span::Bytes(range.start, range.end));
        self.inspection
            .fields
            .push(Field::new(name, key, shorten(value, 4096), span));
    }

    /// A field of `ModelProto`.
    fn part(&mut self, cursor: &mut Cursor<'_>, part: &Part) -> Result<(), ReadError> {
        if part.number == 1
            && let Some(version) = part.number_value()
        {
            self.inspection.format_version = Some(format!("ir {version}"));
            return Ok(());
        }
        let Some(range) = part.range() else {
            return Ok(());
        };
        let named = match part.number {
            2 => Some(("producer_name", FieldName::LibraryName)),
            3 => Some(("producer_version", FieldName::Version)),
            4 => Some(("domain", FieldName::Other)),
            6 => Some(("doc_string", FieldName::Other)),
            _ => None,
        };
        if let Some((key, name)) = named {
            let value = text(cursor, &range, LONGEST)?;
            if !value.is_empty() {
                self.field(name, key, &value, &range);
            }
            return Ok(());
        }
        match part.number {
            7 => {
                self.graphs = self.graphs.saturating_add(1);
                self.graph(cursor, range, true)
            }
            // A function: the constants among its nodes.
            25 => message(
                cursor,
                range,
                &mut |cursor, part| match (part.number, part.range()) {
                    (7, Some(range)) => self.node(cursor, range),
                    _ => Ok(()),
                },
            ),
            8 => self.opset(cursor, range),
            14 => {
                let (key, value, place) = pair(cursor, range)?;
                let name = crate::safetensors::metadata_field(&key);
                self.field(name, &key, &value, &place);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn opset(&mut self, cursor: &mut Cursor<'_>, range: Range<u64>) -> Result<(), ReadError> {
        let (mut domain, mut version) = (String::new(), 0);
        message(cursor, range.clone(), &mut |cursor, part| {
            match (part.number, part.range()) {
                (1, Some(range)) => domain = text(cursor, &range, LONGEST)?,
                (2, None) => version = part.number_value().unwrap_or(0),
                _ => {}
            }
            Ok(())
        })?;
        let domain = if domain.is_empty() {
            "ai.onnx"
        } else {
            &domain
        };
        self.field(
            FieldName::Other,
            &format!("opset.{domain}"),
            &version.to_string(),
            &range,
        );
        Ok(())
    }

    /// A `GraphProto`: its initializers, and those of the graphs inside its nodes. The name of the
    /// model is that of its main graph.
    fn graph(
        &mut self,
        cursor: &mut Cursor<'_>,
        range: Range<u64>,
        is_main: bool,
    ) -> Result<(), ReadError> {
        message(cursor, range, &mut |cursor, part| {
            let Some(range) = part.range() else {
                return Ok(());
            };
            match part.number {
                1 => self.node(cursor, range),
                2 if is_main => {
                    let name = text(cursor, &range, LONGEST)?;
                    self.field(FieldName::ModelName, "graph.name", &name, &range);
                    Ok(())
                }
                5 => self.tensor(cursor, range),
                // A sparse initializer: its values are a tensor.
                15 => message(
                    cursor,
                    range,
                    &mut |cursor, part| match (part.number, part.range()) {
                        (1, Some(range)) => self.tensor(cursor, range),
                        _ => Ok(()),
                    },
                ),
                _ => Ok(()),
            }
        })
    }

    /// A `NodeProto`: the graphs in its attributes, and the value of a `Constant`.
    fn node(&mut self, cursor: &mut Cursor<'_>, range: Range<u64>) -> Result<(), ReadError> {
        let (mut output, mut constant, mut is_constant) = (None, None, false);
        message(cursor, range, &mut |cursor, part| {
            let Some(range) = part.range() else {
                return Ok(());
            };
            match part.number {
                2 if output.is_none() => output = Some(range),
                4 => is_constant = text(cursor, &range, 16)? == "Constant",
                5 => message(cursor, range, &mut |cursor, part| {
                    match (part.number, part.range()) {
                        (5, Some(range)) => constant = Some(range),
                        // `g` and `graphs` of `AttributeProto`.
                        (6 | 11, Some(range)) => self.graph(cursor, range, false)?,
                        _ => {}
                    }
                    Ok(())
                })?,
                _ => {}
            }
            Ok(())
        })?;
        let (true, Some(value)) = (is_constant, constant) else {
            return Ok(());
        };
        let before = self.tensors.len();
        self.tensor(cursor, value)?;
        // Some exporters write weights as constants; shapes and indices are no weights.
        let weighs = self
            .tensors
            .get(before)
            .is_some_and(|tensor| tensor.dtype.contains('F') && !tensor.shape.is_empty());
        if !weighs {
            self.tensors.truncate(before);
        } else if let Some(output) = output {
            let name = text(cursor, &output, LONGEST)?;
            if let Some(tensor) = self.tensors.get_mut(before) {
                tensor.name = name;
            }
        }
        Ok(())
    }

    /// A `TensorProto`.
    fn tensor(&mut self, cursor: &mut Cursor<'_>, range: Range<u64>) -> Result<(), ReadError> {
        const MOST_DIMENSIONS: usize = 64;
        let mut tensor = Tensor {
            name: String::new(),
            dtype: "unknown".to_owned(),
            shape: Vec::new(),
            bytes: None,
        };
        let mut external = External::default();
        let mut width = None;
        message(cursor, range, &mut |cursor, part| {
            match (part.number, part.range()) {
                (1, None) if tensor.shape.len() < MOST_DIMENSIONS => {
                    tensor.shape.extend(part.number_value());
                }
                (1, Some(range)) => {
                    tensor
                        .shape
                        .extend(packed(cursor, &range, MOST_DIMENSIONS)?);
                }
                (2, None) => {
                    let (name, bytes) = data_type(part.number_value().unwrap_or(0));
                    name.clone_into(&mut tensor.dtype);
                    width = bytes;
                }
                (8, Some(range)) => tensor.name = text(cursor, &range, LONGEST)?,
                (9, Some(range)) => tensor.bytes = Some((range.start, range.end)),
                (13, Some(range)) => {
                    let (key, value, _) = pair(cursor, range)?;
                    external.set(&key, value);
                }
                _ => {}
            }
            Ok(())
        })?;
        let needed = tensor
            .elements()
            .zip(width)
            .and_then(|(count, width)| count.checked_mul(width));
        let is_external = external.location.is_some();
        if let (Some((start, end)), Some(_), false) = (tensor.bytes, width, is_external)
            && needed != Some(end.saturating_sub(start))
            && self.problems.len() < 8
        {
            let message = format!(
                "the tensor `{}` is not as large as its shape",
                shorten(&tensor.name, 80)
            );
            self.problems
                .push(Problem::new(ProblemKind::Inconsistent, message).at(Span::Bytes(start, end)));
        }
        if let Some(location) = external.location {
            tensor.bytes = None;
            let length = external.length.or(needed).unwrap_or(0);
            let end = external.offset.saturating_add(length);
            let most = self.external.entry(location).or_default();
            *most = end.max(*most);
        }
        self.tensors.push(tensor);
        Ok(())
    }
}

/// Where a tensor's values are, if they are in another file.
#[derive(Default)]
struct External {
    location: Option<String>,
    offset: u64,
    length: Option<u64>,
}

impl External {
    fn set(&mut self, key: &str, value: String) {
        match key {
            "location" => self.location = Some(value),
            "offset" => self.offset = value.parse().unwrap_or(0),
            "length" => self.length = value.parse().ok(),
            _ => {}
        }
    }
}

/// `TensorProto.DataType`: the name as safetensors spells it, and its bytes.
fn data_type(number: u64) -> (&'static str, Option<u64>) {
    match number {
        1 => ("F32", Some(4)),
        2 => ("U8", Some(1)),
        3 => ("I8", Some(1)),
        4 => ("U16", Some(2)),
        5 => ("I16", Some(2)),
        6 => ("I32", Some(4)),
        7 => ("I64", Some(8)),
        8 => ("STRING", None),
        9 => ("BOOL", Some(1)),
        10 => ("F16", Some(2)),
        11 => ("F64", Some(8)),
        12 => ("U32", Some(4)),
        13 => ("U64", Some(8)),
        14 => ("C64", Some(8)),
        15 => ("C128", Some(16)),
        16 => ("BF16", Some(2)),
        17 => ("F8_E4M3", Some(1)),
        18 => ("F8_E4M3FNUZ", Some(1)),
        19 => ("F8_E5M2", Some(1)),
        20 => ("F8_E5M2FNUZ", Some(1)),
        21 => ("U4", None),
        22 => ("I4", None),
        23 => ("F4", None),
        24 => ("F8_E8M0", Some(1)),
        _ => ("unknown", None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protobuf::write::{bytes, number};

    fn tensor(name: &str, dims: &[u64], data: usize) -> Vec<u8> {
        let mut made = Vec::new();
        for side in dims {
            made.extend(number(1, *side));
        }
        made.extend(number(2, 1));
        made.extend(bytes(8, name.as_bytes()));
        made.extend(bytes(9, &vec![0; data]));
        made
    }

    fn model(graph: &[u8]) -> Vec<u8> {
        [
            number(1, 8),
            bytes(2, b"pytorch"),
            bytes(7, graph),
            bytes(8, &number(2, 17)),
            bytes(14, &[bytes(1, b"license"), bytes(2, b"mit")].concat()),
        ]
        .concat()
    }

    #[test]
    fn weights_of_subgraphs_and_metadata_are_read() {
        let inner = [bytes(2, b"inner"), bytes(5, &tensor("b", &[3], 12))].concat();
        let attribute = bytes(6, &inner);
        let node = bytes(5, &attribute);
        let constant = |dims: &[u64]| {
            let value = bytes(5, &bytes(5, &tensor("", dims, 20)));
            bytes(1, &[bytes(2, b"c"), bytes(4, b"Constant"), value].concat())
        };
        // Writers put the nodes, with the graphs inside them, before the name.
        let graph = [
            bytes(1, &node),
            bytes(2, b"main"),
            bytes(5, &tensor("a", &[2, 2], 16)),
            constant(&[5]),
        ]
        .concat();
        let file = model(&graph);
        let (inspection, problems) = read(&file, Budget::HEADER);
        assert_eq!(problems, []);
        let inspection = inspection.unwrap();
        assert_eq!(inspection.tensors.unwrap().parameters, 12);
        assert_eq!(inspection.tensor_list[2].name, "c");
        assert_eq!(inspection.format_version.as_deref(), Some("ir 8"));
        let names: Vec<&str> = inspection
            .fields
            .iter()
            .filter(|field| field.name == FieldName::ModelName)
            .map(|field| field.value.as_str())
            .collect();
        assert_eq!(names, ["main"]);
        let license = inspection
            .fields
            .iter()
            .find(|f| f.name == FieldName::License)
            .unwrap();
        let Some(Span::Bytes(start, end)) = license.span else {
            panic!("a span")
        };
        assert_eq!(&file[start as usize..end as usize], b"mit");
    }

    #[test]
    fn constants_of_functions_and_the_ends_of_external_data_count() {
        let value = bytes(5, &bytes(5, &tensor("", &[6], 24)));
        let node = [bytes(2, b"c"), bytes(4, b"Constant"), value].concat();
        let entry =
            |key: &[u8], value: &[u8]| bytes(13, &[bytes(1, key), bytes(2, value)].concat());
        let outside = [
            number(1, 4),
            number(2, 1),
            bytes(8, b"w"),
            entry(b"location", b"w.data"),
            entry(b"offset", b"4096"),
            entry(b"length", b"16"),
        ]
        .concat();
        let file = [model(&bytes(5, &outside)), bytes(25, &bytes(7, &node))].concat();
        let (inspection, problems) = read(&file, Budget::HEADER);
        assert_eq!(problems, []);
        let inspection = inspection.unwrap();
        assert_eq!(inspection.tensors.unwrap().parameters, 10);
        assert_eq!(
            inspection.payloads,
            [Payload {
                files: vec!["w.data".to_owned()],
                bytes: 4112
            }]
        );
    }

    #[test]
    fn data_that_does_not_fit_and_paths_that_lead_out_are_reported() {
        let graph = bytes(5, &tensor("a", &[2, 2], 15));
        let (_, problems) = read(&model(&graph), Budget::HEADER);
        assert_eq!(problems[0].kind, ProblemKind::Inconsistent);
        let location = [bytes(1, b"location"), bytes(2, b"../../secret")].concat();
        let outside = [number(2, 1), number(1, 4), bytes(13, &location)].concat();
        let (inspection, problems) = read(&model(&bytes(5, &outside)), Budget::HEADER);
        assert_eq!(problems[0].kind, ProblemKind::UnsafeLink);
        assert_eq!(inspection.unwrap().declared_files, ["../../secret"]);
    }

    #[test]
    fn deep_cut_and_foreign_bytes_are_refused() {
        let mut graph = bytes(2, b"x");
        for _ in 0..200 {
            graph = bytes(1, &bytes(5, &bytes(6, &graph)));
        }
        let (_, problems) = read(&model(&graph), Budget::HEADER);
        assert_eq!(problems[0].kind, ProblemKind::LimitExceeded);
        let whole = model(&bytes(5, &tensor("a", &[4], 16)));
        for end in 0..whole.len() {
            let _ = read(&whole[..end].to_vec(), Budget::HEADER);
        }
        let (inspection, problems) = read(
            &b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff".to_vec(),
            Budget::HEADER,
        );
        assert!(inspection.is_none() && !problems.is_empty());
    }
}
