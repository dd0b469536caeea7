//! Keys, in every way in which telephones and carriers send them.

use super::*;
use testkit::callee::Keys;

async fn right(script: Script) {
    let what = format!("{script:?}");
    let (callee, desk) = story(Script {
        keys: DIGITS,
        ..script
    })
    .await;
    let told = desk.told();
    assert!(told.contains(&"right".to_owned()), "{told:?}: {what}");
    assert!(!told.contains(&"wrong".to_owned()), "{told:?}: {what}");
    // The last words are said to the end before the receiver is put down.
    callee.saw("bye").await;
}

#[tokio::test]
async fn six_keys_are_heard_while_the_prompt_plays_r_rec_19() {
    right(Script::default()).await;
}

#[tokio::test]
async fn keys_are_heard_with_losses_doubles_and_late_packets() {
    for loses in [1, 4, 6] {
        right(Script {
            loses,
            ..Script::default()
        })
        .await;
    }
    right(Script {
        late: true,
        ..Script::default()
    })
    .await;
}

#[tokio::test]
async fn keys_are_heard_in_both_laws_and_by_the_payload_type_of_the_answer() {
    right(Script {
        law: 8,
        ..Script::default()
    })
    .await;
    right(Script {
        answers_type: Some(96),
        ..Script::default()
    })
    .await;
}

#[tokio::test]
async fn keys_are_heard_by_info_in_both_forms() {
    for by in [Keys::InfoRelay, Keys::Info] {
        right(Script {
            by,
            ..Script::default()
        })
        .await;
    }
}

#[tokio::test]
async fn keys_of_another_payload_type_are_not_heard_and_the_voice_repeats_itself() {
    let callee = Callee::start(Script {
        keys: DIGITS,
        sends_type: Some(102),
        ..Script::default()
    })
    .await;
    let sip = telephone(Config {
        quiet: Duration::from_millis(200),
        ..config(vec![trunk(callee.port)])
    });
    let desk = call(&sip).await;
    assert_eq!(desk.over().await, "ended hung-up");
    let told = desk.told();
    assert_eq!(
        told,
        ["ringing", "answered", "quiet", "quiet", "ended hung-up"]
    );
    callee.saw("bye").await;
}

#[tokio::test]
async fn wrong_keys_ask_again_and_right_ones_after_them_count() {
    let (_, desk) = story(Script {
        keys: "111111407318",
        gap: 8,
        ..Script::default()
    })
    .await;
    let told = desk.told();
    assert_eq!(
        told,
        ["ringing", "answered", "wrong", "right", "ended hung-up"]
    );
}

#[tokio::test]
async fn somebody_who_never_stops_pressing_is_heard_until_the_call_must_end() {
    let callee = Callee::start(Script {
        keys: "123456123456123456123456123456123456123456123456123456123456",
        gap: 7,
        ..Script::default()
    })
    .await;
    let sip = telephone(Config {
        longest: Duration::from_secs(4),
        ..config(vec![trunk(callee.port)])
    });
    let desk = call(&sip).await;
    assert_eq!(desk.over().await, "ended hung-up");
    assert!(desk.told().contains(&"wrong".to_owned()));
    callee.saw("bye").await;
}
