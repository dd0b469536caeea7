//! What is refused at a field says so there, with the permanent code, and the code leads to what it means.

use testkit::rig::{Answer, Browser, Rig, on_sqlite};

/// The field names the code, points to it for screen readers, and its link leads to the meaning.
async fn told(browser: &mut Browser, page: &Answer, field: &str, code: &str) {
    let error = page.element(&format!("{field}-error")).unwrap_or_default();
    let what = format!("{field} at {}: {error}\n{}", page.path, page.text());
    assert!(page.status.is_client_error(), "{what}");
    assert!(error.starts_with("Error: "), "{what}");
    assert!(error.ends_with(code), "{what}");
    assert!(page.body.contains("<title>Error: "), "{what}");
    let mark = format!(" id=\"{field}\"");
    let input = page.body.split('<').find(|tag| tag.contains(&mark));
    let input = input.unwrap_or_default();
    if input.starts_with("input") && !input.contains("checkbox") {
        assert!(input.contains(&format!("{field}-error\"")), "{input}");
        assert!(input.contains("aria-invalid=\"true\""), "{input}");
    }
    let help = format!("/help/{code}");
    assert!(page.links().contains(&help), "{what}");
    let meaning = browser.open(&help).await;
    assert!(meaning.status.is_success() && meaning.shows(code), "{help}");
}

#[test]
fn a_refusal_at_a_field_of_the_sign_in_carries_its_code_r_ts_39() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let phone = rig.device(&root, "007").await;
        let mut browser = rig.browser();
        for (path, field) in [
            ("/signin", "email"),
            ("/signin/forgot", "email"),
            ("/open", "email"),
        ] {
            browser.open(path).await;
            let fields = [("user", "root"), ("email", "nobody")];
            let page = browser.submit(path, &fields).await;
            told(&mut browser, &page, field, "GL-SIGNIN-006").await;
        }
        browser.open("/signin").await;
        let fields = [("user", "root"), ("email", "root@example.com")];
        let page = browser.submit("/signin", &fields).await;
        let action = page.action("/password");
        let page = browser.submit(&action, &[("password", "wrong")]).await;
        told(&mut browser, &page, "password", "GL-SIGNIN-002").await;

        let page = rig.give_password(&mut browser, &root).await;
        assert!(
            page.shows("“007”"),
            "a name of digits stays: {}",
            page.text()
        );
        let code = phone.wrong_code(rig.now());
        let fields = [("device", phone.id.as_str()), ("code", code.as_str())];
        let page = browser.submit(&page.action("/factor"), &fields).await;
        told(&mut browser, &page, "code", "GL-MFA-001").await;
    });
}

async fn signed_in(rig: &Rig) -> Browser {
    let root = rig.account("Example", "root@example.com").await;
    let mut browser = rig.browser();
    rig.sign_in(&mut browser, &root, None).await;
    browser
}

#[test]
fn a_refusal_at_a_field_of_the_console_carries_its_code_r_ts_39() {
    on_sqlite(async |rig| {
        let mut browser = signed_in(rig).await;
        let both = |first: &'static str, second: &'static str| {
            vec![("password", first), ("password_again", second)]
        };
        let device = "/console/security-credentials/devices/new";
        for (path, fields, field, code) in [
            (
                "/console/password",
                both("short", "short"),
                "password",
                "GL-PWD-001",
            ),
            (
                "/console/password",
                both("copper sailing window thunder", "another"),
                "password_again",
                "GL-PWD-002",
            ),
            (
                "/console/account/name",
                vec![("name", " ")],
                "name",
                "GL-ACC-002",
            ),
            (
                "/console/account/email",
                vec![("email", "x")],
                "email",
                "GL-SIGNIN-006",
            ),
            (
                "/console/account/contact",
                vec![("person", "Lin"), ("phone", "0912")],
                "phone",
                "GL-ACC-001",
            ),
            (device, vec![("name", "")], "name", "GL-MFA-006"),
        ] {
            browser.open(path).await;
            let page = browser.submit(path, &fields).await;
            told(&mut browser, &page, field, code).await;
        }
        let page = browser.submit(device, &[("name", "my phone")]).await;
        let page = browser.submit(&page.path, &[("code", "1")]).await;
        told(&mut browser, &page, "code", "GL-MFA-001").await;
        let (_, page) = rig.register(&mut browser, "007").await;
        let page = browser.submit(&page.path, &[]).await;
        told(&mut browser, &page, "kept", "GL-REQ-003").await;
    });
}

#[test]
fn a_number_that_is_refused_while_it_is_typed_is_refused_with_its_code() {
    on_sqlite(async |rig| {
        let mut browser = signed_in(rig).await;
        browser.open("/console/account/contact").await;
        let line = browser
            .post("/console/account/phone/preview", &[("phone", "0912")])
            .await;
        assert_eq!(line.status, 422);
        assert!(line.body.contains("too short"), "{}", line.body);
        assert!(line.body.ends_with(" GL-ACC-001"), "{}", line.body);
        let line = browser
            .post("/console/account/phone/preview", &[("phone", "")])
            .await;
        assert_eq!((line.status.as_u16(), line.body.as_str()), (200, ""));
    });
}
