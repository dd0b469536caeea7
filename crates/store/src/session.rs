//! Rows of sessions, and of browsers that completed a sign-in before.
//!
//! Only the SHA-256 of a cookie's token is kept.

use crate::engine::{Row, Tx};
use crate::sql::statements;
use crate::{StoreError, params};
use domain::client::Client;
use domain::ids::{AccountId, DeviceId, SessionId};
use domain::session::{Hold, Origin, Session};
use domain::time::Timestamp;

statements! {
    INSERT = "insert into session (id, token_hash, account_id, case_id, opened_at, seen_at, ends_at, password_at, mfa_at, \
        device_id, hold_until, address, device_name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    BY_TOKEN = "select id, account_id, case_id, opened_at, seen_at, ends_at, password_at, mfa_at, device_id, hold_until, \
        address, device_name from session where token_hash = $1";
    OF_ACCOUNT = "select id, account_id, case_id, opened_at, seen_at, ends_at, password_at, mfa_at, device_id, hold_until, \
        address, device_name from session where account_id = $1 order by seen_at desc, id";
    SEEN = "update session set seen_at = $2 where id = $1 and seen_at < $2";
    PROVEN = "update session set token_hash = $2, password_at = $3, mfa_at = $4, device_id = $5 where id = $1";
    CLAIM = "update session set device_id = $2, mfa_at = $3 where id = $1";
    HOLD = "update session set hold_until = $2 where id = $1";
    HOLD_BY_CASE = "update session set hold_until = $2 where case_id = $1";
    END = "delete from session where id = $1 and account_id = $2";
    END_OTHERS = "delete from session where account_id = $1 and id <> $2";
    END_ALL = "delete from session where account_id = $1";
    END_BY_DEVICE = "delete from session where account_id = $1 and device_id = $2";
    END_BY_CASE = "delete from session where case_id = $1";
    END_DEAD = "delete from session where ends_at <= $1 or seen_at <= $2";
    KNOW = "insert into known_browser (token_hash, account_id, created_at, expires_at) values ($1, $2, $3, $4) \
        on conflict (token_hash, account_id) do update set expires_at = excluded.expires_at";
    MOVE_KNOWN = "update known_browser set token_hash = $2 where token_hash = $1";
    IS_KNOWN = "select expires_at from known_browser where token_hash = $1 and account_id = $2";
    FORGET_BROWSER = "delete from known_browser where token_hash = $1 and account_id = $2";
    FORGET_BROWSERS = "delete from known_browser where account_id = $1";
    FORGET_OLD = "delete from known_browser where expires_at <= $1";
    CLEAR = "delete from session";
    FORGET_EVERY = "delete from known_browser";
}

fn session(row: &Row<'_>) -> Result<Session, StoreError> {
    let origin = match row.opt_text(2)? {
        Some(case) => Origin::Recovered {
            case: case
                .parse()
                .map_err(|_| StoreError::Corrupt("session.case_id".to_owned()))?,
        },
        None => Origin::SignIn,
    };
    let device = row
        .opt_text(8)?
        .map(|id| id.parse::<DeviceId>())
        .transpose();
    Ok(Session {
        id: row.parse(0)?,
        account: row.parse(1)?,
        origin,
        opened_at: row.time(3)?,
        seen_at: row.time(4)?,
        ends_at: row.time(5)?,
        password_at: row.time(6)?,
        mfa_at: row.opt_time(7)?,
        device: device.map_err(|_| StoreError::Corrupt("session.device_id".to_owned()))?,
        hold: row.opt_time(9)?.map(|until| Hold { until }),
        client: Client {
            address: row.parse(10)?,
            device: row.text(11)?,
        },
    })
}

/// Writes a new session.
///
/// # Errors
/// Only faults.
pub fn insert(tx: &mut Tx<'_>, session: &Session, token_hash: &[u8]) -> Result<(), StoreError> {
    let case = match &session.origin {
        Origin::SignIn => None,
        Origin::Recovered { case } => Some(case.as_str()),
    };
    tx.run(
        &INSERT,
        params![
            session.id.as_str(),
            token_hash,
            session.account.as_str(),
            case,
            session.opened_at,
            session.seen_at,
            session.ends_at,
            session.password_at,
            session.mfa_at,
            session.device.as_ref().map(DeviceId::as_str),
            session.hold.map(|h| h.until),
            session.client.address.to_string(),
            session.client.device.as_str()
        ],
    )?;
    Ok(())
}

/// The session whose cookie hashes to this, dead or alive.
///
/// # Errors
/// Only faults.
pub fn find_by_token(tx: &mut Tx<'_>, token_hash: &[u8]) -> Result<Option<Session>, StoreError> {
    tx.opt(&BY_TOKEN, params![token_hash], session)
}

/// All sessions of an account, latest seen first.
///
/// # Errors
/// Only faults.
pub fn of_account(tx: &mut Tx<'_>, account: &AccountId) -> Result<Vec<Session>, StoreError> {
    tx.all(&OF_ACCOUNT, params![account.as_str()], session)
}

/// Moves the idle limit on.
///
/// # Errors
/// Only faults.
pub fn seen(tx: &mut Tx<'_>, id: &SessionId, at: Timestamp) -> Result<(), StoreError> {
    tx.run(&SEEN, params![id.as_str(), at]).map(drop)
}

/// Fresh proof was given: the session goes on under a new token (ASVS 7.2.4).
///
/// # Errors
/// A conflict when the session is gone.
pub fn proven(tx: &mut Tx<'_>, session: &Session, token_hash: &[u8]) -> Result<(), StoreError> {
    let device = session.device.as_ref().map(DeviceId::as_str);
    tx.run_one(
        &PROVEN,
        params![
            session.id.as_str(),
            token_hash,
            session.password_at,
            session.mfa_at,
            device
        ],
    )
}

/// The device that the session stands on, and when it was used; nothing once it was removed.
///
/// # Errors
/// Only faults.
pub fn claim(
    tx: &mut Tx<'_>,
    id: &SessionId,
    device: Option<&DeviceId>,
    mfa_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let device = device.map(DeviceId::as_str);
    tx.run(&CLAIM, params![id.as_str(), device, mfa_at])
        .map(drop)
}

/// Lengthens or shortens the hold of what a recovery opened.
///
/// # Errors
/// Only faults.
pub fn hold_by_case(
    tx: &mut Tx<'_>,
    case: &domain::ids::CaseId,
    hold: Option<Hold>,
) -> Result<(), StoreError> {
    tx.run(&HOLD_BY_CASE, params![case.as_str(), hold.map(|h| h.until)])
        .map(drop)
}

/// Sets or lifts the hold.
///
/// # Errors
/// Only faults.
pub fn hold(tx: &mut Tx<'_>, id: &SessionId, hold: Option<Hold>) -> Result<(), StoreError> {
    tx.run(&HOLD, params![id.as_str(), hold.map(|h| h.until)])
        .map(drop)
}

/// Ends one session; says whether there was one.
///
/// # Errors
/// Only faults.
pub fn end(tx: &mut Tx<'_>, account: &AccountId, id: &SessionId) -> Result<bool, StoreError> {
    Ok(tx.run(&END, params![id.as_str(), account.as_str()])? > 0)
}

/// Ends all sessions of the account but one.
///
/// # Errors
/// Only faults.
pub fn end_others(
    tx: &mut Tx<'_>,
    account: &AccountId,
    keep: &SessionId,
) -> Result<u64, StoreError> {
    tx.run(&END_OTHERS, params![account.as_str(), keep.as_str()])
}

/// Ends all sessions of the account.
///
/// # Errors
/// Only faults.
pub fn end_all(tx: &mut Tx<'_>, account: &AccountId) -> Result<u64, StoreError> {
    tx.run(&END_ALL, params![account.as_str()])
}

/// Ends what a device opened.
///
/// # Errors
/// Only faults.
pub fn end_by_device(
    tx: &mut Tx<'_>,
    account: &AccountId,
    device: &DeviceId,
) -> Result<u64, StoreError> {
    tx.run(&END_BY_DEVICE, params![account.as_str(), device.as_str()])
}

/// Ends what a recovery opened.
///
/// # Errors
/// Only faults.
pub fn end_by_case(tx: &mut Tx<'_>, case: &domain::ids::CaseId) -> Result<u64, StoreError> {
    tx.run(&END_BY_CASE, params![case.as_str()])
}

/// Removes sessions past their end or idle since `idle_since`.
///
/// # Errors
/// Only faults.
pub fn clean(tx: &mut Tx<'_>, now: Timestamp, idle_since: Timestamp) -> Result<u64, StoreError> {
    let browsers = tx.run(&FORGET_OLD, params![now])?;
    Ok(browsers + tx.run(&END_DEAD, params![now, idle_since])?)
}

/// The browser with this cookie completed a sign-in of the account.
///
/// # Errors
/// Only faults.
pub fn know_browser(
    tx: &mut Tx<'_>,
    token_hash: &[u8],
    account: &AccountId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.run(
        &KNOW,
        params![token_hash, account.as_str(), now, expires_at],
    )
    .map(drop)
}

/// The browser's cookie has a new value; what it was known for stays.
///
/// # Errors
/// Only faults.
pub fn move_known_browser(tx: &mut Tx<'_>, old: &[u8], new: &[u8]) -> Result<(), StoreError> {
    tx.run(&MOVE_KNOWN, params![old, new]).map(drop)
}

/// Whether it did, and not too long ago.
///
/// # Errors
/// Only faults.
pub fn is_known(
    tx: &mut Tx<'_>,
    token_hash: &[u8],
    account: &AccountId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let expires = tx.opt(&IS_KNOWN, params![token_hash, account.as_str()], |row| {
        row.time(0)
    })?;
    Ok(expires.is_some_and(|at| at > now))
}

/// The browser lost its standing.
///
/// # Errors
/// Only faults.
pub fn forget_browser(
    tx: &mut Tx<'_>,
    token_hash: &[u8],
    account: &AccountId,
) -> Result<(), StoreError> {
    tx.run(&FORGET_BROWSER, params![token_hash, account.as_str()])
        .map(drop)
}

/// All browsers of the account lost their standing.
///
/// # Errors
/// Only faults.
pub fn forget_browsers(tx: &mut Tx<'_>, account: &AccountId) -> Result<(), StoreError> {
    tx.run(&FORGET_BROWSERS, params![account.as_str()])
        .map(drop)
}

/// Ends every session of every account, and forgets every browser.
///
/// # Errors
/// Only faults.
pub fn clear(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.run(&FORGET_EVERY, params![])?;
    tx.run(&CLEAR, params![])
}
