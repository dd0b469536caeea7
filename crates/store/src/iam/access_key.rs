//! Rows of access keys. Secrets are sealed: a signature is checked with the secret itself, so a hash would not do.

use crate::engine::{Row, Tx};
use crate::sql::statements;
use crate::{StoreError, params};
use domain::iam::access_key::{AccessKeyId, Status};
use domain::ids::AccountId;
use domain::secret::Secret;
use domain::time::Timestamp;

statements! {
    INSERT = "insert into iam_access_key (id, account_id, owner, secret, status, created_at) values ($1, $2, $3, $4, $5, $6)";
    FIND = "select id, account_id, owner, status, created_at, last_used_at, last_used_region, last_used_service \
        from iam_access_key where id = $1";
    OF_OWNER = "select id, account_id, owner, status, created_at, last_used_at, last_used_region, last_used_service \
        from iam_access_key where owner = $1 order by created_at, id";
    SECRET = "select secret from iam_access_key where id = $1";
    SET_STATUS = "update iam_access_key set status = $3 where id = $1 and owner = $2";
    USED = "update iam_access_key set last_used_at = $2, last_used_region = $3, last_used_service = $4 where id = $1";
    REMOVE = "delete from iam_access_key where id = $1 and owner = $2";
}

/// When and for what a key was last used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// When.
    pub at: Timestamp,
    /// The region its request was signed for.
    pub region: String,
    /// The service.
    pub service: String,
}

/// A key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// Its id.
    pub id: AccessKeyId,
    /// The account.
    pub account: AccountId,
    /// The unique id of its user, or the number of the account for the root user.
    pub owner: String,
    /// Whether it may be used.
    pub status: Status,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its last use, if there was one.
    pub last_used: Option<Use>,
}

fn access_key(row: &Row<'_>) -> Result<AccessKey, StoreError> {
    let last_used = match (row.opt_time(5)?, row.opt_text(6)?, row.opt_text(7)?) {
        (Some(at), Some(region), Some(service)) => Some(Use {
            at,
            region,
            service,
        }),
        _ => None,
    };
    Ok(AccessKey {
        id: row.parse(0)?,
        account: row.parse(1)?,
        owner: row.text(2)?,
        status: Status::from_key(&row.text(3)?)
            .ok_or_else(|| StoreError::Corrupt("iam_access_key.status".to_owned()))?,
        created_at: row.time(4)?,
        last_used,
    })
}

/// Writes a new key with its secret.
///
/// # Errors
/// Only faults.
pub fn insert(tx: &mut Tx<'_>, key: &AccessKey, secret: &Secret<String>) -> Result<(), StoreError> {
    let plain = secret.expose().as_bytes();
    let sealed = tx.seal("iam_access_key", "secret", key.id.as_str(), plain)?;
    tx.run(
        &INSERT,
        params![
            key.id.as_str(),
            key.account.as_str(),
            key.owner.as_str(),
            sealed,
            key.status.key(),
            key.created_at
        ],
    )
    .map(drop)
}

/// The key of this id.
///
/// # Errors
/// Only faults.
pub fn find(tx: &mut Tx<'_>, id: &AccessKeyId) -> Result<Option<AccessKey>, StoreError> {
    tx.opt(&FIND, params![id.as_str()], access_key)
}

/// The keys of a user or of a root user, oldest first.
///
/// # Errors
/// Only faults.
pub fn of_owner(tx: &mut Tx<'_>, owner: &str) -> Result<Vec<AccessKey>, StoreError> {
    tx.all(&OF_OWNER, params![owner], access_key)
}

/// The secret of a key.
///
/// # Errors
/// Not found, or sealed by a key that is not in the ring.
pub fn secret(tx: &mut Tx<'_>, id: &AccessKeyId) -> Result<Secret<Vec<u8>>, StoreError> {
    let sealed = tx.one(&SECRET, params![id.as_str()], |row| row.blob(0))?;
    tx.open("iam_access_key", "secret", id.as_str(), &sealed)
}

/// Makes a key active or inactive; says whether the owner has such a key.
///
/// # Errors
/// Only faults.
pub fn set_status(
    tx: &mut Tx<'_>,
    id: &AccessKeyId,
    owner: &str,
    status: Status,
) -> Result<bool, StoreError> {
    Ok(tx.run(&SET_STATUS, params![id.as_str(), owner, status.key()])? > 0)
}

/// The key was used.
///
/// # Errors
/// Only faults.
pub fn used(tx: &mut Tx<'_>, id: &AccessKeyId, last: &Use) -> Result<(), StoreError> {
    tx.run(
        &USED,
        params![
            id.as_str(),
            last.at,
            last.region.as_str(),
            last.service.as_str()
        ],
    )
    .map(drop)
}

/// Removes a key; says whether the owner had it.
///
/// # Errors
/// Only faults.
pub fn remove(tx: &mut Tx<'_>, id: &AccessKeyId, owner: &str) -> Result<bool, StoreError> {
    Ok(tx.run(&REMOVE, params![id.as_str(), owner])? > 0)
}
