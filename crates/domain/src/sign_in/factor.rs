//! The step with a device's code, and what two codes in a row tell of the device's clock (P-19).
//!
//! A wrong clock is told only after two codes that follow one another, at most three times a day and device, and each
//! check counts as a failure. It signs nobody in: that takes a third, fresh code, which also corrects the clock
//! on file. Every code that was seen is used up for its time step.

use super::{Factor, Moment, SignIn, complete, root};
use crate::account::Account;
use crate::audit::{Event, Record};
use crate::ids::DeviceId;
use crate::mail::{MailKind, MailOrder};
use crate::recovery::{Reclaim, ReclaimFacts, reclaim};
use crate::refusal::{Code, Refusal};
use crate::session::Hold;
use crate::step::{CounterKey, Effect, Step};
use crate::throttle::{FORGOTTEN_AFTER, Gate, Standing, Throttle};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Checks of one device's clock in a day: two codes typed for it, or two wrong ones that tell that it runs wrong.
pub const CHECKS_A_DAY: u32 = 3;

/// What the codes typed so far tell of a device's clock. Belongs to the flow, which is kept sealed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockTrace {
    /// The last code that was refused, and for which device.
    wrong: Option<(DeviceId, String)>,
    /// The error that two codes told, in steps of 30 s, and of which device.
    found: Option<(DeviceId, i64)>,
}

impl std::fmt::Debug for ClockTrace {
    /// Shows no code.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ClockTrace(found: {:?})", self.found)
    }
}

impl ClockTrace {
    /// The last code that was refused, if it was typed for this device.
    pub fn wrong_of(&self, device: &DeviceId) -> Option<&str> {
        let of = self.wrong.as_ref().filter(|(id, _)| id == device);
        of.map(|(_, code)| code.as_str())
    }

    /// How far this device was found to be ahead, in steps of 30 s.
    pub fn found_of(&self, device: &DeviceId) -> Option<i64> {
        let of = self.found.as_ref().filter(|(id, _)| id == device);
        of.map(|(_, steps)| *steps)
    }
}

/// What came of checking a device's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorVerdict {
    /// Right, and fresh: the time step it belongs to.
    Right {
        /// The RFC 6238 time step.
        step: i64,
    },
    /// Right, but used before.
    Burnt,
    /// Wrong.
    Wrong,
}

/// Two codes in a row that fit a clock which runs wrong. Neither was seen before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DriftSeen {
    /// How far the device is ahead, in steps of 30 s; negative when it is behind.
    pub steps: i64,
    /// The same in seconds.
    pub seconds: i64,
    /// The time steps of the two codes.
    pub codes: [i64; 2],
}

/// What was looked up for a device's code.
#[derive(Debug, Clone)]
pub struct FactorFacts {
    /// The account.
    pub account: Account,
    /// The device that is checked.
    pub device: DeviceId,
    /// What it is called.
    pub name: String,
    /// Whether it is put out of use after a recovery.
    pub suspended: bool,
    /// By which recovery, if so.
    pub suspension: Option<ReclaimFacts>,
    /// The hold that comes with it, if it was registered in a recovered session.
    pub hold: Option<Hold>,
    /// What the check gave.
    pub verdict: FactorVerdict,
    /// The six digits, to be remembered when they are wrong; nothing when something else was typed.
    pub typed: Option<String>,
    /// The clock error by which the code is right, if it is right by one that this flow found.
    pub resync: Option<i64>,
    /// What this wrong code and the one before it tell.
    pub drift: Option<DriftSeen>,
    /// The day's checks of the device's clock.
    pub checks: Throttle,
    /// Their key.
    pub checks_key: CounterKey,
    /// The device's counter for browsers of this standing.
    pub counter: Throttle,
    /// Its key.
    pub counter_key: CounterKey,
    /// Whether the browser is known.
    pub standing: Standing,
    /// The day's counter of wrong codes behind the right password.
    pub behind: Throttle,
    /// Its key.
    pub behind_key: CounterKey,
}

impl SignIn {
    /// A device's code was offered.
    ///
    /// # Errors
    /// `GL-SIGNIN-009` when the flow is elsewhere; nothing changes.
    pub fn factor(self, facts: &FactorFacts, at: &Moment<'_>) -> Result<Step<Self>, Refusal> {
        let Self::AwaitFactor { password_at, .. } = &self else {
            return Err(Code::OutOfOrder.into());
        };
        let password_at = *password_at;
        if let Err(refusal) = may_try(facts, at) {
            return Ok(Step::refuse(self, refusal));
        }
        Ok(match (facts.verdict, &facts.drift) {
            (FactorVerdict::Right { step }, _) => self.right(facts, step, password_at, at),
            (FactorVerdict::Burnt, _) => refused(self, facts, Code::CodeBurnt, at),
            (FactorVerdict::Wrong, Some(seen)) => self.drifts(facts, seen, at),
            (FactorVerdict::Wrong, None) => {
                let mut next = self;
                if let Self::AwaitFactor { clock, .. } = &mut next {
                    clock.wrong = facts.typed.clone().map(|code| (facts.device.clone(), code));
                }
                failed(next, facts, Code::WrongFactorCode.into(), at)
            }
        })
    }

    /// Two codes in a row were offered, because the person knows that the clock runs wrong (R-MFA-05).
    ///
    /// # Errors
    /// `GL-SIGNIN-009` when the flow is elsewhere; nothing changes.
    pub fn two_codes(self, facts: &FactorFacts, at: &Moment<'_>) -> Result<Step<Self>, Refusal> {
        if !matches!(self, Self::AwaitFactor { .. }) {
            return Err(Code::OutOfOrder.into());
        }
        if let Err(refusal) = may_try(facts, at) {
            return Ok(Step::refuse(self, refusal));
        }
        if facts.checks.failures >= CHECKS_A_DAY {
            return Ok(Step::refuse(self, checks_over(facts)));
        }
        Ok(match &facts.drift {
            Some(seen) => self.drifts(facts, seen, at),
            None => {
                let refusal = Refusal::new(Code::CodesDoNotFollow).at("second");
                failed(self, facts, refusal, at).with(checked(facts, at))
            }
        })
    }

    /// The clock runs wrong: it is told, and nothing more.
    fn drifts(mut self, facts: &FactorFacts, seen: &DriftSeen, at: &Moment<'_>) -> Step<Self> {
        let refusal = if facts.checks.failures < CHECKS_A_DAY {
            if let Self::AwaitFactor { clock, .. } = &mut self {
                clock.wrong = None;
                clock.found = Some((facts.device.clone(), seen.steps));
            }
            Refusal::new(Code::DeviceDrifts).drift(seen.seconds)
        } else {
            checks_over(facts)
        };
        let told = refusal.code == Code::DeviceDrifts;
        let mut step = failed(self, facts, refusal, at);
        for code in seen.codes {
            step = step.with(Effect::BurnStep(facts.device.clone(), code));
        }
        if told {
            let seconds = seen.seconds.to_string();
            let record = record(Event::DriftDiagnosed, facts, at).detail("seconds", seconds);
            step = step
                .with(checked(facts, at))
                .with(Effect::Audit(Box::new(record)));
        }
        step
    }

    /// The code is right and fresh.
    fn right(
        self,
        facts: &FactorFacts,
        time_step: i64,
        password_at: Timestamp,
        at: &Moment<'_>,
    ) -> Step<Self> {
        let burn = Effect::BurnStep(facts.device.clone(), time_step);
        // The holder of a device that a recovery put out of use takes the account back.
        let (out_of_use, reclaimed) = match (facts.suspended, &facts.suspension) {
            (false, _) => (false, Vec::new()),
            (true, None) => (true, Vec::new()),
            (true, Some(known)) => {
                let (what, effects) = reclaim(known, at);
                (what != Reclaim::Restored, effects)
            }
        };
        if out_of_use {
            let mut step = refused(self, facts, Code::DeviceSuspended, at).with(burn);
            step.effects.extend(reclaimed);
            return step;
        }
        let mut step = Step::to(Self::Done);
        step.effects.extend(reclaimed);
        step.effects.extend([
            burn,
            Effect::Count(facts.counter_key.clone(), Throttle::default()),
            Effect::Count(facts.behind_key.clone(), Throttle::default()),
            Effect::Audit(Box::new(record(Event::MfaChecked, facts, at))),
        ]);
        if let Some(steps) = facts.resync {
            step.effects.extend(resynced(facts, steps, at));
        }
        if facts.hold.is_none() {
            let proven = Effect::PasswordProven(facts.account.id.clone());
            step = step.with(proven);
        }
        // Without a device, the code that was mailed told as much.
        if facts.standing == Standing::Unknown {
            step = step.with(Effect::Tell(Box::new(new_browser(&facts.account, at))));
        }
        let factor = Factor {
            device: facts.device.clone(),
            hold: facts.hold,
            password_at,
        };
        complete(step, &facts.account, at, Some(factor))
    }
}

/// # Errors
/// Why no code is looked at now.
fn may_try(facts: &FactorFacts, at: &Moment<'_>) -> Result<(), Refusal> {
    facts.account.open()?;
    match facts.counter.gate(facts.standing, at.now) {
        Gate::Open => Ok(()),
        Gate::Wait(until) => Err(Refusal::new(Code::DeviceWait).until(until)),
        Gate::Closed => Err(Code::DeviceWait.into()),
    }
}

fn checks_over(facts: &FactorFacts) -> Refusal {
    let last = Timestamp::from_millis(facts.checks.last_at);
    Refusal::new(Code::DriftChecksOver).until(last + FORGOTTEN_AFTER)
}

fn checked(facts: &FactorFacts, at: &Moment<'_>) -> Effect {
    Effect::Count(facts.checks_key.clone(), facts.checks.failed(at.now))
}

fn record(event: Event, facts: &FactorFacts, at: &Moment<'_>) -> Record {
    root(event, &facts.account, at).detail("device", facts.device.as_str())
}

/// Stays, with a refusal that is no guess.
fn refused(state: SignIn, facts: &FactorFacts, code: Code, at: &Moment<'_>) -> Step<SignIn> {
    let left = facts.counter.failed(at.now).left(facts.standing);
    Step::refuse(state, Refusal::new(code).at("code").left(left)).with(Effect::Audit(Box::new(
        record(Event::MfaChecked, facts, at).refused(code),
    )))
}

/// Stays, with a refusal that counts.
fn failed(state: SignIn, facts: &FactorFacts, refusal: Refusal, at: &Moment<'_>) -> Step<SignIn> {
    let failed = facts.counter.failed(at.now);
    let mut step = refused(state, facts, refusal.code, at);
    let field = refusal.field.unwrap_or("code");
    step.show = Err(refusal.at(field).left(failed.left(facts.standing)));
    step.with(Effect::Count(facts.counter_key.clone(), failed))
        .with(Effect::Count(
            facts.behind_key.clone(),
            facts.behind.failed(at.now),
        ))
}

/// Tells the owner of a sign-in from a browser that was not used before (ASVS 6.3.5).
fn new_browser(account: &Account, at: &Moment<'_>) -> MailOrder {
    MailOrder::new(MailKind::NewSignIn, &account.email, account.locale)
        .account(&account.id)
        .origin(at.client, at.now)
}

/// The third code fits the clock error that was found: it is kept, and told.
fn resynced(facts: &FactorFacts, steps: i64, at: &Moment<'_>) -> [Effect; 3] {
    let mail = crate::device::notice(MailKind::DeviceResynced, &facts.account, &facts.name)
        .origin(at.client, at.now);
    let record = record(Event::ResyncMFADevice, facts, at).detail("steps", steps.to_string());
    [
        Effect::SetClock(facts.device.clone(), steps),
        Effect::Audit(Box::new(record)),
        Effect::Tell(Box::new(mail)),
    ]
}
