//! Roles: who may assume them, and for how long.

use super::inline::size;
use super::named::{self, Listed, New, Paging};
use super::policy::{must_exist, sound};
use crate::Error;
use crate::api::{Ask, Gate};
use domain::iam::entity::{Body, Entity, Kind, Role, Tag, UniqueId, User, arn};
use domain::iam::quota::{self, Quota};
use domain::iam::said::Wire;
use domain::ids::AccountId;
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
        meant: meant(tx, &new.trust)?,
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

/// The users and roles that a trust policy names, of whichever account, with their unique ids. Those that are not there are
/// left out: the answer to a call never shows who exists in another account.
fn meant(tx: &mut Tx<'_>, trust: &str) -> Result<Vec<(String, String)>, Error> {
    let mut found = Vec::new();
    // A quotation mark stands in no ARN, so what lies between two is a whole one.
    for arn in trust.split('"') {
        let Some(named) = Named::read(arn) else {
            continue;
        };
        let id = match named.kind {
            Kind::User => named.id::<User>(tx)?,
            _ => named.id::<Role>(tx)?,
        };
        found.extend(id.map(|id| (arn.to_owned(), id.as_str().to_owned())));
    }
    Ok(found)
}

/// A user or role, by the parts of its ARN.
struct Named<'a> {
    arn: &'a str,
    account: AccountId,
    kind: Kind,
    name: &'a str,
}

impl<'a> Named<'a> {
    fn read(arn: &'a str) -> Option<Self> {
        let (account, resource) = arn.strip_prefix("arn:aws:iam::")?.split_once(':')?;
        let (kind, path) = resource.split_once('/')?;
        let kinds = [Kind::User, Kind::Role];
        Some(Self {
            arn,
            account: account.parse().ok()?,
            kind: kinds.into_iter().find(|known| known.in_arn() == kind)?,
            name: path.rsplit('/').next()?,
        })
    }

    fn id<B: Body>(&self, tx: &mut Tx<'_>) -> Result<Option<UniqueId>, Error> {
        let found: Option<Entity<B>> = entity::find(tx, &self.account, self.name)?;
        let same = found.filter(|found| found.arn() == self.arn);
        Ok(same.map(|found| found.id))
    }
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
        role.body.meant = meant(tx, trust)?;
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
