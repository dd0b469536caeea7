//! The proof by recovery contacts: two people whom the owner named long ago each say that it is really them.
//!
//! They are asked after password and e-mail, by somebody who cannot take the call; then all contacts have a day
//! ([`super::WAIT`]) to object. A contact who does not know of it says so, is out of the case, and everybody is told:
//! that stops no case by itself, so that one contact alone can neither open nor close anything.

use crate::audit::{Actor, Event, Record};
use crate::ids::{LinkId, RecoveryContactId};
use crate::mail::{MailKind, MailOrder};
use crate::recovery_contact::{NEEDED, RecoveryContact};
use crate::refusal::{Code, Refusal};
use crate::sign_in::Moment;
use crate::step::{Effect, Step};
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use super::contact::Facts;
use super::open::with_effects;
use super::state::{Case, MailProof};
use super::{Act, CASE_LIFE, LinkPurpose, NewLink};

/// Mails to one recovery contact in one case: the first, and two more on request.
pub const MAILS_EACH: u32 = 3;
/// Not sooner than so long after the last one.
pub const AGAIN_AFTER: Span = Span::hours(1);

/// The path of a mailed question.
pub(super) fn question_path(token: &str) -> String {
    format!("/signin/confirm/{token}")
}

/// What a recovery contact said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Answer {
    /// Nothing yet.
    None,
    /// "It is really them."
    Confirmed {
        /// When.
        at: Timestamp,
    },
    /// "I do not know of this": for good, in this case.
    Unknown {
        /// When.
        at: Timestamp,
    },
}

impl Answer {
    /// The word in texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Confirmed { .. } => "confirmed",
            Self::Unknown { .. } => "unknown",
        }
    }
}

/// A recovery contact who was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Who.
    pub person: RecoveryContactId,
    /// The newest link that was mailed; the ones before are worthless.
    pub link: LinkId,
    /// When.
    pub mailed_at: Timestamp,
    /// How many mails so far.
    pub mails: u32,
    /// What they said.
    pub answer: Answer,
}

impl Asked {
    fn may_be_mailed(&self, now: Timestamp) -> bool {
        self.answer == Answer::None
            && self.mails < MAILS_EACH
            && now.since(self.mailed_at) >= AGAIN_AFTER
    }
}

impl Case {
    fn asked_of(&self, person: &RecoveryContactId) -> Option<&Asked> {
        self.asked.iter().find(|asked| asked.person == *person)
    }

    /// The recovery contacts who would be mailed now: each once, and again after a while those who did not answer.
    pub fn to_ask<'a>(
        &'a self,
        facts: &'a Facts,
        now: Timestamp,
    ) -> impl Iterator<Item = &'a RecoveryContact> {
        let due = move |person: &&RecoveryContact| {
            let asked = self.asked_of(&person.id);
            person.counts(now) && asked.is_none_or(|asked| asked.may_be_mailed(now))
        };
        facts.people.iter().filter(due)
    }

    /// How many confirmed who still count: whoever was removed since does not.
    pub(super) fn confirmations(&self, facts: &Facts, now: Timestamp) -> usize {
        let counts = |asked: &&Asked| {
            let person = facts.people.iter().find(|p| p.id == asked.person);
            matches!(asked.answer, Answer::Confirmed { .. })
                && person.is_some_and(|person| person.counts(now))
        };
        self.asked.iter().filter(counts).count()
    }

    /// Whether two confirmed.
    pub(super) fn confirmed(&self, facts: &Facts, now: Timestamp) -> bool {
        self.confirmations(facts, now) >= NEEDED
    }

    /// The button *Ask my recovery contacts*, after password and e-mail. `allowed` are those to whom mails may be sent
    /// now at all, whichever case they are about.
    ///
    /// # Errors
    /// `GL-REC-003` without the mail proof, `GL-SIGNIN-012` when nobody can be mailed now, and why the way is closed
    /// ([`Facts::mail_and_contacts`]).
    pub fn ask(
        mut self,
        facts: &Facts,
        allowed: &[RecoveryContactId],
        at: &Moment<'_>,
    ) -> Result<Step<Self>, Refusal> {
        self.live_with_password(facts, at.now)?;
        self.mail_and_contacts_left(facts, at.now)?;
        if !self.mail_proved(at.now) {
            return Err(Code::MailProofNeeded.into());
        }
        let due: Vec<_> = self
            .to_ask(facts, at.now)
            .filter(|person| allowed.contains(&person.id))
            .cloned()
            .collect();
        if due.is_empty() {
            return Err(Refusal {
                until: self.next_question(at.now),
                ..Code::MailWait.into()
            });
        }
        let mut effects = Vec::new();
        for person in &due {
            effects.extend(self.question(person, at));
        }
        Ok(with_effects(Step::to(self), effects))
    }

    /// When somebody who did not answer may be mailed again, if ever in this case.
    pub(super) fn next_question(&self, now: Timestamp) -> Option<Timestamp> {
        let open = self.asked.iter();
        let open = open.filter(|a| a.answer == Answer::None && a.mails < MAILS_EACH);
        open.map(|a| a.mailed_at + AGAIN_AFTER)
            .min()
            .filter(|at| *at > now)
    }

    /// The mail to one of them: it names account, place, device, time and the two words, as the waiting page does.
    fn question(&mut self, person: &RecoveryContact, at: &Moment<'_>) -> [Effect; 3] {
        let label = format!("confirm {}", person.id);
        let (link, token) = (LinkId::draw(at.dice, &label), at.dice.token(&label));
        let ends_at = self.opened_at + CASE_LIFE;
        let mut mail = MailOrder::new(MailKind::RecoveryContactAsked, &person.email, person.locale)
            .account(&self.account)
            .origin(&self.client, self.opened_at)
            .fact("time", ends_at.millis().to_string());
        mail.link = Some(question_path(token.expose()));
        mail.phrase = Some(self.phrase);
        let mails = self.asked_of(&person.id).map_or(0, |asked| asked.mails);
        self.asked.retain(|asked| asked.person != person.id);
        self.asked.push(Asked {
            person: person.id.clone(),
            link: link.clone(),
            mailed_at: at.now,
            mails: mails + 1,
            answer: Answer::None,
        });
        [
            Effect::Recovery(Box::new(Act::IssueLink(NewLink {
                id: link,
                case: self.id.clone(),
                purpose: LinkPurpose::Confirm {
                    person: person.id.clone(),
                },
                token,
                ends_at,
            }))),
            Effect::Mail(Box::new(mail)),
            Effect::Audit(Box::new(
                self.record(Event::RecoveryContactAsked, at)
                    .detail("contact", person.id.as_str()),
            )),
        ]
    }

    /// What the holder of that link said so far.
    ///
    /// # Errors
    /// `GL-LINK-001` when the case is over, the link is not the newest, or its reader is no recovery contact any more.
    pub fn answer_to(
        &self,
        facts: &Facts,
        person: &RecoveryContactId,
        link: &LinkId,
        now: Timestamp,
    ) -> Result<Answer, Refusal> {
        let asked = self.asked_of(person).filter(|asked| asked.link == *link);
        let counts = facts
            .people
            .iter()
            .any(|p| p.id == *person && p.counts(now));
        match asked {
            Some(asked) if counts && self.live(facts, now).is_ok() => Ok(asked.answer),
            _ => Err(Code::LinkOver.into()),
        }
    }

    /// A recovery contact pressed one of the two buttons. *It is really them* counts once; "I do not know of this" may
    /// follow it, ends a wait that hangs on it, and is the last word. The contacts of the account are told of it.
    ///
    /// # Errors
    /// As [`Case::answer_to`], and why the way is closed.
    pub fn answered(
        mut self,
        facts: &Facts,
        (person, link): (&RecoveryContactId, &LinkId),
        really: bool,
        at: &Moment<'_>,
    ) -> Result<Step<Self>, Refusal> {
        let before = self.answer_to(facts, person, link, at.now)?;
        let (answer, event) = match (before, really) {
            (Answer::Unknown { .. }, _) | (Answer::Confirmed { .. }, true) => {
                return Ok(Step::to(self));
            }
            (Answer::None, true) => {
                self.mail_and_contacts_left(facts, at.now)?;
                let answer = Answer::Confirmed { at: at.now };
                (answer, Event::RecoveryContactConfirmed)
            }
            (_, false) => {
                let answer = Answer::Unknown { at: at.now };
                (answer, Event::RecoveryContactDenied)
            }
        };
        // A wait that hung on somebody who was removed meanwhile does not go on with another.
        self.end_wait_for_contacts(facts, at.now);
        for asked in &mut self.asked {
            if asked.person == *person {
                asked.answer = answer;
            }
        }
        let record = Record::new(event, Actor::Anonymous)
            .about(&self.account)
            .from(at.client)
            .detail("case", self.id.as_str())
            .detail("contact", person.as_str());
        let mut effects = vec![Effect::Audit(Box::new(record))];
        if really {
            effects.extend(self.begin_wait(facts, at));
        } else {
            self.end_wait_for_contacts(facts, at.now);
            effects.extend(self.notices(MailKind::RecoveryContactDenied, facts, at, &[]));
        }
        Ok(with_effects(Step::to(self), effects))
    }

    /// Whether it now hangs on people who were asked: nothing that lapses meanwhile is asked for before they answered.
    pub(super) fn waits_for_people(&self, facts: &Facts, now: Timestamp) -> bool {
        !self.asked.is_empty() && self.mail_ever && !self.confirmed(facts, now)
    }

    /// Whether password, e-mail, two confirmations and the wait are all in.
    ///
    /// # Errors
    /// As [`Facts::mail_and_contacts`] and [`Case::waited`].
    pub(super) fn by_contacts(&self, facts: &Facts, now: Timestamp) -> Result<(), Refusal> {
        facts.mail_and_contacts_by(self.mail_which, now)?;
        if matches!(self.mail, MailProof::None) || !self.confirmed(facts, now) {
            return Err(Code::ProofsMissing.into());
        }
        self.waited(super::WaitsFor::Contacts, now)
    }
}
