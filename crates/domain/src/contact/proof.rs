//! The proof of a number by a call (R-CON-18): the page shows six digits, the phone keys them.
//!
//! The same telephone and the same limits as in a recovery; here a signed-in person proves their own number. In a
//! rehearsal ([`crate::drill`]) the same call goes the same way, and its right digits prove nothing. In a support case
//! ([`crate::support`]) whoever follows it proves the number that is to take the place of a lost one.

use super::{Kind, OBJECTION_REST};
use crate::audit::{Actor, Event, Record};
use crate::call::{
    Call, CallEvent, CallView, Cost, Heard, Outcome, PastCall, Purpose, Say, Share, may_place,
};
use crate::ids::{AccountId, CallId, FlowId, SupportId};
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
    /// Whether it is a rehearsal, which proves nothing.
    #[serde(default)]
    pub rehearsal: bool,
    /// The support case that the number is proved to, if it is no contact yet.
    #[serde(default)]
    pub case: Option<SupportId>,
}

/// What was looked up for a step of a proof.
#[derive(Debug, Clone)]
pub struct ProofFacts {
    /// Which of the account's contacts the number still is, or is to become.
    pub current: Option<Kind>,
    /// Whether calls can be placed here at all.
    pub calls: bool,
    /// What a call would cost; nothing where this number may not be called, for its country or its kind.
    pub cost: Option<Cost>,
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
    /// The last call, and those that are left.
    pub call: CallView,
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
            rehearsal: false,
            case: None,
        }
    }

    /// The same for the new number of a support case.
    #[must_use]
    pub fn to_case(mut self, case: SupportId) -> Self {
        self.case = Some(case);
        self
    }

    /// The same as a rehearsal.
    #[must_use]
    pub const fn rehearsed(mut self) -> Self {
        self.rehearsal = true;
        self
    }

    fn purpose(&self) -> Purpose {
        let flow = self.flow.clone();
        match self.rehearsal {
            true => Purpose::Drill(flow),
            false => Purpose::PhoneProof(flow),
        }
    }

    /// The event of the proof, or that of the rehearsal.
    const fn event(&self, proof: Event, rehearsal: Event) -> Event {
        if self.rehearsal { rehearsal } else { proof }
    }

    /// *Call me now.* Pressed late, when the number is proved already, it does nothing.
    ///
    /// # Errors
    /// `GL-REC-011` where calls are off, `GL-SIGNIN-009` when the number is not the contact any more, `GL-REC-005`
    /// while a call runs, `GL-REC-006` when the number may not be called, `GL-REC-004` with the end of a block,
    /// `GL-REC-019` when the budget for calls is used up.
    pub fn call_now(
        mut self,
        facts: &ProofFacts,
        actor: &Actor,
        at: &Moment<'_>,
    ) -> Result<Step<Self>, Refusal> {
        if self.end == Some(ProofEnd::Proved) {
            return Ok(Step::to(self));
        }
        let price = self.may_call(facts, at.now)?;
        let (number, purpose) = (self.number.clone(), self.purpose());
        let (call, order) = Call::place(number, price, purpose, &self.account, at);
        let event = self.event(Event::PhoneProofStarted, Event::RehearsalCallPlaced);
        let record = Record::new(event, actor.clone())
            .about(&self.account)
            .from(at.client)
            .detail("call", call.id.as_str());
        let ended = self
            .call
            .as_mut()
            .is_some_and(|last| last.end(Outcome::Lost, at.now));
        let lost = self.record_call().filter(|_| ended);
        self.call = Some(call);
        self.end = None;
        let placed = self.record_call();
        let mut step = Step::to(self);
        step.effects.extend(lost.into_iter().chain(placed));
        Ok(step
            .with(Effect::PlaceCall(Box::new(order)))
            .with(Effect::Audit(Box::new(record))))
    }

    fn may_call(&self, facts: &ProofFacts, now: Timestamp) -> Result<u32, Refusal> {
        if !facts.calls {
            return Err(Code::CallsOff.into());
        }
        if facts.current.is_none() {
            return Err(Code::OutOfOrder.into());
        }
        let rest = Timestamp::from_millis(facts.objections.last_at) + OBJECTION_REST;
        let rests = (facts.objections.failures > 0 && now < rest).then_some(rest);
        let cost = facts.cost.as_ref().map(|cost| (cost, Share::Part));
        may_place(self.call.as_ref(), &facts.past, cost, rests, now)
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
        event: &CallEvent,
        at: &Moment<'_>,
    ) -> Result<(Step<Self>, Say), Refusal> {
        // Digits for a number that is the contact no more would prove what nobody asks.
        let kind = facts.current.ok_or(Code::CallOver);
        if matches!(event, CallEvent::Keyed(_)) {
            kind?;
        }
        let current = self.call.as_mut().ok_or(Code::CallOver)?;
        let heard = current.hear(call, event, at.now)?;
        let step = match heard {
            Heard::Progress | Heard::Wrong { left: 1.. } => self.written(),
            Heard::Right => {
                self.end = Some(ProofEnd::Proved);
                if self.rehearsal {
                    return Ok((self.ended(Outcome::Proved), heard.say()));
                }
                let (account, record) = (self.account.clone(), self.record(Event::PhoneProved));
                let record = record.detail("contact", kind?.key());
                let proven = match self.case.clone() {
                    Some(case) => Effect::CasePhoneProven(case),
                    None => Effect::ContactProven(account, kind?),
                };
                self.ended(Outcome::Proved)
                    .with(proven)
                    .with(Effect::Audit(Box::new(record)))
            }
            Heard::Wrong { left: 0 } => self.ended(Outcome::WrongDigits),
            Heard::NotMe => {
                self.end = Some(ProofEnd::Objected);
                let objections = facts.objections.failed(at.now);
                self.ended(Outcome::Objected)
                    .with(Effect::Count(facts.objections_key.clone(), objections))
            }
            Heard::Ended(outcome) => self.ended(outcome),
        };
        Ok((step, heard.say()))
    }

    /// The call is over.
    fn ended(self, outcome: Outcome) -> Step<Self> {
        let record = self
            .record(self.event(Event::PhoneProofEnded, Event::RehearsalCallEnded))
            .detail("outcome", outcome.key());
        self.written().with(Effect::Audit(Box::new(record)))
    }

    /// What the telephone told is written down.
    fn written(self) -> Step<Self> {
        let row = self.record_call();
        let mut step = Step::to(self);
        step.effects.extend(row);
        step
    }

    /// The row of the last call, for the limits.
    fn record_call(&self) -> Option<Effect> {
        let row = self.call.as_ref()?.record(self.purpose(), &self.account);
        Some(Effect::RecordCall(Box::new(row)))
    }

    /// A record of what happened on the phone: nobody is signed in there, and the browser is not the one calling.
    fn record(&self, event: Event) -> Record {
        let record = Record::new(event, Actor::Anonymous).about(&self.account);
        let record = match &self.case {
            Some(case) => record.detail("case", case.as_str()),
            None => record,
        };
        match &self.call {
            Some(call) => record.detail("call", call.id.as_str()),
            None => record,
        }
    }

    /// What the page may show now. `past` are the calls of the last 24 hours.
    pub fn view(&self, past: &[PastCall], now: Timestamp) -> ProofView {
        ProofView {
            number: self.number.clone(),
            call: CallView::of(self.call.as_ref(), past, now),
            end: self.end,
        }
    }
}
