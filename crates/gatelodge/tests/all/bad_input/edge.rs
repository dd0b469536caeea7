//! What is refused before any page looks at it: tokens, origins, kinds and shapes of bodies, methods, hosts.

use super::world::{ORIGIN, Scene, TOKEN, World, forms, methods, refused};
use axum::body::Body;
use domain::refusal::Code;
use http::{HeaderName, HeaderValue, Method, Request, header};
use testkit::rig::{Answer, Rig, on_sqlite};

const FORM: &str = "application/x-www-form-urlencoded";

/// A form on its way, to be spoiled.
struct Sent {
    headers: Vec<(HeaderName, Vec<u8>)>,
    body: Vec<u8>,
}

impl Sent {
    /// As the browser sends it.
    fn right(scene: &Scene) -> Self {
        let pairs = scene.sense().into_iter();
        let pairs = pairs.map(|(name, value)| format!("{name}={}", value.replace(' ', "+")));
        Self {
            headers: vec![
                (header::ORIGIN, ORIGIN.into()),
                (header::CONTENT_TYPE, FORM.into()),
            ],
            body: pairs.collect::<Vec<_>>().join("&").into_bytes(),
        }
    }

    fn without(mut self, name: &HeaderName) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        let name = HeaderName::from_static(name);
        self.headers.push((name, value.into()));
        self
    }

    fn instead(self, name: &'static str, value: &str) -> Self {
        self.without(&HeaderName::from_static(name))
            .with(name, value)
    }

    fn and(mut self, more: &[u8]) -> Self {
        self.body.extend_from_slice(more);
        self
    }

    /// With another token, or none.
    fn token(mut self, scene: &Scene, other: &str) -> Self {
        let body = String::from_utf8(self.body).expect("a form");
        let ours = format!("csrf={}", scene.browser.csrf());
        assert!(body.contains(&ours));
        self.body = body.replace(&ours, other).into_bytes();
        self
    }

    async fn to(self, scene: &Scene, path: &str) -> Answer {
        let mut browser = scene.browser.clone();
        let mut request = browser.request(Method::POST, path);
        for (name, value) in self.headers {
            let value = HeaderValue::from_bytes(&value).expect("a header");
            request = request.header(name, value);
        }
        let request = request.body(Body::from(self.body)).expect("a request");
        browser.send(path, request).await
    }
}

/// Every way to spoil a form that we know of, and what is answered.
fn spoiled(world: &World) -> Vec<(&'static str, Code, Sent)> {
    let ours = &world.ours;
    let right = || Sent::right(ours);
    let token = |other: &str| right().token(ours, other);
    let cut: String = ours.browser.csrf().chars().skip(1).collect();
    let foreign = world.theirs.browser.csrf();
    let long = [b"&more=".as_slice(), &[b'x'; 9_000]].concat();
    let many: String = (0..40).map(|n| format!("&f{n}=")).collect();
    let name = [b"&".as_slice(), &[b'n'; 65], b"=x"].concat();
    vec![
        ("no token", Code::FormToken, token("x=")),
        ("an empty token", Code::FormToken, token("csrf=")),
        (
            "a cut token",
            Code::FormToken,
            token(&format!("csrf={cut}")),
        ),
        (
            "another browser's token",
            Code::FormToken,
            token(&format!("csrf={foreign}")),
        ),
        (
            "a made-up token",
            Code::FormToken,
            token(&format!("csrf={TOKEN}")),
        ),
        (
            "a token twice",
            Code::MalformedForm,
            right().and(b"&csrf=x"),
        ),
        (
            "a foreign origin",
            Code::ForeignOrigin,
            right().instead("origin", "https://evil.example"),
        ),
        (
            "no origin of its own",
            Code::ForeignOrigin,
            right().instead("origin", "null"),
        ),
        (
            "another port",
            Code::ForeignOrigin,
            right().instead("origin", "http://localhost:8081"),
        ),
        (
            "another scheme",
            Code::ForeignOrigin,
            right().instead("origin", "https://localhost:8080"),
        ),
        (
            "a like origin",
            Code::ForeignOrigin,
            right().instead("origin", "http://localhost:8080.evil.example"),
        ),
        (
            "an empty origin",
            Code::ForeignOrigin,
            right().instead("origin", ""),
        ),
        (
            "neither origin nor site",
            Code::ForeignOrigin,
            right().without(&header::ORIGIN),
        ),
        (
            "another site",
            Code::ForeignOrigin,
            right().with("sec-fetch-site", "cross-site"),
        ),
        (
            "the same site only",
            Code::ForeignOrigin,
            right().with("sec-fetch-site", "same-site"),
        ),
        (
            "no page at all",
            Code::ForeignOrigin,
            right()
                .without(&header::ORIGIN)
                .with("sec-fetch-site", "none"),
        ),
        (
            "no kind",
            Code::WrongMediaType,
            right().without(&header::CONTENT_TYPE),
        ),
        (
            "plain text",
            Code::WrongMediaType,
            right().instead("content-type", "text/plain"),
        ),
        (
            "JSON",
            Code::WrongMediaType,
            right().instead("content-type", "application/json"),
        ),
        (
            "parts",
            Code::WrongMediaType,
            right().instead("content-type", "multipart/form-data; boundary=x"),
        ),
        (
            "a field twice",
            Code::MalformedForm,
            right().and(b"&password=x"),
        ),
        (
            "a byte that is no text",
            Code::MalformedForm,
            right().and(b"&more=%ff"),
        ),
        (
            "a raw byte that is no text",
            Code::MalformedForm,
            right().and(b"&more=\xff"),
        ),
        (
            "half a pair of surrogates",
            Code::MalformedForm,
            right().and(b"&more=%ED%A0%80"),
        ),
        (
            "an overlong form",
            Code::MalformedForm,
            right().and(b"&more=%C0%AF"),
        ),
        ("a NUL", Code::MalformedForm, right().and(b"&more=%00")),
        (
            "a NUL in a name",
            Code::MalformedForm,
            right().and(b"&a%00b=x"),
        ),
        (
            "half an escape",
            Code::MalformedForm,
            right().and(b"&more=%4"),
        ),
        ("no escape", Code::MalformedForm, right().and(b"&more=%zz")),
        ("a long value", Code::MalformedForm, right().and(&long)),
        ("a long name", Code::MalformedForm, right().and(&name)),
        (
            "many fields",
            Code::MalformedForm,
            right().and(many.as_bytes()),
        ),
        ("40 KB", Code::TooLarge, right().and(&[b'&'; 40_000])),
    ]
}

#[test]
fn a_spoiled_form_is_refused_on_every_page_and_changes_nothing() {
    on_sqlite(async |rig| {
        let world = World::new(rig).await;
        let paths = forms(rig, &world.ours).await;
        for path in &paths {
            let before = rig.contents().await;
            for (what, code, sent) in spoiled(&world) {
                let answer = sent.to(&world.ours, path).await;
                refused(&answer, code, &format!("{what} to {path}"));
                assert!(
                    answer.body.contains("<html"),
                    "{what} to {path}: a page, not {}",
                    answer.body
                );
            }
            assert_eq!(before, rig.contents().await, "{path} wrote something");
        }
        let large = Sent::right(&world.ours).and(&vec![b'&'; 10 * 1_024 * 1_024]);
        let answer = large.to(&world.ours, "/signin").await;
        refused(&answer, Code::TooLarge, "10 MB");
    });
}

#[test]
fn the_same_form_unspoiled_is_let_in() {
    on_sqlite(async |rig| {
        let world = World::new(rig).await;
        let before = rig.contents().await;
        let answer = Sent::right(&world.ours).to(&world.ours, "/signin").await;
        assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
        let quiet = Sent::right(&world.ours).without(&header::ORIGIN);
        let answer = quiet
            .with("sec-fetch-site", "same-origin")
            .to(&world.ours, "/signin")
            .await;
        assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
        assert_ne!(
            before,
            rig.contents().await,
            "so the comparison sees what is written"
        );
    });
}

#[test]
fn a_wrong_method_is_a_page_that_names_the_right_ones_and_changes_nothing() {
    on_sqlite(async |rig| {
        let world = World::new(rig).await;
        let before = rig.contents().await;
        for route in rig.routes() {
            let path = world.ours.fill(&route);
            let taken = methods(&world.ours, &path).await;
            for name in [
                "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND",
            ] {
                let method: Method = name.parse().expect("a method");
                // What is posted to the root is a program's call, and answered as one.
                if taken.contains(&method) || (method == Method::POST && path == "/") {
                    continue;
                }
                let mut browser = world.ours.browser.clone();
                let request = browser.request(method, &path).body(Body::from("x=y"));
                let answer = browser.send(&path, request.expect("a request")).await;
                refused(&answer, Code::WrongMethod, &format!("{name} {path}"));
                assert!(answer.body.contains("<html"), "{name} {path}");
                assert!(answer.headers.contains_key(header::ALLOW), "{name} {path}");
            }
        }
        assert_eq!(before, rig.contents().await);
    });
}

async fn sent(rig: &Rig, request: http::request::Builder, path: &str) -> Answer {
    let request = request.body(Body::empty()).expect("a request");
    rig.browser().send(path, request).await
}

#[test]
fn a_host_that_is_not_ours_is_turned_away_on_every_path() {
    on_sqlite(async |rig| {
        let world = World::new(rig).await;
        let before = rig.contents().await;
        let hosts: [&[&str]; 11] = [
            &[],
            &["evil.example"],
            &["localhost"],
            &["localhost:8081"],
            &["localhost:8080."],
            &["localhost:8080.evil.example"],
            &["user@localhost:8080"],
            &["localhost:8080/x"],
            &[" localhost:8080,evil.example"],
            &["localhost:8080", "evil.example"],
            &["localhost:8080", "localhost:8080"],
        ];
        let forwarded = [
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-for", "192.0.2.1"),
            ("x-forwarded-proto", "https"),
            ("forwarded", "host=evil.example"),
            ("via", "1.1 proxy"),
        ];
        let others = ["/nowhere", "/voice/first/abc"].map(str::to_owned);
        for route in rig.routes().into_iter().chain(others) {
            let path = world.ours.fill(&route);
            for hosts in hosts {
                let mut request = Request::builder().method(Method::GET).uri(&path);
                for host in hosts {
                    request = request.header(header::HOST, *host);
                }
                let answer = sent(rig, request, &path).await;
                refused(&answer, Code::WrongHost, &format!("{hosts:?} at {path}"));
                assert!(!answer.body.contains("evil"), "{path}");
            }
            for (name, value) in forwarded {
                let request = rig
                    .browser()
                    .request(Method::GET, &path)
                    .header(name, value);
                let answer = sent(rig, request, &path).await;
                refused(&answer, Code::WrongHost, &format!("{name} at {path}"));
            }
            let absolute = format!("http://evil.example{path}");
            let request = rig.browser().request(Method::GET, &absolute);
            let answer = sent(rig, request, &path).await;
            refused(&answer, Code::WrongHost, &absolute);
        }
        assert_eq!(before, rig.contents().await);
    });
}
