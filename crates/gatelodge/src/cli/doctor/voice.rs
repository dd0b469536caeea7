//! `gatelodge doctor voice`: trunks and carriers looked over, and a test call that tells each of its stages.

use super::Installation;
use crate::compose::{For, House};
use crate::config::{Config, SipTransport, SmsTransport, taken_up};
use crate::finding::{Finding, Level};
use crate::place::Place;
use crate::serve::{self, door::Door};
use crate::{print, surroundings};
use adapters::voice::http::Http;
use adapters::voice::sip::{Sip, Verdict};
use anyhow::{Context, bail};
use app::ports::{CallPlan, Desk, Future_, Key, Next, Telephone};
use domain::call::Outcome;
use domain::dice::Dice;
use domain::ids::{AccountId, CallId};
use factors::phone::Phone;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use store::lock::Lock;
use tokio::net::TcpListener;
use tokio::sync::watch;
use web::Front;

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
    let installation = &args.installation;
    let (place, config) =
        crate::compose::read(&installation.data_dir, installation.config.as_deref())?;
    let way = config.voice.transport;
    let texts = config.sms.transport == SmsTransport::Http;
    if !way.by_sip() && !way.by_http() && !texts {
        bail!(
            "voice.transport and sms.transport are \"trial\" or \"off\": there is no carrier to look at"
        );
    }
    if args.call.is_none() || !way.by_http() {
        return installation.with(async |house| looked_over(house, args.call.as_deref()).await);
    }
    // Carriers call back to where the server listens: the call is made in its place.
    let _lock = Lock::take(place.folder()).context(
        "carriers that are reached by HTTP call back to the server, which does not know of this call: stop it first",
    )?;
    crate::log::start("warn");
    let listener = serve::listen(config.listen)?;
    let address = listener.local_addr()?;
    serve::block_on(async {
        let house = House::open(place, config, For::Calling(address), false).await?;
        let door = Door {
            router: web::for_carriers(Front::new(house.app.clone(), house.config.serving(address))),
            limits: house.config.limits.clone(),
            proxies: house.config.networks(),
            tls: serve::certificate(&house.config, &house.place)?,
        };
        let listener = TcpListener::from_std(listener)?;
        let (done, stop) = tokio::sync::oneshot::channel::<()>();
        let serving = tokio::spawn(door.serve(listener, async { drop(stop.await) }));
        let code = Box::pin(looked_over(&house, args.call.as_deref())).await;
        drop(done);
        serving.await?;
        code
    })
}

/// Looks the carriers over, and calls.
async fn looked_over(house: &House, call: Option<&str>) -> anyhow::Result<ExitCode> {
    let mut found = Vec::new();
    for line in carriers(&house.config, &house.place, &mut found).await {
        print(&line)?;
    }
    for finding in &found {
        print(&finding.to_string())?;
    }
    let bad = found.iter().any(|finding| finding.level == Level::Error);
    let well = match call {
        Some(number) => test_call(house, number).await?,
        None => !bad,
    };
    Ok(if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
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

/// Looks trunks and carriers over; nobody is called. What went well is given back in words.
pub(super) async fn carriers(
    config: &Config,
    place: &Place,
    found: &mut Vec<Finding>,
) -> Vec<String> {
    let (sip, http) = match both(config, place) {
        Ok(both) => both,
        Err(error) => {
            found.push(trouble("voice".to_owned(), format!("{error:#}")));
            return Vec::new();
        }
    };
    let mut stages = Vec::new();
    if let Some(sip) = &sip {
        stages.extend(
            sip.probe()
                .await
                .into_iter()
                .map(|stage| ("voice.sip.trunk", stage)),
        );
    }
    if let Some(http) = &http {
        let seen = Box::pin(http.probe()).await;
        stages.extend(seen.into_iter().map(|stage| ("voice.http.carrier", stage)));
    }
    match config.texter(place, config.base(config.listen)) {
        Ok(None) => {}
        Ok(Some(texts)) => {
            let seen = Box::pin(texts.probe()).await;
            stages.extend(seen.into_iter().map(|stage| ("sms", stage)));
        }
        Err(error) => found.push(trouble("sms".to_owned(), format!("{error:#}"))),
    }
    let mut well = Vec::new();
    for (section, stage) in stages {
        match stage.verdict {
            Verdict::Well(seen) => well.push(format!("{} {}: {seen}", stage.trunk, stage.what)),
            Verdict::Failed(said) => {
                let about = format!("{section} {}", stage.trunk);
                found.push(trouble(about, format!("{}: {said}", stage.what)));
            }
        }
    }
    let trunks = config.voice.sip.trunk.iter();
    if sip.is_some()
        && trunks
            .into_iter()
            .any(|trunk| trunk.transport != SipTransport::Tls)
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

fn both(config: &Config, place: &Place) -> anyhow::Result<(Option<Sip>, Option<Http>)> {
    let http = config.http(place, &config.spoken(place), config.base(config.listen))?;
    Ok((sip(config, place)?, http))
}

fn trouble(about: String, said: String) -> Finding {
    Finding::error(
        "GL-DOC-030",
        about,
        said,
        "calls fail or go over the next trunk: mend the settings, or ask the carrier",
    )
}

/// What places the test call: that of the house where it stands in the server's place, else one beside the server.
fn telephone(house: &House) -> anyhow::Result<Option<Arc<dyn Telephone>>> {
    if house.config.voice.transport.by_http() {
        return Ok(house.app.ports().telephone.clone());
    }
    let sip = sip(&house.config, &house.place)?;
    Ok(sip.map(|sip| Arc::new(sip) as Arc<dyn Telephone>))
}

/// Places a call and says what happens. Whether it was answered and ended as it should.
async fn test_call(house: &House, number: &str) -> anyhow::Result<bool> {
    let phone = Phone::parse(number, None)
        .ok()
        .context("the number is written in international form, such as +886912345678")?;
    if !house.app.settings().may_be_called(&phone) {
        bail!("numbers of this country or kind are not called: see voice.call_countries");
    }
    let telephone = telephone(house)?.context("there is no carrier")?;
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
