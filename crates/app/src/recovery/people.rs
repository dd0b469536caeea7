//! The recovery contacts in a case: asking them, and what they say behind their mailed links.
//!
//! Asking takes the password and the mailbox of the account, in the browser of the case, and is limited twice: three
//! mails to each in a case, and as many an hour for a mailbox as [`crate::budget`] lets go, whatever case they are
//! about. A link shows its page to whoever has it; only a press counts, once, and only while the case lives.

use super::facts::Gather;
use super::link::{For, case_of, link_of};
use super::write::CONFIRM;
use super::{Case, Went};
use crate::budget::{self, About};
use crate::commit::Writer;
use crate::context::Ctx;
use crate::{App, Error, token};
use domain::client::Client;
use domain::ids::{AccountId, CaseId, LinkId, RecoveryContactId};
use domain::recovery::Answer;
use domain::refusal::Code;
use domain::time::Timestamp;
use factors::email::Email;
use store::Tx;
use store::link::Link;

/// What the page of a question says: for whom, from where, on what device, when, and the phrase.
#[derive(Debug, Clone)]
pub struct Question {
    /// The account's number.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// Who asks.
    pub client: Client,
    /// When the case was opened.
    pub opened_at: Timestamp,
    /// The phrase, by its number.
    pub phrase: u16,
    /// What its reader said so far.
    pub answer: Answer,
}

impl App {
    /// *Ask my recovery contacts*.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`. What is refused is [`Went::Refused`].
    pub async fn case_ask(&self, ctx: &Ctx, id: &CaseId) -> Result<Went, Error> {
        self.case_step(ctx, id, |tx, case, known, ctx| {
            // Tried with everybody first: what is refused anyway takes no mail out of a budget.
            let all: Vec<_> = known.people.iter().map(|p| p.id.clone()).collect();
            let _may = case.clone().ask(known, &all, &ctx.moment())?;
            let mut allowed = Vec::new();
            for person in case.to_ask(known, ctx.now) {
                let Ok(email) = Email::parse(&person.email) else {
                    continue;
                };
                if budget::take(tx, email.key(), About::Confirmation, ctx.now)?.is_some() {
                    allowed.push(person.id.clone());
                }
            }
            Ok(case.ask(known, &allowed, &ctx.moment())?)
        })
        .await
    }

    /// What a question to a recovery contact is about.
    ///
    /// # Errors
    /// `GL-LINK-001`.
    pub async fn look_at_question(&self, ctx: &Ctx, cookie: &str) -> Result<Question, Error> {
        let (hash, now, gather) = (token::hash(cookie), ctx.now, Gather::of(self));
        self.db()
            .read(move |tx| {
                let (link, person, case) = question(tx, &hash, now, For::Show)?;
                let known = gather.facts(tx, &case.account, now)?;
                let answer = case.answer_to(&known, &person, &link, now)?;
                Ok(Question {
                    account: case.account,
                    name: known.account.name,
                    client: case.client,
                    opened_at: case.opened_at,
                    phrase: case.phrase,
                    answer,
                })
            })
            .await
    }

    /// *It is really them*, or *I do not know of this*.
    ///
    /// # Errors
    /// `GL-LINK-001`, and why the way is closed now.
    pub async fn answer_question(
        &self,
        ctx: &Ctx,
        cookie: &str,
        really: bool,
    ) -> Result<(), Error> {
        let (hash, owned) = (token::hash(cookie), ctx.clone());
        let (gather, writer) = (Gather::of(self), Writer::of(self, ctx));
        self.db()
            .write(move |tx| {
                let (link, person, case) = question(tx, &hash, owned.now, For::Change)?;
                store::recovery::lock_account(tx, &case.account)?;
                let known = gather.facts(tx, &case.account, owned.now)?;
                let step = case.answered(&known, (&person, &link), really, &owned.moment())?;
                store::link::use_up(tx, &link, owned.now)?;
                store::recovery::save(tx, &step.next)?;
                writer.apply(tx, &step.effects).map(drop)
            })
            .await
    }
}

/// The link of a question, to whom it was mailed, and the case. Whether it still counts is for the case to say: a link
/// that was used shows what was said by it.
fn question(
    tx: &mut Tx<'_>,
    hash: &[u8; 32],
    now: Timestamp,
    why: For,
) -> Result<(LinkId, RecoveryContactId, Case), Error> {
    let link: Link = link_of(tx, CONFIRM, hash, why)?;
    let subject = link
        .subject
        .split_once(' ')
        .filter(|_| now < link.expires_at);
    let (case, person) = subject.ok_or(Code::LinkOver)?;
    let person = person.parse().map_err(|_| Code::LinkOver)?;
    Ok((link.id, person, case_of(tx, case, why)?.case))
}

/// Somebody signed in with a registered device: the cases of the account that wait are closed.
pub(crate) fn device_used(
    tx: &mut Tx<'_>,
    writer: &Writer,
    account: &AccountId,
) -> Result<(), Error> {
    for id in store::recovery::open(tx, account, writer.now)? {
        let Some(stored) = store::recovery::lock(tx, &id)? else {
            continue;
        };
        if stored.case.waits_from.is_none() {
            continue;
        }
        let known =
            super::facts::known(tx, domain::recovery::Ways::default(), account, writer.now)?;
        let dice = writer.dice.derive(id.as_str());
        let at = domain::sign_in::Moment {
            now: writer.now,
            client: &writer.client,
            locale: known.account.locale,
            dice: &dice,
        };
        let step = stored.case.device_used(&known, &at);
        store::recovery::save(tx, &step.next)?;
        writer.with_dice(dice.clone()).apply(tx, &step.effects)?;
    }
    Ok(())
}
