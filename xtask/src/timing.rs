//! `cargo xtask timing [STEP…] [--json]`: whether the time of an answer tells who has an account (R-ROOT-26).
//!
//! Two people do the same at the same moments, one with an address that has an account and one with an address that
//! has none, 2 000 times each, in an order that changes. The medians of a step must lie within 2 % of each other and
//! within 100 µs. What is *shown* is compared by a property test of the product; this compares how long it takes.

use crate::drive::cores;
use crate::drive::http::{Browser, Reply};
use crate::drive::process::Installation;
use crate::drive::walk::{Person, begin};
use anyhow::{Context as _, bail};
use serde_json::json;
use std::time::{Duration, Instant};

/// Requests of each kind for each step.
const ROUNDS: usize = 2_000;
/// Times that one address is used for a step: below the limits that would answer instead of the step.
const EACH: usize = 4;
const RATIO: f64 = 0.02;
const DIFFERENCE: Duration = Duration::from_micros(100);

/// Something that anybody can do who knows an address.
struct Step {
    name: &'static str,
    /// What comes before, unmeasured: the address of the page.
    before: fn(&mut Browser, &str) -> anyhow::Result<String>,
    /// What is measured.
    act: fn(&mut Browser, page: &str, email: &str) -> anyhow::Result<Reply>,
}

const STEPS: &[Step] = &[
    Step {
        name: "address",
        before: |browser, _| at(browser, "/signin"),
        act: |browser, page, email| browser.post(page, &[("user", "root"), ("email", email)]),
    },
    Step {
        name: "password-page",
        before: begin,
        act: |browser, page, _| browser.get(page),
    },
    Step {
        name: "wrong-password",
        before: begin,
        act: |browser, page, _| {
            browser.post(
                &format!("{page}/password"),
                &[("password", "none of theirs")],
            )
        },
    },
    Step {
        name: "unlock",
        before: begin,
        act: |browser, page, _| browser.post(&format!("{page}/unlock"), &[]),
    },
    Step {
        name: "forgotten",
        before: |browser, _| at(browser, "/signin/forgot"),
        act: |browser, page, email| browser.post(page, &[("email", email)]),
    },
    Step {
        name: "addresses",
        before: |browser, _| at(browser, "/signin/addresses"),
        act: |browser, page, email| browser.post(page, &[("email", email)]),
    },
    Step {
        name: "open-account",
        before: |browser, _| at(browser, "/open"),
        act: |browser, page, email| browser.post(page, &[("email", email)]),
    },
];

/// Fetches the page for its token.
fn at(browser: &mut Browser, page: &str) -> anyhow::Result<String> {
    browser.get(page)?;
    Ok(page.to_owned())
}

/// Takes the steps asked for, all of them by default.
pub(crate) fn run(given: &[String]) -> anyhow::Result<()> {
    let as_json = given.iter().any(|word| word == "--json");
    let wanted: Vec<&String> = given.iter().filter(|word| *word != "--json").collect();
    if let Some(unknown) = wanted
        .iter()
        .find(|w| !STEPS.iter().any(|step| step.name == w.as_str()))
    {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        bail!("no step {unknown}: {}", names.join(", "));
    }
    cores::on_second("timing", given)?;
    let root = crate::tree::root()?;
    cores::cargo(&root, &["build", "--release", "--package", "gatelodge"])?;
    let people: Vec<Person> = (0..ROUNDS / EACH)
        .map(|n| Person {
            email: format!("known{n:04}@example.com"),
            password: "harbour lantern quiet maple".to_owned(),
        })
        .collect();
    let place = Installation::new(
        &root.join("target/release/gatelodge"),
        &people,
        cores::SERVER,
    )?;
    let port = place.server()?.port;
    let mut told = Vec::new();
    for step in STEPS
        .iter()
        .filter(|step| wanted.is_empty() || wanted.iter().any(|w| w.as_str() == step.name))
    {
        let (known, unknown) = measure(port, step).with_context(|| step.name)?;
        let difference = known.abs_diff(unknown);
        let ratio = difference.as_secs_f64() / unknown.as_secs_f64();
        let holds = ratio <= RATIO && difference <= DIFFERENCE;
        if !holds {
            told.push(step.name);
        }
        let (known, unknown) = (micros(known), micros(unknown));
        if as_json {
            println!(
                "{}",
                json!({ "row": format!("timing-{}", step.name), "unit": "µs median", "ours": known, "against": unknown,
                    "ratio": known / unknown, "target": format!("within {RATIO} and {} µs", DIFFERENCE.as_micros()), "holds": holds })
            );
        } else {
            println!(
                "{:<16} with an account {known:>9.1} µs, without {unknown:>9.1} µs: {:>5.2} % {}",
                step.name,
                ratio * 100.0,
                if holds { "holds" } else { "TELLS" }
            );
        }
    }
    if !told.is_empty() {
        bail!("the time tells who has an account: {}", told.join(", "));
    }
    Ok(())
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// The medians of a step with an account and without.
fn measure(port: u16, step: &Step) -> anyhow::Result<(Duration, Duration)> {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let n = round / EACH;
        // Which comes first changes without a pattern that a timer of the system could share.
        let first = round.wrapping_mul(2_654_435_761).count_ones() % 2 == 0;
        for of_known in [first, !first] {
            let (kind, times) = if of_known {
                ("known", &mut known)
            } else {
                ("never", &mut unknown)
            };
            times.push(once(port, step, &format!("{kind}{n:04}@example.com"))?);
        }
    }
    Ok((median(known)?, median(unknown)?))
}

#[expect(clippy::disallowed_methods, reason = "a timing check measures")]
fn once(port: u16, step: &Step, email: &str) -> anyhow::Result<Duration> {
    let mut browser = Browser::new(port);
    let page = (step.before)(&mut browser, email)?;
    let begin = Instant::now();
    let reply = (step.act)(&mut browser, &page, email)?;
    let taken = begin.elapsed();
    if reply.status >= 500 {
        bail!("the server answered {}", reply.status);
    }
    Ok(taken)
}

fn median(mut times: Vec<Duration>) -> anyhow::Result<Duration> {
    times.sort();
    times.get(times.len() / 2).copied().context("no times")
}
