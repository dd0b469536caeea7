//! The wait: a saved code and the e-mail open a session without a good password, but only a day later.
//!
//! A password that a mail made adds nothing to the mailbox it came to (`PasswordOrigin::Mailed`). Who lost password and
//! device alike therefore shows a saved code and the mailbox, and then all contacts have a day to say "this was not me".

use crate::audit::Event;
use crate::mail::MailKind;
use crate::refusal::{Code, Refusal};
use crate::sign_in::Moment;
use crate::step::Effect;
use crate::time::{Span, Timestamp};

use super::contact::{Beside, Facts};
use super::state::Case;

/// So long the contacts have for an objection.
pub const WAIT: Span = Span::hours(24);

impl Case {
    /// The end of the wait, once it has begun.
    pub fn wait_ends(&self) -> Option<Timestamp> {
        self.waits_from.map(|from| from + WAIT)
    }

    /// Begins the wait when saved code and e-mail are both in, and tells the contacts; else nothing.
    pub(super) fn begin_wait(&mut self, facts: &Facts, at: &Moment<'_>) -> Vec<Effect> {
        let both = self.saved_code_proved(at.now) && self.mail_proved(at.now);
        let asked = matches!(
            facts.saved_code_by(self.mail_which, at.now),
            Ok(Beside::MailAndWait)
        );
        if !both || !asked || self.waits_from.is_some() {
            return Vec::new();
        }
        self.waits_from = Some(at.now);
        let until = (at.now + WAIT).millis().to_string();
        let record = self
            .record(Event::RecoveryWaits, at)
            .detail("until", until.clone());
        let mut effects = vec![Effect::Audit(Box::new(record))];
        effects.extend(self.notices(MailKind::RecoveryWaits, facts, at, &[("time", until)]));
        effects
    }

    /// Whether e-mail and wait are done, beside a saved code.
    ///
    /// # Errors
    /// `GL-REC-010` before the wait has begun, `GL-REC-020` with its end, `GL-REC-013` when the e-mail must be proved
    /// again after it.
    pub(super) fn waited(&self, now: Timestamp) -> Result<(), Refusal> {
        match self.wait_ends() {
            None => Err(Code::ProofsMissing.into()),
            Some(until) if until > now => Err(Refusal::new(Code::CaseWaits).until(until)),
            Some(_) if self.mail_proved(now) => Ok(()),
            Some(_) => Err(Refusal::new(Code::ProofLapsed).at("mail")),
        }
    }
}
