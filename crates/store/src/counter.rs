//! Rows of counters: failures per authenticator and standing, mails and calls per window. They hold on every node.

use crate::engine::Tx;
use crate::sql::statements;
use crate::{StoreError, params};
use domain::step::CounterKey;
use domain::throttle::Throttle;
use domain::time::Timestamp;

statements! {
    FIND = "select failures, last_at from counter where key = $1";
    SET = "insert into counter (key, failures, last_at) values ($1, $2, $3) \
        on conflict (key) do update set failures = excluded.failures, last_at = excluded.last_at";
    ADD = "insert into counter (key, failures, last_at) values ($1, 1, $2) \
        on conflict (key) do update set failures = counter.failures + 1, last_at = excluded.last_at";
    REMOVE = "delete from counter where key = $1";
    FORGET = "delete from counter where last_at <= $1";
    LIKE = "select cast(count(*) as bigint) from counter";
}

/// The counter, zero if there is none.
///
/// # Errors
/// Only faults.
pub fn find(tx: &mut Tx<'_>, key: &CounterKey) -> Result<Throttle, StoreError> {
    let found = tx.opt(&FIND, params![key.0.as_str()], |row| {
        Ok(Throttle {
            failures: u32::try_from(row.int(0)?).unwrap_or(u32::MAX),
            last_at: row.int(1)?,
        })
    })?;
    Ok(found.unwrap_or_default())
}

/// Sets the counter; zero removes it.
///
/// # Errors
/// Only faults.
pub fn set(tx: &mut Tx<'_>, key: &CounterKey, value: Throttle) -> Result<(), StoreError> {
    if value == Throttle::default() {
        return tx.run(&REMOVE, params![key.0.as_str()]).map(drop);
    }
    tx.run(
        &SET,
        params![key.0.as_str(), i64::from(value.failures), value.last_at],
    )
    .map(drop)
}

/// Adds one.
///
/// # Errors
/// Only faults.
pub fn add(tx: &mut Tx<'_>, key: &CounterKey, now: Timestamp) -> Result<(), StoreError> {
    tx.run(&ADD, params![key.0.as_str(), now]).map(drop)
}

/// Forgets counters that nothing happened to since `since`.
///
/// # Errors
/// Only faults.
pub fn clean(tx: &mut Tx<'_>, since: Timestamp) -> Result<u64, StoreError> {
    tx.run(&FORGET, params![since])
}

/// How many counters there are, for the operator's eyes.
///
/// # Errors
/// Only faults.
pub fn count(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    tx.one(&LIKE, params![], |row| row.int(0))
}
