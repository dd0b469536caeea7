//! The limits of calls, by the clock.
use super::*;
use crate::sample::{NOW, PHONE, account, at, cost, other_digits, past_call};
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
        Call::place(PHONE.into(), 10, Purpose::Recovery(case), &account().id, at).0
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

/// So many calls of the price 10, a minute apart, the last a minute ago.
fn spent(calls: i64) -> Vec<Spent> {
    let at = |n| NOW - Span::minutes(calls - n);
    (0..calls)
        .map(|n| Spent {
            at: at(n),
            price: 10,
        })
        .collect()
}

#[test]
fn three_tenths_of_an_hours_budget_are_for_recoveries() {
    let after = |calls| Cost {
        hour: spent(calls),
        budget: Budget {
            hour: Some(400),
            number: None,
        },
        ..cost()
    };
    assert_eq!(after(27).wait(Share::Part, &[], NOW), None, "28 of 40");
    let full = after(28).wait(Share::Part, &[], NOW);
    assert_eq!(
        full,
        Some(NOW + Span::minutes(32)),
        "when the first is an hour ago"
    );
    assert_eq!(after(28).wait(Share::Whole, &[], NOW), None);
    assert_eq!(after(39).wait(Share::Whole, &[], NOW), None);
    let full = after(40).wait(Share::Whole, &[], NOW);
    assert_eq!(full, Some(NOW + Span::minutes(20)));
    let unlimited = Cost {
        budget: Budget {
            hour: None,
            number: None,
        },
        ..after(50)
    };
    assert_eq!(unlimited.wait(Share::Part, &[], NOW), None);
}

#[test]
fn calls_to_one_number_have_a_budget_of_a_day() {
    let dear = Cost {
        price: 90,
        budget: Budget {
            hour: None,
            number: Some(200),
        },
        ..cost()
    };
    let mut past = vec![
        PastCall {
            price: 60,
            ..past_call(Span::hours(9), false, 0)
        },
        PastCall {
            price: 60,
            ..past_call(Span::hours(3), true, 0)
        },
    ];
    assert_eq!(
        dear.wait(Share::Whole, &past, NOW),
        Some(NOW + Span::hours(15)),
        "answered or not"
    );
    past[0].same_number = false;
    assert_eq!(dear.wait(Share::Whole, &past, NOW), None);
}

#[test]
fn a_call_dearer_than_all_that_may_be_spent_is_never_placed() {
    let dear = Cost {
        price: 2_000,
        ..cost()
    };
    assert_eq!(
        dear.wait(Share::Whole, &[], NOW),
        Some(NOW + Span::hours(24))
    );
}

proptest! {
    /// Whoever waits as long as was said is not told to wait again.
    #[test]
    fn at_the_time_that_is_shown_there_is_room(
        ago in prop::collection::vec((0_i64..3_700, 1_u32..40), 0..60),
        price in 1_u32..40,
        limit in 100_u32..600,
        whole: bool,
    ) {
        let mut hour: Vec<Spent> = ago
            .iter()
            .map(|(seconds, price)| Spent { at: NOW - Span::seconds(*seconds), price: *price })
            .collect();
        hour.sort_unstable_by_key(|spent| spent.at);
        let share = if whole { Share::Whole } else { Share::Part };
        let budget = Budget { hour: Some(limit), number: None };
        let to_number = Vec::new();
        let cost = Cost { price, budget, hour, to_number };
        if let Some(until) = cost.wait(share, &[], NOW) {
            prop_assert!(until > NOW);
            prop_assert_eq!(cost.wait(share, &[], until), None);
            prop_assert!(cost.wait(share, &[], until - Span::millis(1)).is_some());
        }
    }
}
