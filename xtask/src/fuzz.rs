//! `cargo xtask fuzz [TARGET…] [--seconds N]`: targets of `fuzz/` under libFuzzer, each for so long (60 s); all by default.
//!
//! cargo-fuzz wants a nightly toolchain for its sanitizers. What guides the fuzzer, counts of the branches taken, stable has
//! too; in code without `unsafe` a sanitizer would find little. What was learnt stays in `fuzz/corpus`.

use anyhow::bail;
use std::path::Path;
use std::process::Command;

/// The branches are counted where libFuzzer looks for them, and overflow is a finding.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Ccodegen-units=1 \
    -Cdebug-assertions=on -Coverflow-checks=on";
/// Named, so that build scripts and macros are built without these flags.
const HOST: &str = "x86_64-unknown-linux-gnu";

pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let (mut targets, mut seconds) = (Vec::new(), 60_u32);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seconds" => seconds = crate::value(&mut words, word)?.parse()?,
            target => targets.push(target.to_owned()),
        }
    }
    let folder = crate::tree::root()?.join("fuzz");
    let all = all(&folder.join("fuzz_targets"))?;
    if let Some(unknown) = targets.iter().find(|target| !all.contains(target)) {
        bail!("no target {unknown}: {}", all.join(", "));
    }
    for target in if targets.is_empty() { &all } else { &targets } {
        let corpus = folder.join("corpus").join(target);
        std::fs::create_dir_all(&corpus)?;
        let found = folder.join("artifacts");
        std::fs::create_dir_all(&found)?;
        let status = Command::new("cargo")
            .args(["run", "--release", "--target", HOST, "--bin", target, "--"])
            .arg(&corpus)
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-artifact_prefix={}/{target}-", found.display()))
            .env("RUSTFLAGS", FLAGS)
            .current_dir(&folder)
            .status()?;
        if !status.success() {
            bail!("{target} found something: see {}", found.display());
        }
    }
    println!("fuzz: nothing found, {seconds} s a target");
    Ok(())
}

/// The names of all targets.
fn all(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for file in std::fs::read_dir(folder)? {
        let file = file?.path();
        names.extend(
            file.file_stem()
                .map(|name| name.to_string_lossy().into_owned()),
        );
    }
    names.sort();
    Ok(names)
}
