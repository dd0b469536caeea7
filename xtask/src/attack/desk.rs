//! Attackers among the people who serve support cases, or with something of theirs; and one who floods them.
//!
//! Nothing that two operators approve takes effect before a week is over, and none of these can wait for it: the judge asks
//! whether a case was approved. The session of an operator whose proof is old needs minutes: a story of the suite has it.

use super::attacker::{Attacker, Gain, Held};
use super::owner::{Desk, Owner};
use super::world::World;
use crate::drive::http::{Browser, Reply};
use anyhow::{Context as _, ensure};

const QUEUE: &str = "/operator/support";
const STORY: &str = "The company that ran the mailbox is gone.";
/// Networks that a flood comes from, and cases that are tried in each.
const NETWORKS: u8 = 4;
const CASES: u8 = 6;

/// One operator who is dishonest, or who lost both.
pub(super) fn one(world: &World<'_>, owner: &mut Owner) -> anyhow::Result<Held> {
    held(world, owner, &["desk-"])
}

/// One person whom somebody on the host took for two.
pub(super) fn two_names(world: &World<'_>, owner: &mut Owner) -> anyhow::Result<Held> {
    // What stands before a plus is the mailbox.
    held(world, owner, &["desk+1-", "desk+2-"])
}

/// Two operators.
pub(super) fn two(world: &World<'_>, owner: &mut Owner) -> anyhow::Result<Held> {
    held(world, owner, &["desk-", "night-"])
}

fn held(world: &World<'_>, owner: &mut Owner, names: &[&str]) -> anyhow::Result<Held> {
    let desks = names.iter().map(|name| {
        let (desk, _) = Desk::hired(world, owner, name)?;
        Ok(desk)
    });
    Ok(Held {
        desks: desks.collect::<anyhow::Result<_>>()?,
        ..Held::default()
    })
}

/// An operator's password; the operator goes on working.
pub(super) fn password(world: &World<'_>, owner: &mut Owner) -> anyhow::Result<Held> {
    let (desk, browser) = Desk::hired(world, owner, "desk-")?;
    let (address, password) = (desk.person.email.clone(), desk.person.password.clone());
    owner.desk = Some((desk, browser));
    Ok(Held {
        addresses: vec![address],
        password: Some(password),
        ..Held::default()
    })
}

/// The session of an operator who goes on working.
pub(super) fn session(world: &World<'_>, owner: &mut Owner) -> anyhow::Result<Held> {
    let (desk, browser) = Desk::hired(world, owner, "desk-")?;
    let taken = browser.like();
    owner.desk = Some((desk, browser));
    Ok(Held {
        browser: Some(taken),
        ..Held::default()
    })
}

/// Opens a case about the owner's mailbox, and alone decides it.
pub(super) fn alone(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let case = open_case(a)?;
    let mut browser = signed_in(a, 0)?;
    by_one(a, &mut browser, &case)
}

/// Opens a case; one name writes the note, the other approves.
pub(super) fn as_two(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let case = open_case(a)?;
    let mut browser = signed_in(a, 0)?;
    note(a, &mut browser, &case)?;
    let mut other = signed_in(a, 1)?;
    decide(a, &mut other, &case, "approve")
}

/// Guesses codes, old and new, with an operator's password; and tries it where accounts sign in.
pub(super) fn without_device(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let (address, password) = (a.held.addresses.first().cloned(), a.password()?);
    let address = address.context("holds no address")?;
    let mut browser = a.browser();
    for guess in 0..8 {
        let code = format!("{:06}", guess * 111_111);
        let fields = [
            ("email", address.as_str()),
            ("password", &password),
            ("code", &code),
        ];
        browser.get("/operator")?;
        let tried = browser.post("/operator", &fields)?;
        a.note("an operator's password with a guessed code", &tried);
    }
    office(a, &mut browser)?;
    let fields = [("password", password.as_str()), ("code", "000000")];
    let proof = browser.post("/operator/proof", &fields)?;
    a.note("fresh proof without a session", &proof);
    let owner = std::mem::replace(&mut a.email, address);
    a.give_password(&mut browser, &password)?;
    a.email = owner;
    Ok(())
}

/// Does all that the session lets, and tries for more.
pub(super) fn with_session(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let case = open_case(a)?;
    let mut browser = a.taken_browser()?;
    by_one(a, &mut browser, &case)?;
    for guess in ["000000", "123456"] {
        // The page itself is not shown to whoever is fresh: the form's token is that of the session.
        browser.get(QUEUE)?;
        let fields = [("password", "not the right password"), ("code", guess)];
        let proof = browser.post("/operator/proof", &fields)?;
        a.note("fresh proof by a guess", &proof);
    }
    Ok(())
}

/// What one operator tries alone.
fn by_one(a: &mut Attacker<'_>, browser: &mut Browser, case: &str) -> anyhow::Result<()> {
    office(a, browser)?;
    decide(a, browser, case, "approve")?;
    note(a, browser, case)?;
    decide(a, browser, case, "approve")?;
    for page in ["/console/home", "/console/account", "/outbox"] {
        let answer = browser.get(page)?;
        a.note("a page of an account with an operator's session", &answer);
    }
    Ok(())
}

fn signed_in(a: &mut Attacker<'_>, desk: usize) -> anyhow::Result<Browser> {
    let (world, mut browser) = (a.world, a.browser());
    let desk = a.held.desks.get_mut(desk).context("no such operator")?;
    let reply = desk.sign_in(world, &mut browser)?;
    a.note("an operator's sign-in", &reply);
    reply.leads("an operator's sign-in")?;
    office(a, &mut browser)?;
    Ok(browser)
}

/// Looks whether the queue opens.
fn office(a: &mut Attacker<'_>, browser: &mut Browser) -> anyhow::Result<()> {
    let queue = browser.get(QUEUE)?;
    a.note("the queue of support cases", &queue);
    if queue.status == 200 {
        a.gains.insert(Gain::Office);
    }
    Ok(())
}

fn note(a: &mut Attacker<'_>, browser: &mut Browser, case: &str) -> anyhow::Result<()> {
    browser.get(&format!("{QUEUE}/{case}"))?;
    let fields = [("how", "Showed a card with the right name.")];
    let noted = browser.post(&format!("{QUEUE}/{case}/note"), &fields)?;
    a.note("a made-up note", &noted);
    Ok(())
}

fn decide(
    a: &mut Attacker<'_>,
    browser: &mut Browser,
    case: &str,
    what: &str,
) -> anyhow::Result<()> {
    browser.get(&format!("{QUEUE}/{case}"))?;
    let decided = browser.post(&format!("{QUEUE}/{case}/{what}"), &[])?;
    a.note("an approval", &decided);
    Ok(())
}

/// Asks for the owner's mailbox to be replaced, and proves one of their own: the number of the case.
fn open_case(a: &mut Attacker<'_>) -> anyhow::Result<String> {
    let (mut browser, own, about) = (a.browser(), a.address(), a.email.clone());
    let begun = ask(&mut browser, &about, &own)?;
    a.note("a support case about the owner's mailbox", &begun);
    let form = browser.get(&begun.leads("the support form")?)?;
    let form = form.action("/code").context("no code is asked for")?;
    let code = a.world.place.newest_code(&own)?;
    let proved = browser.post(form, &[("code", &code)])?;
    let case = browser.open(&proved.leads("the code of the case")?)?;
    let from = case.body.find("sup_").context("the case has no number")?;
    let number = case.body.get(from..).unwrap_or_default();
    let number = number.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    Ok(number.take(1).collect())
}

fn ask(browser: &mut Browser, about: &str, value: &str) -> anyhow::Result<Reply> {
    browser.get("/support")?;
    let fields = [
        ("email", about),
        ("why", "email"),
        ("name", value),
        ("how", STORY),
    ];
    browser.post("/support", &fields)
}

/// Cases about the owner's address, and as many about one that nobody has, as fast as they come.
pub(super) fn flood(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let owner = a.email.clone();
    let nobody = owner.replacen("owner", "nobod", 1);
    let of_owner = cases_about(a, &owner, 0)?;
    let of_nobody = cases_about(a, &nobody, NETWORKS)?;
    if of_owner != of_nobody {
        a.gains.insert(Gain::Exists);
    }
    let told = a.world.place.mails(&owner)?;
    let links = told.iter().flat_map(|mail| &mail.links);
    let mut links = links.filter(|link| link.starts_with("/support"));
    ensure!(links.next().is_none(), "the owner was mailed about a case");
    // Whoever comes from elsewhere is still heard.
    let elsewhere = format!("elsewhere-{}", a.address());
    let heard = ask(&mut a.browser_in(2 * NETWORKS), &owner, &elsewhere)?;
    a.note("a case about the owner, from another network", &heard);
    heard.leads("a case about the owner from another network")?;
    Ok(())
}

/// What is answered to each of many cases about an address.
fn cases_about(a: &mut Attacker<'_>, about: &str, from: u8) -> anyhow::Result<Vec<String>> {
    let mut answers = Vec::new();
    for network in from..from + NETWORKS {
        for case in 0..CASES {
            let mut browser = a.browser_in(network);
            let own = format!("flood{network}-{case}-{}", a.address());
            let begun = ask(&mut browser, about, &own)?;
            a.note("a support case, again and again", &begun);
            let code = begun.code().unwrap_or_default().to_owned();
            let next = match &begun.location {
                Some(to) => browser.get(to)?,
                None => begun,
            };
            let asks = ["/code", "/check"].map(|end| next.action(end).is_some());
            // The address that was typed may stand on the page; whose it is makes no difference.
            let size = next.body.replace(&own, "").len();
            answers.push(format!("{} {code} {asks:?} {size}", next.status));
        }
    }
    Ok(answers)
}
