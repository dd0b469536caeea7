//! The worker: takes out of the outbox what is due and hands it over, and tidies up what is over.
//!
//! It stands apart from the verbs so that nothing a person waits for waits for a mail server or a telephone. It wakes
//! when a commit of this process pushed something, and looks once a second for what commands and other nodes pushed.
//!
//! Invariants: a mail is handed over at least once and always under the same Message-ID; a call is dialled at most once.

mod call;
mod mail;
mod text;

use crate::outbox::ADDRESS;
use crate::settings::Transport;
use crate::{App, Ctx, Error};
use domain::client::Client;
use domain::contact::SHOWN_FOR;
use domain::dice::{Dice, base32};
use domain::locale::Locale;
use domain::session::ROOT_IDLE;
use domain::sign_in::IDLE;
use domain::throttle::FORGOTTEN_AFTER;
use domain::time::{Span, Timestamp};
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use store::Engine;
use tokio::sync::watch;

/// How often the outbox is looked at for what another process pushed.
const POLL: Duration = Duration::from_secs(1);
/// How often what is over is tidied up.
const TIDY_EVERY: Duration = Duration::from_secs(60);
/// How long what was handed over stays listed.
const LISTED_FOR: Span = Span::days(7);
/// How long a link that ran out is still known as such.
const LINKS_KEPT: Span = Span::days(1);
/// The length of a TOTP step (RFC 6238 section 4.1), and how long burnt ones are kept: longer than any window reaches.
const STEP_MS: i64 = 30_000;
const STEPS_KEPT: Span = Span::days(2);

/// Carries what the verbs ordered.
#[derive(Debug, Clone)]
pub struct Worker {
    app: App,
    hand: Arc<str>,
    alone: bool,
}

impl Worker {
    /// A worker for `app`. `alone` says that no other worker can be at work on the store, because the caller holds the
    /// installation's lock and the store is no server that other nodes share.
    ///
    /// # Errors
    /// A fault when a transport is set to be real and there is none: a real installation never falls back to trial.
    pub fn new(app: App, alone: bool) -> Result<Self, Error> {
        let (settings, ports) = (app.settings(), app.ports());
        if settings.mail == Transport::Real && ports.mailer.is_none() {
            return Err(Error::Fault(
                "mail is set to be real and no mailer is there",
            ));
        }
        if settings.voice == Transport::Real && ports.telephone.is_none() {
            return Err(Error::Fault(
                "voice is set to be real and no telephone is there",
            ));
        }
        if settings.texts.transport == Transport::Real && ports.texter.is_none() {
            return Err(Error::Fault(
                "texts are set to be real and nothing sends them",
            ));
        }
        let hand = base32(&app.ports().entropy.seed()).into();
        Ok(Self { app, hand, alone })
    }

    /// Works until `stop` is over, then lets what is in hand end, for some seconds at most.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        while let Err(error) = self.take_over().await {
            tracing::warn!(%error, "the worker waits for the store");
            pace(POLL).await;
        }
        let (tell, told) = watch::channel(false);
        let work = Box::pin(async {
            tokio::join!(
                mail::run(&self, told.clone()),
                call::run(&self, told.clone()),
                self.tidy_up(told.clone()),
                self.write_calls_down(told.clone()),
                self.seal(told.clone()),
                self.watch_the_clock(told.clone()),
            );
        });
        let (mut work, mut stop) = (work, pin!(stop));
        tokio::select! {
            () = &mut work => (),
            () = &mut stop => {
                tell.send_replace(true);
                work.await;
            }
        }
    }

    /// Does everything that is due now and returns when it is done: what [`Worker::run`] does over time.
    ///
    /// # Errors
    /// What the store says.
    pub async fn settle(&self) -> Result<(), Error> {
        mail::settle(self).await?;
        call::settle(self).await
    }

    /// Deals with what a worker before left in hand: mails go out again, calls are lost.
    ///
    /// # Errors
    /// What the store says.
    pub async fn take_over(&self) -> Result<(), Error> {
        let (now, alone) = (self.now(), self.alone);
        let address = self
            .app
            .settings()
            .trial()
            .then(|| self.app.settings().public_url.clone());
        let lost = self
            .app
            .db()
            .write(move |tx| {
                if let Some(address) = &address {
                    store::meta::set(tx, ADDRESS, address)?;
                }
                store::outbox::recover(tx, now, alone).map_err(Error::from)
            })
            .await?;
        call::report_lost(self, lost).await
    }

    /// Closes recovery cases whose time is over, and removes what is over: flows, sessions, counters, links, burnt steps,
    /// and rows that were handed over long ago.
    ///
    /// # Errors
    /// What the store says.
    pub async fn tidy(&self) -> Result<u64, Error> {
        let now = self.now();
        self.app.sweep_recovery(&self.ctx()).await?;
        self.app.sweep_support(&self.ctx()).await?;
        self.app.look_at_channels(&self.ctx()).await?;
        self.app
            .db()
            .write(move |tx| {
                let removed = store::flow::clean(tx, now, now - IDLE)?
                    + store::session::clean(tx, now, now - ROOT_IDLE)?
                    + store::operator::clean(tx, now, now - domain::operator::IDLE)?
                    + store::counter::clean(tx, now - FORGOTTEN_AFTER)?
                    + store::guessing::clean(tx, now)?
                    + store::link::clean(tx, now - LINKS_KEPT)?
                    + store::device::clean(tx, (now - STEPS_KEPT).millis() / STEP_MS)?
                    + store::contact::clean(tx, now)?
                    + store::contact::forget_former(tx, now - SHOWN_FOR)?
                    + store::nudge::clean(tx, now)?
                    + store::outbox::purge(tx, now - LISTED_FOR)?;
                Ok(removed)
            })
            .await
    }

    async fn tidy_up(&self, mut told: watch::Receiver<bool>) {
        loop {
            match self.tidy().await {
                Ok(0) => (),
                Ok(removed) => tracing::debug!(removed, "tidied up"),
                Err(error) => tracing::warn!(%error, "not tidied up"),
            }
            if waits(&mut told, TIDY_EVERY).await {
                return;
            }
        }
    }

    /// Seals the audit log where commits do not do it themselves: one node does, the others look on.
    async fn seal(&self, mut told: watch::Receiver<bool>) {
        if self.app.db().engine() == Engine::Sqlite {
            return;
        }
        loop {
            let (now, hand) = (self.now(), Arc::clone(&self.hand));
            let sealed = self
                .app
                .db()
                .write(move |tx| store::audit::seal_as(tx, &hand, now));
            if let Err(error) = sealed.await {
                tracing::warn!(%error, "the audit log is not sealed");
            }
            if waits(&mut told, POLL).await {
                return;
            }
        }
    }

    /// Writes down the calls that only read: a second's worth at a time, the last ones when the server stops.
    async fn write_calls_down(&self, mut told: watch::Receiver<bool>) {
        loop {
            let over = waits(&mut told, POLL).await;
            if let Err(error) = self.app.write_calls_down().await {
                tracing::warn!(%error, "calls are not written down yet");
            }
            if over {
                return;
            }
        }
    }

    async fn watch_the_clock(&self, mut told: watch::Receiver<bool>) {
        loop {
            if let Err(error) = self.app.see_to_the_clock(&self.ctx()).await {
                tracing::error!(%error, "the clock jumped, and what is in force is not moved yet");
            }
            if waits(&mut told, POLL).await {
                return;
            }
        }
    }

    fn now(&self) -> Timestamp {
        self.app.now()
    }

    /// The circumstances of what no browser asked for.
    fn ctx(&self) -> Ctx {
        let client = Client {
            address: IpAddr::from([127, 0, 0, 1]),
            device: "worker".to_owned(),
        };
        Ctx::new(&self.app, client, Locale::En)
    }

    fn dice(&self) -> Dice {
        Dice::new(self.app.ports().entropy.seed()).at(self.now())
    }
}

/// Waits so long, or until it is told to stop: then `true`.
async fn waits(told: &mut watch::Receiver<bool>, span: Duration) -> bool {
    tokio::select! {
        biased;
        _ = told.wait_for(|stop| *stop) => true,
        () = pace(span) => false,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the worker's own pace; nobody waits for it"
)]
async fn pace(span: Duration) {
    tokio::time::sleep(span).await;
}
