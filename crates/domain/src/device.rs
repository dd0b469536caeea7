//! MFA devices: how many there may be, what they are called, and the way from a drawn seed to a registered device.
//!
//! A device is made only by a code that fits (P-20). Until then there is an [`Enrolment`] in the state of a flow and
//! nothing else: one that is left unfinished goes with the flow and blocks nothing (P-13, R-MFA-16).

use crate::account::Account;
use crate::ids::{AccountId, DeviceId, SessionId};
use crate::mail::{MailKind, MailOrder};
use crate::refusal::{Code, Refusal};
use crate::time::Timestamp;
use factors::totp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

/// Devices of one account (R-MFA-01).
pub const MOST: usize = 8;
/// The longest name, in characters.
pub const LONGEST_NAME: usize = 64;

/// A name as it is shown, and as it is compared: no account has two that differ by case or blanks only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// For people.
    pub shown: String,
    /// For comparing.
    pub key: String,
}

/// A name that people typed: 1 to 64 characters, blanks collapsed, nothing that turns the line round.
///
/// # Errors
/// `GL-MFA-006`.
pub fn name(typed: &str) -> Result<Name, Refusal> {
    let shown = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let refusal = || Refusal::new(Code::BadDeviceName).at("name");
    if shown.chars().count() > LONGEST_NAME {
        return Err(refusal());
    }
    let shown = crate::account::name(&shown).map_err(|_| refusal())?;
    Ok(Name {
        key: shown.to_lowercase(),
        shown,
    })
}

/// The first of `base`, `base 2`, `base 3`, … that no device has.
pub fn free_name(base: &str, taken: &[&str]) -> String {
    let taken: Vec<String> = taken.iter().map(|name| name.to_lowercase()).collect();
    let mut names = (1..=taken.len() + 1).map(|n| match n {
        1 => base.to_owned(),
        n => format!("{base} {n}"),
    });
    names
        .find(|name| !taken.contains(&name.to_lowercase()))
        .unwrap_or_default()
}

/// May one more device be registered beside so many?
///
/// # Errors
/// `GL-MFA-004` when there are eight.
pub fn room(devices: usize) -> Result<(), Refusal> {
    if devices < MOST {
        Ok(())
    } else {
        Err(Code::TooManyDevices.into())
    }
}

/// A notice about a device. Its name was typed, and goes to proved addresses only.
pub fn notice(kind: MailKind, account: &Account, device: &str) -> MailOrder {
    let name = account.email_proved_at.map_or("MFA", |_| device);
    MailOrder::new(kind, &account.email, account.locale)
        .account(&account.id)
        .fact("device", name)
}

/// A device that is being registered: the state of its flow, which the store keeps sealed.
#[derive(Clone, Serialize, Deserialize)]
pub struct Enrolment {
    /// Whose.
    pub account: AccountId,
    /// The session that began it; no other can finish it.
    pub session: SessionId,
    /// What it will be called.
    pub name: String,
    /// The device it takes the place of.
    pub replaces: Option<DeviceId>,
    /// Whether the devices that the session's recovery put out of use are to go.
    pub removes_lost: bool,
    seed: [u8; totp::SEED_LENGTH],
    /// The last code that did not fit: with the next one it may tell that the clock is wrong.
    last: Option<String>,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Enrolment({})", self.name)
    }
}

impl Drop for Enrolment {
    fn drop(&mut self) {
        self.seed.zeroize();
    }
}

impl Enrolment {
    /// An enrolment with the seed that the caller drew.
    pub const fn begin(
        account: AccountId,
        session: SessionId,
        name: String,
        seed: [u8; totp::SEED_LENGTH],
    ) -> Self {
        Self {
            account,
            session,
            name,
            replaces: None,
            removes_lost: false,
            seed,
            last: None,
        }
    }

    /// The seed that the QR code shows.
    pub fn seed(&self) -> totp::Seed {
        totp::Seed::from_bytes(self.seed)
    }

    /// A code of the new device was typed: the step it belongs to, which must be burnt.
    ///
    /// # Errors
    /// `GL-MFA-001` when it does not fit; `GL-MFA-009` with the clock's error when it and the one before tell it.
    pub fn offer(&mut self, typed: &str, now: Timestamp) -> Result<totp::Step, Refusal> {
        let wrong = Refusal::new(Code::WrongFactorCode).at("code");
        let Some(code) = totp::Code::parse(typed) else {
            return Err(wrong);
        };
        let seed = self.seed();
        if let Some(step) = totp::check(&seed, code, now.millis(), 0) {
            return Ok(step);
        }
        let before = self.last.as_deref().and_then(totp::Code::parse);
        self.last = Some(code.to_text().to_string());
        let drift = before.and_then(|before| totp::drift(&seed, before, code, now.millis()));
        Err(match drift {
            Some(offset) => Refusal::new(Code::DeviceDrifts)
                .at("code")
                .drift(offset.seconds()),
            None => wrong,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;
    use crate::time::Span;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn enrolment() -> Enrolment {
        let dice = Dice::new([4; 32]);
        let account = AccountId::draw(&dice, "");
        let session = SessionId::draw(&dice, "");
        Enrolment::begin(account, session, "phone".into(), dice.bytes("seed"))
    }

    fn shown(enrolment: &Enrolment, at: Timestamp) -> String {
        totp::code_at(&enrolment.seed(), at.millis())
            .to_text()
            .to_string()
    }

    #[test]
    fn a_code_of_now_fits_and_a_late_one_does_not_p_20() {
        let mut new = enrolment();
        let late = shown(&new, NOW - Span::minutes(2));
        assert_eq!(
            new.offer(&late, NOW).unwrap_err().code,
            Code::WrongFactorCode
        );
        let now = shown(&new, NOW);
        assert_eq!(new.offer(&now, NOW), Ok(totp::Step::at(NOW.millis())));
        assert!(new.offer("no code", NOW).is_err());
    }

    #[test]
    fn two_codes_of_a_slow_clock_are_told_as_such_and_register_nothing_p_19() {
        let mut new = enrolment();
        let slow = Span::seconds(90);
        let (first, second) = (
            shown(&new, NOW - slow),
            shown(&new, NOW + Span::seconds(30) - slow),
        );
        assert!(new.offer(&first, NOW).is_err());
        let refusal = new.offer(&second, NOW + Span::seconds(30)).unwrap_err();
        assert_eq!(refusal.code, Code::DeviceDrifts);
        assert_eq!(refusal.drift, Some(-90));
    }

    #[test]
    fn names_differ_by_more_than_case_and_blanks() {
        assert_eq!(name("  My   Phone ").unwrap().shown, "My Phone");
        assert_eq!(name("MY PHONE").unwrap().key, name("my phone").unwrap().key);
        for bad in ["", " ", "a\u{202e}b", &"x".repeat(65)] {
            assert_eq!(name(bad).unwrap_err().code, Code::BadDeviceName, "{bad:?}");
        }
        assert_eq!(name(&"字".repeat(64)).unwrap().shown.chars().count(), 64);
    }

    #[test]
    fn a_free_name_is_found() {
        assert_eq!(free_name("phone", &[]), "phone");
        assert_eq!(free_name("phone", &["Phone", "phone 2"]), "phone 3");
    }

    #[test]
    fn the_ninth_is_refused_r_mfa_01() {
        assert_eq!(room(7), Ok(()));
        assert_eq!(room(8).unwrap_err().code, Code::TooManyDevices);
    }
}
