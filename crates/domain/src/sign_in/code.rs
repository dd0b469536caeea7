//! The step with a code that was sent, where the account has no device and the browser is not known.
//!
//! The operator chose whether it goes by mail or as a text. A text goes to a proved number only, and never where a limit
//! forbids it: then, and where the person asks for it, the code is mailed. Nobody comes here without the right password,
//! so that nothing about it tells who has an account.

use super::{
    ABSOLUTE_LIFE, MAIL_CODE_LIFE, MAIL_CODE_TRIES, MailCode, Moment, SignIn, complete, root,
};
use crate::account::Account;
use crate::audit::Event;
use crate::mail::{MailKind, MailOrder};
use crate::refusal::{Code, Refusal};
use crate::sms::Reach;
use crate::step::{Effect, Step};

impl SignIn {
    /// The mailed or texted code was offered; `right` says whether its HMAC is the one kept.
    ///
    /// # Errors
    /// `GL-SIGNIN-009` when the flow is elsewhere; nothing changes.
    pub fn mail_code(
        self,
        account: &Account,
        right: bool,
        at: &Moment<'_>,
    ) -> Result<Step<Self>, Refusal> {
        let Self::AwaitMailCode {
            mailed_at,
            tries_left,
            texted,
            ..
        } = &self
        else {
            return Err(Code::OutOfOrder.into());
        };
        if let Err(refusal) = account.open() {
            return Ok(Step::refuse(self, refusal));
        }
        if at.now.since(*mailed_at) >= MAIL_CODE_LIFE || *tries_left == 0 {
            return Ok(Step::refuse(
                self,
                Refusal::new(Code::MailCodeOver).at("code"),
            ));
        }
        if !right {
            let left = tries_left - 1;
            let mut next = self;
            if let Self::AwaitMailCode { tries_left, .. } = &mut next {
                *tries_left = left;
            }
            let record = root(Event::MailCodeChecked, account, at).refused(Code::WrongMailCode);
            return Ok(Step::refuse(
                next,
                Refusal::new(Code::WrongMailCode).at("code").left(left),
            )
            .with(Effect::Audit(Box::new(record))));
        }
        // A text proves nothing that was not proved: the number was, before it was written to.
        let (way, proven) = match texted {
            Some(_) => ("text", None),
            None => ("mail", Some(Effect::EmailProven(account.id.clone()))),
        };
        let record = root(Event::MailCodeChecked, account, at).detail("by", way);
        let mut step = Step::to(Self::Done);
        step.effects.extend(proven);
        let step = step.with(Effect::Audit(Box::new(record)));
        Ok(complete(step, account, at, None))
    }

    /// A new code was asked for, as a text where `reach` says to which telephone. Five mails and texts a flow.
    ///
    /// # Errors
    /// `GL-SIGNIN-009` when the flow is elsewhere; `GL-SIGNIN-012` when the mails are used up.
    pub fn mail_again(
        self,
        account: &Account,
        fresh: &MailCode,
        reach: Option<&Reach>,
        at: &Moment<'_>,
    ) -> Result<Step<Self>, Refusal> {
        let Self::AwaitMailCode {
            account: id,
            email,
            password_at,
            mails,
            mailed_at,
            ..
        } = self
        else {
            return Err(Code::OutOfOrder.into());
        };
        if mails >= MAIL_CODE_TRIES {
            return Err(Refusal::new(Code::MailWait).until(mailed_at + ABSOLUTE_LIFE));
        }
        let (sent, texted) = send_code(account, fresh, reach, at);
        Ok(Step::to(Self::AwaitMailCode {
            account: id,
            email,
            password_at,
            code: fresh.hmac.clone(),
            mailed_at: at.now,
            tries_left: MAIL_CODE_TRIES,
            mails: mails + 1,
            texted,
        })
        .with(sent))
    }
}

/// Sends a code: as a text where that may be, else by mail. With it the number, if it is a text.
pub(super) fn send_code(
    account: &Account,
    code: &MailCode,
    reach: Option<&Reach>,
    at: &Moment<'_>,
) -> (Effect, Option<String>) {
    let digits = code.digits.expose().as_str();
    let (words, life) = ((at.locale, Some(digits)), (at.now, MAIL_CODE_LIFE));
    match reach.and_then(|reach| reach.order(MailKind::SignInCode, &account.id, words, life)) {
        Some(text) => {
            let to = text.to.clone();
            (Effect::Text(Box::new(text)), Some(to))
        }
        None => (Effect::Mail(Box::new(code_mail(account, digits, at))), None),
    }
}

fn code_mail(account: &Account, digits: &str, at: &Moment<'_>) -> MailOrder {
    let mut mail = MailOrder::new(MailKind::SignInCode, &account.email, at.locale)
        .account(&account.id)
        .origin(at.client, at.now)
        .fact("minutes", MAIL_CODE_LIFE.as_minutes_up().to_string());
    mail.code = Some(digits.to_owned());
    mail
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::Spent;
    use crate::sample::{NOW, account, cost};
    use crate::sign_in::tests::{facts, with_moment};
    use crate::sms::{Class, PER_NUMBER, Past};
    use crate::time::Span;

    const NUMBER: &str = "+886912345678";

    fn reach(codes: usize) -> Reach {
        let past = Past {
            spent: Spent {
                at: NOW - Span::hours(2),
                price: 10,
            },
            class: Class::Code,
            same_number: true,
            same_account: true,
            same_block: true,
        };
        Reach {
            number: NUMBER.to_owned(),
            block: String::new(),
            cost: cost(),
            calls: Vec::new(),
            texts: vec![past; codes],
        }
    }

    /// Where the code of a sign-in goes: the number of a text, the address of a mail.
    fn sent(step: &Step<SignIn>) -> (Option<&str>, Option<&str>) {
        let text = step.effects.iter().find_map(|effect| match effect {
            Effect::Text(text) => Some(text.to.as_str()),
            _ => None,
        });
        let mail = step.effects.iter().find_map(|effect| match effect {
            Effect::Mail(mail) => Some(mail.to.as_str()),
            _ => None,
        });
        (text, mail)
    }

    fn password(reach: Option<Reach>) -> Step<SignIn> {
        let mut known = facts(Some(account()), true);
        known.has_device = false;
        known.reach = reach;
        let flow = SignIn::begin("root@example.com".to_owned());
        with_moment(NOW, |at| flow.password(&known, at)).unwrap()
    }

    /// R-VOC-18: as a text to a proved number, else by e-mail; and by e-mail where the limits forbid a text.
    #[test]
    fn a_code_goes_as_a_text_where_it_may_and_by_mail_else() {
        let mail = account().email;
        let by_text = password(Some(reach(PER_NUMBER - 1)));
        assert_eq!(sent(&by_text), (Some(NUMBER), None));
        let refused = password(Some(reach(PER_NUMBER)));
        assert_eq!(sent(&refused), (None, Some(&*mail)));
        assert_eq!(sent(&password(None)), (None, Some(&*mail)));
        // Whoever has no phone at hand has it mailed, and the first code is worth nothing any more.
        let fresh = MailCode {
            hmac: vec![2; 32],
            ..facts(None, false).mail_code
        };
        let again = |reach: Option<&Reach>| {
            let flow = by_text.next.clone();
            with_moment(NOW, |at| flow.mail_again(&account(), &fresh, reach, at)).unwrap()
        };
        assert_eq!(sent(&again(None)), (None, Some(&*mail)));
        assert_eq!(sent(&again(Some(&reach(0)))), (Some(NUMBER), None));
        let SignIn::AwaitMailCode {
            code,
            texted,
            mails,
            ..
        } = again(None).next
        else {
            panic!("a code is awaited");
        };
        assert_eq!((code, texted, mails), (vec![2; 32], None, 2));
    }

    #[test]
    fn a_text_proves_no_address() {
        for (reach, proved) in [(Some(reach(0)), false), (None, true)] {
            let flow = password(reach).next;
            let step = with_moment(NOW, |at| flow.mail_code(&account(), true, at)).unwrap();
            assert_eq!(step.next, SignIn::Done);
            let mut effects = step.effects.iter();
            let proves = effects.any(|effect| matches!(effect, Effect::EmailProven(_)));
            assert_eq!(proves, proved);
        }
    }
}
