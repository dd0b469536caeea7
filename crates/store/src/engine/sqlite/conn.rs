//! One connection to the file: settings, parameters, and what SQLite's errors mean.

use crate::engine::tx::{Failure, Trouble};
use crate::engine::value::{Cells, Row, Value};
use crate::error::StoreError;
use crate::sql::Sql;
use rusqlite::config::DbConfig;
use rusqlite::ffi::{self, ErrorCode};
use rusqlite::{CachedStatement, Connection, OpenFlags};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long to wait for another process that writes.
const BUSY: Duration = Duration::from_secs(5);
/// And how long before asking again where SQLite does not wait itself.
const AGAIN: Duration = Duration::from_millis(2);

/// One connection.
pub(crate) struct Conn(Connection);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Write { durable: bool },
    Read,
}

impl Conn {
    pub(super) fn open(path: &Path, usage: Use) -> Result<Self, StoreError> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if usage != Use::Read {
            create_private(path)?;
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let conn = Connection::open_with_flags(path, flags)
            .map_err(|error| failure("open", &error).error)?;
        conn.busy_timeout(BUSY)
            .map_err(|error| failure("open", &error).error)?;
        // A statement keeps its plan, whatever its parameters are: SQLite would else read it anew at each use.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(|error| failure("open", &error).error)?;
        let conn = Self(conn);
        // The caches are bounded, in KiB: a page that is not in them comes from the system's own cache, and the whole
        // service is to idle below 29 MiB. `secure_delete` overwrites what is deleted, sealed or not.
        conn.set(
            "pragma foreign_keys = on; pragma trusted_schema = off; pragma temp_store = memory",
        )?;
        match usage {
            Use::Write { durable } => {
                conn.keep_a_log()?;
                conn.set("pragma secure_delete = on; pragma cache_size = -8192")?;
                // A page that many commits change is moved out of the log once; the log then holds 16 MiB.
                conn.set("pragma wal_autocheckpoint = 4000; pragma journal_size_limit = 16777216")?;
                conn.set("pragma cell_size_check = on")?;
                conn.set(if durable {
                    "pragma synchronous = full"
                } else {
                    "pragma synchronous = off"
                })?;
                conn.0.set_prepared_statement_cache_capacity(256);
            }
            Use::Read => {
                conn.set("pragma query_only = on; pragma cache_size = -2048")?;
                conn.0.set_prepared_statement_cache_capacity(64);
            }
        }
        Ok(conn)
    }

    /// Turns a new file into one with a write-ahead log. Of several that find it new only one can: SQLite refuses
    /// the others at once instead of letting them wait, for each holds the file open for reading.
    #[expect(
        clippy::disallowed_methods,
        reason = "at the start, before there is anybody to wait or any event to wait for"
    )]
    fn keep_a_log(&self) -> Result<(), StoreError> {
        let end = Instant::now() + BUSY;
        loop {
            match self.set("pragma journal_mode = wal") {
                Err(StoreError::Busy) if Instant::now() < end => std::thread::sleep(AGAIN),
                done => return done,
            }
        }
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
    pub(super) fn control(&self, text: &'static str) -> Result<(), Failure> {
        let done = self
            .0
            .prepare_cached(text)
            .and_then(|mut statement| statement.raw_execute());
        done.map(drop).map_err(|error| failure(text, &error))
    }

    /// Several of them.
    pub(super) fn controls(&self, texts: &[&'static str]) -> Result<(), Failure> {
        texts.iter().try_for_each(|text| self.control(text))
    }

    /// Gives up the open transaction, if the engine has not done so itself.
    pub(super) fn roll_back(&self) {
        if !self.0.is_autocommit()
            && let Err(failure) = self.control("rollback")
        {
            tracing::error!(error = %failure.error, "a transaction could not be rolled back");
        }
    }

    /// Whether no transaction is open, be it that the engine gave it up.
    pub(super) fn is_autocommit(&self) -> bool {
        self.0.is_autocommit()
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

/// Makes the file for its owner only; SQLite gives its companions the same mode. A file that is there is left
/// closed: to close it again would give up the locks that this process has on it (`fcntl` locks, by POSIX).
fn create_private(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::OpenOptionsExt;
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match made {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(StoreError::file(path, &error))
        }
        _ => Ok(()),
    }
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
            let said = text.as_deref().and_then(|text| text.split_once(": "));
            let what = said.map_or("?", |(_, columns)| columns);
            // An index over expressions is called by its name, as PostgreSQL does.
            let index = what
                .strip_prefix("index '")
                .and_then(|rest| rest.strip_suffix('\''));
            let what = index.unwrap_or(what).to_owned();
            (StoreError::Conflict { what }, Trouble::Unit)
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
