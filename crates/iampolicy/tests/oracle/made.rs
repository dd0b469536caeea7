//! Cases made at random, from words so few that they meet each other often.

use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

const ACTIONS: &[&str] = &[
    "s3:GetObject",
    "S3:Get*",
    "s3:*",
    "*",
    "iam:GetUser",
    "iam:*",
    "s3:PutObject",
    "kms:Decrypt",
    "sts:AssumeRole",
    "?3:*",
];
const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/k",
    "arn:aws:s3:::b/${aws:username}/*",
    "arn:aws:s3:::*/k",
    "arn:aws:s3",
    "arn:*:s3:*:*:b*",
    "arn:aws:kms:*:111111111111:key/*",
    "arn:aws:s3:::b/${x:none, 'k'}",
    "arn:aws:s3:::b/${*}",
    "arn:aws:iam::*:role/*",
    "arn:aws:s3:::b/${x:none}",
];
const ASKED: &[&str] = &[
    "arn:aws:s3:::b/k",
    "arn:aws:s3:::b/ann/k",
    "arn:aws:s3:::b/*",
    "*",
    "arn:aws:kms:r:111111111111:key/1",
    "arn:aws:iam::111111111111:role/T",
];
const USER: &str = "arn:aws:iam::111111111111:user/ann";
const ROLE: &str = "arn:aws:iam::111111111111:role/p/Dev";
const SESSION: &str = "arn:aws:sts::111111111111:assumed-role/Dev/ann";
const FEDERATED: &str = "arn:aws:sts::111111111111:federated-user/ann";
const ROOT: &str = "arn:aws:iam::111111111111:root";
const OTHER: &str = "arn:aws:iam::222222222222:user/ann";
const CALLERS: &[&str] = &[
    USER,
    USER,
    SESSION,
    SESSION,
    ROLE,
    FEDERATED,
    ROOT,
    OTHER,
    "sns.amazonaws.com",
    "",
];
const NAMED: &[&str] = &[
    "*",
    USER,
    ROLE,
    SESSION,
    FEDERATED,
    ROOT,
    "111111111111",
    "222222222222",
    OTHER,
];
const KEYS: &[&str] = &[
    "aws:username",
    "x:text",
    "X:Set",
    "x:number",
    "x:date",
    "x:bool",
    "x:ip",
    "x:arn",
    "x:none",
];
const TEXTS: &[&str] = &[
    "ann",
    "Ann",
    "a*",
    "?nn",
    "${aws:username}",
    "${x:none}",
    "${x:none, 'ann'}",
    "${*}",
    "",
    "bob",
];

/// Values that an operator can compare with, by the beginning of its name.
fn values(operator: &str) -> &'static [&'static str] {
    match operator {
        _ if operator.contains("Numeric") => &["1", "2.5", "10", "-3"],
        _ if operator.contains("Date") => &["2026-01-01T00:00:00Z", "2026-06-01", "1767225600"],
        _ if operator.contains("Bool") || operator == "Null" => &["true", "false"],
        _ if operator.contains("IpAddress") => {
            &["10.0.0.0/8", "10.1.2.3", "192.0.2.0/25", "0.0.0.0/0"]
        }
        _ if operator.contains("Arn") => &[
            "arn:aws:s3:::b/*",
            "arn:aws:s3:*:*:?/k",
            "arn:aws:iam::${x:number}:*",
            "*",
            "b/*",
        ],
        _ => TEXTS,
    }
}

const OPERATORS: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateGreaterThanEquals",
    "Bool",
    "IpAddress",
    "NotIpAddress",
    "ArnLike",
    "ArnNotEquals",
    "Null",
];

fn condition() -> impl Strategy<Value = Value> {
    let operator = (
        select(OPERATORS),
        select(&["", "", "ForAllValues:", "ForAnyValue:"][..]),
        any::<bool>(),
    );
    operator.prop_flat_map(|(operator, set, if_exists)| {
        let name = match operator {
            "Null" => operator.to_owned(),
            _ => format!("{set}{operator}{}", if if_exists { "IfExists" } else { "" }),
        };
        (select(KEYS), vec(select(values(operator)), 1..3)).prop_map(move |(key, values)| {
            let value = match &values[..] {
                [one] => json!(one),
                several => json!(several),
            };
            json!({ &name: { key: value } })
        })
    })
}

fn principal() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!("*")),
        vec(select(NAMED), 1..3).prop_map(|named| json!({ "AWS": named })),
        Just(json!({ "Service": "sns.amazonaws.com" })),
        select(NAMED).prop_map(|named| json!({ "AWS": named, "Service": ["sns.amazonaws.com"] })),
    ]
}

/// A statement; `named` gives it a principal.
fn statement(named: bool) -> impl Strategy<Value = Value> {
    let not = || proptest::bool::weighted(0.15);
    let effect = select(&["Allow", "Allow", "Allow", "Deny"][..]);
    let actions = vec(select(ACTIONS), 1..3);
    let resources = vec(select(RESOURCES), 1..3);
    (
        effect,
        not(),
        actions,
        not(),
        resources,
        weighted(0.4, condition()),
        not(),
        principal(),
    )
        .prop_map(
            move |(
                effect,
                not_action,
                actions,
                not_resource,
                resources,
                condition,
                not_principal,
                principal,
            )| {
                let mut elements = Map::new();
                elements.insert("Effect".to_owned(), json!(effect));
                let name =
                    |not: bool, name: &str| format!("{}{name}", if not { "Not" } else { "" });
                elements.insert(name(not_action, "Action"), json!(actions));
                elements.insert(name(not_resource, "Resource"), json!(resources));
                if named {
                    elements.insert(name(not_principal, "Principal"), principal);
                }
                if let Some(condition) = condition {
                    elements.insert("Condition".to_owned(), condition);
                }
                Value::Object(elements)
            },
        )
}

fn policy(named: bool) -> impl Strategy<Value = Value> {
    let version = select(&["2012-10-17", "2012-10-17", "2012-10-17", "2008-10-17"][..]);
    let all = weighted(
        0.3,
        Just(json!({"Effect": "Allow", "Action": "*", "Resource": "*"})),
    );
    (version, all, vec(statement(named), 1..3)).prop_map(move |(version, all, mut statements)| {
        // Without something that allows all, hardly anything ever would be.
        if let Some(mut all) = all {
            if named {
                all["Principal"] = json!("*");
            }
            statements.push(all);
        }
        json!({ "Version": version, "Statement": statements })
    })
}

fn tiers(named: bool) -> impl Strategy<Value = Value> {
    let generous = json!({ "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"} });
    let level = (proptest::bool::weighted(0.8), of(policy(named)));
    vec(level, 0..3).prop_map(move |levels| {
        let levels = levels.into_iter().map(|(open, policy)| {
            let mut policies: Vec<Value> = policy.into_iter().collect();
            if open {
                policies.push(generous.clone());
            }
            json!({ "orgIdentifier": "r", "policies": policies })
        });
        levels.collect()
    })
}

fn context() -> impl Strategy<Value = Value> {
    let known = json!({
        "aws:username": "ann", "x:text": "Ann", "x:set": ["ann", "bob"], "x:number": "2.5", "x:date": "2026-03-01T12:00:00Z",
        "x:bool": "true", "x:ip": "10.1.2.3", "x:arn": "arn:aws:s3:::b/k",
    });
    let other = json!({
        "aws:username": "*", "x:text": "", "x:set": [], "x:number": "10", "x:date": "1767225600", "x:bool": "False",
        "x:ip": "192.0.2.200", "x:arn": "no arn",
    });
    let members = |value: Value| {
        value
            .as_object()
            .unwrap()
            .clone()
            .into_iter()
            .collect::<Vec<_>>()
    };
    let (known, other) = (members(known), members(other));
    let all = known.len();
    (subsequence(known, 0..=all), subsequence(other, 0..3))
        .prop_map(|(known, other)| known.into_iter().chain(other).collect::<Map<_, _>>().into())
}

/// A case: request and policies.
pub(crate) fn case() -> impl Strategy<Value = Value> {
    let request = (
        select(
            &[
                "s3:GetObject",
                "s3:GetObject",
                "iam:GetUser",
                "kms:Decrypt",
                "sts:AssumeRole",
                "sts:GetCallerIdentity",
            ][..],
        ),
        select(CALLERS),
        select(ASKED),
        select(&["111111111111", "111111111111", "222222222222"][..]),
        context(),
    );
    let identity = vec(policy(false), 0..3);
    let rest = (
        weighted(0.6, policy(true)),
        weighted(0.3, policy(false)),
        weighted(0.3, policy(false)),
        weighted(0.2, policy(true)),
    );
    (request, identity, rest, tiers(false), tiers(true)).prop_map(
        |(
            (action, caller, resource, account, context),
            identity,
            (resource_policy, boundary, session, endpoint),
            service,
            control,
        )| {
            let principal = match caller {
                "" => json!({ "type": "Anonymous" }),
                caller => json!(caller),
            };
            json!({
                "request": {
                    "action": action, "principal": principal, "context": context,
                    "resource": { "resource": resource, "accountId": account },
                },
                "identityPolicies": identity,
                "resourcePolicy": resource_policy,
                "sessionPolicy": session,
                "permissionBoundaries": boundary.into_iter().collect::<Vec<_>>(),
                "endpointPolicies": endpoint.into_iter().collect::<Vec<_>>(),
                "serviceControlPolicies": service,
                "resourceControlPolicies": control,
            })
        },
    )
}
