//! The installation's operators: made, recovered and removed by commands on the host; and finding the session of one.
//!
//! A session of an operator opens pages for operators and nothing else. No verb that an account's session may call takes
//! one, and none here reads or writes a credential of an account (R-IAM-10, R-TS-36).

mod set_up;
mod sign_in;

pub(crate) use set_up::keep;
pub use set_up::{Finished, SettingUp};
pub use sign_in::{Offered, Opened, Tried};

use crate::commit::Writer;
use crate::context::Ctx;
use crate::link::{self, For};
use crate::session::SEEN_EVERY;
use crate::sign_up::SET_UP_LIFE;
use crate::{App, Error, token};
use domain::account::name;
use domain::audit::{Actor, Event, Record};
use domain::ids::OperatorId;
use domain::locale::Locale;
use domain::operator::{Granter, Operator, Session};
use domain::refusal::{Code, Refusal};
use domain::time::Timestamp;
use factors::email::Email;
use std::sync::Arc;
use store::Tx;

/// A living session with its operator.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session; it says when the authenticator was last used.
    pub session: Session,
    /// Whose.
    pub operator: Operator,
}

/// An operator who has to set up password and authenticator, with the path of the link to do it by.
#[derive(Debug, Clone)]
pub struct Invited {
    /// The operator.
    pub operator: Operator,
    /// The path of the set-up link: one use, 30 minutes. To be shown on the host alone.
    pub path: String,
}

impl App {
    /// Makes an operator with the right to serve support cases, and the link by which it is set up.
    ///
    /// # Errors
    /// `GL-ACC-002`, `GL-SIGNIN-006`, `GL-OPER-007` when an operator has the address.
    pub async fn create_operator(
        &self,
        ctx: &Ctx,
        by: Actor,
        named: &str,
        email: &str,
        locale: Locale,
    ) -> Result<Invited, Error> {
        let email = Email::parse(email).map_err(|_| Refusal::new(Code::NotAnEmail).at("email"))?;
        let name = name(named).map_err(|r| r.at("name"))?;
        let writer = Writer::of(self, ctx);
        self.db()
            .write(move |tx| {
                if store::operator::find_by_email(tx, email.key())?.is_some() {
                    return Err(Refusal::new(Code::OperatorExists).at("email").into());
                }
                let operator = Operator {
                    id: OperatorId::draw(&writer.dice, ""),
                    name: name.clone(),
                    email: email.shown().to_owned(),
                    locale,
                    granted_by: granter(&by),
                    granted_at: writer.now,
                    created_at: writer.now,
                    set_up_at: None,
                    removed_at: None,
                };
                store::operator::insert(tx, &operator, email.key())?;
                invite(tx, &writer, operator, (Event::OperatorCreated, &by))
            })
            .await
    }

    /// Every operator who is not removed, by name.
    ///
    /// # Errors
    /// Only faults.
    pub async fn operators(&self) -> Result<Vec<Operator>, Error> {
        let all = self
            .db()
            .read(|tx| store::operator::all(tx).map_err(Error::from))
            .await?;
        Ok(all.into_iter().filter(|o| o.removed_at.is_none()).collect())
    }

    /// Takes password and authenticator of an operator away, ends the sessions, and makes a new set-up link: what is done
    /// for an operator who lost either. `who` is an address or an id.
    ///
    /// # Errors
    /// `GL-OPER-006`.
    pub async fn recover_operator(
        &self,
        ctx: &Ctx,
        by: Actor,
        who: &str,
    ) -> Result<Invited, Error> {
        let (writer, who) = (Writer::of(self, ctx), who.to_owned());
        self.db()
            .write(move |tx| {
                let mut operator = named(tx, &who)?;
                store::operator::strip(tx, &operator.id)?;
                operator.set_up_at = None;
                invite(tx, &writer, operator, (Event::OperatorRecovered, &by))
            })
            .await
    }

    /// Removes an operator: the sessions end at once. The name stays beside what was done under it.
    ///
    /// # Errors
    /// `GL-OPER-006`.
    pub async fn remove_operator(
        &self,
        ctx: &Ctx,
        by: Actor,
        who: &str,
    ) -> Result<Operator, Error> {
        let (writer, who) = (Writer::of(self, ctx), who.to_owned());
        self.db()
            .write(move |tx| {
                let operator = named(tx, &who)?;
                store::operator::strip(tx, &operator.id)?;
                store::operator::remove(tx, &operator.id, writer.now)?;
                let record = Record::new(Event::OperatorRemoved, by.clone());
                writer.audit(tx, 0, &record.detail("operator", operator.id.as_str()))?;
                Ok(operator)
            })
            .await
    }

    /// The living session of an operator's cookie.
    ///
    /// # Errors
    /// Only faults of the store.
    pub async fn find_operator_session(
        &self,
        ctx: &Ctx,
        cookie: &str,
    ) -> Result<Option<Arc<SignedIn>>, Error> {
        let (hash, now) = (token::hash(cookie), ctx.now);
        let found = self.db().point(move |tx| living(tx, &hash, now)).await?;
        if let Some(found) = &found
            && now.since(found.session.seen_at) >= SEEN_EVERY
        {
            let id = found.session.id.clone();
            self.db()
                .write(move |tx| store::operator::seen(tx, &id, now).map_err(Error::from))
                .await?;
        }
        Ok(found.map(Arc::new))
    }

    /// The living sessions of the operator who is signed in, latest first.
    ///
    /// # Errors
    /// `GL-OPER-001`.
    pub async fn my_operator_sessions(&self, ctx: &Ctx) -> Result<Vec<Session>, Error> {
        let (id, now) = (ctx.operator()?.operator.id.clone(), ctx.now);
        let all = self
            .db()
            .read(move |tx| store::operator::sessions(tx, &id).map_err(Error::from))
            .await?;
        Ok(all.into_iter().filter(|s| s.alive(now)).collect())
    }

    /// Signs out, or ends all other sessions of this operator.
    ///
    /// # Errors
    /// `GL-OPER-001`.
    pub async fn end_operator_sessions(&self, ctx: &Ctx, others: bool) -> Result<(), Error> {
        let me = ctx.operator()?.session.clone();
        let writer = Writer::of(self, ctx);
        self.db()
            .write(move |tx| {
                let event = if others {
                    store::operator::end_others(tx, &me.operator, &me.id)?;
                    Event::OperatorSessionsEnded
                } else {
                    store::operator::end(tx, &me.id)?;
                    Event::OperatorSignOut
                };
                let record = Record::new(event, me.actor()).from(&writer.client);
                writer.audit(tx, 0, &record)
            })
            .await
    }
}

/// The session of a cookie, if it lives and its operator still is one.
fn living(tx: &mut Tx<'_>, hash: &[u8], now: Timestamp) -> Result<Option<SignedIn>, Error> {
    let found = store::operator::find_session(tx, hash)?;
    let Some(session) = found.filter(|s| s.alive(now)) else {
        return Ok(None);
    };
    let operator = store::operator::find(tx, &session.operator)?;
    let operator = operator.filter(|o| o.removed_at.is_none() && o.set_up_at.is_some());
    Ok(operator.map(|operator| SignedIn { session, operator }))
}

/// The operator of this address or id.
fn named(tx: &mut Tx<'_>, who: &str) -> Result<Operator, Error> {
    let found = match (who.parse::<OperatorId>(), Email::parse(who)) {
        (Ok(id), _) => store::operator::find(tx, &id)?,
        (Err(_), Ok(email)) => store::operator::find_by_email(tx, email.key())?,
        (Err(_), Err(_)) => None,
    };
    found
        .filter(|o| o.removed_at.is_none())
        .ok_or_else(|| Code::NoSuchOperator.into())
}

fn granter(by: &Actor) -> Granter {
    match by {
        Actor::SignedInOperator { operator, .. } => Granter::Operator(operator.clone()),
        Actor::Operator { user } => Granter::Host(user.clone()),
        Actor::Anonymous | Actor::Root { .. } | Actor::Principal { .. } | Actor::System => {
            Granter::Host(String::new())
        }
    }
}

/// Makes the set-up link of an operator; those before are void.
fn invite(
    tx: &mut Tx<'_>,
    writer: &Writer,
    operator: Operator,
    (event, by): (Event, &Actor),
) -> Result<Invited, Error> {
    let id = operator.id.as_str();
    for before in store::link::live(tx, For::OperatorSetUp.key(), id, writer.now)? {
        store::link::use_up(tx, &before.id, writer.now)?;
    }
    let life = (writer.now, SET_UP_LIFE);
    let link = link::mint(tx, &writer.dice, For::OperatorSetUp, None, id, life)?;
    let record = Record::new(event, by.clone()).detail("operator", id);
    writer.audit(tx, 0, &record)?;
    let path = format!("/operator/set-up/{}", link::token_of(tx.ring(), &link.id)?);
    Ok(Invited { operator, path })
}
