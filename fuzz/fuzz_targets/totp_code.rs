//! Codes and seeds of authenticator apps as people type them: what is read is written back the same.
#![no_main]

use factors::totp::{Code, Seed};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(code) = Code::parse(text) {
        assert_eq!(Code::parse(&code.to_text()), Some(code));
    }
    if let Some(seed) = Seed::parse(text) {
        assert!(Seed::parse(&seed.to_groups()) == Some(seed));
    }
    let _ = Seed::from_bytes([0; 20]).otpauth_uri(text, text);
});
