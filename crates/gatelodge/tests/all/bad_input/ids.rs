//! Addresses: ids that are cut, of another kind, or somebody else's; queries that are no text; places to return to.

use super::world::{Scene, TOKEN, World, harmless, methods, refused};
use domain::refusal::Code;
use http::{Method, StatusCode};
use testkit::rig::{PASSWORD, on_sqlite};

/// What may stand where an id belongs.
fn strange(scene: &Scene) -> Vec<String> {
    let cut = |id: &str| id.chars().take(id.len() - 1).collect::<String>();
    vec![
        "x".to_owned(),
        "..%2f..%2foutbox".to_owned(),
        "%00".to_owned(),
        "%0d%0aset-cookie:%20a=b".to_owned(),
        "%ff".to_owned(),
        "%ED%A0%80".to_owned(),
        "%3Cscript%3Ealert(1)%3C/script%3E".to_owned(),
        "%E7%95%8C".repeat(300),
        "flw_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
        "rec_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
        "mfa_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
        cut(&scene.sign_in),
        cut(&scene.case),
        scene.sign_in.to_uppercase(),
        format!("{}%20", scene.sign_in),
        scene.sign_in.clone(),
        scene.sign_up.clone(),
        scene.enrolment.clone(),
        scene.case.clone(),
        scene.device.clone(),
    ]
}

/// The route with every placeholder filled with the same text.
fn filled(route: &str, with: &str) -> String {
    let pieces = route.split('/');
    let pieces = pieces.map(|piece| if piece.starts_with('{') { with } else { piece });
    pieces.collect::<Vec<_>>().join("/")
}

#[test]
fn an_id_that_is_not_this_persons_or_not_of_this_kind_opens_nothing() {
    on_sqlite(async |rig| {
        let world = World::new(rig).await;
        let (ours, theirs) = (&world.ours, &world.theirs);
        let sense = ours.sense();
        let fields: Vec<(&str, &str)> = sense
            .iter()
            .filter(|(name, _)| name != "csrf")
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        for route in rig.routes().into_iter().filter(|route| route.contains('{')) {
            let right = ours.fill(&route);
            let posts = methods(ours, &right).await.contains(&Method::POST);
            let before = rig.contents().await;
            // Somebody else's ids, and our own where they do not belong.
            let own = strange(ours)
                .into_iter()
                .filter(|id| !right.contains(id.as_str()));
            for id in strange(theirs).into_iter().chain(own) {
                let path = filled(&route, &id);
                let mut browser = ours.browser.clone();
                let mut answers = vec![browser.get(&path).await];
                if posts {
                    answers.push(browser.post(&path, &fields).await);
                }
                for answer in answers {
                    harmless(&answer, &path);
                    assert!(!answer.status.is_success(), "{path}: {}", answer.text());
                    let page = answer.status.is_redirection() || answer.body.contains("GL-");
                    assert!(page, "{path}: {} {}", answer.status, answer.body);
                }
            }
            assert_eq!(before, rig.contents().await, "{route} wrote something");
        }
    });
}

#[test]
fn asking_for_a_page_writes_nothing_whatever_the_query() {
    on_sqlite(async |rig| {
        let world = World::new(rig).await;
        let malformed = ["a=1&a=2", "a=%ff", "%00", "a=%zz", "a=%ED%A0%80"];
        let strange = [
            "return_to=//evil.example",
            "return_to=https://evil.example/console",
            "return_to=/console/%0d%0aset-cookie:a=b",
            "email=%3Cscript%3Ealert(1)%3C/script%3E",
            "replaces=mfa_x&case=x&code=x&session=x&follow=x",
        ];
        for scene in [
            &world.ours,
            &Scene {
                browser: rig.browser(),
                ..world.ours.clone()
            },
        ] {
            for route in rig.routes() {
                let path = scene.fill(&route);
                if !methods(scene, &path).await.contains(&Method::GET) {
                    continue;
                }
                let before = rig.contents().await;
                let takes_a_query = !path.starts_with("/static/") && !path.ends_with('z');
                for query in malformed.into_iter().filter(|_| takes_a_query) {
                    let asked = format!("{path}?{query}");
                    let answer = scene.browser.clone().get(&asked).await;
                    refused(&answer, Code::MalformedForm, &asked);
                }
                for query in strange.iter().chain([&""]) {
                    let asked = format!("{path}?{query}");
                    let answer = scene.browser.clone().get(&asked).await;
                    harmless(&answer, &asked);
                    let leads = |link: &String| {
                        link.contains("evil.example") && !link.contains("return_to=")
                    };
                    assert!(!answer.links().iter().any(leads), "{asked}");
                }
                assert_eq!(before, rig.contents().await, "GET {path} wrote something");
            }
        }
    });
}

const ELSEWHERE: [&str; 13] = [
    "https://evil.example/console",
    "//evil.example/console",
    "/\\evil.example",
    "\\\\evil.example",
    "/console//evil.example",
    "/console/../outbox",
    "/console/%2e%2e/outbox",
    "/console\t//evil.example",
    "/consoles",
    "console/home",
    "javascript:alert(1)",
    "/console/\u{ff0f}\u{ff0f}evil.example",
    "/console/home@evil.example/..",
];

#[test]
fn no_place_to_return_to_leads_away_r_url_24() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        // A browser that is known needs no mailed code.
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, None).await;
        for elsewhere in ELSEWHERE {
            browser.submit("/signout", &[]).await;
            let fields = [
                ("user", "root"),
                ("email", "root@example.com"),
                ("return_to", elsewhere),
            ];
            let page = browser.submit("/signin", &fields).await;
            let action = page.action("/password");
            let answer = browser.post(&action, &[("password", PASSWORD)]).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{elsewhere}");
            assert_eq!(
                answer.location.as_deref(),
                Some("/console/home"),
                "{elsewhere}"
            );
            let answer = browser
                .post("/language", &[("lang", "ja"), ("return_to", elsewhere)])
                .await;
            harmless(&answer, elsewhere);
        }
    });
}

#[test]
fn the_token_of_a_link_never_stays_in_an_address_and_a_made_up_one_opens_nothing() {
    on_sqlite(async |rig| {
        let before = rig.contents().await;
        for route in rig
            .routes()
            .into_iter()
            .filter(|route| route.ends_with("/{token}"))
        {
            let mut browser = rig.browser();
            let answer = browser.get(&filled(&route, TOKEN)).await;
            let to = answer
                .location
                .clone()
                .unwrap_or_else(|| panic!("{route}: {}", answer.text()));
            assert!(!to.contains(TOKEN), "{route} leads to {to}");
            let page = browser.open(&to).await;
            harmless(&page, &to);
            let fields = [("password", PASSWORD), ("password_again", PASSWORD)];
            let answer = browser.post(&to, &fields).await;
            assert!(answer.status.is_client_error(), "{to}: {}", answer.text());
        }
        assert_eq!(before, rig.contents().await);
    });
}
