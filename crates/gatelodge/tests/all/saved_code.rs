//! Saved recovery codes in the console: made once, renewed, never shown twice.

use domain::mail::MailKind;
use domain::time::Span;
use http::StatusCode;
use testkit::rig::{CREDENTIALS, each_engine, on_sqlite};

#[test]
fn codes_come_with_the_first_device_only_and_are_renewed_as_a_whole() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, None).await;
        let (phone, page) = rig.register(&mut browser, "phone").await;
        let first = rig.keep_codes(&mut browser, &page).await;
        rig.wait(Span::seconds(30));
        let page = browser.open(&format!("{CREDENTIALS}/devices/new")).await;
        rig.prove(&mut browser, &page, &root, Some(&phone)).await;
        let (_, page) = rig.register(&mut browser, "tablet").await;
        assert_eq!(page.path, CREDENTIALS, "no second set");
        assert!(page.shows("Codes left: 10."), "{}", page.text());

        let renew = format!("{CREDENTIALS}/saved-codes/renew");
        browser.open(&renew).await;
        let page = browser.submit(&renew, &[]).await;
        let second = rig.keep_codes(&mut browser, &page).await;
        assert_eq!(second.len(), 10);
        assert!(second.iter().all(|code| !first.contains(code)));
        let page = browser.open(CREDENTIALS).await;
        assert!(page.shows("Codes left: 10."), "{}", page.text());
        assert_eq!(rig.count_mails(MailKind::SavedCodesMade).await, 1);
        assert_eq!(rig.count_mails(MailKind::SavedCodesRenewed).await, 1);
        let audit = rig.audit(&root).await;
        let issued = audit.iter().filter(|name| *name == "SavedCodesIssued");
        assert_eq!(issued.count(), 2);
    });
}

#[test]
fn codes_are_shown_until_they_are_said_to_be_kept_and_to_this_session_only() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, None).await;
        let (_, page) = rig.register(&mut browser, "phone").await;
        let again = browser.open(&page.path).await;
        assert_eq!(again.element("codes"), page.element("codes"));
        let refused = browser.submit(&page.path, &[]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let mut cut = browser.clone();
        cut.cookies.remove("gl_session");
        let page = cut.open(&page.path).await;
        assert_eq!(page.path.split('?').next(), Some("/signin"));
    });
}

#[test]
fn no_code_lies_in_the_store_as_it_is_shown() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, None).await;
        let (_, page) = rig.register(&mut browser, "phone").await;
        let code = page.element("codes").unwrap();
        let code = code.split_whitespace().next().unwrap().to_owned();
        let id = root.account.id.clone();
        let rows = rig
            .db()
            .read(move |tx| store::saved_code::of_account(tx, &id))
            .await
            .unwrap();
        assert_eq!(rows.len(), 10);
        for (row, selector) in rows {
            assert!(row.phc.starts_with("$argon2id$"));
            assert_eq!(selector.len(), 2);
            assert!(!row.phc.contains(&code) && !row.phc.contains(&code.replace('-', "")));
        }
    });
}
