//! Short texts from the press of a button to a carrier: the code of a sign-in without a device (R-VOC-18), notices beside
//! their mails, and the limits that make a text a mail again (G-11).

use crate::recovery::{begin, owner};
use app::ports::{
    Answer as Answered, Callback, Delivery, Future_, MailRefused, OutgoingText, Texter,
};
use app::settings::{Settings, Texts, Transport};
use domain::call::Budget;
use domain::mail::MailKind;
use domain::time::Span;
use std::sync::{Arc, Mutex};
use store::contact::{Held, Kind};
use store::outbox::State;
use testkit::rig::{Browser, Identity, Rig, each_engine_with, on_sqlite, settings};
use testkit::stores;

const PHONE: &str = "+886912345678";
const EMAIL: &str = "root@example.com";

fn texting(transport: Transport) -> Settings {
    Settings {
        texts: Texts {
            transport,
            codes: true,
            ..Texts::default()
        },
        ..settings()
    }
}

fn each_engine(story: impl AsyncFn(&Rig)) {
    each_engine_with(&texting(Transport::Trial), story);
}

/// Somebody without a device whose number is this one, proved or not, instead of another since so long.
async fn person(rig: &Rig, number: &str, proved: bool, before: Option<(&str, Span)>) -> Identity {
    let root = rig.account("Example", EMAIL).await;
    let held = |number: &str, changed_at, proved: bool| Held {
        value: number.to_owned(),
        changed_at,
        proved_at: proved.then_some(rig.now()),
    };
    let now = held(number, before.map(|(_, ago)| rig.now() - ago), proved);
    let former = before.map(|(number, _)| held(number, None, true));
    let id = root.account.id.clone();
    let put = rig
        .db()
        .write(move |tx| store::contact::put(tx, &id, Kind::Phone, &now, former.as_ref()));
    put.await.expect("a number");
    root
}

async fn code(rig: &Rig) -> String {
    let (order, _) = rig.texts().await.pop().expect("a text");
    order.code.expect("a code")
}

#[test]
fn a_code_comes_as_a_text_to_the_proved_number_r_voc_18() {
    each_engine(async |rig| {
        let root = person(rig, PHONE, true, None).await;
        let mut browser = rig.browser();
        let page = rig.give_password(&mut browser, &root).await;
        assert!(page.shows("the number ending in 5678"), "{}", page.text());
        assert!(!page.shows("912") && !page.shows(EMAIL), "{}", page.text());
        let (order, words) = rig.texts().await.pop().expect("a text");
        let code = order.code.clone().expect("a code");
        assert_eq!(
            (order.to.as_str(), order.kind),
            (PHONE, MailKind::SignInCode)
        );
        assert!(words.ends_with(&format!("\n@localhost #{code}")), "{words}");
        assert_eq!(rig.count_mails(MailKind::SignInCode).await, 0);
        // Sent again, the one before is worth nothing.
        let again = page.action("/mail-again");
        let page = browser.submit(&again, &[]).await;
        assert!(
            page.shows("A new text message is on its way"),
            "{}",
            page.text()
        );
        let act = page.action("/mail-code");
        let page = browser.submit(&act, &[("code", &code)]).await;
        assert!(
            page.shows("4 tries left") || page.shows("4"),
            "{}",
            page.text()
        );
        let fresh = self::code(rig).await;
        let page = browser.submit(&act, &[("code", &fresh)]).await;
        assert_eq!(page.path, "/console/home");
        let records = rig.audit(&root).await;
        assert!(records.contains(&"ConsoleLogin".to_owned()), "{records:?}");
        // A browser that is known is not asked.
        let page = rig.give_password(&mut browser, &root).await;
        assert_eq!(page.path, "/console/home");
        assert_eq!(rig.texts().await.len(), 2);
    });
}

#[test]
fn whoever_has_no_phone_at_hand_has_the_code_mailed() {
    each_engine(async |rig| {
        let root = person(rig, PHONE, true, None).await;
        let mut browser = rig.browser();
        let page = rig.give_password(&mut browser, &root).await;
        let page = browser.submit(&page.action("/mail-instead"), &[]).await;
        assert!(
            page.shows("We sent a code to root@example.com"),
            "{}",
            page.text()
        );
        let texted = code(rig).await;
        let act = page.action("/mail-code");
        let page = browser.submit(&act, &[("code", &texted)]).await;
        assert_eq!(page.status, 422, "{}", page.text());
        // And stays with mail when it is sent again.
        browser.submit(&page.action("/mail-again"), &[]).await;
        assert_eq!(rig.texts().await.len(), 1);
        let letter = rig.mail(MailKind::SignInCode, EMAIL).await;
        let mailed = letter.and_then(|letter| letter.order.code).expect("a code");
        let page = browser.submit(&act, &[("code", &mailed)]).await;
        assert_eq!(page.path, "/console/home");
    });
}

/// What the page after the password says, and whether a text went out.
async fn asked(rig: &Rig, root: &Identity) -> (bool, usize) {
    let mut browser = rig.browser();
    let page = rig.give_password(&mut browser, root).await;
    (
        page.shows("We sent a code to root@example.com"),
        rig.texts().await.len(),
    )
}

#[test]
fn a_number_that_is_not_proved_or_cannot_be_written_to_gets_no_code() {
    let unfit = [
        (PHONE, false),
        // A fixed line, another country, and one that costs more than a normal call.
        ("+886223456789", true),
        ("+819012345678", true),
        ("+886203123456", true),
    ];
    for (number, proved) in unfit {
        each_engine(async |rig| {
            let root = person(rig, number, proved, None).await;
            assert_eq!(asked(rig, &root).await, (true, 0), "{number}");
        });
    }
    let by_mail = Settings {
        texts: Texts {
            codes: false,
            ..texting(Transport::Trial).texts
        },
        ..settings()
    };
    each_engine_with(&by_mail, async |rig| {
        let root = person(rig, PHONE, true, None).await;
        assert_eq!(asked(rig, &root).await, (true, 0));
    });
}

#[test]
fn a_number_changed_by_a_thief_is_not_written_to_for_72_hours() {
    each_engine(async |rig| {
        let changed = Some((PHONE, Span::hours(1)));
        let root = person(rig, "+886987654321", true, changed).await;
        let mut browser = rig.browser();
        rig.give_password(&mut browser, &root).await;
        assert_eq!(rig.texts().await[0].0.to, PHONE);
        rig.wait(Span::hours(72));
        rig.give_password(&mut rig.browser(), &root).await;
        assert_eq!(rig.texts().await[1].0.to, "+886987654321");
    });
}

#[test]
fn after_five_texts_in_a_day_or_the_budget_codes_are_mailed() {
    each_engine(async |rig| {
        let root = person(rig, PHONE, true, None).await;
        for sent in 1..=5 {
            assert_eq!(asked(rig, &root).await, (false, sent));
        }
        assert_eq!(asked(rig, &root).await, (true, 5));
        // Who is at the page of a text gets a mail, too, once the limit is reached.
        rig.wait(Span::hours(25));
        assert_eq!(asked(rig, &root).await, (false, 6));
    });
    let mut dear = texting(Transport::Trial);
    dear.tariff.budget = Budget {
        hour: Some(20),
        number: None,
    };
    each_engine_with(&dear, async |rig| {
        let root = person(rig, PHONE, true, None).await;
        assert_eq!(asked(rig, &root).await, (false, 1), "5 of 14");
        assert_eq!(asked(rig, &root).await, (false, 2), "10 of 14");
        assert_eq!(asked(rig, &root).await, (true, 2), "15 of 14");
        rig.wait(Span::hours(1));
        assert_eq!(asked(rig, &root).await, (false, 3));
    });
}

/// R-ROOT-26: whether there is an account, and with which number, changes no row before the right password.
#[test]
fn a_wrong_password_does_the_same_with_a_phone_without_one_and_for_nobody() {
    each_engine(async |rig| {
        let root = person(rig, PHONE, true, None).await;
        rig.account("Other", "other@example.com").await;
        let mut grew = Vec::new();
        for email in [
            &root.account.email,
            "other@example.com",
            "nobody@example.com",
        ] {
            let before = rows(rig).await;
            let mut browser = rig.browser();
            browser.open("/signin").await;
            let fields = [("user", "root"), ("email", email)];
            let page = browser.submit("/signin", &fields).await;
            let act = page.action("/password");
            let page = browser.submit(&act, &[("password", "not this one")]).await;
            assert!(!page.shows("5678"), "{}", page.text());
            let after = rows(rig).await;
            grew.push(
                after
                    .iter()
                    .zip(before)
                    .map(|(a, b)| a - b)
                    .collect::<Vec<_>>(),
            );
        }
        assert_eq!(grew[0], grew[1]);
        assert_eq!(grew[0], grew[2]);
        assert_eq!(rig.texts().await.len(), 0);
    });
}

async fn rows(rig: &Rig) -> Vec<usize> {
    let contents = rig.contents().await;
    let tables = ["outbox", "text_message", "counter", "flow", "audit_record"];
    tables.map(|table| contents[table].len()).to_vec()
}

/// A recovery is told to the telephone as well as by mail, in a sentence without a link; the phone is no proof of it.
#[test]
fn a_recovery_is_also_told_by_text() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut thief = rig.browser();
        begin(rig, &mut thief, &owner, "lost").await;
        let texts = rig.texts().await;
        let told: Vec<_> = texts.iter().map(|(order, _)| order.kind).collect();
        assert_eq!(told, [MailKind::RecoveryBegun]);
        let (order, words) = &texts[0];
        let last = &owner.root.account.id.as_str()[8..];
        assert!(words.contains(last) && order.code.is_none(), "{words}");
        assert!(!words.contains('/') && !words.contains('@'), "{words}");
        assert_eq!(rig.count_mails(MailKind::RecoveryBegun).await, 1);
    });
}

#[test]
fn the_telephone_of_a_trial_server_shows_the_text() {
    each_engine(async |rig| {
        let root = person(rig, PHONE, true, None).await;
        let mut browser = rig.browser();
        rig.give_password(&mut browser, &root).await;
        let code = code(rig).await;
        let mut eyes = rig.browser();
        let list = eyes
            .open(&format!("/outbox?key={}", testkit::rig::OUTBOX_KEY))
            .await;
        assert!(list.shows("A text message came"), "{}", list.text());
        let page = eyes.open(&list.link("/outbox/phone/886912345678")).await;
        assert!(
            page.shows(&code) && page.shows("Text messages"),
            "{}",
            page.text()
        );
        let items = rig.app.outbox(Some(PHONE), None, 10).await.unwrap().items;
        assert_eq!(items[0].kind, "text-sign-in-code");
        assert!(items[0].words.as_ref().unwrap().text.contains(&code));
        let mail = eyes.open(&format!("/outbox/mail/{}", items[0].id)).await;
        assert_eq!(mail.status, 404);
    });
}

/// A carrier that answers as it is told.
#[derive(Default)]
struct Carrier {
    answers: Mutex<Vec<Result<String, MailRefused>>>,
    sent: Mutex<Vec<OutgoingText>>,
    tells: Mutex<Option<Delivery>>,
}

impl Carrier {
    fn answer(&self, answer: Result<&str, MailRefused>) {
        let answer = answer.map(str::to_owned);
        self.answers.lock().unwrap().push(answer);
    }

    /// It tells what became of the newest text.
    async fn tell(&self, rig: &Rig, carrier: &str, lost: Option<&str>) -> u16 {
        let text = self.sent.lock().unwrap().last().unwrap().id.clone();
        *self.tells.lock().unwrap() = Some(Delivery {
            text,
            carrier: carrier.to_owned(),
            lost: lost.map(str::to_owned),
        });
        let callback = Callback {
            post: true,
            path: "/voice/first/x/text".to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        rig.app.called_back(callback).await.status
    }
}

impl Texter for Carrier {
    fn send<'a>(&'a self, text: &'a OutgoingText) -> Future_<'a, Result<String, MailRefused>> {
        self.sent.lock().unwrap().push(text.clone());
        let answer = self.answers.lock().unwrap().pop().expect("an answer");
        Box::pin(std::future::ready(answer))
    }

    fn told(&self, _: &Callback) -> Result<Option<Delivery>, Answered> {
        Ok(self.tells.lock().unwrap().take())
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "a story is a closure written in place"
)]
fn with_carrier(story: impl AsyncFn(&Rig, &Carrier)) {
    for db in stores::engines() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let carrier = Arc::new(Carrier::default());
        let texter = Arc::clone(&carrier) as Arc<dyn Texter>;
        let real = texting(Transport::Real);
        let rig = Rig::with_texter(db, real, (None, None, Some(texter)));
        runtime.block_on(story(&rig, &carrier));
    }
}

async fn state(rig: &Rig) -> State {
    let page = rig.app.outbox(Some(PHONE), None, 1).await.unwrap();
    page.items[0].state
}

/// The page of a code that was texted, and whose it is.
async fn waits(rig: &Rig, browser: &mut Browser) -> (String, Identity) {
    let root = person(rig, PHONE, true, None).await;
    let page = rig.give_password(browser, &root).await;
    let act = page.action("/mail-code");
    (act.rsplit_once('/').unwrap().0.to_owned(), root)
}

#[test]
fn a_text_is_tried_again_its_words_are_erased_and_what_the_carrier_tells_is_shown() {
    with_carrier(async |rig, carrier| {
        let mut browser = rig.browser();
        let (flow, _) = waits(rig, &mut browser).await;
        assert!(browser.open(&flow).await.shows("is about to leave"));
        carrier.answer(Err(MailRefused::Later("first: it answered 503".to_owned())));
        rig.settle().await;
        assert!(browser.open(&flow).await.shows("We try again"));
        rig.wait(Span::seconds(31));
        carrier.answer(Ok("first"));
        rig.settle().await;
        assert!(browser.open(&flow).await.shows("carrier has taken"));
        let sent = carrier.sent.lock().unwrap().clone();
        assert_eq!((sent.len(), &sent[0].id), (2, &sent[1].id));
        assert_eq!(
            (sent[0].country.as_str(), sent[0].to.as_str()),
            ("TW", PHONE)
        );
        let rows = rig.outbox().await;
        assert!(
            rows.iter().all(|row| row.body.is_none()),
            "the code is erased"
        );
        // Of a text tells the carrier that took it, and nobody else.
        assert_eq!(carrier.tell(rig, "second", Some("no")).await, 404);
        assert_eq!(state(rig).await, State::Sent);
        assert_eq!(
            carrier.tell(rig, "first", Some("it did not arrive")).await,
            204
        );
        assert!(browser.open(&flow).await.shows("did not arrive"));
        // Carriers correct themselves: what arrived, arrived.
        assert_eq!(carrier.tell(rig, "first", None).await, 204);
        assert!(browser.open(&flow).await.shows("has arrived"));
        assert_eq!(carrier.tell(rig, "first", Some("late")).await, 204);
        assert_eq!(state(rig).await, State::Delivered);
    });
}

#[test]
fn a_number_that_is_refused_is_told_on_the_page_and_a_late_code_is_not_sent() {
    with_carrier(async |rig, carrier| {
        let mut browser = rig.browser();
        let (flow, root) = waits(rig, &mut browser).await;
        carrier.answer(Err(MailRefused::Never("unsubscribed (21610)".to_owned())));
        rig.settle().await;
        let page = browser.open(&flow).await;
        assert!(page.shows("did not arrive"), "{}", page.text());
        assert_eq!(state(rig).await, State::Failed);
        let page = browser.submit(&page.action("/mail-again"), &[]).await;
        rig.wait(Span::minutes(11));
        rig.settle().await;
        assert_eq!(carrier.sent.lock().unwrap().len(), 1, "{}", page.text());
        assert_eq!(state(rig).await, State::Failed);
        let records = rig.audit(&root).await;
        assert!(records.contains(&"TextFailed".to_owned()), "{records:?}");
    });
}

#[test]
fn where_no_texts_go_out_nothing_is_different() {
    on_sqlite(async |rig| {
        let root = person(rig, PHONE, true, None).await;
        assert_eq!(asked(rig, &root).await, (true, 0));
        assert_eq!(rows(rig).await[1], 0);
    });
}
