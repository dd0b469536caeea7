//! The operator's list of leaked passwords: a text file of SHA-1 hashes in order, searched where it lies.
//!
//! The file is what the public collections offer for download, "ordered by hash": one line for each password, forty
//! hexadecimal characters, then optionally a colon and a count. It can be forty gigabytes; a look-up reads some forty
//! pieces of a few hundred bytes. Nothing of the password leaves the process (R-BID-29, OWASP ASVS 6.2.12).
//!
//! Invariant: a file that is out of order or not of this form is an error where it is noticed, never a silent "not
//! leaked".

use std::cmp::Ordering;
use std::io::{self, Read, Seek, SeekFrom};

use aws_lc_rs::digest;
use zeroize::Zeroizing;

use crate::password::Password;

const HEX: usize = 40;
/// No line is longer: forty characters, a colon, a count, an end of line. Read at once, with room to find its end.
const LONGEST_LINE: usize = 96;
/// Below this many bytes the rest is read in one piece and gone through.
const LAST_STRETCH: u64 = 4_096;

type Hex = [u8; HEX];

/// Why a list cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LeakedListError {
    /// The file could not be read.
    #[error("the list of leaked passwords cannot be read: {0}")]
    Io(#[from] io::Error),
    /// A line is not forty hexadecimal characters with, perhaps, a colon and a count.
    #[error("the list of leaked passwords has a malformed line at byte {at}")]
    Malformed {
        /// Where the line begins.
        at: u64,
    },
    /// The file is not sorted by hash.
    #[error("the list of leaked passwords is not ordered by hash (noticed at byte {at})")]
    OutOfOrder {
        /// Where that was noticed.
        at: u64,
    },
}

/// The SHA-1 of a password in upper-case hexadecimal: how the public lists name it.
pub fn sha1_upper_hex(password: &Password) -> Zeroizing<String> {
    let hash = digest::digest(
        &digest::SHA1_FOR_LEGACY_USE_ONLY,
        password.as_str().as_bytes(),
    );
    Zeroizing::new(data_encoding::HEXUPPER.encode(hash.as_ref()))
}

/// A list over a file opened for reading. Keep one for each thread that looks up, since a look-up moves its position.
#[derive(Debug)]
pub struct LeakedList<R> {
    file: R,
    length: u64,
}

impl<R: Read + Seek> LeakedList<R> {
    /// Takes the opened file and looks at its first and last line, so that a wrong file is noticed at start.
    ///
    /// # Errors
    /// When it cannot be read, one of the two lines is malformed, or the last sorts before the first.
    pub fn open(mut file: R) -> Result<Self, LeakedListError> {
        let length = file.seek(SeekFrom::End(0))?;
        let mut list = Self { file, length };
        if let Some(first) = list.line_from(0)? {
            let near_end = length.saturating_sub(2 * LONGEST_LINE as u64);
            let mut last = first;
            let mut next = list.line_from(near_end)?;
            while let Some(line) = next {
                if line.hash < last.hash {
                    return Err(LeakedListError::OutOfOrder { at: line.starts });
                }
                last = line;
                next = list.line_from(line.ends)?;
            }
        }
        Ok(list)
    }

    /// Whether the list has this password.
    ///
    /// # Errors
    /// When the file cannot be read, or a line met on the way is malformed or out of order.
    pub fn contains(&mut self, password: &Password) -> Result<bool, LeakedListError> {
        let text = sha1_upper_hex(password);
        let mut wanted = Zeroizing::new([0u8; HEX]);
        wanted
            .iter_mut()
            .zip(text.bytes())
            .for_each(|(w, t)| *w = t);
        self.find(&wanted)
    }

    /// Halves the stretch in which the wanted line would begin. `low` is always the start of a line (or the end of the
    /// file); no line that begins at `high` or later is smaller than the wanted one.
    fn find(&mut self, wanted: &Hex) -> Result<bool, LeakedListError> {
        let (mut low, mut high) = (0, self.length);
        let (mut least, mut most) = (None::<Hex>, None::<Hex>);
        while high - low > LAST_STRETCH {
            let middle = low + (high - low) / 2;
            let Some(line) = self.line_from(middle)?.filter(|line| line.starts < high) else {
                high = middle;
                continue;
            };
            let below = least.is_some_and(|least| line.hash < least);
            let above = most.is_some_and(|most| line.hash > most);
            if below || above {
                return Err(LeakedListError::OutOfOrder { at: line.starts });
            }
            match line.hash.cmp(wanted) {
                Ordering::Equal => return Ok(true),
                Ordering::Less => (low, least) = (line.ends, Some(line.hash)),
                Ordering::Greater => (high, most) = (middle, Some(line.hash)),
            }
        }
        self.go_through(wanted, low, high, least)
    }

    /// Reads the lines that begin in `low..high`, one after the other.
    fn go_through(
        &mut self,
        wanted: &Hex,
        low: u64,
        high: u64,
        mut least: Option<Hex>,
    ) -> Result<bool, LeakedListError> {
        let mut next = self.line_from(low)?;
        while let Some(line) = next.filter(|line| line.starts < high) {
            if least.is_some_and(|least| line.hash < least) {
                return Err(LeakedListError::OutOfOrder { at: line.starts });
            }
            match line.hash.cmp(wanted) {
                Ordering::Equal => return Ok(true),
                Ordering::Greater => return Ok(false),
                Ordering::Less => least = Some(line.hash),
            }
            next = self.line_from(line.ends)?;
        }
        Ok(false)
    }

    /// The first line that begins at `from` or later; `None` at the end of the file.
    fn line_from(&mut self, from: u64) -> Result<Option<Line>, LeakedListError> {
        // The byte before tells whether a line begins exactly at `from`.
        let window_starts = from.saturating_sub(1);
        let mut window = Vec::with_capacity(2 * LONGEST_LINE);
        self.file.seek(SeekFrom::Start(window_starts))?;
        self.file
            .by_ref()
            .take(2 * LONGEST_LINE as u64)
            .read_to_end(&mut window)?;
        let mut rest = window.as_slice();
        let mut starts = window_starts;
        if from > 0 {
            match rest.iter().position(|b| *b == b'\n') {
                Some(end) => {
                    rest = rest.get(end + 1..).unwrap_or_default();
                    starts += end as u64 + 1;
                }
                None if rest.len() <= LONGEST_LINE => return Ok(None),
                None => return Err(LeakedListError::Malformed { at: starts }),
            }
        }
        if rest.is_empty() {
            return Ok(None);
        }
        let malformed = LeakedListError::Malformed { at: starts };
        let (text, ends) = match rest.iter().position(|b| *b == b'\n') {
            Some(end) => (rest.get(..end).unwrap_or_default(), starts + end as u64 + 1),
            None if rest.len() <= LONGEST_LINE => (rest, starts + rest.len() as u64),
            None => return Err(malformed),
        };
        let hash = hash_of(text).ok_or(malformed)?;
        Ok(Some(Line { starts, ends, hash }))
    }
}

/// One line: where it begins, where the next one does, and its hash in upper case.
#[derive(Clone, Copy)]
struct Line {
    starts: u64,
    ends: u64,
    hash: Hex,
}

/// The hash of a line, with its carriage return, count and lower case forgiven.
fn hash_of(line: &[u8]) -> Option<Hex> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let (hash, rest) = line.split_at_checked(HEX)?;
    let count_is_right = match rest {
        [] => true,
        [b':', count @ ..] => !count.is_empty() && count.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if !count_is_right || !hash.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let mut out: Hex = hash.try_into().ok()?;
    out.make_ascii_uppercase();
    Some(out)
}

#[cfg(test)]
mod tests;
