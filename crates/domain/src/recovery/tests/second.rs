//! A second address and a second number: they count as the first do, and never earlier, easier or more often.
use super::*;
use proptest::prelude::*;

const OTHER: &str = "second@example.net";
const NUMBER: &str = "+886223456789";

fn second(value: &str, since: Timestamp) -> Second {
    Second {
        value: value.into(),
        proved: true,
        since: Some(since),
        removed_at: None,
        lost: false,
    }
}

fn both(since: Timestamp) -> Facts {
    Facts {
        second: Seconds {
            email: Some(second(OTHER, since)),
            phone: Some(second(NUMBER, since)),
        },
        ..facts()
    }
}

fn known_both(since: Timestamp) -> CallFacts {
    CallFacts {
        facts: both(since),
        ..known(&[])
    }
}

#[test]
fn it_serves_from_the_thirtieth_day_on_and_72_hours_after_its_removal_r_rec_58() {
    let fresh = second(OTHER, NOW);
    let why = |second: &Second, now| second.in_force(now).map(|_| ()).map_err(|r| r.code);
    assert_eq!(
        why(&fresh, NOW + STEADY - Span::millis(1)),
        Err(Code::ContactHeld)
    );
    assert_eq!(why(&fresh, NOW + STEADY), Ok(()));
    let removed = Second {
        removed_at: Some(NOW),
        ..second(OTHER, NOW - STEADY)
    };
    assert_eq!(why(&removed, NOW + CONTACT_HOLD - Span::millis(1)), Ok(()));
    assert_eq!(why(&removed, NOW + CONTACT_HOLD), Err(Code::NoSecond));
    let lost = Second {
        lost: true,
        ..removed.clone()
    };
    assert_eq!(why(&lost, NOW), Err(Code::NoSecond));
    let unproved = Second {
        proved: false,
        ..second(OTHER, NOW - STEADY)
    };
    assert_eq!(why(&unproved, NOW), Err(Code::ContactUnproved));
    assert!(removed.heard(NOW + STEADY) && !unproved.heard(NOW));
    let thief = Second {
        removed_at: Some(NOW + Span::days(2)),
        ..fresh
    };
    assert!(
        !thief.heard(NOW + Span::days(60)),
        "what never served never objects"
    );
}

#[test]
fn the_mail_and_the_call_go_where_the_person_chose() {
    let f = both(NOW - STEADY);
    let sent = at(NOW, |m| {
        opened()
            .by_mail(Which::Second, NOW)
            .send_mail(&f, &code(), m)
    });
    let sent = sent.unwrap();
    assert_eq!(mails(&sent)[0].to, OTHER);
    let proved = at(NOW, |m| sent.next.mail_code(&f, true, m)).unwrap();
    let proves = |e: &Effect| {
        matches!(
            e,
            Effect::ContactProven(_, crate::contact::Kind::SecondEmail)
        )
    };
    assert!(proved.effects.iter().any(proves));
    let first = |e: &Effect| matches!(e, Effect::EmailProven(_));
    assert!(
        !proved.effects.iter().any(first),
        "it proves nothing of the first"
    );
    let case = proved.next.by_mail(Which::First, NOW);
    assert_eq!(
        case.mail_which,
        Which::Second,
        "what is proved is not chosen anew"
    );
    let called = at(NOW, |m| {
        case.by_phone(Which::Second, NOW)
            .call(&known_both(NOW - STEADY), m)
    });
    let called = called.unwrap();
    assert_eq!(order(&called).unwrap().to, NUMBER);
    let view = called.next.view(&f, &[], NOW);
    assert_eq!(view.phone.last_four.as_deref(), Some("6789"));
    let shown: Vec<&str> = view
        .phone
        .numbers
        .iter()
        .map(|c| c.shown.as_str())
        .collect();
    assert_eq!(shown, ["5678", "6789"]);
    let shown: Vec<&str> = view.emails.iter().map(|c| c.shown.as_str()).collect();
    assert_eq!(shown, [EMAIL, "s•••@e•••"]);
}

#[test]
fn who_may_not_object_is_told_without_a_link() {
    let mut f = facts();
    f.only_told = vec![OTHER.into()];
    let step = at(NOW, |m| Case::open(&f, opening(Why::Lost), m));
    let told = mails(&step);
    assert_eq!(told.len(), 3);
    for mail in told {
        assert_eq!(mail.objection.is_none(), mail.to == OTHER);
    }
    let links = acts(&step)
        .into_iter()
        .filter(|a| matches!(a, Act::IssueLink(_)));
    assert_eq!(links.count(), 2);
}

#[test]
fn a_way_that_the_first_closes_is_opened_by_a_steady_second_and_by_no_other() {
    let mut f = facts();
    f.phone = None;
    assert_eq!(f.mail_and_phone(NOW).unwrap_err().code, Code::NoPhone);
    f.second.phone = Some(second(NUMBER, NOW - Span::days(29)));
    assert!(f.mail_and_phone(NOW).is_err());
    f.second.phone = Some(second(NUMBER, NOW - STEADY));
    assert_eq!(f.mail_and_phone(NOW), Ok(()));
    f.frozen_until = Some(NOW + Span::hours(1));
    let frozen = f.mail_and_phone(NOW).unwrap_err().code;
    assert_eq!(frozen, Code::RecoveryFrozen, "a freeze is of the account");
    f.frozen_until = None;
    f.ways.calls = false;
    assert!(f.mail_and_phone(NOW).is_err());
}

/// What the one who plays holds of the four places, and how old the second ones are in days.
fn holding() -> impl Strategy<Value = ([bool; 4], i64)> {
    (any::<[bool; 4]>(), 0_i64..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_session_wants_one_mailbox_and_one_telephone_and_no_second_before_its_time_r_rec_22(
        (holds, days) in holding(),
        moves in prop::collection::vec((0_u8..6, any::<bool>()), 1..40),
    ) {
        let since = NOW - Span::days(days);
        let (f, k) = (both(since), known_both(since));
        let mut case = opened();
        let mut sent = [0, 0];
        for (a_move, second) in moves {
            let which = Which::BOTH[usize::from(second)];
            let mail_which = usize::from(case.mail_which == Which::Second);
            let reads = holds[mail_which];
            let before = case.clone();
            let taken = match a_move {
                0 => at(NOW, |m| case.by_mail(which, NOW).send_mail(&f, &code(), m)),
                1 => at(NOW, |m| case.mail_code(&f, reads, m)),
                2 => at(NOW, |m| case.by_phone(which, NOW).call(&k, m)),
                3 | 4 => {
                    let PhoneProof::Called(call) = &case.phone else { continue };
                    let answers = holds[2 + usize::from(case.phone_which == Which::Second)];
                    let (id, digits) = (call.id.clone(), call.digits.clone());
                    let event = match (a_move, answers) {
                        (3, _) => CallEvent::Answered,
                        (_, true) => CallEvent::Keyed(digits),
                        (_, false) => CallEvent::Keyed(crate::sample::other_digits(&digits)),
                    };
                    at(NOW, |m| case.call_event(&k, &id, &event, m)).map(|(step, _)| step)
                }
                _ => at(NOW, |m| case.enter(&f, m)),
            };
            let Ok(step) = taken else {
                case = before;
                continue;
            };
            for mail in mails(&step).iter().filter(|m| m.kind == MailKind::RecoveryProof) {
                sent[usize::from(mail.to == OTHER)] += 1;
            }
            if let Some(order) = order(&step) {
                prop_assert!(order.to == PHONE || days >= 30, "called too early");
            }
            if session(&step).is_some() {
                prop_assert!(holds[0] || holds[1] && days >= 30);
                prop_assert!(holds[2] || holds[3] && days >= 30);
            }
            case = step.next;
        }
        prop_assert!(sent[0] + sent[1] <= MAILS_PER_HOUR, "of one case, over both");
        prop_assert!(sent[1] == 0 || days >= 30, "mailed too early");
    }

    #[test]
    fn of_neither_number_more_than_four_digits_is_shown_nor_the_second_address_r_rec_60(days in 0_i64..40, proved in any::<bool>()) {
        let f = both(NOW - Span::days(days));
        let case = if proved { mail_proved() } else { mailed() };
        let page = format!("{:?}", case.view(&f, &[], NOW));
        prop_assert!(!page.contains("56789") && !page.contains("+886") && !page.contains(OTHER));
        prop_assert_eq!(page.contains("6789"), proved && days >= 30);
    }
}
