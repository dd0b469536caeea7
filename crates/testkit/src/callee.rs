//! A telephone behind a trunk, scripted: SIP over datagrams, TCP or TLS, sound and keys over RTP, all over real sockets.
//!
//! It is written apart from the product's own SIP and RTP, so that a mistake made once is not made twice. Whatever it
//! does in a call it does at a count of packets heard, which come every 20 ms: no story waits for a clock.
//!
//! ```ignore
//! let callee = Callee::start(Script { keys: "407318", ..Script::default() }).await;
//! // … a call is placed to 127.0.0.1 at callee.port …
//! callee.saw("bye").await;
//! assert!(callee.sound().len() > 8_000);
//! ```

mod media;
mod message;
mod wire;

use crate::tls::Authority;
use media::Media;
use message::Message;
use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::watch;
use wire::Path;

/// How long a story waits for something on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// What it is called when it wants a digest.
const REALM: &str = "callee";
const NONCE: &str = "f84f1cec41e6cbe5aea9c8e88d359";

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It rings and is answered.
    Answered,
    /// It rings and rings.
    Rings,
    /// It is being tried, and nothing more.
    Tried,
    /// Nothing at all is said.
    Silence,
    /// This final answer, without ringing.
    Refused(u16),
    /// It rings, then this final answer.
    RingsThen(u16),
}

/// How keys are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// Telephone events.
    Events,
    /// INFO with `application/dtmf-relay`.
    InfoRelay,
    /// INFO with `application/dtmf`.
    Info,
}

/// An attack on the media or the dialog, made before the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attack {
    /// The keys come from another port.
    OtherPort,
    /// The keys come from the right port of another address.
    OtherAddress,
    /// The keys come from the right port, as another source.
    SecondSource,
    /// The keys come by INFO that belong to no dialog.
    ForgedInfo,
}

/// What the telephone does.
#[derive(Debug, Clone)]
pub struct Script {
    /// What becomes of calls.
    pub fate: Fate,
    /// The keys that are pressed.
    pub keys: &'static str,
    /// How they are sent.
    pub by: Keys,
    /// Packets heard before the first key.
    pub after: usize,
    /// Packets heard between two keys; a telephone event takes seven.
    pub gap: usize,
    /// The payload type answered for telephone events, if not the one offered.
    pub answers_type: Option<u8>,
    /// The payload type they are sent with, if not the one answered.
    pub sends_type: Option<u8>,
    /// The static payload type of the law that is answered.
    pub law: u8,
    /// INVITEs that are lost.
    pub loses_invites: u32,
    /// The first packets of each key that are lost.
    pub loses: usize,
    /// Each key's last packet comes once more after the next key began.
    pub late: bool,
    /// User and password, wanted with this answer: 401 or 407.
    pub login: Option<(&'static str, &'static str, u16)>,
    /// Describes the session before the answer, with sound of another source.
    pub early: bool,
    /// Packets heard before it hangs up.
    pub hangs_up: Option<usize>,
    /// Packets heard before it describes the session anew, with another port.
    pub moves: Option<usize>,
    /// An attack.
    pub attack: Option<Attack>,
    /// The address in its session description.
    pub sound_at: &'static str,
    /// Packets heard before keys that the story itself presses.
    pub listens: usize,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            fate: Fate::Answered,
            keys: "",
            by: Keys::Events,
            after: 10,
            gap: 10,
            answers_type: None,
            sends_type: None,
            law: 0,
            loses_invites: 0,
            loses: 0,
            late: false,
            login: None,
            early: false,
            hangs_up: None,
            moves: None,
            attack: None,
            sound_at: "127.0.0.1",
            listens: 0,
        }
    }
}

/// What carries the signalling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carriage {
    /// Datagrams.
    Udp,
    /// TCP.
    Tcp,
    /// TLS with a certificate of its own for `localhost`.
    Tls,
}

/// When what happened in the first moments of a call, by the clock that other processes share.
#[derive(Debug, Clone)]
pub struct Begun {
    /// The number that was called.
    pub number: String,
    /// The call came in.
    pub invited: SystemTime,
    /// It was answered.
    pub answered: SystemTime,
    /// The first packet of sound was heard.
    pub heard: SystemTime,
}

/// A running telephone. It ends with the test's runtime.
#[derive(Debug)]
pub struct Callee {
    /// Where it listens.
    pub port: u16,
    shared: Arc<Shared>,
    authority: Option<Authority>,
}

#[derive(Debug)]
struct Shared {
    script: Script,
    seen: watch::Sender<Vec<String>>,
    calls: Mutex<HashMap<String, Arc<Call>>>,
    requests: Mutex<Vec<Message>>,
    media: Media,
    lost: Mutex<u32>,
    pressed: Mutex<VecDeque<char>>,
    pressed_at: Mutex<HashMap<String, VecDeque<char>>>,
    begun: Mutex<Vec<Begun>>,
    port: u16,
}

/// A call that came in.
#[derive(Debug)]
struct Call {
    invite: Message,
    invited: SystemTime,
    path: Path,
    tag: String,
    cseq: Mutex<u32>,
    answered: Mutex<Option<String>>,
    acknowledged: watch::Sender<bool>,
}

#[expect(clippy::disallowed_methods, reason = "a measurement")]
fn wall() -> SystemTime {
    SystemTime::now()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Callee {
    /// Starts it on a free port, over datagrams.
    pub async fn start(script: Script) -> Self {
        Self::over(Carriage::Udp, script).await
    }

    /// Starts it on a free port.
    pub async fn over(carriage: Carriage, script: Script) -> Self {
        let (listener, authority) = wire::listen(carriage).await;
        let port = listener.port();
        let shared = Arc::new(Shared {
            script,
            seen: watch::Sender::new(Vec::new()),
            calls: Mutex::default(),
            requests: Mutex::default(),
            media: Media::default(),
            lost: Mutex::default(),
            pressed: Mutex::default(),
            pressed_at: Mutex::default(),
            begun: Mutex::default(),
            port,
        });
        let serving = Arc::clone(&shared);
        listener.serve(move |bytes, path| {
            if let Some(message) = Message::parse(&bytes) {
                Arc::clone(&serving).take(message, path);
            }
        });
        Self {
            port,
            shared,
            authority,
        }
    }

    /// The file with its certificate.
    pub fn ca_file(&self) -> PathBuf {
        let authority = self.authority.as_ref();
        authority.expect("a telephone over TLS").file()
    }

    /// Waits until something was seen: `invite`, `ack`, `ack of refusal`, `bye`, `cancel`, `register`, `info 200` …
    pub async fn saw(&self, what: &str) {
        self.saw_times(what, 1).await;
    }

    /// Waits until something was seen so often.
    pub async fn saw_times(&self, what: &str, times: usize) {
        let mut seen = self.shared.seen.subscribe();
        let enough = seen.wait_for(|all| all.iter().filter(|one| *one == what).count() >= times);
        if tokio::time::timeout(PATIENCE, enough).await.is_err() {
            panic!("{what} did not come; seen: {:?}", self.seen());
        }
    }

    /// What was seen so far, in order.
    pub fn seen(&self) -> Vec<String> {
        self.shared.seen.borrow().clone()
    }

    /// How often something was seen so far.
    pub fn count(&self, what: &str) -> usize {
        self.shared
            .seen
            .borrow()
            .iter()
            .filter(|one| *one == what)
            .count()
    }

    /// A header of the first request of a kind.
    pub fn header(&self, method: &str, name: &str) -> Option<String> {
        let requests = lock(&self.shared.requests);
        let request = requests.iter().find(|request| request.method() == method)?;
        request.header(name).map(str::to_owned)
    }

    /// The line that the first request of a kind begins with.
    pub fn line(&self, method: &str) -> Option<String> {
        let requests = lock(&self.shared.requests);
        let request = requests.iter().find(|request| request.method() == method)?;
        Some(request.first.clone())
    }

    /// Presses keys in the call that runs.
    pub fn press(&self, keys: &str) {
        lock(&self.shared.pressed).extend(keys.chars());
    }

    /// Presses keys in the call to this number.
    pub fn press_at(&self, number: &str, keys: &str) {
        let mut pressed = lock(&self.shared.pressed_at);
        let waiting = pressed.entry(number.to_owned()).or_default();
        waiting.extend(keys.chars());
    }

    /// How calls began whose sound was heard.
    pub fn begun(&self) -> Vec<Begun> {
        lock(&self.shared.begun).clone()
    }

    /// What was heard in the first call: 8 kHz, one channel.
    pub fn sound(&self) -> Vec<i16> {
        self.shared.media.sound()
    }

    /// How much later or earlier than 20 ms after the one before each packet came, of all calls.
    pub fn jitter(&self) -> Vec<Duration> {
        self.shared.media.jitter()
    }

    /// Waits until so many packets were heard, of all calls together.
    pub async fn heard(&self, packets: usize) {
        let enough = self.shared.media.heard(packets);
        let came = tokio::time::timeout(PATIENCE, enough).await;
        assert!(came.is_ok(), "not heard enough; seen: {:?}", self.seen());
    }
}

impl Shared {
    fn note(&self, what: impl Into<String>) {
        self.seen.send_modify(|all| all.push(what.into()));
    }

    fn take(self: Arc<Self>, message: Message, path: Path) {
        if message.is_response() {
            // Answers to what we sent within a call.
            let method = message.cseq_method().to_lowercase();
            let code = message.first.split(' ').nth(1).unwrap_or_default();
            self.note(format!("{method} {code}"));
            if method == "invite" && code == "200" {
                self.acknowledge(&message, &path);
            }
            return;
        }
        lock(&self.requests).push(message.clone());
        let method = message.method().to_owned();
        match method.as_str() {
            "INVITE" => self.invited(message, path),
            "ACK" => {
                let id = message.header("call-id").unwrap_or_default();
                let call = lock(&self.calls).get(id).cloned();
                match call.filter(|call| lock(&call.answered).is_some()) {
                    Some(call) => {
                        self.note("ack");
                        call.acknowledged.send_replace(true);
                    }
                    None => self.note("ack of refusal"),
                }
            }
            "BYE" => {
                path.send(&message.reply(200, None, &[], ""));
                self.note("bye");
            }
            "CANCEL" => {
                path.send(&message.reply(200, None, &[], ""));
                let id = message.header("call-id").unwrap_or_default();
                if let Some(call) = lock(&self.calls).get(id) {
                    path.send(&call.invite.reply(487, Some(&call.tag), &[], ""));
                }
                self.note("cancel");
            }
            "REGISTER" => self.registered(&message, &path),
            _ => {
                path.send(&message.reply(200, None, &[], ""));
                self.note(method.to_lowercase());
            }
        }
    }

    fn registered(&self, message: &Message, path: &Path) {
        if self.lets_in(message, path) {
            let contact = format!(
                "Contact: {};expires=120",
                message.header("contact").unwrap_or_default()
            );
            path.send(&message.reply(200, None, &[&contact], ""));
            self.note("register");
        }
    }

    /// Whether the digest is right, or none is wanted; otherwise it is asked for.
    fn lets_in(&self, message: &Message, path: &Path) -> bool {
        let Some((user, password, code)) = self.script.login else {
            return true;
        };
        let (asks, answers) = if code == 407 {
            ("Proxy-Authenticate", "proxy-authorization")
        } else {
            ("WWW-Authenticate", "authorization")
        };
        let given = message.header(answers).unwrap_or_default();
        if message::digest_fits(given, message.method(), user, password, NONCE) {
            return true;
        }
        self.note(format!("challenge {code}"));
        let asks = format!(
            "{asks}: Digest realm=\"{REALM}\", nonce=\"{NONCE}\", algorithm=MD5, qop=\"auth\""
        );
        path.send(&message.reply(code, Some("challenge"), &[&asks], ""));
        false
    }

    fn invited(self: Arc<Self>, invite: Message, path: Path) {
        let id = invite.header("call-id").unwrap_or_default().to_owned();
        let known = lock(&self.calls).get(&id).cloned();
        if let Some(call) = known.filter(|call| call.invite.header("cseq") == invite.header("cseq"))
        {
            // Sent again: so is the answer, if there is one.
            self.note("invite again");
            if let Some(answer) = lock(&call.answered).as_ref() {
                call.path.send(answer);
            }
            return;
        }
        if *lock(&self.lost) < self.script.loses_invites {
            *lock(&self.lost) += 1;
            return self.note("lost");
        }
        if self.script.fate == Fate::Silence {
            return self.note("invite");
        }
        path.send(&invite.reply(100, None, &[], ""));
        if !self.lets_in(&invite, &path) {
            return;
        }
        self.note("invite");
        let call = Arc::new(Call {
            tag: format!("callee{id:.8}"),
            invite,
            invited: wall(),
            path,
            cseq: Mutex::new(100),
            answered: Mutex::default(),
            acknowledged: watch::Sender::new(false),
        });
        lock(&self.calls).insert(id, Arc::clone(&call));
        tokio::spawn(self.goes_on(call));
    }

    async fn goes_on(self: Arc<Self>, call: Arc<Call>) {
        let contact = format!("Contact: <sip:callee@127.0.0.1:{}>", self.port);
        let ringing = call.invite.reply(180, Some(&call.tag), &[&contact], "");
        match self.script.fate {
            Fate::Tried | Fate::Silence => {}
            Fate::Rings => call.path.send(&ringing),
            Fate::Refused(code) => {
                call.path
                    .send(&call.invite.reply(code, Some(&call.tag), &[], ""))
            }
            Fate::RingsThen(code) => {
                call.path.send(&ringing);
                call.path
                    .send(&call.invite.reply(code, Some(&call.tag), &[], ""));
            }
            Fate::Answered => {
                let session = media::Session::open(&self.script, &call.invite).await;
                let kind = "Content-Type: application/sdp";
                if self.script.early {
                    let early =
                        call.invite
                            .reply(183, Some(&call.tag), &[&contact, kind], &session.sdp());
                    call.path.send(&early);
                    session.early_sound().await;
                } else {
                    call.path.send(&ringing);
                }
                let answer =
                    call.invite
                        .reply(200, Some(&call.tag), &[&contact, kind], &session.sdp());
                *lock(&call.answered) = Some(answer.clone());
                // Sent again until it is acknowledged (RFC 3261 section 13.3.1.4).
                let resend = Arc::clone(&call);
                tokio::spawn(async move {
                    let mut acknowledged = resend.acknowledged.subscribe();
                    for _ in 0..10 {
                        resend.path.send(&answer);
                        let ack = acknowledged.wait_for(|ack| *ack);
                        if tokio::time::timeout(Duration::from_millis(500), ack)
                            .await
                            .is_ok()
                        {
                            return;
                        }
                    }
                });
                media::play(self, call, session).await;
            }
        }
    }

    fn acknowledge(&self, answer: &Message, path: &Path) {
        let id = answer.header("call-id").unwrap_or_default();
        if let Some(call) = lock(&self.calls).get(id) {
            path.send(&call.request(self.port, "ACK", answer.cseq_number(), &[], ""));
        }
    }
}

impl Call {
    /// The number that is called.
    fn number(&self) -> &str {
        let line = self.invite.first.split_once("sip:");
        let user = line.and_then(|(_, rest)| rest.split_once('@'));
        user.map_or("", |(user, _)| user)
    }

    /// A request of ours within the dialog.
    fn send(&self, port: u16, method: &str, headers: &[&str], body: &str) {
        let cseq = {
            let mut cseq = lock(&self.cseq);
            *cseq += 1;
            *cseq
        };
        self.path
            .send(&self.request(port, method, cseq, headers, body));
    }

    fn request(&self, port: u16, method: &str, cseq: u32, headers: &[&str], body: &str) -> String {
        let to = self.invite.header("from").unwrap_or_default();
        let from = format!(
            "{};tag={}",
            self.invite.header("to").unwrap_or_default(),
            self.tag
        );
        let id = self.invite.header("call-id").unwrap_or_default();
        let target = self.invite.contact().unwrap_or_default();
        message::request(
            method,
            &target,
            (port, self.path.name()),
            (&from, to, id),
            cseq,
            headers,
            body,
        )
    }
}
