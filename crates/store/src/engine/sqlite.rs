//! SQLite: one thread that writes, many units to one COMMIT; a few connections that read.
//!
//! Each unit runs in a savepoint of its own, so that a failing one leaves the others alone. Nobody is answered before
//! the COMMIT, which waits for the disk once for the whole group; while it does, the next group gathers.
//! After a full disk or an I/O error SQLite may have given up the whole transaction: then the group is rolled back
//! and its units run again one by one, so that only those fail which cannot succeed.

use super::lane::{Lane, Queue, Station, Work, guarded};
use super::tx::{Failure, Link, Trouble, Tx};
use super::value::{Cells, Row, Value};
use super::{Shared, Topic};
use crate::error::StoreError;
use crate::ring::KeyRing;
use crate::sql::Sql;
use rusqlite::ffi::{self, ErrorCode};
use rusqlite::{CachedStatement, Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Connections that read, and threads for them, at most.
pub(crate) const READERS: usize = 4;
/// Units in one COMMIT, at most: bounds how long the first of them waits.
const GROUP: usize = 128;
/// How long to wait for another process that writes.
const BUSY: Duration = Duration::from_secs(5);

/// One connection.
pub(crate) struct Conn(Connection);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Write { durable: bool },
    Read,
}

impl Conn {
    fn open(path: &Path, usage: Use) -> Result<Self, StoreError> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if usage != Use::Read {
            create_private(path)?;
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let conn = Connection::open_with_flags(path, flags)
            .map_err(|error| failure("open", &error).error)?;
        conn.busy_timeout(BUSY)
            .map_err(|error| failure("open", &error).error)?;
        let conn = Self(conn);
        // The caches are small: SQLite reads again from the system's own cache, and the whole service is to idle
        // below 29 MiB. `secure_delete` overwrites what is deleted, sealed or not.
        conn.set(
            "pragma foreign_keys = on; pragma trusted_schema = off; pragma temp_store = memory",
        )?;
        match usage {
            Use::Write { durable } => {
                conn.set("pragma journal_mode = wal; pragma secure_delete = on; pragma cache_size = -2048")?;
                conn.set("pragma journal_size_limit = 16777216; pragma cell_size_check = on")?;
                conn.set(if durable {
                    "pragma synchronous = full"
                } else {
                    "pragma synchronous = off"
                })?;
                conn.0.set_prepared_statement_cache_capacity(128);
            }
            Use::Read => {
                conn.set("pragma query_only = on; pragma cache_size = -512")?;
                conn.0.set_prepared_statement_cache_capacity(64);
            }
        }
        Ok(conn)
    }

    fn set(&self, text: &str) -> Result<(), StoreError> {
        self.batch(text).map_err(|failure| failure.error)
    }

    pub(crate) fn batch(&self, text: &str) -> Result<(), Failure> {
        self.0
            .execute_batch(text)
            .map_err(|error| failure("batch", &error))
    }

    /// Transaction control, from the cache of prepared statements.
    fn control(&self, text: &'static str) -> Result<(), Failure> {
        let done = self
            .0
            .prepare_cached(text)
            .and_then(|mut statement| statement.raw_execute());
        done.map(drop).map_err(|error| failure(text, &error))
    }

    /// Gives up the open transaction, if the engine has not done so itself.
    fn roll_back(&self) {
        if !self.0.is_autocommit()
            && let Err(failure) = self.control("rollback")
        {
            tracing::error!(error = %failure.error, "a transaction could not be rolled back");
        }
    }

    pub(crate) fn prepare(&self, sql: &Sql) -> Result<(), Failure> {
        self.0
            .prepare(sql.text)
            .map(drop)
            .map_err(|error| failure(sql.name, &error))
    }

    pub(crate) fn run(&self, sql: &Sql, params: &[Value<'_>]) -> Result<u64, Failure> {
        let mut statement = self.bound(sql, params)?;
        let touched = statement
            .raw_execute()
            .map_err(|error| failure(sql.name, &error))?;
        Ok(u64::try_from(touched).unwrap_or(u64::MAX))
    }

    pub(crate) fn each(
        &self,
        sql: &Sql,
        params: &[Value<'_>],
        visit: &mut dyn FnMut(&Row<'_>) -> bool,
    ) -> Result<(), Failure> {
        let mut statement = self.bound(sql, params)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(|error| failure(sql.name, &error))? {
            if !visit(&Row {
                cells: Cells::Sqlite(row),
                statement: sql.name,
            }) {
                break;
            }
        }
        Ok(())
    }

    /// SQLite numbers `$n` by first appearance and not by `n`, so parameters are bound by their names.
    fn bound(&self, sql: &Sql, params: &[Value<'_>]) -> Result<CachedStatement<'_>, Failure> {
        let mut statement = self
            .0
            .prepare_cached(sql.text)
            .map_err(|error| failure(sql.name, &error))?;
        let mut highest = 0;
        for place in 1..=statement.parameter_count() {
            let name = statement
                .parameter_name(place)
                .and_then(|name| name.strip_prefix('$'));
            let number = name
                .and_then(|digits| digits.parse::<usize>().ok())
                .unwrap_or(0);
            let value = number.checked_sub(1).and_then(|index| params.get(index));
            let Some(value) = value else {
                return Err(miscounted(sql, params));
            };
            statement
                .raw_bind_parameter(place, value)
                .map_err(|error| failure(sql.name, &error))?;
            highest = highest.max(number);
        }
        if highest == params.len() {
            Ok(statement)
        } else {
            Err(miscounted(sql, params))
        }
    }
}

fn miscounted(sql: &Sql, params: &[Value<'_>]) -> Failure {
    Failure::unit(StoreError::fault(format!(
        "{}: does not take {} parameters",
        sql.name,
        params.len()
    )))
}

/// Makes the file for its owner only; SQLite gives its companions the same mode.
fn create_private(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::OpenOptionsExt;
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path);
    made.map(drop)
        .map_err(|error| StoreError::file(path, &error))
}

/// Says what an error of SQLite means here. Its own text is used for the names in unique violations only.
fn failure(place: &str, error: &rusqlite::Error) -> Failure {
    let rusqlite::Error::SqliteFailure(cause, text) = error else {
        let said = match error {
            rusqlite::Error::SqlInputError { msg, .. } => msg.as_str(),
            rusqlite::Error::ExecuteReturnedResults => "gives rows, use one, opt or all",
            _ => "misused",
        };
        return Failure::unit(StoreError::fault(format!("{place}: {said}")));
    };
    let code = cause.extended_code;
    let (error, trouble) = match (cause.code, code) {
        (
            _,
            ffi::SQLITE_CONSTRAINT_UNIQUE
            | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
            | ffi::SQLITE_CONSTRAINT_ROWID,
        ) => {
            let columns = text
                .as_deref()
                .and_then(|text| text.split_once(": "))
                .map_or("?", |(_, columns)| columns);
            (
                StoreError::Conflict {
                    what: columns.to_owned(),
                },
                Trouble::Unit,
            )
        }
        (_, ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => (
            StoreError::Conflict {
                what: "reference".to_owned(),
            },
            Trouble::Unit,
        ),
        (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => {
            (StoreError::Busy, Trouble::Unit)
        }
        (ErrorCode::DiskFull, _) => (StoreError::Full, Trouble::Group),
        (ErrorCode::SystemIoFailure | ErrorCode::OutOfMemory, _) => (
            StoreError::Unavailable(format!("input or output failed (SQLite code {code})")),
            Trouble::Group,
        ),
        (ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _) => (
            StoreError::Corrupt(format!("{place}: SQLite code {code}")),
            Trouble::Unit,
        ),
        (ErrorCode::CannotOpen | ErrorCode::PermissionDenied, _) => (
            StoreError::unfit(format!(
                "the database file cannot be opened (SQLite code {code})"
            )),
            Trouble::Unit,
        ),
        (ErrorCode::ReadOnly, _) => (
            StoreError::fault(format!("{place}: writes where only reading is allowed")),
            Trouble::Unit,
        ),
        _ => (
            StoreError::fault(format!("{place}: SQLite code {code}")),
            Trouble::Unit,
        ),
    };
    Failure { error, trouble }
}

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
    let shelf = Arc::new(Shelf {
        path: path.clone(),
        idle: Mutex::default(),
        freed: Condvar::new(),
    });
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
        let committed = broken.map_or_else(|| Self::commit(conn), Err);
        if let Err(error) = committed {
            conn.roll_back();
            return Group::Undone(ran.into_iter().map(|ran| ran.unit).collect(), error);
        }
        let kept = ran.iter().filter(|ran| ran.kept).count();
        if kept > 0 {
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
        if spent == Some(Trouble::Group) || conn.0.is_autocommit() {
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

    fn commit(conn: &Conn) -> Result<(), StoreError> {
        conn.control("commit").map_err(|failure| failure.error)
    }
}

/// Told to a closure that ended in `Ok` though one of its statements had failed.
pub(crate) fn ignored_failure() -> StoreError {
    StoreError::fault("a unit of work went on after a statement had failed")
}

/// The connections that read: taken for a unit, put back after it.
pub(crate) struct Shelf {
    path: PathBuf,
    idle: Mutex<Idle>,
    freed: Condvar,
}

#[derive(Default)]
struct Idle {
    conns: Vec<Conn>,
    opened: usize,
}

impl Shelf {
    fn lock(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection if one is idle or may still be opened.
    pub(crate) fn try_take(&self) -> Result<Option<Reader<'_>>, StoreError> {
        self.next_free(self.lock())
    }

    fn take(&self) -> Result<Reader<'_>, StoreError> {
        let mut idle = self.lock();
        while idle.conns.is_empty() && idle.opened >= READERS {
            idle = self
                .freed
                .wait(idle)
                .unwrap_or_else(PoisonError::into_inner);
        }
        self.next_free(idle)?.ok_or(StoreError::Busy)
    }

    fn next_free(&self, mut idle: MutexGuard<'_, Idle>) -> Result<Option<Reader<'_>>, StoreError> {
        if let Some(conn) = idle.conns.pop() {
            return Ok(Some(Reader {
                shelf: self,
                conn: Some(conn),
            }));
        }
        if idle.opened >= READERS {
            return Ok(None);
        }
        let conn = Conn::open(&self.path, Use::Read)?;
        idle.opened += 1;
        Ok(Some(Reader {
            shelf: self,
            conn: Some(conn),
        }))
    }
}

/// A connection off the shelf; goes back when dropped.
pub(crate) struct Reader<'s> {
    shelf: &'s Shelf,
    conn: Option<Conn>,
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            conn.roll_back();
            self.shelf.lock().conns.push(conn);
            self.shelf.freed.notify_one();
        }
    }
}

impl Reader<'_> {
    fn conn(&self) -> Result<&Conn, StoreError> {
        self.conn
            .as_ref()
            .ok_or_else(|| StoreError::fault("a reader without a connection"))
    }

    /// Runs a closure on this thread, each statement on its own.
    pub(crate) fn point<T, E: From<StoreError>>(
        &self,
        closure: &impl Fn(&mut Tx<'_>) -> Result<T, E>,
        ring: &KeyRing,
    ) -> Result<T, E> {
        let mut tx = Tx::new(Link::Sqlite(self.conn()?), ring);
        let result = guarded(closure, &mut tx);
        if result.is_ok() && tx.spent.is_some() {
            Err(ignored_failure().into())
        } else {
            result
        }
    }

    /// Runs a unit on one state of the store.
    fn unit(&self, ring: &KeyRing, unit: &mut dyn Work) -> Result<(), StoreError> {
        let conn = self.conn()?;
        conn.control("begin").map_err(|failure| failure.error)?;
        let mut tx = Tx::new(Link::Sqlite(conn), ring);
        let good = unit.run(&mut tx);
        let ignored = good && tx.spent.is_some();
        conn.roll_back();
        if ignored {
            Err(ignored_failure())
        } else {
            Ok(())
        }
    }
}

struct ReadStation {
    shelf: Arc<Shelf>,
    ring: KeyRing,
}

impl Station for ReadStation {
    fn serve(&mut self, mut unit: Box<dyn Work>, _: &Queue) {
        let verdict = self
            .shelf
            .take()
            .and_then(|reader| reader.unit(&self.ring, unit.as_mut()));
        unit.settle(verdict);
    }
}

/// Threads that read.
pub(crate) fn reading(
    shelf: &Arc<Shelf>,
    ring: &KeyRing,
) -> impl Fn() -> Box<dyn Station> + Send + Sync + use<> {
    let (shelf, ring) = (Arc::clone(shelf), ring.clone());
    move || {
        Box::new(ReadStation {
            shelf: Arc::clone(&shelf),
            ring: ring.clone(),
        })
    }
}
