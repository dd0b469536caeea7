//! Policy documents: read once, checked as AWS checks them, and kept in the form in which they are evaluated.
//!
//! [`Document::parse`] is for what is to be saved: all that the grammar and the kind of policy ask. [`Document::read`] is
//! for a simulation of policies that somebody else accepted: it wants a sound structure and shrugs at the rest, so that
//! a statement that names nobody, or an action that cannot be, matches nothing. Sources: IAM User Guide,
//! `reference_policies_grammar`; `aws-behaviour` of each message in [`crate::malformed`].

pub(crate) mod read;

use crate::action::ActionPattern;
use crate::arn::{ArnPattern, Target};
use crate::condition::Condition;
use crate::context::Context;
use crate::json;
use crate::malformed::{Code, Malformed};
use crate::principal::{Caller, Naming, Principals};
use crate::wildcard::Unresolved;

/// What a policy is attached to decides which elements it must have and may not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Of a user, group or role.
    Identity,
    /// Of a resource: says whom it speaks of.
    Resource,
    /// Of a role: who may assume it. The role is the resource.
    Trust,
    /// The most that identity policies can allow.
    Boundary,
    /// Passed when a session is made.
    Session,
    /// Of an organization, for the principals of its accounts.
    ServiceControl,
    /// Of an organization, for the resources of its accounts.
    ResourceControl,
    /// Of a network endpoint.
    Endpoint,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Identity,
        Self::Resource,
        Self::Trust,
        Self::Boundary,
        Self::Session,
        Self::ServiceControl,
        Self::ResourceControl,
        Self::Endpoint,
    ];

    /// Whether statements say whom they speak of.
    pub fn has_principal(self) -> bool {
        matches!(
            self,
            Self::Resource | Self::Trust | Self::ResourceControl | Self::Endpoint
        )
    }
}

/// The version of the language. Variables are text in the older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// `2008-10-17`, also where none is given.
    V2008,
    /// `2012-10-17`
    V2012,
}

/// A policy, ready to be evaluated. It does not change and can be shared between threads.
#[derive(Debug, Clone)]
pub struct Document {
    kind: Kind,
    version: Version,
    id: Option<Box<str>>,
    size: usize,
    pub(crate) statements: Box<[Statement]>,
}

/// One statement.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) sid: Option<Box<str>>,
    pub(crate) allows: bool,
    principals: Option<Principals>,
    actions: Choice<ActionPattern>,
    resources: Option<Choice<ArnPattern>>,
    conditions: Box<[Condition]>,
}

/// An element, or its complement.
#[derive(Debug, Clone)]
pub(crate) struct Choice<T> {
    pub(crate) not: bool,
    pub(crate) any: Box<[T]>,
}

impl Document {
    /// Reads a policy that is to be saved.
    ///
    /// # Errors
    /// What is wrong first, where, and AWS's sentence for it. At most [`MAX_BYTES`] are read; the smaller quotas of
    /// each kind of policy are the caller's: see [`Document::size`].
    pub fn parse(text: &str, kind: Kind) -> Result<Self, Malformed> {
        read::document(text, kind, true)
    }

    /// Reads a policy from bytes that may not even be text.
    ///
    /// # Errors
    /// As [`Document::parse`].
    pub fn parse_bytes(bytes: &[u8], kind: Kind) -> Result<Self, Malformed> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::parse(text, kind),
            Err(error) => {
                let sound = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let sound = String::from_utf8_lossy(sound);
                Err(Malformed::new(&sound, sound.len(), Code::NotUtf8))
            }
        }
    }

    /// Reads a policy that is in force somewhere, for a simulation.
    ///
    /// # Errors
    /// Only what makes the text no policy at all: its JSON, unknown or doubled elements, wrong types, unknown operators.
    pub fn read(text: &str, kind: Kind) -> Result<Self, Malformed> {
        read::document(text, kind, false)
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    pub fn version(&self) -> Version {
        self.version
    }

    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Characters but for white space: what IAM counts against its quotas.
    pub fn size(&self) -> usize {
        self.size
    }

    /// How many statements there are.
    pub fn len(&self) -> usize {
        self.statements.len()
    }

    /// Whether there is no statement; never true of a policy that was parsed.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// Every condition key that the policy asks for, in lower case, each once and in order
    /// (`GetContextKeysForCustomPolicy`); keys that only variables name are among them.
    pub fn context_keys(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = self.statements.iter().flat_map(Statement::keys).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// The facts of a request as statements look at them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) caller: &'a Caller<'a>,
    /// In lower case.
    pub(crate) action: &'a str,
    pub(crate) target: Target<'a>,
    pub(crate) context: &'a Context<'a>,
    /// Whether the caller has a permissions boundary.
    pub(crate) bounded: bool,
}

impl Statement {
    /// Whether action, resource and conditions fit. The cheapest question comes first.
    pub(crate) fn fits(&self, asked: &Asked<'_>) -> bool {
        let Asked {
            action, context, ..
        } = *asked;
        let meant = self.actions.any.iter().any(|a| a.matches(action, context));
        meant != self.actions.not
            && self.holds_for(asked)
            && self
                .conditions
                .iter()
                .all(|condition| condition.met(context))
    }

    fn holds_for(&self, asked: &Asked<'_>) -> bool {
        let Some(resources) = &self.resources else {
            return true;
        };
        let mut void = false;
        for pattern in &resources.any {
            match pattern.matches(&asked.target, asked.context) {
                Ok(true) => return !resources.not,
                Ok(false) => {}
                Err(Unresolved) => void = true,
            }
        }
        resources.not && !void
    }

    /// How directly the statement speaks of the caller.
    pub(crate) fn names(&self, asked: &Asked<'_>) -> Naming {
        let Some(principals) = &self.principals else {
            return Naming::Not;
        };
        // "The NotPrincipal element with a Deny effect will always deny any IAM principal that has a permissions boundary
        // policy attached": IAM User Guide, `access_policies_boundaries`.
        if asked.bounded && principals.not && !self.allows {
            return Naming::Own;
        }
        principals.naming(asked.caller, self.allows)
    }

    /// Whether the statement speaks of the caller in any way; one that names nobody speaks of everybody.
    pub(crate) fn concerns(&self, asked: &Asked<'_>) -> bool {
        self.principals.is_none() || self.names(asked) != Naming::Not
    }

    fn keys(&self) -> impl Iterator<Item = &str> {
        let resources = self.resources.iter().flat_map(|r| r.any.iter());
        let conditions = self.conditions.iter();
        resources
            .flat_map(ArnPattern::keys)
            .chain(conditions.flat_map(Condition::keys))
    }
}

/// The longest text that is read.
pub const MAX_BYTES: usize = json::MAX_BYTES;

#[cfg(test)]
mod tests;
