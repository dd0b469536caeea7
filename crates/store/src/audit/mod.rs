//! The audit log: records written with what they tell of, and sealed into a chain of blocks.
//!
//! A record is inserted by the transaction it belongs to, with a keyed hash of its own. Records are closed in blocks:
//! Merkle root, hash of the block before, keyed hash. On SQLite, which has one writer, a record gets its place in the
//! order at once, and each group of writes ends with its block ([`Open`]). On PostgreSQL it gets none, so that writers
//! never queue for a chain; the holder of a lease numbers and closes what waits every second ([`seal_as`]). Heads of the
//! chain are written to a file outside the store ([`Heads`]).
//!
//! [`verify`] finds a record or block that was edited, removed, inserted or reordered, a chain calculated anew by
//! someone without the key ring, a tail that was cut off after a written head, and an older copy put back. It cannot
//! find a record that was removed before it was sealed, nor a tail cut off after the newest head.
//!
//! Who it was (actor, address, device, details) stands beside the record under a salted commitment, so that it can
//! be erased without breaking the seal.

mod chain;
mod heads;
mod verify;

pub use chain::Head;
pub use heads::Heads;
pub(crate) use verify::STATEMENTS as VERIFY_STATEMENTS;
pub use verify::{Fault, Report, verify};

use crate::engine::{Page, Row, Tx};
use crate::error::StoreError;
use crate::params;
use crate::sql::statements;
use chain::{Block, Hash, Leaf};
use domain::audit::Record;
use domain::dice::Dice;
use domain::ids::{AccountId, AuditId};
use domain::time::{Span, Timestamp};

statements! {
    INSERT = "insert into audit_record (id, at, event, account, outcome, commitment, key_id, mac, salt, actor, \
        client, detail, seq) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    UNSEALED = "select at, id, event, account, outcome, commitment, key_id, mac from audit_record \
        where seq is null and (at, id) > ($1, $2) order by at, id limit $3 /*for update*/";
    NUMBER = "update audit_record set seq = $2 where id = $1 and seq is null";
    LAST_BLOCK = "select number, generation, first_seq, last_seq, root, previous, key_id from audit_block \
        order by number desc limit 1 /*for update*/";
    HEAD = "select number, generation, first_seq, last_seq, root, previous, key_id from audit_block \
        order by number desc limit 1";
    CLOSE = "insert into audit_block (number, generation, first_seq, last_seq, root, previous, key_id, mac) \
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    ERASE = "update audit_record set salt = null, actor = null, client = null, detail = null \
        where coalesce(account, substr(id, 17)) = $1 and salt is not null";
    NEWEST = "select at from audit_record where seq is not null order by seq desc limit 1";
    OF_ACCOUNT = "select at, id, seq, event, account, outcome, actor, client, detail from audit_record \
        where coalesce(account, substr(id, 17)) = $1 and (at, id) < ($2, $3) order by at desc, id desc limit $4";
    SIGN_INS = "select cast(count(*) as bigint), cast(max(case when at < $3 then at end) as bigint) from audit_record \
        where account = $1 and at >= $2 and event = 'ConsoleLogin' and outcome = 'ok'";
    EXPORT = "select at, id, seq, event, account, outcome, actor, client, detail from audit_record \
        where seq > $1 order by seq limit $2";
}

/// Records in one block, at most.
const BLOCK: usize = 1_000;
/// The lease of the sealer on PostgreSQL, and how long it lasts without being renewed.
const LEASE: &str = "audit-seal";
const LEASE_FOR: Span = Span::seconds(5);
/// The outcome of what was not refused.
const DONE: &str = "ok";

/// A record as it is shown and exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When it happened.
    pub at: Timestamp,
    /// Its id.
    pub id: String,
    /// Its place in the log, once sealed.
    pub seq: Option<i64>,
    /// What happened.
    pub event: String,
    /// The account it concerns.
    pub account: Option<String>,
    /// `ok`, or the code of the refusal.
    pub outcome: String,
    /// Who, as JSON; nothing once erased.
    pub actor: Option<String>,
    /// From where, as JSON; nothing once erased, or where there was no browser.
    pub client: Option<String>,
    /// Further facts, as JSON; nothing once erased.
    pub detail: Option<String>,
}

/// Writes a record. Its id and salt are drawn from `dice`, which must be derived for this record alone.
pub fn append(
    tx: &mut Tx<'_>,
    dice: &Dice,
    now: Timestamp,
    record: &Record,
) -> Result<AuditId, StoreError> {
    let id = AuditId::draw(dice, "");
    let salt: [u8; 32] = dice.bytes("audit salt");
    let actor = json(&record.actor)?;
    let client = record.client.as_ref().map(json).transpose()?;
    let detail = json(&record.detail)?;
    let leaf = Leaf {
        id: id.as_str().to_owned(),
        at: now,
        event: record.event.name().to_owned(),
        account: record
            .account
            .as_ref()
            .map(|account| account.as_str().to_owned()),
        outcome: record.refused.unwrap_or(DONE).to_owned(),
        commitment: chain::commitment(&salt, &actor, client.as_deref(), &detail),
    };
    let hash = leaf.hash(tx.ring());
    let (key_id, mac) = chain::sign(tx.ring(), &hash)?;
    let seq = next_place(tx, hash)?;
    let Leaf {
        at,
        event,
        account,
        outcome,
        commitment,
        ..
    } = &leaf;
    tx.run(
        &INSERT,
        params![
            id, at, event, account, outcome, commitment, key_id, mac, salt, actor, client, detail,
            seq
        ],
    )
    .map_err(|error| match error.is_conflict_on("audit_record.seq") {
        true => taken(error),
        false => error,
    })?;
    Ok(id)
}

/// The block that a group of writes ends with on SQLite, where there is one writer: its records get their places at once.
#[derive(Debug, Default)]
pub(crate) struct Open {
    /// The block before it, once one was looked for.
    last: Option<Option<Block>>,
    leaves: Vec<Hash>,
}

impl Open {
    /// Records in it so far.
    pub(crate) const fn len(&self) -> usize {
        self.leaves.len()
    }

    /// Takes those out that came later.
    pub(crate) fn cut(&mut self, len: usize) {
        self.leaves.truncate(len);
    }

    /// Writes the block, if there is a record in it; several, if it holds too many for one.
    pub(crate) fn close(self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let mut last = self.last.flatten();
        for leaves in self.leaves.chunks(BLOCK) {
            last = Some(close(tx, last.as_ref(), leaves)?);
        }
        Ok(())
    }
}

/// The place of a record in the block that is open; none where a sealer gives it one.
fn next_place(tx: &mut Tx<'_>, hash: Hash) -> Result<Option<i64>, StoreError> {
    if tx.block.as_ref().is_some_and(|open| open.last.is_none()) {
        let last = tx.opt(&LAST_BLOCK, &[], read_block)?;
        if let Some(open) = &mut tx.block {
            open.last = Some(last);
        }
    }
    Ok(tx.block.as_mut().map(|open| {
        open.leaves.push(hash);
        let before = open.last.as_ref().and_then(Option::as_ref);
        place_after(before, open.leaves.len())
    }))
}

/// The place of the nth record after a block.
fn place_after(block: Option<&Block>, nth: usize) -> i64 {
    let before = block.map_or(0, |block| block.last_seq);
    before.saturating_add(i64::try_from(nth).unwrap_or(i64::MAX))
}

fn json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::fault("audit: a record has no JSON form"))
}

/// Seals whatever waits, and says how many records that were.
///
/// A waiting record whose keyed hash is wrong was not written by this program: it is left where it is, and
/// [`verify`] names it.
pub fn seal_due(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    let mut last = tx.opt(&LAST_BLOCK, &[], read_block)?;
    let mut cursor = (i64::MIN, String::new());
    let mut sealed = 0;
    loop {
        let size = u32::try_from(BLOCK).unwrap_or(u32::MAX);
        let page = tx.page(&UNSEALED, params![cursor.0, cursor.1], size, read_waiting)?;
        if let Some(newest) = page.items.last() {
            cursor = (newest.leaf.at.millis(), newest.leaf.id.clone());
        }
        sealed += seal_block(tx, &mut last, page.items)?;
        if !page.more {
            return Ok(sealed);
        }
    }
}

struct Waiting {
    leaf: Leaf,
    key_id: i64,
    mac: Vec<u8>,
}

fn read_waiting(row: &Row<'_>) -> Result<Waiting, StoreError> {
    let leaf = Leaf {
        at: row.time(0)?,
        id: row.text(1)?,
        event: row.text(2)?,
        account: row.opt_text(3)?,
        outcome: row.text(4)?,
        commitment: row.bytes(5)?,
    };
    Ok(Waiting {
        leaf,
        key_id: row.int(6)?,
        mac: row.blob(7)?,
    })
}

fn read_block(row: &Row<'_>) -> Result<Block, StoreError> {
    Ok(Block {
        number: row.int(0)?,
        generation: row.int(1)?,
        first_seq: row.int(2)?,
        last_seq: row.int(3)?,
        root: row.bytes(4)?,
        previous: row.bytes(5)?,
        key_id: row.int(6)?,
    })
}

fn seal_block(
    tx: &mut Tx<'_>,
    last: &mut Option<Block>,
    waiting: Vec<Waiting>,
) -> Result<u64, StoreError> {
    let ring = tx.ring();
    let mut leaves: Vec<Hash> = Vec::with_capacity(waiting.len());
    for Waiting { leaf, key_id, mac } in waiting {
        let hash = leaf.hash(ring);
        if !chain::is_signed(ring, key_id, &hash, &mac)? {
            tracing::error!(
                record = leaf.id,
                "an audit record was not written by this program and is not sealed"
            );
            continue;
        }
        leaves.push(hash);
        let seq = place_after(last.as_ref(), leaves.len());
        tx.run_one(&NUMBER, params![leaf.id, seq]).map_err(taken)?;
    }
    if leaves.is_empty() {
        return Ok(0);
    }
    *last = Some(close(tx, last.as_ref(), &leaves)?);
    Ok(u64::try_from(leaves.len()).unwrap_or(u64::MAX))
}

/// Closes a block of these records, which follow those of the last one.
fn close(tx: &mut Tx<'_>, last: Option<&Block>, leaves: &[Hash]) -> Result<Block, StoreError> {
    let ring = tx.ring();
    let block = Block {
        number: last.map_or(0, |block| block.number) + 1,
        generation: i64::try_from(ring.generation()).unwrap_or(i64::MAX),
        first_seq: place_after(last, 1),
        last_seq: place_after(last, leaves.len()),
        root: chain::root(leaves),
        previous: last.map_or([0; 32], |block| block.hash(ring)),
        key_id: i64::from(ring.active()),
    };
    let (key_id, mac) = chain::sign(ring, &block.hash(ring))?;
    let Block {
        number,
        generation,
        first_seq,
        last_seq,
        root,
        previous,
        ..
    } = &block;
    tx.run(
        &CLOSE,
        params![
            number, generation, first_seq, last_seq, root, previous, key_id, mac
        ],
    )?;
    Ok(block)
}

/// A place in the log that somebody else took: on PostgreSQL perhaps another sealer, otherwise an attacker.
fn taken(error: StoreError) -> StoreError {
    match error {
        StoreError::Conflict { what } => StoreError::Corrupt(format!(
            "{what}: the next place of the audit log is taken; run `audit verify`"
        )),
        other => other,
    }
}

/// Seals what waits if `holder` has, or can get, the sealer's lease; `None` if another node has it. To be called
/// every second; on SQLite it finds nothing to do.
pub fn seal_as(tx: &mut Tx<'_>, holder: &str, now: Timestamp) -> Result<Option<u64>, StoreError> {
    if !crate::lease::take(tx, LEASE, holder, now, now + LEASE_FOR)? {
        return Ok(None);
    }
    seal_due(tx).map(Some)
}

/// Where the chain stands; `None` before the first block.
pub fn head(tx: &mut Tx<'_>) -> Result<Option<Head>, StoreError> {
    let ring = tx.ring();
    let block = tx.opt(&HEAD, &[], read_block)?;
    Ok(block.map(|block| Head {
        generation: u64::try_from(block.generation).unwrap_or(0),
        block: block.number,
        sequence: block.last_seq,
        hash: block.hash(ring),
    }))
}

/// When the newest sealed record was written. A clock behind it is wrong.
pub fn newest(tx: &mut Tx<'_>) -> Result<Option<Timestamp>, StoreError> {
    tx.opt(&NEWEST, &[], |row| row.time(0))
}

/// Erases who it was from all records of an account, and says from how many. What happened, when, to which account
/// and with which outcome stays, and stays sealed.
pub fn erase(tx: &mut Tx<'_>, account: &AccountId) -> Result<u64, StoreError> {
    tx.run(&ERASE, params![account])
}

/// Records of an account from the newest on, after the last one seen if one is given.
pub fn of_account(
    tx: &mut Tx<'_>,
    account: &AccountId,
    after: Option<(Timestamp, &str)>,
    size: u32,
) -> Result<Page<Entry>, StoreError> {
    let (at, id) = after.map_or((i64::MAX, ""), |(at, id)| (at.millis(), id));
    tx.page(&OF_ACCOUNT, params![account, at, id], size, read_entry)
}

/// How many sign-ins of an account were completed since `since`, and when the last one before `this`.
pub fn sign_ins(
    tx: &mut Tx<'_>,
    account: &AccountId,
    (since, this): (Timestamp, Timestamp),
) -> Result<(i64, Option<Timestamp>), StoreError> {
    tx.one(&SIGN_INS, params![account, since, this], |row| {
        Ok((row.int(0)?, row.opt_time(1)?))
    })
}

/// Sealed records in their order, after the place `after` (0 for all).
pub fn export(tx: &mut Tx<'_>, after: i64, size: u32) -> Result<Page<Entry>, StoreError> {
    tx.page(&EXPORT, params![after], size, read_entry)
}

fn read_entry(row: &Row<'_>) -> Result<Entry, StoreError> {
    Ok(Entry {
        at: row.time(0)?,
        id: row.text(1)?,
        seq: row.opt_int(2)?,
        event: row.text(3)?,
        account: row.opt_text(4)?,
        outcome: row.text(5)?,
        actor: row.opt_text(6)?,
        client: row.opt_text(7)?,
        detail: row.opt_text(8)?,
    })
}
