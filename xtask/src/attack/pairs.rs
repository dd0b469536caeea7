//! Attackers who hold two things, and the ways in: what the owner holds, in other hands.

use super::attacker::{Attacker, Gain, THIEVES_NAME, THIEVES_PASSWORD};
use super::owner::{CREDENTIALS, enter};
use super::thieves;
use crate::drive::http::Browser;
use crate::drive::walk::{lost_device, mailed_code, open_case};
use anyhow::Context as _;

/// Opens a case behind the password held.
pub(super) fn case(a: &mut Attacker<'_>, browser: &mut Browser) -> anyhow::Result<Option<String>> {
    let password = a.password()?;
    let Some(flow) = a.give_password(browser, &password)? else {
        return Ok(None);
    };
    let device = lost_device(browser, &flow)?;
    let case = open_case(browser, &flow, &device)?;
    a.noted(
        "a recovery",
        if case.is_some() { "opened" } else { "refused" },
    );
    Ok(case)
}

/// Proves the address in a case, with the mailbox held.
pub(super) fn prove_mail(
    a: &mut Attacker<'_>,
    browser: &mut Browser,
    case: &str,
) -> anyhow::Result<()> {
    browser.get(case)?;
    browser.post(&format!("{case}/mail"), &[])?;
    let id = case.rsplit('/').next();
    let mails = a.mails()?;
    let mut of_case = mails.iter().filter(|mail| mail.reference.as_deref() == id);
    let code = of_case.find_map(|mail| mailed_code(&mail.text));
    let code = code.context("no code was mailed for the case")?;
    let proved = browser.post(&format!("{case}/code"), &[("code", &code)])?;
    a.note("the mailed code of the case", &proved);
    Ok(())
}

/// Password and mailbox: as far as the call, and then every way around it, several of them at the same moment.
pub(super) fn password_and_mailbox(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let mut browser = a.browser();
    let case = case(a, &mut browser)?.context("no case is opened")?;
    prove_mail(a, &mut browser, &case)?;
    let placed = browser.post(&format!("{case}/call"), &[])?;
    a.note("the call", &placed);
    let page = browser.get(&case)?;
    a.note("the page of the call", &page);
    let entered = browser.post(&format!("{case}/enter"), &[])?;
    a.note("the end of the case while it rings", &entered);
    let answers: Vec<_> = std::thread::scope(|threads| {
        let windows = (0..8).map(|_| {
            let (mut window, case) = (browser.like(), case.clone());
            threads.spawn(move || window.post(&format!("{case}/enter"), &[]))
        });
        let windows: Vec<_> = windows.collect();
        windows
            .into_iter()
            .filter_map(|window| window.join().ok())
            .collect()
    });
    for answer in answers {
        a.note("the end of the case, eight times at once", &answer?);
    }
    for code in ["AAAA-AAAA-AAAA-AAAA", "BBBB-BBBB-BBBB-BBBB"] {
        let answer = browser.post(&format!("{case}/saved-code"), &[("code", code)])?;
        a.note("a guess at a saved code", &answer);
    }
    let again = browser.post(&format!("{case}/call"), &[])?;
    a.note("another call while one runs", &again);
    let mut second = a.browser();
    let other = self::case(a, &mut second)?;
    if let Some(other) = other {
        let stolen = second.post(&format!("{other}/enter"), &[])?;
        a.note(
            "the end of a second case, with the proofs of the first",
            &stolen,
        );
        let closed = browser.post(&format!("{case}/close"), &[])?;
        a.note("the first case closed", &closed);
    }
    Ok(())
}

/// Password and telephone: no call comes before the mail is proved.
pub(super) fn password_and_telephone(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let calls = calls_while(a, thieves::password)?;
    anyhow::ensure!(calls == 0, "a call was placed before the mail was proved");
    Ok(())
}

/// Mailbox and telephone: a password of their own is good for no recovery.
pub(super) fn mailbox_and_telephone(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    calls_while(a, thieves::mailbox).map(drop)
}

/// How many calls came to the telephone while something was tried.
fn calls_while(
    a: &mut Attacker<'_>,
    tried: impl FnOnce(&mut Attacker<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<usize> {
    let before = a.calls()?.len();
    tried(a)?;
    let calls = a.calls()?.len() - before;
    a.noted("calls that came", &calls.to_string());
    Ok(calls)
}

/// Password and device: the owner's own way in.
pub(super) fn password_and_device(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let (password, mut browser) = (a.password()?, a.browser());
    sign_in(a, &mut browser, &password)
}

fn sign_in(a: &mut Attacker<'_>, browser: &mut Browser, password: &str) -> anyhow::Result<()> {
    let mut app = a.held.app.clone().context("holds no device")?;
    let flow = a.give_password(browser, password)?;
    let flow = flow.context("the right password leads nowhere")?;
    browser.get(&flow)?;
    let code = app.code(a.world)?;
    let fields = [("device", app.id.as_str()), ("code", code.as_str())];
    let entered = browser.post(&format!("{flow}/factor"), &fields)?;
    a.note("the code of the device", &entered);
    Ok(())
}

/// Mailbox and device: a reset, and then the owner's own way in.
pub(super) fn mailbox_and_device(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let mut browser = a.browser();
    thieves::reset(a, &mut browser)?;
    sign_in(a, &mut browser, THIEVES_PASSWORD)
}

/// Password and a saved code: a recovery.
pub(super) fn password_and_saved_code(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let code = a.held.saved_code.clone().context("holds no saved code")?;
    let mut browser = a.browser();
    let case = case(a, &mut browser)?.context("no case is opened")?;
    browser.get(&case)?;
    let given = browser.post(&format!("{case}/saved-code"), &[("code", &code)])?;
    a.note("the saved code", &given);
    enter(&mut browser, &case)?;
    held_session(a, &mut browser)
}

/// Password, mailbox and telephone: that is the recovery itself.
pub(super) fn recovery(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let mut browser = a.browser();
    let case = case(a, &mut browser)?.context("no case is opened")?;
    prove_mail(a, &mut browser, &case)?;
    let placed = browser.post(&format!("{case}/call"), &[])?;
    a.note("the call", &placed);
    let page = browser.get(&case)?;
    let number = a.held.phone.clone().context("holds no telephone")?;
    a.world.place.key_digits(&page, &number)?;
    enter(&mut browser, &case)?;
    held_session(a, &mut browser)
}

/// A session that a recovery opened, taken over from the owner.
pub(super) fn recovered(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let mut browser = a.taken_browser()?;
    held_session(a, &mut browser)
}

/// All that a held session can be used for: what mends is allowed, what changes more is not.
fn held_session(a: &mut Attacker<'_>, browser: &mut Browser) -> anyhow::Result<()> {
    let list = browser.get(CREDENTIALS)?;
    thieves::in_the_console(a, browser, &list)?;
    register(a, browser);
    let list = browser.get(CREDENTIALS)?;
    thieves::in_the_console(a, browser, &list)
}

/// The mailbox of an account without a device.
pub(super) fn mailbox_without_device(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let mut browser = a.browser();
    thieves::reset(a, &mut browser)?;
    by_mailed_code(a, &mut browser, THIEVES_PASSWORD)
}

/// Password and mailbox of an account without a device.
pub(super) fn both_without_device(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let (password, mut browser) = (a.password()?, a.browser());
    by_mailed_code(a, &mut browser, &password)
}

fn by_mailed_code(
    a: &mut Attacker<'_>,
    browser: &mut Browser,
    password: &str,
) -> anyhow::Result<()> {
    let flow = a.give_password(browser, password)?;
    let flow = flow.context("the password leads nowhere")?;
    browser.get(&flow)?;
    let mails = a.mails()?;
    let code = mails.iter().find_map(|mail| mailed_code(&mail.text));
    let code = code.context("no mail with a code")?;
    let entered = browser.post(&format!("{flow}/mail-code"), &[("code", &code)])?;
    a.note("the mailed code", &entered);
    Ok(())
}

/// The password of an account without a device, and no mailbox.
pub(super) fn password_without_device(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let (password, mut browser) = (a.password()?, a.browser());
    let flow = a.give_password(&mut browser, &password)?;
    let flow = flow.context("the password leads nowhere")?;
    browser.get(&flow)?;
    for code in [
        "00000000", "12345678", "31415926", "27182818", "11111111", "22222222",
    ] {
        let answer = browser.post(&format!("{flow}/mail-code"), &[("code", code)])?;
        a.note("a guess at the mailed code", &answer);
    }
    let home = browser.get("/console/home")?;
    a.note("the console", &home);
    Ok(())
}

/// Everything: signs in, and puts their own things in the place of the owner's.
pub(super) fn everything(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let (password, mut browser) = (a.password()?, a.browser());
    sign_in(a, &mut browser, &password)?;
    take_over(a, &mut browser)
}

/// A session in the ten minutes after the owner's own proof: no more proof is asked for in that time.
pub(super) fn fresh_session(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let mut browser = a.taken_browser()?;
    take_over(a, &mut browser)
}

/// Registers a device of their own, in a session.
fn register(a: &mut Attacker<'_>, browser: &mut Browser) {
    let name = format!("{THIEVES_NAME} app");
    let registered = a.world.place.register_device(browser, &name);
    let came = match registered {
        Ok(_) => {
            a.gains.insert(Gain::OwnDevice);
            "registered"
        }
        Err(_) => "refused",
    };
    a.noted("a device of their own", came);
}

fn take_over(a: &mut Attacker<'_>, browser: &mut Browser) -> anyhow::Result<()> {
    browser.get("/console/password")?;
    let passwords = [
        ("password", THIEVES_PASSWORD),
        ("password_again", THIEVES_PASSWORD),
    ];
    let changed = browser.post("/console/password", &passwords)?;
    a.note("the password changed", &changed);
    let address = a.address();
    browser.get("/console/account/email")?;
    let asked = browser.post("/console/account/email", &[("email", &address)])?;
    a.note("the address changed", &asked);
    let before = browser.get(CREDENTIALS)?;
    register(a, browser);
    for id in super::owner::ids_of_devices(&before) {
        let path = format!("{CREDENTIALS}/devices/{id}/remove");
        browser.get(&path)?;
        let removed = browser.post(&path, &[])?;
        a.note("the owner's device removed", &removed);
    }
    Ok(())
}
