//! Rows of contacts: the phone number of the primary contact, and what e-mail and phone were before their last change.
//!
//! A change keeps the former value, because for a while that one serves recovery (R-REC-58). Values are sealed, bound
//! to account and kind.

use crate::engine::Tx;
use crate::sql::statements;
use crate::{StoreError, params};
use domain::ids::AccountId;
use domain::time::Timestamp;

statements! {
    FIND = "select value, changed_at, proved_at, former, former_changed_at, former_proved_at, former_lost from contact \
        where account_id = $1 and kind = $2";
    PUT = "insert into contact (account_id, kind, value, changed_at, proved_at, former, former_changed_at, \
        former_proved_at, former_lost) values ($1, $2, $3, $4, $5, $6, $7, $8, 0) on conflict (account_id, kind) \
        do update set value = excluded.value, changed_at = excluded.changed_at, proved_at = excluded.proved_at, \
        former = excluded.former, former_changed_at = excluded.former_changed_at, \
        former_proved_at = excluded.former_proved_at, former_lost = 0";
    PROVE = "update contact set proved_at = $3 where account_id = $1 and kind = $2";
    FORMER_LOST = "update contact set former_lost = 1 where account_id = $1 and kind = $2";
    DISTRUST = "update contact set proved_at = null, former_proved_at = null";
    REMOVE = "delete from contact where account_id = $1 and kind = $2";
}

/// Which contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The root user's address.
    Email,
    /// The primary contact's number.
    Phone,
    /// The primary contact's name.
    Person,
}

impl Kind {
    const fn key(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Person => "person",
        }
    }
}

/// A value of a contact, present or former.
#[derive(Clone, PartialEq, Eq)]
pub struct Held {
    /// The address, or the number in E.164.
    pub value: String,
    /// When it became the contact; nothing means when the account was opened.
    pub changed_at: Option<Timestamp>,
    /// When it was last proved.
    pub proved_at: Option<Timestamp>,
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Held(..)")
    }
}

/// A contact as it lies in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// What it is.
    pub present: Held,
    /// What it was before its last change.
    pub former: Option<Held>,
    /// Whether root, with a registered device, said that the former one is lost.
    pub former_lost: bool,
}

fn cell(account: &AccountId, kind: Kind) -> String {
    format!("{account}/{}", kind.key())
}

/// The contact, if there is a row of it.
///
/// # Errors
/// Only faults.
pub fn find(
    tx: &mut Tx<'_>,
    account: &AccountId,
    kind: Kind,
) -> Result<Option<Contact>, StoreError> {
    let found = tx.opt(&FIND, params![account.as_str(), kind.key()], |row| {
        let present = (row.blob(0)?, row.opt_time(1)?, row.opt_time(2)?);
        let former = (row.opt_blob(3)?, row.opt_time(4)?, row.opt_time(5)?);
        Ok((present, former, row.flag(6)?))
    })?;
    let Some(((value, changed_at, proved_at), (former, former_changed, former_proved), lost)) =
        found
    else {
        return Ok(None);
    };
    let row_id = cell(account, kind);
    let open = |tx: &Tx<'_>, column: &str, sealed: &[u8]| {
        let plain = tx.open("contact", column, &row_id, sealed)?;
        String::from_utf8(plain.expose().clone())
            .map_err(|_| StoreError::Corrupt(format!("contact.{column}")))
    };
    let former = match former {
        Some(sealed) => Some(Held {
            value: open(tx, "former", &sealed)?,
            changed_at: former_changed,
            proved_at: former_proved,
        }),
        None => None,
    };
    Ok(Some(Contact {
        present: Held {
            value: open(tx, "value", &value)?,
            changed_at,
            proved_at,
        },
        former,
        former_lost: lost,
    }))
}

/// Makes `present` the contact, and keeps `former` as what it was.
///
/// # Errors
/// Only faults.
pub fn put(
    tx: &mut Tx<'_>,
    account: &AccountId,
    kind: Kind,
    present: &Held,
    former: Option<&Held>,
) -> Result<(), StoreError> {
    let row_id = cell(account, kind);
    let value = tx.seal("contact", "value", &row_id, present.value.as_bytes())?;
    let sealed_former = former
        .map(|held| tx.seal("contact", "former", &row_id, held.value.as_bytes()))
        .transpose()?;
    tx.run(
        &PUT,
        params![
            account.as_str(),
            kind.key(),
            value,
            present.changed_at,
            present.proved_at,
            sealed_former,
            former.and_then(|f| f.changed_at),
            former.and_then(|f| f.proved_at)
        ],
    )
    .map(drop)
}

/// The contact was proved.
///
/// # Errors
/// Only faults.
pub fn prove(
    tx: &mut Tx<'_>,
    account: &AccountId,
    kind: Kind,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.run(&PROVE, params![account.as_str(), kind.key(), at])
        .map(drop)
}

/// Root, with a registered device, says that the former contact is lost: the present one serves at once.
///
/// # Errors
/// Only faults.
pub fn former_is_lost(tx: &mut Tx<'_>, account: &AccountId, kind: Kind) -> Result<(), StoreError> {
    tx.run(&FORMER_LOST, params![account.as_str(), kind.key()])
        .map(drop)
}

/// Removes the contact.
///
/// # Errors
/// Only faults.
pub fn remove(tx: &mut Tx<'_>, account: &AccountId, kind: Kind) -> Result<(), StoreError> {
    tx.run(&REMOVE, params![account.as_str(), kind.key()])
        .map(drop)
}

/// No contact of any account is proved any more.
///
/// # Errors
/// Only faults.
pub fn distrust_all(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.run(&DISTRUST, params![])
}
