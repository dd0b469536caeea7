use serde_json::{Value as Json, json};

use super::*;
use crate::protocol::rest_json;
use crate::value::{Sensitive, Timestamp};
use crate::{cloudtrail, signin};

const TARGET: &str = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents";

fn lookup(body: &str) -> Result<cloudtrail::LookupEventsInput, WireError> {
    input(named(&cloudtrail::SERVICE, TARGET)?, body.as_bytes())?.read()
}

fn body(reply: &Reply) -> Json {
    serde_json::from_slice(&reply.body).unwrap()
}

#[test]
fn an_object_is_read() {
    let input = lookup(
        r#"{"LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":"CreateUser"}],"StartTime":1767323045.25,"EndTime":1767323046,
           "MaxResults":7,"EventCategory":null,"Unknown":{"a":[1,2]}}"#,
    )
    .unwrap();
    let [attribute] = input.lookup_attributes.as_slice() else {
        panic!("{input:?}")
    };
    assert_eq!(
        (attribute.attribute_key, attribute.attribute_value.as_str()),
        (cloudtrail::LookupAttributeKey::EventName, "CreateUser")
    );
    assert_eq!(
        input.start_time,
        Some(Timestamp::from_millis(1_767_323_045_250))
    );
    assert_eq!(
        (input.end_time, input.max_results),
        (Some(Timestamp::from_millis(1_767_323_046_000)), Some(7))
    );
    assert_eq!(
        lookup("").unwrap(),
        cloudtrail::LookupEventsInput::default()
    );
}

#[test]
fn what_does_not_fit_is_no_input() {
    for (wrong, said) in [
        ("{", ""),
        ("[]", "Start of list found where not expected"),
        ("{} x", ""),
        ("null", "Unexpected end of the request"),
        ("null x", ""),
        (
            r#"{"MaxResults":"7"}"#,
            "STRING_VALUE can not be converted to a Integer",
        ),
        (
            r#"{"MaxResults":7.0}"#,
            "NUMBER_VALUE can not be converted to a Integer",
        ),
        (
            r#"{"MaxResults":2147483648}"#,
            "NUMBER_VALUE can not be converted to a Integer",
        ),
        (
            r#"{"NextToken":true}"#,
            "TRUE_VALUE can not be converted to a String",
        ),
        (
            r#"{"NextToken":{}}"#,
            "Start of structure or map found where not expected.",
        ),
        (
            r#"{"StartTime":"yesterday"}"#,
            "STRING_VALUE can not be converted to a Timestamp",
        ),
        (
            r#"{"StartTime":1e300}"#,
            "NUMBER_VALUE can not be converted to a Timestamp",
        ),
        (
            r#"{"MaxResults":1,"MaxResults":2}"#,
            "A member is given twice",
        ),
        ("{\"NextToken\":\"\\uD800\"}", ""),
        ("{\"NextToken\":\"\\u0000", ""),
    ] {
        let error = lookup(wrong).unwrap_err();
        assert_eq!(
            (error.code.as_ref(), error.message.as_ref()),
            ("SerializationException", said),
            "{wrong}"
        );
    }
    assert_eq!(
        lookup(&"[".repeat(100_000)).unwrap_err().code,
        "SerializationException"
    );
    let deep = format!("{{\"x\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(
        lookup(&deep).unwrap(),
        cloudtrail::LookupEventsInput::default()
    );
}

#[test]
fn constraints_hold_here_too() {
    let error = lookup(r#"{"MaxResults":51,"EventCategory":"other"}"#).unwrap_err();
    assert_eq!(error.code, "ValidationException");
    assert_eq!(
        error.message,
        "2 validation errors detected: Value 'other' at 'eventCategory' failed to satisfy constraint: Member must satisfy enum value set: \
         [insight]; Value '51' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 50"
    );
}

#[test]
fn only_this_services_targets_are_known() {
    for wrong in [
        "",
        "LookupEvents",
        "CloudTrail_20131101.LookupEvents",
        "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.Other",
    ] {
        let error = named(&cloudtrail::SERVICE, wrong).unwrap_err();
        assert_eq!(
            (error.status, error.code.as_ref()),
            (404, "UnknownOperationException")
        );
    }
}

#[test]
fn outputs_and_refusals_are_written() {
    let event = cloudtrail::Event {
        event_id: Some("1".to_owned()),
        event_time: Some(Timestamp::from_millis(1_767_323_045_007)),
        ..Default::default()
    };
    let output = cloudtrail::LookupEventsOutput {
        events: vec![event],
        ..Default::default()
    };
    let reply = reply(cloudtrail::Op::LookupEvents.operation(), output);
    assert_eq!(reply.content_type, "application/x-amz-json-1.1");
    assert_eq!(
        String::from_utf8(reply.body).unwrap(),
        r#"{"Events":[{"EventId":"1","EventTime":1767323045.007}]}"#
    );
    let refused = refusal(&WireError::new(
        400,
        "ThrottlingException",
        "Rate \"exceeded\"",
    ));
    assert_eq!(refused.error_type.as_deref(), Some("ThrottlingException"));
    assert_eq!(
        body(&refused),
        json!({"__type": "ThrottlingException", "Message": "Rate \"exceeded\""})
    );
}

#[test]
fn paths_and_their_parameters_name_the_operation() {
    let named = |path: &str, query: &str| {
        rest_json::named(&signin::SERVICE, path, query)
            .map(|operation| signin::Op::of(operation).unwrap())
    };
    assert_eq!(named("/v1/token", ""), Ok(signin::Op::CreateOAuth2Token));
    assert_eq!(
        named("/v1/token", "x-amz-client-auth-method=iam"),
        Ok(signin::Op::CreateOAuth2TokenWithIAM)
    );
    assert_eq!(
        named("/v1/token", "a=b&x-amz-oauth-token-method=token-exchange"),
        Ok(signin::Op::CreateOAuth2TokenWithTokenExchange)
    );
    assert_eq!(named("/v1/introspect", "").unwrap_err().status, 404);
    assert_eq!(named("/v1/other", "").unwrap_err().status, 404);
}

#[test]
fn a_payload_is_the_whole_body() {
    let call = |body: &str| {
        rest_json::input(signin::Op::CreateOAuth2Token.operation(), body.as_bytes())?
            .read::<signin::CreateOAuth2TokenInput>()
    };
    let input = call(
        r#"{"clientId":"arn:aws:signin:::devtools/same-device","grantType":"authorization_code","code":"abc","codeVerifier":"x"}"#,
    );
    let error = input.unwrap_err();
    assert!(
        error.message.contains("'tokenInput.codeVerifier'"),
        "{}",
        error.message
    );
    let input = call(r#"{"clientId":"arn:aws:signin:::devtools/same-device","grantType":"refresh_token","refreshToken":"ASORabc"}"#).unwrap();
    assert_eq!(
        input.token_input.client_id,
        "arn:aws:signin:::devtools/same-device"
    );
    let token = signin::AccessToken {
        access_key_id: Sensitive::new("ASIA".to_owned()),
        secret_access_key: Sensitive::new("geheim".to_owned()),
        session_token: Sensitive::new("token".to_owned()),
    };
    let token_output = signin::CreateOAuth2TokenResponseBody {
        access_token: token,
        token_type: "urn:aws:params:oauth:token-type:access_token_sigv4".to_owned(),
        expires_in: 900,
        refresh_token: Sensitive::new("ASOR".to_owned()),
        id_token: None,
    };
    let reply = rest_json::reply(
        signin::Op::CreateOAuth2Token.operation(),
        signin::CreateOAuth2TokenOutput { token_output },
    );
    assert_eq!(
        body(&reply),
        json!({
            "accessToken": {"accessKeyId": "ASIA", "secretAccessKey": "geheim", "sessionToken": "token"},
            "tokenType": "urn:aws:params:oauth:token-type:access_token_sigv4",
            "expiresIn": 900,
            "refreshToken": "ASOR",
        })
    );
    let refused = rest_json::refusal(
        &WireError::new(400, "AccessDeniedException", "No.").with("error", "TOKEN_EXPIRED"),
    );
    assert_eq!(
        body(&refused),
        json!({"error": "TOKEN_EXPIRED", "message": "No."})
    );
    assert_eq!(
        (refused.error_type.as_deref(), refused.content_type),
        (Some("AccessDeniedException"), "application/json")
    );
}
