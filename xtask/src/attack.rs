//! `cargo xtask attack [KIND…] [--json] [--words] [--server URL --data FOLDER] [--binary FILE]`: attackers of every kind
//! that `docs/threat-model.md` knows, each with what such a one may hold and nothing else, against a running server.
//!
//! Each kind has an owner of its own, who opened an account through the pages. Afterwards a judge who believes no
//! attacker says what each of them got, and whether the owner still signs in, recovers and resets, and whether a link
//! that was ordered before still works. Ways in that the threat model states must let their holder in, and one who holds
//! everything must shut the owner out: both show that the judge would notice.

mod attacker;
mod desk;
mod judge;
mod kinds;
mod owner;
mod pairs;
mod people;
mod strangers;
mod taken;
mod thieves;
mod world;

use crate::drive::process::Installation;
use crate::drive::walk::Place;
use anyhow::{Context as _, bail};
use attacker::{Attacker, Gain};
use judge::Left;
use kinds::{KINDS, Keeps, Kind, Role};
use owner::Owner;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use world::World;

/// Owners and attackers at work at the same time.
const AT_ONCE: usize = 10;
/// The first number of an owner: their telephones end in digits that nothing else shows.
const FIRST: u8 = 20;

/// What was asked for on the command line.
#[derive(Debug, Default)]
struct Options {
    kinds: Vec<String>,
    json: bool,
    words: bool,
    binary: Option<PathBuf>,
    server: Option<u16>,
    data: Option<PathBuf>,
}

/// What one attack came to.
struct Outcome {
    kind: &'static Kind,
    tried: Vec<(String, String)>,
    gains: BTreeSet<Gain>,
    left: Left,
    wrong: Vec<String>,
}

/// An attack on its way through the three rounds.
struct Case<'a> {
    number: u8,
    kind: &'static Kind,
    owner: Option<Owner>,
    attacker: Option<Attacker<'a>>,
    outcome: Option<Outcome>,
}

/// Runs the attacks asked for, all of them by default.
pub(crate) fn run(given: &[String]) -> anyhow::Result<()> {
    let options = options(given)?;
    let binary = options.binary.clone();
    let binary = binary.unwrap_or_else(|| PathBuf::from("target/debug/gatelodge"));
    let binary = binary
        .canonicalize()
        .context("build the binary first: cargo build -p gatelodge")?;
    let outcomes = match (options.server, &options.data) {
        (Some(port), Some(folder)) => {
            let place = Place {
                binary: &binary,
                folder,
            };
            attack(place, port, &options)?
        }
        (None, None) => {
            let installation = Installation::as_shipped(&binary)?;
            let port = installation.server()?.port;
            attack(installation.place(), port, &options)?
        }
        _ => bail!(
            "--server and --data belong together: the mails and telephones of the owners are read there"
        ),
    };
    for outcome in &outcomes {
        if options.json {
            println!("{}", as_json(outcome));
        } else {
            print(outcome, options.words);
        }
    }
    conclude(&outcomes, options.json)
}

fn options(given: &[String]) -> anyhow::Result<Options> {
    let mut options = Options::default();
    let mut words = given.iter();
    while let Some(word) = words.next() {
        let mut value = || crate::value(&mut words, word);
        match word.as_str() {
            "--json" => options.json = true,
            "--words" => options.words = true,
            "--binary" => options.binary = Some(value()?.into()),
            "--data" => options.data = Some(value()?.into()),
            "--server" => options.server = Some(port_of(value()?)?),
            kind if KINDS.iter().any(|known| known.name == kind) => {
                options.kinds.push(kind.to_owned());
            }
            other => {
                for kind in KINDS {
                    eprintln!("  {:<28}{}", kind.name, kind.holds);
                }
                bail!("no kind of attacker and no option: {other}");
            }
        }
    }
    Ok(options)
}

fn port_of(url: &str) -> anyhow::Result<u16> {
    let port = url.trim_end_matches('/').rsplit(':').next();
    port.and_then(|port| port.parse().ok())
        .context("a trial server is reached as http://localhost:PORT")
}

/// Sets up owners, lets the attackers at them, and judges: each round for all before the next one.
fn attack(place: Place<'_>, port: u16, options: &Options) -> anyhow::Result<Vec<Outcome>> {
    let world = World {
        place,
        port,
        tag: tag(),
    };
    let wanted = KINDS.iter().filter(|kind| {
        options.kinds.is_empty() || options.kinds.iter().any(|name| name == kind.name)
    });
    let mut cases: Vec<Case<'_>> = (FIRST..)
        .zip(wanted)
        .map(|(number, kind)| Case {
            number,
            kind,
            owner: None,
            attacker: None,
            outcome: None,
        })
        .collect();
    each(&mut cases, "setting up", |case| {
        case.owner = Some(Owner::set_up(&world, case.number, case.kind.with_app)?);
        Ok(())
    })?;
    each(&mut cases, "attacking", |case| {
        let owner = case.owner.as_mut().context("no owner")?;
        let held = (case.kind.take)(&world, owner).context("what the attacker holds")?;
        let mut attacker = Attacker::new(&world, case.number, &owner.person.email, held);
        (case.kind.attack)(&mut attacker)?;
        case.attacker = Some(attacker);
        Ok(())
    })?;
    each(&mut cases, "judging", |case| {
        case.outcome = Some(judged(&world, case)?);
        Ok(())
    })?;
    Ok(cases.into_iter().filter_map(|case| case.outcome).collect())
}

/// Does this to all cases, a few at a time.
fn each<'a>(
    cases: &mut [Case<'a>],
    what: &str,
    does: impl Fn(&mut Case<'a>) -> anyhow::Result<()> + Sync,
) -> anyhow::Result<()> {
    let cases: Vec<Mutex<&mut Case<'a>>> = cases.iter_mut().map(Mutex::new).collect();
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|threads| {
        for _ in 0..AT_ONCE {
            threads.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mut case = case.lock().unwrap_or_else(PoisonError::into_inner);
                    if let Err(error) = does(&mut case) {
                        let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                        failed.push(format!("{what} {}: {error:#}", case.kind.name));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    if !failed.is_empty() {
        bail!("the simulation itself failed:\n  {}", failed.join("\n  "));
    }
    Ok(())
}

fn judged(world: &World<'_>, case: &mut Case<'_>) -> anyhow::Result<Outcome> {
    let owner = case.owner.as_mut().context("no owner")?;
    let attacker = case.attacker.as_ref().context("no attacker")?;
    let mut gains = judge::gains(attacker, owner)?;
    let left = judge::left(world, attacker, owner, &mut gains)?;
    if judge::stays(attacker, owner)? {
        gains.insert(Gain::Stays);
    }
    let wrong = wrong(case.kind, &gains, &left);
    Ok(Outcome {
        kind: case.kind,
        tried: attacker.tried.clone(),
        gains,
        left,
        wrong,
    })
}

/// What is otherwise than the threat model says.
fn wrong(kind: &Kind, gains: &BTreeSet<Gain>, left: &Left) -> Vec<String> {
    let mut wrong: Vec<String> = gains
        .iter()
        .filter(|gain| !kind.stated.contains(gain))
        .map(|gain| format!("got {}", gain.words()))
        .collect();
    let needs = kind.stated.iter().filter(|gain| gain.is_in());
    let missed = needs.filter(|gain| !gains.contains(gain));
    wrong.extend(missed.map(|gain| format!("did not get {}, which shows nothing", gain.words())));
    for (way, can) in left.ways() {
        let kept = match (kind.keeps, way) {
            (Keeps::All, "sign in" | "earlier link" | "reset") => *can == judge::Can::Yes,
            (Keeps::AtHome, "in a new browser") => can.is_so() || *can == judge::Can::Later,
            (Keeps::ByMail, "earlier link") | (Keeps::Nothing, _) => true,
            _ => can.is_so(),
        };
        if !kept {
            wrong.push(format!("the owner cannot {way}: {}", can.words_and_why()));
        }
    }
    if kind.role == Role::Control && left.home.is_so() {
        wrong.push(
            "holds everything, and the owner still signs in: a lock-out is not noticed".into(),
        );
    }
    wrong
}

/// A word for the names of this run.
#[expect(
    clippy::disallowed_methods,
    reason = "two runs on one server want names of their own"
)]
fn tag() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.unwrap_or_default().as_millis() % 1_679_616;
    let digits = (0..4).map(|n| now / 36_u128.pow(n) % 36);
    digits
        .filter_map(|digit| char::from_digit(u32::try_from(digit).ok()?, 36))
        .collect()
}

fn got(gains: &BTreeSet<Gain>) -> String {
    match gains.is_empty() {
        true => "nothing".to_owned(),
        false => gains
            .iter()
            .map(|gain| gain.words())
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn print(outcome: &Outcome, words: bool) {
    let Outcome { kind, left, .. } = outcome;
    let role = match kind.role {
        Role::Kept => "",
        Role::WayIn => " (a way in, as stated)",
        Role::Control => " (control)",
    };
    let mark = if outcome.wrong.is_empty() {
        "holds"
    } else {
        "WRONG"
    };
    println!("{mark:<6} {}{role}", kind.name);
    println!("       held   {}", kind.holds);
    println!("       tried  {}", tried(outcome, words));
    println!("       got    {}", got(&outcome.gains));
    let ways = left.ways();
    let ways = ways
        .iter()
        .map(|(way, can)| format!("{way}: {}", can.words()));
    println!("       owner  {}", ways.collect::<Vec<_>>().join(" | "));
    for wrong in &outcome.wrong {
        println!("       WRONG  {wrong}");
    }
}

/// What was tried: in short, or each with what came of it.
fn tried(outcome: &Outcome, words: bool) -> String {
    if words {
        let each = outcome
            .tried
            .iter()
            .map(|(what, came)| format!("{what}: {came}"));
        return each.collect::<Vec<_>>().join("\n              ");
    }
    let mut what: Vec<&str> = Vec::new();
    for (one, _) in &outcome.tried {
        if !what.contains(&one.as_str()) {
            what.push(one);
        }
    }
    what.join("; ")
}

fn as_json(outcome: &Outcome) -> serde_json::Value {
    let ways = outcome.left.ways();
    let owner: serde_json::Map<_, _> = ways
        .iter()
        .map(|(way, can)| ((*way).to_owned(), json!(can.words_and_why())))
        .collect();
    let tried = outcome.tried.iter();
    json!({
        "attacker": outcome.kind.name,
        "role": match outcome.kind.role { Role::Kept => "kept out", Role::WayIn => "a way in, as stated", Role::Control => "control" },
        "held": outcome.kind.holds,
        "tried": tried.map(|(what, came)| json!({ "what": what, "came": came })).collect::<Vec<_>>(),
        "got": outcome.gains.iter().map(|gain| gain.words()).collect::<Vec<_>>(),
        "in": outcome.gains.iter().any(|gain| gain.is_in()),
        "owner": owner,
        "wrong": outcome.wrong,
    })
}

fn conclude(outcomes: &[Outcome], as_json: bool) -> anyhow::Result<()> {
    let of = |role: Role| outcomes.iter().filter(move |o| o.kind.role == role);
    let into = of(Role::Kept).filter(|o| o.gains.iter().any(|gain| gain.is_in()));
    let out = of(Role::Kept).filter(|o| {
        o.left
            .ways()
            .iter()
            .any(|(way, can)| *way != "earlier link" && matches!(can, judge::Can::No(_)))
    });
    let said = format!(
        "{} kinds that are to be kept out: {} got in, {} owners locked out; {} stated ways in and {} control, which got in",
        of(Role::Kept).count(),
        into.count(),
        out.count(),
        of(Role::WayIn).count(),
        of(Role::Control).count(),
    );
    if as_json {
        eprintln!("{said}");
    } else {
        println!("{said}");
    }
    let wrong: Vec<&str> = outcomes
        .iter()
        .filter(|outcome| !outcome.wrong.is_empty())
        .map(|outcome| outcome.kind.name)
        .collect();
    if !wrong.is_empty() {
        bail!("otherwise than the threat model says: {}", wrong.join(", "));
    }
    Ok(())
}
