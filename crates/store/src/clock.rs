//! Rows that a jump of the clock moves: every wait and hold that protects an owner, and nothing else.
//!
//! | what | moved while |
//! |---|---|
//! | ends of holds of sessions, devices, saved codes and passwords; of devices put out of use; of freezes | to come |
//! | ends of links that object to something or take it back | to come |
//! | when password, e-mail and number were changed | younger than 30 days (they prove nothing, or the former one does) |
//! | when a recovery contact accepted | younger than 30 days (they do not count yet) |
//! | changes of contacts that can be taken back | younger than 72 h |
//! | when a second address or number was removed | younger than 30 days (it serves for 72 h of them) |
//! | ends of the waits of support cases; until when a contact is locked after one | to come |
//! | until when a change of settings pauses a channel | to come |
//! | delays of open cases; when a case ended | to come; younger than 72 h (it can be objected to) |
//! | when a counter last counted, when a text was ordered, when a call was placed and ended | younger than 24 h and some (waits hang on it) |
//! | when an account was closed | younger than 90 days (it can be reopened) |
//! | when an operator was given the right | younger than 30 days (giver and receiver do not approve for one another) |
//!
//! Not moved, because an early end favours nobody but the owner, or costs a guesser a little work less: what is known of
//! guessing over many names, advice that was put off, sessions, fresh proof, flows, cases as such, other
//! links, known browsers, mailed codes. Mails of the outbox go out at the time they were due by the new clock. How many
//! freezes there were in 30 days, and mails in an hour, is counted by the clock as it is.

use crate::engine::Tx;
use crate::sql::{Sql, statements};
use crate::{StoreError, channel, contact, params, recovery, support};
use domain::account::REOPENING;
use domain::call::{DAY, DIGITS_LIFE};
use domain::clock::Shift;
use domain::ids::{CaseId, ChangeId, SupportId};
use domain::operator::APART;
use domain::recovery::{OBJECTION_LIFE, STEADY};
use domain::throttle::FORGOTTEN_AFTER;
use domain::time::{Span, Timestamp};

statements! {
    SESSIONS = "update session set hold_until = hold_until + $2 where hold_until > $1";
    DEVICES = "update mfa_device set hold_until = hold_until + $2 where hold_until > $1";
    SUSPENDED = "update mfa_device set suspended_until = suspended_until + $2 where suspended_until > $1";
    SUSPENSIONS = "update device_suspension set until = until + $2 where until > $1";
    SAVED_CODES = "update saved_code set hold_until = hold_until + $2 where hold_until > $1";
    PASSWORD_HOLDS = "update account set password_hold_until = password_hold_until + $2 where password_hold_until > $1";
    FREEZES = "update recovery_freeze set until = until + $2 where until > $1 and lifted = 0";
    LINKS = "update link set expires_at = expires_at + $2 where expires_at > $1 and used_at is null \
        and purpose in ('recovery-objection', 'password-reset-objection', 'contact-undo', 'support-stop')";
    PASSWORDS = "update account set password_set_at = password_set_at + $2 where password_set_at > $1";
    EMAILS = "update account set email_set_at = email_set_at + $2 where email_set_at > $1 and email_set_at > created_at";
    CONTACTS = "update contact set changed_at = changed_at + $2 where changed_at > $1";
    REMOVED = "update contact set removed_at = removed_at + $2 where removed_at > $1";
    FORMER = "update contact set former_changed_at = former_changed_at + $2 where former_changed_at > $1";
    PEOPLE = "update recovery_contact set accepted_at = accepted_at + $2 where accepted_at > $1";
    COUNTERS = "update counter set last_at = last_at + $2 where last_at > $1";
    CALLS = "update phone_call set placed_at = placed_at + $2, changed_at = changed_at + $2 where placed_at > $1";
    TEXTS = "update text_message set placed_at = placed_at + $2 where placed_at > $1";
    CLOSED = "update account set state_since = state_since + $2 where state_since > $1 and state = 'closed'";
    GRANTS = "update operator set granted_at = granted_at + $2 where granted_at > $1";
    CASES = "select id from recovery_case where over_at > $1 order by id";
    CHANGES = "select id from contact_change where keep_until > $1 order by id";
    CONTACT_LOCKS = "update contact_lock set until = until + $2 where until > $1";
    SUPPORT = "select id from support_case where due_at > $1 order by id";
    CHANNELS = "select part from channel where paused_until > $1 order by part";
    FIRST = "insert into meta (name, value) values ('clock-jump', '') on conflict (name) do nothing";
    LAST = "select value from meta where name = 'clock-jump' /*for update*/";
    KEEP = "update meta set value = $1 where name = 'clock-jump'";
    KNOWN = "select value from meta where name = 'clock-jump'";
}

/// Ends, and beginnings with the time that is counted from them.
const ENDS: [&Sql; 9] = [
    &SESSIONS,
    &DEVICES,
    &SUSPENDED,
    &SUSPENSIONS,
    &SAVED_CODES,
    &PASSWORD_HOLDS,
    &FREEZES,
    &LINKS,
    &CONTACT_LOCKS,
];
const BEGINNINGS: [(&Sql, Span); 11] = [
    (&PASSWORDS, STEADY),
    (&EMAILS, STEADY),
    (&CONTACTS, STEADY),
    (&FORMER, STEADY),
    (&REMOVED, STEADY),
    (&PEOPLE, STEADY),
    (&COUNTERS, FORGOTTEN_AFTER),
    (
        &CALLS,
        Span::millis(DAY.as_millis() + DIGITS_LIFE.as_millis()),
    ),
    (&TEXTS, DAY),
    (&CLOSED, REOPENING),
    (&GRANTS, APART),
];

/// The last jump that was dealt with, as it was written down; waits for others who deal with one now.
///
/// # Errors
/// Only faults.
pub fn last_jump(tx: &mut Tx<'_>) -> Result<String, StoreError> {
    tx.run(&FIRST, &[])?;
    tx.one(&LAST, &[], |row| row.text(0))
}

/// The same, to look at; nothing where the clock never jumped.
///
/// # Errors
/// Only faults.
pub fn known_jump(tx: &mut Tx<'_>) -> Result<Option<String>, StoreError> {
    tx.opt(&KNOWN, &[], |row| row.text(0))
}

/// Writes a jump down.
///
/// # Errors
/// Only faults.
pub fn keep_jump(tx: &mut Tx<'_>, jump: &str) -> Result<(), StoreError> {
    tx.run_one(&KEEP, params![jump])
}

/// Moves all that is in force, and says how many rows that were.
///
/// # Errors
/// Only faults.
pub fn shift(tx: &mut Tx<'_>, shift: &Shift) -> Result<u64, StoreError> {
    let mut moved = 0;
    for sql in ENDS {
        moved += tx.run(sql, params![shift.from, shift.by])?;
    }
    let cases = tx.all(&CASES, params![shift.from - OBJECTION_LIFE], |row| {
        row.parse::<CaseId>(0)
    })?;
    for id in cases {
        let Some(mut stored) = recovery::lock(tx, &id)? else {
            continue;
        };
        stored.case.shift(shift);
        recovery::save(tx, &stored.case)?;
        moved += 1;
    }
    for id in tx.all(&CHANGES, params![shift.from], |row| {
        row.parse::<ChangeId>(0)
    })? {
        let Some(mut change) = contact::change(tx, &id)? else {
            continue;
        };
        change.shift(shift);
        contact::put_change(tx, &change)?;
        moved += 1;
    }
    for id in tx.all(&SUPPORT, params![shift.from], |row| {
        row.parse::<SupportId>(0)
    })? {
        let Some(mut case) = support::lock(tx, &id)? else {
            continue;
        };
        case.shift(shift);
        support::put(tx, &case)?;
        moved += 1;
    }
    for word in tx.all(&CHANNELS, params![shift.from], |row| row.text(0))? {
        let part = domain::channel::Part::from_key(&word);
        let found = part.map(|part| channel::lock(tx, part)).transpose()?;
        if let Some(mut guarded) = found.flatten() {
            guarded.shift(shift);
            channel::put(tx, &guarded)?;
            moved += 1;
        }
    }
    for (sql, counted) in BEGINNINGS {
        moved += tx.run(sql, params![shift.from - counted, shift.by])?;
    }
    Ok(moved)
}

/// What the database's own clock shows; nothing where it is part of this process.
///
/// # Errors
/// Only faults.
pub fn of_database(tx: &mut Tx<'_>) -> Result<Option<Timestamp>, StoreError> {
    tx.clock()
}
