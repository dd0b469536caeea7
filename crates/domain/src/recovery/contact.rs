//! Which contacts may serve a recovery, and which of the ways are open at all.
//!
//! Changing a contact must not be a way to take over an account (R-REC-58): for 72 hours the old one stays in force,
//! and two of password, e-mail and phone must be as they were 30 days ago or at the opening of the account.

use crate::account::{Account, PasswordOrigin};
use crate::channel::Pauses;
use crate::recovery_contact::{RecoveryContact, way_from};
use crate::refusal::{Code, Refusal};
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use super::second::{Seconds, Which, any, serving};

/// For so long after a change the former contact is the one that serves.
pub const CONTACT_HOLD: Span = Span::hours(72);
/// What is unchanged for so long is steady.
pub const STEADY: Span = Span::days(30);

/// A contact before its last change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Former {
    /// Address or number.
    pub value: String,
    /// Whether it was proved.
    pub proved: bool,
    /// Since when it had been the contact; nothing means since the account was opened.
    pub since: Option<Timestamp>,
}

/// An e-mail address or a phone number of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The address, or the number in E.164.
    pub value: String,
    /// Whether it was ever proved.
    pub proved: bool,
    /// When it was last changed; nothing means never since the account was opened.
    pub since: Option<Timestamp>,
    /// What it was before.
    pub former: Option<Former>,
    /// Whether root, with a registered device, said that the former one is lost.
    pub former_lost: bool,
}

/// The contact that serves now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InForce<'a> {
    /// The address, or the number in E.164.
    pub value: &'a str,
    /// Whether it was ever proved.
    pub proved: bool,
    /// When it was last changed.
    pub since: Option<Timestamp>,
    /// Whether it is the former one because the change is too fresh.
    pub former: bool,
}

impl Contact {
    /// A proved contact that is the same since the account was opened.
    pub fn since_opening(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            proved: true,
            since: None,
            former: None,
            former_lost: false,
        }
    }

    /// Until when the last change is too fresh to serve.
    pub fn held_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.since
            .map(|at| at + CONTACT_HOLD)
            .filter(|until| now < *until)
    }

    /// The contact that serves at `now`: the former one while the change is fresh, and as long as the present one was
    /// never proved.
    pub fn in_force(&self, now: Timestamp) -> InForce<'_> {
        let held = self.held_until(now).is_some() || !self.proved;
        match &self.former {
            Some(former) if held && !self.former_lost => InForce {
                value: &former.value,
                proved: former.proved,
                since: former.since,
                former: true,
            },
            _ => InForce {
                value: &self.value,
                proved: self.proved,
                since: self.since,
                former: false,
            },
        }
    }
}

/// The ways that the operator's settings leave open. Settings may remove ways, never add any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ways {
    /// Good password and a saved code.
    pub saved_code: bool,
    /// Saved code, e-mail and a wait, for somebody whose password is not good.
    pub saved_code_and_mail: bool,
    /// Good password, e-mail and phone.
    pub mail_and_phone: bool,
    /// Good password, e-mail, two recovery contacts and a wait.
    pub mail_and_contacts: bool,
    /// Whether phone calls can be placed here at all.
    pub calls: bool,
}

impl Default for Ways {
    fn default() -> Self {
        Self {
            saved_code: true,
            saved_code_and_mail: true,
            mail_and_phone: true,
            mail_and_contacts: true,
            calls: true,
        }
    }
}

impl Ways {
    /// The ways that are open in both.
    #[must_use]
    pub const fn narrowed(self, other: Self) -> Self {
        Self {
            saved_code: self.saved_code && other.saved_code,
            saved_code_and_mail: self.saved_code_and_mail && other.saved_code_and_mail,
            mail_and_phone: self.mail_and_phone && other.mail_and_phone,
            mail_and_contacts: self.mail_and_contacts && other.mail_and_contacts,
            calls: self.calls && other.calls,
        }
    }
}

/// What a saved code needs beside it to open a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// Nothing but the good password.
    Nothing,
    /// The password is not good: the e-mail, and then a wait ([`super::WAIT`]).
    MailAndWait,
}

/// What was looked up for any input of a case.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The account.
    pub account: Account,
    /// Its address, with the change before.
    pub email: Contact,
    /// Its primary contact's number, if there is one.
    pub phone: Option<Contact>,
    /// A second address and number, if there are any.
    pub second: Seconds,
    /// Who was named as a recovery contact.
    pub people: Vec<RecoveryContact>,
    /// Every address that is told and may object: the present one, one that was replaced within 30 days, a second one.
    pub notify: Vec<String>,
    /// Addresses that are told and may not object: a second one that is too fresh.
    pub only_told: Vec<String>,
    /// The end of a freeze after an objection.
    pub frozen_until: Option<Timestamp>,
    /// The ways that are open here.
    pub ways: Ways,
    /// The channels that are paused for cases. What was proved before the pause counts: it came over what was approved.
    pub pauses: Pauses,
}

impl Facts {
    /// Whether the password proves a recovery.
    pub fn password_good(&self) -> bool {
        self.account.password.is_some_and(|p| p.good)
    }

    /// The address that this choice means now.
    ///
    /// # Errors
    /// Why it serves no recovery now.
    pub fn email_of(&self, which: Which, now: Timestamp) -> Result<InForce<'_>, Refusal> {
        let first = self.email.in_force(now);
        match which {
            Which::First if first.proved => Ok(first),
            Which::First => Err(Code::ContactUnproved.into()),
            Which::Second => serving(self.second.email.as_ref(), now),
        }
    }

    /// The number that this choice means now.
    ///
    /// # Errors
    /// Why it serves no recovery now.
    pub fn phone_of(&self, which: Which, now: Timestamp) -> Result<InForce<'_>, Refusal> {
        if which == Which::Second {
            return serving(self.second.phone.as_ref(), now);
        }
        let phone = self.phone.as_ref().ok_or(Code::NoPhone)?;
        // A first number has nobody before it who could object, so it waits as well.
        if let (None, Some(until)) = (&phone.former, phone.held_until(now)) {
            return Err(Refusal::new(Code::ContactHeld).until(until));
        }
        let serves = phone.in_force(now);
        match serves.proved {
            true => Ok(serves),
            false => Err(Code::ContactUnproved.into()),
        }
    }

    /// The number that this choice means, whether it serves or not: for the calls that were placed to it.
    pub fn number_of(&self, which: Which, now: Timestamp) -> Option<&str> {
        match which {
            Which::First => self.phone.as_ref().map(|p| p.in_force(now).value),
            Which::Second => self.second.phone.as_ref().map(|p| p.value.as_str()),
        }
    }

    /// May password, e-mail and phone open a session of this account now, with whichever of two addresses and numbers?
    ///
    /// # Errors
    /// The first reason why not with the account's own, with the time where time mends it; a pause of a channel comes last.
    pub fn mail_and_phone(&self, now: Timestamp) -> Result<(), Refusal> {
        self.mail_and_phone_proved(now)?;
        self.pauses.mail(now)?;
        self.pauses.voice(now)
    }

    /// The same for proofs that are in: a pause does not concern them.
    pub(super) fn mail_and_phone_proved(&self, now: Timestamp) -> Result<(), Refusal> {
        any(Which::BOTH.map(|email| self.mail_and_phone_by_mail(email, now)))
    }

    /// The same with this address.
    fn mail_and_phone_by_mail(&self, email: Which, now: Timestamp) -> Result<(), Refusal> {
        any(Which::BOTH.map(|phone| self.mail_and_phone_by(email, phone, now)))
    }

    /// The same with this address and this number.
    ///
    /// # Errors
    /// As [`Facts::mail_and_phone`].
    pub fn mail_and_phone_by(
        &self,
        email: Which,
        phone: Which,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if !self.ways.mail_and_phone {
            return Err(Code::WayOff.into());
        }
        if !self.password_good() {
            return Err(Code::PasswordNotGood.into());
        }
        if let Some(until) = self.frozen_until.filter(|until| *until > now) {
            return Err(Refusal::new(Code::RecoveryFrozen).until(until));
        }
        if phone == Which::First && self.phone.is_none() {
            return Err(Code::NoPhone.into());
        }
        if !self.ways.calls {
            return Err(Code::CallsOff.into());
        }
        let phone = self.phone_of(phone, now)?;
        let email = self.email_of(email, now)?;
        match self.steady_from(email, Some(phone)) {
            from if from > now => Err(Refusal::new(Code::ContactHeld).until(from)),
            _ => Ok(()),
        }
    }

    /// May a saved code, and what does it need beside it?
    ///
    /// # Errors
    /// `GL-REC-015` where it is switched off. With a password that is not good, `GL-REC-002` where the e-mail cannot
    /// stand in for it, and why that e-mail does not serve now.
    pub fn saved_code(&self, now: Timestamp) -> Result<Beside, Refusal> {
        any(Which::BOTH.map(|email| self.saved_code_by(email, now)))
    }

    /// The same where nothing is proved yet: a pause of mail closes it where the mail is needed beside the code.
    ///
    /// # Errors
    /// As [`Facts::saved_code`], and `GL-OPER-011`.
    pub fn saved_code_way(&self, now: Timestamp) -> Result<Beside, Refusal> {
        let beside = self.saved_code(now)?;
        match beside {
            Beside::Nothing => Ok(beside),
            Beside::MailAndWait => self.pauses.mail(now).map(|()| beside),
        }
    }

    /// The same with this address beside it.
    ///
    /// # Errors
    /// As [`Facts::saved_code`].
    pub fn saved_code_by(&self, email: Which, now: Timestamp) -> Result<Beside, Refusal> {
        if !self.ways.saved_code {
            return Err(Code::WayOff.into());
        }
        if self.password_good() {
            return Ok(Beside::Nothing);
        }
        if !self.ways.saved_code_and_mail {
            return Err(Code::PasswordNotGood.into());
        }
        let email = self.email_of(email, now)?;
        match self.steady_from(email, self.phone.as_ref().map(|p| p.in_force(now))) {
            from if from > now => Err(Refusal::new(Code::ContactHeld).until(from)),
            _ => Ok(Beside::MailAndWait),
        }
    }

    /// May password, e-mail, two recovery contacts and a wait?
    ///
    /// # Errors
    /// The first reason why not, with the time where time mends it.
    pub fn mail_and_contacts(&self, now: Timestamp) -> Result<(), Refusal> {
        any(Which::BOTH.map(|email| self.mail_and_contacts_by(email, now)))?;
        self.pauses.mail(now)
    }

    /// The same with this address.
    ///
    /// # Errors
    /// As [`Facts::mail_and_contacts`].
    pub fn mail_and_contacts_by(&self, email: Which, now: Timestamp) -> Result<(), Refusal> {
        if !self.ways.mail_and_contacts {
            return Err(Code::WayOff.into());
        }
        if !self.password_good() {
            return Err(Code::PasswordNotGood.into());
        }
        let Some(people) = way_from(&self.people) else {
            return Err(Code::FewRecoveryContacts.into());
        };
        let email = self.email_of(email, now)?;
        let phone = self.phone.as_ref().map(|p| p.in_force(now));
        match self.steady_from(email, phone).max(people) {
            from if from > now => Err(Refusal::new(Code::ContactHeld).until(from)),
            _ => Ok(()),
        }
    }

    /// May the e-mail be proved: for the phone or the recovery contacts after it, or beside a saved code?
    ///
    /// # Errors
    /// Why the way that it is part of is closed now.
    pub fn mail(&self, now: Timestamp) -> Result<(), Refusal> {
        any(Which::BOTH.map(|email| self.mail_by(email, now)))
    }

    /// The same with this address.
    ///
    /// # Errors
    /// As [`Facts::mail`].
    pub fn mail_by(&self, email: Which, now: Timestamp) -> Result<(), Refusal> {
        if self.password_good() {
            let by_phone = self.mail_and_phone_by_mail(email, now);
            let by_phone = by_phone.and_then(|()| self.pauses.voice(now));
            by_phone
                .or_else(|refusal| self.mail_and_contacts_by(email, now).map_err(|_| refusal))?;
        } else {
            self.saved_code_by(email, now)?;
        }
        self.pauses.mail(now)
    }

    /// From when on two of password, e-mail and phone are steady. A number that there is not was never changed.
    fn steady_from(&self, email: InForce<'_>, phone: Option<InForce<'_>>) -> Timestamp {
        let beginning = Timestamp::from_millis(0);
        let password = self.account.password.and_then(|p| {
            (p.origin != PasswordOrigin::Opening && p.set_at > self.account.created_at)
                .then_some(p.set_at)
        });
        let mut from = [password, email.since, phone.and_then(|p| p.since)]
            .map(|since| since.map_or(beginning, |at| at + STEADY));
        from.sort_unstable();
        let [_, second, _] = from;
        second
    }
}

/// Which ways are open to somebody who gave the right password: a saved code, and e-mail with phone. What is closed
/// carries the reason, so that the page can say it and show the way on.
pub fn ways(facts: &Facts, now: Timestamp) -> (Result<Beside, Refusal>, Result<(), Refusal>) {
    (facts.saved_code_way(now), facts.mail_and_phone(now))
}
