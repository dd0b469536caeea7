use super::*;
use crate::value::{Request as _, Structure, Timestamp};
use crate::{iam, sts};

fn call(service: &'static Service, form: &str) -> Result<(Operation, Input), WireError> {
    operation(service, &Form::parse(form.as_bytes())?)
}

fn iam_input<T: Structure>(rest: &str) -> Result<T, WireError> {
    let name = std::any::type_name::<T>()
        .rsplit("::")
        .next()
        .unwrap()
        .trim_end_matches("Input");
    call(
        &iam::SERVICE,
        &format!("Action={name}&Version=2010-05-08&{rest}"),
    )?
    .1
    .read()
}

fn code<T: std::fmt::Debug>(result: Result<T, WireError>) -> String {
    result.unwrap_err().code.into_owned()
}

#[test]
fn members_lists_and_choices_are_read() {
    let input: iam::CreateUserInput = iam_input(
        "UserName=anna&Tags.member.1.Key=team&Tags.member.1.Value=%E6%AB%BB+%2B&Tags.member.2.Key=a&Tags.member.2.Value=&Unknown.x=1",
    )
    .unwrap();
    assert_eq!((input.user_name.as_str(), input.path), ("anna", None));
    let tags: Vec<_> = input
        .tags
        .iter()
        .map(|tag| (tag.key.as_str(), tag.value.as_str()))
        .collect();
    assert_eq!(tags, [("team", "櫻 +"), ("a", "")]);
    let input: iam::UpdateAccessKeyInput =
        iam_input("AccessKeyId=AKIAIOSFODNN7EXAMPLE&Status=Inactive").unwrap();
    assert_eq!(input.status, iam::StatusType::Inactive);
    let input: iam::ListUsersInput = iam_input("MaxItems=%2B0900").unwrap();
    assert_eq!(input.max_items, Some(900));
    let input: iam::CreateLoginProfileInput =
        iam_input("Password=geheim&PasswordResetRequired=1").unwrap();
    assert!(!format!("{input:?}").contains("geheim"));
    assert_eq!(
        (
            input.password.unwrap().expose().as_str(),
            input.password_reset_required
        ),
        ("geheim", Some(true))
    );
}

#[test]
fn a_list_is_in_the_order_of_its_numbers_and_has_small_gaps() {
    let arns = |rest: &str| {
        let form = format!(
            "Action=SimulateCustomPolicy&Version=2010-05-08&PolicyInputList.member.1=x&{rest}"
        );
        let input: Result<iam::SimulateCustomPolicyInput, _> =
            call(&iam::SERVICE, &form).and_then(|(_, input)| input.read());
        input.map(|input| input.action_names)
    };
    assert_eq!(
        arns("ActionNames.member.2=bbb&ActionNames.member.10=ccc&ActionNames.member.01=aaa")
            .unwrap(),
        ["aaa", "bbb", "ccc"]
    );
    assert_eq!(
        arns("ActionNames.member.11=bbb&ActionNames.member.1=aaa").unwrap(),
        ["aaa", "bbb"]
    );
    assert_eq!(arns("ActionNames=").unwrap(), [""; 0]);
    for wrong in [
        "ActionNames.member.0=aaa",
        "ActionNames.member.-1=aaa",
        "ActionNames.member.+1=aaa",
        "ActionNames.member.12=aaa",
        "ActionNames.member.x=aaa",
        "ActionNames.member.1=aaa&ActionNames.member.01=bbb",
        "ActionNames=aaa",
        "ActionNames.member.1=aaa&ActionNames=",
        "ActionNames.member.99999999999999999999=aaa",
    ] {
        assert_eq!(code(arns(wrong)), "MalformedInput", "{wrong}");
    }
}

#[test]
fn numbers_and_flags_have_one_spelling() {
    for wrong in ["", "+", "1.0", "1e2", " 1", "2147483648", "0x1"] {
        let wrong = wrong.replace('+', "%2B").replace(' ', "%20");
        assert_eq!(
            code(iam_input::<iam::ListUsersInput>(&format!(
                "MaxItems={wrong}"
            ))),
            "MalformedInput",
            "{wrong}"
        );
    }
    for wrong in ["", "True", "yes", "01"] {
        let rest = format!("PasswordResetRequired={wrong}");
        assert_eq!(
            code(iam_input::<iam::CreateLoginProfileInput>(&rest)),
            "MalformedInput",
            "{wrong}"
        );
    }
}

#[test]
fn forms_that_can_be_read_in_two_ways_are_refused() {
    for wrong in [
        "a=%FF",
        "a=%",
        "a=%4",
        "a=%zz",
        "%C3=1",
        "a=1&a=2",
        "a=1&%61=1",
    ] {
        assert_eq!(
            code(Form::parse(wrong.as_bytes())),
            "MalformedInput",
            "{wrong}"
        );
    }
    assert_eq!(code(Form::parse(b"a=\xFF")), "MalformedInput");
    let form = Form::parse(b"b=1&&a=x%3Dy=z&c").unwrap();
    assert_eq!(
        [form.get("a"), form.get("b"), form.get("c"), form.get("d")],
        [Some("x=y=z"), Some("1"), Some(""), None]
    );
}

#[test]
fn an_unknown_action_is_named() {
    let error = call(&iam::SERVICE, "Action=Fly&Version=2010-05-08").unwrap_err();
    assert_eq!((error.code.as_ref(), error.status), ("InvalidAction", 400));
    assert_eq!(
        error.message,
        "Could not find operation Fly for version 2010-05-08"
    );
    let error = call(&iam::SERVICE, "Action=GetUser&Version=2011-06-15").unwrap_err();
    assert_eq!(
        error.message,
        "Could not find operation GetUser for version 2011-06-15"
    );
    assert_eq!(
        code(call(&iam::SERVICE, "Version=2010-05-08")),
        "MissingAction"
    );
}

#[test]
fn a_struct_of_another_operation_is_not_filled() {
    let (_, input) = call(&iam::SERVICE, "Action=GetUser").unwrap();
    assert_eq!(
        code(input.read::<iam::CreateUserInput>()),
        "InternalFailure"
    );
    let (_, input) = call(&iam::SERVICE, "Action=GetAccountSummary").unwrap();
    assert!(input.read::<iam::GetAccountSummaryInput>().is_ok());
}

#[test]
fn outputs_stand_in_their_envelope() {
    let user = iam::User {
        path: "/a&b/".to_owned(),
        user_name: "an<na".to_owned(),
        user_id: "AIDA".to_owned(),
        arn: "arn".to_owned(),
        create_date: Timestamp::from_millis(1_767_323_045_000),
        ..Default::default()
    };
    let output = iam::CreateUserOutput { user: Some(user) };
    let reply = reply(iam::CreateUserInput::OPERATION, output, "id-1");
    assert_eq!((reply.status, reply.content_type), (200, "text/xml"));
    assert_eq!(
        String::from_utf8(reply.body).unwrap(),
        "<CreateUserResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><CreateUserResult><User><Path>/a&amp;b/</Path>\
         <UserName>an&lt;na</UserName><UserId>AIDA</UserId><Arn>arn</Arn><CreateDate>2026-01-02T03:04:05Z</CreateDate></User>\
         </CreateUserResult><ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></CreateUserResponse>"
    );
    let nothing = super::reply(iam::DeleteUserInput::OPERATION, (), "id-2");
    assert_eq!(
        String::from_utf8(nothing.body).unwrap(),
        "<DeleteUserResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><ResponseMetadata><RequestId>id-2</RequestId>\
         </ResponseMetadata></DeleteUserResponse>"
    );
}

#[test]
fn lists_maps_blobs_and_documents_are_written() {
    let text = |reply: Reply| String::from_utf8(reply.body).unwrap();
    let output = iam::ListUsersOutput::default();
    assert!(
        text(reply(iam::Op::ListUsers.operation(), output, "x"))
            .contains("<Users></Users><IsTruncated>false</IsTruncated></ListUsersResult>")
    );
    let output = iam::GetAccountSummaryOutput {
        summary_map: vec![("Users".to_owned(), 3)],
    };
    assert!(
        text(reply(iam::Op::GetAccountSummary.operation(), output, "x"))
            .contains("<SummaryMap><entry><key>Users</key><value>3</value></entry></SummaryMap>")
    );
    let output = iam::GetUserPolicyOutput {
        policy_document: "{\"a\": \"*/é\"}".to_owned(),
        ..Default::default()
    };
    assert!(
        text(reply(iam::Op::GetUserPolicy.operation(), output, "x"))
            .contains("<PolicyDocument>%7B%22a%22%3A%20%22%2A%2F%C3%A9%22%7D</PolicyDocument>")
    );
    let output = iam::GetCredentialReportOutput {
        content: Some(crate::value::Blob(b"user,arn".to_vec())),
        ..Default::default()
    };
    assert!(
        text(reply(iam::Op::GetCredentialReport.operation(), output, "x"))
            .contains("<Content>dXNlcixhcm4=</Content>")
    );
    let output = sts::GetCallerIdentityOutput {
        account: Some("1".to_owned()),
        ..Default::default()
    };
    assert!(text(reply(sts::Op::GetCallerIdentity.operation(), output, "x")).starts_with(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult><Account>1</Account>"
    ));
}

#[test]
fn refusals_stand_in_theirs() {
    let error = WireError::new(
        404,
        "NoSuchEntity",
        "The user with name <x> cannot be found.",
    );
    assert_eq!(
        String::from_utf8(refusal(&iam::SERVICE, &error, "id").body).unwrap(),
        "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>NoSuchEntity</Code>\
         <Message>The user with name &lt;x&gt; cannot be found.</Message></Error><RequestId>id</RequestId></ErrorResponse>"
    );
    let fault = WireError::new(500, "ServiceFailure", "\u{0}");
    let reply = refusal(&sts::SERVICE, &fault, "id");
    assert_eq!(reply.status, 500);
    assert!(
        String::from_utf8(reply.body)
            .unwrap()
            .contains("<Type>Receiver</Type><Code>ServiceFailure</Code><Message>\u{FFFD}<")
    );
}
