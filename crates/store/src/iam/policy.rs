//! Rows of policies: versions of managed ones, what is attached to whom, and inline ones.

use crate::engine::{Page, Tx};
use crate::sql::statements;
use crate::{StoreError, params};
use domain::iam::entity::{Kind, UniqueId};
use domain::time::Timestamp;

statements! {
    ADD_VERSION = "insert into iam_policy_version (policy_id, number, document, created_at) values ($1, $2, $3, $4)";
    VERSION = "select number, document, created_at from iam_policy_version where policy_id = $1 and number = $2";
    VERSIONS = "select number, document, created_at from iam_policy_version where policy_id = $1 order by number desc";
    REMOVE_VERSION = "delete from iam_policy_version where policy_id = $1 and number = $2";
    ATTACH = "insert into iam_attachment (entity_id, policy_arn) values ($1, $2) on conflict (entity_id, policy_arn) do nothing";
    DETACH = "delete from iam_attachment where entity_id = $1 and policy_arn = $2";
    ATTACHED = "select policy_arn from iam_attachment where entity_id = $1 order by policy_arn";
    ATTACHED_COUNT = "select cast(count(*) as bigint) from iam_attachment where entity_id = $1";
    ATTACHMENTS_OF = "select cast(count(*) as bigint) from iam_attachment where policy_arn = $1";
    HOLDERS = "select e.kind, e.name, e.id from iam_attachment a join iam_entity e on e.id = a.entity_id \
        where a.policy_arn = $1 and e.account_id = $2 order by e.kind, e.name_key";
    PUT_INLINE = "insert into iam_inline (entity_id, name, document) values ($1, $2, $3) \
        on conflict (entity_id, name) do update set document = excluded.document";
    INLINE = "select document from iam_inline where entity_id = $1 and name = $2";
    INLINES = "select name, document from iam_inline where entity_id = $1 order by name";
    INLINE_NAMES = "select name from iam_inline where entity_id = $1 and name > $2 order by name limit $3";
    REMOVE_INLINE = "delete from iam_inline where entity_id = $1 and name = $2";
}

/// A version of a managed policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its number; shown as `v3`.
    pub number: u32,
    /// The document, as it was given.
    pub document: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Somebody to whom a policy is attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The word of its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its unique id.
    pub id: String,
}

fn version(row: &crate::engine::Row<'_>) -> Result<Version, StoreError> {
    Ok(Version {
        number: u32::try_from(row.int(0)?).unwrap_or(u32::MAX),
        document: row.text(1)?,
        created_at: row.time(2)?,
    })
}

/// Writes a version.
///
/// # Errors
/// A conflict when there is one of that number.
pub fn add_version(
    tx: &mut Tx<'_>,
    policy: &UniqueId,
    version: &Version,
) -> Result<(), StoreError> {
    tx.run(
        &ADD_VERSION,
        params![
            policy.as_str(),
            version.number,
            version.document.as_str(),
            version.created_at
        ],
    )
    .map(drop)
}

/// One version.
///
/// # Errors
/// Only faults.
pub fn find_version(
    tx: &mut Tx<'_>,
    policy: &UniqueId,
    number: u32,
) -> Result<Option<Version>, StoreError> {
    tx.opt(&VERSION, params![policy.as_str(), number], version)
}

/// All versions, newest first.
///
/// # Errors
/// Only faults.
pub fn versions(tx: &mut Tx<'_>, policy: &UniqueId) -> Result<Vec<Version>, StoreError> {
    tx.all(&VERSIONS, params![policy.as_str()], version)
}

/// Removes a version; says whether there was one.
///
/// # Errors
/// Only faults.
pub fn remove_version(tx: &mut Tx<'_>, policy: &UniqueId, number: u32) -> Result<bool, StoreError> {
    Ok(tx.run(&REMOVE_VERSION, params![policy.as_str(), number])? > 0)
}

/// Attaches a policy; nothing changes where it is attached.
///
/// # Errors
/// Only faults.
pub fn attach(tx: &mut Tx<'_>, to: &UniqueId, arn: &str) -> Result<(), StoreError> {
    tx.run(&ATTACH, params![to.as_str(), arn]).map(drop)
}

/// Detaches a policy; says whether it was attached.
///
/// # Errors
/// Only faults.
pub fn detach(tx: &mut Tx<'_>, from: &UniqueId, arn: &str) -> Result<bool, StoreError> {
    Ok(tx.run(&DETACH, params![from.as_str(), arn])? > 0)
}

/// The ARNs of what is attached to an entity.
///
/// # Errors
/// Only faults.
pub fn attached(tx: &mut Tx<'_>, to: &UniqueId) -> Result<Vec<String>, StoreError> {
    tx.all(&ATTACHED, params![to.as_str()], |row| row.text(0))
}

/// How many policies are attached to an entity.
///
/// # Errors
/// Only faults.
pub fn attached_count(tx: &mut Tx<'_>, to: &UniqueId) -> Result<u32, StoreError> {
    let number = tx.one(&ATTACHED_COUNT, params![to.as_str()], |row| row.int(0))?;
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}

/// To how many entities a policy is attached.
///
/// # Errors
/// Only faults.
pub fn attachments(tx: &mut Tx<'_>, arn: &str) -> Result<u32, StoreError> {
    let number = tx.one(&ATTACHMENTS_OF, params![arn], |row| row.int(0))?;
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}

/// To whom in an account a policy is attached, by kind and name.
///
/// # Errors
/// Only faults.
pub fn holders(
    tx: &mut Tx<'_>,
    arn: &str,
    account: &domain::ids::AccountId,
) -> Result<Vec<Holder>, StoreError> {
    tx.all(&HOLDERS, params![arn, account.as_str()], |row| {
        Ok(Holder {
            kind: row.text(0)?,
            name: row.text(1)?,
            id: row.text(2)?,
        })
    })
}

impl Holder {
    /// Whether it is of this kind.
    pub fn is(&self, kind: Kind) -> bool {
        self.kind == kind.key()
    }
}

/// Writes an inline policy, over one of the same name.
///
/// # Errors
/// Only faults.
pub fn put_inline(
    tx: &mut Tx<'_>,
    of: &UniqueId,
    name: &str,
    document: &str,
) -> Result<(), StoreError> {
    tx.run(&PUT_INLINE, params![of.as_str(), name, document])
        .map(drop)
}

/// An inline policy.
///
/// # Errors
/// Only faults.
pub fn inline(tx: &mut Tx<'_>, of: &UniqueId, name: &str) -> Result<Option<String>, StoreError> {
    tx.opt(&INLINE, params![of.as_str(), name], |row| row.text(0))
}

/// All inline policies of an entity: names and documents.
///
/// # Errors
/// Only faults.
pub fn inlines(tx: &mut Tx<'_>, of: &UniqueId) -> Result<Vec<(String, String)>, StoreError> {
    tx.all(&INLINES, params![of.as_str()], |row| {
        Ok((row.text(0)?, row.text(1)?))
    })
}

/// The names of inline policies, after `after`.
///
/// # Errors
/// Only faults.
pub fn inline_names(
    tx: &mut Tx<'_>,
    of: &UniqueId,
    after: &str,
    size: u32,
) -> Result<Page<String>, StoreError> {
    tx.page(&INLINE_NAMES, params![of.as_str(), after], size, |row| {
        row.text(0)
    })
}

/// Removes an inline policy; says whether there was one.
///
/// # Errors
/// Only faults.
pub fn remove_inline(tx: &mut Tx<'_>, of: &UniqueId, name: &str) -> Result<bool, StoreError> {
    Ok(tx.run(&REMOVE_INLINE, params![of.as_str(), name])? > 0)
}
