//! Keys of a telephone and short codes: never more tries than a sixth of the keys.
#![no_main]

use factors::keypad::{CallCode, Heard, Key, Keyed, MailCode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = (CallCode::parse(text), MailCode::parse(text));
    let keys = Key::parse_all(text).unwrap_or_default();
    let mut keyed = Keyed::new();
    let mut tries = 0;
    for key in &keys {
        if let Heard::Try(code) = keyed.press(*key) {
            assert!(!code.to_text().starts_with('9'));
            tries += 1;
        }
        assert!(keyed.count() < 6);
    }
    assert!(tries * 6 <= keys.len());
});
