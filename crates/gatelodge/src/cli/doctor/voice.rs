//! `gatelodge doctor voice`: the trunks looked over, and a test call that tells each of its stages.

use super::Installation;
use crate::compose::House;
use crate::config::{Config, taken_up};
use crate::finding::{Finding, Level};
use crate::place::Place;
use crate::{print, surroundings};
use adapters::voice::sip::{Carriage, Sip, Verdict};
use anyhow::{Context, bail};
use app::ports::{CallPlan, Desk, Future_, Key, Next, Telephone};
use domain::call::Outcome;
use domain::dice::Dice;
use domain::ids::{AccountId, CallId};
use factors::phone::Phone;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::watch;

/// The account whose last four digits a test call names.
const NOBODY: &str = "000000000000";
/// Keys of a try.
const KEYS: u32 = 6;

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    installation: Installation,
    /// Calls this number, in international form, and says what happens. It costs what a call costs.
    #[arg(long, value_name = "NUMBER")]
    call: Option<String>,
}

/// `gatelodge doctor voice`
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    args.installation.with(async |house| {
        let mut found = Vec::new();
        if sip(&house.config, &house.place)?.is_none() {
            bail!("voice.transport is not \"sip\": there is no trunk to look at");
        }
        for line in trunks(&house.config, &house.place, &mut found).await {
            print(&line)?;
        }
        for finding in &found {
            print(&finding.to_string())?;
        }
        let bad = found.iter().any(|finding| finding.level == Level::Error);
        let well = match &args.call {
            Some(number) => test_call(house, number).await?,
            None => !bad,
        };
        Ok(if well {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    })
}

/// A telephone beside the server's own: on a free port, so that both can run.
fn sip(config: &Config, place: &Place) -> anyhow::Result<Option<Sip>> {
    let Some(mut settings) = config.sip(place)? else {
        return Ok(None);
    };
    settings.port = 0;
    Ok(Some(taken_up(settings, &config.spoken(place))?))
}

/// Looks the trunks over; nobody is called. What went well is given back in words.
pub(super) async fn trunks(
    config: &Config,
    place: &Place,
    found: &mut Vec<Finding>,
) -> Vec<String> {
    let sip = match sip(config, place) {
        Ok(Some(sip)) => sip,
        Ok(None) => return Vec::new(),
        Err(error) => {
            found.push(trouble("voice.sip".to_owned(), format!("{error:#}")));
            return Vec::new();
        }
    };
    let mut well = Vec::new();
    for stage in sip.probe().await {
        match stage.verdict {
            Verdict::Well(seen) => well.push(format!("{} {}: {seen}", stage.trunk, stage.what)),
            Verdict::Failed(said) => {
                let about = format!("voice.sip.trunk {}", stage.trunk);
                found.push(trouble(about, format!("{}: {said}", stage.what)));
            }
        }
    }
    if let Ok(Some(settings)) = config.sip(place)
        && settings
            .trunks
            .iter()
            .any(|trunk| trunk.carriage != Carriage::Tls)
    {
        found.push(
            Finding::error(
                "GL-DOC-031",
                "voice.sip.trunk",
                "the signalling of a trunk is not encrypted: who is on the way learns who is called",
                "transport = \"tls\", if the carrier has it",
            )
            .at(Level::Note),
        );
    }
    well
}

fn trouble(about: String, said: String) -> Finding {
    Finding::error(
        "GL-DOC-030",
        about,
        said,
        "calls fail or go over the next trunk: mend the settings, or ask the carrier",
    )
}

/// Places a call and says what happens. Whether it was answered and ended as it should.
async fn test_call(house: &House, number: &str) -> anyhow::Result<bool> {
    let phone = Phone::parse(number, None)
        .ok()
        .context("the number is written in international form, such as +886912345678")?;
    if !house.app.settings().may_be_called(&phone) {
        bail!("numbers of this country or kind are not called: see voice.call_countries");
    }
    let telephone = sip(&house.config, &house.place)?.context("there is no trunk")?;
    let dice = Dice::new(house.app.ports().entropy.seed());
    let desk = Arc::new(Told::default());
    let account: AccountId = NOBODY.parse().ok().context("an account of nobody")?;
    let country = phone.country().map(|country| country.as_str().to_owned());
    let plan = CallPlan {
        call: CallId::draw(&dice, "test call"),
        to: phone.e164().to_owned(),
        country: country.unwrap_or_default(),
        locale: surroundings::language(),
        prompt: "phone-proof",
        account,
        desk: Arc::clone(&desk) as Arc<dyn Desk>,
    };
    tell("dialling");
    telephone.place(&plan).await.map_err(anyhow::Error::msg)?;
    let mut over = desk.over.subscribe();
    let outcome = over.wait_for(Option::is_some).await?;
    let answered = desk.heard.load(Ordering::SeqCst) > 0;
    Ok(answered && *outcome == Some(Outcome::HungUp))
}

fn tell(what: &str) {
    // Nobody reads on: the call ends by itself.
    let _ = print(what);
}

/// A desk that tells the operator. It keeps no key, only how many there were.
#[derive(Debug, Default)]
struct Told {
    keys: AtomicU32,
    silences: AtomicU32,
    heard: AtomicU32,
    over: watch::Sender<Option<Outcome>>,
}

impl Desk for Told {
    fn ringing(&self) -> Future_<'_, ()> {
        tell("it rings");
        Box::pin(std::future::ready(()))
    }

    fn answered(&self) -> Future_<'_, Next> {
        self.heard.fetch_add(1, Ordering::SeqCst);
        tell("answered: the prompt is spoken; press any six keys");
        Box::pin(std::future::ready(Next::Say("phone-proof")))
    }

    fn pressed(&self, _key: Key) -> Future_<'_, Next> {
        let count = self.keys.fetch_add(1, Ordering::SeqCst) + 1;
        tell(&format!("a key was heard ({count} of {KEYS})"));
        let next = if count < KEYS {
            Next::Hush
        } else {
            Next::SayAndEnd("thanks")
        };
        Box::pin(std::future::ready(next))
    }

    fn quiet(&self) -> Future_<'_, Next> {
        tell("nothing was pressed");
        let next = if self.silences.fetch_add(1, Ordering::SeqCst) == 0 {
            Next::Say("phone-proof")
        } else {
            Next::SayAndEnd("timeout")
        };
        Box::pin(std::future::ready(next))
    }

    fn ended(&self, outcome: Outcome) -> Future_<'_, ()> {
        tell(&format!("over: {}", outcome.key()));
        self.over.send_replace(Some(outcome));
        Box::pin(std::future::ready(()))
    }
}
