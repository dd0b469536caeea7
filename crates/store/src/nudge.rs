//! Rows of advice that was put off.

use crate::engine::Tx;
use crate::sql::statements;
use crate::{StoreError, params};
use domain::ids::AccountId;
use domain::nudge::Nudge;
use domain::time::Timestamp;

statements! {
    PUT_OFF = "insert into nudge (account_id, kind, until) values ($1, $2, $3) \
        on conflict (account_id, kind) do update set until = excluded.until";
    OF_ACCOUNT = "select kind, until from nudge where account_id = $1 and until > $2";
    CLEAN = "delete from nudge where until <= $1";
}

/// Puts a nudge off until then.
///
/// # Errors
/// Only faults.
pub fn put_off(
    tx: &mut Tx<'_>,
    account: &AccountId,
    nudge: Nudge,
    until: Timestamp,
) -> Result<(), StoreError> {
    tx.run(&PUT_OFF, params![account.as_str(), nudge.key(), until])
        .map(drop)
}

/// What is put off now, and until when.
///
/// # Errors
/// Only faults.
pub fn of_account(
    tx: &mut Tx<'_>,
    account: &AccountId,
    now: Timestamp,
) -> Result<Vec<(Nudge, Timestamp)>, StoreError> {
    let rows = tx.all(&OF_ACCOUNT, params![account.as_str(), now], |row| {
        Ok((Nudge::from_key(&row.text(0)?), row.time(1)?))
    })?;
    let known = rows.into_iter();
    Ok(known.filter_map(|(n, until)| Some((n?, until))).collect())
}

/// Removes what is put off no longer.
///
/// # Errors
/// Only faults.
pub fn clean(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    tx.run(&CLEAN, params![now])
}
