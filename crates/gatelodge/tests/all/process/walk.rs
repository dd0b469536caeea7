//! The walk of the README, against the running demonstration and with the commands beside it: an authenticator is lost,
//! and its owner gets back in.

use super::wire::{Answer, Client};
use super::{Ran, Server, eventually};
use serde_json::Value;
use std::process::Command;

/// A demonstration with the commands beside it.
struct Demo(Server);

impl Demo {
    fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatelodge"));
        command
            .args(["demo", "--json", "--port", "0"])
            .env("LANG", "en_US.UTF-8")
            .env("RUST_LOG", "trace");
        Self(Server::start(&mut command))
    }

    fn text(&self, pointer: &str) -> String {
        let value = self.0.ready.pointer(pointer).and_then(Value::as_str);
        value.unwrap_or_else(|| panic!("no {pointer}")).to_owned()
    }

    fn run(&self, words: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatelodge"));
        let ran = Ran::of(
            command
                .args(words)
                .args(["--data-dir", &self.text("/dataDir")]),
        );
        assert_eq!(ran.code, 0, "{words:?}: {}", ran.said);
        ran
    }

    /// The first entry of a list that is as asked, as soon as there is one.
    fn entry(&self, words: &[&str], wanted: impl Fn(&Value) -> bool) -> Value {
        eventually("an entry", || {
            let list: Value = serde_json::from_str(&self.run(words).printed).unwrap();
            list.as_array()
                .unwrap()
                .iter()
                .find(|entry| wanted(entry))
                .cloned()
        })
    }
}

/// The first address on the page that ends so.
fn address(page: &Answer, end: &str) -> String {
    let quoted = page.body.split('"').skip(1).step_by(2);
    let found = quoted
        .map(str::to_owned)
        .find(|text| text.starts_with('/') && text.ends_with(end));
    found.unwrap_or_else(|| panic!("no …{end} on: {}", page.body))
}

fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location").unwrap().to_owned()
}

/// The six digits that the page shows for the eye.
fn digits(page: &Answer) -> String {
    let shown = page.body.split("aria-hidden=\"true\">").skip(1);
    let groups = shown.filter_map(|piece| piece.split('<').next());
    groups
        .filter(|group| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit()))
        .collect()
}

fn to_the_factor(demo: &Demo, browser: &mut Client) -> Answer {
    let begun = browser.begin(&demo.text("/identities/lockedOutRoot/email"));
    let flow = location(&begun);
    browser.get(&flow);
    let password = demo.text("/identities/lockedOutRoot/password");
    let passed = browser.post(&format!("{flow}/password"), &[("password", &password)]);
    browser.get(&location(&passed))
}

#[test]
fn the_walk_of_the_readme_leads_back_in_r_rec_01() {
    let demo = Demo::start();
    let mut browser = demo.0.client();
    let page = to_the_factor(&demo, &mut browser);
    assert!(page.body.contains("Additional verification required"));
    let trouble = browser.get(&address(&page, "/troubleshoot"));
    let way = address(&trouble, "/recover");
    browser.get(&way);
    let case = location(&browser.post(&way, &[("why", "lost")]));
    let page = browser.get(&case);
    let case = address(&page, "/mail").trim_end_matches("/mail").to_owned();
    browser.post(&format!("{case}/mail"), &[]);

    // The mail, opened in another browser: its link shows a page, a press confirms.
    let to = demo.text("/identities/lockedOutRoot/email");
    let mail = demo.entry(&["outbox", "list", "--json", "--to", &to], |mail| {
        mail["kind"] == "recovery-proof"
    });
    let link = mail["links"][0].as_str().unwrap();
    let mut elsewhere = demo.0.client();
    let path = link
        .strip_prefix(&demo.text("/url"))
        .expect("the address of this server");
    let clean = location(&elsewhere.get(path));
    let asked = elsewhere.get(&clean);
    assert_eq!(asked.status, 200);
    assert!(
        !browser.get(&case).body.contains("Call me now"),
        "a look proves nothing"
    );
    elsewhere.post(&clean, &[]);

    // The call: the page shows six digits, the telephone takes them.
    let page = browser.get(&case);
    assert!(page.body.contains("Call me now"), "{}", page.body);
    browser.post(&format!("{case}/call"), &[]);
    let shown = digits(&browser.get(&case));
    assert_eq!(shown.len(), 6);
    let call = demo.entry(&["phone", "list", "--json"], |call| {
        call["state"] == "ringing"
    });
    assert_eq!(call["to"], demo.text("/identities/lockedOutRoot/phone"));
    demo.run(&["phone", "press", call["id"].as_str().unwrap(), &shown]);

    let page = browser.get(&case);
    assert!(
        page.body.contains("Sign in to the console"),
        "{}",
        page.body
    );
    location(&browser.post(&format!("{case}/enter"), &[]));
    assert_eq!(browser.get("/console/home").status, 200);
    let log = demo.run(&["audit", "export"]).printed;
    for event in [
        "RecoveryOpened",
        "RecoveryMailProved",
        "RecoveryPhoneProved",
        "RecoveryCompleted",
    ] {
        assert!(log.contains(event), "{event}");
    }
    let mut secrets = vec![
        demo.text("/identities/lockedOutRoot/password"),
        demo.text("/identities/lockedOutRoot/totpSecret"),
        path.rsplit('/').next().unwrap().to_owned(),
        shown,
    ];
    secrets.extend(
        browser
            .cookies
            .into_values()
            .filter(|value| value.len() >= 20),
    );
    let (code, said) = demo.0.stop();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("stopping"), "everything is logged");
    for secret in secrets {
        assert!(
            !log.contains(&secret) && !said.contains(&secret),
            "a secret was written down"
        );
    }
}
