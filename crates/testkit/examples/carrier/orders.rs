//! What the carrier is asked for, and how strictly it looks at that.

use crate::wire::{Gate, Message};
use crate::{Settings, say};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where calls are asked for.
const CALLS: &str = "/v1/calls";
/// Where texts are asked for, and their fields.
const MESSAGES: &str = "/v1/messages";
const TEXT_FIELDS: [&str; 4] = ["To", "From", "Body", "StatusCallback"];
/// The longest text: ten parts.
const LONGEST: usize = 1_530;
/// What a number is refused with whose owner wants no texts.
const UNSUBSCRIBED: &str = r#"{"code":21610,"message":"+886912345678 has unsubscribed"}"#;
/// The fields of an order; one may come several times.
const FIELDS: [&str; 9] = [
    "To",
    "From",
    "Url",
    "Method",
    "StatusCallback",
    "StatusCallbackMethod",
    "StatusCallbackEvent",
    "Timeout",
    "TimeLimit",
];
const EVENTS: [&str; 4] = ["initiated", "ringing", "answered", "completed"];

/// A call that was taken.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) sid: String,
    pub(crate) url: String,
    pub(crate) status_url: String,
}

/// A text that was taken.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) sid: String,
    pub(crate) status_url: String,
}

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Orders {
    settings: Settings,
    port: u16,
    pub(crate) calls: Vec<Call>,
    pub(crate) texts: Vec<Text>,
    pub(crate) late: Arc<Gate>,
}

/// How a request is answered.
#[derive(Debug)]
pub(crate) struct Answered {
    /// Status and body; nothing at all if it stays silent.
    pub(crate) says: Option<(u16, String)>,
    /// Not before this.
    pub(crate) after: Option<Arc<Gate>>,
}

impl Answered {
    fn now(status: u16, body: impl Into<String>) -> Self {
        Self {
            says: Some((status, body.into())),
            after: None,
        }
    }
}

impl Orders {
    pub(crate) fn new(settings: Settings, port: u16) -> Self {
        Self {
            settings,
            port,
            calls: Vec::new(),
            texts: Vec::new(),
            late: Arc::default(),
        }
    }

    /// Takes a request.
    pub(crate) fn take(&mut self, request: &Message) -> Answered {
        match self.looked_at(request) {
            Ok(answered) => answered,
            Err((status, why)) => {
                say(&json!({ "event": "refused", "why": why }));
                Answered::now(status, json!({ "message": why }).to_string())
            }
        }
    }

    fn looked_at(&mut self, request: &Message) -> Result<Answered, (u16, String)> {
        let no = |status: u16, why: &str| Err((status, why.to_owned()));
        let mut line = request.first.split(' ');
        let (Some(method), Some(path), Some("HTTP/1.1"), None) =
            (line.next(), line.next(), line.next(), line.next())
        else {
            return no(400, "the line of the request");
        };
        let hosts = ["127.0.0.1", "localhost"].map(|host| format!("{host}:{}", self.port));
        if !hosts
            .iter()
            .any(|host| request.header("host") == Some(host))
        {
            return no(421, "the host");
        }
        if request.header("authorization") != Some(&self.authorization()) {
            return no(401, "the login");
        }
        if method == "GET" && path == format!("{MESSAGES}?PageSize=1") {
            return Ok(Answered::now(200, r#"{"messages":[]}"#));
        }
        if method == "GET" && path == format!("{CALLS}?PageSize=1") {
            return Ok(Answered::now(200, r#"{"calls":[]}"#));
        }
        if method != "POST" {
            return no(405, "the method");
        }
        if request.header("content-type") != Some("application/x-www-form-urlencoded") {
            return no(415, "the type of the body");
        }
        let Some(form) = form(&request.body) else {
            return no(400, "the form");
        };
        if path == CALLS {
            return self.ordered(&form);
        }
        if path == MESSAGES {
            return self.texted(&form);
        }
        let known = |call: &&Call| path == format!("{CALLS}/{}", call.sid);
        match self.calls.iter().find(known) {
            None => no(404, "no such call"),
            Some(call) if form == [("Status".to_owned(), "completed".to_owned())] => {
                say(&json!({ "event": "ended", "sid": call.sid }));
                let body = json!({ "sid": call.sid, "status": "completed" });
                Ok(Answered::now(200, body.to_string()))
            }
            Some(_) => no(400, "a change of a call"),
        }
    }

    fn authorization(&self) -> String {
        match self.settings.login.split_once(' ') {
            Some(("Basic", pair)) => {
                let pair = data_encoding::BASE64.encode(pair.as_bytes());
                format!("Basic {pair}")
            }
            _ => self.settings.login.clone(),
        }
    }

    fn ordered(&mut self, form: &[(String, String)]) -> Result<Answered, (u16, String)> {
        let order = order(form).map_err(|why| (400, why.to_owned()))?;
        let sid = format!("CA{:08}", self.calls.len() + 1);
        let created = json!({ "sid": sid, "status": "queued", "to": order["To"] }).to_string();
        let told =
            json!({ "event": "created", "sid": sid, "to": order["To"], "from": order["From"] });
        let call = Call {
            sid,
            url: order["Url"].clone(),
            status_url: order["StatusCallback"].clone(),
        };
        let answered = match self.settings.create.as_str() {
            "ok" => Answered::now(201, created),
            "garbage" => Answered::now(200, "<html>welcome</html>"),
            "silent" => Answered {
                says: None,
                after: None,
            },
            "late" => Answered {
                says: Some((201, created)),
                after: Some(Arc::clone(&self.late)),
            },
            status => {
                let status = status.parse().map_err(|_| (500, "settings".to_owned()))?;
                say(&json!({ "event": "declined", "status": status }));
                return Ok(Answered::now(status, r#"{"code":1,"message":"no"}"#));
            }
        };
        self.calls.push(call);
        say(&told);
        Ok(answered)
    }
}

impl Orders {
    fn texted(&mut self, form: &[(String, String)]) -> Result<Answered, (u16, String)> {
        let order = text(form).map_err(|why| (400, why.to_owned()))?;
        let sid = format!("SM{:08}", self.texts.len() + 1);
        let created = json!({ "sid": sid, "status": "queued" }).to_string();
        let (status, body) = match self.settings.text.as_str() {
            "silent" => {
                return Ok(Answered {
                    says: None,
                    after: None,
                });
            }
            "ok" => (201, created.as_str()),
            "garbage" => (200, "<html>welcome</html>"),
            "unsubscribed" => (400, UNSUBSCRIBED),
            status => {
                let status = status.parse().map_err(|_| (500, "settings".to_owned()))?;
                (status, r#"{"code":1,"message":"no"}"#)
            }
        };
        if status >= 300 {
            say(&json!({ "event": "declined", "status": status }));
            return Ok(Answered::now(status, body));
        }
        self.texts.push(Text {
            sid: sid.clone(),
            status_url: order["StatusCallback"].clone(),
        });
        say(&json!({
            "event": "text", "sid": sid, "to": order["To"], "from": order["From"], "body": order["Body"],
        }));
        Ok(Answered::now(status, body))
    }
}

/// A text whose fields are all there, once, and right.
fn text(form: &[(String, String)]) -> Result<BTreeMap<String, String>, &'static str> {
    let mut order = BTreeMap::new();
    for (name, value) in form {
        if !TEXT_FIELDS.contains(&name.as_str()) {
            return Err("a field that there is not");
        }
        if order.insert(name.clone(), value.clone()).is_some() {
            return Err("a field that comes twice");
        }
    }
    if order.len() != TEXT_FIELDS.len() {
        return Err("a field is missing");
    }
    let named = |sender: &str| {
        (1..=11).contains(&sender.len())
            && sender
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b' ')
            && sender.bytes().any(|b| b.is_ascii_alphabetic())
    };
    if !e164(&order["To"]) || !(e164(&order["From"]) || named(&order["From"])) {
        return Err("a number that is not in international form");
    }
    if order["Body"].trim().is_empty() || order["Body"].len() > LONGEST {
        return Err("a text that is none, or too long");
    }
    if !near_or_encrypted(&order["StatusCallback"]) {
        return Err("an address that is not absolute, or not encrypted");
    }
    Ok(order)
}

/// Whether we may be sent there: over TLS, or on this machine.
fn near_or_encrypted(url: &str) -> bool {
    let near = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"];
    url.starts_with("https://") || near.iter().any(|begin| url.starts_with(begin))
}

/// An order whose fields are all there, once, and right.
fn order(form: &[(String, String)]) -> Result<BTreeMap<String, String>, &'static str> {
    let mut order = BTreeMap::new();
    let mut events = Vec::new();
    for (name, value) in form {
        if !FIELDS.contains(&name.as_str()) {
            return Err("a field that there is not");
        }
        if name == "StatusCallbackEvent" {
            events.push(value.as_str());
        } else if order.insert(name.clone(), value.clone()).is_some() {
            return Err("a field that comes twice");
        }
    }
    if order.len() != FIELDS.len() - 1 || events.is_empty() {
        return Err("a field is missing");
    }
    if events.iter().any(|event| !EVENTS.contains(event)) {
        return Err("StatusCallbackEvent");
    }
    if !e164(&order["To"]) || !e164(&order["From"]) {
        return Err("a number that is not in international form");
    }
    if order["Method"] != "POST" || order["StatusCallbackMethod"] != "POST" {
        return Err("a method");
    }
    for url in [&order["Url"], &order["StatusCallback"]] {
        if !near_or_encrypted(url) {
            return Err("an address that is not absolute, or not encrypted");
        }
    }
    let within = |name: &str, most: u32| {
        let seconds = order[name].parse::<u32>();
        seconds.is_ok_and(|seconds| (1..=most).contains(&seconds))
    };
    if !within("Timeout", 600) || !within("TimeLimit", 14_400) {
        return Err("a time");
    }
    Ok(order)
}

/// `+` and 8 to 15 digits of which the first is not 0.
fn e164(number: &str) -> bool {
    let digits = number.strip_prefix('+').unwrap_or_default();
    (8..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|b| b.is_ascii_digit())
}

/// The pairs of a form.
fn form(body: &[u8]) -> Option<Vec<(String, String)>> {
    let text = std::str::from_utf8(body).ok()?;
    let pairs = text.split('&').map(|pair| {
        let (name, value) = pair.split_once('=')?;
        Some((plain(name)?, plain(value)?))
    });
    pairs.collect()
}

fn plain(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |b: Option<u8>| char::from(b?).to_digit(16);
                u8::try_from(digit(rest.next())? * 16 + digit(rest.next())?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}
