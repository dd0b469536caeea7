//! Moments as the wire writes them: ISO 8601 in XML, seconds in JSON, a basic form in signatures.

use crate::value::Timestamp;

const SECOND: i64 = 1_000;
const DAY: i64 = 86_400 * SECOND;

/// Year, month, day, hour, minute, second.
pub(crate) type Parts = [i64; 6];

/// The calendar of a moment (proleptic Gregorian, UTC).
pub(crate) fn parts(time: Timestamp) -> Parts {
    let days = time.as_millis().div_euclid(DAY);
    let rest = time.as_millis().rem_euclid(DAY) / SECOND;
    // Years begin in March here, so that a leap day is the last day of one.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    [year, month, day, rest / 3_600, rest / 60 % 60, rest % 60]
}

/// The moment of a date and time, when there is such a one.
pub(crate) fn moment([year, month, day, hour, minute, second]: Parts) -> Option<Timestamp> {
    let fits = (0..=9_999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..60).contains(&second);
    if !fits {
        return None;
    }
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = era * 146_097 + day_of_era - 719_468;
    let time = Timestamp::from_millis(days * DAY + ((hour * 60 + minute) * 60 + second) * SECOND);
    // The 31st of April is the 1st of May then.
    (parts(time).get(2) == Some(&day)).then_some(time)
}

/// `2026-01-02T03:04:05Z`.
pub(crate) fn iso(time: Timestamp) -> String {
    written(time, ["-", "-", "T", ":", ":", "Z"])
}

/// `20260102T030405Z`.
pub(crate) fn basic(time: Timestamp) -> String {
    written(time, ["", "", "T", "", "", "Z"])
}

/// The parts with two digits (the year with four) and these marks behind them: by hand, because lists have many.
fn written(time: Timestamp, marks: [&str; 6]) -> String {
    let [year, rest @ ..] = parts(time);
    let mut out = String::with_capacity(20);
    let year = year.clamp(0, 9_999);
    let mut two = |number: i64, mark: &str| {
        for digit in [number / 10, number % 10] {
            out.push(char::from(b'0' + u8::try_from(digit).unwrap_or_default()));
        }
        out.push_str(mark);
    };
    let [after_year, marks @ ..] = marks;
    two(year / 100, "");
    two(year % 100, after_year);
    for (part, mark) in rest.into_iter().zip(marks) {
        two(part, mark);
    }
    out
}

/// Reads `20260102T030405Z`.
pub(crate) fn from_basic(text: &str) -> Option<Timestamp> {
    let bytes: &[u8; 16] = text.as_bytes().try_into().ok()?;
    let [date @ .., b'Z'] = bytes else {
        return None;
    };
    if date.get(8) != Some(&b'T') {
        return None;
    }
    let place = |from: usize, length: usize| digits(date.get(from..from + length)?);
    moment([
        place(0, 4)?,
        place(4, 2)?,
        place(6, 2)?,
        place(9, 2)?,
        place(11, 2)?,
        place(13, 2)?,
    ])
}

/// Reads `2026-01-02T03:04:05Z`, with a fraction of a second or without.
pub(crate) fn from_iso(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = match text.strip_suffix('Z')?.split_once('.') {
        Some((whole, fraction)) => (whole, fraction),
        None => (text.strip_suffix('Z')?, "0"),
    };
    let bytes: &[u8; 19] = whole.as_bytes().try_into().ok()?;
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if marks.iter().any(|(at, mark)| bytes.get(*at) != Some(mark))
        || !(1..=9).contains(&fraction.len())
    {
        return None;
    }
    let place = |from: usize, length: usize| digits(bytes.get(from..from + length)?);
    let time = moment([
        place(0, 4)?,
        place(5, 2)?,
        place(8, 2)?,
        place(11, 2)?,
        place(14, 2)?,
        place(17, 2)?,
    ])?;
    let millis: String = fraction.chars().chain("00".chars()).take(3).collect();
    Some(Timestamp::from_millis(
        time.as_millis() + digits(millis.as_bytes())?,
    ))
}

/// Reads `Fri, 02 Jan 2026 03:04:05 GMT`.
pub(crate) fn from_http(text: &str) -> Option<Timestamp> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let (_, rest) = text.strip_suffix(" GMT")?.split_once(", ")?;
    let bytes: &[u8; 20] = rest.as_bytes().try_into().ok()?;
    let marks = [(2, b' '), (6, b' '), (11, b' '), (14, b':'), (17, b':')];
    if marks.iter().any(|(at, mark)| bytes.get(*at) != Some(mark)) {
        return None;
    }
    let month = MONTHS.find(rest.get(3..6)?).filter(|at| at % 3 == 0)?;
    let place = |from: usize, length: usize| digits(bytes.get(from..from + length)?);
    let month = i64::try_from(month / 3 + 1).ok()?;
    moment([
        place(7, 4)?,
        month,
        place(0, 2)?,
        place(12, 2)?,
        place(15, 2)?,
        place(18, 2)?,
    ])
}

fn digits(bytes: &[u8]) -> Option<i64> {
    let all = !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit);
    all.then(|| {
        bytes
            .iter()
            .fold(0, |number, byte| number * 10 + i64::from(byte - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_comes_back() {
        for day in (-200_000..200_000_i64).step_by(7) {
            let time = Timestamp::from_millis(day * DAY + 3_723_000);
            if (0..=9_999).contains(&parts(time)[0]) {
                assert_eq!(moment(parts(time)), Some(time));
            }
        }
        assert_eq!(
            iso(Timestamp::from_millis(1_767_323_045_999)),
            "2026-01-02T03:04:05Z"
        );
        assert_eq!(
            basic(Timestamp::from_millis(951_782_399_000)),
            "20000228T235959Z"
        );
    }

    #[test]
    fn only_real_moments_are_read() {
        assert_eq!(
            from_basic("20260102T030405Z"),
            Some(Timestamp::from_millis(1_767_323_045_000))
        );
        assert_eq!(
            from_iso("2026-01-02T03:04:05.25Z"),
            Some(Timestamp::from_millis(1_767_323_045_250))
        );
        for wrong in [
            "20260230T000000Z",
            "20260102t030405Z",
            "20260102T030460Z",
            "2026-01-02T03:04:05Z",
            "",
            "20260102T0304051Z",
        ] {
            assert_eq!(from_basic(wrong), None, "{wrong}");
        }
        assert_eq!(
            from_http("Fri, 02 Jan 2026 03:04:05 GMT"),
            from_basic("20260102T030405Z")
        );
        assert_eq!(from_http("Fri, 02 Abr 2026 03:04:05 GMT"), None);
        for wrong in [
            "2026-01-02 03:04:05Z",
            "2026-01-02T03:04:05",
            "2026-01-02T03:04:05.Z",
            "2026-02-29T00:00:00Z",
        ] {
            assert_eq!(from_iso(wrong), None, "{wrong}");
        }
    }
}
