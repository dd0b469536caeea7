//! Those who have one thing or another and try to get in, or to keep the owner out.
use super::*;
use domain::time::Span;
use store::contact;
use testkit::rig::{each_engine, on_sqlite};

#[test]
fn password_and_mailbox_learn_four_digits_and_nothing_else_r_rec_60() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut thief = rig.browser();
        let case = case_path(&begin(rig, &mut thief, &owner, "lost").await);
        let before = thief.open(&case).await;
        assert!(
            !before.body.contains("5678"),
            "not even those before the mail is proved"
        );
        let mut pages = vec![prove_mail(rig, &mut thief, &case).await];
        pages.push(press_call(rig, &mut thief, &case).await);
        let order = rig.last_call().await;
        rig.report(&order, CallEvent::Ringing).await;
        pages.push(thief.open(&case).await);
        pages.push(thief.submit(&format!("{case}/enter"), &[]).await);
        rig.report(&order, CallEvent::Ended(Outcome::NoAnswer))
            .await;
        pages.push(thief.open(&case).await);
        pages.push(thief.submit(&format!("{case}/enter"), &[]).await);
        for page in pages {
            assert!(
                !page.body.contains("45678") && !page.body.contains("+886"),
                "{}",
                page.text()
            );
        }
        assert!(sessions(rig, &owner).await.is_empty());
    });
}

#[test]
fn password_and_phone_without_the_mailbox_get_no_call() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut thief = rig.browser();
        let case = case_path(&begin(rig, &mut thief, &owner, "lost").await);
        thief.submit(&format!("{case}/mail"), &[]).await;
        let right = mailed_code(rig).await;
        let guess = if right == "00000000" {
            "11111111"
        } else {
            "00000000"
        };
        for left in [4, 3, 2, 1] {
            let page = thief
                .submit(&format!("{case}/code"), &[("code", guess)])
                .await;
            let words = if left == 1 {
                "1 try is left".to_owned()
            } else {
                format!("{left} tries are left")
            };
            assert!(page.shows(&words), "{}", page.text());
        }
        thief
            .submit(&format!("{case}/code"), &[("code", guess)])
            .await;
        let page = thief
            .submit(&format!("{case}/code"), &[("code", &right)])
            .await;
        assert!(
            page.shows("GL-REC-018")
                || page.shows("can no longer be used")
                || page.shows("has run out"),
            "{}",
            page.text()
        );
        let call = press_call(rig, &mut thief, &case).await;
        assert!(call.shows("GL-REC-003"), "{}", call.text());
        assert_eq!(rig.count_calls().await, 0);
    });
}

#[test]
fn mailbox_and_phone_without_the_password_do_not_even_begin() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut thief = rig.browser();
        let mut someone = owner.root.clone();
        someone.password = "copper sailing window thunder".to_owned();
        let page = rig.give_password(&mut thief, &someone).await;
        let answer = thief
            .open(&format!(
                "{}/troubleshoot",
                page.path.trim_end_matches("/password")
            ))
            .await;
        assert_eq!(answer.status.as_u16(), 409, "{}", answer.text());
        assert_eq!(rig.count_mails(MailKind::RecoveryBegun).await, 0);
    });
}

#[test]
fn a_contact_changed_by_a_thief_does_not_serve_for_72_hours_r_rec_58() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let old = Held {
            value: PHONE.into(),
            changed_at: None,
            proved_at: Some(rig.now()),
        };
        let new = Held {
            value: "+886987654321".into(),
            changed_at: Some(rig.now()),
            proved_at: Some(rig.now()),
        };
        let id = owner.root.account.id.clone();
        rig.db()
            .write(move |tx| contact::put(tx, &id, Kind::Phone, &new, Some(&old)))
            .await
            .expect("changed");
        let mut thief = rig.browser();
        let case = case_path(&begin(rig, &mut thief, &owner, "lost").await);
        let page = prove_mail(rig, &mut thief, &case).await;
        assert!(page.shows("5678") && !page.shows("4321"), "{}", page.text());
        assert!(page.shows("the number before serves"), "{}", page.text());
        press_call(rig, &mut thief, &case).await;
        assert_eq!(rig.last_call().await.to, PHONE);
        rig.wait(Span::hours(73));
        let mut later = rig.browser();
        let case = case_path(&begin(rig, &mut later, &owner, "lost").await);
        assert!(prove_mail(rig, &mut later, &case).await.shows("4321"));
    });
}

#[test]
fn a_case_is_nothing_to_anybody_else_and_forms_of_other_places_are_refused() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = all_proofs(rig, &mut browser, &owner, "lost").await;
        let mut stranger = rig.browser();
        for end in [
            "",
            "/mail",
            "/code",
            "/call",
            "/enter",
            "/close",
            "/password",
            "/saved-code",
        ] {
            let path = format!("{case}{end}");
            let answer = match end {
                "" => stranger.open(&path).await,
                _ => {
                    stranger
                        .submit(&path, &[("code", "1"), ("password", "x")])
                        .await
                }
            };
            assert_eq!(answer.status.as_u16(), 410, "{end}");
        }
        for bad in [
            "/signin/r/rec_short",
            "/signin/r/flw_aaaaaaaaaaaaaaaaaaaaaaaaaa",
            "/signin/verify/short",
            "/signin/objection/x",
        ] {
            assert_eq!(stranger.open(bad).await.status.as_u16(), 410, "{bad}");
        }
        let raw = browser
            .post_raw(&format!("{case}/enter"), "csrf=wrong")
            .await;
        assert_eq!(raw.status.as_u16(), 403);
        let why = browser
            .submit(&format!("{case}/why"), &[("why", "bored")])
            .await;
        assert_eq!(why.status.as_u16(), 400);
        assert_eq!(sessions(rig, &owner).await.len(), 0);
    });
}

#[test]
fn a_password_changed_meanwhile_ends_every_case() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut thief = rig.browser();
        let case = all_proofs(rig, &mut thief, &owner, "lost").await;
        rig.wait(Span::minutes(1));
        let mut facts = owner.root.account.password.expect("a password");
        facts.set_at = rig.now();
        let id = owner.root.account.id.clone();
        rig.db()
            .write(move |tx| store::account::set_password(tx, &id, "$argon2id$other", &facts))
            .await
            .expect("changed");
        assert_eq!(enter(&mut thief, &case).await.status.as_u16(), 410);
        assert!(sessions(rig, &owner).await.is_empty());
    });
}

#[test]
fn overdue_cases_are_closed_by_the_timer_and_told() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        rig.wait(Span::minutes(61));
        assert!(browser.open(&case).await.shows("Its time ran out"));
        rig.app.sweep_recovery(&rig.ctx()).await.expect("swept");
        let worker = app::worker::Worker::new(rig.app.clone(), false).expect("a worker");
        worker.tidy().await.expect("tidied up");
        worker.tidy().await.expect("tidied up again");
        assert_eq!(rig.count_mails(MailKind::RecoveryClosed).await, 1);
    });
}

#[test]
fn strangers_who_hammer_the_password_do_not_stop_a_recovery_that_has_begun() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        prove_mail(rig, &mut browser, &case).await;
        let mut someone = owner.root.clone();
        someone.password = "copper sailing window thunder".to_owned();
        let mut stranger = rig.browser();
        for _ in 0..8 {
            rig.give_password(&mut stranger, &someone).await;
            rig.wait(Span::minutes(1));
        }
        rig.wait(Span::minutes(55));
        let page = browser
            .submit(
                &format!("{case}/password"),
                &[("password", &owner.root.password)],
            )
            .await;
        assert!(page.shows("Call me now"), "{}", page.text());
    });
}

/// Whoever reads the owner's mail asks for a new password and sets it.
async fn reset_by_mail(rig: &Rig, thief: &mut Browser, owner: &Owner) -> Identity {
    let new = "copper sailing window thunder";
    thief.open("/signin/forgot").await;
    thief.submit("/signin/forgot", &[("email", EMAIL)]).await;
    let letter = rig.mail(MailKind::PasswordReset, EMAIL).await;
    let link = letter.and_then(|l| l.order.link).expect("a link");
    thief.open(&link).await;
    let fields = [("password", new), ("password_again", new)];
    let page = thief.submit("/signin/reset", &fields).await;
    assert!(page.shows("Your password was reset"), "{}", page.text());
    Identity {
        password: new.to_owned(),
        ..owner.root.clone()
    }
}

#[test]
fn mailbox_and_phone_make_a_password_that_opens_neither_console_nor_recovery() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut thief = rig.browser();
        let known = reset_by_mail(rig, &mut thief, &owner).await;
        // Time alone does not make it good.
        for waits in [Span::ZERO, Span::days(60)] {
            rig.wait(waits);
            let page = rig.give_password(&mut thief, &known).await;
            assert!(
                page.shows("Additional verification required"),
                "the device is asked for: {}",
                page.text()
            );
            let flow = page.path.clone();
            let trouble = thief.open(&page.link("/troubleshoot")).await;
            assert!(trouble.shows("This password cannot be used for a recovery"));
            let forced = thief
                .submit(&format!("{flow}/recover"), &[("why", "lost")])
                .await;
            assert!(forced.shows("GL-REC-002"), "{}", forced.text());
            let home = thief.open("/console/home").await;
            assert!(home.path.starts_with("/signin"), "{}", home.text());
        }
        assert_eq!(rig.count_mails(MailKind::RecoveryProof).await, 0);
        assert_eq!(rig.count_calls().await, 0, "the phone is never called");
        assert!(sessions(rig, &owner).await.is_empty());
    });
}

#[test]
fn the_password_alone_gives_ten_guesses_at_the_device_and_shuts_out_strangers_only() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut home = rig.browser();
        rig.sign_in(&mut home, &owner.root, Some(&owner.app)).await;
        let mut thief = rig.browser();
        let mut guesses = 0;
        loop {
            let page = rig.give_password(&mut thief, &owner.root).await;
            if page.shows("GL-SIGNIN-005") {
                break;
            }
            let code = owner.app.wrong_code(rig.now());
            let fields = [("device", owner.app.id.as_str()), ("code", code.as_str())];
            thief.submit(&page.action("/factor"), &fields).await;
            guesses += 1;
            assert!(guesses <= 20, "it ends");
            rig.wait(Span::hours(1));
        }
        assert!(guesses <= 11, "{guesses} guesses within a day");
        assert_eq!(rig.count_calls().await, 0);
        // The owner, at the browser that was used before, is not kept out.
        home.submit("/signout", &[]).await;
        let page = rig.sign_in(&mut home, &owner.root, Some(&owner.app)).await;
        assert_eq!(page.path, "/console/home", "{}", page.text());
    });
}

#[test]
fn mails_that_anybody_can_cause_freeze_no_recovery() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut stranger = rig.browser();
        stranger.open("/signin/forgot").await;
        stranger.submit("/signin/forgot", &[("email", EMAIL)]).await;
        // Even whoever reads that mail and objects stops nothing but its link.
        let link = objection_link(rig, MailKind::PasswordReset).await;
        let mut reader = rig.browser();
        let page = reader.open(&link).await;
        let page = reader.submit(&page.path, &[]).await;
        assert!(page.shows("The link is void"), "{}", page.text());
        let mut browser = rig.browser();
        let case = all_proofs(rig, &mut browser, &owner, "lost").await;
        let answer = enter(&mut browser, &case).await;
        assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
        assert_eq!(sessions(rig, &owner).await.len(), 1);
    });
}
