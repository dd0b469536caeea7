//! The outside world: clock, entropy, mail servers and telephones, behind the ports that `app` declares.
//!
//! Invariant: an adapter carries; it decides nothing and never sees the store.
#![warn(missing_docs)]

pub mod clock;
pub mod entropy;
pub mod mail;
pub mod voice;
