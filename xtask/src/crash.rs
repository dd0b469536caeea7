//! `cargo xtask crash [--runs N] [--binary FILE]`: kills a server under load, again and again, and looks whether
//! anything it acknowledged is lost.
//!
//! Each run starts the server on the store that the last one left, lets several browsers sign in without pause, ends
//! it by SIGKILL after a time that differs from run to run, starts it again and asks for every step it had answered:
//! flows stand where they stood, sessions are alive, mails wait in the outbox. At the end the audit log is verified.

use crate::drive::http::Browser;
use crate::drive::process::{Server, command};
use anyhow::{Context as _, bail};
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

/// Browsers that sign in at the same time.
const BROWSERS: usize = 4;
/// Accounts they sign in to.
const ACCOUNTS: usize = 8;
const PASSWORD: &str = "harbour lantern quiet maple";

/// A step that the server answered as done.
#[derive(Debug)]
struct Acknowledged {
    browser: Browser,
    what: What,
}

#[derive(Debug)]
enum What {
    /// The flow at this address waits for a form whose action ends so.
    Waits(String, &'static str),
    /// The session is alive.
    SignedIn,
}

/// Runs the harness.
pub(crate) fn run(given: &[String]) -> anyhow::Result<()> {
    let (runs, binary) = arguments(given)?;
    let folder = scratch()?;
    for n in 0..ACCOUNTS {
        let email = email(n);
        let words = [
            "account",
            "create",
            "--name",
            "Crash test",
            "--email",
            &email,
            "--password-stdin",
        ];
        command(&binary, &folder, &words, &format!("{PASSWORD}\n"))?;
    }
    let mut checked = 0;
    for run in 0..runs {
        let server = Server::serve(&binary, &folder, &[])?;
        let acknowledged = under_load(server, pause(run))?;
        let steps = acknowledged.len();
        let server = Server::serve(&binary, &folder, &[])?;
        for step in acknowledged {
            still_there(step, server.port).with_context(|| format!("run {run}"))?;
        }
        server.kill()?;
        checked += steps;
        println!("run {run}: {steps} acknowledged steps, all there");
    }
    command(&binary, &folder, &["audit", "verify"], "").context("the audit log")?;
    std::fs::remove_dir_all(&folder)?;
    if checked == 0 {
        bail!("no step was acknowledged: nothing was shown");
    }
    println!("{runs} kills, {checked} acknowledged steps, none lost; the audit log verifies");
    Ok(())
}

fn arguments(given: &[String]) -> anyhow::Result<(u32, PathBuf)> {
    let (mut runs, mut binary) = (300, PathBuf::from("target/debug/gatelodge"));
    let mut words = given.iter();
    while let Some(word) = words.next() {
        let value = words.next().context("a value is missing")?;
        match word.as_str() {
            "--runs" => runs = value.parse()?,
            "--binary" => binary = value.into(),
            other => bail!("unknown option {other}: --runs N, --binary FILE"),
        }
    }
    let binary = binary
        .canonicalize()
        .context("build the binary first: cargo build -p gatelodge")?;
    Ok((runs, binary))
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

fn email(n: usize) -> String {
    format!("crash{n}@example.com")
}

/// How long the load goes on: 60 to 460 ms, another time each run.
fn pause(run: u32) -> Duration {
    Duration::from_millis(u64::from(60 + run.wrapping_mul(2_654_435_761) % 400))
}

/// Lets browsers sign in until the server is killed, and gives back every step that was answered.
fn under_load(server: Server, pause: Duration) -> anyhow::Result<Vec<Acknowledged>> {
    let port = server.port;
    let all = Mutex::new(Vec::new());
    std::thread::scope(|threads| {
        for n in 0..BROWSERS {
            let all = &all;
            threads.spawn(move || {
                for round in 0_usize.. {
                    let mut done = Vec::new();
                    let over = sign_in(port, &email((n + round * BROWSERS) % ACCOUNTS), &mut done)
                        .is_err();
                    all.lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner)
                        .append(&mut done);
                    if over {
                        return;
                    }
                }
            });
        }
        std::thread::park_timeout(pause);
        server.kill()
    })?;
    Ok(all
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner))
}

/// One person's way through the pages; what was answered is kept in `done`. An error means the server is gone.
fn sign_in(port: u16, email: &str, done: &mut Vec<Acknowledged>) -> anyhow::Result<()> {
    let mut browser = Browser::new(port);
    browser.get("/signin")?;
    let begun = browser.post("/signin", &[("user", "root"), ("email", email)])?;
    let flow = begun.location.context("no flow")?;
    done.push(Acknowledged {
        browser: browser.like(),
        what: What::Waits(flow.clone(), "/password"),
    });
    let passed = browser.post(&format!("{flow}/password"), &[("password", PASSWORD)])?;
    done.pop();
    if passed.status == 303 {
        let what = match passed.location.as_deref() {
            Some(to) if to.starts_with("/console") => What::SignedIn,
            _ => What::Waits(flow, "/mail-code"),
        };
        done.push(Acknowledged { browser, what });
    }
    Ok(())
}

fn still_there(step: Acknowledged, port: u16) -> anyhow::Result<()> {
    let mut browser = step.browser.moved(port);
    match step.what {
        What::Waits(flow, form) => {
            let page = browser.get(&flow)?;
            // The next step may have been done and its answer lost: that is no loss.
            let further = ["/password", "/mail-code"]
                .iter()
                .any(|end| page.action(end).is_some());
            if page.action(form).is_none() && !(form == "/password" && further) {
                bail!("{flow} no longer waits for {form}: status {}", page.status);
            }
        }
        What::SignedIn => {
            let page = browser.get("/console/home")?;
            if page.status != 200 {
                bail!("a session is gone: status {}", page.status);
            }
        }
    }
    Ok(())
}
