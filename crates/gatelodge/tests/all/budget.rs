//! Mails that anybody can cause: few enough for a mailbox, and never used up for the one who owns it (decision 0009).

use domain::mail::MailKind;
use domain::time::Span;
use testkit::rig::{Answer, Browser, Identity, Rig, each_engine, on_sqlite};

const EMAIL: &str = "root@example.com";
const NEW: &str = "copper sailing window thunder";

async fn ask(browser: &mut Browser) -> Answer {
    browser.open("/signin/forgot").await;
    browser.submit("/signin/forgot", &[("email", EMAIL)]).await
}

/// The path of the link in the newest mail of a kind.
async fn link(rig: &Rig, kind: MailKind) -> String {
    let letter = rig.mail(kind, EMAIL).await.expect("a mail");
    letter.order.link.expect("a link in it")
}

async fn choose(browser: &mut Browser, link: &str) -> Answer {
    browser.open(link).await;
    let fields = [("password", NEW), ("password_again", NEW)];
    browser.submit("/signin/reset", &fields).await
}

/// Wrong passwords until browsers that are not known must wait.
async fn shut(rig: &Rig, identity: &Identity) {
    let wrong = Identity {
        password: "none of theirs at all".to_owned(),
        ..identity.clone()
    };
    let mut stranger = rig.browser();
    for _ in 0..6 {
        rig.give_password(&mut stranger, &wrong).await;
    }
}

/// On to the beginning of the next day, by which mails are counted.
fn next_day(rig: &Rig) {
    let day = Span::days(1).as_millis();
    rig.wait(Span::millis(day - rig.now().millis() % day));
}

#[test]
fn a_stranger_who_uses_up_the_mails_of_a_day_leaves_a_link_that_lives_until_the_next() {
    each_engine(async |rig| {
        rig.account("Example", EMAIL).await;
        next_day(rig);
        for _ in 0..8 {
            for _ in 0..6 {
                ask(&mut rig.browser()).await;
            }
            rig.wait(Span::hours(1));
        }
        assert_eq!(rig.count_mails(MailKind::PasswordReset).await, 7);
        // Twenty hours after the last of them the owner asks as well, and finds what was mailed.
        rig.wait(Span::hours(15));
        ask(&mut rig.browser()).await;
        assert_eq!(rig.count_mails(MailKind::PasswordReset).await, 7);
        let link = link(rig, MailKind::PasswordReset).await;
        let page = choose(&mut rig.browser(), &link).await;
        assert!(page.shows("Your password was reset"), "{}", page.text());
        let page = choose(&mut rig.browser(), &link).await;
        assert!(page.shows("GL-LINK-001"), "once: {}", page.text());
    });
}

#[test]
fn a_link_that_was_prolonged_ends_when_the_next_mail_can_be_sent() {
    on_sqlite(async |rig| {
        rig.account("Example", EMAIL).await;
        next_day(rig);
        for _ in 0..4 {
            for _ in 0..3 {
                ask(&mut rig.browser()).await;
            }
            rig.wait(Span::hours(1));
        }
        let last = link(rig, MailKind::PasswordReset).await;
        next_day(rig);
        let page = rig.browser().open(&last).await;
        assert!(page.shows("GL-LINK-001"), "{}", page.text());
        ask(&mut rig.browser()).await;
        assert_eq!(rig.count_mails(MailKind::PasswordReset).await, 8);
    });
}

#[test]
fn either_link_opens_the_same_password_in_the_browser_where_it_is_pressed() {
    each_engine(async |rig| {
        let root = rig.account("Example", EMAIL).await;
        shut(rig, &root).await;
        // A stranger had an unlock mailed, for a browser of their own; and another had a reset mailed.
        let mut stranger = rig.browser();
        let page = rig.give_password(&mut stranger, &root).await;
        stranger.submit(&page.action("/unlock"), &[]).await;
        ask(&mut rig.browser()).await;
        for kind in [MailKind::Unlock, MailKind::PasswordReset] {
            let mut owner = rig.browser();
            let page = rig.give_password(&mut owner, &root).await;
            assert!(page.shows("GL-SIGNIN-004"), "{}", page.text());
            let page = owner.open(&link(rig, kind).await).await;
            let page = owner.submit(&page.action("/signin/unlock"), &[]).await;
            assert!(page.shows("The password is open again"), "{}", page.text());
            let page = rig.give_password(&mut owner, &root).await;
            assert!(page.shows("Check your mail"), "{}", page.text());
            shut(rig, &root).await;
        }
        let spent = rig.browser().open(&link(rig, MailKind::Unlock).await).await;
        assert!(spent.shows("GL-LINK-001"), "once: {}", spent.text());
    });
}

#[test]
fn a_link_that_opens_the_password_again_leads_to_a_new_one_as_well() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", EMAIL).await;
        shut(rig, &root).await;
        let mut stranger = rig.browser();
        let page = rig.give_password(&mut stranger, &root).await;
        stranger.submit(&page.action("/unlock"), &[]).await;
        let mut owner = rig.browser();
        let page = owner.open(&link(rig, MailKind::Unlock).await).await;
        owner.open(&page.link("/signin/reset")).await;
        let fields = [("password", NEW), ("password_again", NEW)];
        let page = owner.submit("/signin/reset", &fields).await;
        assert!(page.shows("Your password was reset"), "{}", page.text());
        // Nothing that was mailed about the old one is left.
        let spent = rig.browser().open(&link(rig, MailKind::Unlock).await).await;
        assert!(spent.shows("GL-LINK-001"), "{}", spent.text());
    });
}

#[test]
fn a_known_browser_is_mailed_to_when_strangers_used_up_the_rest() {
    each_engine(async |rig| {
        let root = rig.account("Example", EMAIL).await;
        let mut known = rig.browser();
        rig.sign_in(&mut known, &root, None).await;
        known.submit("/signout", &[]).await;
        for _ in 0..20 {
            ask(&mut rig.browser()).await;
        }
        assert_eq!(rig.count_mails(MailKind::PasswordReset).await, 2);
        ask(&mut known).await;
        assert_eq!(rig.count_mails(MailKind::PasswordReset).await, 3);
        // It is limited, too.
        for _ in 0..20 {
            ask(&mut known).await;
        }
        assert_eq!(rig.count_mails(MailKind::PasswordReset).await, 5);
    });
}

#[test]
fn accounts_begun_with_the_owners_address_leave_room_for_mails_about_the_password() {
    on_sqlite(async |rig| {
        rig.account("Example", EMAIL).await;
        let mut stranger = rig.browser();
        for _ in 0..12 {
            stranger.open("/open").await;
            stranger.submit("/open", &[("email", EMAIL)]).await;
        }
        assert_eq!(rig.count_mails(MailKind::SignUpTaken).await, 1);
        ask(&mut rig.browser()).await;
        ask(&mut rig.browser()).await;
        ask(&mut rig.browser()).await;
        assert_eq!(
            rig.count_mails(MailKind::PasswordReset).await,
            2,
            "three in an hour altogether"
        );
    });
}
