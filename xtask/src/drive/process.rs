//! A server as a process of its own, and the product's commands beside it.

use super::walk::{Person, Place};
use anyhow::{Context as _, bail};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What the store says at level debug after each COMMIT that wrote something.
const COMMITTED: &str = "committed a group";

/// The configuration of an installation that asks nobody for a security check.
const UNSUSPICIOUS: &str = "[check]\nnetwork_failures = 0\nhour_failures = 0\n";

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// The loopback port it listens on.
    pub(crate) port: u16,
    commits: Arc<AtomicU64>,
}

impl Server {
    /// Serves the installation in `folder` on a free port, and waits until it says where.
    pub(crate) fn serve(binary: &Path, folder: &Path, wrapper: &[&str]) -> anyhow::Result<Self> {
        let mut words = wrapper.iter().map(PathBuf::from).chain([binary.to_owned()]);
        let program = words.next().context("no program")?;
        let mut child = Command::new(program)
            .args(words)
            .args(["serve", "--port", "0", "--data-dir"])
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let said = BufReader::new(child.stderr.take().context("no standard error")?);
        let mut port = None;
        let mut lines = said.lines();
        for line in lines.by_ref() {
            port = line?
                .split("http://localhost:")
                .nth(1)
                .map(digits)
                .and_then(|p| p.parse().ok());
            if port.is_some() {
                break;
            }
        }
        // Whatever else it says is read, so that it never waits for us.
        let commits = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&commits);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if line.contains(COMMITTED) {
                    seen.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        match port {
            Some(port) => Ok(Self {
                child,
                port,
                commits,
            }),
            None => bail!("the server ended before it listened"),
        }
    }

    /// How often it made something durable since it listens, by its own log: only where it was started with
    /// [`cores::COUNTED_SERVER`](super::cores::COUNTED_SERVER).
    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// The number of the process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends the process at once, as a power cut would end it for the program.
    pub(crate) fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already ended is what we want.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An installation with a server on it; gone when dropped.
#[derive(Debug)]
pub(crate) struct Installation {
    binary: PathBuf,
    folder: PathBuf,
    wrapper: &'static [&'static str],
    server: Option<Server>,
}

impl Installation {
    /// A new one with an account for each of these, its server started behind these words.
    pub(crate) fn new(
        binary: &Path,
        people: &[Person],
        wrapper: &'static [&'static str],
    ) -> anyhow::Result<Self> {
        let mut new = Self {
            binary: binary.to_owned(),
            folder: scratch()?,
            wrapper,
            server: None,
        };
        // One machine plays everybody here, and is not to be taken for somebody who guesses at all of them.
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(new.folder.join("gatelodge.toml"))?;
        file.write_all(UNSUSPICIOUS.as_bytes())?;
        for person in people {
            new.place().open_account(person)?;
        }
        new.restart()?;
        Ok(new)
    }

    /// A new one without accounts and without a configuration, as suspicious as it ships.
    pub(crate) fn as_shipped(binary: &Path) -> anyhow::Result<Self> {
        let mut new = Self {
            binary: binary.to_owned(),
            folder: scratch()?,
            wrapper: &[],
            server: None,
        };
        new.restart()?;
        Ok(new)
    }

    /// Ends the server, and starts another on the same folder.
    pub(crate) fn restart(&mut self) -> anyhow::Result<&Server> {
        self.server = None;
        let server = Server::serve(&self.binary, &self.folder, self.wrapper)?;
        Ok(self.server.insert(server))
    }

    /// What commands are run on.
    pub(crate) fn place(&self) -> Place<'_> {
        Place {
            binary: &self.binary,
            folder: &self.folder,
        }
    }

    pub(crate) fn server(&self) -> anyhow::Result<&Server> {
        self.server.as_ref().context("the server was stopped")
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        self.server = None;
        // A folder that stays is in the scratch space of the system.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A folder of our own for one installation.
pub(crate) fn scratch() -> anyhow::Result<PathBuf> {
    use std::os::unix::fs::DirBuilderExt as _;
    let folder = std::env::temp_dir().join(format!("gatelodge-xtask-{}", std::process::id()));
    std::fs::DirBuilder::new()
        .mode(0o700)
        .create(&folder)
        .context("the scratch folder")?;
    Ok(folder)
}

fn digits(text: &str) -> String {
    text.chars().take_while(char::is_ascii_digit).collect()
}

/// Runs a command of the product on the installation in `folder`, and reads the JSON it prints.
pub(crate) fn command(
    binary: &Path,
    folder: &Path,
    words: &[&str],
    input: &str,
) -> anyhow::Result<Value> {
    let mut child = Command::new(binary)
        .args(words)
        .arg("--data-dir")
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()?;
    child
        .stdin
        .take()
        .context("no standard input")?
        .write_all(input.as_bytes())?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("gatelodge {} ended with {}", words.join(" "), output.status);
    }
    let text = String::from_utf8(output.stdout)?;
    if !text.trim_start().starts_with(['{', '[']) {
        return Ok(Value::Null);
    }
    let values = serde_json::Deserializer::from_str(&text).into_iter();
    let mut values = values.collect::<Result<Vec<Value>, _>>()?;
    // Some commands print one object a line.
    Ok(match values.len() {
        1 => values.remove(0),
        _ => Value::Array(values),
    })
}
