//! Sound and keys of the scripted telephone.

use super::message::Message;
use super::{Attack, Begun, Call, Keys, Script, Shared, lock, wall};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::UdpSocket;
use tokio::sync::watch;

/// The sources of what plays before the answer, of the person, and of an attacker.
const EARLY: u32 = 0x1111;
const PERSON: u32 = 0x2222;
const ATTACKER: u32 = 0x3333;

/// What was heard in all calls.
#[derive(Debug, Default)]
pub(super) struct Media {
    sound: Mutex<Vec<i16>>,
    first: Mutex<Option<u16>>,
    apart: Mutex<Vec<Duration>>,
    count: watch::Sender<usize>,
}

impl Media {
    pub(super) fn sound(&self) -> Vec<i16> {
        lock(&self.sound).clone()
    }

    pub(super) fn jitter(&self) -> Vec<Duration> {
        let pace = Duration::from_millis(20);
        lock(&self.apart)
            .iter()
            .map(|apart| apart.abs_diff(pace))
            .collect()
    }

    pub(super) async fn heard(&self, packets: usize) {
        let mut count = self.count.subscribe();
        drop(count.wait_for(|count| *count >= packets).await);
    }

    fn take(&self, port: u16, law: u8, payload: &[u8], apart: Option<Duration>) {
        if *lock(&self.first).get_or_insert(port) == port {
            let decode = if law == 0 { from_mu } else { from_a };
            lock(&self.sound).extend(payload.iter().map(|byte| decode(*byte)));
        }
        lock(&self.apart).extend(apart);
        self.count.send_modify(|count| *count += 1);
    }
}

/// The media of one call.
pub(super) struct Session {
    script: Script,
    socket: UdpSocket,
    caller: SocketAddr,
    keys: Option<u8>,
}

impl Session {
    pub(super) async fn open(script: &Script, invite: &Message) -> Self {
        let line = |start: &str| {
            invite
                .body
                .lines()
                .find_map(|line| line.strip_prefix(start))
        };
        let ip = line("c=IN IP4 ").expect("an address");
        let port = line("m=audio ")
            .and_then(|rest| rest.split(' ').next())
            .expect("a port");
        let offered = invite.body.lines().find_map(|line| {
            let map = line.strip_prefix("a=rtpmap:")?;
            map.strip_suffix(" telephone-event/8000")?.parse().ok()
        });
        Self {
            script: script.clone(),
            socket: UdpSocket::bind(("127.0.0.1", 0)).await.expect("a port"),
            caller: format!("{ip}:{port}").parse().expect("an address"),
            keys: script
                .answers_type
                .or(offered)
                .filter(|_| script.by == Keys::Events),
        }
    }

    fn port(&self) -> u16 {
        self.socket.local_addr().expect("an address").port()
    }

    pub(super) fn sdp(&self) -> String {
        let (ip, law) = (self.script.sound_at, self.script.law);
        let name = if law == 0 { "PCMU" } else { "PCMA" };
        let kinds = self
            .keys
            .map_or_else(String::new, |keys| format!(" {keys}"));
        let map = self.keys.map_or_else(String::new, |keys| {
            format!("a=rtpmap:{keys} telephone-event/8000\r\na=fmtp:{keys} 0-15\r\n")
        });
        format!(
            "v=0\r\no=callee 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\n\
             m=audio {} RTP/AVP {law}{kinds}\r\na=rtpmap:{law} {name}/8000\r\n{map}a=ptime:20\r\na=sendrecv\r\n",
            self.port()
        )
    }

    /// A few packets of a ringing tone, and a key that nobody may count.
    pub(super) async fn early_sound(&self) {
        for number in 0..5 {
            let sound = packet(
                self.script.law,
                false,
                number,
                u32::from(number) * 160,
                EARLY,
                &[0x55; 160],
            );
            drop(self.socket.send_to(&sound, self.caller).await);
        }
        if let Some(keys) = self.keys {
            let press = packet(keys, true, 5, 800, EARLY, &[9, 0x80 | 10, 3, 32]);
            drop(self.socket.send_to(&press, self.caller).await);
        }
    }
}

/// Something that is sent at a packet heard.
enum Act {
    Rtp(Vec<u8>),
    Foreign(Vec<u8>),
    Info(char),
    Forged(char),
    Move,
    HangUp,
}

/// Hears the call to its end, and does what the script says.
pub(super) async fn play(shared: Arc<Shared>, call: Arc<Call>, mut session: Session) {
    let mut acts = plan(&shared.script, session.keys);
    let elsewhere = match shared.script.attack {
        Some(Attack::OtherAddress) => ("127.0.0.2", session.port()),
        _ => ("127.0.0.1", 0),
    };
    let foreign = UdpSocket::bind(elsewhere).await.expect("a port");
    let (first, mut heard, mut number) = (session.port(), 0_usize, 0_u16);
    // Beyond those of the script.
    let mut presses = 1_000;
    let mut before: Option<Instant> = None;
    let answered = wall();
    let mut buffer = [0; 2_048];
    while let Ok((length, _)) = session.socket.recv_from(&mut buffer).await {
        #[expect(
            clippy::disallowed_methods,
            reason = "a measurement of when packets come"
        )]
        let now = Instant::now();
        let apart = before.replace(now).map(|before| now.duration_since(before));
        let payload = buffer.get(12..length).unwrap_or_default();
        shared.media.take(first, shared.script.law, payload, apart);
        heard += 1;
        if heard == 1 {
            lock(&shared.begun).push(Begun {
                number: call.number().to_owned(),
                invited: call.invited,
                answered,
                heard: wall(),
            });
        }
        // The person's own sound, packet for packet.
        number = number.wrapping_add(1);
        let silence = packet(
            shared.script.law,
            false,
            number,
            u32::from(number) * 160,
            PERSON,
            &[0xFF; 160],
        );
        drop(session.socket.send_to(&silence, session.caller).await);
        let quiet = acts.is_empty() && heard >= shared.script.listens;
        if let Some(key) = quiet.then(|| shared.next_key(&call)).flatten() {
            let kind = shared.script.sends_type.or(session.keys).unwrap_or(101);
            let packets = press(kind, key, presses, PERSON);
            acts.extend(
                (1..)
                    .zip(packets)
                    .map(|(step, packet)| (heard + step, Act::Rtp(packet))),
            );
            presses += 1;
        }
        while acts.front().is_some_and(|(at, _)| *at <= heard) {
            let Some((_, act)) = acts.pop_front() else {
                break;
            };
            match act {
                Act::Rtp(bytes) => drop(session.socket.send_to(&bytes, session.caller).await),
                Act::Foreign(bytes) => drop(foreign.send_to(&bytes, session.caller).await),
                Act::Info(key) => inform(&shared, &call, key),
                Act::Forged(key) => forge(&shared, &call, key),
                Act::Move => {
                    session.socket = UdpSocket::bind(("127.0.0.1", 0)).await.expect("a port");
                    call.send(
                        shared.port,
                        "INVITE",
                        &["Content-Type: application/sdp"],
                        &session.sdp(),
                    );
                    shared.note("moved");
                }
                Act::HangUp => {
                    call.send(shared.port, "BYE", &[], "");
                    shared.note("hung up");
                }
            }
        }
    }
}

impl Shared {
    /// The next key that the story presses in this call.
    fn next_key(&self, call: &Call) -> Option<char> {
        let of_number = |waiting: &mut VecDeque<char>| waiting.pop_front();
        let own = lock(&self.pressed_at)
            .get_mut(call.number())
            .and_then(of_number);
        own.or_else(|| lock(&self.pressed).pop_front())
    }
}

/// What is done when.
fn plan(script: &Script, keys: Option<u8>) -> VecDeque<(usize, Act)> {
    let mut acts = Vec::new();
    let kind = script.sends_type.or(keys).unwrap_or(101);
    let mut late: Option<Vec<u8>> = None;
    for (index, key) in script.keys.chars().enumerate() {
        let at = script.after + index * script.gap;
        match (script.attack, script.by) {
            (Some(Attack::ForgedInfo), _) => acts.push((at, Act::Forged(key))),
            (None, Keys::InfoRelay | Keys::Info) => acts.push((at, Act::Info(key))),
            (attack, _) => {
                let source = if attack == Some(Attack::SecondSource) {
                    ATTACKER
                } else {
                    PERSON
                };
                let packets = press(kind, key, u16::try_from(index).unwrap_or(0), source);
                let last = packets.last().cloned();
                for (step, packet) in packets.into_iter().enumerate() {
                    // Of the ends only the last one comes through.
                    if step < script.loses.min(6) {
                        continue;
                    }
                    let act = match attack {
                        Some(Attack::OtherPort | Attack::OtherAddress) => Act::Foreign,
                        _ => Act::Rtp,
                    };
                    acts.push((at + step, act(packet)));
                    if step == script.loses.min(6) + 1 {
                        acts.extend(late.take().map(|packet| (at + step, act(packet))));
                    }
                }
                late = last.filter(|_| script.late);
            }
        }
    }
    acts.extend(script.moves.map(|at| (at, Act::Move)));
    acts.extend(script.hangs_up.map(|at| (at, Act::HangUp)));
    acts.sort_by_key(|(at, _)| *at);
    acts.into()
}

/// The packets of one key: four while it is held, three at its end.
fn press(kind: u8, key: char, index: u16, source: u32) -> Vec<Vec<u8>> {
    let event = "0123456789*#ABCD"
        .find(key)
        .and_then(|event| u8::try_from(event).ok());
    let event = event.expect("a key");
    let timestamp = 50_000 + u32::from(index) * 2_000;
    let steps = [
        (160, 0),
        (320, 0),
        (480, 0),
        (640, 0),
        (800, 0x80),
        (800, 0x80),
        (800, 0x80_u8),
    ];
    let packets = steps.iter().enumerate().map(|(step, (duration, end))| {
        let [high, low] = u16::to_be_bytes(*duration);
        let payload = [event, end | 10, high, low];
        let number = 30_000 + index * 10 + u16::try_from(step).unwrap_or(0);
        packet(kind, step == 0, number, timestamp, source, &payload)
    });
    packets.collect()
}

fn packet(
    kind: u8,
    marker: bool,
    number: u16,
    timestamp: u32,
    source: u32,
    payload: &[u8],
) -> Vec<u8> {
    let mut bytes = vec![0x80, kind | if marker { 0x80 } else { 0 }];
    bytes.extend(number.to_be_bytes());
    bytes.extend(timestamp.to_be_bytes());
    bytes.extend(source.to_be_bytes());
    bytes.extend(payload);
    bytes
}

fn inform(shared: &Shared, call: &Call, key: char) {
    if shared.script.by == Keys::Info {
        call.send(
            shared.port,
            "INFO",
            &["Content-Type: application/dtmf"],
            &key.to_string(),
        );
    } else {
        let body = format!("Signal={key}\r\nDuration=160\r\n");
        call.send(
            shared.port,
            "INFO",
            &["Content-Type: application/dtmf-relay"],
            &body,
        );
    }
}

/// The same call and addresses, but a tag that somebody made up.
fn forge(shared: &Shared, call: &Call, key: char) {
    let forged = Call {
        invite: call.invite.clone(),
        invited: call.invited,
        path: call.path.clone(),
        tag: "somebody".to_owned(),
        cseq: Mutex::new(500 + u32::from(key)),
        answered: Mutex::default(),
        acknowledged: watch::Sender::new(false),
    };
    let body = format!("Signal={key}\r\nDuration=160\r\n");
    forged.send(
        shared.port,
        "INFO",
        &["Content-Type: application/dtmf-relay"],
        &body,
    );
}

fn from_mu(byte: u8) -> i16 {
    let byte = !byte;
    let value = ((i16::from(byte & 15) << 3) + 132) << ((byte >> 4) & 7);
    if byte & 0x80 == 0 {
        value - 132
    } else {
        132 - value
    }
}

fn from_a(byte: u8) -> i16 {
    let byte = byte ^ 0x55;
    let (segment, mantissa) = ((byte >> 4) & 7, i16::from(byte & 15) << 4);
    let value = if segment == 0 {
        mantissa + 8
    } else {
        (mantissa + 264) << (segment - 1)
    };
    if byte & 0x80 == 0 { -value } else { value }
}
