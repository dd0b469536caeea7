//! What the owner of an account had better do: read from what is on file, and put off for a while.

use crate::commit::Writer;
use crate::context::Ctx;
use crate::device::exposed;
use crate::drill::is_due;
use crate::recovery::ways;
use crate::saved_code;
use crate::session::{may, root};
use crate::{App, Error};
use domain::account::Account;
use domain::audit::{Event, Record};
use domain::contact::Change;
use domain::ids::AccountId;
use domain::nudge::{COUNTED, Device, Facts, Nudge, PUT_OFF, nudges};
use domain::recovery::Ways;
use domain::recovery_contact::way_from;
use domain::refusal::Code;
use domain::session::{Act, Origin, Session};
use domain::time::Timestamp;
use store::Tx;
use store::contact::{self, Kind};

/// What console home shows.
#[derive(Debug, Clone)]
pub struct Home {
    /// The account.
    pub account: Account,
    /// The changes of contacts that are told of, oldest first.
    pub changes: Vec<Change>,
    /// Whether there was a recovery lately.
    pub recovered: bool,
    /// What to do.
    pub advice: Advice,
}

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
    /// What console home shows.
    ///
    /// # Errors
    /// `GL-SESSION-001` when nobody is signed in.
    pub async fn console_home(&self, ctx: &Ctx) -> Result<Home, Error> {
        let (session, now) = (ctx.root()?.clone(), ctx.now);
        let ways = ways(self.settings());
        self.db()
            .read(move |tx| {
                let id = &session.account;
                let account = store::account::find(tx, id)?.ok_or(Code::SignInNeeded)?;
                let mut changes = contact::look_at_changes(tx, id)?;
                changes.retain(|change| change.shown(now));
                Ok(Home {
                    advice: advice(tx, (&session, &account), ways, now)?,
                    recovered: !store::recovery::completed(tx, id)?.is_empty(),
                    changes,
                    account,
                })
            })
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
        let (session, writer) = (ctx.root()?.clone(), Writer::of(self, ctx));
        let ways = ways(self.settings());
        self.db()
            .write(move |tx| {
                may(tx, &session, Act::Write, writer.now)?;
                let id = &session.account;
                let account = store::account::find(tx, id)?.ok_or(Code::SignInNeeded)?;
                let advice = advice(tx, (&session, &account), ways, writer.now)?;
                if !advice.due.contains(&nudge) {
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
    (session, account): (&Session, &Account),
    ways: Ways,
    now: Timestamp,
) -> Result<Advice, Error> {
    let facts = facts(tx, (session, account), ways, now)?;
    let all = nudges(&facts, now);
    let put_off = store::nudge::of_account(tx, &account.id, now)?;
    let waits = |nudge: Nudge| put_off.iter().find(|(put, _)| *put == nudge).copied();
    let times = (now - COUNTED, session.opened_at);
    let (sign_ins, before) = store::audit::sign_ins(tx, &account.id, times)?;
    Ok(Advice {
        due: all
            .iter()
            .copied()
            .filter(|n| waits(*n).is_none())
            .collect(),
        later: all.iter().filter_map(|n| waits(*n)).collect(),
        sign_ins: u64::try_from(sign_ins).unwrap_or(0),
        before,
        facts,
    })
}

fn facts(
    tx: &mut Tx<'_>,
    (session, account): (&Session, &Account),
    ways: Ways,
    now: Timestamp,
) -> Result<Facts, Error> {
    let id = &account.id;
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
        shown |= stored.is_some_and(|stored| exposed(&stored.case, account));
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
        calls: ways.calls,
        few_contacts: few_contacts(tx, id, ways)?,
        rehearse: is_due(tx, account, ways, now)?,
    })
}

/// Whether recovery contacts were begun and would serve here, but not yet lead back in: two must have accepted.
fn few_contacts(tx: &mut Tx<'_>, id: &AccountId, ways: Ways) -> Result<bool, Error> {
    let people = store::recovery_contact::of_account(tx, id)?;
    Ok(ways.mail_and_contacts && !people.is_empty() && way_from(&people).is_none())
}
