//! Without a good password: a saved code, the e-mail, and a day for everybody who could be harmed.
use super::*;
use domain::account::PasswordOrigin;
use domain::recovery::WAIT;
use domain::session::Origin;
use domain::time::Span;
use testkit::rig::each_engine;

/// Somebody whose password was made by a mailed link, and who kept the saved codes.
async fn forgetful(rig: &Rig) -> (Owner, Vec<String>) {
    let root = rig
        .account_with("Example", EMAIL, PasswordOrigin::Mailed)
        .await;
    let app = rig.device(&root, "old phone").await;
    give_phone(rig, &root, PHONE).await;
    rig.wait(Span::days(60));
    let codes = saved_codes(rig, &root).await;
    (Owner { root, app }, codes)
}

#[test]
fn a_password_made_by_mail_needs_a_saved_code_the_mailbox_and_a_day() {
    each_engine(async |rig| {
        let (owner, codes) = forgetful(rig).await;
        let mut browser = rig.browser();
        let factor = rig.give_password(&mut browser, &owner.root).await;
        let page = browser.open(&factor.link("/troubleshoot")).await;
        assert!(page.shows("a saved recovery code together with your email"));
        let begin = page.link("/recover?by=code");
        let page = browser.open(&begin).await;
        assert!(page.shows("24 hours of patience"), "{}", page.text());
        let form = [("why", "lost"), ("by", "code")];
        let page = browser.submit(&page.action("/recover"), &form).await;
        let case = case_path(&page);
        assert!(page.shows("Recovery code") && page.shows("wait for 24 hours"));

        let code = [("code", codes[2].as_str())];
        let page = browser.submit(&format!("{case}/saved-code"), &code).await;
        assert!(page.shows("Send verification email"), "{}", page.text());
        assert!(!page.shows("Sign in to the console"));
        assert_eq!(rig.count_mails(MailKind::RecoveryWaits).await, 0);
        let page = prove_mail(rig, &mut browser, &case).await;
        assert!(
            page.shows("Verified: now you have to wait"),
            "{}",
            page.text()
        );
        assert!(page.shows("in 24 hours"), "{}", page.text());
        assert_eq!(rig.count_mails(MailKind::RecoveryWaits).await, 1);
        let forced = browser.submit(&format!("{case}/enter"), &[]).await;
        assert_eq!(forced.status.as_u16(), 429);
        assert!(forced.shows("GL-REC-020"), "{}", forced.text());

        // The server and the browser may rest; whoever comes back early is told the time that is left.
        rig.wait(Span::hours(23));
        let page = browser.open(&case).await;
        assert!(
            page.shows("in 60 minutes") || page.shows("in 1 hour"),
            "{}",
            page.text()
        );
        rig.wait(Span::hours(1));
        let page = browser.open(&case).await;
        assert!(page.shows("Your password, once more"), "{}", page.text());
        let password = [("password", owner.root.password.as_str())];
        browser.submit(&format!("{case}/password"), &password).await;
        let page = prove_mail(rig, &mut browser, &case).await;
        assert!(page.shows("Sign in to the console"), "{}", page.text());
        assert_eq!(enter(&mut browser, &case).await.status.as_u16(), 303);

        let opened = sessions(rig, &owner).await;
        let session = opened.first().expect("a session");
        assert!(matches!(session.origin, Origin::Recovered { .. }));
        assert!(session.hold.is_some() && session.mfa_at.is_none());
        assert_eq!(rig.count_mails(MailKind::RecoveryDone).await, 1);
        let audit = rig.audit(&owner.root).await;
        assert!(audit.contains(&"RecoveryWaits".to_owned()), "{audit:?}");
    });
}

#[test]
fn a_mailbox_and_its_reset_link_get_nobody_in_without_a_saved_code() {
    each_engine(async |rig| {
        let (owner, _) = forgetful(rig).await;
        let mut thief = rig.browser();
        let factor = rig.give_password(&mut thief, &owner.root).await;
        let form = [("why", "lost"), ("by", "code")];
        let action = format!("{}/recover", factor.path);
        let case = case_path(&thief.submit(&action, &form).await);
        prove_mail(rig, &mut thief, &case).await;
        for _ in 0..3 {
            let guess = [("code", stray_code())];
            let guess = [(guess[0].0, guess[0].1.as_str())];
            let page = thief.submit(&format!("{case}/saved-code"), &guess).await;
            assert_eq!(page.status.as_u16(), 422);
        }
        let page = thief.submit(&format!("{case}/call"), &[]).await;
        assert!(page.shows("GL-REC-002"), "{}", page.text());
        rig.wait(Span::hours(23));
        let page = thief.submit(&format!("{case}/enter"), &[]).await;
        assert!(page.status.is_client_error());
        assert_eq!(rig.count_mails(MailKind::RecoveryWaits).await, 0);
        assert_eq!(sessions(rig, &owner).await.len(), 0);
    });
}

#[test]
fn an_objection_in_the_day_of_waiting_ends_it() {
    each_engine(async |rig| {
        let (owner, codes) = forgetful(rig).await;
        let mut thief = rig.browser();
        let factor = rig.give_password(&mut thief, &owner.root).await;
        let form = [("why", "lost"), ("by", "code")];
        let action = format!("{}/recover", factor.path);
        let case = case_path(&thief.submit(&action, &form).await);
        let code = [("code", codes[0].as_str())];
        thief.submit(&format!("{case}/saved-code"), &code).await;
        prove_mail(rig, &mut thief, &case).await;
        let mut reader = rig.browser();
        let link = objection_link(rig, MailKind::RecoveryWaits).await;
        let page = reader.open(&link).await;
        reader.submit(&page.actions()[0], &[]).await;
        rig.wait(WAIT);
        let page = thief.open(&case).await;
        assert!(page.shows("This recovery is over"), "{}", page.text());
        assert!(enter(&mut thief, &case).await.status.is_client_error());
        assert_eq!(sessions(rig, &owner).await.len(), 0);
    });
}
