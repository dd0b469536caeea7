//! The security check, answered in every way.
use super::*;
use crate::dice::Dice;
use crate::guessing::Rule;
use crate::locale::Locale;
use crate::sample::{NOW, client};
use proptest::prelude::*;

fn moment<T>(now: Timestamp, seed: u8, f: impl FnOnce(&Moment<'_>) -> T) -> T {
    let (client, dice) = (client(), Dice::new([seed; 32]));
    f(&Moment {
        now,
        client: &client,
        locale: Locale::En,
        dice: &dice,
    })
}

fn risk(level: Level) -> Risk {
    Risk {
        level,
        rule: Rule::Network,
        failures: 20,
        names: Some(5),
        usual: None,
    }
}

fn begun(level: Level) -> Check {
    moment(NOW, 1, |m| Check::new(risk(level), 4, m))
}

fn characters(check: &Check) -> String {
    check.figure(check.shown().set).unwrap().characters
}

fn typed(check: &Check, typed: &str) -> Answer {
    Answer::Characters {
        set: check.shown().set,
        typed: typed.to_owned(),
    }
}

fn passes(check: Check, answer: &Answer, now: Timestamp) -> bool {
    matches!(
        moment(now, 2, |m| check.answer(answer, m)),
        Verdict::Passed(_)
    )
}

#[test]
fn the_work_of_the_script_passes_and_so_do_the_characters_of_the_same_check_p_26() {
    let check = begun(Level::Work);
    let task = check.shown().work.unwrap();
    assert!(passes(check.clone(), &Answer::Work(task.solve()), NOW));
    let right = typed(&check, &characters(&check));
    assert!(passes(check, &right, NOW), "a browser without scripts");
}

#[test]
fn at_high_risk_no_work_is_enough_r_root_03() {
    let check = begun(Level::Characters);
    assert_eq!(check.shown().work, None);
    let of_another = begun(Level::Work).shown().work.unwrap().solve();
    assert!(!passes(check.clone(), &Answer::Work(of_another), NOW));
    let right = typed(&check, &characters(&check).to_lowercase());
    assert!(passes(check, &right, NOW), "small letters will do");
}

#[test]
fn other_characters_make_the_set_before_void_r_root_06() {
    let before = begun(Level::Work);
    let old = typed(&before, &characters(&before));
    let task = before.shown().work.unwrap();
    let after = moment(NOW, 3, |m| before.clone().again(m));
    assert_ne!(characters(&before), characters(&after));
    assert!(
        after.figure(1).is_none(),
        "no picture of a set that is void"
    );
    assert!(!passes(after.clone(), &old, NOW));
    assert!(!passes(after.clone(), &Answer::Work(task.solve()), NOW));
    let Verdict::Again(_, refusal) = moment(NOW, 4, |m| after.answer(&old, m)) else {
        panic!("an answer to a set that is void")
    };
    assert_eq!(refusal.code, Code::CheckOver);
}

#[test]
fn a_check_is_answered_within_its_time() {
    for level in [Level::Work, Level::Characters] {
        let check = begun(level);
        let right = typed(&check, &characters(&check));
        let last = NOW + Span::millis(LIFE.as_millis() - 1);
        assert!(passes(check.clone(), &right, last));
        assert!(!passes(check, &right, NOW + LIFE));
    }
}

#[test]
fn the_rule_and_its_figures_stand_in_the_record() {
    let check = begun(Level::Work);
    let right = typed(&check, &characters(&check));
    let Verdict::Passed(record) = moment(NOW, 2, |m| check.answer(&right, m)) else {
        panic!("the right characters")
    };
    assert_eq!(record.event, Event::SecurityCheckPassed);
    let detail: Vec<_> = record
        .detail
        .iter()
        .map(|(k, v)| (*k, v.as_str()))
        .collect();
    assert_eq!(
        detail,
        [
            ("asks", "work"),
            ("by", "characters"),
            ("failures", "20"),
            ("names", "5"),
            ("rule", "network"),
            ("wrong", "0"),
        ]
    );
}

#[test]
fn the_characters_stand_in_no_debug_text() {
    let check = begun(Level::Characters);
    let text = format!("{check:?} {:?}", check.figure(1));
    assert!(!text.contains(&characters(&check)), "{text}");
}

proptest! {
    /// Whatever is answered, in whatever order: only the characters of the present set or its task pass, and a check
    /// never lives longer than its tries.
    #[test]
    fn only_the_present_set_passes(tries in proptest::collection::vec((0_u8..5, any::<u8>()), 1..30)) {
        let mut check = begun(Level::Work);
        let mut seen: Vec<Answer> = Vec::new();
        let mut wrong = 0;
        for (kind, seed) in tries {
            let present = typed(&check, &characters(&check));
            let answer = match kind {
                0 => Answer::Work("1.2.3.4.5.6.7.8".into()),
                1 => typed(&check, "ABCDEF"),
                2 => Answer::Characters { set: check.shown().set + 1, typed: characters(&check) },
                3 => seen.get(usize::from(seed) % seen.len().max(1)).cloned().unwrap_or(Answer::Work(String::new())),
                _ => {
                    seen.push(present);
                    check = moment(NOW, seed, |m| check.again(m));
                    continue;
                }
            };
            seen.push(present);
            wrong += 1;
            // Chance may draw the same characters again, but never under the same number.
            match moment(NOW, seed.wrapping_add(100), |m| check.clone().answer(&answer, m)) {
                Verdict::Again(next, _) => {
                    prop_assert!(wrong < MOST_WRONG);
                    prop_assert!(next.shown().set > 1);
                    prop_assert_eq!(next.shown().work, None);
                    check = next;
                }
                Verdict::Over(_) => {
                    prop_assert_eq!(wrong, MOST_WRONG);
                    return Ok(());
                }
                Verdict::Passed(_) => prop_assert!(false, "{answer:?} passed"),
            }
        }
    }
}
