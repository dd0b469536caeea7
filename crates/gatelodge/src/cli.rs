//! The commands and their arguments: one file for each in `cli/`.
//!
//! Commands work on the same store as a running server, in the same transactions, with the same notices and counters
//! as the pages; what they change is audited with the system user. Only `serve` holds the installation's lock.

mod account;
mod audit;
mod config;
mod doctor;
mod hosts;
mod operator;
mod outbox;
mod phone;
mod policy;
mod support;
mod totp;

use crate::compose::{For, House};
use crate::config::Config;
use crate::place::Place;
use crate::{demo, serve, surroundings};
use anyhow::anyhow;
use app::Error;
use clap::{Parser, Subcommand};
use domain::locale::Locale;
use std::path::PathBuf;
use std::process::ExitCode;
use web::text::T;

#[derive(Parser)]
#[command(
    name = "gatelodge",
    version,
    about = "A place to sign in, and to get back in when the key is lost.",
    after_help = "Example: gatelodge demo\nEvery command has --help with an example of its own."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves an installation in a folder of its own, until it is told to stop.
    Serve(serve::Args),
    /// Serves a demonstration: a temporary installation with sample identities, always on trial.
    Demo(demo::Args),
    /// Makes accounts, and sees to their life.
    #[command(subcommand)]
    Account(account::Command),
    /// Makes, recovers and removes the people who serve support cases.
    #[command(subcommand)]
    Operator(operator::Command),
    /// Shows what was mailed and whom we called.
    #[command(subcommand)]
    Outbox(outbox::Command),
    /// Plays the telephone of a trial server.
    #[command(subcommand)]
    Phone(phone::Command),
    /// Prints the code that an authenticator app would show.
    Totp(totp::Args),
    /// Looks an installation over: each finding has a code and a remedy.
    Doctor(doctor::Args),
    /// Lists every host that people's networks and this machine have to let through.
    Hosts(hosts::Args),
    /// Explains, checks and shows the configuration.
    #[command(subcommand)]
    Config(config::Command),
    /// Shows support cases; nothing is decided here.
    #[command(subcommand)]
    Support(support::Command),
    /// Verifies and exports the audit log.
    #[command(subcommand)]
    Audit(audit::Command),
    /// Decides requests by policies, and looks policies over.
    #[command(subcommand)]
    Policy(policy::Command),
}

/// Which installation.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Installation {
    /// The folder of the installation.
    #[arg(long, default_value = "gatelodge-data", value_name = "FOLDER")]
    pub(crate) data_dir: PathBuf,
    /// The configuration, instead of gatelodge.toml in that folder.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

impl Installation {
    /// Opens it for a command and runs `work` on it.
    pub(crate) fn with<T>(
        &self,
        work: impl AsyncFnOnce(&House) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        self.open(Place::open(&self.data_dir)?, For::Command, work)
    }

    /// The same, and makes the installation if there is none: accounts may be made before the first start.
    pub(crate) fn with_new<T>(
        &self,
        work: impl AsyncFnOnce(&House) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        self.open(Place::make(&self.data_dir)?, For::FirstCommand, work)
    }

    fn open<T>(
        &self,
        place: Place,
        purpose: For,
        work: impl AsyncFnOnce(&House) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let config = Config::load(&place, self.config.as_deref())?;
        crate::log::start("warn");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(Box::pin(async {
            let house = House::open(place, config, purpose, false).await?;
            work(&house).await
        }))
    }
}

/// Reads the arguments and runs the command.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let done = |()| ExitCode::SUCCESS;
    match Cli::parse().command {
        Command::Serve(args) => serve::run(&args).map(done),
        Command::Demo(args) => demo::run(&args).map(done),
        Command::Account(command) => account::run(&command).map(done),
        Command::Operator(command) => operator::run(&command).map(done),
        Command::Outbox(command) => outbox::run(&command).map(done),
        Command::Phone(command) => phone::run(&command).map(done),
        Command::Totp(args) => totp::run(&args).map(done),
        Command::Doctor(args) => doctor::run(&args),
        Command::Hosts(args) => hosts::run(&args).map(done),
        Command::Config(command) => config::run(&command),
        Command::Support(command) => support::run(&command).map(done),
        Command::Audit(command) => audit::run(&command),
        Command::Policy(command) => policy::run(&command),
    }
}

/// What a verb refused, in words: its sentence and what to do, in the language of the terminal.
pub(crate) fn in_words(error: Error) -> anyhow::Error {
    let Error::Refused(refusal) = &error else {
        return error.into();
    };
    let (code, t) = (refusal.code.as_str(), T::of(surroundings::language()));
    let (said, next) = (t.s(code), t.s(format!("{code}-next")));
    match refusal.field {
        Some(field) => anyhow!("{code} ({field}): {said}\n{next}"),
        None => anyhow!("{code}: {said}\n{next}"),
    }
}

/// A moment as programs read it: RFC 3339, UTC, to the millisecond.
pub(crate) fn moment(at: domain::time::Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.millis())
        .map_or_else(|_| at.millis().to_string(), |at| format!("{at:.3}"))
}

/// The language of what a command writes for people in an account without a language yet.
pub(crate) fn language() -> Locale {
    surroundings::language()
}
