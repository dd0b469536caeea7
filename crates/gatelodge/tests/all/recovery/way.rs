//! The way as it is meant to be walked, in every language, slowly, and by the other doors.
use super::*;
use adapters::voice::prompts::{LastFour, Prompt, Prompts};
use domain::account::PasswordOrigin;
use domain::session::{Act, Origin};
use domain::time::Span;
use testkit::rig::{CREDENTIALS, each_engine, on_sqlite};

#[test]
fn a_root_user_without_the_device_gets_back_in_r_rec_04_r_rec_09_r_rec_21_r_rec_22_r_rec_41() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        prove_mail(rig, &mut browser, &case).await;
        assert_eq!(
            sessions(rig, &owner).await.len(),
            0,
            "the e-mail alone is nothing"
        );
        let page = prove_phone(rig, &mut browser, &case).await;
        assert_eq!(
            sessions(rig, &owner).await.len(),
            0,
            "no session before the button"
        );
        let buttons: Vec<_> = page
            .actions()
            .into_iter()
            .filter(|a| a.ends_with("/enter"))
            .collect();
        assert_eq!(buttons.len(), 1);
        assert!(page.shows("Sign in to the console"), "{}", page.text());
        let answer = enter(&mut browser, &case).await;
        assert_eq!(answer.status.as_u16(), 303);

        let opened = sessions(rig, &owner).await;
        let session = opened.first().expect("a session");
        assert!(matches!(session.origin, Origin::Recovered { .. }));
        assert_eq!(session.mfa_at, None, "a recovery is no MFA");
        assert_eq!(session.ends_at, rig.now() + Span::hours(2));
        assert!(session.may(Act::Write, rig.now(), false).is_err());
        assert!(session.may(Act::RegisterDevice, rig.now(), false).is_ok());
        let devices = rig.devices(&owner.root.account.id).await;
        assert!(
            devices.iter().all(|d| d.suspended(rig.now())),
            "suspended, not deleted"
        );

        browser.open(&case).await;
        let twice = enter(&mut browser, &case).await;
        assert_eq!(twice.status.as_u16(), 410);
        assert_eq!(
            sessions(rig, &owner).await.len(),
            1,
            "one case opens one session"
        );
    });
}

#[test]
fn every_page_that_asks_for_a_device_leads_to_troubleshooting_r_rec_11_r_rec_33_r_rec_42() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let one = rig.give_password(&mut browser, &owner.root).await;
        assert!(
            one.shows("Additional verification required"),
            "{}",
            one.text()
        );
        rig.device(&owner.root, "tablet").await;
        let several = rig.give_password(&mut browser, &owner.root).await;
        assert!(
            several.shows("old phone") && several.shows("tablet"),
            "a choice and Next"
        );
        for page in [one, several] {
            assert!(page.shows("Troubleshoot MFA"), "{}", page.text());
            let to = page
                .links()
                .into_iter()
                .find(|l| l.ends_with("/troubleshoot"));
            let page = browser.open(&to.expect("a link")).await;
            assert!(page.shows("Troubleshoot your authentication device"));
        }
    });
}

#[test]
fn before_it_starts_the_page_says_what_is_needed_and_takes_a_device_left_behind_as_lost_r_rec_05_r_rec_06_r_rec_44()
 {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let factor = rig.give_password(&mut browser, &owner.root).await;
        let page = browser.open(&format!("{}/troubleshoot", factor.path)).await;
        assert!(
            page.shows("first the account’s email, then the phone"),
            "{}",
            page.text()
        );
        assert!(page.shows("international call"));
        let page = browser.open(&format!("{}/recover", factor.path)).await;
        assert!(
            page.shows("What you need") && page.shows(EMAIL),
            "{}",
            page.text()
        );
        assert!(page.shows("left it behind") && page.shows("changed to a new phone"));
        assert!(page.shows("I deleted it in the app only"));
        assert_eq!(
            rig.count_mails(MailKind::RecoveryBegun).await,
            0,
            "nothing has begun"
        );
        let page = browser
            .submit(
                &format!("{}/recover", factor.path),
                &[("why", "deleted-in-app")],
            )
            .await;
        assert!(page.shows("Send verification email"), "{}", page.text());
    });
}

#[test]
fn the_mail_is_sent_by_a_button_and_the_page_says_where_it_is_r_rec_15_r_rec_16_r_rec_17_r_rec_35_r_rec_36_r_rec_43_p_08()
 {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let page = begin(rig, &mut browser, &owner, "lost").await;
        let case = case_path(&page);
        assert!(page.shows(EMAIL), "the registered address is shown first");
        assert!(page.shows("Send verification email"));
        assert_eq!(
            rig.count_mails(MailKind::RecoveryProof).await,
            0,
            "and a button sends"
        );

        let page = browser.submit(&format!("{case}/mail"), &[]).await;
        assert!(
            page.shows("Check your mail") && page.shows("Resend the email"),
            "{}",
            page.text()
        );
        assert!(page.shows("spam folder"));
        assert!(
            page.shows("recover-mfa-no-reply@verify.signin."),
            "its sender"
        );
        assert!(page.shows("The mail is about to leave."), "{}", page.text());
        assert!(
            page.shows("Firefox, Linux, 127.0.0.1"),
            "whose attempt it is"
        );
        let letter = rig
            .mail(MailKind::RecoveryProof, EMAIL)
            .await
            .expect("a mail");
        let number = letter.order.phrase.expect("words");
        let phrase = domain::locale::phrase(number, domain::locale::Locale::En);
        assert!(page.shows(&phrase) && letter.words.text.contains(&phrase));
        assert!(letter.words.text.contains("Verify your address"));
        let code = mailed_code(rig).await;
        let spaced = format!("{} {}", &code[..4], &code[4..]);
        let page = browser
            .submit(&format!("{case}/code"), &[("code", &spaced)])
            .await;
        assert!(page.shows("Call me now"), "{}", page.text());
    });
}

#[test]
fn the_call_shows_digits_and_says_words_r_rec_18_r_rec_19_r_rec_38_r_rec_39_r_rec_40_p_01() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let page = begin(rig, &mut browser, &owner, "lost").await;
        let case = case_path(&page);
        assert!(
            !page.shows("Call me now"),
            "only after the e-mail is proved"
        );
        let page = prove_mail(rig, &mut browser, &case).await;
        assert!(
            page.shows("ends in 5678") && !page.body.contains("45678"),
            "{}",
            page.text()
        );
        assert!(
            page.shows("5 more calls") && page.shows("9 wrong entries"),
            "{}",
            page.text()
        );

        let page = press_call(rig, &mut browser, &case).await;
        let order = rig.last_call().await;
        let digits = order.digits.expose();
        assert!(
            page.shows(&digits[..3]) && page.shows(&digits[3..]),
            "{}",
            page.text()
        );
        assert!(
            page.input("digits").is_none() && page.input("code").is_none(),
            "never typed here"
        );
        assert_eq!(
            page.headers.get("refresh").map(|v| v.as_bytes()),
            Some(&b"5"[..])
        );
        assert!(
            page.shows("press 9") && page.shows("Somebody wants to get into"),
            "subtitles"
        );
        rig.report(&order, CallEvent::Ringing).await;
        assert!(browser.open(&case).await.shows("is ringing"));
        rig.report(&order, CallEvent::Answered).await;
        assert!(browser.open(&case).await.shows("Connected."));
        let still = browser.open(&format!("{case}?still")).await;
        assert!(
            still.headers.get("refresh").is_none(),
            "the refreshing can be stopped"
        );
        let said = rig
            .report(&order, CallEvent::Keyed(order.digits.clone()))
            .await;
        assert_eq!(said, Some(Say::Thanks));
        let page = browser.open(&case).await;
        assert!(
            page.shows("Sign in to the console"),
            "the open page goes on by itself"
        );
        assert!(page.headers.get("refresh").is_none());
    });
}

#[test]
fn the_way_ends_at_the_lost_device_and_advises_a_new_password_r_rec_30_r_rec_31() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        prove_mail(rig, &mut browser, &case).await;
        let page = prove_phone(rig, &mut browser, &case).await;
        assert!(page.shows("not deleted: old phone"), "{}", page.text());
        assert!(page.shows("change the password"), "{}", page.text());
        let answer = enter(&mut browser, &case).await;
        assert_eq!(answer.location.as_deref(), Some(CREDENTIALS));
        let advice = "now is a good moment to change it";
        let page = browser.open(CREDENTIALS).await;
        assert!(!page.shows(advice), "the device comes first");
        rig.register(&mut browser, "new phone").await;
        let page = browser.open(CREDENTIALS).await;
        assert!(page.shows(advice), "{}", page.text());
        rig.wait(domain::time::Span::seconds(1));
        browser.open("/console/password").await;
        let new = "lanterns over the quiet river bend";
        let fields = [("password", new), ("password_again", new)];
        let page = browser.submit("/console/password", &fields).await;
        assert_eq!(page.path, CREDENTIALS, "{}", page.text());
        assert!(!page.shows(advice), "{}", page.text());
    });
}

#[test]
fn begun_done_failed_and_blocked_are_told_and_recorded_r_rec_59() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = all_proofs(rig, &mut browser, &owner, "lost").await;
        enter(&mut browser, &case).await;
        let mut other = rig.browser();
        let case = case_path(&begin(rig, &mut other, &owner, "broken").await);
        other.submit(&format!("{case}/close"), &[]).await;
        for (kind, count) in [
            (MailKind::RecoveryBegun, 2),
            (MailKind::RecoveryDone, 1),
            (MailKind::RecoveryClosed, 1),
        ] {
            assert_eq!(rig.count_mails(kind).await, count, "{kind:?}");
            let letter = rig.mail(kind, EMAIL).await.expect("a mail");
            assert!(letter.words.text.contains("127.0.0.1"), "from where");
            assert!(
                letter.words.text.contains("/signin/objection/"),
                "and how to object"
            );
        }
        let seen = rig.audit(&owner.root).await;
        for event in [
            "RecoveryOpened",
            "RecoveryMailSent",
            "RecoveryMailProved",
            "RecoveryCallPlaced",
            "RecoveryPhoneProved",
            "RecoveryCompleted",
            "RecoveryClosed",
            "SuspendMFADevice",
        ] {
            assert!(seen.iter().any(|e| e == event), "{event} in {seen:?}");
        }
    });
}

#[test]
fn every_page_and_the_voice_are_in_the_language_asked_for_p_01() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let prompts = Prompts::load(None).expect("prompts");
        for (language, words) in [
            ("zh-TW", ["傳送驗證電子郵件", "立即呼叫我", "登入主控台"]),
            (
                "ja",
                [
                    "確認 E メールを送信",
                    "すぐに連絡を受ける",
                    "コンソールにサインイン",
                ],
            ),
            (
                "en",
                [
                    "Send verification email",
                    "Call me now",
                    "Sign in to the console",
                ],
            ),
        ] {
            let mut browser = rig.browser();
            browser.language = language.to_owned();
            let [mail, phone, ready] = words;
            let page = begin(rig, &mut browser, &owner, "broken").await;
            let case = case_path(&page);
            assert!(page.shows(mail), "{}", page.text());
            let page = prove_mail(rig, &mut browser, &case).await;
            assert!(page.shows(phone), "{}", page.text());
            press_call(rig, &mut browser, &case).await;
            let order = rig.last_call().await;
            assert_eq!(order.locale.tag(), language, "the voice speaks it, too");
            let account = LastFour::of(&owner.root.account.id).expect("four digits");
            let spoken = prompts.subtitles(Prompt::Recovery, order.locale, account);
            let page = browser.open(&case).await;
            assert!(
                page.shows(&spoken),
                "subtitles are the very words: {spoken}\n{}",
                page.text()
            );
            rig.answer_phone(&order).await;
            rig.report(&order, CallEvent::Keyed(order.digits.clone()))
                .await;
            let page = browser.open(&case).await;
            assert!(page.shows(ready), "{}", page.text());
            browser.submit(&format!("{case}/close"), &[]).await;
        }
    });
}

#[test]
fn the_link_may_be_opened_in_another_browser_and_only_a_press_counts_r_rec_56() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        browser.submit(&format!("{case}/mail"), &[]).await;
        let link = mailed_link(rig).await;

        let mut scanner = rig.browser();
        let moved = scanner.get(&link).await;
        assert_eq!(
            moved.location.as_deref(),
            Some("/signin/verify"),
            "a clean path"
        );
        let page = scanner.open(&link).await;
        assert!(
            page.shows("Verify your address") && page.shows("Firefox"),
            "{}",
            page.text()
        );
        assert!(
            browser.open(&case).await.shows("Check your mail"),
            "looking changes nothing"
        );

        let done = scanner.submit("/signin/verify", &[]).await;
        assert!(
            done.shows("Go back to the page where you began"),
            "{}",
            done.text()
        );
        assert!(
            browser.open(&case).await.shows("Call me now"),
            "the waiting page goes on"
        );
        let again = scanner.submit("/signin/verify", &[]).await;
        assert!(again.shows("Your address is verified"), "pressed twice");
        assert_eq!(
            scanner.open(&case).await.status.as_u16(),
            410,
            "the case stays with its browser"
        );
        let stranger = rig.browser().open("/signin/verify").await;
        assert_eq!(stranger.status.as_u16(), 410);
    });
}

#[test]
fn only_the_newest_mail_counts_and_a_late_press_keeps_what_was_done_r_rec_37_p_06() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        browser.submit(&format!("{case}/mail"), &[]).await;
        let (old_code, old_link) = (mailed_code(rig).await, mailed_link(rig).await);
        rig.wait(Span::minutes(16));
        let page = browser.open(&case).await;
        assert!(page.shows("That mail has run out"), "{}", page.text());
        browser.submit(&format!("{case}/mail"), &[]).await;
        let page = browser
            .submit(&format!("{case}/code"), &[("code", &old_code)])
            .await;
        assert!(
            page.shows("GL-REC-017") || page.shows("not the code"),
            "{}",
            page.text()
        );
        assert_eq!(rig.browser().open(&old_link).await.status.as_u16(), 410);
        let code = mailed_code(rig).await;
        let page = browser
            .submit(&format!("{case}/code"), &[("code", &code)])
            .await;
        assert!(page.shows("Call me now"));
    });
}

#[test]
fn a_slow_person_gives_the_password_again_and_loses_nothing_p_05_p_07_r_rec_13() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        prove_mail(rig, &mut browser, &case).await;
        rig.wait(Span::minutes(61));
        let page = browser.open(&case).await;
        assert!(page.shows("Your password, once more"), "{}", page.text());
        let page = browser
            .submit(
                &format!("{case}/password"),
                &[("password", "not this one at all")],
            )
            .await;
        assert_eq!(page.status.as_u16(), 422, "{}", page.text());
        let page = browser
            .submit(
                &format!("{case}/password"),
                &[("password", &owner.root.password)],
            )
            .await;
        assert!(
            page.shows("Call me now"),
            "the e-mail is still proved: {}",
            page.text()
        );
        prove_phone(rig, &mut browser, &case).await;
        rig.wait(Span::minutes(10));
        assert_eq!(enter(&mut browser, &case).await.status.as_u16(), 303);
    });
}

#[test]
fn leaving_and_beginning_again_in_the_same_browser_leads_to_the_same_case() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        prove_mail(rig, &mut browser, &case).await;
        let again = begin(rig, &mut browser, &owner, "lost").await;
        assert_eq!(case_path(&again), case);
        assert!(again.shows("Call me now"));
        assert_eq!(rig.count_mails(MailKind::RecoveryBegun).await, 1);
        let other = case_path(&begin(rig, &mut rig.browser(), &owner, "lost").await);
        assert_ne!(other, case, "another browser has its own, and evicts none");
        assert!(browser.open(&case).await.shows("Call me now"));
    });
}

#[test]
fn a_saved_code_needs_neither_mailbox_nor_phone_and_works_once_p_16() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let codes = saved_codes(rig, &owner.root).await;
        let mut browser = rig.browser();
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        let page = browser.open(&format!("{case}?by=code")).await;
        assert!(page.shows("Recovery code"), "{}", page.text());
        let page = browser
            .submit(&format!("{case}/saved-code"), &[("code", &stray_code())])
            .await;
        assert!(page.shows("4 tries are left"), "{}", page.text());
        let typed = codes[3].to_lowercase().replace('-', " ");
        let page = browser
            .submit(&format!("{case}/saved-code"), &[("code", &typed)])
            .await;
        assert!(page.shows("Sign in to the console"), "{}", page.text());
        assert_eq!(rig.count_mails(MailKind::SavedCodeUsed).await, 1);
        assert_eq!(enter(&mut browser, &case).await.status.as_u16(), 303);

        let mut thief = rig.browser();
        let other = case_path(&begin(rig, &mut thief, &owner, "lost").await);
        let page = thief
            .submit(&format!("{other}/saved-code"), &[("code", &codes[3])])
            .await;
        assert_eq!(page.status.as_u16(), 422, "used up");
    });
}

#[test]
fn a_password_made_by_mail_is_no_proof_and_the_page_says_what_works() {
    on_sqlite(async |rig| {
        let root = rig
            .account_with("Example", EMAIL, PasswordOrigin::Mailed)
            .await;
        let app = rig.device(&root, "old phone").await;
        give_phone(rig, &root, PHONE).await;
        let owner = Owner { root, app };
        let mut browser = rig.browser();
        let factor = rig.give_password(&mut browser, &owner.root).await;
        let page = browser.open(&format!("{}/troubleshoot", factor.path)).await;
        assert!(
            page.shows("This password cannot be used for a recovery"),
            "{}",
            page.text()
        );
        assert!(page.shows("another registered device"));
        assert!(!page.links().iter().any(|l| l.ends_with("/recover")));
        let forced = browser
            .submit(&format!("{}/recover", factor.path), &[("why", "lost")])
            .await;
        assert!(forced.shows("GL-REC-002"), "{}", forced.text());

        // Used once with the registered device, it becomes good.
        rig.sign_in(&mut rig.browser(), &owner.root, Some(&owner.app))
            .await;
        let page = browser.open(&format!("{}/troubleshoot", factor.path)).await;
        assert!(
            page.links().iter().any(|l| l.ends_with("/recover")),
            "{}",
            page.text()
        );
    });
}

#[test]
fn another_registered_device_is_offered_first_beside_resync_and_alternatives_r_rec_01_r_rec_03_r_rec_14_r_rec_34()
 {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        rig.device(&owner.root, "tablet at home").await;
        let mut browser = rig.browser();
        let factor = rig.give_password(&mut browser, &owner.root).await;
        let page = browser.open(&format!("{}/troubleshoot", factor.path)).await;
        let text = page.text();
        let other = text
            .find("I have another registered device")
            .expect("the other device");
        let alternative = text
            .find("Sign in using alternative factors")
            .expect("the section");
        assert!(other < alternative && text.contains("tablet at home"));
        assert!(
            text.contains("Re-sync"),
            "works but is refused: told apart (R-REC-01)"
        );
    });
}

#[test]
fn the_troubles_of_a_device_are_told_only_after_the_right_password_r_rec_10() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let page = browser
            .submit(
                "/signin",
                &[("user", "root"), ("email", &owner.root.account.email)],
            )
            .await;
        let answer = browser.open(&format!("{}/troubleshoot", page.path)).await;
        assert_eq!(answer.status.as_u16(), 409);
        let answer = browser
            .submit(&format!("{}/recover", page.path), &[("why", "lost")])
            .await;
        assert_eq!(answer.status.as_u16(), 409);
    });
}

#[test]
fn a_stolen_device_is_told_at_once_and_acted_on_when_all_proofs_are_in_r_rec_32_p_38() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut elsewhere = rig.browser();
        rig.sign_in(&mut elsewhere, &owner.root, Some(&owner.app))
            .await;
        let mut browser = rig.browser();
        let case = all_proofs(rig, &mut browser, &owner, "stolen").await;
        assert_eq!(rig.count_mails(MailKind::RecoveryStolen).await, 1);
        assert_eq!(
            elsewhere.open("/console/home").await.path,
            "/console/home",
            "only warned so far"
        );
        enter(&mut browser, &case).await;
        assert!(
            elsewhere
                .open("/console/home")
                .await
                .path
                .starts_with("/signin"),
            "ended"
        );
        assert_eq!(sessions(rig, &owner).await.len(), 1);
        for path in ["/console/home", CREDENTIALS] {
            let page = browser.open(path).await;
            assert_eq!(
                page.path,
                "/console/password",
                "a new password comes first: {}",
                page.text()
            );
        }

        rig.wait(Span::days(30));
        let mut thief = rig.browser();
        let page = rig.sign_in(&mut thief, &owner.root, Some(&owner.app)).await;
        assert!(
            !page.path.starts_with("/console"),
            "blocked for good: {}",
            page.text()
        );
    });
}

#[test]
fn a_device_whose_clock_is_off_is_diagnosed_and_its_next_code_signs_in_r_rec_01_p_19() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        owner.app.ahead = -3;
        let mut browser = rig.browser();
        let factor = rig.give_password(&mut browser, &owner.root).await;
        let page = browser.open(&format!("{}/troubleshoot", factor.path)).await;
        let to = page.links().into_iter().find(|l| l.ends_with("/resync"));
        let page = browser.open(&to.expect("a way")).await;
        assert!(page.shows("old phone"), "{}", page.text());
        let action = page.action("/resync");
        let device = owner.app.id.to_string();
        let earlier = rig.now() - Span::seconds(30);
        let (first, second) = (owner.app.code(earlier), owner.app.code(rig.now()));

        let fields = [
            ("device", device.as_str()),
            ("first", &second),
            ("second", &first),
        ];
        let wrong = browser.submit(&action, &fields).await;
        assert_eq!(wrong.status.as_u16(), 422, "{}", wrong.text());
        let fields = [
            ("device", device.as_str()),
            ("first", &first),
            ("second", &second),
        ];
        let page = browser.submit(&action, &fields).await;
        assert!(page.shows("90 seconds slow"), "{}", page.text());
        assert!(
            sessions(rig, &owner).await.is_empty(),
            "a finding signs nobody in"
        );
        assert_eq!(rig.count_mails(MailKind::DeviceResynced).await, 0);

        let next = browser.open(&factor.path).await;
        let fields = [("device", device.as_str()), ("code", second.as_str())];
        let old = browser.submit(&next.action("/factor"), &fields).await;
        assert!(!old.path.starts_with("/console"), "both codes are used up");
        rig.wait(Span::seconds(30));
        let fresh = owner.app.code(rig.now());
        let fields = [("device", device.as_str()), ("code", fresh.as_str())];
        let page = browser.submit(&next.action("/factor"), &fields).await;
        assert!(page.path.starts_with("/console"), "{}", page.text());
        assert_eq!(rig.count_mails(MailKind::DeviceResynced).await, 1);
    });
}

#[test]
fn a_clock_is_checked_three_times_a_day() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let factor = rig.give_password(&mut browser, &owner.root).await;
        let action = format!("{}/resync", factor.path);
        let wrong = owner.app.wrong_code(rig.now());
        let device = owner.app.id.to_string();
        let fields = [
            ("device", device.as_str()),
            ("first", &wrong),
            ("second", &wrong),
        ];
        browser.open(&action).await;
        for _ in 0..3 {
            assert_eq!(browser.submit(&action, &fields).await.status.as_u16(), 422);
        }
        let over = browser.submit(&action, &fields).await;
        assert!(over.shows("GL-MFA-012"), "{}", over.text());
    });
}
