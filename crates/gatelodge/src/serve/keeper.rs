//! The keeper: a thread beside the requests that sees to the audit log.
//!
//! Heads of the audit chain are written outside the store every minute, every thousand records and at a stop.

use app::App;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;
use store::StoreError;
use store::audit::{Heads, head};

/// The file of heads, beside the store.
pub(crate) const HEADS: &str = "audit-heads.log";
/// How often it looks: a thousand records take longer.
const EVERY: Duration = Duration::from_secs(2);

/// The running keeper.
#[derive(Debug)]
pub(crate) struct Keeper {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

struct Rounds {
    app: App,
    heads: Heads,
}

impl Keeper {
    /// Starts it. `heads` is the file of heads.
    pub(crate) fn start(app: &App, heads: &Path) -> anyhow::Result<Self> {
        let mut rounds = Rounds {
            app: app.clone(),
            heads: Heads::open(heads, app.db().ring())?,
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
            if let Err(error) = self.see_to_the_log(stopping) {
                tracing::warn!(%error, "the audit log could not be seen to");
            }
            if stopping {
                return;
            }
        }
    }

    fn see_to_the_log(&mut self, stopping: bool) -> Result<(), StoreError> {
        let db = self.app.db();
        let now = self.app.now();
        if let Some(head) = db.read_blocking(head)? {
            self.heads.note(&head, now, stopping)?;
        }
        Ok(())
    }
}
