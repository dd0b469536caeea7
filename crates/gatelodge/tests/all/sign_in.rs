//! Signing in as root, as a browser sees it.

use domain::mail::MailKind;
use domain::time::Span;
use testkit::rig::{each_engine, on_sqlite};

#[test]
fn a_new_browser_without_mfa_is_asked_for_the_mailed_code_and_known_afterwards_r_root_10() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut browser = rig.browser();
        let page = rig.sign_in(&mut browser, &root, None).await;
        assert_eq!(page.path, "/console/home", "{}", page.text());
        assert!(page.shows("Example"));
        browser.submit("/signout", &[]).await;
        let page = rig.give_password(&mut browser, &root).await;
        assert_eq!(page.path, "/console/home", "a known browser needs no mail");
        assert_eq!(rig.count_mails(MailKind::SignInCode).await, 1);
    });
}

#[test]
fn a_sign_in_from_a_new_browser_is_told_by_mail_once() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let phone = rig.device(&root, "phone").await;
        let mut browser = rig.browser();
        for time in ["first", "second"] {
            rig.wait(Span::seconds(30));
            let page = rig.sign_in(&mut browser, &root, Some(&phone)).await;
            assert_eq!(page.path, "/console/home", "{}", page.text());
            assert_eq!(rig.count_mails(MailKind::NewSignIn).await, 1, "{time}");
            browser.submit("/signout", &[]).await;
        }
    });
}

#[test]
fn one_of_several_devices_is_chosen_and_its_code_signs_in_r_mfa_03_r_mfa_04() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let phone = rig.device(&root, "phone").await;
        let tablet = rig.device(&root, "tablet").await;
        for device in [&phone, &tablet] {
            let page = rig.sign_in(&mut rig.browser(), &root, Some(device)).await;
            assert_eq!(page.path, "/console/home", "{}", page.text());
        }
    });
}

#[test]
fn a_code_of_the_device_signs_in_once_only_r_mfa_15() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let phone = rig.device(&root, "phone").await;
        rig.sign_in(&mut rig.browser(), &root, Some(&phone)).await;
        let page = rig.sign_in(&mut rig.browser(), &root, Some(&phone)).await;
        assert!(page.status.is_client_error(), "{}", page.text());
        rig.wait(Span::seconds(30));
        let page = rig.sign_in(&mut rig.browser(), &root, Some(&phone)).await;
        assert_eq!(page.path, "/console/home", "{}", page.text());
    });
}

#[test]
fn a_sign_in_leads_to_the_page_that_asked_for_it_r_url_18() {
    on_sqlite(async |rig| {
        let page = rig.browser().get("/console/home").await;
        assert_eq!(
            page.location.as_deref(),
            Some("/signin?return_to=%2Fconsole%2Fhome")
        );
    });
}
