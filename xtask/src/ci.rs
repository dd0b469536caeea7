//! `cargo xtask ci`: everything a change must pass, from a fresh clone on a bare Debian machine.
//!
//! Installs what the tests need where it may ([`needs`]), then runs every check even when one fails, so that
//! one run tells all. The last line is `N passed, N failed`: checks and tests together.
//!
//! Invariant: nothing is skipped silently. What cannot run here is named in the output, and counts as failed
//! unless it needs the network.

mod needs;

use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context as _, bail};

use crate::tree;

/// Told to the tests: PostgreSQL is not optional here.
const POSTGRES_REQUIRED: (&str, &str) = ("GATELODGE_REQUIRE_POSTGRES", "1");

/// What passed and what did not.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Runs all of it.
pub(crate) fn run(given: &[String]) -> anyhow::Result<()> {
    let [] = crate::flags(given, [])?;
    let root = tree::root()?;
    let browser = root.join("tests/browser");
    needs::meet(&browser)?;

    let mut all = Tally::default();
    let mut failed = Vec::new();
    let mut check = |name: &str, command: &mut Command, expects_tests: bool| {
        let mut tally = step(name, command, expects_tests);
        if tally.failed > 0 {
            failed.push(name.to_owned());
        }
        if !expects_tests && tally.failed == 0 {
            tally.passed = 1;
        }
        all += tally;
    };
    let cargo = |arguments: &str| {
        let mut command = Command::new("cargo");
        command
            .args(arguments.split(' '))
            .env(POSTGRES_REQUIRED.0, POSTGRES_REQUIRED.1)
            .current_dir(&root);
        command
    };
    let xtask = |arguments: &[&str]| -> anyhow::Result<Command> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(arguments).current_dir(&root);
        Ok(command)
    };

    check("format", &mut cargo("fmt --all --check"), false);
    check("tidy", &mut xtask(&["tidy"])?, false);
    check("codes", &mut xtask(&["codes", "--check"])?, false);
    check("codegen", &mut xtask(&["codegen", "--check"])?, false);
    check(
        "requirements",
        &mut xtask(&["requirements", "--strict"])?,
        false,
    );
    check(
        "clippy",
        &mut cargo("clippy --locked --workspace --all-targets -- -D warnings"),
        false,
    );
    if has_cargo("nextest") {
        let mut nextest = cargo("nextest run --locked --workspace --no-fail-fast --color never");
        check("tests", &mut nextest, true);
        check(
            "examples in the documents",
            &mut cargo("test --locked --workspace --doc"),
            false,
        );
    } else {
        println!("cargo-nextest is not installed: plain cargo test");
        let mut plain = cargo("test --locked --workspace --no-fail-fast --color never");
        check("tests", &mut plain, true);
    }
    check(
        "build",
        &mut cargo("build --locked --package gatelodge"),
        false,
    );
    // Apart, so that no feature of the tests gets into the server that the stories open.
    check(
        "what stories need besides",
        &mut cargo("build --locked --package testkit --example heard --example aged"),
        false,
    );
    check(
        "nothing acknowledged is lost",
        &mut xtask(&["crash", "--runs", "30"])?,
        false,
    );
    check(
        "nobody gets in and no owner is locked out",
        &mut xtask(&["attack"])?,
        false,
    );
    supply_chain(&mut check, cargo);
    for (name, folder) in [
        ("browser tests", browser),
        ("AWS CLI", root.join("tests/aws")),
    ] {
        let told = tell(name, &folder, stories(&folder)?);
        if told.failed > 0 {
            failed.push(name.to_owned());
        }
        all += told;
    }

    println!();
    if !failed.is_empty() {
        println!("failed: {}", failed.join(", "));
    }
    println!("{} passed, {} failed", all.passed, all.failed);
    if all.failed > 0 {
        // The line above stays the last one.
        std::process::exit(1);
    }
    Ok(())
}

/// Licences, bans and sources by `cargo deny` where it is installed; `tidy` has checked the same lists already.
fn supply_chain(check: &mut impl FnMut(&str, &mut Command, bool), cargo: impl Fn(&str) -> Command) {
    if !has_cargo("deny") {
        println!(
            "\n!! cargo-deny is not installed: known vulnerabilities (advisories) were NOT checked\n"
        );
        return;
    }
    check(
        "cargo deny",
        &mut cargo("deny check bans licenses sources"),
        false,
    );
    let fetched = cargo("deny fetch db").status();
    if fetched.is_ok_and(|status| status.success()) {
        check("advisories", &mut cargo("deny check advisories"), false);
    } else {
        println!("\n!! the advisory database cannot be fetched: advisories were NOT checked\n");
    }
}

/// The files of stories, the longest first, so that none begins last that takes long.
fn stories(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut stories = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().ends_with(".test.mjs") {
            stories.push((entry.metadata()?.len(), entry.path()));
        }
    }
    if stories.is_empty() {
        bail!("no stories in {}", folder.display());
    }
    stories.sort();
    Ok(stories.into_iter().rev().map(|(_, path)| path).collect())
}

/// Runs every file of stories. One more at a time than there are cores: a person who waits for a page leaves a core to
/// another.
fn tell(name: &str, folder: &Path, stories: Vec<PathBuf>) -> Tally {
    println!("\n== {name}");
    let at_once = thread::available_parallelism().map_or(1, usize::from) + 1;
    let next = Mutex::new(stories.into_iter());
    let take = || next.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        let mut all = Tally::default();
        while let Some(story) = take() {
            let mut command = Command::new("node");
            command
                .args(["--test", "--test-reporter=spec"])
                .arg(story)
                .current_dir(folder);
            all += judged(name, &mut command, true);
        }
        all
    };
    thread::scope(|threads| {
        let running: Vec<_> = (0..at_once).map(|_| threads.spawn(work)).collect();
        let mut all = Tally::default();
        for run in running {
            all += run.join().unwrap_or(Tally {
                passed: 0,
                failed: 1,
            });
        }
        all
    })
}

fn has_cargo(tool: &str) -> bool {
    Command::new("cargo")
        .args([tool, "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs one check, shows what it says and counts its tests.
fn step(name: &str, command: &mut Command, expects_tests: bool) -> Tally {
    println!("\n== {name}");
    judged(name, command, expects_tests)
}

fn judged(name: &str, command: &mut Command, expects_tests: bool) -> Tally {
    match attempt(command) {
        Err(error) => {
            println!("{name}: {error:#}");
            Tally {
                passed: 0,
                failed: 1,
            }
        }
        Ok((success, mut tally)) => {
            // A runner that fails without a failed test, or counts none, has not done its work.
            let silent = expects_tests && tally.passed == 0;
            if (!success && tally.failed == 0) || silent {
                tally.failed += 1;
            }
            tally
        }
    }
}

fn attempt(command: &mut Command) -> anyhow::Result<(bool, Tally)> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| command.get_program().to_string_lossy().into_owned())?;
    let out = child.stdout.take().context("no output")?;
    let errors = child.stderr.take().context("no errors")?;
    let side = thread::spawn(move || show(errors));
    let mut tally = show(out);
    tally += side.join().unwrap_or_default();
    Ok((child.wait()?.success(), tally))
}

/// Passes lines on and counts what they report.
fn show(from: impl Read) -> Tally {
    let mut tally = Tally::default();
    for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        tally += counts(&line);
    }
    tally
}

/// The summary lines of nextest, of `cargo test` and of Node's runner (two reporters).
fn counts(line: &str) -> Tally {
    let words: Vec<&str> = line
        .split([' ', ',', ';', ':'])
        .filter(|word| !word.is_empty())
        .collect();
    let before = |what: &str| {
        words
            .windows(2)
            .find_map(|pair| match pair {
                [number, word] if *word == what => number.parse().ok(),
                _ => None,
            })
            .unwrap_or(0)
    };
    match words.as_slice() {
        ["Summary", "[", ..] | ["test", "result", ..] => Tally {
            passed: before("passed"),
            failed: before("failed"),
        },
        ["ℹ" | "#", "pass", number] => Tally {
            passed: number.parse().unwrap_or(0),
            failed: 0,
        },
        ["ℹ" | "#", "fail" | "cancelled", number] => Tally {
            passed: 0,
            failed: number.parse().unwrap_or(0),
        },
        _ => Tally::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_runner_is_understood() {
        let of = |passed, failed| Tally { passed, failed };
        for (line, expected) in [
            (
                "     Summary [   1.234s] 40 tests run: 38 passed (1 slow), 2 failed, 1 skipped",
                of(38, 2),
            ),
            (
                "     Summary [   0.100s] 3 tests run: 3 passed, 0 skipped",
                of(3, 0),
            ),
            (
                "test result: FAILED. 12 passed; 1 failed; 0 ignored; 0 measured",
                of(12, 1),
            ),
            ("ℹ pass 7", of(7, 0)),
            ("# fail 2", of(0, 2)),
            ("it says 3 passed somewhere", of(0, 0)),
        ] {
            assert_eq!(counts(line), expected, "{line}");
        }
    }

    #[test]
    fn a_failing_or_missing_program_is_a_failure() {
        let failed = Tally {
            passed: 0,
            failed: 1,
        };
        assert_eq!(step("no", &mut Command::new("false"), false), failed);
        assert_eq!(step("none", &mut Command::new("true"), true), failed);
        assert_eq!(
            step("absent", &mut Command::new("no-such-program"), false),
            failed
        );
        assert_eq!(
            step("yes", &mut Command::new("true"), false),
            Tally::default()
        );
    }
}
