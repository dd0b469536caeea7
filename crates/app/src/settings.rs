//! What the operator set, as far as the verbs need it. Read once at start by the binary.

use crate::script::Script;
use domain::call::Budget;
use domain::channel::{Holds, Part, Seen};
use domain::guessing::Limits;
use domain::mail::Sender;
use domain::recovery::Ways;
use domain::time::Span;
use factors::password::Cost;
use std::collections::BTreeMap;

/// How a transport carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Keeps what it carries in the store and shows it at `/outbox`.
    Trial,
    /// Really carries.
    Real,
    /// Carries nothing; what would need it is not offered.
    Off,
}

/// The addresses that mails come from: for the mails, and for the pages that say whom to let through (R-CON-15).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Senders {
    /// Everything but recovery.
    pub sign_in: String,
    /// The proof of an address in a recovery.
    pub recovery: String,
}

impl Senders {
    /// The usual ones below a domain such as `example.com` (R-CON-14).
    pub fn below(domain: &str) -> Self {
        Self {
            sign_in: Sender::SignIn.address(domain),
            recovery: Sender::Recovery.address(domain),
        }
    }

    /// The address of a sender.
    pub fn of(&self, sender: Sender) -> &str {
        match sender {
            Sender::SignIn => &self.sign_in,
            Sender::Recovery => &self.recovery,
        }
    }
}

/// Where people are sent whose question is not one about signing in here (G-35).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contact {
    /// Whoever helps people that cannot sign in.
    Support,
    /// Whoever answers about bills.
    Billing,
    /// Whoever answers about orders.
    Retail,
}

/// What calls cost, and may cost, in a unit of the operator's own.
#[derive(Debug, Clone)]
pub struct Tariff {
    /// The price of a call, where its country has none of its own.
    pub price: u32,
    /// The prices of calls to some countries (ISO 3166-1, two letters).
    pub prices: BTreeMap<String, u32>,
    /// The limits.
    pub budget: Budget,
}

impl Default for Tariff {
    /// A hundred calls an hour, and twenty to a number in a day, all at one price.
    fn default() -> Self {
        Self {
            price: 10,
            prices: BTreeMap::new(),
            budget: Budget {
                hour: Some(1_000),
                number: Some(200),
            },
        }
    }
}

/// How short texts go, and what for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Texts {
    /// How they go.
    pub transport: Transport,
    /// What one costs, in the unit of [`Tariff`], whose limits are theirs as well.
    pub price: u32,
    /// Whether the code of a sign-in without a device goes as a text to a proved number, not by mail.
    pub codes: bool,
}

impl Default for Texts {
    /// None go out.
    fn default() -> Self {
        Self {
            transport: Transport::Off,
            price: 5,
            codes: false,
        }
    }
}

/// What the operator set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The only source of links: `https://…`, or the trial address. Without a final slash.
    pub public_url: String,
    /// How mail goes.
    pub mail: Transport,
    /// The addresses that mails come from.
    pub senders: Senders,
    /// How calls go.
    pub voice: Transport,
    /// Whether people may open accounts by themselves.
    pub self_open: bool,
    /// Whether root users may have access keys.
    pub root_keys: bool,
    /// The country of numbers written without one (ISO 3166-1, two letters).
    pub home_country: String,
    /// Countries that may be called (ISO 3166-1, two letters); empty means the home country only.
    pub call_countries: Vec<String>,
    /// What calls cost, and may cost.
    pub tariff: Tariff,
    /// How short texts go, and what for.
    pub texts: Texts,
    /// What calls ask for.
    pub script: Script,
    /// How much guessing over many names is too much.
    pub guessing: Limits,
    /// What a password hash costs.
    pub hash_cost: Cost,
    /// File of leaked passwords: SHA-1 in upper-case hexadecimal, one a line, sorted.
    pub leaked_passwords: Option<std::path::PathBuf>,
    /// The sets of proofs that open a recovery.
    pub ways: Ways,
    /// The contacts that the operator named, each an address of a page or of a mailbox; others are not spoken of.
    pub contacts: BTreeMap<Contact, String>,
    /// How long every contact has to stop a support case that two operators approved.
    pub support_wait: Span,
    /// The same where nothing is left at all; nothing where nobody is let in then.
    pub support_long_wait: Option<Span>,
    /// How long a change of what is guarded pauses a channel.
    pub change_pause: Span,
    /// What a server runs with, part by part; nothing on trial, and nothing for commands.
    pub guarded: Vec<(Part, Seen)>,
    /// The name of this installation in authenticator apps and mails.
    pub name: String,
}

/// What stays on this machine, shown at `/outbox` instead of going out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnTrial {
    /// Whatever there is: nothing goes out.
    All,
    /// Mails; calls are real.
    Mail,
    /// Calls; mails are real.
    Calls,
}

impl Settings {
    /// What is on trial, if anything is.
    pub fn on_trial(&self) -> Option<OnTrial> {
        match (self.mail, self.voice) {
            (Transport::Trial, Transport::Real) => Some(OnTrial::Mail),
            (Transport::Real, Transport::Trial) => Some(OnTrial::Calls),
            _ => self.trial().then_some(OnTrial::All),
        }
    }

    /// The holds as they are set.
    pub fn holds(&self) -> Holds {
        Holds {
            ways: self.ways,
            wait: self.support_wait,
            long_wait: self.support_long_wait,
            pause: self.change_pause,
        }
    }

    /// Whether any transport is on trial, which makes the whole server a trial server.
    pub fn trial(&self) -> bool {
        self.mail == Transport::Trial || self.voice == Transport::Trial
    }
}
