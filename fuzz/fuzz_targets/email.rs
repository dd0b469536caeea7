//! E-mail addresses: what is accepted can stand in a mail header.
#![no_main]

use factors::email::Email;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(email) = Email::parse(text) {
        assert!(email.shown().bytes().all(|b| (0x21..0x7f).contains(&b)));
        assert_eq!(email.shown().matches('@').count(), 1);
        assert_eq!(Email::parse(email.key()), Ok(email));
    }
});
