//! Another address for the root user: proved at the new place, told at the old one.

use super::*;

const CHANGE: &str = "/console/account/email";
const CODE: &str = "/console/account/email/code";
const FRESH: &str = "new@example.org";

async fn name_address(browser: &mut Browser, email: &str) -> Answer {
    browser.submit(CHANGE, &[("email", email)]).await
}

async fn mailed_code(rig: &Rig, to: &str) -> String {
    let letter = rig.mail(MailKind::EmailProof, to).await;
    letter.and_then(|l| l.order.code).expect("a mailed code")
}

async fn change_to(rig: &Rig, browser: &mut Browser, email: &str) -> Answer {
    let page = name_address(browser, email).await;
    assert_eq!(page.path, CODE, "{}", page.text());
    let code = mailed_code(rig, email).await;
    browser.submit(CODE, &[("code", &code)]).await
}

async fn email_of(rig: &Rig, root: &Identity) -> String {
    rig.app.account(&root.account.id).await.expect("it").email
}

#[test]
fn a_new_address_counts_only_once_proved_and_the_old_one_is_told_r_con_19_r_root_21() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        let page = name_address(&mut owner.browser, FRESH).await;
        assert_eq!(page.path, CODE);
        assert!(
            page.shows("code of 8 digits to new@example.org"),
            "{}",
            page.text()
        );
        assert_eq!(
            email_of(rig, &owner.root).await,
            EMAIL,
            "nothing has changed"
        );
        let letter = rig.mail(MailKind::EmailProof, FRESH).await.expect("a mail");
        assert!(
            !letter.words.text.contains("Example"),
            "no name: {}",
            letter.words.text
        );
        assert!(!letter.words.text.contains(owner.root.account.id.as_str()));
        let page = owner.browser.open("/console/account").await;
        assert!(
            page.shows("A new email address waits for its proof"),
            "{}",
            page.text()
        );

        let page = owner.browser.submit(CODE, &[("code", "00000000")]).await;
        assert_eq!(page.status, 422);
        assert!(page.shows("4 tries are left"), "{}", page.text());
        let code = letter.order.code.expect("a code");
        let spaced = format!("{} {}", &code[..4], &code[4..]);
        let page = owner.browser.submit(CODE, &[("code", &spaced)]).await;
        assert_eq!(page.path, "/console/account", "{}", page.text());
        assert!(page.shows("The new email address counts from now on"));
        assert_eq!(email_of(rig, &owner.root).await, FRESH);
        let again = owner.browser.submit(CODE, &[("code", &code)]).await;
        assert_eq!(again.path, "/console/account", "pressed twice");

        let told = letters(rig, MailKind::EmailChanged, EMAIL).await;
        assert_eq!(told.len(), 3);
        assert!(told.iter().all(|l| l.order.objection.is_some()));
        let there = letters(rig, MailKind::EmailChanged, FRESH).await;
        assert_eq!(there.len(), 1);
        assert_eq!(
            there[0].order.objection, None,
            "the link goes to the old address only"
        );
        let audit = rig.audit(&owner.root).await;
        for event in ["EmailUpdateStarted", "EmailUpdated"] {
            assert!(audit.contains(&event.to_owned()), "{audit:?}");
        }
        let mut moved = owner.root.clone();
        moved.account.email = FRESH.to_owned();
        rig.wait(Span::seconds(60));
        let page = rig
            .sign_in(&mut rig.browser(), &moved, Some(&owner.app))
            .await;
        assert_eq!(page.path, "/console/home", "{}", page.text());
    });
}

#[test]
fn an_address_that_is_taken_looks_the_same_and_its_owner_is_told() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        rig.account("Other", "taken@example.org").await;
        let free = name_address(&mut owner.browser, "free@example.org").await;
        let taken = name_address(&mut owner.browser, "Taken@example.org").await;
        let same = |page: &Answer, email: &str| page.text().replace(email, "…");
        assert_eq!(
            same(&free, "free@example.org"),
            same(&taken, "Taken@example.org")
        );
        assert_eq!(
            letters(rig, MailKind::EmailProof, "Taken@example.org")
                .await
                .len(),
            0
        );
        let told = letters(rig, MailKind::EmailTaken, "Taken@example.org").await;
        assert_eq!(told.len(), 1);
        assert!(
            !told[0].words.text.contains("Example"),
            "{}",
            told[0].words.text
        );
        for left in [4, 3] {
            let page = owner.browser.submit(CODE, &[("code", "12345678")]).await;
            assert!(
                page.shows(&format!("{left} tries are left")),
                "{}",
                page.text()
            );
        }
        assert_eq!(email_of(rig, &owner.root).await, EMAIL);
    });
}

#[test]
fn a_code_has_five_tries_a_day_and_new_ones_can_be_asked_for() {
    on_sqlite(async |rig| {
        let mut owner = owner(rig).await;
        name_address(&mut owner.browser, FRESH).await;
        let old = mailed_code(rig, FRESH).await;
        for _ in 0..5 {
            owner.browser.submit(CODE, &[("code", "no")]).await;
        }
        let page = owner.browser.submit(CODE, &[("code", &old)]).await;
        assert!(page.shows("can no longer be used"), "{}", page.text());
        rig.wait(Span::seconds(6));
        let page = owner
            .browser
            .submit("/console/account/email/again", &[])
            .await;
        assert_eq!(page.path, CODE);
        let fresh = mailed_code(rig, FRESH).await;
        let page = owner.browser.submit(CODE, &[("code", &old)]).await;
        assert_eq!(page.status, 422, "the older code is void");
        let page = owner.browser.submit(CODE, &[("code", &fresh)]).await;
        assert_eq!(page.path, "/console/account", "{}", page.text());
    });
}

#[test]
fn a_new_address_can_be_given_up_and_lapses_after_a_day() {
    on_sqlite(async |rig| {
        let mut owner = owner(rig).await;
        name_address(&mut owner.browser, FRESH).await;
        let code = mailed_code(rig, FRESH).await;
        let page = owner
            .browser
            .submit("/console/account/email/drop", &[])
            .await;
        assert!(
            page.shows("The email address stays as it is"),
            "{}",
            page.text()
        );
        let page = owner.browser.submit(CODE, &[("code", &code)]).await;
        assert_eq!(page.path, "/console/account");
        assert_eq!(email_of(rig, &owner.root).await, EMAIL);
        name_address(&mut owner.browser, FRESH).await;
        rig.wait(Span::hours(25));
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &owner.root, Some(&owner.app))
            .await;
        let page = browser.open(CODE).await;
        assert_eq!(page.path, "/console/account", "{}", page.text());
    });
}

#[test]
fn another_browser_of_the_same_root_user_can_finish_it() {
    on_sqlite(async |rig| {
        let mut owner = owner(rig).await;
        name_address(&mut owner.browser, FRESH).await;
        rig.wait(Span::hours(5));
        let mut second = rig.browser();
        rig.sign_in(&mut second, &owner.root, Some(&owner.app))
            .await;
        let code = mailed_code(rig, FRESH).await;
        let page = second.submit(CODE, &[("code", &code)]).await;
        assert!(page.shows("counts from now on"), "{}", page.text());
    });
}

#[test]
fn sub_addresses_are_addresses_of_their_own_r_con_08_r_con_09() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        let tagged = "root+Tag.1_~@example.com";
        let page = change_to(rig, &mut owner.browser, tagged).await;
        assert!(page.shows(tagged), "{}", page.text());
        assert_eq!(email_of(rig, &owner.root).await, tagged);
        let page = owner.browser.open(CHANGE).await;
        assert!(page.shows("is one of its own"), "R-CON-10: {}", page.text());
        for bad in ["", "no address", "a@b", "a\r\nb@example.com"] {
            let page = name_address(&mut owner.browser, bad).await;
            assert_eq!(page.status, 422, "{bad}: {}", page.text());
        }
    });
}

#[test]
fn the_present_address_is_proved_anew_without_any_change_p_12() {
    on_sqlite(async |rig| {
        let mut owner = owner(rig).await;
        let page = owner
            .browser
            .submit("/console/account/email/prove", &[])
            .await;
        assert_eq!(page.path, CODE);
        let code = mailed_code(rig, EMAIL).await;
        let page = owner.browser.submit(CODE, &[("code", &code)]).await;
        assert!(
            page.shows("The email address is proved."),
            "{}",
            page.text()
        );
        assert!(
            page.shows("Proved on 16 Mar 2027, 08:00"),
            "{}",
            page.text()
        );
        assert_eq!(rig.count_mails(MailKind::EmailChanged).await, 0);
    });
}

#[test]
fn the_old_address_takes_the_change_back_and_the_new_one_is_free_again() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        change_to(rig, &mut owner.browser, FRESH).await;
        let told = letters(rig, MailKind::EmailChanged, EMAIL).await;
        let link = told[0].order.objection.clone().expect("a link");
        let mut anybody = rig.browser();
        let page = anybody.open(&link).await;
        assert!(
            page.shows("root user email address of account"),
            "{}",
            page.text()
        );
        assert!(
            !page.shows(FRESH),
            "the new address is not told: {}",
            page.text()
        );
        let page = anybody.submit("/contact/undo", &[]).await;
        assert!(
            page.shows("The email address before is in force again"),
            "{}",
            page.text()
        );
        assert_eq!(email_of(rig, &owner.root).await, EMAIL);
        assert_eq!(
            letters(rig, MailKind::ContactRestored, EMAIL).await.len(),
            1
        );
        rig.account("Other", FRESH).await;
    });
}

#[test]
fn an_address_that_can_come_back_is_given_to_nobody_else() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        change_to(rig, &mut owner.browser, FRESH).await;
        let other = rig.account("Other", "other@example.org").await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &other, None).await;
        name_address(&mut browser, EMAIL).await;
        assert_eq!(letters(rig, MailKind::EmailTaken, EMAIL).await.len(), 1);
        rig.wait(Span::hours(73));
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &other, None).await;
        let page = change_to(rig, &mut browser, EMAIL).await;
        assert!(page.shows("counts from now on"), "{}", page.text());
    });
}

/// Two places for notices (NIST SP 800-63B-4 section 4.6): for 30 days whoever reads the former address is told of all
/// that happens to the account, in case the change was not theirs.
#[test]
fn every_notice_goes_to_the_former_address_too_for_thirty_days() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        change_to(rig, &mut owner.browser, FRESH).await;
        let device = owner.app.id.clone();
        let told = async |kind, at: &str| letters(rig, kind, at).await.len();
        for (round, former) in [(1, 1), (2, 1)] {
            let name = format!("renamed {round}");
            let rename = format!("{}/devices/{device}/rename", testkit::rig::CREDENTIALS);
            let page = owner.browser.submit(&rename, &[("name", &name)]).await;
            assert_eq!(page.path, testkit::rig::CREDENTIALS, "{}", page.text());
            assert_eq!(told(MailKind::DeviceRenamed, FRESH).await, round);
            assert_eq!(told(MailKind::DeviceRenamed, EMAIL).await, former);
            rig.wait(Span::days(31));
            let mut root = owner.root.clone();
            root.account.email = FRESH.to_owned();
            owner.browser = rig.browser();
            rig.sign_in(&mut owner.browser, &root, Some(&owner.app))
                .await;
        }
        let ctx = rig.ctx();
        let suspended = rig.app.move_account(
            &ctx,
            domain::audit::Actor::System,
            &owner.root.account.id,
            domain::account::State::Suspended,
        );
        suspended.await.expect("suspended");
        assert_eq!(told(MailKind::AccountState, FRESH).await, 1);
        assert_eq!(told(MailKind::AccountState, EMAIL).await, 0);
    });
}
