//! Contact information of an account: which change may be made, how it is proved, told and taken back, and what counts
//! meanwhile.
//!
//! Whoever controls a contact can take part in a recovery, so a change of one must not be a quiet way to take an
//! account over (R-REC-58): the former contact is told three times with a link that takes the change back, serves
//! recovery for 72 hours more, and a second change waits until the first is settled.
//!
//! Invariants: a new address counts for nothing before it was proved (R-CON-19); at any time exactly one value of a
//! contact serves recovery, and a proved one never gives way to one that is not.

mod change;
mod code;
mod proof;

pub use change::{Change, Stage, UndoneBy, may_change, pending};
pub use code::MailedCode;
pub use proof::{PhoneProof, ProofEnd, ProofFacts, ProofView};

use crate::recovery::CONTACT_HOLD;
use crate::time::Span;
use serde::{Deserialize, Serialize};

/// The former contact serves recovery, and the change can be taken back, for so long.
pub const HOLD: Span = CONTACT_HOLD;
/// When the former contact is told of a change, counted from the change.
pub const TOLD_AT: [Span; 3] = [Span::ZERO, Span::hours(24), Span::hours(48)];
/// A change is shown in the console for so long.
pub const SHOWN_FOR: Span = Span::days(30);
/// The life of the code that proves a new address.
pub const CODE_LIFE: Span = Span::hours(24);
/// Wrong entries that a mailed code admits.
pub const CODE_TRIES: u32 = 5;
/// Mails to one new address within one change.
pub const MOST_MAILS: u32 = 5;
/// A contact that was not proved for so long is asked to be proved again (P-12).
pub const PROVE_AGAIN_AFTER: Span = Span::days(180);
/// After the person called said "this was not me", a number is not called again for the same account for so long.
pub const OBJECTION_REST: Span = Span::hours(24);

/// Which contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The root user's address.
    Email,
    /// The primary contact's number.
    Phone,
    /// An address beside it, for notices and recovery.
    SecondEmail,
    /// A number beside it, for recovery.
    SecondPhone,
}

impl Kind {
    /// The second ones.
    pub const SECOND: [Self; 2] = [Self::SecondEmail, Self::SecondPhone];

    /// Whether it stands beside the account's own.
    pub const fn second(self) -> bool {
        matches!(self, Self::SecondEmail | Self::SecondPhone)
    }

    /// Whether it is an address; else it is a number.
    pub const fn is_email(self) -> bool {
        matches!(self, Self::Email | Self::SecondEmail)
    }

    /// The one of the same sort beside it.
    pub const fn other(self) -> Self {
        match self {
            Self::Email => Self::SecondEmail,
            Self::SecondEmail => Self::Email,
            Self::Phone => Self::SecondPhone,
            Self::SecondPhone => Self::Phone,
        }
    }

    /// The word in rows, forms and texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::SecondEmail => "second-email",
            Self::SecondPhone => "second-phone",
        }
    }
}

/// The path of the link that takes a change back.
pub fn undo_path(token: &str) -> String {
    format!("/contact/undo/{token}")
}

#[cfg(test)]
mod tests;
