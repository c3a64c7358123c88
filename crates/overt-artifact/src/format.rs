//! Which format a file is in, by its first bytes and its name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::tensorflow;

/// A format that weights, configurations or tokenizers come in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Safetensors: a JSON header before plain tensors.
    Safetensors,
    /// The index of a sharded safetensors model.
    SafetensorsIndex,
    /// GGUF, the format of llama.cpp since August 2023.
    Gguf,
    /// GGML, GGMF, GGJT: llama.cpp before GGUF, and whisper.cpp.
    Ggml,
    /// A `PyTorch` checkpoint in a ZIP archive, including `TorchScript`.
    PytorchZip,
    /// A `PyTorch` checkpoint of before version 1.6, or another bare pickle.
    PytorchLegacy,
    /// The index of a sharded `PyTorch` checkpoint.
    PytorchIndex,
    /// ONNX: a protocol buffer of a graph with its weights.
    Onnx,
    /// A `TensorFlow` `SavedModel`: graph and signatures.
    TensorflowSavedModel,
    /// The index of a `TensorFlow` checkpoint, or of a `SavedModel`'s variables.
    TensorflowCheckpoint,
    /// A TensorFlow.js model's `model.json`.
    TensorflowJs,
    /// `TensorFlow` Lite flat buffers.
    Tflite,
    /// A Keras 3 archive.
    Keras,
    /// HDF5, as Keras 1 and 2 save.
    Hdf5,
    /// A Core ML model specification.
    CoreMl,
    /// One `NumPy` array.
    Npy,
    /// A ZIP archive of `NumPy` arrays.
    Npz,
    /// Flax parameters in `MessagePack`.
    FlaxMsgpack,
    /// An `OpenVINO` network description.
    Openvino,
    /// A `CTranslate2` model.
    Ctranslate2,
    /// The configuration of a `LoRA` or other adapter.
    LoraAdapterConfig,
    /// A Hugging Face fast tokenizer.
    TokenizerJson,
    /// A `SentencePiece` model.
    Sentencepiece,
    /// An OCI or Docker image manifest, as Ollama and model registries use it.
    OciManifest,
    /// An Ollama `Modelfile`.
    Modelfile,
    /// A `KitOps` `Kitfile`.
    Kitfile,
    /// A ZIP archive that is none of the above.
    Zip,
}

impl Format {
    /// The stable id.
    pub fn id(self) -> &'static str {
        match self {
            Self::Safetensors => "safetensors",
            Self::SafetensorsIndex => "safetensors-index",
            Self::Gguf => "gguf",
            Self::Ggml => "ggml",
            Self::PytorchZip => "pytorch-zip",
            Self::PytorchLegacy => "pytorch-legacy",
            Self::PytorchIndex => "pytorch-index",
            Self::Onnx => "onnx",
            Self::TensorflowSavedModel => "tensorflow-saved-model",
            Self::TensorflowCheckpoint => "tensorflow-checkpoint",
            Self::TensorflowJs => "tensorflow-js",
            Self::Tflite => "tflite",
            Self::Keras => "keras",
            Self::Hdf5 => "hdf5",
            Self::CoreMl => "core-ml",
            Self::Npy => "npy",
            Self::Npz => "npz",
            Self::FlaxMsgpack => "flax-msgpack",
            Self::Openvino => "openvino",
            Self::Ctranslate2 => "ctranslate2",
            Self::LoraAdapterConfig => "lora-adapter-config",
            Self::TokenizerJson => "tokenizer-json",
            Self::Sentencepiece => "sentencepiece",
            Self::OciManifest => "oci-manifest",
            Self::Modelfile => "modelfile",
            Self::Kitfile => "kitfile",
            Self::Zip => "zip",
        }
    }

    /// The format of a file with this name that begins with these bytes (at least 64 of them, or
    /// all there are).
    ///
    /// Magic numbers decide before names: a GGUF file called `model.bin` is GGUF. A name decides
    /// alone where the format has no magic number.
    pub fn detect(file_name: &str, first_bytes: &[u8]) -> Option<Self> {
        let name = file_name.to_ascii_lowercase();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        if let Some(format) = by_magic(&name, extension, first_bytes) {
            return Some(format);
        }
        by_name(&name, extension, first_bytes)
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.id())
    }
}

fn by_magic(name: &str, extension: &str, first: &[u8]) -> Option<Format> {
    if first.starts_with(b"GGUF") {
        return Some(Format::Gguf);
    }
    if [b"lmgg", b"fmgg", b"tjgg", b"algg"]
        .iter()
        .any(|magic| first.starts_with(*magic))
    {
        return Some(Format::Ggml);
    }
    if first.starts_with(b"PK\x03\x04") || first.starts_with(b"PK\x05\x06") {
        return Some(match extension {
            "npz" => Format::Npz,
            "keras" => Format::Keras,
            "pt" | "pth" | "bin" | "ckpt" | "pkl" | "pickle" | "ptl" | "jit" | "tar" | "th" => {
                Format::PytorchZip
            }
            // Whatever it is called, the pickle comes first in what PyTorch writes.
            _ if contains(first, b"data.pkl") => Format::PytorchZip,
            _ => Format::Zip,
        });
    }
    if first.starts_with(b"\x89HDF\r\n\x1a\n") {
        return Some(Format::Hdf5);
    }
    if first.starts_with(b"\x93NUMPY") {
        return Some(Format::Npy);
    }
    if first.get(4..8) == Some(b"TFL3") {
        return Some(Format::Tflite);
    }
    if looks_like_safetensors(first) && extension != "json" {
        return Some(Format::Safetensors);
    }
    if matches!(
        extension,
        "pt" | "pth" | "bin" | "ckpt" | "pkl" | "pickle" | "th" | "tar"
    ) && matches!(first, [0x80, 0x02..=0x05, ..])
        && name != "tokenizer.bin"
    {
        return Some(Format::PytorchLegacy);
    }
    None
}

/// A header length of which the upper half is zero, then the beginning of a JSON object.
fn looks_like_safetensors(first: &[u8]) -> bool {
    first.get(4..8) == Some(&[0; 4])
        && first.get(8..).is_some_and(|rest| {
            rest.starts_with(b"{\"") || rest.starts_with(b"{}") || rest.starts_with(b"{ ")
        })
}

fn by_name(name: &str, extension: &str, first: &[u8]) -> Option<Format> {
    if name.ends_with(".safetensors.index.json") {
        return Some(Format::SafetensorsIndex);
    }
    if name.ends_with(".bin.index.json") || name.ends_with(".pt.index.json") {
        return Some(Format::PytorchIndex);
    }
    match name {
        "tokenizer.json" => return Some(Format::TokenizerJson),
        "adapter_config.json" => return Some(Format::LoraAdapterConfig),
        "saved_model.pb" => return Some(Format::TensorflowSavedModel),
        "manifest.json"
            if contains(first, b"\"schemaVersion\"")
                || contains(first, b"\"layers\"")
                || contains(first, b"\"Layers\"") =>
        {
            return Some(Format::OciManifest);
        }
        "modelfile" => return Some(Format::Modelfile),
        "kitfile" => return Some(Format::Kitfile),
        _ => {}
    }
    if name.starts_with("modelfile.") || extension == "modelfile" {
        return Some(Format::Modelfile);
    }
    match extension {
        "safetensors" => Some(Format::Safetensors),
        "gguf" => Some(Format::Gguf),
        "onnx" => Some(Format::Onnx),
        "tflite" => Some(Format::Tflite),
        "keras" => Some(Format::Keras),
        "h5" | "hdf5" => Some(Format::Hdf5),
        "mlmodel" => Some(Format::CoreMl),
        "npy" => Some(Format::Npy),
        "npz" => Some(Format::Npz),
        "msgpack" => Some(Format::FlaxMsgpack),
        "pt" | "pth" | "ckpt" | "pkl" | "pickle" | "th" => Some(Format::PytorchLegacy),
        "model" | "spm" if first.first() == Some(&0x0A) => Some(Format::Sentencepiece),
        "index" if tensorflow::checkpoint::begins(first) => Some(Format::TensorflowCheckpoint),
        "json" if tensorflow::browser::begins(first) => Some(Format::TensorflowJs),
        "xml" if contains(first, b"<net ") || contains(first, b"<net\n") => Some(Format::Openvino),
        "bin" if is_ctranslate2(name, first) => Some(Format::Ctranslate2),
        _ => None,
    }
}

/// A binary version up to 20, then the length and name of the model's specification.
fn is_ctranslate2(name: &str, first: &[u8]) -> bool {
    name == "model.bin"
        && first.get(1..4) == Some(&[0; 3])
        && first
            .first()
            .is_some_and(|version| (1..=20).contains(version))
        && first.get(6..).is_some_and(|spec| contains(spec, b"Spec\0"))
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magic_numbers_decide_before_names() {
        for (name, first, format) in [
            ("model.bin", &b"GGUF\x03\0\0\0"[..], Some(Format::Gguf)),
            ("x.safetensors", b"", Some(Format::Safetensors)),
            (
                "renamed",
                b"\x10\0\0\0\0\0\0\0{\"a\":{}",
                Some(Format::Safetensors),
            ),
            ("pytorch_model.bin", b"PK\x03\x04", Some(Format::PytorchZip)),
            ("weights.npz", b"PK\x03\x04", Some(Format::Npz)),
            ("data.zip", b"PK\x03\x04", Some(Format::Zip)),
            (
                "weights.torch",
                b"PK\x03\x04.archive/data.pkl",
                Some(Format::PytorchZip),
            ),
            ("manifest.json", b"{\"icons\":[]}", None),
            (
                "manifest.json",
                b"{\"schemaVersion\":2}",
                Some(Format::OciManifest),
            ),
            ("source.spm", b"\x0a\x0e", Some(Format::Sentencepiece)),
            (
                "model.bin",
                b"\x80\x02\x8a\x0a",
                Some(Format::PytorchLegacy),
            ),
            (
                "model.safetensors.index.json",
                b"{",
                Some(Format::SafetensorsIndex),
            ),
            ("a.tflite", b"\x1c\0\0\0TFL3", Some(Format::Tflite)),
            ("README.md", b"# Hello", None),
            ("config.json", b"{", None),
            ("photo.bin", b"\x01\x02\x03\x04", None),
        ] {
            assert_eq!(Format::detect(name, first), format, "{name}");
        }
    }

    #[test]
    fn ids_are_what_serde_writes() {
        for format in [
            Format::SafetensorsIndex,
            Format::CoreMl,
            Format::Ctranslate2,
        ] {
            let written = serde_json::to_string(&format).unwrap();
            assert_eq!(written, format!("\"{}\"", format.id()));
        }
    }
}
