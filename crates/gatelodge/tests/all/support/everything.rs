//! Nothing left at all: who is let in, when, to what; who stops it; and what the dishonest get.

use super::office::{Desk, agree, days, hired, host, only_case};
use super::{NEW, letter, opened_for};
use crate::recovery::after::try_code;
use crate::recovery::{EMAIL, Owner, enter, owner, saved_codes, sessions};
use domain::account::State;
use domain::audit::Actor;
use domain::ids::SupportId;
use domain::mail::MailKind;
use domain::refusal::Code;
use domain::session::Origin;
use domain::time::Span;
use testkit::rig::{Answer, Browser, Rig, each_engine, each_engine_with, on_sqlite, settings};

const CASE: &str = "/support/case";
const COME: &str = "/support/case/enter";
const CHOSEN: &str = "lanterns over the quiet river bend";

/// A case about everything that two operators approved.
async fn approved(rig: &Rig) -> (Owner, SupportId, Browser) {
    let owner = owner(rig).await;
    let mut asker = rig.browser();
    let page = opened_for(rig, &mut asker, EMAIL, ("all", NEW)).await;
    assert_eq!(page.path, CASE, "{}", page.text());
    let case = only_case(rig).await;
    agree(rig, &case).await;
    (owner, case, asker)
}

async fn stage(rig: &Rig, case: &SupportId) -> &'static str {
    let shown = rig.app.support_case(case).await.expect("the case");
    shown.case.stage.key()
}

async fn nobody_came_in(rig: &Rig, owner: &Owner, asker: &mut Browser) {
    let page = asker.submit(COME, &[]).await;
    assert_eq!(page.path, CASE, "{}", page.text());
    assert!(!page.body.contains(COME), "{}", page.text());
    let sessions = sessions(rig, owner).await;
    let recovered = |origin: &Origin| matches!(origin, Origin::Recovered { .. });
    assert!(!sessions.iter().any(|session| recovered(&session.origin)));
    assert_eq!(rig.count_mails(MailKind::RecoveryDone).await, 0);
}

async fn set_password(browser: &mut Browser) -> Answer {
    browser.open("/console/password").await;
    let fields = [("password", CHOSEN), ("password_again", CHOSEN)];
    browser.submit("/console/password", &fields).await
}

// G-23, R-TS-36, R-TS-38: fourteen days, five notices, one press, a held session, and never more.
#[test]
fn somebody_who_lost_everything_is_let_in_after_fourteen_days_to_a_held_session_g_23_r_ts_38() {
    each_engine(async |rig| {
        let (owner, case, mut asker) = approved(rig).await;
        days(rig, 13).await;
        assert_eq!(rig.count_mails(MailKind::SupportWaits).await, 5);
        nobody_came_in(rig, &owner, &mut asker).await;
        days(rig, 1).await;
        // By the link in the mail to the new address, in another browser; a GET lets nobody in.
        let mail = letter(rig, MailKind::SupportOpened, NEW).await;
        let mut later = rig.browser();
        let page = later.open(&mail.order.link.expect("a link")).await;
        assert!(page.shows("You can sign in until"), "{}", page.text());
        assert_eq!(later.get(COME).await.status.as_u16(), 405);
        assert!(sessions(rig, &owner).await.is_empty());
        let before = rig.contents().await;
        let page = later.submit(COME, &[]).await;
        assert_eq!(page.path, "/console/password", "{}", page.text());
        assert_eq!(stage(rig, &case).await, "done");
        let after = rig.contents().await;
        for table in ["contact", "saved_code", "contact_lock"] {
            assert_eq!(before[table], after[table], "{table}");
        }
        let account = rig.app.account(&owner.root.account.id).await;
        assert_eq!(account.expect("the account").email, EMAIL);
        // Once: neither the other browser nor a second press.
        let page = asker.submit(COME, &[]).await;
        assert!(
            page.shows("You were let in by this case"),
            "{}",
            page.text()
        );
        assert_eq!(sessions(rig, &owner).await.len(), 1);
        let notice = letter(rig, MailKind::RecoveryDone, EMAIL).await;
        assert!(notice.order.objection.is_some());

        // One device and a password; everything else is refused with the time.
        let page = set_password(&mut later).await;
        assert!(page.shows("password"), "{}", page.text());
        let (own, page) = rig.register(&mut later, "new phone").await;
        rig.keep_codes(&mut later, &page).await;
        later.open("/console/account").await;
        let name = [("name", "Mine")];
        let page = later.submit("/console/account/name", &name).await;
        assert!(page.shows("GL-SESSION-003"), "{}", page.text());
        let page = later.open("/console/account/email").await;
        assert!(page.shows("GL-SESSION-003"), "{}", page.text());
        let held = sessions(rig, &owner).await;
        assert!(held.iter().all(|s| s.mfa_at.is_none() && s.hold.is_some()));
        // The old device is out of use, not gone; the new one signs in with the new password.
        assert_eq!(rig.devices(&owner.root.account.id).await.len(), 2);
        rig.wait(Span::hours(25));
        let mut root = owner.root.clone();
        root.password = CHOSEN.to_owned();
        let page = rig.sign_in(&mut rig.browser(), &root, Some(&own)).await;
        assert_eq!(page.path, "/console/home", "{}", page.text());
        let audit = rig.audit(&owner.root).await;
        for event in ["SupportApproved", "SupportCompleted", "RecoveryCompleted"] {
            assert!(audit.iter().any(|e| e == event), "{event}: {audit:?}");
        }
    });
}

// Two operators were deceived, and the wait went by unseen: the owner still has the link of the last notice, and the device.
#[test]
fn the_owner_takes_the_account_back_after_somebody_was_let_in() {
    each_engine(async |rig| {
        let (owner, _, mut thief) = approved(rig).await;
        days(rig, 14).await;
        thief.submit(COME, &[]).await;
        let notice = letter(rig, MailKind::RecoveryDone, EMAIL).await;
        let mut mailbox = rig.browser();
        let page = mailbox.open(&notice.order.objection.expect("a link")).await;
        let page = mailbox.submit(&page.path, &[]).await;
        assert_eq!(page.status.as_u16(), 200, "{}", page.text());
        assert!(sessions(rig, &owner).await.is_empty(), "it is ended");
        // The device that was put out of use opens again with the password, and all is as it was.
        rig.wait(Span::minutes(1));
        let page = rig
            .sign_in(&mut rig.browser(), &owner.root, Some(&owner.app))
            .await;
        assert!(!page.shows("GL-MFA-008"), "{}", page.text());
        let devices = rig.devices(&owner.root.account.id).await;
        assert!(devices.len() == 1 && !devices[0].suspended(rig.now()));
    });
}

#[test]
fn a_device_a_saved_code_or_the_link_of_a_notice_stops_it_at_any_time() {
    for how in ["device", "saved code", "link"] {
        each_engine(async |rig| {
            let owner = owner(rig).await;
            let codes = saved_codes(rig, &owner.root).await;
            let mut asker = rig.browser();
            opened_for(rig, &mut asker, EMAIL, ("all", NEW)).await;
            let case = only_case(rig).await;
            agree(rig, &case).await;
            // Also when the wait is over, until somebody came.
            days(rig, 15).await;
            assert_eq!(stage(rig, &case).await, "waits");
            let mut browser = rig.browser();
            match how {
                "device" => {
                    rig.sign_in(&mut browser, &owner.root, Some(&owner.app))
                        .await;
                }
                "saved code" => {
                    let page = try_code(rig, &mut browser, &owner, &codes[0]).await;
                    let path = page.path.split('?').next().expect("a path").to_owned();
                    enter(&mut browser, &path).await;
                }
                _ => {
                    let notice = letter(rig, MailKind::SupportWaits, EMAIL).await;
                    browser.open(&notice.order.objection.expect("a link")).await;
                    browser.submit("/support/not-me", &[]).await;
                }
            }
            assert_eq!(stage(rig, &case).await, "over", "{how}");
            let page = asker.submit(COME, &[]).await;
            assert!(page.shows("ended without an effect"), "{}", page.text());
        });
    }
}

#[test]
fn whoever_does_not_come_within_a_week_comes_no_more() {
    on_sqlite(async |rig| {
        let (owner, case, mut asker) = approved(rig).await;
        days(rig, 21).await;
        assert_eq!(stage(rig, &case).await, "over");
        nobody_came_in(rig, &owner, &mut asker).await;
    });
}

// The dishonest: one operator, one with somebody whom they made, and somebody who has the mailbox alone.
#[test]
fn a_dishonest_operator_and_whoever_reads_the_mailbox_let_nobody_in() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut thief = rig.browser();
        opened_for(rig, &mut thief, EMAIL, ("all", NEW)).await;
        let case = only_case(rig).await;
        // The mailbox of the account and the new one, and nobody of the help desk.
        days(rig, 15).await;
        nobody_came_in(rig, &owner, &mut thief).await;
        let mut mina: Desk = hired(rig, "mina", host()).await;
        assert!(mina.press(&case, "approve").await.shows("GL-SUP-004"));
        mina.note(&case).await;
        assert!(mina.press(&case, "approve").await.shows("GL-SUP-005"));
        let by_mina = Actor::SignedInOperator {
            operator: mina.id.clone(),
            session: None,
        };
        let mut puppet = hired(rig, "puppet", by_mina).await;
        assert!(puppet.press(&case, "approve").await.shows("GL-OPER-009"));
        days(rig, 20).await;
        nobody_came_in(rig, &owner, &mut thief).await;
        assert_eq!(rig.count_mails(MailKind::SupportWaits).await, 0);
        assert_eq!(stage(rig, &case).await, "over", "nobody decided in time");
    });
}

#[test]
fn an_account_that_was_put_out_of_use_meanwhile_lets_nobody_in() {
    on_sqlite(async |rig| {
        let (owner, _, mut asker) = approved(rig).await;
        days(rig, 14).await;
        let id = owner.root.account.id.clone();
        rig.app
            .move_account(&rig.ctx(), host(), &id, State::Suspended)
            .await
            .expect("suspended");
        let page = asker.submit(COME, &[]).await;
        assert!(
            page.shows(Code::AccountSuspended.as_str()),
            "{}",
            page.text()
        );
        assert!(sessions(rig, &owner).await.is_empty());
    });
}

// Somebody who can change the address is in: the case was about another one.
#[test]
fn an_address_that_was_changed_meanwhile_lets_nobody_in() {
    each_engine(async |rig| {
        let (owner, _, mut asker) = approved(rig).await;
        days(rig, 14).await;
        let (id, now) = (owner.root.account.id.clone(), rig.now());
        let names = ("other@example.com", "other@example.com");
        rig.db()
            .write(move |tx| store::account::set_email(tx, &id, names, Some(now), now))
            .await
            .expect("another address");
        let page = asker.submit(COME, &[]).await;
        assert!(page.shows("GL-SUP-003"), "{}", page.text());
        assert!(sessions(rig, &owner).await.is_empty());
    });
}

#[test]
fn where_the_operator_lets_nobody_in_this_way_nobody_is_asked() {
    let mut without = settings();
    without.support_long_wait = None;
    each_engine_with(&without, async |rig| {
        let mut browser = rig.browser();
        assert!(!browser.open("/support").await.body.contains("why-all"));
        let page = super::ask(&mut browser, EMAIL, "all", NEW).await;
        assert_eq!(page.status.as_u16(), 400, "{}", page.text());
    });
}
