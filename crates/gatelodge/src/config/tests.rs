//! Tests of the configuration: the example is true, unknown keys are refused, and what must fit together does.

use super::check::{check, origin};
use super::{Config, example};
use crate::place::Place;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

pub(super) fn place() -> (tempfile::TempDir, Place) {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("data");
    std::fs::DirBuilder::new()
        .mode(0o700)
        .create(&folder)
        .unwrap();
    let place = Place::open(&folder).unwrap();
    (dir, place)
}

/// A secret or a list that the configuration names.
fn file(place: &Place, name: &str, mode: u32, text: &str) {
    let path = place.path(name);
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn codes(text: &str, place: &Place) -> Vec<&'static str> {
    let config = Config::parse(text).unwrap();
    check(&config, place)
        .iter()
        .map(|found| found.code)
        .collect()
}

/// A real installation behind a proxy that nothing is wrong with.
const REAL: &str = "\
    public_url = 'https://id.example.com'\n\
    trusted_proxies = ['192.0.2.10']\n\
    mail = { transport = 'smtp', domain = 'example.com', smtp = { host = 'smtp.example.com' } }\n\
    voice = { transport = 'off' }\n";

#[test]
fn the_example_in_the_repository_is_what_the_command_writes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/gatelodge.example.toml");
    let written = std::fs::read_to_string(path).unwrap();
    let now = example::example().unwrap();
    assert!(
        written == now,
        "run: cargo run -- config example > config/gatelodge.example.toml"
    );
}

#[test]
fn every_key_of_the_example_can_be_taken_as_it_stands() {
    let text = example::example().unwrap();
    let keys: Vec<&str> = text
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(key) if key.starts_with(|c: char| c.is_ascii_lowercase()) => key,
            Some(section) if section.starts_with("[[") => section,
            _ => line,
        })
        .collect();
    let config = Config::parse(&keys.join("\n")).unwrap();
    assert_eq!(config.public_url.as_deref(), Some("https://id.example.com"));
    assert_eq!(config.mail.smtp.port, Some(587));
    assert_eq!(
        keys.iter()
            .filter(|line| !line.starts_with('#') && line.contains(" = "))
            .count(),
        Config::keys().len()
    );
}

#[test]
fn the_example_says_why_for_every_key() {
    for key in Config::keys() {
        assert!(!key.why.is_empty(), "{}", key.name);
    }
}

#[test]
fn what_is_unknown_is_refused_with_its_place_and_without_its_value() {
    let said = Config::parse("name = 'x'\n[mail]\ntransprot = 'smtp'\n").unwrap_err();
    assert!(said.starts_with("line 3, column 1:"), "{said}");
    assert!(
        said.contains("transprot") && said.contains("transport"),
        "{said}"
    );
    let said = Config::parse("[voice]\ntransport = 'sips'\n").unwrap_err();
    assert!(
        said.contains("`trial`, `sip`, `http`, `both`, `off`"),
        "{said}"
    );
    let said = Config::parse("[voice.sip]\nsound = 'srtp'\n").unwrap_err();
    assert!(said.contains("`plain`"), "{said}");
    assert!(Config::parse("[[voice.sip.trunk]]\nhots = 'x'\n").is_err());
    let said = Config::parse("[store]\npostgres_url = { password = 'hunter2' }\n").unwrap_err();
    assert!(!said.contains("hunter2"), "{said}");
    assert!(Config::parse("[nowhere]\n").is_err());
    assert!(Config::parse("base_domain = 'example.com'\n").is_err());
}

#[test]
fn nothing_at_all_is_a_trial_server_on_the_loopback_address() {
    let (_dir, place) = place();
    let config = Config::default();
    assert!(config.trial() && check(&config, &place).is_empty());
    assert!(config.settings(&place, None).self_open);
    let serving = config.serving("127.0.0.1:8080".parse().unwrap());
    assert!(serving.trial && !serving.secure);
    let origins = [
        "http://localhost:8080",
        "http://127.0.0.1:8080",
        "http://[::1]:8080",
    ];
    assert_eq!(serving.origins, origins);
}

#[test]
fn a_trial_server_is_for_this_machine_alone() {
    let (_dir, place) = place();
    assert_eq!(codes("listen = '0.0.0.0:8080'", &place), ["GL-CFG-010"]);
    assert_eq!(codes("listen = '[::]:8080'", &place), ["GL-CFG-010"]);
    assert!(codes("listen = '[::1]:8080'", &place).is_empty());
    assert_eq!(
        codes("public_url = 'https://id.example.com'", &place),
        ["GL-CFG-011"]
    );
    assert_eq!(
        codes("trusted_proxies = ['127.0.0.1']", &place),
        ["GL-CFG-012"]
    );
    assert_eq!(
        codes("[tls]\ncert_file = 'a'\n", &place),
        ["GL-CFG-013", "GL-CFG-030"]
    );
    // One transport on trial is enough.
    assert_eq!(
        codes(&REAL.replace("'off'", "'trial'"), &place),
        ["GL-CFG-011", "GL-CFG-012"]
    );
}

#[test]
fn a_real_installation_needs_an_address_tls_and_a_way_for_mail() {
    let (_dir, place) = place();
    assert_eq!(codes(REAL, &place), [""; 0]);
    assert!(
        !Config::parse(REAL)
            .unwrap()
            .settings(&place, None)
            .self_open
    );
    let cases = [
        (
            REAL.replace("public_url = 'https://id.example.com'\n", ""),
            "GL-CFG-020",
        ),
        (REAL.replace("https://id", "http://id"), "GL-CFG-021"),
        (REAL.replace("['192.0.2.10']", "[]"), "GL-CFG-022"),
        (REAL.replace("domain = 'example.com', ", ""), "GL-CFG-051"),
        (
            REAL.replace(
                "smtp = { host = 'smtp.example.com' }",
                "sign_in_from = 'a@example.com'",
            ),
            "GL-CFG-052",
        ),
        (
            REAL.replace(
                "host = 'smtp.example.com'",
                "host = 'smtp.example.com', tls = 'off'",
            ),
            "GL-CFG-053",
        ),
        (
            REAL.replace(
                "host = 'smtp.example.com'",
                "host = 'smtp.example.com', user = 'me'",
            ),
            "GL-CFG-054",
        ),
    ];
    for (text, code) in cases {
        assert_eq!(codes(&text, &place), [code], "{text}");
    }
    assert_eq!(
        codes(
            &REAL.replace("'smtp.example.com'", "'127.0.0.1', tls = 'off'"),
            &place
        ),
        [""; 0]
    );
}

/// A trunk that nothing is wrong with, in the place of no calls.
fn with_trunk(keys: &str) -> String {
    let voice = "voice = { transport = 'sip', trunk_networks = ['192.0.2.0/24'], sip = { trunk = [{ host = '192.0.2.7'";
    REAL.replace(
        "voice = { transport = 'off'",
        &format!("{voice}{keys} }}] }}"),
    )
}

#[test]
fn calls_that_really_go_out_need_a_trunk_that_fits_together() {
    let (_dir, place) = place();
    assert_eq!(codes(&with_trunk(""), &place), [""; 0]);
    let config = Config::parse(&with_trunk(", caller_ids = { JP = '+81355550100' }")).unwrap();
    assert!(!config.trial());
    let sip = config.sip(&place).unwrap().unwrap();
    assert_eq!(sip.trunks.len(), 1);
    assert!((sip.networks)("192.0.2.9".parse().unwrap()));
    assert!(!(sip.networks)("198.51.100.9".parse().unwrap()));
    let cases = [
        (REAL.replace("'off'", "'sip'"), "GL-CFG-061"),
        (REAL.replace("'off'", "'sip'"), "GL-CFG-062"),
        (with_trunk("").replace("192.0.2.0/24", "all"), "GL-CFG-003"),
        (
            with_trunk("").replace("sip = { ", "sip = { patience_seconds = 0, "),
            "GL-CFG-005",
        ),
        (
            with_trunk("").replace("sip = { ", "sip = { sound_ports = [5001, 5001], "),
            "GL-CFG-063",
        ),
        (with_trunk(", user = 'me'"), "GL-CFG-064"),
        (with_trunk(", register_seconds = 600"), "GL-CFG-097"),
        (
            with_trunk(", user = 'me', password_file = 'nowhere'"),
            "GL-CFG-065",
        ),
        (with_trunk(", caller_id = 'a@b'"), "GL-CFG-066"),
        (with_trunk(", number = '+'"), "GL-CFG-067"),
        (with_trunk(", countries = ['Taiwan']"), "GL-CFG-004"),
        (
            with_trunk("").replace("sip = { ", "cost = { prices = { Japan = 12 } }, sip = { "),
            "GL-CFG-004",
        ),
        (
            with_trunk("").replace("sip = { ", "cost = { price = 10, per_hour = 14 }, sip = { "),
            "GL-CFG-070",
        ),
        (
            with_trunk("").replace(
                "sip = { ",
                "cost = { prices = { JP = 90 }, per_number = 80 }, sip = { ",
            ),
            "GL-CFG-070",
        ),
        (
            format!("{REAL}check = {{ network_failures = 0 }}"),
            "GL-CFG-090",
        ),
        (format!("{REAL}check = {{ hour_factor = 1 }}"), "GL-CFG-090"),
        ("check = { work_bits = 21 }".to_owned(), "GL-CFG-090"),
        ("recovery = { sets = [] }".to_owned(), "GL-CFG-091"),
        ("recovery = { sets = ['a', 'e'] }".to_owned(), "GL-CFG-091"),
        ("recovery = { sets = ['b', 'c'] }".to_owned(), "GL-CFG-091"),
        (
            with_trunk("").replace("host = '192.0.2.7'", "host = 'sip:x'"),
            "GL-CFG-068",
        ),
        (
            with_trunk("").replace("host = '192.0.2.7'", "host = '198.51.100.7'"),
            "GL-CFG-069",
        ),
        (
            with_trunk(", transport = 'tls', ca_file = 'nowhere'"),
            "GL-CFG-068",
        ),
    ];
    for (text, code) in cases {
        let found = codes(&text, &place);
        assert!(found.contains(&code), "{text}: {found:?}");
    }
}

/// A carrier that nothing is wrong with, in the place of no calls.
fn with_carrier(keys: &str) -> String {
    let voice = "voice = { transport = 'http', http = { carrier = [{ name = 'second', \
         calls_url = 'https://api.example.com/calls', password_file = 'password', signing_key_file = 'key', \
         caller_id = '+886225550100'";
    REAL.replace(
        "voice = { transport = 'off'",
        &format!("{voice}{keys} }}] }}"),
    )
}

#[test]
fn calls_that_go_out_by_http_need_a_carrier_that_signs() {
    let (_dir, place) = place();
    file(&place, "password", 0o600, "an orange lamp\n");
    file(&place, "key", 0o600, &"k".repeat(32));
    file(&place, "short", 0o600, &"k".repeat(31));
    let good = with_carrier("");
    assert_eq!(codes(&good, &place), [""; 0]);
    let with = |from: &str, to: &str| good.replace(from, to);
    let cases = [
        (REAL.replace("'off'", "'http'"), "GL-CFG-080"),
        (
            with("http = {", "http = { patience_seconds = 0,"),
            "GL-CFG-005",
        ),
        (
            with("http = {", "http = { callback_url = 'https://a/b',"),
            "GL-CFG-081",
        ),
        (
            with("public_url = 'https://id.example.com'\n", ""),
            "GL-CFG-096",
        ),
        (
            with("caller_id", "countries = ['TW'], caller_id").replace("}] }", "}, {}] }"),
            "GL-CFG-083",
        ),
        (with("password_file = 'password', ", ""), "GL-CFG-083"),
        (with("signing_key_file = 'key', ", ""), "GL-CFG-083"),
        (with("'password'", "'nowhere'"), "GL-CFG-084"),
        (with("'key'", "'short'"), "GL-CFG-095"),
        (with("+886225550100", "0225550100"), "GL-CFG-085"),
        (with_carrier(", caller_ids = { JP = 'JP' }"), "GL-CFG-085"),
        (with_carrier(", countries = ['Japan']"), "GL-CFG-004"),
        (
            with_carrier(", signature_header = 'X Signature'"),
            "GL-CFG-086",
        ),
        (
            with("https://api.example.com", "http://192.0.2.7"),
            "GL-CFG-087",
        ),
        (
            with("http = {", "order = ['third'], http = {"),
            "GL-CFG-088",
        ),
        (
            with("https://api.example.com/calls", "/calls"),
            "GL-CFG-089",
        ),
        (with("'second'", "'Second/..'"), "GL-CFG-089"),
        (with_carrier(", ca_file = 'nowhere'"), "GL-CFG-089"),
    ];
    for (text, code) in cases {
        let found = codes(&text, &place);
        assert!(found.contains(&code), "{text}: {found:?}");
    }
    let twice = good.replace("carrier = [", "carrier = [{ name = 'second' }, ");
    assert!(codes(&twice, &place).contains(&"GL-CFG-082"));
    let near = with("https://api.example.com", "http://192.0.2.7").replace(
        "http = {",
        "order = ['second'], trunk_networks = ['192.0.2.0/24'], http = {",
    );
    assert_eq!(codes(&near, &place), [""; 0]);
}

#[test]
fn carriers_are_answered_at_an_origin_of_their_own_where_it_is_set() {
    let text = with_carrier("").replace(
        "http = {",
        "http = { callback_url = 'https://Calls-1.example.com/',",
    );
    let serving = Config::parse(&text)
        .unwrap()
        .serving("127.0.0.1:8080".parse().unwrap());
    assert_eq!(
        serving.carriers_origin.as_deref(),
        Some("https://calls-1.example.com")
    );
    assert_eq!(serving.origins, ["https://id.example.com"]);
}

#[test]
fn what_is_shown_names_every_trunk_and_no_password() {
    let two = with_trunk(" }, { name = 'second', host = '192.0.2.8'");
    let shown = example::shown(&Config::parse(&two).unwrap()).unwrap();
    assert_eq!(shown.matches("[[voice.sip.trunk]]").count(), 2, "{shown}");
    assert!(shown.contains("host = \"192.0.2.8\"\n"), "{shown}");
    let none = example::shown(&Config::default()).unwrap();
    assert!(!none.contains("[[voice.sip.trunk]]"), "{none}");
}

#[test]
fn texts_need_a_carrier_that_takes_them() {
    let (_dir, place) = place();
    file(&place, "password", 0o600, "an orange lamp\n");
    file(&place, "key", 0o600, "0123456789abcdef0123456789abcdef\n");
    let with = |keys: &str, rest: &str| format!("{}{rest}", with_carrier(keys));
    let messages = ", messages_url = 'https://api.example.com/v1/messages'";
    let sms = "\n[sms]\ntransport = 'http'\n[sign_in]\ncode_channel = 'sms'\n";
    assert_eq!(codes(&with(messages, sms), &place), [""; 0]);
    // A carrier of texts alone needs no address for calls.
    let alone = with(messages, sms).replace("transport = 'http', http", "transport = 'off', http");
    let no_calls = alone.replace("https://api.example.com/calls", "");
    assert_eq!(codes(&no_calls, &place), [""; 0]);
    for (text, code) in [
        (with("", sms), "GL-CFG-102"),
        (
            with("", "\n[sign_in]\ncode_channel = 'sms'\n"),
            "GL-CFG-100",
        ),
        (
            with(messages, "\n[sms]\ntransport = 'trial'\n"),
            "GL-CFG-101",
        ),
        ("[sms]\ntransport = 'http'\n".to_owned(), "GL-CFG-101"),
        (
            with(&format!("{messages}, sender_id = 'Gate lodge of X'"), sms),
            "GL-CFG-103",
        ),
        (
            with(&format!("{messages}, sender_id = '12345'"), sms),
            "GL-CFG-103",
        ),
        (with(&messages.replace("https", "ftp"), sms), "GL-CFG-089"),
        (
            with(
                &messages.replace("https://api.example.com", "http://198.51.100.1"),
                sms,
            ),
            "GL-CFG-087",
        ),
        (
            with(messages, "\n[sms]\ntransport = 'http'\nprice = 900\n"),
            "GL-CFG-070",
        ),
    ] {
        let found = codes(&text, &place);
        assert!(found.contains(&code), "{code}: {found:?} {text}");
    }
}

#[test]
fn files_with_secrets_must_be_ours_to_read() {
    let (_dir, place) = place();
    let text = REAL.replace(
        "host = 'smtp.example.com'",
        "host = 'smtp.example.com', user = 'me', password_file = 'smtp'",
    );
    assert_eq!(codes(&text, &place), ["GL-CFG-055"]);
    file(&place, "smtp", 0o644, "secret\n");
    assert_eq!(codes(&text, &place), ["GL-CFG-055"]);
    file(&place, "smtp", 0o600, "secret\n");
    assert_eq!(codes(&text, &place), [""; 0]);
    file(&place, "smtp", 0o600, "\n");
    assert_eq!(codes(&text, &place), ["GL-CFG-055"]);
}

#[test]
fn plain_values_are_looked_at_too() {
    let (_dir, place) = place();
    let cases = [
        ("name = ' '", "GL-CFG-001"),
        ("time_zone = 'Middle/Earth'", "GL-CFG-002"),
        ("[contact]\nhome_country = 'XX'", "GL-CFG-004"),
        ("[voice]\ncall_countries = ['TW', 'Taiwan']", "GL-CFG-004"),
        ("[limits]\nconnections = 0", "GL-CFG-005"),
        ("[log]\nlevel = 'a=b=c'", "GL-CFG-006"),
        ("[help]\nsupport_url = 'tel:+886225550100'", "GL-CFG-007"),
        ("[help]\nbilling_url = 'javascript:alert(1)'", "GL-CFG-007"),
        ("[help]\nretail_url = 'mailto:nobody'", "GL-CFG-007"),
        ("[store]\npostgres_tls = 'ca'", "GL-CFG-042"),
        (
            "[store]\npostgres_url = 'x'\npostgres_url_file = 'y'",
            "GL-CFG-040",
        ),
        ("[password]\nleaked_file = 'nowhere'", "GL-CFG-043"),
        ("[mail]\ndomain = 'not a domain'", "GL-CFG-050"),
        ("[voice]\nprompts_dir = 'nowhere'", "GL-CFG-060"),
        ("[support]\nwait_days = 2", "GL-CFG-092"),
        ("[recovery]\nchange_pause_hours = 23", "GL-CFG-098"),
        ("[support]\nnothing_left_days = 13", "GL-CFG-093"),
        (
            "[support]\nwait_days = 21\nnothing_left_days = 20",
            "GL-CFG-094",
        ),
    ];
    for (text, code) in cases {
        let found = codes(text, &place);
        assert!(found.contains(&code), "{text}: {found:?}");
    }
}

#[test]
fn the_public_address_is_an_https_origin() {
    let good = [
        ("https://id.example.com", "https://id.example.com"),
        ("https://ID.example.com:443/", "https://id.example.com"),
        ("https://id.example.com:8443", "https://id.example.com:8443"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
    ];
    for (url, expected) in good {
        assert_eq!(origin(url).as_deref(), Ok(expected));
    }
    for url in [
        "id.example.com",
        "http://id.example.com",
        "https://me@id.example.com",
        "https://id.example.com/path",
        "https://id.example.com/?q",
        "https://id.example.com./",
        "https://",
    ] {
        assert!(origin(url).is_err(), "{url}");
    }
}

#[test]
fn what_is_shown_says_what_differs_and_hides_addresses_with_passwords() {
    let text = "name = 'Lodge'\n[store]\npostgres_url = 'postgres://u:hunter2@db.example.com/x'\n";
    let shown = example::shown(&Config::parse(text).unwrap()).unwrap();
    assert!(shown.contains("name = \"Lodge\"\n"), "{shown}");
    assert!(
        shown.contains("time_zone = \"UTC\"  # default\n"),
        "{shown}"
    );
    assert!(shown.contains("postgres_url = \"(hidden)\"\n"), "{shown}");
    assert!(!shown.contains("hunter2"));
    assert!(shown.contains("# public_url is not set\n"), "{shown}");
}

#[test]
fn what_the_guide_to_a_real_host_says_is_taken() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap();
    let path = root.join("docs/from-trial-to-a-real-host.md");
    let guide = std::fs::read_to_string(path).unwrap();
    let blocks: Vec<&str> = guide
        .split("```toml\n")
        .skip(1)
        .filter_map(|block| block.split("```").next())
        .collect();
    let (_dir, place) = place();
    let (whole, proxy, calls) = (blocks[0], blocks[1], blocks[2]);
    let calling = whole.replace("[voice]\ntransport = \"off\"\n", calls);
    assert_eq!(
        codes(&calling, &place),
        ["GL-CFG-031", "GL-CFG-055", "GL-CFG-065"]
    );
    let carrier = calling.replace("transport = \"sip\"", "transport = \"both\"") + blocks[3];
    assert_eq!(
        codes(&carrier, &place),
        [
            "GL-CFG-031",
            "GL-CFG-055",
            "GL-CFG-084",
            "GL-CFG-084",
            "GL-CFG-065"
        ]
    );
    // The files that it names are not on this machine; all else fits together.
    assert_eq!(codes(whole, &place), ["GL-CFG-031", "GL-CFG-055"]);
    let with_proxy = whole
        .replace("listen = \"0.0.0.0:443\"\n", proxy)
        .replace("[tls]\n", "")
        .replace("cert_file = \"/etc/gatelodge/tls.crt\"\n", "")
        .replace("key_file = \"/etc/gatelodge/tls.key\"\n", "");
    assert_eq!(codes(&with_proxy, &place), ["GL-CFG-055"]);
}
