//! The judge: whether anybody got in, what they know now, and whether the owner still gets in by every way.
//!
//! It believes no attacker: every session that any browser of theirs was ever given is tried, every page that they were
//! shown is read, and the owner looks at the list of sessions.

use super::attacker::{Attacker, Gain};
use super::owner::{CREDENTIALS, Owner, Taken};
use super::world::World;
use crate::drive::http::Browser;
use anyhow::Context as _;
use std::collections::BTreeSet;
use std::sync::PoisonError;

/// Whether the owner can still do something, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Can {
    /// As ever.
    Yes,
    /// With something that comes by mail.
    By(&'static str),
    /// After a wait of an hour at most: the device waits for browsers that are not known.
    Later,
    /// Why not.
    No(String),
}

impl Can {
    fn of(taken: anyhow::Result<Taken>) -> Self {
        match taken {
            Ok(taken) => match (taken.unlocked, taken.reset) {
                (false, false) => Self::Yes,
                (true, false) => Self::By("by unlock"),
                (false, true) => Self::By("by reset"),
                (true, true) => Self::By("by reset, unlock"),
            },
            Err(error) => match format!("{error:#}") {
                why if why.contains("GL-MFA-003") => Self::Later,
                why => Self::No(why),
            },
        }
    }

    /// In words.
    pub(super) const fn words(&self) -> &str {
        match self {
            Self::Yes => "yes",
            Self::By(what) => what,
            Self::Later => "after a wait",
            Self::No(_) => "NO",
        }
    }

    /// In words, with the reason where the owner cannot.
    pub(super) fn words_and_why(&self) -> String {
        match self {
            Self::No(why) => format!("NO: {why}"),
            _ => self.words().to_owned(),
        }
    }

    /// Whether the owner can.
    pub(super) const fn is_so(&self) -> bool {
        matches!(self, Self::Yes | Self::By(_))
    }
}

/// What is left to the owner.
#[derive(Debug, Clone)]
pub(super) struct Left {
    /// To sign in with password and device in the browser they always use.
    pub(super) home: Can,
    /// The same in a browser that was never used.
    pub(super) elsewhere: Can,
    /// To get back in without the device.
    pub(super) recover: Can,
    /// To get a link to a new password that opens.
    pub(super) reset: Can,
    /// To use the link that was ordered before the attack.
    pub(super) earlier_link: Can,
    /// For the operator that an attack was about: to sign in where they always do.
    pub(super) desk: Option<Can>,
}

impl Left {
    /// Every way with its name.
    pub(super) fn ways(&self) -> Vec<(&'static str, &Can)> {
        let owner = [
            ("sign in", &self.home),
            ("in a new browser", &self.elsewhere),
            ("recover", &self.recover),
            ("reset", &self.reset),
            ("earlier link", &self.earlier_link),
        ];
        let desk = self.desk.iter().map(|can| ("operator's sign-in", can));
        owner.into_iter().chain(desk).collect()
    }
}

/// What the attacker has got, before the owner does anything about it.
pub(super) fn gains(attacker: &Attacker<'_>, owner: &Owner) -> anyhow::Result<BTreeSet<Gain>> {
    let mut gains = attacker.gains.clone();
    for (session, given) in sessions(attacker) {
        let Some(held) = look_in(attacker, owner, &session)? else {
            continue;
        };
        gains.insert(match (given, held) {
            (true, _) => Gain::Look,
            (false, true) => Gain::HeldSession,
            (false, false) => Gain::Session,
        });
    }
    if attacker.world.approved(&owner.account_id)? {
        gains.insert(Gain::CaseApproved);
    }
    // With the session that was given, everything in the console is known; that is said in one word.
    if !gains.contains(&Gain::Look) && !gains.iter().any(|gain| gain.is_in()) {
        gains.extend(learnt(attacker, owner));
    }
    Ok(gains)
}

/// The sessions that the attacker's browsers were given, and the one they came with.
fn sessions(attacker: &Attacker<'_>) -> Vec<(String, bool)> {
    let seen = attacker
        .trail
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let given = attacker.held.browser.as_ref().and_then(|b| b.session());
    let won = seen.sessions.iter().map(String::as_str);
    let won = won
        .filter(|session| Some(*session) != given)
        .map(|s| (s.to_owned(), false));
    won.chain(given.map(|session| (session.to_owned(), true)))
        .collect()
}

/// Whether a session opens the owner's console; if it does, whether it is held.
fn look_in(attacker: &Attacker<'_>, owner: &Owner, session: &str) -> anyhow::Result<Option<bool>> {
    let mut browser = attacker.browser_in(250);
    browser.take_session(session);
    let home = browser.get("/console/home")?;
    let account = browser.get("/console/account")?;
    let theirs = home.status == 200 && account.body.contains(&owner.name);
    if !theirs {
        return Ok(None);
    }
    let contact = browser.get("/console/account/email")?;
    Ok(Some(contact.code() == Some("GL-SESSION-003")))
}

/// What the pages that the attacker was shown tell.
fn learnt(attacker: &Attacker<'_>, owner: &Owner) -> BTreeSet<Gain> {
    let seen = attacker
        .trail
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let four = owner.phone.get(owner.phone.len() - 4..).unwrap_or_default();
    let whole = owner.phone.get(4..).unwrap_or_default();
    let mut known = BTreeSet::new();
    for page in &seen.pages {
        let text = visible(page);
        let bare: String = text.chars().filter(|c| !" -()".contains(*c)).collect();
        if bare.contains(whole) {
            known.insert(Gain::WholeNumber);
        } else if has_digits(&text, four) {
            known.insert(Gain::FourDigits);
        }
        if bare.contains(&owner.account_id) {
            known.insert(Gain::AccountId);
        }
        if text.contains(&owner.name) {
            known.insert(Gain::AccountName);
        }
        if owner
            .app
            .as_ref()
            .is_some_and(|app| text.contains(&app.name))
        {
            known.insert(Gain::DeviceName);
        }
    }
    known
}

/// Whether these digits stand in a text, with no other digit before or behind.
fn has_digits(text: &str, digits: &str) -> bool {
    text.match_indices(digits).any(|(at, _)| {
        let before = text.get(..at).and_then(|rest| rest.chars().next_back());
        let behind = text
            .get(at + digits.len()..)
            .and_then(|rest| rest.chars().next());
        ![before, behind]
            .into_iter()
            .flatten()
            .any(|c| c.is_ascii_digit())
    })
}

/// The words of a page without its tags.
fn visible(page: &str) -> String {
    let pieces = page.split('<');
    pieces
        .filter_map(|piece| piece.split_once('>').map(|(_, text)| text))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Lets the owner try every way, and adds what only the owner can see.
pub(super) fn left(
    world: &World<'_>,
    attacker: &Attacker<'_>,
    owner: &mut Owner,
    gains: &mut BTreeSet<Gain>,
) -> anyhow::Result<Left> {
    let mut at_home = owner.home.opened_anew();
    let home = owner.sign_in(world, &mut at_home);
    if owner.resets > 0 {
        gains.insert(Gain::OwnPassword);
    }
    let listed = at_home.get(CREDENTIALS)?.body + &at_home.get("/console/account")?.body;
    let known = gains.contains(&Gain::Look) || gains.iter().any(|gain| gain.is_in());
    if !known && listed.contains(&attacker.network()) {
        gains.insert(Gain::Session);
    }
    if listed.contains(&attacker.address()) {
        gains.insert(Gain::OwnAddress);
    }
    let mut another = owner.another_browser(world);
    let elsewhere = Can::of(owner.sign_in(world, &mut another));
    let mut third = owner.another_browser(world);
    let recover = match owner.app {
        Some(_) => Can::of(owner.recover(world, &mut third)),
        // Without a device there is none to lose.
        None => elsewhere.clone(),
    };
    let reset = opens(world, owner);
    let link = owner.reset_link.clone();
    let earlier_link = match owner.reset(world, &link) {
        Ok(()) => Can::of(owner.sign_in(world, &mut at_home.opened_anew())),
        Err(error) => Can::No(format!("{error:#}")),
    };
    let desk = owner.desk.as_mut();
    let desk = desk.map(|(desk, home)| {
        Can::of(
            desk.sign_in(world, &mut home.opened_anew())
                .and_then(|reply| {
                    reply.leads("an operator's sign-in")?;
                    Ok(Taken::default())
                }),
        )
    });
    Ok(Left {
        desk,
        home: Can::of(home),
        elsewhere,
        recover,
        reset,
        earlier_link,
    })
}

/// Whether a link to a new password can be had that opens its form, by somebody whom nobody knows; else by one who asks
/// in the browser they always use.
fn opens(world: &World<'_>, owner: &Owner) -> Can {
    let form = |mut browser: Browser| {
        world.forgot(&mut browser, &owner.person.email)?;
        let link = world.newest_link(&owner.person.email, &["/reset/"])?;
        let page = owner.another_browser(world).open(&link)?;
        let form = page.action("/signin/reset");
        form.context("the link opens no form").map(drop)
    };
    if form(owner.another_browser(world)).is_ok() {
        return Can::Yes;
    }
    match form(owner.home.opened_anew()) {
        Ok(()) => Can::By("from home"),
        Err(error) => Can::No(format!("{error:#}")),
    }
}

/// Whether any session of theirs outlives the owner's coming back.
pub(super) fn stays(attacker: &Attacker<'_>, owner: &Owner) -> anyhow::Result<bool> {
    for (session, given) in sessions(attacker) {
        if !given && look_in(attacker, owner, &session)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
