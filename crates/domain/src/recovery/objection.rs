//! "This was not me": the link in every notice, before and after a case is completed.
//!
//! An objection must stop a thief and must never shut the owner out: whoever reads one mailbox could press it again and
//! again. So it freezes only e-mail with phone, only for a day, once a week for each contact and three times in thirty
//! days for an account; beyond that it only delays the case by a day.

use crate::audit::{Actor, Event, Record};
use crate::mail::MailKind;
use crate::refusal::{Code, Refusal};
use crate::sign_in::Moment;
use crate::step::{Effect, Step};
use crate::time::{Span, Timestamp};

use super::contact::Facts;
use super::open::with_effects;
use super::state::{Case, ClosedBy, Status};
use super::{Act, OBJECTION_LIFE};

/// How long e-mail with phone is closed after an objection, and how long one delays a case.
pub const FREEZE: Span = Span::hours(24);
/// How long what a completed case opened is held after an objection.
pub const LONG_HOLD: Span = Span::days(7);
/// One freeze in so long for each contact.
const PER_CONTACT: Span = Span::days(7);
/// Freezes of one account are counted for so long.
const PER_ACCOUNT: Span = Span::days(30);
/// Freezes of one account in that time.
const MOST: usize = 3;

/// A freeze of the last 30 days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastFreeze {
    /// When it began.
    pub at: Timestamp,
    /// The contact that objected.
    pub contact: String,
}

/// What was looked up for an objection.
#[derive(Debug, Clone)]
pub struct ObjectionFacts {
    /// The account and its contacts.
    pub facts: Facts,
    /// The contact that the link was mailed to.
    pub contact: String,
    /// The account's freezes of the last 30 days.
    pub freezes: Vec<PastFreeze>,
}

impl ObjectionFacts {
    fn may_freeze(&self, now: Timestamp) -> bool {
        let recent = |span: Span| self.freezes.iter().filter(move |f| now.since(f.at) < span);
        recent(PER_ACCOUNT).count() < MOST
            && !recent(PER_CONTACT).any(|f| f.contact == self.contact)
    }
}

impl Case {
    /// The button "this was not me" was pressed. An open case is closed, or delayed once when the contact has used up
    /// its freezes; after completion the recovered sessions end and what was made in them is held for seven days, but
    /// no device is removed. The password was given in every case, so a new one is required. Pressed again by another
    /// contact, it changes nothing.
    ///
    /// # Errors
    /// `GL-LINK-001` more than 72 hours after the case ended.
    pub fn object(
        mut self,
        known: &ObjectionFacts,
        at: &Moment<'_>,
    ) -> Result<Step<Self>, Refusal> {
        let facts = &known.facts;
        if self
            .ended_at(at.now)
            .is_some_and(|end| at.now.since(end) >= OBJECTION_LIFE)
        {
            return Err(Code::LinkOver.into());
        }
        if self.objected {
            return Ok(Step::to(self));
        }
        let freeze = known.may_freeze(at.now);
        let mut effects = vec![Effect::Audit(Box::new(
            Record::new(Event::RecoveryObjected, Actor::Anonymous)
                .about(&self.account)
                .from(at.client)
                .detail("case", self.id.as_str())
                .detail("by", "mail")
                .detail("frozen", if freeze { "yes" } else { "no" }),
        ))];
        let completed = matches!(self.status, Status::Completed { .. });
        if !freeze && !completed {
            if self.not_before.is_none() && self.alive(at.now) {
                let until = at.now + FREEZE;
                self.not_before = Some(until);
                effects.extend(self.objected(facts, "delayed", Some(until), at));
            }
            return Ok(with_effects(Step::to(self), effects));
        }
        self.objected = true;
        if freeze {
            effects.push(Effect::Recovery(Box::new(Act::Freeze {
                account: self.account.clone(),
                contact: known.contact.clone(),
                at: at.now,
                until: at.now + FREEZE,
            })));
        }
        effects.push(Effect::RequirePassword(self.account.clone()));
        if completed {
            effects.push(Effect::Recovery(Box::new(Act::EndRecovered(
                self.id.clone(),
            ))));
            effects.push(Effect::Recovery(Box::new(Act::LengthenHold {
                case: self.id.clone(),
                until: at.now + LONG_HOLD,
            })));
            effects.extend(self.objected(facts, "undone", Some(at.now + LONG_HOLD), at));
            return Ok(with_effects(Step::to(self), effects));
        }
        effects.extend(self.cancel_call(at.now));
        if self.status == Status::Open {
            self.status = Status::Closed {
                at: at.now,
                by: ClosedBy::Objection,
            };
        }
        effects.extend(self.objected(facts, "closed", Some(at.now + FREEZE), at));
        Ok(with_effects(Step::to(self), effects))
    }

    /// Tells every contact what the objection did.
    fn objected(
        &self,
        facts: &Facts,
        did: &str,
        until: Option<Timestamp>,
        at: &Moment<'_>,
    ) -> Vec<Effect> {
        let mut more = vec![("did", did.to_owned())];
        more.extend(until.map(|t| ("time", t.millis().to_string())));
        self.notices(MailKind::Objected, facts, at, &more)
    }
}
