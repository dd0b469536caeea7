//! The proof of a number by a call, as the page and the phone see it.

use super::*;
use domain::call::Outcome;

const START: &str = "/console/account/phone/proof";

async fn call(browser: &mut Browser) -> Answer {
    browser.submit(START, &[]).await
}

#[test]
fn a_number_saved_is_proved_by_a_call_and_the_page_shows_when_r_con_18() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        let page = save_number(&mut owner.browser, NEW).await;
        assert_eq!(page.path, START);
        assert!(page.shows("We call +886 912 345 678"), "{}", page.text());
        assert!(page.shows("never proved"));
        let page = call(&mut owner.browser).await;
        let order = rig.last_call().await;
        assert_eq!(order.to, NEW);
        let digits = order.digits.expose();
        let grouped = format!("{} {}", &digits[..3], &digits[3..]);
        assert!(
            page.shows(&grouped),
            "the page shows the digits: {}",
            page.text()
        );
        assert_eq!(page.headers["refresh"], "5", "it follows without scripts");
        assert!(page.body.contains("data-live"));
        let still = owner.browser.open(&format!("{}?still", page.path)).await;
        assert!(!still.headers.contains_key("refresh"));
        let last = owner.root.account.id.last_four();
        let spoken: Vec<String> = last.chars().map(String::from).collect();
        assert!(page.shows(&spoken.join(" ")), "subtitles: {}", page.text());

        rig.report(&order, CallEvent::Ringing).await;
        let page = owner.browser.open(&page.path).await;
        assert!(page.shows("ringing"), "{}", page.text());
        rig.report(&order, CallEvent::Answered).await;
        assert_eq!(
            rig.report(&order, wrong_digits(&order)).await,
            Some(Say::Again { left: 2 })
        );
        let page = owner.browser.open(&page.path).await;
        assert!(page.shows(&grouped), "a reload loses nothing");
        let said = rig
            .report(&order, CallEvent::Keyed(order.digits.clone()))
            .await;
        assert_eq!(said, Some(Say::Thanks));
        let page = owner.browser.open(&page.path).await;
        assert!(page.shows("Your number is proved"), "{}", page.text());
        assert!(!page.body.contains("data-live"));
        assert!(
            page.shows("It serves recovery from"),
            "the hold goes on: {}",
            page.text()
        );
        assert_eq!(
            on_file(rig, &owner.root).await,
            Some((NEW.to_owned(), true))
        );
        let page = owner.browser.open("/console/account").await;
        assert!(
            page.shows("Proved on 16 Mar 2027, 08:00"),
            "{}",
            page.text()
        );
        let audit = rig.audit(&owner.root).await;
        assert!(audit.contains(&"PhoneProved".to_owned()), "{audit:?}");
        assert_eq!(
            rig.report(&order, CallEvent::Answered).await,
            None,
            "it is over"
        );
    });
}

#[test]
fn whoever_answers_and_presses_nine_ends_it_and_is_left_alone_for_a_day() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        save_number(&mut owner.browser, NEW).await;
        let page = call(&mut owner.browser).await;
        let order = rig.last_call().await;
        rig.report(&order, CallEvent::Answered).await;
        assert_eq!(
            rig.report(&order, CallEvent::NotMe).await,
            Some(Say::Stopped)
        );
        let page = owner.browser.open(&page.path).await;
        assert!(page.shows("That was the wrong person"), "{}", page.text());
        rig.wait(Span::minutes(1));
        let page = call(&mut owner.browser).await;
        assert_eq!(page.status, 429, "{}", page.text());
        assert!(page.shows("GL-REC-004"), "{}", page.text());
        assert_eq!(rig.last_call().await.call, order.call, "nobody was called");
    });
}

#[test]
fn calls_that_do_not_get_through_say_so_and_wrong_digits_end_in_a_pause_that_is_shown() {
    on_sqlite(async |rig| {
        let mut owner = owner(rig).await;
        let mut page = call(&mut owner.browser).await;
        let order = rig.last_call().await;
        let again = format!("{}/call", page.path);
        let busy = owner.browser.submit(&again, &[]).await;
        assert_eq!(busy.status, 409, "one call at a time");
        assert!(
            busy.shows("GL-REC-005") || busy.shows("going on"),
            "{}",
            busy.text()
        );
        rig.report(&order, CallEvent::Ended(Outcome::Busy)).await;
        page = owner.browser.open(&page.path).await;
        assert!(page.shows("The line was busy."), "{}", page.text());
        for _ in 0..3 {
            rig.wait(Span::seconds(1));
            page = owner.browser.submit(&again, &[]).await;
            assert_eq!(page.status, 200, "{}", page.text());
            let order = rig.last_call().await;
            rig.report(&order, CallEvent::Answered).await;
            for _ in 0..3 {
                rig.report(&order, wrong_digits(&order)).await;
            }
        }
        page = owner.browser.open(&page.path).await;
        assert!(
            page.shows("After wrong digits, the next call is possible at"),
            "{}",
            page.text()
        );
        let refused = owner.browser.submit(&again, &[]).await;
        assert_eq!(refused.status, 429);
    });
}

#[test]
fn the_voice_speaks_the_language_of_the_page_p_01() {
    on_sqlite(async |rig| {
        let mut owner = owner(rig).await;
        owner.browser.submit("/language", &[("lang", "ja")]).await;
        let page = call(&mut owner.browser).await;
        assert_eq!(rig.last_call().await.locale, domain::locale::Locale::Ja);
        assert!(page.shows("こちらは自動音声です"), "{}", page.text());
    });
}

#[test]
fn the_digits_are_shown_to_the_browser_that_asked_and_to_nobody_else() {
    on_sqlite(async |rig| {
        let mut owner = owner(rig).await;
        let page = call(&mut owner.browser).await;
        rig.wait(Span::seconds(60));
        let mut second = rig.browser();
        rig.sign_in(&mut second, &owner.root, Some(&owner.app))
            .await;
        let other = second.open(&page.path).await;
        assert_eq!(other.status, 410, "{}", other.text());
        assert_eq!(rig.browser().get(&page.path).await.status, 303);
    });
}

#[test]
fn a_proof_of_a_number_that_was_changed_meanwhile_proves_nothing() {
    on_sqlite(async |rig| {
        let mut owner = owner(rig).await;
        save_number(&mut owner.browser, "0912345670").await;
        call(&mut owner.browser).await;
        let order = rig.last_call().await;
        rig.report(&order, CallEvent::Answered).await;
        save_number(&mut owner.browser, NEW).await;
        let keyed = rig
            .report(&order, CallEvent::Keyed(order.digits.clone()))
            .await;
        assert_eq!(keyed, None);
        assert_eq!(
            on_file(rig, &owner.root).await,
            Some((NEW.to_owned(), false))
        );
    });
}

#[test]
fn without_a_number_there_is_nothing_to_prove() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", EMAIL).await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, None).await;
        let page = browser.open(START).await;
        assert_eq!(page.status, 422);
        assert!(page.shows("GL-REC-009"), "{}", page.text());
        assert_eq!(browser.submit(START, &[]).await.status, 422);
    });
}
