//! Rows of the guard of the channels: of each part which settings were approved, and what differs from them, sealed.

use crate::engine::{Row, Tx};
use crate::sql::statements;
use crate::{StoreError, params};
use domain::channel::{Guarded, Part};

statements! {
    PUT = "insert into channel (part, state, paused_until) values ($1, $2, $3) \
        on conflict (part) do update set state = excluded.state, paused_until = excluded.paused_until";
    ALL = "select part, state from channel where part in ('holds', 'mail', 'voice') order by part";
    PAUSED = "select part, state from channel where part in ('holds', 'mail', 'voice') and paused_until is not null order by part";
    LOCK = "select part, state from channel where part = $1 /*for update*/";
}

const TABLE: &str = "channel";

/// Writes what is known of a part.
///
/// # Errors
/// Only faults.
pub fn put(tx: &mut Tx<'_>, guarded: &Guarded) -> Result<(), StoreError> {
    let plain = serde_json::to_vec(guarded).map_err(|_| corrupt())?;
    let part = guarded.part.key();
    let state = tx.seal(TABLE, "state", part, &plain)?;
    let until = guarded.change.as_ref().map(|change| change.until);
    tx.run(&PUT, params![part, state, until]).map(drop)
}

fn corrupt() -> StoreError {
    StoreError::Corrupt("channel.state".to_owned())
}

fn sealed(row: &Row<'_>) -> Result<(String, Vec<u8>), StoreError> {
    Ok((row.text(0)?, row.blob(1)?))
}

fn opened(tx: &Tx<'_>, (part, state): (String, Vec<u8>)) -> Result<Guarded, StoreError> {
    let plain = tx.open(TABLE, "state", &part, &state)?;
    serde_json::from_slice(plain.expose()).map_err(|_| corrupt())
}

/// Every part that is known.
///
/// # Errors
/// Only faults.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Guarded>, StoreError> {
    let rows = tx.all(&ALL, params![], sealed)?;
    rows.into_iter().map(|row| opened(tx, row)).collect()
}

/// The parts in which something differs from what was approved.
///
/// # Errors
/// Only faults.
pub fn paused(tx: &mut Tx<'_>) -> Result<Vec<Guarded>, StoreError> {
    let rows = tx.all(&PAUSED, params![], sealed)?;
    rows.into_iter().map(|row| opened(tx, row)).collect()
}

/// A part, to be changed in this transaction; others wait.
///
/// # Errors
/// Only faults.
pub fn lock(tx: &mut Tx<'_>, part: Part) -> Result<Option<Guarded>, StoreError> {
    let row = tx.opt(&LOCK, params![part.key()], sealed)?;
    row.map(|row| opened(tx, row)).transpose()
}
