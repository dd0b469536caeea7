//! The project's own commands, run as `cargo xtask COMMAND`: one file each, no shell scripts to keep in step.
//!
//! Invariant: a command that checks changes nothing; a command that writes says which file it wrote.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command of the workshop talks to the terminal"
)]

mod attack;
mod bench;
mod ci;
mod codegen;
mod codes;
mod crash;
mod drive;
mod ftl;
mod fuzz;
mod map;
mod requirements;
mod tidy;
mod timing;
mod tree;

use std::process::ExitCode;

use anyhow::{Context as _, bail};

/// One command: its name, what it does in a line, and how to run it.
struct Command {
    name: &'static str,
    help: &'static str,
    run: fn(&[String]) -> anyhow::Result<()>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "attack",
        help: "attackers of every kind against a running server, [KIND…] [--words] [--json]: who gets what",
        run: attack::run,
    },
    Command {
        name: "bench",
        help: "the figures the product answers for, [ROW…] [--json]; wants two cores and ten minutes",
        run: bench::run,
    },
    Command {
        name: "ci",
        help: "everything a change must pass, on a bare Debian too (installs what the tests need)",
        run: ci::run,
    },
    Command {
        name: "codegen",
        help: "write the types of the AWS wire from crates/awswire/models; --check only compares; --from WHEEL|FOLDER reads published models anew",
        run: codegen::run,
    },
    Command {
        name: "codes",
        help: "write docs/codes.md, the catalogue of refusals; --check only compares",
        run: codes::run,
    },
    Command {
        name: "crash",
        help: "kill a server under load, --runs N times (300), and look whether anything it acknowledged is lost",
        run: crash::run,
    },
    Command {
        name: "fuzz",
        help: "the targets of fuzz/ under libFuzzer, [TARGET…] [--seconds N] (60); on the stable toolchain",
        run: fuzz::run,
    },
    Command {
        name: "map",
        help: "write the rooms of every crate into ARCHITECTURE.md, from the heads of the modules",
        run: map::run,
    },
    Command {
        name: "requirements",
        help: "which test names which requirement, and what is missing; --strict fails when something is",
        run: requirements::run,
    },
    Command {
        name: "tidy",
        help: "crate edges, file sizes, heads, the map, migrations, texts, licences, words",
        run: tidy::run,
    },
    Command {
        name: "timing",
        help: "whether the time of an answer tells who has an account, [STEP…] [--json]; wants two idle cores",
        run: timing::run,
    },
];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let Some(command) = COMMANDS.iter().find(|c| c.name == name) else {
        eprintln!("usage: cargo xtask COMMAND [OPTION…]\n");
        for command in COMMANDS {
            eprintln!("  {:<14}{}", command.name, command.help);
        }
        let asked = ["", "help", "-h", "--help"].contains(&name.as_str());
        return ExitCode::from(if asked { 0 } else { 2 });
    };
    match (command.run)(&rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error:#}", command.name);
            ExitCode::FAILURE
        }
    }
}

/// Reads a command's flags; anything else than the known ones is an error.
fn flags<const N: usize>(given: &[String], known: [&str; N]) -> anyhow::Result<[bool; N]> {
    for flag in given {
        if !known.contains(&flag.as_str()) {
            bail!(
                "unknown option {flag}; known: {}",
                if N == 0 {
                    "none".to_owned()
                } else {
                    known.join(", ")
                }
            );
        }
    }
    Ok(known.map(|name| given.iter().any(|flag| flag == name)))
}

/// The value that stands behind an option.
fn value<'a>(words: &mut std::slice::Iter<'a, String>, option: &str) -> anyhow::Result<&'a str> {
    let value = words.next().map(String::as_str);
    value.with_context(|| format!("{option} wants a value"))
}
