//! Saved recovery codes as people type them: what is read is written back the same.
#![no_main]

use factors::saved_code::{SavedCode, Selector};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(code) = SavedCode::parse(text) {
        assert_eq!(SavedCode::parse(&code.to_text()), Some(code.clone()));
        assert_eq!(Selector::parse(code.selector().as_str()), Some(code.selector()));
        let _ = code.to_password();
    }
    let _ = Selector::parse(text);
});
