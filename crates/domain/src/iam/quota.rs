//! How many there may be of what IAM knows of. Defaults of the page *IAM and AWS STS quotas* of the AWS IAM User Guide.

/// One quota: its name in messages, as AWS spells it, and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Its name, such as `UsersPerAccount`.
    pub name: &'static str,
    /// How many.
    pub most: u32,
}

macro_rules! quotas {
    ($($(#[doc = $doc:literal])* $name:ident = $word:literal, $most:literal;)*) => {
        $($(#[doc = $doc])* pub const $name: Quota = Quota { name: $word, most: $most };)*
    };
}

quotas! {
    /// Users of an account.
    USERS = "UsersPerAccount", 5_000;
    /// Groups of an account.
    GROUPS = "GroupsPerAccount", 300;
    /// Roles of an account.
    ROLES = "RolesPerAccount", 1_000;
    /// Managed policies of an account.
    POLICIES = "PoliciesPerAccount", 1_500;
    /// Groups that a user may be in.
    GROUPS_PER_USER = "GroupsPerUser", 10;
    /// Access keys of a user, and of a root user.
    ACCESS_KEYS = "AccessKeysPerUser", 2;
    /// Managed policies attached to a user.
    ATTACHED_PER_USER = "PoliciesPerUser", 10;
    /// Managed policies attached to a group.
    ATTACHED_PER_GROUP = "PoliciesPerGroup", 10;
    /// Managed policies attached to a role.
    ATTACHED_PER_ROLE = "PoliciesPerRole", 10;
    /// Versions of a managed policy.
    VERSIONS = "VersionsPerPolicy", 5;
    /// Characters of a managed policy, blanks apart.
    POLICY_SIZE = "PolicySize", 6_144;
    /// Characters of all inline policies of a user, blanks apart.
    USER_POLICY_SIZE = "UserPolicySize", 2_048;
    /// Characters of all inline policies of a group, blanks apart.
    GROUP_POLICY_SIZE = "GroupPolicySize", 5_120;
    /// Characters of all inline policies of a role, blanks apart.
    ROLE_POLICY_SIZE = "RolePolicySize", 10_240;
    /// Characters of a trust policy, blanks apart.
    TRUST_SIZE = "ACLSizePerRole", 2_048;
    /// Tags of one resource.
    TAGS = "TagsPerResource", 50;
    /// MFA devices of a user, and of a root user.
    MFA_DEVICES = "MFADevicesPerUser", 8;
}
