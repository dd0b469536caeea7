//! What is logged while a story runs, on every level and by every thread; and that nothing of what must not be seen
//! stands in it, nor open in the store. So each story is a test of the log, and plays the thief of a copy of the database
//! without the key ring.
//!
//! There is one listener for a process, because stores and hashes have threads of their own. Stories that run beside
//! one another hear each other, which may find a secret twice and never hides one.

use super::Rig;
use crate::stores::TestDb;
use domain::call::CallOrder;
use domain::mail::MailOrder;
use domain::sms::TextOrder;
use factors::totp;
use std::collections::BTreeSet;
use std::io;
use std::sync::{Mutex, Once, PoisonError};
use store::Tx;
use store::outbox::{Entry, Kind};
use tracing_subscriber::fmt::format::FmtSpan;

/// Everything logged so far by this process.
static HEARD: Mutex<String> = Mutex::new(String::new());

/// Shorter values stand in every log by chance.
const SHORTEST: usize = 6;

/// Values of this length are looked for as bytes in hexadecimal as well.
const LONG: usize = 16;

/// Fields of forms whose values are words and ids of ours, as a log may hold them.
const OURS: &[&str] = &[
    "by",
    "call",
    "country",
    "device",
    "how",
    "kept",
    "lang",
    "replaces",
    "return_to",
    "session",
    "user",
    "why",
];

/// Values that are chosen, not typed, in fields that elsewhere take what is typed. Where all tests are one process, the
/// log of one shows what others do.
const CHOICES: &[&str] = &["second"];

/// Fields of forms whose values let somebody in.
const KEYS: &[&str] = &[
    "code",
    "code_1",
    "code_2",
    "keys",
    "password",
    "password_again",
];

struct Ear;

impl io::Write for Ear {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lock(&HEARD).push_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Begins to listen, and answers how much was heard so far.
pub(super) fn listen() -> usize {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(|| Ear)
            .init();
    });
    lock(&HEARD).len()
}

/// What was logged since then.
pub(super) fn heard(since: usize) -> String {
    lock(&HEARD).get(since..).unwrap_or_default().to_owned()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What went through a story and must not be seen.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    /// Neither in the log nor open in the store.
    secret: Mutex<BTreeSet<String>>,
    /// Not in the log: the store holds names and addresses.
    typed: Mutex<BTreeSet<String>>,
}

fn put(values: &Mutex<BTreeSet<String>>, value: &str) {
    let value = value.trim();
    if value.chars().count() >= SHORTEST {
        lock(values).insert(value.to_owned());
    }
}

impl Secrets {
    /// Remembers what lets somebody in, or what a mail says.
    pub(super) fn keep(&self, value: &str) {
        put(&self.secret, value);
    }

    /// Remembers what a person typed into a form, unless it is one of our own words.
    pub(super) fn keep_typed(&self, name: &str, value: &str) {
        if KEYS.contains(&name) {
            put(&self.secret, value);
        } else if !OURS.contains(&name) && !CHOICES.contains(&value) {
            put(&self.typed, value);
        }
    }

    /// Remembers the token at the end of an address.
    fn keep_link(&self, path: &str) {
        self.keep(path.rsplit('/').next().unwrap_or_default());
    }

    fn keep_mail(&self, order: &MailOrder) {
        let links = [&order.link, &order.objection];
        for link in links.into_iter().flatten() {
            if link.trim_matches('/').contains('/') {
                self.keep_link(link);
            }
        }
        self.keep(order.code.as_deref().unwrap_or_default());
        let words = super::letters();
        let words = app::ports::Composer::compose(&words, order, "http://localhost:8080", None);
        self.keep(&words.subject);
        for line in words.text.lines() {
            self.keep(line);
        }
    }

    /// Remembers what lies sealed in a store: mails, digits of calls, seeds.
    fn keep_stored(&self, db: &TestDb) {
        let entries = db.read_blocking(|tx| store::outbox::list(tx, None, 1_000));
        for entry in entries.expect("the outbox").items {
            self.keep_entry(&entry);
        }
        for seed in db.read_blocking(seeds).expect("the seeds") {
            self.keep(&totp::Seed::from_bytes(seed).to_base32());
            self.keep(&data_encoding::HEXLOWER.encode(&seed));
            self.keep(&format!("{seed:?}"));
        }
    }

    fn keep_entry(&self, entry: &Entry) {
        put(&self.typed, entry.recipient.expose());
        let Some(body) = &entry.body else { return };
        match entry.kind {
            Kind::Call => {
                let order: CallOrder = serde_json::from_slice(body.expose()).expect("an order");
                self.keep(order.digits.expose());
            }
            Kind::Mail => {
                self.keep_mail(&serde_json::from_slice(body.expose()).expect("an order"));
            }
            Kind::Text => {
                let order: TextOrder = serde_json::from_slice(body.expose()).expect("an order");
                self.keep(order.code.as_deref().unwrap_or_default());
                let words = super::letters();
                let words = app::ports::Composer::text(&words, &order, "http://localhost:8080");
                for line in words.lines() {
                    self.keep(line);
                }
            }
            // It has no words.
            Kind::Decoy => (),
        }
    }

    /// The first line of a log that holds one of them.
    fn found(&self, log: &str) -> Option<String> {
        let all: BTreeSet<String> = lock(&self.secret)
            .union(&lock(&self.typed))
            .cloned()
            .collect();
        first(log.lines(), &all)
    }

    /// The first row of a store that shows what lets somebody in to whoever has no key ring.
    fn open_in(&self, db: &TestDb) -> Option<String> {
        let contents = db
            .read_blocking(crate::stores::contents)
            .expect("the contents");
        // What was typed into a field that is kept open as well is no secret, nor is a word that nobody could choose.
        let open = lock(&self.typed).clone();
        let mut secrets = lock(&self.secret).clone();
        secrets.retain(|s| {
            !open.contains(s) && (s.len() >= LONG || s.contains(|c: char| c.is_ascii_digit()))
        });
        let bytes = secrets
            .iter()
            .filter(|s| s.len() >= LONG)
            .map(|s| s.as_bytes());
        let as_bytes: Vec<String> = bytes.map(|b| data_encoding::HEXUPPER.encode(b)).collect();
        secrets.extend(as_bytes.iter().map(|hex| hex.to_lowercase()));
        secrets.extend(as_bytes);
        first(contents.values().flatten().map(String::as_str), &secrets)
    }
}

fn first<'a>(
    mut lines: impl Iterator<Item = &'a str>,
    secrets: &BTreeSet<String>,
) -> Option<String> {
    let line = lines.find(|line| secrets.iter().any(|secret| holds(line, secret)));
    line.map(str::to_owned)
}

fn seeds(tx: &mut Tx<'_>) -> Result<Vec<[u8; totp::SEED_LENGTH]>, store::StoreError> {
    let mut seeds = Vec::new();
    for account in store::account::page(tx, "", 100)? {
        for device in store::device::of_account(tx, &account.id)? {
            let seed = store::device::seed(tx, &device.id)?;
            seeds.push(seed.expose().as_slice().try_into().expect("20 bytes"));
        }
    }
    Ok(seeds)
}

/// Whether a line holds a secret. Digits are found as a number of their own only: moments and ids are full of digits.
fn holds(line: &str, secret: &str) -> bool {
    let digits = secret.bytes().all(|b| b.is_ascii_digit());
    line.match_indices(secret).any(|(at, _)| {
        let next_to = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let (before, after) = (&line[..at], &line[at + secret.len()..]);
        !(digits && (next_to(before.chars().next_back()) || next_to(after.chars().next())))
    })
}

impl Drop for Rig {
    /// The end of a story: nothing that went through it may stand in the log, and no secret open in the store.
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        // A story may end within its runtime, where nothing may block.
        let found = std::thread::scope(|scope| {
            let looked = scope.spawn(|| {
                self.secrets.keep_stored(&self.db);
                self.secrets.open_in(&self.db)
            });
            looked.join().expect("a look into the store")
        });
        if let Some(line) = self.secrets.found(&heard(self.log_from)) {
            panic!("the log holds a secret or what a person typed: {line}");
        }
        if let Some(row) = found {
            panic!("a secret lies open in the store: {row}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::{PASSWORD, on_sqlite};
    use domain::mail::MailKind;

    #[test]
    fn whatever_any_thread_says_is_heard() {
        let from = listen();
        let span = tracing::trace_span!("a span", value = "an orange lamp");
        std::thread::spawn(move || span.in_scope(|| tracing::trace!("a blue lamp")))
            .join()
            .expect("a thread");
        let log = heard(from);
        assert!(
            log.contains("an orange lamp") && log.contains("a blue lamp"),
            "{log}"
        );
    }

    #[test]
    fn a_secret_is_found_and_a_number_within_another_is_none() {
        let secrets = Secrets::default();
        secrets.keep("123456");
        secrets.keep_typed("password", "harbour lantern");
        secrets.keep_typed("device", "mfa_abcdef");
        secrets.keep("short");
        for harmless in ["at=1234567", "a123456", "mfa_abcdef", "short", "lantern"] {
            assert_eq!(secrets.found(harmless), None, "{harmless}");
        }
        for told in ["code=123456", "(123456)", "a password: harbour lantern!"] {
            assert!(secrets.found(&format!("one\n{told}\n")).is_some(), "{told}");
        }
    }

    #[test]
    fn a_row_that_is_not_sealed_is_found() {
        let db = crate::stores::sqlite();
        let secrets = Secrets::default();
        for (secret, open) in [
            ("an orange lamp on the sill", true),
            ("a blue lamp in the window", false),
        ] {
            secrets.keep(secret);
            let value = if open { secret } else { "sealed" };
            db.write_blocking(move |tx| store::meta::set(tx, "lamp", value))
                .expect("a row");
            assert_eq!(secrets.open_in(&db).is_some(), open);
        }
    }

    #[test]
    fn what_goes_through_a_story_is_remembered_from_every_side() {
        on_sqlite(async |rig| {
            let root = rig.account("Example", "root@example.com").await;
            let mut browser = rig.browser();
            rig.sign_in(&mut browser, &root, None).await;
            std::thread::scope(|scope| {
                scope.spawn(|| rig.secrets.keep_stored(rig.db()));
            });
            let letter = rig.mail(MailKind::SignInCode, "root@example.com").await;
            let letter = letter.expect("a mail");
            let session = &browser.cookies["gl_session"];
            assert_eq!(session.len(), 32, "160 bits in base32");
            let text = letter.words.text.lines().next().expect("a line");
            let code = letter.order.code.as_deref().expect("a code");
            for secret in [
                PASSWORD,
                code,
                session,
                text,
                browser.csrf(),
                "root@example.com",
            ] {
                let line = format!("something said={secret} and more");
                assert!(rig.secrets.found(&line).is_some(), "{secret}");
            }
        });
    }
}
