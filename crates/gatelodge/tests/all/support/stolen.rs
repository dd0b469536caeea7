//! Two people claim an account: one recovered it and called a device stolen, one signs in with that device.

use super::office::{QUEUE, days, hired, host, only_case};
use crate::recovery::{EMAIL, all_proofs, enter, owner};
use domain::mail::MailKind;
use domain::time::Span;
use testkit::rig::each_engine;

// Stolen: the holder of the device is not let in, the hold is longer, every contact is told, and operators
// see a case of which nothing can come.
#[test]
fn the_holder_of_a_device_called_stolen_opens_a_case_that_only_operators_close() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        let mut first = rig.browser();
        let recovery = all_proofs(rig, &mut first, &owner, "stolen").await;
        enter(&mut first, &recovery).await;
        first.open("/console/password").await;
        let new = "lanterns over the quiet river bend";
        let fields = [("password", new), ("password_again", new)];
        first.submit("/console/password", &fields).await;
        owner.root.password = new.to_owned();
        let (own, page) = rig.register(&mut first, "new phone").await;
        rig.keep_codes(&mut first, &page).await;
        assert!(rig.app.support_cases().await.expect("cases").is_empty());

        // The other one, who learned the new password as well, tries twice.
        for _ in 0..2 {
            rig.wait(Span::minutes(1));
            let mut second = rig.browser();
            let page = rig
                .sign_in(&mut second, &owner.root, Some(&owner.app))
                .await;
            assert!(page.shows("GL-MFA-008"), "{}", page.text());
        }
        let case = only_case(rig).await;
        let path = format!("{QUEUE}/{case}");
        assert_eq!(rig.count_mails(MailKind::RecoveryDisputed).await, 1);
        let told = rig.mail(MailKind::RecoveryDisputed, EMAIL).await;
        assert!(told.expect("a notice").order.origin.is_some());

        // A sign-in with a device that was registered in that very recovery settles nothing.
        rig.wait(Span::minutes(1));
        let page = rig
            .sign_in(&mut rig.browser(), &owner.root, Some(&own))
            .await;
        assert_eq!(page.path, "/console/home", "{}", page.text());
        let mut mina = hired(rig, "mina", host()).await;
        let page = mina.browser.open(&path).await;
        assert!(page.shows("Device called stolen"), "{}", page.text());
        assert!(page.shows(&owner.root.account.id.grouped()));
        assert!(recovery.contains(&page.text().split("rec_").nth(1).unwrap()[..20]));
        assert!(!page.body.contains("/approve"), "nothing to approve");

        // What operators do changes nothing for either of the two.
        rig.settle().await;
        let before = rig.contents().await;
        assert!(mina.note(&case).await.shows("The note is saved"));
        let mut noor = hired(rig, "noor", host()).await;
        let page = noor.press(&case, "approve").await;
        assert!(page.shows("GL-SUP-010"), "{}", page.text());
        let page = noor.press(&case, "decline").await;
        assert!(page.shows("The case is over"), "{}", page.text());
        let after = rig.contents().await;
        for table in [
            "account",
            "contact",
            "mfa_device",
            "device_suspension",
            "saved_code",
            "session",
            "recovery_case",
        ] {
            assert_eq!(before[table], after[table], "{table}");
        }
        let audit = rig.audit(&owner.root).await;
        for event in ["RecoveryReclaimed", "SupportOpened", "SupportEnded"] {
            assert!(audit.iter().any(|e| e == event), "{event}: {audit:?}");
        }
    });
}

#[test]
fn a_dispute_that_nobody_looks_at_ends_by_itself() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut first = rig.browser();
        let recovery = all_proofs(rig, &mut first, &owner, "stolen").await;
        enter(&mut first, &recovery).await;
        rig.wait(Span::minutes(1));
        rig.sign_in(&mut rig.browser(), &owner.root, Some(&owner.app))
            .await;
        let case = only_case(rig).await;
        days(rig, 29).await;
        let stage = async || rig.app.support_case(&case).await.unwrap().case.stage;
        assert_eq!(stage().await.key(), "open");
        days(rig, 1).await;
        assert_eq!(stage().await.key(), "over");
        assert_eq!(rig.count_mails(MailKind::SupportClosed).await, 0);
    });
}
