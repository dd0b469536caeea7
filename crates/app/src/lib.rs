//! What Gatelodge does, verb by verb: one use case is one function.
//!
//! Fronts (pages, command line, later the AWS wire) call these and nothing below; adapters implement the ports
//! declared here. A flow is loaded, stepped and saved in one write; everything that leaves the machine goes
//! through the outbox written with it.
//!
//! Invariant: no page, no header, no SQL text.
#![warn(missing_docs)]

pub mod account;
mod addresses;
pub mod api;
mod budget;
pub mod call;
pub mod channel;
pub mod check;
pub mod clock;
mod commit;
pub mod contact;
pub mod context;
pub mod demo;
mod desk;
pub mod device;
pub mod drill;
pub mod enrol;
pub mod error;
mod flow;
pub mod hash;
pub mod iam;
pub mod landing;
mod link;
mod new_password;
pub mod nudge;
pub mod operator;
pub mod outbox;
pub mod password;
pub mod ports;
pub mod ready;
pub mod recovery;
pub mod recovery_contact;
pub mod reset;
pub mod saved_code;
pub mod script;
pub mod session;
pub mod settings;
pub mod sign_in;
pub mod sign_up;
pub mod sms;
pub mod standing;
pub mod sts;
pub mod support;
pub mod telephone;
pub mod token;
pub mod worker;

pub use context::Ctx;
pub use error::Error;

use std::sync::Arc;

/// Everything the verbs need, built once at start and cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    parts: Parts,
    watch: clock::Watch,
    shelf: api::Shelf,
    waiting: api::Waiting,
}

/// The parts an [`App`] is built from.
pub struct Parts {
    /// The store.
    pub db: store::Db,
    /// The bounded pool that hashes passwords.
    pub hashes: hash::HashPool,
    /// The outside world.
    pub ports: ports::Ports,
    /// What the operator set.
    pub settings: settings::Settings,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Parts")
    }
}

impl App {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        let watch = clock::Watch::new(&*parts.ports.clock);
        let (shelf, waiting) = Default::default();
        Self(Arc::new(Inner {
            parts,
            watch,
            shelf,
            waiting,
        }))
    }

    /// The store, for the parts of the server that stand beside the verbs (start, worker, commands).
    pub fn db(&self) -> &store::Db {
        &self.0.parts.db
    }

    /// What the operator set.
    pub fn settings(&self) -> &settings::Settings {
        &self.0.parts.settings
    }

    /// The outside world.
    pub fn ports(&self) -> &ports::Ports {
        &self.0.parts.ports
    }

    pub(crate) fn watch(&self) -> &clock::Watch {
        &self.0.watch
    }

    /// Rights that were read already.
    pub(crate) fn shelf(&self) -> &api::Shelf {
        &self.0.shelf
    }

    /// Records of calls that wait to be written down.
    pub(crate) fn waiting(&self) -> &api::Waiting {
        &self.0.waiting
    }

    /// The pool that hashes passwords.
    pub fn hashes(&self) -> &hash::HashPool {
        &self.0.parts.hashes
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("App")
    }
}
