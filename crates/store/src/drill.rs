//! Rows of rehearsals: what came of the last one of each account.

use crate::engine::Tx;
use crate::sql::statements;
use crate::{StoreError, params};
use domain::call::Outcome;
use domain::drill::{Past, Tried};
use domain::ids::AccountId;
use domain::recovery::Which;
use domain::time::Span;

statements! {
    PUT = "insert into drill (account_id, at, mail_after, call, answered_after, saved_code, email_which, phone_which) \
        values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (account_id) do update set at = excluded.at, \
        mail_after = excluded.mail_after, call = excluded.call, answered_after = excluded.answered_after, \
        saved_code = excluded.saved_code, email_which = excluded.email_which, phone_which = excluded.phone_which";
    LAST = "select at, mail_after, call, answered_after, saved_code, email_which, phone_which from drill where account_id = $1";
}

/// Keeps what came of a rehearsal, in the place of the one before.
///
/// # Errors
/// Only faults.
pub fn put(tx: &mut Tx<'_>, account: &AccountId, past: &Past) -> Result<(), StoreError> {
    tx.run(
        &PUT,
        params![
            account.as_str(),
            past.at,
            past.mail_after.map(Span::as_millis),
            past.call.map(Outcome::key),
            past.answered_after.map(Span::as_millis),
            past.saved_code
                .map(|right| if right { "right" } else { "wrong" }),
            past.tried.email.key(),
            past.tried.phone.key()
        ],
    )
    .map(drop)
}

/// The last rehearsal of an account.
///
/// # Errors
/// Only faults.
pub fn last(tx: &mut Tx<'_>, account: &AccountId) -> Result<Option<Past>, StoreError> {
    tx.opt(&LAST, params![account.as_str()], |row| {
        Ok(Past {
            at: row.time(0)?,
            tried: Tried {
                email: Which::from_key(&row.text(5)?),
                phone: Which::from_key(&row.text(6)?),
            },
            mail_after: row.opt_int(1)?.map(Span::millis),
            call: row.opt_text(2)?.as_deref().and_then(Outcome::from_key),
            answered_after: row.opt_int(3)?.map(Span::millis),
            saved_code: row.opt_text(4)?.map(|word| word == "right"),
        })
    })
}
