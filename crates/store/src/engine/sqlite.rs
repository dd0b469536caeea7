//! SQLite: one thread that writes, many units to one COMMIT; a few connections that read.
//!
//! A unit that fails leaves the others alone: its group runs again, each unit in a savepoint of its own. Nobody is
//! answered before the COMMIT, which waits for the disk once for the whole group; while it does, the next group gathers.
//! After a full disk or an I/O error SQLite may have given up the whole transaction: then the group is rolled back
//! and its units run again one by one, so that only those fail which cannot succeed.

mod conn;
mod shelf;

pub(crate) use conn::Conn;
pub(crate) use shelf::{Shelf, reading};

use super::lane::{Lane, Queue, Station, Work};
use super::tx::{Link, Trouble, Tx};
use super::{Shared, Topic};
use crate::audit::Open;
use crate::error::StoreError;
use crate::ring::KeyRing;
use conn::Use;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::runtime::Handle;

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

/// What came of a unit.
struct Stepped {
    ran: Ran,
    /// Why the transaction is of no use any more.
    broken: Option<Why>,
}

impl Stepped {
    const fn broken(unit: Box<dyn Work>, why: Why) -> Self {
        let ran = Ran {
            unit,
            kept: false,
            wakes: Vec::new(),
            verdict: Ok(()),
        };
        Self {
            ran,
            broken: Some(why),
        }
    }
}

/// What came of a group.
enum Group {
    Settled,
    /// Nothing of it is stored; these units are to run again.
    Undone(VecDeque<Box<dyn Work>>, Why),
}

/// Why a group is to run again.
enum Why {
    /// One of its units failed, and none had a savepoint.
    Unit,
    /// The whole transaction failed.
    Group(StoreError),
}

/// What a unit loses when it fails. Few do, and a savepoint costs a copy of every page that a unit changes: so a group
/// runs without, and again with one for each if it must.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Care {
    /// The whole group.
    Group,
    /// Itself.
    Unit,
}

impl Station for Writer {
    fn serve(&mut self, first: Box<dyn Work>, queue: &Queue) {
        let mut done = self.group(VecDeque::from([first]), Some(queue), Care::Group);
        if let Group::Undone(units, Why::Unit) = done {
            self.shared.rerun(count(units.len()));
            done = self.group(units, None, Care::Unit);
        }
        let Group::Undone(units, Why::Group(error)) = done else {
            return;
        };
        tracing::warn!(units = units.len(), %error, "a group of writes was rolled back, its units run again one by one");
        self.shared.rerun(count(units.len()));
        for unit in units {
            let alone = self.group(VecDeque::from([unit]), None, Care::Unit);
            if let Group::Undone(units, Why::Group(error)) = alone {
                tracing::error!(%error, "a write failed");
                for unit in units {
                    unit.settle(Err(error.clone()));
                }
            }
        }
    }
}

fn count(units: usize) -> u64 {
    u64::try_from(units).unwrap_or(u64::MAX)
}

impl Writer {
    /// Runs these units, and those that wait in the queue if one is given, in one transaction, and settles them.
    fn group(
        &mut self,
        mut units: VecDeque<Box<dyn Work>>,
        queue: Option<&Queue>,
        care: Care,
    ) -> Group {
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
            Err(error) => return give_up(units, &error),
        };
        if let Err(failure) = conn.control("begin immediate") {
            return give_up(units, &failure.error);
        }
        let mut ran: Vec<Ran> = Vec::new();
        let mut block = Open::default();
        let mut broken = None;
        while let Some(unit) = units.pop_front() {
            let first = !ran.iter().any(|done| done.kept);
            let done = Self::step(conn, &self.ring, unit, (care, first), &mut block);
            broken = done.broken;
            ran.push(done.ran);
            if broken.is_some() {
                break;
            }
            if units.is_empty() && ran.len() < GROUP {
                units.extend(queue.and_then(Queue::try_next));
            }
        }
        let committed = broken.map_or_else(
            || Self::commit(conn, &self.ring, block).map_err(Why::Group),
            Err,
        );
        if let Err(why) = committed {
            conn.roll_back();
            let mut again: VecDeque<_> = ran.into_iter().map(|ran| ran.unit).collect();
            again.append(&mut units);
            return Group::Undone(again, why);
        }
        let kept = ran.iter().filter(|ran| ran.kept).count();
        if kept > 0 {
            tracing::debug!(units = kept, "committed a group");
            self.shared.committed(count(kept));
        }
        for done in &ran {
            self.shared.ring_bells(&done.wakes);
        }
        settle(ran);
        Group::Settled
    }

    /// One unit, in its savepoint if it has one. As long as nothing else is in the transaction, that is savepoint enough.
    fn step(
        conn: &Conn,
        ring: &KeyRing,
        mut unit: Box<dyn Work>,
        (care, first): (Care, bool),
        block: &mut Open,
    ) -> Stepped {
        let [open, keep, undo]: [&[&str]; 3] = match (first, care) {
            (true, _) => [&[], &[], &["rollback", "begin immediate"]],
            (false, Care::Group) => [&[], &[], &[]],
            (false, Care::Unit) => [
                &["savepoint unit"],
                &["release unit"],
                &["rollback to unit", "release unit"],
            ],
        };
        if let Err(failure) = conn.controls(open) {
            return Stepped::broken(unit, Why::Group(failure.error));
        }
        let records = block.len();
        let mut tx = Tx::new(Link::Sqlite(conn), ring);
        tx.block = Some(std::mem::take(block));
        let good = unit.run(&mut tx);
        *block = tx.block.take().unwrap_or_default();
        let Tx { wakes, spent, .. } = tx;
        if spent == Some(Trouble::Group) || conn.is_autocommit() {
            return Stepped::broken(unit, Why::Group(StoreError::Full));
        }
        let kept = good && spent.is_none();
        if !kept && undo.is_empty() {
            return Stepped::broken(unit, Why::Unit);
        }
        if let Err(failure) = conn.controls(if kept { keep } else { undo }) {
            return Stepped::broken(unit, Why::Group(failure.error));
        }
        match (kept, first) {
            (true, _) => {}
            // What was read of the log belongs to a transaction that is over: another process may have written since.
            (false, true) => *block = Open::default(),
            (false, false) => block.cut(records),
        }
        let verdict = if good && !kept {
            Err(ignored_failure())
        } else {
            Ok(())
        };
        let wakes = if kept { wakes } else { Vec::new() };
        Stepped {
            ran: Ran {
                unit,
                kept,
                wakes,
                verdict,
            },
            broken: None,
        }
    }

    fn commit(conn: &Conn, ring: &KeyRing, block: Open) -> Result<(), StoreError> {
        block.close(&mut Tx::new(Link::Sqlite(conn), ring))?;
        conn.control("commit").map_err(|failure| failure.error)
    }
}

/// Tells units that there is no way to the file.
fn give_up(units: VecDeque<Box<dyn Work>>, error: &StoreError) -> Group {
    for unit in units {
        unit.settle(Err(error.clone()));
    }
    Group::Settled
}

/// Answers all callers. Tasks of a runtime are answered by a task of it: from this thread each answer would wake its
/// thread, which would take the core and go back to sleep before the next.
fn settle(ran: Vec<Ran>) {
    let runtime = ran.iter().find_map(|done| done.unit.runtime()).cloned();
    let id = runtime.as_ref().map(Handle::id);
    let (tasks, others): (Vec<_>, Vec<_>) = ran
        .into_iter()
        .partition(|done| id.is_some() && done.unit.runtime().map(Handle::id) == id);
    let all = |ran: Vec<Ran>| {
        for done in ran {
            done.unit.settle(done.verdict);
        }
    };
    all(others);
    match runtime {
        Some(runtime) if tasks.len() > 1 => drop(runtime.spawn(async move { all(tasks) })),
        _ => all(tasks),
    }
}

/// Told to a closure that ended in `Ok` though one of its statements had failed.
pub(crate) fn ignored_failure() -> StoreError {
    StoreError::fault("a unit of work went on after a statement had failed")
}
