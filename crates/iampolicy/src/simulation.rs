//! Simulation: a request and all its policies as one line of JSON, decided by itself.
//!
//! ```json
//! {"request": {"action": "s3:GetObject", "principal": "arn:aws:iam::111111111111:user/ann",
//!              "resource": {"resource": "arn:aws:s3:::b/k", "accountId": "111111111111"}, "context": {}},
//!  "identityPolicies": [], "resourcePolicy": {}, "permissionBoundaries": [], "sessionPolicy": {},
//!  "serviceControlPolicies": [{"orgIdentifier": "r-1", "policies": []}],
//!  "resourceControlPolicies": [], "endpointPolicies": []}
//! ```
//!
//! The shape is the one in which other simulators keep their cases, so that they can be run here. A policy stands bare or
//! as `{"name", "policy"}`. What a line says besides is for whoever wrote it. The policies are those of somebody else, and
//! are read as they are: [`Document::read`].

use crate::arn;
use crate::context::Context;
use crate::decision::Decision;
use crate::document::{Document, Kind, read};
use crate::evaluate::{Attached, Level, Policies, Request, evaluate};
use crate::json::{self, Json, Member, Node};
use crate::malformed::{Code, Malformed};
use crate::principal::Caller;

/// The longest line that is read, in bytes: some thirty policies of the largest size.
pub const MAX_LINE: usize = 4 << 20;

/// A policy of a case, and what it is called.
#[derive(Debug, Clone)]
struct Policy {
    name: String,
    document: Document,
}

/// The policies of one level of an organization.
#[derive(Debug, Clone)]
struct Tier {
    name: String,
    policies: Vec<Policy>,
}

/// A request and all its policies.
#[derive(Debug, Clone)]
pub struct Case {
    caller: Option<String>,
    action: String,
    resource: String,
    account: String,
    context: Context<'static>,
    identity: Vec<Policy>,
    resource_policy: Option<Policy>,
    boundary: Vec<Policy>,
    session: Option<Policy>,
    service_control: Vec<Tier>,
    resource_control: Vec<Tier>,
    endpoint: Vec<Policy>,
}

impl Case {
    /// Reads one line.
    ///
    /// # Errors
    /// What is wrong with the line, and where in it.
    pub fn read(line: &str) -> Result<Self, Malformed> {
        let root = json::read(line, MAX_LINE)?;
        let reader = Reader { line };
        let case = reader.object(&root)?;
        let asked = reader.must(&root, case, "request")?;
        let request = reader.object(asked)?;
        let named = reader.must(asked, request, "resource")?;
        let resource = reader.object(named)?;
        let action = reader.text(reader.must(asked, request, "action")?)?;
        let assumes = action
            .get(..4)
            .is_some_and(|service| service.eq_ignore_ascii_case("sts:"));
        let trust = if assumes { Kind::Trust } else { Kind::Resource };
        let one = |keys: &[&'static str], kind| {
            any(case, keys)
                .map(|node| reader.policy(node, kind, keys))
                .transpose()
        };
        Ok(Self {
            caller: reader.caller(reader.must(asked, request, "principal")?)?,
            action,
            resource: reader.text(reader.must(named, resource, "resource")?)?,
            account: reader.text(reader.must(named, resource, "accountId")?)?,
            context: reader.context(any(request, &["context", "contextVariables"]))?,
            identity: reader.policies(any(case, &["identityPolicies"]), Kind::Identity)?,
            resource_policy: one(&["resourcePolicy"], trust)?,
            boundary: reader.policies(
                any(
                    case,
                    &["permissionBoundaries", "permissionBoundaryPolicies"],
                ),
                Kind::Boundary,
            )?,
            session: one(&["sessionPolicy"], Kind::Session)?,
            service_control: reader.tiers(case, "serviceControlPolicies", Kind::ServiceControl)?,
            resource_control: reader.tiers(
                case,
                "resourceControlPolicies",
                Kind::ResourceControl,
            )?,
            endpoint: reader.policies(
                any(case, &["endpointPolicies", "vpcEndpointPolicies"]),
                Kind::Endpoint,
            )?,
        })
    }

    /// Decides it, and hands the decision on.
    pub fn decide<T>(&self, then: impl FnOnce(&Decision<'_>) -> T) -> T {
        let caller = match &self.caller {
            Some(text) => Caller::from_arn(text).unwrap_or(Caller::anonymous()),
            None => Caller::anonymous(),
        };
        let request = Request::new(
            caller,
            &self.action,
            &self.resource,
            &self.account,
            &self.context,
        );
        let identity = attached(&self.identity);
        let boundary = attached(&self.boundary);
        let endpoint = attached(&self.endpoint);
        let session = self.session.as_ref().map(|policy| [policy.attached()]);
        let service = tiers(&self.service_control);
        let resource = tiers(&self.resource_control);
        let policies = Policies {
            identity: &identity,
            resource: self.resource_policy.as_ref().map(Policy::attached),
            resource_must_allow: self.is_key(),
            boundary: &boundary,
            session: session.as_ref().map(<[_; 1]>::as_slice),
            service_control: &levels(&self.service_control, &service),
            resource_control: &levels(&self.resource_control, &resource),
            endpoint: &endpoint,
        };
        then(&evaluate(&request, &policies))
    }

    /// "IAM role trust policies and KMS key policies … must explicitly allow access": IAM User Guide,
    /// `reference_policies_evaluation-logic`.
    fn is_key(&self) -> bool {
        arn::fields(&self.resource).is_some_and(|[_, _, service, _, _, resource]| {
            service == "kms" && resource.starts_with("key/")
        })
    }
}

impl Policy {
    fn attached(&self) -> Attached<'_> {
        Attached {
            name: &self.name,
            document: &self.document,
        }
    }
}

fn attached(policies: &[Policy]) -> Vec<Attached<'_>> {
    policies.iter().map(Policy::attached).collect()
}

fn tiers(tiers: &[Tier]) -> Vec<Vec<Attached<'_>>> {
    tiers.iter().map(|tier| attached(&tier.policies)).collect()
}

fn levels<'p>(tiers: &'p [Tier], policies: &'p [Vec<Attached<'p>>]) -> Vec<Level<'p>> {
    tiers
        .iter()
        .zip(policies)
        .map(|(tier, policies)| Level {
            name: &tier.name,
            policies,
        })
        .collect()
}

struct Reader<'a> {
    line: &'a str,
}

/// The first of these members that there is and that is not null.
fn any<'n>(members: &'n [Member], keys: &[&str]) -> Option<&'n Node> {
    keys.iter()
        .find_map(|key| members.iter().find(|m| m.key == *key))
        .map(|member| &member.node)
        .filter(|node| !matches!(node.value, Json::Null))
}

impl Reader<'_> {
    fn error<T>(&self, node: &Node, code: Code) -> Result<T, Malformed> {
        Err(Malformed::new(self.line, node.at, code))
    }

    fn object<'n>(&self, node: &'n Node) -> Result<&'n [Member], Malformed> {
        match &node.value {
            Json::Object(members) => Ok(members),
            _ => self.error(node, Code::WrongType("a case")),
        }
    }

    fn list<'n>(&self, node: Option<&'n Node>) -> Result<&'n [Node], Malformed> {
        match node {
            None => Ok(&[]),
            Some(node) => match &node.value {
                Json::List(nodes) => Ok(nodes),
                _ => self.error(node, Code::WrongType("a case")),
            },
        }
    }

    /// Texts; numbers and Booleans may go without quotes.
    fn text(&self, node: &Node) -> Result<String, Malformed> {
        match &node.value {
            Json::Text(text) | Json::Number(text) => Ok(text.clone()),
            Json::Bool(value) => Ok(value.to_string()),
            _ => self.error(node, Code::WrongType("a case")),
        }
    }

    fn must<'n>(
        &self,
        within: &Node,
        members: &'n [Member],
        key: &'static str,
    ) -> Result<&'n Node, Malformed> {
        match any(members, &[key]) {
            Some(node) => Ok(node),
            None => self.error(within, Code::Missing(key)),
        }
    }

    /// An ARN, the name of a service, or `{"type": "Anonymous"}`.
    fn caller(&self, node: &Node) -> Result<Option<String>, Malformed> {
        if let Json::Object(members) = &node.value {
            let kind = self.text(self.must(node, members, "type")?)?;
            return match &*kind {
                "Anonymous" => Ok(None),
                _ => self.error(node, Code::Caller(kind)),
            };
        }
        let text = self.text(node)?;
        if Caller::from_arn(&text).is_none() {
            return self.error(node, Code::Caller(text));
        }
        Ok(Some(text))
    }

    fn context(&self, node: Option<&Node>) -> Result<Context<'static>, Malformed> {
        let mut context = Context::new();
        let Some(node) = node else {
            return Ok(context);
        };
        for member in self.object(node)? {
            let key = member.key.clone();
            match &member.node.value {
                Json::Null => {}
                Json::List(nodes) => {
                    let values: Result<Vec<_>, _> = nodes.iter().map(|n| self.text(n)).collect();
                    context.set_all(key, values?);
                }
                _ => {
                    context.set(key, self.text(&member.node)?);
                }
            }
        }
        Ok(context)
    }

    fn policies(&self, node: Option<&Node>, kind: Kind) -> Result<Vec<Policy>, Malformed> {
        let nodes = self.list(node)?.iter().enumerate();
        nodes
            .map(|(n, node)| self.policy(node, kind, &[&n.to_string()]))
            .collect()
    }

    /// A policy, bare or with its name.
    fn policy(&self, node: &Node, kind: Kind, name: &[&str]) -> Result<Policy, Malformed> {
        let mut name = (*name.first().unwrap_or(&"")).to_owned();
        let mut bare = node;
        if let Json::Object(members) = &node.value
            && let Some(policy) = any(members, &["policy"])
        {
            if let Some(given) = any(members, &["name"]) {
                name = self.text(given)?;
            }
            bare = policy;
        }
        Ok(Policy {
            name,
            document: read::node(self.line, bare, kind, false)?,
        })
    }

    fn tiers(
        &self,
        case: &[Member],
        key: &'static str,
        kind: Kind,
    ) -> Result<Vec<Tier>, Malformed> {
        let nodes = self.list(any(case, &[key]))?;
        nodes
            .iter()
            .map(|node| {
                let members = self.object(node)?;
                Ok(Tier {
                    name: match any(members, &["orgIdentifier"]) {
                        Some(name) => self.text(name)?,
                        None => String::new(),
                    },
                    policies: self.policies(any(members, &["policies"]), kind)?,
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(line: &str) -> String {
        match Case::read(line) {
            Ok(case) => case.decide(|decision| format!("{}: {decision}", decision.word())),
            Err(malformed) => malformed.to_string(),
        }
    }

    const REQUEST: &str = r#""request":{"action":"s3:GetObject","principal":"arn:aws:iam::111111111111:user/ann",
        "resource":{"resource":"arn:aws:s3:::b/k","accountId":"111111111111"},"context":{"a":["x"],"b":1,"c":true,"d":null}}"#;

    #[test]
    fn policies_stand_bare_or_with_a_name() {
        let policy = r#"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
        let line = format!("{{{REQUEST},\"identityPolicies\":[{policy}]}}");
        assert_eq!(
            decided(&line),
            "Allowed: allowed by identity-based policy 0, statement 0"
        );
        let line = format!(
            r#"{{{REQUEST},"identityPolicies":[{{"name":"All","policy":{policy}}}],"resourcePolicy":null}}"#
        );
        assert_eq!(
            decided(&line),
            "Allowed: allowed by identity-based policy All, statement 0"
        );
        let line = format!(
            r#"{{{REQUEST},"name":"x","serviceControlPolicies":[{{"orgIdentifier":"r-1","policies":[]}}]}}"#
        );
        assert_eq!(
            decided(&line),
            "ImplicitlyDenied: no service control policy allows it"
        );
    }

    #[test]
    fn what_is_wrong_with_a_line_is_told_with_its_place() {
        assert_eq!(decided("{}"), "1:1: request is missing (POL-E010)");
        assert_eq!(decided("[1"), "1:3: this is not JSON (POL-E001)");
        let line = format!("{{{REQUEST}}}").replace("user/ann", "group/ann");
        assert!(
            decided(&line).ends_with("or the name of a service (POL-E033)"),
            "{}",
            decided(&line)
        );
        let line = format!("{{{REQUEST},\"identityPolicies\":[{{}}]}}");
        assert!(decided(&line).ends_with("Statement is missing (POL-E010)"));
        let line = format!("{{{REQUEST},\"identityPolicies\":{{}}}}");
        assert!(decided(&line).ends_with("a case takes another type of value (POL-E009)"));
    }

    #[test]
    fn nobody_may_ask_what_everybody_may() {
        let line = r#"{"request":{"action":"s3:GetObject","principal":{"type":"Anonymous"},"resource":{"resource":"arn:aws:s3:::b/k","accountId":"1"}},
            "resourcePolicy":{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}}"#;
        assert_eq!(
            decided(line),
            "Allowed: allowed by resource-based policy resourcePolicy, statement 0"
        );
    }
}
