//! Who a key belongs to: what a signature is checked with, and the caller it stands for if it is right.

use super::session_token;
use crate::{App, Error};
use domain::iam::access_key::{AccessKeyId, Status, Term};
use domain::iam::caller::{Caller, Principal};
use domain::iam::entity::{Entity, User};
use domain::iam::said::{Said, Wire};
use domain::ids::AccountId;
use domain::secret::Secret;
use domain::time::Timestamp;
use store::Tx;
use store::iam::access_key::{self, AccessKey};
use store::iam::entity;

/// A key that may be used: what its requests are signed with, and whom they are from.
#[derive(Debug)]
pub struct Credential {
    /// What a signature is checked with.
    pub secret: Secret<String>,
    /// Who signed, if it is right.
    pub caller: Caller,
}

impl App {
    /// The credential of a key id and, for temporary ones, its session token.
    ///
    /// # Errors
    /// `InvalidClientTokenId` for what is not known, not active or revoked, without saying which; `ExpiredToken`.
    pub async fn credential(
        &self,
        key: &str,
        token: Option<&str>,
        now: Timestamp,
    ) -> Result<Credential, Error> {
        let Ok(id) = key.parse::<AccessKeyId>() else {
            return Err(unknown().into());
        };
        match (id.term(), token) {
            (Term::Long, None) => self.lasting(id).await,
            (Term::Session, Some(token)) => self.temporary(id, token, now).await,
            _ => Err(unknown().into()),
        }
    }

    async fn lasting(&self, id: AccessKeyId) -> Result<Credential, Error> {
        let found = self.db().point(move |tx| lasting(tx, &id)).await?;
        found.ok_or_else(|| unknown().into())
    }

    async fn temporary(
        &self,
        id: AccessKeyId,
        token: &str,
        now: Timestamp,
    ) -> Result<Credential, Error> {
        let claims = session_token::open(self.db().ring(), &id, token)?.ok_or_else(unknown)?;
        let (counted, account) = (claims.clone(), claims.account.clone());
        let stands = self.db().point(move |tx| {
            Ok::<_, Error>(session_token::counts(tx, &counted)? && open(tx, &account)?)
        });
        if !stands.await? {
            return Err(unknown().into());
        }
        if claims.facts.ends_at <= now {
            return Err(expired().into());
        }
        let secret = Secret::new(claims.secret.clone());
        let caller = Caller {
            account: claims.account.clone(),
            principal: claims.principal.clone(),
            key: id,
            session: Some(claims.facts.clone()),
        };
        Ok(Credential { secret, caller })
    }
}

fn lasting(tx: &mut Tx<'_>, id: &AccessKeyId) -> Result<Option<Credential>, Error> {
    let Some(key) = access_key::find(tx, id)?.filter(|key| key.status == Status::Active) else {
        return Ok(None);
    };
    if !open(tx, &key.account)? {
        return Ok(None);
    }
    let Some(principal) = holder(tx, &key)? else {
        return Ok(None);
    };
    let secret = access_key::secret(tx, id)?;
    let secret = String::from_utf8(secret.expose().clone())
        .map_err(|_| Error::Fault("the secret of an access key is no text"))?;
    Ok(Some(Credential {
        secret: Secret::new(secret),
        caller: Caller {
            account: key.account,
            principal,
            key: key.id,
            session: None,
        },
    }))
}

/// Whose key it is.
fn holder(tx: &mut Tx<'_>, key: &AccessKey) -> Result<Option<Principal>, Error> {
    let Ok(id) = key.owner.parse() else {
        return Ok(Some(Principal::Root));
    };
    let user: Option<Entity<User>> = entity::by_id(tx, &id)?;
    Ok(user.map(|user| Principal::User {
        id: user.id,
        name: user.name,
        path: user.path,
    }))
}

/// Whether the account may be used at all.
fn open(tx: &mut Tx<'_>, account: &AccountId) -> Result<bool, Error> {
    let account = store::account::find(tx, account)?;
    Ok(account.is_some_and(|account| account.open().is_ok()))
}

/// What is said of every key that does not stand for anybody: which it was is told to nobody.
fn unknown() -> Said {
    Wire::InvalidClientTokenId.say("The security token included in the request is invalid.")
}

fn expired() -> Said {
    Wire::ExpiredToken.say("The security token included in the request is expired")
}
