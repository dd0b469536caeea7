//! One change of a contact: named, proved (an address), made, perhaps taken back, and shown for a month.

use super::{CODE_LIFE, HOLD, Kind, MailedCode, SHOWN_FOR, TOLD_AT};
use crate::account::Account;
use crate::client::Client;
use crate::clock::Shift;
use crate::ids::{AccountId, ChangeId};
use crate::locale::Locale;
use crate::mail::{MailKind, MailOrder};
use crate::recovery::STEADY;
use crate::refusal::{Code, Refusal};
use crate::sign_in::{MailCode, Moment};
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

/// Who took a change back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UndoneBy {
    /// Whoever reads the former contact's mail.
    Link,
    /// The root user within a session.
    Root,
    /// A correction: the number was never proved and another took its place.
    Correction,
}

/// Where a change stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "kebab-case")]
pub enum Stage {
    /// The new address waits for its proof. Nothing has changed.
    Waiting(MailedCode),
    /// The new value is the contact; for a while the former one serves recovery.
    Made {
        /// Since when.
        since: Timestamp,
    },
    /// Taken back: the former value is the contact again.
    Undone {
        /// When.
        since: Timestamp,
        /// By whom.
        by: UndoneBy,
    },
    /// Given up before it counted.
    Dropped,
}

/// One change of a contact. Kept sealed: it holds both values.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Its id.
    pub id: ChangeId,
    /// Whose contact.
    pub account: AccountId,
    /// Which.
    pub kind: Kind,
    /// The new value: an address as typed, or a number in E.164. Blank where a second contact is removed.
    pub value: String,
    /// The proved value it takes the place of, if there was one; the one that is removed.
    pub former: Option<String>,
    /// From where it was asked for.
    pub client: Client,
    /// When it was asked for.
    pub begun_at: Timestamp,
    /// Where it stands.
    pub stage: Stage,
}

impl std::fmt::Debug for Change {
    /// Shows no value: contacts do not belong in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Change({}, {})", self.id, self.kind.key())
    }
}

impl Change {
    /// A new address that is to be proved by `code`. `taken`: it has an account already; then the mail goes to its
    /// owner, says so, and no code ever fits. What the person sees is the same.
    pub fn of_email(
        account: &Account,
        kind: Kind,
        typed: &str,
        taken: bool,
        code: &MailCode,
        at: &Moment<'_>,
    ) -> (Self, MailOrder) {
        let mut change = Self {
            id: ChangeId::draw(at.dice, ""),
            account: account.id.clone(),
            kind,
            value: typed.to_owned(),
            former: (kind == Kind::Email && account.email_proved_at.is_some())
                .then(|| account.email.clone()),
            client: at.client.clone(),
            begun_at: at.now,
            stage: Stage::Dropped,
        };
        let mail = change.mailed(taken, code, 1, at);
        (change, mail)
    }

    /// What is the contact from now on; blank where a second one is removed. `former` is the proved one it takes the
    /// place of.
    pub fn made(
        account: &Account,
        kind: Kind,
        value: &str,
        former: Option<String>,
        at: &Moment<'_>,
    ) -> Self {
        Self {
            id: ChangeId::draw(at.dice, ""),
            account: account.id.clone(),
            kind,
            value: value.to_owned(),
            former,
            client: at.client.clone(),
            begun_at: at.now,
            stage: Stage::Made { since: at.now },
        }
    }

    fn mailed(&mut self, taken: bool, code: &MailCode, mails: u32, at: &Moment<'_>) -> MailOrder {
        let hmac = if taken { Vec::new() } else { code.hmac.clone() };
        self.stage = Stage::Waiting(MailedCode::new(hmac, mails, at.now));
        if taken {
            return MailOrder::new(MailKind::EmailTaken, &self.value, at.locale);
        }
        let mut mail = MailOrder::new(MailKind::EmailProof, &self.value, at.locale)
            .origin(at.client, at.now)
            .fact("minutes", CODE_LIFE.as_minutes_up().to_string());
        mail.code = Some(code.digits.expose().clone());
        mail
    }

    /// A new code was asked for.
    ///
    /// # Errors
    /// `GL-SIGNIN-009` when no code is waited for, `GL-SIGNIN-012` when the mails are used up.
    pub fn mail_again(
        &mut self,
        taken: bool,
        code: &MailCode,
        at: &Moment<'_>,
    ) -> Result<MailOrder, Refusal> {
        let Stage::Waiting(waiting) = &self.stage else {
            return Err(Code::OutOfOrder.into());
        };
        let mails = waiting.next(CODE_LIFE)?;
        Ok(self.mailed(taken, code, mails, at))
    }

    /// A code was typed; `hmac` is that of what was typed, nothing if it has not even the shape. The right one makes
    /// the change. A refusal is to be saved too: it costs a try.
    ///
    /// # Errors
    /// `GL-SIGNIN-007` with the tries left, `GL-SIGNIN-008` when the code has run out, `GL-SIGNIN-009` when none is
    /// waited for.
    pub fn prove(&mut self, hmac: Option<&[u8]>, now: Timestamp) -> Result<(), Refusal> {
        let Stage::Waiting(waiting) = &mut self.stage else {
            return Err(Code::OutOfOrder.into());
        };
        waiting.typed(hmac, CODE_LIFE, now)?;
        self.stage = Stage::Made { since: now };
        Ok(())
    }

    /// Takes it back.
    ///
    /// # Errors
    /// `GL-LINK-001` when it was taken back already, or its 72 hours are over.
    pub fn undo(&mut self, by: UndoneBy, now: Timestamp) -> Result<(), Refusal> {
        if self.undo_until().is_some_and(|until| now < until) {
            self.stage = Stage::Undone { since: now, by };
            Ok(())
        } else {
            Err(Code::LinkOver.into())
        }
    }

    /// Makes up for a jump of the clock: the time in which it can be taken back.
    pub fn shift(&mut self, shift: &Shift) {
        if let Stage::Made { since } = &mut self.stage {
            *since = shift.beginning(*since, HOLD);
        }
    }

    /// Until when it can be taken back, if it is made.
    pub fn undo_until(&self) -> Option<Timestamp> {
        match self.stage {
            Stage::Made { since } if self.comes_back() => Some(since + HOLD),
            _ => None,
        }
    }

    /// Whether there is something to go back to: a first number and a second contact go, the account's address needs a
    /// proved one before it.
    fn comes_back(&self) -> bool {
        self.kind != Kind::Email || self.former.is_some()
    }

    /// Whether a second contact was removed.
    pub fn removes(&self) -> bool {
        self.value.is_empty()
    }

    /// The word for what was changed, in forms and texts.
    pub const fn key(&self) -> &'static str {
        match (self.kind, self.value.is_empty()) {
            (Kind::SecondEmail, true) => "second-email-removed",
            (Kind::SecondPhone, true) => "second-phone-removed",
            (kind, _) => kind.key(),
        }
    }

    /// Until when it stands in the way of another change; nothing if it does not. A first contact protects nobody.
    pub fn pending_until(&self, now: Timestamp) -> Option<Timestamp> {
        let until = match &self.stage {
            Stage::Waiting(waiting) => Some(waiting.mailed_at + CODE_LIFE),
            Stage::Made { since } if self.former.is_some() => Some(*since + HOLD),
            _ => None,
        };
        until.filter(|until| now < *until)
    }

    /// Whether the console still tells of it.
    pub fn shown(&self, now: Timestamp) -> bool {
        match self.stage {
            Stage::Made { since } | Stage::Undone { since, .. } => now.since(since) < SHOWN_FOR,
            Stage::Waiting { .. } => self.pending_until(now).is_some(),
            Stage::Dropped => false,
        }
    }

    /// Until when its row is kept.
    pub fn keep_until(&self) -> Timestamp {
        match &self.stage {
            Stage::Made { since } | Stage::Undone { since, .. } => *since + SHOWN_FOR,
            Stage::Waiting(waiting) => waiting.mailed_at + CODE_LIFE,
            Stage::Dropped => self.begun_at,
        }
    }

    /// The mails of a change that was made, each with the delay after which it goes out: to `told`, the former contact,
    /// three times with the link at `undo`; to `others` once. `account` is the account as it was before.
    pub fn letters(
        &self,
        account: &Account,
        (told, others): (&[String], &[String]),
        undo: &str,
        now: Timestamp,
    ) -> Vec<(Span, MailOrder)> {
        let notice = |to: &str, locale: Locale| {
            let kind = match self.kind {
                Kind::Email => MailKind::EmailChanged,
                Kind::Phone => MailKind::PhoneChanged,
                _ if self.removes() => MailKind::SecondRemoved,
                _ => MailKind::SecondAdded,
            };
            let held = if self.former.is_some() { "yes" } else { "no" };
            let hold = if self.kind.second() && !self.removes() {
                STEADY
            } else {
                HOLD
            };
            let last = if self.removes() {
                self.former.as_deref().unwrap_or_default()
            } else {
                &self.value
            };
            MailOrder::new(kind, to, locale)
                .account(&self.account)
                .origin(&self.client, self.begun_at)
                .fact("held", held)
                .fact("until", (now + hold).millis().to_string())
                .fact("contact", self.kind.key())
                .fact("last", last_four(last))
        };
        let mut letters = Vec::new();
        for to in told {
            for delay in TOLD_AT {
                let mut mail = notice(to, account.locale);
                mail.objection = Some(undo.to_owned());
                letters.push((delay, mail));
            }
        }
        letters.extend(
            others
                .iter()
                .map(|to| (Span::ZERO, notice(to, account.locale))),
        );
        letters
    }
}

/// The last digits of a number, as words: a mail must not read them as a count. Of an address nothing is left.
fn last_four(value: &str) -> String {
    let digits = value.strip_prefix('+').unwrap_or_default();
    let last = digits.get(digits.len().saturating_sub(4)..);
    format!("…{}", last.unwrap_or_default())
}

/// The change that is not settled yet, of whichever contact.
pub fn pending(changes: &[Change], now: Timestamp) -> Option<(&Change, Timestamp)> {
    changes
        .iter()
        .filter_map(|change| change.pending_until(now).map(|until| (change, until)))
        .max_by_key(|(_, until)| *until)
}

/// May this contact be changed now? One change of an account at a time. What was not proved can be corrected at once:
/// an address that still waits for its code, or the present number if `unproved`.
///
/// # Errors
/// `GL-ACC-003` with the time when the pending change is settled.
pub fn may_change(
    changes: &[Change],
    kind: Kind,
    unproved: bool,
    now: Timestamp,
) -> Result<(), Refusal> {
    let in_the_way = changes.iter().filter_map(|change| {
        let until = change.pending_until(now)?;
        let correctable = change.kind == kind
            && match change.stage {
                Stage::Waiting { .. } => true,
                _ => kind == Kind::Phone && unproved,
            };
        (!correctable).then_some(until)
    });
    match in_the_way.max() {
        Some(until) => Err(Refusal::new(Code::ChangePending).until(until)),
        None => Ok(()),
    }
}
