//! Calls among the rows of the outbox: those in a worker's hand, and what a trial telephone keeps of them.

use super::{Entry, Found, read};
use crate::engine::Tx;
use crate::error::StoreError;
use crate::params;
use crate::sql::{Sql, statements};
use domain::ids::{CallId, OutboxId};
use domain::time::Timestamp;

statements! {
    LIST = "select id, kind, state, message_id, reference, language, recipient, body, created_at, due_at, \
            attempts, done_at, error, topic \
        from outbox where kind = 'call' order by created_at desc, id desc limit $1";
    FIND = "select id, kind, state, message_id, reference, language, recipient, body, created_at, due_at, \
            attempts, done_at, error, topic \
        from outbox where message_id = $1 and kind = 'call'";
    LOCK = "select id, kind, state, message_id, reference, language, recipient, body, created_at, due_at, \
            attempts, done_at, error, topic \
        from outbox where message_id = $1 and kind = 'call' /*for update*/";
    KEEP = "update outbox set body = $2 where id = $1 and erase = 0 and state in ('dialling', 'sent')";
    IN_HAND = "select id, message_id, created_at from outbox \
        where state in ('sending', 'dialling') and state = 'dialling' and lease_by = $1 order by lease_until, id";
}

/// A call that a worker has in hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InHand {
    /// Its row.
    pub id: OutboxId,
    /// The call.
    pub call: CallId,
    /// When it was ordered.
    pub placed_at: Timestamp,
}

/// The calls of all numbers, from the newest on.
pub fn list(tx: &mut Tx<'_>, size: u32) -> Result<Vec<Entry>, StoreError> {
    let found = tx.all(&LIST, params![size], read)?;
    found.into_iter().map(|found| found.open(tx)).collect()
}

/// The row of a call.
pub fn find(tx: &mut Tx<'_>, call: &CallId) -> Result<Option<Entry>, StoreError> {
    load(tx, &FIND, call)
}

/// The row of a call, to be changed in this transaction; others wait.
pub fn lock(tx: &mut Tx<'_>, call: &CallId) -> Result<Option<Entry>, StoreError> {
    load(tx, &LOCK, call)
}

fn load(tx: &mut Tx<'_>, sql: &Sql, call: &CallId) -> Result<Option<Entry>, StoreError> {
    let found: Option<Found> = tx.opt(sql, params![call], read)?;
    found.map(|found| found.open(tx)).transpose()
}

/// Keeps what a trial telephone has to remember, in the place of the body. Says whether there is such a row: one whose
/// body is to be erased never is.
pub fn keep(tx: &mut Tx<'_>, id: &OutboxId, body: &[u8]) -> Result<bool, StoreError> {
    let sealed = tx.seal("outbox", "body", id.as_str(), body)?;
    Ok(tx.run(&KEEP, params![id, sealed])? == 1)
}

/// The calls that a worker has in hand.
pub fn in_hand(tx: &mut Tx<'_>, by: &str) -> Result<Vec<InHand>, StoreError> {
    tx.all(&IN_HAND, params![by], |row| {
        Ok(InHand {
            id: row.parse(0)?,
            call: row.parse(1)?,
            placed_at: row.time(2)?,
        })
    })
}
