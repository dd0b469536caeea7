//! Managed policies that every account has, under the names that people know. The documents are ours, for what exists
//! here: they name services of this installation only, and `*` where a name stands for everything.

use domain::dice::Dice;
use domain::iam::entity::{Entity, Kind, Policy, UniqueId};
use domain::ids::AccountId;
use domain::time::Timestamp;

/// One policy of the library.
struct Shelf {
    name: &'static str,
    path: &'static str,
    description: &'static str,
    document: &'static str,
}

macro_rules! statements {
    ($($statement:literal),+ $(,)?) => {
        concat!(r#"{"Version":"2012-10-17","Statement":["#, statements!(@ $($statement),+), "]}")
    };
    (@ $first:literal $(, $rest:literal)*) => { concat!($first, $(",", $rest),*) };
}

const LIBRARY: &[Shelf] = &[
    Shelf {
        name: "AdministratorAccess",
        path: "/",
        description: "Everything in the account.",
        document: statements!(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#),
    },
    Shelf {
        name: "PowerUserAccess",
        path: "/",
        description: "Everything but users, groups, roles, policies and the organization.",
        document: statements!(
            r#"{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"}"#,
            r#"{"Effect":"Allow","Action":["iam:ListRoles","organizations:DescribeOrganization","account:GetAccountInformation","account:ListRegions"],"Resource":"*"}"#,
        ),
    },
    Shelf {
        name: "ReadOnlyAccess",
        path: "/",
        description: "Looking at everything, changing nothing.",
        document: statements!(
            r#"{"Effect":"Allow","Action":["*:Get*","*:List*","*:Describe*","*:Lookup*","iam:GenerateCredentialReport","iam:GenerateServiceLastAccessedDetails","iam:Simulate*"],"Resource":"*"}"#,
        ),
    },
    Shelf {
        name: "SecurityAudit",
        path: "/",
        description: "Looking at what a security audit asks for.",
        document: statements!(
            r#"{"Effect":"Allow","Action":["iam:Get*","iam:List*","iam:GenerateCredentialReport","iam:GenerateServiceLastAccessedDetails","iam:Simulate*","sts:GetCallerIdentity","organizations:Describe*","organizations:List*","account:Get*","cloudtrail:LookupEvents","sso:Describe*","sso:List*","sso:Get*","identitystore:Describe*","identitystore:List*"],"Resource":"*"}"#,
        ),
    },
    Shelf {
        name: "IAMFullAccess",
        path: "/",
        description: "Everything of IAM.",
        document: statements!(
            r#"{"Effect":"Allow","Action":["iam:*","organizations:DescribeAccount","organizations:DescribeOrganization","organizations:ListPolicies"],"Resource":"*"}"#
        ),
    },
    Shelf {
        name: "IAMReadOnlyAccess",
        path: "/",
        description: "Looking at everything of IAM.",
        document: statements!(
            r#"{"Effect":"Allow","Action":["iam:Get*","iam:List*","iam:GenerateCredentialReport","iam:GenerateServiceLastAccessedDetails","iam:Simulate*"],"Resource":"*"}"#,
        ),
    },
    Shelf {
        name: "IAMUserChangePassword",
        path: "/",
        description: "Changing one's own password.",
        document: statements!(
            r#"{"Effect":"Allow","Action":"iam:ChangePassword","Resource":"arn:aws:iam::*:user/${aws:username}"}"#,
            r#"{"Effect":"Allow","Action":"iam:GetAccountPasswordPolicy","Resource":"*"}"#,
        ),
    },
    Shelf {
        name: "IAMSelfManageServiceSpecificCredentials",
        path: "/",
        description: "Credentials for single services, one's own.",
        document: statements!(
            r#"{"Effect":"Allow","Action":["iam:CreateServiceSpecificCredential","iam:ListServiceSpecificCredentials","iam:UpdateServiceSpecificCredential","iam:DeleteServiceSpecificCredential","iam:ResetServiceSpecificCredential"],"Resource":"arn:aws:iam::*:user/${aws:username}"}"#,
        ),
    },
    Shelf {
        name: "SignInLocalDevelopmentAccess",
        path: "/",
        description: "Signing a program in by the browser (aws login).",
        document: statements!(
            r#"{"Effect":"Allow","Action":["signin:AuthorizeOAuth2Access","signin:CreateOAuth2Token"],"Resource":"arn:aws:signin:*:*:oauth2/public-client/*"}"#
        ),
    },
];

/// The account that stands in the ARNs of the library.
const OWNER: &str = "arn:aws:iam::aws:policy";

fn find(arn: &str) -> Option<&'static Shelf> {
    let rest = arn.strip_prefix(OWNER)?;
    let of = |one: &&Shelf| rest.strip_prefix(one.path) == Some(one.name);
    LIBRARY.iter().find(of)
}

/// What a policy of the library says.
pub fn document(arn: &str) -> Option<&'static str> {
    find(arn).map(|one| one.document)
}

/// A policy of the library as an entity of nobody's.
pub(crate) fn entity(arn: &str) -> Option<Entity<Policy>> {
    find(arn).map(as_entity)
}

/// All policies of the library, by their ARNs.
pub(crate) fn all() -> impl Iterator<Item = (String, Entity<Policy>)> {
    let arn = |one: &Shelf| format!("{OWNER}{}{}", one.path, one.name);
    LIBRARY.iter().map(move |one| (arn(one), as_entity(one)))
}

/// When the library was first put together.
const SINCE: Timestamp = Timestamp::from_millis(1_767_225_600_000);

fn as_entity(one: &Shelf) -> Entity<Policy> {
    // The same in every installation, as with AWS.
    let dice = Dice::new([0; 32]).derive(one.name);
    Entity {
        id: UniqueId::draw(Kind::Policy, &dice),
        account: AccountId::nobody(),
        name: one.name.to_owned(),
        path: one.path.to_owned(),
        created_at: SINCE,
        tags: Vec::new(),
        body: Policy {
            description: Some(one.description.to_owned()),
            default_version: 1,
            next_version: 2,
            updated_at: SINCE,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_of_the_library_can_be_read_and_is_found_by_its_arn() {
        for (arn, policy) in all() {
            let text = document(&arn).expect("found by its ARN");
            let read = iampolicy::Document::parse(text, iampolicy::Kind::Identity);
            assert!(read.is_ok(), "{}: {read:?}", policy.name);
            assert!(policy.id.as_str().starts_with("ANPA"));
        }
        assert_eq!(document("arn:aws:iam::aws:policy/Nothing"), None);
        assert_eq!(
            document("arn:aws:iam::111122223333:policy/AdministratorAccess"),
            None
        );
    }
}
