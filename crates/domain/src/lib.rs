//! The rules of Gatelodge, without I/O: nouns, flows and decisions.
//!
//! Everything here is a function of its arguments. The present is a [`time::Timestamp`], randomness is a
//! [`dice::Dice`] and what was looked up arrives as facts, so that any moment of any flow can be replayed
//! in a test.
//!
//! Invariant: no clock, no generator, no network, no database, no async.
#![warn(missing_docs)]

pub mod account;
pub mod audit;
pub mod call;
pub mod channel;
pub mod check;
pub mod client;
pub mod clock;
pub mod contact;
pub mod device;
pub mod dice;
pub mod drill;
pub mod given;
pub mod guessing;
pub mod iam;
pub mod ids;
pub mod locale;
pub mod mail;
pub mod nudge;
pub mod operator;
pub mod recovery;
pub mod recovery_contact;
pub mod refusal;
pub mod secret;
pub mod session;
pub mod sign_in;
pub mod sign_up;
pub mod sms;
pub mod step;
pub mod support;
pub mod throttle;
pub mod time;

#[cfg(test)]
mod sample;
