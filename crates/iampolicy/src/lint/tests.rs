//! Tests of the advice: each code has a policy that earns it and one that does not.

use super::*;

fn lint(text: &str, kind: Kind, account: Option<&str>) -> Vec<Finding> {
    super::lint(text.as_bytes(), kind, account)
}

fn codes(kind: Kind, elements: &str) -> Vec<&'static str> {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{{{elements}}}]}}"#);
    lint(&text, kind, Some("111111111111"))
        .iter()
        .map(|finding| finding.code)
        .collect()
}

fn trust(principal: &str, condition: &str) -> Vec<&'static str> {
    let condition = match condition {
        "" => String::new(),
        condition => format!(r#","Condition":{condition}"#),
    };
    codes(
        Kind::Trust,
        &format!(
            r#""Effect":"Allow","Action":"sts:AssumeRole","Principal":{principal}{condition}"#
        ),
    )
}

#[test]
fn what_is_no_policy_is_an_error_and_nothing_else() {
    let found = lint("{\"Statement\": [}", Kind::Identity, None);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].to_string(),
        "1:16: error POL-E001: this is not JSON"
    );
    let unknown = codes(
        Kind::Identity,
        r#""Effect":"Allow","Action":"s3:x","Resource":"*","Condition":{"StringEqual":{"a":"b"}}"#,
    );
    assert_eq!(unknown, ["POL-E031"]);
}

#[test]
fn each_piece_of_advice_has_its_occasion() {
    let cases: &[(&str, &[&str])] = &[
        (
            r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*""#,
            &[],
        ),
        (r#""Effect":"Deny","Action":"*","Resource":"*""#, &[]),
        (
            r#""Effect":"Allow","Action":"*","Resource":"*""#,
            &["POL-S001"],
        ),
        (
            r#""Effect":"Allow","NotAction":"iam:*","Resource":"*""#,
            &["POL-W003"],
        ),
        (r#""Effect":"Deny","NotAction":"iam:*","Resource":"*""#, &[]),
        (
            r#""Effect":"Allow","Action":"s3:GetObject,","Resource":"*""#,
            &["POL-W004"],
        ),
        (
            r#""Effect":"Allow","Action":"iam:Pass*","Resource":"*""#,
            &["POL-W005"],
        ),
        (
            r#""Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}"#,
            &[],
        ),
        (
            r#""Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111111111111:role/app/*""#,
            &[],
        ),
        (
            r#""Effect":"Allow","Action":"s3:x","Resource":"arn:aws:s3""#,
            &["POL-W006"],
        ),
        (
            r#""Effect":"Allow","Action":"s3:x","Resource":"arn:aws:s3::${aws:PrincipalAccount}:b""#,
            &["POL-W007"],
        ),
        (
            r#""Effect":"Allow","Action":"s3:x","Resource":"arn:aws:s3:::${aws:username}""#,
            &[],
        ),
        (
            r#""Effect":"Allow","Action":"s3:x","NotResource":"arn:aws:s3:::b""#,
            &["POL-W008"],
        ),
        (
            r#""Effect":"Allow","Action":"s3:x","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"a"}}"#,
            &["POL-W009"],
        ),
        (
            r#""Effect":"Allow","Action":"s3:x","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"a"},"Null":{"aws:TagKeys":"false"}}"#,
            &[],
        ),
        (
            r#""Effect":"Allow","Action":"s3:x","Resource":"*","Condition":{"StringEquals":{"aws:username":"a*"}}"#,
            &["POL-W010"],
        ),
        (
            r#""Effect":"Allow","Action":"s3:x","Resource":"*","Condition":{"StringEquals":{"aws:username":"a${*}"}}"#,
            &[],
        ),
        (
            r#""Effect":"Allow","Action":"s3:x","Resource":"*","Condition":{"StringLike":{"aws:username":"a*"}}"#,
            &[],
        ),
    ];
    for (elements, expected) in cases {
        assert_eq!(codes(Kind::Identity, elements), *expected, "{elements}");
    }
    let public =
        r#""Effect":"Allow","Action":"s3:x","Resource":"arn:aws:s3:::b","Principal":{"AWS":"*"}"#;
    assert_eq!(codes(Kind::Resource, public), ["POL-W012"]);
    let but_one =
        r#""Effect":"Allow","Action":"s3:x","Resource":"*","NotPrincipal":{"AWS":"111111111111"}"#;
    assert_eq!(codes(Kind::Resource, but_one), ["POL-W011"]);
    assert_eq!(
        codes(Kind::Resource, &but_one.replace("Allow", "Deny")),
        ["POL-S002"]
    );
}

#[test]
fn trust_is_given_to_somebody_in_particular() {
    assert_eq!(trust(r#"{"AWS":"*"}"#, ""), ["POL-W013"]);
    assert_eq!(
        trust(r#""*""#, r#"{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#),
        [""; 0]
    );
    // Whoever leaves the key out passes.
    assert_eq!(
        trust(
            r#""*""#,
            r#"{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-1"}}"#
        ),
        ["POL-W013"]
    );
    assert_eq!(trust(r#"{"AWS":"222222222222"}"#, ""), ["POL-W014"]);
    assert_eq!(
        trust(
            r#"{"AWS":"arn:aws:iam::222222222222:role/x"}"#,
            r#"{"StringEquals":{"sts:ExternalId":"7"}}"#
        ),
        [""; 0]
    );
    assert_eq!(
        trust(r#"{"AWS":"arn:aws:iam::111111111111:role/x"}"#, ""),
        [""; 0]
    );
    assert_eq!(
        trust(r#"{"Service":"sns.amazonaws.com"}"#, ""),
        ["POL-W015"]
    );
    assert_eq!(
        trust(
            r#"{"Service":"sns.amazonaws.com"}"#,
            r#"{"StringEquals":{"aws:SourceAccount":"111111111111"}}"#
        ),
        [""; 0]
    );
    let issuer = r#"{"Federated":"arn:aws:iam::111111111111:oidc-provider/id.example.com/x"}"#;
    assert_eq!(trust(issuer, ""), ["POL-W016", "POL-W016"]);
    assert_eq!(
        trust(issuer, r#"{"StringEquals":{"id.example.com/x:aud":"a"}}"#),
        ["POL-W016"]
    );
    assert_eq!(
        trust(
            issuer,
            r#"{"StringEquals":{"id.example.com/x:aud":"a"},"StringLike":{"id.example.com/x:sub":"b/*"}}"#
        ),
        [""; 0]
    );
    assert_eq!(
        trust(
            r#"{"Federated":"arn:aws:iam::111111111111:saml-provider/x"}"#,
            ""
        ),
        [""; 0]
    );
    let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"222222222222"}}}"#;
    assert_eq!(lint(text, Kind::Trust, None)[0].code, "POL-S003");
}

#[test]
fn version_and_size_are_looked_at() {
    let found = lint(
        r#"{"Statement":{"Effect":"Deny","Action":"s3:x","Resource":"*"}}"#,
        Kind::Identity,
        None,
    );
    assert_eq!(
        (found[0].code, found[0].severity),
        ("POL-W001", Severity::Warning)
    );
    let many = vec![r#""arn:aws:s3:::bucket-of-somebody/*""#; 200].join(",");
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"s3:x","Resource":[{many}]}}}}"#
    );
    assert_eq!(lint(&text, Kind::Identity, None)[0].code, "POL-W002");
    let blanks = " ".repeat(6_000);
    let text = format!(
        r#"{{"Version":"2012-10-17",{blanks}"Statement":{{"Effect":"Deny","Action":"s3:x","Resource":"*"}}}}"#
    );
    assert_eq!(lint(&text, Kind::Identity, None), []);
    assert_eq!(lint(&text, Kind::ServiceControl, None)[0].code, "POL-W002");
}
