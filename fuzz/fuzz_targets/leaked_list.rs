//! A file that an operator gives as the list of leaked passwords.
#![no_main]

use std::io::Cursor;

use factors::password::Password;
use factors::password_rules::LeakedList;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let (Ok(mut list), Ok(password)) = (
        LeakedList::open(Cursor::new(bytes)),
        Password::prepare("correct horse battery staple"),
    ) {
        let _ = list.contains(&password);
    }
});
