//! Counting failures of one authenticator, without letting a stranger lock the owner out.
//!
//! Failures of *known* browsers (those that completed a sign-in) and of unknown ones count apart, so a flood of
//! wrong guesses from outside never closes the door to the owner's own browser. The two sums together stay
//! below the 100 consecutive failures of NIST SP 800-63B-4 section 3.2.2.

use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

/// Which browsers a counter is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// The browser completed a sign-in of this identity in the last 90 days.
    Known,
    /// It did not.
    Unknown,
}

impl Standing {
    /// The word in the counter's key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Unknown => "unknown",
        }
    }
}

/// Failures of unknown browsers before the first wait.
pub const UNKNOWN_FREE: u32 = 5;
/// The first wait; it doubles with each further failure.
pub const FIRST_WAIT: Span = Span::seconds(30);
/// The longest wait.
pub const LONGEST_WAIT: Span = Span::hours(1);
/// Failures of unknown browsers after which the authenticator is closed to them.
pub const UNKNOWN_CLOSED: u32 = 50;
/// Failures of a known browser before the first wait.
pub const KNOWN_FREE: u32 = 10;
/// Failures after which a browser is no longer known.
pub const KNOWN_LOST: u32 = 40;
/// Counters of names that do not exist, and of failures that stopped, are forgotten after this.
pub const FORGOTTEN_AFTER: Span = Span::hours(24);

/// What a counter says before the next try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// The try may be made.
    Open,
    /// It may be made at this moment.
    Wait(Timestamp),
    /// No more tries by browsers of this standing.
    Closed,
}

/// Consecutive failures of one authenticator by browsers of one standing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Throttle {
    /// Failures since the last success.
    pub failures: u32,
    /// The moment of the last one; 0 when there was none.
    pub last_at: i64,
}

impl Throttle {
    /// May a browser of this standing try now?
    pub fn gate(&self, standing: Standing, now: Timestamp) -> Gate {
        let (free, closed) = match standing {
            Standing::Unknown => (UNKNOWN_FREE, UNKNOWN_CLOSED),
            Standing::Known => (KNOWN_FREE, KNOWN_LOST),
        };
        if self.failures >= closed {
            return Gate::Closed;
        }
        let Some(over) = self.failures.checked_sub(free) else {
            return Gate::Open;
        };
        let wait = FIRST_WAIT
            .as_millis()
            .saturating_mul(1_i64 << over.min(20))
            .min(LONGEST_WAIT.as_millis());
        let free_at = Timestamp::from_millis(self.last_at) + Span::millis(wait);
        if free_at > now {
            Gate::Wait(free_at)
        } else {
            Gate::Open
        }
    }

    /// The counter after one more failure.
    #[must_use]
    pub const fn failed(self, now: Timestamp) -> Self {
        Self {
            failures: self.failures.saturating_add(1),
            last_at: now.millis(),
        }
    }

    /// Tries left before the next wait.
    pub const fn left(&self, standing: Standing) -> u32 {
        let free = match standing {
            Standing::Unknown => UNKNOWN_FREE,
            Standing::Known => KNOWN_FREE,
        };
        free.saturating_sub(self.failures)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(failures: u32, at: Timestamp) -> Throttle {
        Throttle {
            failures,
            last_at: at.millis(),
        }
    }

    #[test]
    fn strangers_wait_longer_and_longer_and_are_shut_out_at_fifty() {
        let now = Timestamp::from_millis(1_000_000);
        assert_eq!(after(4, now).gate(Standing::Unknown, now), Gate::Open);
        assert_eq!(
            after(5, now).gate(Standing::Unknown, now),
            Gate::Wait(now + Span::seconds(30))
        );
        assert_eq!(
            after(6, now).gate(Standing::Unknown, now),
            Gate::Wait(now + Span::seconds(60))
        );
        assert_eq!(
            after(20, now).gate(Standing::Unknown, now),
            Gate::Wait(now + LONGEST_WAIT)
        );
        assert_eq!(
            after(49, now).gate(Standing::Unknown, now + LONGEST_WAIT),
            Gate::Open
        );
        assert_eq!(
            after(50, now).gate(Standing::Unknown, now + Span::days(9)),
            Gate::Closed
        );
    }

    #[test]
    fn the_owners_browser_is_more_patiently_treated_and_the_sum_stays_below_a_hundred() {
        let now = Timestamp::from_millis(1_000_000);
        assert_eq!(after(9, now).gate(Standing::Known, now), Gate::Open);
        assert_eq!(
            after(10, now).gate(Standing::Known, now),
            Gate::Wait(now + Span::seconds(30))
        );
        assert_eq!(
            after(40, now).gate(Standing::Known, now + LONGEST_WAIT),
            Gate::Closed
        );
        const { assert!(UNKNOWN_CLOSED + KNOWN_LOST < 100) };
        assert_eq!(after(2, now).left(Standing::Unknown), 3);
    }
}
