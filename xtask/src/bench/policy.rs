//! Decisions by policies, taken by a small program of the library itself (`crates/iampolicy/examples/pace.rs`).

use super::{Bench, Figure, Target};
use crate::drive::cores;
use anyhow::Context as _;
use std::process::Command;

/// One policy of one statement, by 1 µs.
pub(super) fn simple(bench: &Bench) -> anyhow::Result<Figure> {
    taken(bench, "simple", 1.0)
}

/// A thousand statements over twenty policies, all of which are looked at, by 50 µs.
pub(super) fn thousand(bench: &Bench) -> anyhow::Result<Figure> {
    taken(bench, "thousand", 50.0)
}

fn taken(bench: &Bench, row: &str, most: f64) -> anyhow::Result<Figure> {
    let words = ["--release", "--package", "iampolicy", "--example", "pace"];
    cores::cargo(&bench.root, &[&["build"], &words[..]].concat())?;
    let output = Command::new(bench.root.join("target/release/examples/pace")).output()?;
    let said = String::from_utf8(output.stdout)?;
    let nanos: f64 = said
        .lines()
        .find_map(|line| line.strip_prefix(row))
        .with_context(|| format!("no {row} in {said}"))?
        .trim()
        .parse()?;
    Ok(Figure {
        unit: "µs a decision",
        ours: nanos / 1_000.0,
        against: most,
        target: Target::AtMost(1.0),
    })
}
