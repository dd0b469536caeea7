//! Which address serves what, and what every change of a contact writes.

use super::second;
use crate::Error;
use crate::commit::Writer;
use crate::link::{self, For};
use domain::account::Account;
use domain::contact::{Change, HOLD, Kind, SHOWN_FOR, Stage, UndoneBy, undo_path};
use domain::ids::AccountId;
use domain::recovery::{Contact, Former};
use domain::refusal::{Code, Refusal};
use domain::time::Timestamp;
use store::Tx;
use store::contact::{self, Held};

/// The address that serves recovery and a forgotten password now: the former one while its change is fresh.
pub(crate) fn mail_for_recovery(
    tx: &mut Tx<'_>,
    account: &Account,
    now: Timestamp,
) -> Result<String, Error> {
    let kept = contact::find(tx, &account.id, contact::Kind::Email)?;
    let (former, former_lost) = kept.map_or((None, false), |c| (c.former, c.former_lost));
    let email = Contact {
        value: account.email.clone(),
        proved: account.email_proved_at.is_some(),
        since: (account.email_set_at > account.created_at).then_some(account.email_set_at),
        former: former.map(|held| Former {
            value: held.value,
            proved: held.proved_at.is_some(),
            since: held.changed_at,
        }),
        former_lost,
    };
    Ok(email.in_force(now).value.to_owned())
}

/// The account of whoever has this address now, or had it until a change that is too fresh to count: its owner need
/// not know the new one to ask for help.
pub(crate) fn account_by_mail(
    tx: &mut Tx<'_>,
    email_key: &str,
    now: Timestamp,
) -> Result<Option<Account>, Error> {
    if let Some(account) = store::account::find_by_email(tx, email_key)? {
        return Ok(Some(account));
    }
    match contact::find_by_former_email(tx, email_key, now - HOLD)? {
        Some(id) => Ok(store::account::find(tx, &id)?),
        None => Ok(None),
    }
}

/// Whether no account has this address, nor can have it back by undoing a change (R-ROOT-22).
pub(crate) fn email_is_free(
    tx: &mut Tx<'_>,
    email_key: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(account_by_mail(tx, email_key, now)?.is_none())
}

/// Every address that security notices of the account go to: the present one first, then one that was replaced within
/// 30 days, and a second one.
pub(crate) fn told(
    tx: &mut Tx<'_>,
    account: &Account,
    now: Timestamp,
) -> Result<Vec<String>, Error> {
    let all = told_of_case(tx, account, now)?;
    Ok(all.into_iter().map(|(to, _)| to).collect())
}

/// The same, with whether who reads it may object to a recovery.
pub(crate) fn told_of_case(
    tx: &mut Tx<'_>,
    account: &Account,
    now: Timestamp,
) -> Result<Vec<(String, bool)>, Error> {
    let mut all = vec![(account.email.clone(), true)];
    if now.since(account.email_set_at) < SHOWN_FOR {
        let kept = contact::find(tx, &account.id, contact::Kind::Email)?;
        let former = kept.and_then(|c| c.former);
        all.extend(former.map(|held| (held.value, true)));
    }
    for (to, may_object) in second::told_besides(tx, &account.id, now)? {
        if !all.iter().any(|(known, _)| known.eq_ignore_ascii_case(&to)) {
            all.push((to, may_object));
        }
    }
    Ok(all)
}

/// May this contact be changed, or did support replace the other one lately?
///
/// # Errors
/// `GL-SUP-007` with the time.
pub(super) fn not_locked(
    tx: &mut Tx<'_>,
    account: &AccountId,
    kind: Kind,
    now: Timestamp,
) -> Result<(), Error> {
    match store::support::locked_until(tx, account, kind, now)? {
        Some(until) => Err(Refusal::new(Code::ContactLocked).until(until).into()),
        None => Ok(()),
    }
}

/// Settles what the next change of the same contact corrects: an address that was never proved is given up, a number
/// that was never proved is taken back.
pub(super) fn correct(
    tx: &mut Tx<'_>,
    changes: Vec<Change>,
    kind: Kind,
    now: Timestamp,
) -> Result<(), Error> {
    for mut change in changes {
        if change.kind != kind || change.pending_until(now).is_none() {
            continue;
        }
        match change.stage {
            Stage::Waiting { .. } => change.stage = Stage::Dropped,
            _ => change.undo(UndoneBy::Correction, now)?,
        }
        contact::put_change(tx, &change)?;
        store::outbox::withdraw(tx, change.id.as_str())?;
    }
    Ok(())
}

/// Writes a change that was made: its row, the link that takes it back, and the notices: to the first addresses three
/// times with the link, to the others once.
pub(super) fn made(
    tx: &mut Tx<'_>,
    writer: &Writer,
    account: &Account,
    change: &Change,
    told: (&[String], &[String]),
) -> Result<(), Error> {
    contact::put_change(tx, change)?;
    let link = link::mint(
        tx,
        &writer.dice,
        For::ContactUndo,
        Some(&account.id),
        change.id.as_str(),
        (writer.now, HOLD),
    )?;
    let undo = undo_path(&link::token_of(tx.ring(), &link.id)?);
    let writer = writer.clone().regarding(change.id.as_str());
    let letters = change.letters(account, told, &undo, writer.now);
    for (index, (delay, order)) in letters.iter().enumerate() {
        writer.mail_after(tx, index, order, *delay)?;
    }
    Ok(())
}

/// The present address as a contact that can be former: only what was proved protects anybody.
pub(super) fn present_email(account: &Account) -> Option<Held> {
    account.email_proved_at?;
    Some(Held {
        value: account.email.clone(),
        changed_at: (account.email_set_at > account.created_at).then_some(account.email_set_at),
        proved_at: account.email_proved_at,
    })
}
