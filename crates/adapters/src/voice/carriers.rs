//! Several carriers in order: which is asked first, which next, and how long a call may last, whatever carries it.
//!
//! Invariants: the next carrier is asked only when the one before failed by itself, never because of what the number or
//! the person said, so that nobody is rung twice; after [`Telephone::hang_up`] nothing more is told of a call.

use super::http::Http;
use super::sip::Sip;
use app::ports::{Answer, CallPlan, Callback, Future_, Telephone};
use domain::call::Outcome;
use domain::ids::CallId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// What became of asking a carrier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tried {
    /// The call is over.
    Over(Outcome),
    /// The carrier failed; another may do better. If none does, this is what became of the call.
    Failed {
        /// What happened, for the operator.
        said: String,
        /// How the call ended, if no other carrier is asked.
        outcome: Outcome,
    },
}

impl Tried {
    pub(super) fn failed(said: impl Into<String>) -> Self {
        Self::Failed {
            said: said.into(),
            outcome: Outcome::Failed,
        }
    }
}

/// A carrier, by whatever it is reached.
pub(super) trait Carrier: Send + Sync {
    /// What it is called in logs.
    fn name(&self) -> &str;

    /// Whether it may be asked for numbers of this country.
    fn serves(&self, country: &str) -> bool;

    /// Prepares to place the call over it.
    fn begin<'a>(&'a self, plan: &'a CallPlan) -> Box<dyn Attempt + 'a>;
}

/// A call over one carrier.
pub(super) trait Attempt: Send {
    /// Places the call and stays with it. Dropped before its end, it is ended by [`Attempt::end`].
    fn ask(&mut self) -> Future_<'_, Tried>;

    /// Whether somebody or something answered.
    fn answered(&self) -> bool;

    /// Sees that nothing of it goes on.
    fn end(&mut self) -> Future_<'_, ()>;
}

/// The calls that run, and the carriers they go over.
pub(super) struct Calls {
    ways: Arc<[Arc<dyn Carrier>]>,
    longest: Duration,
    running: Arc<Mutex<HashMap<CallId, CancellationToken>>>,
    stop: CancellationToken,
}

impl Calls {
    pub(super) fn over(ways: Vec<Arc<dyn Carrier>>, longest: Duration) -> Self {
        Self {
            ways: ways.into(),
            longest,
            running: Arc::default(),
            stop: CancellationToken::new(),
        }
    }

    /// Begins a call, which goes on by itself.
    pub(super) fn place(&self, plan: &CallPlan) -> Future_<'static, Result<(), String>> {
        let stop = self.stop.child_token();
        lock(&self.running).insert(plan.call.clone(), stop.clone());
        let (ways, longest) = (Arc::clone(&self.ways), self.longest);
        let (running, plan) = (Arc::clone(&self.running), plan.clone());
        tokio::spawn(async move {
            if let Some(outcome) = Box::pin(run(&ways, &plan, longest, stop)).await {
                plan.desk.ended(outcome).await;
            }
            lock(&running).remove(&plan.call);
        });
        Box::pin(std::future::ready(Ok(())))
    }

    /// Ends a call.
    pub(super) fn hang_up(&self, call: &CallId) -> Future_<'static, ()> {
        if let Some(stop) = lock(&self.running).get(call) {
            stop.cancel();
        }
        Box::pin(std::future::ready(()))
    }
}

impl Drop for Calls {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks one carrier after the other. How the call ended; nothing if our own receiver was put down, because whoever did
/// that knows why, and says so elsewhere.
async fn run(
    ways: &[Arc<dyn Carrier>],
    plan: &CallPlan,
    longest: Duration,
    stop: CancellationToken,
) -> Option<Outcome> {
    let end = tokio::time::Instant::now() + longest;
    let mut last = Outcome::Failed;
    for way in ways.iter().filter(|way| way.serves(&plan.country)) {
        let mut attempt = way.begin(plan);
        let told = tokio::select! {
            biased;
            () = stop.cancelled() => None,
            tried = tokio::time::timeout_at(end, attempt.ask()) => Some(tried.ok()),
        };
        let answered = attempt.answered();
        attempt.end().await;
        match told? {
            Some(Tried::Over(outcome)) => return Some(outcome),
            Some(Tried::Failed { said, outcome }) => {
                let (call, carrier) = (plan.call.as_str(), way.name());
                tracing::warn!(call, carrier, said, "a carrier failed");
                last = outcome;
            }
            None if answered => return Some(Outcome::HungUp),
            None => return Some(Outcome::NoAnswer),
        }
    }
    Some(last)
}

/// A telephone over carriers of both kinds, in one order.
pub struct Exchange {
    sip: Option<Sip>,
    http: Option<Http>,
    calls: Calls,
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Exchange({:?}, {:?})", self.sip, self.http)
    }
}

impl Exchange {
    /// The carriers whose names stand in `order` first, in that order, then the others: trunks before those by HTTP.
    pub fn new(sip: Option<Sip>, http: Option<Http>, order: &[String], longest: Duration) -> Self {
        let trunks = sip.iter().flat_map(Sip::ways);
        let mut ways: Vec<_> = trunks.chain(http.iter().flat_map(Http::ways)).collect();
        let place = |name: &str| order.iter().position(|one| one == name);
        ways.sort_by_key(|way| place(way.name()).unwrap_or(usize::MAX));
        Self {
            sip,
            http,
            calls: Calls::over(ways, longest),
        }
    }
}

impl Telephone for Exchange {
    fn open(&self) -> Future_<'_, ()> {
        Box::pin(async {
            if let Some(sip) = &self.sip {
                sip.open().await;
            }
        })
    }

    fn place<'a>(&'a self, plan: &'a CallPlan) -> Future_<'a, Result<(), String>> {
        self.calls.place(plan)
    }

    fn hang_up<'a>(&'a self, call: &'a CallId) -> Future_<'a, ()> {
        self.calls.hang_up(call)
    }

    fn called_back(&self, callback: Callback) -> Future_<'_, Answer> {
        match &self.http {
            Some(http) => http.called_back(callback),
            None => Box::pin(std::future::ready(Answer::nothing(404))),
        }
    }
}
