//! Time-based one-time codes (RFC 6238 over RFC 4226): SHA-1, six digits, steps of 30 s, seeds of 160 bits, which is
//! what every authenticator app and hardware token understands.
//!
//! Separate because three questions look alike and must not be mixed: *is this the code of now* ([`check`]), *how far
//! off is that clock* ([`drift`], [`resync`]), and *what would the code be* ([`code_at`]).
//!
//! Invariants:
//! - every step of a window is always computed and compared in constant time, so that neither the answer's delay nor
//!   its shape tells where, or whether, a code matched;
//! - a function returns the matched step and forgets it: refusing a step that was seen before is the caller's duty
//!   (R-MFA-14, R-MFA-15), because only the store can do it for all nodes.
//!
//! Offsets are those of the *device's* clock against ours: positive when the device is ahead.

use std::fmt::{self, Write as _};

use data_encoding::BASE32_NOPAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::typed;

/// Length of a step in milliseconds (RFC 6238 section 5.2 recommends 30 s).
pub const STEP_MS: i64 = 30_000;
/// Steps on either side of the expected one in which [`check`] accepts a code (RFC 6238 section 5.2).
pub const WINDOW_STEPS: i64 = 1;
/// Steps in which [`drift`] looks for a clock that runs wrong: ten minutes on either side.
pub const DRIFT_BOUND_STEPS: u16 = 20;
/// The widest search [`resync`] agrees to, in steps: eight hours and twenty minutes on either side.
pub const RESYNC_BOUND_STEPS: u16 = 1_000;

/// Bytes of a seed: 160 bits, the size RFC 4226 section 4 recommends.
pub const SEED_LENGTH: usize = 20;

/// RFC 3986 unreserved characters stay; everything else in a label is percent-encoded.
const LABEL: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The secret that a device and the server share. Wiped when dropped, compared in constant time, never shown by `Debug`.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Seed([u8; SEED_LENGTH]);

impl Seed {
    /// A seed of bytes that the caller drew.
    pub fn from_bytes(bytes: [u8; SEED_LENGTH]) -> Self {
        Self(bytes)
    }

    /// A seed kept as bytes in the store; `None` when the length is wrong.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// A seed from its base32 text, in either case and with blanks or hyphens between groups; `None` for anything but
    /// 160 bits (R-BID-51: the text leads to the same codes as the picture).
    pub fn parse(text: &str) -> Option<Self> {
        let mut compact = Zeroizing::new(String::with_capacity(32));
        for c in text.chars().map(typed::fold) {
            if typed::is_separator(c) || c == '=' {
                continue;
            }
            if !c.is_ascii_alphanumeric() || compact.len() >= 32 {
                return None;
            }
            compact.push(c.to_ascii_uppercase());
        }
        let bytes = Zeroizing::new(BASE32_NOPAD.decode(compact.as_bytes()).ok()?);
        Self::from_slice(&bytes)
    }

    /// The bytes, for sealing them in the store.
    pub fn as_bytes(&self) -> &[u8; SEED_LENGTH] {
        &self.0
    }

    /// The seed as 32 characters of base32 (RFC 4648) without padding.
    pub fn to_base32(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE32_NOPAD.encode(&self.0))
    }

    /// The seed as eight groups of four characters, for reading aloud and typing by hand.
    pub fn to_groups(&self) -> Zeroizing<String> {
        let text = self.to_base32();
        let mut out = Zeroizing::new(String::with_capacity(39));
        for (i, c) in text.chars().enumerate() {
            if i > 0 && i % 4 == 0 {
                out.push(' ');
            }
            out.push(c);
        }
        out
    }

    /// The `otpauth://` address that authenticator apps read from a QR code.
    ///
    /// `issuer` names the service and `label` the account; the format reserves the colon between the two, so a colon
    /// inside either becomes a blank. Everything but RFC 3986 unreserved characters is percent-encoded.
    pub fn otpauth_uri(&self, issuer: &str, label: &str) -> Zeroizing<String> {
        let issuer = issuer.replace(':', " ");
        let label = label.replace(':', " ");
        let issuer = utf8_percent_encode(&issuer, LABEL);
        let label = utf8_percent_encode(&label, LABEL);
        let secret = self.to_base32();
        Zeroizing::new(format!(
            "otpauth://totp/{issuer}:{label}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period=30",
            secret.as_str()
        ))
    }

    fn generator(&self) -> Generator {
        Generator(
            totp_rs::Builder::new()
                .with_algorithm(totp_rs::Algorithm::SHA1)
                .with_digits(6)
                .with_step_duration(1)
                .with_secret(totp_rs::Secret::new_stack(self.0))
                .build_noncompliant(),
        )
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(..)")
    }
}

impl PartialEq for Seed {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Seed {}

/// A code of six digits, as shown by a device or typed by a person. Never shown by `Debug`; equality is constant time.
#[derive(Clone, Copy)]
pub struct Code(u32);

impl Code {
    /// Reads what a person typed: full-width digits, blanks and hyphens are forgiven, anything else is no code.
    pub fn parse(typed: &str) -> Option<Self> {
        let digits = Zeroizing::new(typed::digits::<6>(typed)?);
        Some(Self(
            digits.iter().fold(0, |sum, d| sum * 10 + u32::from(*d)),
        ))
    }

    /// The six digits, with leading zeros.
    pub fn to_text(self) -> Zeroizing<String> {
        Zeroizing::new(format!("{:06}", self.0))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Code {}

/// A step: the number of whole 30 s periods since 1970-01-01 UTC (RFC 6238's `T`). What the store keeps as used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step(i64);

impl Step {
    /// The step in which a moment lies (milliseconds since 1970-01-01 UTC).
    pub fn at(unix_ms: i64) -> Self {
        Self(unix_ms.div_euclid(STEP_MS))
    }

    /// A step as the store keeps it.
    pub fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// The number to keep in the store.
    pub fn number(self) -> i64 {
        self.0
    }

    /// The step `steps` later (earlier when negative), held at the ends of the range.
    #[must_use]
    pub fn plus(self, steps: i64) -> Self {
        Self(self.0.saturating_add(steps))
    }

    /// When the step begins, in milliseconds since 1970-01-01 UTC.
    pub fn begins_ms(self) -> i64 {
        self.0.saturating_mul(STEP_MS)
    }

    /// When the step is over, in milliseconds since 1970-01-01 UTC.
    pub fn ends_ms(self) -> i64 {
        self.plus(1).begins_ms()
    }
}

/// How far a device's clock is from ours: positive when it is ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Offset(i64);

impl Offset {
    /// An offset of whole steps, as the store keeps it.
    pub fn from_steps(steps: i64) -> Self {
        Self(steps)
    }

    /// The offset in steps: what [`check`] takes and the store keeps.
    pub fn steps(self) -> i64 {
        self.0
    }

    /// The offset in seconds, for telling a person; exact to about half a step.
    pub fn seconds(self) -> i64 {
        self.0.saturating_mul(STEP_MS / 1_000)
    }

    /// The step that a device with this offset shows at a moment. After [`drift`] or [`resync`] this is the step of the
    /// second code, and the one before it that of the first: both have been seen and are to be burnt.
    pub fn step_at(self, unix_ms: i64) -> Step {
        Step::at(unix_ms).plus(self.0)
    }
}

/// The code that a device with this seed and a right clock shows at a moment (milliseconds since 1970-01-01 UTC).
/// Moments before 1970 are taken as 1970.
pub fn code_at(seed: &Seed, unix_ms: i64) -> Code {
    let step = Step::at(unix_ms.max(0));
    Code(seed.generator().value(step).unwrap_or_default())
}

/// Looks for a code within [`WINDOW_STEPS`] of the step that the device should show, which is now plus the offset that
/// was found for it earlier (0 for a device never resynchronized).
///
/// Returns the matched step; the caller refuses it if it is not later than the device's last used one. Should two steps
/// of the window share the code, the later is returned, so that the same digits cannot be accepted a second time.
pub fn check(seed: &Seed, code: Code, unix_ms: i64, offset_steps: i64) -> Option<Step> {
    let generator = seed.generator();
    let expected = Step::at(unix_ms).plus(offset_steps);
    let mut found = Choice::from(0);
    let mut number = 0i64;
    for away in -WINDOW_STEPS..=WINDOW_STEPS {
        let step = expected.plus(away);
        let hit = generator.matches(step, code);
        number.conditional_assign(&step.0, hit);
        found |= hit;
    }
    bool::from(found).then_some(Step(number))
}

/// Finds a clock that runs wrong by at most [`DRIFT_BOUND_STEPS`], from two codes that follow one another.
///
/// One code would be a guess worth 41 tries; two make the chance of a false finding less than one in ten thousand
/// million. The finding signs nobody in: it only explains (and [`check`] with the offset wants a third, fresh code).
pub fn drift(seed: &Seed, first: Code, second: Code, unix_ms: i64) -> Option<Offset> {
    resync(seed, first, second, unix_ms, DRIFT_BOUND_STEPS)
}

/// Finds the offset of a device's clock from two codes that follow one another, `second` being the one it shows now.
///
/// The search covers offsets of up to `bound_steps` on either side, both ends included, and is cut to
/// [`RESYNC_BOUND_STEPS`]. All of it is always searched. Should more than one offset fit, the smallest is taken.
pub fn resync(
    seed: &Seed,
    first: Code,
    second: Code,
    unix_ms: i64,
    bound_steps: u16,
) -> Option<Offset> {
    let generator = seed.generator();
    let bound = i64::from(bound_steps.min(RESYNC_BOUND_STEPS));
    let now = Step::at(unix_ms);
    let mut found = Choice::from(0);
    let mut offset = 0i64;
    let mut before = generator.matches(now.plus(-bound - 1), first);
    for steps in -bound..=bound {
        let step = now.plus(steps);
        let hit = before & generator.matches(step, second);
        let closer = closer_to_zero(steps, offset) | !found;
        offset.conditional_assign(&steps, hit & closer);
        found |= hit;
        before = generator.matches(step, first);
    }
    bool::from(found).then_some(Offset(offset))
}

/// Whether `a` is nearer to zero than `b`, without a branch. Both are at most [`RESYNC_BOUND_STEPS`] in size.
fn closer_to_zero(a: i64, b: i64) -> Choice {
    let sign = (a.abs() - b.abs()) >> 63;
    Choice::from(u8::from(sign != 0))
}

/// The generator of one seed. Its step lasts one second, so that a step's number is the time handed to it.
struct Generator(totp_rs::Totp);

impl Generator {
    /// The code of a step, or `None` before 1970, where no step is.
    fn value(&self, step: Step) -> Option<u32> {
        let time = u64::try_from(step.0).ok()?;
        let mut digits = DigitSum(0);
        // Writing into a sum cannot fail; were it to, the sum would match no code.
        write!(digits, "{}", self.0.generate(time)).ok()?;
        let value = digits.0;
        digits.0.zeroize();
        Some(value)
    }

    fn matches(&self, step: Step, code: Code) -> Choice {
        self.value(step)
            .map_or(Choice::from(0), |value| value.ct_eq(&code.0))
    }
}

/// Takes the decimal digits that the library writes and adds them up to a number, without any text in memory.
struct DigitSum(u32);

impl fmt::Write for DigitSum {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        for byte in s.bytes() {
            if !byte.is_ascii_digit() {
                return Err(fmt::Error);
            }
            self.0 = self.0.wrapping_mul(10).wrapping_add(u32::from(byte - b'0'));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
