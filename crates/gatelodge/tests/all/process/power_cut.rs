//! Power cuts with something on its way out: the binary hands its mails to a server that wants STARTTLS and a login, rings
//! the telephone of a trial, and is killed where it hurts most.
//!
//! A trigger in the database holds the server before the very step at which it is killed, so that no luck is needed.

use super::wire::Client;
use super::{Home, Server, eventually, put};
use app::demo::{Sample, Sketch};
use app::hash::HashPool;
use app::ports::Ports;
use app::settings::Settings;
use app::{App, Ctx, Parts};
use domain::client::Client as Visitor;
use domain::locale::Locale;
use mail_parser::MessageParser;
use rusqlite::Connection;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use testkit::smtp::{Answer, Options, Server as MailServer, Taken};
use tokio::runtime::Runtime;

/// A mail server, and the threads it runs on.
struct Post {
    runtime: Runtime,
    server: MailServer,
}

impl Post {
    fn open() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let server = runtime.block_on(MailServer::start(Options::default()));
        Self { runtime, server }
    }

    /// An installation whose mails really go out: to this server, with its certificate checked. Calls ring in the outbox.
    fn home(&self) -> Home {
        let smtp = format!(
            "[mail]\ntransport = 'smtp'\ndomain = 'example.com'\n[mail.smtp]\nhost = 'localhost'\nport = {}\n\
             tls = 'starttls'\nca_file = '{}'\nuser = 'gatelodge'\npassword_file = 'smtp-password'\n",
            self.server.port,
            self.server.ca_file().display()
        );
        let home = Home::with_config(&smtp);
        put(&home.file("smtp-password"), 0o600, "an orange lamp\n");
        home
    }

    /// The mails taken, once there are so many.
    fn mails(&self, count: usize) -> Vec<Taken> {
        self.runtime.block_on(self.server.mails(count))
    }
}

fn database(home: &Home) -> Connection {
    Connection::open(home.file("gatelodge.db")).unwrap()
}

/// Holds the server before a step: whatever writes this word into that column fails until the server is let go.
fn hold(home: &Home, table: &str, column: &str, word: &str) {
    let trigger = format!(
        "create trigger held before update of {column} on {table} when new.{column} = '{word}' \
         begin select raise(abort, 'held by the test'); end"
    );
    database(home).execute_batch(&trigger).unwrap();
}

fn let_go(home: &Home) {
    database(home).execute_batch("drop trigger held").unwrap();
}

/// States and attempts of the rows of the outbox, oldest first.
fn rows(home: &Home, kind: &str) -> Vec<(String, i64)> {
    let db = database(home);
    let mut query = db
        .prepare("select state, attempts from outbox where kind = ?1 order by created_at, id")
        .unwrap();
    let found = query.query_map([kind], |row| Ok((row.get(0)?, row.get(1)?)));
    found.unwrap().map(Result::unwrap).collect()
}

fn forgotten(client: &mut Client, email: &str) {
    client.get("/signin/forgot");
    let answer = client.post("/signin/forgot", &[("email", email)]);
    assert_eq!(answer.status, 303, "{}", answer.body);
}

/// What identifies each mail, by its reader.
fn ids(taken: &[Taken]) -> BTreeMap<&str, Vec<String>> {
    let mut ids: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for mail in taken {
        assert!(mail.encrypted, "over TLS");
        assert_eq!(mail.user.as_deref(), Some("gatelodge"), "logged in");
        let id = mail.header("Message-ID").unwrap();
        ids.entry(mail.to[0].as_str()).or_default().push(id);
    }
    ids
}

fn all_sent(home: &Home, count: usize) {
    eventually("every mail to be marked as handed over", || {
        let rows = rows(home, "mail");
        (rows.len() == count && rows.iter().all(|(state, _)| state == "sent")).then_some(())
    });
}

/// One mail is asked for, and the server is killed once `at` returns. Answers what the mail server took in the end.
fn killed(post: &Post, prepare: impl FnOnce(&Home), at: impl FnOnce(&Home)) -> (Home, Vec<Taken>) {
    let home = post.home();
    home.account("root@example.com");
    let server = home.serve();
    prepare(&home);
    forgotten(&mut server.client(), "root@example.com");
    at(&home);
    server.kill();
    let before = post.server.taken().len();
    database(&home)
        .execute_batch("drop trigger if exists held")
        .unwrap();
    let server = home.serve();
    post.mails(before + 1);
    all_sent(&home, 1);
    assert_eq!(server.stop().0, 0);
    assert_eq!(home.run(&["audit", "verify"]).code, 0);
    (home, post.server.taken())
}

#[test]
fn a_mail_that_was_queued_at_a_kill_goes_out_once() {
    let post = Post::open();
    let (home, taken) = killed(
        &post,
        |home| hold(home, "outbox", "state", "sending"),
        |home| assert_eq!(rows(home, "mail"), [("queued".to_owned(), 0)]),
    );
    assert_eq!(ids(&taken)["root@example.com"].len(), 1);
    assert_eq!(rows(&home, "mail"), [("sent".to_owned(), 1)]);
}

#[test]
fn a_mail_that_was_told_and_not_answered_at_a_kill_goes_out_again_under_its_id() {
    let post = Post::open();
    post.server.plan([Answer::TakeInSilence]);
    let (home, taken) = killed(&post, |_| (), |_| drop(post.mails(1)));
    let ids = ids(&taken);
    let [first, second] = ids["root@example.com"].as_slice() else {
        panic!("{ids:?}")
    };
    assert_eq!(first, second, "the reader's server can tell that it has it");
    assert_eq!(taken[0].header("Date"), taken[1].header("Date"));
    assert_eq!(rows(&home, "mail"), [("sent".to_owned(), 2)]);
}

#[test]
fn a_mail_that_was_taken_and_not_written_down_at_a_kill_goes_out_again_under_its_id() {
    let post = Post::open();
    let (home, taken) = killed(
        &post,
        |home| hold(home, "outbox", "state", "sent"),
        |home| {
            post.mails(1);
            assert_eq!(rows(home, "mail"), [("sending".to_owned(), 1)]);
        },
    );
    let ids = ids(&taken);
    let [first, second] = ids["root@example.com"].as_slice() else {
        panic!("{ids:?}")
    };
    assert_eq!(first, second);
    assert_eq!(rows(&home, "mail"), [("sent".to_owned(), 2)]);
}

#[test]
fn whatever_was_acknowledged_before_a_kill_arrives() {
    const MAILS: usize = 12;
    let post = Post::open();
    let home = post.home();
    let readers: Vec<String> = (0..MAILS).map(|n| format!("root{n}@example.com")).collect();
    for email in &readers {
        home.account(email);
    }
    let server = home.serve();
    let mut client = server.client();
    for email in &readers {
        forgotten(&mut client, email);
    }
    // Some wait, some are in hand, some are there: whatever it is at this moment.
    server.kill();
    let server = home.serve();
    all_sent(&home, MAILS);
    let taken = post.server.taken();
    let ids = ids(&taken);
    assert_eq!(ids.len(), MAILS, "{ids:?}");
    for email in &readers {
        let same = &ids[email.as_str()];
        assert!(same.iter().all(|id| *id == same[0]), "{same:?}");
    }
    assert_eq!(server.stop().0, 0);
    assert_eq!(home.run(&["audit", "verify"]).code, 0);
}

/// Somebody with a good password, a proved address and number, and an authenticator, in the store of an installation.
fn furnished(post: &Post, home: &Home) -> Sample {
    home.account("first@example.com");
    let ring = store::KeyRing::load(&home.file("keyring.json")).unwrap();
    let oldest = ring.ids().min().unwrap();
    let pepper = ring.hmac_by(oldest, store::Purpose::PEPPER, b"passwords");
    let config = store::Config::Sqlite {
        path: home.file("gatelodge.db"),
        durable: true,
    };
    let settings = Settings {
        hash_cost: factors::password::Cost::DEFAULT,
        ..testkit::rig::settings()
    };
    let ports = Ports {
        clock: Arc::new(adapters::clock::SystemClock),
        entropy: Arc::new(adapters::entropy::SystemEntropy),
        composer: Arc::new(web::Letters {
            installation: "Gatelodge".to_owned(),
            time_zone: "UTC".to_owned(),
        }),
        mailer: None,
        telephone: None,
        texter: None,
        voice: Arc::new(adapters::voice::Recorded::default()),
    };
    let app = App::new(Parts {
        db: store::Db::open(config, ring).unwrap(),
        hashes: HashPool::start(1, pepper.unwrap().unwrap(), settings.hash_cost).unwrap(),
        ports,
        settings,
    });
    let operator = Visitor {
        address: "127.0.0.1".parse().unwrap(),
        device: "test".to_owned(),
    };
    let sketch = Sketch {
        name: "Harbour Works",
        email: "owner@example.org",
        phone: "+886987654321",
        people: &[],
    };
    let ctx = Ctx::new(&app, operator, Locale::En);
    post.runtime.block_on(app.make_up(&ctx, sketch)).unwrap()
}

/// A recovery in which *Call me now* may be pressed. Answers the address of its case.
fn to_the_call(post: &Post, server: &Server, browser: &mut Client, owner: &Sample) -> String {
    let page = browser.reach_the_factor(&owner.account.email, &owner.password);
    let way = browser
        .get(&page.address("/troubleshoot"))
        .address("/recover");
    browser.get(&way);
    let page = browser.post(&way, &[("why", "lost")]).location();
    let page = browser.get(&page);
    let case = page.address("/mail").trim_end_matches("/mail").to_owned();
    browser.post(&format!("{case}/mail"), &[]);
    let proof = eventually("the mail", || {
        let sender = "recover-mfa-no-reply@verify.signin.example.com";
        let mut taken = post.server.taken().into_iter();
        taken.find(|mail| mail.from == sender)
    });
    let text = MessageParser::default()
        .parse(proof.data.as_bytes())
        .unwrap()
        .body_text(0)
        .unwrap()
        .into_owned();
    let link = text.lines().find(|line| line.contains("/signin/verify/"));
    let link = link
        .unwrap_or_else(|| panic!("a link in: {text}"))
        .trim()
        .to_owned();
    let mut elsewhere = server.client();
    let path = link
        .strip_prefix(server.ready["url"].as_str().unwrap())
        .unwrap();
    let clean = elsewhere.get(path).location();
    elsewhere.get(&clean);
    elsewhere.post(&clean, &[]);
    case
}

fn calls(home: &Home) -> Vec<Value> {
    let mut calls = home.json(&["phone", "list", "--json"]);
    let mut calls = std::mem::take(calls.as_array_mut().unwrap());
    calls.reverse();
    calls
}

#[test]
fn a_call_that_was_being_dialled_at_a_kill_is_neither_dialled_again_nor_counted() {
    let post = Post::open();
    let home = post.home();
    let owner = furnished(&post, &home);
    let server = home.serve();
    let mut browser = server.client();
    let case = to_the_call(&post, &server, &mut browser, &owner);
    let page = browser.get(&case);
    assert!(
        page.body.contains("You can take 5 more calls today"),
        "{}",
        page.body
    );

    // It is dialled, and never comes to ringing.
    hold(&home, "phone_call", "progress", "ringing");
    browser.post(&format!("{case}/call"), &[]);
    eventually("the call to be dialled", || {
        (rows(&home, "call") == [("dialling".to_owned(), 1)]).then_some(())
    });
    assert_eq!(calls(&home)[0]["state"], "dialling");
    server.kill();
    let_go(&home);

    let server = home.serve();
    let mut again = server.client();
    (again.cookies, again.csrf) = (browser.cookies, browser.csrf);
    let page = eventually("the call to be given up", || {
        let page = again.get(&case);
        page.body.contains("It is not counted").then_some(page)
    });
    assert!(
        page.body.contains("You can take 5 more calls today"),
        "{}",
        page.body
    );
    // The next press places a call of its own, and the worker that carries it leaves the lost one alone.
    again.post(&format!("{case}/call"), &[]);
    let ringing = eventually("the next call to ring", || {
        let calls = calls(&home);
        (calls.len() == 2 && calls[1]["state"] == "ringing").then(|| calls[1].clone())
    });
    assert_eq!(
        rows(&home, "call"),
        [("lost".to_owned(), 1), ("dialling".to_owned(), 1)]
    );
    assert_eq!(calls(&home)[0]["state"], "lost");

    // A phone that rings is as much in hand as one that is being dialled.
    server.kill();
    let server = home.serve();
    let mut browser = server.client();
    (browser.cookies, browser.csrf) = (again.cookies, again.csrf);
    eventually("the second call to be given up", || {
        (rows(&home, "call")
            .iter()
            .all(|row| *row == ("lost".to_owned(), 1)))
        .then_some(())
    });
    home.run(&["phone", "press", ringing["id"].as_str().unwrap(), "123456"])
        .refused("GL-");
    let page = browser.get(&case);
    assert!(
        page.body.contains("You can take 5 more calls today"),
        "{}",
        page.body
    );

    // The way goes on to its end.
    browser.post(&format!("{case}/call"), &[]);
    let shown = browser.get(&case).digits();
    let call = eventually("the third call to ring", || {
        calls(&home)
            .into_iter()
            .find(|call| call["state"] == "ringing")
    });
    let pressed = home.run(&["phone", "press", call["id"].as_str().unwrap(), &shown]);
    assert_eq!(pressed.code, 0, "{}", pressed.said);
    browser.get(&case);
    browser.post(&format!("{case}/enter"), &[]).location();
    assert_eq!(browser.get("/console/home").status, 200);
    assert_eq!(server.stop().0, 0);
    assert_eq!(home.run(&["audit", "verify"]).code, 0);
}

#[test]
fn a_server_that_mails_for_real_does_not_say_that_mail_stays_here() {
    let post = Post::open();
    let home = post.home();
    let server = home.serve();
    let page = server.client().get("/signin").body;
    assert!(page.contains("Calls arrive in the outbox. Mail goes out for real."));
    assert!(!page.contains("Nothing leaves this machine."));
    let (code, said) = server.stop();
    assert_eq!(code, 0);
    assert!(said.contains("On trial: calls stay here"), "{said}");
    assert!(said.contains("mails go out for real"), "{said}");
}
