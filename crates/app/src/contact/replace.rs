//! What a support case does to a contact: the lost one gives way to the proved new one, and the others are locked.

use super::email::{self, locked};
use super::rules;
use super::{email_is_free, put_number};
use crate::Error;
use crate::commit::Writer;
use domain::audit::{Actor, Event};
use domain::contact::{Change, Kind};
use domain::sign_in::Moment;
use domain::support::{Case, OTHER_LOCKED};
use factors::email::Email;
use store::Tx;
use store::contact;

/// Replaces the contact of a case whose time has come. `false` when that cannot be done any more.
///
/// The contact before serves nothing from now on: it had the whole wait to object. Whoever reads its mail is told, and can
/// take the change back for 72 hours, as any other.
pub(crate) fn replace(tx: &mut Tx<'_>, writer: &Writer, case: &Case) -> Result<bool, Error> {
    let Some((id, proved_at)) = case.account.as_ref().zip(case.proved_at) else {
        return Ok(false);
    };
    let (account, changes) = locked(tx, id)?;
    let Some((kind, others)) = case.asked.lost.kind() else {
        return Ok(false);
    };
    let at = Moment {
        now: writer.now,
        client: &case.client,
        locale: account.locale,
        dice: &writer.dice,
    };
    match kind {
        Kind::Email => {
            let email = Email::parse(&case.asked.value)
                .map_err(|_| Error::Fault("a stored address is none"))?;
            if !email_is_free(tx, email.key(), writer.now)? {
                return Ok(false);
            }
            rules::correct(tx, changes, kind, writer.now)?;
            let former = account.email_proved_at.map(|_| account.email.clone());
            let change = Change::made(&account, kind, email.shown(), former, &at);
            email::put(tx, writer, &account, &email, &change)?;
        }
        _ => {
            rules::correct(tx, changes, kind, writer.now)?;
            let number = (case.asked.value.as_str(), Some(proved_at));
            put_number(tx, writer, &account, number, &at)?;
        }
    }
    contact::former_is_lost(tx, id, kind.into())?;
    for other in others {
        store::support::lock_contact(tx, id, other, writer.now + OTHER_LOCKED)?;
    }
    let record = case.record(Event::SupportCompleted, Actor::System);
    writer.audit(tx, 501, &record.detail("contact", kind.key()))?;
    Ok(true)
}
