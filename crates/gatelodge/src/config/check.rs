//! What must fit together in a configuration, and what to do where it does not.
//!
//! Invariant: a server that starts has passed all of this. A real installation never becomes a trial one because
//! something is missing: what is missing is an error.

mod carrier;
mod voice;

use super::{Config, MailTransport, PostgresTls, SmtpTls};
use crate::finding::Finding;
use crate::place::{Place, read_secret};
use crate::serve::tls;
use factors::phone::Country;
use hyper::Uri;
use std::net::IpAddr;
use web::front::Network;

/// Everything that is wrong; nothing when the server may start.
pub(crate) fn check(config: &Config, place: &Place) -> Vec<Finding> {
    let mut found = Vec::new();
    plain_values(config, &mut found);
    contacts(config, &mut found);
    if config.trial() {
        trial(config, &mut found);
    } else {
        real(config, &mut found);
    }
    certificate(config, place, &mut found);
    store(config, place, &mut found);
    mail(config, place, &mut found);
    guessing(config, &mut found);
    voice::check(config, place, &mut found);
    voice::texts(config, &mut found);
    support(config, &mut found);
    found
}

/// Support cases: waits in which an owner can object.
fn support(config: &Config, found: &mut Vec<Finding>) {
    let (days, long) = (config.support.wait_days, config.support.nothing_left_days);
    let mut wrong = |code, key, value: u32, bounds: &'static str| {
        let what = format!("{value} is out of bounds");
        found.push(Finding::error(code, key, what, bounds));
    };
    let hours = config.recovery.change_pause_hours;
    if !(24..=720).contains(&hours) {
        let key = "recovery.change_pause_hours";
        wrong("GL-CFG-098", key, hours, "24 to 720");
    }
    if !(3..=90).contains(&days) {
        wrong("GL-CFG-092", "support.wait_days", days, "3 to 90");
    }
    if long != 0 && !(14..=90).contains(&long) {
        wrong(
            "GL-CFG-093",
            "support.nothing_left_days",
            long,
            "0, or 14 to 90",
        );
    } else if long != 0 && long < days {
        let bounds = "0, or at least support.wait_days";
        wrong("GL-CFG-094", "support.nothing_left_days", long, bounds);
    }
}

/// The security check: figures that still stop somebody, and still let people in.
fn guessing(config: &Config, found: &mut Vec<Finding>) {
    let check = &config.check;
    let off = config.trial();
    for (key, value, bounds, may_be_off) in [
        (
            "check.network_failures",
            check.network_failures,
            5..=100,
            off,
        ),
        ("check.network_names", check.network_names, 2..=20, false),
        (
            "check.network_minutes",
            check.network_minutes,
            5..=60,
            false,
        ),
        (
            "check.raised_minutes",
            check.raised_minutes,
            30..=1_440,
            false,
        ),
        ("check.hour_failures", check.hour_failures, 50..=10_000, off),
        ("check.hour_factor", check.hour_factor, 2..=10, false),
        ("check.work_bits", check.work_bits.into(), 12..=20, false),
    ] {
        if bounds.contains(&value) || (value == 0 && may_be_off) {
            continue;
        }
        found.push(Finding::error(
            "GL-CFG-090",
            key,
            format!("{value} is out of bounds"),
            format!("{} to {}", bounds.start(), bounds.end()),
        ));
    }
}

/// Sets of a recovery may be taken out, none added.
fn recovery_sets(config: &Config, found: &mut Vec<Finding>) {
    let sets: Vec<&str> = config.recovery.sets.iter().map(String::as_str).collect();
    let known = sets.iter().all(|set| ["a", "b", "c", "d"].contains(set));
    if sets.is_empty() || !known || (sets.contains(&"c") && !sets.contains(&"a")) {
        found.push(Finding::error(
            "GL-CFG-091",
            "recovery.sets",
            "are no sets of proofs",
            "some of \"a\", \"b\", \"c\", \"d\"; at least one, and \"c\" together with \"a\"",
        ));
    }
}

fn plain_values(config: &Config, found: &mut Vec<Finding>) {
    recovery_sets(config, found);
    if domain::account::name(&config.name).is_err() {
        found.push(Finding::error(
            "GL-CFG-001",
            "name",
            "is no name",
            "1 to 128 characters without control characters",
        ));
    }
    if jiff::tz::TimeZone::get(&config.time_zone).is_err() {
        found.push(Finding::error(
            "GL-CFG-002",
            "time_zone",
            "is not a zone of the IANA database",
            "a name such as Asia/Taipei or UTC; the package tzdata must be installed",
        ));
    }
    for proxy in &config.trusted_proxies {
        if Network::parse(proxy).is_none() {
            found.push(Finding::error(
                "GL-CFG-003",
                "trusted_proxies",
                format!("{proxy} is neither an address nor a network"),
                "write 192.0.2.10, 192.0.2.0/24 or 2001:db8::/32",
            ));
        }
    }
    let home = ("contact.home_country", &config.contact.home_country);
    let called = config.voice.call_countries.iter();
    let trunks = config.voice.sip.trunk.iter();
    let served = trunks.flat_map(|trunk| trunk.countries.iter().chain(trunk.caller_ids.keys()));
    let carriers = config.voice.http.carrier.iter();
    let carriers = carriers.flat_map(|one| one.countries.iter().chain(one.caller_ids.keys()));
    let countries = std::iter::once(home)
        .chain(called.map(|c| ("voice.call_countries", c)))
        .chain(
            config
                .voice
                .cost
                .prices
                .keys()
                .map(|c| ("voice.cost.prices", c)),
        )
        .chain(served.map(|c| ("voice.sip.trunk", c)))
        .chain(carriers.map(|c| ("voice.http.carrier", c)));
    for (key, country) in countries {
        if Country::parse(country).is_none() {
            found.push(Finding::error(
                "GL-CFG-004",
                key,
                format!("{country} is no country with telephone numbers"),
                "two letters of ISO 3166-1, such as TW",
            ));
        }
    }
    let limits = &config.limits;
    let bounds = [
        ("limits.connections", limits.connections, 1, 100_000),
        ("limits.header_seconds", limits.header_seconds, 1, 300),
        ("limits.request_seconds", limits.request_seconds, 1, 300),
        ("limits.stop_seconds", limits.stop_seconds, 0, 300),
        (
            "password.hash_threads",
            config.password.hash_threads,
            0,
            256,
        ),
    ];
    for (key, value, least, most) in bounds {
        if !(least..=most).contains(&value) {
            found.push(Finding::error(
                "GL-CFG-005",
                key,
                format!("{value} is out of bounds"),
                format!("from {least} to {most}"),
            ));
        }
    }
    if crate::log::filter(&config.log.level).is_err() {
        found.push(Finding::error(
            "GL-CFG-006",
            "log.level",
            "is no level and no filter",
            "info, debug, or a filter such as info,store=debug",
        ));
    }
}

/// The contacts that help pages name.
fn contacts(config: &Config, found: &mut Vec<Finding>) {
    let help = &config.help;
    let contacts = [
        ("help.support_url", &help.support_url),
        ("help.billing_url", &help.billing_url),
        ("help.retail_url", &help.retail_url),
    ];
    for (key, url) in contacts {
        if url.as_deref().is_some_and(|url| !is_contact(url)) {
            found.push(Finding::error(
                "GL-CFG-007",
                key,
                "is neither the address of a page nor of a mailbox",
                "https://desk.example.com/ or mailto:help@example.com",
            ));
        }
    }
}

/// A page over https, or a mailbox: nothing that a link could run or dial.
fn is_contact(url: &str) -> bool {
    if let Some(mailbox) = url.strip_prefix("mailto:") {
        return factors::email::Email::parse(mailbox).is_ok();
    }
    let page: Result<Uri, _> = url.parse();
    page.is_ok_and(|uri| uri.scheme_str() == Some("https") && uri.host().is_some())
}

/// A trial server shows every mail to whoever has a key: nobody else may reach it.
fn trial(config: &Config, found: &mut Vec<Finding>) {
    let transports = "this is a trial server, as mail.transport or voice.transport is \"trial\"";
    if !config.listen.ip().is_loopback() {
        found.push(Finding::error(
            "GL-CFG-010",
            "listen",
            format!(
                "{} can be reached from elsewhere, and {transports}",
                config.listen
            ),
            "listen on 127.0.0.1 or [::1], or set both transports to real ones",
        ));
    }
    let set = [
        ("GL-CFG-011", "public_url", config.public_url.is_some()),
        (
            "GL-CFG-012",
            "trusted_proxies",
            !config.trusted_proxies.is_empty(),
        ),
        (
            "GL-CFG-013",
            "tls",
            config.tls.cert_file.is_some() || config.tls.key_file.is_some(),
        ),
    ];
    for (code, key, set) in set {
        if set {
            found.push(Finding::error(
                code,
                key,
                format!("is set, and {transports}"),
                "take it away, or set both transports to real ones",
            ));
        }
    }
}

fn real(config: &Config, found: &mut Vec<Finding>) {
    match &config.public_url {
        None => found.push(Finding::error(
            "GL-CFG-020",
            "public_url",
            "is not set, and this is not a trial server",
            "the address people type, such as https://id.example.com",
        )),
        Some(url) => {
            if let Err(said) = origin(url) {
                found.push(Finding::error(
                    "GL-CFG-021",
                    "public_url",
                    said,
                    "https and a host, such as https://id.example.com",
                ));
            }
        }
    }
    if config.tls.cert_file.is_none() && config.trusted_proxies.is_empty() {
        found.push(Finding::error(
            "GL-CFG-022",
            "tls",
            "nobody speaks TLS: there is no certificate and no trusted proxy",
            "set tls.cert_file and tls.key_file, or name the proxy that does in trusted_proxies",
        ));
    }
}

/// An https address as an origin: scheme, host in lower case, port unless it is 443.
pub(super) fn origin(url: &str) -> Result<String, &'static str> {
    let uri: Uri = url.parse().map_err(|_| "is no address")?;
    if uri.scheme_str() != Some("https") {
        return Err("does not begin with https://");
    }
    let authority = uri.authority().ok_or("has no host")?;
    if authority.as_str().contains('@') {
        return Err("has a user name in it");
    }
    if !matches!(uri.path(), "" | "/") || uri.query().is_some() || url.contains('#') {
        return Err("has a path");
    }
    let host = authority.host().to_ascii_lowercase();
    if host.is_empty() || host.ends_with('.') {
        return Err("has no host, or one that ends with a dot");
    }
    Ok(match authority.port_u16() {
        None | Some(443) => format!("https://{host}"),
        Some(port) => format!("https://{host}:{port}"),
    })
}

fn certificate(config: &Config, place: &Place, found: &mut Vec<Finding>) {
    let files = (&config.tls.cert_file, &config.tls.key_file);
    match files {
        (None, None) => {}
        (Some(cert), Some(key)) => {
            if let Err(error) = tls::read(&place.path(cert), &place.path(key)) {
                found.push(Finding::error(
                    "GL-CFG-031",
                    "tls",
                    format!("{error:#}"),
                    "the chain and its private key in PEM, both readable by the user that serves",
                ));
            }
        }
        _ => found.push(Finding::error(
            "GL-CFG-030",
            "tls",
            "one of cert_file and key_file is missing",
            "set both, or neither where a trusted proxy speaks TLS",
        )),
    }
}

fn store(config: &Config, place: &Place, found: &mut Vec<Finding>) {
    let store = &config.store;
    if store.postgres_url.is_some() && store.postgres_url_file.is_some() {
        found.push(Finding::error(
            "GL-CFG-040",
            "store",
            "postgres_url and postgres_url_file are both set",
            "keep one of them; the file, if the address holds a password",
        ));
    }
    if let Some(file) = &store.postgres_url_file
        && let Err(error) = read_secret(&place.path(file))
    {
        found.push(unreadable("GL-CFG-041", "store.postgres_url_file", &error));
    }
    if (store.postgres_tls == PostgresTls::Ca) != store.postgres_ca_file.is_some() {
        found.push(Finding::error(
            "GL-CFG-042",
            "store.postgres_tls",
            "\"ca\" and postgres_ca_file go together, and one of them is missing",
            "set both or neither",
        ));
    }
    if let Some(file) = &config.password.leaked_file
        && let Err(error) = std::fs::File::open(place.path(file))
    {
        found.push(unreadable(
            "GL-CFG-043",
            "password.leaked_file",
            &error.into(),
        ));
    }
}

fn unreadable(code: &'static str, key: &str, error: &anyhow::Error) -> Finding {
    Finding::error(
        code,
        key,
        format!("{error:#}"),
        "a file that the user that serves can read",
    )
}

fn mail(config: &Config, place: &Place, found: &mut Vec<Finding>) {
    let mail = &config.mail;
    let senders = config.senders();
    let senders = [
        ("mail.sign_in_from", senders.sign_in),
        ("mail.recovery_from", senders.recovery),
    ];
    for (key, sender) in senders {
        if factors::email::Email::parse(&sender).is_err() {
            found.push(Finding::error(
                "GL-CFG-050",
                key,
                format!("{sender} is no mail address"),
                "set mail.domain to a domain such as example.com, or this key to an address",
            ));
        }
    }
    if mail.transport != MailTransport::Smtp {
        return;
    }
    if mail.domain.is_none() && (mail.sign_in_from.is_none() || mail.recovery_from.is_none()) {
        found.push(Finding::error(
            "GL-CFG-051",
            "mail.domain",
            "is not set, and mail really goes out",
            "the domain that mails come from, such as example.com",
        ));
    }
    let smtp = &mail.smtp;
    match smtp.host.as_deref().map(str::trim) {
        None | Some("") => found.push(Finding::error(
            "GL-CFG-052",
            "mail.smtp.host",
            "is not set, and mail really goes out",
            "the server that takes our mails, such as smtp.example.com",
        )),
        Some(host) if smtp.tls == SmtpTls::Off && !is_loopback(host) => {
            found.push(Finding::error(
                "GL-CFG-053",
                "mail.smtp.tls",
                format!("\"off\" would send mails to {host} in clear"),
                "\"starttls\" or \"implicit\"; \"off\" is for loopback addresses only",
            ));
        }
        Some(_) => {}
    }
    match (&smtp.user, &smtp.password_file) {
        (None, None) => {}
        (Some(_), Some(file)) => {
            if let Err(error) = read_secret(&place.path(file)) {
                found.push(unreadable("GL-CFG-055", "mail.smtp.password_file", &error));
            }
        }
        _ => found.push(Finding::error(
            "GL-CFG-054",
            "mail.smtp",
            "one of user and password_file is missing",
            "set both, or neither where the server asks for no sign-in",
        )),
    }
    if let Some(file) = &smtp.ca_file
        && let Err(error) = std::fs::File::open(place.path(file))
    {
        found.push(unreadable("GL-CFG-056", "mail.smtp.ca_file", &error.into()));
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|a| a.is_loopback())
}
