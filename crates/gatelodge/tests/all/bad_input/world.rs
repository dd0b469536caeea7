//! Somebody in the midst of everything: signed in, with a sign-in, an opening, a registration and a recovery begun.

use axum::body::Body;
use domain::mail::MailKind;
use domain::refusal::Code;
use domain::time::Span;
use http::{Method, StatusCode, header};
use std::sync::OnceLock;
use store::contact::{Held, Kind};
use testkit::rig::{
    Answer, Authenticator, Browser, CREDENTIALS, Identity, OUTBOX_KEY, PASSWORD, Rig,
};

pub(super) const ORIGIN: &str = "http://localhost:8080";
/// The shape of a token, but nobody's.
pub(super) const TOKEN: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// Somebody's browser, and what has been begun in it.
#[derive(Clone)]
pub(super) struct Scene {
    pub(super) browser: Browser,
    pub(super) email: String,
    pub(super) sign_in: String,
    pub(super) sign_up: String,
    pub(super) case: String,
    pub(super) enrolment: String,
    pub(super) device: String,
}

/// Two people who have nothing to do with each other.
pub(super) struct World {
    pub(super) ours: Scene,
    pub(super) theirs: Scene,
}

impl World {
    pub(super) async fn new(rig: &Rig) -> Self {
        Self::once_more(rig, 0).await
    }

    /// One more of them in the same installation.
    pub(super) async fn once_more(rig: &Rig, number: usize) -> Self {
        let (ours, theirs) = (
            format!("root{number}@example.com"),
            format!("other{number}@example.org"),
        );
        let (root, phone) = person(rig, &ours, "+886912345678").await;
        let (other, tablet) = person(rig, &theirs, "+886987654321").await;
        // Contacts and accounts are old enough to serve a recovery.
        rig.wait(Span::days(60));
        Self {
            ours: Scene::new(rig, &root, &phone).await,
            theirs: Scene::new(rig, &other, &tablet).await,
        }
    }
}

async fn person(rig: &Rig, email: &str, number: &str) -> (Identity, Authenticator) {
    let root = rig.account("Example", email).await;
    let phone = rig.device(&root, "phone").await;
    let held = Held {
        value: number.to_owned(),
        changed_at: None,
        proved_at: Some(rig.now()),
    };
    let id = root.account.id.clone();
    let put = rig
        .db()
        .write(move |tx| store::contact::put(tx, &id, Kind::Phone, &held, None));
    put.await.expect("a contact");
    (root, phone)
}

impl Scene {
    async fn new(rig: &Rig, root: &Identity, phone: &Authenticator) -> Self {
        let mut browser = rig.browser();
        let page = rig.sign_in(&mut browser, root, Some(phone)).await;
        assert_eq!(page.path, "/console/home", "{}", page.text());
        browser.open(&format!("/outbox?key={OUTBOX_KEY}")).await;
        let new = format!("{CREDENTIALS}/devices/new");
        browser.open(&new).await;
        let enrolment = browser.submit(&new, &[("name", "tablet")]).await;
        let factor = rig.give_password(&mut browser, root).await;
        let recover = format!("{}/recover", factor.path);
        browser.open(&recover).await;
        let case = browser.submit(&recover, &[("why", "lost")]).await;
        let sign_in = rig.give_password(&mut browser, root).await;
        let sign_up = browser
            .submit("/open", &[("email", "new@example.com")])
            .await;
        assert!(rig.count_mails(MailKind::SignUpCode).await > 0);
        let last = |page: &Answer, within: &str| {
            let path = page.path.split('?').next().unwrap_or_default();
            assert!(path.starts_with(within), "{path}: {}", page.text());
            path.rsplit('/').next().unwrap_or_default().to_owned()
        };
        Self {
            email: root.account.email.clone(),
            sign_in: last(&sign_in, "/signin/f/"),
            sign_up: last(&sign_up, "/open/f/"),
            case: last(&case, "/signin/r/"),
            enrolment: last(&enrolment, CREDENTIALS),
            device: phone.id.to_string(),
            browser,
        }
    }

    /// Whether everything that was begun still stands.
    pub(super) async fn stands(&self) -> bool {
        let mut browser = self.browser.clone();
        for route in [
            "/console/home",
            "/signin/f/{flow}",
            "/open/f/{flow}",
            "/signin/r/{case}",
            "/console/security-credentials/devices/new/{flow}",
            "/console/security-credentials/devices/{device}/rename",
        ] {
            if !browser.get(&self.fill(route)).await.status.is_success() {
                return false;
            }
        }
        true
    }

    /// A path of the route table with this person's own ids in it.
    pub(super) fn fill(&self, route: &str) -> String {
        let mut path = String::new();
        for piece in route.split_inclusive('/') {
            let (name, slash) = match piece.strip_suffix('/') {
                Some(name) => (name, "/"),
                None => (piece, ""),
            };
            path.push_str(match name {
                "{flow}" if path == "/signin/f/" => &self.sign_in,
                "{flow}" if path == "/open/f/" => &self.sign_up,
                "{flow}" => &self.enrolment,
                "{case}" => &self.case,
                "{device}" => &self.device,
                "{topic}" => "mfa",
                "{number}" => "886912345678",
                "{act}" => "press",
                "{hash}" => "aaaaaaaaaaaaaaaa",
                "{name}" => "gatelodge.css",
                unknown if unknown.starts_with('{') => TOKEN,
                plain => plain,
            });
            path.push_str(slash);
        }
        path
    }

    /// Fields that make sense to one page or another, all of them in one form.
    pub(super) fn sense(&self) -> Vec<(String, String)> {
        fields()
            .iter()
            .map(|name| {
                let value = match name.as_str() {
                    "csrf" => self.browser.csrf(),
                    "email" => &self.email,
                    "user" => "root",
                    "password" | "password_again" => PASSWORD,
                    "code" | "first" => "123456",
                    "second" => "234567",
                    "device" | "replaces" => &self.device,
                    "case" => &self.case,
                    "why" => "lost",
                    "lang" => "ja",
                    "return_to" => "/console/home",
                    "phone" => "0912 345 678",
                    _ => "something",
                };
                (name.clone(), value.to_owned())
            })
            .collect()
    }
}

/// The name of every field that a page reads, as the code of the pages has it.
pub(super) fn fields() -> &'static [String] {
    static NAMES: OnceLock<Vec<String>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = vec!["csrf".to_owned()];
        let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/../web/src");
        read(std::path::Path::new(pages), &mut names);
        names.sort();
        names.dedup();
        assert!(
            (15..=web::form::MOST_FIELDS).contains(&names.len()),
            "{names:?}"
        );
        names
    })
}

fn read(folder: &std::path::Path, names: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("the pages") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read(&path, names);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let text = std::fs::read_to_string(&path).expect("a file");
            for call in [
                ".must(\"",
                "form.get(\"",
                ".or_blank(\"",
                "form.has(\"",
                " text(\"",
            ] {
                let rest = text.split(call).skip(1);
                let found = rest.filter_map(|rest| rest.split_once('"'));
                let plain = |name: &&str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
                names.extend(found.map(|(name, _)| name).filter(plain).map(str::to_owned));
            }
        }
    }
}

/// The methods that a path takes, as it says itself.
pub(super) async fn methods(scene: &Scene, path: &str) -> Vec<Method> {
    let mut browser = scene.browser.clone();
    let request = browser.request(Method::DELETE, path).body(Body::empty());
    let answer = browser.send(path, request.expect("a request")).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    let allow = answer.headers.get(header::ALLOW).expect("Allow");
    let allow = allow.to_str().expect("a list").split(',');
    allow
        .map(|name| name.trim().parse().expect("a method"))
        .collect()
}

/// Every path that takes forms, with this person's ids.
pub(super) async fn forms(rig: &Rig, scene: &Scene) -> Vec<String> {
    let mut paths = Vec::new();
    for route in rig.routes() {
        let path = scene.fill(&route);
        if methods(scene, &path).await.contains(&Method::POST) {
            paths.push(path);
        }
    }
    assert!(paths.len() > 30, "the route table was not read: {paths:?}");
    paths
}

/// It is a refusal with that code, and shows nothing that must not be seen.
pub(super) fn refused(answer: &Answer, code: Code, what: &str) {
    assert_eq!(
        answer.status.as_u16(),
        code.status(),
        "{what}: {}",
        answer.text()
    );
    assert!(
        answer.body.contains(code.as_str()),
        "{what}: {}",
        answer.text()
    );
    harmless(answer, what);
}

/// No fault, no secret, no markup of somebody else's, and nowhere else to go.
pub(super) fn harmless(answer: &Answer, what: &str) {
    assert!(
        !answer.status.is_server_error(),
        "{what}: {}",
        answer.text()
    );
    assert!(!answer.body.contains(PASSWORD), "{what} shows the password");
    assert!(
        !answer.body.contains("<script>alert"),
        "{what} shows markup"
    );
    let ours = |to: &str| to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/\\");
    if let Some(to) = &answer.location {
        assert!(ours(to), "{what} leads to {to}");
    }
    for line in answer.headers.get_all(header::SET_COOKIE) {
        assert!(line.as_bytes().starts_with(b"gl_"), "{what} sets {line:?}");
    }
}
