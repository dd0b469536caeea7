//! The sign-in machine, played through.
mod check;
mod table;

use super::*;
use crate::account::{PasswordFacts as OnFile, State};
use crate::mail::MailKind;
use crate::recovery::ReclaimFacts;
pub(super) use crate::sample::NOW;
use crate::sample::client;
use crate::secret::Secret;

pub(super) fn dice() -> Dice {
    Dice::new([9; 32])
}

pub(super) fn account(state: State) -> Account {
    Account {
        id: "111122223333".parse().unwrap(),
        name: "Example".into(),
        email: "root@example.com".into(),
        email_proved_at: Some(NOW),
        email_set_at: NOW,
        locale: Locale::En,
        state,
        state_since: NOW,
        created_at: NOW,
        password: Some(OnFile {
            origin: PasswordOrigin::Opening,
            set_at: NOW,
            good: true,
            hold: None,
        }),
    }
}

pub(super) fn facts(account: Option<Account>, right: bool) -> PasswordFacts {
    PasswordFacts {
        account,
        right,
        counter: Throttle::default(),
        counter_key: CounterKey("password:x:unknown".into()),
        standing: Standing::Unknown,
        unlock: None,
        has_device: true,
        wrong_codes: 0,
        mail_code: MailCode {
            digits: Secret::from("12345678"),
            hmac: vec![1; 32],
        },
        reach: None,
        check: None,
        guessing: Guessing {
            name: "name".into(),
            network: Network::default(),
            installation: Installation::default(),
            limits: Limits::default(),
        },
    }
}

fn shown(step: &Step<SignIn>) -> (std::mem::Discriminant<SignIn>, Option<Code>) {
    (
        std::mem::discriminant(&step.next),
        step.show.as_ref().err().map(|r| r.code),
    )
}

pub(super) fn with_moment<T>(now: Timestamp, f: impl FnOnce(&Moment<'_>) -> T) -> T {
    let (client, dice) = (client(), dice());
    f(&Moment {
        now,
        client: &client,
        locale: Locale::En,
        dice: &dice,
    })
}

#[test]
fn a_name_that_does_not_exist_is_answered_like_one_that_does_r_root_26() {
    for failures in 0..60 {
        let mut known = facts(Some(account(State::Active)), false);
        let mut nobody = facts(None, false);
        let counter = Throttle {
            failures,
            last_at: NOW.millis(),
        };
        (known.counter, nobody.counter) = (counter, counter);
        let begin = || SignIn::begin("root@example.com".into());
        let (a, b) = with_moment(NOW, |m| {
            (
                begin().password(&known, m).unwrap(),
                begin().password(&nobody, m).unwrap(),
            )
        });
        assert_eq!(shown(&a), shown(&b));
        assert_eq!(a.show, b.show);
        assert_eq!(
            a.effects.len(),
            b.effects.len(),
            "the same rows are written"
        );
    }
}

#[test]
fn the_right_password_asks_for_the_device_r_root_08() {
    let step = with_moment(NOW, |m| {
        SignIn::begin("e".into())
            .password(&facts(Some(account(State::Active)), true), m)
            .unwrap()
    });
    assert!(matches!(
        step.next,
        SignIn::AwaitFactor { device: None, .. }
    ));
    assert!(
        !step
            .effects
            .iter()
            .any(|e| matches!(e, Effect::OpenSession(_))),
        "no session before the device"
    );
}

#[test]
fn without_a_device_an_unknown_browser_gets_a_mailed_code_and_a_known_one_the_console_r_root_09() {
    let mut f = facts(Some(account(State::Active)), true);
    f.has_device = false;
    let step = with_moment(NOW, |m| SignIn::begin("e".into()).password(&f, m).unwrap());
    assert!(matches!(
        step.next,
        SignIn::AwaitMailCode {
            tries_left: MAIL_CODE_TRIES,
            ..
        }
    ));
    assert!(
        step.effects
            .iter()
            .any(|e| matches!(e, Effect::Mail(m) if m.kind == MailKind::SignInCode))
    );

    let wrong = with_moment(NOW, |m| {
        step.next
            .mail_code(&account(State::Active), false, m)
            .unwrap()
    });
    assert_eq!(wrong.show.as_ref().unwrap_err().left, Some(4));
    let late = with_moment(NOW + MAIL_CODE_LIFE, |m| {
        wrong
            .next
            .clone()
            .mail_code(&account(State::Active), true, m)
            .unwrap()
    });
    assert_eq!(late.show.unwrap_err().code, Code::MailCodeOver);
    let right = with_moment(NOW, |m| {
        wrong
            .next
            .mail_code(&account(State::Active), true, m)
            .unwrap()
    });
    assert_eq!(right.next, SignIn::Done);

    f.standing = Standing::Known;
    let step = with_moment(NOW, |m| SignIn::begin("e".into()).password(&f, m).unwrap());
    assert_eq!(step.next, SignIn::Done);
    assert!(
        step.effects
            .iter()
            .any(|e| matches!(e, Effect::OpenSession(s) if s.mfa_at.is_none()))
    );
}

#[test]
fn a_suspended_account_says_so_only_after_the_right_password() {
    let wrong = with_moment(NOW, |m| {
        SignIn::begin("e".into())
            .password(&facts(Some(account(State::Suspended)), false), m)
            .unwrap()
    });
    assert_eq!(wrong.show.unwrap_err().code, Code::WrongCredentials);
    let right = with_moment(NOW, |m| {
        SignIn::begin("e".into())
            .password(&facts(Some(account(State::Suspended)), true), m)
            .unwrap()
    });
    assert_eq!(right.show.unwrap_err().code, Code::AccountSuspended);
}

#[test]
fn ten_wrong_codes_behind_the_password_close_it_to_strangers_only() {
    let mut f = facts(Some(account(State::Active)), true);
    f.wrong_codes = CODES_BEHIND_PASSWORD;
    let step = with_moment(NOW, |m| SignIn::begin("e".into()).password(&f, m).unwrap());
    assert_eq!(step.show.unwrap_err().code, Code::PasswordClosed);
    f.standing = Standing::Known;
    let step = with_moment(NOW, |m| SignIn::begin("e".into()).password(&f, m).unwrap());
    assert!(matches!(step.next, SignIn::AwaitFactor { .. }));
}

fn factor_facts(verdict: FactorVerdict) -> FactorFacts {
    FactorFacts {
        account: account(State::Active),
        device: DeviceId::draw(&dice(), "d"),
        name: "phone".into(),
        typed: Some("123456".into()),
        resync: None,
        drift: None,
        checks: Throttle::default(),
        checks_key: CounterKey("drift".into()),
        suspended: false,
        suspension: None,
        hold: None,
        verdict,
        counter: Throttle::default(),
        counter_key: CounterKey("factor".into()),
        standing: Standing::Unknown,
        behind: Throttle::default(),
        behind_key: CounterKey("behind".into()),
    }
}

pub(super) fn at_factor() -> SignIn {
    SignIn::AwaitFactor {
        account: "111122223333".parse().unwrap(),
        email: "e".into(),
        password_at: NOW,
        device: None,
        clock: ClockTrace::default(),
    }
}

#[test]
fn a_code_signs_in_once_and_makes_the_password_good_r_mfa_15() {
    let right = with_moment(NOW, |m| {
        at_factor()
            .factor(&factor_facts(FactorVerdict::Right { step: 5 }), m)
            .unwrap()
    });
    assert_eq!(right.next, SignIn::Done);
    assert!(
        right
            .effects
            .iter()
            .any(|e| matches!(e, Effect::BurnStep(_, 5)))
    );
    assert!(
        right
            .effects
            .iter()
            .any(|e| matches!(e, Effect::PasswordProven(_)))
    );
    let burnt = with_moment(NOW, |m| {
        at_factor()
            .factor(&factor_facts(FactorVerdict::Burnt), m)
            .unwrap()
    });
    assert_eq!(burnt.show.unwrap_err().code, Code::CodeBurnt);
    assert!(
        burnt
            .effects
            .iter()
            .all(|e| !matches!(e, Effect::Count(..))),
        "a code used twice is no guess"
    );
}

#[test]
fn a_device_made_in_a_held_session_opens_held_sessions_and_proves_no_password() {
    let mut f = factor_facts(FactorVerdict::Right { step: 5 });
    let hold = Hold {
        until: NOW + Span::hours(1),
    };
    f.hold = Some(hold);
    let step = with_moment(NOW, |m| at_factor().factor(&f, m).unwrap());
    assert!(
        step.effects
            .iter()
            .any(|e| matches!(e, Effect::OpenSession(s) if s.hold == Some(hold)))
    );
    assert!(
        step.effects
            .iter()
            .all(|e| !matches!(e, Effect::PasswordProven(_)))
    );
}

#[test]
fn wrong_codes_count_and_say_how_many_are_left() {
    let step = with_moment(NOW, |m| {
        at_factor()
            .factor(&factor_facts(FactorVerdict::Wrong), m)
            .unwrap()
    });
    assert_eq!(step.show.unwrap_err().left, Some(4));
    assert_eq!(
        step.effects
            .iter()
            .filter(|e| matches!(e, Effect::Count(..)))
            .count(),
        2
    );
}

#[test]
fn every_input_at_a_wrong_moment_is_refused_and_changes_nothing() {
    let flow = SignIn::begin("e".into());
    assert_eq!(
        flow.clone().choose(None).unwrap_err().code,
        Code::OutOfOrder
    );
    with_moment(NOW, |m| {
        assert_eq!(
            flow.clone()
                .factor(&factor_facts(FactorVerdict::Wrong), m)
                .unwrap_err()
                .code,
            Code::OutOfOrder
        );
        assert_eq!(
            flow.mail_code(&account(State::Active), true, m)
                .unwrap_err()
                .code,
            Code::OutOfOrder
        );
        assert_eq!(
            at_factor()
                .password(&facts(None, false), m)
                .unwrap_err()
                .code,
            Code::OutOfOrder
        );
        assert_eq!(
            SignIn::Done
                .password(&facts(None, false), m)
                .unwrap_err()
                .code,
            Code::OutOfOrder
        );
    });
}

#[test]
fn the_holder_of_a_device_put_out_of_use_signs_in_with_it_and_undoes_the_recovery() {
    let mut f = factor_facts(FactorVerdict::Right { step: 5 });
    f.suspended = true;
    let unexplained = with_moment(NOW, |m| at_factor().factor(&f, m).unwrap());
    assert_eq!(
        unexplained.show.unwrap_err().code,
        Code::DeviceSuspended,
        "a device out of use for another reason stays so"
    );
    f.suspension = Some(ReclaimFacts {
        account: f.account.id.clone(),
        device: f.device.clone(),
        case: crate::ids::CaseId::draw(&dice(), ""),
        until: NOW + Span::hours(72),
        stolen: false,
    });
    let step = with_moment(NOW, |m| at_factor().factor(&f, m).unwrap());
    let place = |wanted: fn(&Effect) -> bool| step.effects.iter().position(wanted);
    let ended = place(
        |e| matches!(e, Effect::Recovery(a) if matches!(**a, crate::recovery::Act::EndRecovered(_))),
    );
    let opened = place(|e| matches!(e, Effect::OpenSession(s) if s.hold.is_none()));
    assert!(ended.unwrap() < opened.unwrap());

    if let Some(known) = &mut f.suspension {
        known.stolen = true;
    }
    let step = with_moment(NOW, |m| at_factor().factor(&f, m).unwrap());
    assert_eq!(step.show.as_ref().unwrap_err().code, Code::DeviceSuspended);
    assert!(
        step.effects
            .iter()
            .all(|e| !matches!(e, Effect::OpenSession(_))),
        "a stolen device opens nothing"
    );
}

fn drifting() -> DriftSeen {
    DriftSeen {
        steps: -3,
        seconds: -90,
        codes: [7, 8],
    }
}

#[test]
fn a_wrong_clock_is_told_after_two_codes_and_signs_nobody_in_p_19() {
    let mut f = factor_facts(FactorVerdict::Wrong);
    let first = with_moment(NOW, |m| at_factor().factor(&f, m).unwrap());
    let SignIn::AwaitFactor { clock, .. } = &first.next else {
        panic!("{:?}", first.next)
    };
    assert_eq!(clock.wrong_of(&f.device), Some("123456"));
    assert_eq!(
        clock.wrong_of(&DeviceId::draw(&dice(), "other")),
        None,
        "codes of two devices tell nothing"
    );
    f.drift = Some(drifting());
    let second = with_moment(NOW, |m| first.next.clone().factor(&f, m).unwrap());
    let refusal = second.show.unwrap_err();
    assert_eq!(
        (refusal.code, refusal.drift),
        (Code::DeviceDrifts, Some(-90))
    );
    let SignIn::AwaitFactor { clock, .. } = &second.next else {
        panic!("{:?}", second.next)
    };
    assert_eq!(clock.found_of(&f.device), Some(-3));
    let counts = second.effects.iter();
    assert_eq!(
        counts.filter(|e| matches!(e, Effect::Count(..))).count(),
        3,
        "a failure of the device, one behind the password, one telling"
    );
    for code in [7, 8] {
        let burnt = |e: &Effect| matches!(e, Effect::BurnStep(_, step) if *step == code);
        assert!(second.effects.iter().any(burnt), "{code} is used up");
    }
    let opens = |e: &Effect| matches!(e, Effect::OpenSession(_) | Effect::SetClock(..));
    assert!(!second.effects.iter().any(opens));
    assert!(!format!("{:?}", first.next).contains("123456"));
}

#[test]
fn a_wrong_clock_is_told_three_times_a_day_p_19() {
    let mut f = factor_facts(FactorVerdict::Wrong);
    f.drift = Some(drifting());
    for told in 0..5 {
        f.checks = Throttle {
            failures: told,
            last_at: NOW.millis(),
        };
        for step in [
            with_moment(NOW, |m| at_factor().factor(&f, m).unwrap()),
            with_moment(NOW, |m| at_factor().two_codes(&f, m).unwrap()),
        ] {
            let refusal = step.show.unwrap_err();
            if told < CHECKS_A_DAY {
                assert_eq!(refusal.code, Code::DeviceDrifts);
            } else {
                assert_eq!(refusal.code, Code::DriftChecksOver);
                assert_eq!(refusal.drift, None);
                assert_eq!(refusal.until, Some(NOW + Span::hours(24)));
            }
        }
    }
}

#[test]
fn a_third_fresh_code_corrects_the_clock_and_signs_in_p_19() {
    let mut f = factor_facts(FactorVerdict::Right { step: 9 });
    f.resync = Some(-3);
    let step = with_moment(NOW, |m| at_factor().factor(&f, m).unwrap());
    assert_eq!(step.next, SignIn::Done);
    let has = |wanted: fn(&Effect) -> bool| step.effects.iter().any(wanted);
    assert!(has(|e| matches!(e, Effect::SetClock(_, -3))));
    assert!(has(|e| matches!(e, Effect::BurnStep(_, 9))));
    assert!(has(|e| matches!(e, Effect::OpenSession(_))));
    assert!(has(
        |e| matches!(e, Effect::Tell(m) if m.kind == MailKind::DeviceResynced)
    ));
}

#[test]
fn two_codes_that_do_not_follow_count_as_a_failure_r_mfa_14() {
    let f = factor_facts(FactorVerdict::Wrong);
    let step = with_moment(NOW, |m| at_factor().two_codes(&f, m).unwrap());
    assert_eq!(step.show.unwrap_err().code, Code::CodesDoNotFollow);
    let counts = step.effects.iter();
    let counted = counts.filter(|e| matches!(e, Effect::Count(..))).count();
    assert_eq!(counted, 3, "each check is a failure, and is counted");
    let early = with_moment(NOW, |m| {
        SignIn::begin("e".into()).two_codes(&f, m).unwrap_err()
    });
    assert_eq!(early.code, Code::OutOfOrder);
}

#[test]
fn a_sign_in_from_a_browser_not_used_before_is_told_and_no_other() {
    let mut f = factor_facts(FactorVerdict::Right { step: 9 });
    for (standing, told) in [(Standing::Unknown, true), (Standing::Known, false)] {
        f.standing = standing;
        let step = with_moment(NOW, |m| at_factor().factor(&f, m).unwrap());
        let tells = |e: &Effect| matches!(e, Effect::Tell(m) if m.kind == MailKind::NewSignIn);
        assert_eq!(step.effects.iter().any(tells), told, "{standing:?}");
    }
}
