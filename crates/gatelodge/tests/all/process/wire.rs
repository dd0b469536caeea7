//! HTTP over a socket, byte by byte, so that a test can say what no browser would; and a small browser on top of it.

use super::PATIENCE;
use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};

/// What came back.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1));
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
        Self {
            status: status.and_then(|s| s.parse().ok()).unwrap_or(0),
            headers: headers.collect(),
            body: body.to_owned(),
        }
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(key, _)| key == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// The value of the input of this name.
    pub(super) fn input(&self, name: &str) -> Option<String> {
        let tag = self.body.split(&format!("name=\"{name}\"")).nth(1)?;
        let value = tag.split('>').next()?.split("value=\"").nth(1)?;
        value.split('"').next().map(str::to_owned)
    }

    /// The first address on the page that ends so.
    pub(super) fn address(&self, end: &str) -> String {
        let mut quoted = self.body.split('"').skip(1).step_by(2);
        let found = quoted.find(|text| text.starts_with('/') && text.ends_with(end));
        found
            .unwrap_or_else(|| panic!("no …{end} on: {}", self.body))
            .to_owned()
    }

    /// Where this redirects to.
    pub(super) fn location(&self) -> String {
        assert_eq!(self.status, 303, "{}", self.body);
        self.header("location").unwrap().to_owned()
    }

    /// The six digits that a page with a call shows for the eye.
    pub(super) fn digits(&self) -> String {
        let shown = self.body.split("aria-hidden=\"true\">").skip(1);
        let groups = shown.filter_map(|piece| piece.split('<').next());
        groups
            .filter(|group| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit()))
            .collect()
    }

    /// Whether this is a page of ours that names a refusal.
    pub(super) fn is_page_of(&self, code: &str) -> bool {
        self.body.contains("<!doctype html>") && self.body.contains(code)
    }
}

/// Sends bytes and reads to the end of the connection.
pub(super) fn exchange(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    // Whoever is refused early may close before all was sent; what it answered can be read all the same.
    let _ = stream.write_all(bytes);
    drain(&mut stream)
}

/// Reads until the other side closes.
pub(super) fn drain(stream: &mut impl Read) -> Vec<u8> {
    let mut all = Vec::new();
    let mut part = [0; 8_192];
    loop {
        match stream.read(&mut part) {
            Ok(0) => return all,
            Ok(read) => all.extend_from_slice(&part[..read]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => panic!("no answer in time"),
            Err(_) => return all,
        }
    }
}

/// A browser with cookies, without redirects.
#[derive(Debug, Clone)]
pub(super) struct Client {
    address: SocketAddr,
    host: String,
    origin: String,
    pub(super) cookies: BTreeMap<String, String>,
    pub(super) csrf: String,
    /// Header lines that go with every request.
    pub(super) extra: String,
}

impl Client {
    pub(super) fn new(address: SocketAddr, host: &str, scheme: &str) -> Self {
        Self {
            address,
            host: host.to_owned(),
            origin: format!("{scheme}://{host}"),
            cookies: BTreeMap::new(),
            csrf: String::new(),
            extra: String::new(),
        }
    }

    pub(super) fn get(&mut self, path: &str) -> Answer {
        let head = self.head("GET", path);
        self.send(&head, b"")
    }

    /// A form with the token of the last page.
    pub(super) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let fields = std::iter::once(("csrf", self.csrf.as_str())).chain(fields.iter().copied());
        let body: Vec<String> = fields
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let head = format!(
            "{}Origin: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n",
            self.head("POST", path),
            self.origin
        );
        self.send(&head, body.join("&").as_bytes())
    }

    /// Request line, host and cookies.
    pub(super) fn head(&self, method: &str, path: &str) -> String {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        let cookies = match cookies.is_empty() {
            true => String::new(),
            false => format!("Cookie: {}\r\n", cookies.join("; ")),
        };
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{}{cookies}",
            self.host, self.extra
        )
    }

    /// Sends a head and a body, and keeps the cookies of the answer.
    pub(super) fn send(&mut self, head: &str, body: &[u8]) -> Answer {
        let mut bytes = head.as_bytes().to_vec();
        if !body.is_empty() {
            bytes.extend_from_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(body);
        let answer = Answer::parse(&exchange(self.address, &bytes));
        for (name, line) in &answer.headers {
            let pair = line.split(';').next().and_then(|pair| pair.split_once('='));
            if let Some((key, value)) = pair.filter(|_| name == "set-cookie") {
                self.cookies.insert(key.to_owned(), value.to_owned());
            }
        }
        if let Some(csrf) = answer.input("csrf") {
            self.csrf = csrf;
        }
        answer
    }

    /// Names the root user and answers the address of the flow.
    pub(super) fn begin(&mut self, email: &str) -> Answer {
        self.get("/signin");
        self.post("/signin", &[("user", "root"), ("email", email)])
    }

    /// Gives address and password, and answers the page that asks for the second factor.
    pub(super) fn reach_the_factor(&mut self, email: &str, password: &str) -> Answer {
        let flow = self.begin(email).location();
        self.get(&flow);
        let passed = self.post(&format!("{flow}/password"), &[("password", password)]);
        self.get(&passed.location())
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
