//! The proof by phone: a call is ordered, the telephone reports, six digits decide.

use crate::audit::{Actor, Event, Record};
use crate::call::{
    CallEvent, CallOrder, DIGITS_LIFE, Digits, LONGEST, Limit, Outcome, PastCall, Progress,
    Purpose, Say, WRONG_PER_CALL, outlook,
};
use crate::ids::CallId;
use crate::mail::MailKind;
use crate::refusal::{Code, Refusal};
use crate::sign_in::Moment;
use crate::step::{Effect, Step};

use super::contact::Facts;
use super::open::with_effects;
use super::state::{Call, Case, ClosedBy, PhoneProof};

/// What was looked up for a call.
#[derive(Debug, Clone)]
pub struct CallFacts {
    /// The account and its contacts.
    pub facts: Facts,
    /// The calls of the last 24 hours to this number, for this account, from this network; the case's own running
    /// call is among them.
    pub past: Vec<PastCall>,
    /// Whether the number may be called: its country is allowed, and it is no premium, satellite or shared-cost number.
    pub number_allowed: bool,
}

impl Case {
    /// The button *Call me now* (R-REC-18): only after the e-mail was proved. Pressed late, when the phone is proved
    /// already, it does nothing.
    ///
    /// # Errors
    /// `GL-REC-003` without the mail proof, `GL-REC-005` while a call runs, `GL-REC-004` with the end of a block,
    /// `GL-REC-006` when the number may not be called, and why the way is closed now.
    pub fn call(mut self, known: &CallFacts, at: &Moment<'_>) -> Result<Step<Self>, Refusal> {
        let facts = &known.facts;
        self.live_with_password(facts, at.now)?;
        facts.mail_and_phone(at.now)?;
        if !self.mail_proved(at.now) {
            return Err(Code::MailProofNeeded.into());
        }
        if self.phone_proved(at.now) {
            return Ok(Step::to(self));
        }
        if let Some(call) = self.running_call(at.now) {
            return Err(Refusal::new(Code::CallRunning).until(call.lost_at()));
        }
        let elsewhere = |c: &&PastCall| (c.same_account || c.same_number) && c.live(at.now);
        if let Some(other) = known.past.iter().find(elsewhere) {
            return Err(Refusal::new(Code::CallRunning).until(other.lost_at()));
        }
        if !known.number_allowed {
            return Err(Code::NumberRefused.into());
        }
        let seen = outlook(&known.past, at.now);
        if let Some((_, until)) = seen.block {
            return Err(Refusal::new(Code::CallsBlocked).until(until));
        }
        let Some(phone) = &facts.phone else {
            return Err(Code::NoPhone.into());
        };
        let mut effects = self.end_call(Outcome::Lost, at.now);
        let call = Call {
            id: CallId::draw(at.dice, ""),
            number: phone.in_force(at.now).value.to_owned(),
            digits: Digits::draw(at.dice, ""),
            progress: Progress::Dialling,
            placed_at: at.now,
            changed_at: at.now,
            connected: false,
            wrong: 0,
            block: at.client.block(),
        };
        effects.push(self.record_of(&call));
        effects.push(Effect::PlaceCall(Box::new(CallOrder {
            call: call.id.clone(),
            purpose: Purpose::Recovery(self.id.clone()),
            to: call.number.clone(),
            locale: at.locale,
            account: self.account.clone(),
            client: at.client.clone(),
            digits: call.digits.clone(),
            at: at.now,
            until: at.now + LONGEST,
        })));
        effects.push(Effect::Audit(Box::new(
            self.record(Event::RecoveryCallPlaced, at)
                .detail("call", call.id.as_str()),
        )));
        self.phone = PhoneProof::Called(call);
        Ok(with_effects(Step::to(self), effects))
    }

    /// The telephone reports. The second value is what the voice says next.
    ///
    /// # Errors
    /// `GL-REC-016` for an event of another call, of one that is over, or told twice, and `GL-REC-001` when the case
    /// is over: nothing changes then.
    pub fn call_event(
        mut self,
        known: &CallFacts,
        call: &CallId,
        event: CallEvent,
        at: &Moment<'_>,
    ) -> Result<(Step<Self>, Say), Refusal> {
        if !self.alive(at.now) {
            return Err(Code::CaseClosed.into());
        }
        let over = || Refusal::new(Code::CallOver);
        let PhoneProof::Called(current) = &mut self.phone else {
            return Err(over());
        };
        if current.id != *call || !current.progress.running() {
            return Err(over());
        }
        match (event, current.progress) {
            (CallEvent::Ringing, Progress::Dialling) => {
                current.progress = Progress::Ringing;
                current.changed_at = at.now;
                Ok((self.call_recorded(), Say::Nothing))
            }
            (CallEvent::Answered, Progress::Dialling | Progress::Ringing) => {
                current.progress = Progress::Answered;
                current.connected = true;
                current.changed_at = at.now;
                Ok((self.call_recorded(), Say::Nothing))
            }
            (CallEvent::NotMe, Progress::Answered) => Ok((self.stopped(known, at), Say::Stopped)),
            (CallEvent::Keyed(digits), Progress::Answered)
                if at.now.since(current.placed_at) < DIGITS_LIFE =>
            {
                let right = digits == current.digits;
                Ok(self.keyed(known, right, at))
            }
            (CallEvent::Ended(outcome), _) if !decided_here(outcome) => {
                Ok((self.call_ended(known, outcome, at), Say::Nothing))
            }
            _ => Err(over()),
        }
    }

    /// Six digits came.
    fn keyed(mut self, known: &CallFacts, right: bool, at: &Moment<'_>) -> (Step<Self>, Say) {
        let record = self.phone_record(Event::RecoveryDigitsChecked);
        if right {
            let mut effects = self.end_call(Outcome::Proved, at.now);
            self.phone = PhoneProof::Proved { at: at.now };
            effects.push(Effect::Audit(Box::new(record)));
            effects.push(Effect::Audit(Box::new(
                self.phone_record(Event::RecoveryPhoneProved),
            )));
            return (with_effects(Step::to(self), effects), Say::Thanks);
        }
        let mut left = 0;
        if let PhoneProof::Called(call) = &mut self.phone {
            call.wrong += 1;
            call.changed_at = at.now;
            left = WRONG_PER_CALL.saturating_sub(call.wrong);
        }
        let record = Effect::Audit(Box::new(record.refused(Code::WrongDigits)));
        if left > 0 {
            return (self.call_recorded().with(record), Say::Again { left });
        }
        let step = self.call_ended(known, Outcome::WrongDigits, at);
        (step.with(record), Say::Goodbye)
    }

    /// The call is over without a proof. If its wrong digits begin a block, the contacts are told (R-REC-59).
    fn call_ended(mut self, known: &CallFacts, outcome: Outcome, at: &Moment<'_>) -> Step<Self> {
        let mut effects = self.end_call(outcome, at.now);
        effects.push(Effect::Audit(Box::new(
            self.phone_record(Event::RecoveryCallEnded)
                .detail("outcome", outcome.key()),
        )));
        let wrong = match &self.phone {
            PhoneProof::Called(call) => call.wrong,
            _ => 0,
        };
        if wrong > 0 {
            effects.extend(self.block_told(known, wrong, at));
        }
        with_effects(Step::to(self), effects)
    }

    fn block_told(&self, known: &CallFacts, wrong: u32, at: &Moment<'_>) -> Vec<Effect> {
        let mut past: Vec<PastCall> = known.past.iter().filter(|c| !c.running).copied().collect();
        past.push(PastCall {
            placed_at: at.now,
            changed_at: at.now,
            connected: true,
            running: false,
            wrong,
            same_number: true,
            same_account: true,
            same_block: true,
        });
        match outlook(&past, at.now).block {
            Some((Limit::WrongDigits, until)) => {
                let mut effects = vec![Effect::Audit(Box::new(
                    self.phone_record(Event::RecoveryBlocked)
                        .detail("until", until.millis().to_string()),
                ))];
                effects.extend(self.notices(
                    MailKind::RecoveryBlocked,
                    &known.facts,
                    at,
                    &[("time", until.millis().to_string())],
                ));
                effects
            }
            _ => Vec::new(),
        }
    }

    /// The person called pressed 9: the case is over.
    fn stopped(mut self, known: &CallFacts, at: &Moment<'_>) -> Step<Self> {
        let mut effects = self.end_call(Outcome::Objected, at.now);
        effects.push(Effect::Audit(Box::new(
            self.phone_record(Event::RecoveryObjected)
                .detail("by", "phone"),
        )));
        let step = self.closed(ClosedBy::Phone, MailKind::RecoveryClosed, &known.facts, at);
        with_effects(step, effects)
    }

    fn call_recorded(self) -> Step<Self> {
        let effects = self.record_call();
        with_effects(Step::to(self), effects)
    }

    /// A record of what happened on the phone: nobody is signed in there, and the browser is not the one calling.
    fn phone_record(&self, event: Event) -> Record {
        Record::new(event, Actor::Anonymous)
            .about(&self.account)
            .detail("case", self.id.as_str())
    }
}

/// Outcomes that this machine decides itself; a telephone that reports one is not believed.
const fn decided_here(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Proved | Outcome::WrongDigits | Outcome::Objected
    )
}
