//! The limits of calls, by the clock.
use super::*;
use crate::sample::{NOW, PHONE, account, at, other_digits, past_call};
use proptest::prelude::*;

#[test]
fn no_code_begins_with_nine_and_codes_are_not_printed_r_rec_57() {
    for seed in 0..=255_u8 {
        let digits = Digits::draw(&Dice::new([seed; 32]), "");
        assert_eq!(digits.expose().len(), 6);
        assert!(!digits.expose().starts_with('9'));
        assert!(digits.expose().bytes().all(|b| b.is_ascii_digit()));
    }
    assert_eq!(format!("{:?}", Digits::keyed("123456")), "Some(Digits(..))");
    assert_eq!(Digits::keyed("12345"), None);
    assert_eq!(Digits::keyed("12345x"), None);
}

#[test]
fn the_third_call_with_wrong_digits_waits_15_minutes_then_an_hour_then_a_day_r_rec_47() {
    let at = |n: usize| {
        let past: Vec<_> = (0..n).map(|_| past_call(Span::ZERO, true, 1)).collect();
        outlook(&past, NOW)
    };
    assert_eq!(at(2).block, None);
    assert_eq!(at(2).wrong_left, 7);
    assert_eq!(
        at(3).block,
        Some((Limit::WrongDigits, NOW + Span::minutes(15)))
    );
    assert_eq!(
        at(4).block,
        Some((Limit::WrongDigits, NOW + Span::hours(1)))
    );
    assert_eq!(at(5).block.map(|b| b.1), Some(NOW + Span::hours(24)));
}

#[test]
fn nine_wrong_tries_close_the_phone_until_the_oldest_are_a_day_old() {
    let past = [
        past_call(Span::hours(23), true, 3),
        past_call(Span::hours(2), true, 3),
        past_call(Span::hours(20), true, 3),
    ];
    let seen = outlook(&past, NOW);
    assert_eq!(seen.wrong_left, 0);
    assert_eq!(seen.block, Some((Limit::WrongDigits, NOW + Span::hours(1))));
}

#[test]
fn a_call_that_never_connected_counts_against_cost_only_p_03() {
    let two: Vec<_> = (0..2).map(|_| past_call(Span::ZERO, false, 0)).collect();
    assert_eq!(outlook(&two, NOW).left, PER_NUMBER);
    assert_eq!(outlook(&two, NOW).block, None);
    let three: Vec<_> = (0..3)
        .map(|n| past_call(Span::minutes(10 * n), false, 0))
        .collect();
    assert_eq!(
        outlook(&three, NOW).block,
        Some((Limit::Unconnected, NOW + Span::minutes(40)))
    );
    let ten: Vec<_> = (0..10)
        .map(|n| past_call(Span::hours(2 + n), false, 0))
        .collect();
    assert_eq!(
        outlook(&ten, NOW).block,
        Some((Limit::Unconnected, NOW + Span::hours(13)))
    );
}

#[test]
fn calls_are_limited_by_number_by_account_and_by_network() {
    let five: Vec<_> = (0..5).map(|n| past_call(Span::hours(n), true, 0)).collect();
    let seen = outlook(&five, NOW);
    assert_eq!(seen.left, 0);
    assert_eq!(seen.block, Some((Limit::Calls, NOW + Span::hours(20))));
    let elsewhere: Vec<_> = (0..10)
        .map(|n| PastCall {
            same_number: false,
            ..past_call(Span::hours(n), true, 0)
        })
        .collect();
    assert_eq!(
        outlook(&elsewhere, NOW).block,
        Some((Limit::Calls, NOW + Span::hours(15)))
    );
    let network: Vec<_> = (0..20)
        .map(|_| PastCall {
            same_number: false,
            same_account: false,
            ..past_call(Span::minutes(30), true, 0)
        })
        .collect();
    assert_eq!(
        outlook(&network, NOW).block,
        Some((Limit::Network, NOW + Span::minutes(30)))
    );
    assert_eq!(outlook(&network, NOW).left, PER_NUMBER);
}

#[test]
fn what_is_older_than_a_day_is_forgotten() {
    let old: Vec<_> = (0..30).map(|_| past_call(DAY, true, 3)).collect();
    assert_eq!(
        outlook(&old, NOW),
        Outlook {
            left: PER_NUMBER,
            wrong_left: WRONG_PER_DAY,
            wrong_calls: 0,
            block: None
        }
    );
}

#[test]
fn outcomes_are_read_back() {
    for outcome in Outcome::ALL {
        assert_eq!(Outcome::from_key(outcome.key()), Some(outcome));
    }
}

fn placed() -> Call {
    let case = CaseId::draw(&Dice::new([4; 32]), "");
    at(NOW, |at| {
        Call::place(PHONE.into(), Purpose::Recovery(case), &account().id, at).0
    })
}

proptest! {
    /// Whatever a telephone reports, in whatever order: only right digits in an answered call prove, only wrong ones
    /// count, what is refused changes nothing, and nothing follows an end.
    #[test]
    fn a_telephone_is_believed_only_what_it_can_know(
        told in prop::collection::vec((0_usize..16, any::<bool>()), 0..20),
    ) {
        let mut call = placed();
        let digits = call.digits.clone();
        let stranger = CallId::draw(&Dice::new([8; 32]), "other");
        let mut events = vec![
            CallEvent::Ringing,
            CallEvent::Answered,
            CallEvent::Keyed(digits.clone()),
            CallEvent::Keyed(other_digits(&digits)),
            CallEvent::NotMe,
        ];
        events.extend(Outcome::ALL.map(CallEvent::Ended));
        for (which, mine) in told {
            let before = call.clone();
            let id = if mine { before.id.clone() } else { stranger.clone() };
            let heard = call.hear(&id, &events[which], NOW + Span::seconds(1));
            let Ok(heard) = heard else {
                prop_assert_eq!(&call, &before);
                prop_assert_eq!(heard.unwrap_err().code, crate::refusal::Code::CallOver);
                continue;
            };
            prop_assert!(mine && before.progress.running());
            let right = which == 2 && before.progress == Progress::Answered;
            prop_assert_eq!(heard == Heard::Right, right);
            prop_assert_eq!(call.progress == Progress::Ended(Outcome::Proved), right);
            prop_assert_eq!(call.wrong - before.wrong, u32::from(which == 3));
            prop_assert!(call.wrong < WRONG_PER_CALL || !call.progress.running());
            prop_assert_eq!(heard.say() == Say::Goodbye, which == 3 && !call.progress.running());
            if let Heard::Ended(outcome) = heard {
                prop_assert!(!outcome.decided_here());
            }
        }
    }
}

#[test]
fn digits_keyed_after_ten_minutes_prove_nothing() {
    let mut call = placed();
    let id = call.id.clone();
    call.hear(&id, &CallEvent::Answered, NOW).unwrap();
    let keyed = CallEvent::Keyed(call.digits.clone());
    assert!(call.clone().hear(&id, &keyed, NOW + DIGITS_LIFE).is_err());
    assert_eq!(call.hear(&id, &keyed, NOW), Ok(Heard::Right));
}
