//! A signed-in session: how long it lives, what it may do while it is held, when it must prove itself afresh.

use crate::client::Client;
use crate::ids::{AccountId, CaseId, DeviceId, SessionId};
use crate::refusal::{Code, Refusal};
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

/// The longest life of a session (R-OUT, NIST SP 800-63B-4 section 2.2.3 allows 24 h).
pub const ABSOLUTE: Span = Span::hours(12);
/// A root session ends after this long without a request.
pub const ROOT_IDLE: Span = Span::minutes(30);
/// The longest life of a recovered session.
pub const RECOVERED_ABSOLUTE: Span = Span::hours(2);
/// How long a proof counts as fresh for sensitive acts.
pub const FRESH: Span = Span::minutes(10);
/// How long a recovered session, and what was made in it, is held.
pub const HOLD: Span = Span::hours(24);

/// How the session came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Origin {
    /// A sign-in with what is on file.
    SignIn,
    /// A recovery case.
    Recovered {
        /// The case.
        case: CaseId,
    },
}

/// A hold: what the session may do is narrowed until then, and until a device is registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The earliest end.
    pub until: Timestamp,
}

/// An act within a session, as far as holds tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Looking at pages.
    Read,
    /// Registering a device, or replacing the lost one.
    RegisterDevice,
    /// Putting the lost device out of use.
    SuspendDevice,
    /// Changing the password.
    ChangePassword,
    /// Ending sessions.
    EndSessions,
    /// Everything else that changes something.
    Write,
}

/// A session as the store has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id; the cookie carries another, secret value.
    pub id: SessionId,
    /// Whose root user it is.
    pub account: AccountId,
    /// How it came about.
    pub origin: Origin,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The last request, to the minute.
    pub seen_at: Timestamp,
    /// The absolute end.
    pub ends_at: Timestamp,
    /// When the password was last given.
    pub password_at: Timestamp,
    /// When a registered device was last used. Nothing after a recovery: that is no MFA.
    pub mfa_at: Option<Timestamp>,
    /// The device used; removing it ends the session.
    pub device: Option<DeviceId>,
    /// The hold, if any.
    pub hold: Option<Hold>,
    /// The browser it was opened from.
    pub client: Client,
}

impl Session {
    /// Whether the session still stands at `now`.
    pub fn alive(&self, now: Timestamp) -> bool {
        now < self.ends_at && now.since(self.seen_at) < ROOT_IDLE
    }

    /// Whether the session is held: until the given time has passed *and* a device is registered.
    pub fn held(&self, now: Timestamp, has_device: bool) -> bool {
        self.hold
            .is_some_and(|hold| now < hold.until || !has_device)
    }

    /// May this session do that?
    ///
    /// # Errors
    /// `GL-SESSION-003` with the end of the hold.
    pub fn may(&self, act: Act, now: Timestamp, has_device: bool) -> Result<(), Refusal> {
        match (act, self.hold) {
            (Act::Write, Some(hold)) if self.held(now, has_device) => {
                Err(Refusal::new(Code::SessionHeld).until(hold.until))
            }
            _ => Ok(()),
        }
    }

    /// Whether the proofs are fresh enough for a sensitive act: the password, and a registered device if the
    /// account has one, both within ten minutes (NIST SP 800-63B-4 section 4.1.2.1: the highest level on file).
    /// A recovered session cannot show a device; its own opening counts for ten minutes instead.
    pub fn fresh(&self, now: Timestamp, has_device: bool) -> bool {
        let recent = |at: Timestamp| now.since(at) < FRESH;
        match self.origin {
            Origin::Recovered { .. } => recent(self.password_at),
            Origin::SignIn => {
                recent(self.password_at) && (!has_device || self.mfa_at.is_some_and(recent))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;

    fn session(at: Timestamp) -> Session {
        Session {
            id: SessionId::draw(&Dice::new([0; 32]), ""),
            account: "111122223333".parse().unwrap(),
            origin: Origin::SignIn,
            opened_at: at,
            seen_at: at,
            ends_at: at + ABSOLUTE,
            password_at: at,
            mfa_at: None,
            device: None,
            hold: None,
            client: Client {
                address: "127.0.0.1".parse().unwrap(),
                device: String::new(),
            },
        }
    }

    #[test]
    fn a_session_ends_by_idleness_and_by_age() {
        let t = Timestamp::from_millis(0);
        let mut s = session(t);
        assert!(s.alive(t + Span::minutes(29)));
        assert!(!s.alive(t + Span::minutes(30)));
        s.seen_at = t + Span::hours(12) - Span::minutes(1);
        assert!(!s.alive(t + ABSOLUTE));
    }

    #[test]
    fn a_held_session_reads_and_mends_but_does_not_write() {
        let t = Timestamp::from_millis(0);
        let mut s = session(t);
        s.hold = Some(Hold { until: t + HOLD });
        for act in [
            Act::Read,
            Act::RegisterDevice,
            Act::SuspendDevice,
            Act::ChangePassword,
            Act::EndSessions,
        ] {
            assert_eq!(s.may(act, t, true), Ok(()));
        }
        assert_eq!(
            s.may(Act::Write, t, true),
            Err(Refusal::new(Code::SessionHeld).until(t + HOLD))
        );
        assert_eq!(s.may(Act::Write, t + HOLD, true), Ok(()));
        assert!(
            s.may(Act::Write, t + HOLD, false).is_err(),
            "without a device the hold goes on"
        );
    }

    #[test]
    fn sensitive_acts_ask_for_the_highest_proof_on_file() {
        let t = Timestamp::from_millis(0);
        let mut s = session(t);
        assert!(s.fresh(t, false));
        assert!(!s.fresh(t, true));
        s.mfa_at = Some(t);
        assert!(s.fresh(t + Span::minutes(9), true));
        assert!(!s.fresh(t + Span::minutes(10), true));
    }
}
