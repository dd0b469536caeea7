//! Calls by HTTP against a carrier that is a process of its own (R-REC-18, R-REC-19, R-REC-44).

mod forged;
mod order;
mod story;
mod text;

use crate::desk::{NUMBER, TestDesk, plan};
use adapters::clock::SystemClock;
use adapters::entropy::SystemEntropy;
use adapters::voice::Recorded;
use adapters::voice::http::{CarrierConfig, Config, Http};
use app::ports::{CallPlan, Telephone, Voice};
use domain::locale::Locale;
use domain::secret::Secret;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use testkit::carrier::{Carrier, Door, KEY, LOGIN};

const DIGITS: &str = "407318";

/// Requests that the carrier did not make, or not now and for this address.
fn forgeries() -> [serde_json::Value; 5] {
    [
        json!({ "unsigned": true }),
        json!({ "wrongKey": true }),
        json!({ "elsewhere": true }),
        json!({ "ago": 301 }),
        json!({ "ago": -310 }),
    ]
}

/// This carrier as the operator describes it.
fn described(name: &str, carrier: &Carrier) -> CarrierConfig {
    CarrierConfig {
        name: name.to_owned(),
        calls_url: carrier.calls_url(),
        messages_url: Some(carrier.messages_url()),
        sender_id: None,
        ca_file: carrier.ca_file.clone(),
        user: Some(LOGIN.0.to_owned()),
        password: Secret::from(LOGIN.1),
        signing_key: Secret::from(KEY),
        signature_header: "X-Signature".to_owned(),
        timestamp_header: "X-Signature-Timestamp".to_owned(),
        caller_id: "+886225550100".to_owned(),
        caller_ids: BTreeMap::from([("JP".to_owned(), "+81355550100".to_owned())]),
        countries: Vec::new(),
    }
}

fn config(carriers: Vec<CarrierConfig>, door: &Door) -> Config {
    Config {
        patience: Duration::from_secs(20),
        ..Config::new(carriers, door.base.clone(), Arc::new(|_| false))
    }
}

fn http(config: Config) -> Http {
    speaking(config, Arc::new(Recorded::default()))
}

fn speaking(config: Config, voice: Arc<dyn Voice>) -> Http {
    Http::new(
        config,
        voice,
        Arc::new(SystemEntropy),
        Arc::new(SystemClock),
    )
    .unwrap()
}

/// A telephone over one carrier, and the door for what it tells.
async fn towards(carrier: &Carrier) -> Http {
    let door = Door::open().await;
    let http = http(config(vec![described("first", carrier)], &door));
    door.lead_to(Arc::new(http.clone()));
    http
}

/// Places a call whose digits are [`DIGITS`].
async fn call(telephone: &dyn Telephone) -> (Arc<TestDesk>, CallPlan) {
    let desk = TestDesk::expecting(DIGITS);
    let plan = plan(&desk);
    telephone.place(&plan).await.unwrap();
    (desk, plan)
}

/// A call that was answered.
async fn answered() -> (Carrier, Http, Arc<TestDesk>, CallPlan) {
    let carrier = Carrier::start().await;
    let http = towards(&carrier).await;
    let (desk, plan) = call(&http).await;
    carrier.saw("created").await;
    assert_eq!(carrier.answer().await["document"]["keys"], 6);
    (carrier, http, desk, plan)
}

#[tokio::test]
async fn the_doctor_sees_each_stage_and_a_wrong_password() {
    let carrier = Carrier::that(json!({ "login": "Bearer a token", "tls": true })).await;
    let door = Door::open().await;
    let token = |password: &str| CarrierConfig {
        user: None,
        password: Secret::from(password),
        ..described("first", &carrier)
    };
    let stages = http(config(vec![token("a token")], &door)).probe().await;
    let whats: Vec<&str> = stages.iter().map(|stage| stage.what).collect();
    assert_eq!(whats, ["address", "TLS", "answer"]);
    let said = format!("{:?}", stages.last().unwrap().verdict);
    assert_eq!(said, r#"Well("it answered 200")"#);
    let stages = http(config(vec![token("another")], &door)).probe().await;
    let said = format!("{:?}", stages.last().unwrap().verdict);
    assert!(said.starts_with("Failed") && said.contains("401"), "{said}");
    assert_eq!(carrier.count("created"), 0);
}

#[tokio::test]
async fn a_certificate_of_somebody_else_or_for_another_name_is_not_spoken_to() {
    let carrier = Carrier::that(json!({ "tls": true })).await;
    let other = Carrier::that(json!({ "tls": true })).await;
    let door = Door::open().await;
    let good = described("first", &carrier);
    for bad in [
        CarrierConfig {
            ca_file: other.ca_file.clone(),
            ..good.clone()
        },
        CarrierConfig {
            calls_url: good.calls_url.replace("localhost", "127.0.0.1"),
            ..good.clone()
        },
    ] {
        let http = http(config(vec![bad], &door));
        let (desk, _) = call(&http).await;
        assert_eq!(desk.over().await, "ended failed");
        let stages = http.probe().await;
        assert_eq!(stages.last().unwrap().what, "TLS", "{stages:?}");
    }
    assert_eq!(carrier.events(), [json!(null); 0]);
    let http = http(config(vec![good], &door));
    let (_desk, _) = call(&http).await;
    carrier.saw("created").await;
}

#[tokio::test]
async fn what_is_not_encrypted_stays_near() {
    let door = Door::open().await;
    let carrier = Carrier::start().await;
    let far = CarrierConfig {
        calls_url: "http://192.0.2.1:8089/v1/calls".to_owned(),
        ..described("first", &carrier)
    };
    let http = http(config(vec![far], &door));
    let stages = http.probe().await;
    let said = format!("{stages:?}");
    assert!(
        stages.len() == 1 && said.contains("outside voice.trunk_networks"),
        "{said}"
    );
    let (desk, _) = call(&http).await;
    assert_eq!(desk.over().await, "ended failed");
}
