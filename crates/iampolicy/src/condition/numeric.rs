//! Numbers of conditions, as decimals: compared digit by digit, so that no two that differ are ever equal.
//!
//! A floating-point number would make 9007199254740993 equal to 9007199254740992. The IAM User Guide speaks of "an
//! integer or decimal value"; exponents are neither and are not understood.

use std::cmp::Ordering;

/// A number of a policy.
#[derive(Debug, Clone)]
pub(crate) struct Decimal(Box<str>);

/// A number, cut up: no leading zeros before the point, no trailing ones after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

impl Decimal {
    pub(crate) fn new(text: &str) -> Option<Self> {
        Parts::new(text).map(|_| Self(text.into()))
    }

    pub(crate) fn parts(&self) -> Parts<'_> {
        // It was read before; nothing is the number zero.
        Parts::new(&self.0).unwrap_or(Parts {
            negative: false,
            whole: "",
            fraction: "",
        })
    }
}

impl<'a> Parts<'a> {
    pub(crate) fn new(text: &'a str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !all(whole) || !all(fraction) {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        Some(Self {
            // There is one zero.
            negative: negative && !(whole.is_empty() && fraction.is_empty()),
            whole,
            fraction,
        })
    }

    pub(crate) fn cmp(&self, other: &Parts<'_>) -> Ordering {
        let size = self
            .whole
            .len()
            .cmp(&other.whole.len())
            .then_with(|| self.whole.cmp(other.whole))
            .then_with(|| self.fraction.cmp(other.fraction));
        match (self.negative, other.negative) {
            (false, false) => size,
            (true, true) => size.reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lie_in_order() {
        let rising = [
            "-10.5",
            "-10.05",
            "-2",
            "-0.1",
            "0",
            "0.01",
            "0.1",
            "1",
            "1.05",
            "1.5",
            "2",
            "10",
            "9007199254740992",
            "9007199254740993",
        ];
        for (a, one) in rising.iter().enumerate() {
            for (b, other) in rising.iter().enumerate() {
                let found = Parts::new(one).unwrap().cmp(&Parts::new(other).unwrap());
                assert_eq!(found, a.cmp(&b), "{one} {other}");
            }
        }
    }

    #[test]
    fn one_number_has_many_spellings() {
        for (one, other) in [
            ("0", "-0.0"),
            ("007", "+7"),
            ("1.50", "1.5"),
            (".5", "0.5"),
            ("3.", "3"),
        ] {
            assert!(
                Parts::new(one)
                    .unwrap()
                    .cmp(&Parts::new(other).unwrap())
                    .is_eq()
            );
        }
        for text in [
            "", "-", ".", "1e3", "0x1", "1,5", " 1", "1.2.3", "--1", "\u{0661}",
        ] {
            assert_eq!(Parts::new(text), None, "{text}");
        }
    }
}
