mod table;

use super::*;
use crate::audit::{Actor, Event};
use crate::call::{CallEvent, Outcome, Progress, Purpose, Say};
use crate::dice::Dice;
use crate::ids::{FlowId, SupportId};
use crate::locale::Locale;
use crate::mail::MailKind;
use crate::recovery::{Contact, Former};
use crate::refusal::Code;
use crate::sample::{EMAIL, NOW, PHONE, account, at, code, other_digits};
use crate::step::{CounterKey, Effect, Step};
use crate::throttle::Throttle;
use crate::time::Timestamp;
use proptest::prelude::*;

const NEW: &str = "new@example.org";

fn email(taken: bool) -> (Change, crate::mail::MailOrder) {
    at(NOW, |at| {
        Change::of_email(&account(), Kind::Email, NEW, taken, &code(), at)
    })
}

fn phone(former: Option<&str>) -> Change {
    at(NOW, |at| {
        Change::made(
            &account(),
            Kind::Phone,
            PHONE,
            former.map(str::to_owned),
            at,
        )
    })
}

#[test]
fn a_new_address_counts_only_with_the_code_mailed_to_it_r_con_19() {
    let (mut change, mail) = email(false);
    assert_eq!((mail.kind, mail.to.as_str()), (MailKind::EmailProof, NEW));
    assert_eq!(
        mail.account, None,
        "nothing of the account goes to a stranger"
    );
    let wrong = change.prove(Some(&[0; 32]), NOW).unwrap_err();
    assert_eq!((wrong.code, wrong.left), (Code::WrongMailCode, Some(4)));
    assert!(matches!(change.stage, Stage::Waiting { .. }));
    change.prove(Some(&[7; 32]), NOW + Span::hours(23)).unwrap();
    assert_eq!(
        change.stage,
        Stage::Made {
            since: NOW + Span::hours(23)
        }
    );
}

#[test]
fn an_address_that_is_taken_looks_the_same_and_no_code_ever_fits() {
    let ((mut taken, mail), (mut free, _)) = (email(true), email(false));
    assert_eq!(
        (mail.kind, mail.to.as_str(), mail.code),
        (MailKind::EmailTaken, NEW, None)
    );
    for typed in [None, Some(&[][..]), Some(&[1; 32][..])] {
        assert_eq!(taken.prove(typed, NOW), free.prove(typed, NOW));
    }
    assert!(taken.prove(Some(&[7; 32]), NOW).is_err());
}

#[test]
fn a_code_admits_five_tries_a_day_and_five_mails() {
    let (mut change, _) = email(false);
    for left in (0..CODE_TRIES).rev() {
        assert_eq!(change.prove(None, NOW).unwrap_err().left, Some(left));
    }
    assert_eq!(
        change.prove(Some(&[7; 32]), NOW).unwrap_err().code,
        Code::MailCodeOver
    );
    for _ in 1..MOST_MAILS {
        at(NOW, |at| change.mail_again(false, &code(), at)).unwrap();
    }
    let refused = at(NOW, |at| change.mail_again(false, &code(), at)).unwrap_err();
    assert_eq!(refused.code, Code::MailWait);
    assert!(change.clone().prove(Some(&[7; 32]), NOW).is_ok());
    let late = change.prove(Some(&[7; 32]), NOW + CODE_LIFE).unwrap_err();
    assert_eq!(late.code, Code::MailCodeOver);
}

#[test]
fn the_former_contact_is_told_three_times_with_the_way_back_and_the_others_once() {
    let change = phone(Some("+886223456789"));
    let (told, others) = (vec![EMAIL.to_owned()], vec![NEW.to_owned()]);
    let letters = change.letters(&account(), (&told, &others), "/contact/undo/x", NOW);
    let delays: Vec<Span> = letters
        .iter()
        .filter(|(_, m)| m.to == EMAIL)
        .map(|(delay, _)| *delay)
        .collect();
    assert_eq!(delays, TOLD_AT);
    for (_, mail) in &letters {
        assert_eq!(mail.kind, MailKind::PhoneChanged);
        assert_eq!(mail.objection.is_some(), mail.to == EMAIL);
        assert_eq!(mail.facts["last"], "…5678");
        assert!(mail.facts.values().all(|fact| !fact.contains(PHONE)));
    }
    assert_eq!(letters.len(), 4);
}

#[test]
fn one_change_at_a_time_but_what_was_not_proved_can_be_corrected() {
    let settled = NOW + HOLD;
    let made = vec![phone(Some("+886223456789"))];
    let refused = may_change(&made, Kind::Email, false, NOW).unwrap_err();
    assert_eq!(
        (refused.code, refused.until),
        (Code::ChangePending, Some(settled))
    );
    assert!(may_change(&made, Kind::Phone, false, NOW).is_err());
    assert!(may_change(&made, Kind::Phone, true, NOW).is_ok());
    assert!(may_change(&made, Kind::Email, true, NOW).is_err());
    assert!(may_change(&made, Kind::Email, false, settled).is_ok());
    let waiting = vec![email(false).0];
    assert!(may_change(&waiting, Kind::Email, false, NOW).is_ok());
    assert!(may_change(&waiting, Kind::Phone, true, NOW).is_err());
    assert!(may_change(&waiting, Kind::Phone, false, NOW + CODE_LIFE).is_ok());
    assert!(may_change(&[phone(None)], Kind::Email, false, NOW).is_ok());
}

proptest! {
    /// R-REC-58: exactly one value serves; the former one while the change is fresh or the present one unproved.
    #[test]
    fn the_former_value_serves_while_the_change_is_fresh_and_no_proved_one_gives_way_to_an_unproved(
        age in 0_i64..200, proved in any::<bool>(), former_proved in any::<bool>(), lost in any::<bool>(),
    ) {
        let contact = Contact {
            value: "new".into(),
            proved,
            since: Some(NOW),
            former: Some(Former { value: "old".into(), proved: former_proved, since: None }),
            former_lost: lost,
        };
        let serves = contact.in_force(NOW + Span::hours(age));
        let expected_former = !lost && (age < 72 || !proved);
        prop_assert_eq!(serves.former, expected_former);
        prop_assert_eq!(serves.value, if expected_former { "old" } else { "new" });
        prop_assert_eq!(serves.proved, if expected_former { former_proved } else { proved });
    }

    /// However it is tried, a change is made once, taken back once, and only within 72 hours.
    #[test]
    fn a_change_is_taken_back_once_and_within_its_time(
        steps in prop::collection::vec((0_u8..3, 0_i64..50), 0..12),
    ) {
        let (mut change, _) = email(false);
        let (mut now, mut made, mut undone) = (NOW, None, 0);
        for (what, hours) in steps {
            now = now + Span::hours(hours);
            match what {
                0 => { let _ = change.prove(None, now); }
                1 => if change.prove(Some(&[7; 32]), now).is_ok() {
                    prop_assert_eq!(made, None, "made twice");
                    prop_assert!(now < NOW + CODE_LIFE);
                    made = Some(now);
                },
                _ => {
                    let possible = undone == 0 && made.is_some_and(|since| now < since + HOLD);
                    prop_assert_eq!(change.undo(UndoneBy::Link, now).is_ok(), possible);
                    undone += u8::from(possible);
                }
            }
            if let Some(until) = change.pending_until(now) {
                prop_assert!(now < until && until <= now + HOLD);
            }
        }
        prop_assert!(undone <= 1);
    }

    /// Nothing but the right digits, keyed in an answered call to the present number, proves it.
    #[test]
    fn only_the_right_digits_in_an_answered_call_prove_a_number(
        events in prop::collection::vec(0_u8..7, 0..14),
    ) {
        let mut proof = called();
        let digits = proof.call.as_ref().unwrap().digits.clone();
        let (mut answered, mut over, mut wrong) = (false, false, 0);
        for event in events {
            let call = proof.call.as_ref().unwrap().id.clone();
            let (event, proves) = match event {
                0 => (CallEvent::Ringing, false),
                1 => (CallEvent::Answered, false),
                2 => (CallEvent::Keyed(digits.clone()), answered && !over),
                3 => (CallEvent::Keyed(other_digits(&digits)), false),
                4 => (CallEvent::NotMe, false),
                5 => (CallEvent::Ended(Outcome::HungUp), false),
                _ => (CallEvent::Ended(Outcome::Proved), false),
            };
            let Ok((step, say)) = at(NOW, |at| proof.clone().call_event(&facts(), &call, &event, at)) else {
                prop_assert!(!proves);
                continue;
            };
            let proven = step.effects.iter().any(|e| matches!(e, Effect::ContactProven(..)));
            prop_assert_eq!(proven, proves);
            prop_assert_eq!(say == Say::Thanks, proves);
            answered |= event == CallEvent::Answered;
            wrong += u32::from(matches!(&event, CallEvent::Keyed(keyed) if *keyed != digits));
            over = step.next.call.as_ref().is_some_and(|c| !c.progress.running());
            prop_assert!(wrong < 3 || over);
            proof = step.next;
        }
    }
}

fn facts() -> ProofFacts {
    ProofFacts {
        current: Some(Kind::Phone),
        calls: true,
        cost: Some(crate::sample::cost()),
        past: Vec::new(),
        objections: Throttle::default(),
        objections_key: CounterKey("objected".into()),
    }
}

fn actor() -> Actor {
    Actor::Root {
        account: account().id,
        session: None,
    }
}

fn fresh() -> PhoneProof {
    let flow = FlowId::draw(&Dice::new([9; 32]), "");
    PhoneProof::begin(flow, account().id, PHONE.into())
}

fn call_now(
    proof: PhoneProof,
    facts: &ProofFacts,
    now: Timestamp,
) -> Result<Step<PhoneProof>, crate::refusal::Refusal> {
    at(now, |at| proof.call_now(facts, &actor(), at))
}

fn called() -> PhoneProof {
    call_now(fresh(), &facts(), NOW).unwrap().next
}

fn report(proof: PhoneProof, event: &CallEvent) -> (Step<PhoneProof>, Say) {
    let call = proof.call.as_ref().unwrap().id.clone();
    at(NOW, |at| proof.call_event(&facts(), &call, event, at)).unwrap()
}

#[test]
fn the_number_of_a_support_case_is_proved_to_the_case_and_to_no_account() {
    let case = SupportId::draw(&Dice::new([8; 32]), "");
    let proof = call_now(fresh().to_case(case.clone()), &facts(), NOW).unwrap();
    let digits = proof.next.call.as_ref().unwrap().digits.clone();
    let (answered, _) = report(proof.next, &CallEvent::Answered);
    let (step, say) = report(answered.next, &CallEvent::Keyed(digits));
    assert_eq!(say, Say::Thanks);
    let proves = |e: &Effect| matches!(e, Effect::CasePhoneProven(id) if *id == case);
    assert!(step.effects.iter().any(proves));
    let other = |e: &Effect| matches!(e, Effect::ContactProven(..));
    assert!(!step.effects.iter().any(other));
}

#[test]
fn a_proof_places_one_call_at_a_time_with_digits_of_its_own() {
    let step = call_now(fresh(), &facts(), NOW).unwrap();
    let order = step.effects.iter().find_map(|e| match e {
        Effect::PlaceCall(order) => Some(order),
        _ => None,
    });
    let order = order.unwrap();
    assert_eq!(order.to, PHONE);
    assert_eq!(order.purpose, Purpose::PhoneProof(fresh().flow));
    assert_eq!(
        order.locale,
        Locale::ZhTw,
        "the language of the page (P-01)"
    );
    let view = step.next.view(&[], NOW);
    assert!(view.call.running);
    assert_eq!(view.call.digits, Some(order.digits.clone()));
    let again = call_now(step.next, &facts(), NOW).unwrap_err();
    assert_eq!(again.code, Code::CallRunning);
}

#[test]
fn a_proof_is_refused_with_its_reason() {
    let mut cases = Vec::new();
    cases.push((
        ProofFacts {
            calls: false,
            ..facts()
        },
        Code::CallsOff,
    ));
    cases.push((
        ProofFacts {
            current: None,
            ..facts()
        },
        Code::OutOfOrder,
    ));
    cases.push((
        ProofFacts {
            cost: None,
            ..facts()
        },
        Code::NumberRefused,
    ));
    let objections = Throttle {
        failures: 1,
        last_at: NOW.millis(),
    };
    cases.push((
        ProofFacts {
            objections,
            ..facts()
        },
        Code::CallsBlocked,
    ));
    for (facts, code) in cases {
        assert_eq!(call_now(fresh(), &facts, NOW).unwrap_err().code, code);
    }
    let rested = ProofFacts {
        objections,
        ..facts()
    };
    assert!(call_now(fresh(), &rested, NOW + OBJECTION_REST).is_ok());
}

#[test]
fn key_nine_ends_the_proof_and_rests_the_number_for_a_day() {
    let (step, _) = report(called(), &CallEvent::Answered);
    let (step, say) = report(step.next, &CallEvent::NotMe);
    assert_eq!(say, Say::Stopped);
    assert_eq!(step.next.end, Some(ProofEnd::Objected));
    assert!(step.effects.iter().any(
        |e| matches!(e, Effect::Count(key, counted) if key.0 == "objected" && counted.failures == 1)
    ));
    assert!(
        !step
            .effects
            .iter()
            .any(|e| matches!(e, Effect::ContactProven(..)))
    );
}

#[test]
fn three_wrong_tries_end_the_call_and_what_it_told_is_written_down() {
    let (mut step, _) = report(called(), &CallEvent::Answered);
    for left in [2, 1] {
        let wrong = other_digits(&step.next.call.as_ref().unwrap().digits);
        let (next, say) = report(step.next, &CallEvent::Keyed(wrong));
        assert_eq!(say, Say::Again { left });
        step = next;
    }
    let wrong = other_digits(&step.next.call.as_ref().unwrap().digits);
    let (step, say) = report(step.next, &CallEvent::Keyed(wrong));
    assert_eq!(say, Say::Goodbye);
    let ended = |e: &&Effect| matches!(e, Effect::Audit(r) if r.event == Event::PhoneProofEnded && r.detail["outcome"] == "wrong-digits");
    assert_eq!(step.effects.iter().filter(ended).count(), 1);
    let view = step.next.view(&[], NOW);
    assert_eq!(
        view.call.progress,
        Some(Progress::Ended(Outcome::WrongDigits))
    );
    assert_eq!(
        (view.call.running, view.call.digits, view.call.tries_left),
        (false, None, 0)
    );
    assert!(
        call_now(step.next, &facts(), NOW).is_ok(),
        "the limits are the past calls'"
    );
}

#[test]
fn digits_keyed_after_the_number_was_changed_prove_nothing() {
    let (step, _) = report(called(), &CallEvent::Answered);
    let call = step.next.call.clone().unwrap();
    let gone = ProofFacts {
        current: None,
        ..facts()
    };
    let refused = at(NOW, |at| {
        step.next
            .call_event(&gone, &call.id, &CallEvent::Keyed(call.digits.clone()), at)
    });
    assert_eq!(refused.unwrap_err().code, Code::CallOver);
}

#[test]
fn a_call_of_which_nothing_is_heard_is_shown_as_lost() {
    let proof = called();
    let view = proof.view(&[], NOW + Span::minutes(3));
    assert_eq!(view.call.progress, Some(Progress::Ended(Outcome::Lost)));
    assert_eq!((view.call.running, view.call.digits), (false, None));
}
