//! What the verbs need of the outside world, in the product's words. Adapters implement it, tests have fakes.

use domain::call::Outcome;
use domain::dice::Dice;
use domain::ids::{AccountId, CallId, OutboxId};
use domain::locale::Locale;
use domain::mail::MailOrder;
use domain::sms::TextOrder;
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
    /// Short texts that really go out; nothing where they are on trial or off.
    pub texter: Option<Arc<dyn Texter>>,
    /// What is said in calls, and for those who listen to a security check.
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

    /// The words of a short text, in the reader's language.
    fn text(&self, order: &TextOrder, public_url: &str) -> String;
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

/// A short text on its way out.
#[derive(Clone)]
pub struct OutgoingText {
    /// Its row in the outbox, by which carriers tell of it.
    pub id: OutboxId,
    /// The number, E.164.
    pub to: String,
    /// The country of the number (ISO 3166-1, two letters); blank where the number tells none.
    pub country: String,
    /// The words.
    pub words: String,
}

impl std::fmt::Debug for OutgoingText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OutgoingText({})", self.id)
    }
}

/// What a carrier told of a text after it took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Which text.
    pub text: OutboxId,
    /// Who told.
    pub carrier: String,
    /// Why it did not arrive; nothing if it did.
    pub lost: Option<String>,
}

/// Sends short texts.
pub trait Texter: Send + Sync {
    /// Hands one text over, and says which carrier took it.
    ///
    /// # Errors
    /// [`MailRefused`], with the carrier's answer for the operator.
    fn send<'a>(&'a self, text: &'a OutgoingText) -> Future_<'a, Result<String, MailRefused>>;

    /// A carrier tells of a text at an address that it was given for it; nothing if that is no news.
    ///
    /// # Errors
    /// What somebody is answered who is no carrier, says it twice, or says what cannot be read.
    fn told(&self, callback: &Callback) -> Result<Option<Delivery>, Answer>;
}

/// What is said in calls: recordings, and the same words to be read. Prompts go by their keys.
pub trait Voice: Send + Sync {
    /// The words of a prompt, which names an account by its last four digits; blank if there is no such prompt.
    fn subtitles(&self, prompt: &str, locale: Locale, account: &AccountId) -> String;

    /// The recording of the same as a WAV file; empty if there is no such prompt.
    fn recording(&self, prompt: &str, locale: Locale, account: &AccountId) -> Vec<u8>;

    /// Letters and digits spoken one by one, varied by the dice, as a WAV file; empty if one of them has no recording.
    fn spelled(&self, characters: &str, locale: Locale, dice: &Dice) -> Vec<u8>;
}

/// A key of a telephone, as carriers report it.
pub use factors::keypad::Key;

/// A call to be placed.
#[derive(Debug, Clone)]
pub struct CallPlan {
    /// Which call.
    pub call: CallId,
    /// The number, E.164.
    pub to: String,
    /// The country of the number (ISO 3166-1, two letters); blank where the number tells none.
    pub country: String,
    /// The language of the prompts.
    pub locale: Locale,
    /// The key of the prompt it begins with.
    pub prompt: &'static str,
    /// The account whose last four digits are spoken.
    pub account: AccountId,
    /// Where what happens in the call is told.
    pub desk: Arc<dyn Desk>,
}

/// What the voice does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Goes on with what it does.
    Listen,
    /// Falls silent: a key was pressed, and more may come.
    Hush,
    /// Says this prompt, in the place of what it says, and listens on.
    Say(&'static str),
    /// Says this prompt and puts the receiver down.
    SayAndEnd(&'static str),
    /// Puts the receiver down.
    End,
}

/// Where a telephone tells what happens in one call, and hears what the voice does next. It holds the keys of a try
/// that is not complete, so that every transport counts them alike.
pub trait Desk: Send + Sync + std::fmt::Debug {
    /// The far phone rings.
    fn ringing(&self) -> Future_<'_, ()>;

    /// Somebody or something answered.
    fn answered(&self) -> Future_<'_, Next>;

    /// A key was pressed.
    fn pressed(&self, key: Key) -> Future_<'_, Next>;

    /// Nothing was pressed for a while after the voice had spoken.
    fn quiet(&self) -> Future_<'_, Next>;

    /// The call is over; for a call whose end was decided here it says nothing new.
    fn ended(&self, outcome: Outcome) -> Future_<'_, ()>;
}

/// A request of a carrier to an address that it was given for one call.
#[derive(Clone)]
pub struct Callback {
    /// Whether it was a POST; else it was a GET.
    pub post: bool,
    /// Path and query, as they came.
    pub path: String,
    /// The headers that are text.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Callback {
    /// Path, headers and body may hold tokens, signatures and digits.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Callback(..)")
    }
}

/// What a carrier is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status of HTTP.
    pub status: u16,
    /// The type of the body.
    pub kind: &'static str,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Nothing but a status.
    pub const fn nothing(status: u16) -> Self {
        Self {
            status,
            kind: "text/plain",
            body: Vec::new(),
        }
    }
}

/// Places calls. What becomes of a call is told at its desk.
pub trait Telephone: Send + Sync {
    /// The server begins to serve: what must stand before the first call is set up, such as a registration.
    fn open(&self) -> Future_<'_, ()> {
        Box::pin(std::future::ready(()))
    }

    /// Begins to dial, and does not wait for what becomes of it.
    ///
    /// # Errors
    /// The transport's words when it cannot even begin.
    fn place<'a>(&'a self, plan: &'a CallPlan) -> Future_<'a, Result<(), String>>;

    /// Ends the call.
    fn hang_up<'a>(&'a self, call: &'a CallId) -> Future_<'a, ()>;

    /// A carrier asks or tells something at an address that it was given for one call.
    fn called_back(&self, _callback: Callback) -> Future_<'_, Answer> {
        Box::pin(std::future::ready(Answer::nothing(404)))
    }
}
