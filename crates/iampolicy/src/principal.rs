//! Principals: who asks, and whom a policy names.
//!
//! A policy can name a caller more or less directly, and that decides what else has to allow ([`Naming`]). Sources: IAM
//! User Guide, `reference_policies_elements_principal`, `reference_policies_elements_notprincipal`.

use crate::arn;
use crate::malformed::Code;

/// What kind of caller asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallerKind {
    /// The root user of an account.
    Root,
    User,
    /// A role itself, in a simulation; requests come from its sessions.
    Role,
    RoleSession,
    /// A session of `GetFederationToken`.
    FederatedUser,
    /// A service, by its name.
    Service,
    /// Somebody with a token of an identity provider, who has no credentials yet.
    Federated,
    CanonicalUser,
    /// Nobody: the request was not signed.
    Anonymous,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    pub kind: CallerKind,
    /// The caller's own ARN, or the name of a service or provider.
    pub arn: &'a str,
    /// Empty for callers without an account.
    pub account: &'a str,
    /// The role of a session, the user behind a federated user.
    pub base: Option<&'a str>,
    /// The unique id (`AIDA…`, `AROA…`) of the user or the role, as trust policies keep it.
    pub id: Option<&'a str>,
}

impl<'a> Caller<'a> {
    fn new(kind: CallerKind, arn: &'a str) -> Self {
        Self {
            kind,
            arn,
            account: arn::account(arn).unwrap_or_default(),
            base: None,
            id: None,
        }
    }

    /// The root user, by `arn:aws:iam::ACCOUNT:root`.
    pub fn root(arn: &'a str) -> Self {
        Self::new(CallerKind::Root, arn)
    }

    /// An IAM user and its unique id.
    pub fn user(arn: &'a str, id: &'a str) -> Self {
        Self {
            id: Some(id),
            ..Self::new(CallerKind::User, arn)
        }
    }

    /// A session of a role: its own ARN (`arn:aws:sts::…:assumed-role/…`), the role's ARN and the role's unique id.
    pub fn role_session(arn: &'a str, role: &'a str, id: &'a str) -> Self {
        Self {
            base: Some(role),
            id: Some(id),
            ..Self::new(CallerKind::RoleSession, arn)
        }
    }

    /// A session of `GetFederationToken`, with the user it was made by.
    pub fn federated_user(arn: &'a str, user: &'a str, id: &'a str) -> Self {
        Self {
            base: Some(user),
            id: Some(id),
            ..Self::new(CallerKind::FederatedUser, arn)
        }
    }

    /// A service, such as `ec2.amazonaws.com`.
    pub fn service(name: &'a str) -> Self {
        Self::new(CallerKind::Service, name)
    }

    /// Somebody whom an identity provider vouches for: the provider's ARN or, for the few that have none, its host name.
    pub fn federated(provider: &'a str) -> Self {
        Self {
            account: "",
            ..Self::new(CallerKind::Federated, provider)
        }
    }

    /// Nobody.
    pub fn anonymous() -> Self {
        Self::new(CallerKind::Anonymous, "")
    }

    /// The caller that an ARN or the name of a service describes, as far as it does: what stands behind a session is
    /// guessed from its name. `None` for what cannot ask, such as a group.
    pub fn from_arn(text: &'a str) -> Option<Self> {
        let kind = match arn::fields(text) {
            Some([_, _, "iam", _, _, "root"]) => CallerKind::Root,
            Some([_, _, "iam", _, _, resource]) => match resource.split_once('/')?.0 {
                "user" => CallerKind::User,
                "role" => CallerKind::Role,
                "saml-provider" | "oidc-provider" => return Some(Self::federated(text)),
                _ => return None,
            },
            Some([_, _, "sts", _, _, resource]) => match resource.split_once('/')?.0 {
                "assumed-role" => CallerKind::RoleSession,
                "federated-user" => CallerKind::FederatedUser,
                _ => return None,
            },
            Some(_) => return None,
            None if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) => {
                CallerKind::CanonicalUser
            }
            None if text.contains('.') && !text.contains([':', '/', ' ', '*']) => {
                CallerKind::Service
            }
            None => return None,
        };
        Some(Self::new(kind, text))
    }

    /// Whether the caller belongs to an account and so has policies of its own.
    pub(crate) fn has_identity(&self) -> bool {
        use CallerKind::{FederatedUser, Role, RoleSession, Root, User};
        matches!(self.kind, Root | User | Role | RoleSession | FederatedUser)
    }

    /// Whether an ARN is that of the role or user behind this session.
    fn is_base(&self, arn: &str) -> bool {
        if let Some(base) = self.base {
            return base == arn;
        }
        let Some([_, ours, _, _, account, session]) = arn::fields(self.arn) else {
            return false;
        };
        let Some([_, theirs, "iam", _, of, resource]) = arn::fields(arn) else {
            return false;
        };
        if ours != theirs || account != of {
            return false;
        }
        let name = resource.rsplit('/').next().unwrap_or_default();
        let mut parts = session.split('/').skip(1);
        let behind = parts.next().unwrap_or_default();
        match self.kind {
            // A session's ARN leaves the role's path out.
            CallerKind::RoleSession => {
                resource.starts_with("role/") && name.eq_ignore_ascii_case(behind)
            }
            CallerKind::FederatedUser => resource.starts_with("user/") && name == behind,
            _ => false,
        }
    }
}

/// How directly a policy names a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Naming {
    Not,
    /// Its account: what the account's own policies allow is allowed.
    Account,
    /// The role of its session, or the user behind it.
    Base,
    /// Itself, or everyone.
    Own,
}

/// One principal of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    Everyone,
    Account(Box<str>),
    Arn(Box<str>),
    /// `AIDA…`, `AROA…`: what is left of an ARN in a saved policy.
    Id(Box<str>),
    Service(Box<str>),
    Federated(Box<str>),
    CanonicalUser(Box<str>),
}

impl Named {
    /// A value of `Principal`, of the type that stands before it.
    pub(crate) fn new(kind: &str, text: &str, strict: bool) -> Result<Self, Code> {
        let refused = || Code::Principal(kind.to_owned(), text.to_owned());
        let digits = |text: &str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
        let unique = |text: &str| {
            (16..=128).contains(&text.len())
                && text.starts_with('A')
                && text
                    .bytes()
                    .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        };
        match kind {
            "AWS" => Ok(match arn::fields(text) {
                _ if text == "*" => Self::Everyone,
                Some([_, _, "iam", "", account, "root"]) => Self::Account(account.into()),
                Some([_, _, "iam" | "sts", "", account, resource])
                    if !strict || (digits(account) && names_one(resource)) =>
                {
                    Self::Arn(text.into())
                }
                None if digits(text) => Self::Account(text.into()),
                None if unique(text) => Self::Id(text.into()),
                _ if !strict => Self::Arn(text.into()),
                _ => return Err(refused()),
            }),
            _ if strict && (text.is_empty() || text.contains(['*', '?'])) => Err(refused()),
            "Service" => Ok(Self::Service(text.into())),
            "Federated" => Ok(Self::Federated(text.into())),
            "CanonicalUser" => Ok(Self::CanonicalUser(text.into())),
            _ => Err(Code::UnknownElement(kind.to_owned())),
        }
    }

    /// How directly this names the caller.
    fn naming(&self, caller: &Caller<'_>) -> Naming {
        use CallerKind::{Anonymous, CanonicalUser, Federated, Role, Root, Service, User};
        let own = |named: bool| if named { Naming::Own } else { Naming::Not };
        match self {
            // A token of a provider counts only where that provider is named.
            Self::Everyone => own(caller.kind != Federated),
            Self::Service(name) => own(caller.kind == Service && **name == *caller.arn),
            Self::Federated(name) => own(caller.kind == Federated && **name == *caller.arn),
            Self::CanonicalUser(name) => own(caller.kind == CanonicalUser && **name == *caller.arn),
            _ if !caller.has_identity() || caller.kind == Anonymous => Naming::Not,
            Self::Account(account) if **account == *caller.account => match caller.kind {
                Root => Naming::Own,
                _ => Naming::Account,
            },
            Self::Account(_) => Naming::Not,
            Self::Arn(arn) if **arn == *caller.arn => match caller.kind {
                Role => Naming::Base,
                _ => Naming::Own,
            },
            Self::Arn(arn) if caller.is_base(arn) => Naming::Base,
            Self::Id(id) if caller.id == Some(id) => match caller.kind {
                User => Naming::Own,
                _ => Naming::Base,
            },
            Self::Arn(_) | Self::Id(_) => Naming::Not,
        }
    }
}

/// Whether the last field of an ARN names one user, role or session.
fn names_one(resource: &str) -> bool {
    let Some((kind, name)) = resource.split_once('/') else {
        return false;
    };
    let known = matches!(kind, "user" | "role" | "assumed-role" | "federated-user");
    known && !name.is_empty() && !name.contains(['*', '?'])
}

/// `Principal` or `NotPrincipal` of a statement.
#[derive(Debug, Clone)]
pub(crate) struct Principals {
    pub(crate) not: bool,
    pub(crate) named: Box<[Named]>,
}

impl Principals {
    /// How directly a statement that allows, or one that denies, speaks of the caller.
    ///
    /// `NotPrincipal` errs on the careful side: whoever is named in any way is not allowed by it, and only who is named
    /// directly escapes its denial, since AWS looks at account, role and session in turn.
    pub(crate) fn naming(&self, caller: &Caller<'_>, allows: bool) -> Naming {
        let best = self
            .named
            .iter()
            .map(|named| named.naming(caller))
            .max()
            .unwrap_or(Naming::Not);
        match (self.not, allows) {
            (false, _) => best,
            (true, true) if best == Naming::Not => Naming::Own,
            (true, false) if best < self.directly(caller) => Naming::Own,
            (true, _) => Naming::Not,
        }
    }

    /// The most direct way to name this caller.
    fn directly(&self, caller: &Caller<'_>) -> Naming {
        match caller.kind {
            CallerKind::Role => Naming::Base,
            _ => Naming::Own,
        }
    }
}

#[cfg(test)]
mod tests;
