//! Access keys: by which programs sign their requests.
//!
//! An id is 20 characters: `AKIA` for a key that lasts, `ASIA` for one that goes with a session token, then 80 bits in
//! base32. As with AWS, the account stands in 40 of them, so that `GetAccessKeyInfo` needs no look-up.

use crate::dice::Dice;
use crate::ids::{AccountId, NotAnId};
use crate::secret::Secret;
use serde::{Deserialize, Serialize};

/// How long a key lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// Until somebody removes it.
    Long,
    /// As long as its session token.
    Session,
}

impl Term {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Long => "AKIA",
            Self::Session => "ASIA",
        }
    }
}

/// The id of an access key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccessKeyId(String);

/// Bits of chance behind the account.
const BELOW: u32 = 39;
/// Bits of the account: twelve digits need forty.
const ACCOUNT: u64 = (1 << 40) - 1;

impl AccessKeyId {
    /// Draws a new one for the account.
    pub fn draw(term: Term, account: &AccountId, dice: &Dice) -> Self {
        let number: u64 = account.as_str().parse().unwrap_or_default();
        let chance = u128::from_be_bytes(dice.bytes(term.prefix())) & ((1 << BELOW) - 1);
        // The first bit is set in every key of AWS since 2018; tools that read the account out expect it.
        let bits = (1 << 79) | (u128::from(number & ACCOUNT) << BELOW) | chance;
        let bytes: Vec<u8> = bits.to_be_bytes().into_iter().skip(6).collect();
        Self(format!(
            "{}{}",
            term.prefix(),
            data_encoding::BASE32_NOPAD.encode(&bytes)
        ))
    }

    /// The id as it stands in requests.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it lasts or goes with a session token.
    pub fn term(&self) -> Term {
        if self.0.starts_with(Term::Session.prefix()) {
            Term::Session
        } else {
            Term::Long
        }
    }

    /// The account that stands in it; nothing when there is none in it, which is so for ids of other makers.
    pub fn account(&self) -> Option<AccountId> {
        let tail = self.0.get(4..)?;
        let bytes = data_encoding::BASE32_NOPAD.decode(tail.as_bytes()).ok()?;
        let bits = bytes
            .iter()
            .fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
        let number = u64::try_from(bits >> BELOW).ok()? & ACCOUNT;
        format!("{number:012}").parse().ok()
    }
}

impl std::str::FromStr for AccessKeyId {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let known = [Term::Long, Term::Session]
            .into_iter()
            .any(|term| text.starts_with(term.prefix()));
        let shaped = text.len() == 20
            && text
                .bytes()
                .skip(4)
                .all(|b| matches!(b, b'A'..=b'Z' | b'2'..=b'7'));
        if known && shaped {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnId)
        }
    }
}

impl TryFrom<String> for AccessKeyId {
    type Error = NotAnId;
    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl From<AccessKeyId> for String {
    fn from(id: AccessKeyId) -> Self {
        id.0
    }
}

impl std::fmt::Display for AccessKeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Draws a secret: 240 bits in the 40 characters that clients expect.
pub fn draw_secret(dice: &Dice) -> Secret<String> {
    Secret::new(data_encoding::BASE64.encode(&dice.bytes::<30>("secret access key")))
}

/// Whether a key may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// It may.
    Active,
    /// It may not, until it is made active again.
    Inactive,
}

impl Status {
    /// Its word on the wire and in rows.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
        }
    }

    /// The status of this word.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Active, Self::Inactive]
            .into_iter()
            .find(|status| status.key() == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_stands_in_the_id() {
        for digits in ["111122223333", "999999999999", "000000000001"] {
            let account: AccountId = digits.parse().unwrap();
            for (term, prefix) in [(Term::Long, "AKIA"), (Term::Session, "ASIA")] {
                let id = AccessKeyId::draw(term, &account, &Dice::new([5; 32]));
                assert!(id.as_str().starts_with(prefix));
                assert_eq!(id.as_str().len(), 20);
                assert_eq!(id.account(), Some(account.clone()));
                assert_eq!(id.as_str().parse(), Ok(id.clone()));
                assert_eq!(id.term(), term);
            }
        }
    }

    #[test]
    fn what_reads_the_account_out_of_the_ids_of_aws_reads_ours() {
        // The rule as it was published: the first six of the ten bytes, without the first bit, 7 bits shifted away.
        let account: AccountId = "581039954779".parse().unwrap();
        let id = AccessKeyId::draw(Term::Long, &account, &Dice::new([6; 32]));
        let bytes = data_encoding::BASE32_NOPAD
            .decode(&id.as_str().as_bytes()[4..])
            .unwrap();
        let front = bytes[..6]
            .iter()
            .fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        assert_eq!((front & 0x7fff_ffff_ff80) >> 7, 581_039_954_779);
    }

    #[test]
    fn a_secret_has_forty_characters() {
        assert_eq!(draw_secret(&Dice::new([1; 32])).expose().len(), 40);
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in [
            "AKIA",
            "AKIAABCDEFGHIJKLMNO1",
            "XXIAABCDEFGHIJKLMNOP",
            "AKIAABCDEFGHIJKLMNOPQ",
        ] {
            assert_eq!(text.parse::<AccessKeyId>(), Err(NotAnId), "{text}");
        }
    }
}
