//! Accounts: the container of a root user and its contacts, and the stages of its life.

use crate::ids::AccountId;
use crate::locale::Locale;
use crate::refusal::{Code, Refusal};
use crate::session::Hold;
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

/// A closed account can be reopened for this long (R-CON-11).
pub const REOPENING: Span = Span::days(90);
/// Root must have MFA this long after the account was opened.
pub const MFA_REQUIRED_AFTER: Span = Span::days(35);
/// A password set for somebody else must be replaced within this time.
pub const INITIAL_PASSWORD: Span = Span::hours(72);

/// A stage of an account's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// In use.
    Active,
    /// Put out of use by the operator; nothing is lost.
    Suspended,
    /// Closed; can be reopened for 90 days.
    Closed,
}

impl State {
    /// The word in rows and output.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }

    /// The state of that word.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Active, Self::Suspended, Self::Closed]
            .into_iter()
            .find(|s| s.key() == key)
    }
}

/// How the present password came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PasswordOrigin {
    /// Chosen when the account was opened, with the e-mail proved.
    Opening,
    /// Changed within a session that was not held.
    Changed,
    /// Set by a mailed link.
    Mailed,
    /// Changed within a recovered or held session.
    Recovered,
    /// Set by the operator; must be replaced.
    Initial,
}

impl PasswordOrigin {
    /// The word in rows.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Changed => "changed",
            Self::Mailed => "mailed",
            Self::Recovered => "recovered",
            Self::Initial => "initial",
        }
    }

    /// The origin of that word.
    pub fn from_key(key: &str) -> Option<Self> {
        [
            Self::Opening,
            Self::Changed,
            Self::Mailed,
            Self::Recovered,
            Self::Initial,
        ]
        .into_iter()
        .find(|o| o.key() == key)
    }

    /// Whether such a password proves a recovery from the start. Others become good when they are used together
    /// with a registered device or a saved code; time alone never makes them so.
    pub const fn good_at_once(self) -> bool {
        matches!(self, Self::Opening)
    }
}

/// The present password, without the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordFacts {
    /// How it came about.
    pub origin: PasswordOrigin,
    /// Since when.
    pub set_at: Timestamp,
    /// Whether it proves a recovery.
    pub good: bool,
    /// What sessions opened by it alone are held to.
    pub hold: Option<Hold>,
}

/// An account as the store has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Twelve digits.
    pub id: AccountId,
    /// Its name, shown at the top right of the console.
    pub name: String,
    /// The root user's address, as written.
    pub email: String,
    /// When the address was last proved.
    pub email_proved_at: Option<Timestamp>,
    /// Since when it is this address.
    pub email_set_at: Timestamp,
    /// The language of its mails and calls, unless the person chose another.
    pub locale: Locale,
    /// Its stage of life.
    pub state: State,
    /// Since when.
    pub state_since: Timestamp,
    /// When it was opened.
    pub created_at: Timestamp,
    /// The password, if one was ever set.
    pub password: Option<PasswordFacts>,
}

impl Account {
    /// May anybody sign in to it?
    ///
    /// # Errors
    /// `GL-SIGNIN-010` when suspended, `GL-SIGNIN-011` when closed.
    pub fn open(&self) -> Result<(), Refusal> {
        match self.state {
            State::Active => Ok(()),
            State::Suspended => Err(Code::AccountSuspended.into()),
            State::Closed => Err(Code::AccountClosed.into()),
        }
    }

    /// The state after the operator's verb.
    ///
    /// # Errors
    /// `GL-ACC-007` when the present state does not allow it, or 90 days have gone by since it was closed.
    pub fn moved_to(&self, next: State, now: Timestamp) -> Result<State, Refusal> {
        let allowed = match (self.state, next) {
            (State::Active, State::Suspended | State::Closed)
            | (State::Suspended, State::Active | State::Closed) => true,
            (State::Closed, State::Active) => now.since(self.state_since) < REOPENING,
            _ => false,
        };
        if allowed {
            Ok(next)
        } else {
            Err(Code::WrongAccountState.into())
        }
    }
}

/// A name that people typed, fit to be shown: 1 to 128 characters after trimming, no control characters.
///
/// # Errors
/// `GL-ACC-002`.
pub fn name(text: &str) -> Result<String, Refusal> {
    let trimmed = text.trim();
    let count = trimmed.chars().count();
    let clean = !trimmed
        .chars()
        .any(|c| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
    if (1..=128).contains(&count) && clean {
        Ok(trimmed.to_owned())
    } else {
        Err(Code::NotAName.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(state: State, since: Timestamp) -> Account {
        Account {
            id: "111122223333".parse().unwrap(),
            name: "Example".into(),
            email: "root@example.com".into(),
            email_proved_at: None,
            email_set_at: since,
            locale: Locale::En,
            state,
            state_since: since,
            created_at: since,
            password: None,
        }
    }

    #[test]
    fn a_closed_account_can_be_reopened_for_ninety_days() {
        let t = Timestamp::from_millis(0);
        let closed = account(State::Closed, t);
        assert_eq!(
            closed.moved_to(State::Active, t + Span::days(89)),
            Ok(State::Active)
        );
        assert!(closed.moved_to(State::Active, t + REOPENING).is_err());
        assert!(closed.moved_to(State::Suspended, t).is_err());
        assert_eq!(
            account(State::Active, t).moved_to(State::Closed, t),
            Ok(State::Closed)
        );
    }

    #[test]
    fn names_are_trimmed_and_cannot_turn_the_line_round() {
        assert_eq!(name("  Example 公司 "), Ok("Example 公司".into()));
        assert!(name(" ").is_err());
        assert!(name("a\r\nb").is_err());
        assert!(name("a\u{202e}b").is_err());
        assert!(name(&"x".repeat(129)).is_err());
    }
}
