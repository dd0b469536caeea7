//! Help: every topic that a refusal names exists in every language, and no page leads to help that is not there.

use domain::refusal::Code;
use testkit::rig::{Answer, Rig, on_sqlite};

const LANGUAGES: [&str; 3] = ["zh-TW", "ja", "en"];

async fn help(rig: &Rig, language: &str, path: &str) -> Answer {
    let mut browser = rig.browser();
    language.clone_into(&mut browser.language);
    let page = browser.open(path).await;
    assert_eq!(page.status.as_u16(), 200, "{language} {path}");
    assert!(page.body.contains(&format!("<html lang=\"{language}\"")));
    assert!(
        !page.body.contains("help-"),
        "a text is missing: {}",
        page.text()
    );
    page
}

/// Every address of help that a page leads to, without its fragment.
fn helps(page: &Answer) -> Vec<String> {
    let links = page.links().into_iter();
    let links = links.filter(|link| link == "/help" || link.starts_with("/help/"));
    links
        .map(|link| link.split('#').next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn every_refusal_has_a_help_page_in_every_language_r_ts_39() {
    on_sqlite(async |rig| {
        for language in LANGUAGES {
            for code in Code::ALL {
                help(rig, language, &format!("/help/{}", code.topic())).await;
                let page = help(rig, language, &format!("/help/{}", code.as_str())).await;
                let t = web::text::T::of(
                    domain::locale::Locale::from_tag(language).expect("a language"),
                );
                assert!(
                    page.shows(&t.s(code.as_str())),
                    "{language} {}",
                    code.as_str()
                );
            }
        }
    });
}

#[test]
fn help_leads_nowhere_that_is_not_there() {
    on_sqlite(async |rig| {
        let index = help(rig, "en", "/help").await;
        let topics = helps(&index);
        assert!(topics.len() > 10, "{topics:?}");
        for topic in topics {
            let page = help(rig, "en", &topic).await;
            for link in page.links().into_iter().filter(|l| l.starts_with("/help")) {
                let (path, id) = link.split_once('#').unwrap_or((&link, "main"));
                let there = help(rig, "en", path).await;
                assert!(
                    there.body.contains(&format!(" id=\"{id}\"")),
                    "{topic} leads to {link}"
                );
            }
        }
    });
}

#[test]
fn a_code_is_looked_up_however_it_is_typed_and_an_unknown_one_is_told() {
    on_sqlite(async |rig| {
        let page = help(rig, "en", "/help?code=%20gl-mfa-002%20").await;
        assert_eq!(page.path, "/help/GL-MFA-002");
        let page = help(rig, "en", "/help?code=GL-MFA-999").await;
        assert!(page.shows("There is no such code"), "{}", page.text());
        for nowhere in [
            "/help/nothing",
            "/help/GL-MFA-999",
            "/help/%2e%2e",
            "/help/a/b",
        ] {
            let page = rig.browser().open(nowhere).await;
            assert_eq!(page.status.as_u16(), 404, "{nowhere}");
            assert!(page.shows("GL-REQ-004"));
        }
    });
}

#[test]
fn somebody_without_the_right_page_or_address_is_led_on_r_ts_01_r_ts_02() {
    on_sqlite(async |rig| {
        let page = help(rig, "en", "/help/sign-in").await;
        for there in ["/signin", "/help/user-types", "/help/password", "/help/mfa"] {
            assert!(page.links().iter().any(|link| link == there), "{there}");
        }
        assert!(page.shows("Search all your mailboxes"), "{}", page.text());
        let types = help(rig, "en", "/help/user-types").await;
        assert!(types.element("root").is_some() && types.element("iam").is_some());
    });
}

#[test]
fn senders_to_let_through_come_from_the_settings_r_con_15_r_ts_04_r_ts_08() {
    on_sqlite(async |rig| {
        for language in LANGUAGES {
            let page = help(rig, language, "/help/mail").await;
            assert!(page.shows("no-reply@signin.example.com"), "{}", page.text());
            assert!(page.shows("recover-mfa-no-reply@verify.signin.example.com"));
            assert!(page.element("no-access").is_some() && page.element("code").is_some());
            assert!(page.body.contains("catch-all"));
        }
    });
}

#[test]
fn a_lost_device_a_lost_password_and_a_used_address_are_explained_r_ts_05_r_ts_09_r_ts_12() {
    on_sqlite(async |rig| {
        let mfa = help(rig, "en", "/help/mfa").await;
        for there in [
            "/help/recovery",
            "/console/account",
            "/console/security-credentials",
        ] {
            assert!(mfa.links().iter().any(|link| link == there), "{there}");
        }
        let password = help(rig, "en", "/help/password").await;
        assert!(password.links().iter().any(|link| link == "/signin/forgot"));
        assert!(password.shows("signed in as another user, sign out there first"));
        let account = help(rig, "en", "/help/account").await;
        assert!(account.shows("name+new@example.com") && account.shows("for 90 days"));
    });
}

#[test]
fn help_says_the_same_signed_in_and_signed_out() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, None).await;
        let inside = browser.open("/help/recovery").await;
        let outside = rig.browser().open("/help/recovery").await;
        let words = |page: &Answer| page.element("main");
        assert_eq!(words(&inside), words(&outside));
    });
}
