//! The commands: what they print, how they end, and that what they change is written down with the system user.

use super::{Home, REAL, Ran};
use std::process::Command;

#[test]
fn every_command_explains_itself_with_an_example() {
    let commands: &[&[&str]] = &[
        &["serve"],
        &["demo"],
        &["account", "create"],
        &["account", "list"],
        &["account", "show"],
        &["account", "readiness"],
        &["account", "suspend"],
        &["account", "reactivate"],
        &["account", "close"],
        &["account", "reopen"],
        &["operator", "create"],
        &["operator", "list"],
        &["operator", "remove"],
        &["operator", "recover"],
        &["outbox", "list"],
        &["outbox", "show"],
        &["phone", "list"],
        &["phone", "press"],
        &["phone", "hang-up"],
        &["phone", "fail"],
        &["totp"],
        &["doctor"],
        &["hosts"],
        &["config", "example"],
        &["config", "check"],
        &["config", "show"],
        &["audit", "verify"],
        &["audit", "export"],
    ];
    for words in commands.iter().copied() {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatelodge"));
        let ran = Ran::of(command.args(words).arg("--help"));
        assert_eq!(ran.code, 0, "{words:?}");
        let wanted = format!("Example: gatelodge {}", words.join(" "));
        assert!(ran.printed.contains(&wanted), "{words:?}: {}", ran.printed);
    }
}

#[test]
fn wrong_usage_ends_with_2_and_a_refusal_with_1() {
    let home = Home::new();
    for words in [
        ["account", "creat"].as_slice(),
        &["account", "show", "12"],
        &["serve", "--port", "x"],
        &["account", "create", "--name", "x"],
        &[
            "account",
            "create",
            "--name",
            "x",
            "--email",
            "a@example.com",
            "--password",
            "secret",
        ],
    ] {
        assert_eq!(home.run(words).code, 2, "{words:?}");
    }
    home.run(&["account", "list", "--config", "/nowhere"])
        .refused("cannot read /nowhere");
    let mut elsewhere = Command::new(env!("CARGO_BIN_EXE_gatelodge"));
    let folder = home.dir.path().join("none");
    Ran::of(
        elsewhere
            .args(["account", "list", "--data-dir"])
            .arg(&folder),
    )
    .refused("there is no installation");
    assert!(!folder.exists());
}

#[test]
fn an_account_lives_through_its_stages_beside_a_running_server() {
    let home = Home::new();
    let server = home.serve();
    let made = home.json(&[
        "account",
        "create",
        "--name",
        "Example Company",
        "--email",
        "Root@example.com",
        "--phone",
        "0912 345 678",
        "--json",
    ]);
    let id = made["accountId"].as_str().unwrap().to_owned();
    assert!(id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit()));
    assert_eq!(made["accountName"], "Example Company");
    assert_eq!(made["rootArn"], format!("arn:aws:iam::{id}:root"));
    assert_eq!(made["email"], "Root@example.com");
    let again = home.run(&[
        "account",
        "create",
        "--name",
        "Other",
        "--email",
        "root@EXAMPLE.com",
    ]);
    again.refused("GL-ACC-004");
    let phone = home.run(&[
        "account",
        "create",
        "--name",
        "Other",
        "--email",
        "b@example.com",
        "--phone",
        "12",
    ]);
    phone.refused("GL-ACC-001");

    let state = |verb: &str| home.json(&["account", verb, &id, "--json"])["state"].clone();
    assert_eq!(state("show"), "active");
    let shown = home.json(&["account", "show", &id, "--json"]);
    assert_eq!(shown["disputes"], serde_json::json!([]), "{shown}");
    assert!(shown["frozenUntil"].is_null() && shown["holds"].is_array());
    assert_eq!(state("suspend"), "suspended");
    home.run(&["account", "suspend", &id]).refused("GL-ACC-007");
    home.run(&["account", "reopen", &id]).refused("GL-ACC-007");
    assert_eq!(state("reactivate"), "active");
    assert_eq!(state("close"), "closed");
    home.run(&["account", "reactivate", &id])
        .refused("GL-ACC-007");
    assert_eq!(state("reopen"), "active");
    let listed = home.json(&["account", "list", "--json"]);
    assert_eq!(listed.as_array().unwrap().len(), 1);
    // R-SEC-09: what the operator sees of it; nobody is called.
    let ready = home.json(&["account", "readiness", &id, "--json"]);
    assert_eq!(ready["accountId"], *id);
    assert_eq!(ready["ready"], false);
    assert_eq!(ready["ways"]["device"]["code"], "GL-DRILL-001");
    let all = home.json(&["account", "readiness", "--all", "--json"]);
    assert_eq!(all["accounts"][0], ready);
    assert_eq!(all["withoutAWay"], 1);
    home.run(&["account", "show", "999999999999"])
        .refused("GL-ACC-006");
    assert_eq!(server.client().begin("root@example.com").status, 303);

    let log = home.run(&["audit", "export"]).printed;
    let uid = rustix::process::getuid().as_raw();
    for event in [
        "AccountCreated",
        "AccountSuspended",
        "AccountReactivated",
        "AccountClosed",
        "AccountReopened",
    ] {
        let line = log.lines().find(|line| line.contains(event)).unwrap();
        assert!(
            line.contains(&format!("{uid}")) && line.contains("\"operator\""),
            "{line}"
        );
    }
}

#[test]
fn a_password_comes_by_standard_input_as_one_line_or_not_at_all() {
    let home = Home::new();
    let create = |email: &str, input: &[u8]| {
        let words = [
            "account",
            "create",
            "--name",
            "Example",
            "--email",
            email,
            "--password-stdin",
            "--json",
        ];
        Ran::with_input(&mut home.command(&words), input)
    };
    create("a@example.com", b"short\n").refused("the password is not taken");
    create("a@example.com", b"").refused("no password on standard input");
    create("a@example.com", &[b'x'; 1_030]).refused("longer than 1024 bytes");
    create("a@example.com", b"\xff\xfe\n").refused("not text in UTF-8");
    assert_eq!(
        home.json(&["account", "list", "--json"])
            .as_array()
            .unwrap()
            .len(),
        0
    );
    let password = "harbour lantern quiet maple";
    let made = create("a@example.com", format!("{password}\nmore\n").as_bytes());
    assert_eq!(made.code, 0, "{}", made.said);
    assert!(!made.printed.contains(password) && !made.said.contains(password));
    let server = home.serve();
    let mut client = server.client();
    let begun = client.begin("a@example.com");
    let flow = begun.header("location").unwrap().to_owned();
    client.get(&flow);
    let answer = client.post(&format!("{flow}/password"), &[("password", password)]);
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert!(!server.log().contains(password));
}

#[test]
fn commands_keep_to_the_words_of_the_terminal() {
    let home = Home::new();
    home.account("root@example.com");
    let mut command = home.command(&["account", "show", "999999999999"]);
    let ran = Ran::of(command.env("LANG", "zh_TW.UTF-8"));
    ran.refused("GL-ACC-006");
    assert!(ran.said.contains('帳'), "{}", ran.said);
}

#[test]
fn totp_prints_the_code_of_now_or_of_a_clock_that_is_wrong() {
    let key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let seed = factors::totp::Seed::parse(key).unwrap();
    let code = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatelodge"));
        let ran = Ran::of(command.args(["totp", key]).args(words));
        assert_eq!(ran.code, 0, "{}", ran.said);
        ran.printed.trim().to_owned()
    };
    let now = || {
        #[expect(
            clippy::disallowed_methods,
            reason = "compared with the clock of another process"
        )]
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        i64::try_from(now.unwrap().as_millis()).unwrap()
    };
    for (words, skew) in [
        ([].as_slice(), 0),
        (&["--skew", "90s"], 90_000),
        (&["--skew=-90s"], -90_000),
    ] {
        let before = now();
        let printed = code(words);
        let possible = [before, now()].map(|at| factors::totp::code_at(&seed, at + skew).to_text());
        assert!(
            possible.iter().any(|code| code.as_str() == printed),
            "{words:?}"
        );
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatelodge"));
    Ran::of(command.args(["totp", "too short"])).refused("160 bits");
}

#[test]
fn config_explains_checks_and_shows() {
    let home = Home::with_config("name = 'Lodge'\n");
    let example = home.run_bare(&["config", "example"]);
    assert!(
        example
            .printed
            .contains("#public_url = \"https://id.example.com\"")
    );
    let shown = home.run(&["config", "show"]);
    assert!(
        shown.printed.contains("name = \"Lodge\"\n"),
        "{}",
        shown.printed
    );
    assert_eq!(home.run(&["config", "check"]).code, 0);
    home.config("listen = '0.0.0.0:80'\n");
    let checked = home.run(&["config", "check", "--json"]);
    assert_eq!(checked.code, 1);
    let found: serde_json::Value = serde_json::from_str(&checked.printed).unwrap();
    assert_eq!(found[0]["code"], "GL-CFG-010");
    assert!(found[0]["remedy"].as_str().unwrap().contains("127.0.0.1"));
    home.config("nmae = 'x'\n");
    home.run(&["config", "check"])
        .refused("unknown field `nmae`");
}

#[test]
fn hosts_are_listed_from_the_settings_alone_r_avl_05() {
    let home = Home::with_config(
        "public_url = 'https://id.example.com:8443'\ntrusted_proxies = ['127.0.0.1']\n\
        mail = { transport = 'smtp', domain = 'example.com', smtp = { host = 'smtp.example.com' } }\n\
        voice = { transport = 'sip', trunk_networks = ['192.0.2.0/24'], \
        sip = { trunk = [{ host = 'sip.example.com', transport = 'tls', caller_id = '+886225550100' }] } }\n\
        store = { postgres_url = 'postgres://me:hunter2@db.example.com/x' }\n",
    );
    let listed = home.run(&["hosts", "--json"]);
    assert_eq!(listed.code, 0, "{}", listed.said);
    let hosts: serde_json::Value = serde_json::from_str(&listed.printed).unwrap();
    let lines: Vec<String> = hosts
        .as_array()
        .unwrap()
        .iter()
        .map(|host| {
            let text = |name: &str| host[name].as_str().unwrap_or("-").to_owned();
            ["for", "what", "host", "port"].map(text).join(" ")
        })
        .collect();
    assert_eq!(
        lines,
        [
            "people pages id.example.com 8443",
            "people mails from no-reply@signin.example.com -",
            "people mails from recover-mfa-no-reply@verify.signin.example.com -",
            "server mails smtp.example.com 587",
            "server calls sip.example.com 5061",
            "server sound of calls 192.0.2.0/24 our 16384-32766",
            "server database db.example.com 5432",
        ]
    );
    let plain = home.run(&["hosts"]);
    assert!(plain.printed.contains("id.example.com port 8443  https"));
    assert!(!plain.printed.contains("hunter2"));
    let trial = Home::new().run(&["hosts"]).printed;
    assert!(trial.contains("localhost port 8080"), "{trial}");
}

#[test]
fn the_doctor_names_what_to_mend() {
    let home = Home::new();
    home.account("root@example.com");
    let codes = |home: &Home| {
        let ran = home.run(&["doctor", "--json"]);
        let found: serde_json::Value = serde_json::from_str(&ran.printed).unwrap();
        let codes = found
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["code"].as_str().unwrap().to_owned());
        (ran.code, codes.collect::<Vec<_>>())
    };
    assert_eq!(codes(&home), (0, vec!["GL-DOC-010".to_owned()]), "on trial");
    home.config("nmae = 'x'\n");
    assert_eq!(codes(&home), (1, vec!["GL-DOC-002".to_owned()]));
    home.config(REAL);
    let (code, found) = codes(&home);
    assert_eq!(code, 1);
    assert!(
        found.contains(&"GL-DOC-020".to_owned()),
        "it has been on trial: {found:?}"
    );
    assert!(
        found.contains(&"GL-DOC-011".to_owned()),
        "the ring lies beside the store: {found:?}"
    );
    super::chmod(&home.data(), 0o755);
    assert_eq!(codes(&home), (1, vec!["GL-DOC-001".to_owned()]));
    super::chmod(&home.data(), 0o700);
}
