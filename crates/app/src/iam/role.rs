//! Roles: who may assume them, and for how long.

use super::inline::size;
use super::named::{self, Listed, New, Paging};
use super::policy::{must_exist, sound};
use crate::Error;
use crate::api::{Ask, Gate};
use domain::iam::entity::{Entity, Kind, Role, Tag, arn};
use domain::iam::quota::{self, Quota};
use domain::iam::said::Wire;
use store::Tx;
use store::iam::{entity, policy, standing};

/// The longest session when nothing is said: an hour.
pub const MAX_SESSION: u32 = 3_600;

/// A role to be made.
#[derive(Debug, Clone)]
pub struct NewRole {
    /// Its name.
    pub name: String,
    /// Its path; `/` when nothing is said.
    pub path: Option<String>,
    /// Its trust policy.
    pub trust: String,
    /// What it is for.
    pub description: Option<String>,
    /// The longest session, in seconds.
    pub max_session: Option<u32>,
    /// The ARN of the policy that bounds it.
    pub boundary: Option<String>,
    /// Its tags.
    pub tags: Vec<Tag>,
}

/// `CreateRole`.
///
/// # Errors
/// `MalformedPolicyDocument`, `EntityAlreadyExists`, `LimitExceeded`, `NoSuchEntity` of the boundary.
pub fn create(tx: &mut Tx<'_>, gate: &Gate, new: &NewRole) -> Result<Entity<Role>, Error> {
    let bounded = new
        .boundary
        .iter()
        .map(|arn| ("iam:PermissionsBoundary", arn.clone()));
    let facts: Vec<_> = bounded.collect();
    if let Some(boundary) = &new.boundary {
        must_exist(tx, gate, boundary)?;
    }
    let body = Role {
        trust: new.trust.clone(),
        description: new.description.clone(),
        max_session: new.max_session.unwrap_or(MAX_SESSION),
        boundary: new.boundary.clone(),
        last_used: None,
    };
    let made = New {
        name: &new.name,
        path: new.path.as_deref(),
        tags: &new.tags,
        body,
        secret: None,
        facts: &facts,
    };
    let role = named::make(tx, gate, made)?;
    trustworthy(&new.trust)?;
    Ok(role)
}

fn trustworthy(text: &str) -> Result<(), Error> {
    sound(text, iampolicy::Kind::Trust)?;
    if size(text) <= quota::TRUST_SIZE.most {
        return Ok(());
    }
    let Quota { name, most } = quota::TRUST_SIZE;
    Err(Wire::LimitExceeded
        .say(format!("Cannot exceed quota for {name}: {most}"))
        .into())
}

/// `GetRole`.
///
/// # Errors
/// `NoSuchEntity`.
pub fn get(tx: &mut Tx<'_>, gate: &Gate, name: &str) -> Result<Entity<Role>, Error> {
    named::the(tx, gate, name)
}

/// `ListRoles`.
///
/// # Errors
/// `AccessDenied`.
pub fn list(tx: &mut Tx<'_>, gate: &Gate, paging: &Paging) -> Result<Listed<Entity<Role>>, Error> {
    gate.may(&Ask::on(&arn(
        Kind::Role,
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

/// What is to become of a role; what is left unsaid stays.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The longest session, in seconds.
    pub max_session: Option<u32>,
    /// Its trust policy.
    pub trust: Option<String>,
}

/// `UpdateRole`, `UpdateRoleDescription`, `UpdateAssumeRolePolicy`.
///
/// # Errors
/// `NoSuchEntity`, `MalformedPolicyDocument`, `LimitExceeded`.
pub fn update(tx: &mut Tx<'_>, gate: &Gate, change: &Change) -> Result<Entity<Role>, Error> {
    let mut role: Entity<Role> = named::the(tx, gate, &change.name)?;
    if let Some(trust) = &change.trust {
        trustworthy(trust)?;
        role.body.trust.clone_from(trust);
    }
    if change.description.is_some() {
        role.body.description.clone_from(&change.description);
    }
    role.body.max_session = change.max_session.unwrap_or(role.body.max_session);
    entity::save(tx, &role)?;
    Ok(role)
}

/// `PutRolePermissionsBoundary`, and with nothing `DeleteRolePermissionsBoundary`.
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
    let mut role: Entity<Role> = named::the_with(tx, gate, name, &facts.collect::<Vec<_>>())?;
    if let Some(boundary) = boundary {
        must_exist(tx, gate, boundary)?;
    }
    role.body.boundary.clone_from(boundary);
    entity::save(tx, &role)?;
    Ok(standing::changed(tx, gate.account(), gate.dice())?)
}

/// `DeleteRole`. Its sessions end.
///
/// # Errors
/// `NoSuchEntity`, `DeleteConflict` while something hangs on it.
pub fn delete(tx: &mut Tx<'_>, gate: &Gate, name: &str) -> Result<(), Error> {
    let role: Entity<Role> = named::the(tx, gate, name)?;
    let hanging = [
        (
            policy::attached_count(tx, &role.id)? > 0,
            "detach all policies",
        ),
        (
            !policy::inlines(tx, &role.id)?.is_empty(),
            "delete policies",
        ),
    ];
    named::remove(tx, &role, &hanging)?;
    gate.revoke_principal(tx, &role.id)
}
