//! From JSON to a document: elements, their types, and what each kind of policy asks.

use super::{Choice, Document, Kind, Statement, Version};
use crate::action::{self, ActionPattern};
use crate::arn::ArnPattern;
use crate::condition::{Condition, Incomparable, Operator};
use crate::json::{self, Json, Member, Node};
use crate::malformed::{Code, IAM_TYPES, Malformed};
use crate::principal::{Named, Principals};
use std::collections::BTreeSet;

/// Reads a document.
pub(super) fn document(text: &str, kind: Kind, strict: bool) -> Result<Document, Malformed> {
    let root = json::read(text, json::MAX_BYTES)?;
    let size = text.chars().filter(|c| !c.is_whitespace()).count();
    node(text, &root, kind, strict).map(|document| Document { size, ..document })
}

/// Reads a document that is part of a longer text; its size is not known then.
pub(crate) fn node(
    text: &str,
    root: &Node,
    kind: Kind,
    strict: bool,
) -> Result<Document, Malformed> {
    let reader = Reader { text, kind, strict };
    let members = reader.object(root, "a policy")?;
    let elements = Elements::of(&reader, members, &["Version", "Id", "Statement"])?;
    let version = reader.version(elements.get("Version"))?;
    let id = match elements.get("Id") {
        Some(node) => Some(reader.string(node, "Id")?.into()),
        None => None,
    };
    let Some(statements) = elements.get("Statement") else {
        return Err(reader.error(root.at, Code::Missing("Statement")));
    };
    let mut sids = BTreeSet::new();
    let mut read = Vec::new();
    for node in reader.one_or_many(statements) {
        let statement = reader.statement(node, version)?;
        if let Some(sid) = statement.sid.as_deref().filter(|sid| !sid.is_empty())
            && !sids.insert(sid.to_owned())
        {
            return Err(reader.error(node.at, Code::DuplicateSid(sid.to_owned())));
        }
        read.push(statement);
    }
    if read.is_empty() && strict {
        return Err(reader.error(statements.at, Code::Missing("Statement")));
    }
    Ok(Document {
        kind,
        version,
        id,
        size: 0,
        statements: read.into(),
    })
}

struct Reader<'a> {
    text: &'a str,
    kind: Kind,
    strict: bool,
}

/// The members of an object, of which only some names are known.
struct Elements<'a>(&'a [Member]);

impl<'a> Elements<'a> {
    fn of(reader: &Reader<'_>, members: &'a [Member], known: &[&str]) -> Result<Self, Malformed> {
        match members.iter().find(|m| !known.contains(&m.key.as_str())) {
            Some(unknown) => {
                Err(reader.error(unknown.at, Code::UnknownElement(unknown.key.clone())))
            }
            None => Ok(Self(members)),
        }
    }

    fn get(&self, key: &str) -> Option<&'a Node> {
        self.0.iter().find(|m| m.key == key).map(|m| &m.node)
    }

    /// One of two elements that exclude each other, and whether it is the second.
    fn either(
        &self,
        reader: &Reader<'_>,
        one: &'static str,
        other: &'static str,
    ) -> Result<Option<(&'a Node, bool)>, Malformed> {
        match (self.get(one), self.get(other)) {
            (Some(_), Some(second)) => Err(reader.error(second.at, Code::Both(one, other))),
            (Some(node), None) => Ok(Some((node, false))),
            (None, Some(node)) => Ok(Some((node, true))),
            (None, None) => Ok(None),
        }
    }
}

const STATEMENT: &[&str] = &[
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

impl Reader<'_> {
    fn error(&self, at: usize, code: Code) -> Malformed {
        Malformed::new(self.text, at, code)
    }

    fn object<'n>(&self, node: &'n Node, element: &'static str) -> Result<&'n [Member], Malformed> {
        match &node.value {
            Json::Object(members) => Ok(members),
            _ => Err(self.error(node.at, Code::WrongType(element))),
        }
    }

    fn string<'n>(&self, node: &'n Node, element: &'static str) -> Result<&'n str, Malformed> {
        match &node.value {
            Json::Text(text) => Ok(text),
            _ => Err(self.error(node.at, Code::WrongType(element))),
        }
    }

    /// A value, or the values of a list.
    fn one_or_many<'n>(&self, node: &'n Node) -> &'n [Node] {
        match &node.value {
            Json::List(nodes) => nodes,
            _ => std::slice::from_ref(node),
        }
    }

    fn version(&self, node: Option<&Node>) -> Result<Version, Malformed> {
        let Some(node) = node else {
            return Ok(Version::V2008);
        };
        match self.string(node, "Version")? {
            "2012-10-17" => Ok(Version::V2012),
            "2008-10-17" => Ok(Version::V2008),
            other => Err(self.error(node.at, Code::UnknownVersion(other.to_owned()))),
        }
    }

    fn statement(&self, node: &Node, version: Version) -> Result<Statement, Malformed> {
        let members = self.object(node, "Statement")?;
        let elements = Elements::of(self, members, STATEMENT)?;
        let sid = match elements.get("Sid") {
            Some(node) => Some(self.sid(node)?),
            None => None,
        };
        let Some(effect) = elements.get("Effect") else {
            return Err(self.error(node.at, Code::Missing("Effect")));
        };
        let allows = match self.string(effect, "Effect")? {
            "Allow" => true,
            "Deny" => false,
            other => return Err(self.error(effect.at, Code::Effect(other.to_owned()))),
        };
        let variables = version == Version::V2012;
        let actions = self.actions(node, &elements)?;
        let principals = self.principals(node, &elements, allows)?;
        let resources = self.resources(node, &elements, variables)?;
        let conditions = match elements.get("Condition") {
            Some(node) => self.conditions(node, variables)?,
            None => Box::default(),
        };
        if self.strict && self.kind == Kind::ResourceControl {
            self.resource_control(node, &elements, allows)?;
        }
        Ok(Statement {
            sid,
            allows,
            principals,
            actions,
            resources,
            conditions,
        })
    }

    fn sid(&self, node: &Node) -> Result<Box<str>, Malformed> {
        let sid = self.string(node, "Sid")?;
        // Services choose what they take in policies of their resources.
        let free = matches!(self.kind, Kind::Resource | Kind::Endpoint);
        if self.strict && !free && !sid.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(self.error(node.at, Code::SidCharacters(sid.to_owned())));
        }
        Ok(sid.into())
    }

    fn actions(
        &self,
        statement: &Node,
        elements: &Elements<'_>,
    ) -> Result<Choice<ActionPattern>, Malformed> {
        let Some((node, not)) = elements.either(self, "Action", "NotAction")? else {
            return Err(self.error(statement.at, Code::NoActions));
        };
        let mut any = Vec::new();
        for node in self.one_or_many(node) {
            let text = self.string(node, "Action")?;
            if self.strict {
                action::check(text).map_err(|code| self.error(node.at, code))?;
                let sts = text
                    .get(..4)
                    .is_some_and(|s| s.eq_ignore_ascii_case("sts:"));
                if self.kind == Kind::Trust && !sts {
                    return Err(self.error(node.at, Code::NotSts(text.to_owned())));
                }
            }
            any.push(ActionPattern::new(text));
        }
        if any.is_empty() && self.strict {
            return Err(self.error(node.at, Code::NoActions));
        }
        Ok(Choice {
            not,
            any: any.into(),
        })
    }

    fn resources(
        &self,
        statement: &Node,
        elements: &Elements<'_>,
        variables: bool,
    ) -> Result<Option<Choice<ArnPattern>>, Malformed> {
        let Some((node, not)) = elements.either(self, "Resource", "NotResource")? else {
            // The role is meant, or the resource that the policy is attached to.
            let implied = matches!(self.kind, Kind::Trust | Kind::Resource);
            return match (implied, self.strict) {
                (true, _) => Ok(None),
                (false, true) => Err(self.error(statement.at, Code::NoResources)),
                (false, false) => Ok(Some(Choice {
                    not: false,
                    any: Box::default(),
                })),
            };
        };
        if self.strict && self.kind == Kind::Trust {
            let element = if not { "NotResource" } else { "Resource" };
            return Err(self.error(node.at, Code::ResourceForbidden(element)));
        }
        let mut any = Vec::new();
        for node in self.one_or_many(node) {
            let text = self.string(node, "Resource")?;
            if self.strict {
                check_resource(text).map_err(|code| self.error(node.at, code))?;
            }
            any.push(ArnPattern::resource(text, variables));
        }
        if any.is_empty() && self.strict {
            return Err(self.error(node.at, Code::NoResources));
        }
        Ok(Some(Choice {
            not,
            any: any.into(),
        }))
    }

    fn principals(
        &self,
        statement: &Node,
        elements: &Elements<'_>,
        allows: bool,
    ) -> Result<Option<Principals>, Malformed> {
        let found = elements.either(self, "Principal", "NotPrincipal")?;
        let Some((node, not)) = found else {
            if self.strict && self.kind.has_principal() {
                return Err(self.error(statement.at, Code::PrincipalMissing));
            }
            return Ok(None);
        };
        if self.strict && !self.kind.has_principal() {
            return Err(self.error(node.at, Code::PrincipalForbidden));
        }
        if self.strict && not && allows && self.kind == Kind::Trust {
            return Err(self.error(node.at, Code::NotPrincipalAllow));
        }
        let mut named = Vec::new();
        match &node.value {
            Json::Text(text) if text == "*" => named.push(Named::Everyone),
            Json::Object(members) => {
                for member in members {
                    for node in self.one_or_many(&member.node) {
                        let text = self.string(node, "Principal")?;
                        let one = Named::new(&member.key, text, self.strict);
                        named.push(one.map_err(|code| self.error(node.at, code))?);
                    }
                }
            }
            Json::Text(text) if self.strict => {
                let code = Code::Principal("AWS".to_owned(), text.clone());
                return Err(self.error(node.at, code));
            }
            Json::Text(_) => {}
            _ => return Err(self.error(node.at, Code::WrongType("Principal"))),
        }
        if named.is_empty() && self.strict {
            return Err(self.error(node.at, Code::PrincipalMissing));
        }
        Ok(Some(Principals {
            not,
            named: named.into(),
        }))
    }

    /// "You can only use Deny; the Principal is only `*`": AWS Organizations User Guide, `orgs_manage_policies_rcps_syntax`.
    fn resource_control(
        &self,
        statement: &Node,
        elements: &Elements<'_>,
        allows: bool,
    ) -> Result<(), Malformed> {
        let is = |key: &str, text: &str| {
            elements
                .get(key)
                .is_some_and(|node| matches!(&node.value, Json::Text(found) if found == text))
        };
        let full = is("Action", "*") && is("Resource", "*") && elements.get("Condition").is_none();
        let right =
            is("Principal", "*") && (!allows || full) && elements.get("NotAction").is_none();
        if right {
            return Ok(());
        }
        Err(self.error(statement.at, Code::ResourceControl))
    }

    fn conditions(&self, node: &Node, variables: bool) -> Result<Box<[Condition]>, Malformed> {
        let mut conditions = Vec::new();
        for block in self.object(node, "Condition")? {
            let Some(operator) = Operator::new(&block.key) else {
                return Err(self.error(block.at, Code::UnknownOperator(block.key.clone())));
            };
            let mut keys = BTreeSet::new();
            for member in self.object(&block.node, "Condition")? {
                // The same key in another case is the same key.
                if !keys.insert(member.key.to_lowercase()) && self.strict {
                    return Err(self.error(member.at, Code::DuplicateKey(member.key.clone())));
                }
                let values = self.values(&member.node)?;
                let made = Condition::new(operator, &member.key, &values, variables, self.strict);
                conditions.push(made.map_err(|Incomparable(n)| {
                    let value = values.get(n).cloned().unwrap_or_default();
                    self.error(member.node.at, Code::Value(block.key.clone(), value))
                })?);
            }
        }
        Ok(conditions.into())
    }

    /// The values of a condition: texts; numbers and Booleans may go without quotes.
    fn values(&self, node: &Node) -> Result<Vec<String>, Malformed> {
        let nodes = self.one_or_many(node);
        nodes
            .iter()
            .map(|node| match &node.value {
                Json::Text(text) | Json::Number(text) => Ok(text.clone()),
                Json::Bool(value) => Ok(value.to_string()),
                _ => Err(self.error(node.at, Code::WrongType("Condition"))),
            })
            .collect()
    }
}

/// Whether AWS takes this text as a resource. Three and four fields are completed; five are not.
fn check_resource(text: &str) -> Result<(), Code> {
    if text == "*" {
        return Ok(());
    }
    if !text.starts_with("arn:") {
        return Err(Code::NotAnArn(text.to_owned()));
    }
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    let field = |n: usize| fields.get(n).copied().unwrap_or_default();
    let empty = field(1).is_empty() || field(2).is_empty();
    if empty || matches!(fields.len(), 0..=2 | 5) {
        return Err(Code::Legacy(text.to_owned()));
    }
    let partition = field(1);
    let known = partition == "*" || partition == "aws" || partition.starts_with("aws-");
    if !known {
        return Err(Code::Partition(partition.to_owned(), text.to_owned()));
    }
    let (service, region) = (field(2), field(3));
    if matches!(service, "iam" | "s3") && !matches!(region, "" | "*") {
        return Err(Code::Region(service.to_owned(), text.to_owned()));
    }
    let path = field(5);
    let typed = path == "*" || IAM_TYPES.iter().any(|of| path.starts_with(of));
    if service == "iam" && fields.len() == 6 && !typed {
        return Err(Code::IamPath(text.to_owned()));
    }
    Ok(())
}
