//! Requests with a signature in any spelling: none is taken without the secret, and a refusal tells little more than was sent.
#![no_main]

use awswire::model::Protocol;
use awswire::sigv4::{Paths, Payload, Presented, Request, Rules, SigningKey};
use awswire::value::Timestamp;
use http::{HeaderMap, HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;

// A request line, then headers, then a blank line and the body: as near to HTTP as needs be.
fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let line = lines.next().unwrap_or_default();
    let (path, query) = line.split_once('?').unwrap_or((line, ""));
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_str(value),
        ) {
            headers.append(name, value);
        }
    }
    let request = Request {
        method: "POST",
        path,
        query,
        headers: &headers,
        authority: Some("gate.example"),
    };
    let presented = match Presented::read(&request) {
        Ok(presented) => presented,
        Err(refused) => {
            let error = refused.into_wire(Protocol::Query);
            assert!(error.message.len() <= 1_000);
            return;
        }
    };
    let key = SigningKey::derive(
        b"nobody knows",
        presented.date(),
        presented.region(),
        presented.service(),
    );
    for (paths, open) in [(Paths::Normal, false), (Paths::AsIs, true)] {
        let rules = Rules {
            service: presented.service(),
            paths,
            open_payload: open,
            query_form: true,
        };
        for payload in [Payload::Body(body.as_bytes()), Payload::Declared] {
            assert!(
                presented
                    .verify(&request, payload, &key, &rules, presented.signed_at())
                    .is_err()
            );
        }
    }
    let _ = presented.check(
        &Rules {
            service: "sts",
            paths: Paths::Normal,
            open_payload: false,
            query_form: false,
        },
        Timestamp::from_millis(0),
    );
});
