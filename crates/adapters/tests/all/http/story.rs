//! What becomes of calls: digits right and wrong, phones that are busy, carriers that say no, nonsense or nothing.

use super::*;
use domain::ids::AccountId;
use testkit::carrier::heard;
use testkit::sound::alike;

#[tokio::test]
async fn wrong_digits_are_asked_for_again_and_right_ones_end_the_call_r_rec_19() {
    let carrier = Carrier::start().await;
    let http = towards(&carrier).await;
    let (desk, _) = call(&http).await;
    let created = carrier.saw("created").await;
    assert_eq!(created["to"], NUMBER);
    assert_eq!(created["from"], "+886225550100");
    for (status, ago) in [("initiated", 0), ("ringing", 1), ("ringing", 0)] {
        let told = json!({ "do": "status", "status": status, "ago": ago });
        assert_eq!(carrier.does(told).await["status"], 204);
    }
    let asked = carrier.answer().await;
    assert_eq!(asked["document"]["seconds"], 5, "{asked}");
    let recorded = |prompt: &str| {
        let account: AccountId = "111122223333".parse().unwrap();
        let file = Recorded::default().recording(prompt, Locale::En, &account);
        adapters::voice::wav::samples(&file).unwrap()
    };
    assert!(alike(&heard(&asked), &recorded("recovery")) >= 0.9);
    let again = carrier.press("111111").await;
    assert!(alike(&heard(&again), &recorded("again")) >= 0.9);
    let thanks = carrier.press(DIGITS).await;
    assert!(alike(&heard(&thanks), &recorded("thanks")) >= 0.9);
    assert_eq!(thanks["document"]["hangsUp"], true);
    carrier.status("completed").await;
    desk.over().await;
    assert_eq!(
        desk.told(),
        ["ringing", "answered", "wrong", "right", "ended hung-up"]
    );
    assert_eq!((carrier.count("ended"), carrier.count("refused")), (0, 0));
}

#[tokio::test]
async fn a_try_may_come_in_parts_and_silence_is_told_after_ten_seconds() {
    let (carrier, _http, desk, _) = answered().await;
    let half = carrier.press("407").await;
    assert_eq!(half["document"]["keys"], 3, "{half}");
    assert_eq!(half["document"]["plays"], json!(null));
    assert_eq!(carrier.press("318").await["document"]["hangsUp"], true);
    desk.heard("right").await;
    let (carrier, _http, desk, _) = answered().await;
    carrier.press("4").await;
    let silence = json!({ "do": "silence" });
    let still = carrier.does(silence.clone()).await;
    assert_eq!(still["document"]["plays"], json!(null), "{still}");
    assert!(!desk.told().contains(&"quiet".to_owned()));
    let again = carrier.does(silence).await;
    assert!(again["document"]["plays"].is_string(), "{again}");
    assert_eq!(again["document"]["keys"], 6);
    desk.heard("quiet").await;
}

#[tokio::test]
async fn every_end_that_a_carrier_tells_has_its_outcome() {
    for (status, code, end) in [
        ("busy", "", "ended busy"),
        ("no-answer", "", "ended no-answer"),
        ("canceled", "", "ended no-answer"),
        ("failed", "", "ended failed"),
        ("failed", "404", "ended barred"),
        ("failed", "486", "ended busy"),
        ("failed", "603", "ended declined"),
        ("failed", "503", "ended failed"),
        ("failed", "408", "ended no-answer"),
        // Somebody picked up and heard nothing.
        ("completed", "", "ended failed"),
    ] {
        let carrier = Carrier::start().await;
        let http = towards(&carrier).await;
        let (desk, _) = call(&http).await;
        carrier.saw("created").await;
        let told = json!({ "do": "status", "status": status, "code": code });
        assert_eq!(carrier.does(told).await["status"], 204);
        assert_eq!(desk.over().await, end, "{status} {code}");
        assert_eq!(carrier.count("ended"), 0);
    }
}

#[tokio::test]
async fn whatever_a_carrier_answers_to_an_order_the_call_ends_in_words_of_ours() {
    for (create, end) in [
        ("302", "ended failed"),
        ("400", "ended barred"),
        ("401", "ended failed"),
        ("404", "ended failed"),
        ("429", "ended failed"),
        ("500", "ended failed"),
        ("503", "ended failed"),
        ("garbage", "ended failed"),
        ("silent", "ended failed"),
    ] {
        let carrier = Carrier::that(json!({ "create": create })).await;
        let door = Door::open().await;
        let http = http(Config {
            patience: Duration::from_millis(match create {
                "silent" => 300,
                _ => 20_000,
            }),
            ..config(vec![described("first", &carrier)], &door)
        });
        let (desk, _) = call(&http).await;
        assert_eq!(desk.over().await, end, "{create}");
        assert_eq!(carrier.count("refused"), 0, "{:?}", carrier.events());
    }
    let nobody = Carrier::start().await;
    let away = described("first", &nobody);
    drop(nobody);
    let http = http(config(vec![away], &Door::open().await));
    let (desk, _) = call(&http).await;
    assert_eq!(desk.over().await, "ended failed");
}

#[tokio::test]
async fn a_call_that_is_hung_up_ends_at_the_carrier_and_its_addresses_end_with_it() {
    let (carrier, http, desk, plan) = answered().await;
    let address = carrier.does(json!({ "do": "address" })).await;
    let url = address["url"].as_str().unwrap().to_owned();
    let fetch = json!({ "do": "get", "url": format!("{url}/1.wav") });
    assert_eq!(carrier.does(fetch.clone()).await["status"], 200);
    http.hang_up(&plan.call).await;
    let ended = carrier.saw("ended").await;
    assert_eq!(ended["sid"], "CA00000001");
    assert_eq!(desk.told(), ["answered"]);
    assert_eq!(carrier.does(fetch).await["status"], 404);
    assert_eq!(carrier.press(DIGITS).await["status"], 404);
    assert_eq!(desk.told(), ["answered"]);
}

#[tokio::test]
async fn a_call_that_never_ends_is_ended() {
    for (answers, end) in [(true, "ended hung-up"), (false, "ended no-answer")] {
        let carrier = Carrier::start().await;
        let door = Door::open().await;
        let http = http(Config {
            longest: Duration::from_secs(3),
            ..config(vec![described("first", &carrier)], &door)
        });
        door.lead_to(Arc::new(http.clone()));
        let (desk, _) = call(&http).await;
        carrier.saw("created").await;
        if answers {
            carrier.answer().await;
        }
        assert_eq!(desk.over().await, end);
        carrier.saw("ended").await;
    }
}

#[tokio::test]
async fn somebody_who_never_stops_pressing_is_not_listened_to_for_ever() {
    let (carrier, _http, desk, _) = answered().await;
    let mut times = 0;
    loop {
        let told = carrier.press("123123").await;
        times += 1;
        if told["document"]["hangsUp"] == true {
            break;
        }
        assert!(times < 100, "{told}");
    }
    assert_eq!(times, 63);
    carrier.status("completed").await;
    assert_eq!(desk.over().await, "ended hung-up");
}

/// A telephone that lost its voice.
#[derive(Debug)]
struct Mute;

impl Voice for Mute {
    fn subtitles(&self, _: &str, _: Locale, _: &AccountId) -> String {
        String::new()
    }

    fn recording(&self, _: &str, _: Locale, _: &AccountId) -> Vec<u8> {
        Vec::new()
    }

    fn spelled(&self, _: &str, _: domain::locale::Locale, _: &domain::dice::Dice) -> Vec<u8> {
        Vec::new()
    }
}

#[tokio::test]
async fn without_its_recordings_the_call_still_goes_its_way() {
    let carrier = Carrier::start().await;
    let door = Door::open().await;
    let http = speaking(
        config(vec![described("first", &carrier)], &door),
        Arc::new(Mute),
    );
    door.lead_to(Arc::new(http.clone()));
    let (desk, _) = call(&http).await;
    carrier.saw("created").await;
    assert_eq!(carrier.answer().await["heard"]["status"], 404);
    carrier.press(DIGITS).await;
    desk.heard("right").await;
}
