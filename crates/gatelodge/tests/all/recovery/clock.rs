//! A clock that somebody sets, or that errs: no hold and no wait is over before its time, and the operator is alarmed.

use super::*;
use app::ready::Unready;
use domain::audit::Event;
use domain::session::HOLD;
use domain::time::{Span, Timestamp};
use testkit::rig::{CREDENTIALS, each_engine, on_sqlite};

/// So far somebody sets the clock on.
const FAR: Span = Span::hours(30);

/// The worker notices, and deals with it.
async fn noticed(rig: &Rig) -> app::clock::Jump {
    let seen = rig.app.see_to_the_clock(&rig.ctx()).await;
    seen.expect("dealt with").expect("a jump")
}

/// The ends of what is held and out of use for the account: devices, saved codes, suspensions.
async fn ends(rig: &Rig, owner: &Owner) -> Vec<Timestamp> {
    let id = owner.root.account.id.clone();
    let devices = rig.devices(&id).await;
    let mut ends: Vec<Timestamp> = devices
        .iter()
        .flat_map(|d| [d.suspended_until, d.hold.as_ref().map(|h| h.until)])
        .flatten()
        .collect();
    let (codes, out_of_use) = rig
        .db()
        .read(move |tx| {
            Ok::<_, store::StoreError>((
                store::saved_code::of_account(tx, &id)?,
                store::recovery::suspensions(tx, &id)?,
            ))
        })
        .await
        .expect("rows");
    ends.extend(codes.iter().filter_map(|(code, _)| code.hold_until));
    ends.extend(out_of_use.iter().map(|device| device.until));
    ends
}

#[test]
fn a_clock_set_forward_ends_no_hold_and_the_operator_is_alarmed() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut thief = rig.browser();
        let case = all_proofs(rig, &mut thief, &owner, "lost").await;
        enter(&mut thief, &case).await;
        let (new, page) = rig.register(&mut thief, "thief's phone").await;
        rig.keep_codes(&mut thief, &page).await;
        let before = ends(rig, &owner).await;
        assert_eq!(before.len(), 1 + 1 + 10 + 1, "device, suspension, codes");

        rig.clock.jump(FAR.as_millis());
        assert!(
            rig.app.now() < before[0],
            "until it is dealt with, the old time goes on"
        );
        assert_eq!(rig.app.ready().await, Err(Unready::Jumped));
        let jump = noticed(rig).await;
        assert_eq!(jump.by, FAR.as_millis());
        assert!(
            rig.app
                .see_to_the_clock(&rig.ctx())
                .await
                .expect("seen")
                .is_none()
        );
        assert!(
            rig.now().until(rig.app.now()) < Span::seconds(1),
            "now it counts"
        );
        let after: Vec<Timestamp> = before.iter().map(|end| *end + FAR).collect();
        assert_eq!(ends(rig, &owner).await, after);

        // The thief comes back with the device made in the recovery, 30 hours later by the clock: it is held still.
        rig.wait(Span::minutes(1));
        let mut again = rig.browser();
        rig.sign_in(&mut again, &owner.root, Some(&new)).await;
        let page = again
            .open(&format!("{CREDENTIALS}/saved-codes/renew"))
            .await;
        assert!(page.shows("GL-SESSION-003"), "{}", page.text());
        // The holder of the old device has his 72 hours, as they really go by.
        rig.wait(Span::hours(71));
        let page = rig
            .sign_in(&mut rig.browser(), &owner.root, Some(&owner.app))
            .await;
        assert_eq!(page.path, "/console/home", "{}", page.text());
        let devices = rig.devices(&owner.root.account.id).await;
        assert_eq!(devices.len(), 1, "and undid all that the thief made");

        let now = rig.now();
        let log = rig.db().write(move |tx| {
            store::audit::seal_as(tx, "test", now)?;
            store::audit::export(tx, 0, 1_000)
        });
        let log = log.await.expect("the log");
        let alarms = log
            .items
            .iter()
            .filter(|entry| entry.event == Event::ClockJumped.name());
        assert_eq!(alarms.count(), 1);
        let known = rig.app.last_clock_jump().await.expect("known");
        assert_eq!(known, Some(jump), "doctor tells of it");
    });
}

#[test]
fn a_clock_that_erred_and_was_put_right_leaves_every_hold_as_it_was() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = all_proofs(rig, &mut browser, &owner, "lost").await;
        enter(&mut browser, &case).await;
        let before = ends(rig, &owner).await;
        let years = Span::days(3_000).as_millis();
        rig.clock.jump(years);
        noticed(rig).await;
        assert_ne!(ends(rig, &owner).await, before);
        rig.wait(Span::minutes(5));
        rig.clock.jump(-years);
        assert_eq!(noticed(rig).await.by, -years);
        assert_eq!(ends(rig, &owner).await, before);
        // And where nobody had dealt with it yet, nothing is to be done.
        rig.clock.jump(years);
        rig.app.now();
        rig.clock.jump(-years);
        rig.app.now();
        assert!(
            rig.app
                .see_to_the_clock(&rig.ctx())
                .await
                .expect("seen")
                .is_none()
        );
        assert_eq!(ends(rig, &owner).await, before);
    });
}

#[test]
fn another_node_that_saw_the_same_jump_does_not_deal_with_it_again() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = all_proofs(rig, &mut browser, &owner, "lost").await;
        enter(&mut browser, &case).await;
        let other = rig.another();
        let before = ends(rig, &owner).await;
        rig.clock.jump(FAR.as_millis());
        other.now();
        noticed(rig).await;
        let ctx = rig.ctx();
        let told = other.see_to_the_clock(&ctx).await.expect("seen");
        assert!(told.is_some());
        let after: Vec<Timestamp> = before.iter().map(|end| *end + FAR).collect();
        assert_eq!(ends(rig, &owner).await, after, "once");
    });
}

#[test]
fn blocked_calls_a_freeze_and_a_delay_last_as_long_as_they_were_to() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        prove_mail(rig, &mut browser, &case).await;
        for _ in 0..3 {
            press_call(rig, &mut browser, &case).await;
            let order = rig.last_call().await;
            rig.answer_phone(&order).await;
            rig.report(&order, wrong_digits(&order)).await;
            rig.report(&order, CallEvent::Ended(Outcome::HungUp)).await;
        }
        assert!(browser.open(&case).await.shows("15 minutes"));
        rig.clock.jump(Span::minutes(20).as_millis());
        noticed(rig).await;
        let page = browser.open(&case).await;
        assert!(
            page.shows("Phone verification cannot be used now"),
            "{}",
            page.text()
        );
        rig.wait(Span::minutes(15));
        assert!(browser.open(&case).await.shows("Call again"));

        let link = objection_link(rig, MailKind::RecoveryBegun).await;
        rig.browser().open(&link).await;
        let mut reader = rig.browser();
        reader.open(&link).await;
        reader.submit("/signin/objection", &[]).await;
        rig.clock.jump(HOLD.as_millis());
        noticed(rig).await;
        let mut browser = rig.browser();
        let factor = rig.give_password(&mut browser, &owner.root).await;
        let page = browser.open(&format!("{}/troubleshoot", factor.path)).await;
        assert!(page.shows("GL-REC-008"), "frozen still: {}", page.text());
        rig.wait(HOLD);
        let factor = rig.give_password(&mut browser, &owner.root).await;
        let page = browser.open(&format!("{}/troubleshoot", factor.path)).await;
        assert!(!page.shows("GL-REC-008"), "{}", page.text());
    });
}

#[test]
fn guessing_is_not_sped_up_by_a_clock_that_is_set_forward() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut someone = owner.root.clone();
        someone.password = "copper sailing window thunder".to_owned();
        let mut browser = rig.browser();
        let waits = "Too many wrong passwords";
        for _ in 0..8 {
            rig.give_password(&mut browser, &someone).await;
            rig.wait(Span::minutes(9));
        }
        rig.give_password(&mut browser, &someone).await;
        let page = rig.give_password(&mut browser, &someone).await;
        assert!(page.shows(waits), "it waits: {}", page.text());
        rig.clock.jump(Span::hours(2).as_millis());
        noticed(rig).await;
        let page = rig.give_password(&mut browser, &someone).await;
        assert!(page.shows(waits), "it waits on: {}", page.text());
        rig.wait(Span::hours(1));
        let page = rig.give_password(&mut browser, &owner.root).await;
        assert!(!page.shows(waits), "{}", page.text());
    });
}

#[test]
fn a_server_that_is_more_than_two_seconds_off_its_database_is_not_ready() {
    each_engine(async |rig| {
        let mut seen = Vec::new();
        // The database's clock goes on by itself: where this machine is held up, it is looked at again.
        for off in [0, 3_000, -3_000] {
            let mut told = Ok(());
            for _ in 0..50 {
                let clock = rig
                    .db()
                    .read(store::clock::of_database)
                    .await
                    .expect("asked");
                let Some(clock) = clock else {
                    assert_eq!(rig.app.ready().await, Ok(()), "no clock beside ours");
                    return;
                };
                let turn = clock.millis() + off - rig.now().millis();
                rig.clock.advance(Span::millis(turn));
                told = rig.app.ready().await;
                if told.is_ok() == (off == 0) {
                    break;
                }
            }
            seen.push(told);
        }
        assert_eq!(
            seen,
            [Ok(()), Err(Unready::OffDatabase), Err(Unready::OffDatabase)]
        );
        assert_eq!(rig.browser().get("/readyz").await.status.as_u16(), 503);
    });
}
