//! What the owner of an account had better do: read from what is on file, and put off for a while.

use crate::commit::Writer;
use crate::context::Ctx;
use crate::device::exposed;
use crate::drill::is_due;
use crate::recovery::Gather;
use crate::saved_code;
use crate::session::{may, root};
use crate::{App, Error};
use domain::audit::{Event, Record};
use domain::ids::AccountId;
use domain::nudge::{COUNTED, Device, Facts, Nudge, PUT_OFF, nudges};
use domain::recovery_contact::way_from;
use domain::refusal::Code;
use domain::session::{Act, Origin, Session};
use domain::time::Timestamp;
use store::Tx;
use store::contact::{self, Kind};

/// What console home advises.
#[derive(Debug, Clone)]
pub struct Advice {
    /// What is on file.
    pub facts: Facts,
    /// What to do, most urgent first.
    pub due: Vec<Nudge>,
    /// What was put off, and until when.
    pub later: Vec<(Nudge, Timestamp)>,
    /// Sign-ins of the root user in the last days, this one too.
    pub sign_ins: u64,
    /// The last one before this session.
    pub before: Option<Timestamp>,
}

impl App {
    /// What there is to do for the account of the session.
    ///
    /// # Errors
    /// `GL-SESSION-001` when nobody is signed in.
    pub async fn advice(&self, ctx: &Ctx) -> Result<Advice, Error> {
        let (session, now, gather) = (ctx.root()?.clone(), ctx.now, Gather::of(self));
        self.db()
            .read(move |tx| advice(tx, &session, &gather, now))
            .await
    }

    /// Puts a nudge off, if it is there and can wait.
    ///
    /// # Errors
    /// `GL-SESSION-001`, `GL-SESSION-003` while held, `GL-SIGNIN-009` for one that cannot wait.
    pub async fn put_off(&self, ctx: &Ctx, nudge: Nudge) -> Result<(), Error> {
        if !nudge.can_wait() {
            return Err(Code::OutOfOrder.into());
        }
        let (session, writer, gather) =
            (ctx.root()?.clone(), Writer::of(self, ctx), Gather::of(self));
        self.db()
            .write(move |tx| {
                may(tx, &session, Act::Write, writer.now)?;
                if !advice(tx, &session, &gather, writer.now)?
                    .due
                    .contains(&nudge)
                {
                    return Ok(());
                }
                let until = writer.now + PUT_OFF;
                store::nudge::put_off(tx, &session.account, nudge, until)?;
                let record = Record::new(Event::AdvicePutOff, root(&session)).from(&writer.client);
                writer.audit(tx, 0, &record.detail("advice", nudge.key()))
            })
            .await
    }
}

fn advice(
    tx: &mut Tx<'_>,
    session: &Session,
    gather: &Gather,
    now: Timestamp,
) -> Result<Advice, Error> {
    let facts = facts(tx, session, gather, now)?;
    let all = nudges(&facts, now);
    let put_off = store::nudge::of_account(tx, &session.account, now)?;
    let waits = |nudge: Nudge| put_off.iter().find(|(put, _)| *put == nudge).copied();
    let sign_ins = store::audit::sign_ins(tx, &session.account, now - COUNTED)?;
    Ok(Advice {
        due: all
            .iter()
            .copied()
            .filter(|n| waits(*n).is_none())
            .collect(),
        later: all.iter().filter_map(|n| waits(*n)).collect(),
        sign_ins: u64::try_from(sign_ins.len()).unwrap_or(u64::MAX),
        before: sign_ins.into_iter().find(|at| *at < session.opened_at),
        facts,
    })
}

fn facts(
    tx: &mut Tx<'_>,
    session: &Session,
    gather: &Gather,
    now: Timestamp,
) -> Result<Facts, Error> {
    let id = &session.account;
    let account = store::account::find(tx, id)?.ok_or(Code::SignInNeeded)?;
    let mut devices = store::device::of_account(tx, id)?;
    devices.retain(|device| !device.suspended(now));
    let devices: Vec<Device> = devices
        .into_iter()
        .map(|device| Device {
            used_at: device.last_used_at.unwrap_or(device.registered_at),
            id: device.id,
            name: device.name,
        })
        .collect();
    let mut shown = false;
    for case in store::recovery::completed(tx, id)? {
        let stored = store::recovery::find(tx, &case)?;
        shown |= stored.is_some_and(|stored| exposed(&stored.case, &account));
    }
    let codes = saved_code::summary(tx, id, now)?;
    let phone = contact::find(tx, id, Kind::Phone)?;
    Ok(Facts {
        exposed: shown && !devices.is_empty(),
        held: session.held(now, !devices.is_empty()),
        devices,
        may_try: session.origin == Origin::SignIn,
        codes: codes.left + codes.held,
        email_proved_at: account.email_proved_at,
        phone: phone.map(|kept| kept.present.proved_at),
        calls: gather.calls(),
        few_contacts: few_contacts(tx, id, gather)?,
        rehearse: is_due(gather, tx, id, now)?,
    })
}

/// Whether recovery contacts were begun and would serve here, but not yet lead back in: two must have accepted.
fn few_contacts(tx: &mut Tx<'_>, id: &AccountId, gather: &Gather) -> Result<bool, Error> {
    let people = store::recovery_contact::of_account(tx, id)?;
    Ok(gather.contacts() && !people.is_empty() && way_from(&people).is_none())
}
