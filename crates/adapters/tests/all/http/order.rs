//! Which carrier is asked first, which next, and which never.

use super::*;
use adapters::voice::carriers::Exchange;
use adapters::voice::sip::{self, Sip, TrunkConfig};
use testkit::callee::{Callee, Fate, Script};

const LONGEST: Duration = Duration::from_secs(90);

#[tokio::test]
async fn the_next_carrier_is_asked_when_one_failed_and_not_when_the_line_was_busy() {
    let away = Carrier::that(json!({ "create": "503" })).await;
    let carrier = Carrier::start().await;
    let third = Carrier::start().await;
    let door = Door::open().await;
    let http = http(config(
        vec![
            described("first", &away),
            described("second", &carrier),
            described("third", &third),
        ],
        &door,
    ));
    door.lead_to(Arc::new(http.clone()));
    let (desk, _) = call(&http).await;
    away.saw("declined").await;
    carrier.saw("created").await;
    carrier.status("ringing").await;
    carrier.status("busy").await;
    assert_eq!(desk.over().await, "ended busy");
    assert_eq!(third.count("created"), 0);
    // A call that could not be connected, and did not ring, goes to the next.
    let (desk, _) = call(&http).await;
    carrier.does(json!({ "do": "address" })).await;
    while carrier.count("created") < 2 {
        tokio::task::yield_now().await;
    }
    carrier.status("failed").await;
    third.saw("created").await;
    third.status("no-answer").await;
    assert_eq!(desk.over().await, "ended no-answer");
}

#[tokio::test]
async fn a_call_that_is_taken_too_late_is_ended_and_goes_over_the_next_carrier() {
    let slow = Carrier::that(json!({ "create": "late" })).await;
    let next = Carrier::start().await;
    let door = Door::open().await;
    let http = http(Config {
        patience: Duration::from_millis(500),
        ..config(
            vec![described("first", &slow), described("second", &next)],
            &door,
        )
    });
    door.lead_to(Arc::new(http.clone()));
    let (desk, _) = call(&http).await;
    slow.saw("created").await;
    next.saw("created").await;
    // It rings all the same: nobody is listened to there.
    assert_eq!(slow.answer().await["status"], 404);
    slow.does(json!({ "do": "release" })).await;
    assert_eq!(slow.saw("ended").await["sid"], "CA00000001");
    next.answer().await;
    next.press(DIGITS).await;
    next.status("completed").await;
    desk.over().await;
    assert_eq!(desk.told(), ["answered", "right", "ended hung-up"]);
}

#[tokio::test]
async fn a_carrier_for_some_countries_is_asked_for_these_alone_and_shows_a_number_of_theirs() {
    let carrier = Carrier::start().await;
    let elsewhere = Carrier::start().await;
    let door = Door::open().await;
    let http = http(config(
        vec![
            CarrierConfig {
                countries: vec!["TW".to_owned()],
                ..described("first", &elsewhere)
            },
            CarrierConfig {
                countries: vec!["JP".to_owned()],
                ..described("second", &carrier)
            },
        ],
        &door,
    ));
    let desk = TestDesk::expecting(DIGITS);
    let plan = CallPlan {
        to: "+819012345678".to_owned(),
        country: "JP".to_owned(),
        ..plan(&desk)
    };
    http.place(&plan).await.unwrap();
    assert_eq!(carrier.saw("created").await["from"], "+81355550100");
    assert_eq!(elsewhere.count("created"), 0);
}

/// A telephone with one trunk, to this phone.
fn trunk(name: &str, callee: &Callee) -> Sip {
    let trunk = TrunkConfig {
        name: name.to_owned(),
        ..crate::sip::trunk(callee.port)
    };
    let config = sip::Config {
        port: 0,
        ..sip::Config::new(vec![trunk], Arc::new(|address| address.is_loopback()))
    };
    let voice = Arc::new(Recorded::default());
    Sip::new(config, voice, Arc::new(SystemEntropy)).unwrap()
}

#[tokio::test]
async fn trunks_and_carriers_stand_in_one_order_r_rec_44() {
    let dead = Callee::start(Script {
        fate: Fate::Refused(503),
        ..Script::default()
    })
    .await;
    let carrier = Carrier::start().await;
    let door = Door::open().await;
    let http = http(config(vec![described("carrier", &carrier)], &door));
    let exchange = Exchange::new(Some(trunk("trunk", &dead)), Some(http), &[], LONGEST);
    let exchange = Arc::new(exchange);
    door.lead_to(Arc::clone(&exchange) as Arc<dyn Telephone>);
    let (desk, plan) = call(&*exchange).await;
    carrier.saw("created").await;
    assert_eq!(dead.count("invite"), 1);
    carrier.answer().await;
    exchange.hang_up(&plan.call).await;
    carrier.saw("ended").await;
    assert_eq!(desk.told(), ["answered"]);

    let phone = Callee::start(Script {
        keys: DIGITS,
        ..Script::default()
    })
    .await;
    let away = Carrier::that(json!({ "create": "503" })).await;
    let door = Door::open().await;
    let http = super::http(config(vec![described("carrier", &away)], &door));
    let order = ["carrier".to_owned()];
    let exchange = Exchange::new(Some(trunk("trunk", &phone)), Some(http), &order, LONGEST);
    let (desk, _) = call(&exchange).await;
    assert_eq!(desk.over().await, "ended hung-up");
    assert_eq!((away.count("declined"), phone.count("invite")), (1, 1));
    assert!(desk.told().contains(&"right".to_owned()));
}
