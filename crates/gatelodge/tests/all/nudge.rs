//! Security nudges on console home: each has a real cause, leads to what mends it and goes with it; what can wait can
//! be put off for a while, never by looking at a page.

use domain::time::Span;
use store::contact::{Held, Kind};
use testkit::rig::{
    Answer, Authenticator, Browser, CREDENTIALS, Identity, Rig, each_engine, on_sqlite,
};

const HOME: &str = "/console/home";

/// Signs in afresh and looks at the list.
async fn home(rig: &Rig, root: &Identity, with: Option<&Authenticator>) -> (Browser, Answer) {
    let mut browser = rig.browser();
    let page = rig.sign_in(&mut browser, root, with).await;
    assert_eq!(page.path, HOME, "{}", page.text());
    (browser, page)
}

async fn phone(rig: &Rig, root: &Identity, proved: bool) {
    let (id, now) = (root.account.id.clone(), rig.now());
    let held = Held {
        value: "+886912345678".to_owned(),
        changed_at: None,
        proved_at: proved.then_some(now),
    };
    let put = rig
        .db()
        .write(move |tx| store::contact::put(tx, &id, Kind::Phone, &held, None));
    put.await.expect("a contact");
}

fn leads(page: &Answer, to: &str) -> bool {
    page.links().iter().any(|link| link == to)
}

#[test]
fn a_new_account_is_told_to_turn_mfa_on_and_to_put_root_away_r_sec_01_r_sec_02_r_sec_13_r_sec_15() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        for language in ["zh-TW", "ja", "en"] {
            let mut browser = rig.browser();
            language.clone_into(&mut browser.language);
            browser
                .cookies
                .insert("gl_lang".to_owned(), language.to_owned());
            rig.sign_in(&mut browser, &root, None).await;
            let page = browser.open(HOME).await;
            assert!(
                leads(&page, &format!("{CREDENTIALS}/devices/new")),
                "{}",
                page.text()
            );
            assert!(!page.body.contains("nudge-") && !page.body.contains("console-"));
        }
        let (mut browser, page) = home(rig, &root, None).await;
        assert!(
            page.shows("Turn on MFA for the root user"),
            "{}",
            page.text()
        );
        assert!(page.shows("Put the root user away"));
        assert!(page.shows("Keep the root user to yourself"));
        assert!(
            page.shows("4 sign-ins of the root user in the last 30 days"),
            "{}",
            page.text()
        );
        assert!(page.shows("The one before this was on 15 Jan 2027"));
        assert!(leads(&page, &format!("{CREDENTIALS}#sessions")));
        let page = browser.open(CREDENTIALS).await;
        assert!(page.shows("Change the password first, then end all others"));
    });
}

#[test]
fn one_device_calls_for_a_second_and_codes_are_counted_r_sec_07_r_sec_10() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let app = rig.device(&root, "phone").await;
        let (mut browser, page) = home(rig, &root, Some(&app)).await;
        assert!(page.shows("Register a second device"), "{}", page.text());
        assert!(page.shows("Switch on the backup of your authenticator app"));
        assert!(page.shows("Make saved codes"));
        let renew = page.link("/saved-codes/renew");
        browser.open(&renew).await;
        browser.submit(&renew, &[]).await;
        let page = browser.open(HOME).await;
        assert!(!page.shows("Make saved codes"), "{}", page.text());
        let id = root.account.id.clone();
        let used = rig.db().write(move |tx| {
            for (code, _) in store::saved_code::of_account(tx, &id)?.iter().take(8) {
                store::saved_code::use_up(tx, &code.id, domain::time::Timestamp::from_millis(1))?;
            }
            Ok::<_, store::StoreError>(())
        });
        used.await.expect("codes used up");
        let page = browser.open(HOME).await;
        assert!(page.shows("Only 2 saved codes are left"), "{}", page.text());
        rig.device(&root, "tablet").await;
        let page = browser.open(HOME).await;
        assert!(!page.shows("Register a second device"), "{}", page.text());
    });
}

#[test]
fn contacts_are_to_be_proved_and_looked_at_again_after_long_r_sec_06() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let (mut browser, page) = home(rig, &root, None).await;
        assert!(page.shows("Add a phone number") && leads(&page, "/console/account/contact"));
        phone(rig, &root, false).await;
        let page = browser.open(HOME).await;
        assert!(page.shows("Prove your phone number"), "{}", page.text());
        assert!(leads(&page, "/console/account/phone/proof"));
        phone(rig, &root, true).await;
        let page = browser.open(HOME).await;
        assert!(page.shows("Your phone number is proved"), "{}", page.text());
        let app = rig.device(&root, "phone").await;
        rig.wait(Span::days(181));
        let (_, page) = home(rig, &root, Some(&app)).await;
        assert!(
            page.shows("Is your phone number still the same?"),
            "{}",
            page.text()
        );
        assert!(page.shows("Is your email address still the same?"));
        assert!(
            page.actions()
                .iter()
                .any(|to| to == "/console/account/email/prove")
        );
    });
}

#[test]
fn a_device_that_lay_idle_is_tried_and_then_no_longer_asked_for_r_sec_09() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let daily = rig.device(&root, "phone").await;
        let idle = rig.device(&root, "tablet").await;
        let (_, page) = home(rig, &root, Some(&daily)).await;
        assert!(!page.shows("still work?"), "{}", page.text());
        rig.wait(Span::days(91));
        let (mut browser, page) = home(rig, &root, Some(&daily)).await;
        assert!(page.shows("Does “tablet” still work?"), "{}", page.text());
        let to = page.link(idle.id.as_str());
        // The proof of this sign-in is fresh, and still the device can be tried.
        let page = browser.open(&to).await;
        assert_eq!(page.path, to, "{}", page.text());
        let page = rig.prove(&mut browser, &page, &root, Some(&idle)).await;
        assert_eq!(page.path, HOME, "{}", page.text());
        assert!(!page.shows("still work?"), "{}", page.text());
    });
}

#[test]
fn what_can_wait_is_put_off_for_a_while_and_only_by_a_form_r_sec_07() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let app = rig.device(&root, "phone").await;
        let (mut browser, page) = home(rig, &root, Some(&app)).await;
        assert!(page.shows("Register a second device"));
        let before = rig.contents().await;
        let answer = browser.get("/console/home/later?nudge=second-device").await;
        assert_eq!(answer.status.as_u16(), 405);
        let later = [("nudge", "second-device")];
        let answer = rig.browser().post("/console/home/later", &later).await;
        assert_eq!(answer.status.as_u16(), 303, "sign in first");
        assert_eq!(before, rig.contents().await);
        let page = browser.submit("/console/home/later", &later).await;
        assert!(page.shows("Put off for 30 days"), "{}", page.text());
        assert!(page.shows("Put off (1)"), "{}", page.text());
        let audit = rig.audit(&root).await;
        assert!(
            audit.iter().any(|event| event == "AdvicePutOff"),
            "{audit:?}"
        );
        // A second press changes nothing: it is put off already.
        let before = rig.contents().await;
        browser.submit("/console/home/later", &later).await;
        assert_eq!(before["nudge"], rig.contents().await["nudge"]);
        rig.wait(Span::days(30));
        let (_, page) = home(rig, &root, Some(&app)).await;
        assert!(!page.shows("Put off (1)"), "{}", page.text());
        assert!(page.shows("Register a second device"));
    });
}

#[test]
fn what_leaves_the_account_open_cannot_be_put_off_r_sec_01() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let (mut browser, page) = home(rig, &root, None).await;
        let before = page.body.matches("value=\"register-device\"").count();
        assert_eq!(before, 0, "no button to put it off");
        let fields = [("nudge", "register-device")];
        let answer = browser.post("/console/home/later", &fields).await;
        assert_eq!(answer.status.as_u16(), 409, "{}", answer.text());
        for odd in ["", "anything", "second-device'--"] {
            let answer = browser.post("/console/home/later", &[("nudge", odd)]).await;
            assert_eq!(answer.status.as_u16(), 400, "{odd}");
        }
        assert!(rig.contents().await["nudge"].is_empty());
    });
}

#[test]
fn the_address_of_the_console_can_be_kept_r_url_12() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let (_, page) = home(rig, &root, None).await;
        let address = page.element("address");
        assert_eq!(
            address.as_deref(),
            Some("http://localhost:8080/console/home")
        );
    });
}
