//! The telephone in all its moods.
use super::*;
use domain::time::Span;
use testkit::rig::{each_engine, each_engine_with, on_sqlite};

#[test]
fn calls_that_fail_cost_no_tries_and_say_what_happened_r_rec_20_r_rec_46_p_03_p_07() {
    on_sqlite(async |rig| {
        for (outcome, words) in FAILURES {
            let name = format!("{}@example.com", outcome.key());
            let root = rig.account("Example", &name).await;
            let app = rig.device(&root, "old phone").await;
            give_phone(rig, &root, &format!("+88691234{:04}", name.len())).await;
            let owner = Owner { root, app };
            let mut browser = rig.browser();
            let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
            browser.submit(&format!("{case}/mail"), &[]).await;
            let letter = rig
                .mail(MailKind::RecoveryProof, &name)
                .await
                .expect("a mail");
            let code = letter.order.code.expect("a code");
            browser
                .submit(&format!("{case}/code"), &[("code", &code)])
                .await;
            press_call(rig, &mut browser, &case).await;
            let order = rig.last_call().await;
            rig.report(&order, CallEvent::Ended(outcome)).await;
            let page = browser.open(&case).await;
            assert!(page.shows(words), "{}", page.text());
            assert!(
                page.shows("Call again") && page.shows("9 wrong entries"),
                "{}",
                page.text()
            );
            assert!(page.shows("5 more calls"), "not counted: {}", page.text());
        }
    });
}

#[test]
fn wrong_digits_slow_the_phone_down_step_by_step_and_the_end_is_shown_p_04_r_rec_47_r_rec_48() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        prove_mail(rig, &mut browser, &case).await;
        for call in 1..=3 {
            press_call(rig, &mut browser, &case).await;
            let order = rig.last_call().await;
            rig.answer_phone(&order).await;
            assert_eq!(
                rig.report(&order, wrong_digits(&order)).await,
                Some(Say::Again { left: 2 })
            );
            let page = browser.open(&case).await;
            assert!(page.shows("Those were not the digits"), "{}", page.text());
            assert!(
                page.shows("2 tries are left in this call"),
                "{}",
                page.text()
            );
            rig.report(&order, CallEvent::Ended(Outcome::HungUp)).await;
            assert_eq!(rig.count_calls().await, call);
        }
        let page = browser.open(&case).await;
        assert!(
            page.shows("Phone verification cannot be used now"),
            "{}",
            page.text()
        );
        assert!(page.shows("15 minutes"), "{}", page.text());
        assert_eq!(rig.count_mails(MailKind::RecoveryBlocked).await, 1);
        let pressed = press_call(rig, &mut browser, &case).await;
        assert!(pressed.shows("GL-REC-004"), "{}", pressed.text());
        assert_eq!(rig.count_calls().await, 3);
        rig.wait(Span::minutes(15));
        assert!(browser.open(&case).await.shows("Call again"));
        assert!(
            prove_phone(rig, &mut browser, &case)
                .await
                .shows("Sign in to the console")
        );
    });
}

#[test]
fn three_wrong_tries_end_the_call_and_its_digits_die_with_it_r_rec_57() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        prove_mail(rig, &mut browser, &case).await;
        press_call(rig, &mut browser, &case).await;
        let order = rig.last_call().await;
        rig.answer_phone(&order).await;
        rig.report(&order, wrong_digits(&order)).await;
        rig.report(&order, wrong_digits(&order)).await;
        assert_eq!(
            rig.report(&order, wrong_digits(&order)).await,
            Some(Say::Goodbye)
        );
        assert_eq!(
            rig.report(&order, CallEvent::Keyed(order.digits.clone()))
                .await,
            None
        );
        let page = browser.open(&case).await;
        assert!(page.shows("3 wrong entries"), "{}", page.text());
        press_call(rig, &mut browser, &case).await;
        let next = rig.last_call().await;
        assert_ne!(next.digits.expose(), order.digits.expose());
        rig.answer_phone(&next).await;
        let said = rig
            .report(&next, CallEvent::Keyed(order.digits.clone()))
            .await;
        assert_eq!(
            said,
            Some(Say::Again { left: 2 }),
            "the old code is only wrong"
        );
    });
}

#[test]
fn one_call_at_a_time_and_a_call_lost_in_a_crash_is_not_counted() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        prove_mail(rig, &mut browser, &case).await;
        press_call(rig, &mut browser, &case).await;
        let pressed = press_call(rig, &mut browser, &case).await;
        assert!(pressed.shows("GL-REC-005"), "{}", pressed.text());
        assert_eq!(rig.count_calls().await, 1);
        let order = rig.last_call().await;
        rig.report(&order, CallEvent::Ended(Outcome::Lost)).await;
        let page = browser.open(&case).await;
        assert!(
            page.shows("It is not counted") && page.shows("5 more calls"),
            "{}",
            page.text()
        );
    });
}

#[test]
fn key_nine_closes_the_case_and_tells_everybody() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        prove_mail(rig, &mut browser, &case).await;
        press_call(rig, &mut browser, &case).await;
        let order = rig.last_call().await;
        rig.answer_phone(&order).await;
        assert_eq!(
            rig.report(&order, CallEvent::NotMe).await,
            Some(Say::Stopped)
        );
        let page = browser.open(&case).await;
        assert!(page.shows("pressed 9"), "{}", page.text());
        assert_eq!(rig.count_mails(MailKind::RecoveryClosed).await, 1);
        assert_eq!(enter(&mut browser, &case).await.status.as_u16(), 410);
        let again = begin(rig, &mut browser, &owner, "lost").await;
        assert!(
            again.shows("Send verification email"),
            "nobody is shut out by it"
        );
    });
}

#[test]
fn numbers_that_may_not_be_called_and_missing_ones_are_told_apart() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", EMAIL).await;
        let app = rig.device(&root, "old phone").await;
        let owner = Owner { root, app };
        let mut browser = rig.browser();
        let factor = rig.give_password(&mut browser, &owner.root).await;
        let page = browser.open(&format!("{}/troubleshoot", factor.path)).await;
        assert!(
            page.shows("GL-REC-009"),
            "no number on file: {}",
            page.text()
        );
        give_phone(rig, &owner.root, "+33612345678").await;
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        let page = prove_mail(rig, &mut browser, &case).await;
        assert!(page.shows("Call me now"), "{}", page.text());
        let pressed = press_call(rig, &mut browser, &case).await;
        assert!(
            pressed.shows("GL-REC-006"),
            "a country that is not allowed: {}",
            pressed.text()
        );
        assert_eq!(rig.count_calls().await, 0);
    });
}

#[test]
fn a_call_whose_server_died_is_neither_dialled_again_nor_counted() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        prove_mail(rig, &mut browser, &case).await;
        press_call(rig, &mut browser, &case).await;
        // Another process takes the call in hand and dies.
        let now = rig.now() + Span::seconds(5);
        let claimed = rig
            .db()
            .write(move |tx| {
                let channel = store::outbox::Channel::Call;
                store::outbox::claim(tx, channel, "dead", now, Span::minutes(2), 9)
            })
            .await
            .expect("claimed");
        assert_eq!(claimed.len(), 1);
        rig.wait(Span::minutes(3));
        let worker = app::worker::Worker::new(rig.app.clone(), false).expect("a worker");
        worker.take_over().await.expect("taken over");
        let page = browser.open(&case).await;
        assert!(page.shows("It is not counted"), "{}", page.text());
        assert!(page.shows("5 more calls"), "{}", page.text());
        let later = rig.now() + Span::minutes(5);
        let again = rig
            .db()
            .write(move |tx| {
                let channel = store::outbox::Channel::Call;
                store::outbox::claim(tx, channel, "next", later, Span::minutes(2), 9)
            })
            .await
            .expect("claimed");
        assert!(again.is_empty(), "dialled once at most");
    });
}

#[test]
fn calls_end_with_their_budget_and_the_end_of_the_pause_is_shown() {
    let mut settings = testkit::rig::settings();
    settings.tariff.prices = [("TW".to_owned(), 15)].into();
    settings.tariff.budget.hour = Some(40);
    each_engine_with(&settings, async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = case_path(&begin(rig, &mut browser, &owner, "lost").await);
        prove_mail(rig, &mut browser, &case).await;
        for _ in 0..2 {
            press_call(rig, &mut browser, &case).await;
            let order = rig.last_call().await;
            rig.report(&order, CallEvent::Ended(Outcome::Busy)).await;
        }
        let refused = browser.submit(&format!("{case}/call"), &[]).await;
        assert_eq!(refused.status, 429);
        let told = |page: &Answer| page.shows("GL-REC-019") && page.shows("Possible again at");
        assert!(told(&refused), "{}", refused.text());
        rig.wait(Span::minutes(59));
        let still = browser.submit(&format!("{case}/call"), &[]).await;
        assert!(told(&still), "{}", still.text());
    });
}
