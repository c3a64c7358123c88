//! What a weight file, a configuration or a card says about itself, read from hostile bytes.
//!
//! Every reader here takes bytes it does not trust, spends at most a [`overt_core::Budget`], and
//! returns what it could read together with the problems it met. Nothing is executed, unpickled or
//! imported; of weight files only headers are read.
//!
//! - [`inspect()`] and [`open::inspect_path`]: one weight file's header as an [`Inspection`].
//! - [`card::read`]: a model card, dataset card or README.
//! - [`config::read`]: `config.json` and its siblings.
//! - [`package::read`]: package metadata (`Cargo.toml`, `pyproject.toml`, `CITATION.cff` and others).
//! - [`family::family_of_id`]: the model family a hub id belongs to, and the license of its weights.

#![deny(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used
)]
#![cfg_attr(
    test,
    allow(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::panic,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::cast_possible_truncation,
        clippy::format_push_string,
        reason = "a test may fail loudly, and its numbers are small"
    )
)]

pub mod archive;
pub mod bytes;
pub mod card;
pub mod config;
mod conversion;
pub mod core_ml;
pub mod ctranslate2;
mod describe;
pub mod document;
mod examine;
pub mod family;
mod field;
pub mod fingerprint;
pub mod flax;
mod format;
pub mod ggml;
pub mod gguf;
pub mod hdf5;
mod inspect;
mod inspection;
pub mod manifest;
pub mod model;
pub mod numpy;
pub mod onnx;
pub mod open;
pub mod openvino;
pub mod package;
pub mod pickle;
mod protobuf;
pub mod report;
pub mod safetensors;
pub mod same;
pub mod shards;
pub mod tensorflow;
pub mod tokenizer;
pub mod zip;

pub use bytes::ReadAt;
pub use describe::{describe, describe_comparison};
pub use examine::{Examined, examine_bytes};
pub use field::{Field, FieldName};
pub use format::Format;
pub use inspect::inspect;
pub use inspection::{Inspection, Payload, Tensor, TensorSummary};
