//! Rows of accounts and their passwords.

use crate::engine::{Row, Tx};
use crate::sql::statements;
use crate::{StoreError, params};
use domain::account::{Account, PasswordFacts, PasswordOrigin, State};
use domain::ids::AccountId;
use domain::locale::Locale;
use domain::session::Hold;
use domain::time::Timestamp;

statements! {
    INSERT = "insert into account (id, name, email, email_key, email_proved_at, email_set_at, locale, state, state_since, created_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    BY_ID = "select id, name, email, email_proved_at, email_set_at, locale, state, state_since, created_at, \
        password_origin, password_set_at, password_good, password_hold_until from account where id = $1";
    BY_EMAIL = "select id, name, email, email_proved_at, email_set_at, locale, state, state_since, created_at, \
        password_origin, password_set_at, password_good, password_hold_until from account where email_key = $1";
    ALL = "select id, name, email, email_proved_at, email_set_at, locale, state, state_since, created_at, \
        password_origin, password_set_at, password_good, password_hold_until from account where id > $1 order by id limit $2";
    PHC = "select password_phc from account where id = $1";
    SET_PASSWORD = "update account set password_phc = $2, password_origin = $3, password_set_at = $4, password_good = $5, \
        password_hold_until = $6, password_change_required = 0 where id = $1";
    REHASH = "update account set password_phc = $3 where id = $1 and password_phc = $2";
    PROVE_PASSWORD = "update account set password_good = 1 where id = $1 and password_good = 0";
    REQUIRE_PASSWORD = "update account set password_change_required = $2 where id = $1";
    PASSWORD_REQUIRED = "select password_change_required from account where id = $1";
    PROVE_EMAIL = "update account set email_proved_at = $2 where id = $1";
    SET_EMAIL = "update account set email = $2, email_key = $3, email_proved_at = $4, email_set_at = $5 where id = $1";
    SET_NAME = "update account set name = $2 where id = $1";
    SET_LOCALE = "update account set locale = $2 where id = $1";
    SET_STATE = "update account set state = $2, state_since = $3 where id = $1";
    LIFT_PASSWORD_HOLD = "update account set password_hold_until = null where id = $1";
    DISTRUST = "update account set email_proved_at = null, password_good = 0";
}

fn account(row: &Row<'_>) -> Result<Account, StoreError> {
    let origin = row
        .opt_text(9)?
        .and_then(|key| PasswordOrigin::from_key(&key));
    let password = match (origin, row.opt_time(10)?) {
        (Some(origin), Some(set_at)) => Some(PasswordFacts {
            origin,
            set_at,
            good: row.flag(11)?,
            hold: row.opt_time(12)?.map(|until| Hold { until }),
        }),
        _ => None,
    };
    Ok(Account {
        id: row.parse(0)?,
        name: row.text(1)?,
        email: row.text(2)?,
        email_proved_at: row.opt_time(3)?,
        email_set_at: row.time(4)?,
        locale: Locale::from_tag(&row.text(5)?).unwrap_or(Locale::En),
        state: State::from_key(&row.text(6)?)
            .ok_or(StoreError::Corrupt("account.state".to_owned()))?,
        state_since: row.time(7)?,
        created_at: row.time(8)?,
        password,
    })
}

/// Writes a new account. `email_key` is the address as it is compared.
///
/// # Errors
/// A conflict when the number or the address is taken.
pub fn insert(tx: &mut Tx<'_>, account: &Account, email_key: &str) -> Result<(), StoreError> {
    tx.run(
        &INSERT,
        params![
            account.id.as_str(),
            account.name.as_str(),
            account.email.as_str(),
            email_key,
            account.email_proved_at,
            account.email_set_at,
            account.locale.tag(),
            account.state.key(),
            account.state_since,
            account.created_at
        ],
    )?;
    Ok(())
}

/// The account with this number.
///
/// # Errors
/// Only faults.
pub fn find(tx: &mut Tx<'_>, id: &AccountId) -> Result<Option<Account>, StoreError> {
    tx.opt(&BY_ID, params![id.as_str()], account)
}

/// The account whose root user has this address.
///
/// # Errors
/// Only faults.
pub fn find_by_email(tx: &mut Tx<'_>, email_key: &str) -> Result<Option<Account>, StoreError> {
    tx.opt(&BY_EMAIL, params![email_key], account)
}

/// Accounts in the order of their numbers, after `after`.
///
/// # Errors
/// Only faults.
pub fn page(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<Account>, StoreError> {
    tx.all(&ALL, params![after, limit], account)
}

/// The stored hash of the password, if one was set.
///
/// # Errors
/// Only faults.
pub fn password_hash(tx: &mut Tx<'_>, id: &AccountId) -> Result<Option<String>, StoreError> {
    Ok(tx
        .opt(&PHC, params![id.as_str()], |row| row.opt_text(0))?
        .flatten())
}

/// Sets a new password.
///
/// # Errors
/// Only faults, and a conflict when there is no such account.
pub fn set_password(
    tx: &mut Tx<'_>,
    id: &AccountId,
    phc: &str,
    facts: &PasswordFacts,
) -> Result<(), StoreError> {
    let hold = facts.hold.map(|h| h.until);
    tx.run_one(
        &SET_PASSWORD,
        params![
            id.as_str(),
            phc,
            facts.origin.key(),
            facts.set_at,
            facts.good,
            hold
        ],
    )
}

/// Replaces the hash of the same password by one of the present cost, unless the password changed meanwhile.
///
/// # Errors
/// Only faults.
pub fn rehash_password(
    tx: &mut Tx<'_>,
    id: &AccountId,
    old: &str,
    new: &str,
) -> Result<(), StoreError> {
    tx.run(&REHASH, params![id.as_str(), old, new]).map(drop)
}

/// The password was used with a registered device or a saved code: it proves a recovery from now on.
///
/// # Errors
/// Only faults.
pub fn prove_password(tx: &mut Tx<'_>, id: &AccountId) -> Result<(), StoreError> {
    tx.run(&PROVE_PASSWORD, params![id.as_str()]).map(drop)
}

/// Ends the hold of what the password alone opens.
///
/// # Errors
/// Only faults.
pub fn lift_password_hold(tx: &mut Tx<'_>, id: &AccountId) -> Result<(), StoreError> {
    tx.run(&LIFT_PASSWORD_HOLD, params![id.as_str()]).map(drop)
}

/// Asks for a new password at the next page (R-REC-32), or no longer.
///
/// # Errors
/// Only faults.
pub fn require_new_password(
    tx: &mut Tx<'_>,
    id: &AccountId,
    required: bool,
) -> Result<(), StoreError> {
    tx.run(&REQUIRE_PASSWORD, params![id.as_str(), required])
        .map(drop)
}

/// Whether a new password is asked for.
///
/// # Errors
/// Only faults.
pub fn new_password_required(tx: &mut Tx<'_>, id: &AccountId) -> Result<bool, StoreError> {
    Ok(tx
        .opt(&PASSWORD_REQUIRED, params![id.as_str()], |row| row.flag(0))?
        .unwrap_or(false))
}

/// The address was proved.
///
/// # Errors
/// Only faults.
pub fn prove_email(tx: &mut Tx<'_>, id: &AccountId, at: Timestamp) -> Result<(), StoreError> {
    tx.run(&PROVE_EMAIL, params![id.as_str(), at]).map(drop)
}

/// The root user has another address, last proved and set at these times.
///
/// # Errors
/// A conflict when the address belongs to another account.
pub fn set_email(
    tx: &mut Tx<'_>,
    id: &AccountId,
    (email, email_key): (&str, &str),
    proved_at: Option<Timestamp>,
    set_at: Timestamp,
) -> Result<(), StoreError> {
    tx.run_one(
        &SET_EMAIL,
        params![id.as_str(), email, email_key, proved_at, set_at],
    )
}

/// Renames the account.
///
/// # Errors
/// Only faults.
pub fn set_name(tx: &mut Tx<'_>, id: &AccountId, name: &str) -> Result<(), StoreError> {
    tx.run_one(&SET_NAME, params![id.as_str(), name])
}

/// Remembers the language of the account.
///
/// # Errors
/// Only faults.
pub fn set_locale(tx: &mut Tx<'_>, id: &AccountId, locale: Locale) -> Result<(), StoreError> {
    tx.run_one(&SET_LOCALE, params![id.as_str(), locale.tag()])
}

/// Moves the account to another stage of its life.
///
/// # Errors
/// Only faults.
pub fn set_state(
    tx: &mut Tx<'_>,
    id: &AccountId,
    state: State,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.run_one(&SET_STATE, params![id.as_str(), state.key(), at])
}

/// Nothing is known to be true any more of any account: no address is proved, no password is good.
///
/// # Errors
/// Only faults.
pub fn distrust_all(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.run(&DISTRUST, params![])
}
