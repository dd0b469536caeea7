//! Rows of recovery contacts: whom the root user named, sealed, and since when they are ready to confirm a recovery.

use crate::engine::{Row, Tx};
use crate::sql::{Sql, statements};
use crate::{StoreError, params};
use domain::ids::{AccountId, RecoveryContactId};
use domain::locale::Locale;
use domain::recovery_contact::RecoveryContact;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

statements! {
    INSERT = "insert into recovery_contact (id, account_id, body, named_at, accepted_at) values ($1, $2, $3, $4, $5)";
    FIND = "select id, account_id, body, named_at, accepted_at from recovery_contact where id = $1";
    OF_ACCOUNT = "select id, account_id, body, named_at, accepted_at from recovery_contact where account_id = $1 order by named_at, id";
    ACCEPT = "update recovery_contact set accepted_at = $2 where id = $1 and accepted_at is null";
    REMOVE = "delete from recovery_contact where id = $1 and account_id = $2";
    DISTRUST = "update recovery_contact set accepted_at = null";
}

const TABLE: &str = "recovery_contact";

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Body {
    name: String,
    email: String,
    locale: Locale,
}

type Sealed = (
    RecoveryContactId,
    AccountId,
    Vec<u8>,
    Timestamp,
    Option<Timestamp>,
);

fn sealed(row: &Row<'_>) -> Result<Sealed, StoreError> {
    Ok((
        row.parse(0)?,
        row.parse(1)?,
        row.blob(2)?,
        row.time(3)?,
        row.opt_time(4)?,
    ))
}

fn opened(tx: &Tx<'_>, row: Sealed) -> Result<RecoveryContact, StoreError> {
    let (id, account, body, named_at, accepted_at) = row;
    let plain = tx.open(TABLE, "body", id.as_str(), &body)?;
    let body: Body = serde_json::from_slice(plain.expose())
        .map_err(|_| StoreError::Corrupt("recovery_contact.body".to_owned()))?;
    Ok(RecoveryContact {
        id,
        account,
        name: body.name,
        email: body.email,
        locale: body.locale,
        named_at,
        accepted_at,
    })
}

/// Writes somebody who was named.
///
/// # Errors
/// Only faults.
pub fn insert(tx: &mut Tx<'_>, person: &RecoveryContact) -> Result<(), StoreError> {
    let body = Body {
        name: person.name.clone(),
        email: person.email.clone(),
        locale: person.locale,
    };
    let plain = serde_json::to_vec(&body)
        .map_err(|_| StoreError::Corrupt("recovery_contact.body".to_owned()))?;
    let body = tx.seal(TABLE, "body", person.id.as_str(), &plain)?;
    let (id, account) = (person.id.as_str(), person.account.as_str());
    tx.run(
        &INSERT,
        params![id, account, body, person.named_at, person.accepted_at],
    )
    .map(drop)
}

fn all(tx: &mut Tx<'_>, sql: &Sql, id: &str) -> Result<Vec<RecoveryContact>, StoreError> {
    let rows = tx.all(sql, params![id], sealed)?;
    rows.into_iter().map(|row| opened(tx, row)).collect()
}

/// The one of this id.
///
/// # Errors
/// Only faults.
pub fn find(
    tx: &mut Tx<'_>,
    id: &RecoveryContactId,
) -> Result<Option<RecoveryContact>, StoreError> {
    Ok(all(tx, &FIND, id.as_str())?.pop())
}

/// Everybody whom the account named, oldest first.
///
/// # Errors
/// Only faults.
pub fn of_account(
    tx: &mut Tx<'_>,
    account: &AccountId,
) -> Result<Vec<RecoveryContact>, StoreError> {
    all(tx, &OF_ACCOUNT, account.as_str())
}

/// They accepted; false when they had before.
///
/// # Errors
/// Only faults.
pub fn accept(tx: &mut Tx<'_>, id: &RecoveryContactId, at: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(&ACCEPT, params![id.as_str(), at])? > 0)
}

/// Removes one of the account's; false when there was none.
///
/// # Errors
/// Only faults.
pub fn remove(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &RecoveryContactId,
) -> Result<bool, StoreError> {
    Ok(tx.run(&REMOVE, params![id.as_str(), account.as_str()])? > 0)
}

/// Nobody has accepted any more.
///
/// # Errors
/// Only faults.
pub fn distrust_all(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.run(&DISTRUST, params![])
}
