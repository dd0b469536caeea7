//! Whether this server may be sent people: the store answers, and the clock can be right.

use crate::App;
use domain::time::Span;

/// How far the clock may be behind the newest audit record: nodes of one installation differ a little.
const TOLERANCE: Span = Span::seconds(2);

/// Why it may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unready {
    /// The store does not answer.
    #[error("the store does not answer")]
    Store,
    /// The clock is behind what was already written down: codes, holds and ends of sessions would be wrong.
    #[error("the clock is behind the newest audit record")]
    Clock,
}

impl App {
    /// Whether people may be sent here.
    ///
    /// # Errors
    /// [`Unready`], which a load balancer is told in a word.
    pub async fn ready(&self) -> Result<(), Unready> {
        let newest = self.db().read(store::audit::newest).await;
        let newest = newest.map_err(|error| {
            tracing::warn!(%error, "the store does not answer");
            Unready::Store
        })?;
        let now = self.ports().clock.now();
        match newest {
            Some(newest) if now.until(newest) > TOLERANCE => {
                tracing::error!(
                    behind_ms = now.until(newest).as_millis(),
                    "the clock is behind the newest audit record"
                );
                Err(Unready::Clock)
            }
            _ => Ok(()),
        }
    }
}
