//! What an attacker takes out of the owner's things, and what the owner is doing at that time.

use super::attacker::Held;
use super::owner::{Owner, enter};
use super::world::World;
use crate::drive::http::Browser;
use crate::drive::walk::past_password;
use anyhow::Context as _;

pub(super) fn password_of(owner: &Owner) -> Held {
    Held {
        password: Some(owner.person.password.clone()),
        ..Held::default()
    }
}

/// What whoever reads the owner's mail holds.
pub(super) fn mailbox_of(owner: &Owner) -> Held {
    Held {
        mailbox: Some(owner.person.email.clone()),
        ..Held::default()
    }
}

pub(super) fn with_mailbox(_: &World<'_>, owner: &mut Owner) -> anyhow::Result<Held> {
    Ok(mailbox_of(owner))
}

/// Password and mailbox.
pub(super) fn with_both(_: &World<'_>, owner: &mut Owner) -> anyhow::Result<Held> {
    Ok(Held {
        password: Some(owner.person.password.clone()),
        ..mailbox_of(owner)
    })
}

/// A case of the owner's, in a browser of theirs, past its mail.
fn case_past_mail(world: &World<'_>, owner: &mut Owner) -> anyhow::Result<(Browser, String)> {
    let mut browser = owner.another_browser(world);
    let (_, case) = owner.open_case(world, &mut browser)?;
    owner.prove_case_mail(world, &mut browser, &case)?;
    Ok((browser, case))
}

/// The same, and the telephone rings.
fn case_that_rings(world: &World<'_>, owner: &mut Owner) -> anyhow::Result<(Browser, String)> {
    let (mut browser, case) = case_past_mail(world, owner)?;
    let placed = browser.post(&format!("{case}/call"), &[])?;
    placed.leads("the call")?;
    Ok((browser, case))
}

pub(super) fn with_password(_: &World<'_>, owner: &mut Owner) -> anyhow::Result<Held> {
    Ok(password_of(owner))
}

/// Addresses of the owner's pages: a device, a sign-in past its password, a case past its mail.
pub(super) fn addresses(world: &World<'_>, owner: &mut Owner) -> anyhow::Result<Vec<String>> {
    let mut browser = owner.another_browser(world);
    let flow = past_password(&mut browser, &owner.person)?;
    let (_, case) = case_past_mail(world, owner)?;
    let device = owner.app.as_ref().map(|app| app.id.clone());
    let device = device.context("the owner has no device")?;
    let device = format!("{}/devices/{device}", super::owner::CREDENTIALS);
    Ok(vec![device, flow, case])
}

/// The owner is in the middle of a recovery: their telephone rings.
pub(super) fn ringing(world: &World<'_>, owner: &mut Owner) -> anyhow::Result<Held> {
    case_that_rings(world, owner)?;
    Ok(Held {
        phone: Some(owner.phone.clone()),
        ..Held::default()
    })
}

/// What somebody saw who looked over the owner's shoulder at a whole sign-in.
pub(super) fn typed(world: &World<'_>, owner: &mut Owner) -> anyhow::Result<Held> {
    let mut browser = owner.another_browser(world);
    let flow = past_password(&mut browser, &owner.person)?;
    browser.get(&flow)?;
    let app = owner.app.as_mut().context("the owner has no device")?;
    let code = app.code(world)?;
    let fields = [("device", app.id.as_str()), ("code", code.as_str())];
    let entered = browser.post(&format!("{flow}/factor"), &fields)?;
    entered.leads("the owner's own sign-in")?;
    Ok(Held {
        used_code: Some(code),
        addresses: vec![flow],
        ..password_of(owner)
    })
}

/// The live link of a recovery that the owner began, and the addresses of the owner's pages.
pub(super) fn history(world: &World<'_>, owner: &mut Owner) -> anyhow::Result<Held> {
    let mut browser = owner.another_browser(world);
    let (_, case) = owner.open_case(world, &mut browser)?;
    browser.get(&case)?;
    let mailed = browser.post(&format!("{case}/mail"), &[])?;
    mailed.leads("the mail of the case")?;
    let live = world.newest_link(&owner.person.email, &["/signin/verify/"])?;
    Ok(Held {
        addresses: vec![live, case],
        ..Held::default()
    })
}

/// The owner recovered, and somebody takes the session over.
pub(super) fn recovered(world: &World<'_>, owner: &mut Owner) -> anyhow::Result<Held> {
    let (mut browser, case) = case_that_rings(world, owner)?;
    let page = browser.get(&case)?;
    world.place.key_digits(&page, &owner.phone)?;
    enter(&mut browser, &case)?;
    Ok(Held {
        browser: Some(browser),
        ..Held::default()
    })
}

/// The owner signed in with password and device a moment ago.
pub(super) fn just_signed_in(world: &World<'_>, owner: &mut Owner) -> anyhow::Result<Held> {
    let mut browser = owner.another_browser(world);
    owner.sign_in(world, &mut browser)?;
    Ok(Held {
        browser: Some(browser),
        ..Held::default()
    })
}
