//! What a weight file's header says.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::pickle::Import;
use crate::{Field, Format};

/// One tensor as its header declares it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// Its element type, as the format spells it.
    pub dtype: String,
    /// Its dimensions, outermost first.
    pub shape: Vec<u64>,
    /// Where its bytes are in the file: start and end (excluded).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<(u64, u64)>,
}

impl Tensor {
    /// How many elements it has; `None` if that is more than fits 64 bits.
    pub fn elements(&self) -> Option<u64> {
        self.shape
            .iter()
            .try_fold(1_u64, |product, side| product.checked_mul(*side))
    }
}

/// The tensors of a file, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TensorSummary {
    /// How many tensors.
    pub count: u64,
    /// How many elements in all.
    pub parameters: u64,
    /// How many elements of each type, most first, then by name.
    pub by_dtype: Vec<(String, u64)>,
    /// How many bytes they take, where the header says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}

impl TensorSummary {
    /// Counts tensors.
    pub fn of(tensors: &[Tensor]) -> Self {
        let mut by_dtype: std::collections::BTreeMap<&str, u64> = std::collections::BTreeMap::new();
        let mut parameters = 0_u64;
        let mut bytes = Some(0_u64);
        for tensor in tensors {
            let elements = tensor.elements().unwrap_or(u64::MAX);
            parameters = parameters.saturating_add(elements);
            let counted = by_dtype.entry(&tensor.dtype).or_default();
            *counted = counted.saturating_add(elements);
            bytes = match (bytes, tensor.bytes) {
                (Some(sum), Some((start, end))) => {
                    Some(sum.saturating_add(end.saturating_sub(start)))
                }
                _ => None,
            };
        }
        let mut by_dtype: Vec<(String, u64)> = by_dtype
            .into_iter()
            .map(|(dtype, count)| (dtype.to_owned(), count))
            .collect();
        by_dtype.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Self {
            count: tensors.len() as u64,
            parameters,
            by_dtype,
            bytes,
        }
    }
}

/// Files beside this one that hold values together, one behind the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Payload {
    /// The files, by their paths from this one's folder.
    pub files: Vec<String>,
    /// How many bytes they must have together.
    pub bytes: u64,
}

/// What one file says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Inspection {
    /// The file's format.
    pub format: Format,
    /// The format's version, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format_version: Option<String>,
    /// What it says, in file order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// Its tensors, counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tensors: Option<TensorSummary>,
    /// Its tensors, one by one, in the header's order. Not serialized.
    #[serde(skip)]
    pub tensor_list: Vec<Tensor>,
    /// The architecture it names (`llama`, `LlamaForCausalLM`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// How its weights are quantized.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantization: Option<String>,
    /// The other files it says belong to it: shards, external data, adapters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub declared_files: Vec<String>,
    /// How many bytes some of these files must have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payloads: Vec<Payload>,
    /// What loading it as a pickle would import, in name order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub imports: Vec<Import>,
    /// Whether the sizes, counts and offsets it declares fit each other and the file.
    pub intact: bool,
    /// How many bytes were read to learn this.
    pub header_bytes_read: u64,
    /// The file's size in bytes.
    pub file_bytes: u64,
}

impl Inspection {
    /// An inspection of a file of which nothing more is known yet.
    pub fn of(format: Format, file_bytes: u64) -> Self {
        Self {
            format,
            format_version: None,
            fields: Vec::new(),
            tensors: None,
            tensor_list: Vec::new(),
            architecture: None,
            quantization: None,
            declared_files: Vec::new(),
            payloads: Vec::new(),
            imports: Vec::new(),
            intact: true,
            header_bytes_read: 0,
            file_bytes,
        }
    }

    /// Takes the tensors in and counts them.
    pub(crate) fn set_tensors(&mut self, tensors: Vec<Tensor>) {
        self.tensors = Some(TensorSummary::of(&tensors));
        self.tensor_list = tensors;
    }
}
