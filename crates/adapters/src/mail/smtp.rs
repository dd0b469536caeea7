//! Mail by SMTP to one server, the operator's relay or submission service (RFC 5321, RFC 6409).
//!
//! The library speaks the protocol; what is decided here is which refusals are worth another try, and when a connection
//! is used again: only after a mail went through it to the end. A connection whose answer was not waited for might
//! answer for the mail before, and a mail might then be believed taken that was not.
//!
//! Invariants: without TLS only to this very machine; a password is never sent before the connection is encrypted, unless
//! it is that; nothing that holds a control character reaches a header.

use app::ports::{Future_, MailRefused, Mailer, Outgoing};
use domain::secret::Secret;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters,
};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, Message};
use std::error::Error as _;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// TLS from the first byte (RFC 8314), port 465 unless said otherwise.
    Tls,
    /// TLS by STARTTLS, and nothing without it (RFC 3207), port 587 unless said otherwise.
    StartTls,
    /// None: only to a loopback address. Port 25 unless said otherwise.
    None,
}

impl Protection {
    const fn port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }
}

/// Where the server is and how it lets us in.
#[derive(Debug, Clone)]
pub struct Config {
    /// Its name or address; its certificate must be for this.
    pub host: String,
    /// Its port, if not the usual one.
    pub port: Option<u16>,
    /// How the connection is protected.
    pub protection: Protection,
    /// Certificates that may stand at the root of its own (PEM), instead of those this machine trusts.
    pub ca_file: Option<PathBuf>,
    /// User and password, if it wants them.
    pub login: Option<(String, Secret<String>)>,
    /// The name we greet it with; this machine's own if none is given.
    pub hello: Option<String>,
    /// How long to wait for the connection, the greeting and the login together.
    pub connect_within: Duration,
}

/// Why the settings of the server cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadConfig {
    /// Without TLS mails would be readable on the way.
    #[error("mail without TLS goes to a loopback address only; {0} is none")]
    Unprotected(String),
    /// The file with the certificates.
    #[error("the certificates in {0} cannot be used: {1}")]
    Certificates(PathBuf, String),
}

/// Hands mails to one SMTP server.
pub struct Smtp {
    host: String,
    port: u16,
    protection: Protection,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    hello: ClientId,
    connect_within: Duration,
    /// A connection that a mail went through just now.
    idle: Mutex<Vec<AsyncSmtpConnection>>,
}

/// Connections kept for the next mail, at most.
const KEPT: usize = 4;

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Smtp({}:{}, {:?})",
            self.host, self.port, self.protection
        )
    }
}

impl Smtp {
    /// Prepares to speak to a server; nothing is sent yet.
    ///
    /// # Errors
    /// [`BadConfig`].
    pub fn new(config: &Config) -> Result<Self, BadConfig> {
        let Config {
            host, protection, ..
        } = config;
        if *protection == Protection::None && !is_loopback(host) {
            return Err(BadConfig::Unprotected(host.clone()));
        }
        let tls = match protection {
            Protection::None => None,
            Protection::Tls | Protection::StartTls => Some(tls(config)?),
        };
        let credentials = config
            .login
            .as_ref()
            .map(|(user, password)| Credentials::new(user.clone(), password.expose().clone()));
        Ok(Self {
            host: host.clone(),
            port: config.port.unwrap_or(protection.port()),
            protection: *protection,
            tls,
            credentials,
            hello: config
                .hello
                .clone()
                .map_or_else(ClientId::default, ClientId::Domain),
            connect_within: config.connect_within,
            idle: Mutex::new(Vec::new()),
        })
    }

    /// Connects, greets and logs in, and says what the server did not like: for the check of an installation.
    ///
    /// # Errors
    /// The reason, for the operator.
    pub async fn probe(&self) -> Result<(), String> {
        let mut connection = self.connect().await?;
        let _ = connection.quit().await;
        Ok(())
    }

    async fn connection(&self) -> Result<AsyncSmtpConnection, String> {
        loop {
            let kept = self
                .idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop();
            let Some(mut kept) = kept else {
                return self.connect().await;
            };
            let alive = tokio::time::timeout(self.connect_within, kept.test_connected());
            if alive.await == Ok(true) {
                return Ok(kept);
            }
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, String> {
        let within = self.connect_within;
        match tokio::time::timeout(within, self.greet()).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(error)) => Err(words(&error)),
            Err(_) => Err(format!("no connection within {} s", within.as_secs())),
        }
    }

    async fn greet(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        let server = (self.host.as_str(), self.port);
        let at_once = self
            .tls
            .clone()
            .filter(|_| self.protection == Protection::Tls);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, None, &self.hello, at_once, None).await?;
        if let Some(tls) = &self.tls
            && self.protection == Protection::StartTls
        {
            connection.starttls(tls.clone(), &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection
                .auth(&[Mechanism::Plain, Mechanism::Login], credentials)
                .await?;
        }
        Ok(connection)
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(connection);
        }
    }
}

impl Mailer for Smtp {
    fn send<'a>(&'a self, mail: &'a Outgoing) -> Future_<'a, Result<(), MailRefused>> {
        Box::pin(async move {
            let message = message(mail).map_err(MailRefused::Never)?;
            // Whatever goes wrong before the mail is begun is no fault of the mail.
            let mut connection = self.connection().await.map_err(MailRefused::Later)?;
            match connection
                .send(message.envelope(), &message.formatted())
                .await
            {
                Ok(_) => {
                    self.keep(connection);
                    Ok(())
                }
                Err(error) if for_good(&error) => Err(MailRefused::Never(words(&error))),
                Err(error) => Err(MailRefused::Later(words(&error))),
            }
        })
    }
}

/// Whether the server said that it will never take this mail. Its dislike of us (530 to 538 are about logging in,
/// RFC 4954 section 6) can be mended by the operator while the mail waits.
fn for_good(error: &SmtpError) -> bool {
    let about_us = |status: u16| (530..=538).contains(&status);
    error.is_permanent()
        && error
            .status()
            .is_none_or(|status| !about_us(u16::from(status)))
        || error.is_client()
}

/// The error with its causes, as one line.
fn words(error: &SmtpError) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_words = inner.to_string();
        if !line.contains(&inner_words) {
            line.push_str(": ");
            line.push_str(&inner_words);
        }
        cause = inner.source();
    }
    line
}

fn message(mail: &Outgoing) -> Result<Message, String> {
    let Outgoing {
        id,
        message_id,
        from,
        from_name,
        to,
        words,
        at,
    } = mail;
    for (what, text) in [
        ("subject", &words.subject),
        ("name", from_name),
        ("message id", message_id),
    ] {
        if text.chars().any(char::is_control) {
            return Err(format!("the {what} holds a control character"));
        }
    }
    let address = |text: &str| {
        text.parse::<Address>()
            .map_err(|error| format!("no address: {error}"))
    };
    let date = UNIX_EPOCH + Duration::from_millis(u64::try_from(at.millis()).unwrap_or(0));
    let plain = SinglePart::plain(words.text.clone());
    let html = SinglePart::html(words.html.clone());
    // The boundary is fixed, so that a mail that is sent again is the same to the last byte.
    let parts = MultiPart::alternative()
        .boundary(format!("=_{id}"))
        .singlepart(plain)
        .singlepart(html);
    Message::builder()
        .message_id(Some(message_id.clone()))
        .date(date)
        .from(Mailbox::new(Some(from_name.clone()), address(from)?))
        .to(Mailbox::new(None, address(to)?))
        .subject(words.subject.clone())
        .raw_header(HeaderValue::new(
            // RFC 3834 section 5: nobody wrote this by hand, so no answering machine answers it.
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .multipart(parts)
        .map_err(|error| error.to_string())
}

fn tls(config: &Config) -> Result<TlsParameters, BadConfig> {
    let mut builder = TlsParameters::builder(config.host.clone());
    let path = config.ca_file.clone().unwrap_or_default();
    let bad = |error: String| BadConfig::Certificates(path.clone(), error);
    if let Some(file) = &config.ca_file {
        let pem = std::fs::read(file).map_err(|error| bad(error.to_string()))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| bad(words(&error)))?;
        builder = builder
            .certificate_store(CertificateStore::None)
            .add_root_certificate(certificate);
    }
    builder.build_rustls().map_err(|error| bad(words(&error)))
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}
