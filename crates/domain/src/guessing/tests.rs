//! What is seen of guessing that is spread over many names, against a slow but plain account of it.
use super::*;
use crate::sample::NOW;
use proptest::prelude::*;

const LIMITS: Limits = Limits {
    failures: 20,
    names: 5,
    window: Span::minutes(10),
    raised: Span::hours(1),
    hour_failures: 200,
    hour_factor: 3,
    work_bits: 15,
};

/// Failures at these moments, each for one of so many names in turn; the risks that were raised on the way.
fn guess(
    start: Network,
    from: Timestamp,
    every: Span,
    times: u32,
    names: u32,
) -> (Network, Vec<Risk>) {
    let (mut network, mut raised) = (start, Vec::new());
    for n in 0..times {
        let at = from + Span::millis(every.as_millis() * i64::from(n));
        let (next, risk) = network.failed(&format!("name {}", n % names), &LIMITS, at);
        network = next;
        raised.extend(risk);
    }
    (network, raised)
}

#[test]
fn twenty_failures_over_five_names_in_ten_minutes_ask_for_work_for_an_hour_r_root_02() {
    let second = Span::seconds(1);
    let (network, raised) = guess(Network::default(), NOW, second, 19, 5);
    assert!(raised.is_empty() && network.risk(NOW).is_none());
    let (network, raised) = network.failed("name 4", &LIMITS, NOW + Span::seconds(19));
    let risk = raised.unwrap();
    assert_eq!(
        (risk.level, risk.rule, risk.failures, risk.names),
        (Level::Work, Rule::Network, 20, Some(5))
    );
    let at = NOW + Span::seconds(19);
    let before_end = at + Span::millis(Span::hours(1).as_millis() - 1);
    assert_eq!(network.risk(before_end), Some(risk));
    assert_eq!(network.risk(at + Span::hours(1)), None);
}

#[test]
fn few_names_or_much_time_raise_nothing() {
    let (_, raised) = guess(Network::default(), NOW, Span::seconds(1), 500, 4);
    assert!(raised.is_empty(), "one family at one television");
    let (_, raised) = guess(Network::default(), NOW, Span::seconds(32), 500, 500);
    assert!(raised.is_empty(), "19 in ten minutes");
}

#[test]
fn guessing_that_goes_on_asks_for_characters_p_26() {
    let (network, raised) = guess(Network::default(), NOW, Span::seconds(1), 40, 40);
    let levels: Vec<Level> = raised.iter().map(|risk| risk.level).collect();
    assert_eq!(levels, [Level::Work, Level::Characters]);
    let later = NOW + Span::hours(3);
    let (_, raised) = guess(network, later, Span::seconds(1), 20, 20);
    assert_eq!(
        raised[0].level,
        Level::Work,
        "it begins anew once it was quiet"
    );
}

#[test]
fn the_installation_asks_above_two_hundred_and_three_times_the_usual_hour() {
    let risk = |hour, week| Installation { hour, week }.risk(&LIMITS);
    assert_eq!(risk(200, 0), None);
    let raised = risk(201, 0).unwrap();
    assert_eq!(
        (raised.level, raised.rule, raised.usual),
        (Level::Work, Rule::Installation, Some(0))
    );
    let busy = 168 * 100;
    assert_eq!(risk(300, busy), None, "three times the usual hour");
    assert_eq!(risk(301, busy).unwrap().usual, Some(100));
    let crossed = |hour| Installation { hour, week: 0 }.failed(&LIMITS).is_some();
    assert_eq!(
        [199, 200, 201].map(crossed),
        [false, true, false],
        "told once"
    );
}

#[test]
fn a_limit_of_nothing_looks_away() {
    let off = Limits {
        failures: 0,
        hour_failures: 0,
        ..LIMITS
    };
    let (raised, _) = guess(Network::default(), NOW, Span::seconds(1), 20, 20);
    let all = Installation {
        hour: 9_999,
        week: 0,
    };
    assert_eq!(super::risk(&raised, all, &off, NOW), None);
    let (quiet, risk) = raised.failed("name", &off, NOW);
    assert_eq!((quiet, risk), (Network::default(), None));
}

#[test]
fn the_higher_of_two_risks_is_asked_for() {
    let (network, _) = guess(Network::default(), NOW, Span::seconds(1), 40, 40);
    let all = Installation { hour: 500, week: 0 };
    let now = NOW + Span::seconds(40);
    let risk = super::risk(&network, all, &LIMITS, now).unwrap();
    assert_eq!((risk.rule, risk.level), (Rule::Network, Level::Characters));
    let risk = super::risk(&Network::default(), all, &LIMITS, now).unwrap();
    assert_eq!(risk.rule, Rule::Installation);
}

proptest! {
    /// What is kept is bounded, and says the same as a list of everything would.
    #[test]
    fn what_is_kept_is_bounded_and_exact(
        failures in proptest::collection::vec((0_i64..90_000, 0_u8..8), 1..120),
    ) {
        let mut network = Network::default();
        let mut all: Vec<(Timestamp, u8)> = Vec::new();
        let mut now = NOW;
        for (gap, name) in failures {
            now = now + Span::millis(gap);
            all.push((now, name));
            all.retain(|(at, _)| now.since(*at) < LIMITS.window);
            let mut names: Vec<u8> = all.iter().map(|(_, name)| *name).collect();
            names.sort_unstable();
            names.dedup();
            let wanted = all.len() >= 20 && names.len() >= 5;
            let (next, risk) = network.failed(&name.to_string(), &LIMITS, now);
            prop_assert_eq!(risk.is_some(), wanted);
            if wanted {
                all.clear();
            }
            network = next;
            prop_assert!(network.failures.len() <= 20 && network.names.len() <= 5);
            prop_assert!(network.over_at(&LIMITS, now) >= now + LIMITS.window);
        }
    }
}
