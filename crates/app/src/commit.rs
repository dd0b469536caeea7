//! Writing what a step decided: counters, sessions, audit records, mails, all in the step's own transaction.
//!
//! Every verb that changes something ends here, so that nothing is ever done without its record.

use crate::api::session_token;
use crate::contact::told;
use crate::context::Ctx;
use crate::recovery;
use crate::settings::{Settings, Transport};
use crate::sms;
use crate::support;
use crate::token::{self, TokenHash};
use crate::{App, Error};
use domain::account::Account;
use domain::audit::Record;
use domain::client::Client;
use domain::dice::Dice;
use domain::guessing::Limits;
use domain::ids::{AccountId, OutboxId, SessionId};
use domain::mail::{Class, MailOrder};
use domain::secret::Secret;
use domain::session::Session;
use domain::sms::also_by_text;
use domain::step::{Effect, NewSession};
use domain::time::{Span, Timestamp};
use store::Tx;
use store::outbox::{Draft, Kind};

/// A browser that completed a sign-in is known for this long.
const KNOWN_FOR: Span = Span::days(90);
/// Mails leave after a delay of up to this, so that their arrival tells nothing about the work behind them.
const JITTER_MS: i64 = 5_000;
/// They leave on a beat of so many milliseconds: what is due at about the same time goes by one commit.
const BEAT_MS: i64 = 250;
/// Keeps the mails of several readers of one notice apart from all others of a transaction.
const READERS_APART: usize = 1_000;

/// A session just opened: the values that go into cookies, told this once.
#[derive(Debug)]
pub struct Opened {
    /// The session.
    pub session: Session,
    /// The value of the session cookie.
    pub token: Secret<String>,
    /// The value of the cookie by which the browser is known.
    pub known: Secret<String>,
}

/// What is needed to write effects, apart from the transaction. Owned, as a write may be run again.
#[derive(Clone)]
pub(crate) struct Writer {
    pub(crate) now: Timestamp,
    pub(crate) dice: Dice,
    pub(crate) client: Client,
    pub(crate) known: Option<TokenHash>,
    /// How much guessing over many names is too much.
    limits: Limits,
    /// Whether mails stay in the store after hand-over, to be shown at `/outbox`.
    keep_mail: bool,
    /// The same of calls.
    keep_calls: bool,
    /// The flow or case that the step belongs to: its page asks what became of its mails.
    reference: Option<String>,
    app: App,
}

impl Writer {
    pub(crate) fn of(app: &App, ctx: &Ctx) -> Self {
        let keep_mail = app.settings().mail == Transport::Trial;
        Self {
            now: ctx.now,
            dice: ctx.dice.clone(),
            client: ctx.client.clone(),
            known: ctx.known,
            limits: app.settings().guessing,
            keep_mail,
            keep_calls: app.settings().voice == Transport::Trial,
            reference: None,
            app: app.clone(),
        }
    }

    pub(crate) fn settings(&self) -> &Settings {
        self.app.settings()
    }

    pub(crate) fn reference(&self) -> Option<&str> {
        self.reference.as_deref()
    }

    /// The same with other dice: for several steps in one transaction.
    pub(crate) fn with_dice(&self, dice: Dice) -> Self {
        Self {
            dice,
            ..self.clone()
        }
    }

    /// Says which flow or case the step belongs to.
    #[must_use]
    pub(crate) fn regarding(mut self, id: &str) -> Self {
        self.reference = Some(id.to_owned());
        self
    }

    /// Writes the effects of a step in their order.
    pub(crate) fn apply(
        &self,
        tx: &mut Tx<'_>,
        effects: &[Effect],
    ) -> Result<Option<Opened>, Error> {
        let mut opened = None;
        for (index, effect) in effects.iter().enumerate() {
            match effect {
                Effect::Audit(record) => self.audit(tx, index, record)?,
                Effect::Mail(order) => {
                    self.mail(tx, index, order)?;
                }
                Effect::Guessed(network) => {
                    let (block, keep) =
                        (self.client.block(), network.over_at(&self.limits, self.now));
                    store::guessing::failed(tx, &block, network, keep, self.now)?;
                }
                Effect::Count(key, value) => store::counter::set(tx, key, *value)?,
                Effect::BurnStep(device, step) => {
                    if !store::device::burn(tx, device, *step)? {
                        return Err(Error::Fault("a code was used twice in one transaction"));
                    }
                }
                Effect::SetClock(device, steps) => store::device::set_offset(tx, device, *steps)?,
                Effect::OpenSession(new) => opened = Some(self.open_session(tx, new)?),
                Effect::KnowBrowser(account) => self.know(tx, account)?,
                Effect::PasswordProven(account) => {
                    store::account::prove_password(tx, account)?;
                    store::recovery::lift_freeze(tx, account)?;
                    recovery::device_used(tx, self, account)?;
                }
                Effect::EmailProven(account) => store::account::prove_email(tx, account, self.now)?,
                Effect::EndSessions(account) => {
                    store::session::end_all(tx, account)?;
                    session_token::end_root(tx, account, &self.dice)?;
                }
                Effect::ForgetBrowsers(account) => store::session::forget_browsers(tx, account)?,
                Effect::RequirePassword(account) => {
                    store::account::require_new_password(tx, account, true)?
                }
                Effect::ContactProven(account, kind) => {
                    store::contact::prove(tx, account, (*kind).into(), self.now)?;
                }
                Effect::CasePhoneProven(case) => support::phone_proven(tx, case, self.now)?,
                Effect::Tell(notice) => {
                    let of = notice.account.as_ref();
                    let account = of.map(|id| store::account::find(tx, id)).transpose()?;
                    let account = account
                        .flatten()
                        .ok_or(Error::Fault("a notice of nobody"))?;
                    self.tell(tx, index, &account, notice)?;
                }
                Effect::Text(order) => sms::push(tx, self, index, order)?,
                Effect::PlaceCall(order) => {
                    let id = OutboxId::draw(&self.dice, &index.to_string());
                    recovery::place_call(tx, order, &id, !self.keep_calls)?;
                }
                Effect::RecordCall(record) => store::call::put(tx, record)?,
                // The receiver is put down after the commit, by whoever took the step.
                Effect::HangUp(_) => {}
                Effect::Recovery(act) => recovery::write(tx, self, act)?,
            }
        }
        Ok(opened)
    }

    /// Writes one record. `index` keeps the records of one transaction apart.
    pub(crate) fn audit(
        &self,
        tx: &mut Tx<'_>,
        index: usize,
        record: &Record,
    ) -> Result<(), Error> {
        store::audit::append(
            tx,
            &self.dice.derive(&format!("audit {index}")),
            self.now,
            record,
        )?;
        Ok(())
    }

    /// Puts a mail into the outbox. `index` keeps the mails of one transaction apart.
    pub(crate) fn mail(
        &self,
        tx: &mut Tx<'_>,
        index: usize,
        order: &MailOrder,
    ) -> Result<OutboxId, Error> {
        self.mail_after(tx, index, order, Span::ZERO)
    }

    /// Puts a notice into the outbox for everybody who is told of the account, each in a mail of their own.
    pub(crate) fn tell(
        &self,
        tx: &mut Tx<'_>,
        index: usize,
        account: &Account,
        notice: &MailOrder,
    ) -> Result<(), Error> {
        for (n, to) in told(tx, account, self.now)?.into_iter().enumerate() {
            let mail = MailOrder {
                to,
                ..notice.clone()
            };
            self.mail(tx, index + n * READERS_APART, &mail)?;
        }
        Ok(())
    }

    /// A mail to go out after `delay`. One that is still queued can be withdrawn by what it regards.
    pub(crate) fn mail_after(
        &self,
        tx: &mut Tx<'_>,
        index: usize,
        order: &MailOrder,
        delay: Span,
    ) -> Result<OutboxId, Error> {
        let id = OutboxId::draw(&self.dice, &index.to_string());
        let body =
            serde_json::to_vec(order).map_err(|_| Error::Fault("a mail order has no JSON form"))?;
        let decoy = order.kind.class() == Class::Decoy;
        let draft = Draft {
            id: &id,
            kind: if decoy { Kind::Decoy } else { Kind::Mail },
            topic: order.kind.key(),
            message_id: id.as_str(),
            reference: self.reference.as_deref(),
            locale: order.locale,
            recipient: &order.to,
            body: &body,
            erase: !self.keep_mail,
            created_at: self.now,
            due_at: self.leaves(index, delay),
        };
        store::outbox::push(tx, &draft)?;
        if also_by_text(order.kind) && delay == Span::ZERO {
            sms::beside(tx, self, index, order)?;
        }
        Ok(id)
    }

    /// When a mail leaves that is ordered now: by chance, on the beat, [`JITTER_MS`] after the delay at the latest.
    fn leaves(&self, index: usize, delay: Span) -> Timestamp {
        let [a, b] = self.dice.bytes::<2>(&format!("jitter {index}"));
        let jitter = i64::from(u16::from_be_bytes([a, b])) % (JITTER_MS - BEAT_MS);
        let at = (self.now + delay + Span::millis(jitter)).millis();
        Timestamp::from_millis(at + (BEAT_MS - at % BEAT_MS) % BEAT_MS)
    }

    fn open_session(&self, tx: &mut Tx<'_>, new: &NewSession) -> Result<Opened, Error> {
        let token = self.dice.token("session");
        let session = Session {
            id: SessionId::draw(&self.dice, ""),
            account: new.account.clone(),
            origin: new.origin.clone(),
            opened_at: self.now,
            seen_at: self.now,
            ends_at: new.ends_at,
            password_at: new.password_at,
            mfa_at: new.mfa_at,
            device: new.device.clone(),
            hold: new.hold,
            client: self.client.clone(),
        };
        store::session::insert(tx, &session, &token::hash(token.expose()))?;
        if let Some(device) = &session.device {
            store::device::used(tx, device, self.now)?;
        }
        support::stop_by_sign_in(tx, self, &session)?;
        Ok(Opened {
            session,
            token,
            known: self.dice.token("known"),
        })
    }

    /// The browser is known from now on, under a new value: one that was seen before never lives on.
    fn know(&self, tx: &mut Tx<'_>, account: &AccountId) -> Result<(), Error> {
        let hash = token::hash(self.dice.token("known").expose());
        if let Some(old) = &self.known {
            store::session::move_known_browser(tx, old, &hash)?;
        }
        store::session::know_browser(tx, &hash, account, self.now, self.now + KNOWN_FOR)?;
        Ok(())
    }
}
