//! Moments and lengths of time, as whole milliseconds of UTC.
//!
//! The store keeps the same integers. Only the pages turn them into a person's zone.

use serde::{Deserialize, Serialize};
use std::ops::{Add, Sub};

/// A moment: milliseconds since 1970-01-01T00:00:00Z, by the server's clock only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// A length of time in milliseconds. Never negative when it comes from [`Timestamp::until`] or [`Timestamp::since`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(i64);

impl Timestamp {
    /// The moment `millis` milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Time left until `later`; zero when it has passed.
    pub fn until(self, later: Self) -> Span {
        Span(later.0.saturating_sub(self.0).max(0))
    }

    /// Time gone by since `earlier`; zero when that lies in the future.
    pub fn since(self, earlier: Self) -> Span {
        earlier.until(self)
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// So many milliseconds.
    pub const fn millis(n: i64) -> Self {
        Self(n)
    }
    /// So many seconds.
    pub const fn seconds(n: i64) -> Self {
        Self(n * 1_000)
    }
    /// So many minutes.
    pub const fn minutes(n: i64) -> Self {
        Self::seconds(n * 60)
    }
    /// So many hours.
    pub const fn hours(n: i64) -> Self {
        Self::minutes(n * 60)
    }
    /// So many days of 24 hours.
    pub const fn days(n: i64) -> Self {
        Self::hours(n * 24)
    }
    /// The length in milliseconds.
    pub const fn as_millis(self) -> i64 {
        self.0
    }
    /// The length in whole seconds, rounded up, so that "wait 1 s" is never told as 0.
    pub const fn as_seconds_up(self) -> i64 {
        (self.0 + 999) / 1_000
    }
    /// The length in whole minutes, rounded up.
    pub const fn as_minutes_up(self) -> i64 {
        (self.0 + 59_999) / 60_000
    }
}

impl Add<Span> for Timestamp {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Timestamp {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_never_negative_and_round_up() {
        let noon = Timestamp::from_millis(43_200_000);
        let later = noon + Span::millis(1);
        assert_eq!(noon.until(later).as_seconds_up(), 1);
        assert_eq!(later.until(noon), Span::ZERO);
        assert_eq!(later.since(noon), Span::millis(1));
        assert_eq!(Span::minutes(15), Span::millis(900_000));
    }
}
