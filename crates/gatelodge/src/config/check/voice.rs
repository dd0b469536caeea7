//! What must fit together where calls really go out.

use super::carrier;
use crate::config::derive::trunk_of;
use crate::config::{CodeChannel, Config, HttpCarrier, SipTransport, SipTrunk, SmsTransport};
use crate::finding::Finding;
use crate::place::{Place, read_secret};
use adapters::voice::prompts::Prompts;
use adapters::voice::sip::checked;
use domain::call::for_all;
use factors::phone::Phone;
use std::net::IpAddr;
use web::front::Network;

pub(super) fn check(config: &Config, place: &Place, found: &mut Vec<Finding>) {
    let voice = &config.voice;
    for network in &voice.trunk_networks {
        if Network::parse(network).is_none() {
            found.push(Finding::error(
                "GL-CFG-003",
                "voice.trunk_networks",
                format!("{network} is neither an address nor a network"),
                "write 192.0.2.10, 192.0.2.0/24 or 2001:db8::/32",
            ));
        }
    }
    let cost = &voice.cost;
    let text = match config.sms.transport {
        SmsTransport::Off => 0,
        _ => config.sms.price,
    };
    let prices = cost.prices.values().copied().chain([text]);
    let dearest = prices.fold(cost.price, u32::max);
    for (key, limit, most) in [
        ("voice.cost.per_hour", cost.per_hour, for_all(cost.per_hour)),
        (
            "voice.cost.per_number",
            cost.per_number,
            cost.per_number.into(),
        ),
    ] {
        if limit > 0 && most < dearest.into() {
            found.push(Finding::error(
                "GL-CFG-070",
                key,
                format!(
                    "{limit} is less than one call or text may need: the dearest costs {dearest}"
                ),
                "more than the dearest call, by half for an hour; or 0 for no limit",
            ));
        }
    }
    if let Some(dir) = config.prompts_dir(place)
        && let Err(error) = Prompts::load(Some(&dir))
    {
        found.push(Finding::error(
            "GL-CFG-060",
            "voice.prompts_dir",
            error.to_string(),
            "8 kHz mono, PCM of 16 bit or µ-law, at most 30 s, under LANGUAGE/CLIP.wav; or leave the key out for the built-in voice",
        ));
    }
    order(config, found);
    if voice.transport.by_http() || config.sms.transport == SmsTransport::Http {
        carrier::check(config, place, found);
    }
    if !voice.transport.by_sip() {
        return;
    }
    if voice.sip.trunk.is_empty() {
        found.push(Finding::error(
            "GL-CFG-061",
            "voice.sip.trunk",
            "there is none, and calls really go out",
            "describe the trunk of a carrier in a section [[voice.sip.trunk]]",
        ));
    }
    if voice.trunk_networks.is_empty() {
        found.push(Finding::error(
            "GL-CFG-062",
            "voice.trunk_networks",
            "is empty: sound could go nowhere",
            "the addresses that your carrier names for signalling and sound",
        ));
    }
    if !(1..=60).contains(&voice.sip.patience_seconds) {
        found.push(Finding::error(
            "GL-CFG-005",
            "voice.sip.patience_seconds",
            format!("{} is out of bounds", voice.sip.patience_seconds),
            "from 1 to 60",
        ));
    }
    let [first, last] = voice.sip.sound_ports;
    if first < 1_024 || last < first || (first..=last).all(|port| port % 2 == 1) {
        found.push(Finding::error(
            "GL-CFG-063",
            "voice.sip.sound_ports",
            format!("from {first} to {last} there is no even port above 1023"),
            "the first and the last port, such as [16384, 32766]",
        ));
    }
    for trunk in &voice.sip.trunk {
        self::trunk(config, trunk, place, found);
    }
}

/// What must fit together where short texts are sent.
pub(super) fn texts(config: &Config, found: &mut Vec<Finding>) {
    let way = config.sms.transport;
    let carriers = &config.voice.http.carrier;
    if way == SmsTransport::Off && config.sign_in.code_channel == CodeChannel::Sms {
        found.push(Finding::error(
            "GL-CFG-100",
            "sign_in.code_channel",
            "is \"sms\", and sms.transport is \"off\"",
            "set sms.transport to \"http\", or the channel to \"email\"",
        ));
    }
    let (trial, real) = (way == SmsTransport::Trial, way == SmsTransport::Http);
    if (trial && !config.trial()) || (real && config.trial()) {
        found.push(Finding::error(
            "GL-CFG-101",
            "sms.transport",
            "texts would be on trial alone, or leave a server whose mail or voice is on trial",
            "\"trial\" where mail or voice is on trial, \"http\" or \"off\" where neither is",
        ));
    }
    let takes = |carrier: &HttpCarrier| carrier.messages_url.is_some();
    if real && !carriers.iter().any(takes) {
        found.push(Finding::error(
            "GL-CFG-102",
            "sms.transport",
            "is \"http\", and no carrier takes texts",
            "set messages_url in a section [[voice.http.carrier]]",
        ));
    }
    for carrier in carriers {
        if let Some(sender) = carrier
            .sender_id
            .as_ref()
            .filter(|sender| !is_sender(sender))
        {
            found.push(Finding::error(
                "GL-CFG-103",
                format!("voice.http.carrier {}", carrier.name),
                format!("sender_id: {sender:?} cannot be the sender of a text"),
                "a number in international form, or up to eleven letters and digits with a letter among them",
            ));
        }
    }
}

/// A number, or a name as the telephone network carries it.
fn is_sender(sender: &str) -> bool {
    let named = sender.len() <= 11
        && sender
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b' ')
        && sender.bytes().any(|b| b.is_ascii_alphabetic());
    named || Phone::from_e164(sender).is_some()
}

/// Every name in the order is that of one trunk or carrier.
fn order(config: &Config, found: &mut Vec<Finding>) {
    let voice = &config.voice;
    let trunks = voice.sip.trunk.iter().map(|trunk| trunk.name.trim());
    let carriers = voice.http.carrier.iter().map(|one| one.name.as_str());
    let names: Vec<&str> = trunks.chain(carriers).collect();
    for name in &voice.order {
        let times = names.iter().filter(|known| *known == name).count();
        if times != 1 {
            found.push(Finding::error(
                "GL-CFG-088",
                "voice.order",
                format!("{name:?} is the name of {times} trunks and carriers"),
                "name each trunk and each carrier once, by a name of its own",
            ));
        }
    }
}

fn trunk(config: &Config, trunk: &SipTrunk, place: &Place, found: &mut Vec<Finding>) {
    let about = format!("voice.sip.trunk {}", trunk.name);
    let before = found.len();
    match (&trunk.user, &trunk.password_file) {
        (None, None) => {}
        (Some(_), Some(file)) => {
            if let Err(error) = read_secret(&place.path(file)) {
                found.push(super::unreadable("GL-CFG-065", &about, &error));
            }
        }
        _ => found.push(Finding::error(
            "GL-CFG-064",
            &about,
            "one of user and password_file is missing",
            "set both, or neither where the trunk knows us by our address",
        )),
    }
    if trunk.register_seconds > 0 && trunk.user.is_none() {
        found.push(Finding::error(
            "GL-CFG-097",
            &about,
            "register_seconds is set, and there is no user to register",
            "set user and password_file, or take register_seconds away",
        ));
    }
    if trunk.register_seconds > 0 && !(60..=86_400).contains(&trunk.register_seconds) {
        found.push(Finding::error(
            "GL-CFG-005",
            format!("{about}.register_seconds"),
            format!("{} is out of bounds", trunk.register_seconds),
            "from 60 to 86400, or 0",
        ));
    }
    let written = [&trunk.user, &trunk.caller_id, &trunk.domain];
    let written = written
        .into_iter()
        .flatten()
        .chain(trunk.caller_ids.values());
    if let Some(bad) = written.into_iter().find(|text| !plain(text)) {
        found.push(Finding::error(
            "GL-CFG-066",
            &about,
            format!("{bad:?} cannot stand in an address"),
            "letters, digits and + - . _ only",
        ));
    }
    let form = trunk.number.as_str();
    let digits = !form.is_empty() && form.len() <= 8 && form.bytes().all(|b| b.is_ascii_digit());
    if !matches!(form, "plus" | "digits") && !digits {
        found.push(Finding::error(
            "GL-CFG-067",
            &about,
            format!("number: {form:?} is no way to write a number"),
            "\"plus\", \"digits\", or digits to stand in place of the plus, such as \"00\"",
        ));
    }
    clear_outside(config, trunk, &about, found);
    if found.len() == before
        && let Err(error) = trunk_of(trunk, place).and_then(|trunk| Ok(checked(&trunk)?))
    {
        found.push(Finding::error(
            "GL-CFG-068",
            &about,
            format!("{error:#}"),
            "host is a name or an address without a port; ca_file holds certificates in PEM",
        ));
    }
}

/// Signalling in clear goes to the trunks' networks only. A name is looked up, and looked at, when a call is placed.
fn clear_outside(config: &Config, trunk: &SipTrunk, about: &str, found: &mut Vec<Finding>) {
    let networks = config.voice.trunk_networks.iter();
    let networks: Vec<Network> = networks.filter_map(|text| Network::parse(text)).collect();
    let bare = trunk.host.trim_start_matches('[').trim_end_matches(']');
    if trunk.transport == SipTransport::Tls || networks.is_empty() {
        return;
    }
    if let Ok(address) = bare.parse::<IpAddr>()
        && !networks.iter().any(|network| network.contains(address))
    {
        found.push(Finding::error(
            "GL-CFG-069",
            about,
            format!(
                "{address} is outside voice.trunk_networks, and the signalling is not encrypted"
            ),
            "name its network there, or set transport = \"tls\"",
        ));
    }
}

/// Whether a text can stand in an address as it is.
fn plain(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.' | b'_');
    !text.is_empty() && text.len() <= 128 && text.bytes().all(fits)
}
