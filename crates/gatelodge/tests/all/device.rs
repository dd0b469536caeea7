//! MFA devices in the console: registering, replacing, renaming, removing, resynchronizing.

use domain::account::MFA_REQUIRED_AFTER;
use domain::mail::MailKind;
use domain::time::Span;
use http::StatusCode;
use testkit::rig::{CREDENTIALS, each_engine, on_sqlite};

#[test]
fn a_device_is_registered_by_a_code_that_fits_and_comes_with_saved_codes_r_mfa_08_p_16_p_20() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, None).await;
        let page = browser.open(CREDENTIALS).await;
        assert!(page.shows("No MFA device yet"), "{}", page.text());

        let page = browser.open(&format!("{CREDENTIALS}/devices/new")).await;
        assert_eq!(page.input("name").as_deref(), Some("My phone"));
        let new = format!("{CREDENTIALS}/devices/new");
        let page = browser.submit(&new, &[("name", "phone")]).await;
        assert!(page.body.contains("<svg viewBox"), "a QR code is shown");
        assert!(rig.devices(&root.account.id).await.is_empty());

        let set_up = page.path.clone();
        for wrong in ["000000", "12345", "abcdef"] {
            let page = browser.submit(&set_up, &[("code", wrong)]).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
        assert!(rig.devices(&root.account.id).await.is_empty(), "P-20");
        let page = browser.open(&set_up).await;
        let (phone, page) = rig.assign(&mut browser, &page).await;
        assert!(page.shows("Keep these codes"), "{}", page.text());
        let codes = rig.keep_codes(&mut browser, &page).await;
        assert_eq!(codes.len(), 10);
        let again = browser.open(&page.path).await;
        assert_eq!(again.status, StatusCode::GONE, "shown once");
        assert_eq!(rig.devices(&root.account.id).await.len(), 1);

        let mail = rig.mail(MailKind::DeviceAdded, "root@example.com").await;
        assert!(mail.unwrap().words.text.contains("phone"));
        assert!(rig.audit(&root).await.contains(&"EnableMFADevice".into()));

        let mut other = rig.browser();
        let page = rig.sign_in(&mut other, &root, Some(&phone)).await;
        assert!(
            page.status.is_client_error(),
            "the code that registered it is used up (R-MFA-15)"
        );
        rig.wait(Span::seconds(30));
        let page = rig.sign_in(&mut other, &root, Some(&phone)).await;
        assert_eq!(page.path, "/console/home", "{}", page.text());
    });
}

#[test]
fn an_unfinished_device_leaves_nothing_behind_r_mfa_16_p_13() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, None).await;
        let new = format!("{CREDENTIALS}/devices/new");
        browser.open(&new).await;
        let page = browser.submit(&new, &[("name", "phone")]).await;
        for _ in 0..4 {
            rig.wait(Span::minutes(8));
            browser.open("/console/home").await;
        }
        let late = browser.open(&page.path).await;
        assert_eq!(late.status, StatusCode::GONE, "{}", late.text());

        let page = browser.open(&new).await;
        let page = rig.prove(&mut browser, &page, &root, None).await;
        assert_eq!(page.path, new);
        let (_, page) = rig.register(&mut browser, "phone").await;
        assert!(page.shows("Keep these codes"), "the same name is free");
    });
}

#[test]
fn an_enrolment_belongs_to_the_session_that_began_it() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, None).await;
        let new = format!("{CREDENTIALS}/devices/new");
        browser.open(&new).await;
        let page = browser.submit(&new, &[("name", "phone")]).await;
        let mut thief = rig.browser();
        rig.sign_in(&mut thief, &root, None).await;
        assert_eq!(thief.open(&page.path).await.status, StatusCode::GONE);
        browser.submit("/signout", &[]).await;
        rig.sign_in(&mut browser, &root, None).await;
        assert_eq!(browser.open(&page.path).await.status, StatusCode::GONE);
    });
}

#[test]
fn eight_devices_are_the_most_and_the_ninth_is_refused_with_a_way_on_r_mfa_01() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut devices = Vec::new();
        for n in 1..=8 {
            devices.push(rig.device(&root, &format!("device {n}")).await);
        }
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, devices.first()).await;
        let page = browser.open(CREDENTIALS).await;
        assert!(page.shows("8 devices are registered"), "{}", page.text());
        let new = format!("{CREDENTIALS}/devices/new");
        let page = browser.open(&new).await;
        assert!(page.shows("GL-MFA-004"), "{}", page.text());
        let page = browser.submit(&new, &[("name", "ninth")]).await;
        assert!(page.shows("GL-MFA-004"), "{}", page.text());
        assert_eq!(rig.devices(&root.account.id).await.len(), 8);
    });
}

#[test]
fn replacing_registers_the_new_and_removes_the_old_in_one_act_r_rec_25_r_rec_26_p_13_p_14() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let old = rig.device(&root, "phone").await;
        let mut elsewhere = rig.browser();
        rig.sign_in(&mut elsewhere, &root, Some(&old)).await;
        rig.wait(Span::seconds(30));
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, Some(&old)).await;

        let replace = format!("{CREDENTIALS}/devices/new?replaces={}", old.id);
        let page = browser.open(&replace).await;
        assert_eq!(page.input("name").as_deref(), Some("phone"));
        let id = old.id.to_string();
        let fields = [("name", "phone"), ("replaces", id.as_str())];
        let page = browser
            .submit(&format!("{CREDENTIALS}/devices/new"), &fields)
            .await;
        assert_eq!(rig.devices(&root.account.id).await[0].id, old.id);
        let (new, page) = rig.assign(&mut browser, &page).await;
        assert!(page.path.starts_with(CREDENTIALS), "{}", page.text());
        let devices = rig.devices(&root.account.id).await;
        assert_eq!(devices.len(), 1);
        assert_ne!(devices[0].id, old.id);

        let page = elsewhere.open("/console/home").await;
        assert_eq!(page.path.split('?').next(), Some("/signin"), "it ended");
        assert_eq!(browser.open(CREDENTIALS).await.status, StatusCode::OK);
        rig.wait(Span::seconds(60));
        let page = rig.sign_in(&mut rig.browser(), &root, Some(&new)).await;
        assert_eq!(page.path, "/console/home");
        for kind in [MailKind::DeviceAdded, MailKind::DeviceRemoved] {
            assert_eq!(rig.count_mails(kind).await, 1);
        }
    });
}

#[test]
fn a_device_is_renamed_and_no_two_are_called_the_same_r_mfa_17() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let phone = rig.device(&root, "phone").await;
        rig.device(&root, "tablet").await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, Some(&phone)).await;
        let path = format!("{CREDENTIALS}/devices/{}/rename", phone.id);
        browser.open(&path).await;
        for taken in ["Tablet", " TABLET ", "", "a\u{202e}b"] {
            let page = browser.submit(&path, &[("name", taken)]).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{taken:?}");
        }
        let page = browser.submit(&path, &[("name", "old phone")]).await;
        assert_eq!(page.path, CREDENTIALS);
        assert!(page.shows("old phone"), "{}", page.text());
        assert_eq!(rig.count_mails(MailKind::DeviceRenamed).await, 1);
        assert!(rig.audit(&root).await.contains(&"RenameMFADevice".into()));
        let page = browser.submit(&path, &[("name", "OLD phone")]).await;
        assert_eq!(page.path, CREDENTIALS, "its own name in other letters");
    });
}

#[test]
fn removing_a_device_ends_what_it_opened_and_the_last_one_turns_mfa_off_r_mfa_08() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let phone = rig.device(&root, "phone").await;
        let mut elsewhere = rig.browser();
        rig.sign_in(&mut elsewhere, &root, Some(&phone)).await;
        rig.wait(Span::seconds(30));
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, Some(&phone)).await;
        let path = format!("{CREDENTIALS}/devices/{}/remove", phone.id);
        let page = browser.open(&path).await;
        assert!(page.shows("your only device"), "{}", page.text());
        assert_eq!(rig.devices(&root.account.id).await.len(), 1, "only asked");
        let page = browser.submit(&path, &[]).await;
        assert_eq!(page.path, CREDENTIALS);
        assert!(page.shows("No MFA device yet"), "{}", page.text());
        let page = elsewhere.open("/console/home").await;
        assert_eq!(page.path.split('?').next(), Some("/signin"), "it ended");
        assert_eq!(rig.count_mails(MailKind::DeviceRemoved).await, 1);
        let page = rig.give_password(&mut elsewhere, &root).await;
        assert_eq!(page.path, "/console/home", "MFA is off");
        let page = browser.submit(&path, &[]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{}", page.text());
    });
}

#[test]
fn every_change_of_devices_asks_for_fresh_proof() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let phone = rig.device(&root, "phone").await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, Some(&phone)).await;
        rig.wait(Span::minutes(11));
        let device = format!("{CREDENTIALS}/devices/{}", phone.id);
        let sensitive = [
            format!("{CREDENTIALS}/devices/new"),
            format!("{device}/rename"),
            format!("{device}/resync"),
            format!("{device}/remove"),
            format!("{CREDENTIALS}/saved-codes/renew"),
        ];
        let fields = [
            ("name", "x"),
            ("code", "123456"),
            ("first", "123456"),
            ("second", "123456"),
        ];
        for path in &sensitive {
            let page = browser.open(path).await;
            assert!(page.shows("Confirm that it is you"), "GET {path}");
            assert_eq!(page.input("return_to").as_ref(), Some(path));
            browser.open(CREDENTIALS).await;
            let page = browser.submit(path, &fields).await;
            assert!(page.shows("Confirm that it is you"), "POST {path}");
            assert_eq!(page.input("return_to").as_deref(), Some(CREDENTIALS));
        }
        for path in ["saved-codes/replace", "sessions/end"] {
            browser.open(CREDENTIALS).await;
            let page = browser.submit(&format!("{CREDENTIALS}/{path}"), &[]).await;
            assert!(page.shows("Confirm that it is you"), "POST {path}");
        }
        let page = browser.open(&sensitive[0]).await;
        let page = rig.prove(&mut browser, &page, &root, Some(&phone)).await;
        assert_eq!(page.path, sensitive[0], "and back to where one was");
    });
}

#[test]
fn a_device_hours_out_of_step_is_resynchronized_with_two_codes_r_mfa_05_r_mfa_14() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let phone = rig.device(&root, "phone").await;
        let mut token = rig.device(&root, "token").await;
        token.ahead = 700;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, Some(&phone)).await;
        let path = format!("{CREDENTIALS}/devices/{}/resync", token.id);
        browser.open(&path).await;
        let first = token.code(rig.now());
        let second = token.code(rig.now() + Span::seconds(30));
        let page = browser
            .submit(&path, &[("first", &second), ("second", &first)])
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.shows("did not come directly one after the other"));
        rig.wait(Span::seconds(30));
        let page = browser
            .submit(&path, &[("first", &first), ("second", &second)])
            .await;
        assert_eq!(page.path, CREDENTIALS, "{}", page.text());
        assert_eq!(rig.count_mails(MailKind::DeviceResynced).await, 1);

        browser.open(&path).await;
        let page = browser
            .submit(&path, &[("first", &first), ("second", &second)])
            .await;
        assert!(page.status.is_client_error(), "never accepted twice");
        let mut other = rig.browser();
        let page = rig.sign_in(&mut other, &root, Some(&token)).await;
        assert!(page.status.is_client_error(), "seen, therefore used up");
        rig.wait(Span::seconds(30));
        let page = rig.sign_in(&mut other, &root, Some(&token)).await;
        assert_eq!(page.path, "/console/home", "{}", page.text());
    });
}

#[test]
fn after_thirty_five_days_without_mfa_nothing_goes_on_before_a_device_is_registered() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, None).await;
        let page = browser.open(CREDENTIALS).await;
        assert!(page.shows("has no MFA device. From"), "it is announced");
        rig.wait(MFA_REQUIRED_AFTER);
        let page = rig.give_password(&mut browser, &root).await;
        assert_eq!(page.path, format!("{CREDENTIALS}/devices/new"));
        assert!(page.shows("more than 35 days"), "{}", page.text());
        let page = browser.open("/console/home").await;
        assert_eq!(page.path, format!("{CREDENTIALS}/devices/new"));
        let (_, page) = rig.register(&mut browser, "phone").await;
        rig.keep_codes(&mut browser, &page).await;
        let page = browser.open("/console/home").await;
        assert_eq!(page.path, "/console/home");
    });
}

#[test]
fn own_sessions_are_listed_and_ended() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, None).await;
        let mut others = [rig.browser(), rig.browser(), rig.browser()];
        for other in &mut others {
            rig.wait(Span::seconds(61));
            rig.sign_in(other, &root, None).await;
        }
        let page = browser.open(CREDENTIALS).await;
        assert_eq!(page.body.matches("name=\"session\"").count(), 3);
        let one = page.body.split("value=\"ses_").nth(1).unwrap();
        let one = format!("ses_{}", one.split('"').next().unwrap());
        let end = format!("{CREDENTIALS}/sessions/end");
        let page = browser.submit(&end, &[("session", &one)]).await;
        assert_eq!(page.body.matches("name=\"session\"").count(), 2);
        let page = browser.submit(&end, &[]).await;
        assert_eq!(page.path, CREDENTIALS, "this one stays");
        for other in &mut others {
            let page = other.open("/console/home").await;
            assert_eq!(page.path.split('?').next(), Some("/signin"));
        }
    });
}
