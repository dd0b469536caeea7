//! Preparing a password, reading a stored hash, and the rules for new passwords.
#![no_main]

use factors::password::{Password, Phc};
use factors::password_rules::{Context, Standing, unmet};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(phc) = Phc::parse(text) {
        assert_eq!(phc.to_text().as_str(), text);
    }
    if let Ok(password) = Password::prepare(text) {
        assert_eq!(Password::prepare(password.as_str()), Ok(password.clone()));
        let context = Context::new().email("mei@example.com").name(text);
        let _ = unmet(&password, Standing::Alone, &context, false);
    }
});
