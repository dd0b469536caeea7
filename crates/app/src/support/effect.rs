//! What ends a case: an end without an effect, or its time. And what opens one by itself: a disputed recovery.

use crate::commit::Writer;
use crate::context::Ctx;
use crate::{App, Error, contact};
use domain::audit::{Actor, Event};
use domain::contact::Kind;
use domain::ids::{AccountId, CaseId, SupportId};
use domain::refusal::Code;
use domain::session::{Origin, Session};
use domain::sign_in::Moment;
use domain::support::{Case, Due, EndedBy, KEPT, Lost, Stage};
use store::Tx;

/// Cases that are looked at in one go.
const AT_ONCE: u32 = 32;

impl App {
    /// Does what is due: contacts are replaced, cases that nobody decided about end, old ones are forgotten. The worker's
    /// timer calls it.
    ///
    /// # Errors
    /// Only faults.
    pub async fn sweep_support(&self, ctx: &Ctx) -> Result<(), Error> {
        let (now, writer) = (ctx.now, Writer::of(self, ctx));
        self.db()
            .write(move |tx| {
                for id in store::support::due(tx, now, AT_ONCE)? {
                    let writer = writer.with_dice(writer.dice.derive(id.as_str()));
                    fall_due(tx, &writer, &id)?;
                }
                store::support::clean(tx, now - KEPT, now)?;
                Ok(())
            })
            .await
    }
}

fn fall_due(tx: &mut Tx<'_>, writer: &Writer, id: &SupportId) -> Result<(), Error> {
    let Some(mut case) = store::support::lock(tx, id)? else {
        return Ok(());
    };
    let present = match &case.account {
        Some(account) => present(tx, account, case.asked.lost)?,
        None => None,
    };
    match case.due(present.as_deref(), writer.now) {
        Due::Nothing => Ok(()),
        Due::Replace if contact::replace(tx, writer, &case)? => {
            case.done(writer.now);
            Ok(store::support::put(tx, &case)?)
        }
        Due::Replace | Due::End => close(tx, writer, case, EndedBy::Time, Actor::System),
    }
}

/// The account's contact as it is now.
pub(super) fn present(
    tx: &mut Tx<'_>,
    account: &AccountId,
    lost: Lost,
) -> Result<Option<String>, Error> {
    Ok(match lost {
        Lost::Email | Lost::All => store::account::find(tx, account)?.map(|account| account.email),
        Lost::Phone => {
            let kept = store::contact::find(tx, account, Kind::Phone.into())?;
            kept.map(|kept| kept.present.value)
        }
        Lost::Device => None,
    })
}

/// Whoever signs in with a registered device needs no help: every case about the account ends. Whoever gets back in by a
/// saved code has not lost everything.
pub(crate) fn stop_by_sign_in(
    tx: &mut Tx<'_>,
    writer: &Writer,
    session: &Session,
) -> Result<(), Error> {
    let with_device = session.device.is_some();
    let with_code = match &session.origin {
        Origin::Recovered { case } if !with_device => {
            let found = store::recovery::find(tx, case)?;
            found.is_some_and(|stored| stored.case.saved_code.is_some())
        }
        _ => false,
    };
    if !(with_device || with_code) {
        return Ok(());
    }
    for id in store::support::running(tx, &session.account)? {
        let writer = writer.with_dice(writer.dice.derive(id.as_str()));
        let by = crate::session::root(session);
        let case = store::support::lock(tx, &id)?.filter(|case| case.ends_by_sign_in(with_device));
        if let Some(case) = case {
            close(tx, &writer, case, EndedBy::SignIn, by)?;
        }
    }
    Ok(())
}

/// The holder of a device that a recovery called stolen signed in with it: every contact is told, and operators see a
/// case. Once for each recovery.
pub(crate) fn dispute(
    tx: &mut Tx<'_>,
    writer: &Writer,
    account: &AccountId,
    recovery: &CaseId,
) -> Result<(), Error> {
    if !store::recovery::dispute(tx, recovery, account, writer.now)? {
        return Ok(());
    }
    let account = store::account::find(tx, account)?.ok_or(Error::Fault("a dispute of nobody"))?;
    let at = Moment {
        now: writer.now,
        client: &writer.client,
        locale: account.locale,
        dice: &writer.dice,
    };
    let case = Case::of_dispute(&account, recovery, &at);
    store::support::put(tx, &case)?;
    writer.tell(tx, 503, &account, &case.disputed(&account))?;
    let record = case.record(Event::SupportOpened, Actor::System);
    let record = record.detail("contact", case.asked.lost.key());
    writer.audit(tx, 503, &record.detail("recovery", recovery.as_str()))
}

/// Ends a case without an effect.
pub(super) fn end(
    tx: &mut Tx<'_>,
    writer: &Writer,
    id: &SupportId,
    by: EndedBy,
    actor: Actor,
) -> Result<(), Error> {
    let case = store::support::lock(tx, id)?.ok_or(Code::NoSuchSupport)?;
    close(tx, writer, case, by, actor)
}

/// The same with the case at hand. Whoever was told of it is told that it is over; notices to come are withdrawn.
fn close(
    tx: &mut Tx<'_>,
    writer: &Writer,
    mut case: Case,
    by: EndedBy,
    actor: Actor,
) -> Result<(), Error> {
    let told = matches!(case.stage, Stage::Waits { .. });
    case.end(by, writer.now)?;
    store::support::put(tx, &case)?;
    if let (true, Some(id)) = (told, &case.account) {
        store::outbox::withdraw(tx, case.id.as_str())?;
        if let Some(account) = store::account::find(tx, id)? {
            writer.tell(tx, 502, &account, &case.closed(&account, by))?;
        }
    }
    let record = case.record(Event::SupportEnded, actor);
    let record = match by {
        EndedBy::Time => record,
        _ => record.from(&writer.client),
    };
    writer.audit(tx, 502, &record.detail("by", by.key()))
}
