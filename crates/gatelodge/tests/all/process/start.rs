//! Starting: one server on a folder, nobody else's eyes in it, no unknown key, no way back from real to trial.

use super::{Home, REAL, Server, chmod, mode, put};
use domain::audit::{Actor, Event, Record};
use domain::dice::Dice;
use domain::time::{Span, Timestamp};

#[test]
fn a_second_server_on_the_same_folder_is_refused() {
    let home = Home::new();
    let server = home.serve();
    home.run(&["serve", "--port", "0"])
        .refused("only one server runs on a data folder");
    assert_eq!(server.client().get("/healthz").status, 200);
    let (code, said) = server.stop();
    assert_eq!(code, 0, "{said}");
    assert_eq!(home.serve().stop().0, 0, "the lock ends with the process");
}

#[test]
fn what_others_could_look_into_is_refused_with_the_command_that_mends_it() {
    let home = Home::new();
    home.account("root@example.com");
    chmod(&home.data(), 0o750);
    for words in [["serve", "--port=0"].as_slice(), &["account", "list"]] {
        home.run(words).refused("chmod 700");
    }
    chmod(&home.data(), 0o700);
    for file in ["gatelodge.db", "keyring.json"] {
        chmod(&home.file(file), 0o640);
        home.run(&["account", "list"]).refused("chmod 600");
        chmod(&home.file(file), 0o600);
    }
    let config = home.dir.path().join("elsewhere.toml");
    put(&config, 0o666, "name = 'x'\n");
    let config = config.to_str().unwrap();
    home.run(&["account", "list", "--config", config])
        .refused("chmod go-w");
    assert_eq!(home.run(&["account", "list"]).code, 0);
}

#[test]
fn what_is_made_is_for_its_owner_whatever_the_mask() {
    let home = Home::new();
    let words = ["umask 000; exec \"$0\" serve --json --port 0 --data-dir \"$1\""];
    let mut shell = std::process::Command::new("sh");
    shell
        .arg("-c")
        .args(words)
        .arg(env!("CARGO_BIN_EXE_gatelodge"));
    let folder = home.dir.path().join("fresh");
    let server = Server::start(shell.arg(&folder));
    assert_eq!(mode(&folder), 0o700);
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    server.stop();
}

#[test]
fn unknown_keys_and_a_trial_that_others_could_reach_are_refused_before_anything_is_made() {
    let cases = [
        ("listne = '127.0.0.1:0'\n", "line 1, column 1"),
        ("listen = '0.0.0.0:0'\n", "GL-CFG-010"),
        ("public_url = 'https://id.example.com'\n", "GL-CFG-011"),
        (
            "[voice]\ntransport = 'carrier'\n",
            "`trial`, `sip`, `http`, `both`, `off`",
        ),
        (
            "[mail]\ntransport = 'smtp'\n[voice]\ntransport = 'off'\n",
            "GL-CFG-020",
        ),
    ];
    for (text, words) in cases {
        let home = Home::with_config(text);
        home.run(&["serve"]).refused(words);
        assert!(!home.file("gatelodge.db").exists(), "{text}");
    }
}

#[test]
fn a_lost_key_ring_is_missed_and_not_made_anew() {
    let home = Home::new();
    home.account("root@example.com");
    std::fs::rename(home.file("keyring.json"), home.dir.path().join("kept")).unwrap();
    for words in [["serve", "--port=0"].as_slice(), &["account", "list"]] {
        home.run(words).refused("put back the copy");
    }
    assert!(!home.file("keyring.json").exists());
    std::fs::rename(home.dir.path().join("kept"), home.file("keyring.json")).unwrap();
    assert_eq!(home.run(&["account", "list"]).code, 0);
}

#[test]
fn a_real_installation_never_falls_back_to_trial() {
    let home = Home::with_config(REAL);
    let server = home.serve();
    assert_eq!(server.ready["outboxUrl"], serde_json::Value::Null);
    assert_eq!(server.proxied().get("/healthz").status, 200);
    server.stop();
    home.config("");
    for words in [["serve", "--port=0"].as_slice(), &["account", "list"]] {
        home.run(words).refused("It never goes back");
    }
}

// Security rules, section 5: a change of the file is seen at the next start, and the doctor is red until it is seen to.
#[test]
fn a_start_with_another_mail_server_is_noticed_and_one_with_the_old_one_ends_it() {
    let home = Home::with_config(REAL);
    let about_settings = |home: &Home| {
        let found = home.json_of(&["doctor", "--json"]);
        let ours = |f: &&serde_json::Value| {
            ["GL-DOC-033", "GL-DOC-034"].contains(&f["code"].as_str().unwrap())
        };
        let said = found.as_array().unwrap().iter().filter(ours);
        said.map(|f| format!("{} {} {}", f["code"], f["level"], f["found"]))
            .collect::<Vec<_>>()
    };
    home.serve().stop();
    assert_eq!(about_settings(&home), Vec::<String>::new());
    let other = REAL.replace("port = 9", "port = 10");
    home.config(&other);
    let before = about_settings(&home);
    assert!(
        before[0].starts_with("\"GL-DOC-034\" \"warning\""),
        "{before:?}"
    );
    let server = home.serve();
    let after = about_settings(&home);
    assert!(
        after[0].starts_with("\"GL-DOC-033\" \"error\""),
        "{after:?}"
    );
    assert!(
        after[0].contains("24 hours") && after[0].contains("mail.smtp.port"),
        "{after:?}"
    );
    assert!(
        server.log().contains("settings were changed"),
        "{}",
        server.log()
    );
    server.stop();
    home.serve().stop();
    assert_eq!(about_settings(&home).len(), 1, "a restart ends nothing");
    home.config(REAL);
    home.serve().stop();
    assert_eq!(about_settings(&home), Vec::<String>::new());
    let log = home.run(&["audit", "export"]).printed;
    let count = |event: &str| log.lines().filter(|line| line.contains(event)).count();
    assert_eq!(
        [
            count("ChannelRecorded"),
            count("ChannelChanged"),
            count("ChannelSettled")
        ],
        [3, 1, 1]
    );
}

#[test]
fn leaving_trial_is_said_aloud_and_forgets_what_was_proved() {
    let home = Home::new();
    let account = home.account("root@example.com");
    let desk = ["--name=Desk", "--email=desk@example.com"];
    home.run(&[&["operator", "create"], &desk[..]].concat());
    let server = home.serve();
    let begun = server.client().begin("root@example.com");
    let flow = begun.header("location").unwrap().to_owned();
    assert!(home.file("outbox-key").exists());
    server.stop();

    home.run(&["serve", "--port=0", "--leave-trial"])
        .refused("still \"trial\"");
    home.config(REAL);
    home.run(&["serve", "--port=0"]).refused("--leave-trial");
    let server =
        Server::start(&mut home.command(&["serve", "--json", "--port=0", "--leave-trial"]));
    assert!(!home.file("outbox-key").exists());
    assert_ne!(
        server.proxied().get(&flow).status,
        200,
        "its flows are gone"
    );
    server.stop();
    assert_eq!(home.serve().stop().0, 0, "said once");
    let shown = home.json(&["account", "show", &account, "--json"]);
    assert_eq!(shown["emailProvedAt"], serde_json::Value::Null);
    // Who serves support cases is looked at, now that it matters.
    let about_operators = |home: &Home| {
        let found = home.json_of(&["doctor", "--json"]);
        let codes = found.as_array().unwrap().iter();
        let codes = codes.map(|f| f["code"].as_str().unwrap().to_owned());
        let ours = ["GL-DOC-028", "GL-DOC-029", "GL-DOC-032"];
        codes
            .filter(|code| ours.contains(&code.as_str()))
            .collect::<Vec<_>>()
    };
    assert_eq!(about_operators(&home), ["GL-DOC-032", "GL-DOC-029"]);
    home.run(&["operator", "remove", "desk@example.com"]);
    assert_eq!(about_operators(&home), ["GL-DOC-028"]);
    let log = home.run(&["audit", "export"]).printed;
    assert!(
        log.contains("serve --leave-trial") && log.contains("\"operator\""),
        "{log}"
    );
}

#[test]
fn the_set_up_link_is_in_a_file_of_the_operators_and_new_at_each_start() {
    let home = Home::new();
    let link = |home: &Home| {
        let text = std::fs::read_to_string(home.file("setup-link")).unwrap();
        text.trim().to_owned()
    };
    let path = |link: &str| format!("/{}", link.splitn(4, '/').nth(3).unwrap());
    let server = home.serve();
    let first = link(&home);
    assert_eq!(mode(&home.file("setup-link")), 0o600);
    assert!(first.starts_with(server.ready["url"].as_str().unwrap()));
    assert_eq!(
        server.ready["setUpFile"],
        home.file("setup-link").to_str().unwrap()
    );
    assert!(
        !server.log().contains("/set-up/"),
        "no link in a log: {}",
        server.log()
    );
    assert!(!server.log().contains("key="), "nor the outbox key");
    assert_eq!(server.client().get(&path(&first)).status, 303);
    server.stop();
    assert!(!home.file("setup-link").exists());

    let server = home.serve();
    let second = link(&home);
    let token = |link: &str| link.rsplit('/').next().unwrap().to_owned();
    assert_ne!(token(&first), token(&second));
    server.stop();
    home.account("root@example.com");
    let server = home.serve();
    assert!(!home.file("setup-link").exists(), "there is an account");
    assert_eq!(server.ready["setUpFile"], serde_json::Value::Null);
}

#[test]
fn a_clock_behind_the_newest_audit_record_is_not_ready() {
    let home = Home::new();
    home.account("root@example.com");
    let server = home.serve();
    assert_eq!(server.client().get("/readyz").status, 200);
    server.stop();
    let ring = store::KeyRing::load(&home.file("keyring.json")).unwrap();
    let config = store::Config::Sqlite {
        path: home.file("gatelodge.db"),
        durable: true,
    };
    let db = store::Db::open(config, ring).unwrap();
    let newest = db.read_blocking(store::audit::newest).unwrap().unwrap();
    let later: Timestamp = newest + Span::hours(1);
    let record = Record::new(Event::CommandRun, Actor::System);
    db.write_blocking(move |tx| store::audit::append(tx, &Dice::new([9; 32]), later, &record))
        .unwrap();
    drop(db);
    let server = home.serve();
    let answer = server.client().get("/readyz");
    assert_eq!((answer.status, answer.body.as_str()), (503, "clock\n"));
    assert_eq!(
        server.client().get("/healthz").status,
        200,
        "it lives, but is sent nobody"
    );
    let found = home.run(&["doctor", "--json"]);
    assert_eq!(found.code, 1);
    assert!(found.printed.contains("GL-DOC-021"), "{}", found.printed);
}
