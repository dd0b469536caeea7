//! Another address for the root user: named, proved by a code that is mailed to it, and only then the contact.
//!
//! An address that has an account already is not told apart: its owner is mailed instead, and no code ever fits.

use super::rules::{self, email_is_free, told};
use super::second;
use crate::budget::{self, About};
use crate::commit::Writer;
use crate::context::Ctx;
use crate::session::{may, may_freshly, root};
use crate::sign_in::{draw_mail_code, mail_code_hmac};
use crate::{App, Error};
use domain::account::Account;
use domain::audit::{Event, Record};
use domain::contact::{Change, Kind, Stage, may_change};
use domain::ids::AccountId;
use domain::mail::{MailKind, MailOrder};
use domain::refusal::{Code, Refusal};
use domain::session::{Act, Session};
use domain::step::CounterKey;
use domain::time::{Span, Timestamp};
use factors::email::Email;
use factors::keypad;
use store::Tx;
use store::contact::{self, Held};

/// Codes that an account may have mailed in an hour: to new addresses, and in rehearsals.
const CODES_PER_HOUR: u32 = 10;

impl App {
    /// Another address was named, or a second one: a code is mailed to it. The present one named again is only proved anew
    /// (P-12).
    ///
    /// # Errors
    /// `GL-SIGNIN-006`, `GL-ACC-003`, `GL-CON-001`, `GL-CON-002`, `GL-SIGNIN-012`, `GL-SESSION-001`, `GL-SESSION-002`, `GL-SESSION-003`.
    pub async fn change_email(&self, ctx: &Ctx, kind: Kind, typed: &str) -> Result<(), Error> {
        let email = Email::parse(typed).map_err(|_| Refusal::new(Code::NotAnEmail).at("email"))?;
        let (session, owned, writer) = (ctx.root()?.clone(), ctx.clone(), Writer::of(self, ctx));
        self.db()
            .write(move |tx| {
                may_freshly(tx, &session, Act::Write, owned.now)?;
                let (account, changes) = locked(tx, &session.account)?;
                rules::not_locked(tx, &account.id, kind, owned.now)?;
                may_change(&changes, kind, false, owned.now)?;
                apart(tx, &account, kind, &email)?;
                rules::correct(tx, changes, kind, owned.now)?;
                let (taken, about) = taken(tx, &account, kind, &email, owned.now)?;
                let code = draw_mail_code(tx.ring(), &owned)?;
                let (change, mail) =
                    Change::of_email(&account, kind, email.shown(), taken, &code, &owned.moment());
                send(tx, &writer, &change, (&email, about), mail)?;
                let record = record(Event::EmailUpdateStarted, &session, &owned);
                writer.audit(tx, 0, &record.detail("change", change.id.as_str()))
            })
            .await
    }

    /// A new code was asked for.
    ///
    /// # Errors
    /// `GL-SIGNIN-009` when no address waits, `GL-SIGNIN-012`, `GL-SESSION-001`, `GL-SESSION-003`.
    pub async fn email_code_again(&self, ctx: &Ctx) -> Result<(), Error> {
        let (session, owned, writer) = (ctx.root()?.clone(), ctx.clone(), Writer::of(self, ctx));
        self.db()
            .write(move |tx| {
                may(tx, &session, Act::Write, owned.now)?;
                let (account, changes) = locked(tx, &session.account)?;
                let mut change = waiting(&changes, owned.now)?;
                let email = Email::parse(&change.value).map_err(|_| Code::OutOfOrder)?;
                let (taken, about) = taken(tx, &account, change.kind, &email, owned.now)?;
                let code = draw_mail_code(tx.ring(), &owned)?;
                let mail = change.mail_again(taken, &code, &owned.moment())?;
                send(tx, &writer, &change, (&email, about), mail)
            })
            .await
    }

    /// The code was typed. The right one makes the address the contact; a wrong one costs a try and is `Some`.
    ///
    /// # Errors
    /// `GL-SIGNIN-009` when no address waits, `GL-ACC-004` when the address got an account meanwhile,
    /// `GL-SESSION-001`, `GL-SESSION-003`.
    pub async fn prove_new_email(&self, ctx: &Ctx, typed: &str) -> Result<Option<Refusal>, Error> {
        let code = keypad::MailCode::parse(typed);
        let (session, owned, writer) = (ctx.root()?.clone(), ctx.clone(), Writer::of(self, ctx));
        self.db()
            .write(move |tx| {
                may(tx, &session, Act::Write, owned.now)?;
                let (account, changes) = locked(tx, &session.account)?;
                let mut change = waiting(&changes, owned.now)?;
                rules::not_locked(tx, &account.id, change.kind, owned.now)?;
                let hmac = code
                    .as_ref()
                    .map(|c| mail_code_hmac(tx.ring(), &c.to_text()))
                    .transpose()?;
                let checked = record(Event::MailCodeChecked, &session, &owned);
                if let Err(refusal) = change.prove(hmac.as_deref(), owned.now) {
                    contact::put_change(tx, &change)?;
                    writer.audit(tx, 0, &checked.refused(refusal.code))?;
                    return Ok(Some(refusal));
                }
                writer.audit(tx, 0, &checked)?;
                if change.kind.second() {
                    let account = (&account, changes);
                    return make_second(tx, &writer, &session, &owned, account, change);
                }
                let updated = record(Event::EmailUpdated, &session, &owned);
                if make(tx, &writer, &account, change)? {
                    writer.audit(tx, 1, &updated)?;
                }
                Ok(None)
            })
            .await
    }

    /// The new address is given up before it was proved. Nothing to give up is no mistake.
    ///
    /// # Errors
    /// `GL-SESSION-001`, `GL-SESSION-003`.
    pub async fn drop_new_email(&self, ctx: &Ctx) -> Result<(), Error> {
        let (session, owned, writer) = (ctx.root()?.clone(), ctx.clone(), Writer::of(self, ctx));
        self.db()
            .write(move |tx| {
                may(tx, &session, Act::Write, owned.now)?;
                let (_, changes) = locked(tx, &session.account)?;
                let Ok(mut change) = waiting(&changes, owned.now) else {
                    return Ok(());
                };
                change.stage = Stage::Dropped;
                contact::put_change(tx, &change)?;
                store::outbox::withdraw(tx, change.id.as_str())?;
                let record = record(Event::EmailUpdateDropped, &session, &owned);
                writer.audit(tx, 0, &record)
            })
            .await
    }
}

fn record(event: Event, session: &Session, ctx: &Ctx) -> Record {
    Record::new(event, root(session)).from(&ctx.client)
}

/// The account and its changes, with others waiting.
pub(super) fn locked(tx: &mut Tx<'_>, id: &AccountId) -> Result<(Account, Vec<Change>), Error> {
    store::recovery::lock_account(tx, id)?;
    let account = store::account::find(tx, id)?.ok_or(Code::SignInNeeded)?;
    let changes = contact::changes(tx, id)?;
    Ok((account, changes))
}

/// The address that waits for its proof.
fn waiting(changes: &[Change], now: Timestamp) -> Result<Change, Error> {
    let mut waiting = changes.iter().filter(|change| {
        matches!(change.stage, Stage::Waiting { .. }) && change.pending_until(now).is_some()
    });
    waiting
        .next()
        .cloned()
        .ok_or_else(|| Code::OutOfOrder.into())
}

fn key_of(account: &Account) -> Result<String, Error> {
    let email =
        Email::parse(&account.email).map_err(|_| Error::Fault("a stored address is none"))?;
    Ok(email.key().to_owned())
}

/// Whether somebody else has the address, so that no code may fit; and what a mail to it is about. A second address may
/// be somebody's first: who reads it proves it all the same, but is not mailed more often for that.
fn taken(
    tx: &mut Tx<'_>,
    account: &Account,
    kind: Kind,
    email: &Email,
    now: Timestamp,
) -> Result<(bool, About), Error> {
    let taken = email.key() != key_of(account)? && !email_is_free(tx, email.key(), now)?;
    Ok((taken && !kind.second(), About::named(taken)))
}

/// The two addresses of an account are not the same, and a second one takes no other's place.
fn apart(tx: &mut Tx<'_>, account: &Account, kind: Kind, email: &Email) -> Result<(), Error> {
    let second = contact::find(tx, &account.id, contact::Kind::SecondEmail)?;
    let same = |value: &str| Email::parse(value).is_ok_and(|known| known.key() == email.key());
    let is_second = second
        .as_ref()
        .is_some_and(|kept| same(&kept.present.value));
    let twice = match kind.second() {
        true => same(&account.email),
        false => {
            is_second
                && second
                    .as_ref()
                    .is_some_and(|kept| kept.removed_at.is_none())
        }
    };
    if twice {
        return Err(Refusal::new(Code::ContactTwice).at("email").into());
    }
    if kind.second() && !is_second {
        second::may_enter(second.as_ref())?;
    }
    Ok(())
}

/// The second address was proved, perhaps anew.
fn make_second(
    tx: &mut Tx<'_>,
    writer: &Writer,
    session: &Session,
    ctx: &Ctx,
    (account, mut changes): (&Account, Vec<Change>),
    mut change: Change,
) -> Result<Option<Refusal>, Error> {
    let kept = contact::find(tx, &account.id, change.kind.into())?;
    if kept.is_some_and(|kept| kept.removed_at.is_none() && kept.present.value == change.value) {
        change.stage = Stage::Dropped;
        contact::put_change(tx, &change)?;
        contact::prove(tx, &account.id, change.kind.into(), ctx.now)?;
        return Ok(None);
    }
    changes.retain(|other| other.id != change.id);
    second::enter(tx, writer, account, changes, &change, Some(ctx.now))?;
    let record = second::record(Event::SecondContactAdded, session, change.kind, ctx);
    let record = record.detail("change", change.id.as_str());
    writer.audit(tx, 1, &record).map(|()| None)
}

/// Counts a code that the account has mailed within a session.
///
/// # Errors
/// `GL-SIGNIN-012` with the end of the hour, when there were enough.
pub(crate) fn count_code(
    tx: &mut Tx<'_>,
    account: &AccountId,
    now: Timestamp,
) -> Result<(), Error> {
    let hour = Span::hours(1);
    let bucket = now.millis() / hour.as_millis();
    let key = CounterKey(format!("email-codes:{account}:{bucket}"));
    if store::counter::find(tx, &key)?.failures >= CODES_PER_HOUR {
        let next = Timestamp::from_millis((bucket + 1) * hour.as_millis());
        return Err(Refusal::new(Code::MailWait).until(next).into());
    }
    Ok(store::counter::add(tx, &key, now)?)
}

/// Saves the change and mails its code, or a decoy when the recipient had enough.
fn send(
    tx: &mut Tx<'_>,
    writer: &Writer,
    change: &Change,
    (email, about): (&Email, About),
    mut mail: MailOrder,
) -> Result<(), Error> {
    count_code(tx, &change.account, writer.now)?;
    if budget::take(tx, email.key(), about, writer.now)?.is_none() {
        mail.kind = MailKind::Decoy;
    }
    contact::put_change(tx, change)?;
    let writer = writer.clone().regarding(change.id.as_str());
    writer.mail(tx, 0, &mail).map(drop)
}

/// The address was proved. `false` when it was the present one, proved anew.
fn make(
    tx: &mut Tx<'_>,
    writer: &Writer,
    account: &Account,
    mut change: Change,
) -> Result<bool, Error> {
    let now = writer.now;
    let email = Email::parse(&change.value).map_err(|_| Code::OutOfOrder)?;
    let names = (email.shown(), email.key());
    if email.key() == key_of(account)? {
        change.stage = Stage::Dropped;
        contact::put_change(tx, &change)?;
        store::account::set_email(tx, &account.id, names, Some(now), account.email_set_at)?;
        return Ok(false);
    }
    if taken(tx, account, change.kind, &email, now)?.0 {
        return Err(Refusal::new(Code::EmailTaken).into());
    }
    put(tx, writer, account, &email, &change)?;
    Ok(true)
}

/// Makes a proved address the contact, and tells of it.
pub(super) fn put(
    tx: &mut Tx<'_>,
    writer: &Writer,
    account: &Account,
    email: &Email,
    change: &Change,
) -> Result<(), Error> {
    let now = writer.now;
    let names = (email.shown(), email.key());
    let former = rules::present_email(account);
    let everybody = told(tx, account, now)?;
    let present = Held {
        value: email.shown().to_owned(),
        changed_at: Some(now),
        proved_at: Some(now),
    };
    contact::put(
        tx,
        &account.id,
        contact::Kind::Email,
        &present,
        former.as_ref(),
    )?;
    store::account::set_email(tx, &account.id, names, Some(now), now)?;
    // The former address alone can take it back; one that never was proved may be a stranger's and is not told.
    let (first, older) = everybody.split_at(1.min(everybody.len()));
    let first = if former.is_some() { first } else { &[] };
    let others: Vec<String> = [email.shown().to_owned()]
        .into_iter()
        .chain(older.iter().cloned())
        .collect();
    rules::made(tx, writer, account, change, (first, &others))
}
