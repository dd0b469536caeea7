//! What pauses, who ends it, and what several servers see.

use super::*;
use crate::dice::Dice;
use crate::ids::OperatorId;
use crate::locale::Locale;
use crate::operator::Granter;
use crate::sample::NOW;

const DAY: Span = PAUSE;
const MINUTE: Span = Span::minutes(1);

fn seen(pairs: &[(&str, &str)]) -> Seen {
    let pairs = pairs.iter();
    Seen {
        keys: pairs
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect(),
        holds: None,
    }
}

fn ours() -> Seen {
    seen(&[("mail.smtp.host", "ours"), ("mail.transport", "smtp")])
}

fn theirs() -> Seen {
    seen(&[("mail.smtp.host", "theirs"), ("mail.transport", "smtp")])
}

fn operator(n: u8, since: Timestamp) -> Operator {
    Operator {
        id: OperatorId::draw(&Dice::new([n; 32]), ""),
        name: format!("Operator {n}"),
        email: format!("operator{n}@example.com"),
        locale: Locale::En,
        granted_by: Granter::Host("root (0)".into()),
        granted_at: since,
        created_at: since,
        set_up_at: Some(since),
        removed_at: None,
    }
}

fn old() -> Operator {
    operator(1, NOW - Span::days(90))
}

/// An installation, looked at by one server or several.
struct House {
    guarded: Guarded,
    operators: Vec<Operator>,
    alone: bool,
}

impl House {
    fn of(operators: Vec<Operator>) -> Self {
        Self {
            guarded: Guarded::first(Part::Mail, &ours()),
            operators,
            alone: true,
        }
    }

    fn look(&mut self, seen: &Seen, now: Timestamp) -> Option<Came> {
        let look = Look {
            pause: DAY,
            alone: self.alone,
            now,
        };
        self.guarded.look(seen, &self.operators, &look)
    }

    fn decide(&mut self, verdict: Verdict, by: &Operator, now: Timestamp) -> Option<Code> {
        let since = self
            .guarded
            .change
            .as_ref()
            .map_or(now, |change| change.since);
        let done = self.guarded.decide(since, verdict, by, now);
        done.err().map(|refusal| refusal.code)
    }

    fn paused(&self, now: Timestamp) -> bool {
        self.guarded.paused(now).is_some()
    }
}

/// Security rules, section 5.
#[test]
fn what_nobody_approved_pauses_for_a_day_and_until_an_operator_did() {
    let mut house = House::of(vec![old()]);
    assert_eq!(house.look(&ours(), NOW), None, "what the first start found");
    assert!(!house.paused(NOW));
    assert_eq!(house.look(&theirs(), NOW), Some(Came::Changed));
    assert_eq!(
        house.guarded.change.as_ref().unwrap().keys(),
        ["mail.smtp.host"]
    );
    for later in [MINUTE, DAY, Span::days(400)] {
        assert_eq!(
            house.look(&theirs(), NOW + later),
            None,
            "time alone ends nothing"
        );
        assert!(house.paused(NOW + later));
    }
    let mut early = House::of(vec![old()]);
    early.look(&theirs(), NOW);
    assert_eq!(early.decide(Verdict::Approved, &old(), NOW + MINUTE), None);
    assert_eq!(early.look(&theirs(), NOW + DAY - MINUTE), None);
    assert!(early.paused(NOW + DAY - MINUTE), "the day stays");
    assert!(!early.paused(NOW + DAY), "even before a server noted it");
    assert_eq!(early.look(&theirs(), NOW + DAY), Some(Came::InForce));
    assert_eq!(early.look(&theirs(), NOW + DAY), None);
    assert_eq!(
        early.look(&ours(), NOW + DAY),
        Some(Came::Changed),
        "the old one is a change now"
    );
    let late = NOW + Span::days(3);
    house.look(&theirs(), late);
    assert_eq!(house.decide(Verdict::Approved, &old(), late), None);
    assert!(!house.paused(late));
}

#[test]
fn the_old_settings_end_the_pause_at_once_and_a_refusal_ends_it_no_other_way() {
    let mut house = House::of(vec![old()]);
    house.look(&theirs(), NOW);
    assert_eq!(house.look(&ours(), NOW + MINUTE), Some(Came::Restored));
    assert!(!house.paused(NOW + MINUTE));
    house.look(&theirs(), NOW);
    assert_eq!(house.decide(Verdict::Declined, &old(), NOW), None);
    let again = house.decide(Verdict::Approved, &old(), NOW + MINUTE);
    assert_eq!(again, Some(Code::ChangeOver));
    house.operators.clear();
    assert_eq!(house.look(&theirs(), NOW + Span::days(40)), None);
    assert!(
        house.paused(NOW + Span::days(40)),
        "not even where nobody is left to decide"
    );
    assert_eq!(
        house.look(&ours(), NOW + Span::days(40)),
        Some(Came::Restored)
    );
}

#[test]
fn where_nobody_may_decide_time_alone_ends_it() {
    let new = operator(2, NOW + MINUTE);
    for operators in [vec![], vec![new]] {
        let mut house = House::of(operators);
        house.look(&theirs(), NOW);
        assert_eq!(house.look(&theirs(), NOW + DAY - MINUTE), None);
        assert!(house.paused(NOW + DAY));
        assert_eq!(house.look(&theirs(), NOW + DAY), Some(Came::Lapsed));
        assert!(!house.paused(NOW + DAY));
    }
}

#[test]
fn an_operator_who_was_made_for_it_decides_nothing_for_thirty_days() {
    let new = operator(2, NOW + MINUTE);
    let mut recovered = old();
    recovered.set_up_at = Some(NOW + MINUTE);
    let mut gone = old();
    gone.removed_at = Some(NOW);
    let mut house = House::of(vec![old()]);
    house.look(&theirs(), NOW);
    let days = |days| NOW + MINUTE + Span::days(days);
    for (who, refused) in [
        (&new, Code::DeciderNew),
        (&recovered, Code::DeciderNew),
        (&gone, Code::NoSuchOperator),
    ] {
        house.look(&theirs(), days(29));
        for verdict in [Verdict::Approved, Verdict::Declined] {
            assert_eq!(house.decide(verdict, who, days(29)), Some(refused));
        }
    }
    house.look(&theirs(), days(30));
    assert_eq!(house.decide(Verdict::Approved, &new, days(30)), None);
}

#[test]
fn an_approval_is_of_one_change_and_another_asks_again() {
    let mut house = House::of(vec![old()]);
    house.look(&theirs(), NOW);
    let shown = house.guarded.change.as_ref().unwrap().since;
    let other = seen(&[("mail.smtp.host", "another"), ("mail.transport", "smtp")]);
    assert_eq!(house.look(&other, NOW + MINUTE), Some(Came::Changed));
    let late = house
        .guarded
        .decide(shown, Verdict::Approved, &old(), NOW + MINUTE);
    assert_eq!(late.unwrap_err().code, Code::ChangeOver, "that page is old");
    assert_eq!(house.decide(Verdict::Approved, &old(), NOW + MINUTE), None);
    assert_eq!(
        house.look(&theirs(), NOW + Span::minutes(2)),
        Some(Came::Changed)
    );
    assert_eq!(house.look(&theirs(), NOW + Span::minutes(2) + DAY), None);
    assert!(
        house.paused(NOW + Span::minutes(2) + DAY),
        "the approval was of another"
    );
}

#[test]
fn a_server_that_runs_unapproved_keeps_the_pause_whatever_the_others_say() {
    let mut house = House::of(vec![old()]);
    house.alone = false;
    house.look(&theirs(), NOW);
    assert_eq!(
        house.look(&ours(), NOW + MINUTE),
        None,
        "a start with the old settings beside it"
    );
    assert!(house.paused(NOW + MINUTE));
    let mut now = NOW;
    for _ in 0..30 {
        now = now + MINUTE;
        assert_eq!(house.look(&theirs(), now), None, "nothing flaps");
        assert_eq!(house.look(&ours(), now), None);
    }
    assert_eq!(
        house.look(&ours(), now + LIVE),
        Some(Came::Restored),
        "it was stopped"
    );
}

#[test]
fn servers_in_step_need_one_approval_and_keep_what_is_their_own() {
    let node = |host: &str, own: &str| {
        seen(&[
            ("mail.smtp.host", host),
            ("mail.transport", "smtp"),
            ("voice.http.callback_url", own),
        ])
    };
    let mut house = House::of(vec![old()]);
    house.alone = false;
    assert_eq!(house.look(&node("ours", "a"), NOW), Some(Came::Changed));
    assert_eq!(house.look(&node("ours", "b"), NOW), Some(Came::Changed));
    assert_eq!(house.decide(Verdict::Approved, &old(), NOW + MINUTE), None);
    let both = |house: &mut House, host: &str, now| {
        ["a", "b"].map(|own| house.look(&node(host, own), now))
    };
    assert_eq!(
        both(&mut house, "ours", NOW + DAY),
        [Some(Came::InForce), None]
    );
    // A rolling change: what is a server's own goes on counting beside it.
    let then = NOW + Span::days(2);
    assert_eq!(both(&mut house, "new", then), [Some(Came::Changed), None]);
    assert_eq!(
        house.guarded.change.as_ref().unwrap().keys(),
        ["mail.smtp.host"]
    );
    assert_eq!(house.decide(Verdict::Approved, &old(), then), None);
    assert_eq!(
        both(&mut house, "new", then + DAY),
        [Some(Came::InForce), None]
    );
}

#[test]
fn what_ran_before_and_runs_no_more_is_not_approved_with_the_rest() {
    let mut house = House::of(vec![old()]);
    house.alone = false;
    house.look(&theirs(), NOW);
    let honest = seen(&[("mail.smtp.host", "new"), ("mail.transport", "smtp")]);
    let now = NOW + LIVE;
    assert_eq!(house.look(&honest, now), Some(Came::Changed));
    assert_eq!(house.decide(Verdict::Approved, &old(), now), None);
    assert_eq!(house.look(&honest, now + DAY), Some(Came::InForce));
    assert_eq!(house.look(&theirs(), now + DAY), Some(Came::Changed));
}

#[test]
fn a_jump_of_the_clock_ends_no_pause() {
    let mut house = House::of(vec![]);
    house.look(&theirs(), NOW);
    let shift = Shift {
        from: NOW,
        by: DAY.as_millis(),
    };
    house.guarded.shift(&shift);
    assert_eq!(house.guarded.paused(NOW), Some(NOW + DAY + DAY));
}

#[test]
fn the_stricter_of_two_holds_counts() {
    let usual = Holds {
        ways: Ways::default(),
        wait: Span::days(7),
        long_wait: Some(Span::days(14)),
        pause: DAY,
    };
    let strict = Holds {
        ways: Ways {
            mail_and_phone: false,
            ..Ways::default()
        },
        wait: Span::days(30),
        long_wait: None,
        pause: Span::days(3),
    };
    assert_eq!(usual.stricter(strict), strict);
    assert_eq!(strict.stricter(usual), strict);
    let mut guarded = Guarded::first(Part::Holds, &Seen::default());
    guarded.holds = Some(strict);
    let looser = Seen {
        holds: Some(usual),
        ..seen(&[("support.wait_days", "7")])
    };
    let look = |now| Look {
        pause: DAY,
        alone: true,
        now,
    };
    guarded.look(&looser, &[], &look(NOW));
    assert_eq!(guarded.holds, Some(strict), "until it is in force");
    assert_eq!(
        guarded.look(&looser, &[], &look(NOW + DAY)),
        Some(Came::Lapsed)
    );
    assert_eq!(guarded.holds, Some(usual));
}

#[test]
fn a_channel_that_is_paused_says_until_when_and_then_who() {
    let pauses = Pauses {
        mail: Some(NOW + DAY),
        voice: None,
    };
    assert_eq!(pauses.voice(NOW), Ok(()));
    let refused = pauses.mail(NOW).unwrap_err();
    assert_eq!(
        (refused.code, refused.until),
        (Code::MailPaused, Some(NOW + DAY))
    );
    let late = pauses.mail(NOW + DAY).unwrap_err();
    assert_eq!(late.until, None, "an operator has still to approve");
}
