//! SIP messages as text: read and written by hand.

use data_encoding::HEXLOWER;
use md5::{Digest, Md5};
use std::fmt::Write as _;

/// A message.
#[derive(Debug, Clone)]
pub(super) struct Message {
    /// The first line.
    pub(super) first: String,
    headers: Vec<(String, String)>,
    /// What follows the headers.
    pub(super) body: String,
}

impl Message {
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n")?;
        let mut lines = head.split("\r\n");
        let first = lines.next()?.to_owned();
        let headers = lines.filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.trim().to_lowercase(), value.trim().to_owned()))
        });
        Some(Self {
            first,
            headers: headers.collect(),
            body: body.to_owned(),
        })
    }

    pub(super) fn is_response(&self) -> bool {
        self.first.starts_with("SIP/2.0 ")
    }

    pub(super) fn method(&self) -> &str {
        self.first.split(' ').next().unwrap_or_default()
    }

    /// The first header of that name, in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let headers = self.headers.iter().filter(move |(known, _)| known == name);
        headers.map(|(_, value)| value.as_str())
    }

    pub(super) fn cseq_number(&self) -> u32 {
        let number = self.header("cseq").and_then(|cseq| cseq.split(' ').next());
        number.and_then(|number| number.parse().ok()).unwrap_or(0)
    }

    pub(super) fn cseq_method(&self) -> &str {
        let method = self.header("cseq").and_then(|cseq| cseq.split(' ').nth(1));
        method.unwrap_or_default()
    }

    /// The address within the Contact.
    pub(super) fn contact(&self) -> Option<String> {
        let contact = self.header("contact")?;
        let (_, inside) = contact.split_once('<')?;
        Some(inside.split_once('>')?.0.to_owned())
    }

    /// The answer to it.
    pub(super) fn reply(&self, code: u16, tag: Option<&str>, extra: &[&str], body: &str) -> String {
        let mut text = format!("SIP/2.0 {code} {}\r\n", phrase(code));
        for name in ["via", "record-route"] {
            for value in self.all(name) {
                let _ = write!(text, "{name}: {value}\r\n");
            }
        }
        for name in ["from", "to", "call-id", "cseq"] {
            let value = self.header(name).unwrap_or_default();
            let tag = tag.filter(|_| name == "to" && !value.contains("tag="));
            let tag = tag.map_or_else(String::new, |tag| format!(";tag={tag}"));
            let _ = write!(text, "{name}: {value}{tag}\r\n");
        }
        finish(text, extra, body)
    }
}

/// A request of ours: method, target, our port and what carries it, from, to, call, number.
pub(super) fn request(
    method: &str,
    target: &str,
    (port, carriage): (u16, &str),
    (from, to, id): (&str, &str, &str),
    cseq: u32,
    extra: &[&str],
    body: &str,
) -> String {
    let text = format!(
        "{method} {target} SIP/2.0\r\nVia: SIP/2.0/{carriage} 127.0.0.1:{port};branch=z9hG4bK{method}{cseq}{id}\r\n\
         Max-Forwards: 70\r\nFrom: {from}\r\nTo: {to}\r\nCall-ID: {id}\r\nCSeq: {cseq} {method}\r\n\
         Contact: <sip:callee@127.0.0.1:{port}>\r\n"
    );
    finish(text, extra, body)
}

fn finish(mut text: String, extra: &[&str], body: &str) -> String {
    for header in extra {
        let _ = write!(text, "{header}\r\n");
    }
    let _ = write!(text, "Content-Length: {}\r\n\r\n{body}", body.len());
    text
}

fn phrase(code: u16) -> &'static str {
    match code {
        100 => "Trying",
        180 => "Ringing",
        183 => "Session Progress",
        200 => "OK",
        401 => "Unauthorized",
        486 => "Busy Here",
        487 => "Request Terminated",
        _ => "So It Is",
    }
}

/// Whether an answer to a challenge is right (RFC 2617 with qop=auth).
pub(super) fn digest_fits(
    given: &str,
    method: &str,
    user: &str,
    password: &str,
    nonce: &str,
) -> bool {
    let part = |name: &str| {
        let parts = given.trim_start_matches("Digest ").split(',');
        let mut pairs = parts.filter_map(|part| part.trim().split_once('='));
        let found = pairs.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found
            .map(|(_, value)| value.trim_matches('"').to_owned())
            .unwrap_or_default()
    };
    if part("username") != user || part("nonce") != nonce {
        return false;
    }
    let secret = md5(&format!("{user}:{}:{password}", part("realm")));
    let asked = md5(&format!("{method}:{}", part("uri")));
    let (count, own, qop) = (part("nc"), part("cnonce"), part("qop"));
    let wanted = md5(&format!("{secret}:{nonce}:{count}:{own}:{qop}:{asked}"));
    part("response") == wanted
}

fn md5(text: &str) -> String {
    HEXLOWER.encode(&Md5::digest(text.as_bytes()))
}
