//! Stores for tests: a fresh one on each engine, gone when dropped.
//!
//! ```ignore
//! for db in store::testing::engines() {
//!     db.write_blocking(|tx| account::insert(tx, &account)).unwrap();
//! }
//! ```
#![expect(
    clippy::expect_used,
    reason = "a test that cannot open its store fails"
)]

mod cluster;
mod contents;

pub use cluster::{Cluster, shared_cluster};
pub use contents::{Contents, contents};

use crate::{Config, Db, KeyRing, PgTls};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A store of its own for one test. Derefs to [`Db`].
#[derive(Debug)]
pub struct TestDb {
    db: Option<Db>,
    place: Place,
    ring: KeyRing,
}

#[derive(Debug)]
enum Place {
    File(tempfile::TempDir),
    Schema { cluster: Arc<Cluster>, name: String },
}

impl std::ops::Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        self.db.as_ref().expect("the store is open")
    }
}

/// The ring the stores of tests are opened with.
pub fn ring() -> KeyRing {
    KeyRing::generate(&[0x5a; 32]).expect("a ring")
}

/// A store on each engine there is. Without PostgreSQL it says so and gives SQLite alone, unless the environment
/// sets `GATELODGE_REQUIRE_POSTGRES`.
pub fn engines() -> Vec<TestDb> {
    std::iter::once(sqlite()).chain(postgres()).collect()
}

/// A store in a temporary file that does not wait for the disk.
pub fn sqlite() -> TestDb {
    let place = Place::File(tempfile::tempdir().expect("a temporary folder"));
    TestDb::open(place, ring())
}

/// A store in a schema of its own on the cluster that the tests share; `None` where PostgreSQL is not installed.
pub fn postgres() -> Option<TestDb> {
    let cluster = shared_cluster()?;
    Some(on_cluster(&cluster))
}

/// A store in a schema of its own on this cluster.
pub fn on_cluster(cluster: &Arc<Cluster>) -> TestDb {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("t_{}_{number}", std::process::id());
    cluster.sql(&format!("create schema {name}"));
    TestDb::open(
        Place::Schema {
            cluster: Arc::clone(cluster),
            name,
        },
        ring(),
    )
}

impl TestDb {
    fn open(place: Place, ring: KeyRing) -> Self {
        let mut test = Self {
            db: None,
            place,
            ring,
        };
        test.db = Some(test.open_another());
        test
    }

    /// Where the store is: for tests that open it by themselves.
    pub fn config(&self) -> Config {
        match &self.place {
            Place::File(dir) => Config::Sqlite {
                path: dir.path().join("store.db"),
                durable: false,
            },
            Place::Schema { cluster, name } => Config::Postgres {
                url: cluster.url(name),
                tls: PgTls::Off,
            },
        }
    }

    /// A second handle with connections of its own, as another process or node has it.
    pub fn open_another(&self) -> Db {
        Db::open(self.config(), self.ring.clone()).expect("the store opens")
    }

    /// The store as a restarted process finds it.
    #[must_use]
    pub fn reopened(self) -> Self {
        self.reopened_after(|| ())
    }

    /// The store as it is found after something was done to it while it was closed.
    #[must_use]
    pub fn reopened_after(mut self, meanwhile: impl FnOnce()) -> Self {
        drop(self.db.take());
        meanwhile();
        self.db = Some(self.open_another());
        self
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        drop(self.db.take());
        if let Place::Schema { cluster, name } = &self.place
            && !std::thread::panicking()
        {
            cluster.sql(&format!("drop schema if exists {name} cascade"));
        }
    }
}
