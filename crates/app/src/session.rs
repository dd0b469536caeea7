//! Sessions: finding one by its cookie, listing and ending them, and fresh proof for sensitive acts.

use crate::api::session_token;
use crate::commit::Writer;
use crate::context::Ctx;
use crate::hash::Place;
use crate::sign_in::{behind_counter, device_of, factor_counter, live_counter, standing, verdict};
use crate::{App, Error, token};
use domain::account::{Account, MFA_REQUIRED_AFTER, PasswordOrigin};
use domain::audit::{Actor, Event, Record};
use domain::ids::{AccountId, DeviceId, SessionId};
use domain::refusal::{Code, Refusal};
use domain::secret::Secret;
use domain::session::{Act, Origin, Session};
use domain::sign_in::FactorVerdict;
use domain::throttle::{FORGOTTEN_AFTER, Gate, Standing, Throttle};
use domain::time::{Span, Timestamp};
use factors::password::Password;
use factors::totp;
use store::device::Device;
use store::{Purpose, Tx};

/// How often the idle limit is moved on: not at each request, so that reading pages writes nothing.
pub(crate) const SEEN_EVERY: Span = Span::minutes(1);

/// A session with its account.
#[derive(Debug, Clone)]
pub struct Found {
    /// The session.
    pub session: Session,
    /// Its account.
    pub account: Account,
    /// Whether a new password is asked for before anything else (R-REC-32).
    pub password_required: bool,
    /// Whether a device must be registered before anything else: the account has been open for 35 days and has none.
    pub device_required: bool,
}

/// What fresh proof takes.
#[derive(Debug, Clone)]
pub struct ProofAsked {
    /// Whose password.
    pub email: String,
    /// The devices of which one is asked for a code; none where the password is all there is.
    pub devices: Vec<Device>,
    /// Whether the last proof is fresh enough still.
    pub fresh: bool,
}

/// Fresh proof was taken: the session goes on under a new cookie.
#[derive(Debug)]
pub enum Proved {
    /// Proved; the new value of the session cookie.
    Fresh(Secret<String>),
    /// Refused, and the form is shown again.
    Refused(Refusal),
}

impl App {
    /// The living session of a cookie.
    ///
    /// # Errors
    /// Only faults of the store.
    pub async fn find_session(&self, ctx: &Ctx, cookie: &str) -> Result<Option<Found>, Error> {
        let (hash, now) = (token::hash(cookie), ctx.now);
        let found = self
            .db()
            .point(move |tx| {
                let Some(session) =
                    store::session::find_by_token(tx, &hash)?.filter(|s| s.alive(now))
                else {
                    return Ok::<_, Error>(None);
                };
                let Some(account) =
                    store::account::find(tx, &session.account)?.filter(|a| a.open().is_ok())
                else {
                    return Ok(None);
                };
                let initial = account
                    .password
                    .is_some_and(|p| p.origin == PasswordOrigin::Initial);
                let password_required =
                    initial || store::account::new_password_required(tx, &account.id)?;
                let due = now >= account.created_at + MFA_REQUIRED_AFTER;
                let device_required = due && store::device::of_account(tx, &account.id)?.is_empty();
                Ok(Some(Found {
                    device_required,
                    session,
                    account,
                    password_required,
                }))
            })
            .await?;
        if let Some(found) = &found
            && now.since(found.session.seen_at) >= SEEN_EVERY
        {
            let id = found.session.id.clone();
            self.db()
                .write(move |tx| store::session::seen(tx, &id, now).map_err(Error::from))
                .await?;
        }
        Ok(found)
    }

    /// The token that forms of this browser and session carry.
    pub fn form_token(&self, browser: &str, session: Option<&SessionId>) -> String {
        let session = session.map_or("", SessionId::as_str);
        let data = format!("{browser}\0{session}");
        match self.db().ring().hmac(Purpose::CSRF, data.as_bytes()) {
            Ok(mac) => domain::dice::base32(mac.get(..20).unwrap_or(&mac)),
            Err(error) => {
                tracing::error!(%error, "no form token");
                String::new()
            }
        }
    }

    /// The account and the devices of the session.
    ///
    /// # Errors
    /// `GL-SESSION-001` when nobody is signed in.
    pub async fn my_account(&self, ctx: &Ctx) -> Result<(Account, Vec<Device>), Error> {
        let id = ctx.root()?.account.clone();
        self.db()
            .read(move |tx| {
                let account = store::account::find(tx, &id)?.ok_or(Code::SignInNeeded)?;
                Ok((account, store::device::of_account(tx, &id)?))
            })
            .await
    }

    /// Whether the session proved itself freshly enough for a sensitive page.
    ///
    /// # Errors
    /// `GL-SESSION-001`, `GL-SESSION-002`.
    pub fn require_fresh_proof(&self, ctx: &Ctx, devices: &[Device]) -> Result<(), Error> {
        let has_device = devices.iter().any(|d| !d.suspended(ctx.now));
        if ctx.root()?.fresh(ctx.now, has_device) {
            Ok(())
        } else {
            Err(Code::StepUpNeeded.into())
        }
    }

    /// All sessions of the account, latest first.
    ///
    /// # Errors
    /// `GL-SESSION-001` when nobody is signed in.
    pub async fn my_sessions(&self, ctx: &Ctx) -> Result<Vec<Session>, Error> {
        let (id, now) = (ctx.root()?.account.clone(), ctx.now);
        let all = self
            .db()
            .read(move |tx| store::session::of_account(tx, &id).map_err(Error::from))
            .await?;
        Ok(all.into_iter().filter(|s| s.alive(now)).collect())
    }

    /// Signs out: the session is gone before the answer leaves (R-OUT-06).
    ///
    /// # Errors
    /// Only faults of the store; without a session there is nothing to do.
    pub async fn sign_out(&self, ctx: &Ctx) -> Result<(), Error> {
        let Some(session) = ctx.session.clone() else {
            return Ok(());
        };
        let writer = Writer::of(self, ctx);
        self.db()
            .write(move |tx| {
                store::session::end(tx, &session.account, &session.id)?;
                writer.audit(
                    tx,
                    0,
                    &Record::new(Event::Logout, root(&session)).from(&writer.client),
                )
            })
            .await
    }

    /// Ends another session of the same account, or all others.
    ///
    /// # Errors
    /// `GL-SESSION-001`, `GL-SESSION-002` without fresh proof.
    pub async fn end_sessions(&self, ctx: &Ctx, only: Option<SessionId>) -> Result<u64, Error> {
        let session = ctx.root()?.clone();
        let writer = Writer::of(self, ctx);
        self.db()
            .write(move |tx| {
                may_freshly(tx, &session, Act::EndSessions, writer.now)?;
                let ended = match &only {
                    Some(id) => u64::from(store::session::end(tx, &session.account, id)?),
                    None => {
                        session_token::end_root(tx, &session.account, &writer.dice)?;
                        store::session::end_others(tx, &session.account, &session.id)?
                    }
                };
                let record = Record::new(Event::SessionsEnded, root(&session)).from(&writer.client);
                writer.audit(tx, 0, &record.detail("ended", ended.to_string()))?;
                Ok(ended)
            })
            .await
    }

    /// What fresh proof is asked of this session, and whether it is needed at all.
    ///
    /// # Errors
    /// `GL-SESSION-001` when nobody is signed in.
    pub async fn proof_asked(&self, ctx: &Ctx) -> Result<ProofAsked, Error> {
        let (session, now) = (ctx.root()?.clone(), ctx.now);
        self.db()
            .read(move |tx| {
                let account =
                    store::account::find(tx, &session.account)?.ok_or(Code::SignInNeeded)?;
                let devices = askable(tx, &session, now)?;
                let in_use = in_use(tx, &session.account, now)?;
                Ok(ProofAsked {
                    email: account.email,
                    fresh: session.fresh(now, in_use),
                    devices,
                })
            })
            .await
    }

    /// Whether this session may do such a sensitive thing now: asked before a form is shown, so that nobody fills in
    /// what will be refused.
    ///
    /// # Errors
    /// `GL-SESSION-001`, `GL-SESSION-003` while held, `GL-SESSION-002` without fresh proof.
    pub async fn may_do(&self, ctx: &Ctx, act: Act) -> Result<(), Error> {
        let (session, now) = (ctx.root()?.clone(), ctx.now);
        self.db()
            .read(move |tx| may_freshly(tx, &session, act, now))
            .await
    }

    /// Takes fresh proof: the password, and a registered device if there is one.
    ///
    /// # Errors
    /// `GL-SESSION-001`, `GL-MFA-005`, `GL-REQ-009`. A wrong password or code is [`Proved::Refused`].
    pub async fn step_up(
        &self,
        ctx: &Ctx,
        password: &str,
        device: Option<DeviceId>,
        code: &str,
    ) -> Result<Proved, Error> {
        let session = ctx.root()?.clone();
        let known = Standing::Known;
        let id = session.account.clone();
        let phc = self
            .db()
            .read(move |tx| store::account::password_hash(tx, &id).map_err(Error::from))
            .await?;
        let key = domain::step::CounterKey(format!("step-up:{}", session.id));
        let (gate_key, now) = (key.clone(), ctx.now);
        let counter = self
            .db()
            .read(move |tx| live_counter(tx, &gate_key, now))
            .await?;
        if let Some(until) = shut(&counter, known, now) {
            return Ok(Proved::Refused(
                Refusal::new(Code::PasswordWait).until(until),
            ));
        }
        let right = match Password::prepare(password) {
            Ok(password) => {
                self.hashes()
                    .verify(password, phc.as_deref(), &Place::of(ctx, known))
                    .await?
            }
            Err(_) => false,
        };
        let (writer, code) = (Writer::of(self, ctx), totp::Code::parse(code));
        let browser = ctx.known;
        self.db()
            .write(move |tx| {
                let proof = Proof {
                    right,
                    device: device.as_ref(),
                    code,
                    browser,
                };
                let checked = check_step_up(tx, &session, &proof, writer.now)?;
                let record = Record::new(Event::StepUpChecked, root(&session)).from(&writer.client);
                match checked {
                    Err(refusal) => {
                        store::counter::add(tx, &key, writer.now)?;
                        writer.audit(tx, 0, &record.refused(refusal.code))?;
                        Ok(Proved::Refused(refusal))
                    }
                    Ok(used) => {
                        let fresh = writer.dice.token("step-up");
                        let mut session = session.clone();
                        session.password_at = writer.now;
                        if let Some(device) = used {
                            session.mfa_at = Some(writer.now);
                            session.device = Some(device);
                        }
                        store::counter::set(tx, &key, Throttle::default())?;
                        store::session::proven(tx, &session, &token::hash(fresh.expose()))?;
                        writer.audit(tx, 0, &record)?;
                        Ok(Proved::Fresh(fresh))
                    }
                }
            })
            .await
    }
}

/// What was offered as fresh proof.
struct Proof<'a> {
    right: bool,
    device: Option<&'a DeviceId>,
    code: Option<totp::Code>,
    browser: Option<[u8; 32]>,
}

fn check_step_up(
    tx: &mut Tx<'_>,
    session: &Session,
    proof: &Proof<'_>,
    now: Timestamp,
) -> Result<Result<Option<DeviceId>, Refusal>, Error> {
    if !proof.right {
        return Ok(Err(Refusal::new(Code::WrongPassword).at("password")));
    }
    let devices = askable(tx, session, now)?;
    let Some(chosen) = proof.device.or_else(|| devices.first().map(|d| &d.id)) else {
        return Ok(Ok(None));
    };
    let device = device_of(tx, &session.account, chosen)?;
    let standing = standing(tx, &session.account, proof.browser, now)?;
    let key = factor_counter(&device.id, standing);
    let counter = live_counter(tx, &key, now)?;
    if let Some(until) = shut(&counter, standing, now) {
        return Ok(Err(Refusal::new(Code::DeviceWait).until(until)));
    }
    match verdict(tx, &device, proof.code, now)? {
        FactorVerdict::Right { step } if !device.suspended(now) => {
            store::device::burn(tx, &device.id, step)?;
            store::device::used(tx, &device.id, now)?;
            store::counter::set(tx, &key, Throttle::default())?;
            store::counter::set(tx, &behind_counter(&session.account), Throttle::default())?;
            Ok(Ok(Some(device.id)))
        }
        FactorVerdict::Right { .. } => Ok(Err(Refusal::new(Code::DeviceSuspended).at("code"))),
        FactorVerdict::Burnt => Ok(Err(Refusal::new(Code::CodeBurnt).at("code"))),
        FactorVerdict::Wrong => {
            store::counter::set(tx, &key, counter.failed(now))?;
            Ok(Err(Refusal::new(Code::WrongFactorCode)
                .at("code")
                .left(counter.failed(now).left(standing))))
        }
    }
}

/// Until when a counter admits no try. One that is closed opens when it is forgotten.
pub(crate) fn shut(counter: &Throttle, standing: Standing, now: Timestamp) -> Option<Timestamp> {
    match counter.gate(standing, now) {
        Gate::Open => None,
        Gate::Wait(until) => Some(until),
        Gate::Closed => Some(Timestamp::from_millis(counter.last_at) + FORGOTTEN_AFTER),
    }
}

/// The devices that this session can be asked for. In a recovered session the devices on file are the lost ones, and
/// one that was registered in it claims no MFA: the password is what there is.
fn askable(tx: &mut Tx<'_>, session: &Session, now: Timestamp) -> Result<Vec<Device>, Error> {
    if matches!(session.origin, Origin::Recovered { .. }) {
        return Ok(Vec::new());
    }
    let mut devices = store::device::of_account(tx, &session.account)?;
    devices.retain(|d| !d.suspended(now));
    Ok(devices)
}

/// Whether the account has a device that is not put out of use.
fn in_use(tx: &mut Tx<'_>, account: &AccountId, now: Timestamp) -> Result<bool, Error> {
    let devices = store::device::of_account(tx, account)?;
    Ok(devices.iter().any(|d| !d.suspended(now)))
}

/// The actor of a session.
pub(crate) fn root(session: &Session) -> Actor {
    Actor::Root {
        account: session.account.clone(),
        session: Some(session.id.clone()),
    }
}

/// May this session do that, with the account's devices as they are in this transaction?
///
/// # Errors
/// `GL-SESSION-003` while held.
pub(crate) fn may(
    tx: &mut Tx<'_>,
    session: &Session,
    act: Act,
    now: Timestamp,
) -> Result<bool, Error> {
    let has_device = in_use(tx, &session.account, now)?;
    session.may(act, now, has_device)?;
    Ok(has_device)
}

/// May this session do a sensitive thing: not held against it, and proved within ten minutes?
///
/// # Errors
/// `GL-SESSION-003` while held, `GL-SESSION-002` without fresh proof.
pub(crate) fn may_freshly(
    tx: &mut Tx<'_>,
    session: &Session,
    act: Act,
    now: Timestamp,
) -> Result<(), Error> {
    let has_device = may(tx, session, act, now)?;
    if session.fresh(now, has_device) {
        Ok(())
    } else {
        Err(Code::StepUpNeeded.into())
    }
}
