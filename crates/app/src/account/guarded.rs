//! What guards an account just now, as the operator sees it: disputes, freezes and holds, with their ends.

use crate::contact::Beside;
use crate::{App, Error};
use domain::account::Account;
use domain::ids::{AccountId, CaseId};
use domain::recovery::CONTACT_HOLD;
use domain::session::Origin;
use domain::time::Timestamp;
use store::Tx;
use store::contact::{self, Kind};

/// A recovery that the holder of a device called stolen disputes: for the operator to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// The case.
    pub case: CaseId,
    /// Since when.
    pub at: Timestamp,
}

/// Something that waits, or is out of use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What, as a permanent word: `recovered-session`, `session`, `device`, `device-out-of-use`, `device-stolen`,
    /// `saved-codes`, `password`, `email`, `phone`, `second-email`, `second-phone`.
    pub what: &'static str,
    /// Which of several: a session's id, a device's name.
    pub which: Option<String>,
    /// Its end.
    pub until: Timestamp,
}

/// What guards an account just now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guarded {
    /// Disputes, oldest first.
    pub disputes: Vec<Dispute>,
    /// Until when e-mail and phone open no session, after an objection.
    pub frozen_until: Option<Timestamp>,
    /// Holds, by their ends.
    pub holds: Vec<Waiting>,
}

impl App {
    /// What guards an account just now.
    ///
    /// # Errors
    /// Only faults.
    pub async fn guarded(&self, account: &Account) -> Result<Guarded, Error> {
        let (account, now) = (account.clone(), self.now());
        self.db().read(move |tx| guarded(tx, &account, now)).await
    }
}

fn guarded(tx: &mut Tx<'_>, account: &Account, now: Timestamp) -> Result<Guarded, Error> {
    let disputes = store::recovery::disputes_of(tx, &account.id)?;
    let frozen = store::recovery::frozen_until(tx, &account.id)?;
    let mut holds = sessions(tx, &account.id)?;
    holds.extend(devices(tx, &account.id)?);
    let codes = store::saved_code::of_account(tx, &account.id)?;
    let codes = codes.iter().filter_map(|(code, _)| code.hold_until).max();
    holds.extend(codes.map(|until| waiting("saved-codes", None, until)));
    let password = account.password.and_then(|password| password.hold);
    holds.extend(password.map(|hold| waiting("password", None, hold.until)));
    for (what, kind) in [("email", Kind::Email), ("phone", Kind::Phone)] {
        let kept = contact::find(tx, &account.id, kind)?;
        let changed = kept.and_then(|kept| kept.present.changed_at);
        holds.extend(changed.map(|at| waiting(what, None, at + CONTACT_HOLD)));
    }
    for beside in Beside::all(tx, &account.id, now)? {
        let until = beside.serves_until.or(beside.serves_from);
        holds.extend(until.map(|until| waiting(beside.kind.key(), None, until)));
    }
    holds.retain(|hold| hold.until > now);
    holds.sort_by_key(|hold| hold.until);
    let disputes = disputes.into_iter();
    Ok(Guarded {
        disputes: disputes.map(|(case, at)| Dispute { case, at }).collect(),
        frozen_until: frozen.filter(|until| *until > now),
        holds,
    })
}

fn sessions(tx: &mut Tx<'_>, account: &AccountId) -> Result<Vec<Waiting>, Error> {
    let sessions = store::session::of_account(tx, account)?;
    let held = sessions.into_iter().filter_map(|session| {
        let what = match session.origin {
            Origin::Recovered { .. } => "recovered-session",
            _ => "session",
        };
        let until = session.hold?.until;
        Some(waiting(what, Some(session.id.to_string()), until))
    });
    Ok(held.collect())
}

fn devices(tx: &mut Tx<'_>, account: &AccountId) -> Result<Vec<Waiting>, Error> {
    let put_out_of_use = store::recovery::suspensions(tx, account)?;
    let mut holds = Vec::new();
    for device in store::device::of_account(tx, account)? {
        let suspension = put_out_of_use.iter().find(|s| s.device == device.id);
        holds.extend(suspension.map(|suspension| {
            let what = match suspension.stolen {
                true => "device-stolen",
                false => "device-out-of-use",
            };
            waiting(what, Some(device.name.clone()), suspension.until)
        }));
        let held = device.hold.map(|hold| hold.until);
        holds.extend(held.map(|until| waiting("device", Some(device.name.clone()), until)));
    }
    Ok(holds)
}

const fn waiting(what: &'static str, which: Option<String>, until: Timestamp) -> Waiting {
    Waiting { what, which, until }
}
