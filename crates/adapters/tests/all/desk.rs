//! A desk that notes what it is told.

use app::ports::{CallPlan, Desk, Future_, Key, Next};
use domain::call::Outcome;
use domain::dice::Dice;
use domain::ids::CallId;
use domain::locale::Locale;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::watch;

/// The number that is called.
pub(crate) const NUMBER: &str = "+886912345678";

const PATIENCE: Duration = Duration::from_secs(100);

#[derive(Debug)]
pub(crate) struct TestDesk {
    pub(crate) seed: [u8; 32],
    digits: Vec<Key>,
    keyed: Mutex<Vec<Key>>,
    silences: Mutex<u32>,
    told: watch::Sender<Vec<String>>,
    count: watch::Sender<usize>,
}

impl TestDesk {
    /// Six keys that are these say thanks, six others ask again.
    pub(crate) fn expecting(digits: &str) -> Arc<Self> {
        let mut seed = [0; 32];
        seed.copy_from_slice(&app::ports::Entropy::seed(
            &adapters::entropy::SystemEntropy,
        ));
        Arc::new(Self {
            seed,
            digits: Key::parse_all(digits).unwrap(),
            keyed: Mutex::default(),
            silences: Mutex::default(),
            told: watch::Sender::new(Vec::new()),
            count: watch::Sender::new(0),
        })
    }

    fn note(&self, what: impl Into<String>) {
        self.told.send_modify(|all| all.push(what.into()));
    }

    /// What it was told so far.
    pub(crate) fn told(&self) -> Vec<String> {
        self.told.borrow().clone()
    }

    /// Waits until it was told something.
    pub(crate) async fn heard(&self, what: &str) {
        let mut told = self.told.subscribe();
        let came = told.wait_for(|all| all.iter().any(|one| one == what));
        if tokio::time::timeout(PATIENCE, came).await.is_err() {
            panic!("{what} was not told, but {:?}", self.told());
        }
    }

    /// Waits until so many keys were heard.
    pub(crate) async fn keys(&self, wanted: usize) {
        let mut count = self.count.subscribe();
        let came = count.wait_for(|count| *count >= wanted);
        if tokio::time::timeout(PATIENCE, came).await.is_err() {
            panic!("{wanted} keys were not heard, but {:?}", self.told());
        }
    }

    /// Waits until the call is over, and says how.
    pub(crate) async fn over(&self) -> String {
        let mut told = self.told.subscribe();
        let over = told.wait_for(|all| all.iter().any(|one| one.starts_with("ended")));
        match tokio::time::timeout(PATIENCE, over).await {
            Ok(Ok(all)) => all.last().cloned().unwrap_or_default(),
            _ => panic!("the call did not end, but {:?}", self.told()),
        }
    }
}

impl Desk for TestDesk {
    fn ringing(&self) -> Future_<'_, ()> {
        self.note("ringing");
        Box::pin(async {})
    }

    fn answered(&self) -> Future_<'_, Next> {
        self.note("answered");
        Box::pin(async { Next::Say("recovery") })
    }

    fn pressed(&self, key: Key) -> Future_<'_, Next> {
        let mut keyed = self.keyed.lock().unwrap();
        keyed.push(key);
        self.count.send_modify(|count| *count += 1);
        let next = if keyed.len() < 6 {
            Next::Hush
        } else if *keyed == self.digits {
            self.note("right");
            Next::SayAndEnd("thanks")
        } else {
            self.note("wrong");
            Next::Say("again")
        };
        if keyed.len() == 6 {
            keyed.clear();
        }
        Box::pin(async move { next })
    }

    fn quiet(&self) -> Future_<'_, Next> {
        let mut silences = self.silences.lock().unwrap();
        *silences += 1;
        self.note("quiet");
        let next = if *silences > 1 {
            Next::SayAndEnd("timeout")
        } else {
            Next::Say("again")
        };
        Box::pin(async move { next })
    }

    fn ended(&self, outcome: Outcome) -> Future_<'_, ()> {
        self.note(format!("ended {}", outcome.key()));
        Box::pin(async {})
    }
}

/// A call to [`NUMBER`] whose events come to this desk.
pub(crate) fn plan(desk: &Arc<TestDesk>) -> CallPlan {
    CallPlan {
        call: CallId::draw(&Dice::new(desk.seed), "call"),
        to: NUMBER.to_owned(),
        country: "TW".to_owned(),
        locale: Locale::En,
        prompt: "recovery",
        account: "111122223333".parse().unwrap(),
        desk: Arc::clone(desk) as Arc<dyn Desk>,
    }
}
