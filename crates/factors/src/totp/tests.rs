//! Published vectors, vectors of two other implementations, and properties of searching a clock.

use proptest::prelude::*;

use super::*;

/// The seed of RFC 4226 appendix D and of RFC 6238 appendix B for SHA-1.
const RFC_SEED: &[u8; 20] = b"12345678901234567890";
/// Friday 2026-11-20 12:00:07 UTC.
const NOW: i64 = 1_795_176_007_000;

fn rfc_seed() -> Seed {
    Seed::from_bytes(*RFC_SEED)
}

fn code_of_step(seed: &Seed, step: Step) -> Code {
    code_at(seed, step.begins_ms())
}

#[test]
fn rfc_4226_appendix_d_hotp_values() {
    let expected = [
        "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
        "520489",
    ];
    for (step, code) in (0..).zip(expected) {
        assert_eq!(
            code_of_step(&rfc_seed(), Step::from_number(step))
                .to_text()
                .as_str(),
            code
        );
    }
}

#[test]
fn rfc_6238_appendix_b_totp_values() {
    // The RFC lists eight digits; a code of six is the last six of them.
    for (second, eight) in [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ] {
        let code = code_at(&rfc_seed(), second * 1_000);
        assert_eq!(code.to_text().as_str(), &eight[2..], "at {second} s");
    }
}

#[test]
fn other_implementations_agree() {
    // Computed with Python's hmac module and, independently, with pyotp.
    for (secret, second, expected) in [
        ("F5ODN3LZJ5RZARHLQXFJ24WUDECFVOIN", 0, "411045"),
        ("UJOKOPDRRHRKFSS2Z4QIRNL6FA6UZVC2", 29, "670321"),
        ("PTS7ZUCGABGJ7E66U2Z4F375OLOOCXQO", 30, "685910"),
        ("D2T22EM46XRHKQK3UPOUMQXB5YMB7SMQ", 1_000_000_000, "038556"),
        ("4CT7WKTMNB5NE6O4X2AH2RWOJGTKAHJY", 1_700_000_000, "282581"),
        ("4LCPXAGWDOEZBUCQF76V6DLLAGSO5BBL", 1_795_353_600, "441988"),
        ("GVWJMIRZVCV3IPGXX4DJENBBL4BB4DRJ", 2_000_000_000, "267497"),
        ("2HHDI2S2AOHMYA7RR6OXVQD5OJIFC3B6", 4_102_444_800, "773195"),
        ("TQQZR355SRRRU2JCKBHBDTAC5DROSYMS", 20_000_000_000, "692325"),
    ] {
        let seed = Seed::parse(secret).unwrap();
        assert_eq!(code_at(&seed, second * 1_000).to_text().as_str(), expected);
    }
}

#[test]
fn a_code_lives_for_its_whole_step() {
    let seed = rfc_seed();
    let step = Step::at(NOW);
    assert_eq!(
        code_at(&seed, step.begins_ms()),
        code_at(&seed, step.ends_ms() - 1)
    );
    assert_ne!(
        code_at(&seed, step.begins_ms()),
        code_at(&seed, step.ends_ms())
    );
    assert_eq!(Step::at(step.ends_ms()), step.plus(1));
    assert_eq!(Step::at(-1), Step::from_number(-1));
}

#[test]
fn typed_codes() {
    let code = Code::parse("038556").unwrap();
    for typed in [
        "038556",
        " 038 556 ",
        "038-556",
        "０３８５５６",
        "０３８　５５６",
        "038\u{a0}556",
        "038\u{2013}556",
        "０３８ー５５６",
        "\u{200e}038556\u{200e}",
        "038556\r\n",
    ] {
        assert_eq!(Code::parse(typed), Some(code), "{typed:?}");
    }
    for typed in [
        "",
        " ",
        "38556",
        "0385560",
        "03855a",
        "+38556",
        "0.38556",
        "O38556",
        "٠٣٨٥٥٦",
    ] {
        assert_eq!(Code::parse(typed), None, "{typed:?}");
    }
    assert_eq!(code.to_text().as_str(), "038556");
}

#[test]
fn the_window_is_one_step_on_either_side() {
    let seed = rfc_seed();
    let now = Step::at(NOW);
    for away in -5..=5 {
        let step = now.plus(away);
        let expected = (away.abs() <= WINDOW_STEPS).then_some(step);
        assert_eq!(
            check(&seed, code_of_step(&seed, step), NOW, 0),
            expected,
            "{away}"
        );
    }
}

#[test]
fn the_window_moves_with_the_device() {
    let seed = rfc_seed();
    let device = Step::at(NOW).plus(-40);
    for away in -3..=3 {
        let step = device.plus(away);
        let expected = (away.abs() <= WINDOW_STEPS).then_some(step);
        assert_eq!(
            check(&seed, code_of_step(&seed, step), NOW, -40),
            expected,
            "{away}"
        );
    }
    assert_eq!(check(&seed, code_at(&seed, NOW), NOW, -40), None);
}

#[test]
fn two_steps_with_one_code_give_the_later() {
    // The first neighbours of this seed that share a code, 911617; found by a search in Python.
    let seed = rfc_seed();
    let later = Step::from_number(910_738);
    let code = code_of_step(&seed, later);
    assert_eq!(code, code_of_step(&seed, later.plus(-1)));
    for now in [later.plus(-1), later] {
        assert_eq!(check(&seed, code, now.begins_ms(), 0), Some(later));
    }
}

#[test]
fn before_1970_and_at_the_ends_of_time_nothing_breaks() {
    let seed = rfc_seed();
    let first = code_of_step(&seed, Step::from_number(0));
    assert_eq!(code_at(&seed, -1), first);
    assert_eq!(check(&seed, first, -1, 0), Some(Step::from_number(0)));
    assert_eq!(check(&seed, first, -STEP_MS * 5, 0), None);
    for unix_ms in [i64::MIN, i64::MAX] {
        for offset in [i64::MIN, 0, i64::MAX] {
            let _ = check(&seed, first, unix_ms, offset);
        }
        assert_eq!(resync(&seed, first, first, unix_ms, u16::MAX), None);
        let _ = code_at(&seed, unix_ms).to_text();
        let _ = Step::at(unix_ms).ends_ms();
    }
}

#[test]
fn a_drift_is_told_in_steps_and_seconds() {
    let seed = rfc_seed();
    // The device shows what was due 95 s ago, and a moment later the next code.
    let second = Step::at(NOW).plus(-3);
    let found = drift(
        &seed,
        code_of_step(&seed, second.plus(-1)),
        code_of_step(&seed, second),
        NOW,
    )
    .unwrap();
    assert_eq!((found.steps(), found.seconds()), (-3, -90));
    assert_eq!(found.step_at(NOW), second);
    // With the offset the next code signs in.
    let next = second.plus(1);
    assert_eq!(
        check(
            &seed,
            code_of_step(&seed, next),
            NOW + STEP_MS,
            found.steps()
        ),
        Some(next)
    );
}

#[test]
fn codes_that_do_not_follow_one_another_tell_nothing() {
    let seed = rfc_seed();
    let now = Step::at(NOW);
    let code = |away| code_of_step(&seed, now.plus(away));
    assert_eq!(drift(&seed, code(5), code(5), NOW), None);
    assert_eq!(drift(&seed, code(5), code(4), NOW), None);
    assert_eq!(drift(&seed, code(4), code(6), NOW), None);
    let other = Seed::from_bytes([9; 20]);
    assert_eq!(
        drift(
            &seed,
            code_at(&other, NOW - STEP_MS),
            code_at(&other, NOW),
            NOW
        ),
        None
    );
}

#[test]
fn the_bounds_of_the_search_are_exact() {
    let seed = rfc_seed();
    let now = Step::at(NOW);
    for bound in [0u16, 1, 20, 1_000] {
        let reach = i64::from(bound);
        for steps in [-reach - 1, -reach, 0, reach, reach + 1] {
            let second = now.plus(steps);
            let found = resync(
                &seed,
                code_of_step(&seed, second.plus(-1)),
                code_of_step(&seed, second),
                NOW,
                bound,
            );
            let expected = (steps.abs() <= reach).then(|| Offset::from_steps(steps));
            assert_eq!(found, expected, "{steps} within {bound}");
        }
    }
    // A larger bound than the largest is cut.
    let far = now.plus(i64::from(RESYNC_BOUND_STEPS) + 1);
    let found = resync(
        &seed,
        code_of_step(&seed, far.plus(-1)),
        code_of_step(&seed, far),
        NOW,
        u16::MAX,
    );
    assert_eq!(found, None);
}

#[test]
fn the_smallest_offset_wins() {
    for (a, b, nearer) in [
        (1, 2, true),
        (-1, 2, true),
        (2, -1, false),
        (0, 1, true),
        (3, -3, false),
    ] {
        assert_eq!(bool::from(closer_to_zero(a, b)), nearer, "{a} {b}");
    }
}

#[test]
fn base32_text_of_a_seed() {
    let seed = rfc_seed();
    assert_eq!(
        seed.to_base32().as_str(),
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    );
    assert_eq!(
        seed.to_groups().as_str(),
        "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    );
    for typed in [
        "gezd gnbv gy3t qojq gezd gnbv gy3t qojq",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        "ＧＥＺＤ-GNBV-GY3T-QOJQ-GEZD-GNBV-GY3T-QOJQ\n",
    ] {
        assert_eq!(Seed::parse(typed), Some(rfc_seed()), "{typed}");
    }
    for typed in [
        "",
        "GEZDGNBVGY3TQOJQ",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQA",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJé",
    ] {
        assert_eq!(Seed::parse(typed), None, "{typed}");
    }
    assert_eq!(Seed::from_slice(RFC_SEED), Some(rfc_seed()));
    assert_eq!(Seed::from_slice(&RFC_SEED[1..]), None);
}

#[test]
fn the_address_for_authenticator_apps() {
    assert_eq!(
        rfc_seed()
            .otpauth_uri("Example Corp", "root@example.com")
            .as_str(),
        "otpauth://totp/Example%20Corp:root%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
         &issuer=Example%20Corp&algorithm=SHA1&digits=6&period=30"
    );
    let tricky = rfc_seed().otpauth_uri("a:b&c=d", "門/衛?#% x:y");
    assert_eq!(
        tricky.as_str(),
        "otpauth://totp/a%20b%26c%3Dd:%E9%96%80%2F%E8%A1%9B%3F%23%25%20x%20y\
         ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=a%20b%26c%3Dd&algorithm=SHA1&digits=6&period=30"
    );
}

#[test]
fn nothing_secret_is_shown_by_debug() {
    let seed = rfc_seed();
    let shown = format!("{seed:?} {:?}", code_at(&seed, NOW));
    assert_eq!(shown, "Seed(..) Code(..)");
}

proptest! {
    #[test]
    fn text_of_a_seed_reads_back(bytes: [u8; 20]) {
        let seed = Seed::from_bytes(bytes);
        prop_assert_eq!(Seed::parse(&seed.to_base32()), Some(Seed::from_bytes(bytes)));
        prop_assert_eq!(Seed::parse(&seed.to_groups()), Some(Seed::from_bytes(bytes)));
        prop_assert_eq!(seed.as_bytes(), &bytes);
    }

    #[test]
    fn text_of_a_code_reads_back(bytes: [u8; 20], unix_ms in 0i64..8_000_000_000_000) {
        let code = code_at(&Seed::from_bytes(bytes), unix_ms);
        prop_assert_eq!(code.to_text().len(), 6);
        prop_assert_eq!(Code::parse(&code.to_text()), Some(code));
    }

    #[test]
    fn parsers_survive_anything(text in any::<String>()) {
        let _ = Code::parse(&text);
        let _ = Seed::parse(&text);
        let _ = Seed::from_bytes([1; 20]).otpauth_uri(&text, &text);
    }

    #[test]
    fn a_matched_step_lies_in_the_window(
        bytes: [u8; 20],
        unix_ms in 40_000_000_000i64..8_000_000_000_000,
        offset in -1_000i64..1_000,
        away in -4i64..=4,
    ) {
        let seed = Seed::from_bytes(bytes);
        let step = Step::at(unix_ms).plus(offset + away);
        let code = code_of_step(&seed, step);
        match check(&seed, code, unix_ms, offset) {
            Some(found) => {
                prop_assert!((found.number() - Step::at(unix_ms).number() - offset).abs() <= 1);
                prop_assert_eq!(code_of_step(&seed, found), code);
            }
            None => prop_assert!(away.abs() > WINDOW_STEPS),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn resync_finds_the_true_offset_within_the_bound_and_nothing_outside(
        bytes: [u8; 20],
        unix_ms in 40_000_000_000i64..8_000_000_000_000,
        bound in 0u16..=60,
        steps in -70i64..=70,
    ) {
        let seed = Seed::from_bytes(bytes);
        let second = Step::at(unix_ms).plus(steps);
        let (first, second) = (code_of_step(&seed, second.plus(-1)), code_of_step(&seed, second));
        let expected = (steps.abs() <= i64::from(bound)).then(|| Offset::from_steps(steps));
        prop_assert_eq!(resync(&seed, first, second, unix_ms, bound), expected);
    }
}
