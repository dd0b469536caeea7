//! Rows of mailed links: what each is for, until when, and whether it was used. Only the token's SHA-256 is kept.

use crate::engine::{Row, Tx};
use crate::sql::statements;
use crate::{StoreError, params};
use domain::ids::{AccountId, LinkId};
use domain::time::Timestamp;

statements! {
    INSERT = "insert into link (id, purpose, token_hash, account_id, subject, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)";
    FIND = "select id, account_id, subject, created_at, expires_at, used_at from link where purpose = $1 and token_hash = $2 /*for update*/";
    LOOK = "select id, account_id, subject, created_at, expires_at, used_at from link where purpose = $1 and token_hash = $2";
    LIVE = "select id, account_id, subject, created_at, expires_at, used_at from link \
        where purpose = $1 and subject = $2 and used_at is null and expires_at > $3 order by created_at, id";
    PROLONG = "update link set expires_at = $2 where id = $1 and expires_at < $2";
    USE_UP = "update link set used_at = $2 where id = $1 and used_at is null";
    USE_UP_ALL = "update link set used_at = $3 where purpose = $1 and coalesce(account_id, substr(id, 17)) = $2 and used_at is null";
    VOID = "update link set used_at = $2 where purpose = $1 and used_at is null";
    CLEAN = "delete from link where expires_at <= $1";
    CLEAR = "delete from link";
}

/// A link as it lies in the store.
#[derive(Debug, Clone)]
pub struct Link {
    /// Its row.
    pub id: LinkId,
    /// The account it is about.
    pub account: Option<AccountId>,
    /// What the purpose needs to know: a browser, another link, whose it is. Never a secret.
    pub subject: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// When it was used, or made void.
    pub used_at: Option<Timestamp>,
}

impl Link {
    /// Whether it still works.
    pub fn live(&self, now: Timestamp) -> bool {
        self.used_at.is_none() && now < self.expires_at
    }
}

fn link(row: &Row<'_>) -> Result<Link, StoreError> {
    let account = row.opt_text(1)?.map(|id| id.parse()).transpose();
    Ok(Link {
        id: row.parse(0)?,
        account: account.map_err(|_| StoreError::Corrupt("link.account_id".to_owned()))?,
        subject: row.text(2)?,
        created_at: row.time(3)?,
        expires_at: row.time(4)?,
        used_at: row.opt_time(5)?,
    })
}

/// Writes a new link.
///
/// # Errors
/// Only faults.
pub fn insert(
    tx: &mut Tx<'_>,
    purpose: &str,
    link: &Link,
    token_hash: &[u8],
) -> Result<(), StoreError> {
    let account = link.account.as_ref().map(AccountId::as_str);
    tx.run(
        &INSERT,
        params![
            link.id.as_str(),
            purpose,
            token_hash,
            account,
            link.subject.as_str(),
            link.created_at,
            link.expires_at
        ],
    )
    .map(drop)
}

/// The link with this token, live or not.
///
/// # Errors
/// Only faults.
pub fn find(tx: &mut Tx<'_>, purpose: &str, token_hash: &[u8]) -> Result<Option<Link>, StoreError> {
    tx.opt(&FIND, params![purpose, token_hash], link)
}

/// The same, only to look at.
///
/// # Errors
/// Only faults.
pub fn look(tx: &mut Tx<'_>, purpose: &str, token_hash: &[u8]) -> Result<Option<Link>, StoreError> {
    tx.opt(&LOOK, params![purpose, token_hash], link)
}

/// The links of a purpose and subject that still work, oldest first. By subject and not by account, so that those of
/// nobody are looked for in the same way.
///
/// # Errors
/// Only faults.
pub fn live(
    tx: &mut Tx<'_>,
    purpose: &str,
    subject: &str,
    now: Timestamp,
) -> Result<Vec<Link>, StoreError> {
    tx.all(&LIVE, params![purpose, subject, now], link)
}

/// Lets it work until then, if it would run out before.
///
/// # Errors
/// Only faults.
pub fn prolong(tx: &mut Tx<'_>, id: &LinkId, until: Timestamp) -> Result<(), StoreError> {
    tx.run(&PROLONG, params![id.as_str(), until]).map(drop)
}

/// Marks it as used; false when somebody was quicker.
///
/// # Errors
/// Only faults.
pub fn use_up(tx: &mut Tx<'_>, id: &LinkId, at: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(&USE_UP, params![id.as_str(), at])? > 0)
}

/// Makes all links of a purpose void for an account.
///
/// # Errors
/// Only faults.
pub fn use_up_all(
    tx: &mut Tx<'_>,
    purpose: &str,
    account: &AccountId,
    at: Timestamp,
) -> Result<u64, StoreError> {
    tx.run(&USE_UP_ALL, params![purpose, account.as_str(), at])
}

/// Makes all links of a purpose void.
///
/// # Errors
/// Only faults.
pub fn void_purpose(tx: &mut Tx<'_>, purpose: &str, at: Timestamp) -> Result<u64, StoreError> {
    tx.run(&VOID, params![purpose, at])
}

/// Removes links that ran out before `before`.
///
/// # Errors
/// Only faults.
pub fn clean(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    tx.run(&CLEAN, params![before])
}

/// Removes every link.
///
/// # Errors
/// Only faults.
pub fn clear(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.run(&CLEAR, params![])
}
