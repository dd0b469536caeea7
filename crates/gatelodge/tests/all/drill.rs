//! Rehearsing a recovery: the way of a real one, with real parts, of which nothing comes; and the report it ends with.

use crate::recovery::{EMAIL, Owner, PHONE, begin, case_path, owner, prove_mail, saved_codes};
use domain::call::{CallEvent, CallOrder, Outcome, Purpose, Say};
use domain::mail::MailKind;
use domain::time::Span;
use testkit::rig::{Answer, Browser, CREDENTIALS, Rig, each_engine, on_sqlite, wrong_digits};

/// The owner, signed in, with saved codes.
async fn signed_in(rig: &Rig) -> (Owner, Browser, Vec<String>) {
    let owner = owner(rig).await;
    let codes = saved_codes(rig, &owner.root).await;
    let mut browser = rig.browser();
    rig.sign_in(&mut browser, &owner.root, Some(&owner.app))
        .await;
    (owner, browser, codes)
}

fn ready() -> String {
    format!("{CREDENTIALS}/readiness")
}

async fn start(browser: &mut Browser) -> Answer {
    let page = browser.open(&ready()).await;
    let action = page.action("/drill");
    browser.submit(&action, &[]).await
}

async fn code_of(rig: &Rig, kind: MailKind) -> String {
    let letter = rig.mail(kind, EMAIL).await;
    letter.and_then(|l| l.order.code).expect("a code")
}

async fn key(rig: &Rig, order: &CallOrder) -> Option<Say> {
    rig.answer_phone(order).await;
    rig.report(order, CallEvent::Keyed(order.digits.clone()))
        .await
}

/// What a rehearsal must leave as it is: contacts, password, codes, devices, sessions, cases.
async fn standing(rig: &Rig, owner: &Owner) -> String {
    let id = owner.root.account.id.clone();
    let now = rig.now();
    let seen = rig.db().read(move |tx| {
        let account = store::account::find(tx, &id)?;
        let phone = store::contact::find(tx, &id, store::contact::Kind::Phone)?;
        let phone = phone.map(|kept| (kept.present.proved_at, kept.present.changed_at));
        let codes = store::saved_code::left(tx, &id, now)?;
        let devices = store::device::of_account(tx, &id)?;
        let devices: Vec<_> = devices
            .iter()
            .map(|d| (d.suspended(now), d.last_used_at))
            .collect();
        let sessions = store::session::of_account(tx, &id)?;
        let sessions: Vec<_> = sessions.iter().map(|s| (s.hold, s.mfa_at)).collect();
        let cases = store::recovery::completed(tx, &id)?;
        let frozen = store::recovery::frozen_until(tx, &id)?;
        let all = (phone, codes, devices, sessions, cases, frozen);
        Ok::<_, store::StoreError>(format!("{account:?} {all:?}"))
    });
    seen.await.expect("the account")
}

// R-SEC-09
#[test]
fn the_owner_goes_the_way_of_a_recovery_and_nothing_comes_of_it() {
    each_engine(async |rig| {
        let (owner, mut browser, codes) = signed_in(rig).await;
        let page = browser.open(CREDENTIALS).await;
        assert!(page.links().contains(&ready()), "{}", page.text());
        let before = standing(rig, &owner).await;
        let page = start(&mut browser).await;
        let drill = page.path.clone();
        assert!(
            page.shows("We sent a code to root@example.com"),
            "{}",
            page.text()
        );
        let wrong = browser
            .submit(&format!("{drill}/code"), &[("code", "00000000")])
            .await;
        assert_eq!(wrong.status.as_u16(), 422);
        rig.wait(Span::seconds(40));
        let code = code_of(rig, MailKind::Rehearsal).await;
        let page = browser
            .submit(&format!("{drill}/code"), &[("code", &code)])
            .await;
        assert!(page.shows("The mail was read after 4"), "{}", page.text());

        let page = browser.submit(&format!("{drill}/call"), &[]).await;
        let order = rig.last_call().await;
        assert_eq!(order.to, PHONE);
        assert!(matches!(order.purpose, Purpose::Drill(_)));
        assert!(
            page.shows("This is the owner's rehearsal"),
            "{}",
            page.text()
        );
        assert!(page.body.contains("data-live") && page.headers["refresh"] == "5");
        rig.wait(Span::seconds(8));
        rig.answer_phone(&order).await;
        assert_eq!(
            rig.report(&order, wrong_digits(&order)).await,
            Some(Say::Again { left: 2 })
        );
        let right = CallEvent::Keyed(order.digits.clone());
        assert_eq!(rig.report(&order, right).await, Some(Say::Thanks));
        let page = browser.open(&drill).await;
        assert!(page.shows("The digits were right"), "{}", page.text());

        let saved = format!("{drill}/saved-code");
        let wrong = browser
            .submit(&saved, &[("saved", "AAAA-AAAA-AAAA-AAAA")])
            .await;
        assert!(wrong.shows("GL-MFA-010"), "{}", wrong.text());
        let page = browser.submit(&saved, &[("saved", &codes[3])]).await;
        assert!(page.shows("It stays good"), "{}", page.text());
        let page = browser.submit(&format!("{drill}/end"), &[]).await;
        assert_eq!(page.path, ready());
        for shown in [
            "nothing was changed by it",
            "The code of the mail was typed after 4",
            "The call was answered after ",
            "The saved code that was tried would have worked",
            "GL-DRILL-001",
            "Codes left: 10.",
            "+886 912 345 678",
        ] {
            assert!(page.shows(shown), "{shown}: {}", page.text());
        }
        assert_eq!(standing(rig, &owner).await, before);
        let audit = rig.audit(&owner.root).await;
        for event in [
            "RehearsalBegun",
            "RehearsalCallEnded",
            "RehearsalCodeTried",
            "RehearsalEnded",
        ] {
            assert!(audit.iter().any(|name| name == event), "{event}: {audit:?}");
        }
        assert!(
            !audit
                .iter()
                .any(|name| name.starts_with("Recovery") || name == "PhoneProved")
        );
        assert_eq!(
            browser.open(&drill).await.status.as_u16(),
            410,
            "it is over"
        );
    });
}

#[test]
fn neither_its_code_nor_its_digits_prove_anything_to_a_recovery() {
    each_engine(async |rig| {
        let (owner, mut browser, codes) = signed_in(rig).await;
        let drill = start(&mut browser).await.path;
        let mut lost = rig.browser();
        let case = case_path(&begin(rig, &mut lost, &owner, "lost").await);
        lost.submit(&format!("{case}/mail"), &[]).await;
        let (ours, real) = (
            code_of(rig, MailKind::Rehearsal).await,
            code_of(rig, MailKind::RecoveryProof).await,
        );
        let page = lost
            .submit(&format!("{case}/code"), &[("code", &ours)])
            .await;
        assert!(page.shows("GL-REC-017"), "{}", page.text());
        let page = browser
            .submit(&format!("{drill}/code"), &[("code", &real)])
            .await;
        assert!(page.shows("GL-SIGNIN-007"), "{}", page.text());
        browser
            .submit(&format!("{drill}/code"), &[("code", &ours)])
            .await;
        // The digits of a rehearsal's call are heard by the rehearsal alone.
        prove_mail(rig, &mut lost, &case).await;
        browser.submit(&format!("{drill}/call"), &[]).await;
        let order = rig.last_call().await;
        let page = lost.submit(&format!("{case}/call"), &[]).await;
        assert!(
            page.shows("GL-REC-005"),
            "one call at a time: {}",
            page.text()
        );
        assert_eq!(key(rig, &order).await, Some(Say::Thanks));
        let page = lost.open(&case).await;
        assert!(page.shows("Call me now"), "{}", page.text());
        let page = lost.submit(&format!("{case}/enter"), &[]).await;
        assert!(!page.path.starts_with("/console"), "{}", page.text());
        // The code that was tried still opens what it opens.
        browser
            .submit(&format!("{drill}/saved-code"), &[("saved", &codes[0])])
            .await;
        browser.submit(&format!("{drill}/end"), &[]).await;
        let page = lost
            .submit(&format!("{case}/saved-code"), &[("code", &codes[0])])
            .await;
        assert!(page.shows("Sign in to the console"), "{}", page.text());
    });
}

#[test]
fn calls_and_mails_and_wrong_codes_of_a_rehearsal_count_as_they_always_do() {
    each_engine(async |rig| {
        let (owner, mut browser, _) = signed_in(rig).await;
        let drill = start(&mut browser).await.path;
        for _ in 0..4 {
            browser.submit(&format!("{drill}/mail"), &[]).await;
        }
        let page = browser.submit(&format!("{drill}/mail"), &[]).await;
        assert!(page.shows("GL-SIGNIN-012"), "{}", page.text());
        assert_eq!(rig.count_mails(MailKind::Rehearsal).await, 5);
        for _ in 0..3 {
            let page = browser.submit(&format!("{drill}/call"), &[]).await;
            assert!(page.body.contains("data-live"), "{}", page.text());
            let page = browser.submit(&format!("{drill}/end"), &[]).await;
            assert!(page.shows("GL-REC-005"), "{}", page.text());
            let order = rig.last_call().await;
            rig.report(&order, CallEvent::Ended(Outcome::NoAnswer))
                .await;
        }
        let page = browser.submit(&format!("{drill}/call"), &[]).await;
        assert!(
            page.shows("Several calls did not get through"),
            "{}",
            page.text()
        );
        // The same limit stands before the calls of a recovery.
        let mut lost = rig.browser();
        let case = case_path(&begin(rig, &mut lost, &owner, "lost").await);
        prove_mail(rig, &mut lost, &case).await;
        let page = lost.open(&case).await;
        assert!(
            page.shows("Several calls did not get through"),
            "{}",
            page.text()
        );
        for _ in 0..10 {
            let wrong = [("saved", "AAAA-AAAA-AAAA-AAAA")];
            browser.submit(&format!("{drill}/saved-code"), &wrong).await;
        }
        let page = browser
            .submit(
                &format!("{drill}/saved-code"),
                &[("saved", "AAAA-AAAA-AAAA-AAAA")],
            )
            .await;
        assert!(page.shows("GL-MFA-011"), "{}", page.text());
    });
}

#[test]
fn fresh_proof_begins_it_and_a_held_session_may_not() {
    on_sqlite(async |rig| {
        let (owner, mut browser, codes) = signed_in(rig).await;
        let drill = start(&mut browser).await.path;
        rig.wait(Span::minutes(11));
        let page = browser
            .submit(&format!("{drill}/saved-code"), &[("saved", &codes[0])])
            .await;
        assert!(page.path.starts_with("/console/step-up"), "{}", page.path);
        let page = start(&mut browser).await;
        assert!(page.path.starts_with("/console/step-up"), "{}", page.path);
        // Another browser of the same account cannot see it.
        let mut other = rig.browser();
        rig.wait(Span::seconds(30));
        rig.sign_in(&mut other, &owner.root, Some(&owner.app)).await;
        assert_eq!(other.open(&drill).await.status.as_u16(), 410);
        // A recovered session reads the report and rehearses nothing.
        let mut lost = rig.browser();
        let case = case_path(&begin(rig, &mut lost, &owner, "lost").await);
        lost.submit(&format!("{case}/saved-code"), &[("code", &codes[0])])
            .await;
        lost.submit(&format!("{case}/enter"), &[]).await;
        let page = start(&mut lost).await;
        assert!(page.shows("GL-SESSION-003"), "{}", page.text());
        assert_eq!(rig.count_mails(MailKind::Rehearsal).await, 1);
    });
}

// R-SEC-09
#[test]
fn it_is_advised_after_half_a_year_and_when_a_contact_was_changed_since() {
    on_sqlite(async |rig| {
        let (owner, mut browser, _) = signed_in(rig).await;
        const HOME: &str = "/console/home";
        let page = browser.open(HOME).await;
        assert!(!page.shows("Rehearse getting back in"), "{}", page.text());
        rig.wait(Span::days(121));
        let mut browser = rig.browser();
        let page = rig
            .sign_in(&mut browser, &owner.root, Some(&owner.app))
            .await;
        assert!(page.shows("Rehearse getting back in"), "{}", page.text());
        let drill = start(&mut browser).await.path;
        browser.submit(&format!("{drill}/end"), &[]).await;
        let page = browser.open(&ready()).await;
        assert!(
            page.shows("GL-DRILL-004"),
            "the mail was not read: {}",
            page.text()
        );
        let page = browser.open(HOME).await;
        assert!(!page.shows("Rehearse getting back in"), "{}", page.text());
        rig.wait(Span::days(10));
        let held = store::contact::Held {
            value: "+886987654321".to_owned(),
            changed_at: Some(rig.now()),
            proved_at: Some(rig.now()),
        };
        let id = owner.root.account.id.clone();
        let kind = store::contact::Kind::Phone;
        let put = rig
            .db()
            .write(move |tx| store::contact::put(tx, &id, kind, &held, None));
        put.await.expect("a contact");
        rig.wait(Span::days(4));
        let mut browser = rig.browser();
        let page = rig
            .sign_in(&mut browser, &owner.root, Some(&owner.app))
            .await;
        assert!(page.shows("Rehearse getting back in"), "{}", page.text());
    });
}

// R-SEC-09 R-REC-58
#[test]
fn a_second_address_and_number_are_rehearsed_once_they_would_serve() {
    const SECOND: [(store::contact::Kind, &str); 2] = [
        (store::contact::Kind::SecondEmail, "second@example.com"),
        (store::contact::Kind::SecondPhone, "+886987654321"),
    ];
    each_engine(async |rig| {
        let (owner, mut browser, _) = signed_in(rig).await;
        for (kind, value) in SECOND {
            let held = store::contact::Held {
                value: value.to_owned(),
                changed_at: Some(rig.now()),
                proved_at: Some(rig.now()),
            };
            let id = owner.root.account.id.clone();
            let put = rig
                .db()
                .write(move |tx| store::contact::put(tx, &id, kind, &held, None));
            put.await.expect("a contact");
        }
        let page = browser.open(&ready()).await;
        assert!(!page.shows("Which address?"), "{}", page.text());
        let both = [("email", "second"), ("phone", "second")];
        let page = browser.submit(&page.action("/drill"), &both).await;
        assert!(page.shows("GL-REC-007"), "{}", page.text());
        rig.wait(Span::days(30));
        rig.sign_in(&mut browser, &owner.root, Some(&owner.app))
            .await;
        let page = browser.open(&ready()).await;
        assert!(page.shows("Which address?") && page.shows("Which number?"));
        let page = browser.submit(&page.action("/drill"), &both).await;
        let drill = page.path.clone();
        assert!(page.shows("We sent a code to second@"), "{}", page.text());
        let mail = rig.mail(MailKind::Rehearsal, SECOND[0].1).await;
        let code = mail.and_then(|m| m.order.code).expect("a code");
        browser
            .submit(&format!("{drill}/code"), &[("code", &code)])
            .await;
        browser.submit(&format!("{drill}/call"), &[]).await;
        let order = rig.last_call().await;
        assert_eq!(order.to, SECOND[1].1);
        rig.report(&order, CallEvent::Ended(Outcome::NoAnswer))
            .await;
        let page = browser.submit(&format!("{drill}/end"), &[]).await;
        for shown in [
            "The second email address was tried.",
            "The second phone number was called.",
            "GL-DRILL-005",
        ] {
            assert!(page.shows(shown), "{shown}: {}", page.text());
        }
        let id = &owner.root.account.id;
        let report = rig.app.readiness_of(id).await.expect("a report").report;
        let wrong = |key: &str| {
            let mut parts = report.parts.iter();
            let (_, verdict) = parts.find(|(part, _)| part.key() == key).expect("a part");
            verdict.as_ref().err().map(|refusal| refusal.code.as_str())
        };
        assert_eq!(wrong("second-phone"), Some("GL-DRILL-005"));
        assert_eq!((wrong("phone"), wrong("second-email")), (None, None));
        assert_eq!(wrong("rehearsal"), None);
    });
}
