//! The store: everything Gatelodge remembers, on SQLite or PostgreSQL, behind one small engine.
//!
//! A room (`account`, `session`, …) is a file of functions over `&mut Tx` with its statements beside them; [`engine`] is
//! the only place that knows which database is underneath. See decision 0001.

pub mod audit;
mod engine;
mod error;
pub mod lease;
pub mod lock;
pub mod meta;
mod migrate;
pub mod outbox;
mod ring;
mod seal;
mod sql;
#[cfg(feature = "testing")]
pub mod testing;

pub use engine::{Config, Db, Engine, Page, PgTls, Row, Stats, ToValue, Topic, Tx, Value};
pub use error::StoreError;
pub use ring::{KeyRing, Purpose};
pub use sql::{Sql, registry};
