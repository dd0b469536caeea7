//! What somebody may: their policies, read once and kept until who may do what in the account changes.

use crate::{App, Error};
use domain::iam::caller::Principal;
use domain::iam::entity::{Entity, Policy, Role, Tag, UniqueId, User};
use domain::ids::AccountId;
use iampolicy::{Document, Kind};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::Tx;
use store::iam::{entity, policy, standing};

/// A policy by its name or ARN.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) document: Document,
}

/// What an identity may.
#[derive(Debug, Default)]
pub(crate) struct Rights {
    /// Its own policies, and those of its groups.
    pub(crate) identity: Vec<Named>,
    /// What bounds them.
    pub(crate) boundary: Option<Named>,
    /// Its tags.
    pub(crate) tags: Vec<Tag>,
}

/// Rights that were read, each with the epoch of the account that they were read in.
#[derive(Debug, Default)]
pub(crate) struct Shelf(Mutex<HashMap<UniqueId, (i64, Arc<Rights>)>>);

/// Identities whose rights are kept, at most; then all are read anew.
const ENOUGH: usize = 10_000;
/// A user is in ten groups at most, and the quota may be raised some day.
const GROUPS: u32 = 1_000;

impl Shelf {
    fn find(&self, id: &UniqueId, epoch: i64) -> Option<Arc<Rights>> {
        let shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_in, rights) = shelf.get(id)?;
        (*read_in == epoch).then(|| Arc::clone(rights))
    }

    fn put(&self, id: &UniqueId, epoch: i64, rights: &Arc<Rights>) {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shelf.len() >= ENOUGH {
            shelf.clear();
        }
        shelf.insert(id.clone(), (epoch, Arc::clone(rights)));
    }
}

/// What the principal's identity may. A root user has no policies.
pub(super) fn of(
    app: &App,
    tx: &mut Tx<'_>,
    account: &AccountId,
    principal: &Principal,
) -> Result<Arc<Rights>, Error> {
    let Some(id) = principal.identity() else {
        return Ok(Arc::default());
    };
    let epoch = standing::epoch(tx, account)?;
    if let Some(rights) = app.shelf().find(id, epoch) {
        return Ok(rights);
    }
    let rights = Arc::new(read(tx, account, id)?);
    app.shelf().put(id, epoch, &rights);
    Ok(rights)
}

/// What the user or role of this id may, as the store has it.
pub(crate) fn read(tx: &mut Tx<'_>, account: &AccountId, id: &UniqueId) -> Result<Rights, Error> {
    let (boundary, tags) = match entity::by_id::<User>(tx, id)? {
        Some(user) => (user.body.boundary, user.tags),
        None => match entity::by_id::<Role>(tx, id)? {
            Some(role) => (role.body.boundary, role.tags),
            None => return Ok(Rights::default()),
        },
    };
    let mut identity = attached(tx, account, id)?;
    for group in entity::groups_of(tx, id, "", GROUPS)?.items {
        identity.extend(attached(tx, account, &group.id)?);
    }
    let boundary = boundary.map(|arn| managed(tx, account, &arn)).transpose()?;
    Ok(Rights {
        identity,
        boundary: boundary.flatten(),
        tags,
    })
}

/// The policies of one entity: those attached and those of its own.
pub(crate) fn attached(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &UniqueId,
) -> Result<Vec<Named>, Error> {
    let mut found = Vec::new();
    for arn in policy::attached(tx, id)? {
        found.extend(managed(tx, account, &arn)?);
    }
    for (name, text) in policy::inlines(tx, id)? {
        let document = parsed(&text)?;
        found.push(Named { name, document });
    }
    Ok(found)
}

/// A managed policy: one of the installation's library, or the version in force of one of the account's.
pub(crate) fn managed(
    tx: &mut Tx<'_>,
    account: &AccountId,
    arn: &str,
) -> Result<Option<Named>, Error> {
    let text = match crate::iam::library::document(arn) {
        Some(text) => Some(text.to_owned()),
        None => in_force(tx, account, arn)?,
    };
    let named = text.map(|text| {
        let document = parsed(&text)?;
        Ok(Named {
            name: arn.to_owned(),
            document,
        })
    });
    named.transpose()
}

fn in_force(tx: &mut Tx<'_>, account: &AccountId, arn: &str) -> Result<Option<String>, Error> {
    let Some(name) = arn.rsplit('/').next() else {
        return Ok(None);
    };
    let found: Option<Entity<Policy>> = entity::find(tx, account, name)?;
    let Some(found) = found.filter(|found| found.arn() == arn) else {
        return Ok(None);
    };
    let version = policy::find_version(tx, &found.id, found.body.default_version)?;
    Ok(version.map(|version| version.document))
}

/// A document that was checked when it was taken in.
fn parsed(text: &str) -> Result<Document, Error> {
    Document::parse(text, Kind::Identity).map_err(|malformed| {
        tracing::error!(%malformed, "a stored policy cannot be read");
        Error::Fault("a stored policy cannot be read")
    })
}
