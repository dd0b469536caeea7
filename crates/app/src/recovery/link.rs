//! The links of recovery mails: the proof of an address, and "this was not me".
//!
//! Looking at one changes nothing: mail scanners open every link. Only a press does.

use super::facts::Gather;
use super::write::{OBJECTION, PROOF};
use crate::commit::Writer;
use crate::context::Ctx;
use crate::{App, Error, token};
use domain::ids::{AccountId, CaseId};
use domain::recovery::{Case, MailProof, ObjectionFacts, Status};
use domain::refusal::Code;
use domain::time::{Span, Timestamp};
use store::Tx;
use store::link::Link;
use store::recovery::Stored;

/// Freezes are counted over so long.
const FREEZES_SINCE: Span = Span::days(30);

/// What the page of a proof link says: for whom, from where, on what device, when, and the phrase.
#[derive(Debug, Clone)]
pub struct LinkPage {
    /// The account's number.
    pub account: AccountId,
    /// Who asked.
    pub client: domain::client::Client,
    /// When the case was opened.
    pub opened_at: Timestamp,
    /// The phrase, by its number.
    pub phrase: u16,
    /// Whether the address is proved already.
    pub proved: bool,
    /// Whether this browser is the one that waits.
    pub waiting: Option<CaseId>,
}

/// What the page of an objection link says.
#[derive(Debug, Clone)]
pub struct ObjectionPage {
    /// The account's number.
    pub account: AccountId,
    /// Who opened the case.
    pub client: domain::client::Client,
    /// When.
    pub opened_at: Timestamp,
    /// The phrase, by its number.
    pub phrase: u16,
    /// Where the case stands.
    pub status: Status,
    /// Whether somebody objected already.
    pub objected: bool,
}

/// What an objection did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objected {
    /// The case is closed, and no new one can be completed by mail and phone for a day.
    Closed,
    /// The case goes on a day later.
    Delayed(Timestamp),
    /// The recovered sessions ended; what was made in them is held for seven days.
    Undone,
    /// Nothing was left to do.
    Already,
}

impl App {
    /// What a proof link is about.
    ///
    /// # Errors
    /// `GL-LINK-001`.
    pub async fn look_at_proof_link(&self, ctx: &Ctx, cookie: &str) -> Result<LinkPage, Error> {
        let (hash, ctx) = (token::hash(cookie), ctx.clone());
        self.db()
            .read(move |tx| {
                let (link, Stored { case, browser }) = proof(tx, &hash, ctx.now, For::Show)?;
                let newest = matches!(&case.mail, MailProof::Sent { link: newest, .. } if *newest == link.id);
                let proved = case.mail_proved(ctx.now) && link.used_at.is_some();
                if !(case.alive(ctx.now) && (newest || proved)) {
                    return Err(Code::LinkOver.into());
                }
                let same = ctx.browser.as_ref().is_some_and(|b| domain::secret::equal(b, &browser));
                Ok(LinkPage {
                    account: case.account,
                    client: case.client,
                    opened_at: case.opened_at,
                    phrase: case.phrase,
                    proved,
                    waiting: same.then_some(case.id),
                })
            })
            .await
    }

    /// *Verify your address*: the button on the page of the link. In whichever browser it is pressed, the address is
    /// proved to the browser that waits.
    ///
    /// # Errors
    /// `GL-LINK-001`, and why e-mail with phone is closed now.
    pub async fn confirm_proof_link(&self, ctx: &Ctx, cookie: &str) -> Result<(), Error> {
        let (hash, owned) = (token::hash(cookie), ctx.clone());
        let (gather, writer) = (Gather::of(self), Writer::of(self, ctx));
        self.db()
            .write(move |tx| {
                let (link, Stored { case, .. }) = proof(tx, &hash, owned.now, For::Change)?;
                let known = gather.facts(tx, &case.account, owned.now)?;
                let step = case.mail_link(&known, &link.id, &owned.moment())?;
                store::link::use_up(tx, &link.id, owned.now)?;
                store::recovery::save(tx, &step.next)?;
                writer.apply(tx, &step.effects).map(drop)
            })
            .await
    }

    /// What an objection link is about.
    ///
    /// # Errors
    /// `GL-LINK-001`.
    pub async fn look_at_objection(&self, ctx: &Ctx, cookie: &str) -> Result<ObjectionPage, Error> {
        let (hash, now) = (token::hash(cookie), ctx.now);
        self.db()
            .read(move |tx| {
                let (_, case, _) = objection(tx, &hash, now, For::Show)?;
                Ok(ObjectionPage {
                    account: case.account,
                    client: case.client,
                    opened_at: case.opened_at,
                    phrase: case.phrase,
                    status: case.status,
                    objected: case.objected,
                })
            })
            .await
    }

    /// "This was not me": the button on the page of the link.
    ///
    /// # Errors
    /// `GL-LINK-001`.
    pub async fn object(&self, ctx: &Ctx, cookie: &str) -> Result<Objected, Error> {
        let (hash, owned) = (token::hash(cookie), ctx.clone());
        let (gather, writer) = (Gather::of(self), Writer::of(self, ctx));
        let (did, hang_ups) = self
            .db()
            .write(move |tx| {
                let now = owned.now;
                let (link, case, contact) = objection(tx, &hash, now, For::Change)?;
                store::recovery::lock_account(tx, &case.account)?;
                let known = ObjectionFacts {
                    facts: gather.facts(tx, &case.account, now)?,
                    contact,
                    freezes: store::recovery::freezes(tx, &case.account, now - FREEZES_SINCE)?,
                };
                let before = case.clone();
                let step = case.object(&known, &owned.moment())?;
                store::link::use_up(tx, &link.id, now)?;
                store::recovery::save(tx, &step.next)?;
                writer.apply(tx, &step.effects)?;
                Ok::<_, Error>((
                    did(&before, &step.next),
                    super::call::hang_ups(&step.effects),
                ))
            })
            .await?;
        self.put_down(hang_ups).await;
        Ok(did)
    }

    /// Closes the cases whose time is over, tells again of those that wait, and removes what nobody needs any more. The worker's timer calls it.
    ///
    /// # Errors
    /// Only faults.
    pub async fn sweep_recovery(&self, ctx: &Ctx) -> Result<(), Error> {
        let (owned, gather, writer) = (ctx.clone(), Gather::of(self), Writer::of(self, ctx));
        self.db()
            .write(move |tx| {
                let now = owned.now;
                let mut due = store::recovery::overdue(tx, now, 32)?;
                due.extend(store::recovery::to_tell(tx, now, 32)?);
                for id in due {
                    let Some(Stored { case, .. }) = store::recovery::lock(tx, &id)? else {
                        continue;
                    };
                    let known = gather.facts(tx, &case.account, now)?;
                    let dice = owned.dice.derive(id.as_str());
                    let at = domain::sign_in::Moment {
                        dice: &dice,
                        ..owned.moment()
                    };
                    let step = match case.alive(now) {
                        true => case.tell_again(&known, &at),
                        false => case.expire(&known, &at),
                    };
                    store::recovery::save(tx, &step.next)?;
                    writer.with_dice(dice.clone()).apply(tx, &step.effects)?;
                }
                for (device, account) in store::recovery::to_remove(tx, now, 32)? {
                    let writer = writer.with_dice(owned.dice.derive(device.as_str()));
                    crate::device::drop_lost(tx, &writer, &account, &device)?;
                }
                store::recovery::clean(tx, now)?;
                store::call::clean(tx, now)?;
                store::sms::clean(tx, now)?;
                Ok(())
            })
            .await
    }
}

/// Whether rows are only looked at, or taken to be changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum For {
    Show,
    Change,
}

pub(super) fn link_of(
    tx: &mut Tx<'_>,
    purpose: &str,
    hash: &[u8; 32],
    why: For,
) -> Result<Link, Error> {
    let found = match why {
        For::Show => store::link::look(tx, purpose, hash)?,
        For::Change => store::link::find(tx, purpose, hash)?,
    };
    found.ok_or_else(|| Code::LinkOver.into())
}

pub(super) fn case_of(tx: &mut Tx<'_>, id: &str, why: For) -> Result<Stored, Error> {
    let id: CaseId = id
        .parse()
        .map_err(|_| Error::Fault("a recovery link without a case"))?;
    let found = match why {
        For::Show => store::recovery::find(tx, &id)?,
        For::Change => store::recovery::lock(tx, &id)?,
    };
    found.ok_or_else(|| Code::LinkOver.into())
}

fn proof(
    tx: &mut Tx<'_>,
    hash: &[u8; 32],
    now: Timestamp,
    why: For,
) -> Result<(Link, Stored), Error> {
    let link = link_of(tx, PROOF, hash, why)?;
    if now >= link.expires_at {
        return Err(Code::LinkOver.into());
    }
    let stored = case_of(tx, &link.subject, why)?;
    Ok((link, stored))
}

fn objection(
    tx: &mut Tx<'_>,
    hash: &[u8; 32],
    now: Timestamp,
    why: For,
) -> Result<(Link, Case, String), Error> {
    let link = link_of(tx, OBJECTION, hash, why)?;
    if !link.live(now) {
        return Err(Code::LinkOver.into());
    }
    let (id, contact) = link
        .subject
        .split_once(' ')
        .ok_or(Error::Fault("an objection link without a contact"))?;
    let (stored, contact) = (case_of(tx, id, why)?, contact.to_owned());
    Ok((link, stored.case, contact))
}

fn did(before: &Case, after: &Case) -> Objected {
    match after.status {
        _ if before == after => Objected::Already,
        Status::Completed { .. } => Objected::Undone,
        Status::Closed { .. } => Objected::Closed,
        Status::Open => after
            .not_before
            .map_or(Objected::Already, Objected::Delayed),
    }
}
