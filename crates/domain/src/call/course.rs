//! The course of one call: ordered, ringing, answered, keyed, over.
//!
//! Whoever ordered a call, a recovery or the proof of a number, lets the telephone's events through [`Call::hear`] and
//! decides only what they mean to it. A carrier's new kind of event gets its arm here and nowhere else.

use super::{
    CallEvent, CallOrder, CallRecord, Cost, DIGITS_LIFE, Digits, GRACE, LONGEST, Outcome, Outlook,
    PastCall, Progress, Purpose, Say, Share, WRONG_PER_CALL, outlook,
};
use crate::ids::{AccountId, CallId};
use crate::refusal::{Code, Refusal};
use crate::sign_in::Moment;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A call as its orderer keeps it. Always within a sealed state, because the page shows the digits again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Its id.
    pub id: CallId,
    /// The number, in E.164. In a recovery never shown beyond its last four digits.
    pub number: String,
    /// The digits to key.
    pub digits: Digits,
    /// Where it stands.
    pub progress: Progress,
    /// When it was ordered.
    pub placed_at: Timestamp,
    /// The last change.
    pub changed_at: Timestamp,
    /// Whether it was ever answered.
    pub connected: bool,
    /// Wrong tries in it.
    pub wrong: u32,
    /// The address block it was ordered from.
    pub block: String,
    /// What it cost, in the operator's unit.
    pub price: u32,
}

/// What an event of the telephone means, once it was believed. The call itself has moved on already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It came further, and nothing is decided.
    Progress,
    /// The right digits were keyed; the call is over.
    Right,
    /// Other digits were keyed.
    Wrong {
        /// Tries left; without any the call is over.
        left: u32,
    },
    /// The person called did not ask for this; the call is over.
    NotMe,
    /// The call is over without a decision.
    Ended(Outcome),
}

impl Heard {
    /// What the voice says next.
    pub const fn say(self) -> Say {
        match self {
            Self::Progress | Self::Ended(_) => Say::Nothing,
            Self::Right => Say::Thanks,
            Self::Wrong { left: 0 } => Say::Goodbye,
            Self::Wrong { left } => Say::Again { left },
            Self::NotMe => Say::Stopped,
        }
    }
}

/// What a page may show of the last call, and of the calls that are left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallView {
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
}

impl CallView {
    /// The view of that call. `past` are the calls of the last 24 hours.
    pub fn of(call: Option<&Call>, past: &[PastCall], now: Timestamp) -> Self {
        let running = call.filter(|call| call.running(now));
        Self {
            progress: call.map(|call| match call.progress {
                progress if progress.running() && running.is_none() => {
                    Progress::Ended(Outcome::Lost)
                }
                progress => progress,
            }),
            running: running.is_some(),
            digits: running.map(|call| call.digits.clone()),
            tries_left: WRONG_PER_CALL.saturating_sub(call.map_or(0, |call| call.wrong)),
            outlook: outlook(past, now),
        }
    }
}

/// Whether this refusal says that no call can be placed now: pages show such beside their button.
pub const fn forbids_a_call(code: Code) -> bool {
    matches!(
        code,
        Code::CallsBlocked
            | Code::CallRunning
            | Code::CallBudget
            | Code::NumberRefused
            | Code::CallsOff
    )
}

/// Whether a call may be placed now. `last` is the orderer's own last call, `past` those of the last 24 hours, `cost` what
/// it would cost, nothing where this number may not be called at all, `rests` until when its holder wants to be left in
/// peace. The answer is the price.
///
/// # Errors
/// `GL-REC-005` while a call runs, `GL-REC-006` when the number may not be called, `GL-REC-004` with the end of a block,
/// `GL-REC-019` when the budget for calls is used up.
pub fn may_place(
    last: Option<&Call>,
    past: &[PastCall],
    cost: Option<(&Cost, Share)>,
    rests: Option<Timestamp>,
    now: Timestamp,
) -> Result<u32, Refusal> {
    let own = last
        .filter(|call| call.running(now))
        .map(|call| call.lost_at());
    let elsewhere = || {
        past.iter()
            .find(|c| (c.same_account || c.same_number) && c.live(now))
            .map(|call| call.lost_at())
    };
    if let Some(until) = own.or_else(elsewhere) {
        return Err(Refusal::new(Code::CallRunning).until(until));
    }
    let Some((cost, share)) = cost else {
        return Err(Code::NumberRefused.into());
    };
    let blocked = outlook(past, now).block.map(|(_, until)| until);
    if let Some(until) = blocked.max(rests) {
        return Err(Refusal::new(Code::CallsBlocked).until(until));
    }
    match cost.wait(share, past, now) {
        Some(until) => Err(Refusal::new(Code::CallBudget).until(until)),
        None => Ok(cost.price),
    }
}

impl Call {
    /// A new call with digits of its own, and the order to place it. `price` is what [`may_place`] said.
    pub fn place(
        number: String,
        price: u32,
        purpose: Purpose,
        account: &AccountId,
        at: &Moment<'_>,
    ) -> (Self, CallOrder) {
        let call = Self {
            id: CallId::draw(at.dice, ""),
            number,
            digits: Digits::draw(at.dice, ""),
            progress: Progress::Dialling,
            placed_at: at.now,
            changed_at: at.now,
            connected: false,
            wrong: 0,
            block: at.client.block(),
            price,
        };
        let order = CallOrder {
            call: call.id.clone(),
            purpose,
            to: call.number.clone(),
            locale: at.locale,
            account: account.clone(),
            client: at.client.clone(),
            digits: call.digits.clone(),
            at: at.now,
            until: at.now + LONGEST,
        };
        (call, order)
    }

    /// Whether it still runs. A call of which nothing was heard for long is not waited for.
    pub fn running(&self, now: Timestamp) -> bool {
        self.progress.running() && now < self.lost_at()
    }

    /// When nothing more can be expected of it.
    pub fn lost_at(&self) -> Timestamp {
        self.placed_at + LONGEST + GRACE
    }

    /// The telephone reports of the call with that id.
    ///
    /// # Errors
    /// `GL-REC-016` for an event of another call, of one that is over, one told twice or out of order, and for an end
    /// that only this machine decides: a telephone that reports one is not believed. Nothing changes then.
    pub fn hear(
        &mut self,
        call: &CallId,
        event: &CallEvent,
        now: Timestamp,
    ) -> Result<Heard, Refusal> {
        if self.id != *call || !self.progress.running() {
            return Err(Code::CallOver.into());
        }
        let heard = match (event, self.progress) {
            (CallEvent::Ringing, Progress::Dialling) => {
                self.progress = Progress::Ringing;
                Heard::Progress
            }
            (CallEvent::Answered, Progress::Dialling | Progress::Ringing) => {
                self.progress = Progress::Answered;
                self.connected = true;
                Heard::Progress
            }
            (CallEvent::Keyed(digits), Progress::Answered)
                if now.since(self.placed_at) < DIGITS_LIFE =>
            {
                self.keyed(digits)
            }
            (CallEvent::NotMe, Progress::Answered) => {
                self.progress = Progress::Ended(Outcome::Objected);
                Heard::NotMe
            }
            (CallEvent::Ended(outcome), _) if !outcome.decided_here() => {
                self.progress = Progress::Ended(*outcome);
                Heard::Ended(*outcome)
            }
            _ => return Err(Code::CallOver.into()),
        };
        self.changed_at = now;
        Ok(heard)
    }

    fn keyed(&mut self, digits: &Digits) -> Heard {
        if *digits == self.digits {
            self.progress = Progress::Ended(Outcome::Proved);
            return Heard::Right;
        }
        self.wrong += 1;
        let left = WRONG_PER_CALL.saturating_sub(self.wrong);
        if left == 0 {
            self.progress = Progress::Ended(Outcome::WrongDigits);
        }
        Heard::Wrong { left }
    }

    /// Ends the call, if it runs; whether it did.
    pub fn end(&mut self, outcome: Outcome, now: Timestamp) -> bool {
        let running = self.progress.running();
        if running {
            self.progress = Progress::Ended(outcome);
            self.changed_at = now;
        }
        running
    }

    /// Its row, for the limits.
    pub fn record(&self, purpose: Purpose, account: &AccountId) -> CallRecord {
        CallRecord {
            call: self.id.clone(),
            account: account.clone(),
            purpose,
            number: self.number.clone(),
            block: self.block.clone(),
            placed_at: self.placed_at,
            changed_at: self.changed_at,
            connected: self.connected,
            wrong: self.wrong,
            progress: self.progress,
            price: self.price,
        }
    }
}
