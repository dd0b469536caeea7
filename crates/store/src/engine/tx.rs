//! The verbs: all that any room may do to a database.
//!
//! Invariant: after a statement failed, the [`Tx`] is spent. Every further verb fails, and the unit is rolled back
//! even if its closure ends in `Ok`. PostgreSQL forces this; on SQLite it is done alike, so that both engines agree.

use super::value::{Row, Value};
use super::{Topic, postgres, sqlite};
use crate::audit::Open;
use crate::error::StoreError;
use crate::ring::KeyRing;
use crate::sql::Sql;
use domain::secret::Secret;
use domain::time::Timestamp;

/// What a failed statement means for the work around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The unit is spent, nothing else is.
    Unit,
    /// The engine gave up the whole transaction, with every unit in it (full disk, I/O error).
    Group,
    /// Run the unit again: a serialization failure, a deadlock.
    Again,
    /// The connection is gone, and with it the transaction.
    Lost,
}

/// An error and how far it reaches.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: StoreError,
    pub(crate) trouble: Trouble,
}

impl Failure {
    pub(crate) const fn unit(error: StoreError) -> Self {
        Self {
            error,
            trouble: Trouble::Unit,
        }
    }
}

pub(crate) enum Link<'c> {
    Sqlite(&'c sqlite::Conn),
    Postgres(&'c mut postgres::Conn),
}

/// One transaction's handle inside a unit of work.
#[must_use]
pub struct Tx<'c> {
    link: Link<'c>,
    ring: &'c KeyRing,
    pub(crate) wakes: Vec<Topic>,
    /// The block that the records of this group of writes make, where each group closes its own (SQLite).
    pub(crate) block: Option<Open>,
    pub(crate) spent: Option<Trouble>,
}

impl std::fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tx(spent: {:?})", self.spent)
    }
}

/// A piece of a longer list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// At most as many as were asked for.
    pub items: Vec<T>,
    /// Whether more follow after the last of them.
    pub more: bool,
}

impl<'c> Tx<'c> {
    pub(crate) const fn new(link: Link<'c>, ring: &'c KeyRing) -> Self {
        Self {
            link,
            ring,
            wakes: Vec::new(),
            block: None,
            spent: None,
        }
    }

    /// What the database's clock shows; nothing for a database within this process, which has none of its own.
    pub(crate) fn clock(&mut self) -> Result<Option<Timestamp>, StoreError> {
        match self.link {
            Link::Sqlite(_) => Ok(None),
            Link::Postgres(_) => self.one(&postgres::CLOCK, &[], |row| row.time(0)).map(Some),
        }
    }

    /// Runs a statement that gives no rows and says how many it touched.
    pub fn run(&mut self, sql: &Sql, params: &[Value<'_>]) -> Result<u64, StoreError> {
        self.usable(sql)?;
        let done = match &mut self.link {
            Link::Sqlite(conn) => conn.run(sql, params),
            Link::Postgres(conn) => conn.run(sql, params),
        };
        done.map_err(|failure| self.note(failure))
    }

    /// Runs a statement that must touch exactly one row; anything else is [`StoreError::Conflict`] under the
    /// statement's name. This is how a version or a state is compared and changed in one go.
    pub fn run_one(&mut self, sql: &Sql, params: &[Value<'_>]) -> Result<(), StoreError> {
        match self.run(sql, params)? {
            1 => Ok(()),
            touched => {
                if touched > 1 {
                    self.spent = Some(Trouble::Unit);
                }
                Err(StoreError::Conflict {
                    what: sql.name.to_owned(),
                })
            }
        }
    }

    /// The one row there must be; none is [`StoreError::NotFound`], two are a fault.
    pub fn one<T>(
        &mut self,
        sql: &Sql,
        params: &[Value<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.opt(sql, params, map)?.ok_or(StoreError::NotFound {
            statement: sql.name,
        })
    }

    /// The one row there may be; two are a fault.
    pub fn opt<T>(
        &mut self,
        sql: &Sql,
        params: &[Value<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut found = None;
        self.each(sql, params, |row| {
            if found.is_some() {
                return Err(StoreError::fault(format!(
                    "{}: more than one row",
                    sql.name
                )));
            }
            found = Some(map(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// All rows.
    pub fn all<T>(
        &mut self,
        sql: &Sql,
        params: &[Value<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        self.each(sql, params, |row| {
            rows.push(map(row)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// At most `size` rows of a list, and whether more follow.
    ///
    /// The statement takes one parameter more than is given here, its last, and ends in `LIMIT $n` with it; it starts
    /// after the keys of the last row seen, `(at, id) > ($1, $2)`, which are among the parameters.
    pub fn page<T>(
        &mut self,
        sql: &Sql,
        params: &[Value<'_>],
        size: u32,
        map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Page<T>, StoreError> {
        let mut with_limit = params.to_vec();
        with_limit.push(Value::Int(i64::from(size) + 1));
        let mut items = self.all(sql, &with_limit, map)?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let more = items.len() > size;
        items.truncate(size);
        Ok(Page { items, more })
    }

    /// Hands each row to `visit`, without collecting them.
    pub fn each(
        &mut self,
        sql: &Sql,
        params: &[Value<'_>],
        mut visit: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.usable(sql)?;
        let mut refused = None;
        let mut visit = |row: &Row<'_>| match visit(row) {
            Ok(()) => true,
            Err(error) => {
                refused = Some(error);
                false
            }
        };
        let done = match &mut self.link {
            Link::Sqlite(conn) => conn.each(sql, params, &mut visit),
            Link::Postgres(conn) => conn.each(sql, params, &mut visit),
        };
        done.map_err(|failure| self.note(failure))?;
        refused.map_or(Ok(()), Err)
    }

    /// Only checks that the engine understands the statement.
    pub fn prepare(&mut self, sql: &Sql) -> Result<(), StoreError> {
        let done = match &mut self.link {
            Link::Sqlite(conn) => conn.prepare(sql),
            Link::Postgres(conn) => conn.prepare(sql),
        };
        done.map_err(|failure| failure.error)
    }

    /// Several statements without parameters: schema changes.
    pub(crate) fn batch(&mut self, text: &str) -> Result<(), StoreError> {
        let done = match &mut self.link {
            Link::Sqlite(conn) => conn.batch(text),
            Link::Postgres(conn) => conn.batch(text),
        };
        done.map_err(|failure| self.note(failure))
    }

    /// The engine underneath.
    pub const fn engine(&self) -> super::Engine {
        match self.link {
            Link::Sqlite(_) => super::Engine::Sqlite,
            Link::Postgres(_) => super::Engine::Postgres,
        }
    }

    /// The keys of this installation.
    pub const fn ring(&self) -> &'c KeyRing {
        self.ring
    }

    /// Seals a value for one cell: it opens in this table, column and row only.
    pub fn seal(
        &self,
        table: &str,
        column: &str,
        row_id: &str,
        plain: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        crate::seal::seal(
            self.ring,
            &crate::seal::Cell {
                table,
                column,
                row_id,
            },
            plain,
        )
    }

    /// Opens a sealed cell.
    pub fn open(
        &self,
        table: &str,
        column: &str,
        row_id: &str,
        sealed: &[u8],
    ) -> Result<Secret<Vec<u8>>, StoreError> {
        crate::seal::open(
            self.ring,
            &crate::seal::Cell {
                table,
                column,
                row_id,
            },
            sealed,
        )
    }

    /// Tells those who [`subscribe`](super::Db::subscribe) to the topic, once this unit is committed. A unit that is
    /// rolled back wakes nobody.
    pub fn wake(&mut self, topic: Topic) {
        if !self.wakes.contains(&topic) {
            self.wakes.push(topic);
        }
    }

    fn usable(&self, sql: &Sql) -> Result<(), StoreError> {
        match self.spent {
            None => Ok(()),
            Some(_) => Err(StoreError::fault(format!(
                "{}: this unit of work has failed already",
                sql.name
            ))),
        }
    }

    fn note(&mut self, failure: Failure) -> StoreError {
        self.spent = Some(failure.trouble);
        failure.error
    }
}
