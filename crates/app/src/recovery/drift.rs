//! The diagnosis of a clock that runs wrong, before a recovery is even begun (R-REC-01, P-19).

use crate::context::Ctx;
use crate::device::clock_error;
use crate::sign_in::{
    Flow, KIND, behind_counter, device_of, factor_counter, live_counter, standing, step_of,
};
use crate::{App, Error, flow};
use domain::ids::{DeviceId, FlowId};
use domain::refusal::{Code, Refusal};
use domain::sign_in::{CHECKS_A_DAY, DriftFacts};
use domain::step::CounterKey;
use factors::totp;

impl App {
    /// Two codes of a device, one after the other, for a sign-in that waits for one. What they tell is the refusal:
    /// `GL-MFA-009` with the clock's error, which is reckoned with from then on, or `GL-MFA-007`. Nobody is signed in.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-SIGNIN-009`, `GL-MFA-003`, `-005`, `-008`, `-012`.
    pub async fn diagnose_drift(
        &self,
        ctx: &Ctx,
        id: &FlowId,
        device: &DeviceId,
        first: &str,
        second: &str,
    ) -> Result<Refusal, Error> {
        let codes = totp::Code::parse(first).zip(totp::Code::parse(second));
        let (owned, device) = (ctx.clone(), device.clone());
        let stepped = flow::step(self, ctx, KIND, id, move |tx, flow: Flow| {
            let now = owned.now;
            let account_id = flow.machine.account().cloned().ok_or(Code::OutOfOrder)?;
            let account = store::account::find(tx, &account_id)?.ok_or(Code::FlowOver)?;
            let row = device_of(tx, &account_id, &device)?;
            let standing = standing(tx, &account_id, owned.known, now)?;
            let counter_key = factor_counter(&row.id, standing);
            let behind_key = behind_counter(&account_id);
            let checks_key = CounterKey(format!("drift:{}", row.id));
            let checks = live_counter(tx, &checks_key, now)?;
            // Codes are looked at, and used up, only while checks are left.
            let looked = checks.failures < CHECKS_A_DAY && !row.suspended(now);
            let found = match looked {
                true => clock_error(tx, &row.id, codes, totp::DRIFT_BOUND_STEPS, now)?,
                false => None,
            };
            let facts = DriftFacts {
                suspended: row.suspended(now),
                seconds: found.map(totp::Offset::seconds),
                counter: live_counter(tx, &counter_key, now)?,
                counter_key,
                standing,
                behind: live_counter(tx, &behind_key, now)?,
                behind_key,
                checks,
                checks_key,
                device: row.id,
                name: row.name,
                account,
            };
            let step = flow.machine.drift(&facts, &owned.moment())?;
            if let Some(offset) = found {
                store::device::set_offset(tx, &facts.device, offset.steps())?;
            }
            Ok(step_of(step, flow.landing))
        })
        .await?;
        stepped
            .refused
            .ok_or(Error::Fault("a diagnosis without a finding"))
    }
}
