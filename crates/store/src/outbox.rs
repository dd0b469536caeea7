//! What goes out, as rows written by the transaction that caused it: mails, texts and calls, and decoys of mails.
//!
//! A worker claims rows for a time and says what became of them. If it dies, a mail is handed over again with the same
//! message id, so that the next server may drop the second copy; a call is never dialled again, because a phone that
//! rings twice for one press is a new fright, but closed as [`State::Lost`].
//!
//! Invariant: recipient and body are sealed to their row. The body is erased on hand-over if the draft asks for it,
//! and always when the row fails or is lost.

pub mod call;
pub mod text;

use crate::engine::{Page, Row, Topic, Tx, Value};
use crate::error::StoreError;
use crate::params;
use crate::sql::{Sql, statements};
use domain::ids::OutboxId;
use domain::locale::Locale;
use domain::secret::Secret;
use domain::time::{Span, Timestamp};

/// Takes rows that wait so, in this order. Two statements, because each has an index of its own: the rows that are
/// done stay for weeks and must not be read again with every mail.
macro_rules! claim {
    ($waits:literal, $order:literal) => {
        concat!(
            "with due as materialized (select id from outbox where kind in ($1, $2, $7) and ",
            $waits,
            " order by ",
            $order,
            " limit $4 /*for update skip locked*/) \
            update outbox set state = case kind when 'call' then 'dialling' else 'sending' end, \
            lease_by = $5, lease_until = $6, attempts = attempts + 1 \
            where id in (select id from due) \
            returning due_at, id, kind, message_id, reference, language, recipient, body, created_at, attempts, topic"
        )
    };
}

statements! {
    PUSH = "insert into outbox (id, kind, topic, state, message_id, reference, language, recipient, body, erase, \
        created_at, due_at, attempts) values ($1, $2, $3, 'queued', $4, $5, $6, $7, $8, $9, $10, $11, 0) \
        on conflict (message_id) do nothing";
    CLAIM = claim!("state = 'queued' and due_at <= $3", "due_at, id");
    RECLAIM = claim!("state in ('sending', 'dialling') and state = 'sending' and lease_until <= $3", "lease_until, id");
    EXTEND = "update outbox set lease_until = $3 \
        where id = $1 and lease_by = $2 and state in ('sending', 'dialling')";
    SENT = "update outbox set state = 'sent', done_at = $3, lease_by = null, lease_until = null, error = null, \
            body = case erase when 1 then null else body end \
        where id = $1 and lease_by = $2 and state in ('sending', 'dialling')";
    RETRY = "update outbox set state = 'queued', due_at = $3, error = $4, lease_by = null, lease_until = null \
        where id = $1 and lease_by = $2 and state in ('sending', 'dialling')";
    FAILED = "update outbox set state = 'failed', done_at = $3, error = $4, lease_by = null, lease_until = null, \
            body = null \
        where id = $1 and lease_by = $2 and state in ('sending', 'dialling')";
    LOST = "update outbox set state = 'lost', done_at = $1, error = 'lost', lease_by = null, lease_until = null, \
            body = null \
        where state in ('sending', 'dialling') and state = 'dialling' and (lease_until <= $1 or cast($2 as bigint) = 1) returning id, reference";
    ABANDON = "update outbox set state = 'lost', done_at = $2, error = 'lost', lease_by = null, lease_until = null, \
            body = null \
        where state in ('sending', 'dialling') and state = 'dialling' and lease_by = $1 returning id, reference";
    FREE = "update outbox set state = 'queued', lease_by = null, lease_until = null \
        where state in ('sending', 'dialling') and state = 'sending'";
    FIND = "select id, kind, state, message_id, reference, language, recipient, body, created_at, due_at, \
            attempts, done_at, error, topic \
        from outbox where id = $1";
    LIST = "select id, kind, state, message_id, reference, language, recipient, body, created_at, due_at, \
            attempts, done_at, error, topic \
        from outbox where (created_at, id) < ($1, $2) order by created_at desc, id desc limit $3";
    OF_REFERENCE = "select id, kind, state, message_id, reference, language, recipient, body, created_at, due_at, \
            attempts, done_at, error, topic \
        from outbox where reference = $1 order by created_at, id";
    BACKLOG = "select cast(count(*) as bigint), cast(min(due_at) as bigint) from outbox where state = 'queued'";
    NEWEST = "select state, created_at, attempts from outbox where reference = $1 and topic = $2 \
        order by created_at desc, id desc limit 1";
    NEXT_MAIL = "select cast((select min(due_at) from outbox where state = 'queued' and kind <> 'call') as bigint), \
        cast((select min(lease_until) from outbox where state in ('sending', 'dialling') and kind <> 'call') as bigint)";
    NEXT_CALL = "select cast((select min(due_at) from outbox where state = 'queued' and kind = 'call') as bigint), \
        cast((select min(lease_until) from outbox where state in ('sending', 'dialling') and kind = 'call') as bigint)";
    WITHDRAW = "delete from outbox where reference = $1 and state = 'queued'";
    PURGE = "delete from outbox where done_at < $1";
    CLEAR = "delete from outbox";
}

macro_rules! names {
    ($(#[doc = $top:literal])* $type:ident { $($(#[doc = $doc:literal])* $name:ident = $text:literal,)* }) => {
        $(#[doc = $top])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $type { $($(#[doc = $doc])* $name,)* }

        impl $type {
            /// As it stands in the row and in `outbox list`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            fn read(row: &Row<'_>, column: usize) -> Result<Self, StoreError> {
                match row.text(column)?.as_str() {
                    $($text => Ok(Self::$name),)*
                    _ => Err(StoreError::Corrupt(concat!("outbox: unknown ", stringify!($type)).to_owned())),
                }
            }
        }
    };
}

names! {
    /// What a row is.
    Kind {
        /// A mail.
        Mail = "mail",
        /// The decoy of a mail: claimed and marked like one, never sent, so that a name that does not exist
        /// costs the same.
        Decoy = "none",
        /// A phone call.
        Call = "call",
        /// A short text to a telephone.
        Text = "text",
    }
}

impl Kind {
    const fn channel(self) -> Channel {
        match self {
            Self::Mail | Self::Decoy | Self::Text => Channel::Mail,
            Self::Call => Channel::Call,
        }
    }
}

names! {
    /// Where a row stands.
    State {
        /// Waits until it is due.
        Queued = "queued",
        /// A mail that a worker has in hand.
        Sending = "sending",
        /// A call that a worker has in hand.
        Dialling = "dialling",
        /// Handed over.
        Sent = "sent",
        /// A text of which the carrier told that it arrived.
        Delivered = "delivered",
        /// Given up.
        Failed = "failed",
        /// A call whose worker died: whether the phone rang is not known.
        Lost = "lost",
    }
}

/// What a worker claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// What is written: mails, their decoys, and texts.
    Mail,
    /// Calls.
    Call,
}

impl Channel {
    /// Woken by every row that is pushed for it.
    pub const fn topic(self) -> Topic {
        match self {
            Self::Mail => Topic::new("outbox mail"),
            Self::Call => Topic::new("outbox call"),
        }
    }

    const fn kinds(self) -> [&'static str; 3] {
        match self {
            Self::Mail => ["mail", "none", "text"],
            Self::Call => ["call", "call", "call"],
        }
    }
}

/// A row to be written.
#[derive(Clone)]
pub struct Draft<'a> {
    /// Its id.
    pub id: &'a OutboxId,
    /// What it is.
    pub kind: Kind,
    /// What it is about: the kind of the mail, or the purpose of the call. It stays readable when the rest is erased.
    pub topic: &'a str,
    /// Stays the same however often it is handed over: the mail's `Message-ID`, or the call's id. A second draft
    /// with a known one is dropped.
    pub message_id: &'a str,
    /// The flow or case it belongs to.
    pub reference: Option<&'a str>,
    /// The reader's or listener's language.
    pub locale: Locale,
    /// Address or number.
    pub recipient: &'a str,
    /// What the worker needs to send it.
    pub body: &'a [u8],
    /// Whether the body goes once it is handed over. Trial transports keep it, to show it.
    pub erase: bool,
    /// Now.
    pub created_at: Timestamp,
    /// Not before then.
    pub due_at: Timestamp,
}

impl std::fmt::Debug for Draft<'_> {
    /// Shows the id only: the rest holds addresses, codes and links.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Draft({})", self.id)
    }
}

/// A row that this worker has in hand.
#[derive(Debug)]
pub struct Claimed {
    /// Its id.
    pub id: OutboxId,
    /// What it is. A decoy is only marked as sent.
    pub kind: Kind,
    /// What it is about.
    pub topic: String,
    /// The same at each attempt.
    pub message_id: String,
    /// The flow or case it belongs to.
    pub reference: Option<String>,
    /// The reader's or listener's language.
    pub locale: Locale,
    /// Address or number.
    pub recipient: Secret<String>,
    /// What the draft held.
    pub body: Secret<Vec<u8>>,
    /// When it was pushed.
    pub created_at: Timestamp,
    /// This attempt's number, from 1.
    pub attempt: i64,
}

/// A row as it is shown.
#[derive(Debug)]
pub struct Entry {
    /// Its id.
    pub id: OutboxId,
    /// What it is.
    pub kind: Kind,
    /// What it is about.
    pub topic: String,
    /// Where it stands.
    pub state: State,
    /// The same at each attempt.
    pub message_id: String,
    /// The flow or case it belongs to.
    pub reference: Option<String>,
    /// The reader's or listener's language.
    pub locale: Locale,
    /// Address or number.
    pub recipient: Secret<String>,
    /// What the draft held, unless it was erased.
    pub body: Option<Secret<Vec<u8>>>,
    /// When it was pushed.
    pub created_at: Timestamp,
    /// Not before then.
    pub due_at: Timestamp,
    /// Attempts so far.
    pub attempts: i64,
    /// When it was handed over or given up.
    pub done_at: Option<Timestamp>,
    /// Why the last attempt failed.
    pub error: Option<String>,
}

/// A call whose worker died.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostCall {
    /// Its id.
    pub id: OutboxId,
    /// The case it belongs to.
    pub reference: Option<String>,
}

/// How far a row has come, for the page that waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Where it stands.
    pub state: State,
    /// When it was pushed.
    pub created_at: Timestamp,
    /// Attempts so far.
    pub attempts: i64,
}

/// How much waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// Rows that nobody has claimed.
    pub waiting: i64,
    /// When the first of them is, or was, due.
    pub first_due: Option<Timestamp>,
}

/// Writes a row and wakes the worker. `false` if the message id is known: then nothing is written.
pub fn push(tx: &mut Tx<'_>, draft: &Draft<'_>) -> Result<bool, StoreError> {
    let id = draft.id.as_str();
    let recipient = tx.seal("outbox", "recipient", id, draft.recipient.as_bytes())?;
    let body = tx.seal("outbox", "body", id, draft.body)?;
    let written = tx.run(
        &PUSH,
        params![
            id,
            draft.kind.as_str(),
            draft.topic,
            draft.message_id,
            draft.reference,
            draft.locale.tag(),
            recipient,
            body,
            draft.erase,
            draft.created_at,
            draft.due_at,
        ],
    )?;
    if written == 1 {
        tx.wake(draft.kind.channel().topic());
    }
    Ok(written == 1)
}

/// Takes up to `limit` due rows in hand for `lease`; nobody else gets them until then. A mail whose lease ran out is
/// given again.
pub fn claim(
    tx: &mut Tx<'_>,
    channel: Channel,
    by: &str,
    now: Timestamp,
    lease: Span,
    limit: u32,
) -> Result<Vec<Claimed>, StoreError> {
    let [one, other, third] = channel.kinds();
    let until = now + lease;
    let mut rows = taken(
        tx,
        &CLAIM,
        params![one, other, now, limit, by, until, third],
    )?;
    let left = i64::from(limit) - i64::try_from(rows.len()).unwrap_or(i64::MAX);
    if left > 0 {
        rows.extend(taken(
            tx,
            &RECLAIM,
            params![one, other, now, left, by, until, third],
        )?);
    }
    let mut opened = Vec::with_capacity(rows.len());
    for (due, (recipient, body), claimed) in rows {
        match open_claimed(tx, claimed, &recipient, body) {
            Ok(claimed) => opened.push((due, claimed)),
            // One row that does not open must not hold up the others.
            Err((id, error @ (StoreError::Sealed { .. } | StoreError::Corrupt(_)))) => {
                tracing::error!(row = id.as_str(), %error, "an outbox row cannot be read and is given up");
                mark_failed(tx, &id, by, now, "the row cannot be read")?;
            }
            Err((_, error)) => return Err(error),
        }
    }
    opened.sort_by(|(a, x), (b, y)| (a, x.id.as_str()).cmp(&(b, y.id.as_str())));
    Ok(opened.into_iter().map(|(_, claimed)| claimed).collect())
}

/// A row as it was claimed: when it was due, recipient and body still sealed, the rest.
type Taken = (Timestamp, (Vec<u8>, Option<Vec<u8>>), Claimed);

fn taken(tx: &mut Tx<'_>, sql: &Sql, params: &[Value<'_>]) -> Result<Vec<Taken>, StoreError> {
    tx.all(sql, params, |row| {
        let id: OutboxId = row.parse(1)?;
        let sealed = (row.blob(6)?, row.opt_blob(7)?);
        let claimed = Claimed {
            id,
            kind: Kind::read(row, 2)?,
            topic: row.text(10)?,
            message_id: row.text(3)?,
            reference: row.opt_text(4)?,
            locale: locale(row, 5)?,
            recipient: Secret::new(String::new()),
            body: Secret::new(Vec::new()),
            created_at: row.time(8)?,
            attempt: row.int(9)?,
        };
        Ok((row.time(0)?, sealed, claimed))
    })
}

fn open_claimed(
    tx: &Tx<'_>,
    mut claimed: Claimed,
    recipient: &[u8],
    body: Option<Vec<u8>>,
) -> Result<Claimed, (OutboxId, StoreError)> {
    let opened = open_recipient(tx, &claimed.id, recipient).and_then(|recipient| {
        let body = open_body(tx, &claimed.id, body)?;
        Ok((
            recipient,
            body.ok_or_else(|| {
                StoreError::Corrupt("outbox: a row without a body is due".to_owned())
            })?,
        ))
    });
    match opened {
        Ok((recipient, body)) => {
            claimed.recipient = recipient;
            claimed.body = body;
            Ok(claimed)
        }
        Err(error) => Err((claimed.id, error)),
    }
}

/// Keeps a row in hand for longer: a call may last.
pub fn extend(
    tx: &mut Tx<'_>,
    id: &OutboxId,
    by: &str,
    until: Timestamp,
) -> Result<(), StoreError> {
    tx.run_one(&EXTEND, params![id, by, until])
}

/// The row was handed over. [`StoreError::Conflict`] if it is not in this worker's hand any more.
pub fn mark_sent(
    tx: &mut Tx<'_>,
    id: &OutboxId,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.run_one(&SENT, params![id, by, now])
}

/// The row is to be tried again at `due_at`. For a call only where it is certain that no phone rang.
pub fn mark_retry(
    tx: &mut Tx<'_>,
    id: &OutboxId,
    by: &str,
    due_at: Timestamp,
    error: &str,
) -> Result<(), StoreError> {
    tx.run_one(&RETRY, params![id, by, due_at, error])
}

/// The row is given up and its body erased.
pub fn mark_failed(
    tx: &mut Tx<'_>,
    id: &OutboxId,
    by: &str,
    now: Timestamp,
    error: &str,
) -> Result<(), StoreError> {
    tx.run_one(&FAILED, params![id, by, now, error])
}

/// Closes the calls whose worker died and gives them back, so that their cases can be told.
///
/// `alone` is for the start of a server that holds the installation's lock: whatever is in hand then is in a dead
/// hand, so mails wait for no lease either. Others pass `false`, every few seconds.
pub fn recover(tx: &mut Tx<'_>, now: Timestamp, alone: bool) -> Result<Vec<LostCall>, StoreError> {
    if alone {
        tx.run(&FREE, &[])?;
    }
    tx.all(&LOST, params![now, alone], lost)
}

/// Closes the calls that this worker has in hand, because it stops.
pub fn abandon(tx: &mut Tx<'_>, by: &str, now: Timestamp) -> Result<Vec<LostCall>, StoreError> {
    tx.all(&ABANDON, params![by, now], lost)
}

fn lost(row: &Row<'_>) -> Result<LostCall, StoreError> {
    Ok(LostCall {
        id: row.parse(0)?,
        reference: row.opt_text(1)?,
    })
}

/// One row.
pub fn find(tx: &mut Tx<'_>, id: &OutboxId) -> Result<Option<Entry>, StoreError> {
    let found = tx.opt(&FIND, params![id], read)?;
    found.map(|found| found.open(tx)).transpose()
}

/// Rows from the newest on, after the last one seen if one is given.
pub fn list(
    tx: &mut Tx<'_>,
    after: Option<(Timestamp, &OutboxId)>,
    size: u32,
) -> Result<Page<Entry>, StoreError> {
    let at = after.map_or(i64::MAX, |(at, _)| at.millis());
    let id = after.map_or("", |(_, id)| id.as_str());
    let page = tx.page(&LIST, params![at, id], size, read)?;
    let items = page
        .items
        .into_iter()
        .map(|found| found.open(tx))
        .collect::<Result<_, _>>()?;
    Ok(Page {
        items,
        more: page.more,
    })
}

/// All rows of a flow or case, from the oldest on.
pub fn of_reference(tx: &mut Tx<'_>, reference: &str) -> Result<Vec<Entry>, StoreError> {
    let found = tx.all(&OF_REFERENCE, params![reference], read)?;
    found.into_iter().map(|found| found.open(tx)).collect()
}

/// Takes back the rows of a flow, case or change that nobody has in hand yet, and says how many.
pub fn withdraw(tx: &mut Tx<'_>, reference: &str) -> Result<u64, StoreError> {
    tx.run(&WITHDRAW, params![reference])
}

/// How much waits, and since when.
pub fn backlog(tx: &mut Tx<'_>) -> Result<Backlog, StoreError> {
    tx.one(&BACKLOG, &[], |row| {
        Ok(Backlog {
            waiting: row.int(0)?,
            first_due: row.opt_time(1)?,
        })
    })
}

/// How far the newest row about this has come, without opening it.
pub fn newest(
    tx: &mut Tx<'_>,
    reference: &str,
    topic: &str,
) -> Result<Option<Standing>, StoreError> {
    tx.opt(&NEWEST, params![reference, topic], |row| {
        Ok(Standing {
            state: State::read(row, 0)?,
            created_at: row.time(1)?,
            attempts: row.int(2)?,
        })
    })
}

/// When there is something to do: the next row is due, or the lease of one in hand runs out. A read, so that an idle
/// worker writes nothing.
pub fn next_due(tx: &mut Tx<'_>, channel: Channel) -> Result<Option<Timestamp>, StoreError> {
    let next = match channel {
        Channel::Mail => &NEXT_MAIL,
        Channel::Call => &NEXT_CALL,
    };
    tx.one(next, &[], |row| {
        Ok(match (row.opt_time(0)?, row.opt_time(1)?) {
            (Some(due), Some(lease)) => Some(due.min(lease)),
            (due, lease) => due.or(lease),
        })
    })
}

/// Deletes rows that were done with before `before`, and says how many.
pub fn purge(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    tx.run(&PURGE, params![before])
}

/// Deletes every row, whatever became of it, and says how many.
pub fn clear(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.run(&CLEAR, &[])
}

/// A row whose sealed columns are still closed.
struct Found {
    entry: Entry,
    recipient: Vec<u8>,
    body: Option<Vec<u8>>,
}

impl Found {
    fn open(self, tx: &Tx<'_>) -> Result<Entry, StoreError> {
        let recipient = open_recipient(tx, &self.entry.id, &self.recipient)?;
        let body = open_body(tx, &self.entry.id, self.body)?;
        Ok(Entry {
            recipient,
            body,
            ..self.entry
        })
    }
}

fn read(row: &Row<'_>) -> Result<Found, StoreError> {
    let entry = Entry {
        id: row.parse(0)?,
        kind: Kind::read(row, 1)?,
        topic: row.text(13)?,
        state: State::read(row, 2)?,
        message_id: row.text(3)?,
        reference: row.opt_text(4)?,
        locale: locale(row, 5)?,
        recipient: Secret::new(String::new()),
        body: None,
        created_at: row.time(8)?,
        due_at: row.time(9)?,
        attempts: row.int(10)?,
        done_at: row.opt_time(11)?,
        error: row.opt_text(12)?,
    };
    Ok(Found {
        entry,
        recipient: row.blob(6)?,
        body: row.opt_blob(7)?,
    })
}

fn locale(row: &Row<'_>, column: usize) -> Result<Locale, StoreError> {
    let tag = row.text(column)?;
    Locale::from_tag(&tag).ok_or_else(|| StoreError::Corrupt("outbox: unknown language".to_owned()))
}

fn open_recipient(tx: &Tx<'_>, id: &OutboxId, sealed: &[u8]) -> Result<Secret<String>, StoreError> {
    let plain = tx.open("outbox", "recipient", id.as_str(), sealed)?;
    let text = std::str::from_utf8(plain.expose());
    text.map(Secret::from)
        .map_err(|_| StoreError::Corrupt("outbox: a recipient is no text".to_owned()))
}

fn open_body(
    tx: &Tx<'_>,
    id: &OutboxId,
    sealed: Option<Vec<u8>>,
) -> Result<Option<Secret<Vec<u8>>>, StoreError> {
    sealed
        .map(|sealed| tx.open("outbox", "body", id.as_str(), &sealed))
        .transpose()
}
