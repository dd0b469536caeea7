//! Attackers who hold one thing that is the owner's.

use super::attacker::{Attacker, Gain, THIEVES_NAME, THIEVES_PASSWORD};
use super::owner::{CREDENTIALS, ids_of_devices, set_password};
use crate::drive::http::{Browser, Reply};
use crate::drive::walk::{begin, lost_device, open_case};
use anyhow::Context as _;
use std::sync::Mutex;
use std::sync::PoisonError;

/// Codes of six digits, one as good as another.
const GUESSES: [&str; 4] = ["000000", "123456", "314159", "888888"];

/// Gives a code on the page of the device.
fn give_code(browser: &mut Browser, flow: &str, code: &str) -> anyhow::Result<Reply> {
    let page = browser.get(flow)?;
    let device = page.attribute("<input type=\"hidden\" name=\"device\"", "value");
    let device = device
        .unwrap_or("dev_aaaaaaaaaaaaaaaaaaaaaaaaaa")
        .to_owned();
    browser.post(
        &format!("{flow}/factor"),
        &[("device", &device), ("code", code)],
    )
}

/// The password alone: guesses at the device, a recovery without its proofs, the device called stolen.
pub(super) fn password(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let password = a.password()?;
    let mut browser = a.browser();
    let flow = a.give_password(&mut browser, &password)?;
    let flow = flow.context("the right password leads nowhere")?;
    without_proofs(a, &mut browser, &flow)?;
    let resync = [("first", "000000"), ("second", "000001")];
    browser.get(&format!("{flow}/resync"))?;
    let answer = browser.post(&format!("{flow}/resync"), &resync)?;
    a.note("a clock set anew by guessed codes", &answer);
    for _ in 0..4 {
        let mut again = a.browser();
        let Some(flow) = a.give_password(&mut again, &password)? else {
            break;
        };
        for code in GUESSES {
            let answer = give_code(&mut again, &flow, code)?;
            a.note("a guess at the device", &answer);
        }
    }
    let home = browser.get("/console/home")?;
    a.note("the console", &home);
    Ok(())
}

/// Opens a case and tries to go on without any proof.
fn without_proofs(a: &mut Attacker<'_>, browser: &mut Browser, flow: &str) -> anyhow::Result<()> {
    let device = lost_device(browser, flow)?;
    let Some(case) = open_case(browser, flow, &device)? else {
        a.noted("a recovery", "refused");
        return Ok(());
    };
    browser.get(&case)?;
    let stolen = browser.post(&format!("{case}/why"), &[("why", "stolen")])?;
    a.note("the device called stolen", &stolen);
    let called = browser.post(&format!("{case}/call"), &[])?;
    a.note("a call before the mail is proved", &called);
    let mailed = browser.post(&format!("{case}/mail"), &[])?;
    a.note("the mail of the case ordered", &mailed);
    for code in [
        "00000000", "12345678", "31415926", "27182818", "11111111", "22222222",
    ] {
        let answer = browser.post(&format!("{case}/code"), &[("code", code)])?;
        a.note("a guess at the mailed code", &answer);
    }
    for code in ["AAAA-AAAA-AAAA-AAAA", "BBBB-BBBB-BBBB-BBBB"] {
        let answer = browser.post(&format!("{case}/saved-code"), &[("code", code)])?;
        a.note("a guess at a saved code", &answer);
    }
    let called = browser.post(&format!("{case}/call"), &[])?;
    a.note("a call without the mailed code", &called);
    let entered = browser.post(&format!("{case}/enter"), &[])?;
    a.note("the end of the case without proofs", &entered);
    Ok(())
}

/// The password, and many networks: guesses at the device from all of them at the same moment.
pub(super) fn guessing_at_once(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let password = a.password()?;
    let mut ready = Vec::new();
    for network in 0..24 {
        let mut browser = a.browser_in(network);
        if let Some(flow) = a.give_password(&mut browser, &password)? {
            browser.get(&flow)?;
            ready.push((browser, flow));
        }
    }
    let answers = Mutex::new(Vec::new());
    std::thread::scope(|threads| {
        for (mut browser, flow) in ready {
            let answers = &answers;
            threads.spawn(move || {
                for code in GUESSES {
                    let answer = give_code(&mut browser, &flow, code);
                    let mut all = answers.lock().unwrap_or_else(PoisonError::into_inner);
                    all.push(answer);
                }
            });
        }
    });
    let answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (mut heard, all) = (0, answers.len());
    for answer in answers {
        let answer = answer?;
        heard += u32::from(answer.code() == Some("GL-MFA-001"));
        a.note("guesses at the device from 24 networks at once", &answer);
    }
    a.noted(
        "of these guesses",
        &format!("{heard} of {all} were looked at"),
    );
    anyhow::ensure!(
        heard <= 11,
        "{heard} guesses behind a right password were looked at"
    );
    Ok(())
}

/// Sets a password of their own behind a mailed link.
pub(super) fn reset(a: &mut Attacker<'_>, browser: &mut Browser) -> anyhow::Result<()> {
    a.world.forgot(browser, &a.email)?;
    let link = a.link("/reset/")?;
    let set = set_password(browser, &link, THIEVES_PASSWORD)?;
    a.note("a reset by the mailed link", &set);
    Ok(())
}

/// The mailbox: a password of their own, and what that opens.
pub(super) fn mailbox(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let mut browser = a.browser();
    reset(a, &mut browser)?;
    let Some(flow) = a.give_password(&mut browser, THIEVES_PASSWORD)? else {
        return Ok(());
    };
    for code in GUESSES {
        let answer = give_code(&mut browser, &flow, code)?;
        a.note("a guess at the device", &answer);
    }
    let refused = browser.post(&format!("{flow}/recover"), &[("why", "lost")])?;
    a.note("a recovery with the mailed password", &refused);
    // Whatever else lies in the mailbox: every link is opened, and its button pressed.
    for link in a.mails()?.into_iter().flat_map(|mail| mail.links) {
        if link.starts_with("/reset/")
            || link.starts_with("/unlock/")
            || link.starts_with("/signin/")
        {
            let page = browser.open(&link)?;
            a.note("every other link of the mailbox", &page);
        }
    }
    let home = browser.get("/console/home")?;
    a.note("the console", &home);
    Ok(())
}

/// The telephone, while the owner's own recovery rings on it: guessed digits, and nothing of the screen.
pub(super) fn telephone(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let calls = a.calls()?;
    let call = calls.first().context("it does not ring")?;
    for digits in ["192837", "000000", "123456", "777777"] {
        let pressed = a.world.place.press(call, digits);
        a.noted(
            "guessed digits on the call",
            if pressed.is_ok() {
                "heard"
            } else {
                "the call is over"
            },
        );
    }
    let state = a
        .calls()?
        .first()
        .map(|call| call.state.clone())
        .unwrap_or_default();
    a.noted("the call afterwards", &state);
    let mut browser = a.browser();
    let flow = begin(&mut browser, &a.email.clone())?;
    let trouble = browser.get(&format!("{flow}/troubleshoot"))?;
    a.note("a recovery without the password", &trouble);
    Ok(())
}

/// The telephone: they only want to be a nuisance, and end the owner's recovery by the key that is there for it.
pub(super) fn key_nine(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let calls = a.calls()?;
    let call = calls.first().context("it does not ring")?;
    a.world.place.press(call, "9")?;
    a.noted("key nine in the owner's recovery", "heard");
    Ok(())
}

/// An open session: everything in the console that changes something.
pub(super) fn session(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let mut browser = a.taken_browser()?;
    let list = browser.get(CREDENTIALS)?;
    in_the_console(a, &mut browser, &list)?;
    for _ in 0..12 {
        let fields = [
            ("password", THIEVES_PASSWORD),
            ("code", "000000"),
            ("return_to", CREDENTIALS),
        ];
        browser.get("/console/step-up?return_to=/console/password")?;
        let answer = browser.post("/console/step-up", &fields)?;
        a.note("guesses at fresh proof", &answer);
    }
    in_the_console(a, &mut browser, &list)
}

/// Every change that the console knows, tried without more proof than the session brings.
pub(super) fn in_the_console(
    a: &mut Attacker<'_>,
    browser: &mut Browser,
    list: &Reply,
) -> anyhow::Result<()> {
    let address = a.address();
    let passwords = [
        ("password", THIEVES_PASSWORD),
        ("password_again", THIEVES_PASSWORD),
    ];
    let contact = [("person", THIEVES_NAME), ("phone", "0919000222")];
    let mut forms: Vec<(String, Vec<(&str, &str)>)> = vec![
        ("/console/password".into(), passwords.into()),
        ("/console/account/email".into(), vec![("email", &address)]),
        ("/console/account/contact".into(), contact.into()),
        (
            format!("{CREDENTIALS}/devices/new"),
            vec![("name", THIEVES_NAME)],
        ),
        (format!("{CREDENTIALS}/saved-codes/renew"), vec![]),
        (format!("{CREDENTIALS}/sessions/end"), vec![]),
        (
            "/console/recovery/code".into(),
            vec![("code", "AAAA-AAAA-AAAA-AAAA")],
        ),
    ];
    for id in ids_of_devices(list) {
        let device = format!("{CREDENTIALS}/devices/{id}");
        forms.push((format!("{device}/remove"), vec![]));
        forms.push((format!("{device}/rename"), vec![("name", THIEVES_NAME)]));
        forms.push((
            format!("{device}/resync"),
            vec![("first", "000000"), ("second", "000001")],
        ));
        forms.push((
            format!("{CREDENTIALS}/devices/new"),
            vec![("name", THIEVES_NAME)],
        ));
    }
    for (path, fields) in forms {
        browser.get(&path)?;
        let answer = browser.post(&path, &fields)?;
        a.note(&format!("a change: {}", changed(&path)), &answer);
    }
    Ok(())
}

/// What a form of the console changes, by its address.
fn changed(path: &str) -> &str {
    match path.rsplit('/').next().unwrap_or_default() {
        "new" => "a new device",
        "end" => "sessions ended",
        "code" => "a hold lifted",
        last => last,
    }
}

/// A copy of the cookie by which a browser is known: guesses that a known browser may make.
pub(super) fn known_cookie(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let mut browser = a.taken_browser()?;
    for n in 0..14_u32 {
        let password = format!("guess number {n} of a patient person");
        a.give_password(&mut browser, &password)?;
    }
    let home = browser.get("/console/home")?;
    a.note("the console", &home);
    Ok(())
}

/// The device, without the password.
pub(super) fn device(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let mut app = a.held.app.clone().context("holds no device")?;
    let mut browser = a.browser();
    let flow = begin(&mut browser, &a.email.clone())?;
    let code = app.code(a.world)?;
    browser.get(&flow)?;
    for step in ["factor", "mail-code"] {
        let fields = [("device", app.id.as_str()), ("code", code.as_str())];
        let answer = browser.post(&format!("{flow}/{step}"), &fields)?;
        a.note("a right code before the password", &answer);
    }
    a.give_password(&mut browser, "whatever it may be today")?;
    let home = browser.get("/console/home")?;
    a.note("the console", &home);
    Ok(())
}

/// A saved code, without the password.
pub(super) fn saved_code(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let code = a.held.saved_code.clone().context("holds no saved code")?;
    let mut browser = a.browser();
    let flow = begin(&mut browser, &a.email.clone())?;
    browser.get(&flow)?;
    let refused = browser.post(
        &format!("{flow}/recover"),
        &[("why", "lost"), ("by", "code")],
    )?;
    a.note("a recovery without the password", &refused);
    let factor = [
        ("device", "dev_aaaaaaaaaaaaaaaaaaaaaaaaaa"),
        ("code", code.as_str()),
    ];
    let answer = browser.post(&format!("{flow}/factor"), &factor)?;
    a.note("the saved code in the place of the device's", &answer);
    a.give_password(&mut browser, &code)?;
    Ok(())
}

/// Links out of a history or a log: one that the owner used, and the live one of the owner's recovery, which anybody may
/// press; and the addresses of the owner's pages.
pub(super) fn links(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    for address in a.held.addresses.clone() {
        let mut browser = a.browser();
        let page = browser.open(&address)?;
        a.note("an address of the owner's, opened elsewhere", &page);
        let fields = [
            ("password", THIEVES_PASSWORD),
            ("password_again", THIEVES_PASSWORD),
        ];
        for form in ["/signin/reset", "/signin/verify", "/signin/unlock"] {
            let answer = browser.post(form, &fields)?;
            a.note("the form behind it", &answer);
        }
        for end in ["enter", "call", "mail", "close", "factor", "password"] {
            let answer = browser.post(
                &format!("{address}/{end}"),
                &[("code", "000000"), ("password", "x")],
            )?;
            a.note("a step of the owner's", &answer);
        }
        let home = browser.get("/console/home")?;
        a.note("the console", &home);
    }
    Ok(())
}

/// Everything that the owner typed at the last sign-in, typed again.
pub(super) fn replay(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let (password, code) = (
        a.password()?,
        a.held.used_code.clone().context("saw no code")?,
    );
    let mut browser = a.browser();
    let flow = a.give_password(&mut browser, &password)?;
    let flow = flow.context("the right password leads nowhere")?;
    for _ in 0..2 {
        let answer = give_code(&mut browser, &flow, &code)?;
        a.note("the code that was used", &answer);
    }
    for address in a.held.addresses.clone() {
        let page = browser.get(&address)?;
        a.note("the sign-in that the owner finished", &page);
        let answer = browser.post(
            &format!("{address}/factor"),
            &[
                ("device", "dev_aaaaaaaaaaaaaaaaaaaaaaaaaa"),
                ("code", &code),
            ],
        )?;
        a.note("its last form once more", &answer);
    }
    let home = browser.get("/console/home")?;
    a.note("the console", &home);
    if home.status == 200 {
        a.gains.insert(Gain::Session);
    }
    Ok(())
}
