//! The demonstration: what it prints first, that its identities work, and that nothing of it stays.

use super::{Ran, Server};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

fn demo(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatelodge"));
    command.args(["demo", "--port", "0"]).args(words);
    command.env("LANG", "en_US.UTF-8");
    command
}

fn text<'v>(identity: &'v Value, key: &str) -> &'v str {
    identity[key].as_str().unwrap()
}

#[test]
fn the_first_line_is_one_object_and_its_identities_sign_in() {
    let server = Server::start(&mut demo(&["--json"]));
    let ready = server.ready.clone();
    let folder = Path::new(text(&ready, "dataDir"));
    assert_eq!(super::mode(folder), 0o700);
    assert!(text(&ready, "outboxUrl").starts_with(text(&ready, "url")));
    let (root, lost) = (
        &ready["identities"]["root"],
        &ready["identities"]["lockedOutRoot"],
    );
    for identity in [root, lost] {
        assert_eq!(text(identity, "accountId").len(), 12);
        assert!(text(identity, "phone").starts_with("+886"));
        assert_eq!(text(identity, "totpSecret").len(), 32);
        assert_eq!(identity["recoveryCodes"].as_array().unwrap().len(), 10);
        assert!(!text(identity, "accountName").is_empty());
    }
    assert_ne!(text(root, "password"), text(lost, "password"));
    for operator in ready["operators"].as_array().unwrap() {
        let mut desk = server.client();
        desk.get("/operator");
        let mut totp = Command::new(env!("CARGO_BIN_EXE_gatelodge"));
        let code = Ran::of(totp.args(["totp", text(operator, "totpSecret")])).printed;
        let offered = [
            ("email", text(operator, "email")),
            ("password", text(operator, "password")),
            ("code", code.trim()),
        ];
        let answer = desk.post("/operator", &offered);
        assert_eq!(answer.header("location"), Some("/operator/home"));
    }
    assert_eq!(ready["operators"].as_array().map(Vec::len), Some(2));

    let mut client = server.client();
    let begun = client.begin(text(root, "email"));
    let flow = begun.header("location").unwrap().to_owned();
    client.get(&flow);
    let answer = client.post(
        &format!("{flow}/password"),
        &[("password", text(root, "password"))],
    );
    assert_eq!(answer.status, 303, "{}", answer.body);
    let page = client.get(&flow);
    let device = page.input("device").expect("an authenticator is asked for");
    let mut totp = Command::new(env!("CARGO_BIN_EXE_gatelodge"));
    let code = Ran::of(totp.args(["totp", text(root, "totpSecret")])).printed;
    let answer = client.post(
        &format!("{flow}/factor"),
        &[("device", &device), ("code", code.trim())],
    );
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert!(client.cookies.contains_key("gl_session"));
    assert_eq!(client.get("/console/home").status, 200);

    let mut list = Command::new(env!("CARGO_BIN_EXE_gatelodge"));
    let listed = Ran::of(list.args(["account", "list", "--data-dir"]).arg(folder));
    assert_eq!(listed.printed.lines().count(), 2, "commands work beside it");
    let (code, said) = server.stop();
    assert_eq!(code, 0, "{said}");
    assert!(!folder.exists(), "nothing stays");
}

#[test]
fn it_never_opens_an_installation_and_its_store_never_becomes_real() {
    let home = super::Home::new();
    let ran = Ran::of(demo(&["--data-dir"]).arg(home.data()));
    assert_eq!(ran.code, 2);
    let server = Server::start(&mut demo(&["--json"]));
    let folder = text(&server.ready, "dataDir").to_owned();
    let kept = home.dir.path().join("kept");
    let copied = Command::new("cp")
        .arg("-a")
        .arg(&folder)
        .arg(&kept)
        .status()
        .unwrap();
    assert!(copied.success());
    super::put(&kept.join("gatelodge.toml"), 0o600, super::REAL);
    let mut serve = Command::new(env!("CARGO_BIN_EXE_gatelodge"));
    serve
        .args(["serve", "--port=0", "--leave-trial", "--data-dir"])
        .arg(&kept);
    Ran::of(&mut serve).refused("never becomes real");
}

#[test]
fn the_walk_is_five_lines_in_the_language_of_the_terminal() {
    for (lang, word) in [
        ("en_US.UTF-8", "Troubleshoot MFA"),
        ("ja_JP.UTF-8", "のトラブルシューティング"),
        ("zh_TW.UTF-8", "疑難排解"),
    ] {
        let mut command = demo(&[]);
        command
            .env("LANG", lang)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines =
            std::io::BufRead::lines(std::io::BufReader::new(child.stderr.take().unwrap()));
        let said: Vec<String> = lines.by_ref().take(8).map(Result::unwrap).collect();
        rustix::process::kill_process(
            rustix::process::Pid::from_child(&child),
            rustix::process::Signal::INT,
        )
        .unwrap();
        assert!(child.wait().unwrap().success());
        for number in 1..=5 {
            assert!(said[number].starts_with(&format!("{number}. ")), "{said:?}");
        }
        assert!(said[2].contains(word), "{said:?}");
        let all = said.join("\n");
        assert!(
            all.contains("/outbox?key=") && all.contains("owner@example.org"),
            "{all}"
        );
        assert!(
            !all.contains("{ ") && !all.contains("demo-1") && !all.contains("demo-stop"),
            "every part has its words: {all}"
        );
    }
}
