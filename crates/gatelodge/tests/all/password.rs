//! The forgotten password, the mailed unlock, and what strangers can do with either.

use domain::mail::MailKind;
use domain::throttle::UNKNOWN_CLOSED;
use domain::time::Span;
use testkit::rig::{Browser, Letter, Rig, each_engine, on_sqlite};

const NEW: &str = "copper sailing window thunder";

async fn ask(browser: &mut Browser, email: &str) -> testkit::rig::Answer {
    browser.open("/signin/forgot").await;
    browser.submit("/signin/forgot", &[("email", email)]).await
}

fn path(letter: &Letter) -> String {
    letter.order.link.clone().expect("a link in the mail")
}

async fn choose(browser: &mut Browser, link: &str, password: &str) -> testkit::rig::Answer {
    browser.open(link).await;
    browser
        .submit(
            "/signin/reset",
            &[("password", password), ("password_again", password)],
        )
        .await
}

async fn newest(rig: &Rig, email: &str) -> Letter {
    rig.mail(MailKind::PasswordReset, email)
        .await
        .expect("a reset mail")
}

#[test]
fn a_mailed_link_sets_a_new_password_and_ends_every_session_r_root_12_r_root_14_r_root_16_r_root_17_r_root_25()
 {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut elsewhere = rig.browser();
        rig.sign_in(&mut elsewhere, &root, None).await;

        let mut browser = rig.browser();
        let page = ask(&mut browser, "root@example.com").await;
        assert_eq!(page.path, "/signin/forgot/sent");
        let link = path(&newest(rig, "root@example.com").await);
        let opened = browser.get(&link).await;
        assert_eq!(
            opened.location.as_deref(),
            Some("/signin/reset"),
            "the token leaves the address bar"
        );
        let page = choose(&mut browser, &link, NEW).await;
        assert!(page.shows("Your password was reset"), "{}", page.text());
        assert_eq!(
            elsewhere.get("/console/home").await.location.as_deref(),
            Some("/signin?return_to=%2Fconsole%2Fhome")
        );
        assert_eq!(rig.count_mails(MailKind::PasswordChanged).await, 1);

        let again = rig.browser().open(&link).await;
        assert!(
            again.text().contains("GL-LINK-001"),
            "a link works once: {}",
            again.text()
        );
        assert!(
            rig.audit(&root)
                .await
                .iter()
                .any(|event| event == "PasswordRecoveryCompleted")
        );
    });
}

#[test]
fn a_reset_neither_removes_nor_skips_mfa_r_root_27() {
    each_engine(async |rig| {
        let mut root = rig.account("Example", "root@example.com").await;
        let phone = rig.device(&root, "phone").await;
        let mut browser = rig.browser();
        ask(&mut browser, "root@example.com").await;
        let link = path(&newest(rig, "root@example.com").await);
        choose(&mut browser, &link, NEW).await;
        root.password = NEW.to_owned();
        let page = rig.give_password(&mut browser, &root).await;
        assert!(
            page.shows("Additional verification required"),
            "{}",
            page.text()
        );
        let page = rig.sign_in(&mut rig.browser(), &root, Some(&phone)).await;
        assert_eq!(page.path, "/console/home");
    });
}

#[test]
fn an_address_without_an_account_is_answered_alike_and_costs_the_same_rows_r_root_26() {
    each_engine(async |rig| {
        rig.account("Example", "root@example.com").await;
        let known = ask(&mut rig.browser(), "root@example.com").await;
        let nobody = ask(&mut rig.browser(), "nobody@example.com").await;
        assert_eq!(
            (known.status, known.path, known.body.len()),
            (nobody.status, nobody.path, nobody.body.len())
        );
        assert_eq!(rig.count_mails(MailKind::PasswordReset).await, 1);
        let rows = rig
            .app
            .db()
            .read(store::outbox::backlog)
            .await
            .expect("the outbox");
        assert_eq!(
            rows.waiting, 2,
            "a row that is no mail stands where a mail would"
        );
    });
}

#[test]
fn asking_again_soon_sends_the_same_link_and_a_stranger_cannot_fill_the_mailbox() {
    on_sqlite(async |rig| {
        rig.account("Example", "root@example.com").await;
        let mut links = std::collections::BTreeSet::new();
        for _ in 0..20 {
            ask(&mut rig.browser(), "root@example.com").await;
            links.insert(path(&newest(rig, "root@example.com").await));
        }
        assert_eq!(
            links.len(),
            1,
            "the owner's link is never voided by somebody who asks again"
        );
        assert_eq!(
            rig.count_mails(MailKind::PasswordReset).await,
            2,
            "two an hour, and one about anything else"
        );
        let link = links.first().expect("one link").clone();
        let page = choose(&mut rig.browser(), &link, NEW).await;
        assert!(page.shows("Your password was reset"));
    });
}

#[test]
fn a_link_runs_out_after_an_hour_and_an_objection_voids_it() {
    on_sqlite(async |rig| {
        rig.account("Example", "root@example.com").await;
        ask(&mut rig.browser(), "root@example.com").await;
        let letter = newest(rig, "root@example.com").await;
        rig.wait(Span::minutes(60));
        assert!(
            rig.browser()
                .open(&path(&letter))
                .await
                .text()
                .contains("GL-LINK-001")
        );

        ask(&mut rig.browser(), "root@example.com").await;
        let letter = newest(rig, "root@example.com").await;
        let mut owner = rig.browser();
        owner
            .open(letter.order.objection.as_deref().expect("an objection"))
            .await;
        let page = owner.submit("/signin/reset/not-me", &[]).await;
        assert!(page.shows("The link is void"), "{}", page.text());
        let again = letter.order.objection.as_deref().expect("an objection");
        let page = owner.open(again).await;
        assert!(page.shows("GL-LINK-001"), "no button that does nothing");
        assert!(!page.actions().iter().any(|to| to.contains("not-me")));
        assert!(
            rig.browser()
                .open(&path(&letter))
                .await
                .text()
                .contains("GL-LINK-001")
        );
    });
}

#[test]
fn a_weak_password_is_refused_with_every_rule_it_breaks() {
    on_sqlite(async |rig| {
        rig.account("Example", "root@example.com").await;
        ask(&mut rig.browser(), "root@example.com").await;
        let link = path(&newest(rig, "root@example.com").await);
        let mut browser = rig.browser();
        let page = choose(&mut browser, &link, "password").await;
        assert_eq!(page.status.as_u16(), 422);
        assert!(
            page.shows("needs at least 15") && page.shows("tried first"),
            "{}",
            page.text()
        );
        let fields = [
            ("password", NEW),
            ("password_again", "copper sailing window thunders"),
        ];
        let page = browser.submit("/signin/reset", &fields).await;
        assert!(
            page.shows("The two passwords are not the same"),
            "{}",
            page.text()
        );
    });
}

#[test]
fn a_stranger_who_guesses_shuts_out_strangers_only_and_a_mailed_unlock_opens_the_same_password() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut known = rig.browser();
        rig.sign_in(&mut known, &root, None).await;
        known.submit("/signout", &[]).await;
        let mut wrong = root.clone();
        wrong.password = "not the password at all".to_owned();
        for _ in 0..UNKNOWN_CLOSED {
            rig.give_password(&mut rig.browser(), &wrong).await;
            rig.wait(Span::hours(1));
        }
        let mut stranger = rig.browser();
        let page = rig.give_password(&mut stranger, &root).await;
        assert!(page.status.as_u16() == 429, "{}", page.text());

        let page = rig.give_password(&mut known, &root).await;
        assert_eq!(
            page.path,
            "/console/home",
            "the owner's own browser goes on: {}",
            page.text()
        );

        let page = rig.give_password(&mut stranger, &root).await;
        let action = page.action("/unlock");
        stranger.submit(&action, &[]).await;
        let letter = rig
            .mail(MailKind::Unlock, "root@example.com")
            .await
            .expect("an unlock mail");
        let mut phone = rig.browser();
        phone.open(&path(&letter)).await;
        phone.submit("/signin/unlock", &[]).await;
        let page = rig.give_password(&mut stranger, &root).await;
        assert!(
            page.shows("Check your mail"),
            "the same password is open again: {}",
            page.text()
        );
    });
}

#[test]
fn a_session_alone_changes_no_password_and_a_change_ends_the_others() {
    each_engine(async |rig| {
        let mut root = rig.account("Example", "root@example.com").await;
        let phone = rig.device(&root, "phone").await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, Some(&phone)).await;
        let mut elsewhere = rig.browser();
        rig.wait(Span::minutes(11));
        rig.sign_in(&mut elsewhere, &root, Some(&phone)).await;

        // Whoever finds the browser open, or took its cookie, has no fresh proof.
        let fields = [("password", NEW), ("password_again", NEW)];
        let refused = browser.post("/console/password", &fields).await;
        assert!(
            refused
                .location
                .is_some_and(|to| to.starts_with("/console/step-up")),
            "asked for proof first"
        );
        assert_eq!(rig.count_mails(MailKind::PasswordChanged).await, 0);

        rig.wait(Span::seconds(30));
        let page = browser.open("/console/password").await;
        let page = rig.prove(&mut browser, &page, &root, Some(&phone)).await;
        assert_eq!(page.path, "/console/password", "{}", page.text());
        let page = browser.submit("/console/password", &fields).await;
        assert_eq!(
            page.path,
            "/console/security-credentials",
            "{}",
            page.text()
        );
        assert_eq!(rig.count_mails(MailKind::PasswordChanged).await, 1);
        assert!(
            elsewhere
                .open("/console/home")
                .await
                .path
                .starts_with("/signin"),
            "other sessions end"
        );
        let mut next = rig.browser();
        let page = rig.give_password(&mut next, &root).await;
        assert!(page.shows("do not belong together"), "{}", page.text());
        root.password = NEW.to_owned();
        rig.wait(Span::seconds(30));
        let page = rig.sign_in(&mut next, &root, Some(&phone)).await;
        assert_eq!(page.path, "/console/home", "{}", page.text());
    });
}

#[test]
fn a_password_that_an_operator_gave_serves_three_days_and_is_replaced_at_the_first_sign_in() {
    each_engine(async |rig| {
        let origin = domain::account::PasswordOrigin::Initial;
        for (email, waits, serves) in [
            ("soon@example.com", Span::hours(71), true),
            ("late@example.com", Span::hours(72), false),
        ] {
            let root = rig.account_with("Example", email, origin).await;
            assert!(root.account.password.is_some_and(|p| !p.good));
            rig.wait(waits);
            let mut browser = rig.browser();
            let page = rig.give_password(&mut browser, &root).await;
            if !serves {
                assert!(page.shows("do not belong together"), "{}", page.text());
                continue;
            }
            let page = rig.sign_in(&mut browser, &root, None).await;
            assert_eq!(page.path, "/console/password", "{}", page.text());
            let page = browser.open("/console/account").await;
            assert_eq!(page.path, "/console/password", "nothing else before it");
            let fields = [("password", NEW), ("password_again", NEW)];
            let page = browser.submit("/console/password", &fields).await;
            assert_eq!(
                page.path,
                "/console/security-credentials",
                "{}",
                page.text()
            );
            assert_eq!(
                browser.open("/console/account").await.path,
                "/console/account"
            );
        }
    });
}
