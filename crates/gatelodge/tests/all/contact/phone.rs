//! The number: every way of writing it, what is refused, who is told, and taking it back.

use super::*;

#[test]
fn every_way_of_writing_a_number_is_read_alike_and_kept_as_e164_r_con_04_r_con_05_r_con_06_r_con_07_r_con_17_p_09()
 {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        for typed in [
            "0912345678",
            "0912 345 678",
            "0912-345-678",
            "+886 912345678",
            "+886 0912 345 678",
            "+886912345678",
            "00886912345678",
            "(0912) 345678",
            "０９１２－３４５－６７８",
            "tel:+886-912-345-678",
        ] {
            let fields = [("phone", typed)];
            let line = owner
                .browser
                .post("/console/account/phone/preview", &fields)
                .await;
            assert_eq!(line.status, 200);
            assert_eq!(
                line.body, "+886 912 345 678 · Taiwan · mobile phone",
                "{typed}"
            );
            let page = type_number(&mut owner.browser, typed).await;
            assert!(page.shows("Is this your number?"), "{}", page.text());
            assert!(page.shows("+886 912 345 678 · Taiwan · mobile phone"));
            assert!(page.shows("At home it is dialled 0912 345 678"));
        }
        let line = owner
            .browser
            .post(
                "/console/account/phone/preview",
                &[("phone", "(02)23456780")],
            )
            .await;
        assert_eq!(line.body, "+886 2 2345 6780 · Taiwan · landline");
        save_number(&mut owner.browser, "０９１２ 345-678").await;
        let kept = on_file(rig, &owner.root).await;
        assert_eq!(kept, Some((NEW.to_owned(), false)));
    });
}

#[test]
fn what_cannot_be_called_is_refused_with_its_reason_and_nothing_is_kept() {
    on_sqlite(async |rig| {
        let mut owner = owner(rig).await;
        for (typed, reason) in [
            ("", "Enter a phone number."),
            ("call me", "characters that no phone number has"),
            ("0912", "too short"),
            ("+886912345678901234", "too long"),
            ("0912 345 678 ext 5", "extensions"),
            ("+81 90 1234 5678", "Numbers of Japan cannot be called"),
            ("+870 773 111 632", "Satellite phones"),
            ("0204 567 890", "Premium-rate"),
            ("<script>", "characters that no phone number has"),
        ] {
            let page = type_number(&mut owner.browser, typed).await;
            assert_eq!(page.status, 422, "{typed}: {}", page.text());
            let error = page.element("phone-error").unwrap_or_default();
            assert!(error.contains(reason), "{typed}: {error}");
            assert_eq!(
                page.input("phone").as_deref(),
                Some(typed),
                "kept to be mended"
            );
        }
        let kept = on_file(rig, &owner.root).await;
        assert_eq!(kept, Some((OLD.to_owned(), true)));
    });
}

#[test]
fn a_change_asks_for_fresh_proof_and_goes_on_where_it_was_r_con_02() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        let page = type_number(&mut owner.browser, NEW).await;
        let confirm = page.path.clone();
        rig.wait(Span::minutes(11));
        let asked = owner.browser.get(CONTACT).await;
        let to = asked.location.unwrap_or_default();
        assert!(to.starts_with("/console/step-up?return_to="), "{to}");
        let page = owner.browser.submit(&confirm, &[]).await;
        assert!(page.path.starts_with("/console/step-up"), "{}", page.path);
        assert_eq!(on_file(rig, &owner.root).await.unwrap().0, OLD);
        prove_myself(rig, &mut owner).await;
        let page = owner.browser.open(&confirm).await;
        assert!(
            page.shows("+886 912 345 678"),
            "nothing typed is lost: {}",
            page.text()
        );
        let page = owner.browser.submit(&confirm, &[]).await;
        assert_eq!(page.path, "/console/account/phone/proof", "{}", page.text());
        assert_eq!(on_file(rig, &owner.root).await.unwrap().0, NEW);
        let again = owner.browser.submit(&confirm, &[]).await;
        assert!(again.status.is_success(), "pressed twice: {}", again.text());
        assert_eq!(letters(rig, MailKind::PhoneChanged, EMAIL).await.len(), 3);
    });
}

#[test]
fn the_owner_is_told_three_times_and_takes_the_change_back_by_the_link_r_con_19() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        save_number(&mut owner.browser, NEW).await;
        let told = letters(rig, MailKind::PhoneChanged, EMAIL).await;
        let link = told[0].order.objection.clone().expect("a link");
        assert!(
            told.iter()
                .all(|l| l.order.objection.as_ref() == Some(&link))
        );
        assert!(
            told[0].words.text.contains("…5678"),
            "{}",
            told[0].words.text
        );
        assert!(!told[0].words.text.contains("912345678"));
        let hours: Vec<i64> = due(rig, EMAIL)
            .await
            .iter()
            .map(|d| d / 3_600_000)
            .collect();
        assert_eq!(hours, [0, 24, 48]);

        let mut anybody = rig.browser();
        let first = anybody.get(&link).await;
        assert_eq!(
            first.location.as_deref(),
            Some("/contact/undo"),
            "a clean path"
        );
        let page = anybody.open("/contact/undo").await;
        assert!(page.shows("Was this you?"), "{}", page.text());
        assert!(page.shows(&owner.root.account.id.grouped()));
        assert!(!page.shows("5678"), "no number: {}", page.text());
        assert_eq!(
            on_file(rig, &owner.root).await.unwrap().0,
            NEW,
            "a GET does nothing"
        );
        let page = anybody.submit("/contact/undo", &[]).await;
        assert!(page.shows("It is taken back"), "{}", page.text());
        let kept = on_file(rig, &owner.root).await;
        assert_eq!(kept, Some((OLD.to_owned(), true)));
        assert_eq!(
            due(rig, EMAIL).await.len(),
            0,
            "the other notices stay unsent"
        );
        assert_eq!(rig.count_mails(MailKind::ContactRestored).await, 1);
        let page = owner.browser.get("/console/account").await;
        assert!(page.location.is_some(), "the session that did it is over");
        let audit = rig.audit(&owner.root).await;
        assert!(audit.contains(&"PhoneUpdateUndone".to_owned()), "{audit:?}");
        let page = anybody.open(&link).await;
        assert_eq!(page.status, 410, "the link works once: {}", page.text());
        rig.wait(Span::seconds(60));
        let page = rig
            .sign_in(&mut rig.browser(), &owner.root, Some(&owner.app))
            .await;
        assert!(
            page.shows("new password") || page.path.contains("password"),
            "{}",
            page.text()
        );
    });
}

#[test]
fn one_change_at_a_time_yet_a_number_never_proved_is_corrected_at_once() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        save_number(&mut owner.browser, "0912345670").await;
        save_number(&mut owner.browser, NEW).await;
        assert_eq!(on_file(rig, &owner.root).await.unwrap().0, NEW, "corrected");
        let due = due(rig, EMAIL).await;
        assert_eq!(due.len(), 3, "only the notices of the last one are left");
        let page = owner
            .browser
            .submit("/console/account/email", &[("email", "new@example.org")])
            .await;
        assert_eq!(page.status, 409, "{}", page.text());
        assert!(page.shows("GL-ACC-003"));
        assert!(
            page.shows("19 Mar 2027"),
            "when it is settled: {}",
            page.text()
        );
        // What is taken back goes back to the proved number, not to the mistyped one.
        let page = owner.browser.open("/console/account").await;
        let back = page
            .links()
            .into_iter()
            .find(|to| to.ends_with("/undo"))
            .expect("the way back");
        let page = owner.browser.open(&back).await;
        assert!(
            page.shows("+886 2 2345 6789 is the phone number again"),
            "{}",
            page.text()
        );
        owner.browser.submit(&back, &[]).await;
        let kept = on_file(rig, &owner.root).await;
        assert_eq!(kept, Some((OLD.to_owned(), true)));
        let page = owner.browser.submit(&back, &[]).await;
        assert_eq!(page.status, 410, "once: {}", page.text());
    });
}

#[test]
fn a_first_number_can_be_taken_back_too_and_is_gone_then() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", EMAIL).await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, None).await;
        let page = type_number(&mut browser, NEW).await;
        assert!(
            page.shows("It serves recovery from 18 Jan 2027, 08:00"),
            "{}",
            page.text()
        );
        browser.submit(&page.path, &[]).await;
        let told = letters(rig, MailKind::PhoneChanged, EMAIL).await;
        let link = told[0].order.objection.clone().expect("a link");
        let mut anybody = rig.browser();
        let page = anybody.open(&link).await;
        assert!(page.shows("The number is removed"), "{}", page.text());
        anybody.submit("/contact/undo", &[]).await;
        assert_eq!(on_file(rig, &root).await, None);
    });
}

#[test]
fn changes_and_drafts_of_others_cannot_be_touched() {
    on_sqlite(async |rig| {
        let mut owner = owner(rig).await;
        save_number(&mut owner.browser, NEW).await;
        let page = owner.browser.open("/console/account").await;
        let back = page.links().into_iter().find(|to| to.ends_with("/undo"));
        let back = back.expect("the way back");
        let lost = back.replace("/undo", "/lost");
        let draft = type_number(&mut owner.browser, "0912345671").await.path;
        let other = rig.account("Other", "other@example.org").await;
        let device = rig.device(&other, "their app").await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &other, Some(&device)).await;
        for path in [&back, &lost] {
            assert_eq!(browser.open(path).await.status, 410);
            assert_eq!(browser.submit(path, &[]).await.status, 410);
        }
        assert_eq!(browser.open(&draft).await.status, 410);
        assert_eq!(browser.submit(&draft, &[]).await.status, 410);
        for bad in [
            "/console/account/change/x/undo",
            "/console/account/contact/x",
        ] {
            assert_eq!(browser.submit(bad, &[]).await.status, 410);
        }
        assert_eq!(on_file(rig, &owner.root).await.unwrap().0, NEW);
    });
}

#[test]
fn changes_are_shown_for_thirty_days_with_their_place() {
    on_sqlite(async |rig| {
        let mut owner = owner(rig).await;
        save_number(&mut owner.browser, NEW).await;
        for (days, seen) in [(0, true), (29, true), (2, false)] {
            rig.wait(Span::days(days));
            let mut browser = rig.browser();
            rig.wait(Span::seconds(60));
            let home = rig
                .sign_in(&mut browser, &owner.root, Some(&owner.app))
                .await;
            assert_eq!(
                home.shows("The phone number of this account was changed"),
                seen
            );
            let page = browser.open("/console/account").await;
            assert_eq!(page.shows("Phone number changed"), seen, "{}", page.text());
            assert_eq!(page.shows("Firefox, Linux"), seen);
        }
    });
}
