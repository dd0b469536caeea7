//! Cookies that are cut, doubled, swapped or somebody else's.

use super::world::{Scene, TOKEN, World, forms, harmless};
use std::collections::BTreeMap;
use testkit::rig::on_sqlite;

/// Every way to spoil one cookie of this browser.
fn spoiled(world: &World) -> Vec<(String, BTreeMap<String, String>)> {
    let ours = &world.ours.browser.cookies;
    let mut all = Vec::new();
    for (name, value) in ours {
        let cut = value.get(1..).unwrap_or_default().to_owned();
        let theirs = world.theirs.browser.cookies.get(name).cloned();
        let swapped = ours.values().find(|other| *other != value).cloned();
        let values = [
            ("cut", Some(cut)),
            ("empty", Some(String::new())),
            ("made up", Some(TOKEN.to_owned())),
            (
                "no token",
                Some("../\"<script>alert(1)</script>".to_owned()),
            ),
            ("doubled", Some(format!("{value}; {name}={value}"))),
            ("another", swapped),
            ("theirs", theirs.filter(|_| name != "gl_session")),
        ];
        for (how, value) in values {
            let Some(value) = value else { continue };
            let mut cookies = ours.clone();
            cookies.insert(name.clone(), value);
            all.push((format!("{name} {how}"), cookies));
        }
    }
    all
}

#[test]
fn a_spoiled_cookie_counts_as_none_and_nothing_is_done_with_it() {
    on_sqlite(async |rig| {
        let world = World::new(rig).await;
        let names: Vec<&String> = world.ours.browser.cookies.keys().collect();
        assert!(names.len() >= 3, "{names:?}");
        let spoiled = spoiled(&world);
        for path in forms(rig, &world.ours).await {
            let before = rig.contents().await;
            for (what, cookies) in &spoiled {
                // The browser and the session are what a form's token hangs on; the others prove nothing here.
                if !["gl_browser", "gl_session"]
                    .iter()
                    .any(|name| what.starts_with(name))
                {
                    continue;
                }
                let Scene { mut browser, .. } = world.ours.clone();
                browser.cookies.clone_from(cookies);
                let answer = browser
                    .post(&path, &[("password", "x"), ("email", "x@example.com")])
                    .await;
                harmless(&answer, what);
                assert!(
                    answer.status.is_client_error(),
                    "{what} at {path}: {} {}",
                    answer.status,
                    answer.text()
                );
            }
            assert_eq!(before, rig.contents().await, "{path} wrote something");
        }
        for (what, cookies) in &spoiled {
            let Scene { mut browser, .. } = world.ours.clone();
            browser.cookies.clone_from(cookies);
            let answer = browser.get("/console/home").await;
            harmless(&answer, what);
            let inside = answer.status.is_success();
            assert_eq!(
                inside,
                !what.starts_with("gl_session"),
                "{what}: {}",
                answer.status
            );
        }
    });
}

#[test]
fn somebody_elses_session_does_not_make_our_flows_theirs() {
    on_sqlite(async |rig| {
        let world = World::new(rig).await;
        let Scene { mut browser, .. } = world.theirs.clone();
        for path in ["/signin/f/{flow}", "/open/f/{flow}", "/signin/r/{case}"] {
            let page = browser.get(&world.ours.fill(path)).await;
            assert!(page.status.is_client_error(), "{path}: {}", page.text());
        }
        let credentials = world
            .ours
            .fill("/console/security-credentials/devices/{device}/remove");
        let page = browser.get(&credentials).await;
        assert!(page.status.is_client_error(), "{}", page.text());
    });
}
