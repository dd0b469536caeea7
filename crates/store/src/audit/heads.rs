//! Heads of the audit chain, written to a file outside the store: what a store put back cannot take along.
//!
//! One JSON object a line, appended and flushed to the disk, each authenticated by the ring. The file may be copied
//! away at any time; a line that a crash cut in the middle is skipped.

use super::chain::{self, Hash, Head};
use crate::error::StoreError;
use crate::ring::KeyRing;
use domain::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A head is written when the last one is so old, or so many records behind.
const EVERY: Span = Span::seconds(60);
const RECORDS: i64 = 1_000;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    generation: u64,
    block: i64,
    sequence: i64,
    hash: String,
    at: Timestamp,
    key: i64,
    mac: String,
}

/// One line that was read back.
pub(crate) enum Read {
    /// A head that the ring wrote.
    Good(Head, Timestamp),
    /// A head that the ring did not write; the number of the line, from 1.
    Forged(usize),
    /// No head at all: what a crash left of one.
    Torn,
}

impl Line {
    fn of(ring: &KeyRing, head: &Head, at: Timestamp) -> Result<Self, StoreError> {
        let (key, mac) = chain::sign(ring, &head.digest(ring, at))?;
        let hex = |bytes: &Hash| data_encoding::HEXLOWER.encode(bytes);
        let Head {
            generation,
            block,
            sequence,
            hash,
        } = head;
        let (generation, block, sequence) = (*generation, *block, *sequence);
        Ok(Self {
            generation,
            block,
            sequence,
            hash: hex(hash),
            at,
            key,
            mac: hex(&mac),
        })
    }

    fn check(&self, ring: &KeyRing) -> Result<Option<Head>, StoreError> {
        let unhex = |text: &str| {
            let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?;
            Hash::try_from(bytes).ok()
        };
        let (Some(hash), Some(mac)) = (unhex(&self.hash), unhex(&self.mac)) else {
            return Ok(None);
        };
        let head = Head {
            generation: self.generation,
            block: self.block,
            sequence: self.sequence,
            hash,
        };
        let signed = chain::is_signed(ring, self.key, &head.digest(ring, self.at), &mac)?;
        Ok(signed.then_some(head))
    }
}

/// Reads every line; a last line without an end is one that a crash cut.
pub(crate) fn read(
    path: &Path,
    ring: &KeyRing,
    mut each: impl FnMut(Read),
) -> Result<(), StoreError> {
    let fail = |error: std::io::Error| StoreError::file(path, &error);
    let mut lines = BufReader::new(File::open(path).map_err(fail)?);
    let mut line = Vec::new();
    for number in 1_usize.. {
        line.clear();
        if lines.read_until(b'\n', &mut line).map_err(fail)? == 0 {
            break;
        }
        let Some(text) = line.strip_suffix(b"\n") else {
            break;
        };
        if text.is_empty() {
            continue;
        }
        each(match serde_json::from_slice::<Line>(text) {
            Ok(parsed) => parsed
                .check(ring)?
                .map_or(Read::Forged(number), |head| Read::Good(head, parsed.at)),
            Err(_) => Read::Torn,
        });
    }
    Ok(())
}

/// The file that heads are appended to.
#[derive(Debug)]
pub struct Heads {
    path: PathBuf,
    ring: KeyRing,
    last: Option<(Head, Timestamp)>,
}

impl Heads {
    /// Opens the file; it is made with the first head.
    pub fn open(path: &Path, ring: &KeyRing) -> Result<Self, StoreError> {
        let mut last = None;
        if path.exists() {
            read(path, ring, |line| {
                if let Read::Good(head, at) = line {
                    last = Some((head, at));
                }
            })?;
        }
        Ok(Self {
            path: path.to_owned(),
            ring: ring.clone(),
            last,
        })
    }

    /// Whether this head should be written now: 60 seconds or 1 000 records after the last one.
    pub fn is_due(&self, head: &Head, now: Timestamp) -> bool {
        let Some((last, at)) = &self.last else {
            return true;
        };
        let moved = last.block != head.block || last.generation != head.generation;
        moved && (at.until(now) >= EVERY || head.sequence - last.sequence >= RECORDS || now < *at)
    }

    /// Writes this head if it is due, or if it is new and the server stops. Says whether it did.
    pub fn note(
        &mut self,
        head: &Head,
        now: Timestamp,
        stopping: bool,
    ) -> Result<bool, StoreError> {
        let new = self.last.as_ref().is_none_or(|(last, _)| last != head);
        if !(self.is_due(head, now) || stopping && new) {
            return Ok(false);
        }
        let fail = |error: std::io::Error| StoreError::file(&self.path, &error);
        let line = Line::of(&self.ring, head, now)?;
        let mut text =
            serde_json::to_vec(&line).map_err(|_| StoreError::fault("a head has no JSON form"))?;
        // The line feed in front ends a line that a crash cut.
        text.insert(0, b'\n');
        text.push(b'\n');
        let mut file = File::options()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&self.path)
            .map_err(fail)?;
        file.write_all(&text)
            .and_then(|()| file.sync_data())
            .map_err(fail)?;
        self.last = Some((head.clone(), now));
        Ok(true)
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
