//! What tests share: stores on both engines, fixed clocks and dice, a whole app in memory. Never part of the product.

/// Stores for tests on both engines, and the PostgreSQL server they share.
pub use store::testing as stores;
