//! The account page and its contact information: what is on file, and the verbs that change, prove and restore it.
//!
//! Whoever changes a contact gave fresh proof; what was on file is told and stays in force for a while (R-REC-58).

mod email;
mod number;
mod proof;
mod replace;
mod rules;
mod second;
mod undo;

pub(crate) use email::count_code;
pub use number::{Reading, Unreadable};
pub(crate) use proof::Gather as CallGather;
pub use proof::{BeforeProof, ProofPage};
pub(crate) use replace::replace;
pub(crate) use rules::{account_by_mail, email_is_free, mail_for_recovery, told, told_of_case};
pub use second::Beside;
pub(crate) use second::both as both_second;
pub use undo::UndoPage;

use crate::commit::Writer;
use crate::context::Ctx;
use crate::session::{may, may_freshly, root};
use crate::{App, Error, flow};
use domain::account::{Account, name};
use domain::audit::{Actor, Event, Record};
use domain::contact::{Change, Kind, may_change, pending};
use domain::ids::{AccountId, FlowId};
use domain::locale::Locale;
use domain::refusal::{Code, Refusal};
use domain::session::Act;
use domain::sign_in::Moment;
use domain::step::Step;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::contact::{self, Held};

/// The flow of a change of contact information between its form and its confirmation.
const DRAFT: &str = "contact-edit";

/// A number on file.
#[derive(Debug, Clone)]
pub struct Number {
    /// How it reads.
    pub reading: Reading,
    /// When it became the contact, if that was after the opening.
    pub changed_at: Option<Timestamp>,
    /// When it was last proved.
    pub proved_at: Option<Timestamp>,
}

/// What the account page shows.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The account.
    pub account: Account,
    /// The contact person's name; blank if none was given.
    pub person: String,
    /// The contact person's number.
    pub number: Option<Number>,
    /// The second address and number, as far as they are on file.
    pub beside: Vec<Beside>,
    /// The changes that are told of, oldest first.
    pub changes: Vec<Change>,
    /// Whether the account has a registered device, so that a former contact can be called lost.
    pub has_device: bool,
    /// Contacts whose former value root called lost.
    pub lost: Vec<Kind>,
}

impl Overview {
    /// The change that is not settled yet.
    pub fn pending(&self, now: Timestamp) -> Option<(&Change, Timestamp)> {
        pending(&self.changes, now)
    }
}

/// New contact information, read and waiting to be confirmed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Draft {
    account: AccountId,
    /// Which number.
    pub kind: Kind,
    /// The contact person's name.
    pub person: String,
    /// The new number in E.164.
    number: String,
    /// Whether it was saved.
    pub saved: bool,
}

/// What came of a form with contact information.
#[derive(Debug)]
pub enum Drafted {
    /// The number is new: the reading is to be confirmed.
    Confirm(FlowId),
    /// Saved, since the number stays.
    Saved,
    /// What could not be read.
    Unread {
        /// Whether the name is none.
        person: bool,
        /// Why the number is none.
        number: Option<Unreadable>,
    },
}

impl App {
    /// What the account page shows.
    ///
    /// # Errors
    /// `GL-SESSION-001` when nobody is signed in.
    pub async fn account_overview(&self, ctx: &Ctx) -> Result<Overview, Error> {
        let (id, now) = (ctx.root()?.account.clone(), ctx.now);
        self.db()
            .read(move |tx| {
                let account = store::account::find(tx, &id)?.ok_or(Code::SignInNeeded)?;
                let number = contact::find(tx, &id, contact::Kind::Phone)?;
                let email = contact::find(tx, &id, contact::Kind::Email)?;
                let mut changes = contact::look_at_changes(tx, &id)?;
                changes.retain(|change| change.shown(now));
                let lost = |kept: &Option<contact::Contact>, kind| {
                    let lost = kept.as_ref().is_some_and(|c| c.former_lost);
                    lost.then_some(kind)
                };
                let second = [
                    lost(
                        &contact::find(tx, &id, contact::Kind::SecondEmail)?,
                        Kind::SecondEmail,
                    ),
                    lost(
                        &contact::find(tx, &id, contact::Kind::SecondPhone)?,
                        Kind::SecondPhone,
                    ),
                ];
                Ok(Overview {
                    person: person(tx, &id)?,
                    lost: [lost(&email, Kind::Email), lost(&number, Kind::Phone)]
                        .into_iter()
                        .chain(second)
                        .flatten()
                        .collect(),
                    beside: Beside::all(tx, &id, now)?,
                    number: number.and_then(|kept| {
                        Some(Number {
                            reading: Reading::of(&kept.present.value)?,
                            changed_at: kept.present.changed_at,
                            proved_at: kept.present.proved_at,
                        })
                    }),
                    changes,
                    has_device: store::device::of_account(tx, &id)?
                        .iter()
                        .any(|d| !d.suspended(now)),
                    account,
                })
            })
            .await
    }

    /// Gives the account another name.
    ///
    /// # Errors
    /// `GL-ACC-002`, `GL-SESSION-001`, `GL-SESSION-003`.
    pub async fn rename_account(&self, ctx: &Ctx, typed: &str) -> Result<(), Error> {
        let name = name(typed).map_err(|r| r.at("name"))?;
        let (session, writer) = (ctx.root()?.clone(), Writer::of(self, ctx));
        self.db()
            .write(move |tx| {
                may(tx, &session, Act::Write, writer.now)?;
                store::account::set_name(tx, &session.account, &name)?;
                let record = Record::new(Event::AccountNameChanged, root(&session));
                writer.audit(tx, 0, &record.from(&writer.client))
            })
            .await
    }

    /// Sets the language of the account's mails and calls.
    ///
    /// # Errors
    /// `GL-SESSION-001`, `GL-SESSION-003`.
    pub async fn set_account_language(&self, ctx: &Ctx, locale: Locale) -> Result<(), Error> {
        let (session, writer) = (ctx.root()?.clone(), Writer::of(self, ctx));
        self.db()
            .write(move |tx| {
                may(tx, &session, Act::Write, writer.now)?;
                store::account::set_locale(tx, &session.account, locale)?;
                let record = updated(root(&session), "language").from(&writer.client);
                writer.audit(tx, 0, &record.detail("language", locale.tag()))
            })
            .await
    }

    /// Contact information was typed. A new number is read and waits to be confirmed; a new name alone is saved.
    ///
    /// # Errors
    /// `GL-ACC-003` while a change is pending, `GL-SESSION-001`, `GL-SESSION-002`, `GL-SESSION-003`.
    pub async fn draft_contact(
        &self,
        ctx: &Ctx,
        typed_person: &str,
        typed_number: &str,
        country: Option<&str>,
    ) -> Result<Drafted, Error> {
        let before = self.account_overview(ctx).await?;
        let on_file = before.number.as_ref().map(|n| n.reading.e164.clone());
        let person = match typed_person.trim() {
            "" if before.person.is_empty() => Ok(String::new()),
            _ => name(typed_person),
        };
        let number = match (typed_number.trim(), &on_file) {
            ("", None) => Ok(None),
            _ => self.read_phone(typed_number, country).map(Some),
        };
        let (person, number) = match (person, number) {
            (Ok(person), Ok(number)) => (person, number),
            (person, number) => {
                return Ok(Drafted::Unread {
                    person: person.is_err(),
                    number: number.err(),
                });
            }
        };
        match number
            .map(|n| n.e164)
            .filter(|e164| on_file.as_ref() != Some(e164))
        {
            None => {
                self.save_person(ctx, person).await?;
                Ok(Drafted::Saved)
            }
            Some(number) => {
                let twice = |beside: &Beside| beside.value == number;
                if before.beside.iter().any(twice) {
                    return Err(Refusal::new(Code::ContactTwice).at("phone").into());
                }
                let unproved = before.number.is_some_and(|n| n.proved_at.is_none());
                may_change(&before.changes, Kind::Phone, unproved, ctx.now)?;
                let draft = Draft {
                    account: before.account.id,
                    kind: Kind::Phone,
                    person,
                    number,
                    saved: false,
                };
                Ok(Drafted::Confirm(
                    flow::begin(self, ctx, DRAFT, &draft).await?,
                ))
            }
        }
    }

    async fn save_person(&self, ctx: &Ctx, person: String) -> Result<(), Error> {
        let (session, writer) = (ctx.root()?.clone(), Writer::of(self, ctx));
        self.db()
            .write(move |tx| {
                may_freshly(tx, &session, Act::Write, writer.now)?;
                put_person(tx, &writer, root(&session), &session.account, &person)
            })
            .await
    }

    /// What waits to be confirmed: the draft, and how its number reads.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-SESSION-001`.
    pub async fn look_at_draft(
        &self,
        ctx: &Ctx,
        id: &FlowId,
    ) -> Result<(Draft, Reading, Overview), Error> {
        let overview = self.account_overview(ctx).await?;
        let draft: Draft = flow::look(self, ctx, DRAFT, id).await?;
        if draft.account != overview.account.id {
            return Err(Code::FlowOver.into());
        }
        let reading = Reading::of(&draft.number).ok_or(Code::FlowOver)?;
        Ok((draft, reading, overview))
    }

    /// The reading was confirmed: the number is the contact from now on. Pressed twice, it does nothing more.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-ACC-003`, `GL-SESSION-001`, `GL-SESSION-002`, `GL-SESSION-003`.
    pub async fn save_contact(&self, ctx: &Ctx, id: &FlowId) -> Result<(), Error> {
        let (session, owned) = (ctx.root()?.clone(), ctx.clone());
        let writer = Writer::of(self, ctx);
        flow::step(self, ctx, DRAFT, id, move |tx, draft: Draft| {
            if draft.account != session.account {
                return Err(Code::FlowOver.into());
            }
            if draft.saved {
                return Ok(Step::to(draft));
            }
            may_freshly(tx, &session, Act::Write, owned.now)?;
            put_person(tx, &writer, root(&session), &session.account, &draft.person)?;
            match draft.kind.second() {
                true => second::enter_number(tx, &writer, &owned, &session, &draft)?,
                false => change_number(tx, &writer, &owned, root(&session), &draft)?,
            }
            Ok(Step::to(Draft {
                saved: true,
                ..draft
            }))
        })
        .await
        .map(drop)
    }
}

fn updated(by: Actor, what: &str) -> Record {
    Record::new(Event::ContactUpdated, by).detail("contact", what)
}

/// The contact person's name; blank if none was given.
fn person(tx: &mut Tx<'_>, account: &AccountId) -> Result<String, Error> {
    let kept = contact::find(tx, account, contact::Kind::Person)?;
    Ok(kept.map(|kept| kept.present.value).unwrap_or_default())
}

fn put_person(
    tx: &mut Tx<'_>,
    writer: &Writer,
    by: Actor,
    account: &AccountId,
    value: &str,
) -> Result<(), Error> {
    if person(tx, account)? == value {
        return Ok(());
    }
    let held = Held {
        value: value.to_owned(),
        changed_at: Some(writer.now),
        proved_at: None,
    };
    contact::put(tx, account, contact::Kind::Person, &held, None)?;
    let record = updated(by, "person").about(account).from(&writer.client);
    writer.audit(tx, 20, &record)
}

/// Makes the number of the draft the contact and tells of it.
fn change_number(
    tx: &mut Tx<'_>,
    writer: &Writer,
    ctx: &Ctx,
    by: Actor,
    draft: &Draft,
) -> Result<(), Error> {
    store::recovery::lock_account(tx, &draft.account)?;
    let account = store::account::find(tx, &draft.account)?.ok_or(Code::SignInNeeded)?;
    let kept = contact::find(tx, &account.id, contact::Kind::Phone)?;
    if kept
        .as_ref()
        .is_some_and(|k| k.present.value == draft.number)
    {
        return Ok(());
    }
    let unproved = kept.as_ref().is_some_and(|k| k.present.proved_at.is_none());
    rules::not_locked(tx, &account.id, Kind::Phone, ctx.now)?;
    let changes = contact::changes(tx, &account.id)?;
    may_change(&changes, Kind::Phone, unproved, ctx.now)?;
    rules::correct(tx, changes, Kind::Phone, ctx.now)?;
    let change = put_number(tx, writer, &account, (&draft.number, None), &ctx.moment())?;
    let record = updated(by, "phone").about(&account.id).from(&ctx.client);
    writer.audit(tx, 21, &record.detail("change", change.id.as_str()))
}

/// Makes a number the contact and tells of it.
fn put_number(
    tx: &mut Tx<'_>,
    writer: &Writer,
    account: &Account,
    (number, proved_at): (&str, Option<Timestamp>),
    at: &Moment<'_>,
) -> Result<Change, Error> {
    let kept = contact::find(tx, &account.id, contact::Kind::Phone)?;
    // What never was proved protects nobody; the proved number before it goes on to.
    let former = match kept {
        Some(kept) if kept.present.proved_at.is_some() => Some(kept.present),
        Some(kept) => kept.former,
        None => None,
    };
    let present = Held {
        value: number.to_owned(),
        changed_at: Some(at.now),
        proved_at,
    };
    contact::put(
        tx,
        &account.id,
        contact::Kind::Phone,
        &present,
        former.as_ref(),
    )?;
    let former = former.map(|held| held.value);
    let change = Change::made(account, Kind::Phone, number, former, at);
    let everybody = told(tx, account, at.now)?;
    let (first, others) = everybody.split_at(1.min(everybody.len()));
    rules::made(tx, writer, account, &change, (first, others))?;
    Ok(change)
}
