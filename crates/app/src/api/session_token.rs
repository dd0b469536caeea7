//! Session tokens: everything that is true of temporary credentials, sealed, so that no row is kept of them.
//!
//! A token opens by a key of its own, derived from the ring by a salt of 32 bytes in front of it, and only for the key
//! id that it was issued with. It carries the secret that requests must be signed with, and the counters of all that
//! can revoke it: it counts while each of them stands as it did.

use crate::Error;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use domain::dice::Dice;
use domain::iam::access_key::AccessKeyId;
use domain::iam::caller::{Principal, SessionFacts};
use domain::ids::AccountId;
use serde::{Deserialize, Serialize};
use store::{KeyRing, Purpose, Tx};
use zeroize::{Zeroize, Zeroizing};

const FORMAT: u8 = 1;
const PURPOSE: Purpose = Purpose::new("session token");
const SALT: usize = 32;
const HEAD: usize = 1 + 4 + SALT;
/// Longer texts are no tokens of ours and are not decoded.
const LONGEST: usize = 16 * 1_024;

/// What a token says.
#[derive(Clone, Serialize, Deserialize)]
pub struct Claims {
    /// The account of the principal.
    pub account: AccountId,
    /// The principal.
    pub principal: Principal,
    /// What is true of the session.
    pub facts: SessionFacts,
    /// What requests are signed with.
    pub secret: String,
}

impl Drop for Claims {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl std::fmt::Debug for Claims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Claims(..)")
    }
}

/// Seals what is true of the credentials of this key id.
///
/// # Errors
/// Faults of the ring.
pub fn seal(
    ring: &KeyRing,
    dice: &Dice,
    key_id: &AccessKeyId,
    claims: &Claims,
) -> Result<String, Error> {
    let salt: [u8; SALT] = dice.bytes("session token");
    let active = ring.active();
    let mut text =
        serde_json::to_vec(claims).map_err(|_| Error::Fault("a token has no JSON form"))?;
    let key = key(ring, active, &salt)?.ok_or(Error::Fault("a ring without its active key"))?;
    key.seal_in_place_append_tag(nonce(), Aad::from(bound(ring, active, key_id)), &mut text)
        .map_err(|_| Error::Fault("a token was not sealed"))?;
    let mut token = Vec::with_capacity(HEAD + text.len());
    token.push(FORMAT);
    token.extend_from_slice(&active.to_be_bytes());
    token.extend_from_slice(&salt);
    token.extend_from_slice(&text);
    Ok(data_encoding::BASE64.encode(&token))
}

/// What a token says, if it was sealed by this installation for this key id.
///
/// # Errors
/// Faults of the ring.
pub fn open(ring: &KeyRing, key_id: &AccessKeyId, token: &str) -> Result<Option<Claims>, Error> {
    if token.len() > LONGEST {
        return Ok(None);
    }
    let Ok(bytes) = data_encoding::BASE64.decode(token.as_bytes()) else {
        return Ok(None);
    };
    let parts = bytes.split_first_chunk::<1>().and_then(|(format, rest)| {
        let (id, rest) = rest.split_first_chunk::<4>()?;
        let (salt, text) = rest.split_first_chunk::<SALT>()?;
        (*format == [FORMAT]).then_some((u32::from_be_bytes(*id), *salt, text))
    });
    let Some((id, salt, text)) = parts else {
        return Ok(None);
    };
    let Some(key) = key(ring, id, &salt)? else {
        return Ok(None);
    };
    let mut text = Zeroizing::new(text.to_vec());
    let opened = key.open_in_place(nonce(), Aad::from(bound(ring, id, key_id)), &mut text);
    Ok(opened
        .ok()
        .and_then(|plain| serde_json::from_slice(plain).ok()))
}

/// The counters of these subjects as they stand.
///
/// # Errors
/// Only faults.
pub fn counters(tx: &mut Tx<'_>, subjects: &[String]) -> Result<Vec<(String, i64)>, Error> {
    let standing = subjects.iter().map(|subject| {
        let counter = store::iam::standing::counter(tx, subject)?;
        Ok((subject.clone(), counter))
    });
    standing.collect()
}

/// Whether nothing revoked the token since it was issued.
///
/// # Errors
/// Only faults.
pub fn counts(tx: &mut Tx<'_>, claims: &Claims) -> Result<bool, Error> {
    for (subject, counter) in &claims.facts.counters {
        if store::iam::standing::counter(tx, subject)? != *counter {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What a session of this principal is revoked by, besides what it was issued by.
pub fn subjects(account: &AccountId, principal: &Principal) -> Vec<String> {
    let own = match principal.identity() {
        Some(id) => of_principal(id.as_str()),
        None => of_root(account),
    };
    vec!["installation".to_owned(), of_account(account), own]
}

/// Ends what programs got as the root user: its sessions on pages end as well, or its password is another.
///
/// # Errors
/// Only faults.
pub(crate) fn end_root(tx: &mut Tx<'_>, account: &AccountId, dice: &Dice) -> Result<(), Error> {
    Ok(store::iam::standing::revoke(tx, &of_root(account), dice)?)
}

/// Ends what programs got with a code of the device: it is gone, or out of use.
///
/// # Errors
/// Only faults.
pub(crate) fn end_device(tx: &mut Tx<'_>, id: &str, dice: &Dice) -> Result<(), Error> {
    Ok(store::iam::standing::revoke(tx, &of_device(id), dice)?)
}

/// The subject by which every token of a root user is revoked.
fn of_root(account: &AccountId) -> String {
    format!("root:{account}")
}

/// The subject by which every token of an account is revoked.
pub fn of_account(account: &AccountId) -> String {
    format!("account:{account}")
}

/// The subject by which every token of a user or role is revoked.
pub fn of_principal(id: &str) -> String {
    format!("principal:{id}")
}

/// The subject by which every token is revoked that was got with a key.
pub fn of_key(id: &AccessKeyId) -> String {
    format!("key:{id}")
}

/// The subject by which every token is revoked that was got with an MFA device.
pub fn of_device(id: &str) -> String {
    format!("device:{id}")
}

/// The key of one token. A salt is used once, so the nonce can stand still (NIST SP 800-38D section 8.2.1).
fn key(ring: &KeyRing, id: u32, salt: &[u8]) -> Result<Option<LessSafeKey>, Error> {
    let Some(derived) = ring.hmac_by(id, PURPOSE, salt)? else {
        return Ok(None);
    };
    let derived = Zeroizing::new(derived);
    let key = UnboundKey::new(&AES_256_GCM, &*derived);
    Ok(key.ok().map(LessSafeKey::new))
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

/// What the tag covers besides the claims. Each part is preceded by its length.
fn bound(ring: &KeyRing, id: u32, key_id: &AccessKeyId) -> Vec<u8> {
    let mut out = vec![FORMAT];
    out.extend_from_slice(&id.to_be_bytes());
    for part in [ring.installation(), key_id.as_str()] {
        out.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        out.extend_from_slice(part.as_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::iam::access_key::Term;
    use domain::time::{Span, Timestamp};

    fn claims() -> Claims {
        let now = Timestamp::from_millis(1_800_000_000_000);
        Claims {
            account: "111122223333".parse().unwrap(),
            principal: Principal::Root,
            facts: SessionFacts {
                issued_at: now,
                ends_at: now + Span::hours(1),
                mfa_at: None,
                chained: false,
                counters: vec![("installation".into(), 7)],
                policies: Vec::new(),
                policy_arns: Vec::new(),
                tags: Vec::new(),
                transitive: Vec::new(),
                source_identity: None,
            },
            secret: "wJalrXUtnFEMI".to_owned(),
        }
    }

    fn key_id(seed: u8) -> AccessKeyId {
        AccessKeyId::draw(Term::Session, &claims().account, &Dice::new([seed; 32]))
    }

    #[test]
    fn a_token_opens_for_its_own_key_id_in_its_own_installation_only() {
        let ring = KeyRing::generate(&[1; 32]).unwrap();
        let token = seal(&ring, &Dice::new([9; 32]), &key_id(1), &claims()).unwrap();
        let opened = open(&ring, &key_id(1), &token).unwrap().unwrap();
        assert_eq!(opened.secret, "wJalrXUtnFEMI");
        assert_eq!(opened.facts, claims().facts);
        assert!(open(&ring, &key_id(2), &token).unwrap().is_none());
        let other = KeyRing::generate(&[2; 32]).unwrap();
        assert!(open(&other, &key_id(1), &token).unwrap().is_none());
        let rotated = ring.with_new_key(&[3; 32]).unwrap();
        assert!(
            open(&rotated, &key_id(1), &token).unwrap().is_some(),
            "an older key of the ring opens it"
        );
    }

    #[test]
    fn a_token_of_which_any_byte_was_changed_does_not_open() {
        let ring = KeyRing::generate(&[1; 32]).unwrap();
        let token = seal(&ring, &Dice::new([9; 32]), &key_id(1), &claims()).unwrap();
        let bytes = data_encoding::BASE64.decode(token.as_bytes()).unwrap();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            let changed = data_encoding::BASE64.encode(&changed);
            assert!(
                open(&ring, &key_id(1), &changed).unwrap().is_none(),
                "byte {place}"
            );
        }
        for text in ["", "AAAA", "not base64!", &"A".repeat(20_000)] {
            assert!(open(&ring, &key_id(1), text).unwrap().is_none());
        }
    }

    #[test]
    fn nothing_of_a_token_can_be_read() {
        let ring = KeyRing::generate(&[1; 32]).unwrap();
        let token = seal(&ring, &Dice::new([9; 32]), &key_id(1), &claims()).unwrap();
        let bytes = data_encoding::BASE64.decode(token.as_bytes()).unwrap();
        for secret in ["wJalrXUtnFEMI", "111122223333"] {
            assert!(
                !bytes
                    .windows(secret.len())
                    .any(|window| window == secret.as_bytes())
            );
        }
    }
}
