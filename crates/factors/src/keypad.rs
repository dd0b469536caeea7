//! Short codes: six digits that a person keys on a telephone, eight that a mail carries, and the keys as they arrive.
//!
//! A code for the telephone never begins with 9, because the prompt offers that key for "this was not me": a 9 before
//! any other key closes the case, and must never be the beginning of an honest try. That costs a tenth of the codes
//! (900 000 are left), which the limit of tries allows for.
//!
//! Invariants:
//! - codes are drawn without modulo bias, and the same bytes always give the same code;
//! - six keys are one try: keys are cut into sixes as they come, and never looked at through a sliding window, so that
//!   seven keys are not two guesses;
//! - codes are compared in constant time and never shown by `Debug`.

use std::fmt;

use aws_lc_rs::{digest, hmac};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::typed;

/// Digits of the longest number (ITU-T E.164), with room for the digits before it.
const LONGEST_NUMBER: usize = 20;

/// Bytes drawn for one code.
pub const DRAW_BYTES: usize = 16;

/// A code of `N` decimal digits. Wiped when dropped; equality is constant time.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Digits<const N: usize>([u8; N]);

/// The six digits shown on the page and keyed on the telephone (R-REC-19, R-REC-57).
pub type CallCode = Digits<6>;
/// The eight digits in a mail, for typing on the waiting page.
pub type MailCode = Digits<8>;

impl Digits<6> {
    /// A code for the telephone out of 128 bits that the caller drew. Its first digit is 0 to 8, never 9.
    pub fn for_call(bytes: [u8; DRAW_BYTES]) -> Self {
        Self::below(bytes, 900_000)
    }
}

impl Digits<8> {
    /// A code for a mail out of 128 bits that the caller drew. All hundred million codes are equally likely.
    pub fn for_mail(bytes: [u8; DRAW_BYTES]) -> Self {
        Self::below(bytes, 100_000_000)
    }
}

impl<const N: usize> Digits<N> {
    /// Reads what a person typed: full-width digits, blanks and hyphens are forgiven; `None` for anything but `N` digits.
    pub fn parse(typed: &str) -> Option<Self> {
        typed::digits::<N>(typed).map(Self)
    }

    /// The digits without any separator, as they are keyed.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut out = Zeroizing::new(String::with_capacity(N));
        out.extend(self.characters());
        out
    }

    /// The digits in two halves, for reading: `123 456`, `1234 5678`.
    pub fn to_groups(&self) -> Zeroizing<String> {
        let mut out = Zeroizing::new(String::with_capacity(N + 1));
        for (i, c) in self.characters().enumerate() {
            if i > 0 && i == N / 2 {
                out.push(' ');
            }
            out.push(c);
        }
        out
    }

    /// The form in which a code that lives for minutes is stored: HMAC-SHA-256 under the pepper, bound to where it
    /// belongs (for example the case's id), so that a row copied elsewhere proves nothing.
    pub fn mac(&self, pepper: &[u8; 32], binding: &[u8]) -> [u8; 32] {
        let tag = hmac::sign(
            &hmac::Key::new(hmac::HMAC_SHA256, pepper),
            &self.bound(binding),
        );
        let mut out = [0; 32];
        out.iter_mut().zip(tag.as_ref()).for_each(|(o, t)| *o = *t);
        out
    }

    /// Whether this is the code whose [`mac`](Self::mac) was stored, in constant time.
    pub fn matches_mac(&self, pepper: &[u8; 32], binding: &[u8], stored: &[u8]) -> bool {
        self.mac(pepper, binding).as_slice().ct_eq(stored).into()
    }

    /// The message under the MAC: length of the binding, binding, number of digits, digits. No two inputs share one.
    fn bound(&self, binding: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut message = Zeroizing::new(Vec::with_capacity(16 + binding.len() + N));
        message.extend_from_slice(&(binding.len() as u64).to_be_bytes());
        message.extend_from_slice(binding);
        message.extend_from_slice(&(N as u64).to_be_bytes());
        message.extend_from_slice(&self.0);
        message
    }

    fn characters(&self) -> impl Iterator<Item = char> {
        self.0.iter().map(|d| char::from(b'0' + d))
    }

    /// The number drawn from `bytes`, equally likely among `0..bound`, as digits with leading zeros.
    fn below(bytes: [u8; DRAW_BYTES], bound: u128) -> Self {
        let mut value = draw(bytes, bound);
        let mut digits = [0u8; N];
        for place in digits.iter_mut().rev() {
            *place = u8::try_from(value % 10).unwrap_or_default();
            value /= 10;
        }
        Self(digits)
    }
}

impl<const N: usize> fmt::Debug for Digits<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digits<{N}>(..)")
    }
}

impl<const N: usize> PartialEq for Digits<N> {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl<const N: usize> Eq for Digits<N> {}

/// A number equally likely among `0..bound`: bytes in the incomplete last stretch of the range are drawn again out of
/// themselves. For the bounds used here that happens less than once in 2^100 draws.
fn draw(mut bytes: [u8; DRAW_BYTES], bound: u128) -> u128 {
    let usable = u128::MAX - u128::MAX % bound;
    loop {
        let value = u128::from_be_bytes(bytes);
        if value < usable {
            bytes.zeroize();
            return value % bound;
        }
        let again = digest::digest(&digest::SHA256, &bytes);
        bytes
            .iter_mut()
            .zip(again.as_ref())
            .for_each(|(b, a)| *b = *a);
    }
}

/// One key of a telephone. `Debug` does not tell one digit from another, since digits make up codes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// 0 to 9.
    Digit(u8),
    /// `*`
    Star,
    /// `#`
    Hash,
}

impl Key {
    /// The key of one character (full-width forms too); `None` for anything that a telephone has not got. The keys A to
    /// D of RFC 4733 are not on people's telephones and are no keys here.
    pub fn from_char(c: char) -> Option<Self> {
        match typed::fold(c) {
            '*' => Some(Self::Star),
            '#' => Some(Self::Hash),
            digit => u8::try_from(digit.to_digit(10)?).ok().map(Self::Digit),
        }
    }

    /// The keys of a text such as `123456#`, with blanks and hyphens between them forgiven; `None` if anything in it is
    /// no key.
    pub fn parse_all(text: &str) -> Option<Vec<Self>> {
        text.chars()
            .filter(|c| !typed::is_separator(typed::fold(*c)))
            .map(Self::from_char)
            .collect()
    }

    /// The key of an RFC 4733 telephone event (0 to 9, 10 for `*`, 11 for `#`); `None` for other events.
    pub fn from_event(event: u8) -> Option<Self> {
        match event {
            0..=9 => Some(Self::Digit(event)),
            10 => Some(Self::Star),
            11 => Some(Self::Hash),
            _ => None,
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Digit(_) => "Digit(..)",
            Self::Star => "Star",
            Self::Hash => "Hash",
        })
    }
}

/// What a key meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A digit was taken; the try is not complete.
    More,
    /// Say the prompt again (`*`). Digits keyed so far are forgotten.
    Repeat,
    /// Begin anew (`#` after fewer than six digits). Digits keyed so far are forgotten; this is no try.
    Cleared,
    /// Nothing: `#` with no digits keyed, as people press it after the sixth (or a `Digit` above 9, which no telephone has).
    Nothing,
    /// 9 as the first key: the person called did not ask for this call.
    NotMe,
    /// Six digits: one try.
    Try(CallCode),
}

/// What a key meant while a telephone number was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeardNumber {
    /// A digit was taken.
    More,
    /// Say the prompt again (`*`). Digits keyed so far are forgotten.
    Repeat,
    /// Nothing: `#` with no digits keyed.
    Nothing,
    /// 9 as the first key, where no form of the number begins with it: the person called did not ask for this call.
    NotMe,
    /// `#` after the number.
    Right,
    /// `#` after anything else. Digits keyed so far are forgotten.
    Wrong,
}

/// Collects the keys of a telephone number, up to `#`, and compares them with the forms in which the number can be
/// keyed: as at home, and with its country.
pub struct KeyedNumber {
    forms: Vec<String>,
    digits: Zeroizing<String>,
}

impl KeyedNumber {
    /// Nothing keyed yet, of a number that has these forms. Anything in them but digits is passed over.
    pub fn of<'a>(forms: impl IntoIterator<Item = &'a str>) -> Self {
        let digits = |form: &str| form.chars().filter(char::is_ascii_digit).collect();
        Self {
            forms: forms.into_iter().map(digits).collect(),
            digits: Zeroizing::default(),
        }
    }

    /// Goes on with these digits, keyed before.
    #[must_use]
    pub fn after(mut self, keyed: &str) -> Self {
        self.digits.push_str(keyed);
        self
    }

    /// Takes one key and says what it meant.
    pub fn press(&mut self, key: Key) -> HeardNumber {
        match key {
            Key::Star => {
                self.clear();
                HeardNumber::Repeat
            }
            Key::Hash if self.digits.is_empty() => HeardNumber::Nothing,
            Key::Hash => {
                let right = self.forms.contains(&self.digits);
                self.clear();
                if right {
                    HeardNumber::Right
                } else {
                    HeardNumber::Wrong
                }
            }
            Key::Digit(10..) => HeardNumber::Nothing,
            Key::Digit(9) if self.digits.is_empty() && !self.begins_with_nine() => {
                HeardNumber::NotMe
            }
            Key::Digit(digit) => {
                // One more than any form has is enough to be wrong.
                if self.digits.len() <= LONGEST_NUMBER {
                    self.digits.push(char::from(b'0' + digit));
                }
                HeardNumber::More
            }
        }
    }

    /// Forgets the digits keyed so far.
    pub fn clear(&mut self) {
        self.digits.zeroize();
    }

    fn begins_with_nine(&self) -> bool {
        self.forms.iter().any(|form| form.starts_with('9'))
    }
}

impl fmt::Debug for KeyedNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyedNumber({} digits)", self.digits.len())
    }
}

/// Collects keys, one at a time, into tries of six.
///
/// After a try, `*` or `#` the next key is a first key again. The collector itself has no clock: when the caller hears
/// nothing for a while, it says the prompt again and calls [`clear`](Self::clear).
#[derive(Default)]
pub struct Keyed {
    digits: Zeroizing<[u8; 6]>,
    count: usize,
}

impl Keyed {
    /// Nothing keyed yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one key and says what it meant.
    pub fn press(&mut self, key: Key) -> Heard {
        match key {
            Key::Star => {
                self.clear();
                Heard::Repeat
            }
            Key::Hash if self.count == 0 => Heard::Nothing,
            Key::Hash => {
                self.clear();
                Heard::Cleared
            }
            Key::Digit(10..) => Heard::Nothing,
            Key::Digit(9) if self.count == 0 => Heard::NotMe,
            Key::Digit(digit) => self.take(digit),
        }
    }

    /// Digits keyed of the try that is not complete: 0 to 5.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Forgets the digits of the try that is not complete.
    pub fn clear(&mut self) {
        self.digits.zeroize();
        self.count = 0;
    }

    fn take(&mut self, digit: u8) -> Heard {
        if let Some(place) = self.digits.get_mut(self.count) {
            *place = digit;
            self.count += 1;
        }
        if self.count < self.digits.len() {
            return Heard::More;
        }
        let code = Digits(*self.digits);
        self.clear();
        Heard::Try(code)
    }
}

impl fmt::Debug for Keyed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyed({} digits)", self.count)
    }
}

#[cfg(test)]
mod tests;
