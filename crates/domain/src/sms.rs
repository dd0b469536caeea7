//! Short texts to a telephone: which are sent, to which number, and how many there may be.
//!
//! A text carries the one-time code of a sign-in without a device, where the operator set it so, and says in a sentence
//! what a security notice says at length. It never proves anything in a recovery (decision 0013): whoever has the number
//! moved to another card reads it.
//!
//! Invariants: only a proved number in force is written to; texts and calls have one budget; a text that may not be sent
//! is a mail, so no limit here keeps anybody out; nothing that a person typed goes into one.

use crate::call::{Cost, DAY, PastCall, Share, Spent};
use crate::ids::AccountId;
use crate::locale::Locale;
use crate::mail::MailKind;
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

/// Texts of one class to one number in 24 h.
pub const PER_NUMBER: usize = 5;
/// Texts of one class for one account in 24 h.
pub const PER_ACCOUNT: usize = 10;
/// Codes ordered from one address block in an hour.
pub const PER_BLOCK: usize = 20;
/// A notice that could not be handed over for so long is not sent any more: the mail has told.
pub const NOTICE_LIFE: Span = Span::hours(12);

/// What a text is, to the limits: nobody uses up the notices of what was done by ordering codes or by beginning things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A code.
    Code,
    /// A notice of something that was only begun.
    Attempt,
    /// Any other notice.
    Notice,
}

impl Class {
    /// The word in rows.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Attempt => "attempt",
            Self::Notice => "notice",
        }
    }
}

/// A text to be sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextOrder {
    /// What it is about, by the mail that says the same.
    pub kind: MailKind,
    /// The number in E.164.
    pub to: String,
    /// The reader's language.
    pub locale: Locale,
    /// The account it is about.
    pub account: AccountId,
    /// A code to type.
    pub code: Option<String>,
    /// The address block it was ordered from.
    pub block: String,
    /// What it costs, in the operator's unit.
    pub price: u32,
    /// Handed over later than this, it is pointless and is not sent.
    pub until: Timestamp,
}

impl TextOrder {
    /// Its class.
    pub const fn class(&self) -> Class {
        match (&self.code, self.kind) {
            (Some(_), _) => Class::Code,
            (None, MailKind::RecoveryBegun) => Class::Attempt,
            (None, _) => Class::Notice,
        }
    }
}

impl std::fmt::Debug for TextOrder {
    /// Shows the kind only: the rest holds a number and a code.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TextOrder({})", self.kind.key())
    }
}

/// The notices that are also sent as a text: somebody is getting in, or takes a way in from the owner.
pub const fn also_by_text(kind: MailKind) -> bool {
    matches!(
        kind,
        MailKind::RecoveryBegun
            | MailKind::RecoveryWaits
            | MailKind::RecoveryDone
            | MailKind::SupportWaits
            | MailKind::DeviceRemoved
            | MailKind::PasswordChanged
            | MailKind::EmailChanged
            | MailKind::PhoneChanged
    )
}

/// A text of the last 24 hours, as the limits see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    /// When it was ordered, and what it cost.
    pub spent: Spent,
    /// What it was.
    pub class: Class,
    /// Whether it went to the number in question.
    pub same_number: bool,
    /// Whether it was for the account in question.
    pub same_account: bool,
    /// Whether it was ordered from the address block in question.
    pub same_block: bool,
}

/// The telephone that an account can be written to now, and what the limits have to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The proved number in force, in E.164.
    pub number: String,
    /// The address block of whoever asks.
    pub block: String,
    /// What the next text would cost, and what was spent.
    pub cost: Cost,
    /// The calls of the last 24 hours.
    pub calls: Vec<PastCall>,
    /// The texts of the last 24 hours.
    pub texts: Vec<Past>,
}

impl Reach {
    /// Whether one more text of this class may be sent now.
    pub fn allows(&self, class: Class, now: Timestamp) -> bool {
        let count = |span: Span, fits: &dyn Fn(&Past) -> bool| {
            let texts = self.texts.iter();
            let counted = texts.filter(|text| now.since(text.spent.at) < span && fits(text));
            counted.count()
        };
        let alike = |text: &Past| text.class == class;
        count(DAY, &|text| alike(text) && text.same_number) < PER_NUMBER
            && count(DAY, &|text| alike(text) && text.same_account) < PER_ACCOUNT
            && (class != Class::Code
                || count(Span::hours(1), &|text| alike(text) && text.same_block) < PER_BLOCK)
            && self.cost.wait(Share::Part, &self.calls, now).is_none()
    }

    /// A text of this kind, if it may be sent now.
    pub fn order(
        &self,
        kind: MailKind,
        account: &AccountId,
        (locale, code): (Locale, Option<&str>),
        (now, life): (Timestamp, Span),
    ) -> Option<TextOrder> {
        let order = TextOrder {
            kind,
            to: self.number.clone(),
            locale,
            account: account.clone(),
            code: code.map(str::to_owned),
            block: self.block.clone(),
            price: self.cost.price,
            until: now + life,
        };
        self.allows(order.class(), now).then_some(order)
    }
}

#[cfg(test)]
mod tests;
