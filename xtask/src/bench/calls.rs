//! The rows about calls: a hundred people get back in at the same time, over a trunk, and each hears the whole prompt.

use super::load::at_once;
use super::rows::median;
use super::{Bench, Figure, Target};
use crate::drive::cores;
use crate::drive::http::Browser;
use crate::drive::process::Installation;
use crate::drive::walk::{
    Person, Place, lost_device, mailed_code, open_case, past_password, shown_digits,
};
use anyhow::{Context as _, bail};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// People who recover at the same time.
const AT_ONCE: u8 = 100;
/// People who are called one after the other, for the time that we take to set a call up.
const APART: u8 = 10;
/// Packets that each hears before the first key, of 20 ms each: the prompt is shorter.
const HEARD: &str = "1000";
/// How often a page that waits is asked again; its own script asks every two seconds.
const EVERY: Duration = Duration::from_secs(1);
/// How often it is asked at most.
const MOST: u32 = 90;

/// What was measured, in one run.
#[derive(Debug)]
pub(super) struct Calls {
    seconds: f64,
    jitter_ms: f64,
    set_up_ms: f64,
}

/// How long a hundred recoveries take, from the case to the console.
pub(crate) fn recoveries(bench: &Bench) -> anyhow::Result<Figure> {
    Ok(Figure {
        unit: "s for 100 recoveries",
        ours: measured(bench)?.seconds,
        against: 60.0,
        target: Target::AtMost(1.0),
    })
}

/// How far from 20 ms apart the packets of these calls come.
pub(crate) fn jitter(bench: &Bench) -> anyhow::Result<Figure> {
    Ok(Figure {
        unit: "ms jitter, p99",
        ours: measured(bench)?.jitter_ms,
        against: 20.0,
        target: Target::AtMost(1.0),
    })
}

/// From the press on the page to the request at the trunk, and from its answer to the first sound.
pub(crate) fn set_up(bench: &Bench) -> anyhow::Result<Figure> {
    Ok(Figure {
        unit: "ms of our own",
        ours: measured(bench)?.set_up_ms,
        against: 50.0,
        target: Target::AtMost(1.0),
    })
}

/// What all rows read: taken once.
fn measured(bench: &Bench) -> anyhow::Result<&Calls> {
    if let Some(taken) = bench.calls.get() {
        return Ok(taken);
    }
    let taken = measure(bench)?;
    Ok(bench.calls.get_or_init(|| taken))
}

/// Somebody with a phone and a network of their own, because calls are counted by both.
struct Caller {
    person: Person,
    phone: String,
    home: Ipv4Addr,
}

impl Caller {
    fn new(n: u8) -> Self {
        Self {
            person: Person {
                email: format!("caller{n}@example.com"),
                password: "harbour lantern quiet maple".to_owned(),
            },
            phone: format!("+88691234{n:04}"),
            home: Ipv4Addr::new(127, 0, n + 1, 1),
        }
    }

    fn browser(&self, port: u16) -> Browser {
        Browser::new(port).from(self.home)
    }

    /// Opens the account, proves the phone and registers a device, while the telephone is on trial.
    fn settle(&self, place: Place<'_>, port: u16) -> anyhow::Result<()> {
        place.sign_up(self.browser(port), &self.person, "Driven", &self.phone)?;
        let mut browser = place.sign_in_by_mail(self.browser(port), &self.person)?;
        place.prove_phone(&mut browser, &self.phone)?;
        place.register_device(&mut browser, "app").map(drop)
    }

    /// Gives the password and says that the device is lost: everything up to the case.
    fn ready(&self, port: u16) -> anyhow::Result<Ready<'_>> {
        let mut browser = self.browser(port);
        let flow = past_password(&mut browser, &self.person)?;
        let device = lost_device(&mut browser, &flow)?;
        Ok(Ready {
            caller: self,
            browser,
            flow,
            device,
        })
    }
}

/// Somebody who is about to open a case.
struct Ready<'a> {
    caller: &'a Caller,
    browser: Browser,
    flow: String,
    device: String,
}

impl Ready<'_> {
    /// Opens the case and proves the address: the page of the case.
    fn prove_mail(&mut self, place: Place<'_>) -> anyhow::Result<String> {
        let opened = open_case(&mut self.browser, &self.flow, &self.device)?;
        let page = opened.context("no case")?;
        self.browser.get(&page)?;
        let mailed = self.browser.post(&format!("{page}/mail"), &[])?;
        mailed.leads("the mail")?;
        let mails = place.mails(&self.caller.person.email)?;
        let case = page.rsplit('/').next();
        let mut of_case = mails
            .iter()
            .filter(|mail| mail.reference.as_deref() == case);
        let code = of_case.find_map(|mail| mailed_code(&mail.text));
        let code = code.context("no code was mailed for a case")?;
        let proved = self
            .browser
            .post(&format!("{page}/code"), &[("code", &code)])?;
        proved.leads("the code")?;
        self.browser.get(&page)?;
        Ok(page)
    }

    /// Orders the call: the digits on the page.
    fn order(&mut self, page: &str) -> anyhow::Result<String> {
        let ordered = self.browser.post(&format!("{page}/call"), &[])?;
        ordered.leads("the call")?;
        shown_digits(&self.browser.get(page)?).context("the page shows no digits")
    }

    /// All of it, to the console.
    fn recover(&mut self, place: Place<'_>, far: &Far) -> anyhow::Result<()> {
        let page = self.prove_mail(place)?;
        let digits = self.order(&page)?;
        far.press(&self.caller.phone, &digits)?;
        for _ in 0..MOST {
            std::thread::park_timeout(EVERY);
            if self.browser.get(&page)?.action("/enter").is_some() {
                let entered = self.browser.post(&format!("{page}/enter"), &[])?;
                return entered.leads("the way in").map(drop);
            }
        }
        bail!("the digits were not heard")
    }

    /// What we add to the beginning of a call, in milliseconds.
    fn set_up(&mut self, place: Place<'_>, far: &Far) -> anyhow::Result<f64> {
        let page = self.prove_mail(place)?;
        let pressed = micros()?;
        self.order(&page)?;
        let begun = far.ask(&format!("begun {}", self.caller.phone))?;
        let at = |what| begun.get(what).and_then(Value::as_f64).context("a moment");
        let ours = at("invited")? - pressed + at("heard")? - at("answered")?;
        Ok(ours / 1_000.0)
    }
}

/// The telephones at the other end of the trunk: a process of its own.
struct Far {
    child: Child,
    port: u16,
    ends: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
}

impl Far {
    fn start(program: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new(program)
            .arg(HEARD)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let told = child.stdin.take().context("no input")?;
        let mut says = BufReader::new(child.stdout.take().context("no output")?);
        let mut line = String::new();
        says.read_line(&mut line)?;
        Ok(Self {
            child,
            port: line.trim().parse().context("no port")?,
            ends: Mutex::new((told, says)),
        })
    }

    fn press(&self, phone: &str, keys: &str) -> anyhow::Result<()> {
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(ends.0, "press {phone} {keys}").context("the far end is gone")
    }

    fn ask(&self, what: &str) -> anyhow::Result<Value> {
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(ends.0, "{what}")?;
        let mut line = String::new();
        ends.1.read_line(&mut line)?;
        serde_json::from_str(&line).context("the far end is gone")
    }
}

impl Drop for Far {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn measure(bench: &Bench) -> anyhow::Result<Calls> {
    let people: Vec<Caller> = (0..AT_ONCE + APART).map(Caller::new).collect();
    let (many, few) = people.split_at(AT_ONCE.into());
    let mut place = Installation::new(&bench.binary, &[], cores::SERVER)?;
    configure(place.place().folder, "")?;
    let port = place.restart()?.port;
    at_once(people.chunks(people.len().div_ceil(4)), |some| {
        some.iter()
            .try_for_each(|one| one.settle(place.place(), port))
    })?;
    let far = Far::start(&bench.far)?;
    configure(place.place().folder, &trunk(far.port))?;
    let port = place.restart()?.port;
    let place = place.place();
    let ready: Result<Vec<Ready<'_>>, _> = many.iter().map(|one| one.ready(port)).collect();
    let (_, seconds) = at_once(ready?, |mut one| one.recover(place, &far))?;
    let jitter = far.ask("jitter")?;
    let mut set_ups = Vec::new();
    for one in few {
        set_ups.push(one.ready(port)?.set_up(place, &far)?);
    }
    Ok(Calls {
        seconds,
        jitter_ms: jitter
            .get("p99")
            .and_then(Value::as_f64)
            .context("nothing was heard")?,
        set_up_ms: median(set_ups),
    })
}

/// The configuration from the next start on: no budget, because so many calls cost more than an hour's, and this for the voice.
fn configure(folder: &Path, voice: &str) -> anyhow::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new();
    let mut file = file
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(folder.join("gatelodge.toml"))?;
    write!(file, "[voice.cost]\nper_hour = 0\n{voice}")?;
    Ok(())
}

/// Calls go over a trunk to this port.
fn trunk(port: u16) -> String {
    format!(
        "[voice]\ntransport = 'sip'\ntrunk_networks = ['127.0.0.0/8']\n[voice.sip]\nport = 0\n\
         [[voice.sip.trunk]]\nname = 'far'\nhost = '127.0.0.1'\nport = {port}\ncaller_id = '+886225550100'\n"
    )
}

/// Microseconds of the time of day, which the far end tells as well.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures")]
fn micros() -> anyhow::Result<f64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64() * 1_000_000.0)
}
