//! An attacker: what they hold, the browsers they use, what they tried and what they were told.
//!
//! Invariant: an attack gets at nothing of the owner but what is in its [`Held`].

use super::owner::{App, Desk};
use super::world::World;
use crate::drive::http::{Browser, Reply, Trail};
use crate::drive::walk::{Call, Mail, begin};
use anyhow::Context as _;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// The password an attacker sets where one can be set.
pub(super) const THIEVES_PASSWORD: &str = "copper sailing window thunder";
/// What an attacker calls things of their own.
pub(super) const THIEVES_NAME: &str = "Crowbar";

/// Everything an attacker holds besides the e-mail address, which everybody knows.
#[derive(Debug, Default)]
pub(super) struct Held {
    pub(super) password: Option<String>,
    pub(super) mailbox: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) app: Option<App>,
    pub(super) saved_code: Option<String>,
    /// The mailboxes of the owner's recovery contacts.
    pub(super) friends: Vec<String>,
    /// Operators, with password and authenticator.
    pub(super) desks: Vec<Desk>,
    /// A code that the owner used.
    pub(super) used_code: Option<String>,
    /// A browser with somebody's cookies in it.
    pub(super) browser: Option<Browser>,
    /// The owner's own browser, where a page of the attacker is open: it sends what that page makes it send.
    pub(super) visited_by: Option<Browser>,
    /// Addresses seen in a history or a log: of pages, of mailed links.
    pub(super) addresses: Vec<String>,
}

/// What somebody can have got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gain {
    /// That the password is right.
    PasswordRight,
    /// What the device is called.
    DeviceName,
    /// The last four digits of the telephone number.
    FourDigits,
    /// The whole telephone number.
    WholeNumber,
    /// What the account is called.
    AccountName,
    /// The number of the account.
    AccountId,
    /// A password of their own in the owner's place.
    OwnPassword,
    /// A device of their own on the account.
    OwnDevice,
    /// An address of their own on the account.
    OwnAddress,
    /// A look into the console, by the session they were given.
    Look,
    /// A session that a recovery opened, which is held.
    HeldSession,
    /// A session.
    Session,
    /// Sessions of theirs that live on when the owner has come back.
    Stays,
    /// The pages for operators.
    Office,
    /// A support case about the owner's account, approved.
    CaseApproved,
    /// Whether an address has an account.
    Exists,
    /// A look into the outbox of the server.
    Outbox,
}

impl Gain {
    /// In words.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::PasswordRight => "that the password is right",
            Self::DeviceName => "the device's name",
            Self::FourDigits => "four digits of the number",
            Self::WholeNumber => "the whole number",
            Self::AccountName => "the account's name",
            Self::AccountId => "the account's number",
            Self::OwnPassword => "a password of their own",
            Self::OwnDevice => "a device of their own",
            Self::OwnAddress => "an address of their own",
            Self::Look => "a look into the console",
            Self::HeldSession => "a held session",
            Self::Session => "a session",
            Self::Stays => "to stay after the owner came back",
            Self::Office => "the pages for operators",
            Self::CaseApproved => "a support case approved",
            Self::Exists => "whether an address has an account",
            Self::Outbox => "the outbox",
        }
    }

    /// Whether whoever has this is in.
    pub(super) const fn is_in(self) -> bool {
        matches!(self, Self::HeldSession | Self::Session | Self::Stays)
    }
}

/// An attacker at work.
#[derive(Debug)]
pub(super) struct Attacker<'a> {
    pub(super) world: &'a World<'a>,
    number: u8,
    browsers: u8,
    /// The owner's address.
    pub(super) email: String,
    pub(super) held: Held,
    pub(super) trail: Trail,
    /// What was tried, and what came of it.
    pub(super) tried: Vec<(String, String)>,
    pub(super) gains: BTreeSet<Gain>,
}

impl<'a> Attacker<'a> {
    pub(super) fn new(world: &'a World<'a>, number: u8, email: &str, held: Held) -> Self {
        let trail = Trail::default();
        let held = Held {
            browser: held.browser.map(|browser| browser.leaving(&trail)),
            ..held
        };
        Self {
            world,
            number,
            browsers: 0,
            email: email.to_owned(),
            held,
            trail,
            tried: Vec::new(),
            gains: BTreeSet::new(),
        }
    }

    /// The network that the attacker's own browsers are in.
    pub(super) fn network(&self) -> String {
        format!("127.{}.", self.number % 100 + 1)
    }

    /// An address of the attacker's own, whose mails they read.
    pub(super) fn address(&self) -> String {
        let name = THIEVES_NAME.to_lowercase();
        format!("{name}-{}-{:02}@example.net", self.world.tag, self.number)
    }

    /// A new browser in the attacker's first network.
    pub(super) fn browser(&mut self) -> Browser {
        self.browsers += 1;
        self.browser_at(0, self.browsers)
    }

    /// A new browser in another network of theirs.
    pub(super) fn browser_in(&self, network: u8) -> Browser {
        self.browser_at(network, 1)
    }

    fn browser_at(&self, network: u8, host: u8) -> Browser {
        let from = Ipv4Addr::new(127, self.number % 100 + 1, network, host);
        self.world.browser(from).leaving(&self.trail)
    }

    /// The browser with the cookies that were taken over, used from the attacker's network.
    pub(super) fn taken_browser(&self) -> anyhow::Result<Browser> {
        let held = self.held.browser.as_ref().context("holds no cookies")?;
        Ok(held
            .like()
            .from(Ipv4Addr::new(127, self.number % 100 + 1, 0, 200)))
    }

    pub(super) fn password(&self) -> anyhow::Result<String> {
        self.held.password.clone().context("holds no password")
    }

    /// The mails in the mailbox held, the newest first.
    pub(super) fn mails(&self) -> anyhow::Result<Vec<Mail>> {
        let address = self.held.mailbox.as_ref().context("holds no mailbox")?;
        self.world.place.mails(address)
    }

    /// The newest link of this kind in the mailbox held.
    pub(super) fn link(&self, kind: &str) -> anyhow::Result<String> {
        let address = self.held.mailbox.as_ref().context("holds no mailbox")?;
        self.world.newest_link(address, &[kind])
    }

    /// The calls to the telephone held, the newest first.
    pub(super) fn calls(&self) -> anyhow::Result<Vec<Call>> {
        let number = self.held.phone.as_ref().context("holds no telephone")?;
        self.world.place.calls(number)
    }

    /// Writes down what was tried and what was answered.
    pub(super) fn note(&mut self, what: &str, reply: &Reply) {
        let answer = match (reply.code(), &reply.location) {
            (Some(code), _) => code.to_owned(),
            (None, Some(to)) => format!("{} to {}", reply.status, without_ids(to)),
            (None, None) => reply.status.to_string(),
        };
        self.noted(what, &answer);
    }

    /// Writes down what was tried and what came of it, once where it is the same.
    pub(super) fn noted(&mut self, what: &str, came: &str) {
        let one = (what.to_owned(), came.to_owned());
        if !self.tried.contains(&one) {
            self.tried.push(one);
        }
    }

    /// Gives a password on the page of a new sign-in. Where it leads on, the answer is the address of the sign-in.
    pub(super) fn give_password(
        &mut self,
        browser: &mut Browser,
        password: &str,
    ) -> anyhow::Result<Option<String>> {
        let flow = begin(browser, &self.email)?;
        browser.get(&flow)?;
        let given = browser.post(&format!("{flow}/password"), &[("password", password)])?;
        self.note("a password", &given);
        let next = given.location.filter(|_| given.status == 303);
        let Some(next) = next else {
            return Ok(None);
        };
        // A security check stands before the password: nothing was said of it.
        let page = browser.get(&next)?;
        let behind = ["/factor", "/device", "/mail-code"];
        if next.starts_with("/console") || behind.iter().any(|end| page.action(end).is_some()) {
            self.gains.insert(Gain::PasswordRight);
            return Ok(Some(flow));
        }
        self.noted("a password, after many", "a security check comes first");
        Ok(None)
    }
}

/// An address without the ids in it.
fn without_ids(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let parts = path.split('/').map(|part| match part.len() {
        26.. => "…",
        _ => part,
    });
    parts.collect::<Vec<_>>().join("/")
}
