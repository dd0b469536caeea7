//! The decision: all policies that concern a request, in AWS's order.
//!
//! 1. What any policy denies is denied.
//! 2. Every level of the organization must allow (service control policies); resource control policies can only deny,
//!    because `RCPFullAWSAccess` cannot be detached.
//! 3. A network endpoint must allow, if the request came through one with a policy.
//! 4. Within one account, identity policies or the resource's policy must allow; how directly the latter names the caller
//!    decides whether boundary and session policies limit it. Between accounts both must allow.
//! 5. Boundary and session policies must allow what they limit.
//!
//! Sources: IAM User Guide, `reference_policies_evaluation-logic` (order, and the table of what a resource policy that
//! names a user, role, session, federated user or everyone overrides), `reference_policies_evaluation-logic-cross-account`,
//! `access_policies_boundaries`, `reference_policies_elements_principal`; Organizations User Guide,
//! `orgs_manage_policies_scps_evaluation`, `orgs_manage_policies_rcps`.

use crate::arn::Target;
use crate::context::Context;
use crate::decision::{By, Decision, Grant, PolicyType};
use crate::document::{Asked, Document, Kind};
use crate::principal::{Caller, CallerKind, Naming};

/// What is asked: who wants to do what to which resource, under which circumstances.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    pub caller: Caller<'a>,
    action: Box<str>,
    resource: &'a str,
    account: &'a str,
    context: &'a Context<'a>,
}

impl<'a> Request<'a> {
    /// `action` as in `iam:GetUser`; `resource` is an ARN, or `*` for actions that know none; `account` is whose it is.
    pub fn new(
        caller: Caller<'a>,
        action: &str,
        resource: &'a str,
        account: &'a str,
        context: &'a Context<'a>,
    ) -> Self {
        Self {
            caller,
            action: action.to_ascii_lowercase().into(),
            resource,
            account,
            context,
        }
    }
}

/// A policy and what it is called: its name or ARN, as it shall appear in the decision.
#[derive(Debug, Clone, Copy)]
pub struct Attached<'p> {
    pub name: &'p str,
    pub document: &'p Document,
}

/// The policies of one root, unit or account of an organization.
#[derive(Debug, Clone, Copy)]
pub struct Level<'p> {
    pub name: &'p str,
    pub policies: &'p [Attached<'p>],
}

/// All policies that concern a request. What does not apply is left empty: the management account, for instance, has no
/// service control policies, and a service-linked role neither those nor resource control policies.
#[derive(Debug, Clone, Copy, Default)]
pub struct Policies<'p> {
    /// Of the user and its groups, or of the role.
    pub identity: &'p [Attached<'p>],
    /// Of the resource; of the role, when it is to be assumed ([`Kind::Trust`]).
    pub resource: Option<Attached<'p>>,
    /// Identity policies alone do not suffice, even within the account: the resource's policy must let the account in.
    /// Always so for trust policies; so for keys of KMS.
    pub resource_must_allow: bool,
    /// Of the user or role. Several together allow what one of them allows; IAM has one.
    pub boundary: &'p [Attached<'p>],
    /// Passed with the session; `None` if there were none.
    pub session: Option<&'p [Attached<'p>]>,
    /// Of the caller's account, from the root of the organization down.
    pub service_control: &'p [Level<'p>],
    /// Of the resource's account, likewise.
    pub resource_control: &'p [Level<'p>],
    /// Of the network endpoint.
    pub endpoint: &'p [Attached<'p>],
}

/// What a resource's policy says, by how directly it names the caller.
#[derive(Debug, Clone, Copy, Default)]
struct Resource<'p> {
    denies: Option<By<'p>>,
    own: Option<By<'p>>,
    base: Option<By<'p>>,
    account: Option<By<'p>>,
}

impl<'p> Resource<'p> {
    fn any(&self) -> Option<By<'p>> {
        self.own.or(self.base).or(self.account)
    }
}

/// Decides a request.
pub fn evaluate<'p>(request: &Request<'_>, policies: &Policies<'p>) -> Decision<'p> {
    let caller = &request.caller;
    // "No permissions are required … even if denied": STS API Reference, `API_GetCallerIdentity`.
    if caller.kind != CallerKind::Anonymous && *request.action == *"sts:getcalleridentity" {
        return Decision::Allowed { by: Grant::Always };
    }
    let asked = Asked {
        caller,
        action: &request.action,
        target: Target::new(request.resource),
        context: request.context,
        bounded: !policies.boundary.is_empty(),
    };
    let said = match All::of(&asked, policies) {
        Ok(said) => said,
        Err(by) => return Decision::ExplicitlyDenied { by },
    };
    if let Some(missing) = said.missing_guardrail {
        return Decision::ImplicitlyDenied { missing };
    }
    if !caller.has_identity() {
        return match said.resource.own {
            Some(by) => allowed(by),
            None => missing(said.resource_type),
        };
    }
    if caller.account == request.account {
        same_account(caller, policies, &said)
    } else {
        across_accounts(&said)
    }
}

fn allowed(by: By<'_>) -> Decision<'_> {
    Decision::Allowed {
        by: Grant::Statement(by),
    }
}

fn missing<'p>(missing: PolicyType) -> Decision<'p> {
    Decision::ImplicitlyDenied { missing }
}

/// Everything that was said, when nothing was denied.
struct All<'p> {
    missing_guardrail: Option<PolicyType>,
    resource: Resource<'p>,
    resource_type: PolicyType,
    /// Whatever the root user's identity allows.
    identity: Option<Grant<'p>>,
    /// What boundary and session policies lack.
    bounds: Option<PolicyType>,
    root_session: Option<PolicyType>,
}

impl<'p> All<'p> {
    /// Looks at every policy; the first denial, by the order of [`PolicyType`], is the error.
    fn of(asked: &Asked<'_>, policies: &Policies<'p>) -> Result<Self, By<'p>> {
        let caller = asked.caller;
        let mut missing_guardrail = None;
        let resource_type = match policies.resource {
            Some(policy) if policy.document.kind() == Kind::Trust => PolicyType::Trust,
            _ => PolicyType::Resource,
        };
        // Service control policies speak to principals of accounts alone.
        if caller.has_identity() {
            for level in policies.service_control {
                let kind = PolicyType::ServiceControl;
                if say(asked, level.policies, kind, Some(level.name))?.is_none() {
                    missing_guardrail = missing_guardrail.or(Some(kind));
                }
            }
        }
        for level in policies.resource_control {
            say(
                asked,
                level.policies,
                PolicyType::ResourceControl,
                Some(level.name),
            )?;
        }
        let endpoint = say(asked, policies.endpoint, PolicyType::Endpoint, None)?;
        if !policies.endpoint.is_empty() && endpoint.is_none() {
            missing_guardrail = missing_guardrail.or(Some(PolicyType::Endpoint));
        }
        let resource = resource(asked, policies.resource, resource_type);
        if let Some(by) = resource.denies {
            return Err(by);
        }
        let root = caller.kind == CallerKind::Root;
        let identity = match root {
            true => Some(Grant::Root),
            false => {
                say(asked, policies.identity, PolicyType::Identity, None)?.map(Grant::Statement)
            }
        };
        let boundary = say(asked, policies.boundary, PolicyType::Boundary, None)?;
        let no_boundary = !policies.boundary.is_empty() && boundary.is_none();
        let session = say(
            asked,
            policies.session.unwrap_or_default(),
            PolicyType::Session,
            None,
        )?;
        // Without a session policy a federated user may do nothing of its own.
        let limited = policies.session.is_some() || caller.kind == CallerKind::FederatedUser;
        let no_session = (limited && session.is_none()).then_some(PolicyType::Session);
        Ok(Self {
            missing_guardrail,
            resource,
            resource_type,
            identity,
            bounds: no_boundary.then_some(PolicyType::Boundary).or(no_session),
            root_session: no_session.filter(|_| root),
        })
    }
}

/// A resource of the caller's own account.
fn same_account<'p>(caller: &Caller<'_>, policies: &Policies<'p>, said: &All<'p>) -> Decision<'p> {
    if let Some(lacking) = said.root_session {
        return missing(lacking);
    }
    if let Some(by) = said
        .resource
        .own
        .filter(|_| caller.kind != CallerKind::Root)
    {
        return allowed(by);
    }
    let must = policies.resource_must_allow || said.resource_type == PolicyType::Trust;
    let by_identity = said
        .identity
        .filter(|_| !must || said.resource.any().is_some());
    let granted = said.resource.base.map(Grant::Statement).or(by_identity);
    match (granted, said.bounds) {
        (Some(by), None) => Decision::Allowed { by },
        (Some(_), Some(lacking)) => missing(lacking),
        (None, _) if must && said.resource.any().is_none() => missing(said.resource_type),
        (None, _) => missing(PolicyType::Identity),
    }
}

/// A resource of another account: both sides must allow, and the caller's limits count whoever is named.
fn across_accounts<'p>(said: &All<'p>) -> Decision<'p> {
    match (said.identity, said.bounds, said.resource.any()) {
        (None, ..) => missing(PolicyType::Identity),
        (_, Some(lacking), _) => missing(lacking),
        (_, _, None) => missing(said.resource_type),
        (_, _, Some(by)) => allowed(by),
    }
}

/// The statement that allows, among policies that do not weigh whom they name; a denial is the error.
fn say<'p>(
    asked: &Asked<'_>,
    policies: &[Attached<'p>],
    policy_type: PolicyType,
    level: Option<&'p str>,
) -> Result<Option<By<'p>>, By<'p>> {
    let mut allows = None;
    for policy in policies {
        let statements = policy.document.statements.iter().enumerate();
        for (n, statement) in statements {
            // One permission is as good as two.
            if (statement.allows && allows.is_some()) || !statement.fits(asked) {
                continue;
            }
            let by = By {
                policy_type,
                policy: policy.name,
                statement: n,
                sid: statement.sid.as_deref(),
                level,
            };
            if policy_type == PolicyType::Endpoint && !statement.concerns(asked) {
                continue;
            }
            if !statement.allows {
                return Err(by);
            }
            allows = Some(by);
        }
    }
    Ok(allows)
}

/// What the resource's policy says.
fn resource<'p>(
    asked: &Asked<'_>,
    policy: Option<Attached<'p>>,
    policy_type: PolicyType,
) -> Resource<'p> {
    let mut said = Resource::default();
    let Some(policy) = policy else {
        return said;
    };
    for (n, statement) in policy.document.statements.iter().enumerate() {
        let naming = statement.names(asked);
        if naming == Naming::Not || !statement.fits(asked) {
            continue;
        }
        let by = By {
            policy_type,
            policy: policy.name,
            statement: n,
            sid: statement.sid.as_deref(),
            level: None,
        };
        let slot = match (statement.allows, naming) {
            (false, _) => &mut said.denies,
            (true, Naming::Own) => &mut said.own,
            (true, Naming::Base) => &mut said.base,
            (true, _) => &mut said.account,
        };
        slot.get_or_insert(by);
    }
    said
}

#[cfg(test)]
mod tests;
