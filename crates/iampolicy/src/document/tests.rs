//! Tests of reading documents: what is asked, what is refused, and in which words.

use super::*;

fn refused(text: &str, kind: Kind) -> (&'static str, String) {
    let malformed = Document::parse(text, kind).expect_err(text);
    (malformed.code.id(), malformed.aws_message())
}

fn statement(elements: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{{{elements}}}]}}"#)
}

const SOUND: &str = r#""Effect":"Allow","Action":"s3:GetObject","Resource":"*""#;

#[test]
fn a_sound_policy_of_each_kind() {
    for kind in Kind::ALL {
        let elements = match kind {
            Kind::Trust => r#""Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}"#.to_owned(),
            Kind::Resource | Kind::Endpoint => format!("{SOUND},\"Principal\":\"*\""),
            Kind::ResourceControl => SOUND.replace("Allow", "Deny") + ",\"Principal\":\"*\"",
            _ => SOUND.to_owned(),
        };
        let document = Document::parse(&statement(&elements), kind).unwrap();
        assert_eq!(
            (document.kind(), document.version(), document.len()),
            (kind, Version::V2012, 1)
        );
    }
    let full = statement(r#""Effect":"Allow","Action":"*","Resource":"*","Principal":"*""#);
    assert!(Document::parse(&full, Kind::ResourceControl).is_ok());
    // One statement needs no list, and the elements no order; a version may be missing.
    let single = format!(r#"{{"Statement":{{{SOUND}}}, "Id":"x"}}"#);
    let document = Document::parse(&single, Kind::Identity).unwrap();
    assert_eq!(
        (document.version(), document.id()),
        (Version::V2008, Some("x"))
    );
    assert_eq!(
        document.size(),
        single.chars().filter(|c| *c != ' ').count()
    );
}

#[test]
fn what_aws_says_to_a_policy_that_is_none() {
    let cases = [
        ("[]", "POL-E009", "Syntax errors in policy."),
        ("{}", "POL-E010", "Syntax errors in policy."),
        (
            r#"{"Statement":[]}"#,
            "POL-E010",
            "Syntax errors in policy.",
        ),
        (
            r#"{"Version":"2020-01-01","Statement":[]}"#,
            "POL-E012",
            "Syntax errors in policy.",
        ),
        (r#"{"Statment":[]}"#, "POL-E008", "Syntax errors in policy."),
        (
            r#"{"Statement":[1]}"#,
            "POL-E009",
            "Syntax errors in policy.",
        ),
    ];
    for (text, id, message) in cases {
        assert_eq!(
            refused(text, Kind::Identity),
            (id, message.to_owned()),
            "{text}"
        );
    }
    let types = crate::malformed::IAM_TYPES.join(", ");
    let path = format!("IAM resource path must either be \"*\" or start with {types}.");
    let cases = [
        (
            r#""Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam::1:u*""#,
            "POL-E034",
            path.as_str(),
        ),
        (
            r#""Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam:eu-west-1:1:user/a""#,
            "POL-E035",
            "IAM resource arn:aws:iam:eu-west-1:1:user/a cannot contain region information.",
        ),
        (
            r#""Action":"s3:*","Resource":"*""#,
            "POL-E010",
            "Syntax errors in policy.",
        ),
        (
            r#""Effect":"allow","Action":"s3:*","Resource":"*""#,
            "POL-E013",
            "The policy failed legacy parsing",
        ),
        (
            r#""Effect":"Allow","Resource":"*""#,
            "POL-E014",
            "Policy statement must contain actions.",
        ),
        (
            r#""Effect":"Allow","Action":[],"Resource":"*""#,
            "POL-E014",
            "Policy statement must contain actions.",
        ),
        (
            r#""Effect":"Allow","Action":"s3:*""#,
            "POL-E015",
            "Policy statement must contain resources.",
        ),
        (
            r#""Effect":"Allow","Action":"s3:*","NotAction":"a:b","Resource":"*""#,
            "POL-E011",
            "Syntax errors in policy.",
        ),
        (
            r#""Effect":"Allow","Action":"Get","Resource":"*""#,
            "POL-E016",
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        ),
        (
            r#""Effect":"Allow","Action":"a:b:c","Resource":"*""#,
            "POL-E017",
            "Actions/Condition can contain only one colon.",
        ),
        (
            r#""Effect":"Allow","Action":"a b:c","Resource":"*""#,
            "POL-E018",
            "Vendor a b is not valid",
        ),
        (
            r#""Effect":"Allow","Action":"s3:*","Resource":"bucket""#,
            "POL-E019",
            "Resource bucket must be in ARN format or \"*\".",
        ),
        (
            r#""Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3::b""#,
            "POL-E020",
            "The policy failed legacy parsing",
        ),
        (
            r#""Effect":"Allow","Action":"s3:*","Resource":"arn:x:s3:::b""#,
            "POL-E021",
            "Partition \"x\" is not valid for resource \"arn:x:s3:::b\".",
        ),
        (
            r#""Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*""#,
            "POL-E022",
            "Policy document should not specify a principal.",
        ),
        (
            r#""Effect":"Allow","Action":"s3:*","Resource":"*","Sid":"a b""#,
            "POL-E030",
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
        ),
        (
            r#""Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Equals":{"a":"b"}}"#,
            "POL-E031",
            "Syntax errors in policy.",
        ),
        (
            r#""Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"a":"b"}}"#,
            "POL-E032",
            "Syntax errors in policy.",
        ),
        (
            r#""Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"a":"true","A":"true"}}"#,
            "POL-E007",
            "Syntax errors in policy.",
        ),
        (
            r#""Effect":"Allow","Action":"s3:*","Resource":null"#,
            "POL-E009",
            "Syntax errors in policy.",
        ),
        (
            r#""Effect":"Allow","Effect":"Deny","Action":"s3:*","Resource":"*""#,
            "POL-E007",
            "Syntax errors in policy.",
        ),
    ];
    for (elements, id, message) in cases {
        assert_eq!(
            refused(&statement(elements), Kind::Identity),
            (id, message.to_owned()),
            "{elements}"
        );
    }
}

#[test]
fn what_a_trust_policy_may_not_have() {
    let assume = r#""Effect":"Allow","Action":"sts:AssumeRole""#;
    for (elements, id, message) in [
        (
            assume.to_owned(),
            "POL-E023",
            "Missing required field Principal",
        ),
        (
            format!("{assume},\"Principal\":{{\"AWS\":\"*\"}},\"Resource\":\"*\""),
            "POL-E025",
            "Has prohibited field Resource",
        ),
        (
            format!("{assume},\"Principal\":\"Ann\""),
            "POL-E024",
            "Invalid principal in policy: \"AWS\":\"Ann\"",
        ),
        (
            format!("{assume},\"NotPrincipal\":{{\"AWS\":\"111111111111\"}}"),
            "POL-E027",
            "Has prohibited field NotPrincipal",
        ),
        (
            r#""Effect":"Allow","Action":"s3:*","Principal":"*""#.to_owned(),
            "POL-E026",
            "AssumeRole policy may only specify STS AssumeRole actions.",
        ),
    ] {
        assert_eq!(
            refused(&statement(&elements), Kind::Trust),
            (id, message.to_owned()),
            "{elements}"
        );
    }
}

#[test]
fn places_are_told() {
    let text = "{\"Statement\": [\n  {\"Effect\": \"Allow\",\n   \"Action\": \"é:b\", \"Resource\": \"*\"}]}";
    let malformed = Document::parse(text, Kind::Identity).unwrap_err();
    assert_eq!((malformed.at.line, malformed.at.column), (3, 14));
    assert_eq!(
        malformed.to_string(),
        "3:14: no service can be called \"é\" (POL-E018)"
    );
    let malformed = Document::parse_bytes(b"{\n\xff}", Kind::Identity).unwrap_err();
    assert_eq!(
        (malformed.code.id(), malformed.at.line, malformed.at.column),
        ("POL-E002", 2, 1)
    );
}

#[test]
fn a_simulation_takes_what_matches_nothing() {
    let lenient = |elements: &str, kind| Document::read(&statement(elements), kind).is_ok();
    assert!(lenient(
        r#""Effect":"Allow","Action":"s3: x","Resource":"bucket","Principal":"*""#,
        Kind::Identity
    ));
    assert!(lenient(
        r#""Effect":"Allow","Action":"s3:x","Resource":"*""#,
        Kind::Resource
    ));
    assert!(lenient(
        r#""Effect":"Allow","Action":"s3:x","Resource":"*""#,
        Kind::Trust
    ));
    assert!(!lenient(
        r#""Effect":"Allow","Action":"s3:x","Resource":"*","Condition":{"Like":{}}"#,
        Kind::Identity
    ));
    assert!(!lenient(
        r#""Effect":"Allow","Action":"s3:x","Action":"s3:x""#,
        Kind::Identity
    ));
}

#[test]
fn keys_are_gathered() {
    let text = statement(
        r#""Effect":"Allow","Action":"s3:x","Resource":"arn:aws:s3:::b/${aws:UserName}","Condition":{"StringLike":{"s3:Prefix":"${aws:userid}/*"},"Bool":{"aws:SecureTransport":true}}"#,
    );
    let document = Document::parse(&text, Kind::Identity).unwrap();
    assert_eq!(
        document.context_keys(),
        [
            "aws:securetransport",
            "aws:userid",
            "aws:username",
            "s3:prefix"
        ]
    );
}
