//! `TensorFlow`: the graph file of a `SavedModel`, the index of its variables and of checkpoints,
//! TensorFlow.js models, and `TFLite` flat buffers.

pub mod browser;
pub mod checkpoint;
pub mod saved_model;
pub mod tflite;
