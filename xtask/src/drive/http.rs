//! One browser: a connection that is kept, its cookies, and the token of its last form.

use anyhow::{Context as _, anyhow, bail};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// No answer of ours takes longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// The name of the session's cookie, but for the prefix it has over TLS.
const SESSION: &str = "gl_session";

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

    /// Where it leads; else why it does not.
    pub(crate) fn leads(self, what: &str) -> anyhow::Result<String> {
        let code = self.body.find("GL-").and_then(|at| self.body.get(at..));
        let code = code.and_then(|rest| rest.split('<').next());
        let why = format!(
            "{what}: status {} {}",
            self.status,
            code.unwrap_or_default()
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

/// A browser.
#[derive(Debug)]
pub(crate) struct Browser {
    address: SocketAddr,
    connection: Option<BufReader<TcpStream>>,
    cookies: BTreeMap<String, String>,
    csrf: String,
}

impl Browser {
    /// A fresh browser for the server on this loopback port.
    pub(crate) fn new(port: u16) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        Self {
            address,
            connection: None,
            cookies: BTreeMap::new(),
            csrf: String::new(),
        }
    }

    /// A second window of the same browser: its cookies, a connection of its own.
    pub(crate) fn like(&self) -> Self {
        Self {
            address: self.address,
            connection: None,
            cookies: self.cookies.clone(),
            csrf: self.csrf.clone(),
        }
    }

    /// The same browser, opened anew by somebody who is not signed in any more: a browser that was known still is.
    pub(crate) fn opened_anew(&self) -> Self {
        let mut anew = self.like();
        anew.cookies.retain(|name, _| !name.ends_with(SESSION));
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
        self.exchange("GET", path, "")
    }

    /// Asks for a page and whatever it leads to.
    pub(crate) fn open(&mut self, path: &str) -> anyhow::Result<Reply> {
        let reply = self.get(path)?;
        self.follow(reply)
    }

    /// Sends a form with the token of the last page.
    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> anyhow::Result<Reply> {
        let mut body = format!("csrf={}", self.csrf);
        for (name, value) in fields {
            body.push_str(&format!("&{name}={}", escaped(value)));
        }
        self.exchange("POST", path, &body)
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

    fn exchange(&mut self, method: &str, path: &str, body: &str) -> anyhow::Result<Reply> {
        let port = self.address.port();
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nUser-Agent: Firefox/ Linux\r\n"
        );
        if !cookies.is_empty() {
            request.push_str(&format!("Cookie: {}\r\n", cookies.join("; ")));
        }
        if method == "POST" {
            request.push_str(&format!(
                "Origin: http://localhost:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
                body.len()
            ));
        }
        request.push_str("\r\n");
        request.push_str(body);
        let mut connection = match self.connection.take() {
            Some(open) => open,
            None => self.connect()?,
        };
        connection.get_mut().write_all(request.as_bytes())?;
        let reply = self.read(&mut connection)?;
        self.connection = Some(connection);
        if let Some(token) = reply.attribute("<input type=\"hidden\" name=\"csrf\"", "value") {
            self.csrf = token.to_owned();
        }
        Ok(reply)
    }

    fn connect(&self) -> anyhow::Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
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
