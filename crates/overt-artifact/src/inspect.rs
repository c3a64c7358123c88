//! From a file's first bytes to the reader of its format.

use overt_core::{Budget, Problem, ProblemKind};

use crate::bytes::{Cursor, read_whole};
use crate::tensorflow::{browser, checkpoint, saved_model, tflite};
use crate::tokenizer::{fast, sentencepiece};
use crate::{
    Format, Inspection, ReadAt, archive, config, core_ml, ctranslate2, flax, ggml, gguf, hdf5,
    manifest, numpy, onnx, openvino, pickle, safetensors,
};

/// What one weight file says about itself, from its header alone.
///
/// `None` means that it is in no format this crate reads (a problem says so) or that its header is
/// beyond reading; otherwise what could be read is returned even when problems were met.
pub fn inspect(
    source: &dyn ReadAt,
    file_name: &str,
    budget: Budget,
) -> (Option<Inspection>, Vec<Problem>) {
    /// Enough for every magic number.
    const FIRST: u64 = 4096;
    if source.size() == 0 {
        let problem = Problem::new(ProblemKind::Empty, "the file is empty");
        return (None, vec![problem]);
    }
    let mut cursor = Cursor::new(source, budget.clone());
    let first = match cursor.take(source.size().min(FIRST), "the file's beginning") {
        Ok(bytes) => bytes.to_vec(),
        Err(error) => return (None, vec![error.problem()]),
    };
    let Some(format) = Format::detect(file_name, &first) else {
        let problem = Problem::remark(
            ProblemKind::Unsupported,
            "the file is in no weight format that overt reads",
        );
        return (None, vec![problem]);
    };
    match format {
        Format::Safetensors => safetensors::read(source, budget),
        Format::SafetensorsIndex | Format::PytorchIndex => {
            safetensors::index::inspect(source, format, &budget)
        }
        Format::Gguf => gguf::read(source, budget),
        Format::PytorchZip => pickle::read_zip(source, &budget),
        Format::PytorchLegacy => pickle::read_legacy(source, budget),
        Format::Onnx => onnx::read(source, budget),
        Format::CoreMl => core_ml::read(source, budget),
        Format::TensorflowSavedModel => saved_model::read(source, budget),
        Format::TensorflowCheckpoint => checkpoint::read(source, file_name, budget),
        Format::TensorflowJs => browser::read(source, &budget),
        Format::Tflite => tflite::read(source, budget),
        Format::Sentencepiece => sentencepiece::read(source, budget),
        Format::TokenizerJson => fast::read(source, &budget),
        Format::Zip | Format::Keras => archive::read(source, &budget),
        Format::FlaxMsgpack => flax::read(source, budget),
        Format::Ctranslate2 => ctranslate2::read(source, budget),
        Format::Openvino => openvino::read(source, &budget),
        Format::Ggml => ggml::read(source, budget),
        Format::OciManifest | Format::Modelfile | Format::Kitfile => {
            manifest::read(source, format, &budget)
        }
        Format::Npy => numpy::read(source, budget),
        Format::Npz => numpy::read_archive(source, &budget),
        Format::LoraAdapterConfig => adapter(source, &budget),
        Format::Hdf5 => hdf5::read(source, budget),
    }
}

/// The configuration of an adapter.
fn adapter(source: &dyn ReadAt, budget: &Budget) -> (Option<Inspection>, Vec<Problem>) {
    let bytes = match read_whole(source, budget) {
        Ok(bytes) => bytes,
        Err(problem) => return (None, vec![problem]),
    };
    let (config, problems) = config::read(&bytes);
    let mut inspection = Inspection::of(Format::LoraAdapterConfig, source.size());
    inspection.architecture = config.get("peft_type").map(str::to_owned);
    inspection.fields = config.fields;
    inspection.header_bytes_read = source.size();
    inspection.intact = problems.is_empty();
    (Some(inspection), problems)
}
