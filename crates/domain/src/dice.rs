//! Randomness as a value: one seed of 32 bytes a request, from which everything random is derived by label.
//!
//! A step of a flow may therefore be run again (the store does so) and gives the same codes and tokens.
//!
//! Invariant: two labels never give related bytes (HMAC-SHA256 as in HKDF-Expand, RFC 5869 section 2.3).

use crate::secret::Secret;
use aws_lc_rs::hmac;

/// The dice thrown for one request.
#[derive(Clone)]
pub struct Dice(Secret<[u8; 32]>);

impl std::fmt::Debug for Dice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Dice(..)")
    }
}

impl Dice {
    /// Dice from a seed that nobody else has.
    pub const fn new(seed: [u8; 32]) -> Self {
        Self(Secret::new(seed))
    }

    /// `N` bytes for a purpose. The same label gives the same bytes again.
    pub fn bytes<const N: usize>(&self, label: &str) -> [u8; N] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.expose());
        let mut out = [0_u8; N];
        for (block, counter) in out.chunks_mut(32).zip(0_u8..) {
            let mut context = hmac::Context::with_key(&key);
            context.update(label.as_bytes());
            context.update(&[0, counter]);
            let tag = context.sign();
            for (to, from) in block.iter_mut().zip(tag.as_ref()) {
                *to = *from;
            }
        }
        out
    }

    /// Dice for a part of the work, independent of the others.
    pub fn derive(&self, label: &str) -> Self {
        Self::new(self.bytes(label))
    }

    /// A bearer token of 160 bits: 32 characters of lower-case base32, safe in a path and in a cookie.
    pub fn token(&self, label: &str) -> Secret<String> {
        Secret::new(base32(&self.bytes::<20>(label)))
    }
}

/// Lower-case base32 of RFC 4648 section 6, without padding.
pub fn base32(bytes: &[u8]) -> String {
    data_encoding::BASE32_NOPAD
        .encode(bytes)
        .to_ascii_lowercase()
}

/// The bytes of a text made by [`base32`]; nothing when it is not of that length and alphabet.
pub fn from_base32<const N: usize>(text: &str) -> Option<[u8; N]> {
    let bytes = data_encoding::BASE32_NOPAD
        .decode(text.to_ascii_uppercase().as_bytes())
        .ok()?;
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_independent_and_repeatable() {
        let dice = Dice::new([7; 32]);
        assert_eq!(dice.bytes::<40>("a"), dice.bytes::<40>("a"));
        assert_ne!(dice.bytes::<16>("a"), dice.bytes::<16>("b"));
        assert_ne!(dice.bytes::<16>("a"), dice.derive("a").bytes::<16>("a"));
        let long = dice.bytes::<64>("long");
        assert_ne!(long[..32], long[32..]);
        assert_eq!(dice.token("t").expose().len(), 32);
    }
}
