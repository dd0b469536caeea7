//! Whether an address has an account cannot be learned from what is shown or written (R-ROOT-26).
//!
//! Two people do the same things at the same moments, one with an address that has an account and one with an address
//! that has none: every answer is the same, and as many rows are written for both.

use app::settings::Settings;
use domain::guessing::Limits;
use domain::time::Span;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeMap;
use testkit::rig::{self, Answer, Browser, Rig};
use testkit::stores::{self, Contents, TestDb};

const KNOWN: &str = "root@example.com";
const NOBODY: &str = "none@example.com";

/// Something that anybody can do who knows an address and nothing else.
#[derive(Debug, Clone, Copy)]
enum Act {
    NameAddress,
    Look,
    WrongPassword,
    GuessCode,
    GuessFactor,
    ChooseDevice,
    Resend,
    Troubleshoot,
    Recover,
    Unlock,
    Forgot,
    Addresses,
    AnswerCheck,
    OtherCharacters,
    FalseLink,
    OpenAccount,
    LookAtOpening,
    GuessOpeningCode,
    ResendOpening,
    GiveDetails,
    OtherBrowser,
    Wait(Span),
}

fn act() -> impl Strategy<Value = Act> {
    let spans = [
        Span::seconds(31),
        Span::minutes(16),
        Span::minutes(61),
        Span::hours(25),
    ];
    prop_oneof![
        3 => Just(Act::NameAddress),
        6 => Just(Act::WrongPassword),
        3 => Just(Act::Forgot),
        2 => Just(Act::Addresses),
        2 => Just(Act::AnswerCheck),
        1 => Just(Act::OtherCharacters),
        2 => Just(Act::Unlock),
        2 => Just(Act::OpenAccount),
        2 => Just(Act::GuessOpeningCode),
        1 => Just(Act::ResendOpening),
        2 => prop::sample::select(spans.to_vec()).prop_map(Act::Wait),
        4 => prop::sample::select(vec![
            Act::Look, Act::GuessCode, Act::GuessFactor, Act::ChooseDevice, Act::Resend, Act::Troubleshoot,
            Act::Recover, Act::FalseLink, Act::LookAtOpening, Act::GiveDetails, Act::OtherBrowser,
        ]),
    ]
}

/// Somebody with an address.
struct Person {
    email: &'static str,
    browser: Browser,
    /// The page of the last sign-in that was begun.
    flow: String,
    /// The same of the last account that was being opened.
    opening: String,
}

/// What can be seen of an answer, without what is drawn afresh for each.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    status: u16,
    location: String,
    headers: Vec<String>,
    cookies: Vec<String>,
    body: String,
}

impl Person {
    fn new(rig: &Rig, email: &'static str, peer: &str) -> Self {
        let mut browser = rig.browser();
        browser.peer = peer.parse().expect("an address");
        Self {
            email,
            browser,
            flow: "/signin/f/flw_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
            opening: "/open/f/flw_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
        }
    }

    async fn act(&mut self, act: Act) -> Option<Answer> {
        let (flow, opening) = (self.flow.clone(), self.opening.clone());
        let email = self.email;
        let browser = &mut self.browser;
        Some(match act {
            Act::NameAddress => {
                let fields = [("user", "root"), ("email", email)];
                let answer = browser.post("/signin", &fields).await;
                self.flow = answer.location.clone().unwrap_or(flow);
                answer
            }
            Act::Look => browser.get(&flow).await,
            Act::WrongPassword => {
                let fields = [("password", "not the password at all")];
                browser.post(&format!("{flow}/password"), &fields).await
            }
            Act::GuessCode => {
                let fields = [("code", "12345678")];
                browser.post(&format!("{flow}/mail-code"), &fields).await
            }
            Act::GuessFactor => {
                let fields = [
                    ("device", "mfa_aaaaaaaaaaaaaaaaaaaaaaaaaa"),
                    ("code", "123456"),
                ];
                browser.post(&format!("{flow}/factor"), &fields).await
            }
            Act::ChooseDevice => browser.post(&format!("{flow}/device"), &[]).await,
            Act::Resend => browser.post(&format!("{flow}/mail-again"), &[]).await,
            Act::Troubleshoot => browser.get(&format!("{flow}/troubleshoot")).await,
            Act::Recover => {
                let fields = [("why", "lost")];
                browser.post(&format!("{flow}/recover"), &fields).await
            }
            Act::Unlock => browser.post(&format!("{flow}/unlock"), &[]).await,
            Act::Forgot => browser.post("/signin/forgot", &[("email", email)]).await,
            Act::Addresses => {
                let fields = [("email", email)];
                browser.post("/signin/addresses", &fields).await
            }
            Act::AnswerCheck => {
                let fields = [("set", "1"), ("code", "7HK2MR")];
                browser.post(&format!("{flow}/check"), &fields).await
            }
            Act::OtherCharacters => browser.post(&format!("{flow}/check/again"), &[]).await,
            Act::FalseLink => {
                browser.get("/reset/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").await;
                browser.get("/signin/reset").await
            }
            Act::OpenAccount => {
                let answer = browser.post("/open", &[("email", email)]).await;
                self.opening = answer.location.clone().unwrap_or(opening);
                answer
            }
            Act::LookAtOpening => browser.get(&opening).await,
            Act::GuessOpeningCode => {
                let fields = [("code", "12345678")];
                browser.post(&format!("{opening}/code"), &fields).await
            }
            Act::ResendOpening => browser.post(&format!("{opening}/mail-again"), &[]).await,
            Act::GiveDetails => {
                let fields = [
                    ("account_name", "Example"),
                    ("contact_name", "Lee"),
                    ("phone", ""),
                    ("password", "harbour lantern quiet maple"),
                    ("password_again", "harbour lantern quiet maple"),
                ];
                browser.post(&format!("{opening}/details"), &fields).await
            }
            Act::OtherBrowser => {
                browser.cookies.clear();
                browser.get("/signin").await
            }
            Act::Wait(_) => return None,
        })
    }

    fn sees(&self, answer: &Answer) -> Seen {
        let cookie = |line: &http::HeaderValue| {
            let line = line.to_str().unwrap_or_default();
            line.split('=').next().unwrap_or_default().to_owned()
        };
        let mut headers: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        headers.sort();
        let cookies = answer
            .headers
            .get_all("set-cookie")
            .iter()
            .map(cookie)
            .collect();
        Seen {
            status: answer.status.as_u16(),
            location: self.plain(answer.location.as_deref().unwrap_or_default()),
            headers,
            cookies,
            body: self.plain(&answer.body),
        }
    }

    /// The text without the person's own address and without ids and tokens.
    fn plain(&self, text: &str) -> String {
        let query = self.email.replace('@', "%40").replace('.', "%2E");
        let text = text
            .replace(self.email, "(address)")
            .replace(&query, "(address)");
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let mut out = String::new();
        for piece in text.split_inclusive(|c: char| !word(c)) {
            let run = piece.trim_end_matches(|c: char| !word(c));
            if run.len() >= 26 {
                out.push('#');
                out.push_str(piece.get(run.len()..).unwrap_or_default());
            } else {
                out.push_str(piece);
            }
        }
        out
    }
}

/// How many rows each table gained or lost, but for the one that sums up the failures of everybody.
fn grown(before: &Contents, after: &Contents) -> BTreeMap<String, isize> {
    let rows =
        |contents: &Contents, table: &str| contents.get(table).map_or(0, Vec::len).cast_signed();
    let tables = after.keys().filter(|table| *table != "guessing_slot");
    let all = tables.map(|table| (table.clone(), rows(after, table) - rows(before, table)));
    all.filter(|(_, more)| *more != 0).collect()
}

async fn alike(rig: &Rig, acts: &[Act]) -> Result<(), TestCaseError> {
    let root = rig.account("Example", KNOWN).await;
    rig.device(&root, "phone").await;
    // Each in a network of their own: who guesses from the same one is counted together.
    let mut people = [
        Person::new(rig, KNOWN, "192.0.2.7:40000"),
        Person::new(rig, NOBODY, "198.51.100.7:40000"),
    ];
    for (number, act) in acts.iter().enumerate() {
        if let Act::Wait(span) = act {
            rig.wait(*span);
        }
        let mut both = Vec::new();
        for person in &mut people {
            let before = rig.contents().await;
            let Some(answer) = person.act(*act).await else {
                continue;
            };
            both.push((person.sees(&answer), grown(&before, &rig.contents().await)));
        }
        if let [known, nobody] = both.as_slice() {
            prop_assert_eq!(known, nobody, "step {} of {:?}", number, acts);
            prop_assert!(known.0.status < 500, "{:?}", known.0);
        }
    }
    Ok(())
}

/// A few wrong passwords for a single name raise the risk: checks are asked for again and again.
fn suspicious() -> Settings {
    let usual = rig::settings();
    Settings {
        guessing: Limits {
            failures: 2,
            names: 1,
            ..usual.guessing
        },
        ..usual
    }
}

fn play(cases: u32, store: impl Fn() -> TestDb) {
    let config = Config {
        cases,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let acts = prop::collection::vec(act(), 1..40);
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let outcome = TestRunner::new_with_rng(config, rng).run(&acts, |acts| {
        let rig = Rig::with(store(), suspicious());
        runtime.block_on(alike(&rig, &acts))
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn an_address_with_an_account_and_one_without_are_answered_alike_at_every_step_r_root_26() {
    play(16, stores::sqlite);
    if stores::postgres().is_some() {
        play(2, || stores::postgres().expect("PostgreSQL"));
    }
}

#[test]
fn wrong_passwords_up_to_the_closing_and_mails_up_to_the_limit_are_alike_r_root_26() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let mut acts = vec![Act::NameAddress];
    for n in 0..domain::throttle::UNKNOWN_CLOSED + 2 {
        acts.extend([Act::WrongPassword, Act::Wait(Span::minutes(61))]);
        if n % 10 == 0 {
            acts.extend([Act::Wait(Span::hours(2)), Act::NameAddress, Act::Unlock]);
        }
    }
    acts.extend([Act::NameAddress, Act::WrongPassword, Act::Unlock]);
    acts.extend([Act::Addresses; 5]);
    acts.extend([Act::Forgot; 12]);
    acts.extend([
        Act::OpenAccount,
        Act::ResendOpening,
        Act::ResendOpening,
        Act::ResendOpening,
    ]);
    acts.extend([Act::GuessOpeningCode; 7]);
    let rig = Rig::new(stores::sqlite());
    let outcome = runtime.expect("a runtime").block_on(alike(&rig, &acts));
    outcome.expect("the same for both");
}
