//! The connections that read, and the threads that read with them.

use super::conn::{Conn, Use};
use super::{READERS, ignored_failure};
use crate::engine::lane::{Queue, Station, Work, guarded};
use crate::engine::tx::{Link, Tx};
use crate::error::StoreError;
use crate::ring::KeyRing;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// The connections that read: taken for a unit, put back after it.
pub(crate) struct Shelf {
    path: PathBuf,
    idle: Mutex<Idle>,
    freed: Condvar,
}

impl Shelf {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            idle: Mutex::default(),
            freed: Condvar::new(),
        }
    }
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

    /// Runs a closure on this thread, on one state of the store.
    pub(crate) fn point<T, E: From<StoreError>>(
        &self,
        closure: &impl Fn(&mut Tx<'_>) -> Result<T, E>,
        ring: &KeyRing,
    ) -> Result<T, E> {
        let conn = self.conn()?;
        conn.control("begin").map_err(|failure| failure.error)?;
        let mut tx = Tx::new(Link::Sqlite(conn), ring);
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
