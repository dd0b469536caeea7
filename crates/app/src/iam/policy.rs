//! Managed policies: of the account, with their versions, and those of the library; and what is attached to whom.

use super::inline::size;
use super::library;
use super::named::{self, Listed, New, Paging};
use crate::Error;
use crate::api::{Ask, Gate};
use domain::iam::entity::{Body, Entity, Kind, Policy, Tag, arn};
use domain::iam::quota::{self, Quota};
use domain::iam::said::Wire;
use iampolicy::Document;
use store::Tx;
pub use store::iam::policy::Version;
use store::iam::policy::{self as rows, Holder};
use store::iam::{entity, standing};

/// A managed policy as callers see it: one of the account, or one of the library.
#[derive(Debug, Clone)]
pub struct Managed {
    /// Its name, path and body.
    pub policy: Entity<Policy>,
    /// Its ARN.
    pub arn: String,
    /// To how many entities of the caller's account it is attached.
    pub attached: u32,
}

/// A policy to be made.
#[derive(Debug, Clone)]
pub struct NewPolicy {
    /// Its name.
    pub name: String,
    /// Its path; `/` when nothing is said.
    pub path: Option<String>,
    /// Its first version.
    pub document: String,
    /// What it is for.
    pub description: Option<String>,
    /// Its tags.
    pub tags: Vec<Tag>,
}

/// Refuses a document that cannot be understood.
pub(crate) fn sound(text: &str, kind: iampolicy::Kind) -> Result<Document, Error> {
    Document::parse(text, kind).map_err(|malformed| {
        Wire::MalformedPolicyDocument
            .say(malformed.aws_message())
            .into()
    })
}

/// `CreatePolicy`.
///
/// # Errors
/// `MalformedPolicyDocument`, `EntityAlreadyExists`, `LimitExceeded`.
pub fn create(tx: &mut Tx<'_>, gate: &Gate, new: &NewPolicy) -> Result<Managed, Error> {
    let body = Policy {
        description: new.description.clone(),
        default_version: 1,
        next_version: 2,
        updated_at: gate.now(),
    };
    let made = New {
        name: &new.name,
        path: new.path.as_deref(),
        tags: &new.tags,
        body,
        secret: None,
        facts: &[],
    };
    let policy = named::make(tx, gate, made)?;
    sound(&new.document, iampolicy::Kind::Identity)?;
    fits(&new.document)?;
    add(tx, gate, &policy, 1, &new.document)?;
    Ok(Managed {
        arn: policy.arn(),
        policy,
        attached: 0,
    })
}

fn fits(text: &str) -> Result<(), Error> {
    if size(text) <= quota::POLICY_SIZE.most {
        return Ok(());
    }
    let Quota { name, most } = quota::POLICY_SIZE;
    Err(Wire::LimitExceeded
        .say(format!("Cannot exceed quota for {name}: {most}"))
        .into())
}

fn add(
    tx: &mut Tx<'_>,
    gate: &Gate,
    to: &Entity<Policy>,
    number: u32,
    text: &str,
) -> Result<Version, Error> {
    let version = Version {
        number,
        document: text.to_owned(),
        created_at: gate.now(),
    };
    rows::add_version(tx, &to.id, &version)?;
    Ok(version)
}

/// `GetPolicy`.
///
/// # Errors
/// `NoSuchEntity`.
pub fn get(tx: &mut Tx<'_>, gate: &Gate, arn: &str) -> Result<Managed, Error> {
    let policy = find(tx, gate, arn)?;
    let attached = attachments(tx, gate, arn)?;
    Ok(Managed {
        arn: arn.to_owned(),
        policy,
        attached,
    })
}

fn attachments(tx: &mut Tx<'_>, gate: &Gate, arn: &str) -> Result<u32, Error> {
    let holders = rows::holders(tx, arn, gate.account())?.len();
    Ok(u32::try_from(holders).unwrap_or(u32::MAX))
}

/// The policy of this ARN, with leave to do to it what the call is for.
fn find(tx: &mut Tx<'_>, gate: &Gate, arn: &str) -> Result<Entity<Policy>, Error> {
    let found = own(tx, gate, arn)?.or_else(|| library::entity(arn));
    let tags = found.as_ref().map_or(&[][..], |found| &found.tags);
    gate.may(&Ask::on(arn).tagged(tags))?;
    found.ok_or_else(|| missing(arn))
}

/// The policy of the caller's account of this ARN.
fn own(tx: &mut Tx<'_>, gate: &Gate, arn: &str) -> Result<Option<Entity<Policy>>, Error> {
    let name = arn.rsplit('/').next().unwrap_or_default();
    let found: Option<Entity<Policy>> = match gate.changes() {
        true => entity::lock(tx, gate.account(), name)?,
        false => entity::find(tx, gate.account(), name)?,
    };
    Ok(found.filter(|found| found.arn() == arn))
}

/// The same, to be changed: what is in the library is nobody's to change.
fn to_change(tx: &mut Tx<'_>, gate: &Gate, arn: &str) -> Result<Entity<Policy>, Error> {
    let found = find(tx, gate, arn)?;
    if library::document(arn).is_some() {
        let said = "Cannot modify a policy that is provided by this installation.";
        return Err(Wire::AccessDenied.say(said).into());
    }
    Ok(found)
}

fn missing(arn: &str) -> Error {
    Wire::NoSuchEntity
        .say(format!("Policy {arn} was not found."))
        .into()
}

/// Refuses a boundary or an attachment that is no policy.
pub(crate) fn must_exist(tx: &mut Tx<'_>, gate: &Gate, arn: &str) -> Result<(), Error> {
    if library::document(arn).is_some() || own(tx, gate, arn)?.is_some() {
        return Ok(());
    }
    let said = format!("Policy {arn} does not exist or is not attachable.");
    Err(Wire::NoSuchEntity.say(said).into())
}

/// Which policies a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Those of the library and of the account.
    All,
    /// Those of the library.
    Library,
    /// Those of the account.
    Local,
}

/// `ListPolicies`. The library comes first, on the first page.
///
/// # Errors
/// `AccessDenied`.
pub fn list(
    tx: &mut Tx<'_>,
    gate: &Gate,
    (scope, only_attached, paging): &(Scope, bool, Paging),
) -> Result<Listed<Managed>, Error> {
    gate.may(&Ask::on(&arn(
        Kind::Policy,
        gate.account(),
        &paging.below,
        "",
    )))?;
    let mut listed = Listed {
        items: Vec::new(),
        next: None,
    };
    if *scope != Scope::Local && paging.after.is_empty() {
        for (arn, policy) in library::all() {
            let attached = attachments(tx, gate, &arn)?;
            if policy.path.starts_with(&paging.below) && (attached > 0 || !only_attached) {
                listed.items.push(Managed {
                    policy,
                    arn,
                    attached,
                });
            }
        }
    }
    if *scope == Scope::Library {
        return Ok(listed);
    }
    let page = entity::page::<Policy>(
        tx,
        gate.account(),
        &paging.below,
        &paging.after,
        paging.size,
    )?;
    let page = Listed::of(page, entity::mark);
    for policy in page.items {
        let arn = policy.arn();
        let attached = attachments(tx, gate, &arn)?;
        if attached > 0 || !only_attached {
            listed.items.push(Managed {
                policy,
                arn,
                attached,
            });
        }
    }
    listed.next = page.next;
    Ok(listed)
}

/// `DeletePolicy`: its only version goes with it.
///
/// # Errors
/// `NoSuchEntity`, `DeleteConflict` while it is attached or has further versions.
pub fn delete(tx: &mut Tx<'_>, gate: &Gate, arn: &str) -> Result<(), Error> {
    let policy = to_change(tx, gate, arn)?;
    if rows::attachments(tx, arn)? > 0 {
        let said = "Cannot delete a policy attached to entities.";
        return Err(Wire::DeleteConflict.say(said).into());
    }
    if rows::versions(tx, &policy.id)?.len() > 1 {
        let said = "This policy has more than one version. Before you delete a policy, you must delete the policy's \
            versions. The default version is deleted with the policy.";
        return Err(Wire::DeleteConflict.say(said).into());
    }
    rows::remove_version(tx, &policy.id, policy.body.default_version)?;
    Ok(entity::remove(tx, &policy)?)
}

/// A version to be made.
#[derive(Debug, Clone)]
pub struct NewVersion {
    /// Of which policy.
    pub arn: String,
    /// What it says.
    pub document: String,
    /// Whether it comes into force.
    pub in_force: bool,
}

/// `CreatePolicyVersion`.
///
/// # Errors
/// `NoSuchEntity`, `MalformedPolicyDocument`, `LimitExceeded`.
pub fn create_version(tx: &mut Tx<'_>, gate: &Gate, new: &NewVersion) -> Result<Version, Error> {
    let mut policy = to_change(tx, gate, &new.arn)?;
    sound(&new.document, iampolicy::Kind::Identity)?;
    fits(&new.document)?;
    let present = u32::try_from(rows::versions(tx, &policy.id)?.len()).unwrap_or(u32::MAX);
    if present >= quota::VERSIONS.most {
        let said = "A managed policy can have up to 5 versions. Before you create a new version, you must delete an \
            existing version.";
        return Err(Wire::LimitExceeded.say(said).into());
    }
    let version = add(tx, gate, &policy, policy.body.next_version, &new.document)?;
    policy.body.next_version += 1;
    policy.body.updated_at = gate.now();
    if new.in_force {
        policy.body.default_version = version.number;
    }
    entity::save(tx, &policy)?;
    standing::changed(tx, gate.account(), gate.dice())?;
    Ok(version)
}

/// `GetPolicyVersion`, by its number; and whether it is in force.
///
/// # Errors
/// `NoSuchEntity`.
pub fn version(
    tx: &mut Tx<'_>,
    gate: &Gate,
    (arn, number): &(String, Option<u32>),
) -> Result<(Version, bool), Error> {
    let policy = find(tx, gate, arn)?;
    let number = number.ok_or_else(|| no_version(arn, 0))?;
    let found = match library::document(arn) {
        Some(text) if number == policy.body.default_version => Some(Version {
            number,
            document: text.to_owned(),
            created_at: policy.created_at,
        }),
        Some(_) => None,
        None => rows::find_version(tx, &policy.id, number)?,
    };
    let found = found.ok_or_else(|| no_version(arn, number))?;
    let in_force = number == policy.body.default_version;
    Ok((found, in_force))
}

/// `ListPolicyVersions`, newest first, each with whether it is in force.
///
/// # Errors
/// `NoSuchEntity`.
pub fn versions(tx: &mut Tx<'_>, gate: &Gate, arn: &str) -> Result<Vec<(Version, bool)>, Error> {
    let policy = find(tx, gate, arn)?;
    let versions = match library::document(arn) {
        Some(text) => vec![Version {
            number: policy.body.default_version,
            document: text.to_owned(),
            created_at: policy.created_at,
        }],
        None => rows::versions(tx, &policy.id)?,
    };
    let marked = versions.into_iter().map(|version| {
        let in_force = version.number == policy.body.default_version;
        (version, in_force)
    });
    Ok(marked.collect())
}

/// What becomes of a version.
#[derive(Debug, Clone)]
pub struct OfVersion {
    /// The policy.
    pub arn: String,
    /// The number.
    pub number: Option<u32>,
    /// Whether it comes into force, or is removed.
    pub in_force: bool,
}

/// `SetDefaultPolicyVersion` and `DeletePolicyVersion`.
///
/// # Errors
/// `NoSuchEntity`, `DeleteConflict` for the version in force.
pub fn change_version(tx: &mut Tx<'_>, gate: &Gate, change: &OfVersion) -> Result<(), Error> {
    let mut policy = to_change(tx, gate, &change.arn)?;
    let number = change.number.unwrap_or(0);
    rows::find_version(tx, &policy.id, number)?.ok_or_else(|| no_version(&change.arn, number))?;
    if change.in_force {
        policy.body.default_version = number;
    } else if number == policy.body.default_version {
        let said = "Cannot delete the default version of a policy.";
        return Err(Wire::DeleteConflict.say(said).into());
    } else {
        rows::remove_version(tx, &policy.id, number)?;
    }
    policy.body.updated_at = gate.now();
    entity::save(tx, &policy)?;
    Ok(standing::changed(tx, gate.account(), gate.dice())?)
}

fn no_version(arn: &str, number: u32) -> Error {
    let said = format!("Policy {arn} version v{number} does not exist or is not attachable.");
    Wire::NoSuchEntity.say(said).into()
}

/// A policy and somebody to whom it is attached.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// The user, group or role, by name.
    pub to: String,
    /// The policy.
    pub arn: String,
}

/// `AttachUserPolicy`, `AttachGroupPolicy`, `AttachRolePolicy`.
///
/// # Errors
/// `NoSuchEntity`, `LimitExceeded`.
pub fn attach<B: Body>(tx: &mut Tx<'_>, gate: &Gate, both: &Attachment) -> Result<(), Error> {
    let facts = [("iam:PolicyARN", both.arn.clone())];
    let to: Entity<B> = named::the_with(tx, gate, &both.to, &facts)?;
    must_exist(tx, gate, &both.arn)?;
    if rows::attached(tx, &to.id)?.contains(&both.arn) {
        return Ok(());
    }
    let quota = match B::KIND {
        Kind::Group => quota::ATTACHED_PER_GROUP,
        Kind::Role => quota::ATTACHED_PER_ROLE,
        _ => quota::ATTACHED_PER_USER,
    };
    named::within(quota, rows::attached_count(tx, &to.id)?)?;
    rows::attach(tx, &to.id, &both.arn)?;
    Ok(standing::changed(tx, gate.account(), gate.dice())?)
}

/// `DetachUserPolicy`, `DetachGroupPolicy`, `DetachRolePolicy`.
///
/// # Errors
/// `NoSuchEntity`.
pub fn detach<B: Body>(tx: &mut Tx<'_>, gate: &Gate, both: &Attachment) -> Result<(), Error> {
    let facts = [("iam:PolicyARN", both.arn.clone())];
    let from: Entity<B> = named::the_with(tx, gate, &both.to, &facts)?;
    if !rows::detach(tx, &from.id, &both.arn)? {
        return Err(missing(&both.arn));
    }
    Ok(standing::changed(tx, gate.account(), gate.dice())?)
}

/// `ListAttachedUserPolicies` and its like: the ARNs, of which ten are the most by quota, so one page holds them.
///
/// # Errors
/// `NoSuchEntity`.
pub fn attached<B: Body>(
    tx: &mut Tx<'_>,
    gate: &Gate,
    (name, below): &(String, String),
) -> Result<Vec<String>, Error> {
    let to: Entity<B> = named::the(tx, gate, name)?;
    let mut attached = rows::attached(tx, &to.id)?;
    attached.retain(|arn| {
        let path = arn.split_once(":policy").map_or("/", |(_, path)| path);
        path.starts_with(below.as_str())
    });
    Ok(attached)
}

/// `ListEntitiesForPolicy`: to whom of the account a policy is attached.
///
/// # Errors
/// `NoSuchEntity`.
pub fn holders(tx: &mut Tx<'_>, gate: &Gate, arn: &str) -> Result<Vec<Holder>, Error> {
    find(tx, gate, arn)?;
    Ok(rows::holders(tx, arn, gate.account())?)
}

/// `TagPolicy`, and with no values `UntagPolicy`.
///
/// # Errors
/// `NoSuchEntity`, `InvalidInput`, `LimitExceeded`.
pub fn retag(
    tx: &mut Tx<'_>,
    gate: &Gate,
    (arn, tags, gone): &(String, Vec<Tag>, Vec<String>),
) -> Result<(), Error> {
    let mut policy = to_change(tx, gate, arn)?;
    super::tags::change(gate, &mut policy, tags, gone)?;
    Ok(entity::save(tx, &policy)?)
}
