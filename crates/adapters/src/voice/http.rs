//! Calls by HTTP, in the form that several carriers share: a form asks for a call; the carrier asks us at an address of
//! that call what to do, plays our recordings, tells which keys were pressed and how the call stands.
//!
//! Whoever speaks to these addresses must sign as the carrier ([`signed`]); everybody else gets one and the same
//! refusal. What a call says and counts is decided at its desk, as for every other transport.
//!
//! Invariants: an address serves one call, and as long as that call; a carrier speaks of its own calls only; a
//! redirection of a carrier is not followed; what is not encrypted goes to this machine or `trunk_networks` alone.

mod call;
mod carrier;
mod client;
mod document;
mod door;
pub mod event;
mod leg;
pub mod signed;
pub mod text;

use super::carriers::{Calls, Carrier, lock};
use super::sip::{Networks, Stage};
use super::wav;
use app::ports::{Answer, CallPlan, Callback, Clock, Entropy, Future_, Telephone, Voice};
use call::Way;
use carrier::Known;
use domain::call::LONGEST;
use domain::ids::CallId;
use domain::secret::Secret;
use door::{Address, Door};
use leg::{About, Leg};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A carrier as the operator describes it.
#[derive(Clone)]
pub struct CarrierConfig {
    /// What it is called in logs and in addresses: lower-case letters, digits and hyphens.
    pub name: String,
    /// Where calls are asked for.
    pub calls_url: String,
    /// Where texts are asked for, if it takes any.
    pub messages_url: Option<String>,
    /// What texts show as their sender, where it is not the number that calls show.
    pub sender_id: Option<String>,
    /// Certificates that may stand at the root of its own (PEM), instead of those this machine trusts.
    pub ca_file: Option<PathBuf>,
    /// The user; without one the password is a bearer token.
    pub user: Option<String>,
    /// The password.
    pub password: Secret<String>,
    /// What its requests are signed with.
    pub signing_key: Secret<String>,
    /// The header with the signature.
    pub signature_header: String,
    /// The header with the moment of the request.
    pub timestamp_header: String,
    /// The number that calls show.
    pub caller_id: String,
    /// The same for numbers of a country (ISO 3166-1, two letters).
    pub caller_ids: BTreeMap<String, String>,
    /// The countries it is used for; all if empty.
    pub countries: Vec<String>,
}

impl std::fmt::Debug for CarrierConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.name, self.calls_url)
    }
}

/// How calls go out.
#[derive(Clone)]
pub struct Config {
    /// The carriers in the order in which they are asked.
    pub carriers: Vec<CarrierConfig>,
    /// The origin that they reach us at, such as `https://id.example.com`.
    pub base: String,
    /// Where what is not encrypted may go, beside this machine.
    pub networks: Networks,
    /// How long a carrier may take to say whether it places a call, before the next is asked.
    pub patience: Duration,
    /// How long a person may press nothing after the voice has spoken, before it speaks again.
    pub quiet: Duration,
    /// The longest call, from the first request on.
    pub longest: Duration,
}

impl Config {
    /// Carriers that reach us at this origin, and all else as it usually is.
    pub fn new(carriers: Vec<CarrierConfig>, base: String, networks: Networks) -> Self {
        Self {
            carriers,
            base,
            networks,
            patience: Duration::from_secs(8),
            quiet: Duration::from_secs(10),
            longest: Duration::from_millis(LONGEST.as_millis().unsigned_abs()),
        }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "http::Config({:?})", self.carriers)
    }
}

/// Why a carrier cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}: {1}")]
pub struct BadCarrier(String, String);

/// The telephone.
#[derive(Clone)]
pub struct Http {
    shared: Arc<Shared>,
    calls: Arc<Calls>,
}

/// What calls share.
struct Shared {
    config: Config,
    door: Door,
    voice: Arc<dyn Voice>,
    entropy: Arc<dyn Entropy>,
    /// The calls that run, by the tokens in their addresses.
    legs: Mutex<HashMap<String, Arc<Leg>>>,
}

impl Shared {
    fn dice(&self) -> domain::dice::Dice {
        domain::dice::Dice::new(self.entropy.seed())
    }
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Http({:?})", self.shared.config.carriers)
    }
}

/// Whether a carrier can be used as it is described.
///
/// # Errors
/// [`BadCarrier`], with what is wrong.
pub fn checked(carrier: &CarrierConfig) -> Result<(), BadCarrier> {
    known(carrier).map(drop)
}

/// The same carrier as one for texts, if it takes any.
pub fn texting(carrier: &CarrierConfig) -> Option<CarrierConfig> {
    let calls_url = carrier.messages_url.clone()?;
    Some(CarrierConfig {
        calls_url,
        ..carrier.clone()
    })
}

fn known(carrier: &CarrierConfig) -> Result<Arc<Known>, BadCarrier> {
    let known = Known::new(carrier).map_err(|said| BadCarrier(carrier.name.clone(), said))?;
    Ok(Arc::new(known))
}

impl Http {
    /// A telephone over these carriers.
    ///
    /// # Errors
    /// [`BadCarrier`] when one cannot be used as it is described.
    pub fn new(
        config: Config,
        voice: Arc<dyn Voice>,
        entropy: Arc<dyn Entropy>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, BadCarrier> {
        let shared = Arc::new(Shared {
            door: Door::new(&config.carriers, config.base.clone(), clock)?,
            config,
            voice,
            entropy,
            legs: Mutex::default(),
        });
        let calls = Calls::over(ways(&shared).collect(), shared.config.longest);
        Ok(Self {
            shared,
            calls: Arc::new(calls),
        })
    }

    /// Its carriers, in their order.
    pub(super) fn ways(&self) -> impl Iterator<Item = Arc<dyn Carrier>> + '_ {
        ways(&self.shared)
    }

    /// Whether the carriers can be reached and let us in: each stage that was tried. Nobody is called.
    pub async fn probe(&self) -> Vec<Stage> {
        let mut stages = Vec::new();
        for carrier in &self.shared.door.carriers {
            Box::pin(carrier.probe(&self.shared.config, &mut stages)).await;
        }
        stages
    }
}

fn ways(shared: &Arc<Shared>) -> impl Iterator<Item = Arc<dyn Carrier>> + '_ {
    shared.door.carriers.iter().map(|carrier| {
        Arc::new(Way {
            shared: Arc::clone(shared),
            carrier: Arc::clone(carrier),
        }) as Arc<dyn Carrier>
    })
}

impl Telephone for Http {
    fn place<'a>(&'a self, plan: &'a CallPlan) -> Future_<'a, Result<(), String>> {
        self.calls.place(plan)
    }

    fn hang_up<'a>(&'a self, call: &'a CallId) -> Future_<'a, ()> {
        self.calls.hang_up(call)
    }

    fn called_back(&self, callback: Callback) -> Future_<'_, Answer> {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move {
            // A carrier that hangs up in the middle must not leave half of it done.
            let work = tokio::spawn(async move { Box::pin(answer(&shared, &callback)).await });
            work.await.unwrap_or_else(|_| Answer::nothing(500))
        })
    }
}

/// What a POST to an address of a call is about.
fn about(address: &Address<'_>) -> Option<About> {
    match address.rest {
        None => Some(About::Begin),
        Some("status") => Some(About::Status),
        Some(turn) => turn.parse().ok().map(About::Turn),
    }
}

async fn answer(shared: &Shared, callback: &Callback) -> Answer {
    if callback.post {
        return instructions(shared, callback).await;
    }
    let sound = Address::read(&callback.path).and_then(|address| {
        let turn = address.rest?.strip_suffix(".wav")?.parse().ok()?;
        let leg = leg(shared, &address)?;
        let prompt = leg.prompt(turn)?;
        Some((leg, prompt))
    });
    match sound {
        Some((leg, prompt)) => recording(shared, &leg, prompt).await,
        None => Answer::nothing(404),
    }
}

fn leg(shared: &Shared, address: &Address<'_>) -> Option<Arc<Leg>> {
    let legs = lock(&shared.legs);
    let leg = legs.get(address.token)?;
    leg.goes_over(address.carrier).then(|| Arc::clone(leg))
}

/// The recording of a prompt.
async fn recording(shared: &Shared, leg: &Arc<Leg>, prompt: &'static str) -> Answer {
    let (voice, leg) = (Arc::clone(&shared.voice), Arc::clone(leg));
    let made = tokio::task::spawn_blocking(move || {
        let plan = leg.plan();
        let file = voice.recording(prompt, plan.locale, &plan.account);
        wav::samples(&file).map(|samples| wav::mu_law_file(&samples))
    });
    match made.await {
        Ok(Ok(body)) => Answer {
            status: 200,
            kind: "audio/wav",
            body,
        },
        // The carrier goes on without it: whoever knows what to press can press it.
        Ok(Err(fault)) => {
            tracing::error!(prompt, %fault, "a prompt cannot be played");
            Answer::nothing(404)
        }
        Err(_) => Answer::nothing(500),
    }
}

/// Takes in what somebody says who may be the carrier.
async fn instructions(shared: &Shared, callback: &Callback) -> Answer {
    let Some((address, signature)) = shared.door.proved(callback) else {
        return Answer::nothing(403);
    };
    let (Some(leg), Some(about)) = (leg(shared, &address), about(&address)) else {
        return Answer::nothing(404);
    };
    let call = leg.plan().call.as_str();
    if !leg.take(signature) {
        tracing::warn!(
            call,
            "a request of a carrier came twice, or there were too many"
        );
        return Answer::nothing(403);
    }
    let Some(event) = event::read(&callback.body) else {
        tracing::warn!(call, "a request of a carrier cannot be read");
        return Answer::nothing(400);
    };
    if !leg.is(&event.id) {
        tracing::warn!(
            call,
            "a carrier told of another call at the address of this one"
        );
        return Answer::nothing(403);
    }
    match Box::pin(leg.told(about, &event, shared.config.quiet)).await {
        Some(document) => Answer {
            status: 200,
            kind: "text/xml; charset=utf-8",
            body: document.into_bytes(),
        },
        None => Answer::nothing(204),
    }
}
