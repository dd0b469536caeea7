//! The rows about recoveries: many people at once, all past their password, take durable steps.

use super::load::at_once;
use super::rows::{bare, median};
use super::{Bench, Figure, Target};
use crate::drive::cores;
use crate::drive::http::Browser;
use crate::drive::process::Installation;
use crate::drive::walk::{Person, lost_device, mailed_code, open_case, past_password};
use anyhow::Context as _;
use std::time::Duration;

/// People who recover at the same time, each on a connection of their own.
const CONNECTIONS: usize = 16;
/// Cases that each of them opens in a run.
const CASES: usize = 24;
/// Runs of which the median counts.
const RUNS: usize = 3;

/// A recovery that is ready for its next step.
struct Case {
    browser: Browser,
    flow: String,
    device: String,
    page: String,
    code: String,
}

/// Runs of ours, and of bare commits (a second) in between.
#[derive(Debug, Default)]
pub(super) struct Runs {
    ours: Vec<Run>,
    bare: Vec<f64>,
}

/// What a run came to.
#[derive(Debug)]
struct Run {
    steps_a_second: f64,
    commits_a_step: f64,
}

/// Steps of recoveries a second at 16 connections, against bare durable commits: each step is answered after its
/// commit, so only commits shared by several steps can be quicker.
pub(crate) fn steps(bench: &Bench) -> anyhow::Result<Figure> {
    let taken = measured(bench)?;
    Ok(Figure {
        unit: "durable steps a second",
        ours: median(taken.ours.iter().map(|run| run.steps_a_second).collect()),
        against: median(taken.bare.clone()),
        target: Target::AtLeast(1.5),
    })
}

/// Commits a step, those of the worker that hands the mails over among them.
pub(crate) fn commits(bench: &Bench) -> anyhow::Result<Figure> {
    let ours = &measured(bench)?.ours;
    Ok(Figure {
        unit: "commits a step",
        ours: median(ours.iter().map(|run| run.commits_a_step).collect()),
        against: 1.0,
        target: Target::AtMost(0.2),
    })
}

/// What both rows read: taken once.
fn measured(bench: &Bench) -> anyhow::Result<&Runs> {
    if let Some(taken) = bench.recoveries.get() {
        return Ok(taken);
    }
    let taken = measure(bench)?;
    Ok(bench.recoveries.get_or_init(|| taken))
}

fn measure(bench: &Bench) -> anyhow::Result<Runs> {
    let people: Vec<Person> = (0..CONNECTIONS)
        .map(|n| Person {
            email: format!("bench{n}@example.com"),
            password: "harbour lantern quiet maple".to_owned(),
        })
        .collect();
    let place = Installation::new(&bench.binary, &[], cores::COUNTED_SERVER)?;
    let port = place.server()?.port;
    for (n, person) in people.iter().enumerate() {
        let phone = format!("+8869123456{n:02}");
        let browser = Browser::new(port);
        place.place().sign_up(browser, person, "Driven", &phone)?;
        place.place().make_ready(port, person, &phone)?;
    }
    let bare = bare(&bench.bare, 1)?;
    let mut runs = Runs::default();
    for _ in 0..RUNS {
        runs.ours.push(one_run(&place, &people)?);
        runs.bare.push(bare_run(bare.1)?);
    }
    Ok(runs)
}

/// Opens cases, orders their mails and gives the mailed codes; only the posts are timed.
fn one_run(place: &Installation, people: &[Person]) -> anyhow::Result<Run> {
    let server = place.server()?;
    let mut all = prepare(server.port, people)?;
    let mut seconds = 0.0;
    let before = server.commits();
    seconds += together(&mut all, |case| {
        case.page = open_case(&mut case.browser, &case.flow, &case.device)?.context("no case")?;
        Ok(())
    })?;
    together(&mut all, |case| {
        let page = case.page.clone();
        case.browser.get(&page).map(drop)
    })?;
    seconds += together(&mut all, |case| {
        let mailed = case.browser.post(&format!("{}/mail", case.page), &[])?;
        mailed.leads("the mail").map(drop)
    })?;
    give_codes(place, people, &mut all)?;
    seconds += together(&mut all, |case| {
        let action = format!("{}/code", case.page);
        let proved = case.browser.post(&action, &[("code", &case.code)])?;
        proved.leads("the code").map(drop)
    })?;
    // Mails leave within five seconds of what caused them.
    std::thread::park_timeout(Duration::from_secs(7));
    let commits = server.commits() - before;
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let (steps, commits) = ((CONNECTIONS * CASES * 3) as f64, commits as f64);
    Ok(Run {
        steps_a_second: steps / seconds,
        commits_a_step: commits / steps,
    })
}

/// Sign-ins past their password, as many for each person as there are cases.
fn prepare(port: u16, people: &[Person]) -> anyhow::Result<Vec<Vec<Case>>> {
    let mut all = Vec::new();
    for person in people {
        let mut cases = Vec::new();
        for _ in 0..CASES {
            let mut browser = Browser::new(port);
            let flow = past_password(&mut browser, person)?;
            let device = lost_device(&mut browser, &flow)?;
            cases.push(Case {
                // Its connection is closed: what is measured uses one for each person.
                browser: browser.like(),
                flow,
                device,
                page: String::new(),
                code: String::new(),
            });
        }
        all.push(cases);
    }
    Ok(all)
}

/// Reads the mailed codes out of the outbox, each by the case that ordered it.
fn give_codes(
    place: &Installation,
    people: &[Person],
    all: &mut [Vec<Case>],
) -> anyhow::Result<()> {
    for (person, cases) in people.iter().zip(all) {
        let mails = place.place().mails(&person.email)?;
        for case in cases {
            let id = case.page.rsplit('/').next();
            let mut of_case = mails.iter().filter(|mail| mail.reference.as_deref() == id);
            let code = of_case.find_map(|mail| mailed_code(&mail.text));
            case.code = code.context("no code was mailed for a case")?;
        }
    }
    Ok(())
}

/// Lets all connections do this to each of their cases, one after the other: how many seconds it took.
fn together(
    all: &mut [Vec<Case>],
    step: impl Fn(&mut Case) -> anyhow::Result<()> + Sync,
) -> anyhow::Result<f64> {
    let (_, seconds) = at_once(all.iter_mut(), |cases| {
        let mut last: Option<&mut Case> = None;
        for case in cases {
            if let Some(last) = last {
                case.browser.take_connection(&mut last.browser);
            }
            step(case)?;
            last = Some(case);
        }
        Ok(())
    })?;
    Ok(seconds)
}

/// Requests a second, each answered after a commit of its own.
fn bare_run(port: u16) -> anyhow::Result<f64> {
    const EACH: usize = CASES * 3;
    let (_, seconds) = at_once(0..CONNECTIONS, |_| {
        let mut browser = Browser::new(port);
        for _ in 0..EACH {
            browser.post("/commit", &[])?;
        }
        Ok(())
    })?;
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let requests = (CONNECTIONS * EACH) as f64;
    Ok(requests / seconds)
}
