//! The telephone of a trial server, and telephones that really ring: dialled once, watched, given up in order.

use super::*;
use app::Error;
use app::ports::{CallPlan, Future_, Key, Next, Telephone};
use app::script::Script;
use app::settings::{Settings, Transport};
use app::telephone::Touch;
use app::worker::Worker;
use domain::call::Progress;
use domain::ids::CallId;
use domain::refusal::Code;
use domain::time::Span;
use http::StatusCode;
use std::sync::{Arc, Mutex};
use store::outbox::State;
use testkit::rig::{OUTBOX_KEY, each_engine, each_engine_with, on_sqlite, settings};
use testkit::stores;

const PHONE_PAGE: &str = "/outbox/phone/886912345678";

fn worker(rig: &Rig) -> Worker {
    Worker::new(rig.app.clone(), true).expect("a worker")
}

/// A case whose mail is proved, and *Call me now* pressed: the phone rings.
async fn ringing(rig: &Rig, browser: &mut Browser, worker: &Worker) -> (String, CallOrder) {
    let owner = owner(rig).await;
    let case = case_path(&begin(rig, browser, &owner, "lost").await);
    prove_mail(rig, browser, &case).await;
    press_call(rig, browser, &case).await;
    worker.settle().await.expect("settled");
    (case, rig.last_call().await)
}

async fn at_the_phone(rig: &Rig) -> Browser {
    let mut browser = rig.browser();
    browser.open(&format!("/outbox?key={OUTBOX_KEY}")).await;
    browser
}

/// What the form with this address would send.
async fn act(phone: &mut Browser, order: &CallOrder, act: &str, field: (&str, &str)) -> Answer {
    let fields = [("call", order.call.as_str()), field];
    phone.submit(&format!("{PHONE_PAGE}/{act}"), &fields).await
}

fn wrong_keys(order: &CallOrder) -> String {
    let first = order.digits.expose().starts_with('0');
    if first {
        "111111".to_owned()
    } else {
        "000000".to_owned()
    }
}

async fn row(rig: &Rig, call: &CallId) -> store::outbox::Entry {
    let call = call.clone();
    let found = rig
        .db()
        .read(move |tx| store::outbox::call::find(tx, &call))
        .await;
    found.expect("the outbox").expect("a row")
}

#[test]
fn a_trial_call_rings_in_the_page_speaks_and_takes_keys_r_rec_19_r_rec_39_r_rec_40_p_01() {
    each_engine(async |rig| {
        let mut browser = rig.browser();
        let worker = worker(rig);
        let (case, order) = ringing(rig, &mut browser, &worker).await;
        let page = browser.open(&case).await;
        assert!(page.shows("is ringing"), "{}", page.text());
        let mut phone = at_the_phone(rig).await;
        let page = phone.open("/outbox").await;
        assert!(
            page.shows("+886912345678") && page.shows("Ringing"),
            "{}",
            page.text()
        );
        let page = phone.open(PHONE_PAGE).await;
        assert!(page.shows("Answer") && page.shows("Decline"));
        assert!(
            page.headers.contains_key("refresh"),
            "without scripts it asks again while it rings"
        );
        assert!(
            !page.body.contains(order.digits.expose()),
            "the digits are on the other page only"
        );
        let page = act(&mut phone, &order, "answer", ("x", "")).await;
        assert!(
            page.shows("Connected") && page.shows("Hang up"),
            "{}",
            page.text()
        );
        let four = order
            .account
            .last_four()
            .chars()
            .map(String::from)
            .collect::<Vec<_>>()
            .join(" ");
        assert!(page.shows(&four), "the account is named: {}", page.text());
        assert!(page.body.contains("autoplay"));
        assert!(
            !page.headers.contains_key("refresh"),
            "nothing is wiped out while keys are pressed"
        );
        let wav = phone.get(&format!("/outbox/voice/{}/1", order.call)).await;
        assert_eq!(wav.headers["content-type"], "audio/wav");
        assert!(wav.body.starts_with("RIFF"));
        // Key by key, as a keypad sends them; the voice is silent meanwhile.
        for (count, key) in wrong_keys(&order).chars().enumerate() {
            let page = act(&mut phone, &order, "press", ("keys", &key.to_string())).await;
            if count < 5 {
                assert!(
                    page.shows(&wrong_keys(&order)[..=count]) && !page.body.contains("autoplay")
                );
            } else {
                assert!(
                    page.shows("Those are not the digits on the page"),
                    "{}",
                    page.text()
                );
            }
        }
        let page = browser.open(&case).await;
        assert!(
            page.shows("2 tries are left in this call"),
            "{}",
            page.text()
        );
        let page = act(&mut phone, &order, "press", ("keys", order.digits.expose())).await;
        assert!(
            page.shows("Thank you. The page goes on by itself"),
            "{}",
            page.text()
        );
        assert!(page.shows("Over: the digits were right"));
        let page = browser.open(&case).await;
        assert!(page.shows("Sign in to the console"), "{}", page.text());
        worker.settle().await.expect("settled");
        assert_eq!(
            row(rig, &order.call).await.state,
            State::Sent,
            "out of the worker's hand"
        );
        // A press that comes late changes nothing and says why.
        let page = act(&mut phone, &order, "press", ("keys", "1")).await;
        assert!(page.shows("That call was over already"), "{}", page.text());
    });
}

#[test]
fn where_it_is_set_the_voice_asks_for_the_number_first_r_rec_45() {
    const FIRST: &str = "First, press your own phone number, and then the hash key (#).";
    let older = Settings {
        script: Script::NumberFirst,
        ..settings()
    };
    each_engine_with(&older, async |rig| {
        let mut browser = rig.browser();
        let worker = worker(rig);
        let (case, order) = ringing(rig, &mut browser, &worker).await;
        let page = browser.open(&case).await;
        assert!(page.shows(FIRST) && page.shows("press the six digits"));
        let mut phone = at_the_phone(rig).await;
        let page = act(&mut phone, &order, "answer", ("x", "")).await;
        assert!(page.shows(FIRST), "{}", page.text());
        // The digits of the page are not the number; they are not counted as wrong either.
        let digits = format!("{}#", order.digits.expose());
        let page = act(&mut phone, &order, "press", ("keys", &digits)).await;
        assert!(page.shows(FIRST), "{}", page.text());
        for keys in ["0912", "345678"] {
            let page = act(&mut phone, &order, "press", ("keys", keys)).await;
            assert!(page.shows(FIRST), "{}", page.text());
        }
        let page = act(&mut phone, &order, "press", ("keys", "#")).await;
        assert!(
            page.shows("press the six digits it shows") && !page.shows(FIRST),
            "{}",
            page.text()
        );
        let page = browser.open(&case).await;
        assert!(page.shows("3 tries"), "{}", page.text());
        let page = act(&mut phone, &order, "press", ("keys", order.digits.expose())).await;
        assert!(page.shows("Thank you."), "{}", page.text());
        let page = browser.open(&case).await;
        assert!(page.shows("Sign in to the console"), "{}", page.text());
    });
}

#[test]
fn the_command_line_holds_the_same_receiver() {
    each_engine(async |rig| {
        let mut browser = rig.browser();
        let worker = worker(rig);
        let (case, order) = ringing(rig, &mut browser, &worker).await;
        let press = async |keys: &str| {
            let touch = Touch::press(keys).expect("keys");
            rig.app.touch_phone(&order.call, touch).await
        };
        // Keys pressed while it rings pick up first; * repeats, # begins anew.
        press("12").await.expect("pressed");
        let call = rig.app.call(&order.call).await.expect("the call");
        assert_eq!(
            (call.progress, call.keyed.as_str(), call.turn),
            (Progress::Answered, "12", 1)
        );
        press("*").await.expect("pressed");
        let call = rig.app.call(&order.call).await.expect("the call");
        assert_eq!(
            (call.keyed.as_str(), call.turn),
            ("", 2),
            "said again from the beginning"
        );
        press("34#").await.expect("pressed");
        assert_eq!(rig.app.call(&order.call).await.expect("the call").keyed, "");
        // Two tries in one go, the second one right.
        press(&format!("{}{}", wrong_keys(&order), order.digits.expose()))
            .await
            .expect("pressed");
        let call = rig.app.call(&order.call).await.expect("the call");
        assert_eq!(call.progress, Progress::Ended(Outcome::Proved));
        assert!(browser.open(&case).await.shows("Sign in to the console"));
        let late = press("1").await;
        assert!(matches!(late, Err(Error::Refused(refusal)) if refusal.code == Code::CallOver));
    });
}

#[test]
fn nine_closes_the_case() {
    on_sqlite(async |rig| {
        let mut browser = rig.browser();
        let worker = worker(rig);
        let (case, order) = ringing(rig, &mut browser, &worker).await;
        let mut phone = at_the_phone(rig).await;
        act(&mut phone, &order, "answer", ("x", "")).await;
        let page = act(&mut phone, &order, "press", ("keys", "9")).await;
        assert!(page.shows("The request is closed"), "{}", page.text());
        assert!(browser.open(&case).await.shows("pressed 9"));
    });
}

#[test]
fn a_call_can_be_declined_and_fail_in_every_way_p_03_p_07() {
    on_sqlite(async |rig| {
        let mut browser = rig.browser();
        let worker = worker(rig);
        let (case, order) = ringing(rig, &mut browser, &worker).await;
        let mut phone = at_the_phone(rig).await;
        act(&mut phone, &order, "hang-up", ("x", "")).await;
        assert!(browser.open(&case).await.shows("The call was declined."));
        for how in ["busy", "barred"] {
            rig.wait(Span::minutes(1));
            press_call(rig, &mut browser, &case).await;
            rig.settle().await;
            let order = rig.last_call().await;
            let page = act(&mut phone, &order, "fail", ("how", how)).await;
            assert!(page.shows("Not taken"), "{}", page.text());
            let words = FAILURES
                .iter()
                .find(|(outcome, _)| outcome.key() == how)
                .expect("words")
                .1;
            assert!(browser.open(&case).await.shows(words));
            for nonsense in [("how", "proved"), ("how", ""), ("x", "")] {
                let page = act(&mut phone, &order, "fail", nonsense).await;
                assert_eq!(
                    page.status,
                    StatusCode::BAD_REQUEST,
                    "only what a carrier reports"
                );
            }
        }
        for act_ in ["press", "dance"] {
            let page = act(&mut phone, &order, act_, ("keys", "12x")).await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST);
        }
        // The telephone of another number has nothing to do with this call.
        let fields = [("call", order.call.as_str())];
        let page = phone
            .submit("/outbox/phone/886900000000/answer", &fields)
            .await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_phone_rings_for_a_minute_and_a_call_lasts_ninety_seconds() {
    each_engine(async |rig| {
        let mut browser = rig.browser();
        let worker = worker(rig);
        let (case, order) = ringing(rig, &mut browser, &worker).await;
        rig.wait(Span::seconds(59));
        worker.settle().await.expect("settled");
        assert!(browser.open(&case).await.shows("is ringing"));
        rig.wait(Span::seconds(1));
        worker.settle().await.expect("settled");
        assert!(browser.open(&case).await.shows("Nobody answered."));
        assert_eq!(row(rig, &order.call).await.state, State::Sent);
        press_call(rig, &mut browser, &case).await;
        worker.settle().await.expect("settled");
        let order = rig.last_call().await;
        rig.app
            .touch_phone(&order.call, Touch::Answer)
            .await
            .expect("answered");
        rig.wait(Span::seconds(89));
        worker.settle().await.expect("settled");
        assert_eq!(
            rig.app.call(&order.call).await.expect("it").progress,
            Progress::Answered
        );
        rig.wait(Span::seconds(1));
        worker.settle().await.expect("settled");
        let call = rig.app.call(&order.call).await.expect("it");
        assert_eq!(call.progress, Progress::Ended(Outcome::HungUp));
        // Days later the limits have forgotten it; the telephone still says how it ended.
        rig.wait(Span::days(2));
        worker.tidy().await.expect("tidied");
        let call = rig.app.call(&order.call).await.expect("it");
        assert_eq!(call.progress, Progress::Ended(Outcome::HungUp));
    });
}

#[test]
fn a_call_that_ran_when_the_server_died_is_lost_and_not_dialled_again() {
    each_engine(async |rig| {
        let mut browser = rig.browser();
        let died = worker(rig);
        let (case, order) = ringing(rig, &mut browser, &died).await;
        drop(died);
        let next = worker(rig);
        next.take_over().await.expect("taken over");
        next.settle().await.expect("settled");
        let page = browser.open(&case).await;
        assert!(
            page.shows("It is not counted") && page.shows("5 more calls"),
            "{}",
            page.text()
        );
        let lost = row(rig, &order.call).await;
        assert_eq!((lost.state, lost.attempts), (State::Lost, 1));
        assert!(lost.body.is_none());
        let mut phone = at_the_phone(rig).await;
        assert!(
            phone
                .open(PHONE_PAGE)
                .await
                .shows("Lost: the server stopped")
        );
        let late = rig.app.touch_phone(&order.call, Touch::Answer).await;
        assert!(matches!(late, Err(Error::Refused(refusal)) if refusal.code == Code::CallOver));
        // Another call is one press away.
        press_call(rig, &mut browser, &case).await;
        next.settle().await.expect("settled");
        assert!(browser.open(&case).await.shows("is ringing"));
    });
}

/// A telephone that notes what is asked of it.
#[derive(Default)]
struct Noted {
    placed: Mutex<Vec<CallPlan>>,
    put_down: Mutex<Vec<CallId>>,
    dialled: tokio::sync::Notify,
    refuses: bool,
}

impl Noted {
    /// The first call, once it is placed.
    async fn first(&self) -> CallId {
        self.dialled.notified().await;
        self.placed.lock().unwrap()[0].call.clone()
    }
}

impl Telephone for Noted {
    fn place<'a>(&'a self, plan: &'a CallPlan) -> Future_<'a, Result<(), String>> {
        self.placed.lock().unwrap().push(plan.clone());
        self.dialled.notify_one();
        Box::pin(async {
            if self.refuses {
                Err("no trunk".to_owned())
            } else {
                Ok(())
            }
        })
    }

    fn hang_up<'a>(&'a self, call: &'a CallId) -> Future_<'a, ()> {
        self.put_down.lock().unwrap().push(call.clone());
        Box::pin(async {})
    }
}

fn with_real_calls(refuses: bool, story: impl AsyncFn(&Rig, &Noted)) {
    with_script(Script::Digits, refuses, story);
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "a story is a closure written in place"
)]
fn with_script(script: Script, refuses: bool, story: impl AsyncFn(&Rig, &Noted)) {
    for db in stores::engines() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let noted = Arc::new(Noted {
            refuses,
            ..Noted::default()
        });
        let real = Settings {
            voice: Transport::Real,
            script,
            ..settings()
        };
        let telephone = Arc::clone(&noted) as Arc<dyn Telephone>;
        let rig = Rig::with_transports(db, real, None, Some(telephone));
        runtime.block_on(story(&rig, &noted));
    }
}

#[test]
fn a_real_call_is_placed_once_and_what_the_telephone_reports_counts() {
    with_real_calls(false, async |rig, noted| {
        let mut browser = rig.browser();
        let worker = worker(rig);
        let (case, order) = ringing(rig, &mut browser, &worker).await;
        worker.settle().await.expect("settled");
        let placed = noted.placed.lock().unwrap().clone();
        assert_eq!(placed.len(), 1);
        assert_eq!(
            (placed[0].to.as_str(), placed[0].prompt),
            (PHONE, "recovery")
        );
        rig.answer_phone(&order).await;
        let said = rig
            .report(&order, CallEvent::Keyed(order.digits.clone()))
            .await;
        assert_eq!(said, Some(Say::Thanks));
        worker.settle().await.expect("settled");
        let done = row(rig, &order.call).await;
        assert_eq!(done.state, State::Sent);
        assert!(done.body.is_none(), "the digits are erased");
        assert!(browser.open(&case).await.shows("Sign in to the console"));
        let refused = rig.app.touch_phone(&order.call, Touch::Answer).await;
        assert!(
            matches!(refused, Err(Error::Refused(refusal)) if refusal.code == Code::NotOnTrial)
        );
    });
}

#[test]
fn a_call_that_cannot_even_begin_is_said_to_have_failed() {
    with_real_calls(true, async |rig, noted| {
        let mut browser = rig.browser();
        let worker = worker(rig);
        let owner = owner(rig).await;
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        prove_mail(rig, &mut browser, &case).await;
        press_call(rig, &mut browser, &case).await;
        worker.settle().await.expect("settled");
        assert!(browser.open(&case).await.shows("could not be connected"));
        worker.settle().await.expect("settled");
        assert_eq!(noted.placed.lock().unwrap().len(), 1);
    });
}

#[test]
fn a_call_is_not_dialled_when_it_has_become_pointless() {
    with_real_calls(false, async |rig, noted| {
        let mut browser = rig.browser();
        let owner = owner(rig).await;
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        prove_mail(rig, &mut browser, &case).await;
        press_call(rig, &mut browser, &case).await;
        rig.wait(Span::seconds(90));
        rig.settle().await;
        assert!(noted.placed.lock().unwrap().is_empty());
        assert!(browser.open(&case).await.shows("It is not counted"));
    });
}

#[test]
fn a_worker_that_stops_puts_the_receiver_down() {
    with_real_calls(false, async |rig, noted| {
        let mut browser = rig.browser();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = tokio::spawn(worker(rig).run(async { drop(stopped.await) }));
        let owner = owner(rig).await;
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        prove_mail(rig, &mut browser, &case).await;
        press_call(rig, &mut browser, &case).await;
        let order = noted.first().await;
        stop.send(()).expect("it runs");
        running.await.expect("it stops");
        assert_eq!(
            noted.put_down.lock().unwrap().as_slice(),
            std::slice::from_ref(&order)
        );
        assert_eq!(row(rig, &order).await.state, State::Lost);
        assert!(browser.open(&case).await.shows("It is not counted"));
    });
}

#[test]
fn a_real_call_asks_for_the_number_first_where_it_is_set_r_rec_45() {
    with_script(Script::NumberFirst, false, async |rig, noted| {
        let mut browser = rig.browser();
        let (case, order) = ringing(rig, &mut browser, &worker(rig)).await;
        let plan = noted.placed.lock().unwrap()[0].clone();
        assert_eq!(plan.prompt, "own-number");
        let press = async |keys: &str| {
            let mut next = Next::Listen;
            for key in Key::parse_all(keys).unwrap() {
                next = plan.desk.pressed(key).await;
            }
            next
        };
        assert_eq!(plan.desk.answered().await, Next::Say("own-number"));
        assert_eq!(press("0912345679#").await, Next::Say("own-number"));
        assert_eq!(plan.desk.quiet().await, Next::Say("own-number"));
        assert_eq!(press("886912345678").await, Next::Hush);
        assert_eq!(press("#").await, Next::Say("recovery"));
        assert_eq!(press("*").await, Next::Say("recovery"));
        assert_eq!(
            press(order.digits.expose()).await,
            Next::SayAndEnd("thanks")
        );
        assert!(browser.open(&case).await.shows("Sign in to the console"));
    });
}
