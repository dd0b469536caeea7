//! Support cases: what the asker sees, what strangers can do with them, and what comes of a case that two operators
//! approve.

mod everything;
pub(crate) mod office;
mod phone;
mod stolen;

use domain::mail::MailKind;
use domain::time::Span;
use testkit::rig::{Answer, Browser, Letter, Rig, each_engine, on_sqlite};

const FORM: &str = "/support";
const ROOT: &str = "root@example.com";
const NEW: &str = "new@example.net";

pub(crate) async fn ask(browser: &mut Browser, email: &str, lost: &str, value: &str) -> Answer {
    browser.open(FORM).await;
    let fields = [
        ("email", email),
        ("why", lost),
        ("name", value),
        ("how", "The company that ran the mailbox is gone."),
    ];
    browser.submit(FORM, &fields).await
}

async fn letter(rig: &Rig, kind: MailKind, to: &str) -> Letter {
    rig.mail(kind, to).await.expect("a mail")
}

/// A case about a lost mailbox, with the new address proved.
pub(crate) async fn opened(rig: &Rig, browser: &mut Browser, email: &str, value: &str) -> Answer {
    opened_for(rig, browser, email, ("email", value)).await
}

/// A case about what is lost, with the new address proved.
async fn opened_for(
    rig: &Rig,
    browser: &mut Browser,
    email: &str,
    (lost, value): (&str, &str),
) -> Answer {
    let page = ask(browser, email, lost, value).await;
    let code = letter(rig, MailKind::SupportCode, value).await.order.code;
    let code = code.expect("a code");
    browser
        .submit(&page.action("/code"), &[("code", &code)])
        .await
}

// R-TS-14, R-TS-37, G-23, R-REC-07: a form without signing in, reached from help; no telephone of support anywhere.
#[test]
fn a_case_is_opened_without_signing_in_and_followed_by_its_link_r_ts_14_r_ts_37_r_rec_07() {
    each_engine(async |rig| {
        let root = rig.account("Example", ROOT).await;
        let mut browser = rig.browser();
        let help = browser.open("/help/support").await;
        assert!(help.body.contains("href=\"/support\""), "{}", help.text());
        assert!(!help.body.contains("tel:"));
        let page = opened(rig, &mut browser, " Root@Example.com ", NEW).await;
        assert_eq!(page.path, "/support/case", "{}", page.text());
        assert!(page.shows("Email address") && page.shows("sup_"));
        // R-TS-35, R-TS-38: nothing about the account stands there or in the mails.
        let grouped = root.account.id.grouped();
        let mail = letter(rig, MailKind::SupportOpened, NEW).await;
        for text in [&page.body, &mail.words.text] {
            assert!(!text.contains(&grouped) && !text.contains("Example Co"));
            assert!(!text.contains(ROOT), "{text}");
        }
        let mut other = rig.browser();
        let link = mail.order.link.expect("a link");
        assert_eq!(other.open(&link).await.path, "/support/case");
        let page = other.submit("/support/case/end", &[]).await;
        assert!(page.shows("You took the case back"), "{}", page.text());
        let page = other.submit("/support/case/end", &[]).await;
        assert!(page.shows("GL-SUP-003"), "{}", page.text());
        assert_eq!(rig.count_mails(MailKind::SupportWaits).await, 0);
        assert_eq!(rig.count_mails(MailKind::SupportClosed).await, 0);
        let audit = rig.audit(&root).await;
        assert!(audit.ends_with(&["SupportOpened".into(), "SupportEnded".into()]));
    });
}

// An address of nobody: the same pages, the same rows.
#[test]
fn an_address_of_nobody_is_answered_alike_and_costs_the_same_rows() {
    each_engine(async |rig| {
        rig.account("Example", ROOT).await;
        let mut seen = Vec::new();
        for (email, value) in [
            (ROOT, ("email", NEW)),
            ("none@example.com", ("email", "else@example.net")),
            (ROOT, ("all", "all@example.net")),
            ("none@example.com", ("all", "everyx@example.net")),
        ] {
            let mut browser = rig.browser();
            let before = rig.contents().await;
            let page = opened_for(rig, &mut browser, email, value).await;
            let after = rig.contents().await;
            let rows = |table: &str| after[table].len() - before[table].len();
            let grown = ["outbox", "audit_record", "link", "support_case", "flow"].map(rows);
            let text = page
                .text()
                .replace(&page.body[page.body.find("sup_").unwrap()..][..30], "sup_");
            seen.push((page.path.clone(), grown, text.len()));
        }
        assert_eq!(seen[0], seen[1]);
        assert_eq!(seen[2], seen[3]);
        assert_eq!(seen[0].1, [2, 1, 1, 1, 1]);
        assert_eq!(seen[0].1, seen[2].1);
    });
}

#[test]
fn what_cannot_be_read_is_told_at_its_field_and_nothing_is_lost() {
    on_sqlite(async |rig| {
        let mut browser = rig.browser();
        let page = ask(&mut browser, "root", "email", NEW).await;
        assert!(page.shows("GL-SIGNIN-006"), "{}", page.text());
        assert_eq!(page.input("name").as_deref(), Some(NEW));
        let page = ask(&mut browser, ROOT, "email", "0912").await;
        assert!(page.shows("GL-SIGNIN-006"));
        let page = ask(&mut browser, ROOT, "device", NEW).await;
        assert_eq!(page.status.as_u16(), 400);
        browser.open(FORM).await;
        let fields = [
            ("email", ROOT),
            ("why", "email"),
            ("name", NEW),
            ("how", " "),
        ];
        let page = browser.submit(FORM, &fields).await;
        assert!(page.shows("GL-SUP-008"), "{}", page.text());
    });
}

#[test]
fn an_address_that_has_an_account_is_never_proved_and_its_owner_is_told() {
    on_sqlite(async |rig| {
        rig.account("Example", ROOT).await;
        rig.account("Other", "taken@example.net").await;
        let mut browser = rig.browser();
        let page = ask(&mut browser, ROOT, "email", "taken@example.net").await;
        assert_eq!(rig.count_mails(MailKind::EmailTaken).await, 1);
        for _ in 0..5 {
            let wrong = browser
                .submit(&page.action("/code"), &[("code", "12345678")])
                .await;
            assert!(wrong.shows("GL-SIGNIN-007"), "{}", wrong.text());
        }
        let over = browser
            .submit(&page.action("/code"), &[("code", "12345678")])
            .await;
        assert!(over.shows("GL-SIGNIN-008"), "{}", over.text());
    });
}

// The attacker who knows the address alone: no mail to the owner, no lock, and after ten cases a day from one network an end.
#[test]
fn a_stranger_who_knows_the_address_fills_no_mailbox_and_keeps_nobody_out() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", ROOT).await;
        let mut refused = 0;
        for n in 0..30 {
            let mut stranger = rig.browser();
            let own = format!("stranger{n}@example.org");
            let page = ask(&mut stranger, ROOT, "email", &own).await;
            refused += usize::from(page.shows("GL-SUP-001"));
            rig.wait(Span::minutes(10));
            assert!(n < 10 || refused > 0);
        }
        assert!(refused >= 20, "{refused}");
        let mails = rig.mails().await;
        assert!(mails.iter().all(|mail| mail.order.to != ROOT), "the owner");
        // Another network is asked for the characters, and the owner signs in as ever.
        let mut owner = rig.browser();
        owner.peer = "203.0.113.77:4000".parse().unwrap();
        let page = ask(&mut owner, ROOT, "email", NEW).await;
        assert!(page.shows("Security check"), "{}", page.text());
        rig.sign_in(&mut owner, &root, None).await;
        assert_eq!(owner.open("/console/account").await.status.as_u16(), 200);
    });
}
