//! Attackers who are, or made themselves, recovery contacts of the owner. None of them can wait a month here: the stories
//! of the suite turn the clock.

use super::attacker::{Attacker, Held};
use super::owner::{CREDENTIALS, Owner};
use super::pairs::{case, prove_mail};
use super::taken::{mailbox_of, password_of};
use super::world::World;
use anyhow::ensure;

/// The owner named two people, who accepted; their mailboxes are read by whoever attacks.
pub(super) fn befriended(world: &World<'_>, owner: &mut Owner) -> anyhow::Result<Held> {
    let mut browser = owner.another_browser(world);
    owner.sign_in(world, &mut browser)?;
    let mut friends = Vec::new();
    for number in 1..=2 {
        let email = format!("friend{number}-{}", owner.person.email);
        let page = format!("{CREDENTIALS}/recovery-contacts/new");
        browser.get(&page)?;
        let fields = [("name", "Friend"), ("email", &email), ("lang", "en")];
        let named = browser.post(&page, &fields)?;
        named.leads("the naming of a recovery contact")?;
        let mut theirs = owner.another_browser(world);
        theirs.open(&world.newest_link(&email, &["/recovery-contact/"])?)?;
        let accepted = theirs.post("/recovery-contact", &[("answer", "yes")])?;
        accepted.leads("the invitation")?;
        friends.push(email);
    }
    Ok(Held {
        friends,
        ..Held::default()
    })
}

/// The same, with the password.
pub(super) fn with_password(world: &World<'_>, owner: &mut Owner) -> anyhow::Result<Held> {
    Ok(Held {
        password: password_of(owner).password,
        ..befriended(world, owner)?
    })
}

/// The same, with password and mailbox.
pub(super) fn with_both(world: &World<'_>, owner: &mut Owner) -> anyhow::Result<Held> {
    Ok(Held {
        mailbox: mailbox_of(owner).mailbox,
        ..with_password(world, owner)?
    })
}

/// Without the password there is nothing to confirm.
pub(super) fn alone(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let mut browser = a.browser();
    for friend in a.held.friends.clone() {
        let again = browser.open(&a.world.newest_link(&friend, &["/recovery-contact/"])?)?;
        a.note("the invitation, opened again", &again);
    }
    let made_up = format!("/signin/confirm/{}", "a".repeat(32));
    let opened = browser.open(&made_up)?;
    a.note("a question that nobody asked", &opened);
    let pressed = browser.post("/signin/confirm", &[("answer", "yes")])?;
    a.note("a confirmation of nothing", &pressed);
    a.give_password(&mut browser, "not the right password")?;
    asked_nobody(a)
}

/// With the password, but without the mailbox, nobody can be asked.
pub(super) fn and_password(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let mut browser = a.browser();
    if let Some(case) = case(a, &mut browser)? {
        ask(a, &mut browser, &case)?;
    }
    asked_nobody(a)
}

/// With password and mailbox: whoever was made a recovery contact today does not count.
pub(super) fn and_both(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let mut browser = a.browser();
    if let Some(case) = case(a, &mut browser)? {
        prove_mail(a, &mut browser, &case)?;
        ask(a, &mut browser, &case)?;
    }
    asked_nobody(a)
}

fn ask(
    a: &mut Attacker<'_>,
    browser: &mut crate::drive::http::Browser,
    case: &str,
) -> anyhow::Result<()> {
    let page = browser.get(&format!("{case}?by=contacts"))?;
    a.note("the page that asks recovery contacts", &page);
    let asked = browser.post(&format!("{case}/ask"), &[])?;
    a.note("asking the recovery contacts", &asked);
    let entered = browser.post(&format!("{case}/enter"), &[])?;
    a.note("the end of the case", &entered);
    Ok(())
}

fn asked_nobody(a: &Attacker<'_>) -> anyhow::Result<()> {
    for friend in &a.held.friends {
        let asked = a.world.newest_link(friend, &["/signin/confirm/"]);
        ensure!(asked.is_err(), "a recovery contact was asked");
    }
    Ok(())
}
