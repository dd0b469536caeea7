//! Recovery contacts: named, accepting, asked in a recovery; and everybody who would like to be two of them.
use super::*;
use domain::recovery::{AGAIN_AFTER, STEADY, TOLD_AGAIN};
use domain::session::Origin;
use domain::time::Span;
use http::StatusCode;
use testkit::rig::{CREDENTIALS, Letter, each_engine, each_engine_with, on_sqlite, settings};

const PEOPLE: [(&str, &str); 3] = [
    ("Mei-Ling Chen", "mei@example.net"),
    ("Kenji", "kenji@example.net"),
    ("Olga", "olga@example.net"),
];

fn new_page() -> String {
    format!("{CREDENTIALS}/recovery-contacts/new")
}

async fn newest(rig: &Rig, kind: MailKind, to: &str) -> Letter {
    rig.mail(kind, to).await.expect("a mail of this kind")
}

async fn link_to(rig: &Rig, kind: MailKind, to: &str) -> String {
    let link = newest(rig, kind, to).await.order.link;
    link.expect("a link in it")
}

/// Names somebody in a session with fresh proof; the answer.
async fn name(rig: &Rig, browser: &mut Browser, (who, email): (&str, &str)) -> Answer {
    browser.open(&new_page()).await;
    let form = [("name", who), ("email", email), ("lang", "ja")];
    rig.wait(Span::seconds(1));
    browser.submit(&new_page(), &form).await
}

/// They open the invitation and press a button.
async fn reply(rig: &Rig, email: &str, answer: &str) -> Answer {
    let mut browser = rig.browser();
    let link = link_to(rig, MailKind::RecoveryContactInvited, email).await;
    let page = browser.open(&link).await;
    assert_eq!(page.path, "/recovery-contact", "the token left the address");
    browser.submit(&page.path, &[("answer", answer)]).await
}

/// Somebody who named these people, all of whom accepted.
async fn befriended(rig: &Rig, people: &[(&str, &str)]) -> Owner {
    let owner = owner(rig).await;
    let mut browser = rig.browser();
    rig.sign_in(&mut browser, &owner.root, Some(&owner.app))
        .await;
    for person in people {
        let page = name(rig, &mut browser, *person).await;
        assert!(page.shows(person.0), "{}", page.text());
        reply(rig, person.1, "yes").await;
    }
    owner
}

/// A case with the e-mail proved.
async fn to_people(rig: &Rig, browser: &mut Browser, owner: &Owner) -> String {
    let case = case_path(&begin(rig, browser, owner, "lost").await);
    prove_mail(rig, browser, &case).await;
    case
}

/// Asks them all; the page after it.
async fn ask(rig: &Rig, browser: &mut Browser, case: &str) -> Answer {
    rig.wait(Span::seconds(1));
    browser.submit(&format!("{case}/ask"), &[]).await
}

/// One of them opens the question and presses a button; the page after it.
async fn says(rig: &Rig, email: &str, answer: &str) -> Answer {
    let mut browser = rig.browser();
    let link = link_to(rig, MailKind::RecoveryContactAsked, email).await;
    browser.open(&link).await;
    rig.wait(Span::seconds(1));
    browser
        .submit("/signin/confirm", &[("answer", answer)])
        .await
}

async fn sweep(rig: &Rig) {
    rig.app.sweep_recovery(&rig.ctx()).await.expect("a sweep");
}

// P-03 P-13 P-16: nobody is lost who can neither take the call nor show a code.
#[test]
fn two_recovery_contacts_and_a_day_let_somebody_back_in_who_cannot_take_the_call() {
    each_engine(async |rig| {
        let owner = befriended(rig, &PEOPLE).await;
        // Named, accepted: each time the account is told.
        assert_eq!(rig.count_mails(MailKind::RecoveryContactChanged).await, 6);
        rig.wait(STEADY);
        let mut browser = rig.browser();
        let case = to_people(rig, &mut browser, &owner).await;
        let page = browser.open(&case).await;
        let page = browser.open(&page.link("?by=contacts")).await;
        assert!(page.shows("M•••") && page.shows("K•••"), "{}", page.text());
        assert!(!page.shows("Mei-Ling") && !page.shows("mei@"));
        let page = ask(rig, &mut browser, &case).await;
        assert!(page.shows("Now speak with them"), "{}", page.text());

        let mail = newest(rig, MailKind::RecoveryContactAsked, PEOPLE[0].1).await;
        assert_eq!(mail.order.locale, domain::locale::Locale::Ja);
        let mut theirs = rig.browser();
        let page = theirs.open(&mail.order.link.clone().expect("a link")).await;
        assert_eq!(page.path, "/signin/confirm", "the token left the address");
        for shown in ["Example", "Firefox", "127.0.0.1", "Two words"] {
            assert!(page.shows(shown), "{shown}: {}", page.text());
        }
        let words = domain::locale::phrase(
            mail.order.phrase.expect("a phrase"),
            domain::locale::Locale::En,
        );
        assert!(page.shows(&words) && browser.open(&case).await.shows(&words));
        assert_eq!(
            rig.count_mails(MailKind::RecoveryWaits).await,
            0,
            "looking is nothing"
        );
        let pressed = theirs.post("/signin/confirm", &[("answer", "yes")]).await;
        assert_eq!(pressed.status, StatusCode::SEE_OTHER);
        assert_eq!(pressed.location.as_deref(), Some("/signin/confirm"));
        assert!(theirs.open("/signin/confirm").await.shows("You confirmed"));
        theirs.post("/signin/confirm", &[("answer", "yes")]).await;
        assert!(browser.open(&case).await.shows("confirmed"));
        assert_eq!(
            rig.count_mails(MailKind::RecoveryWaits).await,
            0,
            "one is not two"
        );

        says(rig, PEOPLE[1].1, "yes").await;
        assert_eq!(rig.count_mails(MailKind::RecoveryWaits).await, 1);
        let page = browser.open(&case).await;
        assert!(
            page.shows("two recovery contacts confirmed"),
            "{}",
            page.text()
        );
        let forced = browser.submit(&format!("{case}/enter"), &[]).await;
        assert!(forced.shows("GL-REC-020"), "{}", forced.text());

        rig.wait(TOLD_AGAIN);
        sweep(rig).await;
        sweep(rig).await;
        assert_eq!(
            rig.count_mails(MailKind::RecoveryWaits).await,
            2,
            "halfway, once"
        );
        rig.wait(Span::hours(12));
        let password = [("password", owner.root.password.as_str())];
        browser.open(&case).await;
        browser.submit(&format!("{case}/password"), &password).await;
        let page = prove_mail(rig, &mut browser, &case).await;
        assert!(page.shows("Sign in to the console"), "{}", page.text());
        assert_eq!(
            enter(&mut browser, &case).await.status,
            StatusCode::SEE_OTHER
        );
        let opened = sessions(rig, &owner).await;
        let session = opened
            .iter()
            .find(|s| matches!(s.origin, Origin::Recovered { .. }))
            .expect("a recovered session");
        assert!(session.hold.is_some() && session.mfa_at.is_none());
        assert_eq!(rig.count_mails(MailKind::RecoveryDone).await, 1);
        let held = name(rig, &mut browser, ("A", "another@example.net")).await;
        assert!(held.shows("GL-SESSION-003"), "{}", held.text());

        let audit = rig.audit(&owner.root).await;
        for event in [
            "RecoveryContactNamed",
            "RecoveryContactAnswered",
            "RecoveryContactAsked",
            "RecoveryContactConfirmed",
            "RecoveryWaits",
        ] {
            assert!(audit.contains(&event.to_owned()), "{event}: {audit:?}");
        }
    });
}

// R-REC-22
#[test]
fn password_and_mailbox_stay_outside_when_the_recovery_contacts_know_better() {
    each_engine(async |rig| {
        let owner = befriended(rig, &PEOPLE).await;
        rig.wait(STEADY);
        let mut thief = rig.browser();
        let case = to_people(rig, &mut thief, &owner).await;
        ask(rig, &mut thief, &case).await;
        let page = says(rig, PEOPLE[0].1, "yes").await;
        assert!(page.shows("You confirmed"), "{}", page.text());
        let page = says(rig, PEOPLE[1].1, "no").await;
        assert!(page.shows("We warned the account"), "{}", page.text());
        // The first has second thoughts, the third never answers; a wait never begins.
        assert!(says(rig, PEOPLE[0].1, "no").await.shows("We warned"));
        assert!(says(rig, PEOPLE[0].1, "yes").await.shows("We warned"));
        assert_eq!(rig.count_mails(MailKind::RecoveryContactDenied).await, 2);
        for hours in [0, 12, 11] {
            rig.wait(Span::hours(hours));
            assert!(enter(&mut thief, &case).await.status.is_client_error());
        }
        assert_eq!(rig.count_mails(MailKind::RecoveryWaits).await, 0);
        let link = objection_link(rig, MailKind::RecoveryContactDenied).await;
        let mut reader = rig.browser();
        let page = reader.open(&link).await;
        reader.submit(&page.actions()[0], &[]).await;
        assert!(thief.open(&case).await.shows("This recovery is over"));
        assert_eq!(rig.count_mails(MailKind::RecoveryDone).await, 0);
    });
}

#[test]
fn a_recovery_contact_with_the_password_asks_nobody_without_the_mailbox() {
    each_engine(async |rig| {
        let owner = befriended(rig, &PEOPLE[..2]).await;
        rig.wait(STEADY);
        let mut thief = rig.browser();
        let case = case_path(&begin(rig, &mut thief, &owner, "lost").await);
        let page = ask(rig, &mut thief, &case).await;
        assert!(page.shows("GL-REC-003"), "{}", page.text());
        assert!(
            !thief.open(&case).await.shows("M•••"),
            "nor sees who there is"
        );
        assert_eq!(rig.count_mails(MailKind::RecoveryContactAsked).await, 0);
    });
}

#[test]
fn two_recovery_contacts_without_the_password_have_nothing_to_confirm() {
    each_engine(async |rig| {
        let owner = befriended(rig, &PEOPLE[..2]).await;
        rig.wait(STEADY);
        // What they were asked in a recovery that is over serves no other one.
        let mut browser = rig.browser();
        let case = to_people(rig, &mut browser, &owner).await;
        ask(rig, &mut browser, &case).await;
        browser.submit(&format!("{case}/close"), &[]).await;
        for (_, email) in &PEOPLE[..2] {
            assert!(says(rig, email, "yes").await.shows("GL-LINK-001"));
        }
        let mut theirs = rig.browser();
        let made_up = theirs
            .open(&format!("/signin/confirm/{}", "a".repeat(32)))
            .await;
        assert!(made_up.shows("GL-LINK-001"), "{}", made_up.text());
        let page = theirs.open("/signin?return_to=/console/home").await;
        let form = [("user", "root"), ("email", EMAIL)];
        let page = theirs.submit(&page.actions()[0], &form).await;
        let action = page.action("/password");
        let page = theirs
            .submit(&action, &[("password", "not the right one")])
            .await;
        assert!(page.shows("GL-SIGNIN-002"), "{}", page.text());
        let forced = theirs.open(&action.replace("/password", "/recover")).await;
        assert!(forced.status.is_client_error(), "{}", forced.text());
        assert_eq!(rig.count_mails(MailKind::RecoveryWaits).await, 0);
    });
}

#[test]
fn recovery_contacts_of_a_thief_with_a_session_do_not_count_for_a_month() {
    each_engine(async |rig| {
        let owner = befriended(rig, &PEOPLE[..2]).await;
        let mut thief = rig.browser();
        let case = to_people(rig, &mut thief, &owner).await;
        let page = ask(rig, &mut thief, &case).await;
        assert!(page.shows("GL-REC-007"), "{}", page.text());
        assert_eq!(rig.count_mails(MailKind::RecoveryContactAsked).await, 0);

        // The owner was told of each, and takes them off; they are told in turn.
        let mut browser = rig.browser();
        rig.wait(Span::days(29));
        rig.sign_in(&mut browser, &owner.root, Some(&owner.app))
            .await;
        let list = format!("{CREDENTIALS}/recovery-contacts");
        for _ in 0..2 {
            let page = browser.open(&list).await;
            let page = browser.open(&page.link("/remove")).await;
            rig.wait(Span::seconds(1));
            browser.submit(&page.path, &[]).await;
        }
        assert!(browser.open(&list).await.shows("not named anybody"));
        assert_eq!(rig.count_mails(MailKind::RecoveryContactRemoved).await, 2);
        rig.wait(STEADY);
        let mut thief = rig.browser();
        let case = to_people(rig, &mut thief, &owner).await;
        assert!(ask(rig, &mut thief, &case).await.shows("GL-REC-021"));
    });
}

#[test]
fn a_sign_in_with_a_registered_device_ends_the_wait_and_so_does_an_objection() {
    each_engine(async |rig| {
        let owner = befriended(rig, &PEOPLE[..2]).await;
        rig.wait(STEADY);
        for ended_by in ["device", "objection"] {
            let mut thief = rig.browser();
            let case = to_people(rig, &mut thief, &owner).await;
            ask(rig, &mut thief, &case).await;
            says(rig, PEOPLE[0].1, "yes").await;
            says(rig, PEOPLE[1].1, "yes").await;
            rig.wait(Span::hours(20));
            let mut browser = rig.browser();
            if ended_by == "device" {
                rig.sign_in(&mut browser, &owner.root, Some(&owner.app))
                    .await;
            } else {
                let link = objection_link(rig, MailKind::RecoveryWaits).await;
                let page = browser.open(&link).await;
                browser.submit(&page.actions()[0], &[]).await;
            }
            rig.wait(Span::hours(4));
            assert!(thief.open(&case).await.shows("This recovery is over"));
            assert!(enter(&mut thief, &case).await.status.is_client_error());
            sweep(rig).await;
        }
        assert_eq!(rig.count_mails(MailKind::RecoveryDone).await, 0);
    });
}

#[test]
fn an_invitation_says_nothing_that_was_typed_and_only_a_press_answers_it() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &owner.root, Some(&owner.app))
            .await;
        name(rig, &mut browser, PEOPLE[0]).await;
        let mail = newest(rig, MailKind::RecoveryContactInvited, PEOPLE[0].1).await;
        for typed in ["Example", "Mei-Ling", EMAIL] {
            assert!(!mail.words.text.contains(typed), "{}", mail.words.text);
        }
        let mut theirs = rig.browser();
        let link = mail.order.link.clone().expect("a link");
        let page = theirs.open(&link).await;
        assert!(
            page.shows("r•••@e•••") && !page.shows("Example"),
            "{}",
            page.text()
        );
        let list = format!("{CREDENTIALS}/recovery-contacts");
        assert!(
            browser.open(&list).await.shows("Invited"),
            "looking is nothing"
        );
        let page = theirs
            .submit("/recovery-contact", &[("answer", "yes")])
            .await;
        assert!(page.shows("You are a recovery contact"), "{}", page.text());
        theirs
            .submit("/recovery-contact", &[("answer", "yes")])
            .await;
        assert_eq!(rig.count_mails(MailKind::RecoveryContactChanged).await, 2);
        assert!(browser.open(&list).await.shows("Counts from"));
        let page = theirs
            .submit("/recovery-contact", &[("answer", "no")])
            .await;
        assert!(page.shows("taken off the list"), "{}", page.text());
        assert!(theirs.open(&link).await.shows("GL-LINK-001"));
        assert!(browser.open(&list).await.shows("not named anybody"));

        // Whoever is named again and again is not mailed again and again.
        for _ in 0..2 {
            name(rig, &mut browser, PEOPLE[0]).await;
            reply(rig, PEOPLE[0].1, "no").await;
        }
        let again = name(rig, &mut browser, PEOPLE[0]).await;
        assert!(again.shows("GL-SIGNIN-012"), "{}", again.text());
        for (who, email, code) in [
            ("Me", EMAIL, "GL-REC-023"),
            ("Me too", "root+2@example.com", "GL-REC-023"),
            ("", "olga@example.net", "GL-ACC-002"),
            ("Olga", "olga", "GL-SIGNIN-006"),
        ] {
            let page = name(rig, &mut browser, (who, email)).await;
            assert_eq!(page.status.as_u16(), 422);
            assert!(page.shows(code), "{code}: {}", page.text());
        }
        rig.wait(Span::minutes(11));
        let page = browser.open(&new_page()).await;
        assert!(
            page.input("return_to").is_some(),
            "fresh proof is asked for"
        );
    });
}

#[test]
fn a_sixth_is_refused_and_strangers_remove_nobody() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &owner.root, Some(&owner.app))
            .await;
        for n in 0..5 {
            let email = format!("person{n}@example.net");
            name(rig, &mut browser, ("Somebody", &email)).await;
        }
        let page = name(rig, &mut browser, ("Sixth", "person6@example.net")).await;
        assert!(page.shows("GL-REC-022"), "{}", page.text());
        let list = format!("{CREDENTIALS}/recovery-contacts");
        let path = browser.open(&list).await.link("/remove");
        let other = rig.account("Other", "other@example.com").await;
        let mut stranger = rig.browser();
        rig.sign_in(&mut stranger, &other, None).await;
        assert!(stranger.open(&path).await.shows("GL-REC-024"));
        assert!(stranger.submit(&path, &[]).await.shows("GL-REC-024"));
    });
}

#[test]
fn questions_are_few_in_a_case_and_few_for_a_mailbox_and_the_newest_link_counts() {
    each_engine(async |rig| {
        let owner = befriended(rig, &PEOPLE[..2]).await;
        rig.wait(STEADY);
        let mut browser = rig.browser();
        let case = to_people(rig, &mut browser, &owner).await;
        ask(rig, &mut browser, &case).await;
        let old = link_to(rig, MailKind::RecoveryContactAsked, PEOPLE[0].1).await;
        assert!(ask(rig, &mut browser, &case).await.shows("GL-SIGNIN-012"));
        rig.wait(AGAIN_AFTER);
        let password = [("password", owner.root.password.as_str())];
        browser.submit(&format!("{case}/password"), &password).await;
        ask(rig, &mut browser, &case).await;
        assert_eq!(rig.count_mails(MailKind::RecoveryContactAsked).await, 4);
        assert!(rig.browser().open(&old).await.shows("GL-LINK-001"));
        // New cases in new browsers come to the end of the mailbox's six a day.
        for _ in 0..6 {
            rig.wait(AGAIN_AFTER);
            let mut browser = rig.browser();
            let case = to_people(rig, &mut browser, &owner).await;
            ask(rig, &mut browser, &case).await;
        }
        let asked = rig.count_mails(MailKind::RecoveryContactAsked).await;
        assert!((8..=24).contains(&asked), "{asked}");
        let first = rig.mails().await.into_iter().filter(|m| {
            m.order.kind == MailKind::RecoveryContactAsked && m.order.to == PEOPLE[0].1
        });
        assert!(first.count() <= 12, "six a day, over two days at most");
    });
}

#[test]
fn the_operator_may_take_the_way_out_or_leave_it_as_the_only_one() {
    let mut without = settings();
    without.ways.mail_and_contacts = false;
    each_engine_with(&without, async |rig| {
        let owner = befriended(rig, &PEOPLE[..2]).await;
        rig.wait(STEADY);
        let mut browser = rig.browser();
        let case = to_people(rig, &mut browser, &owner).await;
        assert!(!browser.open(&case).await.shows("recovery contacts"));
        assert!(ask(rig, &mut browser, &case).await.shows("GL-REC-015"));
    });
    let mut only = settings();
    only.ways.mail_and_phone = false;
    each_engine_with(&only, async |rig| {
        let owner = befriended(rig, &PEOPLE[..2]).await;
        rig.wait(STEADY);
        let mut browser = rig.browser();
        let case = to_people(rig, &mut browser, &owner).await;
        let page = browser.open(&case).await;
        assert!(page.shows("Ask my recovery contacts"), "{}", page.text());
        assert!(
            press_call(rig, &mut browser, &case)
                .await
                .shows("GL-REC-015")
        );
    });
}

// R-SEC-09
#[test]
fn the_report_and_the_list_of_things_to_do_count_recovery_contacts() {
    const WAY: &str = "Password, email and two recovery contacts Works today; then you wait";
    const LIST: &str = "/console/security-credentials/recovery-contacts";
    let mut without = settings();
    without.ways.mail_and_contacts = false;
    for (set, open) in [(settings(), true), (without, false)] {
        each_engine_with(&set, async |rig| {
            let owner = befriended(rig, &PEOPLE[..2]).await;
            let report = format!("{CREDENTIALS}/readiness");
            rig.wait(Span::minutes(1));
            let mut browser = rig.browser();
            rig.sign_in(&mut browser, &owner.root, Some(&owner.app))
                .await;
            let page = browser.open(&report).await;
            assert!(page.shows("Accepted: 2 of 2."), "{}", page.text());
            assert!(page.shows("GL-REC-007") && !page.shows(WAY));
            rig.wait(STEADY);
            rig.sign_in(&mut browser, &owner.root, Some(&owner.app))
                .await;
            let page = browser.open(&report).await;
            assert_eq!(page.shows(WAY), open, "{}", page.text());
            assert_eq!(page.shows("GL-REC-015"), !open);
            let few = "Fewer than two recovery contacts accepted";
            assert!(!browser.open("/console/home").await.shows(few));
            let path = browser.open(LIST).await.link("/remove");
            rig.wait(Span::seconds(1));
            browser.submit(&path, &[]).await;
            let page = browser.open(&report).await;
            assert!(page.shows("Accepted: 1 of 1.") && page.shows("GL-REC-021"));
            assert!(!page.shows(WAY) && page.links().iter().any(|link| link == LIST));
            let page = browser.open("/console/home").await;
            assert_eq!(page.shows(few), open, "{}", page.text());
        });
    }
}

#[test]
fn an_invitation_is_sent_again_three_times_an_hour_and_the_newest_link_counts() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &owner.root, Some(&owner.app))
            .await;
        let list = name(rig, &mut browser, PEOPLE[0]).await;
        let again = list.action("/invite");
        let invited = async || link_to(rig, MailKind::RecoveryContactInvited, PEOPLE[0].1).await;
        let first = invited().await;
        rig.wait(Span::minutes(1));
        let page = browser.submit(&again, &[]).await;
        assert!(page.shows("on its way again"), "{}", page.text());
        assert_eq!(invited().await, first, "the same link for 15 minutes");
        let told = rig.count_mails(MailKind::RecoveryContactChanged).await;
        assert_eq!(told, 1, "the naming was told, and nothing new is");
        rig.wait(Span::minutes(14));
        // The proof is too old by now: the form leads to a fresh one, and sends nothing.
        let page = browser.submit(&again, &[]).await;
        assert!(page.input("return_to").is_some(), "{}", page.text());
        assert_eq!(invited().await, first);
        rig.sign_in(&mut browser, &owner.root, Some(&owner.app))
            .await;
        browser.submit(&again, &[]).await;
        let second = invited().await;
        assert_ne!(second, first);
        assert!(rig.browser().open(&first).await.shows("GL-LINK-001"));
        let page = browser.submit(&again, &[]).await;
        assert!(page.shows("GL-SIGNIN-012"), "{}", page.text());
        // Only the owner's, and only while there is no answer.
        let other = rig.account("Other", "other@example.com").await;
        let mut stranger = rig.browser();
        rig.sign_in(&mut stranger, &other, None).await;
        assert!(stranger.submit(&again, &[]).await.shows("GL-REC-024"));
        let page = reply(rig, PEOPLE[0].1, "yes").await;
        assert!(page.shows("You are a recovery contact"), "{}", page.text());
        let page = browser.submit(&again, &[]).await;
        assert!(page.shows("GL-REC-025"), "{}", page.text());
        let audit = rig.audit(&owner.root).await;
        let sent = audit.iter().filter(|e| *e == "RecoveryContactInvited");
        assert_eq!(sent.count(), 2, "{audit:?}");
    });
}
