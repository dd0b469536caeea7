//! Calls: dialled once, watched while they last, and reported as over when nothing more can be expected of them.
//!
//! A call stays in the worker's hand until it is over. If the worker dies, the next one closes it as lost, which counts
//! nowhere: nobody can know whether the phone rang, and a second ring for one press would be a new fright.

use super::{POLL, Worker, pace};
use crate::desk::CallDesk;
use crate::ports::CallPlan;
use crate::settings::Transport;
use crate::telephone::{self, Kept};
use crate::{Ctx, Error};
use domain::call::{CallEvent, CallOrder, GRACE, LONGEST, Outcome, Progress};
use domain::ids::CallId;
use domain::time::{Span, Timestamp};
use factors::phone::Phone;
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use store::outbox::call::InHand;
use store::outbox::{self, Channel, Claimed, LostCall};
use tokio::sync::watch;

/// The longest that a call may last, and time to hear of its end.
const LEASE: Span = Span::millis(LONGEST.as_millis() + GRACE.as_millis());
/// Calls taken in hand at once.
const AT_ONCE: u32 = 8;
/// How long a phone may ring.
const RINGS_FOR: Span = Span::seconds(60);

/// Watches over calls until told to stop; those that run then are given up.
pub(super) async fn run(worker: &Worker, mut told: watch::Receiver<bool>) {
    if let Some(telephone) = &worker.app.ports().telephone {
        telephone.open().await;
    }
    let mut bell = worker.app.db().subscribe(Channel::Call.topic());
    while !*told.borrow() {
        bell.mark_unchanged();
        if let Err(error) = round(worker).await {
            tracing::warn!(%error, "calls wait for the store");
        }
        tokio::select! {
            biased;
            _ = told.wait_for(|stop| *stop) => (),
            _ = bell.changed() => (),
            () = pace(POLL) => (),
        }
    }
    if let Err(error) = give_up(worker).await {
        tracing::warn!(%error, "the calls that ran at the stop are reported at the next start");
    }
}

/// What is due now.
pub(super) async fn settle(worker: &Worker) -> Result<(), Error> {
    round(worker).await
}

/// Reports calls whose worker died.
pub(super) async fn report_lost(worker: &Worker, lost: Vec<LostCall>) -> Result<(), Error> {
    for call in lost
        .into_iter()
        .filter_map(|lost| lost.reference?.parse::<CallId>().ok())
    {
        tracing::warn!(
            call = call.as_str(),
            "a call was lost with the process that dialled it"
        );
        worker.app.call_was_lost(&worker.ctx(), &call).await?;
    }
    Ok(())
}

/// One look at the outbox: new calls, calls in hand, calls of others that died.
async fn round(worker: &Worker) -> Result<(), Error> {
    let now = worker.now();
    let next = worker
        .app
        .db()
        .point(|tx| outbox::next_due(tx, Channel::Call))
        .await?;
    // Nothing waits and nothing is in anybody's hand.
    let Some(next) = next else { return Ok(()) };
    let mut more = next <= now;
    while more {
        let hand = Arc::clone(&worker.hand);
        let (lost, claimed) = worker
            .app
            .db()
            .write(move |tx| {
                let lost = outbox::recover(tx, now, false)?;
                let claimed = outbox::claim(tx, Channel::Call, &hand, now, LEASE, AT_ONCE)?;
                Ok::<_, StoreError>((lost, claimed))
            })
            .await?;
        report_lost(worker, lost).await?;
        more = claimed.len() == AT_ONCE as usize;
        for row in claimed {
            dial(worker, row).await?;
        }
    }
    for call in in_hand(worker).await? {
        watch_over(worker, &call).await?;
    }
    Ok(())
}

/// The calls that this worker watches over.
async fn in_hand(worker: &Worker) -> Result<Vec<InHand>, Error> {
    let (db, hand) = (worker.app.db(), Arc::clone(&worker.hand));
    db.read(move |tx| outbox::call::in_hand(tx, &hand).map_err(Error::from))
        .await
}

/// Begins a call. From here on it is never begun again.
async fn dial(worker: &Worker, row: Claimed) -> Result<(), Error> {
    let Ok(Kept { order, .. }) = serde_json::from_slice::<Kept>(row.body.expose()) else {
        tracing::error!(
            row = row.id.as_str(),
            "a call order cannot be read and is given up"
        );
        return failed(worker, &row, "the order cannot be read").await;
    };
    let voice = worker.app.settings().voice;
    let failure = match (voice, &worker.app.ports().telephone) {
        _ if order.until <= worker.now() => {
            Some((Outcome::Lost, "too late to be dialled".to_owned()))
        }
        (Transport::Trial, _) => None,
        // What becomes of it, the telephone reports.
        (Transport::Real, Some(telephone)) => {
            let placed = telephone.place(&plan(worker, &order)).await;
            placed.err().map(|why| (Outcome::Failed, why))
        }
        (Transport::Real, None) | (Transport::Off, _) => {
            Some((Outcome::Failed, "calls are switched off".to_owned()))
        }
    };
    let Some((outcome, why)) = failure else {
        return Ok(());
    };
    tracing::warn!(call = order.call.as_str(), why, "a call did not come about");
    let ctx = worker.app.of_call(&order);
    report(worker, &ctx, &order.call, CallEvent::Ended(outcome)).await?;
    failed(worker, &row, &why).await
}

fn plan(worker: &Worker, order: &CallOrder) -> CallPlan {
    CallPlan {
        call: order.call.clone(),
        to: order.to.clone(),
        country: Phone::from_e164(&order.to)
            .and_then(|phone| phone.country())
            .map_or_else(String::new, |country| country.as_str().to_owned()),
        locale: order.locale,
        prompt: worker.app.settings().script.opening(order),
        account: order.account.clone(),
        desk: Arc::new(CallDesk::new(worker.app.clone(), order.clone())),
    }
}

async fn failed(worker: &Worker, row: &Claimed, why: &str) -> Result<(), Error> {
    let (id, hand, now, why) = (
        row.id.clone(),
        Arc::clone(&worker.hand),
        worker.now(),
        why.to_owned(),
    );
    worker
        .app
        .db()
        .write(move |tx| outbox::mark_failed(tx, &id, &hand, now, &why).map_err(Error::from))
        .await
}

/// Lets a trial telephone ring, ends a call that rang or lasted too long, and lets go of one that is over.
async fn watch_over(worker: &Worker, call: &InHand) -> Result<(), Error> {
    let id = call.call.clone();
    let seen = worker.app.db().read(move |tx| {
        let order = telephone::order(tx, &id)?;
        Ok::<_, Error>((order, store::call::standing(tx, &id)?))
    });
    let (order, known) = seen.await?;
    let ctx = order.map_or_else(|| worker.ctx(), |order| worker.app.of_call(&order));
    let progress = known.map_or(Progress::Ended(Outcome::Lost), |known| known.progress);
    if let Progress::Ended(outcome) = progress {
        // Another node may have ended it; a call that ended by what was keyed says its last words first.
        if let (Outcome::Cancelled | Outcome::Lost, Some(telephone)) =
            (outcome, &worker.app.ports().telephone)
        {
            telephone.hang_up(&call.call).await;
        }
        return let_go(worker, call, outcome).await;
    }
    let trial = worker.app.settings().voice == Transport::Trial;
    let Some(outcome) = overdue(progress, call.placed_at, worker.now()) else {
        if trial && progress == Progress::Dialling {
            report(worker, &ctx, &call.call, CallEvent::Ringing).await?;
        }
        return Ok(());
    };
    if let Some(telephone) = &worker.app.ports().telephone {
        telephone.hang_up(&call.call).await;
    }
    report(worker, &ctx, &call.call, CallEvent::Ended(outcome)).await?;
    let_go(worker, call, outcome).await
}

/// How a call that runs is to be ended now, if it is.
fn overdue(progress: Progress, placed_at: Timestamp, now: Timestamp) -> Option<Outcome> {
    let gone = now.since(placed_at);
    match progress {
        Progress::Ended(_) => None,
        Progress::Answered => (gone >= LONGEST).then_some(Outcome::HungUp),
        Progress::Dialling | Progress::Ringing => (gone >= RINGS_FOR).then_some(Outcome::NoAnswer),
    }
}

async fn let_go(worker: &Worker, call: &InHand, outcome: Outcome) -> Result<(), Error> {
    let (call, hand, now) = (call.clone(), Arc::clone(&worker.hand), worker.now());
    let trial = worker.app.settings().voice == Transport::Trial;
    let done = worker
        .app
        .db()
        .write(move |tx| {
            if trial {
                telephone::note_end(tx, &call.call, outcome)?;
            }
            outbox::mark_sent(tx, &call.id, &hand, now).map_err(Error::from)
        })
        .await;
    match done {
        // Its lease ran out, and it was closed as lost.
        Err(Error::Store(StoreError::Conflict { .. })) => Ok(()),
        other => other,
    }
}

/// Tells the call's case or flow. One that knows the call no more need not be told.
async fn report(worker: &Worker, ctx: &Ctx, call: &CallId, event: CallEvent) -> Result<(), Error> {
    match worker.app.report_call(ctx, call, event).await {
        Ok(_) => Ok(()),
        Err(Error::Refused(refusal)) if refusal.code.status() < 500 => Ok(()),
        Err(error) => Err(error),
    }
}

/// Ends the calls in hand, because the server stops.
async fn give_up(worker: &Worker) -> Result<(), Error> {
    let running = in_hand(worker).await?;
    if running.is_empty() {
        return Ok(());
    }
    if let Some(telephone) = &worker.app.ports().telephone {
        for call in &running {
            telephone.hang_up(&call.call).await;
        }
    }
    let (hand, now) = (Arc::clone(&worker.hand), worker.now());
    let lost = worker
        .app
        .db()
        .write(move |tx| outbox::abandon(tx, &hand, now))
        .await?;
    let patience = Duration::from_secs(5);
    match tokio::time::timeout(patience, report_lost(worker, lost)).await {
        Ok(done) => done,
        Err(_) => Err(Error::Fault("the store did not answer in time")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_rings_a_minute_and_a_call_lasts_a_minute_and_a_half() {
        let placed = Timestamp::from_millis(0);
        let at = |seconds| placed + Span::seconds(seconds);
        assert_eq!(overdue(Progress::Ringing, placed, at(59)), None);
        assert_eq!(
            overdue(Progress::Ringing, placed, at(60)),
            Some(Outcome::NoAnswer)
        );
        assert_eq!(
            overdue(Progress::Dialling, placed, at(60)),
            Some(Outcome::NoAnswer)
        );
        assert_eq!(overdue(Progress::Answered, placed, at(89)), None);
        assert_eq!(
            overdue(Progress::Answered, placed, at(90)),
            Some(Outcome::HungUp)
        );
        assert_eq!(
            overdue(Progress::Ended(Outcome::Busy), placed, at(99)),
            None
        );
    }
}
