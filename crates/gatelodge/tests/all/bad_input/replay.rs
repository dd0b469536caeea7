//! Forms that are sent once more after what they asked for was done.

use super::world::harmless;
use domain::mail::MailKind;
use testkit::rig::{Browser, PASSWORD, Rig, each_engine, on_sqlite};

/// Sends the forms again and sees that each is refused or leads to where the flow is, and nothing is written.
async fn again(rig: &Rig, browser: &Browser, flow: &str, forms: &[(String, Vec<(&str, &str)>)]) {
    for (path, fields) in forms {
        let before = rig.contents().await;
        let answer = browser.clone().post(path, fields).await;
        harmless(&answer, path);
        let led = answer.location.as_deref() == Some(flow);
        let refused = answer.status.is_client_error() && answer.body.contains("GL-");
        assert!(
            led || refused,
            "{path}: {} {}",
            answer.status,
            answer.text()
        );
        assert!(
            !answer.headers.contains_key("set-cookie"),
            "{path} opened something"
        );
        assert_eq!(before, rig.contents().await, "{path} wrote something");
    }
}

#[test]
fn the_forms_of_a_sign_in_do_nothing_once_it_is_done() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let phone = rig.device(&root, "phone").await;
        let mut browser = rig.browser();
        let page = rig.give_password(&mut browser, &root).await;
        let flow = page.path.clone();
        let code = phone.code(rig.now());
        let factor = [("device", phone.id.as_str()), ("code", code.as_str())];
        let page = browser.submit(&format!("{flow}/factor"), &factor).await;
        assert_eq!(page.path, "/console/home", "{}", page.text());
        let at = |end: &str| format!("{flow}/{end}");
        let forms = [
            (at("factor"), factor.to_vec()),
            (at("password"), vec![("password", PASSWORD)]),
            (at("device"), vec![]),
            (at("mail-code"), vec![("code", "12345678")]),
            (at("mail-again"), vec![]),
            (at("unlock"), vec![]),
            (at("recover"), vec![("why", "lost")]),
        ];
        again(rig, &browser, &flow, &forms).await;
        let back = browser.get(&flow).await;
        assert_eq!(
            back.location.as_deref(),
            Some("/console/home"),
            "back leads on"
        );
    });
}

#[test]
fn the_forms_of_an_opening_do_nothing_once_it_is_done() {
    on_sqlite(async |rig| {
        let mut browser = rig.browser();
        let page = browser
            .submit("/open", &[("email", "new@example.com")])
            .await;
        let flow = page.path.clone();
        let letter = rig
            .mail(MailKind::SignUpCode, "new@example.com")
            .await
            .expect("a code");
        let code = letter.order.code.clone().expect("digits");
        browser
            .submit(&format!("{flow}/code"), &[("code", &code)])
            .await;
        let details = vec![
            ("account_name", "Example"),
            ("contact_name", "Lee"),
            ("phone", "0912 345 678"),
            ("password", PASSWORD),
            ("password_again", PASSWORD),
        ];
        let page = browser.submit(&format!("{flow}/details"), &details).await;
        assert!(page.path.starts_with("/console"), "{}", page.text());
        let forms = [
            (format!("{flow}/code"), vec![("code", code.as_str())]),
            (format!("{flow}/details"), details),
            (format!("{flow}/mail-again"), vec![]),
        ];
        again(rig, &browser, &flow, &forms).await;
    });
}

#[test]
fn the_forms_behind_a_mailed_link_do_nothing_once_it_was_used() {
    on_sqlite(async |rig| {
        rig.account("Example", "root@example.com").await;
        let mut browser = rig.browser();
        browser
            .submit("/signin/forgot", &[("email", "root@example.com")])
            .await;
        let letter = rig
            .mail(MailKind::PasswordReset, "root@example.com")
            .await
            .expect("a link");
        let (link, objection) = (
            letter.order.link.expect("a link"),
            letter.order.objection.expect("another"),
        );
        browser.open(&link).await;
        let linked = browser.clone();
        let fresh = "copper sailing window thunder";
        let fields = vec![("password", fresh), ("password_again", fresh)];
        let page = browser.submit("/signin/reset", &fields).await;
        assert!(page.status.is_success(), "{}", page.text());
        again(rig, &linked, "", &[("/signin/reset".to_owned(), fields)]).await;

        let mut owner = rig.browser();
        owner.open(&objection).await;
        let linked = owner.clone();
        let page = owner.submit("/signin/reset/not-me", &[]).await;
        assert!(page.status.is_success(), "{}", page.text());
        again(
            rig,
            &linked,
            "",
            &[("/signin/reset/not-me".to_owned(), vec![])],
        )
        .await;
    });
}

#[test]
fn signing_out_twice_is_no_fault() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, None).await;
        let inside = browser.clone();
        browser.submit("/signout", &[]).await;
        let before = rig.contents().await;
        let answer = inside.clone().post("/signout", &[]).await;
        harmless(&answer, "/signout");
        let kept = inside.clone().get("/console/home").await;
        assert_eq!(
            kept.location.as_deref(),
            Some("/signin?return_to=%2Fconsole%2Fhome")
        );
        assert_eq!(before, rig.contents().await);
    });
}
