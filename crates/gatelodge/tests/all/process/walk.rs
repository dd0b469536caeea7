//! The walk of the README, against the running demonstration and with the commands beside it: an authenticator is lost,
//! and its owner gets back in.

use super::wire::Client;
use super::{Ran, Server, eventually};
use serde_json::Value;
use std::process::Command;

/// A demonstration with the commands beside it.
pub(super) struct Demo(pub(super) Server);

impl Demo {
    fn start() -> Self {
        Self::with(&[])
    }

    /// A demonstration with further arguments.
    pub(super) fn with(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatelodge"));
        command
            .args(["demo", "--json", "--port", "0"])
            .args(arguments)
            .env("LANG", "en_US.UTF-8")
            .env("RUST_LOG", "trace");
        Self(Server::start(&mut command))
    }

    pub(super) fn text(&self, pointer: &str) -> String {
        let value = self.0.ready.pointer(pointer).and_then(Value::as_str);
        value.unwrap_or_else(|| panic!("no {pointer}")).to_owned()
    }

    pub(super) fn run(&self, words: &[&str]) -> Ran {
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
    pub(super) fn entry(&self, words: &[&str], wanted: impl Fn(&Value) -> bool) -> Value {
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

/// The way of the one who is locked out up to the call: the path of the case, and the browser it belongs to. The link
/// of the mail is given back with it.
pub(super) fn to_the_call(demo: &Demo) -> (Client, String, String) {
    let mut browser = demo.0.client();
    let page = browser.reach_the_factor(
        &demo.text("/identities/lockedOutRoot/email"),
        &demo.text("/identities/lockedOutRoot/password"),
    );
    assert!(page.body.contains("Additional verification required"));
    let trouble = browser.get(&page.address("/troubleshoot"));
    let way = trouble.address("/recover");
    browser.get(&way);
    let case = browser.post(&way, &[("why", "lost")]).location();
    let page = browser.get(&case);
    let case = page.address("/mail").trim_end_matches("/mail").to_owned();
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
    let clean = elsewhere.get(path).location();
    let asked = elsewhere.get(&clean);
    assert_eq!(asked.status, 200);
    assert!(
        !browser.get(&case).body.contains("Call me now"),
        "a look proves nothing"
    );
    elsewhere.post(&clean, &[]);

    (browser, case, path.to_owned())
}

/// The page of the case, as soon as it shows this.
pub(super) fn shown(browser: &mut Client, case: &str, wanted: &str) -> String {
    eventually(wanted, || {
        let page = browser.get(case);
        page.body.contains(wanted).then_some(page.body)
    })
}

#[test]
fn the_walk_of_the_readme_leads_back_in_r_rec_01() {
    let demo = Demo::start();
    let (mut browser, case, path) = to_the_call(&demo);

    // The call: the page shows six digits, the telephone takes them.
    let page = browser.get(&case);
    assert!(page.body.contains("Call me now"), "{}", page.body);
    browser.post(&format!("{case}/call"), &[]);
    let shown = browser.get(&case).digits();
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
    browser.post(&format!("{case}/enter"), &[]).location();
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
