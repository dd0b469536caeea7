//! The binary with a trunk: a recovery over a telephone that really rings, and a test call of the doctor.

mod answers;

use super::walk::{Demo, shown, to_the_call};
use super::{Ran, put};
use adapters::voice::{Recorded, wav};
use app::ports::Voice;
use domain::locale::Locale;
use std::process::Command;
use testkit::callee::{Callee, Fate, Script};
use testkit::sound::alike;
use tokio::runtime::Runtime;

/// A configuration whose only trunk is a telephone; gone with the test.
struct Trunk(tempfile::TempDir);

/// Further lines of it; FOLDER stands for the folder it is in.
#[derive(Default, Clone, Copy)]
struct More<'a> {
    sip: &'a str,
    trunk: &'a str,
}

impl Trunk {
    fn to(callee: &Callee, more: More<'_>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "[voice]\ntransport = 'sip'\ntrunk_networks = ['127.0.0.0/8']\n[voice.sip]\nport = 0\n{}\
             [[voice.sip.trunk]]\nname = 'carrier'\nhost = '127.0.0.1'\nport = {}\ncaller_id = '+886225550100'\n{}",
            more.sip, callee.port, more.trunk
        );
        let text = text.replace("FOLDER", folder.path().to_str().unwrap());
        put(&folder.path().join("gatelodge.toml"), 0o600, &text);
        put(&folder.path().join("password"), 0o600, "not this one\n");
        Self(folder)
    }

    fn file(&self) -> String {
        let file = self.0.path().join("gatelodge.toml");
        file.to_str().unwrap().to_owned()
    }
}

fn demo(trunk: &Trunk) -> Demo {
    Demo::with(&["--config", &trunk.file()])
}

#[test]
fn a_recovery_over_a_trunk_speaks_to_the_person_and_hears_the_keys_r_rec_19_r_rec_40() {
    let runtime = Runtime::new().unwrap();
    let callee = runtime.block_on(Callee::start(Script::default()));
    let trunk = Trunk::to(&callee, More::default());
    let demo = demo(&trunk);
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

#[test]
fn the_doctor_looks_at_the_trunk_and_calls() {
    let runtime = Runtime::new().unwrap();
    let callee = runtime.block_on(Callee::start(Script {
        keys: "123456",
        ..Script::default()
    }));
    let trunk = Trunk::to(&callee, More::default());
    let demo = demo(&trunk);
    let doctor = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatelodge"));
        command.args([
            "doctor",
            "voice",
            "--data-dir",
            &demo.text("/dataDir"),
            "--config",
        ]);
        Ran::of(command.arg(trunk.file()).args(words))
    };
    let ran = doctor(&[]);
    assert_eq!(ran.code, 0, "{} {}", ran.printed, ran.said);
    assert!(
        ran.printed.contains("carrier answer: it answered 200"),
        "{}",
        ran.printed
    );
    let ran = doctor(&["--call", "+886912345678"]);
    ran.called_and_was_keyed();
    assert!(!ran.printed.contains("123456"));
    let ran = doctor(&["--call", "+819012345678"]);
    assert_eq!(ran.code, 1, "{}", ran.printed);
    assert!(ran.said.contains("voice.call_countries"), "{}", ran.said);
    assert_eq!(callee.count("invite"), 1);
}
