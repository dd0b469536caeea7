//! Groups, and who is in them.

use super::named::{self, Listed, New, Paging, Renaming};
use crate::Error;
use crate::api::{Ask, Gate};
use domain::iam::entity::{Entity, Group, Kind, User, arn};
use domain::iam::quota;
use store::Tx;
use store::iam::{entity, policy, standing};

/// A user and a group.
#[derive(Debug, Clone)]
pub struct Membership {
    /// The group's name.
    pub group: String,
    /// The user's name.
    pub user: String,
}

/// `CreateGroup`, by name and path.
///
/// # Errors
/// `EntityAlreadyExists`, `LimitExceeded`.
pub fn create(
    tx: &mut Tx<'_>,
    gate: &Gate,
    (name, path): &(String, Option<String>),
) -> Result<Entity<Group>, Error> {
    let new = New {
        name,
        path: path.as_deref(),
        tags: &[],
        body: Group {},
        secret: None,
        facts: &[],
    };
    named::make(tx, gate, new)
}

/// `GetGroup`: the group and a page of its users.
///
/// # Errors
/// `NoSuchEntity`.
pub fn get(
    tx: &mut Tx<'_>,
    gate: &Gate,
    (name, paging): &(String, Paging),
) -> Result<(Entity<Group>, Listed<Entity<User>>), Error> {
    let group: Entity<Group> = named::the(tx, gate, name)?;
    let users = entity::members_of(tx, &group.id, &paging.after, paging.size)?;
    Ok((group, Listed::of(users, entity::mark)))
}

/// `ListGroups`.
///
/// # Errors
/// `AccessDenied`.
pub fn list(tx: &mut Tx<'_>, gate: &Gate, paging: &Paging) -> Result<Listed<Entity<Group>>, Error> {
    gate.may(&Ask::on(&arn(
        Kind::Group,
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

/// `ListGroupsForUser`.
///
/// # Errors
/// `NoSuchEntity`.
pub fn list_for_user(
    tx: &mut Tx<'_>,
    gate: &Gate,
    (name, paging): &(String, Paging),
) -> Result<Listed<Entity<Group>>, Error> {
    let user: Entity<User> = named::the(tx, gate, name)?;
    let page = entity::groups_of(tx, &user.id, &paging.after, paging.size)?;
    Ok(Listed::of(page, entity::mark))
}

/// `UpdateGroup`: another name or path.
///
/// # Errors
/// `NoSuchEntity`, `EntityAlreadyExists`.
pub fn update(tx: &mut Tx<'_>, gate: &Gate, change: &Renaming) -> Result<(), Error> {
    let mut group: Entity<Group> = named::the(tx, gate, &change.name)?;
    named::rename(tx, gate, &mut group, change)
}

/// `DeleteGroup`.
///
/// # Errors
/// `NoSuchEntity`, `DeleteConflict` while something hangs on it.
pub fn delete(tx: &mut Tx<'_>, gate: &Gate, name: &str) -> Result<(), Error> {
    let group: Entity<Group> = named::the(tx, gate, name)?;
    let members = entity::members_of(tx, &group.id, "", 1)?;
    let hanging = [
        (!members.items.is_empty(), "remove users from group"),
        (
            policy::attached_count(tx, &group.id)? > 0,
            "detach all policies",
        ),
        (
            !policy::inlines(tx, &group.id)?.is_empty(),
            "delete policies",
        ),
    ];
    named::remove(tx, &group, &hanging)
}

/// `AddUserToGroup`; nothing changes for one who is in it.
///
/// # Errors
/// `NoSuchEntity`, `LimitExceeded`.
pub fn add_user(tx: &mut Tx<'_>, gate: &Gate, both: &Membership) -> Result<(), Error> {
    let (group, user) = found(tx, gate, both)?;
    let members = entity::groups_of(tx, &user.id, "", quota::GROUPS_PER_USER.most)?;
    if members.items.iter().any(|one| one.id == group.id) {
        return Ok(());
    }
    named::within(quota::GROUPS_PER_USER, entity::group_count(tx, &user.id)?)?;
    entity::join(tx, &user.id, &group.id)?;
    Ok(standing::changed(tx, gate.account(), gate.dice())?)
}

/// `RemoveUserFromGroup`.
///
/// # Errors
/// `NoSuchEntity`, also for one who is not in it.
pub fn remove_user(tx: &mut Tx<'_>, gate: &Gate, both: &Membership) -> Result<(), Error> {
    let (group, user) = found(tx, gate, both)?;
    if !entity::leave(tx, &user.id, &group.id)? {
        return Err(named::missing(Kind::User, &both.user).into());
    }
    Ok(standing::changed(tx, gate.account(), gate.dice())?)
}

fn found(
    tx: &mut Tx<'_>,
    gate: &Gate,
    both: &Membership,
) -> Result<(Entity<Group>, Entity<User>), Error> {
    let group: Entity<Group> = named::the(tx, gate, &both.group)?;
    let user = entity::find::<User>(tx, gate.account(), &both.user)?;
    let user = user.ok_or_else(|| named::missing(Kind::User, &both.user))?;
    Ok((group, user))
}
