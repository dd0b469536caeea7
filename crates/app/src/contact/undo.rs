//! Taking a change of a contact back: by the link in the notices, or by root within a session; and the opposite, saying
//! that the former contact is lost.

use super::email::locked;
use super::rules::told;
use super::second;
use crate::commit::Writer;
use crate::context::Ctx;
use crate::link::{self, For};
use crate::session::{may_freshly, root};
use crate::{App, Error};
use domain::account::Account;
use domain::audit::{Actor, Event, Record};
use domain::client::Client;
use domain::contact::{Change, Kind, Stage, UndoneBy};
use domain::ids::{AccountId, ChangeId};
use domain::mail::{MailKind, MailOrder};
use domain::refusal::Code;
use domain::session::{Act, FRESH};
use domain::step::Effect;
use domain::time::Timestamp;
use factors::email::Email;
use store::Tx;
use store::contact;

/// What the page behind a mailed undo link says.
#[derive(Debug, Clone)]
pub struct UndoPage {
    /// The account's number.
    pub account: AccountId,
    /// Which contact was changed.
    pub kind: Kind,
    /// The word for what was changed ([`Change::key`]).
    pub key: &'static str,
    /// Whether there was a contact before, which comes back.
    pub comes_back: bool,
    /// From where the change was asked for.
    pub client: Client,
    /// When it was made.
    pub since: Timestamp,
    /// Until when it can be taken back.
    pub until: Timestamp,
}

impl App {
    /// What an undo link is about.
    ///
    /// # Errors
    /// `GL-LINK-001` when it is unknown, used or over, or the change was taken back already.
    pub async fn look_at_undo(&self, ctx: &Ctx, token: &str) -> Result<UndoPage, Error> {
        let (token, now) = (token.to_owned(), ctx.now);
        self.db()
            .read(move |tx| {
                let link = link::look(tx, For::ContactUndo, &token, now)?;
                let account = link.account.ok_or(Code::LinkOver)?;
                let id: ChangeId = link.subject.parse().map_err(|_| Code::LinkOver)?;
                let change = contact::look_at_changes(tx, &account)?
                    .into_iter()
                    .find(|change| change.id == id)
                    .ok_or(Code::LinkOver)?;
                let until = change.undo_until().filter(|until| now < *until);
                let (Some(until), Stage::Made { since }) = (until, &change.stage) else {
                    return Err(Code::LinkOver.into());
                };
                Ok(UndoPage {
                    account,
                    kind: change.kind,
                    key: change.key(),
                    comes_back: change.former.is_some(),
                    since: *since,
                    client: change.client,
                    until,
                })
            })
            .await
    }

    /// The button behind an undo link. Whoever changed the contact knew the password: every session ends, and a new
    /// password is asked for at the next sign-in.
    ///
    /// # Errors
    /// `GL-LINK-001`.
    pub async fn undo_by_link(&self, ctx: &Ctx, token: &str) -> Result<Kind, Error> {
        let (token, writer) = (token.to_owned(), Writer::of(self, ctx));
        self.db()
            .write(move |tx| {
                let link = link::open(tx, For::ContactUndo, &token, writer.now)?;
                let id = link.account.clone().ok_or(Code::LinkOver)?;
                let change: ChangeId = link.subject.parse().map_err(|_| Code::LinkOver)?;
                let (account, changes) = locked(tx, &id)?;
                let kind = undo(tx, &writer, &account, changes, &change, UndoneBy::Link)?;
                store::link::use_up(tx, &link.id, writer.now)?;
                let record = undone(kind, Actor::Anonymous).about(&id);
                writer.audit(tx, 30, &record.from(&writer.client).detail("by", "link"))?;
                let sessions = [
                    Effect::EndSessions(id.clone()),
                    Effect::RequirePassword(id.clone()),
                ];
                writer.apply(tx, &sessions)?;
                Ok(kind)
            })
            .await
    }

    /// Root takes the last change of a contact back.
    ///
    /// # Errors
    /// `GL-LINK-001` when there is none that can be, `GL-SESSION-001`, `GL-SESSION-002`, `GL-SESSION-003`.
    pub async fn take_change_back(&self, ctx: &Ctx, id: &ChangeId) -> Result<Kind, Error> {
        let (session, writer, id) = (ctx.root()?.clone(), Writer::of(self, ctx), id.clone());
        self.db()
            .write(move |tx| {
                may_freshly(tx, &session, Act::Write, writer.now)?;
                let (account, changes) = locked(tx, &session.account)?;
                let kind = undo(tx, &writer, &account, changes, &id, UndoneBy::Root)?;
                let record = undone(kind, root(&session)).from(&writer.client);
                writer.audit(tx, 30, &record.detail("by", "root"))?;
                Ok(kind)
            })
            .await
    }

    /// Root, with a registered device, says that the former contact is lost: the present one serves at once.
    ///
    /// # Errors
    /// `GL-ACC-010` without a registered device, `GL-LINK-001` when there is no such change, `GL-SESSION-001`,
    /// `GL-SESSION-002`, `GL-SESSION-003`.
    pub async fn former_contact_lost(&self, ctx: &Ctx, id: &ChangeId) -> Result<Kind, Error> {
        let (session, writer, id) = (ctx.root()?.clone(), Writer::of(self, ctx), id.clone());
        self.db()
            .write(move |tx| {
                may_freshly(tx, &session, Act::Write, writer.now)?;
                let by_device = session
                    .mfa_at
                    .is_some_and(|at| writer.now.since(at) < FRESH);
                if !by_device {
                    return Err(Code::DeviceNeeded.into());
                }
                let (account, changes) = locked(tx, &session.account)?;
                let change = changes.iter().find(|change| {
                    change.id == id
                        && change.former.is_some()
                        && matches!(change.stage, Stage::Made { .. })
                });
                let change = change.ok_or(Code::LinkOver)?;
                contact::former_is_lost(tx, &account.id, change.kind.into())?;
                let record = Record::new(Event::FormerContactLost, root(&session));
                let record = record.from(&writer.client);
                writer.audit(tx, 0, &record.detail("contact", change.kind.key()))?;
                Ok(change.kind)
            })
            .await
    }
}

fn undone(kind: Kind, by: Actor) -> Record {
    let event = match kind {
        Kind::Email => Event::EmailUpdateUndone,
        Kind::Phone => Event::PhoneUpdateUndone,
        Kind::SecondEmail | Kind::SecondPhone => Event::SecondContactUndone,
    };
    Record::new(event, by).detail("contact", kind.key())
}

/// Puts the contact of before that change back, gives up what waits, stops the notices and tells everybody.
fn undo(
    tx: &mut Tx<'_>,
    writer: &Writer,
    account: &Account,
    changes: Vec<Change>,
    id: &ChangeId,
    by: UndoneBy,
) -> Result<Kind, Error> {
    let undone = changes.iter().find(|change| change.id == *id);
    let mut change = undone.ok_or(Code::LinkOver)?.clone();
    change.undo(by, writer.now)?;
    contact::put_change(tx, &change)?;
    store::outbox::withdraw(tx, change.id.as_str())?;
    for mut other in changes {
        if matches!(other.stage, Stage::Waiting { .. }) {
            other.stage = Stage::Dropped;
            contact::put_change(tx, &other)?;
            store::outbox::withdraw(tx, other.id.as_str())?;
        }
    }
    let everybody = told(tx, account, writer.now)?;
    match change.kind.second() {
        true => second::undo(tx, &change)?,
        false => put_back(tx, account, &change)?,
    }
    for (index, to) in everybody.iter().enumerate() {
        let notice = MailOrder::new(MailKind::ContactRestored, to, account.locale)
            .account(&account.id)
            .origin(&writer.client, writer.now)
            .fact("contact", change.kind.key());
        writer.mail(tx, 40 + index, &notice)?;
    }
    Ok(change.kind)
}

/// The address or the number of before is the contact again; a first number goes.
fn put_back(tx: &mut Tx<'_>, account: &Account, change: &Change) -> Result<(), Error> {
    let kept = contact::find(tx, &account.id, change.kind.into())?;
    let kept = kept.filter(|kept| kept.present.value == change.value);
    let former = kept.ok_or(Code::LinkOver)?.former;
    match (former, change.kind) {
        (Some(former), Kind::Email) => {
            let email = Email::parse(&former.value)
                .map_err(|_| Error::Fault("a stored address is none"))?;
            let set_at = former.changed_at.unwrap_or(account.created_at);
            let names = (email.shown(), email.key());
            store::account::set_email(tx, &account.id, names, former.proved_at, set_at)?;
            contact::put(tx, &account.id, change.kind.into(), &former, None)?;
        }
        (Some(former), _) => {
            contact::put(tx, &account.id, change.kind.into(), &former, None)?;
        }
        // An address that was never proved does not come back.
        (None, Kind::Email) => return Err(Code::LinkOver.into()),
        (None, _) => contact::remove(tx, &account.id, change.kind.into())?,
    }
    Ok(())
}
