//! Addresses that people have, and texts that are none.

use proptest::prelude::*;

use super::*;

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

#[test]
fn addresses_that_people_have() {
    let local_64 = "a".repeat(64);
    let longest = format!(
        "{local_64}@{}.{}.{}.com",
        "b".repeat(63),
        "c".repeat(63),
        "d".repeat(57)
    );
    assert_eq!(longest.len(), LONGEST);
    for text in [
        "alice@example.com",
        "a@b.test",
        "first.last@mail.example.co.jp",
        "user+tag@example.com",
        "USER@EXAMPLE.COM",
        "x_y-z@sub-domain.example.org",
        "1234567890@example.com",
        "!#$%&'*+-/=?^_`{|}~@example.org",
        "a@123.example.com",
        "a@xn--fiqs8s.example",
        "a@example.xn--p1ai",
        longest.as_str(),
    ] {
        let email = email(text);
        assert_eq!(email.shown(), text);
        assert_eq!(email.key(), text.to_lowercase());
    }
}

#[test]
fn sub_addresses_are_addresses_of_their_own() {
    let all = [
        "email@example.com",
        "email+1@example.com",
        "email+tag@example.com",
        "email+tag+more@example.com",
        "e.mail@example.com",
    ];
    for (i, a) in all.iter().enumerate() {
        for (j, b) in all.iter().enumerate() {
            assert_eq!(email(a) == email(b), i == j, "{a} {b}");
        }
    }
}

#[test]
fn every_character_that_smtp_allows_may_follow_the_plus() {
    for c in (0x21u8..0x7f).map(char::from) {
        let allowed = c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
        let text = format!("email+{c}x@example.com");
        // A dot is allowed too, as long as letters stand on both sides of it.
        assert_eq!(Email::parse(&text).is_ok(), allowed || c == '.', "{text}");
    }
}

#[test]
fn compared_lower_cased_and_shown_as_given() {
    let one = email("Alice+Shop@Example.COM");
    assert_eq!(one, email("alice+shop@example.com"));
    assert_eq!(one.shown(), "Alice+Shop@Example.COM");
    assert_eq!(one.key(), "alice+shop@example.com");
    assert_eq!((one.local(), one.domain()), ("Alice+Shop", "example.com"));
}

#[test]
fn slips_of_the_keyboard_are_forgiven() {
    for typed in [
        "  alice@example.com ",
        "alice@example.com\n",
        "\u{3000}alice@example.com\u{3000}",
        "ａｌｉｃｅ＠ｅｘａｍｐｌｅ．ｃｏｍ",
        "alice＠example.com",
        "\u{feff}alice@example.com\u{200b}",
    ] {
        assert_eq!(
            Email::parse(typed).unwrap().shown(),
            "alice@example.com",
            "{typed:?}"
        );
    }
}

#[test]
fn texts_that_are_no_addresses() {
    let long_local = format!("{}@example.com", "a".repeat(65));
    let long_label = format!("a@{}.com", "b".repeat(64));
    let long = format!("a@{}com", "bcd.".repeat(80));
    for (text, reason) in [
        ("", Refused::Empty),
        (" \u{3000}", Refused::Empty),
        ("alice", Refused::NoLocalPart),
        ("@example.com", Refused::NoLocalPart),
        ("alice@", Refused::Domain),
        ("alice@example", Refused::Domain),
        ("alice@localhost", Refused::Domain),
        ("alice@.com", Refused::Domain),
        ("alice@example.com.", Refused::Domain),
        ("alice@example..com", Refused::Domain),
        ("alice@-example.com", Refused::Domain),
        ("alice@example-.com", Refused::Domain),
        ("alice@exam_ple.com", Refused::Domain),
        ("alice@192.0.2.1", Refused::Domain),
        ("alice@example.c", Refused::Domain),
        ("alice@[192.0.2.1]", Refused::ForbiddenCharacter),
        ("alice@bob@example.com", Refused::ForbiddenCharacter),
        ("al ice@example.com", Refused::ForbiddenCharacter),
        ("\"alice\"@example.com", Refused::ForbiddenCharacter),
        ("alice(x)@example.com", Refused::ForbiddenCharacter),
        ("alice,bob@example.com", Refused::ForbiddenCharacter),
        ("Alice <alice@example.com>", Refused::ForbiddenCharacter),
        ("alice\\@example.com", Refused::ForbiddenCharacter),
        (
            "alice@example.com\r\nBcc: bob@example.com",
            Refused::ForbiddenCharacter,
        ),
        ("alice\n@example.com", Refused::ForbiddenCharacter),
        ("alice\u{0}@example.com", Refused::ForbiddenCharacter),
        ("al\u{85}ice@example.com", Refused::ForbiddenCharacter),
        ("al\u{3000}ice@example.com", Refused::ForbiddenCharacter),
        (".alice@example.com", Refused::MisplacedDot),
        ("alice.@example.com", Refused::MisplacedDot),
        ("al..ice@example.com", Refused::MisplacedDot),
        ("愛麗絲@example.com", Refused::NotAscii),
        ("alice@例.example.com", Refused::NotAscii),
        ("alice@example.\u{441}om", Refused::NotAscii),
        (long_local.as_str(), Refused::TooLong),
        (long_label.as_str(), Refused::Domain),
        (long.as_str(), Refused::TooLong),
    ] {
        assert_eq!(Email::parse(text).unwrap_err(), reason, "{text:?}");
    }
}

#[test]
fn debug_shows_the_domain_only() {
    assert_eq!(
        format!("{:?}", email("Alice@Example.com")),
        "Email(..@example.com)"
    );
}

proptest! {
    #[test]
    fn what_is_accepted_is_safe_in_a_header_and_reads_back(text in any::<String>()) {
        if let Ok(email) = Email::parse(&text) {
            prop_assert!(email.shown().bytes().all(|b| (0x21..0x7f).contains(&b)));
            prop_assert!(!email.shown().contains(['"', '<', '>', ',', ';', ':', '\\', '(', ')', '[', ']']));
            let again = Email::parse(email.shown()).unwrap();
            prop_assert_eq!(again.shown(), email.shown());
            let lowered = Email::parse(email.key()).unwrap();
            prop_assert_eq!(lowered.key(), email.key());
        }
    }

    #[test]
    fn made_of_right_parts_it_is_accepted(
        local in "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]{1,20}(\\.[a-z0-9]{1,20}){0,2}",
        domain in "([a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?\\.){1,4}[a-z]{2,10}",
    ) {
        let text = format!("{local}@{domain}");
        let email = Email::parse(&text);
        prop_assert!(email.is_ok(), "{}", text);
        let email = email.unwrap();
        prop_assert_eq!(email.local(), local);
        prop_assert_eq!(email.domain(), domain);
    }

    #[test]
    fn one_character_more_or_less_never_panics(text in "[a@.+\"\r\n\u{ff20}\u{3000} -]{0,30}") {
        let _ = Email::parse(&text);
    }
}
