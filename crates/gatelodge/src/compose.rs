//! Putting the parts together: folder, key ring, store, hash pool, ports.

use adapters::clock::SystemClock;
use adapters::entropy::SystemEntropy;
use anyhow::Context;
use app::hash::HashPool;
use app::ports::{Entropy, Ports};
use app::settings::Settings;
use app::{App, Parts};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;
use store::{Config, Db, KeyRing, Purpose};

/// Makes the folder of an installation for its owner alone, or checks that it is so.
pub(crate) fn folder(path: &Path) -> anyhow::Result<()> {
    if !path.exists() {
        std::fs::DirBuilder::new()
            .mode(0o700)
            .recursive(true)
            .create(path)
            .with_context(|| format!("cannot make the folder {}", path.display()))?;
    }
    Ok(())
}

/// Opens the installation in a folder.
pub(crate) fn app(folder: &Path, settings: Settings) -> anyhow::Result<App> {
    let entropy = SystemEntropy;
    let ring = KeyRing::load_or_generate(&folder.join("keyring.json"), &entropy.seed())?;
    let pepper = ring.hmac(Purpose::PEPPER, b"passwords")?;
    let db = Db::open(
        Config::Sqlite {
            path: folder.join("gatelodge.db"),
            durable: true,
        },
        ring,
    )?;
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let hashes = HashPool::start(threads, pepper, settings.hash_cost)?;
    let composer = web::Letters {
        installation: settings.name.clone(),
        time_zone: "UTC".to_owned(),
    };
    let ports = Ports {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(entropy),
        composer: Arc::new(composer),
        mailer: None,
        telephone: None,
    };
    Ok(App::new(Parts {
        db,
        hashes,
        ports,
        settings,
    }))
}
