//! Mails from the press of a button to the mail server: by STARTTLS and with a login, queued through refusals, never
//! lost and always under the same Message-ID.

use adapters::mail::smtp::{Config, Protection, Smtp};
use app::outbox::MailState;
use app::settings::{Settings, Transport};
use app::worker::Worker;
use domain::mail::MailKind;
use domain::secret::Secret;
use domain::time::Span;
use std::sync::Arc;
use std::time::Duration;
use store::outbox::State;
use testkit::rig::{Identity, Rig, settings};
use testkit::smtp::{Answer, Options, Server, Taken};
use testkit::stores::{self, TestDb};

/// Longer than any jitter.
const JITTER: Span = Span::seconds(5);

fn real() -> Settings {
    Settings {
        mail: Transport::Real,
        ..settings()
    }
}

fn smtp(server: &Server) -> Arc<Smtp> {
    let config = Config {
        host: "localhost".to_owned(),
        port: Some(server.port),
        protection: Protection::StartTls,
        ca_file: Some(server.ca_file()),
        login: Some((
            "gatelodge".to_owned(),
            Secret::new("an orange lamp".to_owned()),
        )),
        hello: Some("gate.example.com".to_owned()),
        connect_within: Duration::from_secs(20),
    };
    Arc::new(Smtp::new(&config).unwrap())
}

/// A story on each engine, with mails that really go out.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a story is a closure written in place"
)]
fn each_engine(story: impl AsyncFn(&Rig, &Server)) {
    for db in stores::engines() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let server = Server::start(Options::default()).await;
            let rig = Rig::with_transports(db, real(), Some(smtp(&server)), None);
            story(&rig, &server).await;
        });
    }
}

fn worker(rig: &Rig) -> Worker {
    Worker::new(rig.app.clone(), true).unwrap()
}

/// A person at a new browser is asked for the code that was mailed; answers the page and its flow.
async fn asked_for_a_code(rig: &Rig, root: &Identity) -> String {
    let mut browser = rig.browser();
    let page = rig.give_password(&mut browser, root).await;
    let action = page.action("/mail-code");
    action.rsplit('/').nth(1).unwrap().to_owned()
}

async fn states(rig: &Rig) -> Vec<(String, State)> {
    let page = rig.app.outbox(None, None, 100).await.unwrap();
    page.items
        .into_iter()
        .map(|item| (item.kind, item.state))
        .collect()
}

fn code_in(mail: &Taken) -> bool {
    mail.data.contains("multipart/alternative")
}

#[test]
fn a_mailed_code_leaves_and_its_words_are_erased_r_con_14() {
    each_engine(async |rig, server| {
        let root = rig.account("Example Company", "root@example.com").await;
        let flow = asked_for_a_code(rig, &root).await;
        let worker = worker(rig);
        rig.wait(JITTER);
        worker.settle().await.unwrap();
        let [mail] = <[Taken; 1]>::try_from(server.taken()).unwrap();
        assert_eq!(
            (mail.to[0].as_str(), mail.from.as_str()),
            ("root@example.com", "no-reply@signin.example.com")
        );
        assert!(mail.encrypted && code_in(&mail));
        let told = rig
            .app
            .mail_state(&flow, MailKind::SignInCode)
            .await
            .unwrap();
        assert_eq!(told, Some(MailState::Sent));
        let page = rig
            .app
            .outbox(Some("ROOT@example.com"), None, 10)
            .await
            .unwrap();
        assert!(
            page.items.iter().all(|item| item.words.is_none()),
            "nothing to read in a real installation"
        );
        assert_eq!(
            states(rig).await,
            [("sign-in-code".to_owned(), State::Sent)]
        );
        assert!(rig.mails().await.is_empty(), "erased");
        assert!(
            rig.audit(&root)
                .await
                .contains(&"MailHandedOver".to_owned())
        );
    });
}

#[test]
fn a_refused_mail_waits_and_the_page_is_told_p_08() {
    each_engine(async |rig, server| {
        let root = rig.account("Example Company", "root@example.com").await;
        let flow = asked_for_a_code(rig, &root).await;
        let told = async || {
            rig.app
                .mail_state(&flow, MailKind::SignInCode)
                .await
                .unwrap()
        };
        assert_eq!(told().await, Some(MailState::Queued));
        rig.wait(JITTER);
        server.plan([Answer::AtRecipient("450 4.2.1 busy"), Answer::BreakAfter]);
        let worker = worker(rig);
        worker.settle().await.unwrap();
        assert_eq!(told().await, Some(MailState::Delayed));
        rig.wait(Span::seconds(29));
        worker.settle().await.unwrap();
        assert_eq!(server.connections(), 1, "not before its time");
        // The server takes it, but the connection breaks before it says so.
        rig.wait(Span::seconds(1));
        worker.settle().await.unwrap();
        assert_eq!(told().await, Some(MailState::Delayed));
        rig.wait(Span::minutes(1));
        worker.settle().await.unwrap();
        assert_eq!(told().await, Some(MailState::Sent));
        let ids: Vec<_> = server
            .taken()
            .iter()
            .map(|mail| mail.header("Message-ID").unwrap())
            .collect();
        assert_eq!(ids.len(), 2);
        assert_eq!(
            ids[0], ids[1],
            "the reader's server can tell that it has it"
        );
        assert!(ids[0].ends_with("@signin.example.com>"));
    });
}

#[test]
fn a_mail_that_nobody_will_take_is_given_up_and_written_down() {
    each_engine(async |rig, server| {
        let root = rig.account("Example Company", "root@example.com").await;
        let flow = asked_for_a_code(rig, &root).await;
        rig.wait(JITTER);
        server.plan([Answer::AtRecipient("550 5.1.1 no such mailbox")]);
        let worker = worker(rig);
        worker.settle().await.unwrap();
        rig.wait(Span::hours(1));
        worker.settle().await.unwrap();
        assert_eq!(server.connections(), 1, "once is enough");
        let told = rig
            .app
            .mail_state(&flow, MailKind::SignInCode)
            .await
            .unwrap();
        assert_eq!(told, Some(MailState::Failed));
        assert!(rig.audit(&root).await.contains(&"MailFailed".to_owned()));
        let page = rig.app.outbox(None, None, 10).await.unwrap();
        assert!(
            page.items[0]
                .error
                .as_ref()
                .unwrap()
                .contains("no such mailbox")
        );
    });
}

#[test]
fn a_server_that_stays_away_is_asked_for_two_days() {
    each_engine(async |rig, server| {
        let root = rig.account("Example Company", "root@example.com").await;
        asked_for_a_code(rig, &root).await;
        server.plan([Answer::AtEnd("451 4.3.0 not now"); 100]);
        let worker = worker(rig);
        let mut waited = 0;
        while states(rig).await[0].1 == State::Queued {
            rig.wait(Span::minutes(30));
            worker.settle().await.unwrap();
            waited += 1;
        }
        assert_eq!(states(rig).await[0].1, State::Failed);
        assert!((92..=96).contains(&waited), "{waited} half hours");
        assert!(rig.audit(&root).await.contains(&"MailFailed".to_owned()));
    });
}

#[test]
fn a_mail_in_the_hand_of_a_worker_that_died_goes_out_again_under_its_id() {
    each_engine(async |rig, server| {
        let root = rig.account("Example Company", "root@example.com").await;
        asked_for_a_code(rig, &root).await;
        rig.wait(JITTER);
        // It dies while it waits for the server's word.
        server.plan([Answer::Silence]);
        let dead = tokio::spawn({
            let worker = worker(rig);
            async move { worker.settle().await }
        });
        server.told(1).await;
        dead.abort();
        assert!(dead.await.is_err());
        assert_eq!(states(rig).await[0].1, State::Sending);
        let next = worker(rig);
        next.settle().await.unwrap();
        assert!(
            server.taken().is_empty(),
            "in hand, as far as anybody knows"
        );
        next.take_over().await.unwrap();
        next.settle().await.unwrap();
        let [mail] = <[Taken; 1]>::try_from(server.taken()).unwrap();
        let item = rig.app.outbox(None, None, 1).await.unwrap().items.remove(0);
        assert_eq!(
            mail.header("Message-ID"),
            Some(format!("<{}@signin.example.com>", item.id))
        );
        assert_eq!((item.state, item.attempts), (State::Sent, 2));
    });
}

#[test]
fn a_name_that_does_not_exist_costs_a_row_and_no_mail() {
    each_engine(async |rig, server| {
        let mut browser = rig.browser();
        let fields = [("email", "nobody@example.com")];
        browser.submit("/signin/forgot", &fields).await;
        rig.wait(JITTER);
        let worker = worker(rig);
        worker.settle().await.unwrap();
        assert!(server.taken().is_empty());
        assert_eq!(server.connections(), 0);
        assert!(states(rig).await.is_empty(), "the decoy is not listed");
        let waiting = rig.db().read(store::outbox::backlog).await.unwrap();
        assert_eq!(waiting.waiting, 0, "it was taken like any other");
    });
}

#[test]
fn a_worker_wakes_by_itself_and_stops_when_told() {
    each_engine(async |rig, server| {
        let root = rig.account("Example Company", "root@example.com").await;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = tokio::spawn(worker(rig).run(async { drop(stopped.await) }));
        asked_for_a_code(rig, &root).await;
        rig.wait(JITTER);
        server.mails(1).await;
        stop.send(()).unwrap();
        running.await.unwrap();
        assert_eq!(
            states(rig).await[0].1,
            State::Sent,
            "what was handed over is marked before it stops"
        );
    });
}

#[test]
fn a_real_installation_never_falls_back_to_trial() {
    let rig = Rig::with(stores::sqlite(), real());
    assert!(Worker::new(rig.app.clone(), true).is_err());
}

#[test]
fn on_trial_mails_stay_to_be_read() {
    for db in stores::engines() {
        let story = async |db: TestDb| {
            let rig = Rig::new(db);
            let root = rig.account("Example Company", "root@example.com").await;
            let flow = asked_for_a_code(&rig, &root).await;
            rig.wait(JITTER);
            let worker = worker(&rig);
            worker.take_over().await.unwrap();
            worker.settle().await.unwrap();
            let told = rig
                .app
                .mail_state(&flow, MailKind::SignInCode)
                .await
                .unwrap();
            assert_eq!(told, Some(MailState::Sent));
            let item = rig
                .app
                .outbox(Some("root@example.com"), None, 10)
                .await
                .unwrap()
                .items
                .remove(0);
            let letter = rig
                .mail(MailKind::SignInCode, "root@example.com")
                .await
                .unwrap();
            let (words, code) = (item.words.unwrap(), letter.order.code.unwrap());
            assert!(words.text.contains(&code));
            assert_eq!(item.from.as_deref(), Some("no-reply@signin.example.com"));
            assert_eq!(
                rig.app.outbox_item(&item.id).await.unwrap().to,
                "root@example.com"
            );
            // A week later it is gone, and so is the flow.
            rig.wait(Span::days(8));
            assert!(worker.tidy().await.unwrap() >= 2);
            assert!(states(&rig).await.is_empty());
        };
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(story(db));
    }
}

#[test]
fn mails_leave_within_five_seconds_several_to_a_commit() {
    each_engine(async |rig, _| {
        let mut waits = std::collections::BTreeSet::new();
        for n in 0..12 {
            rig.wait(Span::millis(n));
            let email = format!("root{n}@example.com");
            let root = rig.account("Example Company", &email).await;
            asked_for_a_code(rig, &root).await;
        }
        for row in rig.outbox().await {
            let wait = row.due_at.since(row.created_at);
            assert!((Span::ZERO..=JITTER).contains(&wait), "{wait:?}");
            assert_eq!(row.due_at.millis() % 250, 0, "on the beat");
            waits.insert(row.due_at);
        }
        assert!(waits.len() > 3, "by chance: {waits:?}");
    });
}
