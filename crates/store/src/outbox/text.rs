//! Texts among the rows of the outbox: what a carrier tells of them after it took them, and a trial telephone's list.

use super::{Entry, Found, read};
use crate::engine::Tx;
use crate::error::StoreError;
use crate::params;
use crate::sql::statements;
use domain::ids::OutboxId;
use domain::time::Timestamp;

statements! {
    LIST = "select id, kind, state, message_id, reference, language, recipient, body, created_at, due_at, \
            attempts, done_at, error, topic \
        from outbox where kind = 'text' order by created_at desc, id desc limit $1";
    ARRIVED = "update outbox set state = 'delivered', done_at = $2, error = null, lease_by = null, lease_until = null, \
            body = case erase when 1 then null else body end \
        where id = $1 and kind = 'text' and state in ('sending', 'sent', 'failed')";
    LOST = "update outbox set state = 'failed', done_at = $2, error = $3, lease_by = null, lease_until = null, body = null \
        where id = $1 and kind = 'text' and state in ('sending', 'sent')";
}

/// The texts to all numbers, from the newest on.
pub fn list(tx: &mut Tx<'_>, size: u32) -> Result<Vec<Entry>, StoreError> {
    let found = tx.all(&LIST, params![size], read)?;
    found
        .into_iter()
        .map(|found: Found| found.open(tx))
        .collect()
}

/// The carrier told that a text arrived, which goes before everything told until then; or why it did not. Says whether
/// that was news.
pub fn told(
    tx: &mut Tx<'_>,
    id: &OutboxId,
    lost: Option<&str>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = match lost {
        None => tx.run(&ARRIVED, params![id, now])?,
        Some(why) => tx.run(&LOST, params![id, now, why])?,
    };
    Ok(changed == 1)
}
