//! The account itself: its alias, and how much there is in it.

use crate::Error;
use crate::api::{Ask, Gate};
use domain::iam::entity::Kind;
use domain::iam::quota;
use domain::iam::said::Wire;
use store::Tx;
use store::iam::{access_key, entity, standing};

/// Words that stand in addresses of ours, and so are nobody's alias.
const RESERVED: [&str; 12] = [
    "account", "admin", "aws", "console", "f", "forgot", "help", "r", "reset", "root", "signin",
    "verify",
];

/// `CreateAccountAlias`: it takes the place of the one before.
///
/// # Errors
/// `EntityAlreadyExists` when another account has it, `InvalidInput` for one that looks like an account's number or stands in
/// an address of ours.
pub fn set_alias(tx: &mut Tx<'_>, gate: &Gate, alias: &str) -> Result<(), Error> {
    gate.may(&Ask::on("*"))?;
    let number = alias.len() == 12 && alias.bytes().all(|b| b.is_ascii_digit());
    if number || RESERVED.contains(&alias) {
        let said = format!("The account alias {alias} cannot be used.");
        return Err(Wire::InvalidInput.say(said).into());
    }
    standing::changed(tx, gate.account(), gate.dice())?;
    let taken = || {
        let said = format!("The account alias {alias} already exists.");
        Error::from(Wire::EntityAlreadyExists.say(said))
    };
    match standing::of_alias(tx, alias)? {
        Some(owner) if owner == *gate.account() => Ok(()),
        Some(_) => Err(taken()),
        None => standing::set_alias(tx, gate.account(), Some(alias)).map_err(|error| {
            match error.is_conflict_on("iam_account.alias") {
                true => taken(),
                false => error.into(),
            }
        }),
    }
}

/// `DeleteAccountAlias`.
///
/// # Errors
/// `NoSuchEntity` when it is not the account's.
pub fn remove_alias(tx: &mut Tx<'_>, gate: &Gate, alias: &str) -> Result<(), Error> {
    gate.may(&Ask::on("*"))?;
    if standing::alias(tx, gate.account())?.as_deref() != Some(alias) {
        let said = format!("The account alias {alias} cannot be found.");
        return Err(Wire::NoSuchEntity.say(said).into());
    }
    Ok(standing::set_alias(tx, gate.account(), None)?)
}

/// `ListAccountAliases`: one or none.
///
/// # Errors
/// `AccessDenied`.
pub fn alias(tx: &mut Tx<'_>, gate: &Gate, (): &()) -> Result<Option<String>, Error> {
    gate.may(&Ask::on("*"))?;
    Ok(standing::alias(tx, gate.account())?)
}

/// What `GetAccountSummary` counts, by the names of its keys.
pub type Summary = Vec<(&'static str, u32)>;

/// `GetAccountSummary`.
///
/// # Errors
/// `AccessDenied`.
pub fn summary(tx: &mut Tx<'_>, gate: &Gate, (): &()) -> Result<Summary, Error> {
    gate.may(&Ask::on("*"))?;
    let account = gate.account();
    let mut number = |kind| entity::number(tx, account, kind);
    let (users, groups, roles) = (
        number(Kind::User)?,
        number(Kind::Group)?,
        number(Kind::Role)?,
    );
    let (policies, devices) = (number(Kind::Policy)?, number(Kind::MfaDevice)?);
    let in_use = entity::assigned(tx, account)?;
    let of_root = store::device::of_account(tx, account)?.len();
    let keys = access_key::of_owner(tx, account.as_str())?.len();
    let password = store::account::password_hash(tx, account)?.is_some();
    let of_root = u32::try_from(of_root).unwrap_or(u32::MAX);
    Ok(vec![
        ("Users", users),
        ("UsersQuota", quota::USERS.most),
        ("Groups", groups),
        ("GroupsQuota", quota::GROUPS.most),
        ("Roles", roles),
        ("RolesQuota", quota::ROLES.most),
        ("Policies", policies),
        ("PoliciesQuota", quota::POLICIES.most),
        ("PolicySizeQuota", quota::POLICY_SIZE.most),
        ("UserPolicySizeQuota", quota::USER_POLICY_SIZE.most),
        ("GroupPolicySizeQuota", quota::GROUP_POLICY_SIZE.most),
        ("RolePolicySizeQuota", quota::ROLE_POLICY_SIZE.most),
        ("AssumeRolePolicySizeQuota", quota::TRUST_SIZE.most),
        ("GroupsPerUserQuota", quota::GROUPS_PER_USER.most),
        ("AccessKeysPerUserQuota", quota::ACCESS_KEYS.most),
        (
            "AttachedPoliciesPerUserQuota",
            quota::ATTACHED_PER_USER.most,
        ),
        (
            "AttachedPoliciesPerGroupQuota",
            quota::ATTACHED_PER_GROUP.most,
        ),
        (
            "AttachedPoliciesPerRoleQuota",
            quota::ATTACHED_PER_ROLE.most,
        ),
        ("VersionsPerPolicyQuota", quota::VERSIONS.most),
        ("MFADevices", devices + of_root),
        ("MFADevicesInUse", in_use + of_root),
        ("AccountMFAEnabled", u32::from(of_root > 0)),
        ("AccountAccessKeysPresent", u32::from(keys > 0)),
        ("AccountPasswordPresent", u32::from(password)),
    ])
}
