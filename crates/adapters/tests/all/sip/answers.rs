//! Final answers, silence, and which trunk is asked next.

use super::*;
use testkit::callee::Fate;

async fn outcome(fate: Fate) -> (Callee, Vec<String>) {
    let (callee, desk) = story(Script {
        fate,
        ..Script::default()
    })
    .await;
    (callee, desk.told())
}

#[tokio::test]
async fn every_final_answer_is_acknowledged_and_means_one_end_r_rec_46() {
    for (code, end) in [
        (302, "failed"),
        (401, "failed"),
        (403, "barred"),
        (404, "barred"),
        (407, "failed"),
        (408, "no-answer"),
        (480, "no-answer"),
        (484, "barred"),
        (486, "busy"),
        (487, "no-answer"),
        (488, "failed"),
        (500, "failed"),
        (503, "failed"),
        (600, "busy"),
        (603, "declined"),
        (604, "barred"),
    ] {
        let (callee, told) = outcome(Fate::Refused(code)).await;
        assert_eq!(told, [format!("ended {end}")], "{code}");
        callee.saw("ack of refusal").await;
        assert_eq!(callee.count("invite"), 1, "{code}");
        let (_, told) = outcome(Fate::RingsThen(code)).await;
        assert_eq!(
            told,
            ["ringing".to_owned(), format!("ended {end}")],
            "{code}"
        );
    }
}

#[tokio::test]
async fn silence_is_a_failure_of_the_trunk() {
    let (_, told) = outcome(Fate::Silence).await;
    assert_eq!(told, ["ended failed"]);
}

#[tokio::test]
async fn lost_requests_are_sent_again() {
    let (callee, desk) = story(Script {
        loses_invites: 1,
        hangs_up: Some(3),
        ..Script::default()
    })
    .await;
    assert_eq!(desk.told(), ["ringing", "answered", "ended hung-up"]);
    assert_eq!((callee.count("lost"), callee.count("ack")), (1, 1));
}

#[tokio::test]
async fn the_next_trunk_is_asked_when_one_fails_and_only_then() {
    for (fate, asked) in [
        (Fate::Silence, 1),
        (Fate::Refused(503), 1),
        (Fate::Refused(500), 1),
        (Fate::Refused(408), 1),
        (Fate::RingsThen(408), 0),
        (Fate::Refused(403), 0),
        (Fate::Refused(486), 0),
        (Fate::Refused(603), 0),
        (Fate::Refused(302), 0),
    ] {
        let first = Callee::start(Script {
            fate,
            ..Script::default()
        })
        .await;
        let second = Callee::start(Script {
            fate: Fate::Refused(486),
            ..Script::default()
        })
        .await;
        let sip = telephone(config(vec![trunk(first.port), trunk(second.port)]));
        let desk = call(&sip).await;
        let end = desk.over().await;
        assert_eq!(second.count("invite"), asked, "{fate:?}");
        if asked == 1 {
            assert_eq!(end, "ended busy", "{fate:?}");
        }
    }
}

#[tokio::test]
async fn a_trunk_for_other_countries_is_not_asked() {
    let other = Callee::start(Script::default()).await;
    let right = Callee::start(Script {
        fate: Fate::Refused(486),
        ..Script::default()
    })
    .await;
    let abroad = TrunkConfig {
        countries: vec!["JP".to_owned()],
        ..trunk(other.port)
    };
    let own = TrunkConfig {
        caller_ids: BTreeMap::from([("TW".to_owned(), "+886225550199".to_owned())]),
        number: NumberForm::Prefix("00".to_owned()),
        ..trunk(right.port)
    };
    let sip = telephone(config(vec![abroad, own]));
    let desk = call(&sip).await;
    assert_eq!(desk.over().await, "ended busy");
    assert_eq!(other.seen(), [""; 0]);
    let line = right.line("INVITE").unwrap();
    assert!(line.contains("sip:00886912345678@127.0.0.1"), "{line}");
    let from = right.header("INVITE", "from").unwrap();
    assert!(from.contains("+886225550199"), "{from}");
    let asserted = right.header("INVITE", "p-asserted-identity").unwrap();
    assert!(asserted.contains("+886225550199"), "{asserted}");
}

#[tokio::test]
async fn who_hangs_up_while_it_rings_cancels_and_is_told_nothing_more() {
    let callee = Callee::start(Script {
        fate: Fate::Rings,
        ..Script::default()
    })
    .await;
    let sip = towards(&callee);
    let desk = TestDesk::expecting(DIGITS);
    let plan = plan(&desk);
    sip.place(&plan).await.unwrap();
    desk.heard("ringing").await;
    sip.hang_up(&plan.call).await;
    callee.saw("cancel").await;
    callee.saw("ack of refusal").await;
    assert_eq!(desk.told(), ["ringing"]);
}

#[tokio::test]
async fn a_phone_that_rings_for_too_long_is_given_up() {
    let callee = Callee::start(Script {
        fate: Fate::Rings,
        ..Script::default()
    })
    .await;
    let sip = telephone(Config {
        longest: Duration::from_millis(700),
        ..config(vec![trunk(callee.port)])
    });
    let desk = call(&sip).await;
    assert_eq!(desk.over().await, "ended no-answer");
    callee.saw("cancel").await;
}

#[tokio::test]
async fn a_call_that_never_ends_is_ended_r_rec_19() {
    let callee = Callee::start(Script::default()).await;
    let sip = telephone(Config {
        longest: Duration::from_millis(700),
        ..config(vec![trunk(callee.port)])
    });
    let desk = call(&sip).await;
    assert_eq!(desk.over().await, "ended hung-up");
    callee.saw("bye").await;
}

#[tokio::test]
async fn who_hangs_up_in_a_call_says_goodbye() {
    let callee = Callee::start(Script::default()).await;
    let sip = towards(&callee);
    let desk = TestDesk::expecting(DIGITS);
    let plan = plan(&desk);
    sip.place(&plan).await.unwrap();
    callee.heard(3).await;
    sip.hang_up(&plan.call).await;
    callee.saw("bye").await;
    assert_eq!(desk.told(), ["ringing", "answered"]);
}
