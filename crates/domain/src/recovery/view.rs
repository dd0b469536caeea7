//! What a page may show of a case, and nothing else: pages are made from this, never from the case itself.
//!
//! Invariant (R-REC-60): of the phone number only the last four digits, and those only after the e-mail was proved.

use crate::call::{CallView, PastCall};
use crate::client::Client;
use crate::ids::{AccountId, CaseId};
use crate::refusal::Refusal;
use crate::time::{Span, Timestamp};

use super::confirm::Answer;
use super::contact::{Beside, Facts, InForce};
use super::mail::{LINK_LIFE, MAILS_PER_HOUR};
use super::second::Which;
use super::state::{Case, MAIL_PROOF_LIFE, MailProof, PROOF_LIFE, PhoneProof, Status, Why};
use super::wait::WaitsFor;

/// Where the person is on the trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The password must be given again.
    Password,
    /// The e-mail is next.
    Mail,
    /// The phone is next.
    Phone,
    /// A saved code is next: without a good password nothing goes before it.
    SavedCode,
    /// The recovery contacts are next.
    Contacts,
    /// All proofs are in; there may be a wait left.
    Ready,
    /// The case is over.
    Over,
}

/// A proof on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofView {
    /// Not given yet.
    Missing,
    /// Given; counts until then.
    Given {
        /// Until when.
        until: Timestamp,
    },
    /// Given once and lapsed since.
    Lapsed,
}

/// The mail on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailView {
    /// The proof.
    pub proof: ProofView,
    /// The mail on its way: when it went out, until when it counts, the tries left.
    pub sent: Option<(Timestamp, Timestamp, u32)>,
    /// Mails that may still be asked for now.
    pub left: usize,
    /// When the next one may be, if not now.
    pub next_at: Option<Timestamp>,
}

/// The phone on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneView {
    /// The proof.
    pub proof: ProofView,
    /// The last four digits of the number that is asked, once the e-mail is proved (R-REC-38).
    pub last_four: Option<String>,
    /// The numbers that serve now, once the e-mail is proved.
    pub numbers: Vec<Choice>,
    /// Which of them is asked.
    pub which: Which,
    /// The last call, and those that are left.
    pub call: CallView,
}

/// An address or a number that may be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Which.
    pub which: Which,
    /// The address, masked unless it is the one that was typed; the last four digits of the number.
    pub shown: String,
    /// Whether it is a second one that was removed and serves for a while yet.
    pub removed: bool,
}

impl Choice {
    fn of(which: Which, serves: InForce<'_>, shown: String) -> Self {
        let removed = which == Which::Second && serves.former;
        Self {
            which,
            shown,
            removed,
        }
    }
}

/// A recovery contact on the page: never the whole name, nor the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonView {
    /// The first letter of the name.
    pub initial: String,
    /// When the last mail went out, if they were asked.
    pub mailed_at: Option<Timestamp>,
    /// What they said.
    pub answer: Answer,
}

/// What may be shown.
#[derive(Debug, Clone)]
pub struct View {
    /// The case.
    pub case: CaseId,
    /// The account.
    pub account: AccountId,
    /// Where the person is.
    pub stage: Stage,
    /// What happened to the device.
    pub why: Why,
    /// When the case was opened.
    pub opened_at: Timestamp,
    /// When it is over.
    pub ends_at: Timestamp,
    /// The browser that opened it.
    pub client: Client,
    /// The two-word phrase, by its number.
    pub phrase: u16,
    /// The address the mail goes to: as registered, or masked when it is not the one that was typed.
    pub email: String,
    /// The addresses that serve now, the account's own first.
    pub emails: Vec<Choice>,
    /// Which of them the newest mail went to.
    pub mail_which: Which,
    /// Whether the former address serves, because its change is too fresh.
    pub former_email: bool,
    /// The same of the number.
    pub former_phone: bool,
    /// The password.
    pub password: ProofView,
    /// The e-mail.
    pub mail: MailView,
    /// The phone.
    pub phone: PhoneView,
    /// The saved code.
    pub saved_code: ProofView,
    /// Whether the saved-code way is open.
    pub saved_code_way: Result<Beside, Refusal>,
    /// Whether the way of e-mail and phone is.
    pub mail_and_phone_way: Result<(), Refusal>,
    /// Whether the e-mail may be proved, for either way.
    pub mail_way: Result<(), Refusal>,
    /// Whether that of the recovery contacts is.
    pub mail_and_contacts_way: Result<(), Refusal>,
    /// The recovery contacts who count, once the e-mail was proved.
    pub people: Vec<PersonView>,
    /// Whether any of them can be mailed now, and when the next one can, if not.
    pub may_ask: Result<(), Option<Timestamp>>,
    /// Where the person would be without them.
    pub stage_by_phone: Stage,
    /// The end of the wait, while it lasts.
    pub waits_until: Option<Timestamp>,
    /// What is waited for.
    pub waits_for: WaitsFor,
    /// Whether the session may be opened.
    pub may_enter: Result<(), Refusal>,
    /// How the case ended, if it did.
    pub status: Status,
}

fn proof(at: Option<Timestamp>, life: Span, now: Timestamp) -> ProofView {
    match at {
        None => ProofView::Missing,
        Some(at) if now.since(at) < life => ProofView::Given { until: at + life },
        Some(_) => ProofView::Lapsed,
    }
}

impl Case {
    /// What the page of this case may show now. `past` are the calls of the last 24 hours.
    pub fn view(&self, facts: &Facts, past: &[PastCall], now: Timestamp) -> View {
        let may_enter = self.may_enter(facts, now);
        let emails = self.emails(facts, now);
        let asked = emails.iter().find(|choice| choice.which == self.mail_which);
        let email = facts.email.in_force(now);
        let shown = match asked {
            Some(choice) => choice.shown.clone(),
            None => shown(facts, email.value),
        };
        let first_phone = facts
            .phone
            .as_ref()
            .filter(|_| self.phone_which == Which::First);
        View {
            case: self.id.clone(),
            account: self.account.clone(),
            stage: self.stage(facts, now),
            why: self.why,
            opened_at: self.opened_at,
            ends_at: self.ends_at(),
            client: self.client.clone(),
            phrase: self.phrase,
            email: shown,
            emails,
            mail_which: self.mail_which,
            former_email: email.former && self.mail_which == Which::First,
            former_phone: first_phone.is_some_and(|p| p.in_force(now).former),
            password: proof(Some(self.password_at), PROOF_LIFE, now),
            mail: self.mail_view(now),
            phone: self.phone_view(facts, past, now),
            saved_code: proof(self.saved_code.as_ref().map(|(_, at)| *at), PROOF_LIFE, now),
            saved_code_way: self.saved_code_left(facts, now),
            mail_and_phone_way: self.mail_and_phone_left(facts, now),
            mail_way: facts.mail(now),
            mail_and_contacts_way: self.mail_and_contacts_left(facts, now),
            people: self.people_view(facts, now),
            may_ask: match self.to_ask(facts, now).next() {
                Some(_) => Ok(()),
                None => Err(self.next_question(now)),
            },
            stage_by_phone: self.stage_alone(facts, now),
            waits_for: self.waits_for,
            waits_until: self.waiting(facts, now),
            may_enter,
            status: self.status,
        }
    }

    fn people_view(&self, facts: &Facts, now: Timestamp) -> Vec<PersonView> {
        let people = facts.people.iter();
        let counting = people.filter(|p| self.mail_ever && p.counts(now));
        let view = counting.map(|person| {
            let asked = self.asked.iter().find(|a| a.person == person.id);
            PersonView {
                initial: person.initial(),
                mailed_at: asked.map(|a| a.mailed_at),
                answer: asked.map_or(Answer::None, |a| a.answer),
            }
        });
        view.collect()
    }

    fn stage(&self, facts: &Facts, now: Timestamp) -> Stage {
        let open = facts.mail_and_contacts_by(self.mail_which, now).is_ok();
        let alone = self.stage_alone(facts, now);
        let kept = matches!(alone, Stage::Over | Stage::Ready | Stage::SavedCode);
        if kept || !open {
            return alone;
        }
        if self.waits_for_people(facts, now) {
            return Stage::Contacts;
        }
        match alone {
            // Two confirmed, and the day is over.
            Stage::Phone if self.confirmed(facts, now) => Stage::Ready,
            Stage::Phone if self.mail_and_phone_left(facts, now).is_err() => Stage::Contacts,
            alone => alone,
        }
    }

    /// Where the person is, but for the recovery contacts.
    fn stage_alone(&self, facts: &Facts, now: Timestamp) -> Stage {
        let beside = facts.saved_code(now);
        let (mail, by_code) = (self.mail_proved(now), self.saved_code_proved(now));
        if !self.alive(now) {
            Stage::Over
        } else if self.waiting(facts, now).is_some() {
            // What lapses meanwhile is asked for when it counts.
            Stage::Ready
        } else if !self.password_proved(now) {
            Stage::Password
        } else if beside == Ok(Beside::MailAndWait) {
            match (by_code, mail) {
                (false, _) => Stage::SavedCode,
                (true, false) => Stage::Mail,
                (true, true) => Stage::Ready,
            }
        } else if by_code || (mail && self.phone_proved(now)) {
            Stage::Ready
        } else if mail {
            Stage::Phone
        } else {
            Stage::Mail
        }
    }

    /// The addresses that may be asked for a proof now.
    fn emails(&self, facts: &Facts, now: Timestamp) -> Vec<Choice> {
        let serving = Which::BOTH.into_iter().filter_map(|which| {
            facts.mail_by(which, now).ok()?;
            let serves = facts.email_of(which, now).ok()?;
            Some(Choice::of(which, serves, shown(facts, serves.value)))
        });
        serving.collect()
    }

    fn mail_view(&self, now: Timestamp) -> MailView {
        let hour = Span::hours(1);
        let recent = || self.mails.iter().filter(|m| now.since(**m) < hour);
        let left = MAILS_PER_HOUR.saturating_sub(recent().count());
        let (at, sent) = match self.mail {
            MailProof::Proved { at } => (Some(at), None),
            MailProof::Sent {
                mailed_at,
                tries_left,
                ..
            } => (None, Some((mailed_at, mailed_at + LINK_LIFE, tries_left))),
            MailProof::None => (None, None),
        };
        let proof = match proof(at, MAIL_PROOF_LIFE, now) {
            ProofView::Missing if self.mail_ever => ProofView::Lapsed,
            other => other,
        };
        MailView {
            proof,
            sent,
            left,
            next_at: (left == 0)
                .then(|| recent().min().map(|m| *m + hour))
                .flatten(),
        }
    }

    fn phone_view(&self, facts: &Facts, past: &[PastCall], now: Timestamp) -> PhoneView {
        let at = match self.phone {
            PhoneProof::Proved { at } => Some(at),
            _ => None,
        };
        let number = facts.number_of(self.phone_which, now);
        let mut numbers = Vec::new();
        if self.mail_proved(now) {
            numbers.extend(Which::BOTH.into_iter().filter_map(|which| {
                facts.mail_and_phone_by(self.mail_which, which, now).ok()?;
                let serves = facts.phone_of(which, now).ok()?;
                Some(Choice::of(which, serves, last_four(serves.value)))
            }));
        }
        PhoneView {
            proof: proof(at, PROOF_LIFE, now),
            last_four: number.filter(|_| self.mail_proved(now)).map(last_four),
            numbers,
            which: self.phone_which,
            call: CallView::of(self.last_call(), past, now),
        }
    }
}

/// An address on the page: in full only where it is the one that was typed.
fn shown(facts: &Facts, email: &str) -> String {
    if email == facts.account.email {
        email.to_owned()
    } else {
        masked(email)
    }
}

/// The last four digits of a number; fewer of a number so short that four would be most of it.
fn last_four(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let shown = 4.min(digits.len() / 2);
    digits.iter().skip(digits.len() - shown).collect()
}

/// A contact as somebody sees it whom it does not belong to: an address of a few letters, or the end of a number.
pub fn cut(contact: &str) -> String {
    if contact.contains('@') {
        masked(contact)
    } else {
        format!("…{}", last_four(contact))
    }
}

/// An address of which only the first letter and the domain's first letter can be read.
fn masked(email: &str) -> String {
    let mut parts = email.splitn(2, '@').map(|part| {
        let first: String = part.chars().take(1).collect();
        format!("{first}•••")
    });
    let local = parts.next().unwrap_or_default();
    match parts.next() {
        Some(domain) => format!("{local}@{domain}"),
        None => local,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_addresses_are_cut_r_rec_38() {
        assert_eq!(last_four("+886912345678"), "5678");
        assert_eq!(last_four("+4412"), "12");
        assert_eq!(last_four(""), "");
        assert_eq!(masked("root@example.com"), "r•••@e•••");
        assert_eq!(masked("x"), "x•••");
        assert_eq!(cut("root@example.com"), "r•••@e•••");
        assert_eq!(cut("+886912345678"), "…5678");
    }
}
