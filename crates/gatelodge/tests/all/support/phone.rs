//! A lost telephone: what is proved before the new number counts, in which order, and who gets no further.

use super::office::{QUEUE, agree, days, hired, host, only_case};
use super::{ask, letter};
use crate::recovery::{EMAIL, Owner, PHONE, owner};
use domain::call::{CallEvent, Say};
use domain::contact::Kind;
use domain::ids::SupportId;
use domain::mail::MailKind;
use domain::support::OTHER_LOCKED;
use domain::time::Span;
use testkit::rig::{Answer, Browser, Rig, each_engine, each_engine_with, on_sqlite, settings};

const TYPED: &str = "０９８７－６５４－３２１";
const NEW: &str = "+886987654321";
const CASE: &str = "/support/case";

/// A case about a lost telephone that two operators approved.
async fn approved(rig: &Rig) -> (Owner, SupportId, Browser) {
    let owner = owner(rig).await;
    let mut asker = rig.browser();
    let page = ask(&mut asker, EMAIL, "phone", TYPED).await;
    assert_eq!(page.path, CASE, "{}", page.text());
    let case = only_case(rig).await;
    agree(rig, &case).await;
    (owner, case, asker)
}

/// Types the code that the account's own mailbox got.
async fn read_mail(rig: &Rig, asker: &mut Browser) -> Answer {
    let page = asker.submit(&format!("{CASE}/mail"), &[]).await;
    let mail = letter(rig, MailKind::SupportCode, EMAIL).await;
    assert!(mail.order.origin.is_some(), "who asked");
    let code = mail.order.code.expect("a code");
    let action = page.action("/code");
    asker.submit(&action, &[("code", &code)]).await
}

async fn number_of(rig: &Rig, owner: &Owner) -> String {
    let id = owner.root.account.id.clone();
    let kept = rig
        .db()
        .read(move |tx| store::contact::find(tx, &id, Kind::Phone.into()))
        .await;
    kept.expect("read").expect("a number").present.value
}

// R-TS-14, R-TS-36, R-CON-04, R-CON-18: typed as people write it, proved by mailbox and call, in place after the wait.
#[test]
fn a_lost_telephone_is_replaced_after_two_operators_a_mail_a_call_and_a_week_r_ts_36_r_con_18() {
    each_engine(async |rig| {
        let (owner, case, mut asker) = approved(rig).await;
        let page = asker.open(CASE).await;
        assert!(page.shows("+886 987 654 321"), "{}", page.text());
        assert_eq!(rig.count_mails(MailKind::SupportCode).await, 0);
        // No call before the mailbox is proved, and a wrong code proves nothing.
        let page = asker.submit(&format!("{CASE}/call"), &[]).await;
        assert!(page.shows("a code that we mail there"), "{}", page.text());
        let page = asker.submit(&format!("{CASE}/mail"), &[]).await;
        let wrong = [("code", "00000000")];
        let page = asker.submit(&page.action("/code"), &wrong).await;
        assert!(page.shows("GL-SIGNIN-007"), "{}", page.text());
        assert!(asker.open(CASE).await.shows("a code that we mail there"));
        let page = read_mail(rig, &mut asker).await;
        assert!(page.path == CASE && page.shows("The mailbox is proved"));
        rig.wait(Span::hours(2));
        let page = asker.submit(&format!("{CASE}/call"), &[]).await;
        assert!(page.shows("a code that we mail there"), "the proof lapses");
        assert_eq!(rig.count_calls().await, 0);

        read_mail(rig, &mut asker).await;
        let page = asker.submit(&format!("{CASE}/call"), &[]).await;
        assert!(page.path.starts_with("/support/call/"), "{}", page.path);
        let order = rig.last_call().await;
        assert_eq!(order.to, NEW);
        let shown = format!(
            "{} {}",
            &order.digits.expose()[..3],
            &order.digits.expose()[3..]
        );
        assert!(page.shows(&shown), "{}", page.text());
        let other = rig.browser().get(&page.path).await;
        assert!(other.shows("GL-SIGNIN-001"), "no other browser's");
        rig.answer_phone(&order).await;
        let keyed = CallEvent::Keyed(order.digits.clone());
        assert_eq!(rig.report(&order, keyed).await, Some(Say::Thanks));
        let page = asker.open(&page.path).await;
        assert!(page.path == CASE && page.shows("proved"), "{}", page.text());
        assert_eq!(number_of(rig, &owner).await, PHONE);

        let before = rig.contents().await;
        days(rig, 7).await;
        assert_eq!(number_of(rig, &owner).await, NEW);
        let after = rig.contents().await;
        for table in ["mfa_device", "saved_code", "session", "known_browser"] {
            assert_eq!(before[table], after[table], "{table}");
        }
        assert_eq!(rig.count_mails(MailKind::SupportWaits).await, 4);
        let notice = letter(rig, MailKind::PhoneChanged, EMAIL).await;
        assert!(notice.order.objection.is_some(), "it can be taken back");
        let (id, now) = (owner.root.account.id.clone(), rig.now());
        let locked = rig
            .db()
            .read(move |tx| store::support::locked_until(tx, &id, Kind::Email, now))
            .await
            .expect("read");
        assert!(locked.is_some_and(|until| until > now + OTHER_LOCKED - Span::days(1)));
        let shown = rig.app.support_case(&case).await.expect("the case");
        assert_eq!(shown.case.stage.key(), "done");
        let audit = rig.audit(&owner.root).await;
        for event in ["SupportMailProved", "PhoneProved", "SupportCompleted"] {
            assert!(audit.iter().any(|e| e == event), "{event}: {audit:?}");
        }
    });
}

// R-TS-35: an address of nobody leads to the same page by the same rows; nothing is mailed and nobody is called.
#[test]
fn a_stranger_learns_nothing_and_causes_no_mail_and_no_call() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut seen = Vec::new();
        for email in [EMAIL, "none@example.com"] {
            let mut stranger = rig.browser();
            let before = rig.contents().await;
            let page = ask(&mut stranger, email, "phone", TYPED).await;
            for proof in ["mail", "call"] {
                let page = stranger.submit(&format!("{CASE}/{proof}"), &[]).await;
                assert_eq!(page.path, CASE, "{}", page.text());
            }
            let after = rig.contents().await;
            let rows = |table: &str| after[table].len() - before[table].len();
            let grown = ["outbox", "audit_record", "link", "support_case", "flow"].map(rows);
            let number = page.body.find("sup_").expect("a number");
            let text = page.text().replace(&page.body[number..][..30], "sup_");
            seen.push((page.path.clone(), grown, text.len()));
        }
        assert_eq!(seen[0], seen[1]);
        assert_eq!(seen[0].1, [0, 1, 1, 1, 1]);
        days(rig, 8).await;
        assert_eq!(number_of(rig, &owner).await, PHONE);
    });
}

// Two operators were talked into it; whoever has neither the mailbox nor the number gets nothing.
#[test]
fn what_is_not_proved_when_the_wait_ends_changes_nothing() {
    each_engine(async |rig| {
        let (owner, case, mut asker) = approved(rig).await;
        for _ in 0..7 {
            asker.submit(&format!("{CASE}/mail"), &[]).await;
        }
        let page = asker.submit(&format!("{CASE}/mail"), &[]).await;
        assert!(page.shows("GL-SIGNIN-012"), "{}", page.text());
        assert_eq!(rig.count_mails(MailKind::SupportCode).await, 5);
        days(rig, 6).await;
        // The mailbox alone, without the telephone.
        read_mail(rig, &mut asker).await;
        days(rig, 1).await;
        assert_eq!(number_of(rig, &owner).await, PHONE);
        let shown = rig.app.support_case(&case).await.expect("the case");
        assert_eq!(shown.case.stage.key(), "over");
        let page = asker.submit(&format!("{CASE}/call"), &[]).await;
        assert!(page.shows("ended without an effect"), "{}", page.text());
        assert_eq!(rig.count_calls().await, 0);
    });
}

#[test]
fn a_sign_in_with_a_device_ends_the_case_while_its_call_runs() {
    on_sqlite(async |rig| {
        let (owner, case, mut asker) = approved(rig).await;
        read_mail(rig, &mut asker).await;
        asker.submit(&format!("{CASE}/call"), &[]).await;
        let order = rig.last_call().await;
        rig.answer_phone(&order).await;
        rig.sign_in(&mut rig.browser(), &owner.root, Some(&owner.app))
            .await;
        let keyed = CallEvent::Keyed(order.digits.clone());
        assert_eq!(rig.report(&order, keyed).await, None, "nobody listens");
        days(rig, 8).await;
        assert_eq!(number_of(rig, &owner).await, PHONE);
        let shown = rig.app.support_case(&case).await.expect("the case");
        assert!(shown.case.proved_at.is_none());
        assert_eq!(shown.case.stage.key(), "over");
    });
}

#[test]
fn whoever_answers_a_wrong_number_ends_the_calls_by_pressing_9() {
    on_sqlite(async |rig| {
        let (_, _, mut asker) = approved(rig).await;
        read_mail(rig, &mut asker).await;
        let page = asker.submit(&format!("{CASE}/call"), &[]).await;
        let order = rig.last_call().await;
        rig.answer_phone(&order).await;
        assert_eq!(
            rig.report(&order, CallEvent::NotMe).await,
            Some(Say::Stopped)
        );
        let page = asker.open(&page.path).await;
        assert!(page.shows("That was the wrong person"), "{}", page.text());
        assert!(page.links().iter().any(|to| to == CASE));
        let page = asker.submit(&format!("{CASE}/call"), &[]).await;
        assert!(page.shows("GL-REC-004"), "{}", page.text());
        assert_eq!(rig.count_calls().await, 1);
    });
}

#[test]
fn a_number_that_is_never_called_is_told_at_its_field_and_without_calls_none_is_asked_for() {
    on_sqlite(async |rig| {
        let mut browser = rig.browser();
        for (typed, code) in [("+1 900 555 0199", "GL-REC-006"), ("12", "GL-ACC-001")] {
            let page = ask(&mut browser, EMAIL, "phone", typed).await;
            assert_eq!(page.status.as_u16(), 422);
            assert!(page.shows(code), "{}", page.text());
            assert_eq!(page.input("name").as_deref(), Some(typed));
        }
    });
    let mut silent = settings();
    silent.voice = app::settings::Transport::Off;
    each_engine_with(&silent, async |rig| {
        let mut browser = rig.browser();
        assert!(!browser.open("/support").await.body.contains("why-phone"));
        let page = ask(&mut browser, EMAIL, "phone", TYPED).await;
        assert!(page.shows("GL-REC-011"), "{}", page.text());
    });
}

// An account without a telephone gets none: each contact opens a way in.
#[test]
fn support_replaces_a_number_and_never_adds_one() {
    on_sqlite(async |rig| {
        rig.account("Example", EMAIL).await;
        ask(&mut rig.browser(), EMAIL, "phone", TYPED).await;
        let case = only_case(rig).await;
        hired(rig, "mina", host()).await.note(&case).await;
        let mut noor = hired(rig, "noor", host()).await;
        let page = noor.press(&case, "approve").await;
        assert!(page.shows("GL-SUP-009"), "{}", page.text());
        assert!(page.path.starts_with(QUEUE));
        assert_eq!(rig.count_mails(MailKind::SupportWaits).await, 0);
    });
}
