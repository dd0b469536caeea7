//! The proof of a number by a call (R-CON-18): the page shows six digits, the phone keys them.
//!
//! The same telephone and the same limits as in a recovery; here a signed-in person proves their own number.

use super::OBJECTION_REST;
use crate::audit::{Actor, Event, Record};
use crate::call::{
    CallEvent, CallOrder, CallRecord, DIGITS_LIFE, Digits, LONGEST, Outcome, Outlook, PastCall,
    Progress, Purpose, Say, WRONG_PER_CALL, outlook,
};
use crate::ids::{AccountId, CallId, FlowId};
use crate::recovery::Call;
use crate::refusal::{Code, Refusal};
use crate::sign_in::Moment;
use crate::step::{CounterKey, Effect, Step};
use crate::throttle::Throttle;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// How a proof ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProofEnd {
    /// The right digits were keyed.
    Proved,
    /// The person called pressed 9.
    Objected,
}

/// The proof of one number. Kept sealed: it holds the digits that the page shows again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneProof {
    /// The flow it is.
    pub flow: FlowId,
    /// Whose number.
    pub account: AccountId,
    /// The number, in E.164.
    pub number: String,
    /// The last call.
    pub call: Option<Call>,
    /// How it ended, if it did.
    pub end: Option<ProofEnd>,
}

/// What was looked up for a step of a proof.
#[derive(Debug, Clone)]
pub struct ProofFacts {
    /// Whether the number is still the account's contact.
    pub current: bool,
    /// Whether calls can be placed here at all.
    pub calls: bool,
    /// Whether this number may be called: its country and its kind.
    pub allowed: bool,
    /// The calls of the last 24 hours to this number, for this account, from this network.
    pub past: Vec<PastCall>,
    /// Objections of whoever answers this number to calls for this account.
    pub objections: Throttle,
    /// Their counter.
    pub objections_key: CounterKey,
}

/// What the page of a proof shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofView {
    /// The number, in E.164.
    pub number: String,
    /// Where the last call stands.
    pub progress: Option<Progress>,
    /// Whether it runs.
    pub running: bool,
    /// The digits to key, while it does.
    pub digits: Option<Digits>,
    /// Tries left in that call.
    pub tries_left: u32,
    /// Calls left and the end of a block (P-04).
    pub outlook: Outlook,
    /// How it ended, if it did.
    pub end: Option<ProofEnd>,
}

impl PhoneProof {
    /// A proof that waits for its first call.
    pub const fn begin(flow: FlowId, account: AccountId, number: String) -> Self {
        Self {
            flow,
            account,
            number,
            call: None,
            end: None,
        }
    }

    fn running(&self, now: Timestamp) -> Option<&Call> {
        self.call.as_ref().filter(|call| call.running(now))
    }

    /// *Call me now.* Pressed late, when the number is proved already, it does nothing.
    ///
    /// # Errors
    /// `GL-REC-011` where calls are off, `GL-SIGNIN-009` when the number is not the contact any more, `GL-REC-005`
    /// while a call runs, `GL-REC-006` when the number may not be called, `GL-REC-004` with the end of a block.
    pub fn call_now(
        mut self,
        facts: &ProofFacts,
        actor: &Actor,
        at: &Moment<'_>,
    ) -> Result<Step<Self>, Refusal> {
        if self.end == Some(ProofEnd::Proved) {
            return Ok(Step::to(self));
        }
        self.may_call(facts, at.now)?;
        let call = Call {
            id: CallId::draw(at.dice, ""),
            number: self.number.clone(),
            digits: Digits::draw(at.dice, ""),
            progress: Progress::Dialling,
            placed_at: at.now,
            changed_at: at.now,
            connected: false,
            wrong: 0,
            block: at.client.block(),
        };
        let order = CallOrder {
            call: call.id.clone(),
            purpose: Purpose::PhoneProof(self.flow.clone()),
            to: call.number.clone(),
            locale: at.locale,
            account: self.account.clone(),
            client: at.client.clone(),
            digits: call.digits.clone(),
            at: at.now,
            until: at.now + LONGEST,
        };
        let record = Record::new(Event::PhoneProofStarted, actor.clone())
            .about(&self.account)
            .from(at.client)
            .detail("call", call.id.as_str());
        let lost = self.finish(Outcome::Lost, at.now);
        self.call = Some(call);
        self.end = None;
        let placed = self.record_call();
        let mut step = Step::to(self);
        step.effects.extend(lost.into_iter().chain(placed));
        Ok(step
            .with(Effect::PlaceCall(Box::new(order)))
            .with(Effect::Audit(Box::new(record))))
    }

    fn may_call(&self, facts: &ProofFacts, now: Timestamp) -> Result<(), Refusal> {
        if !facts.calls {
            return Err(Code::CallsOff.into());
        }
        if !facts.current {
            return Err(Code::OutOfOrder.into());
        }
        if let Some(call) = self.running(now) {
            return Err(Refusal::new(Code::CallRunning).until(call.lost_at()));
        }
        let elsewhere = |c: &&PastCall| (c.same_account || c.same_number) && c.live(now);
        if let Some(other) = facts.past.iter().find(elsewhere) {
            return Err(Refusal::new(Code::CallRunning).until(other.lost_at()));
        }
        if !facts.allowed {
            return Err(Code::NumberRefused.into());
        }
        let rest = Timestamp::from_millis(facts.objections.last_at) + OBJECTION_REST;
        let objected = (facts.objections.failures > 0 && now < rest).then_some(rest);
        let blocked = outlook(&facts.past, now).block.map(|(_, until)| until);
        match objected.max(blocked) {
            Some(until) => Err(Refusal::new(Code::CallsBlocked).until(until)),
            None => Ok(()),
        }
    }

    /// The telephone reports. The second value is what the voice says next.
    ///
    /// # Errors
    /// `GL-REC-016` for an event of another call, of one that is over, or told twice, and when the number is not the
    /// contact any more: nothing changes then.
    pub fn call_event(
        mut self,
        facts: &ProofFacts,
        call: &CallId,
        event: CallEvent,
        at: &Moment<'_>,
    ) -> Result<(Step<Self>, Say), Refusal> {
        let over = || Refusal::new(Code::CallOver);
        let Some(current) = &mut self.call else {
            return Err(over());
        };
        if current.id != *call || !current.progress.running() {
            return Err(over());
        }
        match (event, current.progress) {
            (CallEvent::Ringing, Progress::Dialling) => {
                current.progress = Progress::Ringing;
                current.changed_at = at.now;
                Ok((self.recorded(), Say::Nothing))
            }
            (CallEvent::Answered, Progress::Dialling | Progress::Ringing) => {
                current.progress = Progress::Answered;
                current.connected = true;
                current.changed_at = at.now;
                Ok((self.recorded(), Say::Nothing))
            }
            (CallEvent::Keyed(digits), Progress::Answered)
                if facts.current && at.now.since(current.placed_at) < DIGITS_LIFE =>
            {
                let right = digits == current.digits;
                Ok(self.keyed(right, at))
            }
            (CallEvent::NotMe, Progress::Answered) => {
                self.end = Some(ProofEnd::Objected);
                let objections = facts.objections.failed(at.now);
                let step = self
                    .ended(Outcome::Objected, at)
                    .with(Effect::Count(facts.objections_key.clone(), objections));
                Ok((step, Say::Stopped))
            }
            (CallEvent::Ended(outcome), _) if reported(outcome) => {
                Ok((self.ended(outcome, at), Say::Nothing))
            }
            _ => Err(over()),
        }
    }

    fn keyed(mut self, right: bool, at: &Moment<'_>) -> (Step<Self>, Say) {
        if right {
            self.end = Some(ProofEnd::Proved);
            let (account, record) = (self.account.clone(), self.record(Event::PhoneProved));
            let step = self
                .ended(Outcome::Proved, at)
                .with(Effect::PhoneProven(account))
                .with(Effect::Audit(Box::new(record)));
            return (step, Say::Thanks);
        }
        let mut left = 0;
        if let Some(call) = &mut self.call {
            call.wrong += 1;
            call.changed_at = at.now;
            left = WRONG_PER_CALL.saturating_sub(call.wrong);
        }
        if left > 0 {
            return (self.recorded(), Say::Again { left });
        }
        (self.ended(Outcome::WrongDigits, at), Say::Goodbye)
    }

    /// The call is over.
    fn ended(mut self, outcome: Outcome, at: &Moment<'_>) -> Step<Self> {
        let rows = self.finish(outcome, at.now);
        let record = self
            .record(Event::PhoneProofEnded)
            .detail("outcome", outcome.key());
        let mut step = Step::to(self);
        step.effects.extend(rows);
        step.with(Effect::Audit(Box::new(record)))
    }

    fn finish(&mut self, outcome: Outcome, now: Timestamp) -> Option<Effect> {
        let call = self.call.as_mut().filter(|c| c.progress.running())?;
        call.progress = Progress::Ended(outcome);
        call.changed_at = now;
        self.record_call()
    }

    fn recorded(self) -> Step<Self> {
        let row = self.record_call();
        let mut step = Step::to(self);
        step.effects.extend(row);
        step
    }

    /// The row of the last call, for the limits.
    fn record_call(&self) -> Option<Effect> {
        let call = self.call.as_ref()?;
        Some(Effect::RecordCall(Box::new(CallRecord {
            call: call.id.clone(),
            account: self.account.clone(),
            purpose: Purpose::PhoneProof(self.flow.clone()),
            number: call.number.clone(),
            block: call.block.clone(),
            placed_at: call.placed_at,
            changed_at: call.changed_at,
            connected: call.connected,
            wrong: call.wrong,
            progress: call.progress,
        })))
    }

    /// A record of what happened on the phone: nobody is signed in there, and the browser is not the one calling.
    fn record(&self, event: Event) -> Record {
        let record = Record::new(event, Actor::Anonymous).about(&self.account);
        match &self.call {
            Some(call) => record.detail("call", call.id.as_str()),
            None => record,
        }
    }

    /// What the page may show now. `past` are the calls of the last 24 hours.
    pub fn view(&self, past: &[PastCall], now: Timestamp) -> ProofView {
        let running = self.running(now);
        let progress = self.call.as_ref().map(|call| {
            if call.progress.running() && running.is_none() {
                Progress::Ended(Outcome::Lost)
            } else {
                call.progress
            }
        });
        ProofView {
            number: self.number.clone(),
            progress,
            running: running.is_some(),
            digits: running.map(|call| call.digits.clone()),
            tries_left: WRONG_PER_CALL.saturating_sub(self.call.as_ref().map_or(0, |c| c.wrong)),
            outlook: outlook(past, now),
            end: self.end,
        }
    }
}

/// Outcomes that a telephone may report; the others are decided here.
const fn reported(outcome: Outcome) -> bool {
    !matches!(
        outcome,
        Outcome::Proved | Outcome::WrongDigits | Outcome::Objected
    )
}
