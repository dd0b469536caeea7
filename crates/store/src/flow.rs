//! Rows of flows: the state of a person's way through pages, sealed, bound to the browser that began it.

use crate::engine::Tx;
use crate::sql::statements;
use crate::{StoreError, params};
use domain::ids::FlowId;
use domain::time::Timestamp;

statements! {
    INSERT = "insert into flow (id, kind, browser, state, version, created_at, touched_at, ends_at) values ($1, $2, $3, $4, 1, $5, $5, $6)";
    FIND = "select browser, state, version, touched_at, ends_at from flow where id = $1 and kind = $2";
    LOCK = "select browser, state, version, touched_at, ends_at from flow where id = $1 and kind = $2 /*for update*/";
    SAVE = "update flow set state = $2, version = version + 1, touched_at = $3 where id = $1";
    END = "delete from flow where id = $1";
    CLEAR = "delete from flow";
    END_DEAD = "delete from flow where ends_at <= $1 or touched_at <= $2";
}

/// A flow as it lies in the store.
#[derive(Debug)]
pub struct Stored {
    /// SHA-256 of the cookie of the browser that began it.
    pub browser: Vec<u8>,
    /// The state, as JSON.
    pub state: Vec<u8>,
    /// How often it was saved; marks old forms, decides nothing.
    pub version: i64,
    /// The last step.
    pub touched_at: Timestamp,
    /// The absolute end.
    pub ends_at: Timestamp,
}

/// Begins a flow.
///
/// # Errors
/// Only faults.
pub fn insert(
    tx: &mut Tx<'_>,
    id: &FlowId,
    kind: &str,
    browser: &[u8],
    state: &[u8],
    now: Timestamp,
    ends_at: Timestamp,
) -> Result<(), StoreError> {
    let sealed = tx.seal("flow", "state", id.as_str(), state)?;
    tx.run(
        &INSERT,
        params![id.as_str(), kind, browser, sealed, now, ends_at],
    )
    .map(drop)
}

/// The flow, to look at.
///
/// # Errors
/// Only faults.
pub fn find(tx: &mut Tx<'_>, id: &FlowId, kind: &str) -> Result<Option<Stored>, StoreError> {
    load(tx, &FIND, id, kind)
}

/// The flow, to be changed in this transaction; others wait.
///
/// # Errors
/// Only faults.
pub fn lock(tx: &mut Tx<'_>, id: &FlowId, kind: &str) -> Result<Option<Stored>, StoreError> {
    load(tx, &LOCK, id, kind)
}

fn load(
    tx: &mut Tx<'_>,
    sql: &crate::sql::Sql,
    id: &FlowId,
    kind: &str,
) -> Result<Option<Stored>, StoreError> {
    let found = tx.opt(sql, params![id.as_str(), kind], |row| {
        Ok(Stored {
            browser: row.blob(0)?,
            state: row.blob(1)?,
            version: row.int(2)?,
            touched_at: row.time(3)?,
            ends_at: row.time(4)?,
        })
    })?;
    let Some(mut stored) = found else {
        return Ok(None);
    };
    stored.state = tx
        .open("flow", "state", id.as_str(), &stored.state)?
        .expose()
        .clone();
    Ok(Some(stored))
}

/// Saves the next state.
///
/// # Errors
/// A conflict when the flow is gone.
pub fn save(tx: &mut Tx<'_>, id: &FlowId, state: &[u8], now: Timestamp) -> Result<(), StoreError> {
    let sealed = tx.seal("flow", "state", id.as_str(), state)?;
    tx.run_one(&SAVE, params![id.as_str(), sealed, now])
}

/// Ends a flow.
///
/// # Errors
/// Only faults.
pub fn end(tx: &mut Tx<'_>, id: &FlowId) -> Result<(), StoreError> {
    tx.run(&END, params![id.as_str()]).map(drop)
}

/// Removes flows past their end or untouched since `idle_since`.
///
/// # Errors
/// Only faults.
pub fn clean(tx: &mut Tx<'_>, now: Timestamp, idle_since: Timestamp) -> Result<u64, StoreError> {
    tx.run(&END_DEAD, params![now, idle_since])
}

/// Ends every flow.
///
/// # Errors
/// Only faults.
pub fn clear(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.run(&CLEAR, params![])
}
