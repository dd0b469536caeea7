//! Signing in as an operator, and fresh proof within a session: address, password and code in one step, with one answer.
//!
//! A name that is no operator's costs the same: the same reads, a hash against a decoy, a counter, the same commit. While
//! the risk is raised, a security check stands before browsers that are not known (`check`).

use super::SignedIn;
use crate::check::{self, Asked, OPERATOR};
use crate::commit::Writer;
use crate::context::Ctx;
use crate::hash::Place;
use crate::session::Proved;
use crate::sign_in::{fresh, live_counter, name_of};
use crate::{App, Error, flow, token};
use domain::audit::Event;
use domain::check::Check;
use domain::ids::{DeviceId, FlowId, OperatorId, SessionId};
use domain::operator::{self, Facts, Operator, Session};
use domain::refusal::{Code, Refusal};
use domain::secret::Secret;
use domain::sign_in::FactorVerdict;
use domain::step::CounterKey;
use domain::throttle::{Standing, Throttle};
use domain::time::{Span, Timestamp};
use factors::email::Email;
use factors::password::Password;
use factors::totp;
use store::{KeyRing, Tx};

/// A browser that completed a sign-in is known for this long.
const KNOWN_FOR: Span = Span::days(90);

/// What was typed.
#[derive(Debug, Clone, Copy)]
pub struct Offered<'a> {
    /// The address.
    pub email: &'a str,
    /// The password.
    pub password: &'a str,
    /// The code of the authenticator.
    pub code: &'a str,
}

/// A session just opened: the values that go into cookies, told this once.
#[derive(Debug)]
pub struct Opened {
    /// The value of the session cookie.
    pub token: Secret<String>,
    /// The value of the cookie by which the browser is known.
    pub known: Secret<String>,
}

/// What came of a sign-in.
#[derive(Debug)]
pub enum Tried {
    /// Signed in.
    In(Opened),
    /// A security check comes first; nothing was looked at.
    CheckFirst(FlowId),
    /// Refused, and the page is shown again.
    Refused(Refusal),
}

/// What is on file under an address, and what this browser may do about it.
struct OnFile {
    operator: Option<Operator>,
    phc: Option<String>,
    standing: Standing,
    counter: Throttle,
    key: CounterKey,
}

impl App {
    /// Address, password and code were typed. `flow` is that of a security check which was passed.
    ///
    /// # Errors
    /// `GL-SIGNIN-006`, `GL-SIGNIN-001` without a browser cookie, `GL-REQ-009`. What does not fit is [`Tried::Refused`].
    pub async fn operator_sign_in(
        &self,
        ctx: &Ctx,
        offered: &Offered<'_>,
        flow: Option<FlowId>,
    ) -> Result<Tried, Error> {
        let email =
            Email::parse(offered.email).map_err(|_| Refusal::new(Code::NotAnEmail).at("email"))?;
        let (owned, named, limits) = (ctx.clone(), email.clone(), self.settings().guessing);
        let passed = flow.clone();
        let (before, due) = self
            .db()
            .point(move |tx| {
                let before = on_file(tx, &owned, &named)?;
                let risk = match before.standing {
                    Standing::Known => None,
                    Standing::Unknown => check::risk(tx, &owned, &limits)?,
                };
                let admits = match &passed {
                    Some(id) => admitted(flow::find(tx, &owned, OPERATOR, id), &named).is_some(),
                    None => false,
                };
                Ok::<_, Error>((before, risk.filter(|_| !admits)))
            })
            .await?;
        if let Err(refusal) = operator::may_try(&before.counter, before.standing, ctx.now) {
            return Ok(Tried::Refused(refusal));
        }
        if let Some(risk) = due {
            let check = Check::new(risk, limits.work_bits, &ctx.moment());
            let asked = Asked::new(email.shown(), check);
            return flow::begin(self, ctx, OPERATOR, &asked)
                .await
                .map(Tried::CheckFirst);
        }
        let phc = before.phc;
        let right = self
            .fits(ctx, offered.password, phc.as_deref(), before.standing)
            .await?;
        let (app, owned, writer) = (self.clone(), ctx.clone(), Writer::of(self, ctx));
        let code = totp::Code::parse(offered.code);
        self.db()
            .write(move |tx| {
                if let Some(id) = &flow
                    && let Some(asked) = admitted(flow::lock(tx, &owned, OPERATOR, id), &email)
                {
                    flow::save(tx, &owned, id, &asked)?;
                }
                let found = on_file(tx, &owned, &email)?;
                let password = right && found.phc == phc;
                let code = match (&found.operator, password) {
                    (Some(operator), true) => worth(tx, &operator.id, code, owned.now)?,
                    _ => None,
                };
                let uncounted = found.standing == Standing::Known;
                let facts = Facts {
                    operator: found.operator,
                    password,
                    code,
                    counter: found.counter,
                    counter_key: found.key,
                    standing: found.standing,
                    guessing: app.guessing(tx, &owned, email.key(), uncounted)?,
                };
                let step = operator::prove(Event::OperatorSignIn, &facts, &owned.moment());
                writer.apply(tx, &step.effects)?;
                match (step.next, step.show) {
                    (Some(id), _) => open(tx, &writer, id).map(Tried::In),
                    (None, Err(refusal)) => Ok(Tried::Refused(refusal)),
                    (None, Ok(())) => Err(Error::Fault("a sign-in came to nothing")),
                }
            })
            .await
    }

    /// Takes fresh proof of the operator who is signed in: password and code.
    ///
    /// # Errors
    /// `GL-OPER-001`, `GL-REQ-009`. What does not fit is [`Proved::Refused`].
    pub async fn operator_proof(
        &self,
        ctx: &Ctx,
        password: &str,
        code: &str,
    ) -> Result<Proved, Error> {
        let SignedIn { session, operator } = ctx.operator()?.clone();
        let key = CounterKey(format!("operator-proof:{}", session.id));
        let (id, counter, now) = (operator.id.clone(), key.clone(), ctx.now);
        let (phc, tries) = self
            .db()
            .read(move |tx| {
                let phc = store::operator::password_hash(tx, &id)?;
                Ok::<_, Error>((phc, live_counter(tx, &counter, now)?))
            })
            .await?;
        let standing = Standing::Known;
        if let Err(refusal) = operator::may_try(&tries, standing, now) {
            return Ok(Proved::Refused(refusal));
        }
        let right = self.fits(ctx, password, phc.as_deref(), standing).await?;
        let (app, owned, writer) = (self.clone(), ctx.clone(), Writer::of(self, ctx));
        let code = totp::Code::parse(code);
        self.db()
            .write(move |tx| {
                let same = store::operator::password_hash(tx, &operator.id)? == phc;
                let password = right && same;
                let code = match password {
                    true => worth(tx, &operator.id, code, now)?,
                    false => None,
                };
                let facts = Facts {
                    operator: Some(operator.clone()),
                    password,
                    code,
                    counter: live_counter(tx, &key, now)?,
                    counter_key: key.clone(),
                    standing,
                    guessing: app.guessing(tx, &owned, "", true)?,
                };
                let step = operator::prove(Event::OperatorProof, &facts, &owned.moment());
                writer.apply(tx, &step.effects)?;
                if let Err(refusal) = step.show {
                    return Ok(Proved::Refused(refusal.at("password")));
                }
                let fresh = writer.dice.token("operator proof");
                store::operator::proven(tx, &session.id, &token::hash(fresh.expose()), now)?;
                Ok(Proved::Fresh(fresh))
            })
            .await
    }

    async fn fits(
        &self,
        ctx: &Ctx,
        typed: &str,
        phc: Option<&str>,
        standing: Standing,
    ) -> Result<bool, Error> {
        match Password::prepare(typed) {
            Ok(password) => {
                let place = Place::of(ctx, standing);
                self.hashes().verify(password, phc, &place).await
            }
            Err(_) => Ok(false),
        }
    }
}

/// The flow of a passed check with one try taken, if it admits one for this address. One that is over admits none.
fn admitted(found: Result<Asked, Error>, email: &Email) -> Option<Asked> {
    let mut asked = found.ok()?;
    asked.admit(email).then_some(asked)
}

/// The counter of wrong tries for a name. Names are kept as HMAC: those that are no operator's have counters too.
pub(super) fn counter_key(
    ring: &KeyRing,
    email: &Email,
    standing: Standing,
) -> Result<CounterKey, Error> {
    let name = name_of(ring, "operator counter", email.key())?;
    Ok(CounterKey(format!("operator:{name}:{}", standing.key())))
}

fn on_file(tx: &mut Tx<'_>, ctx: &Ctx, email: &Email) -> Result<OnFile, Error> {
    let found = store::operator::find_by_email(tx, email.key())?;
    // What is read for an operator is read for nobody as well, so that both take the same time.
    let id = match &found {
        Some(operator) => operator.id.clone(),
        None => OperatorId::draw(&ctx.dice, "nobody"),
    };
    let known = match &ctx.known {
        Some(hash) => store::operator::is_known(tx, hash, &id, ctx.now)?,
        None => false,
    };
    let standing = if known {
        Standing::Known
    } else {
        Standing::Unknown
    };
    let key = counter_key(tx.ring(), email, standing)?;
    Ok(OnFile {
        phc: store::operator::password_hash(tx, &id)?,
        operator: found.filter(|o| o.set_up_at.is_some()),
        standing,
        counter: live_counter(tx, &key, ctx.now)?,
        key,
    })
}

/// The authenticator of an operator, and what a code of it is worth now.
fn worth(
    tx: &mut Tx<'_>,
    id: &OperatorId,
    code: Option<totp::Code>,
    now: Timestamp,
) -> Result<Option<(DeviceId, FactorVerdict)>, Error> {
    let Some((device, seed)) = store::operator::device(tx, id)? else {
        return Ok(None);
    };
    let seed =
        totp::Seed::from_slice(seed.expose()).ok_or(Error::Fault("a seed of the wrong length"))?;
    let step = code.and_then(|code| totp::check(&seed, code, now.millis(), 0));
    let verdict = fresh(tx, &device, step)?;
    Ok(Some((device, verdict)))
}

/// Opens a session, and knows the browser from now on.
pub(super) fn open(tx: &mut Tx<'_>, writer: &Writer, id: OperatorId) -> Result<Opened, Error> {
    let opened = Opened {
        token: writer.dice.token("operator session"),
        known: writer.dice.token("operator known"),
    };
    let hash = token::hash(opened.known.expose());
    let (before, until) = (
        writer.known.as_ref().map(|k| &k[..]),
        writer.now + KNOWN_FOR,
    );
    store::operator::know_browser(tx, before, &hash, &id, until)?;
    let session = Session::open(
        SessionId::draw(&writer.dice, ""),
        id,
        writer.client.clone(),
        writer.now,
    );
    store::operator::open(tx, &session, &token::hash(opened.token.expose()))?;
    Ok(opened)
}
