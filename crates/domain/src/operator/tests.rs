//! Who may approve, and what a sign-in of an operator does.

use super::*;
use crate::dice::Dice;
use crate::guessing::{Installation, Limits, Network};
use crate::sample::{NOW, at, client};

fn operator(n: u8) -> Operator {
    let id = OperatorId::draw(&Dice::new([n; 32]), "");
    Operator {
        name: format!("Operator {n}"),
        email: format!("operator{n}@example.com"),
        locale: Locale::En,
        granted_by: Granter::Host("root (0)".into()),
        granted_at: NOW - Span::days(1),
        created_at: NOW - Span::days(1),
        set_up_at: Some(NOW - Span::days(1)),
        removed_at: None,
        id,
    }
}

fn code(refusal: Result<(), Refusal>) -> Option<Code> {
    refusal.err().map(|refusal| refusal.code)
}

/// Security rules, section 5.
#[test]
fn a_second_operator_with_a_fresh_device_approves_and_nobody_else() {
    let (opener, approver) = (operator(1), operator(2));
    let may = |approver: &Operator, device_at| {
        code(may_approve(
            approver,
            device_at,
            &opener,
            &["owner@example.org"],
            NOW,
        ))
    };
    assert_eq!(may(&approver, NOW - Span::minutes(9)), None);
    assert_eq!(
        may(&approver, NOW - Span::minutes(10)),
        Some(Code::OperatorProofNeeded)
    );
    assert_eq!(may(&opener, NOW), Some(Code::ApproverOpened));
    let mut gone = approver.clone();
    gone.removed_at = Some(NOW);
    assert_eq!(may(&gone, NOW), Some(Code::NoSuchOperator));
    let mut recovered = approver;
    recovered.set_up_at = None;
    assert_eq!(may(&recovered, NOW), Some(Code::NoSuchOperator));
}

#[test]
fn one_person_under_two_names_does_not_approve_for_themselves() {
    let (opener, mut approver) = (operator(1), operator(2));
    approver.email = "Operator1+second@example.com".into();
    let refused = may_approve(&approver, NOW, &opener, &[], NOW);
    assert_eq!(code(refused), Some(Code::ApproverOpened));
}

#[test]
fn whoever_was_given_the_right_by_the_other_stays_apart_for_thirty_days() {
    let (one, mut other) = (operator(1), operator(2));
    other.granted_by = Granter::Operator(one.id.clone());
    for (approver, opener) in [(&one, &other), (&other, &one)] {
        let refused = may_approve(approver, NOW, opener, &[], NOW).unwrap_err();
        assert_eq!(refused.code, Code::ApproverApart);
        assert_eq!(refused.until, Some(other.granted_at + APART));
        let later = other.granted_at + APART;
        assert_eq!(may_approve(approver, later, opener, &[], later), Ok(()));
    }
    let third = operator(3);
    assert_eq!(may_approve(&third, NOW, &other, &[], NOW), Ok(()));
}

#[test]
fn nobody_of_the_account_opens_or_approves_for_it() {
    let (opener, approver) = (operator(1), operator(2));
    for contact in [
        "operator1@example.com",
        "OPERATOR2@Example.com",
        "operator2+root@example.com",
    ] {
        let refused = may_approve(&approver, NOW, &opener, &["x@example.org", contact], NOW);
        assert_eq!(code(refused), Some(Code::OfThatAccount), "{contact}");
    }
    let namesake = ["operator1@example.org"];
    assert_eq!(may_approve(&approver, NOW, &opener, &namesake, NOW), Ok(()));
}

fn facts(password: bool, verdict: Option<FactorVerdict>) -> Facts {
    Facts {
        operator: Some(operator(1)),
        password,
        code: verdict.map(|verdict| (DeviceId::draw(&Dice::new([9; 32]), ""), verdict)),
        counter: Throttle::default(),
        counter_key: CounterKey("operator:name:unknown".into()),
        standing: Standing::Unknown,
        guessing: Guessing {
            name: "name".into(),
            network: Network::default(),
            installation: Installation::default(),
            limits: Limits::default(),
        },
    }
}

fn shown(step: &Step<Option<OperatorId>>) -> Option<Refusal> {
    step.show.clone().err()
}

/// One that does not exist, a wrong password, a wrong code and a used one: the same answer, and the same counted.
#[test]
fn whatever_was_wrong_the_answer_and_the_counter_are_the_same() {
    let mut nobody = facts(false, None);
    nobody.operator = None;
    let wrong = [
        nobody,
        facts(false, None),
        facts(true, Some(FactorVerdict::Wrong)),
        facts(true, Some(FactorVerdict::Burnt)),
        facts(true, None),
    ];
    let expected = Refusal::new(Code::OperatorWrong).at("email");
    for facts in wrong {
        at(NOW, |moment| {
            let step = prove(Event::OperatorSignIn, &facts, moment);
            assert_eq!(step.next, None, "{facts:?}");
            assert_eq!(shown(&step), Some(expected.clone()), "{facts:?}");
            let counts = step.effects.iter().filter(|effect| {
                matches!(
                    effect,
                    Effect::Count(_, Throttle { failures: 1, .. }) | Effect::Guessed(_)
                )
            });
            assert_eq!(counts.count(), 2, "{facts:?}");
            assert!(step.effects.iter().all(|e| !matches!(e, Effect::Mail(_))));
        });
    }
}

#[test]
fn password_and_a_fresh_code_open_use_the_code_up_and_tell_of_a_new_browser() {
    let right = facts(true, Some(FactorVerdict::Right { step: 7 }));
    at(NOW, |moment| {
        let step = prove(Event::OperatorSignIn, &right, moment);
        assert_eq!(step.next, Some(operator(1).id));
        let burnt = |effect: &Effect| matches!(effect, Effect::BurnStep(_, 7));
        assert!(step.effects.iter().any(burnt));
        let told = |effect: &Effect| matches!(effect, Effect::Mail(mail) if mail.kind == MailKind::OperatorSignIn);
        assert!(step.effects.iter().any(told));
    });
}

#[test]
fn guessing_closes_the_sign_in_to_strangers_and_leaves_a_known_browser_open() {
    let guessed = Throttle {
        failures: 50,
        last_at: NOW.millis(),
    };
    let mut right = facts(true, Some(FactorVerdict::Right { step: 7 }));
    right.counter = guessed;
    at(NOW, |moment| {
        let refused = shown(&prove(Event::OperatorSignIn, &right, moment)).unwrap();
        assert_eq!(refused.code, Code::OperatorClosed);
        assert_eq!(refused.until, Some(NOW + FORGOTTEN_AFTER));
        right.standing = Standing::Known;
        right.counter = Throttle::default();
        let step = prove(Event::OperatorSignIn, &right, moment);
        assert_eq!(shown(&step), None);
        assert!(step.effects.iter().all(|e| !matches!(e, Effect::Mail(_))));
    });
}

#[test]
fn a_session_ends_by_idleness_and_by_age_and_is_fresh_for_ten_minutes() {
    let id = SessionId::draw(&Dice::new([0; 32]), "");
    let mut session = Session::open(id, operator(1).id, client(), NOW);
    assert!(session.fresh(NOW + Span::minutes(9)));
    assert!(!session.fresh(NOW + Span::minutes(10)));
    assert!(session.alive(NOW + Span::minutes(59)));
    assert!(!session.alive(NOW + IDLE));
    session.seen_at = NOW + ABSOLUTE - Span::minutes(1);
    assert!(!session.alive(NOW + ABSOLUTE));
}
