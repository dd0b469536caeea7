//! A carrier that is reached by HTTP, as a process of its own (the example `carrier`), and a door for its call-backs
//! where no whole server stands behind them.
//!
//! What the person called does, and what an attacker sends, is a command; each is answered with what came of it.

#![expect(
    clippy::indexing_slicing,
    reason = "what a test expects in an answer is there, or the test fails"
)]

use adapters::voice::wav;
use app::ports::{Callback, Telephone};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64;
use http::{HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// How long a story waits for something on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// The user and the password of [`Carrier::start`].
pub const LOGIN: (&str, &str) = ("gate", "an orange lamp");
/// What it signs with.
pub const KEY: &str = "c5f1a3d2e4b60718293a4b5c6d7e8f90";

/// A running carrier; it ends when dropped.
#[derive(Debug)]
pub struct Carrier {
    /// Where it listens.
    pub port: u16,
    /// The file with its certificate, over TLS.
    pub ca_file: Option<PathBuf>,
    child: Child,
    commands: Mutex<ChildStdin>,
    lines: watch::Receiver<Vec<Value>>,
}

impl Carrier {
    /// One that takes calls.
    pub async fn start() -> Self {
        Self::that(json!({})).await
    }

    /// One with these settings, over the usual ones.
    pub async fn that(settings: Value) -> Self {
        let mut all = json!({ "login": format!("Basic {}:{}", LOGIN.0, LOGIN.1), "key": KEY });
        for (key, value) in settings.as_object().expect("settings") {
            all[key] = value.clone();
        }
        let mut child = Command::new(program())
            .arg(all.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the carrier");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let commands = Mutex::new(child.stdin.take().expect("its input"));
        let (told, lines) = watch::channel(Vec::new());
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let line: Value = serde_json::from_str(&line).expect("JSON");
                told.send_modify(|all: &mut Vec<Value>| all.push(line));
            }
        });
        let mut carrier = Self {
            port: 0,
            ca_file: None,
            child,
            commands,
            lines,
        };
        let first = carrier.line(|line| line["port"].is_u64(), 1).await;
        carrier.port = u16::try_from(first["port"].as_u64().expect("a port")).expect("a port");
        carrier.ca_file = first["ca"].as_str().map(PathBuf::from);
        carrier
    }

    /// Where calls are asked for.
    pub fn calls_url(&self) -> String {
        match self.ca_file {
            Some(_) => format!("https://localhost:{}/v1/calls", self.port),
            None => format!("http://127.0.0.1:{}/v1/calls", self.port),
        }
    }

    /// Where texts are asked for.
    pub fn messages_url(&self) -> String {
        self.calls_url().replace("/v1/calls", "/v1/messages")
    }

    /// It tells how the newest text stands.
    pub async fn text_status(&self, status: &str) -> Value {
        self.does(json!({ "do": "text-status", "status": status }))
            .await
    }

    /// What was told so far.
    pub fn events(&self) -> Vec<Value> {
        let all = self.lines.borrow();
        all.iter()
            .filter(|line| line["event"].is_string())
            .cloned()
            .collect()
    }

    /// Waits for something to happen: `created`, `text`, `ended`, `refused`, `declined`.
    pub async fn saw(&self, event: &str) -> Value {
        self.line(|line| line["event"] == event, 1).await
    }

    /// How often it has happened.
    pub fn count(&self, event: &str) -> usize {
        self.events()
            .iter()
            .filter(|line| line["event"] == event)
            .count()
    }

    /// Gives a command and answers what came of it.
    pub async fn does(&self, command: Value) -> Value {
        let replies = |all: &[Value]| all.iter().filter(|line| line["reply"].is_object()).count();
        let before = replies(&self.lines.borrow());
        {
            let mut commands = self.commands.lock().unwrap_or_else(PoisonError::into_inner);
            writeln!(commands, "{command}").expect("a listener");
            commands.flush().expect("a listener");
        }
        let line = self
            .line(|line| line["reply"].is_object(), before + 1)
            .await;
        line["reply"].clone()
    }

    /// The call stands so now.
    pub async fn status(&self, status: &str) -> Value {
        self.does(json!({ "do": "status", "status": status })).await
    }

    /// Somebody picks up.
    pub async fn answer(&self) -> Value {
        self.does(json!({ "do": "answer" })).await
    }

    /// Somebody presses keys.
    pub async fn press(&self, keys: &str) -> Value {
        self.does(json!({ "do": "press", "keys": keys })).await
    }

    /// The line of that number, from 1, that is as asked.
    async fn line(&self, wanted: impl Fn(&Value) -> bool, number: usize) -> Value {
        let mut lines = self.lines.clone();
        let find = |all: &Vec<Value>| {
            let mut found = all.iter().filter(|line| wanted(line));
            found.nth(number - 1).cloned()
        };
        let came = lines.wait_for(|all| find(all).is_some());
        match tokio::time::timeout(PATIENCE, came).await {
            Ok(Ok(all)) => find(&all).expect("just seen"),
            _ => panic!(
                "it did not come; the carrier told: {:?}",
                self.lines.borrow()
            ),
        }
    }
}

impl Drop for Carrier {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The samples of what was played, as an answer to a command tells it.
pub fn heard(reply: &Value) -> Vec<i16> {
    let heard = &reply["heard"];
    assert_eq!(heard["status"], 200, "{reply}");
    assert_eq!(heard["kind"], "audio/wav", "{reply}");
    let file = BASE64.decode(heard["wav"].as_str().expect("a file").as_bytes());
    wav::samples(&file.expect("base64")).expect("a recording")
}

/// The program, built beside the tests; made where only some of them were built.
fn program() -> PathBuf {
    let tests = std::env::current_exe().expect("the tests");
    let target = tests.ancestors().nth(2).expect("a folder of targets");
    let program = target.join("examples/carrier");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/carrier");
    let changed = |path: &Path| path.metadata().and_then(|meta| meta.modified()).ok();
    let newest = std::fs::read_dir(source).expect("its source");
    let newest = newest
        .flatten()
        .filter_map(|file| changed(&file.path()))
        .max();
    if changed(&program) < newest {
        let built = Command::new(env!("CARGO"))
            .args([
                "build",
                "--quiet",
                "--package",
                "testkit",
                "--example",
                "carrier",
            ])
            .status()
            .expect("cargo");
        assert!(built.success(), "the carrier could not be built");
    }
    program
}

/// Where carriers reach a telephone that no server stands before.
#[derive(Debug)]
pub struct Door {
    listener: tokio::net::TcpListener,
    /// Its origin.
    pub base: String,
}

impl Door {
    /// On a free port.
    pub async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let port = listener.local_addr().expect("an address").port();
        Self {
            listener,
            base: format!("http://127.0.0.1:{port}"),
        }
    }

    /// Lets carriers in, as long as the test runs.
    pub fn lead_to(self, telephone: Arc<dyn Telephone>) {
        let router = Router::new().fallback(called_back).with_state(telephone);
        tokio::spawn(async move { axum::serve(self.listener, router).await });
    }
}

async fn called_back(State(telephone): State<Arc<dyn Telephone>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let headers = parts.headers.iter().map(|(name, value)| {
        let value = value.to_str().expect("text");
        (name.as_str().to_owned(), value.to_owned())
    });
    let body = axum::body::to_bytes(body, 65_536).await.expect("a body");
    let callback = Callback {
        post: parts.method == Method::POST,
        path: parts.uri.to_string(),
        headers: headers.collect(),
        body: body.to_vec(),
    };
    let answer = telephone.called_back(callback).await;
    let status = StatusCode::from_u16(answer.status).expect("a status");
    let kind = HeaderValue::from_static(answer.kind);
    (status, [(header::CONTENT_TYPE, kind)], answer.body).into_response()
}
