//! "My device works, but its codes are refused": what two codes in a row tell about a device's clock, while signing in.
//!
//! The finding signs nobody in: the device's clock is reckoned with from then on, and a third, fresh code is asked for
//! (P-19). Each check counts as a failure, found or not, so that it is no way to guess.

use super::{Moment, SignIn, root};
use crate::account::Account;
use crate::audit::Event;
use crate::ids::DeviceId;
use crate::mail::{MailKind, MailOrder};
use crate::refusal::{Code, Refusal};
use crate::step::{CounterKey, Effect, Step};
use crate::throttle::{Gate, Standing, Throttle};
use crate::time::{Span, Timestamp};

/// Checks of one device in a day.
pub const CHECKS_A_DAY: u32 = 3;
const DAY: Span = Span::hours(24);

/// What was looked up for two codes.
#[derive(Debug, Clone)]
pub struct DriftFacts {
    /// The account.
    pub account: Account,
    /// The device that shows them.
    pub device: DeviceId,
    /// Its name, for the notice.
    pub name: String,
    /// Whether a recovery put it out of use.
    pub suspended: bool,
    /// By how many seconds its clock is off, if the codes follow one another within the bound and were not seen before.
    pub seconds: Option<i64>,
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
    /// The day's checks of this device.
    pub checks: Throttle,
    /// Their key.
    pub checks_key: CounterKey,
}

impl SignIn {
    /// Two codes of a device were typed. Whatever they tell is a refusal: `GL-MFA-009` with the clock's error, or
    /// `GL-MFA-007`. The flow goes on to the device's next code.
    ///
    /// # Errors
    /// `GL-SIGNIN-009` when the flow is elsewhere, `GL-MFA-012` after three checks in a day, `GL-MFA-003` while the
    /// device waits, `GL-MFA-008` when it is out of use; nothing changes then.
    pub fn drift(self, facts: &DriftFacts, at: &Moment<'_>) -> Result<Step<Self>, Refusal> {
        let Self::AwaitFactor {
            account: id,
            email,
            password_at,
            ..
        } = self
        else {
            return Err(Code::OutOfOrder.into());
        };
        facts.account.open()?;
        if facts.suspended {
            return Err(Code::DeviceSuspended.into());
        }
        if facts.checks.failures >= CHECKS_A_DAY {
            let until = Timestamp::from_millis(facts.checks.last_at) + DAY;
            return Err(Refusal::new(Code::DriftChecksOver).until(until));
        }
        match facts.counter.gate(facts.standing, at.now) {
            Gate::Open => {}
            Gate::Wait(until) => return Err(Refusal::new(Code::DeviceWait).until(until)),
            Gate::Closed => return Err(Code::DeviceWait.into()),
        }
        let next = Self::AwaitFactor {
            account: id,
            email,
            password_at,
            device: Some(facts.device.clone()),
        };
        let failed = facts.counter.failed(at.now);
        let record =
            root(Event::DriftDiagnosed, &facts.account, at).detail("device", facts.device.as_str());
        let (refusal, record) = match facts.seconds {
            Some(seconds) => (
                Refusal::new(Code::DeviceDrifts).drift(seconds),
                record.detail("seconds", seconds.to_string()),
            ),
            None => {
                let code = Code::CodesDoNotFollow;
                let left = failed.left(facts.standing);
                (
                    Refusal::new(code).at("second").left(left),
                    record.refused(code),
                )
            }
        };
        let mut step = Step::refuse(next, refusal)
            .with(Effect::Count(facts.counter_key.clone(), failed))
            .with(Effect::Count(
                facts.behind_key.clone(),
                facts.behind.failed(at.now),
            ))
            .with(Effect::Count(
                facts.checks_key.clone(),
                facts.checks.failed(at.now),
            ))
            .with(Effect::Audit(Box::new(record)));
        if facts.seconds.is_some_and(|seconds| seconds != 0) {
            let account = &facts.account;
            let notice = MailOrder::new(MailKind::DeviceResynced, &account.email, account.locale)
                .account(&account.id)
                .origin(at.client, at.now)
                .fact("device", facts.name.clone());
            step = step.with(Effect::Mail(Box::new(notice)));
        }
        Ok(step)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{NOW, account, at_factor, dice, with_moment};
    use super::*;
    use crate::account::State;

    fn facts(seconds: Option<i64>) -> DriftFacts {
        DriftFacts {
            account: account(State::Active),
            device: DeviceId::draw(&dice(), "d"),
            name: "phone".into(),
            suspended: false,
            seconds,
            counter: Throttle::default(),
            counter_key: CounterKey("factor".into()),
            standing: Standing::Unknown,
            behind: Throttle::default(),
            behind_key: CounterKey("behind".into()),
            checks: Throttle::default(),
            checks_key: CounterKey("drift".into()),
        }
    }

    #[test]
    fn the_error_of_the_clock_is_told_and_signs_nobody_in_p_19() {
        let step = with_moment(NOW, |m| at_factor().drift(&facts(Some(-90)), m).unwrap());
        let refusal = step.show.unwrap_err();
        assert_eq!(
            (refusal.code, refusal.drift),
            (Code::DeviceDrifts, Some(-90))
        );
        assert!(matches!(
            step.next,
            SignIn::AwaitFactor {
                device: Some(_),
                ..
            }
        ));
        let opened = step
            .effects
            .iter()
            .any(|e| matches!(e, Effect::OpenSession(_)));
        assert!(!opened);
        let counted = step
            .effects
            .iter()
            .filter(|e| matches!(e, Effect::Count(..)));
        assert_eq!(counted.count(), 3, "each check is a failure");
        let told = step.effects.iter().any(|e| matches!(e, Effect::Mail(_)));
        assert!(told);
    }

    #[test]
    fn three_checks_a_day_and_none_of_a_device_out_of_use() {
        let mut f = facts(Some(30));
        f.checks.failures = CHECKS_A_DAY;
        f.checks.last_at = NOW.millis();
        let refused = with_moment(NOW, |m| at_factor().drift(&f, m).unwrap_err());
        assert_eq!(
            (refused.code, refused.until),
            (Code::DriftChecksOver, Some(NOW + DAY))
        );
        let mut f = facts(Some(30));
        f.suspended = true;
        let refused = with_moment(NOW, |m| at_factor().drift(&f, m).unwrap_err());
        assert_eq!(refused.code, Code::DeviceSuspended);
        let elsewhere = SignIn::begin("e".into());
        let refused = with_moment(NOW, |m| elsewhere.drift(&facts(None), m).unwrap_err());
        assert_eq!(refused.code, Code::OutOfOrder);
    }

    #[test]
    fn codes_that_do_not_follow_tell_nothing_but_what_is_left() {
        let step = with_moment(NOW, |m| at_factor().drift(&facts(None), m).unwrap());
        let refusal = step.show.unwrap_err();
        assert_eq!(refusal.code, Code::CodesDoNotFollow);
        assert_eq!((refusal.left, refusal.drift), (Some(4), None));
    }
}
