//! The proof by phone: a call is ordered, the telephone reports, six digits decide.

use crate::audit::{Actor, Event, Record};
use crate::call::{
    Call, CallEvent, Cost, Heard, Limit, Outcome, PastCall, Purpose, Say, Share, may_place, outlook,
};
use crate::ids::CallId;
use crate::mail::MailKind;
use crate::refusal::{Code, Refusal};
use crate::sign_in::Moment;
use crate::step::{Effect, Step};

use super::contact::Facts;
use super::open::with_effects;
use super::state::{Case, ClosedBy, PhoneProof};

/// What was looked up for a call.
#[derive(Debug, Clone)]
pub struct CallFacts {
    /// The account and its contacts.
    pub facts: Facts,
    /// The calls of the last 24 hours to the number that is asked, for this account, from this network; the case's own running
    /// call is among them.
    pub past: Vec<PastCall>,
    /// What a call would cost; nothing where the number may not be called: its country is not allowed, or it is a
    /// premium, satellite or shared-cost number.
    pub cost: Option<Cost>,
}

impl Case {
    /// The button *Call me now* (R-REC-18): only after the e-mail was proved. Pressed late, when the phone is proved
    /// already, it does nothing.
    ///
    /// # Errors
    /// `GL-REC-003` without the mail proof, `GL-REC-005` while a call runs, `GL-REC-004` with the end of a block,
    /// `GL-REC-006` when the number may not be called, `GL-REC-019` when the budget for calls is used up, and why the way
    /// is closed now.
    pub fn call(mut self, known: &CallFacts, at: &Moment<'_>) -> Result<Step<Self>, Refusal> {
        let facts = &known.facts;
        self.live_with_password(facts, at.now)?;
        self.mail_and_phone_left(facts, at.now)?;
        if !self.mail_proved(at.now) {
            return Err(Code::MailProofNeeded.into());
        }
        if self.phone_proved(at.now) {
            return Ok(Step::to(self));
        }
        facts.mail_and_phone_by(self.mail_which, self.phone_which, at.now)?;
        let cost = known.cost.as_ref().map(|cost| (cost, Share::Whole));
        let price = may_place(self.last_call(), &known.past, cost, None, at.now)?;
        let number = facts.phone_of(self.phone_which, at.now)?.value.to_owned();
        let mut effects = self.end_call(Outcome::Lost, at.now);
        let purpose = Purpose::Recovery(self.id.clone());
        let (call, order) = Call::place(number, price, purpose, &self.account, at);
        let id = call.id.clone();
        self.phone = PhoneProof::Called(call);
        effects.extend(self.record_call());
        effects.push(Effect::PlaceCall(Box::new(order)));
        effects.push(Effect::Audit(Box::new(
            self.record(Event::RecoveryCallPlaced, at)
                .detail("call", id.as_str())
                .detail("number", self.phone_which.key()),
        )));
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
        event: &CallEvent,
        at: &Moment<'_>,
    ) -> Result<(Step<Self>, Say), Refusal> {
        if !self.alive(at.now) {
            return Err(Code::CaseClosed.into());
        }
        let PhoneProof::Called(current) = &mut self.phone else {
            return Err(Code::CallOver.into());
        };
        if matches!(event, CallEvent::Keyed(_)) && known.facts.pauses.voice(at.now).is_err() {
            // Ordered before the pause, and perhaps dialled after it by what nobody approved.
            let over = Outcome::Cancelled;
            current.hear(call, &CallEvent::Ended(over), at.now)?;
            return Ok((self.call_ended(known, over, at), Say::Goodbye));
        }
        let heard = current.hear(call, event, at.now)?;
        let step = match heard {
            Heard::Progress => self.written(),
            Heard::Right => self.proved(at),
            Heard::Wrong { left } => {
                let record = self.phone_record(Event::RecoveryDigitsChecked);
                let step = match left {
                    0 => self.call_ended(known, Outcome::WrongDigits, at),
                    _ => self.written(),
                };
                step.with(Effect::Audit(Box::new(record.refused(Code::WrongDigits))))
            }
            Heard::NotMe => self.stopped(known, at),
            Heard::Ended(outcome) => self.call_ended(known, outcome, at),
        };
        Ok((step, heard.say()))
    }

    /// The right digits were keyed.
    fn proved(mut self, at: &Moment<'_>) -> Step<Self> {
        let mut effects = self.record_call();
        self.phone = PhoneProof::Proved { at: at.now };
        let events = [Event::RecoveryDigitsChecked, Event::RecoveryPhoneProved];
        effects.extend(events.map(|event| Effect::Audit(Box::new(self.phone_record(event)))));
        with_effects(Step::to(self), effects)
    }

    /// The call is over without a proof. If its wrong digits begin a block, the contacts are told (R-REC-59).
    fn call_ended(self, known: &CallFacts, outcome: Outcome, at: &Moment<'_>) -> Step<Self> {
        let mut effects = self.record_call();
        effects.push(Effect::Audit(Box::new(
            self.phone_record(Event::RecoveryCallEnded)
                .detail("outcome", outcome.key()),
        )));
        let wrong = self.last_call().map_or(0, |call| call.wrong);
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
            price: 0,
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
    fn stopped(self, known: &CallFacts, at: &Moment<'_>) -> Step<Self> {
        let mut effects = self.record_call();
        effects.push(Effect::Audit(Box::new(
            self.phone_record(Event::RecoveryObjected)
                .detail("by", "phone"),
        )));
        let step = self.closed(ClosedBy::Phone, MailKind::RecoveryClosed, &known.facts, at);
        with_effects(step, effects)
    }

    /// What the telephone told is written down.
    fn written(self) -> Step<Self> {
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
