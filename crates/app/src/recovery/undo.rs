//! Recoveries of the last days, as somebody signed in sees them: what is held, and how the hold ends early.
//!
//! A registered device or a saved code that is older than the case is stronger than the case. Whoever shows one decides:
//! "it was me" lifts the hold, "it was not me" undoes the recovery. Neither happens by signing in alone, because then a
//! thief would only have to wait for the owner.

use super::facts;
use crate::commit::Writer;
use crate::context::Ctx;
use crate::session::{may_freshly, root};
use crate::{App, Error};
use domain::audit::{Event, Record};
use domain::client::Client;
use domain::ids::{AccountId, CaseId};
use domain::recovery::{Act as Write, Case, Status, Why};
use domain::refusal::{Code, Refusal};
use domain::session::{Act, Hold, Origin, Session};
use domain::step::Effect;
use domain::throttle::{Gate, Standing, Throttle};
use domain::time::Timestamp;
use store::Tx;

/// A recovery that was completed lately.
#[derive(Debug, Clone)]
pub struct Recent {
    /// The case.
    pub case: CaseId,
    /// When the session was opened.
    pub at: Timestamp,
    /// From which browser.
    pub client: Client,
    /// What was said to have happened to the device.
    pub why: Why,
    /// The names of the devices that it put out of use and that are still on file.
    pub lost: Vec<String>,
    /// Whether this very session came out of it.
    pub this: bool,
    /// Whether this session was opened with a device that is older than the case.
    pub may_decide: bool,
}

impl App {
    /// The recoveries of the last 72 hours.
    ///
    /// # Errors
    /// `GL-SESSION-001` when nobody is signed in.
    pub async fn recent_recoveries(&self, ctx: &Ctx) -> Result<Vec<Recent>, Error> {
        let session = ctx.root()?.clone();
        self.db()
            .read(move |tx| {
                let devices = store::device::of_account(tx, &session.account)?;
                let mut recent = Vec::new();
                for id in store::recovery::completed(tx, &session.account)? {
                    let Some(stored) = store::recovery::find(tx, &id)? else {
                        continue;
                    };
                    let Status::Completed { at } = stored.case.status else {
                        continue;
                    };
                    let lost = devices
                        .iter()
                        .filter(|d| stored.case.lost.contains(&d.id))
                        .map(|d| d.name.clone());
                    recent.push(Recent {
                        at,
                        lost: lost.collect(),
                        this: came_from(&session, &id),
                        may_decide: older_device(tx, &session, &stored.case)?,
                        client: stored.case.client,
                        why: stored.case.why,
                        case: id,
                    });
                }
                Ok(recent)
            })
            .await
    }

    /// "It was me": the hold ends, because a device older than the case was shown.
    ///
    /// # Errors
    /// `GL-SESSION-001`, `GL-SESSION-002` without fresh proof, `GL-REC-010` without such a device.
    pub async fn lift_hold(&self, ctx: &Ctx, case: &CaseId) -> Result<(), Error> {
        let (session, writer, case) = (ctx.root()?.clone(), Writer::of(self, ctx), case.clone());
        self.db()
            .write(move |tx| {
                decide(tx, &session, &case, writer.now)?;
                lift(tx, &session.account, &case, writer.now)?;
                let record = Record::new(Event::HoldLifted, root(&session)).from(&writer.client);
                writer.audit(
                    tx,
                    0,
                    &record.detail("case", case.as_str()).detail("by", "device"),
                )
            })
            .await
    }

    /// "It was not me": the recovered sessions end and the devices registered in them are removed.
    ///
    /// # Errors
    /// As [`App::lift_hold`].
    pub async fn undo_recovery(&self, ctx: &Ctx, case: &CaseId) -> Result<(), Error> {
        let (session, writer, case) = (ctx.root()?.clone(), Writer::of(self, ctx), case.clone());
        self.db()
            .write(move |tx| {
                let lost = decide(tx, &session, &case, writer.now)?.lost;
                let record =
                    Record::new(Event::RecoveryReclaimed, root(&session)).from(&writer.client);
                let mut effects = vec![
                    Effect::Recovery(Box::new(Write::EndRecovered(case.clone()))),
                    Effect::Recovery(Box::new(Write::RemoveDevicesOf(case.clone()))),
                    Effect::Recovery(Box::new(Write::LiftFreeze(session.account.clone()))),
                    Effect::RequirePassword(session.account.clone()),
                    Effect::Audit(Box::new(
                        record.detail("case", case.as_str()).detail("by", "device"),
                    )),
                ];
                effects.extend(
                    lost.into_iter()
                        .map(|d| Effect::Recovery(Box::new(Write::RestoreDevice(d)))),
                );
                writer.apply(tx, &effects).map(drop)
            })
            .await
    }

    /// A saved code that is older than the case lifts the hold of this recovered session.
    ///
    /// # Errors
    /// `GL-SESSION-001`, `GL-REQ-009`. A wrong code is `Ok(Some(refusal))`.
    pub async fn lift_hold_by_code(
        &self,
        ctx: &Ctx,
        typed: &str,
    ) -> Result<Option<Refusal>, Error> {
        let session = ctx.root()?.clone();
        let Origin::Recovered { case } = session.origin.clone() else {
            return Err(Code::OutOfOrder.into());
        };
        let key = facts::saved_code_counter(&session.account, Standing::Known);
        let (gate_key, now) = (key.clone(), ctx.now);
        let before = self
            .db()
            .read(move |tx| crate::sign_in::live_counter(tx, &gate_key, now))
            .await?;
        if let Gate::Wait(until) = before.gate(Standing::Known, now) {
            return Ok(Some(Refusal::new(Code::SavedCodeWait).until(until)));
        }
        let found = crate::saved_code::check(self, ctx, &session.account, typed).await?;
        let writer = Writer::of(self, ctx);
        self.db()
            .write(move |tx| {
                let counter = crate::sign_in::live_counter(tx, &key, writer.now)?;
                let opened_at = store::recovery::find(tx, &case)?.map(|s| s.case.opened_at);
                let right = match (&found, opened_at) {
                    (Some(code), Some(opened)) => {
                        facts::saved_code_unused(tx, code, writer.now)?
                            && store::saved_code::find(tx, code)?
                                .is_some_and(|c| c.made_at < opened)
                            && store::saved_code::use_up(tx, code, writer.now)?
                    }
                    _ => false,
                };
                let record = Record::new(Event::HoldLifted, root(&session)).from(&writer.client);
                let record = record
                    .detail("case", case.as_str())
                    .detail("by", "saved-code");
                if right {
                    store::counter::set(tx, &key, Throttle::default())?;
                    lift(tx, &session.account, &case, writer.now)?;
                    writer.audit(tx, 0, &record)?;
                    return Ok(None);
                }
                let failed = counter.failed(writer.now);
                store::counter::set(tx, &key, failed)?;
                writer.audit(tx, 0, &record.refused(Code::WrongSavedCode))?;
                let refusal = Refusal::new(Code::WrongSavedCode)
                    .at("code")
                    .left(failed.left(Standing::Known));
                Ok(Some(refusal))
            })
            .await
    }
}

fn came_from(session: &Session, id: &CaseId) -> bool {
    matches!(&session.origin, Origin::Recovered { case } if case == id)
}

/// Whether the session was opened with a device that was registered before the case and not out of one.
fn older_device(tx: &mut Tx<'_>, session: &Session, case: &Case) -> Result<bool, Error> {
    let Some(id) = &session.device else {
        return Ok(false);
    };
    let devices = store::device::of_account(tx, &session.account)?;
    let older = devices
        .iter()
        .any(|d| d.id == *id && d.case.is_none() && d.registered_at < case.opened_at);
    Ok(session.mfa_at.is_some() && older)
}

/// The case, if this session may decide about it.
fn decide(tx: &mut Tx<'_>, session: &Session, id: &CaseId, now: Timestamp) -> Result<Case, Error> {
    let stored = store::recovery::lock(tx, id)?.filter(|s| s.case.account == session.account);
    let case = stored.ok_or(Code::CaseClosed)?.case;
    if !matches!(case.status, Status::Completed { .. }) {
        return Err(Code::CaseClosed.into());
    }
    if !older_device(tx, session, &case)? {
        return Err(Code::ProofsMissing.into());
    }
    may_freshly(tx, session, Act::Write, now)?;
    Ok(case)
}

/// Ends the hold by time; that a device must be registered stays.
fn lift(tx: &mut Tx<'_>, account: &AccountId, case: &CaseId, now: Timestamp) -> Result<(), Error> {
    let over = Some(Hold { until: now });
    store::session::hold_by_case(tx, case, over)?;
    store::device::hold_by_case(tx, case, None)?;
    store::account::lift_password_hold(tx, account)?;
    Ok(())
}
