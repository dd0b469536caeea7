//! What must fit together where calls go out by HTTP.

use super::{origin, unreadable};
use crate::config::derive::carrier_of;
use crate::config::{Config, HttpCarrier};
use crate::finding::Finding;
use crate::place::{Place, read_secret};
use adapters::voice::http::{checked, texting};
use factors::phone::Phone;
use hyper::Uri;
use std::net::IpAddr;
use web::front::Network;

/// The shortest key that requests are signed with.
const SHORTEST_KEY: usize = 32;

pub(super) fn check(config: &Config, place: &Place, found: &mut Vec<Finding>) {
    let own = &config.voice.http;
    if own.carrier.is_empty() {
        found.push(Finding::error(
            "GL-CFG-080",
            "voice.http.carrier",
            "there is none, and calls or texts go out by HTTP",
            "describe a carrier in a section [[voice.http.carrier]]",
        ));
    }
    if !(1..=30).contains(&own.patience_seconds) {
        found.push(Finding::error(
            "GL-CFG-005",
            "voice.http.patience_seconds",
            format!("{} is out of bounds", own.patience_seconds),
            "from 1 to 30",
        ));
    }
    if let Some(said) = own
        .callback_url
        .as_deref()
        .and_then(|url| origin(url).err())
    {
        found.push(Finding::error(
            "GL-CFG-081",
            "voice.http.callback_url",
            said,
            "https and a host, such as https://calls-1.example.com",
        ));
    }
    for (index, carrier) in own.carrier.iter().enumerate() {
        let before = own.carrier.iter().take(index);
        if before.into_iter().any(|other| other.name == carrier.name) {
            found.push(Finding::error(
                "GL-CFG-082",
                "voice.http.carrier",
                format!("{:?} is the name of two carriers", carrier.name),
                "a name of its own for each",
            ));
        }
        self::carrier(config, carrier, place, found);
    }
}

fn carrier(config: &Config, carrier: &HttpCarrier, place: &Place, found: &mut Vec<Finding>) {
    let about = format!("voice.http.carrier {}", carrier.name);
    let before = found.len();
    secrets(carrier, &about, place, found);
    let shown = std::iter::once(&carrier.caller_id).chain(carrier.caller_ids.values());
    for number in shown {
        if Phone::from_e164(number).is_none() {
            found.push(Finding::error(
                "GL-CFG-085",
                &about,
                format!("caller_id: {number:?} is no number in international form"),
                "a number that the carrier lets you show, such as +886225550100",
            ));
        }
    }
    for name in [&carrier.signature_header, &carrier.timestamp_header] {
        if hyper::header::HeaderName::try_from(name).is_err() {
            found.push(Finding::error(
                "GL-CFG-086",
                &about,
                format!("{name:?} cannot be the name of a header"),
                "letters, digits and hyphens, as the carrier names it",
            ));
        }
    }
    let by_calls = config
        .voice
        .transport
        .by_http()
        .then_some(&carrier.calls_url);
    for url in by_calls.into_iter().chain(&carrier.messages_url) {
        reached(config, url, &about, found);
    }
    if found.len() > before {
        return;
    }
    let usable = carrier_of(carrier, place).and_then(|one| {
        if by_calls.is_some() {
            checked(&one)?;
        }
        Ok(texting(&one).as_ref().map_or(Ok(()), checked)?)
    });
    if let Err(error) = usable {
        found.push(Finding::error(
            "GL-CFG-089",
            &about,
            format!("{error:#}"),
            "name in lower-case letters, digits and hyphens; calls_url and messages_url absolute; ca_file holds certificates in PEM",
        ));
    }
}

fn secrets(carrier: &HttpCarrier, about: &str, place: &Place, found: &mut Vec<Finding>) {
    for (key, file, least) in [
        ("password_file", &carrier.password_file, 1),
        ("signing_key_file", &carrier.signing_key_file, SHORTEST_KEY),
    ] {
        let Some(file) = file else {
            found.push(Finding::error(
                "GL-CFG-083",
                about,
                format!("{key} is missing"),
                "the carrier gives you a password or a token, and a key that it signs its requests with",
            ));
            continue;
        };
        match read_secret(&place.path(file)) {
            Err(error) => found.push(unreadable("GL-CFG-084", about, &error)),
            Ok(secret) if secret.len() < least => found.push(Finding::error(
                "GL-CFG-095",
                about,
                format!("{key}: its first line has fewer than {least} characters"),
                "a key that nobody can guess, such as that of `openssl rand -hex 32`",
            )),
            Ok(_) => {}
        }
    }
}

/// Whether what we say there is encrypted or stays near, and whether the carrier can reach us. A name is looked up, and
/// looked at, when a call is placed.
fn reached(config: &Config, url: &str, about: &str, found: &mut Vec<Finding>) {
    let Ok(url) = url.parse::<Uri>() else {
        return;
    };
    let host = url.host().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse::<IpAddr>().ok();
    let here = bare == "localhost" || address.is_some_and(|address| address.is_loopback());
    let mut networks = config
        .voice
        .trunk_networks
        .iter()
        .filter_map(|text| Network::parse(text));
    let near = here || address.is_none_or(|address| networks.any(|net| net.contains(address)));
    if url.scheme_str() == Some("http") && !near {
        found.push(Finding::error(
            "GL-CFG-087",
            about,
            format!(
                "{host} is outside voice.trunk_networks, and what is said there is not encrypted"
            ),
            "an address that begins with https://, or its network in voice.trunk_networks",
        ));
    }
    if config.public_url.is_none() && config.voice.http.callback_url.is_none() && !here {
        found.push(Finding::error(
            "GL-CFG-096",
            "voice.http.callback_url",
            format!("a carrier at {host} cannot call this machine back at a loopback address"),
            "the https address that it reaches this server at",
        ));
    }
}
