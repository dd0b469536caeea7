//! Stories through the whole product: real pages, real stores on both engines, a clock that the test turns.
//!
//! One file is one story or one room's stories; each test names the requirements it shows.
#[cfg(test)]
mod account;
#[cfg(test)]
mod addresses;
#[cfg(test)]
mod aws;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod budget;
#[cfg(test)]
mod channel;
#[cfg(test)]
mod check;
#[cfg(test)]
mod contact;
#[cfg(test)]
mod device;
#[cfg(test)]
mod drift;
#[cfg(test)]
mod drill;
#[cfg(test)]
mod existence;
#[cfg(test)]
mod field_code;
#[cfg(test)]
mod headers;
#[cfg(test)]
mod help;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod nudge;
#[cfg(test)]
mod operator;
#[cfg(test)]
mod outbox;
#[cfg(test)]
mod password;
#[cfg(test)]
mod process;
#[cfg(test)]
mod recovery;
#[cfg(test)]
mod saved_code;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod sign_up;
#[cfg(test)]
mod sms;
#[cfg(test)]
mod snapshots;
#[cfg(test)]
mod step_up;
#[cfg(test)]
mod support;
