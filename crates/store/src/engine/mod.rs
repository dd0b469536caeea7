//! The waist: one small way into SQLite and PostgreSQL, and nothing of either above it (decision 0001).
//!
//! A unit of work is a synchronous closure over [`Tx`]. On SQLite one thread runs the writing ones and commits many at
//! once; on PostgreSQL a few threads hold a connection each. A closure may be run more than once, and only its
//! last run counts: it must own its inputs and do nothing outside of its [`Tx`].

mod lane;
mod postgres;
mod sqlite;
mod tls;
mod tx;
mod value;

use crate::error::StoreError;
use crate::ring::KeyRing;
use lane::{Lane, Unit};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};

pub use lane::{Answer, Failure, Job};
pub use tx::{Page, Tx};
pub use value::{Row, ToValue, Value};

/// Which database is underneath. Only the engine and the tests ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// One file, one process.
    Sqlite,
    /// A server, several nodes.
    Postgres,
}

/// Where the store is.
pub enum Config {
    /// A file.
    Sqlite {
        /// Its path; the folder must exist.
        path: PathBuf,
        /// Whether a commit waits for the disk. `false` is for tests: a power cut may then damage the file.
        durable: bool,
    },
    /// A server.
    Postgres {
        /// `postgres://user:password@host,other:port/name?…`, or the `key=value` form.
        url: String,
        /// How the connection is protected.
        tls: PgTls,
    },
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite { path, durable } => {
                write!(f, "Sqlite({}, durable: {durable})", path.display())
            }
            Self::Postgres { tls, .. } => write!(f, "Postgres(.., {tls:?})"),
        }
    }
}

/// How a connection to PostgreSQL is protected. The server's certificate is always verified, whatever `sslmode`
/// the address names; unix sockets never use TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PgTls {
    /// Against the certificates this machine trusts.
    System,
    /// Against the certificates in this PEM file only.
    Ca(PathBuf),
    /// No TLS: unix sockets and loopback addresses only; refused for any other host.
    Off,
}

/// Something that is waited for elsewhere in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Topic(&'static str);

impl Topic {
    /// A topic by its name; each room names its own.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }
}

/// Counters since the store was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Transactions that wrote and were committed.
    pub commits: u64,
    /// Writing units of work in them.
    pub units: u64,
    /// Times a unit was run again.
    pub reruns: u64,
}

/// Counters and subscribers, shared by all threads of a store.
#[derive(Default)]
pub(crate) struct Shared {
    commits: AtomicU64,
    units: AtomicU64,
    reruns: AtomicU64,
    bells: Mutex<HashMap<Topic, watch::Sender<u64>>>,
}

impl Shared {
    pub(crate) fn committed(&self, units: u64) {
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.units.fetch_add(units, Ordering::Relaxed);
    }

    pub(crate) fn rerun(&self, units: u64) {
        self.reruns.fetch_add(units, Ordering::Relaxed);
    }

    pub(crate) fn ring_bells(&self, wakes: &[Topic]) {
        if wakes.is_empty() {
            return;
        }
        let bells = self.bells.lock().unwrap_or_else(PoisonError::into_inner);
        for bell in wakes.iter().filter_map(|topic| bells.get(topic)) {
            bell.send_modify(|count| *count = count.wrapping_add(1));
        }
    }

    fn bell(&self, topic: Topic) -> watch::Receiver<u64> {
        let mut bells = self.bells.lock().unwrap_or_else(PoisonError::into_inner);
        bells
            .entry(topic)
            .or_insert_with(|| watch::channel(0).0)
            .subscribe()
    }
}

enum Backend {
    Sqlite {
        writer: Lane,
        readers: Lane,
        shelf: Arc<sqlite::Shelf>,
    },
    Postgres {
        writers: Lane,
        readers: Lane,
    },
}

struct Inner {
    backend: Backend,
    ring: KeyRing,
    shared: Arc<Shared>,
}

/// The store. Cheap to clone; the last clone that is dropped waits for the work taken in and closes it.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Db({:?})", self.engine())
    }
}

impl Db {
    /// Opens the store, brings its schema up to date, and checks that store and ring belong together and are of the
    /// same generation. Blocks; for a server that is away it fails at once.
    pub fn open(config: Config, ring: KeyRing) -> Result<Self, StoreError> {
        let shared = Arc::new(Shared::default());
        let backend = match config {
            Config::Sqlite { path, durable } => {
                let (writer, shelf) = sqlite::open(path, durable, &ring, &shared)?;
                let readers = Lane::new(
                    "store-read",
                    sqlite::READERS,
                    sqlite::reading(&shelf, &ring),
                );
                Backend::Sqlite {
                    writer,
                    readers,
                    shelf,
                }
            }
            Config::Postgres { url, tls } => {
                let server = Arc::new(postgres::Server::new(&url, &tls)?);
                postgres::prepare_schema(&server, &ring)?;
                let writers = postgres::lane(&server, &ring, &shared, postgres::Mode::Write);
                let readers = postgres::lane(&server, &ring, &shared, postgres::Mode::Read);
                Backend::Postgres { writers, readers }
            }
        };
        Ok(Self(Arc::new(Inner {
            backend,
            ring,
            shared,
        })))
    }

    /// Runs a unit of work that may write, and answers when it is durable.
    ///
    /// The closure may be run again and must not wait for anything but its [`Tx`]: no hash, no network. If the
    /// caller stops waiting, the work is done all the same.
    pub async fn write<T: Answer, E: Failure>(&self, job: impl Job<T, E>) -> Result<T, E> {
        answer(self.writers(), job).await
    }

    /// Runs a unit of work that only reads, on one state of the store throughout.
    pub async fn read<T: Answer, E: Failure>(&self, job: impl Job<T, E>) -> Result<T, E> {
        answer(self.readers(), job).await
    }

    /// Reads a row or few by an index, on one state of the store: at once and in place on SQLite (some microseconds),
    /// through the pool on PostgreSQL. Not for lists or scans.
    pub async fn point<T: Answer, E: Failure>(&self, job: impl Job<T, E>) -> Result<T, E> {
        if let Backend::Sqlite { shelf, .. } = &self.0.backend
            && let Some(reader) = shelf.try_take()?
        {
            return reader.point(&job, &self.0.ring);
        }
        self.read(job).await
    }

    /// [`Db::write`] for the command line and tests: blocks this thread. Not for async code.
    pub fn write_blocking<T: Answer, E: Failure>(&self, job: impl Job<T, E>) -> Result<T, E> {
        answer_blocking(self.writers(), job)
    }

    /// [`Db::read`] for the command line and tests: blocks this thread. Not for async code.
    pub fn read_blocking<T: Answer, E: Failure>(&self, job: impl Job<T, E>) -> Result<T, E> {
        answer_blocking(self.readers(), job)
    }

    /// Which database is underneath.
    pub fn engine(&self) -> Engine {
        match self.0.backend {
            Backend::Sqlite { .. } => Engine::Sqlite,
            Backend::Postgres { .. } => Engine::Postgres,
        }
    }

    /// The keys of this installation.
    pub fn ring(&self) -> &KeyRing {
        &self.0.ring
    }

    /// Counters since the store was opened.
    pub fn stats(&self) -> Stats {
        let Shared {
            commits,
            units,
            reruns,
            ..
        } = &*self.0.shared;
        let [commits, units, reruns] =
            [commits, units, reruns].map(|count| count.load(Ordering::Relaxed));
        Stats {
            commits,
            units,
            reruns,
        }
    }

    /// A receiver that changes when a committed unit woke the topic. What another process or node writes is not
    /// told: whoever waits also polls.
    pub fn subscribe(&self, topic: Topic) -> watch::Receiver<u64> {
        self.0.shared.bell(topic)
    }

    fn writers(&self) -> &Lane {
        match &self.0.backend {
            Backend::Sqlite { writer, .. } => writer,
            Backend::Postgres { writers, .. } => writers,
        }
    }

    fn readers(&self) -> &Lane {
        match &self.0.backend {
            Backend::Sqlite { readers, .. } | Backend::Postgres { readers, .. } => readers,
        }
    }
}

/// What came of a unit; one that nobody settled was dropped by a store that closes.
async fn answer<T: Answer, E: Failure>(lane: &Lane, job: impl Job<T, E>) -> Result<T, E> {
    let (reply, answer) = oneshot::channel();
    let reply = move |result| drop(reply.send(result));
    lane.submit(Unit::boxed(job, reply, Handle::try_current().ok()))?;
    answer
        .await
        .unwrap_or_else(|_| Err(StoreError::closing().into()))
}

/// The same for a thread that may wait, be it one that runs async code: a server's start and a command do.
fn answer_blocking<T: Answer, E: Failure>(lane: &Lane, job: impl Job<T, E>) -> Result<T, E> {
    let (reply, answer) = std::sync::mpsc::sync_channel(1);
    let reply = move |result| drop(reply.send(result));
    lane.submit(Unit::boxed(job, reply, None))?;
    answer
        .recv()
        .unwrap_or_else(|_| Err(StoreError::closing().into()))
}

#[cfg(test)]
mod tests;
