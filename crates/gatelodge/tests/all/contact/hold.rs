//! What serves recovery and a forgotten password while a change is fresh (R-REC-58), and who may shorten that.

use super::*;
use domain::session::{HOLD, Hold};
use store::contact::Kind;

/// The number that a recovery would call now, or why it would not.
async fn serves(rig: &Rig, root: &Identity) -> Result<String, String> {
    let id = root.account.id.clone();
    let kept = rig
        .db()
        .read(move |tx| store::contact::find(tx, &id, Kind::Phone))
        .await
        .expect("the contact")
        .ok_or("none")?;
    let contact = domain::recovery::Contact {
        value: kept.present.value,
        proved: kept.present.proved_at.is_some(),
        since: kept.present.changed_at,
        former: kept.former.map(|held| domain::recovery::Former {
            value: held.value,
            proved: held.proved_at.is_some(),
            since: held.changed_at,
        }),
        former_lost: kept.former_lost,
    };
    let serves = contact.in_force(rig.now());
    if serves.proved {
        Ok(serves.value.to_owned())
    } else {
        Err("unproved".to_owned())
    }
}

async fn prove(rig: &Rig, owner: &mut Owner) {
    owner
        .browser
        .submit("/console/account/phone/proof", &[])
        .await;
    let order = rig.last_call().await;
    rig.report(&order, CallEvent::Answered).await;
    rig.report(&order, CallEvent::Keyed(order.digits.clone()))
        .await;
}

#[test]
fn the_former_number_serves_recovery_for_72_hours_and_while_the_new_one_is_unproved_r_rec_58() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        save_number(&mut owner.browser, NEW).await;
        assert_eq!(serves(rig, &owner.root).await.as_deref(), Ok(OLD));
        rig.wait(Span::hours(100));
        assert_eq!(
            serves(rig, &owner.root).await.as_deref(),
            Ok(OLD),
            "never proved"
        );
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &owner.root, Some(&owner.app))
            .await;
        owner.browser = browser;
        prove(rig, &mut owner).await;
        assert_eq!(serves(rig, &owner.root).await.as_deref(), Ok(NEW));
    });
}

#[test]
fn proved_at_once_the_new_number_still_waits_its_72_hours_r_rec_58() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        save_number(&mut owner.browser, NEW).await;
        prove(rig, &mut owner).await;
        assert_eq!(serves(rig, &owner.root).await.as_deref(), Ok(OLD));
        rig.wait(Span::hours(72));
        assert_eq!(serves(rig, &owner.root).await.as_deref(), Ok(NEW));
    });
}

#[test]
fn root_with_a_device_says_that_the_former_number_is_lost_and_nobody_else_can() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        save_number(&mut owner.browser, NEW).await;
        prove(rig, &mut owner).await;
        let page = owner.browser.open("/console/account").await;
        let lost = page.links().into_iter().find(|to| to.ends_with("/lost"));
        let lost = lost.expect("the former one is lost");
        let page = owner.browser.open(&lost).await;
        assert!(
            page.shows("only +886 912 345 678 counts, at once"),
            "{}",
            page.text()
        );
        let page = owner.browser.submit(&lost, &[]).await;
        assert_eq!(page.path, "/console/account", "{}", page.text());
        assert_eq!(serves(rig, &owner.root).await.as_deref(), Ok(NEW));
        assert!(!page.links().iter().any(|to| to.ends_with("/lost")));
        // Somebody who was tricked can still go back.
        let told = letters(rig, MailKind::PhoneChanged, EMAIL).await;
        let link = told[0].order.objection.clone().expect("a link");
        let mut anybody = rig.browser();
        anybody.open(&link).await;
        anybody.submit("/contact/undo", &[]).await;
        assert_eq!(serves(rig, &owner.root).await.as_deref(), Ok(OLD));
    });
}

#[test]
fn without_a_device_nothing_can_be_called_lost() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", EMAIL).await;
        give(rig, &root, OLD).await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, None).await;
        save_number(&mut browser, NEW).await;
        let page = browser.open("/console/account").await;
        assert!(!page.links().iter().any(|to| to.ends_with("/lost")));
        let back = page.links().into_iter().find(|to| to.ends_with("/undo"));
        let lost = back.expect("a change").replace("/undo", "/lost");
        let page = browser.submit(&lost, &[]).await;
        assert_eq!(page.status, 403);
        assert!(page.shows("GL-ACC-010"), "{}", page.text());
        assert_eq!(serves(rig, &root).await.as_deref(), Ok(OLD));
    });
}

#[test]
fn a_forgotten_password_is_mailed_to_the_old_address_for_72_hours_whichever_is_typed() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        owner
            .browser
            .submit("/console/account/email", &[("email", "new@example.org")])
            .await;
        let letter = rig.mail(MailKind::EmailProof, "new@example.org").await;
        let code = letter.and_then(|l| l.order.code).expect("a code");
        owner
            .browser
            .submit("/console/account/email/code", &[("code", &code)])
            .await;
        for (typed, to) in [("new@example.org", EMAIL), (EMAIL, EMAIL)] {
            let before = letters(rig, MailKind::PasswordReset, to).await.len();
            rig.browser()
                .submit("/signin/forgot", &[("email", typed)])
                .await;
            let after = letters(rig, MailKind::PasswordReset, to).await.len();
            assert_eq!(after, before + 1, "{typed}");
        }
        assert_eq!(
            letters(rig, MailKind::PasswordReset, "new@example.org")
                .await
                .len(),
            0
        );
        rig.wait(Span::hours(72));
        rig.browser()
            .submit("/signin/forgot", &[("email", EMAIL)])
            .await;
        assert_eq!(letters(rig, MailKind::PasswordReset, EMAIL).await.len(), 2);
        rig.browser()
            .submit("/signin/forgot", &[("email", "new@example.org")])
            .await;
        assert_eq!(
            letters(rig, MailKind::PasswordReset, "new@example.org")
                .await
                .len(),
            1
        );
    });
}

#[test]
fn a_held_session_changes_no_contact() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        let (id, until) = (owner.root.account.id.clone(), rig.now() + HOLD);
        let sessions = rig
            .db()
            .read(move |tx| store::session::of_account(tx, &id))
            .await
            .expect("sessions");
        let session = sessions[0].id.clone();
        rig.db()
            .write(move |tx| store::session::hold(tx, &session, Some(Hold { until })))
            .await
            .expect("held");
        for (path, fields) in [
            (CONTACT, vec![("person", "x"), ("phone", NEW)]),
            ("/console/account/email", vec![("email", "new@example.org")]),
            ("/console/account/phone/proof", vec![]),
            ("/console/account/name", vec![("name", "x")]),
            ("/console/account/language", vec![("lang", "ja")]),
        ] {
            let page = owner.browser.submit(path, &fields).await;
            assert_eq!(page.status, 403, "{path}: {}", page.text());
            assert!(page.shows("GL-SESSION-003"), "{path}: {}", page.text());
        }
        assert_eq!(serves(rig, &owner.root).await.as_deref(), Ok(OLD));
    });
}
