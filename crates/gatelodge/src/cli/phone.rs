//! `gatelodge phone`: the telephone of a trial server, for tests and demonstrations without a browser.

use super::{Installation, in_words, moment};
use crate::compose::House;
use crate::print;
use app::telephone::{FAILURES, PhoneCall, Touch};
use domain::call::Outcome;
use domain::ids::CallId;
use domain::refusal::Code;
use serde_json::{Value, json};

/// Calls that are listed.
const LISTED: u32 = 200;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Lists calls, from the newest on: one that rings has the state "ringing".
    #[command(after_help = "Example: gatelodge phone list --json")]
    List {
        #[command(flatten)]
        installation: Installation,
        /// Prints a JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Presses keys in a call; picks up first if it rings.
    #[command(after_help = "Example: gatelodge phone press cal_abcdefghijklmnopqrstuvwxyz 123456")]
    Press {
        #[command(flatten)]
        installation: Installation,
        /// The call's id, as the list has it.
        call: String,
        /// Digits, * and #.
        #[arg(value_parser = keys)]
        digits: Touch,
    },
    /// Puts the receiver down; declines a call that rings.
    #[command(after_help = "Example: gatelodge phone hang-up cal_abcdefghijklmnopqrstuvwxyz")]
    HangUp {
        #[command(flatten)]
        installation: Installation,
        /// The call's id.
        call: String,
    },
    /// Lets a call fail, as a carrier would report it.
    #[command(after_help = "Example: gatelodge phone fail cal_abcdefghijklmnopqrstuvwxyz busy")]
    Fail {
        #[command(flatten)]
        installation: Installation,
        /// The call's id.
        call: String,
        /// busy, declined, no-answer, barred or failed.
        #[arg(value_parser = reason)]
        reason: Outcome,
    },
}

fn keys(text: &str) -> Result<Touch, String> {
    Touch::press(text).ok_or_else(|| "a telephone has the keys 0 to 9, * and #".to_owned())
}

fn reason(text: &str) -> Result<Outcome, String> {
    let known = Outcome::from_key(text).filter(|outcome| FAILURES.contains(outcome));
    known.ok_or_else(|| {
        format!(
            "a call fails by one of: {}",
            FAILURES.map(Outcome::key).join(", ")
        )
    })
}

/// `gatelodge phone`
pub(crate) fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::List { installation, json } => {
            installation.with(async |house| list(house, *json).await)
        }
        Command::Press {
            installation,
            call,
            digits,
        } => touch(installation, call, digits.clone()),
        Command::HangUp { installation, call } => touch(installation, call, Touch::HangUp),
        Command::Fail {
            installation,
            call,
            reason,
        } => touch(installation, call, Touch::Fail(*reason)),
    }
}

fn touch(installation: &Installation, call: &str, touch: Touch) -> anyhow::Result<()> {
    let call: CallId = call
        .parse()
        .map_err(|_| in_words(Code::NoSuchMail.into()))?;
    installation.with(async |house| {
        let done = house.app.touch_phone(&call, touch).await;
        done.map_err(in_words)
    })
}

async fn list(house: &House, json: bool) -> anyhow::Result<()> {
    let calls = house.app.calls(LISTED).await.map_err(in_words)?;
    if json {
        let all: Vec<Value> = calls.iter().map(as_json).collect();
        return Ok(print(&Value::Array(all).to_string())?);
    }
    for call in &calls {
        let (id, at, state, to) = (&call.id, moment(call.at), call.progress.key(), &call.to);
        print(&format!("{id}  {at}  {state}  {to}  {}", call.locale.tag()))?;
    }
    Ok(())
}

fn as_json(call: &PhoneCall) -> Value {
    json!({
        "id": call.id.as_str(),
        "at": moment(call.at),
        "to": call.to,
        "state": call.progress.key(),
        "language": call.locale.tag(),
        "prompt": call.subtitles,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_of_a_telephone_and_failures_of_a_carrier_are_taken() {
        assert!(keys("123456#").is_ok() && keys("*").is_ok());
        assert!(keys("12a").is_err() && keys("").is_err());
        assert_eq!(reason("no-answer"), Ok(Outcome::NoAnswer));
        assert!(
            reason("proved").is_err(),
            "that is not the carrier's to say"
        );
        assert!(reason("tired").is_err());
    }
}
