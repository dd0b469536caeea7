//! SQLite: one thread that writes, many units to one COMMIT; a few connections that read.
//!
//! Each unit runs in a savepoint of its own, so that a failing one leaves the others alone. Nobody is answered before
//! the COMMIT, which waits for the disk once for the whole group; while it does, the next group gathers.
//! After a full disk or an I/O error SQLite may have given up the whole transaction: then the group is rolled back
//! and its units run again one by one, so that only those fail which cannot succeed.

mod conn;
mod shelf;

pub(crate) use conn::Conn;
pub(crate) use shelf::{Shelf, reading};

use super::lane::{Lane, Queue, Station, Work};
use super::tx::{Link, Trouble, Tx};
use super::{Shared, Topic};
use crate::error::StoreError;
use crate::ring::KeyRing;
use conn::Use;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Connections that read, and threads for them, at most.
pub(crate) const READERS: usize = 4;
/// Units in one COMMIT, at most: bounds how long the first of them waits.
const GROUP: usize = 128;

/// Opens the file, brings its schema up to date, and gives the lane that writes and the shelf of readers.
pub(crate) fn open(
    path: PathBuf,
    durable: bool,
    ring: &KeyRing,
    shared: &Arc<Shared>,
) -> Result<(Lane, Arc<Shelf>), StoreError> {
    let conn = Conn::open(&path, Use::Write { durable })?;
    conn.control("begin immediate")
        .map_err(|failure| failure.error)?;
    let prepared = crate::migrate::prepare(&mut Tx::new(Link::Sqlite(&conn), ring));
    match prepared {
        Ok(()) => conn.control("commit").map_err(|failure| failure.error)?,
        Err(error) => {
            conn.roll_back();
            return Err(error);
        }
    }
    let shelf = Arc::new(Shelf::new(path.clone()));
    let first = Mutex::new(Some(conn));
    let (ring, shared) = (ring.clone(), Arc::clone(shared));
    let writer = Lane::new("store-write", 1, move || {
        let conn = first.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (path, ring, shared) = (path.clone(), ring.clone(), Arc::clone(&shared));
        Box::new(Writer {
            path,
            durable,
            conn,
            ring,
            shared,
        })
    });
    Ok((writer, shelf))
}

struct Writer {
    path: PathBuf,
    durable: bool,
    conn: Option<Conn>,
    ring: KeyRing,
    shared: Arc<Shared>,
}

/// A unit that ran, and whom it wakes if it is kept.
struct Ran {
    unit: Box<dyn Work>,
    kept: bool,
    wakes: Vec<Topic>,
    verdict: Result<(), StoreError>,
}

/// What came of a group.
enum Group {
    Settled,
    /// Nothing of it is stored; these units are to run again, or to be told this.
    Undone(Vec<Box<dyn Work>>, StoreError),
}

impl Station for Writer {
    fn serve(&mut self, first: Box<dyn Work>, queue: &Queue) {
        let Group::Undone(units, error) = self.group(first, Some(queue)) else {
            return;
        };
        tracing::warn!(units = units.len(), %error, "a group of writes was rolled back, its units run again one by one");
        self.shared
            .rerun(u64::try_from(units.len()).unwrap_or(u64::MAX));
        for unit in units {
            if let Group::Undone(units, error) = self.group(unit, None) {
                tracing::error!(%error, "a write failed");
                settle_all(units, &error);
            }
        }
    }
}

fn settle_all(units: Vec<Box<dyn Work>>, error: &StoreError) {
    for unit in units {
        unit.settle(Err(error.clone()));
    }
}

impl Writer {
    /// Runs the unit, and those that wait in the queue if one is given, in one transaction, and settles them.
    fn group(&mut self, first: Box<dyn Work>, queue: Option<&Queue>) -> Group {
        let conn = match self.conn.take().map_or_else(
            || {
                Conn::open(
                    &self.path,
                    Use::Write {
                        durable: self.durable,
                    },
                )
            },
            Ok,
        ) {
            Ok(conn) => &*self.conn.insert(conn),
            Err(error) => {
                first.settle(Err(error));
                return Group::Settled;
            }
        };
        if let Err(failure) = conn.control("begin immediate") {
            first.settle(Err(failure.error));
            return Group::Settled;
        }
        let mut ran: Vec<Ran> = Vec::new();
        let mut audited = false;
        let mut next = Some(first);
        let mut broken = None;
        while let Some(unit) = next.take() {
            match Self::step(conn, &self.ring, unit, &mut audited) {
                Ok(done) => ran.push(done),
                Err((unit, error)) => {
                    ran.push(Ran {
                        unit,
                        kept: false,
                        wakes: Vec::new(),
                        verdict: Ok(()),
                    });
                    broken = Some(error);
                    break;
                }
            }
            if ran.len() < GROUP {
                next = queue.and_then(Queue::try_next);
            }
        }
        let committed = broken.map_or_else(|| Self::commit(conn, &self.ring, audited), Err);
        if let Err(error) = committed {
            conn.roll_back();
            return Group::Undone(ran.into_iter().map(|ran| ran.unit).collect(), error);
        }
        let kept = ran.iter().filter(|ran| ran.kept).count();
        if kept > 0 {
            tracing::debug!(units = kept, "committed a group");
            self.shared
                .committed(u64::try_from(kept).unwrap_or(u64::MAX));
        }
        for done in ran {
            self.shared.ring_bells(&done.wakes);
            done.unit.settle(done.verdict);
        }
        Group::Settled
    }

    /// One unit in its savepoint. An error is one of the whole transaction.
    fn step(
        conn: &Conn,
        ring: &KeyRing,
        mut unit: Box<dyn Work>,
        audited: &mut bool,
    ) -> Result<Ran, (Box<dyn Work>, StoreError)> {
        if let Err(failure) = conn.control("savepoint unit") {
            return Err((unit, failure.error));
        }
        let mut tx = Tx::new(Link::Sqlite(conn), ring);
        let good = unit.run(&mut tx);
        let Tx {
            wakes,
            spent,
            audited: wrote_audit,
            ..
        } = tx;
        if spent == Some(Trouble::Group) || conn.is_autocommit() {
            return Err((unit, StoreError::Full));
        }
        let kept = good && spent.is_none();
        let closed = if kept {
            conn.control("release unit")
        } else {
            conn.control("rollback to unit")
                .and_then(|()| conn.control("release unit"))
        };
        if let Err(failure) = closed {
            return Err((unit, failure.error));
        }
        *audited |= kept && wrote_audit;
        let verdict = if good && !kept {
            Err(ignored_failure())
        } else {
            Ok(())
        };
        Ok(Ran {
            unit,
            kept,
            wakes: if kept { wakes } else { Vec::new() },
            verdict,
        })
    }

    fn commit(conn: &Conn, ring: &KeyRing, audited: bool) -> Result<(), StoreError> {
        if audited {
            crate::audit::seal_due(&mut Tx::new(Link::Sqlite(conn), ring))?;
        }
        conn.control("commit").map_err(|failure| failure.error)
    }
}

/// Told to a closure that ended in `Ok` though one of its statements had failed.
pub(crate) fn ignored_failure() -> StoreError {
    StoreError::fault("a unit of work went on after a statement had failed")
}
