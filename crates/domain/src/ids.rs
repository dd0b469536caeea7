//! Every kind of id, made in one place (append-only), so that one can never stand for another.
//!
//! An id is a prefix and 128 bits in lower-case base32, the moment first ([`Dice::id`]). It names a row; it proves
//! nothing.

use crate::dice::{Dice, base32};
use serde::{Deserialize, Serialize};

/// A text that is not an id of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id of this kind")]
pub struct NotAnId;

macro_rules! ids {
    ($($(#[doc = $doc:literal])* $name:ident = $prefix:literal;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Draws a new one; `label` keeps several ids of one request apart.
            pub fn draw(dice: &Dice, label: &str) -> Self {
                let bytes = dice.id(&format!(concat!($prefix, "{}"), label));
                Self(format!("{}{}", $prefix, base32(&bytes)))
            }

            /// The id as it stands in addresses and rows.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let rest = text.strip_prefix($prefix).ok_or(NotAnId)?;
                let shaped = rest.len() == 26 && rest.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'));
                if shaped { Ok(Self(text.to_owned())) } else { Err(NotAnId) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;
            fn try_from(text: String) -> Result<Self, NotAnId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// A sign-in, sign-up or other flow of pages.
    FlowId = "flw_";
    /// A signed-in session; the cookie carries a token, never this.
    SessionId = "ses_";
    /// A registered MFA device.
    DeviceId = "mfa_";
    /// One attempt to get back in.
    CaseId = "rec_";
    /// One phone call.
    CallId = "cal_";
    /// A mail or a call waiting to go out.
    OutboxId = "out_";
    /// A line of the audit log.
    AuditId = "aud_";
    /// A saved recovery code's row.
    SavedCodeId = "svc_";
    /// A browser that completed a sign-in before.
    KnownClientId = "kcl_";
    /// A mailed link's row.
    LinkId = "lnk_";
    /// One change of a contact.
    ChangeId = "chg_";
    /// An operator of the installation.
    OperatorId = "opr_";
    /// One HTTP request, as told to people who ask for help.
    RequestId = "req_";
    /// One support case: the number by which people speak of it.
    SupportId = "sup_";
    /// Somebody named to confirm a recovery.
    RecoveryContactId = "rct_";
}

/// The twelve digits that name an account, as AWS has them (R-URL-06).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId(String);

impl AccountId {
    /// Draws a number between 100000000000 and 999999999999.
    pub fn draw(dice: &Dice, label: &str) -> Self {
        let wide = u128::from_be_bytes(dice.bytes(&format!("account{label}")));
        let number = 100_000_000_000 + (wide % 900_000_000_000);
        Self(number.to_string())
    }

    /// The number that belongs to nobody: what is read for an account is read for it where there is none, so that
    /// both take the same time.
    pub fn nobody() -> Self {
        Self("000000000000".to_owned())
    }

    /// The twelve digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits in three groups, `1111-2222-3333` (R-IAM-11).
    pub fn grouped(&self) -> String {
        let mut out = String::with_capacity(14);
        for (index, digit) in self.0.chars().enumerate() {
            if index > 0 && index % 4 == 0 {
                out.push('-');
            }
            out.push(digit);
        }
        out
    }

    /// The last four digits, which the voice speaks.
    pub fn last_four(&self) -> &str {
        self.0.get(8..).unwrap_or("")
    }

    /// The name of the account's root user, as AWS writes it.
    pub fn root_arn(&self) -> String {
        format!("arn:aws:iam::{}:root", self.0)
    }
}

impl std::str::FromStr for AccountId {
    type Err = NotAnId;
    /// Hyphens and blanks between the digits are forgiven (R-IAM-17).
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let digits: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
        let shaped = digits.len() == 12 && digits.bytes().all(|b| b.is_ascii_digit());
        if shaped {
            Ok(Self(digits))
        } else {
            Err(NotAnId)
        }
    }
}

impl TryFrom<String> for AccountId {
    type Error = NotAnId;
    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.0
    }
}

impl std::fmt::Display for AccountId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_back_and_no_other_kind_is() {
        let dice = Dice::new([1; 32]);
        let flow = FlowId::draw(&dice, "");
        assert_eq!(flow.as_str().parse(), Ok(flow.clone()));
        assert_eq!(flow.as_str().parse::<SessionId>(), Err(NotAnId));
        assert_eq!("flw_short".parse::<FlowId>(), Err(NotAnId));
    }

    #[test]
    fn an_account_id_forgives_hyphens_and_shows_groups() {
        let id: AccountId = "1111-2222 3333".parse().unwrap();
        assert_eq!(id.as_str(), "111122223333");
        assert_eq!(id.grouped(), "1111-2222-3333");
        assert_eq!(id.last_four(), "3333");
        assert_eq!(AccountId::draw(&Dice::new([3; 32]), "").as_str().len(), 12);
        assert!("11112222333".parse::<AccountId>().is_err());
    }
}
