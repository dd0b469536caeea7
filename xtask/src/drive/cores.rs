//! One core for the server, another for the load: what is measured must not compete with what measures.

use anyhow::bail;
use std::path::Path;
use std::process::Command;

/// Words before a server's command that put it on the first core.
pub(crate) const SERVER: &[&str] = &["taskset", "--cpu-list", "0"];

/// The same, for a server whose commits are counted.
pub(crate) const COUNTED_SERVER: &[&str] = &[
    "taskset",
    "--cpu-list",
    "0",
    "env",
    "RUST_LOG=info,store::engine=debug",
];

/// Starts this very command anew on the second core, once.
pub(crate) fn on_second(name: &str, given: &[String]) -> anyhow::Result<()> {
    const MARK: &str = "GATELODGE_XTASK_PINNED";
    if std::env::vars_os().any(|(name, _)| name == MARK) {
        return Ok(());
    }
    if std::thread::available_parallelism()?.get() < 2 {
        bail!("{name} wants two cores: one for the server, one for the load");
    }
    let me = std::env::current_exe()?;
    let status = Command::new("taskset")
        .args(["--cpu-list", "1"])
        .arg(me)
        .arg(name)
        .args(given)
        .env(MARK, "1")
        .status()?;
    std::process::exit(status.code().unwrap_or(1))
}

/// Runs cargo on all cores, whatever core this process itself is on.
pub(crate) fn cargo(root: &Path, words: &[&str]) -> anyhow::Result<()> {
    let online = std::fs::read_to_string("/sys/devices/system/cpu/online")?;
    let status = Command::new("taskset")
        .args(["--cpu-list", online.trim(), "cargo"])
        .args(words)
        .current_dir(root)
        .status()?;
    if status.success() {
        Ok(())
    } else {
        bail!("cargo {} failed", words.join(" "))
    }
}
