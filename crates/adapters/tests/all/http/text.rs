//! Short texts over a carrier that is a process of its own, as strict as a carrier would be (G-11).

use super::*;
use adapters::voice::http::text::Texts;
use app::ports::{Answer, Callback, Delivery, Future_, MailRefused, OutgoingText, Texter};
use domain::ids::OutboxId;
use std::sync::{Mutex, PoisonError};

/// Lets carriers in to what sends texts, and remembers what they told.
struct Told(Arc<Texts>, Mutex<Vec<Delivery>>);

impl Told {
    fn lost(&self) -> Vec<Option<String>> {
        let all = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|told| told.lost.clone()).collect()
    }
}

impl Telephone for Told {
    fn place<'a>(&'a self, _: &'a CallPlan) -> Future_<'a, Result<(), String>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn hang_up<'a>(&'a self, _: &'a domain::ids::CallId) -> Future_<'a, ()> {
        Box::pin(std::future::ready(()))
    }

    fn called_back(&self, callback: Callback) -> Future_<'_, Answer> {
        let answer = match self.0.told(&callback) {
            Ok(told) => {
                let mut all = self.1.lock().unwrap_or_else(PoisonError::into_inner);
                all.extend(told);
                Answer::nothing(204)
            }
            Err(answer) => answer,
        };
        Box::pin(std::future::ready(answer))
    }
}

fn text() -> OutgoingText {
    OutgoingText {
        id: OutboxId::draw(&domain::dice::Dice::new([3; 32]), ""),
        to: NUMBER.to_owned(),
        country: "TW".to_owned(),
        words: "12345678 是您的登入驗證碼 & +1\n@id.example.com #12345678".to_owned(),
    }
}

/// What sends texts over these carriers, and what they tell.
async fn over(carriers: Vec<CarrierConfig>) -> (Arc<Texts>, Arc<Told>) {
    let door = Door::open().await;
    let texts = Arc::new(Texts::new(config(carriers, &door), Arc::new(SystemClock)).unwrap());
    let told = Arc::new(Told(Arc::clone(&texts), Mutex::default()));
    door.lead_to(Arc::clone(&told) as Arc<dyn Telephone>);
    (texts, told)
}

#[tokio::test]
async fn a_text_arrives_as_it_was_written_and_the_carrier_tells_so() {
    let carrier = Carrier::start().await;
    let (texts, told) = over(vec![described("first", &carrier)]).await;
    assert_eq!(texts.send(&text()).await, Ok("first".to_owned()));
    let seen = carrier.saw("text").await;
    assert_eq!(seen["to"], NUMBER);
    assert_eq!(seen["from"], "+886225550100");
    assert_eq!(seen["body"], text().words.as_str());
    for status in ["queued", "sent"] {
        assert_eq!(carrier.text_status(status).await["status"], 204);
    }
    assert_eq!(told.lost(), []);
    assert_eq!(carrier.text_status("delivered").await["status"], 204);
    assert_eq!(told.lost(), [None]);
    let one = told.1.lock().unwrap().pop().unwrap();
    assert_eq!((one.text, one.carrier), (text().id, "first".to_owned()));
    let lost = json!({ "do": "text-status", "status": "undelivered", "code": "30003" });
    carrier.does(lost).await;
    let said = "it did not arrive (the carrier's code 30003)".to_owned();
    assert_eq!(told.lost(), [Some(said)]);
}

#[tokio::test]
async fn what_is_forged_old_or_said_twice_tells_nothing() {
    let carrier = Carrier::start().await;
    let (texts, told) = over(vec![described("first", &carrier)]).await;
    texts.send(&text()).await.unwrap();
    for forged in forgeries() {
        let mut command = forged.clone();
        command["do"] = json!("text-status");
        command["status"] = json!("failed");
        assert_eq!(carrier.does(command).await["status"], 403, "{forged}");
    }
    assert_eq!(told.lost(), []);
    assert_eq!(carrier.text_status("delivered").await["status"], 204);
    let again = carrier.does(json!({ "do": "again" })).await;
    assert_eq!(again["status"], 403, "{again}");
    assert_eq!(told.lost(), [None]);
    assert_eq!(carrier.text_status("arrived").await["status"], 400);
    assert_eq!(told.lost(), [None]);
}

#[tokio::test]
async fn the_next_carrier_is_asked_when_one_fails_and_not_because_of_the_number() {
    let down = Carrier::that(json!({ "text": "503" })).await;
    let locked = Carrier::that(json!({ "login": "Basic somebody:else" })).await;
    let carrier = Carrier::start().await;
    let all = || {
        vec![
            described("down", &down),
            described("locked", &locked),
            described("third", &carrier),
        ]
    };
    let (texts, _) = over(all()).await;
    assert_eq!(texts.send(&text()).await, Ok("third".to_owned()));
    assert_eq!((down.count("declined"), locked.count("refused")), (1, 1));
    // A number that wants no texts wants none from anybody.
    let unsubscribed = Carrier::that(json!({ "text": "unsubscribed" })).await;
    let mut order = all();
    order.insert(0, described("first", &unsubscribed));
    let (texts, _) = over(order).await;
    let Err(MailRefused::Never(why)) = texts.send(&text()).await else {
        panic!("it was sent, or is to be tried again");
    };
    assert!(why.contains("21610") && !why.contains(NUMBER), "{why}");
    assert_eq!(carrier.count("text"), 1);
}

#[tokio::test]
async fn where_none_takes_it_the_text_is_tried_again() {
    let down = Carrier::that(json!({ "text": "500" })).await;
    let silent = Carrier::that(json!({ "text": "silent" })).await;
    let door = Door::open().await;
    let config = Config {
        patience: Duration::from_millis(500),
        ..config(
            vec![described("down", &down), described("silent", &silent)],
            &door,
        )
    };
    let texts = Texts::new(config, Arc::new(SystemClock)).unwrap();
    let said = MailRefused::Later("silent: it says nothing".to_owned());
    assert_eq!(texts.send(&text()).await, Err(said));
}

#[tokio::test]
async fn carriers_of_calls_alone_and_of_other_countries_are_not_asked() {
    let carrier = Carrier::start().await;
    let calls_only = CarrierConfig {
        messages_url: None,
        ..described("calls", &carrier)
    };
    let japan = CarrierConfig {
        countries: vec!["JP".to_owned()],
        ..described("japan", &carrier)
    };
    let (texts, _) = over(vec![calls_only, japan]).await;
    let none = MailRefused::Later("no carrier serves that country".to_owned());
    assert_eq!(texts.send(&text()).await, Err(none));
    let named = CarrierConfig {
        sender_id: Some("GATELODGE".to_owned()),
        ..described("named", &carrier)
    };
    let (texts, _) = over(vec![named]).await;
    texts.send(&text()).await.unwrap();
    assert_eq!(carrier.saw("text").await["from"], "GATELODGE");
    let stages = texts.probe().await;
    let last = format!("{:?}", stages.last().unwrap().verdict);
    assert_eq!(last, r#"Well("it answered 200")"#);
}
