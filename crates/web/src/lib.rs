//! Pages for people: one function per page, GET renders, POST calls one verb of `app`.
//!
//! Everything that reaches a page went through [`guard`]: the host was ours, the form was sent by our own page, the
//! language is known. Texts are in `locales`, markup in `templates`; nothing here decides anything.
//!
//! Invariant: pages load nothing from another host, and work without scripts.

mod account;
mod assets;
mod call;
mod channel;
mod check;
mod console;
mod contact;
pub mod cookie;
mod device;
mod drill;
pub mod form;
pub mod front;
mod guard;
mod help;
mod mail;
mod operator;
mod outbox;
pub mod page;
mod password;
mod public;
pub mod recovery;
mod recovery_contact;
mod refused;
mod routes;
mod sign_in;
mod sign_up;
mod sms;
mod support;
pub mod text;
mod visit;
mod voice;

pub use front::{Front, Serving};
pub use help::host_and_port;
pub use mail::Letters;
pub use password::unmet_sentences;
pub use routes::{Beside, for_carriers, router};
pub use visit::Visit;
