//! The outbox as it is looked at: what was mailed and texted and whom we called, and how far a mail or a text has come.
//!
//! Words and links are shown on trial only. A real transport erases what it handed over, and what it has not is
//! nobody's to read either.

use crate::ports::Composed;
use crate::settings::Transport;
use crate::{App, Error};
use domain::ids::OutboxId;
use domain::locale::Locale;
use domain::mail::{MailKind, MailOrder};
use domain::refusal::Code;
use domain::time::Timestamp;
use store::outbox::{Entry, Kind, State};
use store::{Page, Tx};

/// The kind of a call, among the kinds of mails.
pub const CALL: &str = "call";
/// The fact in the store that says how the server was last reached.
pub(crate) const ADDRESS: &str = "address";
/// Rows read at once while looking for somebody's.
const LOOK: u32 = 100;

/// A mail or a call.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its row.
    pub id: OutboxId,
    /// When it was ordered.
    pub at: Timestamp,
    /// The flow or case that ordered it.
    pub reference: Option<String>,
    /// The kind of the mail by its key, the same behind `text-` for a text, or [`CALL`].
    pub kind: String,
    /// The sender of the mail.
    pub from: Option<String>,
    /// The reader's address, or the number called.
    pub to: String,
    /// Where it stands.
    pub state: State,
    /// The reader's or listener's language.
    pub locale: Locale,
    /// Attempts to hand it over.
    pub attempts: i64,
    /// Why the last one failed, in the server's words.
    pub error: Option<String>,
    /// The words of a mail or a text on trial.
    pub words: Option<Composed>,
}

/// How far a mail has come, as the page that waits for it says (P-08).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// About to leave.
    Queued,
    /// Refused for now, and tried again.
    Delayed,
    /// Taken by the next server, or by a carrier.
    Sent,
    /// Arrived, as a carrier told of a text.
    Delivered,
    /// Refused for good.
    Failed,
}

impl Item {
    /// How far a mail has come.
    pub const fn mail_state(&self) -> MailState {
        MailState::of(self.state, self.attempts)
    }
}

impl MailState {
    const fn of(state: State, attempts: i64) -> Self {
        match state {
            State::Queued if attempts > 0 => Self::Delayed,
            State::Queued | State::Sending | State::Dialling => Self::Queued,
            State::Sent => Self::Sent,
            State::Delivered => Self::Delivered,
            State::Failed | State::Lost => Self::Failed,
        }
    }

    /// The word in the keys of texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Delayed => "delayed",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

impl App {
    /// What was mailed and whom we called, from the newest on, after the last one seen. `to` is somebody's address or
    /// number.
    ///
    /// # Errors
    /// Only faults.
    pub async fn outbox(
        &self,
        to: Option<&str>,
        after: Option<(Timestamp, OutboxId)>,
        size: usize,
    ) -> Result<Page<Item>, Error> {
        let both = |kind| kind != Kind::Decoy;
        self.listed(both, to, after, size).await
    }

    /// What was mailed, in the same way.
    ///
    /// # Errors
    /// Only faults.
    pub async fn mails(
        &self,
        to: Option<&str>,
        after: Option<(Timestamp, OutboxId)>,
        size: usize,
    ) -> Result<Page<Item>, Error> {
        self.listed(|kind| kind == Kind::Mail, to, after, size)
            .await
    }

    /// The texts to all numbers, from the newest on; none where they are not on trial.
    ///
    /// # Errors
    /// Only faults.
    pub async fn texts(&self, size: u32) -> Result<Vec<Item>, Error> {
        if self.settings().texts.transport != Transport::Trial {
            return Ok(Vec::new());
        }
        let app = self.clone();
        self.db()
            .read(move |tx| {
                let address = app.trial_address(tx)?;
                let entries = store::outbox::text::list(tx, size)?;
                let items = entries.iter().map(|entry| app.item(tx, &address, entry));
                items.collect()
            })
            .await
    }

    async fn listed(
        &self,
        wanted: fn(Kind) -> bool,
        to: Option<&str>,
        after: Option<(Timestamp, OutboxId)>,
        size: usize,
    ) -> Result<Page<Item>, Error> {
        let (to, app) = (to.map(str::to_lowercase), self.clone());
        self.db()
            .read(move |tx| {
                let address = app.trial_address(tx)?;
                let mut after = after.clone();
                let mut items = Vec::new();
                loop {
                    let seen = after.as_ref().map(|(at, id)| (*at, id));
                    let page = store::outbox::list(tx, seen, LOOK)?;
                    after = page
                        .items
                        .last()
                        .map(|entry| (entry.created_at, entry.id.clone()));
                    for entry in page.items {
                        let meant = to
                            .as_ref()
                            .is_none_or(|to| entry.recipient.expose().to_lowercase() == *to);
                        if !wanted(entry.kind) || !meant {
                            continue;
                        }
                        if items.len() == size {
                            return Ok(Page { items, more: true });
                        }
                        items.push(app.item(tx, &address, &entry)?);
                    }
                    if !page.more {
                        return Ok(Page { items, more: false });
                    }
                }
            })
            .await
    }

    /// One mail or call.
    ///
    /// # Errors
    /// `GL-OUTBOX-002` when there is none of this id.
    pub async fn outbox_item(&self, id: &OutboxId) -> Result<Item, Error> {
        let (id, app) = (id.clone(), self.clone());
        self.db()
            .read(move |tx| {
                let address = app.trial_address(tx)?;
                let found = store::outbox::find(tx, &id)?.filter(|entry| entry.kind != Kind::Decoy);
                app.item(tx, &address, &found.ok_or(Code::NoSuchMail)?)
            })
            .await
    }

    /// How far the newest mail of this kind has come that a flow or case ordered; nothing if it ordered none. Only for
    /// pages behind the right password: whether a mail was sent tells that the account exists.
    ///
    /// # Errors
    /// Only faults.
    pub async fn mail_state(
        &self,
        reference: &str,
        kind: MailKind,
    ) -> Result<Option<MailState>, Error> {
        let reference = reference.to_owned();
        let found = self
            .db()
            .point(move |tx| store::outbox::newest(tx, &reference, kind.key()))
            .await?;
        Ok(found.map(|standing| MailState::of(standing.state, standing.attempts)))
    }

    /// How the server is reached, as a command beside it writes links.
    ///
    /// # Errors
    /// Only faults.
    pub async fn address(&self) -> Result<String, Error> {
        if !self.settings().trial() {
            return Ok(self.settings().public_url.clone());
        }
        let app = self.clone();
        self.db().read(move |tx| app.trial_address(tx)).await
    }

    /// How the trial server is reached: commands beside it compose the same links.
    fn trial_address(&self, tx: &mut Tx<'_>) -> Result<String, Error> {
        let written = store::meta::get(tx, ADDRESS)?;
        Ok(written.unwrap_or_else(|| self.settings().public_url.clone()))
    }

    fn item(&self, tx: &mut Tx<'_>, address: &str, entry: &Entry) -> Result<Item, Error> {
        let (settings, mail) = (self.settings(), entry.kind == Kind::Mail);
        let kind = MailKind::from_key(&entry.topic);
        let words = match (&entry.body, entry.kind) {
            (Some(body), Kind::Mail) if settings.mail == Transport::Trial => {
                Some(self.words(tx, address, body.expose())?)
            }
            (Some(body), Kind::Text) if settings.texts.transport == Transport::Trial => {
                let order = serde_json::from_slice(body.expose())
                    .map_err(|_| Error::Fault("a text order cannot be read"))?;
                Some(Composed {
                    text: self.ports().composer.text(&order, address),
                    ..Composed::default()
                })
            }
            _ => None,
        };
        Ok(Item {
            id: entry.id.clone(),
            at: entry.created_at,
            reference: entry.reference.clone(),
            kind: match entry.kind {
                Kind::Call => CALL.to_owned(),
                Kind::Text => format!("text-{}", entry.topic),
                Kind::Mail | Kind::Decoy => entry.topic.clone(),
            },
            from: kind
                .filter(|_| mail)
                .map(|kind| settings.senders.of(kind.sender()).to_owned()),
            to: entry.recipient.expose().clone(),
            state: entry.state,
            locale: entry.locale,
            attempts: entry.attempts,
            error: entry.error.clone(),
            words,
        })
    }

    fn words(&self, tx: &mut Tx<'_>, address: &str, body: &[u8]) -> Result<Composed, Error> {
        let order: MailOrder = serde_json::from_slice(body)
            .map_err(|_| Error::Fault("a mail order cannot be read"))?;
        let account = order
            .account
            .as_ref()
            .map(|id| store::account::find(tx, id))
            .transpose()?;
        let name = account.flatten().map(|account| account.name);
        Ok(self
            .ports()
            .composer
            .compose(&order, address, name.as_deref()))
    }
}
