//! Requests signed by the vendor's own library, verified by ours: paths, queries, headers and bodies of every sort.

#![expect(clippy::unwrap_used, reason = "what a test has made itself is there")]

use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SessionTokenMode, SignableBody, SignableRequest,
    SignatureLocation, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use awswire::sigv4::{
    Form, Paths, Payload, Presented, Refused, Request, Rules, SigningKey, Verified,
};
use awswire::value::Timestamp;
use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const NOW: u64 = 1_767_323_045;

/// A request and how it is signed.
#[derive(Debug, Clone)]
struct Case {
    path: String,
    query: String,
    header: String,
    body: Vec<u8>,
    token: Option<String>,
    in_query: bool,
    s3: bool,
    unsigned: bool,
}

impl Default for Case {
    fn default() -> Self {
        Self {
            path: "/".to_owned(),
            query: String::new(),
            header: "value".to_owned(),
            body: Vec::new(),
            token: None,
            in_query: false,
            s3: false,
            unsigned: false,
        }
    }
}

struct Signed {
    path: String,
    query: String,
    headers: HeaderMap,
}

impl Case {
    fn sign(&self) -> Signed {
        let identity =
            Credentials::from_keys("AKIAIOSFODNN7EXAMPLE", SECRET, self.token.clone()).into();
        let mut settings = SigningSettings::default();
        settings.session_token_mode = SessionTokenMode::Include;
        if self.s3 {
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        }
        if self.s3 && !self.in_query {
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        if self.in_query {
            settings.signature_location = SignatureLocation::QueryParams;
            settings.expires_in = Some(Duration::from_secs(900));
        }
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region("eu-north-7")
            .name("sts")
            .time(UNIX_EPOCH + Duration::from_secs(NOW))
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let mark = if self.query.is_empty() { "" } else { "?" };
        let address = format!("https://gate.example{}{mark}{}", self.path, self.query);
        let given = [
            ("host", "gate.example"),
            ("x-amz-meta", self.header.as_str()),
            ("content-type", "text/plain"),
        ];
        let body = if self.unsigned {
            SignableBody::UnsignedPayload
        } else {
            SignableBody::Bytes(&self.body)
        };
        let request =
            SignableRequest::new("POST", address.as_str(), given.into_iter(), body).unwrap();
        let (instructions, _) = sign(request, &parameters).unwrap().into_parts();
        let mut headers = HeaderMap::new();
        let added = instructions
            .headers()
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        for (name, value) in given
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into_iter()
            .chain(added)
        {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.insert(name, HeaderValue::from_str(&value).unwrap());
        }
        let mut query = self.query.clone();
        for (name, value) in instructions.params() {
            let and = if query.is_empty() { "" } else { "&" };
            let value =
                percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC);
            query.push_str(&format!("{and}{name}={value}"));
        }
        Signed {
            path: self.path.clone(),
            query,
            headers,
        }
    }

    fn verify(&self) -> Result<Verified, Refused> {
        let signed = self.sign();
        let request = Request {
            method: "POST",
            path: &signed.path,
            query: &signed.query,
            headers: &signed.headers,
            authority: None,
        };
        let rules = Rules {
            service: "sts",
            paths: if self.s3 { Paths::AsIs } else { Paths::Normal },
            open_payload: self.unsigned,
            query_form: self.in_query,
        };
        let presented = Presented::read(&request)?;
        assert_eq!(presented.session_token(), self.token.as_deref());
        let key = SigningKey::derive(
            SECRET.as_bytes(),
            presented.date(),
            presented.region(),
            presented.service(),
        );
        let payload = if self.unsigned {
            Payload::Declared
        } else {
            Payload::Body(&self.body)
        };
        let now = Timestamp::from_millis(i64::try_from(NOW * 1_000).unwrap());
        presented.verify(&request, payload, &key, &rules, now)
    }
}

#[test]
fn calls_as_clients_make_them() {
    let plain = Case::default();
    let cases = [
        Case {
            body: b"Action=GetCallerIdentity&Version=2011-06-15".to_vec(),
            ..plain.clone()
        },
        Case {
            token: Some("IQoJb3JpZ2lu//////////wEaCXVz+/=".to_owned()),
            ..plain.clone()
        },
        Case {
            query: "Action=GetCallerIdentity&Version=2011-06-15".to_owned(),
            in_query: true,
            token: Some("a/b+c=".to_owned()),
            ..plain.clone()
        },
        Case {
            path: "/bucket/a//b/../%E6%AB%BB%20c".to_owned(),
            s3: true,
            body: b"x".to_vec(),
            ..plain.clone()
        },
        Case {
            path: "/bucket/key".to_owned(),
            s3: true,
            unsigned: true,
            ..plain.clone()
        },
        Case {
            path: "/bucket/key".to_owned(),
            s3: true,
            unsigned: true,
            in_query: true,
            ..plain.clone()
        },
        Case {
            path: "/a/./b/../c%20d/".to_owned(),
            query: "b=2&a=1&a=%20&c".to_owned(),
            ..plain
        },
    ];
    for case in cases {
        let verified = case
            .verify()
            .unwrap_or_else(|refused| panic!("{refused}: {case:?}"));
        assert_eq!(
            (verified.access_key_id(), verified.region()),
            ("AKIAIOSFODNN7EXAMPLE", "eu-north-7")
        );
        assert_eq!(
            verified.form(),
            if case.in_query {
                Form::Query(900)
            } else {
                Form::Header
            }
        );
    }
}

proptest! {
    #[test]
    fn whatever_is_signed_is_verified(
        path in "(/([a-zA-Z0-9._~-]|%(2[05BF]|E6%AB%BB)){0,8}){1,4}",
        query in "([a-zA-Z0-9._~-]{1,5}=([a-zA-Z0-9._~-]|%2[0-9A-F]|%E6%AB%BB){0,6}(&[a-c]{1,2}=[a-c0-9]{0,2}){0,4})?",
        header in "[!-~]{1,4}([!-~ ]{0,8}[!-~])?",
        body in prop::collection::vec(any::<u8>(), 0..64),
        token in prop::option::of("[A-Za-z0-9+/=]{1,80}"),
        in_query: bool,
        s3: bool,
    ) {
        // S3 leaves the body of a signed address open.
        let unsigned = s3 && in_query;
        let case = Case { path, query, header, body, token, in_query, s3, unsigned };
        let verified = case.verify();
        prop_assert!(verified.is_ok(), "{verified:?} {case:?}");
    }
}
