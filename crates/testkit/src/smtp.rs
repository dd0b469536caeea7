//! A mail server for tests: EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA over real sockets, with a certificate of its own.
//! It keeps what it took, and refuses, stalls or breaks off where a story wants it to.
//!
//! ```ignore
//! let server = Server::start(Options::default()).await;
//! server.plan([Answer::AtRecipient("450 4.2.1 busy"), Answer::Take]);
//! let mail = server.mails(1).await.remove(0);
//! ```

use crate::tls::{self, Authority};
use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// How long a test waits for a mail on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// No mail of a test is longer.
const LONGEST: usize = 1 << 20;

/// What the server wants of its clients.
#[derive(Debug, Clone)]
pub struct Options {
    /// TLS from the first byte.
    pub tls_at_once: bool,
    /// Offers STARTTLS.
    pub starttls: bool,
    /// User and password; without them nothing is taken, and they are taken over TLS only.
    pub login: Option<(&'static str, &'static str)>,
    /// The name in its certificate.
    pub name: &'static str,
}

impl Default for Options {
    /// STARTTLS and a login, as submission services have it.
    fn default() -> Self {
        Self {
            tls_at_once: false,
            starttls: true,
            login: Some(("gatelodge", "an orange lamp")),
            name: "localhost",
        }
    }
}

/// What happens to a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is taken.
    Take,
    /// The reader is refused with this line.
    AtRecipient(&'static str),
    /// The mail is refused with this line once it was told.
    AtEnd(&'static str),
    /// The connection breaks in the middle of the mail.
    BreakInside,
    /// The mail is taken, and the connection breaks before that is said.
    BreakAfter,
    /// Nothing is answered any more once the mail was told.
    Silence,
    /// The mail is taken, and nothing is answered any more.
    TakeInSilence,
}

/// A mail that was taken.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The sender on the envelope.
    pub from: String,
    /// The readers on the envelope.
    pub to: Vec<String>,
    /// The mail as it came.
    pub data: String,
    /// Whether it came over TLS.
    pub encrypted: bool,
    /// Who had logged in.
    pub user: Option<String>,
}

impl Taken {
    /// The value of a header, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.data.split("\r\n\r\n").next().unwrap_or_default();
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let mut lines = unfolded
            .split("\r\n")
            .filter_map(|line| line.split_once(": "));
        lines
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.to_owned())
    }
}

struct Shared {
    options: Options,
    tls: TlsAcceptor,
    plan: Mutex<VecDeque<Answer>>,
    taken: Mutex<Vec<Taken>>,
    count: watch::Sender<usize>,
    told: watch::Sender<usize>,
    connections: watch::Sender<usize>,
}

/// A running mail server. It ends with the test's runtime.
pub struct Server {
    /// Where it listens.
    pub port: u16,
    shared: Arc<Shared>,
    authority: Authority,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Server({})", self.port)
    }
}

impl Server {
    /// Starts it on a free port.
    pub async fn start(options: Options) -> Self {
        let (acceptor, authority) = tls::acceptor(options.name);
        let shared = Arc::new(Shared {
            options,
            tls: acceptor,
            plan: Mutex::default(),
            taken: Mutex::default(),
            count: watch::Sender::new(0),
            told: watch::Sender::new(0),
            connections: watch::Sender::new(0),
        });
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let serving = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serving.connections.send_modify(|count| *count += 1);
                let shared = Arc::clone(&serving);
                // A client may break off whenever it likes.
                tokio::spawn(async move { drop(shared.serve(stream).await) });
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
        self.authority.file()
    }

    /// What happens to the next mails; after these, mails are taken.
    pub fn plan(&self, answers: impl IntoIterator<Item = Answer>) {
        lock(&self.shared.plan).extend(answers);
    }

    /// The mails taken so far, once there are so many.
    pub async fn mails(&self, count: usize) -> Vec<Taken> {
        let mut counted = self.shared.count.subscribe();
        let enough = tokio::time::timeout(PATIENCE, counted.wait_for(|so_far| *so_far >= count));
        enough
            .await
            .expect("the mails come in time")
            .expect("the server runs");
        self.taken()
    }

    /// The mails taken so far.
    pub fn taken(&self) -> Vec<Taken> {
        lock(&self.shared.taken).clone()
    }

    /// Waits until so many mails were told to the end, whatever is answered to them.
    pub async fn told(&self, count: usize) {
        let mut told = self.shared.told.subscribe();
        let enough = tokio::time::timeout(PATIENCE, told.wait_for(|so_far| *so_far >= count));
        drop(
            enough
                .await
                .expect("the mails come in time")
                .expect("the server runs"),
        );
    }

    /// Connections that were made so far.
    pub fn connections(&self) -> usize {
        *self.shared.connections.borrow()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// What is known of a client.
#[derive(Default)]
struct Session {
    encrypted: bool,
    user: Option<String>,
    from: String,
    to: Vec<String>,
    answer: Option<Answer>,
}

/// How a conversation goes on.
enum Next {
    Command,
    StartTls,
    End,
}

impl Shared {
    async fn serve(&self, stream: TcpStream) -> io::Result<()> {
        let mut session = Session {
            encrypted: self.options.tls_at_once,
            ..Session::default()
        };
        if self.options.tls_at_once {
            let mut tls = BufReader::new(self.tls.accept(stream).await?);
            say(&mut tls, "220 test.example ready").await?;
            self.talk(&mut tls, &mut session).await?;
            return Ok(());
        }
        let mut plain = BufReader::new(stream);
        say(&mut plain, "220 test.example ready").await?;
        if let Next::StartTls = self.talk(&mut plain, &mut session).await? {
            let tls = self.tls.accept(plain.into_inner()).await?;
            session = Session {
                encrypted: true,
                ..Session::default()
            };
            self.talk(&mut BufReader::new(tls), &mut session).await?;
        }
        Ok(())
    }

    async fn talk<S: Stream>(
        &self,
        stream: &mut BufReader<S>,
        session: &mut Session,
    ) -> io::Result<Next> {
        loop {
            let line = read_line(stream).await?;
            match self.answer(stream, session, &line).await? {
                Next::Command => (),
                end => return Ok(end),
            }
        }
    }

    async fn answer<S: Stream>(
        &self,
        stream: &mut BufReader<S>,
        session: &mut Session,
        line: &str,
    ) -> io::Result<Next> {
        let verb = line
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        let reply = match verb.as_str() {
            "EHLO" => self.greeting(session),
            "STARTTLS" if self.options.starttls && !session.encrypted => {
                say(stream, "220 go ahead").await?;
                return Ok(Next::StartTls);
            }
            "AUTH" => self.log_in(session, line),
            "MAIL" | "RCPT" | "DATA" if self.options.login.is_some() && session.user.is_none() => {
                "530 5.7.0 log in first".to_owned()
            }
            "MAIL" => {
                session.from = bracketed(line);
                session.to.clear();
                session.answer = Some(lock(&self.plan).pop_front().unwrap_or(Answer::Take));
                "250 2.1.0 ok".to_owned()
            }
            "RCPT" => match session.answer {
                Some(Answer::AtRecipient(refusal)) => refusal.to_owned(),
                _ => {
                    session.to.push(bracketed(line));
                    "250 2.1.5 ok".to_owned()
                }
            },
            "DATA" => return self.data(stream, session).await,
            "NOOP" | "RSET" => "250 2.0.0 ok".to_owned(),
            "QUIT" => {
                say(stream, "221 2.0.0 goodbye").await?;
                return Ok(Next::End);
            }
            _ => "502 5.5.2 what?".to_owned(),
        };
        say(stream, &reply).await?;
        Ok(Next::Command)
    }

    fn greeting(&self, session: &Session) -> String {
        let mut lines = vec!["test.example", "8BITMIME"];
        if self.options.starttls && !session.encrypted {
            lines.push("STARTTLS");
        }
        if self.options.login.is_some() && session.encrypted {
            lines.push("AUTH PLAIN");
        }
        let last = lines.len() - 1;
        let lines = lines.iter().enumerate();
        let lines = lines
            .map(|(index, line)| format!("250{}{line}", if index == last { ' ' } else { '-' }));
        lines.collect::<Vec<_>>().join("\r\n")
    }

    fn log_in(&self, session: &mut Session, line: &str) -> String {
        let given = line.rsplit(' ').next().unwrap_or_default();
        let given = data_encoding::BASE64
            .decode(given.as_bytes())
            .unwrap_or_default();
        match self.options.login {
            Some((user, password))
                if session.encrypted && given == format!("\0{user}\0{password}").as_bytes() =>
            {
                session.user = Some(user.to_owned());
                "235 2.7.0 welcome".to_owned()
            }
            _ => "535 5.7.8 not you".to_owned(),
        }
    }

    async fn data<S: Stream>(
        &self,
        stream: &mut BufReader<S>,
        session: &mut Session,
    ) -> io::Result<Next> {
        say(stream, "354 tell").await?;
        let answer = session.answer.take().unwrap_or(Answer::Take);
        let mut data = String::new();
        loop {
            let line = read_line(stream).await?;
            if answer == Answer::BreakInside && !data.is_empty() {
                return Ok(Next::End);
            }
            if line == "." || data.len() > LONGEST {
                break;
            }
            data.push_str(line.strip_prefix('.').unwrap_or(&line));
            data.push_str("\r\n");
        }
        self.told.send_modify(|count| *count += 1);
        match answer {
            Answer::AtEnd(refusal) => {
                say(stream, refusal).await?;
                return Ok(Next::Command);
            }
            Answer::Silence => std::future::pending::<()>().await,
            _ => (),
        }
        lock(&self.taken).push(Taken {
            from: session.from.clone(),
            to: session.to.clone(),
            data,
            encrypted: session.encrypted,
            user: session.user.clone(),
        });
        self.count.send_modify(|count| *count += 1);
        match answer {
            Answer::BreakAfter => return Ok(Next::End),
            Answer::TakeInSilence => std::future::pending::<()>().await,
            _ => (),
        }
        say(stream, "250 2.0.0 taken").await?;
        Ok(Next::Command)
    }
}

fn bracketed(line: &str) -> String {
    let inside = line
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    inside
        .map(|(address, _)| address.to_owned())
        .unwrap_or_default()
}

async fn read_line<S: Stream>(stream: &mut BufReader<S>) -> io::Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

async fn say<S: Stream>(stream: &mut BufReader<S>, line: &str) -> io::Result<()> {
    let stream = stream.get_mut();
    stream.write_all(format!("{line}\r\n").as_bytes()).await?;
    stream.flush().await
}
