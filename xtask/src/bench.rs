//! `cargo xtask bench [ROW…] [--json]`: the figures the product answers for, each as a ratio taken in one run.
//!
//! The server runs on one core and the load on the other; both sides of a ratio are measured alternately, so that a
//! noisy machine is noisy for both. One object a line with `--json`:
//! `{"row","unit","ours","against","ratio","target","holds"}`. Exit code 1 when a target does not hold.

mod calls;
mod load;
mod policy;
mod recovery;
mod rows;
mod usage;

use crate::drive::cores;
use anyhow::{Context as _, bail};
use serde_json::json;
use std::cell::OnceCell;
use std::path::PathBuf;

/// One figure.
#[derive(Debug)]
pub(crate) struct Figure {
    /// What is counted.
    unit: &'static str,
    /// Our figure.
    ours: f64,
    /// What it stands against: a limit or a peer of the same run.
    against: f64,
    /// The bound of `ours ÷ against`.
    target: Target,
}

/// How a ratio must lie.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    AtMost(f64),
    AtLeast(f64),
}

/// A row: its name, what it shows, and how it is taken.
struct Row {
    name: &'static str,
    help: &'static str,
    take: fn(&Bench) -> anyhow::Result<Figure>,
}

const ROWS: &[Row] = &[
    Row {
        name: "sign-in-cpu",
        help: "CPU of a password sign-in beside its hash",
        take: rows::sign_in_cpu,
    },
    Row {
        name: "page-p99",
        help: "the sign-in page while eight sign in, against alone",
        take: rows::page_p99,
    },
    Row {
        name: "page-cpu",
        help: "sign-in pages per CPU-second, against a bare page",
        take: rows::page_cpu,
    },
    Row {
        name: "queue-full",
        help: "how soon a full queue turns people away",
        take: rows::queue_full,
    },
    Row {
        name: "recovery-steps",
        help: "durable steps of recoveries, against bare commits",
        take: recovery::steps,
    },
    Row {
        name: "recovery-commits",
        help: "commits that a step of a recovery costs",
        take: recovery::commits,
    },
    Row {
        name: "many-recoveries",
        help: "a hundred recoveries at once, over a trunk",
        take: calls::recoveries,
    },
    Row {
        name: "call-jitter",
        help: "how evenly their hundred calls speak",
        take: calls::jitter,
    },
    Row {
        name: "call-set-up",
        help: "what we add to the beginning of a call",
        take: calls::set_up,
    },
    Row {
        name: "policy-simple",
        help: "a decision by one statement with a condition",
        take: policy::simple,
    },
    Row {
        name: "policy-1000",
        help: "a decision by a thousand statements of twenty policies",
        take: policy::thousand,
    },
    Row {
        name: "account-create",
        help: "the command that makes an account",
        take: rows::account_create,
    },
    Row {
        name: "start",
        help: "start to the first answer on an existing store",
        take: rows::start,
    },
    Row {
        name: "idle-memory",
        help: "resident memory a minute after a sign-in",
        take: rows::idle_memory,
    },
    Row {
        name: "binary",
        help: "size of what is shipped (profile dist)",
        take: rows::binary,
    },
    Row {
        name: "cold-build",
        help: "CPU of the newcomer's first build",
        take: rows::cold_build,
    },
];

/// What the rows share.
#[derive(Debug)]
pub(crate) struct Bench {
    root: PathBuf,
    binary: PathBuf,
    bare: PathBuf,
    far: PathBuf,
    recoveries: OnceCell<recovery::Runs>,
    calls: OnceCell<calls::Calls>,
}

/// Takes the rows asked for, all of them by default.
pub(crate) fn run(given: &[String]) -> anyhow::Result<()> {
    let as_json = given.iter().any(|word| word == "--json");
    let wanted: Vec<&String> = given.iter().filter(|word| *word != "--json").collect();
    if let Some(unknown) = wanted
        .iter()
        .find(|w| !ROWS.iter().any(|row| row.name == w.as_str()))
    {
        for row in ROWS {
            eprintln!("  {:<18}{}", row.name, row.help);
        }
        bail!("no row {unknown}");
    }
    cores::on_second("bench", given)?;
    let bench = Bench::build()?;
    let mut missed = Vec::new();
    for row in ROWS
        .iter()
        .filter(|row| wanted.is_empty() || wanted.iter().any(|w| w.as_str() == row.name))
    {
        let figure = (row.take)(&bench).with_context(|| row.name)?;
        let ratio = figure.ours / figure.against;
        let (holds, target) = match figure.target {
            Target::AtMost(most) => (ratio <= most, format!("<= {most}")),
            Target::AtLeast(least) => (ratio >= least, format!(">= {least}")),
        };
        if !holds {
            missed.push(row.name);
        }
        if as_json {
            let (ours, against, unit) = (figure.ours, figure.against, figure.unit);
            println!(
                "{}",
                json!({ "row": row.name, "unit": unit, "ours": ours, "against": against, "ratio": ratio, "target": target, "holds": holds })
            );
        } else {
            let mark = if holds { "holds" } else { "MISSED" };
            println!(
                "{:<18}{:>12.3} against {:>12.3} {:<22} ratio {ratio:>7.3} {target:<9} {mark}",
                row.name, figure.ours, figure.against, figure.unit
            );
        }
    }
    if !missed.is_empty() {
        bail!("missed: {}", missed.join(", "));
    }
    Ok(())
}

impl Bench {
    /// Builds the server and what it is compared with, as they ship to a newcomer.
    fn build() -> anyhow::Result<Self> {
        let root = crate::tree::root()?;
        cores::cargo(&root, &["build", "--release", "--package", "gatelodge"])?;
        cores::cargo(
            &root,
            &[
                "build",
                "--release",
                "--package",
                "testkit",
                "--example",
                "bare",
                "--example",
                "far",
            ],
        )?;
        let target = root.join("target/release");
        Ok(Self {
            binary: target.join("gatelodge"),
            bare: target.join("examples/bare"),
            far: target.join("examples/far"),
            recoveries: OnceCell::new(),
            calls: OnceCell::new(),
            root,
        })
    }
}
