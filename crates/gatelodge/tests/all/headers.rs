//! What every answer carries, whatever it is: headers that keep browsers from doing what we never want.

use http::{Method, header};
use testkit::rig::{Answer, OUTBOX_KEY, on_sqlite};

fn wears(answer: &Answer, asset: bool) {
    let one = |name: &str| {
        let values: Vec<_> = answer.headers.get_all(name).iter().collect();
        assert!(values.len() <= 1, "{name} twice at {}", answer.path);
        values
            .first()
            .map_or("", |value| value.to_str().unwrap())
            .to_owned()
    };
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(one(name), value, "{name} at {}", answer.path);
    }
    let policy = one("content-security-policy");
    for rule in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(rule), "{rule} at {}: {policy}", answer.path);
    }
    assert!(
        !policy.contains("unsafe") && !policy.contains('*'),
        "{policy}"
    );
    if !asset {
        assert_eq!(one("cache-control"), "no-store", "at {}", answer.path);
    }
}

#[test]
fn every_answer_is_dressed_signed_in_or_not() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut stranger = rig.browser();
        let mut owner = rig.browser();
        rig.sign_in(&mut owner, &root, None).await;
        owner.open(&format!("/outbox?key={OUTBOX_KEY}")).await;
        let mut seen = 0;
        for route in rig
            .routes()
            .into_iter()
            .chain(["/voice/first/abc".to_owned()])
        {
            // Whatever stands for a part of the path is nobody's.
            let parts = route.split('/').map(|part| match part.starts_with('{') {
                true => "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                false => part,
            });
            let path = parts.collect::<Vec<_>>().join("/");
            let asset = path.starts_with("/static") || path == "/favicon.ico";
            for browser in [&mut stranger, &mut owner] {
                let (get, post) = (browser.get(&path).await, browser.post(&path, &[]).await);
                assert!(get.status.as_u16() < 500 && post.status.as_u16() < 500);
                wears(&get, asset);
                wears(&post, asset);
                seen += 2;
            }
        }
        assert!(seen > 200, "all routes: {seen}");
        wears(&stranger.get("/nowhere").await, false);
        let request = stranger
            .request(Method::GET, "/signin")
            .header(header::ORIGIN, "https://evil.example")
            .body(axum::body::Body::empty());
        wears(&stranger.send("/signin", request.unwrap()).await, false);
    });
}
