//! `cargo xtask timing [STEP…] [--json] [--rounds N] [--binary FILE]`: whether the time of an answer tells who has an
//! account (R-ROOT-26), or who is an operator.
//!
//! Two people do the same at the same moments, one with an address that has an account and one with an address that
//! has none, 2 000 times each, in an order that changes (fewer with `--rounds`, and with a binary other than the release:
//! to see that the steps work; such figures mean nothing). The medians of a step must lie within 2 % of each other and
//! within 100 µs. What is *shown* is compared by a property test of the product; this compares how long it takes.

use crate::drive::cores;
use crate::drive::http::{Browser, Reply};
use crate::drive::process::Installation;
use crate::drive::walk::{Person, begin};
use anyhow::{Context as _, bail};
use serde_json::json;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Requests of each kind for each step.
const ROUNDS: usize = 2_000;
/// Times that one address is used for a step, and that one network is: below the limits that would answer instead.
const EACH: usize = 4;
/// Rounds that come from one network: both requests of a round do.
const NETWORK: usize = 2;
/// Times that one address is named in support cases, after which a security check comes first.
const EACH_CASE: usize = 2;
const RATIO: f64 = 0.02;
const DIFFERENCE: Duration = Duration::from_micros(100);

/// Something that anybody can do who knows an address.
struct Step {
    name: &'static str,
    /// Whose address it is that is known.
    whose: Whose,
    /// Times that one address is used.
    each: usize,
    /// What comes before, unmeasured: the address of the page.
    before: fn(&mut Browser, &str) -> anyhow::Result<String>,
    /// What is measured.
    act: fn(&mut Browser, page: &str, email: &str) -> anyhow::Result<Reply>,
}

/// Who has the addresses that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// Root users.
    Owners,
    /// Operators, who have nothing to do with accounts.
    Operators,
}

const STEP: Step = Step {
    name: "",
    whose: Whose::Owners,
    each: EACH,
    before: |_, _| bail!("nothing comes before"),
    act: |_, _, _| bail!("nothing is measured"),
};

const STEPS: &[Step] = &[
    Step {
        name: "address",
        before: |browser, _| at(browser, "/signin"),
        act: |browser, page, email| browser.post(page, &[("user", "root"), ("email", email)]),
        ..STEP
    },
    Step {
        name: "password-page",
        before: begin,
        act: |browser, page, _| browser.get(page),
        ..STEP
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
        ..STEP
    },
    Step {
        name: "unlock",
        before: begin,
        act: |browser, page, _| browser.post(&format!("{page}/unlock"), &[]),
        ..STEP
    },
    Step {
        name: "forgotten",
        before: |browser, _| at(browser, "/signin/forgot"),
        act: |browser, page, email| browser.post(page, &[("email", email)]),
        ..STEP
    },
    Step {
        name: "addresses",
        before: |browser, _| at(browser, "/signin/addresses"),
        act: |browser, page, email| browser.post(page, &[("email", email)]),
        ..STEP
    },
    Step {
        name: "open-account",
        before: |browser, _| at(browser, "/open"),
        act: |browser, page, email| browser.post(page, &[("email", email)]),
        ..STEP
    },
    Step {
        name: "support",
        each: EACH_CASE,
        before: |browser, _| at(browser, "/support"),
        act: |browser, page, email| {
            // A mailbox that gets a code only once, as long whoever it is about.
            let value = format!("new-{email}");
            let fields = [
                ("email", email),
                ("why", "email"),
                ("name", value.as_str()),
                ("how", "The company that ran the mailbox is gone."),
            ];
            browser.post(page, &fields)
        },
        ..STEP
    },
    Step {
        name: "operator",
        whose: Whose::Operators,
        before: |browser, _| at(browser, "/operator"),
        act: |browser, page, email| {
            let fields = [
                ("email", email),
                ("password", "none of theirs"),
                ("code", "000000"),
            ];
            browser.post(page, &fields)
        },
        ..STEP
    },
];

/// Fetches the page for its token.
fn at(browser: &mut Browser, page: &str) -> anyhow::Result<String> {
    browser.get(page)?;
    Ok(page.to_owned())
}

/// What was asked for on the command line.
struct Options {
    steps: Vec<&'static Step>,
    json: bool,
    rounds: usize,
    binary: Option<PathBuf>,
}

fn options(given: &[String]) -> anyhow::Result<Options> {
    let mut options = Options {
        steps: Vec::new(),
        json: false,
        rounds: ROUNDS,
        binary: None,
    };
    let mut words = given.iter();
    while let Some(word) = words.next() {
        let mut value = || crate::value(&mut words, word);
        match word.as_str() {
            "--json" => options.json = true,
            "--rounds" => options.rounds = value()?.parse()?,
            "--binary" => options.binary = Some(PathBuf::from(value()?).canonicalize()?),
            name => {
                let step = STEPS.iter().find(|step| step.name == name);
                let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
                let step = step.with_context(|| format!("no step {name}: {}", names.join(", ")));
                options.steps.push(step?);
            }
        }
    }
    if options.steps.is_empty() {
        options.steps.extend(STEPS);
    }
    Ok(options)
}

/// Takes the steps asked for, all of them by default.
pub(crate) fn run(given: &[String]) -> anyhow::Result<()> {
    let options = options(given)?;
    cores::on_second("timing", given)?;
    let root = crate::tree::root()?;
    let binary = match &options.binary {
        Some(binary) => binary.clone(),
        None => {
            cores::cargo(&root, &["build", "--release", "--package", "gatelodge"])?;
            root.join("target/release/gatelodge")
        }
    };
    // As many addresses as the step needs that uses each of them least.
    let many = |whose| {
        let steps = options.steps.iter().filter(|step| step.whose == whose);
        let most = steps.map(|step| options.rounds.div_ceil(step.each)).max();
        people(most.unwrap_or_default())
    };
    let place = Installation::new(&binary, &many(Whose::Owners), cores::SERVER)?;
    let port = place.server()?.port;
    for person in many(Whose::Operators) {
        place.place().hire(&mut Browser::new(port), &person)?;
    }
    let mut told = Vec::new();
    for step in &options.steps {
        let (known, unknown) = measure(port, step, options.rounds).with_context(|| step.name)?;
        let difference = known.abs_diff(unknown);
        let ratio = difference.as_secs_f64() / unknown.as_secs_f64();
        let holds = ratio <= RATIO && difference <= DIFFERENCE;
        if !holds {
            told.push(step.name);
        }
        let (known, unknown) = (micros(known), micros(unknown));
        if options.json {
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

/// So many people whose addresses are known.
fn people(many: usize) -> Vec<Person> {
    let person = |n| Person {
        email: format!("known{n:04}@example.com"),
        password: "harbour lantern quiet maple".to_owned(),
    };
    (0..many).map(person).collect()
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// The medians of a step with an account and without.
fn measure(port: u16, step: &Step, rounds: usize) -> anyhow::Result<(Duration, Duration)> {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let n = round / step.each;
        // Which comes first changes without a pattern that a timer of the system could share.
        let first = round.wrapping_mul(2_654_435_761).count_ones() % 2 == 0;
        for of_known in [first, !first] {
            let (kind, times) = if of_known {
                ("known", &mut known)
            } else {
                ("never", &mut unknown)
            };
            times.push(once(
                port,
                step,
                &format!("{kind}{n:04}@example.com"),
                round,
            )?);
        }
    }
    Ok((median(known)?, median(unknown)?))
}

#[expect(clippy::disallowed_methods, reason = "a timing check measures")]
fn once(port: u16, step: &Step, email: &str, round: usize) -> anyhow::Result<Duration> {
    // What counts by network sees another one every few rounds.
    let [.., network, subnet] = (round / NETWORK).to_be_bytes();
    let mut browser = Browser::new(port).from(Ipv4Addr::new(127, network, subnet, 1));
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
