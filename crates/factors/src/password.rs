//! Passwords: the prepared form, and hashing with Argon2id (RFC 9106) under a pepper.
//!
//! Preparing is a type of its own because a password that is hashed in one Unicode form and checked in another never
//! matches again: only [`Password`] can be hashed, and only [`Password::prepare`] makes one.
//!
//! Invariants:
//! - a hash is made of the whole password, never of a part;
//! - the pepper enters as Argon2's secret, so a stolen table alone cannot be searched;
//! - the working memory belongs to the caller ([`Memory`]) and is wiped when released, since it holds blocks derived
//!   from the password;
//! - a hash read from the store is parsed before it is obeyed, with ceilings, so that an edited row cannot order
//!   hours of work.
//!
//! Neighbour: which passwords are good enough is `password_rules`.

use std::fmt;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use data_encoding::BASE64_NOPAD;
use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::{Zeroize, Zeroizing};

/// Bytes of salt in every hash (RFC 9106 section 3.1 recommends 16).
pub const SALT_LENGTH: usize = 16;
/// Bytes of hash output (RFC 9106 section 4 recommends 32).
pub const OUTPUT_LENGTH: usize = 32;
/// Bytes of the pepper.
pub const PEPPER_LENGTH: usize = 32;
/// The longest password that is prepared at all, in bytes of UTF-8; longer input is refused before any work.
pub const LONGEST_BYTES: usize = 4_096;

/// Why typed text is no password at all (RFC 8265 section 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Unusable {
    /// Nothing was typed.
    #[error("the password is empty")]
    Empty,
    /// A control character, one without a shape, or another that two keyboards would not send alike.
    #[error("the password contains a character that cannot be typed reliably")]
    ForbiddenCharacter,
    /// More than [`LONGEST_BYTES`].
    #[error("the password is far too long")]
    FarTooLong,
}

/// A password in the form that is hashed and checked: RFC 8265 OpaqueString (other spaces become U+0020, then NFC).
/// Case and width are kept. Wiped when dropped; never shown by `Debug`; equality is constant time.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Prepares what a person typed. At sign-in an `Err` is simply a wrong password.
    pub fn prepare(typed: &str) -> Result<Self, Unusable> {
        if typed.is_empty() {
            return Err(Unusable::Empty);
        }
        if typed.len() > LONGEST_BYTES {
            return Err(Unusable::FarTooLong);
        }
        if typed.chars().any(is_forbidden) {
            return Err(Unusable::ForbiddenCharacter);
        }
        // NFC makes UTF-8 at most three times longer; with that much room the text is never moved and left behind.
        let mut prepared = Zeroizing::new(String::with_capacity(typed.len() * 3));
        prepared.extend(typed.chars().map(plain_space).nfc());
        Ok(Self(prepared))
    }

    /// A password made of ASCII letters and digits, which need no preparing.
    pub(crate) fn from_plain_ascii<'a>(
        characters: impl ExactSizeIterator<Item = &'a char>,
    ) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(characters.len()));
        text.extend(characters);
        Self(text)
    }

    /// The prepared text. For hashing, checking rules, and nothing else.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Length in characters (Unicode code points), as NIST SP 800-63B section 3.1.1.2 counts.
    pub fn characters(&self) -> usize {
        self.0.chars().count()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

impl PartialEq for Password {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Password {}

/// RFC 8265 section 4.2.2: every other space (Unicode category Zs) becomes U+0020.
fn plain_space(c: char) -> char {
    match c {
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
            ' '
        }
        _ => c,
    }
}

/// Characters outside the FreeformClass of RFC 8264 that a keyboard or a paste can bring: controls, line and paragraph
/// separators, noncharacters, private use, code points that are ignored when shown, and the replacement character, which
/// says that a text was spoilt on its way.
fn is_forbidden(c: char) -> bool {
    let low = u32::from(c) & 0xfffe;
    c.is_control()
        || low == 0xfffe
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffd}' | '\u{e0000}'..='\u{e0fff}'
            | '\u{f0000}'..='\u{10ffff}')
}

/// What one hash costs: memory in KiB, passes over it, and lanes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// The default and the floor of a real installation: 19 MiB, two passes, one lane.
    pub const DEFAULT: Self = Self {
        memory_kib: 19_456,
        passes: 2,
        lanes: 1,
    };
    /// The cheapest there is, for tests that sign in thousands of times. Never for a real password.
    pub const TEST: Self = Self {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    };
    const MOST_MEMORY_KIB: u32 = 1 << 20;
    const MOST_PASSES: u32 = 64;
    const MOST_LANES: u32 = 16;

    /// A cost within the limits: 8 KiB a lane to 1 GiB, 1 to 64 passes, 1 to 16 lanes.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Option<Self> {
        let fits = (1..=Self::MOST_LANES).contains(&lanes)
            && (1..=Self::MOST_PASSES).contains(&passes)
            && (8 * lanes..=Self::MOST_MEMORY_KIB).contains(&memory_kib);
        fits.then_some(Self {
            memory_kib,
            passes,
            lanes,
        })
    }

    /// Memory in KiB.
    pub fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    pub fn passes(self) -> u32 {
        self.passes
    }

    /// Lanes.
    pub fn lanes(self) -> u32 {
        self.lanes
    }

    /// Whether each of the three is at least that of [`Cost::DEFAULT`]: what a real installation must ask for.
    pub fn reaches_floor(self) -> bool {
        self.memory_kib >= Self::DEFAULT.memory_kib
            && self.passes >= Self::DEFAULT.passes
            && self.lanes >= Self::DEFAULT.lanes
    }
}

impl Default for Cost {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The system refused the memory for a hash: a fault of the machine, not of the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no memory for hashing a password")]
pub struct OutOfMemory;

/// The block of memory in which hashes are made. Keep one for each hashing thread, use it again and again, and
/// [`release`](Memory::release) it when idle.
#[derive(Default)]
pub struct Memory(Vec<Block>);

impl Memory {
    /// Holds nothing until the first hash.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// What it holds now, in KiB.
    pub fn held_kib(&self) -> usize {
        self.0.len()
    }

    /// Wipes the memory and gives it back.
    pub fn release(&mut self) {
        self.0.iter_mut().for_each(Zeroize::zeroize);
        self.0 = Vec::new();
    }

    /// Exactly `kib` blocks, growing when needed. Never shrinks, so that dear and cheap hashes can take turns.
    fn blocks(&mut self, kib: usize) -> Result<&mut [Block], OutOfMemory> {
        if self.0.len() < kib {
            self.release();
            self.0.try_reserve_exact(kib).map_err(|_| OutOfMemory)?;
            self.0.resize(kib, Block::new());
        }
        self.0.get_mut(..kib).ok_or(OutOfMemory)
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.release();
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Memory({} KiB)", self.held_kib())
    }
}

/// A password hash with its cost and salt, in the PHC string format. `Debug` shows the cost only.
#[derive(Clone)]
pub struct Phc {
    cost: Cost,
    salt: [u8; SALT_LENGTH],
    output: Zeroizing<[u8; OUTPUT_LENGTH]>,
}

impl Phc {
    /// Reads `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. `None` for any other kind, another salt or output length, or a
    /// cost outside the limits of [`Cost::new`].
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("$argon2id$v=19$")?;
        let mut fields = rest.split('$');
        let mut cost = fields.next()?.split(',');
        let cost = Cost::new(
            number(cost.next()?.strip_prefix("m=")?)?,
            number(cost.next()?.strip_prefix("t=")?)?,
            match (cost.next()?.strip_prefix("p=")?, cost.next()) {
                (lanes, None) => number(lanes)?,
                _ => return None,
            },
        )?;
        let salt = BASE64_NOPAD.decode(fields.next()?.as_bytes()).ok()?;
        let output = Zeroizing::new(BASE64_NOPAD.decode(fields.next()?.as_bytes()).ok()?);
        if fields.next().is_some() {
            return None;
        }
        Some(Self {
            cost,
            salt: salt.try_into().ok()?,
            output: Zeroizing::new(output.as_slice().try_into().ok()?),
        })
    }

    /// The text to keep in the store: at most 100 characters of ASCII.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!(
            "$argon2id$v=19$m={},t={},p={}${}${}",
            self.cost.memory_kib,
            self.cost.passes,
            self.cost.lanes,
            BASE64_NOPAD.encode(&self.salt),
            BASE64_NOPAD.encode(&*self.output),
        ))
    }

    /// What checking a password against this hash costs.
    pub fn cost(&self) -> Cost {
        self.cost
    }
}

impl fmt::Debug for Phc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Phc(m={},t={},p={},..)",
            self.cost.memory_kib, self.cost.passes, self.cost.lanes
        )
    }
}

impl PartialEq for Phc {
    fn eq(&self, other: &Self) -> bool {
        let same_output: bool = self.output.ct_eq(&*other.output).into();
        same_output && self.cost == other.cost && self.salt == other.salt
    }
}

impl Eq for Phc {}

/// A decimal number in its shortest form: no sign, no leading zero.
fn number(text: &str) -> Option<u32> {
    let shortest = !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_digit())
        && (text.len() == 1 || !text.starts_with('0'));
    shortest.then(|| text.parse().ok()).flatten()
}

/// Hashes a password with a fresh salt.
///
/// Takes about 20 ms at [`Cost::DEFAULT`] on one core of 2025: call it on the hashing pool, never inside a transaction.
///
/// # Errors
/// [`OutOfMemory`] when the working memory cannot be had.
pub fn hash(
    password: &Password,
    salt: [u8; SALT_LENGTH],
    pepper: &[u8; PEPPER_LENGTH],
    cost: Cost,
    memory: &mut Memory,
) -> Result<Phc, OutOfMemory> {
    let output = derive(password, &salt, pepper, cost, memory)?;
    Ok(Phc { cost, salt, output })
}

/// Whether a password is the one that was hashed. Costs what the hash says, whether right or wrong.
///
/// # Errors
/// [`OutOfMemory`] when the working memory cannot be had; that is no answer about the password.
pub fn verify(
    password: &Password,
    phc: &Phc,
    pepper: &[u8; PEPPER_LENGTH],
    memory: &mut Memory,
) -> Result<bool, OutOfMemory> {
    let output = derive(password, &phc.salt, pepper, phc.cost, memory)?;
    Ok(output.ct_eq(&*phc.output).into())
}

/// Whether a hash was made at another cost than the one in force, and is to be made anew at the next right password.
pub fn needs_rehash(phc: &Phc, cost: Cost) -> bool {
    phc.cost != cost
}

/// A hash that no password has, for names that do not exist: checking against it costs exactly what a real one does.
pub fn decoy(cost: Cost) -> Phc {
    Phc {
        cost,
        salt: *b"nobody lives by.",
        output: Zeroizing::new([0; OUTPUT_LENGTH]),
    }
}

fn derive(
    password: &Password,
    salt: &[u8; SALT_LENGTH],
    pepper: &[u8; PEPPER_LENGTH],
    cost: Cost,
    memory: &mut Memory,
) -> Result<Zeroizing<[u8; OUTPUT_LENGTH]>, OutOfMemory> {
    let mut output = Zeroizing::new([0; OUTPUT_LENGTH]);
    // `Cost` keeps within Argon2's limits, and lengths are fixed by type: what can still fail is memory.
    let params = Params::new(
        cost.memory_kib,
        cost.passes,
        cost.lanes,
        Some(OUTPUT_LENGTH),
    )
    .map_err(|_| OutOfMemory)?;
    let blocks = memory.blocks(params.block_count())?;
    Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params)
        .and_then(|argon2| {
            argon2.hash_password_into_with_memory(
                password.as_str().as_bytes(),
                salt,
                &mut *output,
                blocks,
            )
        })
        .map_err(|_| OutOfMemory)?;
    Ok(output)
}

#[cfg(test)]
mod tests;
