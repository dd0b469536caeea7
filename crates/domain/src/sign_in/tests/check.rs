//! The security check within a sign-in (R-ROOT-02, R-ROOT-06, P-26).
use super::*;
use crate::check::MOST_WRONG;
use crate::guessing::{Level, Rule};

pub(super) fn risk() -> Risk {
    Risk {
        level: Level::Work,
        rule: Rule::Network,
        failures: 20,
        names: Some(5),
        usual: None,
    }
}

pub(super) fn begun() -> SignIn {
    let limits = Limits {
        work_bits: 4,
        ..Limits::default()
    };
    with_moment(NOW, |m| {
        SignIn::begin_checked("e".into(), risk(), &limits, m)
    })
}

fn answered(flow: SignIn, now: Timestamp, answer: &Answer) -> Result<Step<SignIn>, Refusal> {
    with_moment(now, |m| flow.check(answer, m))
}

/// What the script of the page would send.
pub(super) fn work(flow: SignIn, now: Timestamp) -> Result<Step<SignIn>, Refusal> {
    let task = match &flow {
        SignIn::AwaitCheck { check, .. } => check.shown().work,
        _ => None,
    };
    let solution = task.map_or_else(String::new, |task| task.solve());
    answered(flow, now, &Answer::Work(solution))
}

/// What somebody who sees the picture would send.
pub(super) fn characters(flow: SignIn, now: Timestamp) -> Result<Step<SignIn>, Refusal> {
    let (set, typed) = match &flow {
        SignIn::AwaitCheck { check, .. } => {
            let set = check.shown().set;
            (set, check.figure(set).unwrap().characters.to_lowercase())
        }
        _ => (1, String::new()),
    };
    answered(flow, now, &Answer::Characters { set, typed })
}

pub(super) fn wrong(flow: SignIn, now: Timestamp) -> Result<Step<SignIn>, Refusal> {
    let set = match &flow {
        SignIn::AwaitCheck { check, .. } => check.shown().set,
        _ => 1,
    };
    let typed = "000000".to_owned();
    answered(flow, now, &Answer::Characters { set, typed })
}

#[test]
fn a_passed_check_admits_a_few_passwords_and_no_more_r_root_02() {
    let mut flow = work(begun(), NOW).unwrap().next;
    let due = |flow: &SignIn, trusted| flow.check_due(Some(risk()), trusted).is_some();
    for left in (0..ADMITS).rev() {
        assert!(!due(&flow, false));
        let step = with_moment(NOW, |m| flow.password(&facts(None, false), m)).unwrap();
        assert_eq!(step.show.unwrap_err().code, Code::WrongCredentials);
        flow = step.next;
        assert!(matches!(flow, SignIn::AwaitPassword { admits, .. } if admits == left));
    }
    assert!(due(&flow, false));
    assert!(!due(&flow, true), "a browser that is known is never asked");
    assert!(flow.check_due(None, false).is_none());
    let mut asked = facts(Some(account(State::Active)), true);
    asked.check = Some(risk());
    let step = with_moment(NOW, |m| flow.password(&asked, m)).unwrap();
    assert_eq!(step.show.unwrap_err().code, Code::CheckFirst);
    assert!(
        step.effects.is_empty(),
        "nothing was looked at, nothing is counted"
    );
    assert!(matches!(step.next, SignIn::AwaitCheck { .. }));
}

#[test]
fn a_check_is_asked_for_with_an_account_and_without_r_root_26() {
    let mut known = facts(Some(account(State::Active)), true);
    let mut nobody = facts(None, false);
    (known.check, nobody.check) = (Some(risk()), Some(risk()));
    let (a, b) = with_moment(NOW, |m| {
        let begin = || SignIn::begin("root@example.com".into());
        (
            begin().password(&known, m).unwrap(),
            begin().password(&nobody, m).unwrap(),
        )
    });
    assert_eq!(a.next, b.next);
    assert_eq!(a.show, b.show);
    assert_eq!((a.effects.len(), b.effects.len()), (0, 0));
}

#[test]
fn a_check_answered_wrongly_too_often_ends_the_sign_in_p_26() {
    let mut flow = begun();
    for _ in 1..MOST_WRONG {
        let step = wrong(flow, NOW).unwrap();
        assert_eq!(step.show.unwrap_err().code, Code::CheckWrong);
        flow = step.next;
    }
    let step = wrong(flow, NOW).unwrap();
    assert_eq!(step.show.unwrap_err().code, Code::CheckTooOften);
    assert_eq!(step.next, SignIn::Done);
    let [Effect::Audit(record)] = step.effects.as_slice() else {
        panic!("{:?}", step.effects)
    };
    assert_eq!(record.event, Event::SecurityCheckFailed);
}

#[test]
fn a_wrong_password_of_a_stranger_is_seen_across_names_and_one_of_a_known_browser_is_not() {
    let guessed = |standing| {
        let mut facts = facts(None, false);
        facts.standing = standing;
        let step = with_moment(NOW, |m| SignIn::begin("e".into()).password(&facts, m));
        let effects = step.unwrap().effects;
        effects.iter().any(|e| matches!(e, Effect::Guessed(_)))
    };
    assert!(guessed(Standing::Unknown));
    assert!(!guessed(Standing::Known));
}
