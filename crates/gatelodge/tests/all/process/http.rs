//! The binary with a carrier that is reached by HTTP and is a process of its own: recoveries over it, a call that a kill
//! cut off, and a test call of the doctor.

use super::walk::{Demo, shown, to_the_call};
use super::wire::Client;
use super::{Home, Ran, Server, put};
use adapters::voice::{Recorded, wav};
use app::ports::Voice;
use domain::locale::Locale;
use serde_json::{Value, json};
use std::process::Command;
use testkit::carrier::{Carrier, KEY, LOGIN, heard};
use testkit::sound::alike;
use tokio::runtime::Runtime;

/// The keys of a configuration whose only carrier is this one, and the folder of its secrets.
fn with_carrier(carrier: &Carrier, more: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        put(&path, 0o600, text);
        path.display().to_string()
    };
    let text = format!(
        "[voice]\ntransport = 'http'\n{more}\n[[voice.http.carrier]]\nname = 'second'\ncalls_url = '{}'\nuser = '{}'\n\
         password_file = '{}'\nsigning_key_file = '{}'\ncaller_id = '+886225550100'\n",
        carrier.calls_url(),
        LOGIN.0,
        file("password", LOGIN.1),
        file("key", KEY),
    );
    file("gatelodge.toml", &text);
    (folder, text)
}

/// A recovery whose call the carrier was asked for.
struct Called {
    runtime: Runtime,
    carrier: Carrier,
    folder: tempfile::TempDir,
    demo: Demo,
    browser: Client,
    case: String,
    /// The digits on the page.
    keys: String,
}

impl Called {
    /// With more keys of `[voice]`.
    fn with(more: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let carrier = runtime.block_on(Carrier::start());
        let (folder, _) = with_carrier(&carrier, more);
        let config = folder.path().join("gatelodge.toml");
        let demo = Demo::with(&["--config", config.to_str().unwrap()]);
        let (mut browser, case, _) = to_the_call(&demo);
        browser.post(&format!("{case}/call"), &[]);
        let keys = browser.get(&case).digits();
        runtime.block_on(carrier.saw("created"));
        Self {
            runtime,
            carrier,
            folder,
            demo,
            browser,
            case,
            keys,
        }
    }

    fn answer(&self) -> Value {
        self.runtime.block_on(self.carrier.answer())
    }

    fn press(&self, keys: &str) -> Value {
        self.runtime.block_on(self.carrier.press(keys))
    }

    fn status(&self, status: &str) -> Value {
        self.runtime.block_on(self.carrier.status(status))
    }

    fn does(&self, command: Value) -> Value {
        self.runtime.block_on(self.carrier.does(command))
    }

    /// The page of the case, as soon as it shows this.
    fn shown(&mut self, wanted: &str) -> String {
        shown(&mut self.browser, &self.case, wanted)
    }
}

#[test]
fn a_recovery_over_a_carrier_speaks_to_the_person_and_hears_the_keys_r_rec_19_r_rec_40() {
    let mut called = Called::with("");
    let created = called.runtime.block_on(called.carrier.saw("created"));
    let phone = called.demo.text("/identities/lockedOutRoot/phone");
    assert_eq!(created["to"], phone);
    assert_eq!(created["from"], "+886225550100");
    called.status("ringing");
    called.shown("ringing");
    let asked = called.answer();
    called.shown("Connected");
    let account = called.demo.text("/identities/lockedOutRoot/accountId");
    let prompt = Recorded::default().recording("recovery", Locale::En, &account.parse().unwrap());
    assert!(alike(&heard(&asked), &wav::samples(&prompt).unwrap()) >= 0.9);
    // Who is not the carrier changes nothing, and is told nothing.
    let keys = called.keys.clone();
    let refused = called.does(json!({ "do": "press", "keys": keys, "wrongKey": true }));
    let nothing = json!({ "status": 403, "body": "", "cookie": Value::Null });
    assert_eq!(refused, nothing);
    let wrong = match keys.as_str() {
        "000000" => "111111",
        _ => "000000",
    };
    assert_eq!(called.press(wrong)["document"]["hangsUp"], false);
    assert_eq!(called.does(json!({ "do": "again" })), nothing);
    assert_eq!(called.press(&keys)["document"]["hangsUp"], true);
    called.status("completed");
    called.shown("Sign in to the console");
    let enter = format!("{}/enter", called.case);
    called.browser.post(&enter, &[]).location();
    let log = called.demo.run(&["audit", "export"]).printed;
    assert!(log.contains("RecoveryPhoneProved"));
    let (code, said) = called.demo.0.stop();
    assert_eq!(code, 0, "{said}");
    for secret in [KEY, LOGIN.1, keys.as_str()] {
        assert!(!said.contains(secret), "a secret was written down");
    }
    let events = called.carrier.events();
    assert_eq!(called.carrier.count("refused"), 0, "{events:?}");
}

#[test]
fn the_older_script_asks_a_carrier_for_the_number_and_then_for_the_digits_r_rec_45() {
    let mut called = Called::with("script = 'number-first'");
    assert_eq!(called.answer()["document"]["keys"], 20);
    let phone = called.demo.text("/identities/lockedOutRoot/phone");
    let wrong = called.press("0212345678#");
    assert_eq!(wrong["document"]["keys"], 20, "{wrong}");
    let right = called.press(&format!("{}#", &phone[1..]));
    assert_eq!(right["document"]["keys"], 6, "{right}");
    called.press(&called.keys.clone());
    called.status("completed");
    called.shown("Sign in to the console");
}

#[test]
fn key_nine_and_three_wrong_tries_end_a_call_over_a_carrier_p_01() {
    for (tries, event) in [
        (&["9"][..], "RecoveryClosed"),
        (&["000000", "000000", "000000"], "RecoveryCallEnded"),
    ] {
        let called = Called::with("");
        called.answer();
        let mut last = Value::Null;
        for one in tries {
            assert_ne!(*one, called.keys);
            last = called.press(one);
        }
        assert_eq!(last["document"]["hangsUp"], true, "{last}");
        let log = called.demo.run(&["audit", "export"]).printed;
        assert!(log.contains(event), "{log}");
        assert!(!log.contains("RecoveryPhoneProved"));
    }
}

#[test]
fn a_call_over_a_carrier_is_not_placed_again_after_a_kill() {
    let mut called = Called::with("");
    called.answer();
    called.shown("Connected");
    let url = called.does(json!({ "do": "address" }));
    let Called {
        runtime,
        carrier,
        folder,
        demo,
        browser,
        case,
        keys,
    } = called;
    let (data, before) = (demo.text("/dataDir"), demo.text("/url"));
    demo.0.kill();

    let mut command = Command::new(env!("CARGO_BIN_EXE_gatelodge"));
    let config = folder.path().join("gatelodge.toml");
    command.args([
        "serve",
        "--json",
        "--port",
        "0",
        "--data-dir",
        &data,
        "--config",
    ]);
    let server = Server::start(command.arg(config));
    let mut again = server.client();
    (again.cookies, again.csrf) = (browser.cookies, browser.csrf);
    let page = shown(&mut again, &case, "Call again");
    assert!(!page.contains(&keys), "the digits of a call that is over");
    // The carrier goes on as if nothing had been: nobody knows its call any more, and digits open nothing.
    let here = format!("http://{}", server.host());
    let to = url["url"].as_str().unwrap().replace(&before, &here);
    let form = format!("CallSid=CA00000001&CallStatus=in-progress&Digits={keys}");
    for to in [format!("{to}/1"), to] {
        let told = runtime.block_on(carrier.does(json!({ "do": "send", "to": to, "form": form })));
        assert_eq!(told["status"], 404, "{told}");
    }
    assert!(!again.get(&case).body.contains("Sign in to the console"));
    assert_eq!(carrier.count("created"), 1);
    drop(server);
    std::fs::remove_dir_all(data).unwrap();
}

#[test]
fn the_doctor_looks_at_the_carrier_and_calls_in_the_place_of_the_server() {
    let runtime = Runtime::new().unwrap();
    let carrier = runtime.block_on(Carrier::start());
    let (_folder, text) = with_carrier(&carrier, "");
    let home = Home::with_config(&format!("listen = '127.0.0.1:0'\n{text}"));
    home.account("root@example.com");
    let ran = home.run(&["doctor", "voice"]);
    assert_eq!(ran.code, 0, "{} {}", ran.printed, ran.said);
    assert!(
        ran.printed.contains("second answer: it answered 200"),
        "{}",
        ran.printed
    );
    let mut command = home.command(&["doctor", "voice", "--call", "+886912345678"]);
    let calling = std::thread::spawn(move || Ran::of(&mut command));
    runtime.block_on(carrier.saw("created"));
    runtime.block_on(carrier.status("ringing"));
    runtime.block_on(carrier.answer());
    runtime.block_on(carrier.press("123456"));
    runtime.block_on(carrier.status("completed"));
    let ran = calling.join().unwrap();
    ran.called_and_was_keyed();
    let server = home.serve();
    home.run(&["doctor", "voice", "--call", "+886912345678"])
        .refused("stop it first");
    assert_eq!(carrier.count("created"), 1);
    drop(server);
}
