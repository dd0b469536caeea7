//! Users: made, told, renamed, bounded and removed.

use super::named::{self, Listed, New, Paging, Renaming};
use crate::Error;
use crate::api::{Ask, Gate};
use domain::iam::caller::Principal;
use domain::iam::entity::{Entity, Kind, Tag, User, arn};
use domain::iam::said::Wire;
use store::Tx;
use store::iam::{access_key, entity, policy, standing};

/// A user to be made.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Its name.
    pub name: String,
    /// Its path; `/` when nothing is said.
    pub path: Option<String>,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// The ARN of the policy that bounds it.
    pub boundary: Option<String>,
}

/// `CreateUser`.
///
/// # Errors
/// `EntityAlreadyExists`, `LimitExceeded`, `InvalidInput`, `NoSuchEntity` of the boundary.
pub fn create(tx: &mut Tx<'_>, gate: &Gate, new: &NewUser) -> Result<Entity<User>, Error> {
    let bounded = new
        .boundary
        .iter()
        .map(|arn| ("iam:PermissionsBoundary", arn.clone()));
    let facts: Vec<_> = bounded.collect();
    if let Some(boundary) = &new.boundary {
        super::policy::must_exist(tx, gate, boundary)?;
    }
    let body = User {
        boundary: new.boundary.clone(),
        ..User::default()
    };
    let new = New {
        name: &new.name,
        path: new.path.as_deref(),
        tags: &new.tags,
        body,
        secret: None,
        facts: &facts,
    };
    named::make(tx, gate, new)
}

/// `GetUser`. Without a name it is the caller; for a root user there is none, so its account is told.
///
/// # Errors
/// `NoSuchEntity`.
pub fn get(
    tx: &mut Tx<'_>,
    gate: &Gate,
    name: &Option<String>,
) -> Result<Option<Entity<User>>, Error> {
    match (name, &gate.call().caller.principal) {
        (None, Principal::Root) => {
            gate.may(&Ask::on(&gate.call().caller.arn()))?;
            Ok(None)
        }
        _ => named::the(tx, gate, &named_or_own(gate, name)?).map(Some),
    }
}

/// The user that a call is about when it may be left unsaid: the caller.
pub(crate) fn named_or_own(gate: &Gate, name: &Option<String>) -> Result<String, Error> {
    match (name, &gate.call().caller.principal) {
        (Some(name), _) => Ok(name.clone()),
        (None, Principal::User { name, .. }) => Ok(name.clone()),
        (None, _) => Err(Wire::ValidationError
            .say("Must specify userName when calling with non-User credentials")
            .into()),
    }
}

/// `ListUsers`.
///
/// # Errors
/// `AccessDenied`.
pub fn list(tx: &mut Tx<'_>, gate: &Gate, paging: &Paging) -> Result<Listed<Entity<User>>, Error> {
    gate.may(&Ask::on(&arn(
        Kind::User,
        gate.account(),
        &paging.below,
        "",
    )))?;
    let page = entity::page(
        tx,
        gate.account(),
        &paging.below,
        &paging.after,
        paging.size,
    )?;
    Ok(Listed::of(page, entity::mark))
}

/// `UpdateUser`: another name or path.
///
/// # Errors
/// `NoSuchEntity`, `EntityAlreadyExists`.
pub fn update(tx: &mut Tx<'_>, gate: &Gate, change: &Renaming) -> Result<(), Error> {
    let mut user: Entity<User> = named::the(tx, gate, &change.name)?;
    named::rename(tx, gate, &mut user, change)
}

/// `DeleteUser`.
///
/// # Errors
/// `NoSuchEntity`, `DeleteConflict` while something hangs on it.
pub fn delete(tx: &mut Tx<'_>, gate: &Gate, name: &str) -> Result<(), Error> {
    let user: Entity<User> = named::the(tx, gate, name)?;
    let hanging = [
        (
            !access_key::of_owner(tx, user.id.as_str())?.is_empty(),
            "delete access keys",
        ),
        (
            policy::attached_count(tx, &user.id)? > 0,
            "detach all policies",
        ),
        (
            !policy::inlines(tx, &user.id)?.is_empty(),
            "delete policies",
        ),
        (
            entity::group_count(tx, &user.id)? > 0,
            "remove users from group",
        ),
    ];
    named::remove(tx, &user, &hanging)?;
    gate.revoke_principal(tx, &user.id)
}

/// `PutUserPermissionsBoundary`, and with nothing `DeleteUserPermissionsBoundary`.
///
/// # Errors
/// `NoSuchEntity`.
pub fn bound(
    tx: &mut Tx<'_>,
    gate: &Gate,
    (name, boundary): &(String, Option<String>),
) -> Result<(), Error> {
    let facts = boundary
        .iter()
        .map(|arn| ("iam:PermissionsBoundary", arn.clone()));
    let mut user: Entity<User> = named::the_with(tx, gate, name, &facts.collect::<Vec<_>>())?;
    if let Some(boundary) = boundary {
        super::policy::must_exist(tx, gate, boundary)?;
    }
    user.body.boundary.clone_from(boundary);
    entity::save(tx, &user)?;
    Ok(standing::changed(tx, gate.account(), gate.dice())?)
}
