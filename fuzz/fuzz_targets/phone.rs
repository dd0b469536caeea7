//! Telephone numbers in any spelling: what is accepted is E.164 and reads back the same.
#![no_main]

use factors::phone::{Country, Phone};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for country in [None, Country::parse("TW"), Country::parse("US"), Country::parse("IT")] {
        if let Ok(number) = Phone::parse(text, country) {
            assert_eq!(Phone::from_e164(number.e164()), Some(number.clone()));
            assert_eq!(Phone::parse(number.e164(), None), Ok(number.clone()));
            let _ = (number.national(), number.kind(), number.country());
        }
    }
    let _ = Phone::from_e164(text).map(|number| number.international());
});
