//! A table of passwords with the rules they do not meet, and what must never be refused.

use proptest::prelude::*;

use super::*;

fn password(text: &str) -> Password {
    Password::prepare(text).unwrap()
}

fn context() -> Context {
    Context::new()
        .email("mei.lin+admin@example.com")
        .name("Blue Harbour Robotics")
        .product("Gatelodge")
        .host("signin.harbour-cloud.example.com")
}

/// The names of the rules not met, without their figures.
fn rules(text: &str, standing: Standing) -> Vec<&'static str> {
    unmet(&password(text), standing, &context(), false)
        .into_iter()
        .map(|rule| match rule {
            Unmet::TooShort { .. } => "short",
            Unmet::TooLong { .. } => "long",
            Unmet::Common => "common",
            Unmet::Nearby(Nearby::Email) => "email",
            Unmet::Nearby(Nearby::Name) => "name",
            Unmet::Nearby(Nearby::Product) => "product",
            Unmet::Nearby(Nearby::Host) => "host",
            Unmet::Guessable => "guessable",
            Unmet::Leaked => "leaked",
        })
        .collect()
}

#[test]
fn good_passwords_meet_every_rule() {
    for text in [
        "correct horse battery staple",
        "quilt marble otter 93 saucer",
        "kfhw-2mzq-xv7t-b0rd",
        "我每天早上七點去市場買新鮮的魚",
        "あさごはんはいつもみそしるとたまご",
        "Ein Igel trinkt um acht Uhr Tee",
        "🦦🏔️🌊🚲 four small pictures",
        "                quiet morning rain",
    ] {
        assert_eq!(rules(text, Standing::Alone), [""; 0], "{text}");
        assert_eq!(rules(text, Standing::WithMfa), [""; 0], "{text}");
    }
    for text in ["vq7#mTz2kP", "otter+93 saucer", "早上七點去市場買魚"] {
        assert_eq!(rules(text, Standing::WithMfa), [""; 0], "{text}");
    }
}

#[test]
fn no_composition_is_asked_for() {
    // One class of characters is enough when there are enough of them.
    for text in [
        "wqzkfhdmtrplvbxc",
        "8391057462 7719 0325",
        "jsd hqk zpw mvx rtl",
    ] {
        assert_eq!(rules(text, Standing::Alone), [""; 0], "{text}");
    }
}

#[test]
fn lengths_count_characters_after_normalization() {
    let lengths = |n: usize, standing| {
        let text: String = "quilt🦦碼vexing".chars().cycle().take(n).collect();
        unmet(&password(&text), standing, &Context::new(), false)
            .into_iter()
            .filter(|rule| matches!(rule, Unmet::TooShort { .. } | Unmet::TooLong { .. }))
            .collect::<Vec<_>>()
    };
    let short = |least, has| vec![Unmet::TooShort { least, has }];
    let long = |has| vec![Unmet::TooLong { most: 128, has }];
    assert_eq!(lengths(14, Standing::Alone), short(15, 14));
    assert_eq!(lengths(15, Standing::Alone), []);
    assert_eq!(lengths(128, Standing::Alone), []);
    assert_eq!(lengths(129, Standing::Alone), long(129));
    assert_eq!(lengths(7, Standing::WithMfa), short(8, 7));
    assert_eq!(lengths(8, Standing::WithMfa), []);
    assert_eq!(lengths(128, Standing::WithMfa), []);
    assert_eq!(lengths(129, Standing::WithMfa), long(129));
    // Fifteen letters typed as thirty code points are fifteen.
    let decomposed = "e\u{301}".repeat(14);
    let found = unmet(
        &password(&decomposed),
        Standing::Alone,
        &Context::new(),
        false,
    );
    assert_eq!(found[0], Unmet::TooShort { least: 15, has: 14 });
}

#[test]
fn common_passwords_are_refused_in_every_disguise() {
    for text in [
        "password",
        "Password",
        "PASSWORD",
        "P@ssw0rd",
        "drowssap",
        "qwertyuiop",
        "1q2w3e4r",
        "baseball",
        "iloveyou",
        "sunshine",
        "princess",
        "football",
        "superman",
        "trustno1",
        "starwars",
        "computer",
        "whatever",
        "12345678",
        "123456789",
        "11111111",
        "password1",
        "1234567890",
        "letmein1",
        "michelle",
        "elephant",
        "asdfghjkl",
    ] {
        let found = rules(text, Standing::WithMfa);
        assert!(
            found.contains(&"common") || found.contains(&"guessable"),
            "{text}: {found:?}"
        );
    }
    assert_eq!(rules("password", Standing::WithMfa), ["common"]);
    assert_eq!(rules("P@ssw0rd", Standing::WithMfa), ["common"]);
    assert_eq!(rules("trustno1", Standing::WithMfa), ["common"]);
}

#[test]
fn length_alone_does_not_help() {
    for text in [
        "passwordpassword",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "1234567890123456",
        "abcdefghijklmnopqrst",
        "qwertyuiopasdfghjkl",
        "password20261120",
        "zxcvbnmzxcvbnmzxcvbnm",
    ] {
        assert_eq!(rules(text, Standing::Alone), ["guessable"], "{text}");
    }
}

#[test]
fn a_password_that_is_mainly_a_near_word_names_it() {
    for (text, kind) in [
        ("gatelodge2026!?", "product"),
        ("G4tel0dge-9274x", "product"),
        ("egdoletag-9274x", "product"),
        ("blueharbour7x!q", "name"),
        ("Robotics99zq", "name"),
        ("harbourcloud.7q", "host"),
        ("mei.lin.77", "email"),
        ("Mei.Lin+Admin@Example.com", "email"),
        ("example.com-x9z", "email"),
    ] {
        let found = rules(text, Standing::WithMfa);
        assert!(found.contains(&kind), "{text}: {found:?}");
    }
}

#[test]
fn a_near_word_in_a_long_phrase_is_fine() {
    for text in [
        "the gatelodge keeper feeds nine quiet otters",
        "blue umbrellas beside a marble staircase",
    ] {
        assert_eq!(rules(text, Standing::Alone), [""; 0], "{text}");
    }
}

#[test]
fn near_words_in_other_scripts() {
    let context = Context::new().name("青港機器人").email("mei@example.com");
    let found = unmet(
        &password("青港機器人青港機器人！"),
        Standing::WithMfa,
        &context,
        false,
    );
    assert!(found.contains(&Unmet::Nearby(Nearby::Name)), "{found:?}");
}

#[test]
fn short_pieces_are_no_words() {
    // Two letters of a name occur in any text.
    let context = Context::new().name("A Bc").email("x@y.zz");
    assert_eq!(
        unmet(&password("vq7#mTz2kP"), Standing::WithMfa, &context, false),
        []
    );
    assert_eq!(context.words(), ["a bc", "abc", "x@y.zz", "xyzz"]);
}

#[test]
fn leaked_is_told_beside_the_others_and_last() {
    let found = unmet(&password("password"), Standing::Alone, &context(), true);
    assert_eq!(
        found,
        [
            Unmet::TooShort { least: 15, has: 8 },
            Unmet::Common,
            Unmet::Leaked
        ]
    );
    let found = unmet(
        &password("correct horse battery staple"),
        Standing::Alone,
        &context(),
        true,
    );
    assert_eq!(found, [Unmet::Leaked]);
}

#[test]
fn many_and_long_near_words_are_cut() {
    let name = "word".repeat(1_000);
    let mut context = Context::new().name(&name);
    for n in 0..1_000 {
        context = context.host(&format!("host{n}.example.com"));
    }
    assert_eq!(format!("{context:?}"), "Context(64 words)");
    assert!(context.words().iter().all(|w| w.chars().count() <= 100));
}

#[test]
fn one_strong_stretch_is_enough_wherever_it_stands() {
    let weak = "a".repeat(100);
    for text in [
        format!("{weak}kfhw-2mzq-xv7t"),
        format!("kfhw-2mzq-xv7t{weak}"),
        format!("{}kfhw-2mzq-xv7t{}", "a".repeat(45), "a".repeat(45)),
    ] {
        assert_eq!(rules(&text, Standing::Alone), [""; 0], "{text}");
    }
}

#[test]
fn texts_made_to_upset_the_estimate_are_answered() {
    for piece in [
        "01",
        "qw",
        "1!|",
        "4@8({[<369&#!1/|0$5+7%2",
        "p4ssw0rd",
        "12/12/2012",
        "我",
        "aA",
        "\u{308}e",
    ] {
        let text: String = piece.chars().cycle().take(128).collect();
        let _ = rules(&text, Standing::Alone);
    }
}

proptest! {
    #[test]
    fn stretches_cover_the_text_and_overlap(text in "\\PC{0,200}") {
        let parts: Vec<&str> = stretches(&text).collect();
        prop_assert!(parts.iter().all(|part| part.chars().count() <= STRETCH));
        let start = |part: &str| part.as_ptr() as usize - text.as_ptr() as usize;
        prop_assert_eq!(start(parts[0]), 0);
        for pair in parts.windows(2) {
            prop_assert!(start(pair[1]) < start(pair[0]) + pair[0].len());
        }
        let last = parts[parts.len() - 1];
        prop_assert_eq!(start(last) + last.len(), text.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn rules_survive_anything(text in any::<String>(), name in any::<String>(), email in any::<String>()) {
        if let Ok(password) = Password::prepare(&text) {
            let context = Context::new().name(&name).email(&email).product(&name).host(&email);
            let found = unmet(&password, Standing::WithMfa, &context, false);
            let has = password.characters();
            prop_assert_eq!(found.contains(&Unmet::TooShort { least: 8, has }), has < 8);
            prop_assert!(!found.contains(&Unmet::Leaked));
        }
    }

    #[test]
    fn drawn_passwords_are_always_good(text in "[!-~]{20,128}") {
        let found = unmet(&password(&text), Standing::Alone, &Context::new(), false);
        prop_assert_eq!(found, []);
    }
}
