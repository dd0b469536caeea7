//! The keeper: a thread beside the requests that sees to the audit log and to the clock.
//!
//! Heads of the audit chain are written outside the store every minute, every thousand records and at a stop. A clock
//! that jumps is told at once.

use app::App;
use domain::time::{Span, Timestamp};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use store::StoreError;
use store::audit::{Heads, head};

/// The file of heads, beside the store.
pub(crate) const HEADS: &str = "audit-heads.log";
/// How often it looks: a thousand records take longer.
const EVERY: Duration = Duration::from_secs(2);
/// A jump of the clock that nobody may overlook.
const JUMP: Span = Span::minutes(5);

/// The running keeper.
#[derive(Debug)]
pub(crate) struct Keeper {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

struct Rounds {
    app: App,
    heads: Heads,
    /// The clock and the monotonic clock at the last round.
    before: (Timestamp, Instant),
}

impl Keeper {
    /// Starts it. `heads` is the file of heads.
    pub(crate) fn start(app: &App, heads: &Path) -> anyhow::Result<Self> {
        let mut rounds = Rounds {
            app: app.clone(),
            heads: Heads::open(heads, app.db().ring())?,
            before: (app.ports().clock.now(), monotonic()),
        };
        let (stop, stopped) = channel();
        let thread = std::thread::Builder::new()
            .name("keeper".to_owned())
            .stack_size(256 * 1_024)
            .spawn(move || rounds.walk(&stopped))?;
        Ok(Self { stop, thread })
    }

    /// Makes the last round: what is sealed is written down.
    pub(crate) fn stop(self) {
        drop(self.stop);
        if self.thread.join().is_err() {
            tracing::error!("the keeper of the audit log had died");
        }
    }
}

impl Rounds {
    fn walk(&mut self, stopped: &Receiver<()>) {
        loop {
            let stopping = stopped.recv_timeout(EVERY) != Err(RecvTimeoutError::Timeout);
            self.see_to_the_clock();
            if let Err(error) = self.see_to_the_log(stopping) {
                tracing::warn!(%error, "the audit log could not be seen to");
            }
            if stopping {
                return;
            }
        }
    }

    fn see_to_the_clock(&mut self) {
        let (now, tick) = (self.app.ports().clock.now(), monotonic());
        let (wall, mono) = self.before;
        self.before = (now, tick);
        let passed = i64::try_from(tick.duration_since(mono).as_millis()).unwrap_or(i64::MAX);
        let jump = now
            .millis()
            .saturating_sub(wall.millis())
            .saturating_sub(passed);
        if jump.saturating_abs() > JUMP.as_millis() {
            tracing::error!(
                jump_ms = jump,
                "the clock jumped: codes, holds and ends of sessions are wrong by as much"
            );
        }
    }

    fn see_to_the_log(&mut self, stopping: bool) -> Result<(), StoreError> {
        let db = self.app.db();
        let now = self.app.ports().clock.now();
        if let Some(head) = db.read_blocking(head)? {
            self.heads.note(&head, now, stopping)?;
        }
        Ok(())
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the clock is compared with one that cannot jump; nothing else is decided by it"
)]
fn monotonic() -> Instant {
    Instant::now()
}
