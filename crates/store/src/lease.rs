//! Leases: work that one node does at a time, until it stops saying that it still does.
//!
//! A lease is a promise about time, and clocks differ: what is done under one must be safe to do twice (the sealer's
//! blocks have unique numbers, mails keep their message id).

use crate::engine::Tx;
use crate::error::StoreError;
use crate::params;
use crate::sql::statements;
use domain::time::Timestamp;

statements! {
    TAKE = "insert into lease (name, holder, until) values ($1, $2, $3) \
        on conflict (name) do update set holder = excluded.holder, until = excluded.until \
        where lease.holder = excluded.holder or lease.until <= $4";
    RELEASE = "delete from lease where name = $1 and holder = $2";
}

/// Takes a lease, or renews one's own, until `until`. Says whether it is held now.
pub fn take(
    tx: &mut Tx<'_>,
    name: &str,
    holder: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.run(&TAKE, params![name, holder, until, now])? == 1)
}

/// Gives a lease back before its time, at a stop.
pub fn release(tx: &mut Tx<'_>, name: &str, holder: &str) -> Result<(), StoreError> {
    tx.run(&RELEASE, params![name, holder]).map(drop)
}
