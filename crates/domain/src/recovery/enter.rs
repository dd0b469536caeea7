//! The end of a case: the button *Sign in to the console* opens a held session, and a theft takes effect.

use crate::audit::Event;
use crate::client::Client;
use crate::ids::DeviceId;
use crate::mail::MailKind;
use crate::refusal::{Code, Refusal};
use crate::session::{HOLD, Hold, Origin, RECOVERED_ABSOLUTE};
use crate::sign_in::Moment;
use crate::step::{Effect, NewSession, Step};
use crate::time::{Span, Timestamp};

use super::Act;
use super::contact::{Beside, Facts};
use super::open::{Opening, with_effects};
use super::state::{Case, PhoneProof, Status, Why};
use super::wait::WaitsFor;

/// For so long the holder of the suspended device may object with it.
pub const SUSPENSION: Span = Span::hours(72);

impl Case {
    /// Whether the case may open a session now.
    ///
    /// # Errors
    /// `GL-REC-010` while proofs are missing, `GL-REC-013` when one has lapsed (the field says which), `GL-REC-014`
    /// with the time after an objection, `GL-REC-020` with the end of the wait, and why the way is closed now.
    pub fn may_enter(&self, facts: &Facts, now: Timestamp) -> Result<(), Refusal> {
        self.entrance(facts, now).map(drop)
    }

    /// The same; by a saved code, with what stands beside it.
    fn entrance(&self, facts: &Facts, now: Timestamp) -> Result<Option<Beside>, Refusal> {
        self.live_with_password(facts, now)?;
        if let Some(moment) = self.not_before.filter(|moment| *moment > now) {
            return Err(Refusal::new(Code::CaseDelayed).until(moment));
        }
        if self.saved_code_proved(now) {
            let beside = facts.saved_code_by(self.mail_which, now)?;
            if beside == Beside::MailAndWait {
                self.waited(WaitsFor::SavedCode, now)?;
            }
            return Ok(Some(beside));
        }
        // Whoever asked people and still took the call need not wait.
        let called = self.mail_proved(now) && self.phone_proved(now);
        if !called && !self.asked.is_empty() {
            return self.by_contacts(facts, now).map(|()| None);
        }
        self.mail_and_phone_left(facts, now)?;
        match (self.mail_proved(now), self.phone_proved(now)) {
            (true, true) => facts
                .mail_and_phone_by(self.mail_which, self.phone_which, now)
                .map(|()| None),
            (false, _) if self.mail_ever => Err(Refusal::new(Code::ProofLapsed).at("mail")),
            (true, false) if matches!(self.phone, PhoneProof::Proved { .. }) => {
                Err(Refusal::new(Code::ProofLapsed).at("phone"))
            }
            _ => Err(Code::ProofsMissing.into()),
        }
    }

    /// Whether e-mail and phone may prove what they have not proved yet: a pause concerns only that.
    ///
    /// # Errors
    /// As [`Facts::mail_and_phone`].
    pub(super) fn mail_and_phone_left(&self, facts: &Facts, now: Timestamp) -> Result<(), Refusal> {
        facts.mail_and_phone_proved(now)?;
        if !self.mail_proved(now) {
            facts.pauses.mail(now)?;
        }
        match self.phone_proved(now) {
            true => Ok(()),
            false => facts.pauses.voice(now),
        }
    }

    /// The same of a saved code, where the e-mail is needed beside it.
    ///
    /// # Errors
    /// As [`Facts::saved_code_way`].
    pub(super) fn saved_code_left(&self, facts: &Facts, now: Timestamp) -> Result<Beside, Refusal> {
        match self.mail_proved(now) || self.waits_from.is_some() {
            true => facts.saved_code(now),
            false => facts.saved_code_way(now),
        }
    }

    /// The same of recovery contacts, who are asked by mail.
    ///
    /// # Errors
    /// As [`Facts::mail_and_contacts`].
    pub(super) fn mail_and_contacts_left(
        &self,
        facts: &Facts,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        facts.mail_and_contacts_by(self.mail_which, now)?;
        match self.confirmed(facts, now) {
            true => Ok(()),
            false => facts.pauses.mail(now),
        }
    }

    /// The button *Sign in to the console* (R-REC-21, R-REC-41). The session is held for 24 hours and until a device is
    /// registered, ends after two hours, and claims no MFA. The lost devices are suspended, not deleted. The effects
    /// stand in the order in which they must be written: what ends sessions comes before the new one.
    ///
    /// # Errors
    /// As [`Case::may_enter`].
    pub fn enter(self, facts: &Facts, at: &Moment<'_>) -> Result<Step<Self>, Refusal> {
        let by_code = self.entrance(facts, at.now)?;
        let mut effects = Vec::new();
        if self.why == Why::Stolen {
            effects.push(Effect::EndSessions(self.account.clone()));
            effects.push(Effect::ForgetBrowsers(self.account.clone()));
            effects.push(Effect::RequirePassword(self.account.clone()));
        }
        if by_code == Some(Beside::Nothing) && facts.frozen_until.is_some() {
            effects.push(Effect::Recovery(Box::new(Act::LiftFreeze(
                self.account.clone(),
            ))));
        }
        let proofs = match by_code {
            Some(Beside::Nothing) => "saved-code",
            Some(Beside::MailAndWait) => "saved-code-mail",
            None if self.phone_proved(at.now) => "mail-phone",
            None => "mail-contacts",
        };
        Ok(self.let_in(proofs, effects, facts, at))
    }

    /// A support case about everything has waited ([`crate::support`]): whoever followed it gets a held session, as after any
    /// recovery, and has to set a password first. It is a recovery from now on: every contact can object to it, and the
    /// holder of a device that it put out of use takes the account back.
    ///
    /// # Errors
    /// Why the account is not open.
    pub fn by_support(
        facts: &Facts,
        lost: Vec<DeviceId>,
        (client, opened_at): (&Client, Timestamp),
        at: &Moment<'_>,
    ) -> Result<Step<Self>, Refusal> {
        facts.account.open()?;
        let opening = Opening {
            password_at: at.now,
            why: Why::Lost,
            lost,
            saved_codes: 0,
        };
        let set_at = facts
            .account
            .password
            .map_or(at.now, |password| password.set_at);
        let case = Self {
            client: client.clone(),
            opened_at,
            ..Self::begun(facts, opening, set_at, at)
        };
        let effects = vec![Effect::RequirePassword(case.account.clone())];
        Ok(case.let_in("support", effects, facts, at))
    }

    /// Opens the session, after what has to be written before it.
    fn let_in(
        mut self,
        proofs: &'static str,
        mut effects: Vec<Effect>,
        facts: &Facts,
        at: &Moment<'_>,
    ) -> Step<Self> {
        for device in &self.lost {
            effects.push(Effect::Recovery(Box::new(Act::SuspendDevice {
                device: device.clone(),
                case: self.id.clone(),
                until: at.now + SUSPENSION,
                stolen: self.why == Why::Stolen,
            })));
            effects.push(Effect::Audit(Box::new(
                self.record(Event::SuspendMFADevice, at)
                    .detail("device", device.as_str())
                    .detail("why", self.why.key()),
            )));
        }
        let hold = Hold {
            until: at.now + HOLD,
        };
        effects.push(Effect::OpenSession(Box::new(NewSession {
            account: self.account.clone(),
            origin: Origin::Recovered {
                case: self.id.clone(),
            },
            password_at: at.now,
            mfa_at: None,
            device: None,
            hold: Some(hold),
            ends_at: at.now + RECOVERED_ABSOLUTE,
        })));
        effects.push(Effect::Audit(Box::new(
            self.record(Event::RecoveryCompleted, at)
                .detail("proofs", proofs)
                .detail("why", self.why.key()),
        )));
        self.status = Status::Completed { at: at.now };
        let until = hold.until.millis().to_string();
        effects.extend(self.notices(MailKind::RecoveryDone, facts, at, &[("time", until)]));
        with_effects(Step::to(self), effects)
    }
}
