//! The binary itself, as a process: started, spoken to over a socket, killed; and the commands beside it.
//!
//! Nothing here waits for time to pass: a server is ready when it says so on standard output, and whatever must come
//! about by itself is asked for again until it has or a deadline ends the test.

mod commands;
mod demo;
mod faults;
mod hostile;
mod http;
mod operators;
mod policy;
mod power_cut;
mod sip;
mod start;
mod tls;
mod walk;
mod wire;

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use wire::Client;

/// How long an event may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A real installation that nothing is wrong with: TLS is spoken by a proxy on this machine.
const REAL: &str = "listen = '127.0.0.1:0'\n\
    public_url = 'https://id.example.com'\n\
    trusted_proxies = ['127.0.0.1']\n\
    mail = { transport = 'smtp', domain = 'example.com', smtp = { host = '127.0.0.1', port = 9, tls = 'off' } }\n\
    voice = { transport = 'off' }\n";

/// A folder for one installation; gone with the test.
struct Home {
    dir: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::DirBuilder::new()
            .mode(0o700)
            .create(dir.path().join("data"))
            .unwrap();
        Self { dir }
    }

    fn with_config(text: &str) -> Self {
        let home = Self::new();
        home.config(text);
        home
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.data().join(name)
    }

    /// Writes the configuration that is found in the folder.
    fn config(&self, text: &str) {
        put(&self.file("gatelodge.toml"), 0o600, text);
    }

    /// A command on this installation.
    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatelodge"));
        command.args(words).arg("--data-dir").arg(self.data());
        command
            .stdin(Stdio::null())
            .env("LANG", "en_US.UTF-8")
            .env_remove("RUST_LOG");
        command
    }

    /// Runs a command to its end.
    fn run(&self, words: &[&str]) -> Ran {
        Ran::of(&mut self.command(words))
    }

    /// Runs a command that must succeed, and reads the JSON it prints.
    fn json(&self, words: &[&str]) -> Value {
        let ran = self.run(words);
        assert_eq!(ran.code, 0, "{words:?}: {}", ran.said);
        serde_json::from_str(&ran.printed).unwrap()
    }

    /// The JSON of a command, however it ends.
    fn json_of(&self, words: &[&str]) -> Value {
        serde_json::from_str(&self.run(words).printed).unwrap()
    }

    /// A command that is of no installation.
    fn run_bare(&self, words: &[&str]) -> Ran {
        Ran::of(Command::new(env!("CARGO_BIN_EXE_gatelodge")).args(words))
    }

    /// Makes an account and answers its number.
    fn account(&self, email: &str) -> String {
        let made = self.json(&[
            "account", "create", "--name", "Example", "--email", email, "--json",
        ]);
        made["accountId"].as_str().unwrap().to_owned()
    }

    fn serve(&self) -> Server {
        Server::start(&mut self.command(&["serve", "--json", "--port", "0"]))
    }
}

/// Writes a file with a mode.
fn put(path: &Path, mode: u32, text: &str) {
    std::fs::write(path, text).unwrap();
    chmod(path, mode);
}

fn chmod(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

/// What came of a command.
struct Ran {
    code: i32,
    printed: String,
    said: String,
}

impl Ran {
    fn of(command: &mut Command) -> Self {
        Self::from(command.output().unwrap())
    }

    /// Runs a command with this on its standard input.
    fn with_input(command: &mut Command, input: &[u8]) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // It may refuse before it reads.
        let _ = child.stdin.take().unwrap().write_all(input);
        Self::from(child.wait_with_output().unwrap())
    }

    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            printed: String::from_utf8(output.stdout).unwrap(),
            said: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// That a test call rang, was answered and got its six keys.
    fn called_and_was_keyed(&self) {
        assert_eq!(self.code, 0, "{} {}", self.printed, self.said);
        for stage in [
            "dialling",
            "it rings",
            "answered",
            "6 of 6",
            "over: hung-up",
        ] {
            assert!(self.printed.contains(stage), "{stage}: {}", self.printed);
        }
    }

    /// That it refused, with these words on standard error.
    fn refused(&self, words: &str) {
        assert_eq!(self.code, 1, "{}", self.said);
        assert!(self.said.contains(words), "{words}: {}", self.said);
    }
}

/// A running server.
struct Server {
    child: Child,
    ready: Value,
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

impl Server {
    fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let mut stderr = child.stderr.take().unwrap();
        let kept = Arc::clone(&log);
        let reader = std::thread::spawn(move || {
            let mut bytes = [0; 4_096];
            while let Ok(read @ 1..) = stderr.read(&mut bytes) {
                let text = String::from_utf8_lossy(&bytes[..read]).into_owned();
                kept.lock().unwrap().push_str(&text);
            }
        });
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let mut server = Self {
            child,
            ready: Value::Null,
            log,
            reader: Some(reader),
        };
        if line.is_empty() {
            server.child.wait().unwrap();
            panic!("the server did not start: {}", server.log());
        }
        server.ready = serde_json::from_str(&line).unwrap();
        server
    }

    fn address(&self) -> SocketAddr {
        let text = match self.ready["address"].as_str() {
            Some(address) => address.to_owned(),
            None => self.ready["url"]
                .as_str()
                .unwrap()
                .replace("http://localhost", "127.0.0.1"),
        };
        text.parse().unwrap()
    }

    /// The host that a trial server is reached by.
    fn host(&self) -> String {
        format!("localhost:{}", self.address().port())
    }

    /// A browser that reaches it as a trial server is reached.
    fn client(&self) -> Client {
        Client::new(self.address(), &self.host(), "http")
    }

    /// A browser that reaches it as behind a proxy that speaks TLS.
    fn proxied(&self) -> Client {
        Client::new(self.address(), "id.example.com", "https")
    }

    fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    fn pid(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_child(&self.child)
    }

    fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(self.pid(), signal).unwrap();
    }

    /// Stops it in order, and answers its exit code and all it said.
    fn stop(mut self) -> (i32, String) {
        self.signal(rustix::process::Signal::TERM);
        let code = self.child.wait().unwrap().code().unwrap_or(-1);
        self.reader.take().unwrap().join().unwrap();
        (code, self.log())
    }

    /// Ends it as a power cut does.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks again until there is an answer.
#[expect(
    clippy::disallowed_methods,
    reason = "what another process does by itself can only be asked for again"
)]
fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "{what} did not come about");
        std::thread::sleep(Duration::from_millis(20));
    }
}
