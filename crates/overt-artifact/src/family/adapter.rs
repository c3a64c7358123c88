//! The weights that a low-rank adapter is added to, as far as its own matrices tell their shapes.

use std::collections::BTreeMap;

use crate::Tensor;

/// Endings of the two matrices of an adapter: PEFT, MLX, diffusers, kohya.
const PAIRS: [(&str, &str); 6] = [
    (".lora_A.weight", ".lora_B.weight"),
    (".lora_A.default.weight", ".lora_B.default.weight"),
    (".lora.down.weight", ".lora.up.weight"),
    (".lora_down.weight", ".lora_up.weight"),
    (".lora_A", ".lora_B"),
    (".lora_a", ".lora_b"),
];

/// The adapted weights: outputs by inputs, as far as both matrices are there.
pub(super) fn adapted_weights(tensors: &[Tensor]) -> Vec<Tensor> {
    let mut sides: BTreeMap<&str, (Option<u64>, Option<u64>)> = BTreeMap::new();
    for tensor in tensors {
        let [first, second] = tensor.shape.as_slice() else {
            continue;
        };
        for (down, up) in PAIRS {
            // MLX keeps both matrices transposed.
            let is_turned = down == ".lora_a";
            if let Some(name) = tensor.name.strip_suffix(down) {
                let inputs = if is_turned { first } else { second };
                sides.entry(name).or_default().1 = Some(*inputs);
                break;
            }
            if let Some(name) = tensor.name.strip_suffix(up) {
                let outputs = if is_turned { second } else { first };
                sides.entry(name).or_default().0 = Some(*outputs);
                break;
            }
        }
    }
    sides
        .into_iter()
        .filter_map(|(name, sides)| {
            let (Some(outputs), Some(inputs)) = sides else {
                return None;
            };
            Some(Tensor {
                name: format!("{name}.weight"),
                dtype: String::new(),
                shape: vec![outputs, inputs],
                bytes: None,
            })
        })
        .collect()
}
