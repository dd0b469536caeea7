//! Requests that are not the carrier's, come twice, come late, or are about another call.

use super::*;

#[tokio::test]
async fn who_does_not_sign_as_the_carrier_now_and_for_this_address_is_nobody() {
    let (carrier, _http, desk, _) = answered().await;
    for forged in forgeries() {
        for (act, with) in [
            ("press", json!({ "keys": DIGITS })),
            ("status", json!({ "status": "completed" })),
            ("answer", json!({})),
        ] {
            let mut command = forged.clone();
            command["do"] = json!(act);
            for (key, value) in with.as_object().unwrap() {
                command[key] = value.clone();
            }
            let answer = carrier.does(command).await;
            assert_eq!(
                (&answer["status"], &answer["body"]),
                (&json!(403), &json!("")),
                "{forged} {act}"
            );
        }
    }
    assert_eq!(desk.told(), ["answered"]);
    // A clock that is a little wrong is no attack.
    carrier
        .does(json!({ "do": "press", "keys": DIGITS, "ago": 280 }))
        .await;
    desk.heard("right").await;
}

#[tokio::test]
async fn a_request_that_comes_twice_presses_nothing() {
    let (carrier, _http, desk, _) = answered().await;
    carrier.press("111111").await;
    desk.heard("wrong").await;
    let again = carrier.does(json!({ "do": "again" })).await;
    assert_eq!(again["status"], 403, "{again}");
    assert_eq!(desk.told(), ["answered", "wrong"]);
    carrier.press(DIGITS).await;
    assert_eq!(desk.told(), ["answered", "wrong", "right"]);
}

#[tokio::test]
async fn keys_for_a_question_that_was_answered_count_for_nothing() {
    let (carrier, _http, desk, _) = answered().await;
    let address = carrier.does(json!({ "do": "address" })).await;
    let first = format!("{}/1", address["url"].as_str().unwrap());
    carrier.press("111111").await;
    // A carrier that did not hear our answer sends it once more, signed afresh.
    let form = "CallSid=CA00000001&CallStatus=in-progress&Digits=111111";
    let told = carrier
        .does(json!({ "do": "send", "to": first, "form": form }))
        .await;
    assert_eq!(told["status"], 200, "{told}");
    assert!(told["body"].as_str().unwrap().contains("/2.wav"), "{told}");
    // And one that asks for the beginning again gets the present question too.
    let again = carrier.does(json!({ "do": "answer", "ago": 60 })).await;
    assert_eq!(again["document"]["keys"], 6, "{again}");
    assert_eq!(desk.told(), ["answered", "wrong"]);
}

#[tokio::test]
async fn digits_for_another_call_are_refused() {
    let (carrier, http, desk, _) = answered().await;
    let other = json!({ "do": "press", "keys": DIGITS, "sid": "CA99999999" });
    assert_eq!(carrier.does(other).await["status"], 403);
    let one = carrier.does(json!({ "do": "address" })).await;
    let one = one["url"].as_str().unwrap().to_owned();
    let (second, _) = call(&http).await;
    while carrier.count("created") < 2 {
        tokio::task::yield_now().await;
    }
    carrier.answer().await;
    // Rightly signed, at the address of the first call, about the second.
    let form = format!("CallSid=CA00000002&CallStatus=in-progress&Digits={DIGITS}");
    for to in [format!("{one}/1"), one.clone(), format!("{one}/status")] {
        let told = carrier
            .does(json!({ "do": "send", "to": to, "form": form }))
            .await;
        assert_eq!(told["status"], 403, "{told}");
    }
    assert_eq!(
        (desk.told(), second.told()),
        (vec!["answered".to_owned()], vec!["answered".to_owned()])
    );
}

#[tokio::test]
async fn a_carrier_speaks_of_its_own_calls_only() {
    let carrier = Carrier::start().await;
    let other = Carrier::that(json!({ "key": "a key that another carrier was given" })).await;
    let door = Door::open().await;
    let base = door.base.clone();
    let http = http(config(
        vec![
            described("first", &carrier),
            CarrierConfig {
                signing_key: Secret::from("a key that another carrier was given"),
                ..described("second", &other)
            },
        ],
        &door,
    ));
    door.lead_to(Arc::new(http.clone()));
    let (desk, _) = call(&http).await;
    carrier.saw("created").await;
    let url = carrier.does(json!({ "do": "address" })).await;
    let url = url["url"].as_str().unwrap().to_owned();
    let form = "CallSid=CA00000001&CallStatus=in-progress";
    let theirs = url.replace("/voice/first/", "/voice/second/");
    assert!(theirs.starts_with(&base) && theirs != url);
    for (to, status) in [(&url, 403), (&theirs, 404)] {
        let send = json!({ "do": "send", "to": to, "form": form });
        assert_eq!(other.does(send).await["status"], status, "{to}");
    }
    assert_eq!(desk.told(), [""; 0]);
}

/// Nobody is behind an address of ours that no call has, whoever asks, and nothing is told of why.
#[tokio::test]
async fn addresses_of_no_call_answer_nothing() {
    let (carrier, _http, desk, _) = answered().await;
    let url = carrier.does(json!({ "do": "address" })).await;
    let url = url["url"].as_str().unwrap().to_owned();
    let form = "CallSid=CA00000001&CallStatus=in-progress";
    let (base, token) = url.rsplit_once('/').unwrap();
    let other: String = token.chars().rev().collect();
    for to in [
        format!("{base}/{other}"),
        format!("{url}/nothing"),
        format!("{url}/1/2"),
        format!("{url}?a=1"),
        format!("{url}/"),
    ] {
        let told = carrier
            .does(json!({ "do": "send", "to": to, "form": form }))
            .await;
        let status = told["status"].as_u64().unwrap();
        assert!(status == 404 || status == 403, "{to}: {told}");
        assert_eq!(told["body"], "", "{to}");
    }
    for to in [
        url.clone(),
        format!("{url}/2.wav"),
        format!("{url}/0.wav"),
        format!("{base}/{other}/1.wav"),
        format!("{url}/status"),
    ] {
        let told = carrier.does(json!({ "do": "get", "url": to })).await;
        assert_eq!(
            (&told["status"], &told["wav"]),
            (&json!(404), &json!("")),
            "{to}"
        );
    }
    for form in [
        "",
        "CallSid=CA00000001&Digits=12x",
        "CallSid=CA00000001&CallStatus=gone",
    ] {
        let told = carrier
            .does(json!({ "do": "send", "to": url, "form": form }))
            .await;
        assert_eq!(told["status"], 400, "{form}");
    }
    assert_eq!(desk.told(), ["answered"]);
}
