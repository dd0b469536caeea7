//! Rows of support cases, sealed, and of contacts that cannot be changed after one of them.

use crate::engine::{Row, Tx};
use crate::sql::{Sql, statements};
use crate::{StoreError, params};
use domain::contact::Kind;
use domain::ids::{AccountId, SupportId};
use domain::support::{Case, Stage};
use domain::time::Timestamp;

statements! {
    PUT = "insert into support_case (id, account_id, state, stage, opened_at, due_at, over_at) values ($1, $2, $3, $4, $5, $6, $7) \
        on conflict (id) do update set state = excluded.state, stage = excluded.stage, due_at = excluded.due_at, \
        over_at = excluded.over_at";
    FIND = "select id, state from support_case where id = $1";
    LOCK = "select id, state from support_case where id = $1 /*for update*/";
    RUNNING = "select id from support_case where coalesce(account_id, substr(id, 17)) = $1 and stage in ('open', 'noted', 'waits') order by id";
    LIST = "select id, state from support_case order by opened_at desc, id limit $1";
    DUE = "select id from support_case where due_at <= $1 order by due_at, id limit $2";
    CLEAN = "delete from support_case where over_at <= $1";
    CLEAR = "delete from support_case where over_at is null";
    LOCK_CONTACT = "insert into contact_lock (account_id, kind, until) values ($1, $2, $3) \
        on conflict (account_id, kind) do update set until = excluded.until";
    LOCKED_UNTIL = "select until from contact_lock where account_id = $1 and kind = $2 and until > $3";
    UNLOCK = "delete from contact_lock where until <= $1";
}

const TABLE: &str = "support_case";

/// Writes a case, or where it stands now.
///
/// # Errors
/// Only faults.
pub fn put(tx: &mut Tx<'_>, case: &Case) -> Result<(), StoreError> {
    let plain = serde_json::to_vec(case).map_err(|_| corrupt())?;
    let state = tx.seal(TABLE, "state", case.id.as_str(), &plain)?;
    let over_at = match case.stage {
        Stage::Done { since } | Stage::Over { since, .. } => Some(since),
        _ => None,
    };
    tx.run(
        &PUT,
        params![
            case.id.as_str(),
            case.account.as_ref().map(AccountId::as_str),
            state,
            case.stage.key(),
            case.opened_at,
            case.due_at(),
            over_at
        ],
    )
    .map(drop)
}

fn corrupt() -> StoreError {
    StoreError::Corrupt("support_case.state".to_owned())
}

fn sealed(row: &Row<'_>) -> Result<(String, Vec<u8>), StoreError> {
    Ok((row.text(0)?, row.blob(1)?))
}

fn opened(tx: &Tx<'_>, (id, state): (String, Vec<u8>)) -> Result<Case, StoreError> {
    let plain = tx.open(TABLE, "state", &id, &state)?;
    serde_json::from_slice(plain.expose()).map_err(|_| corrupt())
}

fn load(tx: &mut Tx<'_>, sql: &Sql, id: &SupportId) -> Result<Option<Case>, StoreError> {
    let row = tx.opt(sql, params![id.as_str()], sealed)?;
    row.map(|row| opened(tx, row)).transpose()
}

/// A case, to look at.
///
/// # Errors
/// Only faults.
pub fn find(tx: &mut Tx<'_>, id: &SupportId) -> Result<Option<Case>, StoreError> {
    load(tx, &FIND, id)
}

/// A case, to be changed in this transaction; others wait.
///
/// # Errors
/// Only faults.
pub fn lock(tx: &mut Tx<'_>, id: &SupportId) -> Result<Option<Case>, StoreError> {
    load(tx, &LOCK, id)
}

/// The cases of an account that can still lead to something.
///
/// # Errors
/// Only faults.
pub fn running(tx: &mut Tx<'_>, account: &AccountId) -> Result<Vec<SupportId>, StoreError> {
    tx.all(&RUNNING, params![account.as_str()], |row| row.parse(0))
}

/// The newest cases.
///
/// # Errors
/// Only faults.
pub fn list(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<Case>, StoreError> {
    let rows = tx.all(&LIST, params![limit], sealed)?;
    rows.into_iter().map(|row| opened(tx, row)).collect()
}

/// Cases whose time has come.
///
/// # Errors
/// Only faults.
pub fn due(tx: &mut Tx<'_>, now: Timestamp, limit: u32) -> Result<Vec<SupportId>, StoreError> {
    tx.all(&DUE, params![now, limit], |row| row.parse(0))
}

/// Removes what was over before `over`, and locks that are over now.
///
/// # Errors
/// Only faults.
pub fn clean(tx: &mut Tx<'_>, over: Timestamp, now: Timestamp) -> Result<u64, StoreError> {
    Ok(tx.run(&UNLOCK, params![now])? + tx.run(&CLEAN, params![over])?)
}

/// Forgets every case that is not over.
///
/// # Errors
/// Only faults.
pub fn clear(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.run(&CLEAR, params![])
}

/// A contact cannot be changed before then.
///
/// # Errors
/// Only faults.
pub fn lock_contact(
    tx: &mut Tx<'_>,
    account: &AccountId,
    kind: Kind,
    until: Timestamp,
) -> Result<(), StoreError> {
    tx.run(&LOCK_CONTACT, params![account.as_str(), kind.key(), until])
        .map(drop)
}

/// Until when a contact cannot be changed, if that is so.
///
/// # Errors
/// Only faults.
pub fn locked_until(
    tx: &mut Tx<'_>,
    account: &AccountId,
    kind: Kind,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    tx.opt(
        &LOCKED_UNTIL,
        params![account.as_str(), kind.key(), now],
        |row| row.time(0),
    )
}
