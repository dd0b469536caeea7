//! What the tests need besides Rust and a C compiler, and where it comes from.
//!
//! As root on a Debian machine the packages are installed; otherwise the command to run is printed. The browser
//! driver comes from the lock file in `tests/browser`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

/// A Debian package and how to see that it, or another build of it, is there.
struct Need {
    package: &'static str,
    present: fn() -> bool,
}

const NEEDS: &[Need] = &[
    Need {
        package: "postgresql",
        present: || program("initdb").is_some() || postgres_in("/usr/lib/postgresql"),
    },
    Need {
        package: "chromium-headless-shell",
        present: || {
            std::env::var_os("CHROMIUM").is_some() || program("chromium-headless-shell").is_some()
        },
    },
    Need {
        package: "fonts-noto-cjk",
        present: || Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists(),
    },
    Need {
        package: "baresip-core",
        present: || program("baresip").is_some(),
    },
    Need {
        package: "kamailio",
        present: || program("kamailio").is_some() || Path::new("/usr/sbin/kamailio").exists(),
    },
    Need {
        package: "awscli",
        present: || program("aws").is_some(),
    },
    Need {
        package: "nodejs",
        present: || program("node").is_some(),
    },
    Need {
        package: "npm",
        present: || program("npm").is_some(),
    },
];

/// Sees that everything is there, or says what is missing.
pub(super) fn meet(browser: &Path) -> anyhow::Result<()> {
    let missing = || -> Vec<&str> {
        NEEDS
            .iter()
            .filter(|need| !(need.present)())
            .map(|need| need.package)
            .collect()
    };
    let wanted = missing();
    if !wanted.is_empty() {
        install(&wanted)?;
        let still = missing();
        if !still.is_empty() {
            bail!("installed, but still missing: {}", still.join(" "));
        }
    }
    driver(browser)
}

fn install(packages: &[&str]) -> anyhow::Result<()> {
    let list = packages.join(" ");
    if program("apt-get").is_none() {
        bail!("the tests need what Debian calls: {list}");
    }
    if !is_root()? {
        bail!("the tests need more; run: sudo apt-get install --no-install-recommends {list}");
    }
    println!("== installing {list}");
    let apt = |arguments: &[&str]| -> anyhow::Result<()> {
        // Run level 1 keeps packages from starting services; the lock may be held by another installation.
        let status = Command::new("apt-get")
            .args(["-o", "DPkg::Lock::Timeout=600", "--quiet"])
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .env("RUNLEVEL", "1")
            .status()?;
        if !status.success() {
            bail!("apt-get {}: {status}", arguments.join(" "));
        }
        Ok(())
    };
    apt(&["update"])?;
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(packages);
    apt(&arguments)
}

/// The browser driver, exactly as locked; nothing to do when it was installed after the lock was written.
fn driver(folder: &Path) -> anyhow::Result<()> {
    let time = |path: PathBuf| path.metadata().and_then(|m| m.modified());
    let lock = time(folder.join("package-lock.json")).context("tests/browser/package-lock.json")?;
    if time(folder.join("node_modules/.package-lock.json")).is_ok_and(|made| made >= lock) {
        return Ok(());
    }
    println!("== installing the browser driver");
    let status = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(folder)
        .status()
        .context("npm")?;
    if !status.success() {
        bail!("npm ci: {status}");
    }
    Ok(())
}

fn is_root() -> anyhow::Result<bool> {
    let done = Command::new("id").arg("-u").output().context("id")?;
    Ok(done.stdout.trim_ascii() == b"0")
}

/// Where a program is on the path.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// Debian keeps PostgreSQL's programs off the path, a folder for each major version.
fn postgres_in(folder: &str) -> bool {
    std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .any(|version| version.path().join("bin/initdb").is_file())
}
