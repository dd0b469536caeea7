//! What came of a request, and the words in which AWS refuses.
//!
//! Source of the words: IAM User Guide, `troubleshoot_access-denied` ("Access denied error messages").

use std::fmt;

/// Which of the policies spoke, or should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyType {
    ServiceControl,
    ResourceControl,
    Endpoint,
    Resource,
    Trust,
    Identity,
    Boundary,
    Session,
}

impl PolicyType {
    /// Its name in AWS's messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::ServiceControl => "service control policy",
            Self::ResourceControl => "resource control policy",
            Self::Endpoint => "VPC endpoint policy",
            Self::Resource => "resource-based policy",
            Self::Trust => "role trust policy",
            Self::Identity => "identity-based policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
        }
    }

    fn with_article(self) -> String {
        let article = match self {
            Self::Identity => "an",
            Self::Trust => "the",
            _ => "a",
        };
        format!("{article} {}", self.name())
    }
}

/// The statement that decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct By<'p> {
    pub policy_type: PolicyType,
    /// The name or ARN that the caller gave with the policy.
    pub policy: &'p str,
    /// Counted from 0.
    pub statement: usize,
    pub sid: Option<&'p str>,
    /// The root, unit or account of the organization that the policy is attached to.
    pub level: Option<&'p str>,
}

/// Why a request was allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant<'p> {
    Statement(By<'p>),
    /// The root user may do all that nothing denies.
    Root,
    /// The action needs no permission (`sts:GetCallerIdentity`).
    Always,
}

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a decision that nobody looks at protects nothing"]
pub enum Decision<'p> {
    Allowed {
        by: Grant<'p>,
    },
    /// No statement allowed it, among policies of this type.
    ImplicitlyDenied {
        missing: PolicyType,
    },
    ExplicitlyDenied {
        by: By<'p>,
    },
}

impl Decision<'_> {
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. })
    }

    /// The word for it: `Allowed`, `ImplicitlyDenied` or `ExplicitlyDenied`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Allowed { .. } => "Allowed",
            Self::ImplicitlyDenied { .. } => "ImplicitlyDenied",
            Self::ExplicitlyDenied { .. } => "ExplicitlyDenied",
        }
    }

    /// The end of AWS's refusal of this action, from "because" or "with" on; `None` if it was not refused. The ARN of an
    /// organization's policy follows where the caller gave it.
    pub fn tail(&self, action: &str) -> Option<String> {
        match self {
            Self::Allowed { .. } => None,
            Self::ImplicitlyDenied { missing } => Some(format!(
                "because no {} allows the {action} action",
                missing.name()
            )),
            Self::ExplicitlyDenied { by } => {
                let mut tail =
                    format!("with an explicit deny in {}", by.policy_type.with_article());
                let of_organization = matches!(
                    by.policy_type,
                    PolicyType::ServiceControl | PolicyType::ResourceControl
                );
                if of_organization && by.policy.starts_with("arn:") {
                    tail.push_str(": ");
                    tail.push_str(by.policy);
                }
                Some(tail)
            }
        }
    }

    /// AWS's whole refusal: `User: ARN is not authorized to perform: ACTION on resource: ARN because …`. Without a
    /// resource for actions that know none.
    pub fn message(&self, caller: &str, action: &str, resource: Option<&str>) -> Option<String> {
        let tail = self.tail(action)?;
        let on = resource
            .map(|resource| format!(" on resource: {resource}"))
            .unwrap_or_default();
        Some(format!(
            "User: {caller} is not authorized to perform: {action}{on} {tail}"
        ))
    }
}

impl fmt::Display for By<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.policy_type.name(), self.policy)?;
        if let Some(level) = self.level {
            write!(f, " at {level}")?;
        }
        write!(f, ", statement {}", self.statement)?;
        match self.sid {
            Some(sid) if !sid.is_empty() => write!(f, " ({sid})"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Decision<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allowed {
                by: Grant::Statement(by),
            } => write!(f, "allowed by {by}"),
            Self::Allowed { by: Grant::Root } => f.write_str("allowed: the root user"),
            Self::Allowed { by: Grant::Always } => f.write_str("allowed: needs no permission"),
            Self::ImplicitlyDenied { missing } => write!(f, "no {} allows it", missing.name()),
            Self::ExplicitlyDenied { by } => write!(f, "denied by {by}"),
        }
    }
}
