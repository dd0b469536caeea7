//! Serving an installation: from the folder to the open door, and back in order.

pub(crate) mod door;
pub(crate) mod keeper;
pub(crate) mod tls;

use crate::cli::Installation;
use crate::compose::{For, House, operator_ctx};
use crate::config::Config;
use crate::place::Place;
use crate::{log, print, tell};
use anyhow::Context;
use app::App;
use app::settings::OnTrial;
use app::worker::Worker;
use domain::locale::Locale;
use door::Door;
use keeper::{HEADS, Keeper};
use serde_json::json;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::sync::Arc;
use store::Engine;
use store::lock::Lock;
use tls::Reloadable;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The file of the set-up link, for an operator without a terminal.
const SET_UP_FILE: &str = "setup-link";
/// The file of the key that opens the outbox of a trial server.
const OUTBOX_FILE: &str = "outbox-key";

#[derive(clap::Args)]
#[command(
    after_help = "Example: gatelodge serve --data-dir /var/lib/gatelodge --config /etc/gatelodge/gatelodge.toml"
)]
pub(crate) struct Args {
    #[command(flatten)]
    installation: Installation,
    /// The port to listen on, instead of the one in `listen`; 0 picks a free one.
    #[arg(long)]
    port: Option<u16>,
    /// Prints one JSON object on standard output once it serves: addresses and the files of links.
    #[arg(long)]
    json: bool,
    /// Makes a trial installation a real one: every contact must be proved again; outbox, sessions and cases are emptied.
    #[arg(long)]
    leave_trial: bool,
}

/// `gatelodge serve`
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let place = Place::make(&args.installation.data_dir)?;
    let mut config = Config::load(&place, args.installation.config.as_deref())?;
    log::start(&config.log.level);
    if let Some(port) = args.port {
        config.listen.set_port(port);
    }
    let _lock = Lock::take(place.folder())?;
    let listener = listen(config.listen)?;
    let address = listener.local_addr()?;
    block_on(async {
        let house = House::open(place, config, For::Serving(address), args.leave_trial).await?;
        serve(house, listener, AtHangUp::Reload, |links| {
            announce(links, args.json)
        })
        .await
    })
}

/// Takes the address.
pub(crate) fn listen(address: SocketAddr) -> anyhow::Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind(address).with_context(|| {
        format!("cannot listen on {address}: name another address in `listen`, or another --port")
    })?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Runs async work to its end. Two threads: what takes long is on threads of its own, and each costs memory. One where
/// there is one core: two would only hand it to and fro.
pub(crate) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.min(2))
        .max_blocking_threads(4)
        .enable_all()
        .build()?;
    runtime.block_on(Box::pin(work))
}

/// Where a server that is about to answer is reached, and the operator's ways in.
#[derive(Debug)]
pub(crate) struct Links {
    pub(crate) url: String,
    pub(crate) address: SocketAddr,
    pub(crate) folder: String,
    /// Opens the outbox; on trial only.
    pub(crate) outbox: Option<String>,
    /// What is shown there.
    on_trial: Option<OnTrial>,
    /// Opens the first account; in an empty installation only.
    set_up: Option<String>,
}

/// Serves until a signal says to stop. `announce` is called when the door is about to open.
pub(crate) async fn serve(
    house: House,
    listener: std::net::TcpListener,
    at_hang_up: AtHangUp,
    announce: impl FnOnce(&Links) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let House { place, config, app } = house;
    let address = listener.local_addr()?;
    let mut serving = config.serving(address);
    let mut links = Links {
        url: config.base(address),
        address,
        folder: place.folder().display().to_string(),
        outbox: None,
        on_trial: app.settings().on_trial(),
        set_up: None,
    };
    if config.trial() {
        let key = outbox_key(&place, &app)?;
        serving.outbox_key = Some(app::token::hash(&key));
        links.outbox = Some(format!("{}/outbox?key={key}", links.url));
    } else {
        place.remove(OUTBOX_FILE)?;
    }
    // Before anything goes out or is answered.
    app.look_at_channels(&operator_ctx(&app, Locale::En))
        .await?;
    links.set_up = set_up_link(&place, &app, &links.url).await?;
    let tls = certificate(&config, &place)?;
    // Nodes that share a PostgreSQL cannot know of each other's workers.
    let alone = app.db().engine() == Engine::Sqlite;
    let (stop_work, work_stops) = tokio::sync::oneshot::channel::<()>();
    let worker = Worker::new(app.clone(), alone)?;
    let work = tokio::spawn(worker.run(async { drop(work_stops.await) }));
    let keeper = Keeper::start(&app, &place.path(HEADS))?;
    let door = Door {
        router: crate::compose::fronts(&app, serving),
        limits: config.limits.clone(),
        proxies: config.networks(),
        tls: tls.clone(),
    };
    let listener = TcpListener::from_std(listener)?;
    let stop = Signals::new(tls, at_hang_up)?;
    announce(&links)?;
    // On a thread of the runtime: the one that waits here would have to hand each connection over.
    tokio::spawn(door.serve(listener, stop.wait())).await?;
    drop(stop_work);
    work.await?;
    keeper.stop();
    place.remove(SET_UP_FILE)?;
    Ok(())
}

/// The certificate, where TLS is spoken here.
pub(crate) fn certificate(
    config: &Config,
    place: &Place,
) -> anyhow::Result<Option<Arc<Reloadable>>> {
    Ok(match (&config.tls.cert_file, &config.tls.key_file) {
        (Some(cert), Some(key)) => {
            let loaded = Reloadable::load(place.path(cert), place.path(key))?;
            Some(Arc::new(loaded))
        }
        _ => None,
    })
}

/// The key that opens the outbox: the same at each start, so that an open page goes on working.
fn outbox_key(place: &Place, app: &App) -> anyhow::Result<String> {
    let known = crate::place::read_secret(&place.path(OUTBOX_FILE)).ok();
    if let Some(key) = known.filter(|key| app::token::shaped(key)) {
        return Ok(key);
    }
    let dice = domain::dice::Dice::new(app.ports().entropy.seed());
    let key = dice.token("outbox key").expose().clone();
    place.write_secret(OUTBOX_FILE, &key)?;
    Ok(key)
}

/// A new set-up link, written into a file of the operator's; nothing once there is an account.
async fn set_up_link(place: &Place, app: &App, base: &str) -> anyhow::Result<Option<String>> {
    let ctx = operator_ctx(app, Locale::En);
    let Some(path) = app.mint_set_up(&ctx).await? else {
        place.remove(SET_UP_FILE)?;
        return Ok(None);
    };
    let link = format!("{base}{path}");
    place.write_secret(SET_UP_FILE, &link)?;
    Ok(Some(link))
}

/// Tells the operator where it serves. Links that let somebody in are shown at a terminal only: what is written to
/// standard error otherwise ends up in a log, and there the file is named.
fn announce(links: &Links, json: bool) -> anyhow::Result<()> {
    let terminal = std::io::stderr().is_terminal();
    let file = |name: &str| format!("{}/{name}", links.folder);
    tell(&format!("Gatelodge serves on {}", links.url));
    if let Some(link) = &links.outbox {
        let shown = if terminal {
            link.clone()
        } else {
            format!("{}/outbox, its key is in {}", links.url, file(OUTBOX_FILE))
        };
        let (stays, goes) = match links.on_trial {
            Some(OnTrial::Mail) => ("mails stay", "; calls go out for real"),
            Some(OnTrial::Calls) => ("calls stay", "; mails go out for real"),
            Some(OnTrial::All) | None => ("mails and calls stay", ""),
        };
        tell(&format!("On trial: {stays} here, at {shown}{goes}"));
    }
    if let Some(link) = &links.set_up {
        let shown = if terminal {
            link.clone()
        } else {
            format!("the link in {}", file(SET_UP_FILE))
        };
        tell(&format!(
            "Open the first account with {shown}\n(one use, 30 minutes; the next start makes a new one)"
        ));
    }
    if json {
        print(
            &json!({
                "url": links.url,
                "address": links.address.to_string(),
                "dataDir": links.folder,
                "outboxUrl": links.outbox,
                "setUpFile": links.set_up.as_ref().map(|_| file(SET_UP_FILE)),
            })
            .to_string(),
        )?;
    }
    Ok(())
}

/// What SIGHUP means: for a service, reading the certificate again; for a demonstration, that its terminal was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AtHangUp {
    Reload,
    Stop,
}

/// The signals of the system. A file that may not grow (a limit, a quota) is an error of the write that found it, and
/// no reason to die: that signal is taken and left alone.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
    tls: Option<Arc<Reloadable>>,
    at_hang_up: AtHangUp,
    _file_too_large: Signal,
}

impl Signals {
    fn new(tls: Option<Arc<Reloadable>>, at_hang_up: AtHangUp) -> anyhow::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
            tls,
            at_hang_up,
            _file_too_large: signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()))?,
        })
    }

    /// Waits for the signal to stop. A second one ends the process at once.
    async fn wait(mut self) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => break,
                _ = self.interrupt.recv() => break,
                _ = self.hang_up.recv() => match (&self.tls, self.at_hang_up) {
                    (_, AtHangUp::Stop) => break,
                    (Some(tls), AtHangUp::Reload) => tls.reload(),
                    (None, AtHangUp::Reload) => {}
                }
            }
        }
        tracing::info!("stopping");
        tokio::spawn(async move {
            tokio::select! { _ = self.terminate.recv() => (), _ = self.interrupt.recv() => () }
            std::process::exit(1);
        });
    }
}
