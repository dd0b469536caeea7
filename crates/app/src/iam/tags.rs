//! Tags of users, roles, policies and MFA devices.

use super::named;
pub(crate) use super::named::tags_fit as fit;
use crate::Error;
use crate::api::{Ask, Gate};
use domain::iam::entity::{Body, Entity, Tag};
use store::Tx;
use store::iam::{entity, standing};

/// `TagUser`, `TagRole` and their like: adds tags, over those of the same keys. With keys that are to go, `UntagUser`
/// and its like; those that are not there are passed over.
///
/// # Errors
/// `NoSuchEntity`, `InvalidInput`, `LimitExceeded`.
pub fn retag<B: Body>(
    tx: &mut Tx<'_>,
    gate: &Gate,
    (name, tags, gone): &(String, Vec<Tag>, Vec<String>),
) -> Result<(), Error> {
    let mut of: Entity<B> = named::the(tx, gate, name)?;
    change(gate, &mut of, tags, gone)?;
    entity::save(tx, &of)?;
    Ok(standing::changed(tx, gate.account(), gate.dice())?)
}

/// Adds tags and takes others away, with leave for both.
pub(crate) fn change<B: Body>(
    gate: &Gate,
    of: &mut Entity<B>,
    tags: &[Tag],
    gone: &[String],
) -> Result<(), Error> {
    gate.may(
        &Ask::on(&of.arn())
            .tagged(&of.tags)
            .requesting(tags)
            .naming(gone),
    )?;
    named::tags_fit(tags)?;
    let replaced = tags.iter().map(|tag| &tag.key).chain(gone);
    for key in replaced {
        of.tags.retain(|tag| !key.eq_ignore_ascii_case(&tag.key));
    }
    of.tags.extend(tags.iter().cloned());
    named::tags_fit(&of.tags)
}

/// `ListUserTags`, `ListRoleTags` and their like: all of them, as there are fifty at most.
///
/// # Errors
/// `NoSuchEntity`.
pub fn list<B: Body>(tx: &mut Tx<'_>, gate: &Gate, name: &str) -> Result<Vec<Tag>, Error> {
    let of: Entity<B> = named::the(tx, gate, name)?;
    Ok(of.tags)
}
