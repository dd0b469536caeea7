//! Access keys of users, and of root users by their own hand.

use super::named;
use super::user::named_or_own;
use crate::api::{Ask, Gate, session_token};
use crate::commit::Writer;
use crate::{App, Ctx, Error};
use domain::audit::{Actor, Event, Record};
use domain::dice::Dice;
use domain::iam::access_key::{AccessKeyId, Status, Term, draw_secret};
use domain::iam::caller::Principal;
use domain::iam::entity::{Entity, User};
use domain::iam::quota;
use domain::iam::said::Wire;
use domain::ids::AccountId;
use domain::mail::{MailKind, MailOrder};
use domain::refusal::Code;
use domain::secret::Secret;
use domain::time::Timestamp;
use store::Tx;
use store::iam::access_key::{self as rows, AccessKey};
use store::iam::{entity, standing};

/// A key just made: its secret is told this once.
#[derive(Debug)]
pub struct Made {
    /// The key.
    pub key: AccessKey,
    /// Its user's name; nothing for a root user.
    pub user: Option<String>,
    /// What its requests are signed with.
    pub secret: Secret<String>,
}

/// The owner of keys: a user, or the root user of the account.
struct Owner {
    id: String,
    name: Option<String>,
}

/// The owner that a call is about. Keys of a root user are touched by that root user alone.
fn owner(tx: &mut Tx<'_>, gate: &Gate, name: &Option<String>) -> Result<Owner, Error> {
    if let (None, Principal::Root) = (name, &gate.call().caller.principal) {
        gate.may(&Ask::on(&gate.call().caller.arn()))?;
        let id = gate.account().to_string();
        return Ok(Owner { id, name: None });
    }
    let user: Entity<User> = named::the(tx, gate, &named_or_own(gate, name)?)?;
    Ok(Owner {
        id: user.id.as_str().to_owned(),
        name: Some(user.name),
    })
}

/// `CreateAccessKey`.
///
/// # Errors
/// `NoSuchEntity`, `LimitExceeded`.
pub fn create(tx: &mut Tx<'_>, gate: &Gate, name: &Option<String>) -> Result<Made, Error> {
    let owner = owner(tx, gate, name)?;
    if owner.name.is_none() && !gate.root_keys() {
        let said = "Access keys of root users are switched off here (accounts.root_keys).";
        return Err(Wire::AccessDenied.say(said).into());
    }
    let present = rows::of_owner(tx, &owner.id)?.len();
    named::within(
        quota::ACCESS_KEYS,
        u32::try_from(present).unwrap_or(u32::MAX),
    )?;
    let (key, secret) = draw(tx, gate.account(), owner.id, gate.now(), gate.dice())?;
    Ok(Made {
        key,
        user: owner.name,
        secret,
    })
}

fn draw(
    tx: &mut Tx<'_>,
    account: &AccountId,
    owner: String,
    now: Timestamp,
    dice: &Dice,
) -> Result<(AccessKey, Secret<String>), Error> {
    let key = AccessKey {
        id: AccessKeyId::draw(Term::Long, account, dice),
        account: account.clone(),
        owner,
        status: Status::Active,
        created_at: now,
        last_used: None,
    };
    let secret = draw_secret(dice);
    rows::insert(tx, &key, &secret)?;
    Ok((key, secret))
}

impl App {
    /// Makes an access key of a root user, by the operator at the command line. Everybody who is told of the account
    /// hears of it.
    ///
    /// # Errors
    /// `GL-ACC-006`; `GL-ACC-011` where root users have none; `GL-ACC-012` when there are two.
    pub async fn create_root_key(
        &self,
        ctx: &Ctx,
        by: Actor,
        account: &AccountId,
    ) -> Result<Made, Error> {
        self.root_key(ctx, by, account, true).await
    }

    /// The same; in a demonstration nobody is told, since its mailbox begins empty.
    pub(crate) async fn root_key(
        &self,
        ctx: &Ctx,
        by: Actor,
        account: &AccountId,
        told: bool,
    ) -> Result<Made, Error> {
        if !self.settings().root_keys {
            return Err(Code::RootKeysOff.into());
        }
        let writer = Writer::of(self, ctx).with_dice(ctx.dice.derive("root key"));
        let account = account.clone();
        self.db()
            .write(move |tx| {
                let found = store::account::find(tx, &account)?.ok_or(Code::NoSuchAccount)?;
                let owner = found.id.to_string();
                let present = rows::of_owner(tx, &owner)?.len();
                if u32::try_from(present).unwrap_or(u32::MAX) >= quota::ACCESS_KEYS.most {
                    return Err(Code::TooManyRootKeys.into());
                }
                let (key, secret) = draw(tx, &found.id, owner, writer.now, &writer.dice)?;
                let record = Record::new(Event::Call("CreateAccessKey"), by.clone())
                    .about(&found.id)
                    .detail("accessKeyId", key.id.as_str());
                writer.audit(tx, 0, &record)?;
                if told {
                    let notice = MailOrder::new(MailKind::RootKeyMade, &found.email, found.locale)
                        .account(&found.id)
                        .fact("key", key.id.as_str());
                    writer.tell(tx, 0, &found, &notice)?;
                }
                Ok(Made {
                    key,
                    user: None,
                    secret,
                })
            })
            .await
    }
}

/// `ListAccessKeys`: the keys, and their user's name.
///
/// # Errors
/// `NoSuchEntity`.
pub fn list(
    tx: &mut Tx<'_>,
    gate: &Gate,
    name: &Option<String>,
) -> Result<(Option<String>, Vec<AccessKey>), Error> {
    let owner = owner(tx, gate, name)?;
    Ok((owner.name, rows::of_owner(tx, &owner.id)?))
}

/// Which key of whom, and what becomes of it.
#[derive(Debug, Clone)]
pub struct Change {
    /// The user; nothing for the caller.
    pub user: Option<String>,
    /// The key.
    pub key: String,
    /// What it becomes; nothing when it is removed.
    pub status: Option<Status>,
}

/// `UpdateAccessKey` and `DeleteAccessKey`. Tokens that were got with the key end with it.
///
/// # Errors
/// `NoSuchEntity`.
pub fn change(tx: &mut Tx<'_>, gate: &Gate, change: &Change) -> Result<(), Error> {
    let owner = owner(tx, gate, &change.user)?;
    let id = change.key.parse().map_err(|_| unknown(&change.key))?;
    let done = match change.status {
        Some(status) => rows::set_status(tx, &id, &owner.id, status)?,
        None => rows::remove(tx, &id, &owner.id)?,
    };
    if !done {
        return Err(unknown(&change.key));
    }
    standing::changed(tx, gate.account(), gate.dice())?;
    if change.status != Some(Status::Active) {
        standing::revoke(tx, &session_token::of_key(&id), gate.dice())?;
    }
    Ok(())
}

/// `GetAccessKeyLastUsed`: the key and its user's name. Keys of other accounts are not told apart from none.
///
/// # Errors
/// `AccessDenied` for a key that is not of the account, as AWS answers.
pub fn last_used(
    tx: &mut Tx<'_>,
    gate: &Gate,
    key: &str,
) -> Result<(AccessKey, Option<String>), Error> {
    let id: Option<AccessKeyId> = key.parse().ok();
    let found = id.map(|id| rows::find(tx, &id)).transpose()?.flatten();
    let Some(found) = found.filter(|found| found.account == *gate.account()) else {
        gate.may(&Ask::on("*"))?;
        let said = format!(
            "User: {} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key {key}",
            gate.call().caller.arn()
        );
        return Err(Wire::AccessDenied.say(said).into());
    };
    let user: Option<Entity<User>> = match found.owner.parse() {
        Ok(id) => entity::by_id(tx, &id)?,
        Err(_) => None,
    };
    match &user {
        Some(user) => gate.may(&Ask::on(&user.arn()).tagged(&user.tags))?,
        None => gate.may(&Ask::on(&gate.account().root_arn()))?,
    }
    Ok((found, user.map(|user| user.name)))
}

fn unknown(key: &str) -> Error {
    let said = format!("The Access Key with id {key} cannot be found.");
    Wire::NoSuchEntity.say(said).into()
}
