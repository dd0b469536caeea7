//! Registering an MFA device: name, seed, one code that fits, and the first set of saved codes.
//!
//! Until the code fits there is only a flow. *Replace this device* registers the new one and removes the old one in
//! the same transaction (P-13); after a recovery the lost devices are marked to go instead, as long as their holder may
//! still object with them.

use crate::commit::Writer;
use crate::context::Ctx;
use crate::device::{case_behind, lost_devices, name_is_free, remove, tell};
use crate::saved_code::{self, Drawn};
use crate::session::{may_freshly, root};
use crate::sign_in::device_of;
use crate::{App, Error, flow};
use domain::account::MFA_REQUIRED_AFTER;
use domain::audit::{Event, Record};
use domain::device::{Enrolment, Name, free_name, name, room};
use domain::ids::{CaseId, DeviceId, FlowId};
use domain::mail::MailKind;
use domain::recovery::Why;
use domain::refusal::{Code, Refusal};
use domain::secret::Secret;
use domain::session::{Act, Hold, Origin, Session};
use domain::time::Timestamp;
use store::Tx;
use store::device::Device;

const KIND: &str = "enrolment";

/// What is asked for before a device is set up.
#[derive(Debug, Clone)]
pub struct Proposed {
    /// A name that is free.
    pub name: String,
    /// The device that is replaced.
    pub replaces: Option<Device>,
    /// The devices that the recovery behind this session put out of use and that the new one replaces.
    pub lost: Vec<Device>,
    /// Whether that recovery was told that they were stolen.
    pub stolen: bool,
    /// Whether MFA has become compulsory for this account.
    pub required: bool,
}

/// A device that is being set up, as its page shows it.
#[derive(Debug)]
pub struct Setting {
    /// What it will be called.
    pub name: String,
    /// The address in the QR code.
    pub uri: Secret<String>,
    /// The same seed for typing, in groups of four.
    pub key: Secret<String>,
    /// The name of the device it replaces.
    pub replaces: Option<String>,
}

/// What came of the code that a new device showed.
#[derive(Debug)]
pub enum Assigned {
    /// Registered. If saved codes were made with it, the flow that shows them.
    Registered {
        /// The flow.
        saved_codes: Option<FlowId>,
    },
    /// It does not fit; nothing was made.
    Refused(Refusal),
}

impl App {
    /// What registering, or replacing that device, would do.
    ///
    /// # Errors
    /// `GL-SESSION-001` to `-003`, `GL-MFA-004` when there are eight, `GL-MFA-005`.
    pub async fn propose_device(
        &self,
        ctx: &Ctx,
        replaces: Option<&DeviceId>,
        base: &str,
    ) -> Result<Proposed, Error> {
        let (session, now) = (ctx.root()?.clone(), ctx.now);
        let (replaces, base) = (replaces.cloned(), base.to_owned());
        self.db()
            .read(move |tx| {
                may_register(tx, &session, replaces.as_ref(), now)?;
                let account =
                    store::account::find(tx, &session.account)?.ok_or(Code::SignInNeeded)?;
                let devices = store::device::of_account(tx, &session.account)?;
                let case = case_behind(tx, &session)?;
                let lost = |id: &DeviceId| case.as_ref().is_some_and(|c| c.lost.contains(id));
                let replaced = devices.iter().find(|d| Some(&d.id) == replaces.as_ref());
                let taken: Vec<&str> = devices.iter().map(|d| d.name.as_str()).collect();
                let due = account.created_at + MFA_REQUIRED_AFTER;
                Ok(Proposed {
                    name: match replaced {
                        Some(device) => device.name.clone(),
                        None => free_name(&base, &taken),
                    },
                    replaces: replaced.cloned(),
                    required: devices.is_empty() && now >= due,
                    stolen: case.as_ref().is_some_and(|c| c.why == Why::Stolen),
                    lost: devices
                        .into_iter()
                        .filter(|d| d.suspended(now) && lost(&d.id))
                        .collect(),
                })
            })
            .await
    }

    /// Begins to register a device, or to replace one. In a session that came out of a recovery the new device takes
    /// the place of the lost ones.
    ///
    /// # Errors
    /// `GL-SESSION-001` to `-003`, `GL-MFA-004` when there are eight, `GL-MFA-005`, `GL-MFA-006`.
    pub async fn begin_enrolment(
        &self,
        ctx: &Ctx,
        typed: &str,
        replaces: Option<&DeviceId>,
    ) -> Result<FlowId, Error> {
        let (session, ctx) = (ctx.root()?.clone(), ctx.clone());
        let (named, replaces) = (name(typed)?, replaces.cloned());
        self.db()
            .write(move |tx| {
                may_register(tx, &session, replaces.as_ref(), ctx.now)?;
                name_is_free(tx, &session, &named.key, replaces.as_ref())?;
                let mut enrolment = Enrolment::begin(
                    session.account.clone(),
                    session.id.clone(),
                    named.shown.clone(),
                    ctx.dice.bytes("seed"),
                );
                enrolment.removes_lost = !lost_devices(tx, &session)?.is_empty();
                enrolment.replaces = replaces.clone();
                flow::begin_in(tx, &ctx, KIND, &enrolment)
            })
            .await
    }

    /// What the page of a device being set up shows.
    ///
    /// # Errors
    /// `GL-SESSION-001`, `GL-SIGNIN-001` when it is over or another session's.
    pub async fn look_at_enrolment(&self, ctx: &Ctx, id: &FlowId) -> Result<Setting, Error> {
        let session = ctx.root()?.clone();
        let enrolment = ours(flow::look(self, ctx, KIND, id).await?, &session)?;
        let (account, devices) = self.my_account(ctx).await?;
        let label = format!("{} ({})", account.email, enrolment.name);
        let seed = enrolment.seed();
        let replaced = devices
            .iter()
            .find(|d| Some(&d.id) == enrolment.replaces.as_ref());
        Ok(Setting {
            uri: Secret::new(seed.otpauth_uri(&self.settings().name, &label).to_string()),
            key: Secret::new(seed.to_groups().to_string()),
            replaces: replaced.map(|d| d.name.clone()),
            name: enrolment.name.clone(),
        })
    }

    /// *Assign MFA*: registers the device if the code is the one it shows now (P-20). The code is used up. With the
    /// first device come the saved codes.
    ///
    /// # Errors
    /// `GL-SESSION-001` to `-003`, `GL-SIGNIN-001`, `GL-MFA-004` to `-006`, `GL-REQ-009`.
    pub async fn assign_device(
        &self,
        ctx: &Ctx,
        id: &FlowId,
        typed: &str,
    ) -> Result<Assigned, Error> {
        let session = ctx.root()?.clone();
        let mut first_look: Enrolment = ours(flow::look(self, ctx, KIND, id).await?, &session)?;
        // Hashing ten codes is dear: only for a code that fits, and an account that has none.
        let codes = match first_look.offer(typed, ctx.now) {
            Ok(_) => self.first_saved_codes(ctx, &session).await?,
            Err(_) => None,
        };
        let (writer, ctx, id) = (Writer::of(self, ctx), ctx.clone(), id.clone());
        let typed = Secret::new(typed.to_owned());
        self.db()
            .write(move |tx| {
                let mut enrolment: Enrolment = ours(flow::lock(tx, &ctx, KIND, &id)?, &session)?;
                may_register(tx, &session, enrolment.replaces.as_ref(), ctx.now)?;
                let step = match enrolment.offer(typed.expose(), ctx.now) {
                    Ok(step) => step,
                    Err(refusal) => {
                        flow::save(tx, &ctx, &id, &enrolment)?;
                        return Ok(Assigned::Refused(refusal));
                    }
                };
                let device = register(tx, &writer, &session, &enrolment)?;
                store::device::burn(tx, &device.id, step.number())?;
                store::flow::end(tx, &id)?;
                let saved_codes = match &codes {
                    Some(drawn) => saved_code::keep_first(tx, &ctx, &writer, &session, drawn)?,
                    None => None,
                };
                Ok(Assigned::Registered { saved_codes })
            })
            .await
    }

    async fn first_saved_codes(
        &self,
        ctx: &Ctx,
        session: &Session,
    ) -> Result<Option<Drawn>, Error> {
        let account = session.account.clone();
        let on_file = self
            .db()
            .read(move |tx| store::saved_code::of_account(tx, &account).map_err(Error::from))
            .await?;
        if on_file.is_empty() {
            saved_code::draw_set(self, ctx).await.map(Some)
        } else {
            Ok(None)
        }
    }
}

/// The enrolment, if this session began it.
fn ours(enrolment: Enrolment, session: &Session) -> Result<Enrolment, Error> {
    if enrolment.session == session.id {
        Ok(enrolment)
    } else {
        Err(Code::FlowOver.into())
    }
}

/// May this session register one more device, or put one in the place of another? A held session registers one.
fn may_register(
    tx: &mut Tx<'_>,
    session: &Session,
    replaces: Option<&DeviceId>,
    now: Timestamp,
) -> Result<(), Error> {
    let devices = store::device::of_account(tx, &session.account)?;
    let in_use: Vec<&Device> = devices.iter().filter(|d| !d.suspended(now)).collect();
    let act = match replaces {
        Some(_) => Act::Write,
        None => Act::RegisterDevice,
    };
    may_freshly(tx, session, act, now)?;
    if let Some(id) = replaces {
        let device = device_of(tx, &session.account, id)?;
        // One that is out of use is not there to be replaced: its holder may still object with it.
        return match device.suspended(now) {
            true => Err(Code::DeviceSuspended.into()),
            false => Ok(()),
        };
    }
    let made_here = in_use.iter().find_map(|d| d.held(now));
    if let (Some(hold), true) = (made_here, session.held(now, !in_use.is_empty())) {
        return Err(Refusal::new(Code::SessionHeld).until(hold.until).into());
    }
    // Those that are to go for good leave room for the new one.
    let going = store::recovery::suspensions(tx, &session.account)?;
    let lost = lost_devices(tx, session)?;
    let goes = |d: &&Device| {
        lost.contains(&d.id)
            || going
                .iter()
                .any(|s| s.device == d.id && (s.remove || s.stolen))
    };
    let staying = devices
        .iter()
        .filter(|d| !(d.suspended(now) && goes(d)))
        .count();
    Ok(room(staying)?)
}

/// Writes the device, and removes what it replaces.
fn register(
    tx: &mut Tx<'_>,
    writer: &Writer,
    session: &Session,
    enrolment: &Enrolment,
) -> Result<Device, Error> {
    let Name { shown, key } = name(&enrolment.name)?;
    let (hold, case) = carried(session, writer.now);
    let device = Device {
        id: DeviceId::draw(&writer.dice, ""),
        account: session.account.clone(),
        name: shown,
        offset_steps: 0,
        registered_at: writer.now,
        last_used_at: None,
        suspended_until: None,
        hold,
        case,
    };
    let mut session = session.clone();
    if let Some(old) = &enrolment.replaces {
        let old = device_of(tx, &session.account, old)?;
        remove(tx, &mut session, &old.id, Some(&device.id), &writer.dice)?;
        let record = Record::new(Event::DeactivateMFADevice, root(&session));
        let record = record
            .detail("device", old.id.as_str())
            .detail("replaced_by", device.id.as_str());
        tell(
            tx,
            writer,
            &session,
            record,
            (MailKind::DeviceRemoved, &old.name),
        )?;
    }
    if enrolment.removes_lost {
        for lost in lost_devices(tx, &session)? {
            store::recovery::remove_later(tx, &session.account, &lost)?;
        }
    }
    name_is_free(tx, &session, &key, None)?;
    store::device::insert(tx, &device, &key, enrolment.seed().as_bytes())?;
    let record = Record::new(Event::EnableMFADevice, root(&session));
    let record = record.detail("device", device.id.as_str());
    tell(
        tx,
        writer,
        &session,
        record,
        (MailKind::DeviceAdded, &device.name),
    )?;
    Ok(device)
}

/// What a device registered in this session carries: the hold, as long as it runs, and the recovery behind it.
fn carried(session: &Session, now: Timestamp) -> (Option<Hold>, Option<CaseId>) {
    let case = match &session.origin {
        Origin::Recovered { case } => Some(case.clone()),
        Origin::SignIn => None,
    };
    (session.hold.filter(|hold| hold.until > now), case)
}
