//! `TensorFlow`: the graph file of a `SavedModel`, and `TFLite` flat buffers.

pub mod saved_model;
pub mod tflite;
