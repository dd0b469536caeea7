//! Units of work and the threads that do them: a queue with a bound, and threads that come when there is work.
//!
//! Invariant: every unit that was taken in is settled exactly once, or dropped when the store closes, which its
//! caller sees as [`StoreError::closing`].

use super::tx::Tx;
use crate::error::StoreError;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use tokio::runtime::Handle;

/// Units that may wait before callers are told [`StoreError::Busy`].
const BOUND: usize = 4_096;

/// A unit of work: a closure that owns its inputs and may be run again.
pub trait Job<T, E>: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static {}
impl<T, E, F> Job<T, E> for F where F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static {}

/// What a unit of work may answer.
pub trait Answer: Send + 'static {}
impl<T: Send + 'static> Answer for T {}

/// What a unit of work may fail with.
pub trait Failure: From<StoreError> + Send + 'static {}
impl<E: From<StoreError> + Send + 'static> Failure for E {}

/// A closure over a [`Tx`], its result and the caller who waits, without their types.
pub(crate) trait Work: Send {
    /// Runs the closure, keeps its result, and says whether that is a success. Never unwinds.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Hands the caller the kept result, or this error in its place.
    fn settle(self: Box<Self>, verdict: Result<(), StoreError>);
    /// The runtime whose task waits for it; none for a thread that waits itself.
    fn runtime(&self) -> Option<&Handle>;
}

/// What a caller asked for.
pub(crate) struct Unit<T, E, F, R> {
    closure: F,
    result: Option<Result<T, E>>,
    reply: R,
    runtime: Option<Handle>,
}

impl<T, E, F, R> Unit<T, E, F, R>
where
    T: Answer,
    E: Failure,
    F: Job<T, E>,
    R: FnOnce(Result<T, E>) + Send + 'static,
{
    pub(crate) fn boxed(closure: F, reply: R, runtime: Option<Handle>) -> Box<dyn Work> {
        Box::new(Self {
            closure,
            result: None,
            reply,
            runtime,
        })
    }
}

impl<T, E, F, R> Work for Unit<T, E, F, R>
where
    T: Answer,
    E: Failure,
    F: Job<T, E>,
    R: FnOnce(Result<T, E>) + Send + 'static,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let result = guarded(&self.closure, tx);
        let good = result.is_ok();
        self.result = Some(result);
        good
    }

    fn settle(self: Box<Self>, verdict: Result<(), StoreError>) {
        let result = match (verdict, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => {
                Err(StoreError::fault("a unit of work was settled before it ran").into())
            }
            (Err(error), _) => Err(error.into()),
        };
        (self.reply)(result);
    }

    fn runtime(&self) -> Option<&Handle> {
        self.runtime.as_ref()
    }
}

/// Runs a closure; a panic in it becomes an error, so that it costs one unit and no thread.
pub(crate) fn guarded<T, E: From<StoreError>>(
    closure: &impl Fn(&mut Tx<'_>) -> Result<T, E>,
    tx: &mut Tx<'_>,
) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(|| closure(tx))).unwrap_or_else(|_| {
        tracing::error!("a unit of work panicked and was rolled back");
        Err(StoreError::fault("a unit of work panicked").into())
    })
}

/// One thread's place at a queue, with its connection.
pub(crate) trait Station: Send {
    /// Does this unit, and others from the queue if it likes.
    fn serve(&mut self, first: Box<dyn Work>, queue: &Queue);
}

#[derive(Default)]
struct Waiting {
    units: VecDeque<Box<dyn Work>>,
    idle: usize,
    threads: usize,
    closed: bool,
}

/// The units that wait for a thread.
#[derive(Default)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next unit; waits for one. `None` when the queue is closed and empty.
    fn next(&self) -> Option<Box<dyn Work>> {
        let mut waiting = self.lock();
        loop {
            if let Some(unit) = waiting.units.pop_front() {
                return Some(unit);
            }
            if waiting.closed {
                return None;
            }
            waiting.idle += 1;
            waiting = self
                .arrived
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
            waiting.idle = waiting.idle.saturating_sub(1);
        }
    }

    /// The next unit, if one is there.
    pub(crate) fn try_next(&self) -> Option<Box<dyn Work>> {
        self.lock().units.pop_front()
    }

    /// All units that wait now.
    pub(crate) fn drain(&self) -> VecDeque<Box<dyn Work>> {
        std::mem::take(&mut self.lock().units)
    }
}

/// A queue and the threads that serve it, at most `most`, each started when first needed.
pub(crate) struct Lane {
    name: &'static str,
    most: usize,
    queue: Arc<Queue>,
    open: Box<dyn Fn() -> Box<dyn Station> + Send + Sync>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Lane {
    pub(crate) fn new(
        name: &'static str,
        most: usize,
        open: impl Fn() -> Box<dyn Station> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            most,
            queue: Arc::default(),
            open: Box::new(open),
            threads: Mutex::default(),
        }
    }

    /// Takes a unit in.
    pub(crate) fn submit(&self, unit: Box<dyn Work>) -> Result<(), StoreError> {
        let start = {
            let mut waiting = self.queue.lock();
            if waiting.closed {
                return Err(StoreError::closing());
            }
            if waiting.units.len() >= BOUND {
                return Err(StoreError::Busy);
            }
            waiting.units.push_back(unit);
            let short = waiting.idle < waiting.units.len() && waiting.threads < self.most;
            waiting.threads += usize::from(short);
            short
        };
        self.queue.arrived.notify_one();
        if start { self.start() } else { Ok(()) }
    }

    fn start(&self) -> Result<(), StoreError> {
        let (queue, mut station) = (Arc::clone(&self.queue), (self.open)());
        let started = std::thread::Builder::new()
            .name(self.name.to_owned())
            .spawn(move || {
                while let Some(unit) = queue.next() {
                    station.serve(unit, &queue);
                }
            });
        match started {
            Ok(thread) => {
                self.threads
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(thread);
                Ok(())
            }
            // Another thread of this lane will do the unit; without one, nobody would.
            Err(error) => {
                let mut waiting = self.queue.lock();
                waiting.threads = waiting.threads.saturating_sub(1);
                if waiting.threads == 0 {
                    waiting.units.clear();
                    return Err(StoreError::Unavailable(format!(
                        "no thread to be had: {}",
                        error.kind()
                    )));
                }
                Ok(())
            }
        }
    }
}

impl Drop for Lane {
    /// Lets the threads finish what waits, and waits for them.
    fn drop(&mut self) {
        self.queue.lock().closed = true;
        self.queue.arrived.notify_all();
        let threads =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // A closure may hold the last handle of its own store: that thread cannot wait for itself.
            if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
                tracing::error!(lane = self.name, "a store thread died");
            }
        }
    }
}
