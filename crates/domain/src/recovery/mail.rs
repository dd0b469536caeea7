//! The proof by e-mail: a link and a code in one mail, either of which proves the address to the page that waits.

use crate::audit::Event;
use crate::contact::Kind;
use crate::ids::LinkId;
use crate::mail::{MailKind, MailOrder};
use crate::refusal::{Code, Refusal};
use crate::sign_in::{MailCode, Moment};
use crate::step::{Effect, Step};
use crate::time::Span;

use super::contact::Facts;
use super::open::with_effects;
use super::second::Which;
use super::state::{Case, MailProof};
use super::{Act, LinkPurpose, NewLink, proof_path};

/// The life of link and code (R-REC-37; longer than the ten minutes of ASVS 6.5.5 because the seeds say so).
pub const LINK_LIFE: Span = Span::minutes(15);
/// Wrong entries that one mailed code admits.
pub const MAIL_TRIES: u32 = 5;
/// Mails of one case in an hour.
pub const MAILS_PER_HOUR: usize = 5;

impl Case {
    /// The button *Send verification email*, or *Resend the email*. Every press makes a new code and a new link; the
    /// ones before are worthless from then on. Pressed late, when the address is proved already, it does nothing.
    ///
    /// # Errors
    /// Why the e-mail serves no way now ([`Facts::mail`]); `GL-REC-013` when the password must be given
    /// again; `GL-SIGNIN-012` after five mails in an hour.
    pub fn send_mail(
        mut self,
        facts: &Facts,
        fresh: &MailCode,
        at: &Moment<'_>,
    ) -> Result<Step<Self>, Refusal> {
        self.live_with_password(facts, at.now)?;
        if self.mail_proved(at.now) {
            facts.mail(at.now)?;
            return Ok(Step::to(self));
        }
        facts.mail_by(self.mail_which, at.now)?;
        self.mails.retain(|m| at.now.since(*m) < Span::hours(1));
        if self.mails.len() >= MAILS_PER_HOUR {
            let until = self.mails.first().map_or(at.now, |m| *m + Span::hours(1));
            return Err(Refusal::new(Code::MailWait).until(until));
        }
        self.mails.push(at.now);
        let link = LinkId::draw(at.dice, "proof");
        let token = at.dice.token("proof");
        let mut mail = MailOrder::new(
            MailKind::RecoveryProof,
            facts.email_of(self.mail_which, at.now)?.value,
            at.locale,
        )
        .account(&self.account)
        .origin(at.client, at.now)
        .fact("minutes", LINK_LIFE.as_minutes_up().to_string());
        mail.code = Some(fresh.digits.expose().clone());
        mail.link = Some(proof_path(token.expose()));
        mail.phrase = Some(self.phrase);
        let objection = at.dice.token("proof-objection");
        mail.objection = Some(super::objection_path(objection.expose()));
        let effects = vec![
            Effect::Recovery(Box::new(Act::IssueLink(NewLink {
                id: link.clone(),
                case: self.id.clone(),
                purpose: LinkPurpose::Proof,
                token,
                ends_at: at.now + LINK_LIFE,
            }))),
            Effect::Recovery(Box::new(Act::IssueLink(NewLink {
                id: LinkId::draw(at.dice, "proof-objection"),
                case: self.id.clone(),
                purpose: LinkPurpose::Objection {
                    contact: mail.to.clone(),
                },
                token: objection,
                ends_at: at.now + super::CASE_LIFE + super::OBJECTION_LIFE,
            }))),
            Effect::Mail(Box::new(mail)),
            Effect::Audit(Box::new(
                self.record(Event::RecoveryMailSent, at)
                    .detail("address", self.mail_which.key()),
            )),
        ];
        self.mail = MailProof::Sent {
            code: fresh.hmac.clone(),
            link,
            mailed_at: at.now,
            tries_left: MAIL_TRIES,
        };
        Ok(with_effects(Step::to(self), effects))
    }

    /// The code of the mail was typed; `right` says whether its HMAC is the one kept.
    ///
    /// # Errors
    /// `GL-REC-001` when the case is over, `GL-REC-003` when no mail was sent, and why the way is closed now.
    pub fn mail_code(
        mut self,
        facts: &Facts,
        right: bool,
        at: &Moment<'_>,
    ) -> Result<Step<Self>, Refusal> {
        self.live(facts, at.now)?;
        if self.mail_proved(at.now) {
            return Ok(Step::to(self));
        }
        facts.mail_by(self.mail_which, at.now)?;
        let MailProof::Sent {
            mailed_at,
            tries_left,
            ..
        } = &mut self.mail
        else {
            return Err(Code::MailProofNeeded.into());
        };
        if at.now.since(*mailed_at) >= LINK_LIFE || *tries_left == 0 {
            return Err(Refusal::new(Code::ProofCodeOver).at("code"));
        }
        if right {
            return Ok(self.mail_is_proved("code", facts, at));
        }
        *tries_left -= 1;
        let refusal = if *tries_left == 0 {
            Refusal::new(Code::ProofCodeOver).at("code")
        } else {
            Refusal::new(Code::WrongProofCode)
                .at("code")
                .left(*tries_left)
        };
        let record = self
            .record(Event::RecoveryMailProved, at)
            .refused(refusal.code);
        Ok(Step::refuse(self, refusal).with(Effect::Audit(Box::new(record))))
    }

    /// The button on the page of the mailed link was pressed, perhaps in another browser (R-REC-56). The link must be
    /// the newest of the case. Pressed twice, it does nothing the second time.
    ///
    /// # Errors
    /// `GL-LINK-001` when the link is not the newest, run out, or the case is over.
    pub fn mail_link(
        self,
        facts: &Facts,
        link: &LinkId,
        at: &Moment<'_>,
    ) -> Result<Step<Self>, Refusal> {
        self.live(facts, at.now)
            .map_err(|_| Refusal::new(Code::LinkOver))?;
        match &self.mail {
            MailProof::Sent {
                link: newest,
                mailed_at,
                ..
            } if newest == link && at.now.since(*mailed_at) < LINK_LIFE => {
                facts.mail_by(self.mail_which, at.now)?;
                Ok(self.mail_is_proved("link", facts, at))
            }
            _ => Err(Code::LinkOver.into()),
        }
    }

    fn mail_is_proved(mut self, by: &str, facts: &Facts, at: &Moment<'_>) -> Step<Self> {
        self.mail = MailProof::Proved { at: at.now };
        self.mail_ever = true;
        let record = self.record(Event::RecoveryMailProved, at).detail("by", by);
        let account = self.account.clone();
        let mut effects = vec![
            match self.mail_which {
                Which::First => Effect::EmailProven(account),
                Which::Second => Effect::ContactProven(account, Kind::SecondEmail),
            },
            Effect::Audit(Box::new(record)),
        ];
        effects.extend(self.begin_wait(facts, at));
        with_effects(Step::to(self), effects)
    }
}
