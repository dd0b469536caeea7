//! What tests share: stores on both engines, fixed clocks and dice, a whole app in memory. Never part of the product.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::needless_pass_by_value,
    reason = "a test whose rig does not stand fails, and its stories are closures written in place"
)]

pub mod callee;
pub mod carrier;
pub mod rig;
pub mod smtp;
pub mod sound;
pub mod tls;

/// Stores for tests on both engines, and the PostgreSQL server they share.
pub use store::testing as stores;
