//! The AWS policy language: reading policies, and deciding requests by them.
//!
//! This crate is kept apart because it is judged by itself: by a table of cases with a source for each rule, by a second,
//! slow evaluator, and by fuzzing. It knows nothing of the product; the caller gathers the policies and the facts.
//!
//! Invariants:
//! - no clock, no I/O, no randomness: the present is a condition key like any other;
//! - evaluating allocates nothing for a statement: what can be prepared is prepared when a document is read;
//! - what cannot be resolved or compared never widens what is allowed;
//! - a pattern, however it is made, is matched in at most its length × the text's length steps.
//!
//! ```
//! use iampolicy::{Attached, Caller, Context, Decision, Document, Kind, Policies, Request, evaluate};
//!
//! let own_home = Document::parse(
//!     r#"{"Version": "2012-10-17", "Statement": [{
//!         "Sid": "OwnHome", "Effect": "Allow", "Action": "s3:*Object",
//!         "Resource": "arn:aws:s3:::files/home/${aws:username}/*",
//!         "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}]}"#,
//!     Kind::Identity,
//! )?;
//! let mut context = Context::new();
//! context.set("aws:username", "ann").set("aws:MultiFactorAuthPresent", "true");
//! let ann = Caller::user("arn:aws:iam::111111111111:user/ann", "AIDAEXAMPLEEXAMPLE000");
//! let request = Request::new(ann, "s3:GetObject", "arn:aws:s3:::files/home/ann/a.txt", "111111111111", &context);
//! let identity = [Attached { name: "OwnHome", document: &own_home }];
//! let policies = Policies { identity: &identity, ..Policies::default() };
//! assert!(evaluate(&request, &policies).is_allowed());
//!
//! let elsewhere = Request::new(ann, "s3:GetObject", "arn:aws:s3:::files/home/bob/a.txt", "111111111111", &context);
//! let refused = evaluate(&elsewhere, &policies);
//! assert_eq!(
//!     refused.tail("s3:GetObject").as_deref(),
//!     Some("because no identity-based policy allows the s3:GetObject action"),
//! );
//! # Ok::<(), iampolicy::Malformed>(())
//! ```
//!
//! Neighbours: `domain` makes the request of a call; `app` gathers the policies.

mod action;
pub mod arn;
mod condition;
mod context;
mod decision;
mod document;
mod evaluate;
mod json;
pub mod lint;
mod malformed;
mod principal;
pub mod simulation;
mod wildcard;

pub use context::{Context, Value};
pub use decision::{By, Decision, Grant, PolicyType};
pub use document::{Document, Kind, MAX_BYTES, Version};
pub use evaluate::{Attached, Level, Policies, Request, evaluate};
pub use malformed::{Code, Malformed, Position};
pub use principal::{Caller, CallerKind};
