//! Sealed columns: AES-256-GCM (NIST SP 800-38D) under the ring, bound to their table, column and row.
//!
//! A sealed value is `format, key number, nonce, ciphertext and tag`. The nonce is random, so one key seals at
//! most 2^32 values; rotate the ring long before.
//!
//! Invariant: a value copied to another row, column, table or installation does not open.

use crate::error::StoreError;
use crate::ring::KeyRing;
use aws_lc_rs::aead::{Aad, NONCE_LEN, Nonce};
use domain::secret::Secret;
use zeroize::Zeroize;

const FORMAT: u8 = 1;
const HEAD: usize = 1 + 4 + NONCE_LEN;

/// Where a sealed value lies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell<'a> {
    pub(crate) table: &'a str,
    pub(crate) column: &'a str,
    pub(crate) row_id: &'a str,
}

impl Cell<'_> {
    /// What the tag covers besides the value. Each part is preceded by its length, so that no two cells agree.
    fn bound(&self, ring: &KeyRing, key: u32) -> Vec<u8> {
        let mut out = vec![FORMAT];
        out.extend_from_slice(&key.to_be_bytes());
        for part in [ring.installation(), self.table, self.column, self.row_id] {
            out.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            out.extend_from_slice(part.as_bytes());
        }
        out
    }

    fn closed(&self) -> StoreError {
        StoreError::Sealed {
            place: format!("{}.{}", self.table, self.column),
        }
    }
}

pub(crate) fn seal(ring: &KeyRing, cell: &Cell<'_>, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
    let id = ring.active();
    let key = ring
        .seal_key(id)
        .ok_or_else(|| StoreError::fault("a ring without its active key"))?;
    // Room for the tag from the start: a vector that grows would leave the plain text behind.
    let mut text = Vec::with_capacity(plain.len() + 16);
    text.extend_from_slice(plain);
    let nonce = match key.seal_in_place_append_tag(Aad::from(cell.bound(ring, id)), &mut text) {
        Ok(nonce) => nonce,
        Err(_) => {
            text.zeroize();
            return Err(StoreError::fault("sealing failed"));
        }
    };
    let mut out = Vec::with_capacity(HEAD + text.len());
    out.push(FORMAT);
    out.extend_from_slice(&id.to_be_bytes());
    out.extend_from_slice(nonce.as_ref());
    out.extend_from_slice(&text);
    Ok(out)
}

pub(crate) fn open(
    ring: &KeyRing,
    cell: &Cell<'_>,
    sealed: &[u8],
) -> Result<Secret<Vec<u8>>, StoreError> {
    let parts = sealed.split_first_chunk::<1>().and_then(|(format, rest)| {
        let (id, rest) = rest.split_first_chunk::<4>()?;
        let (nonce, text) = rest.split_first_chunk::<NONCE_LEN>()?;
        (*format == [FORMAT]).then_some((u32::from_be_bytes(*id), *nonce, text))
    });
    let (id, nonce, text) = parts.ok_or_else(|| cell.closed())?;
    let key = ring.seal_key(id).ok_or_else(|| cell.closed())?;
    let mut text = text.to_vec();
    let bound = Aad::from(cell.bound(ring, id));
    let opened = key
        .open_in_place(Nonce::assume_unique_for_key(nonce), bound, &mut text)
        .map(|plain| plain.len());
    match opened {
        Ok(length) => {
            text.truncate(length);
            Ok(Secret::new(text))
        }
        Err(_) => {
            text.zeroize();
            Err(cell.closed())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELL: Cell<'_> = Cell {
        table: "device",
        column: "seed",
        row_id: "mfa_1",
    };

    #[test]
    fn a_value_opens_in_its_own_cell_only() {
        let ring = KeyRing::generate(&[1; 32]).unwrap();
        let sealed = seal(&ring, &CELL, b"otpauth").unwrap();
        assert_eq!(open(&ring, &CELL, &sealed).unwrap().expose(), b"otpauth");
        assert_ne!(
            sealed,
            seal(&ring, &CELL, b"otpauth").unwrap(),
            "each sealing has a nonce of its own"
        );
        let others = [
            Cell {
                row_id: "mfa_2",
                ..CELL
            },
            Cell {
                column: "name",
                ..CELL
            },
            Cell {
                table: "account",
                ..CELL
            },
            // The same letters with the borders elsewhere.
            Cell {
                column: "seedm",
                row_id: "fa_1",
                ..CELL
            },
        ];
        for cell in others {
            let error = open(&ring, &cell, &sealed).unwrap_err();
            assert_eq!(
                error,
                StoreError::Sealed {
                    place: format!("{}.{}", cell.table, cell.column)
                }
            );
        }
        let other = KeyRing::generate(&[2; 32]).unwrap();
        assert!(
            open(&other, &CELL, &sealed).is_err(),
            "another installation"
        );
    }

    #[test]
    fn every_changed_bit_and_every_cut_is_found() {
        let ring = KeyRing::generate(&[1; 32]).unwrap();
        let sealed = seal(&ring, &CELL, b"secret").unwrap();
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(open(&ring, &CELL, &changed).is_err(), "byte {place}");
            assert!(
                open(&ring, &CELL, &sealed[..place]).is_err(),
                "cut at {place}"
            );
        }
    }

    #[test]
    fn after_a_rotation_old_and_new_values_open() {
        let old = KeyRing::generate(&[1; 32]).unwrap();
        let new = old.with_new_key(&[2; 32]).unwrap().with_active(2).unwrap();
        let (before, after) = (
            seal(&old, &CELL, b"a").unwrap(),
            seal(&new, &CELL, b"b").unwrap(),
        );
        assert_eq!(open(&new, &CELL, &before).unwrap().expose(), b"a");
        assert_eq!(open(&new, &CELL, &after).unwrap().expose(), b"b");
        assert!(open(&old, &CELL, &after).is_err(), "a ring without the key");
    }

    #[test]
    fn nothing_and_much_can_be_sealed() {
        let ring = KeyRing::generate(&[1; 32]).unwrap();
        for plain in [Vec::new(), vec![7; 100_000]] {
            let sealed = seal(&ring, &CELL, &plain).unwrap();
            assert_eq!(open(&ring, &CELL, &sealed).unwrap().expose(), &plain);
        }
    }
}
