//! The AWS front: calls of programs, signed with access keys, answered as AWS answers them.
//!
//! A request is read whole, its signature checked against the secret of its key, its input decoded and checked, and one
//! verb of `app` called. Nothing here decides anything but which operation it is: who may, and what becomes of it, is said
//! by the verbs.
//!
//! | who | may | how often | what is told to whom | what is written down |
//! |---|---|---|---|---|
//! | nobody | learn that a key is not known, not active or revoked: one sentence for all | as often as connections allow | – | nothing: there is no account to write it to |
//! | a caller | what its policies allow | the same | refusals name the caller, the operation and the resource it named itself | every call, by `app::api` |
//!
//! Cookies are never looked at here, so that no page can make a browser call.

mod authenticate;
mod front;
mod iam;
mod operation;
mod sts;

pub use front::{router, takes};
