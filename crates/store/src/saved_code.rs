//! Rows of saved recovery codes. Two characters select the row, the code itself is hashed like a password.

use crate::engine::{Row, Tx};
use crate::sql::statements;
use crate::{StoreError, params};
use domain::ids::{AccountId, SavedCodeId};
use domain::time::Timestamp;

statements! {
    INSERT = "insert into saved_code (id, account_id, selector, phc, made_at, hold_until) values ($1, $2, $3, $4, $5, $6)";
    OF_SELECTOR = "select id, phc, made_at, hold_until, used_at from saved_code where account_id = $1 and selector = $2";
    FIND = "select id, phc, made_at, hold_until, used_at from saved_code where id = $1";
    USE_UP = "update saved_code set used_at = $2 where id = $1 and used_at is null";
    LEFT = "select cast(count(*) as bigint) from saved_code where account_id = $1 and used_at is null \
        and (hold_until is null or hold_until <= $2)";
    REMOVE_ALL = "delete from saved_code where account_id = $1";
    OF_ACCOUNT = "select id, phc, made_at, hold_until, used_at, selector from saved_code where account_id = $1 order by made_at, id";
    REMOVE_USED = "delete from saved_code where account_id = $1 and used_at is not null";
    LENGTHEN = "update saved_code set hold_until = $2 where account_id = $1 and hold_until is not null and hold_until < $2";
    REMOVE_HELD = "delete from saved_code where account_id = $1 and hold_until is not null and hold_until > $2";
}

/// A saved code as it lies in the store.
#[derive(Debug, Clone)]
pub struct SavedCode {
    /// Its row.
    pub id: SavedCodeId,
    /// Its hash.
    pub phc: String,
    /// When its set was made.
    pub made_at: Timestamp,
    /// It proves nothing until then, as it was made in a held session.
    pub hold_until: Option<Timestamp>,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

impl SavedCode {
    /// Whether it proves something now.
    pub fn usable(&self, now: Timestamp) -> bool {
        self.used_at.is_none() && self.hold_until.is_none_or(|until| until <= now)
    }
}

fn saved_code(row: &Row<'_>) -> Result<SavedCode, StoreError> {
    Ok(SavedCode {
        id: row.parse(0)?,
        phc: row.text(1)?,
        made_at: row.time(2)?,
        hold_until: row.opt_time(3)?,
        used_at: row.opt_time(4)?,
    })
}

/// Writes a code.
///
/// # Errors
/// A conflict when the account has a code of that selector.
pub fn insert(
    tx: &mut Tx<'_>,
    account: &AccountId,
    selector: &str,
    code: &SavedCode,
) -> Result<(), StoreError> {
    tx.run(
        &INSERT,
        params![
            code.id.as_str(),
            account.as_str(),
            selector,
            code.phc.as_str(),
            code.made_at,
            code.hold_until
        ],
    )
    .map(drop)
}

/// The code of that selector, used or not.
///
/// # Errors
/// Only faults.
pub fn of_selector(
    tx: &mut Tx<'_>,
    account: &AccountId,
    selector: &str,
) -> Result<Option<SavedCode>, StoreError> {
    tx.opt(
        &OF_SELECTOR,
        params![account.as_str(), selector],
        saved_code,
    )
}

/// The code of this row.
///
/// # Errors
/// Only faults.
pub fn find(tx: &mut Tx<'_>, id: &SavedCodeId) -> Result<Option<SavedCode>, StoreError> {
    tx.opt(&FIND, params![id.as_str()], saved_code)
}

/// Uses a code up; false when somebody was quicker.
///
/// # Errors
/// Only faults.
pub fn use_up(tx: &mut Tx<'_>, id: &SavedCodeId, at: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(&USE_UP, params![id.as_str(), at])? > 0)
}

/// Codes that prove something now.
///
/// # Errors
/// Only faults.
pub fn left(tx: &mut Tx<'_>, account: &AccountId, now: Timestamp) -> Result<u32, StoreError> {
    let left = tx.one(&LEFT, params![account.as_str(), now], |row| row.int(0))?;
    Ok(u32::try_from(left).unwrap_or(u32::MAX))
}

/// Removes all codes of an account, before a new set.
///
/// # Errors
/// Only faults.
pub fn remove_all(tx: &mut Tx<'_>, account: &AccountId) -> Result<(), StoreError> {
    tx.run(&REMOVE_ALL, params![account.as_str()]).map(drop)
}

/// Every code of an account with its selector, used ones too.
///
/// # Errors
/// Only faults.
pub fn of_account(
    tx: &mut Tx<'_>,
    account: &AccountId,
) -> Result<Vec<(SavedCode, String)>, StoreError> {
    tx.all(&OF_ACCOUNT, params![account.as_str()], |row| {
        Ok((saved_code(row)?, row.text(5)?))
    })
}

/// Removes the codes that were used, when others take their place.
///
/// # Errors
/// Only faults.
pub fn remove_used(tx: &mut Tx<'_>, account: &AccountId) -> Result<u64, StoreError> {
    tx.run(&REMOVE_USED, params![account.as_str()])
}

/// Codes that were made in a held session prove nothing until then, at least.
///
/// # Errors
/// Only faults.
pub fn lengthen_hold(
    tx: &mut Tx<'_>,
    account: &AccountId,
    until: Timestamp,
) -> Result<u64, StoreError> {
    tx.run(&LENGTHEN, params![account.as_str(), until])
}

/// Removes the codes that were made in a session that is still held.
///
/// # Errors
/// Only faults.
pub fn remove_held(
    tx: &mut Tx<'_>,
    account: &AccountId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    tx.run(&REMOVE_HELD, params![account.as_str(), now])
}
