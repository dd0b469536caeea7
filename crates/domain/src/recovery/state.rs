//! The case: what is kept between two steps, and how long each part of it counts.

use crate::call::{Call, Outcome, Purpose};
use crate::client::Client;
use crate::clock::Shift;
use crate::ids::{AccountId, CaseId, DeviceId, LinkId, SavedCodeId};
use crate::locale::Locale;
use crate::refusal::{Code, Refusal};
use crate::step::Effect;
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use super::OBJECTION_LIFE;
use super::confirm::Asked;
use super::contact::{Facts, STEADY};
use super::second::Which;
use super::wait::{WAIT, WaitsFor};

/// The life of a case.
pub const CASE_LIFE: Span = Span::hours(24);
/// A case without a proof beyond the password is dead after this.
pub const MAIL_PROOF_WITHIN: Span = Span::hours(1);
/// How long password, phone and saved code prove the person.
pub const PROOF_LIFE: Span = Span::minutes(60);
/// How long the mail proof does.
pub const MAIL_PROOF_LIFE: Span = Span::hours(2);

/// What happened to the device, in the person's words (table 11h of the requirements).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Mislaid, left behind, or handed over with the old phone (R-REC-05).
    Lost,
    /// It does not work any more.
    Broken,
    /// It works but its codes are refused.
    OutOfStep,
    /// Somebody took it (P-38).
    Stolen,
    /// The entry was deleted in the app only (P-13).
    DeletedInApp,
}

impl Why {
    /// Every answer, in the order in which the page offers them.
    pub const ALL: [Self; 5] = [
        Self::Lost,
        Self::Broken,
        Self::OutOfStep,
        Self::Stolen,
        Self::DeletedInApp,
    ];

    /// The word in forms, records and texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Broken => "broken",
            Self::OutOfStep => "out-of-step",
            Self::Stolen => "stolen",
            Self::DeletedInApp => "deleted-in-app",
        }
    }

    /// The answer of that word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|w| w.key() == key)
    }

    /// Whether a new password is advised once the new device is set up (R-REC-30). After a theft it is required.
    pub const fn advises_new_password(self) -> bool {
        matches!(self, Self::Lost | Self::Stolen)
    }
}

/// The proof by e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum MailProof {
    /// Not asked for yet.
    None,
    /// A link and a code are on their way.
    Sent {
        /// HMAC of the code.
        code: Vec<u8>,
        /// The link in the same mail.
        link: LinkId,
        /// When.
        mailed_at: Timestamp,
        /// Wrong entries that the code still admits.
        tries_left: u32,
    },
    /// Proved.
    Proved {
        /// When.
        at: Timestamp,
    },
}

/// The proof by phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum PhoneProof {
    /// No call yet.
    None,
    /// The last call, running or over.
    Called(Call),
    /// Proved.
    Proved {
        /// When.
        at: Timestamp,
    },
}

/// Who or what closed a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClosedBy {
    /// The person who opened it.
    Person,
    /// The person called, by pressing 9.
    Phone,
    /// "This was not me" in a mail.
    Objection,
    /// The holder of a registered device, who signed in with it.
    Device,
    /// Its time was over.
    Time,
}

impl ClosedBy {
    /// The word in records and texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Phone => "phone",
            Self::Objection => "objection",
            Self::Device => "device",
            Self::Time => "time",
        }
    }
}

/// Whether a case goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Status {
    /// Proofs are being gathered.
    Open,
    /// A session was opened.
    Completed {
        /// When.
        at: Timestamp,
    },
    /// Over without a session.
    Closed {
        /// When.
        at: Timestamp,
        /// By whom or what.
        by: ClosedBy,
    },
}

/// One attempt to get back in. It belongs to the browser that opened it, which the store sees to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// The account.
    pub account: AccountId,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The browser it was opened from, as mails and pages show it.
    pub client: Client,
    /// The language it was opened in; mails and calls of the case speak the page's present one.
    pub locale: Locale,
    /// The number of the two-word phrase.
    pub phrase: u16,
    /// What happened to the device.
    pub why: Why,
    /// Whether the contacts were told of a theft.
    pub theft_told: bool,
    /// The devices the person does not have any more.
    pub lost: Vec<DeviceId>,
    /// When the password was last given.
    pub password_at: Timestamp,
    /// Since when that password is the account's; a new one ends the case.
    pub password_set_at: Timestamp,
    /// The proof by e-mail.
    pub mail: MailProof,
    /// Which address it is asked of.
    #[serde(default)]
    pub mail_which: Which,
    /// Whether the e-mail was ever proved in this case.
    pub mail_ever: bool,
    /// When mails were sent, the last hour's only.
    pub mails: Vec<Timestamp>,
    /// The proof by phone.
    pub phone: PhoneProof,
    /// Which number it is asked of.
    #[serde(default)]
    pub phone_which: Which,
    /// The proof by a saved code, and when.
    pub saved_code: Option<(SavedCodeId, Timestamp)>,
    /// The recovery contacts who were asked.
    #[serde(default)]
    pub asked: Vec<Asked>,
    /// Since when all proofs are in, where only a wait is missing.
    #[serde(default)]
    pub waits_from: Option<Timestamp>,
    /// What that wait is for.
    #[serde(default)]
    pub waits_for: WaitsFor,
    /// Whether the contacts were told of it a second time.
    #[serde(default)]
    pub told_again: bool,
    /// After an objection that could only delay: not before.
    pub not_before: Option<Timestamp>,
    /// Whether somebody objected and it took effect.
    pub objected: bool,
    /// Whether it goes on.
    pub status: Status,
}

impl Case {
    /// When the case is over at the latest.
    pub fn ends_at(&self) -> Timestamp {
        let begin = self.not_before.max(self.wait_ends());
        let full = begin.unwrap_or(self.opened_at) + CASE_LIFE;
        if self.mail_ever || self.saved_code.is_some() {
            full
        } else {
            full.min(self.opened_at + MAIL_PROOF_WITHIN)
        }
    }

    /// Whether proofs can still be given.
    pub fn alive(&self, now: Timestamp) -> bool {
        self.status == Status::Open && now < self.ends_at()
    }

    /// When it ended, if it did.
    pub fn ended_at(&self, now: Timestamp) -> Option<Timestamp> {
        match self.status {
            Status::Completed { at } | Status::Closed { at, .. } => Some(at),
            Status::Open => (!self.alive(now)).then(|| self.ends_at()),
        }
    }

    /// Makes up for a jump of the clock: the wait, the delay after an objection, and the time to object after the end. The moment
    /// of the password goes with the account's own, because a new one would end the case.
    pub fn shift(&mut self, shift: &Shift) {
        self.not_before = self.not_before.map(|until| shift.end(until));
        self.waits_from = self.waits_from.map(|from| shift.beginning(from, WAIT));
        self.password_set_at = shift.beginning(self.password_set_at, STEADY);
        if let Status::Completed { at } | Status::Closed { at, .. } = &mut self.status {
            *at = shift.beginning(*at, OBJECTION_LIFE);
        }
    }

    /// Whether the password was given lately enough.
    pub fn password_proved(&self, now: Timestamp) -> bool {
        now.since(self.password_at) < PROOF_LIFE
    }

    /// Whether the e-mail was proved lately enough.
    pub fn mail_proved(&self, now: Timestamp) -> bool {
        matches!(self.mail, MailProof::Proved { at } if now.since(at) < MAIL_PROOF_LIFE)
    }

    /// Whether the phone was proved lately enough.
    pub fn phone_proved(&self, now: Timestamp) -> bool {
        matches!(self.phone, PhoneProof::Proved { at } if now.since(at) < PROOF_LIFE)
    }

    /// Whether a saved code was shown lately enough. It is used up, so the wait that it began keeps it.
    pub fn saved_code_proved(&self, now: Timestamp) -> bool {
        let kept = self.waits_from.is_some() && self.waits_for == WaitsFor::SavedCode;
        self.saved_code
            .as_ref()
            .is_some_and(|(_, at)| kept || now.since(*at) < PROOF_LIFE)
    }

    /// Asks the e-mail proof of this address, unless one is proved: then there is nothing to choose any more.
    pub fn by_mail(mut self, which: Which, now: Timestamp) -> Self {
        if !self.mail_proved(now) {
            self.mail_which = which;
        }
        self
    }

    /// Asks the phone proof of this number, unless one is proved.
    pub fn by_phone(mut self, which: Which, now: Timestamp) -> Self {
        if !self.phone_proved(now) {
            self.phone_which = which;
        }
        self
    }

    /// The last call.
    pub const fn last_call(&self) -> Option<&Call> {
        match &self.phone {
            PhoneProof::Called(call) => Some(call),
            _ => None,
        }
    }

    /// The row of the last call, to be written.
    pub(super) fn record_call(&self) -> Vec<Effect> {
        let purpose = Purpose::Recovery(self.id.clone());
        let row = self
            .last_call()
            .map(|call| call.record(purpose, &self.account));
        row.map(|row| Effect::RecordCall(Box::new(row)))
            .into_iter()
            .collect()
    }

    /// Ends the call that runs, if one does, and writes its row.
    pub(super) fn end_call(&mut self, outcome: Outcome, now: Timestamp) -> Vec<Effect> {
        let ended = match &mut self.phone {
            PhoneProof::Called(call) => call.end(outcome, now),
            _ => false,
        };
        match ended {
            true => self.record_call(),
            false => Vec::new(),
        }
    }

    /// The checks before every input: the case lives, the account is open, its password is still the one that was
    /// proved.
    pub(super) fn live(&self, facts: &Facts, now: Timestamp) -> Result<(), Refusal> {
        let same_password = facts
            .account
            .password
            .is_some_and(|p| p.set_at == self.password_set_at);
        if !self.alive(now) || facts.account.id != self.account || !same_password {
            return Err(Code::CaseClosed.into());
        }
        facts.account.open()
    }

    /// The same, and the password was given lately enough.
    pub(super) fn live_with_password(&self, facts: &Facts, now: Timestamp) -> Result<(), Refusal> {
        self.live(facts, now)?;
        if self.password_proved(now) {
            Ok(())
        } else {
            Err(Refusal::new(Code::ProofLapsed).at("password"))
        }
    }
}
