//! How quantization shows in tensor names: packed weights, their scales and what is kept beside them.

use std::collections::BTreeMap;

use crate::Tensor;

/// Endings of packed weights: GPTQ and AWQ, compressed-tensors, HQQ.
const PACKED: [&str; 3] = [".qweight", ".weight_packed", ".W_q"];

/// The name of the weight that a packed one stands for.
pub(super) fn weight_name(name: &str) -> Option<String> {
    PACKED
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .map(|before| format!("{before}.weight"))
}

/// Gives packed weights the shapes that they had, as far as what stands beside them tells, and
/// removes the shapes that mean something else. Keys are names; an empty shape is unknown, and a
/// shape of one side is the first. The elements of weights that were packed into one column are
/// returned.
pub(super) fn restore_shapes(shapes: &mut BTreeMap<String, Vec<u64>>) -> BTreeMap<String, u64> {
    let mut elements = BTreeMap::new();
    let mut restored: Vec<(String, Vec<u64>)> = Vec::new();
    for (name, shape) in shapes.iter() {
        if let Some(before) = name.strip_suffix(".weight") {
            // GPTQ and AWQ keep one scale for each output of each group: (groups, outputs).
            let scales = shapes.get(&format!("{before}.scales"));
            if let (true, Some([_, outputs])) = (shape.is_empty(), scales.map(Vec::as_slice)) {
                restored.push((name.clone(), vec![*outputs]));
            }
            // compressed-tensors packs along the inputs only.
            let packed = shapes.get(&format!("{before}.weight_packed"));
            if let (true, Some([outputs, _])) = (shape.is_empty(), packed.map(Vec::as_slice)) {
                restored.push((name.clone(), vec![*outputs]));
            }
            // MLX packs along the inputs, in whole numbers of 32 bits.
            let has_biases = shapes.contains_key(&format!("{before}.biases"));
            if let (true, Some([outputs, _]), true) =
                (has_biases, scales.map(Vec::as_slice), shape.len() == 2)
            {
                restored.push((name.clone(), vec![*outputs]));
            }
            // bitsandbytes packs two numbers of four bits into a byte, in one column.
            let is_packed = shapes.contains_key(&format!("{name}.absmax"));
            if let (true, [bytes, 1]) = (is_packed, shape.as_slice()) {
                elements.insert(name.clone(), bytes.saturating_mul(2));
                restored.push((name.clone(), Vec::new()));
            }
        }
    }
    shapes.extend(restored);
    elements
}

/// The method of quantization that tensor names show; `None` if they show none.
pub fn method(tensors: &[Tensor]) -> Option<&'static str> {
    let (mut packed, mut ordered) = (false, false);
    let (mut has_scales, mut has_biases) = (false, false);
    for tensor in tensors {
        let name = tensor.name.as_str();
        if name.ends_with(".quant_state.bitsandbytes__nf4") {
            return Some("bitsandbytes nf4");
        }
        if name.ends_with(".quant_state.bitsandbytes__fp4") {
            return Some("bitsandbytes fp4");
        }
        if name.ends_with(".SCB") {
            return Some("bitsandbytes int8");
        }
        if name.ends_with(".weight_packed") {
            return Some("compressed-tensors");
        }
        if name.ends_with(".weight_scale_inv") {
            return Some("fp8 blocks");
        }
        if name.ends_with(".weight_scale_2") {
            return Some("nvfp4");
        }
        if name.ends_with(".W_q") {
            return Some("hqq");
        }
        has_scales |= name.ends_with(".scales");
        has_biases |= name.ends_with(".biases");
        packed |= name.ends_with(".qweight");
        ordered |= name.ends_with(".g_idx");
    }
    match (packed, ordered) {
        (true, true) => Some("gptq"),
        // GPTQ files without the order of groups look like AWQ files.
        (true, false) => Some("awq or gptq"),
        (false, _) if has_scales && has_biases => Some("mlx affine"),
        _ => None,
    }
}
