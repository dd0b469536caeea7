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

    /// The moment as programs read it: `2026-01-02T03:04:05Z`, whole seconds (ISO 8601, RFC 3339 section 5.6).
    pub fn iso(self) -> String {
        let seconds = self.0.div_euclid(1_000);
        let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = date(days);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
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

/// The date so many days after 1970-01-01, in the Gregorian calendar. Counted from 1 March of the year 0, so that a leap
/// day is the last one of its year, in eras of 400 years that are all alike.
const fn date(days: i64) -> (i64, i64, i64) {
    const TO_MARCH_0: i64 = 719_468;
    const ERA: i64 = 146_097;
    let days = days + TO_MARCH_0;
    let (era, day) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let from_march = (5 * day + 2) / 153;
    let day_of_month = day - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = era * 400 + year + if month <= 2 { 1 } else { 0 };
    (year, month, day_of_month)
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
    fn a_moment_is_written_as_programs_read_it() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_800_000_000_999, "2027-01-15T08:00:00Z"),
            (4_107_542_399_000, "2100-02-28T23:59:59Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(Timestamp::from_millis(millis).iso(), text);
        }
    }

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
