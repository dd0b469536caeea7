//! Whether this server may be sent people: the store answers, and the clock can be right (`clock` deals with one that jumps).

use crate::App;
use domain::time::Span;
use store::StoreError;

/// How far the clock may be behind the newest audit record, and off the database's: nodes of one installation differ a
/// little.
const TOLERANCE: Span = Span::seconds(2);

/// Why it may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unready {
    /// The store does not answer.
    #[error("the store does not answer")]
    Store,
    /// The clock is behind what was already written down: codes, holds and ends of sessions would be wrong.
    #[error("the clock is behind the newest audit record")]
    Behind,
    /// The clock differs from the database's, which other nodes go by.
    #[error("the clock is more than 2 seconds off the database's")]
    OffDatabase,
    /// The clock jumped, and what is in force has not been moved yet.
    #[error("the clock jumped, and holds in force are not moved yet")]
    Jumped,
}

impl App {
    /// Whether people may be sent here.
    ///
    /// # Errors
    /// [`Unready`], which a load balancer is told in a word.
    pub async fn ready(&self) -> Result<(), Unready> {
        let looked = self.look_at_the_clocks().await;
        if let Err(why) = looked {
            tracing::warn!(%why, "not ready");
        }
        looked
    }

    async fn look_at_the_clocks(&self) -> Result<(), Unready> {
        let asked = self.ports().clock.now();
        let seen = self
            .db()
            .read(|tx| Ok((store::audit::newest(tx)?, store::clock::of_database(tx)?)))
            .await;
        let (newest, database) = seen.map_err(|error: StoreError| {
            tracing::warn!(%error, "the store does not answer");
            Unready::Store
        })?;
        let told = self.ports().clock.now();
        if newest.is_some_and(|newest| told.until(newest) > TOLERANCE) {
            return Err(Unready::Behind);
        }
        // The database answered between these two moments.
        let off = database.is_some_and(|at| asked.since(at).max(told.until(at)) > TOLERANCE);
        match (self.clock_jumped(), off) {
            (true, _) => Err(Unready::Jumped),
            (false, true) => Err(Unready::OffDatabase),
            (false, false) => Ok(()),
        }
    }
}
