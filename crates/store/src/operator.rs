//! Rows of the installation's operators, their sessions and the browsers they are known in.
//!
//! Seeds are sealed, bound to their row; of cookies only the SHA-256 is kept. Steps of codes are used up in `device`.

use crate::engine::{Row, Tx};
use crate::sql::statements;
use crate::{StoreError, params};
use domain::client::Client;
use domain::ids::{DeviceId, OperatorId, SessionId};
use domain::locale::Locale;
use domain::operator::{Granter, Operator, Session};
use domain::secret::Secret;
use domain::time::Timestamp;

statements! {
    INSERT = "insert into operator (id, name, email, email_key, locale, granted_by, granted_user, granted_at, created_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    BY_ID = "select id, name, email, locale, granted_by, granted_user, granted_at, created_at, set_up_at, removed_at \
        from operator where id = $1";
    BY_EMAIL = "select id, name, email, locale, granted_by, granted_user, granted_at, created_at, set_up_at, removed_at \
        from operator where email_key = $1";
    ALL = "select id, name, email, locale, granted_by, granted_user, granted_at, created_at, set_up_at, removed_at \
        from operator order by name, id";
    PHC = "select password_phc from operator where id = $1";
    DEVICE = "select device_id, seed from operator where id = $1";
    SET_UP = "update operator set password_phc = $2, device_id = $3, seed = $4, set_up_at = $5 \
        where id = $1 and removed_at is null";
    STRIP = "update operator set password_phc = null, device_id = null, seed = null, set_up_at = null where id = $1";
    STRIP_EVERY = "update operator set password_phc = null, device_id = null, seed = null, set_up_at = null";
    REMOVE = "update operator set removed_at = $2, email_key = id where id = $1";
    OPEN = "insert into operator_session (id, token_hash, operator_id, opened_at, seen_at, ends_at, device_at, address, \
        device_name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    BY_TOKEN = "select id, operator_id, opened_at, seen_at, ends_at, device_at, address, device_name \
        from operator_session where token_hash = $1";
    OF_OPERATOR = "select id, operator_id, opened_at, seen_at, ends_at, device_at, address, device_name \
        from operator_session where operator_id = $1 order by seen_at desc, id";
    SEEN = "update operator_session set seen_at = $2 where id = $1 and seen_at < $2";
    PROVEN = "update operator_session set token_hash = $2, device_at = $3 where id = $1";
    END = "delete from operator_session where id = $1";
    END_OTHERS = "delete from operator_session where operator_id = $1 and id <> $2";
    END_DEAD = "delete from operator_session where ends_at <= $1 or seen_at <= $2";
    CLEAR = "delete from operator_session";
    KNOW = "insert into operator_browser (token_hash, operator_id, expires_at) values ($1, $2, $3) \
        on conflict (token_hash, operator_id) do update set expires_at = excluded.expires_at";
    MOVE_KNOWN = "update operator_browser set token_hash = $2 where token_hash = $1";
    IS_KNOWN = "select expires_at from operator_browser where token_hash = $1 and operator_id = $2";
    FORGET_BROWSERS = "delete from operator_browser where operator_id = $1";
    FORGET_OLD = "delete from operator_browser where expires_at <= $1";
    FORGET_EVERY = "delete from operator_browser";
}

fn operator(row: &Row<'_>) -> Result<Operator, StoreError> {
    let granted_by = match (row.opt_parse(4)?, row.opt_text(5)?) {
        (Some(operator), _) => Granter::Operator(operator),
        (None, user) => Granter::Host(user.unwrap_or_default()),
    };
    Ok(Operator {
        id: row.parse(0)?,
        name: row.text(1)?,
        email: row.text(2)?,
        locale: Locale::from_tag(&row.text(3)?).unwrap_or(Locale::En),
        granted_by,
        granted_at: row.time(6)?,
        created_at: row.time(7)?,
        set_up_at: row.opt_time(8)?,
        removed_at: row.opt_time(9)?,
    })
}

fn session(row: &Row<'_>) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.parse(0)?,
        operator: row.parse(1)?,
        opened_at: row.time(2)?,
        seen_at: row.time(3)?,
        ends_at: row.time(4)?,
        device_at: row.time(5)?,
        client: Client {
            address: row.parse(6)?,
            device: row.text(7)?,
        },
    })
}

/// Writes a new operator. `email_key` is the address as it is compared.
///
/// # Errors
/// A conflict when another one has the address.
pub fn insert(tx: &mut Tx<'_>, new: &Operator, email_key: &str) -> Result<(), StoreError> {
    let (by, user) = match &new.granted_by {
        Granter::Operator(id) => (Some(id.as_str()), None),
        Granter::Host(user) => (None, Some(user.as_str())),
    };
    tx.run(
        &INSERT,
        params![
            new.id.as_str(),
            new.name.as_str(),
            new.email.as_str(),
            email_key,
            new.locale.tag(),
            by,
            user,
            new.granted_at,
            new.created_at
        ],
    )
    .map(drop)
}

/// The operator of this id, also one that was removed.
///
/// # Errors
/// Only faults.
pub fn find(tx: &mut Tx<'_>, id: &OperatorId) -> Result<Option<Operator>, StoreError> {
    tx.opt(&BY_ID, params![id.as_str()], operator)
}

/// The operator with this address.
///
/// # Errors
/// Only faults.
pub fn find_by_email(tx: &mut Tx<'_>, email_key: &str) -> Result<Option<Operator>, StoreError> {
    tx.opt(&BY_EMAIL, params![email_key], operator)
}

/// Every operator by name, those that were removed as well.
///
/// # Errors
/// Only faults.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Operator>, StoreError> {
    tx.all(&ALL, &[], operator)
}

/// What an operator signs in with.
pub struct Credentials {
    /// The hash of the password.
    pub phc: String,
    /// The authenticator.
    pub device: DeviceId,
    /// Its seed.
    pub seed: [u8; 20],
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credentials({})", self.device)
    }
}

/// The hash of an operator's password, if one is set up.
///
/// # Errors
/// Only faults.
pub fn password_hash(tx: &mut Tx<'_>, id: &OperatorId) -> Result<Option<String>, StoreError> {
    Ok(tx
        .opt(&PHC, params![id.as_str()], |row| row.opt_text(0))?
        .flatten())
}

/// An authenticator and its seed.
pub type Held = (DeviceId, Secret<Vec<u8>>);

/// The authenticator of an operator and its seed, if one is set up.
///
/// # Errors
/// Sealed by a key that is not in the ring.
pub fn device(tx: &mut Tx<'_>, id: &OperatorId) -> Result<Option<Held>, StoreError> {
    let row = tx.opt(&DEVICE, params![id.as_str()], |row| {
        Ok((row.opt_parse(0)?, row.opt_blob(1)?))
    })?;
    let Some((Some(device), Some(sealed))) = row else {
        return Ok(None);
    };
    let seed = tx.open("operator", "seed", id.as_str(), &sealed)?;
    Ok(Some((device, seed)))
}

/// Keeps what an operator signs in with from now on.
///
/// # Errors
/// A conflict when there is no such operator.
pub fn set_up(
    tx: &mut Tx<'_>,
    id: &OperatorId,
    new: &Credentials,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = tx.seal("operator", "seed", id.as_str(), &new.seed)?;
    tx.run_one(
        &SET_UP,
        params![
            id.as_str(),
            new.phc.as_str(),
            new.device.as_str(),
            sealed,
            now
        ],
    )
}

/// Takes password and authenticator away, ends every session and forgets every browser.
///
/// # Errors
/// Only faults.
pub fn strip(tx: &mut Tx<'_>, id: &OperatorId) -> Result<(), StoreError> {
    tx.run(&STRIP, params![id.as_str()])?;
    tx.run(&FORGET_BROWSERS, params![id.as_str()])?;
    tx.run(&END_OTHERS, params![id.as_str(), ""]).map(drop)
}

/// Removes an operator that was stripped; the name stays, the address is free.
///
/// # Errors
/// Only faults.
pub fn remove(tx: &mut Tx<'_>, id: &OperatorId, now: Timestamp) -> Result<(), StoreError> {
    tx.run(&REMOVE, params![id.as_str(), now]).map(drop)
}

/// Writes a new session.
///
/// # Errors
/// Only faults.
pub fn open(tx: &mut Tx<'_>, session: &Session, token_hash: &[u8]) -> Result<(), StoreError> {
    tx.run(
        &OPEN,
        params![
            session.id.as_str(),
            token_hash,
            session.operator.as_str(),
            session.opened_at,
            session.seen_at,
            session.ends_at,
            session.device_at,
            session.client.address.to_string(),
            session.client.device.as_str()
        ],
    )
    .map(drop)
}

/// The session whose cookie hashes to this, dead or alive.
///
/// # Errors
/// Only faults.
pub fn find_session(tx: &mut Tx<'_>, token_hash: &[u8]) -> Result<Option<Session>, StoreError> {
    tx.opt(&BY_TOKEN, params![token_hash], session)
}

/// All sessions of an operator, latest seen first.
///
/// # Errors
/// Only faults.
pub fn sessions(tx: &mut Tx<'_>, id: &OperatorId) -> Result<Vec<Session>, StoreError> {
    tx.all(&OF_OPERATOR, params![id.as_str()], session)
}

/// Moves the idle limit on.
///
/// # Errors
/// Only faults.
pub fn seen(tx: &mut Tx<'_>, id: &SessionId, at: Timestamp) -> Result<(), StoreError> {
    tx.run(&SEEN, params![id.as_str(), at]).map(drop)
}

/// Fresh proof was given: the session goes on under a new cookie (ASVS 7.2.4).
///
/// # Errors
/// A conflict when the session is gone.
pub fn proven(
    tx: &mut Tx<'_>,
    id: &SessionId,
    token_hash: &[u8],
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.run_one(&PROVEN, params![id.as_str(), token_hash, at])
}

/// Ends one session.
///
/// # Errors
/// Only faults.
pub fn end(tx: &mut Tx<'_>, id: &SessionId) -> Result<(), StoreError> {
    tx.run(&END, params![id.as_str()]).map(drop)
}

/// Ends all sessions of an operator but one.
///
/// # Errors
/// Only faults.
pub fn end_others(tx: &mut Tx<'_>, id: &OperatorId, keep: &SessionId) -> Result<u64, StoreError> {
    tx.run(&END_OTHERS, params![id.as_str(), keep.as_str()])
}

/// Takes password and authenticator of every operator away, with all sessions and browsers that are known.
///
/// # Errors
/// Only faults.
pub fn distrust_all(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.run(&STRIP_EVERY, &[])?;
    tx.run(&FORGET_EVERY, &[])?;
    tx.run(&CLEAR, &[]).map(drop)
}

/// Removes sessions past their end or idle since `idle_since`, and browsers that are known no longer.
///
/// # Errors
/// Only faults.
pub fn clean(tx: &mut Tx<'_>, now: Timestamp, idle_since: Timestamp) -> Result<u64, StoreError> {
    let browsers = tx.run(&FORGET_OLD, params![now])?;
    Ok(browsers + tx.run(&END_DEAD, params![now, idle_since])?)
}

/// The operator signed in with this browser; what it was known for under its value before, it is known for still.
///
/// # Errors
/// Only faults.
pub fn know_browser(
    tx: &mut Tx<'_>,
    before: Option<&[u8]>,
    token_hash: &[u8],
    id: &OperatorId,
    until: Timestamp,
) -> Result<(), StoreError> {
    if let Some(before) = before {
        tx.run(&MOVE_KNOWN, params![before, token_hash])?;
    }
    tx.run(&KNOW, params![token_hash, id.as_str(), until])
        .map(drop)
}

/// Whether the operator signed in with this browser before, and not too long ago.
///
/// # Errors
/// Only faults.
pub fn is_known(
    tx: &mut Tx<'_>,
    token_hash: &[u8],
    id: &OperatorId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let until = tx.opt(&IS_KNOWN, params![token_hash, id.as_str()], |row| {
        row.time(0)
    })?;
    Ok(until.is_some_and(|at| at > now))
}
