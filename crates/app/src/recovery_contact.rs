//! Recovery contacts: naming and removing them, and what somebody who was named says to it.
//!
//! | who | may | how often | told |
//! |---|---|---|---|
//! | root with fresh proof, session not held | name somebody, remove somebody | five at a time; an address gets three invitations an hour and ten a day | every notice contact of the account; who is removed after accepting |
//! | root with fresh proof, session not held | have the invitation sent again to somebody who did not answer | the same | nobody else: the naming was told |
//! | the reader of the invitation | say yes or no by a press | until it runs out, after 14 days | every notice contact |
//!
//! To an address that is not proved goes nothing that a person typed: the invitation and its page name the account by
//! its number and by its masked address. Who has one thing only: a session names nobody; a session with fresh proof
//! names somebody whom the owner hears of at once, and who counts 30 days after accepting; an invitation lets its reader
//! accept or decline and shows nothing else.

use crate::budget::{self, About};
use crate::commit::Writer;
use crate::contact::told;
use crate::context::Ctx;
use crate::link::{self, For};
use crate::session::{may_freshly, root};
use crate::{App, Error};
use domain::account::{Account, name};
use domain::audit::{Actor, Event, Record};
use domain::ids::{AccountId, RecoveryContactId};
use domain::locale::Locale;
use domain::mail::{MailKind, MailOrder};
use domain::recovery::cut;
use domain::recovery_contact::{INVITATION_LIFE, RecoveryContact, invitation_path, may_name};
use domain::refusal::{Code, Refusal};
use domain::session::{Act, Session};
use domain::time::Timestamp;
use factors::email::Email;
use store::Tx;
use store::link::Link;
use store::recovery_contact as rows;

/// What the page of an invitation says.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// The account's number.
    pub account: AccountId,
    /// Its address, of which two letters can be read.
    pub email: String,
    /// Whether its reader accepted.
    pub accepted: bool,
}

impl App {
    /// The recovery contacts of the account, oldest first.
    ///
    /// # Errors
    /// `GL-SESSION-001` when nobody is signed in.
    pub async fn recovery_contacts(&self, ctx: &Ctx) -> Result<Vec<RecoveryContact>, Error> {
        let id = ctx.root()?.account.clone();
        self.db()
            .read(move |tx| rows::of_account(tx, &id).map_err(Error::from))
            .await
    }

    /// Names somebody, who is invited by mail in this language.
    ///
    /// # Errors
    /// `GL-ACC-002`, `GL-SIGNIN-006`, `GL-REC-022`, `GL-REC-023`, `GL-SIGNIN-012`; `GL-SESSION-001`, `GL-SESSION-002`
    /// without fresh proof, `GL-SESSION-003` while held.
    pub async fn name_recovery_contact(
        &self,
        ctx: &Ctx,
        typed_name: &str,
        typed_email: &str,
        locale: Locale,
    ) -> Result<(), Error> {
        let name = name(typed_name).map_err(|refusal| refusal.at("name"))?;
        let email =
            Email::parse(typed_email).map_err(|_| Refusal::new(Code::NotAnEmail).at("email"))?;
        let (session, writer) = (ctx.root()?.clone(), Writer::of(self, ctx));
        self.db()
            .write(move |tx| {
                may_freshly(tx, &session, Act::Write, writer.now)?;
                let account = locked(tx, &session.account)?;
                let own = told(tx, &account, writer.now)?;
                let people = rows::of_account(tx, &account.id)?;
                may_name(&people, &own, email.key())?;
                counted(tx, &email, writer.now)?;
                let person = RecoveryContact {
                    id: RecoveryContactId::draw(&writer.dice, ""),
                    account: account.id.clone(),
                    name: name.clone(),
                    email: email.shown().to_owned(),
                    locale,
                    named_at: writer.now,
                    accepted_at: None,
                };
                rows::insert(tx, &person)?;
                invite(tx, &writer, &person)?;
                changed(tx, &writer, &account, "named")?;
                let record = Record::new(Event::RecoveryContactNamed, root(&session));
                audit(tx, &writer, record, &person.id)
            })
            .await
    }

    /// Mails the invitation again to somebody who did not accept yet: the same link for 15 minutes, after that a new one,
    /// which makes the ones before worthless.
    ///
    /// # Errors
    /// `GL-REC-024`, `GL-REC-025`, `GL-SIGNIN-012`; `GL-SESSION-001`, `GL-SESSION-002` without fresh proof,
    /// `GL-SESSION-003` while held.
    pub async fn invite_recovery_contact_again(
        &self,
        ctx: &Ctx,
        id: &RecoveryContactId,
    ) -> Result<(), Error> {
        let (session, writer, id) = (ctx.root()?.clone(), Writer::of(self, ctx), id.clone());
        self.db()
            .write(move |tx| {
                let (_, person) = named_by(tx, &session, &id, writer.now)?;
                if person.accepted_at.is_some() {
                    return Err(Code::RecoveryContactAccepted.into());
                }
                let email = Email::parse(&person.email).map_err(|_| Code::NotAnEmail)?;
                counted(tx, &email, writer.now)?;
                invite(tx, &writer, &person)?;
                let record = Record::new(Event::RecoveryContactInvited, root(&session));
                audit(tx, &writer, record, &id)
            })
            .await
    }

    /// Removes somebody. Who had accepted is told.
    ///
    /// # Errors
    /// `GL-REC-024`; `GL-SESSION-001`, `GL-SESSION-002` without fresh proof, `GL-SESSION-003` while held.
    pub async fn remove_recovery_contact(
        &self,
        ctx: &Ctx,
        id: &RecoveryContactId,
    ) -> Result<(), Error> {
        let (session, writer, id) = (ctx.root()?.clone(), Writer::of(self, ctx), id.clone());
        self.db()
            .write(move |tx| {
                let (account, person) = named_by(tx, &session, &id, writer.now)?;
                rows::remove(tx, &account.id, &id)?;
                if person.accepted_at.is_some() {
                    let mail = MailOrder::new(
                        MailKind::RecoveryContactRemoved,
                        &person.email,
                        person.locale,
                    );
                    writer.mail(tx, 1, &mail.account(&account.id))?;
                }
                changed(tx, &writer, &account, "removed")?;
                let record = Record::new(Event::RecoveryContactRemoved, root(&session));
                audit(tx, &writer, record, &id)
            })
            .await
    }

    /// What an invitation is about.
    ///
    /// # Errors
    /// `GL-LINK-001`.
    pub async fn look_at_invitation(&self, ctx: &Ctx, cookie: &str) -> Result<Invitation, Error> {
        let (token, now) = (cookie.to_owned(), ctx.now);
        self.db()
            .read(move |tx| {
                let link = link::look(tx, For::RecoveryContact, &token, now)?;
                let (person, account) = invited(tx, &link)?;
                Ok(Invitation {
                    email: cut(&account.email),
                    account: account.id,
                    accepted: person.accepted_at.is_some(),
                })
            })
            .await
    }

    /// The reader of an invitation says yes or no. Yes counts once; no, then or later, takes them off the list.
    ///
    /// # Errors
    /// `GL-LINK-001`.
    pub async fn answer_invitation(
        &self,
        ctx: &Ctx,
        cookie: &str,
        accepts: bool,
    ) -> Result<(), Error> {
        let (token, writer) = (cookie.to_owned(), Writer::of(self, ctx));
        self.db()
            .write(move |tx| {
                let link = link::open(tx, For::RecoveryContact, &token, writer.now)?;
                let (person, account) = invited(tx, &link)?;
                locked(tx, &account.id)?;
                let word = match accepts {
                    true if !rows::accept(tx, &person.id, writer.now)? => return Ok(()),
                    true => "accepted",
                    false => {
                        rows::remove(tx, &account.id, &person.id)?;
                        store::link::use_up(tx, &link.id, writer.now)?;
                        "declined"
                    }
                };
                changed(tx, &writer, &account, word)?;
                let record = Record::new(Event::RecoveryContactAnswered, Actor::Anonymous);
                let record = record.about(&account.id).detail("answer", word);
                audit(tx, &writer, record, &person.id)
            })
            .await
    }
}

/// The account, to be decided about alone.
fn locked(tx: &mut Tx<'_>, id: &AccountId) -> Result<Account, Error> {
    store::recovery::lock_account(tx, id)?;
    let account = store::account::find(tx, id)?;
    account.ok_or_else(|| Code::SignInNeeded.into())
}

/// The one of this id, whom the account of the session named, for a change that takes fresh proof.
fn named_by(
    tx: &mut Tx<'_>,
    session: &Session,
    id: &RecoveryContactId,
    now: Timestamp,
) -> Result<(Account, RecoveryContact), Error> {
    may_freshly(tx, session, Act::Write, now)?;
    let account = locked(tx, &session.account)?;
    let person = rows::find(tx, id)?.filter(|person| person.account == account.id);
    Ok((account, person.ok_or(Code::NoSuchRecoveryContact)?))
}

/// Counts an invitation to this address, if there may be one more now.
fn counted(tx: &mut Tx<'_>, email: &Email, now: Timestamp) -> Result<(), Error> {
    match budget::take(tx, email.key(), About::Invitation, now)? {
        Some(_) => Ok(()),
        None => Err(Code::MailWait.into()),
    }
}

/// The link to mail to somebody: the last one while it is young, else a new one, after which no other leads anywhere.
fn link_for(tx: &mut Tx<'_>, writer: &Writer, person: &RecoveryContact) -> Result<Link, Error> {
    let (purpose, now) = (For::RecoveryContact, writer.now);
    let mut live = store::link::live(tx, purpose.key(), person.id.as_str(), now)?;
    if let Some(newest) = live.pop_if(|newest| now.since(newest.created_at) < link::SAME_LINK) {
        return Ok(newest);
    }
    for old in live {
        store::link::use_up(tx, &old.id, now)?;
    }
    let life = (now, INVITATION_LIFE);
    let (account, subject) = (Some(&person.account), person.id.as_str());
    link::mint(tx, &writer.dice, purpose, account, subject, life)
}

/// Whom a living invitation is for, and by whom.
fn invited(tx: &mut Tx<'_>, link: &Link) -> Result<(RecoveryContact, Account), Error> {
    let id: RecoveryContactId = link.subject.parse().map_err(|_| Code::LinkOver)?;
    let person = rows::find(tx, &id)?.ok_or(Code::LinkOver)?;
    let account = store::account::find(tx, &person.account)?;
    let account = account.filter(|account| account.open().is_ok());
    Ok((person, account.ok_or(Code::LinkOver)?))
}

fn invite(tx: &mut Tx<'_>, writer: &Writer, person: &RecoveryContact) -> Result<(), Error> {
    let link = link_for(tx, writer, person)?;
    let kind = MailKind::RecoveryContactInvited;
    let mut mail = MailOrder::new(kind, &person.email, person.locale)
        .account(&person.account)
        .fact("until", link.expires_at.millis().to_string());
    mail.link = Some(invitation_path(&link::token_of(tx.ring(), &link.id)?));
    writer.mail(tx, 1, &mail).map(drop)
}

/// Tells the account's contacts what was done about a recovery contact.
fn changed(tx: &mut Tx<'_>, writer: &Writer, account: &Account, did: &str) -> Result<(), Error> {
    let (kind, to) = (MailKind::RecoveryContactChanged, account.email.as_str());
    let notice = MailOrder::new(kind, to, account.locale)
        .account(&account.id)
        .origin(&writer.client, writer.now)
        .fact("did", did);
    writer.tell(tx, 0, account, &notice)
}

fn audit(
    tx: &mut Tx<'_>,
    writer: &Writer,
    record: Record,
    id: &RecoveryContactId,
) -> Result<(), Error> {
    let record = record.from(&writer.client).detail("contact", id.as_str());
    writer.audit(tx, 0, &record)
}
