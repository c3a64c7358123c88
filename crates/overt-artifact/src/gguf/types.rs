//! The types of GGUF: of metadata, of tensors, of whole files.
//!
//! Sources: `gguf.md` and `ggml.h` of ggml-org/ggml, `llama.h` of ggml-org/llama.cpp.

/// A tensor type: so many elements in so many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TensorType {
    /// The name, as in `ggml_type`.
    pub name: &'static str,
    /// Elements per block.
    pub block: u64,
    /// Bytes per block.
    pub block_bytes: u64,
}

impl TensorType {
    /// How many bytes so many elements take; `None` beyond 64 bits.
    pub fn bytes(&self, elements: u64) -> Option<u64> {
        elements
            .div_ceil(self.block.max(1))
            .checked_mul(self.block_bytes)
    }
}

/// The name and size in bytes of a fixed-size metadata type.
pub(super) fn metadata_type(kind: u32) -> Option<(&'static str, u64)> {
    Some(match kind {
        0 => ("u8", 1),
        1 => ("i8", 1),
        2 => ("u16", 2),
        3 => ("i16", 2),
        4 => ("u32", 4),
        5 => ("i32", 4),
        6 => ("f32", 4),
        7 => ("bool", 1),
        10 => ("u64", 8),
        11 => ("i64", 8),
        12 => ("f64", 8),
        _ => return None,
    })
}

/// The tensor type of this number.
pub fn tensor_type(kind: u32) -> Option<TensorType> {
    let (name, block, block_bytes) = match kind {
        0 => ("F32", 1, 4),
        1 => ("F16", 1, 2),
        2 => ("Q4_0", 32, 18),
        3 => ("Q4_1", 32, 20),
        6 => ("Q5_0", 32, 22),
        7 => ("Q5_1", 32, 24),
        8 => ("Q8_0", 32, 34),
        9 => ("Q8_1", 32, 36),
        10 => ("Q2_K", 256, 84),
        11 => ("Q3_K", 256, 110),
        12 => ("Q4_K", 256, 144),
        13 => ("Q5_K", 256, 176),
        14 => ("Q6_K", 256, 210),
        15 => ("Q8_K", 256, 292),
        16 => ("IQ2_XXS", 256, 66),
        17 => ("IQ2_XS", 256, 74),
        18 => ("IQ3_XXS", 256, 98),
        19 => ("IQ1_S", 256, 50),
        20 => ("IQ4_NL", 32, 18),
        21 => ("IQ3_S", 256, 110),
        22 => ("IQ2_S", 256, 82),
        23 => ("IQ4_XS", 256, 136),
        24 => ("I8", 1, 1),
        25 => ("I16", 1, 2),
        26 => ("I32", 1, 4),
        27 => ("I64", 1, 8),
        28 => ("F64", 1, 8),
        29 => ("IQ1_M", 256, 56),
        30 => ("BF16", 1, 2),
        // Repacked for some processors; files of 2024 have them.
        31 => ("Q4_0_4_4", 32, 18),
        32 => ("Q4_0_4_8", 32, 18),
        33 => ("Q4_0_8_8", 32, 18),
        34 => ("TQ1_0", 256, 54),
        35 => ("TQ2_0", 256, 66),
        36 => ("IQ4_NL_4_4", 32, 18),
        37 => ("IQ4_NL_4_8", 32, 18),
        38 => ("IQ4_NL_8_8", 32, 18),
        39 => ("MXFP4", 32, 17),
        40 => ("NVFP4", 64, 36),
        41 => ("Q1_0", 128, 18),
        _ => return None,
    };
    Some(TensorType {
        name,
        block,
        block_bytes,
    })
}

/// The name of a `general.file_type` (`llama_ftype`).
pub fn file_type_name(number: &str) -> Option<String> {
    let name = match number {
        "0" => "F32",
        "1" => "F16",
        "2" => "Q4_0",
        "3" => "Q4_1",
        "7" => "Q8_0",
        "8" => "Q5_0",
        "9" => "Q5_1",
        "10" => "Q2_K",
        "11" => "Q3_K_S",
        "12" => "Q3_K_M",
        "13" => "Q3_K_L",
        "14" => "Q4_K_S",
        "15" => "Q4_K_M",
        "16" => "Q5_K_S",
        "17" => "Q5_K_M",
        "18" => "Q6_K",
        "19" => "IQ2_XXS",
        "20" => "IQ2_XS",
        "21" => "Q2_K_S",
        "22" => "IQ3_XS",
        "23" => "IQ3_XXS",
        "24" => "IQ1_S",
        "25" => "IQ4_NL",
        "26" => "IQ3_S",
        "27" => "IQ3_M",
        "28" => "IQ2_S",
        "29" => "IQ2_M",
        "30" => "IQ4_XS",
        "31" => "IQ1_M",
        "32" => "BF16",
        "33" => "Q4_0_4_4",
        "34" => "Q4_0_4_8",
        "35" => "Q4_0_8_8",
        "36" => "TQ1_0",
        "37" => "TQ2_0",
        "38" => "MXFP4_MOE",
        _ => return None,
    };
    Some(name.to_owned())
}
