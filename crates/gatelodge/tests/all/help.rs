//! Help: every topic that a refusal names exists in every language, and no page leads to help that is not there.

use app::settings::Contact;
use domain::refusal::Code;
use testkit::rig::{Answer, Rig, each_engine_with, on_sqlite, settings};

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

/// The sections that a page of help must have.
async fn sections(rig: &Rig, topic: &str, wanted: &[&str]) {
    for language in LANGUAGES {
        let page = help(rig, language, &format!("/help/{topic}")).await;
        for id in wanted {
            let title = page.element(id).unwrap_or_default();
            assert!(!title.is_empty(), "{language} {topic}: no section {id}");
        }
    }
}

#[test]
fn a_code_leads_to_the_section_that_explains_it_r_ts_39() {
    on_sqlite(async |rig| {
        let mut led = 0;
        for code in Code::ALL {
            let page = help(rig, "en", &format!("/help/{}", code.as_str())).await;
            for id in page
                .links()
                .iter()
                .filter_map(|link| link.strip_prefix('#'))
            {
                if id == "main" {
                    continue;
                }
                let title = page.element(id).unwrap_or_default();
                assert!(!title.is_empty(), "{}: no section {id}", code.as_str());
                led += 1;
            }
        }
        assert!(led > 40, "only {led} codes lead to a section");
    });
}

#[test]
fn troubles_with_devices_are_explained_r_ts_29_r_ts_30_r_ts_31_r_ts_32() {
    on_sqlite(async |rig| {
        sections(rig, "mfa", &["clock", "new", "enable", "remove"]).await;
        let page = help(rig, "en", "/help/mfa").await;
        let clock = "Set date, time and time zone of the device with the app to automatic";
        assert!(page.shows(clock) && page.shows("up to 8 devices"));
        assert!(
            page.links()
                .iter()
                .any(|link| link.ends_with("/devices/new"))
        );
        let full = help(rig, "en", "/help/GL-MFA-004").await;
        assert!(full.links().iter().any(|link| link == "#new"));
    });
}

#[test]
fn troubles_with_passwords_and_mail_are_explained_r_ts_23_r_ts_25_r_ts_26_r_ts_27_r_ts_28() {
    on_sqlite(async |rig| {
        sections(rig, "password", &["forgot", "rules"]).await;
        sections(rig, "mail", &["look", "senders", "no-access"]).await;
        let rules = help(rig, "en", "/help/GL-PWD-001").await;
        assert!(rules.shows("at least 15 characters, or 8") && rules.shows("at most 128"));
        let wrong = help(rig, "en", "/help/GL-SIGNIN-002").await;
        assert!(wrong.shows("Check capital letters") && wrong.shows("an older password"));
        let mail = help(rig, "en", "/help/mail").await;
        assert!(mail.shows("If you are still signed in"), "{}", mail.text());
        assert!(mail.links().iter().any(|to| to == "/console/account/email"));
    });
}

#[test]
fn accounts_and_sessions_are_explained_r_ts_03_r_ts_07_r_ts_13_r_ts_17_r_ts_22_r_ts_33() {
    on_sqlite(async |rig| {
        let wanted = ["number", "forgotten", "taken", "suspended", "manage"];
        sections(rig, "account", &wanted).await;
        sections(rig, "sign-in", &["sign-out", "reach"]).await;
        let account = help(rig, "en", "/help/account").await;
        let addresses = |link: &String| link == "/signin/addresses";
        assert!(account.links().iter().any(addresses));
        for code in ["GL-SIGNIN-010", "GL-ACC-004"] {
            let page = help(rig, "en", &format!("/help/{code}")).await;
            assert!(
                page.shows("Nobody can sign in to it until"),
                "{}",
                page.text()
            );
        }
    });
}

#[test]
fn words_are_explained_from_the_pages_r_voc_22() {
    on_sqlite(async |rig| {
        let terms = [
            "administrator",
            "account",
            "credentials",
            "corporate",
            "profile",
            "root",
            "user",
            "code",
        ];
        sections(rig, "words", &terms).await;
        let types = help(rig, "en", "/help/user-types").await;
        assert!(types.links().iter().any(|link| link == "/help/words"));
    });
}

#[test]
fn contacts_are_named_where_the_operator_set_them_only_r_ts_14_r_ts_15_r_ts_16_r_ts_34_r_ts_37() {
    let named = [
        (Contact::Support, "https://desk.example.com/"),
        (Contact::Billing, "mailto:billing@example.com"),
        (Contact::Retail, "https://shop.example.com/orders"),
    ];
    on_sqlite(async |rig| {
        let page = help(rig, "en", "/help/account").await;
        assert!(page.element("billing").is_none() && page.element("retail").is_none());
        let foreign = page
            .links()
            .into_iter()
            .find(|to| !to.starts_with(['/', '#']));
        assert_eq!(foreign, None);
    });
    let mut set = settings();
    set.contacts = named.map(|(who, url)| (who, url.to_owned())).into();
    each_engine_with(&set, async |rig| {
        sections(rig, "account", &["billing", "retail"]).await;
        let page = help(rig, "en", "/help/account").await;
        for (_, url) in named {
            assert!(page.links().iter().any(|to| to == url), "{url}");
        }
        assert!(help(rig, "ja", "/help/mfa").await.body.contains(named[0].1));
    });
}

#[test]
fn nobody_who_helps_can_see_or_set_what_is_secret_r_ts_36_r_ts_38() {
    on_sqlite(async |rig| {
        let page = help(rig, "en", "/help/mfa").await;
        assert!(page.shows("They can neither see nor set your password"));
        assert!(page.shows("They tell nobody an account ID"));
    });
}

#[test]
fn what_somebody_was_given_leads_on_and_nothing_is_looked_up_r_voc_19_p_22() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut said = Vec::new();
        for (typed, title) in [
            ("root@example.com", "An email address: that of a root user"),
            ("none@example.com", "An email address: that of a root user"),
            (root.account.id.as_str(), "An account: that of an IAM user"),
            ("999988887777", "An account: that of an IAM user"),
            ("acme", "The name of an account, or of a portal"),
            ("d-9067f2e3a1", "The portal of an organization"),
            (
                "http://localhost:8080/start/acme",
                "The portal of an organization",
            ),
            ("how do I get in?", "We cannot tell from this"),
        ] {
            let mut browser = rig.browser();
            let page = browser.open("/help/user-types").await;
            assert_eq!(page.action("/user-types"), "/help/user-types");
            let before = rig.contents().await;
            let page = browser.submit("/help/user-types", &[("name", typed)]).await;
            assert!(page.shows(title), "{typed}: {}", page.text());
            assert_eq!(before, rig.contents().await, "nothing is written");
            let on = page.actions().iter().any(|action| action == "/signin");
            assert_eq!(on, typed.contains('@'), "only root users are led on");
            said.push(page.body.replace(typed, ""));
            if on {
                let fields = [("user", "root"), ("email", typed)];
                let page = browser.submit("/signin", &fields).await;
                assert!(page.path.starts_with("/signin/f/"), "{}", page.path);
            }
        }
        assert_eq!(said[0].len(), said[1].len(), "the same whoever exists");
        assert_eq!(said[2].len(), said[3].len());
    });
}

#[test]
fn what_must_get_through_is_listed_and_tested_without_scripts_r_ts_06_r_avl_05() {
    on_sqlite(async |rig| {
        for language in LANGUAGES {
            let mut browser = rig.browser();
            language.clone_into(&mut browser.language);
            let first = browser.open("/help/reach").await;
            let again = browser.open("/help/reach").await;
            assert!(
                first.shows("localhost") && first.shows("8080"),
                "{}",
                first.text()
            );
            assert_eq!(
                first.element("host").as_deref(),
                Some("http://localhost:8080")
            );
            assert_eq!(
                first.element("sender").as_deref(),
                Some("no-reply@signin.example.com")
            );
            assert!(first.element("recovery-sender").is_some());
            assert_ne!(
                first.text(),
                again.text(),
                "a cookie that comes back is seen"
            );
            // The picture is ours, and never an older copy of it.
            let picture = first
                .body
                .split("<img src=\"")
                .nth(1)
                .and_then(|p| p.split('"').next());
            let picture = picture.expect("a picture");
            let shown = browser.get(picture).await;
            assert_eq!(shown.status.as_u16(), 200);
            assert!(!again.body.contains(picture));
            assert!(!first.body.contains("https://"), "no foreign host");
        }
    });
}

#[test]
fn people_who_help_and_cases_are_explained_r_ts_14_r_ts_35_r_ts_36() {
    on_sqlite(async |rig| {
        let wanted = ["name", "use", "none", "invited", "asked"];
        sections(rig, "recovery-contacts", &wanted).await;
        sections(rig, "support", &["which", "form", "way", "cannot", "lock"]).await;
        let people = help(rig, "en", "/help/recovery-contacts").await;
        for shown in ["at least 2 people", "5 can be named", "30 days", "24 hours"] {
            assert!(people.shows(shown), "{shown}: {}", people.text());
        }
        for (code, to) in [("021", "#none"), ("022", "#name"), ("023", "#name")] {
            let page = help(rig, "en", &format!("/help/GL-REC-{code}")).await;
            assert!(page.links().iter().any(|link| link == to), "{code}");
        }
        let form = rig.browser().open("/support").await;
        assert!(form.links().iter().any(|to| to == "/help/support#which"));
        let which = help(rig, "en", "/help/support").await;
        assert!(which.shows("which needs no mail, and change the address"));
    });
}
