//! The forgotten password: a mailed link to a new one, and the mailed unlock of the present one.
//!
//! Both can be asked for by anyone who types an address, so both say the same whatever was typed, write the same rows
//! and are limited per recipient (`budget`). Each link does what the other does, so that whichever a stranger had mailed
//! serves the owner. A reset never removes or skips MFA (R-ROOT-27), and a password made by mail proves
//! no recovery until it was used with a registered device.

use crate::api::session_token;
use crate::budget::{self, About, Place};
use crate::commit::Writer;
use crate::contact;
use crate::context::Ctx;
use crate::link::{self, For};
use crate::password::{Chosen, Near};
use crate::sign_in::{name_of, password_counter, standing, trusted, unlock_counter};
use crate::{App, Error, check, flow};
use domain::account::{Account, PasswordFacts, PasswordOrigin, State};
use domain::audit::{Actor, Event, Record};
use domain::check::Check;
use domain::ids::{AccountId, FlowId};
use domain::mail::{MailKind, MailOrder};
use domain::refusal::{Code, Refusal};
use domain::session::{HOLD, Hold};
use domain::throttle::{Standing, Throttle};
use domain::time::{Span, Timestamp};
use factors::email::Email;
use factors::password_rules::Unmet;
use store::Tx;

/// The life of a reset link.
pub const RESET_LIFE: Span = Span::minutes(60);
/// The life of an unlock link.
pub const UNLOCK_LIFE: Span = Span::minutes(60);
/// Live reset links an account may have.
const MOST_LINKS: usize = 3;

/// What the page behind a reset link needs.
#[derive(Debug, Clone)]
pub struct ResetPage {
    /// The address the link was mailed to.
    pub email: String,
    /// Whether the account has MFA, which stays.
    pub with_mfa: bool,
}

/// What came of choosing a new password.
#[derive(Debug)]
pub enum Renewed {
    /// Set.
    Done,
    /// Not set: the rules it breaks.
    Unmet(Vec<Unmet>),
}

impl App {
    /// A new password was asked for. The answer is the same whatever was typed. While the risk is raised the mail is not
    /// ordered yet: the flow of a security check comes back.
    ///
    /// # Errors
    /// `GL-SIGNIN-006` when it is no address, `GL-SIGNIN-001` without a browser cookie.
    pub async fn request_reset(&self, ctx: &Ctx, typed: &str) -> Result<Option<FlowId>, Error> {
        let email = Email::parse(typed).map_err(|_| Refusal::new(Code::NotAnEmail).at("email"))?;
        let (writer, limits) = (Writer::of(self, ctx), self.settings().guessing);
        let ctx = ctx.clone();
        self.db()
            .write(move |tx| {
                if let Some(risk) = check::risk(tx, &ctx, &limits)?
                    && !trusted(tx, &ctx, email.key())?
                {
                    let check = Check::new(risk, limits.work_bits, &ctx.moment());
                    let asked = check::Asked::new(email.shown(), check);
                    return flow::begin_in(tx, &ctx, check::RESET, &asked).map(Some);
                }
                order_reset(tx, &writer, &ctx, &email)?;
                Ok(None)
            })
            .await
    }

    /// What a reset link is about.
    ///
    /// # Errors
    /// `GL-LINK-001`.
    pub async fn look_at_reset(&self, ctx: &Ctx, token: &str) -> Result<ResetPage, Error> {
        let (token, now) = (token.to_owned(), ctx.now);
        self.db()
            .read(move |tx| {
                let (_, link) = link::look_at_password(tx, &token, now)?;
                let account = account_of(tx, &link)?;
                let with_mfa = !store::device::of_account(tx, &account.id)?.is_empty();
                Ok(ResetPage {
                    email: contact::mail_for_recovery(tx, &account, now)?,
                    with_mfa,
                })
            })
            .await
    }

    /// A new password was chosen behind a reset link: all links and sessions end, the address is told (R-ROOT-25).
    ///
    /// # Errors
    /// `GL-LINK-001`, `GL-PWD-001`, `GL-PWD-002`, `GL-REQ-009`.
    pub async fn complete_reset(
        &self,
        ctx: &Ctx,
        token: &str,
        typed: &str,
        again: &str,
    ) -> Result<Renewed, Error> {
        let ResetPage { email, with_mfa } = self.look_at_reset(ctx, token).await?;
        let near = Near {
            email,
            name: None,
            with_mfa,
        };
        let phc = match self.choose_password(ctx, typed, again, &near).await? {
            Chosen::Unmet(unmet) => return Ok(Renewed::Unmet(unmet)),
            Chosen::Hash(phc) => phc,
        };
        let (writer, ctx, token) = (Writer::of(self, ctx), ctx.clone(), token.to_owned());
        self.db()
            .write(move |tx| {
                let (_, link) = link::open_password(tx, &token, ctx.now)?;
                let account = account_of(tx, &link)?;
                if !store::link::use_up(tx, &link.id, ctx.now)? {
                    return Err(Code::LinkOver.into());
                }
                for purpose in [For::Reset, For::Unlock] {
                    store::link::use_up_all(tx, purpose.key(), &account.id, ctx.now)?;
                }
                let has_device = !store::device::of_account(tx, &account.id)?.is_empty();
                let facts = PasswordFacts {
                    origin: PasswordOrigin::Mailed,
                    set_at: ctx.now,
                    good: false,
                    hold: (!has_device).then_some(Hold {
                        until: ctx.now + HOLD,
                    }),
                };
                store::account::set_password(tx, &account.id, &phc, &facts)?;
                if contact::mail_for_recovery(tx, &account, ctx.now)? == account.email {
                    store::account::prove_email(tx, &account.id, ctx.now)?;
                }
                store::session::end_all(tx, &account.id)?;
                session_token::end_root(tx, &account.id, &ctx.dice)?;
                let email = Email::parse(&account.email)
                    .map_err(|_| Error::Fault("a stored address is none"))?;
                for standing in [Standing::Known, Standing::Unknown] {
                    let key = password_counter(tx.ring(), email.key(), standing)?;
                    store::counter::set(tx, &key, Throttle::default())?;
                }
                let notice =
                    MailOrder::new(MailKind::PasswordChanged, &account.email, account.locale)
                        .account(&account.id)
                        .origin(&ctx.client, ctx.now);
                writer.tell(tx, 0, &account, &notice)?;
                let record = Record::new(Event::PasswordRecoveryCompleted, Actor::Anonymous)
                    .from(&ctx.client);
                writer.audit(tx, 0, &record.about(&account.id))?;
                Ok(Renewed::Done)
            })
            .await
    }

    /// Whether the link "this was not me" of a reset mail can still be pressed.
    ///
    /// # Errors
    /// `GL-LINK-001`.
    pub async fn look_at_reset_objection(&self, ctx: &Ctx, token: &str) -> Result<(), Error> {
        let (token, now) = (token.to_owned(), ctx.now);
        self.db()
            .read(move |tx| link::look(tx, For::ResetObjection, &token, now).map(|_| ()))
            .await
    }

    /// "This was not me" behind a reset mail: that link is void, and nothing else happens.
    ///
    /// # Errors
    /// `GL-LINK-001`.
    pub async fn object_to_reset(&self, ctx: &Ctx, token: &str) -> Result<(), Error> {
        let (writer, token, now) = (Writer::of(self, ctx), token.to_owned(), ctx.now);
        self.db()
            .write(move |tx| {
                let objection = link::open(tx, For::ResetObjection, &token, now)?;
                store::link::use_up(tx, &objection.id, now)?;
                if let Ok(id) = objection.subject.parse() {
                    store::link::use_up(tx, &id, now)?;
                }
                let record = Record::new(Event::PasswordRecoveryObjected, Actor::Anonymous)
                    .from(&writer.client);
                match &objection.account {
                    Some(account) => writer.audit(tx, 0, &record.about(account)),
                    None => writer.audit(tx, 0, &record),
                }
            })
            .await
    }

    /// A mailed unlock of the password was asked for, for this browser.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-SIGNIN-009`.
    pub async fn request_unlock(&self, ctx: &Ctx, flow: &FlowId) -> Result<(), Error> {
        let view = self.look_at_sign_in(ctx, flow).await?;
        let typed = view.machine.email().ok_or(Code::OutOfOrder)?;
        let email = Email::parse(typed).map_err(|_| Code::OutOfOrder)?;
        let (writer, ctx, browser) = (Writer::of(self, ctx), ctx.clone(), *ctx.browser()?);
        self.db()
            .write(move |tx| {
                let account = mailable(tx, &email)?;
                let place = place_of(tx, &ctx, account.as_ref(), &email)?;
                let life = lasting(UNLOCK_LIFE, place, ctx.now);
                let subject = domain::dice::base32(&browser);
                let id = account.as_ref().map(|a| &a.id);
                let link = link::mint(tx, &ctx.dice, For::Unlock, id, &subject, (ctx.now, life))?;
                let mut mail = order(MailKind::Unlock, account.as_ref(), &email, &ctx, life);
                mail.link = Some(format!("/unlock/{}", link::token_of(tx.ring(), &link.id)?));
                send_limited(tx, &writer, place, account.as_ref(), mail)
            })
            .await
    }

    /// Whether an unlock link still works, and for which address.
    ///
    /// # Errors
    /// `GL-LINK-001`.
    pub async fn look_at_unlock(&self, ctx: &Ctx, token: &str) -> Result<String, Error> {
        let (token, now) = (token.to_owned(), ctx.now);
        self.db()
            .read(move |tx| {
                let (_, link) = link::look_at_password(tx, &token, now)?;
                Ok(account_of(tx, &link)?.email)
            })
            .await
    }

    /// The button behind an unlock link, or behind a link to a new password: this browser may try the same password
    /// again, ten times in a day; so may the one that asked for an unlock.
    ///
    /// # Errors
    /// `GL-LINK-001`.
    pub async fn unlock(&self, ctx: &Ctx, token: &str) -> Result<(), Error> {
        let (writer, token, now) = (Writer::of(self, ctx), token.to_owned(), ctx.now);
        let here = ctx.browser;
        self.db()
            .write(move |tx| {
                let (purpose, link) = link::open_password(tx, &token, now)?;
                let account = account_of(tx, &link)?;
                if !store::link::use_up(tx, &link.id, now)? {
                    return Err(Code::LinkOver.into());
                }
                let email = Email::parse(&account.email)
                    .map_err(|_| Error::Fault("a stored address is none"))?;
                let asked = match purpose {
                    For::Unlock => Some(
                        domain::dice::from_base32(&link.subject)
                            .ok_or(Error::Fault("a link without a browser"))?,
                    ),
                    _ => None,
                };
                let first = Throttle {
                    failures: 1,
                    last_at: now.millis(),
                };
                for browser in asked.iter().chain(&here) {
                    let key = unlock_counter(tx.ring(), browser, email.key())?;
                    store::counter::set(tx, &key, first)?;
                }
                let record =
                    Record::new(Event::PasswordUnlocked, Actor::Anonymous).from(&writer.client);
                writer.audit(tx, 0, &record.about(&account.id))
            })
            .await
    }
}

/// Orders the mail with the link to a new password, for an address with an account and for one without.
pub(crate) fn order_reset(
    tx: &mut Tx<'_>,
    writer: &Writer,
    ctx: &Ctx,
    email: &Email,
) -> Result<(), Error> {
    let account =
        contact::account_by_mail(tx, email.key(), ctx.now)?.filter(|a| a.state == State::Active);
    let place = place_of(tx, ctx, account.as_ref(), email)?;
    let link = reset_link(tx, ctx, account.as_ref(), email)?;
    let life = lasting(RESET_LIFE, place, ctx.now);
    // What the mail says of its link is true, though the link may be one that was mailed before.
    if place.is_some() {
        store::link::prolong(tx, &link.id, ctx.now + life)?;
    }
    let objection = link::mint(
        tx,
        &ctx.dice,
        For::ResetObjection,
        account.as_ref().map(|a| &a.id),
        link.id.as_str(),
        (ctx.now, life),
    )?;
    let mut mail = order(MailKind::PasswordReset, account.as_ref(), email, ctx, life);
    // While a change of address is fresh, the mail goes to the former one, whichever was typed.
    if let Some(account) = &account {
        mail.to = contact::mail_for_recovery(tx, account, ctx.now)?;
    }
    mail.link = Some(format!("/reset/{}", link::token_of(tx.ring(), &link.id)?));
    mail.objection = Some(format!(
        "/reset/not-me/{}",
        link::token_of(tx.ring(), &objection.id)?
    ));
    send_limited(tx, writer, place, account.as_ref(), mail)?;
    let record = Record::new(Event::PasswordRecoveryRequested, Actor::Anonymous).from(&ctx.client);
    writer.audit(tx, 0, &about(record, account.as_ref()))
}

/// The account behind an address, if mail about its password may go there.
pub(crate) fn mailable(tx: &mut Tx<'_>, email: &Email) -> Result<Option<Account>, Error> {
    Ok(store::account::find_by_email(tx, email.key())?.filter(|a| a.state == State::Active))
}

/// The reset link to be mailed: the newest if it is young or there are enough, else a new one. Those of an address
/// without an account are kept and found in the same way, though they lead nowhere.
fn reset_link(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: Option<&Account>,
    email: &Email,
) -> Result<store::link::Link, Error> {
    let whose = account.map_or(email.key(), |a| a.id.as_str());
    let subject = name_of(tx.ring(), "reset links", whose)?;
    let mut live = store::link::live(tx, For::Reset.key(), &subject, ctx.now)?;
    let enough = live.len() >= MOST_LINKS;
    let young = |link: &store::link::Link| ctx.now.since(link.created_at) < link::SAME_LINK;
    if let Some(newest) = live.pop().filter(|link| enough || young(link)) {
        return Ok(newest);
    }
    link::mint(
        tx,
        &ctx.dice,
        For::Reset,
        account.map(|a| &a.id),
        &subject,
        (ctx.now, RESET_LIFE),
    )
}

/// The account of a link, if one may still sign in to it.
fn account_of(tx: &mut Tx<'_>, link: &store::link::Link) -> Result<Account, Error> {
    let id = link.account.as_ref().ok_or(Code::LinkOver)?;
    let account = store::account::find(tx, id)?.ok_or(Code::LinkOver)?;
    account.open()?;
    Ok(account)
}

fn order(
    kind: MailKind,
    account: Option<&Account>,
    email: &Email,
    ctx: &Ctx,
    life: Span,
) -> MailOrder {
    let to = account.map_or(email.shown(), |a| &a.email);
    let mail = MailOrder::new(kind, to, ctx.locale)
        .origin(&ctx.client, ctx.now)
        .fact("minutes", life.as_minutes_up().to_string());
    match account {
        Some(account) => mail.account(&account.id),
        None => mail,
    }
}

/// The place of a mail about the password of whoever has this address.
fn place_of(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: Option<&Account>,
    email: &Email,
) -> Result<Option<Place>, Error> {
    let id = account.map_or_else(AccountId::nobody, |account| account.id.clone());
    let standing = standing(tx, &id, ctx.known, ctx.now)?;
    budget::take(tx, email.key(), About::Password(standing), ctx.now)
}

/// The life of the link in a mail: until the next one can be sent, if that is longer.
fn lasting(life: Span, place: Option<Place>, now: Timestamp) -> Span {
    let until = place.and_then(|place| place.last_until);
    until.map_or(life, |until| life.max(until.since(now)))
}

/// Sends a mail that anyone can cause: a decoy to nobody, and where no mail has a place.
fn send_limited(
    tx: &mut Tx<'_>,
    writer: &Writer,
    place: Option<Place>,
    account: Option<&Account>,
    mut mail: MailOrder,
) -> Result<(), Error> {
    if account.is_none() || place.is_none() {
        mail.kind = MailKind::Decoy;
    }
    writer.mail(tx, 0, &mail).map(drop)
}

pub(crate) fn about(record: Record, account: Option<&Account>) -> Record {
    match account {
        Some(account) => record.about(&account.id),
        None => record,
    }
}
