//! One browser: a connection that is kept, its cookies, and the token of its last form.

use anyhow::{Context as _, anyhow, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// No answer of ours takes longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// The name of the session's cookie, but for the prefix it has over TLS.
const SESSION: &str = "gl_session";

/// The same of an operator's session.
const DESK: &str = "gl_operator";

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    /// The status.
    pub(crate) status: u16,
    /// Where it leads.
    pub(crate) location: Option<String>,
    /// The page.
    pub(crate) body: String,
}

impl Reply {
    /// The value of an attribute of the first element that begins with `tag`.
    pub(crate) fn attribute(&self, tag: &str, attribute: &str) -> Option<&str> {
        let from = self.body.find(tag)?;
        let element = self.body.get(from..)?;
        let element = element.get(..element.find('>')?)?;
        let value = element.split(&format!("{attribute}=\"")).nth(1)?;
        value.split('"').next()
    }

    /// The code of the refusal that the page shows, if it shows one.
    pub(crate) fn code(&self) -> Option<&str> {
        let rest = self.body.get(self.body.find("GL-")?..)?;
        rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .next()
    }

    /// Where it leads; else why it does not.
    pub(crate) fn leads(self, what: &str) -> anyhow::Result<String> {
        let why = format!(
            "{what}: status {} {}",
            self.status,
            self.code().unwrap_or_default()
        );
        self.location.with_context(|| why)
    }

    /// The text of the first element whose tag has this in it.
    pub(crate) fn text(&self, mark: &str) -> Option<&str> {
        let from = self.body.find(mark)?;
        let inside = self.body.get(from..)?.split_once('>')?.1;
        inside.split('<').next().map(str::trim)
    }

    /// The address of the form whose action ends so.
    pub(crate) fn action(&self, end: &str) -> Option<&str> {
        let mut actions = self
            .body
            .split("action=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next());
        actions.find(|action| action.ends_with(end))
    }
}

/// What came back to some browsers: each session that one of them was given, and all they were shown.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The values of session cookies.
    pub(crate) sessions: BTreeSet<String>,
    /// Pages, as they came.
    pub(crate) pages: Vec<String>,
}

/// The trail that several browsers leave together.
pub(crate) type Trail = Arc<Mutex<Seen>>;

/// A browser.
#[derive(Debug)]
pub(crate) struct Browser {
    address: SocketAddrV4,
    /// The address of this machine it comes from; the system's choice unless set.
    source: Option<Ipv4Addr>,
    trail: Option<Trail>,
    connection: Option<BufReader<TcpStream>>,
    cookies: BTreeMap<String, String>,
    csrf: String,
}

impl Browser {
    /// A fresh browser for the server on this loopback port.
    pub(crate) fn new(port: u16) -> Self {
        Self {
            address: SocketAddrV4::new(Ipv4Addr::LOCALHOST, port),
            source: None,
            trail: None,
            connection: None,
            cookies: BTreeMap::new(),
            csrf: String::new(),
        }
    }

    /// The same, coming from another loopback address than the system's choice: what counts by network sees another.
    #[must_use]
    pub(crate) fn from(mut self, source: Ipv4Addr) -> Self {
        self.source = Some(source);
        self.connection = None;
        self
    }

    /// The same, leaving this trail.
    #[must_use]
    pub(crate) fn leaving(mut self, trail: &Trail) -> Self {
        self.trail = Some(Arc::clone(trail));
        self
    }

    /// The value of the cookie whose name ends so.
    pub(crate) fn cookie(&self, end: &str) -> Option<&str> {
        let mut found = self.cookies.iter().filter(|(name, _)| name.ends_with(end));
        found.next().map(|(_, value)| value.as_str())
    }

    /// Its session, if it has one.
    pub(crate) fn session(&self) -> Option<&str> {
        self.cookie(SESSION)
    }

    /// Puts somebody's session into this browser.
    pub(crate) fn take_session(&mut self, value: &str) {
        self.cookies.insert(SESSION.to_owned(), value.to_owned());
    }

    /// A second window of the same browser: its cookies, a connection of its own.
    pub(crate) fn like(&self) -> Self {
        Self {
            address: self.address,
            source: self.source,
            trail: self.trail.clone(),
            connection: None,
            cookies: self.cookies.clone(),
            csrf: self.csrf.clone(),
        }
    }

    /// The same browser, opened anew by somebody who is not signed in any more: a browser that was known still is.
    pub(crate) fn opened_anew(&self) -> Self {
        let mut anew = self.like();
        let session = |name: &str| name.ends_with(SESSION) || name.ends_with(DESK);
        anew.cookies.retain(|name, _| !session(name));
        anew
    }

    /// The same browser after the server came back on another port.
    pub(crate) fn moved(mut self, port: u16) -> Self {
        self.address.set_port(port);
        self.connection = None;
        self
    }

    /// Takes over the open connection of another browser, as windows of one program share it.
    pub(crate) fn take_connection(&mut self, from: &mut Self) {
        self.connection = from.connection.take();
    }

    /// Asks for a page.
    pub(crate) fn get(&mut self, path: &str) -> anyhow::Result<Reply> {
        self.exchange("GET", path, "", &[])
    }

    /// Asks for a page as no browser would: with these headers, in the place of its own where the names are the same.
    pub(crate) fn get_oddly(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
    ) -> anyhow::Result<Reply> {
        self.exchange("GET", path, "", headers)
    }

    /// Asks for a page and whatever it leads to.
    pub(crate) fn open(&mut self, path: &str) -> anyhow::Result<Reply> {
        let reply = self.get(path)?;
        self.follow(reply)
    }

    /// Sends a form with the token of the last page.
    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> anyhow::Result<Reply> {
        self.post_oddly(path, fields, &[])
    }

    /// The same with such headers.
    pub(crate) fn post_oddly(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> anyhow::Result<Reply> {
        let mut body = format!("csrf={}", self.csrf);
        for (name, value) in fields {
            body.push_str(&format!("&{name}={}", escaped(value)));
        }
        self.exchange("POST", path, &body, headers)
    }

    /// Sends a form from a page of ours, as it seems, but with the token that another browser was given.
    pub(crate) fn post_with_token_of(
        &mut self,
        other: &Self,
        path: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<Reply> {
        let own = std::mem::replace(&mut self.csrf, other.csrf.clone());
        let reply = self.post(path, fields);
        self.csrf = own;
        reply
    }

    fn follow(&mut self, mut reply: Reply) -> anyhow::Result<Reply> {
        for _ in 0..8 {
            let Some(next) = reply.location.take().filter(|to| to.starts_with('/')) else {
                return Ok(reply);
            };
            reply = self.get(&next)?;
        }
        bail!("led in circles")
    }

    fn exchange(
        &mut self,
        method: &str,
        path: &str,
        body: &str,
        odd: &[(&str, &str)],
    ) -> anyhow::Result<Reply> {
        let request = self.request(method, path, body, odd);
        let reply = match self.connection.take() {
            // One that was kept may have been closed in the meantime, before it heard anything.
            Some(kept) => match self.over(kept, &request) {
                Ok(reply) => reply,
                Err(_) => self.over(self.connect()?, &request)?,
            },
            None => self.over(self.connect()?, &request)?,
        };
        if let Some(token) = reply.attribute("<input type=\"hidden\" name=\"csrf\"", "value") {
            self.csrf = token.to_owned();
        }
        Ok(reply)
    }

    fn request(&self, method: &str, path: &str, body: &str, odd: &[(&str, &str)]) -> String {
        let port = self.address.port();
        let mut headers = vec![
            ("Host", format!("localhost:{port}")),
            ("User-Agent", "Firefox/ Linux".to_owned()),
        ];
        if !self.cookies.is_empty() {
            let cookies = self.cookies.iter();
            let cookies: Vec<String> = cookies.map(|(name, v)| format!("{name}={v}")).collect();
            headers.push(("Cookie", cookies.join("; ")));
        }
        if method == "POST" {
            headers.push(("Origin", format!("http://localhost:{port}")));
            headers.push((
                "Content-Type",
                "application/x-www-form-urlencoded".to_owned(),
            ));
            headers.push(("Content-Length", body.len().to_string()));
        }
        headers.retain(|(name, _)| {
            !odd.iter()
                .any(|(other, _)| other.eq_ignore_ascii_case(name))
        });
        headers.extend(odd.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let headers = headers.iter().map(|(name, v)| format!("{name}: {v}\r\n"));
        let headers: String = headers.collect();
        format!("{method} {path} HTTP/1.1\r\n{headers}\r\n{body}")
    }

    fn over(
        &mut self,
        mut connection: BufReader<TcpStream>,
        request: &str,
    ) -> anyhow::Result<Reply> {
        connection.get_mut().write_all(request.as_bytes())?;
        let reply = self.read(&mut connection)?;
        self.connection = Some(connection);
        if let Some(trail) = &self.trail {
            let mut seen = trail.lock().unwrap_or_else(PoisonError::into_inner);
            seen.pages.push(reply.body.clone());
        }
        Ok(reply)
    }

    fn connect(&self) -> anyhow::Result<BufReader<TcpStream>> {
        use rustix::net::{AddressFamily, SocketType, bind, connect, socket};
        let stream = match self.source {
            None => TcpStream::connect_timeout(&SocketAddr::V4(self.address), PATIENCE)?,
            Some(source) => {
                let socket = socket(AddressFamily::INET, SocketType::STREAM, None)?;
                bind(&socket, &SocketAddrV4::new(source, 0))
                    .with_context(|| format!("no connection can come from {source} here"))?;
                connect(&socket, &self.address)?;
                TcpStream::from(socket)
            }
        };
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(BufReader::new(stream))
    }

    fn read(&mut self, connection: &mut BufReader<TcpStream>) -> anyhow::Result<Reply> {
        let mut line = String::new();
        connection.read_line(&mut line)?;
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|s| s.parse().ok())
            .ok_or_else(|| anyhow!("no status: {line:?}"))?;
        let (mut length, mut chunked, mut location) = (0_usize, false, None);
        loop {
            line.clear();
            connection.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse()?,
                "transfer-encoding" => chunked = value.eq_ignore_ascii_case("chunked"),
                "location" => location = Some(value.to_owned()),
                "set-cookie" => self.keep(value),
                _ => {}
            }
        }
        let body = if chunked {
            chunks(connection)?
        } else {
            exactly(connection, length)?
        };
        Ok(Reply {
            status,
            location,
            body: String::from_utf8(body).context("a page that is not UTF-8")?,
        })
    }

    fn keep(&mut self, line: &str) {
        let Some((name, value)) = line.split(';').next().and_then(|pair| pair.split_once('='))
        else {
            return;
        };
        if line.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            if let (Some(trail), true) = (&self.trail, name.ends_with(SESSION)) {
                let mut seen = trail.lock().unwrap_or_else(PoisonError::into_inner);
                seen.sessions.insert(value.to_owned());
            }
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

fn exactly(connection: &mut BufReader<TcpStream>, length: usize) -> anyhow::Result<Vec<u8>> {
    let mut body = vec![0; length];
    connection.read_exact(&mut body)?;
    Ok(body)
}

fn chunks(connection: &mut BufReader<TcpStream>) -> anyhow::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        connection.read_line(&mut line)?;
        let length = usize::from_str_radix(line.trim(), 16)?;
        let chunk = exactly(connection, length + 2)?;
        if length == 0 {
            return Ok(body);
        }
        body.extend_from_slice(chunk.get(..length).unwrap_or_default());
    }
}

/// A form value with everything but letters and digits escaped.
fn escaped(value: &str) -> String {
    value.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}
