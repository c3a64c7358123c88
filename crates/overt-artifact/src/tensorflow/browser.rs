//! TensorFlow.js: `model.json` with the list of weights, whose values are in files beside it.
//!
//! Format: `tfjs-core/src/io/types.ts` of tensorflow/tfjs (`ModelJSON`, `WeightsManifestConfig`).

use overt_core::{Budget, Problem, ProblemKind};

use crate::bytes::{read_whole, text};
use crate::document::json::Reader;
use crate::document::{DocumentError, Key, Lines, Node, line_span, shorten};
use crate::inspection::Payload;
use crate::{Field, FieldName, Format, Inspection, ReadAt, Tensor};

/// No tensor has more dimensions.
const MOST_DIMENSIONS: usize = 254;

/// Whether the beginning of a JSON file is that of a TensorFlow.js model.
pub(crate) fn begins(first: &[u8]) -> bool {
    let holds = |part: &[u8]| first.windows(part.len()).any(|window| window == part);
    holds(b"\"weightsManifest\"")
        || holds(b"\"modelTopology\"")
        || holds(b"\"graph-model\"")
        || holds(b"\"layers-model\"")
}

/// Reads who made the model and its weights' names, types and shapes.
pub fn read(source: &dyn ReadAt, budget: &Budget) -> (Option<Inspection>, Vec<Problem>) {
    let bytes = match read_whole(source, budget) {
        Ok(bytes) => bytes,
        Err(problem) => return (None, vec![problem]),
    };
    let (text, mut problems) = text(&bytes);
    let lines = Lines::of(&text);
    let mut model = Model {
        inspection: Inspection::of(Format::TensorflowJs, source.size()),
        tensors: Vec::new(),
        problems: Vec::new(),
        lines: &lines,
        has_weights: false,
    };
    let mut reader = Reader::new(text.as_bytes(), budget.clone());
    let result = reader.object(&mut |reader, key| model.member(reader, &key));
    if let Err(error) = result {
        problems.push(error.problem("the model", &lines));
    }
    problems.append(&mut model.problems);
    if !model.has_weights && problems.is_empty() {
        problems.push(Problem::new(
            ProblemKind::Missing,
            "the model has no `weightsManifest`",
        ));
    }
    let mut inspection = model.inspection;
    for payload in &inspection.payloads {
        for file in &payload.files {
            if file.starts_with('/') || file.split(['/', '\\']).any(|part| part == "..") {
                problems.push(Problem::new(
                    ProblemKind::UnsafeLink,
                    format!("weights lie outside the folder: `{}`", shorten(file, 80)),
                ));
            }
        }
    }
    inspection.header_bytes_read = source.size();
    inspection.intact = problems.is_empty();
    inspection.set_tensors(model.tensors);
    (Some(inspection), problems)
}

struct Model<'l> {
    inspection: Inspection,
    tensors: Vec<Tensor>,
    problems: Vec<Problem>,
    lines: &'l Lines,
    has_weights: bool,
}

impl Model<'_> {
    /// Reads one member of the outermost object.
    fn member(&mut self, reader: &mut Reader<'_>, key: &Key) -> Result<(), DocumentError> {
        let meaning = match key.text.as_str() {
            "format" => FieldName::Other,
            "generatedBy" | "convertedBy" => FieldName::LibraryName,
            "weightsManifest" => {
                self.has_weights = true;
                return reader.array(&mut |reader, _| self.group(reader));
            }
            "userDefinedMetadata" => return self.metadata(reader),
            _ => return reader.skip(),
        };
        let start = reader.position();
        let node = reader.node(&mut Vec::new())?;
        if let Some(value) = node.scalar().filter(|value| !value.is_empty()) {
            let span = line_span(self.lines, &(start..node.bytes.end));
            if key.text == "format" {
                self.inspection.format_version = Some(shorten(value, 80));
            }
            let field = Field::new(meaning, key.text.clone(), shorten(value, 1024), span);
            self.inspection.fields.push(field);
        }
        Ok(())
    }

    /// What the author wrote, under the names that safetensors' metadata uses.
    fn metadata(&mut self, reader: &mut Reader<'_>) -> Result<(), DocumentError> {
        const MOST: usize = 256;
        if reader.peek() != Some(b'{') {
            return reader.skip();
        }
        reader.object(&mut |reader, key| {
            let start = reader.position();
            let node = reader.node(&mut Vec::new())?;
            if let Some(value) = node.scalar()
                && self.inspection.fields.len() < MOST
            {
                let span = line_span(self.lines, &(start..node.bytes.end));
                let name = crate::safetensors::metadata_field(&key.text);
                let field = Field::new(name, key.text, shorten(value, 4096), span);
                self.inspection.fields.push(field);
            }
            Ok(())
        })
    }

    /// One group of weights that lie behind each other in the group's files.
    fn group(&mut self, reader: &mut Reader<'_>) -> Result<(), DocumentError> {
        let mut files: Vec<String> = Vec::new();
        let mut bytes = Some(0_u64);
        reader.object(&mut |reader, key| match key.text.as_str() {
            "paths" => reader.array(&mut |reader, _| {
                files.push(shorten(&reader.string()?.0, 1024));
                Ok(())
            }),
            "weights" => reader.array(&mut |reader, _| {
                let node = reader.node(&mut Vec::new())?;
                let length = self.weight(&node);
                bytes = bytes
                    .zip(length)
                    .map(|(sum, length)| sum.saturating_add(length));
                Ok(())
            }),
            _ => reader.skip(),
        })?;
        self.inspection.declared_files.extend(files.iter().cloned());
        self.inspection.payloads.push(Payload {
            files,
            // Texts have no length in the list; then only the files themselves are known.
            bytes: bytes.unwrap_or(0),
        });
        Ok(())
    }

    /// Takes one weight in; how many bytes it has, where that can be known.
    fn weight(&mut self, node: &Node) -> Option<u64> {
        const MOST_PROBLEMS: usize = 8;
        let name = node.get("name").and_then(Node::text).unwrap_or_default();
        let declared = node.get("dtype").and_then(Node::text).unwrap_or_default();
        let quantized = node
            .at(&["quantization", "dtype"])
            .and_then(Node::text)
            .unwrap_or(declared);
        let sides: Option<Vec<u64>> = node
            .get("shape")
            .map(Node::elements)
            .unwrap_or_default()
            .iter()
            .map(Node::count)
            .collect();
        let Some(shape) = sides.filter(|sides| sides.len() <= MOST_DIMENSIONS) else {
            if self.problems.len() < MOST_PROBLEMS {
                self.problems.push(Problem::new(
                    ProblemKind::Malformed,
                    format!("the weight `{}` has no readable shape", shorten(name, 80)),
                ));
            }
            return None;
        };
        if quantized != declared && self.inspection.quantization.is_none() {
            self.inspection.quantization = Some(shorten(quantized, 40));
        }
        let (dtype, width) = data_type(quantized);
        let tensor = Tensor {
            name: shorten(name, 512),
            dtype: dtype.to_owned(),
            shape,
            bytes: None,
        };
        let length = width
            .zip(tensor.elements())
            .and_then(|(width, elements)| elements.checked_mul(width));
        if dtype != "string" {
            self.tensors.push(tensor);
        }
        length
    }
}

/// The type as safetensors spells it, and its bytes.
fn data_type(name: &str) -> (&'static str, Option<u64>) {
    match name {
        "float32" => ("F32", Some(4)),
        "float16" => ("F16", Some(2)),
        "int32" => ("I32", Some(4)),
        "uint16" => ("U16", Some(2)),
        "uint8" => ("U8", Some(1)),
        "bool" => ("BOOL", Some(1)),
        "complex64" => ("C64", Some(8)),
        "string" => ("string", None),
        _ => ("unknown", None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"{"format":"graph-model","generatedBy":"2.15.0","convertedBy":"Converter v4",
        "modelTopology":{"node":[{"name":"x"}]},"userDefinedMetadata":{"license":"mit"},
        "weightsManifest":[{"paths":["group1-shard1of2.bin","group1-shard2of2.bin"],"weights":[
          {"name":"a","shape":[2,3],"dtype":"float32"},
          {"name":"b","shape":[],"dtype":"int32"},
          {"name":"c","shape":[5],"dtype":"float32","quantization":{"dtype":"uint8","min":0,"scale":1}}]}]}"#;

    #[test]
    fn weights_and_their_files_are_read() {
        let bytes = SMALL.as_bytes().to_vec();
        let (inspection, problems) = crate::inspect(&bytes, "model.json", Budget::HEADER);
        assert_eq!(problems, []);
        let inspection = inspection.unwrap();
        assert_eq!(inspection.format, Format::TensorflowJs);
        assert_eq!(inspection.tensors.as_ref().unwrap().parameters, 12);
        assert_eq!(inspection.quantization.as_deref(), Some("uint8"));
        assert_eq!(inspection.declared_files.len(), 2);
        assert_eq!(inspection.payloads[0].bytes, 24 + 4 + 5);
        let license = inspection
            .fields
            .iter()
            .find(|field| field.name == FieldName::License);
        assert_eq!(license.unwrap().value, "mit");
    }

    #[test]
    fn what_is_missing_malformed_or_outside_is_reported() {
        for (text, kind) in [
            (r#"{"modelTopology":{}}"#, ProblemKind::Missing),
            (
                r#"{"weightsManifest":[{"paths":["../x"]}]}"#,
                ProblemKind::UnsafeLink,
            ),
            (
                r#"{"weightsManifest":[{"weights":[{"name":"a","shape":[-1]}]}]}"#,
                ProblemKind::Malformed,
            ),
            (
                r#"{"weightsManifest":[{"weights":["#,
                ProblemKind::Malformed,
            ),
        ] {
            let (_, problems) = read(&text.as_bytes().to_vec(), &Budget::HEADER);
            assert_eq!(problems.first().map(|p| p.kind), Some(kind), "{text}");
        }
    }
}
