//! Randomness as a value: one seed of 32 bytes a request, from which everything random is derived by label, and the
//! moment it was drawn at.
//!
//! A step of a flow may therefore be run again (the store does so) and gives the same codes and tokens.
//!
//! Invariant: two labels never give related bytes (HMAC-SHA256 as in HKDF-Expand, RFC 5869 section 2.3).

use crate::secret::Secret;
use crate::time::Timestamp;
use aws_lc_rs::hmac;

/// The dice thrown for one request.
#[derive(Clone)]
pub struct Dice {
    seed: Secret<[u8; 32]>,
    at: Timestamp,
}

impl std::fmt::Debug for Dice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Dice(..)")
    }
}

impl Dice {
    /// Dice from a seed that nobody else has, at the beginning of all time.
    pub const fn new(seed: [u8; 32]) -> Self {
        Self {
            seed: Secret::new(seed),
            at: Timestamp::from_millis(0),
        }
    }

    /// The same dice thrown at this moment: the ids they give begin with it.
    #[must_use]
    pub const fn at(mut self, now: Timestamp) -> Self {
        self.at = now;
        self
    }

    /// `N` bytes for a purpose. The same label gives the same bytes again.
    pub fn bytes<const N: usize>(&self, label: &str) -> [u8; N] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.seed.expose());
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
        Self::new(self.bytes(label)).at(self.at)
    }

    /// 128 bits for an id: 48 of the moment in milliseconds, 80 of chance, as in a UUID of version 7 (RFC 9562
    /// section 5.7). Rows made one after the other so lie side by side in an index, and a commit writes few pages.
    pub fn id(&self, label: &str) -> [u8; 16] {
        let mut id = self.bytes::<16>(label);
        let moment = self.at.millis().to_be_bytes();
        for (to, from) in id.iter_mut().zip(moment.iter().skip(2)) {
            *to = *from;
        }
        id
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

    #[test]
    fn ids_begin_with_the_moment_and_go_on_by_chance() {
        let at = |moment, seed| {
            let dice = Dice::new([seed; 32]).at(Timestamp::from_millis(moment));
            dice.derive("part").id("a")
        };
        let (early, late, other) = (
            at(0x1122_3344_5566, 1),
            at(0x1122_3344_5567, 1),
            at(0x1122_3344_5566, 2),
        );
        assert_eq!(early[..6], [0x11, 0x22, 0x33, 0x44, 0x55, 0x66]);
        assert!(early < late);
        assert_eq!(early[..6], other[..6]);
        assert_ne!(early[6..], other[6..]);
    }
}
