//! E-mail addresses as mail servers everywhere carry them (RFC 5321 mailbox, dot-string form, ASCII).
//!
//! One address has two forms: *shown*, the spelling the person gave, which mail is sent to; and *key*, lower-cased,
//! by which addresses are compared and looked up. Sub-addresses stay apart (R-CON-08, R-CON-09): `a+1@…` is not `a@…`.
//!
//! Invariants: an `Email` never holds a control character, a blank, a comma, a quote or a bracket, so it can stand in a
//! mail header without further care; two addresses are equal when their keys are.

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::typed;

/// The longest local part, in bytes (RFC 5321 section 4.5.3.1.1).
pub const LONGEST_LOCAL: usize = 64;
/// The longest address, in bytes (RFC 5321 section 4.5.3.1.3 less the angle brackets).
pub const LONGEST: usize = 254;
/// The longest label of a host name, in bytes (RFC 1035 section 2.3.4).
const LONGEST_LABEL: usize = 63;

/// Why typed text is no address that we can send to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refused {
    /// Nothing was typed.
    #[error("no address was given")]
    Empty,
    /// There is no `@`, or nothing before it.
    #[error("the address has no name before an @")]
    NoLocalPart,
    /// A blank, a control character, a quote, or more than one `@`.
    #[error("the address contains a character that cannot stand in it")]
    ForbiddenCharacter,
    /// A letter outside ASCII: mail servers do not yet carry these everywhere.
    #[error("the address contains a letter outside ASCII")]
    NotAscii,
    /// A dot at the beginning or end of the local part, or two in a row.
    #[error("the dots before the @ stand wrong")]
    MisplacedDot,
    /// The part after the `@` is no host name with a dot in it.
    #[error("the part after the @ is no mail domain")]
    Domain,
    /// The local part is longer than [`LONGEST_LOCAL`], or the whole longer than [`LONGEST`].
    #[error("the address is too long")]
    TooLong,
}

/// A checked address. Compared by its key; `Debug` shows the domain only, because addresses do not belong in logs.
#[derive(Clone)]
pub struct Email {
    shown: String,
    key: String,
}

impl Email {
    /// Reads what a person typed. Blanks and line ends around it are dropped, and full-width forms become ASCII.
    ///
    /// # Errors
    /// The first reason for which it cannot be used.
    pub fn parse(typed: &str) -> Result<Self, Refused> {
        let trimmed = typed.trim_matches(|c: char| c.is_whitespace() || typed::is_invisible(c));
        if trimmed.is_empty() {
            return Err(Refused::Empty);
        }
        // A full-width character is three bytes for one.
        if trimmed.len() > LONGEST * 3 {
            return Err(Refused::TooLong);
        }
        let shown: String = trimmed.chars().map(typed::fold).collect();
        check_characters(&shown)?;
        if shown.len() > LONGEST {
            return Err(Refused::TooLong);
        }
        let (local, domain) = shown.rsplit_once('@').ok_or(Refused::NoLocalPart)?;
        check_local(local)?;
        check_domain(domain)?;
        let key = shown.to_ascii_lowercase();
        Ok(Self { shown, key })
    }

    /// The spelling the person gave: for showing, and for sending to.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The lower-cased form: for comparing, for unique columns, for counting.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The part before the `@`, as given.
    pub fn local(&self) -> &str {
        self.shown.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// The part after the `@`, lower-cased.
    pub fn domain(&self) -> &str {
        self.key.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Email(..@{})", self.domain())
    }
}

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Email {}

impl Hash for Email {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

fn check_characters(text: &str) -> Result<(), Refused> {
    for c in text.chars() {
        if !c.is_ascii() && !c.is_control() && !c.is_whitespace() {
            return Err(Refused::NotAscii);
        }
        if !is_atext(c) && c != '.' && c != '@' {
            return Err(Refused::ForbiddenCharacter);
        }
    }
    match text.matches('@').count() {
        0 => Err(Refused::NoLocalPart),
        1 => Ok(()),
        _ => Err(Refused::ForbiddenCharacter),
    }
}

/// RFC 5322 `atext`: what stands in a local part without quotes (R-CON-09).
fn is_atext(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)
}

fn check_local(local: &str) -> Result<(), Refused> {
    if local.is_empty() {
        return Err(Refused::NoLocalPart);
    }
    if local.len() > LONGEST_LOCAL {
        return Err(Refused::TooLong);
    }
    if local.split('.').any(str::is_empty) {
        return Err(Refused::MisplacedDot);
    }
    Ok(())
}

/// A host name of at least two labels whose last is not a number (RFC 1123 section 2.1; no address literals).
fn check_domain(domain: &str) -> Result<(), Refused> {
    let well_formed = domain.split('.').all(|label| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    });
    let top_is_name = domain
        .rsplit_once('.')
        .is_some_and(|(_, top)| top.len() >= 2 && !top.bytes().all(|b| b.is_ascii_digit()));
    if well_formed && top_is_name {
        Ok(())
    } else {
        Err(Refused::Domain)
    }
}

#[cfg(test)]
mod tests;
