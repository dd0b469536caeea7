//! Rehearsing a recovery, and how ready an account is for one (R-SEC-09).
//!
//! The signed-in root user goes the way of a recovery with its real parts: a mail with a code to the address that would
//! serve, a call to the number that would, a saved code. Of two addresses or numbers one is chosen, and what comes of it
//! is said of that one alone. Who begins it gave fresh proof; mails, calls and wrong codes
//! count in the limits they always count in; mail and voice say that it is a rehearsal.
//!
//! Invariant: a rehearsal proves nothing. There is no case, nobody is let in, no device is suspended, no hold begins, no
//! contact is marked as proved, no saved code is used up, no counter is put back.

mod report;

pub use report::{Codes, Facts, Part, Report, Verdict, Way, report};

use crate::audit::{Actor, Event, Record};
use crate::call::{CallEvent, CallView, Outcome, PastCall, Progress, Say};
use crate::contact::{MOST_MAILS, MailedCode, PhoneProof, ProofFacts};
use crate::ids::{AccountId, CallId, FlowId};
use crate::mail::{MailKind, MailOrder};
use crate::recovery::{self, CONTACT_HOLD, Contact, LINK_LIFE, Second, Which};
use crate::refusal::{Code, Refusal};
use crate::sign_in::{MailCode, Moment};
use crate::step::{CounterKey, Effect, Step};
use crate::throttle::{Gate, Standing, Throttle};
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

/// What was rehearsed so long ago is worth another try.
pub const EVERY: Span = Span::days(180);

/// Which of two addresses and numbers are tried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// The address.
    pub email: Which,
    /// The number.
    pub phone: Which,
}

/// A rehearsal on its way. Kept sealed: it holds the digits that the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drill {
    /// The flow it is.
    pub flow: FlowId,
    /// Whose.
    pub account: AccountId,
    /// The address that is tried, which would serve a recovery now.
    pub email: String,
    /// Which of two addresses and numbers are.
    #[serde(default)]
    pub tried: Tried,
    /// When the first mail was ordered.
    pub begun_at: Timestamp,
    /// The mailed code.
    pub mail: MailedCode,
    /// How long after the beginning its code was typed.
    pub mail_after: Option<Span>,
    /// The calls to the number that would serve, if there is one.
    pub phone: Option<PhoneProof>,
    /// How long after it was ordered the last call was answered.
    pub answered_after: Option<Span>,
    /// Whether the saved code that was tried would have been taken.
    pub saved_code: Option<bool>,
}

/// What came of a rehearsal: what is kept of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    /// When it ended.
    pub at: Timestamp,
    /// Which address and number it was about.
    pub tried: Tried,
    /// How long the mail took, until its code was typed.
    pub mail_after: Option<Span>,
    /// How the last call ended, if there was one.
    pub call: Option<Outcome>,
    /// How long it rang until it was answered.
    pub answered_after: Option<Span>,
    /// Whether a saved code was tried, and would have been taken.
    pub saved_code: Option<bool>,
}

/// What was looked up for a saved code.
#[derive(Debug, Clone)]
pub struct SavedCodeFacts {
    /// Whether it is one of the account's, unused and in force.
    pub right: bool,
    /// The counter of wrong saved codes: that of real tries.
    pub counter: Throttle,
    /// Its key.
    pub counter_key: CounterKey,
    /// Whether the browser is known.
    pub standing: Standing,
}

impl Drill {
    /// Begins with the mail. `phone` is the number that is tried, if there is any.
    pub fn begin(
        flow: FlowId,
        account: AccountId,
        (email, phone): (String, Option<String>),
        tried: Tried,
        code: &MailCode,
        at: &Moment<'_>,
    ) -> (Self, MailOrder) {
        let call = |number| PhoneProof::begin(flow.clone(), account.clone(), number).rehearsed();
        let drill = Self {
            phone: phone.map(call),
            flow,
            account,
            email,
            tried,
            begun_at: at.now,
            mail: MailedCode::new(code.hmac.clone(), 1, at.now),
            mail_after: None,
            answered_after: None,
            saved_code: None,
        };
        let mail = drill.letter(code, at);
        (drill, mail)
    }

    fn letter(&self, code: &MailCode, at: &Moment<'_>) -> MailOrder {
        let mut mail = MailOrder::new(MailKind::Rehearsal, &self.email, at.locale)
            .account(&self.account)
            .origin(at.client, at.now)
            .fact("minutes", LINK_LIFE.as_minutes_up().to_string());
        mail.code = Some(code.digits.expose().clone());
        mail
    }

    /// Another mail with another code.
    ///
    /// # Errors
    /// `GL-SIGNIN-012` when there were enough, `GL-SIGNIN-009` when the code was typed already.
    pub fn mail_again(&mut self, code: &MailCode, at: &Moment<'_>) -> Result<MailOrder, Refusal> {
        if self.mail_after.is_some() {
            return Err(Code::OutOfOrder.into());
        }
        let mails = self.mail.next(LINK_LIFE)?;
        self.mail = MailedCode::new(code.hmac.clone(), mails, at.now);
        Ok(self.letter(code, at))
    }

    /// Whether another mail may be asked for.
    pub const fn may_mail(&self) -> bool {
        self.mail_after.is_none() && self.mail.mails < MOST_MAILS
    }

    /// A mailed code was typed; `hmac` is that of what was typed.
    pub fn code(mut self, hmac: Option<&[u8]>, actor: &Actor, at: &Moment<'_>) -> Step<Self> {
        if self.mail_after.is_some() {
            return Step::to(self);
        }
        let record = Record::new(Event::RehearsalMailRead, actor.clone()).from(at.client);
        match self.mail.typed(hmac, LINK_LIFE, at.now) {
            Ok(()) => {
                self.mail_after = Some(at.now.since(self.begun_at));
                Step::to(self).with(Effect::Audit(Box::new(record)))
            }
            Err(refusal) => {
                let record = record.refused(refusal.code);
                Step::refuse(self, refusal).with(Effect::Audit(Box::new(record)))
            }
        }
    }

    /// *Call me now*.
    ///
    /// # Errors
    /// `GL-REC-009` without a number, and whatever forbids a call ([`PhoneProof::call_now`]).
    pub fn call(
        mut self,
        facts: &ProofFacts,
        actor: &Actor,
        at: &Moment<'_>,
    ) -> Result<Step<Self>, Refusal> {
        let phone = self.phone.take().ok_or(Code::NoPhone)?;
        let step = phone.call_now(facts, actor, at)?;
        self.answered_after = None;
        Ok(self.after(step))
    }

    /// The telephone reports. The second value is what the voice says next.
    ///
    /// # Errors
    /// `GL-REC-016`: nothing changes then.
    pub fn call_event(
        mut self,
        facts: &ProofFacts,
        call: &CallId,
        event: &CallEvent,
        at: &Moment<'_>,
    ) -> Result<(Step<Self>, Say), Refusal> {
        let phone = self.phone.take().ok_or(Code::CallOver)?;
        let (step, say) = phone.call_event(facts, call, event, at)?;
        if let (CallEvent::Answered, Some(call)) = (event, &step.next.call) {
            self.answered_after = Some(at.now.since(call.placed_at));
        }
        Ok((self.after(step), say))
    }

    fn after(mut self, step: Step<PhoneProof>) -> Step<Self> {
        self.phone = Some(step.next);
        Step {
            next: self,
            effects: step.effects,
            show: step.show,
        }
    }

    /// A saved code was tried: under the limit of real tries, and not used up. A right one does not put the counter back.
    ///
    /// # Errors
    /// `GL-MFA-011` after too many wrong ones.
    pub fn saved_code(
        mut self,
        known: &SavedCodeFacts,
        actor: &Actor,
        at: &Moment<'_>,
    ) -> Result<Step<Self>, Refusal> {
        match known.counter.gate(known.standing, at.now) {
            Gate::Open => {}
            Gate::Wait(until) => return Err(Refusal::new(Code::SavedCodeWait).until(until)),
            Gate::Closed => return Err(Code::SavedCodeWait.into()),
        }
        let record = Record::new(Event::RehearsalCodeTried, actor.clone()).from(at.client);
        self.saved_code = Some(known.right || self.saved_code == Some(true));
        if known.right {
            return Ok(Step::to(self).with(Effect::Audit(Box::new(record))));
        }
        let failed = known.counter.failed(at.now);
        let refusal = Refusal::new(Code::WrongSavedCode)
            .at("saved")
            .left(failed.left(known.standing));
        let record = record.refused(refusal.code);
        Ok(Step::refuse(self, refusal)
            .with(Effect::Count(known.counter_key.clone(), failed))
            .with(Effect::Audit(Box::new(record))))
    }

    /// The last call, and the calls that are left.
    pub fn calls(&self, past: &[PastCall], now: Timestamp) -> CallView {
        CallView::of(self.phone.as_ref().and_then(|p| p.call.as_ref()), past, now)
    }

    /// What came of it, and its record.
    pub fn end(&self, actor: &Actor, at: &Moment<'_>) -> (Past, Record) {
        let past = Past {
            at: at.now,
            tried: self.tried,
            mail_after: self.mail_after,
            call: match self.calls(&[], at.now).progress {
                Some(Progress::Ended(outcome)) => Some(outcome),
                Some(_) => Some(Outcome::Cancelled),
                None => None,
            },
            answered_after: self.answered_after,
            saved_code: self.saved_code,
        };
        let word = |done| if done { "yes" } else { "no" };
        let mut record = Record::new(Event::RehearsalEnded, actor.clone())
            .from(at.client)
            .detail("email", past.tried.email.key())
            .detail("phone", past.tried.phone.key())
            .detail("mail", word(past.mail_after.is_some()));
        if let Some(outcome) = past.call {
            record = record.detail("call", outcome.key());
        }
        if let Some(right) = past.saved_code {
            record = record.detail("saved-code", word(right));
        }
        (past, record)
    }
}

/// Whether what that rehearsal tried is not what would serve now.
pub fn changed_since(last: &Past, known: &recovery::Facts, now: Timestamp) -> bool {
    let first = |contact: &Contact| {
        let wait = match contact.former_lost {
            true => Span::ZERO,
            false => CONTACT_HOLD,
        };
        contact.since.is_some_and(|since| {
            let serves_from = since + wait;
            serves_from > last.at && serves_from <= now
        })
    };
    let second = |second: Option<&Second>| {
        second.is_none_or(|s| s.gone(now) || s.since.is_some_and(|since| since > last.at))
    };
    let email = match last.tried.email {
        Which::First => first(&known.email),
        Which::Second => second(known.second.email.as_ref()),
    };
    let phone = match last.tried.phone {
        Which::First => known.phone.as_ref().is_some_and(first),
        Which::Second => second(known.second.phone.as_ref()),
    };
    email || phone
}

/// Whether it is time to rehearse: half a year after the last time, or after the account was opened, and when a contact
/// that was tried is another since.
pub fn due(last: Option<&Past>, known: &recovery::Facts, now: Timestamp) -> bool {
    let from = last.map_or(known.account.created_at, |last| last.at);
    long_ago(from, now) || last.is_some_and(|last| changed_since(last, known, now))
}

/// Whether that is half a year ago; all there is to ask about an account that never rehearsed.
pub fn long_ago(from: Timestamp, now: Timestamp) -> bool {
    now.since(from) >= EVERY
}

#[cfg(test)]
mod tests;
