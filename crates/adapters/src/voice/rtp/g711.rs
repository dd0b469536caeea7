//! G.711: 16-bit samples as one byte each, by µ-law (PCMU) or A-law (PCMA), as ITU-T G.711 tables give it.

/// The two laws, by their static payload types (RFC 3551).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Law {
    /// µ-law, payload type 0: Japan, Taiwan, North America.
    Mu,
    /// A-law, payload type 8: elsewhere.
    A,
}

/// Added before the segment is looked for, in µ-law.
const BIAS: i32 = 132;
/// The loudest sample that µ-law can tell.
const CLIP: i32 = 32_635;

impl Law {
    /// The law of a static payload type.
    pub const fn of(payload_type: u8) -> Option<Self> {
        match payload_type {
            0 => Some(Self::Mu),
            8 => Some(Self::A),
            _ => None,
        }
    }

    /// Its static payload type.
    pub const fn payload_type(self) -> u8 {
        match self {
            Self::Mu => 0,
            Self::A => 8,
        }
    }

    /// Its name in a session description.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mu => "PCMU",
            Self::A => "PCMA",
        }
    }

    /// The byte of silence.
    pub fn silence(self) -> u8 {
        self.encode(0)
    }

    /// One sample as a byte.
    pub fn encode(self, sample: i16) -> u8 {
        match self {
            Self::Mu => mu(sample),
            Self::A => a(sample),
        }
    }

    /// One byte as a sample.
    pub fn decode(self, byte: u8) -> i16 {
        let value = match self {
            Self::Mu => from_mu(byte),
            Self::A => from_a(byte),
        };
        // Both laws stay within 16 bits: the largest is 32 256.
        i16::try_from(value).unwrap_or_default()
    }
}

/// The segment of a magnitude: how many bits it has above the lowest `base` ones, at most 7.
fn segment(magnitude: i32, base: u32) -> u32 {
    let bits = i32::BITS - magnitude.leading_zeros();
    bits.saturating_sub(base).min(7)
}

/// The lowest eight bits.
fn low(value: i32) -> u8 {
    u8::try_from(value & 0xFF).unwrap_or_default()
}

fn mu(sample: i16) -> u8 {
    let value = i32::from(sample);
    let sign = if value < 0 { 0x80 } else { 0 };
    let magnitude = value.abs().min(CLIP) + BIAS;
    let segment = segment(magnitude, 8);
    let mantissa = (magnitude >> (segment + 3)) & 15;
    !low(sign | i32::try_from(segment).unwrap_or_default() << 4 | mantissa)
}

fn from_mu(byte: u8) -> i32 {
    let byte = !byte;
    let mantissa = i32::from(byte & 15);
    let magnitude = ((mantissa << 3) + BIAS) << ((byte >> 4) & 7);
    if byte & 0x80 == 0 {
        magnitude - BIAS
    } else {
        BIAS - magnitude
    }
}

fn a(sample: i16) -> u8 {
    let value = i32::from(sample);
    let sign = if value < 0 { 0 } else { 0x80 };
    // Negative samples are mirrored so that 0 and −1 are neighbours.
    let magnitude = if value < 0 { !value } else { value };
    let segment = segment(magnitude, 8);
    let shift = segment.max(1) + 3;
    let mantissa = (magnitude >> shift) & 15;
    low(sign | i32::try_from(segment).unwrap_or_default() << 4 | mantissa) ^ 0x55
}

fn from_a(byte: u8) -> i32 {
    let byte = byte ^ 0x55;
    let (segment, mantissa) = (u32::from((byte >> 4) & 7), i32::from(byte & 15));
    let magnitude = match segment {
        0 => (mantissa << 4) + 8,
        _ => ((mantissa << 4) + 264) << (segment - 1),
    };
    if byte & 0x80 == 0 {
        -magnitude
    } else {
        magnitude
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_of_the_tables() {
        for (sample, mu, a) in [
            (0, 0xFF, 0xD5),
            (-1, 0x7F, 0x55),
            (8, 0xFE, 0xD5),
            (1000, 0xCE, 0xFA),
            (-1000, 0x4E, 0x7A),
            (32_767, 0x80, 0xAA),
            (-32_768, 0x00, 0x2A),
        ] {
            assert_eq!(Law::Mu.encode(sample), mu, "µ {sample}");
            assert_eq!(Law::A.encode(sample), a, "A {sample}");
        }
    }

    #[test]
    fn every_byte_comes_back_as_itself() {
        for byte in 0..=255 {
            // µ-law has two zeros; the negative one comes back as the positive.
            if byte != 0x7F {
                assert_eq!(Law::Mu.encode(Law::Mu.decode(byte)), byte);
            }
            assert_eq!(Law::A.encode(Law::A.decode(byte)), byte);
        }
    }

    #[test]
    fn every_sample_comes_back_within_a_step_of_its_loudness() {
        for sample in i16::MIN..=i16::MAX {
            for law in [Law::Mu, Law::A] {
                let back = i32::from(law.decode(law.encode(sample)));
                let away = (back - i32::from(sample)).abs();
                assert!(
                    away <= i32::from(sample).abs() / 16 + 16,
                    "{law:?} {sample}"
                );
            }
        }
    }
}
