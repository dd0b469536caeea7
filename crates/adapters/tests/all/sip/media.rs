//! Who may be heard in a call, and what is heard of us.

use super::*;
use adapters::voice::wav;
use app::ports::Voice;
use testkit::callee::Attack;
use testkit::sound::alike;

/// The samples of a prompt.
fn prompt(name: &str, locale: Locale) -> Vec<i16> {
    let account = "111122223333".parse().unwrap();
    wav::samples(&Recorded::default().recording(name, locale, &account)).unwrap()
}

async fn heard_in(locale: Locale, law: u8) {
    let wanted = prompt("recovery", locale);
    let callee = Callee::start(Script {
        keys: DIGITS,
        after: wanted.len() / 160 + 20,
        law,
        ..Script::default()
    })
    .await;
    let sip = towards(&callee);
    let desk = call_in(&sip, locale).await;
    desk.heard("right").await;
    desk.over().await;
    let heard = callee.sound();
    for name in ["recovery", "thanks"] {
        let likeness = alike(&heard, &prompt(name, locale));
        assert!(likeness >= 0.9, "{name}: {likeness}");
    }
    for other in Locale::ALL.into_iter().filter(|other| *other != locale) {
        let likeness = alike(&heard, &prompt("recovery", other));
        assert!(likeness < 0.5, "{other:?}: {likeness}");
    }
    let loudest = heard.iter().map(|s| s.unsigned_abs()).max().unwrap();
    assert!((3_277..32_440).contains(&loudest), "{loudest}");
}

#[tokio::test]
async fn what_is_heard_is_the_prompt_in_traditional_chinese() {
    heard_in(Locale::ZhTw, 0).await;
}

#[tokio::test]
async fn what_is_heard_is_the_prompt_in_japanese() {
    heard_in(Locale::Ja, 8).await;
}

#[tokio::test]
async fn what_is_heard_is_the_prompt_in_english() {
    heard_in(Locale::En, 0).await;
}

#[tokio::test]
async fn keys_from_another_port_or_address_and_of_no_dialog_are_never_heard() {
    for attack in [Attack::OtherPort, Attack::OtherAddress, Attack::ForgedInfo] {
        let callee = Callee::start(Script {
            keys: DIGITS,
            attack: Some(attack),
            hangs_up: Some(90),
            ..Script::default()
        })
        .await;
        let sip = towards(&callee);
        let desk = call(&sip).await;
        desk.over().await;
        assert_eq!(
            desk.told(),
            ["ringing", "answered", "ended hung-up"],
            "{attack:?}"
        );
        if attack == Attack::ForgedInfo {
            callee.saw_times("info 481", 6).await;
        }
    }
}

#[tokio::test]
async fn a_second_source_ends_the_call_and_presses_nothing() {
    let (callee, desk) = story(Script {
        keys: DIGITS,
        attack: Some(Attack::SecondSource),
        ..Script::default()
    })
    .await;
    assert_eq!(desk.told(), ["ringing", "answered", "ended hung-up"]);
    callee.saw("bye").await;
}

#[tokio::test]
async fn what_plays_before_the_answer_rings_and_its_source_gives_way() {
    let (callee, desk) = story(Script {
        keys: DIGITS,
        early: true,
        ..Script::default()
    })
    .await;
    assert_eq!(
        desk.told(),
        ["ringing", "answered", "right", "ended hung-up"]
    );
    callee.saw("bye").await;
}

#[tokio::test]
async fn a_session_described_anew_goes_on_at_its_new_port() {
    let (callee, desk) = story(Script {
        keys: DIGITS,
        after: 40,
        moves: Some(15),
        ..Script::default()
    })
    .await;
    assert_eq!(
        desk.told(),
        ["ringing", "answered", "right", "ended hung-up"]
    );
    assert_eq!(callee.count("invite 200"), 1);
}

#[tokio::test]
async fn sound_outside_the_networks_of_the_trunks_is_refused() {
    let callee = Callee::start(Script {
        sound_at: "192.0.2.7",
        ..Script::default()
    })
    .await;
    let sip = towards(&callee);
    let desk = call(&sip).await;
    assert_eq!(desk.over().await, "ended failed");
    assert_eq!(desk.told(), ["ringing", "ended failed"]);
    callee.saw("bye").await;
}
