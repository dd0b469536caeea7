//! Tests of what the table of cases cannot say: who decided, and in which words.

use super::*;

const USER: &str = "arn:aws:iam::111111111111:user/ann";
const OBJECT: &str = "arn:aws:s3:::b/k";

fn document(kind: Kind, statements: &str) -> Document {
    Document::read(
        &format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#),
        kind,
    )
    .unwrap()
}

fn ask<'p>(policies: &Policies<'p>, account: &str) -> Decision<'p> {
    let context = Context::new();
    let caller = Caller::user(USER, "AIDAAAAAAAAAAAAAAAAAA");
    evaluate(
        &Request::new(caller, "s3:GetObject", OBJECT, account, &context),
        policies,
    )
}

#[test]
fn the_statement_that_decided_is_named() {
    let mixed = document(
        Kind::Identity,
        r#"{"Effect":"Allow","Action":"ec2:*","Resource":"*"},{"Sid":"Get","Effect":"Allow","Action":"s3:*","Resource":"*"}"#,
    );
    let guard = document(
        Kind::ServiceControl,
        r#"{"Sid":"NoGet","Effect":"Deny","Action":"s3:Get*","Resource":"*"}"#,
    );
    let identity = [Attached {
        name: "mixed",
        document: &mixed,
    }];
    let mut policies = Policies {
        identity: &identity,
        ..Policies::default()
    };
    let Decision::Allowed {
        by: Grant::Statement(by),
    } = ask(&policies, "111111111111")
    else {
        panic!("allowed")
    };
    assert_eq!(
        (by.policy_type, by.policy, by.statement, by.sid),
        (PolicyType::Identity, "mixed", 1, Some("Get"))
    );
    assert_eq!(
        ask(&policies, "111111111111").to_string(),
        "allowed by identity-based policy mixed, statement 1 (Get)"
    );

    let arn = "arn:aws:organizations::111111111111:policy/o-1/service_control_policy/p-1";
    let attached = [Attached {
        name: arn,
        document: &guard,
    }];
    let levels = [Level {
        name: "r-1",
        policies: &attached,
    }];
    policies.service_control = &levels;
    let denied = ask(&policies, "111111111111");
    assert_eq!(
        denied.to_string(),
        format!("denied by service control policy {arn} at r-1, statement 0 (NoGet)")
    );
    assert_eq!(
        denied.message(USER, "s3:GetObject", Some(OBJECT)).unwrap(),
        format!(
            "User: {USER} is not authorized to perform: s3:GetObject on resource: {OBJECT} with an explicit deny in a service control policy: {arn}"
        )
    );
}

#[test]
fn what_lacks_an_allow_is_named() {
    let all = document(
        Kind::Identity,
        r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#,
    );
    let none = document(
        Kind::Identity,
        r#"{"Effect":"Allow","Action":"ec2:*","Resource":"*"}"#,
    );
    let theirs = document(
        Kind::Resource,
        r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:user/bob"},"Action":"*","Resource":"*"}"#,
    );
    let yes = [Attached {
        name: "yes",
        document: &all,
    }];
    let no = [Attached {
        name: "no",
        document: &none,
    }];
    let levels = [
        Level {
            name: "root",
            policies: &yes,
        },
        Level {
            name: "unit",
            policies: &no,
        },
    ];
    let base = Policies {
        identity: &yes,
        ..Policies::default()
    };
    let cases = [
        (
            Policies {
                identity: &no,
                ..base
            },
            "no identity-based policy allows",
        ),
        (
            Policies {
                boundary: &no,
                ..base
            },
            "no permissions boundary allows",
        ),
        (
            Policies {
                session: Some(&no),
                ..base
            },
            "no session policy allows",
        ),
        (
            Policies {
                session: Some(&[]),
                ..base
            },
            "no session policy allows",
        ),
        (
            Policies {
                service_control: &levels,
                ..base
            },
            "no service control policy allows",
        ),
        (
            Policies {
                endpoint: &no,
                ..base
            },
            "no VPC endpoint policy allows",
        ),
        (
            Policies {
                resource_must_allow: true,
                ..base
            },
            "no resource-based policy allows",
        ),
    ];
    for (policies, words) in cases {
        let tail = ask(&policies, "111111111111").tail("s3:GetObject").unwrap();
        assert_eq!(tail, format!("because {words} the s3:GetObject action"));
    }
    assert_eq!(
        ask(&base, "222222222222"),
        Decision::ImplicitlyDenied {
            missing: PolicyType::Resource
        }
    );
    let resource = Some(Attached {
        name: "theirs",
        document: &theirs,
    });
    let policies = Policies { resource, ..base };
    assert_eq!(
        ask(&policies, "222222222222"),
        Decision::ImplicitlyDenied {
            missing: PolicyType::Resource
        }
    );
    assert!(ask(&policies, "111111111111").is_allowed());
}

#[test]
fn of_two_denials_the_outer_one_is_told() {
    let no = document(
        Kind::Identity,
        r#"{"Effect":"Deny","Action":"*","Resource":"*"}"#,
    );
    let attached = [Attached {
        name: "no",
        document: &no,
    }];
    let levels = [Level {
        name: "root",
        policies: &attached,
    }];
    let mut policies = Policies {
        identity: &attached,
        boundary: &attached,
        session: Some(&attached),
        ..Policies::default()
    };
    let told =
        |policies: &Policies<'_>| ask(policies, "111111111111").tail("s3:GetObject").unwrap();
    assert_eq!(
        told(&policies),
        "with an explicit deny in an identity-based policy"
    );
    policies.resource_control = &levels;
    assert_eq!(
        told(&policies),
        "with an explicit deny in a resource control policy"
    );
    policies.identity = &[];
    policies.resource_control = &[];
    assert_eq!(
        told(&policies),
        "with an explicit deny in a permissions boundary"
    );
}

#[test]
fn a_trust_policy_must_allow_by_itself() {
    let all = document(
        Kind::Identity,
        r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#,
    );
    let trust = |principal: &str| {
        document(
            Kind::Trust,
            &format!(r#"{{"Effect":"Allow","Action":"s3:GetObject","Principal":{principal}}}"#),
        )
    };
    let (other, account, own) = (
        trust(r#"{"AWS":"arn:aws:iam::111111111111:user/bob"}"#),
        trust(r#"{"AWS":"111111111111"}"#),
        trust(r#"{"AWS":"arn:aws:iam::111111111111:user/ann"}"#),
    );
    let identity = [Attached {
        name: "all",
        document: &all,
    }];
    let with = |document, identity| {
        let resource = Some(Attached {
            name: "trust",
            document,
        });
        ask(
            &Policies {
                identity,
                resource,
                ..Policies::default()
            },
            "111111111111",
        )
        .tail("x")
    };
    assert_eq!(
        with(&other, &identity[..]).unwrap(),
        "because no role trust policy allows the x action"
    );
    assert_eq!(with(&account, &identity[..]), None);
    assert_eq!(
        with(&account, &[]).unwrap(),
        "because no identity-based policy allows the x action"
    );
    assert_eq!(with(&own, &[]), None);
}
