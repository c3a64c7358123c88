//! Weight files: what their headers say.

use overt_artifact::bytes::read_whole;
use overt_artifact::safetensors::index;
use overt_artifact::{FieldName, Format, Inspection};
use overt_core::{Budget, Evidence, LineageEdge, Relation, Strength};

use super::read::Reader;
use super::{Context, all_of, classify, meaning_of};
use crate::claim::{Claim, ClaimKind, Subject};
use crate::facts::FileFacts;

/// The most tensors of one file that are kept until all files are read.
const MOST_KEPT_TENSORS: usize = 100_000;

/// Whether a file of this name is looked at as a weight file.
pub(super) fn may_be_weights(extension: &str, lower_name: &str) -> bool {
    matches!(
        extension,
        "safetensors"
            | "gguf"
            | "ggml"
            | "ggjt"
            | "pt"
            | "pth"
            | "bin"
            | "ckpt"
            | "jit"
            | "ptl"
            | "onnx"
            | "pb"
            | "tflite"
            | "keras"
            | "h5"
            | "hdf5"
            | "mlmodel"
            | "msgpack"
            | "npz"
            | "npy"
            | "pkl"
            | "pickle"
            | "nemo"
            | "model"
            | "index"
    ) || lower_name.ends_with(".safetensors.index.json")
        || lower_name.ends_with(".bin.index.json")
        || matches!(
            lower_name,
            "tokenizer.json" | "model.json" | "modelfile" | "kitfile"
        )
}

/// The format of an index, if this name is that of one.
fn index_format(name: &str) -> Option<Format> {
    Format::detect(name, b"{")
        .filter(|format| matches!(format, Format::SafetensorsIndex | Format::PytorchIndex))
}

/// The format that a name alone promises, for files whose content stands elsewhere.
pub(super) fn by_extension(name: &str) -> Option<Format> {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension.to_ascii_lowercase().as_str() {
        "safetensors" => Some(Format::Safetensors),
        "gguf" => Some(Format::Gguf),
        "pt" | "pth" | "bin" | "ckpt" => Some(Format::PytorchZip),
        "onnx" => Some(Format::Onnx),
        "tflite" => Some(Format::Tflite),
        "h5" => Some(Format::Hdf5),
        "keras" => Some(Format::Keras),
        "msgpack" => Some(Format::FlaxMsgpack),
        _ => None,
    }
}

pub(super) fn gather(
    context: &Context<'_>,
    reader: &mut Reader,
    name: &str,
    facts: &mut FileFacts,
) {
    let Some(file) = reader.ranges() else { return };
    let (inspection, problems) = match index_format(name) {
        Some(format) => match read_whole(&file, &Budget::HEADER) {
            Ok(bytes) => {
                let (index, problems) = index::read(&bytes, Budget::HEADER);
                let inspection = index.inspection(format, bytes.len() as u64);
                facts.index = Some(index);
                (Some(inspection), problems)
            }
            Err(problem) => (None, vec![problem]),
        },
        None => overt_artifact::inspect(&file, name, Budget::HEADER),
    };
    let known_by_name = by_extension(name).is_some();
    let Some(inspection) = inspection else {
        // A `.bin` or `.pkl` may be anything; only what calls itself weights is missed.
        facts
            .problems
            .extend(problems.into_iter().filter(|problem| {
                known_by_name || problem.kind != overt_core::ProblemKind::Unsupported
            }));
        classify(context, facts, by_extension(name).map(Format::id), &[]);
        return;
    };
    facts.problems.extend(problems);
    reader.count(inspection.header_bytes_read);
    classify(context, facts, Some(inspection.format.id()), &[]);
    licenses(context, &inspection, facts);
    lineage(context, &inspection, facts);
    // What is kept of every file at once must stay small; no shard has so many tensors.
    if inspection.tensor_list.len() <= MOST_KEPT_TENSORS {
        facts.weights = Some(Box::new(inspection));
    }
}

fn licenses(context: &Context<'_>, inspection: &Inspection, facts: &mut FileFacts) {
    let fields: Vec<_> = inspection
        .fields
        .iter()
        .filter(|field| field.name == FieldName::License && !field.value.trim().is_empty())
        .collect();
    // `license.name` and `license.link` say what a plain `other` leaves open.
    let named = inspection
        .fields
        .iter()
        .filter(|field| matches!(field.name, FieldName::LicenseName | FieldName::LicenseLink))
        .filter(|field| !field.value.trim().is_empty());
    let Some(first) = fields.first().copied().or_else(|| named.clone().next()) else {
        return;
    };
    let mut meaning = all_of(
        fields
            .iter()
            .map(|field| meaning_of(&field.value))
            .collect(),
    )
    .unwrap_or(crate::claim::Meaning::Nothing);
    if meaning.expression().is_none() {
        let better = named
            .map(|field| meaning_of(&field.value))
            .find(|m| m.expression().is_some());
        meaning = better.unwrap_or(meaning);
    }
    let method = method(inspection.format);
    let evidence = context
        .evidence(&facts.path, Strength::Observed, method)
        .saying(format!("{} = {}", first.key, first.value));
    facts.claims.push(Claim {
        kind: ClaimKind::WeightHeader,
        written: first.value.clone(),
        meaning,
        subject: Subject::ItsFile,
        is_policy: false,
        source: context.index,
        evidence: at(evidence, first.span),
    });
}

fn lineage(context: &Context<'_>, inspection: &Inspection, facts: &mut FileFacts) {
    for field in &inspection.fields {
        let relation = match field.name {
            FieldName::BaseModel => Relation::Unspecified,
            FieldName::Dataset => Relation::TrainedOn,
            _ => continue,
        };
        let Some(target) = super::card::hub_id(&field.value) else {
            continue;
        };
        let evidence = context
            .evidence(&facts.path, Strength::Declared, method(inspection.format))
            .saying(format!("{} = {}", field.key, field.value));
        facts
            .lineage
            .push(edge(target, relation, at(evidence, field.span)));
    }
}

/// An edge with what the families know of its target.
pub(super) fn edge(target: String, relation: Relation, evidence: Evidence) -> LineageEdge {
    let family = if relation == Relation::TrainedOn {
        None
    } else {
        overt_artifact::family::family_of_id(&target)
    };
    LineageEdge {
        target,
        relation,
        family: family.as_ref().map(|family| family.id.to_owned()),
        license: family.and_then(|family| family.license),
        evidence: vec![evidence],
    }
}

pub(super) fn at(evidence: Evidence, span: Option<overt_core::Span>) -> Evidence {
    match span {
        Some(span) => evidence.at(span),
        None => evidence,
    }
}

fn method(format: Format) -> &'static str {
    match format {
        Format::Safetensors => "safetensors-metadata",
        Format::Gguf => "gguf-metadata",
        _ => "weight-file-metadata",
    }
}
