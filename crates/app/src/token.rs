//! Bearer values: drawn from the dice, told once, kept as SHA-256.

use aws_lc_rs::digest;

/// SHA-256 of a bearer value: the only form in which one is kept.
pub type TokenHash = [u8; 32];

/// The hash of a token as it was told.
pub fn hash(token: &str) -> TokenHash {
    let mut out = [0; 32];
    for (to, from) in out
        .iter_mut()
        .zip(digest::digest(&digest::SHA256, token.as_bytes()).as_ref())
    {
        *to = *from;
    }
    out
}

/// Whether a text has the shape of our tokens: 32 characters of lower-case base32.
pub fn shaped(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'))
}
