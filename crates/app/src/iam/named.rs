//! What is named in a call: found, with leave asked; made, within its quota; listed, a page at a time.

use crate::Error;
use crate::api::{Ask, Gate};
use domain::iam::entity::{Body, Entity, Kind, Tag, UniqueId, arn};
use domain::iam::quota::{self, Quota};
use domain::iam::said::{Said, Wire};
use store::iam::entity::{self, NAME_TAKEN};
use store::iam::standing;
use store::{StoreError, Tx};

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Listed<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// What the next one goes on after, if there is one.
    pub next: Option<String>,
}

/// Which page of a list is asked for.
#[derive(Debug, Clone)]
pub struct Paging {
    /// Only what lies below this path.
    pub below: String,
    /// What the last page ended with.
    pub after: String,
    /// At most so many.
    pub size: u32,
}

/// The first page when nothing is said of it; AWS gives a hundred.
pub const PAGE: u32 = 100;

impl Default for Paging {
    fn default() -> Self {
        Self {
            below: "/".to_owned(),
            after: String::new(),
            size: PAGE,
        }
    }
}

impl<T> Listed<T> {
    /// A page as the store gives it, with what names its last item.
    pub(crate) fn of(page: store::Page<T>, mark: impl Fn(&T) -> String) -> Self {
        let next = page.items.last().filter(|_| page.more).map(mark);
        Self {
            items: page.items,
            next,
        }
    }
}

/// The entity of this name, with leave to do to it what the call is for.
pub(crate) fn the<B: Body>(tx: &mut Tx<'_>, gate: &Gate, name: &str) -> Result<Entity<B>, Error> {
    the_with(tx, gate, name, &[])
}

/// The same where conditions may look at further facts.
pub(crate) fn the_with<B: Body>(
    tx: &mut Tx<'_>,
    gate: &Gate,
    name: &str,
    facts: &[(&'static str, String)],
) -> Result<Entity<B>, Error> {
    let found = match gate.changes() {
        true => entity::lock::<B>(tx, gate.account(), name)?,
        false => entity::find::<B>(tx, gate.account(), name)?,
    };
    match found {
        Some(found) => {
            gate.may(&Ask::on(&found.arn()).tagged(&found.tags).with(facts))?;
            Ok(found)
        }
        None => {
            gate.may(&Ask::on(&arn(B::KIND, gate.account(), "/", name)).with(facts))?;
            Err(missing(B::KIND, name).into())
        }
    }
}

/// A change of name or path.
#[derive(Debug, Clone)]
pub struct Renaming {
    /// Its present name.
    pub name: String,
    /// The name it gets.
    pub new_name: Option<String>,
    /// The path it gets.
    pub new_path: Option<String>,
}

/// Gives an entity another name or path, with leave for what it becomes as well.
pub(crate) fn rename<B: Body>(
    tx: &mut Tx<'_>,
    gate: &Gate,
    of: &mut Entity<B>,
    change: &Renaming,
) -> Result<(), Error> {
    if let Some(name) = &change.new_name {
        let other: Option<Entity<B>> = entity::find(tx, gate.account(), name)?;
        if other.is_some_and(|other| other.id != of.id) {
            return Err(taken(B::KIND, name).into());
        }
        of.name.clone_from(name);
    }
    if let Some(path) = &change.new_path {
        of.path.clone_from(path);
    }
    gate.may(&Ask::on(&of.arn()).tagged(&of.tags))?;
    entity::save(tx, of).map_err(|error| clash(error, B::KIND, &of.name))?;
    standing::changed(tx, gate.account(), gate.dice())?;
    Ok(())
}

/// What is said of what is not there.
pub(crate) fn missing(kind: Kind, name: &str) -> Said {
    let said = match kind {
        Kind::MfaDevice => format!("VirtualMFADevice with serial number {name} does not exist."),
        _ => format!("The {} with name {name} cannot be found.", kind.key()),
    };
    Wire::NoSuchEntity.say(said)
}

/// Makes an entity of the caller's account, if its quota leaves room and its name is free.
pub(crate) fn make<B: Body>(
    tx: &mut Tx<'_>,
    gate: &Gate,
    new: New<'_, B>,
) -> Result<Entity<B>, Error> {
    let account = gate.account().clone();
    let made = Entity {
        id: UniqueId::draw(B::KIND, gate.dice()),
        account,
        name: new.name.to_owned(),
        path: new.path.unwrap_or("/").to_owned(),
        created_at: gate.now(),
        tags: new.tags.to_vec(),
        body: new.body,
    };
    gate.may(&Ask::on(&made.arn()).requesting(&made.tags).with(new.facts))?;
    tags_fit(&made.tags)?;
    within(
        quota_of(B::KIND),
        entity::number(tx, gate.account(), B::KIND)?,
    )?;
    if entity::find::<B>(tx, gate.account(), new.name)?.is_some() {
        return Err(taken(B::KIND, new.name).into());
    }
    entity::insert(tx, &made, new.secret).map_err(|error| clash(error, B::KIND, new.name))?;
    Ok(made)
}

/// An entity to be made.
pub(crate) struct New<'a, B> {
    pub(crate) name: &'a str,
    pub(crate) path: Option<&'a str>,
    pub(crate) tags: &'a [Tag],
    pub(crate) body: B,
    pub(crate) secret: Option<&'a [u8]>,
    /// What conditions may look at besides the tags.
    pub(crate) facts: &'a [(&'static str, String)],
}

/// A name that somebody else took between our look and our write.
pub(crate) fn clash(error: StoreError, kind: Kind, name: &str) -> Error {
    match error.is_conflict_on(NAME_TAKEN) {
        true => taken(kind, name).into(),
        false => error.into(),
    }
}

fn taken(kind: Kind, name: &str) -> Said {
    let said = match kind {
        Kind::Policy => {
            format!("A policy called {name} already exists. Duplicate names are not allowed.")
        }
        Kind::User => format!("User with name {name} already exists."),
        Kind::Group => format!("Group with name {name} already exists."),
        Kind::Role => format!("Role with name {name} already exists."),
        Kind::MfaDevice => "MFADevice entity at the same path and name already exists.".to_owned(),
    };
    Wire::EntityAlreadyExists.say(said)
}

const fn quota_of(kind: Kind) -> Quota {
    match kind {
        Kind::User | Kind::MfaDevice => quota::USERS,
        Kind::Group => quota::GROUPS,
        Kind::Role => quota::ROLES,
        Kind::Policy => quota::POLICIES,
    }
}

/// Refuses one more than a quota allows.
pub(crate) fn within(quota: Quota, present: u32) -> Result<(), Error> {
    if present < quota.most {
        return Ok(());
    }
    let Quota { name, most } = quota;
    Err(Wire::LimitExceeded
        .say(format!("Cannot exceed quota for {name}: {most}"))
        .into())
}

/// Refuses tags that are too many, name a key twice, or are AWS's own.
pub(crate) fn tags_fit(tags: &[Tag]) -> Result<(), Error> {
    if u32::try_from(tags.len()).unwrap_or(u32::MAX) > quota::TAGS.most {
        return within(quota::TAGS, u32::MAX);
    }
    for (index, tag) in tags.iter().enumerate() {
        if tag
            .key
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
        {
            let said = "User-defined tag keys can't start with the reserved prefix \"aws:\"";
            return Err(Wire::InvalidInput.say(said).into());
        }
        let before = tags.iter().take(index);
        if before
            .into_iter()
            .any(|other| other.key.eq_ignore_ascii_case(&tag.key))
        {
            let said = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
            return Err(Wire::InvalidInput.say(said).into());
        }
    }
    Ok(())
}

/// Removes an entity, unless something hangs on it: `must` says what is to be done first.
pub(crate) fn remove<B: Body>(
    tx: &mut Tx<'_>,
    gone: &Entity<B>,
    hanging: &[(bool, &str)],
) -> Result<(), Error> {
    if let Some((_, must)) = hanging.iter().find(|(hangs, _)| *hangs) {
        let said = format!("Cannot delete entity, must {must} first.");
        return Err(Wire::DeleteConflict.say(said).into());
    }
    entity::remove(tx, gone).map_err(|error| match error.is_conflict_on("reference") {
        true => Wire::DeleteConflict
            .say("Cannot delete entity, must remove referenced objects first.")
            .into(),
        false => Error::from(error),
    })
}
