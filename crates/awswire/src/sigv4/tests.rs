use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;
use serde_json::Value as Json;

use super::canonical::canonical;
use super::*;

const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const NOW: &str = "20150830T123600Z";

const RULES: Rules<'static> = Rules {
    service: "service",
    paths: Paths::Normal,
    open_payload: false,
    query_form: false,
};

fn now() -> Timestamp {
    time::from_basic(NOW).unwrap()
}

fn key() -> SigningKey {
    SigningKey::derive(SECRET, "20150830", "us-east-1", "service")
}

#[derive(Debug, Clone)]
struct Sent {
    method: String,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Sent {
    fn of(vector: &Json) -> Self {
        let text = |name: &str| vector[name].as_str().unwrap().to_owned();
        let mut headers = HeaderMap::new();
        for header in vector["headers"].as_array().unwrap() {
            let name = HeaderName::from_bytes(header[0].as_str().unwrap().as_bytes()).unwrap();
            headers.append(
                name,
                HeaderValue::from_str(header[1].as_str().unwrap()).unwrap(),
            );
        }
        headers.insert(
            "authorization",
            HeaderValue::from_str(&text("authorization")).unwrap(),
        );
        Self {
            method: text("method"),
            path: text("path"),
            query: text("query"),
            headers,
            body: text("body").into_bytes(),
        }
    }

    fn request(&self) -> Request<'_> {
        Request {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &self.headers,
            authority: None,
        }
    }

    fn verify(&self) -> Result<Verified, Refused> {
        self.verify_with(&key(), &RULES, now())
    }

    fn verify_with(
        &self,
        key: &SigningKey,
        rules: &Rules<'_>,
        now: Timestamp,
    ) -> Result<Verified, Refused> {
        let request = self.request();
        Presented::read(&request)?.verify(&request, Payload::Body(&self.body), key, rules, now)
    }

    /// Signs it anew, as it is.
    fn sign(&mut self, date: &str, service: &str, signed: &str, rules: &Rules<'_>) {
        let authorization = |signature: &str| {
            let scope = format!(
                "AKIDEXAMPLE/{}/us-east-1/{service}/aws4_request",
                &date[..8]
            );
            HeaderValue::from_str(&format!(
                "AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={signed}, Signature={signature}"
            ))
            .unwrap()
        };
        self.headers
            .insert("x-amz-date", HeaderValue::from_str(date).unwrap());
        self.headers
            .insert("authorization", authorization(&"0".repeat(64)));
        let request = self.request();
        let presented = Presented::read(&request).unwrap();
        let text = presented
            .string_to_sign(&request, Payload::Body(&self.body), rules)
            .unwrap();
        let signature = sign(&text, &date[..8], "us-east-1", service);
        self.headers
            .insert("authorization", authorization(&signature));
    }
}

fn sign(text: &[u8], date: &str, region: &str, service: &str) -> String {
    use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
    let mut key = [b"AWS4", SECRET].concat();
    for part in [date, region, service, "aws4_request"] {
        key = sign(&Key::new(HMAC_SHA256, &key), part.as_bytes())
            .as_ref()
            .to_vec();
    }
    data_encoding::HEXLOWER.encode(sign(&Key::new(HMAC_SHA256, &key), text).as_ref())
}

fn vectors() -> Vec<Json> {
    let text = include_str!("../../vectors/sigv4.json");
    serde_json::from_str(text).unwrap()
}

fn plain() -> Sent {
    let all = vectors();
    let vector = all
        .iter()
        .find(|vector| vector["name"] == "post-vanilla-query")
        .unwrap();
    let mut sent = Sent::of(vector);
    sent.path = "/a/b%20c".to_owned();
    sent.query = "Action=GetUser&UserName=%E6%AB%BB&b=1".to_owned();
    sent.body = b"hello".to_vec();
    sent.sign(NOW, "service", "host;x-amz-date", &RULES);
    sent
}

#[test]
fn the_public_suite_is_verified() {
    let all = vectors();
    assert!(all.len() >= 26);
    for vector in &all {
        let sent = Sent::of(vector);
        let request = sent.request();
        let name = &vector["name"];
        let presented = Presented::read(&request).unwrap();
        let hash = data_encoding::HEXLOWER
            .encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &sent.body).as_ref());
        let text = canonical(&request, &presented, Paths::Normal, &hash).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&text),
            vector["canonical"].as_str().unwrap(),
            "{name}"
        );
        let verified = sent.verify().unwrap();
        assert_eq!(
            (verified.access_key_id(), verified.region()),
            ("AKIDEXAMPLE", "us-east-1"),
            "{name}"
        );
    }
}

#[test]
fn any_region_is_taken_and_only_the_service_asked_for() {
    let sent = plain();
    let other = Rules {
        service: "sts",
        ..RULES
    };
    assert_eq!(
        sent.verify_with(&key(), &other, now()),
        Err(Refused::Service("sts".to_owned()))
    );
    let elsewhere = SigningKey::derive(SECRET, "20150830", "moon-1", "service");
    assert_eq!(
        sent.verify_with(&elsewhere, &RULES, now()),
        Err(Refused::Mismatch)
    );
    let other_secret = SigningKey::derive(b"other", "20150830", "us-east-1", "service");
    assert_eq!(
        sent.verify_with(&other_secret, &RULES, now()),
        Err(Refused::Mismatch)
    );
}

#[test]
fn five_minutes_either_way_and_not_more() {
    let sent = plain();
    let at = |millis: i64| Timestamp::from_millis(now().as_millis() + millis);
    for millis in [-SKEW_MILLIS, 0, SKEW_MILLIS] {
        assert!(sent.verify_with(&key(), &RULES, at(millis)).is_ok());
    }
    let late = sent
        .verify_with(&key(), &RULES, at(SKEW_MILLIS + 1_000))
        .unwrap_err();
    assert_eq!(
        late.into_wire(Protocol::Query).message,
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)"
    );
    let early = sent
        .verify_with(&key(), &RULES, at(-SKEW_MILLIS - 1_000))
        .unwrap_err();
    assert_eq!(
        early.into_wire(Protocol::Query).message,
        "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)"
    );
}

#[test]
fn what_must_be_signed_is() {
    let mut sent = plain();
    sent.headers
        .insert("x-amz-target", HeaderValue::from_static("Service.Op"));
    assert_eq!(
        sent.verify(),
        Err(Refused::Unsigned("x-amz-target".to_owned()))
    );
    let mut sent = plain();
    sent.sign_all_but_host();
    let refused = sent.verify().unwrap_err();
    assert_eq!(
        refused.into_wire(Protocol::Query).message,
        "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
    );
    // A session token beside the signature is nobody's.
    let mut sent = plain();
    sent.headers
        .insert("x-amz-security-token", HeaderValue::from_static("token"));
    assert_eq!(
        sent.verify(),
        Err(Refused::Unsigned("x-amz-security-token".to_owned()))
    );
}

impl Sent {
    fn sign_all_but_host(&mut self) {
        let authorization = self.headers["authorization"]
            .to_str()
            .unwrap()
            .replace("host;x-amz-date", "x-amz-date");
        self.headers.insert(
            "authorization",
            HeaderValue::from_str(&authorization).unwrap(),
        );
    }
}

#[test]
fn the_body_is_covered() {
    let mut sent = plain();
    sent.body = b"hellp".to_vec();
    assert_eq!(sent.verify(), Err(Refused::Mismatch));
    for hash in ["UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"] {
        let open = Rules {
            open_payload: true,
            ..RULES
        };
        let mut sent = plain();
        sent.headers
            .insert("x-amz-content-sha256", HeaderValue::from_str(hash).unwrap());
        sent.sign(
            NOW,
            "service",
            "host;x-amz-content-sha256;x-amz-date",
            &open,
        );
        assert!(sent.verify_with(&key(), &open, now()).is_ok());
        assert!(matches!(sent.verify(), Err(Refused::Payload(_))), "{hash}");
    }
    let mut sent = plain();
    sent.headers.insert(
        "x-amz-content-sha256",
        HeaderValue::from_str(&"0".repeat(64)).unwrap(),
    );
    assert!(matches!(sent.verify(), Err(Refused::Payload(_))));
}

#[test]
fn addresses_are_signed_too_where_that_is_allowed() {
    let rules = Rules {
        query_form: true,
        ..RULES
    };
    let unsigned = "Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host";
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("sts.example"));
    let mut sent = Sent {
        method: "GET".to_owned(),
        path: "/".to_owned(),
        query: format!("{unsigned}&X-Amz-Signature={}", "0".repeat(64)),
        headers,
        body: Vec::new(),
    };
    let text = {
        let request = sent.request();
        Presented::read(&request)
            .unwrap()
            .string_to_sign(&request, Payload::Body(b""), &rules)
            .unwrap()
    };
    sent.query = format!(
        "{unsigned}&X-Amz-Signature={}",
        sign(&text, "20150830", "us-east-1", "service")
    );
    let verified = sent.verify_with(&key(), &rules, now()).unwrap();
    assert_eq!(verified.form(), Form::Query(900));
    assert!(matches!(sent.verify(), Err(Refused::Scope(_))));
    let late = Timestamp::from_millis(now().as_millis() + 901_000);
    assert!(matches!(
        sent.verify_with(&key(), &rules, late),
        Err(Refused::Expired {
            millis: 900_000,
            ..
        })
    ));
    for (from, to, said) in [
        ("Expires=900", "Expires=604801", "less than a week"),
        ("Expires=900", "Expires=-1", "should be a number"),
        ("&X-Amz-Expires=900", "", "must include 'X-Amz-Expires'"),
        ("X-Amz-Date=2015", "X-Amz-Date=2O15", "ISO-8601"),
        (
            "&Version",
            "&X-Amz-Date=20150830T123600Z&Version",
            "given twice",
        ),
    ] {
        let mut other = sent.clone();
        other.query = other.query.replace(from, to);
        let refused = other.verify_with(&key(), &rules, now()).unwrap_err();
        assert!(
            refused
                .clone()
                .into_wire(Protocol::Query)
                .message
                .contains(said),
            "{refused}"
        );
    }
}

#[test]
fn half_a_signature_says_what_it_lacks() {
    let refused = |change: &dyn Fn(&mut Sent)| {
        let mut sent = plain();
        change(&mut sent);
        let refused = Presented::read(&sent.request()).map(|_| ()).unwrap_err();
        let error = refused.into_wire(Protocol::Query);
        (
            error.status,
            error.code.into_owned(),
            error.message.into_owned(),
        )
    };
    let header = |text: &'static str| {
        move |sent: &mut Sent| {
            sent.headers
                .insert("authorization", HeaderValue::from_static(text));
        }
    };
    let (status, code, message) = refused(&|sent| {
        header("AWS4-HMAC-SHA256 a=b")(sent);
        sent.headers.remove("x-amz-date");
    });
    assert_eq!((status, code.as_str()), (400, "IncompleteSignature"));
    assert_eq!(
        message,
        "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. \
         Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' \
         or a 'Date' header. Authorization=AWS4-HMAC-SHA256"
    );
    let (_, code, message) = refused(&header(
        "AWS4-ECDSA-P256-SHA256 Credential=a/b/c/aws4_request",
    ));
    assert_eq!(code, "IncompleteSignature");
    assert!(message.starts_with("Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'"));
    let mut sent = plain();
    let long = format!("AWS4-{} Credential=a", "x".repeat(5_000));
    sent.headers
        .insert("authorization", HeaderValue::from_str(&long).unwrap());
    let long = Presented::read(&sent.request()).map(|_| ()).unwrap_err();
    assert!(long.into_wire(Protocol::Query).message.len() < 100);
    for scheme in ["Bearer abc", "Basic abc", ""] {
        assert_eq!(refused(&header(scheme)).1, "MissingAuthenticationToken");
    }
    let (_, _, message) = refused(&header(
        "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=00",
    ));
    assert!(message.contains("5 slash-delimited"));
    assert_eq!(
        refused(&|sent| {
            sent.headers.remove("authorization");
        })
        .0,
        403
    );
}

#[test]
fn services_say_it_in_their_own_way() {
    let cases = [
        (
            Refused::Mismatch,
            (403, "SignatureDoesNotMatch"),
            (400, "InvalidSignatureException"),
        ),
        (
            Refused::Missing,
            (403, "MissingAuthenticationToken"),
            (400, "MissingAuthenticationTokenException"),
        ),
        (
            Refused::UnknownKey,
            (403, "InvalidClientTokenId"),
            (400, "UnrecognizedClientException"),
        ),
        (
            Refused::TokenExpired,
            (403, "ExpiredToken"),
            (400, "ExpiredTokenException"),
        ),
    ];
    for (refused, query, json) in cases {
        let said = |protocol| {
            let error = refused.clone().into_wire(protocol);
            (error.status, error.code.into_owned())
        };
        assert_eq!(said(Protocol::Query), (query.0, query.1.to_owned()));
        assert_eq!(said(Protocol::Json11), (json.0, json.1.to_owned()));
    }
}

/// What a request means, whatever its spelling.
fn meaning(query: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let decode = |text: &str| {
        percent_encoding::percent_decode_str(&text.replace('+', " ")).collect::<Vec<u8>>()
    };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<_> = pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(k, v)| (decode(k), decode(v)))
        .collect();
    pairs.sort();
    pairs
}

proptest! {
    /// R-API-02: no byte of what is signed can be another.
    #[test]
    fn any_altered_byte_is_refused(place in 0_usize..6, at in any::<prop::sample::Index>(), byte in 0x21_u8..0x7F) {
        let sent = plain();
        let mut other = sent.clone();
        let alter = |text: &str| {
            let mut bytes = text.as_bytes().to_vec();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            String::from_utf8(bytes).unwrap()
        };
        match place {
            0 => other.path = alter(&sent.path),
            1 => other.query = alter(&sent.query),
            2 => other.method = alter(&sent.method),
            3 => other.body = alter("hello").into_bytes(),
            4 | 5 => {
                let name = if place == 4 { "host" } else { "authorization" };
                let value = alter(sent.headers[name].to_str().unwrap());
                other.headers.insert(name, HeaderValue::from_str(&value).unwrap());
            }
            _ => {}
        }
        let same = meaning(&other.query) == meaning(&sent.query)
            && (&other.path, &other.method, &other.body, &other.headers) == (&sent.path, &sent.method, &sent.body, &sent.headers);
        // The name of the key is not signed: it only says which key to look up, and this test has one for all.
        let renamed = place == 5 && other.verify().is_ok_and(|verified| verified.access_key_id() != "AKIDEXAMPLE");
        prop_assert!(renamed || other.verify().is_ok() == same, "{other:?}");
    }

    #[test]
    fn another_day_or_second_is_another_signature(second in 0_i64..60) {
        let mut sent = plain();
        let date = time::basic(Timestamp::from_millis(now().as_millis() + second * 1_000));
        sent.headers.insert("x-amz-date", HeaderValue::from_str(&date).unwrap());
        prop_assert_eq!(sent.verify().is_ok(), second == 0);
    }
}

#[test]
fn paths_of_s3_are_left_alone() {
    let rules = Rules {
        paths: Paths::AsIs,
        ..RULES
    };
    let mut sent = plain();
    sent.path = "/bucket//a/../b%20c%7Ed".to_owned();
    sent.sign(NOW, "service", "host;x-amz-date", &rules);
    let request = sent.request();
    let presented = Presented::read(&request).unwrap();
    let text = canonical(&request, &presented, Paths::AsIs, "-").unwrap();
    assert!(String::from_utf8_lossy(&text).starts_with("POST\n/bucket//a/../b%20c~d\n"));
    assert!(sent.verify_with(&key(), &rules, now()).is_ok());
    assert_eq!(sent.verify(), Err(Refused::Mismatch));
}
