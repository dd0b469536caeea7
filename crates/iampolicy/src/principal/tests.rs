//! Tests of callers and of those whom policies name.

use super::*;

const SESSION: &str = "arn:aws:sts::111111111111:assumed-role/Dev/ann";
const ROLE: &str = "arn:aws:iam::111111111111:role/team/Dev";
const USER: &str = "arn:aws:iam::111111111111:user/Ann";

fn naming(kind: &str, text: &str, caller: &Caller<'_>) -> Naming {
    Named::new(kind, text, true).unwrap().naming(caller)
}

#[test]
fn callers_are_named_more_or_less_directly() {
    let session = Caller::role_session(SESSION, ROLE, "AROAAAAAAAAAAAAAAAAAA");
    assert_eq!(naming("AWS", SESSION, &session), Naming::Own);
    assert_eq!(naming("AWS", ROLE, &session), Naming::Base);
    assert_eq!(
        naming("AWS", "arn:aws:iam::111111111111:role/Dev", &session),
        Naming::Not
    );
    assert_eq!(
        naming("AWS", "AROAAAAAAAAAAAAAAAAAA", &session),
        Naming::Base
    );
    assert_eq!(naming("AWS", "111111111111", &session), Naming::Account);
    assert_eq!(
        naming("AWS", "arn:aws:iam::111111111111:root", &session),
        Naming::Account
    );
    assert_eq!(naming("AWS", "222222222222", &session), Naming::Not);
    assert_eq!(naming("AWS", "*", &session), Naming::Own);
    let user = Caller::user(USER, "AIDAAAAAAAAAAAAAAAAAA");
    assert_eq!(naming("AWS", USER, &user), Naming::Own);
    assert_eq!(naming("AWS", "AIDAAAAAAAAAAAAAAAAAA", &user), Naming::Own);
    // A user of the same name that was made anew.
    assert_eq!(naming("AWS", "AIDABBBBBBBBBBBBBBBBB", &user), Naming::Not);
    let root = Caller::root("arn:aws:iam::111111111111:root");
    assert_eq!(naming("AWS", "111111111111", &root), Naming::Own);
    assert_eq!(
        naming(
            "Service",
            "ec2.amazonaws.com",
            &Caller::service("ec2.amazonaws.com")
        ),
        Naming::Own
    );
    assert_eq!(naming("AWS", "*", &Caller::anonymous()), Naming::Own);
    assert_eq!(
        naming("AWS", "111111111111", &Caller::anonymous()),
        Naming::Not
    );
    let token = Caller::federated("accounts.google.com");
    assert_eq!(
        naming("Federated", "accounts.google.com", &token),
        Naming::Own
    );
    assert_eq!(naming("AWS", "*", &token), Naming::Not);
    assert_eq!(
        naming("Service", "accounts.google.com", &token),
        Naming::Not
    );
}

#[test]
fn what_stands_behind_a_session_is_guessed_from_its_name_alone_if_need_be() {
    let session = Caller::from_arn(SESSION).unwrap();
    assert_eq!(naming("AWS", ROLE, &session), Naming::Base);
    assert_eq!(
        naming("AWS", "arn:aws:iam::222222222222:role/Dev", &session),
        Naming::Not
    );
    assert_eq!(
        naming("AWS", "arn:aws:iam::111111111111:user/Dev", &session),
        Naming::Not
    );
    assert!(Caller::from_arn("arn:aws:iam::111111111111:group/g").is_none());
    assert!(Caller::from_arn("nonsense").is_none());
    assert!(Caller::from_arn("arn:aws:s3:::b").is_none());
}

#[test]
fn not_principal_is_careful_both_ways() {
    let not = |texts: &[&str]| Principals {
        not: true,
        named: texts
            .iter()
            .map(|t| Named::new("AWS", t, true).unwrap())
            .collect(),
    };
    let session = Caller::role_session(SESSION, ROLE, "AROAAAAAAAAAAAAAAAAAA");
    assert_eq!(not(&[USER]).naming(&session, true), Naming::Own);
    assert_eq!(not(&[ROLE]).naming(&session, true), Naming::Not);
    assert_eq!(not(&["111111111111"]).naming(&session, true), Naming::Not);
    assert_eq!(not(&[ROLE]).naming(&session, false), Naming::Own);
    assert_eq!(not(&[SESSION, ROLE]).naming(&session, false), Naming::Not);
}

#[test]
fn what_is_no_principal_is_refused() {
    for text in [
        "",
        "Ann",
        "arn:aws:iam::111111111111:user/*",
        "arn:aws:iam::111111111111:group/g",
        "arn:aws:s3:::b",
        "1234",
    ] {
        assert!(Named::new("AWS", text, true).is_err(), "{text}");
    }
    assert!(Named::new("Service", "*", true).is_err());
    assert!(Named::new("Google", "x", true).is_err());
    // In a simulation it merely names nobody.
    let user = Caller::user(USER, "AIDAAAAAAAAAAAAAAAAAA");
    let any = Named::new("AWS", "arn:aws:iam::111111111111:user/*", false).unwrap();
    assert_eq!(any.naming(&user), Naming::Not);
}
