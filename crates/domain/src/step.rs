//! The shape of a flow: a state takes an input and becomes the next state, with effects to be written in the same
//! transaction and something to show.
//!
//! A refusal inside a flow is a step too: the counter and the audit record are kept. Only faults roll back.

use crate::audit::Record;
use crate::call::{CallOrder, CallRecord};
use crate::contact;
use crate::guessing::Network;
use crate::ids::{AccountId, CallId, DeviceId, SupportId};
use crate::mail::MailOrder;
use crate::recovery;
use crate::refusal::Refusal;
use crate::session::{Hold, Origin};
use crate::sms::TextOrder;
use crate::throttle::Throttle;
use crate::time::Timestamp;

#[cfg(test)]
pub(crate) mod table;

/// What a step leads to.
#[derive(Debug)]
#[must_use]
pub struct Step<S> {
    /// The state from now on.
    pub next: S,
    /// What is to be written with it.
    pub effects: Vec<Effect>,
    /// What the person is told: nothing more than the next page, or a refusal on the same one.
    pub show: Result<(), Refusal>,
}

impl<S> Step<S> {
    /// Goes on to `next`.
    pub const fn to(next: S) -> Self {
        Self {
            next,
            effects: Vec::new(),
            show: Ok(()),
        }
    }

    /// Stays at `next` with a refusal.
    pub fn refuse(next: S, refusal: impl Into<Refusal>) -> Self {
        Self {
            next,
            effects: Vec::new(),
            show: Err(refusal.into()),
        }
    }

    /// Adds an effect.
    pub fn with(mut self, effect: Effect) -> Self {
        self.effects.push(effect);
        self
    }
}

/// A counter that must be written: what it counts, and for whom.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CounterKey(pub String);

/// A session to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// Whose.
    pub account: AccountId,
    /// How it came about.
    pub origin: Origin,
    /// When the password was given.
    pub password_at: Timestamp,
    /// When a registered device was used.
    pub mfa_at: Option<Timestamp>,
    /// Which.
    pub device: Option<DeviceId>,
    /// The hold it starts with.
    pub hold: Option<Hold>,
    /// The absolute end.
    pub ends_at: Timestamp,
}

/// Something to be written in the transaction of the step.
#[derive(Debug)]
pub enum Effect {
    /// A line of the audit log.
    Audit(Box<Record>),
    /// A mail.
    Mail(Box<MailOrder>),
    /// Put this notice into the outbox for everybody who is told of its account: whoever reads the present address, and
    /// whoever read the former one, if that was replaced lately.
    Tell(Box<MailOrder>),
    /// Somebody guessed: what is known of the network from now on, and one more failure of the installation.
    Guessed(Box<Network>),
    /// A counter's new value; the default value removes it.
    Count(CounterKey, Throttle),
    /// A code of a device is used up for its time step (RFC 6238 section 5.2).
    BurnStep(DeviceId, i64),
    /// The device's clock is so many steps of 30 s ahead of ours.
    SetClock(DeviceId, i64),
    /// The session opens.
    OpenSession(Box<NewSession>),
    /// The browser completed a sign-in and is known from now on.
    KnowBrowser(AccountId),
    /// The password was used together with a registered device or a saved code: it is good for recovery.
    PasswordProven(AccountId),
    /// The mailed code proved the account's address.
    EmailProven(AccountId),
    /// Digits keyed on the phone proved a number of the account; a mailed code proved its second address.
    ContactProven(AccountId, contact::Kind),
    /// Digits keyed on the phone proved the new number of a support case.
    CasePhoneProven(SupportId),
    /// A short text to a telephone.
    Text(Box<TextOrder>),
    /// A phone call.
    PlaceCall(Box<CallOrder>),
    /// What the limits need to know of a call: its row is made or changed.
    RecordCall(Box<CallRecord>),
    /// The receiver is put down, if the call still runs.
    HangUp(CallId),
    /// Every session of the account ends.
    EndSessions(AccountId),
    /// No browser is known to the account any more.
    ForgetBrowsers(AccountId),
    /// A new password must be set at the next opportunity: in a recovered session, or after the next sign-in.
    RequirePassword(AccountId),
    /// What only the recovery room keeps.
    Recovery(Box<recovery::Act>),
}
