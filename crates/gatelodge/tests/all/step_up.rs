//! Fresh proof before sensitive acts: password and device within ten minutes.

use domain::time::Span;
use http::StatusCode;
use testkit::rig::{each_engine, on_sqlite};

#[test]
fn fresh_proof_takes_the_password_and_a_new_code_of_a_device() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let phone = rig.device(&root, "phone").await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, Some(&phone)).await;
        rig.wait(Span::minutes(11));
        let path = "/console/step-up?return_to=/console/home";
        let page = browser.open(path).await;
        assert!(page.shows("Confirm that it is you"), "{}", page.text());
        assert_eq!(page.input("return_to").as_deref(), Some("/console/home"));

        let old = browser.cookies.get("gl_session").cloned();
        let code = phone.code(rig.now());
        let wrong = phone.wrong_code(rig.now());
        let give = |password: &str, code: &str| {
            vec![
                ("return_to", "/console/home".to_owned()),
                ("device", phone.id.to_string()),
                ("password", password.to_owned()),
                ("code", code.to_owned()),
            ]
        };
        for fields in [give("wrong", &code), give(&root.password, &wrong)] {
            let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            let page = browser.submit("/console/step-up", &fields).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.shows("Please look at this again"), "{}", page.text());
        }
        let fields = give(&root.password, &code);
        let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let page = browser.submit("/console/step-up", &fields).await;
        assert_eq!(page.path, "/console/home");
        assert_ne!(browser.cookies.get("gl_session").cloned(), old);
        let page = browser.open(path).await;
        assert_eq!(page.path, "/console/home", "fresh proof is not asked twice");

        rig.wait(Span::minutes(10));
        browser.open(path).await;
        let page = browser.submit("/console/step-up", &fields).await;
        assert!(page.status.is_client_error(), "an old code proves nothing");
    });
}

#[test]
fn fresh_proof_leads_back_within_the_console_only_r_url_24() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, None).await;
        let page = browser
            .open("/console/step-up?return_to=//evil.example")
            .await;
        assert_eq!(page.path, "/console/home");
    });
}

#[test]
fn guessing_at_fresh_proof_is_slowed_and_then_stopped_for_the_session() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, None).await;
        let mut answers = Vec::new();
        for _ in 0..60 {
            rig.wait(Span::minutes(5));
            browser.open("/console/home").await;
            let page = browser
                .submit("/console/step-up", &[("password", "wrong")])
                .await;
            answers.push(page.shows("Too many") || page.status == StatusCode::TOO_MANY_REQUESTS);
        }
        let refused = answers.iter().filter(|slowed| **slowed).count();
        assert!(refused >= 20, "only {refused} of 60 tries were turned away");
    });
}
