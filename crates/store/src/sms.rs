//! Rows of texts: to whom each went and what it cost, for the limits, and which carrier took it.
//!
//! Invariant: numbers are kept as the keyed hash that calls are kept under; the words lie in the outbox alone.

use crate::call::number_mac;
use crate::engine::{Row, Tx};
use crate::sql::statements;
use crate::{StoreError, params};
use domain::call::{DAY, Spent};
use domain::ids::{AccountId, OutboxId};
use domain::sms::{Class, Past, TextOrder};
use domain::time::Timestamp;

statements! {
    PUT = "insert into text_message (id, account_id, class, number_mac, block, placed_at, price) \
        values ($1, $2, $3, $4, $5, $6, $7)";
    TAKEN = "update text_message set carrier = $2 where id = $1";
    CARRIER = "select coalesce(carrier, '') from text_message where id = $1";
    ACCOUNT = "select account_id from text_message where id = $1";
    RECENT = "select placed_at, price, class, account_id, number_mac, block from text_message \
        where placed_at > $1 and (account_id = $2 or number_mac = $3 or block = $4) order by placed_at, id";
    TO_NUMBER = "select placed_at, price from text_message where number_mac = $1 and placed_at > $2 \
        order by placed_at, id";
    SPENT = "select placed_at, price from text_message where placed_at > $1 order by placed_at, id";
    CLEAN = "delete from text_message where placed_at <= $1";
}

/// When a text was ordered and what it cost: the first two columns.
fn paid(row: &Row<'_>) -> Result<Spent, StoreError> {
    Ok(Spent {
        at: row.time(0)?,
        price: u32::try_from(row.int(1)?).unwrap_or(u32::MAX),
    })
}

/// Writes that a text was ordered.
///
/// # Errors
/// Only faults.
pub fn put(
    tx: &mut Tx<'_>,
    id: &OutboxId,
    order: &TextOrder,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mac = number_mac(tx, &order.to)?;
    tx.run_one(
        &PUT,
        params![
            id,
            order.account.as_str(),
            order.class().key(),
            &mac[..],
            order.block.as_str(),
            now,
            i64::from(order.price)
        ],
    )
}

/// A carrier took it.
///
/// # Errors
/// Only faults.
pub fn taken(tx: &mut Tx<'_>, id: &OutboxId, carrier: &str) -> Result<(), StoreError> {
    tx.run(&TAKEN, params![id, carrier]).map(drop)
}

/// The carrier that took it, blank as long as none said so; nothing if there is no such text, or none of the last day.
///
/// # Errors
/// Only faults.
pub fn carrier(tx: &mut Tx<'_>, id: &OutboxId) -> Result<Option<String>, StoreError> {
    tx.opt(&CARRIER, params![id], |row| row.text(0))
}

/// For whom it was ordered.
///
/// # Errors
/// Only faults.
pub fn account(tx: &mut Tx<'_>, id: &OutboxId) -> Result<Option<AccountId>, StoreError> {
    tx.opt(&ACCOUNT, params![id], |row| row.parse(0))
}

/// The texts of the last 24 hours that the limits count for this account, number and network.
///
/// # Errors
/// Only faults.
pub fn recent(
    tx: &mut Tx<'_>,
    account: &str,
    number: &str,
    block: &str,
    now: Timestamp,
) -> Result<Vec<Past>, StoreError> {
    let mac = number_mac(tx, number)?;
    tx.all(
        &RECENT,
        params![now - DAY, account, &mac[..], block],
        |row| {
            Ok(Past {
                spent: paid(row)?,
                class: match row.text(2)?.as_str() {
                    "code" => Class::Code,
                    "attempt" => Class::Attempt,
                    _ => Class::Notice,
                },
                same_account: row.text(3)? == account,
                same_number: row.blob(4)? == mac,
                same_block: row.text(5)? == block,
            })
        },
    )
}

/// What texts cost since then, from the oldest on.
///
/// # Errors
/// Only faults.
pub fn spent(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<Spent>, StoreError> {
    tx.all(&SPENT, params![since], paid)
}

/// What texts to this number cost in the last 24 hours, from the oldest on.
///
/// # Errors
/// Only faults.
pub fn to_number(tx: &mut Tx<'_>, number: &str, now: Timestamp) -> Result<Vec<Spent>, StoreError> {
    let mac = number_mac(tx, number)?;
    tx.all(&TO_NUMBER, params![&mac[..], now - DAY], paid)
}

/// Forgets texts that no limit looks back to.
///
/// # Errors
/// Only faults.
pub fn clean(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    tx.run(&CLEAN, params![now - DAY])
}
