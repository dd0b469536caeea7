//! Session descriptions (RFC 4566), as far as a telephone call of ours needs them: one plain audio stream in G.711 with
//! telephone events.

use crate::voice::rtp::g711::Law;
use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

/// The payload type that we offer for telephone events; what the other side answers is what counts.
pub const EVENTS: u8 = 101;
/// The longest description that is read.
const LONGEST: usize = 16_384;
/// The longest list of payload types that is looked at.
const KINDS: usize = 32;

/// Which way the sound goes, seen from the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Both ways.
    Both,
    /// It only sends: we are on hold.
    SendOnly,
    /// It only listens.
    ReceiveOnly,
    /// Nothing goes either way.
    Inactive,
}

impl Direction {
    fn of(line: &str) -> Option<Self> {
        match line {
            "a=sendrecv" => Some(Self::Both),
            "a=sendonly" => Some(Self::SendOnly),
            "a=recvonly" => Some(Self::ReceiveOnly),
            "a=inactive" => Some(Self::Inactive),
            _ => None,
        }
    }

    /// Whether the other side hears us.
    pub const fn hears_us(self) -> bool {
        matches!(self, Self::Both | Self::ReceiveOnly)
    }

    /// The same, seen from our side.
    const fn ours(self) -> &'static str {
        match self {
            Self::Both => "sendrecv",
            Self::SendOnly => "recvonly",
            Self::ReceiveOnly => "sendonly",
            Self::Inactive => "inactive",
        }
    }
}

/// What the other side wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Where our sound goes and theirs comes from.
    pub at: SocketAddr,
    /// How sound is coded.
    pub law: Law,
    /// The payload type of telephone events, if it has any.
    pub keys: Option<u8>,
    /// Which way the sound goes.
    pub direction: Direction,
}

/// Why a description is of no use to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It is none.
    #[error("no session description")]
    Unreadable,
    /// There is no audio stream, or it was refused.
    #[error("no audio stream")]
    NoAudio,
    /// The stream is encrypted; nothing like that was offered.
    #[error("an encrypted stream, which was not offered")]
    Encrypted,
    /// Neither law of G.711.
    #[error("no G.711")]
    NoLaw,
    /// No address that sound could go to.
    #[error("no address for sound")]
    NoAddress,
}

/// Our description: an offer, or with `answering` the answer to theirs.
pub fn ours(at: SocketAddr, session: u32, version: u32, answering: Option<&Session>) -> String {
    let family = if at.is_ipv4() { "IP4" } else { "IP6" };
    let (ip, port) = (at.ip(), at.port());
    let (laws, keys, direction) = match answering {
        Some(theirs) => (vec![theirs.law], theirs.keys, theirs.direction.ours()),
        None => (vec![Law::Mu, Law::A], Some(EVENTS), "sendrecv"),
    };
    let kinds = laws.iter().map(|law| law.payload_type()).chain(keys);
    let kinds: Vec<String> = kinds.map(|kind| kind.to_string()).collect();
    let mut text = format!(
        "v=0\r\no=- {session} {version} IN {family} {ip}\r\ns=-\r\nc=IN {family} {ip}\r\nt=0 0\r\n\
         m=audio {port} RTP/AVP {}\r\n",
        kinds.join(" ")
    );
    // Writing to a text cannot fail.
    for law in laws {
        let _ = write!(
            text,
            "a=rtpmap:{} {}/8000\r\n",
            law.payload_type(),
            law.name()
        );
    }
    if let Some(keys) = keys {
        let _ = write!(
            text,
            "a=rtpmap:{keys} telephone-event/8000\r\na=fmtp:{keys} 0-15\r\n"
        );
    }
    let _ = write!(text, "a=ptime:20\r\na={direction}\r\n");
    text
}

/// Reads theirs: the first audio stream. Of the laws it names, `keep` is taken where it is one of them, else the first.
///
/// # Errors
/// [`Unfit`].
pub fn theirs(body: &[u8], keep: Option<Law>) -> Result<Session, Unfit> {
    let text = std::str::from_utf8(body).map_err(|_| Unfit::Unreadable)?;
    if text.len() > LONGEST || !text.trim_start().starts_with("v=0") {
        return Err(Unfit::Unreadable);
    }
    let mut lines = text.lines().map(str::trim_end);
    let mut address = None;
    let mut direction = None;
    let media = lines.by_ref().find(|line| {
        address = connection(line).or(address);
        direction = Direction::of(line).or(direction);
        line.starts_with("m=audio ")
    });
    let (port, kinds) = audio(media.ok_or(Unfit::NoAudio)?)?;
    let (mut maps, mut encrypted) = (Vec::new(), false);
    for line in lines.take_while(|line| !line.starts_with("m=")) {
        address = connection(line).or(address);
        direction = Direction::of(line).or(direction);
        encrypted |= line.starts_with("a=crypto:") || line.starts_with("a=fingerprint:");
        maps.extend(map(line));
    }
    if encrypted {
        return Err(Unfit::Encrypted);
    }
    let named = |name: &str| {
        let maps = maps
            .iter()
            .filter(move |(_, known)| known.eq_ignore_ascii_case(name));
        maps.map(|(kind, _)| *kind)
            .find(|kind| kinds.contains(kind))
    };
    // The first of theirs that we know is what they prefer; the static types need no map.
    let kept = keep.filter(|law| kinds.contains(&law.payload_type()));
    let first = kinds.iter().find_map(|kind| Law::of(*kind));
    let law = kept.or(first).ok_or(Unfit::NoLaw)?;
    let ip = address
        .filter(|ip| !ip.is_unspecified() && !ip.is_multicast())
        .ok_or(Unfit::NoAddress)?;
    Ok(Session {
        at: SocketAddr::new(ip, port),
        law,
        keys: named("telephone-event/8000").filter(|kind| (96..128).contains(kind)),
        direction: direction.unwrap_or(Direction::Both),
    })
}

/// Port and payload types of an audio line.
fn audio(line: &str) -> Result<(u16, Vec<u8>), Unfit> {
    let mut words = line.split_ascii_whitespace().skip(1);
    let port = words.next().and_then(|port| port.split('/').next());
    let port: u16 = port
        .and_then(|port| port.parse().ok())
        .ok_or(Unfit::NoAudio)?;
    if port == 0 {
        return Err(Unfit::NoAudio);
    }
    match words.next() {
        Some("RTP/AVP" | "RTP/AVPF") => {}
        Some(profile) if profile.contains("SAVP") => return Err(Unfit::Encrypted),
        _ => return Err(Unfit::NoAudio),
    }
    let kinds = words.take(KINDS).filter_map(|kind| kind.parse().ok());
    Ok((port, kinds.collect()))
}

/// `c=IN IP4 192.0.2.7`
fn connection(line: &str) -> Option<IpAddr> {
    let rest = line
        .strip_prefix("c=IN IP4 ")
        .or(line.strip_prefix("c=IN IP6 "))?;
    rest.split('/').next()?.trim().parse().ok()
}

/// `a=rtpmap:101 telephone-event/8000`
fn map(line: &str) -> Option<(u8, String)> {
    let (kind, name) = line.strip_prefix("a=rtpmap:")?.split_once(' ')?;
    let name = name.trim();
    // G.711 may be written with its number of channels.
    let name = name.strip_suffix("/1").unwrap_or(name);
    Some((kind.trim().parse().ok()?, name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 7], port))
    }

    #[test]
    fn our_offer_reads_as_what_it_says() {
        let session = theirs(ours(at(4000), 1, 1, None).as_bytes(), None).unwrap();
        assert_eq!(session.at, at(4000));
        assert_eq!((session.law, session.keys), (Law::Mu, Some(EVENTS)));
        assert_eq!(session.direction, Direction::Both);
    }

    #[test]
    fn the_answer_decides_on_law_and_payload_type() {
        let text = "v=0\r\no=x 1 1 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\na=sendonly\r\n\
                    m=video 9 RTP/AVP 96\r\nm=audio 5004/1 RTP/AVP 18 8 0 96\r\nc=IN IP4 198.51.100.9\r\n\
                    a=rtpmap:8 PCMA/8000/1\r\na=rtpmap:96 telephone-event/8000\r\na=sendrecv\r\nm=audio 7 RTP/AVP 0\r\n";
        let session = theirs(text.as_bytes(), None).unwrap();
        assert_eq!(session.at, SocketAddr::from(([198, 51, 100, 9], 5004)));
        assert_eq!((session.law, session.keys), (Law::A, Some(96)));
        let back = ours(at(4000), 1, 2, Some(&session));
        assert!(
            back.contains("RTP/AVP 8 96\r\n") && back.contains("a=sendrecv"),
            "{back}"
        );
        let held = text.replace("a=sendrecv", "a=sendonly");
        let held = theirs(held.as_bytes(), None).unwrap();
        assert!(!held.direction.hears_us());
        assert!(ours(at(4000), 1, 2, Some(&held)).contains("a=recvonly"));
    }

    #[test]
    fn what_we_cannot_do_is_named() {
        let good = ours(at(4000), 1, 1, None);
        for (from, to, why) in [
            ("v=0", "w=0", Unfit::Unreadable),
            ("m=audio 4000", "m=audio 0", Unfit::NoAudio),
            ("m=audio", "m=text", Unfit::NoAudio),
            ("RTP/AVP", "RTP/SAVP", Unfit::Encrypted),
            ("RTP/AVP", "UDP/TLS/RTP/SAVPF", Unfit::Encrypted),
            (
                "a=ptime:20",
                "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x",
                Unfit::Encrypted,
            ),
            ("AVP 0 8 101", "AVP 18 101", Unfit::NoLaw),
            ("c=IN IP4 192.0.2.7", "c=IN IP4 0.0.0.0", Unfit::NoAddress),
            (
                "c=IN IP4 192.0.2.7",
                "c=IN IP4 media.example.com",
                Unfit::NoAddress,
            ),
            ("c=IN IP4 192.0.2.7", "c=IN IP4 224.0.0.1", Unfit::NoAddress),
        ] {
            assert_eq!(
                theirs(good.replace(from, to).as_bytes(), None),
                Err(why),
                "{to}"
            );
        }
        let no_keys = good.replace("a=rtpmap:101", "a=rtpmap:102");
        assert_eq!(theirs(no_keys.as_bytes(), None).unwrap().keys, None);
    }

    proptest! {
        #[test]
        fn any_lines_are_a_session_or_a_reason(
            lines in proptest::collection::vec("(m=audio|c=IN IP4|a=rtpmap:|a=|o=)[ -~]{0,30}", 0..12),
        ) {
            let text = format!("v=0\r\n{}\r\n", lines.join("\r\n"));
            if let Ok(session) = theirs(text.as_bytes(), None) {
                prop_assert!(session.at.port() != 0 && !session.at.ip().is_unspecified());
            }
        }
    }
}
