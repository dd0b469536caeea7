//! The bytes that the audit log's hashes are of, and the hashes.
//!
//! Invariant: two different records, blocks or heads never have the same bytes. Every field is preceded by its length,
//! and each kind begins with its own name. The forms are permanent: a change gets a new name beside the old one.

use crate::error::StoreError;
use crate::ring::{KeyRing, Purpose};
use aws_lc_rs::{digest, hmac};
use domain::time::Timestamp;

pub(crate) type Hash = [u8; 32];

/// Bytes to be hashed, field by field.
struct Form(Vec<u8>);

impl Form {
    fn new(kind: &str, ring: &KeyRing) -> Self {
        let mut form = Self(Vec::with_capacity(256));
        form.bytes(kind.as_bytes());
        form.bytes(ring.installation().as_bytes());
        form
    }

    fn bytes(&mut self, field: &[u8]) {
        self.0
            .extend_from_slice(&u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.extend_from_slice(field);
    }

    fn int(&mut self, field: i64) {
        self.0.extend_from_slice(&field.to_be_bytes());
    }

    /// Nothing and an empty text differ.
    fn opt(&mut self, field: Option<&str>) {
        self.0.push(u8::from(field.is_some()));
        self.bytes(field.unwrap_or("").as_bytes());
    }

    fn hash(&self) -> Hash {
        sha256(&[&self.0])
    }
}

fn sha256(parts: &[&[u8]]) -> Hash {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    first_32(context.finish().as_ref())
}

fn first_32(bytes: &[u8]) -> Hash {
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = *from;
    }
    out
}

/// The parts of a record about a person, bound by a salt: without it nobody can try out who it was.
pub(crate) fn commitment(salt: &[u8], actor: &str, client: Option<&str>, detail: &str) -> Hash {
    let mut form = Form(Vec::with_capacity(256));
    form.bytes(b"gatelodge audit person 1");
    form.bytes(actor.as_bytes());
    form.opt(client);
    form.bytes(detail.as_bytes());
    first_32(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, salt), &form.0).as_ref())
}

/// A record as it is sealed.
#[derive(Debug, Clone)]
pub(crate) struct Leaf {
    pub(crate) id: String,
    pub(crate) at: Timestamp,
    pub(crate) event: String,
    pub(crate) account: Option<String>,
    pub(crate) outcome: String,
    pub(crate) commitment: Hash,
}

impl Leaf {
    pub(crate) fn hash(&self, ring: &KeyRing) -> Hash {
        let mut form = Form::new("gatelodge audit record 1", ring);
        form.bytes(self.id.as_bytes());
        form.int(self.at.millis());
        form.bytes(self.event.as_bytes());
        form.opt(self.account.as_deref());
        form.bytes(self.outcome.as_bytes());
        form.bytes(&self.commitment);
        form.hash()
    }
}

/// Root of a Merkle tree as in RFC 9162 section 2.1.1: leaves and nodes are hashed apart, and the left half of an
/// uneven tree is the largest power of two.
pub(crate) fn root(leaves: &[Hash]) -> Hash {
    // Complete subtrees from the left, each with its height; equal heights join at once.
    let mut stack: Vec<(u32, Hash)> = Vec::new();
    for leaf in leaves {
        let mut node = (0, sha256(&[&[0], leaf]));
        while let Some((_, left)) = stack.pop_if(|(height, _)| *height == node.0) {
            node = (node.0 + 1, sha256(&[&[1], &left, &node.1]));
        }
        stack.push(node);
    }
    let mut stack = stack.into_iter().rev().map(|(_, hash)| hash);
    let Some(last) = stack.next() else {
        return sha256(&[]);
    };
    stack.fold(last, |right, left| sha256(&[&[1], &left, &right]))
}

/// A block, with the hash of the one before it.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) number: i64,
    pub(crate) generation: i64,
    pub(crate) first_seq: i64,
    pub(crate) last_seq: i64,
    pub(crate) root: Hash,
    pub(crate) previous: Hash,
    pub(crate) key_id: i64,
}

impl Block {
    pub(crate) fn hash(&self, ring: &KeyRing) -> Hash {
        let mut form = Form::new("gatelodge audit block 1", ring);
        for field in [
            self.number,
            self.generation,
            self.first_seq,
            self.last_seq,
            self.key_id,
        ] {
            form.int(field);
        }
        form.bytes(&self.root);
        form.bytes(&self.previous);
        form.hash()
    }
}

/// A statement that the log stood at this block at this time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The store's generation.
    pub generation: u64,
    /// The newest block.
    pub block: i64,
    /// The newest record in it.
    pub sequence: i64,
    /// The block's hash.
    pub hash: [u8; 32],
}

impl Head {
    pub(crate) fn digest(&self, ring: &KeyRing, at: Timestamp) -> Hash {
        let mut form = Form::new("gatelodge audit head 1", ring);
        form.int(i64::try_from(self.generation).unwrap_or(i64::MAX));
        form.int(self.block);
        form.int(self.sequence);
        form.bytes(&self.hash);
        form.int(at.millis());
        form.hash()
    }
}

/// Authenticates a hash by the active key. Gives the key's number too.
pub(crate) fn sign(ring: &KeyRing, hash: &Hash) -> Result<(i64, Hash), StoreError> {
    Ok((i64::from(ring.active()), ring.hmac(Purpose::AUDIT, hash)?))
}

/// Whether the ring made this.
pub(crate) fn is_signed(
    ring: &KeyRing,
    key_id: i64,
    hash: &Hash,
    mac: &[u8],
) -> Result<bool, StoreError> {
    match u32::try_from(key_id) {
        Ok(id) => ring.verify(id, Purpose::AUDIT, hash, mac),
        Err(_) => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree written as RFC 9162 defines it: split at the largest power of two below the length.
    fn by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => sha256(&[]),
            [leaf] => sha256(&[&[0], leaf]),
            _ => {
                let split = 1 << (usize::BITS - 1 - (leaves.len() - 1).leading_zeros());
                let (left, right) = leaves.split_at(split);
                sha256(&[&[1], &by_definition(left), &by_definition(right)])
            }
        }
    }

    #[test]
    fn the_root_is_that_of_the_definition() {
        let leaves: Vec<Hash> = (0..70_u8).map(|n| [n; 32]).collect();
        for length in 0..=leaves.len() {
            assert_eq!(
                root(&leaves[..length]),
                by_definition(&leaves[..length]),
                "{length} leaves"
            );
        }
        assert_ne!(root(&[[1; 32], [2; 32]]), root(&[[2; 32], [1; 32]]));
    }

    #[test]
    fn fields_cannot_be_moved_into_each_other() {
        let ring = KeyRing::generate(&[1; 32]).unwrap();
        let leaf = Leaf {
            id: "aud_1".to_owned(),
            at: Timestamp::from_millis(1),
            event: "ab".to_owned(),
            account: None,
            outcome: "c".to_owned(),
            commitment: [0; 32],
        };
        let moved = Leaf {
            event: "a".to_owned(),
            outcome: "bc".to_owned(),
            ..leaf.clone()
        };
        let empty = Leaf {
            account: Some(String::new()),
            ..leaf.clone()
        };
        assert_ne!(leaf.hash(&ring), moved.hash(&ring));
        assert_ne!(leaf.hash(&ring), empty.hash(&ring));
        assert_ne!(
            commitment(&[1], "a", Some("b"), "c"),
            commitment(&[1], "ab", None, "c")
        );
        assert_ne!(
            commitment(&[1], "a", None, "c"),
            commitment(&[2], "a", None, "c")
        );
    }
}
