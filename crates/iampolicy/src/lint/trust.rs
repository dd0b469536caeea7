//! Advice about trust policies: whom somebody else could make act for them.

use super::{Linter, Statement, everyone, members, texts};

/// Keys of which one keeps strangers of another account out.
const OURS: &[&str] = &[
    "sts:externalid",
    "aws:principalorgid",
    "aws:principalorgpaths",
];
/// Keys of which one says for whom a service may ask.
const FOR_WHOM: &[&str] = &[
    "aws:sourcearn",
    "aws:sourceaccount",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
];

impl<'a> Linter<'a> {
    /// Looks at whom a statement of a trust policy lets in.
    pub(super) fn trust(&mut self, statement: &Statement<'a>) {
        let Some(principal) = statement.get("Principal").filter(|_| statement.allows) else {
            return;
        };
        if everyone(principal) && !statement.asks_for(OURS) {
            self.add(
                "POL-W013",
                principal,
                "anybody in any account may assume this role: ask for aws:PrincipalOrgID or sts:ExternalId",
            );
        }
        for kind in members(principal) {
            for (node, text) in texts(&kind.node) {
                match kind.key.as_str() {
                    "AWS" if text != "*" => self.account(statement, node, text),
                    "Service" if !statement.asks_for(FOR_WHOM) => self.add(
                        "POL-W015",
                        node,
                        format!("{text} may assume this role for anybody: ask for aws:SourceArn or aws:SourceAccount"),
                    ),
                    "Federated" => self.issuer(statement, node, text),
                    _ => {}
                }
            }
        }
    }

    fn account(&mut self, statement: &Statement<'a>, node: &crate::json::Node, text: &str) {
        let named = crate::arn::account(text).unwrap_or(text);
        // What is left of a deleted principal has no account, and lets nobody in.
        let foreign = named.bytes().all(|b| b.is_ascii_digit()) && self.account != Some(named);
        if !foreign || statement.asks_for(OURS) {
            return;
        }
        let advice = "ask for sts:ExternalId or aws:PrincipalOrgID, so that it cannot be made to act for somebody else";
        match self.account {
            Some(_) => self.add(
                "POL-W014",
                node,
                format!("account {named} is foreign: {advice}"),
            ),
            None => self.add(
                "POL-S003",
                node,
                format!("if account {named} is foreign, {advice}"),
            ),
        }
    }

    fn issuer(&mut self, statement: &Statement<'a>, node: &crate::json::Node, text: &str) {
        // A provider of SAML is named by its own ARN and has no such keys.
        if text.contains(":saml-provider/") {
            return;
        }
        let host = text
            .split_once(":oidc-provider/")
            .map_or(text, |(_, host)| host);
        let host = host.to_lowercase();
        for claim in ["aud", "sub"] {
            let key = format!("{host}:{claim}");
            if !statement.asks_for(&[&key]) {
                let text = format!("a token for anybody will do: ask for {key}");
                self.add("POL-W016", node, text);
            }
        }
    }
}
