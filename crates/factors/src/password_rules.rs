//! Which passwords may be set: length, strength, words that lie near, lists of common and leaked passwords.
//!
//! The rules are those of NIST SP 800-63B section 3.1.1.2 and OWASP ASVS 6.2: length counts, composition does not, the
//! whole password is looked at, and a refusal names every rule not met so that the page can show all of them at once
//! (R-BID-26).
//!
//! The parts: [`unmet`] decides, [`Context`] gathers the words that an attacker would try first for this person, and
//! [`LeakedList`] searches an operator's file without any call to a foreign service (R-BID-25, R-BID-29).
//!
//! Invariant: rules are asked when a password is set, never when one is checked.

use std::ops::RangeInclusive;

use zxcvbn::matching::Match;
use zxcvbn::matching::patterns::MatchPattern;
use zxcvbn::{Score, zxcvbn};

use crate::password::Password;

mod context;
mod leaked;

pub use context::{Context, Nearby};
pub use leaked::{LeakedList, LeakedListError, sha1_upper_hex};

/// The longest password, in characters.
pub const LONGEST: usize = 128;
/// The shortest password that stands alone, in characters (NIST SP 800-63B section 3.1.1.2).
pub const SHORTEST_ALONE: usize = 15;
/// The shortest password beside another factor, in characters.
pub const SHORTEST_WITH_MFA: usize = 8;
/// The strength estimate reads the password in stretches of this many characters, each beginning in the middle of the
/// one before. Its work grows faster than the square of the length, and its sums overflow for long walks over the
/// keyboard; a password is at least as strong as its strongest stretch.
const STRETCH: usize = 24;

/// Where the password stands, which decides how long it must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It is the only factor: 15 to 128 characters.
    Alone,
    /// Another factor is asked for as well: 8 to 128 characters.
    WithMfa,
}

impl Standing {
    /// The lengths allowed, in characters.
    pub fn lengths(self) -> RangeInclusive<usize> {
        match self {
            Self::Alone => SHORTEST_ALONE..=LONGEST,
            Self::WithMfa => SHORTEST_WITH_MFA..=LONGEST,
        }
    }
}

/// One rule that a password does not meet. The page has a sentence for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unmet {
    /// Fewer characters than `least`.
    TooShort {
        /// The least number of characters.
        least: usize,
        /// The number it has.
        has: usize,
    },
    /// More characters than `most`.
    TooLong {
        /// The greatest number of characters.
        most: usize,
        /// The number it has.
        has: usize,
    },
    /// It is one of the passwords that everybody tries first, perhaps in disguise (`P@ssw0rd`, written backwards).
    Common,
    /// It is mainly a word that lies near this person or place.
    Nearby(Nearby),
    /// It would be guessed too soon: words, dates, repeats, keyboard rows.
    Guessable,
    /// It is in the operator's list of leaked passwords.
    Leaked,
}

/// Every rule that a new password does not meet, in the order of [`Unmet`]; empty when it may be set.
///
/// `leaked` is the answer of [`LeakedList::contains`], or false where the operator gave no list. Takes about a
/// millisecond, and up to a tenth of a second for texts made to be slow: call it where hashing is done, not on a thread that serves requests.
pub fn unmet(
    password: &Password,
    standing: Standing,
    context: &Context,
    leaked: bool,
) -> Vec<Unmet> {
    let mut out = Vec::new();
    let has = password.characters();
    let (least, most) = standing.lengths().into_inner();
    if has < least {
        out.push(Unmet::TooShort { least, has });
    }
    if has > most {
        out.push(Unmet::TooLong { most, has });
    }
    match strength(password, context) {
        Strength::Common => out.push(Unmet::Common),
        Strength::Guessable if has >= least => out.push(Unmet::Guessable),
        // Too short is guessable for that reason alone, and saying both would only confuse.
        Strength::Guessable | Strength::Enough => {}
    }
    out.extend(context.mainly(password.as_str()).map(Unmet::Nearby));
    if leaked {
        out.push(Unmet::Leaked);
    }
    out.sort_by_key(order);
    out
}

fn order(unmet: &Unmet) -> u8 {
    match unmet {
        Unmet::TooShort { .. } => 0,
        Unmet::TooLong { .. } => 1,
        Unmet::Common => 2,
        Unmet::Nearby(_) => 3,
        Unmet::Guessable => 4,
        Unmet::Leaked => 5,
    }
}

enum Strength {
    Common,
    Guessable,
    Enough,
}

fn strength(password: &Password, context: &Context) -> Strength {
    let text = password.as_str();
    let words = context.words();
    for stretch in stretches(text) {
        let estimate = zxcvbn(stretch, &words);
        if estimate.score() >= Score::Three {
            return Strength::Enough;
        }
        if let [only] = estimate.sequence()
            && stretch.len() == text.len()
            && is_listed(only)
        {
            return Strength::Common;
        }
    }
    Strength::Guessable
}

/// Stretches of [`STRETCH`] characters that overlap by half and together cover the text; the last may be shorter.
fn stretches(text: &str) -> impl Iterator<Item = &str> {
    let mut starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    starts.push(text.len());
    let characters = starts.len() - 1;
    let count = characters.saturating_sub(STRETCH).div_ceil(STRETCH / 2) + 1;
    (0..count).filter_map(move |n| {
        let first = n * STRETCH / 2;
        let last = (first + STRETCH).min(characters);
        text.get(*starts.get(first)?..*starts.get(last)?)
    })
}

/// Whether a match is an entry of the shipped list of common passwords. The library's name for that list cannot be
/// written outside it, but it can be shown.
fn is_listed(found: &Match) -> bool {
    match &found.pattern {
        MatchPattern::Dictionary(entry) => format!("{:?}", entry.dictionary_name) == "Passwords",
        _ => false,
    }
}

#[cfg(test)]
mod tests;
