//! `cargo xtask crash [--runs N] [--binary FILE]`: kills a server under load, again and again, and looks whether
//! anything it acknowledged is lost.
//!
//! Each run starts the server on the store that the last one left, lets several browsers sign in without pause, ends
//! it by SIGKILL after a time that differs from run to run, starts it again and asks for every step it had answered:
//! flows stand where they stood, sessions are alive, mails wait in the outbox. At the end the audit log is verified.

use crate::drive::http::Browser;
use crate::drive::process::{Server, command};
use crate::drive::walk::{Person, Place, begin, demonstration, lost_device, open_case};
use anyhow::{Context as _, bail};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
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
    /// The page at this address waits for a form whose action ends so, or for one of a later step: that one may have
    /// been done while its answer was lost.
    Waits(String, &'static [&'static str]),
    /// The session is alive.
    SignedIn,
}

/// The forms of a sign-in and of a recovery, in their order.
const SIGN_IN: &[&str] = &["/password", "/mail-code"];
const RECOVERY: &[&str] = &["/mail", "/code"];

/// Runs the harness.
pub(crate) fn run(given: &[String]) -> anyhow::Result<()> {
    let (runs, binary) = arguments(given)?;
    let (folder, lost) = demonstration(&binary)?;
    let place = Place {
        binary: &binary,
        folder: &folder,
    };
    for n in 0..ACCOUNTS {
        place.open_account(&Person {
            email: email(n),
            password: PASSWORD.to_owned(),
        })?;
    }
    let mut checked = 0;
    for run in 0..runs {
        let server = Server::serve(&binary, &folder, &[])?;
        let acknowledged = under_load(server, pause(run), &lost)?;
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
        let value = crate::value(&mut words, word)?;
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

fn email(n: usize) -> String {
    format!("crash{n}@example.com")
}

/// How long the load goes on: 60 to 460 ms, another time each run.
fn pause(run: u32) -> Duration {
    Duration::from_millis(u64::from(60 + run.wrapping_mul(2_654_435_761) % 400))
}

/// Lets browsers sign in and begin recoveries until the server is killed, and gives back every step it answered.
fn under_load(server: Server, pause: Duration, lost: &Person) -> anyhow::Result<Vec<Acknowledged>> {
    let port = server.port;
    let all = Mutex::new(Vec::new());
    std::thread::scope(|threads| {
        for n in 0..=BROWSERS {
            let all = &all;
            threads.spawn(move || {
                for round in 0_usize.. {
                    let mut done = Vec::new();
                    let over = if n == BROWSERS {
                        recover(port, lost, &mut done).is_err()
                    } else {
                        sign_in(port, &email((n + round * BROWSERS) % ACCOUNTS), &mut done).is_err()
                    };
                    all.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .append(&mut done);
                    if over {
                        return;
                    }
                }
            });
        }
        // A slow machine gets the time to do something that could be lost.
        for _ in 0..1_000 {
            let enough = all.lock().unwrap_or_else(PoisonError::into_inner).len() >= BROWSERS;
            if enough {
                break;
            }
            std::thread::park_timeout(Duration::from_millis(10));
        }
        std::thread::park_timeout(pause);
        server.kill()
    })?;
    Ok(all.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// One person's way through the pages; what was answered is kept in `done`. An error means the server is gone.
fn sign_in(port: u16, email: &str, done: &mut Vec<Acknowledged>) -> anyhow::Result<()> {
    let mut browser = Browser::new(port);
    let flow = begin(&mut browser, email)?;
    done.push(Acknowledged {
        browser: browser.like(),
        what: What::Waits(flow.clone(), SIGN_IN),
    });
    let passed = browser.post(&format!("{flow}/password"), &[("password", PASSWORD)])?;
    if passed.status == 303 {
        let what = match passed.location.as_deref() {
            Some(to) if to.starts_with("/console") => What::SignedIn,
            _ => What::Waits(flow, &["/mail-code"]),
        };
        done.push(Acknowledged { browser, what });
    }
    Ok(())
}

/// The first steps of a recovery: the case is opened, the mail is ordered.
fn recover(port: u16, lost: &Person, done: &mut Vec<Acknowledged>) -> anyhow::Result<()> {
    let mut browser = Browser::new(port);
    let flow = begin(&mut browser, &lost.email)?;
    browser.post(&format!("{flow}/password"), &[("password", &lost.password)])?;
    let device = lost_device(&mut browser, &flow)?;
    let Some(case) = open_case(&mut browser, &flow, &device)? else {
        return Ok(());
    };
    done.push(Acknowledged {
        browser: browser.like(),
        what: What::Waits(case.clone(), RECOVERY),
    });
    browser.get(&case)?;
    let mailed = browser.post(&format!("{case}/mail"), &[])?;
    if mailed.status == 303 {
        done.push(Acknowledged {
            browser,
            what: What::Waits(case, &["/code"]),
        });
    }
    Ok(())
}

fn still_there(step: Acknowledged, port: u16) -> anyhow::Result<()> {
    let mut browser = step.browser.moved(port);
    let (path, forms) = match &step.what {
        What::Waits(path, forms) => (path.as_str(), *forms),
        What::SignedIn => ("/console/home", &["/signout"][..]),
    };
    let page = browser.get(path)?;
    if page.status != 200 || !forms.iter().any(|form| page.action(form).is_some()) {
        bail!("{:?} is lost: status {}", step.what, page.status);
    }
    Ok(())
}
