//! Support cases: somebody lost the contact that every other way needs, and people who run the installation help.
//!
//! A case is opened without signing in, for an account that may not exist. One operator writes down how the asker's
//! identity was looked at, a *second* one approves, and then every contact has a week to stop it. Its only effect is
//! **one contact replaced**; what opens a session afterwards are the same proofs as before (set (b)). Only where nothing is
//! left at all somebody is let in, as after a recovery.
//!
//! Invariants, each with a test:
//! - without the note of one operator, the approval of another and the whole wait, nothing changes;
//! - whoever opens a case changes nothing for the owner and has nothing mailed to them before both operators agreed;
//! - of a case about everything, in which nothing is left at all, the effect is a *held session* instead, after twice the
//!   wait; whoever asked has to come for it within a week, and a saved code stops it as well;
//! - a lost telephone is replaced only by a number that a call proved, after two operators agreed and after the account's
//!   own mailbox was proved to the same case: whoever knows the address alone causes no mail and no call;
//! - a sign-in with a registered device, the link of any notice, the asker or an operator end it for good;
//! - a case about a device that was called stolen ([`Case::of_dispute`]) has no effect at all: it can be noted and closed;
//! - nothing here reads or sets a password, a device or a code (R-TS-36, R-IAM-10).

mod draft;

pub use draft::{Asked, CODE_LIFE, CODE_TRIES, Draft, LONGEST_TEXT, MOST_MAILS, text};

use crate::account::Account;
use crate::audit::{Actor, Event, Record};
use crate::client::Client;
use crate::clock::Shift;
use crate::contact::Kind;
use crate::ids::{AccountId, CaseId, SupportId};
use crate::locale::Locale;
use crate::mail::{MailKind, MailOrder};
use crate::refusal::{Code, Refusal};
use crate::sign_in::Moment;
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

/// The wait before a contact is replaced, unless the operator set another.
pub const WAIT: Span = Span::days(7);
/// No wait is shorter.
pub const SHORTEST_WAIT: Span = Span::hours(72);
/// The wait where nothing is left at all; none is shorter.
pub const LONG_WAIT: Span = Span::days(14);
/// After it the asker has so long to come.
pub const COME_WITHIN: Span = Span::days(7);
/// No other contact can be changed for so long after one was replaced.
pub const OTHER_LOCKED: Span = Span::days(30);
/// A case that nobody decides about ends after so long.
pub const UNHANDLED: Span = Span::days(30);
/// The mailbox of the account serves a call for so long after it was proved to a case.
pub const MAILBOX_LIFE: Span = Span::hours(2);
/// What is over is kept for so long.
pub const KEPT: Span = Span::days(30);
/// The days of the wait on which every contact is told, and those of the longer one.
const TOLD_ON: [i64; 8] = [0, 1, 3, 6, 9, 12, 15, 18];
const TOLD_LONG: [i64; 8] = [0, 1, 3, 6, 13, 20, 27, 34];

/// What a case is about: what the asker cannot use any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lost {
    /// The mailbox of the account's address.
    Email,
    /// The telephone of the account's number.
    Phone,
    /// Everything: no mailbox, no telephone, no password with a device, no saved code.
    All,
    /// A device that a recovery called stolen, with which somebody signed in: nobody asked, and nothing can come of it.
    Device,
}

impl Lost {
    /// The word in forms, rows and texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::All => "all",
            Self::Device => "device",
        }
    }

    /// The contact that is to be replaced, and those that stay.
    pub const fn kind(self) -> Option<(Kind, [Kind; 3])> {
        let (kind, other) = match self {
            Self::Email => (Kind::Email, Kind::Phone),
            Self::Phone => (Kind::Phone, Kind::Email),
            Self::All | Self::Device => return None,
        };
        Some((kind, [other, Kind::SecondEmail, Kind::SecondPhone]))
    }

    /// No wait about it is shorter.
    pub const fn shortest(self) -> Span {
        match self {
            Self::All => LONG_WAIT,
            _ => SHORTEST_WAIT,
        }
    }

    /// Reads the word of a form.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Email, Self::Phone, Self::All]
            .into_iter()
            .find(|lost| lost.key() == key)
    }
}

/// How a case ended without an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndedBy {
    /// Somebody signed in with a registered device: the owner needs no help.
    SignIn,
    /// "This was not me" in a notice.
    Link,
    /// The asker took it back.
    Asker,
    /// An operator declined.
    Operator,
    /// Nobody decided, or nothing was proved, in time; or the contact was changed otherwise meanwhile.
    Time,
}

impl EndedBy {
    /// The permanent word in records and texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Link => "link",
            Self::Asker => "asker",
            Self::Operator => "operator",
            Self::Time => "time",
        }
    }
}

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "kebab-case")]
pub enum Stage {
    /// Waits for an operator.
    Open,
    /// Identity was looked at; waits for a second operator.
    Noted,
    /// Approved; every contact is told.
    Waits {
        /// When it takes effect.
        until: Timestamp,
    },
    /// The contact was replaced.
    Done {
        /// When.
        since: Timestamp,
    },
    /// It ended without an effect.
    Over {
        /// When.
        since: Timestamp,
        /// By whom.
        by: EndedBy,
    },
}

impl Stage {
    /// The word in rows and texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Noted => "noted",
            Self::Waits { .. } => "waits",
            Self::Done { .. } => "done",
            Self::Over { .. } => "over",
        }
    }
}

/// What one operator did with a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What the asker has to do before a case takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wants {
    /// The mailbox of the account, lately: no call before that.
    Mailbox,
    /// The new number, by a call.
    Call,
    /// Nothing any more: the wait is over, and the asker may come in.
    Nothing,
}

/// One support case. Kept sealed: it holds what the asker told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its number.
    pub id: SupportId,
    /// The account of the address that was named; nothing if there is none, which only operators learn.
    pub account: Option<AccountId>,
    /// What was asked.
    pub asked: Asked,
    /// The recovery that is disputed, or that came of it.
    #[serde(default)]
    pub recovery: Option<CaseId>,
    /// The contact as it was when the case was opened: replaced only if it still is.
    pub present: Option<String>,
    /// When the asker proved the mailbox of the account, where the telephone is lost.
    #[serde(default)]
    pub mailbox_at: Option<Timestamp>,
    /// When the asker proved the new contact.
    pub proved_at: Option<Timestamp>,
    /// From where it was opened.
    pub client: Client,
    /// The asker's language.
    pub locale: Locale,
    /// When.
    pub opened_at: Timestamp,
    /// Who looked at the asker's identity.
    pub noted: Option<Deed>,
    /// How; for operators only.
    pub note: String,
    /// Who approved.
    pub approved: Option<Deed>,
    /// Where it stands.
    pub stage: Stage,
}

impl std::fmt::Debug for Case {
    /// Shows no text and no contact.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Case({}, {})", self.id, self.stage.key())
    }
}

/// What the passing of time brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Nothing yet.
    Nothing,
    /// The contact is to be replaced.
    Replace,
    /// It ends.
    End,
}

impl Case {
    /// A case that was just opened; `present` is the account's contact that is said to be lost, with the account.
    pub fn open(
        asked: Asked,
        found: Option<(AccountId, Option<String>)>,
        proved: bool,
        at: &Moment<'_>,
    ) -> Self {
        let (account, present) = found.map_or((None, None), |(id, present)| (Some(id), present));
        Self {
            id: SupportId::draw(at.dice, ""),
            account,
            asked,
            recovery: None,
            present,
            mailbox_at: None,
            proved_at: proved.then_some(at.now),
            client: at.client.clone(),
            locale: at.locale,
            opened_at: at.now,
            noted: None,
            note: String::new(),
            approved: None,
            stage: Stage::Open,
        }
    }

    /// Somebody signed in with a device that a recovery called stolen: one of two people is not the owner. Operators see
    /// it, note whom they spoke with and close it; nothing else can come of it.
    pub fn of_dispute(account: &Account, recovery: &CaseId, at: &Moment<'_>) -> Self {
        let asked = Asked {
            named: String::new(),
            lost: Lost::Device,
            value: String::new(),
            text: String::new(),
        };
        Self {
            recovery: Some(recovery.clone()),
            ..Self::open(asked, Some((account.id.clone(), None)), false, at)
        }
    }

    /// Tells the contacts that somebody signed in with the device that was called stolen, and what that did.
    pub fn disputed(&self, account: &Account) -> MailOrder {
        MailOrder::new(MailKind::RecoveryDisputed, &account.email, account.locale)
            .account(&account.id)
            .origin(&self.client, self.opened_at)
    }

    /// Whether a sign-in ends it: whoever shows a registered device needs no help, and who shows a saved code has not lost
    /// everything. Where two people have a proof each, that shows nothing.
    pub const fn ends_by_sign_in(&self, with_device: bool) -> bool {
        match self.asked.lost {
            Lost::Email | Lost::Phone => with_device,
            Lost::All => true,
            Lost::Device => false,
        }
    }

    /// Whether it can still lead to anything.
    pub const fn runs(&self) -> bool {
        !matches!(self.stage, Stage::Done { .. } | Stage::Over { .. })
    }

    /// A record of something that happened to it.
    pub fn record(&self, event: Event, actor: Actor) -> Record {
        let record = Record::new(event, actor).detail("case", self.id.as_str());
        match &self.account {
            Some(account) => record.about(account),
            None => record,
        }
    }

    /// An operator writes down how identity was looked at. A later note takes the place of an earlier one, and its
    /// writer becomes the first operator.
    ///
    /// # Errors
    /// `GL-SUP-003` once it was approved or is over, `GL-SUP-008` without words.
    pub fn take_note(&mut self, by: &str, typed: &str, now: Timestamp) -> Result<(), Refusal> {
        if !matches!(self.stage, Stage::Open | Stage::Noted) {
            return Err(Code::SupportOver.into());
        }
        self.note = text(typed).map_err(|refusal| refusal.at("how"))?;
        self.noted = Some(Deed {
            by: by.to_owned(),
            at: now,
        });
        self.stage = Stage::Noted;
        Ok(())
    }

    /// A second operator approves: the wait begins.
    ///
    /// # Errors
    /// `GL-SUP-003` when it is approved or over already, `GL-SUP-004` without a note, `GL-SUP-005` for whoever wrote it,
    /// `GL-SUP-006` where no account has the address, `GL-SUP-009` where it has no such contact: a case puts none beside
    /// the others, since each opens a way in; `GL-SUP-010` where nothing can come of it.
    pub fn approve(&mut self, by: &str, wait: Span, now: Timestamp) -> Result<(), Refusal> {
        if self.asked.lost == Lost::Device {
            return Err(Code::NothingToApprove.into());
        }
        match (self.stage, &self.noted) {
            (Stage::Noted, Some(noted)) if noted.by == by => {
                return Err(Code::SecondOperator.into());
            }
            (Stage::Noted, Some(_)) => {}
            (Stage::Open, _) => return Err(Code::NoteNeeded.into()),
            _ => return Err(Code::SupportOver.into()),
        }
        if self.account.is_none() {
            return Err(Code::CaseWithoutAccount.into());
        }
        if self.present.is_none() {
            return Err(Code::NothingToReplace.into());
        }
        self.approved = Some(Deed {
            by: by.to_owned(),
            at: now,
        });
        let until = now + wait.max(self.asked.lost.shortest());
        self.stage = Stage::Waits { until };
        Ok(())
    }

    /// It ends without an effect, for good.
    ///
    /// # Errors
    /// `GL-SUP-003` when it is over already.
    pub fn end(&mut self, by: EndedBy, now: Timestamp) -> Result<(), Refusal> {
        if !self.runs() {
            return Err(Code::SupportOver.into());
        }
        self.stage = Stage::Over { since: now, by };
        Ok(())
    }

    /// What is due. `present` is the account's contact as it is now.
    pub fn due(&self, present: Option<&str>, now: Timestamp) -> Due {
        let changed = self.present.as_deref() != present;
        match self.stage {
            Stage::Waits { until } if now < until => Due::Nothing,
            Stage::Waits { .. } if changed => Due::End,
            Stage::Waits { until } if self.asked.lost == Lost::All => {
                if now < until + COME_WITHIN {
                    Due::Nothing
                } else {
                    Due::End
                }
            }
            Stage::Waits { .. } if self.proved_at.is_some() => Due::Replace,
            Stage::Open | Stage::Noted if now.since(self.opened_at) < UNHANDLED => Due::Nothing,
            Stage::Done { .. } | Stage::Over { .. } => Due::Nothing,
            _ => Due::End,
        }
    }

    /// When it has to be looked at next; nothing once it is over.
    pub fn due_at(&self) -> Option<Timestamp> {
        match self.stage {
            Stage::Open | Stage::Noted => Some(self.opened_at + UNHANDLED),
            Stage::Waits { until } if self.asked.lost == Lost::All => Some(until + COME_WITHIN),
            Stage::Waits { until } => Some(until),
            Stage::Done { .. } | Stage::Over { .. } => None,
        }
    }

    /// What the asker has to do now.
    pub fn wants(&self, now: Timestamp) -> Option<Wants> {
        match (self.asked.lost, self.stage, self.proved_at) {
            (Lost::Phone, Stage::Waits { until }, None) if now < until => {
                let read = |at| now.since(at) < MAILBOX_LIFE;
                Some(match self.mailbox_at.is_some_and(read) {
                    true => Wants::Call,
                    false => Wants::Mailbox,
                })
            }
            (Lost::All, Stage::Waits { until }, Some(_))
                if until <= now && now < until + COME_WITHIN =>
            {
                Some(Wants::Nothing)
            }
            _ => None,
        }
    }

    /// It took effect.
    pub const fn done(&mut self, now: Timestamp) {
        self.stage = Stage::Done { since: now };
    }

    /// Makes up for a jump of the clock.
    pub fn shift(&mut self, shift: &Shift) {
        if let Stage::Waits { until } = &mut self.stage {
            *until = shift.end(*until);
        }
    }

    /// The notices of the wait, each with the delay after which it goes out, with the link that stops the case for
    /// whoever may object to a recovery.
    pub fn notices(
        &self,
        account: &Account,
        told: &[(String, bool)],
        stop: &str,
        now: Timestamp,
    ) -> Vec<(Span, MailOrder)> {
        let Stage::Waits { until } = self.stage else {
            return Vec::new();
        };
        let days = match self.asked.lost {
            Lost::All => TOLD_LONG,
            _ => TOLD_ON,
        };
        let days = days.into_iter().map(Span::days);
        let days = days.filter(|delay| now + *delay < until);
        days.flat_map(|delay| told.iter().map(move |to| (delay, to)))
            .map(|(delay, (to, may_object))| {
                let mut mail = MailOrder::new(MailKind::SupportWaits, to, account.locale)
                    .account(&account.id)
                    .origin(&self.client, self.opened_at)
                    .fact("contact", self.asked.lost.key())
                    .fact("until", until.millis().to_string());
                mail.objection = may_object.then(|| stop.to_owned());
                (delay, mail)
            })
            .collect()
    }

    /// Tells the contacts that the case they were told of is over.
    pub fn closed(&self, account: &Account, by: EndedBy) -> MailOrder {
        MailOrder::new(MailKind::SupportClosed, &account.email, account.locale)
            .account(&account.id)
            .origin(&self.client, self.opened_at)
            .fact("by", by.key())
    }
}

/// The path of a link by which the asker follows the case.
pub fn follow_path(token: &str) -> String {
    format!("/support/c/{token}")
}

/// The path of a link that stops a case.
pub fn stop_path(token: &str) -> String {
    format!("/support/not-me/{token}")
}

#[cfg(test)]
mod tests;
