//! MFA devices of the root user: what is on file, and renaming, removing and resynchronizing them.
//!
//! Every change asks for fresh proof, is told to the account's address and written to the audit log (R-MFA-17).

use crate::api::session_token;
use crate::commit::Writer;
use crate::context::Ctx;
use crate::session::{may_freshly, root, shut};
use crate::sign_in::{device_of, factor_counter, live_counter, standing};
use crate::{App, Error, saved_code};
use domain::account::{Account, MFA_REQUIRED_AFTER};
use domain::audit::{Actor, Event, Record};
use domain::device::notice;
use domain::dice::Dice;
use domain::ids::{AccountId, DeviceId};
use domain::mail::MailKind;
use domain::recovery::{Case, Status};
use domain::refusal::{Code, Refusal};
use domain::session::{Act, Origin, Session};
use domain::throttle::Throttle;
use domain::time::Timestamp;
use factors::totp;
use store::Tx;
pub use store::device::Device;

/// Everything on the page *Security credentials*.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The account.
    pub account: Account,
    /// Its devices, oldest first.
    pub devices: Vec<Listed>,
    /// Its living sessions, latest first.
    pub sessions: Vec<Session>,
    /// Its saved codes.
    pub saved_codes: saved_code::Summary,
    /// Until when the session is held, if it is. The hold ends with that time *and* a registered device.
    pub held_until: Option<Timestamp>,
    /// Whether the session came out of a recovery, and a device is still to be registered in it.
    pub replaces_lost: bool,
    /// Whether a new password is advised: somebody else may have the lost device, and the new one is registered (R-REC-30).
    pub password_advised: bool,
    /// When MFA becomes compulsory, while there is none.
    pub mfa_due: Option<Timestamp>,
}

/// A device in the list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The device.
    pub device: Device,
    /// Whether it was put out of use by the recovery that this session came out of.
    pub lost: bool,
    /// Whether a recovery was told that it was stolen.
    pub stolen: bool,
    /// When it goes for good, if that was ordered.
    pub goes_at: Option<Timestamp>,
}

impl App {
    /// What *Security credentials* shows.
    ///
    /// # Errors
    /// `GL-SESSION-001` when nobody is signed in.
    pub async fn security_credentials(&self, ctx: &Ctx) -> Result<Credentials, Error> {
        let (session, now) = (ctx.root()?.clone(), ctx.now);
        self.db()
            .read(move |tx| {
                let account =
                    store::account::find(tx, &session.account)?.ok_or(Code::SignInNeeded)?;
                let devices = listed(tx, &session, now)?;
                let mut sessions = store::session::of_account(tx, &session.account)?;
                sessions.retain(|s| s.alive(now));
                let in_use = devices.iter().any(|d| !d.device.suspended(now));
                let held = session.held(now, in_use);
                let recovered = matches!(session.origin, Origin::Recovered { .. });
                let case = case_behind(tx, &session)?;
                let due = account.created_at + MFA_REQUIRED_AFTER;
                Ok(Credentials {
                    saved_codes: saved_code::summary(tx, &session.account, now)?,
                    held_until: session.hold.filter(|_| held).map(|hold| hold.until),
                    replaces_lost: recovered && !in_use,
                    password_advised: in_use && case.is_some_and(|c| exposed(&c, &account)),
                    mfa_due: devices.is_empty().then_some(due),
                    account,
                    devices,
                    sessions,
                })
            })
            .await
    }

    /// One device of the account.
    ///
    /// # Errors
    /// `GL-SESSION-001`, `GL-MFA-005`.
    pub async fn my_device(&self, ctx: &Ctx, id: &DeviceId) -> Result<Listed, Error> {
        let (session, now, id) = (ctx.root()?.clone(), ctx.now, id.clone());
        self.db()
            .read(move |tx| {
                let mut all = listed(tx, &session, now)?.into_iter();
                all.find(|listed| listed.device.id == id)
                    .ok_or_else(|| Code::NoSuchDevice.into())
            })
            .await
    }

    /// Gives a device another name.
    ///
    /// # Errors
    /// `GL-SESSION-001` to `-003`, `GL-MFA-005`, `GL-MFA-006` when the name is taken or none.
    pub async fn rename_device(&self, ctx: &Ctx, id: &DeviceId, typed: &str) -> Result<(), Error> {
        let (session, writer) = (ctx.root()?.clone(), Writer::of(self, ctx));
        let (id, name) = (id.clone(), domain::device::name(typed)?);
        self.db()
            .write(move |tx| {
                may_freshly(tx, &session, Act::Write, writer.now)?;
                let device = device_of(tx, &session.account, &id)?;
                name_is_free(tx, &session, &name.key, Some(&id))?;
                store::device::rename(tx, &session.account, &id, &name.shown, &name.key)?;
                let record = Record::new(Event::RenameMFADevice, root(&session));
                let record = record.detail("device", id.as_str());
                tell(
                    tx,
                    &writer,
                    &session,
                    record.detail("from", device.name),
                    (MailKind::DeviceRenamed, &name.shown),
                )
            })
            .await
    }

    /// Removes a device. What it opened ends, but for this session, which loses its claim to MFA. One that a recovery
    /// put out of use goes only when its holder can no longer object with it; the answer is then the time.
    ///
    /// # Errors
    /// `GL-SESSION-001` to `-003`, `GL-MFA-005`.
    pub async fn remove_device(
        &self,
        ctx: &Ctx,
        id: &DeviceId,
    ) -> Result<Option<Timestamp>, Error> {
        let (session, writer, id) = (ctx.root()?.clone(), Writer::of(self, ctx), id.clone());
        self.db()
            .write(move |tx| {
                may_freshly(tx, &session, Act::Write, writer.now)?;
                let device = device_of(tx, &session.account, &id)?;
                let record = Record::new(Event::DeactivateMFADevice, root(&session));
                let record = record.detail("device", id.as_str());
                if store::recovery::remove_later(tx, &session.account, &id)? {
                    let at = device.suspended_until.unwrap_or(writer.now);
                    let record = record.detail("at", at.millis().to_string());
                    writer.audit(tx, 0, &record.from(&writer.client))?;
                    return Ok(Some(at));
                }
                let mut session = session.clone();
                remove(tx, &mut session, &id, None, &writer.dice)?;
                tell(
                    tx,
                    &writer,
                    &session,
                    record,
                    (MailKind::DeviceRemoved, &device.name),
                )?;
                Ok(None)
            })
            .await
    }

    /// Finds the error of a device's clock from two codes that follow one another, and keeps it (R-MFA-05, R-MFA-14).
    /// The search goes far only in a session that was itself opened or proved by a device.
    ///
    /// # Errors
    /// `GL-SESSION-001` to `-003`, `GL-MFA-005`, `GL-MFA-008`. Codes that do not follow are `Ok(Some(refusal))`, since
    /// the failure is counted.
    pub async fn resync_device(
        &self,
        ctx: &Ctx,
        id: &DeviceId,
        first: &str,
        second: &str,
    ) -> Result<Option<Refusal>, Error> {
        let (session, writer, id) = (ctx.root()?.clone(), Writer::of(self, ctx), id.clone());
        let codes = totp::Code::parse(first).zip(totp::Code::parse(second));
        self.db()
            .write(move |tx| {
                may_freshly(tx, &session, Act::Write, writer.now)?;
                let device = device_of(tx, &session.account, &id)?;
                if device.suspended(writer.now) {
                    return Err(Code::DeviceSuspended.into());
                }
                let standing = standing(tx, &session.account, writer.known, writer.now)?;
                let key = factor_counter(&id, standing);
                let counter = live_counter(tx, &key, writer.now)?;
                if let Some(until) = shut(&counter, standing, writer.now) {
                    return Ok(Some(Refusal::new(Code::DeviceWait).until(until)));
                }
                let bound = match session.mfa_at {
                    Some(_) => totp::RESYNC_BOUND_STEPS,
                    None => totp::DRIFT_BOUND_STEPS,
                };
                let record = Record::new(Event::ResyncMFADevice, root(&session));
                let record = record.detail("device", id.as_str());
                let Some(offset) = clock_error(tx, &id, codes, bound, writer.now)? else {
                    let code = Code::CodesDoNotFollow;
                    let failed = counter.failed(writer.now);
                    store::counter::set(tx, &key, failed)?;
                    writer.audit(tx, 0, &record.from(&writer.client).refused(code))?;
                    let refusal = Refusal::new(code).at("second");
                    return Ok(Some(refusal.left(failed.left(standing))));
                };
                store::counter::set(tx, &key, Throttle::default())?;
                store::device::set_offset(tx, &id, offset.steps())?;
                let record = record.detail("seconds", offset.seconds().to_string());
                tell(
                    tx,
                    &writer,
                    &session,
                    record,
                    (MailKind::DeviceResynced, &device.name),
                )?;
                Ok(None)
            })
            .await
    }
}

/// The clock error that two codes tell, if neither was seen before. Both are seen from now on.
fn clock_error(
    tx: &mut Tx<'_>,
    id: &DeviceId,
    codes: Option<(totp::Code, totp::Code)>,
    bound: u16,
    now: Timestamp,
) -> Result<Option<totp::Offset>, Error> {
    let seed = seed_of(tx, id)?;
    let found = codes.and_then(|(a, b)| totp::resync(&seed, a, b, now.millis(), bound));
    let Some(offset) = found else {
        return Ok(None);
    };
    let second = offset.step_at(now.millis());
    let first = store::device::burn(tx, id, second.plus(-1).number())?;
    let second = store::device::burn(tx, id, second.number())?;
    Ok((first && second).then_some(offset))
}

/// The seed of a device.
pub(crate) fn seed_of(tx: &mut Tx<'_>, id: &DeviceId) -> Result<totp::Seed, Error> {
    let seed = store::device::seed(tx, id)?;
    totp::Seed::from_slice(seed.expose()).ok_or(Error::Fault("a seed of the wrong length"))
}

fn listed(tx: &mut Tx<'_>, session: &Session, now: Timestamp) -> Result<Vec<Listed>, Error> {
    let suspensions = store::recovery::suspensions(tx, &session.account)?;
    let lost = lost_devices(tx, session)?;
    let devices = store::device::of_account(tx, &session.account)?;
    Ok(devices
        .into_iter()
        .map(|device| {
            let known = suspensions.iter().find(|s| s.device == device.id);
            Listed {
                lost: device.suspended(now) && lost.contains(&device.id),
                stolen: known.is_some_and(|s| s.stolen),
                goes_at: known.filter(|s| s.remove).map(|s| s.until),
                device,
            }
        })
        .collect())
}

/// Whether the password is still the one from before a recovery after which a new one is advised.
pub(crate) fn exposed(case: &Case, account: &Account) -> bool {
    let Status::Completed { at } = case.status else {
        return false;
    };
    let unchanged = account.password.is_some_and(|p| p.set_at <= at);
    unchanged && case.why.advises_new_password()
}

/// The recovery behind this session.
pub(crate) fn case_behind(tx: &mut Tx<'_>, session: &Session) -> Result<Option<Case>, Error> {
    let Origin::Recovered { case } = &session.origin else {
        return Ok(None);
    };
    Ok(store::recovery::find(tx, case)?.map(|stored| stored.case))
}

/// The devices that the recovery behind this session put out of use.
pub(crate) fn lost_devices(tx: &mut Tx<'_>, session: &Session) -> Result<Vec<DeviceId>, Error> {
    Ok(case_behind(tx, session)?
        .map(|case| case.lost)
        .unwrap_or_default())
}

/// # Errors
/// `GL-MFA-006` when another device of the account is called so.
pub(crate) fn name_is_free(
    tx: &mut Tx<'_>,
    session: &Session,
    key: &str,
    except: Option<&DeviceId>,
) -> Result<(), Error> {
    let devices = store::device::of_account(tx, &session.account)?;
    let mut others = devices.iter().filter(|d| Some(&d.id) != except);
    if others.any(|d| d.name.to_lowercase() == key) {
        return Err(Refusal::new(Code::BadDeviceName).at("name").into());
    }
    Ok(())
}

/// Removes a device and what it opened. This session stays: it stands on `next` from now on, or claims no MFA.
pub(crate) fn remove(
    tx: &mut Tx<'_>,
    session: &mut Session,
    id: &DeviceId,
    next: Option<&DeviceId>,
    dice: &Dice,
) -> Result<(), Error> {
    if session.device.as_ref() == Some(id) {
        session.mfa_at = session.mfa_at.filter(|_| next.is_some());
        session.device = next.cloned();
        store::session::claim(tx, &session.id, next, session.mfa_at)?;
    }
    store::session::end_by_device(tx, &session.account, id)?;
    store::device::remove(tx, &session.account, id)?;
    session_token::end_device(tx, id.as_str(), dice)?;
    store::recovery::forget_suspension(tx, id)?;
    Ok(())
}

/// Writes the record of a change to a device, and tells the account's address.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    writer: &Writer,
    session: &Session,
    record: Record,
    (kind, device): (MailKind, &str),
) -> Result<(), Error> {
    let index = kind as usize;
    writer.audit(tx, index, &record.from(&writer.client))?;
    let account = store::account::find(tx, &session.account)?.ok_or(Code::SignInNeeded)?;
    let notice = notice(kind, &account, device).origin(&writer.client, writer.now);
    writer.tell(tx, index, &account, &notice)
}

/// Removes a device that a recovery put out of use, once its time is over and the person ordered it so.
pub(crate) fn drop_lost(
    tx: &mut Tx<'_>,
    writer: &Writer,
    account: &AccountId,
    id: &DeviceId,
) -> Result<(), Error> {
    let device = store::device::find(tx, id)?;
    store::session::end_by_device(tx, account, id)?;
    store::device::remove(tx, account, id)?;
    session_token::end_device(tx, id.as_str(), &writer.dice)?;
    store::recovery::forget_suspension(tx, id)?;
    let (Some(device), Some(account)) = (device, store::account::find(tx, account)?) else {
        return Ok(());
    };
    let record = Record::new(Event::DeactivateMFADevice, Actor::System).about(&account.id);
    writer.audit(tx, 0, &record.detail("device", id.as_str()))?;
    let notice = notice(MailKind::DeviceRemoved, &account, &device.name);
    writer.tell(tx, 0, &account, &notice)
}
