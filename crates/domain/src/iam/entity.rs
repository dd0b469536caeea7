//! What IAM knows of: unique ids, heads and bodies.

use crate::dice::Dice;
use crate::ids::{AccountId, NotAnId};
use crate::time::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $name:ident = $key:literal, $prefix:literal, $arn:literal;)*) => {
        /// The kinds of entities. The first four letters of a unique id say its kind.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Kind { $($(#[doc = $doc])* $name,)* }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its word in rows and in what callers are told ("The user with name …").
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)* }
            }

            /// What unique ids of the kind begin with.
            pub const fn prefix(self) -> &'static str {
                match self { $(Self::$name => $prefix,)* }
            }

            /// Its word in ARNs.
            pub const fn in_arn(self) -> &'static str {
                match self { $(Self::$name => $arn,)* }
            }
        }
    };
}

kinds! {
    /// A user: a person or a program with credentials of its own.
    User = "user", "AIDA", "user";
    /// A group of users.
    Group = "group", "AGPA", "group";
    /// A role: an identity that others assume for a while.
    Role = "role", "AROA", "role";
    /// A managed policy of the account.
    Policy = "policy", "ANPA", "policy";
    /// A virtual MFA device. AWS gives these no unique id, and ours is never shown.
    MfaDevice = "mfa", "AMFA", "mfa";
}

/// The unique id of an entity: four letters for the kind and 17 characters of base32, as AWS has them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UniqueId(String);

impl UniqueId {
    /// Draws a new one.
    pub fn draw(kind: Kind, dice: &Dice) -> Self {
        let chance = data_encoding::BASE32_NOPAD.encode(&dice.bytes::<11>(kind.prefix()));
        let tail = chance.get(..TAIL).unwrap_or_default();
        Self(format!("{}{tail}", kind.prefix()))
    }

    /// The id as AWS shows it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Characters of a unique id behind its kind.
const TAIL: usize = 17;

impl std::str::FromStr for UniqueId {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let known = Kind::ALL
            .iter()
            .find_map(|kind| text.strip_prefix(kind.prefix()));
        let tail = known.ok_or(NotAnId)?;
        let shaped =
            tail.len() == TAIL && tail.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'2'..=b'7'));
        if shaped {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnId)
        }
    }
}

impl TryFrom<String> for UniqueId {
    type Error = NotAnId;
    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl From<UniqueId> for String {
    fn from(id: UniqueId) -> Self {
        id.0
    }
}

/// What is particular to a kind.
pub trait Body: Serialize + DeserializeOwned + Clone + Send + std::fmt::Debug + 'static {
    /// The kind it belongs to.
    const KIND: Kind;
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Its key, in the case it was given; two keys that differ in case alone are the same.
    pub key: String,
    /// Its value, perhaps empty.
    pub value: String,
}

/// An entity: the head that all kinds share, and its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity<B> {
    /// Its unique id.
    pub id: UniqueId,
    /// Whose.
    pub account: AccountId,
    /// Its name, unique in its account and kind whatever the case.
    pub name: String,
    /// Its path, from `/` to `/`.
    pub path: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its tags, in the order they were given.
    pub tags: Vec<Tag>,
    /// What is particular to the kind.
    pub body: B,
}

impl<B: Body> Entity<B> {
    /// Its ARN.
    pub fn arn(&self) -> String {
        arn(B::KIND, &self.account, &self.path, &self.name)
    }
}

/// The ARN of an entity: `arn:aws:iam::111122223333:user/path/name`.
pub fn arn(kind: Kind, account: &AccountId, path: &str, name: &str) -> String {
    let (kind, account) = (kind.in_arn(), account.as_str());
    format!("arn:aws:iam::{account}:{kind}{path}{name}")
}

/// A name as names are compared.
pub fn name_key(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// What is particular to a user.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The policy that bounds what its other policies can allow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary: Option<String>,
    /// When its password was last used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_last_used: Option<Timestamp>,
}

impl Body for User {
    const KIND: Kind = Kind::User;
}

/// What is particular to a group: nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {}

impl Body for Group {
    const KIND: Kind = Kind::Group;
}

/// What is particular to a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Who may assume it: its trust policy, as it was given.
    pub trust: String,
    /// Whom its trust policy names: users and roles by their ARNs, each with the unique id they had then. Somebody who
    /// later gets the name of one that was deleted is not meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub meant: Vec<(String, String)>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The longest session, in seconds.
    pub max_session: u32,
    /// The policy that bounds what its other policies can allow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary: Option<String>,
    /// When it was last used, and for which region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used: Option<(Timestamp, String)>,
}

impl Role {
    /// The trust policy with unique ids in the place of the ARNs of those who were meant, as AWS keeps it (*Principal* of the
    /// policy elements in the AWS IAM User Guide).
    pub fn trust_by_id(&self) -> String {
        let named = self.meant.iter();
        named.fold(self.trust.clone(), |text, (arn, id)| {
            text.replace(&format!("\"{arn}\""), &format!("\"{id}\""))
        })
    }
}

impl Body for Role {
    const KIND: Kind = Kind::Role;
}

/// What is particular to a managed policy; its versions are rows of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The number of the version in force.
    pub default_version: u32,
    /// The number that the next version gets; never given twice.
    pub next_version: u32,
    /// When a version was last made, removed or put in force.
    pub updated_at: Timestamp,
}

impl Body for Policy {
    const KIND: Kind = Kind::Policy;
}

/// What is particular to a virtual MFA device; its seed is sealed in a column of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MfaDevice {
    /// The user it is assigned to, and since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<(UniqueId, Timestamp)>,
    /// How many steps of 30 seconds its clock is off.
    #[serde(default)]
    pub offset_steps: i64,
}

impl Body for MfaDevice {
    const KIND: Kind = Kind::MfaDevice;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unique_id_has_the_shape_that_clients_expect() {
        for kind in Kind::ALL {
            let id = UniqueId::draw(*kind, &Dice::new([3; 32]));
            assert_eq!(id.as_str().len(), 21, "IAM identifiers: unique IDs");
            assert!(id.as_str().starts_with(kind.prefix()));
            assert_eq!(id.as_str().parse(), Ok(id));
        }
        for other in ["AIDA", "AIDAabcdefghijklmnopq", "XXXXABCDEFGHIJKLMNOPQ", ""] {
            assert_eq!(other.parse::<UniqueId>(), Err(NotAnId), "{other}");
        }
    }

    #[test]
    fn a_trust_policy_means_those_who_had_the_names_then() {
        let (ann, anna) = (
            "arn:aws:iam::111122223333:user/ann",
            "arn:aws:iam::111122223333:user/anna",
        );
        let role = Role {
            trust: format!(r#"{{"AWS": ["{ann}", "{anna}"]}}"#),
            meant: vec![(ann.to_owned(), "AIDAEXAMPLEEXAMPLE000".to_owned())],
            description: None,
            max_session: 3_600,
            boundary: None,
            last_used: None,
        };
        let kept = format!(r#"{{"AWS": ["AIDAEXAMPLEEXAMPLE000", "{anna}"]}}"#);
        assert_eq!(role.trust_by_id(), kept);
    }

    #[test]
    fn an_arn_holds_the_path() {
        let account: AccountId = "111122223333".parse().unwrap();
        let arn = arn(Kind::User, &account, "/division_abc/", "Zhang");
        assert_eq!(arn, "arn:aws:iam::111122223333:user/division_abc/Zhang");
    }
}
