//! testkit.

/// Stores for tests on both engines, and the PostgreSQL server they share.
pub use store::testing as stores;
