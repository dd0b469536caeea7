//! A server as a process of its own, and the product's commands beside it.

use anyhow::{Context as _, bail};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// The loopback port it listens on.
    pub(crate) port: u16,
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
        std::thread::spawn(move || lines.for_each(drop));
        match port {
            Some(port) => Ok(Self { child, port }),
            None => bail!("the server ended before it listened"),
        }
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
    Ok(if text.trim_start().starts_with(['{', '[']) {
        serde_json::from_str(&text)?
    } else {
        Value::Null
    })
}
