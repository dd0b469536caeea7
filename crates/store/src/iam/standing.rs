//! Rows that say whether what was read or issued before still counts: the epoch of an account, and the counters that
//! session tokens carry. They are drawn, not counted up, and compared for equality: an older copy of the store put back
//! does not make a revoked token count again by reaching the same number.

use crate::engine::Tx;
use crate::sql::statements;
use crate::{StoreError, params};
use domain::dice::Dice;
use domain::ids::AccountId;

statements! {
    EPOCH = "select epoch from iam_account where account_id = $1";
    SET_EPOCH = "insert into iam_account (account_id, epoch) values ($1, $2) \
        on conflict (account_id) do update set epoch = excluded.epoch";
    ALIAS = "select alias from iam_account where account_id = $1";
    SET_ALIAS = "update iam_account set alias = $2 where account_id = $1";
    OF_ALIAS = "select account_id from iam_account where alias = $1";
    COUNTER = "select counter from revocation where subject = $1";
    REVOKE = "insert into revocation (subject, counter) values ($1, $2) \
        on conflict (subject) do update set counter = excluded.counter";
}

/// Which permissions of the account are the present ones; zero before the first change.
///
/// # Errors
/// Only faults.
pub fn epoch(tx: &mut Tx<'_>, account: &AccountId) -> Result<i64, StoreError> {
    let epoch = tx.opt(&EPOCH, params![account.as_str()], |row| row.int(0))?;
    Ok(epoch.unwrap_or(0))
}

/// Who may do what in the account has changed: whatever was read before is to be read again, on every node.
///
/// # Errors
/// Only faults.
pub fn changed(tx: &mut Tx<'_>, account: &AccountId, dice: &Dice) -> Result<(), StoreError> {
    let epoch = i64::from_be_bytes(dice.bytes("iam epoch"));
    tx.run(&SET_EPOCH, params![account.as_str(), epoch])
        .map(drop)
}

/// The alias of the account.
///
/// # Errors
/// Only faults.
pub fn alias(tx: &mut Tx<'_>, account: &AccountId) -> Result<Option<String>, StoreError> {
    let alias = tx.opt(&ALIAS, params![account.as_str()], |row| row.opt_text(0))?;
    Ok(alias.flatten())
}

/// Gives the account another alias, or none. To be called after [`changed`], which makes the row.
///
/// # Errors
/// A conflict on `iam_account.alias` when another account has it.
pub fn set_alias(
    tx: &mut Tx<'_>,
    account: &AccountId,
    alias: Option<&str>,
) -> Result<(), StoreError> {
    tx.run_one(&SET_ALIAS, params![account.as_str(), alias])
}

/// The account of this alias.
///
/// # Errors
/// Only faults.
pub fn of_alias(tx: &mut Tx<'_>, alias: &str) -> Result<Option<AccountId>, StoreError> {
    tx.opt(&OF_ALIAS, params![alias], |row| row.parse(0))
}

/// The counter of a subject; zero if it was never revoked.
///
/// # Errors
/// Only faults.
pub fn counter(tx: &mut Tx<'_>, subject: &str) -> Result<i64, StoreError> {
    let counter = tx.opt(&COUNTER, params![subject], |row| row.int(0))?;
    Ok(counter.unwrap_or(0))
}

/// Revokes every token that carries the subject's present counter.
///
/// # Errors
/// Only faults.
pub fn revoke(tx: &mut Tx<'_>, subject: &str, dice: &Dice) -> Result<(), StoreError> {
    let label = format!("revoke {subject}");
    let counter = i64::from_be_bytes(dice.bytes(&label));
    tx.run(&REVOKE, params![subject, counter]).map(drop)
}
