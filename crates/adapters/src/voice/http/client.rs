//! Requests to a carrier: one connection for each, verified where it is encrypted, never redirected, read to a bound.

use data_encoding::BASE64;
use domain::secret::Secret;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request, Uri};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// The longest answer that is read.
const LARGEST: usize = 64 * 1_024;

/// Where a carrier is reached.
#[derive(Clone)]
pub(super) struct Line {
    /// TLS towards it; none where it is reached in clear.
    tls: Option<Arc<ClientConfig>>,
    authority: String,
    host: String,
    port: u16,
    /// The resource of calls, or of texts.
    path: String,
    login: Secret<String>,
}

/// What it answered.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Line {
    /// A carrier at this address. `tls` is asked for where the address is encrypted.
    pub(super) fn new(
        url: &str,
        login: (Option<&str>, &Secret<String>),
        tls: impl FnOnce() -> Result<Arc<ClientConfig>, String>,
    ) -> Result<Self, String> {
        let uri: Uri = url.parse().map_err(|_| "its address is none")?;
        let authority = uri.authority().ok_or("its address has no host")?;
        let (tls, usual) = match uri.scheme_str() {
            Some("https") => (Some(tls()?), 443),
            Some("http") => (None, 80),
            _ => return Err("its address begins neither with https:// nor with http://".to_owned()),
        };
        if authority.as_str().contains('@') || uri.query().is_some() || url.contains('#') {
            return Err("its address holds a user, a query or a fragment".to_owned());
        }
        if !url.bytes().all(|b| b.is_ascii_graphic()) {
            return Err("its address holds what no address may".to_owned());
        }
        let host = authority.host();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() || ServerName::try_from(host.to_owned()).is_err() {
            return Err("its address has no host".to_owned());
        }
        Ok(Self {
            tls,
            authority: authority.to_string(),
            host: host.to_owned(),
            port: authority.port_u16().unwrap_or(usual),
            path: uri.path().to_owned(),
            login: credentials(login)?,
        })
    }

    /// Whether what is said there can be read on the way.
    pub(super) const fn in_clear(&self) -> bool {
        self.tls.is_none()
    }

    /// Its name or address.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// Where the carrier is, as far as it may be spoken to there: in clear only near us. A name may have several
    /// addresses of which one answers.
    pub(super) async fn addresses(
        &self,
        near: impl Fn(IpAddr) -> bool,
    ) -> Result<Vec<SocketAddr>, String> {
        let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await;
        let found = found.map_err(|error| format!("{} is not found: {error}", self.host))?;
        let found: Vec<SocketAddr> = found.collect();
        let first = found
            .first()
            .ok_or_else(|| format!("{} has no address", self.host))?
            .ip();
        let may = |at: &SocketAddr| !self.in_clear() || at.ip().is_loopback() || near(at.ip());
        let found: Vec<SocketAddr> = found.into_iter().filter(may).collect();
        if found.is_empty() {
            return Err(format!(
                "{first} is outside voice.trunk_networks, and the way there is not encrypted"
            ));
        }
        Ok(found)
    }

    /// Opens a connection and sees that it is the carrier's.
    pub(super) async fn connect(
        &self,
        near: impl Fn(IpAddr) -> bool,
    ) -> Result<Box<dyn Stream>, String> {
        let said = |error: std::io::Error| error.to_string();
        let stream = TcpStream::connect(self.addresses(near).await?.as_slice())
            .await
            .map_err(said)?;
        stream.set_nodelay(true).map_err(said)?;
        let Some(tls) = &self.tls else {
            return Ok(Box::new(stream));
        };
        let name = ServerName::try_from(self.host.clone()).map_err(|error| error.to_string())?;
        let connector = tokio_rustls::TlsConnector::from(Arc::clone(tls));
        let stream = connector.connect(name, stream).await.map_err(said)?;
        Ok(Box::new(stream))
    }

    /// Sends a form to the resource, or to one call in it.
    pub(super) async fn post(
        &self,
        near: impl Fn(IpAddr) -> bool,
        call: Option<&str>,
        form: String,
    ) -> Result<Reply, String> {
        let path = match (call, self.path.strip_suffix(".json")) {
            (None, _) => self.path.clone(),
            (Some(call), Some(path)) => format!("{path}/{call}.json"),
            (Some(call), None) => format!("{}/{call}", self.path.trim_end_matches('/')),
        };
        self.send(near, Method::POST, &path, form).await
    }

    /// Asks for the list of calls, of which one at most is wanted: whether it lets us in.
    pub(super) async fn list(&self, near: impl Fn(IpAddr) -> bool) -> Result<Reply, String> {
        let path = format!("{}?PageSize=1", self.path);
        self.send(near, Method::GET, &path, String::new()).await
    }

    async fn send(
        &self,
        near: impl Fn(IpAddr) -> bool,
        method: Method,
        path: &str,
        form: String,
    ) -> Result<Reply, String> {
        let mut login = HeaderValue::from_str(self.login.expose())
            .map_err(|_| "the password cannot stand in a header")?;
        login.set_sensitive(true);
        let mut request = Request::builder()
            .method(&method)
            .uri(path)
            .header(HOST, &self.authority)
            .header(AUTHORIZATION, login)
            .header(ACCEPT, "application/json");
        if method == Method::POST {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let request = request
            .body(Full::new(Bytes::from(form)))
            .map_err(|error| error.to_string())?;
        let said = |error: hyper::Error| error.to_string();
        let stream = TokioIo::new(self.connect(near).await?);
        let mut http = hyper::client::conn::http1::Builder::new();
        http.max_buf_size(LARGEST);
        let (mut sender, connection) = http.handshake(stream).await.map_err(said)?;
        // It ends with the sender, or with the answer.
        tokio::spawn(async move { drop(connection.await) });
        let response = sender.send_request(request).await.map_err(said)?;
        let status = response.status().as_u16();
        let body = Limited::new(response.into_body(), LARGEST);
        let body = body.collect().await.map_err(|error| error.to_string())?;
        Ok(Reply {
            status,
            body: body.to_bytes().into(),
        })
    }
}

/// Anything that can be spoken over.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// User and password, or the password alone as a bearer token, as they stand in a request.
fn credentials(
    (user, password): (Option<&str>, &Secret<String>),
) -> Result<Secret<String>, String> {
    let password = password.expose();
    let text = match user {
        Some(user) if user.contains(':') => return Err("user holds a colon".to_owned()),
        Some(user) => {
            let pair = Secret::new(format!("{user}:{password}"));
            format!("Basic {}", BASE64.encode(pair.expose().as_bytes()))
        }
        None => format!("Bearer {password}"),
    };
    let fits = HeaderValue::from_str(&text).is_ok();
    let text = Secret::new(text);
    fits.then_some(text)
        .ok_or_else(|| "the password cannot stand in a header".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(url: &str) -> Result<Line, String> {
        let none = || crate::voice::tls::trusting(None);
        Line::new(url, (Some("gate"), &Secret::from("an orange lamp")), none)
    }

    #[test]
    fn an_address_of_calls_is_absolute_and_nothing_but_an_address() {
        let line = line("http://127.0.0.1:8089/v1/calls.json").unwrap();
        assert_eq!(
            (line.host(), line.port, line.in_clear()),
            ("127.0.0.1", 8089, true)
        );
        assert_eq!(line.login.expose(), "Basic Z2F0ZTphbiBvcmFuZ2UgbGFtcA==");
        for bad in [
            "",
            "/v1/calls",
            "api.example.com/calls",
            "ftp://api.example.com/",
            "http://me:secret@api.example.com/calls",
            "http://api.example.com/calls?a=1",
            "http://api.example.com/calls#a",
            "http://:80/calls",
        ] {
            assert!(super::tests::line(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_password_alone_is_a_bearer_token() {
        let of = |user, password: &str| credentials((user, &Secret::from(password)));
        assert_eq!(of(None, "abc").unwrap().expose(), "Bearer abc");
        assert!(of(Some("a:b"), "abc").is_err());
        assert!(of(None, "a\r\nb").is_err());
    }
}
