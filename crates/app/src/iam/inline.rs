//! Inline policies of users, groups and roles.

use super::named::{self, Listed, Paging};
use super::policy::sound;
use crate::Error;
use crate::api::Gate;
use domain::iam::entity::{Body, Entity, Kind};
use domain::iam::quota::{self, Quota};
use domain::iam::said::Wire;
use store::Tx;
use store::iam::{policy, standing};

/// A policy of somebody.
#[derive(Debug, Clone)]
pub struct Inline {
    /// Whose: a user, group or role by name.
    pub of: String,
    /// Its name.
    pub name: String,
}

/// `PutUserPolicy`, `PutGroupPolicy`, `PutRolePolicy`.
///
/// # Errors
/// `NoSuchEntity`, `MalformedPolicyDocument`, `LimitExceeded`.
pub fn put<B: Body>(
    tx: &mut Tx<'_>,
    gate: &Gate,
    (which, text): &(Inline, String),
) -> Result<(), Error> {
    let of: Entity<B> = named::the(tx, gate, &which.of)?;
    sound(text, iampolicy::Kind::Identity)?;
    let others = policy::inlines(tx, &of.id)?;
    let others = others.iter().filter(|(name, _)| *name != which.name);
    let size: u32 = others.map(|(_, text)| size(text)).sum::<u32>() + size(text);
    let quota = quota_of(B::KIND);
    if size > quota.most {
        let (kind, most) = (B::KIND.key(), quota.most);
        let said = format!(
            "Maximum policy size of {most} bytes exceeded for {kind} {}",
            of.name
        );
        return Err(Wire::LimitExceeded.say(said).into());
    }
    policy::put_inline(tx, &of.id, &which.name, text)?;
    Ok(standing::changed(tx, gate.account(), gate.dice())?)
}

/// `GetUserPolicy`, `GetGroupPolicy`, `GetRolePolicy`: the document.
///
/// # Errors
/// `NoSuchEntity`.
pub fn get<B: Body>(tx: &mut Tx<'_>, gate: &Gate, which: &Inline) -> Result<String, Error> {
    let of: Entity<B> = named::the(tx, gate, &which.of)?;
    policy::inline(tx, &of.id, &which.name)?.ok_or_else(|| missing(B::KIND, &which.name))
}

/// `ListUserPolicies`, `ListGroupPolicies`, `ListRolePolicies`: their names.
///
/// # Errors
/// `NoSuchEntity`.
pub fn list<B: Body>(
    tx: &mut Tx<'_>,
    gate: &Gate,
    (name, paging): &(String, Paging),
) -> Result<Listed<String>, Error> {
    let of: Entity<B> = named::the(tx, gate, name)?;
    let page = policy::inline_names(tx, &of.id, &paging.after, paging.size)?;
    Ok(Listed::of(page, Clone::clone))
}

/// `DeleteUserPolicy`, `DeleteGroupPolicy`, `DeleteRolePolicy`.
///
/// # Errors
/// `NoSuchEntity`.
pub fn delete<B: Body>(tx: &mut Tx<'_>, gate: &Gate, which: &Inline) -> Result<(), Error> {
    let of: Entity<B> = named::the(tx, gate, &which.of)?;
    if !policy::remove_inline(tx, &of.id, &which.name)? {
        return Err(missing(B::KIND, &which.name));
    }
    Ok(standing::changed(tx, gate.account(), gate.dice())?)
}

/// Characters of a document as quotas count them: blanks apart.
pub(crate) fn size(text: &str) -> u32 {
    let counted = text.chars().filter(|c| !c.is_whitespace()).count();
    u32::try_from(counted).unwrap_or(u32::MAX)
}

const fn quota_of(kind: Kind) -> Quota {
    match kind {
        Kind::Group => quota::GROUP_POLICY_SIZE,
        Kind::Role => quota::ROLE_POLICY_SIZE,
        _ => quota::USER_POLICY_SIZE,
    }
}

fn missing(kind: Kind, name: &str) -> Error {
    let said = format!(
        "The {} policy with name {name} cannot be found.",
        kind.key()
    );
    Wire::NoSuchEntity.say(said).into()
}
