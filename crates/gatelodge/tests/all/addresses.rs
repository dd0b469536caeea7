//! "Mail me my sign-in addresses": the answer goes to the mailbox alone, and the page says the same whatever was typed.

use domain::mail::MailKind;
use domain::time::Span;
use testkit::rig::{Answer, Browser, Letter, Rig, each_engine, on_sqlite};

const ASK: &str = "/signin/addresses";
const ROOT: &str = "root@example.com";

async fn ask(browser: &mut Browser, email: &str) -> Answer {
    browser.open(ASK).await;
    browser.submit(ASK, &[("email", email)]).await
}

async fn letters(rig: &Rig) -> Vec<Letter> {
    let mut all = rig.mails().await;
    all.retain(|m| m.order.kind == MailKind::SignInAddresses);
    all
}

#[test]
fn the_account_of_an_address_is_told_to_its_mailbox_alone_p_23_r_ts_03_r_ts_07() {
    each_engine(async |rig| {
        let root = rig.account("Example", ROOT).await;
        for language in ["zh-TW", "ja", "en"] {
            let mut browser = rig.browser();
            language.clone_into(&mut browser.language);
            let page = ask(&mut browser, " Root@Example.com ").await;
            assert_eq!(page.path, "/signin/addresses/sent");
            let grouped = root.account.id.grouped();
            assert!(!page.body.contains(&grouped) && !page.body.contains("xample.com"));
            let letter = letters(rig).await.pop().expect("a mail");
            assert_eq!(letter.order.to, ROOT);
            assert_eq!(letter.order.locale.tag(), language);
            let text = &letter.words.text;
            assert!(text.contains(&grouped), "{text}");
            assert!(
                text.contains("http://localhost:8080/console/home"),
                "{text}"
            );
            // What somebody typed once does not go to an address that may be unproved.
            assert!(
                !text.contains("Example)") && !text.contains("Example ("),
                "{text}"
            );
            rig.wait(Span::hours(1));
        }
        let asked = rig.audit(&root).await;
        let asked = asked.iter().filter(|e| *e == "SignInAddressesRequested");
        assert_eq!(asked.count(), 3);
    });
}

#[test]
fn the_mailed_address_can_be_bookmarked_and_leads_through_sign_in_r_url_12() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", ROOT).await;
        ask(&mut rig.browser(), ROOT).await;
        let link = letters(rig).await.pop().and_then(|m| m.order.link);
        let link = link.expect("a link");
        let mut browser = rig.browser();
        let page = browser.open(&link).await;
        assert_eq!(page.path, "/signin?return_to=%2Fconsole%2Fhome");
        rig.sign_in(&mut browser, &root, None).await;
        assert_eq!(browser.open(&link).await.path, "/console/home");
    });
}

#[test]
fn an_address_of_nobody_is_answered_alike_and_costs_the_same_rows_p_23() {
    each_engine(async |rig| {
        rig.account("Example", ROOT).await;
        let mut seen = Vec::new();
        for email in [ROOT, "none@example.com"] {
            let mut browser = rig.browser();
            browser.open(ASK).await;
            let before = rig.contents().await;
            let page = browser.submit(ASK, &[("email", email)]).await;
            let after = rig.contents().await;
            let rows = |table: &str| after[table].len() - before[table].len();
            let grown = ["outbox", "counter", "audit_record", "link"].map(rows);
            seen.push((page.status, page.path.clone(), page.text(), grown));
        }
        assert_eq!(seen[0], seen[1]);
        assert_eq!(seen[0].3, [1, 2, 1, 0], "a mail or what stands for one");
        assert_eq!(letters(rig).await.len(), 1);
    });
}

#[test]
fn nobody_can_fill_a_mailbox_or_use_up_its_mails_for_a_new_password_p_23() {
    on_sqlite(async |rig| {
        rig.account("Example", ROOT).await;
        for _ in 0..20 {
            let page = ask(&mut rig.browser(), ROOT).await;
            assert_eq!(
                page.path, "/signin/addresses/sent",
                "the answer stays the same"
            );
        }
        assert_eq!(letters(rig).await.len(), 1, "one an hour");
        let mut browser = rig.browser();
        browser.open("/signin/forgot").await;
        browser.submit("/signin/forgot", &[("email", ROOT)]).await;
        assert_eq!(rig.count_mails(MailKind::PasswordReset).await, 1);
        for _ in 0..23 {
            rig.wait(Span::hours(1));
            ask(&mut rig.browser(), ROOT).await;
        }
        assert!(
            letters(rig).await.len() <= 6,
            "three in a day of the calendar"
        );
    });
}

#[test]
fn what_is_no_address_is_told_at_the_field_p_23() {
    on_sqlite(async |rig| {
        for typed in [
            "",
            "root",
            "root@example.com\r\nBcc: x@example.com",
            "<b>@example",
        ] {
            let page = ask(&mut rig.browser(), typed).await;
            assert_eq!(page.status.as_u16(), 422, "{typed}");
            assert!(page.shows("GL-SIGNIN-006"), "{}", page.text());
        }
        assert_eq!(letters(rig).await.len(), 0);
    });
}
