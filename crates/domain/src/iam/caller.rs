//! Who signed a request: the principal, and what is known of the credentials it used.

use super::access_key::AccessKeyId;
use super::entity::{Tag, UniqueId};
use crate::ids::AccountId;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A principal that acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Principal {
    /// The root user of an account.
    Root,
    /// An IAM user.
    #[serde(rename = "IAMUser")]
    User {
        /// Its unique id.
        id: UniqueId,
        /// Its name.
        name: String,
        /// Its path.
        path: String,
    },
    /// A role that somebody assumed.
    AssumedRole {
        /// The role's unique id.
        id: UniqueId,
        /// The role's name.
        name: String,
        /// The role's path.
        path: String,
        /// The name of the session.
        session: String,
    },
    /// Somebody for whom a user got credentials (`GetFederationToken`).
    FederatedUser {
        /// The name they were given.
        name: String,
        /// Who asked for them: their policies bound what the federated user may.
        by: Box<Principal>,
    },
}

/// What is true of a session's credentials beside who they are of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionFacts {
    /// When they were issued.
    pub issued_at: Timestamp,
    /// When they run out.
    pub ends_at: Timestamp,
    /// When a registered MFA device was used for them; nothing when none was.
    pub mfa_at: Option<Timestamp>,
    /// Whether they were got by the credentials of another assumed role.
    pub chained: bool,
    /// What revokes it, each with its counter at the time of issue.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counters: Vec<(String, i64)>,
    /// Policies that narrow what the session may: documents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<String>,
    /// Managed policies that do the same, by ARN.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policy_arns: Vec<String>,
    /// Tags of the session.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// Which of them go on to a chained session.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transitive: Vec<String>,
    /// Who it was at first, through every change of roles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_identity: Option<String>,
}

/// Who signed a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account of the principal.
    pub account: AccountId,
    /// The principal.
    pub principal: Principal,
    /// The key that signed.
    pub key: AccessKeyId,
    /// The session of its credentials; nothing for a key that lasts.
    pub session: Option<SessionFacts>,
}

impl Principal {
    /// Its ARN in the account, as `GetCallerIdentity` shows it. The path of a role is not in it.
    pub fn arn(&self, account: &AccountId) -> String {
        let account = account.as_str();
        match self {
            Self::Root => format!("arn:aws:iam::{account}:root"),
            Self::User { name, path, .. } => format!("arn:aws:iam::{account}:user{path}{name}"),
            Self::AssumedRole { name, session, .. } => {
                format!("arn:aws:sts::{account}:assumed-role/{name}/{session}")
            }
            Self::FederatedUser { name, .. } => {
                format!("arn:aws:sts::{account}:federated-user/{name}")
            }
        }
    }

    /// `aws:PrincipalArn`: for the session of a role that is the role, path and all.
    pub fn identity_arn(&self, account: &AccountId) -> String {
        match self {
            Self::AssumedRole { name, path, .. } => {
                format!("arn:aws:iam::{}:role{path}{name}", account.as_str())
            }
            other => other.arn(account),
        }
    }

    /// `aws:userid`, and what `GetCallerIdentity` calls `UserId`.
    pub fn user_id(&self, account: &AccountId) -> String {
        match self {
            Self::Root => account.as_str().to_owned(),
            Self::User { id, .. } => id.as_str().to_owned(),
            Self::AssumedRole { id, session, .. } => format!("{}:{session}", id.as_str()),
            Self::FederatedUser { name, .. } => format!("{}:{name}", account.as_str()),
        }
    }

    /// `aws:PrincipalType`, and the type of `userIdentity` in records.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Root => "Account",
            Self::User { .. } => "User",
            Self::AssumedRole { .. } => "AssumedRole",
            Self::FederatedUser { .. } => "FederatedUser",
        }
    }

    /// The entity whose policies say what it may; nothing for a root user.
    pub fn identity(&self) -> Option<&UniqueId> {
        match self {
            Self::Root => None,
            Self::User { id, .. } | Self::AssumedRole { id, .. } => Some(id),
            Self::FederatedUser { by, .. } => by.identity(),
        }
    }
}

impl Caller {
    /// Its ARN, as `GetCallerIdentity` shows it.
    pub fn arn(&self) -> String {
        self.principal.arn(&self.account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;
    use crate::iam::entity::Kind;

    #[test]
    fn principals_are_named_as_get_caller_identity_names_them() {
        let account: AccountId = "111122223333".parse().unwrap();
        let draw = |kind| UniqueId::draw(kind, &Dice::new([1; 32]));
        let (user, role) = (draw(Kind::User), draw(Kind::Role));
        let zhang = Principal::User {
            id: user.clone(),
            name: "Zhang".into(),
            path: "/hr/".into(),
        };
        let admin = Principal::AssumedRole {
            id: role.clone(),
            name: "Admin".into(),
            path: "/ops/".into(),
            session: "night".into(),
        };
        let guest = Principal::FederatedUser {
            name: "Guest".into(),
            by: Box::new(zhang.clone()),
        };
        for (principal, arn, id) in [
            (
                Principal::Root,
                "arn:aws:iam::111122223333:root",
                "111122223333".to_owned(),
            ),
            (
                zhang,
                "arn:aws:iam::111122223333:user/hr/Zhang",
                user.as_str().to_owned(),
            ),
            (
                admin.clone(),
                "arn:aws:sts::111122223333:assumed-role/Admin/night",
                format!("{}:night", role.as_str()),
            ),
            (
                guest,
                "arn:aws:sts::111122223333:federated-user/Guest",
                "111122223333:Guest".to_owned(),
            ),
        ] {
            assert_eq!(
                (
                    principal.arn(&account).as_str(),
                    principal.user_id(&account)
                ),
                (arn, id)
            );
        }
        assert_eq!(
            admin.identity_arn(&account),
            "arn:aws:iam::111122223333:role/ops/Admin"
        );
    }
}
