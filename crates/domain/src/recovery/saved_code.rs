//! The proof by a saved recovery code, for those who kept one (P-16).

use crate::audit::Event;
use crate::ids::SavedCodeId;
use crate::mail::MailKind;
use crate::refusal::{Code, Refusal};
use crate::sign_in::Moment;
use crate::step::{CounterKey, Effect, Step};
use crate::throttle::{Gate, Standing, Throttle};

use super::Act;
use super::contact::Facts;
use super::open::with_effects;
use super::state::Case;

/// What came of checking a saved code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SavedCodeVerdict {
    /// It is the code of this row, unused, and not held back by the recovery it was made in.
    Right(SavedCodeId),
    /// It is none of them, or used.
    Wrong,
}

/// What was looked up for a saved code.
#[derive(Debug, Clone)]
pub struct SavedCodeFacts {
    /// What the check gave.
    pub verdict: SavedCodeVerdict,
    /// Codes that are left once this one is used up.
    pub left: u32,
    /// The counter of this account's saved codes for browsers of this standing.
    pub counter: Throttle,
    /// Its key.
    pub counter_key: CounterKey,
    /// Whether the browser is known.
    pub standing: Standing,
}

impl Case {
    /// A saved code was typed. A right one is used up at once, and the contacts are told. Without a good password it may
    /// begin the wait.
    ///
    /// # Errors
    /// `GL-REC-001` when the case is over, `GL-REC-013` when the password must be given again, `GL-MFA-011` after too
    /// many wrong codes, and why the way is closed now ([`Facts::saved_code`]).
    pub fn saved_code(
        mut self,
        facts: &Facts,
        known: &SavedCodeFacts,
        at: &Moment<'_>,
    ) -> Result<Step<Self>, Refusal> {
        self.live_with_password(facts, at.now)?;
        // A code is used up: not where the mail that it needs cannot go.
        self.saved_code_left(facts, at.now)?;
        if self.saved_code_proved(at.now) {
            return Ok(Step::to(self));
        }
        match known.counter.gate(known.standing, at.now) {
            Gate::Open => {}
            Gate::Wait(until) => return Err(Refusal::new(Code::SavedCodeWait).until(until)),
            Gate::Closed => return Err(Code::SavedCodeWait.into()),
        }
        let record = self.record(Event::SavedCodeChecked, at);
        let SavedCodeVerdict::Right(code) = &known.verdict else {
            let failed = known.counter.failed(at.now);
            let refusal = Refusal::new(Code::WrongSavedCode)
                .at("code")
                .left(failed.left(known.standing));
            return Ok(Step::refuse(self, refusal)
                .with(Effect::Count(known.counter_key.clone(), failed))
                .with(Effect::Audit(Box::new(
                    record.refused(Code::WrongSavedCode),
                ))));
        };
        self.saved_code = Some((code.clone(), at.now));
        let mut effects = vec![
            Effect::Recovery(Box::new(Act::UseSavedCode {
                code: code.clone(),
                case: self.id.clone(),
                at: at.now,
            })),
            Effect::Count(known.counter_key.clone(), Throttle::default()),
            Effect::Audit(Box::new(record)),
        ];
        let left = ("left", known.left.to_string());
        effects.extend(self.notices(MailKind::SavedCodeUsed, facts, at, &[left]));
        effects.extend(self.begin_wait(facts, at));
        Ok(with_effects(Step::to(self), effects))
    }
}
