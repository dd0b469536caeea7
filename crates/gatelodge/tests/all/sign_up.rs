//! Opening an account.

use domain::mail::MailKind;
use testkit::rig::{Answer, Browser, PASSWORD, Rig, each_engine, on_sqlite};

async fn name_address(browser: &mut Browser, email: &str) -> Answer {
    browser.open("/open").await;
    browser.submit("/open", &[("email", email)]).await
}

async fn code(rig: &Rig, email: &str) -> String {
    let letter = rig.mail(MailKind::SignUpCode, email).await.expect("a code");
    letter.order.code.clone().expect("digits")
}

async fn complete(browser: &mut Browser, page: &Answer, password: &str) -> Answer {
    let fields = [
        ("account_name", "Example Company"),
        ("contact_name", "Lee"),
        ("phone", "0912 345 678"),
        ("password", password),
        ("password_again", password),
    ];
    browser.submit(&page.action("/details"), &fields).await
}

#[test]
fn an_account_is_opened_with_a_proved_address_and_a_strong_password() {
    each_engine(async |rig| {
        let mut browser = rig.browser();
        let page = name_address(&mut browser, "new+tag@example.com").await;
        let digits = code(rig, "new+tag@example.com").await;
        let page = browser
            .submit(&page.action("/code"), &[("code", &digits)])
            .await;
        let weak = complete(&mut browser, &page, "example company").await;
        assert_eq!(weak.status.as_u16(), 422);
        assert_eq!(
            weak.input("account_name").as_deref(),
            Some("Example Company"),
            "nothing typed is lost"
        );
        let page = complete(&mut browser, &weak, PASSWORD).await;
        assert_eq!(
            page.path,
            "/console/security-credentials",
            "{}",
            page.text()
        );
        let accounts = rig.app.accounts("", 10).await.expect("accounts");
        assert_eq!(accounts.len(), 1);
        assert!(
            accounts
                .iter()
                .all(|a| a.email == "new+tag@example.com" && a.password.is_some_and(|p| p.good))
        );
    });
}

#[test]
fn sub_addresses_are_addresses_of_their_own_r_con_08_r_con_09_and_one_address_has_one_root_r_root_22()
 {
    on_sqlite(async |rig| {
        rig.account("Example", "root@example.com").await;
        name_address(&mut rig.browser(), "root+1@example.com").await;
        assert_eq!(rig.count_mails(MailKind::SignUpCode).await, 1);
        let mut browser = rig.browser();
        let page = name_address(&mut browser, "ROOT@example.com").await;
        assert!(
            page.shows("Check your mail"),
            "the same page: {}",
            page.text()
        );
        assert_eq!(
            rig.count_mails(MailKind::SignUpTaken).await,
            1,
            "its owner is told"
        );
        let page = browser
            .submit(&page.action("/code"), &[("code", "12345678")])
            .await;
        assert_eq!(page.status.as_u16(), 422);
    });
}

#[test]
fn the_set_up_link_opens_the_first_account_once() {
    on_sqlite(async |rig| {
        let ctx = rig.ctx();
        let link = rig
            .app
            .mint_set_up(&ctx)
            .await
            .expect("a verb")
            .expect("a link");
        let mut browser = rig.browser();
        let page = browser.open(&link).await;
        assert_eq!(page.path, "/open", "{}", page.text());
        let page = browser
            .submit("/open", &[("email", "first@example.com")])
            .await;
        let digits = code(rig, "first@example.com").await;
        let page = browser
            .submit(&page.action("/code"), &[("code", &digits)])
            .await;
        let page = complete(&mut browser, &page, PASSWORD).await;
        assert_eq!(
            page.path,
            "/console/security-credentials",
            "{}",
            page.text()
        );
        assert_eq!(
            rig.app.mint_set_up(&rig.ctx()).await.expect("a verb"),
            None,
            "no link beside an account"
        );
    });
}
