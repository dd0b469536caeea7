//! The keys of calls and texts: which carriers there are, how each is reached, and what calls and texts may cost.

use super::shape::{Key, section};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;

section! {
    Voice "voice"
    keys {
        /// "trial" keeps calls here and rings at /outbox, "sip" really calls over the trunks below, "http" over the carriers
        /// below that are reached by HTTP, "both" over all of them, "off" makes no calls: nobody then recovers by telephone.
        transport: VoiceTransport = VoiceTransport::Trial, r#""sip""#;
        /// The names of trunks and carriers in the order in which they are asked. Those that are not named come after them,
        /// trunks first. The next one is asked only when one failed by itself, never because of what the number or the
        /// person said.
        order: Vec<String> = Vec::new(), r#"["first carrier", "second"]"#;
        /// Countries that may be called (ISO 3166-1, two letters); none means the home country only. Premium,
        /// satellite and shared-cost numbers are never called.
        call_countries: Vec<String> = Vec::new(), r#"["TW", "JP"]"#;
        /// What the voice asks for: "digits" of the page alone, or "number-first", the person's own telephone number before
        /// them, which the system knows already and which proves nothing.
        script: VoiceScript = VoiceScript::Digits;
        /// A folder with recordings of your own in the place of the built-in ones: zh-TW/thanks.wav and so on, 8 kHz
        /// mono, PCM of 16 bit or µ-law, at most 30 s each, speaking the same words, because pages print these. What is not
        /// there stays as it is; a name that replaces nothing is refused with the names there are.
        prompts_dir: Option<PathBuf> = None, r#""/etc/gatelodge/prompts""#;
        /// The addresses or networks of your carriers. Sound goes in clear, to and from these alone, and so does
        /// signalling without TLS; packets from elsewhere are not even read. Needed with trunks.
        trunk_networks: Vec<String> = Vec::new(), r#"["192.0.2.0/24", "2001:db8:5::/64"]"#;
    }
    sections {
        cost: CallCost;
        sip: Sip;
        http: Http;
    }
}

section! {
    Sms "sms"
    keys {
        /// "off" sends no texts; "http" sends them over the carriers of [voice.http] that have a messages_url, whatever
        /// calls go by; "trial" shows them at /outbox, where mail or voice is on trial, and there alone. With texts, the gravest
        /// security notices go to the account's proved number too, in a sentence.
        transport: SmsTransport = SmsTransport::Off, r#""http""#;
        /// What a text costs, in the unit of [voice.cost], whose limits count texts and calls together.
        price: u32 = 5;
    }
    sections {}
}

section! {
    CallCost "voice.cost"
    keys {
        /// What a call costs, answered or not, in a unit of your own such as hundredths of your currency. Your carrier's
        /// bill is not asked: give the price of a call of 90 seconds.
        price: u32 = 10;
        /// The same for calls to some countries (ISO 3166-1, two letters).
        prices: BTreeMap<String, u32> = BTreeMap::new(), "{ JP = 12 }";
        /// What all calls may cost in an hour; then nobody is called until there is room again. The last three tenths are
        /// for recoveries. 0 sets no limit.
        per_hour: u32 = 1_000;
        /// What the calls to one number may cost in 24 hours. 0 sets no limit.
        per_number: u32 = 200;
    }
    sections {}
}

section! {
    Sip "voice.sip"
    keys {
        /// The address of this machine towards the carriers. Unless set, the one the system would send from.
        local_address: Option<IpAddr> = None, r#""192.0.2.20""#;
        /// The address that carriers see, where a router in between changes it, one to one and with the same ports.
        public_address: Option<IpAddr> = None, r#""198.51.100.20""#;
        /// Our port for signalling; 0 picks a free one.
        port: u16 = 5_060;
        /// The first and the last of our ports for sound, of which the even ones are used: one for each call that runs.
        sound_ports: [u16; 2] = [16_384, 32_766];
        /// How sound goes: "plain". Trunks that insist on encrypted sound (SRTP) cannot be used yet.
        sound: SipSound = SipSound::Plain;
        /// Seconds that a trunk may say nothing at all before the next one is asked.
        patience_seconds: u32 = 8;
    }
    sections {}
    several {
        trunk: SipTrunk;
    }
}

section! {
    SipTrunk "[voice.sip.trunk]"
    keys {
        /// What this trunk is called in logs. Trunks are asked in their order: the next one only when one does not
        /// answer, answers with a fault of its own (5xx), or times out before the phone rang.
        name: String = String::new(), r#""first carrier""#;
        /// Its name or address. Needed; for TLS its certificate must be for this. SRV records are not looked up.
        host: String = String::new(), r#""sip.example.com""#;
        /// Its port. Unless set: 5060, and 5061 for "tls".
        port: Option<u16> = None, "5060";
        /// "udp", "tcp", or "tls", whose certificate is always checked.
        transport: SipTransport = SipTransport::Udp, r#""tls""#;
        /// Certificates to check it against, in PEM, instead of those this machine trusts.
        ca_file: Option<PathBuf> = None, r#""/etc/gatelodge/trunk-ca.crt""#;
        /// The domain in its addresses, where it is not the host.
        domain: Option<String> = None, r#""example.com""#;
        /// The user to sign in as, by digest; without one the trunk knows us by our address.
        user: Option<String> = None, r#""gatelodge""#;
        /// The name in the digest, where it is not the user.
        auth_user: Option<String> = None, r#""gatelodge-1""#;
        /// A file with that user's password in its first line; readable by nobody else.
        password_file: Option<PathBuf> = None, r#""/etc/gatelodge/trunk-password""#;
        /// Registers for so many seconds at a time, for carriers that want to know where we are. 0 does not register.
        register_seconds: u32 = 0, "600";
        /// The number that calls show. Unless set, the user.
        caller_id: Option<String> = None, r#""+886225550100""#;
        /// Another number towards some countries, so that people see one of their own.
        caller_ids: BTreeMap<String, String> = BTreeMap::new(), r#"{ JP = "+81355550100" }"#;
        /// How it wants the number called: "plus" as +886912345678, "digits" without the plus, or digits to stand in
        /// place of the plus, such as "00".
        number: String = "plus".to_owned(), r#""00""#;
        /// The countries it is used for (ISO 3166-1, two letters); none means all that may be called.
        countries: Vec<String> = Vec::new(), r#"["JP"]"#;
    }
    sections {}
}

section! {
    Http "voice.http"
    keys {
        /// The origin that carriers reach this server at, where it is not public_url. Several servers need one each, because
        /// a call is known to the server that placed it. Only what carriers are given is answered there.
        callback_url: Option<String> = None, r#""https://calls-1.example.com""#;
        /// Seconds until a carrier must have said whether it places a call; then the next one is asked.
        patience_seconds: u32 = 8;
    }
    sections {}
    several {
        carrier: HttpCarrier;
    }
}

section! {
    HttpCarrier "[voice.http.carrier]"
    keys {
        /// What this carrier is called, in logs and in the addresses that it is given: lower-case letters, digits, hyphens.
        name: String = String::new(), r#""second""#;
        /// Where calls are asked for, by a POST with the fields To, From, Url and so on, answered with JSON that holds a
        /// "sid". https, or http on this machine or within voice.trunk_networks. A redirection is not followed.
        calls_url: String = String::new(), r#""https://api.example.com/v1/accounts/gatelodge/calls""#;
        /// Where texts are asked for, by a POST with the fields To, From, Body and StatusCallback, answered in the same way.
        /// A carrier without it sends no texts; one that sends nothing but texts needs no calls_url.
        messages_url: Option<String> = None, r#""https://api.example.com/v1/accounts/gatelodge/messages""#;
        /// What texts show as their sender, where it is not the number that calls show: a number, or up to eleven letters
        /// and digits where the country allows names.
        sender_id: Option<String> = None, r#""GATELODGE""#;
        /// Certificates to check it against, in PEM, instead of those this machine trusts.
        ca_file: Option<PathBuf> = None, r#""/etc/gatelodge/carrier-ca.crt""#;
        /// The user to sign in as (Basic). Without one the password is sent as a bearer token.
        user: Option<String> = None, r#""gatelodge""#;
        /// A file with the password or the token in its first line; readable by nobody else. Needed.
        password_file: Option<PathBuf> = None, r#""/etc/gatelodge/carrier-password""#;
        /// A file with the key in its first line that the carrier signs its requests to us with, 32 characters at least;
        /// readable by nobody else. Needed: what is not signed is refused.
        signing_key_file: Option<PathBuf> = None, r#""/etc/gatelodge/carrier-signing-key""#;
        /// The header with the signature: HMAC-SHA256 in hexadecimal over the moment, the whole address and the body, with
        /// a line feed between them.
        signature_header: String = "X-Signature".to_owned();
        /// The header with the moment, in seconds since 1970. Five minutes from our clock, either way, a request is refused.
        timestamp_header: String = "X-Signature-Timestamp".to_owned();
        /// The number that calls show, in international form. Needed.
        caller_id: String = String::new(), r#""+886225550100""#;
        /// Another number towards some countries, so that people see one of their own.
        caller_ids: BTreeMap<String, String> = BTreeMap::new(), r#"{ JP = "+81355550100" }"#;
        /// The countries it is used for (ISO 3166-1, two letters); none means all that may be called.
        countries: Vec<String> = Vec::new(), r#"["JP"]"#;
    }
    sections {}
}

/// How texts go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SmsTransport {
    Off,
    Trial,
    Http,
}

/// How calls go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum VoiceTransport {
    Trial,
    Sip,
    Http,
    Both,
    Off,
}

impl VoiceTransport {
    /// Whether calls go over trunks.
    pub(crate) const fn by_sip(self) -> bool {
        matches!(self, Self::Sip | Self::Both)
    }

    /// Whether calls go over carriers that are reached by HTTP.
    pub(crate) const fn by_http(self) -> bool {
        matches!(self, Self::Http | Self::Both)
    }
}

/// What calls ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum VoiceScript {
    Digits,
    NumberFirst,
}

/// How the sound of calls goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SipSound {
    Plain,
}

/// What carries the signalling of a trunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SipTransport {
    Udp,
    Tcp,
    Tls,
}
