//! An owner: an account made through the pages, and the ways in that must stay open to whoever it belongs to.

use super::world::World;
use crate::drive::http::{Browser, Reply};
use crate::drive::walk::{Person, begin, lost_device, open_case};
use anyhow::{Context as _, bail};
use std::net::Ipv4Addr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The password of every owner, which a list of leaked ones does not have.
const PASSWORD: &str = "harbour lantern quiet maple";
/// What an owner chooses who must choose anew.
const NEXT: [&str; 2] = [
    "lanterns over the quiet river bend",
    "seven umbrellas behind the harbour",
];
/// The page of devices, saved codes and sessions.
pub(super) const CREDENTIALS: &str = "/console/security-credentials";

/// An authenticator app in a hand.
#[derive(Debug, Clone)]
pub(super) struct App {
    /// What it is called.
    pub(super) name: String,
    /// Its id, as forms carry it.
    pub(super) id: String,
    key: String,
    /// The last step of 30 s whose code was given away.
    last: i64,
}

/// Somebody with an account, at home in one browser.
#[derive(Debug)]
pub(super) struct Owner {
    pub(super) person: Person,
    /// The account's name.
    pub(super) name: String,
    /// The account's number, without blanks.
    pub(super) account_id: String,
    pub(super) phone: String,
    /// The authenticator, for an account that has one.
    pub(super) app: Option<App>,
    pub(super) saved_codes: Vec<String>,
    /// A browser that completed a sign-in, with a session.
    pub(super) home: Browser,
    /// A session that is open, and was never proved with the device: it began before there was one.
    pub(super) early: Browser,
    /// The link to a new password that the owner ordered before anybody attacked.
    pub(super) reset_link: String,
    /// How often the owner had to choose a new password.
    pub(super) resets: usize,
    /// The operator that an attack is about, in the browser they always use.
    pub(super) desk: Option<(Desk, Browser)>,
    number: u8,
}

/// An operator, who serves support cases.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub(super) person: Person,
    pub(super) app: App,
}

/// What it took to get past the password.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Taken {
    /// The password was closed to this browser, and opened by mail.
    pub(super) unlocked: bool,
    /// The password was somebody else's, and reset by mail.
    pub(super) reset: bool,
}

impl Owner {
    /// Opens an account as a person does: address and telephone proved, an authenticator and saved codes if `with_app`.
    pub(super) fn set_up(world: &World<'_>, number: u8, with_app: bool) -> anyhow::Result<Self> {
        let who = format!("{}-{number:02}", world.tag);
        let person = Person {
            email: format!("owner-{who}@example.com"),
            password: PASSWORD.to_owned(),
        };
        let (name, phone) = (format!("Gatehouse {who}"), world.phone(number));
        let at_home = || world.browser(Ipv4Addr::new(127, 128 + number % 100, 0, 1));
        let place = world.place;
        place.sign_up(at_home(), &person, &name, &phone)?;
        let mut home = place.sign_in_by_mail(at_home(), &person)?;
        let account = home.get("/console/home")?;
        let account = account.text("<code").context("no account number")?;
        let account_id = account.chars().filter(char::is_ascii_digit).collect();
        let early = place.sign_in_by_mail(at_home(), &person)?;
        place.prove_phone(&mut home, &phone)?;
        let mut owner = Self {
            person,
            name,
            account_id,
            phone,
            app: None,
            saved_codes: Vec::new(),
            home,
            early,
            reset_link: String::new(),
            resets: 0,
            desk: None,
            number,
        };
        if with_app {
            owner.register(world, &format!("Pocket {who}"))?;
        }
        if owner.early.get("/console/home")?.status != 200 {
            bail!("the session that began before the device is over already");
        }
        owner.reset_link = owner.order_reset(world)?;
        Ok(owner)
    }

    fn register(&mut self, world: &World<'_>, name: &str) -> anyhow::Result<()> {
        let step = step_in_time().0;
        let (key, assigned) = world.place.register_device(&mut self.home, name)?;
        let codes = assigned.leads("the new device")?;
        let page = self.home.get(&codes)?;
        let list = page.body.split("id=\"codes\"").nth(1);
        let list = list.and_then(|rest| rest.split("</ol>").next());
        let items = list.context("no saved codes are shown")?.split("<span>");
        let items = items.skip(1).filter_map(|item| item.split('<').next());
        self.saved_codes = items.map(|code| code.trim().to_owned()).collect();
        self.home.post(&codes, &[("kept", "yes")])?;
        let list = self.home.get(CREDENTIALS)?;
        let ids = ids_of_devices(&list);
        self.app = Some(App {
            name: name.to_owned(),
            id: ids.first().context("the device is not listed")?.clone(),
            key,
            last: step - 1,
        });
        Ok(())
    }

    /// A browser of theirs that never signed in.
    pub(super) fn another_browser(&self, world: &World<'_>) -> Browser {
        world.browser(Ipv4Addr::new(127, 128 + self.number % 100, 0, 9))
    }

    /// Asks for a new password at home: the path of the newest link to one in the mailbox.
    pub(super) fn order_reset(&self, world: &World<'_>) -> anyhow::Result<String> {
        let mut browser = self.home.opened_anew();
        world.forgot(&mut browser, &self.person.email)?;
        world.newest_link(&self.person.email, &["/reset/"])
    }

    /// Sets a new password behind a mailed link.
    pub(super) fn reset(&mut self, world: &World<'_>, link: &str) -> anyhow::Result<()> {
        let next = NEXT.get(self.resets % NEXT.len()).context("no password")?;
        let mut browser = self.another_browser(world);
        let done = set_password(&mut browser, link, next)?;
        if done.status != 200 {
            bail!("the link to a new password {}", said(&done));
        }
        self.resets += 1;
        self.person.password = (*next).to_owned();
        Ok(())
    }

    /// Signs in with password and device, whatever that takes.
    pub(super) fn sign_in(
        &mut self,
        world: &World<'_>,
        browser: &mut Browser,
    ) -> anyhow::Result<Taken> {
        let (taken, flow, next) = self.past_password(world, browser)?;
        let entered = match &mut self.app {
            _ if next.starts_with("/console") => browser.get(&next)?,
            None => {
                let code = world.place.newest_code(&self.person.email)?;
                browser.get(&flow)?;
                browser.post(&format!("{flow}/mail-code"), &[("code", &code)])?
            }
            Some(app) => app.prove(world, browser, &flow)?,
        };
        if ![200, 303].contains(&entered.status) {
            bail!("the second factor {}", said(&entered));
        }
        match browser.get("/console/home")?.status {
            200 => Ok(taken),
            status => bail!("signed in, and the console answers {status}"),
        }
    }

    /// Past the password: the sign-in, and where it leads.
    fn past_password(
        &mut self,
        world: &World<'_>,
        browser: &mut Browser,
    ) -> anyhow::Result<(Taken, String, String)> {
        let mut taken = Taken::default();
        for _ in 0..3 {
            let flow = begin(browser, &self.person.email)?;
            browser.get(&flow)?;
            let fields = [("password", self.person.password.as_str())];
            let given = browser.post(&format!("{flow}/password"), &fields)?;
            match given.code() {
                None if given.status == 303 => {
                    let next = given.leads("the password")?;
                    return Ok((taken, flow, next));
                }
                Some("GL-SIGNIN-004" | "GL-SIGNIN-005") if !taken.unlocked => {
                    self.unlock(world, browser, &flow)?;
                    taken.unlocked = true;
                }
                Some("GL-SIGNIN-002") if !taken.reset => {
                    let link = self.order_reset(world)?;
                    self.reset(world, &link)?;
                    taken.reset = true;
                }
                _ => bail!("the password {}", said(&given)),
            }
        }
        bail!("the password leads nowhere")
    }

    /// Has the password opened to this browser by mail, and presses the button behind the link there.
    fn unlock(&self, world: &World<'_>, browser: &mut Browser, flow: &str) -> anyhow::Result<()> {
        browser.post(&format!("{flow}/unlock"), &[])?;
        // Whoever caused the newest one: what it opens is this browser.
        let link = world.newest_link(&self.person.email, &["/unlock/", "/reset/"])?;
        browser.open(&link)?;
        let pressed = browser.post("/signin/unlock", &[])?;
        match pressed.status {
            200 => Ok(()),
            _ => bail!("the mailed unlock {}", said(&pressed)),
        }
    }

    /// Gets back in without the device: password, e-mail, telephone. Leaves a held session in the browser.
    pub(super) fn recover(
        &mut self,
        world: &World<'_>,
        browser: &mut Browser,
    ) -> anyhow::Result<Taken> {
        let (taken, case) = self.open_case(world, browser)?;
        self.prove_case_mail(world, browser, &case)?;
        let placed = browser.post(&format!("{case}/call"), &[])?;
        if placed.status != 303 {
            bail!("the call {}", said(&placed));
        }
        world.place.key_digits(&browser.get(&case)?, &self.phone)?;
        enter(browser, &case)?;
        Ok(taken)
    }

    /// Opens a case in this browser.
    pub(super) fn open_case(
        &mut self,
        world: &World<'_>,
        browser: &mut Browser,
    ) -> anyhow::Result<(Taken, String)> {
        let (taken, flow, _) = self.past_password(world, browser)?;
        let device = lost_device(browser, &flow)?;
        let case = open_case(browser, &flow, &device)?;
        Ok((taken, case.context("no case is opened")?))
    }

    /// Proves the address in a case, by the mailed code.
    pub(super) fn prove_case_mail(
        &self,
        world: &World<'_>,
        browser: &mut Browser,
        case: &str,
    ) -> anyhow::Result<()> {
        browser.get(case)?;
        browser
            .post(&format!("{case}/mail"), &[])?
            .leads("the mail of the case")?;
        let code = world.code_of(&self.person.email, case)?;
        let proved = browser.post(&format!("{case}/code"), &[("code", &code)])?;
        proved.leads("the mailed code of the case").map(drop)
    }
}

impl Desk {
    /// Makes an operator whose name begins so, and the browser that is signed in from then on.
    pub(super) fn hired(
        world: &World<'_>,
        owner: &Owner,
        name: &str,
    ) -> anyhow::Result<(Self, Browser)> {
        let person = Person {
            email: name.to_owned() + &owner.person.email,
            password: PASSWORD.to_owned(),
        };
        let mut browser = owner.another_browser(world);
        let last = step_in_time().0 - 1;
        let key = world.place.hire(&mut browser, &person)?;
        let app = App {
            name: String::new(),
            id: String::new(),
            key,
            last,
        };
        Ok((Self { person, app }, browser))
    }

    /// Signs in on the page for operators.
    pub(super) fn sign_in(
        &mut self,
        world: &World<'_>,
        browser: &mut Browser,
    ) -> anyhow::Result<Reply> {
        let code = self.app.code(world)?;
        let fields = [
            ("email", self.person.email.as_str()),
            ("password", &self.person.password),
            ("code", &code),
        ];
        browser.get("/operator")?;
        browser.post("/operator", &fields)
    }
}

impl App {
    /// Gives a code on the page of the device. One that somebody else used already is followed by the next.
    fn prove(
        &mut self,
        world: &World<'_>,
        browser: &mut Browser,
        flow: &str,
    ) -> anyhow::Result<Reply> {
        let id = self.id.clone();
        let page = browser.get(flow)?;
        if page.attribute("<input type=\"hidden\" name=\"device\"", "value") != Some(&id) {
            browser.post(&format!("{flow}/device"), &[("device", &id)])?;
            browser.get(flow)?;
        }
        loop {
            let code = self.code(world)?;
            let fields = [("device", id.as_str()), ("code", code.as_str())];
            let given = browser.post(&format!("{flow}/factor"), &fields)?;
            if given.code() != Some("GL-MFA-002") {
                return Ok(given);
            }
        }
    }

    /// A code that was not used yet, as soon as there is one.
    pub(super) fn code(&mut self, world: &World<'_>) -> anyhow::Result<String> {
        loop {
            let (now, left) = step_now();
            let next = (self.last + 1).max(now - 1);
            // Not at the turn of a step: the code would be another one.
            if next <= now + 1 && left > Duration::from_secs(2) {
                self.last = next;
                return world.place.one_time_code_of(&self.key, (next - now) * 30);
            }
            std::thread::park_timeout(left + Duration::from_millis(50));
        }
    }
}

/// The present step of 30 s, and what is left of it.
#[expect(
    clippy::disallowed_methods,
    reason = "an owner looks at the clock to know which codes are still unused"
)]
fn step_now() -> (i64, Duration) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.unwrap_or_default().as_millis();
    let left = Duration::from_millis(u64::try_from(30_000 - now % 30_000).unwrap_or_default());
    (i64::try_from(now / 30_000).unwrap_or_default(), left)
}

/// The present step, once it lasts long enough: where the code of the last step is asked for, which must still be the
/// last one when it arrives.
fn step_in_time() -> (i64, Duration) {
    let left = step_now().1;
    if left < Duration::from_secs(3) {
        std::thread::park_timeout(left + Duration::from_millis(50));
    }
    step_now()
}

/// Presses *Sign in to the console* in a case whose proofs are all in.
pub(super) fn enter(browser: &mut Browser, case: &str) -> anyhow::Result<()> {
    browser.get(case)?;
    let entered = browser.post(&format!("{case}/enter"), &[])?;
    let to = entered.leads("the end of the case")?;
    if to.starts_with("/console") {
        Ok(())
    } else {
        bail!("the end of the case leads to {to}")
    }
}

/// Opens a link to a new password and sets it.
pub(super) fn set_password(
    browser: &mut Browser,
    link: &str,
    password: &str,
) -> anyhow::Result<Reply> {
    browser.open(link)?;
    let fields = [("password", password), ("password_again", password)];
    browser.post("/signin/reset", &fields)
}

/// The ids of the devices that a page lists.
pub(super) fn ids_of_devices(page: &Reply) -> Vec<String> {
    let link = format!("href=\"{CREDENTIALS}/devices/");
    let ids = page.body.split(&link).skip(1).filter_map(|rest| {
        let path = rest.split('"').next()?;
        path.strip_suffix("/remove").map(str::to_owned)
    });
    ids.collect()
}

/// What an answer said, in two words.
pub(super) fn said(reply: &Reply) -> String {
    match reply.code() {
        Some(code) => format!("is refused, {code}"),
        None => format!("is answered {}", reply.status),
    }
}
