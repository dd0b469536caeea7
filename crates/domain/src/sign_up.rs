//! Opening an account by oneself: prove the address, then give name, password and contact.
//!
//! An address that has an account already gets a mail of another kind, and no code ever fits; the pages are the same.
//!
//! Invariant: no account exists before the address is proved and every field is good.

use crate::locale::Locale;
use crate::mail::{MailKind, MailOrder};
use crate::refusal::{Code, Refusal};
use crate::sign_in::{MailCode, Moment};
use crate::step::{Effect, Step};
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

/// The life of the mailed code.
pub const CODE_LIFE: Span = Span::minutes(30);
/// Wrong entries that a code admits.
pub const CODE_TRIES: u32 = 5;
/// Mails a flow may cause.
pub const MOST_MAILS: u32 = 3;

/// Where the flow stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "kebab-case")]
pub enum SignUp {
    /// A code was mailed, or the owner of the address was told.
    AwaitCode {
        /// The address as typed.
        email: String,
        /// HMAC of the code; nothing fits an empty one.
        code: Vec<u8>,
        /// When it was mailed.
        mailed_at: Timestamp,
        /// Wrong entries it still admits.
        tries_left: u32,
        /// Mails so far.
        mails: u32,
    },
    /// The address is proved; the rest is asked for.
    AwaitDetails {
        /// The address as typed.
        email: String,
    },
    /// The account exists.
    Done,
}

impl SignUp {
    /// A flow for somebody who named an address. `taken` says whether it has an account.
    pub fn begin(email: &str, taken: bool, code: &MailCode, at: &Moment<'_>) -> Step<Self> {
        Self::mailed(email, taken, code, 1, at)
    }

    fn mailed(
        email: &str,
        taken: bool,
        code: &MailCode,
        mails: u32,
        at: &Moment<'_>,
    ) -> Step<Self> {
        let next = Self::AwaitCode {
            email: email.to_owned(),
            code: if taken { Vec::new() } else { code.hmac.clone() },
            mailed_at: at.now,
            tries_left: CODE_TRIES,
            mails,
        };
        Step::to(next).with(Effect::Mail(Box::new(mail(email, taken, code, at.locale))))
    }

    /// A new code was asked for.
    ///
    /// # Errors
    /// `GL-SIGNIN-009` when the flow is elsewhere, `GL-SIGNIN-012` when the mails are used up.
    pub fn mail_again(
        self,
        taken: bool,
        code: &MailCode,
        at: &Moment<'_>,
    ) -> Result<Step<Self>, Refusal> {
        match self {
            Self::AwaitCode {
                mails, mailed_at, ..
            } if mails >= MOST_MAILS => {
                Err(Refusal::new(Code::MailWait).until(mailed_at + crate::sign_in::ABSOLUTE_LIFE))
            }
            Self::AwaitCode { email, mails, .. } => {
                Ok(Self::mailed(&email, taken, code, mails + 1, at))
            }
            _ => Err(Code::OutOfOrder.into()),
        }
    }

    /// A code was typed; `hmac` is that of what was typed, nothing if it has not even the shape.
    ///
    /// # Errors
    /// `GL-SIGNIN-009` when the flow is elsewhere.
    pub fn code(self, hmac: Option<&[u8]>, now: Timestamp) -> Result<Step<Self>, Refusal> {
        let Self::AwaitCode {
            email,
            code,
            mailed_at,
            tries_left,
            mails,
        } = self
        else {
            return Err(Code::OutOfOrder.into());
        };
        let over = now.since(mailed_at) >= CODE_LIFE || tries_left == 0;
        let right = !over
            && !code.is_empty()
            && hmac.is_some_and(|typed| crate::secret::equal(typed, &code));
        if right {
            return Ok(Step::to(Self::AwaitDetails { email }));
        }
        let left = tries_left.saturating_sub(1);
        let state = Self::AwaitCode {
            email,
            code,
            mailed_at,
            tries_left: left,
            mails,
        };
        let refusal = if over {
            Refusal::new(Code::MailCodeOver)
        } else {
            Refusal::new(Code::WrongMailCode).left(left)
        };
        Ok(Step::refuse(state, refusal.at("code")))
    }

    /// The proved address.
    ///
    /// # Errors
    /// `GL-SIGNIN-009` when it is not proved.
    pub fn proved(&self) -> Result<&str, Refusal> {
        match self {
            Self::AwaitDetails { email } => Ok(email),
            _ => Err(Code::OutOfOrder.into()),
        }
    }
}

fn mail(email: &str, taken: bool, code: &MailCode, locale: Locale) -> MailOrder {
    if taken {
        let mut mail = MailOrder::new(MailKind::SignUpTaken, email, locale);
        mail.link = Some("/signin".to_owned());
        return mail;
    }
    let mut mail = MailOrder::new(MailKind::SignUpCode, email, locale)
        .fact("minutes", CODE_LIFE.as_minutes_up().to_string());
    mail.code = Some(code.digits.expose().clone());
    mail
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{NOW, at, code};
    use crate::step::table::{Input, answer, table};

    fn begin(taken: bool) -> Step<SignUp> {
        at(NOW, |m| SignUp::begin("a@example.com", taken, &code(), m))
    }

    #[test]
    fn an_address_that_is_taken_looks_the_same_and_no_code_fits() {
        let (free, taken) = (begin(false), begin(true));
        assert_eq!(free.show, taken.show);
        assert_eq!(free.effects.len(), taken.effects.len());
        for typed in [Some(&[7; 32][..]), Some(&[][..]), None] {
            let step = taken.next.clone().code(typed, NOW).unwrap();
            assert_eq!(step.show.unwrap_err().code, Code::WrongMailCode);
        }
        assert!(matches!(
            free.next.code(Some(&[7; 32]), NOW).unwrap().next,
            SignUp::AwaitDetails { .. }
        ));
    }

    #[test]
    fn a_code_admits_five_wrong_entries_and_half_an_hour() {
        let mut state = begin(false).next;
        for left in (0..CODE_TRIES).rev() {
            let step = state.code(Some(&[0; 32]), NOW).unwrap();
            assert_eq!(step.show.unwrap_err().left, Some(left));
            state = step.next;
        }
        assert_eq!(
            state
                .clone()
                .code(Some(&[7; 32]), NOW)
                .unwrap()
                .show
                .unwrap_err()
                .code,
            Code::MailCodeOver
        );
        let late = begin(false)
            .next
            .code(Some(&[7; 32]), NOW + CODE_LIFE)
            .unwrap();
        assert_eq!(late.show.unwrap_err().code, Code::MailCodeOver);
        assert!(state.proved().is_err());
    }

    fn again(flow: SignUp, now: Timestamp) -> Result<Step<SignUp>, Refusal> {
        at(now, |m| flow.mail_again(false, &code(), m))
    }

    const INPUTS: &[Input<SignUp>] = &[
        ("right-code", |f, t| answer(f.code(Some(&[7; 32]), t))),
        ("wrong-code", |f, t| answer(f.code(Some(&[0; 32]), t))),
        ("no-code", |f, t| answer(f.code(None, t))),
        ("mail-again", |f, t| answer(again(f, t))),
        ("details", |f, _| {
            f.proved().map(|_| None).map_err(|refusal| refusal.code)
        }),
    ];

    #[test]
    fn every_input_at_every_state() {
        let typed = |state: SignUp, hmac: u8| state.code(Some(&[hmac; 32]), NOW).unwrap().next;
        let waiting = || begin(false).next;
        let tries_over = (0..CODE_TRIES).fold(waiting(), |state, _| typed(state, 0));
        let mails_over =
            (1..MOST_MAILS).fold(waiting(), |state, _| again(state, NOW).unwrap().next);
        let states = [
            ("mailed", waiting(), NOW),
            ("taken", begin(true).next, NOW),
            ("late", waiting(), NOW + CODE_LIFE),
            ("tries-over", tries_over, NOW),
            ("mails-over", mails_over, NOW),
            ("proved", typed(waiting(), 7), NOW),
            ("done", SignUp::Done, NOW),
        ];
        insta::assert_snapshot!("every_input_at_every_state", table(&states, INPUTS));
    }
}
