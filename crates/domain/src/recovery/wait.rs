//! The wait: two sets of proofs open a session only a day later.
//!
//! A saved code with the e-mail, for a password that is not good: one that a mail made adds nothing to the mailbox it
//! came to (`PasswordOrigin::Mailed`). And a good password with the e-mail and two recovery contacts: people can be
//! talked into something. All contacts of the account are told when the wait begins and again halfway, and can say
//! "this was not me"; a sign-in with a registered device ends it.

use crate::audit::Event;
use crate::mail::MailKind;
use crate::refusal::{Code, Refusal};
use crate::sign_in::Moment;
use crate::step::{Effect, Step};
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use super::contact::{Beside, Facts};
use super::open::with_effects;
use super::state::{Case, ClosedBy};

/// So long the contacts have for an objection.
pub const WAIT: Span = Span::hours(24);
/// So long after its beginning they are told again.
pub const TOLD_AGAIN: Span = Span::hours(12);

/// What waits: the proofs before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaitsFor {
    /// A saved code and the e-mail.
    #[default]
    SavedCode,
    /// A good password, the e-mail and two recovery contacts.
    Contacts,
}

impl WaitsFor {
    /// The word in texts and records.
    pub const fn key(self) -> &'static str {
        match self {
            Self::SavedCode => "saved-code",
            Self::Contacts => "contacts",
        }
    }
}

impl Case {
    /// The end of the wait, once it has begun.
    pub fn wait_ends(&self) -> Option<Timestamp> {
        self.waits_from.map(|from| from + WAIT)
    }

    /// The end of the wait, while it lasts and what it hangs on stands.
    pub(super) fn waiting(&self, facts: &Facts, now: Timestamp) -> Option<Timestamp> {
        let stands = self.waits_for == WaitsFor::SavedCode || self.confirmed(facts, now);
        self.wait_ends().filter(|until| stands && *until > now)
    }

    /// When the contacts are told again, while that is to come.
    pub fn tell_at(&self) -> Option<Timestamp> {
        self.waits_from
            .filter(|_| !self.told_again)
            .map(|from| from + TOLD_AGAIN)
    }

    /// Begins the wait when all proofs before it are in, and tells the contacts; else nothing.
    pub(super) fn begin_wait(&mut self, facts: &Facts, at: &Moment<'_>) -> Vec<Effect> {
        let by_code = self.saved_code_proved(at.now)
            && self.mail_proved(at.now)
            && facts.saved_code_by(self.mail_which, at.now) == Ok(Beside::MailAndWait);
        let by_contacts = self.mail_ever
            && self.confirmed(facts, at.now)
            && facts.mail_and_contacts_by(self.mail_which, at.now).is_ok();
        let waits_for = match (by_code, by_contacts) {
            (true, _) => WaitsFor::SavedCode,
            (false, true) => WaitsFor::Contacts,
            (false, false) => return Vec::new(),
        };
        if self.waits_from.is_some() && self.waits_for == waits_for {
            return Vec::new();
        }
        (self.waits_from, self.waits_for) = (Some(at.now), waits_for);
        self.told_again = false;
        let until = at.now + WAIT;
        let record = self
            .record(Event::RecoveryWaits, at)
            .detail("by", waits_for.key())
            .detail("until", until.millis().to_string());
        let mut effects = vec![Effect::Audit(Box::new(record))];
        effects.extend(self.wait_told(facts, at));
        effects
    }

    /// Tells the contacts of the wait, and when it ends.
    fn wait_told(&self, facts: &Facts, at: &Moment<'_>) -> Vec<Effect> {
        let until = self.not_before.max(self.wait_ends()).unwrap_or(at.now);
        let more = [
            ("time", until.millis().to_string()),
            ("by", self.waits_for.key().to_owned()),
        ];
        self.notices(MailKind::RecoveryWaits, facts, at, &more)
    }

    /// The timer finds the wait half over: the contacts are told again, once.
    pub fn tell_again(mut self, facts: &Facts, at: &Moment<'_>) -> Step<Self> {
        let due = self.tell_at().is_some_and(|moment| moment <= at.now);
        if !due || !self.alive(at.now) {
            return Step::to(self);
        }
        self.told_again = true;
        if self.waiting(facts, at.now).is_none() {
            return Step::to(self);
        }
        let effects = self.wait_told(facts, at);
        with_effects(Step::to(self), effects)
    }

    /// A confirmation is gone: if the wait hung on it, it is over, and begins anew should another one come.
    pub(super) fn end_wait_for_contacts(&mut self, facts: &Facts, now: Timestamp) {
        if self.waits_for == WaitsFor::Contacts && !self.confirmed(facts, now) {
            self.waits_from = None;
        }
    }

    /// Somebody signed in with the password and a registered device: whoever waits for a way without it is not needed,
    /// or not the owner.
    pub fn device_used(self, facts: &Facts, at: &Moment<'_>) -> Step<Self> {
        if self.waits_from.is_none() || !self.alive(at.now) {
            return Step::to(self);
        }
        self.closed(ClosedBy::Device, MailKind::RecoveryClosed, facts, at)
    }

    /// Whether the wait for these proofs is over, and the e-mail still proved.
    ///
    /// # Errors
    /// `GL-REC-010` before the wait has begun, `GL-REC-020` with its end, `GL-REC-013` when the e-mail must be proved
    /// again after it.
    pub(super) fn waited(&self, waits_for: WaitsFor, now: Timestamp) -> Result<(), Refusal> {
        match self.wait_ends().filter(|_| self.waits_for == waits_for) {
            None => Err(Code::ProofsMissing.into()),
            Some(until) if until > now => Err(Refusal::new(Code::CaseWaits).until(until)),
            Some(_) if self.mail_proved(now) => Ok(()),
            Some(_) => Err(Refusal::new(Code::ProofLapsed).at("mail")),
        }
    }
}
