//! The person called, and whoever pretends to be the carrier: what is sent to the addresses of a call.

use crate::Settings;
use crate::document::Document;
use crate::orders::{Call, Orders};
use crate::wire::{Message, exchange};
use aws_lc_rs::hmac;
use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

/// Who does something in the newest call.
#[derive(Debug)]
pub(crate) struct Callee {
    settings: Settings,
    orders: Arc<Mutex<Orders>>,
    /// What was to be done last.
    now: Document,
    /// The bytes of the last request, and where they went.
    last: (String, Vec<u8>),
}

/// How a request is signed.
#[derive(Debug, Clone, Default)]
struct Signed {
    none: bool,
    /// With another key.
    wrong: bool,
    /// So many seconds ago.
    ago: i64,
    /// For another address.
    elsewhere: bool,
}

impl Callee {
    pub(crate) fn new(settings: Settings, orders: Arc<Mutex<Orders>>) -> Self {
        Self {
            settings,
            orders,
            now: Document::default(),
            last: (String::new(), Vec::new()),
        }
    }

    /// Carries a command out, and says what came of it.
    pub(crate) fn does(&mut self, command: &Value) -> Value {
        let text = |key: &str| command[key].as_str().unwrap_or_default();
        let signed = Signed {
            none: command["unsigned"].as_bool().unwrap_or(false),
            wrong: command["wrongKey"].as_bool().unwrap_or(false),
            ago: command["ago"].as_i64().unwrap_or(0),
            elsewhere: command["elsewhere"].as_bool().unwrap_or(false),
        };
        match text("do") {
            "send" => return self.tell(text("to"), text("form"), &signed),
            "get" => return sound(text("url")),
            "text-status" => return self.text_status(command, &signed),
            "again" => {
                let (authority, bytes) = self.last.clone();
                return seen(exchange(&authority, &bytes));
            }
            "release" => {
                self.orders.lock().expect("a lock").late.open();
                return json!({});
            }
            _ => {}
        }
        let Some(call) = self.call() else {
            return json!({ "error": "there is no call" });
        };
        let sid = match text("sid") {
            "" => call.sid.clone(),
            other => other.to_owned(),
        };
        match text("do") {
            "address" => json!({ "url": call.url }),
            "status" => {
                let code = match text("code") {
                    "" => String::new(),
                    code => format!("&SipResponseCode={code}"),
                };
                let form = format!(
                    "AccountSid=AC1&CallSid={sid}&CallStatus={}{code}",
                    text("status")
                );
                self.tell(&call.status_url, &form, &signed)
            }
            "answer" => {
                let form = format!("AccountSid=AC1&CallSid={sid}&CallStatus=in-progress");
                self.ask(&call.url, &form, &signed)
            }
            "press" => self.press(&sid, text("keys"), &signed),
            "silence" => match self.now.redirects.clone() {
                Some(url) => {
                    let form = format!("AccountSid=AC1&CallSid={sid}&CallStatus=in-progress");
                    self.ask(&url, &form, &signed)
                }
                None => json!({ "error": "nothing is listened for" }),
            },
            other => json!({ "error": format!("no command {other}") }),
        }
    }

    /// Tells how the newest text stands.
    fn text_status(&mut self, command: &Value, signed: &Signed) -> Value {
        let text = self.orders.lock().expect("a lock").texts.last().cloned();
        let Some(text) = text else {
            return json!({ "error": "there is no text" });
        };
        let code = match command["code"].as_str() {
            Some(code) => format!("&ErrorCode={code}"),
            None => String::new(),
        };
        let status = command["status"].as_str().unwrap_or_default();
        let form = format!(
            "AccountSid=AC1&MessageSid={}&MessageStatus={status}{code}",
            text.sid
        );
        self.tell(&text.status_url, &form, signed)
    }

    fn call(&self) -> Option<Call> {
        self.orders.lock().expect("a lock").calls.last().cloned()
    }

    /// Presses keys; what is more than is listened for is lost, as with a carrier.
    fn press(&mut self, sid: &str, keys: &str, signed: &Signed) -> Value {
        let Some(gather) = self.now.gathers.clone() else {
            return json!({ "error": "nothing is listened for" });
        };
        let ends = |c: char| gather.end.contains(c);
        let heard: String = keys
            .chars()
            .take_while(|c| !ends(*c))
            .take(gather.keys)
            .collect();
        let heard: String = heard
            .chars()
            .map(|c| {
                if c == '#' {
                    "%23".to_owned()
                } else {
                    c.to_string()
                }
            })
            .collect();
        let form = format!("AccountSid=AC1&CallSid={sid}&CallStatus=in-progress&Digits={heard}");
        self.ask(&gather.action, &form, signed)
    }

    /// Sends a form whose answer says what to do, and plays what is to be played.
    fn ask(&mut self, url: &str, form: &str, signed: &Signed) -> Value {
        let Some(answer) = self.post(url, form, signed) else {
            return json!({ "error": "no answer" });
        };
        if answer.status() != 200 {
            return seen(Some(answer));
        }
        let kind = answer.header("content-type").unwrap_or_default();
        if !matches!(kind.split(';').next(), Some("text/xml" | "application/xml")) {
            return json!({ "error": format!("a document of type {kind}") });
        }
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        match Document::read(&text) {
            Err(why) => json!({ "error": format!("the document cannot be read: {why}: {text}") }),
            Ok(document) => {
                self.now = document;
                let heard = self.now.plays.as_deref().map(sound);
                json!({ "status": 200, "document": self.now.shown(), "heard": heard })
            }
        }
    }

    /// Sends a form whose answer does not matter.
    fn tell(&mut self, url: &str, form: &str, signed: &Signed) -> Value {
        seen(self.post(url, form, signed))
    }

    fn post(&mut self, url: &str, form: &str, signed: &Signed) -> Option<Message> {
        let (authority, path) = parts(url)?;
        #[expect(
            clippy::disallowed_methods,
            reason = "a process beside the product, with a clock of its own"
        )]
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
        let moment = i64::try_from(now.as_secs()).ok()? - signed.ago;
        let key = match signed.wrong {
            true => "another key than the one that was agreed on",
            false => &self.settings.key,
        };
        let address = match signed.elsewhere {
            true => format!("{url}/elsewhere"),
            false => url.to_owned(),
        };
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
        let tag = hmac::sign(&key, format!("{moment}\n{address}\n{form}").as_bytes());
        let signature = match signed.none {
            true => String::new(),
            false => format!(
                "X-Signature: {}\r\nX-Signature-Timestamp: {moment}\r\n",
                HEXLOWER.encode(tag.as_ref())
            ),
        };
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\nUser-Agent: carrier\r\n{signature}\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        self.last = (authority.to_owned(), request.into_bytes());
        exchange(&self.last.0, &self.last.1)
    }
}

fn parts(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("http://")?;
    let at = rest.find('/')?;
    Some(rest.split_at(at))
}

fn seen(answer: Option<Message>) -> Value {
    match answer {
        Some(answer) => json!({
            "status": answer.status(),
            "body": String::from_utf8_lossy(&answer.body),
            "cookie": answer.header("set-cookie"),
        }),
        None => json!({ "error": "no answer" }),
    }
}

/// Fetches a recording.
fn sound(url: &str) -> Value {
    let Some((authority, path)) = parts(url) else {
        return json!({ "error": "no address" });
    };
    let request = format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
    match exchange(authority, request.as_bytes()) {
        Some(answer) => json!({
            "status": answer.status(),
            "kind": answer.header("content-type"),
            "wav": BASE64.encode(&answer.body),
        }),
        None => json!({ "error": "no answer" }),
    }
}
