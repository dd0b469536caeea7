//! The installation's operators: people who serve support cases, without power over any credential (R-IAM-10, R-TS-36).
//!
//! An operator is made, removed and recovered by a command on the host and nowhere else: there is no way back by mail or
//! telephone. From the end of the set-up on there is a password of at least 15 characters **and** an authenticator, and both
//! are given at each sign-in, in one step with one answer: whoever guesses is not told which of the three was wrong.
//! Limits, decoys and known browsers are those of the root user's sign-in (`throttle`, `guessing`).

use crate::audit::{Actor, Event, Record};
use crate::client::Client;
use crate::ids::{DeviceId, OperatorId, SessionId};
use crate::locale::Locale;
use crate::mail::{MailKind, MailOrder};
use crate::refusal::{Code, Refusal};
use crate::session::{ABSOLUTE, FRESH};
use crate::sign_in::{FactorVerdict, Guessing, Moment};
use crate::step::{CounterKey, Effect, Step};
use crate::throttle::{FORGOTTEN_AFTER, Gate, Standing, Throttle};
use crate::time::{Span, Timestamp};
use factors::email::Email;

/// A session of an operator ends after this long without a request.
pub const IDLE: Span = Span::minutes(60);
/// Whoever was given the right by somebody does not judge what that person opened, nor the other way round, for so long.
pub const APART: Span = Span::days(30);

/// Who gave somebody the right to serve cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Granter {
    /// A system user, by the command line on the host.
    Host(String),
    /// Another operator.
    Operator(OperatorId),
}

/// An operator. The one right there is, is to serve support cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// Names the operator.
    pub id: OperatorId,
    /// What other operators and the people they serve read.
    pub name: String,
    /// The address, as typed. It names the operator at sign-in; nothing is ever proved by it.
    pub email: String,
    /// The language of the pages and notices.
    pub locale: Locale,
    /// Who gave the right.
    pub granted_by: Granter,
    /// When.
    pub granted_at: Timestamp,
    /// When the operator was made.
    pub created_at: Timestamp,
    /// When password and authenticator were set up; nothing before, and none after a recovery until it is done again.
    pub set_up_at: Option<Timestamp>,
    /// When the operator was removed. The name stays, for what was done under it.
    pub removed_at: Option<Timestamp>,
}

/// A session of an operator. It is no session of an account, and an account's is none of an operator's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id; the cookie carries another, secret value.
    pub id: SessionId,
    /// Whose.
    pub operator: OperatorId,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The last request, to the minute.
    pub seen_at: Timestamp,
    /// The absolute end.
    pub ends_at: Timestamp,
    /// When password and authenticator were last given in it.
    pub device_at: Timestamp,
    /// The browser.
    pub client: Client,
}

impl Session {
    /// A session that opens now.
    pub fn open(id: SessionId, operator: OperatorId, client: Client, now: Timestamp) -> Self {
        Self {
            id,
            operator,
            opened_at: now,
            seen_at: now,
            ends_at: now + ABSOLUTE,
            device_at: now,
            client,
        }
    }

    /// Whether it still lives.
    pub fn alive(&self, now: Timestamp) -> bool {
        now < self.ends_at && now.since(self.seen_at) < IDLE
    }

    /// Whether the authenticator was used in it within ten minutes.
    pub fn fresh(&self, now: Timestamp) -> bool {
        now.since(self.device_at) < FRESH
    }

    /// Who does what is done in it, for the audit log.
    pub fn actor(&self) -> Actor {
        Actor::SignedInOperator {
            operator: self.operator.clone(),
            session: Some(self.id.clone()),
        }
    }
}

/// What was looked up for a sign-in, or for fresh proof within a session.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The operator with that address, if there is one whose set-up is done.
    pub operator: Option<Operator>,
    /// Whether the password fits. Always false without an operator.
    pub password: bool,
    /// The authenticator and what its code is worth; nothing where the password did not fit.
    pub code: Option<(DeviceId, FactorVerdict)>,
    /// The counter of this name for browsers of this standing.
    pub counter: Throttle,
    /// Its key.
    pub counter_key: CounterKey,
    /// Whether the browser is known for this operator.
    pub standing: Standing,
    /// What is known of guessing that is spread over many names.
    pub guessing: Guessing,
}

/// Whether a password is looked at now; asked before any hash, for names that exist and for those that do not.
///
/// # Errors
/// `GL-SIGNIN-004` during a pause, `GL-OPER-003` where only known browsers are let in; both with the time.
pub fn may_try(counter: &Throttle, standing: Standing, now: Timestamp) -> Result<(), Refusal> {
    match counter.gate(standing, now) {
        Gate::Open => Ok(()),
        Gate::Wait(until) => Err(Refusal::new(Code::PasswordWait).until(until)),
        Gate::Closed => {
            let last = Timestamp::from_millis(counter.last_at);
            Err(Refusal::new(Code::OperatorClosed).until(last + FORGOTTEN_AFTER))
        }
    }
}

/// Address, password and code were offered. The next state says whose session opens, or goes on under a new cookie, if
/// one does.
pub fn prove(event: Event, facts: &Facts, at: &Moment<'_>) -> Step<Option<OperatorId>> {
    if let Err(refusal) = may_try(&facts.counter, facts.standing, at.now) {
        return Step::refuse(None, refusal);
    }
    match (&facts.operator, &facts.code) {
        (Some(operator), Some((device, FactorVerdict::Right { step }))) if facts.password => {
            proved(event, operator, facts, at).with(Effect::BurnStep(device.clone(), *step))
        }
        _ => wrong(event, facts, at),
    }
}

fn proved(
    event: Event,
    operator: &Operator,
    facts: &Facts,
    at: &Moment<'_>,
) -> Step<Option<OperatorId>> {
    let actor = Actor::SignedInOperator {
        operator: operator.id.clone(),
        session: None,
    };
    let record = Record::new(event, actor).from(at.client);
    let step = Step::to(Some(operator.id.clone()))
        .with(Effect::Count(
            facts.counter_key.clone(),
            Throttle::default(),
        ))
        .with(Effect::Audit(Box::new(record)));
    match facts.standing {
        Standing::Known => step,
        Standing::Unknown => step.with(Effect::Mail(Box::new(new_browser(operator, at)))),
    }
}

/// One answer for whatever was wrong. What was right of it is told to the audit log alone.
fn wrong(event: Event, facts: &Facts, at: &Moment<'_>) -> Step<Option<OperatorId>> {
    let mut record = Record::new(event, Actor::Anonymous)
        .from(at.client)
        .refused(Code::OperatorWrong);
    if let Some(operator) = &facts.operator {
        let password = if facts.password { "right" } else { "wrong" };
        record = record
            .detail("operator", operator.id.as_str())
            .detail("password", password);
    }
    let mut step = Step::refuse(None, Refusal::new(Code::OperatorWrong).at("email"))
        .with(Effect::Count(
            facts.counter_key.clone(),
            facts.counter.failed(at.now),
        ))
        .with(Effect::Audit(Box::new(record)));
    if facts.standing == Standing::Unknown {
        step.effects.extend(facts.guessing.failed(at));
    }
    step
}

/// Password and authenticator were set up: the counters begin anew, and it is told and written down.
pub fn set_up(operator: &Operator, counters: Vec<CounterKey>, at: &Moment<'_>) -> Vec<Effect> {
    let actor = Actor::SignedInOperator {
        operator: operator.id.clone(),
        session: None,
    };
    let record = Record::new(Event::OperatorSetUp, actor).from(at.client);
    let counters = counters
        .into_iter()
        .map(|key| Effect::Count(key, Throttle::default()));
    counters
        .chain([
            Effect::Audit(Box::new(record)),
            Effect::Mail(Box::new(new_browser(operator, at))),
        ])
        .collect()
}

/// Tells an operator of a sign-in from a browser that was not used before (ASVS 6.3.5).
fn new_browser(operator: &Operator, at: &Moment<'_>) -> MailOrder {
    MailOrder::new(MailKind::OperatorSignIn, &operator.email, operator.locale)
        .origin(at.client, at.now)
}

/// May this operator approve what that one opened, about an account with these addresses? The rule is from the product's
/// security rules, section 5: approver ≠ opener, the device used within 10 minutes, neither given the right by the other
/// within 30 days, neither of that account.
///
/// Somebody belongs to an account whose contacts name their mailbox; what stands behind a `+` is the same mailbox here,
/// since it mostly is, and a wrong no only sends the case to another operator.
///
/// # Errors
/// `GL-OPER-006` for one who was removed or is not set up, `GL-OPER-008` for the opener, `GL-OPER-004` without fresh proof,
/// `GL-OPER-009` with the time until which the two stay apart, `GL-OPER-010` for one of that account.
pub fn may_approve(
    approver: &Operator,
    device_at: Timestamp,
    opener: &Operator,
    contacts: &[&str],
    now: Timestamp,
) -> Result<(), Refusal> {
    if approver.removed_at.is_some() || approver.set_up_at.is_none() {
        return Err(Code::NoSuchOperator.into());
    }
    if approver.id == opener.id || mailbox(&approver.email) == mailbox(&opener.email) {
        return Err(Code::ApproverOpened.into());
    }
    let apart = [(approver, opener), (opener, approver)];
    let given =
        |(to, by): &(&Operator, &Operator)| to.granted_by == Granter::Operator(by.id.clone());
    if let Some((to, _)) = apart.iter().find(|pair| given(pair))
        && now.since(to.granted_at) < APART
    {
        return Err(Refusal::new(Code::ApproverApart).until(to.granted_at + APART));
    }
    let concerned: Vec<String> = contacts.iter().map(|contact| mailbox(contact)).collect();
    if [approver, opener]
        .iter()
        .any(|operator| concerned.contains(&mailbox(&operator.email)))
    {
        return Err(Code::OfThatAccount.into());
    }
    if now.since(device_at) >= FRESH {
        return Err(Code::OperatorProofNeeded.into());
    }
    Ok(())
}

/// An address as mailboxes are compared: by its key, without what stands behind a `+`.
fn mailbox(address: &str) -> String {
    let key = Email::parse(address).map_or_else(
        |_| address.trim().to_lowercase(),
        |email| email.key().to_owned(),
    );
    match key.rsplit_once('@') {
        Some((local, host)) => {
            let local = local.split('+').next().unwrap_or(local);
            format!("{local}@{host}")
        }
        None => key,
    }
}

#[cfg(test)]
mod tests;
