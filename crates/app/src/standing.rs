//! Whether an installation is on trial, real, or a demonstration: written down in the store at its first use, so that
//! no lost or wrong configuration can turn one into another.
//!
//! On trial anybody with the outbox key reads every mail, so nothing proved there is proved. The one way from trial to
//! real therefore forgets all proofs. A demonstration never becomes real.

use crate::commit::Writer;
use crate::context::Ctx;
use crate::{App, Error};
use domain::audit::{Actor, Event, Record};
use store::meta;

/// What an installation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Mails or calls are kept and shown; loopback only.
    Trial,
    /// Mails and calls are really sent, or switched off.
    Real,
    /// Sample identities in a temporary folder.
    Demo,
}

/// The name of the fact in the store.
const FACT: &str = "standing";

impl Standing {
    const fn key(self) -> &'static str {
        match self {
            Self::Trial => "trial",
            Self::Real => "real",
            Self::Demo => "demo",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        [Self::Trial, Self::Real, Self::Demo]
            .into_iter()
            .find(|standing| standing.key() == key)
    }

    /// Whether a server with these transports may serve it.
    pub const fn fits(self, trial: bool) -> bool {
        match self {
            Self::Trial | Self::Demo => trial,
            Self::Real => !trial,
        }
    }
}

impl App {
    /// What the installation is; a new one becomes `fresh`.
    ///
    /// # Errors
    /// Only faults of the store.
    pub async fn standing(&self, fresh: Standing) -> Result<Standing, Error> {
        let known = self
            .db()
            .point(|tx| meta::get(tx, FACT).map_err(Error::from))
            .await?;
        if let Some(standing) = known.as_deref().and_then(Standing::from_key) {
            return Ok(standing);
        }
        self.db()
            .write(move |tx| match meta::get(tx, FACT)? {
                None => {
                    meta::set(tx, FACT, fresh.key())?;
                    Ok(fresh)
                }
                Some(key) => Standing::from_key(&key)
                    .ok_or(Error::Fault("the installation is of an unknown kind")),
            })
            .await
    }

    /// Makes a trial installation a real one: no contact is proved and no password good any more, and the outbox,
    /// sessions, flows and links are gone. An operator is one only in name until set up anew by a link made on the host.
    /// Accounts, devices and the audit log stay. Says whether it was on trial.
    ///
    /// # Errors
    /// Only faults of the store. A demonstration stays one, whoever asks.
    pub async fn leave_trial(&self, ctx: &Ctx, by: Actor) -> Result<bool, Error> {
        let writer = Writer::of(self, ctx);
        self.db()
            .write(move |tx| {
                let standing = meta::get(tx, FACT)?;
                if standing.as_deref() != Some(Standing::Trial.key()) {
                    return Ok(false);
                }
                store::account::distrust_all(tx)?;
                store::contact::distrust_all(tx)?;
                store::recovery_contact::distrust_all(tx)?;
                store::recovery::clear(tx)?;
                store::support::clear(tx)?;
                store::outbox::clear(tx)?;
                store::session::clear(tx)?;
                store::operator::distrust_all(tx)?;
                store::flow::clear(tx)?;
                store::link::clear(tx)?;
                meta::set(tx, FACT, Standing::Real.key())?;
                let record = Record::new(Event::CommandRun, by.clone())
                    .detail("command", "serve --leave-trial");
                writer.audit(tx, 0, &record)?;
                Ok(true)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demonstration_is_always_on_trial_and_a_real_installation_never() {
        for (standing, on_trial, when_real) in [
            (Standing::Trial, true, false),
            (Standing::Demo, true, false),
            (Standing::Real, false, true),
        ] {
            assert_eq!(Standing::from_key(standing.key()), Some(standing));
            assert_eq!(standing.fits(true), on_trial);
            assert_eq!(standing.fits(false), when_real);
        }
        assert_eq!(Standing::from_key("other"), None);
    }
}
