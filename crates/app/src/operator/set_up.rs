//! The set-up of an operator: behind the link that a command on the host printed, a password and an authenticator, both or
//! neither.
//!
//! The seed of the authenticator is derived from the key ring and the link's id, like the link's own token: whoever holds
//! the link sees the same key each time the page is shown, and nothing is stored before a code of it fits.

use super::sign_in::{Opened, counter_key, open};
use crate::commit::Writer;
use crate::context::Ctx;
use crate::link::{self, For};
use crate::password::{Chosen, Near};
use crate::{App, Error};
use domain::ids::{DeviceId, LinkId};
use domain::operator::{self, Operator};
use domain::refusal::{Code, Refusal};
use domain::secret::Secret;
use domain::throttle::Standing;
use factors::email::Email;
use factors::password_rules::Unmet;
use factors::totp;
use store::link::Link;
use store::operator::Credentials;
use store::{KeyRing, Purpose, Tx};

const SEED: Purpose = Purpose::new("operator seed");

/// A set-up as its page shows it.
#[derive(Debug)]
pub struct SettingUp {
    /// The operator.
    pub operator: Operator,
    /// The address in the QR code.
    pub uri: Secret<String>,
    /// The same seed for typing, in groups of four.
    pub key: Secret<String>,
}

/// What came of a set-up.
#[derive(Debug)]
pub enum Finished {
    /// Done, and signed in.
    In(Opened),
    /// Not done: every rule that the password breaks.
    Unmet(Vec<Unmet>),
    /// Not done.
    Refused(Refusal),
}

impl App {
    /// What the page behind a set-up link shows.
    ///
    /// # Errors
    /// `GL-OPER-005`.
    pub async fn look_at_operator_set_up(
        &self,
        ctx: &Ctx,
        token: &str,
    ) -> Result<SettingUp, Error> {
        let (token, now) = (token.to_owned(), ctx.now);
        let (operator, seed) = self
            .db()
            .read(move |tx| {
                let link = link::look(tx, For::OperatorSetUp, &token, now);
                let (link, operator) = invited(tx, link)?;
                Ok::<_, Error>((operator, seed_of(tx.ring(), &link.id)?))
            })
            .await?;
        let label = &operator.email;
        Ok(SettingUp {
            uri: Secret::new(seed.otpauth_uri(&self.settings().name, label).to_string()),
            key: Secret::new(seed.to_groups().to_string()),
            operator,
        })
    }

    /// Sets the password and registers the authenticator, if the one meets the rules and the code is the one that the
    /// other shows now; uses the link up, and signs in.
    ///
    /// # Errors
    /// `GL-OPER-005`, `GL-PWD-001`, `GL-PWD-002`, `GL-REQ-009`.
    pub async fn set_up_operator(
        &self,
        ctx: &Ctx,
        token: &str,
        (password, again): (&str, &str),
        code: &str,
    ) -> Result<Finished, Error> {
        let SettingUp { operator, .. } = self.look_at_operator_set_up(ctx, token).await?;
        let near = Near {
            email: operator.email,
            name: Some(operator.name),
            // The rules for a password that stands alone, although this one never does.
            with_mfa: false,
        };
        let phc = match self.choose_password(ctx, password, again, &near).await? {
            Chosen::Unmet(unmet) => return Ok(Finished::Unmet(unmet)),
            Chosen::Hash(phc) => phc,
        };
        let (owned, writer) = (ctx.clone(), Writer::of(self, ctx));
        let (token, code) = (token.to_owned(), totp::Code::parse(code));
        self.db()
            .write(move |tx| {
                let link = link::open(tx, For::OperatorSetUp, &token, owned.now);
                let (link, operator) = invited(tx, link)?;
                let seed = seed_of(tx.ring(), &link.id)?;
                let step = code.and_then(|code| totp::check(&seed, code, owned.now.millis(), 0));
                let Some(step) = step else {
                    let refusal = Refusal::new(Code::WrongFactorCode).at("code");
                    return Ok(Finished::Refused(refusal));
                };
                store::link::use_up(tx, &link.id, owned.now)?;
                let device = keep(tx, &owned, &operator, &phc, &seed)?;
                let email = Email::parse(&operator.email)
                    .map_err(|_| Error::Fault("a stored address is none"))?;
                let mut counters = Vec::new();
                for standing in [Standing::Known, Standing::Unknown] {
                    counters.push(counter_key(tx.ring(), &email, standing)?);
                }
                let effects = operator::set_up(&operator, counters, &owned.moment());
                writer.apply(tx, &effects)?;
                store::device::burn(tx, &device, step.number())?;
                open(tx, &writer, operator.id).map(Finished::In)
            })
            .await
    }
}

/// Keeps what an operator signs in with.
pub(crate) fn keep(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    operator: &Operator,
    phc: &str,
    seed: &totp::Seed,
) -> Result<DeviceId, Error> {
    let credentials = Credentials {
        phc: phc.to_owned(),
        device: DeviceId::draw(&ctx.dice, "operator"),
        seed: *seed.as_bytes(),
    };
    store::operator::set_up(tx, &operator.id, &credentials, ctx.now)?;
    Ok(credentials.device)
}

/// The operator of a living link.
fn invited(tx: &mut Tx<'_>, link: Result<Link, Error>) -> Result<(Link, Operator), Error> {
    let over = || Error::from(Code::OperatorSetUpOver);
    let link = link.map_err(|error| match error.refusal() {
        Some(_) => over(),
        None => error,
    })?;
    let id = link.subject.parse().map_err(|_| over())?;
    let operator = store::operator::find(tx, &id)?.filter(|o| o.removed_at.is_none());
    Ok((link, operator.ok_or_else(over)?))
}

fn seed_of(ring: &KeyRing, id: &LinkId) -> Result<totp::Seed, Error> {
    let mac = ring.hmac(SEED, id.as_str().as_bytes())?;
    let bytes = mac.get(..totp::SEED_LENGTH).unwrap_or_default();
    totp::Seed::from_slice(bytes).ok_or(Error::Fault("a seed of the wrong length"))
}
