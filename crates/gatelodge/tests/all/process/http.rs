//! The binary with a carrier that is reached by HTTP and is a process of its own: recoveries over it, a call that a kill
//! cut off, and a test call of the doctor.

use super::walk::{Demo, to_the_call};
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

fn demo(folder: &tempfile::TempDir) -> Demo {
    let config = folder.path().join("gatelodge.toml");
    Demo::with(&["--config", config.to_str().unwrap()])
}

/// The page of the case, as soon as it shows this.
fn shown(browser: &mut super::wire::Client, case: &str, wanted: &str) -> String {
    super::eventually(wanted, || {
        let page = browser.get(case);
        page.body.contains(wanted).then_some(page.body)
    })
}

#[test]
fn a_recovery_over_a_carrier_speaks_to_the_person_and_hears_the_keys_r_rec_19_r_rec_40() {
    let runtime = Runtime::new().unwrap();
    let carrier = runtime.block_on(Carrier::start());
    let (folder, _) = with_carrier(&carrier, "");
    let demo = demo(&folder);
    let (mut browser, case, _) = to_the_call(&demo);
    browser.post(&format!("{case}/call"), &[]);
    let keys = browser.get(&case).digits();
    let created = runtime.block_on(carrier.saw("created"));
    assert_eq!(created["to"], demo.text("/identities/lockedOutRoot/phone"));
    assert_eq!(created["from"], "+886225550100");
    runtime.block_on(carrier.status("ringing"));
    shown(&mut browser, &case, "ringing");
    let asked = runtime.block_on(carrier.answer());
    shown(&mut browser, &case, "Connected");
    let account = demo.text("/identities/lockedOutRoot/accountId");
    let prompt = Recorded::default().recording("recovery", Locale::En, &account.parse().unwrap());
    assert!(alike(&heard(&asked), &wav::samples(&prompt).unwrap()) >= 0.9);
    // Who is not the carrier changes nothing, and is told nothing.
    let forged = json!({ "do": "press", "keys": keys, "wrongKey": true });
    let refused = runtime.block_on(carrier.does(forged));
    let nothing = json!({ "status": 403, "body": "", "cookie": Value::Null });
    assert_eq!(refused, nothing);
    let wrong = if keys == "000000" { "111111" } else { "000000" };
    assert_eq!(
        runtime.block_on(carrier.press(wrong))["document"]["hangsUp"],
        false
    );
    assert_eq!(
        runtime.block_on(carrier.does(json!({ "do": "again" }))),
        nothing
    );
    assert_eq!(
        runtime.block_on(carrier.press(&keys))["document"]["hangsUp"],
        true
    );
    runtime.block_on(carrier.status("completed"));
    shown(&mut browser, &case, "Sign in to the console");
    browser.post(&format!("{case}/enter"), &[]).location();
    let log = demo.run(&["audit", "export"]).printed;
    assert!(log.contains("RecoveryPhoneProved"));
    let (code, said) = demo.0.stop();
    assert_eq!(code, 0, "{said}");
    for secret in [KEY, LOGIN.1, keys.as_str()] {
        assert!(!said.contains(secret), "a secret was written down");
    }
    assert_eq!(carrier.count("refused"), 0, "{:?}", carrier.events());
}

#[test]
fn the_older_script_asks_a_carrier_for_the_number_and_then_for_the_digits_r_rec_45() {
    let runtime = Runtime::new().unwrap();
    let carrier = runtime.block_on(Carrier::start());
    let (folder, _) = with_carrier(&carrier, "script = 'number-first'");
    let demo = demo(&folder);
    let (mut browser, case, _) = to_the_call(&demo);
    browser.post(&format!("{case}/call"), &[]);
    let keys = browser.get(&case).digits();
    runtime.block_on(carrier.saw("created"));
    assert_eq!(runtime.block_on(carrier.answer())["document"]["keys"], 20);
    let phone = demo.text("/identities/lockedOutRoot/phone");
    let wrong = runtime.block_on(carrier.press("0212345678#"));
    assert_eq!(wrong["document"]["keys"], 20, "{wrong}");
    let right = runtime.block_on(carrier.press(&format!("{}#", &phone[1..])));
    assert_eq!(right["document"]["keys"], 6, "{right}");
    runtime.block_on(carrier.press(&keys));
    runtime.block_on(carrier.status("completed"));
    shown(&mut browser, &case, "Sign in to the console");
}

#[test]
fn key_nine_and_three_wrong_tries_end_a_call_over_a_carrier_p_01() {
    let runtime = Runtime::new().unwrap();
    for (tries, event) in [
        (&["9"][..], "RecoveryClosed"),
        (&["000000", "000000", "000000"], "RecoveryCallEnded"),
    ] {
        let carrier = runtime.block_on(Carrier::start());
        let (folder, _) = with_carrier(&carrier, "");
        let demo = demo(&folder);
        let (mut browser, case, _) = to_the_call(&demo);
        browser.post(&format!("{case}/call"), &[]);
        let keys = browser.get(&case).digits();
        runtime.block_on(carrier.saw("created"));
        runtime.block_on(carrier.answer());
        let mut last = Value::Null;
        for one in tries {
            assert_ne!(*one, keys);
            last = runtime.block_on(carrier.press(one));
        }
        assert_eq!(last["document"]["hangsUp"], true, "{last}");
        let log = demo.run(&["audit", "export"]).printed;
        assert!(log.contains(event), "{log}");
        assert!(!log.contains("RecoveryPhoneProved"));
    }
}

#[test]
fn a_call_over_a_carrier_is_not_placed_again_after_a_kill() {
    let runtime = Runtime::new().unwrap();
    let carrier = runtime.block_on(Carrier::start());
    let (folder, _) = with_carrier(&carrier, "");
    let demo = demo(&folder);
    let (mut browser, case, _) = to_the_call(&demo);
    browser.post(&format!("{case}/call"), &[]);
    let keys = browser.get(&case).digits();
    runtime.block_on(carrier.saw("created"));
    runtime.block_on(carrier.answer());
    shown(&mut browser, &case, "Connected");
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
    let url = runtime.block_on(carrier.does(json!({ "do": "address" })));
    let to = url["url"]
        .as_str()
        .unwrap()
        .replace(&before, &format!("http://{}", server.host()));
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
    assert_eq!(ran.code, 0, "{} {}", ran.printed, ran.said);
    for stage in [
        "dialling",
        "it rings",
        "answered",
        "6 of 6",
        "over: hung-up",
    ] {
        assert!(ran.printed.contains(stage), "{stage}: {}", ran.printed);
    }
    let server = home.serve();
    home.run(&["doctor", "voice", "--call", "+886912345678"])
        .refused("stop it first");
    assert_eq!(carrier.count("created"), 1);
    drop(server);
}
