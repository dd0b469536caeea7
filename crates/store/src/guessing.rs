//! Rows of guessing that is spread over many names: what is known of each network, and failures of the installation.

use crate::engine::Tx;
use crate::sql::{Sql, statements};
use crate::{StoreError, params};
use domain::guessing::{HOUR_SLOTS, Installation, Network, SLOT, WEEK_SLOTS};
use domain::time::Timestamp;

statements! {
    FIND = "select body from guessing_network where network = $1";
    LOCK = "select body from guessing_network where network = $1 /*for update*/";
    KEEP = "insert into guessing_network (network, body, keep_until) values ($1, $2, $3) \
        on conflict (network) do update set body = excluded.body, keep_until = excluded.keep_until";
    COUNT = "insert into guessing_slot (slot, failures) values ($1, 1) \
        on conflict (slot) do update set failures = guessing_slot.failures + 1";
    SUM = "select cast(coalesce(sum(failures), 0) as bigint) from guessing_slot where slot > $1 and slot <= $2";
    FORGET = "delete from guessing_network where keep_until <= $1";
    FORGET_SLOTS = "delete from guessing_slot where slot <= $1";
}

/// What is known of a network, to look at.
///
/// # Errors
/// Only faults.
pub fn find(tx: &mut Tx<'_>, network: &str) -> Result<Network, StoreError> {
    load(tx, &FIND, network)
}

/// What is known of a network, to be changed in this transaction; others wait.
///
/// # Errors
/// Only faults.
pub fn lock(tx: &mut Tx<'_>, network: &str) -> Result<Network, StoreError> {
    load(tx, &LOCK, network)
}

fn load(tx: &mut Tx<'_>, sql: &Sql, network: &str) -> Result<Network, StoreError> {
    let found = tx.opt(sql, params![network], |row| row.text(0))?;
    match found {
        Some(body) => serde_json::from_str(&body)
            .map_err(|_| StoreError::Corrupt("guessing_network.body".to_owned())),
        None => Ok(Network::default()),
    }
}

/// One more failure: what is known of the network from now on, and one more of the installation.
///
/// # Errors
/// Only faults.
pub fn failed(
    tx: &mut Tx<'_>,
    network: &str,
    known: &Network,
    keep_until: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let body = serde_json::to_string(known)
        .map_err(|_| StoreError::Corrupt("guessing_network.body".to_owned()))?;
    tx.run(&KEEP, params![network, body, keep_until])?;
    tx.run(&COUNT, params![slot(now)]).map(drop)
}

/// Failures of the whole installation. The week is summed up only where the last hour had `from` or more.
///
/// # Errors
/// Only faults.
pub fn installation(
    tx: &mut Tx<'_>,
    from: u32,
    now: Timestamp,
) -> Result<Installation, StoreError> {
    let (now, hour_ago) = (slot(now), slot(now) - HOUR_SLOTS);
    let hour = sum(tx, hour_ago, now)?;
    let week = if hour >= from {
        sum(tx, hour_ago - WEEK_SLOTS, hour_ago)?
    } else {
        0
    };
    Ok(Installation { hour, week })
}

fn sum(tx: &mut Tx<'_>, after: i64, until: i64) -> Result<u32, StoreError> {
    let sum = tx.one(&SUM, params![after, until], |row| row.int(0))?;
    Ok(u32::try_from(sum).unwrap_or(u32::MAX))
}

/// Forgets what tells nothing any more.
///
/// # Errors
/// Only faults.
pub fn clean(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    let networks = tx.run(&FORGET, params![now])?;
    let slots = tx.run(&FORGET_SLOTS, params![slot(now) - HOUR_SLOTS - WEEK_SLOTS])?;
    Ok(networks + slots)
}

const fn slot(at: Timestamp) -> i64 {
    at.millis() / SLOT.as_millis()
}
