//! A whole Gatelodge in one process: real store, real pages, but a clock that a test turns and dice that fall the same
//! way each time. What a browser would send goes through the real router.
//!
//! ```ignore
//! #[test]
//! fn a_root_user_signs_in() {
//!     each_engine(async |rig| {
//!         let root = rig.account("Example", "root@example.com").await;
//!         let phone = rig.device(&root, "phone").await;
//!         let mut browser = rig.browser();
//!         let page = rig.sign_in(&mut browser, &root, Some(&phone)).await;
//!         assert_eq!(page.path, "/console/home");
//!     });
//! }
//! ```
//!
//! At the end of each story nothing that went through it may stand in the log (`log`).
//!
//! Invariant: nothing here waits for real time; [`SetClock::advance`] is the only way time goes by.

mod browser;
mod identity;
mod log;
mod program;
mod telephone;

pub use browser::{Answer, Browser};
pub use identity::{Authenticator, CREDENTIALS, Identity, PASSWORD};
pub use program::Program;
pub use telephone::wrong_digits;

use crate::stores::{self, Contents, TestDb};
use adapters::voice::Recorded;
use app::hash::HashPool;
use app::ports::{Clock, Composed, Composer, Entropy, Mailer, Ports, Telephone, Texter};
use app::script::Script;
use app::settings::{Senders, Settings, Tariff, Texts, Transport};
use app::worker::Worker;
use app::{App, Ctx, Parts};
use axum::Router;
use domain::client::Client;
use domain::guessing::Limits;
use domain::locale::Locale;
use domain::mail::{MailKind, MailOrder};
use domain::sms::TextOrder;
use domain::time::{Span, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use web::{Front, Serving};

/// When every rig begins: 2027-01-15 08:00 UTC, at the beginning of a TOTP step.
pub const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// The key of a rig's outbox.
pub const OUTBOX_KEY: &str = "anorangelampinthewindowofthelodg";

/// A clock that stands still until it is turned, but for a millisecond each time the app reads it: what happened
/// later is later.
#[derive(Debug)]
pub struct SetClock {
    shown: AtomicI64,
    /// How far it was set wrong.
    wrong: AtomicI64,
}

impl SetClock {
    /// What it shows.
    pub fn shows(&self) -> Timestamp {
        Timestamp::from_millis(self.shown.load(Ordering::SeqCst))
    }

    /// Time goes by.
    pub fn advance(&self, span: Span) {
        self.shown.fetch_add(span.as_millis(), Ordering::SeqCst);
    }

    /// Somebody sets it: it shows `millis` more from one moment to the next, or less.
    pub fn jump(&self, millis: i64) {
        self.wrong.fetch_add(millis, Ordering::SeqCst);
        self.shown.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.shown.fetch_add(1, Ordering::SeqCst) + 1)
    }

    fn steady(&self) -> Span {
        let gone = self.shown.load(Ordering::SeqCst) - self.wrong.load(Ordering::SeqCst);
        Span::millis(gone - START.millis())
    }
}

/// Dice that fall as their number says: different at each throw, the same in each run.
#[derive(Debug, Default)]
struct CountedDice(AtomicU64);

impl Entropy for CountedDice {
    fn seed(&self) -> [u8; 32] {
        let mut seed = [0x67; 32];
        let number = self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes();
        for (to, from) in seed.iter_mut().zip(number) {
            *to = from;
        }
        seed
    }
}

/// A mail in the outbox: what was ordered, and the words it becomes.
#[derive(Debug, Clone)]
pub struct Letter {
    /// What was ordered.
    pub order: MailOrder,
    /// The words.
    pub words: Composed,
}

/// What really goes out: mails, calls, texts.
pub type Transports = (
    Option<Arc<dyn Mailer>>,
    Option<Arc<dyn Telephone>>,
    Option<Arc<dyn Texter>>,
);

/// A whole Gatelodge for one test.
#[derive(Debug)]
pub struct Rig {
    /// The verbs.
    pub app: App,
    /// The clock.
    pub clock: Arc<SetClock>,
    router: Router,
    db: TestDb,
    secrets: Arc<log::Secrets>,
    log_from: usize,
}

/// Runs a story on each engine there is, each time with a fresh rig.
pub fn each_engine(story: impl AsyncFn(&Rig)) {
    each_engine_with(&settings(), story);
}

/// The same with other settings.
pub fn each_engine_with(settings: &Settings, story: impl AsyncFn(&Rig)) {
    for db in stores::engines() {
        run(db, settings.clone(), &story);
    }
}

/// Runs a story on SQLite alone: for what cannot depend on the engine.
pub fn on_sqlite(story: impl AsyncFn(&Rig)) {
    run(stores::sqlite(), settings(), &story);
}

fn run(db: TestDb, settings: Settings, story: &impl AsyncFn(&Rig)) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let rig = Rig::with(db, settings);
    runtime.block_on(story(&rig));
}

/// The settings of a rig: a trial server at `http://localhost:8080`.
pub fn settings() -> Settings {
    Settings {
        public_url: "http://localhost:8080".to_owned(),
        mail: Transport::Trial,
        senders: Senders::below("example.com"),
        voice: Transport::Trial,
        self_open: true,
        root_keys: true,
        home_country: "TW".to_owned(),
        call_countries: Vec::new(),
        tariff: Tariff::default(),
        texts: Texts::default(),
        script: Script::Digits,
        guessing: Limits {
            work_bits: 6,
            ..Limits::default()
        },
        hash_cost: factors::password::Cost::TEST,
        leaked_passwords: None,
        ways: domain::recovery::Ways::default(),
        contacts: std::collections::BTreeMap::new(),
        support_wait: domain::support::WAIT,
        support_long_wait: Some(domain::support::LONG_WAIT),
        change_pause: domain::channel::PAUSE,
        guarded: Vec::new(),
        name: "Gatelodge".to_owned(),
    }
}

impl Rig {
    /// A rig on this store.
    pub fn new(db: TestDb) -> Self {
        Self::with(db, settings())
    }

    /// A rig on this store with other settings.
    pub fn with(db: TestDb, settings: Settings) -> Self {
        Self::with_transports(db, settings, None, None)
    }

    /// A rig whose mails or calls really go out.
    pub fn with_transports(
        db: TestDb,
        settings: Settings,
        mailer: Option<Arc<dyn Mailer>>,
        telephone: Option<Arc<dyn Telephone>>,
    ) -> Self {
        Self::with_texter(db, settings, (mailer, telephone, None))
    }

    /// The same for texts.
    pub fn with_texter(
        db: TestDb,
        settings: Settings,
        (mailer, telephone, texter): Transports,
    ) -> Self {
        let log_from = log::listen();
        let clock = Arc::new(SetClock {
            shown: AtomicI64::new(START.millis()),
            wrong: AtomicI64::new(0),
        });
        let hashes = HashPool::start(1, [7; 32], settings.hash_cost).expect("a hash pool");
        let ports = Ports {
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            entropy: Arc::new(CountedDice::default()),
            composer: Arc::new(letters()),
            mailer,
            telephone,
            texter,
            voice: Arc::new(Recorded::default()),
        };
        let app = App::new(Parts {
            db: db.open_another(),
            hashes,
            ports,
            settings,
        });
        let serving = Serving {
            carriers_origin: None,
            origins: vec![browser::ORIGIN.to_owned()],
            secure: false,
            trusted_proxies: Vec::new(),
            trial: app.settings().trial(),
            outbox_key: Some(app::token::hash(OUTBOX_KEY)),
            request_limit: std::time::Duration::from_secs(30),
            time_zone: "UTC".to_owned(),
        };
        let calls = web::Beside {
            takes: aws::takes,
            router: aws::router(app.clone()),
        };
        let router = web::router(Front::new(app.clone(), serving), calls);
        Self {
            app,
            clock,
            router,
            db,
            secrets: Arc::default(),
            log_from,
        }
    }

    /// Another node of the same installation, by the same clock.
    pub fn another(&self) -> App {
        let settings = self.app.settings().clone();
        App::new(Parts {
            db: self.db.open_another(),
            hashes: HashPool::start(1, [7; 32], settings.hash_cost).expect("a hash pool"),
            ports: self.app.ports().clone(),
            settings,
        })
    }

    /// A node of the same installation starts, by the same clock, and finds these settings of channels.
    pub async fn start_with(&self, guarded: Vec<(domain::channel::Part, domain::channel::Seen)>) {
        let settings = Settings {
            guarded,
            ..self.app.settings().clone()
        };
        let node = App::new(Parts {
            db: self.db.open_another(),
            hashes: HashPool::start(1, [7; 32], settings.hash_cost).expect("a hash pool"),
            ports: self.app.ports().clone(),
            settings,
        });
        node.look_at_channels(&self.ctx()).await.expect("a look");
    }

    /// The store, for looking behind the pages.
    pub fn db(&self) -> &TestDb {
        &self.db
    }

    /// Everything that lies in the store, row by row.
    pub async fn contents(&self) -> Contents {
        let found = self.db.read(stores::contents).await;
        found.expect("the contents")
    }

    /// The present.
    pub fn now(&self) -> Timestamp {
        self.clock.shows()
    }

    /// Lets time go by.
    pub fn wait(&self, span: Span) {
        self.clock.advance(span);
    }

    /// The path of every page there is, as the route table has it: `/help/{topic}`.
    ///
    /// The router has no list to ask for, but shows one when it is debugged: `RouteId(7): "/help/{topic}"`.
    pub fn routes(&self) -> Vec<String> {
        let shown = format!("{:?}", self.router);
        let ids = shown.split("RouteId(").skip(1);
        let paths = ids.filter_map(|piece| piece.split_once("): \"")?.1.split('"').next());
        let mut paths: Vec<String> = paths
            .filter(|path| path.starts_with('/') && !path.contains("__private"))
            // No page: no person, no cookie and no form of ours is there, but a carrier that signs.
            .filter(|path| !path.starts_with(web::front::VOICE))
            .map(str::to_owned)
            .collect();
        paths.sort();
        paths.dedup();
        paths
    }

    /// A browser nobody has used before.
    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone(), Arc::clone(&self.secrets))
    }

    /// The circumstances of a request that no page makes.
    pub fn ctx(&self) -> Ctx {
        let client = Client {
            address: "127.0.0.1".parse().expect("an address"),
            device: "test".to_owned(),
        };
        Ctx::new(&self.app, client, Locale::En)
    }

    /// Every mail ordered so far, oldest first.
    pub async fn mails(&self) -> Vec<Letter> {
        let mut entries = self.outbox().await;
        entries.reverse();
        let bodies = entries
            .iter()
            .filter(|e| e.kind == store::outbox::Kind::Mail);
        bodies
            .filter_map(|entry| entry.body.as_ref())
            .map(|body| {
                let order: MailOrder = serde_json::from_slice(body.expose()).expect("an order");
                let words = letters().compose(&order, &self.app.settings().public_url, None);
                Letter { order, words }
            })
            .collect()
    }

    /// Every text ordered so far, oldest first, with its words.
    pub async fn texts(&self) -> Vec<(TextOrder, String)> {
        let mut entries = self.outbox().await;
        entries.reverse();
        let texts = entries
            .iter()
            .filter(|e| e.kind == store::outbox::Kind::Text)
            .filter_map(|entry| entry.body.as_ref());
        texts
            .map(|body| {
                let order = serde_json::from_slice(body.expose()).expect("an order");
                let words = letters().text(&order, &self.app.settings().public_url);
                (order, words)
            })
            .collect()
    }

    /// The worker does everything that is due now.
    pub async fn settle(&self) {
        let worker = Worker::new(self.app.clone(), true).expect("a worker");
        worker.settle().await.expect("work done");
    }

    /// The newest mail of a kind to an address.
    pub async fn mail(&self, kind: MailKind, to: &str) -> Option<Letter> {
        let mut mails = self.mails().await;
        mails.retain(|m| m.order.kind == kind && m.order.to == to);
        mails.pop()
    }

    /// How many mails of a kind were ordered.
    pub async fn count_mails(&self, kind: MailKind) -> usize {
        let mails = self.mails().await;
        mails.iter().filter(|m| m.order.kind == kind).count()
    }

    /// The names of the account's audit records with the refusal's code, oldest first: `MfaChecked GL-MFA-001`.
    pub async fn audit(&self, identity: &Identity) -> Vec<String> {
        let id = identity.account.id.clone();
        let page = self
            .db
            .read(move |tx| store::audit::of_account(tx, &id, None, 1_000))
            .await
            .expect("the audit log");
        let mut names: Vec<String> = page.items.iter().map(browser::line).collect();
        names.reverse();
        names
    }
}

fn letters() -> web::Letters {
    web::Letters {
        installation: "Gatelodge".to_owned(),
        time_zone: "UTC".to_owned(),
    }
}
