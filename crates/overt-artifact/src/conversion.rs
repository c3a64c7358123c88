//! From one floating type to another, as converters of models do it: exactly to a wider type,
//! rounded to the nearest (ties to even) to a narrower one.

/// A floating type of IEEE 754, or the brain float.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Float {
    /// `BF16`.
    Brain,
    /// `F16`.
    Half,
    /// `F32`.
    Single,
    /// `F64`.
    Double,
}

impl Float {
    /// The type of this name, as safetensors and GGUF spell it.
    pub(crate) fn parse(dtype: &str) -> Option<Self> {
        match dtype {
            "BF16" => Some(Self::Brain),
            "F16" => Some(Self::Half),
            "F32" => Some(Self::Single),
            "F64" => Some(Self::Double),
            _ => None,
        }
    }

    /// The name, as safetensors spells it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Brain => "BF16",
            Self::Half => "F16",
            Self::Single => "F32",
            Self::Double => "F64",
        }
    }

    /// Bytes of one number.
    pub(crate) fn width(self) -> usize {
        match self {
            Self::Brain | Self::Half => 2,
            Self::Single => 4,
            Self::Double => 8,
        }
    }

    /// Whether every number of this type is one of `other`, and the types differ.
    pub(crate) fn fits_into(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Brain | Self::Half, Self::Single | Self::Double) | (Self::Single, Self::Double)
        )
    }

    fn read(self, bytes: &[u8]) -> f64 {
        match (self, bytes) {
            (Self::Brain, [a, b]) => {
                f32::from_bits(u32::from(u16::from_le_bytes([*a, *b])).wrapping_shl(16)).into()
            }
            (Self::Half, [a, b]) => from_half(u16::from_le_bytes([*a, *b])).into(),
            (Self::Single, [a, b, c, d]) => f32::from_le_bytes([*a, *b, *c, *d]).into(),
            (Self::Double, bytes) => bytes.try_into().map_or(0.0, f64::from_le_bytes),
            _ => 0.0,
        }
    }

    fn write(self, number: f64, into: &mut Vec<u8>) {
        // Converters go from F64 by way of F32 as well.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "rounding to the nearest is what is wanted"
        )]
        let single = number as f32;
        match self {
            Self::Brain => into.extend(to_brain(single).to_le_bytes()),
            Self::Half => into.extend(to_half(single).to_le_bytes()),
            Self::Single => into.extend(single.to_le_bytes()),
            Self::Double => into.extend(number.to_le_bytes()),
        }
    }
}

/// Converts whole numbers of bytes, little end first; what is left over of a number is dropped.
pub(crate) fn convert(bytes: &[u8], from: Float, to: Float, into: &mut Vec<u8>) {
    into.clear();
    for number in bytes.chunks_exact(from.width()) {
        to.write(from.read(number), into);
    }
}

fn from_half(half: u16) -> f32 {
    let sign = u32::from(half & 0x8000).wrapping_shl(16);
    let exponent = u32::from(half >> 10 & 0x1F);
    let fraction = u32::from(half & 0x3FF);
    match exponent {
        0 => {
            // A subnormal: so many times the least positive number, 2 to the power of -24.
            let least = f32::from_bits(0x3380_0000);
            let magnitude = f32::from(half & 0x3FF) * least;
            f32::from_bits(magnitude.to_bits() | sign)
        }
        0x1F => f32::from_bits(sign | 0x7F80_0000 | fraction.wrapping_shl(13)),
        _ => {
            let exponent = exponent.wrapping_add(112).wrapping_shl(23);
            f32::from_bits(sign | exponent | fraction.wrapping_shl(13))
        }
    }
}

fn to_half(single: f32) -> u16 {
    let bits = single.to_bits();
    let sign = low(bits >> 16) & 0x8000;
    let magnitude = bits & 0x7FFF_FFFF;
    if magnitude > 0x7F80_0000 {
        return sign | 0x7E00;
    }
    // From 2 to the power of 16 on nothing is left but infinity.
    if magnitude >= 0x4780_0000 {
        return sign | 0x7C00;
    }
    // From 2 to the power of -14 on the fraction loses 13 bits, and the exponent is moved.
    if magnitude >= 0x3880_0000 {
        return sign | low(rounded(magnitude.wrapping_sub(0x3800_0000), 13));
    }
    let exponent = magnitude >> 23;
    let fraction = (magnitude & 0x7F_FFFF) | 0x80_0000;
    match 126_u32.checked_sub(exponent).filter(|shift| *shift <= 24) {
        Some(shift) => sign | low(rounded(fraction, shift)),
        None => sign,
    }
}

fn to_brain(single: f32) -> u16 {
    let bits = single.to_bits();
    if single.is_nan() {
        return low(bits >> 16) | 0x40;
    }
    low(rounded(bits, 16))
}

/// Without its lowest bits, rounded to the nearest, ties to even.
fn rounded(bits: u32, drop: u32) -> u32 {
    let kept = bits.wrapping_shr(drop);
    let rest = bits & 1_u32.wrapping_shl(drop).wrapping_sub(1);
    let half = 1_u32.wrapping_shl(drop.wrapping_sub(1));
    let up = rest > half || (rest == half && kept & 1 == 1);
    kept.wrapping_add(u32::from(up))
}

fn low(bits: u32) -> u16 {
    u16::try_from(bits & 0xFFFF).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_half_and_brain_float_survives_the_way_through_a_wider_type() {
        for bits in 0..=u16::MAX {
            let single = from_half(bits);
            if !single.is_nan() {
                assert_eq!(to_half(single), bits, "{bits:04x}");
            }
            let single = f32::from_bits(u32::from(bits) << 16);
            if !single.is_nan() {
                assert_eq!(to_brain(single), bits, "{bits:04x}");
            }
        }
    }

    #[test]
    fn rounding_is_to_the_nearest_and_ties_go_to_even() {
        // One, the numbers of half precision around 1 and 2048, its greatest, and its least.
        for (single, half) in [
            (1.0, 0x3C00_u16),
            (1.0 + 1.0 / 2048.0, 0x3C00),
            (1.0 + 3.0 / 2048.0, 0x3C02),
            (2049.0, 0x6800),
            (2051.0, 0x6802),
            (65519.0, 0x7BFF),
            (65520.0, 0x7C00),
            (1e9, 0x7C00),
            (2_f32.powi(-24), 0x0001),
            (2_f32.powi(-25), 0x0000),
            (2_f32.powi(-25) * 1.5, 0x0001),
            (-0.0, 0x8000),
            (2_f32.powi(-14), 0x0400),
        ] {
            assert_eq!(to_half(single), half, "{single}");
        }
        assert_eq!(to_brain(f32::from_bits(0x3F80_8000)), 0x3F80);
        assert_eq!(to_brain(f32::from_bits(0x3F81_8000)), 0x3F82);
        assert_eq!(to_brain(f32::from_bits(0x3F80_8001)), 0x3F81);
        assert!(from_half(to_half(f32::NAN)).is_nan());
    }

    #[test]
    fn bytes_are_converted_number_by_number() {
        let mut halves = Vec::new();
        let singles: Vec<u8> = [1.0_f32, -2.0, 0.5]
            .iter()
            .flat_map(|n| n.to_le_bytes())
            .collect();
        convert(&singles, Float::Single, Float::Half, &mut halves);
        let mut back = Vec::new();
        convert(&halves, Float::Half, Float::Single, &mut back);
        assert_eq!(back, singles);
        assert!(Float::Half.fits_into(Float::Single) && !Float::Half.fits_into(Float::Brain));
    }
}
