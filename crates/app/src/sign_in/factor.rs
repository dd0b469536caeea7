//! A device's code at sign-in: what it is worth, and what two of them tell of the device's clock.

use super::{
    Flow, KIND, Moved, behind_counter, device_of, factor_counter, live_counter, standing, step_of,
};
use crate::context::Ctx;
use crate::device::seed_of;
use crate::{App, Error, flow};
use domain::ids::{DeviceId, FlowId};
use domain::refusal::Code;
use domain::sign_in::{ClockTrace, DriftSeen, FactorFacts, FactorVerdict, SignIn};
use domain::step::CounterKey;
use domain::time::Timestamp;
use factors::totp;
use store::Tx;
use store::device::Device;

impl App {
    /// A device's code was typed. It is checked against the chosen device alone. With the one before it may tell that
    /// the device's clock runs wrong; the next one after that corrects the clock and signs in.
    ///
    /// # Errors
    /// `GL-MFA-005`, `GL-SIGNIN-001`, `GL-SIGNIN-009`. A wrong code is [`Moved::Refused`].
    pub async fn offer_code(
        &self,
        ctx: &Ctx,
        id: &FlowId,
        device: &DeviceId,
        typed: &str,
    ) -> Result<Moved, Error> {
        let code = totp::Code::parse(typed);
        let (owned, device) = (ctx.clone(), device.clone());
        let stepped = flow::step(self, ctx, KIND, id, move |tx, flow: Flow| {
            let (mut facts, row) = facts(tx, &owned, &flow.machine, &device)?;
            facts.verdict = verdict(tx, &row, code, owned.now)?;
            if let (FactorVerdict::Wrong, Some(code)) = (facts.verdict, code) {
                let clock = clock_of(&flow.machine);
                facts.typed = Some(code.to_text().to_string());
                if let Some(steps) = clock.found_of(&row.id) {
                    let step = fits(tx, &row, code, steps, owned.now)?;
                    facts.verdict = fresh(tx, &row.id, step)?;
                    facts.resync = step.map(|_| steps);
                }
                let before = clock.wrong_of(&row.id).and_then(totp::Code::parse);
                if let (FactorVerdict::Wrong, Some(before)) = (facts.verdict, before) {
                    facts.drift = drift(tx, &row, before, code, owned.now)?;
                }
            }
            let step = flow.machine.factor(&facts, &owned.moment())?;
            Ok(step_of(step, flow.landing))
        })
        .await?;
        Ok(stepped.into())
    }

    /// Two codes in a row were typed, because the person knows that the clock runs wrong.
    ///
    /// # Errors
    /// `GL-MFA-005`, `GL-SIGNIN-001`, `GL-SIGNIN-009`. It always ends in [`Moved::Refused`]: with the clock's error, or
    /// because the codes do not follow one another.
    pub async fn offer_two_codes(
        &self,
        ctx: &Ctx,
        id: &FlowId,
        device: &DeviceId,
        first: &str,
        second: &str,
    ) -> Result<Moved, Error> {
        let codes = totp::Code::parse(first).zip(totp::Code::parse(second));
        let (owned, device) = (ctx.clone(), device.clone());
        let stepped = flow::step(self, ctx, KIND, id, move |tx, flow: Flow| {
            let (mut facts, row) = facts(tx, &owned, &flow.machine, &device)?;
            if let Some((first, second)) = codes {
                facts.drift = drift(tx, &row, first, second, owned.now)?;
            }
            let step = flow.machine.two_codes(&facts, &owned.moment())?;
            Ok(step_of(step, flow.landing))
        })
        .await?;
        Ok(stepped.into())
    }
}

fn clock_of(machine: &SignIn) -> ClockTrace {
    match machine {
        SignIn::AwaitFactor { clock, .. } => clock.clone(),
        _ => ClockTrace::default(),
    }
}

/// What the machine needs to know of the device, before a code was looked at.
fn facts(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    machine: &SignIn,
    device: &DeviceId,
) -> Result<(FactorFacts, Device), Error> {
    let now = ctx.now;
    let account_id = machine.account().cloned().ok_or(Code::OutOfOrder)?;
    let account = store::account::find(tx, &account_id)?.ok_or(Code::FlowOver)?;
    let row = device_of(tx, &account_id, device)?;
    let standing = standing(tx, &account_id, ctx.known, now)?;
    let counter_key = factor_counter(&row.id, standing);
    let behind_key = behind_counter(&account_id);
    let checks_key = CounterKey(format!("drift:{}", row.id));
    let facts = FactorFacts {
        suspended: row.suspended(now),
        suspension: store::recovery::suspension(tx, &row.id)?,
        hold: row.held(now),
        verdict: FactorVerdict::Wrong,
        typed: None,
        resync: None,
        drift: None,
        checks: live_counter(tx, &checks_key, now)?,
        checks_key,
        counter: live_counter(tx, &counter_key, now)?,
        counter_key,
        standing,
        behind: live_counter(tx, &behind_key, now)?,
        behind_key,
        device: row.id.clone(),
        name: row.name.clone(),
        account,
    };
    Ok((facts, row))
}

/// What a code of a device is worth now.
pub(crate) fn verdict(
    tx: &mut Tx<'_>,
    device: &Device,
    code: Option<totp::Code>,
    now: Timestamp,
) -> Result<FactorVerdict, Error> {
    let Some(code) = code else {
        return Ok(FactorVerdict::Wrong);
    };
    let step = fits(tx, device, code, device.offset_steps, now)?;
    fresh(tx, &device.id, step)
}

/// The step of a code on a clock that is so many steps ahead.
fn fits(
    tx: &mut Tx<'_>,
    device: &Device,
    code: totp::Code,
    ahead: i64,
    now: Timestamp,
) -> Result<Option<totp::Step>, Error> {
    let seed = seed_of(tx, &device.id)?;
    Ok(totp::check(&seed, code, now.millis(), ahead))
}

/// What a code is worth that belongs to this step, if to any.
pub(crate) fn fresh(
    tx: &mut Tx<'_>,
    device: &DeviceId,
    step: Option<totp::Step>,
) -> Result<FactorVerdict, Error> {
    let Some(step) = step.map(totp::Step::number) else {
        return Ok(FactorVerdict::Wrong);
    };
    Ok(match store::device::is_burnt(tx, device, step)? {
        true => FactorVerdict::Burnt,
        false => FactorVerdict::Right { step },
    })
}

/// The clock error that two codes tell, looked for around the error that is on file. Codes that were seen tell nothing.
fn drift(
    tx: &mut Tx<'_>,
    device: &Device,
    first: totp::Code,
    second: totp::Code,
    now: Timestamp,
) -> Result<Option<DriftSeen>, Error> {
    let seed = seed_of(tx, &device.id)?;
    let expected = now.millis() + device.offset_steps * totp::STEP_MS;
    let Some(found) = totp::drift(&seed, first, second, expected) else {
        return Ok(None);
    };
    let second = found.step_at(expected).number();
    let codes = [second - 1, second];
    for code in codes {
        if store::device::is_burnt(tx, &device.id, code)? {
            return Ok(None);
        }
    }
    let offset = totp::Offset::from_steps(device.offset_steps + found.steps());
    Ok(Some(DriftSeen {
        steps: offset.steps(),
        seconds: offset.seconds(),
        codes,
    }))
}
