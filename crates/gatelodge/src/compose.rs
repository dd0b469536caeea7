//! Putting the parts together: key ring, store, hash threads, ports; and seeing that they are what they were.

use crate::config::Config;
use crate::finding::{Finding, Level};
use crate::place::Place;
use crate::surroundings;
use adapters::clock::SystemClock;
use adapters::entropy::SystemEntropy;
use anyhow::{Context, bail};
use app::hash::HashPool;
use app::ports::{Entropy, Ports, Texter};
use app::standing::Standing;
use app::{App, Ctx, Parts};
use domain::client::Client;
use domain::locale::Locale;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use store::{Db, KeyRing, Purpose, StoreError};

/// What an installation is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// A server that listens there.
    Serving(SocketAddr),
    /// A demonstration that listens there.
    Demo(SocketAddr),
    /// A command, perhaps beside a server.
    Command,
    /// A command that listens there in the place of the server, for carriers that call back.
    Calling(SocketAddr),
    /// A command that may be the first thing that ever happens.
    FirstCommand,
}

/// An open installation.
#[derive(Debug)]
pub(crate) struct House {
    pub(crate) place: Place,
    pub(crate) config: Config,
    pub(crate) app: App,
}

impl House {
    /// Opens the installation. A configuration with errors is refused, and so is one that would make a real
    /// installation a trial one or the other way round.
    pub(crate) async fn open(
        place: Place,
        config: Config,
        purpose: For,
        leave_trial: bool,
    ) -> anyhow::Result<Self> {
        refuse_errors(&crate::config::check::check(&config, &place))?;
        let db = open_store(&place, &config, purpose)?;
        let app = build(&place, &config, db, purpose)?;
        settle(&app, &config, purpose, leave_trial).await?;
        Ok(Self { place, config, app })
    }

    /// The circumstances of a command: the operator at this machine.
    pub(crate) fn ctx(&self, locale: Locale) -> Ctx {
        operator_ctx(&self.app, locale)
    }
}

/// Everything that answers at the door: pages for people, calls of programs.
pub(crate) fn fronts(app: &App, serving: web::Serving) -> axum::Router {
    let calls = web::Beside {
        takes: aws::takes,
        router: aws::router(app.clone()),
    };
    web::router(web::Front::new(app.clone(), serving), calls)
}

/// The circumstances of what the operator does at this machine.
pub(crate) fn operator_ctx(app: &App, locale: Locale) -> Ctx {
    let client = Client {
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        device: "gatelodge".to_owned(),
    };
    Ctx::new(app, client, locale)
}

fn refuse_errors(found: &[Finding]) -> anyhow::Result<()> {
    let errors: Vec<String> = found
        .iter()
        .filter(|finding| finding.level == Level::Error)
        .map(ToString::to_string)
        .collect();
    if errors.is_empty() {
        return Ok(());
    }
    bail!(
        "the configuration does not fit together\n{}",
        errors.join("\n")
    )
}

fn open_store(place: &Place, config: &Config, purpose: For) -> anyhow::Result<Db> {
    let path = place.path(&config.keyring.file);
    let where_to = config.store(place)?;
    let empty = !holds_a_database(&where_to);
    let fresh = !path.exists() && empty;
    if fresh && matches!(purpose, For::Command | For::Calling(_)) {
        bail!(
            "there is no installation in {} yet: `gatelodge serve` makes one, or name another folder with --data-dir",
            place.folder().display()
        );
    }
    if !fresh && !path.exists() {
        bail!(
            "the key ring {} is missing: put back the copy of it that you keep. Without it nothing that is sealed \
             in the database can be read again",
            path.display()
        );
    }
    let ring = if fresh {
        KeyRing::load_or_generate(&path, &SystemEntropy.seed())
    } else {
        KeyRing::load(&path)
    }
    .context("the key ring cannot be used")?;
    let opened = Db::open(where_to, ring);
    if fresh && matches!(opened, Err(StoreError::Unfit(_))) {
        // The database was there already: this ring is of no use and must not be taken for the right one.
        let _ = std::fs::remove_file(&path);
    }
    opened.context("the store cannot be opened")
}

/// Whether there is a database already, as far as it can be told without opening it.
fn holds_a_database(config: &store::Config) -> bool {
    match config {
        store::Config::Sqlite { path, .. } => path.metadata().is_ok_and(|meta| meta.len() > 0),
        store::Config::Postgres { .. } => false,
    }
}

/// What passwords are peppered with: derived from the oldest key of the ring, because a password cannot be peppered
/// anew without its person. A rotation must keep that key.
fn pepper(ring: &KeyRing) -> anyhow::Result<[u8; 32]> {
    let oldest = ring.ids().min().context("the key ring is empty")?;
    let derived = ring.hmac_by(oldest, Purpose::PEPPER, b"passwords")?;
    derived.context("the key ring lost its oldest key")
}

fn build(place: &Place, config: &Config, db: Db, purpose: For) -> anyhow::Result<App> {
    let pepper = pepper(db.ring())?;
    let listening = match purpose {
        For::Serving(address) | For::Demo(address) | For::Calling(address) => Some(address),
        For::Command | For::FirstCommand => None,
    };
    let mut settings = config.settings(place, listening);
    // A demonstration and a trial have nothing to guard: whoever has the outbox key reads every mail.
    if matches!(purpose, For::Serving(_)) && !config.trial() {
        settings.guarded = config.guarded(place, db.ring())?;
    }
    // A command hashes one password at most.
    let threads = match purpose {
        For::Serving(_) | For::Demo(_) => config.hash_threads(),
        For::Command | For::Calling(_) | For::FirstCommand => 1,
    };
    let hashes = HashPool::start(threads, pepper, settings.hash_cost)?;
    let composer = web::Letters {
        installation: settings.name.clone(),
        time_zone: config.time_zone.clone(),
    };
    let voice = config.spoken(place);
    let ports = Ports {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        composer: Arc::new(composer),
        mailer: config.mailer(place)?,
        telephone: config.telephone(place, &voice, settings.public_url.clone())?,
        texter: config
            .texter(place, settings.public_url.clone())?
            .map(|texts| Arc::new(texts) as Arc<dyn Texter>),
        voice,
    };
    Ok(App::new(Parts {
        db,
        hashes,
        ports,
        settings,
    }))
}

/// Sees that the installation is what it was, or may become what it is asked to be.
async fn settle(app: &App, config: &Config, purpose: For, leave_trial: bool) -> anyhow::Result<()> {
    let asked = match purpose {
        For::Demo(_) => Standing::Demo,
        _ if config.trial() => Standing::Trial,
        _ => Standing::Real,
    };
    let mut standing = app.standing(asked).await?;
    if leave_trial {
        if asked != Standing::Real {
            bail!(
                "--leave-trial: mail.transport or voice.transport is still \"trial\". Set both to real ones first \
                 (`gatelodge config example` explains the keys)"
            );
        }
        if standing == Standing::Trial {
            let ctx = operator_ctx(app, Locale::En);
            app.leave_trial(&ctx, surroundings::operator()).await?;
            tracing::warn!("the installation has left trial: no contact is proved any more");
            standing = Standing::Real;
        }
    }
    match (standing, config.trial()) {
        (standing, trial) if standing.fits(trial) => Ok(()),
        (Standing::Demo, _) => bail!(
            "this is the store of a demonstration, which never becomes real: make a new installation in another folder"
        ),
        (Standing::Trial, _) => bail!(
            "this installation has been on trial, where anybody with the outbox key could read every mail. Start it \
             once with `gatelodge serve --leave-trial`: all contacts must then be proved again, passwords earn their \
             trust anew, and outbox, sessions and open cases are emptied"
        ),
        (Standing::Real, _) => bail!(
            "this is a real installation, and its configuration says (or leaves unsaid, which means) that mail or \
             voice is on trial. It never goes back: name its configuration with --config, or set mail.transport and \
             voice.transport"
        ),
    }
}

/// Checks the folder and reads the configuration, for a command.
pub(crate) fn read(folder: &Path, config: Option<&Path>) -> anyhow::Result<(Place, Config)> {
    let place = Place::open(folder)?;
    let config = Config::load(&place, config)?;
    Ok((place, config))
}
