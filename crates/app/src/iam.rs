//! The verbs of IAM: users, groups, roles, policies and access keys of the caller's account.
//!
//! | who | may | told |
//! |---|---|---|
//! | root | everything in the account | – |
//! | a user or role | what its policies allow, by the action of the operation's name on the ARN of what it names | – |
//!
//! Every call is counted against quotas and written down. A key that somebody stole gets what its holder's policies
//! allow, never anything of the root user's: no operation here names a root user but by a root user's own key.

pub mod access_key;
pub mod account;
pub mod group;
pub mod inline;
pub mod library;
pub mod mfa;
mod named;
pub mod policy;
pub mod role;
pub mod tags;
pub mod user;

pub use named::{Listed, PAGE, Paging, Renaming};
