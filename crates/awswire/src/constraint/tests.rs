use crate::model::Service;
use crate::protocol::query::{Form, operation};
use crate::{iam, sts};

fn said(service: &'static Service, form: &str) -> String {
    let form = Form::parse(form.as_bytes()).unwrap();
    let error = operation(service, &form).unwrap_err();
    assert_eq!(
        (error.code.as_ref(), error.status),
        ("ValidationError", 400)
    );
    error.message.into_owned()
}

#[test]
fn what_is_wrong_is_worded_as_the_services_do() {
    let long = "x".repeat(65);
    for (form, message) in [
        (
            format!("Action=CreateUser&UserName={long}"),
            format!("1 validation error detected: Value '{long}' at 'userName' failed to satisfy constraint: Member must have length less than or equal to 64"),
        ),
        (
            "Action=CreateUser".to_owned(),
            "1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must not be null".to_owned(),
        ),
        (
            "Action=UpdateAccessKey&AccessKeyId=AKIAIOSFODNN7EXAMPLE&Status=On".to_owned(),
            "1 validation error detected: Value 'On' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive, Expired]".to_owned(),
        ),
        (
            "Action=ListUsers&MaxItems=0".to_owned(),
            "1 validation error detected: Value '0' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1".to_owned(),
        ),
        (
            format!("Action=TagUser&UserName=a&Tags.member.1.Key={long}{long}&Tags.member.1.Value=b"),
            format!("1 validation error detected: Value '{long}{long}' at 'tags.1.member.key' failed to satisfy constraint: Member must have length less than or equal to 128"),
        ),
        (
            "Action=CreateSAMLProvider&Name=a&SAMLMetadataDocument=b".to_owned(),
            "1 validation error detected: Value 'b' at 'sAMLMetadataDocument' failed to satisfy constraint: Member must have length greater than or equal to 1000".to_owned(),
        ),
        (
            "Action=ChangePassword&OldPassword=a&NewPassword=%E6%AB%BB".to_owned(),
            "1 validation error detected: Value '***' at 'newPassword' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u00FF]+".to_owned(),
        ),
        (
            "Action=CreateOpenIDConnectProvider&Url=https://a&ThumbprintList.member.1=ab".to_owned(),
            "1 validation error detected: Value '[ab]' at 'thumbprintList' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 40, Member must have length greater than or equal to 40]".to_owned(),
        ),
    ] {
        assert_eq!(said(&iam::SERVICE, &form), message);
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let message = said(
        &sts::SERVICE,
        "Action=AssumeRole&RoleArn=&RoleSessionName=x+y",
    );
    assert!(message.starts_with("3 validation errors detected: Value '' at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: "));
    assert!(message.contains("; Value '' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20; "));
    assert!(message.ends_with("Value 'x y' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*"));
}

#[test]
fn an_answer_is_not_as_long_as_what_was_sent() {
    let tags: String = (1..=50)
        .map(|n| {
            format!(
                "&Tags.member.{n}.Key=&Tags.member.{n}.Value={}",
                "x".repeat(5_000)
            )
        })
        .collect();
    let message = said(&iam::SERVICE, &format!("Action=TagUser&UserName=a{tags}"));
    assert!(message.starts_with("150 validation errors detected: ") && message.len() < 20_000);
}
