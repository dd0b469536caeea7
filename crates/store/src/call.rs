//! Rows of calls: what each is for, how it went, and what the limits have to count.
//!
//! Invariant: numbers are kept as a keyed hash only; whoever has the file cannot tell whom we called.

use crate::engine::{Row, Tx};
use crate::sql::statements;
use crate::{Purpose as KeyPurpose, StoreError, params};
use domain::call::{CallRecord, DAY, DIGITS_LIFE, Outcome, PastCall, Progress, Purpose, Spent};
use domain::ids::{AccountId, CallId};
use domain::time::Timestamp;

statements! {
    PUT = "insert into phone_call (id, account_id, purpose, subject, number_mac, block, placed_at, changed_at, connected, \
        wrong, progress, price) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (id) do update set \
        changed_at = excluded.changed_at, connected = excluded.connected, wrong = excluded.wrong, \
        progress = excluded.progress";
    STANDING = "select progress, wrong from phone_call where id = $1";
    FIND = "select account_id, purpose, subject from phone_call where id = $1";
    RECENT = "select placed_at, changed_at, connected, wrong, progress, account_id, number_mac, block, price from phone_call \
        where placed_at > $1 and (account_id = $2 or number_mac = $3 or block = $4) order by placed_at, id";
    SPENT = "select placed_at, price, connected, progress from phone_call where placed_at > $1 order by placed_at, id";
    CLEAN = "delete from phone_call where placed_at <= $1";
}

/// What a call is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// For whom it was placed.
    pub account: AccountId,
    /// Where its events go.
    pub purpose: Purpose,
}

/// How a call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Where it stands.
    pub progress: Progress,
    /// Wrong tries.
    pub wrong: u32,
}

fn words(progress: Progress) -> &'static str {
    progress.key()
}

fn ended(word: &str) -> Option<Outcome> {
    Outcome::from_key(word)
}

/// Whether the limits count a call: all but those that were lost before anybody answered.
fn counts(connected: bool, end: Option<Outcome>) -> bool {
    connected || end != Some(Outcome::Lost)
}

pub(crate) fn number_mac(tx: &Tx<'_>, number: &str) -> Result<[u8; 32], StoreError> {
    tx.ring().hmac(
        KeyPurpose::NAME,
        format!("telephone number\0{number}").as_bytes(),
    )
}

/// Writes a call's row, or its change.
///
/// # Errors
/// Only faults.
pub fn put(tx: &mut Tx<'_>, call: &CallRecord) -> Result<(), StoreError> {
    let mac = number_mac(tx, &call.number)?;
    let (purpose, subject) = match &call.purpose {
        Purpose::Recovery(case) => ("recovery", case.as_str()),
        Purpose::PhoneProof(flow) => ("phone-proof", flow.as_str()),
        Purpose::Drill(flow) => ("drill", flow.as_str()),
    };
    tx.run(
        &PUT,
        params![
            call.call.as_str(),
            call.account.as_str(),
            purpose,
            subject,
            &mac[..],
            call.block.as_str(),
            call.placed_at,
            call.changed_at,
            call.connected,
            i64::from(call.wrong),
            words(call.progress),
            i64::from(call.price)
        ],
    )
    .map(drop)
}

/// What a call is for, if it is one of ours.
///
/// # Errors
/// Only faults.
pub fn find(tx: &mut Tx<'_>, id: &CallId) -> Result<Option<Placed>, StoreError> {
    let bad = || StoreError::Corrupt("phone_call.subject".to_owned());
    tx.opt(&FIND, params![id.as_str()], |row| {
        let (purpose, subject) = (row.text(1)?, row.text(2)?);
        let purpose = match purpose.as_str() {
            "recovery" => Purpose::Recovery(subject.parse().map_err(|_| bad())?),
            "drill" => Purpose::Drill(subject.parse().map_err(|_| bad())?),
            _ => Purpose::PhoneProof(subject.parse().map_err(|_| bad())?),
        };
        Ok(Placed {
            account: row.parse(0)?,
            purpose,
        })
    })
}

/// How a call goes, if it is one of ours and not forgotten yet.
///
/// # Errors
/// Only faults.
pub fn standing(tx: &mut Tx<'_>, id: &CallId) -> Result<Option<Standing>, StoreError> {
    tx.opt(&STANDING, params![id.as_str()], |row| {
        let progress = match row.text(0)?.as_str() {
            "dialling" => Progress::Dialling,
            "ringing" => Progress::Ringing,
            "answered" => Progress::Answered,
            word => Progress::Ended(
                ended(word).ok_or_else(|| StoreError::Corrupt("phone_call.progress".to_owned()))?,
            ),
        };
        Ok(Standing {
            progress,
            wrong: u32::try_from(row.int(1)?).unwrap_or(u32::MAX),
        })
    })
}

/// The calls that the limits have to count for this account, number and network: those of the last 24 hours, except
/// those that were lost before anybody answered.
///
/// # Errors
/// Only faults.
pub fn recent(
    tx: &mut Tx<'_>,
    account: &AccountId,
    number: &str,
    block: &str,
    now: Timestamp,
) -> Result<Vec<PastCall>, StoreError> {
    let mac = number_mac(tx, number)?;
    let since = now - DAY - DIGITS_LIFE;
    let read = |row: &Row<'_>| {
        let word = row.text(4)?;
        let end = ended(&word);
        let connected = row.flag(2)?;
        let call = PastCall {
            placed_at: row.time(0)?,
            changed_at: row.time(1)?,
            connected,
            running: end.is_none(),
            wrong: u32::try_from(row.int(3)?).unwrap_or(u32::MAX),
            same_account: row.text(5)? == account.as_str(),
            same_number: row.blob(6)? == mac,
            same_block: row.text(7)? == block,
            price: u32::try_from(row.int(8)?).unwrap_or(u32::MAX),
        };
        Ok(counts(connected, end).then_some(call))
    };
    let found = tx.all(
        &RECENT,
        params![since, account.as_str(), &mac[..], block],
        read,
    )?;
    Ok(found.into_iter().flatten().collect())
}

/// What the calls of the whole installation cost since then, from the oldest on. On PostgreSQL, units that run at the
/// same moment do not see each other's: the limit can be passed by as many calls.
///
/// # Errors
/// Only faults.
pub fn spent(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<Spent>, StoreError> {
    let read = |row: &Row<'_>| {
        let spent = Spent {
            at: row.time(0)?,
            price: u32::try_from(row.int(1)?).unwrap_or(u32::MAX),
        };
        Ok(counts(row.flag(2)?, ended(&row.text(3)?)).then_some(spent))
    };
    let found = tx.all(&SPENT, params![since], read)?;
    Ok(found.into_iter().flatten().collect())
}

/// Forgets calls that no limit looks back to.
///
/// # Errors
/// Only faults.
pub fn clean(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    tx.run(&CLEAN, params![now - DAY - DIGITS_LIFE])
}
