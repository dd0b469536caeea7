//! A second address and a second number of an account: what is on file, and the verbs that enter and remove them.
//!
//! Who: the root user with fresh proof, never in a held session. What is entered is proved like the first, told to whoever
//! reads the addresses that are there, and can be taken back for 72 hours; it serves a recovery after 30 days. What is removed
//! goes on serving for 72 hours, so that a thief with a session cannot take it from its owner unseen.
//!
//! A second address may be the first of another account: nothing is signed in to with it, and no mail that a stranger can
//! cause goes there.

use super::email::locked;
use super::rules::{self, told};
use super::{Draft, Drafted, Unreadable};
use crate::commit::Writer;
use crate::context::Ctx;
use crate::session::{may_freshly, root};
use crate::{App, Error, flow};
use domain::account::Account;
use domain::audit::{Event, Record};
use domain::contact::{Change, Kind, SHOWN_FOR, Stage, UndoneBy, may_change};
use domain::ids::AccountId;
use domain::recovery::{CONTACT_HOLD, Second, Seconds};
use domain::refusal::{Code, Refusal};
use domain::session::{Act, Session};
use domain::time::Timestamp;
use store::Tx;
use store::contact::{self, Contact, Held};

/// A second contact as the account page and the operator see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// Which.
    pub kind: Kind,
    /// The address, or the number in E.164.
    pub value: String,
    /// When it was last proved.
    pub proved_at: Option<Timestamp>,
    /// From when on it serves recovery, while it does not yet.
    pub serves_from: Option<Timestamp>,
    /// It is removed, and serves until then.
    pub serves_until: Option<Timestamp>,
}

impl Beside {
    /// Both second contacts that are on file, as far as they are there.
    pub(crate) fn all(
        tx: &mut Tx<'_>,
        account: &AccountId,
        now: Timestamp,
    ) -> Result<Vec<Self>, Error> {
        let mut all = Vec::new();
        for kind in Kind::SECOND {
            let kept = contact::find(tx, account, kind.into())?;
            all.extend(kept.and_then(|kept| {
                let proved_at = kept.present.proved_at;
                let second = read(kept);
                (!second.gone(now)).then(|| Self {
                    kind,
                    proved_at,
                    serves_from: second.steady_from().filter(|from| *from > now),
                    serves_until: second.removed_at.map(|at| at + CONTACT_HOLD),
                    value: second.value,
                })
            }));
        }
        Ok(all)
    }
}

impl App {
    /// The second contacts of an account, for the operator.
    ///
    /// # Errors
    /// Only faults.
    pub async fn second_contacts(&self, account: &AccountId) -> Result<Vec<Beside>, Error> {
        let (id, now) = (account.clone(), self.now());
        self.db().read(move |tx| Beside::all(tx, &id, now)).await
    }

    /// A second number was typed: its reading is to be confirmed.
    ///
    /// # Errors
    /// `GL-ACC-003` while a change is pending, `GL-CON-001`, `GL-CON-002`, `GL-SESSION-001`.
    pub async fn draft_second_phone(
        &self,
        ctx: &Ctx,
        typed: &str,
        country: Option<&str>,
    ) -> Result<Drafted, Error> {
        let before = self.account_overview(ctx).await?;
        let number = match self.read_phone(typed, country) {
            Ok(reading) => reading.e164,
            Err(why) => return Ok(unread(why)),
        };
        if before.number.is_some_and(|n| n.reading.e164 == number) {
            return Err(Refusal::new(Code::ContactTwice).at("phone").into());
        }
        may_change(&before.changes, Kind::SecondPhone, false, ctx.now)?;
        let draft = Draft {
            account: before.account.id,
            kind: Kind::SecondPhone,
            person: before.person,
            number,
            saved: false,
        };
        let flow = flow::begin(self, ctx, super::DRAFT, &draft).await?;
        Ok(Drafted::Confirm(flow))
    }

    /// A second contact is removed. One that serves recovery goes on for 72 hours, and whoever is told can take that back; one
    /// that does not serve yet goes at once.
    ///
    /// # Errors
    /// `GL-CON-003` when there is none, `GL-ACC-003`, `GL-SESSION-001`, `GL-SESSION-002`, `GL-SESSION-003`.
    pub async fn remove_second(&self, ctx: &Ctx, kind: Kind) -> Result<(), Error> {
        let (session, owned, writer) = (ctx.root()?.clone(), ctx.clone(), Writer::of(self, ctx));
        self.db()
            .write(move |tx| {
                may_freshly(tx, &session, Act::Write, owned.now)?;
                let (account, changes) = locked(tx, &session.account)?;
                let kept = contact::find(tx, &account.id, kind.into())?;
                let kept = kept.filter(|kept| kept.removed_at.is_none());
                let second = read(kept.ok_or(Code::NoSecond)?);
                remove(tx, &writer, &owned, &account, (changes, kind), &second)?;
                let record = record(Event::SecondContactRemoved, &session, kind, &owned);
                writer.audit(tx, 20, &record)
            })
            .await
    }
}

fn unread(why: Unreadable) -> Drafted {
    Drafted::Unread {
        person: false,
        number: Some(why),
    }
}

fn remove(
    tx: &mut Tx<'_>,
    writer: &Writer,
    ctx: &Ctx,
    account: &Account,
    (changes, kind): (Vec<Change>, Kind),
    second: &Second,
) -> Result<(), Error> {
    rules::not_locked(tx, &account.id, kind, ctx.now)?;
    let everybody = told(tx, account, ctx.now)?;
    if second.heard(ctx.now) {
        may_change(&changes, kind, false, ctx.now)?;
        // Whoever took one removal back by the link is told of the next, and cannot do so again and again.
        let again = changes.iter().any(|change| {
            let by_link = matches!(
                change.stage,
                Stage::Undone {
                    by: UndoneBy::Link,
                    ..
                }
            );
            change.kind == kind && change.removes() && by_link
        });
        contact::set_removed(tx, &account.id, kind.into(), Some(ctx.now))?;
        let former = Some(second.value.clone());
        let change = Change::made(account, kind, "", former, &ctx.moment());
        let (linked, others): (Vec<String>, Vec<String>) = everybody
            .into_iter()
            .partition(|to| *to == account.email || (*to == second.value && !again));
        return rules::made(tx, writer, account, &change, (&linked, &others));
    }
    settle(tx, changes, kind, UndoneBy::Root, ctx.now)?;
    contact::remove(tx, &account.id, kind.into())?;
    let change = Change::made(account, kind, "", None, &ctx.moment());
    let letters = change.letters(account, (&[], &everybody), "", ctx.now);
    for (index, (_, order)) in letters.iter().enumerate() {
        writer.mail(tx, 40 + index, order)?;
    }
    Ok(())
}

/// What was entered and is there no more cannot be taken back, and needs no more notices.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    changes: Vec<Change>,
    kind: Kind,
    by: UndoneBy,
    now: Timestamp,
) -> Result<(), Error> {
    for mut change in changes {
        let undo_until = change.undo_until().filter(|until| now < *until);
        match (&change.stage, undo_until) {
            _ if change.kind != kind => continue,
            (Stage::Waiting { .. }, _) => change.stage = Stage::Dropped,
            (_, Some(_)) => change.undo(by, now)?,
            (_, None) => continue,
        }
        contact::put_change(tx, &change)?;
        store::outbox::withdraw(tx, change.id.as_str())?;
    }
    Ok(())
}

/// Enters a second contact, and tells of it. What was there before and never counted gives way.
pub(super) fn enter(
    tx: &mut Tx<'_>,
    writer: &Writer,
    account: &Account,
    changes: Vec<Change>,
    change: &Change,
    proved_at: Option<Timestamp>,
) -> Result<(), Error> {
    let (kind, now) = (change.kind, writer.now);
    let kept = contact::find(tx, &account.id, kind.into())?;
    may_enter(kept.as_ref())?;
    settle(tx, changes, kind, UndoneBy::Correction, now)?;
    let everybody = told(tx, account, now)?;
    // An address that was removed lately is told for its 30 days.
    let former = kept.filter(|_| kind.is_email()).and_then(|kept| {
        let held = kept.present.clone();
        read(kept).heard(now).then_some(held)
    });
    let present = Held {
        value: change.value.clone(),
        changed_at: Some(now),
        proved_at,
    };
    contact::put(tx, &account.id, kind.into(), &present, former.as_ref())?;
    let (first, older) = everybody.split_at(1.min(everybody.len()));
    let mut others = older.to_vec();
    others.extend(kind.is_email().then(|| change.value.clone()));
    rules::made(tx, writer, account, change, (first, &others))
}

/// May one be entered, with this on file?
pub(super) fn may_enter(kept: Option<&Contact>) -> Result<(), Refusal> {
    match kept {
        Some(kept) if kept.removed_at.is_none() && kept.present.proved_at.is_some() => {
            Err(Code::SecondThere.into())
        }
        _ => Ok(()),
    }
}

/// Takes a change of a second contact back: what was entered goes, what was removed comes back.
pub(super) fn undo(tx: &mut Tx<'_>, change: &Change) -> Result<(), Error> {
    let (account, kind) = (&change.account, contact::Kind::from(change.kind));
    let kept = contact::find(tx, account, kind)?.ok_or(Code::LinkOver)?;
    let value = Some(&kept.present.value);
    if change.removes() && kept.removed_at.is_some() && value == change.former.as_ref() {
        contact::set_removed(tx, account, kind, None)?;
    } else if !change.removes() && value == Some(&change.value) {
        contact::remove(tx, account, kind)?;
    } else {
        return Err(Code::LinkOver.into());
    }
    Ok(())
}

/// The second number of a draft that was confirmed.
pub(super) fn enter_number(
    tx: &mut Tx<'_>,
    writer: &Writer,
    ctx: &Ctx,
    session: &Session,
    draft: &Draft,
) -> Result<(), Error> {
    let (account, changes) = locked(tx, &draft.account)?;
    let first = contact::find(tx, &account.id, contact::Kind::Phone)?;
    if first.is_some_and(|first| first.present.value == draft.number) {
        return Err(Code::ContactTwice.into());
    }
    rules::not_locked(tx, &account.id, draft.kind, ctx.now)?;
    may_change(&changes, draft.kind, false, ctx.now)?;
    let change = Change::made(&account, draft.kind, &draft.number, None, &ctx.moment());
    enter(tx, writer, &account, changes, &change, None)?;
    let record = record(Event::SecondContactAdded, session, draft.kind, ctx);
    writer.audit(tx, 21, &record.detail("change", change.id.as_str()))
}

pub(super) fn record(event: Event, session: &Session, kind: Kind, ctx: &Ctx) -> Record {
    let record = Record::new(event, root(session)).from(&ctx.client);
    record.detail("contact", kind.key())
}

fn read(kept: Contact) -> Second {
    Second {
        value: kept.present.value,
        proved: kept.present.proved_at.is_some(),
        since: kept.present.changed_at,
        removed_at: kept.removed_at,
        lost: kept.former_lost,
    }
}

/// The second contacts as recovery sees them.
pub(crate) fn both(tx: &mut Tx<'_>, account: &AccountId) -> Result<Seconds, Error> {
    Ok(Seconds {
        email: contact::find(tx, account, contact::Kind::SecondEmail)?.map(read),
        phone: contact::find(tx, account, contact::Kind::SecondPhone)?.map(read),
    })
}

/// The second addresses that notices go to, and whether who reads them may object to a recovery.
pub(super) fn told_besides(
    tx: &mut Tx<'_>,
    account: &AccountId,
    now: Timestamp,
) -> Result<Vec<(String, bool)>, Error> {
    let Some(kept) = contact::find(tx, account, contact::Kind::SecondEmail)? else {
        return Ok(Vec::new());
    };
    let lately = |at: Option<Timestamp>| at.is_some_and(|at| now.since(at) < SHOWN_FOR);
    let former = kept.former.clone();
    let former = former.filter(|_| lately(kept.present.changed_at));
    let second = read(kept);
    let heard = second.heard(now);
    let told = match second.removed_at {
        None => second.proved,
        Some(_) => heard && lately(second.removed_at),
    };
    let present = told.then_some((second.value, heard));
    let former = former.map(|held| (held.value, true));
    Ok(present.into_iter().chain(former).collect())
}
