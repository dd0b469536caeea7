//! Attackers who hold nothing that is secret: an address, a page of their own, an account of their own, a user on the host.

use super::attacker::{Attacker, Gain, THIEVES_NAME, THIEVES_PASSWORD};
use super::owner::CREDENTIALS;
use crate::drive::http::Browser;
use crate::drive::walk::{Person, begin};
use anyhow::Context as _;
use std::os::unix::fs::PermissionsExt as _;

/// Passwords that are tried first.
const COMMON: [&str; 8] = [
    "password",
    "123456789",
    "qwertyuiop",
    "letmein1234",
    "owner2026!",
    "Gatehouse1",
    "iloveyou12",
    "correcthorse",
];
/// Steps of a sign-in, with what their forms carry: sent before anything was proved.
const STEPS: [(&str, &[(&str, &str)]); 6] = [
    ("device", &[]),
    (
        "factor",
        &[
            ("device", "dev_aaaaaaaaaaaaaaaaaaaaaaaaaa"),
            ("code", "000000"),
        ],
    ),
    ("mail-code", &[("code", "00000000")]),
    ("mail-again", &[]),
    ("recover", &[("why", "lost")]),
    ("resync", &[("first", "000000"), ("second", "000001")]),
];

/// Passwords until the name is closed to strangers, every step out of its order, every mail that can be had.
pub(super) fn address(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let mut browser = a.browser();
    for password in COMMON {
        a.give_password(&mut browser, password)?;
    }
    let flow = begin(&mut browser, &a.email.clone())?;
    out_of_order(a, &mut browser, &flow)?;
    a.world.forgot(&mut browser, &a.email.clone())?;
    a.noted("a reset for the owner", "mailed to the owner");
    let asked = browser.post(&format!("{flow}/unlock"), &[])?;
    a.note("an unlock for the owner", &asked);
    browser.get("/open")?;
    let opened = browser.post("/open", &[("email", &a.email)])?;
    a.note("an account with the owner's address", &opened);
    made_up(a, &mut browser)
}

/// Every step of a sign-in that waits for the password.
fn out_of_order(a: &mut Attacker<'_>, browser: &mut Browser, flow: &str) -> anyhow::Result<()> {
    for (step, fields) in STEPS {
        let answer = browser.post(&format!("{flow}/{step}"), fields)?;
        a.note("a later step before the password", &answer);
    }
    for page in ["troubleshoot", "recover", "resync"] {
        let answer = browser.get(&format!("{flow}/{page}"))?;
        a.note("a later page before the password", &answer);
    }
    let home = browser.get("/console/home")?;
    a.note("the console", &home);
    Ok(())
}

/// Links, cases and sessions that nobody was given.
fn made_up(a: &mut Attacker<'_>, browser: &mut Browser) -> anyhow::Result<()> {
    let token = "abcdefghijklmnopqrstuvwxyz234567";
    for (kind, page) in [
        ("/reset", "/signin/reset"),
        ("/unlock", "/signin/unlock"),
        ("/signin/verify", "/signin/verify"),
        ("/signin/objection", "/signin/objection"),
        ("/contact/undo", "/contact/undo"),
    ] {
        browser.get(&format!("{kind}/{token}"))?;
        let fields = [
            ("password", THIEVES_PASSWORD),
            ("password_again", THIEVES_PASSWORD),
        ];
        let answer = browser.post(page, &fields)?;
        a.note("a made-up link", &answer);
    }
    let set_up = browser.get(&format!("/set-up/{token}"))?;
    a.note("a made-up set-up link", &set_up);
    let case = browser.post("/signin/r/rec_aaaaaaaaaaaaaaaaaaaaaaaaaa/enter", &[])?;
    a.note("a made-up case", &case);
    browser.take_session(token);
    let console = browser.get("/console/home")?;
    a.note("a made-up session", &console);
    Ok(())
}

/// From a dozen networks: passwords until the door is shut, and all the mails that anybody can cause.
pub(super) fn flood(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let email = a.email.clone();
    for network in 0..12 {
        let mut browser = a.browser_in(network);
        for password in COMMON.iter().take(2) {
            a.give_password(&mut browser, password)?;
        }
        a.world.forgot(&mut browser, &email)?;
        let flow = begin(&mut browser, &email)?;
        let asked = browser.post(&format!("{flow}/unlock"), &[])?;
        a.note("an unlock for the owner, again and again", &asked);
        browser.get("/open")?;
        let opened = browser.post("/open", &[("email", &email)])?;
        a.note("an account with the owner's address, again", &opened);
    }
    a.noted(
        "12 resets for the owner, from 12 networks",
        "mailed to the owner, within limits",
    );
    Ok(())
}

/// A list of leaked names and passwords, the owner's name among them.
pub(super) fn stuffing(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let owner = a.email.clone();
    let mut browser = a.browser();
    for n in 0..32_usize {
        a.email = match n % 8 {
            3 => owner.clone(),
            _ => format!("leaked-{}-{n:02}@example.org", a.world.tag),
        };
        a.give_password(
            &mut browser,
            COMMON.get(n % COMMON.len()).unwrap_or(&"password"),
        )?;
    }
    a.email = owner;
    Ok(())
}

/// Requests that name another host or come from another page, in the hope of links and redirects that lead there.
pub(super) fn hostile_headers(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    const ELSEWHERE: &str = "elsewhere.example.net";
    let email = a.email.clone();
    let mut browser = a.browser();
    browser.get("/signin/forgot")?;
    for (what, header) in [
        ("another host", ("Host", ELSEWHERE)),
        ("a forwarded host", ("X-Forwarded-Host", ELSEWHERE)),
        ("a forwarded address", ("X-Forwarded-For", "192.0.2.1")),
        (
            "a Forwarded header",
            ("Forwarded", "host=elsewhere.example.net"),
        ),
        (
            "another origin",
            ("Origin", "https://elsewhere.example.net"),
        ),
        ("no origin", ("Origin", "null")),
    ] {
        let answer = browser.post_oddly("/signin/forgot", &[("email", &email)], &[header])?;
        a.note(what, &answer);
    }
    let absolute = browser.get_oddly("/signin", &[("Host", ELSEWHERE)])?;
    a.note("a page of another host", &absolute);
    for to in [
        "https://elsewhere.example.net/",
        "//elsewhere.example.net",
        "/\\elsewhere.example.net",
    ] {
        browser.get("/signin")?;
        let fields = [("user", "root"), ("email", &email), ("return_to", to)];
        let begun = browser.post("/signin", &fields)?;
        let led = begun
            .location
            .as_deref()
            .is_some_and(|to| to.contains("elsewhere"));
        a.noted(
            "a return address elsewhere",
            if led { "LED AWAY" } else { "not followed" },
        );
    }
    // Whatever was mailed meanwhile names no other host.
    let mails = a.world.place.mails(&email)?;
    let led = mails.iter().any(|mail| mail.text.contains(ELSEWHERE));
    anyhow::ensure!(!led, "a mail names the host of a hostile header");
    Ok(())
}

/// A page of the attacker that the owner visits while signed in.
pub(super) fn foreign_page(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let mut owners = a.held.visited_by.take().context("nobody visits the page")?;
    let mut own = a.browser();
    own.get("/signin")?;
    let origin = ("Origin", "https://elsewhere.example.net");
    let cross = ("Sec-Fetch-Site", "cross-site");
    let forms: [(&str, &[(&str, &str)]); 7] = [
        ("/signout", &[]),
        (
            "/console/password",
            &[
                ("password", THIEVES_PASSWORD),
                ("password_again", THIEVES_PASSWORD),
            ],
        ),
        (
            "/console/account/email",
            &[("email", "crowbar@example.net")],
        ),
        ("/console/account/name", &[("name", THIEVES_NAME)]),
        ("/console/security-credentials/sessions/end", &[]),
        (
            "/console/security-credentials/devices/new",
            &[("name", THIEVES_NAME)],
        ),
        (
            "/console/step-up",
            &[("password", "guess"), ("return_to", "/console/home")],
        ),
    ];
    for (path, fields) in forms {
        for headers in [
            &[origin, cross][..],
            &[origin][..],
            &[("Origin", "null")][..],
            &[cross][..],
        ] {
            let answer = owners.post_oddly(path, fields, headers)?;
            a.note("a form sent from a page elsewhere", &answer);
        }
        // With a token of the attacker's own session, as if the page were ours.
        let answer = owners.post_with_token_of(&own, path, fields)?;
        a.note("a form with a token of another browser", &answer);
    }
    Ok(())
}

/// Somebody with an account of their own, who has seen ids of the owner's things.
pub(super) fn own_account(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let person = Person {
        email: a.address(),
        password: THIEVES_PASSWORD.to_owned(),
    };
    let place = a.world.place;
    place.sign_up(a.browser(), &person, THIEVES_NAME, "+886919000111")?;
    let mut browser = place.sign_in_by_mail(a.browser(), &person)?;
    browser.open(CREDENTIALS)?;
    for path in a.held.addresses.clone() {
        let page = browser.get(&path)?;
        a.note("a page of the owner's", &page);
        for end in [
            "",
            "/remove",
            "/rename",
            "/resync",
            "/enter",
            "/call",
            "/close",
            "/password",
            "/factor",
        ] {
            let fields = [
                ("name", THIEVES_NAME),
                ("first", "000000"),
                ("second", "000001"),
                ("password", "x"),
                ("code", "000000"),
                ("device", "dev_aaaaaaaaaaaaaaaaaaaaaaaaaa"),
            ];
            let answer = browser.post(&format!("{path}{end}"), &fields)?;
            a.note("a form of the owner's", &answer);
        }
    }
    browser.get("/console/account/email")?;
    let taken = browser.post("/console/account/email", &[("email", &a.email)])?;
    a.note("the owner's address for their own account", &taken);
    Ok(())
}

/// Another user of the machine, and everybody who guesses the key of the outbox.
pub(super) fn outbox(a: &mut Attacker<'_>) -> anyhow::Result<()> {
    let mut browser = a.browser();
    for path in [
        "/outbox",
        "/outbox?key=",
        "/outbox?key=abcdefghijklmnopqrstuvwxyz234567",
        "/outbox/phone/886912000000",
        "/outbox/voice/cal_aaaaaaaaaaaaaaaaaaaaaaaaaa/1",
        "/outbox/mail/out_aaaaaaaaaaaaaaaaaaaaaaaaaa",
    ] {
        let page = browser.get(path)?;
        a.note("the outbox without its key", &page);
        if page.status == 200 || page.status == 303 {
            a.gains.insert(Gain::Outbox);
        }
    }
    let pressed = browser.post(
        "/outbox/phone/886912000000/press",
        &[("call", "cal_aaaaaaaaaaaaaaaaaaaaaaaaaa"), ("keys", "1")],
    )?;
    a.note("a key on a telephone of the outbox", &pressed);
    // What the files of the server say to another user of the machine.
    let folder = a.world.place.folder;
    let mut open = Vec::new();
    for entry in std::fs::read_dir(folder)?.filter_map(Result::ok) {
        let mode = entry.metadata()?.permissions().mode();
        if mode & 0o077 != 0 {
            open.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    let closed = std::fs::metadata(folder)?.permissions().mode() & 0o077 == 0;
    a.noted(
        "the folder of the server",
        if closed {
            "closed to other users"
        } else {
            "OPEN to other users"
        },
    );
    if !closed || !open.is_empty() {
        a.noted("files that others could read", &open.join(", "));
    }
    if !closed {
        a.gains.insert(Gain::Outbox);
    }
    Ok(())
}
