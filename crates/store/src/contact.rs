//! Rows of contacts: the phone number of the primary contact, and what e-mail and phone were before their last change.
//!
//! A change keeps the former value, because for a while that one serves recovery (R-REC-58). Values are sealed, bound
//! to account and kind; a former address can be found by a keyed hash of it, since its owner may not know the new one.
//! Changes themselves are kept for a month, sealed, to be shown and taken back.

use crate::engine::{Row, Tx};
use crate::sql::statements;
use crate::{Purpose, StoreError, params};
use domain::contact::{self, Change};
use domain::ids::{AccountId, ChangeId};
use domain::time::Timestamp;

statements! {
    FIND = "select value, changed_at, proved_at, former, former_changed_at, former_proved_at, former_lost, \
        removed_at from contact where account_id = $1 and kind = $2";
    PUT = "insert into contact (account_id, kind, value, changed_at, proved_at, former, former_changed_at, \
        former_proved_at, former_key, former_lost) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0) \
        on conflict (account_id, kind) do update set value = excluded.value, changed_at = excluded.changed_at, \
        proved_at = excluded.proved_at, former = excluded.former, former_changed_at = excluded.former_changed_at, \
        former_proved_at = excluded.former_proved_at, former_key = excluded.former_key, former_lost = 0, removed_at = null";
    PROVE = "update contact set proved_at = $3 where account_id = $1 and kind = $2";
    FORMER_LOST = "update contact set former_lost = 1 where account_id = $1 and kind = $2";
    DISTRUST = "update contact set proved_at = null, former_proved_at = null";
    REMOVE = "delete from contact where account_id = $1 and kind = $2";
    SET_REMOVED = "update contact set removed_at = $3, former_lost = 0 where account_id = $1 and kind = $2";
    FORGET_REMOVED = "delete from contact where removed_at <= $1";
    BY_FORMER_EMAIL = "select account_id, changed_at from contact where former_key = $1 and changed_at > $2 and former_lost = 0";
    FORGET_FORMER = "update contact set former = null, former_changed_at = null, former_proved_at = null, \
        former_key = null where former is not null and changed_at <= $1 and proved_at is not null";
    CHANGES = "select id, body from contact_change where account_id = $1 order by begun_at, id /*for update*/";
    LOOK_AT_CHANGES = "select id, body from contact_change where account_id = $1 order by begun_at, id";
    CHANGE = "select id, body from contact_change where id = $1 /*for update*/";
    PUT_CHANGE = "insert into contact_change (id, account_id, body, begun_at, keep_until) values ($1, $2, $3, $4, $5) \
        on conflict (id) do update set body = excluded.body, keep_until = excluded.keep_until";
    CLEAN = "delete from contact_change where keep_until <= $1";
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
    /// An address beside the root user's.
    SecondEmail,
    /// A number beside the primary contact's.
    SecondPhone,
}

impl Kind {
    const fn key(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Person => "person",
            Self::SecondEmail => "second-email",
            Self::SecondPhone => "second-phone",
        }
    }
}

impl From<contact::Kind> for Kind {
    fn from(kind: contact::Kind) -> Self {
        match kind {
            contact::Kind::Email => Self::Email,
            contact::Kind::Phone => Self::Phone,
            contact::Kind::SecondEmail => Self::SecondEmail,
            contact::Kind::SecondPhone => Self::SecondPhone,
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
    /// Whether root, with a registered device, said that the former one is lost, or the one that is removed.
    pub former_lost: bool,
    /// Since when it is removed, if it is. Only a second one stays for a while then.
    pub removed_at: Option<Timestamp>,
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
        Ok((present, former, (row.flag(6)?, row.opt_time(7)?)))
    })?;
    let Some((present, former, (lost, removed_at))) = found else {
        return Ok(None);
    };
    let (value, changed_at, proved_at) = present;
    let (former, former_changed, former_proved) = former;
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
        removed_at,
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
    let former_key = former
        .filter(|_| kind == Kind::Email)
        .map(|held| former_key(tx, &held.value.to_ascii_lowercase()))
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
            former.and_then(|f| f.proved_at),
            former_key.map(Vec::from)
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

/// A second contact is removed since then, and stays for a while; nothing puts it back.
///
/// # Errors
/// Only faults.
pub fn set_removed(
    tx: &mut Tx<'_>,
    account: &AccountId,
    kind: Kind,
    since: Option<Timestamp>,
) -> Result<(), StoreError> {
    tx.run(&SET_REMOVED, params![account.as_str(), kind.key(), since])
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

fn former_key(tx: &Tx<'_>, email_key: &str) -> Result<[u8; 32], StoreError> {
    tx.ring().hmac(
        Purpose::NAME,
        format!("former address\0{email_key}").as_bytes(),
    )
}

/// The account whose address this was until a change after `since`, unless that address was said to be lost, and when
/// it changed. `email_key` is the address as it is compared.
///
/// # Errors
/// Only faults.
pub fn find_by_former_email(
    tx: &mut Tx<'_>,
    email_key: &str,
    since: Timestamp,
) -> Result<Option<AccountId>, StoreError> {
    let mac = former_key(tx, email_key)?;
    let mut found = tx.all(&BY_FORMER_EMAIL, params![&mac[..], since], |row| {
        Ok((row.time(1)?, row.parse(0)?))
    })?;
    found.sort_unstable();
    Ok(found.pop().map(|(_, account)| account))
}

/// Forgets what contacts were before changes up to `before`, where the present value was proved, and second ones that
/// were removed up to then.
///
/// # Errors
/// Only faults.
pub fn forget_former(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    let former = tx.run(&FORGET_FORMER, params![before])?;
    Ok(former + tx.run(&FORGET_REMOVED, params![before])?)
}

/// The changes of an account's contacts that are kept, oldest first, to be decided about in this transaction.
///
/// # Errors
/// Only faults.
pub fn changes(tx: &mut Tx<'_>, account: &AccountId) -> Result<Vec<Change>, StoreError> {
    let rows = tx.all(&CHANGES, params![account.as_str()], sealed)?;
    rows.into_iter().map(|row| open_change(tx, row)).collect()
}

/// The same, only to look at.
///
/// # Errors
/// Only faults.
pub fn look_at_changes(tx: &mut Tx<'_>, account: &AccountId) -> Result<Vec<Change>, StoreError> {
    let rows = tx.all(&LOOK_AT_CHANGES, params![account.as_str()], sealed)?;
    rows.into_iter().map(|row| open_change(tx, row)).collect()
}

/// One change.
///
/// # Errors
/// Only faults.
pub fn change(tx: &mut Tx<'_>, id: &ChangeId) -> Result<Option<Change>, StoreError> {
    let row = tx.opt(&CHANGE, params![id.as_str()], sealed)?;
    row.map(|row| open_change(tx, row)).transpose()
}

fn sealed(row: &Row<'_>) -> Result<(String, Vec<u8>), StoreError> {
    Ok((row.text(0)?, row.blob(1)?))
}

fn open_change(tx: &Tx<'_>, (id, body): (String, Vec<u8>)) -> Result<Change, StoreError> {
    let plain = tx.open("contact_change", "body", &id, &body)?;
    serde_json::from_slice(plain.expose())
        .map_err(|_| StoreError::Corrupt("contact_change.body".to_owned()))
}

/// Writes a change, or where it stands now.
///
/// # Errors
/// Only faults.
pub fn put_change(tx: &mut Tx<'_>, change: &Change) -> Result<(), StoreError> {
    let plain = serde_json::to_vec(change)
        .map_err(|_| StoreError::Corrupt("contact_change.body".to_owned()))?;
    let body = tx.seal("contact_change", "body", change.id.as_str(), &plain)?;
    tx.run(
        &PUT_CHANGE,
        params![
            change.id.as_str(),
            change.account.as_str(),
            body,
            change.begun_at,
            change.keep_until()
        ],
    )
    .map(drop)
}

/// Removes changes that nobody need be told of any more.
///
/// # Errors
/// Only faults.
pub fn clean(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    tx.run(&CLEAN, params![now])
}
