//! What the kernel says of a process: CPU per thread, resident memory.

use anyhow::Context as _;
use std::path::Path;
use std::time::Duration;

/// CPU time of a process: all of it, and that of its hash threads.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cpu {
    pub(crate) all: Duration,
    pub(crate) hashes: Duration,
}

impl Cpu {
    /// What was used since `before`.
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            all: self.all.saturating_sub(before.all),
            hashes: self.hashes.saturating_sub(before.hashes),
        }
    }
}

/// The CPU time of a process so far, to the nanosecond, as the scheduler counts it.
pub(crate) fn cpu(pid: u32) -> anyhow::Result<Cpu> {
    let mut out = Cpu::default();
    for thread in std::fs::read_dir(format!("/proc/{pid}/task"))? {
        let thread = thread?.path();
        let Ok(spent) = spent(&thread) else { continue };
        out.all += spent;
        if std::fs::read_to_string(thread.join("comm")).is_ok_and(|name| name.starts_with("hash-"))
        {
            out.hashes += spent;
        }
    }
    Ok(out)
}

fn spent(thread: &Path) -> anyhow::Result<Duration> {
    let stat = std::fs::read_to_string(thread.join("schedstat"))?;
    let nanos = stat.split(' ').next().context("an empty schedstat")?;
    Ok(Duration::from_nanos(nanos.parse()?))
}

/// Resident memory, in MiB.
pub(crate) fn resident_mib(pid: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status
        .lines()
        .find(|l| l.starts_with("VmRSS:"))
        .context("no VmRSS")?;
    let kib: f64 = line
        .split_whitespace()
        .nth(1)
        .context("no figure")?
        .parse()?;
    Ok(kib / 1024.0)
}
