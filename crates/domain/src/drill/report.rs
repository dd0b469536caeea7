//! The readiness report: which ways back into an account would be open now, which not, and why.
//!
//! It asks the very rules that a recovery asks ([`recovery::Facts`]) and adds what a rehearsal showed. A reason with a
//! time is one that time mends.

use super::{EVERY, Past, changed_since};
use crate::account::{PasswordFacts, PasswordOrigin};
use crate::call::Outcome;
use crate::recovery::second::any;
use crate::recovery::{self, STEADY, Which};
use crate::recovery_contact::way_from;
use crate::refusal::{Code, Refusal};
use crate::time::Timestamp;

/// A way back in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// Another registered device: no recovery at all.
    Device,
    /// Good password and a saved code.
    PasswordAndCode,
    /// Good password, e-mail and phone.
    MailAndPhone,
    /// Saved code and e-mail, then a day's wait: for a password that was forgotten, or is not good.
    CodeAndMail,
    /// Good password, e-mail and two recovery contacts, then a day's wait.
    MailAndContacts,
}

impl Way {
    /// The word in texts (`ready-way-‹key›`) and in what commands print.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::PasswordAndCode => "password-code",
            Self::MailAndPhone => "mail-phone",
            Self::CodeAndMail => "code-mail",
            Self::MailAndContacts => "mail-contacts",
        }
    }

    /// Whether a day goes by before it lets somebody in.
    pub const fn waits(self) -> bool {
        matches!(self, Self::CodeAndMail | Self::MailAndContacts)
    }
}

/// Something that ways are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The registered devices.
    Devices,
    /// The saved codes.
    Codes,
    /// The password.
    Password,
    /// The address that would serve.
    Email,
    /// The number that would serve.
    Phone,
    /// The second address, where there is one.
    SecondEmail,
    /// The second number, where there is one.
    SecondPhone,
    /// The recovery contacts, where any were named.
    Contacts,
    /// Whether an objection froze e-mail and phone.
    Freeze,
    /// The last rehearsal.
    Rehearsal,
}

impl Part {
    /// The word in texts (`ready-part-‹key›`) and in what commands print.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Devices => "devices",
            Self::Codes => "codes",
            Self::Password => "password",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::SecondEmail => "second-email",
            Self::SecondPhone => "second-phone",
            Self::Contacts => "contacts",
            Self::Freeze => "freeze",
            Self::Rehearsal => "rehearsal",
        }
    }
}

/// Saved codes on file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Codes {
    /// Codes that prove something now.
    pub left: u32,
    /// The end of the hold in which others were made.
    pub held_until: Option<Timestamp>,
}

/// What is on file.
#[derive(Debug, Clone)]
pub struct Facts {
    /// What a recovery looks up.
    pub known: recovery::Facts,
    /// Registered devices in use.
    pub devices: usize,
    /// Saved codes.
    pub codes: Codes,
    /// Whether the number that would serve may be called: its country is allowed, and its kind.
    pub may_be_called: bool,
    /// The same of the second number.
    pub second_may_be_called: bool,
    /// The last rehearsal.
    pub last: Option<Past>,
}

/// Whether something is in order; else why not, and from when on if time mends it.
pub type Verdict = Result<(), Refusal>;

/// How ready an account is.
#[derive(Debug, Clone)]
pub struct Report {
    /// The ways back in.
    pub ways: Vec<(Way, Verdict)>,
    /// What they are made of.
    pub parts: Vec<(Part, Verdict)>,
}

impl Report {
    /// Whether anybody could get back in today who lost a device.
    pub fn ready(&self) -> bool {
        self.ways.iter().any(|(_, verdict)| verdict.is_ok())
    }
}

/// The report of an account.
pub fn report(facts: &Facts, now: Timestamp) -> Report {
    let open = facts.known.account.open();
    let way = |way, verdict: Verdict| (way, open.clone().and(verdict));
    Report {
        ways: vec![
            way(Way::Device, facts.devices()),
            way(Way::PasswordAndCode, facts.password_and_code(now)),
            way(Way::MailAndPhone, facts.mail_and_phone(now)),
            way(Way::CodeAndMail, facts.code_and_mail(now)),
            way(Way::MailAndContacts, facts.mail_and_contacts(now)),
        ],
        parts: [
            (Part::Devices, facts.devices()),
            (Part::Codes, facts.codes()),
            (Part::Password, facts.password()),
            (Part::Email, facts.email(now)),
            (Part::Phone, facts.phone(now)),
            (Part::SecondEmail, facts.second_email(now)),
            (Part::SecondPhone, facts.second_phone(now)),
            (Part::Contacts, facts.contacts(now)),
            (Part::Freeze, facts.freeze(now)),
            (Part::Rehearsal, facts.rehearsal(now)),
        ]
        .into_iter()
        .filter(|(part, _)| facts.has(*part))
        .collect(),
    }
}

impl Facts {
    fn devices(&self) -> Verdict {
        match self.devices {
            0 | 1 => Err(Code::NoOtherDevice.into()),
            _ => Ok(()),
        }
    }

    fn codes(&self) -> Verdict {
        match (self.codes.left, self.codes.held_until) {
            (0, Some(until)) => Err(Refusal::new(Code::SavedCodesHeld).until(until)),
            (0, None) => Err(Code::NoSavedCode.into()),
            _ => Ok(()),
        }
    }

    fn password(&self) -> Verdict {
        match self.known.password_good() {
            true => Ok(()),
            false => Err(Code::PasswordNotGood.into()),
        }
    }

    fn freeze(&self, now: Timestamp) -> Verdict {
        match self.known.frozen_until.filter(|until| *until > now) {
            Some(until) => Err(Refusal::new(Code::RecoveryFrozen).until(until)),
            None => Ok(()),
        }
    }

    /// The last rehearsal, if what it tried is what would serve now.
    fn rehearsed(&self, now: Timestamp) -> Option<&Past> {
        let last = self.last.as_ref();
        last.filter(|last| !changed_since(last, &self.known, now))
    }

    fn rehearsal(&self, now: Timestamp) -> Verdict {
        match self.rehearsed(now) {
            Some(last) if now.since(last.at) < EVERY => Ok(()),
            _ => Err(Code::NotRehearsed.into()),
        }
    }

    /// Whether a mail to this address was read when it was tried; the other one was not tried.
    fn is_read(&self, email: Which, now: Timestamp) -> Verdict {
        let tried = |last: &&Past| last.tried.email == email;
        match self.rehearsed(now).filter(tried) {
            Some(last) if last.mail_after.is_none() => Err(Code::RehearsalMailMissed.into()),
            _ => Ok(()),
        }
    }

    fn digits_were_keyed(&self, phone: Which, now: Timestamp) -> Verdict {
        let tried = |last: &&Past| last.tried.phone == phone;
        match self.rehearsed(now).filter(tried).and_then(|l| l.call) {
            // A call that broke off on our side says nothing of the phone.
            None | Some(Outcome::Proved | Outcome::Lost | Outcome::Cancelled) => Ok(()),
            Some(_) => Err(Code::RehearsalCallMissed.into()),
        }
    }

    fn email(&self, now: Timestamp) -> Verdict {
        let email = self.known.email.in_force(now);
        if !email.proved {
            return Err(Code::ContactUnproved.into());
        }
        steady(email.since, now)?;
        self.is_read(Which::First, now)
    }

    fn phone(&self, now: Timestamp) -> Verdict {
        let Some(phone) = &self.known.phone else {
            return Err(Code::NoPhone.into());
        };
        if !self.known.ways.calls {
            return Err(Code::CallsOff.into());
        }
        if !self.may_be_called {
            return Err(Code::NumberRefused.into());
        }
        let phone = phone.in_force(now);
        if !phone.proved {
            return Err(Code::ContactUnproved.into());
        }
        steady(phone.since, now)?;
        self.digits_were_keyed(Which::First, now)
    }

    fn password_and_code(&self, now: Timestamp) -> Verdict {
        if self.known.ways.saved_code {
            self.password()?;
        }
        self.known.saved_code(now)?;
        self.codes()
    }

    /// Whether there is such a part at all: a second contact need not be, nor anybody who was named.
    const fn has(&self, part: Part) -> bool {
        match part {
            Part::SecondEmail => self.known.second.email.is_some(),
            Part::SecondPhone => self.known.second.phone.is_some(),
            Part::Contacts => !self.known.people.is_empty(),
            _ => true,
        }
    }

    fn second_email(&self, now: Timestamp) -> Verdict {
        self.known.email_of(Which::Second, now)?;
        self.is_read(Which::Second, now)
    }

    fn second_phone(&self, now: Timestamp) -> Verdict {
        self.known.phone_of(Which::Second, now)?;
        self.can_be_reached(Which::Second, now)
    }

    fn can_be_reached(&self, phone: Which, now: Timestamp) -> Verdict {
        let may_be_called = match phone {
            Which::First => self.may_be_called,
            Which::Second => self.second_may_be_called,
        };
        match may_be_called {
            true => self.digits_were_keyed(phone, now),
            false => Err(Code::NumberRefused.into()),
        }
    }

    fn mail_and_phone(&self, now: Timestamp) -> Verdict {
        any(Which::BOTH.into_iter().flat_map(|email| {
            Which::BOTH.map(|phone| {
                self.known.mail_and_phone_by(email, phone, now)?;
                self.is_read(email, now)?;
                self.can_be_reached(phone, now)
            })
        }))
    }

    /// Whether two recovery contacts count, wherever they would serve.
    fn contacts(&self, now: Timestamp) -> Verdict {
        match way_from(&self.known.people) {
            None => Err(Code::FewRecoveryContacts.into()),
            Some(from) if from > now => Err(Refusal::new(Code::ContactHeld).until(from)),
            Some(_) => Ok(()),
        }
    }

    fn mail_and_contacts(&self, now: Timestamp) -> Verdict {
        any(Which::BOTH.map(|email| {
            self.known.mail_and_contacts_by(email, now)?;
            self.is_read(email, now)
        }))
    }

    /// As if the password were forgotten and had just been set by mail, where it is good now.
    fn code_and_mail(&self, now: Timestamp) -> Verdict {
        if !self.known.ways.saved_code_and_mail {
            return Err(Code::WayOff.into());
        }
        let mut known = self.known.clone();
        if self.known.password_good() {
            known.account.password = Some(PasswordFacts {
                origin: PasswordOrigin::Mailed,
                set_at: now,
                good: false,
                hold: None,
            });
        }
        any(Which::BOTH.map(|email| {
            known.saved_code_by(email, now)?;
            self.codes()?;
            self.is_read(email, now)
        }))
    }
}

fn steady(since: Option<Timestamp>, now: Timestamp) -> Verdict {
    match since.map(|since| since + STEADY).filter(|from| *from > now) {
        Some(from) => Err(Refusal::new(Code::ContactHeld).until(from)),
        None => Ok(()),
    }
}
