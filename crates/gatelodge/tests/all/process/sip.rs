//! The binary with a trunk: a recovery over a telephone that really rings, and a test call of the doctor.

use super::walk::{Demo, to_the_call};
use super::{Ran, put};
use adapters::voice::{Recorded, wav};
use app::ports::Voice;
use domain::locale::Locale;
use std::process::Command;
use testkit::callee::{Callee, Fate, Script};
use testkit::sound::alike;
use tokio::runtime::Runtime;

/// A configuration whose only trunk is this telephone.
fn with_trunk(callee: &Callee) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    let text = format!(
        "[voice]\ntransport = 'sip'\ntrunk_networks = ['127.0.0.0/8']\n[voice.sip]\nport = 0\n\
         [[voice.sip.trunk]]\nname = 'carrier'\nhost = '127.0.0.1'\nport = {}\ncaller_id = '+886225550100'\n",
        callee.port
    );
    put(file.path(), 0o600, &text);
    file
}

fn demo(config: &tempfile::NamedTempFile) -> Demo {
    Demo::with(&["--config", config.path().to_str().unwrap()])
}

/// The page of the case, as soon as it shows this.
fn shown(browser: &mut super::wire::Client, case: &str, wanted: &str) -> String {
    super::eventually(wanted, || {
        let page = browser.get(case);
        page.body.contains(wanted).then_some(page.body)
    })
}

#[test]
fn a_recovery_over_a_trunk_speaks_to_the_person_and_hears_the_keys_r_rec_19_r_rec_40() {
    let runtime = Runtime::new().unwrap();
    let callee = runtime.block_on(Callee::start(Script::default()));
    let config = with_trunk(&callee);
    let demo = demo(&config);
    let (mut browser, case, _) = to_the_call(&demo);
    browser.post(&format!("{case}/call"), &[]);
    let keys = browser.get(&case).digits();
    let account = demo.text("/identities/lockedOutRoot/accountId");
    let prompt = Recorded::default().recording("recovery", Locale::En, &account.parse().unwrap());
    let prompt = wav::samples(&prompt).unwrap();
    runtime.block_on(callee.heard(prompt.len() / 160 + 20));
    shown(&mut browser, &case, "Connected");
    callee.press(&keys);
    runtime.block_on(callee.saw("bye"));
    assert!(alike(&callee.sound(), &prompt) >= 0.9);
    let line = callee.line("INVITE").unwrap();
    let phone = demo.text("/identities/lockedOutRoot/phone");
    assert!(line.contains(&format!("sip:{phone}@127.0.0.1")), "{line}");
    shown(&mut browser, &case, "Sign in to the console");
    browser.post(&format!("{case}/enter"), &[]).location();
    let log = demo.run(&["audit", "export"]).printed;
    assert!(log.contains("RecoveryPhoneProved"));
}

/// The words on the page and in the audit record for every way in which a trunk says no (P-03, R-REC-46).
#[test]
fn each_final_answer_leads_to_its_words_and_its_record() {
    let runtime = Runtime::new().unwrap();
    for (code, words, record) in [
        (403, "does not let such calls through", "barred"),
        (486, "The line was busy", "busy"),
        (480, "Nobody answered", "no-answer"),
        (603, "The call was declined", "declined"),
        (503, "could not be connected", "failed"),
    ] {
        let callee = runtime.block_on(Callee::start(Script {
            fate: Fate::RingsThen(code),
            ..Script::default()
        }));
        let config = with_trunk(&callee);
        let demo = demo(&config);
        let (mut browser, case, _) = to_the_call(&demo);
        browser.post(&format!("{case}/call"), &[]);
        let page = shown(&mut browser, &case, words);
        assert!(page.contains("Call again"), "{code}: {page}");
        let log = demo.run(&["audit", "export"]).printed;
        assert!(log.contains(record), "{code}");
        runtime.block_on(callee.saw("ack of refusal"));
    }
}

#[test]
fn the_doctor_looks_at_the_trunk_and_calls() {
    let runtime = Runtime::new().unwrap();
    let callee = runtime.block_on(Callee::start(Script {
        keys: "123456",
        ..Script::default()
    }));
    let config = with_trunk(&callee);
    let demo = demo(&config);
    let doctor = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatelodge"));
        command.args([
            "doctor",
            "voice",
            "--data-dir",
            &demo.text("/dataDir"),
            "--config",
        ]);
        Ran::of(command.arg(config.path()).args(words))
    };
    let ran = doctor(&[]);
    assert_eq!(ran.code, 0, "{} {}", ran.printed, ran.said);
    assert!(
        ran.printed.contains("carrier answer: it answered 200"),
        "{}",
        ran.printed
    );
    let ran = doctor(&["--call", "+886912345678"]);
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
    assert!(!ran.printed.contains("123456"));
    let ran = doctor(&["--call", "+819012345678"]);
    assert_eq!(ran.code, 1, "{}", ran.printed);
    assert!(ran.said.contains("voice.call_countries"), "{}", ran.said);
    assert_eq!(callee.count("invite"), 1);
}
