//! Opening a case, saying what happened, giving the password again, closing.

use crate::audit::{Actor, Event, Record};
use crate::call::Outcome;
use crate::channel::Pauses;
use crate::ids::{CaseId, DeviceId, LinkId};
use crate::mail::{MailKind, MailOrder};
use crate::refusal::{Code, Refusal};
use crate::sign_in::Moment;
use crate::step::{CounterKey, Effect, Step};
use crate::throttle::{Gate, Standing, Throttle};
use crate::time::Timestamp;

use super::contact::{Beside, Facts};
use super::second::Which;
use super::state::{CASE_LIFE, Case, ClosedBy, MailProof, PROOF_LIFE, PhoneProof, Status, Why};
use super::wait::WaitsFor;
use super::{Act, LinkPurpose, NewLink, OBJECTION_LIFE, objection_path};
use factors::phrase::Phrase;

/// How a case is opened: what the sign-in flow knows.
#[derive(Debug, Clone)]
pub struct Opening {
    /// When the password was given, in the sign-in flow of the same browser.
    pub password_at: Timestamp,
    /// What happened.
    pub why: Why,
    /// The devices that the person does not have any more; other devices are offered first (R-REC-03).
    pub lost: Vec<DeviceId>,
    /// Saved codes that are left: without a good password there must be one.
    pub saved_codes: u32,
}

/// What was looked up for the password, when its proof has lapsed.
#[derive(Debug, Clone)]
pub struct PasswordAgain {
    /// Whether it fits.
    pub right: bool,
    /// The password's counter for browsers of this standing.
    pub counter: Throttle,
    /// Its key.
    pub counter_key: CounterKey,
    /// Whether the browser is known.
    pub standing: Standing,
}

impl Case {
    /// Opens a case. It is refused, and no case is made, when no way can be begun with this password; the refusal is the
    /// one of the password, or else that of e-mail and phone.
    pub fn open(facts: &Facts, opening: Opening, at: &Moment<'_>) -> Step<Option<Self>> {
        let refused = |refusal: Refusal| {
            let record = Record::new(
                Event::RecoveryOpened,
                Actor::Root {
                    account: facts.account.id.clone(),
                    session: None,
                },
            )
            .from(at.client)
            .detail("why", opening.why.key())
            .refused(refusal.code);
            Step::refuse(None, refusal).with(Effect::Audit(Box::new(record)))
        };
        if let Err(refusal) = facts.account.open() {
            return refused(refusal);
        }
        if at.now.since(opening.password_at) >= PROOF_LIFE {
            return refused(Refusal::new(Code::ProofLapsed).at("password"));
        }
        let Some(password) = facts.account.password else {
            return refused(Code::PasswordNotGood.into());
        };
        let way = match (facts.saved_code_way(at.now), opening.saved_codes) {
            (Ok(Beside::MailAndWait), 0) => Err(Code::PasswordNotGood.into()),
            (Ok(Beside::Nothing), 0) if facts.pauses != Pauses::default() => facts.mail(at.now),
            (Err(refusal), _) if !password.good => Err(refusal),
            (Err(_), _) => facts.mail(at.now),
            (Ok(_), _) => Ok(()),
        };
        if let Err(refusal) = way {
            return refused(refusal);
        }
        let case = Self::begun(facts, opening, password.set_at, at);
        let kind = if case.theft_told {
            MailKind::RecoveryStolen
        } else {
            MailKind::RecoveryBegun
        };
        let record = case
            .record(Event::RecoveryOpened, at)
            .detail("why", case.why.key());
        let notices = case.notices(kind, facts, at, &[]);
        let mut step = Step::to(Some(case)).with(Effect::Audit(Box::new(record)));
        step.effects.extend(notices);
        step
    }

    /// A case of which nothing is proved but what opened it.
    pub(super) fn begun(
        facts: &Facts,
        opening: Opening,
        password_set_at: Timestamp,
        at: &Moment<'_>,
    ) -> Self {
        Self {
            id: CaseId::draw(at.dice, ""),
            account: facts.account.id.clone(),
            opened_at: at.now,
            client: at.client.clone(),
            locale: at.locale,
            phrase: Phrase::from_bytes(at.dice.bytes("phrase")).number(),
            why: opening.why,
            theft_told: opening.why == Why::Stolen,
            lost: opening.lost,
            password_at: opening.password_at,
            password_set_at,
            mail: MailProof::None,
            mail_which: Which::First,
            mail_ever: false,
            mails: Vec::new(),
            phone: PhoneProof::None,
            phone_which: Which::First,
            saved_code: None,
            asked: Vec::new(),
            waits_from: None,
            waits_for: WaitsFor::default(),
            told_again: false,
            not_before: None,
            objected: false,
            status: Status::Open,
        }
    }

    /// The person says (again) what happened. A theft warns the contacts, once; it takes effect when all proofs are in.
    ///
    /// # Errors
    /// `GL-REC-001` when the case is over.
    pub fn say_why(
        mut self,
        facts: &Facts,
        why: Why,
        at: &Moment<'_>,
    ) -> Result<Step<Self>, Refusal> {
        self.live(facts, at.now)?;
        if self.why == why {
            return Ok(Step::to(self));
        }
        self.why = why;
        let mut effects = vec![Effect::Audit(Box::new(
            self.record(Event::RecoveryReasonGiven, at)
                .detail("why", why.key()),
        ))];
        if why == Why::Stolen && !self.theft_told {
            self.theft_told = true;
            effects.extend(self.notices(MailKind::RecoveryStolen, facts, at, &[]));
        }
        Ok(with_effects(Step::to(self), effects))
    }

    /// The password is given again after its proof lapsed; nothing else was lost (P-06).
    ///
    /// # Errors
    /// `GL-REC-001` when the case is over; `GL-SIGNIN-004` or `-005` when too many wrong ones were given.
    pub fn password(
        mut self,
        facts: &Facts,
        check: &PasswordAgain,
        at: &Moment<'_>,
    ) -> Result<Step<Self>, Refusal> {
        self.live(facts, at.now)?;
        match check.counter.gate(check.standing, at.now) {
            Gate::Wait(until) => return Err(Refusal::new(Code::PasswordWait).until(until)),
            Gate::Closed => return Err(Code::PasswordClosed.into()),
            Gate::Open => {}
        }
        let record = self.record(Event::PasswordChecked, at);
        if check.right {
            self.password_at = at.now;
            return Ok(Step::to(self)
                .with(Effect::Count(
                    check.counter_key.clone(),
                    Throttle::default(),
                ))
                .with(Effect::Audit(Box::new(record))));
        }
        let failed = check.counter.failed(at.now);
        Ok(Step::refuse(
            self,
            Refusal::new(Code::WrongPassword)
                .at("password")
                .left(failed.left(check.standing)),
        )
        .with(Effect::Count(check.counter_key.clone(), failed))
        .with(Effect::Audit(Box::new(record.refused(Code::WrongPassword)))))
    }

    /// The person gives up.
    ///
    /// # Errors
    /// `GL-REC-001` when the case is over already.
    pub fn close(self, facts: &Facts, at: &Moment<'_>) -> Result<Step<Self>, Refusal> {
        if !self.alive(at.now) {
            return Err(Code::CaseClosed.into());
        }
        Ok(self.closed(ClosedBy::Person, MailKind::RecoveryClosed, facts, at))
    }

    /// The timer finds the case out of time. A case that goes on, or ended otherwise, stays as it is.
    pub fn expire(self, facts: &Facts, at: &Moment<'_>) -> Step<Self> {
        if self.status != Status::Open || self.alive(at.now) {
            return Step::to(self);
        }
        self.closed(ClosedBy::Time, MailKind::RecoveryClosed, facts, at)
    }

    /// Closes the case: a call that runs is ended, and the contacts are told.
    pub(super) fn closed(
        mut self,
        by: ClosedBy,
        kind: MailKind,
        facts: &Facts,
        at: &Moment<'_>,
    ) -> Step<Self> {
        let mut effects = self.cancel_call(at.now);
        self.status = Status::Closed { at: at.now, by };
        effects.push(Effect::Audit(Box::new(
            self.record(Event::RecoveryClosed, at)
                .detail("by", by.key()),
        )));
        effects.extend(self.notices(kind, facts, at, &[("by", by.key().to_owned())]));
        with_effects(Step::to(self), effects)
    }

    /// Ends the call that runs, if one does, and has the receiver put down.
    pub(super) fn cancel_call(&mut self, now: Timestamp) -> Vec<Effect> {
        let mut effects = self.end_call(Outcome::Cancelled, now);
        if let (false, PhoneProof::Called(call)) = (effects.is_empty(), &self.phone) {
            effects.push(Effect::HangUp(call.id.clone()));
        }
        effects
    }

    /// A record of the audit log about this case. The person has proved the password, therefore it is root's.
    pub(super) fn record(&self, event: Event, at: &Moment<'_>) -> Record {
        Record::new(
            event,
            Actor::Root {
                account: self.account.clone(),
                session: None,
            },
        )
        .from(at.client)
        .detail("case", self.id.as_str())
    }

    /// A notice to every contact, each with its own "this was not me" link. It names the browser that opened the case,
    /// so that all notices of one case tell the same story.
    pub(super) fn notices(
        &self,
        kind: MailKind,
        facts: &Facts,
        at: &Moment<'_>,
        more: &[(&str, String)],
    ) -> Vec<Effect> {
        let mut effects = Vec::with_capacity(facts.notify.len() * 2);
        let told = facts.notify.iter().map(|contact| (contact, true));
        let told = told.chain(facts.only_told.iter().map(|contact| (contact, false)));
        for (index, (contact, may_object)) in told.enumerate() {
            let label = format!("{}{index}", kind.key());
            let token = at.dice.token(&label);
            let mut mail = MailOrder::new(kind, contact, facts.account.locale)
                .account(&self.account)
                .origin(&self.client, at.now)
                .fact("why", self.why.key());
            for (name, value) in more {
                mail = mail.fact(name, value.clone());
            }
            mail.phrase = Some(self.phrase);
            if !may_object {
                effects.push(Effect::Mail(Box::new(mail)));
                continue;
            }
            mail.objection = Some(objection_path(token.expose()));
            effects.push(Effect::Recovery(Box::new(Act::IssueLink(NewLink {
                id: LinkId::draw(at.dice, &label),
                case: self.id.clone(),
                purpose: LinkPurpose::Objection {
                    contact: contact.clone(),
                },
                token,
                ends_at: at.now + CASE_LIFE + OBJECTION_LIFE,
            }))));
            effects.push(Effect::Mail(Box::new(mail)));
        }
        effects
    }
}

/// Adds several effects.
pub(super) fn with_effects<S>(mut step: Step<S>, effects: Vec<Effect>) -> Step<S> {
    step.effects.extend(effects);
    step
}
