//! The lock of an installation: one `serve` per data folder.
//!
//! The kernel holds it for the open file, so it ends with the process however that ends. Commands do not take it:
//! they work beside a running server.

use crate::error::StoreError;
use rustix::fs::{FlockOperation, flock};
use std::fs::File;
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Held while it lives.
#[derive(Debug)]
#[must_use]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of a data folder, or says which process has it.
    pub fn take(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join("lock");
        let fail = |error: std::io::Error| StoreError::file(&path, &error);
        let options = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .clone();
        let mut file = options.open(&path).map_err(fail)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {
                file.set_len(0)
                    .and_then(|()| writeln!(file, "{}", std::process::id()))
                    .map_err(fail)?;
                Ok(Self { _file: file })
            }
            Err(rustix::io::Errno::WOULDBLOCK) => {
                let mut text = String::new();
                let read = file
                    .rewind()
                    .and_then(|()| file.take(32).read_to_string(&mut text));
                let who = text.trim().parse::<u32>().ok().filter(|_| read.is_ok());
                let who = who.map_or_else(
                    || "another process".to_owned(),
                    |pid| format!("process {pid}"),
                );
                Err(StoreError::unfit(format!(
                    "{} is in use by {who}: only one server runs on a data folder",
                    folder.display()
                )))
            }
            Err(error) => Err(fail(error.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_is_first_and_may_follow() {
        let dir = tempfile::tempdir().unwrap();
        let first = Lock::take(dir.path()).unwrap();
        let error = Lock::take(dir.path()).unwrap_err().to_string();
        assert!(
            error.contains(&format!("process {}", std::process::id())),
            "{error}"
        );
        drop(first);
        drop(Lock::take(dir.path()).unwrap());
        assert!(Lock::take(&dir.path().join("missing")).is_err());
    }
}
