//! A second address and a second number: proved, told, waited for, removed, and what somebody who adds their own gets.

use super::*;
use domain::contact::Kind;
use domain::recovery::{STEADY, Which};

const EMAIL_FORM: &str = "/console/account/second-email";
const PHONE_FORM: &str = "/console/account/second-phone";
const CODE: &str = "/console/account/email/code";
const SECOND: &str = "second@example.org";

async fn add_email(rig: &Rig, browser: &mut Browser, email: &str) -> Answer {
    let page = browser.submit(EMAIL_FORM, &[("email", email)]).await;
    assert_eq!(page.path, CODE, "{}", page.text());
    let letter = rig.mail(MailKind::EmailProof, email).await;
    let code = letter.and_then(|l| l.order.code).expect("a mailed code");
    browser.submit(CODE, &[("code", &code)]).await
}

async fn add_phone(rig: &Rig, browser: &mut Browser, number: &str) -> Answer {
    let page = browser.submit(PHONE_FORM, &[("phone", number)]).await;
    assert!(page.path.starts_with(CONTACT), "{}", page.text());
    let page = browser.submit(&page.path, &[]).await;
    assert_eq!(page.path, "/console/account/second-phone/proof");
    rig.wait(Span::seconds(1));
    let page = browser.submit(&page.path, &[]).await;
    let order = rig.last_call().await;
    assert_eq!(order.to, NEW);
    rig.report(&order, CallEvent::Answered).await;
    let keyed = CallEvent::Keyed(order.digits.clone());
    assert_eq!(rig.report(&order, keyed).await, Some(Say::Thanks));
    browser.open(&page.path).await
}

async fn remove(browser: &mut Browser, kind: Kind) -> Answer {
    let path = format!("/console/account/{}/remove", kind.key());
    browser.submit(&path, &[]).await
}

/// Signs in anew, with fresh proof.
async fn again(rig: &Rig, owner: &mut Owner) {
    rig.wait(Span::seconds(60));
    let mut browser = rig.browser();
    let page = rig
        .sign_in(&mut browser, &owner.root, Some(&owner.app))
        .await;
    assert_eq!(page.path, "/console/home", "{}", page.text());
    owner.browser = browser;
}

/// A second address and number that serve.
async fn steady(rig: &Rig, owner: &mut Owner) {
    add_email(rig, &mut owner.browser, SECOND).await;
    add_phone(rig, &mut owner.browser, "0912 345 678").await;
    rig.wait(STEADY);
    again(rig, owner).await;
}

async fn events(rig: &Rig, owner: &Owner, event: &str) -> usize {
    let audit = rig.audit(&owner.root).await;
    audit.iter().filter(|name| *name == event).count()
}

/// Password given, the device said to be lost: the page of the case.
async fn begin(rig: &Rig, browser: &mut Browser, owner: &Owner) -> Answer {
    let factor = rig.give_password(browser, &owner.root).await;
    let page = browser.open(&factor.link("/troubleshoot")).await;
    let way = page.link("/recover");
    browser.open(&way).await;
    browser.submit(&way, &[("why", "lost")]).await
}

fn case_of(page: &Answer) -> String {
    page.path.split('?').next().unwrap_or_default().to_owned()
}

/// The mail is ordered to this address and its code typed.
async fn prove_mail(rig: &Rig, browser: &mut Browser, case: &str, which: Which) -> Answer {
    let fields = [("which", which.key())];
    browser.submit(&format!("{case}/mail"), &fields).await;
    let to = match which {
        Which::First => EMAIL,
        Which::Second => SECOND,
    };
    let letter = rig.mail(MailKind::RecoveryProof, to).await;
    let code = letter.and_then(|l| l.order.code).expect("a code");
    browser
        .submit(&format!("{case}/code"), &[("code", &code)])
        .await
}

async fn call(rig: &Rig, browser: &mut Browser, case: &str, which: Which) -> Answer {
    rig.wait(Span::seconds(1));
    let fields = [("which", which.key())];
    browser.submit(&format!("{case}/call"), &fields).await
}

#[test]
fn a_second_address_and_number_are_proved_told_and_shown() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        let page = owner.browser.open("/console/account").await;
        assert!(page.shows("Second contacts"), "{}", page.text());
        let page = add_email(rig, &mut owner.browser, SECOND).await;
        assert_eq!(page.path, "/console/account", "{}", page.text());
        assert!(page.shows("The second email address is on file"));
        assert!(page.shows(SECOND));
        assert!(
            page.shows("Serves recovery from 15 Apr 2027"),
            "{}",
            page.text()
        );
        let told = letters(rig, MailKind::SecondAdded, EMAIL).await;
        assert_eq!(told.len(), 3, "now, and after 24 and 48 hours");
        assert!(told.iter().all(|l| l.order.objection.is_some()));
        let there = letters(rig, MailKind::SecondAdded, SECOND).await;
        assert_eq!(there.len(), 1);
        assert_eq!(there[0].order.objection, None, "no link for what was added");

        let page = add_phone(rig, &mut owner.browser, "0912 345 678").await;
        assert!(page.shows("Your number is proved"), "{}", page.text());
        assert!(
            page.shows("It serves recovery from 15 Apr 2027"),
            "{}",
            page.text()
        );
        let told = letters(rig, MailKind::SecondAdded, SECOND).await;
        assert_eq!(told.len(), 2, "the second address is told as well");
        assert_eq!(events(rig, &owner, "SecondContactAdded").await, 2);
        let kept = on_file(rig, &owner.root).await;
        assert_eq!(kept, Some((OLD.to_owned(), true)), "the first stays");

        let notices = |to| letters(rig, MailKind::DeviceRenamed, to);
        let path = format!(
            "/console/security-credentials/devices/{}/rename",
            owner.app.id
        );
        owner.browser.submit(&path, &[("name", "my new app")]).await;
        for to in [EMAIL, SECOND] {
            assert_eq!(notices(to).await.len(), 1, "notices go to both: {to}");
        }
    });
}

#[test]
fn the_two_are_not_the_same_and_there_is_one_beside_the_first() {
    on_sqlite(async |rig| {
        let mut owner = owner(rig).await;
        let browser = &mut owner.browser;
        for (path, field, value) in [
            (EMAIL_FORM, "email", "Root@Example.com"),
            (PHONE_FORM, "phone", "02-2345 6789"),
        ] {
            let page = browser.submit(path, &[(field, value)]).await;
            assert_eq!(page.status, 422, "{}", page.text());
            assert!(page.shows("GL-CON-001"), "{}", page.text());
        }
        for kind in Kind::SECOND {
            let page = remove(browser, kind).await;
            assert_eq!(page.status, 404, "{}", page.text());
            assert!(page.shows("GL-CON-003"), "{}", page.text());
        }
        add_email(rig, browser, SECOND).await;
        add_phone(rig, browser, "0912 345 678").await;
        for (path, field, value) in [
            (EMAIL_FORM, "email", "third@example.org"),
            ("/console/account/email", "email", "SECOND@example.org"),
            (PHONE_FORM, "phone", "0912 345 670"),
            (CONTACT, "phone", "0912 345 678"),
        ] {
            let page = browser
                .submit(path, &[(field, value), ("person", "Lin")])
                .await;
            let page = match page.path.contains("/contact/ctf") || page.path.contains("/flw") {
                true => browser.submit(&page.path, &[]).await,
                false => page,
            };
            let codes = ["GL-CON-001", "GL-CON-002"];
            assert!(
                codes.iter().any(|code| page.shows(code)),
                "{path} {value} {}: {}",
                page.path,
                page.text()
            );
        }
    });
}

#[test]
fn a_recovery_by_the_second_number_and_the_second_address_r_rec_38() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        steady(rig, &mut owner).await;
        let mut lost = rig.browser();
        let page = begin(rig, &mut lost, &owner).await;
        let case = case_of(&page);
        assert!(page.shows("Which address?"), "{}", page.text());
        assert!(page.shows(EMAIL) && page.shows("s•••@e•••"));
        assert!(!page.body.contains(SECOND), "the second one is masked");
        assert!(!page.body.contains("5678"), "no digits before the mail");
        let page = prove_mail(rig, &mut lost, &case, Which::Second).await;
        assert!(page.shows("Which number?"), "{}", page.text());
        assert!(page.shows("Ends in 6789") && page.shows("Ends in 5678"));
        let page = call(rig, &mut lost, &case, Which::Second).await;
        assert!(page.shows("5678"), "{}", page.text());
        let order = rig.last_call().await;
        assert_eq!(order.to, NEW);
        rig.report(&order, CallEvent::Answered).await;
        rig.report(&order, CallEvent::Keyed(order.digits.clone()))
            .await;
        let page = lost.open(&case).await;
        assert!(page.shows("Sign in to the console"), "{}", page.text());
        let page = lost.submit(&format!("{case}/enter"), &[]).await;
        assert_eq!(page.path, "/console/security-credentials");
        for to in [EMAIL, SECOND] {
            assert_eq!(letters(rig, MailKind::RecoveryDone, to).await.len(), 1);
        }
    });
}

#[test]
fn what_a_thief_with_a_session_adds_serves_no_recovery_for_thirty_days_and_ends_none_r_rec_58() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        // The thief has a session with fresh proof, the password and a telephone and mailbox of their own.
        add_email(rig, &mut owner.browser, SECOND).await;
        add_phone(rig, &mut owner.browser, "0912 345 678").await;
        assert_eq!(letters(rig, MailKind::SecondAdded, EMAIL).await.len(), 6);
        for days in [0, 3, 26] {
            rig.wait(Span::days(days));
            let mut thief = rig.browser();
            let page = begin(rig, &mut thief, &owner).await;
            let case = case_of(&page);
            assert!(!page.shows("Which address?"), "{}", page.text());
            let fields = [("which", "second")];
            let page = thief.submit(&format!("{case}/mail"), &fields).await;
            assert_eq!(page.status, 403, "{}", page.text());
            assert!(page.shows("GL-REC-007"), "{}", page.text());
            let page = prove_mail(rig, &mut thief, &case, Which::First).await;
            assert!(!page.shows("Which number?"), "{}", page.text());
            let page = call(rig, &mut thief, &case, Which::Second).await;
            assert!(page.shows("GL-REC-007"), "{}", page.text());
            thief.submit(&format!("{case}/close"), &[]).await;
        }
        assert_eq!(letters(rig, MailKind::RecoveryProof, SECOND).await.len(), 0);
        let told = letters(rig, MailKind::RecoveryBegun, SECOND).await;
        assert_eq!(told.len(), 3, "they are told like everybody");
        let no_link = |l: &Letter| l.order.objection.is_none();
        assert!(told.iter().all(no_link), "and cannot end the owner's case");
        let told = letters(rig, MailKind::RecoveryBegun, EMAIL).await;
        assert!(told.iter().all(|l| l.order.objection.is_some()));
    });
}

#[test]
fn an_addition_is_taken_back_by_the_link_of_its_notice() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        add_phone(rig, &mut owner.browser, "0912 345 678").await;
        let told = letters(rig, MailKind::SecondAdded, EMAIL).await;
        assert!(told[0].words.text.contains("…5678"));
        let link = told[0].order.objection.clone().expect("a link");
        let mut anybody = rig.browser();
        let page = anybody.open(&link).await;
        assert!(
            page.shows("a second phone number was entered"),
            "{}",
            page.text()
        );
        let page = anybody.submit("/contact/undo", &[]).await;
        assert!(
            page.shows("The second contacts are as they were"),
            "{}",
            page.text()
        );
        let page = owner.browser.get("/console/account").await;
        assert!(page.location.is_some(), "the session that did it is over");
        let all = rig.app.second_contacts(&owner.root.account.id).await;
        assert_eq!(all.expect("them"), []);
        assert_eq!(events(rig, &owner, "SecondContactUndone").await, 1);
    });
}

#[test]
fn a_thief_who_removes_it_takes_nothing_for_72_hours_and_the_removed_one_takes_it_back_once() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        steady(rig, &mut owner).await;
        let page = owner
            .browser
            .open("/console/account/second-email/remove")
            .await;
        assert!(page.shows("yet serves recovery until"), "{}", page.text());
        let page = remove(&mut owner.browser, Kind::SecondEmail).await;
        assert!(
            page.shows("Removed; serves recovery until"),
            "{}",
            page.text()
        );
        for to in [EMAIL, SECOND] {
            let told = letters(rig, MailKind::SecondRemoved, to).await;
            assert_eq!(told.len(), 3, "{to}");
            assert!(told.iter().all(|l| l.order.objection.is_some()));
        }
        let page = remove(&mut owner.browser, Kind::SecondPhone).await;
        assert_eq!(page.status, 409, "one at a time: {}", page.text());

        rig.wait(Span::hours(71));
        let mut lost = rig.browser();
        let page = begin(rig, &mut lost, &owner).await;
        assert!(
            page.shows("removed a short time ago"),
            "it serves: {}",
            page.text()
        );
        let page = prove_mail(rig, &mut lost, &case_of(&page), Which::Second).await;
        assert!(page.shows("Which number?"), "{}", page.text());

        let told = letters(rig, MailKind::SecondRemoved, SECOND).await;
        let link = told[0].order.objection.clone().expect("a link");
        let mut anybody = rig.browser();
        anybody.open(&link).await;
        let page = anybody.submit("/contact/undo", &[]).await;
        assert!(page.shows("It is taken back"), "{}", page.text());
        let all = rig
            .app
            .second_contacts(&owner.root.account.id)
            .await
            .unwrap();
        assert!(all.iter().all(|b| b.serves_until.is_none()), "{all:?}");
        assert_eq!(all.len(), 2);
    });
}

#[test]
fn the_reader_of_a_removed_address_cannot_take_it_back_again_and_again() {
    on_sqlite(async |rig| {
        let mut owner = owner(rig).await;
        steady(rig, &mut owner).await;
        remove(&mut owner.browser, Kind::SecondEmail).await;
        let link = |l: &Letter| l.order.objection.clone();
        let told = letters(rig, MailKind::SecondRemoved, SECOND).await;
        let first = link(&told[0]).expect("a link");
        let mut anybody = rig.browser();
        anybody.open(&first).await;
        anybody.submit("/contact/undo", &[]).await;
        let id = owner.root.account.id.clone();
        rig.db()
            .write(move |tx| store::account::require_new_password(tx, &id, false))
            .await
            .expect("the password was changed");
        again(rig, &mut owner).await;
        remove(&mut owner.browser, Kind::SecondEmail).await;
        let told = letters(rig, MailKind::SecondRemoved, SECOND).await;
        assert_eq!(told.len(), 1, "those of the first time are taken back");
        assert_eq!(link(&told[0]), None, "told, and without a link");
        // Root with a device says that it is lost: it serves no longer, at once.
        let page = owner.browser.open("/console/account").await;
        let lost = page.links().into_iter().find(|to| to.ends_with("/lost"));
        let page = owner.browser.submit(&lost.expect("lost"), &[]).await;
        assert_eq!(page.path, "/console/account", "{}", page.text());
        let all = rig
            .app
            .second_contacts(&owner.root.account.id)
            .await
            .unwrap();
        assert_eq!(all.len(), 1, "{all:?}");
        rig.wait(Span::hours(72));
        rig.wait(Span::seconds(60));
        let page = begin(rig, &mut rig.browser(), &owner).await;
        assert!(!page.shows("Which address?"), "{}", page.text());
    });
}

#[test]
fn removed_for_72_hours_it_serves_no_longer_and_another_can_be_entered() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        steady(rig, &mut owner).await;
        remove(&mut owner.browser, Kind::SecondPhone).await;
        rig.wait(Span::hours(72));
        let mut lost = rig.browser();
        let page = begin(rig, &mut lost, &owner).await;
        let case = case_of(&page);
        let page = prove_mail(rig, &mut lost, &case, Which::Second).await;
        assert!(!page.shows("Which number?"), "{}", page.text());
        let page = call(rig, &mut lost, &case, Which::Second).await;
        assert!(page.shows("GL-CON-003"), "{}", page.text());
        again(rig, &mut owner).await;
        let page = owner.browser.open("/console/account").await;
        assert!(page.links().iter().any(|to| to == PHONE_FORM));
        let page = add_phone(rig, &mut owner.browser, "0912 345 678").await;
        assert!(page.shows("Your number is proved"), "{}", page.text());
    });
}

#[test]
fn mails_of_a_case_are_five_an_hour_and_calls_of_an_account_ten_a_day_over_both() {
    on_sqlite(async |rig| {
        let mut owner = owner(rig).await;
        steady(rig, &mut owner).await;
        let mut lost = rig.browser();
        let case = case_of(&begin(rig, &mut lost, &owner).await);
        let order = format!("{case}/mail");
        for n in 0..5 {
            let which = ["first", "second"][n % 2];
            lost.submit(&order, &[("which", which)]).await;
        }
        for which in ["first", "second"] {
            let page = lost.submit(&order, &[("which", which)]).await;
            assert!(page.shows("GL-SIGNIN-012"), "{}", page.text());
        }
        let (first, second) = (EMAIL, SECOND);
        let sent = async |to| letters(rig, MailKind::RecoveryProof, to).await.len();
        assert_eq!((sent(first).await, sent(second).await), (3, 2));
        let letter = rig.mail(MailKind::RecoveryProof, EMAIL).await;
        let code = letter.and_then(|l| l.order.code).expect("a code");
        let page = lost
            .submit(&format!("{case}/code"), &[("code", &code)])
            .await;
        assert!(page.shows("Which number?"), "{}", page.text());

        // Five answered calls to the first number: then the second is what is offered.
        let hang_up = async |lost: &mut Browser, which| {
            call(rig, lost, &case, which).await;
            let order = rig.last_call().await;
            rig.report(&order, CallEvent::Answered).await;
            let ended = CallEvent::Ended(domain::call::Outcome::HungUp);
            rig.report(&order, ended).await;
            order.to
        };
        for _ in 0..5 {
            assert_eq!(hang_up(&mut lost, Which::First).await, OLD);
        }
        let page = lost.open(&case).await;
        assert!(page.shows("Ends in 5678") && !page.shows("Ends in 6789"));
        let page = call(rig, &mut lost, &case, Which::First).await;
        assert!(page.shows("GL-REC-004"), "{}", page.text());
        // One was spent thirty days ago on its proof; of this day, ten are for both together.
        for _ in 0..5 {
            assert_eq!(hang_up(&mut lost, Which::Second).await, NEW);
        }
        let page = lost.open(&case).await;
        assert!(page.shows("cannot be used now"), "{}", page.text());
        for which in Which::BOTH {
            let page = call(rig, &mut lost, &case, which).await;
            assert!(page.shows("GL-REC-004"), "{}", page.text());
        }
    });
}

#[test]
fn a_link_to_a_new_password_goes_to_the_first_address_alone() {
    on_sqlite(async |rig| {
        let mut owner = owner(rig).await;
        steady(rig, &mut owner).await;
        for typed in [EMAIL, SECOND] {
            rig.browser()
                .submit("/signin/forgot", &[("email", typed)])
                .await;
        }
        assert_eq!(letters(rig, MailKind::PasswordReset, EMAIL).await.len(), 1);
        assert_eq!(letters(rig, MailKind::PasswordReset, SECOND).await.len(), 0);
    });
}

#[test]
fn a_held_session_neither_adds_nor_removes_a_second_contact() {
    on_sqlite(async |rig| {
        let mut owner = owner(rig).await;
        steady(rig, &mut owner).await;
        let id = owner.root.account.id.clone();
        let until = rig.now() + domain::session::HOLD;
        rig.db()
            .write(move |tx| {
                for session in store::session::of_account(tx, &id)? {
                    let hold = domain::session::Hold { until };
                    store::session::hold(tx, &session.id, Some(hold))?;
                }
                Ok::<_, store::StoreError>(())
            })
            .await
            .expect("held");
        for (path, fields) in [
            (EMAIL_FORM, vec![("email", "third@example.org")]),
            (PHONE_FORM, vec![("phone", "0912 345 670")]),
            ("/console/account/second-email/remove", vec![]),
            ("/console/account/second-phone/remove", vec![]),
            ("/console/account/second-email/prove", vec![]),
            ("/console/account/second-phone/proof", vec![]),
        ] {
            let page = owner.browser.submit(path, &fields).await;
            assert_eq!(page.status, 403, "{path}: {}", page.text());
            assert!(page.shows("GL-SESSION-003"), "{path}: {}", page.text());
        }
    });
}
