//! Fair draws, codes without a leading nine, and keys cut into tries.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

fn bytes(value: u128) -> [u8; DRAW_BYTES] {
    value.to_be_bytes()
}

fn keys(text: &str) -> Vec<Key> {
    Key::parse_all(text).unwrap()
}

/// Presses all keys and returns what each meant, with tries as text.
fn heard(collector: &mut Keyed, text: &str) -> Vec<String> {
    keys(text)
        .into_iter()
        .map(|key| match collector.press(key) {
            Heard::Try(code) => format!("try {}", code.to_text().as_str()),
            other => format!("{other:?}").to_lowercase(),
        })
        .collect()
}

#[test]
fn codes_are_the_drawn_number_with_leading_zeros() {
    for (value, call, mail) in [
        (0, "000000", "00000000"),
        (42, "000042", "00000042"),
        (899_999, "899999", "00899999"),
        (900_000, "000000", "00900000"),
        (99_999_999, "099999", "99999999"),
        (100_000_000, "100000", "00000000"),
    ] {
        assert_eq!(CallCode::for_call(bytes(value)).to_text().as_str(), call);
        assert_eq!(MailCode::for_mail(bytes(value)).to_text().as_str(), mail);
    }
}

#[test]
fn the_incomplete_last_stretch_is_drawn_again() {
    let bound = 900_000u128;
    let usable = u128::MAX - u128::MAX % bound;
    assert_eq!(draw(bytes(usable - 1), bound), bound - 1);
    // Taken modulo the bound, this would be 0 once more often than the highest numbers.
    let again = digest::digest(&digest::SHA256, &bytes(usable));
    let again = u128::from_be_bytes(again.as_ref()[..16].try_into().unwrap());
    assert_eq!(draw(bytes(usable), bound), again % bound);
}

#[test]
fn every_number_below_a_bound_is_equally_likely() {
    // With a bound that does not divide the range, over inputs spread evenly across it.
    let mut counts = HashMap::new();
    for i in 0..70_000u128 {
        *counts
            .entry(draw(bytes(u128::MAX / 70_000 * i), 7))
            .or_insert(0u32) += 1;
    }
    assert_eq!(counts.len(), 7);
    assert!(
        counts.values().all(|n| (9_500..=10_500).contains(n)),
        "{counts:?}"
    );
}

#[test]
fn typed_codes_and_groups() {
    let code = MailCode::parse("1234 5678").unwrap();
    for typed in ["12345678", "１２３４－５６７８", " 1234-5678\n"] {
        assert_eq!(MailCode::parse(typed), Some(code.clone()), "{typed}");
    }
    for typed in ["", "1234567", "123456789", "1234567x", "12345678#"] {
        assert_eq!(MailCode::parse(typed), None, "{typed}");
    }
    assert_eq!(code.to_groups().as_str(), "1234 5678");
    assert_eq!(
        CallCode::parse("042042").unwrap().to_groups().as_str(),
        "042 042"
    );
    assert_eq!(format!("{code:?}"), "Digits<8>(..)");
}

#[test]
fn a_stored_code_is_bound_to_its_place_and_pepper() {
    let code = MailCode::parse("12345678").unwrap();
    let mac = code.mac(&[1; 32], b"case 1");
    assert!(code.matches_mac(&[1; 32], b"case 1", &mac));
    assert!(!code.matches_mac(&[1; 32], b"case 2", &mac));
    assert!(!code.matches_mac(&[2; 32], b"case 1", &mac));
    assert!(!code.matches_mac(&[1; 32], b"case 1", &mac[..31]));
    assert!(!code.matches_mac(&[1; 32], b"case 1", &[]));
    assert!(
        !MailCode::parse("12345679")
            .unwrap()
            .matches_mac(&[1; 32], b"case 1", &mac)
    );
    // Digits cannot slide over into the binding.
    let six = CallCode::parse("345678").unwrap();
    assert_ne!(six.mac(&[1; 32], &[1, 2]), code.mac(&[1; 32], b""));
}

#[test]
fn a_mac_is_hmac_sha_256_over_the_framed_message() {
    // Computed with Python's hmac module.
    let code = CallCode::parse("123456").unwrap();
    assert_eq!(
        data_encoding::HEXLOWER.encode(&code.mac(&[7; 32], b"abc")),
        "b52622450216a17608978b1d90dd5d505fe71372a4b11611fb38e0f7bef86368"
    );
}

#[test]
fn keys_of_a_text() {
    assert_eq!(
        keys("１2-9 *＃"),
        [
            Key::Digit(1),
            Key::Digit(2),
            Key::Digit(9),
            Key::Star,
            Key::Hash
        ]
    );
    assert_eq!(keys(""), []);
    for text in ["12a", "A", "1,2", "p1", "１２三"] {
        assert_eq!(Key::parse_all(text), None, "{text}");
    }
}

#[test]
fn keys_of_telephone_events() {
    assert_eq!(Key::from_event(0), Some(Key::Digit(0)));
    assert_eq!(Key::from_event(9), Some(Key::Digit(9)));
    assert_eq!(Key::from_event(10), Some(Key::Star));
    assert_eq!(Key::from_event(11), Some(Key::Hash));
    for event in 12..=255 {
        assert_eq!(Key::from_event(event), None);
    }
}

#[test]
fn six_keys_are_one_try_and_no_window_slides() {
    let mut collector = Keyed::new();
    assert_eq!(
        heard(&mut collector, "1234567"),
        ["more", "more", "more", "more", "more", "try 123456", "more"]
    );
    // Twelve keys are two tries and never the seven that a sliding window would make of them.
    assert_eq!(collector.count(), 1);
    assert_eq!(heard(&mut collector, "89012")[4], "try 789012");
    assert_eq!(collector.count(), 0);
}

#[test]
fn nine_first_means_not_me_and_later_is_a_digit() {
    let mut collector = Keyed::new();
    assert_eq!(heard(&mut collector, "9"), ["notme"]);
    assert_eq!(collector.count(), 0);
    assert_eq!(heard(&mut collector, "199999")[5], "try 199999");
    // After a try, a repeat or a clearing, the next key is a first key again.
    assert_eq!(heard(&mut collector, "9"), ["notme"]);
    assert_eq!(
        heard(&mut collector, "12*9"),
        ["more", "more", "repeat", "notme"]
    );
    assert_eq!(
        heard(&mut collector, "12#9"),
        ["more", "more", "cleared", "notme"]
    );
}

#[test]
fn star_repeats_and_hash_clears_without_a_try() {
    let mut collector = Keyed::new();
    assert_eq!(heard(&mut collector, "*"), ["repeat"]);
    assert_eq!(heard(&mut collector, "#"), ["nothing"]);
    // Many people press # after the last digit.
    assert_eq!(
        heard(&mut collector, "123456#").split_off(5),
        ["try 123456", "nothing"]
    );
    assert_eq!(
        heard(&mut collector, "123#"),
        ["more", "more", "more", "cleared"]
    );
    assert_eq!(heard(&mut collector, "123456")[5], "try 123456");
    heard(&mut collector, "12");
    collector.clear();
    assert_eq!(heard(&mut collector, "345678")[5], "try 345678");
}

#[test]
fn a_digit_that_no_telephone_has_is_nothing() {
    let mut collector = Keyed::new();
    for digit in 10..=255 {
        assert_eq!(collector.press(Key::Digit(digit)), Heard::Nothing);
    }
    assert_eq!(collector.count(), 0);
}

#[test]
fn no_digit_is_shown_by_debug() {
    let mut collector = Keyed::new();
    heard(&mut collector, "123");
    assert_eq!(format!("{collector:?}"), "Keyed(3 digits)");
    assert_eq!(format!("{:?}", keys("7*#")), "[Digit(..), Star, Hash]");
    let code = CallCode::parse("123456").unwrap();
    assert_eq!(format!("{:?}", Heard::Try(code)), "Try(Digits<6>(..))");
}

proptest! {
    #[test]
    fn a_call_code_never_begins_with_nine(drawn: [u8; 16]) {
        let code = CallCode::for_call(drawn);
        prop_assert!(!code.to_text().starts_with('9'));
        prop_assert_eq!(code.to_text().len(), 6);
        // Keyed as shown, it arrives as one try.
        let mut collector = Keyed::new();
        let last = keys(&code.to_text()).into_iter().map(|key| collector.press(key)).last();
        prop_assert_eq!(last, Some(Heard::Try(code)));
    }

    #[test]
    fn text_reads_back(drawn: [u8; 16]) {
        let (call, mail) = (CallCode::for_call(drawn), MailCode::for_mail(drawn));
        prop_assert_eq!(CallCode::parse(&call.to_text()), Some(call.clone()));
        prop_assert_eq!(CallCode::parse(&call.to_groups()), Some(call));
        prop_assert_eq!(MailCode::parse(&mail.to_groups()), Some(mail));
    }

    #[test]
    fn tries_are_never_more_than_a_sixth_of_the_keys(text in "[0-9*#]{0,60}") {
        let mut collector = Keyed::new();
        let pressed = keys(&text);
        let tries = pressed.iter().filter(|key| matches!(collector.press(**key), Heard::Try(_))).count();
        prop_assert!(tries * 6 <= pressed.len());
        prop_assert!(collector.count() < 6);
    }

    #[test]
    fn reading_survives_anything(text in any::<String>()) {
        let _ = CallCode::parse(&text);
        let _ = MailCode::parse(&text);
        let mut collector = Keyed::new();
        for key in Key::parse_all(&text).unwrap_or_default() {
            let _ = collector.press(key);
        }
    }
}

#[test]
fn a_number_is_right_in_each_of_its_forms_and_only_whole() {
    let number = || KeyedNumber::of(["+886912345678", "0912 345 678"]);
    let last = |text: &str| {
        let mut number = number();
        let meant = keys(text).into_iter().map(|key| number.press(key));
        meant.last().unwrap()
    };
    for right in [
        "0912345678#",
        "886912345678#",
        "1#0912345678#",
        "44*0912345678#",
    ] {
        assert_eq!(last(right), HeardNumber::Right, "{right}");
    }
    for wrong in [
        "091234567#",
        "09123456780#",
        "912345678",
        "0000000000000000000000000912345678#",
    ] {
        assert_ne!(last(wrong), HeardNumber::Right, "{wrong}");
    }
    assert_eq!(last("0912345678"), HeardNumber::More);
    assert_eq!(last("0912*"), HeardNumber::Repeat);
    assert_eq!(last("#"), HeardNumber::Nothing);
    assert_eq!(last("9"), HeardNumber::NotMe);
    let mut indian = KeyedNumber::of(["+919876543210", "098765 43210"]);
    assert_eq!(
        indian.press(Key::Digit(9)),
        HeardNumber::More,
        "its own first digit"
    );
    assert_eq!(format!("{indian:?}"), "KeyedNumber(1 digits)");
    let mut rest = number().after("0912345");
    let meant: Vec<_> = keys("678#")
        .into_iter()
        .map(|key| rest.press(key))
        .collect();
    assert_eq!(meant.last(), Some(&HeardNumber::Right));
}
