//! Choosing a password: the rules, and the hash that is kept.

use crate::context::Ctx;
use crate::hash::Place;
use crate::{App, Error};
use domain::refusal::{Code, Refusal};
use domain::throttle::Standing;
use factors::password::Password;
use factors::password_rules::{Context, LeakedList, Standing as Beside, unmet};
pub use factors::password_rules::{LONGEST, Unmet};

/// Why a new password was not taken.
#[derive(Debug)]
pub enum Chosen {
    /// Taken: the hash to be stored.
    Hash(String),
    /// Not taken: every rule it breaks.
    Unmet(Vec<Unmet>),
}

/// What lies near the person, and must not be the password.
#[derive(Debug, Clone)]
pub struct Near {
    /// The root user's address.
    pub email: String,
    /// The account's name, where there is one yet.
    pub name: Option<String>,
    /// Whether the account has a registered device.
    pub with_mfa: bool,
}

impl App {
    /// Checks a new password against every rule and hashes it if it meets them all.
    ///
    /// # Errors
    /// `GL-PWD-002` when the two entries differ, `GL-PWD-001` when it cannot be a password at all, `GL-REQ-009` when
    /// the pool is full.
    pub async fn choose_password(
        &self,
        ctx: &Ctx,
        typed: &str,
        again: &str,
        near: &Near,
    ) -> Result<Chosen, Error> {
        if !domain::secret::equal(typed.as_bytes(), again.as_bytes()) {
            return Err(Refusal::new(Code::PasswordsDiffer)
                .at("password_again")
                .into());
        }
        let password = Password::prepare(typed)
            .map_err(|_| Refusal::new(Code::PasswordRules).at("password"))?;
        let leaked = self.leaked(&password)?;
        let mut context = Context::new()
            .email(&near.email)
            .product("Gatelodge")
            .product(&self.settings().name);
        if let Some(name) = &near.name {
            context = context.name(name);
        }
        if let Some(host) = self.settings().public_url.split("://").nth(1) {
            context = context.host(host.split([':', '/']).next().unwrap_or(host));
        }
        let beside = if near.with_mfa {
            Beside::WithMfa
        } else {
            Beside::Alone
        };
        let place = Place::of(ctx, Standing::Unknown);
        let salt = ctx.dice.bytes("password salt");
        self.hashes()
            .choose(password, salt, &place, move |p| {
                unmet(p, beside, &context, leaked)
            })
            .await
    }

    fn leaked(&self, password: &Password) -> Result<bool, Error> {
        let Some(path) = &self.settings().leaked_passwords else {
            return Ok(false);
        };
        let fault = |_| Error::Fault("the list of leaked passwords cannot be read");
        let file = std::fs::File::open(path)
            .map_err(|_| Error::Fault("the list of leaked passwords cannot be opened"))?;
        LeakedList::open(file)
            .map_err(fault)?
            .contains(password)
            .map_err(fault)
    }
}
