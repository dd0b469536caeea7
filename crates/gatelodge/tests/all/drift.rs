//! A device whose clock runs wrong: told at sign-in, corrected by a third code, never a way in by itself (P-19).

use domain::mail::MailKind;
use domain::time::Span;
use http::StatusCode;
use testkit::rig::{Answer, Authenticator, Browser, Rig, each_engine, on_sqlite};

async fn give_code(rig: &Rig, browser: &mut Browser, page: &Answer, app: &Authenticator) -> Answer {
    let action = page.action("/factor");
    let code = app.code(rig.now());
    let fields = [("device", app.id.as_str()), ("code", code.as_str())];
    browser.submit(&action, &fields).await
}

#[test]
fn two_codes_tell_how_wrong_the_clock_is_and_the_third_corrects_it_and_signs_in_p_19_r_mfa_05() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut phone = rig.device(&root, "phone").await;
        phone.ahead = -3;
        let mut browser = rig.browser();
        let page = rig.give_password(&mut browser, &root).await;
        let page = give_code(rig, &mut browser, &page, &phone).await;
        assert!(page.shows("not the code"), "{}", page.text());
        assert!(!page.shows("clock"), "one code tells nothing");
        rig.wait(Span::seconds(30));
        let page = give_code(rig, &mut browser, &page, &phone).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.shows("about 90 seconds slow"), "{}", page.text());
        assert!(page.shows("Resynchronize and sign in"));
        let flow = page.action("/factor").replace("/factor", "");
        let again = browser.open(&flow).await;
        assert!(again.shows("about 90 seconds slow"), "a reload keeps it");

        let page = give_code(rig, &mut browser, &again, &phone).await;
        assert!(page.status.is_client_error(), "a code that was seen");
        rig.wait(Span::seconds(30));
        let page = give_code(rig, &mut browser, &page, &phone).await;
        assert_eq!(page.path, "/console/home", "{}", page.text());
        assert_eq!(rig.count_mails(MailKind::DeviceResynced).await, 1);
        let audit = rig.audit(&root).await;
        for event in ["DriftDiagnosed", "ResyncMFADevice"] {
            assert!(audit.contains(&event.to_owned()), "{event}: {audit:?}");
        }
        rig.wait(Span::seconds(30));
        let page = rig.sign_in(&mut rig.browser(), &root, Some(&phone)).await;
        assert_eq!(
            page.path, "/console/home",
            "from now on it is reckoned with"
        );
    });
}

#[test]
fn a_clock_set_right_meanwhile_signs_in_and_nothing_is_corrected() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut phone = rig.device(&root, "phone").await;
        phone.ahead = 10;
        let mut browser = rig.browser();
        let mut page = rig.give_password(&mut browser, &root).await;
        for _ in 0..2 {
            page = give_code(rig, &mut browser, &page, &phone).await;
            rig.wait(Span::seconds(30));
        }
        assert!(page.shows("about 5 minutes fast"), "{}", page.text());
        phone.ahead = 0;
        let page = give_code(rig, &mut browser, &page, &phone).await;
        assert_eq!(page.path, "/console/home", "{}", page.text());
        assert_eq!(rig.devices(&root.account.id).await[0].offset_steps, 0);
    });
}

#[test]
fn a_clock_further_off_than_ten_minutes_is_not_told_at_sign_in() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut phone = rig.device(&root, "phone").await;
        phone.ahead = 25;
        let mut browser = rig.browser();
        let mut page = rig.give_password(&mut browser, &root).await;
        for _ in 0..3 {
            page = give_code(rig, &mut browser, &page, &phone).await;
            assert!(!page.shows("fast"), "{}", page.text());
            rig.wait(Span::seconds(30));
        }
    });
}

#[test]
fn a_wrong_clock_is_told_three_times_a_day_and_each_time_is_a_failure_p_19() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut phone = rig.device(&root, "phone").await;
        phone.ahead = -3;
        // A browser that signed in before: strangers are slowed down sooner.
        let mut browser = rig.browser();
        phone.ahead = 0;
        rig.sign_in(&mut browser, &root, Some(&phone)).await;
        browser.submit("/signout", &[]).await;
        phone.ahead = -3;
        let (mut told, mut over) = (0, false);
        for _ in 0..4 {
            rig.wait(Span::hours(2));
            let mut page = rig.give_password(&mut browser, &root).await;
            for _ in 0..2 {
                page = give_code(rig, &mut browser, &page, &phone).await;
                rig.wait(Span::seconds(30));
            }
            told += usize::from(page.shows("90 seconds slow"));
            over |= page.shows("as often as is possible in one day");
        }
        assert_eq!(told, 3);
        assert!(over, "and then it says until when");
    });
}

#[test]
fn two_codes_typed_at_once_lead_to_the_same_place_r_mfa_05_r_mfa_14() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut phone = rig.device(&root, "phone").await;
        phone.ahead = 6;
        let mut browser = rig.browser();
        let page = rig.give_password(&mut browser, &root).await;
        let flow = page.action("/factor").replace("/factor", "");
        let resync = format!("{flow}/resync");
        let page = browser.open(&resync).await;
        assert!(page.shows("First code"), "{}", page.text());
        let first = phone.code(rig.now());
        rig.wait(Span::seconds(30));
        let second = phone.code(rig.now());
        let id = phone.id.to_string();
        let fields = |a: &str, b: &str| {
            [
                ("device", id.clone()),
                ("first", a.to_owned()),
                ("second", b.to_owned()),
            ]
        };
        let offer = async |browser: &mut Browser, fields: &[(&str, String)]| {
            let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            browser.submit(&resync, &fields).await
        };
        let page = offer(&mut browser, &fields(&second, &first)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.shows("did not come directly"), "{}", page.text());
        let page = offer(&mut browser, &fields(&first, &second)).await;
        assert!(page.shows("about 3 minutes fast"), "{}", page.text());
        let page = offer(&mut browser, &fields(&first, &second)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "seen before");
        rig.wait(Span::seconds(30));
        let page = browser.open(&flow).await;
        assert!(page.shows("about 3 minutes fast"), "{}", page.text());
        let page = give_code(rig, &mut browser, &page, &phone).await;
        assert_eq!(page.path, "/console/home", "{}", page.text());
    });
}
