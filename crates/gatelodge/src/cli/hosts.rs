//! `gatelodge hosts`: every host that this installation needs, for whoever looks after networks and mail.

use super::Installation;
use crate::{compose, print};
use serde_json::json;

#[derive(clap::Args)]
#[command(
    after_help = "Example: gatelodge hosts --config /etc/gatelodge/gatelodge.toml\n\
    What is needed by people's browsers and mailboxes also stands at /help/reach, with a test."
)]
pub(crate) struct Args {
    #[command(flatten)]
    installation: Installation,
    /// Prints a JSON array.
    #[arg(long)]
    json: bool,
}

/// `gatelodge hosts`
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let named = &args.installation;
    let (place, config) = compose::read(&named.data_dir, named.config.as_deref())?;
    let hosts = config.hosts(&place)?;
    if args.json {
        return Ok(print(&json!(hosts).to_string())?);
    }
    for host in hosts {
        let port = host
            .port
            .map_or(String::new(), |port| format!(" port {port}"));
        let (who, what) = (host.who, host.what);
        print(&format!(
            "{who:<8}{what:<16}{}{port}  {}",
            host.host, host.protocol
        ))?;
    }
    Ok(())
}
