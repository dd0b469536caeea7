//! The commands and their arguments.

use crate::{demo, serve};
use clap::{Parser, Subcommand};
use std::path::PathBuf;

#[derive(Parser)]
#[command(
    name = "gatelodge",
    version,
    about = "A place to sign in, and to get back in when the key is lost."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves an installation in a folder of its own.
    Serve(serve::Args),
    /// Serves a demonstration: a temporary installation with sample identities, on trial.
    Demo(demo::Args),
}

/// Where an installation lives.
#[derive(clap::Args, Clone)]
pub(crate) struct Place {
    /// The folder of the installation.
    #[arg(long, default_value = "gatelodge-data", value_name = "FOLDER")]
    pub(crate) data_dir: PathBuf,
}

/// Reads the arguments and runs the command.
pub(crate) fn run() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Serve(args) => serve::run(&args),
        Command::Demo(args) => demo::run(&args),
    }
}
