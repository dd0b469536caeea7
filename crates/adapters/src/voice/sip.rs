//! Calls by SIP (RFC 3261) over the operator's trunks, with sound and keys of our own.
//!
//! A library speaks the signalling: transactions, what is sent again, digests, route sets. What stands here is a call as
//! the product means it: which trunk is asked and which next, how its answer counts, which media is trusted, and when
//! the receiver is put down. Nothing is started before the first call or [`Telephone::open`].
//!
//! Invariants: plain sound goes to and comes from the trunks' own networks only; a redirection or a transfer is never
//! followed; after [`Telephone::hang_up`] nothing more is told of a call.

pub mod answer;
mod call;
pub mod info;
mod line;
mod media;
mod probe;
mod register;
pub mod sdp;
mod talk;
mod tls;
mod trunk;

pub use probe::{Stage, Verdict};
pub use trunk::{BadTrunk, Carriage, Login, NumberForm, TrunkConfig};

use super::carriers::{Calls, Carrier};
use app::ports::{CallPlan, Entropy, Future_, Telephone, Voice};
use domain::call::LONGEST;
use domain::ids::CallId;
use line::Line;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;
use trunk::Trunk;

/// Says of an address whether it lies in the networks of the trunks.
pub type Networks = Arc<dyn Fn(IpAddr) -> bool + Send + Sync>;

/// How calls go out.
#[derive(Clone)]
pub struct Config {
    /// The trunks in the order in which they are asked.
    pub trunks: Vec<TrunkConfig>,
    /// The address of this machine towards them; the one the system would choose if none is given.
    pub local_address: Option<IpAddr>,
    /// The address they see instead, where a router changes it one to one.
    pub public_address: Option<IpAddr>,
    /// Our port for signalling; 0 picks a free one.
    pub port: u16,
    /// Our ports for sound, of which the even ones are used; a free one anywhere if the range is empty.
    pub sound_ports: RangeInclusive<u16>,
    /// Where plain sound may come from and go to.
    pub networks: Networks,
    /// How long a trunk may say nothing at all before the next is asked.
    pub patience: Duration,
    /// How long a person may press nothing after the voice has spoken, before it speaks again.
    pub quiet: Duration,
    /// The longest call, from the first request on.
    pub longest: Duration,
}

impl Config {
    /// Trunks within these networks, and all else as it usually is.
    pub fn new(trunks: Vec<TrunkConfig>, networks: Networks) -> Self {
        Self {
            trunks,
            local_address: None,
            public_address: None,
            port: 5060,
            sound_ports: 16_384..=32_766,
            networks,
            patience: Duration::from_secs(8),
            quiet: Duration::from_secs(10),
            longest: Duration::from_millis(LONGEST.as_millis().unsigned_abs()),
        }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "sip::Config({:?})", self.trunks)
    }
}

/// The telephone.
#[derive(Clone)]
pub struct Sip {
    shared: Arc<Shared>,
    calls: Arc<Calls>,
}

/// What calls share.
struct Shared {
    config: Config,
    trunks: Vec<Arc<Trunk>>,
    voice: Arc<dyn Voice>,
    entropy: Arc<dyn Entropy>,
    line: OnceCell<Line>,
    stop: CancellationToken,
}

impl std::fmt::Debug for Sip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Sip").field(&self.shared.config).finish()
    }
}

/// Whether a trunk can be used as it is described.
///
/// # Errors
/// [`BadTrunk`], with what is wrong.
pub fn checked(trunk: &TrunkConfig) -> Result<(), BadTrunk> {
    Trunk::new(trunk).map(drop)
}

impl Sip {
    /// A telephone that has not been taken up yet.
    ///
    /// # Errors
    /// [`BadTrunk`] when a trunk cannot be used as it is described.
    pub fn new(
        config: Config,
        voice: Arc<dyn Voice>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, BadTrunk> {
        let trunks = config
            .trunks
            .iter()
            .map(|trunk| Trunk::new(trunk).map(Arc::new));
        let shared = Arc::new(Shared {
            trunks: trunks.collect::<Result<_, _>>()?,
            config,
            voice,
            entropy,
            line: OnceCell::new(),
            stop: CancellationToken::new(),
        });
        let calls = Calls::over(call::ways(&shared).collect(), shared.config.longest);
        Ok(Self {
            shared,
            calls: Arc::new(calls),
        })
    }

    /// Its trunks, in their order.
    pub(super) fn ways(&self) -> impl Iterator<Item = Arc<dyn Carrier>> + '_ {
        call::ways(&self.shared)
    }

    /// Whether the trunks can be reached and let us in: each stage that was tried, trunk by trunk. Nobody is called.
    pub async fn probe(&self) -> Vec<Stage> {
        probe::all(&self.shared).await
    }
}

impl Shared {
    /// The line, taken up at its first use.
    async fn line(&self) -> Result<&Line, String> {
        self.line.get_or_try_init(|| Line::start(self)).await
    }

    fn dice(&self) -> domain::dice::Dice {
        domain::dice::Dice::new(self.entropy.seed())
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Telephone for Sip {
    fn open(&self) -> Future_<'_, ()> {
        Box::pin(async {
            match self.shared.line().await {
                Ok(_) => register::keep_all(&self.shared),
                Err(error) => tracing::error!(error, "the telephone line cannot be taken up yet"),
            }
        })
    }

    fn place<'a>(&'a self, plan: &'a CallPlan) -> Future_<'a, Result<(), String>> {
        Box::pin(async {
            self.shared.line().await?;
            self.calls.place(plan).await
        })
    }

    fn hang_up<'a>(&'a self, call: &'a CallId) -> Future_<'a, ()> {
        self.calls.hang_up(call)
    }
}
