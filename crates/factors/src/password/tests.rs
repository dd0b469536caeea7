//! Known answers, the forms of a password, and what the working memory does.

use proptest::prelude::*;

use super::*;

const PEPPER: [u8; 32] = [7; 32];

fn password(text: &str) -> Password {
    Password::prepare(text).unwrap()
}

#[test]
fn the_library_gives_the_answer_of_rfc_9106_section_5_3() {
    // Our own functions never use associated data or a short secret, so the library is asked directly.
    let params = argon2::ParamsBuilder::new()
        .m_cost(32)
        .t_cost(3)
        .p_cost(4)
        .data(argon2::AssociatedData::new(&[4; 12]).unwrap())
        .build()
        .unwrap();
    let mut tag = [0; 32];
    Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params)
        .unwrap()
        .hash_password_into(&[1; 32], &[2; 16], &mut tag)
        .unwrap();
    assert_eq!(
        data_encoding::HEXLOWER.encode(&tag),
        "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
    );
}

/// Computed by the reference implementation (through Python's argon2-cffi), with the pepper as its secret.
fn known() -> [(&'static str, [u8; 32], &'static str); 3] {
    let counting = std::array::from_fn(|i| u8::try_from(i).unwrap());
    [
        (
            "correct horse battery staple",
            PEPPER,
            "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$E1h9Ld6JrBEAJJih9BnzLwV4+2zzkc9JpbIqixMitO0",
        ),
        (
            "密碼是一句很長的話，不容易猜",
            counting,
            "$argon2id$v=19$m=64,t=3,p=2$EBESExQVFhcYGRobHB0eHw$LK4Zw0uvFmARqb+Ivxn/RiG5ficJwTxQYcp2wm3xA4Y",
        ),
        (
            "7Z0M1234ABCDEFGH",
            [0; 32],
            "$argon2id$v=19$m=8,t=1,p=1$/////////////////////w$Rh0P9Txyh+bzxjpQJjKAVwKo7d9EyOghy9WyyMq8w10",
        ),
    ]
}

#[test]
fn the_reference_implementation_agrees() {
    let mut memory = Memory::new();
    for (text, pepper, phc) in known() {
        let stored = Phc::parse(phc).unwrap();
        assert_eq!(stored.to_text().as_str(), phc);
        assert!(verify(&password(text), &stored, &pepper, &mut memory).unwrap());
        let made = hash(
            &password(text),
            stored.salt,
            &pepper,
            stored.cost(),
            &mut memory,
        )
        .unwrap();
        assert_eq!(made.to_text().as_str(), phc);
    }
}

#[test]
fn only_the_same_password_under_the_same_pepper_is_right() {
    let mut memory = Memory::new();
    let stored = hash(
        &password("open sesame"),
        [1; 16],
        &PEPPER,
        Cost::TEST,
        &mut memory,
    )
    .unwrap();
    let mut right = |text: &str, pepper: &[u8; 32]| {
        verify(&password(text), &stored, pepper, &mut memory).unwrap()
    };
    assert!(right("open sesame", &PEPPER));
    assert!(!right("Open sesame", &PEPPER));
    assert!(!right("open sesam", &PEPPER));
    assert!(!right("open sesame ", &PEPPER));
    assert!(!right("open sesame", &[8; 32]));
}

#[test]
fn the_whole_password_counts() {
    let mut memory = Memory::new();
    let long = "x".repeat(LONGEST_BYTES);
    let stored = hash(&password(&long), [1; 16], &PEPPER, Cost::TEST, &mut memory).unwrap();
    let almost = format!("{}y", "x".repeat(LONGEST_BYTES - 1));
    assert!(verify(&password(&long), &stored, &PEPPER, &mut memory).unwrap());
    assert!(!verify(&password(&almost), &stored, &PEPPER, &mut memory).unwrap());
}

#[test]
fn salt_and_pepper_change_the_hash() {
    let mut memory = Memory::new();
    let mut make = |salt, pepper: &[u8; 32]| {
        hash(&password("x"), salt, pepper, Cost::TEST, &mut memory).unwrap()
    };
    let one = make([1; 16], &PEPPER);
    assert_eq!(one, make([1; 16], &PEPPER));
    assert_ne!(one, make([2; 16], &PEPPER));
    assert_ne!(one, make([1; 16], &[8; 32]));
}

#[test]
fn a_decoy_costs_the_same_and_is_never_right() {
    let mut memory = Memory::new();
    let decoy = decoy(Cost::TEST);
    assert_eq!(decoy.cost(), Cost::TEST);
    assert_eq!(Phc::parse(&decoy.to_text()), Some(decoy.clone()));
    for text in ["x", "password", "nobody lives by."] {
        assert!(!verify(&password(text), &decoy, &PEPPER, &mut memory).unwrap());
    }
    assert!(!needs_rehash(&decoy, Cost::TEST));
    assert!(needs_rehash(&decoy, Cost::DEFAULT));
}

#[test]
fn memory_is_used_again_and_given_back() {
    let mut memory = Memory::new();
    assert_eq!(memory.held_kib(), 0);
    let dear = Cost::new(128, 1, 1).unwrap();
    let first = hash(&password("x"), [1; 16], &PEPPER, dear, &mut memory).unwrap();
    assert_eq!(memory.held_kib(), 128);
    // A cheap hash between two dear ones: same memory, and what is left in it changes nothing.
    hash(&password("y"), [1; 16], &PEPPER, Cost::TEST, &mut memory).unwrap();
    assert_eq!(memory.held_kib(), 128);
    let again = hash(&password("x"), [1; 16], &PEPPER, dear, &mut memory).unwrap();
    assert_eq!(first, again);
    memory.release();
    assert_eq!(memory.held_kib(), 0);
    assert!(verify(&password("x"), &first, &PEPPER, &mut memory).unwrap());
}

#[test]
fn costs_have_limits() {
    assert_eq!(Cost::new(19_456, 2, 1), Some(Cost::DEFAULT));
    assert_eq!(Cost::new(8, 1, 1), Some(Cost::TEST));
    assert_eq!(Cost::default(), Cost::DEFAULT);
    for (memory, passes, lanes) in [
        (7, 1, 1),
        (15, 1, 2),
        (1 << 20, 65, 1),
        ((1 << 20) + 1, 1, 1),
        (4_096, 0, 1),
        (4_096, 1, 0),
        (4_096, 1, 17),
        (u32::MAX, u32::MAX, u32::MAX),
    ] {
        assert_eq!(Cost::new(memory, passes, lanes), None);
    }
    assert!(Cost::DEFAULT.reaches_floor());
    assert!(Cost::new(65_536, 3, 4).unwrap().reaches_floor());
    assert!(!Cost::TEST.reaches_floor());
    assert!(!Cost::new(65_536, 1, 1).unwrap().reaches_floor());
}

#[test]
fn edited_hashes_are_refused() {
    let [(_, _, good), ..] = known();
    let edits: [(&str, &str); 14] = [
        ("argon2id", "argon2i"),
        ("v=19", "v=16"),
        ("m=19456", "m=4294967295"),
        ("m=19456", "m=019456"),
        ("m=19456", "m=+19456"),
        ("m=19456", "m="),
        ("t=2", "t=99999"),
        ("t=2,p=1", "p=1,t=2"),
        ("p=1", "p=1,keyid=AAAA"),
        ("p=1", "p=0"),
        ("AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0O"),
        ("AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0ODx"),
        ("E1h9Ld6J", "E1h9Ld6J\n"),
        ("itO0", "itO0$"),
    ];
    assert!(Phc::parse(good).is_some());
    for (from, to) in edits {
        let edited = good.replacen(from, to, 1);
        assert_ne!(edited, good);
        assert_eq!(Phc::parse(&edited), None, "{edited}");
    }
    for end in 0..good.len() {
        assert_eq!(Phc::parse(&good[..end]), None);
    }
}

#[test]
fn one_password_typed_on_two_keyboards_is_one_password() {
    for (one, other) in [
        // Composed and decomposed letters.
        ("Caf\u{e9}", "Cafe\u{301}"),
        ("が", "か\u{3099}"),
        ("한", "\u{1112}\u{1161}\u{11ab}"),
        // Blanks of other widths.
        ("a b", "a\u{a0}b"),
        ("あ い", "あ\u{3000}い"),
        // The Ångström sign is the letter.
        ("\u{212b}", "\u{c5}"),
    ] {
        assert_eq!(password(one), password(other), "{one} {other}");
        assert_eq!(password(one).as_str(), password(other).as_str());
    }
}

#[test]
fn case_width_and_order_are_kept() {
    for (one, other) in [
        ("a", "A"),
        ("ａ", "a"),
        ("ｶ", "カ"),
        ("①", "1"),
        ("ab", "ba"),
        (" a", "a"),
    ] {
        assert_ne!(password(one), password(other), "{one} {other}");
    }
}

#[test]
fn what_cannot_be_typed_reliably_is_no_password() {
    assert_eq!(Password::prepare(""), Err(Unusable::Empty));
    for text in [
        "a\u{0}b",
        "a\tb",
        "a\nb",
        "a\u{7f}b",
        "a\u{85}b",
        "\u{feff}ab",
        "a\u{200b}b",
        "a\u{ad}b",
        "a\u{2028}b",
        "a\u{202e}b",
        "a\u{e000}b",
        "a\u{fdd0}b",
        "a\u{ffff}b",
        "a\u{1fffe}b",
        "a\u{10ffff}b",
        "a\u{e0041}b",
        "\u{3164}",
        "a\u{fffd}b",
    ] {
        assert_eq!(
            Password::prepare(text),
            Err(Unusable::ForbiddenCharacter),
            "{text:?}"
        );
    }
    let far = "x".repeat(LONGEST_BYTES + 1);
    assert_eq!(Password::prepare(&far), Err(Unusable::FarTooLong));
    // Emoji, joined ones too, and every script are welcome.
    for text in ["🦦🏔️", "👩\u{200d}🚀", "שלום", "สวัสดี", "密碼", "パスワード"]
    {
        assert!(Password::prepare(text).is_ok(), "{text}");
    }
}

#[test]
fn characters_are_counted_as_code_points() {
    assert_eq!(password("密碼 pass").characters(), 7);
    assert_eq!(password("e\u{301}").characters(), 1);
    assert_eq!(password("🦦").characters(), 1);
}

#[test]
fn nothing_secret_is_shown_by_debug() {
    let [(text, _, phc), ..] = known();
    assert_eq!(format!("{:?}", password(text)), "Password(..)");
    let shown = format!("{:?}", Phc::parse(phc).unwrap());
    assert_eq!(shown, "Phc(m=19456,t=2,p=1,..)");
    assert_eq!(format!("{:?}", Memory::new()), "Memory(0 KiB)");
}

proptest! {
    #[test]
    fn preparing_twice_changes_nothing(text in any::<String>()) {
        if let Ok(once) = Password::prepare(&text) {
            let twice = Password::prepare(once.as_str()).unwrap();
            prop_assert_eq!(once.as_str(), twice.as_str());
        }
    }

    #[test]
    fn hashes_read_back(salt: [u8; 16], output: [u8; 32], m in 8u32..70_000, t in 1u32..64) {
        let cost = Cost::new(m, t, 1).unwrap();
        let phc = Phc { cost, salt, output: Zeroizing::new(output) };
        prop_assert!(phc.to_text().len() <= 100);
        prop_assert_eq!(Phc::parse(&phc.to_text()), Some(phc));
    }

    #[test]
    fn reading_a_hash_survives_anything(text in any::<String>(), tail in any::<String>()) {
        let _ = Phc::parse(&text);
        let _ = Phc::parse(&format!("$argon2id$v=19${tail}"));
    }

    #[test]
    fn what_was_hashed_is_right_and_a_change_is_wrong(text in "\\PC{1,40}", salt: [u8; 16]) {
        if let Ok(password) = Password::prepare(&text) {
            let mut memory = Memory::new();
            let stored = hash(&password, salt, &PEPPER, Cost::TEST, &mut memory).unwrap();
            prop_assert!(verify(&password, &stored, &PEPPER, &mut memory).unwrap());
            let other = Password::prepare(&format!("{text}x")).unwrap();
            prop_assert!(!verify(&other, &stored, &PEPPER, &mut memory).unwrap());
        }
    }
}
