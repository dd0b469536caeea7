//! Rows of recovery: cases, freezes after objections, devices put out of use, disputes.
//!
//! A case is kept for as long as somebody may object to it, 72 hours after its end.

use crate::engine::{Row, Tx};
use crate::sql::statements;
use crate::{StoreError, params};
use domain::ids::{AccountId, CaseId, DeviceId};
use domain::recovery::{Case, OBJECTION_LIFE, PastFreeze, ReclaimFacts, Status};
use domain::time::{Span, Timestamp};

statements! {
    INSERT = "insert into recovery_case (id, account_id, browser, state, status, opened_at, over_at, tell_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    FIND = "select browser, state from recovery_case where id = $1";
    LOCK = "select browser, state from recovery_case where id = $1 /*for update*/";
    SAVE = "update recovery_case set state = $2, status = $3, over_at = $4, tell_at = $5 where id = $1";
    OF_BROWSER = "select id from recovery_case where browser = $1 and account_id = $2 and status = 'open' and over_at > $3 \
        order by opened_at desc, id limit 1";
    OVERDUE = "select id from recovery_case where status = 'open' and over_at <= $1 order by over_at, id limit $2";
    TO_TELL = "select id from recovery_case where tell_at <= $1 order by tell_at, id limit $2";
    OPEN = "select id from recovery_case where account_id = $1 and status = 'open' and over_at > $2 order by over_at, id";
    COMPLETED = "select id from recovery_case where account_id = $1 and status = 'completed' order by over_at desc, id";
    CLEAR = "delete from recovery_case where status = 'open'";
    CLEAN = "delete from recovery_case where status <> 'open' and over_at <= $1";
    LOCK_ACCOUNT = "select id from account where id = $1 /*for update*/";
    FREEZE = "insert into recovery_freeze (account_id, contact, at, until) values ($1, $2, $3, $4) \
        on conflict (account_id, contact, at) do nothing";
    FREEZES = "select at, contact from recovery_freeze where account_id = $1 and at > $2 order by at, contact";
    FROZEN_UNTIL = "select cast(max(until) as bigint) from recovery_freeze where account_id = $1 and lifted = 0";
    LIFT_FREEZE = "update recovery_freeze set lifted = 1 where account_id = $1 and lifted = 0";
    CLEAN_FREEZES = "delete from recovery_freeze where at <= $1";
    SUSPEND = "insert into device_suspension (device_id, account_id, case_id, at, until, stolen, remove) \
        values ($1, $2, $3, $4, $5, $6, $7) on conflict (device_id) do update set case_id = excluded.case_id, \
        at = excluded.at, until = excluded.until, stolen = excluded.stolen, remove = excluded.remove";
    SUSPENSION = "select account_id, device_id, case_id, until, stolen from device_suspension where device_id = $1";
    REMOVE_LATER = "update device_suspension set remove = 1 where device_id = $1 and account_id = $2";
    SUSPENSIONS = "select device_id, until, stolen, remove from device_suspension where account_id = $1";
    TO_REMOVE = "select device_id, account_id from device_suspension where remove = 1 and until <= $1 limit $2";
    FORGET = "delete from device_suspension where device_id = $1";
    DISPUTE = "insert into recovery_dispute (case_id, account_id, at) values ($1, $2, $3) on conflict (case_id) do nothing";
    DISPUTES_OF = "select case_id, at from recovery_dispute where account_id = $1 order by at, case_id";
    DISPUTES = "select case_id, account_id, at from recovery_dispute order by at desc, case_id limit $1";
}

const TABLE: &str = "recovery_case";

/// A case as it lies in the store.
#[derive(Debug)]
pub struct Stored {
    /// SHA-256 of the cookie of the browser that opened it.
    pub browser: Vec<u8>,
    /// The case.
    pub case: Case,
}

/// A device that a recovery put out of use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspension {
    /// Which.
    pub device: DeviceId,
    /// Until when its holder may object with it.
    pub until: Timestamp,
    /// Whether it was called stolen.
    pub stolen: bool,
    /// Whether it is deleted then.
    pub remove: bool,
}

fn status(case: &Case) -> &'static str {
    match case.status {
        Status::Open => "open",
        Status::Completed { .. } => "completed",
        Status::Closed { .. } => "closed",
    }
}

/// When it is over as it stands, or was.
fn over_at(case: &Case) -> Timestamp {
    match case.status {
        Status::Open => case.ends_at(),
        Status::Completed { at } | Status::Closed { at, .. } => at,
    }
}

/// When its contacts are to be told again that it waits.
fn tell_at(case: &Case) -> Option<Timestamp> {
    case.tell_at().filter(|_| case.status == Status::Open)
}

fn sealed(tx: &Tx<'_>, case: &Case) -> Result<Vec<u8>, StoreError> {
    let plain = serde_json::to_vec(case)
        .map_err(|_| StoreError::Corrupt("recovery_case.state".to_owned()))?;
    tx.seal(TABLE, "state", case.id.as_str(), &plain)
}

/// Writes a new case, bound to a browser.
///
/// # Errors
/// Only faults.
pub fn insert(tx: &mut Tx<'_>, case: &Case, browser: &[u8]) -> Result<(), StoreError> {
    let state = sealed(tx, case)?;
    tx.run(
        &INSERT,
        params![
            case.id.as_str(),
            case.account.as_str(),
            browser,
            state,
            status(case),
            case.opened_at,
            over_at(case),
            tell_at(case)
        ],
    )
    .map(drop)
}

/// A case, to look at.
///
/// # Errors
/// Only faults.
pub fn find(tx: &mut Tx<'_>, id: &CaseId) -> Result<Option<Stored>, StoreError> {
    load(tx, &FIND, id)
}

/// A case, to be changed in this transaction; others wait.
///
/// # Errors
/// Only faults.
pub fn lock(tx: &mut Tx<'_>, id: &CaseId) -> Result<Option<Stored>, StoreError> {
    load(tx, &LOCK, id)
}

fn load(tx: &mut Tx<'_>, sql: &crate::sql::Sql, id: &CaseId) -> Result<Option<Stored>, StoreError> {
    let found = tx.opt(sql, params![id.as_str()], |row| {
        Ok((row.blob(0)?, row.blob(1)?))
    })?;
    let Some((browser, state)) = found else {
        return Ok(None);
    };
    let plain = tx.open(TABLE, "state", id.as_str(), &state)?;
    let case = serde_json::from_slice(plain.expose())
        .map_err(|_| StoreError::Corrupt("recovery_case.state".to_owned()))?;
    Ok(Some(Stored { browser, case }))
}

/// Saves the next state.
///
/// # Errors
/// A conflict when the case is gone.
pub fn save(tx: &mut Tx<'_>, case: &Case) -> Result<(), StoreError> {
    let state = sealed(tx, case)?;
    tx.run_one(
        &SAVE,
        params![
            case.id.as_str(),
            state,
            status(case),
            over_at(case),
            tell_at(case)
        ],
    )
}

/// The newest case that this browser has open for the account.
///
/// # Errors
/// Only faults.
pub fn of_browser(
    tx: &mut Tx<'_>,
    browser: &[u8],
    account: &AccountId,
    now: Timestamp,
) -> Result<Option<CaseId>, StoreError> {
    tx.opt(
        &OF_BROWSER,
        params![browser, account.as_str(), now],
        |row| row.parse(0),
    )
}

/// Cases whose time is over and that nobody has closed yet.
///
/// # Errors
/// Only faults.
pub fn overdue(tx: &mut Tx<'_>, now: Timestamp, limit: u32) -> Result<Vec<CaseId>, StoreError> {
    tx.all(&OVERDUE, params![now, limit], |row| row.parse(0))
}

/// Cases that wait and whose contacts are to be told again.
///
/// # Errors
/// Only faults.
pub fn to_tell(tx: &mut Tx<'_>, now: Timestamp, limit: u32) -> Result<Vec<CaseId>, StoreError> {
    tx.all(&TO_TELL, params![now, limit], |row| row.parse(0))
}

/// The cases of an account that go on.
///
/// # Errors
/// Only faults.
pub fn open(
    tx: &mut Tx<'_>,
    account: &AccountId,
    now: Timestamp,
) -> Result<Vec<CaseId>, StoreError> {
    tx.all(&OPEN, params![account.as_str(), now], |row| row.parse(0))
}

/// The completed cases of an account that may still be objected to, newest first.
///
/// # Errors
/// Only faults.
pub fn completed(tx: &mut Tx<'_>, account: &AccountId) -> Result<Vec<CaseId>, StoreError> {
    tx.all(&COMPLETED, params![account.as_str()], |row| row.parse(0))
}

/// Takes the steps of one account one after the other: two cases of it cannot both place the last call.
///
/// # Errors
/// Only faults.
pub fn lock_account(tx: &mut Tx<'_>, account: &AccountId) -> Result<(), StoreError> {
    tx.opt(&LOCK_ACCOUNT, params![account.as_str()], |row| row.text(0))
        .map(drop)
}

/// Removes what nobody can object to any more.
///
/// # Errors
/// Only faults.
pub fn clean(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    let freezes = tx.run(&CLEAN_FREEZES, params![now - Span::days(31)])?;
    Ok(freezes + tx.run(&CLEAN, params![now - OBJECTION_LIFE])?)
}

/// Closes e-mail with phone as a way, until then.
///
/// # Errors
/// Only faults.
pub fn freeze(
    tx: &mut Tx<'_>,
    account: &AccountId,
    contact: &str,
    at: Timestamp,
    until: Timestamp,
) -> Result<(), StoreError> {
    tx.run(&FREEZE, params![account.as_str(), contact, at, until])
        .map(drop)
}

/// The freezes of an account since then, lifted ones too.
///
/// # Errors
/// Only faults.
pub fn freezes(
    tx: &mut Tx<'_>,
    account: &AccountId,
    since: Timestamp,
) -> Result<Vec<PastFreeze>, StoreError> {
    tx.all(&FREEZES, params![account.as_str(), since], |row| {
        Ok(PastFreeze {
            at: row.time(0)?,
            contact: row.text(1)?,
        })
    })
}

/// The end of the freeze of an account, past or to come.
///
/// # Errors
/// Only faults.
pub fn frozen_until(tx: &mut Tx<'_>, account: &AccountId) -> Result<Option<Timestamp>, StoreError> {
    tx.one(&FROZEN_UNTIL, params![account.as_str()], |row| {
        row.opt_time(0)
    })
}

/// Ends the freeze of an account.
///
/// # Errors
/// Only faults.
pub fn lift_freeze(tx: &mut Tx<'_>, account: &AccountId) -> Result<(), StoreError> {
    tx.run(&LIFT_FREEZE, params![account.as_str()]).map(drop)
}

/// Notes that a recovery put a device out of use. A stolen one is deleted in the end.
///
/// # Errors
/// Only faults.
pub fn suspend(tx: &mut Tx<'_>, known: &ReclaimFacts, at: Timestamp) -> Result<(), StoreError> {
    tx.run(
        &SUSPEND,
        params![
            known.device.as_str(),
            known.account.as_str(),
            known.case.as_str(),
            at,
            known.until,
            known.stolen,
            known.stolen
        ],
    )
    .map(drop)
}

/// The recovery that put a device out of use.
///
/// # Errors
/// Only faults.
pub fn suspension(tx: &mut Tx<'_>, device: &DeviceId) -> Result<Option<ReclaimFacts>, StoreError> {
    tx.opt(&SUSPENSION, params![device.as_str()], |row| {
        Ok(ReclaimFacts {
            account: row.parse(0)?,
            device: row.parse(1)?,
            case: row.parse(2)?,
            until: row.time(3)?,
            stolen: row.flag(4)?,
        })
    })
}

/// The devices of an account that recoveries put out of use.
///
/// # Errors
/// Only faults.
pub fn suspensions(tx: &mut Tx<'_>, account: &AccountId) -> Result<Vec<Suspension>, StoreError> {
    tx.all(&SUSPENSIONS, params![account.as_str()], |row: &Row<'_>| {
        Ok(Suspension {
            device: row.parse(0)?,
            until: row.time(1)?,
            stolen: row.flag(2)?,
            remove: row.flag(3)?,
        })
    })
}

/// The person replaced the device: it is deleted once its holder can no longer object with it. Says whether a
/// recovery had put it out of use at all.
///
/// # Errors
/// Only faults.
pub fn remove_later(
    tx: &mut Tx<'_>,
    account: &AccountId,
    device: &DeviceId,
) -> Result<bool, StoreError> {
    Ok(tx.run(&REMOVE_LATER, params![device.as_str(), account.as_str()])? > 0)
}

/// Devices whose time to be deleted has come.
///
/// # Errors
/// Only faults.
pub fn to_remove(
    tx: &mut Tx<'_>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(DeviceId, AccountId)>, StoreError> {
    tx.all(&TO_REMOVE, params![now, limit], |row| {
        Ok((row.parse(0)?, row.parse(1)?))
    })
}

/// The device is in use again, or gone.
///
/// # Errors
/// Only faults.
pub fn forget_suspension(tx: &mut Tx<'_>, device: &DeviceId) -> Result<(), StoreError> {
    tx.run(&FORGET, params![device.as_str()]).map(drop)
}

/// Notes a dispute for the operator.
///
/// # Errors
/// Only faults.
pub fn dispute(
    tx: &mut Tx<'_>,
    case: &CaseId,
    account: &AccountId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let rows = tx.run(&DISPUTE, params![case.as_str(), account.as_str(), at])?;
    Ok(rows == 1)
}

/// The disputes about an account, oldest first.
///
/// # Errors
/// Only faults.
pub fn disputes_of(
    tx: &mut Tx<'_>,
    account: &AccountId,
) -> Result<Vec<(CaseId, Timestamp)>, StoreError> {
    tx.all(&DISPUTES_OF, params![account.as_str()], |row| {
        Ok((row.parse(0)?, row.time(1)?))
    })
}

/// The disputes of all accounts, newest first.
///
/// # Errors
/// Only faults.
pub fn disputes(
    tx: &mut Tx<'_>,
    limit: u32,
) -> Result<Vec<(CaseId, AccountId, Timestamp)>, StoreError> {
    tx.all(&DISPUTES, params![limit], |row| {
        Ok((row.parse(0)?, row.parse(1)?, row.time(2)?))
    })
}

/// Forgets every case that is still open.
///
/// # Errors
/// Only faults.
pub fn clear(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.run(&CLEAR, params![])
}
