//! Tensor names of Flax, Keras and TensorFlow in the spelling that PyTorch uses.

use std::borrow::Cow;

use crate::Tensor;

/// How a file spells its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spelling {
    /// Whether weights are called `kernel` and stand inputs first.
    has_kernels: bool,
}

impl Spelling {
    /// The spelling of these tensors.
    pub(super) fn of(tensors: &[Tensor]) -> Self {
        let has_kernels = tensors.iter().any(|tensor| {
            let name = tensor.name.strip_suffix(":0").unwrap_or(&tensor.name);
            name.ends_with("kernel")
        });
        Self { has_kernels }
    }

    /// The name as PyTorch would spell it, and whether the weight's two sides change places.
    pub(super) fn plain(self, name: &str) -> (Cow<'_, str>, bool) {
        if !self.has_kernels {
            return (Cow::Borrowed(name), false);
        }
        let dotted = name.strip_suffix(":0").unwrap_or(name).replace('/', ".");
        let mut made = String::with_capacity(dotted.len());
        for (index, part) in dotted.split('.').enumerate() {
            if index > 0 {
                made.push('.');
            }
            // `layer_._0` (Keras) and `layer_0` (TensorFlow, Flax) are `layer.0`.
            let numbered = ["layer_", "layers_", "block_", "blocks_"]
                .iter()
                .find_map(|stem| Some((stem, part.strip_prefix(stem)?)));
            match numbered {
                Some((stem, digits)) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                    made.push_str(stem.trim_end_matches('_'));
                    if !digits.is_empty() {
                        made.push('.');
                        made.push_str(digits);
                    }
                }
                _ => made.push_str(part.strip_prefix('_').unwrap_or(part)),
            }
        }
        let is_kernel = made.ends_with(".kernel");
        for (theirs, ours) in [
            (".kernel", ".weight"),
            (".embedding", ".weight"),
            (".embeddings", ".weight"),
            (".scale", ".weight"),
            (".gamma", ".weight"),
            (".beta", ".bias"),
            ("_embeddings", "_embeddings.weight"),
        ] {
            if let Some(before) = made.strip_suffix(theirs) {
                made = format!("{before}{ours}");
                break;
            }
        }
        (Cow::Owned(made), is_kernel)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_keras_and_flax_are_those_of_pytorch() {
        let spelling = Spelling { has_kernels: true };
        for (theirs, ours, turned) in [
            (
                "tf_bert_model/bert/encoder/layer_._3/attention/self/query/kernel:0",
                "tf_bert_model.bert.encoder.layer.3.attention.self.query.weight",
                true,
            ),
            (
                "bert/encoder/layer_11/output/LayerNorm/gamma",
                "bert.encoder.layer.11.output.LayerNorm.weight",
                false,
            ),
            (
                "bert/embeddings/word_embeddings",
                "bert.embeddings.word_embeddings.weight",
                false,
            ),
            (
                "model/layers/0/self_attn/q_proj/kernel",
                "model.layers.0.self_attn.q_proj.weight",
                true,
            ),
        ] {
            assert_eq!(spelling.plain(theirs), (Cow::Borrowed(ours), turned));
        }
        let pytorch = Spelling { has_kernels: false };
        assert_eq!(
            pytorch.plain("a/b.scale"),
            (Cow::Borrowed("a/b.scale"), false)
        );
    }
}
