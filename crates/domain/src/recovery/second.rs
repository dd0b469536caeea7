//! A second address and a second number, beside those of the account: they serve a recovery as the first do, once they
//! were unchanged for 30 days (R-REC-58).
//!
//! Nobody had one of them before who could object, so a new one waits longer than a change of the first: whoever adds
//! their own to an open session is told of, and seen on the account page, for all that time. One that is removed serves
//! for 72 hours more, unless root with a registered device says that it is lost.

use super::contact::{CONTACT_HOLD, InForce, STEADY};
use crate::refusal::{Code, Refusal};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Which of two contacts of one sort.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    /// The account's own.
    #[default]
    First,
    /// The one beside it.
    Second,
}

impl Which {
    /// Both, the account's own first.
    pub const BOTH: [Self; 2] = [Self::First, Self::Second];

    /// The word in forms and records.
    pub const fn key(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
        }
    }

    /// The one of that word; whatever else was sent means the account's own.
    pub fn from_key(key: &str) -> Self {
        match key {
            "second" => Self::Second,
            _ => Self::First,
        }
    }
}

/// A second address or number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Second {
    /// The address, or the number in E.164.
    pub value: String,
    /// Whether it was ever proved.
    pub proved: bool,
    /// When it was entered; nothing means when the account was opened.
    pub since: Option<Timestamp>,
    /// When it was removed, if it was.
    pub removed_at: Option<Timestamp>,
    /// Whether root, with a registered device, said that the removed one is lost.
    pub lost: bool,
}

/// The second contacts of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seconds {
    /// The address.
    pub email: Option<Second>,
    /// The number.
    pub phone: Option<Second>,
}

impl Second {
    /// From when on it is unchanged for long enough; nothing means since ever.
    pub fn steady_from(&self) -> Option<Timestamp> {
        self.since.map(|at| at + STEADY)
    }

    /// Whether it is removed, and serves no longer.
    pub fn gone(&self, now: Timestamp) -> bool {
        self.removed_at
            .is_some_and(|at| self.lost || now.since(at) >= CONTACT_HOLD)
    }

    /// Whether it had become steady by now, or before it was removed. Only then may its reader object to a recovery:
    /// else whoever adds an address of their own could end the owner's.
    pub fn heard(&self, now: Timestamp) -> bool {
        let until = self.removed_at.unwrap_or(now);
        self.proved && self.steady_from().is_none_or(|from| from <= until)
    }

    /// As it serves now.
    ///
    /// # Errors
    /// `GL-CON-003` when it is removed, `GL-REC-012` when it was never proved, `GL-REC-007` with the time from which on it
    /// serves.
    pub fn in_force(&self, now: Timestamp) -> Result<InForce<'_>, Refusal> {
        if self.gone(now) {
            return Err(Code::NoSecond.into());
        }
        if !self.proved {
            return Err(Code::ContactUnproved.into());
        }
        if let Some(from) = self.steady_from().filter(|from| *from > now) {
            return Err(Refusal::new(Code::ContactHeld).until(from));
        }
        Ok(InForce {
            value: &self.value,
            proved: true,
            since: self.since,
            former: self.removed_at.is_some(),
        })
    }
}

/// The second one of a sort as it serves now.
pub(super) fn serving(second: Option<&Second>, now: Timestamp) -> Result<InForce<'_>, Refusal> {
    second.ok_or(Code::NoSecond)?.in_force(now)
}

/// The first way that is open, or why the first of all is not.
pub(crate) fn any<T>(ways: impl IntoIterator<Item = Result<T, Refusal>>) -> Result<T, Refusal> {
    let mut why = Code::NoSecond.into();
    for (index, way) in ways.into_iter().enumerate() {
        match way {
            Ok(open) => return Ok(open),
            Err(refusal) if index == 0 => why = refusal,
            Err(_) => {}
        }
    }
    Err(why)
}
