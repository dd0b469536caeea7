//! `gatelodge config`: every key explained, what does not fit together, and what is in force.

use super::Installation;
use crate::config::{Config, check, example};
use crate::finding::{Finding, Level};
use crate::place::Place;
use crate::{compose, print, tell};
use serde_json::json;
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Prints a configuration with every key, its default and its reason.
    #[command(after_help = "Example: gatelodge config example > gatelodge.toml")]
    Example,
    /// Says what does not fit together; ends with 1 if something does not.
    #[command(
        after_help = "Example: gatelodge config check --config /etc/gatelodge/gatelodge.toml"
    )]
    Check {
        #[command(flatten)]
        installation: Installation,
        /// Prints the findings as a JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Prints what is in force, without what must not be shown.
    #[command(after_help = "Example: gatelodge config show")]
    Show {
        #[command(flatten)]
        installation: Installation,
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
}

/// `gatelodge config`
pub(crate) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Example => print(example::example()?.trim_end())?,
        Command::Check { installation, json } => {
            let (place, config) =
                compose::read(&installation.data_dir, installation.config.as_deref())?;
            return report(&check::check(&config, &place), *json);
        }
        Command::Show { installation, json } => {
            let (_, config) = read(installation)?;
            if *json {
                print(&json!(config).to_string())?;
            } else {
                print(example::shown(&config)?.trim_end())?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn read(installation: &Installation) -> anyhow::Result<(Place, Config)> {
    compose::read(&installation.data_dir, installation.config.as_deref())
}

/// Prints findings, and ends with 1 if one of them is an error.
pub(crate) fn report(found: &[Finding], json: bool) -> anyhow::Result<ExitCode> {
    if json {
        print(&json!(found).to_string())?;
    } else {
        for finding in found {
            print(&finding.to_string())?;
        }
        if found.is_empty() {
            tell("nothing to mend");
        }
    }
    let bad = found.iter().any(|finding| finding.level == Level::Error);
    Ok(if bad {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}
