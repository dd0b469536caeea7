//! A person's way through the pages, as far as several commands go it.

use super::http::{Browser, Reply};
use super::process::command;
use anyhow::{Context as _, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Somebody with a root user's address and password.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) email: String,
    pub(crate) password: String,
}

/// A mail of the outbox.
#[derive(Debug)]
pub(crate) struct Mail {
    /// The flow or case that ordered it.
    pub(crate) reference: Option<String>,
    pub(crate) text: String,
    /// The links in it, as paths of the server.
    pub(crate) links: Vec<String>,
}

/// A call of the trial telephone.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) id: String,
    pub(crate) state: String,
}

/// The installation that a command drives: the product's binary, and its data folder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) binary: &'a Path,
    pub(crate) folder: &'a Path,
}

impl Place<'_> {
    /// Opens an account for the person, by command.
    pub(crate) fn open_account(self, person: &Person) -> anyhow::Result<()> {
        let words = [
            "account",
            "create",
            "--name",
            "Driven",
            "--email",
            &person.email,
            "--password-stdin",
        ];
        command(
            self.binary,
            self.folder,
            &words,
            &format!("{}\n", person.password),
        )?;
        Ok(())
    }

    /// The mails to this address, the newest first.
    pub(crate) fn mails(self, to: &str) -> anyhow::Result<Vec<Mail>> {
        let list = command(
            self.binary,
            self.folder,
            &["outbox", "list", "--to", to, "--json"],
            "",
        )?;
        let mails = list.as_array().context("the outbox is no list")?;
        let field = |mail: &Value, name| mail.get(name).and_then(Value::as_str).map(str::to_owned);
        let mails = mails.iter().filter_map(|mail| {
            let links = mail.get("links").and_then(Value::as_array);
            let links = links.into_iter().flatten().filter_map(Value::as_str);
            Some(Mail {
                reference: field(mail, "reference"),
                text: field(mail, "text")?,
                links: links.map(path_of).collect(),
            })
        });
        Ok(mails.collect())
    }

    /// The calls to this number, the newest first.
    pub(crate) fn calls(self, to: &str) -> anyhow::Result<Vec<Call>> {
        let list = command(self.binary, self.folder, &["phone", "list", "--json"], "")?;
        let calls = list.as_array().context("the calls are no list")?;
        let field = |call: &Value, name| call.get(name).and_then(Value::as_str).map(str::to_owned);
        let to_it = calls
            .iter()
            .filter(|call| field(call, "to").as_deref() == Some(to));
        let to_it = to_it.filter_map(|call| {
            Some(Call {
                id: field(call, "id")?,
                state: field(call, "state")?,
            })
        });
        Ok(to_it.collect())
    }

    /// Picks the receiver up, if the call rings, and presses these keys.
    pub(crate) fn press(self, call: &Call, keys: &str) -> anyhow::Result<()> {
        let words = ["phone", "press", &call.id, keys];
        command(self.binary, self.folder, &words, "").map(drop)
    }

    /// The code that an app shows whose clock is so many seconds ahead.
    pub(crate) fn one_time_code_of(self, key: &str, ahead: i64) -> anyhow::Result<String> {
        let mut show = Command::new(self.binary);
        let output = show
            .args(["totp", key, "--skew"])
            .arg(format!("{ahead}s"))
            .output()?;
        if !output.status.success() {
            bail!("no code for the key of the page");
        }
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// The newest code mailed to this address.
    pub(crate) fn newest_code(self, email: &str) -> anyhow::Result<String> {
        let mails = self.mails(email)?;
        mails
            .iter()
            .find_map(|mail| mailed_code(&mail.text))
            .context("no mail with a code")
    }

    /// Opens an account for the person by the form, so that the address is proved.
    pub(crate) fn sign_up(
        self,
        mut browser: Browser,
        person: &Person,
        name: &str,
        phone: &str,
    ) -> anyhow::Result<()> {
        browser.get("/open")?;
        let begun = browser.post("/open", &[("email", &person.email)])?;
        let flow = begun.leads("the address")?;
        browser.get(&flow)?;
        let code = self.newest_code(&person.email)?;
        browser.post(&format!("{flow}/code"), &[("code", &code)])?;
        browser.get(&flow)?;
        let opened = browser.post(
            &format!("{flow}/details"),
            &[
                ("account_name", name),
                ("password", &person.password),
                ("password_again", &person.password),
                ("contact_name", name),
                ("phone", phone),
            ],
        )?;
        opened.leads("the new account").map(drop)
    }

    /// Signs the person in for the first time, by the mailed code, proves the phone by a call that the trial
    /// telephone takes, and registers an authenticator app.
    pub(crate) fn make_ready(self, port: u16, person: &Person, phone: &str) -> anyhow::Result<()> {
        let mut browser = self.sign_in_by_mail(Browser::new(port), person)?;
        self.prove_phone(&mut browser, phone)?;
        self.register_device(&mut browser, "app").map(drop)
    }

    /// Signs the person in, in a fresh browser that is known from then on.
    pub(crate) fn sign_in_by_mail(
        self,
        mut browser: Browser,
        person: &Person,
    ) -> anyhow::Result<Browser> {
        let flow = past_password(&mut browser, person)?;
        browser.get(&flow)?;
        let code = self.newest_code(&person.email)?;
        let entered = browser.post(&format!("{flow}/mail-code"), &[("code", &code)])?;
        entered.leads("the mailed code")?;
        Ok(browser)
    }

    /// Proves the number of the account by a call that the trial telephone takes.
    pub(crate) fn prove_phone(self, browser: &mut Browser, phone: &str) -> anyhow::Result<()> {
        const PROOF: &str = "/console/account/phone/proof";
        browser.get(PROOF)?;
        let placed = browser.post(PROOF, &[])?;
        let page = placed.leads("the call")?;
        self.key_digits(&browser.get(&page)?, phone)
    }

    /// Makes an operator and sets it up with this password, so that the browser is signed in: the key of the
    /// authenticator. The code is the one of 30 s ago, as for a device of an account.
    pub(crate) fn hire(self, browser: &mut Browser, person: &Person) -> anyhow::Result<String> {
        let email = person.email.as_str();
        let words = ["operator", "create", "--name", "Desk", "--email", email];
        let made = command(
            self.binary,
            self.folder,
            &[&words[..], &["--json"]].concat(),
            "",
        )?;
        let file = made.get("setUpFile").and_then(Value::as_str);
        let link = std::fs::read_to_string(file.context("no file with a set-up link")?)?;
        let page = browser.open(&path_of(link.trim()))?;
        let key = page.text("id=\"key\"").context("the page shows no key")?;
        let code = self.one_time_code_of(key, -30)?;
        let fields = [
            ("password", person.password.as_str()),
            ("password_again", &person.password),
            ("code", &code),
        ];
        browser
            .post("/operator/set-up", &fields)?
            .leads("the set-up of an operator")?;
        Ok(key.to_owned())
    }

    /// Keys the digits of a page into the newest call to this number.
    pub(crate) fn key_digits(self, page: &Reply, phone: &str) -> anyhow::Result<()> {
        let digits = shown_digits(page).context("the page shows no digits")?;
        let calls = self.calls(phone)?;
        self.press(calls.first().context("no telephone was called")?, &digits)
    }

    /// Registers an authenticator app of this name: its key, and what came of it. The code is the one of 30 s ago, which
    /// is taken as well: so that the present one is left for a sign-in.
    pub(crate) fn register_device(
        self,
        browser: &mut Browser,
        name: &str,
    ) -> anyhow::Result<(String, Reply)> {
        const NEW: &str = "/console/security-credentials/devices/new";
        browser.open(NEW)?;
        let named = browser.post(NEW, &[("name", name)])?;
        let set_up = named.leads("the name of the device")?;
        let page = browser.get(&set_up)?;
        let key = page.text("id=\"key\"").context("the page shows no key")?;
        let code = self.one_time_code_of(key, -30)?;
        let assigned = browser.post(&set_up, &[("code", &code)])?;
        if ![200, 303].contains(&assigned.status) {
            bail!("the device was refused: status {}", assigned.status);
        }
        Ok((key.to_owned(), assigned))
    }
}

/// The six digits that the page of a call shows.
pub(crate) fn shown_digits(page: &Reply) -> Option<String> {
    let shown = page.body.split("class=\"digits\"").nth(1)?;
    let shown = shown.split("aria-hidden").next()?;
    Some(shown.chars().filter(char::is_ascii_digit).collect())
}

/// The path of a link, whatever host it names.
fn path_of(link: &str) -> String {
    let after = link.split_once("://").map_or(link, |(_, rest)| rest);
    after
        .find('/')
        .and_then(|at| after.get(at..))
        .unwrap_or_default()
        .to_owned()
}

/// The code in a mail: the line of nothing but eight digits.
pub(crate) fn mailed_code(text: &str) -> Option<String> {
    text.lines()
        .map(|line| line.chars().filter(|c| !c.is_whitespace()).collect())
        .find(|line: &String| line.len() == 8 && line.bytes().all(|b| b.is_ascii_digit()))
}

/// Begins a sign-in with this address: the page of the password.
pub(crate) fn begin(browser: &mut Browser, email: &str) -> anyhow::Result<String> {
    browser.get("/signin")?;
    let begun = browser.post("/signin", &[("user", "root"), ("email", email)])?;
    begun.leads("the address")
}

/// Begins a sign-in and passes the password.
pub(crate) fn past_password(browser: &mut Browser, person: &Person) -> anyhow::Result<String> {
    give_password(browser, person).map(|(flow, _)| flow)
}

/// Begins a sign-in and gives the password: the sign-in, and where it leads.
pub(crate) fn give_password(
    browser: &mut Browser,
    person: &Person,
) -> anyhow::Result<(String, String)> {
    let flow = begin(browser, &person.email)?;
    browser.get(&flow)?;
    let passed = browser.post(
        &format!("{flow}/password"),
        &[("password", &person.password)],
    )?;
    let next = passed.leads("the password")?;
    Ok((flow, next))
}

/// Opens the recovery page of a sign-in, and gives the name of the device on it.
pub(crate) fn lost_device(browser: &mut Browser, flow: &str) -> anyhow::Result<String> {
    let page = browser.get(&format!("{flow}/recover"))?;
    let device = page.attribute("<input type=\"checkbox\"", "name");
    Ok(device.unwrap_or_default().to_owned())
}

/// Says that the device is lost: the page of the new case, if one was opened.
pub(crate) fn open_case(
    browser: &mut Browser,
    flow: &str,
    device: &str,
) -> anyhow::Result<Option<String>> {
    let mut fields = vec![("why", "lost")];
    // Where there is but one, nothing is asked.
    if !device.is_empty() {
        fields.push((device, "yes"));
    }
    let opened = browser.post(&format!("{flow}/recover"), &fields)?;
    let case = opened.location.filter(|to| to.contains("/r/"));
    Ok(case.filter(|_| opened.status == 303))
}

/// The folder of a demonstration, left behind by a kill, and the identity in it whose authenticator is lost.
pub(crate) fn demonstration(binary: &Path) -> anyhow::Result<(PathBuf, Person)> {
    use std::io::BufRead as _;
    let mut child = Command::new(binary)
        .args(["demo", "--json", "--port", "0"])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    std::io::BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
    child.kill()?;
    child.wait()?;
    let told: Value = serde_json::from_str(&line).context("the demonstration said no JSON")?;
    let text = |pointer: &str| {
        told.pointer(pointer)
            .and_then(Value::as_str)
            .map(str::to_owned)
            .context("the demonstration left something out")
    };
    let lost = Person {
        email: text("/identities/lockedOutRoot/email")?,
        password: text("/identities/lockedOutRoot/password")?,
    };
    Ok((text("/dataDir")?.into(), lost))
}
