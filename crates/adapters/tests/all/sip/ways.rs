//! What carries the signalling, and how a trunk lets us in.

use super::*;
use adapters::voice::sip::Verdict;
use testkit::callee::{Carriage as Over, Fate};

#[tokio::test]
async fn calls_go_over_tcp() {
    let callee = Callee::over(
        Over::Tcp,
        Script {
            keys: DIGITS,
            ..Script::default()
        },
    )
    .await;
    let sip = telephone(config(vec![TrunkConfig {
        carriage: Carriage::Tcp,
        ..trunk(callee.port)
    }]));
    let desk = call(&sip).await;
    desk.over().await;
    assert_eq!(
        desk.told(),
        ["ringing", "answered", "right", "ended hung-up"]
    );
    callee.saw("bye").await;
}

fn over_tls(callee: &Callee) -> TrunkConfig {
    TrunkConfig {
        carriage: Carriage::Tls,
        host: "localhost".to_owned(),
        ca_file: Some(callee.ca_file()),
        ..trunk(callee.port)
    }
}

#[tokio::test]
async fn calls_go_over_tls_to_a_trunk_whose_certificate_is_for_its_name() {
    let callee = Callee::over(
        Over::Tls,
        Script {
            keys: DIGITS,
            ..Script::default()
        },
    )
    .await;
    let sip = telephone(Config {
        local_address: Some("127.0.0.1".parse().unwrap()),
        ..config(vec![over_tls(&callee)])
    });
    let desk = call(&sip).await;
    desk.over().await;
    assert_eq!(
        desk.told(),
        ["ringing", "answered", "right", "ended hung-up"]
    );
    callee.saw("bye").await;
}

#[tokio::test]
async fn a_certificate_of_somebody_else_or_for_another_name_ends_it() {
    let callee = Callee::over(Over::Tls, Script::default()).await;
    let other = Callee::over(Over::Tls, Script::default()).await;
    for bad in [
        TrunkConfig {
            ca_file: Some(other.ca_file()),
            ..over_tls(&callee)
        },
        TrunkConfig {
            host: "127.0.0.1".to_owned(),
            ..over_tls(&callee)
        },
    ] {
        let sip = telephone(Config {
            local_address: Some("127.0.0.1".parse().unwrap()),
            ..config(vec![bad])
        });
        let desk = call(&sip).await;
        assert_eq!(desk.over().await, "ended failed");
        let stages = sip.probe().await;
        assert_eq!(stages.last().unwrap().what, "TLS", "{stages:?}");
        assert!(matches!(stages.last().unwrap().verdict, Verdict::Failed(_)));
    }
    assert_eq!(callee.seen(), [""; 0]);
}

#[tokio::test]
async fn a_digest_opens_the_trunk_and_a_wrong_password_does_not() {
    for code in [401, 407] {
        for (password, end) in [
            ("an orange lamp", "ended busy"),
            ("another", "ended failed"),
        ] {
            let callee = Callee::start(Script {
                login: Some(("gate", "an orange lamp", code)),
                fate: Fate::Refused(486),
                ..Script::default()
            })
            .await;
            let sip = telephone(config(vec![TrunkConfig {
                login: login("gate", password),
                ..trunk(callee.port)
            }]));
            let desk = call(&sip).await;
            assert_eq!(desk.over().await, end, "{code} {password}");
        }
    }
}

#[tokio::test]
async fn a_registration_is_kept_and_the_doctor_sees_each_stage() {
    let callee = Callee::start(Script {
        login: Some(("gate", "an orange lamp", 401)),
        ..Script::default()
    })
    .await;
    let good = TrunkConfig {
        login: login("gate", "an orange lamp"),
        register: Some(Duration::from_secs(120)),
        domain: Some("carrier.test".to_owned()),
        ..trunk(callee.port)
    };
    let sip = telephone(config(vec![good.clone()]));
    sip.open().await;
    callee.saw("register").await;
    let line = callee.line("REGISTER").unwrap();
    assert!(line.contains("sip:carrier.test"), "{line}");
    let stages = sip.probe().await;
    let whats: Vec<&str> = stages.iter().map(|stage| stage.what).collect();
    assert_eq!(whats, ["address", "answer", "registration"]);
    for stage in &stages {
        assert!(matches!(stage.verdict, Verdict::Well(_)), "{stage:?}");
    }
    let bad = TrunkConfig {
        login: login("gate", "wrong"),
        ..good
    };
    let stages = telephone(config(vec![bad])).probe().await;
    assert!(
        matches!(&stages.last().unwrap().verdict, Verdict::Failed(said) if said.contains("401")),
        "{stages:?}"
    );
}

#[tokio::test]
async fn a_trunk_that_is_away_is_seen_by_the_doctor() {
    let callee = Callee::start(Script::default()).await;
    let nowhere = TrunkConfig {
        host: "no-such-host.invalid".to_owned(),
        ..trunk(callee.port)
    };
    let stages = telephone(Config {
        local_address: Some("127.0.0.1".parse().unwrap()),
        ..config(vec![nowhere])
    })
    .probe()
    .await;
    assert_eq!(stages.len(), 1);
    assert!(matches!(stages[0].verdict, Verdict::Failed(_)));
}

#[tokio::test]
async fn a_port_that_is_taken_is_said_when_a_call_is_placed() {
    let taken = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let callee = Callee::start(Script::default()).await;
    let sip = telephone(Config {
        port: taken.local_addr().unwrap().port(),
        ..config(vec![trunk(callee.port)])
    });
    let desk = TestDesk::expecting(DIGITS);
    let said = sip.place(&plan(&desk)).await.unwrap_err();
    assert!(said.contains("cannot be taken"), "{said}");
}
