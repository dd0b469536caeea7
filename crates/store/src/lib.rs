//! The store: everything Gatelodge remembers, on SQLite or PostgreSQL, behind one small engine.
//!
//! A room (`account`, `session`, …) is a file of functions over `&mut Tx` with its statements beside them; `engine` is
//! the only place that knows which database is underneath. See decision 0001.
//!
//! # Adding a room
//!
//! 1. Tables: a folder `migrations/NNNN_room` and a line in `migrate::ALL`; the rules of portable SQL stand at the
//!    head of [`sql`](crate::Sql).
//! 2. A file `room.rs` with `statements! { … }` and functions `fn verb(tx: &mut Tx<'_>, …) -> Result<T, StoreError>`; a
//!    line in `sql::REGISTRY`.
//! 3. Secret columns go through [`Tx::seal`] and [`Tx::open`]; bearer values are stored as hashes only.
//! 4. Tests in `tests/all/room.rs`, `for db in store::testing::engines()`: each on both engines.

pub mod account;
pub mod audit;
pub mod call;
pub mod channel;
pub mod clock;
pub mod contact;
pub mod counter;
pub mod device;
pub mod drill;
mod engine;
mod error;
pub mod flow;
pub mod guessing;
pub mod iam;
pub mod lease;
pub mod link;
pub mod lock;
pub mod meta;
mod migrate;
pub mod nudge;
pub mod operator;
pub mod outbox;
pub mod recovery;
pub mod recovery_contact;
mod ring;
pub mod saved_code;
mod seal;
pub mod session;
pub mod sms;
mod sql;
pub mod support;
#[cfg(feature = "testing")]
pub mod testing;

pub use engine::{
    Answer, Config, Db, Engine, Failure, Job, Page, PgTls, Row, Stats, ToValue, Topic, Tx, Value,
};
pub use error::StoreError;
pub use ring::{KeyRing, Purpose};
pub use sql::{Sql, registry};
