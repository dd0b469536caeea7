//! One recovery after the other, as people live through them.
use super::*;

#[test]
fn the_whole_way_by_mail_and_phone_opens_a_held_session_r_rec_10_to_22() {
    let begun = at(NOW, |m| Case::open(&facts(), opening(Why::Lost), m));
    assert_eq!(
        kinds(&begun),
        [MailKind::RecoveryBegun; 2],
        "both contacts are told"
    );
    assert!(
        mails(&begun)
            .iter()
            .all(|m| m.objection.is_some() && m.locale == Locale::Ja)
    );

    let sent = at(NOW, |m| {
        begun.next.unwrap().send_mail(&facts(), &code(), m).unwrap()
    });
    let mail = mails(&sent)[0];
    assert_eq!(mail.kind, MailKind::RecoveryProof);
    assert_eq!(mail.to, "root@example.com");
    assert_eq!(mail.locale, Locale::ZhTw, "the language of the page");
    assert_eq!(mail.code.as_deref(), Some("12345678"));
    assert_eq!(mail.phrase, Some(sent.next.phrase));
    assert!(mail.link.as_deref().unwrap().starts_with("/signin/verify/"));

    let proved = at(NOW, |m| sent.next.mail_code(&facts(), true, m).unwrap());
    let called = at(NOW, |m| proved.next.call(&known(&[]), m).unwrap());
    let (id, digits) = call_of(&called.next);
    let placed = order(&called).unwrap();
    assert_eq!((placed.to.as_str(), &placed.call), (PHONE, &id));
    assert_eq!(placed.digits, digits);
    assert_eq!(placed.locale, Locale::ZhTw);

    let ringing = event(called.next, &CallEvent::Ringing).0.next;
    let up = event(ringing, &CallEvent::Answered).0.next;
    let (keyed, say) = event(up, &CallEvent::Keyed(digits));
    assert_eq!(say, Say::Thanks);
    let entered = at(NOW, |m| keyed.next.enter(&facts(), m).unwrap());
    let opened = session(&entered).unwrap();
    assert_eq!(opened.ends_at, NOW + RECOVERED_ABSOLUTE);
    assert_eq!(opened.hold.unwrap().until, NOW + HOLD);
    assert_eq!(
        (opened.mfa_at, &opened.device),
        (None, &None),
        "no claim of MFA"
    );
    assert!(
        matches!(acts(&entered)[0], Act::SuspendDevice { device: d, until, stolen: false, .. }
        if *d == device() && *until == NOW + SUSPENSION)
    );
    assert_eq!(kinds(&entered), [MailKind::RecoveryDone; 2]);
    assert_eq!(
        at(NOW, |m| code_of(entered.next.enter(&facts(), m))),
        Some(Code::CaseClosed),
        "one case opens one session"
    );
}

#[test]
fn a_saved_code_and_the_password_are_enough_and_lift_a_freeze_p_16() {
    let mut frozen = facts();
    frozen.frozen_until = Some(NOW + Span::hours(5));
    let right = saved(SavedCodeVerdict::Right(saved_id()));
    let step = at(NOW, |m| opened().saved_code(&frozen, &right, m).unwrap());
    assert!(
        acts(&step)
            .iter()
            .any(|a| matches!(a, Act::UseSavedCode { code, .. } if *code == saved_id()))
    );
    assert_eq!(kinds(&step), [MailKind::SavedCodeUsed; 2]);
    let entered = at(NOW, |m| step.next.enter(&frozen, m).unwrap());
    assert!(session(&entered).is_some());
    assert!(
        acts(&entered)
            .iter()
            .any(|a| matches!(a, Act::LiftFreeze(_)))
    );
}

#[test]
fn a_wrong_saved_code_counts_and_says_what_is_left() {
    let step = at(NOW, |m| {
        opened()
            .saved_code(&facts(), &saved(SavedCodeVerdict::Wrong), m)
            .unwrap()
    });
    assert_eq!(step.show.as_ref().unwrap_err().left, Some(4));
    assert!(
        step.effects
            .iter()
            .any(|e| matches!(e, Effect::Count(_, t) if t.failures == 1))
    );
    let mut tired = saved(SavedCodeVerdict::Right(saved_id()));
    tired.counter = Throttle {
        failures: 5,
        last_at: NOW.millis(),
    };
    let refused = at(NOW, |m| {
        opened().saved_code(&facts(), &tired, m).unwrap_err()
    });
    assert_eq!(
        (refused.code, refused.until),
        (Code::SavedCodeWait, Some(NOW + Span::seconds(30)))
    );
}

#[test]
fn a_password_that_mail_made_proves_nothing_and_without_a_saved_code_no_case_is_opened() {
    let mut weak = facts();
    let password = weak.account.password.as_mut().unwrap();
    (password.good, password.origin) = (false, PasswordOrigin::Mailed);
    let mut without = opening(Why::Lost);
    without.saved_codes = 0;
    let step = at(NOW, |m| Case::open(&weak, without, m));
    assert!(step.next.is_none());
    assert_eq!(step.show.unwrap_err().code, Code::PasswordNotGood);
    let audited = step.effects.iter().any(
        |e| matches!(e, Effect::Audit(r) if r.refused == Some(Code::PasswordNotGood.as_str())),
    );
    assert!(audited);
}

#[test]
fn a_password_changed_meanwhile_ends_the_case() {
    let mut changed = facts();
    changed.account.password.as_mut().unwrap().set_at = NOW;
    assert_eq!(
        at(NOW, |m| code_of(ready().enter(&changed, m))),
        Some(Code::CaseClosed)
    );
}

#[test]
fn a_link_opened_elsewhere_proves_the_address_once_and_only_the_newest_r_rec_56() {
    let first = mailed();
    let MailProof::Sent { link: old, .. } = first.mail.clone() else {
        panic!()
    };
    let later = NOW + Span::minutes(1);
    let second = at(later, |m| first.send_mail(&facts(), &code(), m).unwrap()).next;
    let MailProof::Sent { link: new, .. } = second.mail.clone() else {
        panic!()
    };
    assert_ne!(old, new);
    at(later, |m| {
        assert_eq!(
            code_of(second.clone().mail_link(&facts(), &old, m)),
            Some(Code::LinkOver)
        );
        let proved = second.clone().mail_link(&facts(), &new, m).unwrap();
        assert!(proved.next.mail_proved(later));
        assert_eq!(
            code_of(proved.next.mail_link(&facts(), &new, m)),
            Some(Code::LinkOver)
        );
    });
    at(later + LINK_LIFE, |m| {
        assert_eq!(
            code_of(second.clone().mail_link(&facts(), &new, m)),
            Some(Code::LinkOver)
        );
        assert_eq!(
            code_of(second.mail_code(&facts(), true, m)),
            Some(Code::ProofCodeOver)
        );
    });
}

#[test]
fn what_lapses_is_asked_for_again_and_nothing_else_is_lost_p_05_p_06() {
    let case = mail_proved();
    let late = NOW + PROOF_LIFE;
    at(late, |m| {
        let refused = case.clone().call(&known(&[]), m).unwrap_err();
        assert_eq!(
            (refused.code, refused.field),
            (Code::ProofLapsed, Some("password"))
        );
        let back = case
            .clone()
            .password(&facts(), &again(true), m)
            .unwrap()
            .next;
        assert!(back.mail_proved(late), "the e-mail is still proved");
        assert!(order(&back.call(&known(&[]), m).unwrap()).is_some());
        let wrong = case.clone().password(&facts(), &again(false), m).unwrap();
        assert_eq!(wrong.show.unwrap_err().code, Code::WrongPassword);
    });
    let later = NOW + MAIL_PROOF_LIFE;
    at(later, |m| {
        let back = case.password(&facts(), &again(true), m).unwrap().next;
        assert_eq!(
            back.view(&facts(), &[], later).mail.proof,
            ProofView::Lapsed
        );
        assert_eq!(
            code_of(back.clone().call(&known(&[]), m)),
            Some(Code::MailProofNeeded)
        );
        assert!(back.send_mail(&facts(), &code(), m).is_ok());
    });
}

#[test]
fn a_case_dies_after_an_hour_without_the_mail_and_after_a_day_with_it() {
    assert!(opened().alive(NOW + Span::minutes(59)));
    assert!(!opened().alive(NOW + MAIL_PROOF_WITHIN));
    assert!(mail_proved().alive(NOW + Span::hours(23)));
    assert!(!mail_proved().alive(NOW + CASE_LIFE));
    let over = at(NOW + CASE_LIFE, |m| mail_proved().expire(&facts(), m));
    assert!(matches!(
        over.next.status,
        Status::Closed {
            by: ClosedBy::Time,
            ..
        }
    ));
    assert_eq!(
        kinds(&over),
        [MailKind::RecoveryClosed; 2],
        "a failed recovery is told too"
    );
    assert!(
        at(NOW, |m| mail_proved().expire(&facts(), m))
            .effects
            .is_empty()
    );
}

#[test]
fn buttons_pressed_late_or_twice_do_no_harm_p_05() {
    at(NOW, |m| {
        assert!(
            mail_proved()
                .send_mail(&facts(), &code(), m)
                .unwrap()
                .effects
                .is_empty()
        );
        assert!(
            mail_proved()
                .mail_code(&facts(), false, m)
                .unwrap()
                .effects
                .is_empty()
        );
        assert!(ready().call(&known(&[]), m).unwrap().effects.is_empty());
        assert_eq!(
            code_of(dialling().call(&known(&[]), m)),
            Some(Code::CallRunning)
        );
    });
}

#[test]
fn three_wrong_tries_end_the_call_and_carrier_failures_do_not_count_r_rec_57() {
    let mut case = answered();
    let (id, digits) = call_of(&case);
    for left in [2, 1] {
        let (step, say) = event(case, &CallEvent::Keyed(other_digits(&digits)));
        assert_eq!(say, Say::Again { left });
        case = step.next;
    }
    let (step, say) = event(case, &CallEvent::Keyed(other_digits(&digits)));
    assert_eq!(say, Say::Goodbye);
    let refused = at(NOW, |m| {
        step.next
            .call_event(&known(&[]), &id, &CallEvent::Keyed(digits), m)
    });
    assert_eq!(
        refused.unwrap_err().code,
        Code::CallOver,
        "an old code is never accepted"
    );

    for outcome in [
        Outcome::Busy,
        Outcome::Declined,
        Outcome::NoAnswer,
        Outcome::Barred,
        Outcome::Failed,
    ] {
        let (step, say) = event(dialling(), &CallEvent::Ended(outcome));
        assert_eq!(say, Say::Nothing);
        assert!(mails(&step).is_empty());
        let record = step.effects.iter().find_map(|e| match e {
            Effect::RecordCall(r) => Some(r),
            _ => None,
        });
        assert!(record.is_some_and(|r| !r.connected && r.wrong == 0));
    }
}

#[test]
fn key_nine_closes_the_case_and_a_telephone_cannot_decide_for_itself() {
    let (step, say) = event(answered(), &CallEvent::NotMe);
    assert_eq!(say, Say::Stopped);
    assert!(matches!(
        step.next.status,
        Status::Closed {
            by: ClosedBy::Phone,
            ..
        }
    ));
    assert!(acts(&step).iter().all(|a| !matches!(a, Act::Freeze { .. })));
    let case = answered();
    let (id, _) = call_of(&case);
    for outcome in [Outcome::Proved, Outcome::WrongDigits, Outcome::Objected] {
        let told = at(NOW, |m| {
            case.clone()
                .call_event(&known(&[]), &id, &CallEvent::Ended(outcome), m)
        });
        assert_eq!(told.unwrap_err().code, Code::CallOver);
    }
}

#[test]
fn a_theft_only_warns_until_the_proofs_are_in_and_then_takes_effect_p_38() {
    let said = at(NOW, |m| {
        mail_proved().say_why(&facts(), Why::Stolen, m).unwrap()
    });
    assert_eq!(kinds(&said), [MailKind::RecoveryStolen; 2]);
    assert!(
        said.effects
            .iter()
            .all(|e| !matches!(e, Effect::EndSessions(_) | Effect::RequirePassword(_)))
    );
    let back = at(NOW, |m| said.next.say_why(&facts(), Why::Lost, m).unwrap());
    let twice = at(NOW, |m| {
        back.next.say_why(&facts(), Why::Stolen, m).unwrap()
    });
    assert!(mails(&twice).is_empty(), "told once");

    let mut case = ready();
    case.why = Why::Stolen;
    let entered = at(NOW, |m| case.enter(&facts(), m).unwrap());
    let place = |f: fn(&Effect) -> bool| entered.effects.iter().position(f).unwrap();
    let ends = place(|e| matches!(e, Effect::EndSessions(_)));
    let opens = place(|e| matches!(e, Effect::OpenSession(_)));
    assert!(ends < opens, "the new session is not ended with the others");
    place(|e| matches!(e, Effect::ForgetBrowsers(_)));
    place(|e| matches!(e, Effect::RequirePassword(_)));
    assert!(
        acts(&entered)
            .iter()
            .any(|a| matches!(a, Act::SuspendDevice { stolen: true, .. }))
    );
}

#[test]
fn giving_up_ends_a_running_call_and_tells_the_contacts() {
    let closed = at(NOW, |m| dialling().close(&facts(), m).unwrap());
    assert!(
        closed
            .effects
            .iter()
            .any(|e| matches!(e, Effect::HangUp(_)))
    );
    assert_eq!(kinds(&closed), [MailKind::RecoveryClosed; 2]);
}

fn objection(freezes: &[(Span, &str)]) -> ObjectionFacts {
    ObjectionFacts {
        facts: facts(),
        contact: "root@example.com".into(),
        freezes: freezes
            .iter()
            .map(|(ago, contact)| PastFreeze {
                at: NOW - *ago,
                contact: (*contact).into(),
            })
            .collect(),
    }
}

#[test]
fn an_objection_closes_the_case_and_freezes_for_a_day() {
    let step = at(NOW, |m| dialling().object(&objection(&[]), m).unwrap());
    assert!(matches!(
        step.next.status,
        Status::Closed {
            by: ClosedBy::Objection,
            ..
        }
    ));
    assert!(
        acts(&step)
            .iter()
            .any(|a| matches!(a, Act::Freeze { until, .. } if *until == NOW + FREEZE))
    );
    assert!(step.effects.iter().any(|e| matches!(e, Effect::HangUp(_))));
    assert!(
        step.effects
            .iter()
            .any(|e| matches!(e, Effect::RequirePassword(_)))
    );
    assert!(
        at(NOW, |m| step.next.object(&objection(&[]), m).unwrap())
            .effects
            .is_empty()
    );
}

#[test]
fn who_objects_too_often_only_delays_so_that_a_mailbox_cannot_shut_the_owner_out() {
    for freezes in [
        vec![(Span::days(6), "root@example.com")],
        vec![
            (Span::days(8), "a"),
            (Span::days(9), "b"),
            (Span::days(29), "c"),
        ],
    ] {
        let known = objection(&freezes);
        let step = at(NOW, |m| ready().object(&known, m).unwrap());
        assert_eq!(step.next.status, Status::Open);
        assert!(acts(&step).iter().all(|a| !matches!(a, Act::Freeze { .. })));
        let refused = at(NOW, |m| step.next.clone().enter(&facts(), m).unwrap_err());
        assert_eq!(
            (refused.code, refused.until),
            (Code::CaseDelayed, Some(NOW + FREEZE))
        );
        let again = at(NOW + Span::hours(1), |m| {
            step.next.clone().object(&known, m).unwrap()
        });
        assert_eq!(again.next.not_before, step.next.not_before, "delayed once");
        assert!(
            step.next.alive(NOW + Span::hours(47)),
            "it lives a day longer"
        );
    }
    let old = objection(&[(Span::days(7), "root@example.com")]);
    assert!(at(NOW, |m| acts(&ready().object(&old, m).unwrap())
        .iter()
        .any(|a| matches!(a, Act::Freeze { .. }))));
}

#[test]
fn after_completion_an_objection_ends_the_session_and_lengthens_the_hold() {
    let done = at(NOW, |m| ready().enter(&facts(), m).unwrap()).next;
    let step = at(NOW, |m| done.clone().object(&objection(&[]), m).unwrap());
    let seen = acts(&step);
    assert!(seen.iter().any(|a| matches!(a, Act::EndRecovered(_))));
    assert!(
        seen.iter()
            .any(|a| matches!(a, Act::LengthenHold { until, .. } if *until == NOW + LONG_HOLD))
    );
    assert!(
        seen.iter().all(|a| !matches!(a, Act::RemoveDevicesOf(_))),
        "no device is removed"
    );
    let late = at(NOW + OBJECTION_LIFE, |m| {
        code_of(done.object(&objection(&[]), m))
    });
    assert_eq!(late, Some(Code::LinkOver));
}

#[test]
fn the_holder_of_the_suspended_device_takes_the_account_back_unless_it_was_stolen() {
    let case = opened();
    let mut known = ReclaimFacts {
        account: case.account.clone(),
        device: device(),
        case: case.id,
        until: NOW + SUSPENSION,
        stolen: false,
    };
    let run = |known: &ReclaimFacts, now| at(now, |m| reclaim(known, m));
    let (what, effects) = run(&known, NOW);
    assert_eq!(what, Reclaim::Restored);
    assert!(
        effects
            .iter()
            .any(|e| matches!(e, Effect::Recovery(a) if matches!(**a, Act::EndRecovered(_))))
    );
    assert!(
        effects
            .iter()
            .any(|e| matches!(e, Effect::Recovery(a) if matches!(**a, Act::RestoreDevice(_))))
    );
    assert_eq!(run(&known, NOW + SUSPENSION).0, Reclaim::Over);
    known.stolen = true;
    let (what, effects) = run(&known, NOW);
    assert_eq!(what, Reclaim::Disputed);
    assert!(
        effects
            .iter()
            .all(|e| !matches!(e, Effect::Recovery(a) if matches!(**a, Act::RestoreDevice(_))))
    );
}

#[test]
fn a_case_is_read_back_as_it_was_written() {
    for case in [opened(), mailed(), answered(), ready()] {
        let text = serde_json::to_string(&case).unwrap();
        assert_eq!(serde_json::from_str::<Case>(&text).unwrap(), case);
    }
    let shown = format!("{:?}", answered());
    let (_, digits) = call_of(&answered());
    assert!(!shown.contains(digits.expose()), "digits are not printed");
}
