//! Advice about a policy that can be saved but may not do what was meant.
//!
//! A finding has a permanent code: `POL-E…` what no policy may have ([`Code::id`](crate::Code::id)), `POL-W…` what opens or
//! closes more than it seems to, `POL-S…` what could be said better. Sources: IAM User Guide, `access-analyzer-reference-policy-checks`
//! and `confused-deputy`.

mod trust;

use crate::document::{Document, Kind};
use crate::json::{self, Json, Member, Node};
use crate::malformed::Position;
use crate::wildcard::split;
use std::fmt;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Suggestion,
    Warning,
    Error,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Self::Suggestion => "suggestion",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub code: &'static str,
    pub severity: Severity,
    pub at: Position,
    pub text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            severity,
            at,
            text,
        } = self;
        write!(f, "{at}: {} {code}: {text}", severity.name())
    }
}

/// Looks a policy over; `account` is the one it is meant for, if that is known. Findings come in the order of the text.
pub fn lint(policy: &[u8], kind: Kind, account: Option<&str>) -> Vec<Finding> {
    // Only what is text can be parsed.
    let text = std::str::from_utf8(policy).unwrap_or_default();
    let read = Document::parse_bytes(policy, kind)
        .and_then(|document| Ok((document, json::read(text, json::MAX_BYTES)?)));
    let (document, root) = match read {
        Ok(sound) => sound,
        Err(malformed) => {
            return vec![Finding {
                code: malformed.code.id(),
                severity: Severity::Error,
                at: malformed.at,
                text: malformed.detail(),
            }];
        }
    };
    let mut linter = Linter {
        text,
        kind,
        account,
        found: Vec::new(),
    };
    linter.document(&root, &document);
    linter
        .found
        .sort_by_key(|finding| (finding.at, finding.code));
    linter.found
}

struct Linter<'a> {
    text: &'a str,
    kind: Kind,
    account: Option<&'a str>,
    found: Vec<Finding>,
}

/// One statement, with its elements at hand.
struct Statement<'a> {
    node: &'a Node,
    allows: bool,
}

impl<'a> Statement<'a> {
    fn get(&self, key: &str) -> Option<&'a Node> {
        member(self.node, key)
    }

    /// The texts of an element, and where they stand.
    fn texts(&self, key: &str) -> Vec<(&'a Node, &'a str)> {
        self.get(key).map(texts).unwrap_or_default()
    }

    /// Every condition: operator, key in lower case, values.
    fn conditions(&self) -> impl Iterator<Item = (&'a str, String, &'a Member)> {
        let blocks = self.get("Condition").map(members).unwrap_or_default();
        blocks.iter().flat_map(|block| {
            members(&block.node)
                .iter()
                .map(|member| (block.key.as_str(), member.key.to_lowercase(), member))
        })
    }

    /// Whether it asks for one of these keys to have certain values.
    fn asks_for(&self, keys: &[&str]) -> bool {
        self.conditions()
            .any(|(operator, key, _)| demands(operator) && keys.contains(&key.as_str()))
    }
}

/// Whether an operator is met only by a key that is there and has the right value.
fn demands(operator: &str) -> bool {
    let lax = operator.ends_with("IfExists") || operator.starts_with("ForAllValues:");
    !lax && operator != "Null" && !operator.contains("Not")
}

fn members(node: &Node) -> &[Member] {
    match &node.value {
        Json::Object(members) => members,
        _ => &[],
    }
}

fn member<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    members(node).iter().find(|m| m.key == key).map(|m| &m.node)
}

fn texts(node: &Node) -> Vec<(&Node, &str)> {
    let nodes = match &node.value {
        Json::List(nodes) => nodes.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let text = |node| match node {
        &Node {
            value: Json::Text(ref text),
            ..
        } => Some((node, text.as_str())),
        _ => None,
    };
    nodes.iter().filter_map(text).collect()
}

/// The size that IAM and Organizations take by default, and whether white space counts: `reference_iam-quotas`,
/// `orgs_reference_limits`.
fn quota(kind: Kind) -> Option<(usize, bool)> {
    match kind {
        Kind::Identity | Kind::Boundary => Some((6_144, false)),
        Kind::Trust | Kind::Session => Some((2_048, false)),
        Kind::ServiceControl | Kind::ResourceControl => Some((5_120, true)),
        Kind::Resource | Kind::Endpoint => None,
    }
}

impl<'a> Linter<'a> {
    fn add(&mut self, code: &'static str, node: &Node, text: impl Into<String>) {
        let severity = if code.starts_with("POL-S") {
            Severity::Suggestion
        } else {
            Severity::Warning
        };
        self.found.push(Finding {
            code,
            severity,
            at: Position::of(self.text, node.at),
            text: text.into(),
        });
    }

    fn document(&mut self, root: &'a Node, document: &Document) {
        if member(root, "Version").is_none() {
            self.add(
                "POL-W001",
                root,
                "no Version: \"2008-10-17\" is meant, in which variables such as ${aws:username} are plain text; \
                 write \"Version\": \"2012-10-17\"",
            );
        }
        if let Some((most, blanks)) = quota(self.kind) {
            let size = if blanks {
                self.text.len()
            } else {
                document.size()
            };
            if size > most {
                let text = format!(
                    "{size} characters: more than the {most} that a policy of this kind may have by default"
                );
                self.add("POL-W002", root, text);
            }
        }
        let Some(statements) = member(root, "Statement") else {
            return;
        };
        let nodes = match &statements.value {
            Json::List(nodes) => nodes.as_slice(),
            _ => std::slice::from_ref(statements),
        };
        for node in nodes {
            let effect = member(node, "Effect").map(|node| &node.value);
            let statement = Statement {
                node,
                allows: matches!(effect, Some(Json::Text(text)) if text == "Allow"),
            };
            self.actions(&statement);
            self.resources(&statement);
            self.conditions(&statement);
            self.principals(&statement);
            if self.kind == Kind::Trust {
                self.trust(&statement);
            }
        }
    }

    fn actions(&mut self, statement: &Statement<'a>) {
        let everywhere = statement
            .texts("Resource")
            .iter()
            .any(|(_, text)| *text == "*");
        if let Some(node) = statement.get("NotAction").filter(|_| statement.allows) {
            self.add(
                "POL-W003",
                node,
                "Allow with NotAction allows every other action of every service, and those of services to come",
            );
        }
        for key in ["Action", "NotAction"] {
            for (node, text) in statement.texts(key) {
                let name = text.split_once(':').map_or("", |(_, name)| name);
                let sound =
                    |c: char| c.is_ascii_alphanumeric() || matches!(c, '*' | '?' | '-' | '_');
                if text != "*" && (name.is_empty() || !name.chars().all(sound)) {
                    let text = format!("no action is called \"{text}\", so this matches nothing");
                    self.add("POL-W004", node, text);
                }
            }
        }
        if !statement.allows || !everywhere {
            return;
        }
        for (node, text) in statement.texts("Action") {
            let bare = statement.get("Condition").is_none();
            if matches!(text, "*" | "*:*") && bare && self.kind == Kind::Identity {
                self.add(
                    "POL-S001",
                    node,
                    "everything is allowed everywhere: name what is needed, or use this for administrators alone",
                );
            } else if passes_roles(text) && !statement.asks_for(&["iam:passedtoservice"]) {
                self.add(
                    "POL-W005",
                    node,
                    "every role may be passed to every service: name the roles, or ask for iam:PassedToService",
                );
            }
        }
    }

    fn resources(&mut self, statement: &Statement<'a>) {
        for key in ["Resource", "NotResource"] {
            for (node, text) in statement.texts(key) {
                let parts = split(text, 6, true);
                if text != "*" && parts.len() < 6 {
                    let text = format!(
                        "\"{text}\" has {} fields of six: the others are taken as *",
                        parts.len()
                    );
                    self.add("POL-W006", node, text);
                }
                if parts.iter().take(5).any(|part| part.contains("${")) {
                    self.add(
                        "POL-W007",
                        node,
                        "variables count after the fifth colon only: before it this is plain text and matches nothing",
                    );
                }
            }
        }
        if let Some(node) = statement.get("NotResource").filter(|_| statement.allows) {
            self.add(
                "POL-W008",
                node,
                "Allow with NotResource allows every other resource, in every account",
            );
        }
    }

    fn conditions(&mut self, statement: &Statement<'a>) {
        for (operator, key, member) in statement.conditions() {
            if statement.allows && operator.starts_with("ForAllValues:") {
                let sure = statement
                    .conditions()
                    .any(|(operator, other, _)| operator == "Null" && other == key);
                if !sure {
                    let text = format!(
                        "ForAllValues: is met by a request without {key}: add \"Null\": {{\"{key}\": \"false\"}}"
                    );
                    self.add("POL-W009", &member.node, text);
                }
            }
            let plain = operator.ends_with("Equals") || operator.ends_with("EqualsIfExists");
            if plain && operator.contains("String") {
                for (node, text) in texts(&member.node) {
                    if text
                        .replace("${*}", "")
                        .replace("${?}", "")
                        .contains(['*', '?'])
                    {
                        let text = format!(
                            "{operator} knows no wildcards: use StringLike, or ${{*}} if it is meant literally"
                        );
                        self.add("POL-W010", node, text);
                    }
                }
            }
        }
    }

    fn principals(&mut self, statement: &Statement<'a>) {
        if let Some(node) = statement.get("NotPrincipal") {
            if statement.allows {
                self.add(
                    "POL-W011",
                    node,
                    "Allow with NotPrincipal allows everybody else, even who has not signed in",
                );
            } else {
                self.add(
                    "POL-S002",
                    node,
                    "NotPrincipal with Deny must name account, role and session alike, and denies all who have a permissions \
                     boundary: ask for aws:PrincipalArn with ArnNotEquals instead",
                );
            }
        }
        let public = statement.get("Principal").filter(|node| everyone(node));
        if let Some(node) = public
            && statement.allows
            && self.kind == Kind::Resource
            && statement.get("Condition").is_none()
        {
            self.add(
                "POL-W012",
                node,
                "everybody is allowed, even who has not signed in: add a Condition",
            );
        }
    }
}

/// Whether a principal is `"*"` or contains `"AWS": "*"`.
fn everyone(node: &Node) -> bool {
    let star = |node: &Node| texts(node).iter().any(|(_, text)| *text == "*");
    star(node) || member(node, "AWS").is_some_and(star)
}

/// Whether an action of a policy is or holds `iam:PassRole`; `*` is told apart, as administration.
fn passes_roles(action: &str) -> bool {
    action != "*"
        && action != "*:*"
        && crate::action::ActionPattern::new(action).matches("iam:passrole", &crate::Context::new())
}

#[cfg(test)]
mod tests;
