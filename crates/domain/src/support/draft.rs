//! The form of a support case until the case is there: a security check where the risk is raised, then the code that
//! proves a new address. Of a lost telephone, the code that proves the account's own mailbox to a case that was approved.

use super::{Case, Lost};
use crate::check::Check;
use crate::ids::{LinkId, SupportId};
use crate::locale::Locale;
use crate::mail::{MailKind, MailOrder};
use crate::refusal::{Code, Refusal};
use crate::secret::equal;
use crate::sign_in::{MailCode, Moment};
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

/// The life of the mailed code.
pub const CODE_LIFE: Span = Span::minutes(30);
/// Wrong entries that a code admits.
pub const CODE_TRIES: u32 = 5;
/// Mails a form may cause.
pub const MOST_MAILS: u32 = 3;
/// The longest text, in characters.
pub const LONGEST_TEXT: usize = 2_000;

/// What was asked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The address of the account, as typed.
    pub named: String,
    /// What is lost.
    pub lost: Lost,
    /// The new contact: an address as typed, or a number in E.164.
    pub value: String,
    /// What happened; for operators only.
    pub text: String,
}

impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Asked({})", self.lost.key())
    }
}

/// Where the form stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "kebab-case")]
pub enum Draft {
    /// A security check comes first.
    AwaitCheck {
        /// What was asked.
        asked: Asked,
        /// The check; none once it was failed for good.
        check: Option<Check>,
    },
    /// A code was mailed to the new address.
    AwaitCode {
        /// What was asked.
        asked: Asked,
        /// The case that the account's own mailbox is proved to; nothing where a new address opens one.
        #[serde(default)]
        case: Option<SupportId>,
        /// HMAC of the code; nothing fits an empty one.
        code: Vec<u8>,
        /// When it was mailed.
        mailed_at: Timestamp,
        /// Wrong entries it still admits.
        tries_left: u32,
        /// Mails so far.
        mails: u32,
    },
    /// The mailbox is proved to the case that there is.
    Back,
    /// The case is there; the link by which it is followed, by its row.
    Done {
        /// Its id.
        link: LinkId,
    },
}

impl Draft {
    /// A code is mailed to the new address. `taken`: it has an account already; then its owner is told and no code ever
    /// fits. What the person sees is the same.
    pub fn mailed(
        asked: Asked,
        taken: bool,
        code: &MailCode,
        mails: u32,
        (now, locale): (Timestamp, Locale),
    ) -> (Self, MailOrder) {
        let kind = if taken {
            MailKind::EmailTaken
        } else {
            MailKind::SupportCode
        };
        let mut mail = MailOrder::new(kind, &asked.value, locale);
        if !taken {
            let lost = asked.lost.key();
            mail = mail
                .fact("contact", lost)
                .fact("minutes", CODE_LIFE.as_minutes_up().to_string());
            mail.code = Some(code.digits.expose().clone());
        }
        let next = Self::AwaitCode {
            asked,
            case: None,
            code: if taken { Vec::new() } else { code.hmac.clone() },
            mailed_at: now,
            tries_left: CODE_TRIES,
            mails,
        };
        (next, mail)
    }

    /// A code is mailed to the account's own mailbox: whoever lost the telephone proves it before any call.
    pub fn to_case(
        case: &Case,
        mailbox: &str,
        code: &MailCode,
        mails: u32,
        at: &Moment<'_>,
    ) -> (Self, MailOrder) {
        let when = (at.now, at.locale);
        let (mut next, mut mail) = Self::mailed(case.asked.clone(), false, code, mails, when);
        mailbox.clone_into(&mut mail.to);
        mail.account.clone_from(&case.account);
        if let Self::AwaitCode { case: id, .. } = &mut next {
            *id = Some(case.id.clone());
        }
        (next, mail.origin(at.client, at.now))
    }

    /// What was asked, and how often it was mailed, when another code may be.
    ///
    /// # Errors
    /// `GL-SIGNIN-009` when no code is waited for, `GL-SIGNIN-012` when the mails are used up.
    pub fn may_mail_again(&self) -> Result<(&Asked, u32), Refusal> {
        match self {
            Self::AwaitCode {
                mails, mailed_at, ..
            } if *mails >= MOST_MAILS => {
                Err(Refusal::new(Code::MailWait).until(*mailed_at + CODE_LIFE))
            }
            Self::AwaitCode { asked, mails, .. } => Ok((asked, *mails)),
            _ => Err(Code::OutOfOrder.into()),
        }
    }

    /// A code was typed; `hmac` is that of what was typed, nothing if it has not even the shape. The right one gives
    /// what was asked. A refusal is to be saved too: it costs a try.
    ///
    /// # Errors
    /// `GL-SIGNIN-007` with the tries left, `GL-SIGNIN-008` when the code has run out, `GL-SIGNIN-009` when none is
    /// waited for.
    pub fn prove(&mut self, hmac: Option<&[u8]>, now: Timestamp) -> Result<Asked, Refusal> {
        let Self::AwaitCode {
            asked,
            code,
            mailed_at,
            tries_left,
            ..
        } = self
        else {
            return Err(Code::OutOfOrder.into());
        };
        if now.since(*mailed_at) >= CODE_LIFE || *tries_left == 0 {
            return Err(Refusal::new(Code::MailCodeOver).at("code"));
        }
        if !code.is_empty() && hmac.is_some_and(|typed| equal(typed, code)) {
            return Ok(asked.clone());
        }
        *tries_left -= 1;
        Err(Refusal::new(Code::WrongMailCode)
            .at("code")
            .left(*tries_left))
    }
}

/// A text as it is kept: bounded, without control characters except line ends.
///
/// # Errors
/// `GL-SUP-008` when it is empty or too long.
pub fn text(typed: &str) -> Result<String, Refusal> {
    let kept = typed.trim().replace("\r\n", "\n");
    let odd = |c: char| c.is_control() && c != '\n';
    let length = kept.chars().count();
    if length == 0 || length > LONGEST_TEXT || kept.contains(odd) {
        return Err(Code::SupportText.into());
    }
    Ok(kept)
}
