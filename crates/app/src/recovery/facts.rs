//! What a recovery needs to know, looked up in the step's own transaction.

use crate::channel;
use crate::contact::{both_second, told_of_case};
use crate::settings::{Settings, Transport};
use crate::{App, Error};
use domain::account::Account;
use domain::ids::{AccountId, SavedCodeId};
use domain::recovery::{CallFacts, Contact, Facts, Former, Ways, Which};
use domain::refusal::Code;
use domain::step::CounterKey;
use domain::throttle::Standing;
use domain::time::Timestamp;
use store::Tx;
use store::contact::{self, Held, Kind};

/// What the settings say about recovery. Owned, as a step may be run again.
#[derive(Debug, Clone)]
pub(crate) struct Gather {
    ways: Ways,
    settings: Settings,
}

impl Gather {
    pub(crate) fn of(app: &App) -> Self {
        Self {
            ways: ways(app.settings()),
            settings: app.settings().clone(),
        }
    }

    /// The account, its contacts, a freeze.
    pub(crate) fn facts(
        &self,
        tx: &mut Tx<'_>,
        id: &AccountId,
        now: Timestamp,
    ) -> Result<Facts, Error> {
        known(tx, self.ways, id, now)
    }

    /// The calls of the last day that count for this number.
    pub(super) fn past(
        &self,
        tx: &mut Tx<'_>,
        (facts, which): (&Facts, Which),
        block: &str,
        now: Timestamp,
    ) -> Result<Vec<domain::call::PastCall>, Error> {
        let number = facts.number_of(which, now).unwrap_or_default();
        Ok(store::call::recent(
            tx,
            &facts.account.id,
            number,
            block,
            now,
        )?)
    }

    /// What a step about a call to this number needs besides.
    pub(super) fn of_call(
        &self,
        tx: &mut Tx<'_>,
        (facts, which): (&Facts, Which),
        block: &str,
        now: Timestamp,
    ) -> Result<CallFacts, Error> {
        let past = self.past(tx, (facts, which), block, now)?;
        let cost = match facts.number_of(which, now) {
            Some(number) => self.settings.cost(tx, number, now)?,
            None => None,
        };
        Ok(CallFacts {
            facts: facts.clone(),
            past,
            cost,
        })
    }
}

/// The ways back in that this installation offers.
pub(crate) fn ways(settings: &Settings) -> Ways {
    Ways {
        calls: settings.voice != Transport::Off,
        ..settings.ways
    }
}

/// What is on file, with these ways.
pub(crate) fn known(
    tx: &mut Tx<'_>,
    ways: Ways,
    id: &AccountId,
    now: Timestamp,
) -> Result<Facts, Error> {
    let account = store::account::find(tx, id)?.ok_or(Code::CaseClosed)?;
    let (pauses, holds) = channel::in_force(tx, now)?;
    let contacts = contacts(tx, &account)?;
    let told = told_of_case(tx, &account, now)?;
    let (notify, only_told): (Vec<_>, Vec<_>) = told.into_iter().partition(|(_, may)| *may);
    let addresses = |told: Vec<(String, bool)>| told.into_iter().map(|(to, _)| to).collect();
    Ok(Facts {
        email: contacts.email,
        phone: contacts.phone,
        second: both_second(tx, id)?,
        people: store::recovery_contact::of_account(tx, id)?,
        notify: addresses(notify),
        only_told: addresses(only_told),
        frozen_until: store::recovery::frozen_until(tx, id)?,
        ways: holds.map_or(ways, |approved| ways.narrowed(approved.ways)),
        pauses,
        account,
    })
}

/// The contacts as recovery sees them.
struct Contacts {
    email: Contact,
    phone: Option<Contact>,
}

fn contacts(tx: &mut Tx<'_>, account: &Account) -> Result<Contacts, Error> {
    let kept = contact::find(tx, &account.id, Kind::Email)?;
    let (former, former_lost) = kept.map_or((None, false), |c| (c.former, c.former_lost));
    let email = Contact {
        value: account.email.clone(),
        proved: account.email_proved_at.is_some(),
        since: (account.email_set_at > account.created_at).then_some(account.email_set_at),
        former: former.map(before),
        former_lost,
    };
    let phone = phone_of(tx, &account.id)?;
    Ok(Contacts { email, phone })
}

/// The number of an account, with the one before it.
pub(crate) fn phone_of(tx: &mut Tx<'_>, account: &AccountId) -> Result<Option<Contact>, Error> {
    let kept = contact::find(tx, account, Kind::Phone)?;
    Ok(kept.map(|c| Contact {
        value: c.present.value,
        proved: c.present.proved_at.is_some(),
        since: c.present.changed_at,
        former: c.former.map(before),
        former_lost: c.former_lost,
    }))
}

fn before(held: Held) -> Former {
    Former {
        value: held.value,
        proved: held.proved_at.is_some(),
        since: held.changed_at,
    }
}

/// Saved codes that prove something now.
pub(super) fn saved_codes_left(
    tx: &mut Tx<'_>,
    account: &AccountId,
    now: Timestamp,
) -> Result<u32, Error> {
    Ok(store::saved_code::left(tx, account, now)?)
}

/// Whether a code that was found right outside of the transaction still is.
pub(super) fn saved_code_unused(
    tx: &mut Tx<'_>,
    id: &SavedCodeId,
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(store::saved_code::find(tx, id)?.is_some_and(|code| code.usable(now)))
}

/// The counter of wrong saved codes of an account.
pub(crate) fn saved_code_counter(account: &AccountId, standing: Standing) -> CounterKey {
    CounterKey(format!("saved-code:{account}:{}", standing.key()))
}
