//! Round trips, what people write for what they read, and selectors that never meet.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::password::{self, Cost, Memory};

fn code(text: &str) -> SavedCode {
    SavedCode::parse(text).unwrap()
}

#[test]
fn eighty_bits_in_crockfords_alphabet() {
    // Values worked out by hand from the five-bit groups.
    for (bytes, text) in [
        ([0; 10], "0000-0000-0000-0000"),
        ([0xff; 10], "ZZZZ-ZZZZ-ZZZZ-ZZZZ"),
        (
            [0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf],
            "0123-4567-89AB-CDEF",
        ),
        (
            [0x84, 0x65, 0x3a, 0x56, 0xd7, 0xc6, 0x75, 0xbe, 0x77, 0xdf],
            "GHJK-MNPQ-RSTV-WXYZ",
        ),
    ] {
        assert_eq!(SavedCode::from_bytes(&bytes).to_text().as_str(), text);
    }
}

#[test]
fn what_people_write_for_what_they_read() {
    let expected = code("7Z0M-1234-ABCD-EFGH");
    for typed in [
        "7z0m1234abcdefgh",
        "7Z0M 1234 ABCD EFGH",
        " 7zom-l234-abcd-efgh ",
        "7ZOM-I234-ABCD-EFGH",
        "7zoM–i234–abcd–efgh",
        "７Ｚ０Ｍ　１２３４　ＡＢＣＤ　ＥＦＧＨ",
        "７ｚｏｍーｌ２３４ーａｂｃｄーｅｆｇｈ",
        "7-Z-0-M-1-2-3-4-A-B-C-D-E-F-G-H",
        "7Z0M-1234-\r\nABCD-EFGH\u{200b}",
    ] {
        assert_eq!(SavedCode::parse(typed), Some(expected.clone()), "{typed:?}");
    }
    for typed in [
        "",
        "7Z0M-1234-ABCD-EFG",
        "7Z0M-1234-ABCD-EFGH-J",
        "7Z0M-1234-ABCD-EFGU",
        "7Z0M-1234-ABCD-EFG!",
        "7Z0M_1234_ABCD_EFGH",
        "７Ｚ０Ｍ-1234-ABCD-EFGé",
    ] {
        assert_eq!(SavedCode::parse(typed), None, "{typed:?}");
    }
}

#[test]
fn selectors_select() {
    assert_eq!(code("7Z0M-1234-ABCD-EFGH").selector().as_str(), "7Z");
    assert_eq!(Selector::parse("7Z").unwrap().to_string(), "7Z");
    for text in ["", "7", "7z", "7U", "7ZO", "é"] {
        assert_eq!(Selector::parse(text), None, "{text}");
    }
}

#[test]
fn a_set_of_equal_bytes_still_has_ten_selectors() {
    let set = SavedCodes::from_bytes(&[[42; 10]; 10]);
    let selectors: HashSet<_> = set.codes().iter().map(SavedCode::selector).collect();
    assert_eq!(selectors.len(), SET_SIZE);
    // The first keeps what was drawn for it, and the same bytes give the same set.
    assert_eq!(set.codes()[0], SavedCode::from_bytes(&[42; 10]));
    assert_eq!(set.codes(), SavedCodes::from_bytes(&[[42; 10]; 10]).codes());
}

#[test]
fn a_replacement_avoids_the_codes_in_force() {
    let bytes = [42; 10];
    let plain = replacement(&bytes, &[]);
    let other = replacement(&bytes, &[plain.selector()]);
    assert_eq!(plain, SavedCode::from_bytes(&bytes));
    assert_ne!(other.selector(), plain.selector());
}

#[test]
fn hashed_in_canonical_form() {
    let mut memory = Memory::new();
    let pepper = [3; 32];
    let stored = password::hash(
        &code("7Z0M-1234-ABCD-EFGH").to_password(),
        [1; 16],
        &pepper,
        Cost::TEST,
        &mut memory,
    )
    .unwrap();
    let mut right = |typed| {
        password::verify(&code(typed).to_password(), &stored, &pepper, &mut memory).unwrap()
    };
    assert!(right("7zom l234 abcd efgh"));
    assert!(!right("7zom l234 abcd efgj"));
    assert_eq!(
        code("7zom l234 abcd efgh").to_password().as_str(),
        "7Z0M1234ABCDEFGH"
    );
}

#[test]
fn debug_shows_the_selector_only() {
    assert_eq!(
        format!("{:?}", code("7Z0M-1234-ABCD-EFGH")),
        "SavedCode(7Z..)"
    );
}

proptest! {
    #[test]
    fn ten_selectors_and_ten_round_trips(bytes: [[u8; 10]; 10]) {
        let set = SavedCodes::from_bytes(&bytes);
        let selectors: HashSet<_> = set.codes().iter().map(SavedCode::selector).collect();
        prop_assert_eq!(selectors.len(), SET_SIZE);
        for code in set.codes() {
            prop_assert_eq!(SavedCode::parse(&code.to_text()), Some(code.clone()));
            prop_assert_eq!(SavedCode::parse(&code.to_text().to_lowercase()), Some(code.clone()));
            prop_assert_eq!(Selector::parse(code.selector().as_str()), Some(code.selector()));
        }
    }

    #[test]
    fn crowded_selectors_are_kept_apart(rows in prop::collection::vec(0u8..4, 10)) {
        // The first byte and the top two bits of the next are the selector: at most four differ here.
        let bytes: [[u8; 10]; 10] = std::array::from_fn(|i| [rows[i], 0, 1, 2, 3, 4, 5, 6, 7, 8]);
        let set = SavedCodes::from_bytes(&bytes);
        let selectors: HashSet<_> = set.codes().iter().map(SavedCode::selector).collect();
        prop_assert_eq!(selectors.len(), SET_SIZE);
    }

    #[test]
    fn different_bits_are_different_codes(a: [u8; 10], b: [u8; 10]) {
        prop_assert_eq!(a == b, SavedCode::from_bytes(&a) == SavedCode::from_bytes(&b));
    }

    #[test]
    fn reading_survives_anything(text in any::<String>()) {
        if let Some(code) = SavedCode::parse(&text) {
            prop_assert_eq!(SavedCode::parse(&code.to_text()), Some(code));
        }
        let _ = Selector::parse(&text);
    }
}
