//! Rows of entities: users, groups, roles, managed policies and MFA devices; and who is in which group.

use crate::engine::{Page, Row, Tx};
use crate::sql::statements;
use crate::{StoreError, params};
use domain::iam::entity::{Body, Entity, Group, Kind, MfaDevice, Tag, UniqueId, User, name_key};
use domain::ids::AccountId;

statements! {
    INSERT = "insert into iam_entity (id, account_id, kind, name, name_key, path, created_at, tags, body, secret) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    BY_NAME = "select id, account_id, name, path, created_at, tags, body from iam_entity \
        where account_id = $1 and kind = $2 and name_key = $3";
    BY_ID = "select id, account_id, name, path, created_at, tags, body from iam_entity where id = $1 and kind = $2";
    BY_NAME_LOCKED = "select id, account_id, name, path, created_at, tags, body from iam_entity \
        where account_id = $1 and kind = $2 and name_key = $3 /*for update*/";
    AFTER = "select id, account_id, name, path, created_at, tags, body from iam_entity \
        where account_id = $1 and kind = $2 and name_key > $3 and substr(path, 1, $5) = $4 order by name_key limit $6";
    SAVE = "update iam_entity set name = $2, name_key = $3, path = $4, tags = $5, body = $6 where id = $1";
    REMOVE = "delete from iam_entity where id = $1";
    SECRET = "select secret from iam_entity where id = $1";
    OF_HOLDER = "select id, account_id, name, path, created_at, tags, body from iam_entity where holder = $1 order by name_key";
    ASSIGN = "update iam_entity set holder = $2 where id = $1";
    ASSIGNED = "select cast(count(*) as bigint) from iam_entity where account_id = $1 and kind = 'mfa' and holder is not null";
    COUNT = "select number from iam_count where account_id = $1 and kind = $2";
    COUNTED = "insert into iam_count (account_id, kind, number) values ($1, $2, $3) \
        on conflict (account_id, kind) do update set number = iam_count.number + excluded.number";
    JOIN = "insert into iam_member (user_id, group_id) values ($1, $2) on conflict (user_id, group_id) do nothing";
    LEAVE = "delete from iam_member where user_id = $1 and group_id = $2";
    GROUPS_OF = "select e.id, e.account_id, e.name, e.path, e.created_at, e.tags, e.body from iam_member m \
        join iam_entity e on e.id = m.group_id where m.user_id = $1 and e.name_key > $2 order by e.name_key limit $3";
    MEMBERS_OF = "select e.id, e.account_id, e.name, e.path, e.created_at, e.tags, e.body from iam_member m \
        join iam_entity e on e.id = m.user_id where m.group_id = $1 and e.name_key > $2 order by e.name_key limit $3";
    GROUP_COUNT = "select cast(count(*) as bigint) from iam_member where user_id = $1";
}

fn entity<B: Body>(row: &Row<'_>) -> Result<Entity<B>, StoreError> {
    Ok(Entity {
        id: row.parse(0)?,
        account: row.parse(1)?,
        name: row.text(2)?,
        path: row.text(3)?,
        created_at: row.time(4)?,
        tags: from_json(&row.text(5)?, "iam_entity.tags")?,
        body: from_json(&row.text(6)?, "iam_entity.body")?,
    })
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str, place: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt(place.to_owned()))
}

fn to_json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::fault("iam: a row has no JSON form"))
}

/// Writes a new entity, with a secret that is sealed if it has one.
///
/// # Errors
/// A conflict on [`NAME_TAKEN`] when the account has one of that kind and name.
pub fn insert<B: Body>(
    tx: &mut Tx<'_>,
    new: &Entity<B>,
    secret: Option<&[u8]>,
) -> Result<(), StoreError> {
    let seal = |bytes: &[u8]| tx.seal("iam_entity", "secret", new.id.as_str(), bytes);
    let sealed = secret.map(seal).transpose()?;
    tx.run(
        &INSERT,
        params![
            new.id.as_str(),
            new.account.as_str(),
            B::KIND.key(),
            new.name.as_str(),
            name_key(&new.name),
            new.path.as_str(),
            new.created_at,
            to_json(&new.tags)?,
            to_json(&new.body)?,
            sealed
        ],
    )?;
    count(tx, &new.account, B::KIND, 1)
}

/// What a conflict names when the name is taken.
pub const NAME_TAKEN: &str = "iam_entity.account_id, iam_entity.kind, iam_entity.name_key";

/// The entity of this name.
///
/// # Errors
/// Only faults.
pub fn find<B: Body>(
    tx: &mut Tx<'_>,
    account: &AccountId,
    name: &str,
) -> Result<Option<Entity<B>>, StoreError> {
    let key = name_key(name);
    tx.opt(
        &BY_NAME,
        params![account.as_str(), B::KIND.key(), key],
        entity,
    )
}

/// The entity of this name, to be changed: others wait until this transaction is over.
///
/// # Errors
/// Only faults.
pub fn lock<B: Body>(
    tx: &mut Tx<'_>,
    account: &AccountId,
    name: &str,
) -> Result<Option<Entity<B>>, StoreError> {
    let key = name_key(name);
    tx.opt(
        &BY_NAME_LOCKED,
        params![account.as_str(), B::KIND.key(), key],
        entity,
    )
}

/// The entity of this unique id.
///
/// # Errors
/// Only faults.
pub fn by_id<B: Body>(tx: &mut Tx<'_>, id: &UniqueId) -> Result<Option<Entity<B>>, StoreError> {
    tx.opt(&BY_ID, params![id.as_str(), B::KIND.key()], entity)
}

/// Entities of an account by their names, after `after`, below a path.
///
/// # Errors
/// Only faults.
pub fn page<B: Body>(
    tx: &mut Tx<'_>,
    account: &AccountId,
    below: &str,
    after: &str,
    size: u32,
) -> Result<Page<Entity<B>>, StoreError> {
    let length = i64::try_from(below.chars().count()).unwrap_or(i64::MAX);
    tx.page(
        &AFTER,
        params![account.as_str(), B::KIND.key(), after, below, length],
        size,
        entity,
    )
}

/// Writes name, path, tags and body of an entity that was changed.
///
/// # Errors
/// A conflict on [`NAME_TAKEN`].
pub fn save<B: Body>(tx: &mut Tx<'_>, changed: &Entity<B>) -> Result<(), StoreError> {
    tx.run_one(
        &SAVE,
        params![
            changed.id.as_str(),
            changed.name.as_str(),
            name_key(&changed.name),
            changed.path.as_str(),
            to_json(&changed.tags)?,
            to_json(&changed.body)?
        ],
    )
}

/// Removes an entity on which nothing hangs any more.
///
/// # Errors
/// A conflict on `reference` when something does.
pub fn remove<B: Body>(tx: &mut Tx<'_>, gone: &Entity<B>) -> Result<(), StoreError> {
    tx.run_one(&REMOVE, params![gone.id.as_str()])?;
    count(tx, &gone.account, B::KIND, -1)
}

/// The sealed secret of an entity.
///
/// # Errors
/// Not found, or sealed by a key that is not in the ring.
pub fn secret(
    tx: &mut Tx<'_>,
    id: &UniqueId,
) -> Result<domain::secret::Secret<Vec<u8>>, StoreError> {
    let sealed = tx.one(&SECRET, params![id.as_str()], |row| row.blob(0))?;
    tx.open("iam_entity", "secret", id.as_str(), &sealed)
}

/// The MFA devices of a user, by their names.
///
/// # Errors
/// Only faults.
pub fn devices_of(tx: &mut Tx<'_>, user: &UniqueId) -> Result<Vec<Entity<MfaDevice>>, StoreError> {
    tx.all(&OF_HOLDER, params![user.as_str()], entity)
}

/// Assigns an MFA device to a user, or to nobody.
///
/// # Errors
/// Only faults.
pub fn assign(
    tx: &mut Tx<'_>,
    device: &UniqueId,
    user: Option<&UniqueId>,
) -> Result<(), StoreError> {
    let user = user.map(UniqueId::as_str);
    tx.run_one(&ASSIGN, params![device.as_str(), user])
}

/// How many MFA devices of the account are assigned to somebody.
///
/// # Errors
/// Only faults.
pub fn assigned(tx: &mut Tx<'_>, account: &AccountId) -> Result<u32, StoreError> {
    let number = tx.one(&ASSIGNED, params![account.as_str()], |row| row.int(0))?;
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}

/// How many the account has of a kind.
///
/// # Errors
/// Only faults.
pub fn number(tx: &mut Tx<'_>, account: &AccountId, kind: Kind) -> Result<u32, StoreError> {
    let number = tx.opt(&COUNT, params![account.as_str(), kind.key()], |row| {
        row.int(0)
    })?;
    Ok(u32::try_from(number.unwrap_or(0)).unwrap_or(u32::MAX))
}

fn count(tx: &mut Tx<'_>, account: &AccountId, kind: Kind, by: i64) -> Result<(), StoreError> {
    tx.run(&COUNTED, params![account.as_str(), kind.key(), by])
        .map(drop)
}

/// Puts a user into a group; nothing changes for one who is in it.
///
/// # Errors
/// Only faults.
pub fn join(tx: &mut Tx<'_>, user: &UniqueId, group: &UniqueId) -> Result<(), StoreError> {
    tx.run(&JOIN, params![user.as_str(), group.as_str()])
        .map(drop)
}

/// Takes a user out of a group; says whether they were in it.
///
/// # Errors
/// Only faults.
pub fn leave(tx: &mut Tx<'_>, user: &UniqueId, group: &UniqueId) -> Result<bool, StoreError> {
    Ok(tx.run(&LEAVE, params![user.as_str(), group.as_str()])? > 0)
}

/// The groups of a user by their names, after `after`.
///
/// # Errors
/// Only faults.
pub fn groups_of(
    tx: &mut Tx<'_>,
    user: &UniqueId,
    after: &str,
    size: u32,
) -> Result<Page<Entity<Group>>, StoreError> {
    tx.page(&GROUPS_OF, params![user.as_str(), after], size, entity)
}

/// The users in a group by their names, after `after`.
///
/// # Errors
/// Only faults.
pub fn members_of(
    tx: &mut Tx<'_>,
    group: &UniqueId,
    after: &str,
    size: u32,
) -> Result<Page<Entity<User>>, StoreError> {
    tx.page(&MEMBERS_OF, params![group.as_str(), after], size, entity)
}

/// How many groups a user is in.
///
/// # Errors
/// Only faults.
pub fn group_count(tx: &mut Tx<'_>, user: &UniqueId) -> Result<u32, StoreError> {
    let number = tx.one(&GROUP_COUNT, params![user.as_str()], |row| row.int(0))?;
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}

/// What a list is continued after, for the entity that ended a page.
pub fn mark<B>(last: &Entity<B>) -> String {
    name_key(&last.name)
}

/// The value of a tag, if the entity has it.
pub fn tag<'a>(tags: &'a [Tag], key: &str) -> Option<&'a str> {
    let found = tags.iter().find(|tag| tag.key.eq_ignore_ascii_case(key));
    found.map(|tag| tag.value.as_str())
}
