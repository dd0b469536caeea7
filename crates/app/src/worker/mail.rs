//! Mails and texts on their way out: claimed for a time, composed, handed over, and marked with what became of them.
//!
//! A mail that was handed over and not marked, because the process died in between, is handed over again under the
//! same Message-ID. What the next server refuses for now is tried again for two days, ever more seldom.

use super::{POLL, Worker, pace, text};
use crate::Error;
use crate::ports::{MailRefused, Outgoing};
use crate::settings::Transport;
use domain::audit::{Actor, Event, Record};
use domain::ids::{AccountId, OutboxId};
use domain::mail::MailOrder;
use domain::sms::TextOrder;
use domain::time::{Span, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use store::outbox::{self, Channel, Claimed, Kind};
use store::{StoreError, Tx};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Mails handed over at the same time.
const AT_ONCE: usize = 8;
/// How long a mail stays in hand. Longer than a handing over may take, so that nobody else takes it meanwhile.
const LEASE: Span = Span::minutes(5);
/// How long the next server may take for one mail, everything included.
const HAND_OVER_WITHIN: Duration = Duration::from_secs(120);
/// How long a stop waits for mails that are being handed over.
const GRACE: Duration = Duration::from_secs(10);
/// The first wait after a refusal; each further one is twice as long.
const FIRST_WAIT: Span = Span::seconds(30);
const LONGEST_WAIT: Span = Span::hours(1);
/// After that, a mail that was only ever refused for now is given up.
const TRIED_FOR: Span = Span::hours(48);
/// What is kept of a server's words.
const WORDS_KEPT: usize = 300;

/// A mail or a text in hand.
struct Letter {
    row: Claimed,
    what: What,
}

/// What is to be sent.
enum What {
    /// A mail, with the name of the account it is about.
    Mail(MailOrder, Option<String>),
    /// A text.
    Text(TextOrder),
}

impl What {
    const fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Mail(order, _) => order.account.as_ref(),
            Self::Text(order) => Some(&order.account),
        }
    }

    /// Its name in logs and records.
    const fn key(&self) -> &'static str {
        match self {
            Self::Mail(order, _) => order.kind.key(),
            Self::Text(order) => order.kind.key(),
        }
    }

    /// When it is given up that was only ever refused for now.
    fn tried_until(&self, row: &Claimed) -> Timestamp {
        match self {
            Self::Mail(..) => row.created_at + TRIED_FOR,
            Self::Text(order) => order.until,
        }
    }
}

/// What a look at the outbox came to.
enum Look {
    /// These are to be handed over; there may be more.
    Took(Vec<Letter>),
    /// Nothing is due; the next row is then.
    Idle(Option<Timestamp>),
}

/// Carries mails until told to stop.
pub(super) async fn run(worker: &Worker, mut told: watch::Receiver<bool>) {
    let mut bell = worker.app.db().subscribe(Channel::Mail.topic());
    let mut going = JoinSet::new();
    while !*told.borrow() {
        bell.mark_unchanged();
        let free = AT_ONCE.saturating_sub(going.len());
        let pause = match take(worker, free).await {
            Ok(Look::Took(letters)) => {
                for letter in letters {
                    going.spawn(hand_over(worker.clone(), letter));
                }
                Duration::ZERO
            }
            Ok(Look::Idle(next)) => until(worker.now(), next),
            Err(error) => {
                tracing::warn!(%error, "the outbox cannot be read");
                POLL
            }
        };
        let full = going.len() >= AT_ONCE;
        tokio::select! {
            biased;
            _ = told.wait_for(|stop| *stop) => (),
            Some(_) = going.join_next() => (),
            _ = bell.changed(), if !full => (),
            () = pace(pause), if !full => (),
        }
    }
    let rest = async { while going.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, rest).await.is_err() {
        tracing::warn!(
            "mails were being handed over at the stop; they go out again at the next start"
        );
    }
}

/// Carries what is due now, and returns when it is carried.
pub(super) async fn settle(worker: &Worker) -> Result<(), Error> {
    while let Look::Took(letters) = take(worker, AT_ONCE).await? {
        let mut going = JoinSet::new();
        for letter in letters {
            going.spawn(hand_over(worker.clone(), letter));
        }
        while going.join_next().await.is_some() {}
    }
    Ok(())
}

/// How long there is nothing to do.
fn until(now: Timestamp, next: Option<Timestamp>) -> Duration {
    let due = next.map(|at| Duration::from_millis(now.until(at).as_millis().unsigned_abs()));
    due.map_or(POLL, |due| due.clamp(Duration::from_millis(10), POLL))
}

/// Takes up to `free` due mails in hand. What a trial carries, it has carried by that.
async fn take(worker: &Worker, free: usize) -> Result<Look, Error> {
    let now = worker.now();
    let next = worker
        .app
        .db()
        .point(|tx| outbox::next_due(tx, Channel::Mail))
        .await?;
    let limit = u32::try_from(free).unwrap_or(u32::MAX);
    if limit == 0 || next.is_none_or(|due| now < due) {
        return Ok(Look::Idle(next));
    }
    let (hand, settings) = (Arc::clone(&worker.hand), worker.app.settings());
    let (mail, texts) = (settings.mail, settings.texts.transport);
    let (any, letters) = worker
        .app
        .db()
        .write(move |tx| {
            let claimed = outbox::claim(tx, Channel::Mail, &hand, now, LEASE, limit)?;
            let any = !claimed.is_empty();
            let mut letters = Vec::new();
            for row in claimed {
                let transport = match row.kind {
                    Kind::Text => texts,
                    _ => mail,
                };
                match (row.kind, transport) {
                    (Kind::Decoy, _) | (_, Transport::Trial) => {
                        outbox::mark_sent(tx, &row.id, &hand, now)?;
                    }
                    (_, Transport::Off) => {
                        outbox::mark_failed(tx, &row.id, &hand, now, "it is switched off")?;
                    }
                    (_, Transport::Real) => letters.extend(open(tx, row, &hand, now)?),
                }
            }
            Ok::<_, Error>((any, letters))
        })
        .await?;
    Ok(if any {
        Look::Took(letters)
    } else {
        Look::Idle(None)
    })
}

/// Reads the order in a row; one that cannot be read is given up.
fn open(
    tx: &mut Tx<'_>,
    row: Claimed,
    hand: &str,
    now: Timestamp,
) -> Result<Option<Letter>, Error> {
    let body = row.body.expose();
    let what = match row.kind {
        Kind::Text => serde_json::from_slice(body).map(What::Text),
        _ => serde_json::from_slice(body).map(|order| What::Mail(order, None)),
    };
    let Ok(mut what) = what else {
        tracing::error!(
            row = row.id.as_str(),
            "an order cannot be read and is given up"
        );
        outbox::mark_failed(tx, &row.id, hand, now, "the order cannot be read")?;
        return Ok(None);
    };
    if let What::Mail(order, name) = &mut what
        && let Some(id) = &order.account
    {
        *name = store::account::find(tx, id)?.map(|account| account.name);
    }
    Ok(Some(Letter { row, what }))
}

/// Hands one mail or text over. With a text, which carrier took it.
async fn send(worker: &Worker, letter: &Letter) -> Result<Option<String>, MailRefused> {
    match (&letter.what, &worker.app.ports().mailer) {
        (What::Text(order), _) => text::send(worker, &letter.row, order).await.map(Some),
        (What::Mail(order, name), Some(mailer)) => {
            let outgoing = outgoing(worker, &letter.row, order, name.as_deref());
            mailer.send(&outgoing).await.map(|()| None)
        }
        (What::Mail(..), None) => Err(MailRefused::Later("there is no mailer".to_owned())),
    }
}

/// Hands one mail or text over and writes down what became of it.
async fn hand_over(worker: Worker, letter: Letter) {
    let id = letter.row.id.clone();
    let sent = tokio::time::timeout(HAND_OVER_WITHIN, send(&worker, &letter)).await;
    let sent = sent.unwrap_or_else(|_| Err(MailRefused::Later("no answer in time".to_owned())));
    let fate = Fate::of(sent, &letter, worker.now());
    match &fate {
        Fate::Sent(_) => tracing::debug!(mail = id.as_str(), "handed over"),
        Fate::Again { at, why } => {
            let wait = worker.now().until(*at).as_seconds_up();
            tracing::warn!(mail = id.as_str(), wait, why, "refused for now");
        }
        Fate::Failed { why } => tracing::error!(mail = id.as_str(), why, "refused for good"),
    }
    // While the lease lasts nobody else sends it: the mark is worth some patience with a store that is away.
    let patience = worker.now() + LEASE;
    while let Err(error) = mark(&worker, &letter, &fate).await {
        match error {
            Error::Refused(_) if worker.now() < patience => pace(POLL).await,
            error => {
                tracing::error!(mail = id.as_str(), %error, "what became of the mail is not written down");
                return;
            }
        }
    }
}

fn outgoing(worker: &Worker, row: &Claimed, order: &MailOrder, name: Option<&str>) -> Outgoing {
    let (settings, id) = (worker.app.settings(), &row.id);
    let from = settings.senders.of(order.kind.sender()).to_owned();
    Outgoing {
        id: id.clone(),
        message_id: message_id(id, &from),
        from,
        from_name: settings.name.clone(),
        to: order.to.clone(),
        words: worker
            .app
            .ports()
            .composer
            .compose(order, &settings.public_url, name),
        at: row.created_at,
    }
}

/// The row's id at the sender's domain: the same however often the mail goes out.
fn message_id(id: &OutboxId, from: &str) -> String {
    let domain = from.rsplit('@').next().unwrap_or("localhost");
    format!("<{id}@{domain}>")
}

/// What became of a mail or a text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    /// Handed over; a text to this carrier.
    Sent(Option<String>),
    Again {
        at: Timestamp,
        why: String,
    },
    Failed {
        why: String,
    },
}

impl Fate {
    fn of(result: Result<Option<String>, MailRefused>, letter: &Letter, now: Timestamp) -> Self {
        let (row, until) = (&letter.row, letter.what.tried_until(&letter.row));
        match result {
            Ok(carrier) => Self::Sent(carrier),
            Err(MailRefused::Never(why)) => Self::Failed { why: cut(&why) },
            Err(MailRefused::Later(why)) => {
                let at = now + wait(row.attempt);
                if at < until {
                    Self::Again { at, why: cut(&why) }
                } else {
                    Self::Failed {
                        why: cut(&format!("given up: {why}")),
                    }
                }
            }
        }
    }
}

/// The wait after the attempt with this number.
fn wait(attempt: i64) -> Span {
    let doublings = u32::try_from(attempt.clamp(1, 16) - 1).unwrap_or(0);
    let wait = FIRST_WAIT.as_millis().saturating_mul(1 << doublings);
    Span::millis(wait.min(LONGEST_WAIT.as_millis()))
}

fn cut(words: &str) -> String {
    let tame = words.chars().map(|c| if c.is_control() { ' ' } else { c });
    tame.take(WORDS_KEPT).collect()
}

async fn mark(worker: &Worker, letter: &Letter, fate: &Fate) -> Result<(), Error> {
    let (now, dice, hand) = (worker.now(), worker.dice(), Arc::clone(&worker.hand));
    let (id, fate) = (letter.row.id.clone(), fate.clone());
    let record = record(letter, &fate);
    let marked = worker
        .app
        .db()
        .write(move |tx| {
            match &fate {
                Fate::Sent(carrier) => {
                    outbox::mark_sent(tx, &id, &hand, now)?;
                    if let Some(carrier) = carrier {
                        store::sms::taken(tx, &id, carrier)?;
                    }
                }
                Fate::Again { at, why } => outbox::mark_retry(tx, &id, &hand, *at, why)?,
                Fate::Failed { why } => outbox::mark_failed(tx, &id, &hand, now, why)?,
            }
            if let Some(record) = &record {
                store::audit::append(tx, &dice, now, record)?;
            }
            Ok(())
        })
        .await;
    match marked {
        // The lease ran out and another worker has it: what became of it is for that one to say.
        Err(Error::Store(StoreError::Conflict { .. })) => Ok(()),
        other => other,
    }
}

fn record(letter: &Letter, fate: &Fate) -> Option<Record> {
    let ((name, sent, failed), carrier) = match (&letter.what, fate) {
        (What::Mail(..), _) => (("mail", Event::MailHandedOver, Event::MailFailed), None),
        (What::Text(_), Fate::Sent(carrier)) => (
            ("text", Event::TextHandedOver, Event::TextFailed),
            carrier.as_ref(),
        ),
        (What::Text(_), _) => (("text", Event::TextHandedOver, Event::TextFailed), None),
    };
    let (event, why) = match fate {
        Fate::Sent(_) => (sent, None),
        Fate::Failed { why } => (failed, Some(why)),
        Fate::Again { .. } => return None,
    };
    let mut record = Record::new(event, Actor::System)
        .detail(name, letter.row.id.as_str())
        .detail("kind", letter.what.key())
        .detail("attempt", letter.row.attempt.to_string());
    if let Some(carrier) = carrier {
        record = record.detail("carrier", carrier.as_str());
    }
    if let Some(account) = letter.what.account() {
        record = record.about(account);
    }
    Some(match why {
        Some(why) => record.detail("reason", why.as_str()),
        None => record,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour() {
        let waits = [1, 2, 3, 8, 9, 99].map(|attempt| wait(attempt).as_seconds_up());
        assert_eq!(waits, [30, 60, 120, 3_600, 3_600, 3_600]);
    }

    #[test]
    fn a_servers_words_are_kept_short_and_on_one_line() {
        assert_eq!(cut("550 5.1.1\r\nno such user"), "550 5.1.1  no such user");
        assert_eq!(cut(&"x".repeat(1_000)).len(), WORDS_KEPT);
    }

    #[test]
    fn a_page_that_sleeps_is_woken_within_a_second() {
        let now = Timestamp::from_millis(1_000);
        assert_eq!(until(now, None), POLL);
        assert_eq!(until(now, Some(now + Span::hours(1))), POLL);
        assert_eq!(
            until(now, Some(now + Span::millis(200))),
            Duration::from_millis(200)
        );
    }
}
