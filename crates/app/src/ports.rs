//! What the verbs need of the outside world, in the product's words. Adapters implement it, tests have fakes.

use domain::ids::{AccountId, CallId, OutboxId};
use domain::locale::Locale;
use domain::mail::MailOrder;
use domain::time::{Span, Timestamp};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A boxed future, as ports are used behind `dyn`.
pub type Future_<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The outside world.
#[derive(Clone)]
pub struct Ports {
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Words for mails.
    pub composer: Arc<dyn Composer>,
    /// Mail that really goes out; nothing where mail is on trial.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// Calls that really go out; nothing where voice is on trial or off.
    pub telephone: Option<Arc<dyn Telephone>>,
    /// What is said in calls.
    pub voice: Arc<dyn Voice>,
}

impl std::fmt::Debug for Ports {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ports")
    }
}

/// The server's clock.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// The reading of a clock that nobody can set: time gone by since some moment, the same in the whole process.
    fn steady(&self) -> Span;
}

/// The generator that dice are thrown with.
pub trait Entropy: Send + Sync {
    /// 32 fresh random bytes from the operating system.
    fn seed(&self) -> [u8; 32];
}

/// A mail in words.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Composed {
    /// Subject line, without line breaks.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as simple HTML.
    pub html: String,
    /// The links in it, absolute.
    pub links: Vec<String>,
}

impl std::fmt::Debug for Composed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Composed(..)")
    }
}

/// Turns an order into words in the reader's language.
pub trait Composer: Send + Sync {
    /// The words. `public_url` is the only source of links; `account_name` is given where the order names an account.
    fn compose(&self, order: &MailOrder, public_url: &str, account_name: Option<&str>) -> Composed;
}

/// A mail on its way out.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Its row in the outbox, for the operator's eyes.
    pub id: OutboxId,
    /// Stays the same however often it is handed over (RFC 5322 section 3.6.4), with its angle brackets.
    pub message_id: String,
    /// From which of our addresses.
    pub from: String,
    /// The name beside that address.
    pub from_name: String,
    /// To whom.
    pub to: String,
    /// The words.
    pub words: Composed,
    /// When it was ordered; the Date of the mail.
    pub at: Timestamp,
}

/// Why a mail was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailRefused {
    /// Not now: the server is away, busy, or does not let us in. It is tried again.
    Later(String),
    /// Never: this mail will not be taken.
    Never(String),
}

/// Hands mails to the next server.
pub trait Mailer: Send + Sync {
    /// Hands over one mail.
    ///
    /// # Errors
    /// [`MailRefused`], with the server's own words for the operator.
    fn send<'a>(&'a self, mail: &'a Outgoing) -> Future_<'a, Result<(), MailRefused>>;
}

/// What is said in calls: recordings, and the same words to be read. Prompts go by their keys.
pub trait Voice: Send + Sync {
    /// The words of a prompt, which names an account by its last four digits; blank if there is no such prompt.
    fn subtitles(&self, prompt: &str, locale: Locale, account: &AccountId) -> String;

    /// The recording of the same as a WAV file; empty if there is no such prompt.
    fn recording(&self, prompt: &str, locale: Locale, account: &AccountId) -> Vec<u8>;
}

/// A call to be placed.
#[derive(Debug, Clone)]
pub struct CallPlan {
    /// Which call.
    pub call: CallId,
    /// The number, E.164.
    pub to: String,
    /// The language of the prompts.
    pub locale: Locale,
    /// The key of the prompt it begins with.
    pub prompt: &'static str,
    /// The account whose last four digits are spoken.
    pub account: AccountId,
}

/// Places calls. What becomes of them is reported to the recovery and contact verbs by call id.
pub trait Telephone: Send + Sync {
    /// Begins to dial.
    ///
    /// # Errors
    /// The transport's words when it cannot even begin.
    fn place<'a>(&'a self, plan: &'a CallPlan) -> Future_<'a, Result<(), String>>;

    /// Ends the call.
    fn hang_up<'a>(&'a self, call: &'a CallId) -> Future_<'a, ()>;
}
