//! What is told on standard error while it serves: one line an event, with names and ids, never a value that a person
//! typed and never a secret.

use crate::surroundings;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

/// Never listened to, whatever is asked for: it logs whole messages, and with them numbers and keys that people press.
/// What matters of its work is logged by our side of it.
const MUTE: &str = "rsipstack";

/// Reads a level or a filter.
pub(crate) fn filter(text: &str) -> Result<EnvFilter, ParseError> {
    let asked = text.split(',').filter(|one| !one.contains(MUTE));
    let asked = asked.collect::<Vec<_>>().join(",");
    Ok(EnvFilter::builder()
        .parse(asked)?
        .add_directive(format!("{MUTE}=off").parse()?))
}

/// Begins to log at this level, unless RUST_LOG says otherwise.
pub(crate) fn start(level: &str) {
    let asked = surroundings::rust_log().and_then(|text| filter(&text).ok());
    let filter = asked.or_else(|| filter(level).ok()).unwrap_or_default();
    let logging = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .try_init();
    if logging.is_err() {
        crate::tell("gatelodge: logging was already started");
    }
}
