//! The sign-in machine of the root user: a security check where the risk is raised, password, then a registered device or a
//! code by mail or text, then the console.
//!
//! A name that does not exist runs the same steps: it has a counter, gets the same refusals and costs the same.
//! What a person sees is therefore the same sequence with and without an account (R-ROOT-26), which a property
//! test checks.

use crate::account::{Account, INITIAL_PASSWORD, PasswordOrigin};
use crate::audit::{Actor, Event, Record};
use crate::check::{ADMITS, Answer, Check, Verdict};
use crate::client::Client;
use crate::dice::Dice;
use crate::guessing::{Installation, Limits, Network, Risk};
use crate::ids::{AccountId, DeviceId};
use crate::locale::Locale;
use crate::refusal::{Code, Refusal};
use crate::session::{ABSOLUTE, Hold, Origin};
use crate::sms::Reach;
use crate::step::{CounterKey, Effect, NewSession, Step};
use crate::throttle::{Gate, Standing, Throttle};
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

mod code;
mod factor;

use code::send_code;

pub use factor::{CHECKS_A_DAY, ClockTrace, DriftSeen, FactorFacts, FactorVerdict};

/// A flow nobody touches for so long is over.
pub const IDLE: Span = Span::minutes(30);
/// The longest life of a flow.
pub const ABSOLUTE_LIFE: Span = Span::hours(24);
/// The life of a mailed sign-in code (ASVS 6.5.5 asks for at most ten minutes).
pub const MAIL_CODE_LIFE: Span = Span::minutes(10);
/// Wrong entries that a mailed code admits.
pub const MAIL_CODE_TRIES: u32 = 5;
/// Wrong MFA codes behind a right password in 24 h, after which the password is closed to unknown browsers.
pub const CODES_BEHIND_PASSWORD: u32 = 10;
/// Tries that a mailed unlock admits, within a day.
pub const UNLOCK_TRIES: u32 = 10;

/// Where the flow stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "kebab-case")]
pub enum SignIn {
    /// The e-mail was named, and the risk is raised: a security check comes before the password.
    AwaitCheck {
        /// As typed, to be shown.
        email: String,
        /// The check.
        check: Check,
    },
    /// The e-mail was named; the password is next.
    AwaitPassword {
        /// As typed, to be shown.
        email: String,
        /// Passwords that a passed check still admits while the risk is raised.
        #[serde(default)]
        admits: u32,
    },
    /// The password was right and the account has devices.
    AwaitFactor {
        /// Whose.
        account: AccountId,
        /// As typed, to be shown.
        email: String,
        /// When the password was given.
        password_at: Timestamp,
        /// The device chosen, where there are several.
        device: Option<DeviceId>,
        /// What the codes typed so far tell of a device's clock.
        #[serde(default)]
        clock: ClockTrace,
    },
    /// The password was right, there is no device, and the browser is not known: a code was mailed.
    AwaitMailCode {
        /// Whose.
        account: AccountId,
        /// As typed, to be shown.
        email: String,
        /// When the password was given.
        password_at: Timestamp,
        /// HMAC of the code.
        code: Vec<u8>,
        /// When it was mailed.
        mailed_at: Timestamp,
        /// Wrong entries it still admits.
        tries_left: u32,
        /// Mails and texts sent by this flow.
        mails: u32,
        /// The number that the code went to as a text, if it did.
        #[serde(default)]
        texted: Option<String>,
    },
    /// Signed in.
    Done,
}

/// What was looked up for a password.
#[derive(Debug, Clone)]
pub struct PasswordFacts {
    /// The account with that address, if there is one.
    pub account: Option<Account>,
    /// Whether the password fits. Always false without an account.
    pub right: bool,
    /// The counter of this name for browsers of this standing.
    pub counter: Throttle,
    /// Its key.
    pub counter_key: CounterKey,
    /// Whether the browser is known for this account.
    pub standing: Standing,
    /// A mailed unlock of the password for this browser, as the counter of its tries, if there is one.
    pub unlock: Option<(CounterKey, Throttle)>,
    /// Whether the account has a device that is neither suspended nor unfinished.
    pub has_device: bool,
    /// Wrong MFA codes behind this password in the last 24 h.
    pub wrong_codes: u32,
    /// A fresh mail code and its HMAC, in case one is to be sent.
    pub mail_code: MailCode,
    /// The telephone that a code goes to, where codes go by text and the account has a proved one.
    pub reach: Option<Reach>,
    /// The risk that asks for a security check before this password is looked at, if one is due ([`SignIn::check_due`]).
    pub check: Option<Risk>,
    /// What is known of guessing, for a wrong password.
    pub guessing: Guessing,
}

/// What is known of guessing that is spread over many names.
#[derive(Debug, Clone)]
pub struct Guessing {
    /// The name, as a keyed hash.
    pub name: String,
    /// The network of the client.
    pub network: Network,
    /// The whole installation.
    pub installation: Installation,
    /// How much is too much.
    pub limits: Limits,
}

impl Guessing {
    /// What one more failure does: it is remembered, and told where it raised a risk.
    pub fn failed(&self, at: &Moment<'_>) -> Vec<Effect> {
        let (network, raised) = self
            .network
            .clone()
            .failed(&self.name, &self.limits, at.now);
        let risks = [raised, self.installation.failed(&self.limits)];
        let records = risks
            .into_iter()
            .flatten()
            .map(|risk| Effect::Audit(Box::new(risk.raised().from(at.client))));
        std::iter::once(Effect::Guessed(Box::new(network)))
            .chain(records)
            .collect()
    }
}

impl PasswordFacts {
    /// Whether a mailed unlock opens the password to this browser. Its counter starts at one.
    pub fn unlocked(&self) -> bool {
        self.unlock
            .as_ref()
            .is_some_and(|(_, tries)| (1..=UNLOCK_TRIES).contains(&tries.failures))
    }
}

/// A code to be mailed, and what is kept of it.
#[derive(Debug, Clone)]
pub struct MailCode {
    /// The eight digits.
    pub digits: crate::secret::Secret<String>,
    /// Their HMAC under the pepper.
    pub hmac: Vec<u8>,
}

/// The circumstances of a step.
#[derive(Debug, Clone)]
pub struct Moment<'a> {
    /// The present.
    pub now: Timestamp,
    /// The browser.
    pub client: &'a Client,
    /// The language of the page.
    pub locale: Locale,
    /// The dice of the request.
    pub dice: &'a Dice,
}

impl SignIn {
    /// A flow for somebody who named an address. Whether it has an account is not looked at.
    pub const fn begin(email: String) -> Self {
        Self::AwaitPassword { email, admits: 0 }
    }

    /// The same while the risk is raised: a security check comes first.
    pub fn begin_checked(email: String, risk: Risk, limits: &Limits, at: &Moment<'_>) -> Self {
        Self::AwaitCheck {
            email,
            check: Check::new(risk, limits.work_bits, at),
        }
    }

    /// The risk for which a check is due before a password is looked at. `trusted` says that the browser is known for the
    /// account, or that a mailed unlock opened the password to it.
    pub fn check_due(&self, risk: Option<Risk>, trusted: bool) -> Option<Risk> {
        match self {
            Self::AwaitPassword { admits: 0, .. } if !trusted => risk,
            _ => None,
        }
    }

    /// The security check was answered.
    ///
    /// # Errors
    /// `GL-SIGNIN-009` when the flow is elsewhere; nothing changes.
    pub fn check(self, answer: &Answer, at: &Moment<'_>) -> Result<Step<Self>, Refusal> {
        let Self::AwaitCheck { email, check } = self else {
            return Err(Code::OutOfOrder.into());
        };
        Ok(match check.answer(answer, at) {
            Verdict::Passed(record) => Step::to(Self::AwaitPassword {
                email,
                admits: ADMITS,
            })
            .with(Effect::Audit(record)),
            Verdict::Again(check, refusal) => {
                Step::refuse(Self::AwaitCheck { email, check }, refusal)
            }
            Verdict::Over(record) => {
                Step::refuse(Self::Done, Code::CheckTooOften).with(Effect::Audit(record))
            }
        })
    }

    /// Other characters were asked for.
    ///
    /// # Errors
    /// `GL-SIGNIN-009` when the flow is elsewhere; nothing changes.
    pub fn check_again(self, at: &Moment<'_>) -> Result<Step<Self>, Refusal> {
        match self {
            Self::AwaitCheck { email, check } => Ok(Step::to(Self::AwaitCheck {
                email,
                check: check.again(at),
            })),
            _ => Err(Code::OutOfOrder.into()),
        }
    }

    /// A password was offered.
    ///
    /// # Errors
    /// `GL-SIGNIN-009` when the flow is elsewhere; nothing changes.
    pub fn password(self, facts: &PasswordFacts, at: &Moment<'_>) -> Result<Step<Self>, Refusal> {
        let Self::AwaitPassword { email, admits } = &self else {
            return Err(Code::OutOfOrder.into());
        };
        let (email, admits) = (email.clone(), *admits);
        if !facts.unlocked() {
            match facts.counter.gate(facts.standing, at.now) {
                Gate::Wait(until) => {
                    return Ok(Step::refuse(
                        self,
                        Refusal::new(Code::PasswordWait).until(until),
                    ));
                }
                Gate::Closed => return Ok(Step::refuse(self, Code::PasswordClosed)),
                Gate::Open => {}
            }
        }
        if let Some(risk) = facts.check {
            let next = Self::begin_checked(email, risk, &facts.guessing.limits, at);
            return Ok(Step::refuse(next, Code::CheckFirst));
        }
        let (Some(account), true) = (&facts.account, facts.right) else {
            return Ok(wrong_password(email, admits, facts, at));
        };
        if facts.wrong_codes >= CODES_BEHIND_PASSWORD
            && facts.standing == Standing::Unknown
            && !facts.unlocked()
        {
            return Ok(Step::refuse(self, Code::PasswordClosed));
        }
        let usable = account
            .open()
            .and_then(|()| initial_still_valid(account, at.now));
        if let Err(refusal) = usable {
            let record = root(Event::PasswordChecked, account, at).refused(refusal.code);
            return Ok(Step::refuse(self, refusal).with(Effect::Audit(Box::new(record))));
        }
        let passed = |next: Self| {
            Step::to(next)
                .with(Effect::Count(
                    facts.counter_key.clone(),
                    Throttle::default(),
                ))
                .with(Effect::Audit(Box::new(root(
                    Event::PasswordChecked,
                    account,
                    at,
                ))))
        };
        let id = account.id.clone();
        if facts.has_device {
            return Ok(passed(Self::AwaitFactor {
                account: id,
                email,
                password_at: at.now,
                device: None,
                clock: ClockTrace::default(),
            }));
        }
        if facts.standing == Standing::Known {
            let step = passed(Self::Done);
            return Ok(complete(step, account, at, None));
        }
        let (sent, texted) = send_code(account, &facts.mail_code, facts.reach.as_ref(), at);
        Ok(passed(Self::AwaitMailCode {
            account: id,
            email,
            password_at: at.now,
            code: facts.mail_code.hmac.clone(),
            mailed_at: at.now,
            tries_left: MAIL_CODE_TRIES,
            mails: 1,
            texted,
        })
        .with(sent))
    }

    /// A device was chosen among several (R-MFA-03), or the choice is taken back.
    ///
    /// # Errors
    /// `GL-SIGNIN-009` when the flow is elsewhere.
    pub fn choose(self, chosen: Option<DeviceId>) -> Result<Step<Self>, Refusal> {
        match self {
            Self::AwaitFactor {
                account,
                email,
                password_at,
                clock,
                ..
            } => Ok(Step::to(Self::AwaitFactor {
                account,
                email,
                password_at,
                device: chosen,
                clock,
            })),
            _ => Err(Code::OutOfOrder.into()),
        }
    }

    /// The account, once the password was right.
    pub const fn account(&self) -> Option<&AccountId> {
        match self {
            Self::AwaitFactor { account, .. } | Self::AwaitMailCode { account, .. } => {
                Some(account)
            }
            Self::AwaitCheck { .. } | Self::AwaitPassword { .. } | Self::Done => None,
        }
    }

    /// The number that the code went to, if it went as a text.
    pub fn texted(&self) -> Option<&str> {
        match self {
            Self::AwaitMailCode { texted, .. } => texted.as_deref(),
            _ => None,
        }
    }

    /// The address as it was typed.
    pub fn email(&self) -> Option<&str> {
        match self {
            Self::AwaitCheck { email, .. }
            | Self::AwaitPassword { email, .. }
            | Self::AwaitFactor { email, .. }
            | Self::AwaitMailCode { email, .. } => Some(email),
            Self::Done => None,
        }
    }
}

/// The device that completed a sign-in.
struct Factor {
    device: DeviceId,
    hold: Option<Hold>,
    password_at: Timestamp,
}

/// Stays at the password, and counts: for the name, and for guessing that is spread over many of them.
fn wrong_password(
    email: String,
    admits: u32,
    facts: &PasswordFacts,
    at: &Moment<'_>,
) -> Step<SignIn> {
    let record = Record::new(Event::PasswordChecked, Actor::Anonymous)
        .from(at.client)
        .refused(Code::WrongCredentials);
    let record = match &facts.account {
        Some(account) => record.about(&account.id),
        None => record,
    };
    let next = SignIn::AwaitPassword {
        email,
        admits: admits.saturating_sub(1),
    };
    let mut step = Step::refuse(next, Refusal::new(Code::WrongCredentials).at("password"))
        .with(Effect::Count(
            facts.counter_key.clone(),
            facts.counter.failed(at.now),
        ))
        .with(Effect::Audit(Box::new(record)));
    if let Some((key, tries)) = &facts.unlock {
        step = step.with(Effect::Count(key.clone(), tries.failed(at.now)));
    }
    if facts.standing == Standing::Known {
        return step;
    }
    step.effects.extend(facts.guessing.failed(at));
    step
}

fn root(event: Event, account: &Account, at: &Moment<'_>) -> Record {
    Record::new(
        event,
        Actor::Root {
            account: account.id.clone(),
            session: None,
        },
    )
    .from(at.client)
}

/// A password set for somebody else is refused once its time is over.
fn initial_still_valid(account: &Account, now: Timestamp) -> Result<(), Refusal> {
    match account.password {
        Some(p)
            if p.origin == PasswordOrigin::Initial && now.since(p.set_at) >= INITIAL_PASSWORD =>
        {
            Err(Refusal::new(Code::WrongCredentials).at("password"))
        }
        _ => Ok(()),
    }
}

/// Adds what every completed sign-in does: the session, the browser's standing, the record.
fn complete(
    step: Step<SignIn>,
    account: &Account,
    at: &Moment<'_>,
    factor: Option<Factor>,
) -> Step<SignIn> {
    let password_hold = account.password.and_then(|p| p.hold);
    let session = match factor {
        Some(f) => NewSession {
            account: account.id.clone(),
            origin: Origin::SignIn,
            password_at: f.password_at,
            mfa_at: Some(at.now),
            device: Some(f.device),
            hold: f.hold,
            ends_at: at.now + ABSOLUTE,
        },
        None => NewSession {
            account: account.id.clone(),
            origin: Origin::SignIn,
            password_at: at.now,
            mfa_at: None,
            device: None,
            hold: password_hold,
            ends_at: at.now + ABSOLUTE,
        },
    };
    let mfa = if session.mfa_at.is_some() {
        "yes"
    } else {
        "no"
    };
    step.with(Effect::OpenSession(Box::new(session)))
        .with(Effect::KnowBrowser(account.id.clone()))
        .with(Effect::Audit(Box::new(
            root(Event::ConsoleLogin, account, at).detail("mfa", mfa),
        )))
}

#[cfg(test)]
mod tests;
