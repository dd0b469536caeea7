//! The folder of an installation: who owns it, who may read it, what lies where in it.
//!
//! Whoever can read the folder is the operator. So it belongs to the user who runs this, and to nobody else; a folder
//! or a file in it that others could read or write is refused, with the command that mends it.

use anyhow::{Context, bail};
use rustix::fs::Mode;
use std::fs::Metadata;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Files we make are for their owner only, whatever the shell's mask was.
pub(crate) fn mask() {
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
}

/// The folder of an installation, checked.
#[derive(Debug, Clone)]
pub(crate) struct Place(PathBuf);

impl Place {
    /// The folder, made if there is none.
    pub(crate) fn make(path: &Path) -> anyhow::Result<Self> {
        match std::fs::symlink_metadata(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                std::fs::DirBuilder::new()
                    .mode(0o700)
                    .recursive(true)
                    .create(path)
                    .with_context(|| format!("cannot make the folder {}", path.display()))?;
            }
            _ => {}
        }
        Self::open(path)
    }

    /// The folder of an installation that exists.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let meta = match std::fs::metadata(path) {
            Ok(meta) => meta,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => bail!(
                "there is no installation in {}: `gatelodge serve --data-dir {}` makes one, or name another \
                 folder with --data-dir",
                path.display(),
                path.display()
            ),
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        };
        if !meta.is_dir() {
            bail!("{} is not a folder", path.display());
        }
        ours(path, &meta)?;
        private(path, &meta, 0o700)?;
        let path = path
            .canonicalize()
            .with_context(|| path.display().to_string())?;
        let place = Self(path);
        place.check_files()?;
        Ok(place)
    }

    fn check_files(&self) -> anyhow::Result<()> {
        let entries = std::fs::read_dir(&self.0).with_context(|| self.0.display().to_string())?;
        for entry in entries {
            let path = entry.with_context(|| self.0.display().to_string())?.path();
            // One that vanishes under our eyes (SQLite's companions do) needs no check.
            let Ok(meta) = std::fs::symlink_metadata(&path) else {
                continue;
            };
            if meta.is_file() {
                ours(&path, &meta)?;
                private(&path, &meta, 0o600)?;
            }
        }
        Ok(())
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.0
    }

    /// A path of the configuration: as it is, or seen from the folder.
    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.0.join(path)
    }

    /// Writes a secret of the operator's into a file of the folder, for its owner only, in place of what was there.
    pub(crate) fn write_secret(&self, name: &str, text: &str) -> anyhow::Result<PathBuf> {
        use std::io::Write;
        let path = self.path(name);
        self.remove(name)?;
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .with_context(|| format!("cannot write {}", path.display()))?;
        writeln!(file, "{text}").with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }

    /// Removes a file of the folder, if it is there.
    pub(crate) fn remove(&self, name: &str) -> anyhow::Result<()> {
        let path = self.path(name);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", path.display()))
            }
            _ => Ok(()),
        }
    }
}

/// Reads a file with a secret in its first line: refused if others could read or change it.
pub(crate) fn read_secret(path: &Path) -> anyhow::Result<String> {
    let meta = std::fs::metadata(path).with_context(|| path.display().to_string())?;
    let mode = meta.mode() & 0o7777;
    if !meta.is_file() {
        bail!("{} is not a plain file", path.display());
    }
    // A group of its own may read it, as packages set secrets up: root:gatelodge 0640.
    if mode & 0o027 != 0 {
        bail!(
            "{} has mode {mode:04o}, so others can read or change it: chmod 600 {}",
            path.display(),
            path.display()
        );
    }
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let line = text.lines().next().unwrap_or("").trim();
    if line.is_empty() {
        bail!("{} is empty", path.display());
    }
    Ok(line.to_owned())
}

/// Refuses a file that others could write: whoever writes the configuration rules the installation.
pub(crate) fn written_by_us_only(path: &Path, meta: &Metadata) -> anyhow::Result<()> {
    let me = rustix::process::geteuid().as_raw();
    if meta.uid() != me && meta.uid() != 0 {
        bail!(
            "{} belongs to user {}, neither to us nor to root: chown it",
            path.display(),
            meta.uid()
        );
    }
    if meta.mode() & 0o022 != 0 {
        bail!(
            "{} can be changed by others (mode {:04o}): chmod go-w {}",
            path.display(),
            meta.mode() & 0o7777,
            path.display()
        );
    }
    Ok(())
}

fn ours(path: &Path, meta: &Metadata) -> anyhow::Result<()> {
    let me = rustix::process::geteuid().as_raw();
    if meta.uid() != me {
        bail!(
            "{} belongs to user {}, and this runs as user {me}: run it as that user",
            path.display(),
            meta.uid()
        );
    }
    Ok(())
}

fn private(path: &Path, meta: &Metadata, wanted: u32) -> anyhow::Result<()> {
    let mode = meta.mode() & 0o777;
    if mode & 0o077 != 0 {
        bail!(
            "{} has mode {mode:04o}, so others can look into it: chmod {wanted:o} {}",
            path.display(),
            path.display()
        );
    }
    Ok(())
}
