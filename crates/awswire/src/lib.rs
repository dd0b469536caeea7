//! The AWS wire, and no business: signatures are verified, inputs decoded and checked, outputs and refusals written.
//!
//! This crate is kept apart so that everything a stranger's request reaches before it is known who sent it can be read,
//! fuzzed and tested alone.
//!
//! Invariants:
//! - no clock, no I/O, no randomness: the present is an argument, a request is what was received;
//! - nothing here knows Gatelodge: no users, no policies, no store;
//! - no input makes a function panic, and none takes time that grows faster than its length.
//!
//! Neighbours: `aws` dispatches calls and asks the rules of `app`.
//!
//! ```
//! use awswire::iam;
//! use awswire::protocol::query::{self, Form};
//! use awswire::value::Request as _;
//!
//! let form = Form::parse(b"Action=CreateUser&Version=2010-05-08&UserName=anna")?;
//! let (operation, input) = query::operation(&iam::SERVICE, &form)?;
//! assert_eq!(iam::Op::of(operation), Some(iam::Op::CreateUser));
//! let input: iam::CreateUserInput = input.read()?;
//!
//! let user = iam::User { user_name: input.user_name, path: "/".to_owned(), ..Default::default() };
//! let output = iam::CreateUserOutput { user: Some(user) };
//! let reply = query::reply(operation, output, "5fe3fe02-0000-4000-8000-000000000000");
//! assert!(String::from_utf8_lossy(&reply.body).contains("<UserName>anna</UserName>"));
//! # Ok::<(), awswire::WireError>(())
//! ```

pub mod error;
#[rustfmt::skip]
mod generated;
pub mod model;
pub mod protocol;
pub mod sigv4;
pub mod value;

mod constraint;
mod time;

pub use error::{Reply, WireError};
pub use generated::{cloudtrail, iam, signin, sts};
