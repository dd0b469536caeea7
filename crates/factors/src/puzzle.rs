//! A proof of work: a task that a browser's script solves in about a second, and that is checked at once.
//!
//! The task has several equal pieces, so that the time it takes varies little from one person to the next. A piece is
//! solved by a number that makes SHA-256 of the salt, the piece and the number begin with so many zero bits.
//!
//! It proves nothing about who somebody is. It makes a guess cost something, for whoever makes very many.

use aws_lc_rs::digest;
use std::fmt::Write as _;

/// Pieces of a task.
pub const PIECES: u8 = 8;
/// The bits of a piece that may be asked for.
pub const BITS: std::ops::RangeInclusive<u8> = 1..=24;
/// The longest solution: a number of ten digits and a separator for each piece.
const LONGEST: usize = PIECES as usize * 11;

/// One task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Puzzle {
    /// What makes it unlike all others.
    pub salt: [u8; 16],
    /// Zero bits that each piece must begin with.
    pub bits: u8,
}

impl Puzzle {
    /// The salt as the page tells it.
    pub fn salt_text(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.salt)
    }

    /// The task that a page tells, with the salt as [`Puzzle::salt_text`] gives it.
    pub fn told(salt: &str, bits: u8) -> Option<Self> {
        let salt = data_encoding::HEXLOWER.decode(salt.as_bytes()).ok()?;
        let salt = salt.try_into().ok()?;
        BITS.contains(&bits).then_some(Self { salt, bits })
    }

    /// Whether these numbers solve it: one for each piece in its order, in decimal, with dots between them.
    pub fn is_solved_by(&self, numbers: &str) -> bool {
        if numbers.len() > LONGEST || !BITS.contains(&self.bits) {
            return false;
        }
        let mut given = numbers.split('.');
        let each = (0..PIECES).all(|piece| {
            let number = given.next().and_then(|text| text.parse().ok());
            number.is_some_and(|number| self.fits(piece, number))
        });
        each && given.next().is_none()
    }

    /// Solves it, as a browser's script does.
    pub fn solve(&self) -> String {
        let mut numbers = String::new();
        for piece in 0..PIECES {
            let found = (0..=u32::MAX).find(|number| self.fits(piece, *number));
            let dot = if piece == 0 { "" } else { "." };
            // Writing to a text does not fail.
            let _ = write!(numbers, "{dot}{}", found.unwrap_or_default());
        }
        numbers
    }

    fn fits(&self, piece: u8, number: u32) -> bool {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(&self.salt);
        context.update(&[piece]);
        context.update(&number.to_be_bytes());
        let digest = context.finish();
        let mut zeros = 0;
        for byte in digest.as_ref() {
            zeros += byte.leading_zeros();
            if *byte != 0 {
                break;
            }
        }
        zeros >= u32::from(self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TASK: Puzzle = Puzzle {
        salt: *b"sixteen bytes of",
        bits: 9,
    };

    #[test]
    fn a_solution_fits_its_own_task_only() {
        let numbers = TASK.solve();
        assert!(TASK.is_solved_by(&numbers), "{numbers}");
        let other = Puzzle {
            salt: *b"sixteen bytes or",
            ..TASK
        };
        assert!(!other.is_solved_by(&numbers));
        let harder = Puzzle { bits: 24, ..TASK };
        assert!(!harder.is_solved_by(&numbers));
        assert_eq!(Puzzle::told(&TASK.salt_text(), 9), Some(TASK));
    }

    #[test]
    fn what_is_no_solution_is_refused() {
        let numbers = TASK.solve();
        let mut doubled: Vec<&str> = numbers.split('.').collect();
        doubled.swap(0, 1);
        let (swapped, short) = (doubled.join("."), doubled[1..].join("."));
        let more = format!("{numbers}.1");
        let long = numbers.clone() + &"0".repeat(200);
        for wrong in [
            "",
            ".",
            "0.0.0.0.0.0.0.0",
            "a.b",
            "-1",
            &swapped,
            &short,
            &more,
            &long,
        ] {
            assert!(!TASK.is_solved_by(wrong), "{wrong}");
        }
        let without = Puzzle { bits: 0, ..TASK };
        assert!(
            !without.is_solved_by(&numbers),
            "a task that asks nothing is none"
        );
        assert_eq!(Puzzle::told("xyz", 9), None);
        assert_eq!(Puzzle::told(&TASK.salt_text(), 25), None);
    }

    /// The numbers were found by the script of the pages (`crates/web/static/work.js`).
    #[test]
    fn the_script_of_the_pages_and_we_mean_the_same_task() {
        let task = Puzzle {
            salt: [0; 16],
            bits: 12,
        };
        let by_us = task.solve();
        assert!(task.is_solved_by(&by_us));
        assert_eq!(by_us, SOLVED_BY_SCRIPT);
    }

    const SOLVED_BY_SCRIPT: &str = "25109.28929.5025.557.12941.387.173.12977";
}
