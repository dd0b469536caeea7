//! The rows of the benchmark.

use super::load::at_once;
use super::usage::{self, Cpu};
use super::{Bench, Figure, Target};
use crate::drive::cores;
use crate::drive::http::{Browser, Reply};
use crate::drive::process::{Installation, command};
use crate::drive::walk::{Person, begin, give_password, past_password};
use anyhow::{Context as _, bail};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const MIB: f64 = 1024.0 * 1024.0;

fn somebody() -> Person {
    Person {
        email: "bench@example.com".to_owned(),
        password: "harbour lantern quiet maple".to_owned(),
    }
}

/// An installation with one account and a server on it.
fn installation(bench: &Bench) -> anyhow::Result<Installation> {
    Installation::new(&bench.binary, &[somebody()], cores::SERVER)
}

/// The pages of a password sign-in, as far as the password goes.
fn sign_in(browser: &mut Browser) -> anyhow::Result<()> {
    let flow = past_password(browser, &somebody())?;
    browser.open(&flow)?;
    Ok(())
}

/// A whole sign-in in a browser that is known: the page it ends on.
fn into_the_console(browser: &mut Browser) -> anyhow::Result<Reply> {
    let (_, console) = give_password(browser, &somebody())?;
    if console.starts_with("/signin") {
        bail!("the sign-in asks for more than a password");
    }
    browser.get(&console)
}

pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn p99(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values
        .get((values.len() * 99) / 100)
        .copied()
        .unwrap_or(f64::NAN)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// (process CPU − hash CPU) ÷ hash CPU over whole sign-ins, from the first page to the console home, in a browser that
/// is known; the median of five runs.
pub(crate) fn sign_in_cpu(bench: &Bench) -> anyhow::Result<Figure> {
    let place = Installation::new(&bench.binary, &[], cores::SERVER)?;
    let server = place.server()?;
    place.place().sign_up(
        Browser::new(server.port),
        &somebody(),
        "Driven",
        "+886912345600",
    )?;
    let mut browser = place
        .place()
        .sign_in_by_mail(Browser::new(server.port), &somebody())?;
    let mut runs = Vec::new();
    let mut hash_ms = 0.0;
    for _ in 0..5 {
        let before = usage::cpu(server.pid())?;
        for _ in 0..40 {
            browser = browser.opened_anew();
            let home = into_the_console(&mut browser)?;
            if home.status != 200 {
                bail!("the console home answered {}", home.status);
            }
        }
        let Cpu { all, hashes } = usage::cpu(server.pid())?.since(before);
        hash_ms = hashes.as_secs_f64() * 1_000.0 / 40.0;
        runs.push((all.saturating_sub(hashes)).as_secs_f64() / hashes.as_secs_f64());
    }
    let ratio = median(runs);
    Ok(Figure {
        unit: "ms CPU a sign-in",
        ours: ratio * hash_ms,
        against: hash_ms,
        target: Target::AtMost(0.10),
    })
}

/// Pages before the first that is timed.
const WARM_UP: usize = 500;

fn page_times(port: u16, rounds: usize) -> anyhow::Result<Vec<f64>> {
    let mut browser = Browser::new(port);
    for _ in 0..WARM_UP {
        browser.get("/signin")?;
    }
    let mut times = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let begin = now();
        let page = browser.get("/signin")?;
        times.push(begin.elapsed().as_secs_f64() * 1_000.0);
        if page.status != 200 {
            bail!("the sign-in page answered {}", page.status);
        }
    }
    Ok(times)
}

/// p99 of the sign-in page on one connection while eight clients sign in without pause, against the same alone.
pub(crate) fn page_p99(bench: &Bench) -> anyhow::Result<Figure> {
    let place = installation(bench)?;
    let port = place.server()?.port;
    let alone = p99(page_times(port, 3_000)?);
    let over = AtomicBool::new(false);
    let busy = std::thread::scope(|threads| {
        for _ in 0..8 {
            threads.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    // A refusal because too many sign in is an answer too.
                    let _ = sign_in(&mut Browser::new(port));
                }
            });
        }
        let times = page_times(port, 3_000);
        over.store(true, Ordering::Relaxed);
        times
    })?;
    Ok(Figure {
        unit: "ms p99",
        ours: p99(busy),
        against: alone,
        target: Target::AtMost(5.0),
    })
}

pub(super) struct Bare(pub(super) Child, pub(super) u16);

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(super) fn bare(program: &Path, size: usize) -> anyhow::Result<Bare> {
    use std::io::BufRead as _;
    let mut words = cores::SERVER
        .iter()
        .map(PathBuf::from)
        .chain([program.to_owned()]);
    let mut child = Command::new(words.next().context("no program")?)
        .args(words)
        .arg(size.to_string())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    std::io::BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
    let port = line
        .trim()
        .rsplit(':')
        .next()
        .and_then(|p| p.parse().ok())
        .context("no port")?;
    Ok(Bare(child, port))
}

/// Pages a CPU-second of the process at 16 connections.
fn pages_per_cpu_second(pid: u32, port: u16, path: &str) -> anyhow::Result<f64> {
    const CONNECTIONS: usize = 16;
    const EACH: usize = 400;
    let before = usage::cpu(pid)?;
    at_once(0..CONNECTIONS, |_| {
        let mut browser = Browser::new(port);
        for _ in 0..EACH {
            browser.get(path)?;
        }
        Ok(())
    })?;
    let spent = usage::cpu(pid)?.since(before).all.as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let pages = (CONNECTIONS * EACH) as f64;
    Ok(pages / spent)
}

/// The sign-in page against a bare page of the same size; the median of five alternating runs.
pub(crate) fn page_cpu(bench: &Bench) -> anyhow::Result<Figure> {
    let place = installation(bench)?;
    let server = place.server()?;
    let size = Browser::new(server.port).get("/signin")?.body.len();
    let bare = bare(&bench.bare, size)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        ours.push(pages_per_cpu_second(server.pid(), server.port, "/signin")?);
        theirs.push(pages_per_cpu_second(bare.0.id(), bare.1, "/page")?);
    }
    Ok(Figure {
        unit: "pages a CPU-second",
        ours: median(ours),
        against: median(theirs),
        target: Target::AtLeast(0.4),
    })
}

/// The slowest of the answers that turned somebody away from a full queue, against 100 ms.
pub(crate) fn queue_full(bench: &Bench) -> anyhow::Result<Figure> {
    let place = installation(bench)?;
    let port = place.server()?.port;
    let (answers, _) = at_once(0..80, |_| {
        let mut browser = Browser::new(port);
        let flow = begin(&mut browser, &somebody().email)?;
        let begin = now();
        let answer = browser.post(&format!("{flow}/password"), &[("password", "wrong")])?;
        let taken = begin.elapsed().as_secs_f64() * 1_000.0;
        Ok((answer.status == 503).then_some(taken))
    })?;
    let turned_away: Vec<f64> = answers.into_iter().flatten().collect();
    if turned_away.is_empty() {
        bail!("nobody was turned away: the queue was never full");
    }
    Ok(Figure {
        unit: "ms to turn away",
        ours: p99(turned_away),
        against: 100.0,
        target: Target::AtMost(1.0),
    })
}

/// From the start of the process to the first 200, on a store that exists; the median of five.
pub(crate) fn start(bench: &Bench) -> anyhow::Result<Figure> {
    let mut place = installation(bench)?;
    let mut times = Vec::new();
    for _ in 0..5 {
        let begin = now();
        let server = place.restart()?;
        let answer = Browser::new(server.port).get("/signin")?;
        times.push(begin.elapsed().as_secs_f64());
        if answer.status != 200 {
            bail!("the first answer was {}", answer.status);
        }
    }
    Ok(Figure {
        unit: "s to the first 200",
        ours: median(times),
        against: 0.1,
        target: Target::AtMost(1.0),
    })
}

/// The command that makes an account without a password, beside a running server; the median of nine.
pub(crate) fn account_create(bench: &Bench) -> anyhow::Result<Figure> {
    let place = installation(bench)?;
    let mut times = Vec::new();
    for n in 0..9 {
        let email = format!("new{n}@example.com");
        let words = ["account", "create", "--name", "New", "--email", &email];
        let begin = now();
        command(place.place().binary, place.place().folder, &words, "")?;
        times.push(begin.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(Figure {
        unit: "ms",
        ours: median(times),
        against: 50.0,
        target: Target::AtMost(1.0),
    })
}

/// Resident memory one minute after a sign-in.
pub(crate) fn idle_memory(bench: &Bench) -> anyhow::Result<Figure> {
    let place = installation(bench)?;
    let server = place.server()?;
    sign_in(&mut Browser::new(server.port))?;
    let end = now() + Duration::from_secs(60);
    while now() < end {
        std::thread::park_timeout(end.saturating_duration_since(now()));
    }
    let ours = usage::resident_mib(server.pid())?;
    Ok(Figure {
        unit: "MiB resident",
        ours,
        against: 29.0,
        target: Target::AtMost(1.0),
    })
}

/// The shipped binary.
pub(crate) fn binary(bench: &Bench) -> anyhow::Result<Figure> {
    cores::cargo(
        &bench.root,
        &["build", "--profile", "dist", "--package", "gatelodge"],
    )?;
    #[expect(clippy::cast_precision_loss, reason = "some megabytes")]
    let size = std::fs::metadata(bench.root.join("target/dist/gatelodge"))?.len() as f64;
    Ok(Figure {
        unit: "MiB",
        ours: size / MIB,
        against: 16.0,
        target: Target::AtMost(1.0),
    })
}

/// CPU minutes of the newcomer's first release build, with an empty target folder.
pub(crate) fn cold_build(bench: &Bench) -> anyhow::Result<Figure> {
    let target = std::env::temp_dir().join(format!("gatelodge-cold-{}", std::process::id()));
    let before = children()?;
    let folder = target.to_string_lossy().into_owned();
    cores::cargo(
        &bench.root,
        &[
            "build",
            "--release",
            "--package",
            "gatelodge",
            "--target-dir",
            &folder,
        ],
    )?;
    let spent = children()?.saturating_sub(before);
    std::fs::remove_dir_all(&target)?;
    Ok(Figure {
        unit: "CPU minutes",
        ours: spent.as_secs_f64() / 60.0,
        against: 10.0,
        target: Target::AtMost(1.0),
    })
}

/// CPU time of children that ended: fields 16 and 17 of `/proc/self/stat`, in ticks of 10 ms.
fn children() -> anyhow::Result<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit(')').next().context("no stat")?;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |n: usize| {
        fields
            .get(n)
            .and_then(|f| f.parse::<u64>().ok())
            .unwrap_or(0)
    };
    Ok(Duration::from_millis((ticks(13) + ticks(14)) * 10))
}
