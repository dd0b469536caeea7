//! Settings of a channel are changed in the file: what stops, what goes on, who ends it (security rules, section 5).

use super::recovery::{EMAIL, Owner, begin, case_path, owner, prove_mail, saved_codes};
use super::support::office::{Desk, agree, hired, host, only_case};
use super::support::{ask, opened};
use domain::channel::{Holds, Part, Seen};
use domain::mail::MailKind;
use domain::recovery::Ways;
use domain::support::Stage;
use domain::time::Span;
use testkit::rig::{Answer, Rig, each_engine, on_sqlite};

const PAGE: &str = "/operator/channel";

fn seen(part: Part, value: &str) -> Vec<(Part, Seen)> {
    let key = match part {
        Part::Mail => "mail.smtp.host",
        Part::Voice => "voice.call_countries",
        Part::Holds => "recovery.sets",
    };
    let one = Seen {
        keys: [(key.to_owned(), value.to_owned())].into(),
        holds: None,
    };
    vec![(part, one)]
}

/// An installation as it was approved, with one operator who was there before anything changed.
async fn house(rig: &Rig) -> (Owner, Desk) {
    let owner = owner(rig).await;
    let desk = hired(rig, "mina", host()).await;
    for part in Part::ALL {
        rig.start_with(seen(part, "ours")).await;
    }
    rig.wait(Span::minutes(1));
    (owner, desk)
}

/// Password given, *Troubleshoot MFA* pressed: which ways there are.
async fn ways(rig: &Rig, owner: &Owner) -> Answer {
    let mut browser = rig.browser();
    let factor = rig.give_password(&mut browser, &owner.root).await;
    browser.open(&factor.link("/troubleshoot")).await
}

/// The change that the page asks about.
fn asked(page: &Answer) -> String {
    let value = page.body.split("name=\"set\" value=\"").nth(1);
    let value = value.and_then(|rest| rest.split('"').next());
    value.expect("a change that waits").to_owned()
}

async fn press(desk: &mut Desk, part: &str, word: &str) -> Answer {
    let page = desk.browser.open(PAGE).await;
    let since = asked(&page);
    let path = format!("{PAGE}/{part}/{word}");
    desk.browser.submit(&path, &[("set", &since)]).await
}

async fn events(rig: &Rig) -> String {
    let contents = rig.contents().await;
    format!("{:?}", contents["audit_record"])
}

// A file is edited by whoever has the host: the first person. A case that needs the channel does not get it.
#[test]
fn a_changed_mail_server_proves_no_recovery_for_a_day_and_until_an_operator_approved() {
    each_engine(async |rig| {
        let (owner, mut desk) = house(rig).await;
        rig.start_with(seen(Part::Mail, "theirs")).await;
        let told = rig.mail(MailKind::ChannelChanged, "mina@example.com").await;
        let told = told.expect("a notice").words.text;
        assert!(
            told.contains("mail.smtp.host") && !told.contains("theirs"),
            "{told}"
        );
        // Mails of recoveries stop; those of new passwords do not.
        let page = ways(rig, &owner).await;
        assert!(
            page.shows("GL-OPER-011") && page.shows("Possible again at"),
            "{}",
            page.text()
        );
        assert_eq!(rig.count_mails(MailKind::RecoveryProof).await, 0);
        let mut browser = rig.browser();
        browser.open("/signin/forgot").await;
        browser.submit("/signin/forgot", &[("email", EMAIL)]).await;
        assert_eq!(rig.count_mails(MailKind::PasswordReset).await, 1);

        let home = desk.browser.open("/operator/home").await;
        assert!(home.shows("were changed"), "{}", home.text());
        let page = press(&mut desk, "mail", "approve").await;
        assert!(
            page.shows("in force once the time is over"),
            "{}",
            page.text()
        );
        assert!(ways(rig, &owner).await.shows("GL-OPER-011"));
        rig.wait(Span::hours(24));
        rig.start_with(seen(Part::Mail, "theirs")).await;
        let mut browser = rig.browser();
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        prove_mail(rig, &mut browser, &case).await;
        let log = events(rig).await;
        for event in [
            "ChannelRecorded",
            "ChannelChanged",
            "ChannelApproved",
            "ChannelSettled",
        ] {
            assert!(log.contains(event), "{event}");
        }
        assert_eq!(rig.count_mails(MailKind::ChannelChanged).await, 3);
    });
}

#[test]
fn a_case_that_is_under_way_waits_with_what_it_has() {
    on_sqlite(async |rig| {
        let (owner, _) = house(rig).await;
        let mut browser = rig.browser();
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        prove_mail(rig, &mut browser, &case).await;
        rig.start_with(seen(Part::Voice, "theirs")).await;
        let page = browser.submit(&format!("{case}/call"), &[]).await;
        assert!(page.shows("GL-OPER-012"), "{}", page.text());
        // With the old settings back it goes on where it was.
        rig.start_with(seen(Part::Voice, "ours")).await;
        browser.open(&case).await;
        let page = browser.submit(&format!("{case}/call"), &[]).await;
        assert!(!page.shows("GL-OPER-012"), "{}", page.text());
        assert!(page.shows("press"), "{}", page.text());
    });
}

#[test]
fn a_saved_code_goes_on_opening_a_recovery_and_needs_no_channel() {
    on_sqlite(async |rig| {
        let (owner, _) = house(rig).await;
        let codes = saved_codes(rig, &owner.root).await;
        rig.start_with(seen(Part::Mail, "theirs")).await;
        rig.start_with(seen(Part::Voice, "theirs")).await;
        let mut browser = rig.browser();
        let factor = rig.give_password(&mut browser, &owner.root).await;
        let page = browser.open(&factor.link("/troubleshoot")).await;
        let way = page.link("/recover?by=code");
        browser.open(&way).await;
        let page = browser.submit(&way, &[("why", "lost")]).await;
        let case = case_path(&page);
        let code = codes.first().expect("codes");
        let page = browser
            .submit(&format!("{case}/saved-code"), &[("code", code)])
            .await;
        assert!(page.shows("Sign in to the console"), "{}", page.text());
    });
}

#[test]
fn what_an_operator_does_not_know_of_stays_shut_until_it_is_put_back() {
    each_engine(async |rig| {
        let (owner, mut desk) = house(rig).await;
        rig.start_with(seen(Part::Mail, "theirs")).await;
        let page = press(&mut desk, "mail", "decline").await;
        assert!(page.shows("Not ours"), "{}", page.text());
        rig.wait(Span::days(3));
        rig.start_with(seen(Part::Mail, "theirs")).await;
        let page = ways(rig, &owner).await;
        assert!(page.shows("GL-OPER-011"), "{}", page.text());
        assert!(
            !page.shows("Possible again at"),
            "no time ends it: {}",
            page.text()
        );
        // On a server that others may share the store with, they have five minutes to say what they run with.
        rig.wait(Span::minutes(5));
        rig.start_with(seen(Part::Mail, "ours")).await;
        let page = ways(rig, &owner).await;
        assert!(!page.shows("GL-OPER-011"), "{}", page.text());
        assert!(desk.browser.open("/operator").await.status.is_success());
    });
}

#[test]
fn a_session_that_was_stolen_and_an_operator_made_for_it_approve_nothing() {
    on_sqlite(async |rig| {
        let (_, mut desk) = house(rig).await;
        rig.start_with(seen(Part::Mail, "theirs")).await;
        rig.wait(Span::minutes(1));
        let mut puppet = hired(rig, "noor", host()).await;
        let page = press(&mut puppet, "mail", "approve").await;
        assert!(page.shows("GL-OPER-014"), "{}", page.text());
        rig.wait(Span::minutes(10));
        let page = press(&mut desk, "mail", "approve").await;
        assert!(page.path.starts_with("/operator/proof"), "{}", page.path);
        let mut stranger = rig.browser();
        let page = stranger.open(PAGE).await;
        assert!(page.path.starts_with("/operator?"), "{}", page.path);
        let log = events(rig).await;
        assert!(
            log.contains("GL-OPER-014"),
            "what was tried in vain is written down"
        );
    });
}

#[test]
fn a_page_that_is_old_approves_no_other_change() {
    on_sqlite(async |rig| {
        let (_, mut desk) = house(rig).await;
        rig.start_with(seen(Part::Mail, "theirs")).await;
        let since = asked(&desk.browser.open(PAGE).await);
        rig.wait(Span::minutes(1));
        rig.start_with(seen(Part::Mail, "another")).await;
        let path = format!("{PAGE}/mail/approve");
        let page = desk.browser.submit(&path, &[("set", &since)]).await;
        assert!(page.shows("GL-OPER-013"), "{}", page.text());
    });
}

#[test]
fn without_an_operator_a_day_ends_it() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        rig.start_with(seen(Part::Mail, "ours")).await;
        rig.start_with(seen(Part::Mail, "theirs")).await;
        let page = ways(rig, &owner).await;
        assert!(page.shows("GL-OPER-011"), "{}", page.text());
        rig.wait(Span::hours(24));
        rig.start_with(seen(Part::Mail, "theirs")).await;
        let page = ways(rig, &owner).await;
        assert!(!page.shows("GL-OPER-011"), "{}", page.text());
    });
}

// A set of proofs that a high-assurance installation took out is not there because a line of a file is.
#[test]
fn a_set_of_proofs_that_was_not_there_opens_nothing_before_it_is_in_force() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let _desk = hired(rig, "mina", host()).await;
        let holds = |mail_and_phone| {
            let mut found = seen(Part::Holds, if mail_and_phone { "all" } else { "few" });
            for (_, seen) in &mut found {
                seen.holds = Some(Holds {
                    ways: Ways {
                        mail_and_phone,
                        mail_and_contacts: false,
                        ..Ways::default()
                    },
                    ..rig.app.settings().holds()
                });
            }
            found
        };
        rig.start_with(holds(false)).await;
        rig.wait(Span::minutes(1));
        rig.start_with(holds(true)).await;
        let page = ways(rig, &owner).await;
        assert!(page.shows("GL-REC-015"), "{}", page.text());
    });
}

// A shorter wait, and a way in where nothing is left, are not there either.
#[test]
fn a_wait_of_support_that_was_shortened_is_the_longer_one_until_it_is_in_force() {
    on_sqlite(async |rig| {
        rig.account("Example", EMAIL).await;
        let own = rig.app.settings().holds();
        let approved = Holds {
            wait: Span::days(30),
            long_wait: None,
            ..own
        };
        for (value, holds) in [("ours", approved), ("theirs", own)] {
            let mut found = seen(Part::Holds, value);
            for (_, seen) in &mut found {
                seen.holds = Some(holds);
            }
            rig.start_with(found).await;
            rig.wait(Span::minutes(1));
        }
        let page = ask(&mut rig.browser(), EMAIL, "all", "new@example.net").await;
        assert!(page.shows("GL-REC-015"), "{}", page.text());
        opened(rig, &mut rig.browser(), EMAIL, "new@example.net").await;
        let case = only_case(rig).await;
        agree(rig, &case).await;
        let opened = rig.app.support_case(&case).await.expect("the case");
        let Stage::Waits { until } = opened.case.stage else {
            panic!("{:?}", opened.case);
        };
        let approved = opened.case.approved.expect("two operators").at;
        assert_eq!(until, approved + Span::days(30));
    });
}
