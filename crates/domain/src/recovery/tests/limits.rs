//! Contacts that may not serve, ways that are closed, calls that must wait.
use super::*;

fn changed(ago: Span, former: &str) -> Contact {
    Contact {
        value: "new@example.net".into(),
        proved: true,
        since: Some(NOW - ago),
        former: Some(Former {
            value: former.into(),
            proved: true,
            since: None,
        }),
        former_lost: false,
    }
}

#[test]
fn for_72_hours_the_old_contact_serves_r_rec_58() {
    let mut fresh = facts();
    fresh.email = changed(Span::hours(71), "old@example.com");
    let sent = at(NOW, |m| opened().send_mail(&fresh, &code(), m).unwrap());
    assert_eq!(mails(&sent)[0].to, "old@example.com");
    let view = sent.next.view(&fresh, &[], NOW);
    assert_eq!(
        view.email, "o•••@e•••",
        "an address the person did not type is not told"
    );
    assert!(view.former_email && !view.former_phone);

    fresh.email = changed(Span::hours(72), "old@example.com");
    let sent = at(NOW, |m| opened().send_mail(&fresh, &code(), m).unwrap());
    assert_eq!(mails(&sent)[0].to, "new@example.net");

    let mut marked = changed(Span::hours(1), "old@example.com");
    marked.former_lost = true;
    assert_eq!(marked.in_force(NOW).value, "new@example.net");
}

#[test]
fn two_of_password_mail_and_phone_must_be_steady() {
    let mut both = facts();
    both.email = changed(Span::days(10), "old@example.com");
    assert_eq!(
        both.mail_and_phone(NOW),
        Ok(()),
        "one change is not in the way"
    );
    both.phone = Some(changed(Span::days(20), PHONE));
    let refused = both.mail_and_phone(NOW).unwrap_err();
    assert_eq!(refused.code, Code::ContactHeld);
    assert_eq!(
        refused.until,
        Some(NOW + Span::days(10)),
        "when the second is steady"
    );
    assert_eq!(both.mail_and_phone(NOW + Span::days(10)), Ok(()));
    assert_eq!(
        both.saved_code(NOW),
        Ok(Beside::Nothing),
        "a saved code does not rest on contacts"
    );
}

#[test]
fn every_reason_why_mail_and_phone_are_closed_is_told_apart() {
    let reason = |change: fn(&mut Facts)| {
        let mut f = facts();
        change(&mut f);
        f.mail_and_phone(NOW).unwrap_err().code
    };
    assert_eq!(reason(|f| f.ways.mail_and_phone = false), Code::WayOff);
    assert_eq!(reason(|f| f.ways.calls = false), Code::CallsOff);
    assert_eq!(reason(|f| f.phone = None), Code::NoPhone);
    assert_eq!(
        reason(|f| f.frozen_until = Some(NOW + Span::hours(1))),
        Code::RecoveryFrozen
    );
    assert_eq!(reason(|f| f.email.proved = false), Code::ContactUnproved);
    assert_eq!(reason(|f| f.account.password = None), Code::PasswordNotGood);
    let mut f = facts();
    f.frozen_until = Some(NOW);
    assert_eq!(f.mail_and_phone(NOW), Ok(()), "a freeze ends by itself");
    f.ways.saved_code = false;
    assert_eq!(f.saved_code(NOW).unwrap_err().code, Code::WayOff);
}

#[test]
fn with_one_way_closed_a_case_is_opened_for_the_other() {
    let mut f = facts();
    f.phone = None;
    assert!(
        at(NOW, |m| Case::open(&f, opening(Why::Broken), m))
            .next
            .is_some()
    );
    f.ways.saved_code = false;
    let step = at(NOW, |m| Case::open(&f, opening(Why::Broken), m));
    assert_eq!(step.show.unwrap_err().code, Code::NoPhone);
}

#[test]
fn an_old_sign_in_gives_the_password_again_r_rec_13() {
    let mut late = opening(Why::Lost);
    late.password_at = NOW - PROOF_LIFE;
    let step = at(NOW, |m| Case::open(&facts(), late, m));
    assert_eq!(step.show.unwrap_err().code, Code::ProofLapsed);
}

#[test]
fn a_closed_or_suspended_account_recovers_nothing() {
    for (state, code) in [
        (State::Suspended, Code::AccountSuspended),
        (State::Closed, Code::AccountClosed),
    ] {
        let mut f = facts();
        f.account.state = state;
        assert_eq!(at(NOW, |m| code_of(ready().enter(&f, m))), Some(code));
        assert!(
            at(NOW, |m| Case::open(&f, opening(Why::Lost), m))
                .next
                .is_none()
        );
    }
}

#[test]
fn five_mails_an_hour_and_the_time_of_the_next_is_told() {
    let mut case = opened();
    for minute in 0..5 {
        let now = NOW + Span::minutes(minute);
        case = at(now, |m| case.send_mail(&facts(), &code(), m).unwrap()).next;
    }
    let refused = at(NOW + Span::minutes(6), |m| {
        case.clone().send_mail(&facts(), &code(), m).unwrap_err()
    });
    assert_eq!(
        (refused.code, refused.until),
        (Code::MailWait, Some(NOW + Span::hours(1)))
    );
    let view = case.view(&facts(), &[], NOW + Span::minutes(6));
    assert_eq!(
        (view.mail.left, view.mail.next_at),
        (0, Some(NOW + Span::hours(1)))
    );
}

#[test]
fn five_wrong_mail_codes_use_it_up_and_a_new_mail_goes_on() {
    let mut case = mailed();
    for left in [4, 3, 2, 1] {
        let step = at(NOW, |m| case.mail_code(&facts(), false, m).unwrap());
        assert_eq!(step.show.as_ref().unwrap_err().left, Some(left));
        case = step.next;
    }
    let last = at(NOW, |m| case.mail_code(&facts(), false, m).unwrap());
    assert_eq!(last.show.as_ref().unwrap_err().code, Code::ProofCodeOver);
    at(NOW, |m| {
        assert_eq!(
            code_of(last.next.clone().mail_code(&facts(), true, m)),
            Some(Code::ProofCodeOver)
        );
        let fresh = last.next.send_mail(&facts(), &code(), m).unwrap().next;
        assert!(
            fresh
                .mail_code(&facts(), true, m)
                .unwrap()
                .next
                .mail_proved(NOW)
        );
    });
}

#[test]
fn calls_wait_as_long_as_the_page_says_p_04() {
    let three: Vec<_> = (0..3)
        .map(|_| past_call(Span::minutes(1), true, 1))
        .collect();
    let refused = at(NOW, |m| mail_proved().call(&known(&three), m).unwrap_err());
    let until = NOW + Span::minutes(14);
    assert_eq!(
        (refused.code, refused.until),
        (Code::CallsBlocked, Some(until))
    );
    let view = mail_proved().view(&facts(), &three, NOW);
    assert_eq!(view.phone.call.outlook.block.map(|b| b.1), Some(until));
    assert_eq!(view.phone.call.outlook.left, 2);

    let mut barred = known(&[]);
    barred.cost = None;
    assert_eq!(
        at(NOW, |m| code_of(mail_proved().call(&barred, m))),
        Some(Code::NumberRefused)
    );
    let mut elsewhere = past_call(Span::seconds(10), false, 0);
    elsewhere.running = true;
    let refused = at(NOW, |m| {
        mail_proved().call(&known(&[elsewhere]), m).unwrap_err()
    });
    assert_eq!(
        refused.code,
        Code::CallRunning,
        "one call at a time, whoever ordered it"
    );
}

#[test]
fn the_third_call_with_wrong_digits_tells_the_contacts_of_the_block_r_rec_59() {
    let case = answered();
    let (id, digits) = call_of(&case);
    let two: Vec<_> = (0..2)
        .map(|_| past_call(Span::minutes(5), true, 1))
        .collect();
    let key = CallEvent::Keyed(other_digits(&digits));
    let (step, _) = at(NOW, |m| case.call_event(&known(&two), &id, &key, m)).unwrap();
    assert!(mails(&step).is_empty());
    let hung_up = CallEvent::Ended(Outcome::HungUp);
    let (step, _) = at(NOW, |m| {
        step.next.call_event(&known(&two), &id, &hung_up, m)
    })
    .unwrap();
    assert_eq!(kinds(&step), [MailKind::RecoveryBlocked; 2]);
    let until = (NOW + Span::minutes(15)).millis().to_string();
    assert_eq!(mails(&step)[0].facts.get("time"), Some(&until));
}

#[test]
fn a_call_of_which_nothing_is_heard_is_given_up_and_counts_nowhere() {
    let later = NOW + Span::minutes(2);
    let case = dialling();
    assert!(!case.view(&facts(), &[], later).phone.call.running);
    let next = at(later, |m| case.call(&known(&[]), m).unwrap());
    let lost = next.effects.iter().any(|e| {
        matches!(e, Effect::RecordCall(r) if r.progress == crate::call::Progress::Ended(Outcome::Lost))
    });
    assert!(lost);
    assert!(order(&next).is_some());
}
