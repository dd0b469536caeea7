//! The server's clock: the only place that reads it.

use app::ports::Clock;
use domain::time::{Span, Timestamp};
use std::time::{SystemTime, UNIX_EPOCH};

/// The clock of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the Clock port")]
        let now = SystemTime::now();
        let millis = now
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX));
        Timestamp::from_millis(millis)
    }

    fn steady(&self) -> Span {
        // Goes on while the machine sleeps, so that waking up is no jump.
        #[cfg(any(target_os = "linux", target_os = "android"))]
        let id = rustix::time::ClockId::Boottime;
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        let id = rustix::time::ClockId::Monotonic;
        let read = rustix::time::clock_gettime(id);
        Span::millis(read.tv_sec.saturating_mul(1_000) + read.tv_nsec / 1_000_000)
    }
}
