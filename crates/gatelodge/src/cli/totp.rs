//! `gatelodge totp`: the code of an authenticator, so that walks and drift can be shown without a telephone.

use crate::print;
use adapters::clock::SystemClock;
use anyhow::anyhow;
use app::ports::Clock;
use domain::time::Span;
use factors::totp::{Seed, Step, code_at};
use serde_json::json;

#[derive(clap::Args)]
#[command(after_help = "Example: gatelodge totp JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP --skew 90s")]
pub(crate) struct Args {
    /// The typed key that the registration page shows, in base32; blanks and hyphens do not matter.
    secret: String,
    /// How far the authenticator's clock is wrong: 90s fast, -90s slow.
    #[arg(long, value_name = "SECONDS", value_parser = skew, default_value = "0s", allow_hyphen_values = true)]
    skew: Span,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

/// A number of seconds, with or without its unit.
fn skew(text: &str) -> Result<Span, String> {
    let digits = text.strip_suffix('s').unwrap_or(text);
    digits
        .parse::<i32>()
        .map(|seconds| Span::seconds(seconds.into()))
        .map_err(|_| "a number of seconds, such as 90s or -90s".to_owned())
}

/// `gatelodge totp`
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let seed = Seed::parse(&args.secret).ok_or_else(|| {
        anyhow!("this is not a key of 160 bits in base32: copy the 32 characters that the registration page shows")
    })?;
    let shown_at = SystemClock.now() + args.skew;
    let code = code_at(&seed, shown_at.millis()).to_text();
    if args.json {
        // In the clock of whoever reads it, not of the authenticator.
        let ends = Step::at(shown_at.millis()).ends_ms() - args.skew.as_millis();
        let until = super::moment(domain::time::Timestamp::from_millis(ends));
        print(&json!({ "code": code.as_str(), "until": until }).to_string())?;
    } else {
        print(&code)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_skew_is_seconds_either_way() {
        assert_eq!(skew("90s"), Ok(Span::seconds(90)));
        assert_eq!(skew("-90"), Ok(Span::seconds(-90)));
        assert!(skew("90m").is_err());
        assert!(skew("99999999999s").is_err());
    }
}
