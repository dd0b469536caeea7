//! What is written down of calls, in the terms of AWS CloudTrail.

use super::Call;
use crate::{App, Error};
use domain::audit::{Actor, Event, Record};
use domain::iam::caller::Principal;
use domain::iam::entity::{Entity, Role};
use domain::iam::said::Said;
use domain::time::{Span, Timestamp};
use std::sync::{Arc, Mutex, PoisonError};
use store::Tx;
use store::iam::access_key::{self, AccessKey, Use};
use store::iam::entity;

/// Records of calls that only read: they wait in memory for a second at most, and then go by one commit.
#[derive(Debug, Default)]
pub(crate) struct Waiting(Mutex<Vec<Arc<Call>>>);

impl Waiting {
    /// Adds the record of a call.
    pub(crate) fn push(&self, call: &Arc<Call>) {
        self.lock().push(Arc::clone(call));
    }

    fn take(&self) -> Vec<Arc<Call>> {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Call>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    /// Writes the records down that wait.
    ///
    /// # Errors
    /// What the store says; the records wait on.
    pub async fn write_calls_down(&self) -> Result<(), Error> {
        let calls = self.waiting().take();
        if calls.is_empty() {
            return Ok(());
        }
        let kept = calls.clone();
        let written = self
            .db()
            .write(move |tx| calls.iter().try_for_each(|call| done(tx, call)));
        let written = written.await;
        if written.is_err() {
            self.waiting().lock().extend(kept);
        }
        written
    }
}

/// Uses of a key or role are noted once in so long a time, as AWS does (*GetAccessKeyLastUsed* of the API reference, and
/// the columns of a credential report).
const NOTED_EVERY: Span = Span::minutes(15);

/// Writes a call down that was done.
pub(super) fn done(tx: &mut Tx<'_>, call: &Call) -> Result<(), Error> {
    note_use(tx, call)?;
    append(tx, call, &of(call))
}

/// Notes when the key, or the role, was last used.
fn note_use(tx: &mut Tx<'_>, call: &Call) -> Result<(), Error> {
    let due = |last: Option<Timestamp>| last.is_none_or(|last| call.now.since(last) >= NOTED_EVERY);
    let caller = &call.caller;
    if let Principal::AssumedRole { id, .. } = &caller.principal {
        let role = entity::by_id::<Role>(tx, id)?;
        let last = |role: &Entity<Role>| role.body.last_used.as_ref().map(|(at, _)| *at);
        if let Some(mut role) = role.filter(|role| due(last(role))) {
            role.body.last_used = Some((call.now, call.region.clone()));
            entity::save(tx, &role)?;
        }
    } else if caller.session.is_none() {
        let key = access_key::find(tx, &caller.key)?;
        let last = |key: &AccessKey| key.last_used.as_ref().map(|used| used.at);
        if key.is_some_and(|key| due(last(&key))) {
            let used = Use {
                at: call.now,
                region: call.region.clone(),
                service: call.service.to_owned(),
            };
            access_key::used(tx, &caller.key, &used)?;
        }
    }
    Ok(())
}

/// Writes a call down that was refused.
pub(super) fn refused(tx: &mut Tx<'_>, call: &Call, said: &Said) -> Result<(), Error> {
    note_use(tx, call)?;
    let record = of(call)
        .said(said.code)
        .detail("errorMessage", &said.message);
    append(tx, call, &record)
}

fn append(tx: &mut Tx<'_>, call: &Call, record: &Record) -> Result<(), Error> {
    store::audit::append(tx, &call.dice.derive("record"), call.now, record)?;
    Ok(())
}

fn of(call: &Call) -> Record {
    Record::new(Event::Call(call.operation), Actor::from(&call.caller))
        .from(&call.client)
        .detail("eventSource", format!("{}.amazonaws.com", call.service))
        .detail("awsRegion", &call.region)
        .detail("requestID", &call.request)
        .detail("userAgent", &call.user_agent)
        .detail("requestParameters", call.parameters.to_string())
}
