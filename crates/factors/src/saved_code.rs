//! Saved recovery codes: ten codes of 80 bits that a person prints or writes down before anything is lost.
//!
//! A code is sixteen characters of Crockford's base32 in groups of four. Its first two characters select the row, so
//! that one try costs one Argon2id hash and not ten; the selector is kept in clear and leaves 70 secret bits.
//!
//! Invariants: no two codes of a set share a selector; what is hashed is the canonical text, whatever way it was typed;
//! codes are wiped when dropped and never shown by `Debug`.
//!
//! Neighbours: hashing is `password`; using a code up and replacing it is `domain`.

use std::fmt;

use aws_lc_rs::digest;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::password::Password;
use crate::typed;

/// Codes in a set.
pub const SET_SIZE: usize = 10;
/// Bytes drawn for each code: 80 bits.
pub const CODE_BYTES: usize = 10;
const CHARACTERS: usize = 16;

/// Crockford's alphabet: no I, L, O (they look like digits) and no U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The first two characters of a code: which row of the set it belongs to. Not secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Selector([u8; 2]);

impl Selector {
    /// A selector as the store keeps it: two characters of the alphabet, upper case.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 2] = text.as_bytes().try_into().ok()?;
        bytes
            .iter()
            .all(|b| ALPHABET.contains(b))
            .then_some(Self(bytes))
    }

    /// The two characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One saved code. Wiped when dropped; equality is constant time.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SavedCode([u8; CHARACTERS]);

impl SavedCode {
    /// The code of 80 bits that the caller drew.
    fn from_bytes(bytes: &[u8; CODE_BYTES]) -> Self {
        let mut wide = [0u8; 16];
        if let Some(low) = wide.get_mut(16 - CODE_BYTES..) {
            low.copy_from_slice(bytes);
        }
        let mut value = u128::from_be_bytes(wide);
        let mut text = [0u8; CHARACTERS];
        for place in text.iter_mut().rev() {
            *place = character(value);
            value >>= 5;
        }
        wide.zeroize();
        value.zeroize();
        Self(text)
    }

    /// Reads what a person typed: either case, full-width characters, blanks and hyphens anywhere, the letter O for the
    /// digit 0, and I or L for 1. `None` when that leaves anything but sixteen characters of the alphabet.
    pub fn parse(typed: &str) -> Option<Self> {
        let mut text = Zeroizing::new([0u8; CHARACTERS]);
        let mut free = text.iter_mut();
        for c in typed.chars().map(typed::fold) {
            if typed::is_separator(c) {
                continue;
            }
            let character = match c.to_ascii_uppercase() {
                'O' => b'0',
                'I' | 'L' => b'1',
                other => u8::try_from(other).ok().filter(|b| ALPHABET.contains(b))?,
            };
            *free.next()? = character;
        }
        free.next().is_none().then(|| Self(*text))
    }

    /// Which row of the set to compare with.
    pub fn selector(&self) -> Selector {
        let [a, b, ..] = self.0;
        Selector([a, b])
    }

    /// The code in four groups of four, for paper: `7Z0M-…`.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut out = Zeroizing::new(String::with_capacity(CHARACTERS + 3));
        for (i, c) in self.0.iter().enumerate() {
            if i > 0 && i % 4 == 0 {
                out.push('-');
            }
            out.push(char::from(*c));
        }
        out
    }

    /// The canonical text as a password, for [`crate::password::hash`] and [`crate::password::verify`].
    pub fn to_password(&self) -> Password {
        let text = Zeroizing::new(self.0.map(char::from));
        Password::from_plain_ascii(text.iter())
    }
}

impl fmt::Debug for SavedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SavedCode({}..)", self.selector())
    }
}

impl PartialEq for SavedCode {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SavedCode {}

/// A set of ten codes, no two with the same selector, in the order in which they are shown.
#[derive(Debug)]
pub struct SavedCodes([SavedCode; SET_SIZE]);

impl SavedCodes {
    /// The set of 800 bits that the caller drew. A code whose selector is taken is drawn again out of its own bytes
    /// (SHA-256 with a counter), so the same bytes always give the same set.
    pub fn from_bytes(bytes: &[[u8; CODE_BYTES]; SET_SIZE]) -> Self {
        let mut taken = Vec::with_capacity(SET_SIZE);
        Self(std::array::from_fn(|row| {
            let drawn = bytes.get(row).unwrap_or(&[0; CODE_BYTES]);
            let code = replacement(drawn, &taken);
            taken.push(code.selector());
            code
        }))
    }

    /// The codes in order.
    pub fn codes(&self) -> &[SavedCode; SET_SIZE] {
        &self.0
    }
}

/// One code to put in the place of a used one: from 80 bits that the caller drew, with a selector not among `taken`
/// (those of the codes that stay in force; at most nine).
pub fn replacement(bytes: &[u8; CODE_BYTES], taken: &[Selector]) -> SavedCode {
    let mut drawn = Zeroizing::new(*bytes);
    let mut code = SavedCode::from_bytes(&drawn);
    // 1 024 selectors, at most nine taken: each round fails with less than 1 %, and the rounds differ by the counter.
    for round in 1u32..=1_000 {
        if !taken.contains(&code.selector()) {
            break;
        }
        drawn = redraw(&drawn, round);
        code = SavedCode::from_bytes(&drawn);
    }
    code
}

fn redraw(bytes: &[u8; CODE_BYTES], round: u32) -> Zeroizing<[u8; CODE_BYTES]> {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(b"saved code, drawn again");
    context.update(&round.to_be_bytes());
    context.update(bytes);
    let hash = context.finish();
    let mut out = Zeroizing::new([0; CODE_BYTES]);
    for (place, byte) in out.iter_mut().zip(hash.as_ref()) {
        *place = *byte;
    }
    out
}

/// The character of the lowest five bits.
fn character(value: u128) -> u8 {
    let index = usize::from(u8::try_from(value & 0x1f).unwrap_or_default());
    ALPHABET.get(index).copied().unwrap_or(b'0')
}

#[cfg(test)]
mod tests;
