//! Moments of conditions: the W3C's forms of ISO 8601, or seconds since 1970.
//!
//! Digits alone are seconds, even four of them. A time without a zone is UTC. Source: IAM User Guide,
//! `reference_policies_elements_condition_operators` (date operators), W3C `NOTE-datetime`.

/// Seconds since 1970 in UTC, and billionths of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment {
    seconds: i64,
    nanos: u32,
}

impl Moment {
    pub(crate) fn new(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        if !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit()) {
            return epoch(whole, fraction, digits.len() < text.len());
        }
        civil(text)
    }
}

fn epoch(whole: &str, fraction: &str, negative: bool) -> Option<Moment> {
    let seconds: i64 = whole.parse().ok()?;
    let nanos = nanos(fraction)?;
    Some(match (negative, nanos) {
        (false, nanos) => Moment { seconds, nanos },
        (true, 0) => Moment {
            seconds: -seconds,
            nanos,
        },
        (true, nanos) => Moment {
            seconds: -seconds - 1,
            nanos: 1_000_000_000 - nanos,
        },
    })
}

fn nanos(fraction: &str) -> Option<u32> {
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut nanos = 0;
    for digit in fraction.bytes().chain(std::iter::repeat(b'0')).take(9) {
        nanos = nanos * 10 + u32::from(digit - b'0');
    }
    Some(nanos)
}

/// `YYYY-MM`, `YYYY-MM-DD`, `YYYY-MM-DDThh:mm[:ss[.f]][Z|±hh:mm]`.
fn civil(text: &str) -> Option<Moment> {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let year = number(parts.next()?, 4)?;
    let month = number(parts.next()?, 2)?;
    let day = match (parts.next(), time) {
        (Some(day), _) => number(day, 2)?,
        (None, None) => 1,
        (None, Some(_)) => return None,
    };
    if parts.next().is_some() || !(1..=12).contains(&month) || day < 1 || day > days(year, month) {
        return None;
    }
    let midnight = since_1970(year, month, day) * 86_400;
    let Some(time) = time else {
        return Some(Moment {
            seconds: midnight,
            nanos: 0,
        });
    };
    let (time, offset) = zone(time)?;
    let mut parts = time.split(':');
    let hour = number(parts.next()?, 2)?;
    let minute = number(parts.next()?, 2)?;
    let (second, nanos) = match parts.next() {
        None => (0, 0),
        Some(text) => match text.split_once('.') {
            Some((whole, fraction)) => (number(whole, 2)?, nanos(fraction)?),
            None => (number(text, 2)?, 0),
        },
    };
    // A leap second is the first of the next minute.
    let known = hour < 24 && minute < 60 && second <= 60 && parts.next().is_none();
    known.then_some(Moment {
        seconds: midnight + hour * 3_600 + minute * 60 + second - offset,
        nanos,
    })
}

/// A time without its zone, and how far that is ahead of UTC.
fn zone(time: &str) -> Option<(&str, i64)> {
    if let Some(time) = time.strip_suffix(['Z', 'z']) {
        return Some((time, 0));
    }
    let Some(at) = time.find(['+', '-']) else {
        return Some((time, 0));
    };
    let (time, offset) = time.split_at(at);
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let offset = offset.get(1..)?;
    let (hours, minutes) = match offset.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if offset.len() == 4 => offset.split_at_checked(2)?,
        None => return None,
    };
    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
    (hours < 24 && minutes < 60).then_some((time, sign * (hours * 3_600 + minutes * 60)))
}

fn number(text: &str, digits: usize) -> Option<i64> {
    let right = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    right.then(|| text.parse().ok()).flatten()
}

fn days(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1 January 1970 to a day of the Gregorian calendar, counted in years that begin in March.
fn since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_moment_in_many_spellings() {
        let same = Moment::new("2026-11-23T13:05:00Z").unwrap();
        for text in [
            "2026-11-23T13:05Z",
            "2026-11-23T21:05:00+08:00",
            "2026-11-23T08:05:00-0500",
            "2026-11-23T13:05:00.000Z",
            "2026-11-23T13:05:00",
            "1795439100",
            "1795439100.0",
        ] {
            assert_eq!(Moment::new(text), Some(same), "{text}");
        }
        let rising = [
            "-1",
            "-0.5",
            "0",
            "0.5",
            "1",
            "1970-01-02",
            "1999-12-31T23:59:59Z",
            "2000-02-29",
            "2000-03",
            "2026-11-23T13:05:00.1Z",
        ];
        for pair in rising.windows(2) {
            assert!(
                Moment::new(pair[0]).unwrap() < Moment::new(pair[1]).unwrap(),
                "{pair:?}"
            );
        }
        assert_eq!(Moment::new("1970-01-01T00:00:00Z"), Moment::new("0"));
    }

    #[test]
    fn what_is_no_moment() {
        for text in [
            "",
            "-",
            "yesterday",
            "2026-13-01",
            "2026-02-29",
            "2026-11-23T25:00Z",
            "2026-11-23T10Z",
            "2026-11T10:00Z",
            "20261123T130500Z",
            "2026-11-23T13:05:61Z",
            "2026-11-23T13:05:00+8",
            "1.",
            "99999999999999999999",
            "2026-11-23T13:05:00.Z",
            "2026-1-1",
        ] {
            assert_eq!(Moment::new(text), None, "{text}");
        }
    }
}
