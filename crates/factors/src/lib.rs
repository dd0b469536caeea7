//! Proofs of who somebody is, as pure functions on bytes: codes, passwords, saved codes, phone numbers and addresses.
//!
//! This crate is kept apart so that everything a stranger's keystrokes reach first can be read, fuzzed and tested alone.
//!
//! Invariants:
//! - no clock, no randomness, no I/O of its own, no environment: time is an argument, randomness is bytes that the
//!   caller drew, and the one file that is searched (the leaked-password list) is handed in as `Read + Seek`;
//! - nothing here knows the product: no accounts, no flows, no texts for people;
//! - what people type is forgiven (full-width characters, blanks, hyphens) where that gives no guess away, and never
//!   makes a function panic;
//! - secrets are compared in constant time, wiped when dropped, and do not appear in `Debug`.
//!
//! Neighbours: `domain` decides what a matched factor means; `store` keeps the results.

pub mod email;
pub mod keypad;
pub mod password;
pub mod password_rules;
pub mod phone;
pub mod phrase;
pub mod picture;
pub mod puzzle;
pub mod qr;
pub mod saved_code;
pub mod totp;
pub mod typed;
