//! Signing in as root: the verbs behind the pages of `/signin`.
//!
//! Each verb gathers the facts the machine needs, hashes outside the transaction, and steps inside it.

use crate::commit::Opened;
use crate::context::Ctx;
use crate::hash::Place;
use crate::{App, Error, check, flow, landing, sms};
use domain::account::Account;
use domain::guessing::{Installation, Network};
use domain::ids::{AccountId, DeviceId, FlowId};
use domain::refusal::{Code, Refusal};
use domain::sign_in::{Guessing, MailCode, PasswordFacts, SignIn, UNLOCK_TRIES};
use domain::sms::Reach;
use domain::step::CounterKey;
use domain::throttle::{FORGOTTEN_AFTER, Gate, Standing, Throttle};
use domain::time::Timestamp;
use factors::email::Email;
use factors::keypad;
use factors::password::Password;
use factors::phone::Phone;
use serde::{Deserialize, Serialize};
pub use store::device::Device;
use store::{KeyRing, Purpose, Tx};

mod factor;

pub(crate) use factor::{fresh, verdict};

pub(crate) const KIND: &str = "sign-in";

/// So much of the keyed hash of a name tells it from the few others that a network guessed at.
const GUESSED_NAME: usize = 12;

/// A sign-in flow as it is stored: the machine, and where it leads.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Flow {
    pub(crate) machine: SignIn,
    pub(crate) landing: String,
}

/// What the next page of a flow is about.
#[derive(Debug, Clone)]
pub struct View {
    /// Where the flow stands.
    pub machine: SignIn,
    /// The registered devices, once the password was right; those that are out of use stand last.
    pub devices: Vec<Device>,
    /// Those of them that a recovery was told are stolen.
    pub stolen: Vec<DeviceId>,
    /// The last four digits of the number that a code went to as a text.
    pub texted: Option<String>,
    /// Where it leads.
    pub landing: String,
}

/// What a step of a sign-in came to.
#[derive(Debug)]
pub enum Moved {
    /// On to the next page of the flow.
    On,
    /// Signed in; on to this address.
    In {
        /// The session and its cookies.
        opened: Box<Opened>,
        /// The address to go on to.
        landing: String,
    },
    /// Refused, and the page is shown again.
    Refused(Refusal),
}

impl From<flow::Stepped<Flow>> for Moved {
    fn from(stepped: flow::Stepped<Flow>) -> Self {
        match (stepped.refused, stepped.opened) {
            (Some(refusal), _) => Self::Refused(refusal),
            (None, Some(opened)) => Self::In {
                opened: Box::new(opened),
                landing: stepped.state.landing,
            },
            (None, None) => Self::On,
        }
    }
}

impl App {
    /// Begins a sign-in for whoever has this address. Only while the risk is raised something is looked up, the same for an
    /// address with an account and one without: whether the browser is known.
    ///
    /// # Errors
    /// `GL-SIGNIN-006` when it is no address, `GL-SIGNIN-001` without a browser cookie.
    pub async fn begin_sign_in(
        &self,
        ctx: &Ctx,
        typed: &str,
        return_to: Option<&str>,
    ) -> Result<FlowId, Error> {
        let email = Email::parse(typed).map_err(|_| Refusal::new(Code::NotAnEmail).at("email"))?;
        let landing = return_to
            .and_then(landing::checked)
            .unwrap_or_else(|| landing::CONSOLE_HOME.to_owned());
        let (ctx, limits) = (ctx.clone(), self.settings().guessing);
        self.db()
            .write(move |tx| {
                let shown = email.shown().to_owned();
                let machine = match check::risk(tx, &ctx, &limits)? {
                    Some(risk) if !trusted(tx, &ctx, email.key())? => {
                        SignIn::begin_checked(shown, risk, &limits, &ctx.moment())
                    }
                    _ => SignIn::begin(shown),
                };
                let landing = landing.clone();
                flow::begin_in(tx, &ctx, KIND, &Flow { machine, landing })
            })
            .await
    }

    /// Where a sign-in stands.
    ///
    /// # Errors
    /// `GL-SIGNIN-001` when it is over or another browser's.
    pub async fn look_at_sign_in(&self, ctx: &Ctx, id: &FlowId) -> Result<View, Error> {
        let (ctx, id) = (ctx.clone(), id.clone());
        self.db()
            .point(move |tx| {
                let Flow { machine, landing } = flow::find(tx, &ctx, KIND, &id)?;
                let (devices, stolen) = match machine.account() {
                    Some(account) => on_file(tx, account, ctx.now)?,
                    None => (Vec::new(), Vec::new()),
                };
                let texted = machine.texted().and_then(Phone::from_e164);
                Ok(View {
                    texted: texted.map(|phone| phone.last_four().to_owned()),
                    machine,
                    devices,
                    stolen,
                    landing,
                })
            })
            .await
    }

    /// A password was typed.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-SIGNIN-009`, `GL-REQ-009`. A wrong password is [`Moved::Refused`].
    pub async fn offer_password(
        &self,
        ctx: &Ctx,
        id: &FlowId,
        typed: &str,
    ) -> Result<Moved, Error> {
        let (known, browser, now) = (ctx.known, ctx.browser, ctx.now);
        let (ctx_owned, row, limits) = (ctx.clone(), id.clone(), self.settings().guessing);
        let before = self
            .db()
            .point(move |tx| {
                let Flow { machine, .. } = flow::find(tx, &ctx_owned, KIND, &row)?;
                let Some(email) = machine.email().and_then(|e| Email::parse(e).ok()) else {
                    return Err(Code::OutOfOrder.into());
                };
                let key = email.key().to_owned();
                let (account, standing) = who(tx, &key, known, now)?;
                let phc = store::account::password_hash(tx, &id_of(account.as_ref()))?;
                let counter = live_counter(tx, &password_counter(tx.ring(), &key, standing)?, now)?;
                let unlock = find_unlock(tx, browser.as_ref(), &key, now)?;
                let trusted = standing == Standing::Known || unlock.is_some();
                let risk = check::risk(tx, &ctx_owned, &limits)?;
                let due = machine.check_due(risk, trusted);
                Ok::<_, Error>((key, phc, standing, counter, unlock, due))
            })
            .await?;
        let (email_key, phc, standing, counter, unlock, due) = before;
        let gate_open = unlock.is_some() || counter.gate(standing, now) == Gate::Open;
        // A closed gate, and a check that comes first, are answered without a hash, for names that exist and for those that
        // do not.
        let right = match (gate_open && due.is_none(), Password::prepare(typed)) {
            (true, Ok(password)) => {
                self.hashes()
                    .verify(password, phc.as_deref(), &Place::of(ctx, standing))
                    .await?
            }
            _ => false,
        };
        let (ctx_owned, app) = (ctx.clone(), self.clone());
        let stepped = flow::step(self, ctx, KIND, id, move |tx, flow: Flow| {
            let (account, standing) = who(tx, &email_key, known, now)?;
            let same = store::account::password_hash(tx, &id_of(account.as_ref()))? == phc;
            let mut facts =
                app.password_facts(tx, &ctx_owned, &email_key, account, standing, right && same)?;
            facts.check = due;
            let step = flow.machine.password(&facts, &ctx_owned.moment())?;
            Ok(step_of(step, flow.landing))
        })
        .await?;
        Ok(stepped.into())
    }

    fn password_facts(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        email_key: &str,
        account: Option<Account>,
        standing: Standing,
        right: bool,
    ) -> Result<PasswordFacts, Error> {
        let counter_key = password_counter(tx.ring(), email_key, standing)?;
        let counter = live_counter(tx, &counter_key, ctx.now)?;
        let (mut has_device, mut wrong_codes) = (false, 0);
        // Asked for a right password only: a wrong one costs the same with an account and without.
        if let (Some(account), true) = (&account, right) {
            has_device = !store::device::of_account(tx, &account.id)?.is_empty();
            wrong_codes = live_counter(tx, &behind_counter(&account.id), ctx.now)?.failures;
        }
        let unlock = find_unlock(tx, ctx.browser.as_ref(), email_key, ctx.now)?;
        let mail_code = draw_mail_code(tx.ring(), ctx)?;
        let by_code = right && !has_device && standing == Standing::Unknown;
        let reach = match &account {
            Some(account) if by_code => self.code_by_text(tx, ctx, account)?,
            _ => None,
        };
        let guessing = self.guessing(tx, ctx, email_key, right || standing == Standing::Known)?;
        Ok(PasswordFacts {
            account,
            right,
            counter,
            counter_key,
            standing,
            unlock,
            has_device,
            wrong_codes,
            mail_code,
            reach,
            check: None,
            guessing,
        })
    }

    /// The telephone that a code goes to, where the operator set it so and the account has one.
    fn code_by_text(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        account: &Account,
    ) -> Result<Option<Reach>, Error> {
        match self.settings().texts.codes {
            true => sms::reach(tx, self.settings(), account, ctx.client.block(), ctx.now),
            false => Ok(None),
        }
    }

    /// What is known of guessing over many names; nothing is read where nothing will be counted.
    pub(crate) fn guessing(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        email_key: &str,
        uncounted: bool,
    ) -> Result<Guessing, Error> {
        let mut guessing = Guessing {
            name: String::new(),
            network: Network::default(),
            installation: Installation::default(),
            limits: self.settings().guessing,
        };
        if !uncounted {
            let name = name_of(tx.ring(), "guessing", email_key)?;
            guessing.name = name.chars().take(GUESSED_NAME).collect();
            guessing.network = store::guessing::lock(tx, &ctx.client.block())?;
            let from = guessing.limits.hour_failures;
            guessing.installation = store::guessing::installation(tx, from, ctx.now)?;
        }
        Ok(guessing)
    }

    /// A device was chosen among several, or the choice is taken back.
    ///
    /// # Errors
    /// `GL-MFA-005` when it is none of the account's, `GL-SIGNIN-001`, `GL-SIGNIN-009`.
    pub async fn choose_device(
        &self,
        ctx: &Ctx,
        id: &FlowId,
        device: Option<DeviceId>,
    ) -> Result<Moved, Error> {
        let stepped = flow::step(self, ctx, KIND, id, move |tx, flow: Flow| {
            let account = flow.machine.account().cloned().ok_or(Code::OutOfOrder)?;
            if let Some(chosen) = &device {
                device_of(tx, &account, chosen)?;
            }
            Ok(step_of(flow.machine.choose(device.clone())?, flow.landing))
        })
        .await?;
        Ok(stepped.into())
    }

    /// The mailed code was typed.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-SIGNIN-009`. A wrong code is [`Moved::Refused`].
    pub async fn offer_mail_code(
        &self,
        ctx: &Ctx,
        id: &FlowId,
        typed: &str,
    ) -> Result<Moved, Error> {
        let typed = keypad::MailCode::parse(typed);
        let ctx_owned = ctx.clone();
        let stepped = flow::step(self, ctx, KIND, id, move |tx, flow: Flow| {
            let account = account_of(tx, &flow.machine)?;
            let right = match (&flow.machine, &typed) {
                (SignIn::AwaitMailCode { code, .. }, Some(digits)) => {
                    domain::secret::equal(&mail_code_hmac(tx.ring(), &digits.to_text())?, code)
                }
                _ => false,
            };
            Ok(step_of(
                flow.machine
                    .mail_code(&account, right, &ctx_owned.moment())?,
                flow.landing,
            ))
        })
        .await?;
        Ok(stepped.into())
    }

    /// A new code was asked for: the way the last one went, or `by_mail` in any case.
    ///
    /// # Errors
    /// `GL-SIGNIN-012` when five went out already, `GL-SIGNIN-001`, `GL-SIGNIN-009`.
    pub async fn mail_code_again(
        &self,
        ctx: &Ctx,
        id: &FlowId,
        by_mail: bool,
    ) -> Result<Moved, Error> {
        let (ctx_owned, app) = (ctx.clone(), self.clone());
        let stepped = flow::step(self, ctx, KIND, id, move |tx, flow: Flow| {
            let account = account_of(tx, &flow.machine)?;
            let fresh = draw_mail_code(tx.ring(), &ctx_owned)?;
            let reach = match flow.machine.texted() {
                Some(_) if !by_mail => app.code_by_text(tx, &ctx_owned, &account)?,
                _ => None,
            };
            Ok(step_of(
                flow.machine
                    .mail_again(&account, &fresh, reach.as_ref(), &ctx_owned.moment())?,
                flow.landing,
            ))
        })
        .await?;
        Ok(stepped.into())
    }
}

/// Whether the browser is never asked for a security check: it is known for the account of this address, or a mailed
/// unlock opened the password to it.
pub(crate) fn trusted(tx: &mut Tx<'_>, ctx: &Ctx, email_key: &str) -> Result<bool, Error> {
    let (_, standing) = who(tx, email_key, ctx.known, ctx.now)?;
    let unlock = find_unlock(tx, ctx.browser.as_ref(), email_key, ctx.now)?;
    Ok(standing == Standing::Known || unlock.is_some())
}

/// The root user with that address, and the standing of the browser with them.
fn who(
    tx: &mut Tx<'_>,
    email_key: &str,
    known: Option<[u8; 32]>,
    now: Timestamp,
) -> Result<(Option<Account>, Standing), Error> {
    let account = store::account::find_by_email(tx, email_key)?;
    let standing = standing(tx, &id_of(account.as_ref()), known, now)?;
    Ok((account, standing))
}

fn id_of(account: Option<&Account>) -> AccountId {
    account.map_or_else(AccountId::nobody, |account| account.id.clone())
}

/// The standing of a browser with an account.
pub(crate) fn standing(
    tx: &mut Tx<'_>,
    account: &AccountId,
    known: Option<[u8; 32]>,
    now: Timestamp,
) -> Result<Standing, Error> {
    let known = match known {
        Some(hash) => store::session::is_known(tx, &hash, account, now)?,
        None => false,
    };
    Ok(if known {
        Standing::Known
    } else {
        Standing::Unknown
    })
}

/// The devices of an account, those in use first, and which of them are known as stolen.
fn on_file(
    tx: &mut Tx<'_>,
    account: &AccountId,
    now: Timestamp,
) -> Result<(Vec<Device>, Vec<DeviceId>), Error> {
    let mut devices = store::device::of_account(tx, account)?;
    devices.sort_by_key(|d| d.suspended(now));
    let known = store::recovery::suspensions(tx, account)?.into_iter();
    let stolen = known.filter(|s| s.stolen).map(|s| s.device).collect();
    Ok((devices, stolen))
}

/// A device of the account.
pub(crate) fn device_of(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &DeviceId,
) -> Result<Device, Error> {
    let mut devices = store::device::of_account(tx, account)?.into_iter();
    devices
        .find(|d| &d.id == id)
        .ok_or_else(|| Code::NoSuchDevice.into())
}

fn account_of(tx: &mut Tx<'_>, machine: &SignIn) -> Result<Account, Error> {
    let id = machine.account().ok_or(Code::OutOfOrder)?;
    Ok(store::account::find(tx, id)?.ok_or(Code::FlowOver)?)
}

/// The counter of wrong passwords for a name. Names are kept as HMAC: those that do not exist have counters too.
pub(crate) fn password_counter(
    ring: &KeyRing,
    email_key: &str,
    standing: Standing,
) -> Result<CounterKey, Error> {
    let name = name_of(ring, "password counter", email_key)?;
    Ok(CounterKey(format!("password:{name}:{}", standing.key())))
}

/// The counter of tries that a mailed unlock gave this browser; it starts at one and ends with the day.
pub(crate) fn unlock_counter(
    ring: &KeyRing,
    browser: &[u8; 32],
    email_key: &str,
) -> Result<CounterKey, Error> {
    let name = name_of(
        ring,
        "password unlock",
        &format!("{} {email_key}", domain::dice::base32(browser)),
    )?;
    Ok(CounterKey(format!("unlock:{name}")))
}

fn find_unlock(
    tx: &mut Tx<'_>,
    browser: Option<&[u8; 32]>,
    email_key: &str,
    now: Timestamp,
) -> Result<Option<(CounterKey, Throttle)>, Error> {
    let Some(browser) = browser else {
        return Ok(None);
    };
    let key = unlock_counter(tx.ring(), browser, email_key)?;
    let tries = live_counter(tx, &key, now)?;
    Ok((1..=UNLOCK_TRIES)
        .contains(&tries.failures)
        .then_some((key, tries)))
}

/// The counter of wrong codes of a device.
pub(crate) fn factor_counter(device: &DeviceId, standing: Standing) -> CounterKey {
    CounterKey(format!("factor:{device}:{}", standing.key()))
}

/// The day's counter of wrong codes behind a right password.
pub(crate) fn behind_counter(account: &AccountId) -> CounterKey {
    CounterKey(format!("behind:{account}"))
}

/// A counter, forgotten a day after its last failure.
pub(crate) fn live_counter(
    tx: &mut Tx<'_>,
    key: &CounterKey,
    now: Timestamp,
) -> Result<Throttle, Error> {
    let counter = store::counter::find(tx, key)?;
    let last = Timestamp::from_millis(counter.last_at);
    Ok(if now.since(last) >= FORGOTTEN_AFTER {
        Throttle::default()
    } else {
        counter
    })
}

pub(crate) fn name_of(ring: &KeyRing, what: &str, text: &str) -> Result<String, Error> {
    let mac = ring.hmac(Purpose::NAME, format!("{what}\0{text}").as_bytes())?;
    Ok(domain::dice::base32(mac.get(..20).unwrap_or(&mac)))
}

/// The HMAC under which a mailed code is kept.
pub(crate) fn mail_code_hmac(ring: &KeyRing, digits: &str) -> Result<Vec<u8>, Error> {
    Ok(ring.hmac(Purpose::PEPPER, digits.as_bytes())?.to_vec())
}

/// A fresh mailed code of eight digits.
pub(crate) fn draw_mail_code(ring: &KeyRing, ctx: &Ctx) -> Result<MailCode, Error> {
    let digits = keypad::MailCode::for_mail(ctx.dice.bytes("mail code")).to_text();
    Ok(MailCode {
        hmac: mail_code_hmac(ring, &digits)?,
        digits: domain::secret::Secret::new(digits.to_string()),
    })
}

pub(crate) fn step_of(
    step: domain::step::Step<SignIn>,
    landing: String,
) -> domain::step::Step<Flow> {
    domain::step::Step {
        next: Flow {
            machine: step.next,
            landing,
        },
        effects: step.effects,
        show: step.show,
    }
}
