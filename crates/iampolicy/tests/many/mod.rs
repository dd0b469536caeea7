//! Policies for measuring: one simple one, and a thousand statements over twenty, of which only the last fits.

use iampolicy::{Context, Document, Kind, Malformed};

/// Policies, statements in each.
const POLICIES: usize = 20;
const STATEMENTS: usize = 50;

/// A policy as people write it: own folder, with MFA.
pub(crate) fn simple() -> Result<Document, Malformed> {
    let text = r#"{"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"],
        "Resource": "arn:aws:s3:::files/home/${aws:username}/*",
        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}]}"#;
    Document::parse(text, Kind::Identity)
}

/// A thousand statements of every kind; all have to be looked at.
pub(crate) fn thousand() -> Result<Vec<Document>, Malformed> {
    (0..POLICIES)
        .map(|policy| {
            let statements: Vec<String> = (0..STATEMENTS).map(|n| statement(policy, n)).collect();
            let text = format!(
                r#"{{"Version":"2012-10-17","Statement":[{}]}}"#,
                statements.join(",")
            );
            Document::parse(&text, Kind::Identity)
        })
        .collect()
}

fn statement(policy: usize, n: usize) -> String {
    if policy + 1 == POLICIES && n + 1 == STATEMENTS {
        return r#"{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::files/home/${aws:username}/*"}"#.to_owned();
    }
    match n % 5 {
        // Another service.
        0 => format!(
            r#"{{"Effect":"Allow","Action":["ec2:Describe*","ec2:Run{n}"],"Resource":"*"}}"#
        ),
        // The action, another resource.
        1 => format!(
            r#"{{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::other-{policy}-{n}/*"}}"#
        ),
        // Action and resource, another address.
        2 => format!(
            r#"{{"Effect":"Deny","Action":"s3:GetObject","Resource":"*","Condition":{{"IpAddress":{{"aws:SourceIp":"198.51.{n}.0/24"}}}}}}"#
        ),
        // Action and resource, another tag.
        3 => format!(
            r#"{{"Effect":"Deny","Action":"s3:G*t","Resource":"arn:aws:s3:::files/*","Condition":{{"StringLike":{{"aws:PrincipalTag/team":"{policy}-*-{n}"}}}}}}"#
        ),
        // Everything but what is asked.
        _ => r#"{"Effect":"Deny","NotAction":["s3:*","iam:Get*"],"Resource":"*"}"#.to_owned(),
    }
}

/// The facts of a request as a front gathers them.
pub(crate) fn context() -> Context<'static> {
    let mut context = Context::new();
    for (key, value) in [
        ("aws:username", "ann"),
        ("aws:userid", "AIDAEXAMPLEEXAMPLE000"),
        ("aws:PrincipalArn", "arn:aws:iam::111111111111:user/ann"),
        ("aws:PrincipalAccount", "111111111111"),
        ("aws:PrincipalTag/team", "red"),
        ("aws:SourceIp", "203.0.113.9"),
        ("aws:SecureTransport", "true"),
        ("aws:CurrentTime", "2026-11-23T12:00:00Z"),
        ("aws:EpochTime", "1795435200"),
        ("aws:MultiFactorAuthPresent", "true"),
        ("aws:MultiFactorAuthAge", "60"),
        ("aws:RequestedRegion", "eu-west-1"),
    ] {
        context.set(key, value);
    }
    context
}
