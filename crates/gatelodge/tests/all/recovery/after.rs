//! After the recovery: the lost device is named, a new one takes its place, and what was made stays held.

use super::*;
use domain::session::HOLD;
use domain::time::Span;
use http::StatusCode;
use testkit::rig::{CREDENTIALS, each_engine, on_sqlite};

/// Back in by e-mail and phone: a held session at *Security credentials*.
async fn back_in(rig: &Rig, browser: &mut Browser, owner: &Owner) -> Answer {
    let case = all_proofs(rig, browser, owner, "lost").await;
    enter(browser, &case).await;
    browser.open(CREDENTIALS).await
}

async fn sweep(rig: &Rig) {
    rig.app.sweep_recovery(&rig.ctx()).await.expect("a sweep");
}

#[test]
fn the_lost_device_is_named_and_replaced_and_goes_when_nobody_can_object_r_rec_31_r_rec_26_p_13() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let page = back_in(rig, &mut browser, &owner).await;
        assert!(page.shows("Replace the device you lost"), "{}", page.text());
        assert!(page.shows("old phone") && page.shows("Suspended"));
        assert!(page.shows("Remove and register a new one"));

        let page = browser.open(&format!("{CREDENTIALS}/devices/new")).await;
        assert!(page.shows("old phone"), "{}", page.text());
        let (new, page) = rig.register(&mut browser, "new phone").await;
        let codes = rig.keep_codes(&mut browser, &page).await;
        assert_eq!(codes.len(), 10, "codes come with it, since there were none");
        let devices = rig.devices(&owner.root.account.id).await;
        let made = devices
            .iter()
            .find(|d| d.id == new.id)
            .expect("the new one");
        assert!(made.hold.is_some() && made.case.is_some());
        assert!(
            devices
                .iter()
                .any(|d| d.id == owner.app.id && d.suspended(rig.now()))
        );
        let page = browser.open(CREDENTIALS).await;
        assert!(page.shows("In use, held") && page.shows("Removed on"));
        assert!(!page.shows("Replace the device you lost"));

        let second = browser.open(&format!("{CREDENTIALS}/devices/new")).await;
        assert_eq!(second.status, StatusCode::FORBIDDEN, "one is allowed");
        assert!(second.shows("GL-SESSION-003"), "{}", second.text());

        rig.wait(Span::hours(73));
        sweep(rig).await;
        let devices = rig.devices(&owner.root.account.id).await;
        let names: Vec<_> = devices.iter().map(|d| d.name.as_str()).collect();
        assert_eq!(names, ["new phone"]);
        assert_eq!(rig.count_mails(MailKind::DeviceRemoved).await, 1);
        let page = rig
            .sign_in(&mut rig.browser(), &owner.root, Some(&new))
            .await;
        assert_eq!(page.path, "/console/home", "{}", page.text());
    });
}

#[test]
fn a_held_session_mends_and_changes_nothing_else() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        back_in(rig, &mut browser, &owner).await;
        let (new, page) = rig.register(&mut browser, "new phone").await;
        rig.keep_codes(&mut browser, &page).await;
        let mut refused = vec![format!("{CREDENTIALS}/saved-codes/renew")];
        for id in [&new.id, &owner.app.id] {
            for act in ["rename", "resync", "remove"] {
                refused.push(format!("{CREDENTIALS}/devices/{id}/{act}"));
            }
            refused.push(format!("{CREDENTIALS}/devices/new?replaces={id}"));
        }
        let fields = [("name", "x"), ("first", "123456"), ("second", "123456")];
        for path in refused {
            let page = browser.open(&path).await;
            assert!(page.shows("GL-SESSION-003"), "GET {path}: {}", page.text());
            if !path.contains('?') {
                let page = browser.submit(&path, &fields).await;
                assert!(page.shows("GL-SESSION-003"), "POST {path}");
            }
        }
        let end = format!("{CREDENTIALS}/sessions/end");
        assert_eq!(browser.submit(&end, &[]).await.path, CREDENTIALS);
    });
}

#[test]
fn after_a_loss_a_new_password_is_asked_for_until_there_is_one_r_sec_12() {
    on_sqlite(async |rig| {
        let mut owner = owner(rig).await;
        let mut browser = rig.browser();
        back_in(rig, &mut browser, &owner).await;
        let (new, page) = rig.register(&mut browser, "new phone").await;
        rig.keep_codes(&mut browser, &page).await;
        let page = browser.open("/console/home").await;
        assert!(page.shows("Choose a new password"), "{}", page.text());
        assert!(page.links().iter().any(|to| to == "/console/password"));
        assert!(!page.shows("Register a second device"), "it may not yet");
        let later = [("nudge", "second-device")];
        let page = browser.submit("/console/home/later", &later).await;
        assert!(page.shows("GL-SESSION-003"), "{}", page.text());

        rig.wait(Span::hours(25));
        let mut browser = rig.browser();
        let page = rig.sign_in(&mut browser, &owner.root, Some(&new)).await;
        assert!(page.shows("Choose a new password"), "{}", page.text());
        assert!(page.shows("Register a second device"));
        let changed = "copper sailing window thunder";
        let fields = [("password", changed), ("password_again", changed)];
        browser.open("/console/password").await;
        browser.submit("/console/password", &fields).await;
        changed.clone_into(&mut owner.root.password);
        let page = browser.open("/console/home").await;
        assert!(!page.shows("Choose a new password"), "{}", page.text());
    });
}

#[test]
fn whoever_holds_the_old_device_undoes_all_that_a_thief_made() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut thief = rig.browser();
        back_in(rig, &mut thief, &owner).await;
        let (thiefs, page) = rig.register(&mut thief, "thief's phone").await;
        rig.keep_codes(&mut thief, &page).await;
        rig.wait(Span::minutes(1));
        let mut again = rig.browser();
        let page = rig.sign_in(&mut again, &owner.root, Some(&thiefs)).await;
        assert_eq!(page.path, "/console/home", "{}", page.text());

        let page = rig
            .sign_in(&mut rig.browser(), &owner.root, Some(&owner.app))
            .await;
        assert_eq!(page.path, "/console/home", "{}", page.text());
        for browser in [&mut thief, &mut again] {
            let page = browser.open("/console/home").await;
            assert_eq!(page.path.split('?').next(), Some("/signin"));
        }
        let devices = rig.devices(&owner.root.account.id).await;
        let names: Vec<_> = devices.iter().map(|d| d.name.as_str()).collect();
        assert_eq!(names, ["old phone"]);
        assert!(!devices[0].suspended(rig.now()));
        let id = owner.root.account.id.clone();
        let codes = rig
            .db()
            .read(move |tx| store::saved_code::of_account(tx, &id))
            .await
            .expect("codes");
        assert!(codes.is_empty(), "the codes made in the recovery are void");
    });
}

#[test]
fn a_used_code_is_replaced_by_one_that_proves_nothing_before_the_hold_ends() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let codes = saved_codes(rig, &owner.root).await;
        let page = back_in_by_code(rig, &mut rig.browser(), &owner, &codes[0]).await;
        assert!(page.shows("Codes used: 1"), "{}", page.text());
        let mut browser = rig.browser();
        let page = back_in_by_code(rig, &mut browser, &owner, &codes[1]).await;
        assert!(page.shows("Codes left: 8.") && page.shows("Codes used: 2"));
        let replace = format!("{CREDENTIALS}/saved-codes/replace");
        let page = browser.submit(&replace, &[]).await;
        let fresh = rig.keep_codes(&mut browser, &page).await;
        assert_eq!(fresh.len(), 2);
        let page = browser.open(CREDENTIALS).await;
        assert!(page.shows("Codes left: 8."), "{}", page.text());
        assert!(page.shows("work from"), "and says from when");
        let again = browser.submit(&replace, &[]).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "nothing is left to do");

        let page = try_code(rig, &mut rig.browser(), &owner, &fresh[0]).await;
        assert!(page.status.is_client_error(), "held: {}", page.text());
        rig.wait(HOLD);
        let page = try_code(rig, &mut rig.browser(), &owner, &fresh[0]).await;
        assert!(page.status.is_success(), "{}", page.text());
    });
}

/// A saved code is typed on the page of a case.
pub(crate) async fn try_code(
    rig: &Rig,
    browser: &mut Browser,
    owner: &Owner,
    code: &str,
) -> Answer {
    let page = begin(rig, browser, owner, "lost").await;
    let case = case_path(&page);
    browser
        .submit(&format!("{case}/saved-code"), &[("code", code)])
        .await
}

async fn back_in_by_code(rig: &Rig, browser: &mut Browser, owner: &Owner, code: &str) -> Answer {
    let page = try_code(rig, browser, owner, code).await;
    enter(browser, &case_path(&page)).await;
    browser.open(CREDENTIALS).await
}

#[test]
fn the_operator_sees_disputes_and_all_that_is_held() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        let account = owner.root.account.clone();
        let guarded = async || rig.app.guarded(&account).await.expect("seen");
        assert_eq!(guarded().await, app::account::Guarded::default());
        let mut thief = rig.browser();
        let case = all_proofs(rig, &mut thief, &owner, "stolen").await;
        enter(&mut thief, &case).await;
        // After a theft a new password comes first.
        thief.open("/console/password").await;
        let new = "lanterns over the quiet river bend";
        let fields = [("password", new), ("password_again", new)];
        thief.submit("/console/password", &fields).await;
        owner.root.password = new.to_owned();
        let (_, page) = rig.register(&mut thief, "new phone").await;
        rig.keep_codes(&mut thief, &page).await;
        let seen = guarded().await;
        let what: Vec<_> = seen
            .holds
            .iter()
            .map(|hold| (hold.what, hold.which.as_deref().unwrap_or_default()))
            .filter(|(what, _)| *what != "recovered-session")
            .collect();
        for held in [
            ("device", "new phone"),
            ("device-stolen", "old phone"),
            ("saved-codes", ""),
        ] {
            assert!(what.contains(&held), "{held:?}: {what:?}");
        }
        assert!(seen.holds.is_sorted_by_key(|hold| hold.until));
        assert!(seen.disputes.is_empty());
        // Whoever has the device that was called stolen signs in with it.
        rig.sign_in(&mut rig.browser(), &owner.root, Some(&owner.app))
            .await;
        let seen = guarded().await;
        assert_eq!(seen.disputes.len(), 1);
        assert!(case.contains(seen.disputes[0].case.as_str()), "{case}");
        rig.wait(Span::days(40_000));
        let later = guarded().await;
        assert!(later.holds.is_empty(), "{later:?}");
    });
}
