//! What a carrier that is reached by HTTP posts, and what anybody posts there: a form names its call in characters that can
//! stand in an address and holds keys of a telephone; no bytes are a signature of somebody who has not got the key.
#![no_main]

use adapters::voice::http::{event, signed};
use domain::time::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    if let Some(event) = event::read(body) {
        assert!(event::fits_an_address(&event.id));
        assert!(event.keys.len() <= 32);
    }
    let text = String::from_utf8_lossy(body);
    let (moment, signature) = text.split_once('\n').unwrap_or((&text, ""));
    let key = signed::Key::new(b"a key that the bytes do not know");
    let now = Timestamp::from_millis(1_700_000_000_000);
    assert!(key.verify(now, moment, signature, "https://id.example.com/", body).is_err());
});
